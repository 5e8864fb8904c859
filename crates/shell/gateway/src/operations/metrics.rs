//! Every metric there is, with its name and what it means.
//!
//! **Invariant:** a label's values are a closed set: nothing that a client or an operator chose is
//! one, so the number of series has a bound. docs/operations.md has the same names: a test compares
//! them.

use std::sync::atomic::Ordering;

use meter::VenueMeter;
use store::Part;
use wire::command::KINDS;

use super::page::{Number, Page, one};
use super::{Machine, Vitals};
use crate::clients::ClientKind;
use crate::gateway::Gateway;
use crate::request_meter::STATUS_CLASSES;

/// All metrics at this moment.
pub(super) fn text(gateway: &Gateway, vitals: &Vitals, machine: &Machine) -> String {
    let mut page = Page::default();
    market(&mut page, &vitals.venue);
    refusals(&mut page, gateway, &vitals.venue);
    engine(&mut page, gateway, &vitals.venue);
    journal(&mut page, &vitals.venue, machine);
    requests(&mut page, gateway);
    clients(&mut page, gateway);
    history(&mut page, gateway);
    process(&mut page, vitals, machine);
    page.text()
}

fn market(page: &mut Page, venue: &VenueMeter) {
    let counted = KINDS.iter().zip(&venue.commands);
    let commands = counted.map(|(kind, count)| (vec![("kind", *kind)], Number::whole(count.get())));
    let help = "Commands applied and journaled, refused and repeated ones too, by kind.";
    page.counter("rialto_commands_total", help, commands.collect());
    for (name, help, counter) in [
        ("rialto_orders_accepted_total", "Orders accepted.", &venue.accepted),
        (
            "rialto_orders_canceled_total",
            "Orders whose rest was withdrawn: by their owners, by time, or by a rule.",
            &venue.canceled,
        ),
        (
            "rialto_fills_total",
            "Shares of orders in matches: two of a match, as a rule.",
            &venue.fills,
        ),
        ("rialto_trades_total", "Matches.", &venue.trades),
    ] {
        page.counter(name, help, one(Number::whole(counter.get())));
    }
}

fn refusals(page: &mut Page, gateway: &Gateway, venue: &VenueMeter) {
    let codes = wire::json::codes().iter().zip(&venue.refusals);
    let by_venue = codes.map(|(code, count)| ("venue", code.code, count.get()));
    let by_gateway = gateway.meter().problems().map(|(code, count)| ("gateway", code, count));
    let refusals = by_venue
        .chain(by_gateway)
        .map(|(by, code, count)| (vec![("by", by), ("code", code)], Number::whole(count)));
    let help = "What was refused, by the code that the client was told (api/errors.md): by the \
        venue, once for each command, or by the gateway, which the venue never saw.";
    page.counter("rialto_refusals_total", help, refusals.collect());
}

fn engine(page: &mut Page, gateway: &Gateway, venue: &VenueMeter) {
    let submitter = gateway.submitter();
    let waiting = Number::whole(submitter.queued());
    page.gauge(
        "rialto_queue_depth",
        "Commands and previews that wait for the engine.",
        one(waiting),
    );
    let queue_max = Number::whole(submitter.queue_max() as u64);
    let help = "How many may wait; one more is refused as busy.";
    page.gauge("rialto_queue_capacity", help, one(queue_max));
    let help = "Commands of a batch.";
    let batches = one(venue.batch_commands.read());
    page.histogram("rialto_batch_commands", help, Number::whole, batches);
    let help = "Time that the engine took to apply a batch.";
    let applied = one(venue.apply_ns.read());
    page.histogram("rialto_apply_duration_seconds", help, Number::seconds, applied);
    let (durable, event) = gateway.read(|seen| (seen.durable().seq, seen.event_seq()));
    // Read after it, so that it is not less.
    let applied = venue.applied_seq();
    for (name, help, seq) in [
        ("rialto_applied_seq", "The last command that was applied.", applied),
        ("rialto_durable_seq", "The last command that is durable and answered.", durable),
        ("rialto_event_seq", "The last event that was told.", event),
    ] {
        page.gauge(name, help, one(Number::whole(seq)));
    }
}

fn journal(page: &mut Page, venue: &VenueMeter, machine: &Machine) {
    let help = "Time that the disk took to make what was written durable.";
    let syncs = one(venue.sync_ns.read());
    page.histogram("rialto_sync_duration_seconds", help, Number::seconds, syncs);
    let help = "Bytes written to the journal.";
    let written = one(Number::whole(venue.journal_bytes.get()));
    page.counter("rialto_journal_written_bytes_total", help, written);
    let help = "Segments of the journal.";
    page.gauge("rialto_journal_segments", help, one(machine.segments.map(Number::whole)));
    let help = "0: all commands are taken. 1: the disk is full, and only what ends orders is \
        taken. 2: nothing is taken.";
    let admits = Number::whole(venue.admits() as u64);
    page.gauge("rialto_disk_full", help, one(admits));
    let help = "Bytes that the disk of the data folder has left.";
    page.gauge("rialto_disk_free_bytes", help, one(machine.disk_free_bytes.map(Number::whole)));
}

