//! What the book would make of an order, with nothing changed.

use book::Stop;
use types::{OrderType, Price, Qty, Timestamp};

use super::Matching;
use super::stops::Waiting;
use super::sweep::{After, Flight};
use crate::message::NewEntry;
use crate::reject::Reject;

/// What would become of an order's lots that do not trade at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// They go into the book.
    pub(crate) rests: Qty,
    /// They wait for the trigger.
    pub(crate) waits: Qty,
    /// They are cancelled or, to prevent a self-trade, taken away.
    pub(crate) canceled: Qty,
}

impl Matching {
    /// Tells `on` the fills that [`Matching::enter`] would make of an entry, by its own checks and
    /// rules. `None` when there would be more than `fills_max`.
    pub(crate) fn rehearse(
        &self,
        entry: &NewEntry,
        now: Timestamp,
        fills_max: usize,
        on: &mut impl FnMut(Price, Qty),
    ) -> Result<Option<Left>, Reject> {
        let at = self.at(entry.terms.instrument);
        let listed = &self.instruments[at];
        assert!(entry.version == listed.terms.version, "the terms are known between commands");
        self.check_entry(at, entry, now)?;
        let flight = match entry.terms.order_type {
            OrderType::Limit { .. } | OrderType::Market { .. } => Some(Flight::of(entry)),
            OrderType::Stop { trigger, .. } | OrderType::StopLimit { trigger, .. } => {
                let stop = Waiting::of(entry, trigger);
                listed.triggers(&stop).then(|| Flight::triggered(listed.id, &stop))
            }
        };
        let nothing = Left { rests: Qty::ZERO, waits: Qty::ZERO, canceled: Qty::ZERO };
        let Some(Flight { mut taker, after, .. }) = flight else {
            return Ok(Some(Left { waits: entry.terms.qty, ..nothing }));
        };
        let stop = listed.book.rehearse(&self.arena, &mut taker, fills_max, on);
        let all_left = Qty(taker.leaves.lots() + taker.decremented.lots());
        Ok(match (stop, after) {
            (Stop::Paused, _) => None,
            (Stop::SelfTrade, _) | (Stop::Done, After::Cancel) => {
                Some(Left { canceled: all_left, ..nothing })
            }
            // The entry was checked for room, and what trades before only makes more.
            (Stop::Done, After::Rest | After::RestIfRoom) => {
                let canceled = taker.decremented;
                Some(Left { rests: taker.leaves, canceled, ..nothing })
            }
        })
    }
}
