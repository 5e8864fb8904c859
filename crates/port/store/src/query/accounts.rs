//! Payments, ledger entries, statements and equity of an account, and the trial balance.

use types::{
    AccountId, Amount, Date, InstrumentId, OrderId, PaymentId, PaymentReason, RequestId, Seq,
    Timestamp,
};
use venue::Balance;
use view::{Payment, PaymentStatus, Way};

use super::{Edge, Events, Page, Range, Select, bounded};
use crate::error::StoreError;
use crate::history::History;
use crate::names;
use crate::tables::Part;
use crate::value::{Row, Value};

const PART: Part = Part::ClearingData;
const PAYMENTS: &str = "SELECT payment_id, kind, peer_account_id, amount_minor, status, reason,
     client_request_id, event_seq, at_ns, updated_at_ns, free_minor, held_minor FROM payments";
const ENTRIES: &str = "SELECT event_seq, line, house, currency, instrument_id, amount, balance,
     reason, reference, order_id, trade_date, value_date, at_ns FROM entries";
/// Assets times kinds of owners, at most.
const ASSETS_MAX: usize = 100_000;
/// Lines of one entry, at most.
const LINES_MAX: u64 = 8;

/// One line of a ledger entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The event that tells of it.
    pub event_seq: Seq,
    /// Its place in its entry, from 0.
    pub line: u64,
    /// The house's account; `None` where the line is the customer's.
    pub house: Option<String>,
    /// The instrument whose lots it counts; `None` where it counts cash.
    pub instrument: Option<InstrumentId>,
    /// Added, or with a minus taken away, in minor units or lots.
    pub amount: i64,
    /// What the customer has after it; not told of the house.
    pub balance: Option<i64>,
    /// Why it was made.
    pub reason: String,
    /// The trade's or payment's number, or zero.
    pub reference: u64,
    /// The order that traded.
    pub order: Option<OrderId>,
    /// The business date of the act.
    pub trade_date: String,
    /// The business date from which it counts.
    pub value_date: String,
    /// Engine time.
    pub at: Timestamp,
}

/// Which lines of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Of this asset only: an instrument's lots, or of no instrument cash.
    pub asset: Option<Option<InstrumentId>>,
    /// Booked then.
    pub within: Within,
    /// Up to this event, for answers that are made of several questions.
    pub last_event: Option<Seq>,
}

/// A period of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// From one moment to another.
    Times(Range),
    /// While this was the business date.
    Day(Date),
}

impl Default for Within {
    fn default() -> Within {
        Within::Times(Range::default())
    }
}

/// What an account had of one asset before and after a range of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Before the first line in the range.
    pub opening: i64,
    /// After the last.
    pub closing: i64,
}

/// What all entries add up to, of one asset and kind of owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialLine {
    /// A currency, or an instrument's number.
    pub asset: String,
    /// `customers`, or an account of the house.
    pub owner: String,
    /// The sum.
    pub amount: i128,
}

