//! Slow clients of the streams: what they are told, and what they never lose.

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use bus::{Durable, Publisher, RECENT_BATCHES_MAX, publishing, requests};
use gateway::{Config, Gateway, Machine, router};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use support::client::Client;
use support::sse::{Event, Stream, names};
use support::{PATIENCE, START, genesis, operations};
use tower::ServiceExt;
use types::{InstrumentId, OrderId, Price, Qty, ShardId, Side, Timestamp, TradeId};
use venue::{BookChange, Cause, Events, PublicEvent, Shard, Trade, Venue};
use view::Views;

const MARKET: &str = "channels=depth:PETR4,trades:PETR4";
/// What may wait for a client here: a few hundred trades.
const BYTES_MAX: usize = 64 << 10;

fn trades(events: &[Event]) -> Vec<&Value> {
    let told = events.iter().filter(|event| event.name == "trades");
    told.flat_map(|event| event.data["trades"].as_array().unwrap()).collect()
}

/// A market without engine: events go straight to the publisher.
struct Tape {
    app: Router,
    operations: Router,
    publisher: Publisher,
    events: Events,
    seq: u64,
    trades: u64,
}

impl Tape {
    fn new() -> Tape {
        let config = Config { stream_bytes_max: BYTES_MAX, ..Config::default() };
        let (submitter, _) = requests(1);
        let (publisher, reader) = publishing(Views::new(&genesis()), Durable::default());
        let gateway = Gateway::new(submitter, reader, &genesis(), support::identity(), config);
        let events = Events::new(1, 16);
        let operations = operations::router(&gateway, Machine::default());
        let app = router(gateway);
        let mut tape = Tape { app, operations, publisher, events, seq: 0, trades: 0 };
        let body = serde_json::from_value::<wire::json::ListInstrument>(support::petr4());
        let definition = body.unwrap().definition(2).unwrap();
        tape.public(&[PublicEvent::Listed { instrument: InstrumentId(0), definition }]);
        tape.rest();
        tape
    }

