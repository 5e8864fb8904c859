//! Zero allocations on the hot path, as a counting allocator sees it.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderId, OrderType, Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Side, Symbol,
    TickValue, TimeInForce, Timestamp,
};
use venue::{
    Action, Band, Change, Command, CurrencyRule, Definition, Done, Events, Fees, Genesis, Limits,
    Venue,
};

/// Commands of a test, each of the four kinds a quarter.
const COMMANDS: u64 = 100_000;
/// Commands before them: the tables touched, the buffers grown.
const WARM_UP: u64 = 20_000;
const ACCOUNTS: u32 = 8;
/// Requests that may share one allocation.
const REQUESTS_EACH: u64 = 4_096;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting by thread.
struct Counting;

// SAFETY: every call is handed on to the system's allocator unchanged; the counter is a plain cell
// of the thread, made without an allocation and without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        BYTES.with(|bytes| bytes.set(bytes.get() + layout.size() as u64));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`, and `alloc` asked the same allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn the_counter_counts() {
    let before = allocations();
    drop(std::hint::black_box(Box::new(1_u64)));
    assert_eq!(allocations() - before, 1);
}

#[test]
fn what_a_venue_asks_for_at_once_is_known_before() {
    let small = Limits {
        accounts_max: 1,
        instruments_max: 1,
        orders_max: 1,
        orders_per_account_max: 1,
        requests_remembered: 1,
        level_pages_max: 1,
        step_events_max: 16,
    };
    for limits in [
        small,
        Limits { orders_max: 1 << 18, ..small },
        Limits { level_pages_max: 1 << 16, ..small },
        Limits { accounts_max: 1 << 20, ..small },
        Limits { instruments_max: 1 << 16, ..small },
        Limits { accounts_max: 1 << 13, instruments_max: 1 << 12, ..small },
        Limits { step_events_max: 1 << 20, ..small },
        Limits { requests_remembered: 1 << 20, orders_per_account_max: 1 << 28, ..small },
        Limits::default(),
    ] {
        let before = BYTES.with(Cell::get);
        let venue = Venue::new(Genesis { limits, ..genesis() }).expect("it passes");
        drop(std::hint::black_box(venue));
        let asked = BYTES.with(Cell::get) - before;
        let told: u64 = limits.memory().iter().map(|(_, bytes)| bytes).sum();
        assert!((asked..=asked + asked / 4).contains(&told), "{told} for {asked}: {limits:?}");
    }
}

#[test]
fn place_cancel_replace_and_market_orders_allocate_nothing() {
    for policy in [MatchingPolicy::PriceTime, MatchingPolicy::ProRata] {
        let mut flow = Flow::new(policy, Requests::None);
        flow.run(WARM_UP);
        assert_eq!(flow.run(COMMANDS), 0, "{policy:?}");
        flow.check_kinds();
    }
}

#[test]
fn request_ids_allocate_once_for_4096() {
    let mut flow = Flow::new(MatchingPolicy::PriceTime, Requests::Each);
    flow.run(WARM_UP);
    let allocations = flow.run(COMMANDS);
    let most = COMMANDS / REQUESTS_EACH + 1;
    assert!(allocations <= most, "{allocations} allocations, at most {most}");
}

#[test]
fn remembered_requests_that_are_full_allocate_nothing() {
    let mut flow = Flow::new(MatchingPolicy::PriceTime, Requests::Each);
    flow.run(WARM_UP * 8);
    assert_eq!(flow.run(COMMANDS), 0);
}

fn allocations() -> u64 {
    ALLOCATIONS.with(Cell::get)
}

#[derive(Clone, Copy)]
enum Requests {
    None,
    Each,
}

/// A venue and the commands that come to it.
struct Flow {
    venue: Venue,
    events: Events,
    requests: Requests,
    random: u64,
    seq: u64,
    /// Some of the orders placed last; most of them rest.
    recent: [(AccountId, OrderId); 64],
    /// Commands that succeeded: placed, cancelled, replaced, at the market.
    done: [u64; 4],
}

impl Flow {
    fn new(policy: MatchingPolicy, requests: Requests) -> Flow {
        let mut flow = Flow {
            venue: Venue::new(genesis()).expect("a genesis"),
            events: Events::new(1, 4_096),
            requests,
            random: 88_172_645_463_325_252,
            seq: 0,
            recent: [(AccountId(1), OrderId(0)); 64],
            done: [0; 4],
        };
        flow.set_up(policy);
        flow
    }

