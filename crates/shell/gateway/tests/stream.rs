//! The event stream: snapshot, gap-free deltas, resume, and what a slow client is told.

mod support;

use std::collections::BTreeMap;

use axum::Router;
use bus::{Durable, Publisher, RECENT_BATCHES_MAX, publishing, requests};
use gateway::{Config, Gateway, router};
use serde_json::{Value, json};
use support::sse::{Event, Stream, names};
use support::{Exchange, PATIENCE, START, genesis};
use types::{InstrumentId, OrderId, Price, Qty, ShardId, Side, Timestamp, TradeId};
use venue::{BookChange, Cause, Events, PublicEvent, Shard, Trade, Venue};
use view::Views;

fn seqs(cut: &Event) -> (u64, u64) {
    let seq = |name: &str| cut.data[name].as_u64().expect("a cut has both ends");
    assert_eq!(cut.id, Some(seq("last_seq")));
    (seq("first_seq"), seq("last_seq"))
}

fn of<'a>(events: &'a [Event], name: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event.name == name).map(|event| &event.data).collect()
}

#[tokio::test]
async fn a_stream_begins_with_a_snapshot() {
    let exchange = Exchange::trading().await;
    exchange.place(1, "sell", 5, "10.00").await;
    let mut stream = Stream::open(&exchange.app, "symbols=PETR4&account=1", None).await;
    let cut = stream.cut().await;
    let expected =
        ["instrument_snapshot", "depth_snapshot", "account_snapshot", "open_orders", "cut"];
    assert_eq!(names(&cut), expected);
    let event_seq = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
    assert_eq!(seqs(cut.last().unwrap()), (1, event_seq));
    let asks = json!([{"price": "10.00", "qty": "5", "orders": 1}]);
    assert_eq!(cut[1].data["asks"], asks);
    assert_eq!(cut[2].data["cash"]["free"], "100000.00");
    assert_eq!(cut[3].data["orders"][0]["order_id"], "1");
    assert_eq!(cut[3].data["remaining"], 0);
}

#[tokio::test]
async fn each_channel_tells_its_own_and_nothing_else() {
    let exchange = Exchange::trading().await;
    let mut vale = support::petr4();
    vale["symbol"] = json!("VALE3");
    exchange.post("/v1/instruments", vale).await.expect(201);
    let mut market = Stream::open(&exchange.app, "symbols=PETR4", None).await;
    let mut other = Stream::open(&exchange.app, "symbols=VALE3", None).await;
    let mut owner = Stream::open(&exchange.app, "account=2", None).await;
    for stream in [&mut market, &mut other, &mut owner] {
        stream.cut().await;
    }
    exchange.place(1, "sell", 5, "10.00").await;
    let first = market.cut().await;
    exchange.place(2, "buy", 3, "11.00").await;
    assert_eq!(names(&first), ["depth", "cut"]);
    let second = market.cut().await;
    assert_eq!(names(&second), ["trade", "depth", "cut"]);
    assert_eq!(second[0].data["price"], "10.00");
    assert_eq!(second[1].data["asks"], json!([{"price": "10.00", "qty": "2", "orders": 1}]));
    assert_eq!(seqs(&second[2]).0, seqs(&first[1]).1 + 1);
    let own = owner.cut().await;
    assert_eq!(names(&own), ["order", "order", "cut"]);
    assert_eq!(
        (&own[0].data["event"], &own[1].data["event"]),
        (&json!("accepted"), &json!("filled"))
    );
    assert_eq!((&own[1].data["last_qty"], &own[1].data["role"]), (&json!("3"), &json!("taker")));
    exchange.put("/v1/instruments/VALE3/phase", json!({"phase": "halted"})).await.expect(200);
    let phase = other.cut().await;
    assert_eq!(names(&phase), ["instrument", "cut"], "nothing of PETR4 came");
    assert_eq!(phase[0].data["phase"], "halted");
}

