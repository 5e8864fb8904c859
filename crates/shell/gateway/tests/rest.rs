//! What each route answers when all is well.

mod support;

use axum::http::Method;
use gateway::Config;
use serde_json::{Value, json};
use support::{Exchange, limit, petr4};

#[tokio::test]
async fn health_and_readiness_are_told() {
    let exchange = Exchange::new(Config::default());
    let health = exchange.get("/health").await.expect(200);
    assert_eq!(health.body, json!({"status": "ok"}));
    let ready = exchange.get("/ready").await.expect(200);
    assert_eq!(ready.body, json!({"status": "ready", "seq": 0, "event_seq": 0}));
    exchange.gateway.stop();
    exchange.get("/ready").await.problem(503, "stopped");
    exchange.get("/health").await.expect(200);
}

#[tokio::test]
async fn an_account_opens_is_shown_and_listed() {
    let exchange = Exchange::new(Config::default());
    let body = json!({"currency": "USD", "self_trade": "decrement"});
    let opened = exchange.post("/v1/accounts", body).await.expect(201);
    assert_eq!(opened.headers["location"], "/v1/accounts/1");
    let account = json!({
        "account_id": "1", "owner": "1", "currency": "USD", "self_trade": "decrement",
        "status": "active", "cash": {"free": "0.00", "held": "0.00", "total": "0.00"},
        "account_seq": 1, "opened_at": "2023-11-14T22:13:20.001000000Z", "open_orders": 0,
        "positions": [],
    });
    assert_eq!(opened.body, json!({"seq": 1, "event_seq": 1, "account": account}));
    let shown = exchange.get("/v1/accounts/1").await.expect(200);
    assert_eq!(shown.body, opened.body);
    exchange.post("/v1/accounts", json!({"currency": "JPY"})).await.expect(201);
    let first = exchange.get("/v1/accounts?limit=1").await.expect(200);
    assert_eq!(first.body["accounts"][0]["cash"]["free"], "0", "JPY has no decimals");
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = exchange.get(&format!("/v1/accounts?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(second.body["accounts"], json!([account]));
    assert_eq!(second.body["next_cursor"], Value::Null);
}

#[tokio::test]
async fn money_is_deposited_withdrawn_and_transferred() {
    let exchange = Exchange::new(Config::default());
    for _ in 0..2 {
        exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    }
    let free = |body: &Value| body["account"]["cash"]["free"].as_str().unwrap().to_owned();
    let path = |what: &str| format!("/v1/accounts/1/{what}");
    let reply = exchange.post(&path("deposits"), json!({"amount": "100.5"})).await.expect(200);
    assert_eq!((free(&reply.body).as_str(), &reply.body["seq"]), ("100.50", &json!(3)));
    let reply = exchange.post(&path("withdrawals"), json!({"amount": "0.25"})).await.expect(200);
    assert_eq!(free(&reply.body), "100.25");
    let transfer = json!({"to": "2", "amount": "40"});
    let reply = exchange.post(&path("transfers"), transfer).await.expect(200);
    assert_eq!(free(&reply.body), "60.25");
    let other = exchange.get("/v1/accounts/2").await.expect(200);
    assert_eq!(free(&other.body), "40.00");
}

#[tokio::test]
async fn an_account_is_suspended_and_closed() {
    let exchange = Exchange::new(Config::default());
    exchange.post("/v1/accounts", json!({"currency": "USD"})).await.expect(201);
    let body = json!({"suspended": true});
    let reply = exchange.put("/v1/accounts/1/status", body).await.expect(200);
    assert_eq!(reply.body["account"]["status"], "suspended");
    let reply = exchange.delete("/v1/accounts/1").await.expect(200);
    assert_eq!(reply.body["account"]["status"], "closed");
}

#[tokio::test]
async fn an_instrument_is_listed_shown_and_changed() {
    let exchange = Exchange::new(Config::default());
    let listed = exchange.post("/v1/instruments", petr4()).await.expect(201);
    assert_eq!(listed.headers["location"], "/v1/instruments/PETR4");
    let instrument = &listed.body["instrument"];
    assert_eq!(
        (&instrument["tick_size"], &instrument["phase"]),
        (&json!("0.01"), &json!("pre_open"))
    );
    let shown = exchange.get("/v1/instruments/PETR4").await.expect(200);
    assert_eq!(&shown.body["instrument"], instrument);
    let all = exchange.get("/v1/instruments").await.expect(200);
    assert_eq!(all.body["instruments"], json!([instrument]));
    let path = |what: &str| format!("/v1/instruments/PETR4/{what}");
    let reply = exchange.put(&path("phase"), json!({"phase": "halted"})).await.expect(200);
    assert_eq!(reply.body["instrument"]["phase"], "halted");
    let band = json!({"low": "2.00", "high": "50.00"});
    let reply = exchange.put(&path("band"), json!({"band": band})).await.expect(200);
    assert_eq!(reply.body["instrument"]["band"], band);
    let fees = json!({"maker_ppm": 100, "taker_ppm": 200});
    let reply = exchange.put(&path("fees"), json!({"fees": fees})).await.expect(200);
    assert_eq!(reply.body["instrument"]["fees"], fees);
}

#[tokio::test]
async fn an_order_rests_trades_and_is_found_by_both_ids() {
    let exchange = Exchange::trading().await;
    let mut body = limit("sell", 10, "10.00");
    body["client_order_id"] = json!("sell-1");
    let placed = exchange.post("/v1/accounts/1/orders", body).await.expect(201);
    assert_eq!(placed.headers["location"], "/v1/accounts/1/orders/1");
    let order = &placed.body["order"];
    assert_eq!(placed.body["order_id"], "1");
    assert_eq!((&order["status"], &order["leaves_qty"]), (&json!("open"), &json!("10")));
    exchange.place(2, "buy", 4, "10.50").await;
    let found = exchange.get("/v1/accounts/1/orders/1").await.expect(200);
    let order = &found.body["order"];
    let filled = [&order["cum_qty"], &order["leaves_qty"], &order["cum_value"]];
    assert_eq!(filled, [&json!("4"), &json!("6"), &json!("40.00")]);
    let by_client = exchange.get("/v1/accounts/1/orders/by-client-id/sell-1").await.expect(200);
    assert_eq!(&by_client.body["order"], order);
    let account = exchange.get("/v1/accounts/1").await.expect(200);
    let position = json!({"symbol": "PETR4", "free": "990", "held": "6", "total": "996"});
    assert_eq!(account.body["account"]["positions"], json!([position]));
    assert_eq!(account.body["account"]["cash"]["free"], "100040.00");
}

#[tokio::test]
async fn depth_and_trades_show_the_book() {
    let exchange = Exchange::trading().await;
    for (side, qty, price) in
        [("sell", 5, "10.02"), ("sell", 5, "10.01"), ("buy", 3, "9.99"), ("buy", 2, "9.99")]
    {
        let account = if side == "sell" { 1 } else { 2 };
        exchange.place(account, side, qty, price).await;
    }
    exchange.place(2, "buy", 7, "10.02").await;
    let depth = exchange.get("/v1/instruments/PETR4/depth?levels=1").await.expect(200);
    let bids = json!([{"price": "9.99", "qty": "5", "orders": 2}]);
    let asks = json!([{"price": "10.02", "qty": "3", "orders": 1}]);
    assert_eq!((&depth.body["depth"]["bids"], &depth.body["depth"]["asks"]), (&bids, &asks));
    let trades = exchange.get("/v1/instruments/PETR4/trades?limit=1").await.expect(200);
    let trade = &trades.body["trades"][0];
    assert_eq!((&trade["price"], &trade["qty"]), (&json!("10.02"), &json!("2")));
    assert_eq!((&trade["trade_id"], &trade["taker_side"]), (&json!("2"), &json!("buy")));
    let shown = exchange.get("/v1/instruments/PETR4").await.expect(200);
    assert_eq!(&shown.body["instrument"]["last_trade"], trade);
}

#[tokio::test]
async fn an_order_is_replaced_and_canceled() {
    let exchange = Exchange::trading().await;
    let mut body = limit("buy", 10, "9.00");
    body["client_order_id"] = json!("first");
    exchange.post("/v1/accounts/2/orders", body).await.expect(201);
    let change = json!({"client_order_id": "second", "qty": "20", "price": "9.50"});
    let replaced = exchange.patch("/v1/accounts/2/orders/1", change).await.expect(200);
    let order = &replaced.body["order"];
    assert_eq!((&order["qty"], &order["price"]), (&json!("20"), &json!("9.50")));
    assert_eq!(replaced.body["client_order_id"], "second");
    assert_eq!(order["original_client_order_id"], "first");
    let canceled = exchange.delete("/v1/accounts/2/orders/1").await.expect(200);
    let order = &canceled.body["order"];
    assert_eq!(
        (&order["status"], &order["cancel_reason"]),
        (&json!("canceled"), &json!("requested"))
    );
    assert_eq!((&order["canceled_qty"], &order["leaves_qty"]), (&json!("20"), &json!("0")));
}

#[tokio::test]
async fn every_order_type_and_time_in_force_comes_back_as_it_was_written() {
    let exchange = Exchange::trading().await;
    for terms in [
        json!({"type": "stop", "stop_price": "20.00", "collar": "21.00", "time_in_force": "day"}),
        json!({"type": "stop_limit", "stop_price": "20.00", "price": "21.00",
            "time_in_force": "gtc"}),
        json!({"type": "limit", "price": "5.00", "time_in_force": "gtd",
            "expire_at": "2030-01-01T00:00:00.000000000Z"}),
        json!({"type": "limit", "price": "5.00", "time_in_force": "gtc", "display_qty": "1"}),
        json!({"type": "limit", "price": "5.00", "time_in_force": "gtc", "post_only": true}),
        json!({"type": "limit", "price": "5.00", "time_in_force": "ioc"}),
        json!({"type": "market", "collar": "6.00", "time_in_force": "ioc"}),
    ] {
        let mut body = terms.clone();
        (body["symbol"], body["side"], body["qty"]) = (json!("PETR4"), json!("buy"), json!("2"));
        let placed = exchange.post("/v1/accounts/2/orders", body.clone()).await.expect(201);
        let order = &placed.body["order"];
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&order[name], value, "{name} of {terms}");
        }
        let is_stop = terms.get("stop_price").is_some();
        let is_gone = terms["time_in_force"] == "ioc";
        let status = if is_stop {
            "waiting"
        } else if is_gone {
            "canceled"
        } else {
            "open"
        };
        assert_eq!(order["status"], status, "{terms}");
    }
}

