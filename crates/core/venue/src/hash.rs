//! Fast hashes over words: keyed ones of 96 bits for request ids and of 32 for bodies, 64-bit for
//! events, 128-bit for states.
//!
//! A pair of words is mixed by one 64 × 64 → 128 bit multiplication, so the work is a
//! multiplication for each 16 bytes. Guards against accident and, with a secret key, against
//! chosen collisions; not a signature.

use types::RequestId;

use crate::canonical::{Canonical, Sink};
use crate::requests::Scope;

const ODD: [u64; 4] =
    [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0xd6e8_feb8_6659_fd93];

/// Multiplies and folds the two halves of the product together.
#[inline(always)]
pub(crate) fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// A running 64-bit digest of words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    state: u64,
    sum: u64,
    lane: u64,
}

impl Words {
    #[inline(always)]
    pub(crate) fn new(state: u64) -> Words {
        Words { state, sum: 0, lane: ODD[1] }
    }

    /// Takes in two words. Pairs are independent of each other until [`Words::finish`].
    #[inline(always)]
    pub(crate) fn pair(&mut self, a: u64, b: u64) {
        self.sum = self.sum.wrapping_add(fold(a ^ self.lane, b ^ ODD[0]));
        self.lane = self.lane.wrapping_add(ODD[2]);
    }

    #[inline(always)]
    pub(crate) fn finish(self) -> u64 {
        fold(self.state ^ self.sum ^ ODD[3], ODD[0] ^ self.lane)
    }
}

/// A 128-bit hash, lower half first.
type Hash = [u64; 2];

/// The hash of a request id within its scope, 96 bits: two ids of 134 million remembered ones, the
/// most there are by default, are taken for one with a chance of one in 10^13.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdHash {
    /// Tells its place in the index.
    pub(crate) place: u64,
    pub(crate) check: u32,
}

/// Keyed hashes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed {
    keys: [u64; 2],
}

impl Keyed {
    pub(crate) fn new(keys: [u64; 2]) -> Keyed {
        Keyed { keys }
    }

    /// Of a request id within its scope.
    #[inline(always)]
    pub(crate) fn id(&self, scope: Scope, id: &RequestId) -> IdHash {
        let bytes = id.padded();
        let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight"));
        let tail = u32::from_le_bytes(bytes[32..36].try_into().expect("four"));
        let mut hasher = Hasher::new(self.keys);
        hasher.pair(word(0), word(8));
        // Ids are short as a rule; the zeros after them need no multiplication.
        if id.as_bytes().len() > 16 {
            hasher.pair(word(16), word(24));
            hasher.pair(u64::from(tail), 0);
        }
        let [place, check] = hasher.finish_with(u64::from(scope));
        IdHash { place, check: check as u32 }
    }

    /// Of what a client asked: a guard against its mistakes, one of which in 2^32 passes.
    #[inline(always)]
    pub(crate) fn body(&self, body: &impl Canonical) -> u32 {
        let mut hasher = Hasher::new(self.keys);
        body.write(&mut hasher);
        hasher.finish()[0] as u32
    }

    /// Of a few words; their number counts too.
    #[inline]
    pub(crate) fn words(&self, words: &[u64]) -> Hash {
        let mut hasher = Hasher::new(self.keys);
        words.iter().for_each(|word| hasher.word(*word));
        hasher.finish()
    }
}

/// A keyed hash in the making. One multiplication for two words: the whole 128-bit product is
/// summed, and folded into two halves at the end.
struct Hasher {
    keys: [u64; 2],
    sum: u128,
    lane: u64,
    waiting: Option<u64>,
    length: u64,
}

impl Hasher {
    #[inline(always)]
    fn new(keys: [u64; 2]) -> Hasher {
        Hasher { keys, sum: 0, lane: keys[0], waiting: None, length: 0 }
    }

    #[inline(always)]
    fn pair(&mut self, first: u64, second: u64) {
        let keyed = (first.wrapping_add(self.lane), second.wrapping_add(self.lane ^ self.keys[1]));
        self.sum = self.sum.wrapping_add(u128::from(keyed.0) * u128::from(keyed.1));
        self.lane = self.lane.wrapping_add(ODD[2]);
    }

    /// The hash of the words taken in, and of how many they are.
    #[inline(always)]
    fn finish(self) -> Hash {
        let length = self.length;
        self.finish_with(length)
    }

