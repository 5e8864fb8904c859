//! The single writer: orders commands, applies them, journals them, and lets out what is durable.
//!
//! **Invariant:** nothing derived from a command (answer, event, query, snapshot) leaves before the
//! batch that holds it was synced; and what leaves, leaves in seq order.
//!
//! Two threads work hand in hand: the engine takes what waits and applies it, the writer writes and
//! syncs it, publishes it and answers, while the engine applies the next batch. It decides nothing:
//! that is the venue's business.

mod clock;
mod closings;
mod engine;
mod feed;
mod follower;
mod log;
mod replica;
mod space;
mod start;
mod writer;

pub use clock::{Clock, Stepped, Wall};
pub use log::EventLog;
pub use replica::{PAYLOAD_VERSION, ReplayError, Replica};
pub use start::{
    Config, CreateError, Fatal, Found, OnFatal, OpenError, Opened, Sequencer, create, genesis,
    look, open, verify,
};
