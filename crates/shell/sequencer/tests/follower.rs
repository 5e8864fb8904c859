//! Snapshots beside the venue, what a restart makes of them, and what verifying finds.

mod support;

use std::sync::{Arc, Mutex};

use journal::{Check, Journal, Record, SimDisk};
use sequencer::{Config, OpenError, PAYLOAD_VERSION, ReplayError};
use support::{Pending, Rig, Running, assert_same, buy, config, deposit, eventually, sell};
use types::{AccountId, Seq};

/// Trades until the folder has as many snapshots as wanted.
fn trade_until(rig: &Rig, running: &Running, wanted: usize) {
    let snapshots = || rig.archive().snapshots().expect("they can be listed").len();
    eventually("snapshots are written", || {
        let pending: Vec<Pending> = (0..20)
            .map(|it| if it % 2 == 0 { sell(1, 100 + it / 5, 1) } else { buy(2, 100 + it / 5, 1) })
            .map(|command| running.send(command))
            .collect();
        for one in pending {
            assert!(one.wait().expect("an answer").result.is_ok());
        }
        snapshots() >= wanted
    });
}

fn traded(seed: u64, config: Config, snapshots: usize) -> Rig {
    let rig = Rig::with(seed, config, &support::genesis());
    let running = rig.start_market();
    trade_until(&rig, &running, snapshots);
    running.end().expect("it ends well");
    rig
}

/// Opens the folder and tells the seqs at which the replay's batches ended.
fn open_and_watch(rig: &Rig) -> (sequencer::Opened<SimDisk>, Vec<Seq>) {
    let mut seqs = Vec::new();
    let opened =
        sequencer::open(rig.disk.clone(), rig.config, &mut |seq, _| seqs.push(seq)).expect("sound");
    (opened, seqs)
}

fn names(rig: &Rig, prefix: &str) -> Vec<String> {
    let files = rig.disk.files().into_iter().map(|(name, _)| name);
    files.filter(|name| name.starts_with(prefix)).collect()
}

fn damage(rig: &Rig, name: &str) {
    let files = rig.disk.files();
    let (_, bytes) = files.iter().find(|(file, _)| file == name).expect("it is there");
    rig.disk.flip_bit(name, bytes.len() as u64 - 9, 3);
}

#[test]
fn a_restart_uses_the_snapshot_and_replays_only_the_tail() {
    let rig = traded(30, config(), 2);
    let expected = rig.verify();
    let newest = rig.archive().snapshots().expect("a list").last().expect("one").seq;
    let (opened, seqs) = open_and_watch(&rig);
    assert!(seqs.first().is_none_or(|&first| first > newest), "{newest} {seqs:?}");
    assert_same(&opened.replica, &expected);
    let running = Running::start(opened, rig.clock.clone());
    trade_until(&rig, &running, 3);
    running.end().expect("it ends well");
    assert_same(&rig.open().replica, &rig.verify());
}

#[test]
fn a_damaged_snapshot_is_passed_over() {
    let rig = traded(31, Config { snapshots_kept: 5, ..config() }, 3);
    let expected = rig.verify();
    let heads = rig.archive().snapshots().expect("a list");
    let mut snapshots = names(&rig, "snapshot-");
    assert!(snapshots.len() >= 3);
    while let Some(newest) = snapshots.pop() {
        damage(&rig, &newest);
        let (opened, seqs) = open_and_watch(&rig);
        let first = seqs.first().copied().unwrap_or(Seq::MAX);
        let before = snapshots.len().checked_sub(1).map_or(0, |at| heads[at].seq);
        let damaged = heads[snapshots.len()].seq;
        assert!(first > before || before == 0, "the one before it is used");
        assert!(first <= damaged, "the damaged one is not");
        assert_same(&opened.replica, &expected);
    }
    let verified = sequencer::verify(rig.disk.clone(), &mut |_, _| {});
    assert!(
        matches!(verified, Err(OpenError::Replay(ReplayError::Snapshot { .. }))),
        "verifying tells: {:?}",
        verified.map(|_| ())
    );
}

#[test]
fn segments_are_removed_only_as_configured_and_the_venue_restarts_without_genesis() {
    let kept = traded(32, config(), 3);
    assert_eq!(kept.inspect().first_seq, 0, "by default all of the journal stays");

    for (seed, segments_kept, snapshots_kept) in [(33, 1, 2), (38, 0, 3), (39, 4, 1)] {
        let config = Config { segments_kept, snapshots_kept, ..config() };
        lose_genesis(&traded(seed, config, snapshots_kept));
    }
}

