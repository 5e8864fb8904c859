//! Channels that tell how something stands: quotes and candles.

mod support;

use serde_json::{Value, json};
use support::sse::{Event, Stream, names};
use support::{Exchange, START, petr4};
use types::Timestamp;

async fn opened(exchange: &Exchange, channels: &str) -> (Stream, Vec<Event>) {
    let mut stream = Stream::open(&exchange.app, &format!("channels={channels}"), None).await;
    let snapshots = stream.cut().await;
    (stream, snapshots)
}

#[tokio::test]
async fn a_quote_is_told_when_it_changed_and_only_then() {
    let exchange = Exchange::trading().await;
    let (mut one, snapshot) = opened(&exchange, "quote:PETR4").await;
    assert_eq!(names(&snapshot), ["quote_snapshot", "cut"]);
    assert_eq!(snapshot[0].data["quotes"][0]["bid"], Value::Null);
    let (mut all, snapshot) = opened(&exchange, "quote:*").await;
    assert_eq!(snapshot[0].data["quotes"].as_array().unwrap().len(), 1);

    exchange.place(2, "buy", 5, "9.00").await;
    for stream in [&mut one, &mut all] {
        let cut = stream.cut().await;
        assert_eq!(names(&cut), ["quote", "cut"]);
        let quote = &cut[0].data["quotes"][0];
        assert_eq!((&quote["bid"], &quote["bid_qty"]), (&json!("9.00"), &json!("5")));
        let told = exchange.get("/v1/instruments/PETR4/quote").await.expect(200);
        assert_eq!(told.body["quote"], *quote, "as REST has it");
    }
    // Behind the best price nothing changes that a quote tells; what comes next is another one.
    exchange.place(2, "buy", 5, "8.00").await;
    exchange.place(1, "sell", 2, "9.00").await;
    let cut = one.cut().await;
    assert_eq!(names(&cut), ["quote", "cut"]);
    let quote = &cut[0].data["quotes"][0];
    assert_eq!((&quote["last"], &quote["bid_qty"]), (&json!("9.00"), &json!("3")));

    let mut vale = petr4();
    vale["symbol"] = json!("VALE3");
    exchange.post("/v1/instruments", vale).await.expect(201);
    loop {
        let cut = all.cut().await;
        if cut[0].data["quotes"][0]["symbol"] == "VALE3" {
            break;
        }
    }
}

#[tokio::test]
async fn candles_are_told_as_they_grow_and_once_more_when_they_close() {
    let exchange = Exchange::trading().await;
    let (mut stream, snapshot) = opened(&exchange, "candles:1s:PETR4").await;
    assert_eq!(names(&snapshot), ["candles_snapshot", "cut"]);
    assert_eq!(snapshot[0].data["candles"], json!([]));
    exchange.place(1, "sell", 100, "10.00").await;
    // A command is a millisecond: these fill more than a second.
    let (mut last, mut closed, mut traded) = (Value::Null, Vec::new(), 0);
    for _ in 0..1_100 {
        exchange.post("/v1/accounts/2/deposits", json!({"amount": "0.01"})).await.expect(200);
        if traded < 5 {
            exchange.place(2, "buy", 1, "10.00").await;
            traded += 1;
        }
    }
    exchange.place(2, "buy", 1, "10.00").await;
    while last["trades"] != 1 || closed.is_empty() {
        for event in stream.cut().await.iter().filter(|event| event.name == "candles") {
            for candle in event.data["candles"].as_array().unwrap() {
                if candle["closed"] == true {
                    closed.push(candle.clone());
                }
                last = candle.clone();
            }
        }
    }
    assert_eq!(closed.len(), 1, "a candle closes once: {closed:?}");
    assert_eq!((&closed[0]["trades"], &closed[0]["volume"]), (&json!(5), &json!("5")));
    assert_eq!(last["closed"], false);
    let path = "/v1/instruments/PETR4/candles?interval=1s&limit=2";
    let candles = exchange.get(path).await.expect(200).body["candles"].clone();
    assert_eq!(candles[1], last, "as REST has it");
}

/// The last candle that REST shows of a minute, or of a second.
async fn last_of(exchange: &Exchange, interval: &str) -> Value {
    let path = format!("/v1/instruments/PETR4/candles?interval={interval}");
    let candles = exchange.get(&path).await.expect(200).body["candles"].clone();
    let traded = |candle: &&Value| candle["trades"] != 0;
    candles.as_array().unwrap().iter().rfind(traded).expect("something traded").clone()
}

#[tokio::test]
async fn candles_close_in_a_silent_market_when_the_engines_time_has_come() {
    let (exchange, clock) = Exchange::journaled().await;
    exchange.place(1, "sell", 5, "10.00").await;
    exchange.place(2, "buy", 5, "10.00").await;
    let both = "candles:1s:PETR4,candles:1m:PETR4,depth:PETR4";
    let (mut stream, snapshots) = opened(&exchange, both).await;
    let begun = snapshots.last().unwrap().id.unwrap();
    // It is 22:13:20: the second ends at 21, and the minute 40 seconds from now.
    for (channel, interval, after_s) in
        [("candles:1s:PETR4", "1s", 1), ("candles:1m:PETR4", "1m", 40)]
    {
        assert_eq!(last_of(&exchange, interval).await["closed"], false);
        clock.set(Timestamp(START.0 + after_s * 1_000_000_000));
        let cut = stream.cut().await;
        assert_eq!(names(&cut), ["candles", "cut"], "and of the other nothing");
        let told = &cut[0].data;
        assert_eq!((&told["channel"], &told["first_seq"]), (&json!(channel), &json!(begun + 1)));
        assert_eq!(told["candles"].as_array().unwrap().len(), 1);
        assert_eq!(told["candles"][0]["closed"], true);
        assert_eq!(told["candles"][0], last_of(&exchange, interval).await, "as REST has it");
    }
    // Who was away meanwhile hears of it as well.
    let query = format!("channels={both}");
    let mut again = Stream::open(&exchange.app, &query, Some(begun)).await;
    assert_eq!(names(&again.cut().await), ["candles", "cut"]);
    assert_eq!(names(&again.cut().await), ["candles", "cut"]);
}

#[tokio::test]
async fn what_is_no_channel_is_told_so() {
    let exchange = Exchange::trading().await;
    for channel in ["quote", "quote:NONE", "candles:PETR4", "candles:2m:PETR4", "candles:1m:*"] {
        let reply = exchange.get(&format!("/v1/stream?channels={channel}")).await;
        assert_eq!(reply.status, 422, "{channel}: {:?}", reply.body);
        assert_eq!(reply.body["field"], "channels", "{channel}");
    }
}
