//! One bit of a medium turns over: it is refused with its place, or it was never acknowledged.

mod common;

use common::{Rig, SMALL, last_trailer_offset};
use journal::{
    Archive, Check, Corruption, DATA_OFFSET, Entry, Extent, InspectError, Journal, OpenError,
    Recovery, SimDisk, TRAILER_BYTES,
};

type Files = Vec<(String, Vec<u8>)>;

/// Two finished segments, a third in use, a snapshot, and perhaps a mark at the end.
fn journal_files(is_marked: bool) -> (Files, Rig) {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 5);
    rig.create().expect("the journal is made");
    for _ in 0..10 {
        rig.append(5, 330).expect("a batch is acknowledged");
    }
    rig.snapshot().expect("a snapshot is written");
    if is_marked {
        rig.mark().expect("the mark is written");
    }
    (rig.disk.files(), rig)
}

fn open_flipped(files: &Files, name: &str, offset: usize, bit: u8) -> Result<Opened, Corruption> {
    let disk = SimDisk::with_files(0, files.clone());
    disk.flip_bit(name, offset as u64, bit);
    match Journal::open(disk.clone(), SMALL, Check::Everything) {
        Ok((_, recovery)) => Ok(Opened { disk, recovery }),
        Err(OpenError::Inspect(InspectError::Corrupt(corruption))) => Err(corruption),
        Err(error) => panic!("byte {offset} bit {bit} of {name}: {error}"),
    }
}

struct Opened {
    disk: SimDisk,
    recovery: Recovery,
}

/// All records of a journal.
fn records(disk: &SimDisk) -> Vec<(u64, u64, u16, Vec<u8>)> {
    let archive = Archive::open(disk.clone()).expect("the journal is there");
    let mut reader = archive.records_from(0, Extent::Whole).expect("genesis is there");
    let mut records = Vec::new();
    while let Some(entry) = reader.next_entry().expect("what was opened can be read") {
        if let Entry::Record(record) = entry {
            records.push((record.seq, record.at_ns, record.version, record.payload.to_vec()));
        }
    }
    records
}

fn segments(files: &Files) -> Vec<&(String, Vec<u8>)> {
    let segments: Vec<_> = files.iter().filter(|file| file.0.starts_with("journal-")).collect();
    assert_eq!(segments.len(), 3, "the script makes three segments");
    segments
}

/// Every bit where something was written, and one bit of each byte where nothing was.
fn bits(bytes: &[u8], offset: usize) -> std::ops::Range<u8> {
    let is_padding = bytes[offset] == 0
        && bytes[offset.saturating_sub(16)..(offset + 16).min(bytes.len())].iter().all(|&b| b == 0);
    let one = (offset % 8) as u8;
    if is_padding { one..one + 1 } else { 0..8 }
}

#[test]
fn every_flip_in_a_finished_segment_is_refused_at_its_place() {
    let (files, _) = journal_files(true);
    for (name, bytes) in &segments(&files)[..2] {
        for offset in 0..bytes.len() {
            for bit in bits(bytes, offset) {
                let corruption = open_flipped(&files, name, offset, bit).map(|it| it.recovery);
                let corruption = corruption.expect_err("a finished segment was durable");
                assert_eq!(&corruption.file, name, "byte {offset} bit {bit}: {corruption}");
                assert!(corruption.offset as usize <= offset, "{corruption} for byte {offset}");
            }
        }
    }
}

#[test]
fn every_flip_before_the_last_mark_is_refused_and_every_later_one_is_told() {
    let (files, rig) = journal_files(true);
    let (name, bytes) = segments(&files)[2];
    let all = records(&rig.disk);
    let mark = last_trailer_offset(bytes);
    let (mut refused, mut told) = (0, 0);
    for offset in 0..bytes.len() {
        for bit in bits(bytes, offset) {
            match open_flipped(&files, name, offset, bit) {
                Err(corruption) => {
                    assert!(offset < mark, "byte {offset} bit {bit}: {corruption}");
                    assert_eq!(&corruption.file, name);
                    assert!(corruption.offset as usize <= offset, "{corruption}, byte {offset}");
                    refused += 1;
                }
                Ok(opened) => {
                    assert!(offset >= mark, "byte {offset} bit {bit} was durable");
                    let cut = opened.recovery.cut.expect("the flip is told");
                    assert!(cut.offset as usize <= offset);
                    assert_eq!(cut.last_seq_seen, None, "no record is behind the mark");
                    assert_eq!(records(&opened.disk), all, "no record is lost or changed");
                    told += 1;
                }
            }
        }
    }
    assert!(refused > mark && told > DATA_OFFSET / 4, "{refused} refused, {told} told");
}

#[test]
fn without_a_mark_a_flip_in_the_last_batch_is_told_with_its_seqs() {
    let (files, rig) = journal_files(false);
    let (name, bytes) = segments(&files)[2];
    let all = records(&rig.disk);
    let last_seq = rig.model.last_seq();
    let first_seq = last_seq - 4;
    let trailer = last_trailer_offset(bytes);
    let used = trailer + TRAILER_BYTES;
    let mut cut_batches = 0;
    for offset in DATA_OFFSET..used {
        for bit in 0..8 {
            let Ok(opened) = open_flipped(&files, name, offset, bit) else { continue };
            let cut = opened.recovery.cut.expect("the flip is told");
            assert_eq!(cut.first_seq, first_seq, "byte {offset} bit {bit}: only the last batch");
            assert_eq!(opened.recovery.last_seq, first_seq - 1);
            assert!(cut.bad_offset as usize <= offset && cut.offset <= cut.bad_offset);
            assert_eq!(records(&opened.disk), all[..first_seq as usize], "the rest is unchanged");
            // Until the flip reaches the trailer itself, the trailer tells the batch's end.
            if offset < trailer {
                assert_eq!(cut.last_seq_seen, Some(last_seq));
            }
            cut_batches += 1;
        }
    }
    assert!(cut_batches > 8 * 500, "{cut_batches} flips were in the last batch");
}

