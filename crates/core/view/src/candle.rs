//! Candles: what traded in each interval of time.
//!
//! **Invariant:** candles are kept only of intervals in which something traded, in ascending
//! order; the gaps are filled when they are read. An interval is closed when engine time, or for
//! days the business date, has passed its end.

use std::collections::VecDeque;
use std::ops::Range;

use types::{Date, Price, Qty, Timestamp};

const SECOND_NS: u64 = 1_000_000_000;
const DAY_NS: u64 = 86_400 * SECOND_NS;
/// Minutes that the rolling statistics look at: 24 hours.
const ROLLING_MINUTES: u64 = 1_440;
/// Business dates known; older days are the history's.
pub const DATES_KEPT: usize = 1_000;

/// How long a candle lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Interval {
    /// One second.
    Second = 0,
    /// One minute.
    Minute = 1,
    /// Five minutes.
    FiveMinutes = 2,
    /// Fifteen minutes.
    QuarterHour = 3,
    /// One hour.
    Hour = 4,
    /// One business date.
    Day = 5,
}

/// What traded in one interval: at least one trade, unless it fills a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candle {
    /// Which interval: how many of its length passed from the Unix epoch to its start. Of a day,
    /// the business date.
    pub number: u64,
    /// Price of the first trade.
    pub open: Price,
    /// Highest price.
    pub high: Price,
    /// Lowest price.
    pub low: Price,
    /// Price of the last trade.
    pub close: Price,
    /// Lots traded.
    pub lots: u128,
    /// Sum of price × lots: divided by `lots`, the exact average price in ticks.
    pub ticks_lots: u128,
    /// Matches.
    pub trades: u64,
}

/// The candles of one instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candles {
    /// By [`Interval`].
    series: [VecDeque<Candle>; Interval::ALL.len()],
}

/// How far the venue has come in time: which intervals are over.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Engine time.
    pub now: Timestamp,
    /// The last [`DATES_KEPT`] business dates, the one in force last.
    pub dates: &'a VecDeque<Date>,
}

/// Which candles to show when there are more than asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The first ones.
    Oldest,
    /// The last ones.
    Newest,
}

impl Interval {
    /// All of them, shortest first.
    pub const ALL: [Interval; 6] = [
        Interval::Second,
        Interval::Minute,
        Interval::FiveMinutes,
        Interval::QuarterHour,
        Interval::Hour,
        Interval::Day,
    ];

    /// Its length. A day's is that of a date: its start stands for the business date.
    pub const fn ns(self) -> u64 {
        match self {
            Interval::Second => SECOND_NS,
            Interval::Minute => 60 * SECOND_NS,
            Interval::FiveMinutes => 300 * SECOND_NS,
            Interval::QuarterHour => 900 * SECOND_NS,
            Interval::Hour => 3_600 * SECOND_NS,
            Interval::Day => DAY_NS,
        }
    }

    /// Candles kept of each instrument; older ones are the history's. Gaps do not count: it is an
    /// hour of seconds, two days of minutes, a week and two weeks, 60 days of hours, and business
    /// dates, or longer where less often something trades.
    pub const fn kept(self) -> usize {
        match self {
            Interval::Second => 3_600,
            Interval::Minute => 2_880,
            Interval::FiveMinutes => 2_016,
            Interval::QuarterHour => 1_344,
            Interval::Hour => 1_440,
            Interval::Day => DATES_KEPT,
        }
    }

    /// When interval `number` starts.
    pub fn start(self, number: u64) -> Timestamp {
        Timestamp(number.saturating_mul(self.ns()))
    }

    /// The first interval that starts at `at` or later.
    pub fn first_from(self, at: Timestamp) -> u64 {
        at.0.div_ceil(self.ns())
    }

    /// Whether interval `number` is over.
    pub fn is_closed(self, number: u64, moment: &Moment<'_>) -> bool {
        number < moment.current(self)
    }

    /// The interval that `at` is in; of days the business date.
    pub fn number(self, at: Timestamp, date: Date) -> u64 {
        if self == Interval::Day { u64::from(date.0) } else { at.0 / self.ns() }
    }
}

impl Moment<'_> {
    /// The business date in force.
    pub fn date(&self) -> Date {
        *self.dates.back().expect("genesis has a business date")
    }

    fn current(&self, interval: Interval) -> u64 {
        interval.number(self.now, self.date())
    }
}

impl Candle {
    fn of_trade(price: Price, lots: Qty) -> Candle {
        Candle {
            number: 0,
            open: price,
            high: price,
            low: price,
            close: price,
            lots: u128::from(lots.0),
            ticks_lots: u128::from(price.ticks()) * u128::from(lots.0),
            trades: 1,
        }
    }

    /// Interval `number` after it, in which nothing traded.
    fn flat(&self, number: u64) -> Candle {
        let (open, high, low, close) = (self.close, self.close, self.close, self.close);
        Candle { number, open, high, low, close, lots: 0, ticks_lots: 0, trades: 0 }
    }

