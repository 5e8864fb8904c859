//! Which requests are remembered, and when they are forgotten.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_conflict_takes_no_place_among_the_remembered() {
    check(
        "venue remembered 2
         open ann USD
         ann deposit 1.00 req a; ann deposit 1.00 req b
         ---
         ann deposit 3.00 req b
         ann deposit 4.00 req b
         ann deposit 1.00 req a",
        expect![[r#"
            ann deposit 3.00 req b
              ann: refused, RequestConflict(first_seq 3) (req b)
            ann deposit 4.00 req b
              ann: refused, RequestConflict(first_seq 3) (req b)
            ann deposit 1.00 req a
              as before: payment 1
        "#]],
    );
}

#[test]
fn a_repetition_takes_no_place_among_the_remembered_and_does_not_renew_it() {
    check(
        "venue remembered 2
         open ann USD
         ann deposit 1.00 req a; ann deposit 1.00 req b
         ---
         ann deposit 1.00 req a
         ann deposit 1.00 req a
         ann deposit 1.00 req b
         ann deposit 1.00 req c
         ann deposit 1.00 req a",
        expect![[r#"
            ann deposit 1.00 req a
              as before: payment 1
            ann deposit 1.00 req a
              as before: payment 1
            ann deposit 1.00 req b
              as before: payment 2
            ann deposit 1.00 req c
              ann: deposited 1.00
            ann deposit 1.00 req a
              ann: deposited 1.00
        "#]],
    );
}

#[test]
fn the_oldest_request_is_forgotten_first() {
    check(
        "venue remembered 2
         open ann USD
         ann deposit 1.00 req a; ann deposit 1.00 req b; ann deposit 1.00 req c
         ---
         ann deposit 1.00 req b
         ann deposit 1.00 req c
         ann deposit 9.00 req a
         ann deposit 9.00 req b",
        expect![[r#"
            ann deposit 1.00 req b
              as before: payment 2
            ann deposit 1.00 req c
              as before: payment 3
            ann deposit 9.00 req a
              ann: deposited 9.00
            ann deposit 9.00 req b
              ann: deposited 9.00
        "#]],
    );
}

#[test]
fn the_request_of_an_open_order_is_remembered_until_it_closes() {
    check(
        "venue remembered 2
         market
         ann buy 5 @ 9.00 req x
         ann deposit 1.00 req a; ann deposit 1.00 req b; ann deposit 1.00 req c
         ---
         show owner
         ann buy 5 @ 9.00 req x
         ann buy 5 @ 8.00 req x
         bob sell 4 @ 9.00
         ann buy 5 @ 9.00 req x
         bob sell 1 @ 9.00
         ann buy 5 @ 9.00 req x",
        expect![[r#"
            ann buy 5 @ 9.00 req x
              as before: order a1
            ann buy 5 @ 8.00 req x
              ann: refused, RequestConflict(first_seq 15) (req x)
            bob sell 4 @ 9.00
              bob: b1 accepted, 0 ahead, best 9.00/-
              ann: a1 filled 4 @ 9.00 as maker, left 1
              bob: b1 filled 4 @ 9.00 as taker, left 0
            ann buy 5 @ 9.00 req x
              as before: order a1
            bob sell 1 @ 9.00
              bob: b2 accepted, 0 ahead, best 9.00/-
              ann: a1 filled 1 @ 9.00 as maker, left 0
              bob: b2 filled 1 @ 9.00 as taker, left 0
            ann buy 5 @ 9.00 req x
              ann: a2 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn the_request_of_an_open_order_is_forgotten_when_it_is_canceled_or_expires() {
    check(
        "venue remembered 1
         market
         ann buy 1 @ 9.00 req x
         ann buy 2 @ 9.00 gtd 50 req y
         ann buy 3 stop 11.00 req z
         ann deposit 1.00 req a
         ---
         show owner
         ann buy 1 @ 9.00 req x; ann buy 2 @ 9.00 gtd 50 req y; ann buy 3 stop 11.00 req z
         ann cancel a1; ann cancel a3
         at 50
         ann buy 1 @ 9.00 req x
         ann buy 2 @ 9.00 gtd 50 req y
         ann buy 3 stop 11.00 req z",
        expect![[r#"
            ann buy 1 @ 9.00 req x
              as before: order a1
            ann buy 2 @ 9.00 gtd 50 req y
              as before: order a2
            ann buy 3 stop 11.00 req z
              as before: order a3
            ann cancel a1
              ann: a1 canceled 1, requested
            ann cancel a3
              ann: a3 canceled 3, requested
            at 50
            ann buy 1 @ 9.00 req x
              ann: a2 canceled 2, expired
              ann: a4 accepted, 0 ahead, best -/-
            ann buy 2 @ 9.00 gtd 50 req y
              ann: refused, ExpiryPassed(expires 50, now 50) (req y)
            ann buy 3 stop 11.00 req z
              ann: a5 accepted, 0 ahead, best 9.00/-
        "#]],
    );
}

#[test]
fn the_request_of_a_closed_order_is_remembered_like_any_other() {
    check(
        "venue remembered 2
         market
         ann buy 5 @ 9.00 ioc req x
         ann buy 5 @ 9.00 req y
         ann cancel a2
         ---
         ann buy 5 @ 9.00 ioc req x
         ann buy 5 @ 9.00 req y",
        expect![[r#"
            ann buy 5 @ 9.00 ioc req x
              as before: order a1
            ann buy 5 @ 9.00 req y
              as before: order a2
        "#]],
    );
}

#[test]
fn an_open_orders_request_counts_among_the_last_as_long_as_it_is_one() {
    check(
        "venue remembered 2
         market
         ann deposit 1.00 req a
         ann buy 5 @ 9.00 req x
         ann buy 5 @ 9.00 req y
         ---
         show owner
         ann buy 5 @ 9.00 req x
         ann buy 5 @ 9.00 req y
         ann deposit 9.00 req a",
        expect![[r#"
            ann buy 5 @ 9.00 req x
              as before: order a1
            ann buy 5 @ 9.00 req y
              as before: order a2
            ann deposit 9.00 req a
              ann: deposited 9.00
        "#]],
    );
}

#[test]
fn an_unknown_account_is_not_remembered() {
    check(
        "---
         #1 deposit 1.00 req x
         open ann USD
         #1 deposit 1.00 req x",
        expect![[r#"
            #1 deposit 1.00 req x
              refused, UnknownAccount(account #1) (req x)
            open ann USD
              ann: opened in USD, Allow
            #1 deposit 1.00 req x
              ann: deposited 1.00
        "#]],
    );
}

#[test]
fn a_replacements_request_is_forgotten_by_age_alone() {
    check(
        "venue remembered 1
         market
         ann buy 5 @ 9.00 req x
         ann replace a1 lots 4 req y
         ann deposit 1.00 req a
         ---
         show owner
         ann buy 5 @ 9.00 req x
         ann replace a1 lots 3 req y",
        expect![[r#"
            ann buy 5 @ 9.00 req x
              as before: order a1
            ann replace a1 lots 3 req y
              ann: a1 replaced, left 3, keeps its place (req y)
        "#]],
    );
}

#[test]
fn an_unknown_target_of_a_transfer_is_remembered() {
    check(
        "open ann USD 10.00
         ---
         ann transfer #2 1.00 req x
         open bob USD
         ann transfer bob 1.00 req x",
        expect![[r#"
            ann transfer #2 1.00 req x
              ann: refused, UnknownAccount(account #2) (req x)
            open bob USD
              bob: opened in USD, Allow
            ann transfer bob 1.00 req x
              as before: refused, UnknownAccount(account bob)
        "#]],
    );
}
