//! An independent auditor: it sees events alone and judges whether they can be true together.
//!
//! **Invariant:** it never asks the venue, and the model only for totals that no event carries. It
//! adds up by itself what an account has, what its orders hold and what the book shows.

mod markets;
mod owners;

use std::collections::BTreeMap;

use types::{
    AccountId, Amount, Currency, InstrumentId, OrderId, PaymentId, Phase, Seq, Timestamp, TradeId,
};
use venue::{AccountEvent, Event, Fact, PaymentKind, PublicEvent, Trade};

use crate::model::{Lines, Model};

use markets::Market;
use owners::{Known, Owner};

/// What is wrong with an event, or with all of them together.
pub type Finding = String;

/// Everything that events have told so far.
#[derive(Debug)]
pub struct Auditor {
    seq: Seq,
    at: Timestamp,
    owners: BTreeMap<AccountId, Owner>,
    markets: BTreeMap<InstrumentId, Market>,
    orders: BTreeMap<OrderId, Known>,
    /// Trades of which an owner has yet to hear.
    pending: BTreeMap<TradeId, Pending>,
    trades: u64,
    /// Payments that an operator has yet to settle.
    waiting: BTreeMap<PaymentId, (AccountId, PaymentKind, Amount)>,
    totals: BTreeMap<Currency, Totals>,
}

/// A trade, and who has heard of it: the maker, the taker.
#[derive(Clone, Copy, Debug)]
struct Pending {
    trade: Trade,
    told: [bool; 2],
}

/// Money that came, went and was kept.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    deposited: i128,
    withdrawn: i128,
    sent: i128,
    received: i128,
    bought: i128,
    sold: i128,
    fees: i128,
}

/// `Err` with the text unless it is so.
fn ensure(is_so: bool, finding: impl FnOnce() -> Finding) -> Result<(), Finding> {
    if is_so { Ok(()) } else { Err(finding()) }
}

impl Auditor {
    /// An auditor before the first event.
    pub fn new() -> Auditor {
        Auditor {
            seq: 0,
            at: Timestamp(0),
            owners: BTreeMap::new(),
            markets: BTreeMap::new(),
            orders: BTreeMap::new(),
            pending: BTreeMap::new(),
            trades: 0,
            waiting: BTreeMap::new(),
            totals: BTreeMap::new(),
        }
    }

    /// Takes in one event.
    ///
    /// # Errors
    /// What cannot be true after the events before it.
    pub fn event(&mut self, seq: Seq, at: Timestamp, event: &Event) -> Result<(), Finding> {
        ensure(seq == self.seq + 1, || format!("event {seq} follows event {}", self.seq))?;
        ensure(at >= self.at, || format!("time goes back from {:?} to {at:?}", self.at))?;
        (self.seq, self.at) = (seq, at);
        match event {
            Event::Refused { .. } => Ok(()),
            Event::Account(event) => self.account_event(event),
            Event::Public(event) => self.public_event(event),
        }
    }

    /// Judges the whole after a command: all that was begun is done.
    ///
    /// # Errors
    /// The first thing that does not add up.
    pub fn command_done(&mut self) -> Result<(), Finding> {
        if let Some(trade) = self.pending.keys().next() {
            return Err(format!("{trade:?} was not told to both owners"));
        }
        for (instrument, market) in &self.markets {
            market.check_at_rest(*instrument, &self.orders)?;
            let owned: i128 = self.owners.values().map(|owner| owner.lots_of(*instrument)).sum();
            ensure(owned == market.issued, || {
                format!("{instrument:?}: {owned} lots owned, {} issued", market.issued)
            })?;
        }
        for (order, known) in &self.orders {
            let market = &self.markets[&known.terms.instrument];
            let is_late = market.phase == Phase::Continuous
                && !known.is_triggered
                && known.is_reached(market.last);
            ensure(!is_late, || format!("{order:?} waits though its trigger was reached"))?;
        }
        for (currency, totals) in &self.totals {
            ensure(totals.sent == totals.received, || format!("{currency}: money in transit"))?;
            let settled: i128 = self
                .owners
                .values()
                .filter(|owner| owner.currency == *currency)
                .map(|owner| owner.settled)
                .sum();
            let there = settled + totals.fees + totals.bought - totals.sold;
            let came = totals.deposited - totals.withdrawn;
            ensure(there == came, || format!("{currency}: {came} came, {there} is there"))?;
        }
        Ok(())
    }

