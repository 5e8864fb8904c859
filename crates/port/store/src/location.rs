//! Where a store is, as a URL.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::tables::Part;

/// Where the two databases are.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// Two files in a folder.
    Sqlite {
        /// The folder, which is made if it is not there.
        folder: PathBuf,
    },
    /// Two databases of a server.
    #[cfg(feature = "postgres")]
    Postgres(Server),
}

/// A PostgreSQL server and its two databases.
#[cfg(feature = "postgres")]
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// `postgres://` with user and host, without a database.
    pub url: String,
    /// The databases' names.
    pub names: [String; 2],
}

/// A URL that names no store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLocation {
    /// This build cannot speak to that.
    #[error("this build has no PostgreSQL; build it with --features postgres")]
    NotBuilt,
    /// It is none of PostgreSQL's.
    #[error("a postgres:// URL that is none: {0}; expected postgres://USER@HOST:PORT")]
    Postgres(String),
    /// It is none of those known.
    #[error("{url} is no store: expected sqlite:FOLDER, postgres://USER@HOST:PORT, or none")]
    Unknown {
        /// What was given.
        url: String,
    },
}

impl Location {
    /// Files in `folder`.
    pub fn sqlite(folder: &Path) -> Location {
        Location::Sqlite { folder: folder.to_owned() }
    }

    /// Whether there is a database with tables.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be told.
    pub fn has(&self, part: Part) -> Result<bool, StoreError> {
        match self {
            Location::Sqlite { folder } => Ok(file(folder, part).is_file()),
            #[cfg(feature = "postgres")]
            Location::Postgres(server) => crate::postgres::has_tables(server, part),
        }
    }

    /// Removes all that a database has, tables included; one that is not there is empty.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn empty(&self, part: Part) -> Result<(), StoreError> {
        match self {
            Location::Sqlite { folder } => crate::sqlite::empty(&file(folder, part)),
            #[cfg(feature = "postgres")]
            Location::Postgres(server) => crate::postgres::empty(server, part),
        }
    }

    /// The store that a URL names; `names` are of PostgreSQL's two databases.
    ///
    /// # Errors
    /// [`BadLocation`]
    pub fn parse(url: &str, names: [String; 2]) -> Result<Location, BadLocation> {
        if let Some(folder) = url.strip_prefix("sqlite:").filter(|folder| !folder.is_empty()) {
            return Ok(Location::sqlite(Path::new(folder)));
        }
        let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
        if !is_postgres {
            return Err(BadLocation::Unknown { url: url.to_owned() });
        }
        #[cfg(feature = "postgres")]
        return match url.parse::<tokio_postgres::Config>() {
            Ok(_) => Ok(Location::Postgres(Server { url: url.to_owned(), names })),
            Err(error) => Err(BadLocation::Postgres(error.to_string())),
        };
        #[cfg(not(feature = "postgres"))]
        {
            drop(names);
            Err(BadLocation::NotBuilt)
        }
    }
}

/// Without the password that a URL may have.
impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Sqlite { folder } => write!(out, "sqlite:{}", folder.display()),
            #[cfg(feature = "postgres")]
            Location::Postgres(Server { url, names: [one, other] }) => {
                let host = url.rsplit('@').next().unwrap_or_default().trim_start_matches('/');
                write!(out, "postgres://{host} ({one}, {other})")
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The file of a database in a folder.
pub(crate) fn file(folder: &Path, part: Part) -> PathBuf {
    folder.join(part.name()).with_extension("sqlite")
}
