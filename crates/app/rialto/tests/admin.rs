//! `rialto admin` against a running venue, and what it leaves behind after a restart.

mod support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use support::{Server, output, told};

/// Runs a command that must end with `code`, and answers what it printed.
#[track_caller]
fn admin(server: &Server, data: &Path, arguments: &str, code: i32) -> String {
    let url = format!("http://{}", server.address);
    let data = data.to_str().expect("a path of text");
    let mut all = vec!["admin", "--url", &url, "--data", data];
    all.extend(arguments.split(' '));
    let (shown, errors, found) = told(&output(&all));
    assert_eq!(found, code, "{arguments}: {shown}{errors}");
    shown + &errors
}

/// The rows of a table below its heads, each cell by itself.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let cells = |line| str::split(line, "  ").map(str::trim).filter(|cell| !cell.is_empty());
    table.lines().skip(1).map(|line| cells(line).collect()).collect()
}

fn register(server: &Server, name: &str) -> (String, String) {
    let body = json!({"name": name, "password": "correct horse", "currency": "BRL"});
    let body = server.post("/v1/auth/register", &body).ok();
    let text = |field: &str| body[field].as_str().expect("a string").to_owned();
    (text("user_id"), text("account_id"))
}

fn place(server: &Server, account: &str) -> u16 {
    let order = json!({
        "symbol": "PETR4", "side": "buy", "type": "limit", "qty": "1", "price": "10.00",
        "time_in_force": "gtc",
    });
    server.post(&format!("/v1/accounts/{account}/orders"), &order).status
}

#[test]
fn a_kill_switch_stays_engaged_over_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    let (_, account) = register(&server, "ana");
    assert_eq!(place(&server, &account), 201);
    let none = "No kill switch is on.\n";
    assert_eq!(admin(&server, folder.path(), "kill status", 0), none);
    let whole = "On, so that nothing is entered there:\n  the whole venue\n";
    let done = admin(&server, folder.path(), "kill on", 0);
    assert_eq!(done, format!("The kill switch of the whole venue is now on.\n{whole}"));
    assert_eq!(place(&server, &account), 403);
    let orders = format!("/v1/accounts/{account}/orders?status=open");
    assert_eq!(server.get(&orders).ok()["orders"], json!([]));

    server.kill();
    let server = Server::start(folder.path());
    assert_eq!(admin(&server, folder.path(), "kill status", 0), whole);
    assert_eq!(place(&server, &account), 403);
    let narrow = admin(&server, folder.path(), &format!("kill on --account {account}"), 0);
    assert!(narrow.ends_with(&format!("\n  the whole venue\n  account {account}\n")), "{narrow}");
    let wide = admin(&server, folder.path(), "kill off", 0);
    let expected = format!(
        "The kill switch of the whole venue is now off.\n\
         On, so that nothing is entered there:\n  account {account}\n"
    );
    assert_eq!(wide, expected, "what is still on is told");
    let other = admin(&server, folder.path(), "kill on --instrument PETR4", 0);
    assert!(other.ends_with(&format!("\n  account {account}\n  instrument PETR4\n")), "{other}");
    admin(&server, folder.path(), &format!("kill off --account {account}"), 0);
    assert_eq!(place(&server, &account), 403);
    let last = admin(&server, folder.path(), "kill off --instrument PETR4", 0);
    assert_eq!(last, format!("The kill switch of instrument PETR4 is now off.\n{none}"));
    assert_eq!(place(&server, &account), 201);
}

