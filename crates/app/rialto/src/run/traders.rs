//! The demo market's own traders, which are there unless the command line says otherwise.

use std::future::Future;
use std::num::NonZeroU32;

use demo::{Owners, Traders};
use identity::{DisplayName, Identity, UserName};

use super::genesis::{drawn, now};
use super::{Args, Running};
use crate::exit::{Failure, OrExit};

/// Commands a second: a market that moves, and a journal that a disk has room for.
pub(super) const RATE: u32 = 20;

/// What they do for as long as the venue is served; nothing where nobody is to trade.
pub(super) fn of(
    args: &Args,
    identity: &Identity,
    running: &Running,
) -> Result<Option<impl Future<Output = ()> + use<>>, Failure> {
    let Some(rate) = NonZeroU32::new(args.demo_rate).filter(|_| args.demo) else {
        return Ok(None);
    };
    let owner = |name, shown_as| {
        let shown_as = DisplayName::new(shown_as).expect("a good name");
        identity.house(now()?, &UserName::house(name), &shown_as).or_cannot_start()
    };
    let owners = Owners {
        maker: owner("market maker", "Market maker")?,
        noise: owner("noise traders", "Noise traders")?,
    };
    let seed = u64::from_le_bytes(drawn()?);
    tracing::info!(rate, seed, "the demo market has traders of its own: --demo-rate 0 is without");
    let (submitter, reader) = (running.submitter.clone(), running.reader.clone());
    Ok(Some(demo::run(submitter, reader, Traders::new(owners, seed), rate)))
}
