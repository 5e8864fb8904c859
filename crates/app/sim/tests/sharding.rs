//! Sharded is what embedded is: the same events from 1 x 1 shards, the same truths from 4 x 4.

use std::collections::{BTreeMap, VecDeque};

use sim::generator::Generator;
use sim::model::Model;
use sim::sharding::bus::Counts;
use sim::sharding::desk::{ANN, BOB, CLEARING, Desk, FIRST, MATCHING, SECOND, limit};
use sim::sharding::node::{Node, Told};
use sim::sharding::run::{Run, Weather};
use sim::sharding::traffic;
use sim::world;
use types::{
    AccountId, Amount, ConnectionId, NewOrder, OrderType, Phase, PrincipalId, ShardId, Side,
    TimeInForce, Timestamp,
};
use venue::{
    Action, Balance, Cause, Command, Event, Events, Fact, Limits, Outcome, PublicEvent, Reject,
    Shard, Venue,
};

const EQUAL_COMMANDS: u64 = 12_000;
const RANDOM_COMMANDS: u64 = 8_000;
const RANDOM_SEEDS: u64 = 12;

/// Embedded and 1 x 1 shards, side by side.
struct Twins {
    embedded: Venue,
    events: Events,
    nodes: [Node; 2],
    model: Model,
    seq: u64,
}

impl Twins {
    fn new(seed: u64) -> Twins {
        let genesis = world::genesis(seed);
        let room = genesis.limits.step_events_max as usize;
        Twins {
            embedded: Venue::new(genesis.clone()).expect("genesis is in range"),
            events: Events::new(1, room * 2),
            nodes: [Node::new(&genesis, CLEARING[0]), Node::new(&genesis, MATCHING[0])],
            model: Model::new(genesis),
            seq: 0,
        }
    }

    /// Plays a command on both; before it a tick, if it comes after a deadline.
    fn play(&mut self, at: Timestamp, command: &Command) {
        let now = self.embedded.now().max(at);
        if self.embedded.next_expiry().is_some_and(|deadline| deadline <= now) {
            let (principal, connection) = (PrincipalId(0), ConnectionId(0));
            let tick = Command { principal, connection, request: None, action: Action::Tick };
            self.play_one(now, &tick, MATCHING[0]);
        }
        let home = command.action.enters_at(ShardId(0));
        self.play_one(now, command, home);
    }

    fn play_one(&mut self, now: Timestamp, command: &Command, home: Shard) {
        self.seq += 1;
        self.model.apply(self.seq, now, command);
        let (expected, told) = self.embedded(now, command);
        let before = [self.nodes[0].told().len(), self.nodes[1].told().len()];
        let mut outcome = self.nodes[index(home)].command_as(self.seq, now, command);
        self.drain();
        let told_by = |node: usize| &self.nodes[node].told()[before[node]..];
        for told in told_by(0) {
            if let Event::Account(event) = &told.event
                && let Fact::Refused { reject, .. } = event.fact
            {
                outcome.result = Err(reject);
            }
        }
        assert_eq!(outcome, expected, "{} {command:?}", self.seq);
        // Each shard numbers its own events, so each shard's are compared in their order.
        for node in [0, 1] {
            let of_node = told.iter().filter(|told| teller(told, home) == node);
            let of_node: Vec<Told> = of_node.copied().collect();
            let sharded = told_by(node).iter().map(|told| as_embedded(told, command));
            let sharded: Vec<Told> = sharded.collect();
            assert_eq!(sharded, of_node, "{} {command:?}", self.seq);
        }
    }

    fn embedded(&mut self, now: Timestamp, command: &Command) -> (Outcome, Vec<Told>) {
        let mut told = Vec::new();
        let outcome = loop {
            let outcome = self.embedded.apply(self.seq, now, command, &mut self.events);
            take(&mut self.events, &mut told);
            if let Some(outcome) = outcome {
                break outcome;
            }
        };
        while self.embedded.is_busy() {
            self.embedded.resume(&mut self.events);
            take(&mut self.events, &mut told);
        }
        (outcome, told)
    }

    /// Delivers every message in order.
    fn drain(&mut self) {
        let mut waiting = VecDeque::new();
        loop {
            for (from, to) in [(0, 1), (1, 0)] {
                let destination = [CLEARING[0], MATCHING[0]][to];
                let received = self.nodes[to].machine().received([CLEARING[0], MATCHING[0]][from]);
                waiting.extend(self.nodes[from].sent_after(destination, received).iter().copied());
            }
            if waiting.is_empty() {
                return;
            }
            for envelope in waiting.drain(..) {
                self.nodes[index(envelope.destination)].deliver(&envelope);
            }
        }
    }
}

