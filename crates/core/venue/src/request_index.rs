//! From the place of a request id to its entry: open addressing that grows with use.
//!
//! **Invariant:** from an entry's home bucket to its own, every bucket but the last is full, and
//! the entries of a bucket lie in its first lanes. A table that grows moves its own words only,
//! and reads no entry for it.

use types::prefetch;

/// Tables, chosen by the hash: growing moves a sixteenth of all words at a time.
const TABLES: usize = 16;
/// Entries of a bucket, which is one cache line.
const LANES: usize = 8;
/// Entries for each bucket, on average, from which on a table grows.
const LOAD_MAX: usize = 6;
/// Buckets of a table before it first grows.
const BUCKETS_MIN: usize = 1 << 9;
/// Buckets of a large page, at whose edges a table of that size begins: else half of a table of two
/// such pages lay in small ones, and each hint waited for their addresses.
const BUCKETS_PAGE: usize = (2 << 20) / size_of::<Bucket>();

/// The entries of all remembered requests, by the places that their hashes tell.
#[derive(Debug)]
pub(crate) struct RequestIndex {
    tables: [Table; TABLES],
}

/// Where a search ended.
pub(crate) enum Found {
    /// At the entry.
    Entry(u32),
    /// Where the entry would be.
    Free(Free),
}

/// A lane: one that was free when it was searched for, or is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Free {
    at: usize,
    lane: usize,
}

#[derive(Debug)]
struct Table {
    /// A power of two of them, from `first` on.
    buckets: Vec<Bucket>,
    first: usize,
    /// One less than how many they are.
    mask: usize,
    used: usize,
    /// Entries at which it grows.
    used_max: usize,
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
        RequestIndex { tables: std::array::from_fn(|_| Table::new(BUCKETS_MIN)) }
    }

    /// Looks for the entry with this hash that `is_it` confirms.
    #[inline(always)]
    pub(crate) fn find(&self, place: u64, is_it: impl Fn(u32) -> bool) -> Found {
        let table = &self.tables[table(place)];
        let mut at = table.place(hash(place) as usize);
        loop {
            let bucket = &table.buckets[at];
            if bucket.may_have(hash(place))
                && let Some(slot) = bucket.entry(hash(place), &is_it)
            {
                return Found::Entry(slot);
            }
            let lane = bucket.len();
            if lane < LANES {
                return Found::Free(Free { at, lane });
            }
            at = table.place(at - table.first + 1);
        }
    }

    /// Adds an entry that is not in.
    #[inline]
    pub(crate) fn insert(&mut self, place: u64, slot: u32) {
        if let Found::Free(free) = self.find(place, |_| false) {
            self.fill(free, place, slot);
        }
    }

    /// Adds an entry where the search for it ended, if nothing was taken out since.
    #[inline(always)]
    pub(crate) fn fill(&mut self, free: Free, place: u64, slot: u32) {
        assert!(slot != 0, "zero is no entry");
        let table = &mut self.tables[table(place)];
        let bucket = &mut table.buckets[free.at];
        assert!(bucket.slots[free.lane] == 0, "nothing was put there since");
        bucket.set(free.lane, hash(place), slot);
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
    pub(crate) fn remove(&mut self, place: u64, slot: u32) {
        let table = &mut self.tables[table(place)];
        table.used -= 1;
        let mask = table.mask;
        let buckets = table.buckets_mut();
        let mut at = hash(place) as usize & mask;
        let mut lane = loop {
            let bucket = &buckets[at];
            if let Some(lane) = bucket.slots.iter().position(|it| *it == slot) {
                break lane;
            }
            assert!(bucket.len() == LANES, "a remembered request is in the index");
            at = (at + 1) & mask;
        };
        // Only a full bucket sent entries on to the next: one of them may come back.
        while buckets[at].take_out(lane) {
            let Some(later) = passed(buckets, at) else { return };
            let Bucket { hashes, slots } = buckets[later.at];
            buckets[at].set(LANES - 1, hashes[later.lane], slots[later.lane]);
            Free { at, lane } = later;
        }
    }

    /// Asks for the bucket that a search will read first.
    #[inline(always)]
    pub(crate) fn hint(&self, place: u64) {
        let table = &self.tables[table(place)];
        prefetch(&table.buckets, table.place(hash(place) as usize));
    }
}

impl Table {
    /// A table without an entry.
    fn new(count: usize) -> Table {
        let is_large = count > BUCKETS_PAGE;
        let mut buckets = Vec::with_capacity(count + if is_large { BUCKETS_PAGE } else { 0 });
        let first = if is_large { to_large_page(&buckets) } else { 0 };
        buckets.resize(first + count, NO_ENTRIES);
        Table { buckets, first, mask: count - 1, used: 0, used_max: count * LOAD_MAX }
    }

    #[inline(always)]
    fn buckets(&self) -> &[Bucket] {
        &self.buckets[self.first..]
    }

