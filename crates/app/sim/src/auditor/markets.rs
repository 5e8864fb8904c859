//! The book as the public sees it.

use std::collections::BTreeMap;

use types::{InstrumentId, MatchingPolicy, OrderId, Phase, Price, Side};
use venue::{BookChange, Definition, Trade};

use super::owners::Known;
use super::{Finding, ensure};

/// An instrument and its public book.
#[derive(Clone, Debug)]
pub(super) struct Market {
    /// Its terms, with the band and the fees in force.
    pub definition: Definition,
    pub phase: Phase,
    pub last: Option<Price>,
    pub issued: i128,
    /// Bids and asks, in the order in which they came to the back of their levels.
    rows: [Vec<Row>; 2],
}

/// A resting order.
#[derive(Clone, Copy, Debug)]
struct Row {
    order: OrderId,
    price: Price,
    lots: u64,
}

impl Market {
    pub fn new(definition: Definition) -> Market {
        Market {
            definition,
            phase: Phase::PreOpen,
            last: None,
            issued: 0,
            rows: [Vec::new(), Vec::new()],
        }
    }

    /// One order's shown lots changed.
    pub fn change(&mut self, change: &BookChange) -> Result<(), Finding> {
        let rows = &mut self.rows[change.side.index()];
        let row = Row { order: change.order, price: change.price, lots: change.lots.0 };
        let old = rows.iter().position(|row| row.order == change.order);
        match (old, change.at_back) {
            (None, true) => rows.push(row),
            (Some(old), true) => {
                let is_used_up = rows[old].lots == 0 && rows[old].price == row.price;
                ensure(is_used_up, || format!("{change:?} refreshes {:?}", rows[old]))?;
                rows.remove(old);
                rows.push(row);
            }
            (Some(old), false) => {
                let is_less = row.lots <= rows[old].lots && row.price == rows[old].price;
                ensure(is_less, || format!("{change:?} shrinks {:?}", rows[old]))?;
                if row.lots == 0 {
                    rows.remove(old);
                } else {
                    rows[old].lots = row.lots;
                }
            }
            (None, false) => return Err(format!("{change:?} of an order that does not rest")),
        }
        ensure(!change.at_back || row.lots > 0, || format!("{change:?} shows nothing"))?;
        let level = (change.level_lots.0, change.level_orders);
        self.check_level(change.side, change.price, level)
    }

    /// A match with a maker that has `left` lots open after it.
    pub fn trade(&mut self, trade: &Trade, left: u64) -> Result<(), Finding> {
        let side = trade.taker_side.opposite();
        let best = self.best(side);
        ensure(best == Some(trade.price), || format!("{trade:?} while {best:?} is best"))?;
        let is_time = self.definition.policy == MatchingPolicy::PriceTime;
        let rows = &mut self.rows[side.index()];
        let position = rows.iter().position(|row| row.order == trade.maker);
        let position = position.ok_or_else(|| format!("{trade:?}: the maker does not rest"))?;
        let is_first = rows[..position].iter().all(|row| row.price != trade.price || row.lots == 0);
        ensure(is_first || !is_time, || format!("{trade:?} passes over an older order"))?;
        let row = &mut rows[position];
        let maker_lots = row.lots.checked_sub(trade.lots.0);
        let is_right = maker_lots == Some(trade.maker_lots.0) && row.price == trade.price;
        ensure(is_right && !trade.lots.is_zero(), || format!("{trade:?} with {row:?}"))?;
        row.lots = trade.maker_lots.0;
        if left == 0 {
            rows.remove(position);
        }
        self.last = Some(trade.price);
        self.check_level(side, trade.price, (trade.level_lots.0, trade.level_orders))
    }

    /// The level is what the event says it is.
    fn check_level(&self, side: Side, price: Price, told: (u64, u32)) -> Result<(), Finding> {
        let level = self.rows[side.index()].iter().filter(|row| row.price == price);
        let (mut lots, mut orders) = (0, 0);
        for row in level {
            lots += row.lots;
            orders += 1;
        }
        ensure(told == (lots, orders), || {
            format!("{side:?} {price:?}: told {told:?}, known {:?}", (lots, orders))
        })
    }

    fn best(&self, side: Side) -> Option<Price> {
        let prices = self.rows[side.index()].iter().map(|row| row.price);
        match side {
            Side::Buy => prices.max(),
            Side::Sell => prices.min(),
        }
    }

    /// Nothing is crossed, used up, or unknown to its owner.
    pub fn check_at_rest(
        &self,
        instrument: InstrumentId,
        orders: &BTreeMap<OrderId, Known>,
    ) -> Result<(), Finding> {
        if let (Some(bid), Some(ask)) = (self.best(Side::Buy), self.best(Side::Sell)) {
            ensure(bid < ask, || format!("{instrument:?} is crossed: {bid:?}, {ask:?}"))?;
        }
        for row in self.rows.iter().flatten() {
            let known = orders.get(&row.order);
            let known = known.ok_or_else(|| format!("{row:?} rests but is not open"))?;
            known.check_shown(row.order, row.price, row.lots)?;
        }
        Ok(())
    }
}
