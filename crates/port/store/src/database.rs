//! One of the two databases, open to write: SQLite or PostgreSQL under one set of statements.

use types::{Seq, Timestamp};

use crate::error::StoreError;
use crate::location::Location;
#[cfg(feature = "postgres")]
use crate::postgres::Postgres;
use crate::rows::Rows;
use crate::sqlite::Sqlite;
use crate::tables::Part;
use crate::value::{Row, Value};

/// How far a database is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The last command in it.
    pub seq: Seq,
    /// The last event in it.
    pub event_seq: Seq,
    /// Engine time of that.
    pub at: Timestamp,
}

/// A database that a projector writes.
pub(crate) enum Database {
    Sqlite(Sqlite),
    #[cfg(feature = "postgres")]
    Postgres(Box<Postgres>),
}

/// What a write came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The rows are in.
    Now,
    /// They were in already: the answer to an earlier try was lost.
    Before,
}

/// Where a database that was never written stands.
const INSERT_POSITION: &str = "INSERT INTO position (one, venue, seq, event_seq, at_ns)
     VALUES (1, $1, 0, 0, 0) ON CONFLICT (one) DO NOTHING";
const SELECT_POSITION: &str = "SELECT venue, seq, event_seq, at_ns FROM position WHERE one = 1";
pub(crate) const UPDATE_POSITION: &str = "UPDATE position SET seq = $1, event_seq = $2, at_ns = $3
     WHERE one = 1 AND event_seq = $4";

impl Database {
    /// Opens a database, brings its tables up to date, and checks that it is this venue's.
    ///
    /// # Errors
    /// [`StoreError`]; nothing but the tables was changed.
    pub(crate) fn open(
        location: &Location,
        part: Part,
        venue: u128,
    ) -> Result<(Database, Place), StoreError> {
        let mut database = match location {
            Location::Sqlite { folder } => Database::Sqlite(Sqlite::open(folder, part)?),
            #[cfg(feature = "postgres")]
            Location::Postgres(server) => {
                Database::Postgres(Box::new(Postgres::open(server, part)?))
            }
        };
        let venue = format!("{venue:032x}");
        database.execute(INSERT_POSITION, &[Value::from(venue.clone())])?;
        let rows = database.query(SELECT_POSITION, &[])?;
        let [Row(columns)] = rows.as_slice() else {
            return Err(StoreError::Unmarked { part });
        };
        let found = columns[0].text().to_owned();
        if found != venue {
            return Err(StoreError::OtherVenue { part, found, venue });
        }
        let number = |column: usize| columns[column].int().unsigned_abs();
        let place = Place { seq: number(1), event_seq: number(2), at: Timestamp(number(3)) };
        Ok((database, place))
    }

    /// Writes rows and how far they go, all or nothing.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was changed, unless the connection was lost: then asking again
    /// tells.
    pub(crate) fn write(
        &mut self,
        rows: &Rows,
        from: Place,
        to: Place,
    ) -> Result<Written, StoreError> {
        let moved = match self {
            Database::Sqlite(sqlite) => sqlite.write(rows, from, to)?,
            #[cfg(feature = "postgres")]
            Database::Postgres(postgres) => postgres.write(rows, from, to)?,
        };
        if moved {
            return Ok(Written::Now);
        }
        let rows = self.query(SELECT_POSITION, &[])?;
        let found = rows.first().map_or(0, |row| row.0[2].int().unsigned_abs());
        if found == to.event_seq {
            return Ok(Written::Before);
        }
        Err(StoreError::Moved { expected: from.event_seq, found })
    }

    /// Asks something; the answer's columns are those of the statement.
    ///
    /// # Errors
    /// [`StoreError`]
    pub(crate) fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.query(sql, values),
            #[cfg(feature = "postgres")]
            Database::Postgres(postgres) => postgres.query(sql, values),
        }
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<(), StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.execute(sql, values),
            #[cfg(feature = "postgres")]
            Database::Postgres(postgres) => postgres.execute(sql, values),
        }
    }
}