fn index(shard: Shard) -> usize {
    match shard {
        Shard::Clearing(_) => 0,
        Shard::Matching(_) => 1,
    }
}

/// Which machine tells an event: owners' and the venue's own come from clearing.
fn teller(told: &Told, home: Shard) -> usize {
    match told.event {
        Event::Account(_)
        | Event::Public(
            PublicEvent::DateChanged { .. }
            | PublicEvent::RulesChanged { .. }
            | PublicEvent::KillSwitchSet { .. },
        ) => 0,
        Event::Refused { .. } => index(home),
        Event::Public(_) => 1,
    }
}

/// Empties a buffer.
fn take(events: &mut Events, told: &mut Vec<Told>) {
    told.extend(events.iter().map(|stamped| Told {
        at: stamped.at,
        cause: stamped.cause,
        event: *stamped.event,
    }));
    events.clear();
}

/// A tick enters at the shard that has the deadlines; embedded there is one way in.
fn as_embedded(told: &Told, command: &Command) -> Told {
    if command.action == Action::Tick {
        return Told { cause: Cause { shard: CLEARING[0], ..told.cause }, ..*told };
    }
    *told
}

#[test]
fn one_by_one_shards_tell_what_embedded_tells() {
    for seed in 0..4 {
        let mut twins = Twins::new(seed);
        let mut generator = Generator::new(seed);
        for number in 0..EQUAL_COMMANDS {
            let (at, command) = generator.next(&twins.model);
            twins.play(at, &command);
            if number % 1_500 == 0 {
                for node in &mut twins.nodes {
                    let again = node.recovered();
                    node.become_again(again);
                    node.save();
                }
            }
        }
        println!("seed {seed}: {} events equal", twins.events.next_seq() - 1);
    }
}

#[test]
fn four_by_four_shards_keep_money_shares_and_histories_on_a_bad_bus() {
    let mut refusals = BTreeMap::new();
    let mut counts = Counts::default();
    for seed in 0..RANDOM_SEEDS {
        let mut run = Run::new(seed, Weather::Crashes);
        run.play(RANDOM_COMMANDS);
        run.cancel_all();
        counts = run.bus.counts();
        println!("seed {seed}: {} trades, {} crashes, {counts:?}", run.audit.trades(), run.crashes);
        for (name, count) in run.audit.refusals.iter().chain(&run.audit.returned) {
            *refusals.entry(name.clone()).or_insert(0) += count;
        }
    }
    println!("{refusals:?}");
    for name in ["ChangePending", "InstrumentNotReady", "ExpiryPassed", "OrdersFull"] {
        assert!(refusals.contains_key(name), "{name} is told: {refusals:?}");
    }
    assert!(counts.lost > 100 && counts.behind_holes > 100 && counts.duplicates > 100);
}

#[test]
fn crashes_change_nothing_when_inputs_keep_their_order() {
    for seed in 100..103 {
        let mut calm = Run::new(seed, Weather::Calm);
        let mut rough = Run::new(seed, Weather::Crashes);
        calm.play(RANDOM_COMMANDS / 2);
        rough.play(RANDOM_COMMANDS / 2);
        assert!(rough.crashes > 10 && calm.crashes == 0);
        assert_eq!(calm.states(), rough.states(), "seed {seed}");
        let told = |run: &Run| -> Vec<Vec<Told>> {
            run.cluster.nodes().iter().map(|node| node.told().to_vec()).collect()
        };
        assert!(told(&calm) == told(&rough), "seed {seed}: the same events");
    }
}

#[test]
fn an_instrument_opens_once_every_clearing_shard_knows_it() {
    let mut desk = Desk::empty(traffic::genesis(0).limits);
    desk.open_account(0, "USD");
    desk.open_account(1, "USD");
    desk.ok(Action::Deposit { account: ANN, amount: Amount(10_000) });
    desk.ok(Action::Deposit { account: BOB, amount: Amount(10_000) });
    desk.ok(Action::ListInstrument { definition: world::definition("FIRST", "USD") });
    let open = Action::SetPhase { instrument: FIRST, phase: Phase::Continuous };
    assert_eq!(desk.refused(open), Reject::InstrumentNotReady { missing: 2 });
    let order = limit(FIRST, Side::Buy, 1, 1_000);
    let unknown = Reject::UnknownInstrument { instrument: FIRST };
    assert_eq!(desk.refused(Action::Place { account: ANN, order }), unknown);
    desk.pass(MATCHING[0], CLEARING[0]);
    desk.pass(CLEARING[0], MATCHING[0]);
    assert_eq!(desk.refused(open), Reject::InstrumentNotReady { missing: 1 });
    desk.ok(Action::Place { account: ANN, order });
    assert_eq!(desk.refused(Action::Place { account: BOB, order }), unknown);
    desk.cluster.drain();
    desk.ok(open);
    desk.ok(Action::Place { account: BOB, order });
}

