//! The reference model: `api/semantics.md` written down once more, obvious rather than fast.
//!
//! **Invariant:** it shares only the vocabulary with the venue: no code, no data structure. Vectors
//! are searched from end to end, money is 128 bits wide, and what is held is summed anew each time.
//! It knows one clearing and one matching shard, and has no snapshot.

mod accounts;
mod entry;
mod execution;
mod instruments;
mod kill;
mod matching;
mod money;
mod payments;
mod replace;
mod requests;
mod state;
mod sweep;

use std::collections::VecDeque;

use types::{AccountId, Date, InstrumentId, OrderId, Price, RequestId, Seq, Side, Timestamp};
use venue::{
    AccountEvent, Action, Balance, Command, Done, Event, Fact, Genesis, KillScope, Outcome,
    PaymentKind, PublicEvent, Reject,
};

pub use money::{MILLION, Spent, ceil, hold};
pub use state::{Account, Instrument, Order, Standing, Waiting};

use requests::{Memory, Remembered};
use state::{News, Told};
use sweep::Sweep;

/// The whole venue, naively.
#[derive(Clone, Debug)]
pub struct Model {
    /// What it was made from.
    pub genesis: Genesis,
    /// Engine time.
    pub now: Timestamp,
    /// The business date.
    pub date: Date,
    /// All accounts ever opened.
    pub accounts: Vec<Account>,
    /// All instruments.
    pub instruments: Vec<Instrument>,
    /// All open orders, by number.
    pub orders: Vec<Order>,
    /// The venue's own lines of each currency, in genesis order.
    pub lines: Vec<Lines>,
    /// The payments that wait for an operator, by number.
    pub waiting: Vec<Waiting>,
    /// The kill switches that are engaged.
    pub killed: Vec<KillScope>,
    rules: u32,
    /// The order that this command sent to matching; zero for none.
    sent: OrderId,
    orders_numbered: u64,
    trades_numbered: u64,
    payments_numbered: u64,
    stamps: u64,
    clearing_requests: Memory,
    matching_requests: Memory,
    work: VecDeque<Work>,
    told: VecDeque<Told>,
    events: Vec<(Timestamp, Event)>,
}

/// The venue's own ledger lines of one currency. With all accounts' cash they sum to zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Deposits less withdrawals, negative.
    pub outside: i128,
    /// Transfers on their way.
    pub in_transit: i128,
    /// Trades of which only one side is settled.
    pub clearing: i128,
    /// What rounding left.
    pub rounding: i128,
    /// Fees taken.
    pub fees: i128,
}

/// A work unit that waits.
#[derive(Clone, Debug)]
enum Work {
    /// The rest of a paused sweep.
    Sweep(Sweep),
    /// A triggered stop comes in.
    Triggered(OrderId),
    /// An order is taken out.
    Withdraw { order: OrderId, reason: venue::CancelReason, request: Option<RequestId> },
    /// All orders of a mass cancel are out.
    MassCanceled { account: AccountId, orders: u32, request: Option<RequestId> },
    /// All orders of a kill switch that is no account's are out.
    Killed { scope: KillScope, orders: u32 },
}

/// Whose requests a command's id is compared with.
#[derive(Clone, Copy, Debug)]
enum Scope {
    Account(usize),
    Clearing,
    Matching,
}

/// What a command came to, before it is remembered: accepted, or refused with the event's order.
type Acted = Result<Done, Reject>;

impl Model {
    /// An empty venue.
    ///
    /// # Panics
    /// If `genesis` is out of range or has more than one shard of a kind.
    pub fn new(genesis: Genesis) -> Model {
        genesis.check().expect("genesis is in range");
        assert_eq!((genesis.clearing_shards, genesis.matching_shards), (1, 1), "embedded");
        Model {
            now: Timestamp(0),
            date: genesis.business_date,
            accounts: Vec::new(),
            instruments: Vec::new(),
            orders: Vec::new(),
            lines: vec![Lines::default(); genesis.currencies.len()],
            waiting: Vec::new(),
            killed: Vec::new(),
            rules: genesis.rules,
            sent: OrderId(0),
            orders_numbered: 0,
            trades_numbered: 0,
            payments_numbered: 0,
            stamps: 0,
            clearing_requests: Memory::default(),
            matching_requests: Memory::default(),
            work: VecDeque::new(),
            told: VecDeque::new(),
            events: Vec::new(),
            genesis,
        }
    }

