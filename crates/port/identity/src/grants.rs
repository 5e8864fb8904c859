//! What people may do beyond what everybody may: given and taken by operators.

use types::{PrincipalId, Timestamp};

use crate::audit::{Act, record};
use crate::identity::{Identity, StoreError, ns};
use crate::{Credential, Scopes};

impl Identity {
    /// Sets what somebody may do beyond what everybody may, and says whether there is such a person
    /// who has a password. Their logins end, so that the next one has the new scopes, and so do the
    /// keys that can do more than they now may.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_grants(
        &self,
        now: Timestamp,
        actor: PrincipalId,
        user: PrincipalId,
        grants: Scopes,
    ) -> Result<bool, StoreError> {
        let may = Scopes::PERSON.with(grants);
        let is_set = self.write(|transaction| -> Result<bool, StoreError> {
            let (id, at) = (user.0 as i64, ns(now));
            let set = transaction.execute(
                "UPDATE users SET grants = ?2
                 WHERE id = ?1 AND removed_at IS NULL AND password_hash IS NOT NULL",
                (id, grants.to_bits()),
            )?;
            if set == 0 {
                return Ok(false);
            }
            transaction.execute("DELETE FROM logins WHERE user = ?1", [id])?;
            transaction.execute(
                "UPDATE keys SET revoked_at = ?2
                 WHERE owner = ?1 AND revoked_at IS NULL AND scopes & ~?3 <> 0",
                (id, at, may.to_bits()),
            )?;
            let detail = if grants.is_empty() { "none".to_owned() } else { grants.to_string() };
            let (actor, subject) = (Some(actor), Some(user));
            let act = Act { actor, action: "grants_set", subject, detail: &detail };
            record(transaction, now, &act)?;
            Ok(true)
        })?;
        if is_set {
            self.live.end(|it| {
                let is_login = matches!(it.credential, Credential::Login(_));
                it.principal == user && (is_login || !may.cover(it.scopes))
            });
        }
        Ok(is_set)
    }
}
