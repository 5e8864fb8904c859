//! Instruments: listed, and what of their terms changes.

use expect_test::expect;

use crate::support::check;

#[test]
fn instruments_are_numbered_from_0() {
    check(
        "list ACME
         list BETA
         halted #1
         halted #0
         halted #2",
        expect![[r#"
            list ACME
              ACME listed
            list BETA
              BETA listed
            halted #1
              BETA halted
            halted #0
              ACME halted
            halted #2
              refused, UnknownInstrument(instrument #2)
        "#]],
    );
}

#[test]
fn terms_are_checked_before_the_symbol_and_the_table_before_all() {
    check(
        "venue instruments 2
         list ACME
         ---
         list ACME in GBP decimals 10
         list ACME decimals 10
         list ACME
         list BETA
         list ACME in GBP",
        expect![[r#"
            list ACME in GBP decimals 10
              refused, UnknownCurrency(currency GBP)
            list ACME decimals 10
              refused, BadDefinition(field PriceDecimals, value 10)
            list ACME
              refused, SymbolTaken(instrument ACME)
            list BETA
              BETA listed
            list ACME in GBP
              refused, InstrumentsFull(max 2)
        "#]],
    );
}

#[test]
fn what_one_order_can_bring_at_the_price_limit_stays_below_2_to_the_63() {
    check(
        "venue instruments 4
         ---
         list A max 281474976710656 limit 327.68
         list A max 281474976710655 limit 327.68
         list B max 281474976710656 limit 655.35 value 1/2
         list C max 281474976710656 limit 655.36 value 1/2
         list C band 1.00..2.00 value 4294967295/1 limit 21.47
         list C band 1.00..2.00 value 4294967295/1 limit 21.48",
        expect![[r#"
            list A max 281474976710656 limit 327.68
              refused, BadDefinition(field OrderQtyMax, value 281474976710656)
            list A max 281474976710655 limit 327.68
              A listed
            list B max 281474976710656 limit 655.35 value 1/2
              B listed
            list C max 281474976710656 limit 655.36 value 1/2
              refused, BadDefinition(field OrderQtyMax, value 281474976710656)
            list C band 1.00..2.00 value 4294967295/1 limit 21.47
              C listed
            list C band 1.00..2.00 value 4294967295/1 limit 21.48
              refused, BadDefinition(field OrderQtyMax, value 1000000)
        "#]],
    );
}

#[test]
fn each_field_of_a_definition_is_checked_in_turn() {
    check(
        "---
         list A decimals 10 qty-decimals 10 tick 0 lot 0 max 0 fees 1000001/1000001
         list A qty-decimals 10 tick 0 lot 0 max 0
         list A tick 0 lot 0 max 0 band 5.01..5.00
         list A lot 0 max 0 band 5.01..5.00
         list A max 0 band 5.01..5.00
         list A lot 3 max 10 band 5.01..5.00
         list A max 281474976710657
         list A band 5.01..5.00 fees 1000001/1000001
         list A band 5.00..10.01 limit 10.00
         list A tick 0.05 band 5.01..10.01 fees 1000001/1000001
         list A tick 0.05 band 5.01..10.00 fees 1000001/1000001
         list A fees 1000001/1000001
         list A fees 1000000/1000001",
        expect![[r#"
            list A decimals 10 qty-decimals 10 tick 0 lot 0 max 0 fees 1000001/1000001
              refused, BadDefinition(field PriceDecimals, value 10)
            list A qty-decimals 10 tick 0 lot 0 max 0
              refused, BadDefinition(field QtyDecimals, value 10)
            list A tick 0 lot 0 max 0 band 5.01..5.00
              refused, BadDefinition(field TickStep, value 0)
            list A lot 0 max 0 band 5.01..5.00
              refused, BadDefinition(field LotStep, value 0)
            list A max 0 band 5.01..5.00
              refused, BadDefinition(field OrderQtyMax, value 0)
            list A lot 3 max 10 band 5.01..5.00
              refused, BadDefinition(field OrderQtyMax, value 10)
            list A max 281474976710657
              refused, BadDefinition(field OrderQtyMax, value 281474976710657)
            list A band 5.01..5.00 fees 1000001/1000001
              refused, BadDefinition(field BandHigh, value 500)
            list A band 5.00..10.01 limit 10.00
              refused, BadDefinition(field BandHigh, value 1001)
            list A tick 0.05 band 5.01..10.01 fees 1000001/1000001
              refused, BadDefinition(field BandHigh, value 1001)
            list A tick 0.05 band 5.01..10.00 fees 1000001/1000001
              refused, BadDefinition(field BandLow, value 501)
            list A fees 1000001/1000001
              refused, BadDefinition(field MakerPpm, value 1000001)
            list A fees 1000000/1000001
              refused, BadDefinition(field TakerPpm, value 1000001)
        "#]],
    );
}

#[test]
fn the_widest_definition_is_accepted() {
    check(
        "---
         list A decimals 9 qty-decimals 9 lot 2 max 281474976710656 limit 327.67
         list B tick 0.05 band 10.00..10.00 limit 10.00 fees 1000000/1000000",
        expect![[r#"
            list A decimals 9 qty-decimals 9 lot 2 max 281474976710656 limit 327.67
              A listed
            list B tick 0.05 band 10.00..10.00 limit 10.00 fees 1000000/1000000
              B listed
        "#]],
    );
}

#[test]
fn a_band_binds_orders_still_to_come() {
    check(
        "market
         ann sell 5 @ 20.00
         band ACME 9.00..11.00
         ---
         bob buy 5 @ 20.00
         bob buy 5 @ 8.99
         bob buy 5 @ 11.00
         bob buy 5 @ 9.00
         ann replace a1 lots 4
         ann replace a1 @ 20.00",
        expect![[r#"
            bob buy 5 @ 20.00
              bob: refused, PriceAboveBand(price 20.00, max 11.00)
            bob buy 5 @ 8.99
              bob: refused, PriceBelowBand(price 8.99, min 9.00)
            bob buy 5 @ 11.00
              bid 11.00: b1 shows 5 at the back, level 5 in 1
              bob: b1 accepted, 0 ahead, best -/20.00
            bob buy 5 @ 9.00
              bid 9.00: b2 shows 5 at the back, level 5 in 1
              bob: b2 accepted, 0 ahead, best 11.00/20.00
            ann replace a1 lots 4
              ask 20.00: a1 shows 4, level 4 in 1
              ann: a1 replaced, left 4, keeps its place
            ann replace a1 @ 20.00
              ann: refused, PriceAboveBand(price 20.00, max 11.00)
        "#]],
    );
}

#[test]
fn a_band_is_checked_like_that_of_a_definition() {
    check(
        "list ACME tick 0.05 limit 100.00
         ---
         band ACME 5.00..100.05
         band ACME 5.05..5.00
         band ACME 5.01..6.01
         band ACME 5.01..6.00
         band ACME 5.00..100.00
         band #7 5.00..6.00",
        expect![[r#"
            band ACME 5.00..100.05
              refused, BadDefinition(field BandHigh, value 10005)
            band ACME 5.05..5.00
              refused, BadDefinition(field BandHigh, value 500)
            band ACME 5.01..6.01
              refused, BadDefinition(field BandHigh, value 601)
            band ACME 5.01..6.00
              refused, BadDefinition(field BandLow, value 501)
            band ACME 5.00..100.00
              ACME band 5.00..100.00
            band #7 5.00..6.00
              refused, UnknownInstrument(instrument #7)
        "#]],
    );
}

#[test]
fn fees_are_checked_like_those_of_a_definition() {
    check(
        "list ACME
         ---
         fees ACME 1000001/1000001
         fees ACME 0/1000001
         fees ACME 1000000/0
         fees #7 0/0",
        expect![[r#"
            fees ACME 1000001/1000001
              refused, BadDefinition(field MakerPpm, value 1000001)
            fees ACME 0/1000001
              refused, BadDefinition(field TakerPpm, value 1000001)
            fees ACME 1000000/0
              ACME fees 1000000/0
            fees #7 0/0
              refused, UnknownInstrument(instrument #7)
        "#]],
    );
}

#[test]
fn a_waiting_stop_keeps_the_limit_of_the_band_it_entered_with() {
    check(
        "market band 5.00..20.00
         open eve USD 200.00
         eve buy 10 stop 10.00
         band ACME 5.00..10.00
         ann sell 1 @ 10.00
         band ACME 5.00..20.00
         ann sell 9 @ 15.00
         ---
         show public
         bob buy 1 @ 10.00",
        expect![[r#"
            trade 1 @ 10.00: b1 buys from a1, level 0 in 0
            trade 9 @ 15.00: e1 buys from a2, level 0 in 0
        "#]],
    );
}
