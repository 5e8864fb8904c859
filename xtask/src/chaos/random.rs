//! Random numbers from a seed: the same seed draws the same numbers everywhere.

/// SplitMix64. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// Makes a generator of its own for part `number` of the work.
    pub fn part(&self, number: u64) -> Random {
        let mut mixed = Random::new(self.state ^ number.wrapping_mul(0xA076_1D64_78BD_642F));
        Random::new(mixed.next())
    }

    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Draws one of `low..=high`.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "a range holds something");
        low + self.next() % (high - low + 1)
    }

    /// Says yes `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.within(1, 100) <= percent
    }

    /// Draws a member, `None` of nothing.
    pub fn pick<'a, T>(&mut self, members: &'a [T]) -> Option<&'a T> {
        let last = members.len().checked_sub(1)?;
        members.get(self.within(0, last as u64) as usize)
    }
}

/// A seed nobody chose: printed, so that a run can be repeated.
pub fn fresh_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = since.map_or(0, |since| since.subsec_nanos().into());
    Random::new(u64::from(std::process::id()) << 32 ^ nanos).next() % 1_000_000
}
