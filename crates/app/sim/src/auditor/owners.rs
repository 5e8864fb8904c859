//! What owners were told: cash, lots, and the life of each order.

use std::collections::BTreeMap;

use types::{
    AccountId, Amount, Currency, InstrumentId, NewOrder, OrderId, OrderType, PaymentId, Price,
    Role, Side, TradeId,
};
use venue::{Balance, Change, Fees, OwnFill, PaymentKind};

use super::{Auditor, Finding, ensure};
use crate::model::{MILLION, Spent, ceil, hold};

/// An account as its events tell it.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub currency: Currency,
    pub seq: u64,
    pub settled: i128,
    lots: BTreeMap<InstrumentId, i128>,
}

impl Owner {
    pub fn new(currency: Currency) -> Owner {
        Owner { currency, seq: 0, settled: 0, lots: BTreeMap::new() }
    }

    pub fn lots_of(&self, instrument: InstrumentId) -> i128 {
        self.lots.get(&instrument).copied().unwrap_or(0)
    }

    pub fn add_lots(&mut self, instrument: InstrumentId, lots: i128) {
        *self.lots.entry(instrument).or_default() += lots;
    }
}

/// An open order as its events tell it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    account: AccountId,
    pub terms: NewOrder,
    limit: Price,
    trigger: Option<Price>,
    /// A trade has reached the trigger since it was set.
    pub was_reached: bool,
    pub is_triggered: bool,
    fees: Fees,
    /// The last quantity asked for.
    asked: u64,
    /// What decrement took since then.
    pub decremented: u64,
    pub leaves: u64,
    pub filled: u64,
    ticks_lots: u128,
    fee_units: u128,
    cash: i128,
    fee: i128,
}

impl Known {
    /// filled + leaves + decremented = asked, and `leaves` is what was told.
    pub fn check(&self, order: OrderId, leaves: u64) -> Result<(), Finding> {
        let all = self.filled + self.leaves + self.decremented;
        ensure(all == self.asked && self.leaves == leaves, || {
            format!("{order:?}: told {leaves} open, known {self:?}")
        })
    }

    pub fn replace(&mut self, change: Change) {
        if let Some(qty) = change.qty {
            (self.asked, self.decremented) = (qty.0, 0);
            self.leaves = qty.0.saturating_sub(self.filled);
        }
        self.limit = change.price.unwrap_or(self.limit);
        if change.trigger.is_some() {
            (self.trigger, self.was_reached) = (change.trigger, false);
        }
    }

    pub fn is_reached(&self, last: Option<Price>) -> bool {
        let (Some(trigger), Some(last)) = (self.trigger, last) else { return false };
        match self.terms.side {
            Side::Buy => last >= trigger,
            Side::Sell => last <= trigger,
        }
    }

    /// What it must show when it rests at `price` and shows `lots`.
    pub fn check_shown(&self, order: OrderId, price: Price, lots: u64) -> Result<(), Finding> {
        let is_right = match self.terms.display {
            Some(display) => lots >= 1 && lots <= self.leaves.min(display.0),
            None => lots == self.leaves,
        };
        ensure(is_right && price == self.limit, || {
            format!("{order:?} shows {lots} at {price:?}, known {self:?}")
        })
    }
}

impl Auditor {
    pub(super) fn owner(&mut self, account: AccountId) -> &mut Owner {
        self.owners.get_mut(&account).expect("looked up when its event came")
    }

    /// An open order of that account.
    pub(super) fn own(
        &mut self,
        account: AccountId,
        order: OrderId,
    ) -> Result<&mut Known, Finding> {
        let known = self.orders.get_mut(&order).ok_or(format!("{order:?} is not open"))?;
        ensure(known.account == account, || format!("{order:?} is not of {account:?}"))?;
        Ok(known)
    }

