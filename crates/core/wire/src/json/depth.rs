//! Public market data: depth and trades.

use serde::Serialize;
use types::{Price, Qty, Seq, Symbol, Timestamp};
use venue::Trade;

use super::decimal::Decimal;
use super::field::Quoted;
use super::names::SideName;
use super::scale::Scale;
#[cfg(feature = "schema")]
use super::schema;
use super::time::Rfc3339;

/// One price level of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Its price.
    pub price: Price,
    /// The lots it shows.
    pub lots: Qty,
    /// The orders in it.
    pub orders: u32,
}

/// One price level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LevelOut {
    /// Its price.
    pub price: Decimal,
    /// What it shows.
    pub qty: Decimal,
    /// The orders in it.
    pub orders: u32,
}

/// A book by price levels, the best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DepthOut {
    /// The instrument.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// The event after which the book looked so.
    pub seq: Seq,
    /// Buy levels, highest first.
    pub bids: Vec<LevelOut>,
    /// Sell levels, lowest first.
    pub asks: Vec<LevelOut>,
}

impl DepthOut {
    /// Shows levels, which come the best first.
    pub fn new(seq: Seq, bids: &[Level], asks: &[Level], scale: &Scale) -> DepthOut {
        let show = |level: &Level| LevelOut {
            price: scale.price(level.price),
            qty: scale.qty(level.lots),
            orders: level.orders,
        };
        DepthOut {
            symbol: Quoted(scale.symbol),
            seq,
            bids: bids.iter().map(show).collect(),
            asks: asks.iter().map(show).collect(),
        }
    }
}

/// A trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TradeOut {
    /// The instrument.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// Its number.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub trade_id: Quoted<u64>,
    /// The event that told of it.
    pub seq: Seq,
    /// When.
    pub time: Rfc3339,
    /// Its price.
    pub price: Decimal,
    /// Its quantity.
    pub qty: Decimal,
    /// The incoming order's side.
    pub taker_side: SideName,
}

impl TradeOut {
    /// Shows `trade`, told by event `seq` at `time`.
    pub fn new(seq: Seq, time: Timestamp, trade: &Trade, scale: &Scale) -> TradeOut {
        TradeOut {
            symbol: Quoted(scale.symbol),
            trade_id: Quoted(trade.trade.0),
            seq,
            time: Rfc3339(time),
            price: scale.price(trade.price),
            qty: scale.qty(trade.lots),
            taker_side: trade.taker_side.into(),
        }
    }
}
