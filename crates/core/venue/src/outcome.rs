//! What a command came to: the answer its sender gets, and gets again for the same request id.

use types::{AccountId, InstrumentId, OrderId, PaymentId, Seq};

use crate::reject::Reject;

/// The answer to one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The command that had it: for a repeated request the first one.
    pub seq: Seq,
    /// What it did, or why it was refused.
    pub result: Result<Done, Reject>,
    /// Whether the request id was known, so that nothing was done now.
    pub repeated: bool,
}

/// What an accepted command made or touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Nothing with a number.
    Nothing,
    /// An account was opened, or a payment of it that waited was settled.
    Account(AccountId),
    /// An order was accepted for matching, changed or cancelled.
    Order(OrderId),
    /// An instrument was listed.
    Instrument(InstrumentId),
    /// A payment was booked, or waits.
    Payment(PaymentId),
}
