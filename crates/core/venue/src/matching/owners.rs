//! Which orders are an account's, for mass cancels.
//!
//! **Invariant:** an open order is in its owner's list, or its number is one from which on nobody
//! has looked yet. Placing, filling and cancelling an order touch nothing here: a mass cancel first
//! takes in what came since the last one of that clearing shard, each order once, and passes over
//! what has ended. So it costs what the account has open, and the rest is paid by orders placed.
//! It deliberately is no part of the state: it follows from the open orders.

use std::collections::BTreeMap;
use std::ops::Range;

use types::{AccountId, InstrumentId, OrderId, ShardId, Side};

use super::{Instrument, Matching, local};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];
/// Ended orders that the lists may hold beyond as many as are open.
const ENDED_MAX: usize = 64;

/// An order, and the subscript of its instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owned {
    pub(super) order: OrderId,
    pub(super) listed: u32,
}

/// Orders by owner; some have ended, and one may be there twice.
#[derive(Debug)]
pub(super) struct Owners {
    of: BTreeMap<AccountId, Vec<Owned>>,
    /// How many are in all lists.
    len: usize,
    /// By clearing shard, which numbers its orders as they come: the first not taken in yet.
    next: Vec<OrderId>,
}

impl Owners {
    pub(super) fn new(clearing_shards: u16) -> Owners {
        let next = (0..clearing_shards).map(|shard| OrderId::new(ShardId(shard), 0)).collect();
        Owners { of: BTreeMap::new(), len: 0, next }
    }

    /// Adds an order.
    pub(super) fn note(&mut self, account: AccountId, owned: Owned) {
        self.of.entry(account).or_default().push(owned);
        self.len += 1;
    }
}

impl Matching {
    /// Notes a stop that begins to wait: once it is triggered, its number is no longer new.
    pub(super) fn note_stop(&mut self, account: AccountId, owned: Owned) {
        self.owners.note(account, owned);
        self.forget_ended();
    }

    /// Whether an account has an open order, of one instrument and side if one is named.
    pub(crate) fn owns_any(
        &mut self,
        account: AccountId,
        instrument: Option<InstrumentId>,
        side: Option<Side>,
    ) -> bool {
        self.take_in(account.shard());
        let listed = instrument.map(|instrument| local(instrument, self.shards));
        let all = self.owners.of.get(&account).map(Vec::as_slice).unwrap_or_default();
        all.iter().any(|owned| {
            listed.is_none_or(|only| only == owned.listed as usize)
                && self.side_of(*owned).is_some_and(|its| side.is_none_or(|only| only == its))
        })
    }

    /// Takes an account's open orders, of one instrument and side if one is named, out of its
    /// list, by order number.
    pub(super) fn take_owned(
        &mut self,
        account: AccountId,
        listed: Option<u32>,
        side: Option<Side>,
    ) -> Vec<Owned> {
        assert!(self.work.is_empty(), "no order is between its book and its stops");
        self.take_in(account.shard());
        self.forget_ended();
        let mut all = self.owners.of.remove(&account).unwrap_or_default();
        self.owners.len -= all.len();
        all.sort_unstable();
        all.dedup();
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        for owned in all {
            let Some(its_side) = self.side_of(owned) else { continue };
            let fits = listed.is_none_or(|only| only == owned.listed)
                && side.is_none_or(|only| only == its_side);
            if fits { taken.push(owned) } else { left.push(owned) }
        }
        if !left.is_empty() {
            self.owners.len += left.len();
            self.owners.of.insert(account, left);
        }
        taken
    }

    /// The open orders of a clearing shard's accounts in some instruments, by order number.
    pub(super) fn open_of_shard(&self, shard: ShardId, listed: Range<usize>) -> Vec<Owned> {
        assert!(self.work.is_empty(), "no order is between its book and its stops");
        let mut all = Vec::new();
        for at in listed {
            let Instrument { book, stops, .. } = &self.instruments[at];
            let slots = SIDES.into_iter().flat_map(|side| book.orders(&self.arena, side));
            let resting = slots.map(|slot| self.arena.resting(slot).order);
            let waiting = SIDES.into_iter().flat_map(|side| stops.of_side(side));
            let orders = resting.chain(waiting.map(|stop| stop.order));
            let own = orders.filter(|order| order.shard() == shard);
            all.extend(own.map(|order| Owned { order, listed: at as u32 }));
        }
        all.sort_unstable();
        all
    }

    /// Takes in what a clearing shard sent since this was last done, as far as it rests.
    fn take_in(&mut self, shard: ShardId) {
        let next = usize::from(shard.0);
        for slot in self.arena.following(self.owners.next[next]) {
            let rests = self.arena.resting(slot);
            let owned = Owned { order: rests.order, listed: self.resting_at(slot).listed };
            self.owners.note(rests.owner, owned);
            self.owners.next[next] = OrderId(rests.order.0 + 1);
        }
    }

    /// Drops what has ended once it is most of what the lists hold: each order is dropped once.
    fn forget_ended(&mut self) {
        if self.owners.len <= 2 * self.open_orders() as usize + ENDED_MAX {
            return;
        }
        assert!(self.work.is_empty(), "no order is between its book and its stops");
        let mut owners = std::mem::replace(&mut self.owners, Owners::new(0));
        owners.of.retain(|_, orders| {
            orders.sort_unstable();
            orders.dedup();
            orders.retain(|owned| self.side_of(*owned).is_some());
            !orders.is_empty()
        });
        owners.len = owners.of.values().map(Vec::len).sum();
        self.owners = owners;
    }

    /// The side of an order that is open.
    fn side_of(&self, owned: Owned) -> Option<Side> {
        if let Some(slot) = self.arena.find(owned.order) {
            return Some(self.arena.resting(slot).side);
        }
        let stops = &self.instruments[owned.listed as usize].stops;
        stops.get(owned.order).map(|stop| stop.side)
    }
}
