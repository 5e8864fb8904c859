//! One instrument's book as the public sees it: shown lots by price.

use std::collections::BTreeMap;

use types::{Price, Qty, Side};

/// The shown lots and orders at each price, bids and asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// By [`Side::index`].
    sides: [BTreeMap<Price, Level>; 2],
}

/// One price's shown orders. A level that shows nothing is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Lots shown.
    pub lots: Qty,
    /// Orders shown.
    pub orders: u32,
}

impl Depth {
    /// The levels of a side, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Price, Level)> {
        let levels = &self.sides[side.index()];
        // Only one of the two is not empty: bids from the highest, asks from the lowest.
        let (bids, asks) = match side {
            Side::Buy => (Some(levels.iter().rev()), None),
            Side::Sell => (None, Some(levels.iter())),
        };
        bids.into_iter()
            .flatten()
            .chain(asks.into_iter().flatten())
            .map(|(price, level)| (*price, *level))
    }

    /// The best price of a side.
    pub fn best(&self, side: Side) -> Option<Price> {
        self.levels(side).next().map(|(price, _)| price)
    }

    /// How many prices a side has.
    pub fn level_count(&self, side: Side) -> usize {
        self.sides[side.index()].len()
    }

    /// Notes what a level shows now. Between a trade and an iceberg's refresh a level may have an
    /// order and show nothing: the public sees no level then.
    pub(crate) fn set(&mut self, side: Side, price: Price, level: Level) {
        assert!(level.lots.is_zero() || level.orders > 0, "shown lots belong to an order");
        let levels = &mut self.sides[side.index()];
        if level.lots.is_zero() {
            levels.remove(&price);
        } else {
            levels.insert(price, level);
        }
    }
}
