//! What was asked before: a retry gets the old answer and does nothing.
//!
//! **Invariant:** a request id of an open order, or among the last `remembered` of its scope, is
//! found; each entry is in the index exactly once. It deliberately cannot be iterated by key.

use types::planted::{self, Bug};
use types::{OrderId, RequestId};

use crate::canonical::{Canonical, RestoreError, Short, Sink, Words};
use crate::command::Action;
use crate::hash::Keyed;
use crate::outcome::{Done, Outcome};
use crate::reject::Reject;
use crate::request_index::RequestIndex;

/// Entries allocated together: growth is one allocation for this many requests.
const CHUNK: usize = 1 << 16;
/// No entry.
const NONE: u32 = 0;

/// Who must not use a request id twice: an account by its local number, or zero for commands that
/// name no account.
pub(crate) type Scope = u32;

/// A handle of a remembered request, for the order it placed.
pub(crate) type RequestSlot = u32;

/// One fixed-capacity table of the requests of all scopes of a shard.
#[derive(Debug)]
pub(crate) struct Requests {
    keyed: Keyed,
    remembered: u32,
    capacity: usize,
    index: RequestIndex,
    /// Each is filled entry by entry, so that memory is touched once, when it is first needed.
    chunks: Vec<Vec<Entry>>,
    used: u32,
    free: u32,
    queues: Vec<Queue>,
}

/// The remembered requests of one scope, oldest first.
#[derive(Clone, Copy, Debug, Default)]
struct Queue {
    first: u32,
    last: u32,
    count: u32,
}

/// A remembered request. The id is kept as its 128-bit keyed hash.
#[derive(Clone, Copy, Debug)]
struct Entry {
    id: u128,
    body: u128,
    seq: u64,
    result: Result<Done, Reject>,
    /// The next younger of its scope, or the next free entry.
    next: u32,
    /// Whether the order it placed is open.
    open: bool,
    /// Whether it is older than the last `remembered`, kept for its open order only.
    aged: bool,
}

const EMPTY: Entry = Entry {
    id: 0,
    body: 0,
    seq: 0,
    result: Ok(Done::Nothing),
    next: NONE,
    open: false,
    aged: false,
};

/// What is known of a request id.
pub(crate) enum Known {
    /// Never used, or forgotten.
    New(Key),
    /// Used with the same body: its answer.
    Repeated(Outcome),
    /// Used with another body.
    Conflict(Reject),
}

/// A request that may now be remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) id: u128,
    pub(crate) body: u128,
}

impl Entry {
    /// Words of its canonical form.
    const WORDS: usize = 9;

    /// The open order it placed.
    fn order(&self) -> Option<OrderId> {
        match self.result {
            Ok(Done::Order(order)) if self.open => Some(order),
            _ => None,
        }
    }
}

impl Canonical for Entry {
    fn write(&self, sink: &mut impl Sink) {
        self.id.write(sink);
        self.body.write(sink);
        self.seq.write(sink);
        self.result.write(sink);
        self.open.write(sink);
    }
}

impl Requests {
    /// An empty table for `scopes` scopes (0 included) and `orders_max` open orders.
    pub(crate) fn new(keys: [u64; 2], remembered: u32, scopes: usize, orders_max: u32) -> Requests {
        let capacity = scopes * remembered as usize + orders_max as usize;
        assert!(capacity < u32::MAX as usize, "request numbers fit 32 bits");
        Requests {
            keyed: Keyed::new(keys),
            remembered,
            capacity,
            index: RequestIndex::new(),
            chunks: Vec::with_capacity(capacity.div_ceil(CHUNK) + 1),
            used: 0,
            free: NONE,
            queues: vec![Queue::default(); scopes],
        }
    }

    /// Looks a request up.
    #[inline]
    pub(crate) fn look_up(&self, scope: Scope, id: &RequestId, body: &[u64]) -> Known {
        let key = Key { id: self.keyed.id(scope, id), body: self.keyed.words(body) };
        let found = self.find(key.id).filter(|_| !planted::is(Bug::RequestForgotten));
        let Some(slot) = found else { return Known::New(key) };
        let entry = self.entry(slot);
        if entry.body != key.body {
            return Known::Conflict(Reject::RequestConflict { first_seq: entry.seq });
        }
        Known::Repeated(Outcome { seq: entry.seq, result: entry.result, repeated: true })
    }

    /// What is known of a request that is not made now; `None` when it would be new.
    pub(crate) fn peek(&self, scope: Scope, id: &RequestId, action: &Action) -> Option<Known> {
        let mut body = Short::new();
        action.write(&mut body);
        let known = self.look_up(scope, id, body.as_slice());
        (!matches!(known, Known::New(_))).then_some(known)
    }

