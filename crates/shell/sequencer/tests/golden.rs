//! Folders of every released version replay to the events and the state they had.
//!
//! `WRITE_GOLDEN=v2 cargo test -p sequencer --test golden` makes the folder anew by a real run. A
//! version that was released is never made anew: when its journals no longer replay, old venues
//! cannot restart.

mod support;

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use journal::{Archive, Entry, Extent, Options, SimDisk};
use sequencer::{Config, Replica};
use support::{
    ACME, DAWN, Rig, Running, assert_same, buy, cancel, config, deposit, events_until, genesis,
    limit, list, mass_cancel, named, open_account, place, plain, sell, with_name,
};
use types::{
    AccountId, Amount, Date, InstrumentId, MatchingPolicy, NewOrder, OrderType, PaymentReason,
    Phase, Price, Qty, SelfTrade, Side, Symbol, TickValue, TimeInForce, Timestamp,
};
use venue::{
    Action, Band, Change, Command, Done, Event, Fees, Genesis, KillScope, Limits, Outcome,
    PaymentKind, PublicEvent,
};

/// The kinds of command.
const KINDS: usize = 24;
const EXPECTED: &str = "expected.txt";
const DEADLINE: Timestamp = Timestamp(DAWN.0 + 1_000_000_000);
/// When the minute ends that all of it happens in.
const MINUTE_END: Timestamp = Timestamp(DAWN.0 + 20_000_000_000);
/// An instrument shared by size, with a fraction of a cent for its tick.
const BOND: InstrumentId = InstrumentId(1);

/// The files that are checked in; made anew first, if that is asked for.
static GOLDEN: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    if std::env::var("WRITE_GOLDEN").is_ok_and(|version| version == "v2") {
        let files = run();
        for (name, _) in read() {
            std::fs::remove_file(folder().join(name)).expect("it is removed");
        }
        std::fs::write(folder().join(EXPECTED), told(&files)).expect("it is written");
        for (name, bytes) in files {
            std::fs::write(folder().join(name), bytes).expect("it is written");
        }
    }
    read()
});

#[test]
fn a_folder_of_version_2_replays_to_its_events_and_its_state() {
    let files = &*GOLDEN;
    let expected = std::fs::read_to_string(folder().join(EXPECTED)).expect("it is there");
    assert_eq!(told(files), expected);
}

#[test]
fn the_folder_holds_every_kind_of_command_and_a_snapshot_on_the_way() {
    let archive = Archive::open(disk(&GOLDEN)).expect("a journal");
    let mut reader = archive.records_from(1, Extent::Whole).expect("it can be read");
    let mut kinds = [0; KINDS];
    while let Some(entry) = reader.next_entry().expect("it can be read") {
        if let Entry::Record(record) = entry {
            let command = wire::command::decode(record.payload).expect("a command");
            kinds[kind(&command.action)] += 1;
        }
    }
    assert!(kinds.iter().all(|count| *count > 0), "{kinds:?}");
    let snapshots = archive.snapshots().expect("they are listed");
    let last = archive.inspect(journal::Check::Everything).expect("it is sound").last_seq;
    assert!(snapshots.iter().any(|head| head.seq < last), "{snapshots:?}");
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v2")
}

fn read() -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder()).expect("the golden folder is there");
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| entry.expect("it can be listed"))
        .map(|entry| (entry.file_name().into_string().expect("a plain name"), entry.path()))
        .filter(|(name, _)| name != EXPECTED)
        .map(|(name, path)| (name, std::fs::read(path).expect("it can be read")))
        .collect();
    files.sort();
    files
}

fn disk(files: &[(String, Vec<u8>)]) -> SimDisk {
    SimDisk::with_files(0, files.to_vec())
}

