//! What each phase allows, and what entering it does.

use expect_test::expect;

use crate::support::check;

#[test]
fn before_the_open_orders_rest() {
    check(
        "market
         pre-open ACME
         ---
         ann buy 5 @ 9.00 day
         ann sell 5 @ 10.00 gtd 9 show 2
         ann buy 5 @ 9.00 post-only
         ann sell 5 stop 9.00
         ann sell 5 stop 9.00 @ 8.00",
        expect![[r#"
            ann buy 5 @ 9.00 day
              bid 9.00: a1 shows 5 at the back, level 5 in 1
              ann: a1 accepted, 0 ahead, best -/-
            ann sell 5 @ 10.00 gtd 9 show 2
              ask 10.00: a2 shows 2 at the back, level 2 in 1
              ann: a2 accepted, 0 ahead, best 9.00/-
            ann buy 5 @ 9.00 post-only
              bid 9.00: a3 shows 5 at the back, level 10 in 2
              ann: a3 accepted, 5 ahead, best 9.00/10.00
            ann sell 5 stop 9.00
              ann: a4 accepted, 0 ahead, best 9.00/10.00
            ann sell 5 stop 9.00 @ 8.00
              ann: a5 accepted, 0 ahead, best 9.00/10.00
        "#]],
    );
}

#[test]
fn before_the_open_what_must_trade_at_once_is_refused() {
    check(
        "market
         pre-open ACME
         ---
         ann buy 5 market
         ann buy 5 market fok
         ann buy 5 @ 9.00 ioc
         ann buy 5 @ 9.00 fok",
        expect![[r#"
            ann buy 5 market
              ann: refused, PhaseForbids(phase PreOpen)
            ann buy 5 market fok
              ann: refused, PhaseForbids(phase PreOpen)
            ann buy 5 @ 9.00 ioc
              ann: refused, PhaseForbids(phase PreOpen)
            ann buy 5 @ 9.00 fok
              ann: refused, PhaseForbids(phase PreOpen)
        "#]],
    );
}

#[test]
fn before_the_open_an_order_that_would_cross_is_refused() {
    check(
        "market
         pre-open ACME
         ann sell 5 @ 10.00
         ---
         bob buy 5 @ 10.00
         bob buy 5 @ 11.00 post-only
         bob buy 5 @ 9.99",
        expect![[r#"
            bob buy 5 @ 10.00
              bob: b1 refused, WouldCrossBeforeOpen(best 10.00)
            bob buy 5 @ 11.00 post-only
              bob: b2 refused, WouldTakeLiquidity(best 10.00)
            bob buy 5 @ 9.99
              bid 9.99: b3 shows 5 at the back, level 5 in 1
              bob: b3 accepted, 0 ahead, best -/10.00
        "#]],
    );
}

#[test]
fn cancel_only_halted_and_closed_take_no_new_order() {
    check(
        "market
         ---
         cancel-only ACME
         ann buy 5 @ 9.00
         ann buy 5 stop 9.00
         halted ACME
         ann buy 5 @ 9.00
         ann buy 5 market
         closed ACME
         ann buy 5 @ 9.00
         ann buy 5 @ 9.00 ioc",
        expect![[r#"
            cancel-only ACME
              ACME cancel-only
            ann buy 5 @ 9.00
              ann: refused, PhaseForbids(phase CancelOnly)
            ann buy 5 stop 9.00
              ann: refused, PhaseForbids(phase CancelOnly)
            halted ACME
              ACME halted
            ann buy 5 @ 9.00
              ann: refused, PhaseForbids(phase Halted)
            ann buy 5 market
              ann: refused, PhaseForbids(phase Halted)
            closed ACME
              ACME closed
            ann buy 5 @ 9.00
              ann: refused, PhaseForbids(phase Closed)
            ann buy 5 @ 9.00 ioc
              ann: refused, PhaseForbids(phase Closed)
        "#]],
    );
}

#[test]
fn an_instrument_begins_in_pre_open() {
    check(
        "open ann USD 1000.00
         ---
         list ACME
         ann buy 5 @ 9.00 ioc
         ann buy 5 @ 9.00
         continuous ACME
         ann buy 5 @ 9.00 ioc",
        expect![[r#"
            list ACME
              ACME listed
            ann buy 5 @ 9.00 ioc
              ann: refused, PhaseForbids(phase PreOpen)
            ann buy 5 @ 9.00
              bid 9.00: a1 shows 5 at the back, level 5 in 1
              ann: a1 accepted, 0 ahead, best -/-
            continuous ACME
              ACME continuous
            ann buy 5 @ 9.00 ioc
              ann: a2 accepted, 0 ahead, best 9.00/-
              ann: a2 canceled 5, not immediate
        "#]],
    );
}

#[test]
fn each_instrument_has_its_own_phase() {
    check(
        "market
         list BETA; continuous BETA
         ---
         halted BETA
         ann buy BETA 5 @ 9.00
         ann buy ACME 5 @ 9.00",
        expect![[r#"
            halted BETA
              BETA halted
            ann buy BETA 5 @ 9.00
              ann: refused, PhaseForbids(phase Halted)
            ann buy ACME 5 @ 9.00
              bid 9.00: a1 shows 5 at the back, level 5 in 1
              ann: a1 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn a_halt_keeps_orders_and_their_places() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         halted ACME; continuous ACME
         ---
         show public
         cat buy 7 @ 10.00",
        expect![[r#"
            trade 5 @ 10.00: c1 buys from a1, level 5 in 1
            trade 2 @ 10.00: c1 buys from b1 which shows 3, level 3 in 1
        "#]],
    );
}

#[test]
fn entering_the_same_phase_again_is_told_again() {
    check(
        "market
         ---
         continuous ACME
         continuous ACME",
        expect![[r#"
            continuous ACME
              ACME continuous
            continuous ACME
              ACME continuous
        "#]],
    );
}

#[test]
fn entering_continuous_triggers_reached_stops_in_order_of_entry() {
    check(
        "market
         dan sell 1 @ 10.00; dan buy 1 @ 10.00
         halted ACME; pre-open ACME
         ann buy 1 stop 9.50
         bob sell 1 stop 10.50
         cat buy 1 stop 9.00
         ann buy 1 stop 10.01
         ---
         show owner
         halted ACME
         continuous ACME",
        expect![[r#"
            halted ACME
            continuous ACME
              ann: a1 triggered
              ann: a1 canceled 1, not immediate
              bob: b1 triggered
              bob: b1 canceled 1, not immediate
              cat: c1 triggered
              cat: c1 canceled 1, not immediate
        "#]],
    );
}
