//! The history beside a venue: a thread for each database brings it up to what the venue has done.
//!
//! **Invariant:** orders never wait for it. What a database cannot take now it gets later, from
//! the journal.

mod rebuild;

use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bus::Reader;
use journal::{Archive, FileStorage};
use sequencer::{EventLog, Replica};
use store::{Location, Part, Projector, StoreError, Teller};
use tokio::runtime::Runtime;
use venue::Genesis;

use crate::exit::{Exit, Failure, OrExit};

pub(crate) use rebuild::{Args, run};

/// How long events are gathered after a write, while more come all the time.
const GATHER: Duration = Duration::from_millis(100);
/// How long after a failure it is tried again.
const RETRY: Duration = Duration::from_secs(1);
#[cfg(target_os = "linux")]
const LOWEST_PRIORITY: i32 = 19;
/// What helps where a file is not what was written.
pub(crate) const REBUILD: &str =
    "; the file is damaged: stop the venue and make it anew with `rialto rebuild`";
/// The folder of the files, in the data folder.
const FOLDER_NAME: &str = "history";

/// Where history goes.
#[derive(clap::Args, Debug)]
pub(crate) struct Where {
    /// Where history goes: `sqlite:FOLDER`, by default DATA/history; with a build that has it
    /// `postgres://USER@HOST:PORT`; or `none`.
    #[arg(long, value_name = "URL", env = "RIALTO_HISTORY", hide_env_values = true)]
    history: Option<String>,
    /// PostgreSQL's two databases, which must be there: for accounts and money, and for orders and
    /// trades.
    #[arg(long, value_name = "NAME,NAME", default_value = "clearing_data,market_data",
        value_parser = names)]
    history_databases: Names,
}

/// The names of PostgreSQL's two databases.
#[derive(Clone, Debug)]
struct Names([String; 2]);

fn names(text: &str) -> Result<Names, String> {
    let names = text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let are_names = names.iter().all(|name| !name.is_empty());
    let two = <[String; 2]>::try_from(names).ok().filter(|it| are_names && it[0] != it[1]);
    two.map(Names).ok_or_else(|| "expected two different names and a comma between".to_owned())
}

/// The two databases, looked at before the venue runs.
pub(crate) struct History {
    location: Location,
    genesis: Genesis,
    /// `None` where one cannot be reached now.
    projectors: Vec<(Part, Option<Projector>)>,
}

/// One database's thread.
struct Follower {
    part: Part,
    location: Location,
    genesis: Genesis,
    log: EventLog<FileStorage>,
    reader: Reader,
    teller: Teller,
    projector: Option<Projector>,
}

impl Where {
    /// What was asked for, for the venue in the folder `data`; `None` is no history.
    pub(crate) fn location(&self, data: &Path) -> Result<Option<Location>, Failure> {
        match self.history.as_deref() {
            None | Some("") => Ok(Some(Location::sqlite(&data.join(FOLDER_NAME)))),
            Some("none") => Ok(None),
            Some(url) => {
                Location::parse(url, self.history_databases.0.clone()).map(Some).or_usage()
            }
        }
    }
}

impl History {
    /// Opens both databases. One that cannot be reached is tried again while the venue runs; one
    /// that is not this venue's, or ahead of it, is refused.
    pub(crate) fn open(location: Location, replica: &Replica) -> Result<History, Failure> {
        let genesis = replica.venue.genesis().clone();
        let mut projectors = Vec::new();
        for part in Part::ALL {
            let projector = match Projector::open(&location, part, &genesis) {
                Ok(projector) => projector,
                Err(error) if error.is_final() => return Err(Exit::CannotStart.because(error)),
                Err(error) => {
                    let fault = told(&error.into());
                    tracing::warn!(database = part.name(), %location, %fault, "no history for now");
                    projectors.push((part, None));
                    continue;
                }
            };
            let last = replica.views.event_seq();
            check_not_ahead(&projector, last, &genesis).or_cannot_start()?;
            projectors.push((part, Some(projector)));
        }
        let mut history = History { location, genesis, projectors };
        history.begin(replica);
        Ok(history)
    }

    /// Spares those that are where the venue is the way through the journal. One that fails now
    /// begins while the venue runs.
    fn begin(&mut self, replica: &Replica) {
        let views = &replica.views;
        for (part, projector) in &mut self.projectors {
            let there = projector.as_mut().filter(|it| it.written().event_seq == views.event_seq());
            let begun = there.map(|it| it.begin(&self.genesis, views.clone()));
            if let Some(Err(error)) = begun {
                tracing::warn!(database = part.name(), %error, "no history for now");
            }
        }
    }

