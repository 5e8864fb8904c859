//! Walks the records of one segment's bytes, checking each against everything before it.
//!
//! **Invariant:** no byte is believed before its length and crc are checked; no bytes can make it
//! panic or allocate.

use crate::fault::Fault;
use crate::format::{
    ALIGNMENT, DATA_OFFSET, HEAD_BYTES, Head, Kind, RECORD_BYTES_MAX, SegmentHeader, Trailer,
    chained_crc, decode_trailer, padded, u32_at,
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
    chain: u32,
    next_seq: u64,
    at_max_ns: u64,
}

/// What the cursor passed.
#[derive(Debug)]
pub(crate) enum Step {
    Record {
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
        Cursor { offset: DATA_OFFSET, sealed, chain, next_seq: header.first_seq, at_max_ns }
    }

    /// Answers the seq that belongs at the cursor.
    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Tells whether the batch at the cursor has records but no trailer yet.
    pub(crate) fn is_inside_batch(&self) -> bool {
        self.offset != self.sealed.offset
    }

    /// Passes one record of `bytes`, the whole segment. On a fault the cursor stays before it.
    pub(crate) fn step(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        let left = bytes.len().saturating_sub(self.offset);
        if left < ALIGNMENT || u32_at(bytes, self.offset) == 0 {
            return Ok(Step::End);
        }
        let length = u32_at(bytes, self.offset);
        if (length as usize) < HEAD_BYTES || length as usize > RECORD_BYTES_MAX {
            let (min, max) = (HEAD_BYTES as u32, RECORD_BYTES_MAX as u32);
            return Err(Fault::Length { min, max, found: length });
        }
        let whole = padded(length as usize);
        if whole > left {
            return Err(Fault::PastEnd { left: left as u64, found: length });
        }
        let record = &bytes[self.offset..self.offset + whole];
        let head = Head::decode(record);
        let expected = chained_crc(record, self.chain);
        if expected != head.crc {
            return Err(Fault::Crc { expected, found: head.crc });
        }
        if head.reserved != 0 {
            return Err(Fault::Reserved { found: head.reserved });
        }
        match Kind::from_code(head.kind) {
            Some(Kind::Record) => self.pass_record(head, whole),
            Some(Kind::Trailer) => self.pass_trailer(record, head),
            None => Err(Fault::Kind { found: head.kind }),
        }
    }

    fn pass_record(&mut self, head: Head, whole: usize) -> Result<Step, Fault> {
        if head.seq != self.next_seq {
            return Err(Fault::Seq { expected: self.next_seq, found: head.seq });
        }
        let Some(next_seq) = self.next_seq.checked_add(1) else {
            return Err(Fault::Seq { expected: 0, found: head.seq });
        };
        let payload = self.offset + HEAD_BYTES..self.offset + head.bytes as usize;
        self.next_seq = next_seq;
        self.at_max_ns = self.at_max_ns.max(head.at_ns);
        self.chain = head.crc;
        self.offset += whole;
        Ok(Step::Record { head, payload })
    }

    fn pass_trailer(&mut self, record: &[u8], head: Head) -> Result<Step, Fault> {
        let trailer = decode_trailer(record, self.chain)?;
        let (first, last) = (self.sealed.last_seq.wrapping_add(1), self.next_seq.wrapping_sub(1));
        if (trailer.first_seq, trailer.last_seq) != (first, last) {
            let (found_first, found_last) = (trailer.first_seq, trailer.last_seq);
            return Err(Fault::TrailerRange { first, last, found_first, found_last });
        }
        if head.seq != last {
            return Err(Fault::Seq { expected: last, found: head.seq });
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
        let is_next = !self.is_inside_batch() && epoch.checked_add(1) == Some(trailer.epoch);
        if trailer.epoch != epoch && !is_next {
            return Err(Fault::Epoch { expected: epoch, found: trailer.epoch });
        }
        self.chain = head.crc;
        self.offset += record.len();
        self.sealed = Sealed {
            offset: self.offset,
            chain: self.chain,
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
