//! Snapshots: what is restored is the same venue, and bytes that are none are refused.

use proptest::prelude::*;
use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderId, OrderType, PaymentId, Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Side,
    Symbol, TickValue, TimeInForce, Timestamp,
};
use venue::{
    Action, Band, Change, Command, CurrencyRule, Definition, Event, Events, Fees, Genesis,
    KillScope, Limits, Outcome, PaymentKind, RestoreError, Venue,
};

const COMMANDS: usize = 400;
const ACCOUNTS: u32 = 5;
const MODES: [SelfTrade; ACCOUNTS as usize] = [
    SelfTrade::Allow,
    SelfTrade::CancelNewest,
    SelfTrade::CancelOldest,
    SelfTrade::CancelBoth,
    SelfTrade::Decrement,
];

#[test]
fn after_every_command_a_restored_venue_has_the_same_state() {
    for seed in 1..=3 {
        let mut venue = Venue::new(genesis()).expect("a genesis");
        for (number, (at, command)) in commands(seed).iter().enumerate() {
            apply(&mut venue, number, *at, command);
            let bytes = snapshot(&venue);
            let restored = restore(&bytes).expect("a snapshot just taken");
            assert!(restored.state_hash() == venue.state_hash(), "seed {seed} command {number}");
            assert!(snapshot(&restored) == bytes, "seed {seed} command {number}");
            assert_eq!(restored.next_expiry(), venue.next_expiry());
            assert_eq!(restored.now(), venue.now());
            assert_eq!(restored.trial_balance(), venue.trial_balance());
        }
    }
}

#[test]
fn a_restored_venue_goes_on_with_equal_events() {
    for seed in 1..=3 {
        let commands = commands(seed);
        let mut venue = Venue::new(genesis()).expect("a genesis");
        let mut forks: Vec<Venue> = Vec::new();
        for (number, (at, command)) in commands.iter().enumerate() {
            let told = apply(&mut venue, number, *at, command);
            for fork in &mut forks {
                assert_eq!(apply(fork, number, *at, command), told, "seed {seed} {number}");
            }
            if number % 25 == 0 {
                forks.push(restore(&snapshot(&venue)).expect("a snapshot just taken"));
            }
        }
        for fork in &forks {
            assert!(fork.state_hash() == venue.state_hash(), "seed {seed}");
        }
    }
}

#[test]
fn the_random_commands_fill_every_part_of_a_snapshot() {
    let mut venue = Venue::new(genesis()).expect("a genesis");
    let mut accepted = 0;
    for (number, (at, command)) in commands(1).iter().enumerate() {
        let (outcome, _) = apply(&mut venue, number, *at, command);
        accepted += usize::from(outcome.result.is_ok());
    }
    assert!(accepted * 2 > COMMANDS, "{accepted} of {COMMANDS} accepted");
    assert!(venue.next_expiry().is_some(), "a GTD order is open");
    assert!(snapshot(&venue).len() > 4_000, "orders rest and requests are remembered");
}

#[test]
fn no_part_of_a_snapshot_is_a_snapshot() {
    let bytes = state(1);
    for length in 0..bytes.len() {
        assert!(restore(&bytes[..length]).is_err(), "cut to {length} bytes");
    }
    let longer = [&bytes[..], &[0; 8]].concat();
    let end = RestoreError { offset: bytes.len(), expected: "the end" };
    assert_eq!(restore(&longer).expect_err("more than a state"), end);
}

#[test]
fn a_flip_of_any_byte_is_refused_or_is_another_state() {
    let bytes = state(2);
    for at in 0..bytes.len() {
        for mask in [0x01, 0xff] {
            let mut flipped = bytes.clone();
            flipped[at] ^= mask;
            refused_or_valid(&flipped);
        }
    }
}

#[test]
fn a_snapshot_of_another_encoding_is_refused_at_its_first_word() {
    let mut bytes = state(1);
    bytes[0] += 1;
    let RestoreError { offset, expected } = restore(&bytes).expect_err("another version");
    assert_eq!((offset, expected), (0, "encoding version 2"));
}

