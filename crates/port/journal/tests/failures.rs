//! The disk fails or is full: nothing is answered that is not there, and nothing is half done.

mod common;

use common::{IDENTITY, RESERVING, Rig, SMALL};
use journal::{
    Check, CreateError, InspectError, Journal, OpenError, Options, Record, SimDisk, Storage,
    StorageCall, StorageError, StorageFile, SyncError, WriteError,
};

const GENESIS: Record<'_> = Record { seq: 0, at_ns: 0, version: 1, payload: b"genesis" };

#[test]
fn a_failed_sync_breaks_the_journal_for_good() {
    let mut rig = Rig::new(SimDisk::new(1), SMALL, 1);
    rig.create().expect("the journal is made");
    rig.append(2, 50).expect("a batch is acknowledged");
    rig.disk.fail_sync_at(0);
    rig.write(3, 50).expect("writing does not sync");
    let journal = rig.journal();
    let first = journal.sync().expect_err("the sync fails");
    assert_eq!(journal.durable_seq(), 2, "what was not synced is not durable");
    let calls = rig.disk.calls();
    let journal = rig.journal();
    assert_eq!(journal.sync(), Err(first.clone()));
    assert_eq!(journal.mark_durable(), Err(first.clone()));
    assert_eq!(journal.use_reserve(), Err(first.clone()));
    assert_eq!(journal.refill_reserve(), Err(first.clone()));
    let SyncError(error) = first;
    let mut batch = journal.batch(1000);
    let record = Record { seq: 6, at_ns: 0, version: 1, payload: b"x" };
    batch.push(record).expect("a batch takes a record");
    assert_eq!(journal.reserve(&batch), Err(WriteError::Broken(error.clone())));
    assert_eq!(journal.write(&mut batch, 0), Err(WriteError::Broken(error)));
    assert_eq!(rig.disk.calls(), calls, "a broken journal asks nothing more of the disk");
    rig.disk.cut_power();
    rig.disk.power_on();
    rig.recover().expect("what was acknowledged before is there");
}

#[test]
fn a_sync_that_fails_at_any_place_loses_nothing_acknowledged() {
    let mut from = 0;
    loop {
        from += 1;
        let mut rig = Rig::new(SimDisk::new(from), RESERVING, from);
        rig.disk.fail_sync_at(from);
        let outcome = (|| {
            rig.create()?;
            for _ in 0..8 {
                rig.append(5, 300)?;
                rig.mark()?;
            }
            rig.snapshot()?;
            rig.retain(0)?;
            rig.reopen()
        })();
        if outcome.is_ok() {
            break;
        }
        rig.disk.cut_power();
        rig.disk.power_on();
        rig.recover().expect("it opens");
    }
    assert!(from > 30, "{from} places");
}

#[test]
fn a_full_disk_is_told_before_anything_is_written() {
    let mut rig = Rig::new(SimDisk::new(1), RESERVING, 1);
    rig.create().expect("the journal is made");
    rig.disk.set_capacity_bytes(Some(rig.disk.used_bytes() + 4000));
    let mut batch = rig.journal().batch(8000);
    let mut seq = 0;
    let full = loop {
        let payload = [7; 600];
        batch.clear();
        batch
            .push(Record { seq: seq + 1, at_ns: 0, version: 1, payload: &payload })
            .expect("one record fits");
        let journal = rig.journal();
        match journal.reserve(&batch) {
            Ok(()) => journal.write(&mut batch, 0).expect("what was reserved can be written"),
            Err(error) => break error,
        }
        seq = journal.sync().expect("what was written can be synced");
    };
    assert_eq!(full, WriteError::Full);
    assert_eq!(rig.journal().last_seq(), seq, "nothing was written");
    assert_eq!(rig.journal().write(&mut batch, 0), Err(WriteError::Full), "nor without reserving");
    assert_eq!(batch.records(), 1, "the batch is kept");
    // A smaller batch still fits, and a shutdown always does.
    let mut small = rig.journal().batch(1000);
    small.push(Record { seq: seq + 1, at_ns: 0, version: 1, payload: b"c" }).expect("it fits");
    rig.journal().write(&mut small, 0).expect("the segment has a little room");
    seq += 1;
    assert_eq!(rig.journal().mark_durable(), Ok(seq));

    assert_eq!(rig.journal().use_reserve(), Ok(8192));
    batch.clear();
    let payload = [7; 600];
    batch
        .push(Record { seq: seq + 1, at_ns: 0, version: 1, payload: &payload })
        .expect("one record fits");
    rig.journal().reserve(&batch).expect("the reserve is used");
    rig.journal().write(&mut batch, 0).expect("it is written");
    rig.journal().sync().expect("it is synced");
    assert_eq!(rig.journal().refill_reserve(), Ok(0), "the disk is still full");
    rig.disk.set_capacity_bytes(None);
    assert_eq!(rig.journal().refill_reserve(), Ok(8192), "there is space again");
}

