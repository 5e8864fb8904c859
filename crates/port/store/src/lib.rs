//! History to query: everything the venue did, in SQLite or PostgreSQL, fed from its events.
//!
//! **Invariant:** a database's rows and the seq they go up to change in one transaction, so that a
//! crash repeats nothing and loses nothing; no money decision reads them.
//! It deliberately knows no journal, socket or clock.

mod clearing;
mod compare;
mod database;
mod entries;
mod error;
mod history;
mod location;
mod market;
mod names;
#[cfg(feature = "postgres")]
mod postgres;
mod projection;
mod projector;
mod query;
mod rows;
mod sqlite;
mod standing;
mod tables;
mod value;

pub use compare::{Compared, compare, rows_of};
pub use database::Place;
pub use error::StoreError;
pub use history::History;
#[cfg(feature = "postgres")]
pub use location::Server;
pub use location::{BadLocation, Location};
pub use projector::{Projector, ROWS_AT_ONCE};
pub use query::{
    Dates, Edge, Entry, EntryFilter, Equity, Execution, Filter, Page, Paid, Range, Refused, Report,
    Settled, Statement, Traded, TrialLine, Within,
};
pub use standing::{Standing, Standings, Teller, standings};
pub use tables::Part;
pub use value::{Row, Value};
