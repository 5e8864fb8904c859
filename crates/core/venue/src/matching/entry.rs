//! New orders and cancels.

use book::{Slot, Taker};
use types::planted::{self, Bug};
use types::{
    AccountId, InstrumentId, NewOrder, OrderId, OrderType, Phase, Qty, RequestId, SelfTrade,
    TimeInForce, Timestamp,
};

use super::owners::Owned;
use super::stops::Waiting;
use super::sweep::{After, Flight};
use super::work::Work;
use super::{Matching, publish, refuse_change, report};
use crate::event::BookChange;
use crate::message::{CancelReason, NewEntry, Report};
use crate::reject::Reject;
use crate::turn::Turn;

/// What matching keeps of a resting order beside the book's own record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resting {
    /// The last quantity asked for less what decrement took: filled is this less what is open.
    pub(super) total: Qty,
    /// Day, GTC or GTD; the deadline of the latter is with the expiries.
    pub(super) time_in_force: TimeInForce,
    pub(super) self_trade: SelfTrade,
    pub(super) post_only: bool,
    /// Subscript of its instrument.
    pub(super) listed: u32,
}

const MODES: [SelfTrade; 5] = [
    SelfTrade::Allow,
    SelfTrade::CancelNewest,
    SelfTrade::CancelOldest,
    SelfTrade::CancelBoth,
    SelfTrade::Decrement,
];
const DAY: u64 = 1 << 8;
const GTD: u64 = 1 << 9;
const POST_ONLY: u64 = 1 << 10;
const LISTED_SHIFT: u32 = 32;

impl Resting {
    #[inline]
    pub(super) fn pack(self) -> [u64; 2] {
        let time_in_force = match self.time_in_force {
            TimeInForce::Day => DAY,
            TimeInForce::Gtd(_) => GTD,
            TimeInForce::Gtc => 0,
            TimeInForce::Ioc | TimeInForce::Fok => unreachable!("it does not rest"),
        };
        let post_only = if self.post_only { POST_ONLY } else { 0 };
        let listed = u64::from(self.listed) << LISTED_SHIFT;
        [self.total.lots(), self.self_trade as u64 | time_in_force | post_only | listed]
    }
}

impl Matching {
    /// Lets a new order in, or says why not.
    #[inline(always)]
    pub(super) fn enter(&mut self, entry: &NewEntry, turn: &mut Turn<'_>) {
        let at = self.at(entry.terms.instrument);
        if entry.version != self.instruments[at].terms.version {
            return self.enter_late(at, entry, turn);
        }
        let NewEntry { order, account, .. } = *entry;
        if let Err(reject) = self.check_entry(at, entry, turn.now) {
            let request = entry.request;
            return report(turn, order, account, Report::Refused { reject, request });
        }
        let NewOrder { side, order_type, time_in_force, .. } = entry.terms;
        let ahead_at = match order_type {
            OrderType::Limit { price } if time_in_force.rests() => Some((side, price)),
            OrderType::Limit { .. }
            | OrderType::Market { .. }
            | OrderType::Stop { .. }
            | OrderType::StopLimit { .. } => None,
        };
        let place = self.instruments[at].place(&self.arena, ahead_at);
        report(turn, order, account, Report::Accepted { entry: *entry, place });
        match order_type {
            OrderType::Limit { .. } | OrderType::Market { .. } => {
                let flight = Flight::of(entry);
                // Most orders come to rest: they need no sweep.
                if self.instruments[at].book.crosses(side, entry.limit) {
                    self.fly(flight, turn);
                } else {
                    self.settle(at, &flight, turn);
                }
            }
            OrderType::Stop { trigger, .. } | OrderType::StopLimit { trigger, .. } => {
                self.await_trigger(at, Waiting::of(entry, trigger));
            }
        }
    }

