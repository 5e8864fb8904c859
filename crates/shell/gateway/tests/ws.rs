//! Channels and orders over a WebSocket.

mod support;

use std::time::Duration;

use gateway::Config;
use identity::{OPERATOR, Scope, Scopes, Secret, SecretKind};
use serde_json::{Value, json};
use support::client::Client;
use support::ws::{Server, Socket, kinds};
use support::{Exchange, limit};

async fn open() -> (Exchange, Server, Socket) {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let socket = server.connect().await;
    (exchange, server, socket)
}

fn place(account: &str, body: Value) -> Value {
    json!({"op": "place", "account_id": account, "body": body})
}

#[tokio::test]
async fn a_socket_subscribes_and_unsubscribes_at_any_time() {
    let (exchange, _server, mut socket) = open().await;
    let answer = socket.subscribe(&["depth:PETR4"]).await;
    assert_eq!(
        (&answer["status"], &answer["body"]),
        (&json!(200), &json!({"channels": ["depth:PETR4"]}),)
    );
    assert_eq!(kinds(&socket.cut().await), ["depth_snapshot", "cut"]);
    socket.subscribe(&["trades:PETR4", "account:1"]).await;
    let joined = socket.cut().await;
    assert_eq!(kinds(&joined), ["trades_snapshot", "account_snapshot", "open_orders", "cut"]);
    exchange.place(1, "sell", 5, "10.00").await;
    assert_eq!(kinds(&socket.cut().await), ["account", "depth", "cut"]);
    socket.ask("u", json!({"op": "unsubscribe", "channels": ["depth:PETR4", "account:1"]})).await;
    exchange.place(2, "buy", 5, "10.00").await;
    assert_eq!(kinds(&socket.cut().await), ["trades", "cut"]);
}

#[tokio::test]
async fn orders_get_rests_answers_over_the_socket() {
    let (exchange, _server, mut socket) = open().await;
    let mut body = limit("buy", 5, "9.00");
    body["client_order_id"] = json!("mine");
    let placed = socket.ask("a", place("1", body.clone())).await;
    assert_eq!(placed["status"], 201, "{placed}");
    let rest = exchange.get("/v1/accounts/1/orders/1").await.expect(200);
    assert_eq!(placed["body"]["order"], rest.body["order"]);
    let again = socket.ask("b", place("1", body)).await;
    assert_eq!((&again["status"], &again["replayed"]), (&json!(201), &json!(true)));
    let order = json!({"account_id": "1", "order_id": "1"});
    let with = |op: &str, more: Value| {
        let mut message = order.clone();
        message["op"] = json!(op);
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };
    let replaced = socket.ask("c", with("replace", json!({"body": {"qty": "4"}}))).await;
    assert_eq!(replaced["body"]["order"]["qty"], "4", "{replaced}");
    let canceled = socket.ask("d", with("cancel", json!({}))).await;
    assert_eq!(canceled["body"]["order"]["status"], "canceled", "{canceled}");
    let refused = socket.ask("e", with("cancel", json!({}))).await;
    assert_eq!(
        (&refused["status"], &refused["body"]["code"]),
        (&json!(404), &json!("unknown_order"))
    );
    socket.ask("f", place("1", limit("buy", 1, "9.00"))).await;
    let armed = json!({"op": "cancel_after", "account_id": "1", "body": {"seconds": 60}});
    let armed = socket.ask("h", armed).await;
    assert!(armed["body"]["account"]["cancel_at"].is_string(), "{armed}");
    let all = socket.ask("g", json!({"op": "cancel_all", "account_id": "1", "side": "buy"})).await;
    assert_eq!((&all["status"], &all["body"]["open_orders"]), (&json!(200), &json!(0)), "{all}");
}

#[tokio::test]
async fn many_orders_may_be_in_flight() {
    let (_exchange, _server, mut socket) = open().await;
    for number in 0..200 {
        let mut message = place("2", limit("buy", 1, "9.00"));
        message["id"] = json!(number.to_string());
        socket.send(message).await;
    }
    let mut answered = std::collections::BTreeSet::new();
    while answered.len() < 200 {
        let answer = socket.next().await.expect("it stays open");
        assert_eq!(answer["status"], 201, "{answer}");
        assert!(answered.insert(answer["id"].as_str().unwrap().to_owned()), "each once");
    }
}

