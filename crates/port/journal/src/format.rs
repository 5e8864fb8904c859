//! The bytes of segments and records, version 2; `api/journal.md` has the same tables with reasons.
//!
//! **Invariant:** nothing here reads past the slice it was given, allocates, or panics on any
//! bytes. All integers are little-endian; every record starts on a multiple of [`ALIGNMENT`].

use crate::fault::Fault;

/// The version of the segment format.
pub const FORMAT_VERSION: u16 = 2;
/// Where records start. The header has a disk block of its own, so no later write touches it.
pub const DATA_OFFSET: usize = 4096;
/// Bytes of a record before its payload. Its seq is not among them: records are dense, and the
/// trailer has the first and the last one.
pub const HEAD_BYTES: usize = 16;
/// Records are padded with zeros to a multiple of this.
pub const ALIGNMENT: usize = 8;
/// The longest payload.
pub const PAYLOAD_BYTES_MAX: usize = 65_536;
/// The longest record: head and payload.
pub const RECORD_BYTES_MAX: usize = HEAD_BYTES + PAYLOAD_BYTES_MAX;
/// Bytes of a trailer; they need no padding.
pub const TRAILER_BYTES: usize = HEAD_BYTES + TRAILER_PAYLOAD_BYTES;
const _: () = assert!(TRAILER_BYTES == padded(TRAILER_BYTES), "a trailer needs no padding");

pub(crate) const TRAILER_PAYLOAD_BYTES: usize = 56;
pub(crate) const HEADER_BYTES: usize = 80;
const SEGMENT_MAGIC: u64 = u64::from_le_bytes(*b"RIALTOJS");
const HEADER_CRC_OFFSET: usize = 76;
const TRAILER_VERSION: u16 = 1;
const KIND_OFFSET: usize = 6;
const BATCH_CRC_OFFSET: usize = HEAD_BYTES + 48;
const TRAILER_CRC_OFFSET: usize = HEAD_BYTES + 52;

/// Whose journal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The venue.
    pub venue: u128,
    /// The shard of the venue.
    pub shard: u32,
}

/// One record: to be pushed to a batch, or read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its number, gap-free from 0 (genesis).
    pub seq: u64,
    /// Its time, in nanoseconds; the journal does not ask that it grows.
    pub at_ns: u64,
    /// The version of the payload's encoding.
    pub version: u16,
    /// The caller's bytes, at most [`PAYLOAD_BYTES_MAX`].
    pub payload: &'a [u8],
}

/// The end of a batch, or, without records (a mark), a statement of what is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailer {
    /// The batch's first seq; `last_seq + 1` in a mark.
    pub first_seq: u64,
    /// The batch's last seq; in a mark the newest seq.
    pub last_seq: u64,
    /// The newest seq that was durable when this was written.
    pub durable_seq: u64,
    /// The bytes of this segment that were durable when this was written.
    pub durable_bytes: u64,
    /// Which opening of the journal wrote it, from 1.
    pub epoch: u64,
    /// The caller's running hash of all events up to `last_seq`.
    pub event_hash: u64,
    /// The newest time in the batch, in nanoseconds; in a mark the newest so far.
    pub at_ns: u64,
}

impl Trailer {
    /// Tells whether it ends no batch and only states what is durable.
    pub fn is_mark(&self) -> bool {
        self.first_seq > self.last_seq
    }
}

