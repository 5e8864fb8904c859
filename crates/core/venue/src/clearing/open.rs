//! The open orders of a shard: what a cancel reads, what fills read, and where they lie.
//!
//! **Invariant:** a slot is in the index or among the free ones. It deliberately checks nothing:
//! `orders` and `executions` decide.

use book::OrderIndex;
use ledger::{Charge, Costs};
use types::{InstrumentId, OrderId, Price, QTY_LOTS_MAX, Qty, ShardId, Side, TickValue, prefetch};

use crate::command::Change;
use crate::requests::RequestSlot;

/// What a cancel reads of an open order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) order: OrderId,
    /// Minor units for a buy, lots for a sell.
    pub(super) held: i64,
    /// The account's local number.
    pub(super) account: u32,
    pub(super) instrument: u16,
    pub(super) side: Side,
    /// Whether the request that placed it is remembered for its sake alone.
    pub(super) keeps_request: bool,
}

const _: () = assert!(size_of::<Row>() == 24, "with a node and two index entries, 64 bytes");

/// What fills and replaces read of an open order. The first cache line is all that a cancel needs.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Terms {
    pub(super) leaves: Qty,
    pub(super) filled: Qty,
    /// The worst price the hold reckons with.
    pub(super) limit: Price,
    /// A replace that has not been answered.
    pub(super) pending: Option<Pending>,
    /// Zero when it was placed without a request id.
    pub(super) request: RequestSlot,
    pub(super) costs: Costs,
    pub(super) charge: Charge,
}

const _: () = assert!(size_of::<Terms>() == 128, "two cache lines");

/// What an order will be if its pending replace succeeds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    pub(super) limit: Price,
    /// The new total quantity.
    pub(super) total: Qty,
}

impl Terms {
    /// What the open lots can still cost: minor units for a buy, lots for a sell. While a replace
    /// is pending, the worst of before and after it and of fills that cross with it.
    #[inline(always)]
    pub(super) fn hold(&self, side: Side) -> i64 {
        self.worst(side).expect("checked when it was asked for")
    }

    /// Like [`Terms::hold`], for terms of unknown origin.
    pub(super) fn checked_hold(&self, side: Side) -> Option<i64> {
        let asked = [self.leaves, self.pending.map_or(Qty::ZERO, |pending| pending.total)];
        if asked.iter().any(|qty| qty.lots() > QTY_LOTS_MAX) {
            return None;
        }
        self.worst(side)
    }

    #[inline(always)]
    fn worst(&self, side: Side) -> Option<i64> {
        let now = self.hold_at(side, self.limit, self.leaves)?;
        match &self.pending {
            None => Some(now),
            Some(pending) => self.hold_both(side, now, pending),
        }
    }

    /// The worst that the order, which holds `now`, and a replace of it can cost between them;
    /// `None` when it is more than can be held.
    #[inline(never)]
    pub(super) fn hold_both(&self, side: Side, now: i64, pending: &Pending) -> Option<i64> {
        if self.leaves.is_zero() {
            // The order is over before the replace arrives, which will be refused.
            return Some(0);
        }
        let open = Qty(pending.total.lots().saturating_sub(self.filled.lots()));
        let added = Qty(open.lots().saturating_sub(self.leaves.lots()));
        if side == Side::Buy && pending.limit < self.limit && !added.is_zero() {
            // All that is open now may still fill at the old, higher price; then what the replace
            // adds comes on top.
            let extra = Charge::default().hold(pending.limit, added, &self.costs)?;
            return Some(now + extra.0);
        }
        Some(now.max(self.hold_at(side, pending.limit, open)?))
    }

    #[inline(always)]
    fn hold_at(&self, side: Side, limit: Price, open: Qty) -> Option<i64> {
        match side {
            Side::Buy => Some(self.charge.hold(limit, open, &self.costs)?.0),
            Side::Sell => Some(open.lots() as i64),
        }
    }

    /// What the order will be after a change.
    pub(super) fn after(&self, change: &Change) -> Pending {
        let total = Qty(self.filled.lots() + self.leaves.lots());
        Pending { limit: change.price.unwrap_or(self.limit), total: change.qty.unwrap_or(total) }
    }
}

/// What stands in slot 0, which no order has, so that a hint that leads nowhere needs no branch.
const NO_ROW: Row = Row {
    order: OrderId(0),
    held: 0,
    account: 0,
    instrument: 0,
    side: Side::Buy,
    keeps_request: false,
};
const NO_TERMS: Terms = Terms {
    leaves: Qty::ZERO,
    filled: Qty::ZERO,
    limit: Price::ONE,
    pending: None,
    request: 0,
    costs: Costs { tick_value: TickValue::ONE, maker_ppm: 0, taker_ppm: 0 },
    charge: Charge { ticks_lots: 0, ticks_lots_ppm: 0, cash: 0, fee: 0 },
};