#[test]
fn two_stops_in_one_place_and_an_order_that_is_there_twice_are_refused() {
    let mut venue = Venue::new(genesis()).expect("a genesis");
    let (principal, connection, request) = (PrincipalId(1), ConnectionId(0), None);
    let stops = [(0, 50), (0, 50), (1, 60)].map(|(instrument, trigger)| Action::Place {
        account: AccountId(1),
        order: NewOrder {
            instrument: InstrumentId(instrument),
            side: Side::Sell,
            order_type: OrderType::Stop { trigger: price(trigger), collar: None },
            qty: Qty(1),
            time_in_force: TimeInForce::Gtc,
            post_only: false,
            display: None,
        },
    });
    for (number, action) in set_up().into_iter().chain(stops).enumerate() {
        let command = Command { principal, connection, request, action };
        apply(&mut venue, number, Timestamp(number as u64), &command);
    }
    let bytes = snapshot(&venue);
    restore(&bytes).expect("a snapshot just taken");
    // A waiting stop is eleven words: order, account, mode, trigger, ..., place in the order of
    // entry. Clearing tells it in other words.
    let is_stop = |at: &usize, number, trigger| {
        let word =
            |at: usize| bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        let words = [*at, at + 8, at + 24, at + 80].map(word);
        words == [number, 1, trigger, number].map(Some)
    };
    let places = [(1, 50), (2, 50), (3, 60)].map(|(number, trigger)| {
        let mut all = (0..bytes.len()).step_by(8).filter(|at| is_stop(at, number, trigger));
        let place = all.next().expect("a waiting stop");
        assert_eq!(all.next(), None, "stop {number} is there once");
        place
    });
    let with = |at: usize, word: u64| {
        let mut changed = bytes.clone();
        changed[at..at + 8].copy_from_slice(&word.to_le_bytes());
        restore(&changed).expect_err("it is no state").expected
    };
    let own_place = "a stop with a place of its own in the order of entry";
    for (stop, entry) in [(1, 1), (2, 1), (2, 2), (2, 4)] {
        assert_eq!(with(places[stop] + 80, entry), own_place, "{stop} as {entry}");
    }
    for (stop, order) in [(1, 1), (2, 1), (2, 2)] {
        let once = "an order of a known shard, once";
        assert_eq!(with(places[stop], order), once, "{stop} as {order}");
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_damage_to_a_snapshot_panics(
        seed in 1_u64..=3,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = STATES.with(|states| states[seed as usize - 1].clone());
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        refused_or_valid(&bytes);
    }

    #[test]
    fn no_bytes_at_all_panic(words in prop::collection::vec(any::<u8>(), 0..2_000)) {
        refused_or_valid(&words);
    }

    #[test]
    fn no_small_words_panic(words in prop::collection::vec(0_u64..4, 0..400)) {
        let version = u64::from(STATES.with(|states| states[0][0]));
        let words = [version].into_iter().chain(words);
        refused_or_valid(&words.flat_map(u64::to_le_bytes).collect::<Vec<u8>>());
    }
}

thread_local! {
    static STATES: [Vec<u8>; 3] = [state(1), state(2), state(3)];
}

/// Restores bytes of unknown origin: what is restored has a snapshot of its own.
fn refused_or_valid(bytes: &[u8]) {
    if let Ok(venue) = restore(bytes) {
        let again = restore(&snapshot(&venue)).expect("the snapshot of a state");
        assert!(again.state_hash() == venue.state_hash(), "the same state again");
    }
}

fn restore(bytes: &[u8]) -> Result<Venue, RestoreError> {
    Venue::restore(genesis(), bytes)
}

fn snapshot(venue: &Venue) -> Vec<u8> {
    let mut bytes = Vec::new();
    venue.snapshot(&mut bytes);
    bytes
}

/// The snapshot after all commands of a seed.
fn state(seed: u64) -> Vec<u8> {
    let mut venue = Venue::new(genesis()).expect("a genesis");
    for (number, (at, command)) in commands(seed).iter().enumerate() {
        apply(&mut venue, number, *at, command);
    }
    snapshot(&venue)
}

fn apply(
    venue: &mut Venue,
    number: usize,
    at: Timestamp,
    command: &Command,
) -> (Outcome, Vec<Event>) {
    let mut events = Events::new(1, 1_024);
    let outcome = venue.apply(number as u64 + 1, at, command, &mut events);
    let outcome = outcome.expect("little expires at once");
    let mut told: Vec<Event> = events.iter().map(|stamped| *stamped.event).collect();
    while venue.is_busy() {
        events.clear();
        venue.resume(&mut events);
        told.extend(events.iter().map(|stamped| *stamped.event));
    }
    (outcome, told)
}

fn genesis() -> Genesis {
    Genesis {
        venue: 1,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits {
            accounts_max: ACCOUNTS,
            instruments_max: 2,
            orders_max: 64,
            orders_per_account_max: 24,
            requests_remembered: 8,
            level_pages_max: 16,
            step_events_max: 32,
        },
        currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
        business_date: Date(20_000),
        hash_key: [3, 4],
        parent: None,
    }
}

fn usd() -> Currency {
    Currency::new("USD").expect("a code")
}

fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("a price")
}

/// Random numbers from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn account(&mut self) -> AccountId {
        AccountId(self.below(u64::from(ACCOUNTS)) as u32 + 1)
    }

    fn instrument(&mut self) -> InstrumentId {
        InstrumentId(self.below(2) as u32)
    }

    fn price(&mut self) -> Price {
        price(90 + self.below(21))
    }

    fn qty(&mut self) -> Qty {
        Qty(1 + self.below(12))
    }
}

/// A market of two instruments and five accounts, and then what comes by chance.
fn commands(seed: u64) -> Vec<(Timestamp, Command)> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut actions = set_up();
    while actions.len() < COMMANDS {
        let newest = actions.len() as u64;
        actions.push(any_action(&mut random, newest));
    }
    let (principal, connection) = (PrincipalId(1), ConnectionId(0));
    let stamped = actions.into_iter().enumerate().map(|(number, action)| {
        let request = RequestId::new(&format!("r{}", random.below(60) + number as u64));
        let request = request.filter(|_| number > 20 && random.one_in(2));
        (Timestamp(number as u64), Command { principal, connection, request, action })
    });
    stamped.collect()
}

