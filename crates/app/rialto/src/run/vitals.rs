//! What the process tells operators of itself and its disk, read when they ask.

use std::fs;
use std::path::{Path, PathBuf};

use gateway::Machine;
use journal::{Archive, FileStorage};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

/// Looks at the process, and at the disk of the data folder `folder`.
pub(super) fn look_at(
    folder: &Path,
    archive: Archive<FileStorage>,
) -> Box<dyn Fn() -> Machine + Send + Sync> {
    let folder = PathBuf::from(folder);
    Box::new(move || look(&folder, &archive))
}

fn look(folder: &Path, archive: &Archive<FileStorage>) -> Machine {
    let disk = rustix::fs::statvfs(folder).ok();
    Machine {
        segments: archive.segment_count().ok().map(|count| count as u64),
        disk_free_bytes: disk.map(|disk| disk.f_bavail * disk.f_frsize),
        resident_bytes: resident_bytes(),
        processor_ns: processor_ns(),
        files: fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as u64),
        files_max: getrlimit(Resource::Nofile).current,
    }
}

/// As Linux tells it, in kibibytes.
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

fn processor_ns() -> Option<u64> {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, ns) = (u64::try_from(used.tv_sec).ok()?, u64::try_from(used.tv_nsec).ok()?);
    Some(seconds * 1_000_000_000 + ns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_process_uses_memory_and_time() {
        if cfg!(target_os = "linux") {
            assert!(resident_bytes().expect("Linux tells") > 1 << 20);
        }
        assert!(processor_ns().expect("every system tells") > 0);
    }
}
