//! Time: deadlines in a silent market, clocks that go back or jump, and the marks of silence.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bus::{StopCause, SubmitError};
use journal::{Entry, Extent, Options};
use sequencer::{Clock, Config, Fatal};
use support::{
    ACME, DAWN, Rig, Running, assert_same, buy, cancel, config, events_until, eventually, genesis,
    limit, place, plain, sell,
};
use types::{AccountId, Side, TimeInForce, Timestamp};
use venue::{AccountEvent, Action, CancelReason, Event, Fact, Limits, PublicEvent};

const SECOND_NS: u64 = 1_000_000_000;
const HOUR_NS: u64 = 3_600 * 1_000_000_000;

fn gtd(deadline: Timestamp) -> venue::Command {
    place(1, limit(Side::Sell, 100, 10, TimeInForce::Gtd(deadline)))
}

fn is_expiry(event: &Event) -> bool {
    match event {
        Event::Account(AccountEvent { fact: Fact::Canceled { reason, .. }, .. }) => {
            *reason == CancelReason::Expired
        }
        Event::Account(_) | Event::Refused { .. } | Event::Public(_) => false,
    }
}

fn is_time(event: &Event) -> bool {
    *event == Event::Public(PublicEvent::TimeTold)
}

/// When the engine told the time, in seconds.
fn told(rig: &Rig) -> Vec<u64> {
    let own = journaled(rig).into_iter().filter(|(_, action)| *action == Action::TellTime);
    own.map(|(at_ns, _)| at_ns / SECOND_NS).collect()
}

/// The times and actions of all records after genesis.
fn journaled(rig: &Rig) -> Vec<(u64, Action)> {
    let mut reader = rig.archive().records_from(1, Extent::Whole).expect("it can be read");
    let mut found = Vec::new();
    while let Some(entry) = reader.next_entry().expect("it can be read") {
        if let Entry::Record(record) = entry {
            let command = wire::command::decode(record.payload).expect("a command");
            found.push((record.at_ns, command.action));
        }
    }
    found
}

