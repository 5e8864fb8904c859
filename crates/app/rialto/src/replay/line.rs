//! One line of a recording: nine columns, each checked before anything is done with it.

use std::fmt;

use types::{QTY_LOTS_MAX, Side};

/// The columns, as the first line has them.
const HEADER: [&str; 9] =
    ["seq", "ts_ns", "cmd", "order_id", "side", "price_ticks", "qty", "flags", "exp_maker"];
/// Longer values are cut where an error shows them.
const SHOWN_CHARS_MAX: usize = 40;

/// What a line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// A limit order; what is left rests.
    Add,
    /// A limit order; what is left is cancelled.
    Immediate,
    /// Make an order smaller by `qty`.
    Reduce,
    /// Cancel an order.
    Cancel,
    /// Change an order's price and open quantity.
    Amend,
}

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) at_ns: u64,
    pub(super) ask: Ask,
    pub(super) order: u64,
    pub(super) side: Side,
    pub(super) price: u64,
    pub(super) qty: u64,
    pub(super) post_only: bool,
    pub(super) expected_maker: Option<u64>,
}

/// Reads lines in order.
#[derive(Debug, Default)]
pub(super) struct Columns {
    next_seq: u64,
    at_ns: u64,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    column: &'static str,
    value: String,
    expected: String,
}

/// A line that cannot be used, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    number: u64,
    wrong: Wrong,
}

impl std::error::Error for BadLine {}

impl fmt::Display for BadLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wrong { column, value, expected } = &self.wrong;
        write!(out, "line {}, column {column}: {value:?} does not pass", self.number)?;
        write!(out, ", expected {expected}")
    }
}

impl Wrong {
    pub(super) fn new(column: &'static str, value: &str, expected: impl Into<String>) -> Wrong {
        let value = match value.char_indices().nth(SHOWN_CHARS_MAX) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value.to_owned(),
        };
        Wrong { column, value, expected: expected.into() }
    }

    pub(super) fn at(self, number: u64) -> BadLine {
        BadLine { number, wrong: self }
    }
}

impl Row {
    /// Checks the first line.
    pub(super) fn header(line: &[u8]) -> Result<(), Wrong> {
        let expected = HEADER.join(",");
        let line = String::from_utf8_lossy(line);
        if line == expected { Ok(()) } else { Err(Wrong::new("header", &line, expected)) }
    }
}

impl Columns {
    /// Reads the next line.
    pub(super) fn read(&mut self, line: &[u8]) -> Result<Row, Wrong> {
        let values = split(line)?;
        let [seq, at_ns, ask, order, side, price, qty, flags, maker] = values;
        let seq_read = number("seq", seq, 0, u64::MAX)?;
        if seq_read != self.next_seq {
            return Err(Wrong::new("seq", seq, format!("{}: lines are gap-free", self.next_seq)));
        }
        let at_ns = number("ts_ns", at_ns, self.at_ns, u64::MAX)?;
        let ask = read_ask(ask)?;
        let (price_min, qty_min) = match ask {
            Ask::Add | Ask::Immediate => (1, 1),
            Ask::Reduce => (0, 1),
            Ask::Cancel => (0, 0),
            // Nothing left open: the order is cancelled.
            Ask::Amend => (1, 0),
        };
        let row = Row {
            at_ns,
            ask,
            order: number("order_id", order, 0, u64::MAX)?,
            side: read_side(side)?,
            price: number("price_ticks", price, price_min, u64::MAX)?,
            qty: number("qty", qty, qty_min, QTY_LOTS_MAX)?,
            post_only: read_flags(ask, flags)?,
            expected_maker: match maker {
                "" => None,
                text => Some(number("exp_maker", text, 0, u64::MAX)?),
            },
        };
        self.next_seq = seq_read + 1;
        self.at_ns = at_ns;
        Ok(row)
    }
}

fn split(line: &[u8]) -> Result<[&str; 9], Wrong> {
    let Ok(text) = std::str::from_utf8(line) else {
        return Err(Wrong::new("seq", &String::from_utf8_lossy(line), "a line of UTF-8 text"));
    };
    let mut values = [""; 9];
    let mut parts = text.split(',');
    for (value, column) in values.iter_mut().zip(HEADER) {
        let missing = || Wrong::new(column, "", "nine columns, separated by commas");
        *value = parts.next().ok_or_else(missing)?;
    }
    match parts.next() {
        None => Ok(values),
        Some(more) => Err(Wrong::new("exp_maker", more, "nothing behind the ninth column")),
    }
}

fn number(column: &'static str, text: &str, min: u64, max: u64) -> Result<u64, Wrong> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = text.parse().ok().filter(|_| is_plain);
    let in_range = read.filter(|read| (min..=max).contains(read));
    in_range.ok_or_else(|| Wrong::new(column, text, format!("a whole number, {min} to {max}")))
}

fn read_ask(text: &str) -> Result<Ask, Wrong> {
    match text {
        "A" => Ok(Ask::Add),
        "I" => Ok(Ask::Immediate),
        "R" => Ok(Ask::Reduce),
        "X" => Ok(Ask::Cancel),
        "M" => Ok(Ask::Amend),
        _ => Err(Wrong::new("cmd", text, "A, I, R, X or M")),
    }
}

fn read_side(text: &str) -> Result<Side, Wrong> {
    match text {
        "B" => Ok(Side::Buy),
        "S" => Ok(Side::Sell),
        _ => Err(Wrong::new("side", text, "B or S")),
    }
}

/// Whether the order is post-only. The opening book's orders come in like any other.
fn read_flags(ask: Ask, text: &str) -> Result<bool, Wrong> {
    match (ask, text) {
        (_, "" | "S") => Ok(false),
        (Ask::Add, "P" | "PS" | "SP") => Ok(true),
        (Ask::Add, _) => Err(Wrong::new("flags", text, "none, P, S or both")),
        (Ask::Immediate | Ask::Reduce | Ask::Cancel | Ask::Amend, _) => {
            Err(Wrong::new("flags", text, "none or S: only a limit order that rests is post-only"))
        }
    }
}
