//! `/v1/admin`: kill switches, the business date, and people, accounts and connections as an
//! operator looks for them.
//!
//! **Invariant:** every handler here takes an [`Admin`](crate::principal::Admin), and the routes
//! are there only where the configuration says so.

pub(crate) mod connections;
pub(crate) mod date;
pub(crate) mod kill;
pub(crate) mod payments;
pub(crate) mod users;