#[test]
fn an_order_expires_in_a_silent_market_by_the_engines_own_tick() {
    let rig = Rig::new(20);
    let running = rig.start_market();
    let deadline = Timestamp(DAWN.0 + HOUR_NS);
    running.order(gtd(deadline));
    running.order(gtd(Timestamp(deadline.0 + 1)));
    let mut subscription = running.reader.subscribe(running.event_seq());
    rig.clock.set(Timestamp(deadline.0 - 1));
    let before = running.durable_seq();
    rig.clock.set(deadline);
    let events = events_until(&mut subscription, is_expiry);
    assert_eq!(events.iter().filter(|event| is_expiry(event)).count(), 1, "one is due");
    assert_eq!(running.durable_seq(), before + 1, "nothing was asked meanwhile");
    rig.clock.set(Timestamp(deadline.0 + 1));
    events_until(&mut subscription, is_expiry);
    running.end().expect("it ends well");
    let ticks: Vec<u64> = journaled(&rig)
        .iter()
        .filter(|(_, action)| *action == Action::Tick)
        .map(|(at_ns, _)| *at_ns)
        .collect();
    assert_eq!(ticks, [deadline.0, deadline.0 + 1]);
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn what_fell_due_while_nothing_ran_expires_at_once() {
    let rig = Rig::new(21);
    let running = rig.start_market();
    running.order(gtd(Timestamp(DAWN.0 + HOUR_NS)));
    let after = running.event_seq();
    running.end().expect("it ends well");
    rig.clock.set(Timestamp(DAWN.0 + 1_000 * HOUR_NS));
    let running = rig.start();
    events_until(&mut running.reader.subscribe(after), is_expiry);
    running.end().expect("it ends well");
}

#[test]
fn more_expiries_than_a_buffer_holds_are_published_gap_free_and_replay() {
    const ORDERS: usize = 5_000;
    let limits = Limits {
        orders_max: 1 << 13,
        orders_per_account_max: 1 << 13,
        step_events_max: 16,
        ..genesis().limits
    };
    let config =
        Config { journal: Options { segment_bytes: 1 << 20, reserve_bytes: 0 }, ..config() };
    let rig = Rig::with(24, config, &venue::Genesis { limits, ..genesis() });
    let running = rig.start_market();
    let deadline = Timestamp(DAWN.0 + HOUR_NS);
    for _ in 0..ORDERS / 500 {
        let pending: Vec<_> = (0..500).map(|_| running.send(gtd(deadline))).collect();
        for one in pending {
            assert!(one.wait().expect("an answer").result.is_ok());
        }
    }
    let mut subscription = running.reader.subscribe(running.event_seq());
    rig.clock.set(deadline);
    running.order(buy(2, 50, 1));
    let is_placed = |event: &Event| match event {
        Event::Account(AccountEvent { fact, .. }) => matches!(fact, Fact::Accepted { .. }),
        Event::Refused { .. } | Event::Public(_) => false,
    };
    let events = events_until(&mut subscription, is_placed);
    assert_eq!(events.iter().filter(|event| is_expiry(event)).count(), ORDERS);
    assert!(events.len() > 8_192 + 16, "more than one buffer: {}", events.len());
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn time_stands_still_when_the_clock_goes_back() {
    let rig = Rig::new(22);
    let running = rig.start_market();
    let noon = Timestamp(DAWN.0 + HOUR_NS);
    rig.clock.set(noon);
    running.order(sell(1, 100, 1));
    rig.clock.set(Timestamp(1));
    running.order(sell(1, 100, 1));
    assert_eq!(running.reader.read(|seen| seen.durable().at), noon);
    running.end().expect("it ends well");
    // Nor does it when the clock is behind at the next start, as one before 1970 is.
    rig.clock.set(Timestamp(0));
    let running = rig.start();
    running.order(buy(2, 100, 1));
    assert_eq!(running.reader.read(|seen| seen.durable().at), noon);
    // Once it is set it is just the time: that is no jump.
    rig.clock.set(Timestamp(noon.0 + HOUR_NS));
    running.order(buy(2, 100, 1));
    running.end().expect("it ends well");
    let times: Vec<u64> = journaled(&rig).iter().map(|(at_ns, _)| *at_ns).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(times.last(), Some(&(noon.0 + HOUR_NS)));
}

#[test]
fn a_jump_forward_stops_the_venue_and_nothing_is_applied() {
    let rig = Rig::new(23);
    let running = rig.start_market();
    let before = running.ask(sell(1, 100, 1)).expect("an answer");
    rig.clock.set(Timestamp(DAWN.0 + 25 * HOUR_NS));
    let answer = running.ask(sell(1, 100, 1));
    assert_eq!(answer, Err(SubmitError::Stopped { cause: StopCause::ShutDown }));
    let fatals = Arc::clone(&running.fatals);
    let (ended, _submitter) = running.end_by_itself();
    let jump = Fatal::ClockJumped { by_ns: 25 * HOUR_NS };
    assert_eq!(ended, Err(jump.clone()));
    assert_eq!(*fatals.lock().expect("nobody panics"), [jump]);
    let found = rig.inspect();
    assert_eq!((found.last_seq, found.durable_seq), (before.seq, before.seq));
    // Whoever starts it again says by that that the clock is right.
    let running = rig.start();
    running.order(sell(1, 100, 1));
    running.end().expect("it ends well");
}

/// A clock that runs: at each look an hour has passed, while a look takes no time.
#[derive(Clone)]
struct Running24 {
    looks: Arc<AtomicU64>,
}

impl Clock for Running24 {
    fn now(&mut self) -> Timestamp {
        Timestamp(DAWN.0 + HOUR_NS * self.looks.fetch_add(1, Ordering::SeqCst))
    }

    fn until(&mut self, _: Timestamp) -> Duration {
        Duration::from_micros(100)
    }
}

#[test]
fn a_long_silence_is_no_jump() {
    let rig = Rig::new(24);
    let clock = Running24 { looks: Arc::default() };
    let running = Running::start(rig.open(), clock.clone());
    running.set_up_market();
    // So that the engine looks at the clock again and again.
    running.order(gtd(Timestamp(DAWN.0 + 1_000_000 * HOUR_NS)));
    let begin = clock.looks.load(Ordering::SeqCst);
    eventually("some days pass", || clock.looks.load(Ordering::SeqCst) > begin + 200);
    running.order(sell(1, 100, 1));
    running.end().expect("it ends well");
    assert_eq!(journaled(&rig).iter().filter(|(_, it)| *it == Action::Tick).count(), 0);
}

#[test]
fn after_silence_and_after_a_clean_end_the_journal_says_that_all_is_durable() {
    let rig = Rig::new(25);
    let running = rig.start_market();
    let last = running.ask(sell(1, 100, 1)).expect("an answer").seq;
    assert_eq!(rig.inspect().last_seq, last);
    eventually("silence is marked", || rig.inspect().durable_seq == last);
    let marked = rig.disk.calls();
    let last = running.ask(sell(1, 100, 1)).expect("an answer").seq;
    assert!(rig.disk.calls() > marked);
    running.end().expect("it ends well");
    let found = rig.inspect();
    assert_eq!((found.last_seq, found.durable_seq, found.cut), (last, last, None));
    let opened = rig.open();
    assert_eq!((opened.recovery.last_seq, &opened.recovery.cut), (last, &None));
}

#[test]
fn a_stream_of_deadlines_does_not_make_the_journal_mark_each_silence() {
    let rig = Rig::new(26);
    let running = rig.start_market();
    running.order(gtd(Timestamp(DAWN.0 + HOUR_NS)));
    let last = running.ask(sell(1, 100, 1)).expect("an answer").seq;
    // The clock is looked at each millisecond now; a mark comes after half a second.
    let begin = std::time::Instant::now();
    eventually("silence is marked", || rig.inspect().durable_seq == last);
    assert!(begin.elapsed() > Duration::from_millis(400), "{:?}", begin.elapsed());
    assert_eq!(running.reader.read(|seen| seen.views().instruments().count()), 1);
    assert!(running.reader.read(|seen| seen.views().instrument(ACME).is_some()));
    running.end().expect("it ends well");
}

fn is_lapse(event: &Event) -> bool {
    let Event::Account(event) = event else { return false };
    matches!(event.fact, Fact::MassCanceled { .. })
}

fn cancel_after(account: u32, after_s: u32) -> venue::Command {
    plain(Action::SetCancelAfter { account: AccountId(account), after_s })
}

#[test]
fn a_dead_mans_orders_are_cancelled_in_silence_once_and_also_after_a_restart() {
    let rig = Rig::new(23);
    let running = rig.start_market();
    running.order(place(1, limit(Side::Sell, 100, 10, TimeInForce::Gtc)));
    let living = running.order(place(2, limit(Side::Sell, 101, 10, TimeInForce::Gtc)));
    running.done(cancel_after(1, 30));
    running.done(cancel_after(3, 60));
    let mut subscription = running.reader.subscribe(running.event_seq());
    rig.clock.set(Timestamp(DAWN.0 + 30_000_000_000));
    let events = events_until(&mut subscription, is_lapse);
    let gone = events.iter().filter(|event| {
        let Event::Account(AccountEvent { fact: Fact::Canceled { .. }, .. }) = event else {
            return false;
        };
        true
    });
    assert_eq!(gone.count(), 1, "one had an order");
    let after = running.event_seq();
    running.end().expect("it ends well");
    rig.clock.set(Timestamp(DAWN.0 + HOUR_NS));
    let running = rig.start();
    events_until(&mut running.reader.subscribe(after), is_lapse);
    running.done(cancel(2, living));
    running.end().expect("it ends well");
    let sent: Vec<AccountId> = journaled(&rig)
        .iter()
        .filter_map(|(_, action)| {
            let Action::MassCancel { account, .. } = action else { return None };
            Some(*account)
        })
        .collect();
    assert_eq!(sent, [AccountId(1), AccountId(3)], "each lapsed once");
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn a_lapse_comes_before_the_command_that_finds_it_due_and_one_of_many_orders_is_whole() {
    let rig = Rig::new(24);
    let running = rig.start_market();
    for _ in 0..500 {
        running.order(place(1, limit(Side::Sell, 100, 1, TimeInForce::Gtc)));
    }
    running.done(cancel_after(1, 30));
    rig.clock.set(Timestamp(DAWN.0 + 30_000_000_000));
    let late = place(2, limit(Side::Buy, 100, 1, TimeInForce::Ioc));
    let order = running.order(late);
    running.end().expect("it ends well");
    let trail = rig.open().replica;
    let views = trail.views;
    assert_eq!(views.account(AccountId(1)).expect("it is there").orders.open().len(), 0);
    let late = views.account(AccountId(2)).expect("it is there").orders.get(order);
    assert_eq!(late.expect("it is kept").cum, types::Qty::ZERO, "nothing was left to trade");
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn after_a_trade_the_engine_tells_the_end_of_each_candle_and_then_nothing() {
    let rig = Rig::new(27);
    let running = rig.start_market();
    running.order(sell(1, 100, 1));
    running.order(buy(2, 100, 1));
    let mut subscription = running.reader.subscribe(running.event_seq());
    // It was 16:40: a second, a minute, five and fifteen of them, and the hour are going on.
    for (end, before) in [(1_001, 1_000), (1_020, 1_001), (1_200, 1_020), (1_800, 1_200)] {
        rig.clock.set(Timestamp(end * SECOND_NS - 1));
        let seq = running.durable_seq();
        assert_eq!(running.reader.read(|seen| seen.durable().at.0 / SECOND_NS), before);
        rig.clock.set(Timestamp(end * SECOND_NS));
        assert_eq!(events_until(&mut subscription, is_time).len(), 1);
        assert_eq!(running.durable_seq(), seq + 1, "one record");
    }
    let after = running.event_seq();
    running.end().expect("it ends well");
    // After a restart what closed is told once more, then the hour: what traded is in the views.
    let running = rig.start();
    let mut subscription = running.reader.subscribe(after);
    events_until(&mut subscription, is_time);
    rig.clock.set(Timestamp(HOUR_NS));
    events_until(&mut subscription, is_time);
    rig.clock.set(Timestamp(20 * HOUR_NS));
    running.order(sell(1, 100, 1));
    running.end().expect("it ends well");
    assert_eq!(told(&rig), [1_001, 1_020, 1_200, 1_800, 1_800, 3_600]);
    assert_same(&rig.open().replica, &rig.verify());
}

/// A clock that says of every deadline that it is far away.
struct Heedless<C>(C);

impl<C: Clock> Clock for Heedless<C> {
    fn now(&mut self) -> Timestamp {
        self.0.now()
    }

    fn until(&mut self, _: Timestamp) -> Duration {
        Duration::MAX
    }
}

#[test]
fn a_close_that_nobody_was_told_of_before_a_restart_is_told_after_it() {
    let rig = Rig::new(29);
    let running = Running::start(rig.open(), Heedless(rig.clock.clone()));
    running.set_up_market();
    running.order(sell(1, 100, 1));
    running.order(buy(2, 100, 1));
    let after = running.event_seq();
    // This moves the venue's time beyond the end of every candle but the day's, and says nothing.
    rig.clock.set(Timestamp(DAWN.0 + 2 * HOUR_NS));
    running.done(cancel_after(1, 0));
    assert_eq!(running.event_seq(), after, "nobody was told of it");
    running.end().expect("it ends well");
    let running = rig.start();
    events_until(&mut running.reader.subscribe(after), is_time);
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn what_any_fact_told_is_not_told_again_and_without_a_trade_nothing_is() {
    let rig = Rig::new(28);
    let running = rig.start_market();
    running.order(sell(1, 100, 2));
    for hours in 1..20 {
        rig.clock.set(Timestamp(DAWN.0 + hours * HOUR_NS));
        running.order(gtd(Timestamp(DAWN.0 + 1_000 * HOUR_NS)));
    }
    running.order(buy(2, 100, 1));
    let traded = DAWN.0 / SECOND_NS + 19 * 3_600;
    let mut subscription = running.reader.subscribe(running.event_seq());
    rig.clock.set(Timestamp((traded + 1) * SECOND_NS));
    events_until(&mut subscription, is_time);
    running.order(sell(1, 100, 1));
    running.end().expect("it ends well");
    assert_eq!(told(&rig), [traded + 1]);
}
