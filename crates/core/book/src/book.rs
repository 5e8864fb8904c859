//! One instrument's book: what rests, what leaves, and whether a price would trade.
//!
//! **Invariant:** outside [`Book::take`], an order rests only where it did not cross.

use types::planted::{self, Bug};
use types::{AccountId, MatchingPolicy, OrderId, Price, QTY_LOTS_MAX, Qty, Side, prefetch};

use crate::arena::{Arena, Hint, Level, Node, PAGE_LEN, Slot};
use crate::ladder::{Ladder, RANK_NONE};

/// One instrument's resting orders; their memory is in the [`Arena`] that every call is given.
pub struct Book {
    pub(crate) ladders: [Ladder; 2],
    pub(crate) policy: MatchingPolicy,
    price_limit: Price,
}

/// An order that is to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NewResting {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub owner: AccountId,
    /// Buy or sell.
    pub side: Side,
    /// Its limit.
    pub price: Price,
    /// Lots that the book shows.
    pub lots: Qty,
    /// Lots that an iceberg does not show yet.
    pub hidden: Qty,
    /// Lots that an iceberg shows at a time; zero for any other order.
    pub display: Qty,
}

/// What [`Book::rest`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rested {
    /// Where the order is.
    pub slot: Slot,
    /// What the price shows now.
    pub level: Level,
    /// Displayed lots ahead of the order at its price.
    pub ahead: Qty,
}

/// What [`Book::remove`] took out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Removed {
    /// The order.
    pub order: OrderId,
    /// Whose it was.
    pub owner: AccountId,
    /// Buy or sell.
    pub side: Side,
    /// Where it rested.
    pub price: Price,
    /// Displayed lots that were left.
    pub lots: Qty,
    /// Hidden lots that were left.
    pub hidden: Qty,
    /// What the price shows now.
    pub level: Level,
}

/// What [`Book::reduce`] left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reduced {
    /// Displayed lots left.
    pub lots: Qty,
    /// Hidden lots left.
    pub hidden: Qty,
    /// What the price shows now.
    pub level: Level,
}

impl Book {
    /// An empty book for prices up to `price_limit`.
    pub fn new(price_limit: Price, policy: MatchingPolicy) -> Book {
        let ladders = [Side::Buy, Side::Sell].map(|side| Ladder::new(side, price_limit));
        Book { ladders, policy, price_limit }
    }

    /// The highest price that may rest or trade.
    pub fn price_limit(&self) -> Price {
        self.price_limit
    }

    /// How a level is shared.
    pub fn policy(&self) -> MatchingPolicy {
        self.policy
    }

    /// The best price of a side.
    #[inline]
    pub fn best(&self, side: Side) -> Option<Price> {
        self.ladders[side.index()].best_price()
    }

    /// Whether an incoming `side` order at `price` would trade.
    ///
    /// # Panics
    /// If `price` is above the book's limit.
    #[inline]
    pub fn crosses(&self, side: Side, price: Price) -> bool {
        assert!(price <= self.price_limit, "a price within the limit");
        let makers = &self.ladders[side.opposite().index()];
        // A side without orders has the highest rank there is, which no price reaches.
        const { assert!(RANK_NONE as u64 > types::PRICE_TICKS_MAX) };
        makers.best <= makers.rank(price)
    }

    /// Whether an order may rest at `price`: a node and, if needed, a level page are free, and the
    /// level's total cannot overflow.
    #[inline]
    pub fn has_room(&self, arena: &Arena, side: Side, price: Price) -> bool {
        !arena.is_full() && self.has_level(arena, side, price)
    }

    /// Whether a level page is free for `price`, or not needed, and its total cannot overflow:
    /// what an order that rests already must know before it moves.
    #[inline]
    pub fn has_level(&self, arena: &Arena, side: Side, price: Price) -> bool {
        assert!(price <= self.price_limit, "a price within the limit");
        let ladder = &self.ladders[side.index()];
        let rank = ladder.rank(price);
        let level = arena.nodes[ladder.head(rank) as usize];
        (ladder.page(rank) != 0 || arena.has_page()) && level.lots <= u64::MAX - QTY_LOTS_MAX
    }