    /// Applies `count` commands and tells how many allocations they made.
    fn run(&mut self, count: u64) -> u64 {
        self.done = [0; 4];
        let before = allocations();
        for _ in 0..count {
            let kind = self.below(4) as usize;
            let (account, order) = self.recent[self.below(64) as usize];
            let placer = AccountId(1 + self.below(u64::from(ACCOUNTS)) as u32);
            let action = match kind {
                0 => Action::Place { account: placer, order: self.limit_order() },
                1 => Action::Cancel { account, order },
                2 => Action::Replace { account, order, change: self.change() },
                _ => Action::Place { account: placer, order: self.market_order() },
            };
            let result = self.apply(action);
            self.done[kind] += u64::from(result.is_some());
            if let (0, Some(Done::Order(order))) = (kind, result) {
                let at = self.below(64) as usize;
                self.recent[at] = (placer, order);
            }
        }
        allocations() - before
    }

    /// That the run was what it claims to be.
    fn check_kinds(&self) {
        let [placed, canceled, replaced, market] = self.done;
        let quarter = COMMANDS / 4;
        assert!(placed > quarter / 2 && market > quarter / 2, "{:?}", self.done);
        assert!(canceled > quarter / 10 && replaced > quarter / 10, "{:?}", self.done);
    }

    fn apply(&mut self, action: Action) -> Option<Done> {
        self.seq += 1;
        let request = match self.requests {
            Requests::None => None,
            Requests::Each => Some(request_id(self.seq)),
        };
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        let command = Command { principal, connection, request, action };
        let at = Timestamp(self.seq);
        let outcome = self.venue.apply(self.seq, at, &command, &mut self.events);
        self.events.clear();
        while self.venue.is_busy() {
            self.venue.resume(&mut self.events);
            self.events.clear();
        }
        outcome.expect("nothing expires").result.ok()
    }

    fn set_up(&mut self, policy: MatchingPolicy) {
        let definition = definition(policy);
        let instrument = InstrumentId(0);
        let listed = self.apply(Action::ListInstrument { definition });
        assert_eq!(listed, Some(Done::Instrument(instrument)));
        self.apply(Action::SetPhase { instrument, phase: Phase::Continuous });
        for number in 1..=ACCOUNTS {
            let account = AccountId(number);
            let (owner, self_trade) = (PrincipalId(1), SelfTrade::CancelOldest);
            self.apply(Action::OpenAccount { owner, currency: usd(), self_trade });
            self.apply(Action::Deposit { account, amount: Amount(1 << 50) });
            self.apply(Action::Issue { account, instrument, qty: Qty(1 << 40) });
        }
    }

    fn limit_order(&mut self) -> NewOrder {
        // Bids are mostly below 10,000 ticks and asks above, so that some cross and most rest.
        let distance = self.below(100);
        let (side, ticks) = match self.below(2) {
            0 => (Side::Buy, 10_005 - distance),
            _ => (Side::Sell, 9_995 + distance),
        };
        let display = (self.below(10) == 0).then_some(Qty(3));
        let order_type = OrderType::Limit { price: price(ticks) };
        NewOrder {
            instrument: InstrumentId(0),
            side,
            order_type,
            qty: Qty(3 + self.below(20)),
            time_in_force: if self.below(2) == 0 { TimeInForce::Gtc } else { TimeInForce::Day },
            post_only: false,
            display,
        }
    }

    fn market_order(&mut self) -> NewOrder {
        NewOrder {
            instrument: InstrumentId(0),
            side: if self.below(2) == 0 { Side::Buy } else { Side::Sell },
            order_type: OrderType::Market { collar: None },
            qty: Qty(1 + self.below(15)),
            time_in_force: TimeInForce::Ioc,
            post_only: false,
            display: None,
        }
    }

    fn change(&mut self) -> Change {
        let qty = Some(Qty(1 + self.below(25)));
        let price = (self.below(3) == 0).then(|| price(9_950 + self.below(100)));
        Change { qty, price, trigger: None }
    }

    /// A random number.
    fn below(&mut self, end: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) % end
    }
}

/// The number in letters, without an allocation.
fn request_id(number: u64) -> RequestId {
    let mut letters = [b'a'; 16];
    for (at, letter) in letters.iter_mut().enumerate() {
        *letter += (number >> (4 * at) & 15) as u8;
    }
    RequestId::from_bytes(&letters).expect("letters")
}

fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("a price")
}

fn usd() -> Currency {
    Currency::new("USD").expect("a code")
}

fn definition(policy: MatchingPolicy) -> Definition {
    Definition {
        symbol: Symbol::new("ACME").expect("a symbol"),
        isin: None,
        currency: usd(),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(1_000),
        tick_value: TickValue::ONE,
        price_limit: price(20_000),
        band: Band { low: price(1), high: price(20_000) },
        fees: Fees { maker_ppm: 100, taker_ppm: 200 },
        policy,
    }
}

fn genesis() -> Genesis {
    Genesis {
        venue: 1,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits {
            accounts_max: ACCOUNTS,
            instruments_max: 1,
            orders_max: 1 << 17,
            orders_per_account_max: 1 << 16,
            requests_remembered: 8_192,
            level_pages_max: 64,
            step_events_max: 512,
        },
        currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}
