//! An account's order meets another of its own: the five modes.

use expect_test::expect;

use crate::support::check;

#[test]
fn allow_lets_them_trade() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp allow
         eve sell 5 @ 10.00
         ---
         show public owner money
         eve buy 5 @ 10.00",
        expect![[r#"
            trade 5 @ 10.00: e2 buys from e1, level 0 in 0
            eve: e2 accepted, 0 ahead, best -/10.00 | 50.00 + 50.00 held
            eve: e1 filled 5 @ 10.00 as maker, left 0
              got 50.00, fee 0.00, has 5 | 100.00 + 50.00 held
            eve: e2 filled 5 @ 10.00 as taker, left 0
              paid 50.00, fee 0.00, has 10 | 100.00
        "#]],
    );
}

#[test]
fn cancel_newest_cancels_the_takers_rest_after_its_matches() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-newest
         ann sell 2 @ 10.00
         eve sell 3 @ 10.00
         ann sell 4 @ 10.00
         ---
         eve buy 8 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: e2 buys from a1, level 7 in 2
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 2 @ 10.00 as maker, left 0
            eve: e2 filled 2 @ 10.00 as taker, left 6
            eve: e2 canceled 6 after 2 filled, self-trade
        "#]],
    );
}

#[test]
fn cancel_oldest_cancels_the_resting_order_and_goes_on() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-oldest
         ann sell 2 @ 10.00
         eve sell 3 @ 10.00
         ann sell 4 @ 10.00
         ---
         eve buy 8 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: e2 buys from a1, level 7 in 2
            ask 10.00: e1 gone, level 4 in 1
            trade 4 @ 10.00: e2 buys from a2, level 0 in 0
            bid 10.00: e2 shows 2 at the back, level 2 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 2 @ 10.00 as maker, left 0
            eve: e2 filled 2 @ 10.00 as taker, left 6
            eve: e1 canceled 3, self-trade
            ann: a2 filled 4 @ 10.00 as maker, left 0
            eve: e2 filled 4 @ 10.00 as taker, left 2
        "#]],
    );
}

#[test]
fn cancel_both_cancels_the_resting_order_and_the_takers_rest() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-both
         ann sell 2 @ 10.00
         eve sell 3 @ 10.00
         ann sell 4 @ 10.00
         ---
         eve buy 8 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: e2 buys from a1, level 7 in 2
            ask 10.00: e1 gone, level 4 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 2 @ 10.00 as maker, left 0
            eve: e2 filled 2 @ 10.00 as taker, left 6
            eve: e1 canceled 3, self-trade
            eve: e2 canceled 6 after 2 filled, self-trade
        "#]],
    );
}

#[test]
fn decrement_takes_the_smaller_quantity_off_both() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp decrement
         ann sell 2 @ 10.00
         eve sell 3 @ 10.00
         ann sell 4 @ 10.00
         ---
         eve buy 8 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: e2 buys from a1, level 7 in 2
            ask 10.00: e1 gone, level 4 in 1
            trade 3 @ 10.00: e2 buys from a2 which shows 1, level 1 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 2 @ 10.00 as maker, left 0
            eve: e2 filled 2 @ 10.00 as taker, left 6
            eve: e1 canceled 3, self-trade
            eve: e2 decremented 3, left 3
            ann: a2 filled 3 @ 10.00 as maker, left 1
            eve: e2 filled 3 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn decrement_cancels_a_smaller_taker_and_the_resting_order_keeps_its_place() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp decrement
         eve sell 5 @ 10.00
         ann sell 5 @ 10.00
         ---
         eve buy 2 @ 10.00
         show public
         bob buy 4 @ 10.00",
        expect![[r#"
            eve buy 2 @ 10.00
              ask 10.00: e1 shows 3, level 8 in 2
              eve: e2 accepted, 0 ahead, best -/10.00
              eve: e1 decremented 2, left 3
              eve: e2 canceled 2, self-trade
            bob buy 4 @ 10.00
              trade 3 @ 10.00: b1 buys from e1, level 5 in 1
              trade 1 @ 10.00: b1 buys from a1 which shows 4, level 4 in 1
        "#]],
    );
}

#[test]
fn decrement_cancels_both_when_they_are_equal() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp decrement
         eve sell 5 @ 10.00
         ---
         show public owner money
         eve buy 5 @ 10.00",
        expect![[r#"
            ask 10.00: e1 gone, level 0 in 0
            eve: e2 accepted, 0 ahead, best -/10.00 | 50.00 + 50.00 held
            eve: e1 canceled 5, self-trade | 50.00 + 50.00 held
            eve: e2 canceled 5, self-trade | 100.00
        "#]],
    );
}

#[test]
fn decrement_takes_hidden_lots_first() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp decrement
         eve sell 9 @ 10.00 show 4
         ---
         eve buy 3 @ 10.00
         eve buy 4 @ 10.00
         eve buy 4 @ 10.00",
        expect![[r#"
            eve buy 3 @ 10.00
              ask 10.00: e1 shows 4, level 4 in 1
              eve: e2 accepted, 0 ahead, best -/10.00
              eve: e1 decremented 3, left 6
              eve: e2 canceled 3, self-trade
            eve buy 4 @ 10.00
              ask 10.00: e1 shows 2, level 2 in 1
              eve: e3 accepted, 0 ahead, best -/10.00
              eve: e1 decremented 4, left 2
              eve: e3 canceled 4, self-trade
            eve buy 4 @ 10.00
              ask 10.00: e1 gone, level 0 in 0
              bid 10.00: e4 shows 2 at the back, level 2 in 1
              eve: e4 accepted, 0 ahead, best -/10.00
              eve: e1 canceled 2, self-trade
              eve: e4 decremented 2, left 2
        "#]],
    );
}

