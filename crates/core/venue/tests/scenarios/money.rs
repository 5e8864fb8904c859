//! What orders hold, cost and bring: holds, fees, rounding.

use expect_test::expect;

use crate::support::check;

#[test]
fn a_buy_holds_its_worst_case_and_pays_what_it_trades_at() {
    check(
        "market fees 1000/2000
         ann sell 5 @ 10.00
         ---
         show owner money
         bob buy 5 @ 11.00",
        expect![[r#"
            bob: b1 accepted, 0 ahead, best -/10.00 | 9944.89 + 55.11 held
            ann: a1 filled 5 @ 10.00 as maker, left 0
              got 50.00, fee 0.05, has 995 | 10049.95
            bob: b1 filled 5 @ 10.00 as taker, left 0
              paid 50.00, fee 0.10, has 1005 | 9949.90
        "#]],
    );
}

#[test]
fn the_hold_has_the_larger_of_both_fees() {
    check(
        "market fees 3000/2000
         ---
         show owner money
         bob buy 5 @ 10.00",
        expect![[r#"
            bob: b1 accepted, 0 ahead, best -/- | 9949.85 + 50.15 held
        "#]],
    );
}

#[test]
fn after_a_partial_fill_the_hold_is_that_of_what_is_open() {
    check(
        "market fees 1000/2000
         ann sell 2 @ 10.00
         ---
         show owner money
         bob buy 5 @ 11.00
         cat sell 1 @ 11.00
         bob cancel b1",
        expect![[r#"
            bob buy 5 @ 11.00
              bob: b1 accepted, 0 ahead, best -/10.00 | 9944.89 + 55.11 held
              ann: a1 filled 2 @ 10.00 as maker, left 0
                got 20.00, fee 0.02, has 998 | 10019.98
              bob: b1 filled 2 @ 10.00 as taker, left 3
                paid 20.00, fee 0.04, has 1002 | 9946.89 + 33.07 held
            cat sell 1 @ 11.00
              cat: c1 accepted, 0 ahead, best 11.00/- | 10000.00
              bob: b1 filled 1 @ 11.00 as maker, left 2
                paid 11.00, fee 0.02, has 1003 | 9946.90 + 22.04 held
              cat: c1 filled 1 @ 11.00 as taker, left 0
                got 11.00, fee 0.03, has 999 | 10010.97
            bob cancel b1
              bob: b1 canceled 2 after 3 filled, requested | 9968.94
        "#]],
    );
}

#[test]
fn a_sell_holds_lots_and_pays_its_fee_from_the_proceeds() {
    check(
        "market fees 1000/2000
         open eve USD 0.01 ACME 10
         eve sell 10 @ 10.00
         ---
         show owner money
         bob buy 4 @ 10.00
         eve cancel e1",
        expect![[r#"
            bob buy 4 @ 10.00
              bob: b1 accepted, 0 ahead, best -/10.00 | 9959.92 + 40.08 held
              eve: e1 filled 4 @ 10.00 as maker, left 6
                got 40.00, fee 0.04, has 0 + 6 held | 39.97
              bob: b1 filled 4 @ 10.00 as taker, left 0
                paid 40.00, fee 0.08, has 1004 | 9959.92
            eve cancel e1
              eve: e1 canceled 6 after 4 filled, requested | 39.97
        "#]],
    );
}

#[test]
fn an_order_that_takes_and_then_makes_pays_each_fill_by_its_role() {
    check(
        "market fees 1000/2000
         ann sell 5 @ 10.00
         ---
         show owner money
         bob buy 10 @ 10.00
         cat sell 5 @ 10.00",
        expect![[r#"
            bob buy 10 @ 10.00
              bob: b1 accepted, 0 ahead, best -/10.00 | 9899.80 + 100.20 held
              ann: a1 filled 5 @ 10.00 as maker, left 0
                got 50.00, fee 0.05, has 995 | 10049.95
              bob: b1 filled 5 @ 10.00 as taker, left 5
                paid 50.00, fee 0.10, has 1005 | 9899.80 + 50.10 held
            cat sell 5 @ 10.00
              cat: c1 accepted, 0 ahead, best 10.00/- | 10000.00
              bob: b1 filled 5 @ 10.00 as maker, left 0
                paid 50.00, fee 0.05, has 1010 | 9899.85
              cat: c1 filled 5 @ 10.00 as taker, left 0
                got 50.00, fee 0.10, has 995 | 10049.90
        "#]],
    );
}

#[test]
fn fees_are_rounded_up_once_over_all_fills() {
    check(
        "market fees 0/1000
         times 4 ann sell 1 @ 4.00
         ---
         show owner money
         bob buy 4 @ 4.00",
        expect![[r#"
            bob: b1 accepted, 0 ahead, best -/4.00 | 9983.98 + 16.02 held
            ann: a1 filled 1 @ 4.00 as maker, left 0
              got 4.00, fee 0.00, has 996 + 3 held | 10004.00
            bob: b1 filled 1 @ 4.00 as taker, left 3
              paid 4.00, fee 0.01, has 1001 | 9983.98 + 12.01 held
            ann: a2 filled 1 @ 4.00 as maker, left 0
              got 4.00, fee 0.00, has 996 + 2 held | 10008.00
            bob: b1 filled 1 @ 4.00 as taker, left 2
              paid 4.00, fee 0.00, has 1002 | 9983.98 + 8.01 held
            ann: a3 filled 1 @ 4.00 as maker, left 0
              got 4.00, fee 0.00, has 996 + 1 held | 10012.00
            bob: b1 filled 1 @ 4.00 as taker, left 1
              paid 4.00, fee 0.01, has 1003 | 9983.98 + 4.00 held
            ann: a4 filled 1 @ 4.00 as maker, left 0
              got 4.00, fee 0.00, has 996 | 10016.00
            bob: b1 filled 1 @ 4.00 as taker, left 0
              paid 4.00, fee 0.00, has 1004 | 9983.98
        "#]],
    );
}

#[test]
fn an_order_keeps_the_fees_it_entered_with() {
    check(
        "market fees 1000/2000
         ann sell 10 @ 10.00
         fees ACME 50000/60000
         ---
         show owner money
         bob buy 10 @ 10.00
         fees ACME 0/0
         cat buy 1 @ 9.00",
        expect![[r#"
            bob buy 10 @ 10.00
              bob: b1 accepted, 0 ahead, best -/10.00 | 9894.00 + 106.00 held
              ann: a1 filled 10 @ 10.00 as maker, left 0
                got 100.00, fee 0.10, has 990 | 10099.90
              bob: b1 filled 10 @ 10.00 as taker, left 0
                paid 100.00, fee 6.00, has 1010 | 9894.00
            fees ACME 0/0
            cat buy 1 @ 9.00
              cat: c1 accepted, 0 ahead, best -/- | 9991.00 + 9.00 held
        "#]],
    );
}

#[test]
fn a_replaced_order_keeps_the_fees_it_entered_with() {
    check(
        "market fees 0/2000
         bob buy 10 @ 9.00
         fees ACME 0/0
         ann sell 10 @ 10.00
         ---
         show owner money
         bob replace b1 @ 10.00",
        expect![[r#"
            bob: b1 replaced, left 10, 0 ahead, best -/10.00 | 9899.80 + 100.20 held
            ann: a1 filled 10 @ 10.00 as maker, left 0
              got 100.00, fee 0.00, has 990 | 10100.00
            bob: b1 filled 10 @ 10.00 as taker, left 0
              paid 100.00, fee 0.20, has 1010 | 9899.80
        "#]],
    );
}

#[test]
fn a_buyer_pays_a_fractional_value_rounded_up_over_all_fills() {
    check(
        "market value 1/1000
         times 3 ann sell 1 @ 9.01
         ---
         show owner money
         bob buy 3 @ 9.01",
        expect![[r#"
            bob: b1 accepted, 0 ahead, best -/9.01 | 9999.97 + 0.03 held
            ann: a1 filled 1 @ 9.01 as maker, left 0
              got 0.00, fee 0.00, has 997 + 2 held | 10000.00
            bob: b1 filled 1 @ 9.01 as taker, left 2
              paid 0.01, fee 0.00, has 1001 | 9999.97 + 0.02 held
            ann: a2 filled 1 @ 9.01 as maker, left 0
              got 0.00, fee 0.00, has 997 + 1 held | 10000.00
            bob: b1 filled 1 @ 9.01 as taker, left 1
              paid 0.01, fee 0.00, has 1002 | 9999.97 + 0.01 held
            ann: a3 filled 1 @ 9.01 as maker, left 0
              got 0.00, fee 0.00, has 997 | 10000.00
            bob: b1 filled 1 @ 9.01 as taker, left 0
              paid 0.01, fee 0.00, has 1003 | 9999.97
        "#]],
    );
}

#[test]
fn a_seller_gets_a_fractional_value_rounded_down_over_all_fills() {
    check(
        "market value 1/1000
         times 3 ann buy 1 @ 9.01
         ---
         show owner money
         bob sell 3 @ 9.01",
        expect![[r#"
            bob: b1 accepted, 0 ahead, best 9.01/- | 10000.00
            ann: a1 filled 1 @ 9.01 as maker, left 0
              paid 0.01, fee 0.00, has 1001 | 9999.97 + 0.02 held
            bob: b1 filled 1 @ 9.01 as taker, left 2
              got 0.00, fee 0.00, has 997 + 2 held | 10000.00
            ann: a2 filled 1 @ 9.01 as maker, left 0
              paid 0.01, fee 0.00, has 1002 | 9999.97 + 0.01 held
            bob: b1 filled 1 @ 9.01 as taker, left 1
              got 0.01, fee 0.00, has 997 + 1 held | 10000.01
            ann: a3 filled 1 @ 9.01 as maker, left 0
              paid 0.01, fee 0.00, has 1003 | 9999.97
            bob: b1 filled 1 @ 9.01 as taker, left 0
              got 0.01, fee 0.00, has 997 | 10000.02
        "#]],
    );
}

#[test]
fn the_hold_of_a_fractional_value_is_rounded_up() {
    check(
        "market value 1/3000 fees 0/100000
         ---
         show owner money
         bob buy 1 @ 10.01
         bob buy 2 @ 10.00",
        expect![[r#"
            bob buy 1 @ 10.01
              bob: b1 accepted, 0 ahead, best -/- | 9999.98 + 0.02 held
            bob buy 2 @ 10.00
              bob: b2 accepted, 0 ahead, best 10.01/- | 9999.96 + 0.04 held
        "#]],
    );
}

#[test]
fn a_sellers_fee_is_never_more_than_its_proceeds() {
    check(
        "market value 1/10000 fees 1000000/1000000
         bob buy 15 @ 15.00
         ---
         show owner money
         ann sell 1 @ 15.00
         ann sell 10 @ 15.00",
        expect![[r#"
            ann sell 1 @ 15.00
              ann: a1 accepted, 0 ahead, best 15.00/- | 10000.00
              bob: b1 filled 1 @ 15.00 as maker, left 14
                paid 0.01, fee 0.01, has 1001 | 9999.94 + 0.04 held
              ann: a1 filled 1 @ 15.00 as taker, left 0
                got 0.00, fee 0.00, has 999 | 10000.00
            ann sell 10 @ 15.00
              ann: a2 accepted, 0 ahead, best 15.00/- | 10000.00
              bob: b1 filled 10 @ 15.00 as maker, left 4
                paid 0.01, fee 0.01, has 1011 | 9999.94 + 0.02 held
              ann: a2 filled 10 @ 15.00 as taker, left 0
                got 0.01, fee 0.01, has 989 | 10000.00
        "#]],
    );
}

#[test]
fn decrement_gives_back_the_hold_of_the_lots_it_takes() {
    check(
        "market fees 0/1000
         open eve USD 1000.00 ACME 10 stp decrement
         eve buy 10 @ 10.00
         ---
         show owner money
         eve sell 4 @ 10.00",
        expect![[r#"
            eve: e2 accepted, 0 ahead, best 10.00/- | 899.90 + 100.10 held
            eve: e1 decremented 4, left 6 | 939.94 + 60.06 held
            eve: e2 canceled 4, self-trade | 939.94 + 60.06 held
        "#]],
    );
}

#[test]
fn lots_bought_can_be_sold_at_once_and_cash_received_spent_at_once() {
    check(
        "list ACME; continuous ACME
         open ann USD; ann issue ACME 5
         open bob USD 50.00
         open cat USD 50.00
         cat buy 5 @ 10.00
         ---
         show owner money
         ann sell 5 @ 10.00
         ann buy 5 @ 10.00
         cat sell 5 @ 10.00",
        expect![[r#"
            ann sell 5 @ 10.00
              ann: a1 accepted, 0 ahead, best 10.00/- | 0.00
              cat: c1 filled 5 @ 10.00 as maker, left 0
                paid 50.00, fee 0.00, has 5 | 0.00
              ann: a1 filled 5 @ 10.00 as taker, left 0
                got 50.00, fee 0.00, has 0 | 50.00
            ann buy 5 @ 10.00
              ann: a2 accepted, 0 ahead, best -/- | 0.00 + 50.00 held
            cat sell 5 @ 10.00
              cat: c2 accepted, 0 ahead, best 10.00/- | 0.00
              ann: a2 filled 5 @ 10.00 as maker, left 0
                paid 50.00, fee 0.00, has 5 | 0.00
              cat: c2 filled 5 @ 10.00 as taker, left 0
                got 50.00, fee 0.00, has 0 | 50.00
        "#]],
    );
}

#[test]
fn what_is_held_can_neither_be_withdrawn_nor_sent_nor_sold_again() {
    check(
        "market
         open eve USD 100.00 ACME 10
         eve buy 6 @ 10.00
         eve sell 6 @ 20.00
         ---
         show owner money
         eve withdraw 40.01
         eve transfer ann 40.01
         eve buy 1 @ 40.01
         eve sell 5 @ 20.00
         eve withdraw 40.00",
        expect![[r#"
            eve withdraw 40.01
              eve: refused, InsufficientFunds(needed 40.01, free 40.00) | 40.00 + 60.00 held
            eve transfer ann 40.01
              eve: refused, InsufficientFunds(needed 40.01, free 40.00) | 40.00 + 60.00 held
            eve buy 1 @ 40.01
              eve: refused, InsufficientFunds(needed 40.01, free 40.00) | 40.00 + 60.00 held
            eve sell 5 @ 20.00
              eve: refused, ShortSelling(needed 5, free 4) | 40.00 + 60.00 held
            eve withdraw 40.00
              eve: withdrew 40.00 | 0.00 + 60.00 held
        "#]],
    );
}

#[test]
fn cover_is_reckoned_with_the_fee_and_to_the_last_unit() {
    check(
        "market fees 0/1000
         open eve USD 100.10
         ---
         show owner money
         eve buy 10 @ 10.01
         eve buy 10 @ 10.00",
        expect![[r#"
            eve buy 10 @ 10.01
              eve: refused, InsufficientFunds(needed 100.21, free 100.10) | 100.10
            eve buy 10 @ 10.00
              eve: e1 accepted, 0 ahead, best -/- | 0.00 + 100.10 held
        "#]],
    );
}

#[test]
fn a_fee_that_a_fill_cannot_pay_waits_for_the_next() {
    check(
        "market value 1/10000 fees 0/400000
         bob buy 1 @ 15.00; bob buy 10 @ 15.00; bob buy 100 @ 15.00
         ---
         show owner money
         ann sell 111 @ 15.00",
        expect![[r#"
            ann: a1 accepted, 0 ahead, best 15.00/- | 10000.00
            bob: b1 filled 1 @ 15.00 as maker, left 0
              paid 0.01, fee 0.00, has 1001 | 9999.75 + 0.24 held
            ann: a1 filled 1 @ 15.00 as taker, left 110
              got 0.00, fee 0.00, has 889 + 110 held | 10000.00
            bob: b2 filled 10 @ 15.00 as maker, left 0
              paid 0.02, fee 0.00, has 1011 | 9999.76 + 0.21 held
            ann: a1 filled 10 @ 15.00 as taker, left 100
              got 0.01, fee 0.01, has 889 + 100 held | 10000.00
            bob: b3 filled 100 @ 15.00 as maker, left 0
              paid 0.15, fee 0.00, has 1111 | 9999.82
            ann: a1 filled 100 @ 15.00 as taker, left 0
              got 0.15, fee 0.06, has 889 | 10000.09
        "#]],
    );
}

#[test]
fn what_rounding_took_once_is_not_held_again() {
    check(
        "market value 1/10000 fees 100000/100000
         open eve USD 0.04
         eve buy 10 @ 15.00
         ---
         show owner money
         ann sell 1 @ 15.00
         ann sell 1 @ 15.00
         ann sell 8 @ 15.00",
        expect![[r#"
            ann sell 1 @ 15.00
              ann: a1 accepted, 0 ahead, best 15.00/- | 10000.00
              eve: e1 filled 1 @ 15.00 as maker, left 9
                paid 0.01, fee 0.01, has 1 | 0.01 + 0.01 held
              ann: a1 filled 1 @ 15.00 as taker, left 0
                got 0.00, fee 0.00, has 999 | 10000.00
            ann sell 1 @ 15.00
              ann: a2 accepted, 0 ahead, best 15.00/- | 10000.00
              eve: e1 filled 1 @ 15.00 as maker, left 8
                paid 0.00, fee 0.00, has 2 | 0.01 + 0.01 held
              ann: a2 filled 1 @ 15.00 as taker, left 0
                got 0.00, fee 0.00, has 998 | 10000.00
            ann sell 8 @ 15.00
              ann: a3 accepted, 0 ahead, best 15.00/- | 10000.00
              eve: e1 filled 8 @ 15.00 as maker, left 0
                paid 0.01, fee 0.00, has 10 | 0.01
              ann: a3 filled 8 @ 15.00 as taker, left 0
                got 0.01, fee 0.01, has 990 | 10000.00
        "#]],
    );
}
