//! Section 5: an order is cancelled and entered anew in one step.

use types::{AMOUNT_MAX, Amount, OrderId, OrderType, Phase, Price, Qty, RequestId, Side};
use venue::{CancelReason, Change, Done, Place, Reject};

use super::accounts::check_lots;

use super::entry::{check_parts, check_price};
use super::state::{News, Order, Replacement, Standing};
use super::sweep::Sweep;
use super::{Acted, Model, Spent, hold};

/// A replace on its way, with what the order will be.
#[derive(Clone, Copy)]
struct Wanted {
    change: Change,
    request: Option<RequestId>,
    limit: Price,
    total: u64,
}

impl Model {
    pub(super) fn replace(
        &mut self,
        account: usize,
        id: OrderId,
        change: Change,
        request: Option<RequestId>,
    ) -> Acted {
        self.check_active(account)?;
        self.check_kill(account, None)?;
        let Some(index) = self.own_order(self.accounts[account].id, id) else {
            return Err(Reject::UnknownOrder { order: id });
        };
        self.check_change(&self.orders[index], change)?;
        let order = &self.orders[index];
        let limit = change.price.unwrap_or(order.limit);
        let total = change.qty.map_or(order.filled + order.open, Qty::lots);
        let extra = self.extra_hold(account, order, limit, total.saturating_sub(order.filled))?;

        self.orders[index].held += extra;
        self.sent = id;
        let wanted = Wanted { change, request, limit, total };
        let answer = if self.orders[index].is_resting() {
            self.change_resting(id, wanted)
        } else {
            self.change_waiting(id, wanted)
        };
        if answer.is_err() {
            self.orders[index].held -= extra;
        }
        answer.map(|()| Done::Order(id))
    }

    /// Clearing's checks, up to the hold.
    fn check_change(&self, order: &Order, change: Change) -> Result<(), Reject> {
        if change == Change::default() {
            return Err(Reject::NothingToReplace { order: order.id });
        }
        let instrument = &self.instruments[order.instrument().0 as usize];
        if let Some(qty) = change.qty {
            check_lots(qty, instrument.terms.order_qty_max, instrument.terms.lot_step)?;
        }
        for price in [change.price, change.trigger].into_iter().flatten() {
            check_price(price, instrument)?;
        }
        match instrument.phase {
            Phase::Halted | Phase::Closed => Err(Reject::PhaseForbids { phase: instrument.phase }),
            Phase::PreOpen | Phase::Continuous | Phase::CancelOnly => Ok(()),
        }
    }

    /// What must be set aside beyond what is; zero when it is enough.
    fn extra_hold(
        &self,
        account: usize,
        order: &Order,
        limit: Price,
        open: u64,
    ) -> Result<i128, Reject> {
        match order.side() {
            Side::Buy => {
                let value = self.instruments[order.instrument().0 as usize].terms.tick_value;
                let too_large = Reject::NotionalTooLarge { max: Amount(AMOUNT_MAX) };
                let held = hold(limit, open, value, order.fees, order.spent()).ok_or(too_large)?;
                // All that is open may fill at the old, higher price before the change arrives.
                let added = open.saturating_sub(order.open);
                let extra = if limit < order.limit && added > 0 {
                    hold(limit, added, value, order.fees, Spent::default()).ok_or(too_large)?
                } else {
                    (held - order.held).max(0)
                };
                if extra > 0 {
                    self.check_funds(account, Amount(extra as i64))?;
                }
                Ok(extra)
            }
            Side::Sell => {
                let extra = (i128::from(open) - order.held).max(0);
                if extra > 0 {
                    self.check_shares(account, order.instrument(), Qty(extra as u64))?;
                }
                Ok(extra)
            }
        }
    }

    fn change_resting(&mut self, id: OrderId, wanted: Wanted) -> Result<(), Reject> {
        let order = self.orders[self.order_index(id)].clone();
        let phase = self.instruments[order.instrument().0 as usize].phase;
        if wanted.change.trigger.is_some() {
            return Err(Reject::TriggerNotReplaceable { order: id });
        }
        if wanted.limit == order.limit && wanted.total == order.filled + order.left {
            return Err(Reject::NothingToReplace { order: id });
        }
        if wanted.total <= order.filled {
            self.withdraw(id, CancelReason::ReplacedToNothing, wanted.request);
            return Ok(());
        }
        let left = wanted.total - order.filled;
        if wanted.limit == order.limit && left < order.left {
            self.shrink(id, order.left - left);
            self.tell_replaced(id, wanted, None);
            return Ok(());
        }
        if phase == Phase::CancelOnly {
            return Err(Reject::PhaseForbids { phase });
        }
        check_parts(order.terms.display, left)?;
        self.check_crossing(&order, wanted.limit)?;
        self.check_level(order.instrument(), order.side(), wanted.limit)?;

        self.leave(id);
        self.tell_book(id, false);
        let index = self.order_index(id);
        self.orders[index].standing = Standing::Taking;
        self.orders[index].left = left;
        self.orders[index].limit = wanted.limit;
        let (ahead, _) = self.level(order.instrument(), order.side(), wanted.limit);
        let place = self.place_of(order.instrument(), ahead);
        self.tell_replaced(id, wanted, Some(place));
        self.sweep(Sweep::new(id));
        Ok(())
    }

    fn change_waiting(&mut self, id: OrderId, wanted: Wanted) -> Result<(), Reject> {
        let index = self.order_index(id);
        let order = self.orders[index].clone();
        let phase = self.instruments[order.instrument().0 as usize].phase;
        let is_plain = matches!(order.terms.order_type, OrderType::Stop { .. });
        if is_plain && wanted.change.price.is_some() {
            return Err(Reject::PriceNotReplaceable { order: id });
        }
        let trigger = wanted.change.trigger.or(order.trigger);
        let is_moved = trigger != order.trigger || wanted.limit != order.limit;
        if !is_moved && wanted.total == order.left {
            return Err(Reject::NothingToReplace { order: id });
        }
        let is_kept = !is_moved && wanted.total < order.left;
        if !is_kept && phase == Phase::CancelOnly {
            return Err(Reject::PhaseForbids { phase });
        }
        check_parts(order.terms.display, wanted.total)?;

        self.orders[index].left = wanted.total;
        self.orders[index].limit = wanted.limit;
        self.orders[index].trigger = trigger;
        if is_kept {
            self.tell_replaced(id, wanted, None);
        } else {
            let place = self.place_of(order.instrument(), 0);
            self.tell_replaced(id, wanted, Some(place));
            self.wait(id, phase);
        }
        Ok(())
    }

    fn tell_replaced(&mut self, id: OrderId, wanted: Wanted, place: Option<Place>) {
        let order = &self.orders[self.order_index(id)];
        let (change, request) = (wanted.change, wanted.request);
        let news = Replacement { change, leaves: order.left, place, request };
        self.tell(id, order.account, News::Replaced(news));
    }
}