/// What a replay from genesis comes to; one from the snapshot comes to the same.
fn told(files: &[(String, Vec<u8>)]) -> String {
    let (recovery, replica) = sequencer::verify(disk(files), &mut |_, _| {}).expect("it is sound");
    assert_eq!(recovery.cut, None, "nothing is torn");
    let opened = sequencer::open(disk(files), configured(), &mut |_, _| {}).expect("it is sound");
    assert_same(&opened.replica, &replica);
    let Replica { venue, views, hash, seq, .. } = &replica;
    let mut text = String::new();
    writeln!(text, "seq {seq}").expect("a string takes all");
    writeln!(text, "events {}", views.event_seq()).expect("a string takes all");
    writeln!(text, "event hash {:016x}", hash.value()).expect("a string takes all");
    writeln!(text, "state hash {:032x}", venue.state_hash()).expect("a string takes all");
    text
}

fn configured() -> Config {
    let journal = Options { segment_bytes: 8_192, reserve_bytes: 0 };
    Config { journal, snapshots_kept: usize::MAX, ..config() }
}

/// Runs a venue twice, a snapshot in between, through every kind of command.
fn run() -> Vec<(String, Vec<u8>)> {
    let limits = Limits {
        accounts_max: 8,
        orders_max: 64,
        orders_per_account_max: 32,
        requests_remembered: 8,
        level_pages_max: 8,
        step_events_max: 16,
        ..genesis().limits
    };
    let rig = Rig::with(0, configured(), &Genesis { limits, ..genesis() });
    let running = rig.start();
    open_the_market(&running);
    trade(&running);
    running.end().expect("it ends well");
    let (head, body) = rig.open().replica.snapshot();
    Archive::open(rig.disk.clone())
        .expect("a journal")
        .write_snapshot(&head, &body)
        .expect("it is written");
    let running = rig.start();
    wait_and_trigger(&running);
    rig.clock.set(DEADLINE);
    end_orders(&running);
    administer(&running);
    close_candles(&rig, &running);
    running.end().expect("it ends well");
    // When the venue itself writes a snapshot or prepares a segment depends on the moment.
    let own = format!("snapshot-{:020}.snap", head.seq);
    let mut files = rig.disk.files();
    files.retain(|(name, _)| name.starts_with("journal-") || *name == own);
    files
}

/// Asks for what must be refused, or be the old answer.
fn asked(running: &Running, command: Command) -> Outcome {
    let outcome = running.ask(command).expect("it is answered");
    assert!(outcome.result.is_err() || outcome.repeated, "{outcome:?}");
    outcome
}

fn open_the_market(running: &Running) {
    running.set_up_market();
    let Action::ListInstrument { definition } = list().action else { unreachable!("a listing") };
    let definition = venue::Definition {
        symbol: Symbol::new("BOND").expect("a symbol"),
        tick_value: TickValue::new(3, 7).expect("a tick value"),
        policy: MatchingPolicy::ProRata,
        ..definition
    };
    running.done(plain(Action::ListInstrument { definition }));
    asked(running, plain(Action::ListInstrument { definition }));
    running.done(plain(Action::SetPhase { instrument: BOND, phase: Phase::Continuous }));
    for account in [1, 2, 3].map(AccountId) {
        running.done(plain(Action::Issue { account, instrument: BOND, qty: Qty(1_000) }));
    }
    let Action::OpenAccount { owner, currency, .. } = open_account().action else {
        unreachable!("an opening")
    };
    let self_trade = SelfTrade::Decrement;
    running.done(plain(Action::OpenAccount { owner, currency, self_trade }));
    running.done(deposit(AccountId(4), 10_000_000, Some("deposit-1")));
    asked(running, deposit(AccountId(4), 10_000_000, Some("deposit-1")));
    asked(running, deposit(AccountId(4), 1, Some("deposit-1")));
    let (account, amount) = (AccountId(1), Amount(5_000));
    running.done(plain(Action::Transfer { account, to: AccountId(4), amount }));
    running.done(plain(Action::Withdraw { account, amount }));
    asked(running, plain(Action::Withdraw { account: AccountId(77), amount }));
}

