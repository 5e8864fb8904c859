//! Profiles of the built binary: what a file says is what the venue does.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use support::{Server, output, told};

const SMALL: &str = r#"
[venue]
currencies = [{ code = "JPY", decimals = 0 }]
accounts_max = 2

[gateway]
self_service_deposits = true
opening_balance_units = 500
key_rate = 77

[[instruments]]
symbol = "SUSHI"
currency = "JPY"
price_decimals = 0
qty_decimals = 0
tick_size = "1"
lot_size = "1"
order_qty_max = "1000"
price_limit = "10000"
band = { low = "1", high = "10000" }
"#;

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// Starts with the profile in `file` and more arguments.
fn start(data: &Path, file: &Path, arguments: &[&str]) -> Server {
    let listen = ["--profile", text(file), "--listen", "127.0.0.1:0"];
    Server::start_bare_with(data, &[&listen, arguments].concat())
}

#[test]
fn a_venue_is_what_its_profile_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("small.toml"));
    fs::write(&file, SMALL).expect("a file");
    let server = start(&data, &file, &[]);
    let listed = server.get("/v1/instruments");
    assert!(listed.header("ratelimit-policy").is_some_and(|it| it.contains("\"key\";q=77;")));
    let listed = listed.ok();
    let instruments = listed["instruments"].as_array().expect("a list");
    assert_eq!(instruments.len(), 1);
    assert_eq!(
        (&instruments[0]["symbol"], &instruments[0]["phase"]),
        (&json!("SUSHI"), &json!("continuous"))
    );

    let opened =
        server.post("/v1/accounts", &json!({"client_request_id": "ana", "currency": "JPY"})).ok();
    assert_eq!(opened["account"]["cash"]["total"], "500");
    server.post("/v1/accounts", &json!({"client_request_id": "bob", "currency": "JPY"})).ok();
    let third =
        server.post("/v1/accounts", &json!({"client_request_id": "eve", "currency": "JPY"}));
    assert_eq!((third.status, &third.body["code"]), (409, &json!("accounts_full")));
    server.kill();

    // A restart lists nothing again; a flag wins over the file.
    let server = start(&data, &file, &["--key-rate", "78"]);
    let listed = server.get("/v1/instruments");
    assert!(listed.header("ratelimit-policy").is_some_and(|it| it.contains("\"key\";q=78;")));
    assert_eq!(listed.ok()["instruments"].as_array().map(Vec::len), Some(1));
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");

    // What is fixed for life is not changed by a file.
    fs::write(&file, SMALL.replace("accounts_max = 2", "accounts_max = 3")).expect("a file");
    let arguments = ["--data", text(&data), "--profile", text(&file), "--listen", "127.0.0.1:0"];
    let (_, errors, code) = told(&output(&[["run"].as_slice(), &arguments].concat()));
    assert_eq!(code, 3, "{errors}");
    let expected = "small.toml:4: venue.accounts_max: 3 does not pass, expected 2: so the venue in";
    assert!(errors.contains(expected), "{errors}");
    let (_, errors, code) =
        told(&output(&["run", "--demo", "--data", text(&data), "--listen", "127.0.0.1:0"]));
    assert_eq!(code, 3, "{errors}");
    assert!(errors.contains("venue.currencies: USD with 2 decimals, BRL"), "{errors}");
    // Without a profile it is served as it is.
    let server = Server::start_bare(&data);
    assert_eq!(server.get("/v1/instruments").ok()["instruments"].as_array().map(Vec::len), Some(1));
}

#[test]
fn payments_wait_where_a_flag_says_so_against_the_profile() {
    let folder = tempfile::tempdir().expect("a folder");
    let paid = |arguments: &[&str], data: &str| {
        let arguments =
            [&["--demo", "--demo-rate", "0", "--listen", "127.0.0.1:0"], arguments].concat();
        let server = Server::start_bare_with(&folder.path().join(data), &arguments);
        let person = json!({"name": "ana", "password": "correct horse", "currency": "BRL"});
        let account = server.post("/v1/auth/register", &person).ok()["account_id"].clone();
        let login = json!({"name": "ana", "password": "correct horse"});
        let token = server.post("/v1/auth/login", &login).ok()["token"].clone();
        let server = server.with_key(token.as_str().expect("a token"));
        let path = format!("/v1/accounts/{}/deposits", account.as_str().expect("an id"));
        server.post(&path, &json!({"client_request_id": "pay", "amount": "1.00"})).status
    };
    assert_eq!(paid(&[], "at-once"), 200);
    assert_eq!(paid(&["--self-service-deposits=false"], "later"), 202);
}

