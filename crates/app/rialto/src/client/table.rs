//! Lists of an answer as tables for people.

use serde_json::Value;

/// The rows of a list, and what is said where there is none.
pub(crate) struct Table {
    /// The member of the answer that holds them.
    pub(crate) rows: &'static str,
    /// Heads, and where the cells are in a row.
    pub(crate) columns: &'static [(&'static str, &'static str)],
    pub(crate) empty: &'static str,
}

/// Which page of a list an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    First,
    Later,
}

impl Table {
    /// A page of the list; only the first has heads, or is told to be empty.
    pub(crate) fn page(&self, answer: &Value, page: Page) -> String {
        let rows: Vec<&Value> = answer[self.rows].as_array().into_iter().flatten().collect();
        let text = self.shown(&rows);
        match page {
            Page::First if rows.is_empty() => format!("{}\n", self.empty),
            Page::First => text,
            Page::Later => text.split_inclusive('\n').skip(1).collect(),
        }
    }

    /// Heads and rows, in columns that two blanks part at least.
    pub(crate) fn shown(&self, rows: &[&Value]) -> String {
        let heads = self.columns.iter().map(|(head, _)| (*head).to_owned()).collect();
        let cells = rows.iter().map(|row| {
            let found = self.columns.iter().map(|(_, name)| row.pointer(&format!("/{name}")));
            found.map(|found| found.map_or_else(|| "-".to_owned(), cell)).collect::<Vec<_>>()
        });
        let lines: Vec<Vec<String>> = std::iter::once(heads).chain(cells).collect();
        let width = |column: usize| {
            lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        lines.iter().fold(String::new(), |text, line| {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            text + cells.collect::<Vec<_>>().join("  ").trim_end() + "\n"
        })
    }
}

/// A value as it stands in a cell.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(values) if values.is_empty() => "-".to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(","),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ACCOUNTS: Table = Table {
        rows: "accounts",
        columns: &[
            ("ACCOUNT", "account_id"),
            ("OWNER", "owner"),
            ("STATUS", "status"),
            ("CURRENCY", "currency"),
            ("OPEN ORDERS", "open_orders"),
        ],
        empty: "no such accounts",
    };

    #[test]
    fn only_the_first_page_has_heads_or_says_that_there_is_nothing() {
        let row = |id: &str| json!({"account_id": id, "owner": "1", "status": "active"});
        let page = json!({"accounts": [row("7"), row("12345678")]});
        let first = ACCOUNTS.page(&page, Page::First);
        let expected = "\
            ACCOUNT   OWNER  STATUS  CURRENCY  OPEN ORDERS\n\
            7         1      active  -         -\n\
            12345678  1      active  -         -\n";
        assert_eq!(first, expected);
        let rows = expected.split_once('\n').expect("a head").1;
        assert_eq!(ACCOUNTS.page(&page, Page::Later), rows);
        let none = json!({"accounts": []});
        assert_eq!(ACCOUNTS.page(&none, Page::First), "no such accounts\n");
        assert_eq!(ACCOUNTS.page(&none, Page::Later), "");
    }
}
