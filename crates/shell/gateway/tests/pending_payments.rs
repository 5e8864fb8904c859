//! Payments that wait for an operator: asked for by people, confirmed or failed by an operator.

mod support;

use axum::http::Method;
use gateway::Config;
use identity::{HashCost, OPERATOR, Scope, Scopes, Secret, SecretKind};
use serde_json::{Value, json};
use support::{Exchange, Reply, give_key};

const PENDING: &str = "/v1/admin/payments";

/// A venue without self-service, and two people who were given 100 each at the start.
struct World {
    exchange: Exchange,
    ana: Person,
    bob: Person,
}

struct Person {
    account: String,
    token: String,
}

impl World {
    async fn new() -> World {
        let config = Config {
            hash_cost: HashCost { memory_kib: 8, passes: 1 },
            starting_balance_units: Some(100),
            self_service_deposits: false,
            ..Config::default()
        };
        let exchange = Exchange::new(config);
        let ana = Person::new(&exchange, "ana").await;
        let bob = Person::new(&exchange, "bob").await;
        World { exchange, ana, bob }
    }

    /// What `who` asks for with the token of their login.
    async fn ask(&self, who: &Person, method: Method, path: &str, body: Option<Value>) -> Reply {
        let authorization = format!("Bearer {}", who.token);
        let shown = [("authorization", authorization.as_str())];
        self.exchange.send(method, path, &shown, body).await
    }

    /// Asks for a payment of `who`'s own; gives back the answer.
    async fn pay(&self, who: &Person, way: &str, body: Value) -> Reply {
        let path = format!("/v1/accounts/{}/{way}", who.account);
        self.ask(who, Method::POST, &path, Some(body)).await
    }

    /// An operator settles a payment.
    async fn settle(&self, payment: &str, how: &str, body: Value) -> Reply {
        self.exchange.post(&format!("{PENDING}/{payment}/{how}"), body).await
    }

    async fn cash(&self, who: &Person) -> Value {
        let path = format!("/v1/accounts/{}", who.account);
        self.exchange.get(&path).await.expect(200).body["account"]["cash"].take()
    }

    async fn pending(&self) -> Vec<Value> {
        let mut listed = self.exchange.get(PENDING).await.expect(200).body;
        serde_json::from_value(listed["payments"].take()).expect("a list")
    }
}

impl Person {
    async fn new(exchange: &Exchange, name: &str) -> Person {
        let body = json!({"name": name, "password": "correct horse"});
        let new = exchange.post("/v1/auth/register", body.clone()).await.expect(201).body;
        let login = exchange.post("/v1/auth/login", body).await.expect(200).body;
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        Person { account: text(&new["account_id"]), token: text(&login["token"]) }
    }
}

fn id(reply: &Reply) -> String {
    reply.body["payment"]["payment_id"].as_str().expect("a payment").to_owned()
}

fn cash(free: &str, held: &str, total: &str) -> Value {
    json!({"free": free, "held": held, "total": total})
}

#[tokio::test]
async fn a_deposit_waits_until_an_operator_confirms_it() {
    let world = World::new().await;
    let asked = json!({"amount": "5.00", "client_request_id": "salary"});
    let reply = world.pay(&world.ana, "deposits", asked.clone()).await.expect(202);
    assert_eq!(reply.body["payment"]["status"], "pending");
    assert_eq!(reply.body["account"]["cash"], cash("100.00", "0.00", "100.00"));
    let again = world.pay(&world.ana, "deposits", asked).await.expect(202);
    assert_eq!(
        (id(&again), &again.headers["idempotency-replayed"]),
        (id(&reply), &"true".parse().unwrap())
    );

    let waiting = world.pending().await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["account_id"], world.ana.account.as_str());
    assert_eq!(waiting[0]["payment_id"], id(&reply));
    assert_eq!(waiting[0]["client_request_id"], "salary");

    let confirmation = json!({"client_request_id": "ok-1"});
    let done = world.settle(&id(&reply), "confirm", confirmation.clone()).await.expect(200);
    assert_eq!(done.body["payment"]["status"], "booked");
    assert_eq!(done.body["payment"]["client_request_id"], "salary");
    assert_eq!(done.body["account"]["cash"], cash("105.00", "0.00", "105.00"));
    let replayed = world.settle(&id(&reply), "confirm", confirmation).await.expect(200);
    assert_eq!(replayed.headers["idempotency-replayed"], "true");
    for how in ["confirm", "fail"] {
        let late = world.settle(&id(&reply), how, json!({})).await;
        late.problem(409, "payment_not_pending").field("payment_id", id(&reply));
    }
    assert!(world.pending().await.is_empty());
    assert_eq!(world.cash(&world.ana).await, cash("105.00", "0.00", "105.00"));
    assert_eq!(world.cash(&world.bob).await, cash("100.00", "0.00", "100.00"));
}

