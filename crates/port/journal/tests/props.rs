//! Any bytes get a typed answer, and what is pushed is what is read.

mod common;

use common::{IDENTITY, RESERVING, Rig, SMALL};
use journal::{
    Archive, Batch, Check, Extent, FORMAT_VERSION, Fault, InspectError, Journal, OpenError,
    PAYLOAD_BYTES_MAX, Proof, PushError, Record, SimDisk, Stamp, TRAILER_BYTES,
};
use proptest::prelude::*;

const FIRST: &str = "journal-00000000000000000000.seg";

/// Opens and reads a folder; any error will do, a panic will not.
fn open_and_read(files: Vec<(String, Vec<u8>)>) -> Result<u64, String> {
    let disk = SimDisk::with_files(0, files);
    let archive = Archive::open(disk.clone()).map_err(|error| error.to_string());
    if let Ok(archive) = &archive {
        archive.snapshots().map_err(|error| error.to_string())?;
        archive.newest_snapshot(u64::MAX).map_err(|error| error.to_string())?;
        if let Ok(mut reader) = archive.records_from(0, Extent::Whole) {
            while let Ok(Some(_)) = reader.next_entry() {}
        }
    }
    match Journal::open(disk, SMALL, Check::Everything) {
        Ok((_, recovery)) => Ok(recovery.last_seq),
        Err(error) => Err(error.to_string()),
    }
}

/// A sound first segment with one genesis batch, and where its next record goes.
fn first_segment() -> (Vec<u8>, usize, u32) {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 1);
    rig.create().expect("the journal is made");
    let bytes = rig.disk.files().remove(0).1;
    let used = common::last_trailer_offset(&bytes) + TRAILER_BYTES;
    let chain = u32::from_le_bytes(bytes[used - 4..used].try_into().expect("four bytes"));
    (bytes, used, chain)
}

/// A trailer without crcs: first, last, watermark in seq and bytes, epoch; version.
fn trailer(fields: [u64; 5], version: u16) -> Vec<u8> {
    let mut trailer = vec![0; TRAILER_BYTES];
    trailer[..4].copy_from_slice(&72u32.to_le_bytes());
    trailer[4..6].copy_from_slice(&version.to_le_bytes());
    trailer[6] = 2;
    for (place, field) in fields.into_iter().enumerate() {
        trailer[16 + 8 * place..24 + 8 * place].copy_from_slice(&field.to_le_bytes());
    }
    trailer
}

