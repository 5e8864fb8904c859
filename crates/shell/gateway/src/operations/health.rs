//! The details of health: what `GET /health` of the listener for operators tells.

use meter::Admits;
use serde::Serialize;
use store::{Part, Standing};
use types::Seq;
use wire::json::Rfc3339;

use super::{Machine, Vitals};
use crate::clock;
use crate::gateway::Gateway;
use crate::reply::Answer;

#[derive(Serialize)]
pub(super) struct Health {
    /// `ok`, or `stopping` while what is in flight is answered.
    status: &'static str,
    version: &'static str,
    started_at: String,
    uptime_s: u64,
    epoch: u64,
    applied_seq: Seq,
    durable_seq: Seq,
    event_seq: Seq,
    queue: Queue,
    disk: Disk,
    /// Empty where no history is kept.
    history: Vec<Database>,
}

#[derive(Serialize)]
struct Queue {
    depth: u64,
    capacity: u64,
}

#[derive(Serialize)]
struct Disk {
    /// `all`, `ends_orders` or `nothing`.
    takes: &'static str,
    free_bytes: Option<u64>,
    segments: Option<u64>,
}

#[derive(Serialize)]
struct Database {
    database: &'static str,
    seq: Seq,
    event_seq: Seq,
    lag_events: u64,
    /// Why nothing more can be written now.
    fault: Option<String>,
}

pub(super) fn answer(gateway: &Gateway, vitals: &Vitals, machine: &Machine) -> Answer<Health> {
    let (durable_seq, event_seq) = gateway.read(|seen| (seen.durable().seq, seen.event_seq()));
    let uptime_ns = clock::now().0.saturating_sub(vitals.started_at.0);
    let submitter = gateway.submitter();
    let databases = gateway.history().into_iter().flat_map(|history| {
        Part::ALL.map(|part| Database::new(part, history.standings().of(part), event_seq))
    });
    Answer::ok(Health {
        status: if gateway.is_stopping() { "stopping" } else { "ok" },
        version: vitals.version,
        started_at: Rfc3339(vitals.started_at).to_string(),
        uptime_s: uptime_ns / 1_000_000_000,
        epoch: vitals.epoch,
        applied_seq: vitals.venue.applied_seq(),
        durable_seq,
        event_seq,
        queue: Queue { depth: submitter.queued(), capacity: submitter.queue_max() as u64 },
        disk: Disk {
            takes: takes(vitals.venue.admits()),
            free_bytes: machine.disk_free_bytes,
            segments: machine.segments,
        },
        history: databases.collect(),
    })
}

impl Database {
    fn new(part: Part, standing: Standing, event_seq: Seq) -> Database {
        let Standing { written, fault } = standing;
        Database {
            database: part.name(),
            seq: written.seq,
            event_seq: written.event_seq,
            lag_events: event_seq.saturating_sub(written.event_seq),
            fault,
        }
    }
}

fn takes(admits: Admits) -> &'static str {
    match admits {
        Admits::All => "all",
        Admits::EndsOrders => "ends_orders",
        Admits::Nothing => "nothing",
    }
}
