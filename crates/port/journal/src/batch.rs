//! A group of records, encoded as they are pushed, to be written with one call.
//!
//! **Invariant:** seqs are dense. The buffer is taken once; pushing never allocates.
//!
//! It knows nothing of the journal's state, so the next batch can be filled while one is synced;
//! crcs are chained when it is written.

use crate::format::{
    ALIGNMENT, HEAD_BYTES, Head, Kind, PAYLOAD_BYTES_MAX, Record, TRAILER_BYTES, Trailer,
    encode_trailer, padded, seal_record, u32_at,
};

/// The largest batch, without its trailer.
pub const BATCH_BYTES_MAX: usize = 16 << 20;

/// A reusable buffer of encoded records.
#[derive(Debug)]
pub struct Batch {
    /// As long as it can get; `used` of it are in use.
    bytes: Box<[u8]>,
    used: usize,
    bytes_max: usize,
    first_seq: u64,
    records: u64,
    at_max_ns: u64,
}

/// A record was not taken; the batch is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The payload is over the limit, or would not fit an empty batch: it can never be journaled.
    #[error("a payload of {bytes} bytes is over the limit of {max}")]
    TooLong {
        /// The payload's length.
        bytes: usize,
        /// The longest this batch takes.
        max: usize,
    },
    /// The batch is full: write it, then push again.
    #[error("the batch is full")]
    BatchFull,
}

impl Batch {
    /// Takes a buffer for `bytes_max` of encoded records.
    ///
    /// # Panics
    /// If `bytes_max` is over [`BATCH_BYTES_MAX`].
    pub fn new(bytes_max: usize) -> Batch {
        assert!(bytes_max <= BATCH_BYTES_MAX, "a batch has a limit");
        let bytes = vec![0; bytes_max + TRAILER_BYTES].into_boxed_slice();
        Batch { bytes, used: 0, bytes_max, first_seq: 0, records: 0, at_max_ns: 0 }
    }

    /// Encodes one record at the end.
    ///
    /// # Errors
    /// [`PushError`]; nothing changes.
    ///
    /// # Panics
    /// If the seq is not the one after the record before it in the batch.
    pub fn push(&mut self, record: Record<'_>) -> Result<(), PushError> {
        let encoded = padded(HEAD_BYTES + record.payload.len());
        if record.payload.len() > PAYLOAD_BYTES_MAX || encoded > self.bytes_max {
            let max = PAYLOAD_BYTES_MAX.min(self.bytes_max.saturating_sub(HEAD_BYTES));
            return Err(PushError::TooLong { bytes: record.payload.len(), max });
        }
        if self.used + encoded > self.bytes_max {
            return Err(PushError::BatchFull);
        }
        if self.records == 0 {
            self.first_seq = record.seq;
        }
        assert_eq!(record.seq, self.first_seq + self.records, "seqs are dense");
        let Record { seq, at_ns, version, payload } = record;
        let place = &mut self.bytes[self.used..self.used + encoded];
        let head = Head::new(Kind::Record, seq, at_ns, version, payload.len());
        // The padding is in the last eight bytes, whatever else is.
        place[encoded - ALIGNMENT..].fill(0);
        place[..HEAD_BYTES].copy_from_slice(&head.encode());
        place[HEAD_BYTES..HEAD_BYTES + payload.len()].copy_from_slice(payload);
        self.used += encoded;
        self.records += 1;
        self.at_max_ns = self.at_max_ns.max(at_ns);
        Ok(())
    }

    /// Answers how many records it holds.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Tells whether it holds no record.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Forgets its records and keeps its buffer.
    pub fn clear(&mut self) {
        self.used = 0;
        self.records = 0;
        self.at_max_ns = 0;
    }

    pub(crate) fn first_seq(&self) -> u64 {
        self.first_seq
    }

    pub(crate) fn last_seq(&self) -> u64 {
        assert!(!self.is_empty(), "an empty batch has no last seq");
        self.first_seq + self.records - 1
    }

    pub(crate) fn at_max_ns(&self) -> u64 {
        self.at_max_ns
    }

    /// Answers the bytes it takes in a segment, trailer included.
    pub fn sealed_bytes(&self) -> usize {
        self.used + TRAILER_BYTES
    }

    /// Chains the crcs on from `chain`, adds the trailer, and answers all bytes with the new chain.
    pub(crate) fn seal(&mut self, trailer: &Trailer, chain: u32) -> (&[u8], u32) {
        let mut chain = chain;
        let (mut rest, end) = self.bytes.split_at_mut(self.used);
        while !rest.is_empty() {
            let (record, after) = rest.split_at_mut(padded(u32_at(rest, 0) as usize));
            chain = seal_record(record, chain);
            rest = after;
        }
        let trailer = encode_trailer(trailer, chain);
        end[..TRAILER_BYTES].copy_from_slice(&trailer);
        (&self.bytes[..self.sealed_bytes()], Head::decode(&trailer).crc)
    }
}
