//! People come, prove who they are, and see what is theirs and nothing else.

mod support;

use axum::body::Body;
use axum::http::{Method, Request};
use gateway::Config;
use identity::{HashCost, Secret, SecretKind};
use serde_json::{Value, json};
use support::{Exchange, Reply};

const PASSWORD: &str = "correct horse";

fn config() -> Config {
    // The least that argon2 takes: what is tested is not its cost.
    let hash_cost = HashCost { memory_kib: 8, passes: 1 };
    Config { hash_cost, starting_balance_units: Some(100), ..Config::default() }
}

async fn send(
    exchange: &Exchange,
    token: Option<&str>,
    method: Method,
    path: &str,
    body: Value,
) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = if body.is_null() {
        Body::empty()
    } else {
        request = request.header("content-type", "application/json");
        Body::from(body.to_string())
    };
    exchange.send_as_it_is(request.body(body).unwrap()).await
}

async fn register(exchange: &Exchange, name: &str) -> String {
    let body = json!({"name": name, "password": PASSWORD});
    let new = send(exchange, None, Method::POST, "/v1/auth/register", body).await.expect(201);
    new.body["account_id"].as_str().unwrap().to_owned()
}

async fn try_log_in(exchange: &Exchange, name: &str, password: &str) -> Reply {
    let body = json!({"name": name, "password": password});
    send(exchange, None, Method::POST, "/v1/auth/login", body).await
}

async fn log_in(exchange: &Exchange, name: &str) -> String {
    let body = try_log_in(exchange, name, PASSWORD).await.expect(200).body;
    body["token"].as_str().unwrap().to_owned()
}

async fn get(exchange: &Exchange, token: &str, path: &str) -> Reply {
    send(exchange, Some(token), Method::GET, path, Value::Null).await
}

#[tokio::test]
async fn somebody_who_registered_has_an_account_and_sees_nobody_elses() {
    let exchange = Exchange::new(config());
    let (anas, bobs) = (register(&exchange, "ana").await, register(&exchange, "bob").await);
    let token = log_in(&exchange, "ANA").await;
    let me = get(&exchange, &token, "/v1/auth/me").await.expect(200).body;
    assert_eq!((&me["name"], &me["scopes"]), (&json!("ana"), &json!(["read", "trade", "funds"])));
    let own = get(&exchange, &token, &format!("/v1/accounts/{anas}")).await.expect(200).body;
    assert_eq!(own["account"]["cash"]["free"], "100.00");
    let listed = get(&exchange, &token, "/v1/accounts").await.expect(200).body;
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 1);
    // Bob's real account answers exactly as one that never existed.
    let text = |reply: Reply, id: &str| reply.body.to_string().replace(id, "ID");
    for rest in ["", "/orders", "/orders/1", "/orders/by-client-id/x"] {
        let real = get(&exchange, &token, &format!("/v1/accounts/{bobs}{rest}")).await;
        let none = get(&exchange, &token, &format!("/v1/accounts/999{rest}")).await;
        let real = real.problem(404, "unknown_account");
        assert_eq!(text(real, &bobs), text(none.problem(404, "unknown_account"), "999"));
    }
    let path = format!("/v1/accounts/{bobs}/deposits");
    let steal = send(&exchange, Some(&token), Method::POST, &path, json!({"amount": "1.00"}));
    steal.await.problem(404, "unknown_account");
}

#[tokio::test]
async fn two_people_may_choose_the_same_request_id() {
    let exchange = Exchange::new(config());
    let mut accounts = Vec::new();
    for name in ["ana", "bob"] {
        register(&exchange, name).await;
        let token = log_in(&exchange, name).await;
        let body = json!({"client_request_id": "first-account-9", "currency": "USD"});
        let opened = send(&exchange, Some(&token), Method::POST, "/v1/accounts", body.clone());
        let id = opened.await.expect(201).body["account"]["account_id"].clone();
        let again = send(&exchange, Some(&token), Method::POST, "/v1/accounts", body).await;
        assert!(again.is_replayed());
        assert_eq!(again.expect(201).body["account"]["account_id"], id);
        accounts.push(id);
        let other = json!({"currency": "USD", "owner": "1"});
        let other = send(&exchange, Some(&token), Method::POST, "/v1/accounts", other).await;
        other.problem(422, "invalid_field").field("owner", "1");
    }
    assert_ne!(accounts[0], accounts[1]);
}

