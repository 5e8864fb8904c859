//! A lively market without journal, as fast as the venue goes, and what its matching book held.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bus::{Durable, Publisher, publishing, requests};
use gateway::{Config, Gateway};
use types::{
    AccountId, Amount, ConnectionId, Currency, InstrumentId, NewOrder, OrderId, OrderType, Phase,
    Price, PrincipalId, Qty, SelfTrade, Side, TimeInForce, Timestamp,
};
use venue::{Action, Change, Command, Done, Events, Venue};
use view::Views;

use super::client::crc32;
use super::{START, genesis, identity, petr4};

const PETR4: InstrumentId = InstrumentId(0);
/// Accounts that trade; one more has the last word.
const ACCOUNTS: u32 = 4;
const EVENTS_MAX: usize = 1 << 14;
/// Commands that become visible together, at most.
const BATCH_MAX: u64 = 32;
/// Prices are this far from the middle, at most.
const SPREAD_TICKS: u64 = 60;
const MIDDLE: u64 = 1_000;

/// The checksum of matching's book after each event at which something became visible.
pub struct Truths {
    checksums: Mutex<BTreeMap<u64, u32>>,
    end: AtomicU64,
}

/// The market.
pub struct Pump {
    pub gateway: Gateway,
    truths: Arc<Truths>,
    venue: Venue,
    publisher: Publisher,
    events: Events,
    seq: u64,
    random: u64,
    /// Orders to cancel or replace, as far as they are still open.
    known: Vec<(AccountId, OrderId)>,
}

impl Truths {
    /// The checksum after event `seq`.
    pub fn at(&self, seq: u64) -> u32 {
        let checksums = self.checksums.lock().unwrap();
        *checksums.get(&seq).expect("a cut ends where something became visible")
    }

    /// The last event, once it is known.
    pub fn end(&self) -> u64 {
        self.end.load(Ordering::SeqCst)
    }
}

impl Pump {
    /// PETR4 trades, and nobody has placed an order yet.
    pub fn new() -> Pump {
        let (submitter, _) = requests(1);
        let (publisher, reader) = publishing(Views::new(&genesis()), Durable::default());
        let gateway = Gateway::new(submitter, reader, &genesis(), identity(), Config::default());
        let checksums = Mutex::default();
        let truths = Arc::new(Truths { checksums, end: AtomicU64::new(u64::MAX) });
        let venue = Venue::new(genesis()).expect("the genesis is good");
        let events = Events::new(1, EVENTS_MAX);
        let (seq, random, known) = (0, 0x9E37_79B9_7F4A_7C15, Vec::new());
        let mut pump = Pump { gateway, truths, venue, publisher, events, seq, random, known };
        pump.open();
        pump
    }

    pub fn truths(&self) -> Arc<Truths> {
        Arc::clone(&self.truths)
    }

    /// So many commands, a few of them at a time.
    pub fn commands(&mut self, count: u64) {
        let mut left = count;
        while left > 0 {
            let batch = (1 + self.below(BATCH_MAX)).min(left);
            for _ in 0..batch {
                let action = self.action();
                self.apply(action);
            }
            left -= batch;
            self.publish();
        }
    }

    /// An order at a price of its own, so that the last event is one of the book.
    pub fn last_word(&mut self) {
        let account = AccountId(ACCOUNTS + 1);
        self.apply(place(account, limit(Side::Buy, MIDDLE - 2 * SPREAD_TICKS, 1)));
        let last = self.events.next_seq() - 1;
        self.truths.end.store(last, Ordering::SeqCst);
        self.publish();
    }

    fn open(&mut self) {
        let body = serde_json::from_value::<wire::json::ListInstrument>(petr4()).unwrap();
        self.apply(Action::ListInstrument { definition: body.definition(2).unwrap() });
        self.apply(Action::SetPhase { instrument: PETR4, phase: Phase::Continuous });
        for number in 1..=ACCOUNTS + 1 {
            let (owner, account) = (PrincipalId(1), AccountId(number));
            let currency = Currency::new("USD").unwrap();
            self.apply(Action::OpenAccount { owner, currency, self_trade: SelfTrade::Decrement });
            self.apply(Action::Deposit { account, amount: Amount(1 << 56) });
            self.apply(Action::Issue { account, instrument: PETR4, qty: Qty(1 << 40) });
        }
        self.publish();
    }

    /// Something that one of the accounts does.
    fn action(&mut self) -> Action {
        let account = AccountId(1 + self.below(u64::from(ACCOUNTS)) as u32);
        let known = self.below(self.known.len().max(1) as u64) as usize;
        match (self.below(100), self.known.get(known).copied()) {
            (0..25, Some((account, order))) => {
                self.known.swap_remove(known);
                Action::Cancel { account, order }
            }
            (25..32, Some((account, order))) => {
                let (qty, price) = (Some(Qty(1 + self.below(60))), Some(self.price()));
                Action::Replace { account, order, change: Change { qty, price, trigger: None } }
            }
            (kind, _) => {
                let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
                let order = limit(side, self.price().ticks(), 1 + self.below(50));
                let order = match kind {
                    32..40 => NewOrder { display: Some(Qty(1 + order.qty.0 / 4)), ..order },
                    40..50 => NewOrder { time_in_force: TimeInForce::Ioc, ..order },
                    _ => order,
                };
                place(account, order)
            }
        }
    }

    fn apply(&mut self, action: Action) {
        if self.events.room() < self.venue.genesis().limits.step_events_max as usize {
            self.publish();
        }
        self.seq += 1;
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        let command = Command { principal, connection, request: None, action };
        let at = Timestamp(START.0 + self.seq);
        let outcome = self.venue.apply(self.seq, at, &command, &mut self.events);
        assert!(!self.venue.is_busy(), "no command here is long");
        let done = outcome.expect("nothing expires").result;
        if let (Action::Place { account, .. }, Ok(Done::Order(order))) = (action, done) {
            self.known.push((account, order));
        }
    }

    /// Notes what matching holds, and lets out what happened.
    fn publish(&mut self) {
        let last = self.events.next_seq() - 1;
        self.truths.checksums.lock().unwrap().insert(last, self.checksum());
        let at = Timestamp(START.0 + self.seq);
        self.publisher.publish(&self.events, Durable { seq: self.seq, at });
        self.events.clear();
    }

    /// As api/events.md says, of the book in matching.
    fn checksum(&self) -> u32 {
        let [bids, asks] = [Side::Buy, Side::Sell].map(|side| -> String {
            let levels = self.venue.levels(PETR4, side).take(25);
            let text = |(price, lots): (Price, Qty)| {
                let (whole, cents) = (price.ticks() / 100, price.ticks() % 100);
                format!("{whole}.{cents:02}:{};", lots.0)
            };
            levels.map(text).collect()
        });
        crc32(format!("{bids}|{asks}").as_bytes())
    }

    fn price(&mut self) -> Price {
        let ticks = MIDDLE - SPREAD_TICKS + self.below(2 * SPREAD_TICKS + 1);
        Price::new(ticks).expect("a price")
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }
}

fn place(account: AccountId, order: NewOrder) -> Action {
    Action::Place { account, order }
}

fn limit(side: Side, ticks: u64, lots: u64) -> NewOrder {
    NewOrder {
        instrument: PETR4,
        side,
        order_type: OrderType::Limit { price: Price::new(ticks).expect("a price") },
        qty: Qty(lots),
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        display: None,
    }
}