/// What is known of a segment before its first record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentHeader {
    /// Whose journal it is.
    pub identity: Identity,
    /// Which opening of the journal made the segment, from 1.
    pub epoch: u64,
    /// The seq of its first record; all before it are durable in earlier segments.
    pub first_seq: u64,
    /// The length of the file.
    pub segment_bytes: u64,
    /// The newest time before the first record, in nanoseconds.
    pub at_before_ns: u64,
    /// The event hash of the last trailer before.
    pub event_hash_before: u64,
    /// The crc of the last trailer before, which covers every record before.
    pub chain_before: u32,
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        put(&mut bytes, 0, &SEGMENT_MAGIC.to_le_bytes());
        put(&mut bytes, 8, &FORMAT_VERSION.to_le_bytes());
        put(&mut bytes, 12, &self.identity.shard.to_le_bytes());
        put(&mut bytes, 16, &self.identity.venue.to_le_bytes());
        put(&mut bytes, 32, &self.epoch.to_le_bytes());
        put(&mut bytes, 40, &self.first_seq.to_le_bytes());
        put(&mut bytes, 48, &self.segment_bytes.to_le_bytes());
        put(&mut bytes, 56, &self.at_before_ns.to_le_bytes());
        put(&mut bytes, 64, &self.event_hash_before.to_le_bytes());
        put(&mut bytes, 72, &self.chain_before.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..HEADER_CRC_OFFSET]);
        put(&mut bytes, HEADER_CRC_OFFSET, &crc.to_le_bytes());
        bytes
    }

    /// Answers the header's crc, which starts the chain of the segment.
    pub(crate) fn chain(&self) -> u32 {
        u32_at(&self.encode(), HEADER_CRC_OFFSET)
    }

    /// Reads a header from the first [`DATA_OFFSET`] bytes of a segment, with its crc, which is
    /// the start of the segment's chain.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(SegmentHeader, u32), Fault> {
        if bytes.len() < DATA_OFFSET {
            return Err(Fault::FileBytes {
                expected: DATA_OFFSET as u64,
                found: bytes.len() as u64,
            });
        }
        if u64_at(bytes, 0) != SEGMENT_MAGIC {
            return Err(Fault::Magic { expected: SEGMENT_MAGIC, found: u64_at(bytes, 0) });
        }
        if u16_at(bytes, 8) != FORMAT_VERSION {
            return Err(Fault::FormatVersion { expected: FORMAT_VERSION, found: u16_at(bytes, 8) });
        }
        let expected = crc32c::crc32c(&bytes[..HEADER_CRC_OFFSET]);
        let found = u32_at(bytes, HEADER_CRC_OFFSET);
        if expected != found {
            return Err(Fault::Crc { expected, found });
        }
        if let Some(offset) = bytes[HEADER_BYTES..DATA_OFFSET].iter().position(|&byte| byte != 0) {
            return Err(Fault::NotZero { at: (HEADER_BYTES + offset) as u64 });
        }
        let header = SegmentHeader {
            identity: Identity { venue: u128_at(bytes, 16), shard: u32_at(bytes, 12) },
            epoch: u64_at(bytes, 32),
            first_seq: u64_at(bytes, 40),
            segment_bytes: u64_at(bytes, 48),
            at_before_ns: u64_at(bytes, 56),
            event_hash_before: u64_at(bytes, 64),
            chain_before: u32_at(bytes, 72),
        };
        Ok((header, found))
    }
}

/// The kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Record,
    Trailer,
}

impl Kind {
    fn code(self) -> u8 {
        match self {
            Kind::Record => 1,
            Kind::Trailer => 2,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Kind> {
        [Kind::Record, Kind::Trailer].into_iter().find(|kind| kind.code() == code)
    }
}

/// The fixed part of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub bytes: u32,
    pub version: u16,
    pub kind: u8,
    pub reserved: u8,
    pub at_ns: u64,
}

impl Head {
    #[inline(always)]
    pub(crate) fn new(kind: Kind, at_ns: u64, version: u16, payload: usize) -> Head {
        assert!(payload <= PAYLOAD_BYTES_MAX, "a payload has a limit");
        let bytes = (HEAD_BYTES + payload) as u32;
        Head { bytes, version, kind: kind.code(), reserved: 0, at_ns }
    }

    #[inline(always)]
    pub(crate) fn encode(&self) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        put(&mut bytes, 0, &self.bytes.to_le_bytes());
        put(&mut bytes, 4, &self.version.to_le_bytes());
        bytes[KIND_OFFSET] = self.kind;
        bytes[KIND_OFFSET + 1] = self.reserved;
        put(&mut bytes, 8, &self.at_ns.to_le_bytes());
        bytes
    }

    /// `bytes` holds at least a head.
    pub(crate) fn decode(bytes: &[u8]) -> Head {
        Head {
            bytes: u32_at(bytes, 0),
            version: u16_at(bytes, 4),
            kind: bytes[KIND_OFFSET],
            reserved: bytes[KIND_OFFSET + 1],
            at_ns: u64_at(bytes, 8),
        }
    }

    pub(crate) fn is(&self, kind: Kind) -> bool {
        Kind::from_code(self.kind) == Some(kind)
    }
}

