//! Stops and stop-limits: when they trigger, in what order, and what they do then.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_stop_waits_invisibly() {
    check(
        "market
         bob buy 5 @ 9.00
         ---
         ann buy 5 stop 10.00
         ann sell 5 stop 9.00 @ 8.00",
        expect![[r#"
            ann buy 5 stop 10.00
              ann: a1 accepted, 0 ahead, best 9.00/-
            ann sell 5 stop 9.00 @ 8.00
              ann: a2 accepted, 0 ahead, best 9.00/-
        "#]],
    );
}

#[test]
fn a_buy_stop_triggers_on_a_trade_at_or_above_it() {
    check(
        "market
         ann buy 1 stop 10.00
         ann buy 1 stop 9.99
         ann buy 1 stop 10.01
         bob sell 1 @ 10.00
         ---
         show owner
         cat buy 1 @ 10.00",
        expect![[r#"
            cat: c1 accepted, 0 ahead, best -/10.00
            bob: b1 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 0
            ann: a1 triggered
            ann: a1 canceled 1, not immediate
            ann: a2 triggered
            ann: a2 canceled 1, not immediate
        "#]],
    );
}

#[test]
fn a_sell_stop_triggers_on_a_trade_at_or_below_it() {
    check(
        "market
         ann sell 1 stop 10.00
         ann sell 1 stop 9.99
         ann sell 1 stop 10.01
         bob sell 1 @ 10.00
         ---
         show owner
         cat buy 1 @ 10.00",
        expect![[r#"
            cat: c1 accepted, 0 ahead, best -/10.00
            bob: b1 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 0
            ann: a1 triggered
            ann: a1 canceled 1, not immediate
            ann: a3 triggered
            ann: a3 canceled 1, not immediate
        "#]],
    );
}

#[test]
fn quotes_alone_trigger_nothing() {
    check(
        "market
         ann buy 1 stop 10.00
         ---
         bob buy 5 @ 11.00
         bob sell 5 @ 12.00",
        expect![[r#"
            bob buy 5 @ 11.00
              bid 11.00: b1 shows 5 at the back, level 5 in 1
              bob: b1 accepted, 0 ahead, best -/-
            bob sell 5 @ 12.00
              ask 12.00: b2 shows 5 at the back, level 5 in 1
              bob: b2 accepted, 0 ahead, best 11.00/-
        "#]],
    );
}

#[test]
fn a_stop_that_the_last_trade_has_reached_triggers_at_once() {
    check(
        "market
         bob sell 1 @ 10.00; cat buy 1 @ 10.00
         bob sell 5 @ 10.50
         ---
         ann buy 2 stop 9.00",
        expect![[r#"
            ann: a1 accepted, 0 ahead, best -/10.50
            trade 2 @ 10.50: a1 buys from b2 which shows 3, level 3 in 1
            ann: a1 triggered
            bob: b2 filled 2 @ 10.50 as maker, left 3
            ann: a1 filled 2 @ 10.50 as taker, left 0
        "#]],
    );
}

#[test]
fn a_triggered_stop_trades_up_to_its_collar_and_the_rest_is_canceled() {
    check(
        "market
         bob sell 5 @ 10.00
         bob sell 5 @ 10.50
         bob sell 5 @ 11.00
         ann buy 20 stop 10.00 to 10.50
         ---
         cat buy 1 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: c1 buys from b1 which shows 4, level 4 in 1
            cat: c1 accepted, 0 ahead, best -/10.00
            bob: b1 filled 1 @ 10.00 as maker, left 4
            cat: c1 filled 1 @ 10.00 as taker, left 0
            trade 4 @ 10.00: a1 buys from b1, level 0 in 0
            trade 5 @ 10.50: a1 buys from b2, level 0 in 0
            ann: a1 triggered
            bob: b1 filled 4 @ 10.00 as maker, left 0
            ann: a1 filled 4 @ 10.00 as taker, left 16
            bob: b2 filled 5 @ 10.50 as maker, left 0
            ann: a1 filled 5 @ 10.50 as taker, left 11
            ann: a1 canceled 11 after 9 filled, not immediate
        "#]],
    );
}

#[test]
fn without_a_collar_a_stop_trades_up_to_the_bands_edge_of_its_entry() {
    check(
        "market band 5.00..11.00
         ann buy 20 stop 10.00
         band ACME 5.00..20.00
         bob sell 5 @ 10.00
         bob sell 5 @ 11.00
         bob sell 5 @ 12.00
         ---
         show public
         cat buy 1 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: c1 buys from b1 which shows 4, level 4 in 1
            trade 4 @ 10.00: a1 buys from b1, level 0 in 0
            trade 5 @ 11.00: a1 buys from b2, level 0 in 0
        "#]],
    );
}

#[test]
fn a_triggered_stop_limit_trades_and_then_rests_at_its_price() {
    check(
        "market
         bob sell 5 @ 10.00
         bob sell 5 @ 10.50
         ann buy 7 stop 10.00 @ 10.20
         ---
         cat buy 1 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: c1 buys from b1 which shows 4, level 4 in 1
            cat: c1 accepted, 0 ahead, best -/10.00
            bob: b1 filled 1 @ 10.00 as maker, left 4
            cat: c1 filled 1 @ 10.00 as taker, left 0
            trade 4 @ 10.00: a1 buys from b1, level 0 in 0
            bid 10.20: a1 shows 3 at the back, level 3 in 1
            ann: a1 triggered
            bob: b1 filled 4 @ 10.00 as maker, left 0
            ann: a1 filled 4 @ 10.00 as taker, left 3
        "#]],
    );
}

#[test]
fn a_stop_limit_may_be_an_iceberg() {
    check(
        "market
         bob sell 2 @ 10.00
         ann buy 7 stop 10.00 @ 10.20 show 2
         ---
         show public
         cat buy 1 @ 10.00
         dan sell 3 @ 10.20",
        expect![[r#"
            cat buy 1 @ 10.00
              trade 1 @ 10.00: c1 buys from b1 which shows 1, level 1 in 1
              trade 1 @ 10.00: a1 buys from b1, level 0 in 0
              bid 10.20: a1 shows 2 at the back, level 2 in 1
            dan sell 3 @ 10.20
              trade 2 @ 10.20: d1 sells to a1, level 0 in 1
              bid 10.20: a1 shows 2 at the back, level 2 in 1
              trade 1 @ 10.20: d1 sells to a1 which shows 1, level 1 in 1
        "#]],
    );
}

#[test]
fn stops_reached_by_one_trade_go_in_order_of_entry() {
    check(
        "market
         ann sell 1 stop 10.50
         bob buy 1 stop 9.00
         cat buy 1 stop 10.00
         ann buy 1 stop 9.50
         dan sell 1 @ 10.00; dan sell 9 @ 10.10; dan buy 9 @ 9.90
         ---
         show owner
         dan buy 1 @ 10.00",
        expect![[r#"
            dan: d4 accepted, 0 ahead, best 9.90/10.00
            dan: d1 filled 1 @ 10.00 as maker, left 0
            dan: d4 filled 1 @ 10.00 as taker, left 0
            ann: a1 triggered
            dan: d3 filled 1 @ 9.90 as maker, left 8
            ann: a1 filled 1 @ 9.90 as taker, left 0
            bob: b1 triggered
            dan: d2 filled 1 @ 10.10 as maker, left 8
            bob: b1 filled 1 @ 10.10 as taker, left 0
            cat: c1 triggered
            dan: d2 filled 1 @ 10.10 as maker, left 7
            cat: c1 filled 1 @ 10.10 as taker, left 0
            ann: a2 triggered
            dan: d2 filled 1 @ 10.10 as maker, left 6
            ann: a2 filled 1 @ 10.10 as taker, left 0
        "#]],
    );
}

#[test]
fn each_trade_of_a_sweep_triggers_not_only_the_last() {
    check(
        "market
         bob buy 1 @ 10.50
         bob buy 1 @ 10.00
         ann buy 1 stop 10.50 as high
         ann sell 1 stop 10.00 as low
         ---
         show owner
         cat sell 2 @ 10.00",
        expect![[r#"
            cat: c1 accepted, 0 ahead, best 10.50/-
            bob: b1 filled 1 @ 10.50 as maker, left 0
            cat: c1 filled 1 @ 10.50 as taker, left 1
            bob: b2 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 0
            ann: high triggered
            ann: high canceled 1, not immediate
            ann: low triggered
            ann: low canceled 1, not immediate
        "#]],
    );
}

#[test]
fn stops_triggered_earlier_in_a_sweep_go_first_whatever_their_entry() {
    check(
        "market
         bob sell 1 @ 10.00
         bob sell 1 @ 10.50
         ann buy 1 stop 10.50 as far
         ann buy 1 stop 10.00 as near
         ---
         show owner
         cat buy 2 @ 10.50",
        expect![[r#"
            cat: c1 accepted, 0 ahead, best -/10.00
            bob: b1 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 1
            bob: b2 filled 1 @ 10.50 as maker, left 0
            cat: c1 filled 1 @ 10.50 as taker, left 0
            ann: near triggered
            ann: near canceled 1, not immediate
            ann: far triggered
            ann: far canceled 1, not immediate
        "#]],
    );
}

#[test]
fn a_stops_trades_trigger_further_stops_behind_those_that_wait_already() {
    check(
        "market
         bob sell 1 @ 10.00; bob sell 1 @ 11.00; bob sell 1 @ 12.00; bob sell 1 @ 13.00
         ann buy 1 stop 11.00 as later
         ann buy 1 stop 10.00 as first
         ann buy 1 stop 10.00 as second
         ---
         show public owner
         cat buy 1 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: c1 buys from b1, level 0 in 0
            cat: c1 accepted, 0 ahead, best -/10.00
            bob: b1 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 0
            trade 1 @ 11.00: first buys from b2, level 0 in 0
            ann: first triggered
            bob: b2 filled 1 @ 11.00 as maker, left 0
            ann: first filled 1 @ 11.00 as taker, left 0
            trade 1 @ 12.00: second buys from b3, level 0 in 0
            ann: second triggered
            bob: b3 filled 1 @ 12.00 as maker, left 0
            ann: second filled 1 @ 12.00 as taker, left 0
            trade 1 @ 13.00: later buys from b4, level 0 in 0
            ann: later triggered
            bob: b4 filled 1 @ 13.00 as maker, left 0
            ann: later filled 1 @ 13.00 as taker, left 0
        "#]],
    );
}

#[test]
fn stops_trigger_after_the_incoming_order_is_done() {
    check(
        "market
         bob sell 1 @ 10.00
         ann sell 5 stop 10.00
         ---
         cat buy 3 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: c1 buys from b1, level 0 in 0
            bid 10.00: c1 shows 2 at the back, level 2 in 1
            cat: c1 accepted, 0 ahead, best -/10.00
            bob: b1 filled 1 @ 10.00 as maker, left 0
            cat: c1 filled 1 @ 10.00 as taker, left 2
            trade 2 @ 10.00: a1 sells to c1, level 0 in 0
            ann: a1 triggered
            cat: c1 filled 2 @ 10.00 as maker, left 0
            ann: a1 filled 2 @ 10.00 as taker, left 3
            ann: a1 canceled 3 after 2 filled, not immediate
        "#]],
    );
}

#[test]
fn a_stop_placed_before_the_open_waits_for_it() {
    check(
        "market
         bob sell 1 @ 10.00; cat buy 1 @ 10.00
         bob sell 5 @ 10.50
         pre-open ACME
         ---
         ann buy 2 stop 10.00
         dan buy 2 stop 9.00
         continuous ACME",
        expect![[r#"
            ann buy 2 stop 10.00
              ann: a1 accepted, 0 ahead, best -/10.50
            dan buy 2 stop 9.00
              dan: d1 accepted, 0 ahead, best -/10.50
            continuous ACME
              ACME continuous
              trade 2 @ 10.50: a1 buys from b2 which shows 3, level 3 in 1
              ann: a1 triggered
              bob: b2 filled 2 @ 10.50 as maker, left 3
              ann: a1 filled 2 @ 10.50 as taker, left 0
              trade 2 @ 10.50: d1 buys from b2 which shows 1, level 1 in 1
              dan: d1 triggered
              bob: b2 filled 2 @ 10.50 as maker, left 1
              dan: d1 filled 2 @ 10.50 as taker, left 0
        "#]],
    );
}

#[test]
fn before_the_first_trade_a_stop_waits() {
    check(
        "market
         bob sell 5 @ 10.50
         ---
         ann buy 2 stop 10.00
         halted ACME
         continuous ACME",
        expect![[r#"
            ann buy 2 stop 10.00
              ann: a1 accepted, 0 ahead, best -/10.50
            halted ACME
              ACME halted
            continuous ACME
              ACME continuous
        "#]],
    );
}

#[test]
fn a_triggered_stop_limit_that_finds_no_level_page_is_canceled() {
    check(
        "venue pages 2
         market
         bob sell 2 @ 50.00
         ann buy 5 stop 50.00 @ 30.00
         dan sell 1 @ 90.00
         ---
         cat buy 1 @ 50.00 ioc",
        expect![[r#"
            trade 1 @ 50.00: c1 buys from b1 which shows 1, level 1 in 1
            cat: c1 accepted, 0 ahead, best -/50.00
            bob: b1 filled 1 @ 50.00 as maker, left 1
            cat: c1 filled 1 @ 50.00 as taker, left 0
            ann: a1 triggered
            ann: a1 canceled 5, no room
        "#]],
    );
}

#[test]
fn a_waiting_stop_is_canceled_without_a_word_to_the_public() {
    check(
        "market
         ann buy 2 stop 10.00
         ann sell 2 stop 9.00 @ 8.00
         ---
         ann cancel a1
         ann cancel a2",
        expect![[r#"
            ann cancel a1
              ann: a1 canceled 2, requested
            ann cancel a2
              ann: a2 canceled 2, requested
        "#]],
    );
}

#[test]
fn a_waiting_stop_holds_its_worst_case() {
    check(
        "market band 5.00..20.00
         ---
         show owner money
         ann buy 2 stop 10.00
         ann buy 2 stop 10.00 to 11.00
         ann buy 2 stop 10.00 @ 9.00
         ann cancel a1
         ann cancel a2
         ann cancel a3",
        expect![[r#"
            ann buy 2 stop 10.00
              ann: a1 accepted, 0 ahead, best -/- | 9960.00 + 40.00 held
            ann buy 2 stop 10.00 to 11.00
              ann: a2 accepted, 0 ahead, best -/- | 9938.00 + 62.00 held
            ann buy 2 stop 10.00 @ 9.00
              ann: a3 accepted, 0 ahead, best -/- | 9920.00 + 80.00 held
            ann cancel a1
              ann: a1 canceled 2, requested | 9960.00 + 40.00 held
            ann cancel a2
              ann: a2 canceled 2, requested | 9982.00 + 18.00 held
            ann cancel a3
              ann: a3 canceled 2, requested | 10000.00
        "#]],
    );
}
