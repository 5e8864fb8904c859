//! The whole core on the neutral workload: 1,000 accounts funded so that nothing is refused, holds,
//! fees, settlement, events into a buffer.

use std::time::{Duration, Instant};

use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderId, OrderType, Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, ShardId, Side,
    Symbol, TickValue, TimeInForce, Timestamp,
};
use venue::{
    Action, Band, Command, CurrencyRule, Definition, Event, Events, Fees, Genesis, Limits,
    Lookahead, PublicEvent, Venue,
};

use super::clock::cpu_time;
use super::lobw::{Op, Record, TradeHash, Workload};

/// Accounts, each with the orders whose id leaves its number as rest.
const ACCOUNTS: u64 = 1_000;
/// Records turned into commands at a time, outside what is timed.
const CHUNK: usize = 1024;
/// Commands between two looks at the events.
const BATCH: usize = 32;

/// A venue and its event buffer on the workload's instruments.
pub(crate) struct Core {
    pub(crate) venue: Venue,
    pub(crate) events: Events,
    pub(crate) seq: u64,
    pub(crate) trades: TradeHash,
    pub(crate) refused: u64,
    with_ids: bool,
    named: u64,
    lookahead: Lookahead,
}

/// The genesis for a workload.
pub(crate) fn genesis(workload: &Workload) -> Genesis {
    let usd = Currency::new("USD").expect("a currency");
    Genesis {
        venue: 1,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits {
            accounts_max: ACCOUNTS as u32,
            instruments_max: workload.symbols,
            orders_max: workload.target * 2 + 100_000,
            orders_per_account_max: 100_000,
            ..Limits::default()
        },
        currencies: vec![CurrencyRule { code: usd, decimals: 2 }],
        business_date: Date(20_000),
        hash_key: [0x5eed, 0xfeed],
        parent: None,
    }
}

/// Commands that list the instruments and fund the accounts, so that nothing is refused.
pub(crate) fn setup(workload: &Workload) -> Vec<Action> {
    let usd = Currency::new("USD").expect("a currency");
    let limit = Price::new(u64::from(workload.price_max) + 1_000).expect("a price");
    let low = Price::new(1).expect("a price");
    let mut actions = Vec::new();
    for number in 0..workload.symbols {
        let definition = Definition {
            symbol: Symbol::new(&format!("S{number}")).expect("a symbol"),
            isin: None,
            currency: usd,
            price_decimals: 2,
            qty_decimals: 0,
            tick_step: 1,
            lot_step: 1,
            order_qty_max: Qty(1 << 32),
            tick_value: TickValue::ONE,
            price_limit: limit,
            band: Band { low, high: limit },
            fees: Fees { maker_ppm: 100, taker_ppm: 200 },
            policy: MatchingPolicy::PriceTime,
        };
        let instrument = InstrumentId(number);
        actions.push(Action::ListInstrument { definition });
        actions.push(Action::SetPhase { instrument, phase: Phase::Continuous });
    }
    for number in 1..=ACCOUNTS {
        let account = AccountId(number as u32);
        let (owner, self_trade) = (PrincipalId(number), SelfTrade::Allow);
        actions.push(Action::OpenAccount { owner, currency: usd, self_trade });
        actions.push(Action::Deposit { account, amount: Amount(4_000_000_000_000_000) });
        for instrument in 0..workload.symbols {
            let instrument = InstrumentId(instrument);
            actions.push(Action::Issue { account, instrument, qty: Qty(1 << 40) });
        }
    }
    actions
}

impl Core {
    /// A venue ready for the workload's first record.
    pub(crate) fn new(workload: &Workload, with_ids: bool) -> Core {
        let mut core = Core {
            venue: Venue::new(genesis(workload)).expect("a genesis"),
            events: Events::new(1, 1 << 14),
            seq: 0,
            trades: TradeHash::default(),
            refused: 0,
            with_ids,
            named: 0,
            lookahead: Lookahead::default(),
        };
        for action in setup(workload) {
            core.apply(&command(action));
            core.drain();
        }
        assert!(core.refused == 0, "the set-up is accepted");
        core
    }

    /// Makes memory ready for the requests of `records`, as the engine does in idle moments.
    pub(crate) fn prepare(&mut self, records: &[Record]) {
        if self.with_ids {
            let replaces = records.iter().filter(|record| record.op == Op::Replace).count();
            self.venue.prepare_requests((records.len() + replaces) as u32);
        }
    }

