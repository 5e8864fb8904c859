//! Sums by business date: of an account, or of everybody.

use types::{AccountId, Amount, Date, InstrumentId, Qty};

use super::Select;
use crate::error::StoreError;
use crate::history::History;
use crate::names;
use crate::tables::Part;
use crate::value::{Row, Value};

/// Rows of sums, at most: instruments, refusal codes, kinds of payments.
const ROWS_MAX: usize = 10_000;

/// From which business date to which, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
}

/// What was done in one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traded {
    /// Which.
    pub instrument: InstrumentId,
    /// Orders let in.
    pub orders: u64,
    /// Fills of an account; of everybody trades.
    pub fills: u64,
    /// Lots of those.
    pub lots: Qty,
    /// Cash of those, before fees, in minor units of the instrument's currency.
    pub notional: Amount,
    /// Fees paid.
    pub fees: Amount,
}

/// Commands refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The stable code.
    pub code: String,
    /// How many.
    pub refusals: u64,
}

/// Payments booked of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// `deposit`, `withdrawal`, `sent`, `received` or `returned`.
    pub kind: String,
    /// How many.
    pub payments: u64,
    /// What they add up to, in minor units of the account's currency.
    pub amount: Amount,
}

impl History {
    /// What an account, or everybody, did in each instrument.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn traded(
        &self,
        account: Option<AccountId>,
        instrument: Option<InstrumentId>,
        dates: Dates,
    ) -> Result<Vec<Traded>, StoreError> {
        let sums = ["orders", "fills", "lots", "notional_minor", "fees_minor"].map(sum).join(", ");
        let select = format!("SELECT instrument_id, {sums} FROM order_statistics");
        let select = on(Select::new(&select), account, dates)
            .and_some("instrument_id =", instrument.map(|it| it.0));
        let select = select.end("GROUP BY instrument_id ORDER BY instrument_id", ROWS_MAX);
        let rows = select.ask(self, Part::MarketData).await?;
        let traded = |row: &Row| Traded {
            instrument: InstrumentId(row.id(0)),
            orders: row.seq(1),
            fills: row.seq(2),
            lots: Qty(row.seq(3)),
            notional: Amount(row.int(4)),
            fees: Amount(row.int(5)),
        };
        Ok(rows.iter().map(traded).collect())
    }

    /// What was refused to an account, or to everybody, by reason.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn refused(
        &self,
        account: Option<AccountId>,
        dates: Dates,
    ) -> Result<Vec<Refused>, StoreError> {
        let select = format!("SELECT code, {} FROM refusal_statistics", sum("refusals"));
        let select = on(Select::new(&select), account, dates);
        let rows = select.end("GROUP BY code ORDER BY code", ROWS_MAX);
        let rows = rows.ask(self, Part::MarketData).await?;
        let refused =
            |row: &Row| Refused { code: row.text(0).to_owned(), refusals: row.seq(1) };
        Ok(rows.iter().map(refused).collect())
    }

    /// What an account was paid and paid, by kind.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn paid(&self, account: AccountId, dates: Dates) -> Result<Vec<Paid>, StoreError> {
        let sums = ["payments", "amount_minor"].map(sum).join(", ");
        let select = format!("SELECT kind, {sums} FROM payment_statistics");
        let select = on(Select::new(&select), Some(account), dates);
        let rows = select.end("GROUP BY kind ORDER BY kind", ROWS_MAX);
        let rows = rows.ask(self, Part::ClearingData).await?;
        let paid = |row: &Row| Paid {
            kind: row.text(0).to_owned(),
            payments: row.seq(1),
            amount: Amount(row.int(2)),
        };
        Ok(rows.iter().map(paid).collect())
    }
}

/// Everybody has number zero.
fn on(select: Select, account: Option<AccountId>, dates: Dates) -> Select {
    let text = |date: Date| -> Value { names::date(date) };
    select
        .and("account_id =", account.map_or(0, |account| account.0))
        .and_some("business_date >=", dates.from.map(text))
        .and_some("business_date <=", dates.to.map(text))
}

/// PostgreSQL would make a sum wider than what it sums.
fn sum(column: &str) -> String {
    format!("CAST(SUM({column}) AS BIGINT)")
}
