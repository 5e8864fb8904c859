//! The durable record: append-only segments, group commit, snapshots and recovery.
//!
//! **Invariant:** what was synced is read back unchanged or not at all, and then loudly; a batch is
//! kept or cut whole; nothing is skipped and nothing is guessed.
//!
//! It knows nothing of the venue: payloads are opaque bytes, and event and state hashes are values
//! that the caller supplies and compares. It does not order, apply, answer or publish. The layout,
//! byte by byte, is in `api/journal.md`.
//!
//! # Torn tail or corruption
//!
//! A power cut may leave the end of the journal in pieces; that is no damage, for nothing there was
//! acknowledged. The same pieces in a place that was durable are damage, and cutting them off would
//! lose acknowledged records. So a bad place needs a proof one way or the other. What proves that a
//! place was durable is whatever can exist only afterwards:
//!
//! 1. **A name.** A segment, spare or snapshot is written and synced under a temporary name, then
//!    renamed. A file with its final name has a sound header (and the first segment has genesis).
//! 2. **A later segment.** A segment is begun only after the one before it was synced. So only the
//!    last segment can have a torn tail at all.
//! 3. **A later trailer.** A trailer says how many bytes of its segment were durable when it was
//!    written. One that calls the bad place durable proves it. Trailers before the bad
//!    place cannot, so all aligned offsets after it are searched; a trailer has a crc of its own
//!    and so proves itself when everything before it is gone.
//! 4. **A snapshot** beyond the journal's end: snapshots are taken of durable records only.
//! 5. **An intact checksum** over wrong content: it was written so, and tearing did not do it.
//!
//! Without any of these the place is in the last segment, behind everything that says of itself
//! that it was durable: it is cut from the end of the last whole batch, zeroed, synced, and told.
//! What was synced last, with no later trailer, is then only as safe as the disk; this is why
//! [`Journal::mark_durable`] is called when idle and at shutdown, and why every opening begins with
//! a mark. Old bytes behind a cut never come back: they are zeroed durably before the first append,
//! and a crash while zeroing leaves only trailers whose watermark is before the cut.
//!
//! A payload that held the bytes of a trailer, left bare by a power cut, could pass for proof 3.
//! The journal would then refuse to open; it would not lose anything.

mod archive;
mod batch;
mod copy;
mod cursor;
mod fault;
mod file;
mod format;
mod journal;
mod names;
mod open;
mod recovery;
mod segment;
mod sim;
mod snapshot;
mod spares;
mod storage;

pub use archive::{Archive, Entry, Extent, Newest, ReadError, Reader, Removed, Retention};
pub use batch::{BATCH_BYTES_MAX, Batch, PushError, Stamp};
pub use copy::CopyError;
pub use fault::{Corruption, Fault, Proof};
pub use file::{FileStorage, OpenedFile};
pub use format::{
    ALIGNMENT, DATA_OFFSET, FORMAT_VERSION, HEAD_BYTES, Identity, PAYLOAD_BYTES_MAX, Record,
    SegmentHeader, TRAILER_BYTES, Trailer,
};
pub use journal::{Journal, Options, SyncError, WriteError};
pub use open::{CreateError, OpenError};
pub use recovery::{Check, CutTail, InspectError, Recovery};
pub use segment::{SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN};
pub use sim::{SimCall, SimDisk, SimFile};
pub use snapshot::{
    ReadSnapshotError, SNAPSHOT_BYTES_MAX, Snapshot, SnapshotHead, WriteSnapshotError,
};
pub use spares::Spares;
pub use storage::{Storage, StorageCall, StorageError, StorageFile};
