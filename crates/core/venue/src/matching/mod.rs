//! The matching engine: owns books and all that belongs to an instrument.
//!
//! **Invariant:** no book is crossed at rest; an order is in one book, waits as a stop, or is in
//! the work queue, and nowhere else. It deliberately knows no cash.

mod entry;
mod instruments;
mod owners;
mod rehearse;
mod replace;
mod restore;
mod stops;
mod sweep;
mod work;

use std::collections::VecDeque;

use book::{Arena, ArenaLimits, Book};
use types::{
    AccountId, InstrumentId, OrderId, OrderType, Price, Qty, RequestId, ShardId, Side, Timestamp,
    TradeId,
};

use crate::answers::Kind;
use crate::command::{Action, Command};
use crate::event::{BookChange, Event, PublicEvent};
use crate::genesis::{CurrencyRule, Genesis, Limits};
use crate::message::{Execution, Message, OrderEntry, Place, Report, Shard};
use crate::outcome::{Done, Outcome};
use crate::reject::Reject;
use crate::requests::{Asked, Known, Requests};
use crate::terms::Terms;
use crate::turn::Turn;
use owners::Owners;
use stops::Stops;
use work::{Expiries, Work};

/// One matching shard.
pub struct Matching {
    shard: ShardId,
    shards: u16,
    clearing_shards: u16,
    limits: Limits,
    currencies: Vec<CurrencyRule>,
    arena: Arena,
    /// Beside each slot of the arena, packed; committed by the system when first touched.
    resting: Vec<[u64; 2]>,
    /// By local number.
    instruments: Vec<Instrument>,
    expiries: Expiries,
    owners: Owners,
    work: VecDeque<Work>,
    /// Stops waiting, in all instruments.
    waiting: u32,
    /// Stops that ever began to wait or were triggered at once.
    stop_entries: u64,
    trades: u64,
    requests: Requests,
}

/// One listed instrument.
struct Instrument {
    id: InstrumentId,
    terms: Terms,
    /// Clearing shards that know its first version.
    known_by: u32,
    book: Book,
    last: Option<Price>,
    stops: Stops,
}

/// What clearing and matching both know of an open order.
pub(crate) struct OpenOrder {
    pub(crate) order: OrderId,
    pub(crate) account: AccountId,
    pub(crate) instrument: InstrumentId,
    pub(crate) side: Side,
    pub(crate) open: Qty,
}

impl std::fmt::Debug for Matching {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Matching")
            .field("shard", &self.shard)
            .field("instruments", &self.instruments.len())
            .field("resting", &self.arena.len())
            .field("trades", &self.trades)
            .finish_non_exhaustive()
    }
}

impl Matching {
    /// An empty shard.
    pub(crate) fn new(genesis: &Genesis, shard: ShardId) -> Matching {
        let limits = genesis.limits;
        let arena = Arena::new(ArenaLimits {
            orders_max: limits.orders_max,
            pages_max: limits.level_pages_max,
            sources: genesis.clearing_shards,
        });
        Matching {
            shard,
            shards: genesis.matching_shards,
            clearing_shards: genesis.clearing_shards,
            limits,
            currencies: genesis.currencies.clone(),
            resting: vec![[0; 2]; arena.slots_max()],
            arena,
            instruments: Vec::with_capacity(limits.instruments_max as usize),
            expiries: Expiries::default(),
            owners: Owners::new(genesis.clearing_shards),
            work: VecDeque::with_capacity(64),
            waiting: 0,
            stop_entries: 0,
            trades: 0,
            requests: Requests::new(genesis.hash_key, limits.requests_remembered, 1, 0),
        }
    }

