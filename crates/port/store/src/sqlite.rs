//! A database in a file: one connection that writes, or one that reads.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, TransactionBehavior, params_from_iter};

use crate::database::{Place, UPDATE_POSITION};
use crate::error::StoreError;
use crate::location::file;
use crate::rows::Rows;
use crate::tables::{Part, Table};
use crate::value::{Row, Value};

/// How long a statement waits for another process that writes.
const BUSY_MAX: Duration = Duration::from_secs(2);
/// Statements kept ready.
const STATEMENTS_MAX: usize = 64;
/// Memory for pages of indexes, which are written all over.
const WRITER_CACHE_KIB: i64 = 64 << 10;
/// Pages of 4 KiB in the write-ahead log before they are moved: each time syncs two files, on the
/// disk on which orders wait for the journal's sync.
const CHECKPOINT_PAGES: i64 = 16 << 10;
const READER_CACHE_KIB: i64 = 2 << 10;

/// A connection to a database's file.
pub(crate) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// Opens the file to write, which is made if it is not there, and brings its tables up to date.
    pub(crate) fn open(folder: &Path, part: Part) -> Result<Sqlite, StoreError> {
        make(folder)
            .map_err(|error| StoreError::Folder { path: folder.display().to_string(), error })?;
        let mut sqlite = Sqlite::with(Connection::open(file(folder, part))?, WRITER_CACHE_KIB)?;
        sqlite.migrate(part)?;
        Ok(sqlite)
    }

    /// Opens the file to read.
    pub(crate) fn read(folder: &Path, part: Part) -> Result<Sqlite, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Sqlite::with(Connection::open_with_flags(file(folder, part), flags)?, READER_CACHE_KIB)
    }

    fn with(connection: Connection, cache_kib: i64) -> Result<Sqlite, StoreError> {
        connection.busy_timeout(BUSY_MAX)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        connection.pragma_update(None, "cache_size", -cache_kib)?;
        Ok(Sqlite { connection })
    }

    fn migrate(&mut self, part: Part) -> Result<(), StoreError> {
        self.connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // A power cut may take the last transactions, whole: the journal still has their events.
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        self.connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        let is_made: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions')",
            [],
            |row| row.get(0),
        )?;
        let version: i64 = if is_made {
            let sql = "SELECT MAX(version) FROM schema_versions";
            self.connection.query_row(sql, [], |row| row.get(0))?
        } else {
            0
        };
        let known = part.migrations();
        let found = usize::try_from(version).unwrap_or(usize::MAX);
        if found > known.len() {
            return Err(StoreError::Newer { part, found: version, known: known.len() });
        }
        for migration in &known[found..] {
            self.connection.execute_batch(&own(migration))?;
        }
        Ok(())
    }

    /// Writes rows and moves on; `false`, with nothing written, when it is not where it was left.
    pub(crate) fn write(
        &mut self,
        rows: &Rows,
        from: Place,
        to: Place,
    ) -> Result<bool, StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let moved = transaction.prepare_cached(UPDATE_POSITION)?.execute(params_from_iter([
            Value::from(to.seq),
            Value::from(to.event_seq),
            Value::from(to.at.0),
            Value::from(from.event_seq),
        ]))?;
        if moved == 0 {
            return Ok(false);
        }
        for (table, rows) in rows.by_table() {
            let mut insert = transaction.prepare_cached(&insert(table))?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
        }
        transaction.commit()?;
        Ok(true)
    }

    pub(crate) fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..columns).map(|column| row.get_ref(column).map(value));
            found.push(Row(values.collect::<Result<_, _>>()?));
        }
        Ok(found)
    }

    /// Asks what people ask: in time that does not grow with the tables.
    pub(crate) fn ask(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        debug_assert_eq!(self.scanned(sql), None, "every question goes by an index: {sql}");
        self.query(sql, values)
    }

    /// What of a table a statement reads from end to end, if anything.
    fn scanned(&self, sql: &str) -> Option<String> {
        let mut plan = self.connection.prepare_cached(&format!("EXPLAIN QUERY PLAN {sql}")).ok()?;
        let steps = plan.query_map([], |row| row.get::<_, String>("detail")).ok()?;
        steps.flatten().find(|step| step.starts_with("SCAN"))
    }

    pub(crate) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<(), StoreError> {
        self.connection.execute(sql, params_from_iter(values))?;
        Ok(())
    }
}

/// Makes a folder for its owner alone: it has everybody's orders and money.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A migration in SQLite's words: a column of that type would turn what passes 64 bits into a
/// float, and texts are sorted by their bytes as they are.
fn own(migration: &str) -> String {
    migration.replace("NUMERIC(39)", "TEXT").replace(" COLLATE \"C\"", "")
}

/// Removes a database's file and the two beside it.
pub(crate) fn empty(path: &Path) -> Result<(), StoreError> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Folder { path: path.display().to_string(), error });
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn insert(table: &Table) -> String {
    let (name, columns) = (table.name, table.names());
    let marks: Vec<String> = (1..=table.columns.len()).map(|number| format!("?{number}")).collect();
    format!("INSERT INTO {name} ({columns}) VALUES ({}){}", marks.join(", "), table.on_conflict())
}

fn value(found: ValueRef<'_>) -> Value {
    match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Real(_) | ValueRef::Blob(_) => unreachable!("no column holds {found:?}"),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Wide(number) => ToSqlOutput::from(number.to_string()),
        })
    }
}
