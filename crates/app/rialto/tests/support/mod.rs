//! The built binary as a process, and an HTTP client of some fifty lines; one module for all test
//! binaries.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod http;
pub mod prometheus;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

pub use http::{Connection, Reply, Stream};

/// No answer and no end of a process takes longer.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Small segments: a folder is made in no time.
const SEGMENT: [&str; 2] = ["--segment-mib", "1"];
/// The demo market without its traders: what happens there is what the test does.
const QUIET: [&str; 4] = ["run", "--demo", "--demo-rate", "0"];
/// Each request stands in the log, so that a search for secrets has something to search.
const LOG_FILTER: [&str; 2] = ["--log-filter", "debug"];

/// The binary with arguments, not started yet.
pub fn rialto(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the binary to its end.
pub fn output(arguments: &[&str]) -> Output {
    rialto(arguments).output().expect("the binary starts")
}

/// What a process said on stdout and stderr, and its exit code.
pub fn told(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("it was not killed");
    (text(&output.stdout), text(&output.stderr), code)
}

/// Names the folder in which the logs of all servers are kept, to be searched for secrets.
const LOGS: &str = "RIALTO_TEST_LOGS";

/// A file that a server logs to; removed with it unless it is to be searched.
struct Log {
    path: PathBuf,
    is_kept: bool,
}

/// A running exchange, mostly with the demo market. Killed when dropped.
pub struct Server {
    child: Child,
    log: Log,
    /// Where it listens: `127.0.0.1:PORT`.
    pub address: String,
    /// Where operators find its metrics, when it was started so.
    pub metrics: Option<String>,
    /// The admin key, which every request is sent with.
    pub key: String,
}

impl Server {
    /// Starts on a free port and waits until it listens.
    pub fn start(data: &Path) -> Server {
        Server::start_with(data, &["--listen", "127.0.0.1:0"])
    }

    /// Starts and logs what passes `filter`.
    pub fn start_logging(data: &Path, filter: &str) -> Server {
        Server::start_with(data, &["--listen", "127.0.0.1:0", "--log-filter", filter])
    }

    /// Starts with these arguments, of which one says where to listen.
    pub fn start_with(data: &Path, arguments: &[&str]) -> Server {
        Server::start_as(rialto(&QUIET), data, arguments)
    }

    /// Starts a venue without the demo market, where payments wait for an operator.
    pub fn start_bare(data: &Path) -> Server {
        Server::start_bare_with(data, &["--listen", "127.0.0.1:0"])
    }

    /// Starts a venue of which these arguments say everything.
    pub fn start_bare_with(data: &Path, arguments: &[&str]) -> Server {
        Server::start_as(rialto(&["run"]), data, arguments)
    }

    /// The same, asked with another key or login from now on.
    pub fn with_key(mut self, key: &str) -> Server {
        key.clone_into(&mut self.key);
        self
    }

    fn start_as(mut command: Command, data: &Path, arguments: &[&str]) -> Server {
        command.arg("--data").arg(data).args(SEGMENT).args(arguments);
        if !arguments.contains(&LOG_FILTER[0]) {
            command.args(LOG_FILTER);
        }
        let log = Log::new();
        let file = File::create(&log.path).expect("a log");
        let mut child =
            command.stdout(Stdio::piped()).stderr(file).spawn().expect("the binary starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        stdout.read_line(&mut line).expect("a line");
        let Some(address) = line.trim_end().strip_prefix("listening on http://") else {
            child.wait().expect("it ends");
            panic!("no address but {line:?}; {}", log.read());
        };
        let metrics = arguments.contains(&"--metrics-listen").then(|| {
            let mut line = String::new();
            stdout.read_line(&mut line).expect("a line");
            let url = line.trim_end().strip_prefix("metrics on http://");
            url.and_then(|url| url.strip_suffix("/metrics")).expect("an address").to_owned()
        });
        let key = std::fs::read_to_string(data.join("admin.key")).expect("the admin key");
        let key = key.trim_end().to_owned();
        Server { child, log, address: address.to_owned(), metrics, key }
    }

    /// Ends it as a power cut would, as far as a program can tell.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end and waits; answers how it ended and what it logged.
    pub fn stop(self) -> (ExitStatus, String) {
        self.ask_to_stop();
        self.wait()
    }

    /// Asks it to end.
    pub fn ask_to_stop(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
    }

    /// Waits for its end; answers how it ended and what it logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it ends");
        (status, self.log.read())
    }

    /// A connection that is kept.
    pub fn connect(&self) -> Connection {
        Connection::open(&self.address, &self.key)
    }

    /// `GET path`
    pub fn get(&self, path: &str) -> Reply {
        http::request(&self.address, &self.key, "GET", path, None)
    }

    /// `POST path` with a body of JSON.
    pub fn post(&self, path: &str, body: &serde_json::Value) -> Reply {
        http::request(&self.address, &self.key, "POST", path, Some(body))
    }

    /// Follows `GET path`, a stream of events.
    pub fn stream(&self, path: &str) -> Stream {
        Stream::open(&self.address, &self.key, path)
    }
}

impl Log {
    /// A name that no other server has.
    fn new() -> Log {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let kept = std::env::var_os(LOGS).map(PathBuf::from);
        let is_kept = kept.is_some();
        let folder = kept.unwrap_or_else(std::env::temp_dir);
        let name = format!("tests-{}-{number}.log", std::process::id());
        Log { path: folder.join(name), is_kept }
    }

    fn read(&self) -> String {
        std::fs::read_to_string(&self.path).expect("text")
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if !self.is_kept {
            std::fs::remove_file(&self.path).ok();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.ancestors().nth(3).expect("crates/app/rialto").to_path_buf()
}

/// A file of the shared folder beside the repository; `None` says loudly that it is skipped, and
/// in CI there is no skipping.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("RIALTO_SHARED").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| root().join("../shared"));
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{} is missing", path.display());
    println!("SKIPPED: {} is missing", path.display());
    None
}
