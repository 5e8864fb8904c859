use crate::exit::{Exit, Failure};
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}
pub(crate) fn run(_args: &Args) -> Result<Exit, Failure> {
    Ok(Exit::Ok)
}