/// Fills, self-trades, icebergs, pro-rata rounds, and a sweep that is paused.
fn trade(running: &Running) {
    for (number, ticks) in [100, 100, 101, 102].into_iter().enumerate() {
        running.done(with_name(&format!("sell-{number}"), sell(1, ticks, 10)));
    }
    let iceberg = NewOrder { display: Some(Qty(2)), ..limit(Side::Sell, 100, 9, TimeInForce::Day) };
    running.done(place(2, iceberg));
    running.done(buy(3, 101, 35));
    asked(running, buy(3, 101, 100_000_000));
    asked(running, place(3, limit(Side::Buy, 102, 1_000, TimeInForce::Fok)));
    running.done(place(3, limit(Side::Buy, 102, 2, TimeInForce::Fok)));
    let market = OrderType::Market { collar: Some(price(103)) };
    let market = NewOrder { order_type: market, ..limit(Side::Buy, 103, 50, TimeInForce::Ioc) };
    running.done(place(4, market));
    let passive = NewOrder { post_only: true, ..limit(Side::Sell, 110, 5, TimeInForce::Gtc) };
    running.done(place(1, passive));
    running.done(buy(4, 90, 5));
    asked(
        running,
        place(1, NewOrder { post_only: true, ..limit(Side::Sell, 1, 5, TimeInForce::Gtc) }),
    );
    running.done(sell(4, 90, 3));
    for account in [1, 2, 3] {
        let order = limit(Side::Sell, 200, 7 * u64::from(account), TimeInForce::Gtc);
        running.done(place(account, NewOrder { instrument: BOND, ..order }));
    }
    let order = limit(Side::Buy, 200, 20, TimeInForce::Ioc);
    running.done(place(4, NewOrder { instrument: BOND, ..order }));
}

fn wait_and_trigger(running: &Running) {
    let stop = |trigger, price: Option<Price>| match price {
        Some(price) => OrderType::StopLimit { trigger, price },
        None => OrderType::Stop { trigger, collar: None },
    };
    let base = limit(Side::Buy, 1, 4, TimeInForce::Gtc);
    let first = NewOrder { order_type: stop(price(111), None), ..base };
    let second = NewOrder { order_type: stop(price(110), Some(price(112))), ..base };
    let waiting = running.order(place(2, first));
    running.done(place(3, second));
    let account = AccountId(2);
    let change = Change { trigger: Some(price(109)), ..Change::default() };
    running.done(named("replace-1", Action::Replace { account, order: waiting, change }));
    let resting = running.order(buy(2, 80, 10));
    let change = Change { qty: Some(Qty(6)), price: Some(price(81)), trigger: None };
    running.done(plain(Action::Replace { account, order: resting, change }));
    asked(running, plain(Action::Replace { account, order: resting, change }));
    running.done(buy(2, 110, 2));
    running.done(place(3, limit(Side::Buy, 70, 3, TimeInForce::Gtd(DEADLINE))));
    running.done(place(3, limit(Side::Buy, 71, 3, TimeInForce::Gtd(DEADLINE))));
    running.done(place(3, limit(Side::Buy, 72, 3, TimeInForce::Day)));
}

fn end_orders(running: &Running) {
    running.done(plain(Action::Tick));
    let order = running.order(with_name("gone", buy(1, 60, 1)));
    running.done(with_name("cancel-1", cancel(1, order)));
    asked(running, with_name("cancel-1", cancel(1, order)));
    asked(running, cancel(1, order));
    for ticks in 50..62 {
        running.done(buy(1, ticks, 1));
    }
    let (account, instrument) = (AccountId(1), Some(ACME));
    running.done(plain(Action::MassCancel { account, instrument, side: Some(Side::Sell) }));
    running.done(with_name("all", mass_cancel(1)));
    running.done(plain(Action::SetPhase { instrument: ACME, phase: Phase::Closed }));
    asked(running, buy(1, 60, 1));
    running.done(plain(Action::SetPhase { instrument: ACME, phase: Phase::PreOpen }));
    running.done(buy(1, 60, 1));
}

