//! Two stores, row by row: whether one that ran along equals one that was made anew.

use crate::database::{Database, Place};
use crate::error::StoreError;
use crate::location::Location;
use crate::tables::{Part, Table};
use crate::value::{Row, Value};

/// Rows read at a time.
const ROWS_AT_ONCE: usize = 5_000;

/// What a table of both came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name.
    pub table: &'static str,
    /// Rows that are the same.
    pub rows: u64,
    /// The first difference, from either side.
    pub difference: Option<String>,
}

/// Reads one table by its key, a page at a time.
struct Pages {
    sql: [String; 2],
    key: usize,
    last: Vec<Value>,
    page: std::vec::IntoIter<Row>,
    is_over: bool,
}

/// Compares all tables of a database of two stores. The places tell how far each is.
///
/// # Errors
/// [`StoreError`] when one cannot be read.
pub fn compare(
    one: &Location,
    other: &Location,
    part: Part,
    venue: u128,
) -> Result<([Place; 2], Vec<Compared>), StoreError> {
    let (mut one, one_place) = Database::open(one, part, venue)?;
    let (mut other, other_place) = Database::open(other, part, venue)?;
    let tables = part.tables().iter().map(|table| compare_table(&mut one, &mut other, table));
    Ok(([one_place, other_place], tables.collect::<Result<_, _>>()?))
}

/// How many rows all tables of a database have. It reads them all.
///
/// # Errors
/// [`StoreError`] when it cannot be read.
pub fn rows_of(location: &Location, part: Part, venue: u128) -> Result<u64, StoreError> {
    let (mut database, _) = Database::open(location, part, venue)?;
    let mut all = 0;
    for table in part.tables() {
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {}", table.name);
        let counted = database.query(&sql, &[])?;
        all += counted.first().map_or(0, |row| row.0[0].wide().unsigned_abs());
    }
    Ok(u64::try_from(all).expect("no table has 2^64 rows"))
}

fn compare_table(
    one: &mut Database,
    other: &mut Database,
    table: &Table,
) -> Result<Compared, StoreError> {
    let (mut left, mut right) = (Pages::new(table), Pages::new(table));
    let mut compared = Compared { table: table.name, rows: 0, difference: None };
    loop {
        let (a, b) = (left.next(one)?, right.next(other)?);
        if a != b {
            let shown = |row: Option<Row>| row.map_or("nothing".to_owned(), |row| shown(&row));
            compared.difference = Some(format!("{}, not {}", shown(a), shown(b)));
            return Ok(compared);
        }
        if a.is_none() {
            return Ok(compared);
        }
        compared.rows += 1;
    }
}

impl Pages {
    fn new(table: &Table) -> Pages {
        let key: Vec<&str> = table.columns[..table.key].iter().map(|(name, _)| *name).collect();
        let marks: Vec<String> = (1..=table.key).map(|number| format!("${number}")).collect();
        let (columns, key, marks) = (table.readable(), key.join(", "), marks.join(", "));
        let select = |after: &str| {
            let name = table.name;
            format!("SELECT {columns} FROM {name} {after} ORDER BY {key} LIMIT {ROWS_AT_ONCE}")
        };
        Pages {
            sql: [select(""), select(&format!("WHERE ({key}) > ({marks})"))],
            key: table.key,
            last: Vec::new(),
            page: Vec::new().into_iter(),
            is_over: false,
        }
    }

    fn next(&mut self, database: &mut Database) -> Result<Option<Row>, StoreError> {
        if let Some(row) = self.page.next() {
            return Ok(Some(row));
        }
        if self.is_over {
            return Ok(None);
        }
        let sql = &self.sql[usize::from(!self.last.is_empty())];
        let rows = database.query(sql, &self.last)?;
        self.is_over = rows.len() < ROWS_AT_ONCE;
        if let Some(Row(columns)) = rows.last() {
            self.last = columns[..self.key].to_vec();
        }
        self.page = rows.into_iter();
        Ok(self.page.next())
    }
}

fn shown(Row(columns): &Row) -> String {
    columns.iter().map(Value::to_string).collect::<Vec<_>>().join("|")
}
