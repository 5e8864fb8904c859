//! The audit trail: who did what to whom. It is only added to, in the transaction that did it.

use rusqlite::Connection;
use types::{PrincipalId, Timestamp};

use crate::identity::{Identity, StoreError, id_of, ns, time_of};

/// Something that is put on record.
pub(crate) struct Act<'a> {
    pub(crate) actor: Option<PrincipalId>,
    pub(crate) action: &'static str,
    pub(crate) subject: Option<PrincipalId>,
    pub(crate) detail: &'a str,
}

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Gap-free.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it; `None` for a command at the machine itself.
    pub actor: Option<PrincipalId>,
    /// What, in a word.
    pub action: String,
    /// To whom, where it was done to somebody.
    pub subject: Option<PrincipalId>,
    /// Numbers and words of ours; never a name or a secret.
    pub detail: String,
}

impl Act<'_> {
    /// What somebody did to oneself.
    pub(crate) fn by(actor: PrincipalId, action: &'static str) -> Act<'static> {
        Act { actor: Some(actor), action, subject: Some(actor), detail: "" }
    }
}

/// Adds a line.
pub(crate) fn record(
    connection: &Connection,
    now: Timestamp,
    act: &Act<'_>,
) -> Result<(), StoreError> {
    let id = |principal: Option<PrincipalId>| principal.map(|principal| principal.0 as i64);
    connection.execute(
        "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        (ns(now), id(act.actor), act.action, id(act.subject), act.detail),
    )?;
    Ok(())
}

impl Identity {
    /// The audit trail after line `after`, oldest first, at most `rows_max` lines.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn audit(&self, after: u64, rows_max: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.read(|connection| {
            let mut select = connection.prepare(
                "SELECT id, at, actor, action, subject, detail FROM audit
                 WHERE id > ?1 ORDER BY id LIMIT ?2",
            )?;
            let rows = select.query_map((after as i64, rows_max as i64), |row| {
                let principal = |id: Option<i64>| id.map(id_of);
                Ok(AuditRow {
                    id: row.get::<_, i64>(0)? as u64,
                    at: time_of(row.get(1)?),
                    actor: principal(row.get(2)?),
                    action: row.get(3)?,
                    subject: principal(row.get(4)?),
                    detail: row.get(5)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
