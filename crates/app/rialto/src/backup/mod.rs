//! `rialto backup`: copies a venue, running or not, to a folder that has its name only when it is
//! whole; and `rialto restore`, the way back.

mod manifest;
mod partial;
mod restore;

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use journal::{Archive, Check, CopyError, FileStorage, InspectError, Recovery};
use sequencer::OpenError;
use types::Timestamp;

use crate::exit::{Exit, Failure, OrExit};
use crate::{folder, progress, run};
use manifest::{Entry, Manifest};
use partial::Partial;

pub(crate) use restore::{Args as RestoreArgs, run as restore};

/// How often all is begun again because the venue removed what was still to be copied.
const TRIES_MAX: usize = 5;
/// How often a venue that has written something is asked whether it is durable.
const POLL: Duration = Duration::from_millis(50);
/// A venue that runs says within this time of what it wrote last that it is durable, unless its
/// disk takes longer.
const QUIET: Duration = Duration::from_secs(1);
/// How long its disk may take.
const DURABLE_MAX: Duration = Duration::from_secs(60);

/// Copy a venue, running or not, to a folder of its own.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The data folder; a venue may run in it.
    #[arg(value_name = "DATA")]
    data: PathBuf,
    /// The folder to make: empty or not there, and not in DATA.
    #[arg(value_name = "TO")]
    to: PathBuf,
}

/// Where a journal is copied to.
struct End {
    seq: u64,
    /// A torn tail that is left out, in words.
    cut: Option<String>,
}

/// Makes a backup and says what is in it.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let (started, made_at) = (Instant::now(), run::now()?);
    let archive = Archive::open(folder::read(&args.data)?).map_err(folder::unread)?;
    check_apart(&args.data, &args.to)?;
    for _ in 0..TRIES_MAX {
        let partial = Partial::begin(&args.to)?;
        let Some(end) = copy(args, &archive, partial.path())? else { continue };
        let manifest = describe(partial.path(), made_at, end.seq)?;
        partial.finish()?;
        let told = told(args, &manifest, end.cut, started.elapsed());
        crate::print(&told).or_cannot_start()?;
        return Ok(Exit::Ok);
    }
    Err(Exit::CannotStart.because(anyhow!(
        "{} times the venue removed records before they were copied: try again, or keep more of \
         the journal",
        TRIES_MAX
    )))
}

/// That a copy does not land in what is copied. The folder that it goes to is made if need be.
fn check_apart(from: &Path, to: &Path) -> Result<(), Failure> {
    let parent = partial::parent(to);
    let real = |path: &Path| {
        fs::canonicalize(path).with_context(|| path.display().to_string()).or_cannot_start()
    };
    let there = parent.ancestors().find(|it| it.exists() && !it.as_os_str().is_empty());
    if real(there.unwrap_or(Path::new(".")))?.starts_with(real(from)?) {
        let inside = anyhow!("{} is in {}", to.display(), from.display());
        return Err(Exit::Usage.because(inside.context("expected a folder beside what is copied")));
    }
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&parent);
    made.with_context(|| format!("cannot make {}", parent.display())).or_cannot_start()
}

