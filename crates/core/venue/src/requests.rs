//! What was asked before: a retry gets the old answer and does nothing.
//!
//! **Invariant:** a request id of an open order, or among the last `remembered` of its scope, is
//! found; each entry is in the index exactly once. It deliberately cannot be iterated by key.

use types::planted::{self, Bug};
use types::{OrderId, RequestId};

use crate::answers::{Kind, Refusals};
use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::hash::{Hash, Keyed};
use crate::outcome::{Done, Outcome};
use crate::reject::Reject;
use crate::request_index::{Found, RequestIndex};
use crate::request_slots::{Entry, Key, NONE, Slots};

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
    index: RequestIndex,
    slots: Slots,
    queues: Vec<Queue>,
    refusals: Refusals,
}

/// The remembered requests of one scope, oldest first.
#[derive(Clone, Copy, Debug, Default)]
struct Queue {
    first: u32,
    last: u32,
    count: u32,
}

/// What is known of a request id.
pub(crate) enum Known {
    /// Never used, or forgotten; it is remembered from now on, and its answer is to follow.
    New(RequestSlot),
    /// Used with the same body: its answer.
    Repeated(Outcome),
    /// Used with another body.
    Conflict(Reject),
}

/// A request as a snapshot tells it.
struct Read {
    key: Key,
    seq: u64,
    result: Result<Done, Reject>,
    /// The open order it placed.
    order: Option<OrderId>,
}

impl Entry {
    /// Words of its canonical form.
    const WORDS: usize = 9;

    /// The order it placed, which may be open.
    fn order(&self) -> Option<OrderId> {
        (self.kind == Kind::Placed).then_some(OrderId(self.number))
    }
}

impl Requests {
    /// An empty table for `scopes` scopes (0 included) and `orders_max` open orders.
    pub(crate) fn new(keys: [u64; 2], remembered: u32, scopes: usize, orders_max: u32) -> Requests {
        let capacity = scopes * remembered as usize + orders_max as usize;
        Requests {
            keyed: Keyed::new(keys),
            remembered,
            index: RequestIndex::new(),
            slots: Slots::new(capacity),
            queues: vec![Queue::default(); scopes],
            refusals: Refusals::default(),
        }
    }

    /// Asks the system for the memory of `count` more requests now, and touches it, so that no
    /// command has to wait for it.
    pub(crate) fn prepare(&mut self, count: u32) {
        let ready = self.slots.prepare(count);
        self.index.reserve(ready);
    }

    /// Looks a request up, and remembers it if it is new: then [`Requests::answer`] must follow.
    ///
    /// The oldest request of a full scope is forgotten, unless `keep` says that the order which it
    /// placed is open: then it is kept for that order, until [`Requests::forget`].
    #[inline(always)]
    pub(crate) fn begin(
        &mut self,
        scope: Scope,
        id: &RequestId,
        (seq, body): (u64, &impl Canonical),
        keep: impl FnOnce(OrderId) -> bool,
    ) -> Known {
        let key = self.key(scope, id, body);
        let free = match self.search(key.id) {
            Found::Entry(slot) if !planted::is(Bug::RequestForgotten) => {
                return self.known(slot, &key);
            }
            Found::Entry(_) => None,
            Found::Free(free) => Some(free),
        };
        let is_full = self.queues[scope as usize].count == self.remembered;
        if is_full {
            self.forget_oldest(scope, keep);
        }
        let slot = self.take(scope, &key, seq);
        match free {
            Some(free) if !is_full => self.index.fill(free, key.id, slot),
            // What was forgotten may have moved the place.
            Some(_) | None => self.index.insert(key.id, slot),
        }
        Known::New(slot)
    }

    /// What is known of a request that is not made now; `None` when it would be new.
    pub(crate) fn peek(
        &self,
        scope: Scope,
        id: &RequestId,
        body: &impl Canonical,
    ) -> Option<Known> {
        let key = self.key(scope, id, body);
        self.find(key.id).map(|slot| self.known(slot, &key))
    }

    #[inline(always)]
    fn key(&self, scope: Scope, id: &RequestId, body: &impl Canonical) -> Key {
        Key { id: self.keyed.id(scope, id), body: self.keyed.body(body) }
    }

    #[cold]
    fn known(&self, slot: RequestSlot, key: &Key) -> Known {
        let entry = self.entry(slot);
        if entry.key.body != key.body {
            return Known::Conflict(Reject::RequestConflict { first_seq: entry.seq });
        }
        let result = self.refusals.get(entry.kind, entry.number);
        Known::Repeated(Outcome { seq: entry.seq, result, repeated: true })
    }

    /// Asks for the index word that a look-up will read first, for memory that is written to some
    /// commands later, and for the request that will be forgotten, if one will: it is given back.
    #[inline(always)]
    pub(crate) fn hint(&self, scope: Scope, id: &RequestId) -> RequestSlot {
        self.index.hint(self.keyed.id(scope, id));
        match self.queues.get(scope as usize) {
            Some(queue) if queue.count == self.remembered => {
                self.slots.hint(queue.first);
                queue.first
            }
            Some(_) | None => {
                self.slots.hint_ahead();
                NONE
            }
        }
    }

