//! The clearing house: owns accounts, and lets nothing reach a book that could not settle.
//!
//! **Invariant:** for every open order the worst case is held, and an account's held cash and
//! lots are the sums over its open orders and the withdrawals of it that wait. It deliberately
//! knows no book.

mod accounts;
mod cancel_after;
mod executions;
mod kill;
mod open;
mod orders;
mod payments;
mod restore;

use ledger::{Capacity, Ledger};
use types::{AccountId, Date, InstrumentId, OrderId, RequestId, ShardId};

use crate::answers::{self, Answer, Kind};
use crate::command::{Action, Command, PaymentKind};
use crate::event::{AccountEvent, Balance, Event, Fact, PublicEvent};
use crate::genesis::{CurrencyRule, Genesis, Limits, RULES_MAX};
use crate::message::{Message, Shard, Versioned};
use crate::outcome::{Done, Outcome};
use crate::reject::Reject;
use crate::requests::{Asked, Known, RequestSlot, Requests, Scope};
use crate::terms::Terms;
use crate::turn::Turn;
use accounts::Account;
use cancel_after::CancelAfter;
use kill::KillSwitches;
use open::Orders;
pub(crate) use orders::Rehearsal;
use payments::Payments;
pub use restore::AssetLines;

/// One clearing shard.
#[derive(Debug)]
pub struct Clearing {
    shard: ShardId,
    clearing_shards: u16,
    matching_shards: u16,
    limits: Limits,
    currencies: Vec<CurrencyRule>,
    rules: u32,
    date: Date,
    /// By local number less one.
    accounts: Vec<Account>,
    ledger: Ledger,
    /// By instrument id; `None` until its definition arrives.
    instruments: Vec<Option<Terms>>,
    orders: Orders,
    kill: KillSwitches,
    cancel_after: CancelAfter,
    payments: Payments,
    requests: Requests,
}

impl Clearing {
    /// An empty shard.
    pub(crate) fn new(genesis: &Genesis, shard: ShardId) -> Clearing {
        let limits = genesis.limits;
        let scopes = limits.accounts_max as usize + 1;
        let remembered = limits.requests_remembered;
        Clearing {
            shard,
            clearing_shards: genesis.clearing_shards,
            matching_shards: genesis.matching_shards,
            limits,
            currencies: genesis.currencies.clone(),
            rules: genesis.rules,
            date: genesis.business_date,
            accounts: Vec::with_capacity(limits.accounts_max as usize),
            ledger: Ledger::new(Capacity {
                customers: limits.accounts_max,
                instruments: limits.instruments_max,
                currencies: genesis.currencies.len(),
            }),
            instruments: vec![None; limits.instruments_max as usize],
            orders: Orders::new(shard, limits.orders_max),
            kill: KillSwitches::default(),
            cancel_after: CancelAfter::default(),
            payments: Payments::default(),
            requests: Requests::new(genesis.hash_key, remembered, scopes, limits.orders_max),
        }
    }

    /// Applies a command that enters at clearing. Refused later by matching, its answer is
    /// amended through [`Turn::refused`].
    pub(crate) fn command(&mut self, seq: u64, command: &Command, turn: &mut Turn<'_>) -> Outcome {
        let Command { request, action, .. } = command;
        let outcome = |result| Outcome { seq, result, repeated: false };
        let scope = match self.scope(action) {
            Ok(scope) => scope,
            Err(reject) => {
                turn.refuse(*request, reject);
                return outcome(Err(reject));
            }
        };
        let mut slot = None;
        if let Some(id) = request {
            let asked = Asked { id, body: action, seq, likely: self.likely(action) };
            let Clearing { requests, orders, .. } = self;
            match requests.begin(scope, &asked, |order| orders.keep_request(order)) {
                Known::New(new) => slot = Some(new),
                Known::Repeated(outcome) => return outcome,
                Known::Conflict(reject) => {
                    self.refuse(scope, *request, OrderId(0), reject, turn);
                    return outcome(Err(reject));
                }
            }
        }
        // The two commonest first: a branch on them is foreseen, a jump by kind is not.
        let ordered = if let Action::Place { order, .. } = action {
            Some(self.place(scope, request, slot.unwrap_or_default(), order, turn))
        } else if let Action::Cancel { order, .. } = action {
            Some(self.cancel(scope, request, *order, turn))
        } else {
            None
        };
        let result = match ordered {
            // The answer is made from the number alone: to copy what was written in parts a moment
            // ago would wait for the store buffer, as long as the rest of this function takes. It
            // is what was likely, and remembered as that.
            Some(Ok(order)) => return outcome(Ok(Done::Order(order))),
            Some(Err(reject)) => Err(reject),
            None => self.act_otherwise(scope, *request, action, turn),
        };
        if let Err(reject) = result {
            self.refuse(scope, *request, OrderId(0), reject, turn);
        }
        if let Some(slot) = slot {
            self.requests.answer(slot, result);
        }
        outcome(result)
    }

