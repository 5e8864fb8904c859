//! An incoming order meets the other side: the price-time sweep, self-trades, what could fill.
//!
//! **Invariant:** the book is whole whenever the caller gets control back, but that a paused
//! pro-rata round may leave icebergs that show nothing yet. It deliberately does not recurse, and
//! decides nothing about the taker's fate: what is left of it is the caller's.

use types::planted::{self, Bug};
use types::{AccountId, MatchingPolicy, OrderId, Price, Qty, SelfTrade, Side};

use crate::arena::{Arena, Level, Slot};
use crate::book::Book;
use crate::ladder::Ladder;

/// An incoming order while it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Taker {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub owner: AccountId,
    /// Buy or sell.
    pub side: Side,
    /// The worst price it accepts.
    pub limit: Price,
    /// Lots it still wants.
    pub leaves: Qty,
    /// What happens when it meets an order of its owner.
    pub self_trade: SelfTrade,
    /// Lots it lost, untraded, to [`SelfTrade::Decrement`].
    pub decremented: Qty,
    /// The pro-rata round that a pause interrupted.
    pub round: Option<Round>,
}

/// A pro-rata round under way; it names no slot, so a snapshot may carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Round {
    /// The level.
    pub price: Price,
    /// Lots the taker brought, at most `shared`.
    pub brought: Qty,
    /// Displayed lots it is shared over.
    pub shared: Qty,
    /// Lots that rounding leaves to the oldest.
    pub remainder: Qty,
    /// The next order to be given its share; `None` once all were.
    pub next: Option<OrderId>,
    /// Icebergs of this round that have yet to show their next part.
    pub exhausted: u32,
}

/// One thing that happened to a resting order, in order of happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    /// The taker traded with it.
    Fill {
        /// The resting order.
        maker: OrderId,
        /// Whose it is.
        owner: AccountId,
        /// Where it is, or was.
        slot: Slot,
        /// The trade's price.
        price: Price,
        /// The trade's lots.
        lots: Qty,
        /// Displayed lots it has left.
        maker_lots: Qty,
        /// Lots it has left, hidden ones too; zero means it is gone.
        maker_leaves: Qty,
        /// What the price shows now.
        level: Level,
    },
    /// An iceberg shows its next part, at the back of the queue.
    Refreshed {
        /// The resting order.
        maker: OrderId,
        /// Whose it is.
        owner: AccountId,
        /// Its price.
        price: Price,
        /// Lots it shows.
        lots: Qty,
        /// What the price shows now.
        level: Level,
    },
    /// It is gone without a trade: it belonged to the taker's owner.
    Canceled {
        /// The resting order.
        maker: OrderId,
        /// Whose it was.
        owner: AccountId,
        /// Its price.
        price: Price,
        /// Lots it lost, hidden ones too.
        leaves: Qty,
        /// What the price shows now.
        level: Level,
    },
    /// It became smaller without a trade: it belongs to the taker's owner.
    Decremented {
        /// The resting order.
        maker: OrderId,
        /// Whose it is.
        owner: AccountId,
        /// Its price.
        price: Price,
        /// Lots it lost.
        lots: Qty,
        /// Displayed lots it has left.
        maker_lots: Qty,
        /// Lots it has left, hidden ones too.
        maker_leaves: Qty,
        /// What the price shows now.
        level: Level,
    },
}

/// Why [`Book::take`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// The taker has nothing left, or nothing more to meet within its limit.
    Done,
    /// `events_max` is reached and there is more to do: call again with the same taker.
    Paused,
    /// What is left of the taker must be cancelled.
    SelfTrade,
}

impl Taker {
    /// An incoming order that has met nothing yet.
    pub fn new(
        order: OrderId,
        owner: AccountId,
        side: Side,
        limit: Price,
        leaves: Qty,
        self_trade: SelfTrade,
    ) -> Taker {
        let decremented = Qty::ZERO;
        Taker { order, owner, side, limit, leaves, self_trade, decremented, round: None }
    }

