//! A copy of a journal that is written to meanwhile opens as one that was closed in order.

mod common;

use common::{Rig, SMALL, body, head, last_trailer_offset};
use journal::{
    ALIGNMENT, Archive, Check, CopyError, DATA_OFFSET, Entry, Extent, InspectError, Journal,
    Retention, SimDisk, SimFile, Storage, StorageError, StorageFile, TRAILER_BYTES,
};
use std::sync::{Arc, Mutex};

fn rig_with_segments() -> Rig {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 5);
    rig.create().expect("the journal is made");
    for _ in 0..20 {
        rig.append(5, 330).expect("a batch is acknowledged");
    }
    rig
}

fn copy(rig: &mut Rig, last_seq: u64) -> SimDisk {
    let to = SimDisk::new(1);
    let archive = rig.journal().archive();
    archive.copy_to(&to, last_seq, &mut |_, _| {}).expect("it is copied");
    to
}

/// Checks that `to` is whole, ends with `last_seq`, and holds what `rig` wrote.
fn check(rig: &Rig, to: &SimDisk, last_seq: u64) {
    let archive = Archive::open(to.clone()).expect("a journal");
    let recovery = archive.inspect(Check::Everything).expect("it is sound");
    assert_eq!((recovery.last_seq, recovery.cut), (last_seq, None));
    assert_eq!(recovery.durable_seq, last_seq, "a mark says that all of it is durable");
    assert_eq!(recovery.event_hash, rig.model.hashes[last_seq as usize]);
    let mut reader = archive.records_from(recovery.first_seq, Extent::Whole).expect("the start");
    let mut next = recovery.first_seq;
    while let Some(entry) = reader.next_entry().expect("it is sound") {
        if let Entry::Record(record) = entry {
            let told = &rig.model.records[next as usize];
            assert_eq!((record.seq, record.payload), (next, told.payload.as_slice()));
            next += 1;
        }
    }
    assert_eq!(next, last_seq + 1, "every record is there");
}

#[test]
fn a_copy_up_to_any_batch_is_whole_and_goes_on() {
    let mut rig = rig_with_segments();
    let files = rig.disk.files();
    for end in rig.model.batch_ends.clone() {
        let to = copy(&mut rig, end);
        check(&rig, &to, end);
        let (journal, recovery) =
            Journal::open(to, SMALL, Check::Everything).expect("the copy opens");
        assert_eq!((journal.last_seq(), recovery.cut), (end, None));
    }
    assert_eq!(rig.disk.files(), files, "what is copied is only read");
}

#[test]
fn a_batch_that_is_not_durable_yet_is_seen_and_left_out() {
    let mut rig = rig_with_segments();
    let durable = rig.model.last_seq();
    rig.write(3, 100).expect("a batch is written and not synced");
    let archive = rig.journal().archive();
    let seen = archive.inspect_beside().expect("it is sound");
    assert_eq!((seen.durable_seq, seen.last_seq), (durable, durable + 3));
    let to = copy(&mut rig, durable);
    check(&rig, &to, durable);
    rig.mark().expect("it is made durable");
    let seen = archive.inspect_beside().expect("it is sound");
    assert_eq!(seen.durable_seq, durable + 3);
}

#[test]
fn the_newest_snapshot_that_is_not_beyond_the_copy_comes_with_it() {
    let mut rig = rig_with_segments();
    let ends = rig.model.batch_ends.clone();
    let archive = rig.journal().archive();
    for &seq in [&ends[4], &ends[8], &ends[12]] {
        let hash = rig.model.hashes[seq as usize];
        archive.write_snapshot(&head(seq, hash), &body(seq)).expect("it is written");
    }
    let found = |rig: &mut Rig, last_seq| {
        let copied = Archive::open(copy(rig, last_seq)).expect("a journal");
        let heads = copied.snapshots().expect("a list");
        heads.iter().map(|head| head.seq).collect::<Vec<_>>()
    };
    assert_eq!(found(&mut rig, ends[3]), [] as [u64; 0]);
    assert_eq!(found(&mut rig, ends[9]), [ends[8]]);
    assert_eq!(found(&mut rig, ends[12]), [ends[12]]);
    rig.disk.flip_bit(&format!("snapshot-{:020}.snap", ends[8]), 400, 3);
    assert_eq!(found(&mut rig, ends[9]), [ends[4]], "a damaged one is passed over");
}