#[test]
fn an_iceberg_of_ones_own_is_canceled_whole() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-oldest
         eve sell 9 @ 10.00 show 4
         ---
         eve buy 3 @ 10.00",
        expect![[r#"
            ask 10.00: e1 gone, level 0 in 0
            bid 10.00: e2 shows 3 at the back, level 3 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            eve: e1 canceled 9, self-trade
        "#]],
    );
}

#[test]
fn own_orders_behind_the_last_lot_are_left_alone() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-both
         ann sell 2 @ 10.00
         eve sell 3 @ 10.00
         ---
         eve buy 2 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: e2 buys from a1, level 3 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 2 @ 10.00 as maker, left 0
            eve: e2 filled 2 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn an_order_does_not_meet_its_own_beyond_its_limit() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-oldest
         eve sell 3 @ 10.01
         ---
         eve buy 2 @ 10.00",
        expect![[r#"
            bid 10.00: e2 shows 2 at the back, level 2 in 1
            eve: e2 accepted, 0 ahead, best -/10.01
        "#]],
    );
}

#[test]
fn what_a_self_trade_cancels_is_not_canceled_again_as_not_immediate() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-newest
         eve sell 3 @ 10.00
         ---
         eve buy 2 market to 10.00",
        expect![[r#"
            eve: e2 accepted, 0 ahead, best -/10.00
            eve: e2 canceled 2, self-trade
        "#]],
    );
}

#[test]
fn a_fok_order_reckons_with_its_own_only_under_allow_and_passes_them_under_cancel_oldest() {
    check(
        "market
         open all USD 100.00 ACME 10 stp allow
         open old USD 100.00 ACME 10 stp cancel-oldest
         all sell 3 @ 10.00; old sell 3 @ 10.00
         ann sell 1 @ 10.00
         ---
         show owner
         all buy 8 @ 10.00 fok
         old buy 5 @ 10.00 fok
         old buy 4 @ 10.00 fok",
        expect![[r#"
            all buy 8 @ 10.00 fok
              all: a3 refused, FillOrKillShort(available 7, qty 8)
            old buy 5 @ 10.00 fok
              old: o2 refused, FillOrKillShort(available 4, qty 5)
            old buy 4 @ 10.00 fok
              old: o3 accepted, 0 ahead, best -/10.00
              all: a1 filled 3 @ 10.00 as maker, left 0
              old: o3 filled 3 @ 10.00 as taker, left 1
              old: o1 canceled 3, self-trade
              ann: a2 filled 1 @ 10.00 as maker, left 0
              old: o3 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_fok_order_stops_at_its_own_under_the_other_three() {
    check(
        "market
         open new USD 100.00 ACME 10 stp cancel-newest
         open xor USD 100.00 ACME 10 stp cancel-both
         open dec USD 100.00 ACME 10 stp decrement
         ann sell 1 @ 10.00
         new sell 3 @ 10.01; xor sell 3 @ 10.02; dec sell 3 @ 10.03
         ann sell 9 @ 10.04
         ---
         show owner
         new buy 2 @ 10.04 fok
         xor buy 5 @ 10.04 fok
         dec buy 8 @ 10.04 fok
         dec buy 7 @ 10.04 fok",
        expect![[r#"
            new buy 2 @ 10.04 fok
              new: n2 refused, FillOrKillShort(available 1, qty 2)
            xor buy 5 @ 10.04 fok
              xor: x2 refused, FillOrKillShort(available 4, qty 5)
            dec buy 8 @ 10.04 fok
              dec: d2 refused, FillOrKillShort(available 7, qty 8)
            dec buy 7 @ 10.04 fok
              dec: d3 accepted, 0 ahead, best -/10.00
              ann: a1 filled 1 @ 10.00 as maker, left 0
              dec: d3 filled 1 @ 10.00 as taker, left 6
              new: n1 filled 3 @ 10.01 as maker, left 0
              dec: d3 filled 3 @ 10.01 as taker, left 3
              xor: x1 filled 3 @ 10.02 as maker, left 0
              dec: d3 filled 3 @ 10.02 as taker, left 0
        "#]],
    );
}

#[test]
fn for_a_fok_order_hidden_lots_ahead_of_its_own_order_come_behind_it() {
    check(
        "market
         open eve USD 100.00 ACME 10 stp cancel-newest
         ann sell 9 @ 10.00 show 2
         eve sell 1 @ 10.00
         ---
         show owner
         eve buy 3 @ 10.00 fok
         eve buy 2 @ 10.00 fok",
        expect![[r#"
            eve buy 3 @ 10.00 fok
              eve: e2 refused, FillOrKillShort(available 2, qty 3)
            eve buy 2 @ 10.00 fok
              eve: e3 accepted, 0 ahead, best -/10.00
              ann: a1 filled 2 @ 10.00 as maker, left 7
              eve: e3 filled 2 @ 10.00 as taker, left 0
        "#]],
    );
}
