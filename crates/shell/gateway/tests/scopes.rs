//! Who may do what: without a key nothing, without the scope not this, and of others' things
//! nothing is known.

mod support;

use axum::body::Body;
use axum::http::Request;
use identity::{OPERATOR, Scope, Scopes, Secret, SecretKind};
use support::{Exchange, Reply, authorization, give_key};

/// Routes, each with what it needs.
const ROUTES: [(&str, &str, Scope); 36] = [
    ("GET", "/v1/accounts", Scope::Read),
    ("POST", "/v1/accounts", Scope::Funds),
    ("GET", "/v1/accounts/1", Scope::Read),
    ("DELETE", "/v1/accounts/1", Scope::Funds),
    ("PUT", "/v1/accounts/1/status", Scope::Admin),
    ("POST", "/v1/accounts/1/deposits", Scope::Funds),
    ("POST", "/v1/accounts/1/withdrawals", Scope::Funds),
    ("POST", "/v1/accounts/1/transfers", Scope::Funds),
    ("POST", "/v1/accounts/1/issues", Scope::Admin),
    ("GET", "/v1/accounts/1/payments", Scope::Read),
    ("GET", "/v1/accounts/1/payments/1", Scope::Read),
    ("GET", "/v1/accounts/1/orders", Scope::Read),
    ("POST", "/v1/accounts/1/orders", Scope::Trade),
    ("DELETE", "/v1/accounts/1/orders", Scope::Trade),
    ("GET", "/v1/accounts/1/orders/1", Scope::Read),
    ("POST", "/v1/accounts/1/orders/preview", Scope::Read),
    ("GET", "/v1/accounts/1/orders/1/queue", Scope::Read),
    ("GET", "/v1/accounts/1/orders/1/timeline", Scope::Read),
    ("PATCH", "/v1/accounts/1/orders/1", Scope::Trade),
    ("DELETE", "/v1/accounts/1/orders/1", Scope::Trade),
    ("GET", "/v1/instruments", Scope::Read),
    ("POST", "/v1/instruments", Scope::Admin),
    ("GET", "/v1/instruments/PETR4", Scope::Read),
    ("PUT", "/v1/instruments/PETR4/phase", Scope::Admin),
    ("GET", "/v1/instruments/PETR4/depth", Scope::Read),
    ("GET", "/v1/instruments/PETR4/trades", Scope::Read),
    ("GET", "/v1/stream?account=1", Scope::Read),
    ("GET", "/v1/admin/kill-switch", Scope::Admin),
    ("PUT", "/v1/admin/kill-switch/all", Scope::Admin),
    ("PUT", "/v1/admin/kill-switch/accounts/1", Scope::Admin),
    ("PUT", "/v1/admin/kill-switch/instruments/PETR4", Scope::Admin),
    ("GET", "/v1/admin/users", Scope::Admin),
    ("POST", "/v1/admin/users/2/password-reset", Scope::Admin),
    ("DELETE", "/v1/admin/users/2", Scope::Admin),
    ("GET", "/v1/admin/accounts", Scope::Admin),
    ("GET", "/v1/admin/connections", Scope::Admin),
];

async fn send(exchange: &Exchange, method: &str, path: &str, shown: Option<&Secret>) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(key) = shown {
        request = request.header("authorization", authorization(key));
    }
    exchange.send_as_it_is(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn without_a_key_every_route_says_who_asks() {
    let exchange = Exchange::trading().await;
    let unknown = Secret::new(SecretKind::Key, [9; 32]);
    for (method, path, _) in ROUTES {
        for shown in [None, Some(&unknown)] {
            let reply = send(&exchange, method, path, shown).await.problem(401, "unauthenticated");
            assert_eq!(reply.headers["www-authenticate"], "Bearer", "{method} {path}");
        }
    }
    let basic = Request::get("/v1/accounts").header("authorization", "Basic YTpi");
    let reply = exchange.send_as_it_is(basic.body(Body::empty()).unwrap()).await;
    reply.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_key_without_the_scope_is_told_which_it_needs() {
    let exchange = Exchange::trading().await;
    for (place, scope) in Scope::ALL.into_iter().enumerate() {
        let key = Secret::new(SecretKind::Key, [10 + place as u8; 32]);
        let others = Scope::ALL.into_iter().filter(|other| *other != scope).collect::<Scopes>();
        give_key(&exchange.identity, OPERATOR, others, &key);
        for (method, path, _) in ROUTES.iter().filter(|(_, _, needed)| *needed == scope) {
            let reply = send(&exchange, method, path, Some(&key)).await;
            let reply = reply.problem(403, "missing_scope");
            let expected = format!("a key with the scope {}", scope.name());
            assert_eq!(reply.body["expected"], expected, "{method} {path}");
        }
    }
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
