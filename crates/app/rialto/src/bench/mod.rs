//! Benchmarks that ship with the binary: each stage on the neutral workload, in fresh processes,
//! interleaved with the floor in the same run.

mod clock;
mod core;
mod lobw;
mod stage;

use std::path::PathBuf;

use anyhow::Result;

/// `rialto bench`: how fast each stage is here, as a ratio to the floor in the same run.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Run one stage in this process on one workload file, and print one line of JSON.
    #[arg(long, value_name = "STAGE", requires = "file")]
    one: Option<stage::Stage>,
    /// The workload file of `--one`.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs what the arguments ask for.
pub(crate) fn run(args: Args) -> Result<()> {
    if let (Some(stage), Some(file)) = (args.one, &args.file) {
        println!("{}", stage::run(stage, file)?);
    }
    Ok(())
}
