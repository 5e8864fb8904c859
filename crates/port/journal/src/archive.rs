//! Reads the journal and keeps its snapshots, beside the writer or without one.
//!
//! **Invariant:** beside a writer, only what is durable is read: that never changes. Nothing is
//! given out before the crc of its batch, and with it the chain from the segment's header, was
//! checked.

use crate::cursor::{Bad, Cursor, Sealed, Step};
use crate::fault::Corruption;
use crate::format::{Identity, Record, SegmentHeader, Trailer};
use crate::names;
use crate::recovery::{Check, InspectError, Recovery, inspect};
use crate::segment::{
    LoadError, Segment, check_end, check_follows, damaged_by, later, load_headers, load_whole,
    scan_last,
};
use crate::snapshot::{self, ReadSnapshotError, Snapshot, SnapshotHead, WriteSnapshotError};
use crate::storage::{Storage, StorageError};

/// How far to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Finished segments only: for a follower beside the writer.
    Finished,
    /// All that an opening would keep: for the writer itself, or when there is none.
    Whole,
    /// Up to the end of the batch that holds this seq, which is durable: beside the writer, whose
    /// unfinished segment is read only so far.
    Durable(u64),
}

impl Extent {
    /// Whether it ends before `seq`: then nothing from there on is wanted.
    fn is_before(self, seq: u64) -> bool {
        match self {
            Extent::Finished | Extent::Whole => false,
            Extent::Durable(last) => last < seq,
        }
    }

    /// Whether nothing after `trailer` is wanted.
    fn ends_at(self, trailer: &Trailer) -> bool {
        match self {
            Extent::Finished | Extent::Whole => false,
            Extent::Durable(seq) => trailer.last_seq >= seq,
        }
    }
}

/// Reading records failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no journal in the folder.
    #[error("there is no journal in the folder")]
    NoJournal,
    /// The records asked for were removed: start from a snapshot.
    #[error("the journal starts at seq {first_seq}")]
    Removed {
        /// The oldest seq that is there.
        first_seq: u64,
    },
    /// What was durable is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<LoadError> for ReadError {
    fn from(error: LoadError) -> ReadError {
        match error {
            LoadError::Corrupt(corruption) => ReadError::Corrupt(corruption),
            LoadError::Storage(error) => ReadError::Storage(error),
        }
    }
}

/// Which segments and snapshots to keep beyond what a restart needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Only records up to here may go: what every reader is past. A snapshot must cover them too.
    pub covered_seq: u64,
    /// Finished segments to keep although they are covered.
    pub segments_kept: usize,
    /// Newest snapshots to keep; at least one always stays.
    pub snapshots_kept: usize,
}

/// What retention removed, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Removed {
    /// First seqs of the segments.
    pub segments: Vec<u64>,
    /// Seqs of the snapshots.
    pub snapshots: Vec<u64>,
}

/// The newest snapshot that could be read, and those that could not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// The snapshot, if there is a sound one.
    pub snapshot: Option<Snapshot>,
    /// Newer ones that were passed over, and why.
    pub damaged: Vec<Corruption>,
}

/// A journal's folder, read beside the writer or without one.
#[derive(Debug, Clone)]
pub struct Archive<S> {
    storage: S,
    identity: Identity,
}

impl<S: Storage> Archive<S> {
    pub(crate) fn new(storage: S, identity: Identity) -> Archive<S> {
        Archive { storage, identity }
    }

    pub(crate) fn storage(&self) -> &S {
        &self.storage
    }

    /// Opens a folder to read it, without a writer.
    ///
    /// # Errors
    /// [`ReadError`] when there is no journal or its first header is damaged.
    pub fn open(storage: S) -> Result<Archive<S>, ReadError> {
        let segments = load_headers(&storage)?;
        let identity = segments.first().ok_or(ReadError::NoJournal)?.header.identity;
        Ok(Archive { storage, identity })
    }

    /// Judges the folder as an opening would, and changes nothing.
    ///
    /// # Errors
    /// [`InspectError`], as an opening would fail.
    pub fn inspect(&self, check: Check) -> Result<Recovery, InspectError> {
        Ok(inspect(&self.storage, check)?.recovery)
    }

    /// Answers whose journal it is.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Lists the segments, oldest first: the index by seq and time.
    ///
    /// # Errors
    /// [`ReadError`] when a header cannot be read.
    pub fn segments(&self) -> Result<Vec<SegmentHeader>, ReadError> {
        Ok(load_headers(&self.storage)?.into_iter().map(|segment| segment.header).collect())
    }

