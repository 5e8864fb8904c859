//! What positions cost and bring, and what an account is worth from day to day.

mod support;

use support::{ALICE, Fixture, PETR, limit, price};
use types::{Amount, Date, OrderId, PaymentId, Qty, Role, Side, TickValue, TradeId};
use venue::{Balance, BookChange, Event, Fact, Fill, OwnFill, PublicEvent, Trade};
use view::Position;

/// A whole order of `lots` that fills at once for `cash` minor units and a fee of 1, after which
/// the account has `after` lots.
fn traded(fixture: &mut Fixture, order: u64, side: Side, lots: u64, cash: i64, after: i64) {
    let ticks = cash.cast_unsigned() / lots;
    fixture.accepted(order, None, limit(side, ticks, lots));
    let (trade, price, lots) = (TradeId(order), price(ticks), Qty(lots));
    fixture.fact(
        ALICE,
        Fact::Filled(OwnFill {
            order: OrderId(order),
            instrument: PETR,
            side,
            fill: Fill { trade, price, lots, leaves: Qty::ZERO, role: Role::Taker },
            filled: lots,
            ticks_lots: u128::from(ticks) * u128::from(lots.0),
            cash: Amount(cash),
            fee: Amount(1),
            position: Balance { free: after, held: 0 },
        }),
    );
}

/// Two others trade, at this price.
fn printed(fixture: &mut Fixture, ticks: u64) {
    fixture.event(Event::Public(PublicEvent::Book(BookChange {
        instrument: PETR,
        side: Side::Sell,
        price: price(ticks),
        order: OrderId(98),
        lots: Qty(1),
        at_back: true,
        level_lots: Qty(1),
        level_orders: 1,
    })));
    fixture.event(Event::Public(PublicEvent::Trade(Trade {
        instrument: PETR,
        trade: TradeId(99),
        price: price(ticks),
        lots: Qty(1),
        maker: OrderId(98),
        taker: OrderId(99),
        taker_side: Side::Buy,
        maker_lots: Qty::ZERO,
        level_lots: Qty::ZERO,
        level_orders: 0,
    })));
}

fn position(fixture: &Fixture) -> Position {
    fixture.views.account(ALICE).unwrap().positions[&PETR]
}

#[test]
fn a_sale_takes_its_share_of_the_cost_and_the_last_one_the_rest() {
    let mut fixture = Fixture::new();
    traded(&mut fixture, 1, Side::Buy, 2, 2_000, 2);
    traded(&mut fixture, 2, Side::Buy, 1, 1_001, 3);
    let (after, fees) = (position(&fixture), 2);
    assert_eq!(after, Position { settled: 3, held: 0, cost: 3_001, realised: 0, fees });
    assert_eq!(after.average_cost(TickValue::ONE), Some(10_003_333));
    traded(&mut fixture, 3, Side::Sell, 1, 1_500, 2);
    let (after, fees) = (position(&fixture), 3);
    assert_eq!(after, Position { settled: 2, held: 0, cost: 2_001, realised: 500, fees });
    traded(&mut fixture, 4, Side::Sell, 2, 1_600, 0);
    let (after, fees) = (position(&fixture), 4);
    assert_eq!(after, Position { settled: 0, held: 0, cost: 0, realised: 99, fees });
    assert_eq!(after.average_cost(TickValue::ONE), None);
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn issued_lots_cost_nothing() {
    let mut fixture = Fixture::new();
    let all = Balance { free: 3, held: 0 };
    fixture.fact(ALICE, Fact::Issued { instrument: PETR, qty: Qty(3), position: all });
    traded(&mut fixture, 1, Side::Buy, 1, 1_000, 4);
    let bought = position(&fixture);
    assert_eq!(bought.average_cost(TickValue::ONE), Some(2_500_000));
    traded(&mut fixture, 2, Side::Sell, 2, 2_000, 2);
    assert_eq!((position(&fixture).cost, position(&fixture).realised), (500, 1_500));
}

#[test]
fn a_day_begins_at_what_the_account_is_worth_then() {
    let mut fixture = Fixture::new();
    let all = Balance { free: 3, held: 0 };
    fixture.fact(ALICE, Fact::Issued { instrument: PETR, qty: Qty(3), position: all });
    let (payment, request) = (PaymentId(1), None);
    fixture.fact(ALICE, Fact::Deposited { payment, amount: Amount(100), request });
    let equity = |fixture: &Fixture| fixture.views.equity(fixture.views.account(ALICE).unwrap());
    let day = |fixture: &Fixture| {
        let account = fixture.views.account(ALICE).unwrap();
        (account.day_opening, account.day_payments)
    };
    // The fixture's cash is always 100; without a trade, shares count as nothing.
    assert_eq!((equity(&fixture), day(&fixture)), (100, (0, 100)));
    printed(&mut fixture, 1_000);
    assert_eq!(equity(&fixture), 3_100);
    fixture.event(Event::Public(PublicEvent::DateChanged { date: Date(20_001) }));
    assert_eq!(day(&fixture), (3_100, 0));
    let payment = PaymentId(2);
    fixture.fact(ALICE, Fact::Withdrawn { payment, amount: Amount(7), request });
    let (payment, to) = (PaymentId(3), support::BOB);
    fixture.fact(ALICE, Fact::TransferSent { payment, to, amount: Amount(5), request });
    let (payment, amount) = (PaymentId(4), Amount(2));
    fixture.fact(ALICE, Fact::TransferReceived { payment, from: to, amount });
    printed(&mut fixture, 1_100);
    assert_eq!((equity(&fixture), day(&fixture)), (3_400, (3_100, -10)));
    assert_eq!(fixture.restored(), fixture.views);
}
