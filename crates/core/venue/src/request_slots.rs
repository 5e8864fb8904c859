//! Where remembered requests lie: slots that are taken, linked into queues, and given back.
//!
//! **Invariant:** a slot is in use or in the list of free ones; memory is never given back.

use types::prefetch;

use crate::answers::{Answer, Kind};
use crate::hash::IdHash;
use crate::requests::RequestSlot;

/// Slots allocated together: growth is one allocation for this many requests, whose memory the
/// system commits when it is touched.
const CHUNK: usize = 1 << 20;
/// Slots beyond the one taken whose memory is asked for: as many as commands are looked ahead.
const AHEAD: usize = 32;
/// No slot.
pub(crate) const NONE: RequestSlot = 0;

/// The keyed hashes of a request's id within its scope, and of its body, in 16 bytes
/// ([ADR 14](../../../../docs/adr/0014-short-hashes-of-requests.md)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    place: u64,
    check: u32,
    pub(crate) body: u32,
}

impl Key {
    #[inline(always)]
    pub(crate) fn new(IdHash { place, check }: IdHash, body: u32) -> Key {
        Key { place, check, body }
    }

    #[inline(always)]
    pub(crate) fn id(&self) -> IdHash {
        IdHash { place: self.place, check: self.check }
    }
}

/// A remembered request. Whether the order it placed is open is the order's to know.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(32))]
pub(crate) struct Entry {
    pub(crate) key: Key,
    /// The seq it had, above the bits of the kind of its answer.
    seq_and_kind: u64,
    /// Told by the kind.
    pub(crate) number: u64,
}

const _: () = assert!(size_of::<Entry>() == 32, "what a request costs is mostly its memory");

const _: () = assert!((Kind::Refused as u64) < 1 << Kind::BITS, "every kind has its bits");

const EMPTY: Entry = Entry { key: Key { place: 0, check: 0, body: 0 }, seq_and_kind: 0, number: 0 };

impl Entry {
    /// The largest seq that has room beside a kind: at ten million commands a second, it comes in
    /// seven thousand years.
    pub(crate) const SEQ_MAX: u64 = u64::MAX >> Kind::BITS;

    /// A request with its answer.
    #[inline(always)]
    pub(crate) fn new(key: Key, seq: u64, (kind, number): Answer) -> Entry {
        assert!(seq <= Entry::SEQ_MAX, "a seq leaves room for a kind");
        Entry { key, seq_and_kind: seq << Kind::BITS | kind as u64, number }
    }

    #[inline(always)]
    pub(crate) fn seq(&self) -> u64 {
        self.seq_and_kind >> Kind::BITS
    }

    #[inline(always)]
    pub(crate) fn kind(&self) -> Kind {
        Kind::from_bits(self.seq_and_kind)
    }

    /// Puts another answer in.
    pub(crate) fn answer(&mut self, answer: Answer) {
        *self = Entry::new(self.key, self.seq(), answer);
    }
}

/// All slots, counted from 1.
#[derive(Debug)]
pub(crate) struct Slots {
    capacity: usize,
    chunks: Vec<Chunk>,
    /// Slots that have their memory.
    pub(crate) ready: usize,
    /// The most of them that were taken at any time.
    pub(crate) used: u32,
    free: RequestSlot,
}

/// Filled slot by slot, so that memory is touched once: by [`Slots::prepare`] or, where none was
/// made ready, when it is first needed.
#[derive(Debug)]
struct Chunk {
    entries: Vec<Entry>,
    /// For each the next younger of its scope, or the next free one. Apart from the entries, since
    /// it is written when the next one comes, by when the entry has left the cache.
    next: Vec<RequestSlot>,
}

impl Slots {
    /// No slot yet, and `capacity` of them at the most.
    pub(crate) fn new(capacity: usize) -> Slots {
        assert!(capacity < u32::MAX as usize, "request numbers fit 32 bits");
        let chunks = Vec::with_capacity(capacity.div_ceil(CHUNK) + 1);
        Slots { capacity, chunks, ready: 0, used: 0, free: NONE }
    }

