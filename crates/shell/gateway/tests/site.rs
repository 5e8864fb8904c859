//! What a browser may do with a login's cookie, and under which names the venue is served.

mod support;

use axum::body::Body;
use axum::http::{Method, Request};
use gateway::{Config, Site};
use identity::HashCost;
use serde_json::{Value, json};
use support::{Exchange, Reply};

const OWN: &str = "https://rialto.example";
const JSON: (&str, &str) = ("content-type", "application/json");
const PASSWORD: &str = "correct horse";

async fn exchange() -> Exchange {
    let hash_cost = HashCost { memory_kib: 8, passes: 1 };
    let site = Site::new(OWN).expect("a site").behind(Site::local(8080));
    let exchange = Exchange::new(Config { hash_cost, site, ..Config::default() });
    let body = json!({"name": "ana", "password": PASSWORD});
    send(&exchange, Method::POST, "/v1/auth/register", &[JSON], body).await.expect(201);
    exchange
}

async fn send(
    exchange: &Exchange,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    exchange.send_as_it_is(request.body(body).unwrap()).await
}

/// Logs Ana in from the venue's page; gives back what the browser sends from then on.
async fn cookie(exchange: &Exchange) -> String {
    let body = json!({"name": "ana", "password": PASSWORD, "as_cookie": true});
    let headers = [JSON, ("origin", OWN)];
    let reply = send(exchange, Method::POST, "/v1/auth/login", &headers, body).await.expect(200);
    assert!(reply.body.get("token").is_none(), "no script can read it");
    let cookie = reply.headers["set-cookie"].to_str().unwrap().to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-rialto="), "{cookie}");
    assert_eq!(attributes, "Path=/; Max-Age=1209600; HttpOnly; SameSite=Strict; Secure");
    pair.to_owned()
}

#[tokio::test]
async fn with_a_cookie_only_the_venues_own_pages_change_anything() {
    let exchange = exchange().await;
    let cookie = cookie(&exchange).await;
    let cookie = ("cookie", cookie.as_str());
    let me = send(&exchange, Method::GET, "/v1/auth/me", &[cookie], Value::Null).await.expect(200);
    assert_eq!(me.body["name"], "ana");
    let order = || json!({"currency": "USD"});
    let path = "/v1/accounts";
    for foreign in [
        None,
        Some("null"),
        Some("http://rialto.example"),
        Some("https://rialto.example:8443"),
        Some("https://rialto.example.evil.example"),
        Some("http://127.0.0.1:8080"),
    ] {
        let mut headers = vec![JSON, cookie];
        headers.extend(foreign.map(|origin| ("origin", origin)));
        let reply = send(&exchange, Method::POST, path, &headers, order()).await;
        let problem = reply.problem(403, "foreign_origin");
        assert_eq!(problem.body["expected"], OWN, "{foreign:?}");
    }
    let headers = [cookie, ("origin", OWN), ("content-type", "text/plain")];
    let reply = send(&exchange, Method::POST, path, &headers, order()).await;
    reply.problem(415, "unsupported_media_type");
    let headers = [cookie, ("origin", OWN), JSON];
    send(&exchange, Method::POST, path, &headers, order()).await.expect(201);
}

#[tokio::test]
async fn a_socket_is_not_opened_with_a_cookie_from_another_page() {
    let exchange = exchange().await;
    let cookie = cookie(&exchange).await;
    let headers = [
        ("cookie", cookie.as_str()),
        ("origin", "https://evil.example"),
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let reply = send(&exchange, Method::GET, "/v1/ws", &headers, Value::Null).await;
    reply.problem(403, "foreign_origin");
}

#[tokio::test]
async fn another_page_logs_nobody_in_and_logging_out_forgets_the_cookie() {
    let exchange = exchange().await;
    let body = json!({"name": "ana", "password": PASSWORD, "as_cookie": true});
    let headers = [JSON, ("origin", "https://evil.example")];
    let reply = send(&exchange, Method::POST, "/v1/auth/login", &headers, body).await;
    reply.problem(403, "foreign_origin");
    let guest = json!({"as_cookie": true});
    let reply = send(&exchange, Method::POST, "/v1/auth/guest", &headers, guest).await;
    reply.problem(403, "foreign_origin");

    let cookie = cookie(&exchange).await;
    let headers = [("cookie", cookie.as_str()), ("origin", OWN), JSON];
    let path = "/v1/auth/logout";
    let out = send(&exchange, Method::POST, path, &headers, Value::Null).await.expect(200);
    let told = out.headers["set-cookie"].to_str().unwrap();
    assert!(told.starts_with("__Host-rialto=; Path=/; Max-Age=0;"), "{told}");
    let after = send(&exchange, Method::GET, "/v1/auth/me", &headers, Value::Null).await;
    after.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_name_that_was_made_to_lead_here_is_not_served() {
    let exchange = exchange().await;
    let get = |host| send_to(&exchange, host);
    for host in ["rialto.example", "RIALTO.example:443", "127.0.0.1:8080", "localhost:9000"] {
        get(host).await.expect(200);
    }
    for host in [
        "evil.example",
        "rialto.example:8080",
        "localhost.evil.example",
        "rialto.example.evil.example",
    ] {
        let problem = get(host).await.problem(421, "misdirected");
        assert_eq!(
            (&problem.body["field"], &problem.body["value"]),
            (&json!("Host"), &json!(host))
        );
    }
}

async fn send_to(exchange: &Exchange, host: &str) -> Reply {
    send(exchange, Method::GET, "/health", &[("host", host)], Value::Null).await
}
