//! Orders by either of their ids, and many requests at once.

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use gateway::Config;
use serde_json::{Value, json};
use support::{Exchange, Reply, limit, petr4};
use tokio::task::JoinSet;

const ORDERS: &str = "/v1/accounts/2/orders";

async fn place_named(exchange: &Exchange, name: &str) {
    let mut body = limit("buy", 10, "9.00");
    body["client_order_id"] = json!(name);
    exchange.post(ORDERS, body).await.expect(201);
}

#[tokio::test]
async fn an_order_is_replaced_and_canceled_by_its_client_order_id() {
    let exchange = Exchange::trading().await;
    place_named(&exchange, "a").await;
    let change = |name: &str, qty: &str| json!({"client_order_id": name, "qty": qty});
    let path = |name: &str| format!("{ORDERS}/by-client-id/{name}");
    let first = exchange.patch(&path("a"), change("b", "20")).await.expect(200);
    assert_eq!(first.body["order"]["client_order_id"], "b");
    let second = exchange.patch(&path("b"), change("c", "30")).await.expect(200);
    assert_eq!(second.body["order"]["qty"], "30");
    // "b" is no name of the order any more, but the retry is known by the name it gave.
    let again = exchange.patch(&path("b"), change("c", "30")).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.body["seq"], second.body["seq"]);
    exchange.patch(&path("b"), change("c", "31")).await.problem(409, "request_conflict");
    exchange.patch(&path("b"), change("d", "31")).await.problem(404, "unknown_order");
    let canceled = exchange.delete(&path("c")).await.expect(200);
    assert_eq!(canceled.body["order"]["status"], "canceled");
    exchange.delete(&path("c")).await.problem(404, "unknown_order");
    let reply = exchange.delete(&path("nobody")).await.problem(404, "unknown_order");
    reply.field("client_order_id", "nobody");
}

#[tokio::test]
async fn a_mass_cancel_takes_one_instrument_one_side_or_all() {
    let exchange = Exchange::trading().await;
    let mut vale = petr4();
    vale["symbol"] = json!("VALE3");
    exchange.post("/v1/instruments", vale).await.expect(201);
    exchange.put("/v1/instruments/VALE3/phase", json!({"phase": "continuous"})).await.expect(200);
    for (query, left) in [
        ("?symbol=VALE3", BTreeSet::from(["PETR4 buy", "PETR4 sell"])),
        ("?side=buy", BTreeSet::from(["PETR4 sell"])),
        ("?symbol=PETR4&side=sell", BTreeSet::from(["PETR4 buy", "VALE3 buy"])),
        ("", BTreeSet::new()),
    ] {
        for (symbol, side, price) in
            [("PETR4", "buy", "5.00"), ("PETR4", "sell", "20.00"), ("VALE3", "buy", "5.00")]
        {
            let mut body = limit(side, 1, price);
            body["symbol"] = json!(symbol);
            exchange.post("/v1/accounts/1/orders", body).await.expect(201);
        }
        let path = format!("/v1/accounts/1/orders{query}");
        assert_eq!(exchange.delete(&path).await.expect(200).body["open_orders"], left.len());
        let open = exchange.get("/v1/accounts/1/orders?status=open").await.expect(200).body;
        let shown = |it: &Value| {
            format!("{} {}", it["symbol"].as_str().unwrap(), it["side"].as_str().unwrap())
        };
        let open: BTreeSet<String> = open["orders"].as_array().unwrap().iter().map(shown).collect();
        assert!(open.iter().map(String::as_str).eq(left), "{query}: {open:?}");
        exchange.delete("/v1/accounts/1/orders").await.expect(200);
    }
}

#[tokio::test]
async fn an_order_or_transfer_in_another_currency_is_refused() {
    let exchange = Exchange::trading().await;
    exchange.post("/v1/accounts", json!({"currency": "JPY"})).await.expect(201);
    exchange.post("/v1/accounts/3/deposits", json!({"amount": "100000"})).await.expect(200);
    let reply = exchange.post("/v1/accounts/3/orders", limit("buy", 1, "5.00")).await;
    reply.problem(422, "currency_mismatch").field("currency", "JPY");
    for (from, to, shown) in [(3, "2", "JPY"), (2, "3", "USD")] {
        let path = format!("/v1/accounts/{from}/transfers");
        let reply = exchange.post(&path, json!({"to": to, "amount": "1"})).await;
        reply.problem(422, "currency_mismatch").field("currency", shown);
    }
    let account = exchange.get("/v1/accounts/3").await.expect(200).body;
    assert_eq!(account["account"]["cash"]["total"], "100000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_order_id_on_a_hundred_requests_at_once_is_one_order() {
    let exchange = Arc::new(Exchange::trading().await);
    let mut body = limit("buy", 1, "5.00");
    body["client_order_id"] = json!("once");
    let replies = at_once(&exchange, 100, ORDERS, &body).await;
    let ids: BTreeSet<&str> =
        replies.iter().map(|reply| reply.body["order_id"].as_str().expect("placed")).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(replies.iter().filter(|reply| !reply.is_replayed()).count(), 1);
    let listed = exchange.get(ORDERS).await.expect(200).body;
    assert_eq!(listed["orders"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_spends_at_once_as_many_pass_as_the_balance_covers() {
    let exchange = Arc::new(Exchange::new(Config::default()));
    exchange.post("/v1/instruments", petr4()).await.expect(201);
    exchange.put("/v1/instruments/PETR4/phase", json!({"phase": "continuous"})).await.expect(200);
    for _ in 0..2 {
        exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    }
    let spends = [
        ("orders", limit("buy", 1, "10.00"), 201),
        ("withdrawals", json!({"amount": "10.00"}), 200),
        ("transfers", json!({"to": "1", "amount": "10.00"}), 200),
    ];
    for (what, body, status) in spends {
        let deposit = json!({"amount": "179.99"});
        exchange.post("/v1/accounts/2/deposits", deposit).await.expect(200);
        let replies = at_once(&exchange, 64, &format!("/v1/accounts/2/{what}"), &body).await;
        let (passed, refused): (Vec<Reply>, Vec<Reply>) =
            replies.into_iter().partition(|reply| reply.status == status);
        assert_eq!((passed.len(), refused.len()), (17, 47), "{what}");
        for reply in refused {
            reply.problem(422, "insufficient_funds");
        }
        exchange.delete(ORDERS).await.expect(200);
        let left = exchange.get("/v1/accounts/2").await.expect(200).body;
        let left = &left["account"]["cash"]["free"];
        if what == "orders" {
            assert_eq!(left, "179.99");
            exchange.post("/v1/accounts/2/withdrawals", json!({"amount": left})).await.expect(200);
        } else {
            assert_eq!(left, "9.99", "{what}");
            exchange.post("/v1/accounts/2/withdrawals", json!({"amount": left})).await.expect(200);
        }
    }
}

/// Sends one body so many times, all before the first answer is awaited.
async fn at_once(exchange: &Arc<Exchange>, count: usize, path: &str, body: &Value) -> Vec<Reply> {
    let mut clients = JoinSet::new();
    for _ in 0..count {
        let (exchange, path, body) = (Arc::clone(exchange), path.to_owned(), body.clone());
        clients.spawn(async move { exchange.post(&path, body).await });
    }
    clients.join_all().await
}
