//! One account's own history: whether its events, alone and in order, can be true together.

use std::collections::BTreeMap;

use types::{AccountId, InstrumentId, NewOrder, OrderId, OrderType, Price, Role, Side};
use venue::{AccountEvent, Balance, Fact, Fees, OwnFill, Versioned};

use crate::model::{Spent, hold};

/// What an account's events add up to.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The last event's own number.
    pub account_seq: u64,
    /// All its cash.
    pub settled: i64,
    /// All its lots.
    pub lots: BTreeMap<InstrumentId, i64>,
    /// Cash after the last event, as it told.
    pub cash: Balance,
    /// Whether it is closed now.
    pub is_closed: bool,
    /// Whether it is suspended now.
    pub is_suspended: bool,
    /// Every order it ever placed.
    pub orders: BTreeMap<OrderId, Order>,
}

/// What an order's events add up to.
#[derive(Clone, Debug)]
pub struct Order {
    /// As it was placed.
    pub terms: NewOrder,
    /// How far it is.
    pub stage: Stage,
    /// The worst price its hold reckons with.
    pub limit: Price,
    /// The rates at its entry.
    pub fees: Fees,
    value: types::TickValue,
    spent: Spent,
    /// The last quantity asked for, less what decrement took.
    pub total: u64,
    /// Lots filled.
    pub filled: u64,
    /// Lots open.
    pub leaves: u64,
    was_triggered: bool,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Sent to matching, not answered.
    Sent,
    /// In.
    Open,
    /// Over.
    Closed,
}

impl Order {
    /// What it must hold when nothing is pending: minor units for a buy, lots for a sell.
    pub fn hold(&self) -> i128 {
        match self.terms.side {
            Side::Buy => {
                let worst = hold(self.limit, self.leaves, self.value, self.fees, self.spent);
                worst.expect("was held")
            }
            Side::Sell => i128::from(self.leaves),
        }
    }

    fn spend(&mut self, own: &OwnFill) {
        let rate = match own.fill.role {
            Role::Maker => self.fees.maker_ppm,
            Role::Taker => self.fees.taker_ppm,
        };
        let units = u128::from(own.fill.price.ticks()) * u128::from(own.fill.lots.lots());
        self.spent.ticks_lots += units;
        self.spent.fee_units += units * u128::from(self.value.numerator()) * u128::from(rate);
        self.spent.cash += i128::from(own.cash.0);
        self.spent.fee += i128::from(own.fee.0);
        assert_eq!(self.spent.ticks_lots, own.ticks_lots, "an exact average: {own:?}");
    }

    fn check_whole(&self) {
        assert_eq!(self.filled + self.leaves, self.total, "filled + leaves = quantity: {self:?}");
    }
}

impl History {
    /// Notes an order that clearing sent on under the terms it knew.
    pub fn placed(&mut self, id: OrderId, terms: &NewOrder, known: &Versioned) {
        let edge = match terms.side {
            Side::Buy => known.definition.band.high,
            Side::Sell => known.definition.band.low,
        };
        let limit = match terms.order_type {
            OrderType::Limit { price } | OrderType::StopLimit { price, .. } => price,
            OrderType::Market { collar } | OrderType::Stop { collar, .. } => collar.unwrap_or(edge),
        };
        let order = Order {
            terms: *terms,
            stage: Stage::Sent,
            limit,
            fees: known.definition.fees,
            value: known.definition.tick_value,
            spent: Spent::default(),
            total: terms.qty.lots(),
            filled: 0,
            leaves: terms.qty.lots(),
            was_triggered: false,
        };
        assert!(self.orders.insert(id, order).is_none(), "an order is numbered once");
    }

    /// The orders that are not over, as far as the owner knows.
    pub fn open(&self) -> impl Iterator<Item = (OrderId, &Order)> {
        let orders = self.orders.iter().map(|(id, order)| (*id, order));
        orders.filter(|(_, order)| order.stage != Stage::Closed)
    }