fn requests(page: &mut Page, gateway: &Gateway) {
    let (mut ended, mut took) = (Vec::new(), Vec::new());
    for (class, took_ns, statuses) in gateway.meter().classes() {
        let class = ("class", class.name());
        took.push((vec![class], took_ns.read()));
        let counted = STATUS_CLASSES.into_iter().zip(statuses);
        ended.extend(
            counted.map(|(status, count)| {
                (vec![class, ("status", status)], Number::whole(count.get()))
            }),
        );
    }
    let help = "Requests answered, by what they are about and how they ended.";
    page.counter("rialto_requests_total", help, ended);
    let help = "Time from the head of a request to its answer, without the network.";
    page.histogram("rialto_request_duration_seconds", help, Number::seconds, took);
}

fn clients(page: &mut Page, gateway: &Gateway) {
    let capacity = gateway.config().connections_max;
    let open = gateway.connections_open().load(Ordering::Relaxed);
    let help = "Connections that are open and are no WebSocket.";
    page.gauge("rialto_connections", help, one(Number::whole(open as u64)));
    let help = "How many connections may be open.";
    page.gauge("rialto_connections_capacity", help, one(Number::whole(capacity as u64)));
    let all = gateway.clients().list();
    let kinds = [("sse", ClientKind::Stream), ("websocket", ClientKind::Socket)];
    let clients = kinds.map(|(name, kind)| {
        let count = all.iter().filter(|client| client.kind == kind).count();
        (vec![("kind", name)], Number::whole(count as u64))
    });
    let help = "Event streams and WebSockets that are open.";
    page.gauge("rialto_clients", help, clients.into());
    let capacity = Number::whole(gateway.config().streams_max as u64);
    page.gauge("rialto_clients_capacity", "How many of them may be open.", one(capacity));
    let channels: usize = all.iter().map(|client| client.queue.channels()).sum();
    let help = "Channels that they follow, all together.";
    page.gauge("rialto_subscriptions", help, one(Number::whole(channels as u64)));
    let bytes: usize = all.iter().map(|client| client.queue.bytes()).sum();
    let help = "Bytes that wait to be written to them, all together.";
    page.gauge("rialto_clients_queued_bytes", help, one(Number::whole(bytes as u64)));
    let lagged = one(Number::whole(gateway.clients().lagged.get()));
    let help = "Times that a client was too slow, and got a snapshot in place of frames.";
    page.counter("rialto_clients_lagged_total", help, lagged);
    let cut_off = one(Number::whole(gateway.clients().cut_off.get()));
    let help = "Clients that were cut off for taking nothing, or too little.";
    page.counter("rialto_clients_cut_off_total", help, cut_off);
}

fn history(page: &mut Page, gateway: &Gateway) {
    let (mut seqs, mut lags, mut failing) = (Vec::new(), Vec::new(), Vec::new());
    for standing in gateway
        .history()
        .into_iter()
        .flat_map(|history| Part::ALL.map(|part| (part.name(), history.standings().of(part))))
    {
        let (database, standing) = (vec![("database", standing.0)], standing.1);
        let event_seq = gateway.read(|seen| seen.event_seq());
        let lag = event_seq.saturating_sub(standing.written.event_seq);
        seqs.push((database.clone(), Number::whole(standing.written.seq)));
        lags.push((database.clone(), Number::whole(lag)));
        failing.push((database, Number::flag(standing.fault.is_some())));
    }
    let help = "The last command whose rows are in the history.";
    page.gauge("rialto_history_seq", help, seqs);
    let help = "Events that were told and are not in the history yet.";
    page.gauge("rialto_history_lag_events", help, lags);
    let help = "1 while the history cannot be written; GET /health says why.";
    page.gauge("rialto_history_failing", help, failing);
}

fn process(page: &mut Page, vitals: &Vitals, machine: &Machine) {
    let build = vec![(vec![("version", vitals.version)], Number::whole(1))];
    page.gauge("rialto_build_info", "1, with the program's version.", build);
    let started = one(Number::seconds(vitals.started_at.0));
    let help = "When the process began, in seconds since 1970.";
    page.gauge("process_start_time_seconds", help, started);
    let used = one(machine.processor_ns.map(Number::seconds));
    page.counter("process_cpu_seconds_total", "Processor time that was used.", used);
    for (name, help, value) in [
        ("process_resident_memory_bytes", "Memory in use.", machine.resident_bytes),
        ("process_open_fds", "Files and connections that are open.", machine.files),
        ("process_max_fds", "How many may be open.", machine.files_max),
    ] {
        page.gauge(name, help, one(value.map(Number::whole)));
    }
}
