//! Who may do what, tried on every route of the API's own description: without a key nothing,
//! without the scope not this, and of others' things nothing is known.

mod support;

use axum::body::Body;
use axum::http::{Request, header};
use gateway::Config;
use identity::{HashCost, OPERATOR, Scope, Scopes, Secret, SecretKind};
use serde_json::{Value, json};
use support::{Exchange, Reply, give_key, limit, petr4};
use types::Symbol;

const PASSWORD: &str = "correct horse";
/// It is an upgrade, which these requests are not; its own tests show no key and others' accounts.
const SOCKET: &str = "stream_open_socket";

/// A route of the description.
struct Operation {
    id: String,
    method: String,
    path: String,
    /// What a key must be good for, all of it.
    scopes: Vec<Scope>,
    is_secured: bool,
    body: Option<Value>,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(gateway::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let needs = operation["security"].as_array().unwrap();
            let scopes = needs.first().and_then(|needs| needs["key"].as_array());
            let scope = |name: &Value| Scope::from_name(name.as_str()?);
            let scopes = scopes.into_iter().flatten();
            let content = &operation["requestBody"]["content"]["application/json"];
            let has_body = operation.get("requestBody").is_some();
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                scopes: scopes.map(|name| scope(name).expect("a scope")).collect(),
                is_secured: !needs.is_empty(),
                body: has_body.then(|| content.get("example").cloned().unwrap_or(json!({}))),
            });
        }
    }
    assert!(operations.len() > 60, "the description is there");
    operations.retain(|operation| operation.id != SOCKET);
    operations
}

