//! What positions cost and bring.

mod support;

use support::{ALICE, Fixture, PETR, limit, price};
use types::{Amount, OrderId, Qty, Role, Side, TickValue, TradeId};
use venue::{Balance, Fact, Fill, OwnFill};
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
