//! Clients that send too much, too slowly, too often, or never read, over real sockets.

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use gateway::{BODY_BYTES_MAX, Config, HEADER_BYTES_MAX, serve};
use support::{Exchange, PATIENCE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Soon enough that a test need not wait, late enough that a busy machine is in time.
const SOON: Duration = Duration::from_millis(300);
const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A venue behind a socket.
struct Server {
    address: SocketAddr,
    _exchange: Exchange,
    _stop: oneshot::Sender<()>,
}

async fn server(config: Config) -> Server {
    let exchange = Exchange::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    tokio::spawn(serve(listener, exchange.gateway.clone(), shutdown));
    Server { address, _exchange: exchange, _stop: stop }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends `request` and reads until the server closes; a reset ends what was read too.
    async fn ask(&self, request: &[u8]) -> String {
        let mut socket = self.connect().await;
        socket.write_all(request).await.ok();
        rest(&mut socket).await
    }
}

async fn rest(socket: &mut TcpStream) -> String {
    let (mut text, mut buffer) = (Vec::new(), [0; 4_096]);
    while let Ok(count) = timeout(PATIENCE, socket.read(&mut buffer)).await.expect("it ends")
        && count > 0
    {
        text.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Reads one answer of a connection that stays open.
async fn answer(socket: &mut TcpStream) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 4_096]);
    while !text.ends_with('}') && !text.ends_with("}\n") {
        let count = timeout(PATIENCE, socket.read(&mut buffer)).await.expect("in time").unwrap();
        assert!(count > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    text
}

#[tokio::test]
async fn headers_that_do_not_arrive_are_waited_for_a_little_while() {
    let server = server(Config { header_timeout: SOON, ..Config::default() }).await;
    for request in ["", "GET", "GET /health HTTP/1.1\r\nhost: localhost\r\nx-slow: "] {
        let answer = server.ask(request.as_bytes()).await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
}

#[tokio::test]
async fn headers_that_trickle_in_are_cut_off_all_the_same() {
    let server = server(Config { header_timeout: SOON, ..Config::default() }).await;
    let mut socket = server.connect().await;
    socket.write_all(b"GET /health HTTP/1.1\r\nx-slow: ").await.unwrap();
    let trickle = async {
        let mut pace = tokio::time::interval(SOON / 10);
        loop {
            pace.tick().await;
            if socket.write_all(b"a").await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, trickle).await.expect("each byte does not buy time");
}

#[tokio::test]
async fn a_body_that_trickles_in_is_cut_off() {
    let server = server(Config { body_timeout: SOON, ..Config::default() }).await;
    let request = "POST /v1/accounts HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\
                   content-type: application/json\r\nconnection: close\r\n\r\n{";
    let answer = server.ask(request.as_bytes()).await;
    assert!(answer.contains("\"body_incomplete\"") || answer.contains("401"), "{answer}");
}

#[tokio::test]
async fn headers_are_bounded_in_size_and_number() {
    let server = server(Config::default()).await;
    let wide = format!("x-wide: {}\r\n", "a".repeat(HEADER_BYTES_MAX));
    let many = "x: y\r\n".repeat(200);
    let path = "a".repeat(HEADER_BYTES_MAX);
    for (path, headers) in [("health", &wide), ("health", &many), (path.as_str(), &String::new())] {
        let request = format!("GET /{path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        let answer = server.ask(request.as_bytes()).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["414", "431"].contains(&status), "{answer}");
    }
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let server = server(Config::default()).await;
    let two_lengths = "POST /v1/accounts HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\
                       content-length: 3\r\n\r\n{}}";
    for request in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET /health HTTP/9.9\r\n\r\n",
        "GET /health HTTP/1.1\r\nbad header\r\n\r\n",
        two_lengths,
    ] {
        let answer = server.ask(request.as_bytes()).await;
        assert!(!answer.contains(" 200 "), "{request:?}: {answer}");
    }
    let answer = server.ask(b"GET /health HTTP/1.0\r\n\r\n").await;
    assert!(answer.contains(" 200 "), "others are served: {answer}");
}

/// 100 MB are refused when at most the limit, and what the sockets hold, was taken.
#[tokio::test]
async fn a_huge_body_is_refused_before_it_is_read() {
    const WHOLE: usize = 100_000_000;
    const IN_SOCKETS: usize = 16 * 1_024 * 1_024;
    let server = server(Config::default()).await;
    for framing in ["content-length: 100000000", "transfer-encoding: chunked"] {
        let mut socket = server.connect().await;
        let head = format!(
            "POST /v1/accounts HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\
             content-type: application/json\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut chunk = format!("{:x}\r\n", BODY_BYTES_MAX).into_bytes();
        chunk.extend(std::iter::repeat_n(b' ', BODY_BYTES_MAX));
        chunk.extend(b"\r\n");
        let mut sent = 0;
        while sent < WHOLE && socket.write_all(&chunk).await.is_ok() {
            sent += chunk.len();
        }
        assert!(sent < BODY_BYTES_MAX + IN_SOCKETS, "{sent} bytes were taken");
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_are_told_so_and_the_next_finds_the_place_free() {
    let server = server(Config { connections_max: 2, ..Config::default() }).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    for socket in [&mut first, &mut second] {
        socket.write_all(HEALTH).await.unwrap();
        assert!(answer(socket).await.contains(" 200 "));
    }
    let mut third = server.connect().await;
    let told = rest(&mut third).await;
    assert!(told.contains(" 503 ") && told.contains("\"connections_full\""), "{told}");
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())), "{told}");
    serde_json::from_str::<serde_json::Value>(body).unwrap();
    drop(first);
    let served = async { while !server.ask_once().await {} };
    timeout(PATIENCE, served).await.expect("a place is free again");
}

impl Server {
    /// Whether a new connection is served; then it closes.
    async fn ask_once(&self) -> bool {
        let request = b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        self.ask(request).await.contains(" 200 ")
    }
}

#[tokio::test]
async fn a_client_that_reads_nothing_loses_its_place() {
    let config = Config { connections_max: 1, write_stall_max: SOON, ..Config::default() };
    let server = server(config).await;
    let mut deaf = server.connect().await;
    let request = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n";
    // More than both sockets hold.
    for _ in 0..20 {
        deaf.write_all(request).await.unwrap();
    }
    let served = async { while !server.ask_once().await {} };
    timeout(PATIENCE, served).await.expect("its place is free again");
}

#[tokio::test]
async fn of_a_body_of_100_mb_hardly_more_is_taken_than_a_body_may_have() {
    const BODY_BYTES: usize = 100 << 20;
    /// What the system holds for both ends of a socket, and no more.
    const TAKEN_MAX: usize = 24 << 20;
    let server = server(Config::default()).await;
    let key = support::operator_key();
    for length in [format!("content-length: {BODY_BYTES}"), "transfer-encoding: chunked".into()] {
        let head = format!(
            "POST /v1/accounts HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\n{length}\r\n\r\n",
            key.text()
        );
        // Of either kind of body: one chunk that never ends is one too.
        let head = if length.contains("chunked") { head + "6400000\r\n" } else { head };
        let (mut read, mut write) = server.connect().await.into_split();
        write.write_all(head.as_bytes()).await.unwrap();
        let sent = tokio::spawn(async move {
            let (spaces, mut sent) = ([b' '; 1 << 16], 0);
            while sent < BODY_BYTES && write.write_all(&spaces).await.is_ok() {
                sent += spaces.len();
            }
            sent
        });
        let (mut told, mut buffer) = (Vec::new(), [0; 4_096]);
        while let Ok(count) = timeout(PATIENCE, read.read(&mut buffer)).await.expect("it ends")
            && count > 0
        {
            told.extend_from_slice(&buffer[..count]);
        }
        drop(read);
        let sent = timeout(PATIENCE, sent).await.expect("it ends").unwrap();
        let told = String::from_utf8_lossy(&told);
        assert!(told.contains("\"body_too_large\""), "{told} after {sent} bytes");
        assert!(sent < TAKEN_MAX, "{sent} bytes were taken");
    }
}
