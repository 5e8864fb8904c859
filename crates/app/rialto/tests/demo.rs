//! The demo market with its traders: it moves by itself, and goes on after a restart.

mod support;

use std::path::Path;
use std::thread;
use std::time::Instant;

use serde_json::Value;
use support::{PATIENCE, Server};

/// Of the market maker in three currencies, and of the noise, which has two in each.
const ACCOUNTS: usize = 9;

fn start(data: &Path, rate: &str) -> Server {
    let arguments = ["--demo", "--demo-rate", rate, "--listen", "127.0.0.1:0"];
    Server::start_bare_with(data, &arguments)
}

fn rows(server: &Server, path: &str, name: &str) -> Vec<Value> {
    server.get(path).ok()[name].as_array().expect("a list").clone()
}

/// Whether every instrument is quoted on both sides, and has traded.
fn moves(server: &Server) -> bool {
    let quotes = rows(server, "/v1/quotes", "quotes");
    let is_alive =
        |quote: &Value| ["bid", "ask", "last"].iter().all(|name| quote[*name].is_string());
    quotes.len() == 5 && quotes.iter().all(is_alive)
}

fn wait_until(is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "it never came");
        thread::yield_now();
    }
}

fn account_ids(server: &Server) -> Vec<String> {
    let accounts = rows(server, "/v1/admin/accounts?limit=100", "accounts");
    accounts.iter().map(|account| account["account_id"].to_string()).collect()
}

#[test]
fn the_demo_market_moves_by_itself_and_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(folder.path(), "500");
    wait_until(|| moves(&server));
    let accounts = account_ids(&server);
    assert_eq!(accounts.len(), ACCOUNTS);
    let users = rows(&server, "/v1/admin/users", "users");
    let names: Vec<&str> = users.iter().filter_map(|user| user["display_name"].as_str()).collect();
    assert_eq!(names, ["Noise traders", "Market maker", "Operator"]);
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");

    let server = start(folder.path(), "500");
    let seq = || server.get("/v1/quotes").ok()["seq"].as_u64().expect("a number");
    let first = seq();
    wait_until(|| seq() > first + 50);
    assert!(moves(&server));
    assert_eq!(account_ids(&server), accounts);
    server.kill();

    // What they left is there, and nobody touches it.
    let server = start(folder.path(), "0");
    assert_eq!(account_ids(&server), accounts);
    assert!(moves(&server));
}

#[test]
fn where_nobody_is_to_trade_nobody_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(folder.path(), "0");
    assert_eq!(account_ids(&server), [""; 0]);
    assert_eq!(rows(&server, "/v1/admin/users", "users").len(), 1, "the operator");
    let refused = support::output(&["run", "--demo-rate", "5"]);
    assert_eq!(support::told(&refused).2, 2, "traders are the demo market's");
    let refused = support::output(&["run", "--demo", "--demo-rate", "1001"]);
    assert_eq!(support::told(&refused).2, 2);
}
