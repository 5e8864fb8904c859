//! The views of a real venue, compared with counts that do not share their code.

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::Config;
use support::{PETR, definition, genesis, limit, price, usd};
use types::{
    AccountId, Amount, ConnectionId, Date, InstrumentId, MatchingPolicy, NewOrder, OrderId,
    OrderType, Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Seq, Side, Symbol, TickValue,
    TimeInForce, Timestamp,
};
use venue::{
    AccountEvent, Action, Balance, Change, Command, Definition, Event, Events, Fact, Fees,
    PublicEvent, Venue,
};
use view::{
    Candle, Interval, Level, OrderEvent, OrderStatus, QueuePosition, TIMELINE_EVENTS_PER_ORDER,
    Views, Which,
};

const ACCOUNTS: u32 = 4;
const ORDERS: u64 = 60;
/// What each book shows of an order: side, price, lots.
type Shown = BTreeMap<(InstrumentId, OrderId), (Side, Price, Qty)>;
/// Every order of a book in the order in which it came or was refreshed.
type Lines = BTreeMap<InstrumentId, Vec<OrderId>>;

struct World {
    venue: Venue,
    events: Events,
    views: Views,
    seq: u64,
    /// Every order's shown lots, kept from the order's part of public events alone.
    shown: Shown,
    lines: Lines,
    /// Every trade, with its time and business date.
    trades: Vec<(InstrumentId, Timestamp, Date, Price, Qty)>,
    /// Engine time, and the business date in force.
    now: Timestamp,
    date: Date,
    /// The last balance told of each position, with what it is true after.
    positions: BTreeMap<(AccountId, InstrumentId), Balance>,
    /// Cash paid for each position less cash received, and its fees.
    paid: BTreeMap<(AccountId, InstrumentId), (i128, i128)>,
    /// All that changed each order.
    told: BTreeMap<(AccountId, OrderId), Vec<OrderEvent>>,
}

impl World {
    /// Two instruments in continuous trading, one price-time and one pro-rata of odd lots and fees,
    /// and accounts with cash and shares in each self-trade mode.
    fn new() -> World {
        let venue = Venue::new(genesis()).expect("the genesis is good");
        let views = Views::new(&genesis());
        let mut world = World {
            venue,
            events: Events::new(1, 1 << 16),
            views,
            seq: 0,
            shown: BTreeMap::new(),
            lines: BTreeMap::new(),
            trades: Vec::new(),
            now: Timestamp(0),
            date: genesis().business_date,
            positions: BTreeMap::new(),
            paid: BTreeMap::new(),
            told: BTreeMap::new(),
        };
        let pro_rata = Definition {
            symbol: Symbol::new("VALE3").unwrap(),
            policy: MatchingPolicy::ProRata,
            tick_value: TickValue::new(1, 7).unwrap(),
            fees: Fees { maker_ppm: 300, taker_ppm: 700 },
            ..definition()
        };
        for (number, definition) in (0..).zip([definition(), pro_rata]) {
            world.apply(Action::ListInstrument { definition });
            let (instrument, phase) = (InstrumentId(number), Phase::Continuous);
            world.apply(Action::SetPhase { instrument, phase });
        }
        let modes = [SelfTrade::Allow, SelfTrade::CancelOldest, SelfTrade::CancelBoth];
        for number in 1..=ACCOUNTS {
            let account = AccountId(number);
            let self_trade = modes.get(number as usize).copied().unwrap_or(SelfTrade::Decrement);
            let (owner, currency) = (PrincipalId(1), usd());
            world.apply(Action::OpenAccount { owner, currency, self_trade });
            world.apply(Action::Deposit { account, amount: Amount(100_000_000) });
            for instrument in [InstrumentId(0), InstrumentId(1)] {
                world.apply(Action::Issue { account, instrument, qty: Qty(10_000) });
            }
        }
        world
    }

