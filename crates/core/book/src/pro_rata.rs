//! Pro-rata matching: a level is shared by size, in rounds.
//!
//! **Invariant:** a round gives out exactly what the taker brought, or all that is shown. It
//! deliberately keeps its state in the taker, by order id: the book between calls is just a book.

use types::planted::{self, Bug};
use types::{OrderId, Qty};

use crate::arena::Arena;
use crate::ladder::Ladder;
use crate::matching::{Match, Round, Stop, Taker, fill, meet_own, refresh};

/// Shares the best level among its orders, round by round, then the next.
///
/// Only when no other's order is left at a level does the taker meet its own there.
#[cold]
#[inline(never)]
pub(crate) fn share(
    ladder: &mut Ladder,
    arena: &mut Arena,
    taker: &mut Taker,
    events_max: usize,
    on: &mut impl FnMut(Match),
) -> Stop {
    let rank_max = ladder.rank(taker.limit);
    let mut events_left = events_max;
    loop {
        if let Some(mut round) = taker.round.take() {
            give_shares(ladder, arena, taker, &mut round, &mut events_left, on);
            show_next_parts(ladder, arena, &mut round, &mut events_left, on);
            if round.next.is_some() || round.exhausted > 0 {
                taker.round = Some(round);
                return Stop::Paused;
            }
        }
        if taker.leaves.is_zero() || ladder.best > rank_max {
            return Stop::Done;
        }
        taker.round = open_round(ladder, arena, taker);
        if taker.round.is_none()
            && let Some(stop) = meet_level(ladder, arena, taker, &mut events_left, on)
        {
            return stop;
        }
    }
}

/// Meets the orders of the best level, all of them the taker's own, oldest first; tells why it
/// could not go on. The level is not looked through again for each.
fn meet_level(
    ladder: &mut Ladder,
    arena: &mut Arena,
    taker: &mut Taker,
    events_left: &mut usize,
    on: &mut impl FnMut(Match),
) -> Option<Stop> {
    let level = ladder.best;
    while ladder.best == level && !taker.leaves.is_zero() {
        if *events_left == 0 {
            return Some(Stop::Paused);
        }
        *events_left -= 1;
        let oldest = arena.nodes[ladder.best_head as usize].next;
        if meet_own(ladder, arena, oldest, taker, on) == Stop::SelfTrade {
            return Some(Stop::SelfTrade);
        }
    }
    None
}

/// Computes what rounding leaves over; `None` if the best level has only the taker's own orders.
fn open_round(ladder: &Ladder, arena: &Arena, taker: &Taker) -> Option<Round> {
    let shared = sum(arena, ladder.best_head, taker, |lots| lots);
    if shared == 0 {
        return None;
    }
    let brought = taker.leaves.0.min(shared);
    let given = sum(arena, ladder.best_head, taker, |lots| entitlement(brought, lots, shared));
    let first = arena.nodes[arena.nodes[ladder.best_head as usize].next as usize];
    let is_dropped = planted::is(Bug::RemainderDropped) && given > 0;
    Some(Round {
        price: ladder.price(ladder.best),
        brought: Qty(brought),
        shared: Qty(shared),
        remainder: Qty(if is_dropped { 0 } else { brought - given }),
        next: Some(OrderId(first.id)),
        exhausted: 0,
    })
}

/// Gives each order its share, oldest first, as long as events are left.
fn give_shares(
    ladder: &mut Ladder,
    arena: &mut Arena,
    taker: &mut Taker,
    round: &mut Round,
    events_left: &mut usize,
    on: &mut impl FnMut(Match),
) {
    let head = ladder.head(ladder.rank(round.price));
    while let Some(order) = round.next {
        let slot = arena.find(order).expect("nothing leaves the book during a round").0;
        let maker = arena.nodes[slot as usize];
        let (whole, extra) = if taker.avoids(maker.owner) {
            (0, 0)
        } else {
            let whole = entitlement(round.brought.0, maker.lots, round.shared.0);
            (whole, round.remainder.0.min(maker.lots - whole))
        };
        let share = whole + extra;
        if share > 0 {
            if *events_left == 0 {
                return;
            }
            *events_left -= 1;
            round.remainder.0 -= extra;
        }
        round.next = (maker.next != head).then(|| OrderId(arena.nodes[maker.next as usize].id));
        if share > 0 {
            let leaves = fill(ladder, arena, slot, share, taker, on);
            round.exhausted += u32::from(leaves > 0 && share == maker.lots);
        }
    }
}

/// Lets the round's exhausted icebergs show their next parts, oldest first, once all shares are
/// given and as long as events are left.
fn show_next_parts(
    ladder: &Ladder,
    arena: &mut Arena,
    round: &mut Round,
    events_left: &mut usize,
    on: &mut impl FnMut(Match),
) {
    if round.next.is_some() || round.exhausted == 0 {
        return;
    }
    let head = ladder.head(ladder.rank(round.price));
    let mut slot = arena.nodes[head as usize].next;
    while round.exhausted > 0 && *events_left > 0 {
        assert!(slot != head, "an exhausted iceberg is in its level");
        let maker = arena.nodes[slot as usize];
        if maker.lots == 0 {
            refresh(arena, slot, on);
            round.exhausted -= 1;
            *events_left -= 1;
        }
        slot = maker.next;
    }
}

/// Adds up a function of the displayed lots of the orders that the taker may trade with.
fn sum(arena: &Arena, head: u32, taker: &Taker, of: impl Fn(u64) -> u64) -> u64 {
    let mut total = 0;
    let mut slot = arena.nodes[head as usize].next;
    while slot != head {
        let node = arena.nodes[slot as usize];
        if !taker.avoids(node.owner) {
            total += of(node.lots);
        }
        slot = node.next;
    }
    total
}

/// `floor(brought × lots / shared)`.
pub(crate) fn entitlement(brought: u64, lots: u64, shared: u64) -> u64 {
    match brought.checked_mul(lots) {
        Some(product) => product / shared,
        None => (u128::from(brought) * u128::from(lots) / u128::from(shared)) as u64,
    }
}
