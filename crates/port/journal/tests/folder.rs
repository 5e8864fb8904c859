//! The same on a real folder.

mod common;

use common::IDENTITY;
use journal::{
    Archive, Check, Entry, Extent, Fault, FileStorage, InspectError, Journal, OpenError, Options,
    Record, Retention, SEGMENT_BYTES_MAX, Storage, StorageError, StorageFile,
};
use std::path::Path;

const OPTIONS: Options = Options { segment_bytes: 16_384, reserve_bytes: 16_384 };

fn create(path: &Path) -> Journal<FileStorage> {
    let storage = FileStorage::open(path).expect("the folder is ours");
    let genesis = Record { seq: 0, at_ns: 1, version: 1, payload: b"genesis" };
    Journal::create(storage, OPTIONS, IDENTITY, genesis, 1).expect("the journal is made")
}

fn append(journal: &mut Journal<FileStorage>, records: u64) {
    let mut batch = journal.batch(8000);
    for _ in 0..records {
        let seq = journal.last_seq() + 1 + batch.records();
        let payload = [seq as u8; 100];
        let record = Record { seq, at_ns: seq, version: 1, payload: &payload };
        batch.push(record).expect("the batch has room");
    }
    journal.write(&mut batch, journal.last_seq() + records).expect("the disk has room");
    assert_eq!(journal.sync(), Ok(journal.last_seq()));
}

#[test]
fn a_journal_lives_in_a_real_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("data");
    let mut journal = create(&path);
    for _ in 0..20 {
        append(&mut journal, 20);
    }
    journal.mark_durable().expect("the mark is written");
    let follower = journal.archive();
    let writer = std::thread::spawn(move || {
        append(&mut journal, 20);
        journal
    });
    let mut reader = follower.records_from(0, Extent::Finished).expect("genesis is there");
    let mut records = 0;
    while let Some(entry) = reader.next_entry().expect("the journal is sound") {
        records += u64::from(matches!(entry, Entry::Record(_)));
    }
    assert!(records > 200, "{records}");
    let head = common::head(records - 1, 0);
    follower.write_snapshot(&head, b"state").expect("a snapshot is written");
    let retention = Retention { covered_seq: u64::MAX, segments_kept: 0, snapshots_kept: 1 };
    assert!(!follower.retain(retention).expect("it is removed").segments.is_empty());
    drop(writer.join().expect("the writer ends"));
    drop((follower, reader));

    let storage = FileStorage::open(&path).expect("the lock is free again");
    let (journal, recovery) =
        Journal::open(storage, OPTIONS, Check::Everything).expect("the journal opens");
    assert_eq!((recovery.last_seq, recovery.cut), (420, None));
    assert_eq!(recovery.first_seq, records);
    assert_eq!(journal.spares().bytes(), Ok(16_384), "the reserve is there");
    let newest = journal.archive().newest_snapshot(u64::MAX).expect("it is read");
    assert_eq!(newest.snapshot.expect("it is sound").body, b"state");
}

#[test]
fn one_process_has_a_folder_and_others_may_read_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = create(folder.path());
    append(&mut journal, 3);
    let second = FileStorage::open(folder.path()).map(|_| ());
    let name = folder.path().display().to_string();
    assert_eq!(second, Err(StorageError::Locked { name }));

    let storage = FileStorage::read_only(folder.path()).expect("reading is free");
    let archive = Archive::open(storage.clone()).expect("the journal is there");
    assert_eq!(archive.inspect(Check::Everything).expect("it is sound").last_seq, 3);
    for refused in [
        storage.create("a", 0).map(|_| ()),
        storage.rename("a", "b"),
        storage.remove("a"),
        storage.sync_folder(),
        storage.open("journal-00000000000000000000.seg").and_then(|mut it| it.write_at(0, b"x")),
    ] {
        assert!(matches!(refused, Err(StorageError::Failed { .. })), "{refused:?}");
    }
    drop(journal);
    FileStorage::open(folder.path()).expect("the lock goes with the writer");
}

#[test]
fn missing_and_foreign_names_are_told_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let storage = FileStorage::open(folder.path()).expect("the folder is ours");
    assert!(matches!(storage.open("a"), Err(StorageError::NotFound { .. })));
    assert!(matches!(storage.remove("a"), Err(StorageError::NotFound { .. })));
    assert!(FileStorage::read_only(&folder.path().join("none")).is_err());
    drop(storage);
    std::fs::write(folder.path().join("journal-1.seg"), b"not ours").expect("a file is written");
    drop(create(folder.path()));
    assert!(folder.path().join("journal-1.seg").exists());
}

#[test]
fn a_file_too_long_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    drop(create(folder.path()));
    let path = folder.path().join("journal-00000000000000000000.seg");
    let file = std::fs::OpenOptions::new().write(true).open(path).expect("the segment");
    // A hole takes no space.
    file.set_len(1 << 42).expect("a sparse file");
    let storage = FileStorage::open(folder.path()).expect("the folder is ours");
    let opened = Journal::open(storage, OPTIONS, Check::LastSegment).map(|it| it.1);
    let Err(OpenError::Inspect(InspectError::Corrupt(corruption))) = opened else {
        panic!("{opened:?}");
    };
    let max = SEGMENT_BYTES_MAX;
    assert_eq!(corruption.fault, Fault::FileTooLong { max, found: 1 << 42 });
}
