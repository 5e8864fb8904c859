//! What history is asked, as statements of the two databases, and their rows as types.
//!
//! **Invariant:** every list goes down a key that no row changes, by an index; none reads a table
//! from end to end: a debug build looks at the plan of each question in SQLite (`Sqlite::ask`).

mod accounts;
mod market;
mod orders;
mod performance;
mod statistics;

use types::{Seq, Timestamp};
use view::Earned;

pub use accounts::{Entry, EntryFilter, Statement, TrialLine, Within};
pub use orders::{Execution, Filter, Report};
pub use performance::{Equity, Settled};
pub use statistics::{Dates, Paid, Refused, Traded};

use crate::error::StoreError;
use crate::history::History;
use crate::projection::MINUTE_NS;
use crate::tables::Part;
use crate::value::{Row, Value};

/// From when to when: the end is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The moment after the last.
    pub to: Option<Timestamp>,
}

/// Which rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it begins.
    pub edge: Edge,
    /// How many.
    pub rows: usize,
}

/// The key that the last row of the page before had, and which way the list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The newest below it, the newest first.
    Below(u64),
    /// The oldest above it, the oldest first.
    Above(u64),
}

/// Events from the first, and before the end.
pub(crate) type Events = (Option<Seq>, Option<Seq>);

/// A statement that grows.
pub(crate) struct Select {
    sql: String,
    values: Vec<Value>,
}

impl Select {
    /// Begins with all up to `WHERE`.
    pub(crate) fn new(sql: &str) -> Select {
        Select { sql: format!("{sql} WHERE "), values: Vec::new() }
    }

    /// Adds a condition, such as `account_id =`.
    pub(crate) fn and(mut self, condition: &str, value: impl Into<Value>) -> Select {
        let and = if self.values.is_empty() { "" } else { " AND " };
        self.values.push(value.into());
        self.sql.push_str(&format!("{and}{condition} ${}", self.values.len()));
        self
    }

    /// Adds a condition where there is a value for it.
    pub(crate) fn and_some(self, condition: &str, value: Option<impl Into<Value>>) -> Select {
        match value {
            Some(value) => self.and(condition, value),
            None => self,
        }
    }

    /// Adds how two columns together compare with two values.
    pub(crate) fn and_pair(mut self, condition: &str, values: [u64; 2]) -> Select {
        let next = self.values.len() + 1;
        self.values.extend(values.map(Value::from));
        self.sql.push_str(&format!(" AND {condition} (${next}, ${})", next + 1));
        self
    }

    /// Asks for a page of rows by their key, within the events given.
    pub(crate) fn page(self, key: &str, (first, end): Events, page: Page) -> Select {
        // One bound of each kind: an index is entered by one.
        let (first, end, order) = match page.edge {
            Edge::Below(key) => (first, Some(end.unwrap_or(u64::MAX).min(bounded(key))), "DESC"),
            Edge::Above(key) => (Some(first.unwrap_or(0).max(bounded(key) + 1)), end, "ASC"),
        };
        self.and_some(&format!("{key} >="), first.map(bounded))
            .and_some(&format!("{key} <"), end.map(bounded))
            .end(&format!("ORDER BY {key} {order}"), page.rows)
    }

    /// Adds a condition without a value.
    pub(crate) fn and_also(mut self, condition: &str) -> Select {
        self.sql.push_str(&format!(" AND {condition}"));
        self
    }

    /// Adds how it ends.
    pub(crate) fn end(mut self, end: &str, rows: usize) -> Select {
        self.sql.push_str(&format!(" {end} LIMIT {rows}"));
        self
    }

    pub(crate) async fn ask(self, history: &History, part: Part) -> Result<Vec<Row>, StoreError> {
        history.ask(part, self.sql, self.values).await
    }
}

impl History {
    /// The events that a range of time may hold: from the first to the one that is out of it.
    async fn events_of(&self, part: Part, range: Range) -> Result<Events, StoreError> {
        let from = match range.from {
            Some(from) => Some(self.first_event(part, from.0 / MINUTE_NS).await?),
            None => None,
        };
        let to = match range.to {
            Some(to) => Some(self.first_event(part, to.0.div_ceil(MINUTE_NS)).await?),
            None => None,
        };
        Ok((from, to))
    }

    /// The first event of `minute` or later; one that never comes where there is none.
    async fn first_event(&self, part: Part, minute: u64) -> Result<Seq, StoreError> {
        let select = Select::new("SELECT event_seq FROM minutes").and("minute >=", minute);
        let found = select.end("ORDER BY minute", 1).ask(self, part).await?;
        Ok(found.first().map_or(i64::MAX.unsigned_abs(), |row| row.seq(0)))
    }
}

/// A key that the databases can count.
pub(crate) fn bounded(key: u64) -> u64 {
    key.min(i64::MAX.unsigned_abs() - 1)
}

/// Columns as types.
impl Row {
    /// Four columns from this one on.
    pub(crate) fn earned(&self, column: usize) -> Earned {
        let [equity, profit, growth] = [0, 1, 2].map(|next| self.0[column + next].wide());
        Earned { equity, profit, growth: growth.unsigned_abs(), ruins: self.id(column + 3) }
    }

    pub(crate) fn int(&self, column: usize) -> i64 {
        self.0[column].int()
    }

    /// A number that is never below zero: a seq, a time, an id, lots, ticks.
    pub(crate) fn seq(&self, column: usize) -> u64 {
        self.0[column].int().unsigned_abs()
    }

    pub(crate) fn some_seq(&self, column: usize) -> Option<u64> {
        self.0[column].some().map(|value| value.int().unsigned_abs())
    }

    pub(crate) fn id(&self, column: usize) -> u32 {
        u32::try_from(self.int(column)).expect("accounts and instruments have 32 bits")
    }

    pub(crate) fn at(&self, column: usize) -> Timestamp {
        Timestamp(self.seq(column))
    }

    pub(crate) fn text(&self, column: usize) -> &str {
        self.0[column].text()
    }

    pub(crate) fn some_text(&self, column: usize) -> Option<&str> {
        self.0[column].some().map(Value::text)
    }
}
