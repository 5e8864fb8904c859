//! `rialto restore`: makes a data folder from a backup, or checks one.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::manifest::{self, Manifest};
use super::partial::Partial;
use super::{check_apart, inspect};
use crate::exit::{Exit, Failure, OrExit};
use crate::progress;

/// Make a data folder from a backup.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The backup.
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The data folder to make: empty or not there.
    #[arg(value_name = "DATA", required_unless_present = "check", conflicts_with = "check")]
    data: Option<PathBuf>,
    /// Check every byte of the backup, and write nothing.
    #[arg(long)]
    check: bool,
}

/// Checks every file, on the way to the data folder if one is named.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let manifest = Manifest::read(&args.from)?;
    let from = args.from.display();
    let mut lines = match &args.data {
        None => {
            pass(&args.from, &manifest, None)?;
            check(&args.from, &manifest)?;
            vec![("backup", format!("{from}, whole"))]
        }
        Some(data) => {
            check_apart(&args.from, data)?;
            let partial = Partial::begin(data)?;
            pass(&args.from, &manifest, Some(partial.path()))?;
            check(partial.path(), &manifest)?;
            partial.finish()?;
            vec![("restored", format!("{from} to {}", data.display()))]
        }
    };
    lines.extend(manifest.lines());
    if let Some(data) = &args.data {
        let data = data.display();
        lines.push(("replay it", format!("rialto verify {data}")));
        lines.push(("serve it", format!("rialto run --data {data}, once its original is gone")));
    }
    crate::print(&crate::rows(&lines)).or_cannot_start()?;
    Ok(Exit::Ok)
}

/// Reads all files and compares their checksums, and copies them to a folder if there is one.
fn pass(from: &Path, manifest: &Manifest, to: Option<&Path>) -> Result<(), Failure> {
    let bar = progress::bar(manifest.bytes(), "bytes");
    for entry in &manifest.files {
        let Some(to) = to else {
            entry.check(from, &mut |piece| {
                bar.inc(piece.len() as u64);
                Ok(())
            })?;
            continue;
        };
        let path = to.join(&entry.name);
        let context = || path.display().to_string();
        let mut file = manifest::create(&path).with_context(context).or_cannot_start()?;
        entry.check(from, &mut |piece| {
            bar.inc(piece.len() as u64);
            file.write_all(piece).with_context(context).or_cannot_start()
        })?;
        file.sync_all().with_context(context).or_cannot_start()?;
    }
    bar.finish_and_clear();
    Ok(())
}

/// That the journal in a folder is whole, and the one that was backed up.
fn check(dir: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let recovery = inspect(dir)?;
    let found = (format!("{:032x}", recovery.identity.venue), recovery.last_seq);
    if found == (manifest.venue.clone(), manifest.last_seq) {
        return Ok(());
    }
    Err(Exit::BadInput.because(anyhow!(
        "{} is damaged: its journal is of venue {} and ends at seq {}, not of venue {} at seq {}",
        dir.display(),
        found.0,
        found.1,
        manifest.venue,
        manifest.last_seq
    )))
}
