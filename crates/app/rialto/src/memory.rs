//! The allocator, and large pages for large tables.
//!
//! The venue's tables are far larger than what the processor's address cache covers in pages of
//! 4 KiB. jemalloc asks the system for large ones where `.cargo/config.toml` tells it to when it is
//! built. Why, and what it changed: docs/adr/0011-jemalloc.md.

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
