//! A venue that statements act on, with what must hold of every command checked on the way.

use std::collections::BTreeMap;

use types::{AccountId, Currency, Date, NewOrder, OrderId, RequestId, Seq, ShardId, Timestamp};
use venue::{
    AccountEvent, Action, Cause, Command, CurrencyRule, Done, Event, Events, Fact, Genesis, Limits,
    Outcome, PublicEvent, Reject, Venue,
};

use super::names::Names;
use super::parse::{self, Parsed, Words};
use super::print::{self, Parts};

/// When the venue is replaced by one restored from its snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restores {
    WhereAsked,
    AfterEach,
}

/// A venue, the names of what is in it, and what its events said so far.
pub struct World {
    venue: Venue,
    events: Events,
    restores: Restores,
    seq: Seq,
    at: Timestamp,
    names: Names,
    parts: Parts,
    /// By account, the events its owner was told.
    account_seqs: BTreeMap<AccountId, u64>,
    trades: u64,
    orders: BTreeMap<OrderId, Sent>,
}

/// An order as it was sent, and the sums of its fills.
struct Sent {
    terms: NewOrder,
    request: Option<RequestId>,
    filled: u64,
    ticks_lots: u128,
}

const LIMITS: Limits = Limits {
    accounts_max: 8,
    instruments_max: 3,
    orders_max: 64,
    orders_per_account_max: 32,
    requests_remembered: 16,
    level_pages_max: 64,
    step_events_max: 256,
};

impl World {
    pub fn new(restores: Restores) -> World {
        World::with(LIMITS, restores)
    }

    fn with(limits: Limits, restores: Restores) -> World {
        let venue = Venue::new(genesis(limits)).expect("a genesis");
        World {
            events: Events::new(1, limits.step_events_max as usize * 2),
            venue,
            restores,
            seq: 0,
            at: Timestamp(1),
            names: Names::default(),
            parts: Parts { public: true, owner: true, money: false },
            account_seqs: BTreeMap::new(),
            trades: 0,
            orders: BTreeMap::new(),
        }
    }

    /// Runs a statement that must succeed.
    pub fn set_up(&mut self, statement: &str) {
        let refused = self.run(statement).into_iter().find(|line| line.contains("refused"));
        assert!(refused.is_none(), "{statement}: {refused:?}");
    }

    /// Runs a statement and gives back its lines, below itself if it shall be echoed.
    pub fn show(&mut self, statement: &str, echo: bool) -> String {
        let echo = echo && !statement.starts_with("show ");
        let lines = self.run(statement);
        let indent = if echo { "  " } else { "" };
        let mut out = if echo { format!("{statement}\n") } else { String::new() };
        for line in lines.iter().flat_map(|lines| lines.lines()) {
            out += &format!("{indent}{line}\n");
        }
        out
    }

    fn run(&mut self, statement: &str) -> Vec<String> {
        let mut words = Words::new(statement);
        match words.next() {
            "venue" => {
                assert!(self.seq == 0, "genesis comes first");
                let mut limits = LIMITS;
                parse::limits(&mut words, &mut limits);
                *self = World::with(limits, self.restores);
                Vec::new()
            }
            "at" => {
                self.at = Timestamp(parse::number(words.next()));
                Vec::new()
            }
            "show" => {
                self.parts = Parts { public: false, owner: false, money: false };
                while let Some(part) = words.option() {
                    match part {
                        "public" => self.parts.public = true,
                        "owner" => self.parts.owner = true,
                        "money" => self.parts.money = true,
                        _ => panic!("{statement}: what is {part}?"),
                    }
                }
                Vec::new()
            }
            "restore" => {
                self.restore();
                Vec::new()
            }
            "times" => {
                let count = parse::number(words.next());
                let statement = statement.splitn(3, ' ').nth(2).expect("a statement to repeat");
                let restores = std::mem::replace(&mut self.restores, Restores::WhereAsked);
                let lines = (0..count).flat_map(|_| self.run(statement)).collect();
                self.restores = restores;
                lines
            }
            "market" => self.open_market(statement),
            "open" => self.open(statement),
            _ => self.command(statement),
        }
    }

