//! What happens at the limits: a full disk, and a cascade longer than a buffer.

mod support;

use bus::{StopCause, SubmitError};
use journal::Options;
use sequencer::Config;
use support::{
    ACME, Pending, Rig, Running, assert_same, buy, cancel, config, deposit, events_until,
    eventually, genesis, mass_cancel, plain, sell, with_name,
};
use types::{AccountId, InstrumentId, OrderId, Side};
use venue::{AccountEvent, Action, Done, Event, Fact, KillScope, Limits, Outcome};

const FULL: SubmitError = SubmitError::Stopped { cause: StopCause::DiskFull };
const SEGMENT: u64 = 16_384;

fn reserving(segments: u64) -> Config {
    let journal = Options { segment_bytes: SEGMENT, reserve_bytes: segments * SEGMENT };
    Config { journal, ..config() }
}

/// Places orders until the disk is full; they are all answered.
fn fill(running: &Running) -> Vec<OrderId> {
    let mut orders = Vec::new();
    loop {
        let name = format!("order-{}", orders.len());
        match running.ask(with_name(&name, sell(1, 100, 1))) {
            Ok(Outcome { result: Ok(Done::Order(order)), .. }) => orders.push(order),
            Err(error) => {
                assert_eq!(error, FULL);
                return orders;
            }
            Ok(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_full_disk_refuses_orders_and_takes_cancels_while_the_reserve_lasts() {
    for reserve in [0, 1, 3] {
        let rig = Rig::with(10, reserving(reserve), &genesis());
        let running = rig.start_market();
        rig.disk.set_capacity_bytes(Some(rig.disk.used_bytes() + SEGMENT + SEGMENT / 2));
        let orders = fill(&running);
        assert!(orders.len() > 20, "there was room for some: {}", orders.len());
        let before = running.durable_seq();
        assert_eq!(running.ask(deposit(AccountId(1), 1, None)), Err(FULL));
        assert_eq!(running.durable_seq(), before, "nothing was applied");

        let mut canceled = 0;
        let mut refused = None;
        for &order in &orders {
            match running.ask(cancel(1, order)) {
                Ok(outcome) => {
                    assert!(outcome.result.is_ok());
                    assert_eq!(refused, None, "a refusal lasts while the disk is full");
                    canceled += 1;
                }
                Err(error) => refused = Some(error),
            }
        }
        // A batch of one cancel takes 160 bytes; a sixth of each segment stays unused.
        let most = orders.len().min(reserve as usize * 40);
        assert!(canceled >= most, "{canceled} of {} with {reserve}", orders.len());
        assert!(reserve > 0 || canceled == 0, "without a reserve none is taken");
        let open = running.reader.read(|seen| {
            seen.views().account(AccountId(1)).map(|account| account.orders.open().count())
        });
        assert_eq!(open, Some(orders.len() - canceled), "reads go on");
        assert_eq!(running.fatals(), []);

        rig.disk.set_capacity_bytes(None);
        let mut name = 0;
        let mut placed_again = None;
        eventually("orders are taken again", || {
            name += 1;
            placed_again = running.ask(with_name(&format!("new-{name}"), sell(1, 100, 1))).ok();
            placed_again.is_some()
        });
        let placed_again = placed_again.expect("it was");
        assert!(!placed_again.repeated && placed_again.result.is_ok());
        assert_eq!(running.done(mass_cancel(1)), Done::Nothing);
        let views = running.reader.read(|seen| seen.views().clone());
        running.end().expect("it ends well");
        let opened = rig.open();
        assert_eq!(opened.recovery.cut, None);
        assert!(opened.replica.views == views, "nothing answered is lost");
        assert_same(&opened.replica, &rig.verify());
    }
}

#[test]
fn commands_that_end_no_order_do_not_use_up_the_reserve() {
    let rig = Rig::with(13, reserving(1), &genesis());
    let running = rig.start_market();
    running.order(buy(2, 50, 1));
    running.order(with_name("taken", buy(3, 50, 1)));
    rig.disk.set_capacity_bytes(Some(rig.disk.used_bytes() + SEGMENT + SEGMENT / 2));
    let orders = fill(&running);
    let before = running.durable_seq();
    let one_side = Action::MassCancel {
        account: AccountId(2),
        instrument: Some(ACME),
        side: Some(Side::Sell),
    };
    let kill = |scope, engaged| plain(Action::SetKillSwitch { scope, engaged });
    let bogus = [
        kill(KillScope::Instrument(InstrumentId(3)), true),
        kill(KillScope::All, false),
        cancel(1, OrderId(1 << 40)),
        cancel(2, orders[0]),
        cancel(99, orders[0]),
        with_name("order-0", cancel(1, orders[1])),
        with_name("taken", mass_cancel(3)),
        mass_cancel(4),
        mass_cancel(99),
        plain(one_side),
        plain(Action::Tick),
    ];
    for number in 0..2_000 {
        assert_eq!(running.ask(bogus[number % bogus.len()]), Err(FULL), "{number}");
    }
    assert_eq!(running.durable_seq(), before, "nothing was applied");
    running.done(mass_cancel(2));
    let first = running.ask(with_name("cancel", cancel(1, orders[0]))).expect("an answer");
    assert_eq!(running.ask(cancel(1, orders[0])), Err(FULL), "it is canceled");
    for command in [with_name("cancel", cancel(1, orders[0])), with_name("taken", buy(3, 50, 1))] {
        let old = running.ask(command).expect("an old answer");
        assert!(old.repeated && old.result.is_ok() && old.seq <= first.seq);
    }
    running.done(kill(KillScope::All, true));
    assert_eq!(running.ask(kill(KillScope::All, true)), Err(FULL), "it is engaged");
    let open = running.reader.read(|seen| {
        seen.views().account(AccountId(1)).map(|account| account.orders.open().count())
    });
    assert_eq!(open, Some(0), "a kill switch passes where no order does");
    assert_eq!(running.durable_seq(), before + 3);
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn no_batch_that_was_applied_meets_a_full_disk() {
    let mut refused = 0;
    for seed in 0..60_u64 {
        let rig = Rig::with(seed, reserving(seed % 3), &genesis());
        let running = rig.start_market();
        let room = seed * 7_919 % (5 * SEGMENT);
        rig.disk.set_capacity_bytes(Some(rig.disk.used_bytes() + room));
        let mut last = running.durable_seq();
        for round in 0..4_u32 {
            let place = |it: u64| match it % 4 {
                0 => buy(2, 100, 1),
                3 => mass_cancel(1 + round % 3),
                _ => sell(1, 100, 1 + it),
            };
            let pending: Vec<Pending> = (0..200).map(|it| running.send(place(it))).collect();
            for one in pending {
                match one.wait() {
                    Ok(outcome) => {
                        assert_eq!(
                            outcome.seq,
                            last + 1,
                            "seed {seed}: what is refused has no seq"
                        );
                        last = outcome.seq;
                    }
                    Err(error) => {
                        assert_eq!(error, FULL, "seed {seed}");
                        refused += 1;
                    }
                }
            }
        }
        assert_eq!(running.fatals(), [], "seed {seed}");
        assert_eq!(running.durable_seq(), last);
        running.end().expect("it ends well");
        let opened = rig.open();
        assert_eq!((opened.replica.seq, &opened.recovery.cut), (last, &None), "seed {seed}");
        assert_same(&opened.replica, &rig.verify());
    }
    assert!(refused > 1_000, "the disk was full: {refused}");
}

#[test]
fn a_folder_opens_with_segments_of_another_length() {
    let rig = Rig::with(12, reserving(1), &genesis());
    rig.start_market().end().expect("it ends well");
    for segment_bytes in [8_192, 1 << 18, 8_192, SEGMENT] {
        let journal = Options { segment_bytes, reserve_bytes: segment_bytes };
        let rig = Rig { config: Config { journal, ..config() }, ..rig.clone() };
        let running = rig.start();
        let pending: Vec<Pending> = (0..300).map(|_| running.send(sell(1, 100, 1))).collect();
        for one in pending {
            assert!(one.wait().expect("an answer").result.is_ok());
        }
        running.done(mass_cancel(1));
        running.end().expect("it ends well");
        assert_same(&rig.open().replica, &rig.verify());
    }
}

#[test]
fn a_cascade_longer_than_a_buffer_is_published_gap_free_and_replays() {
    const ORDERS: usize = 6_000;
    let limits = Limits {
        orders_max: 1 << 13,
        orders_per_account_max: 1 << 13,
        step_events_max: 16,
        ..genesis().limits
    };
    let journal = Options { segment_bytes: 1 << 20, reserve_bytes: 0 };
    let config = Config { journal, ..config() };
    let rig = Rig::with(11, config, &venue::Genesis { limits, ..genesis() });
    let running = rig.start_market();
    for chunk in 0..ORDERS / 500 {
        let place = |it| running.send(sell(1, 100 + (chunk + it) as u64 % 50, 1));
        let pending: Vec<Pending> = (0..500).map(place).collect();
        for one in pending {
            assert!(one.wait().expect("an answer").result.is_ok());
        }
    }
    let mut subscription = running.reader.subscribe(running.event_seq());
    // One batch: the commands before the long one fill a part of the buffer, and a replay cuts the
    // cascade elsewhere. The first few keep all buffers busy until all of them wait.
    let number = rig.disk.calls();
    rig.disk.hold_syncs();
    let mut pending = vec![running.send(buy(2, 1, 1))];
    rig.until_sync_is_held(number);
    pending.extend((0..40).map(|it| running.send(buy(2, 1 + it, 1))));
    pending.extend([mass_cancel(1), buy(3, 3, 1)].map(|command| running.send(command)));
    rig.disk.release_syncs();
    for one in pending {
        assert!(one.wait().expect("an answer").result.is_ok());
    }
    let is_fact = |event: &Event, is: fn(&Fact) -> bool| match event {
        Event::Account(AccountEvent { fact, .. }) => is(fact),
        Event::Refused { .. } | Event::Public(_) => false,
    };
    let done = |event: &Event| is_fact(event, |fact| matches!(fact, Fact::MassCanceled { .. }));
    let events = events_until(&mut subscription, done);
    let gone = |event: &&Event| is_fact(event, |fact| matches!(fact, Fact::Canceled { .. }));
    assert_eq!(events.iter().filter(gone).count(), ORDERS);
    assert!(events.len() > 8_192 + 16, "more than one buffer: {}", events.len());
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}