#[test]
fn a_second_change_waits_for_the_first_and_a_cancel_wins() {
    let mut desk = Desk::open(100_000);
    let order = desk.rest(ANN, limit(FIRST, Side::Buy, 10, 1_000));
    let grow = desk.replace(ANN, order, 1_000, 12);
    desk.ok(grow);
    assert_eq!(desk.cash(ANN).held, 12_000);
    assert_eq!(desk.refused(grow), Reject::ChangePending { order });
    desk.ok(Action::Cancel { account: ANN, order });
    desk.cluster.drain();
    let facts = desk.facts(ANN);
    assert!(matches!(facts[facts.len() - 2..], [Fact::Replaced { .. }, Fact::Canceled { .. }]));
    assert_eq!(desk.cash(ANN), Balance { free: 100_000, held: 0 });
}

#[test]
fn a_cancel_that_crosses_with_the_last_fill_is_refused_and_so_is_its_retry() {
    let mut desk = Desk::open(100_000);
    let order = desk.rest(ANN, limit(FIRST, Side::Buy, 10, 1_000));
    desk.place(BOB, limit(FIRST, Side::Sell, 10, 1_000));
    desk.pass(CLEARING[1], MATCHING[0]);
    let cancel = Action::Cancel { account: ANN, order };
    assert!(desk.any(0, Some("late"), cancel).result.is_ok());
    desk.cluster.drain();
    let gone = Reject::UnknownOrder { order };
    assert_eq!(desk.last_refusal(ANN, order), gone);
    let retry = desk.any(0, Some("late"), cancel);
    assert_eq!((retry.result, retry.repeated), (Err(gone), true));
    assert_eq!(desk.cash(ANN), Balance { free: 90_000, held: 0 });
}

#[test]
fn a_late_answer_leaves_a_request_id_alone_that_was_forgotten_and_used_anew() {
    let mut desk = Desk::open(100_000);
    let filled = desk.rest(ANN, limit(FIRST, Side::Buy, 10, 1_000));
    desk.place(BOB, limit(FIRST, Side::Sell, 10, 1_000));
    desk.pass(CLEARING[1], MATCHING[0]);
    let cancel = Action::Cancel { account: ANN, order: filled };
    assert!(desk.any(0, Some("x"), cancel).result.is_ok());
    for number in 0..desk.cluster.genesis().limits.requests_remembered {
        let deposit = Action::Deposit { account: ANN, amount: Amount(1) };
        assert!(desk.any(0, Some(&format!("d{number}")), deposit).result.is_ok());
    }
    let order = limit(FIRST, Side::Buy, 1, 990);
    let place = Action::Place { account: ANN, order };
    let first = desk.any(0, Some("x"), place);
    desk.cluster.drain();
    let again = desk.any(0, Some("x"), place);
    assert_eq!((again.result, again.repeated), (first.result, true));
    let node = desk.cluster.node_mut(CLEARING[0]);
    node.save();
    let restored = node.recovered();
    node.become_again(restored);
}

#[test]
fn a_growing_order_that_is_filled_meanwhile_holds_nothing_more() {
    let mut desk = Desk::open(100_000);
    let order = desk.rest(ANN, limit(FIRST, Side::Buy, 10, 1_000));
    desk.place(BOB, limit(FIRST, Side::Sell, 10, 1_000));
    desk.pass(CLEARING[1], MATCHING[0]);
    let grow = desk.replace(ANN, order, 1_000, 20);
    desk.ok(grow);
    assert_eq!(desk.cash(ANN).held, 20_000);
    desk.pass(MATCHING[0], CLEARING[0]);
    assert_eq!(desk.cash(ANN), Balance { free: 90_000, held: 0 });
    desk.cluster.drain();
    assert_eq!(desk.last_refusal(ANN, order), Reject::UnknownOrder { order });
    assert_eq!(desk.cash(ANN), Balance { free: 90_000, held: 0 });
}