#[tokio::test]
async fn a_name_is_taken_in_whatever_case() {
    let exchange = Exchange::new(config());
    register(&exchange, "ana").await;
    let body = json!({"name": "Ana", "password": PASSWORD});
    let taken = send(&exchange, None, Method::POST, "/v1/auth/register", body).await;
    taken.problem(409, "name_taken");
    for (field, value) in [
        ("name", json!("a<b>")),
        ("name", json!("guest-1")),
        ("display_name", json!("bell\u{7}")),
        ("display_name", json!("\u{202e}turned")),
        ("display_name", json!("un\u{ad}seen")),
        ("display_name", json!("x".repeat(65))),
        ("currency", json!("XXX")),
    ] {
        let mut body = json!({"name": "eve", "password": PASSWORD});
        body[field] = value;
        let reply = send(&exchange, None, Method::POST, "/v1/auth/register", body).await;
        assert_eq!(reply.problem(422, "invalid_field").body["field"], field);
    }
    // Markup is text: the answer says that it is JSON, and nobody renders it.
    let markup = "<script>alert('ana')</script>&lt;";
    let body = json!({"name": "eve", "password": PASSWORD, "display_name": markup});
    send(&exchange, None, Method::POST, "/v1/auth/register", body).await.expect(201);
    let token = log_in(&exchange, "eve").await;
    let me = get(&exchange, &token, "/v1/auth/me").await.expect(200);
    assert_eq!(me.headers["content-type"], "application/json");
    assert_eq!(me.body["display_name"], markup);
    let short = json!({"name": "eve", "password": "geheim"});
    let short = send(&exchange, None, Method::POST, "/v1/auth/register", short).await;
    let short = short.problem(422, "invalid_field");
    assert!(!short.body.to_string().contains("geheim"), "a password is never told");
}

