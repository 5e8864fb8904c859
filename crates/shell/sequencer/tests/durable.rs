//! What is answered and published: in order, after its sync, and there again after a restart.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bus::{SubmitError, Subscription};
use sequencer::Clock;
use support::{
    ACME, DAWN, Pending, Rig, Running, assert_same, block_on, buy, cancel, config, deposit,
    events_until, eventually, genesis, limit, place, plain, sell, with_name,
};
use types::{AccountId, OrderId, Qty, Side, TimeInForce, Timestamp};
use venue::{Action, Done, Event, Fate, Proposal, PublicEvent};

fn is_trade(event: &Event) -> bool {
    matches!(event, Event::Public(PublicEvent::Trade(_)))
}

fn has_news(subscription: &mut Subscription) -> bool {
    let mut next = std::pin::pin!(subscription.next());
    matches!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(_))
}

#[test]
fn answers_events_and_queries_agree_and_come_in_seq_order() {
    let rig = Rig::new(1);
    let running = rig.start_market();
    let mut subscription = running.reader.subscribe(running.event_seq());
    let seq = running.durable_seq();
    let sold = running.ask(sell(1, 100, 10)).expect("it is answered");
    let bought = running.ask(buy(2, 100, 4)).expect("it is answered");
    assert_eq!((sold.seq, bought.seq), (seq + 1, seq + 2));
    assert_eq!(running.durable_seq(), seq + 2, "a client reads its own writes");
    let events = events_until(&mut subscription, is_trade);
    assert!(events.iter().any(is_trade));
    let position = |account| {
        let of =
            |views: &view::Views| views.account(AccountId(account))?.positions.get(&ACME).copied();
        running.reader.read(|seen| of(seen.views())).expect("it has a position").settled
    };
    assert_eq!((position(1), position(2)), (1_000_000 - 4, 1_000_000 + 4));
    running.end().expect("it ends well");
}

#[test]
fn after_a_restart_everything_is_there_and_a_retry_gets_its_old_answer() {
    let rig = Rig::new(2);
    let running = rig.start_market();
    let first = running.ask(with_name("order-1", sell(1, 100, 10))).expect("an answer");
    let refused = running.ask(with_name("order-2", sell(1, 100, 9_999_999))).expect("an answer");
    assert!(refused.result.is_err(), "that many shares are not there");
    let again = running.ask(with_name("order-1", sell(1, 100, 10))).expect("an answer");
    assert_eq!((again.seq, again.result), (first.seq, first.result));
    assert!(!first.repeated && again.repeated);
    let views = running.reader.read(|seen| seen.views().clone());
    running.end().expect("it ends well");

    for _ in 0..2 {
        let opened = rig.open();
        assert_eq!(opened.recovery.cut, None);
        assert!(opened.replica.views == views, "the views are as they were");
        assert_same(&opened.replica, &rig.verify());
        let running = Running::start(opened, rig.clock.clone());
        for (name, lots, old) in [("order-1", 10, first), ("order-2", 9_999_999, refused)] {
            let new = running.ask(with_name(name, sell(1, 100, lots))).expect("an answer");
            assert_eq!((new.seq, new.result, new.repeated), (old.seq, old.result, true));
        }
        assert!(running.reader.read(|seen| *seen.views() == views), "a retry changes nothing");
        running.end().expect("it ends well");
    }
}

#[test]
fn an_order_is_foreseen_after_what_was_sent_before_once_that_is_durable() {
    let rig = Rig::new(5);
    let running = rig.start_market();
    running.done(sell(1, 100, 10));
    rig.disk.hold_syncs();
    let number = rig.disk.calls();
    let sent = running.send(sell(1, 101, 10));
    let order = limit(Side::Buy, 101, 15, TimeInForce::Gtc);
    let proposal = Proposal { account: AccountId(2), order };
    let mut asked = Box::pin(running.submitter.foresee(proposal));
    let mut is_answered = || {
        let polled = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        matches!(polled, Poll::Ready(_))
    };
    assert!(!is_answered(), "it is handed in");
    rig.until_sync_is_held(number);
    assert!(!is_answered(), "an answer from what is not durable");
    rig.disk.release_syncs();
    let foreseen = block_on(asked).expect("it is answered");
    let before = sent.wait().expect("it is answered");
    assert_eq!((foreseen.seq, running.durable_seq()), (before.seq, before.seq));
    let Fate::Accepted(preview) = foreseen.fate else { panic!("not {foreseen:?}") };
    assert_eq!((preview.filled, preview.ticks_lots), (Qty(15), 10 * 100 + 5 * 101));

    let again = block_on(running.submitter.foresee(proposal)).expect("it is answered");
    assert_eq!(again, foreseen, "nothing was changed or written down");
    running.end().expect("it ends well");
    assert_eq!(rig.verify().seq, before.seq);
}

