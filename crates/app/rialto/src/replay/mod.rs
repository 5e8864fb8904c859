//! `rialto replay`: recorded order flow, line by line, through the whole venue.

mod desk;
mod golden;
mod line;
mod market;
mod report;
mod source;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use serde_json::Value;

use crate::exit::{Exit, Failure, OrExit};
use desk::Desk;
use golden::Golden;
use line::{Columns, Row};
use market::Decimals;
use report::Report;
use source::Source;

/// Run recorded order flow through the whole venue and say what it came to.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The recording: .csv or .csv.gz.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
    /// Decimal places of a tick [default: as the golden file says, else 2].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=9))]
    tick_decimals: Option<u8>,
    /// Decimal places of a lot [default: as the golden file says, else 0].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=9))]
    lot_decimals: Option<u8>,
}

/// Replays the file and compares with what is known of it.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let golden = Golden::beside(&args.file).or_bad_input()?;
    let from_golden = golden.as_ref().map(|golden| golden.decimals);
    let default = from_golden.unwrap_or(Decimals { tick: 2, lot: 0 });
    let decimals = Decimals {
        tick: args.tick_decimals.unwrap_or(default.tick),
        lot: args.lot_decimals.unwrap_or(default.lot),
    };
    let report = replay(args, decimals)?;
    let differences = golden.map(|golden| golden.differences(&report.figures()));
    let shown = match args.json {
        true => report.json(differences.as_deref()),
        false => report.text(differences.as_deref()),
    };
    crate::print(&shown).or_cannot_start()?;
    let is_equal = differences.is_none_or(|differences| differences.is_empty());
    Ok(if is_equal && report.is_sound() { Exit::Ok } else { Exit::No })
}

fn replay(args: &Args, decimals: Decimals) -> Result<Report, Failure> {
    let name = args.file.display();
    let mut source = Source::open(&args.file).or_bad_input()?;
    let mut desk = Desk::new(decimals).or_usage()?;
    let mut columns = Columns::default();
    let start = Instant::now();
    while let Some((number, text)) =
        source.next_line().with_context(|| name.to_string()).or_bad_input()?
    {
        let row = match number {
            1 => Row::header(text).map(|()| None),
            _ => columns.read(text).map(Some),
        };
        let applied = row.and_then(|row| row.map_or(Ok(()), |row| desk.apply(&row)));
        applied
            .map_err(|wrong| wrong.at(number))
            .with_context(|| name.to_string())
            .or_bad_input()?;
    }
    source.finish();
    Ok(Report::new(&desk, start.elapsed()))
}

/// A figure that was expected and the one that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) figure: String,
    pub(crate) expected: Value,
    pub(crate) found: Value,
}