    /// Lets an order in that clearing checked against terms which have changed since.
    #[cold]
    fn enter_late(&mut self, at: usize, entry: &NewEntry, turn: &mut Turn<'_>) {
        let terms = &self.instruments[at].terms;
        let NewEntry { order, account, request, .. } = *entry;
        if let Err(reject) = terms.check_new(&entry.terms, turn.now) {
            return report(turn, order, account, Report::Refused { reject, request });
        }
        // Without a collar it trades to the edge of the band: of the old one, for that was held,
        // and not beyond the new one.
        let limit = terms.within_band(entry.terms.side, entry.limit);
        let version = terms.version;
        self.enter(&NewEntry { limit, version, ..*entry }, turn);
    }

    /// Takes an order out at its owner's wish.
    #[inline(always)]
    pub(super) fn cancel(
        &mut self,
        order: OrderId,
        account: AccountId,
        instrument: InstrumentId,
        request: &Option<RequestId>,
        turn: &mut Turn<'_>,
    ) {
        let at = self.at(instrument);
        if !self.withdraw(at, order, CancelReason::Requested, request, turn) {
            let refusal = (Reject::UnknownOrder { order }, false);
            refuse_change(turn, order, account, *request, refusal);
        }
    }

    /// Takes an order out of its book or out of the waiting stops, if it is in either.
    #[inline(always)]
    pub(super) fn withdraw(
        &mut self,
        at: usize,
        order: OrderId,
        reason: CancelReason,
        request: &Option<RequestId>,
        turn: &mut Turn<'_>,
    ) -> bool {
        let Some(slot) = self.arena.find(order) else {
            return self.withdraw_stop(at, order, reason, *request, turn);
        };
        let listed = &mut self.instruments[at];
        let removed = listed.book.remove(&mut self.arena, slot);
        self.expiries.remove(order);
        let gone = BookChange {
            instrument: listed.id,
            side: removed.side,
            price: removed.price,
            order,
            lots: Qty::ZERO,
            at_back: false,
            level_lots: removed.level.lots,
            level_orders: removed.level.orders,
        };
        publish(turn, gone);
        let lots = Qty(removed.lots.lots() + removed.hidden.lots());
        report(turn, order, removed.owner, Report::Canceled { lots, reason, request: *request });
        true
    }

    fn withdraw_stop(
        &mut self,
        at: usize,
        order: OrderId,
        reason: CancelReason,
        request: Option<RequestId>,
        turn: &mut Turn<'_>,
    ) -> bool {
        let Some(stop) = self.instruments[at].stops.remove(order) else { return false };
        self.waiting -= 1;
        self.expiries.remove(order);
        report(turn, order, stop.account, Report::Canceled { lots: stop.open, reason, request });
        true
    }

    /// Lets a stop wait, or queues it if its trigger is reached already.
    pub(super) fn await_trigger(&mut self, at: usize, stop: Waiting) {
        self.stop_entries += 1;
        let stop = Waiting { entry: self.stop_entries, ..stop };
        let listed = &mut self.instruments[at];
        if listed.triggers(&stop) {
            self.work.push_back(Work::Trigger { instrument: listed.id, stop });
            return;
        }
        if let TimeInForce::Gtd(deadline) = stop.time_in_force {
            self.expiries.insert(stop.order, deadline, listed.id);
        }
        listed.stops.insert(stop);
        self.waiting += 1;
        self.note_stop(stop.account, Owned { order: stop.order, listed: at as u32 });
    }

    /// What is kept beside a resting order.
    #[inline]
    pub(super) fn resting_at(&self, slot: Slot) -> Resting {
        let [total, bits] = self.resting[slot.index()];
        let time_in_force = if bits & DAY != 0 {
            TimeInForce::Day
        } else if bits & GTD != 0 {
            let order = self.arena.resting(slot).order;
            TimeInForce::Gtd(self.expiries.deadline(order).expect("a GTD order's deadline"))
        } else {
            TimeInForce::Gtc
        };
        Resting {
            total: Qty(total),
            time_in_force,
            self_trade: MODES[(bits & 0xff) as usize],
            post_only: bits & POST_ONLY != 0,
            listed: (bits >> LISTED_SHIFT) as u32,
        }
    }

