//! What is kept up beside requests: uses, expired logins, idle guests, and people who leave.

mod support;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use axum::http::{Method, Request};
use gateway::Config;
use identity::{Departure, HashCost, Leaving, OPERATOR};
use serde_json::{Value, json};
use support::{Exchange, PATIENCE, Reply, limit, petr4};
use tokio::sync::{Notify, oneshot};
use types::{PrincipalId, Timestamp};

const PASSWORD: &str = "correct horse";
const HOUR_NS: u64 = 3_600 * 1_000_000_000;
/// Rounds of what happens at one time: enough that each of two orders is seen.
const RACES: usize = 40;
/// More than fit into a removal, fewer than the venue has room for.
const OPENINGS_MAX: usize = 20;

/// Somebody with a login.
struct Somebody {
    user: PrincipalId,
    account: String,
    token: String,
}

fn config() -> Config {
    // The least that argon2 takes: what is tested is not its cost.
    Config { hash_cost: HashCost { memory_kib: 8, passes: 1 }, ..Config::default() }
}

async fn trading(config: Config) -> Arc<Exchange> {
    let exchange = Exchange::new(config);
    exchange.post("/v1/instruments", petr4()).await.expect(201);
    let phase = json!({"phase": "continuous"});
    exchange.put("/v1/instruments/PETR4/phase", phase).await.expect(200);
    Arc::new(exchange)
}

/// The time of requests, so many hours from now.
fn hours_on(hours: u64) -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(u64::try_from(now.as_nanos()).unwrap() + hours * HOUR_NS)
}

async fn as_nobody(exchange: &Exchange, path: &str, body: Value) -> Reply {
    let request = Request::post(path).header("content-type", "application/json");
    exchange.send_as_it_is(request.body(Body::from(body.to_string())).unwrap()).await
}

fn somebody(login: &Value, account: &Value) -> Somebody {
    Somebody {
        user: PrincipalId(login["user_id"].as_str().unwrap().parse().unwrap()),
        account: account["account_id"].as_str().unwrap().to_owned(),
        token: login["token"].as_str().unwrap().to_owned(),
    }
}

async fn guest(exchange: &Exchange) -> Somebody {
    let guest = as_nobody(exchange, "/v1/auth/guest", json!({})).await.expect(201).body;
    somebody(&guest, &guest)
}

async fn registered(exchange: &Exchange, name: &str) -> Somebody {
    let body = json!({"name": name, "password": PASSWORD});
    let new = as_nobody(exchange, "/v1/auth/register", body.clone()).await.expect(201).body;
    let login = as_nobody(exchange, "/v1/auth/login", body).await.expect(200).body;
    somebody(&login, &new)
}

impl Somebody {
    async fn send(&self, exchange: &Exchange, method: Method, path: &str, body: Value) -> Reply {
        let shown = format!("Bearer {}", self.token);
        let body = (!body.is_null()).then_some(body);
        exchange.send(method, path, &[("authorization", &shown)], body).await
    }

    async fn me(&self, exchange: &Exchange) -> Reply {
        self.send(exchange, Method::GET, "/v1/auth/me", Value::Null).await
    }

    async fn seen_account(&self, exchange: &Exchange) -> Value {
        let path = format!("/v1/accounts/{}", self.account);
        exchange.get(&path).await.expect(200).body["account"].clone()
    }
}

#[tokio::test]
async fn an_idle_guest_is_removed_and_what_they_had_is_closed_or_suspended() {
    let exchange = trading(Config { starting_balance_units: Some(100), ..config() }).await;
    let (flat, holds, comes_back) =
        (guest(&exchange).await, guest(&exchange).await, guest(&exchange).await);
    let ana = registered(&exchange, "ana").await;
    for who in [&flat, &holds] {
        let path = format!("/v1/accounts/{}/orders", who.account);
        let order = limit("buy", 1, "9.00");
        who.send(&exchange, Method::POST, &path, order).await.expect(201);
    }
    let issue = json!({"instrument": "PETR4", "qty": "7"});
    exchange.post(&format!("/v1/accounts/{}/issues", holds.account), issue).await.expect(200);

    exchange.gateway.keep_house(hours_on(23)).await;
    assert_eq!(flat.seen_account(&exchange).await["open_orders"], 1, "not yet");
    exchange.identity.write_uses(hours_on(20), &[comes_back.user]).unwrap();
    exchange.gateway.keep_house(hours_on(25)).await;

    for gone in [&flat, &holds] {
        gone.me(&exchange).await.problem(401, "unauthenticated");
        assert_eq!(exchange.identity.person(gone.user).unwrap(), None);
    }
    let told = |account: &Value| {
        let positions = &account["positions"][0]["total"];
        json!([account["status"], account["cash"]["total"], account["open_orders"], positions])
    };
    let seen = flat.seen_account(&exchange).await;
    assert_eq!(told(&seen), json!(["closed", "0.00", 0, null]));
    let seen = holds.seen_account(&exchange).await;
    assert_eq!(told(&seen), json!(["suspended", "0.00", 0, "7"]));
    let seen = comes_back.seen_account(&exchange).await;
    assert_eq!(told(&seen), json!(["active", "100.00", 0, null]));
    for stays in [&comes_back, &ana] {
        stays.me(&exchange).await.expect(200);
    }
    let trail = exchange.identity.audit(0, 99).unwrap();
    let removed: Vec<_> = trail.iter().filter(|row| row.action == "removed").collect();
    assert_eq!(removed[0].detail, "idle guest; accounts closed: 1, suspended: 0");
    assert_eq!(removed[1].detail, "idle guest; accounts closed: 0, suspended: 1");
    assert_eq!((removed[1].actor, removed[1].subject), (Some(OPERATOR), Some(holds.user)));
}