    fn apply(&mut self, action: Action) {
        self.seq += 1;
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        let request = RequestId::new(&format!("r{}", self.seq));
        let command = Command { principal, connection, request, action };
        let outcome = self.venue.apply(self.seq, self.now, &command, &mut self.events);
        assert!(outcome.is_some(), "the buffer has room for all that expires");
        loop {
            self.absorb_each();
            if !self.venue.is_busy() {
                break;
            }
            self.venue.resume(&mut self.events);
        }
    }

    /// Absorbs event by event, and compares the books after each.
    fn absorb_each(&mut self) {
        let events = std::mem::replace(&mut self.events, Events::new(1, 1 << 16));
        for stamped in events.iter() {
            let mut one = Events::new(stamped.seq, 1);
            one.begin(stamped.at, stamped.cause);
            one.push(*stamped.event);
            self.views.absorb(&one);
            self.recount(stamped.at, stamped.event);
            self.note(stamped.seq, stamped.at, stamped.event);
            if let Event::Public(PublicEvent::Book(_) | PublicEvent::Trade(_)) = stamped.event {
                self.check_queues();
            }
        }
        self.events = events;
        self.events.clear();
    }

    fn recount(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Public(PublicEvent::Book(change)) => {
                let key = (change.instrument, change.order);
                self.shown.insert(key, (change.side, change.price, change.lots));
                self.shown.retain(|_, (_, _, lots)| !lots.is_zero());
                if change.at_back {
                    let line = self.lines.entry(change.instrument).or_default();
                    line.retain(|order| *order != change.order);
                    line.push(change.order);
                }
            }
            Event::Public(PublicEvent::Trade(trade)) => {
                let key = (trade.instrument, trade.maker);
                let maker = self.shown.get_mut(&key).expect("a maker was shown");
                maker.2 = trade.maker_lots;
                self.shown.retain(|_, (_, _, lots)| !lots.is_zero());
                self.trades.push((trade.instrument, at, self.date, trade.price, trade.lots));
            }
            Event::Account(event) => {
                if let Fact::Filled(own) = &event.fact {
                    let key = (event.account, own.instrument);
                    self.positions.insert(key, own.position);
                    let (cash, fees) = self.paid.entry(key).or_default();
                    *fees += i128::from(own.fee.0);
                    match own.side {
                        Side::Buy => *cash += i128::from(own.cash.0),
                        Side::Sell => *cash -= i128::from(own.cash.0),
                    }
                } else if let Fact::Issued { instrument, position, .. } = &event.fact {
                    self.positions.insert((event.account, *instrument), *position);
                }
            }
            Event::Public(PublicEvent::DateChanged { date }) => self.date = *date,
            Event::Public(_) | Event::Refused { .. } => {}
        }
    }

    /// Keeps what changes an order with the order.
    fn note(&mut self, seq: Seq, at: Timestamp, event: &Event) {
        let Event::Account(AccountEvent { account, fact, .. }) = event else { return };
        let order = match fact {
            Fact::Accepted { order, .. }
            | Fact::Canceled { order, .. }
            | Fact::Decremented { order, .. }
            | Fact::Replaced { order, .. }
            | Fact::Triggered { order } => *order,
            Fact::Filled(own) => own.order,
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
            | Fact::MassCanceled { .. } => return,
        };
        let fact = *fact;
        self.told.entry((*account, order)).or_default().push(OrderEvent { seq, at, fact });
    }

    fn check_timelines(&self) {
        for ((account, order), told) in &self.told {
            let orders = &self.views.account(*account).unwrap().orders;
            let timeline = orders.timeline(*order).expect("few have closed");
            let forgotten = told.len().saturating_sub(TIMELINE_EVENTS_PER_ORDER);
            assert!(timeline.events().eq(&told[forgotten..]));
            assert_eq!(timeline.is_truncated(), forgotten > 0);
        }
    }

    /// The book by order is what was shown, in the order in which it came, and adds up to the
    /// book by price.
    fn check_queues(&self) {
        for instrument in self.views.instruments() {
            let line = self.lines.get(&instrument.id).map_or(&[][..], Vec::as_slice);
            let mut seen = 0;
            for side in [Side::Buy, Side::Sell] {
                let levels: Vec<(Price, Level)> = instrument.depth.levels(side).collect();
                let queues = instrument.depth.queues(side);
                let queues: Vec<(Price, Vec<_>)> =
                    queues.map(|(price, orders)| (price, orders.collect())).collect();
                assert_eq!(levels.len(), queues.len());
                for ((price, level), (at, orders)) in levels.iter().zip(&queues) {
                    assert_eq!(price, at);
                    let waiting = line.iter().filter_map(|order| {
                        let shown = self.shown.get(&(instrument.id, *order));
                        shown.filter(|it| (it.0, it.1) == (side, *at)).map(|it| (*order, it.2))
                    });
                    let waiting: Vec<(OrderId, Qty)> = waiting.collect();
                    assert_eq!(orders, &waiting, "oldest first within a price");
                    let lots: u64 = orders.iter().map(|(_, lots)| lots.0).sum();
                    assert_eq!(lots, level.lots.0, "a level is the sum of its orders");
                    assert!(orders.len() <= level.orders as usize, "one may be between two parts");
                    seen += orders.len();
                }
            }
            let shown = self.shown.keys().filter(|(of, _)| *of == instrument.id).count();
            assert_eq!(seen, shown);
        }
    }

    /// What is ahead of each order, counted from the front of its level.
    fn check_positions_in_queues(&self) {
        for account in self.views.accounts_after(AccountId(0)) {
            for order in account.orders.open() {
                let depth = &self.views.instrument(order.terms.instrument).unwrap().depth;
                let mut queues = depth.queues(order.terms.side);
                let found = queues.find_map(|(_, orders)| {
                    let orders: Vec<_> = orders.collect();
                    let place = orders.iter().position(|(id, _)| *id == order.id)?;
                    let lots = orders[..place].iter().map(|(_, lots)| lots.0).sum();
                    Some(QueuePosition { orders: place as u32, lots: Qty(lots) })
                });
                assert_eq!(self.views.queue_position(order), found);
            }
        }
    }

    /// Every candle, the statistics and the quote, recomputed from all trades.
    fn check_candles(&self) {
        let moment = self.views.moment(self.now);
        for instrument in self.views.instruments() {
            let trades: Vec<_> = self.trades.iter().filter(|it| it.0 == instrument.id).collect();
            for interval in Interval::ALL {
                let number = |at: Timestamp, date: Date| match interval {
                    Interval::Day => u64::from(date.0),
                    Interval::Second
                    | Interval::Minute
                    | Interval::FiveMinutes
                    | Interval::QuarterHour
                    | Interval::Hour => at.0 / interval.ns(),
                };
                let current = number(self.now, self.date);
                let first = current.saturating_sub(70);
                // The date moves by two: what lies between was no business date.
                let step = if interval == Interval::Day { 2 } else { 1 };
                let first = first + (current - first) % step;
                let naive = (first..=current).step_by(step as usize).filter_map(|wanted| {
                    let of = |it: &&&(_, _, _, _, _)| number(it.1, it.2) == wanted;
                    let inside: Vec<_> = trades.iter().filter(of).map(|it| (it.3, it.4)).collect();
                    let before = trades.iter().rev().find(|it| number(it.1, it.2) < wanted);
                    naive_candle(wanted, &inside, before.map(|it| it.3))
                });
                let naive: Vec<Candle> = naive.collect();
                let numbers = first..current + 1;
                let filled = |which, max| {
                    instrument.candles.filled(interval, numbers.clone(), (which, max), &moment)
                };
                assert_eq!(filled(Which::Newest, 100), naive, "{interval:?}");
                let few = naive.len().min(3);
                assert_eq!(filled(Which::Oldest, 3), naive[..few]);
                assert_eq!(filled(Which::Newest, 3), naive[naive.len() - few..]);
                let closed = naive.iter().filter(|it| interval.is_closed(it.number, &moment));
                assert_eq!(closed.count(), naive.len().saturating_sub(1));
            }
            let day_start = (self.now.0 / 60_000_000_000 + 1).saturating_sub(1_440);
            let inside = trades.iter().filter(|it| it.1.0 / 60_000_000_000 >= day_start);
            let inside: Vec<_> = inside.map(|it| (it.3, it.4)).collect();
            let number = instrument.candles.rolling(self.now).map_or(0, |it| it.number);
            assert_eq!(instrument.candles.rolling(self.now), naive_candle(number, &inside, None));
            let before = trades.iter().rev().find(|it| it.2 < self.date).map(|it| it.3);
            assert_eq!(instrument.candles.close_before(self.date), before);
        }
    }

    fn check(&self) {
        self.check_depth_by_shown_orders();
        self.check_depth_by_open_orders();
        self.check_positions();
        self.check_positions_in_queues();
        self.check_candles();
        self.check_timelines();
    }

    fn check_depth_by_shown_orders(&self) {
        let mut levels = BTreeMap::new();
        for ((instrument, _), (side, price, lots)) in &self.shown {
            let level = levels.entry((*instrument, *side, *price)).or_insert((0, 0));
            level.0 += lots.0;
            level.1 += 1;
        }
        assert_eq!(self.depth(), levels, "depth is the sum of the shown orders");
    }

    /// What can be counted from the owners' side: an order that shows all it has.
    fn check_depth_by_open_orders(&self) {
        for account in self.views.accounts_after(AccountId(0)) {
            for order in account.orders.open() {
                let shown = self.shown.get(&(order.terms.instrument, order.id));
                match (order.status, order.terms.display) {
                    (OrderStatus::Waiting, _) => assert_eq!(shown, None, "a stop is not shown"),
                    (_, None) => assert_eq!(shown.map(|it| it.2), Some(order.leaves)),
                    (_, Some(_)) => assert!(shown.is_some_and(|it| it.2 <= order.leaves)),
                }
            }
        }
        let open = self.views.accounts_after(AccountId(0)).flat_map(|it| it.orders.open());
        let resting = open.filter(|order| order.status == OrderStatus::Open).count();
        assert_eq!(resting, self.shown.len(), "what is shown is open and the other way round");
    }

    fn check_positions(&self) {
        for ((account, instrument), told) in &self.positions {
            let account = self.views.account(*account).unwrap();
            let position = account.positions[instrument];
            assert_eq!(position.settled, told.free + told.held);
            let paid = self.paid.get(&(account.id, *instrument)).copied().unwrap_or_default();
            let booked = (position.cost - position.realised, position.fees);
            assert_eq!(booked, paid, "cost and profit are what was paid and received");
            assert!(position.cost >= 0 && (position.settled > 0 || position.cost == 0));
            let sells = account.orders.open().filter(|order| {
                (order.terms.instrument, order.terms.side) == (*instrument, Side::Sell)
            });
            let open: u64 = sells.map(|order| order.leaves.0).sum();
            assert_eq!(position.held.cast_unsigned(), open, "held is what open sells have left");
        }
    }

    fn depth(&self) -> BTreeMap<(InstrumentId, Side, Price), (u64, u32)> {
        let mut levels = BTreeMap::new();
        for instrument in self.views.instruments() {
            for side in [Side::Buy, Side::Sell] {
                levels.extend(instrument.depth.levels(side).map(|(price, level)| {
                    ((instrument.id, side, price), (level.lots.0, level.orders))
                }));
            }
        }
        levels
    }
}

