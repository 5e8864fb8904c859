//! Rows that wait to be written: of those with one key only what they come to.

use std::collections::BTreeMap;

use crate::tables::{Part, Table, Write};
use crate::value::Value;

/// Rows for one database, by table.
#[derive(Debug)]
pub(crate) struct Rows {
    tables: &'static [Table],
    appended: Vec<Vec<Vec<Value>>>,
    keyed: Vec<BTreeMap<Vec<Value>, Vec<Value>>>,
    /// Of tables of sums, what all rows that can still grow come to.
    sums: Vec<BTreeMap<Vec<Value>, Vec<i128>>>,
    count: usize,
}

impl Rows {
    pub(crate) fn new(part: Part) -> Rows {
        let tables = part.tables();
        Rows {
            tables,
            appended: vec![Vec::new(); tables.len()],
            keyed: vec![BTreeMap::new(); tables.len()],
            sums: vec![BTreeMap::new(); tables.len()],
            count: 0,
        }
    }

    /// Adds a row to the table with this subscript.
    pub(crate) fn put(&mut self, table: usize, row: Vec<Value>) {
        let Table { columns, key, write, name } = &self.tables[table];
        debug_assert_eq!(row.len(), columns.len(), "{name}");
        self.count += 1;
        if *write == Write::Append {
            self.appended[table].push(row);
            return;
        }
        let mut row = row;
        let rest = row.split_off(*key);
        let rows = &mut self.keyed[table];
        match write {
            Write::Append => unreachable!("written once"),
            Write::Replace => drop(rows.insert(row, rest)),
            Write::First => drop(rows.entry(row).or_insert(rest)),
            Write::Sum => {
                let sums =
                    self.sums[table].entry(row.clone()).or_insert_with(|| vec![0; rest.len()]);
                for (sum, more) in sums.iter_mut().zip(&rest) {
                    *sum += i128::from(more.int());
                }
                rows.insert(row, sums.iter().map(|sum| Value::Wide(*sum)).collect());
            }
        }
    }

    /// Tells what the rows of a table of sums come to so far, before any is added.
    pub(crate) fn begin_sum(&mut self, table: usize, key: Vec<Value>, sums: Vec<i128>) {
        self.sums[table].insert(key, sums);
    }

    /// Forgets the sums of other business dates than `date`: they do not grow any more.
    pub(crate) fn end_dates_before(&mut self, date: &Value) {
        for (table, sums) in self.tables.iter().zip(&mut self.sums) {
            if table.is_dated() {
                sums.retain(|key, _| key[0] == *date);
            }
        }
    }

    /// Rows added, those that fell together included.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The tables that have rows, each with them, in the order of their columns.
    pub(crate) fn by_table(&self) -> impl Iterator<Item = (&'static Table, Vec<Vec<&Value>>)> {
        self.tables.iter().enumerate().filter_map(|(index, table)| {
            let appended = self.appended[index].iter().map(|row| row.iter().collect());
            let keyed = self.keyed[index].iter();
            let keyed = keyed.map(|(key, rest)| key.iter().chain(rest).collect());
            let rows: Vec<Vec<&Value>> = appended.chain(keyed).collect();
            (!rows.is_empty()).then_some((table, rows))
        })
    }

    pub(crate) fn clear(&mut self) {
        self.appended.iter_mut().for_each(Vec::clear);
        self.keyed.iter_mut().for_each(BTreeMap::clear);
        self.count = 0;
    }
}
