//! Channels as server-sent events: snapshot, gap-free frames, resume.

mod support;

use serde_json::{Value, json};
use support::Exchange;
use support::client::Client;
use support::sse::{Event, Stream, names};

const MARKET: &str = "channels=depth:PETR4,trades:PETR4";

fn of<'a>(events: &'a [Event], name: &str) -> &'a Value {
    &events.iter().find(|event| event.name == name).expect("it is told").data
}

#[tokio::test]
async fn a_stream_begins_with_a_snapshot() {
    let exchange = Exchange::trading().await;
    exchange.place(1, "sell", 5, "10.00").await;
    let query = "channels=depth:PETR4,trades:PETR4,account:1,status";
    let mut stream = Stream::open(&exchange.app, query, None).await;
    let cut = stream.cut().await;
    let expected = [
        "depth_snapshot",
        "trades_snapshot",
        "account_snapshot",
        "open_orders",
        "status_snapshot",
        "cut",
    ];
    assert_eq!(names(&cut), expected);
    let event_seq = exchange.get("/ready").await.body["event_seq"].as_u64();
    assert_eq!(cut[5].id, event_seq);
    for event in &cut {
        assert_eq!(event.data["last_seq"].as_u64(), event_seq);
        assert_eq!(event.data["type"], event.name);
    }
    assert_eq!(cut[0].data["channel"], "depth:PETR4");
    let asks = json!([{"price": "10.00", "qty": "5", "orders": 1}]);
    assert_eq!(cut[0].data["asks"], asks);
    assert_eq!(cut[1].data["trades"], json!([]));
    assert_eq!(cut[2].data["account"]["cash"]["free"], "100000.00");
    assert_eq!(cut[3].data["orders"][0]["order_id"], "1");
    assert_eq!(cut[3].data["remaining"], 0);
    assert_eq!(cut[4].data["instruments"][0]["phase"], "continuous");
}

#[tokio::test]
async fn each_channel_tells_its_own_and_nothing_else() {
    let exchange = Exchange::trading().await;
    let mut vale = support::petr4();
    vale["symbol"] = json!("VALE3");
    exchange.post("/v1/instruments", vale).await.expect(201);
    let mut market = Stream::open(&exchange.app, MARKET, None).await;
    let mut other = Stream::open(&exchange.app, "channels=depth:VALE3,status", None).await;
    let mut owner = Stream::open(&exchange.app, "channels=account:2", None).await;
    for stream in [&mut market, &mut other, &mut owner] {
        stream.cut().await;
    }
    exchange.place(1, "sell", 5, "10.00").await;
    let first = market.cut().await;
    exchange.place(2, "buy", 3, "11.00").await;
    assert_eq!(names(&first), ["depth", "cut"]);
    let second = market.cut().await;
    assert_eq!(names(&second), ["trades", "depth", "cut"]);
    assert_eq!(second[0].data["trades"][0]["price"], "10.00");
    assert_eq!(second[1].data["asks"], json!([{"price": "10.00", "qty": "2", "orders": 1}]));
    let next = first[0].data["last_seq"].as_u64().unwrap() + 1;
    assert_eq!(second[1].data["first_seq"], next, "a channel's frames follow on each other");
    let own = owner.cut().await;
    assert_eq!(names(&own), ["account", "cut"]);
    let events = own[0].data["events"].as_array().unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["accepted", "filled"]);
    assert_eq!((&events[1]["last_qty"], &events[1]["role"]), (&json!("3"), &json!("taker")));
    exchange.put("/v1/instruments/VALE3/phase", json!({"phase": "halted"})).await.expect(200);
    let phase = other.cut().await;
    assert_eq!(names(&phase), ["status", "cut"], "nothing of PETR4 came");
    assert_eq!(phase[0].data["events"][0]["phase"], "halted");
}

/// The next own events, however they are cut.
async fn own_events(stream: &mut Stream, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    while events.len() < count {
        let cut = stream.cut().await;
        events.extend(of(&cut, "account")["events"].as_array().unwrap().clone());
    }
    events
}

