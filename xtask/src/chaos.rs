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
mod fsync;
mod history;
pub mod http;
mod kill;
mod observed;
mod orders;
mod proof;
mod random;
pub mod server;
mod strace;
mod trace;
mod tracer;

use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use clap::Subcommand;
use server::{Binary, Build};

#[derive(Subcommand)]
pub enum Task {
    /// Kill it under load, restart it, and compare with what its clients were told.
    ///
    /// Clients send random commands and write down every answer. After SIGKILL and a restart each
    /// answer must still hold and be given again to the same request; each command without an
    /// answer is sent again and must then be there once; balances must add up.
    Kill(kill::Options),
    /// Prove from the system calls that no answer leaves before its sync has returned.
    Strace(strace::Options),
    /// Have the so-many'th sync fail: the process must stop, and nothing answered be lost.
    ///
    /// Each number is tried twice: with a new folder, where it hits its making, its opening or a
    /// later batch, and with a venue that already serves.
    Fsync(fsync::Options),
    /// A little of everything, on the build of the tests: what `cargo xtask test` runs.
    Short,
}

/// Whether a part of the chaos could run.
pub enum Outcome {
    Passed,
    /// Programs cannot be traced here, for the reason told.
    Untraceable(String),
}

pub fn chaos(workspace: &Workspace, task: Task) -> Result<()> {
    let seed = |chosen: Option<u64>| chosen.unwrap_or_else(random::fresh_seed);
    match task {
        Task::Kill(options) => {
            let binary = Binary::build(workspace, &options.build)?;
            kill::run(&binary, &options, seed(options.seed))
        }
        Task::Strace(options) => {
            require_tracing()?;
            let binary = Binary::build(workspace, &options.build)?;
            strace::run(&binary, &options, seed(options.seed))
        }
        Task::Fsync(options) => {
            require_tracing()?;
            let binary = Binary::build(workspace, &options.build)?;
            fsync::run(&binary, &options, seed(options.seed))
        }
        Task::Short => match short(workspace)? {
            Outcome::Passed => Ok(()),
            Outcome::Untraceable(obstacle) => bail!("programs cannot be traced here: {obstacle}"),
        },
    }
}

/// A little of everything, on the build of the tests.
///
/// # Errors
/// What went wrong.
pub fn short(workspace: &Workspace) -> Result<Outcome> {
    let build = Build::default;
    let binary = Binary::of_the_tests(workspace)?;
    let seed = random::fresh_seed();
    let options = kill::Options { rounds: 3, seed: None, clients: 4, build: build() };
    kill::run(&binary, &options, seed)?;
    tools::require(&[&tools::STRACE])?;
    if let Some(obstacle) = tracer::obstacle() {
        return Ok(Outcome::Untraceable(obstacle));
    }
    let options = strace::Options { millis: 500, seed: None, clients: 8, build: build() };
    strace::run(&binary, &options, seed)?;
    if let Some(obstacle) = tracer::attach_obstacle()? {
        return Ok(Outcome::Untraceable(obstacle));
    }
    for call in [1, 9, 20] {
        let calls = fsync::Calls { first: call, last: call };
        fsync::run(&binary, &fsync::Options { calls, seed: None, build: build() }, seed)?;
    }
    Ok(Outcome::Passed)
}

fn require_tracing() -> Result<()> {
    tools::require(&[&tools::STRACE])?;
    match tracer::obstacle() {
        None => Ok(()),
        Some(obstacle) => bail!("programs cannot be traced here: {obstacle}"),
    }
}