#[test]
fn what_is_due_has_expired_before_an_order_is_foreseen() {
    let rig = Rig::new(6);
    let running = rig.start_market();
    let deadline = Timestamp(DAWN.0 + 1_000_000_000);
    running.done(place(1, limit(Side::Sell, 100, 10, TimeInForce::Gtd(deadline))));
    let order = limit(Side::Buy, 100, 4, TimeInForce::Gtc);
    let proposal = Proposal { account: AccountId(2), order };
    let rests = || {
        let foreseen = block_on(running.submitter.foresee(proposal)).expect("it is answered");
        let Fate::Accepted(preview) = foreseen.fate else { panic!("not {foreseen:?}") };
        preview.rests
    };
    assert_eq!(rests(), Qty::ZERO);
    rig.clock.set(deadline);
    assert_eq!(rests(), Qty(4));
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn nothing_of_a_batch_is_seen_before_its_sync_returned() {
    see_nothing_early(40);
}

/// Holds the sync of each of `rounds` batches back and looks everywhere.
pub fn see_nothing_early(rounds: u64) {
    let rig = Rig::new(3);
    let running = rig.start_market();
    for round in 0..rounds {
        let mut subscription = running.reader.subscribe(running.event_seq());
        let seen = running.reader.read(|seen| (seen.durable(), seen.views().clone()));
        rig.disk.hold_syncs();
        let number = rig.disk.calls();
        let syncs = rig.syncs();
        let commands = [
            sell(1, 100 + round % 7, 10),
            buy(2, 100 + round % 7, 5),
            sell(1, 4_000, 9_999_999),
            deposit(AccountId(3), 5, None),
        ];
        let mut pending: Vec<Pending> = commands.map(|it| running.send(it)).into();
        rig.until_sync_is_held(number);
        for one in &mut pending {
            assert!(!one.is_answered(), "an answer before its sync");
        }
        assert!(!has_news(&mut subscription), "an event before its sync");
        let now = running.reader.read(|seen| (seen.durable(), seen.views().clone()));
        assert!(now == seen, "a query answered from what is not durable");
        assert_eq!(rig.syncs(), syncs, "no sync returned");
        rig.disk.release_syncs();
        for one in pending {
            let outcome = one.wait().expect("it is answered");
            assert!(running.durable_seq() >= outcome.seq, "published before it is answered");
        }
        assert!(has_news(&mut subscription), "what is durable is published");
        assert!(rig.syncs() > syncs, "and was synced");
    }
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}

/// Counts how often the engine asked for the time: once for each batch that it applies.
#[derive(Clone)]
struct Counting {
    asked: Arc<AtomicU64>,
}

impl Clock for Counting {
    fn now(&mut self) -> Timestamp {
        Timestamp(DAWN.0 + self.asked.fetch_add(1, Ordering::SeqCst))
    }

    fn until(&mut self, _: Timestamp) -> Duration {
        Duration::ZERO
    }
}

/// A running market, and how often its engine asked for the time.
fn counting(rig: &Rig) -> (Running, impl Fn() -> u64) {
    let clock = Counting { asked: Arc::default() };
    let running = Running::start(rig.open(), clock.clone());
    running.set_up_market();
    (running, move || clock.asked.load(Ordering::SeqCst))
}

/// Waits for all, which were applied one after the other; their seqs.
fn answered_in_order(pending: Vec<Pending>) -> Vec<u64> {
    let seqs: Vec<u64> =
        pending.into_iter().map(|it| it.wait().expect("it is answered").seq).collect();
    assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]), "nothing between: {seqs:?}");
    seqs
}

