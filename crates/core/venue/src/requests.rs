//! What was asked before: a retry gets the old answer and does nothing.
//!
//! **Invariant:** a request id of an open order, or among the last `remembered` of its scope, is
//! found; each entry is in the index exactly once. It deliberately cannot be iterated by key.

use types::planted::{self, Bug};
use types::{OrderId, RequestId};

use crate::answers::{self, Answer, Kind, Refusals};
use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::hash::{IdHash, Keyed};
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

/// What is asked under a request id.
pub(crate) struct Asked<'a, B> {
    pub(crate) id: &'a RequestId,
    pub(crate) body: &'a B,
    pub(crate) seq: u64,
    /// What it comes to unless it is refused, if that is known before: then nothing of it has to be
    /// written again.
    pub(crate) likely: Answer,
}

/// What is known of a request id.
pub(crate) enum Known {
    /// Never used, or forgotten; it is remembered from now on.
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
    const WORDS: usize = 7;

    /// The order it placed, which may be open.
    fn order(&self) -> Option<OrderId> {
        (self.kind() == Kind::Placed).then_some(OrderId(self.number))
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

    /// Looks a request up, and remembers it if it is new: then [`Requests::answer`] must follow,
    /// unless it came to what was likely.
    ///
    /// The oldest request of a full scope is forgotten, unless `keep` says that the order which it
    /// placed is open: then it is kept for that order, until [`Requests::forget`].
    #[inline(always)]
    pub(crate) fn begin(
        &mut self,
        scope: Scope,
        asked: &Asked<'_, impl Canonical>,
        keep: impl FnOnce(OrderId) -> bool,
    ) -> Known {
        let key = self.key(scope, asked.id, asked.body);
        let place = key.id().place;
        let free = match self.search(key.id()) {
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
        let slot = self.take(scope, Entry::new(key, asked.seq, asked.likely));
        match free {
            Some(free) if !is_full => self.index.fill(free, place, slot),
            // What was forgotten may have moved the place.
            Some(_) | None => self.index.insert(place, slot),
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
        self.find(key.id()).map(|slot| self.known(slot, &key))
    }

    #[inline(always)]
    fn key(&self, scope: Scope, id: &RequestId, body: &impl Canonical) -> Key {
        Key::new(self.keyed.id(scope, id), self.keyed.body(body))
    }

    #[cold]
    fn known(&self, slot: RequestSlot, key: &Key) -> Known {
        let entry = self.entry(slot);
        if entry.key.body != key.body {
            return Known::Conflict(Reject::RequestConflict { first_seq: entry.seq() });
        }
        let result = self.refusals.get(entry.kind(), entry.number);
        Known::Repeated(Outcome { seq: entry.seq(), result, repeated: true })
    }

    /// The most requests that were remembered at any time.
    #[inline(always)]
    pub(crate) fn most(&self) -> u32 {
        self.slots.used
    }

    /// Where in the index a look-up will begin.
    #[inline(always)]
    pub(crate) fn place(&self, scope: Scope, id: &RequestId) -> u64 {
        self.keyed.id(scope, id).place
    }

    /// Asks for the index word that a look-up will read first.
    #[inline(always)]
    pub(crate) fn hint(&self, place: u64) {
        self.index.hint(place);
    }

    /// Asks for the request that will be forgotten for a new one of the scope, if one will: it is
    /// given back.
    #[inline(always)]
    pub(crate) fn hint_oldest(&self, scope: Scope) -> RequestSlot {
        match self.queues.get(scope as usize) {
            Some(queue) if queue.count == self.remembered => {
                self.slots.hint(queue.first);
                queue.first
            }
            Some(_) | None => NONE,
        }
    }

    /// Asks for the index word of a request that will be forgotten, whose entry was asked for.
    #[inline(always)]
    pub(crate) fn hint_forgotten(&self, slot: RequestSlot) {
        if slot != NONE {
            self.index.hint(self.entry(slot).key.id().place);
        }
    }

    /// Takes a slot for a request, as the youngest of its scope.
    #[inline(always)]
    fn take(&mut self, scope: Scope, entry: Entry) -> RequestSlot {
        let slot = self.slots.take(entry);
        let queue = &mut self.queues[scope as usize];
        queue.count += 1;
        match std::mem::replace(&mut queue.last, slot) {
            NONE => queue.first = slot,
            last => self.slots.set_next(last, slot),
        }
        slot
    }

    /// Remembers what a request that placed no order came to.
    pub(crate) fn answer(&mut self, slot: RequestSlot, result: Result<Done, Reject>) {
        let answer = self.refusals.put(result);
        self.slots.entry_mut(slot).answer(answer);
    }

    /// A cancel or replace of `order` was refused after all, if its request is still known: by
    /// now the id may have been forgotten and used anew.
    pub(crate) fn amend(&mut self, scope: Scope, id: &RequestId, order: OrderId, reject: Reject) {
        if let Some(slot) = self.find(self.keyed.id(scope, id)) {
            let entry = self.entry(slot);
            if (entry.kind(), entry.number) == (Kind::Order, order.0) {
                self.refused(slot, reject);
            }
        }
    }

    /// The order that the request placed was refused after all.
    pub(crate) fn refused(&mut self, slot: RequestSlot, reject: Reject) {
        assert!(self.entry(slot).kind() != Kind::Refused, "an answer is amended once");
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
        let IdHash { place, check } = entry.key.id();
        sink.word(place);
        sink.word(u64::from(check) | u64::from(entry.key.body) << 32);
        entry.seq().write(sink);
        self.refusals.get(entry.kind(), entry.number).write(sink);
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
            let answer = match order {
                Some(order) => answers::placed(order),
                None => self.refusals.put(result),
            };
            let slot = self.take(scope, Entry::new(key, seq, answer));
            self.index.insert(key.id().place, slot);
            open.extend(order.map(|order| (order, slot)));
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
            let slot = self.slots.take(Entry::new(key, seq, answers::placed(order)));
            self.index.insert(key.id().place, slot);
            open.push((order, slot));
        }
        Ok(open)
    }

    fn read_entry(&self, words: &mut Words<'_>) -> Result<Read, RestoreError> {
        let (place, rest) = (words.word()?, words.word()?);
        let key = Key::new(IdHash { place, check: rest as u32 }, (rest >> 32) as u32);
        let seq = words.map("a seq", |seq| (seq <= Entry::SEQ_MAX).then_some(seq))?;
        let (result, open) = (words.result()?, words.flag()?);
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
        if open && order.is_none() || self.find(key.id()).is_some() {
            return Err(words.wrong("a request id once, open only with its order"));
        }
        Ok(Read { key, seq, result, order })
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
        let entry = *self.entry(slot);
        self.index.remove(entry.key.id().place, slot);
        self.refusals.forget(entry.kind(), entry.number);
        self.slots.give_back(slot);
    }

    #[inline]
    fn entry(&self, slot: RequestSlot) -> &Entry {
        self.slots.entry(slot)
    }

    #[inline]
    fn find(&self, id: IdHash) -> Option<RequestSlot> {
        match self.search(id) {
            Found::Entry(slot) => Some(slot),
            Found::Free(_) => None,
        }
    }

    #[inline(always)]
    fn search(&self, id: IdHash) -> Found {
        self.index.find(id.place, |slot| self.entry(slot).key.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> RequestId {
        RequestId::new(&format!("r{number}")).expect("an id")
    }

    /// Asks under an id to place the order of that number, while one order is open.
    fn ask(
        requests: &mut Requests,
        scope: Scope,
        (number, body): (u32, u64),
        open: OrderId,
    ) -> Known {
        let (id, seq) = (&id(number), u64::from(number));
        let asked = Asked { id, body: &body, seq, likely: answers::placed(OrderId(seq)) };
        requests.begin(scope, &asked, |order| order == open)
    }

    fn remember(requests: &mut Requests, scope: Scope, number: u32, open: OrderId) -> RequestSlot {
        match ask(requests, scope, (number, 7), open) {
            Known::New(slot) => slot,
            Known::Repeated(_) | Known::Conflict(_) => panic!("request {number} is known"),
        }
    }

    fn is_known(requests: &Requests, scope: Scope, number: u32) -> bool {
        requests.find(requests.keyed.id(scope, &id(number))).is_some()
    }

    const NO_ORDER: OrderId = OrderId(u64::MAX);

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
        assert!(requests.slots.ready <= 3 * 8 + 1);
    }

    #[test]
    fn the_request_of_an_open_order_is_kept_until_it_closes() {
        let mut requests = Requests::new([1, 2], 2, 1, 4);
        let order = OrderId(0);
        let slot = remember(&mut requests, 0, 0, order);
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
        let other = ask(&mut requests, 0, (41, 8), NO_ORDER);
        assert!(matches!(other, Known::Conflict(Reject::RequestConflict { first_seq: 41 })));
    }

    #[test]
    fn what_was_made_ready_is_used_before_more_is_taken() {
        let mut requests = Requests::new([1, 2], 1 << 20, 1, 0);
        requests.prepare(100_000);
        let ready = requests.slots.ready;
        for number in 0..100_000 {
            remember(&mut requests, 0, number, NO_ORDER);
        }
        assert!((0..100_000).all(|number| is_known(&requests, 0, number)));
        assert_eq!(requests.slots.ready, ready);
    }
}
