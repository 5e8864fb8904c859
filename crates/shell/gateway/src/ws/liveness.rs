//! Whether a client still reads: pings that travel behind what it was sent.
//!
//! The system buffers megabytes for a client that reads nothing. A ping is answered only by one
//! that has read all before it, so it bounds what is on the way.

use std::time::Duration;

use tokio::time::Instant;

/// A ping follows what was sent, once in this time.
const PING_EVERY: Duration = Duration::from_secs(1);
/// A ping unanswered for so long: nothing more is sent.
const HOLD_AFTER: Duration = Duration::from_secs(1);
/// A ping unanswered for so long: the client does not read, and is closed. With [`PING_EVERY`] and
/// the goodbye that is less than 5 s since it stopped, also while a write waits for it.
pub(crate) const PONG_MAX: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(super) struct Liveness {
    pinged_at: Instant,
    is_answered: bool,
}

impl Liveness {
    pub(super) fn new() -> Liveness {
        Liveness { pinged_at: Instant::now(), is_answered: true }
    }

    /// Whether a ping is due behind what was just sent; notes it.
    pub(super) fn ping(&mut self) -> bool {
        let is_due = self.is_answered && self.pinged_at.elapsed() >= PING_EVERY;
        if is_due {
            (self.pinged_at, self.is_answered) = (Instant::now(), false);
        }
        is_due
    }

    pub(super) fn pong(&mut self) {
        self.is_answered = true;
    }

    /// Whether the client has yet to read what it was sent.
    pub(super) fn is_behind(&self) -> bool {
        !self.is_answered && self.pinged_at.elapsed() >= HOLD_AFTER
    }

    /// When the client is given up, unless it answers before.
    pub(super) fn until(&self) -> Option<Instant> {
        (!self.is_answered).then(|| self.pinged_at + PONG_MAX)
    }

    /// Waits until the client is given up.
    pub(super) async fn given_up(&self) {
        match self.until() {
            Some(until) => tokio::time::sleep_until(until).await,
            None => std::future::pending().await,
        }
    }
}