/// Batches that may be under way at one time.
const BATCHES: usize = 6;

#[test]
fn a_long_sync_holds_up_no_commands_until_all_buffers_wait_and_those_share_the_next_sync() {
    let rig = Rig::with(4, sequencer::Config { queue_max: 1, ..config() }, &genesis());
    let (running, asked) = counting(&rig);
    let number = rig.disk.calls();
    rig.disk.hold_syncs();
    let mut pending = Vec::new();
    for batch in 0..BATCHES {
        let before = asked();
        pending.push(running.send(with_name(&format!("order-{batch}"), sell(1, 100, 1))));
        eventually("the engine takes the batch", || asked() > before);
        if batch == 0 {
            rig.until_sync_is_held(number);
        }
    }
    // All buffers are under way: the next command waits, and there is no room for one more.
    let mut waits = running.send(with_name("waits", sell(1, 100, 1)));
    let busy = running.ask(with_name("no-room", sell(1, 100, 1)));
    assert_eq!(busy, Err(SubmitError::Busy { queue_max: 1 }));
    assert!(!waits.is_answered() && !pending.iter_mut().any(Pending::is_answered));
    let synced = rig.syncs();
    rig.disk.release_syncs();
    let seqs = answered_in_order(pending);
    let last = waits.wait().expect("it is answered").seq;
    assert_eq!(last, seqs[BATCHES - 1] + 1);
    let syncs = rig.syncs() - synced;
    // One that was held, one for the others, one for the last; a mark or a new segment may be among
    // them. Each batch by itself would make seven.
    assert!((2..BATCHES).contains(&syncs), "the others shared a sync: {syncs}");
    let retry = running.ask(with_name("no-room", sell(1, 100, 1))).expect("an answer");
    assert!(!retry.repeated, "busy is not remembered");
    assert_eq!(retry.seq, last + 1, "nor was it applied");
    running.end().expect("it ends well");
}

#[test]
fn of_many_commands_the_next_batch_is_applied_while_one_is_synced() {
    let rig = Rig::with(4, config(), &genesis());
    let (running, asked) = counting(&rig);
    let number = rig.disk.calls();
    rig.disk.hold_syncs();
    let mut pending = vec![running.send(sell(1, 100, 1))];
    rig.until_sync_is_held(number);
    // More than one batch takes in this small segment.
    pending.extend((0..200).map(|_| running.send(sell(1, 100, 1))));
    let before = asked();
    let number = rig.disk.calls();
    rig.disk.release_one_sync();
    rig.until_sync_is_held(number);
    eventually("the next batch is applied", || asked() >= before + 2);
    assert!(!pending.last_mut().expect("the last").is_answered());
    rig.disk.release_syncs();
    answered_in_order(pending);
    running.end().expect("it ends well");
}

#[test]
fn a_refused_command_is_journaled_too() {
    let rig = Rig::new(5);
    let running = rig.start_market();
    let refused = running.ask(cancel(1, OrderId(77))).expect("an answer");
    assert!(refused.result.is_err());
    running.end().expect("it ends well");
    assert_eq!(rig.inspect().last_seq, refused.seq);
}

#[test]
fn many_senders_get_each_their_own_answer() {
    let rig = Rig::new(6);
    let running = rig.start_market();
    let begin = running.durable_seq();
    let pending: Vec<(u64, Pending)> =
        (1..=900).map(|lots| (lots, running.send(sell(1, 100, lots)))).collect();
    let mut last = begin;
    for (lots, one) in pending {
        let outcome = one.wait().expect("it is answered");
        assert_eq!(outcome.seq, last + 1, "in the order they were handed in");
        last = outcome.seq;
        let Ok(Done::Order(order)) = outcome.result else { panic!("{outcome:?}") };
        let qty = running
            .reader
            .read(|seen| seen.views().order(AccountId(1), order).map(|order| order.terms.qty));
        assert_eq!(qty, Some(Qty(lots)), "the answer is this order's");
    }
    let side = Some(Side::Sell);
    let action = Action::MassCancel { account: AccountId(1), instrument: None, side };
    running.done(plain(action));
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}
