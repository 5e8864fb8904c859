//! The history in a real PostgreSQL beside the real binary: there, out of reach, and back.
#![cfg(feature = "postgres")]

#[path = "../../sim/tests/servers/mod.rs"]
mod servers;
mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use servers::Databases;
use support::{Reply, Server, output, told};

/// What a projector that failed, and a reader that waits, may take together.
const PATIENCE: Duration = Duration::from_secs(30);

/// The seq of a deposit.
fn deposit(server: &Server, name: &str) -> u64 {
    let body = json!({"client_request_id": name, "amount": "1.00"});
    server.post("/v1/accounts/1/deposits", &body).ok()["seq"].as_u64().expect("a seq")
}

fn payments(server: &Server, min_seq: u64) -> Reply {
    server.get(&format!("/v1/accounts/1/history/payments?min_seq={min_seq}"))
}

fn names(body: &Value) -> Vec<&str> {
    let payments = body["payments"].as_array().expect("a list");
    payments.iter().filter_map(|payment| payment["client_request_id"].as_str()).collect()
}

#[test]
fn orders_go_on_while_the_server_lets_nobody_in_and_history_catches_up() {
    let databases = Databases::make();
    let folder = tempfile::tempdir().expect("a folder");
    let (data, both) = (folder.path().display().to_string(), databases.names.join(","));
    let history = ["--history", &databases.url, "--history-databases", &both];
    let server = Server::start_with(folder.path(), &history);
    let body = json!({"client_request_id": "ana", "currency": "BRL"});
    server.post("/v1/accounts", &body).ok();
    let seq = deposit(&server, "before");
    assert_eq!(names(&payments(&server, seq).ok())[0], "before");

    let clearing = &databases.names[0];
    databases.say(&format!("ALTER DATABASE {clearing} ALLOW_CONNECTIONS false"));
    databases.say(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{clearing}'"
    ));
    let seq = deposit(&server, "meanwhile");
    let behind = payments(&server, seq);
    assert_eq!((behind.status, &behind.body["code"]), (503, &json!("behind")), "{behind:?}");
    let told_host = behind.body["detail"].as_str().expect("a text").contains("127.0.0.1");
    assert!(!told_host, "where the server is, is the operator's: {behind:?}");

    databases.say(&format!("ALTER DATABASE {clearing} ALLOW_CONNECTIONS true"));
    let start = Instant::now();
    let back = loop {
        let reply = payments(&server, seq);
        if reply.status == 200 {
            break reply.body;
        }
        assert!(start.elapsed() < PATIENCE, "{reply:?}");
    };
    assert_eq!(names(&back)[..2], ["meanwhile", "before"]);
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    let check = ["rebuild", &data, "--check"].iter().copied().chain(history).collect::<Vec<_>>();
    let (shown, errors, code) = told(&output(&check));
    assert_eq!(code, 0, "{shown}{errors}");
}
