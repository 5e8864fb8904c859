//! One account's last payments: money from and to the outside, and to and from other accounts.

use std::collections::VecDeque;

use types::{AccountId, Amount, PaymentId, PaymentReason, RequestId, Seq, Timestamp};
use venue::{Balance, Fact, PENDING_PAYMENTS_MAX, PaymentKind};

use crate::timeline::OrderEvent;

/// Payments kept of each account; older ones are the history's.
pub const PAYMENTS_PER_ACCOUNT: usize = 512;

const _: () = assert!((PENDING_PAYMENTS_MAX as usize) < PAYMENTS_PER_ACCOUNT, "all that wait fit");

/// Money that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its number.
    pub id: PaymentId,
    /// The client's name for it; one that came from another account has none.
    pub client_request_id: Option<RequestId>,
    /// How far it is.
    pub status: PaymentStatus,
    /// The event that booked it or let it wait.
    pub seq: Seq,
    /// Engine time then.
    pub at: Timestamp,
    /// Engine time of its last event.
    pub updated_at: Timestamp,
    /// From where to where.
    pub way: Way,
    /// How much.
    pub amount: Amount,
    /// The account's cash after its last event.
    pub cash: Balance,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// It waits for an operator.
    Pending,
    /// The money moved.
    Booked,
    /// An operator ended it, for this reason; no money moved.
    Failed(Option<PaymentReason>),
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
/// **Invariant:** their numbers ascend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payments {
    kept: VecDeque<Payment>,
}

impl Payment {
    /// What `fact`, the event told, paid, if it did.
    pub fn of(told: &OrderEvent, cash: Balance) -> Option<Payment> {
        let payment = |status, id, way, amount, client_request_id| {
            let OrderEvent { seq, at, .. } = *told;
            let updated_at = at;
            let payment =
                Payment { id, client_request_id, status, seq, at, updated_at, way, amount, cash };
            Some(payment)
        };
        let booked =
            |id, way, amount, request| payment(PaymentStatus::Booked, id, way, amount, request);
        match told.fact {
            Fact::Deposited { payment, amount, request } => {
                booked(payment, Way::Deposit, amount, request)
            }
            Fact::Withdrawn { payment, amount, request } => {
                booked(payment, Way::Withdrawal, amount, request)
            }
            Fact::PaymentRequested { payment: id, kind, amount, request } => {
                payment(PaymentStatus::Pending, id, kind.into(), amount, request)
            }
            Fact::PaymentFailed { payment: id, kind, amount, request, reason } => {
                payment(PaymentStatus::Failed(reason), id, kind.into(), amount, request)
            }
            Fact::TransferSent { payment, to, amount, request } => {
                booked(payment, Way::Sent(to), amount, request)
            }
            Fact::TransferReceived { payment, from, amount } => {
                booked(payment, Way::Received(from), amount, None)
            }
            Fact::TransferReturned { payment, to, amount, .. } => {
                booked(payment, Way::Returned(to), amount, None)
            }
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

impl From<PaymentKind> for Way {
    fn from(kind: PaymentKind) -> Way {
        match kind {
            PaymentKind::Deposit => Way::Deposit,
            PaymentKind::Withdrawal => Way::Withdrawal,
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
    /// The payments kept that are numbered below `id`, newest first.
    pub fn below(&self, id: PaymentId) -> impl Iterator<Item = &Payment> {
        let count = self.kept.partition_point(|payment| payment.id < id);
        self.kept.range(..count).rev()
    }

    /// A payment by its number.
    pub fn get(&self, id: PaymentId) -> Option<&Payment> {
        let place = self.kept.binary_search_by_key(&id, |payment| payment.id).ok()?;
        self.kept.get(place)
    }

    /// A payment by the client's name for it. Of two that used the same one, the later counts.
    pub fn by_client_id(&self, client: RequestId) -> Option<&Payment> {
        self.kept.iter().rev().find(|payment| payment.client_request_id == Some(client))
    }

    /// The payments that wait, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = &Payment> {
        self.kept.iter().filter(|payment| payment.status == PaymentStatus::Pending)
    }

    /// Keeps a payment, or how one that waited ended; what waits is never forgotten.
    pub(crate) fn keep(&mut self, payment: Payment) {
        if let Ok(place) = self.kept.binary_search_by_key(&payment.id, |kept| kept.id) {
            let Payment { status, updated_at, cash, .. } = payment;
            let kept = &mut self.kept[place];
            assert!(kept.status == PaymentStatus::Pending, "a payment is settled once");
            *kept = Payment { status, updated_at, cash, ..*kept };
            return;
        }
        if self.kept.len() == PAYMENTS_PER_ACCOUNT {
            let settled = self.kept.iter().position(|kept| kept.status != PaymentStatus::Pending);
            self.kept.remove(settled.expect("few payments wait at one time"));
        }
        self.kept.push_back(payment);
    }

    pub(crate) fn kept(&self) -> &VecDeque<Payment> {
        &self.kept
    }

    /// Puts a snapshot's part back; `None` when it is none.
    pub(crate) fn from_kept(kept: VecDeque<Payment>) -> Option<Payments> {
        let is_ascending = kept.iter().is_sorted_by(|one, next| one.id < next.id);
        let is_known = |payment: &Payment| match payment.way {
            Way::Deposit | Way::Withdrawal => true,
            Way::Sent(_) | Way::Received(_) | Way::Returned(_) => {
                payment.status == PaymentStatus::Booked
            }
        };
        let is_sane = is_ascending
            && kept.len() <= PAYMENTS_PER_ACCOUNT
            && kept.iter().all(is_known)
            && kept.iter().filter(|it| it.status == PaymentStatus::Pending).count()
                <= PENDING_PAYMENTS_MAX as usize;
        is_sane.then_some(Payments { kept })
    }
}