#[tokio::test]
async fn wrong_passwords_and_unknown_names_look_alike_and_have_to_wait() {
    let exchange = Exchange::new(config());
    register(&exchange, "ana").await;
    for name in ["ana", "nobody"] {
        let mut told = Vec::new();
        for _ in 0..5 {
            let reply = try_log_in(&exchange, name, "wrong password").await;
            told.push(reply.problem(401, "wrong_password").body);
        }
        assert_eq!(told[0], told[4]);
        let waits = try_log_in(&exchange, name, PASSWORD).await.problem(429, "too_many_requests");
        assert!(waits.headers.contains_key("retry-after"));
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_logins() {
    let exchange = Exchange::new(config());
    register(&exchange, "ana").await;
    let (first, second) = (log_in(&exchange, "ana").await, log_in(&exchange, "ana").await);
    let logins = get(&exchange, &first, "/v1/auth/logins").await.expect(200).body;
    assert_eq!(logins["logins"].as_array().unwrap().len(), 2);
    let body = json!({"old_password": PASSWORD, "new_password": "battery staple"});
    let path = "/v1/auth/password";
    send(&exchange, Some(&first), Method::POST, path, body).await.expect(200);
    get(&exchange, &first, "/v1/auth/me").await.expect(200);
    get(&exchange, &second, "/v1/auth/me").await.problem(401, "unauthenticated");
    try_log_in(&exchange, "ana", PASSWORD).await.problem(401, "wrong_password");
    try_log_in(&exchange, "ana", "battery staple").await.expect(200);
    send(&exchange, Some(&first), Method::POST, "/v1/auth/logout", Value::Null).await.expect(200);
    get(&exchange, &first, "/v1/auth/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_key_is_shown_once_does_no_more_than_its_owner_and_can_be_revoked() {
    let exchange = Exchange::new(config());
    register(&exchange, "ana").await;
    register(&exchange, "bob").await;
    let token = log_in(&exchange, "ana").await;
    let create = |scopes: Value| {
        let body = json!({"label": "bot", "scopes": scopes});
        send(&exchange, Some(&token), Method::POST, "/v1/keys", body)
    };
    for scopes in [json!([]), json!(["admin"]), json!(["reed"])] {
        let reply = create(scopes).await.problem(422, "invalid_field");
        assert_eq!(reply.body["field"], "scopes");
    }
    let made = create(json!(["read"])).await.expect(201).body;
    let (id, key) = (made["key_id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    get(&exchange, key, "/v1/accounts").await.expect(200);
    let open = send(&exchange, Some(key), Method::POST, "/v1/accounts", json!({"currency": "USD"}));
    open.await.problem(403, "missing_scope");
    get(&exchange, key, "/v1/keys").await.problem(403, "missing_scope");
    let listed = get(&exchange, &token, "/v1/keys").await.expect(200).body;
    assert!(!listed.to_string().contains(key) && listed["keys"][0]["key_id"] == id);
    let path = format!("/v1/keys/{id}");
    let other = log_in(&exchange, "bob").await;
    let others = send(&exchange, Some(&other), Method::DELETE, &path, Value::Null).await;
    others.problem(404, "unknown_key");
    send(&exchange, Some(&token), Method::DELETE, &path, Value::Null).await.expect(200);
    let revoked = get(&exchange, key, "/v1/accounts").await.problem(401, "unauthenticated");
    let never = Secret::new(SecretKind::Key, [9; 32]);
    let never = get(&exchange, never.text(), "/v1/accounts").await.problem(401, "unauthenticated");
    assert_eq!(revoked.body, never.body, "whether it ever was a key is not told");
}

#[tokio::test]
async fn a_guest_can_trade_after_one_call_and_guests_are_capped() {
    let exchange = Exchange::new(Config { guests_max: 1, ..config() });
    let path = "/v1/auth/guest";
    let guest = send(&exchange, None, Method::POST, path, json!({})).await.expect(201).body;
    let (token, account) = (guest["token"].as_str().unwrap(), &guest["account_id"]);
    let own = format!("/v1/accounts/{}", account.as_str().unwrap());
    let own = get(&exchange, token, &own).await.expect(200).body;
    assert_eq!(own["account"]["cash"]["free"], "100.00");
    let full = send(&exchange, None, Method::POST, path, json!({})).await;
    full.problem(503, "guests_full");
}

fn ana() -> identity::NewPerson {
    let cost = HashCost { memory_kib: 8, passes: 1 };
    let password = identity::Password::new(PASSWORD).unwrap();
    identity::NewPerson {
        name: identity::UserName::new("ana").unwrap(),
        display_name: identity::DisplayName::new("Ana").unwrap(),
        password: Some(identity::PasswordHash::new(&password, [1; 16], cost)),
        currency: types::Currency::new("USD").unwrap(),
    }
}

#[tokio::test]
async fn an_account_that_the_venue_did_not_open_is_opened_at_the_next_start() {
    let exchange = Exchange::new(config());
    exchange.identity.register(support::START, &ana(), 0).unwrap();
    for _ in 0..2 {
        exchange.gateway.finish_openings().await;
    }
    assert_eq!(exchange.identity.openings().unwrap(), []);
    let token = log_in(&exchange, "ana").await;
    let listed = get(&exchange, &token, "/v1/accounts").await.expect(200).body;
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_noted_account_that_the_venue_does_not_have_is_opened_at_the_next_start() {
    let exchange = Exchange::new(config());
    // As a backup leaves it whose people are of a moment later than its journal.
    register(&exchange, "bob").await;
    let ana = exchange.identity.register(support::START, &ana(), 0).unwrap();
    exchange.identity.opened(ana, types::AccountId(2)).unwrap();
    exchange.gateway.finish_openings().await;
    assert_eq!(exchange.identity.openings().unwrap(), []);
    for name in ["ana", "bob"] {
        let token = log_in(&exchange, name).await;
        let listed = get(&exchange, &token, "/v1/accounts").await.expect(200).body;
        assert_eq!(listed["accounts"].as_array().unwrap().len(), 1, "{name}");
        assert_eq!(listed["accounts"][0]["cash"]["free"], "100.00");
    }
}

#[tokio::test]
async fn only_the_first_account_of_a_person_is_given_a_balance() {
    let exchange = Exchange::new(config());
    register(&exchange, "ana").await;
    let token = log_in(&exchange, "ana").await;
    let body = json!({"currency": "USD"});
    let second =
        send(&exchange, Some(&token), Method::POST, "/v1/accounts", body).await.expect(201);
    assert_eq!(second.body["account"]["cash"]["free"], "0.00");
    let operators = exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    assert_eq!(operators.body["account"]["cash"]["free"], "100.00");
}

#[tokio::test]
async fn whoever_is_given_no_account_is_not_registered() {
    let exchange = Exchange::new(Config { starting_balance_units: None, ..config() });
    let accounts_max = support::genesis().limits.accounts_max;
    for _ in 0..accounts_max {
        exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    }
    let body = json!({"name": "ana", "password": PASSWORD});
    let register = || send(&exchange, None, Method::POST, "/v1/auth/register", body.clone());
    let full = register().await.problem(409, "accounts_full");
    assert_eq!(full.body["applied"], false);
    register().await.problem(409, "accounts_full");
    try_log_in(&exchange, "ana", PASSWORD).await.problem(401, "wrong_password");
    let users = exchange.get("/v1/admin/users").await.expect(200);
    let names: Vec<&Value> =
        users.body["users"].as_array().unwrap().iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["operator"]);
}

#[tokio::test]
async fn a_person_opens_as_many_accounts_as_one_may_have_and_an_operator_more() {
    let exchange = Exchange::new(Config { accounts_per_person_max: 3, ..config() });
    register(&exchange, "ana").await;
    register(&exchange, "bob").await;
    let (ana, bob) = (log_in(&exchange, "ana").await, log_in(&exchange, "bob").await);
    let open = async |token: &str, id: &str| {
        let body = json!({"client_request_id": id, "currency": "USD"});
        send(&exchange, Some(token), Method::POST, "/v1/accounts", body).await
    };
    let second = open(&ana, "second").await.expect(201).body["account"].clone();
    let third = open(&ana, "third").await.expect(201).body["account"].clone();
    assert_ne!(second["account_id"], third["account_id"]);
    open(&ana, "fourth").await.problem(409, "person_accounts_full");
    // A retry gets its old answer all the same, and others have their own.
    let again = open(&ana, "third").await.expect(201);
    assert!(again.is_replayed());
    assert_eq!(again.body["account"]["account_id"], third["account_id"]);
    open(&bob, "second").await.expect(201);
    // What is closed makes room for one.
    let path = format!("/v1/accounts/{}", second["account_id"].as_str().unwrap());
    send(&exchange, Some(&ana), Method::DELETE, &path, Value::Null).await.expect(200);
    open(&ana, "fifth").await.expect(201);
    open(&ana, "sixth").await.problem(409, "person_accounts_full");
    // An operator may open more, of their own and for others.
    let me = get(&exchange, &ana, "/v1/auth/me").await.expect(200).body["user_id"].clone();
    exchange.post("/v1/accounts", json!({"currency": "USD", "owner": me})).await.expect(201);
    for _ in 0..4 {
        exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    }
}

#[tokio::test]
async fn many_openings_at_once_are_no_more_than_one_may_have() {
    let exchange = Exchange::new(Config { accounts_per_person_max: 3, ..config() });
    register(&exchange, "ana").await;
    let ana = log_in(&exchange, "ana").await;
    let open = |_| {
        let body = json!({"currency": "USD"});
        send(&exchange, Some(&ana), Method::POST, "/v1/accounts", body)
    };
    for _ in 0..4 {
        let replies = futures_util::future::join_all((0..8).map(open)).await;
        for reply in replies {
            assert!([201, 409, 429].contains(&reply.status.as_u16()), "{:#}", reply.body);
        }
    }
    let accounts = get(&exchange, &ana, "/v1/accounts").await.expect(200).body;
    assert_eq!(accounts["accounts"].as_array().unwrap().len(), 3);
}
