//! The one place where scripts touch the API.
//!
//! `buy 7 @ 100 own 2 lots 10 [show 3] [ioc] [newest|oldest|both|decrement] [max 2]` sends order 7;
//! `max` pauses the match after so many events and resumes it. `fillable` takes the same words.

use std::fmt::Write as _;

use book::{Arena, ArenaLimits, Book, Match, NewResting, Stop, Taker};
use expect_test::Expect;
use types::{AccountId, MatchingPolicy, OrderId, Price, Qty, SelfTrade, Side};

pub struct World {
    pub arena: Arena,
    pub book: Book,
    out: String,
}

/// An order as a script line has it.
struct Line {
    taker: Taker,
    display: Qty,
    rests: bool,
    events_max: usize,
}

#[track_caller]
pub fn price_time(script: &str, expected: Expect) {
    check(MatchingPolicy::PriceTime, script, expected);
}

#[track_caller]
pub fn pro_rata(script: &str, expected: Expect) {
    check(MatchingPolicy::ProRata, script, expected);
}

#[track_caller]
fn check(policy: MatchingPolicy, script: &str, expected: Expect) {
    let mut world = World::new(policy);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        world.run(line);
    }
    expected.assert_eq(&world.out);
}

impl World {
    pub fn new(policy: MatchingPolicy) -> World {
        let limits = ArenaLimits { orders_max: 100, pages_max: 8, sources: 1 };
        let book = Book::new(Price::new(1_000_000).expect("a price"), policy);
        World { arena: Arena::new(limits), book, out: String::new() }
    }

    pub fn run(&mut self, line: &str) {
        writeln!(self.out, "{line}").expect("a string grows");
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[0] {
            "buy" | "sell" => self.place(parse(&words)),
            "fillable" => {
                let lots = self.book.fillable(&self.arena, &parse(&words[1..]).taker);
                self.say(lots.0.to_string());
            }
            "cancel" => self.cancel(words[1]),
            "reduce" => {
                let slot = self.arena.find(OrderId(words[1].parse().expect("an id")));
                let by = Qty(number(&words, "by").expect("lots"));
                let left = self.book.reduce(&mut self.arena, slot.expect("it rests"), by);
                self.say(format!("shows {} hides {}", left.lots.0, left.hidden.0));
            }
            "ahead" => {
                let slot = self.arena.find(OrderId(words[1].parse().expect("an id")));
                let position = self.book.position(&self.arena, slot.expect("it rests"));
                self.say(format!("{} orders, {} lots", position.orders, position.lots.0));
            }
            "depth" => self.depth(),
            "best" => {
                let best = [Side::Buy, Side::Sell].map(|side| self.book.best(side));
                self.say(format!("{:?}", best.map(|price| price.map(Price::ticks))));
            }
            other => panic!("unknown word {other}"),
        }
        self.book.check_invariants(&self.arena);
        self.arena.check_invariants();
    }

    fn say(&mut self, text: impl AsRef<str>) {
        writeln!(self.out, "  {}", text.as_ref()).expect("a string grows");
    }

    fn place(&mut self, line: Line) {
        let Line { mut taker, display, rests, events_max } = line;
        let stop = loop {
            let mut events = Vec::new();
            let on = &mut |event| events.push(event);
            let stop = self.book.take(&mut self.arena, &mut taker, events_max, on);
            for event in &events {
                self.say(describe(event));
            }
            if stop != Stop::Paused {
                break stop;
            }
            self.say("paused");
        };
        if taker.decremented.0 > 0 {
            self.say(format!("the taker loses {}", taker.decremented.0));
        }
        if stop == Stop::SelfTrade {
            self.say(format!("the taker is cancelled, {} left", taker.leaves.0));
        } else if rests && !taker.leaves.is_zero() {
            let lots = if display.is_zero() { taker.leaves } else { taker.leaves.min(display) };
            let hidden = Qty(taker.leaves.0 - lots.0);
            let Taker { order, owner, side, limit: price, .. } = taker;
            let new = NewResting { order, owner, side, price, lots, hidden, display };
            assert!(self.book.has_room(&self.arena, side, price));
            let rested = self.book.rest(&mut self.arena, new);
            let level = rested.level;
            let shown = format!("level {}/{}", level.lots.0, level.orders);
            self.say(format!("rests {}, {} ahead | {shown}", lots.0, rested.ahead.0));
        } else if !taker.leaves.is_zero() {
            self.say(format!("{} left", taker.leaves.0));
        }
    }

