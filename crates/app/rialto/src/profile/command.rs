//! `rialto profile`: shows the built-in profile, or says what is wrong with one.

use std::path::PathBuf;

use clap::Subcommand;

use super::{DEMO, Profile};
use crate::exit::{Exit, Failure, OrExit};

/// Print the profile of the demo market, or check one of your own.
#[derive(clap::Args, Debug)]
#[command(subcommand_required = false)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Read a profile as `rialto run` would for a new venue, and say all that is wrong with it.
    Check {
        /// The profile, a file of TOML.
        file: PathBuf,
    },
}

/// Prints, or checks.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let told = match &args.command {
        None => DEMO.to_owned(),
        Some(Command::Check { file }) => {
            let profile = Profile::of_file(file)?;
            let instruments = profile.for_new()?.len();
            let currencies = profile.genesis.currencies.len();
            let name = file.display();
            format!("{name}: passes; currencies {currencies}, instruments {instruments}\n")
        }
    };
    crate::print(&told).or_cannot_start()?;
    Ok(Exit::Ok)
}
