//! Journals of every released version read to exactly what they held, and are written the same.
//!
//! `UPDATE_EXPECT=1 cargo test -p journal --test golden` writes the files anew. A version that was
//! released is never written anew: a new layout gets a new version and a new folder.

mod common;

use common::{IDENTITY, body};
use expect_test::expect_file;
use journal::{
    Archive, Check, Entry, Extent, FileStorage, Journal, Options, Record, SimDisk, SnapshotHead,
    Storage,
};
use std::fmt::Write;
use std::path::PathBuf;

const OPTIONS: Options = Options { segment_bytes: 8192, reserve_bytes: 0 };
const START_NS: u64 = 1_700_000_000_000_000_000;

/// Fixed records of every length modulo the alignment, three segments, two epochs, a mark.
fn write_v2() -> Vec<(String, Vec<u8>)> {
    let disk = SimDisk::new(0);
    let genesis = Record { seq: 0, at_ns: START_NS, version: 1, payload: b"genesis" };
    let mut journal = Journal::create(disk.clone(), OPTIONS, IDENTITY, genesis, 0x1111)
        .expect("the journal is made");
    append(&mut journal, 12, 30);
    append(&mut journal, 1, 0);
    journal.mark_durable().expect("the mark is written");
    append(&mut journal, 20, 120);
    drop(journal);
    let (mut journal, _) =
        Journal::open(disk.clone(), OPTIONS, Check::Everything).expect("it opens");
    append(&mut journal, 10, 90);
    append(&mut journal, 25, 120);
    append(&mut journal, 3, 9);
    let archive = journal.archive();
    let head = SnapshotHead {
        seq: 33,
        at_ns: START_NS + 33_000_000,
        event_hash: journal.event_hash(),
        state_hash: 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
    };
    archive.write_snapshot(&head, &body(33)).expect("the snapshot is written");
    journal.mark_durable().expect("the mark is written");
    disk.files()
}

fn append(journal: &mut Journal<SimDisk>, records: u64, bytes: usize) {
    let mut batch = journal.batch(4000);
    for _ in 0..records {
        let seq = journal.last_seq() + 1 + batch.records();
        let payload: Vec<u8> = (0..bytes + seq as usize % 8).map(|at| (at as u8) ^ 0x5a).collect();
        let at_ns = START_NS + seq * 1_000_000;
        let record = Record { seq, at_ns, version: 1 + (seq % 3) as u16, payload: &payload };
        batch.push(record).expect("the batch has room");
    }
    let event_hash = common::mix(journal.last_seq() + records);
    journal.write(&mut batch, event_hash).expect("the disk has room");
    journal.sync().expect("the disk is sound");
}

/// Tells everything a reader can see, one line each.
fn listing<S: Storage>(storage: S) -> String {
    let mut lines = String::new();
    let archive = Archive::open(storage).expect("the journal is there");
    writeln!(lines, "{:?}", archive.inspect(Check::Everything).expect("it is sound"))
        .expect("a string takes all");
    for header in archive.segments().expect("the headers are sound") {
        writeln!(lines, "{header:?}").expect("a string takes all");
    }
    let mut reader = archive.records_from(0, Extent::Whole).expect("genesis is there");
    while let Some(entry) = reader.next_entry().expect("the journal is sound") {
        match entry {
            Entry::Record(Record { seq, at_ns, version, payload }) => {
                write!(lines, "record {seq} at {at_ns} version {version} ").and_then(|()| {
                    payload.iter().try_for_each(|byte| write!(lines, "{byte:02x}"))?;
                    writeln!(lines)
                })
            }
            Entry::Trailer(trailer) => writeln!(lines, "{trailer:?}"),
        }
        .expect("a string takes all");
    }
    for head in archive.snapshots().expect("the snapshots are read") {
        let snapshot = archive.read_snapshot(head.seq).expect("it is sound");
        let crc = crc32c::crc32c(&snapshot.body);
        writeln!(lines, "{head:?} {} bytes {crc:08x}", snapshot.body.len())
            .expect("a string takes all");
    }
    lines
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v2")
}

/// Its records are longer: read as of this version, its last segment would look like a torn tail.
#[test]
fn a_folder_of_version_1_is_refused_and_left_as_it_is() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1");
    let files = std::fs::read_dir(folder).expect("the golden folder is there").map(|entry| {
        let entry = entry.expect("it is listed");
        let name = entry.file_name().into_string().expect("a name of ASCII");
        (name, std::fs::read(entry.path()).expect("it can be read"))
    });
    let disk = SimDisk::with_files(0, files);
    let before = disk.files();
    for check in [Check::Everything, Check::LastSegment] {
        let opened = Journal::open(disk.clone(), OPTIONS, check).map(|it| it.1);
        let error = opened.expect_err("it is of another version").to_string();
        assert!(error.contains("format version 1, not 2"), "{error}");
        assert_eq!(disk.files(), before);
    }
}

#[test]
fn v2_is_written_byte_for_byte_and_reads_to_its_listing() {
    let written = write_v2();
    assert_eq!(written.len(), 4, "three segments and a snapshot");
    for (name, bytes) in written {
        let path = folder().join(&name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &bytes).expect("the golden file is written");
        }
        let golden = std::fs::read(&path).expect("the golden file is there");
        let differing = golden.iter().zip(&bytes).position(|(golden, new)| golden != new);
        assert_eq!(differing, None, "the first byte of {name} that differs");
        assert_eq!(golden.len(), bytes.len(), "{name}");
    }
    let storage = FileStorage::read_only(&folder()).expect("the golden folder is there");
    expect_file!["golden/v2/listing.txt"].assert_eq(&listing(storage));
}
