//! Copies a journal beside its writer, or without one.
//!
//! **Invariant:** a copy holds whole batches only, ends where it was told to, and says with a mark
//! that all of it is durable: it opens as a journal that was closed in order. What is copied is
//! only read.

use crate::archive::{Archive, ReadError};
use crate::cursor::{Cursor, Sealed, Step};
use crate::fault::{Corruption, Proof};
use crate::format::{TRAILER_BYTES, Trailer, batch_crc, encode_trailer};
use crate::names;
use crate::recovery::{Check, InspectError, Recovery};
use crate::segment::{LoadError, Segment, damaged_by, load_whole};
use crate::snapshot::{ReadSnapshotError, WriteSnapshotError};
use crate::storage::{Storage, StorageError, StorageFile};

/// How often a writer may be met in the middle of something before its journal counts as damaged.
const LOOKS_MAX: usize = 10;

/// Copying a journal failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// Retention removed what was still to be copied. Look again, and copy into an empty folder.
    #[error("the oldest records were removed while the journal was copied")]
    Removed,
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The copy cannot be written.
    #[error("the copy: {0}")]
    Write(StorageError),
    /// The copy of a snapshot cannot be written.
    #[error("the copy: {0}")]
    WriteSnapshot(#[from] WriteSnapshotError),
}

impl From<LoadError> for CopyError {
    fn from(error: LoadError) -> CopyError {
        CopyError::Read(error.into())
    }
}

impl From<Corruption> for CopyError {
    fn from(corruption: Corruption) -> CopyError {
        CopyError::Read(corruption.into())
    }
}

impl<S: Storage> Archive<S> {
    /// Judges the end of the journal as an opening would, beside the writer too. What the writer
    /// has not synced yet is among what would be kept: see [`Recovery::durable_seq`].
    ///
    /// # Errors
    /// [`InspectError`], as an opening would fail.
    pub fn inspect_beside(&self) -> Result<Recovery, InspectError> {
        // A segment that is read while batches are written to it can have zeros before a batch, and
        // a file can be gone once it was listed. Whoever looks again sees what was there then; what
        // looks the same twice is so.
        let mut before = None;
        for _ in 0..LOOKS_MAX {
            match self.inspect(Check::LastSegment) {
                Ok(recovery) => return Ok(recovery),
                Err(error) if before.as_ref() == Some(&error) => return Err(error),
                Err(error) => before = Some(error),
            }
        }
        Err(before.expect("it was looked at"))
    }

    /// Copies all segments up to `last_seq`, and the newest snapshot that is not beyond it, to a
    /// storage that has none. `progress` is told the segments done and how many there are.
    ///
    /// # Errors
    /// [`CopyError`]; the copy is then good for nothing.
    ///
    /// # Panics
    /// If `last_seq` is not the last of a batch that is there.
    pub fn copy_to<T: Storage>(
        &self,
        to: &T,
        last_seq: u64,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), CopyError> {
        let snapshot = self.copy_snapshot(to, last_seq)?;
        let listed = self.storage().list().map_err(ReadError::from)?;
        let mut first_seqs: Vec<u64> =
            listed.iter().filter_map(|name| names::segment_first_seq(name)).collect();
        first_seqs.retain(|&first_seq| first_seq <= last_seq);
        first_seqs.sort_unstable();
        let (mut bytes, mut oldest) = (Vec::new(), u64::MAX);
        // Newest first: retention removes the oldest, so what it takes meanwhile leaves no hole.
        for (place, &first_seq) in first_seqs.iter().rev().enumerate() {
            match load_whole(self.storage(), first_seq, &mut bytes) {
                Ok(segment) if place == 0 => end_after(&segment, &mut bytes, last_seq)?,
                Ok(_) => {}
                Err(LoadError::Storage(StorageError::NotFound { .. })) => break,
                Err(error) => return Err(error.into()),
            }
            write(to, &names::segment(first_seq), &bytes).map_err(CopyError::Write)?;
            oldest = first_seq;
            progress(place as u64 + 1, first_seqs.len() as u64);
        }
        if oldest > 0 && snapshot.is_none_or(|seq| seq < oldest - 1) {
            return Err(CopyError::Removed);
        }
        to.sync_folder().map_err(CopyError::Write)
    }

    /// Copies the newest sound snapshot at or before `seq`; answers its seq.
    fn copy_snapshot<T: Storage>(&self, to: &T, seq: u64) -> Result<Option<u64>, CopyError> {
        let listed = self.snapshots().map_err(ReadError::from)?;
        for head in listed.iter().rev().filter(|head| head.seq <= seq) {
            match self.read_snapshot(head.seq) {
                Ok(snapshot) => {
                    let copy = Archive::new(to.clone(), self.identity());
                    copy.write_snapshot(&snapshot.head, &snapshot.body)?;
                    return Ok(Some(head.seq));
                }
                // A damaged one loses nothing, and neither does one that retention took: an older
                // one stands for it, or a newer one, which is found when all is copied again.
                Err(ReadSnapshotError::Corrupt(_))
                | Err(ReadSnapshotError::Storage(StorageError::NotFound { .. })) => {}
                Err(ReadSnapshotError::Storage(error)) => {
                    return Err(ReadError::Storage(error).into());
                }
            }
        }
        Ok(None)
    }
}

fn write<S: Storage>(storage: &S, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
    let mut file = storage.create(name, 0)?;
    file.write_at(0, bytes)?;
    file.sync()
}

/// Takes all behind the batch that ends with `last_seq` out of a segment, and marks it as whole.
fn end_after(segment: &Segment, bytes: &mut [u8], last_seq: u64) -> Result<(), CopyError> {
    let mut cursor = Cursor::new(&segment.header, segment.chain);
    while cursor.next_seq() <= last_seq || cursor.offset != cursor.sealed.offset {
        match cursor.step(bytes).map_err(|bad| damaged_by(segment, bad, Proof::Intact))? {
            Step::Record { .. } | Step::Trailer(_) => {}
            Step::End => panic!("seq {last_seq} is there"),
        }
    }
    let sealed = cursor.sealed;
    assert_eq!(sealed.last_seq, last_seq, "it is the last of a batch");
    bytes[sealed.offset..].fill(0);
    let end = sealed.offset + TRAILER_BYTES;
    // A writer leaves room for a mark behind each batch.
    if let Some(place) = bytes.get_mut(sealed.offset..end).filter(|_| !sealed.is_marked) {
        let (mark, _) = encode_trailer(&mark_of(&sealed), batch_crc(&[], sealed.chain));
        place.copy_from_slice(&mark);
    }
    Ok(())
}

/// Says that all up to here is durable, which it is once the copy was synced.
fn mark_of(sealed: &Sealed) -> Trailer {
    Trailer {
        first_seq: sealed.last_seq.wrapping_add(1),
        last_seq: sealed.last_seq,
        durable_seq: sealed.last_seq,
        durable_bytes: sealed.offset as u64,
        epoch: sealed.epoch,
        event_hash: sealed.event_hash,
        at_ns: sealed.at_max_ns,
    }
}
