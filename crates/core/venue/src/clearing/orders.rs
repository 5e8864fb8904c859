//! Orders on their way to a book: checked, held, sent.

use ledger::{Charge, Costs, Line};
use types::{
    AMOUNT_MAX, AccountId, Amount, InstrumentId, NewOrder, OrderId, Price, Qty, RequestId,
    SelfTrade, ShardId, Side, Timestamp,
};

use super::Clearing;
use super::open::{Pending, Row, Slot, Terms};
use crate::command::Change;
use crate::event::Fact;
use crate::message::{Message, NewEntry, OrderEntry, Shard};
use crate::outcome::Done;
use crate::reject::Reject;
use crate::requests::RequestSlot;
use crate::turn::Turn;

/// What clearing knows of an order that it would let through.
struct Cover {
    limit: Price,
    costs: Costs,
    version: u32,
    self_trade: SelfTrade,
    /// What must be held.
    held: i64,
}

/// What clearing would send to matching, and all that it takes to tell what would be paid.
pub(crate) struct Rehearsal {
    pub(crate) entry: NewEntry,
    pub(crate) costs: Costs,
    pub(crate) cash: Line,
}

impl Clearing {
    /// Checks an order, holds its worst case, and sends it to its book. `slot` is where the request
    /// is remembered.
    #[inline(always)]
    pub(super) fn place(
        &mut self,
        local: u32,
        request: &Option<RequestId>,
        slot: RequestSlot,
        order: &NewOrder,
        turn: &mut Turn<'_>,
    ) -> Result<OrderId, Reject> {
        let cover = self.check_place(local, order, turn.now)?;
        let Cover { limit, costs, version, self_trade, held } = cover;

        // Past this line the worst case is held and the entry is sent: nothing below may refuse.
        let id = self.orders.next_id();
        self.orders.next += 1;
        self.account_mut(local).open_orders += 1;
        let row = Row {
            order: id,
            held: 0,
            account: local,
            instrument: order.instrument.0 as u16,
            side: order.side,
            keeps_request: false,
        };
        self.set_hold(&row, held);
        self.orders.insert(
            Row { held, ..row },
            Terms {
                limit,
                leaves: order.qty,
                filled: Qty::ZERO,
                charge: Charge::default(),
                costs,
                request: slot,
                pending: None,
            },
        );
        let account = AccountId::within(self.shard, local);
        let (terms, request) = (*order, *request);
        let entry = NewEntry { order: id, account, version, self_trade, limit, terms, request };
        turn.send(self.matching(order.instrument), Message::Entry(OrderEntry::New(entry)));
        Ok(id)
    }

    /// Checks an order as [`Clearing::place`] does, and changes nothing.
    pub(crate) fn rehearse(
        &self,
        account: AccountId,
        order: &NewOrder,
        now: Timestamp,
    ) -> Result<Rehearsal, Reject> {
        let local = self.local(account)?;
        let Cover { limit, costs, version, self_trade, .. } =
            self.check_place(local, order, now)?;
        let id = self.orders.next_id();
        let terms = *order;
        let entry =
            NewEntry { order: id, account, version, self_trade, limit, terms, request: None };
        Ok(Rehearsal { entry, costs, cash: self.ledger.cash(local) })
    }

    /// All that can be said of a new order before its book sees it.
    #[inline(always)]
    fn check_place(&self, local: u32, order: &NewOrder, now: Timestamp) -> Result<Cover, Reject> {
        self.check_active(local)?;
        self.check_entry(local, Some(order.instrument))?;
        let terms = self.terms(order.instrument)?;
        let account = self.account(local);
        if account.currency != terms.currency {
            let code = |index: u8| self.currencies[usize::from(index)].code;
            let other = code(terms.currency);
            return Err(Reject::CurrencyMismatch { account: code(account.currency), other });
        }
        terms.check_new(order, now)?;
        let max = self.limits.orders_per_account_max;
        if account.open_orders >= max {
            return Err(Reject::AccountOrdersFull { max });
        }
        if self.orders.is_full() {
            return Err(Reject::OrdersFull { max: self.orders.capacity });
        }
        let limit = terms.worst_price(order);
        let costs = terms.costs();
        let (version, self_trade) = (terms.version, account.self_trade);
        let held = self.check_cover(local, order, limit, &costs)?;
        Ok(Cover { limit, costs, version, self_trade, held })
    }

    #[inline(always)]
    pub(super) fn cancel(
        &mut self,
        local: u32,
        request: &Option<RequestId>,
        order: OrderId,
        turn: &mut Turn<'_>,
    ) -> Result<OrderId, Reject> {
        self.check_not_closed(local)?;
        let slot = self.find_own(local, order)?;
        let instrument = InstrumentId(u32::from(self.orders.row(slot).instrument));
        let account = AccountId::within(self.shard, local);
        let entry = OrderEntry::Cancel { order, account, instrument, request: *request };
        turn.send(self.matching(instrument), Message::Entry(entry));
        Ok(order)
    }

