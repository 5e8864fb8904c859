//! What an order's owner can ask about its life: its place in the queue.

mod support;

use serde_json::{Value, json};
use support::{Exchange, limit};

async fn queue(exchange: &Exchange, account: u32, order: &str) -> Value {
    let path = format!("/v1/accounts/{account}/orders/{order}/queue");
    let reply = exchange.get(&path).await.expect(200);
    assert_eq!(reply.body["order_id"], order);
    reply.body["queue"].clone()
}

fn ahead(orders: u32, qty: &str) -> Value {
    json!({"orders_ahead": orders, "qty_ahead": qty})
}

async fn place(exchange: &Exchange, account: u32, order: Value) -> String {
    let path = format!("/v1/accounts/{account}/orders");
    let reply = exchange.post(&path, order).await.expect(201);
    reply.body["order_id"].as_str().expect("an id is a string").to_owned()
}

#[tokio::test]
async fn an_orders_place_counts_what_trades_before_it_at_its_price() {
    let exchange = Exchange::trading().await;
    place(&exchange, 2, limit("buy", 1, "9.01")).await;
    let first = place(&exchange, 2, limit("buy", 5, "9.00")).await;
    let mut iceberg = limit("buy", 10, "9.00");
    iceberg["display_qty"] = json!("2");
    let iceberg = place(&exchange, 2, iceberg).await;
    let own = place(&exchange, 1, limit("buy", 3, "9.00")).await;
    assert_eq!(queue(&exchange, 2, &first).await, ahead(0, "0"));
    assert_eq!(queue(&exchange, 2, &iceberg).await, ahead(1, "5"));
    assert_eq!(queue(&exchange, 1, &own).await, ahead(2, "7"));
    // One trades at the better price, and 4 of the first order.
    place(&exchange, 1, limit("sell", 5, "9.00")).await;
    assert_eq!(queue(&exchange, 1, &own).await, ahead(2, "3"));
    // The first order's last and the iceberg's first part: its next one is behind.
    place(&exchange, 1, limit("sell", 3, "9.00")).await;
    assert_eq!(queue(&exchange, 1, &own).await, ahead(0, "0"));
    assert_eq!(queue(&exchange, 2, &iceberg).await, ahead(1, "3"));
}

#[tokio::test]
async fn an_order_that_the_book_does_not_show_has_no_place() {
    let exchange = Exchange::trading().await;
    let stop = json!({"symbol": "PETR4", "side": "buy", "type": "stop", "qty": "1",
        "stop_price": "50.00", "time_in_force": "gtc"});
    let stop = place(&exchange, 2, stop).await;
    assert_eq!(queue(&exchange, 2, &stop).await, Value::Null);
    let resting = place(&exchange, 2, limit("buy", 1, "9.00")).await;
    assert_eq!(queue(&exchange, 2, &resting).await, ahead(0, "0"));
    exchange.delete(&format!("/v1/accounts/2/orders/{resting}")).await.expect(200);
    assert_eq!(queue(&exchange, 2, &resting).await, Value::Null);
}

#[tokio::test]
async fn an_order_of_another_account_is_as_one_that_never_existed() {
    let exchange = Exchange::trading().await;
    let order = place(&exchange, 2, limit("buy", 1, "9.00")).await;
    for id in [order.as_str(), "999"] {
        let path = format!("/v1/accounts/1/orders/{id}/queue");
        exchange.get(&path).await.problem(404, "unknown_order").field("order_id", id);
    }
    let path = format!("/v1/accounts/9/orders/{order}/queue");
    exchange.get(&path).await.problem(404, "unknown_account");
}
