//! `rialto rebuild`: makes a store anew from the journal of a data folder.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::anyhow;
use journal::{Archive, Check, Extent, FileStorage};
use sequencer::{Came, EventLog, OpenError, ReplayError, Replica};
use store::{Compared, Location, Part, Projector};
use types::Seq;
use venue::Genesis;

use super::Where;
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
        location.empty(part).or_cannot_start()?;
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
        source.fill(&anew, part)?;
        let compared = store::compare(location, &anew, part, source.genesis.venue);
        let ([there, wanted], tables) = compared.or_cannot_start()?;
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
        let mut projector = Projector::open(location, part, &self.genesis).or_cannot_start()?;
        let mut log = EventLog::of_folder(self.archive.clone(), self.last_seq);
        let views = log.begin(0).map_err(unread)?;
        projector.begin(&self.genesis, views).or_cannot_start()?;
        let bar = progress::bar(self.last_seq, "commands");
        let runtime = tokio::runtime::Builder::new_current_thread().build().or_cannot_start()?;
        loop {
            let came = runtime.block_on(log.next(&mut |events| projector.take(events)));
            if came.map_err(unread)? == Came::End {
                break;
            }
            projector.mark(log.seq());
            bar.set_position(log.seq());
            if projector.is_full() {
                projector.flush().or_cannot_start()?;
            }
        }
        projector.flush().or_cannot_start()?;
        bar.finish_and_clear();
        Ok(projector.written().event_seq)
    }
}

fn unread(error: ReplayError) -> Failure {
    folder::unopened(OpenError::from(error))
}