#[tokio::test]
async fn own_events_name_the_order_they_are_about() {
    let exchange = Exchange::trading().await;
    let mut stream = Stream::open(&exchange.app, "account=2", None).await;
    stream.cut().await;
    let mut body = support::limit("buy", 5, "10.00");
    body["client_order_id"] = json!("mine");
    exchange.post("/v1/accounts/2/orders", body).await.expect(201);
    let change = json!({"client_order_id": "mine-2", "qty": "4"});
    exchange.patch("/v1/accounts/2/orders/1", change).await.expect(200);
    exchange.place(1, "sell", 1, "10.00").await;
    exchange.delete("/v1/accounts/2/orders/1").await.expect(200);
    exchange.post("/v1/accounts/2/orders", support::limit("sell", 5, "10.00")).await;
    exchange.post("/v1/accounts/2/deposits", json!({"amount": "1.00"})).await.expect(200);
    let mut told = Vec::new();
    while told.len() < 6 {
        told.extend(stream.cut().await.into_iter().filter(|event| event.name != "cut"));
    }
    let kinds: Vec<_> = told.iter().map(|it| it.data["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["accepted", "replaced", "filled", "canceled", "refused", "deposited"]);
    let clients: Vec<_> = told.iter().map(|it| it.data["client_order_id"].clone()).collect();
    let expected = [json!("mine"), json!("mine-2"), json!("mine-2"), json!("mine-2")];
    assert_eq!(clients[..4], expected);
    assert_eq!(told[4].data["reject"]["code"], "short_selling");
    assert_eq!(told[5].name, "account");
    let account_seqs: Vec<_> = told.iter().map(|it| it.data["account_seq"].as_u64()).collect();
    let first = account_seqs[0].unwrap();
    assert_eq!(account_seqs, (first..first + 6).map(Some).collect::<Vec<_>>());
}

/// What a client builds from a snapshot and deltas.
#[derive(Default)]
struct Client {
    levels: BTreeMap<(String, String), Value>,
    last_seq: u64,
    last_trade: u64,
    last_account_seq: u64,
}

impl Client {
    fn apply(&mut self, cut: &[Event]) {
        for event in cut {
            match event.name.as_str() {
                "depth_snapshot" => {
                    self.levels.clear();
                    self.set_levels(&event.data);
                }
                "depth" => {
                    assert_eq!(event.data["first_seq"], self.last_seq + 1);
                    self.set_levels(&event.data);
                }
                "trade" => {
                    let trade = event.data["trade_id"].as_str().unwrap().parse().unwrap();
                    assert_eq!(trade, self.last_trade + 1, "no trade is left out or told twice");
                    self.last_trade = trade;
                }
                "account_snapshot" => {
                    self.last_account_seq = event.data["account_seq"].as_u64().unwrap();
                }
                "order" => {
                    self.last_account_seq += 1;
                    assert_eq!(event.data["account_seq"], self.last_account_seq);
                }
                "cut" => {
                    let (first, last) = seqs(event);
                    assert!(first == 1 || first == self.last_seq + 1, "no hole between cuts");
                    self.last_seq = last;
                }
                "instrument_snapshot" | "open_orders" => {}
                other => panic!("{other} is not expected here"),
            }
        }
    }

    fn set_levels(&mut self, data: &Value) {
        for side in ["bids", "asks"] {
            for level in data[side].as_array().unwrap() {
                let price = level["price"].as_str().unwrap().to_owned();
                let key = (side.to_owned(), price);
                if level["qty"] == "0" {
                    self.levels.remove(&key);
                } else {
                    self.levels.insert(key, level.clone());
                }
            }
        }
    }

    async fn assert_is_the_book(&self, exchange: &Exchange) {
        let reply = exchange.get("/v1/instruments/PETR4/depth?levels=1000").await.expect(200);
        let mut book = Client::default();
        book.set_levels(&reply.body["depth"]);
        assert_eq!(self.levels, book.levels);
    }
}

/// Keeps the market busy: orders that rest, trade and are cancelled.
async fn trade_a_little(exchange: &Exchange, rounds: u32) {
    for round in 0..rounds {
        let price = |offset: u32| format!("10.{:02}", (round * 7 + offset) % 20);
        let id = exchange.place(1, "sell", round % 4 + 1, &price(3)).await;
        exchange.place(2, "buy", round % 3 + 1, &price(0)).await;
        if round % 3 == 0 {
            exchange.delete(&format!("/v1/accounts/1/orders/{id}")).await;
        }
    }
}

#[tokio::test]
async fn deltas_rebuild_the_book_over_any_number_of_reconnects() {
    let exchange = Exchange::trading().await;
    let (query, mut client) = ("symbols=PETR4&account=2", Client::default());
    let mut stream = Stream::open(&exchange.app, query, None).await;
    client.apply(&stream.cut().await);
    for _ in 0..5 {
        trade_a_little(&exchange, 20).await;
        let newest = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
        while client.last_seq < newest - 40 {
            client.apply(&stream.cut().await);
        }
        drop(stream);
        trade_a_little(&exchange, 5).await;
        stream = Stream::open(&exchange.app, query, Some(client.last_seq)).await;
    }
    // Marks the end: an event that the client surely hears of.
    exchange.place(2, "buy", 1, "1.00").await;
    let newest = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
    while client.last_seq < newest {
        client.apply(&stream.cut().await);
    }
    client.assert_is_the_book(&exchange).await;
    let trades = exchange.get("/v1/instruments/PETR4/trades?limit=1").await.expect(200);
    assert_eq!(trades.body["trades"][0]["trade_id"], client.last_trade.to_string());
}

#[tokio::test]
async fn a_client_that_comes_back_hears_of_the_orders_it_knew() {
    let exchange = Exchange::trading().await;
    exchange.place(2, "buy", 9, "5.00").await;
    let mut stream = Stream::open(&exchange.app, "account=2", None).await;
    let id = stream.cut().await.last().unwrap().id;
    drop(stream);
    exchange.patch("/v1/accounts/2/orders/1", json!({"qty": "7"})).await.expect(200);
    exchange.delete("/v1/accounts/2/orders/1").await.expect(200);
    let mut stream = Stream::open(&exchange.app, "account=2", id).await;
    let cut = stream.cut().await;
    assert_eq!(names(&cut), ["order", "order", "cut"]);
    assert_eq!(
        (&cut[0].data["event"], &cut[0].data["symbol"]),
        (&json!("replaced"), &json!("PETR4"))
    );
    assert_eq!(
        (&cut[1].data["event"], &cut[1].data["canceled_qty"]),
        (&json!("canceled"), &json!("7"))
    );
}

#[tokio::test]
async fn an_order_closed_too_long_ago_to_be_shown_begins_the_stream_anew() {
    let exchange = Exchange::trading().await;
    exchange.place(2, "buy", 9, "5.00").await;
    let mut stream = Stream::open(&exchange.app, "account=2", None).await;
    let id = stream.cut().await.last().unwrap().id;
    drop(stream);
    exchange.patch("/v1/accounts/2/orders/1", json!({"qty": "7"})).await.expect(200);
    exchange.delete("/v1/accounts/2/orders/1").await.expect(200);
    for _ in 0..view::CLOSED_ORDERS_PER_ACCOUNT {
        let id = exchange.place(2, "buy", 1, "5.00").await;
        exchange.delete(&format!("/v1/accounts/2/orders/{id}")).await.expect(200);
    }
    let mut stream = Stream::open(&exchange.app, "account=2", id).await;
    let cut = stream.cut().await;
    assert_eq!(names(&cut), ["reset", "account_snapshot", "open_orders", "cut"]);
}

#[tokio::test]
async fn an_id_that_is_not_kept_is_told_and_begins_anew() {
    let exchange = Exchange::trading().await;
    let newest = exchange.get("/ready").await.body["event_seq"].as_u64().unwrap();
    let mut stream = Stream::open(&exchange.app, "symbols=PETR4", Some(newest + 1)).await;
    let cut = stream.cut().await;
    assert_eq!(names(&cut), ["reset", "instrument_snapshot", "depth_snapshot", "cut"]);
    assert_eq!(cut[0].data["last_event_id"], newest + 1);
    assert_eq!(seqs(&cut[3]), (1, newest));
}

#[tokio::test]
async fn shutting_down_ends_the_stream_with_a_reason() {
    let exchange = Exchange::trading().await;
    let mut stream = Stream::open(&exchange.app, "symbols=PETR4", None).await;
    stream.cut().await;
    exchange.gateway.stop();
    let end = stream.next().await.expect("the end is told");
    assert_eq!((end.name.as_str(), &end.data), ("end", &json!({"reason": "shut_down"})));
    assert!(stream.next().await.is_none());
    exchange.get("/v1/stream?symbols=PETR4").await.problem(503, "stopped");
}

/// A market without engine: events go straight to the publisher.
struct Tape {
    app: Router,
    publisher: Publisher,
    events: Events,
    seq: u64,
    trades: u64,
}

impl Tape {
    fn new() -> Tape {
        let (submitter, _) = requests(1);
        let (publisher, reader) = publishing(Views::new(&genesis()), Durable::default());
        let gateway =
            Gateway::new(submitter, reader, &genesis(), support::identity(), Config::default());
        let events = Events::new(1, 16);
        let mut tape = Tape { app: router(gateway), publisher, events, seq: 0, trades: 0 };
        let body = serde_json::from_value::<wire::json::ListInstrument>(support::petr4());
        let definition = body.unwrap().definition(2).unwrap();
        tape.public(&[PublicEvent::Listed { instrument: InstrumentId(0), definition }]);
        tape.rest();
        tape
    }

    /// Publishes a batch of one command.
    fn public(&mut self, events: &[PublicEvent]) {
        self.seq += 1;
        let at = Timestamp(START.0 + self.seq);
        let cause = Cause { shard: Shard::Matching(ShardId(0)), seq: self.seq };
        self.events.begin(at, cause);
        for event in events {
            self.events.push(venue::Event::Public(*event));
        }
        self.publisher.publish(&self.events, Durable { seq: self.seq, at });
        self.events.clear();
    }

    /// The one order, at 10.00, goes to the back with other lots.
    fn rest(&mut self) {
        let lots = Qty(self.seq);
        self.public(&[PublicEvent::Book(BookChange {
            instrument: InstrumentId(0),
            side: Side::Sell,
            price: Price::new(1_000).unwrap(),
            order: OrderId(1),
            lots,
            at_back: true,
            level_lots: lots,
            level_orders: 1,
        })]);
    }

    fn trade(&mut self) {
        self.trades += 1;
        self.public(&[PublicEvent::Trade(Trade {
            instrument: InstrumentId(0),
            trade: TradeId(self.trades),
            price: Price::new(1_000).unwrap(),
            lots: Qty(1),
            maker: OrderId(1),
            taker: OrderId(2),
            taker_side: Side::Buy,
            maker_lots: Qty(self.seq),
            level_lots: Qty(self.seq),
            level_orders: 1,
        })]);
    }
}

#[tokio::test]
async fn a_slow_client_loses_depth_but_no_trade() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, "symbols=PETR4", None).await;
    stream.cut().await;
    for _ in 0..10_000 {
        tape.trade();
    }
    let cut = stream.cut().await;
    assert_eq!(cut.first().map(|event| event.name.as_str()), Some("lagged"));
    let trades = of(&cut, "trade");
    assert_eq!(trades.len() as u64, tape.trades);
    for (number, trade) in (1u64..).zip(&trades) {
        assert_eq!(trade["trade_id"], number.to_string(), "in order");
    }
    assert_eq!(cut.len() as u64, tape.trades + 3, "and one lagged, depth_snapshot, cut");
}