    /// What a command to place or cancel an order comes to unless it is refused.
    #[inline(always)]
    fn likely(&self, action: &Action) -> Answer {
        if let Action::Place { .. } = action {
            answers::placed(self.orders.next_id())
        } else if let Action::Cancel { order, .. } = action {
            (Kind::Order, order.0)
        } else {
            (Kind::Nothing, 0)
        }
    }

    /// Whether this is a new request to cancel an open order of the account, to mass cancel while
    /// it has some, or to engage a kill switch.
    pub(crate) fn would_cancel(&self, command: &Command) -> bool {
        let Command { request, action, .. } = command;
        let Ok(local) = self.scope(action) else { return false };
        let is_open = if let Action::Cancel { order, .. } = action {
            self.find_own(local, *order).is_ok()
        } else if let Action::SetKillSwitch { scope, engaged } = action {
            self.would_kill(local, *scope, *engaged)
        } else {
            matches!(action, Action::MassCancel { .. }) && self.account(local).open_orders > 0
        };
        is_open && request.is_none_or(|id| self.requests.peek(local, &id, action).is_none())
    }

    /// The old answer to a request that was made before.
    pub(crate) fn remembered(&self, command: &Command) -> Option<Outcome> {
        let scope = self.scope(&command.action).ok()?;
        let id = command.request.as_ref()?;
        match self.requests.peek(scope, id, &command.action)? {
            Known::Repeated(outcome) => Some(outcome),
            Known::New(_) | Known::Conflict(_) => None,
        }
    }

    /// Takes a message from a matching shard or from another clearing shard.
    #[inline(always)]
    pub(crate) fn message(&mut self, message: &Message, turn: &mut Turn<'_>) {
        match message {
            Message::Execution(execution) => self.execution(execution, turn),
            Message::Definition(versioned) => self.learn(versioned, turn),
            Message::Transfer(transfer) => self.receive(transfer, turn),
            Message::TransferReturned { transfer, reject } => {
                self.take_back(transfer, *reject, turn);
            }
            Message::Entry(_) | Message::DefinitionKnown { .. } => {
                unreachable!("clearing is sent no {message:?}")
            }
        }
    }

    /// Asks for an account.
    #[inline(always)]
    pub(crate) fn hint_account(&self, account: AccountId) {
        types::prefetch(&self.accounts, (account.local() as usize).wrapping_sub(1));
    }

    /// Makes the memory of `count` more requests ready.
    pub(crate) fn prepare_requests(&mut self, count: u32) {
        self.requests.prepare(count);
    }

    /// The most requests that were remembered at any time.
    #[inline(always)]
    pub(crate) fn requests_remembered(&self) -> u32 {
        self.requests.most()
    }

    /// Where an account's request will be remembered.
    #[inline(always)]
    pub(crate) fn request_place(&self, account: AccountId, request: &RequestId) -> u64 {
        self.requests.place(account.local(), request)
    }

    /// Asks for where a request will be remembered.
    #[inline(always)]
    pub(crate) fn hint_request(&self, place: u64) {
        self.requests.hint(place);
    }

    /// Asks for the request that an account's next one will replace; gives it back.
    #[inline(always)]
    pub(crate) fn hint_oldest(&self, account: AccountId) -> RequestSlot {
        self.requests.hint_oldest(account.local())
    }

    /// Asks for what the index says of a request that will be replaced.
    #[inline(always)]
    pub(crate) fn hint_forgotten(&self, request: RequestSlot) {
        self.requests.hint_forgotten(request);
    }

    /// Asks for the ledger lines that a new order holds from.
    #[inline(always)]
    pub(crate) fn hint_place(&self, account: AccountId, instrument: InstrumentId) {
        self.ledger.hint(account.local(), instrument);
    }

    /// Asks for an order's index entry.
    #[inline(always)]
    pub(crate) fn hint_index(&self, order: OrderId) -> u32 {
        self.orders.hint_index(order)
    }

    /// Asks for the order that the first hint led to.
    #[inline(always)]
    pub(crate) fn hint_row(&self, hint: u32) -> u32 {
        self.orders.hint_row(hint)
    }

    /// Asks for the ledger lines of the order that the second hint led to.
    #[inline(always)]
    pub(crate) fn hint_lines(&self, account: AccountId, row: u32) {
        self.ledger.hint(account.local(), self.orders.hinted_instrument(row));
    }

    /// The local number of the account named, or zero; it must exist.
    #[inline]
    fn scope(&self, action: &Action) -> Result<Scope, Reject> {
        // The two commonest first: a branch on them is foreseen, a jump by kind is not.
        if let Action::Place { account, .. } = action {
            self.local(*account)
        } else if let Action::Cancel { account, .. } = action {
            self.local(*account)
        } else {
            self.scope_otherwise(action)
        }
    }

    #[inline(never)]
    fn scope_otherwise(&self, action: &Action) -> Result<Scope, Reject> {
        action.account().map_or(Ok(0), |account| self.local(account))
    }

