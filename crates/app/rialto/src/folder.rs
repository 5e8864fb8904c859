//! Data folders: taking one, reading one, and saying what is wrong with one.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::{Context, anyhow};
use journal::{CutTail, FileStorage, InspectError, ReadError};
use sequencer::{OpenError, ReplayError};
use venue::Genesis;

use crate::exit::{Exit, Failure, OrExit};

/// The file of the identity store.
pub(crate) const IDENTITY: &str = "identity.db";
/// The file of the first admin key.
pub(crate) const ADMIN_KEY: &str = "admin.key";
/// The file that whoever has the folder holds a lock on.
pub(crate) const LOCK: &str = "lock";

/// Takes a folder for this process alone, making it if it is not there.
pub(crate) fn take(path: &Path) -> Result<FileStorage, Failure> {
    let taken = FileStorage::open(path);
    taken.with_context(|| format!("data folder {}", path.display())).or_cannot_start()
}

/// Opens a folder to read it only.
pub(crate) fn read(path: &Path) -> Result<FileStorage, Failure> {
    let opened = FileStorage::read_only(path);
    opened.with_context(|| format!("data folder {}", path.display())).or_bad_input()
}

/// Keeps a venue from starting in the folder while the answer lives; writes nothing.
pub(crate) fn hold(path: &Path) -> Result<Option<File>, Failure> {
    // A folder that was never opened, or a read-only copy, has nobody to be kept out.
    let Ok(lock) = File::open(path.join(LOCK)) else { return Ok(None) };
    match lock.try_lock_shared() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => {
            let in_use = anyhow!("data folder {} is in use: end that venue first", path.display());
            Err(Exit::CannotStart.because(in_use))
        }
        Err(TryLockError::Error(error)) => Err(Exit::CannotStart.because(error)),
    }
}

/// Whether a venue runs in the folder.
pub(crate) fn is_in_use(path: &Path) -> bool {
    let tried = File::open(path.join(LOCK)).map(|lock| lock.try_lock_shared());
    matches!(tried, Ok(Err(TryLockError::WouldBlock)))
}

/// The genesis of the venue in a folder, where there is one. Nothing is made or changed.
pub(crate) fn genesis(path: &Path) -> Result<Option<Genesis>, Failure> {
    // Whoever takes the folder says what else is wrong with it.
    let Ok(storage) = FileStorage::read_only(path) else { return Ok(None) };
    sequencer::genesis(storage).map_err(|error| unopened(error.into()))
}

/// How reading a journal fails.
pub(crate) fn unread(error: ReadError) -> Failure {
    exit_of_read(&error).because(error)
}

/// How opening a folder fails.
pub(crate) fn unopened(error: OpenError) -> Failure {
    let exit = match &error {
        OpenError::Journal(error) => exit_of_open(error),
        OpenError::Replay(ReplayError::Read(error)) => exit_of_read(error),
        OpenError::Replay(_) => Exit::BadInput,
    };
    exit.because(error)
}

/// Damage is the data's, all else is the machine's.
fn exit_of_read(error: &ReadError) -> Exit {
    match error {
        ReadError::NoJournal | ReadError::Removed { .. } | ReadError::Corrupt(_) => Exit::BadInput,
        ReadError::Storage(_) => Exit::CannotStart,
    }
}

fn exit_of_open(error: &journal::OpenError) -> Exit {
    match error {
        journal::OpenError::Inspect(InspectError::NoJournal | InspectError::Corrupt(_)) => {
            Exit::BadInput
        }
        journal::OpenError::Inspect(InspectError::Storage(_))
        | journal::OpenError::SegmentBytes { .. }
        | journal::OpenError::Write(_)
        | journal::OpenError::Storage(_) => Exit::CannotStart,
    }
}

/// Tells a cut tail with its seqs.
pub(crate) fn cut_told(cut: &CutTail) -> String {
    let CutTail { file, offset, bytes, first_seq, last_seq_seen, bad_offset, reason } = cut;
    let seqs = match last_seq_seen {
        Some(last) => format!("seqs {first_seq} to {last}"),
        None => format!("what would have been seq {first_seq}"),
    };
    format!(
        "torn tail: {seqs} ({bytes} bytes of {file} from byte {offset}) was never acknowledged; \
         at byte {bad_offset}: {reason}"
    )
}
