//! Every refusal is a problem document that names field, value and what would have passed, and
//! says whether anything happened.

mod support;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use bus::{Durable, Requests, Waited, publishing, requests};
use gateway::{BODY_BYTES_MAX, Config, Gateway, router};
use serde_json::{Value, json};
use support::{Exchange, PATIENCE, genesis, limit, petr4};
use view::Views;

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_with_its_place() {
    let exchange = Exchange::new(Config::default());
    let send = |kind: &'static str, body: Vec<u8>| {
        let request = Request::post("/v1/accounts").header("content-type", kind);
        exchange.send_raw(request.body(Body::from(body)).unwrap())
    };
    let json = "application/json; charset=utf-8";
    for bad in ["{\"currency\": \"USD\"} x", "nonsense", "{\"currency\": 'USD'}"] {
        let reply = send(json, bad.into()).await.problem(400, "malformed_json");
        assert_eq!(reply.body["expected"], "a JSON object, whole and in UTF-8");
    }
    for cut_off in ["", "{", "{\"curr", "{\"currency\": \"US", "{\"currency\": \"USD\""] {
        let reply = send(json, cut_off.into()).await.problem(400, "malformed_json");
        let detail = reply.body["detail"].as_str().unwrap();
        let expected = format!("the body ends at byte {}, before its JSON does", cut_off.len());
        assert_eq!(detail, expected);
        assert!(reply.body.get("field").is_none(), "{:#}", reply.body);
    }
    send(json, b"{\"currency\": \"\xff\"}".to_vec()).await.problem(400, "malformed_json");
    send("text/plain", b"{}".to_vec())
        .await
        .problem(415, "unsupported_media_type")
        .field("Content-Type", "text/plain");
    let large = send(json, vec![b' '; BODY_BYTES_MAX + 1]).await.problem(413, "body_too_large");
    assert_eq!(large.body["expected"], format!("a body of at most {BODY_BYTES_MAX} bytes"));
    let large = Request::post("/v1/accounts").header("content-type", json);
    let large = large.header("content-length", BODY_BYTES_MAX + 1);
    let large = exchange.send_raw(large.body(vec![b' '; BODY_BYTES_MAX + 1].into()).unwrap()).await;
    large.problem(413, "body_too_large").field("Content-Length", "65537");
    let deep = "[".repeat(10_000);
    send(json, deep.clone().into()).await.problem(400, "malformed_json");
    send(json, "{\"a\":".repeat(10_000).into()).await.problem(422, "invalid_field");
    let within = format!("{{\"currency\": {deep}");
    send(json, within.into()).await.problem(422, "invalid_field").field("currency", Value::Null);
    assert_eq!(exchange.get("/ready").await.body["seq"], 0, "nothing reached the venue");
}

#[tokio::test]
async fn a_body_of_the_wrong_shape_names_the_field() {
    let exchange = Exchange::trading().await;
    let order = |name: &str, value: Value| {
        let mut body = limit("buy", 1, "10.00");
        body[name] = value;
        body
    };
    for (field, value) in [
        ("symbol", json!(1)),
        ("symbol", Value::Null),
        ("side", json!("hold")),
        ("type", json!("limitt")),
        ("qty", json!(5)),
        ("price", json!(10.5)),
        ("time_in_force", json!("forever")),
        ("post_only", json!("yes")),
        ("colour", json!("red")),
    ] {
        let body = order(field, value.clone());
        let reply = exchange.post("/v1/accounts/2/orders", body).await;
        reply.problem(422, "invalid_field").field(field, value);
    }
    for field in ["symbol", "side", "type", "qty"] {
        let mut body = limit("buy", 1, "10.00");
        body.as_object_mut().unwrap().remove(field);
        let reply = exchange.post("/v1/accounts/2/orders", body).await;
        reply.problem(422, "missing_field").field(field, Value::Null);
    }
    let mut nested = petr4();
    nested["band"]["low"] = json!(1);
    let reply = exchange.post("/v1/instruments", nested).await;
    reply.problem(422, "invalid_field").field("band.low", 1);
    let mut nested = petr4();
    nested["band"]["middle"] = json!("1");
    let reply = exchange.post("/v1/instruments", nested).await;
    reply.problem(422, "invalid_field").field("band.middle", "1");
}

