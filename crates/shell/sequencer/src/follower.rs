//! The follower: replays finished segments beside the venue and keeps snapshots of them, so that
//! a restart is quick and old segments can go. It never pauses the venue.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use journal::{Archive, Extent, ReadError, Retention, Storage};
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

/// What a look at the journal came to.
enum Followed {
    /// A snapshot was taken.
    Snapshot,
    /// There was nothing new, no space for a snapshot, or no more time.
    Nothing,
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
            loop {
                match self.follow() {
                    // More may have been finished meanwhile.
                    Ok(Followed::Snapshot) => {}
                    Ok(Followed::Nothing) => break,
                    Err(error) => {
                        tracing::error!(%error, "snapshots stop: the journal cannot be followed");
                        return;
                    }
                }
            }
        }
    }

    /// Catches up with the finished segments and takes a snapshot of what is new.
    fn follow(&mut self) -> Result<Followed, ReplayError> {
        let segments = self.archive.segments()?;
        let finished = segments.last().map_or(0, |last| last.first_seq.saturating_sub(1));
        if finished <= self.last_snapshot {
            return Ok(Followed::Nothing);
        }
        let mut replica = match self.replica.take() {
            Some(replica) => replica,
            None => replica::restart(&self.archive, finished)?,
        };
        let mut reader = replica::following(&self.archive, &replica, Extent::Finished)?;
        let go_on = &mut |_| match self.grown.try_recv() {
            Err(TryRecvError::Disconnected) => ControlFlow::Break(()),
            Ok(()) | Err(TryRecvError::Empty) => ControlFlow::Continue(()),
        };
        if replica.replay(&mut reader, Seq::MAX, go_on)?.is_break() {
            return Ok(Followed::Nothing);
        }
        let (head, body) = replica.snapshot();
        self.replica = Some(replica);
        if let Err(error) = self.archive.write_snapshot(&head, &body) {
            tracing::warn!(%error, seq = head.seq, "no snapshot this time");
            return Ok(Followed::Nothing);
        }
        tracing::info!(seq = head.seq, bytes = body.len(), "snapshot written");
        self.last_snapshot = head.seq;
        self.retain()?;
        Ok(Followed::Snapshot)
    }

    /// Removes what is too old. Each snapshot that is kept has all records after it, so that a
    /// restart can pass over a damaged one.
    fn retain(&self) -> Result<(), ReadError> {
        let heads = self.archive.snapshots()?;
        let oldest_kept = heads.len().saturating_sub(self.snapshots_kept.max(1));
        let covered_seq = heads.get(oldest_kept).map_or(0, |head| head.seq);
        let (segments_kept, snapshots_kept) = (self.segments_kept, self.snapshots_kept);
        self.archive.retain(Retention { covered_seq, segments_kept, snapshots_kept })?;
        Ok(())
    }
}
