//! Random commands: the book and a naive book agree on everything, after each of them.

mod naive;

use book::{Arena, ArenaLimits, Book, Match, NewResting, Stop, Taker};
use naive::{Event, Incoming, Naive, Order};
use proptest::prelude::*;
use types::{AccountId, MatchingPolicy, OrderId, Price, Qty, SelfTrade, ShardId, Side};

const ORDERS_MAX: u32 = 40;
const PAGES_MAX: u32 = 4;
const SOURCES: u16 = 2;

#[derive(Clone, Debug)]
enum Command {
    Place {
        owner: u32,
        side: Side,
        step: u64,
        lots: u64,
        display: u64,
        self_trade: SelfTrade,
        rests: bool,
        events_max: usize,
    },
    /// Both name the n-th resting order, from the oldest.
    Cancel(usize),
    Reduce(usize, u64),
}

/// How steps become prices, and how levels are shared.
#[derive(Clone, Copy, Debug)]
struct Market {
    limit: u64,
    policy: MatchingPolicy,
    /// Lots of an order are `1..` this.
    lots_end: u64,
}

impl Market {
    /// Steps 0..24 are neighbours in the middle; the others are spread over the whole range.
    fn price(self, step: u64) -> u64 {
        match step {
            0..24 => self.limit / 2 + step,
            24 => 1,
            25 => self.limit,
            _ => 1 + (step - 26) * (self.limit - 1) / 14,
        }
    }
}

struct World {
    market: Market,
    arena: Arena,
    book: Book,
    naive: Naive,
    placed: u64,
}

fn self_trades() -> impl Strategy<Value = SelfTrade> {
    prop_oneof![
        Just(SelfTrade::Allow),
        Just(SelfTrade::CancelNewest),
        Just(SelfTrade::CancelOldest),
        Just(SelfTrade::CancelBoth),
        Just(SelfTrade::Decrement),
    ]
}

fn commands(lots_end: u64) -> impl Strategy<Value = Command> {
    let sides = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let steps = prop_oneof![8 => 8..16_u64, 2 => 0..24_u64, 2 => 24..41_u64];
    let displays = prop_oneof![2 => Just(0), 1 => 1..lots_end / 2 + 2];
    let place = (1..5_u32, sides, steps, 1..lots_end, displays, self_trades(), 0..5_u8, 1..6_usize)
        .prop_map(|(owner, side, step, lots, display, self_trade, rests, events_max)| {
            // A part is at least an eighth of the whole, or big orders would refresh for ever.
            let display = if display == 0 { 0 } else { display.max(lots / 8) };
            let rests = rests > 0;
            Command::Place { owner, side, step, lots, display, self_trade, rests, events_max }
        });
    prop_oneof![
        6 => place,
        2 => (0..ORDERS_MAX as usize).prop_map(Command::Cancel),
        1 => (0..ORDERS_MAX as usize, 1..lots_end).prop_map(|(n, by)| Command::Reduce(n, by)),
    ]
}

fn markets() -> impl Strategy<Value = Market> {
    let limits = prop_oneof![Just(200), Just(5_000), Just(1 << 30)];
    let policies = prop_oneof![Just(MatchingPolicy::PriceTime), Just(MatchingPolicy::ProRata)];
    let sizes = prop_oneof![3 => Just(20), 1 => Just(1 << 44)];
    (limits, policies, sizes).prop_map(|(limit, policy, lots_end)| Market {
        limit,
        policy,
        lots_end,
    })
}

fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("a valid price")
}

/// Orders of two sources, whose numbers are dense but far from zero.
fn order_id(n: u64) -> OrderId {
    OrderId::new(ShardId((n % u64::from(SOURCES)) as u16), (1 << 30) - 20 + n / u64::from(SOURCES))
}

fn seen(event: &Match) -> Event {
    let shown = |level: &book::Level| (level.lots.0, level.orders);
    match event {
        Match::Fill { maker, owner, price, lots, maker_lots, maker_leaves, level, .. } => {
            Event::Fill {
                id: maker.0,
                owner: owner.0,
                price: price.ticks(),
                lots: lots.0,
                shows: maker_lots.0,
                leaves: maker_leaves.0,
                level: shown(level),
            }
        }
        Match::Refreshed { maker, lots, level, .. } => {
            Event::Refreshed { id: maker.0, lots: lots.0, level: shown(level) }
        }
        Match::Canceled { maker, owner, leaves, level, .. } => {
            Event::Canceled { id: maker.0, owner: owner.0, leaves: leaves.0, level: shown(level) }
        }
        Match::Decremented { maker, lots, maker_lots, maker_leaves, level, .. } => {
            Event::Decremented {
                id: maker.0,
                lots: lots.0,
                shows: maker_lots.0,
                leaves: maker_leaves.0,
                level: shown(level),
            }
        }
    }
}