    /// Takes the next event in.
    ///
    /// # Panics
    /// If it cannot be true after those before it.
    pub fn absorb(&mut self, event: &AccountEvent) {
        self.account_seq += 1;
        assert_eq!(event.account_seq, self.account_seq, "an account's events are gap-free");
        self.settled += moved(&event.fact);
        match &event.fact {
            Fact::Opened { .. } => assert_eq!(self.account_seq, 1, "an account opens first"),
            Fact::Closed => {
                assert!(
                    self.open().next().is_none() && self.settled == 0,
                    "only a flat one closes"
                );
                self.is_closed = true;
            }
            Fact::StatusChanged { suspended } => {
                self.is_closed = false;
                self.is_suspended = *suspended;
            }
            Fact::Deposited { .. } | Fact::Withdrawn { .. } => {
                assert!(!self.is_closed, "a closed account is left alone");
            }
            Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => {}
            Fact::Issued { instrument, qty, position } => {
                self.add_lots(*instrument, qty.lots() as i64, *position);
            }
            Fact::Filled(own) => self.filled(own),
            Fact::Accepted { .. }
            | Fact::Canceled { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Refused { .. }
            | Fact::Triggered { .. } => self.order_event(&event.fact, event.account),
        }
        let Balance { free, held } = event.cash;
        assert!(free >= 0 && held >= 0, "0 <= held <= settled: {event:?}");
        assert_eq!(free + held, self.settled, "no cash moves untold: {event:?}");
        self.cash = event.cash;
    }

    fn order_event(&mut self, fact: &Fact, account: AccountId) {
        match *fact {
            Fact::Accepted { order, .. } => {
                let order = self.order(order);
                assert_eq!(order.stage, Stage::Sent, "an order is accepted once");
                order.stage = Stage::Open;
            }
            Fact::Refused { order: OrderId(0), .. } => {}
            Fact::Refused { order, .. } => {
                let order = self.order(order);
                if order.stage == Stage::Sent {
                    order.stage = Stage::Closed;
                    order.leaves = 0;
                    order.total = 0;
                }
            }
            Fact::Canceled { order, lots, filled, .. } => {
                let order = self.open_order(order);
                assert_eq!((lots.lots(), filled.lots()), (order.leaves, order.filled), "{order:?}");
                order.stage = Stage::Closed;
                order.leaves = 0;
                order.total = order.filled;
            }
            Fact::Decremented { order, lots, leaves } => {
                let order = self.open_order(order);
                order.leaves -= lots.lots();
                order.total -= lots.lots();
                assert_eq!(order.leaves, leaves.lots(), "{order:?}");
                order.check_whole();
            }
            Fact::Replaced { order, change, leaves, .. } => {
                let order = self.open_order(order);
                order.total = change.qty.map_or(order.total, |qty| qty.lots());
                order.limit = change.price.unwrap_or(order.limit);
                order.leaves = leaves.lots();
                order.check_whole();
            }
            Fact::Triggered { order } => {
                let order = self.open_order(order);
                assert!(!order.was_triggered, "a stop triggers once");
                order.was_triggered = true;
            }
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::Issued { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. }
            | Fact::Filled(_) => unreachable!("{fact:?} of {account:?} is no such event"),
        }
    }

    fn filled(&mut self, own: &OwnFill) {
        let order = self.open_order(own.order);
        order.filled += own.fill.lots.lots();
        order.leaves -= own.fill.lots.lots();
        assert_eq!((own.filled.lots(), own.fill.leaves.lots()), (order.filled, order.leaves));
        order.check_whole();
        order.spend(own);
        let is_within = match order.terms.side {
            Side::Buy => own.fill.price <= order.limit,
            Side::Sell => own.fill.price >= order.limit,
        };
        assert!(is_within, "no worse than the limit: {own:?} {order:?}");
        if order.leaves == 0 {
            order.stage = Stage::Closed;
        }
        let lots = own.fill.lots.lots() as i64;
        let lots = if own.side == Side::Buy { lots } else { -lots };
        self.add_lots(own.instrument, lots, own.position);
    }

    fn add_lots(&mut self, instrument: InstrumentId, lots: i64, told: Balance) {
        let line = self.lots.entry(instrument).or_default();
        *line += lots;
        assert_eq!(told.free + told.held, *line, "no lot moves untold");
        assert!(told.free >= 0 && told.held >= 0, "0 <= held <= settled");
    }

    fn order(&mut self, id: OrderId) -> &mut Order {
        self.orders.get_mut(&id).unwrap_or_else(|| panic!("{id:?} was placed by this account"))
    }

    fn open_order(&mut self, id: OrderId) -> &mut Order {
        let order = self.order(id);
        assert_eq!(order.stage, Stage::Open, "{id:?} is open: {order:?}");
        order
    }
}

/// What an event adds to an account's cash.
fn moved(fact: &Fact) -> i64 {
    match fact {
        Fact::Deposited { amount }
        | Fact::TransferReceived { amount, .. }
        | Fact::TransferReturned { amount, .. } => amount.0,
        Fact::Withdrawn { amount } | Fact::TransferSent { amount, .. } => -amount.0,
        Fact::Filled(own) => match own.side {
            Side::Buy => -own.cash.0 - own.fee.0,
            Side::Sell => own.cash.0 - own.fee.0,
        },
        Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::Closed
        | Fact::Issued { .. }
        | Fact::Accepted { .. }
        | Fact::Canceled { .. }
        | Fact::Decremented { .. }
        | Fact::Replaced { .. }
        | Fact::Refused { .. }
        | Fact::Triggered { .. }
        | Fact::KillSwitchSet { .. }
        | Fact::CancelAfterSet { .. }
        | Fact::MassCanceled { .. } => 0,
    }
}
