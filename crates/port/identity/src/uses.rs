//! When keys, logins and people were last used: noted in memory by each request, written now and
//! then in one transaction.

use types::{PrincipalId, Timestamp};

use crate::Credential;
use crate::identity::{Identity, StoreError, ns};

/// A key or login that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) credential: Credential,
    pub(crate) principal: PrincipalId,
    pub(crate) at: Timestamp,
}

impl Identity {
    /// Writes when keys, logins and people were last used, as far as that is not written yet;
    /// `connected` are in use right now. Tells how many keys and logins it wrote.
    ///
    /// # Errors
    /// What SQLite says; what was to be written is then written by the next call.
    pub fn write_uses(
        &self,
        now: Timestamp,
        connected: &[PrincipalId],
    ) -> Result<usize, StoreError> {
        let uses = self.live.take_uses();
        if uses.is_empty() && connected.is_empty() {
            return Ok(0);
        }
        let written = self.write(|transaction| -> Result<(), StoreError> {
            let mut key = transaction.prepare("UPDATE keys SET used_at = ?1 WHERE id = ?2")?;
            let mut login = transaction.prepare("UPDATE logins SET seen_at = ?1 WHERE id = ?2")?;
            let mut user =
                transaction.prepare("UPDATE users SET seen_at = max(seen_at, ?1) WHERE id = ?2")?;
            for used in &uses {
                match used.credential {
                    Credential::Key(id) => key.execute((ns(used.at), id as i64))?,
                    Credential::Login(id) => login.execute((ns(used.at), id as i64))?,
                };
                user.execute((ns(used.at), used.principal.0 as i64))?;
            }
            for connected in connected {
                user.execute((ns(now), connected.0 as i64))?;
            }
            Ok(())
        });
        if written.is_err() {
            self.live.give_back(&uses);
        }
        written.map(|()| uses.len())
    }

    /// Deletes the logins and reset links whose time is over, and tells how many logins.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        let deleted = self.write(|transaction| -> Result<usize, StoreError> {
            transaction.execute("DELETE FROM resets WHERE expires_at <= ?1", [ns(now)])?;
            Ok(transaction.execute("DELETE FROM logins WHERE expires_at <= ?1", [ns(now)])?)
        })?;
        if deleted > 0 {
            self.live.end(|bearer| bearer.expires_at.is_some_and(|end| end <= now));
        }
        Ok(deleted)
    }
}