    /// Counts the segments, without a look into them.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be read.
    pub fn segment_count(&self) -> Result<usize, StorageError> {
        let files = self.storage.list()?;
        Ok(files.iter().filter(|name| names::segment_first_seq(name).is_some()).count())
    }

    /// Answers the seq from which to read so as to miss no record of `at_ns` or later.
    ///
    /// # Errors
    /// [`ReadError`] when a header cannot be read.
    pub fn seq_before(&self, at_ns: u64) -> Result<u64, ReadError> {
        let segments = self.segments()?;
        let first = segments.first().ok_or(ReadError::NoJournal)?;
        let last_before = segments.iter().rfind(|header| header.at_before_ns < at_ns);
        Ok(last_before.unwrap_or(first).first_seq)
    }

    /// Reads records and trailers from `seq` on. A reader ends; ask again for what came since.
    ///
    /// # Errors
    /// [`ReadError::Removed`] when `seq` is before the oldest record.
    pub fn records_from(&self, seq: u64, extent: Extent) -> Result<Reader<S>, ReadError> {
        let mut first_seqs: Vec<u64> =
            self.storage.list()?.iter().filter_map(|name| names::segment_first_seq(name)).collect();
        first_seqs.sort_unstable();
        let first_seq = *first_seqs.first().ok_or(ReadError::NoJournal)?;
        if seq < first_seq {
            return Err(ReadError::Removed { first_seq });
        }
        let start = first_seqs.partition_point(|&first| first <= seq) - 1;
        Ok(Reader {
            storage: self.storage.clone(),
            extent,
            from: seq,
            first_seqs: first_seqs.split_off(start),
            place: 0,
            bytes: Vec::new(),
            open: None,
            before: None,
            is_done: extent.is_before(seq),
        })
    }

    /// Writes a snapshot: it is there, whole and durable, when this returns. One thread at a time.
    ///
    /// # Errors
    /// [`WriteSnapshotError`]; no other snapshot is touched.
    pub fn write_snapshot(
        &self,
        head: &SnapshotHead,
        body: &[u8],
    ) -> Result<(), WriteSnapshotError> {
        snapshot::write(&self.storage, self.identity, head, body)
    }

    /// Lists the snapshots with sound heads, oldest first: the index by seq and time.
    ///
    /// # Errors
    /// [`StorageError`] when they cannot be read.
    pub fn snapshots(&self) -> Result<Vec<SnapshotHead>, StorageError> {
        snapshot::sound_heads(&self.storage, self.identity)
    }

    /// Reads one snapshot.
    ///
    /// # Errors
    /// [`ReadSnapshotError`] when it is not there or not what was written.
    pub fn read_snapshot(&self, seq: u64) -> Result<Snapshot, ReadSnapshotError> {
        snapshot::read(&self.storage, self.identity, seq)
    }

    /// Reads the newest sound snapshot at or before `seq`.
    ///
    /// # Errors
    /// [`StorageError`]; damaged ones are passed over and told.
    pub fn newest_snapshot(&self, seq: u64) -> Result<Newest, StorageError> {
        let mut damaged = Vec::new();
        for found in snapshot::list(&self.storage)?.into_iter().rev().filter(|&found| found <= seq)
        {
            match self.read_snapshot(found) {
                Ok(snapshot) => return Ok(Newest { snapshot: Some(snapshot), damaged }),
                Err(ReadSnapshotError::Corrupt(corruption)) => damaged.push(corruption),
                Err(ReadSnapshotError::Storage(error)) => return Err(error),
            }
        }
        Ok(Newest { snapshot: None, damaged })
    }

