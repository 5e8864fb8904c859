//! The writer: reserves, writes and syncs batches, and rolls segments.
//!
//! **Invariant:** a seq is called durable only after the sync that covers it returned, and a
//! segment is begun only when all before it is durable. After a storage error that leaves the disk
//! in doubt the journal is broken: every later call answers with that error.
//!
//! It does not apply, answer or publish: the sequencer does, once `sync` returned.

use crate::archive::{Archive, ReadError, Reader};
use crate::batch::{BATCH_BYTES_MAX, Batch};
use crate::cursor::Sealed;
use crate::format::{
    DATA_OFFSET, Identity, SegmentHeader, TRAILER_BYTES, Trailer, batch_crc, encode_trailer,
};
use crate::spares::{Reach, Spares};
use crate::storage::{Storage, StorageError, StorageFile};
use types::planted::{self, Bug};

/// How a journal is laid out. It may differ between openings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The length of a new segment: a multiple of 4096, `SEGMENT_BYTES_MIN..=SEGMENT_BYTES_MAX`.
    pub segment_bytes: u64,
    /// Space set aside for when the disk is full, rounded up to whole segments.
    pub reserve_bytes: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { segment_bytes: 64 << 20, reserve_bytes: 64 << 20 }
    }
}

/// Reserving space or writing a batch failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The disk is full. Nothing happened, and the journal goes on: free space, write a smaller
    /// batch, or release the reserve.
    #[error("the disk is full; nothing was written")]
    Full,
    /// The disk failed, now or earlier. What is on it is unknown until the next opening.
    #[error("the journal is broken: {0}")]
    Broken(StorageError),
}

/// Making a journal durable failed, now or earlier: answer nothing newer than `durable_seq`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal is broken: {0}")]
pub struct SyncError(pub StorageError);

/// A journal open for writing.
#[derive(Debug)]
pub struct Journal<S: Storage> {
    storage: S,
    spares: Spares<S>,
    reach: Reach,
    identity: Identity,
    segment: Current<S::File>,
    chain: u32,
    last_seq: u64,
    durable_seq: u64,
    epoch: u64,
    event_hash: u64,
    at_max_ns: u64,
    is_marked: bool,
    broken: Option<StorageError>,
}

/// The segment that is written to.
#[derive(Debug)]
pub(crate) struct Current<F> {
    pub file: F,
    pub header: SegmentHeader,
    /// Where the next batch goes.
    pub end: usize,
    pub durable_bytes: usize,
}

impl<S: Storage> Journal<S> {
    /// Takes over what an opening has found, all of it durable.
    pub(crate) fn resume(
        storage: S,
        spares: Spares<S>,
        segment: Current<S::File>,
        sealed: &Sealed,
    ) -> Journal<S> {
        assert_eq!(segment.end, sealed.offset, "writing goes on where reading ended");
        Journal {
            storage,
            spares,
            reach: Reach::SparesOnly,
            identity: segment.header.identity,
            segment,
            chain: sealed.chain,
            last_seq: sealed.last_seq,
            durable_seq: sealed.last_seq,
            epoch: sealed.epoch,
            event_hash: sealed.event_hash,
            at_max_ns: sealed.at_max_ns,
            is_marked: sealed.is_marked,
            broken: None,
        }
    }

    /// Makes a batch buffer as large as a segment allows, `bytes_max` at most.
    pub fn batch(&self, bytes_max: usize) -> Batch {
        let segment = self.spares.segment_bytes().min(self.segment.header.segment_bytes);
        let room = segment as usize - DATA_OFFSET - 2 * TRAILER_BYTES;
        Batch::new(bytes_max.min(room).min(BATCH_BYTES_MAX))
    }