impl World {
    fn new(market: Market) -> World {
        let limits = ArenaLimits { orders_max: ORDERS_MAX, pages_max: PAGES_MAX, sources: SOURCES };
        World {
            market,
            arena: Arena::new(limits),
            book: Book::new(price(market.limit), market.policy),
            naive: Naive::default(),
            placed: 0,
        }
    }

    fn run(&mut self, command: &Command) {
        match *command {
            Command::Place { .. } => self.place(command),
            Command::Cancel(n) => {
                let Some(order) = self.naive.orders.get(n).cloned() else { return };
                self.naive.orders.remove(n);
                let slot = self.arena.find(OrderId(order.id)).expect("it rests");
                let gone = self.book.remove(&mut self.arena, slot);
                assert_eq!(gone.order.0, order.id);
                assert_eq!((gone.owner.0, gone.side), (order.owner, order.side));
                assert_eq!((gone.lots.0, gone.hidden.0), (order.lots, order.hidden));
                assert_eq!(gone.price.ticks(), order.price);
                let level = (gone.level.lots.0, gone.level.orders);
                assert_eq!(level, self.naive.level(order.side, order.price));
            }
            Command::Reduce(n, by) => {
                let Some(order) = self.naive.orders.get(n).cloned() else { return };
                if by >= order.lots + order.hidden {
                    return;
                }
                self.naive.reduce(n, by);
                let slot = self.arena.find(OrderId(order.id)).expect("it rests");
                let left = self.book.reduce(&mut self.arena, slot, Qty(by));
                let order = &self.naive.orders[n];
                assert_eq!((left.lots.0, left.hidden.0), (order.lots, order.hidden));
                let level = (left.level.lots.0, left.level.orders);
                assert_eq!(level, self.naive.level(order.side, order.price));
            }
        }
    }

    fn place(&mut self, command: &Command) {
        let &Command::Place { owner, side, step, lots, display, self_trade, rests, events_max } =
            command
        else {
            return;
        };
        self.placed += 1;
        let order = order_id(self.placed);
        let limit = self.market.price(step);
        let (killed, decremented) = (false, 0);
        let mut incoming =
            Incoming { owner, side, limit, leaves: lots, decremented, self_trade, killed };
        let owner = AccountId(owner);
        let mut taker = Taker::new(order, owner, side, price(limit), Qty(lots), self_trade);
        let fillable = self.book.fillable(&self.arena, &taker);
        let rehearsed = self.rehearse(&taker);

        let expected = self.naive.take(&mut incoming, self.market.policy);
        let (events, stop) = self.take(&mut taker, events_max);
        assert_eq!(events, expected);
        assert_eq!(stop == Stop::SelfTrade, incoming.killed);
        assert_eq!((taker.leaves.0, taker.decremented.0), (incoming.leaves, incoming.decremented));
        assert_eq!(taker.round, None);
        assert_eq!(rehearsed, (fills(&events), taker, stop), "a rehearsal is what happens");
        assert_eq!(fillable.0, filled_before_own(&events, owner.0, self_trade));

        let price = price(limit);
        if self.check_room(side, limit) && rests && !taker.leaves.is_zero() && !incoming.killed {
            let lots = if display == 0 { taker.leaves.0 } else { taker.leaves.0.min(display) };
            let hidden = taker.leaves.0 - lots;
            let (ahead, _) = self.naive.level(side, limit);
            let id = order.0;
            let owner_id = owner.0;
            let new = Order { id, owner: owner_id, side, price: limit, lots, hidden, display };
            self.naive.orders.push(new);
            let (lots, hidden, display) = (Qty(lots), Qty(hidden), Qty(display));
            let new = NewResting { order, owner, side, price, lots, hidden, display };
            let rested = self.book.rest(&mut self.arena, new);
            assert_eq!(rested.ahead.0, ahead);
            assert_eq!(self.arena.find(order), Some(rested.slot));
            let level = (rested.level.lots.0, rested.level.orders);
            assert_eq!(level, self.naive.level(side, limit));
        }
    }

    /// The fills that a taker would make, what would be left of it, and how it would end. With room
    /// for a fill less the rehearsal pauses before the last one.
    fn rehearse(&self, taker: &Taker) -> (Vec<(u64, u64)>, Taker, Stop) {
        let run = |fills_max| {
            let (mut taker, mut fills) = (*taker, Vec::new());
            let on = &mut |price: Price, lots: Qty| fills.push((price.ticks(), lots.0));
            let stop = self.book.rehearse(&self.arena, &mut taker, fills_max, on);
            (fills, taker, stop)
        };
        let whole = run(usize::MAX);
        if let Some((_, before)) = whole.0.split_last() {
            let (fills, _, stop) = run(before.len());
            assert_eq!((&fills[..], stop), (before, Stop::Paused));
        }
        whole
    }

