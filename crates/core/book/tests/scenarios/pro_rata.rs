//! Levels shared by size.

use expect_test::{Expect, expect};

use crate::harness::pro_rata;

#[test]
fn pro_rata_fills_two_equal_orders_equally() {
    pro_rata(
        "sell 1 @ 100 lots 5\nsell 2 @ 100 lots 5\nbuy 3 @ 100 lots 10",
        expect![[r#"
        sell 1 @ 100 lots 5
          rests 5, 0 ahead | level 5/1
        sell 2 @ 100 lots 5
          rests 5, 5 ahead | level 10/2
        buy 3 @ 100 lots 10
          fill 1 5@100 shows 0 leaves 0 | level 5/1
          fill 2 5@100 shows 0 leaves 0 | level 0/0
    "#]],
    );
}

#[test]
fn pro_rata_shares_by_size_and_gives_the_remainder_to_the_oldest() {
    pro_rata(
        "sell 1 @ 100 lots 10\nsell 2 @ 100 lots 20\nsell 3 @ 100 lots 3\nsell 4 @ 101 lots 9
         buy 9 @ 101 lots 11\ndepth\nbuy 10 @ 101 lots 25\ndepth",
        expect![[r#"
            sell 1 @ 100 lots 10
              rests 10, 0 ahead | level 10/1
            sell 2 @ 100 lots 20
              rests 20, 10 ahead | level 30/2
            sell 3 @ 100 lots 3
              rests 3, 30 ahead | level 33/3
            sell 4 @ 101 lots 9
              rests 9, 0 ahead | level 9/1
            buy 9 @ 101 lots 11
              fill 1 4@100 shows 6 leaves 6 | level 29/3
              fill 2 6@100 shows 14 leaves 14 | level 23/3
              fill 3 1@100 shows 2 leaves 2 | level 22/3
            depth
              Sell 100: 22/3 = 1:6 2:14 3:2
              Sell 101: 9/1 = 4:9
            buy 10 @ 101 lots 25
              fill 1 6@100 shows 0 leaves 0 | level 16/2
              fill 2 14@100 shows 0 leaves 0 | level 2/1
              fill 3 2@100 shows 0 leaves 0 | level 0/0
              fill 4 3@101 shows 6 leaves 6 | level 6/1
            depth
              Sell 101: 6/1 = 4:6
        "#]],
    );
}

#[test]
fn pro_rata_skips_an_order_whose_share_is_nothing() {
    pro_rata(
        "sell 1 @ 100 lots 100\nsell 2 @ 100 lots 1\nbuy 9 @ 100 lots 50",
        expect![[r#"
        sell 1 @ 100 lots 100
          rests 100, 0 ahead | level 100/1
        sell 2 @ 100 lots 1
          rests 1, 100 ahead | level 101/2
        buy 9 @ 100 lots 50
          fill 1 50@100 shows 50 leaves 50 | level 51/2
    "#]],
    );
}

#[test]
fn pro_rata_icebergs_show_their_next_part_after_the_round() {
    pro_rata(
        "sell 1 @ 100 lots 10 show 4\nsell 2 @ 100 lots 4\nsell 3 @ 100 lots 9 show 2
         fillable buy 9 @ 100 lots 99\nbuy 9 @ 100 lots 13\ndepth",
        expect![[r#"
            sell 1 @ 100 lots 10 show 4
              rests 4, 0 ahead | level 4/1
            sell 2 @ 100 lots 4
              rests 4, 4 ahead | level 8/2
            sell 3 @ 100 lots 9 show 2
              rests 2, 8 ahead | level 10/3
            fillable buy 9 @ 100 lots 99
              23
            buy 9 @ 100 lots 13
              fill 1 4@100 shows 0 leaves 6 | level 6/3
              fill 2 4@100 shows 0 leaves 0 | level 2/2
              fill 3 2@100 shows 0 leaves 7 | level 0/2
              refresh 1 4 | level 4/2
              refresh 3 2 | level 6/2
              fill 1 2@100 shows 2 leaves 4 | level 4/2
              fill 3 1@100 shows 1 leaves 6 | level 3/2
            depth
              Sell 100: 3/2 = 1:2+2 3:1+5
        "#]],
    );
}

#[test]
fn pro_rata_pauses_in_the_middle_of_a_round() {
    pro_rata(
        "sell 1 @ 100 lots 10 show 4\nsell 2 @ 100 lots 4\nsell 3 @ 100 lots 9 show 2
         buy 9 @ 100 lots 13 max 1\ndepth",
        expect![[r#"
            sell 1 @ 100 lots 10 show 4
              rests 4, 0 ahead | level 4/1
            sell 2 @ 100 lots 4
              rests 4, 4 ahead | level 8/2
            sell 3 @ 100 lots 9 show 2
              rests 2, 8 ahead | level 10/3
            buy 9 @ 100 lots 13 max 1
              fill 1 4@100 shows 0 leaves 6 | level 6/3
              paused
              fill 2 4@100 shows 0 leaves 0 | level 2/2
              paused
              fill 3 2@100 shows 0 leaves 7 | level 0/2
              paused
              refresh 1 4 | level 4/2
              paused
              refresh 3 2 | level 6/2
              paused
              fill 1 2@100 shows 2 leaves 4 | level 4/2
              paused
              fill 3 1@100 shows 1 leaves 6 | level 3/2
            depth
              Sell 100: 3/2 = 1:2+2 3:1+5
        "#]],
    );
}

#[test]
fn pro_rata_products_beyond_64_bits_are_exact() {
    pro_rata(
        "sell 1 @ 100 lots 8000000000\nsell 2 @ 100 lots 5000000001\nbuy 9 @ 100 lots 5000000007",
        expect![[r#"
            sell 1 @ 100 lots 8000000000
              rests 8000000000, 0 ahead | level 8000000000/1
            sell 2 @ 100 lots 5000000001
              rests 5000000001, 8000000000 ahead | level 13000000001/2
            buy 9 @ 100 lots 5000000007
              fill 1 3076923081@100 shows 4923076919 leaves 4923076919 | level 9923076920/2
              fill 2 1923076926@100 shows 3076923075 leaves 3076923075 | level 7999999994/2
        "#]],
    );
}

/// The own order is the oldest; the other at its price is an iceberg.
fn own_order_first(mode: &str, expected: Expect) {
    let taker = format!("own 2 lots 18 {mode}");
    let lines = format!("fillable buy 9 @ 101 {taker}\nbuy 9 @ 101 {taker}\ndepth");
    let own_first = "sell 2 @ 100 own 2 lots 4\nsell 1 @ 100 own 1 lots 9 show 3\n";
    pro_rata(&format!("{own_first}sell 3 @ 101 own 3 lots 5\n{lines}"), expected);
}

#[test]
fn pro_rata_allows_self_trades() {
    own_order_first(
        "",
        expect![[r#"
        sell 2 @ 100 own 2 lots 4
          rests 4, 0 ahead | level 4/1
        sell 1 @ 100 own 1 lots 9 show 3
          rests 3, 4 ahead | level 7/2
        sell 3 @ 101 own 3 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18
          18
        buy 9 @ 101 own 2 lots 18
          fill 2 4@100 shows 0 leaves 0 | level 3/1
          fill 1 3@100 shows 0 leaves 6 | level 0/1
          refresh 1 3 | level 3/1
          fill 1 3@100 shows 0 leaves 3 | level 0/1
          refresh 1 3 | level 3/1
          fill 1 3@100 shows 0 leaves 0 | level 0/0
          fill 3 5@101 shows 0 leaves 0 | level 0/0
        depth
    "#]],
    );
}

#[test]
fn pro_rata_cancels_the_newest_when_only_own_orders_are_left() {
    own_order_first(
        "newest",
        expect![[r#"
        sell 2 @ 100 own 2 lots 4
          rests 4, 0 ahead | level 4/1
        sell 1 @ 100 own 1 lots 9 show 3
          rests 3, 4 ahead | level 7/2
        sell 3 @ 101 own 3 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 newest
          9
        buy 9 @ 101 own 2 lots 18 newest
          fill 1 3@100 shows 0 leaves 6 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 3 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 0 | level 4/1
          the taker is cancelled, 9 left
        depth
          Sell 100: 4/1 = 2:4
          Sell 101: 5/1 = 3:5
    "#]],
    );
}

#[test]
fn pro_rata_cancels_the_oldest_when_only_own_orders_are_left() {
    own_order_first(
        "oldest",
        expect![[r#"
        sell 2 @ 100 own 2 lots 4
          rests 4, 0 ahead | level 4/1
        sell 1 @ 100 own 1 lots 9 show 3
          rests 3, 4 ahead | level 7/2
        sell 3 @ 101 own 3 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 oldest
          14
        buy 9 @ 101 own 2 lots 18 oldest
          fill 1 3@100 shows 0 leaves 6 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 3 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 0 | level 4/1
          cancel 2 4 | level 0/0
          fill 3 5@101 shows 0 leaves 0 | level 0/0
          rests 4, 0 ahead | level 4/1
        depth
          Buy 101: 4/1 = 9:4
    "#]],
    );
}

#[test]
fn pro_rata_cancels_both_when_only_own_orders_are_left() {
    own_order_first(
        "both",
        expect![[r#"
        sell 2 @ 100 own 2 lots 4
          rests 4, 0 ahead | level 4/1
        sell 1 @ 100 own 1 lots 9 show 3
          rests 3, 4 ahead | level 7/2
        sell 3 @ 101 own 3 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 both
          9
        buy 9 @ 101 own 2 lots 18 both
          fill 1 3@100 shows 0 leaves 6 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 3 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 0 | level 4/1
          cancel 2 4 | level 0/0
          the taker is cancelled, 9 left
        depth
          Sell 101: 5/1 = 3:5
    "#]],
    );
}

#[test]
fn pro_rata_decrements_both_when_only_own_orders_are_left() {
    own_order_first(
        "decrement",
        expect![[r#"
        sell 2 @ 100 own 2 lots 4
          rests 4, 0 ahead | level 4/1
        sell 1 @ 100 own 1 lots 9 show 3
          rests 3, 4 ahead | level 7/2
        sell 3 @ 101 own 3 lots 5
          rests 5, 0 ahead | level 5/1
        fillable buy 9 @ 101 own 2 lots 18 decrement
          9
        buy 9 @ 101 own 2 lots 18 decrement
          fill 1 3@100 shows 0 leaves 6 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 3 | level 4/2
          refresh 1 3 | level 7/2
          fill 1 3@100 shows 0 leaves 0 | level 4/1
          cancel 2 4 | level 0/0
          fill 3 5@101 shows 0 leaves 0 | level 0/0
          the taker loses 4
        depth
    "#]],
    );
}
