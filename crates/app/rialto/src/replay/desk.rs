//! Turns recorded lines into commands, and the venue's events back into the recording's ids.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::Result;
use sha2::{Digest, Sha256};
use types::{NewOrder, OrderId, OrderType, Price, Qty, Side, TimeInForce, Timestamp};
use venue::{Action, Change, Done, Event, Events, Fact, Outcome, PublicEvent, Reject, Venue};
use view::{Depth, Views};

use super::line::{Ask, Row, Wrong};
use super::market::{self, Decimals, INSTRUMENT, PRICE_MAX};

/// Events that one command may have before they are looked at.
const EVENTS_MAX: usize = 1 << 14;

/// What the lines came to so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) rows: u64,
    pub(super) adds: u64,
    pub(super) immediates: u64,
    pub(super) reduces: u64,
    pub(super) cancels: u64,
    pub(super) amends: u64,
    /// Reduces, cancels and amends of an order that is not open.
    pub(super) unknown: u64,
    pub(super) post_only_rejects: u64,
    /// Amends that ask for what is.
    pub(super) unchanged: u64,
    /// Orders above the highest price the venue can quote, entered at that price.
    pub(super) clamped: u64,
    /// Everything else that the venue refused, by reason.
    pub(super) refused: BTreeMap<String, u64>,
    pub(super) trades: u64,
    pub(super) traded_qty: u128,
    pub(super) makers_checked: u64,
    pub(super) makers_exact: u64,
}

/// An order as the venue has it.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    recorded: u64,
    filled: u64,
    leaves: u64,
}

/// The venue with one instrument, and who is who.
pub(super) struct Desk {
    pub(super) venue: Venue,
    pub(super) counts: Counts,
    /// Time in the venue alone.
    pub(super) in_venue: Duration,
    views: Views,
    events: Events,
    seq: u64,
    /// Commands that set the market up.
    setup: u64,
    /// By the venue's local number.
    orders: Vec<Known>,
    /// Open orders, by the recording's id.
    open: HashMap<u64, OrderId>,
    hash: Sha256,
    line: String,
    /// Makers of the trades of the current command.
    makers: Vec<u64>,
}

impl Desk {
    /// A venue that is open and whose accounts are funded.
    pub(super) fn new(decimals: Decimals) -> Result<Desk> {
        let genesis = market::genesis();
        let mut desk = Desk {
            views: Views::new(&genesis),
            venue: Venue::new(genesis).expect("a genesis within the limits"),
            counts: Counts::default(),
            in_venue: Duration::ZERO,
            events: Events::new(1, EVENTS_MAX),
            seq: 0,
            setup: 0,
            orders: Vec::new(),
            open: HashMap::new(),
            hash: Sha256::new(),
            line: String::new(),
            makers: Vec::new(),
        };
        for action in market::setup(decimals)? {
            let outcome = desk.submit(Timestamp(0), action, 0);
            assert!(outcome.result.is_ok(), "the set-up is accepted: {outcome:?}");
        }
        (desk.setup, desk.in_venue) = (desk.seq, Duration::ZERO);
        Ok(desk)
    }

    /// Does what a line asks for.
    ///
    /// # Errors
    /// When it places an order under the id of one that is open; nothing was done.
    pub(super) fn apply(&mut self, row: &Row) -> Result<(), Wrong> {
        match row.ask {
            Ask::Add | Ask::Immediate => self.place(row)?,
            Ask::Reduce | Ask::Cancel | Ask::Amend => self.change(row),
        }
        let counts = &mut self.counts;
        counts.rows += 1;
        *match row.ask {
            Ask::Add => &mut counts.adds,
            Ask::Immediate => &mut counts.immediates,
            Ask::Reduce => &mut counts.reduces,
            Ask::Cancel => &mut counts.cancels,
            Ask::Amend => &mut counts.amends,
        } += 1;
        Ok(())
    }

    /// The book as the public sees it.
    pub(super) fn depth(&self) -> &Depth {
        &self.views.instrument(INSTRUMENT).expect("it is listed").depth
    }

    pub(super) fn resting(&self) -> usize {
        self.open.len()
    }

    /// Commands applied, without those that set the market up.
    pub(super) fn commands(&self) -> u64 {
        self.seq - self.setup
    }

    /// The sha256 over the trades so far.
    pub(super) fn trades_sha256(&self) -> String {
        crate::hex(&self.hash.clone().finalize())
    }

    fn place(&mut self, row: &Row) -> Result<(), Wrong> {
        if self.open.contains_key(&row.order) {
            let expected = "an id that no open order has";
            return Err(Wrong::new("order_id", &row.order.to_string(), expected));
        }
        let rests = row.ask == Ask::Add;
        let order = NewOrder {
            instrument: INSTRUMENT,
            side: row.side,
            order_type: OrderType::Limit { price: self.price(row.price) },
            qty: Qty(row.qty),
            time_in_force: if rests { TimeInForce::Gtc } else { TimeInForce::Ioc },
            post_only: row.post_only,
            display: None,
        };
        let action = Action::Place { account: market::account_of(row.order), order };
        let outcome = self.submit(Timestamp(row.at_ns), action, row.order);
        self.note(&outcome);
        if let Some(expected) = row.expected_maker.filter(|_| !rests) {
            self.counts.makers_checked += 1;
            self.counts.makers_exact += u64::from(self.makers == [expected]);
        }
        Ok(())
    }

