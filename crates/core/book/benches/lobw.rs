//! Stage "book only" on the neutral workload: `cargo bench -p book --bench lobw -- FILE...`.
//!
//! Reads LOBW files (format: `bench/lobw` at the head of its source), applies the prefill untimed,
//! then the timed part, with events into a ring buffer, and prints one JSON line for each file.
//! Pin it (`taskset -c 1`) and interleave it with the floor; wall clocks alone say little.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::float_arithmetic)]

use std::time::Instant;

use book::{Arena, ArenaLimits, Book, Hint, Match, NewResting, Taker};
use types::{AccountId, MatchingPolicy, OrderId, Price, Qty, SelfTrade, Side};

/// How far ahead of a command the first hint for it is given.
const LOOKAHEAD: usize = 16;
const HINTS_LEN: usize = 32;
const EVENTS_LEN: usize = 4096;
/// Price slots that an instrument gets: as many as the floor gives.
const PRICE_LIMIT: u64 = 1 << 17;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Limit,
    Cancel,
    Replace,
    Market,
    Ioc,
}

/// One record of the file, decoded. 32 bytes, as in the file.
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

struct Workload {
    commands: Vec<Command>,
    prefill: usize,
    instruments: usize,
    orders_max: u32,
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

#[derive(Clone, Copy, Default)]
struct Totals {
    trades: u64,
    hash: u64,
    rejects: u64,
}

struct Engine {
    arena: Arena,
    books: Vec<Book>,
    ring: Ring,
    totals: Totals,
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

impl Totals {
    #[inline(always)]
    fn trade(&mut self, maker: u64, taker: u64, price: u64, lots: u64) {
        self.trades += 1;
        self.hash = (self.hash ^ maker).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ taker.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
            ^ (price << 32 | lots);
    }
}

impl Engine {
    fn new(workload: &Workload) -> Engine {
        let price_limit = Price::new(PRICE_LIMIT).expect("a valid limit");
        let limits =
            ArenaLimits { orders_max: workload.orders_max, pages_max: 1 << 16, sources: 1 };
        let new_book = |_| Book::new(price_limit, MatchingPolicy::PriceTime);
        Engine {
            arena: Arena::new(limits),
            books: (0..workload.instruments).map(new_book).collect(),
            ring: Ring { events: Box::new([Event::default(); EVENTS_LEN]), written: 0 },
            totals: Totals::default(),
            hints: [Hint::default(); HINTS_LEN],
        }
    }

    #[inline(always)]
    fn apply(&mut self, command: &Command, hint: Hint) {
        if command.op == Op::Cancel || command.op == Op::Replace {
            if !self.cancel(command, hint) {
                self.totals.rejects += 1;
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

fn decode(record: &[u8]) -> Command {
    let long = |at: usize| u64::from_le_bytes(record[at..at + 8].try_into().expect("8 bytes"));
    let word = |at: usize| u32::from_le_bytes(record[at..at + 4].try_into().expect("4 bytes"));
    let op = match record[0] {
        1 => Op::Limit,
        2 => Op::Cancel,
        3 => Op::Replace,
        4 => Op::Market,
        5 => Op::Ioc,
        other => panic!("unknown op {other}"),
    };
    let side = if record[1] == 0 { Side::Buy } else { Side::Sell };
    let ticks = match (op, side) {
        (Op::Market, Side::Buy) => PRICE_LIMIT,
        (Op::Market, Side::Sell) | (Op::Cancel, _) => 1,
        (Op::Limit | Op::Replace | Op::Ioc, _) => u64::from(word(24)),
    };
    let order = OrderId(long(8));
    Command {
        op,
        side,
        instrument: u16::from_le_bytes([record[2], record[3]]),
        lots: word(4),
        order,
        target: if op == Op::Cancel { order } else { OrderId(long(16)) },
        price: Price::new(ticks).expect("a valid price"),
    }
}

fn load(path: &str) -> Workload {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
    assert_eq!(&bytes[..8], b"LOBW0001", "{path} is a LOBW file");
    let instruments = u32::from_le_bytes(bytes[12..16].try_into().expect("4 bytes"));
    Workload {
        commands: bytes[64..].chunks_exact(32).map(decode).collect(),
        prefill: long(16) as usize,
        instruments: instruments as usize,
        orders_max: long(56) as u32 * 3 + 100_000,
    }
}

/// Nanoseconds this thread has run, where the system tells: time taken by others does not count.
fn cpu_ns() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split_whitespace().next()?.parse().ok()
}

fn main() {
    // `cargo bench` and `cargo test` pass arguments of their own.
    for path in std::env::args().skip(1).filter(|argument| argument.ends_with(".lobw")) {
        let workload = load(&path);
        let mut engine = Engine::new(&workload);
        let (prefill, timed) = workload.commands.split_at(workload.prefill);
        engine.run(prefill);
        let before = engine.totals;
        let (start, cpu_start) = (Instant::now(), cpu_ns());
        engine.run(timed);
        let ns = start.elapsed().as_nanos() as f64;
        let cpu_ns = cpu_ns().zip(cpu_start).map_or(ns, |(end, start)| end - start);
        let Totals { trades, hash, rejects } = engine.totals;
        println!(
            "{{\"peer\":\"book\",\"file\":\"{}\",\"ops\":{},\"ns_op\":{:.2},\"cpu_ns_op\":{:.2},\
             \"trades\":{},\"hash\":\"{hash:016x}\",\"rejects\":{},\"resting\":{},\"pages\":{},\
             \"events\":\"{:016x}\"}}",
            path.rsplit('/').next().unwrap_or_default(),
            timed.len(),
            ns / timed.len() as f64,
            cpu_ns / timed.len() as f64,
            trades - before.trades,
            rejects - before.rejects,
            engine.arena.len(),
            engine.arena.pages_used(),
            engine.ring.digest(),
        );
    }
}
