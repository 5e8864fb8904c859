//! What each event does to the views.

mod support;

use support::{ALICE, BOB, Fixture, PETR, limit, price, request};
use types::{Amount, OrderId, OrderType, Phase, Qty, Role, Seq, Side, Timestamp, TradeId};
use venue::{
    Balance, Band, BookChange, CancelReason, Change, Event, Fact, Fees, Fill, KillScope, OwnFill,
    Place, PublicEvent, Trade,
};
use view::{
    AccountStatus, CLOSED_ORDERS_PER_ACCOUNT, Level, Order, OrderStatus, Position,
    TRADES_PER_INSTRUMENT, Views,
};

fn order(views: &Views, id: u64) -> &Order {
    views.order(ALICE, OrderId(id)).expect("it is kept")
}

/// A fill of `lots` at 10.00 that leaves so many of this order and of the position.
fn fill(order: u64, side: Side, lots: u64, filled: u64, leaves: u64, position: Balance) -> Fact {
    Fact::Filled(OwnFill {
        order: OrderId(order),
        instrument: PETR,
        side,
        fill: Fill {
            trade: TradeId(1),
            price: price(1_000),
            lots: Qty(lots),
            leaves: Qty(leaves),
            role: Role::Maker,
        },
        filled: Qty(filled),
        ticks_lots: u128::from(filled) * 1_000,
        cash: Amount(lots.cast_signed() * 1_000),
        fee: Amount(3),
        position,
    })
}

fn canceled(order: u64, lots: u64, filled: u64) -> Fact {
    Fact::Canceled {
        order: OrderId(order),
        instrument: PETR,
        lots: Qty(lots),
        filled: Qty(filled),
        reason: CancelReason::Requested,
        request: None,
    }
}

/// An order that is alone in its level comes in.
fn book(order: u64, side: Side, ticks: u64, lots: u64) -> Event {
    Event::Public(PublicEvent::Book(BookChange {
        instrument: PETR,
        side,
        price: price(ticks),
        order: OrderId(order),
        lots: Qty(lots),
        at_back: true,
        level_lots: Qty(lots),
        level_orders: 1,
    }))
}

/// A match of 5 lots with an order that is alone in its level and has so many left.
fn trade(number: u64, maker: u64, ticks: u64, taker_side: Side, left: u64) -> Event {
    Event::Public(PublicEvent::Trade(Trade {
        instrument: PETR,
        trade: TradeId(number),
        price: price(ticks),
        lots: Qty(5),
        maker: OrderId(maker),
        taker: OrderId(99),
        taker_side,
        maker_lots: Qty(left),
        level_lots: Qty(left),
        level_orders: u32::from(left > 0),
    }))
}

#[test]
fn depth_shows_levels_best_first_and_forgets_empty_ones() {
    let mut fixture = Fixture::new();
    for (order, side, ticks, lots) in [
        (1, Side::Buy, 990, 5),
        (2, Side::Buy, 1_000, 7),
        (3, Side::Sell, 1_010, 3),
        (4, Side::Sell, 1_005, 5),
    ] {
        fixture.event(book(order, side, ticks, lots));
    }
    fixture.event(trade(1, 2, 1_000, Side::Sell, 2));
    fixture.event(trade(2, 4, 1_005, Side::Buy, 0));
    let instrument = fixture.views.instrument(PETR).unwrap();
    let level = |lots| Level { lots: Qty(lots), orders: 1 };
    let bids: Vec<_> = instrument.depth.levels(Side::Buy).collect();
    assert_eq!(bids, [(price(1_000), level(2)), (price(990), level(5))]);
    let asks: Vec<_> = instrument.depth.levels(Side::Sell).collect();
    assert_eq!(asks, [(price(1_010), level(3))]);
    assert_eq!(instrument.depth.best(Side::Sell), Some(price(1_010)));
    let last = instrument.last_trade().unwrap();
    assert_eq!((last.trade, last.event_seq, last.at), (TradeId(2), 8, Timestamp(800)));
}

