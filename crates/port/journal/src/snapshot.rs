//! Snapshots: one file each, whole or not there.
//!
//! **Invariant:** a file gets a snapshot's name only once all its bytes are durable. The body's
//! length is checked before it is allocated, and its crc before it is given out.
//!
//! The journal does not know what a snapshot holds. A damaged snapshot loses nothing: an older one
//! and the journal stand for it, so it is told and passed over.

use crate::fault::{Corruption, Fault, Proof};
use crate::format::{FORMAT_VERSION, Identity, put, u16_at, u32_at, u64_at, u128_at};
use crate::names;
use crate::segment::check_identity;
use crate::storage::{Storage, StorageError, StorageFile};

/// The largest body.
pub const SNAPSHOT_BYTES_MAX: u64 = 1 << 34;

const HEAD_BYTES: usize = 96;
const SNAPSHOT_MAGIC: u64 = u64::from_le_bytes(*b"RIALTOSN");
const CRC_OFFSET: usize = 92;

/// What a snapshot is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotHead {
    /// The last seq it holds. It must be durable in the journal.
    pub seq: u64,
    /// The time of that record, in nanoseconds.
    pub at_ns: u64,
    /// The running hash of all events up to `seq`.
    pub event_hash: u64,
    /// The hash of the state at `seq`.
    pub state_hash: u128,
}

/// A snapshot that was read and is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is of.
    pub head: SnapshotHead,
    /// The caller's bytes.
    pub body: Vec<u8>,
}

/// Writing a snapshot failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteSnapshotError {
    /// The body is over the limit. Nothing happened.
    #[error("a body of {bytes} bytes is over the limit of {SNAPSHOT_BYTES_MAX}")]
    TooLong {
        /// The body's length.
        bytes: u64,
    },
    /// The storage failed. The snapshot is not there, or it is whole and may not last.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reading a snapshot failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadSnapshotError {
    /// The file is not what was written.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The storage failed, or there is no such snapshot.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

pub(crate) fn write<S: Storage>(
    storage: &S,
    identity: Identity,
    head: &SnapshotHead,
    body: &[u8],
) -> Result<(), WriteSnapshotError> {
    if body.len() as u64 > SNAPSHOT_BYTES_MAX {
        return Err(WriteSnapshotError::TooLong { bytes: body.len() as u64 });
    }
    let name = names::SNAPSHOT_TEMPORARY;
    let mut file = storage.create(name, 0)?;
    let written = file
        .write_at(0, &encode(identity, head, body))
        .and_then(|()| file.write_at(HEAD_BYTES as u64, body))
        .and_then(|()| file.sync());
    if let Err(error) = written {
        // The first error is the one to tell; a file that stays is replaced by the next snapshot.
        storage.remove(name).ok();
        return Err(error.into());
    }
    storage.rename(name, &names::snapshot(head.seq))?;
    storage.sync_folder()?;
    Ok(())
}

/// Lists the seqs of all snapshots, oldest first, by name only.
pub(crate) fn list<S: Storage>(storage: &S) -> Result<Vec<u64>, StorageError> {
    let names = storage.list()?;
    let mut found: Vec<u64> = names.iter().filter_map(|name| names::snapshot_seq(name)).collect();
    found.sort_unstable();
    Ok(found)
}

/// Lists the snapshots of this journal whose heads are sound, oldest first; bodies are not read.
pub(crate) fn sound_heads<S: Storage>(
    storage: &S,
    identity: Identity,
) -> Result<Vec<SnapshotHead>, StorageError> {
    let mut sound = Vec::new();
    for seq in list(storage)? {
        match open(storage, identity, seq) {
            Ok((head, ..)) => sound.push(head),
            // A damaged snapshot proves nothing and loses nothing.
            Err(ReadSnapshotError::Corrupt(_)) => {}
            Err(ReadSnapshotError::Storage(error)) => return Err(error),
        }
    }
    Ok(sound)
}

