//! The clients of `bench --streams`, in a process of their own: each follows a book over a
//! WebSocket, save half of those that stall, which follow it by server-sent events.
//!
//! Standard input tells where and how many, then, once they follow, each order that was sent; at
//! its end they read what is still to come, and standard output tells what they saw.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::clock::machine_us;
use super::stalled::EventStream;
use super::table::percentile;

/// What is printed when all follow.
pub(super) const READY: &str = "ready";
/// The longest that a client waits for what is still to come.
pub(super) const REST_MAX: Duration = Duration::from_secs(10);

/// Clients that connect at one time.
const CONNECTING_MAX: usize = 64;
/// Bytes that are read at once: they are cleared before each read.
const READ_BUFFER_BYTES: usize = 8 << 10;

/// Where to connect, and how many.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    pub address: SocketAddr,
    pub key: String,
    pub channel: String,
    /// Clients that read whatever comes.
    pub reading: usize,
    /// Clients that read nothing after their snapshot.
    pub stalled: usize,
}

/// An order, by the machine's time and the last event in its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Sent {
    pub event_seq: u64,
    pub at_us: u64,
}

/// What the clients saw.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Report {
    pub frames: u64,
    pub bytes: u64,
    /// Frames that did not begin where the one before ended.
    pub gaps: u64,
    /// Clients that read all the time and did not see the last order.
    pub unfinished: u64,
    /// From an order to a client that had read a frame with it; of all clients and orders.
    pub p50_us: u32,
    pub p99_us: u32,
    pub max_us: u32,
    /// Stalled clients that found out, when they read again, that they had been closed.
    pub stalled_closed: u64,
    /// Those that were told `lagged`.
    pub stalled_lagged: u64,
}

/// The members of a message that count here.
#[derive(Deserialize)]
struct Head<'a> {
    r#type: &'a str,
    #[serde(default)]
    first_seq: u64,
    #[serde(default)]
    last_seq: u64,
}

/// One client.
struct Watcher {
    link: WebSocketStream<TcpStream>,
    last_seq: u64,
    marks: Vec<Mark>,
    bytes: u64,
    gaps: u64,
}

/// Up to where a client had read, and when.
struct Mark {
    last_seq: u64,
    at_us: u64,
}

/// What became of a client that did not read.
#[derive(Default)]
pub(super) struct Stalled {
    pub(super) is_lagged: bool,
    pub(super) is_closed: bool,
}

/// Follows and reports.
pub(crate) fn watch() -> Result<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let setup: Setup = serde_json::from_str(&line).context("no setup")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let (end, ended) = watch::channel(None);
        let (mut reading, mut stalled) = (Vec::new(), Vec::new());
        for _ in 0..setup.stalled / 2 {
            let stream = EventStream::connect(&setup).await?;
            stalled.push(tokio::spawn(stream.stall(ended.clone())));
        }
        let all = stream::iter(stalled.len()..setup.stalled + setup.reading);
        let mut all = all.map(|_| Watcher::connect(&setup)).buffer_unordered(CONNECTING_MAX);
        while let Some(watcher) = all.next().await.transpose()? {
            if stalled.len() < setup.stalled {
                stalled.push(tokio::spawn(watcher.stall(ended.clone())));
            } else {
                reading.push(tokio::spawn(watcher.read(ended.clone())));
            }
        }
        println!("{READY}");
        std::io::stdout().flush()?;
        let sent = tokio::task::spawn_blocking(read_sent).await??;
        end.send_replace(Some(sent.last().context("no orders")?.event_seq));
        report(&sent, reading, stalled).await
    })?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// All that was sent, in the order of the venue.
fn read_sent() -> Result<Vec<Sent>> {
    let mut sent = Vec::new();
    for line in std::io::stdin().lines() {
        sent.push(serde_json::from_str(&line?)?);
    }
    sent.sort_unstable();
    Ok(sent)
}