    /// Whether it may not trade with an order of `owner`.
    pub(crate) fn avoids(&self, owner: u32) -> bool {
        let is_avoided = self.owner.0 == owner && self.self_trade != SelfTrade::Allow;
        is_avoided && !planted::is(Bug::SelfTradeIgnored)
    }
}

impl Book {
    /// Matches `taker` against the other side and tells `on` each thing that happens.
    ///
    /// Best price first; within a price by the book's policy; at the resting price. Pauses after
    /// `events_max` matches or one more: an iceberg's refresh in price-time comes with its fill.
    /// Until it is resumed, nothing else may touch the book.
    ///
    /// # Panics
    /// If `events_max` is zero or the taker's limit is above the book's.
    #[inline]
    pub fn take(
        &mut self,
        arena: &mut Arena,
        taker: &mut Taker,
        events_max: usize,
        on: &mut impl FnMut(Match),
    ) -> Stop {
        assert!(events_max > 0, "a call makes progress");
        assert!(taker.limit <= self.price_limit(), "a price within the limit");
        let ladder = &mut self.ladders[taker.side.opposite().index()];
        match self.policy {
            MatchingPolicy::PriceTime => sweep(ladder, arena, taker, events_max, on),
            MatchingPolicy::ProRata => crate::pro_rata::share(ladder, arena, taker, events_max, on),
        }
    }

    /// Lots that [`Book::take`] would fill, up to `taker.leaves`; nothing changes.
    ///
    /// Hidden parts count where they would be reached. Own orders count if they may trade and are
    /// skipped if they would be cancelled; in the other modes what lies behind one does not count,
    /// since only cancelling or shrinking the taker leads past it.
    pub fn fillable(&self, arena: &Arena, taker: &Taker) -> Qty {
        let ladder = &self.ladders[taker.side.opposite().index()];
        let rank_max = ladder.rank(taker.limit);
        let mut lots = 0_u64;
        let mut rank = ladder.best;
        while rank <= rank_max && lots < taker.leaves.0 {
            let at_level = fillable_at(ladder.head(rank), arena, taker, self.policy);
            lots = lots.saturating_add(at_level.lots);
            if at_level.blocked {
                break;
            }
            rank = ladder.next(arena, rank + 1);
        }
        Qty(lots.min(taker.leaves.0))
    }
}

/// What one level offers to a taker.
struct Offer {
    lots: u64,
    /// Whether an own order ends the taker's way here.
    blocked: bool,
}

fn fillable_at(head: u32, arena: &Arena, taker: &Taker, policy: MatchingPolicy) -> Offer {
    let mut offer = Offer { lots: 0, blocked: false };
    let mut hidden_lots = 0_u64;
    let mut slot = arena.nodes[head as usize].next;
    // Shown lots counted so far lie before whatever could still block the way.
    while slot != head && offer.lots < taker.leaves.0 {
        let node = arena.nodes[slot as usize];
        if !taker.avoids(node.owner) {
            offer.lots = offer.lots.saturating_add(node.lots);
            hidden_lots = hidden_lots.saturating_add(arena.hidden_lots(slot, node));
        } else if taker.self_trade != SelfTrade::CancelOldest {
            offer.blocked = true;
            match policy {
                // What an iceberg ahead hides would be shown behind the own order.
                MatchingPolicy::PriceTime => return offer,
                // The level's other orders all come before the own one.
                MatchingPolicy::ProRata => {}
            }
        }
        slot = node.next;
    }
    offer.lots = offer.lots.saturating_add(hidden_lots);
    offer
}

