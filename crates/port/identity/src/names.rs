//! What people call themselves, and what they prove it with: checked where it comes in.

use std::fmt;

/// What somebody logs in as: 3 to 32 of a-z, A-Z, 0-9, `.`, `_` and `-`, one whatever its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserName(String);

/// What somebody is shown as: 1 to 64 characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

/// A password of 10 to 256 bytes. `Debug` does not show it.
#[derive(Clone)]
pub struct Password(String);

const NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=32;
const DISPLAY_CHARS_MAX: usize = 64;
const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 10..=256;
/// Names that begin so are the venue's to give.
const GUEST: &str = "guest-";

impl UserName {
    /// What passes, for a person.
    pub const EXPECTED: &'static str =
        "3 to 32 of a-z, A-Z, 0-9, '.', '_' and '-', not beginning with guest-";

    /// `None` for what does not pass.
    pub fn new(text: &str) -> Option<UserName> {
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_good = NAME_BYTES.contains(&text.len())
            && text.bytes().all(is_of_name)
            && !text.to_ascii_lowercase().starts_with(GUEST);
        is_good.then(|| UserName(text.to_owned()))
    }

    /// A guest's, from random bytes.
    pub fn guest(random: [u8; 8]) -> UserName {
        UserName(format!("{GUEST}{}", crate::secret::hex(&random)))
    }

    /// Of one of the venue's own: it has a blank, so that nobody can have registered it.
    ///
    /// # Panics
    /// If it has none.
    pub fn house(text: &str) -> UserName {
        assert!(text.contains(' '), "a name that nobody can register");
        UserName(text.to_owned())
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The same for all that are one name.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl DisplayName {
    /// What passes, for a person.
    pub const EXPECTED: &'static str = "1 to 64 characters, no control characters, not all blank";

    /// `None` for what does not pass.
    pub fn new(text: &str) -> Option<DisplayName> {
        let is_good = !text.trim().is_empty()
            && text.chars().count() <= DISPLAY_CHARS_MAX
            && !text.chars().any(is_hidden);
        is_good.then(|| DisplayName(text.to_owned()))
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Control characters, those that change how the text around them is laid out, and those that
/// nobody sees.
pub(crate) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(letter, '\u{e0000}'..='\u{e007f}')
}

impl Password {
    /// What passes, for a person.
    pub const EXPECTED: &'static str = "10 to 256 bytes of text";

    /// `None` when it is too short or too long.
    pub fn new(text: &str) -> Option<Password> {
        PASSWORD_BYTES.contains(&text.len()).then(|| Password(text.to_owned()))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}
