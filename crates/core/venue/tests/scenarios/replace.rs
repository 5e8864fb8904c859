//! Replacing an order that rests.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_smaller_order_keeps_its_place() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         ---
         ann replace a1 lots 3
         cat buy 4 @ 10.00",
        expect![[r#"
            ann replace a1 lots 3
              ask 10.00: a1 shows 3, level 8 in 2
              ann: a1 replaced, left 3, keeps its place
            cat buy 4 @ 10.00
              trade 3 @ 10.00: c1 buys from a1, level 5 in 1
              trade 1 @ 10.00: c1 buys from b1 which shows 4, level 4 in 1
              cat: c1 accepted, 0 ahead, best -/10.00
              ann: a1 filled 3 @ 10.00 as maker, left 0
              cat: c1 filled 3 @ 10.00 as taker, left 1
              bob: b1 filled 1 @ 10.00 as maker, left 4
              cat: c1 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_larger_order_goes_to_the_back() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         ---
         ann replace a1 lots 6
         show public
         cat buy 6 @ 10.00",
        expect![[r#"
            ann replace a1 lots 6
              ask 10.00: a1 gone, level 5 in 1
              ask 10.00: a1 shows 6 at the back, level 11 in 2
              ann: a1 replaced, left 6, 5 ahead, best -/10.00
            cat buy 6 @ 10.00
              trade 5 @ 10.00: c1 buys from b1, level 6 in 1
              trade 1 @ 10.00: c1 buys from a1 which shows 5, level 5 in 1
        "#]],
    );
}

#[test]
fn an_order_at_another_price_goes_to_the_back_there() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 10.01
         ---
         ann replace a1 @ 10.01
         bob replace b1 @ 10.00 lots 3",
        expect![[r#"
            ann replace a1 @ 10.01
              ask 10.00: a1 gone, level 0 in 0
              ask 10.01: a1 shows 5 at the back, level 10 in 2
              ann: a1 replaced, left 5, 5 ahead, best -/10.01
            bob replace b1 @ 10.00 lots 3
              ask 10.01: b1 gone, level 5 in 1
              ask 10.00: b1 shows 3 at the back, level 3 in 1
              bob: b1 replaced, left 3, 0 ahead, best -/10.01
        "#]],
    );
}

#[test]
fn the_same_price_given_again_keeps_the_place_of_a_smaller_order() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         ---
         ann replace a1 @ 10.00 lots 4",
        expect![[r#"
            ask 10.00: a1 shows 4, level 9 in 2
            ann: a1 replaced, left 4, keeps its place
        "#]],
    );
}

#[test]
fn the_new_quantity_is_the_total_so_what_was_filled_counts() {
    check(
        "market
         ann sell 10 @ 10.00
         bob sell 5 @ 10.00
         cat buy 4 @ 10.00
         ---
         ann replace a1 lots 9
         ann replace a1 lots 11
         ann replace a1 @ 10.01",
        expect![[r#"
            ann replace a1 lots 9
              ask 10.00: a1 shows 5, level 10 in 2
              ann: a1 replaced, left 5, keeps its place
            ann replace a1 lots 11
              ask 10.00: a1 gone, level 5 in 1
              ask 10.00: a1 shows 7 at the back, level 12 in 2
              ann: a1 replaced, left 7, 5 ahead, best -/10.00
            ann replace a1 @ 10.01
              ask 10.00: a1 gone, level 5 in 1
              ask 10.01: a1 shows 7 at the back, level 7 in 1
              ann: a1 replaced, left 7, 0 ahead, best -/10.00
        "#]],
    );
}

#[test]
fn a_total_at_or_below_what_was_filled_cancels_the_rest() {
    check(
        "market
         ann sell 10 @ 10.00
         bob sell 10 @ 10.00
         cat buy 14 @ 10.00
         bob replace b1 lots 8
         ---
         bob replace b1 lots 4 req equal
         ann sell 10 @ 10.00 as next
         cat buy 4 @ 10.00
         ann replace next lots 3 @ 11.00 req below",
        expect![[r#"
            bob replace b1 lots 4 req equal
              ask 10.00: b1 gone, level 0 in 0
              bob: b1 canceled 4 after 4 filled, replaced to nothing (req equal)
            ann sell 10 @ 10.00 as next
              ask 10.00: next shows 10 at the back, level 10 in 1
              ann: next accepted, 0 ahead, best -/-
            cat buy 4 @ 10.00
              trade 4 @ 10.00: c2 buys from next which shows 6, level 6 in 1
              cat: c2 accepted, 0 ahead, best -/10.00
              ann: next filled 4 @ 10.00 as maker, left 6
              cat: c2 filled 4 @ 10.00 as taker, left 0
            ann replace next lots 3 @ 11.00 req below
              ask 10.00: next gone, level 0 in 0
              ann: next canceled 6 after 4 filled, replaced to nothing (req below)
        "#]],
    );
}

#[test]
fn an_order_replaced_across_the_spread_trades_as_a_taker() {
    check(
        "market fees 1000/2000
         ann sell 5 @ 10.00
         bob buy 8 @ 9.00
         ---
         bob replace b1 @ 10.50
         cat sell 3 @ 10.50",
        expect![[r#"
            bob replace b1 @ 10.50
              bid 9.00: b1 gone, level 0 in 0
              trade 5 @ 10.00: b1 buys from a1, level 0 in 0
              bid 10.50: b1 shows 3 at the back, level 3 in 1
              bob: b1 replaced, left 8, 0 ahead, best -/10.00
              ann: a1 filled 5 @ 10.00 as maker, left 0
              bob: b1 filled 5 @ 10.00 as taker, left 3
            cat sell 3 @ 10.50
              trade 3 @ 10.50: c1 sells to b1, level 0 in 0
              cat: c1 accepted, 0 ahead, best 10.50/-
              bob: b1 filled 3 @ 10.50 as maker, left 0
              cat: c1 filled 3 @ 10.50 as taker, left 0
        "#]],
    );
}

#[test]
fn a_new_request_id_is_told_with_the_replacement() {
    check(
        "market
         ann sell 5 @ 10.00 req first
         ---
         ann replace a1 lots 4 req second
         ann replace a1 lots 5 req third",
        expect![[r#"
            ann replace a1 lots 4 req second
              ask 10.00: a1 shows 4, level 4 in 1
              ann: a1 replaced, left 4, keeps its place (req second)
            ann replace a1 lots 5 req third
              ask 10.00: a1 gone, level 0 in 0
              ask 10.00: a1 shows 5 at the back, level 5 in 1
              ann: a1 replaced, left 5, 0 ahead, best -/- (req third)
        "#]],
    );
}

#[test]
fn ahead_and_best_prices_are_those_after_the_order_left() {
    check(
        "market
         ann buy 5 @ 10.00
         bob buy 3 @ 9.90
         ---
         show owner
         ann replace a1 @ 9.90
         ann replace a1 lots 6",
        expect![[r#"
            ann replace a1 @ 9.90
              ann: a1 replaced, left 5, 3 ahead, best 9.90/-
            ann replace a1 lots 6
              ann: a1 replaced, left 6, 3 ahead, best 9.90/-
        "#]],
    );
}

#[test]
fn a_kept_iceberg_loses_hidden_lots_first() {
    check(
        "market
         ann sell 10 @ 10.00 show 3
         bob sell 5 @ 10.00
         ---
         ann replace a1 lots 4
         ann replace a1 lots 2
         show public
         cat buy 3 @ 10.00",
        expect![[r#"
            ann replace a1 lots 4
              ask 10.00: a1 shows 3, level 8 in 2
              ann: a1 replaced, left 4, keeps its place
            ann replace a1 lots 2
              ask 10.00: a1 shows 2, level 7 in 2
              ann: a1 replaced, left 2, keeps its place
            cat buy 3 @ 10.00
              trade 2 @ 10.00: c1 buys from a1, level 5 in 1
              trade 1 @ 10.00: c1 buys from b1 which shows 4, level 4 in 1
        "#]],
    );
}

#[test]
fn a_moved_iceberg_shows_a_whole_part_again() {
    check(
        "market
         ann sell 10 @ 10.00 show 3
         cat buy 2 @ 10.00
         ---
         show public
         ann replace a1 @ 10.01",
        expect![[r#"
            ask 10.00: a1 gone, level 0 in 0
            ask 10.01: a1 shows 3 at the back, level 3 in 1
        "#]],
    );
}

#[test]
fn a_replaced_day_order_still_expires_at_the_close() {
    check(
        "market
         ann buy 5 @ 9.00 day
         ann replace a1 @ 9.10
         ---
         closed ACME",
        expect![[r#"
            ACME closed
            bid 9.10: a1 gone, level 0 in 0
            ann: a1 canceled 5, expired
        "#]],
    );
}

#[test]
fn more_is_held_for_a_dearer_order_and_less_for_a_cheaper_one() {
    check(
        "market fees 1000/2000
         ---
         show owner money
         ann buy 10 @ 10.00
         ann replace a1 lots 20
         ann replace a1 @ 5.00
         ann replace a1 lots 10",
        expect![[r#"
            ann buy 10 @ 10.00
              ann: a1 accepted, 0 ahead, best -/- | 9899.80 + 100.20 held
            ann replace a1 lots 20
              ann: a1 replaced, left 20, 0 ahead, best -/- | 9799.60 + 200.40 held
            ann replace a1 @ 5.00
              ann: a1 replaced, left 20, 0 ahead, best -/- | 9899.80 + 100.20 held
            ann replace a1 lots 10
              ann: a1 replaced, left 10, keeps its place | 9949.90 + 50.10 held
        "#]],
    );
}

#[test]
fn a_sell_holds_the_lots_that_are_open_after_the_change() {
    check(
        "market
         ann sell 600 @ 10.00
         bob buy 100 @ 10.00
         ---
         show owner
         ann replace a1 lots 1001
         ann replace a1 lots 1000
         ann sell 1 @ 10.00
         ann replace a1 lots 300
         ann sell 700 @ 10.00
         ann sell 1 @ 10.00",
        expect![[r#"
            ann replace a1 lots 1001
              ann: refused, ShortSelling(needed 401, free 400)
            ann replace a1 lots 1000
              ann: a1 replaced, left 900, 0 ahead, best -/-
            ann sell 1 @ 10.00
              ann: refused, ShortSelling(needed 1, free 0)
            ann replace a1 lots 300
              ann: a1 replaced, left 200, keeps its place
            ann sell 700 @ 10.00
              ann: a2 accepted, 200 ahead, best -/10.00
            ann sell 1 @ 10.00
              ann: refused, ShortSelling(needed 1, free 0)
        "#]],
    );
}

#[test]
fn a_replaced_order_that_meets_its_own_follows_the_self_trade_mode() {
    check(
        "market
         open eve USD 1000.00 ACME 10 stp cancel-oldest
         eve sell 5 @ 10.00
         eve buy 5 @ 9.00
         ---
         eve replace e2 @ 10.00",
        expect![[r#"
            bid 9.00: e2 gone, level 0 in 0
            ask 10.00: e1 gone, level 0 in 0
            bid 10.00: e2 shows 5 at the back, level 5 in 1
            eve: e2 replaced, left 5, 0 ahead, best -/10.00
            eve: e1 canceled 5, self-trade
        "#]],
    );
}

#[test]
fn what_decrement_took_is_no_longer_part_of_the_total() {
    check(
        "market
         open eve USD 1000.00 ACME 20 stp decrement
         eve sell 10 @ 10.00
         eve buy 4 @ 10.00
         ---
         eve replace e1 lots 6
         eve replace e1 lots 5
         eve replace e1 lots 7
         bob buy 2 @ 10.00
         eve replace e1 lots 2",
        expect![[r#"
            eve replace e1 lots 6
              eve: e1 refused, NothingToReplace(order e1)
            eve replace e1 lots 5
              ask 10.00: e1 shows 5, level 5 in 1
              eve: e1 replaced, left 5, keeps its place
            eve replace e1 lots 7
              ask 10.00: e1 gone, level 0 in 0
              ask 10.00: e1 shows 7 at the back, level 7 in 1
              eve: e1 replaced, left 7, 0 ahead, best -/-
            bob buy 2 @ 10.00
              trade 2 @ 10.00: b1 buys from e1 which shows 5, level 5 in 1
              bob: b1 accepted, 0 ahead, best -/10.00
              eve: e1 filled 2 @ 10.00 as maker, left 5
              bob: b1 filled 2 @ 10.00 as taker, left 0
            eve replace e1 lots 2
              ask 10.00: e1 gone, level 0 in 0
              eve: e1 canceled 5 after 2 filled, replaced to nothing
        "#]],
    );
}
