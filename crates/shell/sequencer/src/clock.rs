//! Where time comes from: the sequencer stamps each command once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use types::Timestamp;

/// A source of time.
pub trait Clock: Send + 'static {
    /// The time now; it may go back, engine time does not.
    fn now(&mut self) -> Timestamp;

    /// How long to wait, in real time, until `deadline` may have come.
    fn until(&mut self, deadline: Timestamp) -> Duration;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wall;

impl Clock for Wall {
    fn now(&mut self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        // Before 1970, or after 2554, the clock is not set: engine time then stands still.
        Timestamp(since.ok().and_then(|it| u64::try_from(it.as_nanos()).ok()).unwrap_or(0))
    }

    fn until(&mut self, deadline: Timestamp) -> Duration {
        Duration::from_nanos(deadline.0.saturating_sub(self.now().0))
    }
}

/// A clock that moves only when told: for tests and simulations.
#[derive(Clone, Debug, Default)]
pub struct Stepped {
    now_ns: Arc<AtomicU64>,
}

/// How soon a stepped clock is looked at again.
const STEPPED_WAIT: Duration = Duration::from_millis(1);

impl Stepped {
    /// Sets the time.
    pub fn set(&self, now: Timestamp) {
        self.now_ns.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for Stepped {
    fn now(&mut self) -> Timestamp {
        Timestamp(self.now_ns.load(Ordering::SeqCst))
    }

    fn until(&mut self, deadline: Timestamp) -> Duration {
        if self.now() >= deadline { Duration::ZERO } else { STEPPED_WAIT }
    }
}
