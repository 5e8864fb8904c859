//! Trades and candles of an instrument.

use types::{InstrumentId, Price, Qty, TradeId};
use view::{Candle, Interval, TradeRow, Which};

use super::orders::side;
use super::{Page, Range, Select, bounded};
use crate::error::StoreError;
use crate::history::History;
use crate::tables::Part;
use crate::value::Row;

const PART: Part = Part::MarketData;
const TRADES: &str = "SELECT event_seq, at_ns, trade_id, price_ticks, lots, taker_side FROM trades";
const CANDLES: &str = "SELECT number, open_ticks, high_ticks, low_ticks, close_ticks,
     CAST(lots AS TEXT), CAST(ticks_lots AS TEXT), trades FROM candles";

impl History {
    /// Trades of an instrument, by event.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn trades(
        &self,
        instrument: InstrumentId,
        range: Range,
        page: Page,
    ) -> Result<Vec<TradeRow>, StoreError> {
        let events = self.events_of(PART, range).await?;
        let select = Select::new(TRADES)
            .and("instrument_id =", instrument.0)
            .and_some("at_ns >=", range.from.map(|at| at.0))
            .and_some("at_ns <", range.to.map(|at| at.0));
        let rows = select.page("event_seq", events, page).ask(self, PART).await?;
        Ok(rows.iter().map(trade).collect())
    }

    /// Closed candles in which something traded, of the intervals in `numbers`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn candles(
        &self,
        instrument: InstrumentId,
        interval: Interval,
        numbers: std::ops::Range<u64>,
        (which, rows): (Which, usize),
    ) -> Result<Vec<Candle>, StoreError> {
        let order = match which {
            Which::Oldest => "ORDER BY number",
            Which::Newest => "ORDER BY number DESC",
        };
        let select = Select::new(CANDLES)
            .and("instrument_id =", instrument.0)
            .and("interval_seconds =", interval.ns() / 1_000_000_000)
            .and("number >=", bounded(numbers.start))
            .and("number <", bounded(numbers.end));
        let found = select.end(order, rows).ask(self, PART).await?;
        let mut candles: Vec<Candle> = found.iter().map(candle).collect();
        candles.sort_by_key(|candle| candle.number);
        Ok(candles)
    }
}

fn trade(row: &Row) -> TradeRow {
    TradeRow {
        event_seq: row.seq(0),
        at: row.at(1),
        trade: TradeId(row.seq(2)),
        price: price(row, 3),
        lots: Qty(row.seq(4)),
        taker_side: side(&row.0[5]),
    }
}

fn candle(row: &Row) -> Candle {
    Candle {
        number: row.seq(0),
        open: price(row, 1),
        high: price(row, 2),
        low: price(row, 3),
        close: price(row, 4),
        lots: row.0[5].wide().unsigned_abs(),
        ticks_lots: row.0[6].wide().unsigned_abs(),
        trades: row.seq(7),
    }
}

fn price(row: &Row, column: usize) -> Price {
    Price::new(row.seq(column)).expect("what traded has a price")
}
