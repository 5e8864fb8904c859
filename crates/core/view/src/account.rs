//! One account: whose it is, its cash, its positions, its orders.

use std::collections::BTreeMap;

use types::{
    AccountId, Currency, InstrumentId, OrderId, PaymentId, PrincipalId, Qty, SelfTrade, Seq, Side,
    Timestamp,
};
use venue::{AccountEvent, Balance, Fact};

use crate::instrument::Instrument;
use crate::order::{Order, Orders};
use crate::payment::{Payment, Payments};
use crate::performance::{Earned, Performance};
use crate::position::Position;
use crate::timeline::OrderEvent;

/// One account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Whose it is.
    pub owner: PrincipalId,
    /// What its cash is in.
    pub currency: Currency,
    /// Its self-trade prevention mode.
    pub self_trade: SelfTrade,
    /// Whether it may act.
    pub status: AccountStatus,
    /// Whether its own kill switch is engaged.
    pub is_killed: bool,
    /// When its dead-man switch lapses, while it is armed.
    pub cancel_at: Option<Timestamp>,
    /// Its cash.
    pub cash: Balance,
    /// Its last event's own number, gap-free from 1.
    pub account_seq: u64,
    /// Engine time of its opening.
    pub opened_at: Timestamp,
    /// What its profit and return are reckoned from.
    pub performance: Performance,
    /// What it was worth when the business date began; nothing if it opened later.
    pub day: Earned,
    /// What it ever held, by instrument; may be back at zero.
    pub positions: BTreeMap<InstrumentId, Position>,
    /// Its open orders and the last closed ones.
    pub orders: Orders,
    /// The last times that money came or went.
    pub payments: Payments,
}

/// Whether an account may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AccountStatus {
    /// It may.
    Active = 0,
    /// It may cancel, deposit and receive.
    Suspended = 1,
    /// It is closed for good.
    Closed = 2,
}

impl Account {
    /// All cash, and the positions at their marks, in minor units. A position in an instrument that
    /// has no mark counts as nothing.
    pub fn equity<'a>(&self, listed: impl Fn(InstrumentId) -> &'a Instrument) -> i128 {
        let cash = i128::from(self.cash.free) + i128::from(self.cash.held);
        let values = self.positions.keys().map(|instrument| self.value_of(listed(*instrument)));
        cash + values.sum::<i128>()
    }

    /// What its position in an instrument is worth; nothing where that has no mark.
    pub fn value_of(&self, instrument: &Instrument) -> i128 {
        let held = self.positions.get(&instrument.id).zip(instrument.mark());
        let tick_value = instrument.definition.tick_value;
        held.map_or(0, |(position, mark)| position.value(mark, tick_value))
    }

    /// Whether it ever had or was to have anything.
    pub fn had_something(&self) -> bool {
        self.performance != Performance::default()
            || !self.positions.is_empty()
            || self.payments.below(PaymentId(u64::MAX)).next().is_some()
    }

    /// Makes an account from its first event, which is then absorbed like any other.
    pub(crate) fn opened(at: Timestamp, event: &AccountEvent) -> Account {
        let Fact::Opened { owner, currency, self_trade } = event.fact else {
            panic!("an account's first event opens it, not {:?}", event.fact);
        };
        Account {
            id: event.account,
            owner,
            currency,
            self_trade,
            status: AccountStatus::Active,
            is_killed: false,
            cancel_at: None,
            cash: Balance::default(),
            account_seq: 0,
            opened_at: at,
            performance: Performance::default(),
            day: Earned::NOTHING,
            positions: BTreeMap::new(),
            orders: Orders::default(),
            payments: Payments::default(),
        }
    }

    /// Takes an event in; gives back the payment it tells of, if it does.
    pub(crate) fn absorb(
        &mut self,
        seq: Seq,
        at: Timestamp,
        event: &AccountEvent,
    ) -> Option<Payment> {
        assert_eq!(event.account_seq, self.account_seq + 1, "an account's events are gap-free");
        self.account_seq = event.account_seq;
        self.cash = event.cash;
        let told = OrderEvent { seq, at, fact: event.fact };
        match &event.fact {
            Fact::Opened { .. } | Fact::Refused { .. } | Fact::MassCanceled { .. } => {}
            Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. } => return Some(self.pay(&told)),
            Fact::StatusChanged { suspended: true } => self.status = AccountStatus::Suspended,
            Fact::StatusChanged { suspended: false } => self.status = AccountStatus::Active,
            Fact::KillSwitchSet { engaged } => self.is_killed = *engaged,
            Fact::CancelAfterSet { at } => self.cancel_at = *at,
            Fact::Closed => self.status = AccountStatus::Closed,
            Fact::Issued { instrument, position, .. } => self.settle(*instrument, *position),
            Fact::Accepted { order, request, terms, .. } => {
                self.orders.accept(told, *order, *request, *terms);
                self.hold(*order, Qty::ZERO);
            }
            Fact::Filled(own) => {
                let before = self.open_order(own.order).leaves;
                self.orders.fill(told, own);
                self.positions.entry(own.instrument).or_default().fill(own);
                self.settle(own.instrument, own.position);
                self.hold(own.order, before);
            }
            Fact::Canceled { order, lots, reason, .. } => {
                let before = self.open_order(*order).leaves;
                self.orders.cancel(told, *order, *lots, *reason);
                self.hold(*order, before);
            }
            Fact::Decremented { order, lots, leaves } => {
                let before = self.open_order(*order).leaves;
                self.orders.decrement(told, *order, *lots, *leaves);
                self.hold(*order, before);
            }
            Fact::Replaced { order, request, change, leaves, .. } => {
                let before = self.open_order(*order).leaves;
                self.orders.replace(told, *order, *request, change, *leaves);
                self.hold(*order, before);
            }
            Fact::Triggered { order } => self.orders.trigger(told, *order),
        }
        None
    }

    fn pay(&mut self, told: &OrderEvent) -> Payment {
        let payment = Payment::of(told, self.cash).expect("the fact is a payment");
        self.payments.keep(payment);
        payment
    }

    /// The total is taken from the event; what is held comes from the orders, since most events
    /// that change it do not tell it.
    fn settle(&mut self, instrument: InstrumentId, told: Balance) {
        self.positions.entry(instrument).or_default().settled = told.free + told.held;
    }

    /// Sets lots aside, or frees them, as a sell order's open lots went from `before` to what
    /// they are now.
    fn hold(&mut self, order: OrderId, before: Qty) {
        let order = self.orders.get(order).expect("the newest closed order is kept");
        if order.terms.side == Side::Sell {
            let position = self.positions.entry(order.terms.instrument).or_default();
            position.held += order.leaves.0.cast_signed() - before.0.cast_signed();
            assert!(position.held >= 0, "no order frees more than it held");
        }
    }

    fn open_order(&self, order: OrderId) -> &Order {
        self.orders.get(order).expect("events name open orders")
    }
}