#[test]
fn more_lots_lower_down_hold_both_what_may_fill_before_and_what_is_added() {
    for (cash, is_covered) in [(15_999, false), (16_000, true)] {
        let mut desk = Desk::open(cash);
        let order = desk.rest(ANN, limit(FIRST, Side::Buy, 10, 1_000));
        desk.place(BOB, limit(FIRST, Side::Sell, 9, 1_000));
        desk.pass(CLEARING[1], MATCHING[0]);
        let change = desk.replace(ANN, order, 600, 20);
        if !is_covered {
            let (needed, free) = (Amount(6_000), Amount(5_999));
            assert_eq!(desk.refused(change), Reject::InsufficientFunds { needed, free });
            continue;
        }
        desk.ok(change);
        assert_eq!(desk.cash(ANN), Balance { free: 0, held: 16_000 });
        desk.pass(MATCHING[0], CLEARING[0]);
        assert_eq!(desk.cash(ANN), Balance { free: 0, held: 7_000 });
        desk.cluster.drain();
        assert_eq!(desk.cash(ANN), Balance { free: 400, held: 6_600 });
    }
}

#[test]
fn matching_checks_again_what_was_on_its_way_while_terms_changed() {
    let mut desk = Desk::open(100_000);
    let order = desk.rest(ANN, limit(FIRST, Side::Buy, 5, 1_000));
    let change = Action::SetBand { instrument: FIRST, band: world::band(900, 1_005) };
    desk.ok(change);
    let late = desk.place(ANN, limit(FIRST, Side::Buy, 1, 1_006));
    let replace = desk.replace(ANN, order, 1_007, 5);
    desk.ok(replace);
    let low = desk.place(BOB, limit(FIRST, Side::Sell, 1, 899));
    for shard in [CLEARING[0], CLEARING[1]] {
        desk.pass(shard, MATCHING[0]);
    }
    desk.cluster.drain();
    let (max, min) = (world::price(1_005), world::price(900));
    let refusals: Vec<Fact> = desk.facts(ANN).into_iter().rev().take(2).collect();
    let above = |ticks| Reject::PriceAboveBand { price: world::price(ticks), max };
    for (fact, (id, ticks)) in refusals.iter().rev().zip([(late, 1_006), (order, 1_007)]) {
        assert_eq!(*fact, Fact::Refused { request: None, order: id, reject: above(ticks) });
    }
    let below = Reject::PriceBelowBand { price: world::price(899), min };
    assert_eq!(desk.last_refusal(BOB, low), below);
    assert_eq!(desk.cash(ANN).held, 5_000);

    desk.ok(Action::SetPhase { instrument: FIRST, phase: Phase::Halted });
    let cross = desk.replace(ANN, order, 1_001, 5);
    desk.ok(cross);
    desk.cluster.drain();
    assert_eq!(desk.last_refusal(ANN, order), Reject::PhaseForbids { phase: Phase::Halted });
}

#[test]
fn a_market_order_without_a_collar_stays_within_the_newest_band() {
    let mut desk = Desk::open(100_000);
    desk.rest(BOB, limit(FIRST, Side::Sell, 1, 1_400));
    desk.ok(Action::SetBand { instrument: FIRST, band: world::band(500, 1_300) });
    let order_type = OrderType::Market { collar: None };
    let time_in_force = TimeInForce::Ioc;
    let order = limit(FIRST, Side::Buy, 1, 1_000);
    desk.place(ANN, NewOrder { order_type, time_in_force, ..order });
    desk.pass(CLEARING[0], MATCHING[0]);
    desk.cluster.drain();
    assert_eq!(desk.trades(MATCHING[0]), 0);
    assert_eq!(desk.cash(ANN), Balance { free: 100_000, held: 0 });
}

#[test]
fn an_order_that_comes_after_its_deadline_is_refused() {
    let mut desk = Desk::open(100_000);
    let expires = Timestamp(desk.clock + 10);
    let time_in_force = TimeInForce::Gtd(expires);
    let order = limit(FIRST, Side::Buy, 1, 1_000);
    let order = desk.place(ANN, NewOrder { time_in_force, ..order });
    desk.clock += 20;
    desk.ok(Action::Tick);
    let now = Timestamp(desk.clock);
    desk.cluster.drain();
    assert_eq!(desk.last_refusal(ANN, order), Reject::ExpiryPassed { expires, now });
}

