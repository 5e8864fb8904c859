//! One stage on one workload, in this process.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::lobw::Workload;
use super::{book, core, journal};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Stage {
    /// Matching only.
    Book,
    /// The whole core, commands without request ids.
    Core,
    /// The whole core, every command with a remembered 16-byte request id.
    CoreIds,
    /// The whole core, command by command, for percentiles.
    CoreLatency,
    /// The core and a journal with group commit.
    Journal,
}

/// Runs one stage; nothing before the timed part is timed. `folder` is where a journal may lie.
pub(crate) fn run(stage: Stage, file: &Path, folder: &Path) -> Result<Value> {
    let workload = Workload::read(file)?;
    let timed = workload.records.len() - workload.prefill;
    let mut line = match stage {
        Stage::Book => {
            let ran = book::run(&workload);
            json!({
                "cpu_ns": ran.taken.as_nanos() as u64,
                "trades": ran.trades_timed,
                "hash": format!("{:016x}", ran.totals.hash),
                "refused": ran.refused,
                "resting": ran.resting,
            })
        }
        Stage::Core | Stage::CoreIds => run_core(&workload, stage == Stage::CoreIds),
        Stage::CoreLatency => run_latency(&workload),
        Stage::Journal => {
            let ran = journal::run(&workload, folder)?;
            json!({
                "commands": ran.commands,
                "wall_ns": ran.wall.as_nanos() as u64,
                "encode_ns": ran.encode.as_nanos() as u64,
                "push_ns": ran.push.as_nanos() as u64,
                "write_ns": ran.write.as_nanos() as u64,
                "prepare_ns": ran.prepare.as_nanos() as u64,
                "sync_cpu_ns": ran.sync.as_nanos() as u64,
                "syncs": ran.syncs,
                "event_hash": format!("{:016x}", ran.event_hash.value()),
            })
        }
    };
    line["records"] = json!(timed);
    line["peak_kb"] = json!(peak_kb());
    Ok(line)
}

fn run_core(workload: &Workload, with_ids: bool) -> Value {
    let mut core = core::Core::new(workload, with_ids);
    let (prefill, timed) = workload.records.split_at(workload.prefill);
    core.prepare(&workload.records);
    core.run(prefill);
    let before = (core.trades, core.refused);
    let taken = core.run(timed);
    json!({
        "cpu_ns": taken.as_nanos() as u64,
        "trades": core.trades.trades - before.0.trades,
        "hash": format!("{:016x}", core.trades.hash),
        "refused": core.refused - before.1,
    })
}

fn run_latency(workload: &Workload) -> Value {
    let mut core = core::Core::new(workload, false);
    let (prefill, timed) = workload.records.split_at(workload.prefill);
    core.run(prefill);
    let mut nanoseconds = core.run_one_by_one(timed);
    nanoseconds.sort_unstable();
    let percentile =
        |millionths: usize| nanoseconds[(nanoseconds.len() - 1) * millionths / 1_000_000];
    json!({
        "p50_ns": percentile(500_000),
        "p99_ns": percentile(990_000),
        "p999_ns": percentile(999_000),
    })
}

/// The most memory this process ever had, in KiB; zero where the system does not tell.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