#[test]
fn a_full_disk_can_be_opened_read_and_cancelled_on() {
    let mut rig = Rig::new(SimDisk::new(1), RESERVING, 1);
    rig.create().expect("the journal is made");
    // Marks of openings fill the segment until it has no room for one more.
    rig.disk.set_capacity_bytes(Some(rig.disk.used_bytes()));
    for _ in 0..60 {
        rig.reopen().expect("an opening needs no space but the reserve");
        rig.mark().expect("there is nothing to mark");
    }
    assert!(rig.disk.used_bytes() <= 2 * 8192);
    assert_eq!(rig.journal().epoch(), 61);
}

/// A segment that holds marks alone is replaced under its own name when it is full of them.
#[test]
fn openings_without_records_replace_their_segment_and_keep_the_chain() {
    let mut rig = Rig::new(SimDisk::new(1), SMALL, 1);
    rig.create().expect("the journal is made");
    for _ in 0..200 {
        rig.reopen().expect("it opens");
    }
    assert_eq!(rig.disk.files().len(), 2, "genesis, and one segment of marks");
    rig.append(5, 100).expect("a batch is acknowledged");
    rig.reopen().expect("the chain holds");
    assert_eq!(rig.journal().epoch(), 202);
}

#[test]
fn a_folder_too_full_for_a_journal_gets_none() {
    for room in [0, 100, 8191] {
        let disk = SimDisk::new(1);
        disk.set_capacity_bytes(Some(room));
        let made = Journal::create(disk.clone(), SMALL, IDENTITY, GENESIS, 0);
        assert!(matches!(made, Err(CreateError::Storage(StorageError::Full { .. }))), "{room}");
        assert_eq!(disk.files(), [], "the space is given back");
    }
}

#[test]
fn no_answer_of_a_sync_comes_before_the_sync() {
    let mut rig = Rig::new(SimDisk::new(1), SMALL, 1);
    rig.create().expect("the journal is made");
    rig.write(2, 50).expect("a batch is written");
    rig.disk.hold_syncs();
    let disk = rig.disk.clone();
    let before = disk.log().len();
    let mut journal = rig.journal.take().expect("the journal is open");
    let writer = std::thread::spawn(move || {
        let durable = journal.sync();
        (durable, journal)
    });
    // The sync cannot be in the log while it is held, and so the writer cannot have answered.
    assert_eq!(disk.log().len(), before);
    assert!(!writer.is_finished());
    disk.release_syncs();
    let (durable, journal) = writer.join().expect("the writer ends");
    assert_eq!(durable, Ok(2));
    assert_eq!(journal.durable_seq(), 2);
    let log = disk.log();
    let last = log.last().expect("the sync is in the log");
    assert_eq!((last.call, last.is_completed), (StorageCall::Sync, true));
    let write = log.iter().rfind(|call| call.call == StorageCall::Write).expect("the write");
    assert!(write.number < last.number, "written, then synced");
}

