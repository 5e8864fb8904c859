//! Sums by business date: of an account, or of everybody.

use std::collections::BTreeMap;

use types::{AccountId, Date, InstrumentId};

use super::Select;
use crate::error::StoreError;
use crate::history::History;
use crate::names;
use crate::projection::EVERYBODY;
use crate::tables::Part;
use crate::value::{Row, Value};

/// Rows of sums, at most: business dates by instruments, refusal codes or kinds of payments.
const ROWS_MAX: usize = 1_000_000;

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
    pub lots: u128,
    /// Cash of those, before fees, in minor units of the instrument's currency.
    pub notional: i128,
    /// Fees paid.
    pub fees: i128,
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
    /// In what.
    pub currency: String,
    /// `deposit`, `withdrawal`, `sent`, `received` or `returned`.
    pub kind: String,
    /// How many.
    pub payments: u64,
    /// What they add up to, in minor units of the account's currency.
    pub amount: i128,
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
        let sums = ["orders", "fills", "lots", "notional_minor", "fees_minor"];
        let select = summed(["instrument_id"], sums, "order_statistics", account, dates)
            .and_some("instrument_id =", instrument.map(|it| it.0));
        let rows = select.end("ORDER BY business_date", ROWS_MAX).ask(self, Part::MarketData);
        let traded =
            |([key], [orders, fills, lots, notional, fees]): ([Value; 1], [i128; 5])| Traded {
                instrument: InstrumentId(u32::try_from(key.int()).expect("an instrument's number")),
                orders: count(orders),
                fills: count(fills),
                lots: lots.unsigned_abs(),
                notional,
                fees,
            };
        Ok(sums_by_key(&rows.await?).into_iter().map(traded).collect())
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
        let select = summed(["code"], ["refusals"], "refusal_statistics", account, dates);
        let rows = select.end("ORDER BY business_date", ROWS_MAX).ask(self, Part::MarketData);
        let refused = |([code], [refusals]): ([Value; 1], [i128; 1])| Refused {
            code: code.text().to_owned(),
            refusals: count(refusals),
        };
        Ok(sums_by_key(&rows.await?).into_iter().map(refused).collect())
    }

    /// What an account, or everybody, was paid and paid, by currency and kind.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn paid(
        &self,
        account: Option<AccountId>,
        dates: Dates,
    ) -> Result<Vec<Paid>, StoreError> {
        let sums = ["payments", "amount_minor"];
        let select = summed(["currency", "kind"], sums, "payment_statistics", account, dates);
        let rows = select.end("ORDER BY business_date", ROWS_MAX).ask(self, Part::ClearingData);
        let paid = |([currency, kind], [payments, amount]): ([Value; 2], [i128; 2])| Paid {
            currency: currency.text().to_owned(),
            kind: kind.text().to_owned(),
            payments: count(payments),
            amount,
        };
        Ok(sums_by_key(&rows.await?).into_iter().map(paid).collect())
    }
}

/// A key and its sums, day by day.
fn summed<const K: usize, const N: usize>(
    key: [&str; K],
    sums: [&str; N],
    table: &str,
    account: Option<AccountId>,
    dates: Dates,
) -> Select {
    let sums = sums.map(|sum| format!("CAST({sum} AS TEXT)")).join(", ");
    Select::new(&format!("SELECT {}, {sums} FROM {table}", key.join(", ")))
        .and("account_id =", account.map_or(EVERYBODY, |account| account.0))
        .and_some("business_date >=", dates.from.map(names::date))
        .and_some("business_date <=", dates.to.map(names::date))
}

/// Adds up here: SQLite would make a float of what passes 64 bits.
fn sums_by_key<const K: usize, const N: usize>(rows: &[Row]) -> BTreeMap<[Value; K], [i128; N]> {
    let mut sums = BTreeMap::new();
    for Row(columns) in rows {
        let (key, more) = columns.split_first_chunk::<K>().expect("a key and sums");
        let sum = sums.entry(key.clone()).or_insert([0; N]);
        for (sum, more) in sum.iter_mut().zip(more) {
            *sum += more.wide();
        }
    }
    sums
}

fn count(sum: i128) -> u64 {
    u64::try_from(sum).expect("nothing is done 2^64 times")
}
