//! What clearing tells, as rows: balances, holdings, entries, payments, equity, settlement.

use std::collections::BTreeMap;

use ledger::{Asset, House, Reason};
use types::{AccountId, Amount, InstrumentId, Seq, Side, Timestamp};
use venue::{AccountEvent, Event, Fact, OwnFill, PublicEvent, Stamped};
use view::{
    Account, AccountStatus, Earned, Flow, OrderEvent, Payment, PaymentStatus, Position, Views, Way,
};
use wire::json::{AccountStatus as StatusName, SelfTradeName};

use crate::entries::{self, Lines};
use crate::names::{self, named};
use crate::projection::{EVERYBODY, MINUTE_NS, Told, is_own};
use crate::rows::Rows;
use crate::tables::clearing as table;
use crate::value::Value;

/// What is not written yet, and what must be known of what is.
#[derive(Debug)]
pub(crate) struct Clearing {
    /// Accounts with new balances, by their last event.
    balances: BTreeMap<AccountId, Seq>,
    /// Holdings that changed, by their last event.
    holdings: BTreeMap<(AccountId, InstrumentId), Seq>,
    /// What each account was worth when that was last written of a minute.
    minutes: BTreeMap<AccountId, Earned>,
    /// The same of a business date.
    days: BTreeMap<AccountId, Earned>,
    /// What had been paid into the account that gets or gives something next.
    paid_in: i128,
}

impl Clearing {
    pub(crate) fn new([minutes, days]: [BTreeMap<AccountId, Earned>; 2]) -> Clearing {
        let (balances, holdings) = (BTreeMap::new(), BTreeMap::new());
        Clearing { balances, holdings, minutes, days, paid_in: 0 }
    }

    pub(crate) fn before(
        &mut self,
        stamped: &Stamped<'_>,
        last: Timestamp,
        views: &Views,
        rows: &mut Rows,
    ) {
        let minute = last.0 / MINUTE_NS;
        if minute != stamped.at.0 / MINUTE_NS {
            self.sample(minute, views, rows);
        }
        match stamped.event {
            Event::Account(event) if Flow::of(&event.fact).is_some() => {
                let account = views.account(event.account).expect("only an open account is paid");
                self.paid_in = account.performance.paid_in;
            }
            Event::Public(PublicEvent::DateChanged { .. }) => self.end_day(views, rows),
            Event::Account(_) | Event::Public(_) | Event::Refused { .. } => {}
        }
    }

    /// Notes what accounts are worth at the end of `minute`, where that changed.
    fn sample(&mut self, minute: u64, views: &Views, rows: &mut Rows) {
        for account in views.accounts_after(AccountId(0)) {
            let earned = views.earned(account);
            if self.minutes.insert(account.id, earned) != Some(earned) {
                rows.put(table::EQUITY, earned_row(account.id, minute.into(), earned));
            }
        }
    }

    /// Notes what accounts are worth as the business date ends, where that changed.
    fn end_day(&mut self, views: &Views, rows: &mut Rows) {
        let date = names::date(views.business_date());
        for account in views.accounts_after(AccountId(0)) {
            let earned = views.earned(account);
            if self.days.insert(account.id, earned).unwrap_or(Earned::NOTHING) != earned {
                rows.put(table::DAY_RESULTS, earned_row(account.id, date.clone(), earned));
            }
        }
    }

    pub(crate) fn after(&mut self, told: &Told<'_>, rows: &mut Rows) {
        if let Event::Public(PublicEvent::Trade(trade)) = told.stamped.event {
            mark(told, trade.instrument, rows);
        }
        let Some(event) = is_own(told.stamped) else { return };
        let seq = told.stamped.seq;
        self.balances.insert(event.account, seq);
        let account = told.views.account(event.account).expect("an event's account is there");
        self.hold(account, &event.fact, seq);
        if let Some(flow) = Flow::of(&event.fact) {
            let change = account.performance.paid_in - self.paid_in;
            rows.put(table::FLOWS, flow_row(told, account, flow, change));
        }
        book(told, account, event, rows);
        pay(told, account, event, rows);
    }

