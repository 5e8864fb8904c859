//! Long sweeps pause: after 4 matches here, and owners hear of what happened so far.

use expect_test::expect;

use crate::support::{check, check_paused};

#[test]
fn a_paused_price_time_sweep_makes_the_same_trades() {
    check_paused(
        "market
         times 3 ann sell 1 @ 10.00; bob sell 7 @ 10.00 show 2; times 5 ann sell 1 @ 10.01
         ---
         show public
         cat buy 20 @ 10.01",
        expect![[r#"
            trade 1 @ 10.00: c1 buys from a1, level 4 in 3
            trade 1 @ 10.00: c1 buys from a2, level 3 in 2
            trade 1 @ 10.00: c1 buys from a3, level 2 in 1
            trade 2 @ 10.00: c1 buys from b1, level 0 in 1
            ask 10.00: b1 shows 2 at the back, level 2 in 1
            trade 2 @ 10.00: c1 buys from b1, level 0 in 1
            ask 10.00: b1 shows 2 at the back, level 2 in 1
            trade 2 @ 10.00: c1 buys from b1, level 0 in 1
            ask 10.00: b1 shows 1 at the back, level 1 in 1
            trade 1 @ 10.00: c1 buys from b1, level 0 in 0
            trade 1 @ 10.01: c1 buys from a4, level 4 in 4
            trade 1 @ 10.01: c1 buys from a5, level 3 in 3
            trade 1 @ 10.01: c1 buys from a6, level 2 in 2
            trade 1 @ 10.01: c1 buys from a7, level 1 in 1
            trade 1 @ 10.01: c1 buys from a8, level 0 in 0
            bid 10.01: c1 shows 5 at the back, level 5 in 1
        "#]],
    );
}

#[test]
fn a_paused_pro_rata_sweep_makes_the_same_trades() {
    check_paused(
        "market policy pro-rata
         ann sell 9 @ 10.00 show 3; times 3 bob sell 4 @ 10.00; dan sell 5 @ 10.00 show 1
         times 3 ann sell 2 @ 10.01
         ---
         show public
         cat buy 14 @ 10.01
         cat buy 13 @ 10.01",
        expect![[r#"
            cat buy 14 @ 10.01
              trade 3 @ 10.00: c1 buys from a1, level 13 in 5
              trade 4 @ 10.00: c1 buys from b1, level 9 in 4
              trade 4 @ 10.00: c1 buys from b2, level 5 in 3
              trade 3 @ 10.00: c1 buys from b3 which shows 1, level 2 in 3
              ask 10.00: a1 shows 3 at the back, level 5 in 3
            cat buy 13 @ 10.01
              trade 1 @ 10.00: c2 buys from b3, level 4 in 2
              trade 1 @ 10.00: c2 buys from d1, level 3 in 2
              trade 3 @ 10.00: c2 buys from a1, level 0 in 2
              ask 10.00: d1 shows 1 at the back, level 1 in 2
              ask 10.00: a1 shows 3 at the back, level 4 in 2
              trade 1 @ 10.00: c2 buys from d1, level 3 in 2
              trade 3 @ 10.00: c2 buys from a1, level 0 in 1
              ask 10.00: d1 shows 1 at the back, level 1 in 1
              trade 1 @ 10.00: c2 buys from d1, level 0 in 1
              ask 10.00: d1 shows 1 at the back, level 1 in 1
              trade 1 @ 10.00: c2 buys from d1, level 0 in 1
              ask 10.00: d1 shows 1 at the back, level 1 in 1
              trade 1 @ 10.00: c2 buys from d1, level 0 in 0
              trade 1 @ 10.01: c2 buys from a2 which shows 1, level 5 in 3
        "#]],
    );
}

#[test]
fn a_paused_sweep_past_own_orders_makes_the_same_trades() {
    check_paused(
        "market
         open eve USD 1000.00 ACME 100 stp cancel-oldest
         open dec USD 1000.00 ACME 100 stp decrement
         times 3 eve sell 1 @ 10.00; times 2 ann sell 1 @ 10.00; times 3 eve sell 1 @ 10.00
         times 3 dec sell 1 @ 10.01; times 2 ann sell 1 @ 10.01; times 3 dec sell 1 @ 10.01
         ---
         show public
         eve buy 3 @ 10.00
         dec buy 20 @ 10.01",
        expect![[r#"
            eve buy 3 @ 10.00
              ask 10.00: e1 gone, level 7 in 7
              ask 10.00: e2 gone, level 6 in 6
              ask 10.00: e3 gone, level 5 in 5
              trade 1 @ 10.00: e7 buys from a1, level 4 in 4
              trade 1 @ 10.00: e7 buys from a2, level 3 in 3
              ask 10.00: e4 gone, level 2 in 2
              ask 10.00: e5 gone, level 1 in 1
              ask 10.00: e6 gone, level 0 in 0
              bid 10.00: e7 shows 1 at the back, level 1 in 1
            dec buy 20 @ 10.01
              ask 10.01: d1 gone, level 7 in 7
              ask 10.01: d2 gone, level 6 in 6
              ask 10.01: d3 gone, level 5 in 5
              trade 1 @ 10.01: d7 buys from a3, level 4 in 4
              trade 1 @ 10.01: d7 buys from a4, level 3 in 3
              ask 10.01: d4 gone, level 2 in 2
              ask 10.01: d5 gone, level 1 in 1
              ask 10.01: d6 gone, level 0 in 0
              bid 10.01: d7 shows 12 at the back, level 12 in 1
        "#]],
    );
}

#[test]
fn owners_hear_at_every_pause_of_what_happened_so_far() {
    check(
        "venue step 16
         market
         times 6 ann sell 1 @ 10.00
         ---
         bob buy 7 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: b1 buys from a1, level 5 in 5
            trade 1 @ 10.00: b1 buys from a2, level 4 in 4
            trade 1 @ 10.00: b1 buys from a3, level 3 in 3
            trade 1 @ 10.00: b1 buys from a4, level 2 in 2
            bob: b1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 6
            ann: a2 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 5
            ann: a3 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 4
            ann: a4 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 3
            trade 1 @ 10.00: b1 buys from a5, level 1 in 1
            trade 1 @ 10.00: b1 buys from a6, level 0 in 0
            bid 10.00: b1 shows 1 at the back, level 1 in 1
            ann: a5 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 2
            ann: a6 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 1
        "#]],
    );
}

#[test]
fn a_sweep_that_cannot_go_on_does_not_pause() {
    check(
        "venue step 16
         market
         times 4 ann sell 1 @ 10.00
         ann sell 1 @ 10.01
         ---
         bob buy 5 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: b1 buys from a1, level 3 in 3
            trade 1 @ 10.00: b1 buys from a2, level 2 in 2
            trade 1 @ 10.00: b1 buys from a3, level 1 in 1
            trade 1 @ 10.00: b1 buys from a4, level 0 in 0
            bid 10.00: b1 shows 1 at the back, level 1 in 1
            bob: b1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 4
            ann: a2 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 3
            ann: a3 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 2
            ann: a4 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 1
        "#]],
    );
}

#[test]
fn a_filled_taker_does_not_pause() {
    check(
        "venue step 16
         market
         times 5 ann sell 1 @ 10.00
         ann sell 9 stop 10.00
         ---
         show public
         bob buy 4 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: b1 buys from a1, level 4 in 4
            trade 1 @ 10.00: b1 buys from a2, level 3 in 3
            trade 1 @ 10.00: b1 buys from a3, level 2 in 2
            trade 1 @ 10.00: b1 buys from a4, level 1 in 1
        "#]],
    );
}

#[test]
fn a_refresh_counts_as_a_match_and_stays_with_its_fill() {
    check(
        "venue step 16
         market
         times 3 ann sell 1 @ 10.00
         bob sell 4 @ 10.00 show 2
         ann sell 2 @ 10.00
         ---
         cat buy 8 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: c1 buys from a1, level 6 in 4
            trade 1 @ 10.00: c1 buys from a2, level 5 in 3
            trade 1 @ 10.00: c1 buys from a3, level 4 in 2
            trade 2 @ 10.00: c1 buys from b1, level 2 in 2
            ask 10.00: b1 shows 2 at the back, level 4 in 2
            cat: c1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 7
            ann: a2 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 6
            ann: a3 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 5
            bob: b1 filled 2 @ 10.00 as maker, left 2
            cat: c1 filled 2 @ 10.00 as taker, left 3
            trade 2 @ 10.00: c1 buys from a4, level 2 in 1
            trade 1 @ 10.00: c1 buys from b1 which shows 1, level 1 in 1
            ann: a4 filled 2 @ 10.00 as maker, left 0
            cat: c1 filled 2 @ 10.00 as taker, left 1
            bob: b1 filled 1 @ 10.00 as maker, left 1
            cat: c1 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn self_trade_removals_count_as_matches() {
    check(
        "venue step 16
         market
         open eve USD 100.00 ACME 10 stp cancel-oldest
         times 5 eve sell 1 @ 10.00
         ---
         eve buy 1 @ 10.00",
        expect![[r#"
            ask 10.00: e1 gone, level 4 in 4
            ask 10.00: e2 gone, level 3 in 3
            ask 10.00: e3 gone, level 2 in 2
            ask 10.00: e4 gone, level 1 in 1
            eve: e6 accepted, 0 ahead, best -/10.00
            eve: e1 canceled 1, self-trade
            eve: e2 canceled 1, self-trade
            eve: e3 canceled 1, self-trade
            eve: e4 canceled 1, self-trade
            ask 10.00: e5 gone, level 0 in 0
            bid 10.00: e6 shows 1 at the back, level 1 in 1
            eve: e5 canceled 1, self-trade
        "#]],
    );
}

#[test]
fn a_pro_rata_round_may_pause_in_its_midst() {
    check(
        "venue step 16
         market policy pro-rata
         times 5 ann sell 2 @ 10.00
         ---
         bob buy 5 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: b1 buys from a1 which shows 1, level 9 in 5
            trade 1 @ 10.00: b1 buys from a2 which shows 1, level 8 in 5
            trade 1 @ 10.00: b1 buys from a3 which shows 1, level 7 in 5
            trade 1 @ 10.00: b1 buys from a4 which shows 1, level 6 in 5
            bob: b1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 1 @ 10.00 as maker, left 1
            bob: b1 filled 1 @ 10.00 as taker, left 4
            ann: a2 filled 1 @ 10.00 as maker, left 1
            bob: b1 filled 1 @ 10.00 as taker, left 3
            ann: a3 filled 1 @ 10.00 as maker, left 1
            bob: b1 filled 1 @ 10.00 as taker, left 2
            ann: a4 filled 1 @ 10.00 as maker, left 1
            bob: b1 filled 1 @ 10.00 as taker, left 1
            trade 1 @ 10.00: b1 buys from a5 which shows 1, level 5 in 5
            ann: a5 filled 1 @ 10.00 as maker, left 1
            bob: b1 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn stops_triggered_by_a_paused_sweep_wait_behind_it() {
    check(
        "venue step 16
         market
         times 6 ann sell 1 @ 10.00
         dan buy 1 @ 9.00
         cat sell 1 stop 10.00
         ---
         bob buy 7 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: b1 buys from a1, level 5 in 5
            trade 1 @ 10.00: b1 buys from a2, level 4 in 4
            trade 1 @ 10.00: b1 buys from a3, level 3 in 3
            trade 1 @ 10.00: b1 buys from a4, level 2 in 2
            bob: b1 accepted, 0 ahead, best 9.00/10.00
            ann: a1 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 6
            ann: a2 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 5
            ann: a3 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 4
            ann: a4 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 3
            trade 1 @ 10.00: b1 buys from a5, level 1 in 1
            trade 1 @ 10.00: b1 buys from a6, level 0 in 0
            bid 10.00: b1 shows 1 at the back, level 1 in 1
            ann: a5 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 2
            ann: a6 filled 1 @ 10.00 as maker, left 0
            bob: b1 filled 1 @ 10.00 as taker, left 1
            trade 1 @ 10.00: c1 sells to b1, level 0 in 0
            cat: c1 triggered
            bob: b1 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_triggered_stop_may_pause_too() {
    check(
        "venue step 16
         market
         times 7 ann sell 1 @ 10.00
         cat buy 6 stop 10.00
         dan sell 1 stop 10.00
         ---
         show public
         bob buy 1 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: b1 buys from a1, level 6 in 6
            trade 1 @ 10.00: c1 buys from a2, level 5 in 5
            trade 1 @ 10.00: c1 buys from a3, level 4 in 4
            trade 1 @ 10.00: c1 buys from a4, level 3 in 3
            trade 1 @ 10.00: c1 buys from a5, level 2 in 2
            trade 1 @ 10.00: c1 buys from a6, level 1 in 1
            trade 1 @ 10.00: c1 buys from a7, level 0 in 0
        "#]],
    );
}

#[test]
fn a_replaced_order_may_pause_too() {
    check_paused(
        "market
         times 6 ann sell 1 @ 10.00
         bob buy 8 @ 9.00
         ---
         show public
         bob replace b1 @ 10.00",
        expect![[r#"
            bid 9.00: b1 gone, level 0 in 0
            trade 1 @ 10.00: b1 buys from a1, level 5 in 5
            trade 1 @ 10.00: b1 buys from a2, level 4 in 4
            trade 1 @ 10.00: b1 buys from a3, level 3 in 3
            trade 1 @ 10.00: b1 buys from a4, level 2 in 2
            trade 1 @ 10.00: b1 buys from a5, level 1 in 1
            trade 1 @ 10.00: b1 buys from a6, level 0 in 0
            bid 10.00: b1 shows 2 at the back, level 2 in 1
        "#]],
    );
}
