//! A venue rebuilt from its records: at a restart, beside the running one, or to verify a folder.
//!
//! **Invariant:** every trailer's event hash is compared, so a change in behaviour is caught at its
//! seq. It deliberately writes nothing.

use journal::{Archive, Entry, Extent, ReadError, Reader, Record, Snapshot, SnapshotHead, Storage};
use thiserror::Error;
use types::{Seq, Timestamp};
use venue::{EventHash, Events, Genesis, Venue};
use view::Views;

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
    events: Events,
}

/// Why records cannot be replayed.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
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
        let events = Events::new(1, room(genesis));
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
        let venue =
            Venue::restore(genesis.clone(), state).map_err(|bad| wrong(bad.to_string()))?;
        if venue.state_hash() != snapshot.head.state_hash {
            return Err(wrong("the state hash differs".into()));
        }
        let views = Views::restore(views).map_err(|bad| wrong(bad.to_string()))?;
        let events = Events::new(views.event_seq() + 1, room(&genesis));
        let hash = EventHash(snapshot.head.event_hash);
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
            event_hash: self.hash.0,
            state_hash: self.venue.state_hash(),
        };
        (head, body)
    }

    /// Replays what the reader has after this replica's seq, and compares hashes. `progress` is
    /// told each batch's last seq.
    ///
    /// # Errors
    /// [`ReplayError`]; the replica is of no use then.
    pub fn replay<S: Storage>(
        &mut self,
        mut reader: Reader<S>,
        progress: &mut dyn FnMut(Seq),
    ) -> Result<(), ReplayError> {
        while let Some(entry) = reader.next_entry()? {
            match entry {
                Entry::Record(record) if record.seq > self.seq => self.apply(&record)?,
                Entry::Record(_) => {}
                Entry::Trailer(trailer) if trailer.last_seq == self.seq => {
                    let found = self.hash.0;
                    if trailer.event_hash != found {
                        let (seq, expected) = (trailer.last_seq, trailer.event_hash);
                        return Err(ReplayError::Differs { seq, expected, found });
                    }
                    progress(trailer.last_seq);
                }
                Entry::Trailer(_) => {}
            }
        }
        Ok(())
    }

    fn apply(&mut self, record: &Record<'_>) -> Result<(), ReplayError> {
        check_version(record)?;
        let seq = record.seq;
        let command = wire::command::decode(record.payload)
            .map_err(|bad| ReplayError::Record { seq, detail: bad.to_string() })?;
        self.venue.apply(seq, Timestamp(record.at_ns), &command, &mut self.events);
        self.take_events();
        while self.venue.is_busy() {
            self.venue.resume(&mut self.events);
            self.take_events();
        }
        self.seq = seq;
        Ok(())
    }

    fn take_events(&mut self) {
        self.hash.absorb(&self.events);
        self.views.absorb(&self.events);
        self.events.clear();
    }
}

/// Events that a buffer for one step and a good batch holds.
pub(crate) fn room(genesis: &Genesis) -> usize {
    genesis.limits.step_events_max as usize + EVENTS_ROOM
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
    replica.replay(archive.records_from(replica.seq, Extent::Whole)?, progress)?;
    Ok(replica)
}

/// The newest point, `seq` at most, from which a journal can be replayed.
///
/// # Errors
/// [`ReplayError`] when there is no sound snapshot and no genesis.
pub(crate) fn restart<S: Storage>(archive: &Archive<S>, seq: Seq) -> Result<Replica, ReplayError> {
    let newest = archive.newest_snapshot(seq).map_err(ReadError::Storage)?;
    for damaged in &newest.damaged {
        tracing::warn!(%damaged, "a snapshot is damaged and passed over");
    }
    match newest.snapshot {
        Some(snapshot) => Replica::restore(&snapshot),
        None => Replica::new(&Replica::genesis(archive.records_from(0, Extent::Whole)?)?),
    }
}

/// Replays all of a journal from its first record.
///
/// # Errors
/// [`ReplayError`] names the place.
pub(crate) fn from_genesis<S: Storage>(
    archive: &Archive<S>,
    progress: &mut dyn FnMut(Seq),
) -> Result<Replica, ReplayError> {
    let genesis = Replica::genesis(archive.records_from(0, Extent::Whole)?)?;
    let mut replica = Replica::new(&genesis)?;
    replica.replay(archive.records_from(0, Extent::Whole)?, progress)?;
    Ok(replica)
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
    let detail = format!("payload version {}, this program reads {PAYLOAD_VERSION}", record.version);
    Err(ReplayError::Record { seq: record.seq, detail })
}
