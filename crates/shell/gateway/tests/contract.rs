//! The files in `api/` tell what the gateway does.

mod support;

use std::collections::BTreeSet;

use support::Exchange;
use support::sse::Stream;

const ERRORS: &str = include_str!("../../../../api/errors.md");
const EVENTS: &str = include_str!("../../../../api/events.md");
/// The gateway's own sources, where every name of an event or a problem is a literal.
const PROBLEMS: [&str; 4] = [
    include_str!("../src/problem.rs"),
    include_str!("../src/body.rs"),
    include_str!("../src/router.rs"),
    include_str!("../src/query.rs"),
];
const FRAMES: &str = include_str!("../src/stream/frames.rs");

/// The first column of every table row that begins with a name in code.
fn rows(text: &'static str) -> BTreeSet<&'static str> {
    let first = |line: &'static str| line.strip_prefix("| `")?.split('`').next();
    text.lines().filter_map(first).collect()
}

#[test]
fn every_refusal_of_the_venue_is_in_the_list_word_for_word() {
    for code in wire::json::codes() {
        let begin = format!("| `{}` | ", code.code);
        let row =
            ERRORS.lines().find(|line| line.starts_with(&begin) && line.contains(code.detail));
        assert!(row.is_some_and(|row| row.contains(code.expected)), "{code:?}");
    }
}

#[test]
fn every_listed_code_exists() {
    let members = ["type", "title", "status", "code", "detail", "field", "value"];
    let members = [&members[..], &["expected", "applied", "seq"]].concat();
    for name in rows(ERRORS) {
        let is_venues = wire::json::codes().iter().any(|code| code.code == name);
        let literal = format!("\"{name}\"");
        let is_ours = PROBLEMS.iter().any(|source| source.contains(&literal));
        assert!(is_venues || is_ours || members.contains(&name), "{name} is nobody's");
    }
}

#[test]
fn every_event_name_is_in_the_list() {
    let listed = rows(EVENTS);
    let pushed = FRAMES.split("self.push(\"").skip(1);
    let made = FRAMES.split("event(\"").skip(1);
    let told = FRAMES.split("out.push(\"").skip(1);
    let own = ["order", "account"];
    let names: BTreeSet<&str> = pushed
        .chain(made)
        .chain(told)
        .filter_map(|rest| rest.split('"').next())
        .chain(own)
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
    let mut stream = Stream::open(&exchange.app, "symbols=PETR4", None).await;
    let cut = stream.cut().await;
    let bids = r#""bids":[{"price":"9.99","qty":"5","orders":2}],"asks":[]"#;
    assert!(EVENTS.contains(bids));
    let sent = cut[1].data.clone();
    let example = EVENTS.lines().find(|line| line.contains(bids)).unwrap();
    let mut example: serde_json::Value =
        serde_json::from_str(example.strip_prefix("data: ").unwrap()).unwrap();
    example["seq"] = sent["seq"].clone();
    assert_eq!(sent, example);
}