    /// Starts a thread for each database; they end after the venue.
    pub(crate) fn follow(
        self,
        reader: &Reader,
        archive: &Archive<FileStorage>,
        tellers: [Teller; 2],
    ) -> Result<Vec<JoinHandle<()>>, Failure> {
        let History { location, genesis, projectors } = self;
        let both = projectors.into_iter().zip(tellers);
        let threads = both.map(|((part, projector), teller)| {
            if let Some(projector) = &projector {
                teller.reached(projector.written());
            }
            let follower = Follower {
                part,
                location: location.clone(),
                genesis: genesis.clone(),
                log: EventLog::of_venue(archive.clone(), reader.clone()),
                reader: reader.clone(),
                teller,
                projector,
            };
            let name = format!("history-{}", part.name());
            thread::Builder::new().name(name).spawn(move || follower.run())
        });
        let threads: Result<_, _> = threads.collect();
        threads.context("cannot start threads").or_cannot_start()
    }
}

fn check_not_ahead(
    projector: &Projector,
    last: types::Seq,
    genesis: &Genesis,
) -> anyhow::Result<()> {
    let ahead = projector.written().event_seq;
    ensure!(
        ahead <= last,
        "{} is ahead of the journal: it has event {ahead}, that of venue {:032x} ends at \
         event {last}; give this venue its journal back, another place for its history, or make it \
         anew with `rialto rebuild`",
        projector.part().name(),
        genesis.venue,
    );
    Ok(())
}

impl Follower {
    fn run(mut self) {
        yield_to_orders();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime without devices");
        let (database, location) = (self.part.name(), self.location.clone());
        let mut last_fault = String::new();
        loop {
            let Err(error) = self.follow(&runtime, &mut last_fault) else { return };
            let fault = told(&error);
            if fault != last_fault {
                tracing::warn!(database, %location, %fault, "history waits; orders go on");
                last_fault.clone_from(&fault);
            }
            self.teller.failed(fault);
            if self.reader.is_stopped() {
                return;
            }
            thread::sleep(RETRY);
        }
    }

    /// Follows until the venue ends. After a failure it can be called again.
    fn follow(&mut self, runtime: &Runtime, last_fault: &mut String) -> anyhow::Result<()> {
        let projector = match &mut self.projector {
            Some(projector) => projector,
            None => {
                let opened = Projector::open(&self.location, self.part, &self.genesis)?;
                self.projector.insert(opened)
            }
        };
        projector.flush()?;
        let written = projector.written();
        if projector.has_begun() {
            self.log.move_to(written.seq, written.event_seq);
        } else {
            check_not_ahead(projector, self.reader.read(|seen| seen.event_seq()), &self.genesis)?;
            let Some(views) = self.log.begin(written.seq)? else { return Ok(()) };
            projector.begin(&self.genesis, views)?;
        }
        if !std::mem::take(last_fault).is_empty() {
            tracing::info!(database = self.part.name(), "history goes on");
        }
        loop {
            while !projector.is_full() {
                match self.log.take(&mut |events| projector.take(events)) {
                    Ok(true) => projector.mark(self.log.seq()),
                    Ok(false) => break,
                    Err(error) => {
                        // Part of a batch may have been taken in.
                        projector.restart();
                        return Err(error.into());
                    }
                }
            }
            let is_caught_up = !projector.is_full();
            let started = Instant::now();
            projector.flush()?;
            self.teller.reached(projector.written());
            // What is only in the journal is there at the next start too.
            let has_ended = self.reader.is_stopped() && self.log.is_replaying();
            if has_ended || is_caught_up && !runtime.block_on(self.log.wait()) {
                return Ok(());
            }
            if is_caught_up && !self.reader.is_stopped() {
                // Many events by one write cost orders far less than each batch by its own.
                thread::sleep(GATHER.saturating_sub(started.elapsed()));
            }
        }
    }
}

/// What is wrong, and what helps.
fn told(error: &anyhow::Error) -> String {
    let is_damage = error.downcast_ref().is_some_and(StoreError::is_damage);
    let helps = if is_damage { REBUILD } else { "" };
    format!("{error}{helps}")
}

/// Orders come first: what has no time now is in the journal. Only Linux can say it of a thread.
fn yield_to_orders() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, LOWEST_PRIORITY) {
        tracing::warn!(%error, "history competes with orders");
    }
}
