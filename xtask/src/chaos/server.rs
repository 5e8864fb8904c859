//! The exchange as a process: built, started, killed, verified.

use super::http::{Connection, Door};
use crate::workspace::{FEATURES, Workspace};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a start may take: all of it is replay.
const START_MAX: Duration = Duration::from_secs(60);
const LOG_LINES_SHOWN: usize = 20;
/// Small, so that segments are begun, snapshots written and old segments removed in a short run.
const SEGMENT_MIB: &str = "1";

/// Numbers the folders of this process, so that each has logs of its own.
static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// Which binary is hurt.
#[derive(Args, Default)]
pub struct Build {
    /// Take the build without the release optimisations.
    #[arg(long)]
    pub debug: bool,
    /// Take this binary instead of building one.
    #[arg(long, value_name = "FILE", conflicts_with = "debug")]
    pub binary: Option<PathBuf>,
}

/// The built binary.
pub struct Binary {
    path: PathBuf,
    /// Where its servers log to; beside their data if nowhere.
    logs: Option<PathBuf>,
}

/// A data folder with the logs of its servers beside it; removed unless it is kept as evidence.
pub struct Folder {
    path: PathBuf,
    log: PathBuf,
    keep: bool,
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub door: Door,
}

/// How a start ended.
pub enum Started {
    Serving(Server),
    /// It ended by itself before it served.
    Exited(ExitStatus),
}

impl Binary {
    /// Builds the exchange and finds it, unless there is one.
    pub fn build(workspace: &Workspace, build: &Build) -> Result<Binary> {
        if let Some(path) = &build.binary {
            ensure!(path.is_file(), "there is no file {}", path.display());
            let path = path.canonicalize().context("the binary has a path")?;
            return Ok(Binary { path, logs: None });
        }
        // By default the build that ships.
        let profile = if build.debug { "dev" } else { "release" };
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--package", "rialto", "--bin", "rialto", "--profile", profile]);
        Binary::built_by(&mut cargo)
    }

    /// The binary that `cargo test --workspace` builds for the tests that start it. Features that
    /// some crate's tests need are on in it, so any other command would build it anew.
    pub fn of_the_tests(workspace: &Workspace) -> Result<Binary> {
        let mut cargo = workspace.cargo();
        let binary =
            Binary::built_by(cargo.args(["test", "--workspace", "--no-run"]).args(FEATURES))?;
        Ok(Binary { logs: Some(workspace.logs()), ..binary })
    }

    fn built_by(cargo: &mut Command) -> Result<Binary> {
        cargo.args(["--locked", "--message-format", "json-render-diagnostics"]);
        let output = cargo.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
        ensure!(output.status.success(), "the exchange does not build");
        let messages = String::from_utf8_lossy(&output.stdout);
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let is_exchange = |message: &Value| {
            let target = &message["target"];
            target["name"] == "rialto"
                && target["kind"] == json!(["bin"])
                && message["profile"]["test"] == false
        };
        let mut built = messages.filter(is_exchange);
        let path = built.find_map(|message| Some(message["executable"].as_str()?.to_owned()));
        let path = path.context("cargo names no executable")?.into();
        Ok(Binary { path, logs: None })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Prepares `rialto run` in a folder, on a free port.
    pub fn serve(&self, folder: &Folder) -> Command {
        self.serve_logging(folder, "warn")
    }

    /// The same, and what it logs.
    pub fn serve_logging(&self, folder: &Folder, filter: &str) -> Command {
        let mut command = Command::new(&self.path);
        command.args(["run", "--demo", "--demo-rate", "0"]);
        command.args(["--listen", "127.0.0.1:0", "--log-filter", filter]);
        command.args(["--key-rate", "1000000", "--account-rate", "1000000"]);
        command.args(["--segment-mib", SEGMENT_MIB, "--data"]).arg(folder.data());
        command
    }

    /// Replays the folder offline, and returns what was printed: hashes, trial balance, verdict.
    ///
    /// # Errors
    /// When anything in it does not hold.
    pub fn verify(&self, folder: &Folder) -> Result<String> {
        let told = self.offline("verify", folder, &[])?;
        let balances: Vec<&str> =
            told.lines().filter(|line| line.starts_with("trial balance")).collect();
        let are_zero = balances.iter().all(|line| line.ends_with(" 0"));
        ensure!(!balances.is_empty() && are_zero, "the trial balance is not zero:\n{told}");
        ensure!(told.contains("equal at every batch"), "no hashes were compared:\n{told}");
        Ok(told)
    }

    /// Compares the folder's history with one made anew from its journal, and returns what was
    /// printed: the rows of each table.
    ///
    /// # Errors
    /// When a row differs, or some are missing.
    pub fn check_history(&self, folder: &Folder) -> Result<String> {
        self.offline("rebuild", folder, &["--check"])
    }

    fn offline(&self, name: &str, folder: &Folder, options: &[&str]) -> Result<String> {
        let mut command = Command::new(&self.path);
        command.arg(name).arg(folder.data()).args(options);
        let output = command.output().with_context(|| format!("rialto {name}"))?;
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "rialto {name}: {}\n{told}{errors}", output.status);
        Ok(told)
    }
}

