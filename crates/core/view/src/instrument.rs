//! One instrument: its terms, phase, depth and recent trades.

use std::collections::VecDeque;

use types::{InstrumentId, Phase, Price, Qty, Seq, Side, Timestamp, TradeId};
use venue::{BookChange, Definition, Trade};

use crate::depth::{Depth, Level};

/// Trades kept of each instrument; older ones are the history's.
pub const TRADES_PER_INSTRUMENT: usize = 1_000;

/// One instrument as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Its number.
    pub id: InstrumentId,
    /// Its terms, with the band and fees in force.
    pub definition: Definition,
    /// What it allows now.
    pub phase: Phase,
    /// Its book.
    pub depth: Depth,
    /// The last trades, oldest first, at most [`TRADES_PER_INSTRUMENT`].
    pub trades: VecDeque<TradeRow>,
}

/// A match, as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeRow {
    /// Its event.
    pub event_seq: Seq,
    /// Engine time.
    pub at: Timestamp,
    /// Its number.
    pub trade: TradeId,
    /// Its price.
    pub price: Price,
    /// Its lots.
    pub lots: Qty,
    /// The incoming order's side.
    pub taker_side: Side,
}

impl Instrument {
    /// The last trade, where there was one.
    pub fn last_trade(&self) -> Option<&TradeRow> {
        self.trades.back()
    }

    pub(crate) fn new(id: InstrumentId, definition: Definition) -> Instrument {
        let (depth, trades) = (Depth::default(), VecDeque::new());
        Instrument { id, definition, phase: Phase::PreOpen, depth, trades }
    }

    pub(crate) fn absorb_book(&mut self, change: &BookChange) {
        let level = Level { lots: change.level_lots, orders: change.level_orders };
        self.depth.set(change.side, change.price, level);
    }

    pub(crate) fn absorb_trade(&mut self, event_seq: Seq, at: Timestamp, trade: &Trade) {
        let maker_side = trade.taker_side.opposite();
        let level = Level { lots: trade.level_lots, orders: trade.level_orders };
        self.depth.set(maker_side, trade.price, level);
        if self.trades.len() == TRADES_PER_INSTRUMENT {
            self.trades.pop_front();
        }
        self.trades.push_back(TradeRow {
            event_seq,
            at,
            trade: trade.trade,
            price: trade.price,
            lots: trade.lots,
            taker_side: trade.taker_side,
        });
    }
}