#[tokio::test]
async fn own_events_name_the_order_they_are_about() {
    let exchange = Exchange::trading().await;
    let mut stream = Stream::open(&exchange.app, "channels=account:2", None).await;
    stream.cut().await;
    let mut body = support::limit("buy", 5, "10.00");
    body["client_order_id"] = json!("mine");
    exchange.post("/v1/accounts/2/orders", body).await.expect(201);
    exchange.place(1, "sell", 1, "10.00").await;
    let change = json!({"client_order_id": "mine-2", "qty": "4"});
    exchange.patch("/v1/accounts/2/orders/1", change).await.expect(200);
    exchange.delete("/v1/accounts/2/orders/1").await.expect(200);
    exchange.post("/v1/accounts/2/orders", support::limit("sell", 5, "10.00")).await;
    exchange.post("/v1/accounts/2/deposits", json!({"amount": "1.00"})).await.expect(200);
    let told = own_events(&mut stream, 6).await;
    let kinds: Vec<_> = told.iter().map(|it| it["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["accepted", "filled", "replaced", "canceled", "refused", "deposited"]);
    let clients: Vec<_> = told.iter().map(|it| it["client_order_id"].clone()).collect();
    let expected = [json!("mine"), json!("mine"), json!("mine-2"), json!("mine-2")];
    assert_eq!(clients[..4], expected);
    assert_eq!(told[4]["reject"]["code"], "short_selling");
    let account_seqs: Vec<_> = told.iter().map(|it| it["account_seq"].as_u64()).collect();
    let first = account_seqs[0].unwrap();
    assert_eq!(account_seqs, (first..first + 6).map(Some).collect::<Vec<_>>());
}

/// Keeps the market busy: orders that rest, trade and are cancelled.
async fn trade_a_little(exchange: &Exchange, rounds: u32) {
    for round in 0..rounds {
        let price = |offset: u32| format!("10.{:02}", (round * 7 + offset) % 20);
        let id = exchange.place(1, "sell", round % 4 + 1, &price(3)).await;
        exchange.place(2, "buy", round % 3 + 1, &price(0)).await;
        if round % 3 == 0 {
            exchange.delete(&format!("/v1/accounts/1/orders/{id}")).await;
        }
    }
}

#[tokio::test]
async fn frames_rebuild_the_book_over_any_number_of_reconnects() {
    let exchange = Exchange::trading().await;
    let query = "channels=depth:PETR4,trades:PETR4,account:2";
    let mut client = Client::default();
    let mut stream = Stream::open(&exchange.app, query, None).await;
    client.apply_cut(&stream.cut().await);
    for _ in 0..5 {
        trade_a_little(&exchange, 20).await;
        let newest = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
        while client.cut < newest - 40 {
            client.apply_cut(&stream.cut().await);
        }
        drop(stream);
        trade_a_little(&exchange, 5).await;
        stream = Stream::open(&exchange.app, query, Some(client.cut)).await;
    }
    // Marks the end: an event that the client surely hears of.
    exchange.place(2, "buy", 1, "1.00").await;
    let newest = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
    while client.cut < newest {
        client.apply_cut(&stream.cut().await);
    }
    let depth = exchange.get("/v1/instruments/PETR4/depth?levels=1000").await.expect(200);
    client.assert_is_the_book(&depth.body["depth"]);
    let trades = exchange.get("/v1/instruments/PETR4/trades?limit=1").await.expect(200);
    assert_eq!(trades.body["trades"][0]["trade_id"], client.last_trade.to_string());
    assert!(client.checksums > 5, "the book was checked as it went");
}

#[tokio::test]
async fn a_client_that_comes_back_hears_of_the_orders_it_knew() {
    let exchange = Exchange::trading().await;
    exchange.place(2, "buy", 9, "5.00").await;
    let mut stream = Stream::open(&exchange.app, "channels=account:2", None).await;
    let id = stream.cut().await.last().unwrap().id;
    drop(stream);
    exchange.patch("/v1/accounts/2/orders/1", json!({"qty": "7"})).await.expect(200);
    exchange.delete("/v1/accounts/2/orders/1").await.expect(200);
    let mut stream = Stream::open(&exchange.app, "channels=account:2", id).await;
    let told = own_events(&mut stream, 2).await;
    assert_eq!((&told[0]["event"], &told[0]["symbol"]), (&json!("replaced"), &json!("PETR4")));
    assert_eq!((&told[1]["event"], &told[1]["canceled_qty"]), (&json!("canceled"), &json!("7")));
}

#[tokio::test]
async fn an_id_that_is_not_kept_is_told_and_begins_anew() {
    let exchange = Exchange::trading().await;
    let newest = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
    for id in [newest + 1, 1] {
        let mut stream = Stream::open(&exchange.app, MARKET, Some(id)).await;
        let cut = stream.cut().await;
        assert_eq!(names(&cut), ["reset", "depth_snapshot", "trades_snapshot", "cut"]);
        assert_eq!((&cut[0].data["resume"], &cut[0].data["newest"]), (&json!(id), &json!(newest)));
        assert_eq!(cut[3].id, Some(newest));
    }
}

#[tokio::test]
async fn a_channel_that_nobody_followed_cannot_be_resumed() {
    let exchange = Exchange::trading().await;
    let mut stream = Stream::open(&exchange.app, "channels=depth:PETR4", None).await;
    let id = stream.cut().await.last().unwrap().id;
    exchange.place(2, "buy", 9, "5.00").await;
    stream.cut().await;
    let mut stream = Stream::open(&exchange.app, MARKET, id).await;
    assert_eq!(names(&stream.cut().await)[0], "reset");
}

#[tokio::test]
async fn shutting_down_ends_the_stream_with_a_reason() {
    let exchange = Exchange::trading().await;
    let mut stream = Stream::open(&exchange.app, MARKET, None).await;
    stream.cut().await;
    exchange.gateway.stop();
    let end = stream.next().await.expect("the end is told");
    assert_eq!(end.data, json!({"type": "end", "reason": "shut_down"}));
    assert!(stream.next().await.is_none());
    exchange.get(&format!("/v1/stream?{MARKET}")).await.problem(503, "stopped");
}