#[test]
fn only_the_last_trades_are_kept() {
    let mut fixture = Fixture::new();
    let count = TRADES_PER_INSTRUMENT as u64 + 3;
    fixture.event(book(1, Side::Sell, 1_000, count * 5));
    for number in 1..=count {
        fixture.event(trade(number, 1, 1_000, Side::Buy, (count - number) * 5));
    }
    let instrument = fixture.views.instrument(PETR).unwrap();
    assert_eq!(instrument.trades.len(), TRADES_PER_INSTRUMENT);
    assert_eq!(instrument.trades.front().unwrap().trade, TradeId(4));
    let newest = instrument.trades.back().unwrap().event_seq;
    let before: Vec<u64> =
        instrument.trades_before(newest - 1).map(|trade| trade.trade.0).take(2).collect();
    assert_eq!(before, [count - 2, count - 3]);
}

#[test]
fn an_instrument_follows_its_phase_band_and_fees() {
    let mut fixture = Fixture::new();
    let band = Band { low: price(5), high: price(10) };
    let fees = Fees { maker_ppm: 1, taker_ppm: 2 };
    let phase = Phase::Halted;
    fixture.event(Event::Public(PublicEvent::PhaseChanged { instrument: PETR, phase }));
    fixture.event(Event::Public(PublicEvent::BandChanged { instrument: PETR, band }));
    fixture.event(Event::Public(PublicEvent::FeesChanged { instrument: PETR, fees }));
    let symbol = types::Symbol::new("PETR4").unwrap();
    let seen = fixture.views.instrument_by_symbol(symbol).unwrap();
    assert_eq!(
        (seen.phase, seen.definition.band, seen.definition.fees),
        (Phase::Halted, band, fees)
    );
}

#[test]
fn kill_switches_are_told_of_everything_an_instrument_and_an_account() {
    let mut fixture = Fixture::new();
    let state = |views: &Views| {
        let account = views.account(ALICE).unwrap().is_killed;
        (views.is_killed(), views.instrument(PETR).unwrap().is_killed, account)
    };
    let (all, one) = (KillScope::All, KillScope::Instrument(PETR));
    let set = |scope, engaged| Event::Public(PublicEvent::KillSwitchSet { scope, engaged });
    fixture.event(set(all, true));
    assert_eq!(state(&fixture.views), (true, false, false));
    fixture.event(set(one, true));
    fixture.event(set(all, false));
    assert_eq!(state(&fixture.views), (false, true, false));
    fixture.event(set(one, false));
    fixture.fact(ALICE, Fact::KillSwitchSet { engaged: true });
    assert_eq!(state(&fixture.views), (false, false, true));
    let mut bytes = Vec::new();
    fixture.views.snapshot(&mut bytes);
    assert_eq!(state(&Views::restore(&bytes).unwrap()), (false, false, true));
}

#[test]
fn an_account_follows_cash_status_and_shares() {
    let mut fixture = Fixture::new();
    fixture.opened(BOB);
    let position = Balance { free: 8, held: 0 };
    fixture.fact(BOB, Fact::Issued { instrument: PETR, qty: Qty(8), position });
    fixture.fact(BOB, Fact::StatusChanged { suspended: true });
    let bob = fixture.views.account(BOB).unwrap();
    let position = bob.positions[&PETR];
    assert_eq!(position, Position { settled: 8, ..Position::default() });
    assert_eq!((bob.status, bob.account_seq), (AccountStatus::Suspended, 3));
    assert_eq!(bob.cash, Balance { free: 70, held: 30 });
    fixture.fact(BOB, Fact::Closed);
    assert_eq!(fixture.views.account(BOB).unwrap().status, AccountStatus::Closed);
    let all: Vec<_> = fixture.views.accounts_after(ALICE).map(|account| account.id).collect();
    assert_eq!(all, [BOB]);
}

