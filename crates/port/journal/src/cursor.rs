//! Walks the records of one segment's bytes, checking each batch against everything before it.
//!
//! **Invariant:** no record is told before the crc of its whole batch is checked; no bytes can make
//! it panic or allocate.

use crate::fault::Fault;
use crate::format::{
    ALIGNMENT, DATA_OFFSET, FoundTrailer, HEAD_BYTES, Head, Kind, RECORD_BYTES_MAX, SegmentHeader,
    TRAILER_BYTES, Trailer, batch_crc, check_trailer, find_trailer, padded, u32_at,
};
use std::ops::Range;

/// What holds after a complete batch, a mark, or a segment's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Where the next batch starts.
    pub offset: usize,
    pub chain: u32,
    pub last_seq: u64,
    pub epoch: u64,
    pub event_hash: u64,
    pub at_max_ns: u64,
    /// The newest watermark seen.
    pub durable_seq: u64,
    pub durable_bytes: usize,
    /// Whether nothing comes after the watermark.
    pub is_marked: bool,
}

/// A place in a segment, at the start of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    pub offset: usize,
    pub sealed: Sealed,
    next_seq: u64,
    at_max_ns: u64,
    /// The end of the batch at the cursor, once its crc was found to hold.
    end: Option<BatchEnd>,
}

/// The trailer of a batch whose crc holds.
#[derive(Debug, Clone, Copy)]
struct BatchEnd {
    offset: usize,
    found: FoundTrailer,
}

/// A place that is not as it was written, or was written wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bad {
    /// The start of a record at or before the first bad byte. In a batch whose crc fails it is the
    /// batch's first record, or, when heads are bad too, the last one before those.
    pub offset: usize,
    /// The seq that belongs there.
    pub seq: u64,
    pub fault: Fault,
    /// The newest seq of the batch whose head, and all before it, look right.
    pub last_seq_seen: Option<u64>,
}

/// What the cursor passed.
#[derive(Debug)]
pub(crate) enum Step {
    Record {
        seq: u64,
        head: Head,
        payload: Range<usize>,
    },
    Trailer(Trailer),
    /// Zeros follow. The cursor stays.
    End,
}

impl Cursor {
    /// Starts at the first record of a segment whose header has the crc `chain`.
    pub(crate) fn new(header: &SegmentHeader, chain: u32) -> Cursor {
        let last_seq = header.first_seq.wrapping_sub(1);
        let sealed = Sealed {
            offset: DATA_OFFSET,
            chain,
            last_seq,
            epoch: header.epoch,
            event_hash: header.event_hash_before,
            at_max_ns: header.at_before_ns,
            durable_seq: last_seq,
            durable_bytes: DATA_OFFSET,
            is_marked: true,
        };
        let at_max_ns = header.at_before_ns;
        Cursor { offset: DATA_OFFSET, sealed, next_seq: header.first_seq, at_max_ns, end: None }
    }

    /// Answers the seq that belongs at the cursor.
    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Passes one record of `bytes`, the whole segment. On a fault the cursor stays before it.
    pub(crate) fn step(&mut self, bytes: &[u8]) -> Result<Step, Bad> {
        if self.end.is_none() {
            if is_end(bytes, self.offset) {
                return Ok(Step::End);
            }
            self.end = Some(self.check_batch(bytes)?);
        }
        let passed = match &self.end {
            Some(BatchEnd { offset, found }) if *offset == self.offset => {
                let found = *found;
                self.pass_trailer(&found)
            }
            Some(_) | None => self.pass_record(Head::decode(&bytes[self.offset..])),
        };
        let (offset, seq) = (self.offset, self.next_seq);
        passed.map_err(|fault| Bad { offset, seq, fault, last_seq_seen: None })
    }

    /// Finds the trailer of the batch that starts at the cursor, and checks the crcs of both.
    fn check_batch(&self, bytes: &[u8]) -> Result<BatchEnd, Bad> {
        let mut looks = Looks { place: self.offset, records: 0, is_right: true };
        let mut offset = self.offset;
        let found = loop {
            match head_at(bytes, offset) {
                Ok(Some(head)) if head.is(Kind::Trailer) => break find_trailer(&bytes[offset..]),
                Ok(Some(head)) => {
                    looks.add(&head, offset);
                    offset += padded(head.bytes as usize);
                }
                Ok(None) => break Err(Fault::NoTrailer { first: self.next_seq }),
                Err(fault) => break Err(fault),
            }
        };
        let found = found.map_err(|fault| looks.bad(self.next_seq, fault))?;
        let expected = batch_crc(&bytes[self.offset..offset], self.sealed.chain);
        if expected == found.batch_crc {
            return Ok(BatchEnd { offset, found });
        }
        let crc = found.batch_crc;
        if offset == self.offset {
            // No write that was torn leaves a whole mark, so it was written behind something else.
            return Err(looks.bad(self.next_seq, Fault::ChainBefore { expected, found: crc }));
        }
        let bad = looks.bad(self.next_seq, Fault::Crc { expected, found: crc });
        let first = Bad { offset: self.offset, seq: self.next_seq, ..bad };
        Err(if looks.is_right { first } else { bad })
    }

