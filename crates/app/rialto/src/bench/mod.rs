//! Benchmarks that ship with the binary: each stage on the neutral workload, in fresh processes,
//! interleaved with the floor in the same run.
#![allow(clippy::float_arithmetic, reason = "figures for people, never for the venue")]

mod book;
mod clock;
mod core;
mod history;
mod journal;
mod kill;
mod lobw;
mod rest;
mod rows;
mod stage;
mod stalled;
mod streams;
mod table;
mod venue;
mod watchers;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use table::{Plan, SHAPES};

/// `rialto bench`: how fast each stage is here, as a ratio to the floor in the same run.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Folder with w1k.lobw, w100k.lobw, s100.lobw and vol10k.lobw; `cargo xtask bench` makes it.
    #[arg(long, value_name = "DIR", default_value = "target/lobw")]
    work: PathBuf,
    /// The floor's binary [default: target/release/floor_ev_pf in the work folder].
    #[arg(long, value_name = "FILE")]
    floor: Option<PathBuf>,
    /// Shapes to run [default: all four].
    #[arg(long, value_delimiter = ',', value_name = "SHAPE")]
    shapes: Vec<String>,
    /// How often each process runs, interleaved.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// The processor to run on; on none in particular with `--no-pin`.
    #[arg(long, default_value_t = 1)]
    cpu: usize,
    /// Do not choose a processor.
    #[arg(long)]
    no_pin: bool,
    /// Only orders over loopback HTTP, against an echo server and the disk's own sync.
    #[arg(long)]
    rest: bool,
    /// Only clients of live data: a thousand of one book, and some that stop to read.
    #[arg(long)]
    streams: bool,
    /// Only the kill switch, with 100,000 orders resting.
    #[arg(long)]
    kill: bool,
    /// Only what history costs orders, and how fast it catches up.
    #[arg(long)]
    history: bool,
    /// Only a history of more than ten million rows: how fast it grows, how fast it answers. It
    /// takes some minutes.
    #[arg(long)]
    rows: bool,
    /// Where the history of `--rows` goes: `postgres://USER@HOST:PORT`, whose databases
    /// `clearing_data` and `market_data` are empty [default: SQLite in the work folder].
    #[arg(long, value_name = "URL", requires = "rows")]
    store: Option<String>,
    /// Run one stage in this process on one workload file, and print one line of JSON.
    #[arg(long, value_name = "STAGE", requires = "file")]
    one: Option<stage::Stage>,
    /// The workload file of `--one`.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Serve an echo on a free port until standard input ends: the yardstick of `--rest`.
    #[arg(long, hide = true)]
    echo: bool,
    /// Follow a book as standard input says: the clients of `--streams`.
    #[arg(long, hide = true)]
    watchers: bool,
}

/// Runs what the arguments ask for.
pub(crate) fn run(args: Args) -> Result<()> {
    if args.echo {
        return rest::serve_echo();
    }
    if args.watchers {
        return watchers::watch();
    }
    if args.rows {
        return rows::run(&args.work, args.store.as_deref());
    }
    let chosen = [args.rest, args.streams, args.kill, args.history];
    if chosen.contains(&true) {
        return over_loopback(&args.work, chosen);
    }
    if let (Some(stage), Some(file)) = (args.one, &args.file) {
        let folder = file.parent().context("a workload file lies in a folder")?;
        println!("{}", stage::run(stage, file, folder)?);
        return Ok(());
    }
    let known = |name: &String| SHAPES.iter().any(|shape| shape.name == name);
    if let Some(unknown) = args.shapes.iter().find(|name| !known(name)) {
        anyhow::bail!("--shapes: {unknown} is none of w1k, w100k, s100, vol10k");
    }
    let floor = args.floor.unwrap_or_else(|| args.work.join("target/release/floor_ev_pf"));
    ensure!(
        floor.exists(),
        "{} is not there: `cargo xtask bench` builds the floor and the workloads",
        floor.display()
    );
    let cpu = (!args.no_pin).then_some(args.cpu);
    let plan = Plan { work: args.work.clone(), floor, rounds: usize::from(args.rounds), cpu };
    let wanted = |name: &str| args.shapes.is_empty() || args.shapes.iter().any(|it| it == name);
    for shape in SHAPES.iter().filter(|shape| wanted(shape.name)) {
        plan.compare(shape)?;
        plan.latency_and_journal(shape)?;
    }
    if args.shapes.is_empty() {
        over_loopback(&args.work, [true; 4])?;
    }
    Ok(())
}

/// What is asked of a venue in a process of its own, as far as it is wanted.
fn over_loopback(work: &Path, [rest, streams, kill, history]: [bool; 4]) -> Result<()> {
    if rest {
        rest::run(work)?;
    }
    if streams {
        streams::run(work)?;
    }
    if kill {
        kill::run(work)?;
    }
    if history {
        history::run(work)?;
    }
    Ok(())
}