#[test]
fn a_sell_order_sets_its_open_lots_aside_until_it_closes() {
    let mut fixture = Fixture::new();
    let held = |fixture: &Fixture| fixture.views.account(ALICE).unwrap().positions[&PETR];
    let lots = |fixture: &Fixture| (held(fixture).settled, held(fixture).held);
    let position = Balance { free: 100, held: 0 };
    fixture.fact(ALICE, Fact::Issued { instrument: PETR, qty: Qty(100), position });
    fixture.accepted(1, None, limit(Side::Sell, 1_000, 30));
    fixture.accepted(2, None, limit(Side::Sell, 1_001, 20));
    assert_eq!(lots(&fixture), (100, 50));
    let after_fill = Balance { free: 50, held: 40 };
    fixture.fact(ALICE, fill(1, Side::Sell, 10, 10, 20, after_fill));
    assert_eq!(lots(&fixture), (90, 40));
    fixture.fact(ALICE, canceled(1, 20, 10));
    assert_eq!((held(&fixture).held, held(&fixture).free()), (20, 70));
}

#[test]
fn an_order_sums_up_its_fills() {
    let mut fixture = Fixture::new();
    fixture.accepted(1, request("a"), limit(Side::Buy, 1_000, 30));
    let position = Balance { free: 10, held: 0 };
    fixture.fact(ALICE, fill(1, Side::Buy, 10, 10, 20, position));
    let seen = *order(&fixture.views, 1);
    assert_eq!((seen.status, seen.cum, seen.leaves), (OrderStatus::Open, Qty(10), Qty(20)));
    assert_eq!((seen.accepted_seq, seen.updated_seq), (3, 4));
    fixture.fact(ALICE, fill(1, Side::Buy, 20, 30, 0, position));
    let seen = order(&fixture.views, 1);
    assert_eq!((seen.status, seen.leaves), (OrderStatus::Filled, Qty::ZERO));
    assert_eq!((seen.cash, seen.fee, seen.ticks_lots), (Amount(30_000), Amount(6), 30_000));
    let by_client = fixture.views.order_by_client_id(ALICE, request("a").unwrap());
    assert_eq!(by_client.map(|order| order.id), Some(OrderId(1)));
}

#[test]
fn client_order_ids_chain_over_replaces() {
    let mut fixture = Fixture::new();
    fixture.accepted(1, request("first"), limit(Side::Buy, 1_000, 30));
    let mut replace = |name: Option<&str>, qty, ticks: Option<u64>, leaves| {
        let change = Change { qty, price: ticks.map(price), trigger: None };
        let request = name.and_then(request);
        let (order, place) = (OrderId(1), Some(Place::default()));
        let fact = Fact::Replaced { order, request, change, leaves: Qty(leaves), place };
        fixture.fact(ALICE, fact);
    };
    replace(Some("second"), Some(Qty(20)), None, 20);
    replace(Some("third"), None, Some(1_001), 20);
    replace(None, Some(Qty(10)), None, 10);
    let found = |name: &str| fixture.views.order_by_client_id(ALICE, request(name).unwrap());
    assert!(found("first").is_some() && found("third").is_some());
    assert!(found("second").is_none(), "only the first and the latest name an order");
    let seen = found("third").unwrap();
    assert_eq!((seen.terms.qty, seen.leaves, seen.canceled), (Qty(10), Qty(10), Qty::ZERO));
    assert_eq!(seen.terms.order_type, OrderType::Limit { price: price(1_001) });
    let names = (seen.original_client_order_id, seen.client_order_id);
    assert_eq!(names, (request("first"), request("third")));
}

#[test]
fn a_stop_waits_until_it_is_triggered() {
    let mut fixture = Fixture::new();
    let order_type = OrderType::StopLimit { trigger: price(900), price: price(890) };
    fixture.accepted(1, None, types::NewOrder { order_type, ..limit(Side::Buy, 1, 5) });
    assert_eq!(order(&fixture.views, 1).status, OrderStatus::Waiting);
    let change = Change { trigger: Some(price(910)), ..Change::default() };
    let (order_id, leaves) = (OrderId(1), Qty(5));
    let fact = Fact::Replaced { order: order_id, request: None, change, leaves, place: None };
    fixture.fact(ALICE, fact);
    let moved = OrderType::StopLimit { trigger: price(910), price: price(890) };
    assert_eq!(order(&fixture.views, 1).terms.order_type, moved);
    fixture.fact(ALICE, Fact::Triggered { order: order_id });
    assert_eq!(order(&fixture.views, 1).status, OrderStatus::Open);
}

