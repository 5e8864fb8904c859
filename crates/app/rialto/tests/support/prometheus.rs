//! A real Prometheus that looks at a venue by the files in deploy/.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::http::{Page, fetch};
use super::{PATIENCE, root};

/// A running Prometheus. Killed when dropped.
pub struct Prometheus {
    child: Child,
    address: String,
}

/// Whether a program of Debian's package `prometheus` is there; in CI it has to be, elsewhere the
/// test says loudly that it is skipped.
pub fn is_there(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(is_there || !is_ci, "{program} is missing: apt-get install prometheus");
    if !is_there {
        println!("SKIPPED: {program} is missing");
    }
    is_there
}

impl Prometheus {
    /// Starts in a folder of its own, with the configuration that ships: only its target is
    /// another, and it looks each second.
    pub fn start(folder: &Path, target: &str) -> Prometheus {
        let shipped = |name: &str| {
            fs::read_to_string(root().join("deploy/prometheus").join(name)).expect("it ships")
        };
        let config = shipped("prometheus.yml");
        let changed =
            config.replace("127.0.0.1:9464", target).replace("interval: 15s", "interval: 1s");
        assert!(changed.contains(target) && changed.matches("interval: 1s").count() == 2);
        fs::write(folder.join("prometheus.yml"), changed).expect("a file");
        fs::write(folder.join("alerts.yml"), shipped("alerts.yml")).expect("a file");
        let mut child = Command::new("prometheus")
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--log.level=info"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).expect("text") > 0, "it ended");
            if let Some((_, address)) = line.split_once("\"Listening on\" address=") {
                break address.trim_end().to_owned();
            }
        };
        // Nobody reads on: then it could not write.
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let prometheus = Prometheus { child, address };
        let begun = Instant::now();
        while prometheus.get("/-/ready").status != 200 {
            assert!(begun.elapsed() < PATIENCE, "it is never ready");
        }
        prometheus
    }

    /// The data of an answer of its API.
    pub fn ask(&self, path: &str) -> Value {
        let page = self.get(path);
        let body: Value = serde_json::from_str(&page.text).expect("JSON");
        assert_eq!(body["status"], "success", "{path}: {body}");
        body["data"].clone()
    }

    /// What a query is at this moment: the values of its samples.
    pub fn query(&self, query: &str) -> Vec<f64> {
        let mut path = String::from("/api/v1/query?query=");
        for byte in query.bytes() {
            path += &format!("%{byte:02x}");
        }
        let data = self.ask(&path);
        let samples = data["result"].as_array().expect("a list");
        let value =
            |sample: &Value| sample["value"][1].as_str().expect("text").parse().expect("a number");
        samples.iter().map(value).collect()
    }
}

impl Prometheus {
    fn get(&self, path: &str) -> Page {
        fetch(&self.address, &self.address, "GET", path)
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