pub(crate) fn read<S: Storage>(
    storage: &S,
    identity: Identity,
    seq: u64,
) -> Result<Snapshot, ReadSnapshotError> {
    let (head, file, body_bytes, expected_crc) = open(storage, identity, seq)?;
    let mut body = vec![0; body_bytes];
    file.read_at(HEAD_BYTES as u64, &mut body)?;
    let crc = crc32c::crc32c(&body);
    if crc != expected_crc {
        let fault = Fault::Crc { expected: crc, found: expected_crc };
        return Err(damaged(seq, HEAD_BYTES, fault).into());
    }
    Ok(Snapshot { head, body })
}

fn encode(identity: Identity, head: &SnapshotHead, body: &[u8]) -> [u8; HEAD_BYTES] {
    let mut bytes = [0; HEAD_BYTES];
    put(&mut bytes, 0, &SNAPSHOT_MAGIC.to_le_bytes());
    put(&mut bytes, 8, &FORMAT_VERSION.to_le_bytes());
    put(&mut bytes, 12, &identity.shard.to_le_bytes());
    put(&mut bytes, 16, &identity.venue.to_le_bytes());
    put(&mut bytes, 32, &head.seq.to_le_bytes());
    put(&mut bytes, 40, &head.at_ns.to_le_bytes());
    put(&mut bytes, 48, &head.event_hash.to_le_bytes());
    put(&mut bytes, 56, &head.state_hash.to_le_bytes());
    put(&mut bytes, 72, &(body.len() as u64).to_le_bytes());
    put(&mut bytes, 80, &crc32c::crc32c(body).to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..CRC_OFFSET]);
    put(&mut bytes, CRC_OFFSET, &crc.to_le_bytes());
    bytes
}

fn open<S: Storage>(
    storage: &S,
    identity: Identity,
    seq: u64,
) -> Result<(SnapshotHead, S::File, usize, u32), ReadSnapshotError> {
    let file = storage.open(&names::snapshot(seq))?;
    let file_bytes = file.bytes()?;
    let wrong = |fault| ReadSnapshotError::Corrupt(damaged(seq, 0, fault));
    if file_bytes < HEAD_BYTES as u64 {
        return Err(wrong(Fault::FileBytes { expected: HEAD_BYTES as u64, found: file_bytes }));
    }
    let mut bytes = [0; HEAD_BYTES];
    file.read_at(0, &mut bytes)?;
    let (head, found_identity, body_bytes, body_crc) = decode(&bytes).map_err(wrong)?;
    check_identity(identity, found_identity).map_err(wrong)?;
    if head.seq != seq {
        return Err(wrong(Fault::Seq { expected: seq, found: head.seq }));
    }
    if body_bytes > SNAPSHOT_BYTES_MAX {
        return Err(wrong(Fault::FileTooLong { max: SNAPSHOT_BYTES_MAX, found: body_bytes }));
    }
    let expected = HEAD_BYTES as u64 + body_bytes;
    if file_bytes != expected {
        return Err(wrong(Fault::FileBytes { expected, found: file_bytes }));
    }
    Ok((head, file, body_bytes as usize, body_crc))
}

fn decode(bytes: &[u8; HEAD_BYTES]) -> Result<(SnapshotHead, Identity, u64, u32), Fault> {
    if u64_at(bytes, 0) != SNAPSHOT_MAGIC {
        return Err(Fault::Magic { expected: SNAPSHOT_MAGIC, found: u64_at(bytes, 0) });
    }
    if u16_at(bytes, 8) != FORMAT_VERSION {
        return Err(Fault::FormatVersion { expected: FORMAT_VERSION, found: u16_at(bytes, 8) });
    }
    let (expected, found) = (crc32c::crc32c(&bytes[..CRC_OFFSET]), u32_at(bytes, CRC_OFFSET));
    if expected != found {
        return Err(Fault::Crc { expected, found });
    }
    let head = SnapshotHead {
        seq: u64_at(bytes, 32),
        at_ns: u64_at(bytes, 40),
        event_hash: u64_at(bytes, 48),
        state_hash: u128_at(bytes, 56),
    };
    let identity = Identity { venue: u128_at(bytes, 16), shard: u32_at(bytes, 12) };
    Ok((head, identity, u64_at(bytes, 72), u32_at(bytes, 80)))
}

fn damaged(seq: u64, offset: usize, fault: Fault) -> Corruption {
    Corruption {
        file: names::snapshot(seq),
        offset: offset as u64,
        seq,
        fault,
        proof: Proof::Named,
    }
}
