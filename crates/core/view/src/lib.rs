//! Folds over events: what queries answer from.
//!
//! **Invariant:** views are a function of the events absorbed, in order and without gaps; the same
//! events give the same views, and so do a snapshot and the events after it.
//! They decide nothing: no command looks at them.

mod account;
mod candle;
mod canonical;
mod depth;
mod instrument;
mod order;
mod payment;
mod performance;
mod position;
mod queue;
mod snapshot;
mod timeline;
mod vocabulary;

use std::collections::{BTreeMap, VecDeque};

use types::{
    AccountId, Date, InstrumentId, OrderId, PaymentId, RequestId, Seq, ShardId, Symbol, Timestamp,
};
use venue::{Event, Events, Genesis, KillScope, PublicEvent, Stamped, Trade};

pub use account::{Account, AccountStatus};
pub use candle::{Candle, Candles, DATES_KEPT, Interval, Moment, Which};
pub use canonical::RestoreError;
pub use depth::{Depth, Level, QueuePosition};
pub use instrument::{Instrument, TRADES_PER_INSTRUMENT, TradeRow};
pub use order::{CLOSED_ORDERS_PER_ACCOUNT, Order, OrderStatus, Orders};
pub use payment::{PAYMENTS_PER_ACCOUNT, Payment, PaymentStatus, Payments, Way};
pub use performance::{Earned, Flow, GROWTH_ONE, Performance};
pub use position::{AVERAGE_COST_PLACES, Position};
pub use timeline::{OrderEvent, TIMELINE_EVENTS_PER_ORDER, Timeline};

/// Everything that queries answer from, at one event seq.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Views {
    event_seq: Seq,
    /// The last [`DATES_KEPT`] business dates, the one in force last.
    dates: VecDeque<Date>,
    rules: u32,
    /// Whether the kill switch of everything is engaged.
    is_killed: bool,
    /// By id. A matching shard's numbers leave holes for the other shards'.
    instruments: Vec<Option<Instrument>>,
    symbols: BTreeMap<Symbol, InstrumentId>,
    /// By clearing shard, then by local number less one.
    accounts: Vec<Vec<Account>>,
    /// Whose the payments are that wait for an operator.
    pending: BTreeMap<PaymentId, AccountId>,
}

impl Views {
    /// Views of a venue in which nothing has happened yet.
    pub fn new(genesis: &Genesis) -> Views {
        Views {
            event_seq: 0,
            dates: VecDeque::from([genesis.business_date]),
            rules: genesis.rules,
            is_killed: false,
            instruments: Vec::new(),
            symbols: BTreeMap::new(),
            accounts: vec![Vec::new(); usize::from(genesis.clearing_shards)],
            pending: BTreeMap::new(),
        }
    }

    /// Folds in the next events.
    ///
    /// # Panics
    /// If they do not follow those absorbed before, or contradict them.
    pub fn absorb(&mut self, events: &Events) {
        events.iter().for_each(|stamped| self.absorb_one(&stamped));
    }

    /// Folds in the next event.
    ///
    /// # Panics
    /// If it does not follow those absorbed before, or contradicts them.
    pub fn absorb_one(&mut self, stamped: &Stamped<'_>) {
        assert_eq!(stamped.seq, self.event_seq + 1, "events are gap-free");
        self.event_seq = stamped.seq;
        match stamped.event {
            Event::Account(event) => self.absorb_account(stamped, event),
            Event::Public(event) => self.absorb_public(stamped, event),
            // Nobody's state changed.
            Event::Refused { .. } => {}
        }
    }

    /// The last event absorbed; zero when there was none.
    pub fn event_seq(&self) -> Seq {
        self.event_seq
    }

    /// The business date in force.
    pub fn business_date(&self) -> Date {
        self.moment(Timestamp(0)).date()
    }

