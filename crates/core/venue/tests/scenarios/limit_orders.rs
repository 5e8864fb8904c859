//! Limit orders, price-time.
use expect_test::expect;

use crate::support::check;

#[test]
fn oldest_order_trades_first_within_a_price() {
    check(
        "market
         ann sell 5 @ 10.00
         bob sell 5 @ 10.00
         ---
         cat buy 7 @ 10.00",
        expect![[r#"
            trade 5 @ 10.00: c1 buys from a1, level 5 in 1
            trade 2 @ 10.00: c1 buys from b1 which shows 3, level 3 in 1
            cat: c1 accepted, 0 ahead, best -/10.00
            ann: a1 filled 5 @ 10.00 as maker, left 0
            cat: c1 filled 5 @ 10.00 as taker, left 2
            bob: b1 filled 2 @ 10.00 as maker, left 3
            cat: c1 filled 2 @ 10.00 as taker, left 0
        "#]],
    );
}
