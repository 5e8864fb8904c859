//! What happens when an order meets another of its owner.

use expect_test::expect;

use crate::harness::price_time;

const OWN_IN_THE_MIDDLE: &str = "sell 1 @ 100 own 1 lots 5\nsell 2 @ 100 own 2 lots 5
    sell 3 @ 100 own 3 lots 5\nsell 4 @ 101 own 4 lots 5\n";

#[test]
fn self_trade_allowed_trades() {
    let taker = "fillable buy 9 @ 101 own 2 lots 18\nbuy 9 @ 101 own 2 lots 18";
    price_time(
        &format!("{OWN_IN_THE_MIDDLE}{taker}"),
        expect![[r#"
        sell 1 @ 100 own 1 lots 5
          rests 5, 0 ahead | level 5/1
        sell 2 @ 100 own 2 lots 5
          rests 5, 5 ahead | level 10/2
        sell 3 @ 100 own 3 lots 5
          rests 5, 10 ahead | level 15/3
        sell 4 @ 101 own 4 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18
          18
        buy 9 @ 101 own 2 lots 18
          fill 1 5@100 shows 0 leaves 0 | level 10/2
          fill 2 5@100 shows 0 leaves 0 | level 5/1
          fill 3 5@100 shows 0 leaves 0 | level 0/0
          fill 4 3@101 shows 2 leaves 2 | level 2/1
    "#]],
    );
}

#[test]
fn self_trade_cancels_the_newest() {
    let taker = "fillable buy 9 @ 101 own 2 lots 18 newest\nbuy 9 @ 101 own 2 lots 18 newest";
    price_time(
        &format!("{OWN_IN_THE_MIDDLE}{taker}\ndepth"),
        expect![[r#"
        sell 1 @ 100 own 1 lots 5
          rests 5, 0 ahead | level 5/1
        sell 2 @ 100 own 2 lots 5
          rests 5, 5 ahead | level 10/2
        sell 3 @ 100 own 3 lots 5
          rests 5, 10 ahead | level 15/3
        sell 4 @ 101 own 4 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 newest
          5
        buy 9 @ 101 own 2 lots 18 newest
          fill 1 5@100 shows 0 leaves 0 | level 10/2
          the taker is cancelled, 13 left
        depth
          Sell 100: 10/2 = 2:5 3:5
          Sell 101: 5/1 = 4:5
    "#]],
    );
}

#[test]
fn self_trade_cancels_the_oldest() {
    let taker = "fillable buy 9 @ 101 own 2 lots 18 oldest\nbuy 9 @ 101 own 2 lots 18 oldest";
    price_time(
        &format!("{OWN_IN_THE_MIDDLE}{taker}\ndepth"),
        expect![[r#"
        sell 1 @ 100 own 1 lots 5
          rests 5, 0 ahead | level 5/1
        sell 2 @ 100 own 2 lots 5
          rests 5, 5 ahead | level 10/2
        sell 3 @ 100 own 3 lots 5
          rests 5, 10 ahead | level 15/3
        sell 4 @ 101 own 4 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 oldest
          15
        buy 9 @ 101 own 2 lots 18 oldest
          fill 1 5@100 shows 0 leaves 0 | level 10/2
          cancel 2 5 | level 5/1
          fill 3 5@100 shows 0 leaves 0 | level 0/0
          fill 4 5@101 shows 0 leaves 0 | level 0/0
          rests 3, 0 ahead | level 3/1
        depth
          Buy 101: 3/1 = 9:3
    "#]],
    );
}

#[test]
fn self_trade_cancels_both() {
    let taker = "fillable buy 9 @ 101 own 2 lots 18 both\nbuy 9 @ 101 own 2 lots 18 both";
    price_time(
        &format!("{OWN_IN_THE_MIDDLE}{taker}\ndepth"),
        expect![[r#"
        sell 1 @ 100 own 1 lots 5
          rests 5, 0 ahead | level 5/1
        sell 2 @ 100 own 2 lots 5
          rests 5, 5 ahead | level 10/2
        sell 3 @ 100 own 3 lots 5
          rests 5, 10 ahead | level 15/3
        sell 4 @ 101 own 4 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 both
          5
        buy 9 @ 101 own 2 lots 18 both
          fill 1 5@100 shows 0 leaves 0 | level 10/2
          cancel 2 5 | level 5/1
          the taker is cancelled, 13 left
        depth
          Sell 100: 5/1 = 3:5
          Sell 101: 5/1 = 4:5
    "#]],
    );
}

#[test]
fn self_trade_decrements_both() {
    let taker = "fillable buy 9 @ 101 own 2 lots 18 decrement\nbuy 9 @ 101 own 2 lots 18 decrement";
    price_time(
        &format!("{OWN_IN_THE_MIDDLE}{taker}\ndepth"),
        expect![[r#"
        sell 1 @ 100 own 1 lots 5
          rests 5, 0 ahead | level 5/1
        sell 2 @ 100 own 2 lots 5
          rests 5, 5 ahead | level 10/2
        sell 3 @ 100 own 3 lots 5
          rests 5, 10 ahead | level 15/3
        sell 4 @ 101 own 4 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 decrement
          5
        buy 9 @ 101 own 2 lots 18 decrement
          fill 1 5@100 shows 0 leaves 0 | level 10/2
          cancel 2 5 | level 5/1
          fill 3 5@100 shows 0 leaves 0 | level 0/0
          fill 4 3@101 shows 2 leaves 2 | level 2/1
          the taker loses 5
        depth
          Sell 101: 2/1 = 4:2
    "#]],
    );
}

#[test]
fn decrement_leaves_the_larger_order_in_its_place() {
    price_time(
        "sell 1 @ 100 own 2 lots 10 show 4\nsell 2 @ 100 own 3 lots 1
         buy 8 @ 100 own 2 lots 5 decrement\nbuy 9 @ 100 own 2 lots 3 decrement\ndepth",
        expect![[r#"
            sell 1 @ 100 own 2 lots 10 show 4
              rests 4, 0 ahead | level 4/1
            sell 2 @ 100 own 3 lots 1
              rests 1, 4 ahead | level 5/2
            buy 8 @ 100 own 2 lots 5 decrement
              decrement 1 by 5 shows 4 leaves 5 | level 5/2
              the taker loses 5
            buy 9 @ 100 own 2 lots 3 decrement
              decrement 1 by 3 shows 2 leaves 2 | level 3/2
              the taker loses 3
            depth
              Sell 100: 3/2 = 1:2 2:1
        "#]],
    );
}

#[test]
fn hidden_lots_behind_an_own_order_are_not_fillable() {
    price_time(
        "sell 1 @ 100 own 1 lots 10 show 4\nsell 2 @ 100 own 2 lots 5
         fillable buy 9 @ 100 own 2 lots 18 newest\nfillable buy 9 @ 100 own 2 lots 18 oldest
         buy 9 @ 100 own 2 lots 18 newest",
        expect![[r#"
            sell 1 @ 100 own 1 lots 10 show 4
              rests 4, 0 ahead | level 4/1
            sell 2 @ 100 own 2 lots 5
              rests 5, 4 ahead | level 9/2
            fillable buy 9 @ 100 own 2 lots 18 newest
              4
            fillable buy 9 @ 100 own 2 lots 18 oldest
              10
            buy 9 @ 100 own 2 lots 18 newest
              fill 1 4@100 shows 0 leaves 6 | level 5/2
              refresh 1 4 | level 9/2
              the taker is cancelled, 14 left
        "#]],
    );
}