#[tokio::test]
async fn a_value_that_cannot_be_converted_names_the_field() {
    let exchange = Exchange::trading().await;
    let long = "9".repeat(50);
    for (field, value) in [
        ("qty", "1.5"),
        ("qty", "-1"),
        ("qty", "1e3"),
        ("qty", ""),
        ("qty", "99999999999999999999"),
        ("price", "10.001"),
        ("price", "0.00"),
        ("price", "01.00"),
        ("price", long.as_str()),
        ("symbol", "VALE3"),
        ("symbol", "PETR 4"),
        ("symbol", "PETR4PETR4PETR4PETR4"),
        ("stop_price", "9.00"),
        ("collar", "9.00"),
        ("expire_at", "2030-01-01T00:00:00Z"),
        ("client_order_id", "has a blank"),
        ("client_order_id", long.as_str()),
    ] {
        let mut body = limit("buy", 1, "10.00");
        body[field] = json!(value);
        let reply = exchange.post("/v1/accounts/2/orders", body).await;
        let reply = reply.problem(422, "invalid_field");
        assert_eq!(reply.body["field"], field, "{value}: {:#}", reply.body);
        assert!(reply.body["expected"].is_string() && reply.body["applied"] == false);
    }
    for (field, value, expected) in
        [("price", "0.00", "1.00 to 100.00"), ("qty", "-1", "1 to 100000")]
    {
        let mut body = limit("buy", 1, "10.00");
        body[field] = json!(value);
        let reply = exchange.post("/v1/accounts/2/orders", body).await;
        let reply = reply.problem(422, "invalid_field");
        assert_eq!(reply.body["expected"], expected, "the instrument's own range");
    }
    let mut body = limit("buy", 1, "10.00");
    body.as_object_mut().unwrap().remove("price");
    let reply = exchange.post("/v1/accounts/2/orders", body).await;
    reply.problem(422, "missing_field").field("price", Value::Null);
}

#[tokio::test]
async fn what_the_path_names_must_exist() {
    let exchange = Exchange::trading().await;
    for (path, code, field, value) in [
        ("/v1/accounts/9", "unknown_account", "account_id", "9"),
        ("/v1/accounts/9/orders", "unknown_account", "account_id", "9"),
        ("/v1/accounts/2/orders/7", "unknown_order", "order_id", "7"),
        ("/v1/accounts/2/orders/by-client-id/x", "unknown_order", "client_order_id", "x"),
        ("/v1/instruments/VALE3", "unknown_instrument", "symbol", "VALE3"),
        ("/v1/instruments/VALE3/depth", "unknown_instrument", "symbol", "VALE3"),
        ("/v1/instruments/VALE3/trades", "unknown_instrument", "symbol", "VALE3"),
        ("/v1/nothing", "unknown_path", "path", "/v1/nothing"),
    ] {
        exchange.get(path).await.problem(404, code).field(field, value);
    }
    let amount = json!({"amount": "1.00"});
    let reply = exchange.post("/v1/accounts/9/deposits", amount).await;
    reply.problem(404, "unknown_account");
    exchange.delete("/v1/accounts/2/orders/7").await.problem(404, "unknown_order");
    let change = json!({"qty": "1"});
    exchange.patch("/v1/accounts/2/orders/7", change).await.problem(404, "unknown_order");
    let phase = json!({"phase": "halted"});
    exchange.put("/v1/instruments/VALE3/phase", phase).await.problem(404, "unknown_instrument");
    for (method, path, allowed) in [
        (Method::POST, "/health", "GET, HEAD"),
        (Method::POST, "/v1/openapi.json", "GET, HEAD"),
        (Method::PUT, "/v1/accounts/1/orders", "DELETE, GET, HEAD, POST"),
        (Method::PUT, "/v1/accounts/1/orders/1", "DELETE, GET, HEAD, PATCH"),
        (Method::PUT, "/v1/accounts/1/orders/preview", "POST"),
    ] {
        let reply = exchange.send(method.clone(), path, &[], None).await;
        let reply = reply.problem(405, "method_not_allowed").field("method", method.as_str());
        assert_eq!(reply.body["expected"], allowed, "{path}");
        assert_eq!(reply.headers["allow"], allowed, "{path}");
    }
}

