//! Pro-rata: a level is shared by size, what rounding leaves goes to the oldest.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_level_is_shared_by_size() {
    check(
        "market policy pro-rata
         ann sell 60 @ 10.00
         bob sell 30 @ 10.00
         cat sell 10 @ 10.00
         ---
         dan buy 10 @ 10.00",
        expect![[r#"
            trade 6 @ 10.00: d1 buys from a1 which shows 54, level 94 in 3
            trade 3 @ 10.00: d1 buys from b1 which shows 27, level 91 in 3
            trade 1 @ 10.00: d1 buys from c1 which shows 9, level 90 in 3
            dan: d1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 6 @ 10.00 as maker, left 54
            dan: d1 filled 6 @ 10.00 as taker, left 4
            bob: b1 filled 3 @ 10.00 as maker, left 27
            dan: d1 filled 3 @ 10.00 as taker, left 1
            cat: c1 filled 1 @ 10.00 as maker, left 9
            dan: d1 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_buy_of_10_fills_two_sells_of_5() {
    check(
        "market policy pro-rata
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         ---
         show public
         dan buy 10 @ 10.00",
        expect![[r#"
            trade 5 @ 10.00: d1 buys from a1, level 5 in 1
            trade 5 @ 10.00: d1 buys from b1, level 0 in 0
        "#]],
    );
}

#[test]
fn what_rounding_leaves_goes_to_the_oldest_in_the_same_match() {
    check(
        "market policy pro-rata
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         cat sell 5 @ 10.00
         ---
         show public
         dan buy 8 @ 10.00",
        expect![[r#"
            trade 4 @ 10.00: d1 buys from a1 which shows 1, level 11 in 3
            trade 2 @ 10.00: d1 buys from b1 which shows 3, level 9 in 3
            trade 2 @ 10.00: d1 buys from c1 which shows 3, level 7 in 3
        "#]],
    );
}

#[test]
fn what_rounding_leaves_is_no_more_to_anyone_than_it_has() {
    check(
        "market policy pro-rata
         times 3 ann sell 1 @ 10.00
         bob sell 7 @ 10.00
         ---
         show public
         dan buy 5 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: d1 buys from a1, level 9 in 3
            trade 1 @ 10.00: d1 buys from a2, level 8 in 2
            trade 3 @ 10.00: d1 buys from b1 which shows 4, level 5 in 2
        "#]],
    );
}

#[test]
fn an_order_whose_share_is_nothing_has_no_match() {
    check(
        "market policy pro-rata
         ann sell 99 @ 10.00
         bob sell 1 @ 10.00
         ---
         show public
         dan buy 50 @ 10.00",
        expect![[r#"
            trade 50 @ 10.00: d1 buys from a1 which shows 49, level 50 in 2
        "#]],
    );
}

#[test]
fn shares_are_those_of_one_level_and_then_comes_the_next() {
    check(
        "market policy pro-rata
         ann sell 6 @ 10.01
         bob sell 4 @ 10.01
         cat sell 3 @ 10.00
         ---
         show public
         dan buy 8 @ 10.01",
        expect![[r#"
            trade 3 @ 10.00: d1 buys from c1, level 0 in 0
            trade 3 @ 10.01: d1 buys from a1 which shows 3, level 7 in 2
            trade 2 @ 10.01: d1 buys from b1 which shows 2, level 5 in 2
        "#]],
    );
}

#[test]
fn only_shown_lots_have_a_share() {
    check(
        "market policy pro-rata
         ann sell 90 @ 10.00 show 10
         bob sell 10 @ 10.00
         ---
         show public
         dan buy 10 @ 10.00",
        expect![[r#"
            trade 5 @ 10.00: d1 buys from a1 which shows 5, level 15 in 2
            trade 5 @ 10.00: d1 buys from b1 which shows 5, level 10 in 2
        "#]],
    );
}

#[test]
fn own_orders_have_no_share_unless_allowed() {
    check(
        "market policy pro-rata
         open eve USD 1000.00 ACME 100 stp cancel-oldest
         open fay USD 1000.00 ACME 100 stp allow
         eve sell 5 @ 10.00
         fay sell 5 @ 10.00
         ann sell 5 @ 10.00
         ---
         show public
         eve buy 4 @ 10.00
         fay buy 6 @ 10.00",
        expect![[r#"
            eve buy 4 @ 10.00
              trade 2 @ 10.00: e2 buys from f1 which shows 3, level 13 in 3
              trade 2 @ 10.00: e2 buys from a1 which shows 3, level 11 in 3
            fay buy 6 @ 10.00
              trade 4 @ 10.00: f2 buys from e1 which shows 1, level 7 in 3
              trade 1 @ 10.00: f2 buys from f1 which shows 2, level 6 in 3
              trade 1 @ 10.00: f2 buys from a1 which shows 2, level 5 in 3
        "#]],
    );
}

#[test]
fn cancel_newest_cancels_the_rest_when_only_own_orders_are_left_at_the_level() {
    check(
        "market policy pro-rata
         open eve USD 1000.00 ACME 100 stp cancel-newest
         eve sell 5 @ 10.00
         ann sell 3 @ 10.00
         ann sell 9 @ 10.01
         ---
         eve buy 6 @ 10.01",
        expect![[r#"
            trade 3 @ 10.00: e2 buys from a1, level 5 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 3 @ 10.00 as maker, left 0
            eve: e2 filled 3 @ 10.00 as taker, left 3
            eve: e2 canceled 3 after 3 filled, self-trade
        "#]],
    );
}

#[test]
fn cancel_oldest_cancels_own_orders_when_only_they_are_left_at_the_level() {
    check(
        "market policy pro-rata
         open eve USD 1000.00 ACME 100 stp cancel-oldest
         eve sell 5 @ 10.00
         ann sell 3 @ 10.00
         ann sell 9 @ 10.01
         ---
         eve buy 6 @ 10.01",
        expect![[r#"
            trade 3 @ 10.00: e2 buys from a1, level 5 in 1
            ask 10.00: e1 gone, level 0 in 0
            trade 3 @ 10.01: e2 buys from a2 which shows 6, level 6 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 3 @ 10.00 as maker, left 0
            eve: e2 filled 3 @ 10.00 as taker, left 3
            eve: e1 canceled 5, self-trade
            ann: a2 filled 3 @ 10.01 as maker, left 6
            eve: e2 filled 3 @ 10.01 as taker, left 0
        "#]],
    );
}

#[test]
fn cancel_both_cancels_the_oldest_own_order_and_the_takers_rest() {
    check(
        "market policy pro-rata
         open eve USD 1000.00 ACME 100 stp cancel-both
         eve sell 5 @ 10.00
         eve sell 4 @ 10.00
         ann sell 3 @ 10.00
         ---
         eve buy 6 @ 10.00",
        expect![[r#"
            trade 3 @ 10.00: e3 buys from a1, level 9 in 2
            ask 10.00: e1 gone, level 4 in 1
            eve: e3 accepted, 0 ahead, best -/10.00
            ann: a1 filled 3 @ 10.00 as maker, left 0
            eve: e3 filled 3 @ 10.00 as taker, left 3
            eve: e1 canceled 5, self-trade
            eve: e3 canceled 3 after 3 filled, self-trade
        "#]],
    );
}

#[test]
fn decrement_takes_off_own_orders_when_only_they_are_left_at_the_level() {
    check(
        "market policy pro-rata
         open eve USD 1000.00 ACME 100 stp decrement
         eve sell 5 @ 10.00
         ann sell 3 @ 10.00
         ann sell 9 @ 10.01
         ---
         eve buy 10 @ 10.01",
        expect![[r#"
            trade 3 @ 10.00: e2 buys from a1, level 5 in 1
            ask 10.00: e1 gone, level 0 in 0
            trade 2 @ 10.01: e2 buys from a2 which shows 7, level 7 in 1
            eve: e2 accepted, 0 ahead, best -/10.00
            ann: a1 filled 3 @ 10.00 as maker, left 0
            eve: e2 filled 3 @ 10.00 as taker, left 7
            eve: e1 canceled 5, self-trade
            eve: e2 decremented 5, left 2
            ann: a2 filled 2 @ 10.01 as maker, left 7
            eve: e2 filled 2 @ 10.01 as taker, left 0
        "#]],
    );
}

#[test]
fn a_fok_order_meets_all_others_at_a_level_before_its_own() {
    check(
        "market policy pro-rata
         open eve USD 1000.00 ACME 100 stp cancel-newest
         ann sell 3 @ 10.00
         eve sell 5 @ 10.00
         ann sell 4 @ 10.00
         ---
         show owner
         eve buy 4 @ 10.00 fok
         eve buy 3 @ 10.00 fok",
        expect![[r#"
            eve buy 4 @ 10.00 fok
              eve: e2 accepted, 0 ahead, best -/10.00
              ann: a1 filled 2 @ 10.00 as maker, left 1
              eve: e2 filled 2 @ 10.00 as taker, left 2
              ann: a2 filled 2 @ 10.00 as maker, left 2
              eve: e2 filled 2 @ 10.00 as taker, left 0
            eve buy 3 @ 10.00 fok
              eve: e3 accepted, 0 ahead, best -/10.00
              ann: a1 filled 1 @ 10.00 as maker, left 0
              eve: e3 filled 1 @ 10.00 as taker, left 2
              ann: a2 filled 2 @ 10.00 as maker, left 0
              eve: e3 filled 2 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_smaller_order_keeps_its_place_for_what_rounding_leaves() {
    check(
        "market policy pro-rata
         ann sell 9 @ 10.00
         bob sell 5 @ 10.00
         ann replace a1 lots 5
         ---
         show public
         dan buy 3 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: d1 buys from a1 which shows 3, level 8 in 2
            trade 1 @ 10.00: d1 buys from b1 which shows 4, level 7 in 2
        "#]],
    );
}

#[test]
fn a_pro_rata_sweep_triggers_stops_too() {
    check(
        "market policy pro-rata
         ann sell 4 @ 10.00
         bob sell 4 @ 10.00
         cat buy 4 stop 10.00 @ 10.00
         ---
         show public
         dan buy 4 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: d1 buys from a1 which shows 2, level 6 in 2
            trade 2 @ 10.00: d1 buys from b1 which shows 2, level 4 in 2
            trade 2 @ 10.00: c1 buys from a1, level 2 in 1
            trade 2 @ 10.00: c1 buys from b1, level 0 in 0
        "#]],
    );
}
