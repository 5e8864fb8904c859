//! Copies the store, in use or not.
//!
//! **Invariant:** a copy is the store at one moment, whole and durable, in one file that only its
//! owner can read. The store is only read, and whoever has it open goes on.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};

use crate::identity::BUSY_MAX;

/// Why there is no copy. What there is of it is good for nothing.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The store cannot be read, or the copy cannot be written.
    #[error("the identity store: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The same, as the system says it.
    #[error("the identity store: {0}")]
    Io(#[from] io::Error),
    /// The store is damaged.
    #[error("the identity store is damaged: {fault}")]
    Damaged {
        /// What SQLite finds first.
        fault: String,
    },
}

/// Copies the store in the file `from` to a new file.
///
/// # Errors
/// [`CopyError`], also when there is a file of that name.
pub fn copy(from: &Path, to: &Path) -> Result<(), CopyError> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    if !is_in_use(from) {
        // Nobody has it open, so the file is all there is. SQLite would make others beside it.
        io::copy(&mut File::open(from)?, &mut file)?;
    }
    if is_in_use(from) {
        // Written to a file that is empty.
        file.set_len(0)?;
        let store = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        store.busy_timeout(BUSY_MAX)?;
        let name = ToSqlOutput::Borrowed(ValueRef::Text(to.as_os_str().as_bytes()));
        store.execute("VACUUM INTO ?1", [name])?;
    }
    check(to)?;
    file.sync_all()?;
    Ok(())
}

/// Whether somebody has it open, or ended without closing it: then the newest is in the log.
fn is_in_use(store: &Path) -> bool {
    let mut log = OsString::from(store);
    log.push("-wal");
    PathBuf::from(log).exists()
}

/// Checks a copy, and makes it one that is read without a file beside it.
fn check(copy: &Path) -> Result<(), CopyError> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    let fault: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if fault == "ok" { Ok(()) } else { Err(CopyError::Damaged { fault }) }
}
