//! The allocator, large pages for large tables, and whether there is memory for them.
//!
//! The venue's tables are far larger than what the processor's address cache covers in pages of
//! 4 KiB. jemalloc asks the system for large ones where `.cargo/config.toml` tells it to when it is
//! built. Why, and what it changed: docs/adr/0011-jemalloc.md.

use std::fs;

use anyhow::anyhow;
use rustix::system::sysinfo;
use venue::Limits;

use crate::exit::{Exit, Failure};

/// Where a container's bound stands, if it has one.
const CONTAINER_MAX: &str = "/sys/fs/cgroup/memory.max";

/// That the machine has memory for a venue of these limits. One runs in two copies, the other of
/// which makes the snapshots, and each touches half of what it asks for before the first command.
pub(crate) fn check(limits: &Limits) -> Result<(), Failure> {
    let parts = limits.memory();
    let (needed, there) = (parts.iter().map(|(_, bytes)| bytes).sum::<u64>(), machine_bytes());
    if needed <= there {
        return Ok(());
    }
    let most = parts.iter().max_by_key(|(_, bytes)| bytes).expect("a venue has tables");
    let [needed, there, most_mb] = [needed, there, most.1].map(|bytes| bytes >> 20);
    Err(Exit::CannotStart.because(anyhow!(
        "no memory: the tables of this venue take {needed} MiB, most of them ({most_mb} MiB) for \
         {}, and this machine has {there} MiB: a new venue can have lower limits in its profile",
        most.0
    )))
}

fn machine_bytes() -> u64 {
    let info = sysinfo();
    let machine = (info.totalram + info.totalswap) * u64::from(info.mem_unit);
    let container = fs::read_to_string(CONTAINER_MAX).ok().and_then(|it| it.trim().parse().ok());
    container.map_or(machine, |max: u64| machine.min(max))
}

#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[cfg(test)]
mod tests {
    /// Enough to hold a large page wherever it begins.
    const PROBE_BYTES: usize = 8 << 20;

    #[test]
    fn large_memory_comes_in_large_pages_where_the_system_has_them() {
        let setting = "/sys/kernel/mm/transparent_hugepage/enabled";
        let setting = std::fs::read_to_string(setting).unwrap_or_default();
        if !setting.contains("[madvise]") && !setting.contains("[always]") {
            println!("SKIPPED: this system gives no large pages");
            return;
        }
        let probe = vec![1u8; PROBE_BYTES];
        let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").expect("Linux tells");
        assert_eq!(probe[PROBE_BYTES - 1], 1);
        let line = rollup.lines().find(|line| line.starts_with("AnonHugePages:"));
        let kb = line.and_then(|line| line.split_whitespace().nth(1)).expect("a number");
        assert_ne!(kb, "0", "{rollup}");
    }
}
