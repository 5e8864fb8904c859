//! Room for orders, and the order of the checks.

use expect_test::expect;

use crate::support::check;

#[test]
fn an_account_with_as_many_open_orders_as_it_may_have() {
    check(
        "venue orders-each 2
         market
         ann buy 5 @ 10.00
         ann sell 5 stop 9.00
         ---
         show owner
         ann buy 5 market
         bob sell 5 @ 10.00
         ann buy 5 @ 8.00",
        expect![[r#"
            ann buy 5 market
              ann: refused, AccountOrdersFull(max 2)
            bob sell 5 @ 10.00
              bob: b1 accepted, 0 ahead, best 10.00/-
              ann: a1 filled 5 @ 10.00 as maker, left 0
              bob: b1 filled 5 @ 10.00 as taker, left 0
            ann buy 5 @ 8.00
              ann: a3 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn a_shard_with_as_many_open_orders_as_it_can_have() {
    check(
        "venue orders 2
         market
         ann buy 5 @ 10.00
         bob sell 5 stop 9.00
         ---
         show owner
         cat sell 5 @ 10.00
         bob cancel b1
         cat sell 5 @ 10.00
         cat sell 5 @ 10.00
         cat sell 5 @ 10.00
         cat sell 5 @ 10.00",
        expect![[r#"
            cat sell 5 @ 10.00
              cat: refused, OrdersFull(max 2)
            bob cancel b1
              bob: b1 canceled 5, requested
            cat sell 5 @ 10.00
              cat: c1 accepted, 0 ahead, best 10.00/-
              ann: a1 filled 5 @ 10.00 as maker, left 0
              cat: c1 filled 5 @ 10.00 as taker, left 0
            cat sell 5 @ 10.00
              cat: c2 accepted, 0 ahead, best -/-
            cat sell 5 @ 10.00
              cat: c3 accepted, 5 ahead, best -/10.00
            cat sell 5 @ 10.00
              cat: refused, OrdersFull(max 2)
        "#]],
    );
}

#[test]
fn a_new_price_level_and_no_page_for_it() {
    check(
        "venue pages 1
         market
         ann sell 5 @ 10.00
         ---
         show owner
         bob sell 1 @ 20.00
         bob sell 1 stop 9.00 @ 20.00
         bob sell 1 @ 10.01
         bob buy 1 @ 10.00
         bob buy 1 @ 10.00 post-only
         bob buy 1 @ 10.00 ioc
         bob buy 1 stop 50.00",
        expect![[r#"
            bob sell 1 @ 20.00
              bob: b1 refused, LevelsFull(max 1)
            bob sell 1 stop 9.00 @ 20.00
              bob: b2 refused, LevelsFull(max 1)
            bob sell 1 @ 10.01
              bob: b3 accepted, 0 ahead, best -/10.00
            bob buy 1 @ 10.00
              bob: b4 refused, LevelsFull(max 1)
            bob buy 1 @ 10.00 post-only
              bob: b5 refused, LevelsFull(max 1)
            bob buy 1 @ 10.00 ioc
              bob: b6 accepted, 0 ahead, best -/10.00
              ann: a1 filled 1 @ 10.00 as maker, left 4
              bob: b6 filled 1 @ 10.00 as taker, left 0
            bob buy 1 stop 50.00
              bob: b7 accepted, 0 ahead, best -/10.00
        "#]],
    );
}

#[test]
fn a_page_has_64_price_levels_counted_from_the_best_possible_price_of_its_side() {
    check(
        "venue pages 2
         market limit 1000.00
         ann sell 1 @ 10.00; ann buy 1 @ 9.50
         ---
         show owner
         bob sell 1 @ 10.25
         bob sell 1 @ 10.24
         bob buy 1 @ 9.28
         bob buy 1 @ 9.29
         bob buy 1 @ 9.93
         bob sell 1 @ 9.60
         bob sell 1 @ 9.61
         ann mass-cancel; bob mass-cancel asks
         bob sell 1 @ 50.00",
        expect![[r#"
            bob sell 1 @ 10.25
              bob: b1 refused, LevelsFull(max 2)
            bob sell 1 @ 10.24
              bob: b2 accepted, 0 ahead, best 9.50/10.00
            bob buy 1 @ 9.28
              bob: b3 refused, LevelsFull(max 2)
            bob buy 1 @ 9.29
              bob: b4 accepted, 0 ahead, best 9.50/10.00
            bob buy 1 @ 9.93
              bob: b5 refused, LevelsFull(max 2)
            bob sell 1 @ 9.60
              bob: b6 refused, LevelsFull(max 2)
            bob sell 1 @ 9.61
              bob: b7 accepted, 0 ahead, best 9.50/10.00
            ann mass-cancel
              ann: a1 canceled 1, mass cancel
              ann: a2 canceled 1, mass cancel
              ann: mass cancel of 2 done
            bob mass-cancel asks
              bob: b2 canceled 1, mass cancel
              bob: b7 canceled 1, mass cancel
              bob: mass cancel of 2 done
            bob sell 1 @ 50.00
              bob: b8 accepted, 0 ahead, best 9.29/-
        "#]],
    );
}

#[test]
fn clearing_checks_in_this_order() {
    check(
        "venue orders 2 orders-each 1
         market lot 5 max 100 tick 0.05 band 9.00..11.00
         open eva EUR
         ann suspend; halted ACME
         ---
         show owner
         ann buy #7 0 market day post-only show 0 to 12.01
         ann resume
         ann buy #7 0 market day post-only show 0 to 12.01
         eva buy 0 market day post-only show 0 to 12.01
         ann buy 0 market day post-only show 0 to 12.01
         ann buy 107 market day post-only show 0 to 12.01
         ann buy 98 market day post-only show 0 to 12.01
         ann buy 95 market day post-only show 0 to 12.01
         ann buy 95 market day post-only show 97 to 12.01
         ann buy 95 market day post-only show 93 to 12.01
         ann buy 95 market day post-only show 90 to 12.01
         ann buy 95 stop 12.01 ioc post-only show 90 to 12.01
         ann buy 95 stop 12.01 gtd 1 post-only show 90 to 8.00
         ann buy 95 stop 12.01 gtd 1 show 90 to 8.00
         ann buy 95 stop 12.01 gtd 1 to 8.00
         ann buy 95 stop 12.00 gtd 1 to 8.00
         ann buy 95 stop 11.00 gtd 1 to 8.00
         ann buy 95 stop 11.00 gtd 1 to 9.00
         ann buy 95 stop 11.00 to 9.00",
        expect![[r#"
            ann buy #7 0 market day post-only show 0 to 12.01
              ann: refused, AccountSuspended(account ann)
            ann resume
              ann: active
            ann buy #7 0 market day post-only show 0 to 12.01
              ann: refused, UnknownInstrument(instrument #7)
            eva buy 0 market day post-only show 0 to 12.01
              eva: refused, CurrencyMismatch(account EUR, other USD)
            ann buy 0 market day post-only show 0 to 12.01
              ann: refused, QtyZero
            ann buy 107 market day post-only show 0 to 12.01
              ann: refused, QtyTooLarge(qty 107, max 100)
            ann buy 98 market day post-only show 0 to 12.01
              ann: refused, OffLot(qty 98, lot_step 5)
            ann buy 95 market day post-only show 0 to 12.01
              ann: refused, DisplayOutOfRange(display 0, max 95)
            ann buy 95 market day post-only show 97 to 12.01
              ann: refused, DisplayOutOfRange(display 97, max 95)
            ann buy 95 market day post-only show 93 to 12.01
              ann: refused, OffLot(qty 93, lot_step 5)
            ann buy 95 market day post-only show 90 to 12.01
              ann: refused, MarketMustBeImmediate
            ann buy 95 stop 12.01 ioc post-only show 90 to 12.01
              ann: refused, StopMustRest
            ann buy 95 stop 12.01 gtd 1 post-only show 90 to 8.00
              ann: refused, PostOnlyMustRest
            ann buy 95 stop 12.01 gtd 1 show 90 to 8.00
              ann: refused, IcebergMustRest
            ann buy 95 stop 12.01 gtd 1 to 8.00
              ann: refused, OffTick(price 12.01, tick_step 5)
            ann buy 95 stop 12.00 gtd 1 to 8.00
              ann: refused, PriceAboveBand(price 12.00, max 11.00)
            ann buy 95 stop 11.00 gtd 1 to 8.00
              ann: refused, PriceBelowBand(price 8.00, min 9.00)
            ann buy 95 stop 11.00 gtd 1 to 9.00
              ann: refused, ExpiryPassed(expires 1, now 1)
            ann buy 95 stop 11.00 to 9.00
              ann: refused, PhaseForbids(phase Halted)
        "#]],
    );
}

#[test]
fn room_is_checked_before_cover() {
    check(
        "venue orders 2 orders-each 1
         market
         ann buy 1 @ 10.00; bob buy 1 @ 10.00
         ---
         ann buy 1000000 @ 100.00
         cat buy 1000000 @ 100.00
         bob cancel b1
         cat buy 1000000 @ 100.00",
        expect![[r#"
            ann buy 1000000 @ 100.00
              ann: refused, AccountOrdersFull(max 1)
            cat buy 1000000 @ 100.00
              cat: refused, OrdersFull(max 2)
            bob cancel b1
              bid 10.00: b1 gone, level 1 in 1
              bob: b1 canceled 1, requested
            cat buy 1000000 @ 100.00
              cat: refused, InsufficientFunds(needed 100000000.00, free 10000.00)
        "#]],
    );
}

#[test]
fn a_refused_order_uses_a_number_only_if_matching_refused_it() {
    check(
        "market
         ann sell 1 @ 10.00
         ---
         show owner
         bob buy 0 @ 10.00
         bob buy 1 @ 10.00 post-only as by-matching
         bob buy 1 @ 9.00 as third
         bob cancel #3",
        expect![[r#"
            bob buy 0 @ 10.00
              bob: refused, QtyZero
            bob buy 1 @ 10.00 post-only as by-matching
              bob: by-matching refused, WouldTakeLiquidity(best 10.00)
            bob buy 1 @ 9.00 as third
              bob: third accepted, 0 ahead, best -/10.00
            bob cancel #3
              bob: third canceled 1, requested
        "#]],
    );
}
