//! Price-time matching, icebergs, cancels and reductions.

use expect_test::expect;

use crate::harness::price_time;

#[test]
fn oldest_order_trades_first_within_a_price() {
    price_time(
        "sell 1 @ 100 lots 5\nsell 2 @ 100 lots 5\nbuy 3 @ 100 lots 7\ndepth",
        expect![[r#"
            sell 1 @ 100 lots 5
              rests 5, 0 ahead | level 5/1
            sell 2 @ 100 lots 5
              rests 5, 5 ahead | level 10/2
            buy 3 @ 100 lots 7
              fill 1 5@100 shows 0 leaves 0 | level 5/1
              fill 2 2@100 shows 3 leaves 3 | level 3/1
            depth
              Sell 100: 3/1 = 2:3
        "#]],
    );
}

#[test]
fn better_prices_trade_first_and_at_their_own_price() {
    price_time(
        "sell 1 @ 102 lots 5\nsell 2 @ 100 lots 5\nsell 3 @ 101 lots 5\nbuy 4 @ 101 lots 20\ndepth
         buy 5 @ 99 lots 1\nsell 6 @ 99 lots 30 ioc\nbest",
        expect![[r#"
            sell 1 @ 102 lots 5
              rests 5, 0 ahead | level 5/1
            sell 2 @ 100 lots 5
              rests 5, 0 ahead | level 5/1
            sell 3 @ 101 lots 5
              rests 5, 0 ahead | level 5/1
            buy 4 @ 101 lots 20
              fill 2 5@100 shows 0 leaves 0 | level 0/0
              fill 3 5@101 shows 0 leaves 0 | level 0/0
              rests 10, 0 ahead | level 10/1
            depth
              Sell 102: 5/1 = 1:5
              Buy 101: 10/1 = 4:10
            buy 5 @ 99 lots 1
              rests 1, 0 ahead | level 1/1
            sell 6 @ 99 lots 30 ioc
              fill 4 10@101 shows 0 leaves 0 | level 0/0
              fill 5 1@99 shows 0 leaves 0 | level 0/0
              19 left
            best
              [None, Some(102)]
        "#]],
    );
}

#[test]
fn prices_that_do_not_meet_do_not_trade() {
    price_time(
        "buy 1 @ 1000 lots 1\nsell 2 @ 1100 lots 1\nsell 3 @ 1001 lots 1\nbest",
        expect![[r#"
            buy 1 @ 1000 lots 1
              rests 1, 0 ahead | level 1/1
            sell 2 @ 1100 lots 1
              rests 1, 0 ahead | level 1/1
            sell 3 @ 1001 lots 1
              rests 1, 0 ahead | level 1/1
            best
              [Some(1000), Some(1001)]
        "#]],
    );
}

#[test]
fn the_best_price_moves_on_across_empty_pages() {
    price_time(
        "sell 1 @ 10 lots 1\nsell 2 @ 999999 lots 1\nsell 3 @ 5000 lots 1\nbest\ncancel 1\nbest
         buy 4 @ 6000 lots 1\nbest\ncancel 2\ncancel 2\nbest\nbuy 5 @ 1000000 lots 1
         buy 6 @ 1 lots 1\nbest\ncancel 5\nbest",
        expect![[r#"
            sell 1 @ 10 lots 1
              rests 1, 0 ahead | level 1/1
            sell 2 @ 999999 lots 1
              rests 1, 0 ahead | level 1/1
            sell 3 @ 5000 lots 1
              rests 1, 0 ahead | level 1/1
            best
              [None, Some(10)]
            cancel 1
              1 shown and 0 hidden at 10 | level 0/0
            best
              [None, Some(5000)]
            buy 4 @ 6000 lots 1
              fill 3 1@5000 shows 0 leaves 0 | level 0/0
            best
              [None, Some(999999)]
            cancel 2
              1 shown and 0 hidden at 999999 | level 0/0
            cancel 2
              not resting
            best
              [None, None]
            buy 5 @ 1000000 lots 1
              rests 1, 0 ahead | level 1/1
            buy 6 @ 1 lots 1
              rests 1, 0 ahead | level 1/1
            best
              [Some(1000000), None]
            cancel 5
              1 shown and 0 hidden at 1000000 | level 0/0
            best
              [Some(1), None]
        "#]],
    );
}

#[test]
fn an_iceberg_shows_its_next_part_at_the_back() {
    price_time(
        "sell 1 @ 100 lots 10 show 4\nsell 2 @ 100 lots 5\ndepth\nbuy 3 @ 100 lots 6\ndepth
         fillable buy 4 @ 100 lots 99\nbuy 4 @ 100 lots 8\ndepth\nbuy 5 @ 100 lots 9",
        expect![[r#"
            sell 1 @ 100 lots 10 show 4
              rests 4, 0 ahead | level 4/1
            sell 2 @ 100 lots 5
              rests 5, 4 ahead | level 9/2
            depth
              Sell 100: 9/2 = 1:4+6 2:5
            buy 3 @ 100 lots 6
              fill 1 4@100 shows 0 leaves 6 | level 5/2
              refresh 1 4 | level 9/2
              fill 2 2@100 shows 3 leaves 3 | level 7/2
            depth
              Sell 100: 7/2 = 2:3 1:4+2
            fillable buy 4 @ 100 lots 99
              9
            buy 4 @ 100 lots 8
              fill 2 3@100 shows 0 leaves 0 | level 4/1
              fill 1 4@100 shows 0 leaves 2 | level 0/1
              refresh 1 2 | level 2/1
              fill 1 1@100 shows 1 leaves 1 | level 1/1
            depth
              Sell 100: 1/1 = 1:1
            buy 5 @ 100 lots 9
              fill 1 1@100 shows 0 leaves 0 | level 0/0
              rests 8, 0 ahead | level 8/1
        "#]],
    );
}

#[test]
fn a_lone_iceberg_trades_part_by_part() {
    price_time(
        "sell 1 @ 100 lots 7 show 3\nbuy 2 @ 100 lots 9 ioc",
        expect![[r#"
        sell 1 @ 100 lots 7 show 3
          rests 3, 0 ahead | level 3/1
        buy 2 @ 100 lots 9 ioc
          fill 1 3@100 shows 0 leaves 4 | level 0/1
          refresh 1 3 | level 3/1
          fill 1 3@100 shows 0 leaves 1 | level 0/1
          refresh 1 1 | level 1/1
          fill 1 1@100 shows 0 leaves 0 | level 0/0
          2 left
    "#]],
    );
}

#[test]
fn reducing_keeps_the_place_and_takes_hidden_lots_first() {
    price_time(
        "sell 1 @ 100 lots 10 show 4\nsell 2 @ 100 lots 5\nreduce 1 by 6\nreduce 1 by 1\nahead 2
         reduce 2 by 4\ndepth\nbuy 3 @ 100 lots 4",
        expect![[r#"
            sell 1 @ 100 lots 10 show 4
              rests 4, 0 ahead | level 4/1
            sell 2 @ 100 lots 5
              rests 5, 4 ahead | level 9/2
            reduce 1 by 6
              shows 4 hides 0
            reduce 1 by 1
              shows 3 hides 0
            ahead 2
              1 orders, 3 lots
            reduce 2 by 4
              shows 1 hides 0
            depth
              Sell 100: 4/2 = 1:3 2:1
            buy 3 @ 100 lots 4
              fill 1 3@100 shows 0 leaves 0 | level 1/1
              fill 2 1@100 shows 0 leaves 0 | level 0/0
        "#]],
    );
}

#[test]
fn a_cancelled_order_tells_what_it_had() {
    price_time(
        "sell 1 @ 100 lots 10 show 4\nsell 2 @ 100 lots 5\nsell 3 @ 100 lots 1\nahead 3\ncancel 1
         ahead 3\ncancel 1\ncancel 2\ncancel 3\ndepth",
        expect![[r#"
            sell 1 @ 100 lots 10 show 4
              rests 4, 0 ahead | level 4/1
            sell 2 @ 100 lots 5
              rests 5, 4 ahead | level 9/2
            sell 3 @ 100 lots 1
              rests 1, 9 ahead | level 10/3
            ahead 3
              2 orders, 9 lots
            cancel 1
              4 shown and 6 hidden at 100 | level 6/2
            ahead 3
              1 orders, 5 lots
            cancel 1
              not resting
            cancel 2
              5 shown and 0 hidden at 100 | level 1/1
            cancel 3
              1 shown and 0 hidden at 100 | level 0/0
            depth
        "#]],
    );
}

#[test]
fn a_pause_changes_nothing() {
    price_time(
        "sell 1 @ 100 lots 5 show 2\nsell 2 @ 100 lots 5\nsell 3 @ 101 lots 5
         buy 9 @ 101 lots 14 max 1\ndepth",
        expect![[r#"
            sell 1 @ 100 lots 5 show 2
              rests 2, 0 ahead | level 2/1
            sell 2 @ 100 lots 5
              rests 5, 2 ahead | level 7/2
            sell 3 @ 101 lots 5
              rests 5, 0 ahead | level 5/1
            buy 9 @ 101 lots 14 max 1
              fill 1 2@100 shows 0 leaves 3 | level 5/2
              refresh 1 2 | level 7/2
              paused
              fill 2 5@100 shows 0 leaves 0 | level 2/1
              paused
              fill 1 2@100 shows 0 leaves 1 | level 0/1
              refresh 1 1 | level 1/1
              paused
              fill 1 1@100 shows 0 leaves 0 | level 0/0
              paused
              fill 3 4@101 shows 1 leaves 1 | level 1/1
            depth
              Sell 101: 1/1 = 3:1
        "#]],
    );
}
