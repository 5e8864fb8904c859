//! `sim SEED`: random commands through venue and model, compared one by one.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use sim::compare::{Line, check_telling, shrink};

/// Commands between two updates of the progress line.
const PROGRESS_COMMANDS: u64 = 10_000;

/// Plays the random commands of one seed on the venue and on the reference model.
///
/// Prints the statistics and a digest of every event: run twice, it prints the same.
#[derive(Debug, Parser)]
struct Arguments {
    /// The seed that decides everything.
    seed: u64,
    /// How many commands.
    #[arg(long, default_value_t = 100_000)]
    commands: u64,
    /// Leave the commands of a mismatch as many as they are.
    #[arg(long)]
    no_shrink: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let tell = |number: u64| {
        if number.is_multiple_of(PROGRESS_COMMANDS) || number == arguments.commands {
            eprint!("\r{number} of {} commands agree", arguments.commands);
            // A progress line that cannot be shown is no reason to stop.
            let _ = std::io::stderr().flush();
        }
    };
    let answer = check_telling(arguments.seed, arguments.commands, tell);
    eprintln!();
    match answer {
        Ok(stats) => {
            print!("{stats}");
            ExitCode::SUCCESS
        }
        Err(mismatch) => {
            println!("{mismatch}");
            if !arguments.no_shrink {
                // The venue may stop a thousand times on the way: its words are known by now.
                std::panic::set_hook(Box::new(|_| ()));
                let smallest = shrink(*mismatch);
                println!("The fewest commands that show it:");
                for Line { at, command, .. } in &smallest.script {
                    println!("{at:?} {command:?}");
                }
                println!("{smallest}");
            }
            ExitCode::FAILURE
        }
    }
}
