//! Whether the disk has room for what is to come: asked before a batch is applied.
//!
//! Two batches are under way at most besides the one being applied. Each is far shorter than a
//! segment, so one prepared segment beyond the current one has room for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use journal::{Spares, Storage, StorageError};

/// How often a full disk is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Tells whether there is room, and asks for more ahead of need.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    full: Arc<AtomicBool>,
    wanted: SyncSender<()>,
}

impl Space {
    /// Prepares a segment, and starts the thread that will prepare the next ones.
    pub(crate) fn start<S: Storage>(spares: Spares<S>) -> std::io::Result<(Space, JoinHandle<()>)> {
        let full = Arc::new(AtomicBool::new(false));
        let (wanted, hear) = sync_channel(1);
        let space = Space { full: Arc::clone(&full), wanted };
        prepare(&spares, &full);
        let name = "journal-space".to_string();
        let run = move || keep_ready(&spares, &full, &hear);
        Ok((space, thread::Builder::new().name(name).spawn(run)?))
    }

    /// Whether the disk had no room for another segment when last tried.
    pub(crate) fn is_full(&self) -> bool {
        self.full.load(Ordering::Acquire)
    }

    /// A good part of a segment was written: have the next one ready.
    pub(crate) fn used_some(&self) {
        // One request that waits is as good as two.
        self.wanted.try_send(()).ok();
    }
}

fn keep_ready<S: Storage>(spares: &Spares<S>, full: &AtomicBool, hear: &Receiver<()>) {
    loop {
        match hear.recv_timeout(RETRY) {
            Ok(()) => prepare(spares, full),
            Err(RecvTimeoutError::Timeout) if full.load(Ordering::Acquire) => prepare(spares, full),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn prepare<S: Storage>(spares: &Spares<S>, full: &AtomicBool) {
    let is_full = match spares.prepare() {
        Ok(()) => false,
        Err(StorageError::Full { .. }) => true,
        // The writer meets the same disk and stops the process; here nothing is lost.
        Err(error) => {
            tracing::error!(%error, "cannot prepare a journal segment");
            true
        }
    };
    if full.swap(is_full, Ordering::AcqRel) != is_full {
        if is_full {
            tracing::error!("the disk is full: only cancels are taken");
        } else {
            tracing::info!("the disk has room again");
        }
    }
}
