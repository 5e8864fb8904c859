//! Prepares segments ahead of their use, and keeps the reserve for a full disk.
//!
//! **Invariant:** behind the header of a spare are only zeros. A roll writes the header, whatever
//! an interrupted one left there, and syncs it before the spare becomes a segment.
//!
//! The reserve is simply the last spares, which are not touched until the caller says so: they are
//! renamed into use, so no other program can take their space in between.

use crate::format::SegmentHeader;
use crate::names;
use crate::storage::{Storage, StorageError, StorageFile};

/// Spares that one folder may hold.
const SPARES_MAX: u64 = 9_999;

/// Makes spare segments; clone it to prepare them on another thread than the writer's.
#[derive(Debug, Clone)]
pub struct Spares<S> {
    storage: S,
    segment_bytes: u64,
    reserved: usize,
}

/// Whether a roll may use the reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    SparesOnly,
    Reserve,
}

impl<S: Storage> Spares<S> {
    pub(crate) fn new(storage: S, segment_bytes: u64, reserve_bytes: u64) -> Spares<S> {
        let reserved = reserve_bytes.div_ceil(segment_bytes);
        assert!(reserved < SPARES_MAX, "the reserve has a limit");
        Spares { storage, segment_bytes, reserved: reserved as usize }
    }

    pub(crate) fn segment_bytes(&self) -> u64 {
        self.segment_bytes
    }

    /// Makes one spare segment beyond the reserve, unless there is one, so that the next roll costs
    /// a header and not a file. One thread at a time.
    ///
    /// # Errors
    /// [`StorageError::Full`] when it does not fit; a later call may.
    pub fn prepare(&self) -> Result<(), StorageError> {
        if self.list()?.len() <= self.reserved { self.add() } else { Ok(()) }
    }

    /// Answers the bytes that spares, reserve included, hold now.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be read.
    pub fn bytes(&self) -> Result<u64, StorageError> {
        Ok(self.list()?.len() as u64 * self.segment_bytes)
    }

    /// Removes spares of another length that an earlier run left, and makes the reserve whole if
    /// the disk has the space.
    pub(crate) fn settle(&self) -> Result<(), StorageError> {
        for name in self.list()? {
            if self.storage.open(&name)?.bytes()? != self.segment_bytes {
                self.storage.remove(&name)?;
            }
        }
        self.fill()
    }

    /// Makes spares until the reserve is whole or the disk is full.
    pub(crate) fn fill(&self) -> Result<(), StorageError> {
        for _ in self.list()?.len()..self.reserved {
            match self.add() {
                Ok(()) => {}
                Err(StorageError::Full { .. }) => break,
                Err(
                    error @ (StorageError::NotFound { .. }
                    | StorageError::Locked { .. }
                    | StorageError::Failed { .. }),
                ) => return Err(error),
            }
        }
        Ok(())
    }

    /// Makes a segment with this header and its durable name, and answers its file.
    ///
    /// On [`StorageError::Full`] nothing happened.
    pub(crate) fn take(
        &self,
        header: &SegmentHeader,
        reach: Reach,
    ) -> Result<S::File, StorageError> {
        let spares = self.list()?;
        let kept = match reach {
            Reach::SparesOnly => self.reserved,
            Reach::Reserve => 0,
        };
        let (mut file, name) = match spares.last() {
            Some(name) if spares.len() > kept => (self.storage.open(name)?, name.as_str()),
            Some(_) | None => {
                let name = names::SEGMENT_TEMPORARY;
                (create(&self.storage, name, self.segment_bytes)?, name)
            }
        };
        file.write_at(0, &header.encode())?;
        file.sync()?;
        self.storage.rename(name, &names::segment(header.first_seq))?;
        self.storage.sync_folder()?;
        Ok(file)
    }

    /// Lists the spares, lowest number first.
    fn list(&self) -> Result<Vec<String>, StorageError> {
        let mut spares = self.storage.list()?;
        spares.retain(|name| names::spare_number(name).is_some());
        spares.sort_unstable();
        Ok(spares)
    }

    fn add(&self) -> Result<(), StorageError> {
        let taken = self.list()?;
        let last = taken.last().and_then(|name| names::spare_number(name));
        // Numbers only order the spares; the writer takes from the end, so the next is free.
        let name = names::spare(last.map_or(0, |last| last + 1).min(SPARES_MAX));
        let mut file = create(&self.storage, names::SPARE_TEMPORARY, self.segment_bytes)?;
        // So that the roll does not have to wait for all the zeros.
        file.sync()?;
        self.storage.rename(names::SPARE_TEMPORARY, &name)?;
        self.storage.sync_folder()
    }
}

/// Makes a file of zeros; gives the space back if there is not enough.
pub(crate) fn create<S: Storage>(
    storage: &S,
    name: &str,
    bytes: u64,
) -> Result<S::File, StorageError> {
    match storage.create(name, bytes) {
        Err(StorageError::Full { call, name }) => {
            match storage.remove(&name) {
                // It may have been refused before it had a name.
                Ok(()) | Err(StorageError::NotFound { .. }) => {}
                Err(
                    error @ (StorageError::Full { .. }
                    | StorageError::Locked { .. }
                    | StorageError::Failed { .. }),
                ) => return Err(error),
            }
            Err(StorageError::Full { call, name })
        }
        other => other,
    }
}
