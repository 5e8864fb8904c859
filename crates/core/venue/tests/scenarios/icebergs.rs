//! Icebergs: what the book shows, and what comes after it.

use expect_test::expect;

use crate::support::check;

#[test]
fn an_iceberg_shows_one_part_at_a_time() {
    check(
        "market
         ---
         show public
         ann sell 10 @ 10.00 show 3",
        expect![[r#"
            ask 10.00: a1 shows 3 at the back, level 3 in 1
        "#]],
    );
}

#[test]
fn hidden_lots_are_not_ahead_of_anyone() {
    check(
        "market
         ann sell 10 @ 10.00 show 3
         ---
         show owner
         bob sell 1 @ 10.00",
        expect![[r#"
            bob: b1 accepted, 3 ahead, best -/10.00
        "#]],
    );
}

#[test]
fn a_refreshed_iceberg_goes_to_the_back() {
    check(
        "market
         ann sell 10 @ 10.00 show 3
         bob sell 5 @ 10.00
         ---
         cat buy 4 @ 10.00",
        expect![[r#"
            trade 3 @ 10.00: c1 buys from a1, level 5 in 2
            ask 10.00: a1 shows 3 at the back, level 8 in 2
            trade 1 @ 10.00: c1 buys from b1 which shows 4, level 7 in 2
            cat: c1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 3 @ 10.00 as maker, left 7
            cat: c1 filled 3 @ 10.00 as taker, left 1
            bob: b1 filled 1 @ 10.00 as maker, left 4
            cat: c1 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_part_half_used_keeps_its_place() {
    check(
        "market
         ann sell 10 @ 10.00 show 3
         bob sell 5 @ 10.00
         ---
         show public
         cat buy 2 @ 10.00
         cat buy 2 @ 10.00",
        expect![[r#"
            cat buy 2 @ 10.00
              trade 2 @ 10.00: c1 buys from a1 which shows 1, level 6 in 2
            cat buy 2 @ 10.00
              trade 1 @ 10.00: c2 buys from a1, level 5 in 2
              ask 10.00: a1 shows 3 at the back, level 8 in 2
              trade 1 @ 10.00: c2 buys from b1 which shows 4, level 7 in 2
        "#]],
    );
}

#[test]
fn a_part_used_up_by_the_takers_last_lot_is_refreshed() {
    check(
        "market
         ann sell 10 @ 10.00 show 3
         ---
         show public
         cat buy 3 @ 10.00",
        expect![[r#"
            trade 3 @ 10.00: c1 buys from a1, level 0 in 1
            ask 10.00: a1 shows 3 at the back, level 3 in 1
        "#]],
    );
}

#[test]
fn the_last_part_is_what_is_left() {
    check(
        "market
         ann sell 5 @ 10.00 show 3
         ---
         show public
         cat buy 4 @ 10.00
         cat buy 4 @ 10.00",
        expect![[r#"
            cat buy 4 @ 10.00
              trade 3 @ 10.00: c1 buys from a1, level 0 in 1
              ask 10.00: a1 shows 2 at the back, level 2 in 1
              trade 1 @ 10.00: c1 buys from a1 which shows 1, level 1 in 1
            cat buy 4 @ 10.00
              trade 1 @ 10.00: c2 buys from a1, level 0 in 0
              bid 10.00: c2 shows 3 at the back, level 3 in 1
        "#]],
    );
}

#[test]
fn an_iceberg_that_comes_in_trades_all_its_lots_and_then_shows_a_part() {
    check(
        "market
         ann sell 6 @ 10.00
         ---
         bob buy 10 @ 10.00 show 3",
        expect![[r#"
            trade 6 @ 10.00: b1 buys from a1, level 0 in 0
            bid 10.00: b1 shows 3 at the back, level 3 in 1
            bob: b1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 6 @ 10.00 as maker, left 0
            bob: b1 filled 6 @ 10.00 as taker, left 4
        "#]],
    );
}

#[test]
fn two_icebergs_take_turns() {
    check(
        "market
         ann sell 4 @ 10.00 show 2
         bob sell 4 @ 10.00 show 2
         ---
         show public
         cat buy 8 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: c1 buys from a1, level 2 in 2
            ask 10.00: a1 shows 2 at the back, level 4 in 2
            trade 2 @ 10.00: c1 buys from b1, level 2 in 2
            ask 10.00: b1 shows 2 at the back, level 4 in 2
            trade 2 @ 10.00: c1 buys from a1, level 2 in 1
            trade 2 @ 10.00: c1 buys from b1, level 0 in 0
        "#]],
    );
}

#[test]
fn a_canceled_iceberg_gives_up_hidden_lots_too() {
    check(
        "market
         ann sell 10 @ 10.00 show 3
         cat buy 1 @ 10.00
         ---
         show public owner money
         ann cancel a1
         ann sell 999 @ 10.00",
        expect![[r#"
            ann cancel a1
              ask 10.00: a1 gone, level 0 in 0
              ann: a1 canceled 9 after 1 filled, requested | 10010.00
            ann sell 999 @ 10.00
              ask 10.00: a2 shows 999 at the back, level 999 in 1
              ann: a2 accepted, 0 ahead, best -/- | 10010.00
        "#]],
    );
}

#[test]
fn pro_rata_refreshes_icebergs_after_the_round() {
    check(
        "market policy pro-rata
         ann sell 8 @ 10.00 show 2
         bob sell 6 @ 10.00
         ---
         show public
         cat buy 10 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: c1 buys from a1, level 6 in 2
            trade 6 @ 10.00: c1 buys from b1, level 0 in 1
            ask 10.00: a1 shows 2 at the back, level 2 in 1
            trade 2 @ 10.00: c1 buys from a1, level 0 in 1
            ask 10.00: a1 shows 2 at the back, level 2 in 1
        "#]],
    );
}
