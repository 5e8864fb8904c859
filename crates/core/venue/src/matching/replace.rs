//! Changing an open order: in place when it only gets smaller, else out and in again.

use book::Slot;
use types::{AccountId, InstrumentId, OrderId, Phase, Price, Qty, RequestId, Side};

use super::entry::Resting;
use super::stops::Waiting;
use super::sweep::{After, Flight};
use super::{Matching, publish, refuse_change, report};
use crate::command::Change;
use crate::event::BookChange;
use crate::message::{CancelReason, Report};
use crate::reject::Reject;
use crate::terms::check_parts;
use crate::turn::Turn;

/// A resting order and what it shall become.
struct Plan {
    order: OrderId,
    account: AccountId,
    side: Side,
    slot: Slot,
    before: Price,
    price: Price,
    total: Qty,
    open_before: Qty,
    /// Zero or less than what is filled leaves nothing.
    open: Qty,
    kept: bool,
    resting: Resting,
    display: Option<Qty>,
}

impl Matching {
    /// Changes an order, or says why not.
    pub(super) fn replace(
        &mut self,
        order: OrderId,
        account: AccountId,
        instrument: InstrumentId,
        change: &Change,
        request: Option<RequestId>,
        turn: &mut Turn<'_>,
    ) {
        let at = self.at(instrument);
        // Clearing may have checked it against terms or a phase that changed on its way.
        let done = self.instruments[at].terms.check_change(change);
        let done = done.and_then(|()| match self.arena.find(order) {
            Some(slot) => self.replace_resting(at, slot, change, request, turn),
            None => self.replace_stop(at, order, change, request, turn),
        });
        if let Err(reject) = done {
            refuse_change(turn, order, account, request, (reject, true));
        }
    }

    fn replace_resting(
        &mut self,
        at: usize,
        slot: Slot,
        change: &Change,
        request: Option<RequestId>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Reject> {
        let plan = self.plan(at, slot, change)?;
        let Plan { order, account, side, price, .. } = plan;
        if plan.open.is_zero() {
            let reason = CancelReason::ReplacedToNothing;
            let found = self.withdraw(at, order, reason, &request, turn);
            assert!(found, "the order rests");
            return Ok(());
        }
        let leaves = plan.open;
        if plan.kept {
            self.shrink(at, &plan, turn);
            let kept = Report::Replaced { change: *change, leaves, place: None, request };
            report(turn, order, account, kept);
            return Ok(());
        }
        let listed = &self.instruments[at];
        if plan.resting.post_only || listed.terms.phase == Phase::PreOpen {
            listed.check_passive(side, price, plan.resting.post_only)?;
        }
        if !listed.book.has_level(&self.arena, side, price) {
            return Err(Reject::LevelsFull { max: self.limits.level_pages_max });
        }

        // Past this line the order leaves its place and goes in as a new taker.
        self.take_out(at, &plan, turn);
        let place = Some(self.instruments[at].place(&self.arena, Some((side, price))));
        report(turn, order, account, Report::Replaced { change: *change, leaves, place, request });
        let Resting { time_in_force, self_trade, post_only, .. } = plan.resting;
        let flight = Flight {
            instrument: self.instruments[at].id,
            taker: book::Taker::new(order, account, side, price, leaves, self_trade),
            after: After::RestIfRoom,
            total: plan.total,
            time_in_force,
            post_only,
            display: plan.display,
        };
        self.fly(flight, turn);
        Ok(())
    }

    /// What a change makes of a resting order, if it may.
    fn plan(&self, at: usize, slot: Slot, change: &Change) -> Result<Plan, Reject> {
        let rests = self.arena.resting(slot);
        let resting = self.resting_at(slot);
        let order = rests.order;
        if change.trigger.is_some() {
            return Err(Reject::TriggerNotReplaceable { order });
        }
        let price = change.price.unwrap_or(rests.price);
        let total = change.qty.unwrap_or(resting.total);
        if price == rests.price && total == resting.total {
            return Err(Reject::NothingToReplace { order });
        }
        let open_before = Qty(rests.lots.lots() + rests.hidden.lots());
        let filled = resting.total.lots() - open_before.lots();
        let open = Qty(total.lots().saturating_sub(filled));
        let kept = price == rests.price && open < open_before;
        let phase = self.instruments[at].terms.phase;
        let ends = open.is_zero();
        if !ends && !kept && phase == Phase::CancelOnly {
            return Err(Reject::PhaseForbids { phase });
        }
        let display = (!rests.display.is_zero()).then_some(rests.display);
        if !ends && !kept {
            check_parts(display, open)?;
        }
        let (account, side, before) = (rests.owner, rests.side, rests.price);
        Ok(Plan {
            order,
            account,
            side,
            slot,
            before,
            price,
            total,
            open_before,
            open,
            kept,
            resting,
            display,
        })
    }

    /// Makes a resting order smaller where it is.
    fn shrink(&mut self, at: usize, plan: &Plan, turn: &mut Turn<'_>) {
        let by = Qty(plan.open_before.lots() - plan.open.lots());
        let listed = &mut self.instruments[at];
        let reduced = listed.book.reduce(&mut self.arena, plan.slot, by);
        self.resting[plan.slot.index()] = Resting { total: plan.total, ..plan.resting }.pack();
        let smaller = BookChange {
            instrument: listed.id,
            side: plan.side,
            price: plan.price,
            order: plan.order,
            lots: reduced.lots,
            at_back: false,
            level_lots: reduced.level.lots,
            level_orders: reduced.level.orders,
        };
        publish(turn, smaller);
    }

    fn take_out(&mut self, at: usize, plan: &Plan, turn: &mut Turn<'_>) {
        let listed = &mut self.instruments[at];
        let removed = listed.book.remove(&mut self.arena, plan.slot);
        self.expiries.remove(plan.order);
        let gone = BookChange {
            instrument: listed.id,
            side: plan.side,
            price: plan.before,
            order: plan.order,
            lots: Qty::ZERO,
            at_back: false,
            level_lots: removed.level.lots,
            level_orders: removed.level.orders,
        };
        publish(turn, gone);
    }

    fn replace_stop(
        &mut self,
        at: usize,
        order: OrderId,
        change: &Change,
        request: Option<RequestId>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Reject> {
        let listed = &self.instruments[at];
        let stop = *listed.stops.get(order).ok_or(Reject::UnknownOrder { order })?;
        if change.price.is_some() && !stop.rests {
            return Err(Reject::PriceNotReplaceable { order });
        }
        let trigger = change.trigger.unwrap_or(stop.trigger);
        let limit = change.price.unwrap_or(stop.limit);
        let open = change.qty.unwrap_or(stop.open);
        if (trigger, limit, open) == (stop.trigger, stop.limit, stop.open) {
            return Err(Reject::NothingToReplace { order });
        }
        let kept = (trigger, limit) == (stop.trigger, stop.limit) && open < stop.open;
        let phase = listed.terms.phase;
        if !kept && phase == Phase::CancelOnly {
            return Err(Reject::PhaseForbids { phase });
        }
        check_parts(stop.display, open)?;

        // Past this line the stop changes.
        let place = (!kept).then(|| listed.place(&self.arena, None));
        let changed = Waiting { trigger, limit, open, ..stop };
        let stops = &mut self.instruments[at].stops;
        stops.remove(order);
        if kept {
            stops.insert(changed);
        } else {
            self.waiting -= 1;
            self.expiries.remove(order);
            self.await_trigger(at, changed);
        }
        let told = Report::Replaced { change: *change, leaves: open, place, request };
        report(turn, order, stop.account, told);
        Ok(())
    }
}
