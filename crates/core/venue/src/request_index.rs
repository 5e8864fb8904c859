//! From the hash of a request id to its entry: open addressing that grows with use.
//!
//! **Invariant:** every word lies between its home and the next empty word; a table is at most
//! three quarters full. A table that grows moves its own words only, and reads no entry for it.

use types::prefetch;

/// Tables, chosen by the hash: growing moves a sixteenth of all words at a time.
const TABLES: usize = 16;
/// Words of a table before it first grows.
const WORDS_MIN: usize = 1 << 12;

/// The entries of all remembered requests, by the 128-bit hash of their ids.
#[derive(Debug)]
pub(crate) struct RequestIndex {
    tables: Vec<Table>,
}

/// The upper half of a word is a part of the hash, the lower half the entry; zero is empty.
#[derive(Debug)]
struct Table {
    words: Vec<u64>,
    used: usize,
}

impl RequestIndex {
    pub(crate) fn new() -> RequestIndex {
        let tables = (0..TABLES).map(|_| Table { words: vec![0; WORDS_MIN], used: 0 });
        RequestIndex { tables: tables.collect() }
    }

    /// The entry with this hash that `is_it` confirms.
    #[inline]
    pub(crate) fn find(&self, id: u128, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let words = &self.tables[table(id)].words;
        let mask = words.len() - 1;
        let mut at = hash(id) as usize & mask;
        loop {
            let word = words[at];
            if word == 0 {
                return None;
            }
            if word >> 32 == hash(id) && is_it(word as u32) {
                return Some(word as u32);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an entry that is not in.
    #[inline]
    pub(crate) fn insert(&mut self, id: u128, slot: u32) {
        assert!(slot != 0, "zero is no entry");
        let table = &mut self.tables[table(id)];
        if table.used + table.used / 3 >= table.words.len() {
            table.grow();
        }
        table.used += 1;
        put(&mut table.words, hash(id) << 32 | u64::from(slot));
    }

    /// Takes an entry out and closes the gap, so that no search stops short.
    ///
    /// # Panics
    /// If it is not in.
    pub(crate) fn remove(&mut self, id: u128, slot: u32) {
        let Table { words, used } = &mut self.tables[table(id)];
        let mask = words.len() - 1;
        let mut gap = hash(id) as usize & mask;
        while words[gap] as u32 != slot {
            assert!(words[gap] != 0, "a remembered request is in the index");
            gap = (gap + 1) & mask;
        }
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let word = words[at];
            if word == 0 {
                break;
            }
            let home = (word >> 32) as usize & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                words[gap] = word;
                gap = at;
            }
        }
        words[gap] = 0;
        *used -= 1;
    }

    /// Asks for the word that a search will read first.
    #[inline(always)]
    pub(crate) fn hint(&self, id: u128) {
        let words = &self.tables[table(id)].words;
        prefetch(words, hash(id) as usize & (words.len() - 1));
    }
}

impl Table {
    #[cold]
    fn grow(&mut self) {
        let larger = vec![0; self.words.len() * 2];
        let words = std::mem::replace(&mut self.words, larger);
        for word in words.into_iter().filter(|word| *word != 0) {
            put(&mut self.words, word);
        }
    }
}

/// Puts a word into the first empty place from its home on.
#[inline]
fn put(words: &mut [u64], word: u64) {
    let mask = words.len() - 1;
    let mut at = (word >> 32) as usize & mask;
    while words[at] != 0 {
        at = (at + 1) & mask;
    }
    words[at] = word;
}

#[inline(always)]
fn table(id: u128) -> usize {
    (id >> 64) as usize & (TABLES - 1)
}

#[inline(always)]
fn hash(id: u128) -> u64 {
    id as u64 & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_through_growth_and_removal() {
        let mut index = RequestIndex::new();
        let id = |n: u32| u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        for n in 1..=200_000u32 {
            index.insert(id(n), n);
            if n > 100_000 {
                index.remove(id(n - 100_000), n - 100_000);
            }
        }
        for n in 1..=200_000u32 {
            let expected = (n > 100_000).then_some(n);
            assert_eq!(index.find(id(n), |slot| slot == n), expected, "{n}");
        }
    }

    #[test]
    fn entries_of_equal_hash_are_told_apart() {
        let mut index = RequestIndex::new();
        for slot in [7, 8, 9] {
            index.insert(5, slot);
        }
        index.remove(5, 7);
        assert_eq!(index.find(5, |slot| slot == 9), Some(9));
        assert_eq!(index.find(5, |slot| slot == 7), None);
    }
}