    pub(super) fn close(&mut self, account: AccountId) -> Result<(), Finding> {
        let owner = &self.owners[&account];
        let is_flat = owner.settled == 0 && owner.lots.values().all(|lots| *lots == 0);
        let is_idle = self.orders.values().all(|order| order.account != account)
            && self.waiting.values().all(|(of, ..)| *of != account);
        ensure(is_flat && is_idle, || format!("{account:?} closed with {owner:?}"))
    }

    pub(super) fn wait(
        &mut self,
        account: AccountId,
        payment: PaymentId,
        kind: PaymentKind,
        amount: Amount,
    ) -> Result<(), Finding> {
        let before = self.waiting.insert(payment, (account, kind, amount));
        ensure(before.is_none(), || format!("{payment:?} waits twice"))
    }

    pub(super) fn failed(
        &mut self,
        account: AccountId,
        payment: PaymentId,
        kind: PaymentKind,
        amount: Amount,
    ) -> Result<(), Finding> {
        let waited = self.waiting.remove(&payment);
        ensure(waited == Some((account, kind, amount)), || {
            format!("{payment:?} failed, {waited:?} waited")
        })
    }

    /// A payment is booked: if it waited, then as it was asked for.
    pub(super) fn booked(
        &mut self,
        account: AccountId,
        payment: PaymentId,
        kind: PaymentKind,
        amount: Amount,
    ) -> Result<(), Finding> {
        let waited = self.waiting.remove(&payment);
        ensure(waited.is_none_or(|it| it == (account, kind, amount)), || {
            format!("{payment:?} of {amount:?} is booked, {waited:?} waited")
        })
    }

    pub(super) fn accepted(
        &mut self,
        account: AccountId,
        order: OrderId,
        terms: NewOrder,
    ) -> Result<(), Finding> {
        let definition = self.market(terms.instrument)?.definition;
        let edge = match terms.side {
            Side::Buy => definition.band.high,
            Side::Sell => definition.band.low,
        };
        let (limit, trigger) = match terms.order_type {
            OrderType::Limit { price } => (price, None),
            OrderType::Market { collar } => (collar.unwrap_or(edge), None),
            OrderType::Stop { trigger, collar } => (collar.unwrap_or(edge), Some(trigger)),
            OrderType::StopLimit { trigger, price } => (price, Some(trigger)),
        };
        let known = Known {
            account,
            terms,
            limit,
            trigger,
            was_reached: false,
            is_triggered: false,
            fees: definition.fees,
            asked: terms.qty.0,
            decremented: 0,
            leaves: terms.qty.0,
            filled: 0,
            ticks_lots: 0,
            fee_units: 0,
            cash: 0,
            fee: 0,
        };
        let is_new = self.orders.insert(order, known).is_none();
        ensure(is_new, || format!("{order:?} was accepted twice"))
    }

    pub(super) fn filled(&mut self, account: AccountId, own: OwnFill) -> Result<(), Finding> {
        self.hear_of_trade(&own)?;
        let value = self.market(own.instrument)?.definition.tick_value;
        let known = self.own(account, own.order)?;
        let is_same = known.terms.side == own.side && known.terms.instrument == own.instrument;
        ensure(is_same, || format!("{:?}: another side or instrument", own.order))?;
        known.leaves = known.leaves.checked_sub(own.fill.lots.0).ok_or("too much is filled")?;
        known.filled += own.fill.lots.0;
        known.check(own.order, own.fill.leaves.0)?;

        let ticks_lots = u128::from(own.fill.price.ticks()) * u128::from(own.fill.lots.0);
        let rate = match own.fill.role {
            Role::Maker => known.fees.maker_ppm,
            Role::Taker => known.fees.taker_ppm,
        };
        known.ticks_lots += ticks_lots;
        known.fee_units += ticks_lots * u128::from(value.numerator()) * u128::from(rate);
        let (cash_before, fee_before) = (known.cash, known.fee);
        known.cash += i128::from(own.cash.0);
        known.fee += i128::from(own.fee.0);

        let notional = known.ticks_lots * u128::from(value.numerator());
        let divisor = u128::from(value.denominator());
        let fee = ceil(known.fee_units, divisor * MILLION) as i128;
        let (cash, fee) = match own.side {
            Side::Buy => (ceil(notional, divisor) as i128, fee),
            Side::Sell => {
                let received = (notional / divisor) as i128;
                (received, fee.min(fee_before + received - cash_before))
            }
        };
        let is_exact = (known.cash, known.fee) == (cash, fee) && known.filled == own.filled.0;
        ensure(is_exact && known.ticks_lots == own.ticks_lots, || {
            format!("{own:?}: cash {cash} and fee {fee} so far, known {known:?}")
        })?;
        let is_closed = known.leaves == 0;
        if is_closed {
            self.orders.remove(&own.order);
        }
        self.book_fill(account, &own);
        self.check_position(account, own.instrument, own.position)
    }

