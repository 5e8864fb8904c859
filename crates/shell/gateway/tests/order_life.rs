//! What an order's owner can ask about its life: its place in the queue, and what happened to it.

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
    for what in ["queue", "timeline"] {
        for id in [order.as_str(), "999"] {
            let path = format!("/v1/accounts/1/orders/{id}/{what}");
            exchange.get(&path).await.problem(404, "unknown_order").field("order_id", id);
        }
        let path = format!("/v1/accounts/9/orders/{order}/{what}");
        exchange.get(&path).await.problem(404, "unknown_account");
    }
}

#[tokio::test]
async fn a_timeline_tells_each_event_of_an_order_with_its_seq_and_fields() {
    let exchange = Exchange::trading().await;
    let fees = json!({"fees": {"maker_ppm": 1000, "taker_ppm": 0}});
    exchange.put("/v1/instruments/PETR4/fees", fees).await.expect(200);
    let mut order = limit("buy", 10, "9.00");
    order["client_order_id"] = json!("a");
    let order = place(&exchange, 2, order).await;
    let path = format!("/v1/accounts/2/orders/{order}");
    let change = json!({"price": "9.50", "client_order_id": "b"});
    exchange.patch(&path, change).await.expect(200);
    exchange.patch(&path, json!({"qty": "1000000000"})).await.problem(422, "qty_too_large");
    place(&exchange, 1, limit("sell", 4, "9.00")).await;
    exchange.delete(&path).await.expect(200);

    let mut told = exchange.get(&format!("{path}/timeline")).await.expect(200).body;
    assert_eq!((&told["order_id"], &told["truncated"]), (&json!(order), &json!(false)));
    let closed = exchange.get(&path).await.expect(200).body;
    let last_seq = &closed["order"]["event_seq"];
    assert_eq!(&told["events"][3]["seq"], last_seq);
    let events = told["events"].as_array_mut().unwrap();
    assert!(events.is_sorted_by_key(|event| event["seq"].as_u64().unwrap()));
    assert!(events.is_sorted_by_key(|event| event["time"].as_str().unwrap().to_owned()));
    for event in &mut *events {
        assert_eq!(event["order_id"], order);
        for same in ["seq", "time", "order_id", "symbol"] {
            assert!(event.as_object_mut().unwrap().remove(same).is_some(), "{same}");
        }
    }
    let place = json!({"ahead_qty": "0"});
    assert_eq!(
        told["events"],
        json!([
            {"event": "accepted",
                "client_order_id": "a", "side": "buy", "type": "limit", "qty": "10",
                "price": "9.00", "time_in_force": "gtc", "post_only": false, "place": place},
            {"event": "replaced",
                "client_order_id": "b", "change": {"price": "9.50"}, "leaves_qty": "10",
                "place": place},
            {"event": "filled",
                "side": "buy", "trade_id": "1", "role": "maker", "last_price": "9.50",
                "last_qty": "4", "cum_qty": "4", "leaves_qty": "6", "cum_value": "38.00",
                "amount": "38.00", "fee": "0.04",
                "position": {"free": "4", "held": "0", "total": "4"}},
            {"event": "canceled",
                "canceled_qty": "6", "cum_qty": "4", "reason": "requested"},
        ])
    );
}

#[tokio::test]
async fn a_dead_mans_switch_is_armed_and_disarmed() {
    let exchange = Exchange::trading().await;
    let path = "/v1/accounts/2/cancel-after";
    let armed = exchange.put(path, json!({"seconds": 86_400})).await.expect(200);
    assert!(armed.body["account"]["cancel_at"].is_string(), "{}", armed.body);
    let disarmed = exchange.put(path, json!({"seconds": 0})).await.expect(200);
    assert_eq!(disarmed.body["account"]["cancel_at"], Value::Null);
    let bad = exchange.put(path, json!({"seconds": 86_401})).await.expect(422);
    assert_eq!(
        (&bad.body["field"], &bad.body["value"], &bad.body["expected"]),
        (&json!("seconds"), &json!("86401"), &json!("0 to 86400, 0 disarms"))
    );
}
