//! `backup.json`: what a backup is of, and its files with their checksums.
//!
//! **Invariant:** one that is read is, byte for byte, one that [`Manifest::write`] wrote.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use journal::Recovery;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use types::Timestamp;
use wire::json::Rfc3339;

use crate::exit::{Exit, Failure, OrExit};

/// The file's name in a backup.
pub(super) const NAME: &str = "backup.json";
/// The version of what a backup is.
const FORMAT: u32 = 1;
/// The longest that is read: some 100,000 segments.
const BYTES_MAX: u64 = 16 << 20;
/// Read at once.
const CHUNK_BYTES: usize = 1 << 20;
/// Only for whom the venue runs as.
const OWNER_ONLY: u32 = 0o600;

/// A backup's own description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    /// The version of the program that made it.
    rialto: String,
    /// The venue's id, in hex.
    pub(super) venue: String,
    /// When it was begun, in UTC.
    made_at: String,
    first_seq: u64,
    pub(super) last_seq: u64,
    /// The time of the newest command, in UTC.
    last_at: String,
    /// Of all events up to `last_seq`, in hex.
    event_hash: String,
    /// The seqs of the snapshots.
    snapshots: Vec<u64>,
    pub(super) files: Vec<Entry>,
    /// Of this document with nothing here, in hex.
    sha256: String,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// In hex.
    sha256: String,
}

/// What alone is read of a manifest of any version.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Manifest {
    /// Describes a backup of what `recovery` found in it.
    pub(super) fn new(
        made_at: Timestamp,
        recovery: &Recovery,
        snapshots: Vec<u64>,
        files: Vec<Entry>,
    ) -> Manifest {
        let mut manifest = Manifest {
            format: FORMAT,
            rialto: env!("CARGO_PKG_VERSION").to_owned(),
            venue: format!("{:032x}", recovery.identity.venue),
            made_at: Rfc3339(made_at).to_string(),
            first_seq: recovery.first_seq,
            last_seq: recovery.last_seq,
            last_at: Rfc3339(Timestamp(recovery.at_max_ns)).to_string(),
            event_hash: format!("{:016x}", recovery.event_hash),
            snapshots,
            files,
            sha256: String::new(),
        };
        manifest.sha256 = manifest.sum();
        manifest
    }

    /// Writes it to a new file of a folder, durably.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(NAME);
        let written = create(&path).and_then(|mut file| {
            file.write_all(self.text().as_bytes())?;
            file.sync_all()
        });
        written.with_context(|| path.display().to_string()).or_cannot_start()
    }

    /// Reads the one of a backup.
    pub(super) fn read(folder: &Path) -> Result<Manifest, Failure> {
        let path = folder.join(NAME);
        let shown = path.display();
        let mut text = String::new();
        let read = File::open(&path).and_then(|it| it.take(BYTES_MAX).read_to_string(&mut text));
        match read {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let none = anyhow!("{} is no backup: it has no {NAME}", folder.display());
                return Err(Exit::BadInput.because(none));
            }
            read => read.with_context(|| shown.to_string()).or_bad_input()?,
        };
        let damaged = || Exit::BadInput.because(anyhow!("{shown} is damaged"));
        let Format { format } = serde_json::from_str(&text).map_err(|_| damaged())?;
        if format != FORMAT {
            return Err(Exit::BadInput.because(anyhow!(
                "{shown} has format {format}, this program reads {FORMAT}: take the `rialto` that \
                 made it"
            )));
        }
        let manifest: Manifest = serde_json::from_str(&text).map_err(|_| damaged())?;
        let is_whole = manifest.text() == text && manifest.sum() == manifest.sha256;
        // No name leads out of the folder.
        let is_plain = |file: &Entry| Path::new(&file.name).file_name() == Some(file.name.as_ref());
        let is_good = is_whole && manifest.files.iter().all(is_plain);
        if is_good { Ok(manifest) } else { Err(damaged()) }
    }

    /// Bytes of all its files.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// What it says, as rows of a name and a value.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let Manifest { first_seq, last_seq, last_at, .. } = self;
        let records = last_seq - first_seq + 1;
        let snapshots: Vec<_> = self.snapshots.iter().map(|seq| format!("seq {seq}")).collect();
        let snapshots = if snapshots.is_empty() { "none".to_owned() } else { snapshots.join(", ") };
        vec![
            ("made at", self.made_at.clone()),
            ("venue", self.venue.clone()),
            ("records", format!("{records}, seq {first_seq} to {last_seq}, until {last_at}")),
            ("event hash", self.event_hash.clone()),
            ("snapshots", snapshots),
            (
                "files",
                format!("{}, {} bytes, each with its sha256", self.files.len(), self.bytes()),
            ),
        ]
    }

    fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("its parts are text and numbers");
        text + "\n"
    }

    fn sum(&self) -> String {
        let bare = Manifest { sha256: String::new(), ..self.clone() };
        crate::hex(&Sha256::digest(bare.text()))
    }
}

impl Entry {
    /// Describes a file of a folder.
    pub(super) fn of(folder: &Path, name: &str) -> Result<Entry, Failure> {
        let (bytes, sha256) = pass(&folder.join(name), &mut |_| Ok(()))?;
        Ok(Entry { name: name.to_owned(), bytes, sha256 })
    }

    /// Reads the file and checks it; `take` is given all of it, piece by piece.
    pub(super) fn check(
        &self,
        folder: &Path,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let path = folder.join(&self.name);
        let (bytes, sha256) = pass(&path, take)?;
        let shown = path.display();
        if bytes != self.bytes {
            let expected = self.bytes;
            return Err(Exit::BadInput
                .because(anyhow!("{shown} is damaged: it has {bytes} bytes, not {expected}")));
        }
        if sha256 != self.sha256 {
            let expected = &self.sha256;
            return Err(Exit::BadInput
                .because(anyhow!("{shown} is damaged: sha256 {sha256}, not {expected}")));
        }
        Ok(())
    }
}

/// Makes a file that only its owner can read, where there is none.
pub(super) fn create(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)
}

/// Reads a file to its end; its length and sha256.
fn pass(
    path: &Path,
    take: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(u64, String), Failure> {
    let context = || path.display().to_string();
    let mut file = File::open(path).with_context(context).or_bad_input()?;
    let (mut chunk, mut hash, mut bytes) = (vec![0; CHUNK_BYTES], Sha256::new(), 0);
    loop {
        let read = file.read(&mut chunk).with_context(context).or_bad_input()?;
        if read == 0 {
            return Ok((bytes, crate::hex(&hash.finalize())));
        }
        hash.update(&chunk[..read]);
        take(&chunk[..read])?;
        bytes += read as u64;
    }
}
