//! Judges a whole folder without changing it: what is there, what is cut, or what is damaged.
//!
//! **Invariant:** reads only. [`crate::Journal::open`] acts on the verdict, `verify` prints it.

use crate::cursor::Sealed;
use crate::fault::{Corruption, Fault, Proof};
use crate::format::Identity;
use crate::names;
use crate::segment::{
    LastScan, LoadError, Segment, check_finished, check_follows, load_headers, load_whole,
    scan_last,
};
use crate::snapshot;
use crate::storage::{Storage, StorageError};

/// How much of the journal is read to judge it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Every byte of every segment.
    Everything,
    /// Every header, and every byte of the last segment. For a restart from a snapshot, where the
    /// rest is checked as it is read.
    LastSegment,
}

/// What was found in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Whose journal it is.
    pub identity: Identity,
    /// The epoch: after an opening the new one, after an inspection the newest.
    pub epoch: u64,
    /// The oldest seq in the folder.
    pub first_seq: u64,
    /// The newest seq that is kept.
    pub last_seq: u64,
    /// The newest seq that the kept bytes themselves say was durable.
    pub durable_seq: u64,
    /// The event hash of the last trailer: that of all events up to `last_seq`.
    pub event_hash: u64,
    /// The newest time, in nanoseconds.
    pub at_max_ns: u64,
    /// What was cut, or would be.
    pub cut: Option<CutTail>,
}

/// The torn end of a journal. Nothing in it was ever acknowledged, or nothing shows that it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutTail {
    /// The segment.
    pub file: String,
    /// The first byte that is cut.
    pub offset: u64,
    /// How many bytes from there had something in them.
    pub bytes: u64,
    /// The first seq that is cut, which the next record gets.
    pub first_seq: u64,
    /// The newest seq of which anything was left to see: a head that looks right, or a trailer.
    /// `None` when no record can be told.
    pub last_seq_seen: Option<u64>,
    /// The start of a record at or before the first bad byte, in the batch that starts at `offset`
    /// or behind it.
    pub bad_offset: u64,
    /// What was wrong there.
    pub reason: Fault,
}

/// Inspecting a folder failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// There is no journal in the folder.
    #[error("there is no journal in the folder")]
    NoJournal,
    /// What was durable is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<LoadError> for InspectError {
    fn from(error: LoadError) -> InspectError {
        match error {
            LoadError::Corrupt(corruption) => InspectError::Corrupt(corruption),
            LoadError::Storage(error) => InspectError::Storage(error),
        }
    }
}

/// The verdict, with what an opening needs to act on it.
#[derive(Debug)]
pub(crate) struct Inspected {
    pub recovery: Recovery,
    pub last: Segment,
    pub scan: LastScan,
    /// The whole last segment, as it was judged.
    pub bytes: Vec<u8>,
}

pub(crate) fn inspect<S: Storage>(storage: &S, check: Check) -> Result<Inspected, InspectError> {
    let mut segments = load_headers(storage)?;
    let last = segments.pop().ok_or(InspectError::NoJournal)?;
    let first = segments.first().unwrap_or(&last);
    let identity = first.header.identity;
    let first_seq = first.header.first_seq;
    let newest_snapshot = snapshot::sound_heads(storage, identity)?.last().map(|head| head.seq);
    if first_seq > 0 && newest_snapshot.is_none_or(|seq| seq < first_seq - 1) {
        let fault = Fault::NoStart { first: first_seq };
        return Err(refused(&first.name, 0, 0, fault, Proof::Named).into());
    }
    let mut bytes = Vec::new();
    let before = match check {
        Check::Everything => check_before_last(storage, &segments, &last, &mut bytes)?,
        Check::LastSegment => None,
    };
    load_whole(storage, last.header.first_seq, &mut bytes)?;
    if let Some(before) = before {
        check_follows(&before, &last)?;
    }
    let scan = scan_last(&last, &bytes)?;
    let sealed = &scan.sealed;
    if let Some(snapshot) = newest_snapshot.filter(|&seq| seq > sealed.last_seq) {
        let (offset, seq) = (sealed.offset as u64, sealed.last_seq.wrapping_add(1));
        let fault = Fault::BehindSnapshot { last: sealed.last_seq, snapshot };
        return Err(refused(&last.name, offset, seq, fault, Proof::Snapshot).into());
    }
    let recovery = Recovery {
        identity,
        epoch: sealed.epoch,
        first_seq,
        last_seq: sealed.last_seq,
        durable_seq: sealed.durable_seq,
        event_hash: sealed.event_hash,
        at_max_ns: sealed.at_max_ns,
        cut: cut_tail(&last, &scan),
    };
    Ok(Inspected { recovery, last, scan, bytes })
}

/// Checks all finished segments and answers the end of the newest.
fn check_before_last<S: Storage>(
    storage: &S,
    finished: &[Segment],
    last: &Segment,
    bytes: &mut Vec<u8>,
) -> Result<Option<Sealed>, InspectError> {
    let mut end = None;
    for (place, segment) in finished.iter().enumerate() {
        load_whole(storage, segment.header.first_seq, bytes)?;
        let next = finished.get(place + 1).unwrap_or(last);
        end = Some(check_finished(segment, bytes, next)?);
    }
    Ok(end)
}

fn cut_tail(last: &Segment, scan: &LastScan) -> Option<CutTail> {
    let tail = scan.tail?;
    Some(CutTail {
        file: names::segment(last.header.first_seq),
        offset: scan.sealed.offset as u64,
        bytes: (tail.end - scan.sealed.offset) as u64,
        first_seq: scan.sealed.last_seq.wrapping_add(1),
        last_seq_seen: tail.last_seq_seen,
        bad_offset: tail.bad.offset as u64,
        reason: tail.bad.fault,
    })
}

fn refused(file: &str, offset: u64, seq: u64, fault: Fault, proof: Proof) -> Corruption {
    Corruption { file: file.to_owned(), offset, seq, fault, proof }
}
