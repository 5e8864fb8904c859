//! Profit and return, the leaderboard, a day's statement, and lists as CSV.

mod support;

use axum::http::Method;
use serde_json::{Value, json};
use support::{Exchange, Reply};

/// Bob buys three of Alice's shares, which then trade at twice the price; the seq of the last
/// command.
async fn doubled(exchange: &Exchange) -> u64 {
    exchange.place(1, "sell", 3, "10.00").await;
    exchange.place(2, "buy", 3, "10.00").await;
    exchange.place(1, "sell", 1, "20.00").await;
    exchange.place(2, "buy", 1, "20.00").await;
    exchange.get("/v1/time").await.expect(200).body["seq"].as_u64().expect("a seq")
}

async fn performance(exchange: &Exchange, account: u32, query: &str) -> Value {
    let path = format!("/v1/accounts/{account}/reports/performance?{query}");
    exchange.get(&path).await.expect(200).body["performance"].take()
}

#[tokio::test]
async fn profit_is_what_is_left_of_the_change_without_what_came_in() {
    let exchange = Exchange::trading().await.remembering();
    let seq = doubled(&exchange).await;
    let expected = json!({
        "currency": "USD", "from": null, "to": null,
        "opening_equity": "0.00", "closing_equity": "100030.00", "net_flows": "100000.00",
        "profit": "30.00", "return": "0.00030000",
    });
    assert_eq!(performance(&exchange, 2, "").await, expected);
    // Alice's 1,000 shares were worth 10,000 from the first trade on; 997 of them doubled.
    let alice = performance(&exchange, 1, "").await;
    let shown = ["closing_equity", "net_flows", "profit", "return"].map(|name| &alice[name]);
    assert_eq!(shown, ["119970.00", "110000.00", "9970.00", "0.09063636"]);

    // The venue's first command was at 22:13:20.
    let whole = "from=2023-11-14T22:13:00Z&to=2023-11-14T22:14:59Z";
    let bounded = performance(&exchange, 2, &format!("{whole}&min_seq={seq}")).await;
    assert_eq!(
        (&bounded["profit"], &bounded["to"]),
        (&json!("30.00"), &json!("2023-11-14T22:14:00.000000000Z"))
    );
    let nothing = performance(&exchange, 2, "to=2023-11-14T22:13:59Z").await;
    let shown = ["opening_equity", "closing_equity", "return"].map(|name| &nothing[name]);
    assert_eq!(shown, ["0.00", "0.00", "0.00000000"], "the minute is not over then");
}

#[tokio::test]
async fn neither_deposits_nor_withdrawals_nor_issues_move_a_rank() {
    let exchange = Exchange::trading().await.remembering();
    doubled(&exchange).await;
    let ranks = async || {
        // A board is kept for a second, unless more is wanted in it.
        let seq = exchange.get("/v1/time").await.expect(200).body["seq"].clone();
        let path = format!("/v1/leaderboard?currency=USD&operator=true&min_seq={seq}");
        let reply = exchange.get(&path).await.expect(200);
        let leaders = reply.body["leaders"].as_array().expect("a list").clone();
        leaders
            .into_iter()
            .map(|it| (it["rank"].clone(), it["account_id"].clone(), it["return"].clone()))
            .collect::<Vec<_>>()
    };
    let before = ranks().await;
    assert_eq!(before.len(), 2);
    assert_eq!(before[0], (json!(1), json!("1"), json!("0.09063636")));
    assert_eq!(before[1], (json!(2), json!("2"), json!("0.00030000")));
    exchange.post("/v1/accounts/2/deposits", json!({"amount": "9000000.00"})).await.expect(200);
    exchange.post("/v1/accounts/1/withdrawals", json!({"amount": "99000.00"})).await.expect(200);
    let issue = json!({"instrument": "PETR4", "qty": "5000"});
    exchange.post("/v1/accounts/2/issues", issue).await.expect(200);
    let transfer = json!({"to": "1", "amount": "700.00"});
    exchange.post("/v1/accounts/2/transfers", transfer).await.expect(200);
    assert_eq!(ranks().await, before);
}

