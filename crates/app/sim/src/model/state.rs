//! What the model remembers: plain records in plain vectors, found by looking through them.

use types::{
    AccountId, Currency, InstrumentId, MatchingPolicy, NewOrder, OrderId, OrderType, Phase, Price,
    RequestId, SelfTrade, Side, TimeInForce, Timestamp,
};
use venue::{Band, Definition, Fees};

use super::money::Spent;
use super::requests::Memory;

/// An account and what it owns. What it holds is the sum over its open orders.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What its cash is in.
    pub currency: Currency,
    /// Its self-trade mode.
    pub self_trade: SelfTrade,
    /// Whether it may only cancel and receive.
    pub suspended: bool,
    /// When its orders are to be cancelled for silence.
    pub cancel_at: Option<Timestamp>,
    /// Whether it is closed for good.
    pub closed: bool,
    /// Cash, in minor units.
    pub settled: i128,
    /// Lots of each instrument, by instrument number; shorter than the list where it has none.
    pub lots: Vec<i128>,
    /// Events it has had.
    pub events: u64,
    /// Requests remembered for it.
    pub(super) requests: Memory,
}

impl Account {
    /// Lots of `instrument`.
    pub fn lots_of(&self, instrument: InstrumentId) -> i128 {
        self.lots.get(instrument.0 as usize).copied().unwrap_or(0)
    }

    pub(super) fn add_lots(&mut self, instrument: InstrumentId, lots: i128) {
        let index = instrument.0 as usize;
        if self.lots.len() <= index {
            self.lots.resize(index + 1, 0);
        }
        self.lots[index] += lots;
    }
}

/// An instrument.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// Its number.
    pub id: InstrumentId,
    /// Its terms, with the band and the fees in force.
    pub terms: Definition,
    /// What it allows.
    pub phase: Phase,
    /// The price of its last trade.
    pub last: Option<Price>,
    /// Lots ever issued.
    pub issued: i128,
}

impl Instrument {
    /// The band in force.
    pub fn band(&self) -> Band {
        self.terms.band
    }

    /// Whether a level is shared by size.
    pub fn is_pro_rata(&self) -> bool {
        self.terms.policy == MatchingPolicy::ProRata
    }
}

/// Where an order is, as matching knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the book; a lower stamp is older within its level.
    Resting(u64),
    /// A stop that waits; a lower stamp came earlier.
    Waiting(u64),
    /// A stop that was triggered, or an order that takes now.
    Taking,
    /// Out of matching; its owner has yet to hear it.
    Gone,
}

/// An open order: matching's part and clearing's part of it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// Whose it is.
    pub account: AccountId,
    /// Its account's self-trade mode.
    pub self_trade: SelfTrade,
    /// As its owner wrote it.
    pub terms: NewOrder,
    /// The worst price it may trade at, as it is now.
    pub limit: Price,
    /// A stop's trigger, as it is now.
    pub trigger: Option<Price>,

    /// Where it is.
    pub standing: Standing,
    /// Lots that matching has of it, shown and hidden.
    pub left: u64,
    /// Those of them that the book shows.
    pub shown: u64,

    /// Lots open, as far as clearing has heard.
    pub open: u64,
    /// Lots filled, as far as clearing has heard.
    pub filled: u64,
    /// Cash (buy) or lots (sell) set aside.
    pub held: i128,
    /// The fees in force when it came.
    pub fees: Fees,
    /// Sum of price x lots over its fills.
    pub ticks_lots: u128,
    /// Sum of price x lots x numerator of the tick value x rate over its fills.
    pub fee_units: u128,
    /// Cash paid or received so far, before fees.
    pub cash: i128,
    /// Fees paid so far.
    pub fee: i128,
}

impl Order {
    /// What it trades.
    pub fn instrument(&self) -> InstrumentId {
        self.terms.instrument
    }

    /// Bought or sold.
    pub fn side(&self) -> Side {
        self.terms.side
    }

    /// What its fills came to.
    pub fn spent(&self) -> Spent {
        let Order { ticks_lots, fee_units, cash, fee, .. } = *self;
        Spent { ticks_lots, fee_units, cash, fee }
    }

    /// Whether it is in the book.
    pub fn is_resting(&self) -> bool {
        matches!(self.standing, Standing::Resting(_))
    }

    /// Whether it is a stop that waits.
    pub fn is_waiting(&self) -> bool {
        matches!(self.standing, Standing::Waiting(_))
    }

    /// Smaller stands first in the book: best price, then oldest.
    pub(super) fn execution_rank(&self) -> (i64, u64) {
        let stamp = match self.standing {
            Standing::Resting(stamp) => stamp,
            Standing::Waiting(_) | Standing::Taking | Standing::Gone => unreachable!("rests"),
        };
        (price_rank(self.side(), self.limit), stamp)
    }

    /// Smaller stands first among waiting stops: nearest trigger, then earliest.
    pub(super) fn trigger_rank(&self) -> (i64, u64) {
        let stamp = match self.standing {
            Standing::Waiting(stamp) => stamp,
            Standing::Resting(_) | Standing::Taking | Standing::Gone => unreachable!("waits"),
        };
        let ticks = self.trigger.expect("a stop has a trigger").ticks() as i64;
        (if self.side() == Side::Buy { ticks } else { -ticks }, stamp)
    }

    /// Whether a last trade at `last` reaches its trigger.
    pub(super) fn reached_by(&self, last: Option<Price>) -> bool {
        match (self.side(), self.trigger, last) {
            (Side::Buy, Some(trigger), Some(last)) => last >= trigger,
            (Side::Sell, Some(trigger), Some(last)) => last <= trigger,
            (Side::Buy | Side::Sell, _, _) => false,
        }
    }
}

/// Smaller is better for the other side.
pub(super) fn price_rank(side: Side, price: Price) -> i64 {
    match side {
        Side::Buy => -(price.ticks() as i64),
        Side::Sell => price.ticks() as i64,
    }
}

/// Whether an incoming order of `side` with worst price `limit` trades with a resting `price`.
pub(super) fn trades_with(side: Side, limit: Price, price: Price) -> bool {
    match side {
        Side::Buy => price <= limit,
        Side::Sell => price >= limit,
    }
}

/// A limit order that may rest.
pub(super) fn is_resting_limit(order: &NewOrder) -> bool {
    matches!(order.order_type, OrderType::Limit { .. }) && order.time_in_force.rests()
}

/// When a GTD order expires.
pub(super) fn expiry(order: &NewOrder) -> Option<Timestamp> {
    match order.time_in_force {
        TimeInForce::Gtd(expires) => Some(expires),
        TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Ioc | TimeInForce::Fok => None,
    }
}

/// A report of matching that clearing has yet to hear.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub order: OrderId,
    pub account: AccountId,
    pub news: News,
}

/// What a report says.
#[derive(Clone, Copy, Debug)]
pub(super) enum News {
    Accepted { place: venue::Place, request: Option<RequestId> },
    Filled(venue::Fill),
    Canceled { lots: u64, reason: venue::CancelReason, request: Option<RequestId> },
    Decremented { lots: u64 },
    Replaced(Replacement),
    Triggered,
    MassCanceled { orders: u32, request: Option<RequestId> },
    TransferReceived { from: AccountId, amount: types::Amount },
}

/// An answered replace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replacement {
    pub change: venue::Change,
    pub leaves: u64,
    pub place: Option<venue::Place>,
    pub request: Option<RequestId>,
}
