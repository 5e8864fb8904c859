//! What an order would meet: the way of [`Book::take`], with nothing changed.
//!
//! **Invariant:** the fills told, what is left of the taker, and the stop are those of a `take`
//! that never pauses; a property test compares the two. The parts of an iceberg are told one by
//! one, as they would trade. It deliberately allocates: it is for questions, not for matching.

use types::{MatchingPolicy, Price, Qty, SelfTrade};

use crate::arena::{Arena, Slot};
use crate::book::Book;
use crate::matching::{Stop, Taker};
use crate::pro_rata::entitlement;

/// An order of a level, as it is while the taker goes through.
struct Maker {
    lots: u64,
    hidden: u64,
    display: u64,
}

/// The taker on its way.
struct Walk<'a, F> {
    taker: &'a mut Taker,
    fills_left: usize,
    on: &'a mut F,
}

impl Book {
    /// Tells `on` the price and lots of each fill that [`Book::take`] would make, in order, and
    /// leaves the taker as it would. [`Stop::Paused`] when there would be more than `fills_max`.
    ///
    /// # Panics
    /// If the taker's limit is above the book's.
    pub fn rehearse(
        &self,
        arena: &Arena,
        taker: &mut Taker,
        fills_max: usize,
        on: &mut impl FnMut(Price, Qty),
    ) -> Stop {
        assert!(taker.limit <= self.price_limit(), "a price within the limit");
        let ladder = &self.ladders[taker.side.opposite().index()];
        let rank_max = ladder.rank(taker.limit);
        let mut walk = Walk { taker, fills_left: fills_max, on };
        let mut rank = ladder.best;
        while rank <= rank_max && !walk.taker.leaves.is_zero() {
            let (head, price) = (ladder.head(rank), ladder.price(rank));
            let met = match self.policy {
                MatchingPolicy::PriceTime => walk.price_time(arena, head, price),
                MatchingPolicy::ProRata => walk.pro_rata(arena, head, price),
            };
            if let Err(stop) = met {
                return stop;
            }
            rank = ladder.next(arena, rank + 1);
        }
        Stop::Done
    }
}

impl<F: FnMut(Price, Qty)> Walk<'_, F> {
    /// Goes through a level, oldest first; what icebergs hide comes behind all of it.
    fn price_time(&mut self, arena: &Arena, head: u32, price: Price) -> Result<(), Stop> {
        let mut behind = Vec::new();
        let mut slot = arena.nodes[head as usize].next;
        while slot != head && !self.taker.leaves.is_zero() {
            let node = arena.nodes[slot as usize];
            if self.taker.avoids(node.owner) {
                self.meet_own(node.lots + arena.hidden_lots(slot, node))?;
            } else {
                self.fill(price, node.lots)?;
                if node.is_iceberg() {
                    behind.push(maker(arena, slot));
                }
            }
            slot = node.next;
        }
        while !self.taker.leaves.is_zero() {
            show_next_parts(&mut behind);
            if behind.is_empty() {
                break;
            }
            for maker in &behind {
                self.fill(price, maker.lots)?;
            }
        }
        Ok(())
    }

    /// Shares a level round by round, and only then meets the taker's own orders there.
    fn pro_rata(&mut self, arena: &Arena, head: u32, price: Price) -> Result<(), Stop> {
        let (mut others, mut own) = (Vec::new(), Vec::new());
        let mut slot = arena.nodes[head as usize].next;
        while slot != head {
            let node = arena.nodes[slot as usize];
            if self.taker.avoids(node.owner) {
                own.push(node.lots + arena.hidden_lots(slot, node));
            } else {
                others.push(maker(arena, slot));
            }
            slot = node.next;
        }
        while !others.is_empty() {
            let shared = others.iter().map(|maker| maker.lots).sum();
            let brought = self.taker.leaves.lots().min(shared);
            let part = |maker: &Maker| entitlement(brought, maker.lots, shared);
            let mut remainder = brought - others.iter().map(part).sum::<u64>();
            for maker in &others {
                let whole = part(maker);
                let extra = remainder.min(maker.lots - whole);
                remainder -= extra;
                self.fill(price, whole + extra)?;
            }
            if self.taker.leaves.is_zero() {
                return Ok(());
            }
            show_next_parts(&mut others);
        }
        own.into_iter().try_for_each(|lots| self.meet_own(lots))
    }

    /// Trades as much of `lots` as the taker still wants.
    fn fill(&mut self, price: Price, lots: u64) -> Result<(), Stop> {
        let lots = lots.min(self.taker.leaves.lots());
        if lots == 0 {
            return Ok(());
        }
        self.fills_left = self.fills_left.checked_sub(1).ok_or(Stop::Paused)?;
        self.taker.leaves = Qty(self.taker.leaves.lots() - lots);
        (self.on)(price, Qty(lots));
        Ok(())
    }

    /// Meets an order of the taker's owner that has `lots`, hidden ones too.
    fn meet_own(&mut self, lots: u64) -> Result<(), Stop> {
        if self.taker.leaves.is_zero() {
            return Ok(());
        }
        match self.taker.self_trade {
            SelfTrade::Allow => unreachable!("orders of one owner may trade"),
            SelfTrade::CancelNewest | SelfTrade::CancelBoth => Err(Stop::SelfTrade),
            SelfTrade::CancelOldest => Ok(()),
            SelfTrade::Decrement => {
                let lots = lots.min(self.taker.leaves.lots());
                self.taker.leaves = Qty(self.taker.leaves.lots() - lots);
                self.taker.decremented = Qty(self.taker.decremented.lots() + lots);
                Ok(())
            }
        }
    }
}

fn maker(arena: &Arena, slot: u32) -> Maker {
    let resting = arena.resting(Slot(slot));
    let (lots, hidden) = (resting.lots.lots(), resting.hidden.lots());
    Maker { lots, hidden, display: resting.display.lots() }
}

/// What shows all its lots is gone, unless it hides more.
fn show_next_parts(makers: &mut Vec<Maker>) {
    makers.retain_mut(|maker| {
        maker.lots = maker.display.min(maker.hidden);
        maker.hidden -= maker.lots;
        maker.lots > 0
    });
}
