//! What ends live data for one client and nobody else: time, and not reading.

mod support;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use identity::{Secret, SecretKind};
use serde_json::json;
use support::client::Client;
use support::ws::{Server, Socket};
use support::{Exchange, PATIENCE, authorization, operator_key};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use tokio::time::Instant;
use tower::ServiceExt;
use types::{PrincipalId, Timestamp};

/// Whoever does not read is told or closed within.
const CLOSED_MAX: Duration = Duration::from_secs(5);

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(u64::try_from(since.as_nanos()).unwrap())
}

/// A guest's login that ends very soon.
async fn short_login(exchange: &Exchange, byte: u8) -> (Secret, Timestamp) {
    let guest = exchange.post("/v1/auth/guest", json!({})).await.expect(201).body;
    let user = guest["user_id"].as_str().expect("an id").parse().expect("a number");
    let secret = Secret::new(SecretKind::Login, [byte; 32]);
    let ends = Timestamp(now().0 + 400_000_000);
    exchange.identity.log_in(now(), PrincipalId(user), &secret, ends).unwrap();
    (secret, ends)
}

#[tokio::test]
async fn a_login_that_ends_by_time_ends_its_stream() {
    let exchange = Exchange::trading().await;
    let (secret, ends) = short_login(&exchange, 3).await;
    let request = Request::get("/v1/stream?channels=depth:PETR4");
    let request = request.header("authorization", authorization(&secret));
    let answer = exchange.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    let whole = tokio::time::timeout(PATIENCE, answer.into_body().collect());
    let told = whole.await.expect("it ends in time").unwrap().to_bytes();
    assert!(told.starts_with(b"event: depth_snapshot"), "it was good before");
    assert!(now() >= ends, "and no sooner");
}

#[tokio::test]
async fn a_login_that_ends_by_time_closes_its_socket() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let (secret, ends) = short_login(&exchange, 4).await;
    let mut socket = server.connect_with(Some(&secret)).await;
    assert_eq!(socket.subscribe(&["depth:PETR4"]).await["status"], 200);
    let closed = tokio::time::timeout(PATIENCE, socket.closed()).await.expect("it ends in time");
    assert_eq!(closed.as_deref(), Some("credential_ended"));
    assert!(now() >= ends, "and no sooner");
}

async fn sockets_open(exchange: &Exchange) -> usize {
    let open = exchange.get("/v1/admin/connections").await.expect(200).body;
    open["connections"].as_array().expect("a list").len()
}

#[tokio::test]
async fn a_client_that_stops_reading_is_closed_and_others_see_no_gap() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let channels = ["depth:PETR4", "trades:PETR4"];
    let (mut stalled, mut reading) = (server.connect().await, server.connect().await);
    assert_eq!(stalled.subscribe(&channels).await["status"], 200);
    assert_eq!(reading.subscribe(&channels).await["status"], 200);
    let mut client = Client::default();
    for message in reading.cut().await {
        client.apply(&message);
    }
    let begun = Instant::now();
    while sockets_open(&exchange).await > 1 {
        assert!(begun.elapsed() < PATIENCE, "it is closed some time");
        exchange.place(1, "sell", 1, "10.00").await;
        exchange.place(2, "buy", 1, "10.00").await;
        // One that reads is never behind, and each frame follows on the one before.
        let told = exchange.get("/v1/instruments/PETR4/depth").await.expect(200).body;
        while client.cut < told["event_seq"].as_u64().unwrap() {
            for message in reading.cut().await {
                client.apply(&message);
            }
        }
        client.assert_is_the_book(&told["depth"]);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(client.checksums > 20, "it went on for long");
    assert_eq!(stalled.closed().await.as_deref(), Some("not_reading"));
}

/// Waits until nothing is open any more, and insists that it was not for long.
async fn assert_closed_soon(exchange: &Exchange, begun: Instant) {
    while sockets_open(exchange).await > 0 {
        assert!(begun.elapsed() < PATIENCE, "it is closed some time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() < CLOSED_MAX, "closed after {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_client_that_asks_and_does_not_read_the_answers_is_closed_soon() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let mut socket = server.connect().await;
    socket.send(json!({"op": "none"})).await;
    let begun = Instant::now();
    // Soon the server waits to write, and reads no more.
    let asking = tokio::spawn(ask_without_end(socket));
    assert_closed_soon(&exchange, begun).await;
    asking.abort();
}

async fn ask_without_end(mut socket: Socket) {
    while socket.try_send(json!({"op": "none", "id": "i".repeat(64)})).await {}
}

#[tokio::test]
async fn an_event_stream_that_nobody_reads_breaks_off_soon() {
    let exchange = Exchange::trading().await;
    for number in 0..1_500 {
        for account in 1..=2 {
            let price = format!("{}.{:02}", 1 + number / 100, number % 100);
            exchange.place(account, "buy", 1, &price).await;
        }
    }
    let server = Server::start(exchange.gateway.clone()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 << 10).unwrap();
    let mut socket = socket.connect(server.address).await.unwrap();
    // The snapshots are more than the system takes.
    let request = format!(
        "GET /v1/stream?channels=depth:PETR4,orders:PETR4 HTTP/1.1\r\nhost: localhost\r\n\
         authorization: Bearer {}\r\n\r\n",
        operator_key().text()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let begun = Instant::now();
    while sockets_open(&exchange).await == 0 {
        assert!(begun.elapsed() < PATIENCE, "it opens");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_closed_soon(&exchange, begun).await;
    drop(socket);
}
