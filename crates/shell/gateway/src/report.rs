//! What is reckoned from history: profit and return, the leaderboard, a day's statement, and lists
//! as CSV.
//!
//! **Invariant:** a return is told by what 1 has become, which no deposit, withdrawal, transfer or
//! issue moves.

pub(crate) mod csv;
pub(crate) mod day;
pub(crate) mod exports;
pub(crate) mod leaderboard;
pub(crate) mod performance;

use store::{Part, Range};
use types::{Seq, Timestamp};
use view::{Earned, GROWTH_ONE, Interval};
use wire::json::Decimal;

use crate::history::{Past, range};
use crate::problem::Problem;
use crate::query::Params;

const PART: Part = Part::ClearingData;
/// What accounts are worth is kept from minute to minute.
const MINUTE_NS: u64 = Interval::Minute.ns();
/// Decimal places of a return.
const RETURN_PLACES: u8 = 8;
/// Parts of [`GROWTH_ONE`] in its last place.
const RETURN_STEP: i128 = GROWTH_ONE.cast_signed() / 100_000_000;

/// What 1 became as a return: 0.01 is one percent.
pub(crate) fn returned(growth: u128) -> Decimal {
    Decimal::signed(rounded(growth), RETURN_PLACES)
}

/// The return in its last place, halves rounded up.
fn rounded(growth: u128) -> i128 {
    (growth.cast_signed() - GROWTH_ONE.cast_signed() + RETURN_STEP / 2).div_euclid(RETURN_STEP)
}

/// Takes `from` and `to`, each rounded down to its minute.
fn minutes(params: &mut Params) -> Result<Range, Problem> {
    let Range { from, to } = range(params)?;
    let minute = |at: Timestamp| Timestamp(at.0 / MINUTE_NS * MINUTE_NS);
    Ok(Range { from: from.map(minute), to: to.map(minute) })
}

/// How something stands now, when what is now began, and after which event.
#[derive(Clone, Copy, Debug)]
struct Now {
    at: Timestamp,
    event_seq: Seq,
}

impl Now {
    fn of(published: &bus::Published) -> Now {
        Now { at: published.durable().at, event_seq: published.event_seq() }
    }
}

/// Where one learns how something stood at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// As it stands now: nothing has happened since.
    Live,
    /// The store has the minute before.
    Store,
}

/// Tells where the state at `moment` is found, and waits for the store where it has still to come.
///
/// # Errors
/// `behind` when the store does not come that far in time.
async fn source(past: &Past<'_>, now: Now, moment: Timestamp) -> Result<Source, Problem> {
    if moment > now.at {
        return Ok(Source::Live);
    }
    // A minute is written with the first event after it: if there is none, it is what is live.
    let written = past.reach_moment(PART, moment, now.event_seq).await?;
    Ok(if written < moment { Source::Live } else { Source::Store })
}

/// What an account earned from one moment to another.
#[derive(Clone, Copy, Debug)]
struct Period {
    opening: Earned,
    closing: Earned,
}

impl Period {
    fn profit(&self) -> i128 {
        self.closing.profit - self.opening.profit
    }

    /// What came in less what went out otherwise than by trading, at its worth then.
    fn net_flows(&self) -> i128 {
        self.closing.equity - self.opening.equity - self.profit()
    }

    fn growth(&self) -> u128 {
        self.closing.growth_since(&self.opening)
    }
}
