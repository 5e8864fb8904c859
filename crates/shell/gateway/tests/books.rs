//! Books by order, over REST and live: the same levels, each with its queue.

mod support;

use serde_json::{Value, json};
use support::client::Client;
use support::sse::{Stream, names};
use support::ws::{Server, kinds};
use support::{Exchange, limit};

const BOOK: &str = "/v1/instruments/PETR4/orders-by-price?levels=50";

/// The book as REST has it, and the event after which it is so.
async fn book(exchange: &Exchange) -> (Value, u64) {
    let answer = exchange.get(BOOK).await.expect(200).body;
    (answer["depth"].clone(), answer["event_seq"].as_u64().unwrap())
}

#[tokio::test]
async fn a_level_that_changed_is_told_with_its_whole_queue() {
    let exchange = Exchange::trading().await;
    let first = exchange.place(2, "buy", 5, "9.99").await;
    let second = exchange.place(2, "buy", 3, "9.99").await;
    exchange.place(2, "buy", 1, "9.98").await;
    let mut stream = Stream::open(&exchange.app, "channels=orders:PETR4", None).await;
    let snapshot = stream.cut().await;
    assert_eq!(names(&snapshot), ["orders_snapshot", "cut"]);
    let (rest, _) = book(&exchange).await;
    assert_eq!((&snapshot[0].data["bids"], &snapshot[0].data["asks"]), (&rest["bids"], &json!([])));

    // The first order is filled in part and keeps its place.
    exchange.place(1, "sell", 2, "9.99").await;
    let cut = stream.cut().await;
    assert_eq!(names(&cut), ["orders", "cut"]);
    let told = &cut[0].data;
    assert_eq!(told["first_seq"], snapshot[0].data["last_seq"].as_u64().unwrap() + 1);
    let queue = json!([{"order_id": first, "qty": "3"}, {"order_id": second, "qty": "3"}]);
    let level = json!({"price": "9.99", "qty": "6", "orders": 2, "queue": queue});
    assert_eq!((&told["bids"], &told["asks"]), (&json!([level]), &json!([])));

    // One that grows goes to the back.
    let path = format!("/v1/accounts/2/orders/{first}");
    exchange.patch(&path, json!({"qty": "9"})).await.expect(200);
    let told = &stream.cut().await[0].data;
    let queue = json!([{"order_id": second, "qty": "3"}, {"order_id": first, "qty": "7"}]);
    assert_eq!(told["bids"][0]["queue"], queue);

    exchange.delete("/v1/accounts/2/orders").await.expect(200);
    let told = &stream.cut().await[0].data;
    let gone = |price: &str| json!({"price": price, "qty": "0", "orders": 0, "queue": []});
    assert_eq!(told["bids"], json!([gone("9.99"), gone("9.98")]));
}

#[tokio::test]
async fn a_client_that_takes_all_frames_has_the_queues_of_rest_at_each_seq() {
    let exchange = Exchange::trading().await;
    let shares = json!({"instrument": "PETR4", "qty": "1000000"});
    exchange.post("/v1/accounts/1/issues", shares).await.expect(200);
    let mut stream = Stream::open(&exchange.app, "channels=orders:PETR4", None).await;
    let mut client = Client::default();
    client.apply_cut(&stream.cut().await);
    let mut ids = Vec::new();
    for round in 0..40_u32 {
        for step in 0..12 {
            let number = round * 12 + step;
            // Prices meet in the middle, some lots are hidden, and every fourth is changed later.
            let (account, side) = if number % 2 == 0 { (1, "sell") } else { (2, "buy") };
            let price = format!("10.{:02}", (number * 7) % 11);
            let mut order = limit(side, 1 + number % 9, &price);
            if number % 5 == 0 {
                order["qty"] = json!("20");
                order["display_qty"] = json!("3");
            }
            let path = format!("/v1/accounts/{account}/orders");
            let placed = exchange.post(&path, order).await.expect(201).body;
            ids.push(format!("{path}/{}", placed["order_id"].as_str().unwrap()));
            if number % 4 == 3 {
                let old = &ids[(number as usize * 5) % ids.len()];
                // It may be gone, or show no more than it did.
                exchange.patch(old, json!({"qty": (number % 30).to_string()})).await;
            }
        }
        exchange.delete(&ids[ids.len() - 3]).await;
        let price = format!("9.{:02}", round + 10);
        exchange.place(2, "buy", 1, &price).await;
        let (rest, event_seq) = book(&exchange).await;
        while client.cut < event_seq {
            client.apply_cut(&stream.cut().await);
        }
        client.assert_is_the_book(&rest);
    }
}

#[tokio::test]
async fn a_socket_has_it_too_and_begins_anew_when_asked() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let mut socket = server.connect().await;
    assert_eq!(socket.subscribe(&["orders:PETR4"]).await["status"], 200);
    assert_eq!(kinds(&socket.cut().await), ["orders_snapshot", "cut"]);
    let id = exchange.place(2, "buy", 5, "9.99").await;
    let cut = socket.cut().await;
    assert_eq!(kinds(&cut), ["orders", "cut"]);
    assert_eq!(cut[0]["bids"][0]["queue"], json!([{"order_id": id, "qty": "5"}]));
    socket.send(json!({"op": "resync", "channel": "orders:PETR4"})).await;
    let anew = socket.cut().await;
    assert_eq!(kinds(&anew), ["answer", "orders_snapshot", "cut"]);
    assert_eq!(anew[1]["bids"], cut[0]["bids"]);
}