    /// Asks for the index word that a look-up will read first.
    #[inline(always)]
    pub(crate) fn hint(&self, scope: Scope, id: &RequestId) {
        self.index.hint(self.keyed.id(scope, id));
    }

    /// Remembers the outcome of a request that [`Requests::look_up`] found new.
    #[inline]
    pub(crate) fn remember(
        &mut self,
        scope: Scope,
        key: Key,
        seq: u64,
        result: Result<Done, Reject>,
        open: bool,
    ) -> RequestSlot {
        if self.queues[scope as usize].count == self.remembered {
            self.forget_oldest(scope);
        }
        let slot = self.take_slot();
        let Key { id, body } = key;
        *self.entry_mut(slot) = Entry { id, body, seq, result, next: NONE, open, aged: false };
        self.append(scope, slot);
        self.index.insert(id, slot);
        slot
    }

    /// A cancel or replace of `order` was refused after all, if its request is still known: by
    /// now the id may have been forgotten and used anew.
    pub(crate) fn amend(&mut self, scope: Scope, id: &RequestId, order: OrderId, reject: Reject) {
        if let Some(slot) = self.find(self.keyed.id(scope, id)) {
            let entry = self.entry_mut(slot);
            if entry.result == Ok(Done::Order(order)) && !entry.open {
                entry.result = Err(reject);
            }
        }
    }

    /// The order that the request placed was refused after all.
    pub(crate) fn refused(&mut self, slot: RequestSlot, reject: Reject) {
        self.entry_mut(slot).result = Err(reject);
    }

    /// The order that the request placed has closed.
    #[inline]
    pub(crate) fn closed(&mut self, slot: RequestSlot) {
        let entry = self.entry_mut(slot);
        assert!(entry.open, "an order closes once");
        entry.open = false;
        if entry.aged {
            self.forget(slot);
        }
    }

    /// Writes a scope's remembered requests, oldest first.
    pub(crate) fn write_scope(&self, scope: Scope, sink: &mut impl Sink) {
        let Queue { first, count, .. } = self.queues[scope as usize];
        count.write(sink);
        let mut next = first;
        while next != NONE {
            let entry = self.entry(next);
            entry.write(sink);
            next = entry.next;
        }
    }

    /// Writes those of the requests of open orders that are kept for their order only.
    pub(crate) fn write_aged(
        &self,
        slots: impl Iterator<Item = RequestSlot>,
        sink: &mut impl Sink,
    ) {
        let entries = slots.filter(|slot| *slot != NONE).map(|slot| self.entry(slot));
        let aged: Vec<&Entry> = entries.filter(|entry| entry.aged).collect();
        sink.word(aged.len() as u64);
        aged.iter().for_each(|entry| entry.write(sink));
    }

    /// Reads what [`Requests::write_scope`] wrote; gives back the open orders' requests.
    pub(crate) fn read_scope(
        &mut self,
        scope: Scope,
        words: &mut Words<'_>,
    ) -> Result<Vec<(OrderId, RequestSlot)>, RestoreError> {
        let count = words.count(Entry::WORDS)?;
        if count > self.remembered as usize {
            return Err(words.wrong("no more requests than genesis remembers"));
        }
        let mut open = Vec::new();
        for _ in 0..count {
            let entry = self.read_entry(words)?;
            let Entry { id, body, seq, result, .. } = entry;
            let slot = self.remember(scope, Key { id, body }, seq, result, entry.open);
            open.extend(entry.order().map(|order| (order, slot)));
        }
        Ok(open)
    }

    /// Reads what [`Requests::write_aged`] wrote.
    pub(crate) fn read_aged(
        &mut self,
        words: &mut Words<'_>,
    ) -> Result<Vec<(OrderId, RequestSlot)>, RestoreError> {
        let mut open = Vec::new();
        for _ in 0..words.count(Entry::WORDS)? {
            let entry = self.read_entry(words)?;
            let order = entry.order().ok_or_else(|| words.wrong("an open order's request"))?;
            if self.used as usize >= self.capacity {
                return Err(words.wrong("no more requests than genesis remembers"));
            }
            let slot = self.take_slot();
            *self.entry_mut(slot) = Entry { aged: true, ..entry };
            self.index.insert(entry.id, slot);
            open.push((order, slot));
        }
        Ok(open)
    }

