//! Market orders, with a collar and without.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_market_order_takes_price_after_price() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 12.00
         ---
         cat buy 7 market",
        expect![[r#"
            trade 5 @ 10.00: c1 buys from a1, level 0 in 0
            trade 2 @ 12.00: c1 buys from b1 which shows 3, level 3 in 1
            cat: c1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 5 @ 10.00 as maker, left 0
            cat: c1 filled 5 @ 10.00 as taker, left 2
            bob: b1 filled 2 @ 12.00 as maker, left 3
            cat: c1 filled 2 @ 12.00 as taker, left 0
        "#]],
    );
}

#[test]
fn what_a_market_order_does_not_find_is_canceled() {
    check(
        "market
         ann sell 5 @ 10.00
         ---
         cat buy 7 market",
        expect![[r#"
            trade 5 @ 10.00: c1 buys from a1, level 0 in 0
            cat: c1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 5 @ 10.00 as maker, left 0
            cat: c1 filled 5 @ 10.00 as taker, left 2
            cat: c1 canceled 2 after 5 filled, not immediate
        "#]],
    );
}

#[test]
fn a_market_order_in_an_empty_book_is_canceled_whole() {
    check(
        "market
         ---
         cat sell 7 market",
        expect![[r#"
            cat: c1 accepted, 0 ahead, best -/-
            cat: c1 canceled 7, not immediate
        "#]],
    );
}

#[test]
fn a_collar_ends_the_sweep_of_a_market_buy() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 10.10
         ann sell 5 @ 10.20
         ---
         show public
         cat buy 15 market to 10.10",
        expect![[r#"
            trade 5 @ 10.00: c1 buys from a1, level 0 in 0
            trade 5 @ 10.10: c1 buys from a2, level 0 in 0
        "#]],
    );
}

#[test]
fn a_collar_ends_the_sweep_of_a_market_sell() {
    check(
        "market
         ann buy 5 @ 10.00
         ann buy 5 @ 9.90
         ann buy 5 @ 9.80
         ---
         show public
         cat sell 15 market to 9.90",
        expect![[r#"
            trade 5 @ 10.00: c1 sells to a1, level 0 in 0
            trade 5 @ 9.90: c1 sells to a2, level 0 in 0
        "#]],
    );
}

#[test]
fn without_a_collar_the_bands_edge_ends_the_sweep() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 12.00
         ann buy 5 @ 9.00
         ann buy 5 @ 7.00
         band ACME 8.00..11.00
         ---
         show public
         cat buy 10 market
         cat sell 10 market",
        expect![[r#"
            cat buy 10 market
              trade 5 @ 10.00: c1 buys from a1, level 0 in 0
            cat sell 10 market
              trade 5 @ 9.00: c2 sells to a3, level 0 in 0
        "#]],
    );
}

#[test]
fn a_market_buy_holds_its_collar_or_the_bands_high_end() {
    check(
        "market band 1.00..20.00
         open eve USD 100.00
         ---
         show owner
         eve buy 6 market
         eve buy 5 market
         eve buy 11 market to 10.00
         eve buy 10 market to 10.00",
        expect![[r#"
            eve buy 6 market
              eve: refused, InsufficientFunds(needed 120.00, free 100.00)
            eve buy 5 market
              eve: e1 accepted, 0 ahead, best -/-
              eve: e1 canceled 5, not immediate
            eve buy 11 market to 10.00
              eve: refused, InsufficientFunds(needed 110.00, free 100.00)
            eve buy 10 market to 10.00
              eve: e2 accepted, 0 ahead, best -/-
              eve: e2 canceled 10, not immediate
        "#]],
    );
}

#[test]
fn a_market_order_may_be_fill_or_kill() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 11.00
         ---
         cat buy 10 market to 10.50 fok
         cat buy 10 market to 11.00 fok",
        expect![[r#"
            cat buy 10 market to 10.50 fok
              cat: c1 refused, FillOrKillShort(available 5, qty 10)
            cat buy 10 market to 11.00 fok
              trade 5 @ 10.00: c2 buys from a1, level 0 in 0
              trade 5 @ 11.00: c2 buys from a2, level 0 in 0
              cat: c2 accepted, 0 ahead, best -/10.00
              ann: a1 filled 5 @ 10.00 as maker, left 0
              cat: c2 filled 5 @ 10.00 as taker, left 5
              ann: a2 filled 5 @ 11.00 as maker, left 0
              cat: c2 filled 5 @ 11.00 as taker, left 0
        "#]],
    );
}
