//! Random secrets that are shown once, and the hashes that stand for them in the store.

use std::fmt;

use sha2::{Digest, Sha256};

/// What a secret is for. Its text begins with it, so that one found in a file can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// An API key.
    Key,
    /// A login, in a cookie.
    Login,
    /// A link that sets a password once.
    Reset,
}

/// A secret of 256 random bits. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// SHA-256 of a secret's text. A secret is random, so no slow hash is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint(pub(crate) [u8; 32]);

impl SecretKind {
    fn prefix(self) -> &'static str {
        match self {
            SecretKind::Key => "rialto_key_",
            SecretKind::Login => "rialto_login_",
            SecretKind::Reset => "rialto_reset_",
        }
    }
}

impl Secret {
    /// The secret that these random bytes make.
    pub fn new(kind: SecretKind, random: [u8; 32]) -> Secret {
        Secret(format!("{}{}", kind.prefix(), hex(&random)))
    }

    /// Its text, for the one time it is shown.
    pub fn text(&self) -> &str {
        &self.0
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl Fingerprint {
    pub(crate) fn of(text: &str) -> Fingerprint {
        Fingerprint(Sha256::digest(text.as_bytes()).into())
    }
}

/// The first `letters` digits of a text's SHA-256, in hexadecimal.
pub fn fingerprint_text(text: &str, letters: usize) -> String {
    let mut digits = hex(&Fingerprint::of(text).0);
    digits.truncate(letters);
    digits
}

/// Two digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