impl History {
    /// Payments of an account, by number.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn payments(
        &self,
        account: AccountId,
        range: Range,
        page: Page,
    ) -> Result<Vec<Payment>, StoreError> {
        let select = Select::new(PAYMENTS)
            .and("account_id =", account.0)
            .and_some("at_ns >=", range.from.map(|at| at.0))
            .and_some("at_ns <", range.to.map(|at| at.0));
        let rows = select.page("payment_id", (None, None), page).ask(self, PART).await?;
        Ok(rows.iter().map(payment).collect())
    }

    /// Lines of an account, by [`Entry::key`].
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn entries(
        &self,
        account: AccountId,
        filter: EntryFilter,
        page: Page,
    ) -> Result<Vec<Entry>, StoreError> {
        let (first, end) = self.events_within(filter.within).await?;
        let select = Select::new(ENTRIES)
            .and("account_id =", account.0)
            .and_some("at_ns >=", filter.within.range().from.map(|at| at.0))
            .and_some("at_ns <", filter.within.range().to.map(|at| at.0));
        let select = match filter.asset {
            Some(asset) => of_asset(select, asset),
            None => select,
        };
        // One bound of each kind: an index is entered by one.
        let pair = |key: u64| [bounded(key / LINES_MAX), key % LINES_MAX];
        let after = filter.last_event.map(|last| bounded(last) + 1);
        let end = [end, after].into_iter().flatten().min().map(bounded);
        let select = match page.edge {
            Edge::Below(key) => select
                .and_some("event_seq >=", first)
                .and_pair("(event_seq, line) <", pair(key).min([end.unwrap_or(u64::MAX), 0]))
                .end("ORDER BY event_seq DESC, line DESC", page.rows),
            Edge::Above(key) => select
                .and_pair("(event_seq, line) >=", pair(key + 1).max([first.unwrap_or(0), 0]))
                .and_some("event_seq <", end)
                .end("ORDER BY event_seq, line", page.rows),
        };
        let rows = select.ask(self, PART).await?;
        Ok(rows.iter().map(entry).collect())
    }

    /// All lines of the entries that an order caused, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn entries_of_order(
        &self,
        order: OrderId,
        after: Seq,
        rows: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let select = Select::new(ENTRIES)
            .and("order_id =", bounded(order.0))
            .and("event_seq >", bounded(after));
        let rows = select.end("ORDER BY event_seq, line", rows).ask(self, PART).await?;
        Ok(rows.iter().map(entry).collect())
    }

    /// What an account had of some assets, instruments or where none is named cash, before and
    /// after a period; after event `last_event` where that is earlier.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn statements(
        &self,
        account: AccountId,
        assets: &[Option<InstrumentId>],
        within: Within,
        last_event: Seq,
    ) -> Result<Vec<Statement>, StoreError> {
        let Range { from, to } = within.range();
        let (first, end) = self.events_within(within).await?;
        let begin = match within {
            // The minute that it begins in may have begun before.
            Within::Times(_) => self.events_of(PART, Range { from: None, to: from }).await?.1,
            Within::Day(_) => first,
        };
        let after = bounded(last_event) + 1;
        let balance = async |asset, event: Option<Seq>, at: Option<Timestamp>| {
            let select = Select::new("SELECT balance FROM entries")
                .and("account_id =", account.0)
                .and("event_seq <", event.map_or(after, |event| event.min(after)))
                .and_some("at_ns <", at.map(|at| at.0));
            let select = of_asset(select, asset);
            let found = select.end("ORDER BY event_seq DESC, line DESC", 1).ask(self, PART).await?;
            Ok::<_, StoreError>(found.first().map_or(0, |row| row.int(0)))
        };
        let mut statements = Vec::with_capacity(assets.len());
        for asset in assets {
            let opening = match begin {
                Some(begin) => balance(*asset, Some(begin), from).await?,
                None => 0,
            };
            statements.push(Statement { opening, closing: balance(*asset, end, to).await? });
        }
        Ok(statements)
    }

    /// As [`History::statements`], of one asset.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn statement(
        &self,
        account: AccountId,
        asset: Option<InstrumentId>,
        within: Within,
        last_event: Seq,
    ) -> Result<Statement, StoreError> {
        let statements = self.statements(account, &[asset], within, last_event).await?;
        Ok(statements.into_iter().next().expect("one for each asset"))
    }

    /// The events that a period may hold.
    async fn events_within(&self, within: Within) -> Result<Events, StoreError> {
        let date = match within {
            Within::Times(range) => return self.events_of(PART, range).await,
            Within::Day(date) => names::date(date),
        };
        let first = async |condition: &str| {
            let select = Select::new("SELECT event_seq FROM business_dates");
            let select = select.and(condition, date.clone()).end("ORDER BY business_date", 1);
            let found = select.ask(self, PART).await?;
            Ok::<_, StoreError>(found.first().map_or(bounded(u64::MAX), |row| row.seq(0)))
        };
        Ok((Some(first("business_date >=").await?), Some(first("business_date >").await?)))
    }

    /// What all entries add up to: zero for each asset.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn trial_balance(&self) -> Result<Vec<TrialLine>, StoreError> {
        let select = Select::new("SELECT asset, owner, CAST(amount AS TEXT) FROM trial_balance");
        let select = select.and("shard >=", 0i64).end("ORDER BY asset, owner", ASSETS_MAX);
        let mut lines: Vec<TrialLine> = Vec::new();
        for row in select.ask(self, PART).await? {
            let (asset, owner, amount) = (row.text(0), row.text(1), row.0[2].wide());
            match lines.last_mut().filter(|last| (&*last.asset, &*last.owner) == (asset, owner)) {
                Some(last) => last.amount += amount,
                None => lines.push(TrialLine {
                    asset: asset.to_owned(),
                    owner: owner.to_owned(),
                    amount,
                }),
            }
        }
        Ok(lines)
    }
}

impl Within {
    /// The moments that bound it, where any do.
    fn range(self) -> Range {
        match self {
            Within::Times(range) => range,
            Within::Day(_) => Range::default(),
        }
    }
}

impl Entry {
    /// What lists of lines are sorted by: unique, and ascending as they were booked.
    pub fn key(&self) -> u64 {
        self.event_seq * LINES_MAX + self.line
    }
}

fn of_asset(select: Select, instrument: Option<InstrumentId>) -> Select {
    match instrument {
        Some(instrument) => select.and("instrument_id =", instrument.0),
        None => select.and_also("instrument_id IS NULL"),
    }
}

fn payment(row: &Row) -> Payment {
    let peer = || AccountId(row.id(2));
    let way = match row.text(1) {
        "deposit" => Way::Deposit,
        "withdrawal" => Way::Withdrawal,
        "sent" => Way::Sent(peer()),
        "received" => Way::Received(peer()),
        "returned" => Way::Returned(peer()),
        other => unreachable!("no payment is written as {other}"),
    };
    let status = match row.text(4) {
        "pending" => PaymentStatus::Pending,
        "booked" => PaymentStatus::Booked,
        "failed" => PaymentStatus::Failed(row.some_text(5).and_then(PaymentReason::new)),
        other => unreachable!("no payment is written as {other}"),
    };
    Payment {
        id: PaymentId(row.seq(0)),
        client_request_id: row.some_text(6).and_then(RequestId::new),
        status,
        seq: row.seq(7),
        at: row.at(8),
        updated_at: row.at(9),
        way,
        amount: Amount(row.int(3)),
        cash: Balance { free: row.int(10), held: row.int(11) },
    }
}

fn entry(row: &Row) -> Entry {
    Entry {
        event_seq: row.seq(0),
        line: row.seq(1),
        house: row.some_text(2).map(str::to_owned),
        instrument: row.0[4].some().map(|_| InstrumentId(row.id(4))),
        amount: row.int(5),
        balance: row.0[6].some().map(Value::int),
        reason: row.text(7).to_owned(),
        reference: row.seq(8),
        order: row.some_seq(9).map(OrderId),
        trade_date: row.text(10).to_owned(),
        value_date: row.text(11).to_owned(),
        at: row.at(12),
    }
}
