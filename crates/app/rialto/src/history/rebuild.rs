//! `rialto rebuild`: makes a store anew from the journal of a data folder.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::anyhow;
use journal::{Archive, Check, Extent, FileStorage};
use sequencer::{EventLog, OpenError, ReplayError, Replica};
use store::{Compared, Location, Part, Projector, StoreError};
use types::Seq;
use venue::Genesis;

use super::{REBUILD, Where};
use crate::exit::{Exit, Failure, OrExit};
use crate::{folder, progress};

/// Make the history of a data folder anew from its journal.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The data folder; no venue may run in it.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    place: Where,
    /// Change nothing: make a second one for the moment, and compare the two row by row.
    #[arg(long)]
    check: bool,
}

/// The journal that history comes from, whole.
struct Source {
    archive: Archive<FileStorage>,
    last_seq: Seq,
    genesis: Genesis,
}

/// Empties both databases and fills them from the journal, or compares them with such.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let Some(location) = args.place.location(&args.dir)? else {
        return Err(Exit::Usage.because(anyhow!("--history none: expected a store to make")));
    };
    let storage = folder::read(&args.dir)?;
    let _held = folder::hold(&args.dir)?;
    let source = Source::open(args, storage)?;
    if args.check {
        return check(&location, &source);
    }
    for part in Part::ALL {
        // What cannot be read, or is of another past, is what this is for.
        if location.has(part).unwrap_or(false)
            && let Err(error @ StoreError::OtherVenue { .. }) =
                Projector::open(&location, part, &source.genesis)
        {
            let words = anyhow!("{location}: {error}; nothing was changed");
            return Err(Exit::CannotStart.because(words));
        }
        location.empty(part).map_err(|error| failed(&location, error))?;
        let events = source.fill(&location, part)?;
        crate::print(&format!("{}: {events} events\n", part.name())).or_cannot_start()?;
    }
    Ok(Exit::Ok)
}

/// Compares a store with one that is made anew beside it; the answer is no where they differ.
fn check(location: &Location, source: &Source) -> Result<Exit, Failure> {
    let beside = tempfile::tempdir().or_cannot_start()?;
    let anew = Location::sqlite(beside.path());
    let mut exit = Exit::Ok;
    for part in Part::ALL {
        if !location.has(part).map_err(|error| failed(location, error))? {
            crate::print(&format!("{}: not there\n", part.name())).or_cannot_start()?;
            exit = Exit::No;
            continue;
        }
        source.fill(&anew, part)?;
        let compared = store::compare(location, &anew, part, source.genesis.venue);
        let compared = compared.map_err(|error| failed(location, error));
        let ([there, wanted], tables) = compared?;
        let mut told = String::new();
        if there.event_seq != wanted.event_seq {
            exit = Exit::No;
            let (at, end) = (there.event_seq, wanted.event_seq);
            told = format!("{} is at event {at}, the journal at {end}\n", part.name());
        }
        for Compared { table, rows, difference } in tables {
            let said = difference.map_or("the same".to_owned(), |it| {
                exit = Exit::No;
                format!("then {it}")
            });
            writeln!(told, "{}.{table}: {rows} rows, {said}", part.name()).expect("a text grows");
        }
        crate::print(&told).or_cannot_start()?;
    }
    Ok(exit)
}

impl Source {
    fn open(args: &Args, storage: FileStorage) -> Result<Source, Failure> {
        let archive = Archive::open(storage).map_err(folder::unread)?;
        let inspected = archive.inspect(Check::LastSegment);
        let recovery = inspected
            .map_err(|error| folder::unopened(OpenError::from(journal::OpenError::from(error))))?;
        if recovery.first_seq > 0 {
            return Err(Exit::BadInput.because(anyhow!(
                "the journal in {} begins at seq {}: what was before is only in the history that \
                 is there",
                args.dir.display(),
                recovery.first_seq
            )));
        }
        let records = archive.records_from(0, Extent::Whole).map_err(folder::unread)?;
        let genesis = Replica::genesis(records).map_err(unread)?;
        Ok(Source { archive, last_seq: recovery.last_seq, genesis })
    }

    /// Fills an empty database; how many events it has then.
    fn fill(&self, location: &Location, part: Part) -> Result<u64, Failure> {
        let mut log = EventLog::of_folder(self.archive.clone(), self.last_seq);
        let views = log.begin(0).map_err(unread)?.expect("no venue runs that could end");
        let bar = progress::bar(self.last_seq, "commands");
        let mut write = || -> Result<u64, Stopped> {
            let mut projector = Projector::open(location, part, &self.genesis)?;
            projector.begin(&self.genesis, views.clone())?;
            while log.take(&mut |events| projector.take(events))? {
                projector.mark(log.seq());
                bar.set_position(log.seq());
                if projector.is_full() {
                    projector.flush()?;
                }
            }
            projector.flush()?;
            Ok(projector.written().event_seq)
        };
        let written = write();
        bar.finish_and_clear();
        written.map_err(|stopped| match stopped {
            Stopped::Journal(error) => unread(error),
            Stopped::Store(error) => failed(location, error),
        })
    }
}

/// Why a store is not made.
enum Stopped {
    Journal(ReplayError),
    Store(StoreError),
}

impl From<ReplayError> for Stopped {
    fn from(error: ReplayError) -> Stopped {
        Stopped::Journal(error)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Stopped {
        Stopped::Store(error)
    }
}

/// How a store fails: damage is the data's, all else is the machine's.
fn failed(location: &Location, error: StoreError) -> Failure {
    if error.is_damage() {
        return Exit::BadInput.because(anyhow!("{location}: {error}{REBUILD}"));
    }
    Exit::CannotStart.because(anyhow!("{location}: {error}"))
}

fn unread(error: ReplayError) -> Failure {
    folder::unopened(OpenError::from(error))
}
