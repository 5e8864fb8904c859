//! Live data over loopback: a thousand clients of one book, and clients that stop to read.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::clock::machine_us;
use super::table::{median, percentile, yes_or_no};
use super::venue::{Client, Venue, resting_order};
use super::watchers::{READY, Report, Sent, Setup};

/// Clients of one book.
const CLIENTS: usize = 1_000;
/// Orders sent evenly, each of which changes the book.
const ORDERS: usize = 10_000;
const ORDER_EVERY: Duration = Duration::from_millis(1);
/// Connections that send them, in turn, and accounts.
const SENDERS: usize = 8;
/// The longest that all but one of a hundred may take from an order to a client.
const P99_MAX_US: u32 = 100_000;

/// Clients beside which orders are placed one by one.
const CLIENTS_BESIDE: usize = 200;
/// As many of them stall in the second half of a pair.
const STALLED: usize = 20;
const PAIRS: usize = 7;
/// How long orders are placed in each half, and how many at most: an account has no more.
const HALF: Duration = Duration::from_secs(4);
const HALF_ORDERS_MAX: usize = 10_000;
/// The most that an order may take longer.
const RATIO_MAX: f64 = 1.1;
/// The longest until a client that stalls is told or closed.
const TOLD_MAX: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The clients' process.
struct Watchers {
    child: Child,
    output: BufReader<ChildStdout>,
}

/// What half a pair came to.
struct Half {
    /// Of an order, to its durable answer.
    median_us: f64,
    /// Until all that stall were closed; `None` when they were not in time.
    closed_after: Option<Duration>,
    queued_bytes_peak: u64,
    queued_bytes_max: u64,
    report: Report,
}

/// Measures and prints.
pub(crate) fn run(work: &Path) -> Result<()> {
    let venue = Venue::start(work, "streams")?;
    many_clients(&venue)?;
    stalled_clients(&venue)
}

fn many_clients(venue: &Venue) -> Result<()> {
    let accounts: Vec<String> =
        (0..SENDERS).map(|_| venue.open_account()).collect::<Result<_>>()?;
    let watchers = Watchers::start(venue, CLIENTS, 0)?;
    let start = Instant::now() + Duration::from_millis(100);
    let start_us = machine_us() + 100_000;
    let sent = thread::scope(|scope| {
        let senders: Vec<_> = accounts
            .iter()
            .enumerate()
            .map(|(share, account)| {
                scope.spawn(move || send_share(venue, account, share, start, start_us))
            })
            .collect();
        let mut sent = Vec::new();
        for sender in senders {
            sent.extend(sender.join().expect("a sender does not panic")?);
        }
        anyhow::Ok(sent)
    })?;
    let taken = start.elapsed();
    let (sent, mut answered): (Vec<Sent>, Vec<u64>) = sent.into_iter().unzip();
    answered.sort_unstable();
    let report = watchers.finish(&sent)?;
    println!(
        "streams {CLIENTS} clients of one book, {ORDERS} orders in {:.2} s, answered p50 {} p99 {} \
         us; {} frames, {} MB, gaps: {}",
        taken.as_secs_f64(),
        percentile(&answered, 500),
        percentile(&answered, 990),
        report.frames,
        report.bytes / 1_000_000,
        report.gaps
    );
    let [p50, p99, max] =
        [report.p50_us, report.p99_us, report.max_us].map(|us| f64::from(us) / 1_000.0);
    println!(
        "streams from when an order was due to a client that had read it: p50 {p50:.1} p99 \
         {p99:.1} max {max:.1} ms, p99 at most {} ms: {}",
        P99_MAX_US / 1_000,
        yes_or_no(report.p99_us <= P99_MAX_US)
    );
    ensure!(report.gaps == 0, "{} gaps", report.gaps);
    ensure!(report.unfinished == 0, "{} clients did not see the last order", report.unfinished);
    Ok(())
}

/// Sends every so-many'th order when it is due; when it was, and how long its answer took then.
fn send_share(
    venue: &Venue,
    account: &str,
    share: usize,
    start: Instant,
    start_us: u64,
) -> Result<Vec<(Sent, u64)>> {
    let mut client = venue.connect()?;
    let mut sent = Vec::with_capacity(ORDERS / SENDERS);
    for number in (share..ORDERS).step_by(SENDERS) {
        let due = ORDER_EVERY * number as u32;
        thread::sleep((start + due).saturating_duration_since(Instant::now()));
        let event_seq = place(&mut client, account, number)?;
        // By when it was due: one that waits for the one before is late by that, too.
        let at_us = start_us + due.as_micros() as u64;
        sent.push((Sent { event_seq, at_us }, machine_us() - at_us));
    }
    Ok(sent)
}

/// Places an order and returns the last event in its answer.
fn place(client: &mut Client, account: &str, number: usize) -> Result<u64> {
    let (path, body) = resting_order(account, number);
    let answer = client.ask("POST", &path, &body)?;
    answer["event_seq"].as_u64().with_context(|| format!("no event_seq in {answer}"))
}

