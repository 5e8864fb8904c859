//! The store: one SQLite file, and what of it is looked up for each request in memory.

use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::watch;
use types::{PrincipalId, Timestamp};

use crate::live::{Bearer, Credential, Live};
use crate::schema::migrate;

/// How long a statement waits for another process that writes: a command at the same machine.
pub(crate) const BUSY_MAX: Duration = Duration::from_secs(5);

/// Why the store did not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is damaged, locked, full, or not writable.
    #[error("the identity store: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file is of a version that this program does not know.
    #[error("the identity store has version {found}, this program knows up to {known}")]
    Newer {
        /// The file's.
        found: i64,
        /// The newest one known.
        known: usize,
    },
}

/// People, logins, keys and grants. Calls are synchronous and may wait for the disk, save those
/// that look up a [`Bearer`].
#[derive(Debug)]
pub struct Identity {
    connection: Mutex<Connection>,
    pub(crate) live: Live,
}

impl Identity {
    /// Opens the file, which is made if it is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be opened or is of a later version.
    pub fn open(path: &Path, now: Timestamp) -> Result<Identity, StoreError> {
        Identity::start(Connection::open(path)?, now)
    }

    /// A store that ends with the process, for tests and benchmarks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn in_memory(now: Timestamp) -> Result<Identity, StoreError> {
        Identity::start(Connection::open_in_memory()?, now)
    }

    fn start(mut connection: Connection, now: Timestamp) -> Result<Identity, StoreError> {
        connection.busy_timeout(BUSY_MAX)?;
        // A store in memory has no journal: it says so, which is no error.
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What was erased is overwritten, not only unlinked.
        connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        migrate(&mut connection, now)?;
        let live = Live::load(&connection)?;
        Ok(Identity { connection: Mutex::new(connection), live })
    }

    /// Whose a key or login is; `None` when there is none such, or it has ended.
    pub fn bearer(&self, secret: &str, now: Timestamp) -> Option<Bearer> {
        self.live.find(secret, now)
    }

    /// Whether a key or login that was good once still is.
    pub fn is_alive(&self, credential: Credential, now: Timestamp) -> bool {
        self.live.is_alive(credential, now)
    }

    /// Changes whenever a key or login has ended: what was opened with one asks
    /// [`Identity::is_alive`] then.
    pub fn endings(&self) -> watch::Receiver<u64> {
        self.live.endings()
    }

    /// Does `act` in one transaction, which is on the disk when it returns.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        act: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(StoreError::Sqlite)?;
        let done = act(&transaction)?;
        transaction.commit().map_err(StoreError::Sqlite)?;
        Ok(done)
    }

    pub(crate) fn read<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        ask(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().expect("nobody panics while holding the store")
    }
}

/// As the store keeps times.
pub(crate) fn ns(at: Timestamp) -> i64 {
    i64::try_from(at.0).expect("before the year 2262")
}

pub(crate) fn time_of(ns: i64) -> Timestamp {
    Timestamp(u64::try_from(ns).unwrap_or_default())
}

pub(crate) fn id_of(id: i64) -> PrincipalId {
    PrincipalId(u64::try_from(id).expect("ids count from 1"))
}
