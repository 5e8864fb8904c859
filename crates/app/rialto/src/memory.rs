//! Large pages for large tables.
//!
//! The venue's tables are far larger than what the processor's address cache covers in pages of
//! 4 KiB. The C library asks for large pages when a variable says so at its start, so the program
//! starts itself once more with it. Measured: docs/PERFORMANCE.md.

use std::os::unix::process::CommandExt;
use std::process::Command;

const VARIABLE: &str = "GLIBC_TUNABLES";
const VALUE: &str = "glibc.malloc.hugetlb=1";

/// Starts this program again in its place, with large pages asked for, unless the variable is set
/// already: by the first start, or by whoever started it.
pub(crate) fn ask_for_large_pages() {
    if cfg!(not(target_env = "gnu")) || std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let Ok(own) = std::env::current_exe() else { return };
    let mut again = Command::new(own);
    // It returns only if it failed; then small pages do.
    let _ = again.args(std::env::args_os().skip(1)).env(VARIABLE, VALUE).exec();
}
