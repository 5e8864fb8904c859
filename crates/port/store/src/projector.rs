//! Brings one database up to what the venue has done: event by event, batch by batch.

use std::collections::BTreeMap;

use types::{AccountId, Seq};
use venue::{Events, Genesis};
use view::Views;

use crate::database::{Database, Place};
use crate::error::StoreError;
use crate::location::Location;
use crate::projection::Projection;
use crate::tables::Part;
use crate::value::Value;

/// Rows that are written at once, unless one batch alone has more.
pub const ROWS_AT_ONCE: usize = 16_384;

/// What an account was last noted to be worth.
const LAST_EQUITY: &str = "SELECT CAST(equity_minor AS TEXT) FROM equity
     WHERE account_id = $1 ORDER BY minute DESC LIMIT 1";

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

    /// How far it will be once what was taken in is written.
    pub fn reached(&self) -> Place {
        self.reached
    }

    /// Goes on from `views`, which are those of [`Projector::written`].
    ///
    /// # Errors
    /// [`StoreError`]
    ///
    /// # Panics
    /// If they are not.
    pub fn begin(&mut self, genesis: &Genesis, views: Views) -> Result<(), StoreError> {
        assert_eq!(views.event_seq(), self.written.event_seq, "the views of where it is");
        let equity = self.last_equity(&views)?;
        let at = self.written.at;
        self.projection = Some(Projection::new(self.part, genesis, (views, at), equity));
        self.reached = self.written;
        Ok(())
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
        let Some(projection) = &mut self.projection else { return Ok(()) };
        if self.reached.event_seq == self.written.event_seq {
            return Ok(());
        }
        let mut database = match self.database.take() {
            Some(database) => database,
            None => Database::open(&self.location, self.part, self.venue)?.0,
        };
        database.write(projection.rows(), self.written, self.reached)?;
        // One that failed is closed: what it was in the middle of ends with it.
        self.database = Some(database);
        self.written = self.reached;
        projection.clear();
        Ok(())
    }

    fn last_equity(&mut self, views: &Views) -> Result<BTreeMap<AccountId, i128>, StoreError> {
        let mut all = BTreeMap::new();
        if self.part != Part::ClearingData {
            return Ok(all);
        }
        let database = self.database.as_mut().expect("it was opened");
        for account in views.accounts_after(AccountId(0)) {
            let found = database.query(LAST_EQUITY, &[Value::from(account.id.0)])?;
            if let Some(row) = found.first() {
                all.insert(account.id, row.0[0].wide());
            }
        }
        Ok(all)
    }
}
