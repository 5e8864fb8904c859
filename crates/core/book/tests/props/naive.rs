//! A book that anyone can check by reading: one vector, no index, no level, no cache.

use types::{MatchingPolicy, SelfTrade, Side};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: u64,
    pub owner: u32,
    pub side: Side,
    pub price: u64,
    pub lots: u64,
    pub hidden: u64,
    pub display: u64,
}

/// What happened to a resting order, with what its price shows afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Fill { id: u64, owner: u32, price: u64, lots: u64, shows: u64, leaves: u64, level: (u64, u32) },
    Refreshed { id: u64, lots: u64, level: (u64, u32) },
    Canceled { id: u64, owner: u32, leaves: u64, level: (u64, u32) },
    Decremented { id: u64, lots: u64, shows: u64, leaves: u64, level: (u64, u32) },
}

#[derive(Clone, Debug)]
pub struct Incoming {
    pub owner: u32,
    pub side: Side,
    pub limit: u64,
    pub leaves: u64,
    pub decremented: u64,
    pub self_trade: SelfTrade,
    pub killed: bool,
}

/// The oldest order is first; a refreshed iceberg moves to the end.
#[derive(Clone, Debug, Default)]
pub struct Naive {
    pub orders: Vec<Order>,
}

impl Naive {
    pub fn level(&self, side: Side, price: u64) -> (u64, u32) {
        let at = self.orders.iter().filter(|order| order.side == side && order.price == price);
        at.fold((0, 0), |(lots, orders), order| (lots + order.lots, orders + 1))
    }

    /// Ids of a side, best price first, oldest first.
    pub fn queue(&self, side: Side) -> Vec<&Order> {
        let mut queue: Vec<&Order> = self.orders.iter().filter(|o| o.side == side).collect();
        match side {
            Side::Buy => queue.sort_by_key(|order| std::cmp::Reverse(order.price)),
            Side::Sell => queue.sort_by_key(|order| order.price),
        }
        queue
    }

    pub fn best(&self, side: Side) -> Option<u64> {
        self.queue(side).first().map(|order| order.price)
    }

    pub fn take(&mut self, taker: &mut Incoming, policy: MatchingPolicy) -> Vec<Event> {
        let mut events = Vec::new();
        while taker.leaves > 0 && !taker.killed {
            let side = taker.side.opposite();
            let Some(price) = self.best(side) else { break };
            let reaches = match taker.side {
                Side::Buy => price <= taker.limit,
                Side::Sell => price >= taker.limit,
            };
            if !reaches {
                break;
            }
            let at_best: Vec<usize> = (0..self.orders.len())
                .filter(|i| self.orders[*i].side == side && self.orders[*i].price == price)
                .collect();
            let may_trade = |i: &usize| {
                self.orders[*i].owner != taker.owner || taker.self_trade == SelfTrade::Allow
            };
            let tradable: Vec<u64> =
                at_best.iter().copied().filter(may_trade).map(|i| self.orders[i].id).collect();
            let oldest = at_best[0];
            match policy {
                MatchingPolicy::PriceTime if may_trade(&oldest) => {
                    let lots = self.orders[oldest].lots.min(taker.leaves);
                    self.fill(oldest, lots, taker, &mut events);
                    self.clean_up(&mut events);
                }
                MatchingPolicy::ProRata if !tradable.is_empty() => {
                    self.share(&tradable, taker, &mut events);
                    self.clean_up(&mut events);
                }
                MatchingPolicy::PriceTime | MatchingPolicy::ProRata => {
                    self.meet_own(oldest, taker, &mut events);
                }
            }
        }
        events
    }

    fn share(&mut self, ids: &[u64], taker: &mut Incoming, events: &mut Vec<Event>) {
        let lots: Vec<u128> =
            ids.iter().map(|id| u128::from(self.orders[self.find(*id)].lots)).collect();
        let total: u128 = lots.iter().sum();
        let brought = u128::from(taker.leaves).min(total);
        let mut shares: Vec<u128> = lots.iter().map(|lots| brought * lots / total).collect();
        let mut rest = brought - shares.iter().sum::<u128>();
        for (share, lots) in shares.iter_mut().zip(&lots) {
            let more = rest.min(lots - *share);
            *share += more;
            rest -= more;
        }
        for (id, share) in ids.iter().zip(shares) {
            if share > 0 {
                self.fill(self.find(*id), share as u64, taker, events);
            }
        }
    }

    fn fill(&mut self, at: usize, lots: u64, taker: &mut Incoming, events: &mut Vec<Event>) {
        taker.leaves -= lots;
        let order = &mut self.orders[at];
        order.lots -= lots;
        let Order { id, owner, side, price, lots: shows, hidden, .. } = *order;
        let leaves = shows + hidden;
        if leaves == 0 {
            self.orders.remove(at);
        }
        let level = self.level(side, price);
        events.push(Event::Fill { id, owner, price, lots, shows, leaves, level });
    }

    /// Icebergs that show nothing show their next part, oldest first.
    fn clean_up(&mut self, events: &mut Vec<Event>) {
        while let Some(at) = self.orders.iter().position(|order| order.lots == 0) {
            let mut order = self.orders.remove(at);
            order.lots = order.display.min(order.hidden);
            order.hidden -= order.lots;
            let Order { id, side, price, lots, .. } = order;
            self.orders.push(order);
            events.push(Event::Refreshed { id, lots, level: self.level(side, price) });
        }
    }

    fn meet_own(&mut self, at: usize, taker: &mut Incoming, events: &mut Vec<Event>) {
        match taker.self_trade {
            SelfTrade::Allow => unreachable!("it may trade"),
            SelfTrade::CancelNewest => taker.killed = true,
            SelfTrade::CancelOldest => self.cancel(at, events),
            SelfTrade::CancelBoth => {
                self.cancel(at, events);
                taker.killed = true;
            }
            SelfTrade::Decrement => {
                let total = self.orders[at].lots + self.orders[at].hidden;
                let lots = total.min(taker.leaves);
                taker.leaves -= lots;
                taker.decremented += lots;
                if lots == total {
                    return self.cancel(at, events);
                }
                self.reduce(at, lots);
                let Order { id, side, price, lots: shows, hidden, .. } = self.orders[at];
                let level = self.level(side, price);
                let leaves = shows + hidden;
                events.push(Event::Decremented { id, lots, shows, leaves, level });
            }
        }
    }

    fn cancel(&mut self, at: usize, events: &mut Vec<Event>) {
        let Order { id, owner, side, price, lots, hidden, .. } = self.orders.remove(at);
        let level = self.level(side, price);
        events.push(Event::Canceled { id, owner, leaves: lots + hidden, level });
    }

    /// Hidden lots go first.
    pub fn reduce(&mut self, at: usize, by: u64) {
        let order = &mut self.orders[at];
        let from_hidden = by.min(order.hidden);
        order.hidden -= from_hidden;
        order.lots -= by - from_hidden;
    }

    pub fn find(&self, id: u64) -> usize {
        self.orders.iter().position(|order| order.id == id).expect("it rests")
    }
}
