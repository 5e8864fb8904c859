//! Two terminals: orders over a real socket, events live, a kill in the middle, and all is there.

mod support;

use serde_json::{Value, json};
use support::{Server, output, told};

const ANA: &str = "/v1/accounts/1";
const BOB: &str = "/v1/accounts/2";

fn open_accounts(server: &Server) {
    for (name, cash) in [("ana", "10000.00"), ("bob", "10000.00")] {
        let body = json!({"client_request_id": name, "currency": "BRL"});
        let opened = server.post("/v1/accounts", &body).ok();
        assert_eq!(opened["account"]["cash"]["free"], cash);
    }
    let float = json!({"client_request_id": "float", "instrument": "PETR4", "qty": "100"});
    server.post(&format!("{BOB}/issues"), &float).ok();
}

fn limit(name: &str, side: &str, qty: &str, price: &str) -> Value {
    json!({
        "client_order_id": name, "symbol": "PETR4", "side": side, "type": "limit",
        "qty": qty, "price": price, "time_in_force": "gtc",
    })
}

fn place(server: &Server, account: &str, order: &Value) -> Value {
    server.post(&format!("{account}/orders"), order).ok()["order"].clone()
}

fn order(server: &Server, account: &str, name: &str) -> Value {
    server.get(&format!("{account}/orders/by-client-id/{name}")).ok()["order"].clone()
}

fn trades(server: &Server) -> Vec<(String, String)> {
    let page = server.get("/v1/instruments/PETR4/trades").ok();
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let trades = page["trades"].as_array().expect("a list").iter();
    trades.map(|trade| (text(&trade["price"]), text(&trade["qty"]))).collect()
}

/// What two terminals see, which must be the same after a restart. How far the venue is stays out:
/// a candle that closes in silence moves it on.
fn everything(server: &Server) -> Vec<Value> {
    let paths = [
        ANA,
        BOB,
        "/v1/accounts/1/orders",
        "/v1/accounts/2/orders",
        "/v1/instruments",
        "/v1/instruments/PETR4/depth",
    ];
    let seen = paths.iter().map(|path| {
        let mut body = server.get(path).ok();
        let fields = body.as_object_mut().expect("an object");
        fields.retain(|name, _| !["seq", "event_seq"].contains(&name.as_str()));
        if let Some(depth) = fields.get_mut("depth").and_then(Value::as_object_mut) {
            depth.remove("seq");
        }
        body
    });
    seen.collect()
}

#[test]
fn a_buy_of_ten_and_two_sells_of_five_fill_five_and_five() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    open_accounts(&server);
    let mut stream = server.stream("/v1/stream?channels=trades:PETR4,account:1");
    stream.until("cut");

    let bought = place(&server, ANA, &limit("buy", "buy", "10", "10.00"));
    assert_eq!((&bought["status"], &bought["leaves_qty"]), (&json!("open"), &json!("10")));
    for name in ["sell-1", "sell-2"] {
        let sold = place(&server, BOB, &limit(name, "sell", "5", "10.00"));
        assert_eq!((&sold["status"], &sold["cum_qty"]), (&json!("filled"), &json!("5")));
    }
    let bought = order(&server, ANA, "buy");
    assert_eq!((&bought["status"], &bought["cum_value"]), (&json!("filled"), &json!("100.00")));
    assert_eq!(trades(&server), [("10.00".into(), "5".into()), ("10.00".into(), "5".into())]);

    // Live: two trades of five, and Ana's fills leave five, then nothing.
    let (mut traded, mut left) = (Vec::new(), Vec::new());
    while left.len() < 2 {
        for event in stream.until("cut") {
            let rows = |name: &str| event.data[name].as_array().cloned().unwrap_or_default();
            traded.extend(rows("trades").iter().map(|trade| trade["qty"].clone()));
            let fills = rows("events").into_iter().filter(|own| own["event"] == "filled");
            left.extend(fills.map(|own| own["leaves_qty"].clone()));
        }
    }
    assert_eq!((traded, left), (vec![json!("5"), json!("5")], vec![json!("5"), json!("0")]));
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    let is_kept = logged.contains("path=\"/v1/accounts/1/orders\"");
    assert!(is_kept, "requests that were done are there for the search for secrets: {logged}");
}

#[test]
fn a_sell_trades_at_the_best_buys_price_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    open_accounts(&server);
    place(&server, ANA, &limit("buy", "buy", "10", "10.00"));

    let above = place(&server, BOB, &limit("above", "sell", "3", "11.00"));
    assert_eq!(above["status"], "open");
    assert_eq!(trades(&server), []);

    let below = place(&server, BOB, &limit("below", "sell", "4", "9.00"));
    assert_eq!((&below["status"], &below["cum_value"]), (&json!("filled"), &json!("40.00")));
    assert_eq!(trades(&server), [("10.00".into(), "4".into())]);
    let depth = &server.get("/v1/instruments/PETR4/depth").ok()["depth"];
    assert_eq!(depth["bids"], json!([{"price": "10.00", "qty": "6", "orders": 1}]));
    assert_eq!(depth["asks"], json!([{"price": "11.00", "qty": "3", "orders": 1}]));
}

#[test]
fn after_a_kill_everything_is_there_and_a_retry_gets_its_old_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path of text");
    let server = Server::start(folder.path());
    open_accounts(&server);
    let buy = limit("buy", "buy", "10", "10.00");
    let first = server.post(&format!("{ANA}/orders"), &buy);
    place(&server, BOB, &limit("sell", "sell", "4", "9.00"));
    let too_much = limit("too-much", "sell", "97", "9.00");
    let refused = server.post(&format!("{BOB}/orders"), &too_much);
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("short_selling")));
    let before = everything(&server);
    server.kill();

    let server = Server::start(folder.path());
    assert_eq!(everything(&server), before);
    let again = server.post(&format!("{ANA}/orders"), &buy);
    assert_eq!(again.status, first.status);
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{again:?}");
    for field in ["seq", "order_id", "client_order_id"] {
        assert_eq!(again.body[field], first.body[field]);
    }
    let refused_again = server.post(&format!("{BOB}/orders"), &too_much);
    assert_eq!((refused_again.status, &refused_again.body), (refused.status, &refused.body));
    let other = server.post(&format!("{ANA}/orders"), &limit("buy", "buy", "11", "10.00"));
    assert_eq!((other.status, &other.body["code"]), (409, &json!("request_conflict")));
    assert_eq!(order(&server, ANA, "buy")["leaves_qty"], "6");
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");

    let (shown, errors, code) = told(&output(&["verify", data]));
    assert_eq!(code, 0, "{shown}{errors}");
    assert!(shown.contains("everything holds"), "{shown}");
    let (records, errors, code) = told(&output(&["journal", data, "--json"]));
    assert_eq!(code, 0, "{errors}");
    let parse = |line| serde_json::from_str::<Value>(line).expect("JSON");
    let records: Vec<Value> = records.lines().map(parse).collect();
    let seqs: Vec<_> = records.iter().map(|record| record["seq"].as_u64()).collect();
    assert_eq!(seqs, (0..records.len() as u64).map(Some).collect::<Vec<_>>());
    let placed: Vec<_> = records.iter().filter(|record| record["kind"] == "place").collect();
    let names: Vec<_> = placed.iter().map(|record| &record["request"]).collect();
    assert_eq!(names, ["buy", "sell", "too-much", "buy", "too-much", "buy"]);
    assert_eq!((&placed[0]["lots"], &placed[0]["price_ticks"]), (&json!(10), &json!(1000)));
}
