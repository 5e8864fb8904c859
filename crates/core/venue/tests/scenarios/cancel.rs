//! Cancels of one order and of many.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_canceled_order_leaves_the_book_and_gives_back_its_hold() {
    check(
        "market fees 0/1000
         ann buy 5 @ 10.00
         bob buy 5 @ 10.00
         cat sell 2 @ 10.00
         ---
         show public owner money
         ann cancel a1 req x",
        expect![[r#"
            bid 10.00: a1 gone, level 5 in 1
            ann: a1 canceled 3 after 2 filled, requested (req x) | 9980.00
        "#]],
    );
}

#[test]
fn only_an_open_order_of_ones_own_can_be_canceled() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 11.00
         bob buy 5 @ 10.00
         ---
         bob cancel a2
         ann cancel a1
         ann cancel a2
         ann cancel a2
         ann cancel #99
         ann cancel #0",
        expect![[r#"
            bob cancel a2
              bob: refused, UnknownOrder(order a2)
            ann cancel a1
              ann: refused, UnknownOrder(order a1)
            ann cancel a2
              ask 11.00: a2 gone, level 0 in 0
              ann: a2 canceled 5, requested
            ann cancel a2
              ann: refused, UnknownOrder(order a2)
            ann cancel #99
              ann: refused, UnknownOrder(order #99)
            ann cancel #0
              ann: refused, UnknownOrder(order #0)
        "#]],
    );
}

#[test]
fn a_cancel_is_allowed_in_every_phase() {
    check(
        "market
         times 5 ann sell 5 @ 10.00
         ---
         show owner
         ann cancel a1
         pre-open ACME; ann cancel a2
         cancel-only ACME; ann cancel a3
         halted ACME; ann cancel a4
         closed ACME; ann cancel a5",
        expect![[r#"
            ann cancel a1
              ann: a1 canceled 5, requested
            pre-open ACME
            ann cancel a2
              ann: a2 canceled 5, requested
            cancel-only ACME
            ann cancel a3
              ann: a3 canceled 5, requested
            halted ACME
            ann cancel a4
              ann: a4 canceled 5, requested
            closed ACME
            ann cancel a5
              ann: a5 canceled 5, requested
        "#]],
    );
}

#[test]
fn a_suspended_account_may_cancel() {
    check(
        "market
         ann sell 5 @ 10.00
         ann sell 5 @ 11.00
         ann suspend
         ---
         show owner
         ann cancel a1
         ann mass-cancel",
        expect![[r#"
            ann cancel a1
              ann: a1 canceled 5, requested
            ann mass-cancel
              ann: a2 canceled 5, mass cancel
              ann: mass cancel of 1 done
        "#]],
    );
}

#[test]
fn a_mass_cancel_goes_by_order_number_through_books_and_stops() {
    check(
        "market
         list BETA; continuous BETA
         ann buy BETA 1 @ 9.00
         ann sell 2 stop 8.00
         ann sell 3 stop 8.50
         ann buy 4 stop 13.00
         ann buy 5 stop 12.00 @ 12.00
         ann buy 6 stop 12.00
         ann sell 7 @ 10.01
         ann sell 8 @ 10.00 show 2
         ann buy 9 @ 9.00
         bob buy 10 @ 9.00
         ann buy 11 @ 9.00
         ann buy 12 @ 9.01
         ---
         ann mass-cancel req x",
        expect![[r#"
            BETA bid 9.00: a1 gone, level 0 in 0
            ann: a1 canceled 1, mass cancel (req x)
            ann: a2 canceled 2, mass cancel (req x)
            ann: a3 canceled 3, mass cancel (req x)
            ann: a4 canceled 4, mass cancel (req x)
            ann: a5 canceled 5, mass cancel (req x)
            ann: a6 canceled 6, mass cancel (req x)
            ask 10.01: a7 gone, level 0 in 0
            ann: a7 canceled 7, mass cancel (req x)
            ask 10.00: a8 gone, level 0 in 0
            ann: a8 canceled 8, mass cancel (req x)
            bid 9.00: a9 gone, level 21 in 2
            ann: a9 canceled 9, mass cancel (req x)
            bid 9.00: a10 gone, level 10 in 1
            ann: a10 canceled 11, mass cancel (req x)
            bid 9.01: a11 gone, level 0 in 0
            ann: a11 canceled 12, mass cancel (req x)
            ann: mass cancel of 11 done (req x)
        "#]],
    );
}

#[test]
fn a_mass_cancel_of_one_instrument_leaves_the_others() {
    check(
        "market
         list BETA; continuous BETA
         ann buy BETA 1 @ 9.00
         ann buy ACME 1 @ 9.00
         ---
         show owner
         ann mass-cancel BETA
         ann mass-cancel",
        expect![[r#"
            ann mass-cancel BETA
              ann: a1 canceled 1, mass cancel
              ann: mass cancel of 1 done
            ann mass-cancel
              ann: a2 canceled 1, mass cancel
              ann: mass cancel of 1 done
        "#]],
    );
}

#[test]
fn a_mass_cancel_of_one_side_leaves_the_other() {
    check(
        "market
         ann buy 1 @ 9.00
         ann sell 2 @ 10.00
         ann buy 3 stop 11.00
         ann sell 4 stop 8.00
         ---
         show owner
         ann mass-cancel asks
         ann mass-cancel ACME bids",
        expect![[r#"
            ann mass-cancel asks
              ann: a2 canceled 2, mass cancel
              ann: a4 canceled 4, mass cancel
              ann: mass cancel of 2 done
            ann mass-cancel ACME bids
              ann: a1 canceled 1, mass cancel
              ann: a3 canceled 3, mass cancel
              ann: mass cancel of 2 done
        "#]],
    );
}

#[test]
fn a_mass_cancel_finds_what_an_earlier_one_left_and_what_was_triggered_since() {
    check(
        "market
         ann buy 1 @ 9.00
         ann sell 2 @ 11.00
         ann buy 3 stop 10.00 @ 10.00
         ann buy 4 stop 12.00
         ---
         show owner
         ann mass-cancel bids
         ann buy 3 stop 10.00 @ 10.00
         ann replace a2 @ 10.50
         ann mass-cancel bids
         ann buy 3 stop 10.00 @ 10.00
         bob buy 1 @ 8.00
         bob mass-cancel
         bob sell 1 @ 10.00
         cat buy 1 @ 10.00
         ann mass-cancel",
        expect![[r#"
            ann mass-cancel bids
              ann: a1 canceled 1, mass cancel
              ann: a3 canceled 3, mass cancel
              ann: a4 canceled 4, mass cancel
              ann: mass cancel of 3 done
            ann buy 3 stop 10.00 @ 10.00
              ann: a5 accepted, 0 ahead, best -/11.00
            ann replace a2 @ 10.50
              ann: a2 replaced, left 2, 0 ahead, best -/-
            ann mass-cancel bids
              ann: a5 canceled 3, mass cancel
              ann: mass cancel of 1 done
            ann buy 3 stop 10.00 @ 10.00
              ann: a6 accepted, 0 ahead, best -/10.50
            bob buy 1 @ 8.00
              bob: b1 accepted, 0 ahead, best -/10.50
            bob mass-cancel
              bob: b1 canceled 1, mass cancel
              bob: mass cancel of 1 done
            bob sell 1 @ 10.00
              bob: b2 accepted, 0 ahead, best -/10.50
            cat buy 1 @ 10.00
              cat: c1 accepted, 0 ahead, best -/10.00
              bob: b2 filled 1 @ 10.00 as maker, left 0
              cat: c1 filled 1 @ 10.00 as taker, left 0
              ann: a6 triggered
            ann mass-cancel
              ann: a2 canceled 2, mass cancel
              ann: a6 canceled 3, mass cancel
              ann: mass cancel of 2 done
        "#]],
    );
}

#[test]
fn a_mass_cancel_that_finds_nothing_says_so() {
    check(
        "market
         list BETA
         ---
         ann mass-cancel req a
         ann buy 1 @ 9.00
         ann mass-cancel asks req b
         ann mass-cancel BETA
         ann mass-cancel #7",
        expect![[r#"
            ann mass-cancel req a
              ann: mass cancel of 0 done (req a)
            ann buy 1 @ 9.00
              bid 9.00: a1 shows 1 at the back, level 1 in 1
              ann: a1 accepted, 0 ahead, best -/-
            ann mass-cancel asks req b
              ann: mass cancel of 0 done (req b)
            ann mass-cancel BETA
              ann: mass cancel of 0 done
            ann mass-cancel #7
              ann: refused, UnknownInstrument(instrument #7)
        "#]],
    );
}
