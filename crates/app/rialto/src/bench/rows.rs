//! A history of more than ten million rows: how fast it grows there, and how fast it answers.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use store::{Dates, Edge, EntryFilter, Filter, History, Location, Page, Part, Projector, Within};
use types::{AccountId, InstrumentId, OrderId, Seq, ShardId, Timestamp};
use venue::{Command, Events, Venue};
use view::Views;

use super::core::{command, expand, genesis, setup};
use super::lobw::Workload;
use super::table::{median, yes_or_no};

/// Commands run: they come to more than ten million rows in both databases.
const COMMANDS: usize = 4_000_000;
const ROWS_MIN: u64 = 10_000_000;
/// Engine time between two commands.
const STEP_NS: u64 = 1_000_000;
/// Commands told together.
const BATCH: usize = 500;
/// Batches that wait for a slow database.
const BATCHES_MAX: usize = 64;
/// The pace counts over the last so many commands.
const LAST: usize = 500_000;
/// How often each question is asked.
const ASKED: u64 = 300;
/// Accounts of the workload.
const ACCOUNTS: u64 = 1_000;

/// What a batch of commands told, and the last of them.
type Told = (Arc<Events>, Seq);

/// Measures and prints.
pub(super) fn run(work: &Path, store: Option<&str>) -> Result<()> {
    let workload = Workload::read(&work.join("w1k.lobw"))?;
    let folder = tempfile::tempdir_in(work)?;
    let (location, name, events_min) = match store {
        None => (Location::sqlite(folder.path()), "SQLite", 20_000.0),
        Some(url) => {
            let names = ["clearing_data", "market_data"].map(str::to_owned);
            (Location::parse(url, names)?, "PostgreSQL", 30_000.0)
        }
    };
    fill(&workload, &location, name, events_min)?;
    let genesis = genesis(&workload);
    let mut all = 0;
    for part in Part::ALL {
        let rows = store::rows_of(&location, part, genesis.venue)?;
        println!("rows {name} {}: {rows} rows", part.name());
        all += rows;
    }
    ensure!(all >= ROWS_MIN, "{all} rows are too few: the workload is too short");
    let (_tellers, standings) = store::standings();
    let history = History::new(location, standings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(ask(&history, name))
}

/// Runs the workload, and writes both databases beside each other, as a venue does.
fn fill(workload: &Workload, location: &Location, name: &str, events_min: f64) -> Result<()> {
    let genesis = genesis(workload);
    std::thread::scope(|scope| {
        let writers = Part::ALL.map(|part| {
            let (sender, told) = sync_channel(BATCHES_MAX);
            let genesis = &genesis;
            let written = scope.spawn(move || {
                let mut projector = Projector::open(location, part, genesis)?;
                ensure!(projector.written().event_seq == 0, "{} is not empty", part.name());
                projector.begin(genesis, Views::new(genesis))?;
                write(&mut projector, &told)
            });
            (part, sender, written)
        });
        tell(workload, &writers.each_ref().map(|(_, sender, _)| sender.clone()))?;
        for (part, sender, written) in writers {
            drop(sender);
            let (whole, last) = written.join().expect("it does not panic")?;
            println!(
                "rows {name} {}: {whole:.0} events/s, {last:.0} at the end, at least \
                 {events_min:.0}: {}",
                part.name(),
                yes_or_no(last >= events_min)
            );
        }
        Ok(())
    })
}

/// Runs the commands, and tells both what came of them.
fn tell(workload: &Workload, writers: &[SyncSender<Told>; 2]) -> Result<()> {
    let mut venue = Venue::new(genesis(workload)).expect("a genesis");
    let mut commands: Vec<Command> = setup(workload).into_iter().map(command).collect();
    let bar = crate::progress::bar(COMMANDS as u64, "commands");
    let (mut seq, mut next) = (0, 1);
    let mut records = workload.records.iter();
    while (seq as usize) < COMMANDS {
        while commands.len() < BATCH {
            expand(records.next().context("the workload is over")?, &mut commands);
        }
        let mut events = Events::new(next, BATCH * 64);
        for command in commands.drain(..BATCH) {
            seq += 1;
            let outcome = venue.apply(seq, Timestamp(seq * STEP_NS), &command, &mut events);
            outcome.context("time only goes on")?;
            while venue.is_busy() {
                venue.resume(&mut events);
            }
        }
        next = events.next_seq();
        bar.set_position(seq);
        let events = Arc::new(events);
        for writer in writers {
            writer.send((Arc::clone(&events), seq)).context("a database failed")?;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// Writes all that is told; events a second of it all, and of the last of it.
fn write(projector: &mut Projector, told: &Receiver<Told>) -> Result<(f64, f64)> {
    let start = Instant::now();
    let mut last: Option<(Instant, Seq)> = None;
    for (events, seq) in told {
        projector.take(&events);
        projector.mark(seq);
        if projector.is_full() {
            projector.flush()?;
        }
        if last.is_none() && seq as usize >= COMMANDS - LAST {
            projector.flush()?;
            last = Some((Instant::now(), projector.written().event_seq));
        }
    }
    projector.flush()?;
    let written = projector.written().event_seq;
    let (since, before) = last.context("the last commands are among all")?;
    let pace = |events: Seq, taken: Duration| events as f64 / taken.as_secs_f64();
    Ok((pace(written, start.elapsed()), pace(written - before, since.elapsed())))
}

/// Asks for pages, each of another account, order or time.
async fn ask(history: &History, name: &str) -> Result<()> {
    let of = |number: u64| AccountId((number * 7_919 % ACCOUNTS) as u32 + 1);
    let at = |number: u64| Timestamp(number * 104_729 % COMMANDS as u64 * STEP_NS);
    let page = |edge| Page { edge, rows: 100 };
    let newest = page(Edge::Below(u64::MAX));
    let older = |number: u64| page(Edge::Below(number * 15_485_863 % (3 * COMMANDS as u64)));
    let since = |number| store::Range { from: Some(at(number)), to: None };
    let filter = |range| Filter { range, ..Filter::default() };
    let within = |number| Within::Times(since(number));
    let mut asked = Asked { name, worst: 0.0 };
    macro_rules! ask {
        ($what:literal, $question:expr) => {
            asked.measure($what, async |number: u64| Ok($question(number).await.map(drop)?)).await?
        };
    }
    ask!("orders", |it| history.orders(of(it), Filter::default(), newest));
    ask!("orders, older", |it| history.orders(of(it), Filter::default(), older(it)));
    ask!("orders since", |it| history.orders(of(it), filter(since(it)), newest));
    ask!("fills", |it| history.fills(of(it), Filter::default(), newest));
    ask!("fills since", |it| history.fills(of(it), filter(since(it)), newest));
    ask!("entries", |it| history.entries(of(it), EntryFilter::default(), newest));
    ask!("statement", |it| history.statement(of(it), None, within(it), u64::MAX));
    ask!("timeline", |it| history.timeline(OrderId::new(ShardId(0), it * 9_973), 0, 100));
    ask!("entries of an order", |it| {
        history.entries_of_order(OrderId::new(ShardId(0), it * 9_973), 0, 100)
    });
    ask!("payments", |it| history.payments(of(it), store::Range::default(), newest));
    ask!("equity", |it| history.equity(of(it), since(it), 100));
    ask!("earned", |it| history.earned(of(it), at(it)));
    ask!("trades", |it| history.trades(InstrumentId(0), since(it), newest));
    ask!("trades, older", |it| {
        history.trades(InstrumentId(0), store::Range::default(), older(it))
    });
    ask!("statistics", |it| history.traded(Some(of(it)), None, Dates::default()));
    println!(
        "rows {name} slowest median of a page: {:.2} ms, at most 5: {}",
        asked.worst,
        yes_or_no(asked.worst <= 5.0)
    );
    Ok(())
}

struct Asked<'a> {
    name: &'a str,
    worst: f64,
}

impl Asked<'_> {
    async fn measure(
        &mut self,
        what: &str,
        question: impl AsyncFn(u64) -> Result<()>,
    ) -> Result<()> {
        let mut taken = Vec::new();
        for number in 1..=ASKED {
            let start = Instant::now();
            question(number).await?;
            taken.push(start.elapsed().as_secs_f64() * 1_000.0);
        }
        let middle = median(&taken);
        let slowest = taken.iter().copied().fold(0.0, f64::max);
        println!("rows {} {what}: {middle:.2} ms, at most {slowest:.2}", self.name);
        self.worst = self.worst.max(middle);
        Ok(())
    }
}
