//! What the book does, as scripts: one command a line, what happened below it.

mod harness;
mod price_time;
mod pro_rata;
mod self_trade;

use book::{Book, Hint, NewResting};
use harness::World;
use types::{AccountId, MatchingPolicy, OrderId, Price, Qty, Side};

#[test]
fn a_wrong_hint_never_finds_a_wrong_order() {
    let mut world = World::new(MatchingPolicy::PriceTime);
    world.run("sell 1 @ 100 lots 5");
    world.run("sell 7 @ 200 lots 5");
    world.run("cancel 7");
    let arena = &world.arena;
    // The level's head counts one order, and the order's id is 1.
    let price = Price::new(100).expect("a price");
    let level = world.book.hint_level(arena, Side::Sell, price);
    let entry = arena.hint_index(OrderId(1));
    let order = arena.hint_node(entry);
    for hint in [level, entry, order, arena.hint_node(order), Hint::default()] {
        arena.hint_links(hint);
        for id in [0, 1, 7, 8] {
            let found = arena.find_hinted(OrderId(id), hint);
            assert_eq!(found, arena.find(OrderId(id)), "order {id}, {hint:?}");
            assert_eq!(found.is_some(), id == 1);
        }
    }
}

#[test]
#[should_panic(expected = "sweep before rest")]
fn an_order_that_crosses_may_not_rest() {
    let mut world = World::new(MatchingPolicy::PriceTime);
    world.run("sell 1 @ 100 lots 5");
    let (side, price) = (Side::Buy, Price::new(100).expect("a price"));
    let (order, owner, lots) = (OrderId(2), AccountId(2), Qty(1));
    let (hidden, display) = (Qty::ZERO, Qty::ZERO);
    let new = NewResting { order, owner, side, price, lots, hidden, display };
    world.book.rest(&mut world.arena, new);
}

#[test]
#[should_panic(expected = "the order is this book's")]
fn an_order_may_not_be_removed_through_another_book() {
    let mut world = World::new(MatchingPolicy::PriceTime);
    world.run("sell 1 @ 100 lots 5");
    let slot = world.arena.find(OrderId(1)).expect("it rests");
    let mut other = Book::new(world.book.price_limit(), MatchingPolicy::PriceTime);
    other.remove(&mut world.arena, slot);
}

#[test]
#[should_panic(expected = "an order is inserted once")]
fn an_order_may_not_rest_twice() {
    let mut world = World::new(MatchingPolicy::PriceTime);
    world.run("sell 1 @ 100 lots 5");
    world.run("sell 1 @ 101 lots 5");
}

#[test]
#[should_panic(expected = "an order rests at the slot")]
fn a_slot_is_good_only_as_long_as_its_order_rests() {
    let mut world = World::new(MatchingPolicy::PriceTime);
    world.run("sell 1 @ 100 lots 5");
    let slot = world.arena.find(OrderId(1)).expect("it rests");
    world.run("cancel 1");
    world.book.remove(&mut world.arena, slot);
}
