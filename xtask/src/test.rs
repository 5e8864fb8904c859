//! `test`: everything that CI decides on, in stages, with the seconds of each.
//!
//! A red stage does not stop the later ones, so one run tells all that is wrong.

use crate::chaos::server::Binary;
use crate::workspace::{FEATURES, Workspace};
use crate::{chaos, schemathesis, secrets, tidy, tools, web};
use anyhow::{Context, Result, bail, ensure};
use std::process::Command;
use std::time::{Duration, Instant};

/// Pinned: a newer one may read deny.toml another way. Building it takes some two minutes.
const CARGO_DENY_VERSION: &str = "0.20.2";

enum Outcome {
    Passed,
    Failed(String),
    Skipped(&'static str),
}

struct Stage {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

pub fn test(workspace: &Workspace) -> Result<()> {
    tools::require(&[
        &tools::C_COMPILER,
        &tools::MAKE,
        &tools::GIT,
        &tools::STRACE,
        &tools::CURL,
        &tools::PROMETHEUS,
    ])?;
    tools::require_postgres()?;
    secrets::begin(workspace)?;
    let stages = [
        stage("format", || cargo(workspace, &["fmt", "--all", "--check"])),
        stage("tidy", || passed(tidy::tidy(workspace))),
        // Before the exchange is built, which takes the page in.
        stage("web page", || web_page(workspace)),
        stage("licences", || licences(workspace)),
        stage("clippy", || {
            let targets = ["clippy", "--workspace", "--all-targets", "--locked"];
            cargo(workspace, &[&targets[..], &FEATURES, &["--", "-D", "warnings"]].concat())
        }),
        // Unit, integration, black-box and doc tests: those of the binary start it as a process.
        stage("tests", || {
            let mut cargo = workspace.cargo();
            cargo.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(FEATURES);
            passed(succeed(cargo.env(secrets::LOGS, workspace.logs())))
        }),
        // Of the binary that the tests have built.
        stage("chaos, short", || chaos(workspace)),
        stage("schemathesis", || schemathesis(workspace)),
        stage("browser", || browser(workspace)),
        // Of all servers that ran until here.
        stage("secrets", || passed(secrets::search(workspace))),
    ];
    conclude(&stages)
}

fn stage(name: &'static str, body: impl FnOnce() -> Outcome) -> Stage {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = body();
    match &outcome {
        Outcome::Passed => {}
        Outcome::Failed(reason) => println!("== {name} FAILED: {reason}"),
        Outcome::Skipped(reason) => println!("== {name} SKIPPED: {reason}"),
    }
    Stage { name, outcome, took: start.elapsed() }
}

fn passed(result: Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Passed,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

fn cargo(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    passed(succeed(workspace.cargo().args(arguments)))
}

fn web_page(workspace: &Workspace) -> Outcome {
    of_the_page(workspace, web::check)
}

/// Uses the page that the binary of the tests has.
fn browser(workspace: &Workspace) -> Outcome {
    of_the_page(workspace, |workspace| {
        web::browse(workspace, Binary::of_the_tests(workspace)?.path())
    })
}

fn of_the_page(workspace: &Workspace, check: impl FnOnce(&Workspace) -> Result<()>) -> Outcome {
    if !web::is_there(workspace) {
        return Outcome::Skipped("there is no web/package.json");
    }
    passed(check(workspace))
}

/// A little chaos. Where programs cannot be traced it is skipped, save in CI.
fn chaos(workspace: &Workspace) -> Outcome {
    match chaos::short(workspace) {
        Ok(chaos::Outcome::Passed) => Outcome::Passed,
        Ok(chaos::Outcome::Untraceable(obstacle)) if is_ci() => {
            Outcome::Failed(format!("strace cannot trace here: {obstacle}"))
        }
        Ok(chaos::Outcome::Untraceable(obstacle)) => {
            println!("SYNCS ARE NOT CHECKED: strace cannot trace here: {obstacle}");
            Outcome::Skipped("strace cannot trace here, so no sync was checked")
        }
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

/// Asks what the API's description allows. Where the program cannot be had it is skipped, save in
/// CI.
fn schemathesis(workspace: &Workspace) -> Outcome {
    match schemathesis::install(workspace) {
        Ok(program) => passed(schemathesis::of_the_tests(workspace, &program)),
        Err(error) if is_ci() => Outcome::Failed(format!("{error:#}")),
        Err(error) => {
            println!("THE API IS NOT FUZZED: {error:#}");
            Outcome::Skipped("schemathesis cannot be installed here, so the API was not fuzzed")
        }
    }
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Checks licences, doubled versions and sources; CI builds the checker where it is missing.
fn licences(workspace: &Workspace) -> Outcome {
    if succeed(workspace.cargo().args(["deny", "--version"])).is_err() {
        if !is_ci() {
            return Outcome::Skipped("cargo-deny is missing: cargo install --locked cargo-deny");
        }
        let name = format!("cargo-deny@{CARGO_DENY_VERSION}");
        if let Err(error) = succeed(workspace.cargo().args(["install", "--locked", &name])) {
            return Outcome::Failed(format!("{error:#}"));
        }
    }
    // The advisory database lies outside the registry and is not reachable everywhere.
    let checks = ["licenses", "bans", "sources"];
    cargo(workspace, &[&["deny", "--locked", "check"], &checks[..]].concat())
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{status}");
    Ok(())
}

fn conclude(stages: &[Stage]) -> Result<()> {
    println!();
    for stage in stages {
        let seconds = stage.took.as_secs();
        let outcome = match &stage.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed(_) => "FAILED",
            Outcome::Skipped(_) => "SKIPPED",
        };
        println!("{:<12} {seconds:>5} s  {outcome}", stage.name);
    }
    let total: Duration = stages.iter().map(|stage| stage.took).sum();
    let names = |wanted: fn(&Outcome) -> bool| -> String {
        let chosen = stages.iter().filter(|stage| wanted(&stage.outcome));
        chosen.map(|stage| stage.name).collect::<Vec<_>>().join(", ")
    };
    let skipped = names(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let failed = names(|outcome| matches!(outcome, Outcome::Failed(_)));
    if !failed.is_empty() {
        bail!("FAILED after {} s: {failed}", total.as_secs());
    }
    let note = if skipped.is_empty() { String::new() } else { format!(", SKIPPED: {skipped}") };
    println!("xtask test: passed in {} s{note}", total.as_secs());
    Ok(())
}
