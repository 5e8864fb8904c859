//! All stages on all shapes: fresh processes, interleaved with the floor, as ratios of medians.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde_json::Value;

use super::stage::Stage;

/// A shape of the neutral workload: what its trades must hash to, and how much slower than the
/// floor a stage may be. Source: `../shared/bench/README.md`, docs/PERFORMANCE.md.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    hash: &'static str,
    book_max: f64,
    core_max: f64,
}

pub(crate) const SHAPES: [Shape; 4] = [
    Shape { name: "w1k", hash: "04dd5f97b5ca79bc", book_max: 2.2, core_max: 7.5 },
    Shape { name: "w100k", hash: "46ce04e7406505cd", book_max: 2.0, core_max: 11.0 },
    Shape { name: "s100", hash: "578baa106ea05418", book_max: 2.0, core_max: 11.0 },
    Shape { name: "vol10k", hash: "42b5448ec97776b4", book_max: 2.2, core_max: 10.0 },
];

/// Processor time of a record that the journal itself may take: all but encoding the command.
const JOURNAL_NS_MAX: f64 = 30.0;

/// Where things are, and how often to measure.
pub(crate) struct Plan {
    pub(crate) work: PathBuf,
    pub(crate) floor: PathBuf,
    pub(crate) rounds: usize,
    pub(crate) cpu: Option<usize>,
}

/// Nanoseconds of processor time a record, by round.
struct Series {
    what: String,
    ns: Vec<f64>,
}

impl Plan {
    /// Measures book and core on a shape and prints a row for each.
    pub(crate) fn compare(&self, shape: &Shape) -> Result<()> {
        let file = self.work.join(format!("{}.lobw", shape.name));
        let stages = [Stage::Book, Stage::Core, Stage::CoreIds];
        let mut floor = Series { what: "floor".into(), ns: Vec::new() };
        let mut series = stages.map(|stage| Series { what: name(stage), ns: Vec::new() });
        let mut peaks = [0; 3];
        for _ in 0..self.rounds {
            let line = self.run(&self.floor, &[path(&file)?])?;
            floor.ns.push(line["cpu_ns_op"].as_f64().context("the floor tells cpu_ns_op")?);
            for (at, stage) in stages.into_iter().enumerate() {
                let line = self.stage(stage, &file)?;
                let found = line["hash"].as_str().unwrap_or_default();
                ensure!(found == shape.hash, "{}: hash {found}, not {}", shape.name, shape.hash);
                series[at].ns.push(per_record(&line, "cpu_ns")?);
                peaks[at] = line["peak_kb"].as_u64().unwrap_or(0);
            }
        }
        println!("{:7} hash {} in every run", shape.name, shape.hash);
        println!("{:7} {:9} {:>8.1} ns", shape.name, floor.what, median(&floor.ns));
        let core_ns = series[1].ns.clone();
        for (at, (it, max)) in
            series.iter().zip([shape.book_max, shape.core_max, f64::NAN]).enumerate()
        {
            let base = if at == 2 { &core_ns } else { &floor.ns };
            let limit = if at == 2 { 1.4 } else { max };
            self.row(shape, it, base, limit, peaks[at]);
        }
        Ok(())
    }

    /// Prints percentiles of the core and what a journal costs.
    pub(crate) fn latency_and_journal(&self, shape: &Shape) -> Result<()> {
        let file = self.work.join(format!("{}.lobw", shape.name));
        let line = self.stage(Stage::CoreLatency, &file)?;
        let [p50, p99, p999] = ["p50_ns", "p99_ns", "p999_ns"].map(|key| line[key].clone());
        let name = shape.name;
        println!("{name:7} core one by one, clock included: p50 {p50} p99 {p99} p99.9 {p999} ns");
        let lines = (0..self.rounds).map(|_| self.unpinned(Stage::Journal, &file));
        let lines = lines.collect::<Result<Vec<Value>>>()?;
        let each = |key: &str| -> Result<f64> {
            let of = |line| Ok(number(line, key)? / number(line, "commands")?);
            Ok(median(&lines.iter().map(of).collect::<Result<Vec<f64>>>()?))
        };
        let (encode, write, sync) = (each("encode_ns")?, each("write_ns")?, each("sync_cpu_ns")?);
        let frame = each("push_ns")? - encode;
        let (own, prepare) = (frame + write, each("prepare_ns")?);
        println!(
            "{name:7} journal   {:>8.2} M durable commands/s; CPU a record: frame {frame:.1} + \
             checksum and write {write:.1} = {own:.1} ns (at most {JOURNAL_NS_MAX}: {}); \
             beside it: encode the command {encode:.1}, sync {sync:.1}, segments ahead \
             {prepare:.1} ns; {:.0} commands a sync",
            1e3 / each("wall_ns")?,
            yes_or_no(own <= JOURNAL_NS_MAX),
            1.0 / each("syncs")?,
        );
        Ok(())
    }

    fn row(&self, shape: &Shape, it: &Series, base: &[f64], limit: f64, peak_kb: u64) {
        let ratios: Vec<f64> = it.ns.iter().zip(base).map(|(ns, base)| ns / base).collect();
        let ratio = median(&ratios);
        println!(
            "{:7} {:9} {:>8.1} ns {:>6.2} M/s {:>6.2}x of {:5} (at most {limit}x: {}) peak {} MiB",
            shape.name,
            it.what,
            median(&it.ns),
            1e3 / median(&it.ns),
            ratio,
            if it.what == "core-ids" { "core" } else { "floor" },
            yes_or_no(ratio <= limit),
            peak_kb / 1_024,
        );
    }

    fn stage(&self, stage: Stage, file: &Path) -> Result<Value> {
        let own = std::env::current_exe()?;
        let name = name(stage);
        self.run(&own, &["bench", "--one", &name, "--file", path(file)?])
    }

    fn unpinned(&self, stage: Stage, file: &Path) -> Result<Value> {
        let free =
            Plan { cpu: None, work: self.work.clone(), floor: self.floor.clone(), rounds: 1 };
        free.stage(stage, file)
    }

    /// Runs a program that prints one line of JSON, on the chosen processor.
    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Value> {
        let mut command = match self.cpu {
            Some(cpu) => {
                let mut pinned = Command::new("taskset");
                pinned.arg("-c").arg(cpu.to_string()).arg(program);
                pinned
            }
            None => Command::new(program),
        };
        let output = command.args(arguments).output();
        let output = output.with_context(|| format!("running {}", program.display()))?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            bail!("{} {arguments:?}: {error}", program.display());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// The stage's name on the command line.
fn name(stage: Stage) -> String {
    stage.to_possible_value().map_or_else(String::new, |it| it.get_name().to_string())
}

fn per_record(line: &Value, key: &str) -> Result<f64> {
    Ok(number(line, key)? / number(line, "records")?)
}

fn number(line: &Value, key: &str) -> Result<f64> {
    line[key].as_f64().with_context(|| format!("{key} is missing in {line}"))
}

fn path(path: &Path) -> Result<&str> {
    path.to_str().context("paths are UTF-8")
}

/// The middle of some figures.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The figure that so many thousandths of some, sorted, do not exceed.
pub(crate) fn percentile<T: Copy>(sorted: &[T], thousandths: usize) -> T {
    sorted[(sorted.len() - 1) * thousandths / 1_000]
}

/// Whether a figure is where it must be, for a person.
pub(crate) fn yes_or_no(is_met: bool) -> &'static str {
    if is_met { "yes" } else { "NO" }
}
