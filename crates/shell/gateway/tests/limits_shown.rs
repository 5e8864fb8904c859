//! `GET /v1/limits` shows what is enforced.

mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use gateway::{Config, Rates};
use serde_json::{Value, json};
use support::Exchange;
use support::ws::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn limits(exchange: &Exchange) -> Value {
    exchange.get("/v1/limits").await.expect(200).body["limits"].clone()
}

fn number(limits: &Value, pointer: &str) -> usize {
    let number = limits.pointer(pointer).and_then(Value::as_u64);
    usize::try_from(number.unwrap_or_else(|| panic!("no {pointer} in {limits}"))).unwrap()
}

#[tokio::test]
async fn what_is_configured_is_shown() {
    let rate = |rate| NonZeroU32::new(rate).unwrap();
    let config = Config {
        rates: Rates { key: rate(70), account: rate(60), address: rate(50) },
        connections_max: 11,
        streams_max: 12,
        guests_max: 13,
        accounts_per_person_max: 22,
        stream_bytes_max: 14,
        guest_idle: Duration::from_secs(15),
        login_life: Duration::from_secs(16),
        answer_timeout: Duration::from_millis(17_001),
        body_timeout: Duration::from_millis(18),
        header_timeout: Duration::from_millis(19),
        write_stall_max: Duration::from_millis(20),
        heartbeat: Duration::from_millis(21),
        ..Config::default()
    };
    let limits = limits(&Exchange::new(config)).await;
    let rates = json!({
        "key": {"requests_max": 70, "window_seconds": 1, "burst_max": 140},
        "account": {"requests_max": 60, "window_seconds": 1, "burst_max": 120},
        "address": {"requests_max": 50, "window_seconds": 60, "burst_max": 100},
    });
    assert_eq!(limits["rates"], rates);
    for (pointer, expected) in [
        ("/requests/connections_max", 11),
        ("/streams/streams_max", 12),
        ("/people/guests_max", 13),
        ("/people/accounts_max", 22),
        ("/streams/waiting_bytes_max", 14),
        ("/people/guest_idle_seconds", 15),
        ("/people/login_seconds", 16),
        ("/requests/answer_ms_max", 17_001),
        ("/requests/body_ms_max", 18),
        ("/requests/header_ms_max", 19),
        ("/requests/read_pause_ms_max", 20),
        ("/streams/heartbeat_ms", 21),
    ] {
        assert_eq!(number(&limits, pointer), expected, "{pointer}");
    }
}

#[tokio::test]
async fn what_genesis_says_is_shown() {
    let limits = limits(&Exchange::new(Config::default())).await;
    let genesis = support::genesis().limits;
    let venue = json!({
        "accounts_max": genesis.accounts_max, "instruments_max": genesis.instruments_max,
        "open_orders_max": genesis.orders_max, "level_pages_max": genesis.level_pages_max,
        "trades_kept": view::TRADES_PER_INSTRUMENT,
    });
    assert_eq!(limits["venue"], venue);
    let accounts = &limits["accounts"];
    assert_eq!(accounts["open_orders_max"], genesis.orders_per_account_max);
    assert_eq!(accounts["requests_remembered"], genesis.requests_remembered);
    assert_eq!(accounts["closed_orders_kept"], view::CLOSED_ORDERS_PER_ACCOUNT);
}

