//! Power cuts and fatal errors: what was answered is there, what was not is whole or absent.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use bus::{SubmitError, Submitter};
use journal::SimDisk;
use sequencer::{Clock, Fatal, OpenError, Opened, Sequencer};
use support::{
    DAWN, PATIENCE, Pending, Rig, Running, assert_same, block_on, cancel, deposit, received, sell,
    with_name,
};
use types::{AccountId, Timestamp};
use venue::{Command, Outcome};

const SUBMITTERS: u32 = 3;
const COMMANDS: i64 = 12;

/// What one submitter heard: by command, in order; `None` is no answer.
type Heard = Vec<Option<Outcome>>;

/// Each submitter has its account, so that it knows what must be in it.
fn command(account: u32, number: i64) -> Command {
    let name = format!("request-{number}");
    if number % 3 == 2 {
        with_name(&name, sell(account, 100 + number as u64, 1))
    } else {
        deposit(AccountId(account), 1 << number, Some(&name))
    }
}

fn submit_all(submitter: &Submitter, account: u32) -> Heard {
    let mut heard = Heard::new();
    // Two at a time, so that batches have more than one command of each.
    for pair in 0..COMMANDS / 2 {
        let both = [2 * pair, 2 * pair + 1].map(|it| Pending::new(submitter, command(account, it)));
        heard.extend(both.map(|one| one.wait().ok()));
    }
    heard
}

/// Lets all submitters run at once, ends the venue, and tells what each heard.
fn run(opened: Opened<SimDisk>, clock: impl Clock) -> (Vec<Heard>, Result<(), Fatal>) {
    let running = Running::start(opened, clock);
    let heard = thread::scope(|scope| {
        let all: Vec<_> = (1..=SUBMITTERS)
            .map(|account| {
                let submitter = running.submitter.clone();
                scope.spawn(move || submit_all(&submitter, account))
            })
            .collect();
        all.into_iter().map(|one| one.join().expect("no submitter panics")).collect()
    });
    (heard, running.end())
}

/// Opens the folder, with the power coming back as often as it is cut.
fn reopen(rig: &Rig) -> Opened<SimDisk> {
    match rig.try_open() {
        Ok(opened) => opened,
        Err(OpenError::Journal(_) | OpenError::Replay(_)) if !rig.disk.is_powered() => {
            rig.disk.power_on();
            rig.open()
        }
        Err(error) => panic!("a power cut is never corruption: {error}"),
    }
}

fn market(seed: u64) -> (Rig, i64) {
    let rig = Rig::new(seed);
    let running = rig.start_market();
    let cash = running.reader.read(|seen| {
        seen.views().account(AccountId(1)).map(|account| account.cash.free).expect("it is open")
    });
    running.end().expect("it ends well");
    (rig, cash)
}

/// Cuts the power twice, once while a venue runs, and checks what is there after each.
pub fn survive(seed: u64) -> Result<(), Fatal> {
    let (rig, cash) = market(seed);
    // Spread over all calls that a run makes: 28 of the opening, and then 17 to 29.
    rig.disk.cut_power_at(rig.disk.calls() + 1 + seed % 56);
    let mut heard = vec![vec![None; COMMANDS as usize]; SUBMITTERS as usize];
    let mut ended = Ok(());
    if let Ok(opened) = rig.try_open() {
        (heard, ended) = run(opened, rig.clock.clone());
    }
    rig.cycle_power();
    rig.disk.cut_power_at(rig.disk.calls() + 1 + seed % 17);
    let opened = reopen(&rig);
    rig.disk.cancel_death();
    let expected = rig.verify();
    assert_same(&opened.replica, &expected);

    let (retried, again) = run(opened, rig.clock.clone());
    assert_eq!(again, Ok(()), "seed {seed}");
    for (old, new) in heard.iter().flatten().zip(retried.iter().flatten()) {
        let new = new.expect("a working venue answers");
        assert!(new.result.is_ok(), "seed {seed}: {new:?}");
        // What was there has its old seq, what was absent a new one.
        assert_eq!(new.repeated, new.seq <= expected.seq, "seed {seed}: {new:?}");
        if let Some(old) = old {
            assert!(new.repeated, "seed {seed}: {old:?} was answered and is gone");
            assert_eq!((new.seq, new.result), (old.seq, old.result), "seed {seed}");
        }
    }
    let deposits: i64 = (0..COMMANDS).filter(|it| it % 3 != 2).map(|it| 1 << it).sum();
    let replica = rig.verify();
    for account in 1..=SUBMITTERS {
        let account = replica.views.account(AccountId(account)).expect("it is open");
        assert_eq!(account.cash.free, cash + deposits, "seed {seed}: each deposit applied once");
        assert_eq!(account.orders.open().count() as i64, COMMANDS / 3, "seed {seed}");
    }
    assert_same(&rig.open().replica, &replica);
    ended
}

