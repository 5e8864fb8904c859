//! Why a store did not do what it was asked.

use types::Seq;

use crate::tables::Part;

/// Why a store cannot be opened, written or asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is damaged, locked, full, or not writable.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The server is not reached, or refuses.
    #[error("PostgreSQL: {0}")]
    Postgres(String),
    /// Nothing was answered in time.
    #[error("no answer within {seconds} s")]
    Late {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The folder for the files cannot be made.
    #[error("{path}: {error}")]
    Folder {
        /// Where.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A later version of the program made the tables.
    #[error("{} has schema version {found}, this program knows up to {known}", part.name())]
    Newer {
        /// Which database.
        part: Part,
        /// Its version.
        found: i64,
        /// The newest one known.
        known: usize,
    },
    /// It is the history of another venue.
    #[error(
        "{} is of venue {found}, this is venue {venue}: name another --history, or other \
         --history-databases",
        part.name()
    )]
    OtherVenue {
        /// Which database.
        part: Part,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        venue: String,
    },
    /// It does not say how far it is.
    #[error("{} does not say how far it is: make it anew with `rialto rebuild`", part.name())]
    Unmarked {
        /// Which database.
        part: Part,
    },
    /// It goes as far as the journal, and differently.
    #[error(
        "{} is of another past of this venue: after its last command it has event {found}, the \
         journal has event {journal}; stop the venue and make it anew with `rialto rebuild`",
        part.name()
    )]
    OtherPast {
        /// Which database.
        part: Part,
        /// Its last event.
        found: Seq,
        /// The journal's there.
        journal: Seq,
    },
    /// Somebody else writes it.
    #[error("another process writes it: it was at event {expected} and is at {found}")]
    Moved {
        /// Where it was left.
        expected: Seq,
        /// Where it is.
        found: Seq,
    },
}

impl StoreError {
    /// Whether the file is not what was written.
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        let StoreError::Sqlite(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
    }

    /// Whether it will be the same however often it is tried.
    pub fn is_final(&self) -> bool {
        match self {
            StoreError::OtherVenue { .. }
            | StoreError::OtherPast { .. }
            | StoreError::Unmarked { .. }
            | StoreError::Moved { .. } => true,
            StoreError::Sqlite(_)
            | StoreError::Postgres(_)
            | StoreError::Late { .. }
            | StoreError::Folder { .. }
            | StoreError::Newer { .. } => false,
        }
    }
}
