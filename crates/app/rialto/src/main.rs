//! The exchange in one binary.
//!
//! **Invariant:** this crate only wires: arguments become typed values here, and every decision
//! about orders, money and bytes is made in the crates below.

mod admin;
mod backup;
mod bench;
mod client;
mod exit;
mod folder;
mod help;
mod history;
mod memory;
mod profile;
mod progress;
mod records;
mod replay;
mod report;
mod run;
mod verify;

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::{Exit, Failure, OrExit};

/// A stock exchange in one binary: orders in, matched, settled, durable, streamed.
#[derive(Parser)]
#[command(name = "rialto", version, after_help = help::EXIT_CODES)]
#[command(arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve an exchange from a data folder, which is made if it is not there.
    #[command(after_long_help = help::RUN)]
    Run(run::Args),
    /// Print the profile of the demo market, or check one of your own.
    #[command(after_long_help = help::PROFILE)]
    Profile(profile::Args),
    /// Run recorded order flow through the whole venue and say what it came to.
    #[command(after_long_help = help::REPLAY)]
    Replay(replay::Args),
    /// Replay a data folder offline and compare everything that can be compared.
    #[command(after_long_help = help::VERIFY)]
    Verify(verify::Args),
    /// Make the history of a data folder anew from its journal.
    #[command(after_long_help = help::REBUILD)]
    Rebuild(history::Args),
    /// Copy a venue, running or not, to a folder of its own.
    #[command(after_long_help = help::BACKUP)]
    Backup(backup::Args),
    /// Make a data folder from a backup, or check one.
    #[command(after_long_help = help::RESTORE)]
    Restore(backup::RestoreArgs),
    /// Print the records of a data folder, as text or as lines of JSON.
    #[command(after_long_help = help::JOURNAL)]
    Journal(records::Args),
    /// Run a venue that is up: people, accounts, payments, instruments, kill switches.
    #[command(after_long_help = help::ADMIN)]
    Admin(admin::Args),
    /// Print what a venue that is up did: statistics, returns, statements, trades.
    #[command(after_long_help = help::REPORT)]
    Report(report::Args),
    /// Measure each stage of the exchange against a floor in the same run.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match perform(Arguments::parse().command) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            // Who looks for what this program said need not know how many lines it took.
            format!("{:#}", failure.error).lines().for_each(|line| eprintln!("rialto: {line}"));
            failure.exit.into()
        }
    }
}

fn perform(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Rebuild(args) => history::run(&args),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Journal(args) => records::run(&args),
        Command::Admin(args) => admin::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Bench(args) => bench::run(args).map(|()| Exit::Ok).or_bad_input(),
    }
}

/// Writes a finished text to stdout. A reader that has seen enough is no failure.
fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Lines of a name and a value, one below the other.
fn rows(lines: &[(&str, String)]) -> String {
    lines.iter().fold(String::new(), |mut out, (name, value)| {
        writeln!(out, "{name:<14} {value}").expect("memory");
        out
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("memory");
        text
    })
}
