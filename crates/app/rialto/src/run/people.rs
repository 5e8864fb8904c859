//! The identity store of a data folder, and the first admin key.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use identity::{Identity, Label, NewKey, OPERATOR, Scopes, Secret, SecretKind};

use super::genesis::{drawn, now};
use crate::exit::{Failure, OrExit};
use crate::folder::{ADMIN_KEY, IDENTITY};

/// Only for whom the venue runs as.
const OWNER_ONLY: u32 = 0o600;

/// Opens the store, which is made if it is not there. A store in which the operator never had a
/// key gets one, written to a file that only the operator can read.
pub(crate) fn open(folder: &Path) -> Result<Identity, Failure> {
    let path = folder.join(IDENTITY);
    // SQLite gives the files beside it the same mode.
    private(&path).with_context(|| path.display().to_string()).or_cannot_start()?;
    let identity = Identity::open(&path, now()?).or_cannot_start()?;
    if !identity.has_had_key(OPERATOR).or_cannot_start()? {
        first_key(&identity, folder)?;
    }
    Ok(identity)
}

fn first_key(identity: &Identity, folder: &Path) -> Result<(), Failure> {
    let secret = Secret::new(SecretKind::Key, drawn()?);
    let path = folder.join(ADMIN_KEY);
    // The file comes first: a key that is in the store alone would be lost for ever.
    let written = write_key(&path, &secret);
    written.with_context(|| path.display().to_string()).or_cannot_start()?;
    let label = Label::new("first admin key").expect("a good label");
    let key = NewKey { owner: OPERATOR, scopes: Scopes::ALL, label };
    let made = identity.create_key(now()?, OPERATOR, &key, &secret);
    made.map_err(|error| anyhow!(error)).or_cannot_start()?;
    tracing::info!(file = %path.display(), "the first admin key was made");
    Ok(())
}

fn write_key(path: &Path, secret: &Secret) -> std::io::Result<()> {
    // One left by a start that was cut off is good for nothing.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)?;
    writeln!(file, "{}", secret.text())?;
    file.sync_all()
}

fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(OWNER_ONLY).open(path)
}
