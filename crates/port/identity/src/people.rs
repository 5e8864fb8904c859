//! People: registered, looked up, removed; and the accounts that are to be opened for them.

use std::collections::BTreeMap;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row};
use types::{AccountId, Currency, PrincipalId, Timestamp};

use crate::audit::{Act, record};
use crate::identity::{Identity, StoreError, id_of, ns, time_of};
use crate::{DisplayName, PasswordHash, Scopes, UserName};

/// Somebody to be registered.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// What they log in as.
    pub name: UserName,
    /// What they are shown as.
    pub display_name: DisplayName,
    /// What they prove it with; a guest has none and cannot log in again.
    pub password: Option<PasswordHash>,
    /// The currency of their first account.
    pub currency: Currency,
}

/// Somebody who is registered and not removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The number that the journal knows.
    pub id: PrincipalId,
    /// What they log in as.
    pub name: String,
    /// What they are shown as.
    pub display_name: String,
    /// Whether they came without a password.
    pub is_guest: bool,
    /// What they may do beyond what everybody may.
    pub grants: Scopes,
    /// When they came.
    pub created_at: Timestamp,
}

/// An account that the venue has not said to be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whose it will be.
    pub owner: PrincipalId,
    /// In what.
    pub currency: Currency,
}

/// Why nobody was registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Somebody has this name, in whatever case.
    #[error("the name is taken")]
    NameTaken,
    /// As many guests are here as may be.
    #[error("there are {guests_max} guests already")]
    GuestsFull {
        /// How many may be.
        guests_max: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const PERSON: &str = "SELECT id, name, display_name, is_guest, grants, created_at FROM users";

impl Identity {
    /// Registers somebody, with the account that the venue is to open: one transaction, so that a
    /// crash between the two machines loses neither.
    ///
    /// # Errors
    /// When the name is taken, guests are too many, or the store fails.
    pub fn register(
        &self,
        now: Timestamp,
        person: &NewPerson,
        guests_max: usize,
    ) -> Result<PrincipalId, RegisterError> {
        let is_guest = person.password.is_none();
        self.write(|transaction| {
            if is_guest && guests(transaction)? >= guests_max {
                return Err(RegisterError::GuestsFull { guests_max });
            }
            let inserted = transaction.execute(
                "INSERT INTO users
                     (name, display_name, password_hash, is_guest, created_at, seen_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
                (
                    person.name.text(),
                    person.display_name.text(),
                    person.password.as_ref().map(|hash| &hash.0),
                    is_guest,
                    ns(now),
                ),
            );
            inserted.map_err(name_taken)?;
            let id = transaction.last_insert_rowid();
            transaction
                .execute(
                    "INSERT INTO openings (owner, currency, created_at) VALUES (?1, ?2, ?3)",
                    (id, person.currency.as_str(), ns(now)),
                )
                .map_err(StoreError::Sqlite)?;
            let action = if is_guest { "guest_made" } else { "registered" };
            record(transaction, now, &Act::by(id_of(id), action))?;
            Ok(id_of(id))
        })
    }

    /// Somebody of the venue's own: found by name, or made. They have no password, so nobody logs
    /// in as them, and are no guest, so nobody removes them for being idle. No account is opened.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn house(
        &self,
        now: Timestamp,
        name: &UserName,
        display_name: &DisplayName,
    ) -> Result<PrincipalId, StoreError> {
        self.write(|transaction| {
            let select = "SELECT id FROM users WHERE name = ?1";
            let found =
                transaction.query_row(select, [name.text()], |row| row.get(0)).optional()?;
            if let Some(id) = found {
                return Ok(id_of(id));
            }
            transaction.execute(
                "INSERT INTO users (name, display_name, created_at, seen_at)
                 VALUES (?1, ?2, ?3, ?3)",
                (name.text(), display_name.text(), ns(now)),
            )?;
            let id = id_of(transaction.last_insert_rowid());
            let act = Act { actor: None, action: "house_made", subject: Some(id), detail: "" };
            record(transaction, now, &act)?;
            Ok(id)
        })
    }

    /// Accounts that the venue has still to open, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn openings(&self) -> Result<Vec<Opening>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT owner, currency FROM openings
                 WHERE account IS NULL AND owner NOT IN (SELECT user FROM departures)
                 ORDER BY owner",
            )?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            let mut openings = Vec::new();
            for row in rows {
                let (owner, currency) = row?;
                let currency = Currency::new(&currency).expect("it was written as one");
                openings.push(Opening { owner: id_of(owner), currency });
            }
            Ok(openings)
        })
    }

    /// Takes back that accounts beyond `last` were opened, the newest that the venue has: a store
    /// that was copied a moment after the venue knows of more. Answers how many.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn reopen_beyond(&self, last: AccountId) -> Result<usize, StoreError> {
        self.write(|transaction| {
            let reopen = "UPDATE openings SET account = NULL WHERE account > ?1";
            Ok(transaction.execute(reopen, [i64::from(last.0)])?)
        })
    }

    /// Notes that the venue has opened somebody's first account.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn opened(&self, owner: PrincipalId, account: AccountId) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE openings SET account = ?1 WHERE owner = ?2",
                (i64::from(account.0), owner.0 as i64),
            )?;
            Ok(())
        })
    }

    /// Somebody, by number.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn person(&self, id: PrincipalId) -> Result<Option<Person>, StoreError> {
        self.read(|connection| {
            let select = format!("{PERSON} WHERE id = ?1 AND removed_at IS NULL");
            Ok(connection.query_row(&select, [id.0 as i64], person_of).optional()?)
        })
    }

    /// What people are shown as, and whether they are guests; those who were removed are left out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn shown_as(
        &self,
        people: &[PrincipalId],
    ) -> Result<BTreeMap<PrincipalId, (String, bool)>, StoreError> {
        self.read(|connection| {
            let select = "SELECT display_name, is_guest FROM users
                          WHERE id = ?1 AND removed_at IS NULL";
            let mut select = connection.prepare(select)?;
            let mut shown = BTreeMap::new();
            for id in people {
                let found = select.query_row([id.0 as i64], |row| Ok((row.get(0)?, row.get(1)?)));
                if let Some(found) = found.optional()? {
                    shown.insert(*id, found);
                }
            }
            Ok(shown)
        })
    }

    /// Somebody's number and password hash, by name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn password_of(
        &self,
        name: &UserName,
    ) -> Result<Option<(PrincipalId, PasswordHash)>, StoreError> {
        self.read(|connection| {
            let select = "SELECT id, password_hash FROM users
                          WHERE name = ?1 AND password_hash IS NOT NULL
                              AND id NOT IN (SELECT user FROM departures)";
            let found = connection.query_row(select, [name.text()], |row| {
                Ok((id_of(row.get(0)?), PasswordHash(row.get(1)?)))
            });
            Ok(found.optional()?)
        })
    }

    /// Somebody's number, by name, with or without a password.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn person_named(&self, name: &str) -> Result<Option<Person>, StoreError> {
        self.read(|connection| {
            let select = format!("{PERSON} WHERE name = ?1");
            Ok(connection.query_row(&select, [name], person_of).optional()?)
        })
    }

    /// People who are not removed and have `part` in their name or display name, whatever the case
    /// of ASCII letters: those numbered below `below`, newest first, `rows_max` of them at most.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn people(
        &self,
        part: &str,
        below: PrincipalId,
        rows_max: usize,
    ) -> Result<Vec<Person>, StoreError> {
        self.read(|connection| {
            let select = format!(
                "{PERSON} WHERE removed_at IS NULL AND id < ?1
                     AND (instr(lower(name), lower(?2)) > 0
                          OR instr(lower(display_name), lower(?2)) > 0)
                 ORDER BY id DESC LIMIT ?3"
            );
            let mut select = connection.prepare(&select)?;
            let rows = (below.0.cast_signed(), part, rows_max as i64);
            let rows = select.query_map(rows, person_of)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn guests(connection: &Connection) -> Result<usize, StoreError> {
    let select = "SELECT count(*) FROM users WHERE is_guest = 1 AND removed_at IS NULL";
    let count: i64 = connection.query_row(select, [], |row| row.get(0))?;
    Ok(count as usize)
}

fn name_taken(error: rusqlite::Error) -> RegisterError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => RegisterError::NameTaken,
        Some(_) | None => RegisterError::Store(StoreError::Sqlite(error)),
    }
}

fn person_of(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: id_of(row.get(0)?),
        name: row.get(1)?,
        display_name: row.get(2)?,
        is_guest: row.get(3)?,
        grants: Scopes::from_bits(row.get(4)?),
        created_at: time_of(row.get(5)?),
    })
}
