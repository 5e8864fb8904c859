//! Every refusal of an order for what it asks, with its values.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_phase_that_does_not_allow_it() {
    check(
        "market
         ann buy 5 @ 10.00
         ---
         pre-open ACME
         bob buy 1 market
         cancel-only ACME
         bob buy 1 @ 10.00
         ann replace a1 lots 6
         halted ACME
         bob buy 1 @ 10.00
         ann replace a1 lots 4
         closed ACME
         bob buy 1 @ 10.00",
        expect![[r#"
            pre-open ACME
              ACME pre-open
            bob buy 1 market
              bob: refused, PhaseForbids(phase PreOpen)
            cancel-only ACME
              ACME cancel-only
            bob buy 1 @ 10.00
              bob: refused, PhaseForbids(phase CancelOnly)
            ann replace a1 lots 6
              ann: a1 refused, PhaseForbids(phase CancelOnly)
            halted ACME
              ACME halted
            bob buy 1 @ 10.00
              bob: refused, PhaseForbids(phase Halted)
            ann replace a1 lots 4
              ann: refused, PhaseForbids(phase Halted)
            closed ACME
              ACME closed
            bob buy 1 @ 10.00
              bob: refused, PhaseForbids(phase Closed)
        "#]],
    );
}

#[test]
fn a_quantity_of_nothing_too_large_or_off_the_lot() {
    check(
        "market lot 5 max 100
         ---
         ann buy 0 @ 10.00
         ann buy 101 @ 10.00
         ann buy 105 @ 10.00
         ann buy 99 @ 10.00
         ann buy 10 @ 10.00 show 7
         ann issue ACME 7
         ann issue ACME 281474976710657",
        expect![[r#"
            ann buy 0 @ 10.00
              ann: refused, QtyZero
            ann buy 101 @ 10.00
              ann: refused, QtyTooLarge(qty 101, max 100)
            ann buy 105 @ 10.00
              ann: refused, QtyTooLarge(qty 105, max 100)
            ann buy 99 @ 10.00
              ann: refused, OffLot(qty 99, lot_step 5)
            ann buy 10 @ 10.00 show 7
              ann: refused, OffLot(qty 7, lot_step 5)
            ann issue ACME 7
              ann: refused, OffLot(qty 7, lot_step 5)
            ann issue ACME 281474976710657
              ann: refused, QtyTooLarge(qty 281474976710657, max 281474976710656)
        "#]],
    );
}

#[test]
fn a_price_off_the_tick_or_out_of_the_band() {
    check(
        "market tick 0.05 band 9.00..11.00
         ---
         ann buy 1 @ 10.01
         ann sell 1 @ 8.95
         ann buy 1 @ 11.05
         ann buy 1 market to 11.05
         ann sell 1 stop 8.95
         ann sell 1 stop 9.00 to 8.95
         ann buy 1 stop 11.00 @ 11.01",
        expect![[r#"
            ann buy 1 @ 10.01
              ann: refused, OffTick(price 10.01, tick_step 5)
            ann sell 1 @ 8.95
              ann: refused, PriceBelowBand(price 8.95, min 9.00)
            ann buy 1 @ 11.05
              ann: refused, PriceAboveBand(price 11.05, max 11.00)
            ann buy 1 market to 11.05
              ann: refused, PriceAboveBand(price 11.05, max 11.00)
            ann sell 1 stop 8.95
              ann: refused, PriceBelowBand(price 8.95, min 9.00)
            ann sell 1 stop 9.00 to 8.95
              ann: refused, PriceBelowBand(price 8.95, min 9.00)
            ann buy 1 stop 11.00 @ 11.01
              ann: refused, OffTick(price 11.01, tick_step 5)
        "#]],
    );
}

#[test]
fn a_display_that_is_nothing_or_more_than_the_order() {
    check(
        "market
         ---
         ann buy 5 @ 10.00 show 0
         ann buy 5 @ 10.00 show 6
         ann buy 5 @ 10.00 show 5",
        expect![[r#"
            ann buy 5 @ 10.00 show 0
              ann: refused, DisplayOutOfRange(display 0, max 5)
            ann buy 5 @ 10.00 show 6
              ann: refused, DisplayOutOfRange(display 6, max 5)
            ann buy 5 @ 10.00 show 5
              bid 10.00: a1 shows 5 at the back, level 5 in 1
              ann: a1 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn instructions_that_do_not_go_together() {
    check(
        "market
         ---
         show owner
         ann buy 5 market day; ann buy 5 market gtc; ann buy 5 market gtd 9
         ann buy 5 stop 10.00 ioc; ann buy 5 stop 10.00 fok
         ann buy 5 stop 10.00 @ 10.00 ioc; ann buy 5 stop 10.00 @ 10.00 fok
         ann buy 5 market post-only; ann buy 5 stop 10.00 post-only
         ann buy 5 stop 10.00 @ 10.00 post-only
         ann buy 5 @ 10.00 ioc post-only; ann buy 5 @ 10.00 fok post-only
         ann buy 5 market show 2; ann buy 5 stop 10.00 show 2
         ann buy 5 @ 10.00 ioc show 2; ann buy 5 @ 10.00 fok show 2",
        expect![[r#"
            ann buy 5 market day
              ann: refused, MarketMustBeImmediate
            ann buy 5 market gtc
              ann: refused, MarketMustBeImmediate
            ann buy 5 market gtd 9
              ann: refused, MarketMustBeImmediate
            ann buy 5 stop 10.00 ioc
              ann: refused, StopMustRest
            ann buy 5 stop 10.00 fok
              ann: refused, StopMustRest
            ann buy 5 stop 10.00 @ 10.00 ioc
              ann: refused, StopMustRest
            ann buy 5 stop 10.00 @ 10.00 fok
              ann: refused, StopMustRest
            ann buy 5 market post-only
              ann: refused, PostOnlyMustRest
            ann buy 5 stop 10.00 post-only
              ann: refused, PostOnlyMustRest
            ann buy 5 stop 10.00 @ 10.00 post-only
              ann: refused, PostOnlyMustRest
            ann buy 5 @ 10.00 ioc post-only
              ann: refused, PostOnlyMustRest
            ann buy 5 @ 10.00 fok post-only
              ann: refused, PostOnlyMustRest
            ann buy 5 market show 2
              ann: refused, IcebergMustRest
            ann buy 5 stop 10.00 show 2
              ann: refused, IcebergMustRest
            ann buy 5 @ 10.00 ioc show 2
              ann: refused, IcebergMustRest
            ann buy 5 @ 10.00 fok show 2
              ann: refused, IcebergMustRest
        "#]],
    );
}

#[test]
fn an_expiry_that_is_not_in_the_future() {
    check(
        "market
         at 50
         ---
         ann buy 5 @ 10.00 gtd 50
         ann buy 5 @ 10.00 gtd 49",
        expect![[r#"
            ann buy 5 @ 10.00 gtd 50
              ann: refused, ExpiryPassed(expires 50, now 50)
            ann buy 5 @ 10.00 gtd 49
              ann: refused, ExpiryPassed(expires 49, now 50)
        "#]],
    );
}

#[test]
fn a_worst_case_that_no_amount_can_be() {
    check(
        "market max 281474976710656 limit 327.67
         ---
         ann buy 281474976710656 @ 40.97
         ann buy 281474976710656 @ 40.96
         fees ACME 0/1
         ann buy 281474976710656 @ 40.96
         ann buy 1 @ 10.00
         ann replace a1 lots 281474976710656 @ 40.96",
        expect![[r#"
            ann buy 281474976710656 @ 40.97
              ann: refused, NotionalTooLarge(max 11529215046068469.76)
            ann buy 281474976710656 @ 40.96
              ann: refused, InsufficientFunds(needed 11529215046068469.76, free 10000.00)
            fees ACME 0/1
              ACME fees 0/1
            ann buy 281474976710656 @ 40.96
              ann: refused, NotionalTooLarge(max 11529215046068469.76)
            ann buy 1 @ 10.00
              bid 10.00: a1 shows 1 at the back, level 1 in 1
              ann: a1 accepted, 0 ahead, best -/-
            ann replace a1 lots 281474976710656 @ 40.96
              ann: refused, NotionalTooLarge(max 11529215046068469.76)
        "#]],
    );
}

#[test]
fn cash_or_lots_that_are_not_free() {
    check(
        "market
         open eve USD 10.00 ACME 3
         ---
         eve buy 1 @ 10.01
         eve sell 4 @ 10.00
         open fay USD
         fay sell 1 @ 10.00",
        expect![[r#"
            eve buy 1 @ 10.01
              eve: refused, InsufficientFunds(needed 10.01, free 10.00)
            eve sell 4 @ 10.00
              eve: refused, ShortSelling(needed 4, free 3)
            open fay USD
              fay: opened in USD, Allow
            fay sell 1 @ 10.00
              fay: refused, ShortSelling(needed 1, free 0)
        "#]],
    );
}

#[test]
fn an_order_that_must_not_trade_and_would() {
    check(
        "market
         ann sell 5 @ 10.00; ann sell 5 @ 9.90
         bob buy 5 @ 9.00
         ---
         bob buy 5 @ 10.00 post-only
         bob replace b1 @ 9.90
         pre-open ACME
         bob buy 5 @ 10.00
         ann sell 5 @ 9.90",
        expect![[r#"
            bob buy 5 @ 10.00 post-only
              bob: b2 refused, WouldTakeLiquidity(best 9.90)
            bob replace b1 @ 9.90
              bid 9.00: b1 gone, level 0 in 0
              trade 5 @ 9.90: b1 buys from a2, level 0 in 0
              bob: b1 replaced, left 5, 0 ahead, best -/9.90
              ann: a2 filled 5 @ 9.90 as maker, left 0
              bob: b1 filled 5 @ 9.90 as taker, left 0
            pre-open ACME
              ACME pre-open
            bob buy 5 @ 10.00
              bob: b3 refused, WouldCrossBeforeOpen(best 10.00)
            ann sell 5 @ 9.90
              ask 9.90: a3 shows 5 at the back, level 5 in 1
              ann: a3 accepted, 0 ahead, best -/10.00
        "#]],
    );
}

#[test]
fn a_fill_or_kill_order_that_cannot_fill() {
    check(
        "market
         ann sell 5 @ 10.00
         ---
         bob buy 6 @ 10.00 fok
         bob buy 6 @ 9.99 fok",
        expect![[r#"
            bob buy 6 @ 10.00 fok
              bob: b1 refused, FillOrKillShort(available 5, qty 6)
            bob buy 6 @ 9.99 fok
              bob: b2 refused, FillOrKillShort(available 0, qty 6)
        "#]],
    );
}

#[test]
fn an_order_that_is_not_open_or_not_ones_own() {
    check(
        "market
         ann sell 5 @ 10.00
         ---
         bob cancel a1
         bob replace a1 lots 4
         ann cancel #7
         ann replace #7 lots 4",
        expect![[r#"
            bob cancel a1
              bob: refused, UnknownOrder(order a1)
            bob replace a1 lots 4
              bob: refused, UnknownOrder(order a1)
            ann cancel #7
              ann: refused, UnknownOrder(order #7)
            ann replace #7 lots 4
              ann: refused, UnknownOrder(order #7)
        "#]],
    );
}

#[test]
fn a_replacement_of_nothing_or_of_what_the_order_has_not() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 stop 9.00
         ---
         ann replace a1
         ann replace a1 lots 5
         ann replace a1 stop 9.00
         ann replace a2 @ 9.00",
        expect![[r#"
            ann replace a1
              ann: refused, NothingToReplace(order a1)
            ann replace a1 lots 5
              ann: a1 refused, NothingToReplace(order a1)
            ann replace a1 stop 9.00
              ann: a1 refused, TriggerNotReplaceable(order a1)
            ann replace a2 @ 9.00
              ann: a2 refused, PriceNotReplaceable(order a2)
        "#]],
    );
}
