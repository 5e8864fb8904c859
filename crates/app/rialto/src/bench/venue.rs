//! Programs of ours as processes, and a plain HTTP client: what the benchmarks over loopback share.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// More than is asked: the limit is reckoned with and never reached.
const LOAD_RATE: &str = "1000000";
const TIMEOUT: Duration = Duration::from_secs(10);

/// A program of ours that serves until it is dropped.
pub(super) struct Server {
    child: Child,
    pub address: SocketAddr,
}

/// A venue with the demo market, in a folder that goes with it.
pub(super) struct Venue {
    server: Option<Server>,
    data: Folder,
    options: &'static [&'static str],
    pub key: String,
}

/// Removed when dropped.
struct Folder(PathBuf);

/// A connection that is kept.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
    key: String,
    request: Vec<u8>,
}

/// What a request came to.
pub(super) struct Answer {
    status: u16,
    body: Vec<u8>,
}

/// An order of ACME that rests, at one of a hundred prices: where it is sent, and its body.
pub(super) fn resting_order(account: &str, number: usize) -> (String, String) {
    let terms = r#""symbol":"ACME","side":"buy","type":"limit","qty":"1","time_in_force":"gtc""#;
    let price = 1 + number % 100;
    let (whole, cents) = (price / 100, price % 100);
    let body = format!(r#"{{"client_order_id":"{number}",{terms},"price":"{whole}.{cents:02}"}}"#);
    (format!("/v1/accounts/{account}/orders"), body)
}

impl Server {
    /// Starts a program that prints the address it listens on.
    pub(super) fn start(command: &mut Command) -> Result<Server> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = child.stdout.take().context("its output is ours")?;
        let mut lines = BufReader::new(output).lines();
        let address = loop {
            let line = lines.next().context("it ended before it listened")??;
            if let Some((_, address)) = line.split_once("http://") {
                let end = address.find(|it: char| it.is_whitespace() || it == '/');
                break address[..end.unwrap_or(address.len())].parse()?;
            }
        };
        Ok(Server { child, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing that a benchmark made is kept.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Venue {
    /// Starts a venue that has nothing but the demo market; its folder lies in `work`.
    pub(super) fn start(work: &Path, name: &str) -> Result<Venue> {
        Venue::start_with(work, name, &[])
    }

    /// The same, with other options.
    pub(super) fn start_with(
        work: &Path,
        name: &str,
        options: &'static [&'static str],
    ) -> Result<Venue> {
        let data = work.join(format!("bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&data)?;
        let mut venue = Venue { server: None, data: Folder(data), options, key: String::new() };
        venue.serve()?;
        let key = std::fs::read_to_string(venue.data().join("admin.key"));
        venue.key = key.context("the admin key")?.trim_end().to_string();
        Ok(venue)
    }

    /// Kills it, as a power cut would end the process, and starts it again.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.server = None;
        self.serve()
    }

    fn serve(&mut self) -> Result<()> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["run", "--demo", "--demo-rate", "0"]);
        command.args(["--key-rate", LOAD_RATE, "--account-rate", LOAD_RATE]);
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(self.data());
        command.args(self.options);
        self.server = Some(Server::start(&mut command)?);
        Ok(())
    }

    pub(super) fn data(&self) -> &Path {
        &self.data.0
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.as_ref().expect("it runs").address
    }

    /// A connection with the key that may do everything.
    pub(super) fn connect(&self) -> Result<Client> {
        Client::connect(self.address(), &self.key)
    }

    /// An account with the demo's 10,000 dollars.
    pub(super) fn open_account(&self) -> Result<String> {
        let answer = self.connect()?.ask("POST", "/v1/accounts", r#"{"currency":"USD"}"#)?;
        let account = answer["account"]["account_id"].as_str();
        account.map(str::to_string).with_context(|| format!("no account in {answer}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

impl Client {
    pub(super) fn connect(address: SocketAddr, key: &str) -> Result<Client> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        let (stream, key) = (BufReader::new(stream), key.to_string());
        Ok(Client { stream, key, request: Vec::new() })
    }

    /// Sends a body and takes the answer; anything but a 2xx is an error.
    pub(super) fn post(&mut self, path: &str, body: &str) -> Result<Vec<u8>> {
        self.send("POST", path, body)?.accepted()
    }

    /// The same by any method, with the answer's JSON.
    pub(super) fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.send(method, path, body)?.accepted()?)?)
    }

    /// Sends a body and takes whatever is answered.
    pub(super) fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        self.request.clear();
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        )?;
        self.stream.get_mut().write_all(&self.request)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("no status in {line:?}"))?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }
}

impl Answer {
    /// The body of a success.
    fn accepted(self) -> Result<Vec<u8>> {
        let accepted = (200..300).contains(&self.status);
        ensure!(accepted, "{}: {}", self.status, String::from_utf8_lossy(&self.body));
        Ok(self.body)
    }

    /// Whether it refuses with this code.
    pub(super) fn refuses_with(&self, code: &str) -> bool {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        self.status >= 400 && body["code"] == code
    }
}