#[test]
fn people_accounts_and_instruments_are_looked_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    let (ana, account) = register(&server, "ana");
    register(&server, "bob");
    let run = |arguments: &str, code: i32| admin(&server, folder.path(), arguments, code);

    let listed = run("user list ANA", 0);
    assert_eq!(rows(&listed)[0][..5], [ana.as_str(), "ana", "ana", "no", "-"]);
    assert!(listed.starts_with("USER  NAME  DISPLAY NAME  GUEST  GRANTS  SINCE\n"), "{listed}");
    assert_eq!(rows(&run("user list", 0)).len(), 3, "the operator too");
    let owned = run("account list --owner ana", 0);
    assert_eq!(rows(&owned), [[account.as_str(), ana.as_str(), "active", "BRL", "0"]]);
    assert_eq!(run("account list --status suspended", 0), "no such accounts\n");
    assert_eq!(rows(&run(&format!("account suspend {account}"), 0))[0][2], "suspended");
    assert_eq!(rows(&run("account list --status suspended", 0)).len(), 1);
    assert_eq!(place(&server, &account), 403);
    assert_eq!(rows(&run(&format!("account resume {account}"), 0))[0][2], "active");
    assert_eq!(place(&server, &account), 201);

    let token = run("user reset-password ana", 0);
    let token = token.split_whitespace().nth(1).expect("a token");
    let body = json!({"token": token, "new_password": "battery staple"});
    server.post("/v1/auth/password-reset", &body).ok();
    let login = json!({"name": "ana", "password": "battery staple"});
    server.post("/v1/auth/login", &login).ok();
    assert_eq!(rows(&run("user grant ana", 0))[0][4], "admin");
    assert_eq!(rows(&run("user revoke ana", 0))[0][4], "-");
    assert!(run("user remove ana", 1).contains("accounts_not_flat"));
    assert!(run("user remove nobody", 1).contains("nobody has the name"));

    let last = ["PETR4", "halted", "5.00", "50.00", "1", "2"];
    assert_eq!(rows(&run("instrument phase PETR4 halted", 0))[0][..2], last[..2]);
    assert_eq!(rows(&run("instrument band PETR4 5.00 50.00", 0))[0][..4], last[..4]);
    assert_eq!(rows(&run("instrument fees PETR4 1 2", 0)), [last]);
    assert_eq!(rows(&run("instrument list", 0))[0], last);
    assert!(run("instrument phase NONE halted", 1).contains("unknown_instrument"));
    assert!(run("--json instrument list", 0).starts_with('{'));
    let refused = run("--json instrument phase NONE halted", 1);
    let (problem, words) = refused.split_once('\n').expect("a line of JSON, and one of words");
    let problem: Value = serde_json::from_str(problem).expect("a problem document");
    assert_eq!((&problem["code"], &problem["status"]), (&json!("unknown_instrument"), &json!(404)));
    assert!(words.starts_with("rialto: unknown_instrument: "), "{words}");

    assert_eq!(run("connections", 0), "no open connections\n");
    let mut stream = server.stream("/v1/stream?channels=trades:PETR4");
    stream.until("cut");
    let connections = run("connections", 0);
    let columns = &rows(&connections)[0];
    assert_eq!((&columns[..2], columns.len()), (&["stream", "1"][..], 5), "{columns:?}");
}

#[test]
fn an_instrument_is_added_from_a_file_or_from_stdin() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    let terms = |symbol: &str| {
        let band = json!({"low": "0.01", "high": "10000.00"});
        let terms = json!({
            "symbol": symbol, "currency": "BRL", "price_decimals": 2, "qty_decimals": 0,
            "tick_size": "0.01", "lot_size": "1", "order_qty_max": "1000000",
            "price_limit": "10000.00", "band": band,
            "fees": {"maker_ppm": 100, "taker_ppm": 200},
        });
        terms.to_string()
    };
    let file = folder.path().join("newco.json");
    let add = |text: &str, code: i32| {
        fs::write(&file, text).expect("a file");
        let command = format!("instrument add {}", file.to_str().expect("a path of text"));
        admin(&server, folder.path(), &command, code)
    };
    let row = ["NEWCO", "pre_open", "0.01", "10000.00", "100", "200"];
    assert_eq!(rows(&add(&terms("NEWCO"), 0)), [row]);
    assert!(add(&terms("NEWCO"), 1).contains("symbol_taken"));
    assert!(add("{}", 1).contains("missing_field: symbol is missing"));
    assert!(add("{\"symbol\": ", 3).contains("newco.json is not JSON"));
    assert!(add(&" ".repeat(65_537), 3).contains("longer than the 65536 bytes"));

    let url = format!("http://{}", server.address);
    let data = folder.path().to_str().expect("a path of text");
    let arguments = ["admin", "--url", &url, "--data", data, "instrument", "add", "-"];
    let mut child = support::rialto(&arguments);
    let child = child.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(terms("OTHER").as_bytes()).expect("it reads");
    drop(stdin);
    let (shown, errors, code) = told(&child.wait_with_output().expect("it ends"));
    assert_eq!((rows(&shown)[0][0], code), ("OTHER", 0), "{errors}");
}

#[test]
fn somebody_with_nothing_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    let (_, account) = register(&server, "ana");
    let all = json!({"amount": "10000.00"});
    server.post(&format!("/v1/accounts/{account}/withdrawals"), &all).ok();
    assert_eq!(admin(&server, folder.path(), "user remove ana", 0), "user ana is removed\n");
    assert_eq!(admin(&server, folder.path(), "user list ana", 0), "no such users\n");
    let closed = admin(&server, folder.path(), "account list --status closed", 0);
    assert_eq!(rows(&closed)[0][0], account);
}

