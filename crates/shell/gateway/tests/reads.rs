//! Reads after writes: what was answered is found at once, and a read waits for its `min_seq`.

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use support::{Exchange, limit};
use tokio::task::JoinSet;

/// Times that an order is placed and read at once; 10,000 of the real binary are in the black-box
/// tests.
const ROUNDS: usize = 1_000;
const CLIENTS: usize = 16;
const ORDERS: &str = "/v1/accounts/2/orders";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_answered_is_found_at_once() {
    let exchange = Arc::new(Exchange::trading().await);
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let exchange = Arc::clone(&exchange);
        clients.spawn(async move {
            for round in 0..ROUNDS / CLIENTS {
                let mut body = limit("buy", 1, "5.00");
                let name = format!("{client}-{round}");
                body["client_order_id"] = json!(name);
                let placed = exchange.post(ORDERS, body).await.expect(201).body;
                let id = placed["order_id"].as_str().unwrap();
                let path = format!("{ORDERS}/{id}?min_seq={}", placed["seq"]);
                let found = exchange.get(&path).await.expect(200).body;
                assert_eq!(found["order"]["client_order_id"], json!(name));
                let path = format!("{ORDERS}/by-client-id/{name}");
                assert_eq!(exchange.get(&path).await.expect(200).body["order"]["order_id"], id);
                exchange.delete(&path).await.expect(200);
                let path = format!("{ORDERS}?status=closed&limit=500");
                let closed = exchange.get(&path).await.expect(200).body;
                let closed = closed["orders"].as_array().unwrap();
                // A client that had to wait may find a whole page of orders that closed since.
                let is_listed = closed.iter().any(|order| order["order_id"] == id);
                assert!(is_listed || closed.len() == 500, "{id} is closed");
            }
        });
    }
    clients.join_all().await;
}

#[tokio::test]
async fn a_read_waits_for_its_min_seq_and_then_tells_both_numbers() {
    let exchange = Exchange::trading().await;
    let seq = exchange.get(ORDERS).await.expect(200).body["seq"].as_u64().unwrap();
    exchange.get(&format!("{ORDERS}?min_seq={seq}")).await.expect(200);
    let ahead = seq + 1;
    let path = format!("{ORDERS}?min_seq={ahead}");
    let behind = exchange.get(&path).await.problem(503, "behind");
    assert_eq!(behind.headers["retry-after"], "1");
    assert_eq!(behind.body["seq"], json!(seq));
    behind.field("min_seq", ahead.to_string());
    let (read, _) = tokio::join!(exchange.get(&path), exchange.place(2, "buy", 1, "5.00"));
    let read = read.expect(200).body;
    assert!(read["seq"].as_u64().unwrap() >= ahead);
    assert_eq!(read["orders"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeated_request_moves_on_what_reads_wait_for() {
    let exchange = Exchange::trading().await;
    let body = json!({"amount": "1.00", "client_request_id": "one"});
    let path = "/v1/accounts/2/deposits";
    let first = exchange.post(path, body.clone()).await.expect(200).body;
    exchange.post(path, body).await.expect(200);
    let next = first["seq"].as_u64().unwrap() + 1;
    let read = exchange.get(&format!("/v1/accounts/2?min_seq={next}")).await.expect(200).body;
    assert_eq!((&read["seq"], &read["event_seq"]), (&json!(next), &first["event_seq"]));
}

#[tokio::test]
async fn min_seq_is_read_strictly_and_by_reads_only() {
    let exchange = Exchange::trading().await;
    for bad in ["", "-1", "+1", "01", "1e3", "1.0", "18446744073709551616", "x"] {
        for path in ["/v1/accounts/2", "/v1/instruments", "/v1/instruments/PETR4/depth", ORDERS] {
            let reply = exchange.get(&format!("{path}?min_seq={bad}").replace('+', "%2B")).await;
            reply.problem(422, "invalid_field").field("min_seq", bad);
        }
    }
    // Nobody can have been told so high a number: there is nothing to wait for.
    for high in ["100000", "18446744073709551615"] {
        let reply = exchange.get(&format!("{ORDERS}?min_seq={high}")).await;
        reply.problem(422, "invalid_field").field("min_seq", high);
    }
    let reply = exchange.delete(&format!("{ORDERS}?min_seq=1")).await;
    reply.problem(422, "invalid_field").field("min_seq", "1");
}

#[tokio::test]
async fn a_list_is_newest_first_and_pages_past_inserts_and_closes() {
    let exchange = Exchange::trading().await;
    for _ in 0..6 {
        exchange.place(2, "buy", 1, "5.00").await;
    }
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    for open in 1.. {
        let page = exchange.get(&format!("{ORDERS}?limit=2{cursor}")).await.expect(200).body;
        ids.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        // One closes that was shown, one that was not, and one comes.
        for closed in [open, 7 - open] {
            exchange.delete(&format!("{ORDERS}/{closed}")).await;
        }
        exchange.place(2, "buy", 1, "5.00").await;
    }
    assert_eq!(ids, ["6", "5", "4", "3", "2", "1"]);
}

#[tokio::test]
async fn a_list_of_orders_is_filtered() {
    let exchange = Exchange::trading().await;
    exchange.place(1, "sell", 1, "20.00").await;
    exchange.place(1, "buy", 1, "5.00").await;
    exchange.place(1, "buy", 1, "5.00").await;
    exchange.delete("/v1/accounts/1/orders/2").await.expect(200);
    for (query, expected) in [
        ("", &["3", "2", "1"][..]),
        ("?status=open", &["3", "1"]),
        ("?status=closed", &["2"]),
        ("?side=buy", &["3", "2"]),
        ("?symbol=PETR4&side=sell&status=open", &["1"]),
        ("?status=closed&side=sell", &[]),
    ] {
        let list = exchange.get(&format!("/v1/accounts/1/orders{query}")).await.expect(200).body;
        assert_eq!(names(&list), expected, "{query}");
    }
    let reply = exchange.get("/v1/accounts/1/orders?symbol=NONE").await;
    reply.problem(422, "invalid_field").field("symbol", "NONE");
}

#[tokio::test]
async fn a_cursor_is_of_one_list_of_one_account() {
    let exchange = Exchange::trading().await;
    for account in [1, 1, 2, 2] {
        exchange.place(account, "buy", 1, "5.00").await;
    }
    let page = exchange.get(&format!("{ORDERS}?limit=1")).await.expect(200).body;
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    exchange.get(&format!("{ORDERS}?cursor={cursor}")).await.expect(200);
    for path in ["/v1/accounts/1/orders", "/v1/accounts"] {
        let reply = exchange.get(&format!("{path}?cursor={cursor}")).await;
        reply.problem(422, "invalid_field").field("cursor", cursor.clone());
    }
    for at in 0..cursor.len() {
        let mut other = cursor.clone().into_bytes();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        let other = String::from_utf8(other).unwrap();
        let reply = exchange.get(&format!("{ORDERS}?cursor={other}")).await;
        reply.problem(422, "invalid_field").field("cursor", other);
    }
    let upper = cursor.to_uppercase();
    if upper != cursor {
        exchange.get(&format!("{ORDERS}?cursor={upper}")).await.problem(422, "invalid_field");
    }
}

fn names(list: &Value) -> Vec<&str> {
    let orders = list["orders"].as_array().unwrap();
    orders.iter().map(|order| order["order_id"].as_str().unwrap()).collect()
}
