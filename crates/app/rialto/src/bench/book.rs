//! Stage "book only": matching without accounts, risk or settlement, with an event for each change
//! written into a ring, as the floor does.

use std::time::Duration;

use book::{Arena, ArenaLimits, Book, Hint, Match, NewResting, Taker};
use types::{AccountId, MatchingPolicy, OrderId, Price, Qty, SelfTrade, Side};

use super::clock::cpu_time;
use super::lobw::{Op, Record, TradeHash, Workload};

/// How far ahead of a command the first hint for it is given.
const LOOKAHEAD: usize = 16;
const HINTS_LEN: usize = 32;
const EVENTS_LEN: usize = 4096;
/// Price slots that an instrument gets: as many as the floor gives.
const PRICE_LIMIT: u64 = 1 << 17;

/// One record as the book takes it; 32 bytes, as in the file.
#[derive(Clone, Copy)]
struct Command {
    op: Op,
    side: Side,
    instrument: u16,
    lots: u32,
    /// The order itself; for a cancel, its target.
    order: OrderId,
    /// The order to look up ahead of time: a cancel's target, the order replaced, or none.
    target: OrderId,
    /// For a market order the worst price there is; for a cancel any.
    price: Price,
}

/// What one run came to.
pub(crate) struct Ran {
    pub(crate) taken: Duration,
    pub(crate) totals: TradeHash,
    pub(crate) trades_timed: u64,
    pub(crate) refused: u64,
    pub(crate) resting: u32,
}

/// Runs the whole workload; only what comes after the prefill is timed.
pub(crate) fn run(workload: &Workload) -> Ran {
    let commands: Vec<Command> = workload.records.iter().map(command).collect();
    let mut engine = Engine::new(workload);
    let (prefill, timed) = commands.split_at(workload.prefill);
    engine.run(prefill);
    let (before, refused) = (engine.totals, engine.refused);
    let start = cpu_time();
    engine.run(timed);
    let taken = cpu_time() - start;
    assert!(engine.ring.digest() != 0, "every event was written");
    Ran {
        taken,
        totals: engine.totals,
        trades_timed: engine.totals.trades - before.trades,
        refused: engine.refused - refused,
        resting: engine.arena.len(),
    }
}

/// A record for whoever would read the events; 32 bytes, as the floor writes them.
#[derive(Clone, Copy, Default)]
struct Event {
    kind: u32,
    lots: u32,
    order: u64,
    other: u64,
    price: u32,
    instrument: u32,
}

struct Ring {
    events: Box<[Event; EVENTS_LEN]>,
    written: usize,
}

struct Engine {
    arena: Arena,
    books: Vec<Book>,
    ring: Ring,
    totals: TradeHash,
    refused: u64,
    /// Of the commands ahead, by position.
    hints: [Hint; HINTS_LEN],
}

impl Ring {
    #[inline(always)]
    fn write(&mut self, event: Event) {
        self.events[self.written % EVENTS_LEN] = event;
        self.written += 1;
    }

    /// Reads every field, so that no write can be left out.
    fn digest(&self) -> u64 {
        self.events.iter().fold(self.written as u64, |digest, event| {
            let numbers = [event.kind, event.lots, event.price, event.instrument].map(u64::from);
            let ids = event.order ^ event.other;
            numbers.iter().fold(digest ^ ids, |digest, number| digest.wrapping_mul(31) ^ number)
        })
    }
}

impl Engine {
    fn new(workload: &Workload) -> Engine {
        let price_limit = Price::new(PRICE_LIMIT).expect("a valid limit");
        let limits = ArenaLimits {
            orders_max: workload.target * 3 + 100_000,
            pages_max: 1 << 16,
            sources: 1,
        };
        let new_book = |_| Book::new(price_limit, MatchingPolicy::PriceTime);
        Engine {
            arena: Arena::new(limits),
            books: (0..workload.symbols).map(new_book).collect(),
            ring: Ring { events: Box::new([Event::default(); EVENTS_LEN]), written: 0 },
            totals: TradeHash::default(),
            refused: 0,
            hints: [Hint::default(); HINTS_LEN],
        }
    }

    #[inline(always)]
    fn apply(&mut self, command: &Command, hint: Hint) {
        if command.op == Op::Cancel || command.op == Op::Replace {
            if !self.cancel(command, hint) {
                self.refused += 1;
                self.note(5, command);
                return;
            }
            if command.op == Op::Cancel {
                self.note(3, command);
                return;
            }
        }
        self.place(command);
    }

