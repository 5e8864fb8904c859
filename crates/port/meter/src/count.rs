//! A counter and a histogram of whole numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of what a duration is counted under: 1 µs to 10 s.
#[rustfmt::skip]
pub const DURATION_BOUNDS_NS: &[u64] = &[
    1_000, 2_500, 5_000,
    10_000, 25_000, 50_000,
    100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000,
    10_000_000, 25_000_000, 50_000_000,
    100_000_000, 250_000_000, 500_000_000,
    1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
];
/// Upper ends of what a number of commands is counted under: up to the largest batch.
pub const BATCH_BOUNDS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048];

/// A count that only grows, from zero at each start of the process.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

/// How often a number was within each bound, and the sum of all.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One for each bound, without those of the bounds below, and one for what is above all.
    counts: Box<[Counter]>,
    sum: Counter,
}

/// What a histogram held at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Each bound, and how many numbers were at most that.
    pub at_most: Vec<(u64, u64)>,
    /// How many numbers there were.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
}

impl Counter {
    /// None counted.
    pub const fn new() -> Counter {
        Counter(AtomicU64::new(0))
    }

    /// Counts `more` of them.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Histogram {
    /// An empty one over `bounds`, which grow.
    pub fn new(bounds: &'static [u64]) -> Histogram {
        assert!(bounds.is_sorted_by(|one, next| one < next), "bounds grow");
        let counts = std::iter::repeat_with(Counter::default).take(bounds.len() + 1).collect();
        Histogram { bounds, counts, sum: Counter::default() }
    }

    /// Counts a number, in the unit of the bounds.
    pub fn observe(&self, number: u64) {
        self.counts[self.bounds.partition_point(|bound| *bound < number)].add(1);
        self.sum.add(number);
    }

    /// Counts a duration, where the bounds are nanoseconds.
    pub fn observe_duration(&self, took: Duration) {
        self.observe(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// What it holds. A number that is counted meanwhile may be in the counts and not in the sum.
    pub fn read(&self) -> Observed {
        let sum = self.sum.get();
        let mut count = 0;
        let mut grown = self.counts.iter().map(|counter| {
            count += counter.get();
            count
        });
        let at_most = self.bounds.iter().copied().zip(grown.by_ref()).collect();
        let count = grown.next().expect("what is above all bounds is counted too");
        Observed { at_most, count, sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_within_its_own_bound_and_all_above() {
        let histogram = Histogram::new(&[10, 20, 30]);
        for number in [0, 10, 11, 20, 31, 1_000] {
            histogram.observe(number);
        }
        let read = histogram.read();
        assert_eq!(read.at_most, [(10, 2), (20, 4), (30, 4)]);
        assert_eq!((read.count, read.sum), (6, 1_072));
    }

    #[test]
    fn the_bounds_of_all_histograms_grow() {
        for bounds in [DURATION_BOUNDS_NS, BATCH_BOUNDS] {
            assert_eq!(Histogram::new(bounds).read().at_most.len(), bounds.len());
        }
    }
}
