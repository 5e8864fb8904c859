//! Payments that wait for an operator. The market's own deposits are payments 1 to 4.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_withdrawal_is_held_while_it_waits_and_goes_when_it_is_confirmed() {
    check(
        "market
         ---
         show owner money
         ann asks-withdrawal 4000.00 req rent
         ann withdraw 6000.01
         confirm 5
         ann withdraw 6000.00",
        expect![[r#"
            ann asks-withdrawal 4000.00 req rent
              ann: payment 5: Withdrawal of 4000.00 waits | 6000.00 + 4000.00 held
            ann withdraw 6000.01
              ann: refused, InsufficientFunds(needed 6000.01, free 6000.00) | 6000.00 + 4000.00 held
            confirm 5
              ann: withdrew 4000.00 | 6000.00
            ann withdraw 6000.00
              ann: withdrew 6000.00 | 0.00
        "#]],
    );
}

#[test]
fn a_withdrawal_that_fails_is_free_again() {
    check(
        "market
         ---
         show owner money
         ann asks-withdrawal 4000.00
         bob asks-withdrawal 1.00
         fail 5 no-such-bank
         fail 6",
        expect![[r#"
            ann asks-withdrawal 4000.00
              ann: payment 5: Withdrawal of 4000.00 waits | 6000.00 + 4000.00 held
            bob asks-withdrawal 1.00
              bob: payment 6: Withdrawal of 1.00 waits | 9999.00 + 1.00 held
            fail 5 no-such-bank
              ann: payment 5: Withdrawal of 4000.00 failed, no-such-bank | 10000.00
            fail 6
              bob: payment 6: Withdrawal of 1.00 failed | 10000.00
        "#]],
    );
}

#[test]
fn a_deposit_that_waits_changes_nothing_until_it_is_confirmed() {
    check(
        "market
         ---
         show owner money
         ann asks-deposit 5.00 req salary
         ann asks-deposit 7.00
         confirm 6
         fail 5",
        expect![[r#"
            ann asks-deposit 5.00 req salary
              ann: payment 5: Deposit of 5.00 waits | 10000.00
            ann asks-deposit 7.00
              ann: payment 6: Deposit of 7.00 waits | 10000.00
            confirm 6
              ann: deposited 7.00 | 10007.00
            fail 5
              ann: payment 5: Deposit of 5.00 failed | 10007.00
        "#]],
    );
}

#[test]
fn a_payment_is_settled_once_and_its_request_is_made_once() {
    check(
        "market
         ---
         show owner money
         ann asks-deposit 5.00 req salary
         ann asks-deposit 5.00 req salary
         ann asks-deposit 6.00 req salary
         ann deposit 5.00 req salary
         confirm 5 req ok
         confirm 5 req ok
         confirm 5
         fail 5
         fail 99
         confirm 1",
        expect![[r#"
            ann asks-deposit 5.00 req salary
              ann: payment 5: Deposit of 5.00 waits | 10000.00
            ann asks-deposit 5.00 req salary
              as before: payment 5
            ann asks-deposit 6.00 req salary
              ann: refused, RequestConflict(first_seq 15) (req salary) | 10000.00
            ann deposit 5.00 req salary
              ann: refused, RequestConflict(first_seq 15) (req salary) | 10000.00
            confirm 5 req ok
              ann: deposited 5.00 | 10005.00
            confirm 5 req ok
              as before: account ann
            confirm 5
              refused, PaymentNotPending(payment 5)
            fail 5
              refused, PaymentNotPending(payment 5)
            fail 99
              refused, PaymentNotPending(payment 99)
            confirm 1
              refused, PaymentNotPending(payment 1)
        "#]],
    );
}

#[test]
fn a_suspended_account_asks_for_deposits_only_and_its_withdrawals_wait() {
    check(
        "market
         ann asks-withdrawal 1.00
         ann suspend
         ---
         show owner money
         ann asks-withdrawal 1.00
         ann asks-deposit 2.00
         confirm 5
         confirm 6
         ann resume
         confirm 5",
        expect![[r#"
            ann asks-withdrawal 1.00
              ann: refused, AccountSuspended(account ann) | 9999.00 + 1.00 held
            ann asks-deposit 2.00
              ann: payment 6: Deposit of 2.00 waits | 9999.00 + 1.00 held
            confirm 5
              refused, AccountSuspended(account ann)
            confirm 6
              ann: deposited 2.00 | 10001.00 + 1.00 held
            ann resume
              ann: active | 10001.00 + 1.00 held
            confirm 5
              ann: withdrew 1.00 | 10001.00
        "#]],
    );
}

#[test]
fn an_account_with_payments_that_wait_does_not_close() {
    check(
        "market
         open eve USD
         eve asks-deposit 1.00
         eve asks-deposit 2.00
         ---
         show owner money
         eve close
         fail 5
         confirm 6
         eve close
         eve withdraw 2.00
         eve close
         eve asks-deposit 1.00",
        expect![[r#"
            eve close
              eve: refused, AccountHasPayments(payments 2) | 0.00
            fail 5
              eve: payment 5: Deposit of 1.00 failed | 0.00
            confirm 6
              eve: deposited 2.00 | 2.00
            eve close
              eve: refused, AccountHasCash(cash 2.00) | 2.00
            eve withdraw 2.00
              eve: withdrew 2.00 | 0.00
            eve close
              eve: closed | 0.00
            eve asks-deposit 1.00
              eve: refused, AccountClosed(account eve) | 0.00
        "#]],
    );
}

#[test]
fn what_waits_cannot_be_ordered_with() {
    check(
        "market
         ann asks-withdrawal 9999.00
         ---
         show owner money
         ann buy 1 @ 10.00
         fail 5
         ann buy 1 @ 10.00",
        expect![[r#"
            ann buy 1 @ 10.00
              ann: refused, InsufficientFunds(needed 10.00, free 1.00) | 1.00 + 9999.00 held
            fail 5
              ann: payment 5: Withdrawal of 9999.00 failed | 10000.00
            ann buy 1 @ 10.00
              ann: a1 accepted, 0 ahead, best -/- | 9990.00 + 10.00 held
        "#]],
    );
}

#[test]
fn requests_are_checked_like_payments_at_once() {
    check(
        "market
         ---
         show owner
         ann asks-withdrawal 0.00
         ann asks-withdrawal 10000.01
         ann asks-deposit 0.00
         #9 asks-deposit 1.00",
        expect![[r#"
            ann asks-withdrawal 0.00
              ann: refused, AmountOutOfRange(amount 0.00, max 11529215046068469.76)
            ann asks-withdrawal 10000.01
              ann: refused, InsufficientFunds(needed 10000.01, free 10000.00)
            ann asks-deposit 0.00
              ann: refused, AmountOutOfRange(amount 0.00, max 11529215046068469.76)
            #9 asks-deposit 1.00
              refused, UnknownAccount(account #9)
        "#]],
    );
}
