//! What the disk has room for: known before a command is applied, because what was applied must be
//! written.
//!
//! **Invariant:** whenever the writer gives a buffer back, the current segment has room for every
//! batch that may then be under way. So no batch that was applied meets a full disk.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use journal::{
    Batch, DATA_OFFSET, Journal, Options, Record, Spares, Storage, StorageError, SyncError,
    TRAILER_BYTES, WriteError,
};

use meter::Admits;

use crate::start::spawn;

/// Batches under way: one being filled, the others being written or waiting for it. Small ones that
/// were filled during a sync share the next.
pub(crate) const BATCHES: usize = 6;
/// Encoded bytes that one batch may hold, where segments are long enough, and where they are not:
/// some commands.
const BATCH_BYTES_MAX: usize = 512 * 1_024;
const BATCH_BYTES_MIN: usize = 512;
/// How often a full disk is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Knows what may be taken, and has spare segments made ahead of need. The writer owns it.
#[derive(Debug)]
pub(crate) struct Space {
    admits: Admits,
    /// As long as all batches under way can get; never written.
    under_way: Batch,
    wanted: SyncSender<()>,
    prepared: Receiver<bool>,
    /// Whether the thread is at work. While it is, nobody else may make spares.
    is_asked: bool,
    asked_at: Instant,
}

/// The longest batch, without its trailer. All that are under way shall take but a small part of a
/// segment, for as much of each stays unused: a fifth, and in the shortest segments nearly all.
pub(crate) fn batch_bytes(options: Options) -> usize {
    let part = (options.segment_bytes as usize - DATA_OFFSET) / 32;
    part.clamp(BATCH_BYTES_MIN, BATCH_BYTES_MAX)
}

impl Space {
    /// Starts the thread that makes spares, and asks it for the first.
    pub(crate) fn start<S: Storage>(
        spares: Spares<S>,
        options: Options,
    ) -> std::io::Result<(Space, JoinHandle<()>)> {
        let (wanted, hear) = sync_channel(1);
        let (tell, prepared) = sync_channel(1);
        let reserve_bytes = options.reserve_bytes.next_multiple_of(options.segment_bytes);
        let thread = spawn("journal-space", move || {
            while hear.recv().is_ok() {
                // When the writer is gone, nobody needs the answer.
                tell.send(prepare(&spares, reserve_bytes)).ok();
            }
        })?;
        let mut space = Space {
            admits: Admits::All,
            under_way: longest_under_way(batch_bytes(options)),
            wanted,
            prepared,
            is_asked: false,
            asked_at: Instant::now(),
        };
        space.ask();
        Ok((space, thread))
    }

    /// Has a spare segment made, unless one is being made.
    pub(crate) fn ask(&mut self) {
        if !self.is_asked {
            self.is_asked = self.wanted.try_send(()).is_ok();
            self.asked_at = Instant::now();
        }
    }

    /// Makes room for what may be under way from now on, and answers what may be taken.
    ///
    /// # Errors
    /// [`SyncError`]: the journal is broken.
    pub(crate) fn admit<S: Storage>(
        &mut self,
        journal: &mut Journal<S>,
    ) -> Result<Admits, SyncError> {
        let before = self.admits;
        let is_prepared = self.hear();
        if self.admits != Admits::All && is_prepared {
            journal.refill_reserve()?;
            self.admits = Admits::All;
        }
        if self.admits == Admits::All && !self.fits(journal)? {
            journal.use_reserve()?;
            self.admits = Admits::EndsOrders;
        }
        if self.admits == Admits::EndsOrders && !self.fits(journal)? {
            self.admits = Admits::Nothing;
        }
        if self.admits != Admits::All && self.asked_at.elapsed() >= RETRY {
            self.ask();
        }
        if self.admits != before {
            tell(self.admits);
        }
        Ok(self.admits)
    }

    /// Whether the thread has just made the reserve whole, and a spare beyond it.
    fn hear(&mut self) -> bool {
        match self.prepared.try_recv() {
            Ok(is_prepared) => {
                self.is_asked = false;
                is_prepared
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => false,
        }
    }

    fn fits<S: Storage>(&self, journal: &mut Journal<S>) -> Result<bool, SyncError> {
        match journal.reserve(&self.under_way) {
            Ok(()) => Ok(true),
            Err(WriteError::Full) => Ok(false),
            Err(WriteError::Broken(error)) => Err(SyncError(error)),
        }
    }
}

/// A batch as long as all those under way, with a mark after each: the journal is asked for room
/// with it.
fn longest_under_way(batch_bytes: usize) -> Batch {
    const PAYLOAD: [u8; 64] = [0; 64];
    let bytes = BATCHES * (batch_bytes + 2 * TRAILER_BYTES);
    let mut batch = Batch::new(bytes + 2 * PAYLOAD.len());
    for seq in 0.. {
        if batch.sealed_bytes() >= bytes {
            break;
        }
        let record = Record { seq, at_ns: 0, version: 0, payload: &PAYLOAD };
        batch.push(record).expect("two more records fit");
    }
    batch
}

/// Makes the reserve whole and one spare beyond it; `false` when they do not fit.
fn prepare<S: Storage>(spares: &Spares<S>, reserve_bytes: u64) -> bool {
    loop {
        match spares.prepare().and_then(|()| spares.bytes()) {
            Ok(bytes) if bytes > reserve_bytes => return true,
            // One more each time.
            Ok(_) => {}
            Err(StorageError::Full { .. }) => return false,
            // The writer meets the same disk and stops the venue; here nothing is lost.
            Err(
                error @ (StorageError::NotFound { .. }
                | StorageError::Locked { .. }
                | StorageError::Failed { .. }),
            ) => {
                tracing::error!(%error, "cannot prepare a journal segment");
                return false;
            }
        }
    }
}

fn tell(admits: Admits) {
    match admits {
        Admits::All => tracing::info!("the disk has room again"),
        Admits::EndsOrders => tracing::error!("the disk is full: only cancels are taken"),
        Admits::Nothing => tracing::error!("the disk is full: nothing is taken"),
    }
}
