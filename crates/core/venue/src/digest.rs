//! The running hash of all events: two histories that differ anywhere differ from there on.

use types::{Amount, InstrumentId, PaymentId, RequestId};

use crate::canonical::{Canonical, Sink};
use crate::event::{AccountEvent, BookChange, Event, Fact, OwnFill, PublicEvent, Trade};
use crate::events::{Events, Step};
use crate::hash::Words;
use crate::message::{Cause, Place, Shard};

/// A running digest of all events: equal after equal histories.
///
/// What one command did counts as one step, wherever a long cascade was cut to fit a buffer.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventHash {
    value: u64,
    /// The command whose step was taken in last.
    cause: Option<Cause>,
}

/// Equal after equal histories, whether lived through or taken over from a snapshot.
impl PartialEq for EventHash {
    fn eq(&self, other: &EventHash) -> bool {
        self.value == other.value
    }
}

impl Eq for EventHash {}

impl EventHash {
    /// The digest that a whole command left behind, as a trailer or a snapshot tells it.
    pub fn new(value: u64) -> EventHash {
        EventHash { value, cause: None }
    }

    /// The digest of all events taken in.
    pub fn value(self) -> u64 {
        self.value
    }

    /// Takes in the events held, in order, with their times and causes.
    pub fn absorb(&mut self, events: &Events) {
        for (step, facts) in events.steps() {
            if facts.is_empty() {
                continue;
            }
            if self.cause.replace(step.cause) != Some(step.cause) {
                self.take(|pairs| write_step(&step, pairs));
            }
            for fact in facts {
                self.take(|pairs| fact.write(pairs));
            }
        }
    }

    #[inline(always)]
    fn take(&mut self, write: impl FnOnce(&mut Pairs)) {
        let mut pairs = Pairs { words: Words::new(self.value), waiting: None };
        write(&mut pairs);
        if let Some(word) = pairs.waiting {
            pairs.words.pair(word, 0);
        }
        self.value = pairs.words.finish();
    }
}

/// Words, two by two.
struct Pairs {
    words: Words,
    waiting: Option<u64>,
}

impl Sink for Pairs {
    #[inline(always)]
    fn word(&mut self, word: u64) {
        match self.waiting.take() {
            None => self.waiting = Some(word),
            Some(first) => self.words.pair(first, word),
        }
    }
}

fn write_step(step: &Step, sink: &mut impl Sink) {
    step.at.write(sink);
    let shard = match step.cause.shard {
        Shard::Clearing(shard) => u64::from(shard.0),
        Shard::Matching(shard) => u64::from(shard.0) | 1 << 16,
    };
    sink.word(shard);
    sink.word(step.cause.seq);
}

impl Canonical for Event {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        match self {
            Event::Account(event) => {
                sink.word(1);
                event.write(sink);
            }
            Event::Refused { request, reject } => {
                sink.word(2);
                write_request(request, sink);
                reject.write(sink);
            }
            Event::Public(event) => {
                sink.word(3);
                event.write(sink);
            }
        }
    }
}

/// Absent ids are one word: most traffic of a program has none or short ones.
#[inline]
fn write_request(request: &Option<RequestId>, sink: &mut impl Sink) {
    match request {
        None => sink.word(0),
        Some(id) => {
            sink.word(1);
            id.write(sink);
        }
    }
}

impl Canonical for AccountEvent {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        self.account.write(sink);
        self.account_seq.write(sink);
        self.cash.free.write(sink);
        self.cash.held.write(sink);
        self.fact.write(sink);
    }
}

impl Canonical for Place {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        self.ahead.write(sink);
        self.best_bid.write(sink);
        self.best_ask.write(sink);
    }
}

impl Canonical for Fact {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        match self {
            Fact::Accepted { order, request, terms, place } => {
                sink.word(1);
                order.write(sink);
                write_request(request, sink);
                terms.write(sink);
                place.write(sink);
            }
            Fact::Filled(fill) => {
                sink.word(2);
                fill.write(sink);
            }
            Fact::Canceled { order, instrument, lots, filled, reason, request } => {
                sink.word(3);
                order.write(sink);
                instrument.write(sink);
                lots.write(sink);
                filled.write(sink);
                sink.word(*reason as u64);
                write_request(request, sink);
            }
            Fact::Replaced { .. } | Fact::Refused { .. } | Fact::Decremented { .. } => {
                write_order_fact(self, sink);
            }
            Fact::Triggered { .. } | Fact::MassCanceled { .. } => write_order_fact(self, sink),
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::Closed => {
                write_account_fact(self, sink);
            }
            Fact::Issued { .. } => write_account_fact(self, sink),
            Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. } => write_payment(self, sink),
        }
    }
}