    fn open_market(&mut self, statement: &str) -> Vec<String> {
        let terms = statement.strip_prefix("market").expect("it begins so");
        let mut lines = self.run(&format!("list ACME{terms}"));
        lines.extend(self.run("continuous ACME"));
        for name in ["ann", "bob", "cat", "dan"] {
            lines.extend(self.run(&format!("open {name} USD 10000.00 ACME 1000")));
        }
        lines
    }

    /// Opens an account and gives it what it shall have.
    fn open(&mut self, statement: &str) -> Vec<String> {
        let after = [" stp ", " req "].iter().filter_map(|key| statement.find(key)).min();
        let (statement, options) = statement.split_at(after.unwrap_or(statement.len()));
        let mut words = Words::new(statement);
        words.next();
        let (name, currency) = (words.next(), words.next());
        let mut lines = self.command(&format!("open {name} {currency}{options}"));
        if let Some(cash) = words.option() {
            lines.extend(self.command(&format!("{name} deposit {cash}")));
        }
        while let Some(symbol) = words.option() {
            lines.extend(self.command(&format!("{name} issue {symbol} {}", words.next())));
        }
        lines
    }

    /// Applies a command and gives back what it came to, a line each.
    fn command(&mut self, statement: &str) -> Vec<String> {
        let Parsed { action, request, order_name } = parse::command(statement, &self.names);
        let connection = types::ConnectionId(0);
        let command = Command { principal: types::PrincipalId(1), connection, request, action };
        let due = self.venue.next_expiry().is_some_and(|deadline| deadline <= self.at);
        let quiet = self.at <= self.venue.now() && !due;
        let hash = self.venue.state_hash();
        let (outcome, events) = self.apply(&command);
        self.name(statement, &action, order_name.as_deref(), &outcome, &events);
        if outcome.repeated {
            let same = self.venue.state_hash() == hash && events.is_empty();
            assert!(same || !quiet, "a repeated request does nothing");
        } else {
            self.check_outcome(&command, &outcome, &events);
        }
        for event in &events {
            self.check_event(event);
        }
        if self.restores == Restores::AfterEach {
            self.restore();
        }
        let lines = events.iter().filter_map(|it| print::event(it, &self.names, self.parts));
        let mut lines: Vec<String> = lines.collect();
        if outcome.repeated {
            let again = outcome.result.map_or_else(
                |reject| format!("refused, {}", print::reject(&reject, &self.names)),
                |done| print::done(done, &self.names),
            );
            lines.push(format!("as before: {again}"));
        } else if events.is_empty() {
            lines.push("nothing".to_owned());
        }
        lines
    }

    /// Applies a command and works off all it leaves.
    fn apply(&mut self, command: &Command) -> (Outcome, Vec<Event>) {
        self.seq += 1;
        let mut events = Vec::new();
        let outcome = loop {
            let outcome = self.venue.apply(self.seq, self.at, command, &mut self.events);
            self.take(command, &mut events);
            if let Some(outcome) = outcome {
                break outcome;
            }
        };
        while self.venue.is_busy() {
            self.venue.resume(&mut self.events);
            self.take(command, &mut events);
        }
        for (asset, total) in self.venue.trial_balance() {
            assert!(total == 0, "{asset} sums up to {total}");
        }
        (outcome, events)
    }

    /// Hands the events on and empties their buffer.
    fn take(&mut self, command: &Command, events: &mut Vec<Event>) {
        let shard = command.action.enters_at(ShardId(0));
        let first_seq = self.events.first_seq();
        for (offset, stamped) in self.events.iter().enumerate() {
            assert_eq!(stamped.seq, first_seq + offset as u64, "event seqs are gap-free");
            assert_eq!(stamped.cause, Cause { shard, seq: self.seq });
            assert_eq!(stamped.at, self.venue.now());
            events.push(*stamped.event);
        }
        self.events.clear();
    }

    fn restore(&mut self) {
        let mut bytes = Vec::new();
        self.venue.snapshot(&mut bytes);
        let genesis = self.venue.genesis().clone();
        let restored = Venue::restore(genesis, &bytes).expect("a snapshot just taken");
        assert!(restored.state_hash() == self.venue.state_hash(), "the state is the same");
        assert_eq!(restored.next_expiry(), self.venue.next_expiry());
        self.venue = restored;
    }

