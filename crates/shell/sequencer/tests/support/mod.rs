//! The one fixture of the sequencer's tests: a venue on a simulated disk, and what is asked of it.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bus::{Reader, SubmitError, Submitter, Subscription};
use journal::{Archive, Check, Options, Recovery, SimCall, SimDisk, StorageCall};
use sequencer::{Clock, Config, Fatal, OnFatal, Opened, Replica, Sequencer, Stepped};
use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderId, OrderType, Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Seq, Side, Symbol,
    TickValue, TimeInForce, Timestamp,
};
use venue::{
    Action, Band, Command, CurrencyRule, Definition, Done, Event, Fees, Genesis, Limits, Outcome,
};

/// The longest any wait may take before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Segments of a few batches, so that tests come to many of them.
pub const SMALL: Options = Options { segment_bytes: 16_384, reserve_bytes: 0 };
/// Engine time when a test begins.
pub const DAWN: Timestamp = Timestamp(1_000_000_000_000);
pub const ACME: InstrumentId = InstrumentId(0);

const LIMITS: Limits = Limits {
    accounts_max: 16,
    instruments_max: 2,
    orders_max: 1_024,
    orders_per_account_max: 1_024,
    requests_remembered: 1_024,
    level_pages_max: 64,
    step_events_max: 64,
};

pub fn config() -> Config {
    Config { journal: SMALL, queue_max: 1_024, ..Config::default() }
}