/// Price-time: the oldest order of the best level, again and again.
fn sweep(
    ladder: &mut Ladder,
    arena: &mut Arena,
    taker: &mut Taker,
    events_max: usize,
    on: &mut impl FnMut(Match),
) -> Stop {
    let rank_max = ladder.rank(taker.limit);
    let mut events_left = events_max;
    while !taker.leaves.is_zero() && ladder.best <= rank_max {
        if events_left == 0 {
            return Stop::Paused;
        }
        let head = ladder.best_head;
        events_left = sweep_plain(ladder, arena, taker, events_left, on);
        let slot = arena.nodes[head as usize].next;
        if slot == head {
            ladder.vacate(arena, head);
        } else if events_left > 0 && !taker.leaves.is_zero() {
            let maker = arena.nodes[slot as usize];
            events_left -= 1;
            if !taker.avoids(maker.owner) {
                let refreshes = fill_iceberg(ladder, arena, slot, taker, on);
                events_left = events_left.saturating_sub(refreshes);
            } else if meet_own(ladder, arena, slot, taker, on) == Stop::SelfTrade {
                return Stop::SelfTrade;
            }
        }
    }
    Stop::Done
}

/// Fills the best level's oldest orders up to the first that is an iceberg or the taker's own.
/// Returns how many events are left; a level left without orders is still to be vacated.
#[inline(always)]
fn sweep_plain(
    ladder: &Ladder,
    arena: &mut Arena,
    taker: &mut Taker,
    events_max: usize,
    on: &mut impl FnMut(Match),
) -> usize {
    let best = ladder.price(ladder.best);
    let price = if planted::is(Bug::TakersPrice) { taker.limit } else { best };
    let head = ladder.best_head;
    let avoided = if taker.self_trade == SelfTrade::Allow { 0 } else { taker.owner.0 };
    let mut level = arena.nodes[head as usize];
    assert!(level.next != head, "the best level has orders");
    let mut events_left = events_max;
    let mut leaves = taker.leaves.0;
    while level.next != head && leaves > 0 && events_left > 0 {
        let slot = level.next;
        let maker = arena.nodes[slot as usize];
        if maker.is_iceberg() || maker.owner == avoided {
            break;
        }
        let lots = maker.lots.min(leaves);
        let maker_lots = maker.lots - lots;
        leaves -= lots;
        level.lots -= lots;
        events_left -= 1;
        if maker_lots == 0 {
            arena.free_node(slot, maker);
            level.next = maker.next;
            level.id -= 1;
        } else {
            arena.nodes[slot as usize].lots = maker_lots;
        }
        on(Match::Fill {
            maker: OrderId(maker.id),
            owner: AccountId(maker.owner),
            slot: Slot(slot),
            price,
            lots: Qty(lots),
            maker_lots: Qty(maker_lots),
            maker_leaves: Qty(maker_lots),
            level: level.level(),
        });
    }
    taker.leaves = Qty(leaves);
    if level.next == head {
        level.prev = head;
    } else {
        arena.nodes[level.next as usize].prev = head;
    }
    arena.nodes[head as usize] = level;
    events_left
}

/// Fills what an iceberg shows, and lets it show its next part if that was all.
/// Returns how many refreshes that made.
#[cold]
#[inline(never)]
fn fill_iceberg(
    ladder: &mut Ladder,
    arena: &mut Arena,
    slot: u32,
    taker: &mut Taker,
    on: &mut impl FnMut(Match),
) -> usize {
    let lots = arena.nodes[slot as usize].lots.min(taker.leaves.0);
    let maker_leaves = fill(ladder, arena, slot, lots, taker, on);
    if maker_leaves == 0 || arena.nodes[slot as usize].lots > 0 {
        return 0;
    }
    refresh(arena, slot, on);
    1
}

