//! Request ids: sent again, a command gets its old answer and does nothing.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_request_sent_again_gets_its_old_answer() {
    check(
        "open ann USD
         list ACME
         ann deposit 100.00 req pay
         ann buy 5 @ 9.00 req buy
         ann replace a1 lots 4 req less
         ann cancel a1 req end
         ann mass-cancel req all
         ---
         ann deposit 100.00 req pay
         ann buy 5 @ 9.00 req buy
         ann replace a1 lots 4 req less
         ann cancel a1 req end
         ann mass-cancel req all",
        expect![[r#"
            ann deposit 100.00 req pay
              as before: payment 1
            ann buy 5 @ 9.00 req buy
              as before: order a1
            ann replace a1 lots 4 req less
              as before: order a1
            ann cancel a1 req end
              as before: order a1
            ann mass-cancel req all
              as before: done
        "#]],
    );
}

#[test]
fn commands_without_an_account_are_remembered_too() {
    check(
        "open ann USD req open
         list ACME req list
         halted ACME req halt; band ACME 1.00..2.00 req band; fees ACME 1/2 req fees
         date 20001 req date; tick req tick
         ---
         open ann USD req open
         list ACME req list
         halted ACME req halt; band ACME 1.00..2.00 req band; fees ACME 1/2 req fees
         date 20001 req date; tick req tick",
        expect![[r#"
            open ann USD req open
              as before: account ann
            list ACME req list
              as before: instrument ACME
            halted ACME req halt
              as before: done
            band ACME 1.00..2.00 req band
              as before: done
            fees ACME 1/2 req fees
              as before: done
            date 20001 req date
              as before: done
            tick req tick
              as before: done
        "#]],
    );
}

#[test]
fn a_request_sent_again_after_a_restore_gets_its_old_answer() {
    check(
        "open ann USD
         ann deposit 100.00 req pay
         restore
         ---
         ann deposit 100.00 req pay
         ann deposit 100.01 req pay",
        expect![[r#"
            ann deposit 100.00 req pay
              as before: payment 1
            ann deposit 100.01 req pay
              ann: refused, RequestConflict(first_seq 2) (req pay)
        "#]],
    );
}

#[test]
fn a_refusal_is_an_answer_too() {
    check(
        "open ann USD
         ---
         ann withdraw 1.00 req w
         ann deposit 1.00
         ann withdraw 1.00 req w
         ann withdraw 1.00 req w2",
        expect![[r#"
            ann withdraw 1.00 req w
              ann: refused, InsufficientFunds(needed 1.00, free 0.00) (req w)
            ann deposit 1.00
              ann: deposited 1.00
            ann withdraw 1.00 req w
              as before: refused, InsufficientFunds(needed 1.00, free 0.00)
            ann withdraw 1.00 req w2
              ann: withdrew 1.00
        "#]],
    );
}

#[test]
fn a_refusal_by_matching_is_an_answer_too() {
    check(
        "market
         ann sell 5 @ 10.00
         bob buy 5 @ 9.00
         ---
         show owner
         bob buy 5 @ 10.00 post-only req p
         bob buy 6 @ 10.00 fok req f
         bob replace b1 stop 9.00 req r
         ann replace a1 lots 1
         bob cancel b1
         bob buy 5 @ 10.00 post-only req p
         bob buy 6 @ 10.00 fok req f
         bob replace b1 stop 9.00 req r",
        expect![[r#"
            bob buy 5 @ 10.00 post-only req p
              bob: b2 refused, WouldTakeLiquidity(best 10.00) (req p)
            bob buy 6 @ 10.00 fok req f
              bob: b3 refused, FillOrKillShort(available 5, qty 6) (req f)
            bob replace b1 stop 9.00 req r
              bob: b1 refused, TriggerNotReplaceable(order b1) (req r)
            ann replace a1 lots 1
              ann: a1 replaced, left 1, keeps its place
            bob cancel b1
              bob: b1 canceled 5, requested
            bob buy 5 @ 10.00 post-only req p
              as before: refused, WouldTakeLiquidity(best 10.00)
            bob buy 6 @ 10.00 fok req f
              as before: refused, FillOrKillShort(available 5, qty 6)
            bob replace b1 stop 9.00 req r
              as before: refused, TriggerNotReplaceable(order b1)
        "#]],
    );
}

#[test]
fn the_same_id_with_another_action_is_a_conflict() {
    check(
        "open ann USD; list ACME
         ---
         ann deposit 1.00 req x
         ann deposit 1.01 req x
         ann withdraw 1.00 req x
         ann deposit 1.00 req x",
        expect![[r#"
            ann deposit 1.00 req x
              ann: deposited 1.00
            ann deposit 1.01 req x
              ann: refused, RequestConflict(first_seq 3) (req x)
            ann withdraw 1.00 req x
              ann: refused, RequestConflict(first_seq 3) (req x)
            ann deposit 1.00 req x
              as before: payment 1
        "#]],
    );
}

#[test]
fn every_field_of_an_order_makes_another_action() {
    check(
        "market
         list BETA; continuous BETA
         ---
         show owner
         ann buy 5 @ 9.00 show 2 req x
         ann sell 5 @ 9.00 show 2 req x
         ann buy BETA 5 @ 9.00 show 2 req x
         ann buy 6 @ 9.00 show 2 req x
         ann buy 5 @ 9.01 show 2 req x
         ann buy 5 @ 9.00 show 3 req x
         ann buy 5 @ 9.00 req x
         ann buy 5 @ 9.00 show 2 day req x
         ann buy 5 @ 9.00 show 2 post-only req x
         ann buy 5 @ 9.00 show 2 gtd 50 req x
         ann buy 5 stop 9.00 @ 9.00 show 2 req x",
        expect![[r#"
            ann buy 5 @ 9.00 show 2 req x
              ann: a1 accepted, 0 ahead, best -/-
            ann sell 5 @ 9.00 show 2 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy BETA 5 @ 9.00 show 2 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 6 @ 9.00 show 2 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 5 @ 9.01 show 2 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 5 @ 9.00 show 3 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 5 @ 9.00 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 5 @ 9.00 show 2 day req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 5 @ 9.00 show 2 post-only req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 5 @ 9.00 show 2 gtd 50 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
            ann buy 5 stop 9.00 @ 9.00 show 2 req x
              ann: refused, RequestConflict(first_seq 17) (req x)
        "#]],
    );
}

#[test]
fn every_account_has_its_own_request_ids_and_a_transfer_is_the_givers() {
    check(
        "open ann USD 10.00; open bob USD 10.00
         ---
         ann deposit 1.00 req x
         bob transfer ann 1.00 req x
         bob transfer ann 1.00 req x
         ann deposit 1.00 req x",
        expect![[r#"
            ann deposit 1.00 req x
              ann: deposited 1.00
            bob transfer ann 1.00 req x
              bob: sent 1.00 to ann
              ann: received 1.00 from bob
            bob transfer ann 1.00 req x
              as before: payment 4
            ann deposit 1.00 req x
              as before: payment 3
        "#]],
    );
}

#[test]
fn clearing_and_matching_each_have_one_scope_for_commands_without_an_account() {
    check(
        "---
         open ann USD req x
         date 20001 req x
         tick req x
         list ACME req x
         halted ACME req x
         rules 1 req x
         ann deposit 1.00 req x",
        expect![[r#"
            open ann USD req x
              ann: opened in USD, Allow
            date 20001 req x
              refused, RequestConflict(first_seq 1) (req x)
            tick req x
              refused, RequestConflict(first_seq 1) (req x)
            list ACME req x
              ACME listed
            halted ACME req x
              refused, RequestConflict(first_seq 4) (req x)
            rules 1 req x
              refused, RequestConflict(first_seq 1) (req x)
            ann deposit 1.00 req x
              ann: deposited 1.00
        "#]],
    );
}

#[test]
fn the_id_is_looked_up_before_the_account_is_judged() {
    check(
        "open ann USD; open bob USD
         ann deposit 1.00 req x; ann withdraw 1.00 req y
         ann close
         ---
         ann withdraw 1.00 req y
         ann withdraw 2.00 req y
         ann withdraw 1.00 req z
         ann withdraw 1.00 req z",
        expect![[r#"
            ann withdraw 1.00 req y
              as before: payment 2
            ann withdraw 2.00 req y
              ann: refused, RequestConflict(first_seq 4) (req y)
            ann withdraw 1.00 req z
              ann: refused, AccountClosed(account ann) (req z)
            ann withdraw 1.00 req z
              as before: refused, AccountClosed(account ann)
        "#]],
    );
}

#[test]
fn what_is_due_expires_before_a_repeated_request_is_looked_up() {
    check(
        "venue remembered 1
         market
         ann buy 1 @ 9.00 gtd 50 req x
         ---
         at 50
         ann buy 1 @ 9.00 gtd 50 req x",
        expect![[r#"
            at 50
            ann buy 1 @ 9.00 gtd 50 req x
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 1, expired
              as before: order a1
        "#]],
    );
}