#[test]
fn what_was_answered_survives_a_power_cut_at_any_call() {
    const SEEDS: u64 = 360;
    let hit = AtomicUsize::new(0);
    thread::scope(|scope| {
        for lane in 0..2 {
            let hit = &hit;
            scope.spawn(move || {
                for seed in (lane..SEEDS).step_by(2) {
                    if survive(seed).is_err() {
                        hit.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let hit = hit.into_inner();
    assert!(hit > SEEDS as usize / 4, "only {hit} cuts hit a running venue");
}

#[test]
fn a_failed_sync_stops_the_venue_and_nothing_of_its_batch_is_told() {
    for lasting in [true, false] {
        let (rig, _) = market(1_000);
        let (tell, hear) = channel();
        let (go_on, wait) = channel::<()>();
        let wait = std::sync::Mutex::new(wait);
        let running = Running::with(
            rig.open(),
            rig.clock.clone(),
            Box::new(move |fatal| {
                tell.send(fatal.clone()).expect("the test listens");
                let wait = wait.lock().expect("nobody panics");
                wait.recv_timeout(PATIENCE).expect("the test lets it go");
            }),
        );
        let before = running.reader.read(|seen| (seen.durable(), seen.views().clone()));
        let next = rig.disk.calls() + 1;
        if lasting {
            rig.disk.fail_sync_at(next)
        } else {
            rig.disk.fail_one_sync_at(next)
        };
        let mut pending = running.send(with_name("a", deposit(AccountId(1), 7, None)));
        let fatal = received(&hear);
        assert!(matches!(fatal, Fatal::Sync(_)), "{fatal:?}");
        assert!(!pending.is_answered(), "the process would end here");
        let mut later = running.send(deposit(AccountId(1), 8, None));
        let now = running.reader.read(|seen| (seen.durable(), seen.views().clone()));
        assert!(now == before, "nothing is published");
        assert!(!later.is_answered());
        go_on.send(()).expect("it waits");
        assert_eq!(pending.wait(), Err(SubmitError::Lost));
        let answers = [later.wait(), running.ask(deposit(AccountId(1), 9, None))];
        for answer in answers {
            assert!(matches!(answer, Err(SubmitError::Lost | SubmitError::Stopped { .. })));
        }
        let now = running.reader.read(|seen| (seen.durable(), seen.views().clone()));
        assert!(now == before, "nothing is published");
        let (ended, _submitter) = running.end_by_itself();
        assert_eq!(ended, Err(fatal));
        assert!(hear.try_recv().is_err(), "it is told once");

        rig.cycle_power();
        let opened = rig.open();
        assert!(opened.replica.seq >= before.0.seq);
        assert_same(&opened.replica, &rig.verify());
        let running = Running::start(opened, rig.clock.clone());
        let retry = running.ask(with_name("a", deposit(AccountId(1), 7, None))).expect("an answer");
        assert_eq!(retry.seq, before.0.seq + 1, "there from before, or applied now");
        running.end().expect("it ends well");
    }
}

#[test]
fn a_failed_mark_ends_the_venue_although_somebody_could_still_submit() {
    let (rig, _) = market(1_001);
    let running = rig.start();
    running.done(deposit(AccountId(1), 7, None));
    // Nothing but the mark is synced in silence.
    rig.disk.fail_sync_at(rig.disk.calls() + 1);
    let fatals = Arc::clone(&running.fatals);
    let (ended, submitter) = running.end_by_itself();
    let fatal = ended.expect_err("the disk failed");
    assert_eq!(*fatals.lock().expect("nobody panics"), [fatal]);
    let answer = block_on(submitter.submit(deposit(AccountId(1), 8, None)));
    assert!(matches!(answer, Err(SubmitError::Stopped { .. })), "{answer:?}");
}

/// A clock that breaks when it is told to.
struct Broken {
    after: u32,
}

impl Clock for Broken {
    fn now(&mut self) -> Timestamp {
        self.after = self.after.checked_sub(1).expect("this clock breaks");
        DAWN
    }

    fn until(&mut self, _: Timestamp) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}

fn join_in_time(sequencer: Sequencer) -> Result<(), Fatal> {
    let (tell, hear): (Sender<_>, _) = channel();
    thread::spawn(move || tell.send(sequencer.join()));
    received(&hear)
}

#[test]
fn a_panic_in_either_thread_leaves_nobody_waiting() {
    let (rig, _) = market(1_002);
    let opened = rig.open();
    let (sequencer, submitter, _reader) =
        opened.run(Broken { after: 1 }, Box::new(|_| {})).expect("threads start");
    let answered = block_on(submitter.submit(cancel(1, types::OrderId(5)))).expect("an answer");
    assert_eq!(block_on(submitter.submit(deposit(AccountId(1), 7, None))), Err(SubmitError::Lost));
    assert_eq!(join_in_time(sequencer), Err(Fatal::Panicked("engine")));
    assert_eq!(rig.inspect().durable_seq, answered.seq, "what was answered is durable");

    let opened = rig.open();
    let panics = Box::new(|_: &Fatal| panic!("this handler breaks"));
    let (sequencer, submitter, _reader) =
        opened.run(rig.clock.clone(), panics).expect("threads start");
    rig.disk.fail_sync_at(rig.disk.calls() + 1);
    assert_eq!(block_on(submitter.submit(deposit(AccountId(1), 7, None))), Err(SubmitError::Lost));
    assert_eq!(join_in_time(sequencer), Err(Fatal::Panicked("writer")));
}
