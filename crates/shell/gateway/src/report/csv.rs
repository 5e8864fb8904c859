//! Lists as CSV (RFC 4180), sent page by page: however long one is, a page is in memory.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use csv::{Terminator, WriterBuilder};
use futures_util::stream;
use store::StoreError;

use crate::history::Past;
use crate::problem::Problem;
use crate::reply::Seqs;

/// Rows read and sent at a time.
pub(crate) const ROWS_AT_ONCE: usize = 1_000;
/// What makes spreadsheets take a text for a formula, at its beginning.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One field of a line.
pub(crate) enum Cell {
    /// A number, a time, a word of ours: as it is.
    Plain(String),
    /// What somebody chose: a spreadsheet must not take it for a formula.
    Text(String),
}

impl Cell {
    pub(crate) fn plain(value: impl ToString) -> Cell {
        Cell::Plain(value.to_string())
    }

    /// Nothing where there is none.
    pub(crate) fn text(value: Option<impl ToString>) -> Cell {
        Cell::Text(value.map(|it| it.to_string()).unwrap_or_default())
    }
}

/// Some lines, and after which key the next ones come.
pub(crate) struct Lines {
    pub rows: Vec<Vec<Cell>>,
    pub next: Option<u64>,
}

impl Lines {
    /// A page of `found`, which has fewer than [`ROWS_AT_ONCE`] where it is the last.
    pub(crate) fn of<T>(
        found: &[T],
        key: impl Fn(&T) -> u64,
        row: impl Fn(&T) -> Vec<Cell>,
    ) -> Lines {
        let next = found.last().filter(|_| found.len() == ROWS_AT_ONCE).map(key);
        Lines { rows: found.iter().map(row).collect(), next }
    }
}

/// Sends the head and all pages, and in headers how far the store is. The first page is there
/// before anything is sent, so that what usually fails is told as a problem.
pub(crate) async fn send<P, F>(
    past: &Past<'_>,
    name: &str,
    head: &[&str],
    page: P,
) -> Result<Response, Problem>
where
    P: Fn(u64) -> F + Send + 'static,
    F: Future<Output = Result<Lines, StoreError>> + Send,
{
    let first = page(0).await.map_err(|error| past.failed(&error))?;
    let head = head.iter().map(Cell::plain).collect();
    let rows = std::iter::once(head).chain(first.rows).collect();
    let begun = Ok(Lines { rows, next: first.next });
    let chunks = stream::unfold(Some((begun, page)), async |state| {
        let (lines, page) = state?;
        // The client sees that the list broke off: its end does not come.
        let Lines { rows, next } = match lines {
            Ok(lines) => lines,
            Err(error) => return Some((Err(cut_off(&error)), None)),
        };
        let following = match next {
            Some(next) => Some((page(next).await, page)),
            None => None,
        };
        Some((Ok(Bytes::from(written(&rows))), following))
    });
    let kind = "text/csv; charset=utf-8; header=present".to_owned();
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let Seqs { seq, event_seq } = past.seqs();
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (HeaderName::from_static("rialto-seq"), seq.to_string()),
        (HeaderName::from_static("rialto-event-seq"), event_seq.to_string()),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

fn cut_off(error: &StoreError) -> io::Error {
    tracing::warn!(%error, "a list breaks off");
    io::Error::other("the store failed")
}

/// The lines as bytes.
fn written(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut builder = WriterBuilder::new();
    let mut writer = builder.terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        let fields = row.iter().map(|cell| match cell {
            Cell::Plain(value) => value.clone(),
            Cell::Text(value) if value.starts_with(FORMULA) => format!("'{value}"),
            Cell::Text(value) => value.clone(),
        });
        writer.write_record(fields).expect("a vector takes all, and lines are as long as the head");
    }
    writer.into_inner().expect("a vector takes all")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: impl IntoIterator<Item = Cell>) -> String {
        String::from_utf8(written(&[cells.into_iter().collect()])).expect("it is UTF-8")
    }

    #[test]
    fn fields_are_quoted_where_they_must_be_and_lines_end_as_the_rfc_says() {
        let texts = ["a", "b,c", "say \"hi\"", "two\nlines", "", "ção"];
        let cells = texts.map(|text| Cell::text(Some(text)));
        assert_eq!(line(cells), "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",,ção\r\n");
    }

    #[test]
    fn only_texts_are_guarded_against_being_formulas() {
        for text in ["=1+1", "+1", "-1", "@sum", "\tx", "\r=1"] {
            let guarded = line([Cell::text(Some(text)), Cell::plain("-1.00")]);
            assert!(guarded.trim_start_matches('"').starts_with('\''), "{guarded:?}");
            assert!(guarded.ends_with(",-1.00\r\n"), "{guarded:?}");
        }
        assert_eq!(line([Cell::text(Some("a=1")), Cell::text(None::<&str>)]), "a=1,\r\n");
    }
}