#[tokio::test]
async fn uses_and_expired_logins_are_written_by_the_house_and_not_by_requests() {
    let exchange = trading(config()).await;
    let ana = registered(&exchange, "ana").await;
    let before = exchange.identity.seen_at(ana.user).unwrap().unwrap();
    ana.me(&exchange).await.expect(200);
    assert_eq!(exchange.identity.seen_at(ana.user).unwrap(), Some(before));
    exchange.gateway.keep_house(hours_on(0)).await;
    assert!(exchange.identity.seen_at(ana.user).unwrap() > Some(before));
    let keys = exchange.get("/v1/keys").await.expect(200).body;
    assert!(keys["keys"][0]["used_at"].is_string(), "the operator's key has opened the market");
    ana.me(&exchange).await.expect(200);
    exchange.gateway.keep_house(hours_on(15 * 24)).await;
    ana.me(&exchange).await.problem(401, "unauthenticated");
}

/// Whoever is asked for a body has been let in already; then they are removed.
#[tokio::test]
async fn a_request_that_was_let_in_opens_no_account_for_who_is_gone() {
    let exchange = trading(config()).await;
    let ana = registered(&exchange, "ana").await;
    let (let_in, asked) = oneshot::channel();
    let go_on = Arc::new(Notify::new());
    let waits = Arc::clone(&go_on);
    let late = futures_util::stream::once(async move {
        let_in.send(()).unwrap();
        waits.notified().await;
        Ok::<Bytes, std::io::Error>(Bytes::from_static(b"{\"currency\":\"USD\"}"))
    });
    let request = Request::post("/v1/accounts")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", ana.token))
        .body(Body::from_stream(late))
        .unwrap();
    let opening = {
        let exchange = Arc::clone(&exchange);
        tokio::spawn(async move { exchange.send_as_it_is(request).await })
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap().unwrap();
    let path = format!("/v1/admin/users/{}", ana.user.0);
    exchange.delete(&path).await.expect(200);
    go_on.notify_one();
    opening.await.unwrap().problem(401, "unauthenticated");
    let path = format!("/v1/admin/accounts?owner={}&status=active", ana.user.0);
    assert_eq!(exchange.get(&path).await.expect(200).body["accounts"], json!([]));
    // Nor does an operator open one in their name.
    let body = json!({"currency": "USD", "owner": ana.user.0.to_string()});
    let refused = exchange.post("/v1/accounts", body).await;
    refused.problem(422, "invalid_field").field("owner", ana.user.0.to_string());
}

/// While somebody is removed, money arrives or another account is opened: they are gone and have
/// nothing, or they are as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_removal_is_whole_or_not_at_all_whatever_happens_meanwhile() {
    let exchange = trading(config()).await;
    let mut gone = 0;
    for round in 0..RACES {
        let ana = registered(&exchange, &format!("ana-{round}")).await;
        let user = format!("/v1/admin/users/{}", ana.user.0);
        let deposits = format!("/v1/accounts/{}/deposits", ana.account);
        let (removed, paid, opened) = tokio::join!(
            exchange.delete(&user),
            exchange.post(&deposits, json!({"amount": "5.00"})),
            ana.send(&exchange, Method::POST, "/v1/accounts", json!({"currency": "USD"})),
        );
        let path = format!("/v1/admin/accounts?owner={}", ana.user.0);
        let accounts = exchange.get(&path).await.expect(200).body["accounts"].clone();
        let accounts = accounts.as_array().unwrap();
        if removed.status == 200 {
            gone += 1;
            assert_eq!(exchange.identity.person(ana.user).unwrap(), None);
            let is_closed = |account: &Value| account["status"] == "closed";
            assert!(accounts.iter().all(is_closed), "{accounts:?}");
            paid.problem(409, "account_closed");
        } else {
            removed.problem(409, "accounts_not_flat");
            ana.me(&exchange).await.expect(200);
            paid.expect(200);
            assert_eq!(ana.seen_account(&exchange).await["cash"]["free"], "5.00");
        }
        assert!(matches!(opened.status.as_u16(), 201 | 401), "{opened:?}");
    }
    println!("{gone} of {RACES} were removed");
}

