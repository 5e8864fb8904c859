//! What is kept of an order's life, and that a snapshot keeps it too.

mod support;

use support::{ALICE, Fixture, PETR, limit, price, request};
use types::{Amount, OrderId, OrderType, Qty, Role, Side, TradeId};
use venue::{Balance, CancelReason, Change, Fact, Fill, OwnFill, Place};
use view::{TIMELINE_EVENTS_PER_ORDER, Timeline, Views};

const STOP: OrderId = OrderId(1);

fn timeline(views: &Views, order: OrderId) -> &Timeline {
    views.account(ALICE).unwrap().orders.timeline(order).expect("it is kept")
}

/// A stop that is triggered, replaced, decremented, filled in part and canceled.
fn lived() -> (Fixture, Vec<Fact>) {
    let mut fixture = Fixture::new();
    let order_type = OrderType::StopLimit { trigger: price(1_010), price: price(1_020) };
    let terms = venue_order(order_type);
    let place = Place { ahead: Qty(3), best_bid: Some(price(990)), best_ask: None };
    let fill = Fill {
        trade: TradeId(7),
        price: price(1_015),
        lots: Qty(4),
        leaves: Qty(20),
        role: Role::Maker,
    };
    let own = OwnFill {
        order: STOP,
        instrument: PETR,
        side: Side::Buy,
        fill,
        filled: Qty(4),
        ticks_lots: 4_060,
        cash: Amount(4_060),
        fee: Amount(3),
        position: Balance { free: 4, held: 0 },
    };
    let change = Change { qty: Some(Qty(25)), price: Some(price(1_018)), trigger: None };
    let facts = vec![
        Fact::Accepted { order: STOP, request: request("a"), terms, place },
        Fact::Triggered { order: STOP },
        Fact::Replaced {
            order: STOP,
            request: request("b"),
            change,
            leaves: Qty(25),
            place: Some(place),
        },
        Fact::Decremented { order: STOP, lots: Qty(1), leaves: Qty(24) },
        Fact::Filled(own),
        Fact::Canceled {
            order: STOP,
            instrument: PETR,
            lots: Qty(20),
            filled: Qty(4),
            reason: CancelReason::Requested,
            request: request("c"),
        },
    ];
    for fact in &facts {
        fixture.fact(ALICE, *fact);
    }
    (fixture, facts)
}

fn venue_order(order_type: OrderType) -> types::NewOrder {
    types::NewOrder { order_type, ..limit(Side::Buy, 1_020, 30) }
}

#[test]
fn a_timeline_has_all_that_happened_in_order_with_seq_and_time() {
    let (fixture, facts) = lived();
    let timeline = timeline(&fixture.views, STOP);
    let kept: Vec<Fact> = timeline.events().map(|event| event.fact).collect();
    assert_eq!(kept, facts);
    assert!(!timeline.is_truncated());
    let first = timeline.events().next().unwrap();
    let last = timeline.events().last().unwrap();
    assert_eq!((first.seq, first.at.0), (3, 300));
    assert_eq!((last.seq, last.at.0), (8, 800));
}

#[test]
fn the_oldest_events_make_way_and_the_timeline_says_so() {
    let mut fixture = Fixture::new();
    fixture.accepted(1, None, limit(Side::Sell, 1_000, 100));
    let more = TIMELINE_EVENTS_PER_ORDER as u64;
    for taken in 1..=more {
        let told = timeline(&fixture.views, STOP);
        assert!(!told.is_truncated() && told.events().len() as u64 == taken);
        let leaves = Qty(100 - taken);
        fixture.fact(ALICE, Fact::Decremented { order: STOP, lots: Qty(1), leaves });
    }
    let told = timeline(&fixture.views, STOP);
    assert!(told.is_truncated());
    assert_eq!(told.events().len() as u64, more);
    let first = told.events().next().unwrap().fact;
    assert_eq!(first, Fact::Decremented { order: STOP, lots: Qty(1), leaves: Qty(99) });
    assert_eq!(timeline(&fixture.restored(), STOP), told);
}

#[test]
fn a_snapshot_restores_events_of_every_kind_and_a_damaged_one_never_the_same() {
    let (fixture, _) = lived();
    assert_eq!(fixture.restored(), fixture.views);
    let bytes = fixture.snapshot();
    for length in 0..bytes.len() {
        assert!(Views::restore(&bytes[..length]).is_err(), "cut at {length}");
    }
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[index] ^= 1 << bit;
            assert_ne!(Views::restore(&damaged).as_ref(), Ok(&fixture.views), "{index}.{bit}");
        }
    }
}
