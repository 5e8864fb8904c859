//! The closed sets that describe an order and how its instrument trades.

use crate::{InstrumentId, Price, Qty, Timestamp};

/// Buy or sell (FIX 54).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Side {
    /// Wants the instrument, pays cash.
    Buy = 0,
    /// Gives the instrument, takes cash.
    Sell = 1,
}

impl Side {
    /// The other side.
    pub const fn opposite(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }

    /// 0 for buy, 1 for sell: a subscript for pairs.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What an order does when it arrives (FIX 40).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderType {
    /// Trades at `price` or better.
    Limit {
        /// The worst price accepted.
        price: Price,
    },
    /// Trades at once, no worse than `collar` (the band's edge when there is none).
    Market {
        /// The worst price accepted.
        collar: Option<Price>,
    },
    /// Becomes a market order once the last trade reaches `trigger`.
    Stop {
        /// A buy triggers at or above it, a sell at or below it.
        trigger: Price,
        /// The worst price accepted then; the band's edge when there is none.
        collar: Option<Price>,
    },
    /// Becomes a limit order once the last trade reaches `trigger`.
    StopLimit {
        /// A buy triggers at or above it, a sell at or below it.
        trigger: Price,
        /// The worst price accepted then.
        price: Price,
    },
}

/// How long an order lives (FIX 59).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeInForce {
    /// Until the instrument's phase becomes closed.
    Day,
    /// Until cancelled.
    Gtc,
    /// Until this engine time.
    Gtd(Timestamp),
    /// What does not trade at once is cancelled.
    Ioc,
    /// All of it trades at once, or nothing does.
    Fok,
}

impl TimeInForce {
    /// Whether what is left may rest in the book.
    pub const fn rests(self) -> bool {
        match self {
            TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Gtd(_) => true,
            TimeInForce::Ioc | TimeInForce::Fok => false,
        }
    }
}

/// An order as its owner wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NewOrder {
    /// What to trade.
    pub instrument: InstrumentId,
    /// Buy or sell.
    pub side: Side,
    /// Limit, market, stop or stop-limit, with its prices.
    pub order_type: OrderType,
    /// The whole quantity, in lots.
    pub qty: Qty,
    /// How long it lives.
    pub time_in_force: TimeInForce,
    /// Refused rather than take liquidity.
    pub post_only: bool,
    /// For an iceberg, the lots that the book shows at a time.
    pub display: Option<Qty>,
}

/// What happens when an order would trade with another of its own account.
/// The incoming order's mode rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SelfTrade {
    /// They trade.
    Allow = 0,
    /// What is left of the incoming order is cancelled.
    CancelNewest = 1,
    /// The resting order is cancelled, the incoming one goes on.
    CancelOldest = 2,
    /// Both are cancelled.
    CancelBoth = 3,
    /// Both lose the smaller quantity, which is not traded.
    Decrement = 4,
}

/// How a price level is shared among its resting orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MatchingPolicy {
    /// Oldest first.
    PriceTime = 0,
    /// By size, what rounding leaves to the oldest first.
    ProRata = 1,
}

/// What an instrument allows now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Orders rest; one that would trade is refused.
    PreOpen = 0,
    /// Orders trade.
    Continuous = 1,
    /// Only cancels, and replaces that only make an order smaller.
    CancelOnly = 2,
    /// Only cancels.
    Halted = 3,
    /// Only cancels; entering it expires every day order.
    Closed = 4,
}

/// Which side of a match an order was (FIX 851).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// It rested.
    Maker = 0,
    /// It came in.
    Taker = 1,
}