#[tokio::test]
async fn people_see_names_and_returns_and_of_money_only_their_own() {
    let exchange = Exchange::trading().await.remembering();
    doubled(&exchange).await;
    let mut keys = Vec::new();
    for _ in 0..2 {
        let guest = exchange.post("/v1/auth/guest", json!({"currency": "USD"})).await.expect(201);
        let token = guest.body["token"].as_str().expect("a token").to_owned();
        let account = guest.body["account_id"].as_str().expect("an id").to_owned();
        let path = format!("/v1/accounts/{account}/deposits");
        exchange.post(&path, json!({"amount": "100.00"})).await.expect(200);
        keys.push((format!("Bearer {token}"), account));
    }
    let (key, account) = &keys[0];
    let see = async |query: &str| -> Reply {
        let path = format!("/v1/leaderboard?{query}");
        exchange.send(Method::GET, &path, &[("authorization", key)], None).await
    };
    let board = see("currency=USD").await.expect(200).body;
    assert_eq!(board["participants"], 2, "the operator's accounts take no part");
    let leaders = board["leaders"].as_array().expect("a list");
    assert_eq!(leaders.iter().map(|it| &it["rank"]).collect::<Vec<_>>(), [1, 1]);
    assert!(leaders.iter().all(|it| it["is_guest"] == true && it["display_name"].is_string()));
    let seen: Vec<&Value> = leaders.iter().filter_map(|it| it.get("account_id")).collect();
    assert_eq!(seen, [account]);
    assert_eq!(board["yours"], json!([leaders[0]]));
    let all = see("currency=USD&operator=true").await.expect(200).body;
    assert_eq!(all["participants"], 4);
    let own = |it: &&Value| it.get("profit").is_some();
    assert_eq!(all["leaders"].as_array().expect("a list").iter().filter(own).count(), 1);
    see("currency=EUR").await.problem(422, "invalid_field");
    see("currency=USD&operator=perhaps").await.problem(422, "invalid_field");
}

#[tokio::test]
async fn the_statement_of_a_day_adds_up_and_the_next_one_begins_where_it_ended() {
    let exchange = Exchange::trading().await.remembering();
    let seq = doubled(&exchange).await;
    let path = format!("/v1/accounts/2/reports/day?min_seq={seq}");
    let reply = exchange.get(&path).await.expect(200).body;
    assert_eq!(
        reply["day"],
        json!({
            "account_id": "2", "currency": "USD", "business_date": "2024-10-04", "is_over": false,
            "opening_equity": "0.00", "closing_equity": "100030.00", "net_flows": "100000.00",
            "profit": "30.00", "return": "0.00030000",
            "opening_cash": "0.00", "closing_cash": "99950.00",
            "payments": [{"currency": "USD", "kind": "deposit", "payments": 1,
                "amount": "100000.00"}],
            "settled": [{"symbol": "PETR4", "fills": 2, "bought": "4", "sold": "0",
                "paid": "50.00", "received": "0.00", "fees": "0.00"}],
            "holdings": [{"symbol": "PETR4", "opening": "0", "issued": "0", "closing": "4"}],
        })
    );
    let lines = reply["lines"].as_array().expect("a list");
    let amounts: Vec<&Value> = lines.iter().map(|line| &line["amount"]).collect();
    assert_eq!(amounts, ["100000.00", "-30.00", "3", "-20.00", "1"]);
    let seller = format!("/v1/accounts/1/reports/day?min_seq={seq}");
    let seller = exchange.get(&seller).await.expect(200).body["day"]["holdings"][0].take();
    let shown = ["opening", "issued", "closing"].map(|name| &seller[name]);
    assert_eq!(shown, ["0", "1000", "996"]);
    let first = exchange.get("/v1/accounts/2/reports/day?limit=2").await.expect(200).body;
    let cursor = first["next_cursor"].as_str().expect("more follow");
    let rest = format!("/v1/accounts/2/reports/day?limit=500&cursor={cursor}");
    let rest = exchange.get(&rest).await.expect(200).body;
    let paged = [&first["lines"], &rest["lines"]].map(|it| it.as_array().expect("a list").clone());
    assert_eq!(&paged.concat(), lines);
    assert_eq!(rest["day"], Value::Null, "the first page has it");

    let next = json!({"business_date": "2024-10-05"});
    exchange.put("/v1/admin/business-date", next).await.expect(200);
    let seq = doubled(&exchange).await;
    let day = async |date: &str| {
        let path = format!("/v1/accounts/2/reports/day?date={date}&min_seq={seq}");
        exchange.get(&path).await.expect(200).body["day"].take()
    };
    let (over, now) = (day("2024-10-04").await, day("2024-10-05").await);
    assert_eq!((&over["is_over"], &now["is_over"]), (&json!(true), &json!(false)));
    for name in ["equity", "cash"] {
        assert_eq!(over[format!("closing_{name}")], now[format!("opening_{name}")], "{name}");
    }
    assert_eq!(over["closing_cash"], "99950.00");
    assert_eq!(over["holdings"][0]["closing"], now["holdings"][0]["opening"]);
    // Four shares fell to ten and rose again, three more were bought at ten, one at twenty.
    assert_eq!((&now["profit"], &now["closing_equity"]), (&json!("30.00"), &json!("100060.00")));
    let late = exchange.get("/v1/accounts/2/reports/day?date=2024-10-06").await;
    late.problem(422, "invalid_field");
    let never = day("2020-01-01").await;
    assert_eq!((&never["closing_equity"], &never["holdings"]), (&json!("0.00"), &json!([])));
}

