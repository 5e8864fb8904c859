//! Keys that open nothing. What each route needs is tried in `attack.rs`.

mod support;

use axum::body::Body;
use axum::http::Request;
use identity::{OPERATOR, Scopes, Secret, SecretKind};
use support::{Exchange, Reply, authorization, give_key};

async fn send(exchange: &Exchange, method: &str, path: &str, shown: Option<&Secret>) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(key) = shown {
        request = request.header("authorization", authorization(key));
    }
    exchange.send_as_it_is(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn another_scheme_than_bearer_is_no_key() {
    let exchange = Exchange::trading().await;
    let basic = Request::get("/v1/accounts").header("authorization", "Basic YTpi");
    let reply = exchange.send_as_it_is(basic.body(Body::empty()).unwrap()).await;
    reply.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_at_once() {
    let exchange = Exchange::trading().await;
    let key = Secret::new(SecretKind::Key, [3; 32]);
    give_key(&exchange.identity, OPERATOR, Scopes::ALL, &key);
    send(&exchange, "GET", "/v1/accounts", Some(&key)).await.expect(200);
    let id = exchange.identity.keys(OPERATOR).unwrap().last().unwrap().id;
    exchange.identity.revoke_key(support::START, OPERATOR, OPERATOR, id).unwrap();
    let reply = send(&exchange, "GET", "/v1/accounts", Some(&key)).await;
    reply.problem(401, "unauthenticated");
}
