//! What was answered is found at once, by any connection.

mod support;

use std::thread;

use serde_json::json;
use support::Server;

/// Clients that place at one time.
const CLIENTS: usize = 16;
/// Orders that each of them places: 10,000 in all.
const ORDERS_EACH: usize = 625;
/// More than is asked.
const RATE: &str = "1000000";

#[test]
fn each_of_10_000_orders_is_found_at_once_on_another_connection() {
    let folder = tempfile::tempdir().expect("a folder");
    let rates = ["--key-rate", RATE, "--account-rate", RATE];
    let listen = ["--listen", "127.0.0.1:0", "--log-filter", "warn"];
    let server = Server::start_with(folder.path(), &[listen, rates].concat());
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let server = &server;
            scope.spawn(move || place_and_read(server, client));
        }
    });
}

fn place_and_read(server: &Server, client: usize) {
    let opened = server.post("/v1/accounts", &json!({"currency": "BRL"})).ok();
    let account = opened["account"]["account_id"].as_str().expect("an id");
    let orders = format!("/v1/accounts/{account}/orders");
    let (mut writer, mut reader) = (server.connect(), server.connect());
    for number in 0..ORDERS_EACH {
        let name = format!("{client}-{number}");
        let order = json!({"client_order_id": name, "symbol": "PETR4", "side": "buy",
            "type": "limit", "qty": "1", "price": "0.01"});
        let placed = writer.send("POST", &orders, Some(&order)).ok();
        let id = placed["order_id"].as_str().expect("an id");
        for path in [format!("{orders}/{id}"), format!("{orders}/by-client-id/{name}")] {
            let found = reader.send("GET", &path, None).ok();
            assert_eq!(found["order"]["order_id"], id, "{path}");
            assert_eq!(found["order"]["client_order_id"], name, "{path}");
        }
    }
}

#[test]
fn what_failed_is_one_line_of_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start_logging(folder.path(), "info");
    let behind = server.get("/v1/accounts?min_seq=1000");
    assert_eq!((behind.status, &behind.body["code"]), (503, &json!("behind")));
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    let lines: Vec<_> = logged.lines().filter(|line| line.contains("status=503")).collect();
    assert!(matches!(lines[..], [line] if line.contains("not done")), "{logged}");
    assert!(!logged.contains("ERROR"), "{logged}");
}
