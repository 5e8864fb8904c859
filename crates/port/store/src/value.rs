//! What a column holds, in either database.

use std::borrow::Cow;
use std::fmt;

/// One column of one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number, BIGINT.
    Int(i64),
    /// A text.
    Text(Cow<'static, str>),
    /// A whole number that may pass 64 bits, NUMERIC(39).
    Wide(i128),
}

/// What a query gave: its columns in the order of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::Int(i64::from(number))
    }
}

impl From<u64> for Value {
    /// Numbers of the venue are below 2^63: seqs, times, ids and lots.
    fn from(number: u64) -> Value {
        Value::Int(i64::try_from(number).expect("below 2^63"))
    }
}

impl From<i128> for Value {
    fn from(number: i128) -> Value {
        Value::Wide(number)
    }
}

impl From<u128> for Value {
    fn from(number: u128) -> Value {
        Value::Wide(i128::try_from(number).expect("below 2^127"))
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Value {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(Cow::Owned(text))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, T::into)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => out.write_str("-"),
            Value::Int(number) => number.fmt(out),
            Value::Text(text) => text.fmt(out),
            Value::Wide(number) => number.fmt(out),
        }
    }
}

impl Value {
    /// The whole number.
    ///
    /// # Panics
    /// If it is none: the migrations say which column is what.
    pub fn int(&self) -> i64 {
        match self {
            Value::Int(number) => *number,
            Value::Null | Value::Text(_) | Value::Wide(_) => panic!("a whole number, not {self:?}"),
        }
    }

    /// The text.
    ///
    /// # Panics
    /// If it is none.
    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            Value::Null | Value::Int(_) | Value::Wide(_) => panic!("a text, not {self:?}"),
        }
    }

    /// The whole number that a query gave as text, since it may pass 64 bits.
    ///
    /// # Panics
    /// If it is none.
    pub fn wide(&self) -> i128 {
        self.text().parse().expect("NUMERIC(39) is a whole number")
    }

    /// The value, unless it is null.
    pub fn some(&self) -> Option<&Value> {
        (*self != Value::Null).then_some(self)
    }
}