/// The rarer facts about orders, kept out of the hot path's code.
#[inline(never)]
fn write_order_fact(fact: &Fact, sink: &mut impl Sink) {
    match fact {
        Fact::Replaced { order, request, change, leaves, place } => {
            sink.word(4);
            order.write(sink);
            write_request(request, sink);
            change.write(sink);
            leaves.write(sink);
            sink.word(u64::from(place.is_some()));
            place.unwrap_or_default().write(sink);
        }
        Fact::Refused { request, order, reject } => {
            sink.word(5);
            write_request(request, sink);
            order.write(sink);
            reject.write(sink);
        }
        Fact::Decremented { order, lots, leaves } => {
            sink.word(6);
            order.write(sink);
            lots.write(sink);
            leaves.write(sink);
        }
        Fact::Triggered { order } => {
            sink.word(7);
            order.write(sink);
        }
        Fact::MassCanceled { orders, request } => {
            sink.word(8);
            orders.write(sink);
            write_request(request, sink);
        }
        Fact::Accepted { .. }
        | Fact::Filled(_)
        | Fact::Canceled { .. }
        | Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::KillSwitchSet { .. }
        | Fact::CancelAfterSet { .. }
        | Fact::Closed
        | Fact::Deposited { .. }
        | Fact::Withdrawn { .. }
        | Fact::TransferSent { .. }
        | Fact::TransferReceived { .. }
        | Fact::TransferReturned { .. }
        | Fact::PaymentRequested { .. }
        | Fact::PaymentFailed { .. }
        | Fact::Issued { .. } => unreachable!("{fact:?} is written elsewhere"),
    }
}

#[inline(never)]
fn write_account_fact(fact: &Fact, sink: &mut impl Sink) {
    match fact {
        Fact::Opened { owner, currency, self_trade } => {
            sink.word(9);
            sink.word(owner.0);
            currency.write(sink);
            sink.word(*self_trade as u64);
        }
        Fact::StatusChanged { suspended } => {
            sink.word(10);
            suspended.write(sink);
        }
        Fact::Closed => sink.word(11),
        Fact::KillSwitchSet { engaged } => {
            sink.word(18);
            engaged.write(sink);
        }
        Fact::CancelAfterSet { at } => {
            sink.word(19);
            sink.word(at.map_or(0, |at| at.0));
        }
        Fact::Issued { instrument, qty, position } => {
            sink.word(17);
            instrument.write(sink);
            qty.write(sink);
            position.free.write(sink);
            position.held.write(sink);
        }
        Fact::Accepted { .. }
        | Fact::Filled(_)
        | Fact::Canceled { .. }
        | Fact::Replaced { .. }
        | Fact::Refused { .. }
        | Fact::Decremented { .. }
        | Fact::Triggered { .. }
        | Fact::MassCanceled { .. }
        | Fact::Deposited { .. }
        | Fact::Withdrawn { .. }
        | Fact::TransferSent { .. }
        | Fact::TransferReceived { .. }
        | Fact::TransferReturned { .. }
        | Fact::PaymentRequested { .. }
        | Fact::PaymentFailed { .. } => unreachable!("{fact:?} is written elsewhere"),
    }
}

