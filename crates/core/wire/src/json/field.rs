//! What is wrong with a field, and the small conversions that every body needs.

use std::fmt;

use serde::{Serialize, Serializer};
use types::{AccountId, InstrumentId, OrderId, RequestId, Text};

/// A field that cannot be converted: the gateway's problem document shows all three parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, with dots for nested ones: `band.low`.
    pub field: &'static str,
    /// Its value, cut to [`FieldError::VALUE_CHARS_MAX`]; `null` when it is missing.
    pub value: String,
    /// What would pass.
    pub expected: String,
}

impl FieldError {
    /// Longer values are cut: an error must not echo a whole body.
    pub const VALUE_CHARS_MAX: usize = 64;

    /// `value` does not pass where `expected` would.
    pub fn new(field: &'static str, value: &str, expected: impl Into<String>) -> FieldError {
        let value = match value.char_indices().nth(Self::VALUE_CHARS_MAX) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value.to_owned(),
        };
        FieldError { field, value, expected: expected.into() }
    }

    /// The field must not be left out.
    pub fn missing(field: &'static str, expected: impl Into<String>) -> FieldError {
        FieldError::new(field, "null", expected)
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} does not pass, expected {}", self.field, self.value, self.expected)
    }
}

impl std::error::Error for FieldError {}

/// Writes anything that displays as a JSON string: ids, symbols, codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted<T>(pub T);

impl<T: fmt::Display> Serialize for Quoted<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The rule that ends a message of serde's, "…, expected X", in words that name no type of the
/// program.
pub fn plain_rule(message: &str) -> String {
    let rule = message.rsplit_once("expected ").map_or(message, |(_, rule)| rule);
    let whole = |max: u64| format!("a whole number, 0 to {max}");
    match rule {
        "u8" => whole(u8::MAX.into()),
        "u16" => whole(u16::MAX.into()),
        "u32" => whole(u32::MAX.into()),
        "u64" | "usize" => whole(u64::MAX),
        "a map" => "an object".to_owned(),
        "a sequence" => "a list".to_owned(),
        _ if rule.starts_with("struct ") => "an object".to_owned(),
        _ => rule.to_owned(),
    }
}

/// Converts a short text such as a symbol or a request id.
pub(crate) fn text<const N: usize>(
    field: &'static str,
    value: &str,
) -> Result<Text<N>, FieldError> {
    Text::new(value).ok_or_else(|| {
        FieldError::new(field, value, format!("1 to {N} printable ASCII characters, no blank"))
    })
}

/// Like [`text`], for a field that may be left out.
pub(crate) fn optional_text<const N: usize>(
    field: &'static str,
    value: Option<&str>,
) -> Result<Option<Text<N>>, FieldError> {
    value.map(|value| text(field, value)).transpose()
}

/// Converts an id: digits without a leading zero or sign, at most `max`.
pub(crate) fn id(field: &'static str, value: &str, max: u64) -> Result<u64, FieldError> {
    let is_canonical = value.bytes().all(|byte| byte.is_ascii_digit())
        && (value == "0" || !value.starts_with('0'));
    let id = value.parse::<u64>().ok().filter(|id| is_canonical && *id <= max);
    id.ok_or_else(|| FieldError::new(field, value, format!("an id, 0 to {max}, as a string")))
}

/// Converts the client's own name for a request: of the field `client_request_id`, or
/// `client_order_id` for an order.
///
/// # Errors
/// [`FieldError`] for anything but 1 to 36 printable ASCII characters.
pub fn parse_request_id(
    field: &'static str,
    value: Option<&str>,
) -> Result<Option<RequestId>, FieldError> {
    optional_text(field, value)
}

/// Converts an account id of a body or a path.
///
/// # Errors
/// [`FieldError`] for anything but the digits that an answer showed.
pub fn parse_account_id(field: &'static str, value: &str) -> Result<AccountId, FieldError> {
    let id = id(field, value, u64::from(u32::MAX))?;
    Ok(AccountId(u32::try_from(id).expect("at most u32::MAX")))
}

/// Converts an instrument id of a body or a path.
///
/// # Errors
/// [`FieldError`] for anything but the digits that an answer showed.
pub fn parse_instrument_id(field: &'static str, value: &str) -> Result<InstrumentId, FieldError> {
    let id = id(field, value, u64::from(u32::MAX))?;
    Ok(InstrumentId(u32::try_from(id).expect("at most u32::MAX")))
}

/// Converts an order id of a body or a path.
///
/// # Errors
/// [`FieldError`] for anything but the digits that an answer showed.
pub fn parse_order_id(field: &'static str, value: &str) -> Result<OrderId, FieldError> {
    id(field, value, u64::MAX).map(OrderId)
}