    fn read_entry(&self, words: &mut Words<'_>) -> Result<Entry, RestoreError> {
        let entry = Entry {
            id: words.u128()?,
            body: words.u128()?,
            seq: words.word()?,
            result: words.result()?,
            open: words.flag()?,
            ..EMPTY
        };
        if entry.open && entry.order().is_none() || self.find(entry.id).is_some() {
            return Err(words.wrong("a request id once, open only with its order"));
        }
        Ok(entry)
    }

    fn append(&mut self, scope: Scope, slot: RequestSlot) {
        let Queue { last, .. } = self.queues[scope as usize];
        if last != NONE {
            self.entry_mut(last).next = slot;
        }
        let queue = &mut self.queues[scope as usize];
        if last == NONE {
            queue.first = slot;
        }
        queue.last = slot;
        queue.count += 1;
    }

    fn forget_oldest(&mut self, scope: Scope) {
        let oldest = self.queues[scope as usize].first;
        let entry = self.entry_mut(oldest);
        let next = std::mem::replace(&mut entry.next, NONE);
        entry.aged = true;
        let open = entry.open;
        let queue = &mut self.queues[scope as usize];
        queue.first = next;
        queue.count -= 1;
        if next == NONE {
            queue.last = NONE;
        }
        if !open {
            self.forget(oldest);
        }
    }

    fn forget(&mut self, slot: RequestSlot) {
        let id = self.entry(slot).id;
        self.index.remove(id, slot);
        let free = std::mem::replace(&mut self.free, slot);
        self.entry_mut(slot).next = free;
    }

    fn take_slot(&mut self) -> RequestSlot {
        if self.free != NONE {
            let slot = self.free;
            self.free = self.entry(slot).next;
            return slot;
        }
        assert!((self.used as usize) < self.capacity, "scopes and orders bound the table");
        if self.used as usize == self.chunks.len() * CHUNK {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        self.chunks[self.used as usize / CHUNK].push(EMPTY);
        self.used += 1;
        self.used
    }

    /// Slots count from 1, so that zero is none.
    #[inline]
    fn entry(&self, slot: RequestSlot) -> &Entry {
        let at = slot as usize - 1;
        &self.chunks[at / CHUNK][at % CHUNK]
    }

    #[inline]
    fn entry_mut(&mut self, slot: RequestSlot) -> &mut Entry {
        let at = slot as usize - 1;
        &mut self.chunks[at / CHUNK][at % CHUNK]
    }

    #[inline]
    fn find(&self, id: u128) -> Option<RequestSlot> {
        self.index.find(id, |slot| self.entry(slot).id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> RequestId {
        RequestId::new(&format!("r{number}")).expect("an id")
    }

    fn key(requests: &Requests, scope: Scope, number: u32) -> Option<Key> {
        match requests.look_up(scope, &id(number), &[7]) {
            Known::New(key) => Some(key),
            Known::Repeated(_) | Known::Conflict(_) => None,
        }
    }

    #[test]
    fn the_last_of_each_scope_are_remembered_and_older_ones_forgotten() {
        let mut requests = Requests::new([1, 2], 8, 3, 4);
        for number in 0..1_000 {
            for scope in 0..3 {
                let key = key(&requests, scope, number).expect("new");
                requests.remember(scope, key, u64::from(number), Ok(Done::Nothing), false);
                for known in number.saturating_sub(7)..=number {
                    assert!(key_is_known(&requests, scope, known), "{number} {known}");
                }
                assert!(number < 8 || !key_is_known(&requests, scope, number - 8));
            }
        }
        assert!(requests.used <= 3 * 8 + 1);
    }

    fn key_is_known(requests: &Requests, scope: Scope, number: u32) -> bool {
        key(requests, scope, number).is_none()
    }

    #[test]
    fn the_request_of_an_open_order_is_kept_until_it_closes() {
        let mut requests = Requests::new([1, 2], 2, 1, 4);
        let first = key(&requests, 0, 0).expect("new");
        let slot = requests.remember(0, first, 1, Ok(Done::Nothing), true);
        for number in 1..10 {
            let key = key(&requests, 0, number).expect("new");
            requests.remember(0, key, 1, Ok(Done::Nothing), false);
        }
        assert!(key_is_known(&requests, 0, 0));
        requests.closed(slot);
        assert!(!key_is_known(&requests, 0, 0));
    }

    #[test]
    fn another_body_is_a_conflict() {
        let mut requests = Requests::new([1, 2], 2, 1, 4);
        let first = key(&requests, 0, 0).expect("new");
        requests.remember(0, first, 41, Ok(Done::Nothing), false);
        let other = requests.look_up(0, &id(0), &[8]);
        assert!(matches!(other, Known::Conflict(Reject::RequestConflict { first_seq: 41 })));
    }
}
