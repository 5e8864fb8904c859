//! Preview, then place at once: the same refusal, the same fills, the same fee.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderId, OrderType, Phase, Price, PrincipalId, Qty, Role, SelfTrade, Side, Symbol, TickValue,
    TimeInForce, Timestamp,
};
use venue::{
    AccountEvent, Action, Band, Change, Command, CurrencyRule, Definition, Event, Events, Fact,
    Fate, Fees, Genesis, Limits, PREVIEW_FILLS_MAX, Preview, Proposal, Venue,
};

const ACCOUNTS: u32 = 5;
const MODES: [SelfTrade; 5] = [
    SelfTrade::Allow,
    SelfTrade::CancelNewest,
    SelfTrade::CancelOldest,
    SelfTrade::CancelBoth,
    SelfTrade::Decrement,
];

/// One thing that happens, or an order that is previewed and then placed.
#[derive(Clone, Debug)]
enum Step {
    Place(u32, NewOrder),
    Cancel(u32, u64),
    Replace(u32, u64, Change),
    Phase(u32, Phase),
    Suspend(u32, bool),
    /// In, or out where it is negative.
    Pay(u32, i64),
    Issue(u32, u32),
    Fees(u32, Fees),
}

struct World {
    venue: Venue,
    events: Events,
    seq: u64,
    now: Timestamp,
    /// How many previews came to a refusal, and how many to a trade.
    refused: u32,
    traded: u32,
}

/// What a command came to, and what the accounts were told.
struct Told {
    result: Result<(), venue::Reject>,
    events: Vec<AccountEvent>,
}

/// What placing an order came to, counted from its events alone.
#[derive(Debug, Default, PartialEq, Eq)]
struct Placed {
    filled: u64,
    ticks_lots: u128,
    worst: Option<Price>,
    cash: i64,
    fee: i64,
    canceled: u64,
    /// Cash after the last of its events; `None` where the account's other orders changed as well.
    cash_after: Option<(i64, i64)>,
}

impl World {
    /// Two instruments, price-time and pro rata with odd lot values; five accounts of each
    /// self-trade mode, with little cash. Few orders, levels and accounts' orders fit.
    fn new() -> World {
        let limits = Limits {
            accounts_max: 16,
            instruments_max: 4,
            orders_max: 60,
            orders_per_account_max: 18,
            level_pages_max: 6,
            ..Limits::default()
        };
        let venue = Venue::new(genesis(limits)).expect("the genesis is good");
        let events = Events::new(1, 1 << 14);
        let mut world = World { venue, events, seq: 0, now: Timestamp(1), refused: 0, traded: 0 };
        let price_time = definition("ACME", MatchingPolicy::PriceTime, TickValue::ONE);
        let value = TickValue::new(1, 7).expect("a value");
        let pro_rata = definition("BOND", MatchingPolicy::ProRata, value);
        for (number, definition) in (0..).zip([price_time, pro_rata]) {
            world.apply(Action::ListInstrument { definition });
            world.phase(number, Phase::Continuous);
        }
        for (number, self_trade) in (1..=ACCOUNTS).zip(MODES) {
            let account = AccountId(number);
            let (owner, currency) = (PrincipalId(1), usd());
            world.apply(Action::OpenAccount { owner, currency, self_trade });
            world.apply(Action::Deposit { account, amount: Amount(20_000) });
            for instrument in [InstrumentId(0), InstrumentId(1)] {
                world.apply(Action::Issue { account, instrument, qty: Qty(150) });
            }
        }
        world
    }

    fn phase(&mut self, number: u32, phase: Phase) {
        self.apply(Action::SetPhase { instrument: InstrumentId(number), phase });
    }

    /// Applies a command whole.
    fn apply(&mut self, action: Action) -> Told {
        self.seq += 1;
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        let command = Command { principal, connection, request: None, action };
        let outcome = self.venue.apply(self.seq, self.now, &command, &mut self.events);
        let mut told = Vec::new();
        loop {
            told.extend(self.events.iter().filter_map(|stamped| match stamped.event {
                Event::Account(event) => Some(*event),
                Event::Public(_) | Event::Refused { .. } => None,
            }));
            self.events.clear();
            if !self.venue.is_busy() {
                break;
            }
            self.venue.resume(&mut self.events);
        }
        let result = outcome.expect("the buffer has room").result.map(drop);
        Told { result, events: told }
    }

    fn run(&mut self, step: Step) {
        self.now.0 += 1;
        // Placing expires what is due before it looks at the order.
        self.apply(Action::Tick);
        match step {
            Step::Place(account, order) => self.compare(AccountId(account), order),
            Step::Cancel(account, order) => {
                let (account, order) = (AccountId(account), OrderId(order));
                self.apply(Action::Cancel { account, order });
            }
            Step::Replace(account, order, change) => {
                let (account, order) = (AccountId(account), OrderId(order));
                self.apply(Action::Replace { account, order, change });
            }
            Step::Phase(number, phase) => self.phase(number, phase),
            Step::Suspend(account, suspended) => {
                self.apply(Action::SetAccountStatus { account: AccountId(account), suspended });
            }
            Step::Pay(account, amount) => {
                let (account, amount) = (AccountId(account), Amount(amount));
                self.apply(match amount.0 {
                    ..0 => Action::Withdraw { account, amount: Amount(-amount.0) },
                    0.. => Action::Deposit { account, amount },
                });
            }
            Step::Issue(account, number) => {
                let (account, instrument) = (AccountId(account), InstrumentId(number));
                self.apply(Action::Issue { account, instrument, qty: Qty(40) });
            }
            Step::Fees(number, fees) => {
                self.apply(Action::SetFees { instrument: InstrumentId(number), fees });
            }
        }
    }