#[tokio::test]
async fn the_demo_profile_gives_each_new_account_its_balance_once() {
    let config = Config { starting_balance_units: Some(10_000), ..Config::default() };
    let exchange = Exchange::new(config);
    let body = json!({"currency": "USD", "client_request_id": "open-1"});
    for is_again in [false, true] {
        let opened = exchange.post("/v1/accounts", body.clone()).await.expect(201);
        assert_eq!(opened.is_replayed(), is_again);
        assert_eq!(opened.body["account"]["cash"]["free"], "10000.00");
    }
    let yen = exchange.post("/v1/accounts", json!({"currency": "JPY"})).await.expect(201);
    assert_eq!(yen.body["account"]["cash"]["free"], "10000");
    let withdrawn = json!({"amount": "10000.00"});
    exchange.post("/v1/accounts/1/withdrawals", withdrawn).await.expect(200);
    let again = exchange.post("/v1/accounts", body).await.expect(201);
    assert_eq!(again.body["account"]["cash"]["free"], "0.00");
}

#[tokio::test]
async fn an_answer_carries_the_request_id_of_its_log_lines() {
    let exchange = Exchange::new(Config::default());
    let headers = [("x-request-id", "mine")];
    let reply = exchange.send(Method::GET, "/health", &headers, None).await.expect(200);
    assert_eq!(reply.headers["x-request-id"], "mine");
    assert!(exchange.get("/health").await.headers.contains_key("x-request-id"));
}