    /// Runs records, in order, and tells the processor time that the core took: turning records
    /// into commands is the driver's.
    pub(crate) fn run(&mut self, records: &[Record]) -> Duration {
        let mut commands: Vec<Command> = Vec::with_capacity(2 * CHUNK);
        let mut taken = Duration::ZERO;
        for chunk in records.chunks(CHUNK) {
            commands.clear();
            chunk.iter().for_each(|record| expand(record, &mut commands));
            if self.with_ids {
                self.name(&mut commands);
            }
            let start = cpu_time();
            self.run_chunk(&commands, &mut |_| {});
            taken += cpu_time() - start;
        }
        taken
    }

    /// Gives every command a request id of its own.
    fn name(&mut self, commands: &mut [Command]) {
        for command in commands {
            self.named += 1;
            command.request = Some(request(self.named));
        }
    }

    /// Applies commands with hints ahead of them; `see` is shown the events before they go.
    pub(crate) fn run_chunk(&mut self, commands: &[Command], see: &mut impl FnMut(&Events)) {
        for (at, command) in commands.iter().enumerate() {
            for batch in Lookahead::due(commands, at) {
                self.venue.look_ahead(&mut self.lookahead, batch.iter());
            }
            self.apply(command);
            if at % BATCH == BATCH - 1 {
                see(&self.events);
                self.drain();
            }
        }
        see(&self.events);
        self.drain();
    }

    /// Runs records one by one and gives back the nanoseconds of each, the clock's own included.
    pub(crate) fn run_one_by_one(&mut self, records: &[Record]) -> Vec<u32> {
        let mut commands = Vec::with_capacity(2);
        let mut taken = Vec::with_capacity(records.len());
        for record in records {
            commands.clear();
            expand(record, &mut commands);
            let start = Instant::now();
            commands.iter().for_each(|command| self.apply(command));
            taken.push(u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX));
            self.drain();
        }
        taken
    }

    #[inline]
    fn apply(&mut self, command: &Command) {
        self.seq += 1;
        let at = Timestamp(self.seq);
        let outcome = self.venue.apply(self.seq, at, command, &mut self.events);
        let outcome = outcome.expect("nothing expires here");
        self.refused += u64::from(outcome.result.is_err());
        while self.venue.is_busy() {
            self.drain();
            self.venue.resume(&mut self.events);
        }
    }

    /// Looks at the events and empties the buffer.
    fn drain(&mut self) {
        for (_, events) in self.events.steps() {
            for event in events {
                if let Event::Public(PublicEvent::Trade(trade)) = event {
                    let (maker, taker) = (trade.maker.local(), trade.taker.local());
                    self.trades.trade(maker, taker, trade.price.ticks(), trade.lots.lots());
                }
            }
        }
        self.events.clear();
    }
}

/// One record's commands. A replace is a cancel and a new order; the generator only replaces
/// orders that rest, so the cancel is never refused.
#[inline]
pub(crate) fn expand(record: &Record, out: &mut Vec<Command>) {
    let account = |id: u64| AccountId((id % ACCOUNTS) as u32 + 1);
    let order_id = |id| OrderId::new(ShardId(0), id);
    let gone = match record.op {
        Op::Cancel => Some(record.id),
        Op::Replace => Some(record.replaced),
        Op::Limit | Op::Market | Op::Ioc => None,
    };
    if let Some(id) = gone {
        let action = Action::Cancel { account: account(id), order: order_id(id) };
        out.push(command(action));
    }
    if record.op == Op::Cancel {
        return;
    }
    let price = Price::new(u64::from(record.price));
    let (order_type, time_in_force) = match record.op {
        Op::Market => (OrderType::Market { collar: None }, TimeInForce::Ioc),
        Op::Ioc => (limit_at(price), TimeInForce::Ioc),
        Op::Limit | Op::Replace | Op::Cancel => (limit_at(price), TimeInForce::Gtc),
    };
    let order = NewOrder {
        instrument: InstrumentId(u32::from(record.symbol)),
        side: if record.buy { Side::Buy } else { Side::Sell },
        order_type,
        qty: Qty(u64::from(record.qty)),
        time_in_force,
        post_only: false,
        display: None,
    };
    let action = Action::Place { account: account(record.id), order };
    out.push(command(action));
}

fn limit_at(price: Option<Price>) -> OrderType {
    OrderType::Limit { price: price.expect("limit prices are above zero") }
}

pub(crate) fn command(action: Action) -> Command {
    let (principal, connection) = (PrincipalId(1), ConnectionId(0));
    Command { principal, connection, request: None, action }
}

/// A request id of 16 characters.
#[inline]
fn request(number: u64) -> RequestId {
    let mut text = [0; 16];
    let mut left = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for byte in &mut text {
        *byte = b'a' + (left & 15) as u8;
        left >>= 4;
    }
    RequestId::from_bytes(&text).expect("printable")
}
