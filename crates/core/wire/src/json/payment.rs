//! Payments as their owner is told of them.

use serde::Serialize;
use types::{Amount, PaymentId, RequestId};

use super::decimal::Decimal;
use super::field::Quoted;
#[cfg(feature = "schema")]
use super::schema;

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The money moved.
    Booked,
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
