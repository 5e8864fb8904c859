//! The files in `api/` tell what the gateway does.

mod support;

use std::collections::BTreeSet;

use gateway::depth_checksum;
use support::Exchange;
use support::sse::Stream;
use types::{InstrumentId, Price, Qty, Symbol};
use venue::Band;
use wire::json::Scale;

const EVENTS: &str = include_str!("../../../../api/events.md");
/// Where the names of what streams and sockets are sent stand, each as a literal.
const FRAMES: [&str; 4] = [
    include_str!("../src/stream/encoder.rs"),
    include_str!("../src/stream/frame.rs"),
    include_str!("../src/stream/look.rs"),
    include_str!("../src/ws/answer.rs"),
];

/// The first column of every table row that begins with a name in code.
fn rows(text: &'static str) -> BTreeSet<&'static str> {
    let first = |line: &'static str| line.strip_prefix("| `")?.split('`').next();
    text.lines().filter_map(first).collect()
}

#[test]
fn every_event_name_is_in_the_list() {
    let (_, frames) = EVENTS.split_once("## Frames").unwrap();
    let listed = rows(frames.split("## ").next().unwrap());
    let made = ["rows(\"", "frame(\"", "of(\"", "notice(\"", "type: \""];
    let names: BTreeSet<&str> = FRAMES
        .iter()
        .flat_map(|source| made.iter().flat_map(|call| source.split(call).skip(1)))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(names.len() > 10, "{names:?}");
    for name in &names {
        assert!(listed.contains(name), "{name} is not in events.md");
    }
    for name in listed {
        assert!(names.contains(name), "events.md lists {name}, which is never sent");
    }
}

#[tokio::test]
async fn the_example_in_events_md_is_what_is_sent() {
    let exchange = Exchange::trading().await;
    exchange.place(2, "buy", 3, "9.99").await;
    exchange.place(2, "buy", 2, "9.99").await;
    let mut stream = Stream::open(&exchange.app, "channels=depth:PETR4", None).await;
    let cut = stream.cut().await;
    let bids = r#""bids":[{"price":"9.99","qty":"5","orders":2}],"asks":[]"#;
    assert!(EVENTS.contains(bids));
    let sent = cut[0].data.clone();
    let example = EVENTS.lines().find(|line| line.contains(bids)).unwrap();
    let mut example: serde_json::Value =
        serde_json::from_str(example.strip_prefix("data: ").unwrap()).unwrap();
    example["last_seq"] = sent["last_seq"].clone();
    assert_eq!(sent, example);
}

/// A side of a test vector: each level's price and quantity in units of their last place.
fn side(text: &str) -> Vec<(Price, Qty)> {
    let units = |text: &str| text.replace('.', "").parse::<u64>().expect("digits and one point");
    let levels = text.split_terminator(';').map(|level| level.split_once(':').expect("a level"));
    levels.map(|(price, qty)| (Price::new(units(price)).unwrap(), Qty(units(qty)))).collect()
}

fn places(text: &str) -> u8 {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len() as u8)
}

#[test]
fn the_checksums_in_events_md_are_what_is_computed() {
    let (_, section) = EVENTS.split_once("## The checksum of a book").unwrap();
    let vectors: Vec<(&str, &str)> =
        section.lines().filter_map(|line| line.split_once(" = ")).collect();
    assert_eq!(vectors.len(), 3);
    for (text, sum) in vectors {
        let (bids, asks) = text.split_once('|').unwrap();
        let (mut bids, asks) = (side(bids), side(asks));
        if bids.len() == 25 {
            bids.push((Price::new(5).unwrap(), Qty(1)));
        }
        let first = text.split([';', '|']).next().unwrap();
        let (price, qty) = first.split_once(':').unwrap_or_default();
        let scale = Scale {
            instrument: InstrumentId(0),
            symbol: Symbol::new("PETR4").unwrap(),
            price_decimals: places(price),
            qty_decimals: places(qty),
            money_decimals: 2,
            band: Band { low: Price::ONE, high: Price::ONE },
            order_qty: [Qty(1), Qty(1)],
        };
        let computed = depth_checksum(bids.into_iter(), asks.into_iter(), &scale);
        assert_eq!(computed.to_string(), sum, "{text}");
    }
}
