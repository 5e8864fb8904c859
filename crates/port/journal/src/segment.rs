//! Reads segments whole and judges them.
//!
//! **Invariant:** a bad place is a torn tail only if nothing proves that it was durable; any proof
//! makes it corruption. See the crate's header for why these proofs are all there are.

use crate::cursor::{Bad, Cursor, Sealed, Step};
use crate::fault::{Corruption, Fault, Proof};
use crate::format::{
    ALIGNMENT, DATA_OFFSET, Identity, SegmentHeader, TRAILER_BYTES, Trailer, lone_trailer,
};
use crate::names;
use crate::storage::{Storage, StorageError, StorageFile};

/// The shortest segment.
pub const SEGMENT_BYTES_MIN: u64 = 2 * DATA_OFFSET as u64;
/// The longest segment: one is read whole.
pub const SEGMENT_BYTES_MAX: u64 = 1 << 30;

/// Reading a segment failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LoadError {
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// One segment's place in the folder.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub name: String,
    pub header: SegmentHeader,
    /// The header's crc, which starts the chain.
    pub chain: u32,
}

/// How far the last segment can be believed.
#[derive(Debug)]
pub(crate) struct LastScan {
    pub sealed: Sealed,
    pub tail: Option<Tail>,
}

/// What is to be cut: from `sealed.offset` on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail {
    pub bad: Bad,
    /// The byte after the last that is not zero.
    pub end: usize,
    pub last_seq_seen: Option<u64>,
}

/// Reads and checks the headers and the lengths of all segments, oldest first.
pub(crate) fn load_headers<S: Storage>(storage: &S) -> Result<Vec<Segment>, LoadError> {
    let mut found: Vec<u64> =
        storage.list()?.iter().filter_map(|name| names::segment_first_seq(name)).collect();
    found.sort_unstable();
    let mut segments: Vec<Segment> = Vec::with_capacity(found.len());
    for first_seq in found {
        let mut block = vec![0; DATA_OFFSET];
        let segment = load(storage, first_seq, Amount::Header, &mut block)?;
        if let Some(before) = segments.last() {
            check_order(before, &segment)?;
        }
        segments.push(segment);
    }
    Ok(segments)
}

/// Reads a whole segment into `bytes` and checks its header.
pub(crate) fn load_whole<S: Storage>(
    storage: &S,
    first_seq: u64,
    bytes: &mut Vec<u8>,
) -> Result<Segment, LoadError> {
    load(storage, first_seq, Amount::Whole, bytes)
}

#[derive(Clone, Copy)]
enum Amount {
    Header,
    Whole,
}

fn load<S: Storage>(
    storage: &S,
    first_seq: u64,
    amount: Amount,
    bytes: &mut Vec<u8>,
) -> Result<Segment, LoadError> {
    let name = names::segment(first_seq);
    let file = storage.open(&name)?;
    let found = file.bytes()?;
    let damaged = |fault| named(&name, first_seq, fault);
    if found > SEGMENT_BYTES_MAX {
        return Err(damaged(Fault::FileTooLong { max: SEGMENT_BYTES_MAX, found }).into());
    }
    if found < SEGMENT_BYTES_MIN {
        return Err(damaged(Fault::FileBytes { expected: SEGMENT_BYTES_MIN, found }).into());
    }
    let wanted = match amount {
        Amount::Header => DATA_OFFSET,
        Amount::Whole => found as usize,
    };
    if bytes.len() != wanted {
        *bytes = vec![0; wanted];
    }
    file.read_at(0, bytes)?;
    let (header, chain) = SegmentHeader::decode(bytes).map_err(damaged)?;
    if header.segment_bytes != found {
        return Err(damaged(Fault::FileBytes { expected: header.segment_bytes, found }).into());
    }
    if header.first_seq != first_seq {
        return Err(damaged(Fault::Seq { expected: first_seq, found: header.first_seq }).into());
    }
    Ok(Segment { name, header, chain })
}

fn check_order(before: &Segment, segment: &Segment) -> Result<(), Corruption> {
    let first_seq = segment.header.first_seq;
    check_identity(before.header.identity, segment.header.identity)
        .map_err(|fault| named(&segment.name, first_seq, fault))?;
    if segment.header.epoch < before.header.epoch {
        let (expected, found) = (before.header.epoch, segment.header.epoch);
        return Err(named(&segment.name, first_seq, Fault::Epoch { expected, found }));
    }
    Ok(())
}

pub(crate) fn check_identity(own: Identity, found: Identity) -> Result<(), Fault> {
    if own == found {
        return Ok(());
    }
    let Identity { venue, shard } = own;
    Err(Fault::Foreign { venue, shard, found_venue: found.venue, found_shard: found.shard })
}

/// Names damage to what was durable when the file got its name.
fn named(name: &str, seq: u64, fault: Fault) -> Corruption {
    Corruption { file: name.to_owned(), offset: 0, seq, fault, proof: Proof::Named }
}

