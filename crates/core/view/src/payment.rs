//! One account's last payments: money from and to the outside, and to and from other accounts.

use std::collections::VecDeque;

use types::{AccountId, Amount, Seq, Timestamp};
use venue::{Balance, Fact};

/// Payments kept of each account; older ones are the history's.
pub const PAYMENTS_PER_ACCOUNT: usize = 512;

/// Money that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The event that booked it, which is also its number.
    pub seq: Seq,
    /// Engine time then.
    pub at: Timestamp,
    /// From where to where.
    pub way: Way,
    /// How much.
    pub amount: Amount,
    /// The account's cash after it.
    pub cash: Balance,
}

/// From where to where money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In from the outside.
    Deposit,
    /// Out to the outside.
    Withdrawal,
    /// Out to another account.
    Sent(AccountId),
    /// In from another account.
    Received(AccountId),
    /// Back from another account, which could not take it.
    Returned(AccountId),
}

/// The last payments of one account.
///
/// **Invariant:** their seqs ascend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payments {
    kept: VecDeque<Payment>,
}

impl Payment {
    /// What `fact` paid, if it did.
    pub(crate) fn of(fact: &Fact) -> Option<(Way, Amount)> {
        match *fact {
            Fact::Deposited { amount } => Some((Way::Deposit, amount)),
            Fact::Withdrawn { amount } => Some((Way::Withdrawal, amount)),
            Fact::TransferSent { to, amount } => Some((Way::Sent(to), amount)),
            Fact::TransferReceived { from, amount } => Some((Way::Received(from), amount)),
            Fact::TransferReturned { to, amount, .. } => Some((Way::Returned(to), amount)),
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::Closed
            | Fact::Issued { .. }
            | Fact::Refused { .. }
            | Fact::Accepted { .. }
            | Fact::Filled(_)
            | Fact::Canceled { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Triggered { .. }
            | Fact::MassCanceled { .. } => None,
        }
    }
}

impl Way {
    /// Whether money came in.
    pub fn is_in(self) -> bool {
        match self {
            Way::Deposit | Way::Received(_) | Way::Returned(_) => true,
            Way::Withdrawal | Way::Sent(_) => false,
        }
    }
}

impl Payments {
    /// The payments kept that are numbered below `seq`, newest first.
    pub fn below(&self, seq: Seq) -> impl Iterator<Item = &Payment> {
        let count = self.kept.partition_point(|payment| payment.seq < seq);
        self.kept.range(..count).rev()
    }

    /// A payment by its number.
    pub fn get(&self, seq: Seq) -> Option<&Payment> {
        let place = self.kept.binary_search_by_key(&seq, |payment| payment.seq).ok()?;
        self.kept.get(place)
    }

    pub(crate) fn push(&mut self, payment: Payment) {
        if self.kept.len() == PAYMENTS_PER_ACCOUNT {
            self.kept.pop_front();
        }
        self.kept.push_back(payment);
    }

    pub(crate) fn kept(&self) -> &VecDeque<Payment> {
        &self.kept
    }

    /// Puts a snapshot's part back; `None` when it is none.
    pub(crate) fn from_kept(kept: VecDeque<Payment>) -> Option<Payments> {
        let is_ascending = kept.iter().is_sorted_by(|one, next| one.seq < next.seq);
        (is_ascending && kept.len() <= PAYMENTS_PER_ACCOUNT).then_some(Payments { kept })
    }
}
