//! Stop orders that wait for the last trade to reach their trigger.
//!
//! **Invariant:** an order waits under exactly one key. Both sides rank triggers so that the
//! nearest is the smallest: one algorithm serves both.

use std::collections::BTreeMap;

use types::planted::{self, Bug};
use types::{AccountId, OrderId, Price, Qty, SelfTrade, Side, TimeInForce};

/// A stop, from its entry until it is triggered or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) order: OrderId,
    pub(super) account: AccountId,
    pub(super) side: Side,
    pub(super) self_trade: SelfTrade,
    pub(super) trigger: Price,
    /// The worst price it may trade at.
    pub(super) limit: Price,
    /// Whether its rest goes into the book at `limit`.
    pub(super) rests: bool,
    pub(super) open: Qty,
    pub(super) time_in_force: TimeInForce,
    pub(super) display: Option<Qty>,
    /// Its place in the order of entry.
    pub(super) entry: u64,
}

/// How far a price is from triggering, then the order of entry.
type Key = (u64, u64);

/// The stops of one instrument.
#[derive(Debug, Default)]
pub(super) struct Stops {
    sides: [BTreeMap<Key, Waiting>; 2],
    keys: BTreeMap<OrderId, (Side, Key)>,
}

impl Stops {
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn insert(&mut self, stop: Waiting) {
        let key = (rank(stop.side, stop.trigger), stop.entry);
        let known = self.keys.insert(stop.order, (stop.side, key));
        assert!(known.is_none(), "an order waits once");
        self.sides[stop.side.index()].insert(key, stop);
    }

    pub(super) fn get(&self, order: OrderId) -> Option<&Waiting> {
        let (side, key) = self.keys.get(&order)?;
        self.sides[side.index()].get(key)
    }

    pub(super) fn remove(&mut self, order: OrderId) -> Option<Waiting> {
        let (side, key) = self.keys.remove(&order)?;
        self.sides[side.index()].remove(&key)
    }

    /// The stops of a side, nearest trigger first, then by entry.
    pub(super) fn of_side(&self, side: Side) -> impl Iterator<Item = &Waiting> {
        self.sides[side.index()].values()
    }

    /// Takes out all stops whose trigger a trade at `last` reaches, in order of entry.
    pub(super) fn reached(&mut self, last: Price) -> Vec<Waiting> {
        let mut reached = Vec::new();
        for side in [Side::Buy, Side::Sell] {
            let stops = &mut self.sides[side.index()];
            while let Some(nearest) = stops.first_entry() {
                if nearest.key().0 > rank(side, last) {
                    break;
                }
                reached.push(nearest.remove());
            }
        }
        for stop in &reached {
            self.keys.remove(&stop.order);
        }
        reached.sort_unstable_by_key(|stop| stop.entry);
        reached
    }
}

impl Waiting {
    /// Whether a last trade at `last` triggers it.
    pub(super) fn is_reached(&self, last: Option<Price>) -> bool {
        last.is_some_and(|last| rank(self.side, self.trigger) <= rank(self.side, last))
    }
}

/// A buy's trigger is reached from below, a sell's from above.
fn rank(side: Side, price: Price) -> u64 {
    match if planted::is(Bug::StopOnTheWrongSide) { side.opposite() } else { side } {
        Side::Buy => price.ticks(),
        Side::Sell => u64::MAX - price.ticks(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(number: u64, side: Side, trigger: u64) -> Waiting {
        Waiting {
            order: OrderId(number),
            account: AccountId(1),
            side,
            self_trade: SelfTrade::Allow,
            trigger: Price::new(trigger).expect("a price"),
            limit: Price::new(trigger).expect("a price"),
            rests: false,
            open: Qty(1),
            time_in_force: TimeInForce::Gtc,
            display: None,
            entry: number,
        }
    }

    #[test]
    fn stops_come_out_by_entry_when_one_trade_reaches_several() {
        let mut stops = Stops::default();
        for (number, side, trigger) in
            [(1, Side::Buy, 12), (2, Side::Buy, 11), (3, Side::Sell, 20), (4, Side::Buy, 13)]
        {
            stops.insert(stop(number, side, trigger));
        }
        let last = Price::new(12).expect("a price");
        let reached: Vec<u64> = stops.reached(last).iter().map(|stop| stop.order.0).collect();
        assert_eq!(reached, [1, 2, 3]);
        assert!(stops.get(OrderId(4)).is_some() && stops.remove(OrderId(1)).is_none());
    }
}