    fn book_fill(&mut self, account: AccountId, own: &OwnFill) {
        let (cash, fee) = (i128::from(own.cash.0), i128::from(own.fee.0));
        let lots = i128::from(own.fill.lots.0);
        let owner = self.owner(account);
        let sign = if own.side == Side::Buy { 1 } else { -1 };
        owner.settled -= sign * cash + fee;
        owner.add_lots(own.instrument, sign * lots);
        let totals = self.totals.entry(self.owners[&account].currency).or_default();
        totals.fees += fee;
        match own.side {
            Side::Buy => totals.bought += cash,
            Side::Sell => totals.sold += cash,
        }
    }

    /// The public trade says the same, and this owner had not heard of it.
    fn hear_of_trade(&mut self, own: &OwnFill) -> Result<(), Finding> {
        let id: TradeId = own.fill.trade;
        let pending = self.pending.get_mut(&id).ok_or(format!("{id:?} is not public"))?;
        let trade = pending.trade;
        let (order, side) = match own.fill.role {
            Role::Maker => (trade.maker, trade.taker_side.opposite()),
            Role::Taker => (trade.taker, trade.taker_side),
        };
        let told = (own.order, own.side, own.fill.price, own.fill.lots, own.instrument);
        let public = (order, side, trade.price, trade.lots, trade.instrument);
        ensure(told == public, || format!("{id:?}: told {told:?}, public {public:?}"))?;
        let index = usize::from(own.fill.role == Role::Taker);
        ensure(!pending.told[index], || format!("{id:?} was told twice"))?;
        pending.told[index] = true;
        if pending.told == [true; 2] {
            self.pending.remove(&id);
        }
        Ok(())
    }

    /// Cash that the account's open buys may cost, and that its withdrawals which wait will take.
    pub(super) fn cash_held(&self, account: AccountId) -> i128 {
        let leaving = self.waiting.values().filter(|(of, ..)| *of == account);
        let leaving = leaving.filter(|(_, kind, _)| *kind == PaymentKind::Withdrawal);
        let leaving: i128 = leaving.map(|(.., amount)| i128::from(amount.0)).sum();
        let orders: i128 = self
            .orders
            .values()
            .filter(|order| order.account == account && order.terms.side == Side::Buy)
            .map(|order| {
                let value = self.markets[&order.terms.instrument].definition.tick_value;
                let Known { ticks_lots, fee_units, cash, fee, .. } = *order;
                let spent = Spent { ticks_lots, fee_units, cash, fee };
                hold(order.limit, order.leaves, value, order.fees, spent).expect("accepted")
            })
            .sum();
        orders + leaving
    }

    pub(super) fn check_position(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        told: Balance,
    ) -> Result<(), Finding> {
        let held: i128 = self
            .orders
            .values()
            .filter(|order| order.account == account && order.terms.side == Side::Sell)
            .filter(|order| order.terms.instrument == instrument)
            .map(|order| i128::from(order.leaves))
            .sum();
        let lots = self.owners[&account].lots_of(instrument);
        let is_same = (i128::from(told.free), i128::from(told.held)) == (lots - held, held);
        ensure(is_same && told.free >= 0 && told.held >= 0, || {
            format!("{account:?}: position {told:?}, has {lots} and holds {held}")
        })
    }
}