    /// Compares totals with the venue's own lines as the model keeps them.
    ///
    /// # Errors
    /// The first line that differs.
    pub fn against(&self, model: &Model) -> Result<(), Finding> {
        for (rule, lines) in model.genesis.currencies.iter().zip(&model.lines) {
            let totals = self.totals.get(&rule.code).copied().unwrap_or_default();
            let told = Lines {
                outside: totals.withdrawn - totals.deposited,
                in_transit: totals.sent - totals.received,
                clearing: 0,
                rounding: totals.bought - totals.sold,
                fees: totals.fees,
            };
            ensure(told == *lines, || format!("{}: told {told:?}, booked {lines:?}", rule.code))?;
        }
        let told: Vec<PaymentId> = self.waiting.keys().copied().collect();
        let wait: Vec<PaymentId> = model.waiting.iter().map(|it| it.payment).collect();
        ensure(told == wait, || format!("payments that wait: told {told:?}, are {wait:?}"))?;
        let open: Vec<OrderId> = model.orders.iter().map(|order| order.id).collect();
        let known: Vec<OrderId> = self.orders.keys().copied().collect();
        ensure(open == known, || format!("open orders: told {known:?}, are {open:?}"))
    }

    fn account_event(&mut self, event: &AccountEvent) -> Result<(), Finding> {
        let AccountEvent { account, account_seq, cash, fact } = event;
        if let Fact::Opened { currency, .. } = fact {
            let is_new = self.owners.insert(*account, Owner::new(*currency)).is_none();
            ensure(is_new, || format!("{account:?} was opened twice"))?;
        }
        let owner = self.owners.get_mut(account).ok_or(format!("{account:?} was never opened"))?;
        owner.seq += 1;
        ensure(owner.seq == *account_seq, || {
            format!("{account:?}: account_seq {account_seq} instead of {}", owner.seq)
        })?;
        self.fact(*account, fact)?;

        let owner = &self.owners[account];
        let held = self.cash_held(*account);
        let told = (i128::from(cash.free) + i128::from(cash.held), i128::from(cash.held));
        ensure(told == (owner.settled, held), || {
            format!("{account:?}: cash {cash:?}, settled {} and held {held}", owner.settled)
        })?;
        ensure(cash.free >= 0 && cash.held >= 0, || format!("{account:?} has {cash:?}"))
    }

    fn fact(&mut self, account: AccountId, fact: &Fact) -> Result<(), Finding> {
        match *fact {
            Fact::Opened { .. } | Fact::StatusChanged { .. } | Fact::Refused { .. } => Ok(()),
            Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => Ok(()),
            Fact::Closed => self.close(account),
            Fact::Deposited { payment, amount, .. } => {
                self.booked(account, payment, PaymentKind::Deposit, amount)?;
                self.move_cash(account, amount.0.into(), |totals| &mut totals.deposited)
            }
            Fact::Withdrawn { payment, amount, .. } => {
                self.booked(account, payment, PaymentKind::Withdrawal, amount)?;
                self.move_cash(account, -i128::from(amount.0), |totals| &mut totals.withdrawn)
            }
            Fact::PaymentRequested { payment, kind, amount, .. } => {
                self.wait(account, payment, kind, amount)
            }
            Fact::PaymentFailed { payment, kind, amount, .. } => {
                self.failed(account, payment, kind, amount)
            }
            Fact::TransferSent { amount, .. } => {
                self.move_cash(account, -i128::from(amount.0), |totals| &mut totals.sent)
            }
            Fact::TransferReceived { amount, .. } => {
                self.move_cash(account, amount.0.into(), |totals| &mut totals.received)
            }
            Fact::TransferReturned { .. } => Err("a transfer came back in one process".into()),
            Fact::Issued { instrument, qty, position } => {
                let market = self.markets.get_mut(&instrument).ok_or("an unlisted issue")?;
                market.issued += i128::from(qty.0);
                self.owner(account).add_lots(instrument, qty.0.into());
                self.check_position(account, instrument, position)
            }
            Fact::Accepted { order, terms, .. } => {
                self.accepted(account, order, terms)?;
                self.mark_if_continuous(terms.instrument);
                Ok(())
            }
            Fact::Filled(fill) => self.filled(account, fill),
            Fact::Canceled { order, lots, filled, .. } => {
                self.own(account, order)?;
                let known = self.orders.remove(&order).expect("it is open");
                let told = (lots.0, filled.0);
                ensure(told == (known.leaves, known.filled), || {
                    format!("{order:?}: canceled {told:?}, known {known:?}")
                })
            }
            Fact::Decremented { order, lots, leaves } => {
                let known = self.own(account, order)?;
                known.leaves = known.leaves.checked_sub(lots.0).ok_or("too much is decremented")?;
                known.decremented += lots.0;
                known.check(order, leaves.0)
            }
            Fact::Replaced { order, change, leaves, .. } => {
                let known = self.own(account, order)?;
                known.replace(change);
                known.check(order, leaves.0)?;
                let instrument = known.terms.instrument;
                self.mark_if_continuous(instrument);
                Ok(())
            }
            Fact::Triggered { order } => {
                let known = self.own(account, order)?;
                known.is_triggered = true;
                ensure(known.was_reached, || format!("{order:?} was not reached"))
            }
        }
    }

