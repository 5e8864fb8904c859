//! The last cuts, which all clients read at their own pace: nothing is queued per client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use types::Seq;

use crate::stream::frame::Cut;

/// Bytes of frames kept for clients that are behind or come back.
pub(crate) const KEPT_BYTES_MAX: usize = 64 << 20;
/// Cuts kept for them: over five minutes at full pace.
pub(crate) const KEPT_CUTS_MAX: usize = 16_384;

/// What is kept, behind a lock that is held for a few copies of pointers.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Those that have frames, in order.
    cuts: VecDeque<Arc<Cut>>,
    bytes: usize,
    /// Everything after this is kept, up to `position`.
    after: Seq,
    position: Seq,
}

/// Cuts that were wanted and are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub oldest_kept: Seq,
    pub newest: Seq,
}

impl Ring {
    /// Adds what happened up to `last_seq`, and nothing when it concerned nobody.
    pub(crate) fn push(&self, last_seq: Seq, cut: Option<Cut>) {
        let mut kept = self.kept();
        kept.position = last_seq;
        let Some(cut) = cut else { return };
        kept.bytes += cut.bytes;
        kept.cuts.push_back(Arc::new(cut));
        while kept.bytes > KEPT_BYTES_MAX || kept.cuts.len() > KEPT_CUTS_MAX {
            let Some(oldest) = kept.cuts.pop_front() else { break };
            kept.bytes -= oldest.bytes;
            kept.after = oldest.last_seq;
        }
    }

    /// Keeps nothing of before, and goes on after `position`.
    pub(crate) fn restart(&self, position: Seq) {
        *self.kept() = Kept { after: position, position, ..Kept::default() };
    }

    /// How far the cuts have come.
    pub(crate) fn position(&self) -> Seq {
        self.kept().position
    }

    /// The oldest and the newest event kept.
    pub(crate) fn range(&self) -> Gone {
        let kept = self.kept();
        Gone { oldest_kept: kept.after + 1, newest: kept.position }
    }

    /// The cuts after `seq`, and how far they reach.
    ///
    /// # Errors
    /// [`Gone`] when the first of them is no longer kept, or `seq` has not happened yet.
    pub(crate) fn after(&self, seq: Seq) -> Result<(Vec<Arc<Cut>>, Seq), Gone> {
        let kept = self.kept();
        if seq < kept.after || seq > kept.position {
            return Err(Gone { oldest_kept: kept.after + 1, newest: kept.position });
        }
        let begin = kept.cuts.partition_point(|cut| cut.last_seq <= seq);
        Ok((kept.cuts.range(begin..).cloned().collect(), kept.position))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nobody panics with it")
    }
}
