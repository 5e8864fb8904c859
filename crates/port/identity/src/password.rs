//! Passwords as argon2id hashes, each with the cost and the salt it was made with.

use argon2::{Algorithm, Argon2, Params, Version};

use crate::Password;
use crate::secret::hex;

const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
const ALGORITHM: &str = "argon2id";

/// What a hash costs whoever makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory, in KiB: at least 8.
    pub memory_kib: u32,
    /// Passes over it: at least 1.
    pub passes: u32,
}

/// A password's hash, as the store keeps it: `argon2id$KIB$PASSES$SALT$HASH`, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash(pub(crate) String);

impl Default for HashCost {
    /// What OWASP asks of argon2id at least.
    fn default() -> HashCost {
        HashCost { memory_kib: Params::DEFAULT_M_COST, passes: Params::DEFAULT_T_COST }
    }
}

impl PasswordHash {
    /// Hashes a password.
    ///
    /// # Panics
    /// If the cost is below what argon2 takes, or there is no such memory.
    pub fn new(password: &Password, salt: [u8; SALT_BYTES], cost: HashCost) -> PasswordHash {
        let hash = hash(password, &salt, cost);
        let HashCost { memory_kib, passes } = cost;
        let (salt, hash) = (hex(&salt), hex(&hash));
        PasswordHash(format!("{ALGORITHM}${memory_kib}${passes}${salt}${hash}"))
    }

    /// Whether it is `password`'s. Takes as long whether it is or not.
    pub fn fits(&self, password: &Password) -> bool {
        let Some((cost, salt, expected)) = self.parts() else { return false };
        let found = hash(password, &salt, cost);
        // No early end: how far they agree is nobody's business.
        let differs = found.iter().zip(expected).fold(0, |sum, (one, other)| sum | (one ^ other));
        differs == 0
    }

    /// `None` for a hash of a version that is not known: it fits nothing.
    fn parts(&self) -> Option<(HashCost, [u8; SALT_BYTES], [u8; HASH_BYTES])> {
        let mut parts = self.0.split('$');
        if parts.next()? != ALGORITHM {
            return None;
        }
        let cost = HashCost {
            memory_kib: parts.next()?.parse().ok()?,
            passes: parts.next()?.parse().ok()?,
        };
        Some((cost, unhex(parts.next()?)?, unhex(parts.next()?)?))
    }
}

fn hash(password: &Password, salt: &[u8], cost: HashCost) -> [u8; HASH_BYTES] {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(HASH_BYTES));
    let params = params.expect("the cost is one that argon2 takes");
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.bytes(), salt, &mut hash)
        .expect("lengths are fixed");
    hash
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}