#[inline(never)]
fn write_payment(fact: &Fact, sink: &mut impl Sink) {
    match fact {
        Fact::Deposited { payment, amount, request } => {
            sink.word(12);
            write_amount(payment, amount, request, sink);
        }
        Fact::Withdrawn { payment, amount, request } => {
            sink.word(13);
            write_amount(payment, amount, request, sink);
        }
        Fact::TransferSent { payment, to, amount, request } => {
            sink.word(14);
            to.write(sink);
            write_amount(payment, amount, request, sink);
        }
        Fact::TransferReceived { payment, from, amount } => {
            sink.word(15);
            from.write(sink);
            write_amount(payment, amount, &None, sink);
        }
        Fact::TransferReturned { payment, to, amount, reject } => {
            sink.word(16);
            to.write(sink);
            write_amount(payment, amount, &None, sink);
            reject.write(sink);
        }
        Fact::PaymentRequested { payment, kind, amount, request } => {
            sink.word(20);
            sink.word(*kind as u64);
            write_amount(payment, amount, request, sink);
        }
        Fact::PaymentFailed { payment, kind, amount, request, reason } => {
            sink.word(21);
            sink.word(*kind as u64);
            write_amount(payment, amount, request, sink);
            write_request(reason, sink);
        }
        Fact::Accepted { .. }
        | Fact::Filled(_)
        | Fact::Canceled { .. }
        | Fact::Replaced { .. }
        | Fact::Refused { .. }
        | Fact::Decremented { .. }
        | Fact::Triggered { .. }
        | Fact::MassCanceled { .. }
        | Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::KillSwitchSet { .. }
        | Fact::CancelAfterSet { .. }
        | Fact::Closed
        | Fact::Issued { .. } => unreachable!("{fact:?} is written elsewhere"),
    }
}

fn write_amount(
    payment: &PaymentId,
    amount: &Amount,
    request: &Option<RequestId>,
    sink: &mut impl Sink,
) {
    payment.write(sink);
    amount.write(sink);
    write_request(request, sink);
}

impl Canonical for OwnFill {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        self.order.write(sink);
        sink.word(
            u64::from(self.instrument.0) | (self.side as u64) << 32 | (self.fill.role as u64) << 33,
        );
        sink.word(self.fill.trade.0);
        self.fill.price.write(sink);
        self.fill.lots.write(sink);
        self.fill.leaves.write(sink);
        self.filled.write(sink);
        self.ticks_lots.write(sink);
        self.cash.write(sink);
        self.fee.write(sink);
        self.position.free.write(sink);
        self.position.held.write(sink);
    }
}

impl Canonical for PublicEvent {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        match self {
            PublicEvent::Book(change) => change.write(sink),
            PublicEvent::Trade(trade) => trade.write(sink),
            PublicEvent::Listed { instrument, definition } => {
                tagged(3, instrument, definition, sink);
            }
            PublicEvent::PhaseChanged { instrument, phase } => {
                tagged(4, instrument, &(*phase as u64), sink);
            }
            PublicEvent::BandChanged { instrument, band } => tagged(5, instrument, band, sink),
            PublicEvent::FeesChanged { instrument, fees } => tagged(6, instrument, fees, sink),
            PublicEvent::DateChanged { date } => {
                tagged(7, &InstrumentId(0), &date.0, sink);
            }
            PublicEvent::RulesChanged { version } => {
                tagged(8, &InstrumentId(0), version, sink);
            }
            PublicEvent::KillSwitchSet { scope, engaged } => {
                tagged(9, &InstrumentId(0), scope, sink);
                engaged.write(sink);
            }
            PublicEvent::KillSwitchDone { scope, orders } => {
                tagged(10, &InstrumentId(0), scope, sink);
                orders.write(sink);
            }
            PublicEvent::TimeTold => sink.word(11),
        }
    }
}

#[inline(never)]
fn tagged(tag: u64, instrument: &InstrumentId, value: &impl Canonical, sink: &mut impl Sink) {
    sink.word(tag);
    instrument.write(sink);
    value.write(sink);
}

impl Canonical for BookChange {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(1);
        sink.word(
            u64::from(self.instrument.0) | (self.side as u64) << 32 | u64::from(self.at_back) << 33,
        );
        self.price.write(sink);
        self.order.write(sink);
        self.lots.write(sink);
        self.level_lots.write(sink);
        self.level_orders.write(sink);
    }
}

impl Canonical for Trade {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(2);
        sink.word(u64::from(self.instrument.0) | (self.taker_side as u64) << 32);
        sink.word(self.trade.0);
        self.price.write(sink);
        self.lots.write(sink);
        self.maker.write(sink);
        self.taker.write(sink);
        self.maker_lots.write(sink);
        self.level_lots.write(sink);
        self.level_orders.write(sink);
    }
}