#[tokio::test]
async fn a_day_that_is_over_is_told_whole_or_not_at_all() {
    let exchange = Exchange::trading().await.remembering();
    for round in 1..=20 {
        exchange.post("/v1/accounts/2/deposits", json!({"amount": "1.00"})).await.expect(200);
        let (year, month, day) = (2024, 10, 4 + round);
        let next = format!("{year}-{month}-{day:02}");
        let body = json!({ "business_date": next });
        exchange.put("/v1/admin/business-date", body).await.expect(200);
        // At once, and without saying what must be in it.
        let before = format!("{year}-{month}-{:02}", day - 1);
        let path = format!("/v1/accounts/2/reports/day?date={before}");
        let told = exchange.get(&path).await.expect(200).body["day"].take();
        let cash = format!("{}.00", 100_000 + round);
        assert_eq!((&told["closing_cash"], &told["closing_equity"]), (&json!(cash), &json!(cash)));
    }
}

#[tokio::test]
async fn lists_are_sent_as_csv_oldest_first() {
    let exchange = Exchange::trading().await.remembering();
    let seq = doubled(&exchange).await;
    let path = |rest: &str| format!("/v1/instruments/PETR4/reports/{rest}min_seq={seq}");
    let trades = exchange.text(&path("trades.csv?")).await;
    let lines: Vec<&str> = trades.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "time,seq,trade_id,symbol,price,qty,taker_side");
    assert!(
        lines[1].starts_with("2023-11-14T22:13:20.") && lines[1].ends_with(",1,PETR4,10.00,3,buy"),
        "{}",
        lines[1]
    );
    assert!(lines[2].ends_with(",2,PETR4,20.00,1,buy"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);

    let next = json!({"business_date": "2024-10-05"});
    exchange.put("/v1/admin/business-date", next).await.expect(200);
    let seq = exchange.get("/v1/time").await.expect(200).body["seq"].as_u64().expect("a seq");
    let path = format!("/v1/instruments/PETR4/reports/candles.csv?interval=1d&min_seq={seq}");
    assert_eq!(
        exchange.text(&path).await,
        "time,symbol,interval,open,high,low,close,volume,value,trades\r\n\
         2024-10-04T00:00:00.000000000Z,PETR4,1d,10.00,20.00,10.00,20.00,4,50.00,2\r\n"
    );
    let fills = exchange.text("/v1/accounts/2/reports/fills.csv?side=buy").await;
    let last = fills.split_terminator("\r\n").last().expect("lines");
    assert!(last.ends_with(",PETR4,buy,taker,20.00,1,20.00,0.00,1,0"), "{last}");
    let none = exchange.text("/v1/accounts/2/reports/fills.csv?side=sell").await;
    assert_eq!(none.split_terminator("\r\n").count(), 1, "the head");

    let day = exchange.text("/v1/accounts/2/reports/day.csv?date=2024-10-04").await;
    let lines: Vec<&str> = day.split_terminator("\r\n").collect();
    let columns =
        "time,event_seq,line,asset,amount,balance,reason,reference,order_id,trade_date,value_date";
    assert_eq!(lines[0], columns);
    assert_eq!(lines[1], ",,,USD,,0.00,opening,,,2024-10-04,");
    assert_eq!(lines[2], ",,,PETR4,,0,opening,,,2024-10-04,");
    assert!(lines[3].contains(",USD,100000.00,100000.00,deposit,"), "{}", lines[3]);
    assert_eq!(lines[lines.len() - 2], ",,,USD,,99950.00,closing,,,2024-10-04,");
    assert_eq!(lines[lines.len() - 1], ",,,PETR4,,4,closing,,,2024-10-04,");
    assert!(lines.iter().all(|line| line.split(',').count() == 11));
}

