//! A group of records, encoded as they are pushed, to be written with one call.
//!
//! **Invariant:** seqs are dense. The buffer is taken once; pushing never allocates.
//!
//! It knows nothing of the journal's state, so the next batch can be filled while one is synced;
//! its crc is chained to what is before when it is written.

use crate::format::{
    ALIGNMENT, HEAD_BYTES, Head, Kind, PAYLOAD_BYTES_MAX, RECORD_BYTES_MAX, Record, TRAILER_BYTES,
    Trailer, batch_crc, encode_trailer, padded,
};

/// The largest batch, without its trailer.
pub const BATCH_BYTES_MAX: usize = 16 << 20;
/// Behind the records: room for a trailer, and for a record that turns out not to fit.
const ROOM_BEHIND: usize = padded(RECORD_BYTES_MAX) + ALIGNMENT;
const _: () = assert!(ROOM_BEHIND >= TRAILER_BYTES, "a trailer fits");

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

/// What is known of a record beside its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its number, gap-free from 0 (genesis).
    pub seq: u64,
    /// Its time, in nanoseconds; the journal does not ask that it grows.
    pub at_ns: u64,
    /// The version of the payload's encoding.
    pub version: u16,
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
        let bytes = vec![0; bytes_max + ROOM_BEHIND].into_boxed_slice();
        Batch { bytes, used: 0, bytes_max, first_seq: 0, records: 0, at_max_ns: 0 }
    }

    /// Adds one record at the end.
    ///
    /// # Errors
    /// [`PushError`]; nothing changes.
    ///
    /// # Panics
    /// If the seq is not the one after the record before it in the batch.
    pub fn push(&mut self, record: Record<'_>) -> Result<(), PushError> {
        let Record { seq, at_ns, version, payload } = record;
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(self.too_long(payload.len()));
        }
        let start = self.used + HEAD_BYTES;
        self.bytes[start..start + payload.len()].copy_from_slice(payload);
        self.add(Stamp { seq, at_ns, version }, payload.len())
    }

    /// Adds one record at the end, whose payload `encode` writes in its place, so that it is
    /// copied nowhere. It answers the payload's length; what it leaves behind that is not kept.
    ///
    /// # Errors
    /// [`PushError`]; nothing changes.
    ///
    /// # Panics
    /// If the seq is not the one after the record before it in the batch, or the length is over
    /// `MAX`.
    #[inline(always)]
    pub fn push_in_place<const MAX: usize>(
        &mut self,
        stamp: Stamp,
        encode: impl FnOnce(&mut [u8; MAX]) -> usize,
    ) -> Result<(), PushError> {
        const { assert!(MAX <= PAYLOAD_BYTES_MAX, "a payload has a limit") };
        let behind = &mut self.bytes[self.used + HEAD_BYTES..];
        let place = behind.first_chunk_mut::<MAX>().expect("there is room for the longest");
        let length = encode(place);
        assert!(length <= MAX, "a payload stays in its place");
        self.add(stamp, length)
    }

    /// Completes the record whose payload stands behind the place of its head.
    #[inline(always)]
    fn add(&mut self, stamp: Stamp, payload: usize) -> Result<(), PushError> {
        let encoded = padded(HEAD_BYTES + payload);
        if self.used + encoded > self.bytes_max {
            let is_too_long = encoded > self.bytes_max;
            return Err(if is_too_long { self.too_long(payload) } else { PushError::BatchFull });
        }
        let Stamp { seq, at_ns, version } = stamp;
        if self.records == 0 {
            self.first_seq = seq;
        }
        assert_eq!(seq, self.first_seq + self.records, "seqs are dense");
        let head = Head::new(Kind::Record, at_ns, version, payload);
        let place = &mut self.bytes[self.used..];
        place[..HEAD_BYTES].copy_from_slice(&head.encode());
        // As many bytes as there can be of padding; those too many are the next record's.
        place[HEAD_BYTES + payload..][..ALIGNMENT].fill(0);
        self.used += encoded;
        self.records += 1;
        self.at_max_ns = self.at_max_ns.max(at_ns);
        Ok(())
    }

    #[cold]
    fn too_long(&self, bytes: usize) -> PushError {
        let max = PAYLOAD_BYTES_MAX.min(self.bytes_max.saturating_sub(HEAD_BYTES));
        PushError::TooLong { bytes, max }
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

    /// Chains its crc on from `chain`, adds the trailer, and answers all bytes with the new chain.
    pub(crate) fn seal(&mut self, trailer: &Trailer, chain: u32) -> (&[u8], u32) {
        let (records, behind) = self.bytes.split_at_mut(self.used);
        let (trailer, chain) = encode_trailer(trailer, batch_crc(records, chain));
        behind[..TRAILER_BYTES].copy_from_slice(&trailer);
        (&self.bytes[..self.sealed_bytes()], chain)
    }
}