#[tokio::test]
async fn paths_and_queries_are_checked() {
    let exchange = Exchange::trading().await;
    for (path, field, value) in [
        ("/v1/accounts/abc", "account_id", "abc"),
        ("/v1/accounts/-1", "account_id", "-1"),
        ("/v1/accounts/4294967296", "account_id", "4294967296"),
        ("/v1/accounts/2/orders/1x", "order_id", "1x"),
        ("/v1/accounts/2/orders/by-client-id/a%20b", "client_order_id", "a b"),
        ("/v1/instruments/A%20B", "symbol", "A B"),
        ("/v1/accounts?limit=0", "limit", "0"),
        ("/v1/accounts?limit=501", "limit", "501"),
        ("/v1/accounts?limit=1&limit=2", "limit", "2"),
        ("/v1/accounts?colour=red", "colour", "red"),
        ("/v1/accounts?cursor=zzz", "cursor", "zzz"),
        ("/v1/accounts/2/orders?cursor=o01", "cursor", "o01"),
        ("/v1/accounts/2/orders?cursor=%C3%A9", "cursor", "é"),
        ("/v1/instruments/PETR4/depth?levels=many", "levels", "many"),
        ("/v1/instruments/PETR4/trades?limit=-1", "limit", "-1"),
        ("/v1/instruments/PETR4?levels=1", "levels", "1"),
        ("/v1/stream?channels=depth:VALE3", "channels", "VALE3"),
        ("/v1/stream?channels=", "channels", ""),
        ("/v1/stream?channels=depths:PETR4", "channels", "depths:PETR4"),
        ("/v1/stream?channels=account:x", "channels", "x"),
    ] {
        exchange.get(path).await.problem(422, "invalid_field").field(field, value);
    }
    exchange.get("/v1/stream").await.problem(422, "missing_field").field("channels", Value::Null);
    exchange.get("/v1/stream?channels=account:9").await.problem(404, "unknown_account");
    exchange.get("/v1/accounts/%FF").await.problem(422, "invalid_field");
    let reply = exchange.delete("/v1/accounts/2/orders?side=hold").await;
    reply.problem(422, "invalid_field").field("side", "hold");
    let headers = [("last-event-id", "seven")];
    let reply = exchange.send(Method::GET, "/v1/stream?channels=depth:PETR4", &headers, None).await;
    reply.problem(422, "invalid_field").field("Last-Event-ID", "seven");
}

#[tokio::test]
async fn a_refusal_by_the_venue_keeps_its_reason_and_values() {
    let exchange = Exchange::trading().await;
    let refused = |body: Value| exchange.post("/v1/accounts/2/orders", body);
    let reply = refused(limit("buy", 1, "100.01")).await.problem(422, "price_above_band");
    assert_eq!(reply.body["value"], "100.01");
    assert!(reply.body["expected"].as_str().unwrap().contains("100.00"), "{}", reply.body);
    assert_eq!(reply.body["applied"], false);
    assert!(reply.body["seq"].is_u64(), "a refused command is on record");
    let reply = refused(limit("buy", 100_000, "100.00")).await;
    let reply = reply.problem(422, "insufficient_funds");
    assert!(reply.body["detail"].as_str().unwrap().contains("10000000.00"), "{}", reply.body);
    let mut market = limit("buy", 100_000, "10.00");
    market.as_object_mut().unwrap().remove("price");
    (market["type"], market["time_in_force"]) = (json!("market"), json!("ioc"));
    for (collar, is_hinted) in [(Value::Null, true), (json!("99.00"), false)] {
        if !collar.is_null() {
            market["collar"] = collar;
        }
        let reply = refused(market.clone()).await.problem(422, "insufficient_funds");
        let expected = reply.body["expected"].as_str().unwrap();
        assert_eq!(expected.contains("a collar"), is_hinted, "{expected}");
    }
    refused(limit("sell", 1, "10.00")).await.problem(422, "short_selling");
    refused(limit("buy", 0, "10.00")).await.problem(422, "qty_zero");

    let orders = "/v1/accounts/2/orders";
    exchange.place(2, "buy", 1, "5.00").await;
    let nothing = json!({"qty": "1"});
    let reply = exchange.patch(&format!("{orders}/1"), nothing).await;
    reply.problem(422, "nothing_to_replace");
    exchange.delete("/v1/accounts/2").await.problem(409, "account_has_orders");
    let to = json!({"to": "77", "amount": "1.00"});
    exchange.post("/v1/accounts/2/transfers", to).await.problem(422, "unknown_account");
    let much = json!({"amount": "1000000000.00"});
    exchange.post("/v1/accounts/2/withdrawals", much).await.problem(422, "insufficient_funds");
    exchange.post("/v1/instruments", petr4()).await.problem(409, "symbol_taken");
    let euro = json!({"currency": "EUR"});
    exchange.post("/v1/accounts", euro).await.problem(422, "unknown_currency");
    let mut wide = petr4();
    wide["band"] = json!({"low": "5.00", "high": "4.00"});
    let reply = exchange.post("/v1/instruments", wide).await;
    assert_eq!(reply.problem(422, "bad_definition").body["field"], "band.high");

    exchange.put("/v1/accounts/2/status", json!({"suspended": true})).await.expect(200);
    refused(limit("buy", 1, "10.00")).await.problem(403, "account_suspended");
    exchange.put("/v1/instruments/PETR4/phase", json!({"phase": "halted"})).await.expect(200);
    let reply = exchange.post("/v1/accounts/1/orders", limit("buy", 1, "10.00")).await;
    reply.problem(409, "phase_forbids");
}