#[test]
fn one_batch_is_one_write_and_one_sync() {
    let mut rig = Rig::new(SimDisk::new(1), SMALL, 1);
    rig.create().expect("the journal is made");
    let before = rig.disk.calls();
    rig.append(6, 100).expect("a batch is acknowledged");
    let calls: Vec<StorageCall> =
        rig.disk.log().iter().filter(|call| call.number > before).map(|call| call.call).collect();
    assert_eq!(calls, [StorageCall::Write, StorageCall::Sync]);
    rig.sync().expect("nothing is left to sync");
    assert_eq!(rig.disk.calls(), before + 2, "nothing is synced twice");
}

#[test]
fn old_bytes_behind_a_cut_never_come_back() {
    let mut cut_tails = 0;
    for seed in 0..300 {
        let mut rig = Rig::new(SimDisk::new(seed), SMALL, seed);
        rig.create().expect("the journal is made");
        rig.append(2, 50).expect("a batch is acknowledged");
        rig.write(3, 200).expect("a batch is written");
        rig.write(3, 200).expect("a batch is written");
        rig.disk.cut_power();
        rig.disk.power_on();
        let recovery = rig.recover().expect("it opens").expect("it was there");
        let (_, bytes) = rig.disk.files().remove(0);
        let Some(cut) = recovery.cut else { continue };
        cut_tails += 1;
        let behind_the_mark = cut.offset as usize + journal::TRAILER_BYTES;
        assert!(bytes[behind_the_mark..].iter().all(|&byte| byte == 0), "the tail is zeroed");
        // The same seqs with other content take the place of what was cut.
        rig.append(1, 10).expect("the journal goes on");
        rig.reopen().expect("and opens again");
    }
    assert!(cut_tails > 200, "{cut_tails} tails");
}

#[test]
fn a_journal_is_made_once_and_opened_only_if_made() {
    let disk = SimDisk::new(1);
    let opened = Journal::open(disk.clone(), SMALL, Check::Everything).map(|it| it.1);
    assert_eq!(opened, Err(OpenError::Inspect(InspectError::NoJournal)));
    Journal::create(disk.clone(), SMALL, IDENTITY, GENESIS, 0).expect("the journal is made");
    let again = Journal::create(disk.clone(), SMALL, IDENTITY, GENESIS, 0).map(|it| it.last_seq());
    let name = "journal-00000000000000000000.seg".to_owned();
    assert_eq!(again, Err(CreateError::Exists { name }));
    for segment_bytes in [0, 4096, 8191, 8193, 2 << 30] {
        let options = Options { segment_bytes, reserve_bytes: 0 };
        let opened = Journal::open(disk.clone(), options, Check::Everything).map(|it| it.1);
        assert_eq!(opened, Err(OpenError::SegmentBytes { bytes: segment_bytes }));
    }
}

#[test]
fn segments_of_another_length_follow_when_the_options_change() {
    let mut rig = Rig::new(SimDisk::new(1), RESERVING, 1);
    rig.create().expect("the journal is made");
    rig.append(5, 300).expect("a batch is acknowledged");
    rig.options = Options { segment_bytes: 3 * 4096, reserve_bytes: 1 };
    rig.reopen().expect("it opens");
    for _ in 0..8 {
        rig.append(5, 300).expect("a batch is acknowledged");
    }
    rig.reopen().expect("it opens");
    let lengths: Vec<usize> = rig.disk.files().iter().map(|file| file.1.len()).collect();
    assert_eq!(lengths, [8192, 12288, 12288], "two segments and a reserve");
}

#[test]
fn a_file_of_a_dead_disk_stays_dead() {
    let disk = SimDisk::new(1);
    let mut file = disk.create("a", 0).expect("a file is made");
    disk.cut_power();
    assert!(file.write_at(0, b"x").is_err());
    disk.power_on();
    assert!(file.write_at(0, b"x").is_err(), "it belongs to a program that is gone");
    assert!(disk.create("a", 0).is_ok());
}