/// Room for `capacity` of something after its slot 0.
fn first_of<T>(capacity: u32, none: T) -> Vec<T> {
    let mut all = Vec::with_capacity(capacity as usize + 1);
    all.push(none);
    all
}

/// The open orders of a shard.
pub(super) struct Orders {
    shard: ShardId,
    pub(super) capacity: u32,
    index: OrderIndex,
    rows: Vec<Row>,
    terms: Vec<Terms>,
    free: Vec<u32>,
    /// The local number of the next order.
    pub(super) next: u64,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Orders").field("open", &self.len()).field("next", &self.next).finish()
    }
}

/// Subscript of an open order.
pub(super) type Slot = usize;

impl Orders {
    pub(super) fn new(shard: ShardId, capacity: u32) -> Orders {
        Orders {
            shard,
            capacity,
            index: OrderIndex::new(capacity, shard.0 + 1),
            rows: first_of(capacity, NO_ROW),
            terms: first_of(capacity, NO_TERMS),
            free: Vec::with_capacity(capacity as usize),
            next: 1,
        }
    }

    pub(super) fn len(&self) -> u32 {
        self.index.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= self.capacity || !self.index.has_room()
    }

    #[inline]
    pub(super) fn find(&self, order: OrderId) -> Option<Slot> {
        if order.shard() != self.shard {
            return None;
        }
        Some(self.index.get(order)? as usize)
    }

    #[inline]
    pub(super) fn row(&self, slot: Slot) -> &Row {
        &self.rows[slot]
    }

    #[inline]
    pub(super) fn row_mut(&mut self, slot: Slot) -> &mut Row {
        &mut self.rows[slot]
    }

    #[inline]
    pub(super) fn terms(&self, slot: Slot) -> &Terms {
        &self.terms[slot]
    }

    #[inline]
    pub(super) fn terms_mut(&mut self, slot: Slot) -> &mut Terms {
        &mut self.terms[slot]
    }

    /// The number of the next order.
    #[inline(always)]
    pub(super) fn next_id(&self) -> OrderId {
        OrderId::new(self.shard, self.next)
    }

    /// Adds an order under its number. Inlined, so that its two records are written where they
    /// stay and not copied.
    #[inline(always)]
    pub(super) fn insert(&mut self, row: Row, terms: Terms) {
        let slot = self.free.pop().unwrap_or_else(|| self.new_slot());
        self.index.insert(row.order, slot);
        self.rows[slot as usize] = row;
        self.terms[slot as usize] = terms;
    }

    #[cold]
    fn new_slot(&mut self) -> u32 {
        self.rows.push(NO_ROW);
        self.terms.push(NO_TERMS);
        self.rows.len() as u32 - 1
    }

    #[inline(always)]
    pub(super) fn remove(&mut self, slot: Slot) {
        self.index.remove(self.rows[slot].order);
        self.free.push(slot as u32);
    }

    /// Ties an order to the request that placed it.
    #[inline]
    pub(super) fn placed_by(&mut self, order: OrderId, request: RequestSlot) {
        let slot = self.find(order).expect("the order was placed just now");
        self.terms[slot].request = request;
    }

    /// Notes that the request which placed an order is remembered for its sake alone, if it is
    /// open.
    pub(super) fn keep_request(&mut self, order: OrderId) -> bool {
        let Some(slot) = self.find(order) else { return false };
        self.rows[slot].keeps_request = true;
        true
    }

    /// The slots in use, by order number.
    pub(super) fn sorted(&self) -> Vec<Slot> {
        let mut open = vec![true; self.rows.len()];
        self.free.iter().for_each(|slot| open[*slot as usize] = false);
        let mut slots: Vec<Slot> = (1..self.rows.len()).filter(|slot| open[*slot]).collect();
        slots.sort_unstable_by_key(|slot| self.rows[*slot].order);
        slots
    }

    /// Asks for an order's index entry.
    #[inline(always)]
    pub(super) fn hint_index(&self, order: OrderId) -> u32 {
        self.index.hint(order)
    }

    /// Asks for the order that a hint led to, and says which it is.
    #[inline(always)]
    pub(super) fn hint_row(&self, hint: u32) -> u32 {
        let slot = self.index.at(hint);
        prefetch(&self.rows, slot as usize);
        prefetch(&self.terms, slot as usize);
        slot
    }

    /// What the order that a hint led to trades; any instrument if it led to none.
    #[inline(always)]
    pub(super) fn hinted_instrument(&self, row: u32) -> InstrumentId {
        InstrumentId(u32::from(self.rows[row as usize].instrument))
    }
}