#[tokio::test]
async fn what_is_wrong_is_answered_and_the_socket_stays() {
    let (_exchange, _server, mut socket) = open().await;
    for (message, status, code, field) in [
        (json!({"op": "subscribe", "channels": ["depth:VALE3"]}), 422, "invalid_field", "channels"),
        (
            json!({"op": "subscribe", "channels": ["account:9"]}),
            404,
            "unknown_account",
            "account_id",
        ),
        (json!({"op": "subscribe", "chanels": []}), 422, "invalid_field", "chanels"),
        (json!({"op": "resync", "channel": "depth:PETR4"}), 422, "invalid_field", "channel"),
        (json!({"op": "sing"}), 422, "invalid_field", "op"),
        (json!({}), 422, "missing_field", "op"),
        (place("9", limit("buy", 1, "9.00")), 404, "unknown_account", "account_id"),
        (place("1", json!({"symbol": "PETR4"})), 422, "missing_field", "side"),
        (place("1", limit("buy", 1, "900.00")), 422, "price_above_band", "price"),
    ] {
        let answer = socket.ask("x", message).await;
        assert_eq!(answer["status"], status, "{answer}");
        assert_eq!(
            (&answer["body"]["code"], &answer["body"]["field"]),
            (&json!(code), &json!(field))
        );
    }
    socket.send(json!([1])).await;
    assert_eq!(socket.next().await.unwrap()["id"], Value::Null);
}

#[tokio::test]
async fn a_client_that_lost_a_frame_begins_that_channel_anew() {
    let (exchange, _server, mut socket) = open().await;
    socket.subscribe(&["depth:PETR4", "trades:PETR4"]).await;
    socket.cut().await;
    exchange.place(1, "sell", 5, "10.00").await;
    socket.cut().await;
    socket.ask("r", json!({"op": "resync", "channel": "depth:PETR4"})).await;
    let cut = socket.cut().await;
    assert_eq!(kinds(&cut), ["depth_snapshot", "cut"]);
    assert_eq!(cut[0]["asks"], json!([{"price": "10.00", "qty": "5", "orders": 1}]));
}

#[tokio::test]
async fn a_socket_goes_on_after_the_cut_it_names() {
    let (exchange, server, mut socket) = open().await;
    let channels = ["depth:PETR4", "trades:PETR4", "account:2"];
    let mut client = Client::default();
    socket.subscribe(&channels).await;
    for message in socket.cut().await {
        client.apply(&message);
    }
    drop(socket);
    exchange.place(1, "sell", 5, "10.00").await;
    exchange.place(2, "buy", 3, "10.00").await;
    let mut socket = server.connect().await;
    let message = json!({"op": "subscribe", "channels": channels, "resume": client.cut});
    socket.ask("s", message).await;
    let newest = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
    while client.cut < newest {
        for message in socket.cut().await {
            client.apply(&message);
        }
    }
    assert_eq!(client.last_trade, 1);
    let mut message = json!({"op": "subscribe", "channels": ["status"], "resume": 1});
    let answer = socket.ask("t", message.clone()).await;
    assert_eq!(answer["body"]["field"], "resume", "one id for all, so only at the beginning");
    message["resume"] = Value::Null;
    assert_eq!(socket.ask("u", message).await["status"], 200);
}

#[tokio::test]
async fn orders_end_with_the_socket_that_asks_for_it() {
    let (exchange, _server, mut socket) = open().await;
    socket.ask("1", place("2", limit("buy", 1, "5.00"))).await;
    socket.ask("2", json!({"op": "cancel_on_disconnect", "enabled": true})).await;
    for number in 0..3 {
        socket.ask(&format!("p{number}"), place("2", limit("buy", 1, "6.00"))).await;
    }
    exchange.place(2, "buy", 1, "7.00").await;
    assert_eq!(open_orders(&exchange).await, 5);
    drop(socket);
    while open_orders(&exchange).await != 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let orders = exchange.get("/v1/accounts/2/orders?status=open").await.body["orders"].clone();
    let prices: Vec<&Value> =
        orders.as_array().unwrap()[..2].iter().map(|it| &it["price"]).collect();
    assert_eq!(prices, ["7.00", "5.00"], "those placed otherwise stay");
}

