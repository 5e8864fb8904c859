//! A market maker and noise traders, so that the demo market moves: ordinary clients of the venue
//! with ordinary accounts.
//!
//! **Invariant:** they see what everybody sees, wait for each answer, and only ever do what a
//! client could.

mod funding;
mod maker;
mod market;
mod noise;
mod random;
mod traders;

use std::num::NonZeroU32;
use std::time::Duration;

use bus::{Reader, StopCause, SubmitError, Submitter};
use tokio::time::{Instant, sleep, sleep_until};
use types::ConnectionId;
use venue::Command;

pub use funding::Owners;
pub use market::{KNOWN, Known};
pub use traders::Traders;

/// Commands a second at most.
pub const RATE_MAX: u32 = 1_000;
/// Commands that a new market begins with, as fast as they are answered: a book and some trades.
const FIRST_COMMANDS: u32 = 600;
/// How long the traders keep quiet when the venue has enough to do, or takes nothing more.
const BUSY_WAIT: Duration = Duration::from_secs(1);

/// Trades until the venue takes no more commands; about `rate` of them a second.
pub async fn run(submitter: Submitter, reader: Reader, mut traders: Traders, rate: NonZeroU32) {
    let turn = Duration::from_secs(1) / rate.get().min(RATE_MAX);
    let is_new = reader.read(|published| {
        published.views().instruments().all(|instrument| instrument.last_trade().is_none())
    });
    let mut first = if is_new { FIRST_COMMANDS } else { 0 };
    let mut due = Instant::now();
    loop {
        let found = reader.read(|published| traders.next(published.views()));
        if let Some((principal, action)) = found {
            // Without a request id: what was done is looked up, never asked for again.
            let connection = ConnectionId(0);
            let command = Command { principal, connection, request: None, action };
            match submitter.submit(command).await {
                Ok(outcome) => {
                    if let Err(reject) = outcome.result {
                        tracing::debug!(?action, ?reject, "the demo's traders were refused");
                    }
                    // What is looked at next has it in it.
                    if !reader.reach(outcome.seq).await {
                        return;
                    }
                }
                Err(SubmitError::Busy { .. })
                | Err(SubmitError::Stopped { cause: StopCause::DiskFull }) => {
                    sleep(BUSY_WAIT).await;
                }
                Err(SubmitError::Stopped { cause: StopCause::ShutDown } | SubmitError::Lost) => {
                    return;
                }
            }
        }
        if first > 0 {
            first -= 1;
            due = Instant::now();
            continue;
        }
        // Not sooner than a turn after the last, however late that was.
        due = (due + turn).max(Instant::now());
        sleep_until(due).await;
    }
}
