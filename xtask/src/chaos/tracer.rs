//! strace around the server: from its start, or attached while it runs.

use super::trace::Trace;
use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CALLS: &str = "trace=fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64";
/// Longer than any answer or batch of these tests: what is cut proves nothing.
const BYTES_SHOWN: &str = "16384";
const PATIENCE: Duration = Duration::from_secs(20);
/// Where the end of a process is looked for.
const TAIL_BYTES: u64 = 4_096;

/// Which sync fails: the so-many'th of each thread, counted from the tracer's beginning.
#[derive(Clone, Copy, Debug)]
pub struct FailingSync(pub u64);

/// Tells why programs cannot be traced here; `None` when they can.
pub fn obstacle() -> Option<String> {
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    match tried {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Some(format!("cannot start strace: {error}")),
    }
}

/// Tells why a program that already runs cannot be traced here; `None` when it can. The system may
/// allow it for programs that strace starts itself, and not for others.
pub fn attach_obstacle() -> Result<Option<String>> {
    let mut sleeper = Command::new("sleep").arg("20").spawn().context("cannot start sleep")?;
    let attached = attach(sleeper.id(), Path::new("/dev/null"), None);
    sleeper.kill().context("cannot kill sleep")?;
    sleeper.wait().context("cannot wait for sleep")?;
    match attached {
        Ok(mut strace) => {
            strace.wait().context("cannot wait for strace")?;
            Ok(None)
        }
        Err(error) => Ok(Some(format!("{error:#}"))),
    }
}

/// Puts strace around a command. The process started is still the command's own (`-D`), so that
/// signals and exit codes are its.
pub fn wrap(command: &Command, output: &Path, fail: Option<FailingSync>) -> Command {
    let mut wrapped = strace(output, fail);
    wrapped.arg("-D").arg("--").arg(command.get_program()).args(command.get_args());
    wrapped
}

/// Attaches to all threads of a running process.
///
/// # Errors
/// When the system forbids it, or it takes too long.
pub fn attach(pid: u32, output: &Path, fail: Option<FailingSync>) -> Result<Child> {
    let mut command = strace(output, fail);
    command.args(["-p", &pid.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut tracer = command.spawn().context("cannot start strace")?;
    let start = Instant::now();
    while !is_traced(pid).inspect_err(|_| drop(tracer.kill()))? {
        if tracer.try_wait().context("cannot wait for strace")?.is_some() {
            let mut told = String::new();
            tracer.stderr.take().context("piped")?.read_to_string(&mut told).ok();
            bail!("strace cannot attach: {}", told.trim());
        }
        ensure!(start.elapsed() < PATIENCE, "strace does not attach");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(tracer)
}

/// Reads a trace once it tells the end of its process.
pub fn read(output: &Path, pid: u32) -> Result<Trace> {
    let start = Instant::now();
    while !tells_end(output, pid)? {
        ensure!(start.elapsed() < PATIENCE, "strace does not tell the end of process {pid}");
        std::thread::sleep(Duration::from_millis(5));
    }
    let text = std::fs::read(output).context("cannot read the trace")?;
    Trace::parse(&String::from_utf8_lossy(&text))
}

fn strace(output: &Path, fail: Option<FailingSync>) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-yy", "-ttt", "-s", BYTES_SHOWN, "-e", CALLS, "-o"]).arg(output);
    if let Some(FailingSync(number)) = fail {
        command.arg("-e").arg(format!("inject=fdatasync:error=EIO:when={number}"));
    }
    command
}

/// Whether every thread of a process has a tracer.
fn is_traced(pid: u32) -> Result<bool> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).context("the process is gone")?;
    for thread in threads {
        let status = thread.context("the process is gone")?.path().join("status");
        // A thread may have ended meanwhile.
        let Ok(status) = std::fs::read_to_string(status) else { continue };
        if status.lines().any(|line| line.split_whitespace().eq(["TracerPid:", "0"])) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn tells_end(output: &Path, pid: u32) -> Result<bool> {
    let mut file = std::fs::File::open(output).context("cannot open the trace")?;
    let length = file.metadata().context("cannot read the trace")?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES))).context("cannot seek")?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).context("cannot read the trace")?;
    let tail = String::from_utf8_lossy(&tail);
    let name = pid.to_string();
    Ok(tail.ends_with('\n')
        && tail
            .lines()
            .any(|line| line.split_whitespace().next() == Some(&name) && line.contains(" +++ ")))
}
