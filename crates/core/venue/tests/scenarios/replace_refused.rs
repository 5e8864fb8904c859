//! Refused replacements leave the order, its place and its hold as they were.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_replacement_must_change_something() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 stop 9.00
         ---
         ann replace a1
         ann replace a1 lots 5
         ann replace a1 @ 10.00
         ann replace a1 lots 5 @ 10.00
         ann replace a2 lots 5 stop 9.00",
        expect![[r#"
            ann replace a1
              ann: refused, NothingToReplace(order a1)
            ann replace a1 lots 5
              ann: a1 refused, NothingToReplace(order a1)
            ann replace a1 @ 10.00
              ann: a1 refused, NothingToReplace(order a1)
            ann replace a1 lots 5 @ 10.00
              ann: a1 refused, NothingToReplace(order a1)
            ann replace a2 lots 5 stop 9.00
              ann: a2 refused, NothingToReplace(order a2)
        "#]],
    );
}

#[test]
fn only_an_open_order_of_ones_own_can_be_replaced() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 11.00
         ann cancel a2
         ---
         bob replace a1 lots 3
         ann replace a2 lots 3
         ann replace #99 lots 3",
        expect![[r#"
            bob replace a1 lots 3
              bob: refused, UnknownOrder(order a1)
            ann replace a2 lots 3
              ann: refused, UnknownOrder(order a2)
            ann replace #99 lots 3
              ann: refused, UnknownOrder(order #99)
        "#]],
    );
}

#[test]
fn the_new_quantity_is_checked_like_that_of_a_new_order() {
    check(
        "market lot 5 max 100
         ann sell 10 @ 10.00
         ---
         ann replace a1 lots 0
         ann replace a1 lots 105
         ann replace a1 lots 7",
        expect![[r#"
            ann replace a1 lots 0
              ann: refused, QtyZero
            ann replace a1 lots 105
              ann: refused, QtyTooLarge(qty 105, max 100)
            ann replace a1 lots 7
              ann: refused, OffLot(qty 7, lot_step 5)
        "#]],
    );
}

#[test]
fn the_new_price_and_trigger_are_checked_like_those_of_a_new_order() {
    check(
        "market tick 0.05 band 9.00..11.00
         ann sell 10 @ 10.00
         ann sell 10 stop 9.50 @ 9.50
         ---
         ann replace a1 @ 10.01
         ann replace a1 @ 8.95
         ann replace a1 @ 11.05
         ann replace a2 stop 9.51
         ann replace a2 stop 8.95
         ann replace a2 stop 11.05",
        expect![[r#"
            ann replace a1 @ 10.01
              ann: refused, OffTick(price 10.01, tick_step 5)
            ann replace a1 @ 8.95
              ann: refused, PriceBelowBand(price 8.95, min 9.00)
            ann replace a1 @ 11.05
              ann: refused, PriceAboveBand(price 11.05, max 11.00)
            ann replace a2 stop 9.51
              ann: refused, OffTick(price 9.51, tick_step 5)
            ann replace a2 stop 8.95
              ann: refused, PriceBelowBand(price 8.95, min 9.00)
            ann replace a2 stop 11.05
              ann: refused, PriceAboveBand(price 11.05, max 11.00)
        "#]],
    );
}

#[test]
fn checks_come_quantity_first_then_price_then_trigger_then_phase_then_cover() {
    check(
        "market band 9.00..11.00
         ann buy 10 @ 10.00
         halted ACME
         ---
         ann replace a1 lots 0 @ 12.00 stop 12.00
         ann replace a1 lots 2000 @ 12.00 stop 13.00
         ann replace a1 lots 2000 @ 11.00 stop 13.00
         ann replace a1 lots 2000
         continuous ACME
         ann replace a1 lots 2000",
        expect![[r#"
            ann replace a1 lots 0 @ 12.00 stop 12.00
              ann: refused, QtyZero
            ann replace a1 lots 2000 @ 12.00 stop 13.00
              ann: refused, PriceAboveBand(price 12.00, max 11.00)
            ann replace a1 lots 2000 @ 11.00 stop 13.00
              ann: refused, PriceAboveBand(price 13.00, max 11.00)
            ann replace a1 lots 2000
              ann: refused, PhaseForbids(phase Halted)
            continuous ACME
              ACME continuous
            ann replace a1 lots 2000
              ann: refused, InsufficientFunds(needed 19900.00, free 9900.00)
        "#]],
    );
}

#[test]
fn the_extra_hold_must_be_free() {
    check(
        "market
         open eve USD 100.00 ACME 10
         eve buy 6 @ 10.00
         eve sell 6 @ 20.00
         ---
         show public owner money
         eve replace e1 lots 11
         eve replace e1 @ 17.00
         eve replace e2 lots 11
         eve replace e1 lots 10
         eve replace e2 lots 10",
        expect![[r#"
            eve replace e1 lots 11
              eve: refused, InsufficientFunds(needed 50.00, free 40.00) | 40.00 + 60.00 held
            eve replace e1 @ 17.00
              eve: refused, InsufficientFunds(needed 42.00, free 40.00) | 40.00 + 60.00 held
            eve replace e2 lots 11
              eve: refused, ShortSelling(needed 5, free 4) | 40.00 + 60.00 held
            eve replace e1 lots 10
              bid 10.00: e1 gone, level 0 in 0
              bid 10.00: e1 shows 10 at the back, level 10 in 1
              eve: e1 replaced, left 10, 0 ahead, best -/20.00 | 0.00 + 100.00 held
            eve replace e2 lots 10
              ask 20.00: e2 gone, level 0 in 0
              ask 20.00: e2 shows 10 at the back, level 10 in 1
              eve: e2 replaced, left 10, 0 ahead, best 10.00/- | 0.00 + 100.00 held
        "#]],
    );
}

#[test]
fn an_order_keeps_its_limit_for_the_extra_hold_if_no_price_is_given() {
    check(
        "market band 1.00..20.00
         open eve USD 100.00
         eve buy 4 stop 10.00
         band ACME 1.00..50.00
         ---
         eve replace e1 lots 6
         eve replace e1 lots 5",
        expect![[r#"
            eve replace e1 lots 6
              eve: refused, InsufficientFunds(needed 40.00, free 20.00)
            eve replace e1 lots 5
              eve: e1 replaced, left 5, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn a_stop_that_rests_has_no_trigger_any_more() {
    check(
        "market
         ann sell 5 stop 10.00 @ 11.00
         bob sell 1 @ 10.00; cat buy 1 @ 10.00
         ann sell 5 @ 12.00
         ---
         ann replace a1 stop 9.00
         ann replace a2 stop 9.00 @ 12.50
         ann replace a1 @ 11.50",
        expect![[r#"
            ann replace a1 stop 9.00
              ann: a1 refused, TriggerNotReplaceable(order a1)
            ann replace a2 stop 9.00 @ 12.50
              ann: a2 refused, TriggerNotReplaceable(order a2)
            ann replace a1 @ 11.50
              ask 11.00: a1 gone, level 0 in 0
              ask 11.50: a1 shows 5 at the back, level 5 in 1
              ann: a1 replaced, left 5, 0 ahead, best -/12.00
        "#]],
    );
}

#[test]
fn a_plain_stop_has_no_limit_price() {
    check(
        "market
         ann sell 5 stop 9.00
         ann sell 5 stop 9.00 to 8.00
         ---
         ann replace a1 @ 8.00
         ann replace a2 @ 8.50 stop 9.10",
        expect![[r#"
            ann replace a1 @ 8.00
              ann: a1 refused, PriceNotReplaceable(order a1)
            ann replace a2 @ 8.50 stop 9.10
              ann: a2 refused, PriceNotReplaceable(order a2)
        "#]],
    );
}

#[test]
fn a_post_only_order_may_not_be_moved_to_trade() {
    check(
        "market
         ann sell 5 @ 10.00
         bob buy 5 @ 9.00 post-only
         ---
         show public owner money
         bob replace b1 @ 10.00
         bob replace b1 @ 9.99",
        expect![[r#"
            bob replace b1 @ 10.00
              bob: b1 refused, WouldTakeLiquidity(best 10.00) | 9955.00 + 45.00 held
            bob replace b1 @ 9.99
              bid 9.00: b1 gone, level 0 in 0
              bid 9.99: b1 shows 5 at the back, level 5 in 1
              bob: b1 replaced, left 5, 0 ahead, best -/10.00 | 9950.05 + 49.95 held
        "#]],
    );
}

#[test]
fn before_the_open_an_order_may_not_be_moved_to_cross() {
    check(
        "market
         ann sell 5 @ 10.00
         bob buy 5 @ 9.00
         cat buy 5 @ 9.00 post-only
         pre-open ACME
         ---
         bob replace b1 @ 10.00
         cat replace c1 @ 10.00
         bob replace b1 @ 9.99",
        expect![[r#"
            bob replace b1 @ 10.00
              bob: b1 refused, WouldCrossBeforeOpen(best 10.00)
            cat replace c1 @ 10.00
              cat: c1 refused, WouldTakeLiquidity(best 10.00)
            bob replace b1 @ 9.99
              bid 9.00: b1 gone, level 5 in 1
              bid 9.99: b1 shows 5 at the back, level 5 in 1
              bob: b1 replaced, left 5, 0 ahead, best 9.00/10.00
        "#]],
    );
}

#[test]
fn a_move_needs_a_level_page_before_the_order_leaves_its_own() {
    check(
        "venue pages 1
         market
         ann buy 5 @ 30.00
         ---
         show public owner money
         ann replace a1 @ 31.00
         ann replace a1 @ 30.10",
        expect![[r#"
            ann replace a1 @ 31.00
              ann: a1 refused, LevelsFull(max 1) | 9850.00 + 150.00 held
            ann replace a1 @ 30.10
              bid 30.00: a1 gone, level 0 in 0
              bid 30.10: a1 shows 5 at the back, level 5 in 1
              ann: a1 replaced, left 5, 0 ahead, best -/- | 9849.50 + 150.50 held
        "#]],
    );
}

#[test]
fn in_cancel_only_an_order_may_only_get_smaller() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 stop 9.00
         cancel-only ACME
         ---
         ann replace a1 lots 6
         ann replace a1 @ 10.01
         ann replace a1 lots 4 @ 10.01
         ann replace a1 lots 4
         ann replace a2 lots 6
         ann replace a2 stop 8.00
         ann replace a2 lots 4",
        expect![[r#"
            ann replace a1 lots 6
              ann: a1 refused, PhaseForbids(phase CancelOnly)
            ann replace a1 @ 10.01
              ann: a1 refused, PhaseForbids(phase CancelOnly)
            ann replace a1 lots 4 @ 10.01
              ann: a1 refused, PhaseForbids(phase CancelOnly)
            ann replace a1 lots 4
              ask 10.00: a1 shows 4, level 4 in 1
              ann: a1 replaced, left 4, keeps its place
            ann replace a2 lots 6
              ann: a2 refused, PhaseForbids(phase CancelOnly)
            ann replace a2 stop 8.00
              ann: a2 refused, PhaseForbids(phase CancelOnly)
            ann replace a2 lots 4
              ann: a2 replaced, left 4, keeps its place
        "#]],
    );
}

#[test]
fn in_cancel_only_an_order_may_be_replaced_to_nothing() {
    check(
        "market
         ann sell 5 @ 10.00
         bob buy 3 @ 10.00
         cancel-only ACME
         ---
         ann replace a1 lots 2",
        expect![[r#"
            ask 10.00: a1 gone, level 0 in 0
            ann: a1 canceled 2 after 3 filled, replaced to nothing
        "#]],
    );
}

#[test]
fn halted_and_closed_allow_no_replacement_at_all() {
    check(
        "market
         ann sell 5 @ 10.00
         ---
         halted ACME
         ann replace a1 lots 4
         closed ACME
         ann replace a1 lots 4",
        expect![[r#"
            halted ACME
              ACME halted
            ann replace a1 lots 4
              ann: refused, PhaseForbids(phase Halted)
            closed ACME
              ACME closed
            ann replace a1 lots 4
              ann: refused, PhaseForbids(phase Closed)
        "#]],
    );
}
