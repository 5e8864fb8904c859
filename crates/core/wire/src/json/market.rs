//! Public market data: quotes, statistics, candles, a book by order.
//!
//! The gateway knows the views; these are their shapes alone. What does not exist (yet) is `null`,
//! so that every one has all its members.

use serde::Serialize;
use types::{Seq, Symbol};

use super::decimal::Decimal;
use super::field::Quoted;
use super::names::PhaseName;
#[cfg(feature = "schema")]
use super::schema;
use super::time::{DateText, Rfc3339};

/// Where an instrument stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QuoteOut {
    /// The instrument.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// What it allows now.
    pub phase: PhaseName,
    /// Best buy price.
    pub bid: Option<Decimal>,
    /// What it shows.
    pub bid_qty: Option<Decimal>,
    /// Best sell price.
    pub ask: Option<Decimal>,
    /// What it shows.
    pub ask_qty: Option<Decimal>,
    /// Price of the last trade, of whatever day.
    pub last: Option<Decimal>,
    /// Its quantity.
    pub last_qty: Option<Decimal>,
    /// When it was.
    pub last_time: Option<Rfc3339>,
    /// Price of the last trade before this business date.
    pub previous_close: Option<Decimal>,
    /// `last` less `previous_close`.
    pub change: Option<Decimal>,
    /// This business date's trades.
    pub day: StatisticsOut,
}

/// What traded in some time; without a trade there are no prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StatisticsOut {
    /// First price.
    pub open: Option<Decimal>,
    /// Highest price.
    pub high: Option<Decimal>,
    /// Lowest price.
    pub low: Option<Decimal>,
    /// Last price.
    pub close: Option<Decimal>,
    /// Quantity traded.
    pub volume: Decimal,
    /// Sum of price x quantity: divided by `volume` the average price.
    pub value: Decimal,
    /// Matches.
    pub trades: u64,
}

/// An instrument's statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StatisticsPairOut {
    /// The instrument.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// The business date in force.
    pub business_date: DateText,
    /// Its trades.
    pub day: StatisticsOut,
    /// Since when `rolling_24h` counts: a whole minute.
    pub rolling_from: Rfc3339,
    /// Trades of the last 24 hours, the minute that is going on included.
    pub rolling_24h: StatisticsOut,
}

/// What traded in an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CandleOut {
    /// Its start; of a day, midnight of the business date.
    pub time: Rfc3339,
    /// First price.
    pub open: Decimal,
    /// Highest price.
    pub high: Decimal,
    /// Lowest price.
    pub low: Decimal,
    /// Last price.
    pub close: Decimal,
    /// Quantity traded.
    pub volume: Decimal,
    /// Sum of price x quantity.
    pub value: Decimal,
    /// Matches.
    pub trades: u64,
    /// Whether it is over: no trade will change it.
    pub closed: bool,
}

/// A book by order, the best price first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QueuesOut {
    /// The instrument.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// The event after which the book looked so.
    pub seq: Seq,
    /// Buy levels, highest first.
    pub bids: Vec<QueueOut>,
    /// Sell levels, lowest first.
    pub asks: Vec<QueueOut>,
}

/// The orders of a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QueueOut {
    /// Its price.
    pub price: Decimal,
    /// What it shows.
    pub qty: Decimal,
    /// How many orders show it.
    pub orders: u32,
    /// The first of them, in the order in which they would trade.
    pub queue: Vec<QueuedOut>,
}

/// An order in its level's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QueuedOut {
    /// Its number, as its owner knows it; whose it is is not told.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub order_id: Quoted<u64>,
    /// What it shows.
    pub qty: Decimal,
}
