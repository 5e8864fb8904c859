//! Orders over loopback HTTP to a durable answer, against a bare echo and the disk's own sync.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::table::{median, percentile, yes_or_no};
use super::venue::{Client, Server, Venue};

/// Orders sent one after the other.
const ONE_BY_ONE: usize = 3_000;
/// Connections that send at one time.
pub(super) const CONNECTIONS: usize = 32;
/// Orders that each of them sends.
pub(super) const ORDERS_EACH: usize = 1_000;
/// How often the echo and the venue take turns with all connections.
pub(super) const PAIRS: usize = 5;

/// Measures and prints.
pub(crate) fn run(work: &Path) -> Result<()> {
    let echo = Server::start(Command::new(std::env::current_exe()?).args(["bench", "--echo"]))?;
    let venue = Venue::start(work, "rest")?;
    let account = venue.open_account()?;
    one_by_one(&echo, &venue, &account)?;
    let follower = follow(&venue, &account)?;
    let [mut ratios, mut rates] = [const { Vec::new() }; 2];
    for pair in 0..PAIRS {
        let echoed = at_once(echo.address, &venue.key, &account, &format!("e{pair}"))?;
        let ordered = at_once(venue.address(), &venue.key, &account, &format!("v{pair}"))?;
        println!(
            "rest    {CONNECTIONS} connections: {ordered:.0} orders/s to a durable answer, \
             {:.2}x of the echo's {echoed:.0}",
            ordered / echoed
        );
        ratios.push(ordered / echoed);
        rates.push(ordered);
    }
    follower.shutdown(Shutdown::Both)?;
    let (ratio, ordered) = (median(&ratios), median(&rates));
    println!(
        "rest    median of {PAIRS} pairs: {ordered:.0} orders/s, at least 20000: {}; \
         {ratio:.2}x of the echo, at least 0.35x: {}",
        yes_or_no(ordered >= 20_000.0),
        yes_or_no(ratio >= 0.35)
    );
    Ok(())
}

/// Somebody who is told of every order and of the book, and reads all of it on a thread of its own
/// until the connection that is given back is shut down.
fn follow(venue: &Venue, account: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(venue.address())?;
    write!(
        stream,
        "GET /v1/stream?channels=account:{account},depth:ACME,trades:ACME HTTP/1.1\r\n\
         host: localhost\r\nauthorization: Bearer {}\r\n\r\n",
        venue.key
    )?;
    let follower = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let mut status = String::new();
    lines.read_line(&mut status)?;
    ensure!(status.contains(" 200 "), "the stream: {}", status.trim_end());
    thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    Ok(follower)
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

fn one_by_one(echo: &Server, venue: &Venue, account: &str) -> Result<()> {
    let file = File::create(venue.data().join("sync"))?;
    let mut echo = Client::connect(echo.address, &venue.key)?;
    let mut venue = venue.connect()?;
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
    for (name, times) in [("echo", &echoed), ("order", &ordered), ("sync", &synced)] {
        let [p50, p99, p999] = [500, 990, 999].map(|at| percentile(times, at) / 1_000);
        println!("rest    {name:5} one by one: p50 {p50} p99 {p99} p99.9 {p999} us");
    }
    let limit = percentile(&echoed, 500) + 2 * percentile(&synced, 500);
    let found = percentile(&ordered, 500);
    println!(
        "rest    order p50 {} us, at most echo + 2 syncs = {} us: {}",
        found / 1_000,
        limit / 1_000,
        yes_or_no(found <= limit)
    );
    Ok(())
}

/// Requests a second with all connections sending at one time.
pub(super) fn at_once(address: SocketAddr, key: &str, account: &str, tag: &str) -> Result<f64> {
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

fn timed<T>(act: impl FnOnce() -> Result<T>) -> Result<u64> {
    let start = Instant::now();
    act()?;
    Ok(start.elapsed().as_nanos() as u64)
}