/// Fills `lots` of what the order at `slot` shows, and takes it out if nothing is left.
/// Returns what is left of it, hidden lots too.
pub(crate) fn fill(
    ladder: &mut Ladder,
    arena: &mut Arena,
    slot: u32,
    lots: u64,
    taker: &mut Taker,
    on: &mut impl FnMut(Match),
) -> u64 {
    let maker = arena.nodes[slot as usize];
    let price = arena.price(maker);
    let maker_lots = maker.lots - lots;
    let maker_leaves = maker_lots + arena.hidden_lots(slot, maker);
    taker.leaves.0 -= lots;
    if maker_leaves == 0 {
        arena.unlink(slot, maker);
    } else {
        arena.take_lots(slot, lots);
    }
    let level = arena.nodes[maker.head() as usize].level();
    if level.orders == 0 {
        ladder.vacate(arena, maker.head());
    }
    on(Match::Fill {
        maker: OrderId(maker.id),
        owner: AccountId(maker.owner),
        slot: Slot(slot),
        price,
        lots: Qty(lots),
        maker_lots: Qty(maker_lots),
        maker_leaves: Qty(maker_leaves),
        level,
    });
    maker_leaves
}

/// Shows the next part of an iceberg and tells `on`.
pub(crate) fn refresh(arena: &mut Arena, slot: u32, on: &mut impl FnMut(Match)) {
    let lots = arena.refresh(slot);
    let maker = arena.nodes[slot as usize];
    on(Match::Refreshed {
        maker: OrderId(maker.id),
        owner: AccountId(maker.owner),
        price: arena.price(maker),
        lots: Qty(lots),
        level: arena.nodes[maker.head() as usize].level(),
    });
}

/// Deals with an order of the taker's owner by the taker's mode.
/// Returns [`Stop::SelfTrade`] if that ends the taker, [`Stop::Done`] if it goes on.
#[cold]
#[inline(never)]
pub(crate) fn meet_own(
    ladder: &mut Ladder,
    arena: &mut Arena,
    slot: u32,
    taker: &mut Taker,
    on: &mut impl FnMut(Match),
) -> Stop {
    match taker.self_trade {
        SelfTrade::Allow => unreachable!("orders of one owner may trade"),
        SelfTrade::CancelNewest => Stop::SelfTrade,
        SelfTrade::CancelOldest => {
            cancel_maker(ladder, arena, slot, on);
            Stop::Done
        }
        SelfTrade::CancelBoth => {
            cancel_maker(ladder, arena, slot, on);
            Stop::SelfTrade
        }
        SelfTrade::Decrement => {
            decrement_both(ladder, arena, slot, taker, on);
            Stop::Done
        }
    }
}

fn cancel_maker(ladder: &mut Ladder, arena: &mut Arena, slot: u32, on: &mut impl FnMut(Match)) {
    let maker = arena.nodes[slot as usize];
    let price = arena.price(maker);
    let leaves = maker.lots + arena.hidden_lots(slot, maker);
    let level = arena.unlink(slot, maker);
    if level.orders == 0 {
        ladder.vacate(arena, maker.head());
    }
    on(Match::Canceled {
        maker: OrderId(maker.id),
        owner: AccountId(maker.owner),
        price,
        leaves: Qty(leaves),
        level,
    });
}

/// Takes the smaller quantity from both. The maker loses hidden lots first and keeps its place.
fn decrement_both(
    ladder: &mut Ladder,
    arena: &mut Arena,
    slot: u32,
    taker: &mut Taker,
    on: &mut impl FnMut(Match),
) {
    let maker = arena.nodes[slot as usize];
    let maker_leaves = maker.lots + arena.hidden_lots(slot, maker);
    let lots = maker_leaves.min(taker.leaves.0);
    taker.leaves.0 -= lots;
    taker.decremented.0 += lots;
    if lots == maker_leaves {
        cancel_maker(ladder, arena, slot, on);
        return;
    }
    let from_hidden = arena.take_hidden(slot, lots);
    arena.take_lots(slot, lots - from_hidden);
    on(Match::Decremented {
        maker: OrderId(maker.id),
        owner: AccountId(maker.owner),
        price: arena.price(maker),
        lots: Qty(lots),
        maker_lots: Qty(arena.nodes[slot as usize].lots),
        maker_leaves: Qty(maker_leaves - lots),
        level: arena.nodes[maker.head() as usize].level(),
    });
}