    /// Asks for the index word of a request that will be forgotten, whose entry was asked for.
    #[inline(always)]
    pub(crate) fn hint_forgotten(&self, slot: RequestSlot) {
        if slot != NONE {
            self.index.hint(self.entry(slot).key.id);
        }
    }

    /// Takes a slot for a request, as the youngest of its scope, without its answer.
    #[inline(always)]
    fn take(&mut self, scope: Scope, key: &Key, seq: u64) -> RequestSlot {
        let slot = self.slots.take(Entry { key: *key, seq, number: 0, kind: Kind::Nothing });
        self.append(scope, slot);
        slot
    }

    /// Remembers that a request placed, changed or cancelled an order.
    #[inline]
    pub(crate) fn answer_order(&mut self, slot: RequestSlot, order: OrderId, placed: bool) {
        let entry = self.entry_mut(slot);
        entry.kind = if placed { Kind::Placed } else { Kind::Order };
        entry.number = order.0;
    }

    /// Remembers what a request that placed no order came to.
    #[inline]
    pub(crate) fn answer(&mut self, slot: RequestSlot, result: Result<Done, Reject>) {
        let (kind, number) = self.refusals.put(result);
        let entry = self.entry_mut(slot);
        (entry.kind, entry.number) = (kind, number);
    }

    /// A cancel or replace of `order` was refused after all, if its request is still known: by
    /// now the id may have been forgotten and used anew.
    pub(crate) fn amend(&mut self, scope: Scope, id: &RequestId, order: OrderId, reject: Reject) {
        if let Some(slot) = self.find(self.keyed.id(scope, id)) {
            let entry = self.entry(slot);
            if (entry.kind, entry.number) == (Kind::Order, order.0) {
                self.refused(slot, reject);
            }
        }
    }

    /// The order that the request placed was refused after all.
    pub(crate) fn refused(&mut self, slot: RequestSlot, reject: Reject) {
        assert!(self.entry(slot).kind != Kind::Refused, "an answer is amended once");
        self.answer(slot, Err(reject));
    }

    /// Writes a scope's remembered requests, oldest first. `is_open` tells of an order.
    pub(crate) fn write_scope(
        &self,
        scope: Scope,
        is_open: impl Fn(OrderId) -> bool,
        sink: &mut impl Sink,
    ) {
        let Queue { first, count, .. } = self.queues[scope as usize];
        count.write(sink);
        let mut next = first;
        while next != NONE {
            let entry = self.entry(next);
            self.write_entry(entry, entry.order().is_some_and(&is_open), sink);
            next = self.slots.next(next);
        }
    }

    /// Writes the requests that are kept for their open orders only.
    pub(crate) fn write_kept(&self, kept: &[RequestSlot], sink: &mut impl Sink) {
        sink.word(kept.len() as u64);
        kept.iter().for_each(|slot| self.write_entry(self.entry(*slot), true, sink));
    }

