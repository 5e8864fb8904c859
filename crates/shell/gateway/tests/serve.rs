//! Over a real socket: what only a socket shows.

mod support;

use gateway::{Config, serve};
use support::{Exchange, PATIENCE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Reads until `mark` was seen.
async fn read_until(socket: &mut TcpStream, text: &mut String, mark: &str) {
    let mut buffer = [0; 4_096];
    while !text.contains(mark) {
        let count = timeout(PATIENCE, socket.read(&mut buffer)).await.expect("in time").unwrap();
        assert!(count > 0, "closed before {mark:?}: {text}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
}

#[tokio::test]
async fn a_stop_signal_ends_streams_and_answers_what_is_in_flight() {
    let exchange = Exchange::trading().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let server = tokio::spawn(serve(listener, exchange.gateway.clone(), shutdown));

    let mut socket = TcpStream::connect(address).await.unwrap();
    let key = support::operator_key();
    let request = format!(
        "GET /v1/stream?channels=depth:PETR4 HTTP/1.1\r\nhost: localhost\r\n\
         authorization: Bearer {}\r\n\r\n",
        key.text()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    read_until(&mut socket, &mut text, "event: cut").await;
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");

    stop.send(()).unwrap();
    read_until(&mut socket, &mut text, "event: end").await;
    assert!(text.contains(r#"{"type":"end","reason":"shut_down"}"#), "{text}");
    timeout(PATIENCE, server).await.expect("it drains").unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_client_that_never_reads_does_not_hold_up_the_others() {
    let exchange = Exchange::new(Config::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let server = tokio::spawn(serve(listener, exchange.gateway.clone(), shutdown));
    let _idle = TcpStream::connect(address).await.unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut text = String::new();
    read_until(&mut socket, &mut text, r#"{"status":"ok"}"#).await;
    server.abort();
}