    #[inline(always)]
    fn note(&mut self, kind: u32, command: &Command) {
        self.ring.write(Event {
            kind,
            lots: command.lots,
            order: command.order.0,
            other: 0,
            price: command.price.ticks() as u32,
            instrument: u32::from(command.instrument),
        });
    }

    #[inline(always)]
    fn place(&mut self, command: &Command) {
        self.note(1, command);
        let &Command { side, order, price, .. } = command;
        let instrument = u32::from(command.instrument);
        let mut leaves = Qty(u64::from(command.lots));
        let owner = AccountId(1);
        let book = &mut self.books[instrument as usize];
        if book.crosses(side, price) {
            let mut taker = Taker::new(order, owner, side, price, leaves, SelfTrade::Allow);
            let (ring, totals) = (&mut self.ring, &mut self.totals);
            book.take(&mut self.arena, &mut taker, usize::MAX, &mut |event| match event {
                Match::Fill { maker, price, lots, level, .. } => {
                    totals.trade(maker.0, order.0, price.ticks(), lots.0);
                    let price = price.ticks() as u32;
                    let lots = lots.0 as u32;
                    ring.write(Event {
                        kind: 2,
                        lots,
                        order: maker.0,
                        other: order.0,
                        price,
                        instrument,
                    });
                    let lots = level.lots.0 as u32;
                    ring.write(Event { kind: 4, lots, order: 0, other: 0, price, instrument });
                }
                Match::Refreshed { .. } | Match::Canceled { .. } | Match::Decremented { .. } => {
                    unreachable!("no icebergs, no self-trade prevention")
                }
            });
            leaves = taker.leaves;
        }
        if !leaves.is_zero() && matches!(command.op, Op::Limit | Op::Replace) {
            assert!(book.has_room(&self.arena, side, price), "the workload fits");
            let (hidden, display) = (Qty::ZERO, Qty::ZERO);
            let new = NewResting { order, owner, side, price, lots: leaves, hidden, display };
            let rested = book.rest(&mut self.arena, new);
            let price = price.ticks() as u32;
            let lots = rested.level.lots.0 as u32;
            self.ring.write(Event { kind: 4, lots, order: 0, other: 0, price, instrument });
        }
    }

    #[inline(always)]
    fn cancel(&mut self, command: &Command, hint: Hint) -> bool {
        let Some(slot) = self.arena.find_hinted(command.target, hint) else {
            return false;
        };
        let book = &mut self.books[usize::from(command.instrument)];
        let removed = book.remove(&mut self.arena, slot);
        self.ring.write(Event {
            kind: 4,
            lots: removed.level.lots.0 as u32,
            order: 0,
            other: 0,
            price: removed.price.ticks() as u32,
            instrument: u32::from(command.instrument),
        });
        true
    }

    /// Three stages, each reading what the one before asked for. No branch depends on the data.
    #[inline(always)]
    fn hint(&mut self, at: usize, ahead: &[Command; LOOKAHEAD + 1]) {
        let first = at + LOOKAHEAD;
        self.hints[first % HINTS_LEN] = self.arena.hint_index(ahead[LOOKAHEAD].target);
        let second = &mut self.hints[(at + LOOKAHEAD / 2) % HINTS_LEN];
        let Command { op, instrument, side, price, .. } = ahead[LOOKAHEAD / 2];
        let node = self.arena.hint_node(*second);
        let level = self.books[usize::from(instrument)].hint_level(&self.arena, side, price);
        *second = if op == Op::Cancel || op == Op::Replace { node } else { level };
        self.arena.hint_links(self.hints[(at + LOOKAHEAD / 4) % HINTS_LEN]);
    }

    fn run(&mut self, commands: &[Command]) {
        self.hints = [Hint::default(); HINTS_LEN];
        let mut at = 0;
        while let Some(ahead) = commands[at..].first_chunk() {
            self.hint(at, ahead);
            self.apply(&ahead[0], self.hints[at % HINTS_LEN]);
            at += 1;
        }
        for command in &commands[at..] {
            self.apply(command, Hint::default());
        }
    }
}

/// One record, decoded.
fn command(record: &Record) -> Command {
    let side = if record.buy { Side::Buy } else { Side::Sell };
    let ticks = match (record.op, side) {
        (Op::Market, Side::Buy) => PRICE_LIMIT,
        (Op::Market, Side::Sell) | (Op::Cancel, _) => 1,
        (Op::Limit | Op::Replace | Op::Ioc, _) => u64::from(record.price),
    };
    let order = OrderId(record.id);
    Command {
        op: record.op,
        side,
        instrument: record.symbol,
        lots: record.qty,
        order,
        target: if record.op == Op::Cancel { order } else { OrderId(record.replaced) },
        price: Price::new(ticks).expect("a valid price"),
    }
}
