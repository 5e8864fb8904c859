//! When candles close: the ends of the intervals in which something traded.
//!
//! **Invariant:** what traded last has the latest end of every length, so one moment stands for all
//! instruments; and after it at most one end of each length is to be told.

use types::Timestamp;
use venue::Venue;
use view::{Interval, Views};

/// What was traded and told last.
#[derive(Debug)]
pub(crate) struct Closings {
    /// Matches so far.
    trades: u64,
    traded_at: Option<Timestamp>,
    /// The time of the newest fact: whoever hears of it knows what closed before.
    told_at: Timestamp,
}

impl Closings {
    /// Where a venue stands as it starts. What came after the last trade may have told nobody
    /// anything: so what closed since is told once more.
    pub(crate) fn new(venue: &Venue, views: &Views) -> Closings {
        let last = views.instruments().filter_map(|it| it.last_trade());
        let traded_at = last.map(|trade| trade.at).max();
        Closings { trades: venue.trades(), traded_at, told_at: traded_at.unwrap_or(Timestamp(0)) }
    }

    /// Notes that something happened at `at`, after which there are so many matches.
    pub(crate) fn note(&mut self, trades: u64, at: Timestamp) {
        self.told_at = at;
        if trades > self.trades {
            self.trades = trades;
            self.traded_at = Some(at);
        }
    }

    /// When the next interval ends that something traded in and no fact came after. Days end by
    /// command.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let traded_at = self.traded_at?;
        let timed = Interval::ALL.into_iter().filter(|interval| *interval != Interval::Day);
        timed.map(|interval| end(interval, traded_at)).find(|end| *end > self.told_at)
    }
}

/// When the interval ends that `at` is in.
fn end(interval: Interval, at: Timestamp) -> Timestamp {
    Timestamp((at.0 / interval.ns() + 1).saturating_mul(interval.ns()))
}
