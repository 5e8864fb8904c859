//! A follower reads finished segments, keeps snapshots and removes what they cover.

mod common;

use common::{Rig, SMALL, body, head};
use journal::{
    Archive, Check, Entry, Extent, Newest, ReadError, Reader, Removed, Retention, SimDisk,
    StorageCall,
};

fn rig_with_segments() -> Rig {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 5);
    rig.create().expect("the journal is made");
    for _ in 0..20 {
        rig.append(5, 330).expect("a batch is acknowledged");
    }
    rig
}

fn seqs(reader: Result<Reader<SimDisk>, ReadError>) -> Vec<u64> {
    let mut reader = reader.expect("the start is there");
    let mut seqs = Vec::new();
    while let Some(entry) = reader.next_entry().expect("the journal is sound") {
        if let Entry::Record(record) = entry {
            seqs.push(record.seq);
        }
    }
    seqs
}

#[test]
fn a_follower_sees_finished_segments_only_and_catches_up() {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 5);
    rig.create().expect("the journal is made");
    let archive = rig.journal().archive();
    let mut followed = Vec::new();
    for _ in 0..20 {
        rig.append(5, 330).expect("a batch is acknowledged");
        rig.write(2, 100).expect("a batch is written and not yet synced");
        let next = followed.len() as u64;
        followed.extend(seqs(archive.records_from(next, Extent::Finished)));
        let segments = archive.segments().expect("the headers are sound");
        let last = segments.last().expect("there is a segment");
        assert_eq!(followed.len() as u64, last.first_seq, "all before the segment in use");
        assert_eq!(archive.segment_count(), Ok(segments.len()));
        assert!(last.first_seq <= rig.journal().durable_seq() + 1, "and all of it is durable");
        rig.sync().expect("the disk is sound");
    }
    assert!(followed.len() > 100);
    assert_eq!(followed, (0..followed.len() as u64).collect::<Vec<_>>());
}

#[test]
fn reading_changes_nothing() {
    let rig = rig_with_segments();
    let files = rig.disk.files();
    let before = rig.disk.calls();
    let archive = Archive::open(rig.disk.clone()).expect("the journal is there");
    archive.inspect(Check::Everything).expect("it is sound");
    assert_eq!(seqs(archive.records_from(0, Extent::Whole)).len(), 101);
    assert_eq!(rig.disk.files(), files);
    let reads = [StorageCall::List, StorageCall::Open, StorageCall::Length, StorageCall::Read];
    for call in rig.disk.log().iter().filter(|call| call.number > before) {
        assert!(reads.contains(&call.call), "{call:?}");
    }
}

#[test]
fn an_inspection_tells_the_tail_that_an_opening_would_cut() {
    let mut tails = 0;
    for seed in 0..50 {
        let mut rig = Rig::new(SimDisk::new(seed), SMALL, seed);
        rig.create().expect("the journal is made");
        rig.write(5, 300).expect("a batch is written");
        rig.disk.cut_power();
        rig.disk.power_on();
        let archive = Archive::open(rig.disk.clone()).expect("the journal is there");
        let inspected = archive.inspect(Check::LastSegment).expect("a torn tail is no damage");
        let read = seqs(archive.records_from(0, Extent::Whole)).len() as u64;
        let opened = rig.open().expect("it opens");
        assert_eq!(inspected.cut, opened.cut);
        assert_eq!(inspected.epoch + 1, opened.epoch);
        assert_eq!(read, opened.last_seq + 1, "a reader ends where the opening cuts");
        tails += u64::from(opened.cut.is_some());
    }
    assert!(tails > 20, "{tails}");
}

#[test]
fn the_index_finds_the_segment_of_a_time() {
    let mut rig = rig_with_segments();
    let archive = rig.journal().archive();
    let segments = archive.segments().expect("the headers are sound");
    for seq in 0..=rig.model.last_seq() {
        let at_ns = rig.model.records[seq as usize].at_ns;
        let start = archive.seq_before(at_ns).expect("the headers are sound");
        let expected = segments.iter().rfind(|header| header.first_seq <= seq);
        assert_eq!(start, expected.expect("a segment has it").first_seq, "seq {seq}");
    }
    assert_eq!(archive.seq_before(0), Ok(0));
}