async fn report(
    sent: &[Sent],
    reading: Vec<JoinHandle<Option<Watcher>>>,
    stalled: Vec<JoinHandle<Stalled>>,
) -> Result<Report> {
    let mut report = Report::default();
    let mut latencies = Vec::new();
    let until = Instant::now() + REST_MAX;
    for watcher in reading {
        let Some(watcher) = timeout_at(until, watcher).await.ok().transpose()?.flatten() else {
            report.unfinished += 1;
            continue;
        };
        report.frames += watcher.marks.len() as u64;
        report.bytes += watcher.bytes;
        report.gaps += watcher.gaps;
        latencies.extend(watcher.latencies_us(sent));
    }
    for client in stalled {
        let client = client.await?;
        report.stalled_closed += u64::from(client.is_closed);
        report.stalled_lagged += u64::from(client.is_lagged);
    }
    latencies.sort_unstable();
    if !latencies.is_empty() {
        let [p50, p99, max] = [500, 990, 1_000].map(|at| percentile(&latencies, at));
        (report.p50_us, report.p99_us, report.max_us) = (p50, p99, max);
    }
    Ok(report)
}

impl Watcher {
    /// Connects, and reads as far as the first cut.
    async fn connect(setup: &Setup) -> Result<Watcher> {
        let stream = TcpStream::connect(setup.address).await?;
        let mut request = format!("ws://{}/v1/ws", setup.address).into_client_request()?;
        request.headers_mut().insert("authorization", format!("Bearer {}", setup.key).parse()?);
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES);
        let opened =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
        let (mut link, _) = opened?;
        let subscribe = json!({"op": "subscribe", "channels": [setup.channel]});
        link.send(Message::text(subscribe.to_string())).await?;
        let marks = Vec::new();
        let mut watcher = Watcher { link, last_seq: 0, marks, bytes: 0, gaps: 0 };
        loop {
            let message = timeout(REST_MAX, watcher.link.next()).await.context("no snapshot")?;
            let message = message.context("closed before the snapshot")??;
            let Message::Text(text) = message else { continue };
            let head: Head<'_> = serde_json::from_str(&text)?;
            match head.r#type {
                "depth_snapshot" => watcher.last_seq = head.last_seq,
                "cut" => return Ok(watcher),
                _ => {}
            }
        }
    }

    /// Reads until it has seen the last order; nothing when its socket ends before.
    async fn read(mut self, mut ended: watch::Receiver<Option<u64>>) -> Option<Watcher> {
        loop {
            let end = *ended.borrow_and_update();
            if end.is_some_and(|last| last <= self.last_seq) {
                return Some(self);
            }
            tokio::select! {
                message = self.link.next() => {
                    if let Message::Text(text) = message?.ok()? {
                        self.note(&text);
                    }
                }
                _ = ended.changed() => {}
            }
        }
    }

    fn note(&mut self, text: &str) {
        self.bytes += text.len() as u64;
        let head: Head<'_> = serde_json::from_str(text).expect("a message of ours");
        if head.r#type == "depth" {
            self.gaps += u64::from(head.first_seq != self.last_seq + 1);
            self.last_seq = head.last_seq;
            self.marks.push(Mark { last_seq: head.last_seq, at_us: machine_us() });
        }
    }

    /// Reads nothing until all orders were sent, then all that comes.
    async fn stall(mut self, mut ended: watch::Receiver<Option<u64>>) -> Stalled {
        ended.changed().await.ok();
        let mut stalled = Stalled::default();
        while let Ok(message) = timeout(REST_MAX, self.link.next()).await {
            match message {
                Some(Ok(Message::Text(text))) => {
                    stalled.is_lagged |= text.starts_with(r#"{"type":"lagged""#);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    stalled.is_closed = true;
                    break;
                }
                Some(Ok(_)) => {}
            }
        }
        stalled
    }

    /// How long each order took to be read; not those that never were.
    fn latencies_us(&self, sent: &[Sent]) -> impl Iterator<Item = u32> {
        let mut marks = self.marks.iter().peekable();
        sent.iter().filter_map(move |sent| {
            while marks.next_if(|mark| mark.last_seq < sent.event_seq).is_some() {}
            let taken = marks.peek()?.at_us.saturating_sub(sent.at_us);
            Some(u32::try_from(taken).unwrap_or(u32::MAX))
        })
    }
}
