//! The tables, as numbered migrations: each is applied once, in order, and never changed.

use rusqlite::{Connection, TransactionBehavior};
use types::Timestamp;

use crate::audit::{Act, record};
use crate::identity::{StoreError, ns};
use crate::{OPERATOR, Scopes};

/// The first is number 1. The newest one applied stands in `user_version`.
const MIGRATIONS: [&str; 2] = [include_str!("schema/0001.sql"), include_str!("schema/0002.sql")];

/// Brings the tables up to date.
///
/// # Errors
/// [`StoreError::Newer`] for a file that a later version made; else what SQLite says.
pub(crate) fn migrate(connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let found = usize::try_from(version).unwrap_or(usize::MAX);
    if found > MIGRATIONS.len() {
        return Err(StoreError::Newer { found: version, known: MIGRATIONS.len() });
    }
    for migration in &MIGRATIONS[found..] {
        transaction.execute_batch(migration)?;
    }
    if found == 0 {
        transaction.execute(
            "INSERT INTO users (id, name, display_name, grants, created_at, seen_at)
             VALUES (?1, 'operator', 'Operator', ?2, ?3, ?3)",
            (OPERATOR.0 as i64, Scopes::ALL.to_bits(), ns(now)),
        )?;
        record(&transaction, now, &Act::by(OPERATOR, "store_made"))?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}
