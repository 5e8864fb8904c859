//! `rialto report` against a running venue: tables, CSV, and what it says when it cannot.

mod support;

use std::path::Path;

use serde_json::json;
use support::{Server, output, told};

/// What a command printed, and what it ended with.
fn report(server: &Server, data: &Path, arguments: &str) -> (String, String, i32) {
    let url = format!("http://{}", server.address);
    let data = data.to_str().expect("a path of text");
    let mut all = vec!["report", "--url", &url, "--data", data];
    all.extend(arguments.split(' '));
    told(&output(&all))
}

/// Ana buys ten of Bob's hundred at 10.00, and one more at 12.00, once the history has that.
fn traded(data: &Path) -> Server {
    let server = Server::start(data);
    for name in ["ana", "bob"] {
        let body = json!({"client_request_id": name, "currency": "BRL"});
        server.post("/v1/accounts", &body).ok();
    }
    let float = json!({"client_request_id": "float", "instrument": "PETR4", "qty": "100"});
    server.post("/v1/accounts/2/issues", &float).ok();
    let mut seq = 0;
    for (qty, price) in [("10", "10.00"), ("1", "12.00")] {
        for (account, side) in [(1, "buy"), (2, "sell")] {
            let order = json!({"client_order_id": format!("{side}-{price}"), "symbol": "PETR4",
                "side": side, "type": "limit", "qty": qty, "price": price});
            let reply = server.post(&format!("/v1/accounts/{account}/orders"), &order).ok();
            seq = reply["seq"].as_u64().expect("a seq");
        }
    }
    for reached in ["history/fills", "history/entries"] {
        server.get(&format!("/v1/accounts/1/{reached}?min_seq={seq}")).ok();
    }
    server
}

#[test]
fn reports_are_tables_for_people_and_csv_for_spreadsheets() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = traded(folder.path());
    let printed = |arguments: &str| {
        let (shown, errors, code) = report(&server, folder.path(), arguments);
        assert_eq!(code, 0, "{arguments}: {shown}{errors}");
        shown
    };
    assert_eq!(
        printed("statistics"),
        "SYMBOL  ORDERS  FILLS  VOLUME  NOTIONAL  FEES\n\
         PETR4   4       2      11      112.00    0.00\n\
         \n\
         PAYMENTS  CURRENCY  NUMBER  AMOUNT\n\
         deposit   BRL       2       20000.00\n\
         \n\
         nothing was refused\n"
    );
    assert_eq!(printed("statistics --symbol PETR4").lines().count(), 2);
    assert_eq!(printed("statistics --symbol VALE3"), "nothing was ordered\n");
    assert_eq!(
        printed("performance 1"),
        "from the beginning to now\n\
         \n\
         equity before     0.00 BRL\n\
         paid in, net  10000.00 BRL\n\
         profit           20.00 BRL\n\
         equity after  10020.00 BRL\n\
         return        0.200000 %\n"
    );
    let board = printed("leaderboard --currency BRL --operator");
    let rows: Vec<Vec<&str>> =
        board.lines().skip(3).map(|line| line.split_whitespace().collect()).collect();
    // Bob's shares were worth 1,000 from the first trade on, and of 90 each won 2.
    assert_eq!(rows[0], ["1", "Operator", "2", "1.636364", "%", "180.00"]);
    assert_eq!(rows[1], ["2", "Operator", "1", "0.200000", "%", "20.00"]);
    assert!(printed("leaderboard").ends_with("nobody takes part yet\n"));

    let trades = printed("trades PETR4 --csv");
    let lines: Vec<&str> = trades.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "time,seq,trade_id,symbol,price,qty,taker_side");
    assert!(lines[1].ends_with(",1,PETR4,10.00,10,sell") && lines.len() == 3, "{trades}");
    assert_eq!(printed("trades PETR4").lines().count(), 3);
    assert_eq!(printed("fills 1 --csv").lines().count(), 3);
    assert_eq!(printed("fills 1").lines().count(), 3);
    let candles = printed("candles PETR4 --interval 1d --csv");
    assert!(candles.starts_with("time,symbol,interval,open,"), "{candles}");
    assert_eq!(printed("candles PETR4 --interval 1d"), "no candles that are closed\n");
    let day = printed("day 1");
    assert!(
        day.contains(", which goes on\n") && day.contains("PETR4   0       0       11\n"),
        "{day}"
    );
    assert!(printed("day 1 --csv").contains(",BRL,-100.00,9900.00,trade,"));
    let balance = printed("trial-balance");
    assert!(balance.contains("PETR4  outside    -100\n"), "{balance}");
    let json = printed("--json performance 1");
    assert!(json.starts_with('{') && json.contains("\"return\":\"0.00200000\""), "{json}");
}

#[test]
fn a_report_that_cannot_be_made_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    let ends = |arguments: &str, code: i32, with: &str| {
        let (shown, errors, found) = report(&server, folder.path(), arguments);
        assert_eq!(found, code, "{arguments}: {shown}{errors}");
        assert!(errors.contains(with), "{arguments}: {errors}");
        assert_eq!(shown, "", "{arguments}");
    };
    ends("performance 9", 1, "unknown_account");
    ends("trades NONE --csv", 1, "unknown_instrument");
    ends("--json day 1 --csv", 2, "cannot be used with");
    ends("candles PETR4 --interval 2m", 1, "1s, 1m, 5m, 15m, 1h, 1d");
    ends("performance 1 --from yesterday", 1, "from");
    ends("statistics --account 1 --symbol PETR4", 2, "cannot be used with");
    ends("--key-file /nowhere/key trial-balance", 3, "/nowhere/key");
}