impl Operation {
    /// Asks with these values for what the path names.
    async fn send(&self, exchange: &Exchange, token: Option<&str>, ids: &Ids) -> Reply {
        let mut path = self.path.clone();
        for (name, value) in ids {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        assert!(!path.contains('{'), "{path} names something new: try another's here too");
        let mut request = Request::builder().method(self.method.as_str()).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match &self.body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        exchange.send_as_it_is(request.body(body).unwrap()).await
    }
}

/// What paths name, and which.
type Ids = Vec<(&'static str, String)>;

fn ids(account: &str, of: &str, client: &str) -> Ids {
    let values = [account, of, client, of, client, of, of, of, "PETR4"].map(str::to_owned);
    let names = [
        "account",
        "order",
        "client_order_id",
        "payment",
        "client_request_id",
        "key",
        "login",
        "user",
        "symbol",
    ];
    names.into_iter().zip(values).collect()
}

/// A market, and two people who have an account, an order, a payment, a login and a key each.
struct World {
    exchange: Exchange,
    ana: Person,
    bob: Person,
}

struct Person {
    token: String,
    ids: Ids,
}

impl World {
    async fn new() -> World {
        let hash_cost = HashCost { memory_kib: 8, passes: 1 };
        let config = Config { hash_cost, starting_balance_units: Some(100), ..Config::default() };
        let exchange = Exchange::new(config).remembering();
        exchange.post("/v1/instruments", petr4()).await.expect(201);
        let phase = json!({"phase": "continuous"});
        exchange.put("/v1/instruments/PETR4/phase", phase).await.expect(200);
        let ana = Person::new(&exchange, "ana").await;
        let bob = Person::new(&exchange, "bob").await;
        World { exchange, ana, bob }
    }
}

impl Person {
    async fn new(exchange: &Exchange, name: &str) -> Person {
        let body = json!({"name": name, "password": PASSWORD});
        let new = exchange.post("/v1/auth/register", body.clone()).await.expect(201).body;
        let login = exchange.post("/v1/auth/login", body).await.expect(200).body;
        let text = |value: &Value| value.as_str().expect("an id is a string").to_owned();
        let token = text(&login["token"]);
        let authorization = format!("Bearer {token}");
        let own = [("authorization", authorization.as_str())];
        let post = |path: String, body| async move {
            exchange.send(axum::http::Method::POST, &path, &own, Some(body)).await.expect(201).body
        };
        let account = text(&new["account_id"]);
        let mut order = limit("buy", 1, "2.00");
        order["client_order_id"] = json!(format!("{name}s"));
        let order = post(format!("/v1/accounts/{account}/orders"), order).await;
        let payment = json!({"amount": "1.00", "client_request_id": format!("{name}-pays")});
        let path = format!("/v1/accounts/{account}/deposits");
        let method = axum::http::Method::POST;
        exchange.send(method, &path, &own, Some(payment)).await.expect(200);
        let key = json!({"label": name, "scopes": ["read"]});
        let key = post("/v1/keys".to_owned(), key).await;
        let get = |path: String| async move {
            exchange.send(axum::http::Method::GET, &path, &own, None).await.expect(200).body
        };
        let payments = get(format!("/v1/accounts/{account}/payments")).await;
        let logins = get("/v1/auth/logins".to_owned()).await;
        let ids = vec![
            ("account", account),
            ("order", text(&order["order_id"])),
            ("client_order_id", format!("{name}s")),
            ("payment", text(&payments["payments"][0]["payment_id"])),
            ("client_request_id", format!("{name}-pays")),
            ("key", text(&key["key_id"])),
            ("login", text(&logins["logins"][0]["login_id"])),
            ("user", text(&new["user_id"])),
            ("symbol", "PETR4".to_owned()),
        ];
        Person { token, ids }
    }
}

#[tokio::test]
async fn without_a_key_every_route_says_who_asks() {
    let World { exchange, bob, .. } = World::new().await;
    let unknown = Secret::new(SecretKind::Key, [9; 32]);
    for operation in operations().iter().filter(|operation| operation.is_secured) {
        for shown in [None, Some(unknown.text())] {
            let reply = operation.send(&exchange, shown, &bob.ids).await;
            let reply = reply.problem(401, "unauthenticated");
            assert_eq!(reply.headers["www-authenticate"], "Bearer", "{}", operation.id);
            let (value, told) = match shown {
                None => (Value::Null, "no key was sent"),
                Some(_) => (json!("…"), "this key is not known or was revoked"),
            };
            let reply = reply.field("Authorization", value);
            let detail = reply.body["detail"].as_str().unwrap();
            assert!(detail.starts_with(told), "{}: {detail}", operation.id);
        }
    }
}

#[tokio::test]
async fn a_key_without_the_scope_is_told_which_it_needs() {
    let World { exchange, bob, .. } = World::new().await;
    for (place, scope) in Scope::ALL.into_iter().enumerate() {
        let key = Secret::new(SecretKind::Key, [10 + place as u8; 32]);
        let others = Scope::ALL.into_iter().filter(|other| *other != scope).collect::<Scopes>();
        give_key(&exchange.identity, OPERATOR, others, &key);
        for operation in operations().iter().filter(|it| it.scopes.contains(&scope)) {
            let reply = operation.send(&exchange, Some(key.text()), &bob.ids).await;
            assert_eq!(reply.status, 403, "{}: {:#}", operation.id, reply.body);
            let reply = reply.problem(403, "missing_scope");
            let expected = format!("a key with the scope {}", scope.name());
            assert_eq!(reply.body["expected"], expected, "{}", operation.id);
            let has: Vec<&str> = others.iter().map(Scope::name).collect();
            reply.field("scopes", json!(has));
        }
    }
}

#[tokio::test]
async fn no_symbol_is_listed_that_means_something_in_a_path_or_a_list_of_channels() {
    let exchange = Exchange::trading().await;
    let before = exchange.get("/ready").await.body["seq"].clone();
    for symbol in ["", "*", "..", ".A", "-A", "A,B", "A/B", "A:B", "A%2FB", "a", "A B", "<b>"] {
        let mut listing = petr4();
        listing["symbol"] = symbol.into();
        let reply = exchange.post("/v1/instruments", listing).await;
        let reply = reply.problem(422, "invalid_field").field("symbol", symbol);
        assert_eq!(reply.body["expected"], Symbol::TO_LIST_EXPECTED);
    }
    assert_eq!(exchange.get("/ready").await.body["seq"], before, "none is on record");
    let mut listing = petr4();
    listing["symbol"] = "A.B_C-9".into();
    let listed = exchange.post("/v1/instruments", listing).await.expect(201);
    assert_eq!(listed.headers["location"], "/v1/instruments/A.B_C-9");
    exchange.get("/v1/instruments/A.B_C-9").await.expect(200);
}

/// What an answer says but for the ids that were asked about and how far the venue had come.
fn but_for(reply: &Reply, ids: &Ids) -> String {
    let mut body = reply.body.clone();
    let members = body.as_object_mut().expect("an object");
    members.retain(|name, _| !["seq", "event_seq"].contains(&name.as_str()));
    let mut text = format!("{} {body}", reply.status);
    for (_, value) in ids.iter().filter(|(name, _)| *name != "symbol") {
        let name = "ID";
        text = text.replace(&format!("\"{value}\""), name);
        for end in [',', '.'] {
            text = text.replace(&format!(" {value}{end}"), name);
        }
    }
    text
}

#[tokio::test]
async fn what_is_anothers_answers_as_what_never_was() {
    let World { exchange, ana, bob } = World::new().await;
    let own = ana.ids[0].1.clone();
    let never = ids("999", "99999", "nobodys");
    let mut tried = 0;
    for operation in operations().iter().filter(|it| it.path.contains('{')) {
        let is_market = operation.path.contains("{symbol}");
        // With another's account, and where something else is named too with one's own.
        let mut pairs = vec![(bob.ids.clone(), never.clone())];
        if operation.path.matches('{').count() > 1 {
            let with_own = |ids: &Ids| {
                let mut ids = ids.clone();
                ids[0].1 = own.clone();
                ids
            };
            pairs.push((with_own(&bob.ids), with_own(&never)));
        }
        for (real, made_up) in pairs.into_iter().filter(|_| !is_market) {
            let theirs = operation.send(&exchange, Some(&ana.token), &real).await;
            let none = operation.send(&exchange, Some(&ana.token), &made_up).await;
            let told = (but_for(&theirs, &real), but_for(&none, &made_up));
            assert_eq!(told.0, told.1, "{}", operation.id);
            assert!(theirs.status.is_client_error(), "{}: {told:?}", operation.id);
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried} routes name something");
    // Bob still has all of it.
    let path = format!("/v1/accounts/{}", bob.ids[0].1);
    let account = exchange.get(&path).await.expect(200).body;
    assert_eq!(account["account"]["cash"]["total"], "101.00");
    assert_eq!(account["account"]["cash"]["held"], "2.00");
    let authorization = format!("Bearer {}", bob.token);
    let shown = [("authorization", authorization.as_str())];
    let method = axum::http::Method::GET;
    exchange.send(method, "/v1/auth/me", &shown, None).await.expect(200);
}