#[test]
fn a_flip_in_a_head_is_placed_at_the_record_before_it() {
    let (files, _) = journal_files(true);
    let (name, bytes) = segments(&files)[0];
    // Behind genesis and its trailer.
    let length = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
    let next = |at: usize| at + length(at).next_multiple_of(8) as usize;
    let first = next(next(DATA_OFFSET));
    let records = [first, next(first), next(next(first)), next(next(next(first)))];
    for place in 1..4 {
        // Of the length, so that no record is where it says; the kind; what is reserved.
        for (field, bit) in [(3, 7), (6, 2), (7, 0)] {
            let opened = open_flipped(&files, name, records[place] + field, bit);
            let corruption = opened.map(|it| it.recovery).expect_err("it was durable");
            let found = (corruption.offset as usize, corruption.seq);
            assert_eq!(found, (records[place - 1], place as u64), "{corruption}");
        }
        // Only the batch can be told where a payload is damaged.
        let opened = open_flipped(&files, name, records[place] + 16, 0);
        let corruption = opened.map(|it| it.recovery).expect_err("it was durable");
        assert_eq!((corruption.offset as usize, corruption.seq), (first, 1), "{corruption}");
    }
}

/// The mark has no seq, and nothing behind the batch says that the batch was durable.
#[test]
fn a_flip_in_a_mark_never_takes_the_batch_behind_it_along() {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 5);
    rig.create().expect("the journal is made");
    rig.append(3, 50).expect("a batch is acknowledged");
    rig.mark().expect("the mark is written");
    let (name, bytes) = rig.disk.files().remove(0);
    let mark = last_trailer_offset(&bytes);
    rig.append(3, 50).expect("a batch is acknowledged");
    for offset in mark..mark + TRAILER_BYTES {
        for bit in 0..8 {
            let opened = open_flipped(&rig.disk.files(), &name, offset, bit);
            let corruption = opened.map(|it| it.recovery).expect_err("the mark was durable");
            assert_eq!(corruption.offset as usize, mark, "byte {offset} bit {bit}");
        }
    }
}

#[test]
fn every_flip_in_genesis_is_refused_although_nothing_follows() {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 5);
    rig.create().expect("the journal is made");
    let files = rig.disk.files();
    let (name, bytes) = &files[0];
    let used = last_trailer_offset(bytes) + TRAILER_BYTES;
    for offset in DATA_OFFSET..used {
        for bit in 0..8 {
            let opened = open_flipped(&files, name, offset, bit);
            opened.map(|it| it.recovery).expect_err("the file has its name with genesis in it");
        }
    }
}

#[test]
fn every_flip_in_a_snapshot_passes_it_over_and_tells() {
    let (files, rig) = journal_files(true);
    let seq = rig.model.snapshots[0];
    let (name, bytes) =
        files.iter().find(|file| file.0.starts_with("snapshot-")).expect("a snapshot");
    for offset in 0..bytes.len() {
        for bit in 0..8 {
            let opened = open_flipped(&files, name, offset, bit).expect("a snapshot is no record");
            let archive = Archive::open(opened.disk).expect("the journal is there");
            let newest = archive.newest_snapshot(u64::MAX).expect("the snapshots are read");
            assert_eq!(newest.snapshot, None, "byte {offset} bit {bit}");
            assert_eq!(&newest.damaged[0].file, name);
            assert_eq!(newest.damaged[0].seq, seq);
        }
    }
}

#[test]
fn a_file_cut_short_is_refused() {
    let (files, _) = journal_files(true);
    for place in 0..3 {
        for bytes in [0, 1, 79, 4095, 4096, 8191] {
            let mut short = files.clone();
            let name = segments(&files)[place].0.clone();
            let file = short.iter_mut().find(|file| file.0 == name).expect("the segment");
            file.1.truncate(bytes);
            let opened = Journal::open(SimDisk::with_files(0, short), SMALL, Check::LastSegment);
            let Err(OpenError::Inspect(InspectError::Corrupt(corruption))) = opened else {
                panic!("{bytes} bytes of {name}");
            };
            assert_eq!(corruption.file, name);
        }
    }
}

#[test]
fn a_missing_segment_is_refused() {
    let (files, _) = journal_files(true);
    let names: Vec<String> = segments(&files).iter().map(|file| file.0.clone()).collect();
    for (place, fault) in
        ["no snapshot covers", "seq 36, not 16", "the journal ends at seq 15"].iter().enumerate()
    {
        let mut holed = files.clone();
        holed.retain(|file| file.0 != names[place]);
        // The snapshot at the end of the second segment would stand for the first alone.
        if place == 0 {
            holed.retain(|file| !file.0.starts_with("snapshot-"));
        }
        if place == 2 {
            holed.retain(|file| file.0 != names[1]);
        }
        let opened = Journal::open(SimDisk::with_files(0, holed), SMALL, Check::Everything);
        let error = opened.map(|it| it.1).expect_err("records are missing").to_string();
        assert!(error.contains(fault), "{error}");
    }
}
