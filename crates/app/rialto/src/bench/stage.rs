//! One stage on one workload, in this process.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::core::Core;
use super::lobw::Workload;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Stage {
    /// The whole core, commands without request ids.
    Core,
    /// The whole core, every command with a remembered 16-byte request id.
    CoreIds,
}

/// Runs one stage; nothing before the timed part is timed.
pub(crate) fn run(stage: Stage, file: &Path) -> Result<Value> {
    let workload = Workload::read(file)?;
    let mut core = Core::new(&workload, stage == Stage::CoreIds);
    let (prefill, timed) = workload.records.split_at(workload.prefill);
    core.run(prefill);
    let before = (core.trades, core.refused);
    let taken = core.run(timed);
    Ok(json!({
        "commands": timed.len(),
        "cpu_ns": taken.as_nanos() as u64,
        "trades": core.trades.trades - before.0.trades,
        "hash": format!("{:016x}", core.trades.hash),
        "refused": core.refused - before.1,
    }))
}
