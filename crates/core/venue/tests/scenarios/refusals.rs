//! Every refusal of a command about an account, an instrument or the venue, with its values.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_request_id_used_for_something_else() {
    check(
        "open ann USD
         ann deposit 1.00 req x
         ---
         ann deposit 2.00 req x",
        expect![[r#"
            ann: refused, RequestConflict(first_seq 2) (req x)
        "#]],
    );
}

#[test]
fn an_account_that_was_never_opened() {
    check(
        "open ann USD 5.00
         ---
         #2 deposit 1.00
         ann transfer #2 1.00
         ann transfer #16777217 1.00",
        expect![[r#"
            #2 deposit 1.00
              refused, UnknownAccount(account #2)
            ann transfer #2 1.00
              ann: refused, UnknownAccount(account #2)
            ann transfer #16777217 1.00
              ann: refused, UnknownAccount(account #16777217)
        "#]],
    );
}

#[test]
fn an_account_that_is_suspended_or_closed() {
    check(
        "open ann USD; open bob USD; bob close
         ann suspend
         ---
         ann withdraw 1.00
         bob deposit 1.00",
        expect![[r#"
            ann withdraw 1.00
              ann: refused, AccountSuspended(account ann)
            bob deposit 1.00
              bob: refused, AccountClosed(account bob)
        "#]],
    );
}

#[test]
fn an_account_that_is_not_flat() {
    check(
        "market
         ann buy 1 @ 10.00; ann sell 1 @ 20.00
         ---
         ann close
         ann mass-cancel
         ann close
         ann withdraw 10000.00
         ann close",
        expect![[r#"
            ann close
              ann: refused, AccountHasOrders(orders 2)
            ann mass-cancel
              bid 10.00: a1 gone, level 0 in 0
              ann: a1 canceled 1, mass cancel
              ask 20.00: a2 gone, level 0 in 0
              ann: a2 canceled 1, mass cancel
              ann: mass cancel of 2 done
            ann close
              ann: refused, AccountHasCash(cash 10000.00)
            ann withdraw 10000.00
              ann: withdrew 10000.00
            ann close
              ann: refused, AccountHasShares(instrument ACME, qty 1000)
        "#]],
    );
}

#[test]
fn a_full_table_of_accounts() {
    check(
        "venue accounts 1
         open ann USD
         ---
         open bob USD
         open bob GBP",
        expect![[r#"
            open bob USD
              refused, AccountsFull(max 1)
            open bob GBP
              refused, UnknownCurrency(currency GBP)
        "#]],
    );
}

#[test]
fn a_currency_that_the_venue_does_not_settle_in() {
    check(
        "---
         open ann GBP
         list ACME in GBP",
        expect![[r#"
            open ann GBP
              refused, UnknownCurrency(currency GBP)
            list ACME in GBP
              refused, UnknownCurrency(currency GBP)
        "#]],
    );
}

#[test]
fn a_counterpart_in_another_currency() {
    check(
        "list ACME; continuous ACME
         open ann USD 1.00; open eva EUR 1.00
         ---
         eva buy 1 @ 1.00
         eva sell 1 @ 1.00
         eva transfer ann 1.00",
        expect![[r#"
            eva buy 1 @ 1.00
              eva: refused, CurrencyMismatch(account EUR, other USD)
            eva sell 1 @ 1.00
              eva: refused, CurrencyMismatch(account EUR, other USD)
            eva transfer ann 1.00
              eva: refused, CurrencyMismatch(account EUR, other USD)
        "#]],
    );
}

#[test]
fn a_transfer_to_oneself() {
    check(
        "open ann USD 1.00
         ---
         ann transfer ann 1.00",
        expect![[r#"
            ann: refused, TransferToSelf(account ann)
        "#]],
    );
}

#[test]
fn an_amount_out_of_range() {
    check(
        "open ann USD; open bob USD
         ---
         ann deposit 0.00
         ann deposit -0.01
         ann deposit 11529215046068469.77
         ann withdraw 0.00
         ann transfer bob 11529215046068469.77
         ann deposit 11529215046068469.76",
        expect![[r#"
            ann deposit 0.00
              ann: refused, AmountOutOfRange(amount 0.00, max 11529215046068469.76)
            ann deposit -0.01
              ann: refused, AmountOutOfRange(amount -0.01, max 11529215046068469.76)
            ann deposit 11529215046068469.77
              ann: refused, AmountOutOfRange(amount 11529215046068469.77, max 11529215046068469.76)
            ann withdraw 0.00
              ann: refused, AmountOutOfRange(amount 0.00, max 11529215046068469.76)
            ann transfer bob 11529215046068469.77
              ann: refused, AmountOutOfRange(amount 11529215046068469.77, max 11529215046068469.76)
            ann deposit 11529215046068469.76
              ann: deposited 11529215046068469.76
        "#]],
    );
}

#[test]
fn more_cash_in_all_than_a_ledger_line_holds() {
    check(
        "open ann USD; open bob USD; open eva EUR
         times 3 ann deposit 11529215046068469.76
         bob deposit 11529215046068469.75
         ---
         bob deposit 0.02
         bob deposit 0.01
         ann deposit 0.01
         eva deposit 0.01
         ann deposit 11529215046068469.76
         ann withdraw 5.00
         bob deposit 5.01
         bob deposit 5.00",
        expect![[r#"
            bob deposit 0.02
              bob: refused, BalanceTooLarge(balance 46116860184273879.05, max 46116860184273879.04)
            bob deposit 0.01
              bob: deposited 0.01
            ann deposit 0.01
              ann: refused, BalanceTooLarge(balance 46116860184273879.05, max 46116860184273879.04)
            eva deposit 0.01
              eva: deposited 0.01
            ann deposit 11529215046068469.76
              ann: refused, BalanceTooLarge(balance 57646075230342348.80, max 46116860184273879.04)
            ann withdraw 5.00
              ann: withdrew 5.00
            bob deposit 5.01
              bob: refused, BalanceTooLarge(balance 46116860184273879.05, max 46116860184273879.04)
            bob deposit 5.00
              bob: deposited 5.00
        "#]],
    );
}

#[test]
fn more_lots_in_all_than_a_ledger_line_holds() {
    check(
        "list ACME; list BETA; open ann USD; open bob USD
         times 16383 ann issue ACME 281474976710656
         ---
         bob issue ACME 281474976710657
         bob issue ACME 281474976710655
         ann issue ACME 2
         ann issue ACME 1
         bob issue ACME 1
         bob issue BETA 1",
        expect![[r#"
            bob issue ACME 281474976710657
              bob: refused, QtyTooLarge(qty 281474976710657, max 281474976710656)
            bob issue ACME 281474976710655
              bob: issued 281474976710655 ACME, has 281474976710655
            ann issue ACME 2
              ann: refused, QtyTooLarge(qty 2, max 1)
            ann issue ACME 1
              ann: issued 1 ACME, has 4611404543450677249
            bob issue ACME 1
              bob: refused, QtyTooLarge(qty 1, max 0)
            bob issue BETA 1
              bob: issued 1 BETA, has 1
        "#]],
    );
}

#[test]
fn more_cash_than_is_free() {
    check(
        "open ann USD 1.00; open bob USD
         ---
         ann withdraw 1.01
         ann transfer bob 1.01",
        expect![[r#"
            ann withdraw 1.01
              ann: refused, InsufficientFunds(needed 1.01, free 1.00)
            ann transfer bob 1.01
              ann: refused, InsufficientFunds(needed 1.01, free 1.00)
        "#]],
    );
}

#[test]
fn an_instrument_that_was_never_listed() {
    check(
        "open ann USD 1.00
         ---
         ann issue #0 1
         ann buy #0 1 @ 1.00
         ann mass-cancel #3000000000
         pre-open #0
         band #0 1.00..2.00
         fees #3000000000 0/0",
        expect![[r#"
            ann issue #0 1
              ann: refused, UnknownInstrument(instrument #0)
            ann buy #0 1 @ 1.00
              ann: refused, UnknownInstrument(instrument #0)
            ann mass-cancel #3000000000
              ann: refused, UnknownInstrument(instrument #3000000000)
            pre-open #0
              refused, UnknownInstrument(instrument #0)
            band #0 1.00..2.00
              refused, UnknownInstrument(instrument #0)
            fees #3000000000 0/0
              refused, UnknownInstrument(instrument #3000000000)
        "#]],
    );
}

#[test]
fn a_full_table_of_instruments() {
    check(
        "venue instruments 1
         list ACME
         ---
         list BETA",
        expect![[r#"
            refused, InstrumentsFull(max 1)
        "#]],
    );
}

#[test]
fn a_symbol_that_is_taken() {
    check(
        "list ACME; list BETA
         ---
         list BETA",
        expect![[r#"
            refused, SymbolTaken(instrument BETA)
        "#]],
    );
}

#[test]
fn a_field_out_of_range() {
    check(
        "---
         list A decimals 10
         list A qty-decimals 10
         list A tick 0.00
         list A lot 0
         list A max 0
         list A band 1.00..0.99
         list A tick 0.05 band 0.99..1.00
         list A fees 1000001/0
         list A fees 0/1000001",
        expect![[r#"
            list A decimals 10
              refused, BadDefinition(field PriceDecimals, value 10)
            list A qty-decimals 10
              refused, BadDefinition(field QtyDecimals, value 10)
            list A tick 0.00
              refused, BadDefinition(field TickStep, value 0)
            list A lot 0
              refused, BadDefinition(field LotStep, value 0)
            list A max 0
              refused, BadDefinition(field OrderQtyMax, value 0)
            list A band 1.00..0.99
              refused, BadDefinition(field BandHigh, value 99)
            list A tick 0.05 band 0.99..1.00
              refused, BadDefinition(field BandLow, value 99)
            list A fees 1000001/0
              refused, BadDefinition(field MakerPpm, value 1000001)
            list A fees 0/1000001
              refused, BadDefinition(field TakerPpm, value 1000001)
        "#]],
    );
}

#[test]
fn a_date_that_is_not_later() {
    check(
        "---
         date 20000
         date 19999",
        expect![[r#"
            date 20000
              refused, DateNotLater(date 20000, current 20000)
            date 19999
              refused, DateNotLater(date 19999, current 20000)
        "#]],
    );
}

#[test]
fn rules_that_are_not_newer_or_not_known() {
    check(
        "---
         rules 1
         rules 2",
        expect![[r#"
            rules 1
              refused, RulesUnsupported(version 1, max 1)
            rules 2
              refused, RulesUnsupported(version 2, max 1)
        "#]],
    );
}
