//! Logins and one-time reset links.

use rusqlite::OptionalExtension;
use types::{PrincipalId, Timestamp};

use crate::audit::{Act, record};
use crate::identity::{Identity, StoreError, id_of, ns, time_of};
use crate::secret::Fingerprint;
use crate::{Bearer, Credential, PasswordHash, Scopes, Secret};

/// Logins that one person may have at a time: one more ends the oldest.
pub const LOGINS_PER_PERSON_MAX: usize = 16;

/// A login as it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginRow {
    /// Its number.
    pub id: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute or so.
    pub seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl Identity {
    /// Begins a login of `user` that `secret` opens until `expires_at`.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn log_in(
        &self,
        now: Timestamp,
        user: PrincipalId,
        secret: &Secret,
        expires_at: Timestamp,
    ) -> Result<Bearer, StoreError> {
        let fingerprint = secret.fingerprint();
        let (bearer, ended) = self.write(|transaction| -> Result<_, StoreError> {
            let (owner, at) = (user.0 as i64, ns(now));
            let select =
                "SELECT id FROM logins WHERE user = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2";
            let kept = LOGINS_PER_PERSON_MAX as i64 - 1;
            let mut select = transaction.prepare(select)?;
            let ended = select.query_map((owner, kept), |row| row.get::<_, i64>(0))?;
            let ended = ended.collect::<Result<Vec<_>, _>>()?;
            for id in &ended {
                transaction.execute("DELETE FROM logins WHERE id = ?1", [id])?;
            }
            transaction.execute(
                "INSERT INTO logins (fingerprint, user, created_at, seen_at, expires_at)
                 VALUES (?1, ?2, ?3, ?3, ?4)",
                (fingerprint.0, owner, at, ns(expires_at)),
            )?;
            let id = transaction.last_insert_rowid() as u64;
            transaction.execute("UPDATE users SET seen_at = ?1 WHERE id = ?2", (at, owner))?;
            let select = "SELECT grants FROM users WHERE id = ?1";
            let grants = transaction.query_row(select, [owner], |row| row.get(0))?;
            record(transaction, now, &Act::by(user, "logged_in"))?;
            let bearer = Bearer {
                credential: Credential::Login(id),
                principal: user,
                scopes: Scopes::PERSON.with(Scopes::from_bits(grants)),
                expires_at: Some(expires_at),
            };
            Ok((bearer, ended))
        })?;
        self.live.add(fingerprint, bearer);
        let is_ended = |id: u64| ended.iter().any(|ended| *ended as u64 == id);
        self.live.end(|it| matches!(it.credential, Credential::Login(id) if is_ended(id)));
        Ok(bearer)
    }

    /// Ends a login of `user` and says whether there was such a login.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn log_out(&self, now: Timestamp, user: PrincipalId, id: u64) -> Result<bool, StoreError> {
        let has_ended = self.write(|transaction| -> Result<bool, StoreError> {
            let delete = "DELETE FROM logins WHERE id = ?1 AND user = ?2";
            let deleted = transaction.execute(delete, (id as i64, user.0 as i64))?;
            if deleted > 0 {
                record(transaction, now, &Act::by(user, "logged_out"))?;
            }
            Ok(deleted > 0)
        })?;
        if has_ended {
            self.live.end(|bearer| bearer.credential == Credential::Login(id));
        }
        Ok(has_ended)
    }

    /// The logins of `user` that have not ended, newest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn logins(&self, now: Timestamp, user: PrincipalId) -> Result<Vec<LoginRow>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT id, created_at, seen_at, expires_at FROM logins
                 WHERE user = ?1 AND expires_at > ?2 ORDER BY id DESC",
            )?;
            let rows = select.query_map((user.0 as i64, ns(now)), |row| {
                Ok(LoginRow {
                    id: row.get::<_, i64>(0)? as u64,
                    created_at: time_of(row.get(1)?),
                    seen_at: time_of(row.get(2)?),
                    expires_at: time_of(row.get(3)?),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Sets somebody's password and ends their logins, save the one it was set with.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_password(
        &self,
        now: Timestamp,
        user: PrincipalId,
        password: &PasswordHash,
        kept: Option<Credential>,
    ) -> Result<(), StoreError> {
        let kept_id = match kept {
            Some(Credential::Login(id)) => id as i64,
            Some(Credential::Key(_)) | None => -1,
        };
        self.write(|transaction| -> Result<(), StoreError> {
            let update = "UPDATE users SET password_hash = ?1 WHERE id = ?2 AND removed_at IS NULL";
            transaction.execute(update, (&password.0, user.0 as i64))?;
            let delete = "DELETE FROM logins WHERE user = ?1 AND id <> ?2";
            transaction.execute(delete, (user.0 as i64, kept_id))?;
            record(transaction, now, &Act::by(user, "password_set"))
        })?;
        self.end_logins(user, kept);
        Ok(())
    }

    /// Makes a link that sets the password of `user` once; an earlier one is good no more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn create_reset(
        &self,
        now: Timestamp,
        actor: PrincipalId,
        user: PrincipalId,
        secret: &Secret,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM resets WHERE user = ?1", [user.0 as i64])?;
            transaction.execute(
                "INSERT INTO resets (fingerprint, user, created_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4)",
                (secret.fingerprint().0, user.0 as i64, ns(now), ns(expires_at)),
            )?;
            let subject = Some(user);
            let action = "reset_link_made";
            let act = Act { actor: Some(actor), action, subject, detail: "" };
            record(transaction, now, &act)
        })
    }

    /// Whether a reset link is good now, which costs nothing yet.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn has_reset(&self, now: Timestamp, secret: &str) -> Result<bool, StoreError> {
        let fingerprint = Fingerprint::of(secret);
        self.read(|connection| {
            let select = "SELECT 1 FROM resets WHERE fingerprint = ?1 AND expires_at > ?2";
            let found = connection.query_row(select, (fingerprint.0, ns(now)), |_| Ok(()));
            Ok(found.optional()?.is_some())
        })
    }

    /// Uses a reset link: sets the password and ends all logins. `None` for a link that is none,
    /// was used, or is too old.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn reset(
        &self,
        now: Timestamp,
        secret: &str,
        password: &PasswordHash,
    ) -> Result<Option<PrincipalId>, StoreError> {
        let fingerprint = Fingerprint::of(secret);
        let user = self.write(|transaction| -> Result<_, StoreError> {
            let delete = "DELETE FROM resets WHERE fingerprint = ?1 AND expires_at > ?2
                          RETURNING user";
            let user = transaction
                .query_row(delete, (fingerprint.0, ns(now)), |row| row.get::<_, i64>(0))
                .optional()?;
            let Some(user) = user else { return Ok(None) };
            let update = "UPDATE users SET password_hash = ?1 WHERE id = ?2 AND removed_at IS NULL";
            transaction.execute(update, (&password.0, user))?;
            transaction.execute("DELETE FROM logins WHERE user = ?1", [user])?;
            record(transaction, now, &Act::by(id_of(user), "password_reset"))?;
            Ok(Some(id_of(user)))
        })?;
        if let Some(user) = user {
            self.end_logins(user, None);
        }
        Ok(user)
    }

    fn end_logins(&self, user: PrincipalId, kept: Option<Credential>) {
        self.live.end(|bearer| {
            let is_login = matches!(bearer.credential, Credential::Login(_));
            bearer.principal == user && is_login && Some(bearer.credential) != kept
        });
    }
}
