//! From the hash of a request id to its entry: open addressing that grows with use.
//!
//! **Invariant:** from an entry's home bucket to its own, every bucket but the last is full. A
//! table that grows moves its own words only, and reads no entry for it.

use types::prefetch;

use crate::hash::Hash;

/// Tables, chosen by the hash: growing moves a sixteenth of all words at a time.
const TABLES: usize = 16;
/// Entries of a bucket, which is one cache line.
const LANES: usize = 8;
/// Entries for each bucket, on average, from which on a table grows.
const LOAD_MAX: usize = 6;
/// Buckets of a table before it first grows.
const BUCKETS_MIN: usize = 1 << 9;

/// The entries of all remembered requests, by the 128-bit hash of their ids.
#[derive(Debug)]
pub(crate) struct RequestIndex {
    tables: Vec<Table>,
}

/// Where a search ended.
pub(crate) enum Found {
    /// At the entry.
    Entry(u32),
    /// Where the entry would be.
    Free(Free),
}

/// A lane that was free when it was searched for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Free {
    at: usize,
    lane: usize,
}

#[derive(Debug)]
struct Table {
    buckets: Vec<Bucket>,
    used: usize,
}

/// A part of the hash for each lane, and the entry; zero is none.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Bucket {
    hashes: [u32; LANES],
    slots: [u32; LANES],
}

const NO_ENTRIES: Bucket = Bucket { hashes: [0; LANES], slots: [0; LANES] };

impl RequestIndex {
    pub(crate) fn new() -> RequestIndex {
        let tables = (0..TABLES).map(|_| Table { buckets: vec![NO_ENTRIES; BUCKETS_MIN], used: 0 });
        RequestIndex { tables: tables.collect() }
    }

