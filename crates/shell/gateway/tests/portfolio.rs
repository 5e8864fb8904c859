//! Positions and the account summary, in decimals.

mod support;

use serde_json::{Value, json};
use support::{Exchange, petr4};

async fn summary(exchange: &Exchange, account: u32) -> Value {
    let path = format!("/v1/accounts/{account}/summary");
    let mut reply = exchange.get(&path).await.expect(200);
    assert!(reply.body["seq"].is_u64() && reply.body["event_seq"].is_u64());
    reply.body["summary"].take()
}

async fn positions(exchange: &Exchange, account: u32) -> Value {
    let path = format!("/v1/accounts/{account}/positions");
    exchange.get(&path).await.expect(200).body["positions"].take()
}

#[tokio::test]
async fn before_the_first_trade_a_position_has_no_mark_and_the_summary_says_so() {
    let exchange = Exchange::trading().await;
    assert_eq!(
        positions(&exchange, 1).await,
        json!([{
            "symbol": "PETR4", "qty": "1000", "free": "1000", "held": "0", "cost": "0.00",
            "average_cost": "0.000000", "mark": null, "market_value": null,
            "unrealised_profit": null, "realised_profit": "0.00", "fees": "0.00",
        }])
    );
    assert_eq!(
        summary(&exchange, 1).await,
        json!({
            "account_id": "1", "currency": "USD", "equity": "100000.00",
            "buying_power": "100000.00", "day_change": "0.00",
            "day_return": "0.00000000", "profit": "0.00", "return": "0.00000000",
            "cash": {"free": "100000.00", "held": "0.00", "settled": "100000.00"},
            "positions_value": "0.00", "unrealised_profit": "0.00", "realised_profit": "0.00",
            "fees": "0.00", "open_orders": 0, "unmarked": ["PETR4"],
        })
    );
    assert_eq!(positions(&exchange, 2).await, json!([]));
    exchange.get("/v1/accounts/9/summary").await.problem(404, "unknown_account");
    exchange.get("/v1/accounts/9/positions").await.problem(404, "unknown_account");
}

#[tokio::test]
async fn bought_at_two_prices_and_sold_in_part_a_position_shows_cost_and_profit() {
    let exchange = Exchange::trading().await;
    let fees = json!({"fees": {"maker_ppm": 0, "taker_ppm": 1000}});
    exchange.put("/v1/instruments/PETR4/fees", fees).await.expect(200);
    exchange.place(1, "sell", 2, "10.00").await;
    exchange.place(1, "sell", 1, "10.01").await;
    exchange.place(2, "buy", 3, "10.01").await;
    exchange.place(1, "buy", 1, "12.00").await;
    exchange.place(2, "sell", 1, "12.00").await;
    exchange.place(2, "sell", 1, "20.00").await;
    exchange.place(2, "buy", 1, "5.00").await;
    assert_eq!(
        positions(&exchange, 2).await,
        json!([{
            "symbol": "PETR4", "qty": "2", "free": "1", "held": "1", "cost": "20.01",
            "average_cost": "10.005000", "mark": "12.00", "market_value": "24.00",
            "unrealised_profit": "3.99", "realised_profit": "2.00", "fees": "0.06",
        }])
    );
    // Cash: 100000 - 30.01 + 12 - fees of 0.04 and 0.02.
    assert_eq!(
        summary(&exchange, 2).await,
        json!({
            "account_id": "2", "currency": "USD", "equity": "100005.93",
            "buying_power": "99976.92", "day_change": "5.93",
            "day_return": "0.00005930", "profit": "5.93", "return": "0.00005930",
            "cash": {"free": "99976.92", "held": "5.01", "settled": "99981.93"},
            "positions_value": "24.00", "unrealised_profit": "3.99", "realised_profit": "2.00",
            "fees": "0.06", "open_orders": 2, "unmarked": [],
        })
    );
}

#[tokio::test]
async fn an_average_cost_is_a_price_whatever_a_lot_is_worth() {
    let exchange = Exchange::trading().await;
    let mut coin = petr4();
    (coin["symbol"], coin["qty_decimals"], coin["lot_size"]) =
        (json!("COIN"), json!(4), json!("0.0001"));
    exchange.post("/v1/instruments", coin).await.expect(201);
    exchange.put("/v1/instruments/COIN/phase", json!({"phase": "continuous"})).await.expect(200);
    let issue = json!({"instrument": "COIN", "qty": "1"});
    exchange.post("/v1/accounts/1/issues", issue).await.expect(200);
    for (account, side) in [(1, "sell"), (2, "buy")] {
        let order = json!({"symbol": "COIN", "side": side, "type": "limit", "qty": "0.5",
            "price": "10.00"});
        let path = format!("/v1/accounts/{account}/orders");
        exchange.post(&path, order).await.expect(201);
    }
    let bought = positions(&exchange, 2).await;
    let shown = ["qty", "average_cost", "cost", "market_value"].map(|name| &bought[0][name]);
    assert_eq!(shown, ["0.5000", "10.000000", "5.00", "5.00"]);
}

#[tokio::test]
async fn shares_that_are_issued_and_marked_are_nobodys_profit() {
    let exchange = Exchange::trading().await;
    exchange.place(1, "sell", 1, "10.00").await;
    exchange.place(2, "buy", 1, "10.00").await;
    let issue = json!({"instrument": "PETR4", "qty": "10"});
    exchange.post("/v1/accounts/2/issues", issue).await.expect(200);
    for (account, equity) in [(1, "110000.00"), (2, "100100.00")] {
        let summary = summary(&exchange, account).await;
        let shown = ["equity", "day_change", "profit", "return"].map(|name| &summary[name]);
        assert_eq!(shown, [equity, "0.00", "0.00", "0.00000000"], "{account}");
    }
}
