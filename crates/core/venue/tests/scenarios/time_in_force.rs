//! How long an order lives: day, GTC, GTD, IOC, FOK.

use expect_test::expect;

use crate::support::check;

#[test]
fn an_ioc_order_trades_and_its_rest_is_canceled() {
    check(
        "market
         ann sell 5 @ 10.00
         ---
         bob buy 8 @ 10.00 ioc",
        expect![[r#"
            trade 5 @ 10.00: b1 buys from a1, level 0 in 0
            bob: b1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 5 @ 10.00 as maker, left 0
            bob: b1 filled 5 @ 10.00 as taker, left 3
            bob: b1 canceled 3 after 5 filled, not immediate
        "#]],
    );
}

#[test]
fn an_ioc_order_that_meets_nothing_is_canceled_whole() {
    check(
        "market
         ann sell 5 @ 10.00
         ---
         bob buy 8 @ 9.99 ioc",
        expect![[r#"
            bob: b1 accepted, 0 ahead, best -/10.00
            bob: b1 canceled 8, not immediate
        "#]],
    );
}

#[test]
fn a_fok_order_fills_wholly() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 10.01
         ---
         bob buy 10 @ 10.01 fok",
        expect![[r#"
            trade 5 @ 10.00: b1 buys from a1, level 0 in 0
            trade 5 @ 10.01: b1 buys from a2, level 0 in 0
            bob: b1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 5 @ 10.00 as maker, left 0
            bob: b1 filled 5 @ 10.00 as taker, left 5
            ann: a2 filled 5 @ 10.01 as maker, left 0
            bob: b1 filled 5 @ 10.01 as taker, left 0
        "#]],
    );
}

#[test]
fn a_fok_order_that_cannot_fill_wholly_is_refused_and_touches_nothing() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 10.01
         ann sell 5 @ 10.02
         ---
         bob buy 11 @ 10.01 fok
         show public owner money
         bob withdraw 10000.00",
        expect![[r#"
            bob buy 11 @ 10.01 fok
              bob: b1 refused, FillOrKillShort(available 10, qty 11)
            bob withdraw 10000.00
              bob: withdrew 10000.00 | 0.00
        "#]],
    );
}

#[test]
fn a_fok_order_reckons_with_hidden_lots() {
    check(
        "market
         ann sell 9 @ 10.00 show 2
         ---
         show owner
         bob buy 10 @ 10.00 fok
         bob buy 9 @ 10.00 fok",
        expect![[r#"
            bob buy 10 @ 10.00 fok
              bob: b1 refused, FillOrKillShort(available 9, qty 10)
            bob buy 9 @ 10.00 fok
              bob: b2 accepted, 0 ahead, best -/10.00
              ann: a1 filled 2 @ 10.00 as maker, left 7
              bob: b2 filled 2 @ 10.00 as taker, left 7
              ann: a1 filled 2 @ 10.00 as maker, left 5
              bob: b2 filled 2 @ 10.00 as taker, left 5
              ann: a1 filled 2 @ 10.00 as maker, left 3
              bob: b2 filled 2 @ 10.00 as taker, left 3
              ann: a1 filled 2 @ 10.00 as maker, left 1
              bob: b2 filled 2 @ 10.00 as taker, left 1
              ann: a1 filled 1 @ 10.00 as maker, left 0
              bob: b2 filled 1 @ 10.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_day_order_lives_until_its_instrument_closes_and_a_gtc_order_goes_on() {
    check(
        "market
         ann buy 5 @ 9.00 day
         bob buy 5 @ 9.00 gtc
         halted ACME; pre-open ACME; cancel-only ACME; continuous ACME; date 20001
         ---
         closed ACME
         continuous ACME
         cat sell 10 @ 9.00 ioc",
        expect![[r#"
            closed ACME
              ACME closed
              bid 9.00: a1 gone, level 5 in 1
              ann: a1 canceled 5, expired
            continuous ACME
              ACME continuous
            cat sell 10 @ 9.00 ioc
              trade 5 @ 9.00: c1 sells to b1, level 0 in 0
              cat: c1 accepted, 0 ahead, best 9.00/-
              bob: b1 filled 5 @ 9.00 as maker, left 0
              cat: c1 filled 5 @ 9.00 as taker, left 5
              cat: c1 canceled 5 after 5 filled, not immediate
        "#]],
    );
}

#[test]
fn day_orders_expire_bids_then_asks_then_buy_stops_then_sell_stops() {
    check(
        "market
         ann sell 1 stop 7.00 day
         ann sell 2 stop 8.00 day
         ann buy 3 stop 13.00 @ 13.00 day
         ann buy 4 stop 12.00 day
         ann buy 5 stop 12.00 day
         ann buy 5 stop 12.00 gtc
         bob sell 6 @ 10.01 day
         bob sell 7 @ 10.00 day
         bob sell 8 @ 10.00 day
         cat buy 9 @ 9.00 day
         cat buy 10 @ 9.01 day show 3
         ---
         closed ACME",
        expect![[r#"
            ACME closed
            bid 9.01: c2 gone, level 0 in 0
            cat: c2 canceled 10, expired
            bid 9.00: c1 gone, level 0 in 0
            cat: c1 canceled 9, expired
            ask 10.00: b2 gone, level 8 in 1
            bob: b2 canceled 7, expired
            ask 10.00: b3 gone, level 0 in 0
            bob: b3 canceled 8, expired
            ask 10.01: b1 gone, level 0 in 0
            bob: b1 canceled 6, expired
            ann: a4 canceled 4, expired
            ann: a5 canceled 5, expired
            ann: a3 canceled 3, expired
            ann: a2 canceled 2, expired
            ann: a1 canceled 1, expired
        "#]],
    );
}

#[test]
fn closing_one_instrument_leaves_the_orders_of_another() {
    check(
        "market
         list BETA; continuous BETA
         ann buy ACME 5 @ 9.00 day
         ann buy BETA 5 @ 9.00 day
         ---
         show owner
         closed BETA
         closed ACME",
        expect![[r#"
            closed BETA
              ann: a2 canceled 5, expired
            closed ACME
              ann: a1 canceled 5, expired
        "#]],
    );
}

#[test]
fn a_gtd_order_lives_until_its_time() {
    check(
        "market
         ann buy 5 @ 9.00 gtd 50
         ---
         at 49; tick
         at 50; tick",
        expect![[r#"
            at 49
            tick
              nothing
            at 50
            tick
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, expired
        "#]],
    );
}

#[test]
fn gtd_orders_expire_before_the_command_that_comes_at_their_time() {
    check(
        "market
         ann buy 5 @ 9.00 gtd 50
         ---
         at 50
         bob sell 5 @ 9.00",
        expect![[r#"
            at 50
            bob sell 5 @ 9.00
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, expired
              ask 9.00: b1 shows 5 at the back, level 5 in 1
              bob: b1 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn gtd_orders_expire_by_time_and_then_by_number() {
    check(
        "market
         ann buy 1 @ 9.00 gtd 60
         ann sell 2 @ 11.00 gtd 50
         ann buy 3 stop 12.00 gtd 40
         ann buy 4 @ 9.50 gtd 50
         ann buy 5 stop 13.00 @ 14.00 gtd 50
         ann buy 6 @ 9.00 gtd 61
         ---
         at 60; tick",
        expect![[r#"
            at 60
            tick
              ann: a3 canceled 3, expired
              ask 11.00: a2 gone, level 0 in 0
              ann: a2 canceled 2, expired
              bid 9.50: a4 gone, level 0 in 0
              ann: a4 canceled 4, expired
              ann: a5 canceled 5, expired
              bid 9.00: a1 gone, level 6 in 1
              ann: a1 canceled 1, expired
        "#]],
    );
}

#[test]
fn a_gtd_order_that_was_filled_or_canceled_does_not_expire() {
    check(
        "market
         ann buy 5 @ 9.00 gtd 50
         ann buy 5 @ 8.00 gtd 50
         bob sell 5 @ 9.00
         ann cancel a2
         ---
         at 50; tick",
        expect![[r#"
            at 50
            tick
              nothing
        "#]],
    );
}

#[test]
fn a_gtd_order_expires_in_every_phase() {
    check(
        "market
         ann buy 5 @ 9.00 gtd 50
         halted ACME
         ---
         at 50; tick",
        expect![[r#"
            at 50
            tick
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, expired
        "#]],
    );
}

#[test]
fn a_gtd_order_expires_even_before_a_command_that_is_refused() {
    check(
        "market
         ann buy 5 @ 9.00 gtd 50
         ---
         at 50
         ann cancel a1",
        expect![[r#"
            at 50
            ann cancel a1
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, expired
              ann: refused, UnknownOrder(order a1)
        "#]],
    );
}

#[test]
fn a_replaced_gtd_order_keeps_its_time() {
    check(
        "market
         ann buy 5 @ 9.00 gtd 50
         ann replace a1 @ 9.10
         ann buy 5 @ 8.00 gtd 51
         ann replace a2 lots 4
         ann buy 5 stop 12.00 gtd 52
         ann replace a3 stop 13.00
         ---
         show owner
         at 51; tick
         at 52; tick",
        expect![[r#"
            at 51
            tick
              ann: a1 canceled 5, expired
              ann: a2 canceled 4, expired
            at 52
            tick
              ann: a3 canceled 5, expired
        "#]],
    );
}

#[test]
fn a_triggered_stop_limit_keeps_its_time() {
    check(
        "market
         ann buy 5 stop 12.00 @ 12.00 gtd 50
         bob sell 1 @ 12.00; cat buy 1 @ 12.00
         ---
         at 49; tick
         at 50; tick",
        expect![[r#"
            at 49
            tick
              nothing
            at 50
            tick
              bid 12.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, expired
        "#]],
    );
}

#[test]
fn engine_time_never_goes_back() {
    check(
        "market
         at 50; tick
         ---
         at 10
         ann buy 5 @ 9.00 gtd 50
         ann buy 5 @ 9.00 gtd 51",
        expect![[r#"
            at 10
            ann buy 5 @ 9.00 gtd 50
              ann: refused, ExpiryPassed(expires 50, now 50)
            ann buy 5 @ 9.00 gtd 51
              bid 9.00: a1 shows 5 at the back, level 5 in 1
              ann: a1 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn a_gtd_stop_triggered_at_the_open_does_not_expire() {
    check(
        "market
         dan sell 1 @ 10.00; cat buy 1 @ 10.00
         pre-open ACME
         ann buy 5 stop 10.00 gtd 50
         ---
         continuous ACME
         at 50; tick",
        expect![[r#"
            continuous ACME
              ACME continuous
              ann: a1 triggered
              ann: a1 canceled 5, not immediate
            at 50
            tick
              nothing
        "#]],
    );
}