    /// Applies a command that enters at matching: those about an instrument.
    pub(crate) fn command(&mut self, seq: u64, command: &Command, turn: &mut Turn<'_>) -> Outcome {
        let Command { request, action, .. } = command;
        let outcome = |result| Outcome { seq, result, repeated: false };
        let mut slot = None;
        if let Some(id) = request {
            let asked = Asked { id, body: action, seq, likely: (Kind::Nothing, 0) };
            match self.requests.begin(0, &asked, |_| false) {
                Known::New(new) => slot = Some(new),
                Known::Repeated(outcome) => return outcome,
                Known::Conflict(reject) => {
                    turn.refuse(*request, reject);
                    return outcome(Err(reject));
                }
            }
        }
        let result = self.act(action, turn);
        if let Err(reject) = result {
            turn.refuse(*request, reject);
        }
        if let Some(slot) = slot {
            self.requests.answer(slot, result);
        }
        outcome(result)
    }

    /// The old answer to a request that was made before.
    pub(crate) fn remembered(&self, command: &Command) -> Option<Outcome> {
        let id = command.request.as_ref()?;
        match self.requests.peek(0, id, &command.action)? {
            Known::Repeated(outcome) => Some(outcome),
            Known::New(_) | Known::Conflict(_) => None,
        }
    }

    /// Takes a message from a clearing shard.
    #[inline(always)]
    pub(crate) fn message(&mut self, message: &Message, turn: &mut Turn<'_>) {
        match message {
            Message::Entry(OrderEntry::New(entry)) => self.enter(entry, turn),
            Message::Entry(OrderEntry::Cancel { order, account, instrument, request }) => {
                self.cancel(*order, *account, *instrument, request, turn);
            }
            Message::Entry(OrderEntry::Replace { order, account, instrument, change, request }) => {
                self.replace(*order, *account, *instrument, change, *request, turn);
            }
            Message::Entry(OrderEntry::MassCancel { account, instrument, side, request }) => {
                self.mass_cancel(*account, *instrument, *side, *request);
            }
            Message::Entry(OrderEntry::Kill { shard, scope }) => self.kill(*shard, *scope),
            Message::DefinitionKnown { instrument, version, .. } => {
                if *version == 1 {
                    let at = self.at(*instrument);
                    self.instruments[at].known_by += 1;
                }
            }
            Message::Execution(_)
            | Message::Definition(_)
            | Message::Transfer(_)
            | Message::TransferReturned { .. } => unreachable!("matching is sent no {message:?}"),
        }
    }

    /// Whether work is left from earlier turns.
    #[inline]
    pub(crate) fn has_work(&self) -> bool {
        !self.work.is_empty()
    }

    /// The next deadline of an open order.
    #[inline]
    pub(crate) fn next_expiry(&self) -> Option<Timestamp> {
        self.expiries.next()
    }

    /// Asks for an order's index entry.
    #[inline(always)]
    pub(crate) fn hint_index(&self, order: OrderId) -> book::Hint {
        self.arena.hint_index(order)
    }

    /// Asks for the level that a new order may rest at.
    #[inline(always)]
    pub(crate) fn hint_level(
        &self,
        instrument: InstrumentId,
        side: Side,
        order_type: OrderType,
    ) -> book::Hint {
        let OrderType::Limit { price } = order_type else { return book::Hint::default() };
        match self.instruments.get(local(instrument, self.shards)) {
            Some(listed) if price <= listed.book.price_limit() => {
                listed.book.hint_level(&self.arena, side, price)
            }
            _ => book::Hint::default(),
        }
    }

    /// Asks for the order that the first hint led to.
    #[inline(always)]
    pub(crate) fn hint_node(&self, hint: book::Hint) -> book::Hint {
        let node = self.arena.hint_node(hint);
        // A slot that is freed is the next one to be taken, and this is written then.
        types::prefetch(&self.resting, node.index());
        node
    }

    /// Asks for the neighbours of the order or level that the hint led to.
    #[inline(always)]
    pub(crate) fn hint_links(&self, hint: book::Hint) {
        self.arena.hint_links(hint);
    }