    #[inline(always)]
    fn buckets_mut(&mut self) -> &mut [Bucket] {
        &mut self.buckets[self.first..]
    }

    /// Where the bucket for a hash lies.
    #[inline(always)]
    fn place(&self, hash: usize) -> usize {
        self.first + (hash & self.mask)
    }

    /// Makes room for `used` entries.
    #[inline(always)]
    fn reserve(&mut self, used: usize) {
        if used > self.used_max {
            self.grow(used);
        }
    }

    #[cold]
    fn grow(&mut self, used: usize) {
        let larger = Table::new(used.div_ceil(LOAD_MAX).next_power_of_two());
        let smaller = std::mem::replace(self, Table { used: self.used, ..larger });
        for Bucket { hashes, slots } in smaller.buckets() {
            let entries = hashes.iter().zip(slots).filter(|(_, slot)| **slot != 0);
            entries.for_each(|(hash, slot)| put(self.buckets_mut(), *hash, *slot));
        }
    }
}

/// How many buckets lie before the next large page; it changes no result.
fn to_large_page(buckets: &[Bucket]) -> usize {
    let offset = buckets.as_ptr().align_offset(BUCKETS_PAGE * size_of::<Bucket>());
    if offset < BUCKETS_PAGE { offset } else { 0 }
}

impl Bucket {
    /// How many entries there are.
    #[inline(always)]
    fn len(&self) -> usize {
        self.slots.iter().map(|slot| u32::from(*slot != 0)).sum::<u32>() as usize
    }

    /// Whether an entry has this hash, or no entry and the hash is zero. All lanes are compared,
    /// for a branch on each would be guessed wrong half of the time.
    #[inline(always)]
    fn may_have(&self, hash: u32) -> bool {
        self.hashes.iter().fold(false, |any, it| any | (*it == hash))
    }

    /// The entry with this hash that `is_it` confirms. Apart from the search that finds none, whose
    /// loads would become those of this one.
    #[cold]
    #[inline(never)]
    fn entry(&self, hash: u32, is_it: &impl Fn(u32) -> bool) -> Option<u32> {
        let alike = self.hashes.iter().zip(self.slots).filter(|(it, _)| **it == hash);
        alike.map(|(_, slot)| slot).find(|slot| *slot != 0 && is_it(*slot))
    }

    #[inline(always)]
    fn set(&mut self, lane: usize, hash: u32, slot: u32) {
        self.hashes[lane] = hash;
        self.slots[lane] = slot;
    }

    /// Takes an entry out; the last one moves to its lane. Tells whether all lanes were in use.
    fn take_out(&mut self, lane: usize) -> bool {
        let last = self.len() - 1;
        self.set(lane, self.hashes[last], self.slots[last]);
        self.set(last, 0, 0);
        last == LANES - 1
    }
}

/// An entry in a bucket after `gap` that a search would not find once `gap` has a free lane.
fn passed(buckets: &[Bucket], gap: usize) -> Option<Free> {
    let mask = buckets.len() - 1;
    let mut at = (gap + 1) & mask;
    loop {
        let bucket = &buckets[at];
        let len = bucket.len();
        let from_gap = at.wrapping_sub(gap) & mask;
        let from_home = |lane: usize| at.wrapping_sub(bucket.hashes[lane] as usize) & mask;
        if let Some(lane) = (0..len).find(|lane| from_home(*lane) >= from_gap) {
            return Some(Free { at, lane });
        }
        if len < LANES {
            return None;
        }
        at = (at + 1) & mask;
    }
}

/// Puts an entry into the first free lane from its home on.
#[inline]
fn put(buckets: &mut [Bucket], hash: u32, slot: u32) {
    let mask = buckets.len() - 1;
    let mut at = hash as usize & mask;
    while buckets[at].len() == LANES {
        at = (at + 1) & mask;
    }
    let lane = buckets[at].len();
    buckets[at].set(lane, hash, slot);
}

#[inline(always)]
fn table(place: u64) -> usize {
    (place >> 32) as usize & (TABLES - 1)
}

#[inline(always)]
fn hash(place: u64) -> u32 {
    place as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> u64 {
        u64::from(n).wrapping_mul(0xf39c_c060_5ced_c835)
    }

    fn has(index: &RequestIndex, id: u64, slot: u32) -> bool {
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
            index.insert(5, slot);
        }
        index.remove(5, 7);
        assert!(has(&index, 5, 9));
        assert!(!has(&index, 5, 7));
    }

    #[test]
    fn whatever_leaves_crowded_buckets_the_others_are_found() {
        // Homes lie in four neighbouring buckets, one of them the last of the table, so that
        // entries pass over full buckets and over the end.
        let id = |n: u32| u64::from(n % 4 + BUCKETS_MIN as u32 - 2) | u64::from(n) << 9;
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
