//! What accounts were worth, what of that they earned, and what was settled day by day.

use types::{AccountId, Date, InstrumentId, Timestamp};
use view::Earned;

use super::{Range, Select};
use crate::error::StoreError;
use crate::history::History;
use crate::names;
use crate::projection::MINUTE_NS;
use crate::tables::Part;
use crate::value::Row;

const PART: Part = Part::ClearingData;
const EQUITY: &str = "SELECT minute, CAST(equity_minor AS TEXT), CAST(profit_minor AS TEXT),
     CAST(growth_e12 AS TEXT), ruins FROM equity";
const DAYS: &str = "SELECT business_date, CAST(equity_minor AS TEXT), CAST(profit_minor AS TEXT),
     CAST(growth_e12 AS TEXT), ruins FROM day_results";
/// Of each account after the second value, the last row before the minute that is the first.
const ALL: &str = "SELECT b.account_id, CAST(e.equity_minor AS TEXT), CAST(e.profit_minor AS TEXT),
     CAST(e.growth_e12 AS TEXT), e.ruins
     FROM balances b JOIN equity e ON e.account_id = b.account_id AND e.minute =
     (SELECT MAX(minute) FROM equity WHERE account_id = b.account_id AND minute < $1)
     WHERE b.account_id > $2 ORDER BY b.account_id LIMIT";
const SETTLED: &str = "SELECT instrument_id, CAST(fills AS TEXT), CAST(bought_lots AS TEXT),
     CAST(sold_lots AS TEXT), CAST(paid_minor AS TEXT), CAST(received_minor AS TEXT),
     CAST(fees_minor AS TEXT) FROM settlement_reports";
/// Instruments that an account trades on one date, at most.
const INSTRUMENTS_MAX: usize = 100_000;

/// What an account was worth at the end of a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Equity {
    /// The minute's end.
    pub at: Timestamp,
    /// That, and what of it was earned.
    pub earned: Earned,
}

/// What an account settled in one instrument on one business date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Which.
    pub instrument: InstrumentId,
    /// Fills.
    pub fills: u64,
    /// Lots bought.
    pub bought: u128,
    /// Lots sold.
    pub sold: u128,
    /// Cash paid for those, before fees.
    pub paid: i128,
    /// Cash received for those, before fees.
    pub received: i128,
    /// Fees paid.
    pub fees: i128,
}

impl History {
    /// What an account was worth at the end of each minute in which that changed, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn equity(
        &self,
        account: AccountId,
        range: Range,
        rows: usize,
    ) -> Result<Vec<Equity>, StoreError> {
        // A minute is told by its end.
        let number = |at: Timestamp| at.0.div_ceil(MINUTE_NS).saturating_sub(1);
        let select = Select::new(EQUITY)
            .and("account_id =", account.0)
            .and_some("minute >=", range.from.map(number))
            .and_some("minute <", range.to.map(number));
        let rows = select.end("ORDER BY minute", rows).ask(self, PART).await?;
        let equity = |row: &Row| {
            let at = Timestamp((row.seq(0) + 1) * MINUTE_NS);
            Equity { at, earned: row.earned(1) }
        };
        Ok(rows.iter().map(equity).collect())
    }

    /// How an account stood when the minute of `at` began.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn earned(&self, account: AccountId, at: Timestamp) -> Result<Earned, StoreError> {
        let select =
            Select::new(EQUITY).and("account_id =", account.0).and("minute <", at.0 / MINUTE_NS);
        let rows = select.end("ORDER BY minute DESC", 1).ask(self, PART).await?;
        Ok(rows.first().map_or(Earned::NOTHING, |row| row.earned(1)))
    }

    /// How the accounts after `after` stood when the minute of `at` began, by number; those that
    /// are left out had nothing yet.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn all_earned(
        &self,
        at: Timestamp,
        after: AccountId,
        rows: usize,
    ) -> Result<Vec<(AccountId, Earned)>, StoreError> {
        let values = vec![(at.0 / MINUTE_NS).into(), after.0.into()];
        let rows = self.ask(PART, format!("{ALL} {rows}"), values).await?;
        Ok(rows.iter().map(|row| (AccountId(row.id(0)), row.earned(1))).collect())
    }

    /// How an account stood when a business date began, and when it ended, if it is over.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn day(&self, account: AccountId, date: Date) -> Result<[Earned; 2], StoreError> {
        let last = async |condition: &str| {
            let select =
                Select::new(DAYS).and("account_id =", account.0).and(condition, names::date(date));
            let rows = select.end("ORDER BY business_date DESC", 1).ask(self, PART).await?;
            Ok::<_, StoreError>(rows.first().map_or(Earned::NOTHING, |row| row.earned(1)))
        };
        Ok([last("business_date <").await?, last("business_date <=").await?])
    }

    /// Whether the store has all of a business date: it has come to a later one.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn is_past(&self, date: Date) -> Result<bool, StoreError> {
        let select = Select::new("SELECT event_seq FROM business_dates");
        let later = select.and("business_date >", names::date(date));
        Ok(!later.end("ORDER BY business_date", 1).ask(self, PART).await?.is_empty())
    }

    /// What an account settled on a business date, by instrument.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn settled(
        &self,
        account: AccountId,
        date: Date,
    ) -> Result<Vec<Settled>, StoreError> {
        let select = Select::new(SETTLED)
            .and("business_date =", names::date(date))
            .and("account_id =", account.0);
        let rows = select.end("ORDER BY instrument_id", INSTRUMENTS_MAX).ask(self, PART).await?;
        let settled = |row: &Row| {
            let wide = |column: usize| row.0[column].wide();
            let lots = |column: usize| wide(column).unsigned_abs();
            Settled {
                instrument: InstrumentId(row.id(0)),
                fills: u64::try_from(wide(1)).expect("nothing is done 2^64 times"),
                bought: lots(2),
                sold: lots(3),
                paid: wide(4),
                received: wide(5),
                fees: wide(6),
            }
        };
        Ok(rows.iter().map(settled).collect())
    }
}
