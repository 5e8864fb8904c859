//! A preview tells what placing then does, and changes nothing.

mod support;

use std::time::Duration;

use gateway::Config;
use serde_json::{Value, json};
use support::{Exchange, PATIENCE, limit, petr4};

const PREVIEW: &str = "/v1/accounts/2/orders/preview";

async fn ask(exchange: &Exchange, order: &Value) -> Value {
    exchange.post(PREVIEW, order.clone()).await.expect(200).body
}

/// Alice asks 10 at 10.00, 4 of them shown, and 10 at 10.01; takers pay 0.1 %.
async fn offered() -> Exchange {
    let exchange = Exchange::trading().await;
    let fees = json!({"fees": {"maker_ppm": 0, "taker_ppm": 1000}});
    exchange.put("/v1/instruments/PETR4/fees", fees).await.expect(200);
    let mut iceberg = limit("sell", 10, "10.00");
    iceberg["display_qty"] = json!("4");
    exchange.post("/v1/accounts/1/orders", iceberg).await.expect(201);
    exchange.place(1, "sell", 10, "10.01").await;
    exchange
}

#[tokio::test]
async fn a_preview_walks_the_real_book_and_places_nothing() {
    let exchange = offered().await;
    let before = exchange.get("/v1/accounts/2").await.expect(200).body;
    let order = limit("buy", 22, "10.02");
    let told = ask(&exchange, &order).await;
    assert_eq!(told["seq"], before["seq"]);
    assert_eq!(told["refusal"], Value::Null);
    assert_eq!(
        told["preview"],
        json!({
            "filled_qty": "20", "average_price": "10.005000", "worst_price": "10.01",
            "filled_value": "200.10", "amount": "200.10", "fee": "0.21", "resting_qty": "2",
            "waiting_qty": "0", "canceled_qty": "0",
            // 2 at 10.02 are held with their fee, which is rounded up with that of the fills.
            "cash_after": {"free": "99779.63", "held": "20.06"},
        })
    );
    assert_eq!(exchange.get("/v1/accounts/2").await.expect(200).body, before);

    let placed = exchange.post("/v1/accounts/2/orders", order).await.expect(201).body;
    for (name, shown) in [("cum_qty", "20"), ("cum_value", "200.10"), ("fee", "0.21")] {
        assert_eq!(placed["order"][name], shown);
    }
    let after = exchange.get("/v1/accounts/2").await.expect(200).body;
    for name in ["free", "held"] {
        assert_eq!(after["account"]["cash"][name], told["preview"]["cash_after"][name]);
    }
}

#[tokio::test]
async fn what_does_not_trade_at_once_rests_waits_or_is_canceled() {
    let exchange = offered().await;
    let stop = json!({"symbol": "PETR4", "side": "buy", "type": "stop", "qty": "3",
        "stop_price": "50.00", "time_in_force": "gtc"});
    let mut ioc = limit("buy", 30, "10.00");
    ioc["time_in_force"] = json!("ioc");
    for (order, fates) in [
        (limit("buy", 5, "9.00"), ["0", "5", "0", "0"]),
        (stop, ["0", "0", "3", "0"]),
        (ioc, ["10", "0", "0", "20"]),
    ] {
        let preview = &ask(&exchange, &order).await["preview"];
        let names = ["filled_qty", "resting_qty", "waiting_qty", "canceled_qty"];
        assert_eq!(names.map(|name| preview[name].as_str().unwrap()), fates, "{order}");
        let has_traded = fates[0] != "0";
        assert_eq!(preview["average_price"].is_string(), has_traded);
        assert_eq!(preview["worst_price"].is_string(), has_traded);
    }
}

#[tokio::test]
async fn a_preview_tells_the_refusal_that_placing_then_meets() {
    let exchange = offered().await;
    let fok = |qty| {
        let mut order = limit("buy", qty, "10.00");
        order["time_in_force"] = json!("fok");
        order
    };
    let mut post_only = limit("buy", 1, "10.00");
    post_only["post_only"] = json!(true);
    let market = json!({"symbol": "PETR4", "side": "buy", "type": "market", "qty": "5000",
        "time_in_force": "ioc"});
    for (order, code) in [
        (fok(11), "fill_or_kill_short"),
        (post_only, "would_take_liquidity"),
        (market, "insufficient_funds"),
        (limit("sell", 1, "10.00"), "short_selling"),
        (limit("buy", 1, "100.01"), "price_above_band"),
    ] {
        let mut told = ask(&exchange, &order).await;
        assert_eq!(told["preview"], Value::Null);
        let refused = exchange.post("/v1/accounts/2/orders", order).await;
        let mut refused = refused.body;
        // Only a command has a place in the record.
        assert!(refused.as_object_mut().unwrap().remove("seq").is_some());
        assert_eq!(refused["code"], code);
        assert_eq!(told["refusal"].take(), refused);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_like_an_order() {
    let exchange = offered().await;
    let mut misspelt = limit("buy", 1, "10.00");
    misspelt["time_in_farce"] = json!("ioc");
    exchange.post(PREVIEW, misspelt).await.problem(422, "invalid_field");
    let reply = exchange.post(PREVIEW, limit("buy", 1, "10.001")).await;
    reply.problem(422, "invalid_field").field("price", "10.001");
    let mut named = limit("buy", 1, "10.00");
    named["client_order_id"] = json!("a b");
    let reply = exchange.post(PREVIEW, named).await.problem(422, "invalid_field");
    reply.field("client_order_id", "a b");
    let reply = exchange.post("/v1/accounts/9/orders/preview", limit("buy", 1, "10.00")).await;
    reply.problem(404, "unknown_account");
    let path = format!("{PREVIEW}?min_seq=8000");
    exchange.post(&path, limit("buy", 1, "10.00")).await.problem(503, "behind");
}

#[tokio::test]
async fn more_trades_than_a_preview_goes_through_are_told() {
    let exchange = Exchange::trading().await;
    let issue = json!({"instrument": "PETR4", "qty": "20000"});
    exchange.post("/v1/accounts/1/issues", issue).await.expect(200);
    let mut iceberg = limit("sell", 1_000, "1.00");
    iceberg["display_qty"] = json!("1");
    for _ in 0..11 {
        exchange.post("/v1/accounts/1/orders", iceberg.clone()).await.expect(201);
    }
    let reply = exchange.post(PREVIEW, limit("buy", 10_001, "1.00")).await;
    reply.problem(422, "preview_too_long").field("qty", "10001");
    let told = ask(&exchange, &limit("buy", 10_000, "1.00")).await;
    assert_eq!(told["preview"]["filled_qty"], "10000");
}

#[tokio::test]
async fn a_preview_that_nobody_answers_in_time_has_applied_nothing() {
    let exchange = Exchange::new(Config { answer_timeout: Duration::ZERO, ..Config::default() });
    // What is asked before is done, whether or not the engine is quick enough to say so.
    exchange.post("/v1/instruments", petr4()).await;
    exchange.post("/v1/accounts", json!({"currency": "USD"})).await;
    let come = async {
        while exchange.get("/v1/accounts/1").await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, come).await.expect("the account is opened");
    let path = "/v1/accounts/1/orders/preview";
    let late = async {
        loop {
            let reply = exchange.post(path, limit("buy", 1, "10.00")).await;
            if reply.status == 504 {
                return reply.problem(504, "no_answer");
            }
        }
    };
    let late = tokio::time::timeout(PATIENCE, late).await.expect("one is too late");
    assert_eq!(late.body["applied"], false);
}
