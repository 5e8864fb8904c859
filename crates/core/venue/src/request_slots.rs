//! Where remembered requests lie: slots that are taken, linked into queues, and given back.
//!
//! **Invariant:** a slot is in use or in the list of free ones; memory is never given back.

use types::prefetch;

use crate::answers::Kind;
use crate::hash::Hash;
use crate::requests::RequestSlot;

/// Slots allocated together: growth is one allocation for this many requests, whose memory the
/// system commits when it is touched.
const CHUNK: usize = 1 << 20;
/// Slots beyond the last used that a hint asks for: as many as commands are looked ahead.
const AHEAD: usize = 16;
/// No slot.
pub(crate) const NONE: RequestSlot = 0;

/// The keyed hashes of a request's id within its scope, and of its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) id: Hash,
    pub(crate) body: Hash,
}

/// A remembered request, in one cache line. Whether the order it placed is open is the order's to
/// know.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) seq: u64,
    /// Told by `kind`.
    pub(crate) number: u64,
    pub(crate) kind: Kind,
}

const _: () = assert!(size_of::<Entry>() == 64, "what a request costs is mostly its memory");

const EMPTY: Entry =
    Entry { key: Key { id: [0; 2], body: [0; 2] }, seq: 0, number: 0, kind: Kind::Nothing };

/// All slots, counted from 1.
#[derive(Debug)]
pub(crate) struct Slots {
    capacity: usize,
    chunks: Vec<Chunk>,
    used: u32,
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
        Slots { capacity, chunks, used: 0, free: NONE }
    }

    /// Touches the memory of `count` more slots; gives back how many there are then.
    pub(crate) fn prepare(&mut self, count: u32) -> usize {
        let wanted = (self.used as usize + count as usize).min(self.capacity);
        while let Some(missing) = wanted.checked_sub(self.ready()).filter(|more| *more > 0) {
            match self.chunks.last_mut() {
                Some(chunk) if chunk.entries.len() < CHUNK => {
                    chunk.resize((chunk.entries.len() + missing).min(CHUNK));
                }
                Some(_) | None => self.add_chunk(),
            }
        }
        wanted
    }

    /// Slots that have their memory.
    pub(crate) fn ready(&self) -> usize {
        let last = self.chunks.last().map_or(CHUNK, |chunk| chunk.entries.len());
        self.chunks.len() * CHUNK + last - CHUNK
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
        assert!(!self.is_used_up(), "scopes and orders bound the table");
        let (chunk, at) = place(self.used + 1);
        if chunk == self.chunks.len() {
            self.add_chunk();
        }
        let chunk = &mut self.chunks[chunk];
        if at == chunk.entries.len() {
            chunk.resize(at + 1);
        }
        chunk.entries[at] = entry;
        self.used += 1;
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

    /// Asks for the memory of a slot that will be taken some commands later.
    #[inline(always)]
    pub(crate) fn hint_ahead(&self) {
        let (chunk, at) = place(self.used + AHEAD as u32);
        if let Some(chunk) = self.chunks.get(chunk) {
            prefetch(&chunk.entries, at);
        }
    }

    #[cold]
    fn add_chunk(&mut self) {
        let (entries, next) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
        self.chunks.push(Chunk { entries, next });
    }
}

impl Chunk {
    #[inline]
    fn resize(&mut self, slots: usize) {
        self.entries.resize(slots, EMPTY);
        self.next.resize(slots, NONE);
    }
}

/// A slot's chunk, and its place there.
#[inline(always)]
fn place(slot: RequestSlot) -> (usize, usize) {
    let at = (slot as usize).wrapping_sub(1);
    (at / CHUNK, at % CHUNK)
}
