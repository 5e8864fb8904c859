//! Accounts: opened, suspended, closed; the money that comes, goes and moves.

use expect_test::expect;

use crate::support::check;

#[test]
fn an_account_has_one_currency_and_a_self_trade_mode() {
    check(
        "show owner money
         open ann USD
         open bob EUR stp decrement",
        expect![[r#"
            open ann USD
              ann: opened in USD, Allow | 0.00
            open bob EUR stp decrement
              bob: opened in EUR, Decrement | 0.00
        "#]],
    );
}

#[test]
fn deposits_and_withdrawals_change_what_is_free() {
    check(
        "open ann USD
         ---
         show owner money
         ann deposit 100.00
         ann withdraw 100.01
         ann withdraw 30.00
         ann withdraw 70.00",
        expect![[r#"
            ann deposit 100.00
              ann: deposited 100.00 | 100.00
            ann withdraw 100.01
              ann: refused, InsufficientFunds(needed 100.01, free 100.00) | 100.00
            ann withdraw 30.00
              ann: withdrew 30.00 | 70.00
            ann withdraw 70.00
              ann: withdrew 70.00 | 0.00
        "#]],
    );
}

#[test]
fn a_transfer_leaves_one_account_and_reaches_the_other() {
    check(
        "open ann USD 100.00; open bob USD
         ---
         show owner money
         ann transfer bob 30.00 req x",
        expect![[r#"
            ann: sent 30.00 to bob | 70.00
            bob: received 30.00 from ann | 30.00
        "#]],
    );
}

#[test]
fn a_transfer_is_checked_target_first_and_then_for_cover() {
    check(
        "open ann USD 100.00; open bob USD; open eva EUR; open old USD; old close
         ---
         ann transfer bob 0.00
         ann transfer ann 1000.00
         ann transfer #9 1000.00
         ann transfer old 1000.00
         ann transfer eva 1000.00
         ann transfer bob 1000.00",
        expect![[r#"
            ann transfer bob 0.00
              ann: refused, AmountOutOfRange(amount 0.00, max 11529215046068469.76)
            ann transfer ann 1000.00
              ann: refused, TransferToSelf(account ann)
            ann transfer #9 1000.00
              ann: refused, UnknownAccount(account #9)
            ann transfer old 1000.00
              ann: refused, AccountClosed(account old)
            ann transfer eva 1000.00
              ann: refused, CurrencyMismatch(account USD, other EUR)
            ann transfer bob 1000.00
              ann: refused, InsufficientFunds(needed 1000.00, free 100.00)
        "#]],
    );
}

#[test]
fn a_suspended_account_receives_but_does_not_send() {
    check(
        "list ACME
         open ann USD 100.00 ACME 1; open bob USD 100.00
         ann suspend
         ---
         show owner money
         ann deposit 1.00
         bob transfer ann 5.00
         ann issue ACME 3
         ann withdraw 1.00
         ann transfer bob 1.00",
        expect![[r#"
            ann deposit 1.00
              ann: deposited 1.00 | 101.00
            bob transfer ann 5.00
              bob: sent 5.00 to ann | 95.00
              ann: received 5.00 from bob | 106.00
            ann issue ACME 3
              ann: issued 3 ACME, has 4 | 106.00
            ann withdraw 1.00
              ann: refused, AccountSuspended(account ann) | 106.00
            ann transfer bob 1.00
              ann: refused, AccountSuspended(account ann) | 106.00
        "#]],
    );
}

#[test]
fn a_suspended_account_may_neither_place_nor_replace() {
    check(
        "market
         ann buy 5 @ 9.00
         ann suspend
         ---
         ann buy 5 @ 9.00
         ann replace a1 lots 4
         ann resume
         ann replace a1 lots 4",
        expect![[r#"
            ann buy 5 @ 9.00
              ann: refused, AccountSuspended(account ann)
            ann replace a1 lots 4
              ann: refused, AccountSuspended(account ann)
            ann resume
              ann: active
            ann replace a1 lots 4
              bid 9.00: a1 shows 4, level 4 in 1
              ann: a1 replaced, left 4, keeps its place
        "#]],
    );
}

#[test]
fn a_suspended_accounts_orders_still_trade() {
    check(
        "market
         ann buy 5 @ 9.00
         ann suspend
         ---
         show owner
         bob sell 5 @ 9.00",
        expect![[r#"
            bob: b1 accepted, 0 ahead, best 9.00/-
            ann: a1 filled 5 @ 9.00 as maker, left 0
            bob: b1 filled 5 @ 9.00 as taker, left 0
        "#]],
    );
}

#[test]
fn a_status_is_told_even_when_it_does_not_change() {
    check(
        "open ann USD
         ---
         ann resume
         ann suspend
         ann suspend",
        expect![[r#"
            ann resume
              ann: active
            ann suspend
              ann: suspended
            ann suspend
              ann: suspended
        "#]],
    );
}

#[test]
fn only_a_flat_account_closes() {
    check(
        "market
         list BETA; list GAMA
         open eve USD 10.00 GAMA 2 BETA 1
         eve buy 1 @ 9.00
         ---
         show owner
         eve close
         eve cancel e1
         eve close
         eve withdraw 10.00
         eve close",
        expect![[r#"
            eve close
              eve: refused, AccountHasOrders(orders 1)
            eve cancel e1
              eve: e1 canceled 1, requested
            eve close
              eve: refused, AccountHasCash(cash 10.00)
            eve withdraw 10.00
              eve: withdrew 10.00
            eve close
              eve: refused, AccountHasShares(instrument BETA, qty 1)
        "#]],
    );
}

#[test]
fn a_flat_account_closes_even_when_suspended() {
    check(
        "open ann USD
         ann suspend
         ---
         ann close",
        expect![[r#"
            ann: closed
        "#]],
    );
}

#[test]
fn a_closed_account_refuses_everything() {
    check(
        "list ACME; open ann USD; open bob USD 1.00
         ann close
         ---
         ann close
         ann suspend
         ann deposit 0.00
         ann withdraw 0.00
         ann transfer ann 0.00
         ann issue #9 0
         ann buy #9 0 @ 10.00
         ann replace #9
         ann cancel #9
         ann mass-cancel #9
         bob transfer ann 1.00",
        expect![[r#"
            ann close
              ann: refused, AccountClosed(account ann)
            ann suspend
              ann: refused, AccountClosed(account ann)
            ann deposit 0.00
              ann: refused, AccountClosed(account ann)
            ann withdraw 0.00
              ann: refused, AccountClosed(account ann)
            ann transfer ann 0.00
              ann: refused, AccountClosed(account ann)
            ann issue #9 0
              ann: refused, AccountClosed(account ann)
            ann buy #9 0 @ 10.00
              ann: refused, AccountClosed(account ann)
            ann replace #9
              ann: refused, AccountClosed(account ann)
            ann cancel #9
              ann: refused, AccountClosed(account ann)
            ann mass-cancel #9
              ann: refused, AccountClosed(account ann)
            bob transfer ann 1.00
              bob: refused, AccountClosed(account ann)
        "#]],
    );
}

#[test]
fn an_issue_creates_lots() {
    check(
        "list ACME lot 5 max 100; open ann USD
         ---
         ann issue ACME 500
         ann issue ACME 5
         ann issue ACME 7
         ann issue ACME 0
         ann issue #2 0",
        expect![[r#"
            ann issue ACME 500
              ann: issued 500 ACME, has 500
            ann issue ACME 5
              ann: issued 5 ACME, has 505
            ann issue ACME 7
              ann: refused, OffLot(qty 7, lot_step 5)
            ann issue ACME 0
              ann: refused, QtyZero
            ann issue #2 0
              ann: refused, UnknownInstrument(instrument #2)
        "#]],
    );
}

#[test]
fn shares_may_be_issued_to_an_account_of_another_currency() {
    check(
        "list ACME in USD; open eva EUR
         ---
         eva issue ACME 5",
        expect![[r#"
            eva: issued 5 ACME, has 5
        "#]],
    );
}

#[test]
fn an_unknown_account_is_told_to_the_sender_of_every_command() {
    check(
        "---
         #1 suspend
         #1 close
         #0 deposit 1.00
         #1 withdraw 1.00
         #1 transfer #1 1.00
         #1 issue #0 1
         #1 buy #0 1 @ 1.00
         #1 replace #1
         #1 cancel #1 req x
         #16777217 mass-cancel",
        expect![[r#"
            #1 suspend
              refused, UnknownAccount(account #1)
            #1 close
              refused, UnknownAccount(account #1)
            #0 deposit 1.00
              refused, UnknownAccount(account #0)
            #1 withdraw 1.00
              refused, UnknownAccount(account #1)
            #1 transfer #1 1.00
              refused, UnknownAccount(account #1)
            #1 issue #0 1
              refused, UnknownAccount(account #1)
            #1 buy #0 1 @ 1.00
              refused, UnknownAccount(account #1)
            #1 replace #1
              refused, UnknownAccount(account #1)
            #1 cancel #1 req x
              refused, UnknownAccount(account #1) (req x)
            #16777217 mass-cancel
              refused, UnknownAccount(account #16777217)
        "#]],
    );
}

#[test]
fn the_business_date_moves_forward_only() {
    check(
        "---
         date 20001
         date 20001
         date 20000
         date 30000",
        expect![[r#"
            date 20001
              date 20001
            date 20001
              refused, DateNotLater(date 20001, current 20001)
            date 20000
              refused, DateNotLater(date 20000, current 20001)
            date 30000
              date 30000
        "#]],
    );
}

#[test]
fn rules_move_forward_only_and_no_further_than_is_known() {
    check(
        "---
         rules 1
         rules 0
         rules 2",
        expect![[r#"
            rules 1
              refused, RulesUnsupported(version 1, max 1)
            rules 0
              refused, RulesUnsupported(version 0, max 1)
            rules 2
              refused, RulesUnsupported(version 2, max 1)
        "#]],
    );
}

#[test]
fn a_tick_tells_nothing() {
    check(
        "---
         tick",
        expect![[r#"
            nothing
        "#]],
    );
}