    fn change(&mut self, row: &Row) {
        let Some(&order) = self.open.get(&row.order) else {
            self.counts.unknown += 1;
            return;
        };
        let account = market::account_of(row.order);
        let Known { filled, leaves, .. } = *self.known(order);
        let (price, open) = match row.ask {
            Ask::Reduce => (None, leaves.saturating_sub(row.qty)),
            Ask::Amend => (Some(self.price(row.price)), row.qty),
            Ask::Add | Ask::Immediate | Ask::Cancel => (None, 0),
        };
        let action = match open {
            0 => Action::Cancel { account, order },
            _ => {
                // The venue's quantity is the whole order's, what was filled included.
                let change = Change { qty: Some(Qty(filled + open)), price, trigger: None };
                Action::Replace { account, order, change }
            }
        };
        let outcome = self.submit(Timestamp(row.at_ns), action, row.order);
        self.note(&outcome);
    }

    fn price(&mut self, ticks: u64) -> Price {
        Price::new(ticks).unwrap_or_else(|| {
            assert!(ticks > PRICE_MAX.ticks(), "a line's price is not zero");
            self.counts.clamped += 1;
            PRICE_MAX
        })
    }

    /// Counts a refusal.
    fn note(&mut self, outcome: &Outcome) {
        match outcome.result {
            Ok(_) => {}
            Err(Reject::WouldTakeLiquidity { .. }) => self.counts.post_only_rejects += 1,
            Err(Reject::NothingToReplace { .. }) => self.counts.unchanged += 1,
            Err(reject) => {
                let shown = format!("{reject:?}");
                let name = shown.split_once(' ').map_or(shown.as_str(), |(name, _)| name);
                *self.counts.refused.entry(name.to_owned()).or_default() += 1;
            }
        }
    }

    /// Applies a command about the order `recorded` and takes in its events.
    fn submit(&mut self, at: Timestamp, action: Action, recorded: u64) -> Outcome {
        self.seq += 1;
        self.makers.clear();
        let start = Instant::now();
        let command = market::command(action);
        let outcome = self.venue.apply(self.seq, at, &command, &mut self.events);
        let outcome = outcome.expect("no recorded order has a deadline");
        self.in_venue += start.elapsed();
        if let (Ok(Done::Order(order)), Action::Place { .. }) = (outcome.result, action) {
            self.known(order).recorded = recorded;
        }
        self.absorb();
        while self.venue.is_busy() {
            self.venue.resume(&mut self.events);
            self.absorb();
        }
        outcome
    }

    fn absorb(&mut self) {
        let mut events = std::mem::replace(&mut self.events, Events::new(1, 0));
        self.views.absorb(&events);
        for stamped in events.iter() {
            match stamped.event {
                Event::Account(event) => self.absorb_fact(&event.fact),
                Event::Public(PublicEvent::Trade(trade)) => self.absorb_trade(trade),
                Event::Public(_) | Event::Refused { .. } => {}
            }
        }
        events.clear();
        self.events = events;
    }

    fn absorb_trade(&mut self, trade: &venue::Trade) {
        let maker = self.known(trade.maker).recorded;
        let taker = self.known(trade.taker).recorded;
        let (price, lots) = (trade.price.ticks(), trade.lots.lots());
        self.line.clear();
        writeln!(self.line, "{maker},{taker},{price},{lots}").expect("memory");
        self.hash.update(self.line.as_bytes());
        self.makers.push(maker);
        self.counts.trades += 1;
        self.counts.traded_qty += u128::from(lots);
    }

    fn absorb_fact(&mut self, fact: &Fact) {
        match *fact {
            Fact::Accepted { order, terms, .. } => self.left(order, 0, terms.qty),
            Fact::Filled(own) => self.left(own.order, own.filled.lots(), own.fill.leaves),
            Fact::Canceled { order, filled, .. } => self.left(order, filled.lots(), Qty::ZERO),
            Fact::Replaced { order, leaves, .. } | Fact::Decremented { order, leaves, .. } => {
                let filled = self.known(order).filled;
                self.left(order, filled, leaves);
            }
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. }
            | Fact::Issued { .. }
            | Fact::Refused { .. }
            | Fact::Triggered { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => {}
        }
    }

    /// Notes what an order has left; with nothing left it is no longer open.
    fn left(&mut self, order: OrderId, filled: u64, leaves: Qty) {
        let known = self.known(order);
        (known.filled, known.leaves) = (filled, leaves.lots());
        let recorded = known.recorded;
        if leaves.is_zero() {
            self.open.remove(&recorded);
        } else {
            self.open.insert(recorded, order);
        }
    }

    fn known(&mut self, order: OrderId) -> &mut Known {
        let index = usize::try_from(order.local()).expect("orders are numbered densely");
        if index >= self.orders.len() {
            self.orders.resize(index + 1, Known::default());
        }
        &mut self.orders[index]
    }
}

/// How many prices a side has, and the best of them.
pub(super) fn levels(depth: &Depth, side: Side) -> (usize, Option<u64>) {
    (depth.level_count(side), depth.best(side).map(Price::ticks))
}