fn administer(running: &Running) {
    let instrument = ACME;
    let band = Band { low: price(10), high: price(400) };
    running.done(plain(Action::SetBand { instrument, band }));
    let fees = Fees { maker_ppm: 0, taker_ppm: 500 };
    running.done(plain(Action::SetFees { instrument, fees }));
    asked(running, buy(1, 401, 1));
    running.done(plain(Action::SetBusinessDate { date: Date(20_001) }));
    asked(running, plain(Action::SetBusinessDate { date: Date(20_001) }));
    asked(running, plain(Action::SetRules { version: 9 }));
    let account = AccountId(3);
    running.done(plain(Action::SetAccountStatus { account, suspended: true }));
    asked(running, buy(3, 60, 1));
    asked(running, plain(Action::CloseAccount { account }));
    running.done(open_account());
    running.done(plain(Action::CloseAccount { account: AccountId(5) }));
    let kill = |scope, engaged| plain(Action::SetKillSwitch { scope, engaged });
    running.done(buy(1, 60, 1));
    running.done(kill(KillScope::Instrument(ACME), true));
    asked(running, buy(1, 60, 1));
    running.done(kill(KillScope::Instrument(ACME), false));
    running.done(kill(KillScope::All, true));
    running.done(kill(KillScope::All, false));
    running.done(kill(KillScope::Account(AccountId(1)), true));
    let cancel_after =
        |account, after_s| plain(Action::SetCancelAfter { account: AccountId(account), after_s });
    running.done(cancel_after(2, 30));
    running.done(cancel_after(3, 30));
    running.done(cancel_after(3, 0));
    pay(running);
}

/// Payments that wait: one is booked, one fails, two wait still at the end.
fn pay(running: &Running) {
    let ask = |kind| {
        let (account, amount) = (AccountId(1), Amount(30));
        let done = running.done(plain(Action::RequestPayment { account, kind, amount }));
        let Done::Payment(payment) = done else { panic!("a payment, not {done:?}") };
        payment
    };
    let [first, second] = [PaymentKind::Deposit, PaymentKind::Withdrawal].map(ask);
    for kind in [PaymentKind::Withdrawal, PaymentKind::Deposit] {
        ask(kind);
    }
    running.done(plain(Action::ConfirmPayment { payment: first }));
    let reason = PaymentReason::new("no-such-bank");
    running.done(plain(Action::FailPayment { payment: second, reason }));
}

fn close_candles(rig: &Rig, running: &Running) {
    let mut subscription = running.reader.subscribe(running.event_seq());
    rig.clock.set(MINUTE_END);
    let is_told = |event: &Event| *event == Event::Public(PublicEvent::TimeTold);
    events_until(&mut subscription, is_told);
}

fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("a price")
}

/// A number for each kind of command.
fn kind(action: &Action) -> usize {
    match action {
        Action::OpenAccount { .. } => 0,
        Action::SetAccountStatus { .. } => 1,
        Action::CloseAccount { .. } => 2,
        Action::Deposit { .. } => 3,
        Action::Withdraw { .. } => 4,
        Action::Transfer { .. } => 5,
        Action::Issue { .. } => 6,
        Action::Place { .. } => 7,
        Action::Replace { .. } => 8,
        Action::Cancel { .. } => 9,
        Action::MassCancel { .. } => 10,
        Action::ListInstrument { .. } => 11,
        Action::SetPhase { .. } => 12,
        Action::SetBand { .. } => 13,
        Action::SetFees { .. } => 14,
        Action::SetBusinessDate { .. } => 15,
        Action::SetRules { .. } => 16,
        Action::Tick => 17,
        Action::SetKillSwitch { .. } => 18,
        Action::SetCancelAfter { .. } => 19,
        Action::RequestPayment { .. } => 20,
        Action::ConfirmPayment { .. } => 21,
        Action::FailPayment { .. } => 22,
        Action::TellTime => 23,
    }
}