    /// Makes sure that `batch` can be written, so that a full disk is told before it is applied.
    ///
    /// May sync and begin a new segment.
    ///
    /// # Errors
    /// [`WriteError::Full`]: nothing happened. [`WriteError::Broken`]: stop.
    ///
    /// # Panics
    /// If the batch is longer than a segment: it did not come from [`Journal::batch`].
    pub fn reserve(&mut self, batch: &Batch) -> Result<(), WriteError> {
        self.check().map_err(WriteError::Broken)?;
        // Room for one mark stays behind the batch, so that a shutdown never needs a new segment.
        let needed = batch.sealed_bytes() + TRAILER_BYTES;
        assert!(
            DATA_OFFSET + needed <= self.spares.segment_bytes() as usize,
            "a batch fits in a segment"
        );
        if self.room() >= needed { Ok(()) } else { self.roll() }
    }

    /// Writes the batch with its trailer in one call, and empties it. Not yet durable.
    ///
    /// `event_hash` is the caller's running hash of all events up to the batch's last record.
    ///
    /// # Errors
    /// [`WriteError::Full`]: nothing happened; cannot be when it was reserved.
    /// [`WriteError::Broken`]: stop.
    ///
    /// # Panics
    /// If the batch is empty or does not start at the next seq.
    pub fn write(&mut self, batch: &mut Batch, event_hash: u64) -> Result<(), WriteError> {
        self.reserve(batch)?;
        assert!(!batch.is_empty(), "a batch has records");
        assert_eq!(batch.first_seq(), self.last_seq.wrapping_add(1), "batches are dense");
        let at_ns = batch.at_max_ns();
        let last_seq = batch.last_seq();
        let trailer =
            Trailer { first_seq: batch.first_seq(), last_seq, event_hash, at_ns, ..self.mark() };
        let (bytes, chain) = batch.seal(&trailer, self.chain);
        let written = self.segment.file.write_at(self.segment.end as u64, bytes);
        let length = bytes.len();
        self.guard(written).map_err(WriteError::Broken)?;
        self.segment.end += length;
        self.chain = chain;
        self.last_seq = last_seq;
        self.event_hash = event_hash;
        self.at_max_ns = self.at_max_ns.max(at_ns);
        self.is_marked = false;
        batch.clear();
        Ok(())
    }

    /// Makes everything written durable, and answers the newest durable seq.
    ///
    /// # Errors
    /// [`SyncError`]: stop, answer nothing newer than [`Journal::durable_seq`].
    pub fn sync(&mut self) -> Result<u64, SyncError> {
        self.check().map_err(SyncError)?;
        if self.segment.durable_bytes < self.segment.end {
            let is_skipped = planted::is(Bug::SyncSkipped);
            let synced = if is_skipped { Ok(()) } else { self.segment.file.sync() };
            self.guard(synced).map_err(SyncError)?;
            self.segment.durable_bytes = self.segment.end;
            self.durable_seq = self.last_seq;
        }
        Ok(self.durable_seq)
    }

    /// Writes and syncs a mark of what is durable, when idle or at shutdown; does nothing when the
    /// journal says so already. Damage to what a mark covers is never taken for a torn tail.
    ///
    /// # Errors
    /// [`SyncError`]: stop.
    pub fn mark_durable(&mut self) -> Result<u64, SyncError> {
        self.sync()?;
        if !self.is_marked {
            assert!(self.room() >= TRAILER_BYTES, "a batch leaves room for a mark");
            self.write_mark().map_err(SyncError)?;
            self.sync()?;
        }
        Ok(self.durable_seq)
    }

    /// Begins this opening's epoch, durably.
    pub(crate) fn begin_epoch(&mut self) -> Result<(), WriteError> {
        self.epoch += 1;
        if self.room() >= TRAILER_BYTES {
            self.write_mark().map_err(WriteError::Broken)?;
            self.sync().map_err(|SyncError(error)| WriteError::Broken(error))?;
            return Ok(());
        }
        // The header of a new segment says all that a mark does. On a full disk the reserve is
        // there for it, or nothing could be read or cancelled.
        self.reach = Reach::Reserve;
        let rolled = self.roll();
        self.reach = Reach::SparesOnly;
        rolled
    }

    /// Lets new segments use the reserve, and answers the bytes it holds.
    ///
    /// # Errors
    /// [`SyncError`] when the folder cannot be read.
    pub fn use_reserve(&mut self) -> Result<u64, SyncError> {
        self.check().map_err(SyncError)?;
        self.reach = Reach::Reserve;
        let bytes = self.spares.bytes();
        self.guard(bytes).map_err(SyncError)
    }