    async fn get(&self, path: &str) -> Value {
        let key = support::authorization(&support::operator_key());
        let request = Request::get(path).header("authorization", key).body(Body::empty());
        let answer = self.app.clone().oneshot(request.unwrap()).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    /// That operators see this.
    async fn counted(&self, line: &str) {
        let scrape = operations::text(&self.operations, "/metrics").await;
        assert!(operations::has(&scrape, line), "no {line:?} in {scrape}");
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

    /// So many prices show something else, each a level of its own.
    fn levels(&mut self, count: u64) {
        for price in 2_001..=2_000 + count {
            let lots = Qty(self.seq);
            self.public(&[PublicEvent::Book(BookChange {
                instrument: InstrumentId(0),
                side: Side::Sell,
                price: Price::new(price).unwrap(),
                order: OrderId(price),
                lots,
                at_back: true,
                level_lots: lots,
                level_orders: 1,
            })]);
        }
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
    let mut stream = Stream::open(&tape.app, MARKET, None).await;
    let mut client = Client::default();
    client.apply_cut(&stream.cut().await);
    for _ in 0..10_000 {
        tape.trade();
    }
    let cut = stream.cut().await;
    let connections = tape.get("/v1/admin/connections").await;
    let (max, peak) =
        (&connections["queued_bytes_max"], &connections["connections"][0]["queued_bytes_peak"]);
    assert_eq!(max, BYTES_MAX);
    let peak = peak.as_u64().unwrap() as usize;
    // A frame of many trades may be larger by itself.
    let largest = cut.iter().map(|event| event.data.to_string().len()).max().unwrap();
    let waiting_max = BYTES_MAX.max(largest);
    assert!((waiting_max / 2..=waiting_max).contains(&peak), "{peak} bytes waited");
    let newest = 2 + 10_000;
    let lagged = &cut[0].data;
    assert_eq!((cut[0].name.as_str(), &lagged["channels"]), ("lagged", &json!(["depth:PETR4"])));
    assert_eq!((&lagged["first_seq"], &lagged["last_seq"]), (&json!(3), &json!(newest)));
    let told = trades(&cut);
    assert_eq!(told.len() as u64, tape.trades);
    for (number, trade) in (1u64..).zip(&told) {
        assert_eq!(trade["trade_id"], number.to_string(), "in order");
    }
    assert!(!names(&cut).contains(&"depth"), "the snapshot makes up for it");
    assert_eq!(names(&cut)[cut.len() - 2..], ["depth_snapshot", "cut"]);
    client.apply_cut(&cut);
    tape.counted("rialto_clients_lagged_total 1").await;
    tape.counted("rialto_clients_cut_off_total 0").await;
    tape.counted(r#"rialto_clients{kind="sse"} 1"#).await;
    tape.counted("rialto_subscriptions 2").await;
    tape.rest();
    let next = stream.cut().await;
    assert_eq!(names(&next), ["depth", "cut"]);
    client.apply_cut(&next);
}

#[tokio::test]
async fn a_client_of_a_book_alone_goes_on_at_the_newest_book() {
    let mut tape = Tape::new();
    for (channel, snapshot) in [("depth", "depth_snapshot"), ("orders", "orders_snapshot")] {
        let mut stream = Stream::open(&tape.app, &format!("channels={channel}:PETR4"), None).await;
        let mut client = Client::default();
        client.apply_cut(&stream.cut().await);
        for _ in 0..3 {
            tape.levels(2_000);
            // Lets the hub make its cuts, of which the client reads none.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let cut = stream.cut().await;
        assert_eq!(names(&cut), ["lagged", snapshot, "cut"]);
        assert_eq!(cut[1].data["asks"].as_array().unwrap().len(), 2_001);
        client.apply_cut(&cut);
    }
}

#[tokio::test]
async fn a_client_beyond_what_is_kept_is_ended_and_comes_back_to_a_reset() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, MARKET, None).await;
    let snapshot = stream.cut().await;
    for _ in 0..RECENT_BATCHES_MAX + 5 {
        tape.trade();
    }
    let end = stream.next().await.expect("the end is told");
    assert_eq!((&end.data["type"], &end.data["reason"]), (&json!("end"), &json!("too_slow")));
    assert!(end.data["missed_events"].as_u64().unwrap() >= 5);
    assert!(stream.next().await.is_none());
    tape.counted("rialto_clients_cut_off_total 1").await;
    let id = snapshot.last().unwrap().id;
    let mut stream = Stream::open(&tape.app, MARKET, id).await;
    assert_eq!(stream.cut().await[0].name, "reset");
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_beats_and_says_where_to_resume() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, MARKET, None).await;
    stream.cut().await;
    tape.public(&[PublicEvent::DateChanged { date: types::Date(20_001) }]);
    let started = tokio::time::Instant::now();
    let beat = stream.next().await.expect("it lives");
    assert_eq!(
        (beat.name.as_str(), beat.id, &beat.data),
        ("heartbeat", Some(3), &json!({"type": "heartbeat", "last_seq": 3}))
    );
    assert_eq!(started.elapsed(), Config::default().heartbeat);
    assert!(Config::default().heartbeat < PATIENCE);
    tape.trade();
    assert_eq!(stream.cut().await.last().unwrap().id, Some(4));
}

#[tokio::test(start_paused = true)]
async fn changes_are_gathered_for_20_ms_and_the_first_is_told_at_once() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, MARKET, None).await;
    stream.cut().await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let started = tokio::time::Instant::now();
    tape.trade();
    stream.cut().await;
    assert!(started.elapsed().is_zero(), "nobody waits after a silence");
    for _ in 0..10 {
        tape.trade();
    }
    assert_eq!(trades(&stream.cut().await).len(), 10);
    assert!(started.elapsed().as_millis() <= 21, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_publisher_that_is_gone_ends_the_stream() {
    let mut tape = Tape::new();
    let mut stream = Stream::open(&tape.app, MARKET, None).await;
    stream.cut().await;
    tape.trade();
    drop(tape.publisher);
    assert_eq!(names(&stream.cut().await), ["trades", "depth", "cut"]);
    assert_eq!(stream.next().await.expect("the end is told").data["reason"], "shut_down");
    assert!(stream.next().await.is_none());
}

#[test]
fn the_fixtures_genesis_is_good() {
    assert!(Venue::new(genesis()).is_ok());
}
