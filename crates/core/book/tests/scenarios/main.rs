//! What the book does, as scripts: one command a line, what happened below it.

mod harness;
mod price_time;
mod pro_rata;
mod self_trade;

use book::{Book, NewResting};
use harness::World;
use types::{AccountId, MatchingPolicy, OrderId, Price, Qty, Side};

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