/// Copies everything to a folder that is empty; `None` where the venue removed what was to come.
///
/// The order counts. Where the journal ends is fixed first, and then the people are copied, so the
/// people are those of a moment later: whoever the copied journal names is among them. The other
/// way round the journal could have an account of somebody the copied store does not know, and the
/// next to register would be given that number, and with it the account and its money. People
/// without their account are harmless: a first account that the journal does not have is opened at
/// the next start. Records up to the end never change, so they may be copied last, which takes the
/// longest.
fn copy(args: &Args, archive: &Archive<FileStorage>, to: &Path) -> Result<Option<End>, Failure> {
    let end = settle(args, archive)?;
    copy_people(&args.data, to)?;
    let storage = FileStorage::open(to).or_cannot_start()?;
    let bar = progress::bar(0, "segments");
    let copied = archive.copy_to(&storage, end.seq, &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    match copied {
        Ok(()) => Ok(Some(end)),
        Err(CopyError::Removed) => Ok(None),
        Err(CopyError::Read(error)) => Err(folder::unread(error)),
        Err(error @ (CopyError::Write(_) | CopyError::WriteSnapshot(_))) => {
            Err(Exit::CannotStart.because(error))
        }
    }
}

/// Waits until all that was written when it was called is durable: whatever was answered by then.
fn settle(args: &Args, archive: &Archive<FileStorage>) -> Result<End, Failure> {
    let look = || archive.inspect_beside().map_err(uninspected);
    let started = Instant::now();
    let first = look()?;
    let mut seen = first.clone();
    // What is durable may be written further on: the rest is the venue's that runs.
    while seen.durable_seq < first.last_seq {
        if started.elapsed() > QUIET && !folder::is_in_use(&args.data) {
            // Nobody is there to say so. All is kept that an opening would keep.
            let cut = seen.cut.as_ref().map(folder::cut_told);
            return Ok(End { seq: seen.last_seq, cut });
        }
        if started.elapsed() > DURABLE_MAX {
            return Err(Exit::CannotStart.because(anyhow!(
                "the venue wrote seq {} and after {} s it is not durable: look at its disk",
                first.last_seq,
                DURABLE_MAX.as_secs()
            )));
        }
        thread::sleep(POLL);
        seen = look()?;
    }
    Ok(End { seq: seen.durable_seq, cut: None })
}

/// Copies the identity store, and the first admin key where it lies.
fn copy_people(data: &Path, to: &Path) -> Result<(), Failure> {
    let store = data.join(folder::IDENTITY);
    if !store.exists() {
        let none = anyhow!(
            "{} is missing: start the venue once, which makes it, or bring it back",
            store.display()
        );
        return Err(Exit::BadInput.because(none));
    }
    let copied = identity::copy(&store, &to.join(folder::IDENTITY));
    copied.map_err(|error| {
        let exit = match &error {
            identity::CopyError::Damaged { .. } => Exit::BadInput,
            identity::CopyError::Sqlite(_) | identity::CopyError::Io(_) => Exit::CannotStart,
        };
        exit.because(error)
    })?;
    let key = data.join(folder::ADMIN_KEY);
    let secret = match fs::read(&key) {
        // The operator may have put it elsewhere.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        read => read.with_context(|| key.display().to_string()).or_cannot_start()?,
    };
    let written = manifest::create(&to.join(folder::ADMIN_KEY)).and_then(|mut file| {
        file.write_all(&secret)?;
        file.sync_all()
    });
    written.context(folder::ADMIN_KEY).or_cannot_start()
}

/// Reads all that was copied, checks it, and describes it in the folder.
fn describe(dir: &Path, made_at: Timestamp, last_seq: u64) -> Result<Manifest, Failure> {
    let recovery = inspect(dir)?;
    assert_eq!(recovery.last_seq, last_seq, "a copy ends where it was told to");
    fs::remove_file(dir.join(folder::LOCK)).or_cannot_start()?;
    let listed = fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let names = listed.or_cannot_start()?.into_iter().map(|entry| entry.file_name());
    let mut names: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
    names.sort_unstable();
    let files = names.iter().map(|name| Entry::of(dir, name)).collect::<Result<_, _>>()?;
    let archive = Archive::open(folder::read(dir)?).map_err(folder::unread)?;
    let snapshots = archive.snapshots().or_cannot_start()?;
    let snapshots = snapshots.iter().map(|head| head.seq).collect();
    let manifest = Manifest::new(made_at, &recovery, snapshots, files);
    manifest.write(dir)?;
    Ok(manifest)
}

/// Checks every byte of the journal in a folder in which no venue runs.
fn inspect(dir: &Path) -> Result<Recovery, Failure> {
    let archive = Archive::open(folder::read(dir)?).map_err(folder::unread)?;
    archive.inspect(Check::Everything).map_err(uninspected)
}

fn uninspected(error: InspectError) -> Failure {
    folder::unopened(OpenError::from(journal::OpenError::from(error)))
}

fn told(args: &Args, manifest: &Manifest, cut: Option<String>, took: Duration) -> String {
    let (data, to) = (args.data.display(), args.to.display());
    let mut lines = vec![("backup", format!("{to}, of {data}"))];
    lines.extend(manifest.lines());
    lines.extend(cut.map(|cut| ("tail", cut)));
    lines.extend([
        ("took", format!("{}.{:03} s", took.as_secs(), took.subsec_millis())),
        ("way back", format!("rialto restore {to} DATA")),
    ]);
    crate::rows(&lines)
}