#[test]
fn a_transfer_that_cannot_be_taken_comes_back() {
    let mut desk = Desk::open(100_000);
    let yen = desk.open_account(1, "JPY");
    let closed = desk.open_account(1, "USD");
    desk.ok(Action::CloseAccount { account: closed });
    let nobody = AccountId::new(ShardId(1), 9);
    let (usd, jpy) = (world::currency("USD"), world::currency("JPY"));
    let reasons = [
        (nobody, Reject::UnknownAccount { account: nobody }),
        (closed, Reject::AccountClosed { account: closed }),
        (yen, Reject::CurrencyMismatch { account: usd, other: jpy }),
    ];
    let amount = Amount(10);
    for (to, reject) in reasons {
        desk.ok(Action::Transfer { account: ANN, to, amount });
        assert_eq!(desk.cash(ANN).free, 99_990);
        desk.cluster.drain();
        let last = desk.facts(ANN).last().copied();
        let Some(Fact::TransferReturned { payment, .. }) = last else { panic!("{last:?}") };
        let returned = Fact::TransferReturned { payment, to, amount, reject };
        assert_eq!(last, Some(returned));
        assert_eq!(desk.cash(ANN).free, 100_000);
    }

    // The giver closes while its money is on the way: it is opened again to have it.
    let giver = desk.open_account(0, "USD");
    desk.ok(Action::Deposit { account: giver, amount });
    desk.ok(Action::Transfer { account: giver, to: nobody, amount });
    desk.ok(Action::CloseAccount { account: giver });
    desk.cluster.drain();
    assert_eq!(desk.facts(giver).last(), Some(&Fact::StatusChanged { suspended: true }));
    desk.ok(Action::SetAccountStatus { account: giver, suspended: false });
    desk.ok(Action::Withdraw { account: giver, amount });
}

#[test]
fn clearing_shards_together_can_fill_a_matching_shard() {
    let limits = Limits { orders_max: 4, ..traffic::genesis(0).limits };
    let mut desk = Desk::open_with(limits, 100_000);
    for _ in 0..3 {
        desk.rest(ANN, limit(FIRST, Side::Buy, 1, 900));
    }
    desk.rest(BOB, limit(FIRST, Side::Sell, 1, 1_100));
    let order = desk.rest(BOB, limit(FIRST, Side::Sell, 1, 1_100));
    assert_eq!(desk.last_refusal(BOB, order), Reject::OrdersFull { max: 4 });
    desk.rest(BOB, limit(SECOND, Side::Sell, 1, 1_100));
    assert!(matches!(desk.facts(BOB).last(), Some(Fact::Accepted { .. })));
}

#[test]
fn every_matching_shard_answers_a_mass_cancel() {
    let mut desk = Desk::open(100_000);
    desk.rest(ANN, limit(FIRST, Side::Buy, 1, 900));
    desk.rest(ANN, limit(SECOND, Side::Buy, 1, 900));
    desk.place(ANN, limit(SECOND, Side::Buy, 1, 901));
    desk.ok(Action::SetAccountStatus { account: ANN, suspended: true });
    desk.ok(Action::MassCancel { account: ANN, instrument: None, side: None });
    desk.cluster.drain();
    let mut answers = Vec::new();
    for fact in desk.facts(ANN) {
        if let Fact::MassCanceled { orders, .. } = fact {
            answers.push(orders);
        }
    }
    assert_eq!(answers, [1, 2]);
    assert_eq!(desk.cash(ANN), Balance { free: 100_000, held: 0 });
}

#[test]
fn the_shards_share_what_one_balance_can_be() {
    let mut desk = Desk::open(1);
    let amount = Amount(types::AMOUNT_MAX);
    desk.ok(Action::Deposit { account: ANN, amount });
    let max = Amount(types::BALANCE_MAX / 2);
    let balance = Amount(amount.0 * 2 + 1);
    let refused = desk.refused(Action::Deposit { account: ANN, amount });
    assert_eq!(refused, Reject::BalanceTooLarge { balance, max });
}

#[test]
fn a_stop_that_a_phase_triggers_has_no_deadline_left() {
    let mut desk = Desk::open(100_000);
    desk.rest(BOB, limit(FIRST, Side::Sell, 1, 1_000));
    desk.rest(ANN, limit(FIRST, Side::Buy, 1, 1_000));
    desk.ok(Action::SetPhase { instrument: FIRST, phase: Phase::PreOpen });
    desk.cluster.drain();
    let order_type = OrderType::Stop { trigger: world::price(1_000), collar: None };
    let time_in_force = TimeInForce::Gtd(Timestamp(desk.clock + 50));
    let order = limit(FIRST, Side::Buy, 1, 1_000);
    desk.rest(ANN, NewOrder { order_type, time_in_force, ..order });
    desk.ok(Action::SetPhase { instrument: FIRST, phase: Phase::Continuous });
    desk.cluster.drain();
    assert!(matches!(desk.facts(ANN).last(), Some(Fact::Canceled { .. })));
    desk.clock += 100;
    desk.ok(Action::Tick);
}