fn stalled_clients(venue: &Venue) -> Result<()> {
    let (mut ratios, mut slowest, mut peak) = (Vec::new(), Duration::ZERO, 0);
    let [mut none, mut some] = [const { Vec::new() }; 2];
    for pair in 0..PAIRS {
        // Each is the first as often as the other, save once.
        let [first, second] = if pair % 2 == 0 { [0, STALLED] } else { [STALLED, 0] };
        let halves = [half(venue, first)?, half(venue, second)?];
        let [all_read, stall] = if pair % 2 == 0 { [0, 1] } else { [1, 0] }.map(|at| &halves[at]);
        for half in &halves {
            ensure!(
                half.queued_bytes_peak <= half.queued_bytes_max,
                "{} bytes waited for a client, at most {} may",
                half.queued_bytes_peak,
                half.queued_bytes_max
            );
            ensure!(half.report.gaps == 0, "{} gaps", half.report.gaps);
            ensure!(half.report.unfinished == 0, "{} clients fell behind", half.report.unfinished);
            peak = peak.max(half.queued_bytes_peak);
        }
        let told = stall.report.stalled_closed + stall.report.stalled_lagged;
        ensure!(told >= STALLED as u64, "{told} of {STALLED} that stalled were told or closed");
        let closed = stall.closed_after.context("some that stalled were not closed in time")?;
        slowest = slowest.max(closed);
        none.push(all_read.median_us);
        some.push(stall.median_us);
        ratios.push(stall.median_us / all_read.median_us);
    }
    let ratio = median(&ratios);
    println!(
        "streams {STALLED} of {CLIENTS_BESIDE} clients stalled: an order's median {:.0} us, {:.0} \
         us with none; ratio {ratio:.2} (median of {PAIRS} pairs), at most {RATIO_MAX}: {}",
        median(&some),
        median(&none),
        yes_or_no(ratio <= RATIO_MAX)
    );
    println!(
        "streams those that stalled were closed within {:.1} s, at most {} s: {}; most that waited \
         for one client: {peak} bytes",
        slowest.as_secs_f64(),
        TOLD_MAX.as_secs(),
        yes_or_no(slowest <= TOLD_MAX)
    );
    Ok(())
}

/// Places orders one by one beside clients, of which so many stall.
fn half(venue: &Venue, stalled: usize) -> Result<Half> {
    let account = venue.open_account()?;
    let watchers = Watchers::start(venue, CLIENTS_BESIDE - stalled, stalled)?;
    let is_over = AtomicBool::new(false);
    let (placed, looked) = thread::scope(|scope| {
        let look = scope.spawn(|| look(venue, stalled, &is_over));
        let placed = place_for_a_while(venue, &account);
        is_over.store(true, Ordering::Relaxed);
        (placed, look.join().expect("it does not panic"))
    });
    let ((sent, mut taken), (closed_after, queued_bytes_peak, queued_bytes_max)) =
        (placed?, looked?);
    taken.sort_unstable();
    let median_us = percentile(&taken, 500) as f64;
    let report = watchers.finish(&sent)?;
    Ok(Half { median_us, closed_after, queued_bytes_peak, queued_bytes_max, report })
}

fn place_for_a_while(venue: &Venue, account: &str) -> Result<(Vec<Sent>, Vec<u64>)> {
    let mut client = venue.connect()?;
    let (mut sent, mut taken) = (Vec::new(), Vec::new());
    let start = Instant::now();
    while start.elapsed() < HALF && sent.len() < HALF_ORDERS_MAX {
        let at_us = machine_us();
        let event_seq = place(&mut client, account, sent.len())?;
        taken.push(machine_us() - at_us);
        sent.push(Sent { event_seq, at_us });
    }
    Ok((sent, taken))
}

/// Follows the list of connections until the orders are over and all that stall are gone: since
/// when they are, the most that waited for a client, and the most that may.
fn look(
    venue: &Venue,
    stalled: usize,
    is_over: &AtomicBool,
) -> Result<(Option<Duration>, u64, u64)> {
    let mut client = venue.connect()?;
    let (start, mut gone, mut peak) = (Instant::now(), None, 0);
    loop {
        let answer = client.ask("GET", "/v1/admin/connections", "")?;
        let rows = answer["connections"].as_array().context("no connections")?;
        let queued = rows.iter().filter_map(|row| row["queued_bytes_peak"].as_u64());
        peak = peak.max(queued.max().unwrap_or(0));
        if gone.is_none() && rows.len() <= CLIENTS_BESIDE - stalled {
            gone = Some(start.elapsed());
        }
        let is_late = start.elapsed() > TOLD_MAX;
        if is_over.load(Ordering::Relaxed) && (gone.is_some() || is_late) {
            let max = answer["queued_bytes_max"].as_u64().context("no limit of the queues")?;
            return Ok((gone, peak, max));
        }
        thread::sleep(LOOK_EVERY);
    }
}

impl Watchers {
    /// Starts them, and waits until all follow.
    fn start(venue: &Venue, reading: usize, stalled: usize) -> Result<Watchers> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "--watchers"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (address, key) = (venue.address(), venue.key.clone());
        let setup = Setup { address, key, channel: "depth:ACME".to_owned(), reading, stalled };
        let input = child.stdin.as_mut().context("its input is ours")?;
        writeln!(input, "{}", serde_json::to_string(&setup)?)?;
        let output = BufReader::new(child.stdout.take().context("its output is ours")?);
        let mut watchers = Watchers { child, output };
        let line = watchers.line()?;
        ensure!(line == READY, "the clients do not follow: {line:?}");
        Ok(watchers)
    }

    /// Tells them what was sent; what they saw.
    fn finish(mut self, sent: &[Sent]) -> Result<Report> {
        let mut input = self.child.stdin.take().context("its input is ours")?;
        let mut lines = String::new();
        for sent in sent {
            lines.push_str(&serde_json::to_string(sent)?);
            lines.push('\n');
        }
        input.write_all(lines.as_bytes())?;
        drop(input);
        Ok(serde_json::from_str(&self.line()?)?)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