    /// All but the two commonest commands.
    #[inline(never)]
    fn act_otherwise(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        action: &Action,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        match *action {
            Action::Replace { order, change, .. } => {
                self.replace(local, request, order, change, turn)
            }
            Action::MassCancel { instrument, side, .. } => {
                self.mass_cancel(local, request, instrument, side, turn)
            }
            Action::SetCancelAfter { after_s, .. } => self.set_cancel_after(local, after_s, turn),
            Action::OpenAccount { owner, currency, self_trade } => {
                self.open(owner, currency, self_trade, turn)
            }
            Action::SetAccountStatus { suspended, .. } => self.set_status(local, suspended, turn),
            Action::CloseAccount { .. } => self.close(local, turn),
            Action::Deposit { amount, .. } => {
                self.pay_outside(local, request, (PaymentKind::Deposit, amount), turn)
            }
            Action::Withdraw { amount, .. } => {
                self.pay_outside(local, request, (PaymentKind::Withdrawal, amount), turn)
            }
            Action::Transfer { to, amount, .. } => {
                self.transfer(local, request, (to, amount), turn)
            }
            Action::RequestPayment { kind, amount, .. } => {
                self.request_payment(local, request, (kind, amount), turn)
            }
            Action::ConfirmPayment { payment } => self.confirm_payment(payment, turn),
            Action::FailPayment { payment, reason } => self.fail_payment(payment, reason, turn),
            Action::Issue { instrument, qty, .. } => self.issue(local, instrument, qty, turn),
            Action::SetBusinessDate { date } => self.set_date(date, turn),
            Action::SetRules { version } => self.set_rules(version, turn),
            Action::SetKillSwitch { scope, engaged } => {
                self.set_kill_switch(local, scope, engaged, turn)
            }
            Action::Tick => Ok(Done::Nothing),
            Action::ListInstrument { .. }
            | Action::SetPhase { .. }
            | Action::SetBand { .. }
            | Action::SetFees { .. }
            | Action::TellTime => unreachable!("{action:?} enters at matching"),
            Action::Place { .. } | Action::Cancel { .. } => {
                unreachable!("{action:?} is served first")
            }
        }
    }

    fn set_date(&mut self, date: Date, turn: &mut Turn<'_>) -> Result<Done, Reject> {
        if date <= self.date {
            return Err(Reject::DateNotLater { date, current: self.date });
        }
        self.date = date;
        turn.events.push(Event::Public(PublicEvent::DateChanged { date }));
        Ok(Done::Nothing)
    }

    fn set_rules(&mut self, version: u32, turn: &mut Turn<'_>) -> Result<Done, Reject> {
        if version <= self.rules || version > RULES_MAX {
            return Err(Reject::RulesUnsupported { version, max: RULES_MAX });
        }
        self.rules = version;
        turn.events.push(Event::Public(PublicEvent::RulesChanged { version }));
        Ok(Done::Nothing)
    }

    /// Takes the next version of an instrument's terms, and says so.
    fn learn(&mut self, versioned: &Versioned, turn: &mut Turn<'_>) {
        let Versioned { instrument, version, definition, phase } = *versioned;
        let known = self.instruments[instrument.0 as usize].map_or(0, |terms| terms.version);
        assert!(version == known + 1, "versions of an instrument arrive in order");
        let currency = self.currency(definition.currency).expect("matching checked the currency");
        self.instruments[instrument.0 as usize] =
            Some(Terms { definition, phase, version, currency });
        let shard = self.shard;
        turn.send(
            self.matching(instrument),
            Message::DefinitionKnown { instrument, version, shard },
        );
    }

    fn currency(&self, code: types::Currency) -> Option<u8> {
        let at = self.currencies.iter().position(|rule| rule.code == code)?;
        Some(at as u8)
    }

    /// Terms of an instrument that this shard knows.
    #[inline]
    fn terms(&self, instrument: InstrumentId) -> Result<&Terms, Reject> {
        let known = self.instruments.get(instrument.0 as usize).and_then(Option::as_ref);
        known.ok_or(Reject::UnknownInstrument { instrument })
    }

    /// The shard that owns an instrument.
    #[inline]
    fn matching(&self, instrument: InstrumentId) -> Shard {
        if self.matching_shards == 1 {
            return Shard::Matching(ShardId(0));
        }
        Shard::Matching(ShardId((instrument.0 % u32::from(self.matching_shards)) as u16))
    }

    /// Tells an account's owner, or for scope zero its sender, why a command was refused.
    fn refuse(
        &mut self,
        scope: Scope,
        request: Option<RequestId>,
        order: OrderId,
        reject: Reject,
        turn: &mut Turn<'_>,
    ) {
        if scope == 0 {
            turn.refuse(request, reject);
        } else {
            self.tell(scope, Fact::Refused { request, order, reject }, turn);
        }
    }

    /// Tells an account's owner a fact.
    #[inline]
    fn tell(&mut self, local: u32, fact: Fact, turn: &mut Turn<'_>) {
        let account = &mut self.accounts[local as usize - 1];
        account.events += 1;
        let cash = self.ledger.cash(local);
        turn.events.push(Event::Account(AccountEvent {
            account: AccountId::within(self.shard, local),
            account_seq: account.events,
            cash: Balance { free: cash.free(), held: cash.held },
            fact,
        }));
    }
}
