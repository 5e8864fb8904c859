//! One client: sends commands one after the other, and writes down what it is told.

use super::history::{Answer, Entry, Request, check_retry};
use super::http::{Connection, Door};
use super::observed::Market;
use super::orders::Desk;
use anyhow::{Context, Result};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What all clients of a venue share.
pub struct Floor {
    /// The newest seq that anybody was told.
    pub seq_told: AtomicU64,
    /// Set when clients shall stop by themselves.
    pub stop: AtomicBool,
}

/// All that one client was told in a while.
#[derive(Default)]
pub struct Diary {
    pub entries: Vec<Entry>,
    /// Answers to queries.
    pub seen: Vec<Value>,
    /// Answers that said nobody knows what happened.
    pub unknown_answers: u64,
}

/// What retries came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retried {
    /// Had no answer, and had been applied.
    pub found: u64,
    /// Had no answer, and were applied only now.
    pub applied: u64,
    /// Had an answer, and got it again.
    pub same: u64,
}

impl Retried {
    pub fn add(&mut self, other: Retried) {
        self.found += other.found;
        self.applied += other.applied;
        self.same += other.same;
    }
}

impl Floor {
    pub fn new(seq: u64) -> Floor {
        Floor { seq_told: AtomicU64::new(seq), stop: AtomicBool::new(false) }
    }

    fn tell(&self, seq: u64) {
        self.seq_told.fetch_max(seq, Ordering::SeqCst);
    }
}

/// Sends commands until the connection dies, the venue knows no more, or it is told to stop.
pub fn load(door: Door, market: &Market, desk: &mut Desk, floor: &Floor) -> Diary {
    let mut connection = Connection::new(door);
    let mut diary = Diary::default();
    while !floor.stop.load(Ordering::Relaxed) {
        if let Some(path) = desk.query() {
            match query(&mut connection, &path) {
                Some(body) => diary.seen.push(body),
                None => return diary,
            }
        }
        let request = desk.next(market);
        let after_seq = floor.seq_told.load(Ordering::SeqCst);
        let answer = send(&mut connection, &request);
        diary.unknown_answers += u64::from(answer.as_ref().is_some_and(Answer::is_unknown));
        let answer = answer.filter(|answer| !answer.is_unknown());
        let is_last = answer.is_none();
        if let Some(answer) = &answer {
            desk.learn(&request, answer);
            floor.tell(answer.seq().unwrap_or(0));
        }
        diary.entries.push(Entry { request, after_seq, answer });
        if is_last {
            return diary;
        }
    }
    diary
}

/// Sends a write once; `None` when the connection died.
pub fn send(connection: &mut Connection, request: &Request) -> Option<Answer> {
    let response = connection.send(request.method, &request.path, &request.body).ok()?;
    let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    Some(Answer { status: response.status, is_replayed: response.is_replayed, body })
}

/// Sends everything again: what had no answer gets one, and what had one gets the same.
///
/// # Errors
/// When the venue does not answer.
pub fn retry(door: Door, entries: &mut [Entry], desk: &mut Desk) -> Result<(Retried, Vec<String>)> {
    let mut connection = Connection::new(door);
    let (mut retried, mut complaints) = (Retried::default(), Vec::new());
    let ask = |connection: &mut Connection, request: &Request| {
        send(connection, request).with_context(|| format!("{}: no answer to a retry", request.id))
    };
    for entry in entries.iter_mut().filter(|entry| entry.answer.is_none()) {
        let answer = ask(&mut connection, &entry.request)?;
        *if answer.is_replayed { &mut retried.found } else { &mut retried.applied } += 1;
        desk.learn(&entry.request, &answer);
        entry.answer = Some(answer);
    }
    for entry in entries.iter() {
        // What the gateway alone refused is not remembered, and may pass by now.
        let Some(first) = entry.answer.as_ref().filter(|answer| answer.is_on_record()) else {
            continue;
        };
        let again = ask(&mut connection, &entry.request)?;
        complaints.extend(check_retry(&entry.request, first, &again));
        retried.same += 1;
    }
    Ok((retried, complaints))
}

fn query(connection: &mut Connection, path: &str) -> Option<Value> {
    let response = connection.send("GET", path, "").ok()?;
    serde_json::from_slice(&response.body).ok()
}
