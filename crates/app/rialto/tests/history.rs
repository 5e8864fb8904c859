//! The history beside the real binary: there after a kill, compared, and in trouble.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Server, output, told};

/// What a projector that failed, and a reader that waits, may take together.
const PATIENCE: Duration = Duration::from_secs(20);

fn database(data: &Path, name: &str) -> Connection {
    Connection::open(data.join(format!("history/{name}.sqlite"))).expect("it is there")
}

fn open_accounts(server: &Server) {
    for name in ["ana", "bob"] {
        let body = json!({"client_request_id": name, "currency": "BRL"});
        server.post("/v1/accounts", &body).ok();
    }
    let float = json!({"client_request_id": "float", "instrument": "PETR4", "qty": "100"});
    server.post("/v1/accounts/2/issues", &float).ok();
}

/// Ana buys what Bob sells; the seq of the last command.
fn trade(server: &Server, name: &str, qty: &str) -> u64 {
    let order = |side: &str| {
        json!({"client_order_id": format!("{name}-{side}"), "symbol": "PETR4", "side": side,
            "type": "limit", "qty": qty, "price": "10.00"})
    };
    server.post("/v1/accounts/1/orders", &order("buy")).ok();
    let sold = server.post("/v1/accounts/2/orders", &order("sell")).ok();
    sold["seq"].as_u64().expect("a seq")
}

/// The quantities of Ana's fills, newest first, once the history has them.
fn fills(server: &Server, min_seq: u64) -> Vec<String> {
    let body = once_read(server, &format!("/v1/accounts/1/history/fills?min_seq={min_seq}"));
    let fills = body["fills"].as_array().expect("a list");
    fills.iter().map(|fill| fill["qty"].as_str().expect("a text").to_owned()).collect()
}

/// What is answered once the history is as far as is asked.
fn once_read(server: &Server, path: &str) -> Value {
    eventually(|| {
        let reply = server.get(path);
        (reply.status == 200).then_some(reply.body)
    })
}

fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "it never came");
    }
}

fn check(data: &Path) -> (String, i32) {
    let (shown, errors, code) = told(&output(&["rebuild", &data.display().to_string(), "--check"]));
    (shown + &errors, code)
}

#[test]
fn after_a_kill_the_history_goes_on_and_equals_one_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    open_accounts(&server);
    let seq = trade(&server, "one", "5");
    assert_eq!(fills(&server, seq), ["5"]);
    server.kill();
    let server = Server::start(folder.path());
    let seq = trade(&server, "two", "3");
    assert_eq!(fills(&server, seq), ["3", "5"]);
    server.kill();
    let server = Server::start(folder.path());
    assert_eq!(fills(&server, seq), ["3", "5"]);
    // Its entries are in the other database, which is asked to be as far: at the command by which
    // the engine tells its time once the second of the trades is over, the last one.
    let path = format!("/v1/accounts/1/history/orders/1?min_seq={}", seq + 1);
    let order = once_read(&server, &path);
    let events: Vec<&Value> = order["events"].as_array().expect("a list").iter().collect();
    assert_eq!(events.len(), 2);
    assert_eq!((&events[0]["event"], &events[1]["event"]), (&json!("accepted"), &json!("filled")));
    let own: Vec<&Value> = order["entries"].as_array().expect("a list").iter().collect();
    let cash = own.iter().find(|it| it["owner"] == "account" && it.get("symbol").is_none());
    assert_eq!(cash.expect("it cost cash")["amount"], "-50.00");
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    let (shown, code) = check(folder.path());
    assert_eq!(code, 0, "{shown}");

    let changed = "UPDATE executions SET lots = lots + 1 WHERE lots = 3";
    database(folder.path(), "market_data").execute(changed, []).expect("it can be changed");
    let (shown, code) = check(folder.path());
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("market_data.executions: 2 rows, then "), "{shown}");
    let data = folder.path().display().to_string();
    let (shown, errors, code) = told(&output(&["rebuild", &data]));
    assert_eq!(code, 0, "{shown}{errors}");
    assert_eq!(check(folder.path()).1, 0);
}

#[test]
fn an_order_is_told_to_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    open_accounts(&server);
    let seq = trade(&server, "one", "5");
    fills(&server, seq);
    server.get("/v1/accounts/1/history/orders/1").ok();
    let other = server.get("/v1/accounts/2/history/orders/1");
    let none = server.get("/v1/accounts/2/history/orders/99");
    assert_eq!((other.status, &other.body["code"]), (404, &json!("unknown_order")));
    assert_eq!((none.status, &none.body["code"]), (404, &json!("unknown_order")));
}

#[test]
fn orders_go_on_while_a_database_is_locked_and_history_catches_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    open_accounts(&server);
    fills(&server, trade(&server, "one", "5"));
    let connection = database(folder.path(), "market_data");
    connection.execute_batch("BEGIN IMMEDIATE").expect("it can be locked");
    let seq = trade(&server, "two", "3");
    let reply = server.get(&format!("/v1/accounts/1/history/fills?min_seq={seq}"));
    assert_eq!((reply.status, &reply.body["code"]), (503, &json!("behind")), "{reply:?}");
    assert_eq!(reply.body["value"], seq.to_string());
    assert!(reply.body["seq"].as_u64().expect("both seqs") < seq);
    connection.execute_batch("ROLLBACK").expect("it can be unlocked");
    assert_eq!(fills(&server, seq), ["3", "5"]);
    server.stop();
    assert_eq!(check(folder.path()).1, 0);
}

#[test]
fn a_schema_of_a_later_version_is_left_alone_and_orders_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    open_accounts(&server);
    fills(&server, trade(&server, "one", "5"));
    server.stop();
    let later = "INSERT INTO schema_versions VALUES (99)";
    database(folder.path(), "market_data").execute(later, []).expect("it is noted");
    let server = Server::start(folder.path());
    let seq = trade(&server, "two", "3");
    eventually(|| {
        let reply = server.get("/v1/accounts/1/history/fills");
        (reply.status == 503 && reply.body["code"] == "behind").then_some(())
    });
    server.get("/v1/accounts/1/history/payments").ok();
    let back = "DELETE FROM schema_versions WHERE version = 99";
    database(folder.path(), "market_data").execute(back, []).expect("it is taken back");
    assert_eq!(fills(&server, seq), ["3", "5"]);
    let (_, logged) = server.stop();
    assert!(logged.contains("market_data has schema version 99"), "{logged}");
}

#[test]
fn the_history_of_another_venue_and_one_that_is_ahead_are_refused() {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir());
    let other = other.expect("a folder");
    for data in [one.path(), other.path()] {
        let server = Server::start(data);
        open_accounts(&server);
        fills(&server, trade(&server, "one", "5"));
        server.stop();
    }
    let history = format!("sqlite:{}", one.path().join("history").display());
    let data = other.path().display().to_string();
    let run = ["run", "--demo", "--listen", "127.0.0.1:0", "--data", &data, "--history", &history];
    let (_, errors, code) = told(&output(&run));
    assert_eq!(code, 4, "{errors}");
    assert!(errors.contains("clearing_data is of venue "), "{errors}");

    let ahead = "UPDATE position SET event_seq = event_seq + 1000";
    database(other.path(), "clearing_data").execute(ahead, []).expect("it is changed");
    let (_, errors, code) = told(&output(&run[..6]));
    assert_eq!(code, 4, "{errors}");
    assert!(errors.contains("clearing_data is ahead of the journal"), "{errors}");
}