#[tokio::test]
async fn what_is_shown_passes_and_one_more_does_not() {
    let exchange = Exchange::trading().await;
    let limits = limits(&exchange).await;

    // A list's page, of each list that pages.
    let lists = [
        ("accounts", "/v1/accounts?limit"),
        ("users", "/v1/admin/users?limit"),
        ("orders", "/v1/accounts/1/orders?limit"),
        ("payments", "/v1/accounts/1/payments?limit"),
        ("trades", "/v1/instruments/PETR4/trades?limit"),
        ("candles", "/v1/instruments/PETR4/candles?interval=1m&limit"),
        ("depth_levels", "/v1/instruments/PETR4/depth?levels"),
        ("queue_levels", "/v1/instruments/PETR4/orders-by-price?levels"),
    ];
    assert_eq!(limits["pages"].as_object().unwrap().len(), lists.len());
    for (list, path) in lists {
        let max = number(&limits, &format!("/pages/{list}/max"));
        exchange.get(&format!("{path}={max}")).await.expect(200);
        exchange.get(&format!("{path}={}", max + 1)).await.expect(422);
    }

    // A body, filled up with blanks.
    let max = number(&limits, "/requests/body_bytes_max");
    for (bytes, status) in [(max, 201), (max + 1, 413)] {
        let mut body = json!({"currency": "USD"}).to_string();
        body.push_str(&" ".repeat(bytes - body.len()));
        let request = Request::post("/v1/accounts").header("content-type", "application/json");
        exchange.send_raw(request.body(Body::from(body)).unwrap()).await.expect(status);
    }

    // Channels of one stream: those of one account more than pass.
    let max = number(&limits, "/streams/channels_max");
    let listed = exchange.get("/v1/accounts?limit=500").await.expect(200);
    for _ in listed.body["accounts"].as_array().unwrap().len()..=max {
        exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    }
    let names: Vec<_> = (1..=max + 1).map(|id| format!("account:{id}")).collect();
    let told = exchange.get(&format!("/v1/stream?channels={}", names.join(","))).await.expect(422);
    assert_eq!(told.body["expected"], format!("at most {max} channels"));

    // A dead-man switch.
    let max = number(&limits, "/accounts/cancel_after_seconds_max");
    for (seconds, status) in [(max, 200), (max + 1, 422)] {
        let body = json!({ "seconds": seconds });
        exchange.put("/v1/accounts/1/cancel-after", body).await.expect(status);
    }
}

#[tokio::test]
async fn what_bounds_headers_json_and_passwords_is_shown() {
    let exchange = Exchange::new(Config::default());
    let limits = limits(&exchange).await;
    assert_eq!(number(&limits, "/requests/commands_waiting_max"), bus::QUEUE_MAX);

    // Headers, over a real connection: `host` and `connection` are among them.
    let server = Server::start(exchange.gateway.clone()).await;
    let max = number(&limits, "/requests/headers_max");
    for (headers, status) in [(max, " 200 "), (max + 1, " 431 ")] {
        let more = "x: y\r\n".repeat(headers - 2);
        let head = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(format!("{head}{more}\r\n").as_bytes()).await.unwrap();
        let mut answer = [0; 16];
        socket.read_exact(&mut answer).await.unwrap();
        assert!(answer.starts_with(format!("HTTP/1.1{status}").as_bytes()), "{headers} headers");
    }
    server.stop().await;

    // Lists in lists.
    let max = number(&limits, "/requests/json_depth_max");
    for (depth, status) in [(max, 422), (max + 1, 400)] {
        let body = Body::from("[".repeat(depth) + &"]".repeat(depth));
        let request = Request::post("/v1/accounts").header("content-type", "application/json");
        let reply = exchange.send_raw(request.body(body).unwrap()).await.expect(status);
        let expected = reply.body["expected"].as_str().unwrap();
        assert_eq!(expected.contains(&format!("at most {max} deep")), status == 400, "{expected}");
    }

    // Passwords at one time: all that may be begin before the first is done.
    let max = number(&limits, "/people/hashes_max");
    for (count, refused) in [(max, 0), (max + 1, 1)] {
        let people = (0..count).map(|person| {
            let name = format!("person-{count}-{person}");
            let body = json!({"name": name, "password": "correct horse"});
            let exchange = &exchange;
            async move { exchange.post("/v1/auth/register", body).await.status }
        });
        let statuses = futures_util::future::join_all(people).await;
        let found = statuses.iter().filter(|status| **status == 429).count();
        assert_eq!(found, refused, "{statuses:?}");
    }
}

#[tokio::test]
async fn limits_are_shown_to_whoever_may_read() {
    let exchange = Exchange::new(Config::default());
    assert_eq!(exchange.get("/v1/limits?all=1").await.expect(422).body["field"], "all");
    let request = Request::get("/v1/limits").body(Body::empty()).unwrap();
    exchange.send_as_it_is(request).await.problem(401, "unauthenticated");
}