async fn open_orders(exchange: &Exchange) -> u64 {
    exchange.get("/v1/accounts/2").await.body["account"]["open_orders"].as_u64().unwrap()
}

#[tokio::test]
async fn a_stop_says_so_and_cancels_what_ends_with_the_socket() {
    let (exchange, server, mut socket) = open().await;
    socket.ask("1", json!({"op": "cancel_on_disconnect", "enabled": true})).await;
    socket.ask("2", place("2", limit("buy", 1, "6.00"))).await;
    server.stop().await;
    assert_eq!(open_orders(&exchange).await, 0, "it waits for the cancels");
    assert_eq!(socket.next().await.unwrap()["reason"], "shut_down");
    assert_eq!(socket.closed().await.as_deref(), Some("ended"));
}

#[tokio::test]
async fn sockets_are_counted_with_the_streams() {
    let config = Config { streams_max: 1, ..Config::default() };
    let exchange = Exchange::new(config);
    let server = Server::start(exchange.gateway.clone()).await;
    let _socket = server.connect().await;
    exchange.get("/v1/stream?channels=status").await.problem(503, "streams_full");
}

#[tokio::test]
async fn a_key_comes_with_the_first_message_where_none_came_before() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let mut socket = server.connect_with(None).await;
    let early = socket.subscribe(&["status"]).await;
    assert_eq!(
        (&early["status"], &early["body"]["code"]),
        (&json!(401), &json!("unauthenticated"))
    );
    let order = socket.ask("o", place("1", limit("buy", 1, "9.00"))).await;
    assert_eq!(order["status"], 401);
    let wrong = socket.ask("w", json!({"op": "auth", "key": "guessed"})).await;
    assert_eq!(wrong["status"], 401);
    let key = support::operator_key();
    let good = socket.ask("g", json!({"op": "auth", "key": key.text()})).await;
    assert_eq!(good["status"], 200, "{good}");
    assert_eq!(socket.subscribe(&["status"]).await["status"], 200);
    let again = socket.ask("a", json!({"op": "auth", "key": key.text()})).await;
    assert_eq!(again["status"], 422);
}

#[tokio::test]
async fn a_socket_without_a_key_is_closed_and_a_revoked_key_closes_its_own() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let secret = Secret::new(SecretKind::Key, [7; 32]);
    support::give_key(&exchange.identity, OPERATOR, Scopes::ALL, &secret);
    let mut socket = server.connect_with(Some(&secret)).await;
    assert_eq!(socket.subscribe(&["status"]).await["status"], 200);
    let mut nobody = server.connect_with(None).await;
    let keys = exchange.identity.keys(OPERATOR).unwrap();
    let newest = keys.iter().map(|key| key.id).max().unwrap();
    exchange.identity.revoke_key(support::START, OPERATOR, OPERATOR, newest).unwrap();
    assert_eq!(socket.closed().await.as_deref(), Some("credential_ended"));
    assert_eq!(nobody.closed().await.as_deref(), Some("unauthenticated"));
}

#[tokio::test]
async fn a_socket_may_do_what_its_key_may() {
    let exchange = Exchange::trading().await;
    let server = Server::start(exchange.gateway.clone()).await;
    let secret = Secret::new(SecretKind::Key, [8; 32]);
    support::give_key(&exchange.identity, OPERATOR, Scopes::from_iter([Scope::Funds]), &secret);
    let mut socket = server.connect_with(Some(&secret)).await;
    let refused = socket.ask("o", place("1", limit("buy", 1, "9.00"))).await;
    assert_eq!(refused["body"]["code"], "missing_scope");
    assert_eq!(socket.subscribe(&["status"]).await["body"]["code"], "missing_scope");
    let guest = exchange.post("/v1/auth/guest", json!({})).await.expect(201).body;
    let mut socket = server.connect_with(None).await;
    let shown = socket.ask("g", json!({"op": "auth", "key": guest["token"]})).await;
    assert_eq!(shown["status"], 200, "{shown}");
    for account in ["1", "9"] {
        let other = socket.subscribe(&[&format!("account:{account}")]).await;
        assert_eq!(other["body"]["code"], "unknown_account", "another's is like none");
        let order = socket.ask("o", place(account, limit("buy", 1, "9.00"))).await;
        assert_eq!(order["body"]["code"], "unknown_account");
    }
}