    /// Puts an order at the back of its price.
    ///
    /// An order with `hidden` lots must say its `display`. The caller has asked
    /// [`Book::has_room`], and has swept: the order no longer crosses.
    ///
    /// # Panics
    /// If the order crosses, is known already, has no lots, or there is no room.
    #[inline(always)]
    pub fn rest(&mut self, arena: &mut Arena, new: NewResting) -> Rested {
        assert!(!self.crosses(new.side, new.price), "sweep before rest");
        assert!(new.lots.0 + new.hidden.0 > 0, "an order that rests has lots");
        assert!(new.hidden.is_zero() || !new.display.is_zero(), "what hides says what it shows");
        let ladder = &mut self.ladders[new.side.index()];
        let head = ladder.occupy(arena, ladder.rank(new.price));
        let (slot, level) = arena.link_new(head, &new);
        if planted::is(Bug::NewestFirst) && level.orders > 1 {
            arena.move_before(arena.nodes[head as usize].next, slot);
        }
        Rested { slot: Slot(slot), level, ahead: Qty(level.lots.0 - new.lots.0) }
    }

    /// Takes the order at `slot` out of the book.
    ///
    /// # Panics
    /// If no order of this book rests there.
    #[inline(always)]
    pub fn remove(&mut self, arena: &mut Arena, slot: Slot) -> Removed {
        let node = arena.live(slot);
        self.assert_owns(arena, node);
        let removed = Removed {
            order: OrderId(node.id),
            owner: AccountId(node.owner),
            side: node.side(),
            price: arena.price(node),
            lots: Qty(node.lots),
            hidden: Qty(arena.hidden_lots(slot.0, node)),
            level: Level::default(),
        };
        let level = arena.unlink(slot.0, node);
        if level.orders == 0 {
            self.ladders[node.side().index()].vacate(arena, node.head());
        }
        Removed { level, ..removed }
    }

    /// Makes the order at `slot` smaller; it keeps its place. Hidden lots go first.
    ///
    /// # Panics
    /// If no order of this book rests there, or `by` is zero or not below what is left of it.
    pub fn reduce(&mut self, arena: &mut Arena, slot: Slot, by: Qty) -> Reduced {
        let node = arena.live(slot);
        self.assert_owns(arena, node);
        let hidden = arena.hidden_lots(slot.0, node);
        assert!(by.0 > 0, "a reduction takes lots");
        assert!(by.0 < node.lots + hidden, "an order with nothing left is removed instead");
        let from_hidden = arena.take_hidden(slot.0, by.0);
        arena.take_lots(slot.0, by.0 - from_hidden);
        Reduced {
            lots: Qty(arena.nodes[slot.0 as usize].lots),
            hidden: Qty(hidden - from_hidden),
            level: arena.nodes[node.head() as usize].level(),
        }
    }

    /// What a price shows.
    #[inline]
    pub fn level(&self, arena: &Arena, side: Side, price: Price) -> Level {
        assert!(price <= self.price_limit, "a price within the limit");
        let ladder = &self.ladders[side.index()];
        arena.nodes[ladder.head(ladder.rank(price)) as usize].level()
    }

    /// Hint before an order rests at `price`: asks for its level. [`Arena::hint_links`], some four
    /// commands later, asks for the level's oldest and youngest order.
    #[inline(always)]
    pub fn hint_level(&self, arena: &Arena, side: Side, price: Price) -> Hint {
        let ladder = &self.ladders[side.index()];
        let head = ladder.head_or_none(ladder.rank(price));
        prefetch(&arena.nodes, head as usize);
        Hint(head)
    }

    /// Checks everything this book and its part of the arena promise, for tests.
    ///
    /// # Panics
    /// On the first fact that does not hold.
    pub fn check_invariants(&self, arena: &Arena) {
        for ladder in &self.ladders {
            ladder.check_invariants(arena);
        }
        if let Some(bid) = self.best(Side::Buy) {
            assert!(!self.crosses(Side::Buy, bid), "the book is not crossed");
        }
    }

    #[inline(always)]
    fn assert_owns(&self, arena: &Arena, node: Node) {
        let page = node.head() / PAGE_LEN as u32;
        let column = arena.pages[page as usize].column;
        assert!(self.ladders[node.side().index()].owns(page, column), "the order is this book's");
    }
}
