//! The workspace's own commands: `cargo xtask run`, `test`, `tidy`, `api`, `bench`, `chaos`,
//! `schemathesis` and `soak`.
//!
//! **Invariant:** what CI decides on is `cargo xtask test` and nothing else, so a green run at home
//! is a green run there. Deliberately holds nothing that the exchange needs when it runs.

mod api;
mod chaos;
mod launch;
mod schemathesis;
mod secrets;
mod test;
mod tidy;
mod tools;
mod web;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

/// The workspace's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the exchange and serve its demo market.
    Run(launch::RunOptions),
    /// Check everything that CI decides on.
    Test,
    /// Check the house rules that the compiler does not know.
    Tidy,
    /// Write what api/ has from the code: openapi.json.
    Api,
    /// Build the exchange as it ships and measure it.
    Bench(launch::BenchOptions),
    /// Hurt the real binary, and check that it keeps what it promised.
    #[command(subcommand)]
    Chaos(chaos::Task),
    /// Ask the real binary whatever its description allows, and much that it does not.
    ///
    /// It starts the demo market in a folder of its own, with two people and an order, and has
    /// schemathesis send requests by xtask/schemathesis: no answer may be a 5xx or one that the
    /// description does not have.
    Schemathesis(schemathesis::Options),
    /// Keep the page's trade screen under 4,000 updates a second: its heap must not grow.
    ///
    /// It builds page and exchange, starts the demo market in a folder of its own, and uses
    /// Chromium. All runs for ten minutes; `cargo xtask test` has a minute of it.
    Soak(web::SoakOptions),
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let workspace = Workspace::open()?;
    match task {
        Task::Run(options) => launch::run(&workspace, options),
        Task::Test => test::test(&workspace),
        Task::Tidy => tidy::tidy(&workspace),
        Task::Api => api::write(&workspace),
        Task::Bench(options) => launch::bench(&workspace, options),
        Task::Chaos(task) => chaos::chaos(&workspace, task),
        Task::Schemathesis(options) => schemathesis::schemathesis(&workspace, &options),
        Task::Soak(options) => web::soak(&workspace, &options),
    }
}