#[tokio::test]
async fn a_list_longer_than_a_page_is_sent_whole() {
    let exchange = Exchange::trading().await.remembering();
    exchange
        .post("/v1/accounts/1/issues", json!({"instrument": "PETR4", "qty": "1"}))
        .await
        .expect(200);
    for _ in 0..1_001 {
        exchange.place(1, "sell", 1, "10.00").await;
    }
    exchange.place(2, "buy", 1_000, "10.00").await;
    exchange.place(2, "buy", 1, "10.00").await;
    let seq = exchange.get("/v1/time").await.expect(200).body["seq"].as_u64().expect("a seq");
    let trades = format!("/v1/instruments/PETR4/reports/trades.csv?min_seq={seq}");
    let trades = exchange.text(&trades).await;
    let numbers: Vec<u32> = trades
        .split_terminator("\r\n")
        .skip(1)
        .map(|line| line.split(',').nth(2).expect("a number").parse().expect("digits"))
        .collect();
    assert_eq!(numbers, (1..=1_001).collect::<Vec<_>>());
}

#[tokio::test]
async fn reports_are_for_owners_and_without_a_history_they_say_so() {
    let exchange = Exchange::trading().await;
    let guest = exchange.post("/v1/auth/guest", json!({"currency": "USD"})).await.expect(201);
    let key = format!("Bearer {}", guest.body["token"].as_str().expect("a token"));
    for path in ["performance", "day", "day.csv", "fills.csv"] {
        let path = format!("/v1/accounts/1/reports/{path}");
        let other = exchange.send(Method::GET, &path, &[("authorization", &key)], None).await;
        other.problem(404, "unknown_account");
    }
    exchange.get("/v1/accounts/1/reports/performance").await.expect(200);
    let limited = "/v1/instruments/PETR4/reports/candles.csv?interval=1m&limit=5";
    exchange.get(limited).await.problem(422, "invalid_field");
    let bounded = "/v1/accounts/1/reports/performance?from=2023-11-14T22:13:00Z";
    exchange.get(bounded).await.problem(503, "behind");
    exchange.get("/v1/accounts/1/reports/day").await.problem(503, "behind");
    exchange.get("/v1/instruments/PETR4/reports/trades.csv").await.problem(503, "behind");
    exchange.get("/v1/leaderboard?from=2023-11-14T22:13:00Z").await.problem(503, "behind");
}

#[tokio::test]
async fn operators_see_what_everybody_did() {
    let exchange = Exchange::trading().await.remembering();
    exchange.post("/v1/accounts", json!({"currency": "JPY"})).await.expect(201);
    exchange.post("/v1/accounts/3/deposits", json!({"amount": "500"})).await.expect(200);
    let none = json!({"symbol": "PETR4", "side": "sell", "type": "limit", "qty": "1",
        "price": "10.00"});
    exchange.post("/v1/accounts/2/orders", none).await.problem(422, "short_selling");
    let seq = doubled(&exchange).await;
    let path = format!("/v1/admin/statistics?from=2024-10-04&min_seq={seq}");
    let mut body = exchange.get(&path).await.expect(200).body;
    assert_eq!(
        body["traded"],
        json!([{"symbol": "PETR4", "orders": 4, "fills": 2, "volume": "4", "notional": "50.00",
            "fees": "0.00"}])
    );
    let paid = |currency: &str, payments: u64, amount: &str| {
        let kind = "deposit";
        json!({"currency": currency, "kind": kind, "payments": payments, "amount": amount})
    };
    let expected = json!([paid("JPY", 1, "500"), paid("USD", 2, "200000.00")]);
    assert_eq!(body["payments"].take(), expected);
    assert_eq!(body["refusals"], json!([{"code": "short_selling", "refusals": 1}]));
    let later = exchange.get("/v1/admin/statistics?from=2024-10-05").await.expect(200).body;
    assert_eq!((&later["traded"], &later["payments"]), (&json!([]), &json!([])));
}