    /// Makes the reserve whole again and closes it; answers the bytes it holds, which are fewer
    /// than asked for when the disk is still full.
    ///
    /// # Errors
    /// [`SyncError`]: stop.
    pub fn refill_reserve(&mut self) -> Result<u64, SyncError> {
        self.check().map_err(SyncError)?;
        let filled = self.spares.fill().and_then(|()| self.spares.bytes());
        let bytes = self.guard(filled).map_err(SyncError)?;
        self.reach = Reach::SparesOnly;
        Ok(bytes)
    }

    /// Answers a handle that prepares segments, here or on another thread.
    pub fn spares(&self) -> Spares<S> {
        self.spares.clone()
    }

    /// Answers a handle that reads, and keeps snapshots, here or on another thread.
    pub fn archive(&self) -> Archive<S> {
        Archive::new(self.storage.clone(), self.identity)
    }

    /// Reads everything written so far from `seq` on.
    ///
    /// # Errors
    /// [`ReadError`]; damage is told when the reader comes to it.
    pub fn records_from(&self, seq: u64) -> Result<Reader<S>, ReadError> {
        self.archive().records_from(seq, crate::archive::Extent::Whole)
    }

    /// Answers whose journal it is.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Answers the newest seq written.
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Answers the newest seq that is durable: what may leave.
    pub fn durable_seq(&self) -> u64 {
        self.durable_seq
    }

    /// Answers the number of this opening, from 1.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Answers the event hash of the newest batch.
    pub fn event_hash(&self) -> u64 {
        self.event_hash
    }

    fn room(&self) -> usize {
        self.segment.header.segment_bytes as usize - self.segment.end
    }

    fn mark(&self) -> Trailer {
        Trailer {
            first_seq: self.last_seq.wrapping_add(1),
            last_seq: self.last_seq,
            durable_seq: self.durable_seq,
            durable_bytes: self.segment.durable_bytes as u64,
            epoch: self.epoch,
            event_hash: self.event_hash,
            at_ns: self.at_max_ns,
        }
    }

    fn write_mark(&mut self) -> Result<(), StorageError> {
        assert_eq!(self.durable_seq, self.last_seq, "a mark comes after a sync");
        let (bytes, chain) = encode_trailer(&self.mark(), batch_crc(&[], self.chain));
        let written = self.segment.file.write_at(self.segment.end as u64, &bytes);
        self.guard(written)?;
        self.segment.end += bytes.len();
        self.chain = chain;
        self.is_marked = true;
        Ok(())
    }

    fn roll(&mut self) -> Result<(), WriteError> {
        self.sync().map_err(|SyncError(error)| WriteError::Broken(error))?;
        let current = &self.segment.header;
        let first_seq = self.last_seq.wrapping_add(1);
        // A segment with marks alone is replaced under its own name, so it is the one before it
        // that the new header continues.
        let is_bare = current.first_seq == first_seq;
        let header = SegmentHeader {
            identity: self.identity,
            epoch: self.epoch,
            first_seq,
            segment_bytes: self.spares.segment_bytes(),
            at_before_ns: self.at_max_ns,
            event_hash_before: self.event_hash,
            chain_before: if is_bare { current.chain_before } else { self.chain },
        };
        let taken = self.spares.take(&header, self.reach);
        if let Err(StorageError::Full { .. }) = taken {
            return Err(WriteError::Full);
        }
        let file = self.guard(taken).map_err(WriteError::Broken)?;
        self.chain = header.chain();
        self.segment = Current { file, header, end: DATA_OFFSET, durable_bytes: DATA_OFFSET };
        self.is_marked = true;
        Ok(())
    }

    fn check(&self) -> Result<(), StorageError> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Remembers an error for ever.
    fn guard<T>(&mut self, result: Result<T, StorageError>) -> Result<T, StorageError> {
        if let Err(error) = &result {
            self.broken = Some(error.clone());
        }
        result
    }
}
