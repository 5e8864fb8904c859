//! A venue behind a router, without socket, journal or clock unless a test asks for them; one
//! module for all test binaries.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod client;
pub mod described;
pub mod history;
pub mod journaled;
pub mod operations;
pub mod pump;
pub mod sse;
pub mod ws;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use bus::{Durable, Publisher, Reader, Requests, Waited, publishing, requests};
use gateway::{Config, Gateway, router};
use http_body_util::BodyExt;
use identity::{Identity, Label, NewKey, OPERATOR, Scopes, Secret, SecretKind};
use serde_json::{Value, json};
use tower::ServiceExt;
use types::{Currency, Date, PrincipalId, Timestamp};
use venue::{CurrencyRule, Events, Foreseen, Genesis, Limits, Venue};
use view::Views;

/// No answer takes longer, unless it never comes.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Engine time before the first command; each command is one millisecond later.
pub const START: Timestamp = Timestamp(1_700_000_000_000_000_000);
const COMMAND_NS: u64 = 1_000_000;
const BATCH_MAX: usize = 64;
const EVENTS_MAX: usize = 1 << 14;

pub fn genesis() -> Genesis {
    let currency = |code, decimals| CurrencyRule { code: Currency::new(code).unwrap(), decimals };
    Genesis {
        venue: 7,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits { accounts_max: 1_000, instruments_max: 8, ..Limits::default() },
        currencies: vec![currency("USD", 2), currency("JPY", 0)],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}

/// The operator's key, which every request is sent with unless it brings its own.
pub fn operator_key() -> Secret {
    Secret::new(SecretKind::Key, [1; 32])
}

/// A store that knows the operator's key.
pub fn identity() -> Arc<Identity> {
    let identity = Identity::in_memory(START).unwrap();
    give_key(&identity, OPERATOR, Scopes::ALL, &operator_key());
    Arc::new(identity)
}

/// Lets `secret` open what `scopes` allow `owner`.
pub fn give_key(identity: &Identity, owner: PrincipalId, scopes: Scopes, secret: &Secret) {
    let key = NewKey { owner, scopes, label: Label::new("test").unwrap() };
    identity.create_key(START, OPERATOR, &key, secret).unwrap();
}

/// A venue, its engine thread, and the routes over it.
pub struct Exchange {
    pub app: Router,
    pub gateway: Gateway,
    pub identity: Arc<Identity>,
    engine: Option<JoinHandle<()>>,
    reader: Reader,
    /// Where its history is, if it keeps one.
    history: Option<tempfile::TempDir>,
}

/// What a request came to.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Exchange {
    /// An empty venue.
    pub fn new(config: Config) -> Exchange {
        Exchange::ending_after(u64::MAX, config)
    }

    /// An empty venue whose engine ends after so many commands.
    pub fn ending_after(commands_max: u64, config: Config) -> Exchange {
        let (submitter, waiting) = requests(bus::QUEUE_MAX);
        let views = Views::new(&genesis());
        let (publisher, reader) = publishing(views, Durable::default());
        let engine = std::thread::spawn(move || run(commands_max, waiting, publisher));
        let identity = identity();
        let (known, seen) = (Arc::clone(&identity), reader.clone());
        let gateway = Gateway::new(submitter, seen, &genesis(), known, config);
        let app = router(gateway.clone());
        Exchange { app, gateway, identity, engine: Some(engine), reader, history: None }
    }

    /// PETR4 trades in USD with ticks of 0.01 and lots of 1; Alice (1) has cash and shares, and
    /// Bob (2) has cash.
    pub async fn trading() -> Exchange {
        let exchange = Exchange::new(Config::default());
        exchange.open_market().await;
        exchange
    }

    async fn open_market(&self) {
        self.post("/v1/instruments", petr4()).await.expect(201);
        let phase = json!({"phase": "continuous"});
        self.put("/v1/instruments/PETR4/phase", phase).await.expect(200);
        for account in 1..=2 {
            self.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
            let path = format!("/v1/accounts/{account}/deposits");
            self.post(&path, json!({"amount": "100000.00"})).await.expect(200);
        }
        let issue = json!({"instrument": "PETR4", "qty": "1000"});
        self.post("/v1/accounts/1/issues", issue).await.expect(200);
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, &[], Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, &[], Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// Places a limit order of PETR4 and returns its id.
    pub async fn place(&self, account: u32, side: &str, qty: u32, price: &str) -> String {
        let path = format!("/v1/accounts/{account}/orders");
        let reply = self.post(&path, limit(side, qty, price)).await.expect(201);
        reply.body["order_id"].as_str().expect("an id is a string").to_owned()
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send_raw(request.body(body).unwrap()).await
    }

    /// Sends a request with the operator's key, unless it shows something else.
    pub async fn send_raw(&self, mut request: Request<Body>) -> Reply {
        let headers = request.headers_mut();
        if !headers.contains_key(header::AUTHORIZATION) && !headers.contains_key(header::COOKIE) {
            headers.insert(header::AUTHORIZATION, authorization(&operator_key()));
        }
        self.send_as_it_is(request).await
    }

    /// Sends a request and nothing else: without a key it is nobody's.
    pub async fn send_as_it_is(&self, request: Request<Body>) -> Reply {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = self.app.clone().oneshot(request);
        let answer = tokio::time::timeout(PATIENCE, answer).await.expect("an answer comes");
        let (parts, body) = answer.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).expect("every answer is JSON");
        described::check(&method, &path, parts.status, &body);
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Fetches what is not JSON.
    pub async fn text(&self, path: &str) -> String {
        let key = authorization(&operator_key());
        let request = Request::get(path).header(header::AUTHORIZATION, key);
        let request = request.body(Body::empty()).unwrap();
        let answer = self.app.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until the engine has ended, for what happens without one.
    pub fn stop_engine(&mut self) {
        // The engine ends when the last submitter is gone, and the gateway holds it.
        let (submitter, dead) = requests(1);
        drop(dead);
        let (publisher, reader) = publishing(Views::new(&genesis()), Durable::default());
        drop(publisher);
        let identity = Arc::clone(&self.identity);
        self.gateway = Gateway::new(submitter, reader, &genesis(), identity, Config::default());
        self.app = router(self.gateway.clone());
        self.engine.take().expect("it ran").join().expect("the engine does not panic");
    }
}

impl Reply {
    /// Insists on a status, and shows the answer if it is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        let kind = self.headers[header::CONTENT_TYPE].to_str().unwrap();
        let is_problem = kind == "application/problem+json";
        assert_eq!(is_problem, status >= 400, "{kind}");
        self
    }

    /// Insists on a problem, whose document must be whole.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Reply {
        let reply = self.expect(status);
        assert_eq!(reply.body["code"], code, "{:#}", reply.body);
        assert_eq!(reply.body["status"], status);
        assert_eq!(reply.body["type"], format!("urn:rialto:problem:{code}"));
        assert!(!reply.body["title"].as_str().unwrap().is_empty());
        assert!(!reply.body["detail"].as_str().unwrap().is_empty());
        assert!(reply.body.get("applied").is_some(), "a problem says whether anything happened");
        reply
    }

    /// Insists on a field that does not pass.
    #[track_caller]
    pub fn field(self, field: &str, value: impl Into<Value>) -> Reply {
        assert_eq!(self.body["field"], field, "{:#}", self.body);
        assert_eq!(self.body["value"], value.into(), "{:#}", self.body);
        assert!(self.body["expected"].is_string(), "{:#}", self.body);
        assert_eq!(self.body["applied"], false);
        self
    }

    pub fn is_replayed(&self) -> bool {
        self.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
    }
}

