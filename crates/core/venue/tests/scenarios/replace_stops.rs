//! Replacing a stop that waits.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_smaller_stop_keeps_its_place_in_the_order_of_entry() {
    check(
        "market
         ann buy 5 stop 10.00
         bob buy 5 stop 10.00
         ann replace a1 lots 4
         dan sell 1 @ 10.00
         ---
         show owner
         ann replace a1 lots 3
         cat buy 1 @ 10.00",
        expect![[r#"
            ann replace a1 lots 3
              ann: a1 replaced, left 3, keeps its place
            cat buy 1 @ 10.00
              cat: c1 accepted, 0 ahead, best -/10.00
              dan: d1 filled 1 @ 10.00 as maker, left 0
              cat: c1 filled 1 @ 10.00 as taker, left 0
              ann: a1 triggered
              ann: a1 canceled 3, not immediate
              bob: b1 triggered
              bob: b1 canceled 5, not immediate
        "#]],
    );
}

#[test]
fn a_larger_or_moved_stop_goes_to_the_end_of_the_order_of_entry() {
    check(
        "market
         ann buy 5 stop 10.00
         bob buy 5 stop 9.99
         cat buy 5 stop 10.00
         dan sell 1 @ 10.00
         ---
         show owner
         ann replace a1 lots 6
         bob replace b1 stop 10.00
         dan buy 1 @ 10.00",
        expect![[r#"
            ann replace a1 lots 6
              ann: a1 replaced, left 6, 0 ahead, best -/10.00
            bob replace b1 stop 10.00
              bob: b1 replaced, left 5, 0 ahead, best -/10.00
            dan buy 1 @ 10.00
              dan: d2 accepted, 0 ahead, best -/10.00
              dan: d1 filled 1 @ 10.00 as maker, left 0
              dan: d2 filled 1 @ 10.00 as taker, left 0
              cat: c1 triggered
              cat: c1 canceled 5, not immediate
              ann: a1 triggered
              ann: a1 canceled 6, not immediate
              bob: b1 triggered
              bob: b1 canceled 5, not immediate
        "#]],
    );
}

#[test]
fn a_stop_limits_price_can_be_replaced() {
    check(
        "market
         ann buy 5 stop 10.00 @ 10.00
         bob buy 5 stop 10.00 @ 10.00
         dan sell 1 @ 10.00
         ---
         show owner
         ann replace a1 @ 10.05
         dan buy 1 @ 10.00",
        expect![[r#"
            ann replace a1 @ 10.05
              ann: a1 replaced, left 5, 0 ahead, best -/10.00
            dan buy 1 @ 10.00
              dan: d2 accepted, 0 ahead, best -/10.00
              dan: d1 filled 1 @ 10.00 as maker, left 0
              dan: d2 filled 1 @ 10.00 as taker, left 0
              bob: b1 triggered
              ann: a1 triggered
        "#]],
    );
}

#[test]
fn a_stop_moved_to_where_the_last_trade_is_triggers_next() {
    check(
        "market
         dan sell 1 @ 10.00; cat buy 1 @ 10.00
         dan sell 5 @ 10.10
         ann buy 5 stop 11.00
         ---
         ann replace a1 stop 10.00 lots 3",
        expect![[r#"
            ann: a1 replaced, left 3, 0 ahead, best -/10.10
            trade 3 @ 10.10: a1 buys from d2 which shows 2, level 2 in 1
            ann: a1 triggered
            dan: d2 filled 3 @ 10.10 as maker, left 2
            ann: a1 filled 3 @ 10.10 as taker, left 0
        "#]],
    );
}

#[test]
fn a_stop_moved_before_the_open_waits_for_it() {
    check(
        "market
         dan sell 1 @ 10.00; cat buy 1 @ 10.00
         dan sell 5 @ 10.10
         ann buy 5 stop 11.00
         pre-open ACME
         ---
         ann replace a1 stop 10.00
         continuous ACME",
        expect![[r#"
            ann replace a1 stop 10.00
              ann: a1 replaced, left 5, 0 ahead, best -/10.10
            continuous ACME
              ACME continuous
              trade 5 @ 10.10: a1 buys from d2, level 0 in 0
              ann: a1 triggered
              dan: d2 filled 5 @ 10.10 as maker, left 0
              ann: a1 filled 5 @ 10.10 as taker, left 0
        "#]],
    );
}

#[test]
fn the_hold_of_a_stop_follows_its_limit_and_lots() {
    check(
        "market band 5.00..20.00
         ann buy 5 stop 10.00 @ 10.00
         bob buy 5 stop 10.00
         ---
         show owner money
         ann replace a1 @ 11.00
         ann replace a1 stop 12.00
         bob replace b1 stop 12.00
         bob replace b1 lots 4",
        expect![[r#"
            ann replace a1 @ 11.00
              ann: a1 replaced, left 5, 0 ahead, best -/- | 9945.00 + 55.00 held
            ann replace a1 stop 12.00
              ann: a1 replaced, left 5, 0 ahead, best -/- | 9945.00 + 55.00 held
            bob replace b1 stop 12.00
              bob: b1 replaced, left 5, 0 ahead, best -/- | 9900.00 + 100.00 held
            bob replace b1 lots 4
              bob: b1 replaced, left 4, keeps its place | 9920.00 + 80.00 held
        "#]],
    );
}

#[test]
fn a_stop_limit_may_be_moved_to_a_level_that_has_no_page_yet() {
    check(
        "venue pages 1
         market
         ann sell 5 stop 9.00 @ 9.00
         bob sell 5 @ 50.00
         ---
         ann replace a1 @ 20.00",
        expect![[r#"
            ann: a1 replaced, left 5, 0 ahead, best -/50.00
        "#]],
    );
}
