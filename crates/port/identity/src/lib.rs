//! Who may do what: people, logins, keys, grants and the audit trail, in a file of their own.
//!
//! **Invariant:** a secret (password, login, key, reset link) is kept as its hash only and is shown
//! once. The journal knows the opaque numbers of this store and nothing else; unlike a read model
//! this file is backed up, never rebuilt. Time and randomness are arguments.

mod audit;
mod copy;
mod departures;
mod grants;
mod identity;
mod keys;
mod live;
mod logins;
mod names;
mod password;
mod people;
mod schema;
mod scope;
mod secret;
mod uses;

pub use audit::AuditRow;
pub use copy::{CopyError, copy};
pub use departures::{Departure, Leaving};
pub use identity::{Identity, StoreError};
pub use keys::{CreateKeyError, KEYS_PER_OWNER_MAX, KeyRow, Label, NewKey};
pub use live::{Bearer, Credential};
pub use logins::{LOGINS_PER_PERSON_MAX, LoginRow};
pub use names::{DisplayName, Password, UserName};
pub use password::{HashCost, PasswordHash};
pub use people::{NewPerson, Opening, Person, RegisterError};
pub use scope::{Scope, Scopes};
pub use secret::{Secret, SecretKind, fingerprint_text};

use types::PrincipalId;

/// The venue's operator: owns the first admin key, has no password and cannot log in.
pub const OPERATOR: PrincipalId = PrincipalId(1);