/// The header that shows a key.
pub fn authorization(key: &Secret) -> HeaderValue {
    HeaderValue::try_from(format!("Bearer {}", key.text())).unwrap()
}

pub fn petr4() -> Value {
    json!({
        "symbol": "PETR4", "currency": "USD", "price_decimals": 2, "qty_decimals": 0,
        "tick_size": "0.01", "lot_size": "1", "order_qty_max": "100000", "price_limit": "1000.00",
        "band": {"low": "1.00", "high": "100.00"},
    })
}

pub fn limit(side: &str, qty: u32, price: &str) -> Value {
    json!({
        "symbol": "PETR4", "side": side, "type": "limit", "qty": qty.to_string(), "price": price,
        "time_in_force": "gtc",
    })
}

/// The engine: takes what waits, applies, publishes, answers. There is no journal to sync.
fn run(commands_max: u64, mut waiting: Requests, mut publisher: Publisher) {
    let mut venue = Venue::new(genesis()).expect("the genesis is good");
    let (mut events, mut seq) = (Events::new(1, EVENTS_MAX), 0);
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while seq < commands_max {
        match waiting.recv_batch(&mut batch, BATCH_MAX, PATIENCE) {
            Waited::Taken => {}
            Waited::TimedOut => continue,
            Waited::Closed => return,
        }
        for request in batch.drain(..) {
            seq += 1;
            let at = Timestamp(START.0 + seq * COMMAND_NS);
            let outcome = venue.apply(seq, at, &request.command, &mut events);
            let outcome = outcome.expect("little expires at once");
            while venue.is_busy() {
                publisher.publish(&events, Durable { seq: seq - 1, at });
                events.clear();
                venue.resume(&mut events);
            }
            publisher.publish(&events, Durable { seq, at });
            events.clear();
            request.reply.answer(outcome);
        }
        for question in waiting.take_questions() {
            let fate = venue.preview(venue.now(), &question.proposal);
            question.answer(Foreseen { seq, fate });
        }
    }
}