    fn compare(&mut self, account: AccountId, order: NewOrder) {
        let before = self.venue.state_hash();
        let fate = self.venue.preview(self.now, &Proposal { account, order });
        assert_eq!(self.venue.state_hash(), before, "a preview changes nothing");
        let Told { result, events: told } = self.apply(Action::Place { account, order });
        match (fate, result) {
            (Fate::Refused(foreseen), Err(reject)) => {
                assert_eq!(foreseen, reject);
                self.refused += 1;
            }
            (Fate::Accepted(preview), Ok(())) => {
                let placed = count(account, &told);
                self.traded += u32::from(placed.filled > 0);
                let Preview { filled, rests, waits, canceled, cash_after, .. } = preview;
                let lots = [filled, rests, waits, canceled].map(Qty::lots);
                assert_eq!(lots.iter().sum::<u64>(), order.qty.lots(), "each lot has a fate");
                let foreseen = Placed {
                    filled: filled.lots(),
                    ticks_lots: preview.ticks_lots,
                    worst: preview.worst,
                    cash: preview.cash.0,
                    fee: preview.fee.0,
                    canceled: canceled.lots(),
                    cash_after: placed.cash_after.map(|_| (cash_after.free, cash_after.held)),
                };
                assert_eq!(foreseen, placed);
            }
            (fate, result) => panic!("foreseen {fate:?}, but {result:?}"),
        }
    }
}

/// Adds up what the order that was just accepted did as a taker.
fn count(account: AccountId, told: &[AccountEvent]) -> Placed {
    let Fact::Accepted { order: own, .. } = told[0].fact else { panic!("not {:?}", told[0]) };
    let mut placed = Placed::default();
    let mut is_alone = true;
    // Stops that its trades trigger come after it, and are not its own doing.
    let is_before =
        |event: &&AccountEvent| !matches!(event.fact, Fact::Triggered { order } if order != own);
    for event in told.iter().take_while(is_before).filter(|event| event.account == account) {
        placed.cash_after = Some((event.cash.free, event.cash.held));
        if let Fact::Filled(fill) = event.fact
            && (fill.order, fill.fill.role) == (own, Role::Taker)
        {
            placed.filled += fill.fill.lots.lots();
            placed.ticks_lots = fill.ticks_lots;
            placed.worst = Some(fill.fill.price);
            placed.cash += fill.cash.0;
            placed.fee += fill.fee.0;
        } else if let Fact::Canceled { order, lots, .. } | Fact::Decremented { order, lots, .. } =
            event.fact
            && order == own
        {
            placed.canceled += lots.lots();
        } else if !matches!(event.fact, Fact::Accepted { .. } | Fact::Triggered { .. }) {
            is_alone = false;
        }
    }
    placed.cash_after = placed.cash_after.filter(|_| is_alone);
    placed
}

fn genesis(limits: Limits) -> Genesis {
    Genesis {
        venue: 7,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits,
        currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}

fn usd() -> Currency {
    Currency::new("USD").expect("a code")
}

fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("a price")
}

