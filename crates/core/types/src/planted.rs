//! Bugs that the test suite must catch, planted by a test, one at a time.
//!
//! **Invariant:** without the feature `planted-bugs`, which no release build can have, [`is`] is a
//! constant: the compiler drops each bug and the branch to it, so what ships has neither.
//! It deliberately is core's one global, in such test builds only: a bug must reach every thread of
//! a venue, and no signature may tell of it.

/// What a careless change could break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Bug {
    /// A new order goes to the front of its price.
    NewestFirst = 1,
    /// An iceberg shows its next part without going to the back.
    IcebergKeepsItsPlace,
    /// A trade is made at the taker's limit.
    TakersPrice,
    /// What rounding leaves of a pro-rata round does not go to the oldest.
    RemainderDropped,
    /// An order trades with one of its own account, whatever the account's mode.
    SelfTradeIgnored,
    /// A fill-or-kill order fills in part.
    FillOrKillFillsPartly,
    /// A stop waits for the price to go the other way.
    StopOnTheWrongSide,
    /// An order is open for a nanosecond after its deadline.
    ExpiryTooLate,
    /// A buyer's hold does not cover the fee.
    FeeNotHeld,
    /// What a buyer pays is rounded down.
    RoundingForTheBuyer,
    /// A cancel gives the hold back twice.
    HoldReleasedTwice,
    /// A request that is sent again is applied again.
    RequestForgotten,
    /// A snapshot has no hidden lots.
    HiddenLotsForgotten,
    /// A message between shards that comes twice is applied twice.
    DuplicateApplied,
    /// The journal calls durable what it never synced.
    SyncSkipped,
    /// Events and queries tell of a batch before it is synced.
    PublishedBeforeSync,
}

/// Whether `bug` is planted: never, in this build.
#[cfg(not(feature = "planted-bugs"))]
#[inline(always)]
pub const fn is(_bug: Bug) -> bool {
    false
}

#[cfg(feature = "planted-bugs")]
pub use chosen::{is, plant};

#[cfg(feature = "planted-bugs")]
mod chosen {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::Bug;

    #[cfg(not(debug_assertions))]
    compile_error!("planted bugs are for tests: no build without debug assertions may have them");

    /// No bug's number.
    const NONE: u8 = 0;

    static PLANTED: AtomicU8 = AtomicU8::new(NONE);

    /// Whether `bug` is planted.
    #[inline(always)]
    pub fn is(bug: Bug) -> bool {
        PLANTED.load(Ordering::Relaxed) == bug as u8
    }

    /// Plants one bug in place of the one before it, or none.
    pub fn plant(bug: Option<Bug>) {
        PLANTED.store(bug.map_or(NONE, |bug| bug as u8), Ordering::SeqCst);
    }

    impl Bug {
        /// All of them.
        pub const ALL: [Bug; 16] = [
            Bug::NewestFirst,
            Bug::IcebergKeepsItsPlace,
            Bug::TakersPrice,
            Bug::RemainderDropped,
            Bug::SelfTradeIgnored,
            Bug::FillOrKillFillsPartly,
            Bug::StopOnTheWrongSide,
            Bug::ExpiryTooLate,
            Bug::FeeNotHeld,
            Bug::RoundingForTheBuyer,
            Bug::HoldReleasedTwice,
            Bug::RequestForgotten,
            Bug::HiddenLotsForgotten,
            Bug::DuplicateApplied,
            Bug::SyncSkipped,
            Bug::PublishedBeforeSync,
        ];
    }

    const _: () = assert!(Bug::ALL.len() == Bug::PublishedBeforeSync as usize, "ALL has each bug");
}