pub fn genesis() -> Genesis {
    let usd = CurrencyRule { code: Currency::new("USD").expect("a code"), decimals: 2 };
    Genesis {
        venue: 7,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: LIMITS,
        currencies: vec![usd],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}

/// A folder on a simulated disk, and how it is kept.
#[derive(Clone)]
pub struct Rig {
    pub disk: SimDisk,
    pub config: Config,
    pub clock: Stepped,
}

/// A venue that runs, and all that its shells would hold.
pub struct Running {
    pub submitter: Submitter,
    pub reader: Reader,
    pub fatals: Arc<Mutex<Vec<Fatal>>>,
    sequencer: Sequencer,
}

/// A command on its way; it has been handed in.
pub struct Pending {
    answer: Pin<Box<dyn Future<Output = Result<Outcome, SubmitError>> + Send>>,
    first: Option<Result<Outcome, SubmitError>>,
}

impl Rig {
    pub fn new(seed: u64) -> Rig {
        Rig::with(seed, config(), &genesis())
    }

    pub fn with(seed: u64, config: Config, genesis: &Genesis) -> Rig {
        let disk = SimDisk::new(seed);
        sequencer::create(disk.clone(), &config, genesis, DAWN.0).expect("the disk works");
        let clock = Stepped::default();
        clock.set(DAWN);
        Rig { disk, config, clock }
    }

    pub fn open(&self) -> Opened<SimDisk> {
        self.try_open().expect("the folder is sound")
    }

    pub fn try_open(&self) -> Result<Opened<SimDisk>, sequencer::OpenError> {
        sequencer::open(self.disk.clone(), self.config, &mut |_, _| {})
    }

    pub fn start(&self) -> Running {
        Running::start(self.open(), self.clock.clone())
    }

    /// A venue in which accounts 1 to 3 have cash and shares of ACME, which trades.
    pub fn start_market(&self) -> Running {
        let running = self.start();
        running.set_up_market();
        running
    }

    /// What the folder holds now, as another program would find it.
    pub fn archive(&self) -> Archive<SimDisk> {
        Archive::open(self.copy()).expect("a journal is there")
    }

    pub fn inspect(&self) -> Recovery {
        self.archive().inspect(Check::Everything).expect("the folder is sound")
    }

    /// Replays a copy of the folder from its oldest record.
    pub fn verify(&self) -> Replica {
        sequencer::verify(self.copy(), &mut |_, _| {}).expect("the folder is sound").1
    }

    /// The power is cut and comes back: what was not synced may be gone.
    pub fn cycle_power(&self) {
        if self.disk.is_powered() {
            self.disk.cut_power();
        }
        self.disk.power_on();
    }

    fn copy(&self) -> SimDisk {
        SimDisk::with_files(0, self.disk.files())
    }

    /// Waits until a batch is written and a later call, its sync, is held back.
    pub fn until_sync_is_held(&self, since: u64) {
        eventually("a sync is held", || {
            // Calls are counted when they begin and logged when they return.
            let calls = self.disk.calls();
            let log = self.disk.log();
            let is_batch = |call: &&SimCall| call.call == StorageCall::Write && call.number > since;
            let Some(batch) = log.iter().find(is_batch) else { return false };
            let is_back = |number: u64| log.iter().any(|call| call.number == number);
            (batch.number + 1..=calls).any(|number| !is_back(number))
        });
    }

    /// Syncs of segments that returned well.
    pub fn syncs(&self) -> usize {
        let is_sync = |call: &&SimCall| call.call == StorageCall::Sync;
        self.disk.log().iter().filter(is_sync).filter(|call| call.is_completed).count()
    }
}

impl Running {
    pub fn start(opened: Opened<SimDisk>, clock: impl Clock) -> Running {
        let fatals = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&fatals);
        let on_fatal: OnFatal =
            Box::new(move |fatal| told.lock().expect("nobody panics").push(fatal.clone()));
        let mut running = Running::with(opened, clock, on_fatal);
        running.fatals = fatals;
        running
    }

    pub fn with(opened: Opened<SimDisk>, clock: impl Clock, on_fatal: OnFatal) -> Running {
        let (sequencer, submitter, reader) = opened.run(clock, on_fatal).expect("threads start");
        Running { submitter, reader, fatals: Arc::default(), sequencer }
    }

    pub fn set_up_market(&self) {
        assert_eq!(self.done(list()), Done::Instrument(ACME));
        let phase = Phase::Continuous;
        self.done(plain(Action::SetPhase { instrument: ACME, phase }));
        for local in 1..=3 {
            let account = AccountId(local);
            assert_eq!(self.done(open_account()), Done::Account(account));
            self.done(deposit(account, 1_000_000_000, None));
            let (instrument, qty) = (ACME, Qty(1_000_000));
            self.done(plain(Action::Issue { account, instrument, qty }));
        }
    }

    /// Hands in a command and goes on.
    pub fn send(&self, command: Command) -> Pending {
        Pending::new(&self.submitter, command)
    }

    /// Hands in a command and waits for its answer.
    pub fn ask(&self, command: Command) -> Result<Outcome, SubmitError> {
        self.send(command).wait()
    }

    /// What a command did that must succeed.
    pub fn done(&self, command: Command) -> Done {
        self.ask(command).expect("it is answered").result.expect("it is accepted")
    }

    pub fn order(&self, command: Command) -> OrderId {
        match self.done(command) {
            Done::Order(order) => order,
            other @ (Done::Nothing | Done::Account(_) | Done::Instrument(_) | Done::Payment(_)) => {
                panic!("{other:?} is no order")
            }
        }
    }

    pub fn meter(&self) -> Arc<meter::VenueMeter> {
        self.sequencer.meter()
    }

    pub fn event_seq(&self) -> Seq {
        self.reader.read(|seen| seen.event_seq())
    }

    pub fn durable_seq(&self) -> Seq {
        self.reader.read(|seen| seen.durable().seq)
    }

    pub fn fatals(&self) -> Vec<Fatal> {
        self.fatals.lock().expect("nobody panics").clone()
    }

    /// Ends the venue as a shutdown does, and waits.
    pub fn end(self) -> Result<(), Fatal> {
        drop(self.submitter);
        joined(self.sequencer)
    }

    /// Waits for the venue to end although somebody could still submit.
    pub fn end_by_itself(self) -> (Result<(), Fatal>, Submitter) {
        (joined(self.sequencer), self.submitter)
    }
}

fn joined(sequencer: Sequencer) -> Result<(), Fatal> {
    let (tell, hear) = channel();
    std::thread::spawn(move || tell.send(sequencer.join()));
    received(&hear)
}

pub fn received<T>(hear: &Receiver<T>) -> T {
    hear.recv_timeout(PATIENCE).expect("it comes in time")
}

impl Pending {
    pub fn new(submitter: &Submitter, command: Command) -> Pending {
        let submitter = submitter.clone();
        let answer = Box::pin(async move { submitter.submit(command).await });
        let mut pending = Pending { answer, first: None };
        // A future does nothing before it is polled: this hands the command in.
        pending.is_answered();
        pending
    }

