//! A venue rebuilt from its records: at a restart, beside the running one, or to verify a folder.
//!
//! **Invariant:** every trailer's event hash is compared, so a change in behaviour is caught at its
//! seq. It deliberately writes nothing.

use std::ops::ControlFlow;

use journal::{Archive, Entry, Extent, ReadError, Reader, Record, Snapshot, SnapshotHead, Storage};
use thiserror::Error;
use types::{Seq, Timestamp};
use venue::{Command, EventHash, Events, Genesis, Outcome, Venue};
use view::Views;

use crate::feed;

/// Version of the records' payload: `wire`'s encoding of a command, or of genesis in record 0.
pub const PAYLOAD_VERSION: u16 = 1;

/// Events that a replay's buffer holds beyond one step.
const EVENTS_ROOM: usize = 8_192;

/// A venue, its views and its event hash, at one seq.
#[derive(Debug)]
pub struct Replica {
    /// The venue.
    pub venue: Venue,
    /// What queries answer from.
    pub views: Views,
    /// The running hash of all events.
    pub hash: EventHash,
    /// The last command in it; zero is genesis.
    pub seq: Seq,
    /// One buffer, empty; more while a long cascade is replayed.
    events: Vec<Events>,
}

impl From<ReadError> for ReplayError {
    fn from(error: ReadError) -> ReplayError {
        ReplayError::Read(Box::new(error))
    }
}

/// A replica without its views, which take in the events beside the replay.
struct Replay<'a> {
    venue: &'a mut Venue,
    hash: &'a mut EventHash,
    seq: &'a mut Seq,
    events: &'a mut Vec<Events>,
}

/// Why records cannot be replayed.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The journal cannot be read.
    #[error(transparent)]
    Read(Box<ReadError>),
    /// A record is not what this program writes.
    #[error("record {seq}: {detail}")]
    Record {
        /// The record.
        seq: Seq,
        /// What is wrong with it.
        detail: String,
    },
    /// The replay came to other events than the journal says.
    #[error(
        "behaviour differs at or before seq {seq}: the journal's event hash is {expected:016x}, \
         the replay's is {found:016x}"
    )]
    Differs {
        /// The batch's last seq.
        seq: Seq,
        /// What the trailer says.
        expected: u64,
        /// What the replay came to.
        found: u64,
    },
    /// A snapshot is not a state of this venue.
    #[error("snapshot at seq {seq}: {detail}")]
    Snapshot {
        /// Its seq.
        seq: Seq,
        /// What is wrong with it.
        detail: String,
    },
}

impl Replica {
    /// The venue of a genesis, before its first command.
    ///
    /// # Errors
    /// [`ReplayError::Record`] when the genesis cannot be used.
    pub fn new(genesis: &Genesis) -> Result<Replica, ReplayError> {
        let venue = Venue::new(genesis.clone())
            .map_err(|bad| ReplayError::Record { seq: 0, detail: format!("{bad:?}") })?;
        let views = Views::new(genesis);
        let events = vec![Events::new(1, room(genesis))];
        Ok(Replica { venue, views, hash: EventHash::default(), seq: 0, events })
    }

    /// The genesis in record 0.
    ///
    /// # Errors
    /// [`ReplayError`] when there is none, or it cannot be read.
    pub fn genesis<S: Storage>(mut reader: Reader<S>) -> Result<Genesis, ReplayError> {
        match reader.next_entry()? {
            Some(Entry::Record(record)) if record.seq == 0 => {
                check_version(&record)?;
                let genesis = wire::genesis::decode(record.payload);
                genesis.map_err(|bad| ReplayError::Record { seq: 0, detail: bad.to_string() })
            }
            _ => Err(ReplayError::Record { seq: 0, detail: "genesis is missing".into() }),
        }
    }

