//! Payments as their owner is told of them, and what an operator says of one.

use serde::{Deserialize, Serialize};
use types::{Amount, PaymentId, PaymentReason, RequestId};
use venue::{Fact, PaymentKind};

use super::decimal::Decimal;
use super::fact::FactOut;
use super::field::{self, FieldError, Quoted};
use super::refusal::{RejectOut, Units};
#[cfg(feature = "schema")]
use super::schema;

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// It waits for an operator.
    Pending,
    /// The money moved.
    Booked,
    /// An operator ended it; no money moved.
    Failed,
}

/// Which way a payment that waits or waited goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentKindName {
    /// In.
    Deposit,
    /// Out.
    Withdrawal,
}

impl From<PaymentKind> for PaymentKindName {
    fn from(kind: PaymentKind) -> PaymentKindName {
        match kind {
            PaymentKind::Deposit => PaymentKindName::Deposit,
            PaymentKind::Withdrawal => PaymentKindName::Withdrawal,
        }
    }
}

/// Ends a payment that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FailPayment {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// Why, for the account's owner: a code such as `documents-missing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub reason: Option<String>,
}

impl FailPayment {
    /// The reason, where one is given.
    ///
    /// # Errors
    /// [`FieldError`] of `reason`.
    pub fn reason(&self) -> Result<Option<PaymentReason>, FieldError> {
        self.reason.as_deref().map(|reason| field::text("reason", reason)).transpose()
    }
}

/// What every event of a payment tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PaymentOut {
    /// Its number.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub payment_id: Quoted<u64>,
    /// How far it is.
    pub status: PaymentStatus,
    /// Above zero, whichever way it goes.
    pub amount: Decimal,
    /// The client's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<Quoted<RequestId>>,
}

impl PaymentOut {
    /// Shows a payment in a currency of `money_decimals`.
    pub fn new(
        payment: PaymentId,
        status: PaymentStatus,
        (amount, money_decimals): (Amount, u8),
        request: Option<RequestId>,
    ) -> PaymentOut {
        PaymentOut {
            payment_id: Quoted(payment.0),
            status,
            amount: Decimal::signed(amount.0, money_decimals),
            client_request_id: request.map(Quoted),
        }
    }
}

impl FactOut {
    /// Shows a payment; `None` if it is none.
    pub(super) fn payment(fact: &Fact, money_decimals: u8) -> Option<FactOut> {
        let units = Units { money_decimals: Some(money_decimals), instrument: None };
        let payment_as = |status, payment, amount: Amount, request| {
            PaymentOut::new(payment, status, (amount, money_decimals), request)
        };
        let booked =
            |payment, amount, request| payment_as(PaymentStatus::Booked, payment, amount, request);
        Some(match *fact {
            Fact::Deposited { payment, amount, request } => {
                FactOut::Deposited(booked(payment, amount, request))
            }
            Fact::Withdrawn { payment, amount, request } => {
                FactOut::Withdrawn(booked(payment, amount, request))
            }
            Fact::PaymentRequested { payment, kind, amount, request } => {
                let payment = payment_as(PaymentStatus::Pending, payment, amount, request);
                FactOut::PaymentRequested { kind: kind.into(), payment }
            }
            Fact::PaymentFailed { payment, kind, amount, request, reason } => {
                let payment = payment_as(PaymentStatus::Failed, payment, amount, request);
                let reason = reason.map(Quoted);
                FactOut::PaymentFailed { kind: kind.into(), payment, reason }
            }
            Fact::TransferSent { payment, to, amount, request } => FactOut::TransferSent {
                to: Quoted(to.0),
                payment: booked(payment, amount, request),
            },
            Fact::TransferReceived { payment, from, amount } => FactOut::TransferReceived {
                from: Quoted(from.0),
                payment: booked(payment, amount, None),
            },
            Fact::TransferReturned { payment, to, amount, reject } => FactOut::TransferReturned {
                to: Quoted(to.0),
                payment: booked(payment, amount, None),
                reject: RejectOut::new(&reject, &units),
            },
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
            | Fact::MassCanceled { .. } => return None,
        })
    }
}
