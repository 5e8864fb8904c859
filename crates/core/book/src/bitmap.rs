//! A set of small numbers whose least member is found in a few `trailing_zeros`.
//!
//! **Invariant:** a bit of a tier above the lowest is set when, and only when, its word below is
//! not zero. It deliberately keeps no count.

/// Tiers needed for 2^24 members: 64^4.
const TIERS_MAX: usize = 4;

/// A set over `0..len`, lazily committed: untouched words cost no memory.
pub(crate) struct Bitmap {
    /// Lowest tier first.
    words: Vec<u64>,
    /// Where each tier starts in `words`.
    starts: [u32; TIERS_MAX],
    tiers: usize,
    len: u32,
}

impl Bitmap {
    /// An empty set over `0..len`.
    ///
    /// # Panics
    /// If `len` is zero or above 2^24.
    pub(crate) fn new(len: u32) -> Bitmap {
        assert!(len > 0, "a set has room for a member");
        assert!(len <= 1 << (6 * TIERS_MAX), "four tiers cover 2^24 members");
        let mut starts = [0; TIERS_MAX];
        let mut tiers = 0;
        let mut total = 0;
        let mut covered = len;
        loop {
            covered = covered.div_ceil(64);
            starts[tiers] = total;
            tiers += 1;
            total += covered;
            if covered == 1 {
                break;
            }
        }
        Bitmap { words: vec![0; total as usize], starts, tiers, len }
    }

    /// Adds `member`, which may be in already.
    pub(crate) fn insert(&mut self, member: u32) {
        assert!(member < self.len, "within the set's range");
        let mut at = member;
        for tier in 0..self.tiers {
            let word = &mut self.words[(self.starts[tier] + (at >> 6)) as usize];
            let below = *word;
            *word |= 1 << (at & 63);
            if below != 0 {
                return;
            }
            at >>= 6;
        }
    }

    /// Takes `member` out, if it is in.
    pub(crate) fn remove(&mut self, member: u32) {
        assert!(member < self.len, "within the set's range");
        let mut at = member;
        for tier in 0..self.tiers {
            let word = &mut self.words[(self.starts[tier] + (at >> 6)) as usize];
            *word &= !(1 << (at & 63));
            if *word != 0 {
                return;
            }
            at >>= 6;
        }
    }

    /// The least member.
    pub(crate) fn first(&self) -> Option<u32> {
        let top = self.words[self.starts[self.tiers - 1] as usize];
        if top == 0 {
            return None;
        }
        Some(self.descend(self.tiers, 0))
    }

    /// The least member that is at least `from`.
    pub(crate) fn first_from(&self, from: u32) -> Option<u32> {
        let mut at = from;
        for tier in 0..self.tiers {
            let tier_len = self.tier_len(tier);
            if at >> 6 >= tier_len {
                return None;
            }
            let word = self.words[(self.starts[tier] + (at >> 6)) as usize] & (!0 << (at & 63));
            if word != 0 {
                let member = (at & !63) | word.trailing_zeros();
                return Some(self.descend(tier, member));
            }
            at = (at >> 6) + 1;
        }
        None
    }

    /// The least member under word `at` of the tier below `tier`.
    fn descend(&self, tier: usize, mut at: u32) -> u32 {
        for lower in (0..tier).rev() {
            let word = self.words[(self.starts[lower] + at) as usize];
            debug_assert_ne!(word, 0, "a set bit has a member below it");
            at = at << 6 | word.trailing_zeros();
        }
        at
    }

    fn tier_len(&self, tier: usize) -> u32 {
        let end =
            if tier + 1 < self.tiers { self.starts[tier + 1] } else { self.words.len() as u32 };
        end - self.starts[tier]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn agrees_with_an_ordered_set() {
        for len in [1, 63, 64, 65, 4096, 4097, 300_000, 1 << 24] {
            let mut bitmap = Bitmap::new(len);
            let mut set = BTreeSet::new();
            let mut state = 0x9e37_79b9_u64;
            for _ in 0..3_000 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let member = (state >> 33) as u32 % len;
                if state >> 63 == 0 {
                    bitmap.insert(member);
                    set.insert(member);
                } else {
                    let victim = set.range(member..).next().copied().unwrap_or(member);
                    bitmap.remove(victim);
                    set.remove(&victim);
                }
                assert_eq!(bitmap.first(), set.first().copied());
                assert_eq!(bitmap.first_from(member), set.range(member..).next().copied());
            }
            for member in set {
                bitmap.remove(member);
            }
            assert_eq!(bitmap.first(), None);
            assert!(bitmap.words.iter().all(|word| *word == 0), "no bit is left behind");
        }
    }
}
