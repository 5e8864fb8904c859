//! The follower: replays finished segments beside the venue and keeps snapshots of them, so that
//! a restart is quick and old segments can go. It never pauses the venue.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use journal::{Archive, Extent, Retention, Storage};
use types::Seq;

use crate::replica::{self, ReplayError, Replica};

/// Looks at least this often for a finished segment.
const PERIOD: Duration = Duration::from_secs(60);

/// All that the follower's thread owns.
pub(crate) struct Follower<S: Storage> {
    pub(crate) archive: Archive<S>,
    pub(crate) grown: Receiver<()>,
    pub(crate) segments_kept: usize,
    pub(crate) snapshots_kept: usize,
    /// Made when the first segment is finished.
    pub(crate) replica: Option<Replica>,
    pub(crate) last_snapshot: Seq,
}

impl<S: Storage> Follower<S> {
    /// Runs until the writer is gone. A failure is told and ends only this thread: the venue goes
    /// on, its journal just grows.
    pub(crate) fn run(mut self) {
        loop {
            match self.grown.recv_timeout(PERIOD) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if let Err(error) = self.follow() {
                tracing::error!(%error, "snapshots stop: the journal cannot be followed");
                return;
            }
        }
    }

    /// Catches up with the finished segments and takes a snapshot of what is new.
    fn follow(&mut self) -> Result<(), ReplayError> {
        let segments = self.archive.segments()?;
        let finished = segments.last().map_or(0, |last| last.first_seq.saturating_sub(1));
        if finished <= self.last_snapshot {
            return Ok(());
        }
        let mut replica = match self.replica.take() {
            Some(replica) => replica,
            None => replica::restart(&self.archive, finished)?,
        };
        let mut reader = replica::following(&self.archive, &replica, Extent::Finished)?;
        // A wake-up that is lost here is no loss: all that is finished is being read.
        let go_on = &mut |_| match self.grown.try_recv() {
            Err(TryRecvError::Disconnected) => ControlFlow::Break(()),
            Ok(()) | Err(TryRecvError::Empty) => ControlFlow::Continue(()),
        };
        if replica.replay(&mut reader, Seq::MAX, go_on)?.is_break() {
            return Ok(());
        }
        let (head, body) = replica.snapshot();
        match self.archive.write_snapshot(&head, &body) {
            Ok(()) => {
                self.last_snapshot = head.seq;
                tracing::info!(seq = head.seq, bytes = body.len(), "snapshot written");
                self.archive.retain(Retention {
                    covered_seq: head.seq,
                    segments_kept: self.segments_kept,
                    snapshots_kept: self.snapshots_kept,
                })?;
            }
            Err(error) => tracing::warn!(%error, seq = head.seq, "no snapshot this time"),
        }
        self.replica = Some(replica);
        Ok(())
    }
}
