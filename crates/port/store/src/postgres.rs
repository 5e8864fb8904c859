//! A database of a PostgreSQL server: one connection that writes, or some that read.

use std::error::Error as _;
use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Client, Config, Error, NoTls, Row as Found, Statement};
use types::Seq;

use crate::database::{Place, UPDATE_POSITION};
use crate::error::StoreError;
use crate::location::Server;
use crate::rows::Rows;
use crate::tables::{Kind, Part, Table};
use crate::value::{Row, Value};

/// How long a statement may take.
const ANSWER_MAX: Duration = Duration::from_secs(30);
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Tables that every database has beside those that are written.
const OWN_TABLES: [&str; 2] = ["position", "schema_versions"];

type Boxed = Box<dyn std::error::Error + Sync + Send>;

/// A connection that writes, with the thread's own runtime to wait on it.
pub(crate) struct Postgres {
    runtime: Runtime,
    client: Client,
    /// One for each table, prepared when it is first written.
    inserts: Vec<(&'static str, Statement)>,
    /// Events written since it was opened, and at which number of them the planner is told next
    /// what the tables have: questions are asked before the server looks by itself, and without
    /// that it takes a table of millions for a short one.
    written: Seq,
    analyze_at: Seq,
}

/// Events after which the planner is first told what the tables have; then after twice as many.
const ANALYZE_FIRST: Seq = 10_000;

impl Postgres {
    /// Connects and brings the tables up to date.
    pub(crate) fn open(server: &Server, part: Part) -> Result<Postgres, StoreError> {
        let mut postgres = Postgres::connect(server, part)?;
        postgres.migrate(part)?;
        Ok(postgres)
    }

    fn connect(server: &Server, part: Part) -> Result<Postgres, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Postgres(error.to_string()))?;
        let client = runtime.block_on(connect(server, part))?;
        Ok(Postgres { runtime, client, inserts: Vec::new(), written: 0, analyze_at: ANALYZE_FIRST })
    }

    fn migrate(&mut self, part: Part) -> Result<(), StoreError> {
        let mut version = 0;
        if self.is_made()? {
            let newest = self.query("SELECT MAX(version) FROM schema_versions", &[])?;
            version = newest[0].0[0].some().map_or(0, Value::int);
        }
        let known = part.migrations();
        let found = usize::try_from(version).unwrap_or(usize::MAX);
        if found > known.len() {
            return Err(StoreError::Newer { part, found: version, known: known.len() });
        }
        for migration in &known[found..] {
            self.runtime.block_on(within(self.client.batch_execute(migration)))?;
        }
        Ok(())
    }

    fn is_made(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_name = 'schema_versions'";
        Ok(self.query(sql, &[])?[0].0[0].int() > 0)
    }

    /// Writes rows and moves on; `false`, with nothing written, when it is not where it was left.
    pub(crate) fn write(
        &mut self,
        rows: &Rows,
        from: Place,
        to: Place,
    ) -> Result<bool, StoreError> {
        let Postgres { runtime, client, inserts, .. } = self;
        let is_moved = runtime.block_on(async {
            let transaction = within(client.transaction()).await?;
            let moved = [to.seq, to.event_seq, to.at.0, from.event_seq].map(Value::from);
            if within(transaction.execute(UPDATE_POSITION, &by_reference(&moved))).await? == 0 {
                return Ok(false);
            }
            for (table, rows) in rows.by_table() {
                let known = inserts.iter().position(|(name, _)| *name == table.name);
                let index = match known {
                    Some(index) => index,
                    None => {
                        let prepared = within(transaction.prepare(&insert(table))).await?;
                        inserts.push((table.name, prepared));
                        inserts.len() - 1
                    }
                };
                let columns: Vec<Column> =
                    (0..table.columns.len()).map(|it| Column::of(table, &rows, it)).collect();
                let columns: Vec<&(dyn ToSql + Sync)> =
                    columns.iter().map(Column::as_parameter).collect();
                within(transaction.execute(&inserts[index].1, &columns)).await?;
            }
            within(transaction.commit()).await?;
            Ok::<bool, StoreError>(true)
        })?;
        if !is_moved {
            return Ok(false);
        }
        self.written += to.event_seq - from.event_seq;
        if self.written >= self.analyze_at {
            self.analyze_at = 2 * self.written;
            self.analyze(rows);
        }
        Ok(true)
    }

    /// Tells the planner what the tables that were just written have. Where that fails the server
    /// looks by itself later.
    fn analyze(&mut self, rows: &Rows) {
        let names: Vec<&str> = rows.by_table().map(|(table, _)| table.name).collect();
        let sql = format!("ANALYZE {}", names.join(", "));
        self.runtime.block_on(within(self.client.batch_execute(&sql))).ok();
    }

    pub(crate) fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let values = by_reference(values);
        let found = self.runtime.block_on(within(self.client.query(sql, &values)))?;
        Ok(found.iter().map(row).collect())
    }

    pub(crate) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<(), StoreError> {
        let values = by_reference(values);
        self.runtime.block_on(within(self.client.execute(sql, &values))).map(|_| ())
    }
}