    /// The venue at a snapshot. It carries its genesis: the segment that began with it may be gone.
    ///
    /// # Errors
    /// [`ReplayError::Snapshot`] when it is not a state of a venue.
    pub fn restore(snapshot: &Snapshot) -> Result<Replica, ReplayError> {
        let seq = snapshot.head.seq;
        let wrong = |detail: String| ReplayError::Snapshot { seq, detail };
        let cut = || wrong("it is cut short".into());
        let (genesis, rest) = take_part(&snapshot.body).ok_or_else(cut)?;
        let (state, views) = take_part(rest).ok_or_else(cut)?;
        let genesis = wire::genesis::decode(genesis).map_err(|bad| wrong(bad.to_string()))?;
        let venue = Venue::restore(genesis.clone(), state).map_err(|bad| wrong(bad.to_string()))?;
        if venue.state_hash() != snapshot.head.state_hash {
            return Err(wrong("the state hash differs".into()));
        }
        let views = Views::restore(views).map_err(|bad| wrong(bad.to_string()))?;
        let events = vec![Events::new(views.event_seq() + 1, room(&genesis))];
        let hash = EventHash::new(snapshot.head.event_hash);
        Ok(Replica { venue, views, hash, seq, events })
    }

    /// A snapshot of this moment: genesis and state, each with its length before it, then the
    /// views.
    pub fn snapshot(&self) -> (SnapshotHead, Vec<u8>) {
        let mut body = Vec::new();
        put_part(&mut body, |out| wire::genesis::encode(self.venue.genesis(), out));
        put_part(&mut body, |out| self.venue.snapshot(out));
        self.views.snapshot(&mut body);
        let head = SnapshotHead {
            seq: self.seq,
            at_ns: self.venue.now().0,
            event_hash: self.hash.value(),
            state_hash: self.venue.state_hash(),
        };
        (head, body)
    }