    /// Applies one command and all the work it leaves.
    pub fn apply(
        &mut self,
        seq: Seq,
        at: Timestamp,
        command: &Command,
    ) -> (Vec<(Timestamp, Event)>, Outcome) {
        self.now = self.now.max(at);
        for order in self.due() {
            self.withdraw(order, venue::CancelReason::Expired, None);
            self.deliver();
        }
        let outcome = self.command(seq, command);
        self.deliver();
        while let Some(work) = self.work.pop_front() {
            self.run(work);
            self.deliver();
        }
        (std::mem::take(&mut self.events), outcome)
    }

    /// GTD orders whose time is up, in the order in which they expire.
    fn due(&self) -> Vec<OrderId> {
        let mut due: Vec<_> = self
            .orders
            .iter()
            .filter_map(|order| Some((state::expiry(&order.terms)?, order.id)))
            .filter(|(expires, _)| *expires <= self.now)
            .collect();
        due.sort();
        due.into_iter().map(|(_, order)| order).collect()
    }

    fn run(&mut self, work: Work) {
        match work {
            Work::Sweep(sweep) => self.sweep(sweep),
            Work::Triggered(order) => self.enter_triggered(order),
            Work::Withdraw { order, reason, request } => self.withdraw(order, reason, request),
            Work::MassCanceled { account, orders, request } => {
                self.tell(OrderId(0), account, News::MassCanceled { orders, request });
            }
            Work::Killed { scope, orders } => {
                self.emit_public(PublicEvent::KillSwitchDone { scope, orders });
            }
        }
    }

    /// One command: its scope, its request id, its effect, its memory.
    fn command(&mut self, seq: Seq, command: &Command) -> Outcome {
        let request = command.request;
        let scope = match self.scope(&command.action) {
            Ok(scope) => scope,
            Err(reject) => {
                self.emit(Event::Refused { request, reject });
                return Outcome { seq, result: Err(reject), repeated: false };
            }
        };
        if let Some(known) = request.and_then(|id| self.remembered(scope, id)) {
            if known.action == command.action {
                return Outcome { seq: known.seq, result: known.result, repeated: true };
            }
            let reject = Reject::RequestConflict { first_seq: known.seq };
            self.refuse(scope, command, reject, OrderId(0));
            return Outcome { seq, result: Err(reject), repeated: false };
        }

        let numbered_before = self.orders_numbered;
        self.sent = OrderId(0);
        let result = self.act(scope, command);
        let is_numbered = self.orders_numbered > numbered_before;
        if let Err(reject) = result {
            self.refuse(scope, command, reject, self.sent);
        }
        if let Some(id) = request {
            let placed = is_numbered.then_some(self.sent);
            let action = command.action;
            let known = Remembered { id, action, seq, result, placed };
            self.memory(scope).push(known);
            self.forget(scope);
        }
        Outcome { seq, result, repeated: false }
    }