    /// Learns the names of what the command made.
    fn name(
        &mut self,
        statement: &str,
        action: &Action,
        told: Option<&str>,
        outcome: &Outcome,
        events: &[Event],
    ) {
        let mut words = Words::new(statement);
        let (first, second) = (words.next(), words.option().unwrap_or_default());
        match outcome.result {
            Ok(Done::Account(id)) => {
                self.names.accounts.insert(second.to_owned(), id);
            }
            Ok(Done::Instrument(id)) => {
                self.names.instruments.insert(second.to_owned(), id);
            }
            Ok(Done::Order(_) | Done::Nothing) | Err(_) => {}
        }
        let Action::Place { order: terms, .. } = action else { return };
        for event in events {
            if let Some((order, request)) = entered(event) {
                self.names.name_order(told, first, order);
                let sent = Sent { terms: *terms, request, filled: 0, ticks_lots: 0 };
                self.orders.entry(order).or_insert(sent);
            }
        }
    }

    /// That a command's answer and its events tell the same.
    fn check_outcome(&self, command: &Command, outcome: &Outcome, events: &[Event]) {
        assert_eq!(outcome.seq, self.seq, "a new answer has its own seq");
        let refusals: Vec<(Option<RequestId>, Reject)> =
            events.iter().filter_map(refusal).collect();
        match outcome.result {
            Err(reject) => assert_eq!(refusals, [(command.request, reject)]),
            Ok(_) => assert_eq!(refusals, []),
        }
        if let (Action::Place { .. }, Ok(done)) = (&command.action, outcome.result) {
            let order = events.iter().find_map(entered).expect("an order placed is accepted").0;
            assert_eq!(done, Done::Order(order));
        }
    }

    /// What must hold of every event, whatever the script.
    fn check_event(&mut self, event: &Event) {
        match event {
            Event::Account(it) => {
                let seq = self.account_seqs.entry(it.account).or_default();
                *seq += 1;
                assert_eq!(it.account_seq, *seq, "an account's events are gap-free");
                assert!(it.cash.free >= 0 && it.cash.held >= 0, "nothing is owed: {event:?}");
                self.check_fact(&it.fact);
            }
            Event::Public(PublicEvent::Trade(trade)) => {
                self.trades += 1;
                assert_eq!(trade.trade.0, self.trades, "trades are numbered without gaps");
            }
            Event::Public(_) | Event::Refused { .. } => {}
        }
    }

    fn check_fact(&mut self, fact: &Fact) {
        match fact {
            Fact::Accepted { order, request, terms, .. } => {
                let sent = &self.orders[order];
                assert_eq!((*request, *terms), (sent.request, sent.terms));
            }
            Fact::Filled(fill) => {
                let sent = self.orders.get_mut(&fill.order).expect("an order sent");
                assert_eq!((fill.instrument, fill.side), (sent.terms.instrument, sent.terms.side));
                let lots = fill.fill.lots.lots();
                sent.filled += lots;
                sent.ticks_lots += u128::from(fill.fill.price.ticks()) * u128::from(lots);
                assert_eq!(fill.filled.lots(), sent.filled);
                assert_eq!(fill.ticks_lots, sent.ticks_lots);
            }
            Fact::Canceled { order, instrument, filled, .. } => {
                let sent = &self.orders[order];
                assert_eq!((*instrument, filled.lots()), (sent.terms.instrument, sent.filled));
            }
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::Issued { .. }
            | Fact::Refused { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Triggered { .. }
            | Fact::MassCanceled { .. } => {}
        }
    }
}

/// A refusal and the request it answers.
fn refusal(event: &Event) -> Option<(Option<RequestId>, Reject)> {
    if let Event::Refused { request, reject } = event {
        return Some((*request, *reject));
    }
    let Event::Account(AccountEvent { fact, .. }) = event else { return None };
    let Fact::Refused { request, reject, .. } = fact else { return None };
    Some((*request, *reject))
}

/// The number that an order placed just now got, and its request.
fn entered(event: &Event) -> Option<(OrderId, Option<RequestId>)> {
    let Event::Account(AccountEvent { fact, .. }) = event else { return None };
    if let Fact::Accepted { order, request, .. } | Fact::Refused { order, request, .. } = fact {
        return (*order != OrderId(0)).then_some((*order, *request));
    }
    None
}

fn genesis(limits: Limits) -> Genesis {
    let currency = |code| CurrencyRule { code: Currency::new(code).expect("a code"), decimals: 2 };
    Genesis {
        venue: 1,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits,
        currencies: vec![currency("USD"), currency("EUR")],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}
