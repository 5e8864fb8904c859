//! Payments looked up: the list, its pages, and one by its number.

mod support;

use serde_json::{Value, json};
use support::Exchange;

const PAYMENTS: &str = "/v1/accounts/2/payments";

/// Bob, who was given 100,000, takes out 1, sends 2 and receives 3.
async fn paid() -> Exchange {
    let exchange = Exchange::trading().await;
    for (path, body) in [
        ("/v1/accounts/2/withdrawals", json!({"amount": "1.00"})),
        (
            "/v1/accounts/2/transfers",
            json!({"to": "1", "amount": "2.00", "client_request_id": "rent"}),
        ),
        ("/v1/accounts/1/transfers", json!({"to": "2", "amount": "3.00"})),
    ] {
        exchange.post(path, body).await.expect(200);
    }
    exchange
}

#[tokio::test]
async fn payments_are_listed_newest_first_with_the_cash_after_each() {
    let exchange = paid().await;
    let mut listed = exchange.get(PAYMENTS).await.expect(200).body;
    assert_eq!(listed["next_cursor"], Value::Null);
    let rows = listed["payments"].as_array_mut().unwrap();
    for row in &mut *rows {
        let id = row["payment_id"].as_str().unwrap().to_owned();
        let one = exchange.get(&format!("{PAYMENTS}/{id}")).await.expect(200).body;
        assert_eq!(one["payment"], *row);
        let members = row.as_object_mut().unwrap();
        let time = members.remove("time");
        assert!(members.remove("payment_id").is_some() && time.is_some());
        assert_eq!(members.remove("updated_at"), time);
    }
    assert_eq!(
        listed["payments"],
        json!([
            {"kind": "transfer_received", "status": "booked", "counterparty": "1", "amount": "3.00",
                "cash": {"free": "100000.00", "held": "0.00"}},
            {"kind": "transfer_sent", "status": "booked", "counterparty": "1",
                "client_request_id": "rent", "amount": "2.00",
                "cash": {"free": "99997.00", "held": "0.00"}},
            {"kind": "withdrawal", "status": "booked", "amount": "1.00",
                "cash": {"free": "99999.00", "held": "0.00"}},
            {"kind": "deposit", "status": "booked", "amount": "100000.00",
                "cash": {"free": "100000.00", "held": "0.00"}},
        ])
    );
}

#[tokio::test]
async fn a_payment_is_found_by_the_clients_name_for_it() {
    let exchange = paid().await;
    let named =
        |account: u32, name: &str| format!("/v1/accounts/{account}/payments/by-client-id/{name}");
    let listed = exchange.get(PAYMENTS).await.expect(200).body;
    let found = exchange.get(&named(2, "rent")).await.expect(200).body;
    assert_eq!(found["payment"], listed["payments"][1]);
    for (account, name) in [(1, "rent"), (2, "food")] {
        let reply = exchange.get(&named(account, name)).await;
        reply.problem(404, "unknown_payment").field("client_request_id", name);
    }
    exchange.get(&named(9, "rent")).await.problem(404, "unknown_account");
    let reply = exchange.get(&named(2, "a%20b")).await;
    reply.problem(422, "invalid_field").field("client_request_id", "a b");
}

#[tokio::test]
async fn the_same_name_a_hundred_times_at_once_pays_once() {
    let exchange = Exchange::trading().await;
    let deposit = json!({"amount": "7.00", "client_request_id": "salary"});
    let path = "/v1/accounts/2/deposits";
    let all = (0..100).map(|_| exchange.post(path, deposit.clone()));
    let replies = futures_util::future::join_all(all).await;
    let mut new = 0;
    let first = replies[0].body["payment"].clone();
    for reply in replies {
        let reply = reply.expect(200);
        new += u32::from(!reply.headers.contains_key("idempotency-replayed"));
        assert_eq!(reply.body["payment"], first);
    }
    assert_eq!((new, &first["client_request_id"]), (1, &json!("salary")));
    let account = exchange.get("/v1/accounts/2").await.expect(200).body;
    assert_eq!(account["account"]["cash"]["total"], "100007.00");
    let other = json!({"amount": "8.00", "client_request_id": "salary"});
    exchange.post(path, other).await.problem(409, "request_conflict");
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended_whatever_comes_meanwhile() {
    let exchange = paid().await;
    let whole = exchange.get(PAYMENTS).await.expect(200).body["payments"].take();
    let (mut query, mut found) = ("limit=1".to_owned(), Vec::new());
    for _ in 0..whole.as_array().unwrap().len() {
        let mut reply = exchange.get(&format!("{PAYMENTS}?{query}")).await.expect(200).body;
        found.append(reply["payments"].as_array_mut().unwrap());
        if let Some(cursor) = reply["next_cursor"].as_str() {
            query = format!("limit=1&cursor={cursor}");
        }
        let deposit = json!({"amount": "1.00"});
        exchange.post("/v1/accounts/2/deposits", deposit).await.expect(200);
    }
    assert_eq!(Value::from(found), whole);
    let elsewhere = format!("/v1/accounts/1/payments?{query}");
    exchange.get(&elsewhere).await.problem(422, "invalid_field");
}

#[tokio::test]
async fn a_payment_of_another_account_is_as_one_that_never_was() {
    let exchange = paid().await;
    let listed = exchange.get("/v1/accounts/1/payments").await.expect(200).body;
    let others = listed["payments"][0]["payment_id"].as_str().unwrap().to_owned();
    for id in [others.as_str(), "0", "999999"] {
        let reply = exchange.get(&format!("{PAYMENTS}/{id}")).await;
        reply.problem(404, "unknown_payment").field("payment_id", id);
    }
    for id in ["01", "-1", "x"] {
        let reply = exchange.get(&format!("{PAYMENTS}/{id}")).await;
        reply.problem(422, "invalid_field").field("payment_id", id);
    }
    exchange.get("/v1/accounts/9/payments").await.problem(404, "unknown_account");
    exchange.get("/v1/accounts/9/payments/1").await.problem(404, "unknown_account");
}