    fn move_cash(
        &mut self,
        account: AccountId,
        amount: i128,
        line: impl Fn(&mut Totals) -> &mut i128,
    ) -> Result<(), Finding> {
        ensure(amount != 0, || format!("{account:?}: nothing moved"))?;
        let owner = self.owner(account);
        owner.settled += amount;
        let currency = owner.currency;
        *line(self.totals.entry(currency).or_default()) += amount.abs();
        Ok(())
    }

    fn public_event(&mut self, event: &PublicEvent) -> Result<(), Finding> {
        match *event {
            PublicEvent::Listed { instrument, definition } => {
                let is_new = self.markets.insert(instrument, Market::new(definition)).is_none();
                ensure(is_new, || format!("{instrument:?} was listed twice"))
            }
            PublicEvent::PhaseChanged { instrument, phase } => {
                self.market(instrument)?.phase = phase;
                self.mark_if_continuous(instrument);
                Ok(())
            }
            PublicEvent::BandChanged { instrument, band } => {
                self.market(instrument)?.definition.band = band;
                Ok(())
            }
            PublicEvent::FeesChanged { instrument, fees } => {
                self.market(instrument)?.definition.fees = fees;
                Ok(())
            }
            PublicEvent::Book(change) => self.market(change.instrument)?.change(&change),
            PublicEvent::Trade(trade) => self.trade(trade),
            PublicEvent::DateChanged { .. }
            | PublicEvent::RulesChanged { .. }
            | PublicEvent::KillSwitchSet { .. }
            | PublicEvent::KillSwitchDone { .. }
            | PublicEvent::TimeTold => Ok(()),
        }
    }

    fn trade(&mut self, trade: Trade) -> Result<(), Finding> {
        self.trades += 1;
        let id = trade.trade;
        ensure(id == TradeId(self.trades), || format!("{id:?} is trade {}", self.trades))?;
        let untold: u64 = self
            .pending
            .values()
            .filter(|pending| pending.trade.maker == trade.maker && !pending.told[0])
            .map(|pending| pending.trade.lots.0)
            .sum();
        let known = self.orders.get(&trade.maker).ok_or(format!("{id:?}: the maker is unknown"))?;
        let left = known.leaves.checked_sub(untold + trade.lots.0);
        let left = left.ok_or_else(|| format!("{id:?}: the maker trades more than it has"))?;
        self.pending.insert(id, Pending { trade, told: [false; 2] });
        self.market(trade.instrument)?.trade(&trade, left)?;
        self.mark_reached(trade.instrument);
        Ok(())
    }

    fn mark_if_continuous(&mut self, instrument: InstrumentId) {
        if self.markets[&instrument].phase == Phase::Continuous {
            self.mark_reached(instrument);
        }
    }

    /// Notes which stops the last trade reaches: they are told so later, when it may have moved on.
    fn mark_reached(&mut self, instrument: InstrumentId) {
        let last = self.markets[&instrument].last;
        for known in self.orders.values_mut() {
            if known.terms.instrument == instrument {
                known.was_reached |= known.is_reached(last);
            }
        }
    }

    fn market(&mut self, instrument: InstrumentId) -> Result<&mut Market, Finding> {
        self.markets.get_mut(&instrument).ok_or(format!("{instrument:?} was never listed"))
    }
}

impl Default for Auditor {
    fn default() -> Auditor {
        Auditor::new()
    }
}