    #[inline(always)]
    pub(super) fn check_entry(
        &self,
        at: usize,
        entry: &NewEntry,
        now: Timestamp,
    ) -> Result<(), Reject> {
        let listed = &self.instruments[at];
        let order = &entry.terms;
        // It may have been on its way for long.
        if let TimeInForce::Gtd(expires) = order.time_in_force
            && expires <= now
        {
            return Err(Reject::ExpiryPassed { expires, now });
        }
        let max = self.limits.orders_max;
        if self.open_orders() >= max || self.arena.is_full() {
            return Err(Reject::OrdersFull { max });
        }
        let rests_at = match order.order_type {
            OrderType::Limit { price } if order.time_in_force.rests() => Some(price),
            OrderType::StopLimit { price, .. } => Some(price),
            OrderType::Limit { .. } | OrderType::Market { .. } | OrderType::Stop { .. } => None,
        };
        if let Some(price) = rests_at
            && !listed.book.has_room(&self.arena, order.side, price)
        {
            return Err(Reject::LevelsFull { max: self.limits.level_pages_max });
        }
        if let OrderType::Limit { price } = order.order_type
            && (order.post_only || listed.terms.phase == Phase::PreOpen)
        {
            listed.check_passive(order.side, price, order.post_only)?;
        }
        if order.time_in_force == TimeInForce::Fok {
            let available = listed.book.fillable(&self.arena, &taker_of(entry));
            if available < order.qty && !planted::is(Bug::FillOrKillFillsPartly) {
                return Err(Reject::FillOrKillShort { available, qty: order.qty });
            }
        }
        Ok(())
    }
}

/// The order as it meets the book.
#[inline]
pub(super) fn taker_of(entry: &NewEntry) -> Taker {
    let NewEntry { order, account, self_trade, limit, terms, .. } = *entry;
    Taker::new(order, account, terms.side, limit, terms.qty, self_trade)
}

impl Flight {
    /// A new order on its way into the book.
    #[inline]
    pub(super) fn of(entry: &NewEntry) -> Flight {
        let terms = &entry.terms;
        let limit = matches!(terms.order_type, OrderType::Limit { .. });
        Flight {
            instrument: terms.instrument,
            taker: taker_of(entry),
            after: if limit && terms.time_in_force.rests() { After::Rest } else { After::Cancel },
            total: terms.qty,
            time_in_force: terms.time_in_force,
            post_only: terms.post_only,
            display: terms.display,
        }
    }
}

impl Waiting {
    /// A new stop order.
    #[inline]
    pub(super) fn of(entry: &NewEntry, trigger: types::Price) -> Waiting {
        let NewOrder { side, order_type, qty: open, time_in_force, display, .. } = entry.terms;
        Waiting {
            order: entry.order,
            account: entry.account,
            side,
            self_trade: entry.self_trade,
            trigger,
            limit: entry.limit,
            rests: matches!(order_type, OrderType::StopLimit { .. }),
            open,
            time_in_force,
            display,
            entry: 0,
        }
    }
}

impl super::Instrument {
    /// Whether a stop need not wait.
    #[inline]
    pub(super) fn triggers(&self, stop: &Waiting) -> bool {
        self.terms.phase == Phase::Continuous && stop.is_reached(self.last)
    }

    /// That an order which must not trade would not.
    pub(super) fn check_passive(
        &self,
        side: types::Side,
        price: types::Price,
        post_only: bool,
    ) -> Result<(), Reject> {
        if !self.book.crosses(side, price) {
            return Ok(());
        }
        let best = self.opposite_best(side);
        if post_only {
            return Err(Reject::WouldTakeLiquidity { best });
        }
        if self.terms.phase == Phase::PreOpen {
            return Err(Reject::WouldCrossBeforeOpen { best });
        }
        Ok(())
    }
}
