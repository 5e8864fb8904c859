//! `/v1/admin`: kill switches, and people and accounts as an operator looks for them.
//!
//! **Invariant:** every handler here takes an [`Admin`](crate::principal::Admin), and the routes
//! are there only where the configuration says so.

pub(crate) mod kill;
pub(crate) mod users;
