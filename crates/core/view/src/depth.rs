//! One instrument's book as the public sees it: shown lots by price, and by order.

use std::collections::BTreeMap;

use types::{OrderId, Price, Qty, Side};
use venue::{BookChange, Trade};

use crate::queue::{Orders, Queue};

/// The shown lots and orders at each price, bids and asks.
///
/// **Invariant:** a level's lots and orders are those of its queue. The events tell them as well:
/// whoever folds both finds out if they differ.
#[derive(Clone, Debug, Default)]
pub struct Depth {
    /// By [`Side::index`].
    sides: [BTreeMap<Price, Line>; 2],
    orders: Orders,
}

/// One price's shown orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Lots shown.
    pub lots: Qty,
    /// Orders shown.
    pub orders: u32,
}

/// What is ahead of an order at its own price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueuePosition {
    /// Orders ahead.
    pub orders: u32,
    /// Lots that they show.
    pub lots: Qty,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    level: Level,
    queue: Queue,
}

/// What became of one order in a level.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// It went to the back, from outside or from its place.
    AtBack(Qty),
    /// It shows other lots where it is.
    InPlace(Qty),
    /// It shows nothing any more.
    Gone,
}

impl Depth {
    /// The levels of a side, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Price, Level)> {
        self.shown(side).map(|(price, line)| (price, line.level))
    }

    /// The best price of a side.
    pub fn best(&self, side: Side) -> Option<Price> {
        self.levels(side).next().map(|(price, _)| price)
    }

    /// How many prices a side has.
    pub fn level_count(&self, side: Side) -> usize {
        self.levels(side).count()
    }

    /// The levels of a side, best first, each with its orders' lots in the order in which they
    /// would trade.
    pub fn queues(
        &self,
        side: Side,
    ) -> impl Iterator<Item = (Price, impl Iterator<Item = (OrderId, Qty)>)> {
        self.shown(side).map(|(price, line)| (price, self.shown_orders(line.queue)))
    }

    /// One level with its orders' lots in the order in which they would trade; `None` where the
    /// public sees no level.
    pub fn queue(
        &self,
        side: Side,
        price: Price,
    ) -> Option<(Level, impl Iterator<Item = (OrderId, Qty)>)> {
        let line = self.sides[side.index()].get(&price)?;
        (!line.level.lots.is_zero()).then(|| (line.level, self.shown_orders(line.queue)))
    }

    /// What is ahead of a shown order, in time proportional to it; `None` when it shows nothing.
    pub fn queue_position(&self, order: OrderId) -> Option<QueuePosition> {
        let ahead = self.orders.ahead(order)?.filter(|(_, lots)| !lots.is_zero());
        Some(ahead.fold(QueuePosition::default(), |sum, (_, lots)| QueuePosition {
            orders: sum.orders + 1,
            lots: Qty(sum.lots.0 + lots.0),
        }))
    }

    /// Notes what one order and its level show now.
    pub(crate) fn change(&mut self, it: &BookChange) {
        let shown = match (it.lots, it.at_back) {
            (Qty::ZERO, _) => Shown::Gone,
            (lots, true) => Shown::AtBack(lots),
            (lots, false) => Shown::InPlace(lots),
        };
        let told = Level { lots: it.level_lots, orders: it.level_orders };
        self.set(it.side, it.price, it.order, shown, told);
    }

    /// Notes what the resting order of a match and its level show now.
    pub(crate) fn trade(&mut self, it: &Trade) {
        let side = it.taker_side.opposite();
        let before = self.sides[side.index()].get(&it.price).expect("a maker is in a level");
        // An iceberg that has shown all of a part stays, until it shows the next at the back.
        let is_gone = it.maker_lots.is_zero() && it.level_orders < before.level.orders;
        let shown = if is_gone { Shown::Gone } else { Shown::InPlace(it.maker_lots) };
        let told = Level { lots: it.level_lots, orders: it.level_orders };
        self.set(side, it.price, it.maker, shown, told);
    }

    /// Adds an order behind those of its level; for a snapshot. `false` when it cannot be.
    pub(crate) fn restore(&mut self, side: Side, price: Price, order: OrderId, lots: Qty) -> bool {
        let line = self.sides[side.index()].entry(price).or_insert(Line::EMPTY);
        let Some(level_lots) = line.level.lots.0.checked_add(lots.0) else { return false };
        line.level = Level { lots: Qty(level_lots), orders: line.level.orders + 1 };
        self.orders.push(&mut line.queue, order, lots)
    }

    /// All levels of a side, best first, with all their orders.
    pub(crate) fn all(
        &self,
        side: Side,
    ) -> impl Iterator<Item = (Price, impl Iterator<Item = (OrderId, Qty)>)> {
        self.lines(side).map(|(price, line)| (price, self.orders.iter(line.queue)))
    }

    fn set(&mut self, side: Side, price: Price, order: OrderId, shown: Shown, told: Level) {
        let levels = &mut self.sides[side.index()];
        let line = match shown {
            Shown::AtBack(_) => levels.entry(price).or_insert(Line::EMPTY),
            Shown::InPlace(_) | Shown::Gone => {
                levels.get_mut(&price).expect("what changes is in a level")
            }
        };
        let Line { level, queue } = line;
        match shown {
            Shown::AtBack(lots) => {
                if !self.orders.push(queue, order, lots) {
                    level.take(self.orders.remove(queue, order));
                    assert!(self.orders.push(queue, order, lots), "it was just taken out");
                }
                level.lots.0 += lots.0;
                level.orders += 1;
            }
            Shown::InPlace(lots) => {
                let place = self.orders.lots_mut(order).expect("a shown order is known");
                level.lots.0 = level.lots.0 - place.0 + lots.0;
                *place = lots;
            }
            Shown::Gone => level.take(self.orders.remove(queue, order)),
        }
        assert_eq!(*level, told, "a level is the sum of its orders");
        if level.orders == 0 {
            levels.remove(&price);
        }
    }

    /// The levels of a side that show lots, best first. Between a trade and an iceberg's refresh a
    /// level may have an order and show nothing: the public sees no level then.
    fn shown(&self, side: Side) -> impl Iterator<Item = (Price, Line)> {
        self.lines(side).filter(|(_, line)| !line.level.lots.is_zero())
    }

    fn lines(&self, side: Side) -> impl Iterator<Item = (Price, Line)> {
        let lines = &self.sides[side.index()];
        // Only one of the two is not empty: bids from the highest, asks from the lowest.
        let (bids, asks) = match side {
            Side::Buy => (Some(lines.iter().rev()), None),
            Side::Sell => (None, Some(lines.iter())),
        };
        bids.into_iter()
            .flatten()
            .chain(asks.into_iter().flatten())
            .map(|(price, line)| (*price, *line))
    }

    fn shown_orders(&self, queue: Queue) -> impl Iterator<Item = (OrderId, Qty)> {
        self.orders.iter(queue).filter(|(_, lots)| !lots.is_zero())
    }
}

impl Level {
    fn take(&mut self, lots: Qty) {
        self.lots.0 -= lots.0;
        self.orders -= 1;
    }
}

impl Line {
    const EMPTY: Line = Line { level: Level { lots: Qty::ZERO, orders: 0 }, queue: Queue::EMPTY };
}

/// By what they show: two that came there on different ways are equal.
impl PartialEq for Depth {
    fn eq(&self, other: &Depth) -> bool {
        let flat = |depth: &Depth, side| -> Vec<(Price, OrderId, Qty)> {
            let orders = |(price, orders)| {
                Iterator::map(orders, move |(order, lots)| (price, order, lots)).collect::<Vec<_>>()
            };
            depth.all(side).flat_map(orders).collect()
        };
        [Side::Buy, Side::Sell].into_iter().all(|side| flat(self, side) == flat(other, side))
    }
}

impl Eq for Depth {}
