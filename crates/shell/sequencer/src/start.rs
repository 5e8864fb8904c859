//! Making, opening and running a venue's folder.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bus::{Durable, QUEUE_MAX, Reader, Submitter};
use journal::{Archive, Check, Identity, Journal, Options, ReadError, Record, Recovery, Storage};
use meter::{Admits, CommandCounts, EventCounts, VenueMeter};
use thiserror::Error;
use types::Seq;
use venue::{BadGenesis, EventHash, Genesis, Lookahead, Venue};

use crate::clock::Clock;
use crate::closings::Closings;
use crate::engine::{Ended, Engine};
use crate::follower::Follower;
use crate::replica::{self, PAYLOAD_VERSION, ReplayError, Replica};
use crate::space::{self, BATCHES, Space};
use crate::writer::Writer;

pub use crate::writer::{Fatal, OnFatal};

/// How a venue's folder is kept.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The journal's layout.
    pub journal: Options,
    /// Commands that may wait for the engine.
    pub queue_max: usize,
    /// Finished segments to keep although a snapshot covers them.
    pub segments_kept: usize,
    /// Snapshots to keep.
    pub snapshots_kept: usize,
}

impl Default for Config {
    /// All of the journal is kept, so that it can be verified from genesis.
    fn default() -> Config {
        Config {
            journal: Options::default(),
            queue_max: QUEUE_MAX,
            segments_kept: usize::MAX,
            snapshots_kept: 3,
        }
    }
}

