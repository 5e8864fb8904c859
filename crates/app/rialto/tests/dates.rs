//! The business date of the built binary: moved on by an operator, or by the clock.

mod support;

use std::path::Path;

use journal::FileStorage;
use serde_json::{Value, json};
use support::{Server, output, told};
use types::{Currency, Date};
use venue::{CurrencyRule, Genesis, Limits};
use wire::json::{DateText, parse_date};

/// Long ago.
const OLD: Date = Date(20_000);
const DAY_NS: u64 = 24 * 3_600 * 1_000_000_000;
const FREE: [&str; 2] = ["--listen", "127.0.0.1:0"];

/// Runs `rialto admin date` and answers what it printed, and its exit code.
fn date(server: &Server, data: &Path, arguments: &[&str]) -> (String, String, i32) {
    let (url, data) = (format!("http://{}", server.address), data.to_str().expect("text"));
    let all = ["admin", "--url", &url, "--data", data, "date"];
    told(&output(&[&all, arguments].concat()))
}

fn in_force(server: &Server) -> Date {
    let time = server.get("/v1/time").ok();
    parse_date("date", time["business_date"].as_str().expect("a date")).expect("a date")
}

fn trade(server: &Server) {
    for name in ["ana", "bob"] {
        let body = json!({"client_request_id": name, "currency": "BRL"});
        server.post("/v1/accounts", &body).ok();
    }
    let float = json!({"instrument": "PETR4", "qty": "10"});
    server.post("/v1/accounts/2/issues", &float).ok();
    for (account, side) in [(2, "sell"), (1, "buy")] {
        let order = json!({
            "symbol": "PETR4", "side": side, "type": "limit", "qty": "10", "price": "10.00",
        });
        server.post(&format!("/v1/accounts/{account}/orders"), &order).ok();
    }
}

#[test]
fn an_operator_moves_the_date_on_and_the_day_closes() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    trade(&server);
    let quote = || server.get("/v1/instruments/PETR4/quote").ok()["quote"].clone();
    let day = || {
        let candles = server.get("/v1/instruments/PETR4/candles?interval=1d").ok();
        candles["candles"].as_array().expect("a list").first().expect("a day")["closed"].clone()
    };
    assert_eq!((quote()["previous_close"].clone(), day()), (Value::Null, json!(false)));
    assert_eq!(quote()["day"]["trades"], 1);

    let today = in_force(&server);
    let [today, tomorrow] = [today, Date(today.0 + 1)].map(|date| DateText(date).to_string());
    let shown = format!("business date {today}\n");
    assert_eq!(date(&server, folder.path(), &[]), (shown, String::new(), 0));
    let shown = format!("business date {tomorrow}\n");
    assert_eq!(date(&server, folder.path(), &[&tomorrow]), (shown.clone(), String::new(), 0));
    assert_eq!((quote()["previous_close"].clone(), day()), (json!("10.00"), json!(true)));
    assert_eq!(quote()["day"]["trades"], 0, "of the new day");

    for (wrong, code) in [(tomorrow.as_str(), "date_not_later"), ("tomorrow", "invalid_field")] {
        let (_, errors, exit) = date(&server, folder.path(), &[wrong]);
        assert_eq!(exit, 1, "{errors}");
        assert!(errors.contains(code) && errors.contains("business"), "{errors}");
    }
    // The clock does not take back what an operator said, nor does a restart.
    server.kill();
    let server = Server::start(folder.path());
    assert_eq!(date(&server, folder.path(), &[]).0, shown);
}

#[test]
fn a_venue_that_was_away_for_long_starts_on_the_date_of_utc() {
    let folder = tempfile::tempdir().expect("a folder");
    let genesis = Genesis {
        venue: 7,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits::default(),
        currencies: vec![CurrencyRule { code: Currency::new("BRL").expect("a code"), decimals: 2 }],
        business_date: OLD,
        hash_key: [1, 2],
        parent: None,
    };
    let storage = FileStorage::open(folder.path()).expect("a folder");
    let config = sequencer::Config::default();
    let at_ns = u64::from(OLD.0) * DAY_NS;
    sequencer::create(storage, &config, &genesis, at_ns).expect("a new venue");

    let server = Server::start_bare_with(folder.path(), &[&FREE[..], &["--manual-date"]].concat());
    assert_eq!(in_force(&server), OLD);
    server.kill();
    let today = || {
        let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos();
        Date(u32::try_from(now / u128::from(DAY_NS)).expect("few days"))
    };
    let before = today();
    let server = Server::start_bare(folder.path());
    let found = in_force(&server);
    assert!(before <= found && found <= today(), "{found:?}");
    server.kill();
    // It is one command, under the date's own name; a second start makes none.
    let server = Server::start_bare(folder.path());
    assert!(in_force(&server) >= found);
    server.kill();
    let (records, errors, code) =
        told(&output(&["journal", folder.path().to_str().expect("a path of text")]));
    assert_eq!(code, 0, "{errors}");
    let name = format!("request=date-{}", DateText(found));
    assert_eq!(records.matches(&name).count(), 1, "{records}");
}