    pub(super) fn replace(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        order: OrderId,
        change: Change,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_active(local)?;
        self.check_entry(local, None)?;
        let slot = self.find_own(local, order)?;
        let row = *self.orders.row(slot);
        let instrument = InstrumentId(u32::from(row.instrument));
        self.check_entry(local, Some(instrument))?;
        if self.orders.terms(slot).pending.is_some() {
            return Err(Reject::ChangePending { order });
        }
        if change == Change::default() {
            return Err(Reject::NothingToReplace { order });
        }
        self.terms(instrument)?.check_change(&change)?;
        let pending = self.orders.terms(slot).after(&change);
        let extra = self.check_extra(slot, &row, &pending)?;

        // Past this line the larger of old and new is held.
        self.set_hold(&row, row.held + extra);
        self.orders.row_mut(slot).held += extra;
        self.orders.terms_mut(slot).pending = Some(pending);
        let account = AccountId::within(self.shard, local);
        let entry = OrderEntry::Replace { order, account, instrument, change, request };
        turn.send(self.matching(instrument), Message::Entry(entry));
        Ok(Done::Order(order))
    }

    pub(super) fn mass_cancel(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        instrument: Option<InstrumentId>,
        side: Option<Side>,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_not_closed(local)?;
        if let Some(instrument) = instrument {
            self.terms(instrument)?;
        }
        if instrument.is_none() && side.is_none() {
            self.lapse(local, turn);
        }
        // A search of the books costs what rests there, so it is not made for nothing.
        if self.account(local).open_orders == 0 {
            self.tell(local, Fact::MassCanceled { orders: 0, request }, turn);
            return Ok(Done::Nothing);
        }
        let account = AccountId::within(self.shard, local);
        let entry = Message::Entry(OrderEntry::MassCancel { account, instrument, side, request });
        match instrument {
            Some(instrument) => turn.send(self.matching(instrument), entry),
            None => (0..self.matching_shards)
                .for_each(|shard| turn.send(Shard::Matching(ShardId(shard)), entry)),
        }
        Ok(Done::Nothing)
    }

    /// Sets what is held for an order, from `row.held` to `after`.
    #[inline(always)]
    pub(super) fn set_hold(&mut self, row: &Row, after: i64) {
        match row.side {
            Side::Buy => {
                self.ledger.rehold_cash(row.account, Amount(row.held), Amount(after));
            }
            Side::Sell => {
                let instrument = InstrumentId(u32::from(row.instrument));
                let position = self.ledger.position(row.account, instrument);
                self.ledger.rehold_lots(position, row.held, after);
            }
        }
    }

    /// What must be held for a new order, if it is free.
    #[inline(always)]
    fn check_cover(
        &self,
        local: u32,
        order: &NewOrder,
        limit: Price,
        costs: &Costs,
    ) -> Result<i64, Reject> {
        match order.side {
            Side::Buy => {
                let needed = Charge::default()
                    .hold(limit, order.qty, costs)
                    .ok_or(Reject::NotionalTooLarge { max: Amount(AMOUNT_MAX) })?;
                let free = Amount(self.ledger.cash(local).free());
                if needed > free {
                    return Err(Reject::InsufficientFunds { needed, free });
                }
                Ok(needed.0)
            }
            Side::Sell => {
                self.check_shares(local, order.instrument, order.qty)?;
                Ok(order.qty.lots() as i64)
            }
        }
    }

    /// What a change must hold beyond what is held, if it is free.
    fn check_extra(&self, slot: Slot, row: &Row, after: &Pending) -> Result<i64, Reject> {
        let terms = self.orders.terms(slot);
        let open = Qty(after.total.lots().saturating_sub(terms.filled.lots()));
        match row.side {
            Side::Buy => {
                let too_large = Reject::NotionalTooLarge { max: Amount(AMOUNT_MAX) };
                terms.charge.hold(after.limit, open, &terms.costs).ok_or(too_large)?;
                let needed = terms.hold_both(row.side, row.held, after).ok_or(too_large)?;
                let extra = Amount((needed - row.held).max(0));
                let free = Amount(self.ledger.cash(row.account).free());
                if extra > free {
                    return Err(Reject::InsufficientFunds { needed: extra, free });
                }
                Ok(extra.0)
            }
            Side::Sell => {
                let extra = (open.lots() as i64 - row.held).max(0);
                let instrument = InstrumentId(u32::from(row.instrument));
                self.check_shares(row.account, instrument, Qty(extra as u64))?;
                Ok(extra)
            }
        }
    }

    #[inline(always)]
    fn check_shares(
        &self,
        local: u32,
        instrument: InstrumentId,
        needed: Qty,
    ) -> Result<(), Reject> {
        let line = self.ledger.lots(self.ledger.position(local, instrument));
        let free = Qty(line.free() as u64);
        if needed > free {
            return Err(Reject::ShortSelling { needed, free });
        }
        Ok(())
    }

    /// An open order of the account.
    #[inline]
    pub(super) fn find_own(&self, local: u32, order: OrderId) -> Result<Slot, Reject> {
        let slot = self.orders.find(order).ok_or(Reject::UnknownOrder { order })?;
        if self.orders.row(slot).account != local {
            return Err(Reject::UnknownOrder { order });
        }
        Ok(slot)
    }
}
