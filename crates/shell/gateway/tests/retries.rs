//! The same request again gets its old answer, and is applied once.

mod support;

use axum::http::Method;
use serde_json::{Value, json};
use support::{Exchange, limit, petr4};

#[tokio::test]
async fn an_order_sent_twice_is_placed_once() {
    let exchange = Exchange::trading().await;
    let mut body = limit("buy", 10, "9.00");
    body["client_order_id"] = json!("mine");
    let first = exchange.post("/v1/accounts/2/orders", body.clone()).await.expect(201);
    assert!(!first.is_replayed());
    exchange.delete("/v1/accounts/2/orders/1").await.expect(200);
    let again = exchange.post("/v1/accounts/2/orders", body).await.expect(201);
    assert!(again.is_replayed());
    assert_eq!((&again.body["seq"], &again.body["order_id"]), (&first.body["seq"], &json!("1")));
    assert_eq!(again.body["order"]["status"], "canceled", "the order is shown as it is now");
    let orders = exchange.get("/v1/accounts/2/orders").await.expect(200);
    assert_eq!(orders.body["orders"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_body_under_a_known_id_is_a_conflict() {
    let exchange = Exchange::trading().await;
    let mut body = limit("buy", 10, "9.00");
    body["client_order_id"] = json!("mine");
    exchange.post("/v1/accounts/2/orders", body.clone()).await.expect(201);
    body["qty"] = json!("11");
    let reply = exchange.post("/v1/accounts/2/orders", body).await;
    reply.problem(409, "request_conflict");
}

#[tokio::test]
async fn a_replace_gets_its_old_answer_after_its_order_was_forgotten() {
    let exchange = Exchange::trading().await;
    let mut fine = petr4();
    (fine["symbol"], fine["qty_decimals"], fine["lot_size"]) =
        (json!("FINE3"), json!(2), json!("0.01"));
    exchange.post("/v1/instruments", fine).await.expect(201);
    exchange.put("/v1/instruments/FINE3/phase", json!({ "phase": "continuous" })).await.expect(200);
    let mut order = limit("buy", 10, "9.00");
    order["symbol"] = json!("FINE3");
    exchange.post("/v1/accounts/2/orders", order).await.expect(201);
    let path = "/v1/accounts/2/orders/1";
    let body = json!({ "client_order_id": "again", "qty": "8", "price": "8.00" });
    let first = exchange.patch(path, body.clone()).await.expect(200);
    let refused = json!({ "client_order_id": "bad", "qty": "8", "price": "8.00" });
    exchange.patch(path, refused.clone()).await.problem(422, "nothing_to_replace");
    for _ in 0..=view::CLOSED_ORDERS_PER_ACCOUNT {
        exchange.delete("/v1/accounts/2/orders").await.expect(200);
        exchange.place(2, "buy", 1, "5.00").await;
    }
    exchange.get(path).await.problem(404, "unknown_order");
    let again = exchange.patch(path, body).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!((&again.body["seq"], &again.body["order_id"]), (&first.body["seq"], &json!("1")));
    assert_eq!(again.body["order"], Value::Null);
    assert!(exchange.patch(path, refused).await.problem(422, "nothing_to_replace").is_replayed());
    let other = json!({ "client_order_id": "again", "qty": "7", "price": "8.00" });
    exchange.patch(path, other).await.problem(409, "request_conflict");
    for body in [json!({ "client_order_id": "new", "qty": "7" }), json!({ "qty": "7" })] {
        exchange.patch(path, body).await.problem(404, "unknown_order");
    }
}

#[tokio::test]
async fn a_refusal_is_replayed_too() {
    let exchange = Exchange::trading().await;
    let mut body = limit("sell", 10, "9.00");
    body["client_order_id"] = json!("short");
    let first = exchange.post("/v1/accounts/2/orders", body.clone()).await;
    let first = first.problem(422, "short_selling");
    assert!(!first.is_replayed());
    let again = exchange.post("/v1/accounts/2/orders", body).await.problem(422, "short_selling");
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body);
}

#[tokio::test]
async fn a_header_names_requests_that_have_no_body() {
    let exchange = Exchange::trading().await;
    let key = [("idempotency-key", "cancel-1")];
    exchange.place(2, "buy", 1, "5.00").await;
    let path = "/v1/accounts/2/orders/1";
    let first = exchange.send(Method::DELETE, path, &key, None).await.expect(200);
    let again = exchange.send(Method::DELETE, path, &key, None).await.expect(200);
    assert_eq!((first.is_replayed(), again.is_replayed()), (false, true));
    assert_eq!(first.body["seq"], again.body["seq"]);
    let unnamed = exchange.delete(path).await;
    unnamed.problem(404, "unknown_order");
}

#[tokio::test]
async fn header_and_body_must_agree() {
    let exchange = Exchange::trading().await;
    let body = json!({"amount": "1.00", "client_request_id": "one"});
    let path = "/v1/accounts/2/deposits";
    let send = |key: &'static str| {
        let (exchange, body) = (&exchange, body.clone());
        async move {
            let key = [("idempotency-key", key)];
            exchange.send(Method::POST, path, &key, Some(body)).await
        }
    };
    send("two").await.problem(422, "invalid_field").field("Idempotency-Key", "two");
    send("not one").await.problem(422, "invalid_field").field("Idempotency-Key", "not one");
    send("one").await.expect(200);
    let again = exchange.post(path, body.clone()).await.expect(200);
    assert!(again.is_replayed());
}

#[tokio::test]
async fn a_repeated_deposit_opening_listing_and_replace_do_nothing() {
    let exchange = Exchange::trading().await;
    exchange.place(2, "buy", 10, "5.00").await;
    let mut vale = petr4();
    vale["symbol"] = json!("VALE3");
    let cases: [(Method, &str, Value, u16); 5] = [
        (Method::POST, "/v1/accounts/2/deposits", json!({"amount": "1.00"}), 200),
        (Method::POST, "/v1/accounts", json!({"currency": "USD"}), 201),
        (Method::POST, "/v1/instruments", vale, 201),
        (Method::PATCH, "/v1/accounts/2/orders/1", json!({"qty": "7"}), 200),
        (Method::DELETE, "/v1/accounts/2/orders?side=buy", Value::Null, 200),
    ];
    for (number, (method, path, body, status)) in cases.into_iter().enumerate() {
        let name = format!("again-{number}");
        let key = [("idempotency-key", name.as_str())];
        let body = Some(body).filter(|body| !body.is_null());
        let first = exchange.send(method.clone(), path, &key, body.clone()).await.expect(status);
        let again = exchange.send(method.clone(), path, &key, body).await.expect(status);
        assert_eq!((first.is_replayed(), again.is_replayed()), (false, true), "{method} {path}");
        assert_eq!(first.body, again.body, "{method} {path}");
    }
}
