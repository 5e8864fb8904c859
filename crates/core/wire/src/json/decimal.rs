//! Decimals as strings: exact integers of some smallest unit, shown with its decimal places.
//!
//! **Invariant:** reading refuses what it would have to round; writing always shows all places.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::field::FieldError;

/// Longer decimals are refused before they are read.
pub const DECIMAL_CHARS_MAX: usize = 40;

/// An exact number of units of `10^-decimals`; shown in full, 3700 with 2 as `37.00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    magnitude: u128,
    decimals: u8,
}

impl Decimal {
    /// `units` of `10^-decimals` each, below zero too.
    pub fn signed(units: impl Into<i128>, decimals: u8) -> Decimal {
        let units = units.into();
        Decimal { is_negative: units < 0, magnitude: units.unsigned_abs(), decimals }
    }

    /// `units` of `10^-decimals` each.
    pub fn unsigned(units: u128, decimals: u8) -> Decimal {
        Decimal { is_negative: false, magnitude: units, decimals }
    }
}

/// Digits of the largest `u128`.
const DIGITS_MAX: usize = 39;

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; DIGITS_MAX];
        let mut start = DIGITS_MAX;
        let mut left = self.magnitude;
        while left > 0 {
            start -= 1;
            digits[start] = b'0' + u8::try_from(left % 10).expect("one digit");
            left /= 10;
        }
        let digits = std::str::from_utf8(&digits[start..]).expect("digits are ASCII");
        let decimals = usize::from(self.decimals);
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals));
        let sign = if self.is_negative { "-" } else { "" };
        write!(out, "{sign}{}", if whole.is_empty() { "0" } else { whole })?;
        if decimals > 0 {
            write!(out, ".{fraction:0>decimals$}")?;
        }
        Ok(())
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A decimal as it stands in a body: a string, not yet checked. A JSON number is refused, because
/// a client that writes one may have rounded it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecimalText(pub String);

impl DecimalText {
    /// The number in units of `10^-decimals`.
    ///
    /// # Errors
    /// [`FieldError`] if it is too long, is no decimal `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, or has more
    /// than `decimals` places.
    pub(crate) fn units(&self, field: &'static str, decimals: u8) -> Result<i128, FieldError> {
        let refused = |expected: String| FieldError::new(field, &self.0, expected);
        if self.0.len() > DECIMAL_CHARS_MAX {
            return Err(refused(format!("at most {DECIMAL_CHARS_MAX} characters")));
        }
        let Some((sign, whole, fraction)) = split(&self.0) else {
            return Err(refused("a decimal such as \"12\" or \"0.5\"".to_owned()));
        };
        let missing = usize::from(decimals).checked_sub(fraction.len());
        let Some(missing) = missing else {
            return Err(refused(format!("at most {decimals} decimal places")));
        };
        let digits = whole.bytes().chain(fraction.bytes()).chain((0..missing).map(|_| b'0'));
        let magnitude = digits.map(|byte| i128::from(byte - b'0')).try_fold(0, |units, digit| {
            i128::checked_mul(units, 10).and_then(|units| units.checked_add(digit))
        });
        let magnitude = magnitude.ok_or_else(|| refused("a smaller number".to_owned()))?;
        Ok(sign * magnitude)
    }
}

/// Splits into sign, whole part and fraction; `None` unless the text is a decimal.
fn split(text: &str) -> Option<(i128, &str, &str)> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, text),
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) if is_number(fraction) => (whole, fraction),
        Some(_) => return None,
        None => (unsigned, ""),
    };
    let is_whole = is_number(whole) && (whole == "0" || !whole.starts_with('0'));
    is_whole.then_some((sign, whole, fraction))
}

impl From<&str> for DecimalText {
    fn from(text: &str) -> DecimalText {
        DecimalText(text.to_owned())
    }
}

impl From<Decimal> for DecimalText {
    fn from(decimal: Decimal) -> DecimalText {
        DecimalText(decimal.to_string())
    }
}

impl Serialize for DecimalText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DecimalText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DecimalText, D::Error> {
        deserializer.deserialize_string(DecimalVisitor)
    }
}

struct DecimalVisitor;

impl Visitor<'_> for DecimalVisitor {
    type Value = DecimalText;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a decimal in quotes such as \"36.95\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<DecimalText, E> {
        Ok(DecimalText::from(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<DecimalText, E> {
        Ok(DecimalText(text))
    }
}
