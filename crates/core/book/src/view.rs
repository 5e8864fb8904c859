//! What the book shows: depth by price, orders in the order they would trade, queue positions.

use types::{Price, Qty, Side};

use crate::arena::{Arena, Level, Slot};
use crate::book::Book;
use crate::ladder::{Ladder, RANK_NONE, Rank};

/// What is ahead of an order at its own price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    /// Orders ahead.
    pub orders: u32,
    /// Displayed lots ahead.
    pub lots: Qty,
}

/// The levels of one side, best first.
pub struct Levels<'a> {
    ladder: &'a Ladder,
    arena: &'a Arena,
    rank: Rank,
}

/// The orders of one side, best price first, oldest first within a price.
pub struct Orders<'a> {
    ladder: &'a Ladder,
    arena: &'a Arena,
    rank: Rank,
    /// The order to be returned next, or its level's head at the level's end.
    slot: u32,
}

impl Book {
    /// The levels of a side, best first.
    pub fn levels<'a>(&'a self, arena: &'a Arena, side: Side) -> Levels<'a> {
        let ladder = &self.ladders[side.index()];
        Levels { ladder, arena, rank: ladder.best }
    }

    /// The orders of a side in price-time order, which is also the order to restore them in.
    pub fn orders<'a>(&'a self, arena: &'a Arena, side: Side) -> Orders<'a> {
        let ladder = &self.ladders[side.index()];
        let slot = first_at(ladder, arena, ladder.best);
        Orders { ladder, arena, rank: ladder.best, slot }
    }

    /// What is ahead of the order at `slot`, in time proportional to it.
    ///
    /// # Panics
    /// If no order rests there.
    pub fn position(&self, arena: &Arena, slot: Slot) -> Position {
        let node = arena.live(slot);
        let head = node.head();
        let mut position = Position::default();
        let mut ahead = node.prev;
        while ahead != head {
            let older = arena.nodes[ahead as usize];
            position.orders += 1;
            position.lots.0 += older.lots;
            ahead = older.prev;
        }
        position
    }
}

impl Iterator for Levels<'_> {
    type Item = (Price, Level);

    fn next(&mut self) -> Option<(Price, Level)> {
        if self.rank == RANK_NONE {
            return None;
        }
        let level = self.arena.nodes[self.ladder.head(self.rank) as usize].level();
        let price = self.ladder.price(self.rank);
        self.rank = self.ladder.next(self.arena, self.rank + 1);
        Some((price, level))
    }
}

impl Iterator for Orders<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        if self.rank == RANK_NONE {
            return None;
        }
        let slot = self.slot;
        let next = self.arena.nodes[slot as usize].next;
        if next == self.ladder.head(self.rank) {
            self.rank = self.ladder.next(self.arena, self.rank + 1);
            self.slot = first_at(self.ladder, self.arena, self.rank);
        } else {
            self.slot = next;
        }
        Some(Slot(slot))
    }
}

fn first_at(ladder: &Ladder, arena: &Arena, rank: Rank) -> u32 {
    match rank {
        RANK_NONE => 0,
        rank => arena.nodes[ladder.head(rank) as usize].next,
    }
}