/// A gateway whose engine does what the test wants.
fn puppet(config: Config, queue_max: usize) -> (Exchange, Requests) {
    let (submitter, waiting) = requests(queue_max);
    let (publisher, reader) = publishing(Views::new(&genesis()), Durable::default());
    // Kept for ever, so that the reader does not see an end.
    std::mem::forget(publisher);
    let gateway = Gateway::new(submitter, reader, &genesis(), support::identity(), config);
    let mut exchange = Exchange::new(Config::default());
    exchange.app = router(gateway.clone());
    exchange.gateway = gateway;
    (exchange, waiting)
}

fn usd() -> Value {
    json!({"currency": "USD"})
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_is_busy_and_a_silent_engine_gives_no_answer() {
    let (exchange, _waiting) = puppet(Config::default(), 1);
    let first = exchange.post("/v1/accounts", usd());
    let second = async {
        tokio::task::yield_now().await;
        exchange.post("/v1/accounts", usd()).await
    };
    let (first, second) = tokio::join!(first, second);
    let busy = second.problem(503, "busy");
    assert_eq!(
        (&busy.body["applied"], &busy.headers["retry-after"]),
        (&json!(false), &"1".parse().unwrap())
    );
    let silent = first.problem(504, "no_answer");
    assert_eq!(silent.body["applied"], Value::Null, "it may yet be applied");
}

#[tokio::test]
async fn an_engine_that_stops_says_what_happened() {
    let (exchange, mut waiting) = puppet(Config::default(), 4);
    let engine = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::new();
        assert_eq!(waiting.recv_batch(&mut batch, 1, PATIENCE), Waited::Taken);
        drop(batch);
    });
    let lost = exchange.post("/v1/accounts", usd()).await.problem(503, "lost");
    assert_eq!(lost.body["applied"], Value::Null);
    engine.await.unwrap();
    let stopped = exchange.post("/v1/accounts", usd()).await.problem(503, "stopped");
    assert_eq!(stopped.body["applied"], false);
}

#[tokio::test]
async fn an_account_opened_without_its_starting_balance_says_so() {
    let config = Config { starting_balance_units: Some(10_000), ..Config::default() };
    let exchange = Exchange::ending_after(1, config);
    let reply = exchange.post("/v1/accounts", usd()).await.problem(503, "stopped");
    assert_eq!(reply.body["applied"], Value::Null, "not nothing: the account is open");
    assert!(reply.body["detail"].as_str().unwrap().starts_with("account 1 is open"));
    exchange.get("/v1/accounts/1").await.expect(200);
}

#[tokio::test]
async fn a_gone_publisher_is_not_ready() {
    let mut exchange = Exchange::new(Config::default());
    exchange.stop_engine();
    exchange.get("/ready").await.problem(503, "stopped");
    exchange.get("/v1/stream?channels=account:1").await.problem(404, "unknown_account");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_given_up() {
    let exchange = Exchange::new(Config::default());
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = Request::post("/v1/accounts").header("content-type", "application/json");
    let request = request.body(Body::from_stream(never)).unwrap();
    let started = tokio::time::Instant::now();
    exchange.send_raw(request).await.problem(400, "body_incomplete");
    assert_eq!(started.elapsed(), Config::default().body_timeout);
}

#[tokio::test]
async fn streams_are_counted() {
    let config = Config { streams_max: 1, ..Config::default() };
    let exchange = Exchange::new(config);
    exchange.post("/v1/accounts", usd()).await.expect(201);
    let first = support::sse::Stream::open(&exchange.app, "channels=account:1", None).await;
    let full = exchange.get("/v1/stream?channels=account:1").await.problem(503, "streams_full");
    assert!(full.headers.contains_key("retry-after"));
    drop(first);
    let timeout = Duration::from_secs(1);
    let opened = support::sse::Stream::open(&exchange.app, "channels=account:1", None);
    tokio::time::timeout(timeout, opened).await.expect("there is room again");
}