#[test]
fn the_newest_sound_snapshot_at_or_before_a_seq_is_found() {
    let mut rig = rig_with_segments();
    let archive = rig.journal().archive();
    for seq in [10, 30, 20] {
        archive.write_snapshot(&head(seq, seq), &body(seq)).expect("it is written");
    }
    let seqs: Vec<u64> = archive.snapshots().expect("a list").iter().map(|head| head.seq).collect();
    assert_eq!(seqs, [10, 20, 30]);
    let newest = |seq| {
        let Newest { snapshot, damaged } = archive.newest_snapshot(seq).expect("they are read");
        (snapshot.map(|snapshot| snapshot.head.seq), damaged.len())
    };
    assert_eq!(newest(9), (None, 0));
    assert_eq!(newest(10), (Some(10), 0));
    assert_eq!(newest(29), (Some(20), 0));
    rig.disk.flip_bit("snapshot-00000000000000000020.snap", 400, 3);
    assert_eq!(newest(29), (Some(10), 1), "a damaged one is passed over, and told");
    archive.write_snapshot(&head(20, 20), &body(20)).expect("it is written again");
    assert_eq!(newest(29), (Some(20), 0));
}

#[test]
fn a_segment_goes_only_when_a_sound_snapshot_covers_it_and_retention_says_so() {
    let mut rig = rig_with_segments();
    let archive = rig.journal().archive();
    let first_seqs: Vec<u64> =
        archive.segments().expect("sound").iter().map(|header| header.first_seq).collect();
    assert!(first_seqs.len() >= 5, "{first_seqs:?}");
    let retain = |covered_seq, segments_kept, snapshots_kept| {
        let retention = Retention { covered_seq, segments_kept, snapshots_kept };
        archive.retain(retention).expect("the disk is sound")
    };
    assert_eq!(retain(u64::MAX, 0, 0), Removed::default(), "no snapshot, nothing goes");
    let end = |segment: usize| first_seqs[segment] - 1;
    let hash = |seq: u64| rig.model.hashes[seq as usize];
    for seq in [end(1), end(3) - 1, end(4)] {
        archive.write_snapshot(&head(seq, hash(seq)), &body(seq)).expect("it is written");
    }
    assert_eq!(retain(end(1) - 1, 0, 3).segments, [], "readers are not past a snapshot");
    assert_eq!(retain(end(3), first_seqs.len(), 3).segments, [], "retention keeps all");
    assert_eq!(retain(end(3), 0, 3).segments, first_seqs[..2], "one seq short of the third");
    let start = first_seqs[2];
    assert_eq!(
        archive.records_from(start - 1, Extent::Whole).map(|_| ()),
        Err(ReadError::Removed { first_seq: start })
    );
    assert_eq!(seqs(archive.records_from(start, Extent::Whole))[0], start);
    let removed = retain(u64::MAX, 1, 1);
    assert_eq!(removed.snapshots, [end(1), end(3) - 1]);
    let finished = first_seqs.len() - 1;
    assert_eq!(removed.segments, first_seqs[2..4.min(finished - 1)], "{first_seqs:?}");
    let recovery = rig.open().expect("the snapshot stands for what is gone");
    assert_eq!(recovery.first_seq, first_seqs[4.min(finished - 1)]);
}

#[test]
fn a_journal_without_its_start_and_without_a_snapshot_of_it_is_refused() {
    let mut rig = rig_with_segments();
    rig.snapshot().expect("a snapshot is written");
    rig.retain(0).expect("segments are removed");
    let mut files = rig.disk.files();
    files.retain(|file| !file.0.starts_with("snapshot-"));
    let mut bare = Rig::new(SimDisk::with_files(0, files), SMALL, 0);
    let error = bare.open().expect_err("nothing says what was before").to_string();
    assert!(error.contains("no snapshot covers"), "{error}");
}

#[test]
fn a_spare_that_is_ready_makes_the_roll_cheap() {
    let mut rig = rig_with_segments();
    rig.journal().spares().prepare().expect("a spare is made");
    rig.journal().spares().prepare().expect("and only one");
    assert_eq!(rig.journal().spares().bytes(), Ok(8192));
    let before = rig.disk.calls();
    while rig.journal().spares().bytes() == Ok(8192) {
        rig.append(5, 330).expect("a batch is acknowledged");
    }
    let created = |call: &journal::SimCall| call.call == StorageCall::Create;
    let calls = rig.disk.log();
    assert_eq!(calls.iter().filter(|call| call.number > before && created(call)).count(), 0);
    rig.reopen().expect("it opens");
}
