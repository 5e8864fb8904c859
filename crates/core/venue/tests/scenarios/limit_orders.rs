//! Limit orders under price-time, and post-only ones.

use expect_test::expect;

use crate::support::check;

#[test]
fn oldest_order_trades_first_within_a_price() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         ---
         cat buy 7 @ 10.00",
        expect![[r#"
            trade 5 @ 10.00: c1 buys from a1, level 5 in 1
            trade 2 @ 10.00: c1 buys from b1 which shows 3, level 3 in 1
            cat: c1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 5 @ 10.00 as maker, left 0
            cat: c1 filled 5 @ 10.00 as taker, left 2
            bob: b1 filled 2 @ 10.00 as maker, left 3
            cat: c1 filled 2 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn best_price_trades_first() {
    check(
        "market
         ann sell 5 @ 10.02
         bob sell 5 @ 10.00
         cat sell 5 @ 10.01
         ---
         show public
         dan buy 12 @ 10.02",
        expect![[r#"
            trade 5 @ 10.00: d1 buys from b1, level 0 in 0
            trade 5 @ 10.01: d1 buys from c1, level 0 in 0
            trade 2 @ 10.02: d1 buys from a1 which shows 3, level 3 in 1
        "#]],
    );
}

#[test]
fn a_buy_of_10_meets_two_sells_of_5() {
    check(
        "market
         ann buy 10 @ 10.00
         ---
         show public
         bob sell 5 @ 10.00
         bob sell 5 @ 10.00",
        expect![[r#"
            bob sell 5 @ 10.00
              trade 5 @ 10.00: b1 sells to a1 which shows 5, level 5 in 1
            bob sell 5 @ 10.00
              trade 5 @ 10.00: b2 sells to a1, level 0 in 0
        "#]],
    );
}

#[test]
fn a_sell_below_the_best_buy_trades_at_the_buys_price() {
    check(
        "market
         ann buy 5 @ 10.00
         ---
         bob sell 5 @ 9.00",
        expect![[r#"
            trade 5 @ 10.00: b1 sells to a1, level 0 in 0
            bob: b1 accepted, 0 ahead, best 10.00/-
            ann: a1 filled 5 @ 10.00 as maker, left 0
            bob: b1 filled 5 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_sell_above_the_best_buy_does_not_trade() {
    check(
        "market
         ann buy 5 @ 10.00
         ---
         bob sell 5 @ 11.00",
        expect![[r#"
            ask 11.00: b1 shows 5 at the back, level 5 in 1
            bob: b1 accepted, 0 ahead, best 10.00/-
        "#]],
    );
}

#[test]
fn what_is_left_of_a_limit_order_rests_at_its_price() {
    check(
        "market
         ann sell 5 @ 10.00
         ---
         bob buy 8 @ 10.05",
        expect![[r#"
            trade 5 @ 10.00: b1 buys from a1, level 0 in 0
            bid 10.05: b1 shows 3 at the back, level 3 in 1
            bob: b1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 5 @ 10.00 as maker, left 0
            bob: b1 filled 5 @ 10.00 as taker, left 3
        "#]],
    );
}

#[test]
fn a_sweep_ends_at_the_limit() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 10.10
         ---
         show public
         bob buy 8 @ 10.09",
        expect![[r#"
            trade 5 @ 10.00: b1 buys from a1, level 0 in 0
            bid 10.09: b1 shows 3 at the back, level 3 in 1
        "#]],
    );
}

#[test]
fn an_acceptance_tells_what_is_ahead_at_its_price_and_the_best_prices_before_it_came() {
    check(
        "market
         ann buy 5 @ 9.90
         bob buy 7 @ 9.90
         cat sell 1 @ 10.10
         ---
         show owner
         dan buy 1 @ 9.90
         dan buy 1 @ 10.00
         dan buy 1 @ 9.80
         dan sell 1 @ 10.10
         dan buy 1 @ 9.90 ioc",
        expect![[r#"
            dan buy 1 @ 9.90
              dan: d1 accepted, 12 ahead, best 9.90/10.10
            dan buy 1 @ 10.00
              dan: d2 accepted, 0 ahead, best 9.90/10.10
            dan buy 1 @ 9.80
              dan: d3 accepted, 0 ahead, best 10.00/10.10
            dan sell 1 @ 10.10
              dan: d4 accepted, 1 ahead, best 10.00/10.10
            dan buy 1 @ 9.90 ioc
              dan: d5 accepted, 0 ahead, best 10.00/10.10
              dan: d5 canceled 1, not immediate
        "#]],
    );
}

#[test]
fn both_owners_hear_of_a_fill_maker_first() {
    check(
        "market
         ann buy 5 @ 10.00
         bob buy 5 @ 10.00
         ---
         show owner
         cat sell 9 @ 10.00",
        expect![[r#"
            cat: c1 accepted, 0 ahead, best 10.00/-
            ann: a1 filled 5 @ 10.00 as maker, left 0
            cat: c1 filled 5 @ 10.00 as taker, left 4
            bob: b1 filled 4 @ 10.00 as maker, left 1
            cat: c1 filled 4 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn books_of_two_instruments_do_not_meet() {
    check(
        "market
         list BETA; continuous BETA
         ann sell ACME 5 @ 10.00
         ---
         bob buy BETA 5 @ 10.00",
        expect![[r#"
            BETA bid 10.00: b1 shows 5 at the back, level 5 in 1
            bob: b1 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn a_post_only_order_rests_beside_the_best_opposite_price() {
    check(
        "market
         ann sell 5 @ 10.01
         ---
         bob buy 5 @ 10.00 post-only",
        expect![[r#"
            bid 10.00: b1 shows 5 at the back, level 5 in 1
            bob: b1 accepted, 0 ahead, best -/10.01
        "#]],
    );
}

#[test]
fn a_post_only_order_that_would_trade_is_refused_and_holds_nothing() {
    check(
        "market
         ann sell 5 @ 10.01
         ann sell 5 @ 10.05
         ---
         show public owner money
         bob buy 5 @ 10.02 post-only
         bob withdraw 10000.00",
        expect![[r#"
            bob buy 5 @ 10.02 post-only
              bob: b1 refused, WouldTakeLiquidity(best 10.01) | 10000.00
            bob withdraw 10000.00
              bob: withdrew 10000.00 | 0.00
        "#]],
    );
}

#[test]
fn a_post_only_order_is_a_maker_like_any_other() {
    check(
        "market
         ann buy 5 @ 10.00 post-only day
         ---
         bob sell 2 @ 10.00",
        expect![[r#"
            trade 2 @ 10.00: b1 sells to a1 which shows 3, level 3 in 1
            bob: b1 accepted, 0 ahead, best 10.00/-
            ann: a1 filled 2 @ 10.00 as maker, left 3
            bob: b1 filled 2 @ 10.00 as taker, left 0
        "#]],
    );
}
