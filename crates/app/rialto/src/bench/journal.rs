//! Stage "core plus journal": batches of what waits are applied while the batch before is written
//! and synced, as the sequencer does.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use journal::{Batch, FileStorage, Identity, Journal, Options, Record, Stamp};
use types::Timestamp;
use venue::{Command, EventHash, Events};

use super::clock::cpu_time;
use super::core::{Core, expand};
use super::lobw::Workload;

/// Commands of one batch: what the sequencer takes at most.
const BATCH: usize = 2_048;
const BATCH_BYTES_MAX: usize = 512 * 1_024;
/// One being applied, one waiting, one being written.
const BATCHES: usize = 3;
/// One batch of so many is encoded once more, into nowhere: so it is known what of a push is not
/// the journal's.
const ENCODED_ALONE_EVERY: usize = 16;
/// How often it is looked whether a segment is to be made ready.
const PREPARE_WAIT: Duration = Duration::from_millis(1);

/// What one run came to.
pub(crate) struct Ran {
    pub(crate) commands: u64,
    pub(crate) wall: Duration,
    /// Processor time of encoding all commands alone, which is not the journal's: that of the
    /// batches sampled, taken for all.
    pub(crate) encode: Duration,
    /// Processor time of encoding them into batches, as records.
    pub(crate) push: Duration,
    /// Processor time of checksums and write calls.
    pub(crate) write: Duration,
    /// Processor time of making segments ready, on a thread of its own.
    pub(crate) prepare: Duration,
    /// Processor time of syncs, the kernel's work included.
    pub(crate) sync: Duration,
    pub(crate) syncs: u64,
    pub(crate) event_hash: EventHash,
}

/// A batch on its way to the disk.
struct Full {
    batch: Batch,
    hash: EventHash,
}

/// What the engine's side came to.
#[derive(Default)]
struct Applied {
    encode: Duration,
    /// Commands that were encoded alone.
    encoded: u64,
    push: Duration,
    hash: EventHash,
}

#[derive(Default)]
struct Written {
    write: Duration,
    sync: Duration,
    syncs: u64,
}

/// Runs the workload's timed part, durably, in a folder below `folder` that is removed afterwards.
pub(crate) fn run(workload: &Workload, folder: &Path) -> Result<Ran> {
    let folder = folder.join(format!("bench-journal-{}", std::process::id()));
    let storage = FileStorage::open(&folder)?;
    let genesis = Record { seq: 0, at_ns: 0, version: 1, payload: b"bench" };
    let identity = Identity { venue: 1, shard: 0 };
    let journal = Journal::create(storage, Options::default(), identity, genesis, 0)?;
    let ran = run_with(workload, journal);
    std::fs::remove_dir_all(&folder).context("removing the journal")?;
    ran
}

fn run_with(workload: &Workload, journal: Journal<FileStorage>) -> Result<Ran> {
    let mut core = Core::new(workload, false);
    let (prefill, timed) = workload.records.split_at(workload.prefill);
    core.run(prefill);
    let mut commands = Vec::with_capacity(timed.len() * 2);
    timed.iter().for_each(|record| expand(record, &mut commands));
    let (to_writer, filled) = sync_channel(1);
    let (to_engine, returned) = sync_channel(BATCHES);
    for _ in 0..BATCHES {
        to_engine.send(journal.batch(BATCH_BYTES_MAX)).expect("its receiver is here");
    }
    let spares = journal.spares();
    spares.prepare()?;
    let over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&over);
    // As the sequencer does: the next segment is made ready on a thread of its own.
    let preparer = thread::spawn(move || -> Result<Duration> {
        while !told.load(Ordering::Acquire) {
            spares.prepare()?;
            thread::sleep(PREPARE_WAIT);
        }
        Ok(cpu_time())
    });
    let writer = thread::spawn(move || write(journal, &filled, &to_engine));
    let start = Instant::now();
    let Applied { encode, encoded, push, hash: event_hash } =
        apply(&mut core, &commands, &to_writer, &returned)?;
    drop(to_writer);
    let written = writer.join().expect("the writer does not panic")?;
    let wall = start.elapsed();
    over.store(true, Ordering::Release);
    let prepare = preparer.join().expect("the preparer does not panic")?;
    Ok(Ran {
        commands: commands.len() as u64,
        wall,
        prepare,
        encode: encode.mul_f64(commands.len() as f64 / encoded.max(1) as f64),
        push,
        write: written.write,
        sync: written.sync,
        syncs: written.syncs,
        event_hash,
    })
}

fn apply(
    core: &mut Core,
    commands: &[Command],
    to_writer: &SyncSender<Full>,
    returned: &Receiver<Batch>,
) -> Result<Applied> {
    let mut applied = Applied::default();
    let mut seq = 0;
    let mut waiting: Vec<Command> = Vec::with_capacity(BATCH);
    for (number, chunk) in commands.chunks(BATCH).enumerate() {
        let mut batch = returned.recv().context("the writer ended")?;
        // As the sequencer takes them from its queue. Else encoding would be charged with fetching
        // all of them from memory, a gigabyte in all.
        waiting.clear();
        waiting.extend_from_slice(chunk);
        // Not the first one of the group, for the run's first is cold.
        if number % ENCODED_ALONE_EVERY == ENCODED_ALONE_EVERY / 2 {
            applied.encode += encode_alone(&waiting);
            applied.encoded += waiting.len() as u64;
        }
        let start = cpu_time();
        for command in &waiting {
            seq += 1;
            let stamp = Stamp { seq, at_ns: Timestamp(seq).0, version: 1 };
            batch.push_in_place(stamp, |place| wire::command::encode_in_place(command, place))?;
        }
        applied.push += cpu_time() - start;
        core.run_chunk(&waiting, &mut |events: &Events| applied.hash.absorb(events));
        to_writer.send(Full { batch, hash: applied.hash }).context("the writer ended")?;
    }
    Ok(applied)
}

/// The processor time of encoding commands into nowhere.
fn encode_alone(commands: &[Command]) -> Duration {
    let mut place = [0; wire::command::COMMAND_BYTES_MAX];
    let start = cpu_time();
    for command in commands {
        black_box(wire::command::encode_in_place(black_box(command), &mut place));
    }
    cpu_time() - start
}

fn write(
    mut journal: Journal<FileStorage>,
    filled: &Receiver<Full>,
    to_engine: &SyncSender<Batch>,
) -> Result<Written> {
    let mut written = Written::default();
    while let Ok(Full { mut batch, hash }) = filled.recv() {
        let start = cpu_time();
        journal.write(&mut batch, hash.value())?;
        let middle = cpu_time();
        journal.sync()?;
        written.write += middle - start;
        written.sync += cpu_time() - middle;
        written.syncs += 1;
        // The engine may be done by now.
        to_engine.send(batch).ok();
    }
    Ok(written)
}
