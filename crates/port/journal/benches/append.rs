//! Prints the CPU time of appending one record, against a real folder.
//!
//! It counts this thread's CPU time, so waiting for the disk is left out; "encode" fills the batch,
//! "write" chains crcs and makes the write call, "sync" is what the kernel spends in `fdatasync`,
//! and "read" is a check of the whole last segment and a replay of it.

use journal::{Entry, FileStorage, Identity, Journal, Options, Record};
use rustix::time::{ClockId, clock_gettime};

const BATCHES: u64 = 2_000;
const BATCH_RECORDS: u64 = 1_000;
const PAYLOAD_BYTES: usize = 64;
const BATCHES_PER_SYNC: u64 = 10;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let storage = FileStorage::open(folder.path()).expect("the folder opens");
    // One segment holds the whole run, so that no roll is measured.
    let options = Options { segment_bytes: 256 << 20, reserve_bytes: 0 };
    let identity = Identity { venue: 1, shard: 0 };
    let genesis = Record { seq: 0, at_ns: 0, version: 1, payload: b"genesis" };
    let mut journal =
        Journal::create(storage, options, identity, genesis, 0).expect("the journal is made");
    let mut batch = journal.batch(1 << 20);
    let payload = [7; PAYLOAD_BYTES];
    let (mut encode_ns, mut write_ns, mut sync_ns) = (0, 0, 0);
    let mut seq = 0;
    for round in 0..BATCHES {
        let start = cpu_ns();
        for _ in 0..BATCH_RECORDS {
            seq += 1;
            let record = Record { seq, at_ns: seq, version: 1, payload: &payload };
            batch.push(record).expect("a batch has room for its records");
        }
        let encoded = cpu_ns();
        journal.reserve(&batch).expect("the segment has room");
        journal.write(&mut batch, seq).expect("the batch is written");
        let written = cpu_ns();
        if round % BATCHES_PER_SYNC == BATCHES_PER_SYNC - 1 {
            journal.sync().expect("the batch is synced");
        }
        encode_ns += encoded - start;
        write_ns += written - encoded;
        sync_ns += cpu_ns() - written;
    }
    let records = BATCHES * BATCH_RECORDS;
    let start = cpu_ns();
    let mut reader = journal.records_from(0).expect("genesis is there");
    let mut found = 0;
    while let Some(entry) = reader.next_entry().expect("the journal is sound") {
        found += u64::from(matches!(entry, Entry::Record(_)));
    }
    assert_eq!(found, records + 1, "all records and genesis");
    let read_ns = cpu_ns() - start;
    let parts = [("encode", encode_ns), ("write", write_ns), ("sync", sync_ns), ("read", read_ns)];
    for (part, ns) in parts {
        let tenths = ns * 10 / records;
        println!("{part:>6}: {:>3}.{} ns of CPU per record", tenths / 10, tenths % 10);
    }
}

fn cpu_ns() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