    fn pass_record(&mut self, head: Head) -> Result<Step, Fault> {
        if head.reserved != 0 {
            return Err(Fault::Reserved { found: head.reserved });
        }
        if !head.is(Kind::Record) {
            return Err(Fault::Kind { found: head.kind });
        }
        let seq = self.next_seq;
        let Some(next_seq) = seq.checked_add(1) else {
            return Err(Fault::Seq { expected: 0, found: seq });
        };
        let payload = self.offset + HEAD_BYTES..self.offset + head.bytes as usize;
        self.next_seq = next_seq;
        self.at_max_ns = self.at_max_ns.max(head.at_ns);
        self.offset += padded(head.bytes as usize);
        Ok(Step::Record { seq, head, payload })
    }

    fn pass_trailer(&mut self, found: &FoundTrailer) -> Result<Step, Fault> {
        let FoundTrailer { head, trailer, crc, .. } = *found;
        if head.reserved != 0 {
            return Err(Fault::Reserved { found: head.reserved });
        }
        check_trailer(&head)?;
        let (first, last) = (self.sealed.last_seq.wrapping_add(1), self.next_seq.wrapping_sub(1));
        if (trailer.first_seq, trailer.last_seq) != (first, last) {
            let (found_first, found_last) = (trailer.first_seq, trailer.last_seq);
            return Err(Fault::TrailerRange { first, last, found_first, found_last });
        }
        if trailer.durable_seq > last {
            return Err(Fault::Watermark { max: last, found: trailer.durable_seq });
        }
        if trailer.durable_bytes > self.offset as u64 {
            let (max, found) = (self.offset as u64, trailer.durable_bytes);
            return Err(Fault::Watermark { max, found });
        }
        // Only an opening's mark begins an epoch.
        let epoch = self.sealed.epoch;
        let is_mark = self.offset == self.sealed.offset;
        let is_next = is_mark && epoch.checked_add(1) == Some(trailer.epoch);
        if trailer.epoch != epoch && !is_next {
            return Err(Fault::Epoch { expected: epoch, found: trailer.epoch });
        }
        self.offset += TRAILER_BYTES;
        self.end = None;
        self.sealed = Sealed {
            offset: self.offset,
            chain: crc,
            last_seq: last,
            epoch: trailer.epoch,
            event_hash: trailer.event_hash,
            at_max_ns: self.at_max_ns,
            durable_seq: trailer.durable_seq,
            durable_bytes: trailer.durable_bytes as usize,
            is_marked: trailer.durable_seq == last,
        };
        Ok(Step::Trailer(trailer))
    }
}

/// How far the heads of a batch that is not checked yet look right.
#[derive(Debug, Clone, Copy)]
struct Looks {
    /// The last record whose head does; the batch's first before there is one.
    place: usize,
    records: u64,
    is_right: bool,
}

impl Looks {
    fn add(&mut self, head: &Head, offset: usize) {
        self.is_right &= head.is(Kind::Record) && head.reserved == 0;
        if self.is_right {
            self.place = offset;
            self.records += 1;
        }
    }

    fn bad(&self, first_seq: u64, fault: Fault) -> Bad {
        let last_seq_seen =
            self.records.checked_sub(1).map(|records| first_seq.wrapping_add(records));
        Bad { offset: self.place, seq: last_seq_seen.unwrap_or(first_seq), fault, last_seq_seen }
    }
}

fn is_end(bytes: &[u8], offset: usize) -> bool {
    bytes.len().saturating_sub(offset) < ALIGNMENT || u32_at(bytes, offset) == 0
}

/// Reads the head at `offset`, if the record it begins can be there; `None` where zeros follow.
fn head_at(bytes: &[u8], offset: usize) -> Result<Option<Head>, Fault> {
    if is_end(bytes, offset) {
        return Ok(None);
    }
    let found = u32_at(bytes, offset);
    if (found as usize) < HEAD_BYTES || found as usize > RECORD_BYTES_MAX {
        let (min, max) = (HEAD_BYTES as u32, RECORD_BYTES_MAX as u32);
        return Err(Fault::Length { min, max, found });
    }
    let left = bytes.len() - offset;
    if padded(found as usize) > left {
        return Err(Fault::PastEnd { left: left as u64, found });
    }
    Ok(Some(Head::decode(&bytes[offset..])))
}
