//! People who leave: first they can do nothing more, then their accounts are closed by whoever
//! uses this store, and only then are they erased. What is between is on the disk.

use rusqlite::OptionalExtension;
use types::{PrincipalId, Timestamp};

use crate::audit::{Act, record};
use crate::identity::{Identity, StoreError, id_of, ns};

/// Why somebody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// They, or an operator, asked for it.
    Asked,
    /// A guest whom nobody has seen for long.
    Idle,
}

/// Somebody who leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Who.
    pub user: PrincipalId,
    /// Whoever asked for it.
    pub actor: PrincipalId,
    /// Why.
    pub leaving: Leaving,
}

impl Identity {
    /// Begins to remove somebody: from now on their keys, logins and password let nobody in.
    /// `false` when there is nobody to remove, or it has begun already.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn begin_departure(&self, now: Timestamp, it: Departure) -> Result<bool, StoreError> {
        let has_begun = self.write(|transaction| -> Result<bool, StoreError> {
            let inserted = transaction.execute(
                "INSERT INTO departures (user, actor, is_idle, began_at)
                 SELECT id, ?2, ?3, ?4 FROM users WHERE id = ?1 AND removed_at IS NULL
                 ON CONFLICT (user) DO NOTHING",
                (it.user.0 as i64, it.actor.0 as i64, it.leaving == Leaving::Idle, ns(now)),
            )?;
            Ok(inserted > 0)
        })?;
        if has_begun {
            self.live.lock_out(it.user);
        }
        Ok(has_begun)
    }

    /// Lets somebody stay after all: what let them in before does so again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn stay(&self, user: PrincipalId) -> Result<(), StoreError> {
        self.write(|transaction| -> Result<(), StoreError> {
            transaction.execute("DELETE FROM departures WHERE user = ?1", [user.0 as i64])?;
            Ok(())
        })?;
        self.live.let_in(user);
        Ok(())
    }

    /// Whether somebody leaves, or has left since the store was opened. Does not wait for the disk.
    pub fn is_leaving(&self, user: PrincipalId) -> bool {
        self.live.is_locked_out(user)
    }

    /// Those who leave, in the order of their numbers.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn departures(&self) -> Result<Vec<Departure>, StoreError> {
        self.read(|connection| {
            let mut select =
                connection.prepare("SELECT user, actor, is_idle FROM departures ORDER BY user")?;
            let rows = select.query_map([], |row| {
                let is_idle: bool = row.get(2)?;
                let leaving = if is_idle { Leaving::Idle } else { Leaving::Asked };
                Ok(Departure { user: id_of(row.get(0)?), actor: id_of(row.get(1)?), leaving })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Removes somebody: name, display name and hash are erased, logins and keys end. The number
    /// stays, for the journal has it. The audit trail says why in `detail`: numbers and words of
    /// ours.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn remove(
        &self,
        now: Timestamp,
        actor: PrincipalId,
        id: PrincipalId,
        detail: &str,
    ) -> Result<(), StoreError> {
        self.write(|transaction| -> Result<(), StoreError> {
            let (at, user) = (ns(now), id.0 as i64);
            transaction.execute(
                "UPDATE users SET name = NULL, display_name = NULL, password_hash = NULL,
                     grants = 0, removed_at = ?1
                 WHERE id = ?2 AND removed_at IS NULL",
                (at, user),
            )?;
            transaction.execute("DELETE FROM departures WHERE user = ?1", [user])?;
            transaction.execute("DELETE FROM logins WHERE user = ?1", [user])?;
            transaction.execute("DELETE FROM resets WHERE user = ?1", [user])?;
            let delete = "DELETE FROM openings WHERE owner = ?1 AND account IS NULL";
            transaction.execute(delete, [user])?;
            transaction.execute(
                "UPDATE keys SET revoked_at = ifnull(revoked_at, ?1), label = '' WHERE owner = ?2",
                (at, user),
            )?;
            let subject = Some(id);
            record(
                transaction,
                now,
                &Act { actor: Some(actor), action: "removed", subject, detail },
            )
        })?;
        self.live.lock_out(id);
        self.live.end(|bearer| bearer.principal == id);
        // What was erased still stands in the log of changes.
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.read(|connection| Ok(connection.query_row(checkpoint, [], |_| Ok(()))?))
    }

    /// Guests that nobody has seen since `before`, and who do not leave yet.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn idle_guests(&self, before: Timestamp) -> Result<Vec<PrincipalId>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT id FROM users WHERE is_guest = 1 AND removed_at IS NULL AND seen_at < ?1
                     AND id NOT IN (SELECT user FROM departures)
                 ORDER BY id",
            )?;
            let rows = select.query_map([ns(before)], |row| Ok(id_of(row.get(0)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// When somebody was last seen, to the minute or so; `None` for nobody.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn seen_at(&self, user: PrincipalId) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| {
            let select = "SELECT seen_at FROM users WHERE id = ?1";
            let found = connection.query_row(select, [user.0 as i64], |row| row.get(0));
            Ok(found.optional()?.map(crate::identity::time_of))
        })
    }
}