/// Removes all tables of a database.
pub(crate) fn empty(server: &Server, part: Part) -> Result<(), StoreError> {
    let postgres = Postgres::connect(server, part)?;
    let names = part.tables().iter().map(|table| table.name).chain(OWN_TABLES);
    let sql = format!("DROP TABLE IF EXISTS {}", names.collect::<Vec<_>>().join(", "));
    postgres.runtime.block_on(within(postgres.client.batch_execute(&sql)))
}

/// Whether a database has its tables.
pub(crate) fn has_tables(server: &Server, part: Part) -> Result<bool, StoreError> {
    Postgres::connect(server, part)?.is_made()
}

/// Connects to one of the two databases; the connection is served by the runtime it is made on.
pub(crate) async fn connect(server: &Server, part: Part) -> Result<Client, StoreError> {
    let mut config: Config = server.url.parse()?;
    config.dbname(&server.names[part as usize]).connect_timeout(CONNECT_MAX);
    config.application_name("rialto");
    let (client, connection) = within(config.connect(NoTls)).await?;
    tokio::spawn(async move {
        // Whoever uses the client is told.
        connection.await.ok();
    });
    Ok(client)
}

/// Asks what people ask: in time that does not grow with the tables.
pub(crate) async fn ask(
    client: &Client,
    sql: &str,
    values: &[Value],
) -> Result<Vec<Row>, StoreError> {
    let values = by_reference(values);
    debug_assert_eq!(scanned(client, sql, &values).await, None, "it goes by an index: {sql}");
    Ok(client.query(sql, &values).await?.iter().map(row).collect())
}

/// What of a table a statement cannot but read from end to end, if anything: of a short one the
/// server would by itself.
async fn scanned(client: &Client, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Option<String> {
    client.batch_execute("SET enable_seqscan = off").await.ok()?;
    let plan = client.query(&format!("EXPLAIN {sql}"), values).await;
    client.batch_execute("RESET enable_seqscan").await.ok()?;
    let steps = plan.ok()?.into_iter().map(|step| step.get::<_, String>(0));
    steps.into_iter().find(|step| step.contains("Seq Scan"))
}

/// Waits for one statement, at most [`ANSWER_MAX`].
async fn within<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
    let in_time = tokio::time::timeout(ANSWER_MAX, asked).await;
    Ok(in_time.map_err(|_| StoreError::Late { seconds: ANSWER_MAX.as_secs() })??)
}

/// All rows of a table by one statement: an array for each column.
fn insert(table: &Table) -> String {
    let (mut arrays, mut taken, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (name, kind)) in table.columns.iter().enumerate() {
        let (array, cast) = match kind {
            Kind::Int => ("bigint[]", ""),
            Kind::Text => ("text[]", ""),
            Kind::Wide => ("text[]", "::numeric"),
        };
        arrays.push(format!("${}::{array}", index + 1));
        taken.push(format!("r.{name}{cast}"));
        names.push(*name);
    }
    format!(
        "INSERT INTO {} ({}) SELECT {} FROM UNNEST({}) AS r({}){}",
        table.name,
        names.join(", "),
        taken.join(", "),
        arrays.join(", "),
        names.join(", "),
        table.on_conflict()
    )
}

/// One column of many rows.
enum Column {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

impl Column {
    fn of(table: &Table, rows: &[Vec<&Value>], index: usize) -> Column {
        let column = rows.iter().map(|row| row[index].some());
        match table.columns[index].1 {
            Kind::Int => Column::Ints(column.map(|value| value.map(Value::int)).collect()),
            Kind::Text => {
                Column::Texts(column.map(|it| it.map(|it| it.text().to_owned())).collect())
            }
            Kind::Wide => Column::Texts(column.map(|it| it.map(Value::to_string)).collect()),
        }
    }

    fn as_parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Column::Ints(column) => column,
            Column::Texts(column) => column,
        }
    }
}

fn by_reference(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn row(found: &Found) -> Row {
    Row((0..found.len()).map(|column| value(found, column)).collect())
}

fn value(found: &Found, column: usize) -> Value {
    match *found.columns()[column].type_() {
        Type::INT8 => found.get::<_, Option<i64>>(column).into(),
        Type::TEXT => found.get::<_, Option<String>>(column).into(),
        ref other => unreachable!("no query gives {other}"),
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => number.to_sql(kind, out),
            Value::Text(text) => text.to_sql(kind, out),
            Value::Wide(number) => number.to_string().to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // The statements say which is what.
        true
    }

    to_sql_checked!();
}

impl From<Error> for StoreError {
    /// The server's own words stand behind those of the library.
    fn from(error: Error) -> StoreError {
        let cause = error.source().map(|source| format!(": {source}"));
        StoreError::Postgres(format!("{error}{}", cause.unwrap_or_default()))
    }
}