#[tokio::test]
async fn a_client_far_behind_is_told_lagged() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, "symbols=PETR4", None).await;
    stream.cut().await;
    let order = BookChange {
        instrument: InstrumentId(0),
        side: Side::Sell,
        price: Price::new(1_000).unwrap(),
        order: OrderId(1),
        lots: Qty(7),
        at_back: true,
        level_lots: Qty(7),
        level_orders: 1,
    };
    // 40,000 events in 4,000 batches: all kept, and far more than a client may lag.
    for _ in 0..4_000 {
        tape.public(&[PublicEvent::Book(order); 10]);
    }
    tape.trade();
    let first = stream.next().await.expect("it goes on");
    let newest = 2 + 40_000 + 1;
    assert_eq!((first.name.as_str(), first.id), ("lagged", None));
    assert_eq!(first.data, json!({"first_seq": 3, "last_seq": newest}));
    let rest = stream.cut().await;
    assert_eq!(names(&rest), ["trade", "depth_snapshot", "cut"]);
    assert_eq!(rest[1].data["seq"], newest);
    assert_eq!(seqs(&rest[2]), (3, newest));
    tape.rest();
    let next = stream.cut().await;
    assert_eq!(names(&next), ["depth", "cut"]);
    assert_eq!(seqs(&next[1]), (newest + 1, newest + 1));
}