/// Answers the crc of a batch's records, given the crc of the trailer or header before: one pass
/// over all of them, and it depends on everything before it.
pub(crate) fn batch_crc(records: &[u8], chain: u32) -> u32 {
    crc32c::crc32c_append(chain, records)
}

/// Answers a trailer with its crc, which is the chain from there on.
pub(crate) fn encode_trailer(trailer: &Trailer, batch_crc: u32) -> ([u8; TRAILER_BYTES], u32) {
    let mut bytes = [0; TRAILER_BYTES];
    let head = Head::new(Kind::Trailer, trailer.at_ns, TRAILER_VERSION, TRAILER_PAYLOAD_BYTES);
    put(&mut bytes, 0, &head.encode());
    let fields = [
        trailer.first_seq,
        trailer.last_seq,
        trailer.durable_seq,
        trailer.durable_bytes,
        trailer.epoch,
        trailer.event_hash,
    ];
    for (place, field) in fields.into_iter().enumerate() {
        put(&mut bytes, HEAD_BYTES + 8 * place, &field.to_le_bytes());
    }
    put(&mut bytes, BATCH_CRC_OFFSET, &batch_crc.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..TRAILER_CRC_OFFSET]);
    put(&mut bytes, TRAILER_CRC_OFFSET, &crc.to_le_bytes());
    (bytes, crc)
}

/// A trailer as it was found: its own crc holds, its values are not judged yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundTrailer {
    pub head: Head,
    pub trailer: Trailer,
    pub batch_crc: u32,
    /// Its own crc, which is the chain from there on.
    pub crc: u32,
}

/// Finds out whether `bytes` start with an undamaged trailer, without knowing what comes before:
/// its own crc covers it alone.
pub(crate) fn find_trailer(bytes: &[u8]) -> Result<FoundTrailer, Fault> {
    let Some(bytes) = bytes.get(..TRAILER_BYTES) else {
        return Err(Fault::PastEnd { left: bytes.len() as u64, found: TRAILER_BYTES as u32 });
    };
    let expected = crc32c::crc32c(&bytes[..TRAILER_CRC_OFFSET]);
    let crc = u32_at(bytes, TRAILER_CRC_OFFSET);
    if expected != crc {
        return Err(Fault::Crc { expected, found: crc });
    }
    let head = Head::decode(bytes);
    let field = |place: usize| u64_at(bytes, HEAD_BYTES + 8 * place);
    let trailer = Trailer {
        first_seq: field(0),
        last_seq: field(1),
        durable_seq: field(2),
        durable_bytes: field(3),
        epoch: field(4),
        event_hash: field(5),
        at_ns: head.at_ns,
    };
    Ok(FoundTrailer { head, trailer, batch_crc: u32_at(bytes, BATCH_CRC_OFFSET), crc })
}

/// Checks that a trailer is one that this program writes.
pub(crate) fn check_trailer(head: &Head) -> Result<(), Fault> {
    let expected = TRAILER_BYTES as u32;
    if head.bytes != expected {
        return Err(Fault::TrailerBytes { expected, found: head.bytes });
    }
    if head.version != TRAILER_VERSION {
        return Err(Fault::TrailerVersion { expected: TRAILER_VERSION, found: head.version });
    }
    Ok(())
}

/// Answers the trailer that `bytes` start with, if they start with one.
pub(crate) fn lone_trailer(bytes: &[u8]) -> Option<Trailer> {
    if *bytes.get(KIND_OFFSET)? != Kind::Trailer.code() {
        return None;
    }
    let found = find_trailer(bytes).ok()?;
    check_trailer(&found.head).ok().map(|()| found.trailer)
}

/// Rounds up to the records' alignment.
pub(crate) const fn padded(bytes: usize) -> usize {
    bytes.next_multiple_of(ALIGNMENT)
}

pub(crate) fn put(bytes: &mut [u8], offset: usize, field: &[u8]) {
    bytes[offset..offset + field.len()].copy_from_slice(field);
}

pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, offset))
}

pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, offset))
}

pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, offset))
}

pub(crate) fn u128_at(bytes: &[u8], offset: usize) -> u128 {
    u128::from_le_bytes(array_at(bytes, offset))
}

fn array_at<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    bytes[offset..offset + N].try_into().expect("a slice of N bytes is an array of N bytes")
}