    /// Touches the memory of `count` more slots; gives back how many there are then.
    #[cold]
    pub(crate) fn prepare(&mut self, count: u32) -> usize {
        let wanted = (self.used as usize + count as usize).min(self.capacity);
        while self.ready < wanted {
            let (last, at) = (self.ready / CHUNK, self.ready % CHUNK);
            if at == 0 {
                let (entries, next) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
                self.chunks.push(Chunk { entries, next });
            }
            let slots = (at + wanted - self.ready).min(CHUNK);
            self.chunks[last].entries.resize(slots, EMPTY);
            self.chunks[last].next.resize(slots, NONE);
            self.ready += slots - at;
        }
        wanted
    }

    /// Whether every slot was used at some time.
    pub(crate) fn is_used_up(&self) -> bool {
        self.used as usize >= self.capacity
    }

    /// Takes a free slot for an entry, linked to none.
    ///
    /// # Panics
    /// If none is left: scopes and orders bound the number of requests.
    #[inline(always)]
    pub(crate) fn take(&mut self, entry: Entry) -> RequestSlot {
        let slot = self.free;
        if slot != NONE {
            self.free = self.next(slot);
            self.set_next(slot, NONE);
            *self.entry_mut(slot) = entry;
            return slot;
        }
        if self.used as usize == self.ready {
            assert!(!self.is_used_up(), "scopes and orders bound the table");
            self.prepare(1);
        }
        self.used += 1;
        let (chunk, at) = place(self.used);
        let entries = &mut self.chunks[chunk].entries;
        prefetch(entries, at + AHEAD);
        entries[at] = entry;
        self.used
    }

    /// Gives a slot back.
    pub(crate) fn give_back(&mut self, slot: RequestSlot) {
        let free = std::mem::replace(&mut self.free, slot);
        self.set_next(slot, free);
    }

    #[inline]
    pub(crate) fn entry(&self, slot: RequestSlot) -> &Entry {
        let (chunk, at) = place(slot);
        &self.chunks[chunk].entries[at]
    }

    #[inline]
    pub(crate) fn entry_mut(&mut self, slot: RequestSlot) -> &mut Entry {
        let (chunk, at) = place(slot);
        &mut self.chunks[chunk].entries[at]
    }

    /// The slot that this one is linked to.
    #[inline]
    pub(crate) fn next(&self, slot: RequestSlot) -> RequestSlot {
        let (chunk, at) = place(slot);
        self.chunks[chunk].next[at]
    }

    #[inline]
    pub(crate) fn set_next(&mut self, slot: RequestSlot, next: RequestSlot) {
        let (chunk, at) = place(slot);
        self.chunks[chunk].next[at] = next;
    }

    /// Asks for a slot's memory.
    #[inline(always)]
    pub(crate) fn hint(&self, slot: RequestSlot) {
        let (chunk, at) = place(slot);
        if let Some(chunk) = self.chunks.get(chunk) {
            prefetch(&chunk.entries, at);
            prefetch(&chunk.next, at);
        }
    }
}

/// A slot's chunk, and its place there.
#[inline(always)]
fn place(slot: RequestSlot) -> (usize, usize) {
    let at = (slot as usize).wrapping_sub(1);
    (at / CHUNK, at % CHUNK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_the_largest_seq_come_back() {
        let key = Key { place: 1, check: 2, body: 3 };
        let kinds = [
            Kind::Nothing,
            Kind::Account,
            Kind::Placed,
            Kind::Order,
            Kind::Instrument,
            Kind::Payment,
            Kind::Refused,
        ];
        for kind in kinds {
            let mut entry = Entry::new(key, Entry::SEQ_MAX, (kind, 7));
            assert_eq!((entry.seq(), entry.kind(), entry.number), (Entry::SEQ_MAX, kind, 7));
            entry.answer((Kind::Refused, 8));
            assert_eq!(
                (entry.seq(), entry.kind(), entry.number),
                (Entry::SEQ_MAX, Kind::Refused, 8)
            );
            assert_eq!(entry.key, key);
        }
    }
}
