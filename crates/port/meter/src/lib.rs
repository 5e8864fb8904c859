//! Counts and histograms that busy threads add to, for whoever shows them.
//!
//! **Invariant:** nothing is decided by what is counted here, and to count costs an addition
//! without order: the threads of the venue do it once a batch.
//! It deliberately knows no text format, no names of metrics, and no clock.

mod count;
mod venue_meter;

pub use count::{BATCH_BOUNDS, Counter, DURATION_BOUNDS_NS, Histogram, Observed};
pub use venue_meter::{Admits, CommandCounts, EventCounts, VenueMeter};