#[test]
fn what_retention_removes_meanwhile_leaves_no_hole() {
    let keep = Retention { covered_seq: u64::MAX, segments_kept: 0, snapshots_kept: 1 };
    let mut rig = rig_with_segments();
    let archive = rig.journal().archive();
    let segments = archive.segments().expect("the headers are sound");
    let covered = segments[3].first_seq - 1;
    let snapshot = (head(covered, rig.model.hashes[covered as usize]), body(covered));
    let last_seq = rig.model.last_seq();

    // Nothing stands for what goes: the copy says so.
    let to = SimDisk::new(1);
    let copied = archive.copy_to(&to, last_seq, &mut |done, _| {
        if done == 1 {
            archive.write_snapshot(&snapshot.0, &snapshot.1).expect("it is written");
            assert_eq!(archive.retain(keep).expect("it removes").segments.len(), 3);
        }
    });
    assert_eq!(copied, Err(CopyError::Removed));
    // Copied again, it has the snapshot.
    let to = copy(&mut rig, last_seq);
    check(&rig, &to, last_seq);

    // The snapshot was copied before the segments went: the rest is a whole copy.
    let mut rig = rig_with_segments();
    let archive = rig.journal().archive();
    archive.write_snapshot(&snapshot.0, &snapshot.1).expect("it is written");
    let to = SimDisk::new(1);
    let copied = archive.copy_to(&to, last_seq, &mut |done, _| {
        if done == 1 {
            archive.retain(keep).expect("it removes");
        }
    });
    assert_eq!(copied, Ok(()));
    check(&rig, &to, last_seq);
    let first_seq = Archive::open(to).expect("a journal").segments().expect("sound")[0].first_seq;
    assert_eq!(first_seq, covered + 1);
}

/// A disk on which something happens in the middle of the first read of a whole segment.
#[derive(Clone)]
struct Interrupted {
    disk: SimDisk,
    /// How many bytes are read before it happens, and what does.
    event: Arc<Mutex<Option<Event>>>,
}

type Event = (usize, Box<dyn FnOnce() + Send>);

struct InterruptedFile {
    file: SimFile,
    event: Arc<Mutex<Option<Event>>>,
}

impl Storage for Interrupted {
    type File = InterruptedFile;

    fn list(&self) -> Result<Vec<String>, StorageError> {
        self.disk.list()
    }

    fn create(&self, name: &str, bytes: u64) -> Result<InterruptedFile, StorageError> {
        let file = self.disk.create(name, bytes)?;
        Ok(InterruptedFile { file, event: Arc::clone(&self.event) })
    }

    fn open(&self, name: &str) -> Result<InterruptedFile, StorageError> {
        let file = self.disk.open(name)?;
        Ok(InterruptedFile { file, event: Arc::clone(&self.event) })
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StorageError> {
        self.disk.rename(from, to)
    }

    fn remove(&self, name: &str) -> Result<(), StorageError> {
        self.disk.remove(name)
    }

    fn sync_folder(&self) -> Result<(), StorageError> {
        self.disk.sync_folder()
    }
}

impl StorageFile for InterruptedFile {
    fn bytes(&self) -> Result<u64, StorageError> {
        self.file.bytes()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), StorageError> {
        let is_whole = buffer.len() > DATA_OFFSET;
        let event = self.event.lock().expect("one thread").take_if(|_| is_whole);
        let Some((at, happen)) = event else { return self.file.read_at(offset, buffer) };
        let (before, after) = buffer.split_at_mut(at);
        self.file.read_at(offset, before)?;
        happen();
        self.file.read_at(offset + at as u64, after)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), StorageError> {
        self.file.write_at(offset, bytes)
    }

    fn sync(&mut self) -> Result<(), StorageError> {
        self.file.sync()
    }
}

#[test]
fn batches_written_while_their_segment_is_read_are_not_taken_for_damage() {
    let mut rig = Rig::new(SimDisk::new(0), SMALL, 5);
    rig.create().expect("the journal is made");
    rig.mark().expect("it is durable");
    let (_, bytes) = rig.disk.files().swap_remove(0);
    let end = last_trailer_offset(&bytes) + TRAILER_BYTES;
    let disk = rig.disk.clone();
    let happen = Box::new(move || {
        for _ in 0..3 {
            rig.append(2, 100).expect("a batch is acknowledged");
        }
    });
    // Zeros are read where the first of the batches begins, and all that comes behind it.
    let event = Arc::new(Mutex::new(Some((end + ALIGNMENT, happen as Box<dyn FnOnce() + Send>))));
    let archive = Archive::open(Interrupted { disk, event }).expect("a journal");
    let seen = archive.inspect_beside().expect("it is sound");
    assert_eq!((seen.last_seq, seen.cut), (6, None));
}

#[test]
fn damage_beside_a_writer_is_told() {
    let mut rig = rig_with_segments();
    rig.mark().expect("it is durable");
    let last = rig.journal().archive().segments().expect("sound").pop().expect("a segment");
    rig.disk.flip_bit(&format!("journal-{:020}.seg", last.first_seq), DATA_OFFSET as u64 + 4, 3);
    let seen = rig.journal().archive().inspect_beside();
    assert!(matches!(seen, Err(InspectError::Corrupt(_))), "{seen:?}");
}