    fn act(&mut self, scope: Scope, command: &Command) -> Acted {
        let request = command.request;
        let account = match scope {
            Scope::Account(index) => index,
            Scope::Clearing | Scope::Matching => usize::MAX,
        };
        match command.action {
            Action::OpenAccount { owner, currency, self_trade } => {
                self.open_account(owner, currency, self_trade)
            }
            Action::SetAccountStatus { suspended, .. } => self.set_status(account, suspended),
            Action::CloseAccount { .. } => self.close_account(account),
            Action::Deposit { amount, .. } => self.deposit(account, amount, request),
            Action::Withdraw { amount, .. } => self.withdraw_cash(account, amount, request),
            Action::Transfer { to, amount, .. } => self.transfer(account, to, amount, request),
            Action::RequestPayment { kind, amount, .. } => {
                self.request_payment(account, kind, amount, request)
            }
            Action::ConfirmPayment { payment } => self.confirm_payment(payment),
            Action::FailPayment { payment, reason } => self.fail_payment(payment, reason),
            Action::Issue { instrument, qty, .. } => self.issue(account, instrument, qty),
            Action::Place { order, .. } => self.place(account, order, request),
            Action::Replace { order, change, .. } => self.replace(account, order, change, request),
            Action::Cancel { order, .. } => self.cancel(account, order, request),
            Action::MassCancel { instrument, side, .. } => {
                self.mass_cancel(account, instrument, side, request)
            }
            Action::SetCancelAfter { after_s, .. } => self.set_cancel_after(account, after_s),
            Action::ListInstrument { definition } => self.list(definition),
            Action::SetPhase { instrument, phase } => self.set_phase(instrument, phase),
            Action::SetBand { instrument, band } => self.set_band(instrument, band),
            Action::SetFees { instrument, fees } => self.set_fees(instrument, fees),
            Action::SetBusinessDate { date } => self.set_date(date),
            Action::SetRules { version } => self.set_rules(version),
            Action::SetKillSwitch { scope, engaged } => {
                self.set_kill_switch(account, scope, engaged)
            }
            Action::Tick => Ok(Done::Nothing),
            Action::TellTime => {
                self.emit_public(PublicEvent::TimeTold);
                Ok(Done::Nothing)
            }
        }
    }

    fn scope(&self, action: &Action) -> Result<Scope, Reject> {
        let named = match *action {
            Action::SetAccountStatus { account, .. }
            | Action::CloseAccount { account }
            | Action::Deposit { account, .. }
            | Action::Withdraw { account, .. }
            | Action::Transfer { account, .. }
            | Action::RequestPayment { account, .. }
            | Action::Issue { account, .. }
            | Action::Place { account, .. }
            | Action::Replace { account, .. }
            | Action::Cancel { account, .. }
            | Action::MassCancel { account, .. }
            | Action::SetCancelAfter { account, .. }
            | Action::SetKillSwitch { scope: KillScope::Account(account), .. } => account,
            Action::OpenAccount { .. }
            | Action::SetBusinessDate { .. }
            | Action::SetRules { .. }
            | Action::SetKillSwitch { .. }
            | Action::ConfirmPayment { .. }
            | Action::FailPayment { .. }
            | Action::Tick => return Ok(Scope::Clearing),
            Action::ListInstrument { .. }
            | Action::SetPhase { .. }
            | Action::SetBand { .. }
            | Action::SetFees { .. }
            | Action::TellTime => return Ok(Scope::Matching),
        };
        let index = self.accounts.iter().position(|account| account.id == named);
        index.map(Scope::Account).ok_or(Reject::UnknownAccount { account: named })
    }

    fn memory(&mut self, scope: Scope) -> &mut Memory {
        match scope {
            Scope::Account(index) => &mut self.accounts[index].requests,
            Scope::Clearing => &mut self.clearing_requests,
            Scope::Matching => &mut self.matching_requests,
        }
    }

    fn remembered(&mut self, scope: Scope, id: RequestId) -> Option<Remembered> {
        self.forget(scope);
        self.memory(scope).find(id).cloned()
    }

    fn forget(&mut self, scope: Scope) {
        let last = self.genesis.limits.requests_remembered;
        let open: Vec<OrderId> = self.orders.iter().map(|order| order.id).collect();
        self.memory(scope).forget(last, |order| open.contains(&order));
    }

    /// Tells a refusal: `order` is the one that matching had been sent.
    fn refuse(&mut self, scope: Scope, command: &Command, reject: Reject, order: OrderId) {
        let request = command.request;
        let Scope::Account(index) = scope else {
            return self.emit(Event::Refused { request, reject });
        };
        let account = self.accounts[index].id;
        self.emit_account(account, Fact::Refused { request, order, reject });
    }

    fn emit(&mut self, event: Event) {
        self.events.push((self.now, event));
    }