    /// Takes in calls of at most `events_max` events, or one more for a refresh.
    fn take(&mut self, taker: &mut Taker, events_max: usize) -> (Vec<Event>, Stop) {
        let mut events = Vec::new();
        loop {
            let before = events.len();
            let on = &mut |event: Match| events.push(seen(&event));
            let stop = self.book.take(&mut self.arena, taker, events_max, on);
            let told = events.len() - before;
            assert!(told <= events_max + 1, "a call tells at most events_max + 1 events");
            self.book.check_invariants(&self.arena);
            match stop {
                Stop::Paused => assert!(told >= events_max, "a pause only when it is due"),
                Stop::Done | Stop::SelfTrade => return (events, stop),
            }
        }
    }

    /// `has_room` is exact: orders, and a page of 64 prices if there is none yet.
    fn check_room(&self, side: Side, ticks: u64) -> bool {
        let column = |side: Side, ticks: u64| match side {
            Side::Buy => (side, (self.market.limit - ticks) / 64),
            Side::Sell => (side, (ticks - 1) / 64),
        };
        let mut columns: Vec<_> =
            self.naive.orders.iter().map(|order| column(order.side, order.price)).collect();
        columns.sort_unstable();
        columns.dedup();
        assert_eq!(self.arena.pages_used() as usize, columns.len());
        let has_page = columns.len() < PAGES_MAX as usize || columns.contains(&column(side, ticks));
        let has_room = self.naive.orders.len() < ORDERS_MAX as usize && has_page;
        assert_eq!(self.book.has_room(&self.arena, side, price(ticks)), has_room);
        has_room
    }

    fn check(&self) {
        self.book.check_invariants(&self.arena);
        self.arena.check_invariants();
        assert_eq!(self.arena.len() as usize, self.naive.orders.len());
        for side in [Side::Buy, Side::Sell] {
            assert_eq!(self.book.best(side).map(Price::ticks), self.naive.best(side));
            let queue = self.naive.queue(side);
            let slots: Vec<_> = self.book.orders(&self.arena, side).collect();
            assert_eq!(slots.len(), queue.len());
            let (mut ahead, mut at_price) = (book::Position::default(), 0);
            let mut levels = Vec::new();
            for (slot, order) in slots.iter().zip(queue) {
                let resting = self.arena.resting(*slot);
                assert_eq!((resting.order.0, resting.owner.0), (order.id, order.owner));
                assert_eq!((resting.side, resting.price.ticks()), (side, order.price));
                assert_eq!((resting.lots.0, resting.hidden.0), (order.lots, order.hidden));
                assert_eq!(resting.display.0, order.display);
                if order.price != at_price {
                    (ahead, at_price) = (book::Position::default(), order.price);
                    levels.push((order.price, self.naive.level(side, order.price)));
                }
                assert_eq!(self.book.position(&self.arena, *slot), ahead);
                ahead.orders += 1;
                ahead.lots.0 += order.lots;
            }
            let shown = self.book.levels(&self.arena, side);
            let shown: Vec<_> = shown.map(|(p, l)| (p.ticks(), (l.lots.0, l.orders))).collect();
            assert_eq!(shown, levels);
        }
    }

    /// A book built from what `orders` lists is the same book.
    fn check_restored(&self) {
        let mut copy = World::new(self.market);
        for side in [Side::Buy, Side::Sell] {
            for slot in self.book.orders(&self.arena, side) {
                let book::Resting { order, owner, side, price, lots, hidden, display } =
                    self.arena.resting(slot);
                let new = NewResting { order, owner, side, price, lots, hidden, display };
                copy.book.rest(&mut copy.arena, new);
            }
        }
        copy.naive = self.naive.clone();
        copy.check();
    }
}

fn fills(events: &[Event]) -> Vec<(u64, u64)> {
    let fill = |event: &Event| match event {
        Event::Fill { price, lots, .. } => Some((*price, *lots)),
        Event::Refreshed { .. } | Event::Canceled { .. } | Event::Decremented { .. } => None,
    };
    events.iter().filter_map(fill).collect()
}

/// Lots filled up to where an own order stops an order that insists on being filled whole.
fn filled_before_own(events: &[Event], owner: u32, self_trade: SelfTrade) -> u64 {
    let mut lots_filled = 0;
    for event in events {
        match event {
            Event::Fill { lots, .. } => lots_filled += lots,
            Event::Refreshed { .. } => {}
            Event::Canceled { owner: canceled, .. } => {
                assert_eq!(*canceled, owner);
                if self_trade != SelfTrade::CancelOldest {
                    break;
                }
            }
            Event::Decremented { .. } => break,
        }
    }
    lots_filled
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn agrees_with_the_naive_book(
        (market, commands) in markets().prop_flat_map(|market| {
            (Just(market), prop::collection::vec(commands(market.lots_end), 1..120))
        })
    ) {
        let mut world = World::new(market);
        for command in &commands {
            world.run(command);
            world.check();
        }
        world.check_restored();
        while let Some(order) = world.naive.orders.pop() {
            let slot = world.arena.find(OrderId(order.id)).expect("it rests");
            world.book.remove(&mut world.arena, slot);
        }
        world.check();
        prop_assert!(world.arena.is_empty());
        prop_assert_eq!(world.arena.pages_used(), 0);
    }
}