    /// Removes segments that a sound snapshot covers and snapshots that are too many, durably.
    ///
    /// The last segment stays. The folder is synced after each segment, oldest first, so that a
    /// power cut leaves no hole.
    ///
    /// # Errors
    /// [`ReadError`]; what was removed before stays removed.
    pub fn retain(&self, retention: Retention) -> Result<Removed, ReadError> {
        let mut removed = Removed::default();
        // A snapshot's name must be durable before it stands for anything.
        self.storage.sync_folder()?;
        let Some(snapshot) = self.newest_snapshot(retention.covered_seq)?.snapshot else {
            return Ok(removed);
        };
        let segments = load_headers(&self.storage)?;
        let covered = segments
            .windows(2)
            .take_while(|pair| pair[1].header.first_seq - 1 <= snapshot.head.seq);
        let finished = segments.len().saturating_sub(1);
        let most = finished.saturating_sub(retention.segments_kept);
        for pair in covered.take(most) {
            self.storage.remove(&pair[0].name)?;
            self.storage.sync_folder()?;
            removed.segments.push(pair[0].header.first_seq);
        }
        let mut older = snapshot::list(&self.storage)?;
        older.truncate(older.len().saturating_sub(retention.snapshots_kept));
        // The one that stands for what was removed stays, and so do newer ones.
        for seq in older.into_iter().filter(|&seq| seq < snapshot.head.seq) {
            self.storage.remove(&names::snapshot(seq))?;
            removed.snapshots.push(seq);
        }
        self.storage.sync_folder()?;
        Ok(removed)
    }
}

/// What a reader comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A record.
    Record(Record<'a>),
    /// The end of a batch, or a mark.
    Trailer(Trailer),
}

/// Reads records in order, segment by segment.
#[derive(Debug)]
pub struct Reader<S> {
    storage: S,
    extent: Extent,
    from: u64,
    first_seqs: Vec<u64>,
    /// The segment to be opened next.
    place: usize,
    bytes: Vec<u8>,
    open: Option<Opened>,
    /// The end of the segment before.
    before: Option<Sealed>,
    /// Whether all that was asked for was read.
    is_done: bool,
}

#[derive(Debug)]
struct Opened {
    segment: Segment,
    cursor: Cursor,
    /// Where reading ends in the last segment.
    end: Option<usize>,
}

impl<S: Storage> Reader<S> {
    /// Reads on; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError`], naming the place; every later call answers the same or the end.
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>, ReadError> {
        loop {
            if self.is_done {
                return Ok(None);
            }
            let Some(opened) = &mut self.open else {
                if self.open_next()? {
                    continue;
                }
                return Ok(None);
            };
            if opened.end == Some(opened.cursor.offset) {
                return Ok(None);
            }
            let step = opened.cursor.step(&self.bytes);
            let step = step.map_err(|bad| damage(opened, &self.first_seqs, self.place, bad))?;
            match step {
                Step::Record { seq, head, payload } if seq >= self.from => {
                    return Ok(Some(Entry::Record(Record {
                        seq,
                        at_ns: head.at_ns,
                        version: head.version,
                        payload: &self.bytes[payload],
                    })));
                }
                Step::Trailer(trailer) => {
                    self.is_done = self.extent.ends_at(&trailer);
                    if trailer.last_seq >= self.from {
                        return Ok(Some(Entry::Trailer(trailer)));
                    }
                }
                Step::Record { .. } => {}
                Step::End => self.finish()?,
            }
        }
    }

    /// Opens the next segment; `false` when there is none to read.
    fn open_next(&mut self) -> Result<bool, ReadError> {
        let is_last = self.place + 1 >= self.first_seqs.len();
        let wanted = match self.extent {
            Extent::Finished => !is_last,
            Extent::Whole | Extent::Durable(_) => self.place < self.first_seqs.len(),
        };
        if !wanted {
            return Ok(false);
        }
        let segment = load_whole(&self.storage, self.first_seqs[self.place], &mut self.bytes)?;
        if let Some(before) = &self.before {
            check_follows(before, &segment)?;
        }
        let end = if is_last && self.extent == Extent::Whole {
            Some(scan_last(&segment, &self.bytes)?.sealed.offset)
        } else {
            None
        };
        let cursor = Cursor::new(&segment.header, segment.chain);
        self.open = Some(Opened { segment, cursor, end });
        self.place += 1;
        Ok(true)
    }

    /// Leaves a finished segment at its end.
    fn finish(&mut self) -> Result<(), ReadError> {
        let Some(opened) = &self.open else { return Ok(()) };
        if let Some(bad) = check_end(&opened.cursor, &self.bytes) {
            return Err(damage(opened, &self.first_seqs, self.place, bad).into());
        }
        self.before = Some(opened.cursor.sealed);
        self.open = None;
        Ok(())
    }
}

fn damage(opened: &Opened, first_seqs: &[u64], place: usize, bad: Bad) -> Corruption {
    let proof = first_seqs.get(place).map_or(crate::fault::Proof::Intact, |&next| later(next));
    damaged_by(&opened.segment, bad, proof)
}
