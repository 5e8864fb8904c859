//! Whoever asks too much is told when to come back; the others notice nothing.

mod support;

use std::num::NonZeroU32;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use gateway::{Config, Rates};
use identity::{HashCost, OPERATOR, Scopes, Secret, SecretKind};
use serde_json::{Value, json};
use support::{Exchange, Reply, give_key, limit, petr4};

fn config(key: u32, account: u32, address: u32) -> Config {
    let rate = |rate| NonZeroU32::new(rate).unwrap();
    let rates = Rates { key: rate(key), account: rate(account), address: rate(address) };
    let hash_cost = HashCost { memory_kib: 8, passes: 1 };
    Config { hash_cost, rates, ..Config::default() }
}

fn told(reply: &Reply, header: &str) -> String {
    reply.headers[header].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_that_asks_too_much_waits_and_another_does_not() {
    let exchange = Exchange::new(config(2, 9, 9));
    let other = Secret::new(SecretKind::Key, [2; 32]);
    give_key(&exchange.identity, OPERATOR, Scopes::ALL, &other);
    let mut left = Vec::new();
    for _ in 0..4 {
        let reply = exchange.get("/v1/time").await.expect(200);
        assert_eq!(told(&reply, "ratelimit-policy"), "\"key\";q=2;w=1, \"account\";q=9;w=1");
        left.push(told(&reply, "ratelimit"));
    }
    assert_eq!(left.first().unwrap(), "\"key\";r=3;t=1");
    let refused = exchange.get("/v1/time").await;
    assert_eq!(told(&refused, "retry-after"), "1");
    refused.problem(429, "rate_limited");
    let authorization = format!("Bearer {}", other.text());
    let headers = [("authorization", authorization.as_str())];
    exchange.send(Method::GET, "/v1/time", &headers, None).await.expect(200);
}

#[tokio::test]
async fn an_account_that_trades_too_fast_can_still_cancel() {
    let exchange = Exchange::new(config(1_000, 2, 9));
    exchange.post("/v1/instruments", petr4()).await.expect(201);
    let phase = json!({"phase": "continuous"});
    exchange.put("/v1/instruments/PETR4/phase", phase).await.expect(200);
    exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    let deposit = json!({"amount": "1000.00"});
    exchange.post("/v1/accounts/1/deposits", deposit).await.expect(200);
    let mut orders = Vec::new();
    let refused = loop {
        let reply = exchange.post("/v1/accounts/1/orders", limit("buy", 1, "10.00")).await;
        if reply.status == 429 {
            break reply;
        }
        orders.push(reply.expect(201).body["order_id"].clone());
        assert!(orders.len() < 100, "there is a limit");
    };
    assert!(orders.len() >= 3, "a burst of twice the rate is let through");
    let problem = refused.problem(429, "rate_limited");
    assert_eq!(problem.body["applied"], false);
    for order in orders {
        let path = format!("/v1/accounts/1/orders/{}", order.as_str().unwrap());
        exchange.delete(&path).await.expect(200);
    }
    // A preview keeps the engine as busy as an order.
    while exchange.post("/v1/accounts/1/orders", limit("buy", 1, "10.00")).await.status != 429 {}
    let preview = exchange.post("/v1/accounts/1/orders/preview", limit("buy", 1, "10.00")).await;
    preview.problem(429, "rate_limited");
    // Nor does an account that asks too much keep its operator from stopping it.
    while exchange.post("/v1/accounts/1/orders", limit("buy", 1, "10.00")).await.status != 429 {}
    let switch = json!({"engaged": true});
    exchange.put("/v1/admin/kill-switch/accounts/1", switch).await.expect(200);
    exchange.put("/v1/accounts/1/status", json!({"suspended": true})).await.expect(200);
}

#[tokio::test]
async fn addresses_are_counted_where_nobody_has_shown_who_they_are() {
    let exchange = Exchange::new(config(9, 9, 1));
    for (address, status) in [
        ("192.0.2.1:1000", 201),
        ("192.0.2.1:2000", 201),
        ("192.0.2.1:3000", 429),
        ("192.0.2.2:1000", 201),
        ("[::ffff:192.0.2.3]:1000", 201),
        ("[::ffff:192.0.2.1]:4000", 429),
        ("[2001:db8::1]:1000", 201),
        ("[2001:db8::2]:1000", 201),
        ("[2001:db8::3]:1000", 429),
        ("[2001:db8:0:1::1]:1000", 201),
    ] {
        let reply = guest(&exchange, address).await;
        if status == 429 {
            reply.problem(429, "rate_limited");
        } else {
            reply.expect(status);
        }
    }
}

async fn guest(exchange: &Exchange, address: &str) -> Reply {
    let peer: std::net::SocketAddr = address.parse().unwrap();
    let request = Request::post("/v1/auth/guest").header("content-type", "application/json");
    let request = request.extension(ConnectInfo(peer));
    let body = Value::Object(serde_json::Map::new()).to_string();
    exchange.send_as_it_is(request.body(Body::from(body)).unwrap()).await
}