    fn write_entry(&self, entry: &Entry, open: bool, sink: &mut impl Sink) {
        let Entry { key, seq, number, kind, .. } = entry;
        [key.id, key.body].as_flattened().iter().for_each(|word| sink.word(*word));
        seq.write(sink);
        self.refusals.get(*kind, *number).write(sink);
        open.write(sink);
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
            let Read { key, seq, result, order } = self.read_entry(words)?;
            let slot = self.take(scope, &key, seq);
            self.index.insert(key.id, slot);
            match order {
                Some(order) => {
                    self.answer_order(slot, order, true);
                    open.push((order, slot));
                }
                None => self.answer(slot, result),
            }
        }
        Ok(open)
    }

    /// Reads what [`Requests::write_kept`] wrote.
    pub(crate) fn read_kept(
        &mut self,
        words: &mut Words<'_>,
    ) -> Result<Vec<(OrderId, RequestSlot)>, RestoreError> {
        let mut open = Vec::new();
        for _ in 0..words.count(Entry::WORDS)? {
            let Read { key, seq, order, .. } = self.read_entry(words)?;
            let order = order.ok_or_else(|| words.wrong("an open order's request"))?;
            if self.slots.is_used_up() {
                return Err(words.wrong("no more requests than genesis remembers"));
            }
            let slot = self.slots.take(Entry { key, seq, number: order.0, kind: Kind::Placed });
            self.index.insert(key.id, slot);
            open.push((order, slot));
        }
        Ok(open)
    }

    fn read_entry(&self, words: &mut Words<'_>) -> Result<Read, RestoreError> {
        let mut hash = || -> Result<Hash, RestoreError> { Ok([words.word()?, words.word()?]) };
        let key = Key { id: hash()?, body: hash()? };
        let (seq, result, open) = (words.word()?, words.result()?, words.flag()?);
        let order = match result {
            Ok(Done::Order(order)) if open => Some(order),
            Ok(
                Done::Order(_)
                | Done::Nothing
                | Done::Account(_)
                | Done::Instrument(_)
                | Done::Payment(_),
            )
            | Err(_) => None,
        };
        if open && order.is_none() || self.find(key.id).is_some() {
            return Err(words.wrong("a request id once, open only with its order"));
        }
        Ok(Read { key, seq, result, order })
    }

    fn append(&mut self, scope: Scope, slot: RequestSlot) {
        let Queue { last, .. } = self.queues[scope as usize];
        if last != NONE {
            self.slots.set_next(last, slot);
        }
        let queue = &mut self.queues[scope as usize];
        if last == NONE {
            queue.first = slot;
        }
        queue.last = slot;
        queue.count += 1;
    }

    fn forget_oldest(&mut self, scope: Scope, keep: impl FnOnce(OrderId) -> bool) {
        let oldest = self.queues[scope as usize].first;
        let next = self.slots.next(oldest);
        self.slots.set_next(oldest, NONE);
        let kept = self.entry(oldest).order().is_some_and(keep);
        let queue = &mut self.queues[scope as usize];
        queue.first = next;
        queue.count -= 1;
        if next == NONE {
            queue.last = NONE;
        }
        if !kept {
            self.forget(oldest);
        }
    }

    /// Forgets a request: one that was kept for its order, which has closed.
    pub(crate) fn forget(&mut self, slot: RequestSlot) {
        let Entry { key, kind, number, .. } = *self.entry(slot);
        self.index.remove(key.id, slot);
        self.refusals.forget(kind, number);
        self.slots.give_back(slot);
    }

    #[inline]
    fn entry(&self, slot: RequestSlot) -> &Entry {
        self.slots.entry(slot)
    }

    #[inline]
    fn entry_mut(&mut self, slot: RequestSlot) -> &mut Entry {
        self.slots.entry_mut(slot)
    }

    #[inline]
    fn find(&self, id: Hash) -> Option<RequestSlot> {
        match self.search(id) {
            Found::Entry(slot) => Some(slot),
            Found::Free(_) => None,
        }
    }

    #[inline(always)]
    fn search(&self, id: Hash) -> Found {
        self.index.find(id, |slot| self.entry(slot).key.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> RequestId {
        RequestId::new(&format!("r{number}")).expect("an id")
    }

    /// Asks under an id, with the same body each time.
    fn ask(requests: &mut Requests, scope: Scope, number: u32, open: OrderId) -> Known {
        requests.begin(scope, &id(number), (u64::from(number), &7u64), |order| order == open)
    }

    fn remember(requests: &mut Requests, scope: Scope, number: u32, open: OrderId) -> RequestSlot {
        match ask(requests, scope, number, open) {
            Known::New(slot) => slot,
            Known::Repeated(_) | Known::Conflict(_) => panic!("request {number} is known"),
        }
    }

    fn is_known(requests: &Requests, scope: Scope, number: u32) -> bool {
        requests.find(requests.keyed.id(scope, &id(number))).is_some()
    }

    const NO_ORDER: OrderId = OrderId(0);

    #[test]
    fn the_last_of_each_scope_are_remembered_and_older_ones_forgotten() {
        let mut requests = Requests::new([1, 2], 8, 3, 4);
        for number in 0..1_000 {
            for scope in 0..3 {
                remember(&mut requests, scope, number, NO_ORDER);
                for known in number.saturating_sub(7)..=number {
                    assert!(is_known(&requests, scope, known), "{number} {known}");
                }
                assert!(number < 8 || !is_known(&requests, scope, number - 8));
            }
        }
        assert!(requests.slots.ready() <= 3 * 8 + 1);
    }

    #[test]
    fn the_request_of_an_open_order_is_kept_until_it_closes() {
        let mut requests = Requests::new([1, 2], 2, 1, 4);
        let order = OrderId(77);
        let slot = remember(&mut requests, 0, 0, order);
        requests.answer_order(slot, order, true);
        for number in 1..10 {
            remember(&mut requests, 0, number, order);
        }
        assert!(is_known(&requests, 0, 0));
        requests.forget(slot);
        assert!(!is_known(&requests, 0, 0));
    }

    #[test]
    fn another_body_is_a_conflict() {
        let mut requests = Requests::new([1, 2], 2, 1, 4);
        remember(&mut requests, 0, 41, NO_ORDER);
        let other = requests.begin(0, &id(41), (50, &8u64), |_| false);
        assert!(matches!(other, Known::Conflict(Reject::RequestConflict { first_seq: 41 })));
    }

    #[test]
    fn what_was_made_ready_is_used_before_more_is_taken() {
        let mut requests = Requests::new([1, 2], 1 << 20, 1, 0);
        requests.prepare(100_000);
        let ready = requests.slots.ready();
        for number in 0..100_000 {
            remember(&mut requests, 0, number, NO_ORDER);
        }
        assert!((0..100_000).all(|number| is_known(&requests, 0, number)));
        assert_eq!(requests.slots.ready(), ready);
    }
}