/// Makes both crcs of a batch hold, as `api/journal.md` has them, written a second time.
fn sealed(records: &[u8], trailer: &[u8], chain: u32) -> Vec<u8> {
    let mut batch = [records, trailer].concat();
    let trailer = &mut batch[records.len()..];
    trailer[64..68].copy_from_slice(&crc32c::crc32c_append(chain, records).to_le_bytes());
    let crc = crc32c::crc32c(&trailer[..68]);
    trailer[68..].copy_from_slice(&crc.to_le_bytes());
    batch
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_get_a_typed_answer(bytes in prop::collection::vec(any::<u8>(), 0..12_000)) {
        let names = [FIRST, "snapshot-00000000000000000009.snap", "spare-0000.seg"];
        open_and_read(names.map(|name| (name.to_owned(), bytes.clone())).to_vec())
            .expect_err("this is no journal");
    }

    #[test]
    fn arbitrary_records_behind_a_sound_header_get_a_typed_answer(
        bytes in prop::collection::vec(any::<u8>(), 0..3_000),
        length in prop::option::of(0..4_000u32),
    ) {
        let (mut segment, used, _) = first_segment();
        segment[used..used + bytes.len()].copy_from_slice(&bytes);
        if let Some(length) = length {
            segment[used..used + 4].copy_from_slice(&length.to_le_bytes());
        }
        prop_assert_eq!(open_and_read(vec![(FIRST.to_owned(), segment)]), Ok(0));
    }

    #[test]
    fn a_batch_with_sound_crcs_and_any_content_gets_a_typed_answer(
        records in prop::collection::vec(
            (prop::collection::vec(any::<u8>(), 12..120), 0..4u8),
            0..10,
        ),
        fields in prop::array::uniform4(0..3u64),
    ) {
        let (mut segment, used, chain) = first_segment();
        let mut written = Vec::new();
        for (content, kind) in records {
            let length = content.len() + 4;
            let mut record = vec![0; length.next_multiple_of(8)];
            record[..4].copy_from_slice(&(length as u32).to_le_bytes());
            record[4..length].copy_from_slice(&content);
            record[6..8].copy_from_slice(&[kind, 0]);
            written.extend_from_slice(&record);
        }
        // No trailer of epoch 9 can follow genesis, whatever else it says.
        let [first, last, durable_seq, durable_bytes] = fields;
        let trailer = trailer([first, last, durable_seq, durable_bytes, 9], 1);
        let batch = sealed(&written, &trailer, chain);
        segment[used..used + batch.len()].copy_from_slice(&batch);
        let opened = open_and_read(vec![(FIRST.to_owned(), segment)]);
        prop_assert!(opened.is_err() || opened == Ok(0), "no batch was ended: {:?}", opened);
    }

    #[test]
    fn what_is_pushed_is_what_is_read(
        seed in any::<u64>(),
        batches in prop::collection::vec((1..9u64, 0..200u64, any::<bool>(), 0..6u8), 1..40),
    ) {
        let mut rig = Rig::new(SimDisk::new(seed), RESERVING, seed);
        rig.create().expect("the journal is made");
        for (records, bytes_max, is_synced, after) in batches {
            rig.write(records, bytes_max).expect("the disk is sound");
            if is_synced {
                rig.sync().expect("the disk is sound");
            }
            match after {
                0 => rig.mark().expect("the disk is sound"),
                1 => rig.reopen().expect("the disk is sound"),
                _ => {}
            }
        }
        rig.compare_records(0);
        for from in 0..rig.model.records.len() as u64 {
            rig.compare_records(from);
        }
    }

    #[test]
    fn a_snapshot_head_may_say_anything(fields in prop::collection::vec(any::<u8>(), 92)) {
        let mut head = fields;
        head[..8].copy_from_slice(b"RIALTOSN");
        head[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        head.extend_from_slice(&crc32c::crc32c(&head).to_le_bytes());
        let name = "snapshot-00000000000000000000.snap".to_owned();
        let opened = open_and_read(vec![(name, head), (FIRST.to_owned(), first_segment().0)]);
        prop_assert_eq!(opened, Ok(0));
    }
}

#[test]
fn a_snapshot_that_claims_a_huge_body_is_refused_by_the_length_of_its_file() {
    let mut head = vec![0; 92];
    head[..8].copy_from_slice(b"RIALTOSN");
    head[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    head[12..16].copy_from_slice(&IDENTITY.shard.to_le_bytes());
    head[16..32].copy_from_slice(&IDENTITY.venue.to_le_bytes());
    head[72..80].copy_from_slice(&journal::SNAPSHOT_BYTES_MAX.to_le_bytes());
    head.extend_from_slice(&crc32c::crc32c(&head).to_le_bytes());
    let name = "snapshot-00000000000000000000.snap".to_owned();
    let files = vec![(name, head), (FIRST.to_owned(), first_segment().0)];
    let archive = Archive::open(SimDisk::with_files(0, files)).expect("the journal is there");
    let newest = archive.newest_snapshot(0).expect("the snapshots are read");
    let expected = journal::SNAPSHOT_BYTES_MAX + 96;
    assert_eq!(newest.damaged[0].fault, Fault::FileBytes { expected, found: 96 });
}

/// What an opening says of a genesis segment with one more batch, whose crcs are made to hold, and
/// where.
fn fault_of(records: &[u8], trailer: &[u8]) -> (Fault, usize) {
    let (mut segment, used, chain) = first_segment();
    let batch = sealed(records, trailer, chain);
    segment[used..used + batch.len()].copy_from_slice(&batch);
    let disk = SimDisk::with_files(0, [(FIRST.to_owned(), segment)]);
    let opened = Journal::open(disk, SMALL, Check::Everything).map(|it| it.1);
    let Err(OpenError::Inspect(InspectError::Corrupt(corruption))) = opened else {
        panic!("it cannot follow genesis: {opened:?}");
    };
    assert_eq!(corruption.proof, Proof::Intact);
    (corruption.fault, corruption.offset as usize - used)
}

#[test]
fn an_intact_record_with_wrong_content_is_corruption_even_at_the_end() {
    let record = |kind: u8, reserved: u8| {
        let mut record = vec![0; 32];
        record[..4].copy_from_slice(&28u32.to_le_bytes());
        record[6..8].copy_from_slice(&[kind, reserved]);
        record
    };
    let fault = |second: Vec<u8>| {
        let records = [record(1, 0), second].concat();
        let (fault, offset) = fault_of(&records, &trailer([1, 2, 0, 0, 1], 1));
        assert_eq!(offset, 32, "the first record is sound");
        fault
    };
    assert_eq!(fault(record(3, 0)), Fault::Kind { found: 3 });
    assert_eq!(fault(record(1, 9)), Fault::Reserved { found: 9 });
}

#[test]
fn an_intact_trailer_with_wrong_content_is_corruption_even_at_the_end() {
    let (_, used, chain) = first_segment();
    // A mark behind genesis.
    let fault_in = |mark: &[u8]| {
        let (fault, offset) = fault_of(&[], mark);
        assert_eq!(offset, 0);
        fault
    };
    let fault = |fields, version| fault_in(&trailer(fields, version));
    let bytes = used as u64;
    let range = |found_first, found_last| Fault::TrailerRange {
        first: 1,
        last: 0,
        found_first,
        found_last,
    };
    assert_eq!(fault([0, 0, 0, bytes, 1], 1), range(0, 0));
    assert_eq!(fault([1, 1, 0, bytes, 1], 1), range(1, 1));
    assert_eq!(fault([1, 0, 1, bytes, 1], 1), Fault::Watermark { max: 0, found: 1 });
    let beyond = Fault::Watermark { max: bytes, found: bytes + 1 };
    assert_eq!(fault([1, 0, 0, bytes + 1, 1], 1), beyond);
    for found in [0, 3] {
        let epoch = Fault::Epoch { expected: 1, found };
        assert_eq!(fault([1, 0, 0, bytes, found], 1), epoch);
    }
    let version = Fault::TrailerVersion { expected: 1, found: 2 };
    assert_eq!(fault([1, 0, 0, bytes, 1], 2), version);
    let mut mark = trailer([1, 0, 0, bytes, 1], 1);
    mark[7] = 9;
    assert_eq!(fault_in(&mark), Fault::Reserved { found: 9 });
    mark[7] = 0;
    mark[0] = 24;
    assert_eq!(fault_in(&mark), Fault::TrailerBytes { expected: 72, found: 24 });
    // Its own crc holds, but it was written behind something else.
    let (mut segment, ..) = first_segment();
    let mark = sealed(&[], &trailer([1, 0, 0, bytes, 1], 1), !chain);
    segment[used..used + mark.len()].copy_from_slice(&mark);
    let disk = SimDisk::with_files(0, [(FIRST.to_owned(), segment)]);
    let error = Journal::open(disk, SMALL, Check::Everything).map(|it| it.1).unwrap_err();
    let before = Fault::ChainBefore { expected: chain, found: !chain }.to_string();
    assert!(error.to_string().contains(&before), "{error}");
}

#[test]
fn padding_is_zero_whatever_the_buffer_held_before() {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 1);
    rig.create().expect("the journal is made");
    let start = first_segment().1;
    let mut batch = rig.journal().batch(1000);
    for payload in [&[0xff; 200][..], b"abc"] {
        batch.clear();
        batch.push(Record { seq: 1, at_ns: 0, version: 1, payload }).expect("it fits");
    }
    rig.journal().write(&mut batch, 0).expect("it is written");
    let bytes = rig.disk.files().remove(0).1;
    assert_eq!(bytes[start + 16..start + 24], *b"abc\0\0\0\0\0");
}

#[test]
fn a_batch_refuses_what_does_not_fit_and_never_grows() {
    let mut batch = Batch::new(1 << 17);
    let longest = vec![1; PAYLOAD_BYTES_MAX];
    let too_long = vec![1; PAYLOAD_BYTES_MAX + 1];
    let record = |seq, payload| Record { seq, at_ns: 0, version: 1, payload };
    let max = PAYLOAD_BYTES_MAX;
    let error = PushError::TooLong { bytes: PAYLOAD_BYTES_MAX + 1, max };
    assert_eq!(batch.push(record(4, &too_long)), Err(error));
    assert_eq!(batch.push(record(4, &longest)), Ok(()));
    assert_eq!(batch.push(record(5, &longest)), Err(PushError::BatchFull));
    assert_eq!(batch.push(record(5, b"")), Ok(()), "a smaller one fits");
    assert_eq!(batch.records(), 2);
    let mut small = Batch::new(64);
    let error = PushError::TooLong { bytes: 49, max: 48 };
    assert_eq!(small.push(record(0, &longest[..49])), Err(error), "it never will fit");
    assert_eq!(small.push(record(0, &longest[..48])), Ok(()));
}

#[test]
fn what_is_encoded_in_its_place_is_what_is_pushed() {
    let (mut pushed, mut in_place) = (Batch::new(256), Batch::new(256));
    for seq in 1.. {
        let payload = &[seq as u8; 64][..seq as usize];
        let outcome = pushed.push(Record { seq, at_ns: 9, version: 2, payload });
        let stamp = Stamp { seq, at_ns: 9, version: 2 };
        let encoded = in_place.push_in_place(stamp, |place: &mut [u8; 64]| {
            // What is left behind the payload is not kept.
            place.fill(0xff);
            place[..payload.len()].copy_from_slice(payload);
            payload.len()
        });
        assert_eq!(encoded, outcome);
        if outcome == Err(PushError::BatchFull) {
            break;
        }
    }
    assert_eq!(written(in_place), written(pushed));
}

fn written(mut batch: Batch) -> Vec<u8> {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 1);
    rig.create().expect("the journal is made");
    rig.journal().write(&mut batch, 0).expect("it is written");
    rig.disk.files().remove(0).1
}
