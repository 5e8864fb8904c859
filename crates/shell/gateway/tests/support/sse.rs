//! Reads a stream of server-sent events.

use std::collections::VecDeque;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::PATIENCE;

/// One event of a stream.
#[derive(Clone, Debug)]
pub struct Event {
    pub name: String,
    pub id: Option<u64>,
    pub data: Value,
}

/// An open stream.
pub struct Stream {
    body: Body,
    text: String,
    events: VecDeque<Event>,
}

impl Stream {
    /// Opens a stream, to go on after `last_event_id`, where there is one.
    pub async fn open(app: &Router, query: &str, last_event_id: Option<u64>) -> Stream {
        let key = super::authorization(&super::operator_key());
        let request = Request::get(format!("/v1/stream?{query}"));
        let mut request = request.header("authorization", key);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id.to_string());
        }
        let answer = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Stream { body: answer.into_body(), text: String::new(), events: VecDeque::new() }
    }

    /// The next event; `None` at the end.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await;
            let frame = frame.expect("an event comes in time")?.unwrap();
            let bytes = frame.into_data().expect("a stream has no trailers");
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                self.events.push_back(parse(event));
                self.text = rest.to_owned();
            }
        }
    }

    /// All events up to the next cut, with it.
    pub async fn cut(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await.expect("the stream goes on");
            let is_last = event.name == "cut";
            assert_eq!(event.id.is_some(), is_last, "only a cut has an id: {event:?}");
            events.push(event);
            if is_last {
                return events;
            }
        }
    }
}

pub fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

fn parse(text: &str) -> Event {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let data = field("data: ").expect("every event has data");
    Event {
        name: field("event: ").expect("every event has a name").to_owned(),
        id: field("id: ").map(|id| id.parse().expect("an id is a seq")),
        data: serde_json::from_str(data).expect("data is JSON"),
    }
}