    /// Replays what the reader has after this replica's seq, up to the end of the batch that holds
    /// `until`, and compares hashes. `progress` is told each batch's last seq and may break off.
    ///
    /// # Errors
    /// [`ReplayError`]; the replica is of no use then.
    pub fn replay<S: Storage>(
        &mut self,
        reader: &mut Reader<S>,
        until: Seq,
        progress: &mut dyn FnMut(Seq) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, ReplayError> {
        let Replica { venue, views, hash, seq, events } = self;
        let mut replay = Replay { venue, hash, seq, events };
        feed::beside(views, |feed| {
            replay.run(reader, until, &mut |events| feed.give(events), progress)
        })
    }

    /// Replays the next batch that the reader has, and gives its events to `sink` instead of the
    /// views, which stay behind. `None` at the end.
    ///
    /// # Errors
    /// [`ReplayError`]; the replica is of no use then.
    pub(crate) fn next_batch<S: Storage>(
        &mut self,
        reader: &mut Reader<S>,
        sink: &mut dyn FnMut(&Events),
    ) -> Result<Option<Seq>, ReplayError> {
        let Replica { venue, hash, seq, events, .. } = self;
        let mut replay = Replay { venue, hash, seq, events };
        let mut ended = None;
        let stop = &mut |seq| {
            ended = Some(seq);
            ControlFlow::Break(())
        };
        replay.run(reader, Seq::MAX, sink, stop)?.is_break();
        Ok(ended)
    }

    /// Compares this state with what a snapshot of it says.
    fn compare_snapshot(&self, head: &SnapshotHead) -> Result<(), ReplayError> {
        let wrong =
            |detail: &str| Err(ReplayError::Snapshot { seq: head.seq, detail: detail.to_string() });
        if self.seq != head.seq {
            return wrong("no batch ends there");
        }
        if self.hash.value() != head.event_hash {
            return wrong("the event hash differs");
        }
        if self.venue.state_hash() != head.state_hash {
            return wrong("the state hash differs");
        }
        Ok(())
    }
}

impl Replay<'_> {
    fn run<S: Storage>(
        &mut self,
        reader: &mut Reader<S>,
        until: Seq,
        sink: &mut dyn FnMut(&Events),
        progress: &mut dyn FnMut(Seq) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, ReplayError> {
        while *self.seq < until {
            match reader.next_entry()? {
                Some(Entry::Record(record)) if record.seq > *self.seq => {
                    self.apply(&record, sink)?;
                }
                Some(Entry::Trailer(trailer)) if trailer.last_seq == *self.seq => {
                    self.compare_hash(trailer.event_hash)?;
                    if progress(*self.seq).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Some(Entry::Record(_) | Entry::Trailer(_)) => {}
                None => break,
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn apply(
        &mut self,
        record: &Record<'_>,
        sink: &mut dyn FnMut(&Events),
    ) -> Result<(), ReplayError> {
        check_version(record)?;
        let seq = record.seq;
        let command = wire::command::decode(record.payload)
            .map_err(|bad| ReplayError::Record { seq, detail: bad.to_string() })?;
        apply_whole(self.venue, seq, Timestamp(record.at_ns), &command, self.events);
        *self.seq = seq;
        let mut next_seq = 0;
        for events in self.events.iter() {
            self.hash.absorb(events);
            sink(events);
            next_seq = events.next_seq();
        }
        self.events.truncate(1);
        self.events[0].restart(next_seq);
        Ok(())
    }

    fn compare_hash(&self, expected: u64) -> Result<(), ReplayError> {
        let (seq, found) = (*self.seq, self.hash.value());
        if expected == found { Ok(()) } else { Err(ReplayError::Differs { seq, expected, found }) }
    }
}

/// Applies a command with all the work it leaves: a long cascade fills buffer after buffer. One
/// function for the engine and the replay, so that they cannot differ.
pub(crate) fn apply_whole(
    venue: &mut Venue,
    seq: Seq,
    at: Timestamp,
    command: &Command,
    buffers: &mut Vec<Events>,
) -> Outcome {
    let room = room(venue.genesis());
    let mut events = buffers.last_mut().expect("there is a buffer");
    let outcome = loop {
        if let Some(outcome) = venue.apply(seq, at, command, events) {
            break outcome;
        }
        events = push_buffer(buffers, room);
    };
    while venue.is_busy() {
        events = push_buffer(buffers, room);
        venue.resume(events);
    }
    outcome
}

/// Adds a buffer that goes on where the last one ends.
fn push_buffer(buffers: &mut Vec<Events>, room: usize) -> &mut Events {
    let first_seq = buffers.last().expect("there is a buffer").next_seq();
    buffers.push(Events::new(first_seq, room));
    buffers.last_mut().expect("one was pushed")
}

/// Events that a buffer for one step and a good batch holds.
pub(crate) fn room(genesis: &Genesis) -> usize {
    genesis.limits.step_events_max as usize + EVENTS_ROOM
}

/// The genesis of a journal: record 0, or where its segment is gone what a snapshot says.
///
/// # Errors
/// [`ReplayError`] when there is no sound snapshot either.
pub(crate) fn genesis<S: Storage>(archive: &Archive<S>) -> Result<Genesis, ReplayError> {
    match archive.records_from(0, Extent::Whole) {
        Ok(records) => Replica::genesis(records),
        Err(removed @ ReadError::Removed { .. }) => {
            let newest = archive.newest_snapshot(Seq::MAX).map_err(ReadError::Storage)?;
            let snapshot = newest.snapshot.ok_or(removed)?;
            let seq = snapshot.head.seq;
            let wrong = |detail: String| ReplayError::Snapshot { seq, detail };
            let (genesis, _) =
                take_part(&snapshot.body).ok_or_else(|| wrong("it is cut short".into()))?;
            wire::genesis::decode(genesis).map_err(|bad| wrong(bad.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Replays all of a journal, from its newest snapshot or from genesis.
///
/// # Errors
/// [`ReplayError`]; a damaged snapshot is passed over, a damaged record is not.
pub(crate) fn recover<S: Storage>(
    archive: &Archive<S>,
    last_seq: Seq,
    progress: &mut dyn FnMut(Seq),
) -> Result<Replica, ReplayError> {
    let mut replica = restart(archive, last_seq)?;
    let mut reader = following(archive, &replica, Extent::Whole)?;
    advance(&mut replica, &mut reader, Seq::MAX, progress)?;
    Ok(replica)
}

/// The newest point, `seq` at most, from which a journal can be replayed.
///
/// # Errors
/// [`ReplayError`] when there is no sound snapshot and no genesis.
pub(crate) fn restart<S: Storage>(archive: &Archive<S>, seq: Seq) -> Result<Replica, ReplayError> {
    let mut upper = Some(seq);
    while let Some(seq) = upper {
        let newest = archive.newest_snapshot(seq).map_err(ReadError::Storage)?;
        for damaged in &newest.damaged {
            tracing::warn!(%damaged, "a snapshot is damaged and passed over");
        }
        let Some(snapshot) = newest.snapshot else { break };
        match Replica::restore(&snapshot) {
            Ok(replica) => return Ok(replica),
            // Perhaps an older program's: the records say the same, and their hashes are compared.
            Err(error) => tracing::warn!(%error, "a snapshot cannot be used and is passed over"),
        }
        upper = snapshot.head.seq.checked_sub(1);
    }
    Replica::new(&Replica::genesis(archive.records_from(0, Extent::Whole)?)?)
}

/// Replays all of a journal that begins at `first_seq`, and compares every snapshot on the way.
///
/// # Errors
/// [`ReplayError`] names the place.
pub(crate) fn verify<S: Storage>(
    archive: &Archive<S>,
    first_seq: Seq,
    progress: &mut dyn FnMut(Seq),
) -> Result<Replica, ReplayError> {
    let heads = archive.snapshots().map_err(ReadError::Storage)?;
    let start = heads.iter().find(|head| head.seq + 1 >= first_seq).filter(|_| first_seq > 0);
    let mut replica = match start {
        Some(head) => Replica::restore(&sound(archive, head.seq)?)?,
        None => Replica::new(&Replica::genesis(archive.records_from(0, Extent::Whole)?)?)?,
    };
    let mut reader = following(archive, &replica, Extent::Whole)?;
    let from = replica.seq;
    for head in heads.iter().filter(|head| head.seq > from) {
        advance(&mut replica, &mut reader, head.seq, progress)?;
        replica.compare_snapshot(&sound(archive, head.seq)?.head)?;
    }
    advance(&mut replica, &mut reader, Seq::MAX, progress)?;
    Ok(replica)
}

/// A reader of what comes after a replica, whose own last segment may be gone; after genesis, of
/// all there is, so that its hash is compared too.
///
/// # Errors
/// [`ReadError`]
pub(crate) fn following<S: Storage>(
    archive: &Archive<S>,
    replica: &Replica,
    extent: Extent,
) -> Result<Reader<S>, ReadError> {
    let from = if replica.seq == 0 { 0 } else { replica.seq + 1 };
    archive.records_from(from, extent)
}

fn advance<S: Storage>(
    replica: &mut Replica,
    reader: &mut Reader<S>,
    until: Seq,
    progress: &mut dyn FnMut(Seq),
) -> Result<(), ReplayError> {
    let go_on = &mut |seq| {
        progress(seq);
        ControlFlow::Continue(())
    };
    replica.replay(reader, until, go_on).map(|_| ())
}

fn sound<S: Storage>(archive: &Archive<S>, seq: Seq) -> Result<Snapshot, ReplayError> {
    let snapshot = archive.read_snapshot(seq);
    snapshot.map_err(|bad| ReplayError::Snapshot { seq, detail: bad.to_string() })
}

fn put_part(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.extend_from_slice(&[0; 8]);
    write(out);
    let length = (out.len() - at - 8) as u64;
    out[at..at + 8].copy_from_slice(&length.to_le_bytes());
}

fn take_part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

fn check_version(record: &Record<'_>) -> Result<(), ReplayError> {
    if record.version == PAYLOAD_VERSION {
        return Ok(());
    }
    let detail =
        format!("payload version {}, this program reads {PAYLOAD_VERSION}", record.version);
    Err(ReplayError::Record { seq: record.seq, detail })
}