    /// The hash of what was taken in, and of one word more.
    #[inline(always)]
    fn finish_with(mut self, more: u64) -> Hash {
        if let Some(last) = self.waiting {
            self.pair(last, 0);
        }
        let Hasher { keys, sum, .. } = self;
        let (low, high) = (sum as u64, (sum >> 64) as u64);
        let first = fold(low ^ keys[0] ^ ODD[0], high.rotate_left(32) ^ ODD[1] ^ more);
        let second = fold(high ^ keys[1] ^ ODD[3], low.rotate_left(17) ^ ODD[2] ^ more);
        [first, second]
    }
}

impl Sink for Hasher {
    #[inline(always)]
    fn word(&mut self, word: u64) {
        self.length += 1;
        match self.waiting.take() {
            None => self.waiting = Some(word),
            Some(first) => self.pair(first, word),
        }
    }
}

/// A 128-bit digest of bytes, for states.
pub(crate) fn of_bytes(bytes: &[u8]) -> u128 {
    let keyed = Keyed::new([ODD[0], ODD[1]]);
    let mut digest = [bytes.len() as u64, 0];
    let mut chunks = bytes.chunks_exact(64);
    for chunk in &mut chunks {
        digest = keyed.words(&block(chunk, digest));
    }
    let mut last = [0; 64];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    let [low, high] = keyed.words(&block(&last, digest));
    u128::from(low) | u128::from(high) << 64
}

/// Eight words of a 64-byte block, after the digest so far.
fn block(bytes: &[u8], digest: Hash) -> [u64; 10] {
    let mut words = [0; 10];
    words[..2].copy_from_slice(&digest);
    for (word, chunk) in words[2..].iter_mut().zip(bytes.chunks_exact(8)) {
        *word = u64::from_le_bytes(chunk.try_into().expect("eight"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_changes_half_of_a_digest() {
        let base = [0u8; 200];
        let plain = of_bytes(&base);
        for bit in 0..1_600 {
            let mut bytes = base;
            bytes[bit / 8] ^= 1 << (bit % 8);
            let distance = (of_bytes(&bytes) ^ plain).count_ones();
            assert!((32..=96).contains(&distance), "bit {bit}: {distance} of 128 bits differ");
        }
        assert_ne!(of_bytes(&base[..199]), plain);
    }

    #[test]
    fn every_character_of_an_id_counts_in_both_parts_of_its_hash() {
        let keyed = Keyed::new([1, 2]);
        for length in [1, 8, 16, 17, 32, 36] {
            let id = |text: &[u8]| keyed.id(1, &RequestId::from_bytes(text).expect("an id"));
            let plain = vec![b'a'; length];
            for at in 0..length {
                let mut changed = plain.clone();
                changed[at] = b'b';
                let (one, other) = (id(&plain), id(&changed));
                assert_ne!(one.place, other.place, "{length} {at}");
                assert_ne!(one.check, other.check, "{length} {at}");
            }
        }
    }

    #[test]
    fn places_and_checks_of_like_ids_are_spread_evenly() {
        let keyed = Keyed::new([1, 2]);
        let id = |n: u32| keyed.id(n % 7, &RequestId::new(&format!("order-{n}")).expect("an id"));
        let parts: [fn(IdHash) -> u64; 3] =
            [|id| id.place, |id| id.place >> 32, |id| u64::from(id.check)];
        for part in parts {
            let mut counts = [0u32; 256];
            (0..65_536).for_each(|n| counts[part(id(n)) as usize % 256] += 1);
            // 256 expected in each, with a deviation of 16.
            assert!(counts.iter().all(|count| (176..=336).contains(count)), "{counts:?}");
        }
    }

    #[test]
    fn one_id_in_many_scopes_has_as_many_hashes_of_independent_parts() {
        let (keyed, id) = (Keyed::new([1, 2]), RequestId::new("7").expect("an id"));
        let mut sums: Vec<u32> = (1..=1_000)
            .map(|scope| keyed.id(scope, &id))
            .map(|hash| hash.place as u32 ^ hash.check)
            .collect();
        sums.sort_unstable();
        sums.dedup();
        assert!(sums.len() > 990, "{} of 1,000", sums.len());
    }

    #[test]
    fn ids_differ_by_scope_and_key() {
        let id = RequestId::new("order-1").expect("an id");
        let keyed = Keyed::new([1, 2]);
        assert_ne!(keyed.id(1, &id), keyed.id(2, &id));
        assert_ne!(keyed.id(1, &id), Keyed::new([1, 3]).id(1, &id));
    }
}
