//! How well an account did: profit and time-weighted return, whatever came in and went out.
//!
//! **Invariant:** what comes or goes otherwise than by trading changes neither the profit nor the
//! growth of that moment. Between two of these cuts both follow the equity alone.

use venue::Fact;

/// Parts of one in a growth: what 1 has become is `GROWTH_ONE`.
pub const GROWTH_ONE: u128 = 1_000_000_000_000;
/// Growth above this, a million-fold, is told as this.
const GROWTH_MAX: u128 = 1_000_000 * GROWTH_ONE;
/// A sum whose product with [`GROWTH_MAX`] stays within 128 bits.
const SUM_BITS_MAX: u32 = 66;

const _: () = assert!(GROWTH_MAX < 1 << (u128::BITS - SUM_BITS_MAX), "products fit");

/// How money or shares come or go otherwise than by trading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Money from the outside.
    Deposit,
    /// Money to the outside.
    Withdrawal,
    /// Money to another account.
    Sent,
    /// Money from another account.
    Received,
    /// Money back from another account, which could not take it.
    Returned,
    /// Shares from the outside.
    Issue,
    /// An instrument that the account holds traded for the first time: its shares, which counted as
    /// nothing, are worth something from here on.
    Marked,
}

impl Flow {
    /// The flow that a fact tells of, if it does.
    pub fn of(fact: &Fact) -> Option<Flow> {
        match fact {
            Fact::Deposited { .. } => Some(Flow::Deposit),
            Fact::Withdrawn { .. } => Some(Flow::Withdrawal),
            Fact::TransferSent { .. } => Some(Flow::Sent),
            Fact::TransferReceived { .. } => Some(Flow::Received),
            Fact::TransferReturned { .. } => Some(Flow::Returned),
            Fact::Issued { .. } => Some(Flow::Issue),
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. }
            | Fact::Refused { .. }
            | Fact::Accepted { .. }
            | Fact::Filled(_)
            | Fact::Canceled { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Triggered { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => None,
        }
    }
}

/// What an account's profit and return are reckoned from. Money is in minor units.
///
/// Time-weighted: at each flow the growth since the flow before is multiplied in, rounded down to
/// 1e-12; so a return tells how each unit of money did that stayed in, however much there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Performance {
    /// What came in less what went out, at its worth then.
    pub paid_in: i128,
    /// The equity right after the last flow.
    pub base: i128,
    /// What 1 became up to the last flow, in parts of [`GROWTH_ONE`].
    pub growth: u128,
    /// How often everything was lost before something came in again: the growth begins anew then.
    pub ruins: u32,
}

/// What an account is worth at one moment, and what of that it earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earned {
    /// What it is worth.
    pub equity: i128,
    /// What it won since it opened, or with a minus lost.
    pub profit: i128,
    /// What 1 has become since it opened or was last ruined, in parts of [`GROWTH_ONE`].
    pub growth: u128,
    /// How often everything was lost before something came in again.
    pub ruins: u32,
}

impl Default for Performance {
    fn default() -> Performance {
        Performance { paid_in: 0, base: 0, growth: GROWTH_ONE, ruins: 0 }
    }
}

impl Performance {
    /// How the account stands now that it is worth `equity`.
    pub fn at(&self, equity: i128) -> Earned {
        let growth = grown(self.growth, self.base, equity);
        Earned { equity, profit: equity - self.paid_in, growth, ruins: self.ruins }
    }

    /// Takes a flow in, by what the account was worth before and after it.
    pub(crate) fn cut(&mut self, before: i128, after: i128) {
        self.growth = self.at(before).growth;
        if self.growth == 0 && after > before {
            (self.growth, self.ruins) = (GROWTH_ONE, self.ruins + 1);
        }
        self.paid_in += after - before;
        self.base = after;
    }
}

impl Earned {
    /// An account before its first event.
    pub const NOTHING: Earned = Earned { equity: 0, profit: 0, growth: GROWTH_ONE, ruins: 0 };

    /// What 1 became since `earlier`, in parts of [`GROWTH_ONE`]: nothing if everything was lost
    /// meanwhile, also if more came in later. What was lost already cannot shrink.
    pub fn growth_since(&self, earlier: &Earned) -> u128 {
        let is_refilled = earlier.growth == 0 && self.ruins == earlier.ruins + 1;
        if is_refilled {
            return self.growth;
        }
        if self.ruins != earlier.ruins {
            return 0;
        }
        match earlier.growth.cast_signed() {
            0 => GROWTH_ONE,
            earlier => grown(GROWTH_ONE, earlier, self.growth.cast_signed()),
        }
    }
}

/// `growth × to / from`, rounded down; all of `growth` where there was nothing to grow.
fn grown(growth: u128, from: i128, to: i128) -> u128 {
    assert!(from >= 0 && to >= 0, "without credit nobody is worth less than nothing");
    if from == 0 {
        return growth;
    }
    // Sums that are too long lose bits that no return shows.
    let bits = u128::BITS - from.max(to).leading_zeros();
    let lost = bits.saturating_sub(SUM_BITS_MAX);
    let (from, to) = (from.unsigned_abs() >> lost, to.unsigned_abs() >> lost);
    (growth * to).checked_div(from).unwrap_or(GROWTH_MAX).min(GROWTH_MAX)
}
