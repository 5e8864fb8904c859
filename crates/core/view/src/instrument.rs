//! One instrument: its terms, phase, book, candles and recent trades.

use std::collections::VecDeque;

use types::{Date, InstrumentId, Phase, Price, Qty, Seq, Side, Timestamp, TradeId};
use venue::{Definition, Trade};

use crate::candle::Candles;
use crate::depth::Depth;

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
    /// Whether its own kill switch is engaged.
    pub is_killed: bool,
    /// Its book.
    pub depth: Depth,
    /// The last trades, oldest first, at most [`TRADES_PER_INSTRUMENT`].
    pub trades: VecDeque<TradeRow>,
    /// What traded, by intervals of time.
    pub candles: Candles,
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

    /// How far the last price is above the close before `date`, in ticks; `None` before the first
    /// trade, and as long as there was none on an earlier date.
    pub fn change(&self, date: Date) -> Option<i64> {
        let last = self.last_trade()?.price.ticks().cast_signed();
        Some(last - self.candles.close_before(date)?.ticks().cast_signed())
    }

    /// The trades kept before event `seq`, newest first.
    pub fn trades_before(&self, seq: Seq) -> impl Iterator<Item = &TradeRow> {
        let end = self.trades.partition_point(|trade| trade.event_seq < seq);
        self.trades.range(..end).rev()
    }

    /// What a lot is valued at: the last trade's price. There is none before the first trade.
    pub fn mark(&self) -> Option<Price> {
        self.last_trade().map(|trade| trade.price)
    }

    /// Whether its last trade is its first.
    pub fn is_first_trade(&self) -> bool {
        self.trades.len() == 1
    }

    pub(crate) fn new(id: InstrumentId, definition: Definition) -> Instrument {
        Instrument {
            id,
            definition,
            phase: Phase::PreOpen,
            is_killed: false,
            depth: Depth::default(),
            trades: VecDeque::new(),
            candles: Candles::default(),
        }
    }

    pub(crate) fn absorb_trade(
        &mut self,
        event_seq: Seq,
        at: Timestamp,
        date: Date,
        trade: &Trade,
    ) {
        self.depth.trade(trade);
        self.candles.absorb(at, date, trade.price, trade.lots);
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
