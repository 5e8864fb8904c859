//! The one fixture of the journal's tests: a journal on a simulated disk, beside a model of it.

#![allow(dead_code, reason = "each test binary uses its part")]

use journal::{
    ALIGNMENT, Archive, Batch, Check, DATA_OFFSET, Entry, Extent, Identity, Journal, OpenError,
    Options, Record, Recovery, Retention, SimDisk, SnapshotHead,
};

pub const IDENTITY: Identity = Identity { venue: 0x0001_0002_0003_0004, shard: 7 };
pub const SMALL: Options = Options { segment_bytes: 8192, reserve_bytes: 0 };
pub const RESERVING: Options = Options { segment_bytes: 8192, reserve_bytes: 8192 };

/// SplitMix64, the tests' own, so that a disk and its script draw from two generators.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0) % end
    }
}

pub fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub at_ns: u64,
    pub version: u16,
    pub payload: Vec<u8>,
}

/// What was asked of the journal and what it acknowledged.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub records: Vec<Told>,
    /// The event hash after each record.
    pub hashes: Vec<u64>,
    /// Last seqs of all batches that were begun.
    pub batch_ends: Vec<u64>,
    pub is_created: bool,
    /// The newest seq that a sync acknowledged.
    pub acknowledged: u64,
    /// The newest epoch of which an opening told.
    pub epoch: u64,
    pub snapshots: Vec<u64>,
}

impl Model {
    fn push(&mut self, told: Told) {
        let before = self.hashes.last().copied().unwrap_or(0);
        let hash = told.payload.iter().fold(before, |hash, &byte| mix(hash ^ u64::from(byte)));
        self.records.push(told);
        self.hashes.push(hash);
    }

    pub fn last_seq(&self) -> u64 {
        self.records.len() as u64 - 1
    }
}

/// A storage error ended the script.
#[derive(Debug)]
pub struct Stopped(pub String);

fn stopped(error: impl std::fmt::Debug) -> Stopped {
    Stopped(format!("{error:?}"))
}

pub struct Rig {
    pub disk: SimDisk,
    pub options: Options,
    pub journal: Option<Journal<SimDisk>>,
    pub model: Model,
    pub random: Random,
    batch: Batch,
}

impl Rig {
    pub fn new(disk: SimDisk, options: Options, seed: u64) -> Rig {
        let batch = Batch::new(2048);
        Rig { disk, options, journal: None, model: Model::default(), random: Random(seed), batch }
    }

    pub fn journal(&mut self) -> &mut Journal<SimDisk> {
        self.journal.as_mut().expect("the journal is open")
    }

    pub fn create(&mut self) -> Result<(), Stopped> {
        self.model = Model::default();
        self.model.push(Told { at_ns: 10, version: 1, payload: b"genesis".to_vec() });
        self.model.batch_ends.push(0);
        let genesis = Record { seq: 0, at_ns: 10, version: 1, payload: b"genesis" };
        let hash = self.model.hashes[0];
        let journal = Journal::create(self.disk.clone(), self.options, IDENTITY, genesis, hash);
        self.journal = Some(journal.map_err(stopped)?);
        self.model.is_created = true;
        self.model.epoch = 1;
        Ok(())
    }

    /// Pushes and writes one batch with payloads of up to `bytes_max`.
    pub fn write(&mut self, records: u64, bytes_max: u64) -> Result<(), Stopped> {
        self.batch.clear();
        for _ in 0..records {
            let seq = self.model.records.len() as u64;
            let length = self.random.below(bytes_max + 1);
            let payload: Vec<u8> = (0..length).map(|_| self.random.below(256) as u8).collect();
            let at_ns = 10 + 100 * seq;
            let record = Record { seq, at_ns, version: 2, payload: &payload };
            self.batch.push(record).expect("the scripts' batches are small");
            self.model.push(Told { at_ns, version: 2, payload });
        }
        self.model.batch_ends.push(self.model.last_seq());
        let hash = *self.model.hashes.last().expect("genesis has a hash");
        let journal = self.journal.as_mut().expect("the journal is open");
        journal.reserve(&self.batch).map_err(stopped)?;
        journal.write(&mut self.batch, hash).map_err(stopped)
    }

    pub fn sync(&mut self) -> Result<(), Stopped> {
        self.model.acknowledged = self.journal().sync().map_err(stopped)?;
        assert_eq!(self.model.acknowledged, self.model.last_seq(), "a sync covers all written");
        Ok(())
    }

    pub fn append(&mut self, records: u64, bytes_max: u64) -> Result<(), Stopped> {
        self.write(records, bytes_max)?;
        self.sync()
    }

    pub fn mark(&mut self) -> Result<(), Stopped> {
        self.model.acknowledged = self.journal().mark_durable().map_err(stopped)?;
        Ok(())
    }

    /// Takes a snapshot of the newest finished segment's end, as a follower does.
    pub fn snapshot(&mut self) -> Result<(), Stopped> {
        let archive = self.journal().archive();
        let mut reader = archive.records_from(0, Extent::Finished);
        if let Err(journal::ReadError::Removed { first_seq }) = reader {
            reader = archive.records_from(first_seq, Extent::Finished);
        }
        let mut reader = reader.map_err(stopped)?;
        let mut last = None;
        while let Some(entry) = reader.next_entry().map_err(stopped)? {
            if let Entry::Trailer(trailer) = entry {
                last = Some(trailer);
            }
        }
        let Some(trailer) = last else { return Ok(()) };
        let seq = trailer.last_seq;
        archive.write_snapshot(&head(seq, trailer.event_hash), &body(seq)).map_err(stopped)?;
        self.model.snapshots.push(seq);
        Ok(())
    }