#[tokio::test]
async fn a_client_beyond_what_is_kept_is_ended_and_comes_back_to_a_reset() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, "symbols=PETR4", None).await;
    let snapshot = stream.cut().await;
    for _ in 0..RECENT_BATCHES_MAX + 5 {
        tape.trade();
    }
    let end = stream.next().await.expect("the end is told");
    assert_eq!(end.data, json!({"reason": "too_slow", "missed_events": 5}));
    assert!(stream.next().await.is_none());
    let id = snapshot.last().unwrap().id;
    let mut stream = Stream::open(&tape.app, "symbols=PETR4", id).await;
    let cut = stream.cut().await;
    assert_eq!(cut[0].name, "reset");
    assert_eq!(cut[0].data["oldest_kept"], 8);
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_beats_and_says_where_to_resume() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, "symbols=PETR4", None).await;
    stream.cut().await;
    tape.public(&[PublicEvent::DateChanged { date: types::Date(20_001) }]);
    let started = tokio::time::Instant::now();
    let beat = stream.next().await.expect("it lives");
    assert_eq!(
        (beat.name.as_str(), beat.id, &beat.data),
        ("heartbeat", Some(3), &json!({"last_seq": 3}))
    );
    assert_eq!(started.elapsed(), Config::default().heartbeat);
    assert!(Config::default().heartbeat < PATIENCE);
    tape.trade();
    let cut = stream.cut().await;
    assert_eq!(seqs(cut.last().unwrap()), (4, 4), "the next cut follows the beat");
}

#[tokio::test]
async fn a_publisher_that_is_gone_ends_the_stream() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, "symbols=PETR4", None).await;
    stream.cut().await;
    tape.trade();
    drop(tape.publisher);
    assert_eq!(names(&stream.cut().await), ["trade", "depth", "cut"]);
    assert_eq!(stream.next().await.expect("the end is told").data["reason"], "shut_down");
    assert!(stream.next().await.is_none());
}

#[test]
fn the_fixtures_genesis_is_good() {
    assert!(Venue::new(genesis()).is_ok());
}