    fn cancel(&mut self, order: &str) {
        let order = OrderId(order.parse().expect("an id"));
        let Some(slot) = self.arena.find(order) else {
            return self.say("not resting");
        };
        let gone = self.book.remove(&mut self.arena, slot);
        assert_eq!(gone.order, order);
        let (lots, hidden, level) = (gone.lots.0, gone.hidden.0, gone.level);
        let shown = format!("level {}/{}", level.lots.0, level.orders);
        self.say(format!("{lots} shown and {hidden} hidden at {} | {shown}", gone.price.ticks()));
    }

    fn depth(&mut self) {
        for side in [Side::Sell, Side::Buy] {
            let levels: Vec<_> = self.book.levels(&self.arena, side).collect();
            for (price, level) in levels {
                assert_eq!(self.book.level(&self.arena, side, price), level);
                let mut text = format!("{side:?} {}: ", price.ticks());
                write!(text, "{}/{} =", level.lots.0, level.orders).expect("a string grows");
                for slot in self.book.orders(&self.arena, side) {
                    let resting = self.arena.resting(slot);
                    if resting.price != price {
                        continue;
                    }
                    write!(text, " {}:{}", resting.order.0, resting.lots.0).expect("it grows");
                    if resting.hidden.0 > 0 {
                        write!(text, "+{}", resting.hidden.0).expect("a string grows");
                    }
                }
                self.say(text);
            }
        }
    }
}

fn number(words: &[&str], after: &str) -> Option<u64> {
    let at = words.iter().position(|word| *word == after)?;
    Some(words[at + 1].parse().expect("a number"))
}

fn parse(words: &[&str]) -> Line {
    let side = if words[0] == "buy" { Side::Buy } else { Side::Sell };
    let order = OrderId(words[1].parse().expect("an order id"));
    let owner = AccountId(number(words, "own").unwrap_or(order.0) as u32);
    let limit = number(words, "@").and_then(Price::new).expect("a price");
    let lots = Qty(number(words, "lots").expect("lots"));
    let modes = [
        ("newest", SelfTrade::CancelNewest),
        ("oldest", SelfTrade::CancelOldest),
        ("both", SelfTrade::CancelBoth),
        ("decrement", SelfTrade::Decrement),
    ];
    let self_trade = modes.iter().find(|(word, _)| words.contains(word));
    let self_trade = self_trade.map_or(SelfTrade::Allow, |(_, mode)| *mode);
    Line {
        taker: Taker::new(order, owner, side, limit, lots, self_trade),
        display: Qty(number(words, "show").unwrap_or(0)),
        rests: !words.contains(&"ioc"),
        events_max: number(words, "max").unwrap_or(1_000) as usize,
    }
}

fn describe(event: &Match) -> String {
    let (text, level) = match event {
        Match::Fill { maker, price, lots, maker_lots, maker_leaves, level, .. } => {
            let left = format!("shows {} leaves {}", maker_lots.0, maker_leaves.0);
            (format!("fill {} {}@{} {left}", maker.0, lots.0, price.ticks()), level)
        }
        Match::Refreshed { maker, lots, level, .. } => {
            (format!("refresh {} {}", maker.0, lots.0), level)
        }
        Match::Canceled { maker, leaves, level, .. } => {
            (format!("cancel {} {}", maker.0, leaves.0), level)
        }
        Match::Decremented { maker, lots, maker_lots, maker_leaves, level, .. } => {
            let left = format!("shows {} leaves {}", maker_lots.0, maker_leaves.0);
            (format!("decrement {} by {} {left}", maker.0, lots.0), level)
        }
    };
    format!("{text} | level {}/{}", level.lots.0, level.orders)
}
