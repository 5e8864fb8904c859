//! Short printable ASCII strings of fixed capacity: they are `Copy` and never allocate.

use std::fmt;
use std::num::NonZeroU8;

/// 1 to `N` printable ASCII characters (0x21 to 0x7e: no blank, no control character).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(align(4))]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    /// Not zero, so that no text needs no byte of its own.
    length: NonZeroU8,
}

/// The client's own name for a request; for an order, its client order id (FIX 11).
pub type RequestId = Text<36>;
/// Why a payment failed, as a code of whoever decided it.
pub type PaymentReason = Text<36>;
/// An instrument's short code (FIX 55).
pub type Symbol = Text<16>;
/// An instrument's international id (FIX 48 with 22=4).
pub type Isin = Text<12>;
/// A currency's ISO 4217 code.
pub type Currency = Text<3>;

impl<const N: usize> Text<N> {
    /// `None` when `text` is empty, longer than `N` bytes, or has anything but 0x21..=0x7e.
    pub fn new(text: &str) -> Option<Text<N>> {
        Self::from_bytes(text.as_bytes())
    }

    /// Like [`Text::new`], from bytes of unknown origin.
    pub fn from_bytes(source: &[u8]) -> Option<Text<N>> {
        let length = NonZeroU8::new(u8::try_from(source.len()).ok()?)?;
        if source.len() > N || !source.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let mut bytes = [0; N];
        bytes[..source.len()].copy_from_slice(source);
        Some(Text { bytes, length })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("only ASCII gets in")
    }

    /// The text's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length.get())]
    }

    /// All `N` bytes, zeros after the text: a canonical form for digests.
    pub fn padded(&self) -> &[u8; N] {
        &self.bytes
    }
}

impl Symbol {
    /// What [`Symbol::to_list`] takes.
    pub const TO_LIST_EXPECTED: &str =
        "1 to 16 of A to Z, 0 to 9, \".\", \"_\" and \"-\", beginning with a letter or a digit";

    /// The symbol of an instrument that is to be listed; `None` for anything but
    /// [`Symbol::TO_LIST_EXPECTED`].
    ///
    /// Only those are safe wherever a symbol is a part of something: a path, a list of channels, a
    /// file's name. Whatever else a journal has was listed before there was this rule, and stays.
    pub fn to_list(text: &str) -> Option<Symbol> {
        let is_alphanumeric = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let is_allowed = |byte: u8| is_alphanumeric(byte) || b"._-".contains(&byte);
        let passes = is_alphanumeric(*text.as_bytes().first()?) && text.bytes().all(is_allowed);
        passes.then(|| Symbol::new(text))?
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_printable_ascii_is_accepted() {
        assert_eq!(Symbol::new("PETR4").map(|s| s.to_string()), Some("PETR4".into()));
        for bad in ["", "A B", "é", "\u{7f}", "12345678901234567"] {
            assert_eq!(Symbol::new(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_is_listed_is_safe_in_paths_and_lists_of_channels() {
        for good in ["A", "7", "PETR4", "BRK.B", "BTC-USD", "ES_Z6", "1234567890123456"] {
            assert_eq!(Symbol::to_list(good), Symbol::new(good), "{good:?}");
        }
        for bad in [
            "", "*", ".", "..", ".A", "-A", "_A", "A,B", "A/B", "A:B", "A%2FB", "a", "PETr4", "A B",
        ] {
            assert_eq!(Symbol::to_list(bad), None, "{bad:?}");
        }
        for bad in ["<b>", "A?", "A#", "A\\", "A*", "É", "A\u{301}", "12345678901234567"] {
            assert_eq!(Symbol::to_list(bad), None, "{bad:?}");
        }
    }
}