    /// Notes whose holdings an event changed.
    fn hold(&mut self, account: &Account, fact: &Fact, seq: Seq) {
        let instrument = match fact {
            Fact::Issued { instrument, .. } | Fact::Canceled { instrument, .. } => *instrument,
            Fact::Filled(own) => own.instrument,
            Fact::Accepted { terms, .. } => terms.instrument,
            Fact::Decremented { order, .. } | Fact::Replaced { order, .. } => {
                let order = account.orders.get(*order).expect("the newest orders are kept");
                order.terms.instrument
            }
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::Refused { .. }
            | Fact::Triggered { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => return,
        };
        if account.positions.contains_key(&instrument) {
            self.holdings.insert((account.id, instrument), seq);
        }
    }

    /// Turns into rows what is noted.
    pub(crate) fn finish(&mut self, views: &Views, rows: &mut Rows) {
        for (account, seq) in std::mem::take(&mut self.balances) {
            let account = views.account(account).expect("an event's account is there");
            rows.put(table::BALANCES, balance(account, seq));
        }
        for ((account, instrument), seq) in std::mem::take(&mut self.holdings) {
            let account = views.account(account).expect("an event's account is there");
            let held = &account.positions[&instrument];
            rows.put(
                table::HOLDINGS,
                vec![
                    account.id.0.into(),
                    instrument.0.into(),
                    held.settled.into(),
                    held.held.into(),
                    held.cost.into(),
                    held.realised.into(),
                    held.fees.into(),
                    seq.into(),
                ],
            );
        }
    }
}

fn balance(account: &Account, seq: Seq) -> Vec<Value> {
    let status = match account.status {
        AccountStatus::Active => StatusName::Active,
        AccountStatus::Suspended => StatusName::Suspended,
        AccountStatus::Closed => StatusName::Closed,
    };
    vec![
        account.id.0.into(),
        account.owner.0.into(),
        account.currency.to_string().into(),
        named(SelfTradeName::from(account.self_trade)),
        named(status),
        account.opened_at.0.into(),
        account.account_seq.into(),
        account.cash.free.into(),
        account.cash.held.into(),
        seq.into(),
    ]
}

fn earned_row(account: AccountId, when: Value, earned: Earned) -> Vec<Value> {
    let Earned { equity, profit, growth, ruins } = earned;
    let growth = growth.cast_signed();
    vec![account.0.into(), when, equity.into(), profit.into(), growth.into(), ruins.into()]
}

/// Notes whose shares are worth something from an instrument's first trade on.
fn mark(told: &Told<'_>, instrument: InstrumentId, rows: &mut Rows) {
    let instrument = told.views.instrument(instrument).expect("what trades is listed");
    if !instrument.is_first_trade() {
        return;
    }
    for account in told.views.accounts_after(AccountId(0)) {
        let worth = account.value_of(instrument);
        if worth != 0 {
            rows.put(table::FLOWS, flow_row(told, account, Flow::Marked, worth));
        }
    }
}

/// A flow that just changed what the account is worth by `change`.
fn flow_row(told: &Told<'_>, account: &Account, flow: Flow, change: i128) -> Vec<Value> {
    let kind = match flow {
        Flow::Deposit => "deposit",
        Flow::Withdrawal => "withdrawal",
        Flow::Sent => "sent",
        Flow::Received => "received",
        Flow::Returned => "returned",
        Flow::Issue => "issue",
        Flow::Marked => "marked",
    };
    let after = account.performance.base;
    let (before, after) = (Value::from(after - change), Value::from(after));
    let Stamped { seq, at, .. } = *told.stamped;
    vec![
        account.id.0.into(),
        seq.into(),
        kind.into(),
        before,
        after,
        told.date.clone(),
        at.0.into(),
    ]
}

/// Writes the entry that an event tells of, if it does.
fn book(told: &Told<'_>, account: &Account, event: &AccountEvent, rows: &mut Rows) {
    let cash = Asset::Cash(0);
    let moved = |reason, payment: types::PaymentId, amount: i64, house| {
        Lines::new(reason, payment.0).moving(cash, amount, house)
    };
    let lines = match event.fact {
        Fact::Deposited { payment, amount, .. } => {
            moved(Reason::Deposit, payment, amount.0, House::Outside)
        }
        Fact::Withdrawn { payment, amount, .. } => {
            moved(Reason::Withdrawal, payment, -amount.0, House::Outside)
        }
        Fact::TransferSent { payment, amount, .. } => {
            moved(Reason::TransferOut, payment, -amount.0, House::InTransit)
        }
        Fact::TransferReceived { payment, amount, .. } => {
            moved(Reason::TransferIn, payment, amount.0, House::InTransit)
        }
        Fact::TransferReturned { payment, amount, .. } => {
            moved(Reason::TransferOut, payment, amount.0, House::InTransit)
        }
        Fact::Issued { instrument, qty, .. } => {
            let lots = qty.lots().cast_signed();
            Lines::new(Reason::Issue, 0).moving(Asset::Lots(instrument), lots, House::Outside)
        }
        Fact::Filled(own) => {
            settle(told, account, &own, rows);
            let instrument = told.views.instrument(own.instrument).expect("what trades is listed");
            Lines::of_fill(&own, instrument.definition.tick_value)
        }
        Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::Closed
        | Fact::PaymentRequested { .. }
        | Fact::PaymentFailed { .. }
        | Fact::Refused { .. }
        | Fact::Accepted { .. }
        | Fact::Canceled { .. }
        | Fact::Decremented { .. }
        | Fact::Replaced { .. }
        | Fact::Triggered { .. }
        | Fact::KillSwitchSet { .. }
        | Fact::CancelAfterSet { .. }
        | Fact::MassCanceled { .. } => return,
    };
    entries::write(told, account, &lines, rows);
}

/// Counts a fill in the day's settlement.
fn settle(told: &Told<'_>, account: &Account, own: &OwnFill, rows: &mut Rows) {
    let lots = own.fill.lots.lots();
    let (bought, sold, paid, received) = match own.side {
        Side::Buy => (lots, 0, own.cash, Amount::ZERO),
        Side::Sell => (0, lots, Amount::ZERO, own.cash),
    };
    rows.put(
        table::SETTLEMENT_REPORTS,
        vec![
            told.date.clone(),
            account.id.0.into(),
            own.instrument.0.into(),
            1i64.into(),
            bought.into(),
            sold.into(),
            paid.0.into(),
            received.0.into(),
            own.fee.0.into(),
        ],
    );
}

/// Writes the payment that an event tells of, if it does.
fn pay(told: &Told<'_>, account: &Account, event: &AccountEvent, rows: &mut Rows) {
    let Stamped { seq, at, .. } = *told.stamped;
    let paid = Payment::of(&OrderEvent { seq, at, fact: event.fact }, event.cash);
    let Some(Payment { id, .. }) = paid else { return };
    let payment = account.payments.get(id).expect("the newest payments are kept");
    rows.put(table::PAYMENTS, payment_row(account.id, payment));
    if payment.status == PaymentStatus::Booked {
        for whose in [account.id.0, EVERYBODY] {
            rows.put(
                table::PAYMENT_STATISTICS,
                vec![
                    told.date.clone(),
                    whose.into(),
                    account.currency.to_string().into(),
                    way(payment.way).0.into(),
                    1i64.into(),
                    payment.amount.0.into(),
                ],
            );
        }
    }
}

fn payment_row(account: AccountId, payment: &Payment) -> Vec<Value> {
    let (kind, peer) = way(payment.way);
    let (status, reason) = match payment.status {
        PaymentStatus::Pending => ("pending", None),
        PaymentStatus::Booked => ("booked", None),
        PaymentStatus::Failed(reason) => ("failed", reason),
    };
    vec![
        payment.id.0.into(),
        account.0.into(),
        kind.into(),
        peer.map(|peer| peer.0).into(),
        payment.amount.0.into(),
        status.into(),
        reason.map(|reason| reason.to_string()).into(),
        payment.client_request_id.map(|it| it.to_string()).into(),
        payment.seq.into(),
        payment.at.0.into(),
        payment.updated_at.0.into(),
        payment.cash.free.into(),
        payment.cash.held.into(),
    ]
}

/// A payment's kind, and the account at its other end.
pub(crate) fn way(way: Way) -> (&'static str, Option<AccountId>) {
    match way {
        Way::Deposit => ("deposit", None),
        Way::Withdrawal => ("withdrawal", None),
        Way::Sent(to) => ("sent", Some(to)),
        Way::Received(from) => ("received", Some(from)),
        Way::Returned(from) => ("returned", Some(from)),
    }
}

/// What `lots` at a price come to, rounded down: what passes through the clearing account.
pub(crate) fn cleared(own: &OwnFill, tick_value: types::TickValue) -> i64 {
    let lots = own.fill.lots.lots().cast_signed();
    let traded = Position { settled: lots, ..Position::default() };
    i64::try_from(traded.value(own.fill.price, tick_value)).expect("an amount")
}
