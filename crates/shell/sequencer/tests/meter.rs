//! What the venue's threads count of themselves.

mod support;

use std::sync::Arc;

use journal::Options;
use meter::{Admits, VenueMeter};
use support::{Rig, Running, buy, cancel, config, eventually, genesis, sell, with_name};
use types::OrderId;

fn commands(meter: &VenueMeter, name: &str) -> u64 {
    let kinds = wire::command::KINDS.iter().zip(&meter.commands);
    kinds.filter(|(kind, _)| **kind == name).map(|(_, count)| count.get()).sum()
}

fn refusals(meter: &VenueMeter) -> Vec<(&'static str, u64)> {
    let codes = wire::json::codes().iter().zip(&meter.refusals);
    let counted = codes.map(|(code, count)| (code.code, count.get()));
    counted.filter(|(_, count)| *count > 0).collect()
}

fn market(rig: &Rig) -> (Running, Arc<VenueMeter>) {
    let running = rig.start_market();
    let meter = running.meter();
    (running, meter)
}

#[test]
fn what_was_answered_is_counted() {
    let (running, meter) = market(&Rig::new(40));
    let first = running.order(buy(1, 100, 10));
    running.order(with_name("sold", sell(2, 100, 4)));
    running.ask(with_name("sold", sell(2, 100, 4))).expect("it is answered").result.expect("again");
    running.done(cancel(1, first));
    running.ask(cancel(1, first)).expect("it is answered").result.expect_err("it is gone");
    running.ask(cancel(3, OrderId(99))).expect("it is answered").result.expect_err("there is none");
    assert_eq!(commands(&meter, "place"), 3, "a retry is a command too");
    assert_eq!(commands(&meter, "cancel"), 3);
    assert_eq!(commands(&meter, "open_account"), 3);
    assert_eq!(refusals(&meter), [("unknown_order", 2)]);
    let counted = [&meter.accepted, &meter.fills, &meter.trades, &meter.canceled];
    assert_eq!(counted.map(meter::Counter::get), [2, 2, 1, 1]);
    assert_eq!(meter.applied_seq(), running.durable_seq());
    let all: u64 = meter.commands.iter().map(meter::Counter::get).sum();
    let batches = meter.batch_commands.read();
    assert_eq!((all, batches.sum), (running.durable_seq(), running.durable_seq()));
    assert_eq!(meter.apply_ns.read().count, batches.count);
    let syncs = meter.sync_ns.read();
    assert!(syncs.count > 0 && syncs.count <= batches.count, "batches share a sync: {syncs:?}");
    assert!(meter.journal_bytes.get() > 64 * all, "{}", meter.journal_bytes.get());
    running.end().expect("it ends in order");
}

#[test]
fn a_restart_counts_from_zero_and_goes_on_at_its_seq() {
    let rig = Rig::new(41);
    let (running, _) = market(&rig);
    running.order(buy(1, 100, 10));
    let seq = running.durable_seq();
    running.end().expect("it ends in order");
    let running = rig.start();
    let meter = running.meter();
    assert_eq!(meter.applied_seq(), seq);
    assert_eq!(commands(&meter, "place"), 0);
    running.end().expect("it ends in order");
}

#[test]
fn a_full_disk_is_told_and_so_is_its_end() {
    const SEGMENT: u64 = 16_384;
    let journal = Options { segment_bytes: SEGMENT, reserve_bytes: SEGMENT };
    let rig = Rig::with(42, sequencer::Config { journal, ..config() }, &genesis());
    let (running, meter) = market(&rig);
    assert_eq!(meter.admits(), Admits::All);
    rig.disk.set_capacity_bytes(Some(rig.disk.used_bytes() + SEGMENT));
    let mut placed = 0;
    while running.ask(sell(1, 100, 1)).is_ok() {
        placed += 1;
    }
    assert_eq!(meter.admits(), Admits::EndsOrders);
    assert_eq!(commands(&meter, "place"), placed, "what was not taken is not counted");
    rig.disk.set_capacity_bytes(None);
    eventually("there is room", || meter.admits() == Admits::All);
    running.end().expect("it ends in order");
}
