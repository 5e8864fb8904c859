//! The venue's specification by example: scripts and what they come to (`api/semantics.md`).

mod accounts;
mod cancel;
mod cancel_after;
mod icebergs;
mod instruments;
mod kill;
mod limit_orders;
mod market_orders;
mod money;
mod order_checks;
mod phases;
mod pro_rata;
mod refusals;
mod refusals_of_orders;
mod remembered;
mod replace;
mod replace_refused;
mod replace_stops;
mod requests;
mod self_trade;
mod stops;
#[path = "../support/mod.rs"]
mod support;
mod sweeps;
mod time_in_force;
