//! A new venue's genesis: what its profile says, and what is drawn or read from the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow};
use types::{Date, Timestamp};
use venue::Genesis;

use crate::exit::{Failure, OrExit};
use crate::profile::Profile;

pub(super) const DAY_NS: u64 = 24 * 3_600 * 1_000_000_000;

/// The genesis and the time of its making. Venue id and hash keys are drawn here, once: whoever
/// does not know the keys cannot fill one slot of the request table.
pub(crate) fn new(profile: &Profile) -> Result<(Genesis, Timestamp), Failure> {
    let at = now()?;
    let genesis = Genesis {
        venue: u128::from_le_bytes(drawn()?),
        business_date: date_of(at),
        hash_key: [u64::from_le_bytes(drawn()?), u64::from_le_bytes(drawn()?)],
        ..profile.genesis.clone()
    };
    Ok((genesis, at))
}

/// The date of UTC.
pub(super) fn date_of(at: Timestamp) -> Date {
    Date(u32::try_from(at.0 / DAY_NS).expect("64 bits of nanoseconds are few days"))
}

/// The system's time.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since_ns = since.ok().and_then(|since| u64::try_from(since.as_nanos()).ok());
    let unset = || anyhow!("the system's clock is not set: it is before 1970 or after 2554");
    since_ns.map(Timestamp).ok_or_else(unset).or_cannot_start()
}

/// Random bytes from the system.
pub(crate) fn drawn<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    let filled = getrandom::fill(&mut bytes).context("the system gives no random bytes");
    filled.map(|()| bytes).or_cannot_start()
}