    fn emit_public(&mut self, event: PublicEvent) {
        self.emit(Event::Public(event));
    }

    fn emit_account(&mut self, account: AccountId, fact: Fact) {
        let index = self.account_index(account);
        let cash = self.cash(index);
        self.accounts[index].events += 1;
        let account_seq = self.accounts[index].events;
        self.emit(Event::Account(AccountEvent { account, account_seq, cash, fact }));
    }

    fn tell(&mut self, order: OrderId, account: AccountId, news: News) {
        self.told.push_back(Told { order, account, news });
    }

    /// Reads a remembered request id of each scope; for the generator.
    pub fn remembered_requests(&self) -> Vec<(Option<AccountId>, RequestId, Action)> {
        let owned = self.accounts.iter().map(|account| (Some(account.id), &account.requests));
        let shared = [(None, &self.clearing_requests), (None, &self.matching_requests)];
        owned
            .chain(shared)
            .flat_map(|(scope, memory)| memory.iter().map(move |kept| (scope, kept)))
            .map(|(scope, kept)| (scope, kept.id, kept.action))
            .collect()
    }
}

/// What the model can be asked; the generator aims with it.
impl Model {
    /// An account's cash.
    pub fn cash(&self, account: usize) -> Balance {
        let id = self.accounts[account].id;
        let is_own_buy = |order: &&Order| order.account == id && order.side() == Side::Buy;
        let held: i128 = self.orders.iter().filter(is_own_buy).map(|order| order.held).sum();
        let leaving = self.waiting.iter().filter(|it| it.account == account);
        let leaving = leaving.filter(|it| it.kind == PaymentKind::Withdrawal);
        let leaving: i128 = leaving.map(|it| i128::from(it.amount.0)).sum();
        balance(self.accounts[account].settled, held + leaving)
    }

    /// An account's lots of an instrument.
    pub fn position(&self, account: usize, instrument: InstrumentId) -> Balance {
        let id = self.accounts[account].id;
        let is_own_sell = |order: &&Order| {
            order.account == id && order.side() == Side::Sell && order.instrument() == instrument
        };
        let held: i128 = self.orders.iter().filter(is_own_sell).map(|order| order.held).sum();
        balance(self.accounts[account].lots_of(instrument), held)
    }

    /// An open order of that account, by its subscript.
    pub fn own_order(&self, account: AccountId, order: OrderId) -> Option<usize> {
        self.orders.iter().position(|open| open.id == order && open.account == account)
    }

    /// The orders that rest on one side, best first.
    pub fn resting(&self, instrument: InstrumentId, side: Side) -> Vec<&Order> {
        let mut resting: Vec<&Order> = self
            .orders
            .iter()
            .filter(|order| order.instrument() == instrument && order.side() == side)
            .filter(|order| order.is_resting())
            .collect();
        resting.sort_by_key(|order| order.execution_rank());
        resting
    }

    /// The best price of one side.
    pub fn best(&self, instrument: InstrumentId, side: Side) -> Option<Price> {
        self.orders
            .iter()
            .filter(|order| order.instrument() == instrument && order.side() == side)
            .filter(|order| order.is_resting())
            .min_by_key(|order| state::price_rank(side, order.limit))
            .map(|order| order.limit)
    }

    /// The instrument with that number.
    pub fn instrument(&self, id: InstrumentId) -> Result<&Instrument, Reject> {
        let found = self.instruments.iter().find(|instrument| instrument.id == id);
        found.ok_or(Reject::UnknownInstrument { instrument: id })
    }

    fn account_index(&self, id: AccountId) -> usize {
        self.accounts.iter().position(|account| account.id == id).expect("the account exists")
    }

    fn order_index(&self, id: OrderId) -> usize {
        self.orders.iter().position(|order| order.id == id).expect("the order is open")
    }
}

fn balance(settled: i128, held: i128) -> Balance {
    let narrow = |amount: i128| i64::try_from(amount).expect("a balance fits 64 bits");
    Balance { free: narrow(settled - held), held: narrow(held) }
}