    pub fn is_answered(&mut self) -> bool {
        if self.first.is_none() {
            let polled = self.answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            self.first = match polled {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            };
        }
        self.first.is_some()
    }

    pub fn wait(self) -> Result<Outcome, SubmitError> {
        match self.first {
            Some(answer) => answer,
            None => block_on(self.answer),
        }
    }
}

/// Runs a future to its end, within [`PATIENCE`].
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime
        .expect("a runtime")
        .block_on(async { tokio::time::timeout(PATIENCE, future).await.expect("it comes in time") })
}

/// Looks until it is so, within [`PATIENCE`].
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "{what}: not in time");
        std::thread::yield_now();
    }
}

/// Takes events until one is wanted; all are gap-free.
pub fn events_until(
    subscription: &mut Subscription,
    wanted: impl Fn(&Event) -> bool,
) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let before = subscription.position();
        let taken = block_on(subscription.next()).expect("the venue runs");
        for (place, stamped) in taken.events().enumerate() {
            assert_eq!(stamped.seq, before + 1 + place as u64, "events are gap-free");
            events.push(*stamped.event);
        }
        if events.iter().any(&wanted) {
            return events;
        }
    }
}

/// Checks that two replicas are the same venue.
pub fn assert_same(found: &Replica, expected: &Replica) {
    assert_eq!(found.seq, expected.seq);
    assert_eq!(found.hash, expected.hash);
    assert_eq!(found.venue.state_hash(), expected.venue.state_hash());
    assert!(found.views == expected.views, "the views are equal");
    let balances = found.venue.trial_balance();
    assert!(balances.iter().all(|(_, sum)| *sum == 0), "the trial balance is zero: {balances:?}");
}

pub fn plain(action: Action) -> Command {
    Command { principal: PrincipalId(1), connection: ConnectionId(0), request: None, action }
}

pub fn named(name: &str, action: Action) -> Command {
    Command { request: Some(RequestId::new(name).expect("a request id")), ..plain(action) }
}

pub fn open_account() -> Command {
    plain(Action::OpenAccount {
        owner: PrincipalId(9),
        currency: Currency::new("USD").expect("a code"),
        self_trade: SelfTrade::Allow,
    })
}

pub fn deposit(account: AccountId, amount: i64, name: Option<&str>) -> Command {
    let action = Action::Deposit { account, amount: Amount(amount) };
    name.map_or_else(|| plain(action), |name| named(name, action))
}

pub fn list() -> Command {
    let price = |ticks| Price::new(ticks).expect("a price");
    let definition = Definition {
        symbol: Symbol::new("ACME").expect("a symbol"),
        isin: None,
        currency: Currency::new("USD").expect("a code"),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(1_000_000),
        tick_value: TickValue::ONE,
        price_limit: price(4_096),
        band: Band { low: price(1), high: price(4_095) },
        fees: Fees { maker_ppm: 100, taker_ppm: 200 },
        policy: MatchingPolicy::PriceTime,
    };
    plain(Action::ListInstrument { definition })
}

pub fn limit(side: Side, ticks: u64, lots: u64, time_in_force: TimeInForce) -> NewOrder {
    NewOrder {
        instrument: ACME,
        side,
        order_type: OrderType::Limit { price: Price::new(ticks).expect("a price") },
        qty: Qty(lots),
        time_in_force,
        post_only: false,
        display: None,
    }
}

pub fn buy(account: u32, ticks: u64, lots: u64) -> Command {
    place(account, limit(Side::Buy, ticks, lots, TimeInForce::Gtc))
}

pub fn sell(account: u32, ticks: u64, lots: u64) -> Command {
    place(account, limit(Side::Sell, ticks, lots, TimeInForce::Gtc))
}

pub fn place(account: u32, order: NewOrder) -> Command {
    plain(Action::Place { account: AccountId(account), order })
}

pub fn cancel(account: u32, order: OrderId) -> Command {
    plain(Action::Cancel { account: AccountId(account), order })
}

pub fn mass_cancel(account: u32) -> Command {
    plain(Action::MassCancel { account: AccountId(account), instrument: None, side: None })
}

pub fn with_name(name: &str, command: Command) -> Command {
    named(name, command.action)
}