    /// The moment `now` of engine time, which the last command may have been before.
    pub fn moment(&self, now: Timestamp) -> Moment<'_> {
        Moment { now, dates: &self.dates }
    }

    /// The rules version in force.
    pub fn rules(&self) -> u32 {
        self.rules
    }

    /// Whether the kill switch of everything is engaged. Accounts and instruments tell their own.
    pub fn is_killed(&self) -> bool {
        self.is_killed
    }

    /// An instrument by its number.
    pub fn instrument(&self, instrument: InstrumentId) -> Option<&Instrument> {
        self.instruments.get(instrument.0 as usize)?.as_ref()
    }

    /// An instrument by its short code.
    pub fn instrument_by_symbol(&self, symbol: Symbol) -> Option<&Instrument> {
        self.symbols.get(&symbol).and_then(|instrument| self.instrument(*instrument))
    }

    /// All instruments, by number.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.iter().flatten()
    }

    /// An account by its number.
    pub fn account(&self, account: AccountId) -> Option<&Account> {
        let index = account.local().checked_sub(1)?;
        self.accounts.get(usize::from(account.shard().0))?.get(index as usize)
    }

    /// The accounts after `after`, by number; all of them after `AccountId(0)`.
    pub fn accounts_after(&self, after: AccountId) -> impl Iterator<Item = &Account> {
        let from_shard = usize::from(after.shard().0);
        self.accounts.iter().enumerate().skip(from_shard).flat_map(move |(shard, accounts)| {
            let skipped = if shard == from_shard { after.local() as usize } else { 0 };
            accounts.iter().skip(skipped)
        })
    }

    /// The accounts numbered below `below`, newest first within each shard.
    pub fn accounts_below(&self, below: u64) -> impl Iterator<Item = &Account> {
        let shards = self.accounts.iter().rev();
        shards
            .flat_map(|accounts| accounts.iter().rev())
            .filter(move |account| u64::from(account.id.0) < below)
    }

    /// The payments below `below` that wait for an operator, newest first, each with its account.
    pub fn pending_below(&self, below: PaymentId) -> impl Iterator<Item = (&Account, &Payment)> {
        self.pending.range(..below).rev().map(|(payment, account)| {
            let account = self.account(*account).expect("what waits is an account's");
            (account, account.payments.get(*payment).expect("what waits is kept"))
        })
    }

    /// What an account is worth, in minor units: see [`Account::equity`].
    pub fn equity(&self, account: &Account) -> i128 {
        account.equity(listed(&self.instruments))
    }

    /// What an account is worth now, and what of that it earned.
    pub fn earned(&self, account: &Account) -> Earned {
        account.performance.at(self.equity(account))
    }

    /// An order of `account`, open or among its last closed ones.
    pub fn order(&self, account: AccountId, order: OrderId) -> Option<&Order> {
        self.account(account)?.orders.get(order)
    }

    /// An order of `account` by its first or its latest client order id.
    pub fn order_by_client_id(&self, account: AccountId, client: RequestId) -> Option<&Order> {
        self.account(account)?.orders.by_client_id(client)
    }

    /// What is ahead of an order at its price, in time proportional to it; `None` when it shows
    /// nothing: it waits for its trigger, or is closed.
    pub fn queue_position(&self, order: &Order) -> Option<QueuePosition> {
        self.instrument(order.terms.instrument)?.depth.queue_position(order.id)
    }

    fn absorb_account(&mut self, stamped: &Stamped<'_>, event: &venue::AccountEvent) {
        let (ShardId(shard), local) = (event.account.shard(), event.account.local());
        let accounts = self.accounts.get_mut(usize::from(shard)).expect("genesis names the shard");
        let index = local.checked_sub(1).expect("accounts count from 1") as usize;
        if index == accounts.len() {
            accounts.push(Account::opened(stamped.at, event));
        }
        let account = accounts.get_mut(index).expect("an account opens before its other events");
        let is_flow = Flow::of(&event.fact).is_some();
        let before = if is_flow { account.equity(listed(&self.instruments)) } else { 0 };
        let paid = account.absorb(stamped.seq, stamped.at, event);
        if is_flow {
            account.performance.cut(before, account.equity(listed(&self.instruments)));
        }
        if let Some(payment) = paid {
            match payment.status {
                PaymentStatus::Pending => self.pending.insert(payment.id, event.account),
                PaymentStatus::Booked | PaymentStatus::Failed(_) => {
                    self.pending.remove(&payment.id)
                }
            };
        }
    }

    /// Finds the payments that wait, in accounts that were restored.
    fn note_pending(&mut self) {
        let all = self.accounts.iter().flatten();
        let waiting = all.flat_map(|it| it.payments.pending().map(|payment| (payment.id, it.id)));
        self.pending = waiting.collect();
    }

    fn absorb_public(&mut self, stamped: &Stamped<'_>, event: &PublicEvent) {
        match event {
            PublicEvent::Listed { instrument, definition } => {
                self.add_instrument(Instrument::new(*instrument, *definition));
            }
            PublicEvent::PhaseChanged { instrument, phase } => {
                self.listed(*instrument).phase = *phase;
            }
            PublicEvent::BandChanged { instrument, band } => {
                self.listed(*instrument).definition.band = *band;
            }
            PublicEvent::FeesChanged { instrument, fees } => {
                self.listed(*instrument).definition.fees = *fees;
            }
            PublicEvent::Book(change) => self.listed(change.instrument).depth.change(change),
            PublicEvent::Trade(trade) => self.absorb_trade(stamped, trade),
            PublicEvent::DateChanged { date } => {
                if self.dates.len() == DATES_KEPT {
                    self.dates.pop_front();
                }
                self.dates.push_back(*date);
                self.begin_day();
            }
            PublicEvent::RulesChanged { version } => self.rules = *version,
            PublicEvent::KillSwitchSet { scope, engaged } => match scope {
                KillScope::All => self.is_killed = *engaged,
                KillScope::Instrument(instrument) => self.listed(*instrument).is_killed = *engaged,
                KillScope::Account(account) => unreachable!("{account:?} is told by itself"),
            },
            // The orders that a kill ended were told one by one.
            PublicEvent::KillSwitchDone { .. } | PublicEvent::TimeTold => {}
        }
    }

    fn absorb_trade(&mut self, stamped: &Stamped<'_>, trade: &Trade) {
        let date = self.business_date();
        let instrument = self.listed(trade.instrument);
        instrument.absorb_trade(stamped.seq, stamped.at, date, trade);
        if !instrument.is_first_trade() {
            return;
        }
        // What the shares are worth from now on was not earned.
        let Views { accounts, instruments, .. } = self;
        for account in accounts.iter_mut().flatten() {
            let worth = account.value_of(listed(instruments)(trade.instrument));
            if worth != 0 {
                let after = account.equity(listed(instruments));
                account.performance.cut(after - worth, after);
            }
        }
    }

    fn add_instrument(&mut self, instrument: Instrument) {
        let index = instrument.id.0 as usize;
        if index >= self.instruments.len() {
            self.instruments.resize(index + 1, None);
        }
        assert!(self.instruments[index].is_none(), "an instrument is listed once");
        self.symbols.insert(instrument.definition.symbol, instrument.id);
        self.instruments[index] = Some(instrument);
    }

    /// Notes what each account is worth as the business date begins.
    fn begin_day(&mut self) {
        let Views { accounts, instruments, .. } = self;
        for account in accounts.iter_mut().flatten() {
            account.day = account.performance.at(account.equity(listed(instruments)));
        }
    }

    fn listed(&mut self, instrument: InstrumentId) -> &mut Instrument {
        let place = self.instruments.get_mut(instrument.0 as usize).and_then(Option::as_mut);
        place.expect("an instrument is listed before its other events")
    }
}

/// Finds what is held.
fn listed<'a>(instruments: &'a [Option<Instrument>]) -> impl Fn(InstrumentId) -> &'a Instrument {
    |id| {
        let place = instruments.get(id.0 as usize).and_then(Option::as_ref);
        place.expect("what is held is listed")
    }
}