fn lose_genesis(rig: &Rig) {
    let Config { segments_kept, snapshots_kept, .. } = rig.config;
    let mut running = rig.start();
    for _ in 0..3 {
        eventually("old segments go", || {
            trade_until(rig, &running, 1);
            rig.inspect().first_seq > 0
        });
        running.end().expect("it ends well");
        let first_seq = rig.inspect().first_seq;
        let heads = rig.archive().snapshots().expect("a list");
        assert!(heads.len() >= snapshots_kept, "those asked for stay");
        assert!(
            heads.iter().rev().take(snapshots_kept).all(|head| head.seq + 1 >= first_seq),
            "each snapshot that stays has all records after it: {first_seq} {heads:?}"
        );
        assert!(names(rig, "journal-").len() > segments_kept, "as many finished ones stay");
        let (opened, _) = open_and_watch(rig);
        assert_same(&opened.replica, &rig.verify());
        let told = sequencer::genesis(rig.disk.clone()).expect("a snapshot has it");
        assert_eq!(told.as_ref(), Some(opened.replica.venue.genesis()));
        running = Running::start(opened, rig.clock.clone());
        running.done(deposit(AccountId(1), 5, None));
    }
    running.end().expect("it ends well");
    if snapshots_kept > 1 {
        // The newest snapshot is lost, and genesis with its segment: the one before still serves.
        let expected = rig.verify();
        damage(rig, &names(rig, "snapshot-").pop().expect("a snapshot"));
        assert_same(&open_and_watch(rig).0.replica, &expected);
    }
}

#[test]
fn a_journal_of_another_behaviour_is_refused_with_its_seq() {
    let rig = Rig::new(34);
    rig.start_market().end().expect("it ends well");
    let last = rig.inspect().last_seq;
    let (mut journal, _) = Journal::open(rig.disk.clone(), rig.config.journal, Check::Everything)
        .expect("the folder is sound");
    let mut payload = Vec::new();
    wire::command::encode(&deposit(AccountId(1), 5, None), &mut payload);
    let mut batch = journal.batch(1_024);
    for seq in [last + 1, last + 2] {
        let at_ns = support::DAWN.0;
        let record = Record { seq, at_ns, version: PAYLOAD_VERSION, payload: &payload };
        batch.push(record).expect("it fits");
    }
    journal.write(&mut batch, 0xbad).expect("the disk works");
    journal.mark_durable().expect("the disk works");
    drop(journal);
    let told = |result: Result<(), OpenError>| match result {
        Err(OpenError::Replay(ReplayError::Differs { seq, expected, .. })) => (seq, expected),
        other => panic!("{other:?}"),
    };
    assert_eq!(told(rig.try_open().map(|_| ())), (last + 2, 0xbad));
    let verified = sequencer::verify(rig.disk.clone(), &mut |_, _| {});
    assert_eq!(told(verified.map(|_| ())), (last + 2, 0xbad));
}

#[test]
fn a_record_that_is_no_command_is_refused_with_its_seq() {
    for (version, payload) in [(PAYLOAD_VERSION, &b"what?"[..]), (9, &b""[..])] {
        let rig = Rig::new(35);
        let (mut journal, _) =
            Journal::open(rig.disk.clone(), rig.config.journal, Check::Everything).expect("sound");
        let mut batch = journal.batch(1_024);
        batch.push(Record { seq: 1, at_ns: 1, version, payload }).expect("it fits");
        journal.write(&mut batch, 0).expect("the disk works");
        journal.sync().expect("the disk works");
        drop(journal);
        match rig.try_open().map(|_| ()) {
            Err(OpenError::Replay(ReplayError::Record { seq, .. })) => assert_eq!(seq, 1),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_genesis_that_cannot_run_makes_no_folder() {
    for genesis in [
        venue::Genesis { clearing_shards: 4, ..support::genesis() },
        venue::Genesis { rules: 99, ..support::genesis() },
    ] {
        let disk = SimDisk::new(36);
        let created = sequencer::create(disk.clone(), &config(), &genesis, 1);
        assert!(matches!(created, Err(sequencer::CreateError::Genesis { .. })), "{created:?}");
        assert!(disk.files().is_empty());
    }
}

#[test]
fn the_progress_of_an_opening_is_told_up_to_the_last_seq() {
    let rig = traded(37, config(), 0);
    let told = Arc::new(Mutex::new(Vec::new()));
    let opened = sequencer::open(rig.disk.clone(), rig.config, &mut |seq, last| {
        told.lock().expect("nobody panics").push((seq, last));
    })
    .expect("sound");
    let told = told.lock().expect("nobody panics");
    assert!(told.is_sorted());
    assert_eq!(told.last(), Some(&(opened.replica.seq, opened.replica.seq)));
}
