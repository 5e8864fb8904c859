//! Quotes, statistics, candles, books by order and trades, as they are sent.

mod support;

use gateway::Config;
use serde_json::{Value, json};
use support::Exchange;

const PETR4: &str = "/v1/instruments/PETR4";

/// Three trades: 5 at 10.00, 2 at 10.10, 3 at 9.90.
async fn traded() -> Exchange {
    let exchange = Exchange::trading().await;
    for (price, qty) in [("10.00", 5), ("10.10", 2), ("9.90", 3)] {
        exchange.place(1, "sell", qty, price).await;
        exchange.place(2, "buy", qty, price).await;
    }
    exchange
}

#[tokio::test]
async fn a_quote_has_all_its_members_before_anything_happened() {
    let exchange = Exchange::trading().await;
    let answer = exchange.get(&format!("{PETR4}/quote")).await.expect(200);
    let day = json!({
        "open": null, "high": null, "low": null, "close": null, "volume": "0", "value": "0.00",
        "trades": 0,
    });
    let quote = json!({
        "symbol": "PETR4", "phase": "continuous", "bid": null, "bid_qty": null, "ask": null,
        "ask_qty": null, "last": null, "last_qty": null, "last_time": null,
        "previous_close": null, "change": null, "day": day,
    });
    assert_eq!(answer.body["quote"], quote);
    let all = exchange.get("/v1/quotes").await.expect(200);
    assert_eq!(all.body["quotes"], json!([quote]));
    assert_eq!(all.body["time"], answer.body["time"]);
}

#[tokio::test]
async fn a_quote_follows_book_and_trades() {
    let exchange = traded().await;
    exchange.place(2, "buy", 7, "9.80").await;
    exchange.place(1, "sell", 4, "10.20").await;
    let quote = exchange.get(&format!("{PETR4}/quote")).await.expect(200).body["quote"].take();
    assert_eq!(
        [&quote["bid"], &quote["bid_qty"], &quote["ask"], &quote["ask_qty"]],
        ["9.80", "7", "10.20", "4"]
    );
    assert_eq!([&quote["last"], &quote["last_qty"]], ["9.90", "3"]);
    assert_eq!(quote["previous_close"], Value::Null, "there was no day before");
    let day = json!({
        "open": "10.00", "high": "10.10", "low": "9.90", "close": "9.90", "volume": "10",
        "value": "99.90", "trades": 3,
    });
    assert_eq!(quote["day"], day);
    let answer = exchange.get(&format!("{PETR4}/statistics")).await.expect(200);
    let statistics = &answer.body["statistics"];
    assert_eq!((&statistics["day"], &statistics["rolling_24h"]), (&day, &day));
    assert_eq!(statistics["business_date"], "2024-10-04");
    assert_eq!(statistics["rolling_from"], "2023-11-13T22:14:00.000000000Z");
}

#[tokio::test]
async fn candles_are_shown_by_interval_and_range() {
    let exchange = traded().await;
    let minute = "2023-11-14T22:13:00.000000000Z";
    let candle = |time: &str| {
        json!({
            "time": time, "open": "10.00", "high": "10.10", "low": "9.90", "close": "9.90",
            "volume": "10", "value": "99.90", "trades": 3, "closed": false,
        })
    };
    let get = async |query: &str| exchange.get(&format!("{PETR4}/candles?{query}")).await;
    let answer = get("interval=1m").await.expect(200);
    assert_eq!(answer.body["candles"], json!([candle(minute)]));
    assert_eq!([&answer.body["interval"], &answer.body["symbol"]], ["1m", "PETR4"]);
    assert_eq!(answer.body["next_from"], Value::Null);
    let answer = get("interval=1d&limit=5").await.expect(200);
    let day = candle("2024-10-04T00:00:00.000000000Z");
    assert_eq!(answer.body["candles"], json!([day]), "a day is the business date");
    let after = "interval=1m&from=2023-11-14T22:13:00.5Z";
    assert_eq!(get(after).await.expect(200).body["candles"], json!([]));
    let before = "interval=1m&to=2023-11-14T22:13:00Z";
    assert_eq!(get(before).await.expect(200).body["candles"], json!([]));
    let both = "interval=1m&from=2023-11-14T22:00:00Z&to=2023-11-14T22:13:01Z&limit=1";
    assert_eq!(get(both).await.expect(200).body["candles"], json!([candle(minute)]));
    get("limit=5").await.problem(422, "missing_field").field("interval", Value::Null);
    get("interval=2m").await.problem(422, "invalid_field").field("interval", "2m");
    get("interval=1m&from=now").await.problem(422, "invalid_field").field("from", "now");
    get("interval=1m&limit=1001").await.problem(422, "invalid_field").field("limit", "1001");
    get("interval=1m&from=2024-01-01T00:00:00Z&to=2023-01-01T00:00:00Z")
        .await
        .problem(422, "invalid_field")
        .field("to", "2023-01-01T00:00:00.000000000Z");
}

#[tokio::test]
async fn a_book_by_order_shows_queues_without_names() {
    let exchange = Exchange::trading().await;
    let mut queue = Vec::new();
    for qty in [5, 3, 4] {
        let id = exchange.place(2, "buy", qty, "9.99").await;
        queue.push(json!({"order_id": id, "qty": qty.to_string()}));
    }
    exchange.place(2, "buy", 1, "9.98").await;
    let answer = exchange.get(&format!("{PETR4}/orders-by-price?levels=1")).await.expect(200);
    let bids = json!([{"price": "9.99", "qty": "12", "orders": 3, "queue": queue}]);
    let seq = &answer.body["event_seq"];
    let depth = json!({"symbol": "PETR4", "seq": seq, "bids": bids, "asks": []});
    assert_eq!(answer.body["depth"], depth);
    let path = format!("{PETR4}/orders-by-price?levels=51");
    exchange.get(&path).await.problem(422, "invalid_field").field("levels", "51");
}

#[tokio::test]
async fn trades_go_on_behind_a_cursor() {
    let exchange = traded().await;
    let first = exchange.get(&format!("{PETR4}/trades?limit=2")).await.expect(200);
    let ids = |body: &Value| -> Vec<Value> {
        body["trades"].as_array().unwrap().iter().map(|it| it["trade_id"].clone()).collect()
    };
    let cursor = first.body["next_cursor"].as_str().unwrap().to_owned();
    exchange.place(1, "sell", 1, "10.00").await;
    exchange.place(2, "buy", 1, "10.00").await;
    let path = format!("{PETR4}/trades?limit=2&cursor={cursor}");
    let second = exchange.get(&path).await.expect(200);
    assert_eq!(
        (ids(&first.body), ids(&second.body)),
        (vec!["3".into(), "2".into()], vec!["1".into()])
    );
    assert_eq!(second.body["next_cursor"], Value::Null);
    let path = format!("{PETR4}/trades?cursor=x");
    exchange.get(&path).await.problem(422, "invalid_field").field("cursor", "x");
}

#[tokio::test]
async fn the_time_is_engine_time_and_the_servers() {
    let exchange = Exchange::new(Config::default());
    let time = exchange.get("/v1/time").await.expect(200).body;
    assert_eq!(
        [&time["time"], &time["business_date"]],
        ["1970-01-01T00:00:00.000000000Z", "2024-10-04"]
    );
    exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    let time = exchange.get("/v1/time").await.expect(200).body;
    assert_eq!(time["time"], "2023-11-14T22:13:20.001000000Z");
    assert!(time["wall_time"].as_str().unwrap() > "2026", "{time}");
}
