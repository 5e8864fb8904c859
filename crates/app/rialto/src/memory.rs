//! Large pages for large tables.
//!
//! The venue's tables are far larger than what the processor's address cache covers in pages of
//! 4 KiB. The C library asks for large pages when a variable says so at its start, so the program
//! starts itself once more with it. Measured: docs/PERFORMANCE.md.

use std::os::unix::process::CommandExt;
use std::process::Command;

const VARIABLE: &str = "GLIBC_TUNABLES";
const VALUE: &str = "glibc.malloc.hugetlb=1";
/// How often the program has started itself.
const STARTS: &str = "RIALTO_STARTS";
/// glibc 2.36 compares a text that it did not end, and so heeds the variable at about every second
/// start. In vain so often, and there are no large pages to be had.
const STARTS_MAX: u32 = 12;
/// Enough to hold a large page wherever it begins.
const PROBE_BYTES: usize = 8 << 20;

/// Starts this program again in its place, with large pages asked for, until it has them; not when
/// whoever started it set the variable.
pub(crate) fn ask_for_large_pages() {
    let starts = std::env::var(STARTS).ok().and_then(|starts| starts.parse().ok()).unwrap_or(0);
    let is_decided = starts == 0 && std::env::var_os(VARIABLE).is_some();
    if cfg!(not(target_env = "gnu")) || is_decided || starts >= STARTS_MAX {
        return;
    }
    if starts > 0 && has_large_pages() {
        return;
    }
    let Ok(own) = std::env::current_exe() else { return };
    let mut again = Command::new(own);
    again.args(std::env::args_os().skip(1)).env(VARIABLE, VALUE);
    // It returns only if it failed; then small pages do.
    let _ = again.env(STARTS, (starts + 1).to_string()).exec();
}

/// Whether memory touched now comes in large pages.
fn has_large_pages() -> bool {
    let mut probe: Vec<u8> = Vec::with_capacity(PROBE_BYTES);
    probe.resize(PROBE_BYTES, 1);
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    let line = rollup.lines().find(|line| line.starts_with("AnonHugePages:"));
    std::hint::black_box(&probe);
    line.is_some_and(|line| line.split_whitespace().nth(1) != Some("0"))
}