fn definition(symbol: &str, policy: MatchingPolicy, tick_value: TickValue) -> Definition {
    Definition {
        symbol: Symbol::new(symbol).expect("a symbol"),
        isin: None,
        currency: usd(),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(100),
        tick_value,
        price_limit: price(1_000),
        band: Band { low: price(1), high: price(900) },
        fees: Fees { maker_ppm: 1_500, taker_ppm: 2_500 },
        policy,
    }
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// Orders of every kind around 100 ticks, some of them wrong.
fn order() -> impl Strategy<Value = NewOrder> {
    let times = prop_oneof![
        4 => Just(TimeInForce::Gtc),
        1 => Just(TimeInForce::Day),
        2 => Just(TimeInForce::Ioc),
        2 => Just(TimeInForce::Fok),
        1 => (0..120u64).prop_map(|at| TimeInForce::Gtd(Timestamp(at))),
    ];
    let prices = (96..104u64, 96..104u64, prop::option::of(90..110u64), 0..40u8);
    let flags = (0..9u8, prop::bool::weighted(0.1), prop::option::weighted(0.3, 1..8u64));
    (0..2u32, side(), 0..60u64, times, prices, flags).prop_map(
        |(instrument, side, lots, time_in_force, (ticks, trigger, collar, wild), flags)| {
            let (kind, post_only, display) = flags;
            let limit = price(if wild == 0 { 950 } else { ticks });
            // Mostly what goes together.
            let (time_in_force, display) = match (kind, time_in_force.rests()) {
                (_, _) if wild < 4 => (time_in_force, display),
                (0, true) => (TimeInForce::Ioc, None),
                (1 | 2, false) => (TimeInForce::Gtc, display.filter(|_| kind == 2)),
                (0 | 1, _) | (_, false) => (time_in_force, None),
                (_, true) => (time_in_force, display.filter(|shown| *shown <= lots)),
            };
            let (trigger, collar) = (price(trigger), collar.map(price));
            let order_type = match kind {
                0 => OrderType::Market { collar },
                1 => OrderType::Stop { trigger, collar },
                2 => OrderType::StopLimit { trigger, price: limit },
                _ => OrderType::Limit { price: limit },
            };
            NewOrder {
                instrument: InstrumentId(instrument),
                side,
                order_type,
                qty: Qty(lots),
                time_in_force,
                post_only,
                display: display.map(Qty),
            }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let account = 1..=ACCOUNTS;
    let phases = prop_oneof![
        8 => Just(Phase::Continuous),
        1 => Just(Phase::PreOpen),
        1 => Just(Phase::Halted),
    ];
    let change = (prop::option::of(1..60u64), prop::option::of(96..104u64));
    prop_oneof![
        30 => (1..=ACCOUNTS + 1, order()).prop_map(|(account, order)| Step::Place(account, order)),
        3 => (account.clone(), 1..60u64).prop_map(|(account, order)| Step::Cancel(account, order)),
        3 => (account.clone(), 1..60u64, change).prop_map(|(account, order, (qty, ticks))| {
            let change = Change { qty: qty.map(Qty), price: ticks.map(price), trigger: None };
            Step::Replace(account, order, change)
        }),
        2 => (0..2u32, phases).prop_map(|(number, phase)| Step::Phase(number, phase)),
        1 => (account.clone(), prop::bool::weighted(0.2))
            .prop_map(|(account, suspended)| Step::Suspend(account, suspended)),
        1 => (account.clone(), 0..2u32).prop_map(|(account, number)| Step::Issue(account, number)),
        2 => (account, -5_000..8_000i64).prop_map(|(account, amount)| Step::Pay(account, amount)),
        1 => (0..2u32, prop_oneof![0..5_000u32, 0..1_000_000u32]).prop_map(|(number, taker_ppm)| {
            Step::Fees(number, Fees { maker_ppm: 100, taker_ppm })
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn an_order_placed_at_once_meets_what_its_preview_told(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut world = World::new();
        for step in steps {
            world.run(step);
        }
    }
}

#[test]
fn the_steps_meet_refusals_and_trades() {
    let mut runner = TestRunner::deterministic();
    let mut world = World::new();
    for _ in 0..3_000 {
        world.run(step().new_tree(&mut runner).expect("any step will do").current());
    }
    assert!(world.refused > 200 && world.traded > 200, "{} {}", world.refused, world.traded);
}

#[test]
fn a_preview_ends_where_too_many_trades_would_follow() {
    let fills = PREVIEW_FILLS_MAX as u64;
    let limits = Limits { accounts_max: 4, instruments_max: 4, ..Limits::default() };
    let venue = Venue::new(genesis(limits)).expect("the genesis is good");
    let events = Events::new(1, 1 << 14);
    let mut world = World { venue, events, seq: 0, now: Timestamp(1), refused: 0, traded: 0 };
    let mut definition = definition("ACME", MatchingPolicy::PriceTime, TickValue::ONE);
    definition.order_qty_max = Qty(2 * fills);
    world.apply(Action::ListInstrument { definition });
    world.phase(0, Phase::Continuous);
    let (owner, currency, self_trade) = (PrincipalId(1), usd(), SelfTrade::Allow);
    for number in 1..=2 {
        let account = AccountId(number);
        world.apply(Action::OpenAccount { owner, currency, self_trade });
        world.apply(Action::Deposit { account, amount: Amount(1 << 40) });
    }
    let issue =
        Action::Issue { account: AccountId(1), instrument: InstrumentId(0), qty: Qty(1 << 20) };
    world.apply(issue);
    let limit = |side, qty: u64| NewOrder {
        instrument: InstrumentId(0),
        side,
        order_type: OrderType::Limit { price: price(100) },
        qty: Qty(qty),
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        display: None,
    };
    // Icebergs of 1,000 parts each: as many trades from few orders.
    for _ in 0..=fills / 1_000 {
        let order = NewOrder { display: Some(Qty(1)), ..limit(Side::Sell, 1_000) };
        let placed = world.apply(Action::Place { account: AccountId(1), order });
        assert_eq!(placed.result, Ok(()));
    }
    let ask = |order| world.venue.preview(world.now, &Proposal { account: AccountId(2), order });
    assert_eq!(ask(limit(Side::Buy, fills + 1)), Fate::TooManyFills);
    let Fate::Accepted(preview) = ask(limit(Side::Buy, fills)) else { panic!("it would trade") };
    assert_eq!((preview.filled.lots(), preview.worst), (fills, Some(price(100))));
}
