//! Double entry: balances of accounts and of the house, holds, and what a fill costs.
//!
//! **Invariant:** every posted entry is balanced, so over the whole ledger each asset sums to
//! zero; a customer's lines satisfy `0 <= held <= settled`.
//! It deliberately knows no orders, and keeps balances only: the entries are in the events.

mod book;
mod charge;
mod entry;

pub use book::{Capacity, Ledger, Line, Position};
pub use charge::{Charge, Costs, Settled};
pub use entry::{Asset, Entry, House, Owner, Posting, Reason};
