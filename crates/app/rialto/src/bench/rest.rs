//! Orders over loopback HTTP to a durable answer, against a bare echo and the disk's own sync.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::table::yes_or_no;

/// Orders sent one after the other.
const ONE_BY_ONE: usize = 3_000;
/// Connections that send at one time.
const CONNECTIONS: usize = 32;
/// Orders that each of them sends.
const ORDERS_EACH: usize = 1_000;
/// More than is asked: the limit is reckoned with and never reached.
const LOAD_RATE: &str = "1000000";
const TIMEOUT: Duration = Duration::from_secs(10);

/// A program of ours that serves until it is dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

/// A connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
    key: String,
    request: Vec<u8>,
}

/// Measures and prints.
pub(crate) fn run(work: &Path) -> Result<()> {
    let data = work.join(format!("bench-rest-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let measured = measure(&data);
    std::fs::remove_dir_all(&data).context("removing the data folder")?;
    measured
}

/// Answers every request with its body, on a free port of loopback, until standard input ends.
pub(crate) fn serve_echo() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        let router = axum::Router::new()
            .fallback(|body: String| async move { ([("content-type", "application/json")], body) });
        let served = axum::serve(
            axum::serve::ListenerExt::tap_io(listener, |socket| {
                socket.set_nodelay(true).ok();
            }),
            router,
        );
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        thread::spawn(move || {
            std::io::stdin().read_to_end(&mut Vec::new()).ok();
            end.send(()).ok();
        });
        tokio::select! { served = async { served.await } => served?, _ = ended => {} }
        Ok(())
    })
}

fn measure(data: &Path) -> Result<()> {
    let own = std::env::current_exe()?;
    let echo = Server::start(Command::new(&own).args(["bench", "--echo"]))?;
    let listen = format!("127.0.0.1:{}", free_port()?);
    let venue = Server::start(
        Command::new(&own)
            .args(["run", "--demo", "--key-rate", LOAD_RATE, "--account-rate", LOAD_RATE])
            .args(["--listen", &listen, "--data"])
            .arg(data),
    )?;
    let key = std::fs::read_to_string(data.join("admin.key")).context("the admin key")?;
    let key = key.trim_end();
    let account = open_account(venue.address, key)?;
    one_by_one(&echo, &venue, key, &account, data)?;
    let echoed = at_once(echo.address, key, &account, "e")?;
    let ordered = at_once(venue.address, key, &account, "v")?;
    println!(
        "rest    {CONNECTIONS} connections: {ordered:.0} orders/s to a durable answer, \
         {:.2}x of the echo's {echoed:.0}",
        ordered / echoed
    );
    Ok(())
}

fn one_by_one(echo: &Server, venue: &Server, key: &str, account: &str, data: &Path) -> Result<()> {
    let mut echo = Client::connect(echo.address, key)?;
    let mut venue = Client::connect(venue.address, key)?;
    let file = File::create(data.join("sync"))?;
    file.write_all_at(&[0; 1 << 20], 0)?;
    file.sync_all()?;
    let [mut echoed, mut ordered, mut synced] = [const { Vec::new() }; 3];
    for number in 0..ONE_BY_ONE {
        let (path, body) = order(account, &format!("one-{number}"));
        echoed.push(timed(|| echo.post(&path, &body))?);
        ordered.push(timed(|| venue.post(&path, &body))?);
        let at = (number % 256) as u64 * 4_096;
        synced.push(timed(|| {
            file.write_all_at(&[number as u8; 4_096], at)?;
            Ok(file.sync_data()?)
        })?);
    }
    for times in [&mut echoed, &mut ordered, &mut synced] {
        times.sort_unstable();
    }
    let of = |times: &[u64], thousandths: usize| times[(times.len() - 1) * thousandths / 1_000];
    for (name, times) in [("echo", &echoed), ("order", &ordered), ("sync", &synced)] {
        let [p50, p99, p999] = [500, 990, 999].map(|at| of(times, at) / 1_000);
        println!("rest    {name:5} one by one: p50 {p50} p99 {p99} p99.9 {p999} us");
    }
    let limit = of(&echoed, 500) + 2 * of(&synced, 500);
    let found = of(&ordered, 500);
    println!(
        "rest    order p50 {} us, at most echo + 2 syncs = {} us: {}",
        found / 1_000,
        limit / 1_000,
        yes_or_no(found <= limit)
    );
    Ok(())
}

/// Requests a second with all connections sending at one time.
fn at_once(address: SocketAddr, key: &str, account: &str, tag: &str) -> Result<f64> {
    let start = Instant::now();
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let [key, account, tag] = [key, account, tag].map(str::to_string);
            thread::spawn(move || -> Result<()> {
                let mut client = Client::connect(address, &key)?;
                for number in 0..ORDERS_EACH {
                    let (path, body) = order(&account, &format!("{tag}-{connection}-{number}"));
                    client.post(&path, &body)?;
                }
                Ok(())
            })
        })
        .collect();
    for sender in senders {
        sender.join().expect("a sender does not panic")?;
    }
    Ok((CONNECTIONS * ORDERS_EACH) as f64 / start.elapsed().as_secs_f64())
}

/// An order that finds nothing and is gone: the book stays as it was.
fn order(account: &str, client_order_id: &str) -> (String, String) {
    let terms = r#""type":"limit","qty":"1","price":"10.00","time_in_force":"ioc""#;
    let body = format!(
        r#"{{"client_order_id":"{client_order_id}","symbol":"ACME","side":"buy",{terms}}}"#
    );
    (format!("/v1/accounts/{account}/orders"), body)
}

fn open_account(address: SocketAddr, key: &str) -> Result<String> {
    let mut client = Client::connect(address, key)?;
    let answer = client.post("/v1/accounts", r#"{"currency":"USD"}"#)?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    let account = answer["account"]["account_id"].as_str();
    account.map(str::to_string).with_context(|| format!("no account in {answer}"))
}

fn timed<T>(act: impl FnOnce() -> Result<T>) -> Result<u64> {
    let start = Instant::now();
    act()?;
    Ok(start.elapsed().as_nanos() as u64)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Server {
    /// Starts a program that prints the address it listens on.
    fn start(command: &mut Command) -> Result<Server> {
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

impl Client {
    fn connect(address: SocketAddr, key: &str) -> Result<Client> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        let (stream, key) = (BufReader::new(stream), key.to_string());
        Ok(Client { stream, key, request: Vec::new() })
    }

    /// Sends a body and gives back the answer's; anything but a 2xx is an error.
    fn post(&mut self, path: &str, body: &str) -> Result<Vec<u8>> {
        self.request.clear();
        write!(
            self.request,
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        )?;
        self.stream.get_mut().write_all(&self.request)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let accepted = line.split(' ').nth(1).is_some_and(|status| status.starts_with('2'));
        let status = line.trim_end().to_string();
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
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        ensure!(accepted, "{status}: {}", String::from_utf8_lossy(&answer));
        Ok(answer)
    }
}