impl Folder {
    /// Makes an empty folder for data on the disk that holds the binary: memory needs no sync.
    pub fn new(binary: &Binary, name: &str) -> Result<Folder> {
        let beside = binary.path.parent().context("the binary has a folder")?;
        let path = beside.join(format!("chaos-{name}-{}", std::process::id()));
        if path.exists() {
            std::fs::remove_dir_all(&path).with_context(|| format!("cannot empty {path:?}"))?;
        }
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make {path:?}"))?;
        let log = match &binary.logs {
            Some(logs) => {
                std::fs::create_dir_all(logs).with_context(|| format!("cannot make {logs:?}"))?;
                let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
                logs.join(format!("{name}-{number}.log"))
            }
            None => path.join("server.log"),
        };
        Ok(Folder { path, log, keep: false })
    }

    /// Where the exchange keeps its data.
    pub fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// A file beside the data.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Leaves it on the disk, and tells where.
    pub fn keep(&mut self) -> &Path {
        self.keep = true;
        &self.path
    }

    /// The last lines that its servers logged.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep {
            std::fs::remove_dir_all(&self.path).ok();
        }
    }
}

impl Started {
    /// The server, where nothing but that was expected.
    pub fn serving(self, folder: &Folder) -> Result<Server> {
        match self {
            Started::Serving(server) => Ok(server),
            Started::Exited(status) => bail!("it does not start: {status}\n{}", folder.log_tail()),
        }
    }
}

impl Server {
    /// Starts `command` and waits until it listens.
    pub fn start(mut command: Command, folder: &Folder) -> Result<Started> {
        let mut child = Server::spawn(&mut command, folder)?;
        let output = child.stdout.take().context("its output is piped")?;
        match listening(output) {
            Some(address) => {
                let key = folder.data().join("admin.key");
                let key = std::fs::read_to_string(&key).with_context(|| format!("{key:?}"))?;
                let door = Door::new(address, key.trim_end())?;
                Ok(Started::Serving(Server { child, door }))
            }
            None => {
                let end = wait(&mut child, START_MAX);
                let end = end.inspect_err(|_| drop(child.kill()))?;
                Ok(Started::Exited(end))
            }
        }
    }

    /// Starts it and kills it `after` so long, wherever it is then.
    pub fn start_and_kill(mut command: Command, folder: &Folder, after: Duration) -> Result<()> {
        let mut child = Server::spawn(&mut command, folder)?;
        std::thread::sleep(after);
        child.kill().context("cannot kill it")?;
        child.wait().context("cannot wait for it")?;
        Ok(())
    }

    fn spawn(command: &mut Command, folder: &Folder) -> Result<Child> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&folder.log);
        let log = log.context("cannot open the server's log")?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        command.spawn().with_context(|| format!("cannot start {command:?}"))
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn connect(&self) -> Connection {
        Connection::new(self.door)
    }

    /// Ends it as a power cut would end the process: SIGKILL.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill().context("cannot kill the server")?;
        self.child.wait().context("cannot wait for the server")?;
        Ok(())
    }

    /// Asks it to end, and waits until it did.
    pub fn stop(mut self) -> Result<ExitStatus> {
        let pid = self.child.id().to_string();
        let sent =
            Command::new("kill").args(["-TERM", &pid]).status().context("cannot run kill")?;
        ensure!(sent.success(), "kill -TERM: {sent}");
        wait(&mut self.child, Duration::from_secs(20))
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// When it still runs after `max`.
    pub fn wait(&mut self, max: Duration) -> Result<ExitStatus> {
        wait(&mut self.child, max)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn wait(child: &mut Child, max: Duration) -> Result<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("cannot wait for the server")? {
            return Ok(status);
        }
        ensure!(start.elapsed() < max, "it still runs after {} s", max.as_secs());
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The address that the server prints once it answers; `None` when it ends before or takes too
/// long. Its output is read to the end, so that it never waits for its reader.
fn listening(output: ChildStdout) -> Option<SocketAddr> {
    let (tell, hear) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(|line| line.ok()) {
            let address = line.strip_prefix("listening on http://");
            if let Some(address) = address.and_then(|address| address.parse().ok()) {
                tell.send(address).ok();
            }
        }
    });
    hear.recv_timeout(START_MAX).ok()
}