#[test]
fn beyond_this_machine_there_is_an_admin_api_only_if_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = ["--listen", "0.0.0.0:0", "--insecure-http"];
    let server = Server::start_with(folder.path(), &open);
    assert!(admin(&server, folder.path(), "kill status", 1).contains("unknown_path"));
    assert_eq!(server.get("/v1/instruments").status, 200);
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    let server = Server::start_with(folder.path(), &[&open[..], &["--admin-api"]].concat());
    assert_eq!(admin(&server, folder.path(), "kill status", 0), "No kill switch is on.\n");
}

#[test]
fn what_cannot_be_asked_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path of text");
    let key = folder.path().join("key");
    fs::write(&key, "rialto_key_0\n").expect("it can be written");
    let key = key.to_str().expect("a path of text");
    let check = |arguments: &[&str], code: i32, expected: &str| {
        let arguments = [&["admin", "kill", "status", "--data", data], arguments].concat();
        let (shown, errors, found) = told(&output(&arguments));
        assert_eq!(found, code, "{arguments:?}: {shown}{errors}");
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
        assert!(!errors.contains("rialto_key_0"), "a key is never told");
    };
    check(&[], 3, "admin.key");
    check(&["--url", "https://localhost"], 2, "--url");
    for nobody in [["user", "remove", ""], ["instrument", "phase", ""]] {
        let (_, errors, code) = told(&output(&[&["admin"], &nobody[..]].concat()));
        assert_eq!(code, 2, "{errors}");
        assert!(errors.contains("a value is required for"), "{errors}");
    }
    // Nobody listens at the port that was just given back.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", free.local_addr().expect("its address"));
    drop(free);
    check(&["--key-file", key, "--url", &url], 4, "the venue at 127.0.0.1");
    let server = Server::start(&folder.path().join("venue"));
    let url = format!("http://{}", server.address);
    check(&["--key-file", key, "--url", &url], 1, "unauthenticated");
}

#[test]
fn payments_wait_over_a_crash_until_an_operator_settles_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start_bare(folder.path());
    let (_, account) = register(&server, "ana");
    let path = |way: &str| format!("/v1/accounts/{account}/{way}");
    assert_eq!(server.post(&path("deposits"), &json!({"amount": "50.00"})).status, 200);
    let login = json!({"name": "ana", "password": "correct horse"});
    let login = server.post("/v1/auth/login", &login).ok();
    server.key = login["token"].as_str().expect("a token").to_owned();
    let asked = server.post(&path("withdrawals"), &json!({"amount": "20.00"}));
    assert_eq!((asked.status, &asked.body["payment"]["status"]), (202, &json!("pending")));
    let salary = json!({"amount": "5.00", "client_request_id": "salary"});
    assert_eq!(server.post(&path("deposits"), &salary).status, 202);

    server.kill();
    let server = Server::start_bare(folder.path());
    let run = |arguments: &str, code: i32| admin(&server, folder.path(), arguments, code);
    let cash = || server.get(&format!("/v1/accounts/{account}")).ok()["account"]["cash"].clone();
    assert_eq!(cash(), json!({"free": "30.00", "held": "20.00", "total": "50.00"}));
    let listed = run("payments list", 0);
    let [salary, rent] = &rows(&listed)[..] else { panic!("two wait: {listed}") };
    assert_eq!(salary[1..6], [account.as_str(), "deposit", "5.00", "BRL", "salary"]);
    assert_eq!(rent[1..6], [account.as_str(), "withdrawal", "20.00", "BRL", "-"]);
    let ids = [salary[0], rent[0]];
    let booked = run(&format!("payments confirm {}", ids[0]), 0);
    let expected = "booked: a deposit of 5.00, client reference salary";
    assert_eq!(booked, format!("payment {} {expected}\n", ids[0]));
    let failed = run(&format!("payments fail {} --reason no-such-bank", ids[1]), 0);
    assert_eq!(failed, format!("payment {} failed: a withdrawal of 20.00\n", ids[1]));
    assert!(run(&format!("payments confirm {}", ids[1]), 1).contains("payment_not_pending"));
    assert_eq!(run("payments list", 0), "no pending payments\n");
    assert_eq!(cash(), json!({"free": "55.00", "held": "0.00", "total": "55.00"}));

    server.kill();
    let (shown, errors, code) = told(&output(&["verify", folder.path().to_str().unwrap()]));
    assert_eq!(code, 0, "{shown}{errors}");
}