#[test]
fn decremented_lots_count_as_canceled_until_a_new_total_is_asked_for() {
    let mut fixture = Fixture::new();
    fixture.accepted(1, None, limit(Side::Buy, 1_000, 30));
    let (order_id, lots, leaves) = (OrderId(1), Qty(10), Qty(20));
    fixture.fact(ALICE, Fact::Decremented { order: order_id, lots, leaves });
    assert_eq!(order(&fixture.views, 1).canceled, Qty(10));
    let change = Change { qty: Some(Qty(15)), ..Change::default() };
    let fact =
        Fact::Replaced { order: order_id, request: None, change, leaves: Qty(15), place: None };
    fixture.fact(ALICE, fact);
    let seen = order(&fixture.views, 1);
    assert_eq!((seen.terms.qty, seen.leaves, seen.canceled), (Qty(15), Qty(15), Qty::ZERO));
}

#[test]
fn only_the_last_closed_orders_are_kept_with_their_names() {
    let mut fixture = Fixture::new();
    let count = CLOSED_ORDERS_PER_ACCOUNT as u64 + 2;
    fixture.accepted(1_000_000, request("open"), limit(Side::Buy, 1_000, 5));
    for id in 1..=count {
        fixture.accepted(id, request(&format!("c{id}")), limit(Side::Buy, 1_000, 5));
        fixture.fact(ALICE, canceled(id, 5, 0));
    }
    let orders = &fixture.views.account(ALICE).unwrap().orders;
    assert_eq!((orders.open().len(), orders.closed().len()), (1, CLOSED_ORDERS_PER_ACCOUNT));
    assert!(orders.get(OrderId(2)).is_none() && orders.get(OrderId(3)).is_some());
    assert!(orders.by_client_id(request("c2").unwrap()).is_none());
    assert!(orders.by_client_id(request("open").unwrap()).is_some());
    let newest: Vec<Seq> = orders.closed_below(OrderId(5)).map(|o| o.id.0).collect();
    assert_eq!(newest, [4, 3]);
}

#[test]
fn a_client_order_id_used_again_names_the_later_order() {
    let mut fixture = Fixture::new();
    for id in 1..=CLOSED_ORDERS_PER_ACCOUNT as u64 + 1 {
        fixture.accepted(id, request("same"), limit(Side::Buy, 1_000, 5));
        fixture.fact(ALICE, canceled(id, 5, 0));
    }
    let named = fixture.views.order_by_client_id(ALICE, request("same").unwrap());
    assert_eq!(named.map(|order| order.id.0), Some(CLOSED_ORDERS_PER_ACCOUNT as u64 + 1));
}

#[test]
#[should_panic(expected = "filled + open + canceled is the quantity")]
fn events_that_lose_lots_are_a_bug() {
    let mut fixture = Fixture::new();
    fixture.accepted(1, None, limit(Side::Buy, 1_000, 30));
    fixture.fact(ALICE, canceled(1, 29, 0));
}

#[test]
fn a_snapshot_restores_the_same_views() {
    let mut fixture = Fixture::new();
    fixture.event(book(1, Side::Buy, 990, 9));
    fixture.event(trade(1, 1, 990, Side::Sell, 4));
    fixture.accepted(1, request("a"), limit(Side::Sell, 1_000, 30));
    fixture.accepted(2, None, limit(Side::Buy, 1_000, 30));
    fixture.fact(ALICE, canceled(2, 30, 0));
    let restored = fixture.restored();
    assert_eq!(restored, fixture.views);
    let mut again = Vec::new();
    restored.snapshot(&mut again);
    assert_eq!(again, fixture.snapshot());
}

#[test]
fn a_damaged_snapshot_is_refused_or_restores_other_views_but_never_panics() {
    let mut fixture = Fixture::new();
    fixture.event(book(1, Side::Sell, 990, 9));
    fixture.event(trade(1, 1, 990, Side::Buy, 4));
    fixture.accepted(1, request("a"), limit(Side::Sell, 1_000, 30));
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
    let other_version = [&[u8::MAX], &bytes[1..]].concat();
    let refused = Views::restore(&other_version).unwrap_err();
    assert_eq!((refused.offset, refused.expected), (1, "version 9 before here"));
}
