//! What an operator does: kill switches, people, accounts.

mod support;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use gateway::{Config, router};
use identity::{HashCost, Scopes, Secret, SecretKind};
use serde_json::{Value, json};
use support::sse::Stream;
use support::ws::Server;
use support::{Exchange, PATIENCE, Reply, authorization, give_key, limit, operator_key};
use tower::ServiceExt;

const KILL: &str = "/v1/admin/kill-switch";
const PASSWORD: &str = "correct horse";

fn config() -> Config {
    // The least that argon2 takes: what is tested is not its cost.
    Config { hash_cost: HashCost { memory_kib: 8, passes: 1 }, ..Config::default() }
}

async fn nobody_posts(exchange: &Exchange, path: &str, body: Value) -> Reply {
    let request = Request::post(path).header("content-type", "application/json");
    exchange.send_as_it_is(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn register(exchange: &Exchange, name: &str) -> (String, String) {
    let body = json!({"name": name, "password": PASSWORD});
    let body = nobody_posts(exchange, "/v1/auth/register", body).await.expect(201).body;
    let text = |field: &str| body[field].as_str().unwrap().to_owned();
    (text("user_id"), text("account_id"))
}

async fn log_in(exchange: &Exchange, name: &str, password: &str) -> Reply {
    nobody_posts(exchange, "/v1/auth/login", json!({"name": name, "password": password})).await
}

fn engaged(reply: &Reply) -> Value {
    let body = &reply.body;
    json!([body["all"], body["accounts"], body["instruments"]])
}

#[tokio::test]
async fn a_kill_switch_ends_what_it_covers_and_refuses_entry_until_it_is_released() {
    let exchange = Exchange::trading().await;
    let (on, off) = (json!({"engaged": true}), json!({"engaged": false}));
    for (scope, told) in [
        ("all", json!([true, [], []])),
        ("accounts/2", json!([false, ["2"], []])),
        ("instruments/PETR4", json!([false, [], ["PETR4"]])),
    ] {
        let order = exchange.place(2, "buy", 3, "9.99").await;
        let path = format!("{KILL}/{scope}");
        let reply = exchange.put(&path, on.clone()).await.expect(200);
        assert_eq!(engaged(&reply), told);
        assert_eq!(engaged(&exchange.get(KILL).await.expect(200)), told);
        let order = exchange.get(&format!("/v1/accounts/2/orders/{order}")).await.expect(200).body;
        assert_eq!(order["order"]["status"], "canceled");
        assert_eq!(order["order"]["cancel_reason"], "kill_switch");
        let placed = exchange.post("/v1/accounts/2/orders", limit("buy", 1, "9.99")).await;
        let refused = placed.problem(403, "kill_switch");
        assert!(refused.body["detail"].as_str().unwrap().starts_with("A kill switch is engaged"));
        let before = exchange.get(KILL).await.expect(200).body["event_seq"].clone();
        let again = exchange.put(&path, on.clone()).await.expect(200);
        assert_eq!((engaged(&again), &again.body["event_seq"]), (told, &before));
        let reply = exchange.put(&path, off.clone()).await.expect(200);
        assert_eq!(engaged(&reply), json!([false, [], []]));
        let order = exchange.place(2, "buy", 3, "9.99").await;
        exchange.delete(&format!("/v1/accounts/2/orders/{order}")).await.expect(200);
    }
    let unknown = exchange.put(&format!("{KILL}/accounts/99"), on.clone()).await;
    unknown.problem(404, "unknown_account");
    let unknown = exchange.put(&format!("{KILL}/instruments/NONE"), on.clone()).await;
    unknown.problem(404, "unknown_instrument");
    let named = json!({"engaged": true, "client_request_id": "stop"});
    exchange.put(&format!("{KILL}/all"), named.clone()).await.expect(200);
    assert!(exchange.put(&format!("{KILL}/all"), named).await.expect(200).is_replayed());
    let other = json!({"engaged": false, "client_request_id": "stop"});
    exchange.put(&format!("{KILL}/all"), other).await.problem(409, "request_conflict");
}

#[tokio::test]
async fn without_the_admin_api_there_is_nothing_and_everything_else_works() {
    let exchange = Exchange::new(Config { admin_api: false, ..config() });
    for (method, path) in [(Method::GET, KILL), (Method::DELETE, "/v1/admin/users/2")] {
        exchange.send(method, path, &[], None).await.problem(404, "unknown_path");
    }
    exchange.get("/v1/accounts").await.expect(200);
    let request = Request::get("/v1/admin/users").body(Body::empty()).unwrap();
    let answer = router(exchange.gateway.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND, "without a key too");
}

#[tokio::test]
async fn people_and_accounts_are_searched_page_by_page() {
    let exchange = Exchange::new(config());
    let mut ids = Vec::new();
    for name in ["ana", "anabel", "bob"] {
        ids.push(register(&exchange, name).await);
    }
    let first = exchange.get("/v1/admin/users?query=AN&limit=1").await.expect(200).body;
    assert_eq!((&first["users"][0]["name"], &first["users"][1]), (&json!("anabel"), &Value::Null));
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/v1/admin/users?query=AN&limit=1&cursor={cursor}");
    let second = exchange.get(&path).await.expect(200).body;
    assert_eq!(
        (&second["users"][0]["user_id"], &second["next_cursor"]),
        (&json!(ids[0].0), &Value::Null)
    );
    let wrong = exchange.get(&format!("/v1/admin/accounts?cursor={cursor}")).await;
    wrong.problem(422, "invalid_field").field("cursor", cursor);
    let long = "x".repeat(65);
    exchange.get(&format!("/v1/admin/users?query={long}")).await.problem(422, "invalid_field");

    let path = format!("/v1/accounts/{}/status", ids[2].1);
    exchange.put(&path, json!({"suspended": true})).await.expect(200);
    let owned = format!("/v1/admin/accounts?owner={}", ids[2].0);
    for (path, account) in
        [(owned.as_str(), &ids[2].1), ("/v1/admin/accounts?status=suspended", &ids[2].1)]
    {
        let found = exchange.get(path).await.expect(200).body;
        let found = found["accounts"].as_array().unwrap();
        assert_eq!((found.len(), &found[0]["account_id"]), (1, &json!(account)), "{path}");
    }
    let wrong = exchange.get("/v1/admin/accounts?status=gone").await;
    wrong.problem(422, "invalid_field").field("status", "gone");
}

#[tokio::test]
async fn streams_and_sockets_are_listed_with_their_users_until_they_close() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let listed = async || {
        let body = exchange.get("/v1/admin/connections").await.expect(200).body;
        let rows = body["connections"].as_array().unwrap().iter();
        rows.map(|row| json!([row["kind"], row["user_id"]])).collect::<Vec<Value>>()
    };
    let mut stream = Stream::open(&exchange.app, "channels=depth:PETR4", None).await;
    stream.cut().await;
    let mut socket = server.connect_with(None).await;
    let both = async {
        while listed().await.len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, both).await.expect("the socket is listed");
    assert_eq!(listed().await, [json!(["stream", "1"]), json!(["socket", null])]);
    socket.ask("a", json!({"op": "auth", "key": operator_key().text()})).await;
    assert_eq!(listed().await[1], json!(["socket", "1"]));
    drop(stream);
    assert_eq!(listed().await, [json!(["socket", "1"])]);
    drop(socket);
    server.stop().await;
    assert_eq!(exchange.get("/v1/admin/connections").await.body["connections"], json!([]));
}

#[tokio::test]
async fn a_reset_token_sets_a_password_once() {
    let exchange = Exchange::new(config());
    let (user, _) = register(&exchange, "ana").await;
    let old = log_in(&exchange, "ana", PASSWORD).await.expect(200).body;
    let path = format!("/v1/admin/users/{user}/password-reset");
    let made = exchange.send(Method::POST, &path, &[], None).await.expect(200).body;
    let path = "/v1/auth/password-reset";
    let short = json!({"token": made["token"], "new_password": "short"});
    nobody_posts(&exchange, path, short).await.problem(422, "invalid_field");
    let body = json!({"token": made["token"], "new_password": "battery staple"});
    nobody_posts(&exchange, path, body.clone()).await.expect(200);
    let used = nobody_posts(&exchange, path, body).await.problem(404, "unknown_reset");
    assert!(!used.body.to_string().contains("rialto_reset_"), "a token is never told");
    log_in(&exchange, "ana", PASSWORD).await.problem(401, "wrong_password");
    log_in(&exchange, "ana", "battery staple").await.expect(200);
    let header = format!("Bearer {}", old["token"].as_str().unwrap());
    let me = exchange.send(Method::GET, "/v1/auth/me", &[("authorization", &header)], None).await;
    me.problem(401, "unauthenticated");
    let guest = nobody_posts(&exchange, "/v1/auth/guest", json!({})).await.expect(201).body;
    for user in ["1", guest["user_id"].as_str().unwrap()] {
        let path = format!("/v1/admin/users/{user}/password-reset");
        let refused = exchange.send(Method::POST, &path, &[], None).await;
        refused.problem(422, "invalid_field").field("user_id", user);
    }
}

#[tokio::test]
async fn whoever_is_granted_admin_runs_the_venue_until_it_is_taken_back() {
    let exchange = Exchange::new(config());
    let (user, _) = register(&exchange, "ana").await;
    let bearer = |body: &Value, name: &str| format!("Bearer {}", body[name].as_str().unwrap());
    let login = async || {
        let body = log_in(&exchange, "ana", PASSWORD).await.expect(200).body;
        bearer(&body, "token")
    };
    let ask = async |key: &str, method: Method, path: &str, body: Option<Value>| {
        exchange.send(method, path, &[("authorization", key)], body).await
    };
    let before = login().await;
    ask(&before, Method::GET, "/v1/admin/users", None).await.problem(403, "missing_scope");
    let path = format!("/v1/admin/users/{user}/grants");
    let granted = exchange.put(&path, json!({"grants": ["admin"]})).await.expect(200).body;
    assert_eq!(granted["user"]["grants"], json!(["admin"]));
    ask(&before, Method::GET, "/v1/auth/me", None).await.problem(401, "unauthenticated");

    let admin = login().await;
    ask(&admin, Method::GET, "/v1/admin/users", None).await.expect(200);
    let keys = ["admin", "trade"].map(|scope| json!({"label": scope, "scopes": [scope]}));
    let mut made = Vec::new();
    for key in keys {
        let body = ask(&admin, Method::POST, "/v1/keys", Some(key)).await.expect(201).body;
        made.push(bearer(&body, "secret"));
    }
    let taken = exchange.put(&path, json!({"grants": []})).await.expect(200).body;
    assert_eq!(taken["user"]["grants"], json!([]));
    ask(&made[0], Method::GET, "/v1/admin/users", None).await.problem(401, "unauthenticated");
    ask(&made[1], Method::GET, "/v1/admin/users", None).await.problem(403, "missing_scope");
    let after = login().await;
    ask(&after, Method::GET, "/v1/admin/users", None).await.problem(403, "missing_scope");

    let wrong = json!({"grants": ["trade"]});
    exchange.put(&path, wrong).await.problem(422, "invalid_field").field("grants", "trade");
    let guest = nobody_posts(&exchange, "/v1/auth/guest", json!({})).await.expect(201).body;
    for user in ["1", guest["user_id"].as_str().unwrap()] {
        let path = format!("/v1/admin/users/{user}/grants");
        let refused = exchange.put(&path, json!({"grants": ["admin"]})).await;
        refused.problem(422, "invalid_field").field("user_id", user);
    }
    let nobody = exchange.put("/v1/admin/users/99/grants", json!({"grants": []})).await;
    nobody.problem(404, "unknown_user");
}

#[tokio::test]
async fn somebody_is_removed_once_all_their_accounts_are_flat() {
    let exchange = Exchange::new(config());
    let (user, account) = register(&exchange, "ana").await;
    let money = json!({"amount": "5.00"});
    exchange.post(&format!("/v1/accounts/{account}/deposits"), money.clone()).await.expect(200);
    let path = format!("/v1/admin/users/{user}");
    let refused = exchange.delete(&path).await.problem(409, "accounts_not_flat");
    assert_eq!(refused.body["value"], json!(account));
    let login = log_in(&exchange, "ana", PASSWORD).await.expect(200).body;
    exchange.post(&format!("/v1/accounts/{account}/withdrawals"), money).await.expect(200);
    exchange.delete(&path).await.expect(200);
    exchange.delete(&path).await.problem(404, "unknown_user");
    log_in(&exchange, "ana", PASSWORD).await.problem(401, "wrong_password");
    let header = format!("Bearer {}", login["token"].as_str().unwrap());
    let me = exchange.send(Method::GET, "/v1/auth/me", &[("authorization", &header)], None).await;
    me.problem(401, "unauthenticated");
    let kept = exchange.get(&format!("/v1/accounts/{account}")).await.expect(200).body;
    assert_eq!(kept["account"]["status"], "closed");
    assert_eq!(exchange.identity.openings().unwrap(), []);
    exchange.delete("/v1/admin/users/1").await.problem(422, "invalid_field").field("user_id", "1");
}

#[tokio::test]
async fn one_may_remove_oneself_with_a_login_and_not_with_a_narrow_key() {
    let exchange = Exchange::new(config());
    let (user, _) = register(&exchange, "ana").await;
    let key = Secret::new(SecretKind::Key, [7; 32]);
    let owner = types::PrincipalId(user.parse().unwrap());
    give_key(&exchange.identity, owner, Scopes::PERSON, &key);
    let leave = |shown: &str| {
        let headers = [("authorization", shown.to_owned())];
        let exchange = &exchange;
        async move {
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            exchange.send(Method::DELETE, "/v1/auth/me", &headers, None).await
        }
    };
    let narrow = authorization(&key);
    leave(narrow.to_str().unwrap()).await.problem(403, "missing_scope");
    let login = log_in(&exchange, "ana", PASSWORD).await.expect(200).body;
    let login = format!("Bearer {}", login["token"].as_str().unwrap());
    leave(&login).await.expect(200);
    leave(&login).await.problem(401, "unauthenticated");
    let found = exchange.get("/v1/admin/users?query=ana").await.expect(200).body;
    assert_eq!(found["users"], json!([]));
}