    pub fn retain(&mut self, segments_kept: usize) -> Result<(), Stopped> {
        const KEPT: usize = 2;
        let covered_seq = u64::MAX;
        let retention = Retention { covered_seq, segments_kept, snapshots_kept: KEPT };
        // Others may be gone although it is interrupted.
        let snapshots = &mut self.model.snapshots;
        snapshots.dedup();
        snapshots.drain(..snapshots.len().saturating_sub(KEPT));
        self.journal().archive().retain(retention).map_err(stopped)?;
        Ok(())
    }

    pub fn open(&mut self) -> Result<Recovery, OpenError> {
        self.journal = None;
        let (journal, recovery) =
            Journal::open(self.disk.clone(), self.options, Check::Everything)?;
        self.journal = Some(journal);
        Ok(recovery)
    }

    pub fn reopen(&mut self) -> Result<(), Stopped> {
        let recovery = self.open().map_err(stopped)?;
        self.compare(&recovery);
        Ok(())
    }

    /// Checks what an opening found against the model, and lets the model forget what was cut.
    pub fn compare(&mut self, recovery: &Recovery) {
        let model = &mut self.model;
        assert!(recovery.last_seq >= model.acknowledged, "what was acknowledged is there");
        assert!(recovery.last_seq <= model.last_seq(), "nothing is there that was not written");
        assert!(model.batch_ends.contains(&recovery.last_seq), "a batch is whole or absent");
        assert_eq!(recovery.event_hash, model.hashes[recovery.last_seq as usize]);
        assert!(recovery.epoch > model.epoch || !model.is_created, "each opening is a new epoch");
        assert_eq!(recovery.identity, IDENTITY);
        if let Some(cut) = &recovery.cut {
            assert_eq!(cut.first_seq, recovery.last_seq + 1, "the cut starts behind what is kept");
            if let Some(seen) = cut.last_seq_seen {
                assert!((cut.first_seq..=model.last_seq()).contains(&seen), "{cut:?}");
            }
            assert!(cut.bad_offset >= cut.offset);
        }
        model.records.truncate(recovery.last_seq as usize + 1);
        model.hashes.truncate(recovery.last_seq as usize + 1);
        model.batch_ends.retain(|&end| end <= recovery.last_seq);
        model.acknowledged = recovery.last_seq;
        model.epoch = recovery.epoch;
        model.is_created = true;
        self.compare_records(recovery.first_seq);
        self.compare_snapshots();
    }

    /// Opens a copy of the disk, so that looking costs no call and meets no power cut.
    fn copy(&self) -> Archive<SimDisk> {
        let copy = SimDisk::with_files(0, self.disk.files());
        Archive::open(copy).expect("what was kept can be read")
    }

    /// Checks every record and trailer from `first_seq` on.
    pub fn compare_records(&mut self, first_seq: u64) {
        let mut reader =
            self.copy().records_from(first_seq, Extent::Whole).expect("the first record is there");
        let mut next = first_seq;
        while let Some(entry) = reader.next_entry().expect("what was kept can be read") {
            match entry {
                Entry::Record(record) => {
                    assert_eq!(record.seq, next, "seqs are dense");
                    let told = &self.model.records[next as usize];
                    assert_eq!(record.payload, told.payload, "seq {next}");
                    assert_eq!((record.at_ns, record.version), (told.at_ns, told.version));
                    next += 1;
                }
                Entry::Trailer(trailer) => {
                    assert_eq!(trailer.last_seq + 1, next);
                    assert_eq!(trailer.event_hash, self.model.hashes[trailer.last_seq as usize]);
                }
            }
        }
        assert_eq!(next, self.model.records.len() as u64, "every record is there");
    }

    fn compare_snapshots(&mut self) {
        let archive = self.copy();
        let listed: Vec<u64> =
            archive.snapshots().expect("a list").iter().map(|head| head.seq).collect();
        for seq in &self.model.snapshots {
            assert!(listed.contains(seq), "snapshot {seq} was acknowledged, {listed:?} are there");
        }
        for &seq in &listed {
            let snapshot = archive.read_snapshot(seq).expect("a named snapshot is whole");
            assert_eq!(snapshot.body, body(seq));
            assert_eq!(snapshot.head, head(seq, self.model.hashes[seq as usize]));
        }
        self.model.snapshots = listed;
    }

    /// Opens after a power cut, and creates the journal if its creation was not acknowledged.
    pub fn recover(&mut self) -> Result<Option<Recovery>, Stopped> {
        match self.open() {
            Ok(recovery) => {
                self.compare(&recovery);
                Ok(Some(recovery))
            }
            Err(OpenError::Inspect(journal::InspectError::NoJournal)) => {
                assert!(!self.model.is_created, "a journal that was acknowledged is there");
                self.create()?;
                Ok(None)
            }
            Err(error) if !self.disk.is_powered() => Err(stopped(error)),
            Err(error) => panic!("a power cut is never corruption: {error}"),
        }
    }
}

pub fn head(seq: u64, event_hash: u64) -> SnapshotHead {
    SnapshotHead { seq, at_ns: 10 + 100 * seq, event_hash, state_hash: u128::from(mix(seq)) << 3 }
}

pub fn body(seq: u64) -> Vec<u8> {
    (0..700).map(|place| mix(seq * 1000 + place) as u8).collect()
}

/// Finds the last trailer of a segment by its length, 72, and its kind, 2.
pub fn last_trailer_offset(bytes: &[u8]) -> usize {
    let is_trailer = |&offset: &usize| bytes[offset] == 72 && bytes[offset + 6] == 2;
    let places = (DATA_OFFSET..bytes.len()).step_by(ALIGNMENT);
    places.rev().find(is_trailer).expect("the segment has a trailer")
}
