//! What happened to one order, event by event.
//!
//! **Invariant:** the events of a timeline are facts about its order, with ascending seqs; the
//! oldest make way once there are [`TIMELINE_EVENTS_PER_ORDER`]. It deliberately keeps no refusals:
//! they changed nothing.
//!
//! In a snapshot an event leaves out what its order tells: number, instrument and side.

use std::collections::VecDeque;

use types::{Amount, OrderId, Price, Qty, RequestId, Seq, Timestamp};
use venue::{Balance, Change, Fact, Fill, OwnFill, Place};

use crate::canonical::{Canonical, Input, RestoreError, encode_count};
use crate::order::Order;

/// Events kept of each order; older ones are the history's.
pub const TIMELINE_EVENTS_PER_ORDER: usize = 32;
/// Most orders are accepted and then end.
const EVENTS_USUAL: usize = 2;

/// The last events about one order, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    events: VecDeque<OrderEvent>,
    is_truncated: bool,
}

/// One event about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderEvent {
    /// Its seq.
    pub seq: Seq,
    /// Engine time.
    pub at: Timestamp,
    /// What happened: accepted, filled, canceled, decremented, replaced or triggered.
    pub fact: Fact,
}

impl Timeline {
    /// The events kept, oldest first.
    pub fn events(&self) -> impl ExactSizeIterator<Item = &OrderEvent> {
        self.events.iter()
    }

    /// Whether older events are no longer kept.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    pub(crate) fn new(first: OrderEvent) -> Timeline {
        let mut events = VecDeque::with_capacity(EVENTS_USUAL);
        events.push_back(first);
        Timeline { events, is_truncated: false }
    }

    pub(crate) fn push(&mut self, event: OrderEvent) {
        if self.events.len() == TIMELINE_EVENTS_PER_ORDER {
            self.events.pop_front();
            self.is_truncated = true;
        }
        self.events.push_back(event);
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        self.is_truncated.encode(out);
        encode_count(self.events.len(), out);
        for event in &self.events {
            (event.seq, event.at).encode(out);
            encode_fact(&event.fact, out);
        }
    }

    /// Reads what [`Timeline::encode`] wrote for `order`.
    pub(crate) fn decode(input: &mut Input<'_>, order: &Order) -> Result<Timeline, RestoreError> {
        let is_truncated = bool::decode(input)?;
        let count = u32::decode(input)? as usize;
        let is_full = count == TIMELINE_EVENTS_PER_ORDER;
        if !(1..=TIMELINE_EVENTS_PER_ORDER).contains(&count) || is_truncated && !is_full {
            return input.fail("a timeline of 1 to 32 events before here");
        }
        let mut events = VecDeque::with_capacity(count);
        for _ in 0..count {
            let (seq, at) = Canonical::decode(input)?;
            events.push_back(OrderEvent { seq, at, fact: decode_fact(input, order)? });
        }
        let is_ascending = events.iter().is_sorted_by(|one, next| one.seq < next.seq);
        let last = events.back().map(|event| (event.seq, event.at));
        if !is_ascending || last != Some((order.updated_seq, order.updated_at)) {
            return input.fail("a timeline up to its order's last event before here");
        }
        Ok(Timeline { events, is_truncated })
    }
}

fn encode_fact(fact: &Fact, out: &mut Vec<u8>) {
    match *fact {
        Fact::Accepted { request, terms, place, .. } => {
            (0u8, request).encode(out);
            (terms, place).encode(out);
        }
        Fact::Filled(OwnFill { fill, filled, ticks_lots, cash, fee, position, .. }) => {
            (1u8, fill.trade).encode(out);
            (fill.price, fill.lots).encode(out);
            (fill.leaves, fill.role).encode(out);
            (filled, ticks_lots).encode(out);
            (cash, fee).encode(out);
            position.encode(out);
        }
        Fact::Canceled { lots, filled, reason, request, .. } => {
            (2u8, lots).encode(out);
            (filled, reason).encode(out);
            request.encode(out);
        }
        Fact::Decremented { lots, leaves, .. } => (3u8, (lots, leaves)).encode(out),
        Fact::Replaced { request, change, leaves, place, .. } => {
            (4u8, request).encode(out);
            (change, leaves).encode(out);
            place.encode(out);
        }
        Fact::Triggered { .. } => 5u8.encode(out),
        Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::KillSwitchSet { .. }
        | Fact::CancelAfterSet { .. }
        | Fact::Closed
        | Fact::Deposited { .. }
        | Fact::Withdrawn { .. }
        | Fact::TransferSent { .. }
        | Fact::TransferReceived { .. }
        | Fact::TransferReturned { .. }
        | Fact::Issued { .. }
        | Fact::Refused { .. }
        | Fact::MassCanceled { .. } => unreachable!("{fact:?} changes no order"),
    }
}

fn decode_fact(input: &mut Input<'_>, order: &Order) -> Result<Fact, RestoreError> {
    let (id, instrument) = (order.id, order.terms.instrument);
    match u8::decode(input)? {
        0 => decode_accepted(input, id),
        1 => decode_fill(input, order).map(Fact::Filled),
        2 => {
            let (lots, filled) = Canonical::decode(input)?;
            let (reason, request) = Canonical::decode(input)?;
            Ok(Fact::Canceled { order: id, instrument, lots, filled, reason, request })
        }
        3 => {
            let (lots, leaves) = Canonical::decode(input)?;
            Ok(Fact::Decremented { order: id, lots, leaves })
        }
        4 => {
            let (request, change) = <(Option<RequestId>, Change)>::decode(input)?;
            let (leaves, place) = <(Qty, Option<Place>)>::decode(input)?;
            Ok(Fact::Replaced { order: id, request, change, leaves, place })
        }
        5 => Ok(Fact::Triggered { order: id }),
        _ => input.fail("what happens to an order"),
    }
}

fn decode_accepted(input: &mut Input<'_>, order: OrderId) -> Result<Fact, RestoreError> {
    let request = Canonical::decode(input)?;
    let (terms, place) = Canonical::decode(input)?;
    Ok(Fact::Accepted { order, request, terms, place })
}

fn decode_fill(input: &mut Input<'_>, order: &Order) -> Result<OwnFill, RestoreError> {
    let (trade, price) = Canonical::decode(input)?;
    let (lots, leaves) = Canonical::decode(input)?;
    let fill = Fill { trade, price, lots, leaves, role: Canonical::decode(input)? };
    let (filled, ticks_lots) = Canonical::decode(input)?;
    let (cash, fee) = <(Amount, Amount)>::decode(input)?;
    let position = Balance::decode(input)?;
    let (instrument, side) = (order.terms.instrument, order.terms.side);
    Ok(OwnFill { order: order.id, instrument, side, fill, filled, ticks_lots, cash, fee, position })
}

impl Canonical for Place {
    const BYTES_MIN: usize = 10;

    fn encode(&self, out: &mut Vec<u8>) {
        self.ahead.encode(out);
        (self.best_bid, self.best_ask).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Place, RestoreError> {
        let ahead = Canonical::decode(input)?;
        let (best_bid, best_ask) = <(Option<Price>, Option<Price>)>::decode(input)?;
        Ok(Place { ahead, best_bid, best_ask })
    }
}

impl Canonical for Change {
    const BYTES_MIN: usize = 3;

    fn encode(&self, out: &mut Vec<u8>) {
        self.qty.encode(out);
        (self.price, self.trigger).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Change, RestoreError> {
        let qty = Canonical::decode(input)?;
        let (price, trigger) = Canonical::decode(input)?;
        Ok(Change { qty, price, trigger })
    }
}
