//! Moves the business date on when the date of UTC has become later.
//!
//! **Invariant:** of each date one command is made, under a request id that tells the date, so that
//! a retry changes nothing.

use std::time::Duration;

use anyhow::{Context, anyhow};
use bus::{Reader, Submitter};
use types::{ConnectionId, Date, RequestId, Timestamp};
use venue::{Action, Command};
use wire::json::DateText;

use super::OPERATOR;
use super::genesis::{DAY_NS, date_of, now};

/// How long the clock is not looked at: it may be set, and the machine may sleep.
const LOOK_MAX: Duration = Duration::from_secs(30);

/// What a look at the clock comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Due {
    /// The date that is to be in force, unless it is.
    date: Option<Date>,
    /// When to look again.
    again: Duration,
}

/// Whoever keeps the business date.
#[derive(Debug)]
pub(super) struct Calendar {
    submitter: Submitter,
    reader: Reader,
}

impl Calendar {
    pub(super) fn new(submitter: Submitter, reader: Reader) -> Calendar {
        Calendar { submitter, reader }
    }

    /// Moves the date on if it is time to, and tells when to look again. What fails is in the log,
    /// and is tried again then.
    pub(super) async fn look(&self) -> Duration {
        let Ok(now) = now() else { return LOOK_MAX };
        let due = due(now, self.reader.read(|published| published.views().business_date()));
        if let Some(date) = due.date {
            let text = DateText(date);
            match self.submit(date).await {
                Ok(()) => tracing::info!(date = %text, "a new business date"),
                Err(error) => {
                    tracing::warn!(date = %text, "the business date stays: {error:#}");
                }
            }
        }
        due.again
    }

    /// Looks for ever.
    pub(super) async fn follow(self, first: Duration) {
        let mut again = first;
        loop {
            tokio::time::sleep(again).await;
            again = self.look().await;
        }
    }

    async fn submit(&self, date: Date) -> anyhow::Result<()> {
        let request = RequestId::new(&format!("date-{}", DateText(date)));
        assert!(request.is_some(), "a date is short");
        let (principal, connection) = (OPERATOR, ConnectionId(0));
        let action = Action::SetBusinessDate { date };
        let command = Command { principal, connection, request, action };
        let outcome = self.submitter.submit(command).await.context("it was not answered")?;
        outcome.result.map(drop).map_err(|reject| anyhow!("it was refused: {reject:?}"))
    }
}

/// What is to be done at `now` while `date` is in force.
fn due(now: Timestamp, date: Date) -> Due {
    let today = date_of(now);
    let to_midnight = Duration::from_nanos(DAY_NS - now.0 % DAY_NS);
    Due { date: (today > date).then_some(today), again: to_midnight.min(LOOK_MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_due_from_its_midnight_on_and_never_an_earlier_one() {
        let day = |number: u64, ns: u64| Timestamp(number * DAY_NS + ns);
        let last = DAY_NS - 1;
        for (now, in_force, expected) in [
            (day(20_000, 0), 20_000, None),
            (day(20_000, last), 20_000, None),
            (day(20_001, 0), 20_000, Some(20_001)),
            (day(20_001, last), 20_000, Some(20_001)),
            // Whoever was away for long is told of today alone.
            (day(20_030, 5), 20_000, Some(20_030)),
            // An operator went ahead, or the clock back.
            (day(20_000, last), 20_001, None),
            (day(20_001, 0), 20_001, None),
        ] {
            assert_eq!(due(now, Date(in_force)).date, expected.map(Date), "{now:?} {in_force}");
        }
    }

    #[test]
    fn the_clock_is_looked_at_at_midnight_and_often_before_it() {
        let at = |ns: u64| due(Timestamp(20_000 * DAY_NS + ns), Date(20_000)).again;
        assert_eq!(at(0), LOOK_MAX);
        assert_eq!(at(DAY_NS - 7_000_000_000), Duration::from_secs(7));
        assert_eq!(at(DAY_NS - 1), Duration::from_nanos(1));
        assert!(LOOK_MAX <= Duration::from_secs(60), "within a minute");
    }
}