    /// Looks for the entry with this hash that `is_it` confirms.
    #[inline]
    pub(crate) fn find(&self, id: Hash, is_it: impl Fn(u32) -> bool) -> Found {
        let Table { buckets, .. } = &self.tables[table(id)];
        let mask = buckets.len() - 1;
        let mut at = hash(id) as usize & mask;
        loop {
            let bucket = &buckets[at];
            let mut alike = lanes(&bucket.hashes, hash(id));
            while alike != 0 {
                let slot = bucket.slots[alike.trailing_zeros() as usize];
                if slot != 0 && is_it(slot) {
                    return Found::Entry(slot);
                }
                alike &= alike - 1;
            }
            let free = bucket.free();
            if free != 0 {
                return Found::Free(Free { at, lane: free.trailing_zeros() as usize });
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an entry that is not in.
    #[inline]
    pub(crate) fn insert(&mut self, id: Hash, slot: u32) {
        if let Found::Free(free) = self.find(id, |_| false) {
            self.fill(free, id, slot);
        }
    }

    /// Adds an entry where the search for it ended, if nothing was taken out since.
    #[inline]
    pub(crate) fn fill(&mut self, free: Free, id: Hash, slot: u32) {
        assert!(slot != 0, "zero is no entry");
        let table = &mut self.tables[table(id)];
        let bucket = &mut table.buckets[free.at];
        assert!(bucket.slots[free.lane] == 0, "nothing was put there since");
        bucket.set(free.lane, hash(id), slot);
        table.used += 1;
        table.reserve(table.used);
    }

    /// Makes room for `count` entries in all.
    pub(crate) fn reserve(&mut self, count: usize) {
        // The tables are not filled quite evenly: by one part in 32 more than their share.
        let each = count / TABLES + count / TABLES / 32;
        self.tables.iter_mut().for_each(|table| table.reserve(each));
    }

    /// Takes an entry out, and fills the gap, so that no search stops short.
    ///
    /// # Panics
    /// If it is not in.
    pub(crate) fn remove(&mut self, id: Hash, slot: u32) {
        let Table { buckets, used } = &mut self.tables[table(id)];
        let mask = buckets.len() - 1;
        let mut at = hash(id) as usize & mask;
        let lane = loop {
            let bucket = &buckets[at];
            if let Some(lane) = bucket.slots.iter().position(|it| *it == slot) {
                break lane;
            }
            assert!(bucket.free() == 0, "a remembered request is in the index");
            at = (at + 1) & mask;
        };
        *used -= 1;
        let mut gap = (at, lane);
        // Only a full bucket sent entries on to the next.
        while buckets[at].free() == 0 {
            buckets[gap.0].set(gap.1, 0, 0);
            at = (at + 1) & mask;
            let Bucket { hashes, slots } = buckets[at];
            let passed = |lane: &usize| {
                let home = hashes[*lane] as usize & mask;
                slots[*lane] != 0 && at.wrapping_sub(home) & mask >= at.wrapping_sub(gap.0) & mask
            };
            if let Some(lane) = (0..LANES).find(passed) {
                let was_full = buckets[at].free() == 0;
                buckets[gap.0].set(gap.1, hashes[lane], slots[lane]);
                gap = (at, lane);
                if !was_full {
                    break;
                }
            }
        }
        buckets[gap.0].set(gap.1, 0, 0);
    }

    /// Asks for the bucket that a search will read first.
    #[inline(always)]
    pub(crate) fn hint(&self, id: Hash) {
        let buckets = &self.tables[table(id)].buckets;
        prefetch(buckets, hash(id) as usize & (buckets.len() - 1));
    }
}

impl Table {
    /// Makes room for `used` entries.
    #[inline]
    fn reserve(&mut self, used: usize) {
        if used > self.buckets.len() * LOAD_MAX {
            self.grow(used);
        }
    }

    #[cold]
    fn grow(&mut self, used: usize) {
        let buckets = used.div_ceil(LOAD_MAX).next_power_of_two();
        let smaller = std::mem::replace(&mut self.buckets, vec![NO_ENTRIES; buckets]);
        for Bucket { hashes, slots } in smaller {
            let entries = hashes.into_iter().zip(slots).filter(|(_, slot)| *slot != 0);
            entries.for_each(|(hash, slot)| put(&mut self.buckets, hash, slot));
        }
    }
}

impl Bucket {
    /// The free lanes, as bits.
    #[inline(always)]
    fn free(&self) -> u32 {
        lanes(&self.slots, 0)
    }

    #[inline(always)]
    fn set(&mut self, lane: usize, hash: u32, slot: u32) {
        self.hashes[lane] = hash;
        self.slots[lane] = slot;
    }
}

/// The lanes with this value, as bits: all are compared, for a branch on each would be guessed
/// wrong half of the time.
#[inline(always)]
fn lanes(all: &[u32; LANES], value: u32) -> u32 {
    all.iter().enumerate().fold(0, |bits, (lane, it)| bits | u32::from(*it == value) << lane)
}

/// Puts an entry into the first free lane from its home on.
#[inline]
fn put(buckets: &mut [Bucket], hash: u32, slot: u32) {
    let mask = buckets.len() - 1;
    let mut at = hash as usize & mask;
    loop {
        let free = buckets[at].free();
        if free != 0 {
            return buckets[at].set(free.trailing_zeros() as usize, hash, slot);
        }
        at = (at + 1) & mask;
    }
}

#[inline(always)]
fn table(id: Hash) -> usize {
    id[1] as usize & (TABLES - 1)
}

#[inline(always)]
fn hash(id: Hash) -> u32 {
    id[0] as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> Hash {
        let product = u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        [product as u64, (product >> 64) as u64]
    }

    fn has(index: &RequestIndex, id: Hash, slot: u32) -> bool {
        matches!(index.find(id, |it| it == slot), Found::Entry(found) if found == slot)
    }

    #[test]
    fn entries_are_found_through_growth_and_removal() {
        let mut index = RequestIndex::new();
        for n in 1..=200_000u32 {
            index.insert(id(n), n);
            if n > 100_000 {
                index.remove(id(n - 100_000), n - 100_000);
            }
        }
        for n in 1..=200_000u32 {
            assert_eq!(has(&index, id(n), n), n > 100_000, "{n}");
        }
    }

    #[test]
    fn entries_of_equal_hash_are_told_apart() {
        let mut index = RequestIndex::new();
        for slot in [7, 8, 9] {
            index.insert([5, 0], slot);
        }
        index.remove([5, 0], 7);
        assert!(has(&index, [5, 0], 9));
        assert!(!has(&index, [5, 0], 7));
    }

    #[test]
    fn whatever_leaves_crowded_buckets_the_others_are_found() {
        // Homes lie in four neighbouring buckets, one of them the last of the table, so that
        // entries pass over full buckets and over the end.
        let id = |n: u32| [u64::from(n % 4 + BUCKETS_MIN as u32 - 2) | u64::from(n) << 9, 0];
        for seed in 0..200u32 {
            let mut index = RequestIndex::new();
            let mut left: Vec<u32> = (1..=60).collect();
            left.iter().for_each(|n| index.insert(id(*n), *n));
            let mut random = seed;
            while !left.is_empty() {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let gone = left.swap_remove((random >> 8) as usize % left.len());
                index.remove(id(gone), gone);
                assert!(left.iter().all(|n| has(&index, id(*n), *n)), "{gone} left {left:?}");
                assert!(!has(&index, id(gone), gone));
            }
        }
    }
}
