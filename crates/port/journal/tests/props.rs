//! Any bytes get a typed answer, and what is pushed is what is read.

mod common;

use common::{IDENTITY, RESERVING, Rig, SMALL};
use journal::{
    Archive, Batch, Check, Extent, Fault, InspectError, Journal, OpenError, PAYLOAD_BYTES_MAX,
    Proof, PushError, Record, SimDisk,
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
    let used = common::last_trailer_offset(&bytes) + journal::TRAILER_BYTES;
    let trailer = used - journal::TRAILER_BYTES;
    let chain = u32::from_le_bytes(bytes[trailer + 4..trailer + 8].try_into().expect("four bytes"));
    (bytes, used, chain)
}

/// The crc of a record as `api/journal.md` has it, written a second time.
fn crc(record: &[u8], chain: u32) -> u32 {
    let length = u32::from_le_bytes(record[..4].try_into().expect("four bytes"));
    crc32c::crc32c_append(chain ^ length, &record[8..])
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
    fn records_with_sound_crcs_and_any_content_get_a_typed_answer(
        records in prop::collection::vec(
            (prop::collection::vec(any::<u8>(), 20..120), 0..4u8, prop::option::of(0..3u64)),
            1..10,
        ),
    ) {
        let (mut segment, mut used, mut chain) = first_segment();
        for (content, kind, seq) in records {
            let length = content.len() + 8;
            let mut record = vec![0; length.next_multiple_of(8)];
            record[..4].copy_from_slice(&(length as u32).to_le_bytes());
            record[8..length].copy_from_slice(&content);
            record[26] = kind;
            record[27] = 0;
            if let Some(seq) = seq {
                record[8..16].copy_from_slice(&seq.to_le_bytes());
            }
            chain = crc(&record, chain);
            record[4..8].copy_from_slice(&chain.to_le_bytes());
            segment[used..used + record.len()].copy_from_slice(&record);
            used += record.len();
        }
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
        head[8..10].copy_from_slice(&1u16.to_le_bytes());
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
    head[8..10].copy_from_slice(&1u16.to_le_bytes());
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

/// What an opening says of a genesis segment with one more record, whose crc is made to hold.
fn fault_of(record: &mut [u8]) -> Fault {
    let (mut segment, used, chain) = first_segment();
    let crc = crc(record, chain);
    record[4..8].copy_from_slice(&crc.to_le_bytes());
    segment[used..used + record.len()].copy_from_slice(record);
    let disk = SimDisk::with_files(0, [(FIRST.to_owned(), segment)]);
    let opened = Journal::open(disk, SMALL, Check::Everything).map(|it| it.1);
    let Err(OpenError::Inspect(InspectError::Corrupt(corruption))) = opened else {
        panic!("it cannot follow genesis: {opened:?}");
    };
    assert_eq!((corruption.offset, corruption.proof), (used as u64, Proof::Intact));
    corruption.fault
}

#[test]
fn an_intact_record_with_wrong_content_is_corruption_even_at_the_end() {
    let record = |seq: u64, kind: u8, reserved: u8| {
        let mut record = vec![0; 32];
        record[..4].copy_from_slice(&28u32.to_le_bytes());
        record[8..16].copy_from_slice(&seq.to_le_bytes());
        record[26..28].copy_from_slice(&[kind, reserved]);
        record
    };
    assert_eq!(fault_of(&mut record(5, 1, 0)), Fault::Seq { expected: 1, found: 5 });
    assert_eq!(fault_of(&mut record(1, 3, 0)), Fault::Kind { found: 3 });
    assert_eq!(fault_of(&mut record(1, 1, 9)), Fault::Reserved { found: 9 });
    let fault = fault_of(&mut record(0, 2, 0));
    assert_eq!(fault, Fault::TrailerBytes { expected: 84, found: 28 });
}

#[test]
fn an_intact_trailer_with_wrong_content_is_corruption_even_at_the_end() {
    let (_, used, chain) = first_segment();
    // A mark behind genesis: seq, first, last, watermark in seq and bytes, epoch.
    let fault = |seq: u64, fields: [u64; 5], version: u16, chain_before: u32| {
        let mut record = vec![0; 88];
        record[..4].copy_from_slice(&84u32.to_le_bytes());
        record[8..16].copy_from_slice(&seq.to_le_bytes());
        record[24..26].copy_from_slice(&version.to_le_bytes());
        record[26] = 2;
        for (place, field) in fields.into_iter().enumerate() {
            record[28 + 8 * place..36 + 8 * place].copy_from_slice(&field.to_le_bytes());
        }
        record[76..80].copy_from_slice(&chain_before.to_le_bytes());
        fault_of(&mut record)
    };
    let bytes = used as u64;
    let range = |found_first, found_last| Fault::TrailerRange {
        first: 1,
        last: 0,
        found_first,
        found_last,
    };
    assert_eq!(fault(0, [0, 0, 0, bytes, 1], 1, chain), range(0, 0));
    assert_eq!(fault(0, [1, 1, 0, bytes, 1], 1, chain), range(1, 1));
    assert_eq!(fault(7, [1, 0, 0, bytes, 1], 1, chain), Fault::Seq { expected: 0, found: 7 });
    let beyond = Fault::Watermark { max: 0, found: 1 };
    assert_eq!(fault(0, [1, 0, 1, bytes, 1], 1, chain), beyond);
    let beyond = Fault::Watermark { max: bytes, found: bytes + 1 };
    assert_eq!(fault(0, [1, 0, 0, bytes + 1, 1], 1, chain), beyond);
    for found in [0, 3] {
        let epoch = Fault::Epoch { expected: 1, found };
        assert_eq!(fault(0, [1, 0, 0, bytes, found], 1, chain), epoch);
    }
    let version = Fault::TrailerVersion { expected: 1, found: 2 };
    assert_eq!(fault(0, [1, 0, 0, bytes, 1], 2, chain), version);
    let before = Fault::ChainBefore { expected: chain, found: !chain };
    assert_eq!(fault(0, [1, 0, 0, bytes, 1], 1, !chain), before);
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
    assert_eq!(bytes[start + 28..start + 32], *b"abc\0");
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
    let error = PushError::TooLong { bytes: 37, max: 36 };
    assert_eq!(small.push(record(0, &longest[..37])), Err(error), "it never will fit");
    assert_eq!(small.push(record(0, &longest[..36])), Ok(()));
}