/// Whoever opens one account after the other while they are removed has none that is open then.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_removal_waits_for_the_openings_that_have_begun() {
    let exchange = trading(config()).await;
    for round in 0..RACES {
        let ana = registered(&exchange, &format!("ana-{round}")).await;
        let user = ana.user.0;
        let opens = {
            let exchange = Arc::clone(&exchange);
            tokio::spawn(async move {
                let body = json!({"currency": "USD"});
                let open = || ana.send(&exchange, Method::POST, "/v1/accounts", body.clone());
                for _ in 0..OPENINGS_MAX {
                    if open().await.status != 201 {
                        return;
                    }
                }
            })
        };
        exchange.delete(&format!("/v1/admin/users/{user}")).await.expect(200);
        opens.await.unwrap();
        let path = format!("/v1/admin/accounts?owner={user}&status=active");
        assert_eq!(exchange.get(&path).await.expect(200).body["accounts"], json!([]));
    }
}

/// Whoever removes somebody as they come waits until their account is there, and for a guest the
/// login: nobody who comes is turned away for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_removed_before_they_are_in() {
    let exchange = trading(config()).await;
    let first = registered(&exchange, "first").await.user.0;
    for round in 0..RACES {
        let user = first + 1 + round as u64;
        let remover = {
            let exchange = Arc::clone(&exchange);
            tokio::spawn(async move {
                let path = format!("/v1/admin/users/{user}");
                while exchange.delete(&path).await.status == 404 {}
            })
        };
        let (path, body) = if round % 2 == 0 {
            let body = json!({"name": format!("ana-{round}"), "password": PASSWORD});
            ("/v1/auth/register", body)
        } else {
            ("/v1/auth/guest", json!({}))
        };
        let came = as_nobody(&exchange, path, body).await.expect(201);
        assert_eq!(came.body["user_id"], user.to_string());
        remover.await.unwrap();
        assert_eq!(exchange.identity.person(PrincipalId(user)).unwrap(), None);
    }
}

#[tokio::test]
async fn whoever_was_leaving_when_the_venue_stopped_goes_or_stays_at_the_start() {
    let exchange = trading(config()).await;
    let (ana, bob) = (registered(&exchange, "ana").await, registered(&exchange, "bob").await);
    let guest = guest(&exchange).await;
    for (who, leaving) in [(&ana, Leaving::Asked), (&bob, Leaving::Asked), (&guest, Leaving::Idle)]
    {
        let departure = Departure { user: who.user, actor: OPERATOR, leaving };
        assert!(exchange.identity.begin_departure(hours_on(0), departure).unwrap());
        let deposits = format!("/v1/accounts/{}/deposits", who.account);
        if who.user != ana.user {
            exchange.post(&deposits, json!({"amount": "5.00"})).await.expect(200);
        }
        who.me(&exchange).await.problem(401, "unauthenticated");
    }
    exchange.gateway.finish_departures().await;
    assert_eq!(exchange.identity.departures().unwrap(), []);
    for gone in [&ana, &guest] {
        assert_eq!(gone.seen_account(&exchange).await["status"], "closed");
        assert_eq!(exchange.identity.person(gone.user).unwrap(), None);
    }
    bob.me(&exchange).await.expect(200);
    assert_eq!(bob.seen_account(&exchange).await["cash"]["free"], "5.00");
}

#[tokio::test]
async fn a_reset_token_that_is_none_costs_no_hash() {
    // So many passes that nobody waits for them.
    let hash_cost = HashCost { memory_kib: 64 << 10, passes: 1_000_000 };
    let exchange = Exchange::new(Config { hash_cost, ..Config::default() });
    let body = json!({"token": "rialto_reset_00", "new_password": "battery staple"});
    let asked = as_nobody(&exchange, "/v1/auth/password-reset", body);
    let refused = tokio::time::timeout(Duration::from_secs(10), asked).await.expect("at once");
    refused.problem(404, "unknown_reset");
}
