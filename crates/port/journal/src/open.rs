//! Creates and opens journals.
//!
//! **Invariant:** an opening returns only after all that it kept is durable, all that it cut is
//! zeroed durably, and its epoch is on the disk.

use crate::batch::{Batch, PushError};
use crate::cursor::{Cursor, Sealed};
use crate::format::{
    DATA_OFFSET, Identity, RECORD_BYTES_MAX, Record, SegmentHeader, TRAILER_BYTES, Trailer, padded,
};
use crate::journal::{Current, Journal, Options, WriteError};
use crate::names;
use crate::recovery::{Check, InspectError, Inspected, Recovery, inspect};
use crate::segment::{SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN};
use crate::spares::{Spares, create};
use crate::storage::{Storage, StorageError, StorageFile};

const ZEROS_BYTES: usize = 1 << 20;

/// Creating a journal failed; no journal is there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The folder has a journal, or snapshots of one.
    #[error("the folder already has {name}")]
    Exists {
        /// What was found.
        name: String,
    },
    /// A segment cannot have this length.
    #[error("segments of {bytes} bytes: not a multiple of 4096 within the limits")]
    SegmentBytes {
        /// What was asked for.
        bytes: u64,
    },
    /// Genesis does not fit.
    #[error("genesis: {0}")]
    Genesis(#[from] PushError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Opening a journal failed; no record was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// A segment cannot have this length.
    #[error("segments of {bytes} bytes: not a multiple of 4096 within the limits")]
    SegmentBytes {
        /// What was asked for.
        bytes: u64,
    },
    /// There is no journal, or what was durable of it is damaged.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The epoch could not be begun.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl<S: Storage> Journal<S> {
    /// Makes a journal whose record 0 is `genesis`, durably, in a folder that has none.
    ///
    /// `event_hash` is the caller's hash of the events of genesis.
    ///
    /// # Errors
    /// [`CreateError`]; after it, or a power cut, the folder has no journal or a whole one.
    ///
    /// # Panics
    /// If genesis is not seq 0.
    pub fn create(
        storage: S,
        options: Options,
        identity: Identity,
        genesis: Record<'_>,
        event_hash: u64,
    ) -> Result<Journal<S>, CreateError> {
        if !is_segment_length(options.segment_bytes) {
            return Err(CreateError::SegmentBytes { bytes: options.segment_bytes });
        }
        assert_eq!(genesis.seq, 0, "genesis is record 0");
        let is_ours = |name: &&String| {
            names::segment_first_seq(name).or_else(|| names::snapshot_seq(name)).is_some()
        };
        if let Some(name) = storage.list()?.iter().find(is_ours) {
            return Err(CreateError::Exists { name: name.clone() });
        }
        remove_temporaries(&storage)?;
        let spares = Spares::new(storage.clone(), options.segment_bytes, options.reserve_bytes);
        let header = SegmentHeader {
            identity,
            epoch: 1,
            first_seq: 0,
            segment_bytes: options.segment_bytes,
            at_before_ns: 0,
            event_hash_before: 0,
            chain_before: 0,
        };
        let (segment, sealed) = write_genesis(&storage, header, genesis, event_hash)?;
        spares.settle()?;
        Ok(Journal::resume(storage, spares, segment, &sealed))
    }

    /// Opens the journal in a folder, cuts its torn tail, and begins a new epoch.
    ///
    /// # Errors
    /// [`OpenError`]; on corruption nothing was changed at all.
    pub fn open(
        storage: S,
        options: Options,
        check: Check,
    ) -> Result<(Journal<S>, Recovery), OpenError> {
        if !is_segment_length(options.segment_bytes) {
            return Err(OpenError::SegmentBytes { bytes: options.segment_bytes });
        }
        let Inspected { mut recovery, last, scan, bytes } = inspect(&storage, check)?;
        remove_temporaries(&storage)?;
        let mut file = storage.open(&last.name)?;
        if let Some(tail) = scan.tail {
            zero(&mut file, scan.sealed.offset, tail.end)?;
        }
        // After a crash of the program alone, what was read may be in the system's memory only,
        // and after a failed sync it may even count as written. So what no watermark covers is
        // written again, as it was judged, and the names are synced too.
        let doubtful = scan.sealed.durable_bytes..scan.sealed.offset;
        if !doubtful.is_empty() {
            file.write_at(doubtful.start as u64, &bytes[doubtful])?;
        }
        file.sync()?;
        storage.sync_folder()?;
        let spares = Spares::new(storage.clone(), options.segment_bytes, options.reserve_bytes);
        let end = scan.sealed.offset;
        let segment = Current { file, header: last.header, end, durable_bytes: end };
        let mut journal = Journal::resume(storage, spares, segment, &scan.sealed);
        journal.spares().settle()?;
        journal.begin_epoch()?;
        recovery.epoch = journal.epoch();
        Ok((journal, recovery))
    }
}

fn is_segment_length(bytes: u64) -> bool {
    (SEGMENT_BYTES_MIN..=SEGMENT_BYTES_MAX).contains(&bytes)
        && bytes.is_multiple_of(DATA_OFFSET as u64)
}

/// Makes the first segment with genesis in it, under its name only when all of it is durable.
fn write_genesis<S: Storage>(
    storage: &S,
    header: SegmentHeader,
    genesis: Record<'_>,
    event_hash: u64,
) -> Result<(Current<S::File>, Sealed), CreateError> {
    let room = header.segment_bytes as usize - DATA_OFFSET - 2 * TRAILER_BYTES;
    let mut batch = Batch::new(room.min(padded(RECORD_BYTES_MAX)));
    batch.push(genesis)?;
    let trailer = Trailer {
        first_seq: 0,
        last_seq: 0,
        durable_seq: 0,
        durable_bytes: DATA_OFFSET as u64,
        epoch: header.epoch,
        event_hash,
        at_ns: genesis.at_ns,
    };
    let mut bytes = header.encode().to_vec();
    bytes.resize(DATA_OFFSET, 0);
    bytes.extend_from_slice(batch.seal(&trailer, header.chain()).0);
    let mut file = create(storage, names::SEGMENT_TEMPORARY, header.segment_bytes)?;
    file.write_at(0, &bytes)?;
    file.sync()?;
    storage.rename(names::SEGMENT_TEMPORARY, &names::segment(0))?;
    storage.sync_folder()?;
    let mut cursor = Cursor::new(&header, header.chain());
    while cursor.offset < bytes.len() {
        cursor.step(&bytes).expect("what was encoded here is sound");
    }
    let end = bytes.len();
    Ok((Current { file, header, end, durable_bytes: end }, cursor.sealed))
}

/// Removes what never became a segment, spare or snapshot.
fn remove_temporaries<S: Storage>(storage: &S) -> Result<(), StorageError> {
    let temporaries = [names::SEGMENT_TEMPORARY, names::SPARE_TEMPORARY, names::SNAPSHOT_TEMPORARY];
    for name in storage.list()? {
        if temporaries.contains(&name.as_str()) {
            storage.remove(&name)?;
        }
    }
    Ok(())
}

fn zero<F: StorageFile>(file: &mut F, start: usize, end: usize) -> Result<(), StorageError> {
    let zeros = vec![0; ZEROS_BYTES.min(end - start)];
    let mut offset = start;
    while offset < end {
        let now = zeros.len().min(end - offset);
        file.write_at(offset as u64, &zeros[..now])?;
        offset += now;
    }
    file.sync()
}