#[tokio::test]
async fn a_withdrawal_is_held_while_it_waits_and_free_again_when_it_fails() {
    let world = World::new().await;
    let first = world.pay(&world.bob, "withdrawals", json!({"amount": "60.00"})).await.expect(202);
    assert_eq!(first.body["account"]["cash"], cash("40.00", "60.00", "100.00"));
    let more = world.pay(&world.bob, "withdrawals", json!({"amount": "40.01"})).await;
    more.problem(422, "insufficient_funds");
    let second = world.pay(&world.bob, "withdrawals", json!({"amount": "40.00"})).await.expect(202);

    let reason = json!({"reason": "no-such-bank"});
    let failed = world.settle(&id(&first), "fail", reason).await.expect(200);
    assert_eq!(failed.body["payment"]["status"], "failed");
    assert_eq!(failed.body["payment"]["reason"], "no-such-bank");
    assert_eq!(failed.body["account"]["cash"], cash("60.00", "40.00", "100.00"));
    world.settle(&id(&second), "confirm", json!({})).await.expect(200);
    assert_eq!(world.cash(&world.bob).await, cash("60.00", "0.00", "60.00"));

    let path = format!("/v1/accounts/{}/payments", world.bob.account);
    let listed = world.ask(&world.bob, Method::GET, &path, None).await.expect(200).body;
    let told = |row: &Value| (row["kind"].clone(), row["status"].clone());
    let told: Vec<_> = listed["payments"].as_array().unwrap().iter().map(told).collect();
    let expected = [("withdrawal", "booked"), ("withdrawal", "failed"), ("deposit", "booked")];
    assert_eq!(told, expected.map(|(kind, status)| (json!(kind), json!(status))));
}

#[tokio::test]
async fn nobody_settles_a_payment_without_an_operators_key() {
    let world = World::new().await;
    let reply = world.pay(&world.ana, "deposits", json!({"amount": "5.00"})).await.expect(202);
    let path = format!("{PENDING}/{}/confirm", id(&reply));
    for who in [&world.ana, &world.bob] {
        let refused = world.ask(who, Method::POST, &path, Some(json!({}))).await;
        refused.problem(403, "missing_scope");
        world.ask(who, Method::GET, PENDING, None).await.problem(403, "missing_scope");
    }
    let key = Secret::new(SecretKind::Key, [77; 32]);
    let admin_alone = [Scope::Read, Scope::Trade, Scope::Admin].into_iter().collect::<Scopes>();
    give_key(&world.exchange.identity, OPERATOR, admin_alone, &key);
    let authorization = format!("Bearer {}", key.text());
    let shown = [("authorization", authorization.as_str())];
    let refused = world.exchange.send(Method::POST, &path, &shown, Some(json!({}))).await;
    refused.problem(403, "missing_scope");
    assert_eq!(world.pending().await.len(), 1);
}

#[tokio::test]
async fn an_operators_own_payments_need_no_operator() {
    let world = World::new().await;
    let path = format!("/v1/accounts/{}/deposits", world.ana.account);
    let reply = world.exchange.post(&path, json!({"amount": "7.00"})).await.expect(200);
    assert_eq!(reply.body["payment"]["status"], "booked");
    assert_eq!(world.cash(&world.ana).await, cash("107.00", "0.00", "107.00"));
}

#[tokio::test]
async fn so_many_payments_of_one_account_wait_and_no_more_and_it_cannot_close() {
    let world = World::new().await;
    let deposit = json!({"amount": "1.00"});
    for _ in 0..32 {
        world.pay(&world.ana, "deposits", deposit.clone()).await.expect(202);
    }
    let more = world.pay(&world.ana, "deposits", deposit.clone()).await;
    more.problem(409, "account_payments_full");
    world.pay(&world.bob, "deposits", deposit).await.expect(202);

    // The list of all accounts is paged.
    let (mut query, mut found) = ("limit=20".to_owned(), Vec::new());
    loop {
        let page = world.exchange.get(&format!("{PENDING}?{query}")).await.expect(200).body;
        found.extend(page["payments"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=20&cursor={cursor}");
    }
    assert_eq!(found.len(), 33);
    assert_eq!(found[0]["account_id"], world.bob.account.as_str());

    let path = format!("/v1/accounts/{}/withdrawals", world.bob.account);
    world.exchange.post(&path, json!({"amount": "100.00"})).await.expect(200);
    let path = format!("/v1/accounts/{}", world.bob.account);
    let refused = world.ask(&world.bob, Method::DELETE, &path, None).await;
    refused.problem(409, "account_has_payments");
    world.settle(found[0]["payment_id"].as_str().unwrap(), "fail", json!({})).await.expect(200);
    world.ask(&world.bob, Method::DELETE, &path, None).await.expect(200);
}

#[tokio::test]
async fn a_hundred_requests_of_one_name_at_once_are_one_payment_that_waits() {
    let world = World::new().await;
    let body = json!({"amount": "1.00", "client_request_id": "once"});
    let all = (0..100).map(|_| world.pay(&world.ana, "withdrawals", body.clone()));
    let replies = futures_util::future::join_all(all).await;
    let first = id(&replies[0]);
    for reply in replies {
        assert_eq!(id(&reply.expect(202)), first);
    }
    assert_eq!(world.pending().await.len(), 1);
    assert_eq!(world.cash(&world.ana).await, cash("99.00", "1.00", "100.00"));
}

#[tokio::test]
async fn a_suspended_account_asks_for_nothing_to_go_and_what_waits_can_only_fail() {
    let world = World::new().await;
    let reply = world.pay(&world.ana, "withdrawals", json!({"amount": "9.00"})).await.expect(202);
    let path = format!("/v1/accounts/{}/status", world.ana.account);
    world.exchange.put(&path, json!({"suspended": true})).await.expect(200);
    let more = world.pay(&world.ana, "withdrawals", json!({"amount": "1.00"})).await;
    more.problem(403, "account_suspended");
    world.settle(&id(&reply), "confirm", json!({})).await.problem(403, "account_suspended");
    world.settle(&id(&reply), "fail", json!({})).await.expect(200);
    assert_eq!(world.cash(&world.ana).await, cash("100.00", "0.00", "100.00"));
}