/// The candle of what traded inside an interval, or a flat one after the close before it.
fn naive_candle(number: u64, inside: &[(Price, Qty)], before: Option<Price>) -> Option<Candle> {
    let lots = |it: &(Price, Qty)| u128::from(it.1.0);
    let prices = || inside.iter().map(|it| it.0);
    let close = prices().next_back().or(before)?;
    Some(Candle {
        number,
        open: prices().next().unwrap_or(close),
        high: prices().max().unwrap_or(close),
        low: prices().min().unwrap_or(close),
        close,
        lots: inside.iter().map(lots).sum(),
        ticks_lots: inside.iter().map(|it| lots(it) * u128::from(it.0.ticks())).sum(),
        trades: inside.len() as u64,
    })
}

/// How long nothing happens before an action: seconds, minutes, hours; none: the date moves.
fn pause() -> impl Strategy<Value = Option<u64>> {
    const SECOND_NS: u64 = 1_000_000_000;
    prop_oneof![
        8 => (0..2 * SECOND_NS).prop_map(Some),
        3 => (0..600 * SECOND_NS).prop_map(Some),
        1 => (0..40_000 * SECOND_NS).prop_map(Some),
        1 => Just(None),
    ]
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// Orders of all kinds around 10.00, so that most of them meet.
fn order() -> impl Strategy<Value = NewOrder> {
    let kind = 0..6u8;
    (0..2u32, side(), kind, 990..1_010u64, 980..1_020u64, 1..40u64).prop_map(
        |(instrument, side, kind, ticks, trigger, lots)| {
            let mut order = limit(side, ticks, lots);
            order.instrument = InstrumentId(instrument);
            let (price, trigger) = (price(ticks), price(trigger));
            match kind {
                0 => order.time_in_force = TimeInForce::Ioc,
                1 => order.display = Some(Qty(lots.div_ceil(3))),
                2 => order.order_type = OrderType::StopLimit { trigger, price },
                3 => {
                    order.order_type = OrderType::Stop { trigger, collar: Some(price) };
                }
                _ => {}
            }
            order
        },
    )
}

fn action() -> impl Strategy<Value = Action> {
    let account = (1..=ACCOUNTS).prop_map(AccountId);
    let id = (1..=ORDERS).prop_map(OrderId);
    let change = (prop::option::of(1..60u64), prop::option::of(985..1_015u64));
    prop_oneof![
        8 => (account.clone(), order())
            .prop_map(|(account, order)| Action::Place { account, order }),
        2 => (account.clone(), id.clone())
            .prop_map(|(account, order)| Action::Cancel { account, order }),
        2 => (account.clone(), id, change).prop_map(|(account, order, (qty, ticks))| {
            let change = Change { qty: qty.map(Qty), price: ticks.map(price), trigger: None };
            Action::Replace { account, order, change }
        }),
        1 => (account, prop::option::of(side())).prop_map(|(account, side)| {
            Action::MassCancel { account, instrument: Some(PETR), side }
        }),
    ]
}

fn config(cases: u32) -> Config {
    Config { failure_persistence: None, ..Config::with_cases(cases) }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn depth_and_positions_equal_a_recount_over_orders(
        actions in prop::collection::vec((pause(), action()), 1..150),
    ) {
        let mut world = World::new();
        for (pause, action) in actions {
            match pause {
                Some(ns) => world.now.0 += ns,
                None => world.apply(Action::SetBusinessDate { date: Date(world.date.0 + 2) }),
            }
            world.apply(action);
            world.check();
        }
    }

    #[test]
    fn a_snapshot_and_the_events_after_it_give_the_same_views(
        before in prop::collection::vec(action(), 1..60),
        after in prop::collection::vec(action(), 1..60),
    ) {
        let mut world = World::new();
        before.into_iter().for_each(|action| world.apply(action));
        let mut bytes = Vec::new();
        world.views.snapshot(&mut bytes);
        let restored = Views::restore(&bytes).expect("own snapshots are good");
        let went_on = std::mem::replace(&mut world.views, restored);
        prop_assert_eq!(&went_on, &world.views);
        let mut twin = World { views: went_on, ..World::new() };
        // The twin's venue has another history: only the events are shared.
        for action in after {
            world.seq += 1;
            let command = Command {
                principal: PrincipalId(1),
                connection: ConnectionId(0),
                request: None,
                action,
            };
            let at = world.now;
            let outcome = world.venue.apply(world.seq, at, &command, &mut world.events);
            assert!(outcome.is_some(), "the buffer has room for all that expires");
            world.views.absorb(&world.events);
            twin.views.absorb(&world.events);
            world.events.clear();
        }
        prop_assert_eq!(&twin.views, &world.views);
    }
}
