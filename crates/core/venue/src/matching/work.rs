//! Work that one command leaves behind, done unit by unit ahead of the next command; and expiry.

use std::collections::{BTreeMap, BTreeSet};

use types::planted::{self, Bug};
use types::{AccountId, InstrumentId, OrderId, RequestId, ShardId, Side, Timestamp};

use super::owners::Owned;
use super::stops::Waiting;
use super::sweep::{After, Flight};
use super::{Matching, report};
use crate::command::KillScope;
use crate::event::{Event, PublicEvent};
use crate::message::{CancelReason, Report};
use crate::turn::Turn;

/// One unit of internal work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// The rest of a long sweep.
    Sweep(Flight),
    /// A stop whose trigger was reached.
    Trigger { instrument: InstrumentId, stop: Waiting },
    /// One order of many that end together.
    Cancel {
        order: OrderId,
        instrument: InstrumentId,
        reason: CancelReason,
        request: Option<RequestId>,
    },
    /// The end of what a kill switch that is no account's ended.
    KillDone { scope: KillScope, orders: u32 },
    /// The end of a mass cancel.
    MassCancelDone { account: AccountId, orders: u32, request: Option<RequestId> },
}

impl Matching {
    /// Does one unit of work.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn work(&mut self, turn: &mut Turn<'_>) {
        match self.work.pop_front().expect("the caller asked whether there is work") {
            Work::Sweep(flight) => self.fly(flight, turn),
            Work::Trigger { instrument, stop } => {
                report(turn, stop.order, stop.account, Report::Triggered);
                self.fly(Flight::triggered(instrument, &stop), turn);
            }
            Work::Cancel { order, instrument, reason, request } => {
                let found = self.withdraw(self.at(instrument), order, reason, &request, turn);
                assert!(found, "nothing comes between a mass cancel and its orders");
            }
            Work::KillDone { scope, orders } => {
                let done = PublicEvent::KillSwitchDone { scope, orders };
                turn.events.push(Event::Public(done));
            }
            Work::MassCancelDone { account, orders, request } => {
                let done = Report::MassCancelDone { orders, request };
                report(turn, OrderId(0), account, done);
            }
        }
    }

    /// Expires the next order that is due at `turn.now`; tells whether there was one.
    #[inline]
    pub(crate) fn expire_next(&mut self, turn: &mut Turn<'_>) -> bool {
        let Some((order, instrument)) = self.expiries.due(turn.now) else { return false };
        let at = self.at(instrument);
        let found = self.withdraw(at, order, CancelReason::Expired, &None, turn);
        assert!(found, "an order that can expire is open");
        true
    }

    /// Queues the cancel of every open order that fits, by order number.
    pub(super) fn mass_cancel(
        &mut self,
        account: AccountId,
        instrument: Option<InstrumentId>,
        side: Option<Side>,
        request: Option<RequestId>,
    ) {
        let only = instrument.map(|instrument| self.at(instrument) as u32);
        let all = self.take_owned(account, only, side);
        let orders = self.end_all(&all, CancelReason::MassCancel, request);
        self.work.push_back(Work::MassCancelDone { account, orders, request });
    }

    /// Queues the cancel of every open order that a kill switch covers, by order number.
    pub(super) fn kill(&mut self, shard: ShardId, scope: KillScope) {
        let all = match scope {
            KillScope::Account(account) => self.take_owned(account, None, None),
            KillScope::All => self.open_of_shard(shard, 0..self.instruments.len()),
            KillScope::Instrument(instrument) => {
                let at = self.at(instrument);
                self.open_of_shard(shard, at..at + 1)
            }
        };
        let orders = self.end_all(&all, CancelReason::KillSwitch, None);
        self.work.push_back(match scope {
            KillScope::Account(account) => Work::MassCancelDone { account, orders, request: None },
            KillScope::All | KillScope::Instrument(_) => Work::KillDone { scope, orders },
        });
    }

    /// Queues the cancel of orders; answers how many they are.
    fn end_all(&mut self, all: &[Owned], reason: CancelReason, request: Option<RequestId>) -> u32 {
        for Owned { order, listed } in all {
            let instrument = self.instruments[*listed as usize].id;
            self.work.push_back(Work::Cancel { order: *order, instrument, reason, request });
        }
        all.len() as u32
    }
}

impl Flight {
    /// A stop on its way into the book.
    pub(super) fn triggered(instrument: InstrumentId, stop: &Waiting) -> Flight {
        let Waiting { order, account, side, self_trade, limit, open, .. } = *stop;
        Flight {
            instrument,
            taker: book::Taker::new(order, account, side, limit, open, self_trade),
            after: if stop.rests { After::RestIfRoom } else { After::Cancel },
            total: open,
            time_in_force: stop.time_in_force,
            post_only: false,
            display: stop.display,
        }
    }
}

/// The deadlines of open GTD orders.
#[derive(Debug, Default)]
pub(super) struct Expiries {
    due: BTreeSet<(Timestamp, OrderId)>,
    deadlines: BTreeMap<OrderId, (Timestamp, InstrumentId)>,
}

impl Expiries {
    pub(super) fn insert(&mut self, order: OrderId, deadline: Timestamp, of: InstrumentId) {
        self.due.insert((deadline, order));
        self.deadlines.insert(order, (deadline, of));
    }

    /// Forgets an order, if it has a deadline.
    #[inline]
    pub(super) fn remove(&mut self, order: OrderId) {
        if self.deadlines.is_empty() {
            return;
        }
        if let Some((deadline, _)) = self.deadlines.remove(&order) {
            self.due.remove(&(deadline, order));
        }
    }

    pub(super) fn deadline(&self, order: OrderId) -> Option<Timestamp> {
        self.deadlines.get(&order).map(|(deadline, _)| *deadline)
    }

    /// The nearest deadline.
    #[inline]
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(deadline, _)| *deadline)
    }

    /// The next order whose deadline is not after `now`.
    #[inline]
    fn due(&self, now: Timestamp) -> Option<(OrderId, InstrumentId)> {
        let (deadline, order) = *self.due.first()?;
        if deadline > now || planted::is(Bug::ExpiryTooLate) && deadline == now {
            return None;
        }
        let (_, instrument) = self.deadlines[&order];
        Some((order, instrument))
    }
}