    /// Adds what came after it, and keeps its number.
    fn add(&mut self, later: &Candle) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.lots += later.lots;
        self.ticks_lots += later.ticks_lots;
        self.trades += later.trades;
    }

    fn is_sane(&self) -> bool {
        let prices = [self.open, self.close];
        self.trades > 0 && prices.iter().all(|price| (self.low..=self.high).contains(price))
    }
}

impl Candles {
    /// The candles of intervals in which something traded, oldest first.
    pub fn traded(&self, interval: Interval) -> &VecDeque<Candle> {
        &self.series[interval as usize]
    }

    /// The numbers of the intervals that can be shown: from the first that is kept to the one that
    /// is going on. Empty before the first trade.
    pub fn known(&self, interval: Interval, moment: &Moment<'_>) -> Range<u64> {
        let series = self.traded(interval);
        let (Some(first), Some(last)) = (series.front(), series.back()) else { return 0..0 };
        first.number..moment.current(interval).max(last.number) + 1
    }

    /// At most `max` candles of `numbers`, oldest first, without gaps: where nothing traded the
    /// last close stands, with no volume. Of days, those that were business dates. None that is
    /// not known. In time proportional to `max`; for days, to [`DATES_KEPT`].
    pub fn filled(
        &self,
        interval: Interval,
        numbers: Range<u64>,
        (which, max): (Which, usize),
        moment: &Moment<'_>,
    ) -> Vec<Candle> {
        let known = self.known(interval, moment);
        let Range { start, end } = numbers.start.max(known.start)..numbers.end.min(known.end);
        let shown: Vec<u64> = if interval == Interval::Day {
            let dates = moment.dates.iter().map(|date| u64::from(date.0));
            let asked: Vec<u64> = dates.filter(|date| (start..end).contains(date)).collect();
            let left_out = asked.len().saturating_sub(max);
            match which {
                Which::Oldest => asked[..asked.len() - left_out].to_vec(),
                Which::Newest => asked[left_out..].to_vec(),
            }
        } else {
            match which {
                Which::Oldest => (start..end.min(start.saturating_add(max as u64))).collect(),
                Which::Newest => (start.max(end.saturating_sub(max as u64))..end).collect(),
            }
        };
        self.fill(interval, &shown)
    }

    /// The candle of each of `numbers`, which ascend and begin at a known one.
    fn fill(&self, interval: Interval, numbers: &[u64]) -> Vec<Candle> {
        let series = self.traded(interval);
        let first = numbers.first().copied().unwrap_or_default();
        let mut later = series.partition_point(|candle| candle.number <= first);
        let mut filled = Vec::with_capacity(numbers.len());
        for number in numbers {
            while series.get(later).is_some_and(|candle| candle.number <= *number) {
                later += 1;
            }
            let last = series[later.checked_sub(1).expect("a known interval has a trade before")];
            filled.push(if last.number == *number { last } else { last.flat(*number) });
        }
        filled
    }

    /// What traded in the last 24 hours, by minutes: the one that is going on and 1,439 before it.
    pub fn rolling(&self, now: Timestamp) -> Option<Candle> {
        let series = self.traded(Interval::Minute);
        let current = now.0 / Interval::Minute.ns();
        let first = (current + 1).saturating_sub(ROLLING_MINUTES);
        let from = series.partition_point(|candle| candle.number < first);
        let mut minutes = series.range(from..);
        let mut sum = *minutes.next()?;
        minutes.for_each(|minute| sum.add(minute));
        Some(sum)
    }

    /// What traded on `date`.
    pub fn day(&self, date: Date) -> Option<&Candle> {
        self.traded(Interval::Day).back().filter(|candle| candle.number == u64::from(date.0))
    }

    /// The price of the last trade before `date`.
    pub fn close_before(&self, date: Date) -> Option<Price> {
        let mut newest = self.traded(Interval::Day).iter().rev();
        newest.find(|candle| candle.number < u64::from(date.0)).map(|candle| candle.close)
    }

    /// Adds a trade, which came after those before it.
    pub(crate) fn absorb(&mut self, at: Timestamp, date: Date, price: Price, lots: Qty) {
        let mut trade = Candle::of_trade(price, lots);
        for (interval, series) in Interval::ALL.into_iter().zip(&mut self.series) {
            trade.number = interval.number(at, date);
            match series.back_mut() {
                Some(last) if last.number == trade.number => last.add(&trade),
                Some(_) | None => {
                    if series.len() == interval.kept() {
                        series.pop_front();
                    }
                    series.push_back(trade);
                }
            }
        }
    }

    /// Puts a snapshot's series together; `None` when one cannot be.
    pub(crate) fn from_series(series: Vec<VecDeque<Candle>>) -> Option<Candles> {
        let series: [VecDeque<Candle>; Interval::ALL.len()] = series.try_into().ok()?;
        let is_sane = |(interval, candles): (Interval, &VecDeque<Candle>)| {
            candles.len() <= interval.kept()
                && candles.iter().zip(candles.iter().skip(1)).all(|(a, b)| a.number < b.number)
                && candles.iter().all(Candle::is_sane)
        };
        Interval::ALL.into_iter().zip(&series).all(is_sane).then_some(Candles { series })
    }

    pub(crate) fn all_series(&self) -> &[VecDeque<Candle>] {
        &self.series
    }
}