/// Why a venue's folder cannot be made.
#[derive(Debug, Error)]
pub enum CreateError {
    /// The genesis cannot be used.
    #[error("genesis: {field} is {value}, allowed is {min} to {max}")]
    Genesis {
        /// The field at fault.
        field: &'static str,
        /// Its value.
        value: u64,
        /// The least that passes.
        min: u64,
        /// The most that passes.
        max: u64,
    },
    /// The journal cannot be made.
    #[error(transparent)]
    Journal(#[from] journal::CreateError),
}

/// Why a venue's folder cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The journal cannot be opened.
    #[error(transparent)]
    Journal(Box<journal::OpenError>),
    /// Its records cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

impl From<journal::OpenError> for OpenError {
    fn from(error: journal::OpenError) -> OpenError {
        OpenError::Journal(Box::new(error))
    }
}

/// A venue's folder, read and replayed; nothing in it was changed.
pub struct Found<S: Storage> {
    /// What an opening would keep.
    pub recovery: Recovery,
    /// The venue at its last durable command.
    pub replica: Replica,
    storage: S,
}

/// A venue's folder, open and replayed, not yet running.
pub struct Opened<S: Storage> {
    /// What was found in the folder, and what was cut.
    pub recovery: Recovery,
    /// The venue at its last durable command.
    pub replica: Replica,
    journal: Journal<S>,
    config: Config,
}

/// A running venue.
pub struct Sequencer {
    engine: JoinHandle<Ended>,
    writer: JoinHandle<Result<(), Fatal>>,
    helpers: Vec<JoinHandle<()>>,
    meter: Arc<VenueMeter>,
}

/// Makes a venue's folder with its genesis as record 0.
///
/// # Errors
/// [`CreateError`]; the folder then has no journal.
pub fn create<S: Storage>(
    storage: S,
    config: &Config,
    genesis: &Genesis,
    at_ns: u64,
) -> Result<(), CreateError> {
    // So that a folder never holds a venue that cannot run.
    if let Err(bad) = Venue::new(genesis.clone()) {
        let BadGenesis { field, value, min, max } = bad;
        return Err(CreateError::Genesis { field, value, min, max });
    }
    let mut payload = Vec::new();
    wire::genesis::encode(genesis, &mut payload);
    let identity = Identity { venue: genesis.venue, shard: 0 };
    let record = Record { seq: 0, at_ns, version: PAYLOAD_VERSION, payload: &payload };
    Journal::create(storage, config.journal, identity, record, EventHash::default().value())?;
    Ok(())
}

/// The genesis of the venue in a folder; `None` where there is no journal. Nothing is changed.
///
/// # Errors
/// [`ReplayError`] when neither record 0 nor a snapshot can be read.
pub fn genesis<S: Storage>(storage: S) -> Result<Option<Genesis>, ReplayError> {
    match Archive::open(storage) {
        Ok(archive) => replica::genesis(&archive).map(Some),
        Err(ReadError::NoJournal) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads a venue's folder and replays it, and changes nothing. `progress` is told the seq reached
/// and the last one.
///
/// # Errors
/// [`OpenError`], as an opening would fail.
pub fn look<S: Storage>(
    storage: S,
    progress: &mut dyn FnMut(Seq, Seq),
) -> Result<Found<S>, OpenError> {
    let archive = Archive::open(storage.clone()).map_err(ReplayError::from)?;
    let recovery = archive.inspect(Check::LastSegment).map_err(journal::OpenError::from)?;
    let last = recovery.last_seq;
    let replica = replica::recover(&archive, last, &mut |seq| progress(seq, last))?;
    assert_eq!(replica.seq, last, "a replay reaches the journal's end");
    Ok(Found { recovery, replica, storage })
}

/// Opens a venue's folder and replays it: [`look`], then [`Found::open`].
///
/// # Errors
/// [`OpenError`]; on corruption nothing was changed.
pub fn open<S: Storage>(
    storage: S,
    config: Config,
    progress: &mut dyn FnMut(Seq, Seq),
) -> Result<Opened<S>, OpenError> {
    look(storage, progress)?.open(config)
}

/// Replays a folder offline and changes nothing: from genesis, or from the oldest snapshot where
/// genesis' segment is gone. Every snapshot on the way is compared.
///
/// # Errors
/// [`OpenError`] names the place at which the folder is not what a venue wrote.
pub fn verify<S: Storage>(
    storage: S,
    progress: &mut dyn FnMut(Seq, Seq),
) -> Result<(Recovery, Replica), OpenError> {
    let archive = Archive::open(storage).map_err(ReplayError::from)?;
    let recovery = archive.inspect(Check::Everything).map_err(journal::OpenError::from)?;
    let last = recovery.last_seq;
    let replica = replica::verify(&archive, recovery.first_seq, &mut |seq| progress(seq, last))?;
    Ok((recovery, replica))
}

impl<S: Storage> Found<S> {
    /// Opens the folder to go on: a torn tail is cut, and a new epoch begins.
    ///
    /// # Errors
    /// [`OpenError`].
    ///
    /// # Panics
    /// If somebody else has written to the folder since it was read: whoever opens it holds it.
    pub fn open(self, config: Config) -> Result<Opened<S>, OpenError> {
        let Found { replica, storage, .. } = self;
        let (journal, recovery) = Journal::open(storage, config.journal, Check::LastSegment)?;
        assert_eq!(journal.last_seq(), replica.seq, "nobody else writes to the folder");
        Ok(Opened { recovery, replica, journal, config })
    }
}

impl<S: Storage + Send + 'static> Opened<S>
where
    S::File: Send + 'static,
{
    /// The folder's journal, to read beside the venue.
    pub fn archive(&self) -> Archive<S> {
        self.journal.archive()
    }

    /// Starts the venue. It runs until every [`Submitter`] is dropped.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn run<C: Clock>(
        self,
        clock: C,
        on_fatal: OnFatal,
    ) -> std::io::Result<(Sequencer, Submitter, Reader)> {
        let Opened { replica, journal, config, .. } = self;
        let Replica { venue, views, hash, seq, .. } = replica;
        let on_fatal = Arc::new(on_fatal);
        let events_room = replica::room(venue.genesis());
        let next_event_seq = views.event_seq() + 1;
        let closings = Closings::new(&venue, &views);
        let (space, space_thread) = Space::start(journal.spares(), config.journal)?;
        let (submitter, requests) = bus::requests(config.queue_max);
        let durable = Durable { seq, at: venue.now() };
        let (publisher, reader) = bus::publishing(views, durable);
        let (to_writer, filled) = sync_channel(BATCHES);
        let (to_engine, returned) = sync_channel(BATCHES);
        let (grown, hear_grown) = sync_channel(1);
        let meter = Arc::new(VenueMeter::new(seq));
        let follower = Follower {
            archive: journal.archive(),
            grown: hear_grown,
            segments_kept: config.segments_kept,
            snapshots_kept: config.snapshots_kept,
            replica: None,
            last_snapshot: newest_snapshot(&journal.archive()),
        };
        let writer = Writer {
            journal,
            publisher,
            space,
            filled,
            returned: to_engine,
            grown,
            stride_bytes: config.journal.segment_bytes / 4,
            bytes_since: 0,
            published: durable,
            batch_bytes: space::batch_bytes(config.journal),
            events_room,
            on_fatal: Arc::clone(&on_fatal),
            meter: Arc::clone(&meter),
            counts: EventCounts::default(),
        };
        let engine = Engine {
            venue,
            lookahead: Lookahead::default(),
            clock,
            requests,
            seq,
            hash,
            writer: to_writer,
            returned,
            spare: Vec::with_capacity(BATCHES),
            admitted: Admits::Nothing,
            taken: 0,
            next_event_seq,
            closings,
            marked: true,
            silent: Duration::ZERO,
            reached: None,
            meter: Arc::clone(&meter),
            counts: CommandCounts::default(),
            begun: Instant::now(),
        };
        let writer = spawn("journal-writer", move || writer.run())?;
        let engine = spawn("engine", move || engine.run(&on_fatal))?;
        let follower = spawn("follower", move || follower.run())?;
        let helpers = vec![space_thread, follower];
        Ok((Sequencer { engine, writer, helpers, meter }, submitter, reader))
    }
}

impl Sequencer {
    /// What its threads count.
    pub fn meter(&self) -> Arc<VenueMeter> {
        Arc::clone(&self.meter)
    }

    /// Waits until the venue has ended and all it answered is durable.
    ///
    /// # Errors
    /// [`Fatal`] when it ended by itself.
    pub fn join(self) -> Result<(), Fatal> {
        let ended = self.engine.join();
        let written = self.writer.join();
        let helpers: Vec<thread::Result<()>> =
            self.helpers.into_iter().map(JoinHandle::join).collect();
        written.map_err(|_| Fatal::Panicked("writer"))??;
        match ended.map_err(|_| Fatal::Panicked("engine"))? {
            Ended::Closed | Ended::WriterGone => {}
            Ended::ClockJumped { by_ns } => return Err(Fatal::ClockJumped { by_ns }),
        }
        helpers.into_iter().try_for_each(|it| it.map_err(|_| Fatal::Panicked("helper")))
    }
}

fn newest_snapshot<S: Storage>(archive: &Archive<S>) -> Seq {
    let heads = archive.snapshots().unwrap_or_default();
    heads.last().map_or(0, |head| head.seq)
}

pub(crate) fn spawn<T: Send + 'static>(
    name: &str,
    run: impl FnOnce() -> T + Send + 'static,
) -> std::io::Result<JoinHandle<T>> {
    thread::Builder::new().name(name.to_string()).spawn(run)
}
