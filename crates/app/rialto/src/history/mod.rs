//! The history beside a venue: a thread for each database brings it up to what the venue has done.
//!
//! **Invariant:** orders never wait for it. What a database cannot take now it gets later, from
//! the journal.

mod rebuild;

use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, anyhow};
use bus::Reader;
use journal::{Archive, FileStorage};
use sequencer::{Came, EventLog, Replica};
use store::{Location, Part, Projector, StoreError, Teller};
use tokio::runtime::Runtime;
use venue::Genesis;

use crate::exit::{Exit, Failure, OrExit};

pub(crate) use rebuild::{Args, run};

/// How long after a failure it is tried again.
const RETRY: Duration = Duration::from_secs(1);
#[cfg(target_os = "linux")]
const LOWEST_PRIORITY: i32 = 19;
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
            None => Ok(Some(Location::sqlite(&data.join(FOLDER_NAME)))),
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
                    tracing::warn!(database = part.name(), %error, "no history for now");
                    projectors.push((part, None));
                    continue;
                }
            };
            check_not_ahead(&projector, replica)?;
            projectors.push((part, Some(projector)));
        }
        let mut history = History { location, genesis, projectors };
        history.begin(replica).or_cannot_start()?;
        Ok(history)
    }

    /// Spares those that are where the venue is the way through the journal.
    fn begin(&mut self, replica: &Replica) -> Result<(), StoreError> {
        let views = &replica.views;
        for projector in self.projectors.iter_mut().filter_map(|(_, it)| it.as_mut()) {
            if projector.written().event_seq == views.event_seq() {
                projector.begin(&self.genesis, views.clone())?;
            }
        }
        Ok(())
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
            let follower = Follower {
                part,
                location: location.clone(),
                genesis: genesis.clone(),
                log: EventLog::of_venue(archive.clone(), reader),
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

fn check_not_ahead(projector: &Projector, replica: &Replica) -> Result<(), Failure> {
    let (ahead, last) = (projector.written(), replica.views.event_seq());
    if ahead.event_seq <= last {
        return Ok(());
    }
    Err(Exit::CannotStart.because(anyhow!(
        "{} is ahead of the journal: it has event {}, the journal of venue {:032x} ends at event \
         {last}; give this venue its own journal back, or another place for its history",
        projector.part().name(),
        ahead.event_seq,
        replica.venue.genesis().venue,
    )))
}

impl Follower {
    fn run(mut self) {
        yield_to_orders();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime without devices");
        loop {
            match self.follow(&runtime) {
                Ok(()) => return,
                Err(error) => {
                    let (database, fault) = (self.part.name(), format!("{error:#}"));
                    tracing::warn!(database, %fault, "history waits; orders go on");
                    self.teller.failed(fault);
                }
            }
            if self.reader.is_stopped() {
                return;
            }
            thread::sleep(RETRY);
        }
    }

    /// Follows until the venue ends; a failure leaves everything as it was.
    fn follow(&mut self, runtime: &Runtime) -> anyhow::Result<()> {
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
            let views = self.log.begin(written.seq)?;
            projector.begin(&self.genesis, views)?;
        }
        loop {
            self.teller.reached(projector.written());
            let came = runtime.block_on(self.log.next(&mut |events| projector.take(events)))?;
            if came == Came::End {
                return Ok(());
            }
            projector.mark(self.log.seq());
            while !projector.is_full() && self.log.has_more() {
                runtime.block_on(self.log.next(&mut |events| projector.take(events)))?;
                projector.mark(self.log.seq());
            }
            projector.flush()?;
        }
    }
}

/// Orders come first: what has no time now is in the journal. Only Linux can say it of a thread.
fn yield_to_orders() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, LOWEST_PRIORITY) {
        tracing::warn!(%error, "history competes with orders");
    }
}