#[test]
fn a_profile_that_does_not_pass_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("bad.toml"));
    fs::write(&file, SMALL.replace("high = \"10000\"", "high = \"10001\"")).expect("a file");
    let run = ["run", "--data", text(&data), "--profile", text(&file), "--listen", "127.0.0.1:0"];
    let place = format!("{}:20: instruments[0].band.high: 10001 does not pass", text(&file));
    for arguments in [run.as_slice(), &["profile", "check", text(&file)]] {
        let (shown, errors, code) = told(&output(arguments));
        assert_eq!((code, shown.as_str()), (3, ""), "{errors}");
        assert!(errors.contains(&place), "{errors}");
    }
    assert!(!data.exists(), "nothing was made");
    let (_, errors, code) = told(&output(&["profile", "check", text(&data)]));
    assert_eq!(code, 3);
    assert!(errors.contains("data: No such file"), "{errors}");
    let both = ["run", "--demo", "--profile", text(&file)];
    assert_eq!(told(&output(&both)).2, 2);
}

#[test]
fn what_is_printed_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    let (shown, errors, code) = told(&output(&["profile"]));
    assert_eq!(code, 0, "{errors}");
    fs::write(&file, &shown).expect("a file");
    let (shown, errors, code) = told(&output(&["profile", "check", text(&file)]));
    assert_eq!(code, 0, "{errors}");
    assert_eq!(shown, format!("{}: passes; currencies 3, instruments 5\n", text(&file)));
}

/// Every file of a folder, and of the folders in it, with all its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.map(|it| it.path()).partition(|path| path.is_dir());
    let read = files.into_iter().map(|path| (path.clone(), fs::read(path).expect("a file")));
    read.chain(folders.iter().flat_map(|folder| contents(folder))).collect()
}

#[test]
fn a_venue_that_a_profile_does_not_fit_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("mine.toml"));
    let market = SMALL.split_once("[[").expect("an instrument").1;
    let one = format!("[venue]\ninstruments_max = 2\n{}", SMALL.replace("[venue]\n", ""));
    fs::write(&file, &one).expect("a file");
    let server = start(&data, &file, &[]);
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    let before = contents(&data);
    assert!(before.len() > 2, "{:?}", before.keys());

    // Of two more, one would fit. Currencies are the folder's.
    let more = |symbol: &str| format!("[[{}", market.replace("SUSHI", symbol));
    let two = format!("{}{}", more("RICE"), more("FISH"));
    let arguments = ["run", "--data", text(&data), "--profile", text(&file)];
    let arguments = [arguments.as_slice(), &["--listen", "127.0.0.1:0"]].concat();
    for (profile, expected) in [
        (two.clone(), "instruments[1]: FISH does not pass, expected at most 2 instruments"),
        (
            more("SUSHI").replace("lot_size = \"1\"", "lot_size = \"2\""),
            "instruments[0].lot_size: 2 does not pass, expected 1: so SUSHI is listed in the venue",
        ),
        ("[venue]\naccounts_max = 3\n".to_owned(), "venue.accounts_max: 3 does not pass"),
    ] {
        fs::write(&file, &profile).expect("a file");
        let (_, errors, code) = told(&output(&arguments));
        assert_eq!(code, 3, "{errors}");
        assert!(errors.contains(expected), "{errors}");
        assert!(contents(&data) == before, "nothing was written: {errors}");
    }

    // What fits is listed. What clients may do is what this start says, and is told.
    fs::write(&file, more("RICE")).expect("a file");
    let server = start(&data, &file, &["--self-service-deposits"]);
    let listed = server.get("/v1/instruments").ok();
    assert_eq!(listed["instruments"].as_array().map(Vec::len), Some(2));
    let (_, logged) = server.stop();
    let policy = logged.lines().find(|line| line.contains("what clients may do"));
    let policy = policy.expect("it is told");
    for part in ["mine.toml", "self_service_deposits=true", "opening_balance_units=0"] {
        assert!(policy.contains(part), "no {part} in {policy}");
    }
}