fn set_up() -> Vec<Action> {
    let mut actions = Vec::new();
    for (symbol, policy) in [("ONE", MatchingPolicy::PriceTime), ("TWO", MatchingPolicy::ProRata)] {
        actions.push(Action::ListInstrument {
            definition: Definition {
                symbol: Symbol::new(symbol).expect("a symbol"),
                isin: None,
                currency: usd(),
                price_decimals: 2,
                qty_decimals: 0,
                tick_step: 1,
                lot_step: 1,
                order_qty_max: Qty(1_000),
                tick_value: TickValue::new(1, 3).expect("a tick value"),
                price_limit: price(1_000),
                band: Band { low: price(10), high: price(200) },
                fees: Fees { maker_ppm: 1_000, taker_ppm: 20_000 },
                policy,
            },
        });
    }
    for (number, self_trade) in (1..).zip(MODES) {
        let account = AccountId(number);
        let owner = PrincipalId(u64::from(number));
        actions.push(Action::OpenAccount { owner, currency: usd(), self_trade });
        actions.push(Action::Deposit { account, amount: Amount(20_000) });
        for instrument in [InstrumentId(0), InstrumentId(1)] {
            actions.push(Action::Issue { account, instrument, qty: Qty(100) });
        }
    }
    for instrument in [InstrumentId(0), InstrumentId(1)] {
        actions.push(Action::SetPhase { instrument, phase: Phase::Continuous });
    }
    actions
}

fn any_action(random: &mut Random, newest: u64) -> Action {
    let (account, instrument) = (random.account(), random.instrument());
    // A little more than half of the commands place an order that gets a number.
    let placed = 1 + newest / 2;
    let order = OrderId(placed.saturating_sub(random.below(40)));
    match random.below(43) {
        40..42 => {
            let kinds = [PaymentKind::Deposit, PaymentKind::Withdrawal];
            let kind = kinds[random.below(2) as usize];
            Action::RequestPayment { account, kind, amount: Amount(1 + random.below(9) as i64) }
        }
        42 => {
            let payment = PaymentId(5 + random.below(1 + newest / 8));
            if random.one_in(2) {
                Action::ConfirmPayment { payment }
            } else {
                Action::FailPayment { payment, reason: None }
            }
        }
        0..24 => Action::Place { account, order: any_order(random, instrument, newest) },
        24..28 => {
            let change = Change {
                qty: random.one_in(2).then(|| random.qty()),
                price: random.one_in(2).then(|| random.price()),
                trigger: random.one_in(5).then(|| random.price()),
            };
            Action::Replace { account, order, change }
        }
        28..33 => Action::Cancel { account, order },
        33 => Action::MassCancel { account, instrument: Some(instrument), side: Some(Side::Buy) },
        34 => Action::Transfer {
            account,
            to: random.account(),
            amount: Amount(1 + random.below(99) as i64),
        },
        35 => Action::SetAccountStatus { account, suspended: random.one_in(4) },
        36 if random.one_in(3) => {
            let phases = [Phase::PreOpen, Phase::CancelOnly, Phase::Halted, Phase::Closed];
            let phase = phases[random.below(4) as usize];
            Action::SetPhase { instrument, phase }
        }
        37 => {
            let maker_ppm = random.below(10_000) as u32;
            Action::SetFees { instrument, fees: Fees { maker_ppm, taker_ppm: 20_000 } }
        }
        38 if random.one_in(2) => {
            let scopes =
                [KillScope::All, KillScope::Account(account), KillScope::Instrument(instrument)];
            let scope = scopes[random.below(3) as usize];
            Action::SetKillSwitch { scope, engaged: random.one_in(6) }
        }
        39 if random.one_in(2) => {
            Action::SetCancelAfter { account, after_s: random.below(3) as u32 }
        }
        _ => Action::SetPhase { instrument, phase: Phase::Continuous },
    }
}

fn any_order(random: &mut Random, instrument: InstrumentId, newest: u64) -> NewOrder {
    let side = if random.one_in(2) { Side::Buy } else { Side::Sell };
    let (first, second) = (random.price(), random.price());
    let order_type = match random.below(8) {
        0..5 => OrderType::Limit { price: first },
        5 => OrderType::Market { collar: random.one_in(2).then_some(first) },
        6 => OrderType::Stop { trigger: first, collar: random.one_in(2).then_some(second) },
        _ => OrderType::StopLimit { trigger: first, price: second },
    };
    let time_in_force = match random.below(6) {
        _ if matches!(order_type, OrderType::Market { .. }) => TimeInForce::Ioc,
        0 => TimeInForce::Day,
        1 => TimeInForce::Gtd(Timestamp(newest + random.below(100))),
        2 => TimeInForce::Fok,
        _ => TimeInForce::Gtc,
    };
    let qty = random.qty();
    let display = random.one_in(5).then(|| Qty(1 + random.below(qty.lots())));
    let post_only = random.one_in(8);
    NewOrder { instrument, side, order_type, qty, time_in_force, post_only, display }
}