/// Checks that a finished segment is whole and that `next` follows it.
pub(crate) fn check_finished(
    segment: &Segment,
    bytes: &[u8],
    next: &Segment,
) -> Result<Sealed, Corruption> {
    let mut cursor = Cursor::new(&segment.header, segment.chain);
    match walk(&mut cursor, bytes) {
        Some(bad) => Err(damaged_by(segment, bad, later(next.header.first_seq))),
        None => {
            check_follows(&cursor.sealed, next)?;
            Ok(cursor.sealed)
        }
    }
}

/// Checks that the header `next` continues from `sealed`, the end of the segment before.
pub(crate) fn check_follows(sealed: &Sealed, next: &Segment) -> Result<(), Corruption> {
    let header = &next.header;
    let expected = sealed.last_seq.wrapping_add(1);
    let fault = if header.first_seq != expected {
        Fault::Seq { expected, found: header.first_seq }
    } else if header.chain_before != sealed.chain {
        Fault::ChainBefore { expected: sealed.chain, found: header.chain_before }
    } else if header.event_hash_before != sealed.event_hash {
        let (expected, found) = (sealed.event_hash, header.event_hash_before);
        Fault::EventHashBefore { expected, found }
    } else if header.epoch < sealed.epoch {
        Fault::Epoch { expected: sealed.epoch, found: header.epoch }
    } else {
        return Ok(());
    };
    Err(named(&next.name, expected, fault))
}

/// Finds how far the last segment can be believed; refuses it when what was durable is damaged.
pub(crate) fn scan_last(segment: &Segment, bytes: &[u8]) -> Result<LastScan, Corruption> {
    let mut cursor = Cursor::new(&segment.header, segment.chain);
    let bad = walk(&mut cursor, bytes);
    let sealed = cursor.sealed;
    if sealed.offset == DATA_OFFSET && segment.header.first_seq == 0 {
        // The first segment gets its name only with genesis in it.
        let fault = Fault::NoTrailer { first: 0 };
        let missing = Bad { offset: DATA_OFFSET, seq: 0, fault, last_seq_seen: None };
        return Err(damaged_by(segment, bad.unwrap_or(missing), Proof::Named));
    }
    let Some(bad) = bad else {
        return Ok(LastScan { sealed, tail: None });
    };
    if !bad.fault.can_be_torn() {
        return Err(damaged_by(segment, bad, Proof::Intact));
    }
    let mut last_seq_seen = bad.last_seq_seen;
    for (at, trailer) in trailers_after(bytes, bad.offset) {
        // Bytes, and not the seq: a damaged mark has no seq of its own, and what is behind it may
        // have been acknowledged.
        if trailer.durable_bytes > sealed.offset as u64 {
            let proof = Proof::Trailer { at: at as u64, durable_seq: trailer.durable_seq };
            return Err(damaged_by(segment, bad, proof));
        }
        if trailer.last_seq > sealed.last_seq {
            last_seq_seen = last_seq_seen.max(Some(trailer.last_seq));
        }
    }
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    Ok(LastScan { sealed, tail: Some(Tail { bad, end, last_seq_seen }) })
}

/// Passes complete batches up to the end or to the first bad place.
fn walk(cursor: &mut Cursor, bytes: &[u8]) -> Option<Bad> {
    loop {
        match cursor.step(bytes) {
            Ok(Step::Record { .. } | Step::Trailer(_)) => {}
            Ok(Step::End) => return check_end(cursor, bytes),
            Err(bad) => return Some(bad),
        }
    }
}

/// Checks that behind the cursor, at zeros, only zeros follow.
pub(crate) fn check_end(cursor: &Cursor, bytes: &[u8]) -> Option<Bad> {
    let (offset, seq) = (cursor.offset, cursor.next_seq());
    let place = first_not_zero(&bytes[offset..])?;
    let fault = Fault::NotZero { at: (offset + place) as u64 };
    Some(Bad { offset, seq, fault, last_seq_seen: None })
}

/// Looks at blocks first: most of a segment may be zeros, and a block is folded many bytes at once.
fn first_not_zero(bytes: &[u8]) -> Option<usize> {
    let is_used = |block: &[u8]| block.iter().fold(0, |all, byte| all | byte) != 0;
    let start = bytes.chunks(DATA_OFFSET).position(is_used)? * DATA_OFFSET;
    let place = bytes[start..].iter().position(|&byte| byte != 0)?;
    Some(start + place)
}

/// Finds all undamaged trailers from a place on, wherever records may start.
fn trailers_after(bytes: &[u8], offset: usize) -> impl Iterator<Item = (usize, Trailer)> {
    let last = bytes.len().saturating_sub(TRAILER_BYTES);
    (offset..=last)
        .step_by(ALIGNMENT)
        .filter_map(|at| lone_trailer(&bytes[at..]).map(|trailer| (at, trailer)))
}

pub(crate) fn damaged_by(segment: &Segment, bad: Bad, proof: Proof) -> Corruption {
    let Bad { offset, seq, fault, .. } = bad;
    Corruption { file: segment.name.clone(), offset: offset as u64, seq, fault, proof }
}

/// The proof that a segment with a successor was durable.
pub(crate) fn later(next_first_seq: u64) -> Proof {
    Proof::LaterSegment { first_seq: next_first_seq }
}
