//! Brings one database up to what the venue has done: event by event, batch by batch.

use std::collections::BTreeMap;

use types::{AccountId, Seq};
use venue::{Events, Genesis};
use view::{Earned, Views};

use crate::database::{Database, Place};
use crate::error::StoreError;
use crate::location::Location;
use crate::names;
use crate::projection::Projection;
use crate::rows::Rows;
use crate::tables::{Part, Write};
use crate::value::{Row, Value};

/// Rows that are written at once, unless one batch alone has more.
pub const ROWS_AT_ONCE: usize = 16_384;

/// What each account was last written to be worth, of a minute and of a business date.
const LAST_EARNED: [&str; 2] = [
    "SELECT b.account_id, CAST(e.equity_minor AS TEXT), CAST(e.profit_minor AS TEXT),
     CAST(e.growth_e12 AS TEXT), e.ruins
     FROM balances b JOIN equity e ON e.account_id = b.account_id AND e.minute =
     (SELECT MAX(minute) FROM equity WHERE account_id = b.account_id)",
    "SELECT b.account_id, CAST(e.equity_minor AS TEXT), CAST(e.profit_minor AS TEXT),
     CAST(e.growth_e12 AS TEXT), e.ruins
     FROM balances b JOIN day_results e ON e.account_id = b.account_id AND e.business_date =
     (SELECT MAX(business_date) FROM day_results WHERE account_id = b.account_id)",
];

/// Writes one database. One at a time.
///
/// **Invariant:** what is taken in is written or kept until it is.
pub struct Projector {
    part: Part,
    location: Location,
    venue: u128,
    /// `None` after a failure, until it is opened anew.
    database: Option<Database>,
    written: Place,
    projection: Option<Projection>,
    /// Where the rows that wait go up to.
    reached: Place,
}

impl Projector {
    /// Opens a database and looks how far it is.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn open(
        location: &Location,
        part: Part,
        genesis: &Genesis,
    ) -> Result<Projector, StoreError> {
        let (database, written) = Database::open(location, part, genesis.venue)?;
        Ok(Projector {
            part,
            location: location.clone(),
            venue: genesis.venue,
            database: Some(database),
            written,
            projection: None,
            reached: written,
        })
    }

    /// Which database.
    pub fn part(&self) -> Part {
        self.part
    }

    /// How far it is.
    pub fn written(&self) -> Place {
        self.written
    }

    /// Goes on from `views`, which are those of [`Projector::written`].
    ///
    /// # Errors
    /// [`StoreError`]: also when the store is of another past than the views.
    pub fn begin(&mut self, genesis: &Genesis, views: Views) -> Result<(), StoreError> {
        let (found, written) = (views.event_seq(), self.written.event_seq);
        if found != written {
            return Err(StoreError::OtherPast { part: self.part, found: written, journal: found });
        }
        let (rows, told) = (self.sums(&views)?, self.last_earned()?);
        let at = self.written.at;
        self.projection = Some(Projection::new(self.part, genesis, (views, at), (rows, told)));
        self.reached = self.written;
        Ok(())
    }

    /// Forgets what was taken in and not written: it has to begin again.
    pub fn restart(&mut self) {
        self.projection = None;
        self.reached = self.written;
    }

    /// Whether [`Projector::begin`] was called.
    pub fn has_begun(&self) -> bool {
        self.projection.is_some()
    }

    /// Takes events in; those that it has are passed over.
    ///
    /// # Panics
    /// If [`Projector::begin`] was not called, or events are missing.
    pub fn take(&mut self, events: &Events) {
        self.projection.as_mut().expect("it has begun").absorb(events);
    }

    /// Notes that what was taken in goes up to command `seq`, which ends a batch: from there one
    /// can go on.
    pub fn mark(&mut self, seq: Seq) {
        let (event_seq, at) = self.projection.as_ref().expect("it has begun").reached();
        self.reached = Place { seq, event_seq, at };
    }

    /// Whether so much waits that it should be written before more is taken in.
    pub fn is_full(&self) -> bool {
        self.projection.as_ref().is_some_and(|it| it.waiting() >= ROWS_AT_ONCE)
    }

    /// Writes what was taken in.
    ///
    /// # Errors
    /// [`StoreError`]: it waits on, and can be tried again.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        let (from, to) = (self.written, self.reached);
        if to.event_seq == from.event_seq {
            return Ok(());
        }
        let mut database = self.take_database()?;
        let projection = self.projection.as_mut().expect("what waits was taken in");
        database.write(projection.rows(), from, to)?;
        // One that failed is closed: what it was in the middle of ends with it.
        self.database = Some(database);
        self.written = to;
        projection.clear();
        Ok(())
    }

    fn last_earned(&mut self) -> Result<[BTreeMap<AccountId, Earned>; 2], StoreError> {
        let mut told = [BTreeMap::new(), BTreeMap::new()];
        if self.part == Part::ClearingData {
            for (told, sql) in told.iter_mut().zip(LAST_EARNED) {
                let rows = self.database()?.query(sql, &[])?;
                told.extend(rows.iter().map(|row| (AccountId(row.id(0)), row.earned(1))));
            }
        }
        Ok(told)
    }

    /// Rows without any, with the sums that can still grow: those of the business date.
    fn sums(&mut self, views: &Views) -> Result<Rows, StoreError> {
        let (part, date) = (self.part, names::date(views.business_date()));
        let mut rows = Rows::new(part);
        for (index, table) in part.tables().iter().enumerate() {
            if table.write != Write::Sum {
                continue;
            }
            let is_of_date = if table.is_dated() { "WHERE business_date = $1" } else { "" };
            let values = if table.is_dated() { std::slice::from_ref(&date) } else { &[] };
            let sql = format!("SELECT {} FROM {} {is_of_date}", table.readable(), table.name);
            for Row(mut key) in self.database()?.query(&sql, values)? {
                let sums = key.split_off(table.key).iter().map(Value::wide).collect();
                rows.begin_sum(index, key, sums);
            }
        }
        Ok(rows)
    }

    fn database(&mut self) -> Result<&mut Database, StoreError> {
        let database = self.take_database()?;
        Ok(self.database.insert(database))
    }

    /// The database, opened anew where it was closed.
    fn take_database(&mut self) -> Result<Database, StoreError> {
        match self.database.take() {
            Some(database) => Ok(database),
            None => Ok(Database::open(&self.location, self.part, self.venue)?.0),
        }
    }
}
