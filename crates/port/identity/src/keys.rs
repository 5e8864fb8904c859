//! API keys: made, shown once, listed, revoked.

use rusqlite::{Connection, OptionalExtension};
use types::{PrincipalId, Timestamp};

use crate::audit::{Act, record};
use crate::identity::{Identity, StoreError, ns, time_of};
use crate::names::is_hidden;
use crate::{Bearer, Credential, Scopes, Secret};

/// Keys that one person may have at a time.
pub const KEYS_PER_OWNER_MAX: usize = 32;
const LABEL_CHARS_MAX: usize = 64;

/// What a person calls a key: 1 to 64 characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whose it will be.
    pub owner: PrincipalId,
    /// What it will be good for; not empty.
    pub scopes: Scopes,
    /// What its owner calls it.
    pub label: Label,
}

/// A key as it is listed: the secret itself is not known any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Its number.
    pub id: u64,
    /// What it is good for.
    pub scopes: Scopes,
    /// What its owner calls it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute or so.
    pub used_at: Option<Timestamp>,
}

/// Why there is no new key.
#[derive(Debug, thiserror::Error)]
pub enum CreateKeyError {
    /// The owner has as many as may be.
    #[error("there are {KEYS_PER_OWNER_MAX} keys already")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Label {
    /// What passes, for a person.
    pub const EXPECTED: &'static str = "1 to 64 characters, no control characters, not all blank";

    /// `None` when it is empty, too long, or holds control characters.
    pub fn new(text: &str) -> Option<Label> {
        let is_good = !text.trim().is_empty()
            && text.chars().count() <= LABEL_CHARS_MAX
            && !text.chars().any(is_hidden);
        is_good.then(|| Label(text.to_owned()))
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Identity {
    /// Makes a key that `secret` opens, and returns it as it is listed.
    ///
    /// # Errors
    /// When the owner has too many, or the store fails.
    ///
    /// # Panics
    /// If there is no such owner, or the scopes are empty: the caller has looked.
    pub fn create_key(
        &self,
        now: Timestamp,
        actor: PrincipalId,
        key: &NewKey,
        secret: &Secret,
    ) -> Result<KeyRow, CreateKeyError> {
        assert!(!key.scopes.is_empty(), "a key is good for something");
        let fingerprint = secret.fingerprint();
        let id = self.write(|transaction| {
            if count(transaction, key.owner)? >= KEYS_PER_OWNER_MAX {
                return Err(CreateKeyError::TooMany);
            }
            insert(transaction, now, key, &fingerprint.0).map_err(CreateKeyError::Store).and_then(
                |id| {
                    let detail = format!("key {id}: {}", key.scopes);
                    let act = Act {
                        actor: Some(actor),
                        action: "key_created",
                        subject: Some(key.owner),
                        detail: &detail,
                    };
                    record(transaction, now, &act)?;
                    Ok(id)
                },
            )
        })?;
        let (credential, expires_at) = (Credential::Key(id), None);
        let bearer = Bearer { credential, principal: key.owner, scopes: key.scopes, expires_at };
        self.live.add(fingerprint, bearer);
        let label = key.label.text().to_owned();
        Ok(KeyRow { id, scopes: key.scopes, label, created_at: now, used_at: None })
    }

    /// The keys of `owner` that are good, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keys(&self, owner: PrincipalId) -> Result<Vec<KeyRow>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT id, scopes, label, created_at, used_at FROM keys
                 WHERE owner = ?1 AND revoked_at IS NULL ORDER BY id",
            )?;
            let rows = select.query_map([owner.0 as i64], |row| {
                Ok(KeyRow {
                    id: row.get::<_, i64>(0)? as u64,
                    scopes: Scopes::from_bits(row.get(1)?),
                    label: row.get(2)?,
                    created_at: time_of(row.get(3)?),
                    used_at: row.get::<_, Option<i64>>(4)?.map(time_of),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Revokes a key of `owner` and says whether there was such a key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn revoke_key(
        &self,
        now: Timestamp,
        actor: PrincipalId,
        owner: PrincipalId,
        id: u64,
    ) -> Result<bool, StoreError> {
        let was_revoked = self.write(|transaction| -> Result<bool, StoreError> {
            let changed = transaction.execute(
                "UPDATE keys SET revoked_at = ?1
                 WHERE id = ?2 AND owner = ?3 AND revoked_at IS NULL",
                (ns(now), id as i64, owner.0 as i64),
            )?;
            if changed > 0 {
                let detail = format!("key {id}");
                let subject = Some(owner);
                let act =
                    Act { actor: Some(actor), action: "key_revoked", subject, detail: &detail };
                record(transaction, now, &act)?;
            }
            Ok(changed > 0)
        })?;
        if was_revoked {
            self.live.end(|bearer| bearer.credential == Credential::Key(id));
        }
        Ok(was_revoked)
    }

    /// Whether `owner` ever had a key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn has_had_key(&self, owner: PrincipalId) -> Result<bool, StoreError> {
        self.read(|connection| {
            let select = "SELECT 1 FROM keys WHERE owner = ?1 LIMIT 1";
            let found = connection.query_row(select, [owner.0 as i64], |_| Ok(())).optional()?;
            Ok(found.is_some())
        })
    }
}

fn count(connection: &Connection, owner: PrincipalId) -> Result<usize, StoreError> {
    let select = "SELECT count(*) FROM keys WHERE owner = ?1 AND revoked_at IS NULL";
    let count: i64 = connection.query_row(select, [owner.0 as i64], |row| row.get(0))?;
    Ok(count as usize)
}

fn insert(
    connection: &Connection,
    now: Timestamp,
    key: &NewKey,
    fingerprint: &[u8; 32],
) -> Result<u64, StoreError> {
    connection.execute(
        "INSERT INTO keys (fingerprint, owner, scopes, label, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        (fingerprint, key.owner.0 as i64, key.scopes.to_bits(), key.label.text(), ns(now)),
    )?;
    Ok(connection.last_insert_rowid() as u64)
}