    fn act(&mut self, action: &Action, turn: &mut Turn<'_>) -> Result<Done, Reject> {
        match action {
            Action::ListInstrument { definition } => self.list(definition, turn),
            Action::SetPhase { instrument, phase } => self.set_phase(*instrument, *phase, turn),
            Action::SetBand { instrument, band } => self.set_band(*instrument, *band, turn),
            Action::SetFees { instrument, fees } => self.set_fees(*instrument, *fees, turn),
            Action::Tick => Ok(Done::Nothing),
            Action::TellTime => {
                turn.events.push(Event::Public(PublicEvent::TimeTold));
                Ok(Done::Nothing)
            }
            Action::OpenAccount { .. }
            | Action::SetAccountStatus { .. }
            | Action::CloseAccount { .. }
            | Action::Deposit { .. }
            | Action::Withdraw { .. }
            | Action::Transfer { .. }
            | Action::RequestPayment { .. }
            | Action::ConfirmPayment { .. }
            | Action::FailPayment { .. }
            | Action::Issue { .. }
            | Action::Place { .. }
            | Action::Replace { .. }
            | Action::Cancel { .. }
            | Action::MassCancel { .. }
            | Action::SetBusinessDate { .. }
            | Action::SetRules { .. }
            | Action::SetCancelAfter { .. }
            | Action::SetKillSwitch { .. } => unreachable!("{action:?} enters at clearing"),
        }
    }

    /// Subscript of an instrument of this shard.
    ///
    /// # Panics
    /// If it is not listed here: clearing learned of it from this shard.
    #[inline]
    fn at(&self, instrument: InstrumentId) -> usize {
        let at = local(instrument, self.shards);
        assert!(self.instruments[at].id == instrument, "the instrument's own shard");
        at
    }

    /// A side of a book, best first, each price with the lots it shows.
    pub(crate) fn levels(
        &self,
        instrument: InstrumentId,
        side: Side,
    ) -> impl Iterator<Item = (Price, Qty)> {
        let listed = self.instruments.get(local(instrument, self.shards));
        let levels = listed.into_iter().flat_map(move |it| it.book.levels(&self.arena, side));
        levels.map(|(price, level)| (price, level.lots))
    }

    /// Matches in this shard so far.
    pub(crate) fn trades(&self) -> u64 {
        self.trades
    }

    /// Open orders of this shard: resting or waiting.
    #[inline]
    pub(crate) fn open_orders(&self) -> u32 {
        self.arena.len() + self.waiting
    }
}

/// An instrument's local number in its shard.
#[inline]
fn local(instrument: InstrumentId, shards: u16) -> usize {
    if shards == 1 {
        return instrument.0 as usize;
    }
    (instrument.0 / u32::from(shards)) as usize
}

/// Sends clearing a report.
#[inline]
fn report(turn: &mut Turn<'_>, order: OrderId, account: AccountId, report: Report) {
    let to = Shard::Clearing(account.shard());
    turn.send(to, Message::Execution(Execution { order, account, report }));
}

/// Tells everybody of a change in a book.
#[inline]
fn publish(turn: &mut Turn<'_>, change: BookChange) {
    turn.events.push(Event::Public(PublicEvent::Book(change)));
}

/// Refuses a change or a cancel.
fn refuse_change(
    turn: &mut Turn<'_>,
    order: OrderId,
    account: AccountId,
    request: Option<RequestId>,
    refusal: (Reject, bool),
) {
    let (reject, was_replace) = refusal;
    report(turn, order, account, Report::ChangeRefused { reject, request, was_replace });
}

impl Instrument {
    /// The best prices, and what is ahead at a price.
    #[inline]
    fn place(&self, arena: &Arena, ahead_at: Option<(Side, Price)>) -> Place {
        let ahead = ahead_at.map(|(side, price)| self.book.level(arena, side, price).lots);
        Place {
            ahead: ahead.unwrap_or_default(),
            best_bid: self.book.best(Side::Buy),
            best_ask: self.book.best(Side::Sell),
        }
    }

    /// The best opposite price, for a refusal.
    fn opposite_best(&self, side: Side) -> Price {
        self.book.best(side.opposite()).expect("an order that crosses has an opposite")
    }
}

/// The trade's number in all shards.
#[inline]
fn trade_id(shard: ShardId, local: u64) -> TradeId {
    TradeId(OrderId::new(shard, local).0)
}
