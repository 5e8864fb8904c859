//! `chaos`: hurts the real binary, and checks that it keeps what it promised.
//!
//! **Invariant:** what decides is pure and has tests of its own (`expected`, `audit`, `history`,
//! `follow`, `trace`, `proof`); the rest starts, asks and kills.

mod audit;
mod campaign;
mod client;
mod decimal;
mod expected;
mod follow;
mod history;
mod http;
mod kill;
mod observed;
mod orders;
mod random;
mod server;

use crate::workspace::Workspace;
use anyhow::Result;
use clap::Subcommand;
use server::Binary;

#[derive(Subcommand)]
pub enum Task {
    /// Kill it under load, restart it, and compare with what its clients were told.
    Kill(kill::Options),
}

pub fn chaos(workspace: &Workspace, task: Task) -> Result<()> {
    match task {
        Task::Kill(options) => {
            let binary = Binary::build(workspace, profile(options.debug))?;
            let seed = options.seed.unwrap_or_else(random::fresh_seed);
            kill::run(&binary, &options, seed)
        }
    }
}

/// The build that ships, unless asked otherwise.
fn profile(debug: bool) -> &'static str {
    if debug { "dev" } else { "release" }
}
