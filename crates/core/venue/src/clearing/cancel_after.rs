//! The dead-man switch: an account that is silent for too long has its open orders cancelled.
//!
//! **Invariant:** an account has at most one deadline, and a closed one has none. That a deadline
//! has passed does nothing by itself: the sequencer then mass cancels, with a command of its own in
//! the journal, so that a replay does not ask what time it is.

use std::collections::{BTreeMap, BTreeSet};

use types::{AccountId, Timestamp};

use super::Clearing;
use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::event::Fact;
use crate::outcome::Done;
use crate::reject::Reject;
use crate::turn::Turn;

const SECOND_NS: u64 = 1_000_000_000;

/// The switches that are armed, by local account number.
#[derive(Debug, Default)]
pub(super) struct CancelAfter {
    due: BTreeSet<(Timestamp, u32)>,
    deadlines: BTreeMap<u32, Timestamp>,
}

impl CancelAfter {
    /// Sets an account's deadline, or takes it away; answers whether it had one.
    fn set(&mut self, local: u32, at: Option<Timestamp>) -> bool {
        let old = self.deadlines.remove(&local);
        if let Some(old) = old {
            self.due.remove(&(old, local));
        }
        if let Some(at) = at {
            self.due.insert((at, local));
            self.deadlines.insert(local, at);
        }
        old.is_some()
    }
}

impl Clearing {
    /// Arms the switch anew, `after_s` seconds from now; zero disarms it.
    pub(super) fn set_cancel_after(
        &mut self,
        local: u32,
        after_s: u32,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_not_closed(local)?;
        let at = (after_s > 0).then(|| {
            let after_ns = u64::from(after_s) * SECOND_NS;
            Timestamp(turn.now.0.saturating_add(after_ns))
        });
        let was_armed = self.cancel_after.set(local, at);
        if was_armed || at.is_some() {
            self.tell(local, Fact::CancelAfterSet { at }, turn);
        }
        Ok(Done::Nothing)
    }

    /// Disarms the switch of an account whose orders are all cancelled, once its deadline passed.
    pub(super) fn lapse(&mut self, local: u32, turn: &mut Turn<'_>) {
        let deadline = self.cancel_after.deadlines.get(&local);
        if deadline.is_some_and(|at| *at <= turn.now) {
            self.disarm(local, turn);
        }
    }

    /// Disarms the switch, if it is armed.
    pub(super) fn disarm(&mut self, local: u32, turn: &mut Turn<'_>) {
        if self.cancel_after.set(local, None) {
            self.tell(local, Fact::CancelAfterSet { at: None }, turn);
        }
    }

    /// The deadlines, nearest first.
    pub(crate) fn deadlines(&self) -> impl Iterator<Item = (Timestamp, AccountId)> + '_ {
        let shard = self.shard;
        self.cancel_after.due.iter().map(move |(at, local)| (*at, AccountId::within(shard, *local)))
    }

    pub(super) fn write_cancel_after(&self, sink: &mut impl Sink) {
        sink.word(self.cancel_after.deadlines.len() as u64);
        for (local, at) in &self.cancel_after.deadlines {
            local.write(sink);
            at.write(sink);
        }
    }

    /// Takes the deadlines over, once accounts are known.
    pub(super) fn read_cancel_after(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        for _ in 0..words.count(2)? {
            let local = self.known_local(words)?;
            let last = self.cancel_after.deadlines.last_key_value();
            if last.is_some_and(|(last, _)| *last >= local) {
                return Err(words.wrong("accounts in order, each once"));
            }
            if self.check_not_closed(local).is_err() {
                return Err(words.wrong("an account that is not closed"));
            }
            let at = Timestamp(words.word()?);
            self.cancel_after.set(local, Some(at));
        }
        Ok(())
    }
}
