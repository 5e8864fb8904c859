//! The wall clock, for logins and limits. The venue's own time comes from its engine.

use std::time::{SystemTime, UNIX_EPOCH};

use types::Timestamp;

/// Now.
///
/// # Panics
/// If the system's clock is not set: before 1970, or after 2554.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp(u64::try_from(since.as_nanos()).expect("before 2554"))
}
