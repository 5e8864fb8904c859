//! `run` and `bench`: build the exchange, and for `run` its page, then become it.
//!
//! The tool replaces itself by cargo, and cargo by the exchange: signals and exit codes are the
//! exchange's own.

use crate::tools;
use crate::web;
use crate::workspace::Workspace;
use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use std::os::unix::process::CommandExt;
use std::process::Command;

#[derive(Args)]
pub struct RunOptions {
    /// Build without the release optimisations: starts sooner, runs slower.
    #[arg(long)]
    debug: bool,
    /// Do not build the web page: serve the one that was built last, if there is one.
    #[arg(long)]
    no_web: bool,
    /// Passed on to `rialto run --demo`, for example `-- --listen 127.0.0.1:9000`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

#[derive(Args)]
pub struct BenchOptions {
    /// Passed on to `rialto bench`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Without a page the exchange serves all else, so one that cannot be built is told, and no more.
pub fn run(workspace: &Workspace, options: RunOptions) -> Result<()> {
    if !options.no_web
        && let Err(error) = web::build(workspace)
    {
        println!("xtask: THE WEB PAGE WAS NOT BUILT: {error:#}");
        println!("xtask: going on with the page of the last build, or none");
    }
    let profile = if options.debug { "dev" } else { "release" };
    become_rialto(workspace, profile, &["run", "--demo"], &options.arguments)
}

/// Measures the build that ships, so there is no choice of profile. Makes the workloads and the
/// floor first, unless the arguments say where they are.
pub fn bench(workspace: &Workspace, options: BenchOptions) -> Result<()> {
    if !options.arguments.iter().any(|argument| argument.starts_with("--work")) {
        make_workloads(workspace)?;
    }
    become_rialto(workspace, "release", &["bench"], &options.arguments)
}

fn make_workloads(workspace: &Workspace) -> Result<()> {
    let shared = workspace.shared().context(
        "the workloads are made by ../shared/bench, which is not there: \
         name a folder that has them with --work",
    )?;
    let out = workspace.root.join("target/lobw");
    println!("making the workloads in {} (about 750 MB, once)", out.display());
    let made = Command::new(shared.join("bench/make-workloads")).arg(&out).status();
    let made = made.context("cannot start make-workloads")?;
    ensure!(made.success(), "make-workloads ended with {made}");
    Ok(())
}

fn become_rialto(
    workspace: &Workspace,
    profile: &str,
    subcommand: &[&str],
    arguments: &[String],
) -> Result<()> {
    tools::require(&[&tools::C_COMPILER, &tools::MAKE])?;
    let mut cargo = workspace.cargo();
    cargo.args(["run", "--locked", "--package", "rialto", "--profile", profile, "--"]);
    cargo.args(subcommand).args(arguments);
    Err(anyhow!(cargo.exec()).context("cannot start cargo"))
}
