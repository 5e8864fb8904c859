//! Payments looked up: an account's last ones, and one by its number.

use axum::extract::State;
use serde::Serialize;
use types::Seq;
use utoipa::ToSchema;
use view::{Payment, Way};
use wire::json::schema::Id;
use wire::json::{CashOut, Decimal, Quoted, Rfc3339};

use crate::gateway::{Gateway, Seen};
use crate::page::{CURSOR_EXPECTED, Cursor, List, PAYMENTS, page};
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{AccountPath, Params, PaymentPath};
use crate::reply::{Answer, Seqs};

const LIST: List = List::Payments;

/// Money that came or went.
#[derive(Serialize, ToSchema)]
struct PaymentBody {
    /// The seq of the event that booked it.
    #[schema(value_type = Id)]
    payment_id: Quoted<Seq>,
    kind: PaymentKind,
    /// The other account of a transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    counterparty: Option<Quoted<u32>>,
    /// Above zero, whichever way it went.
    amount: Decimal,
    time: Rfc3339,
    /// The account's cash after it.
    cash: CashOut,
}

/// From where to where money went.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PaymentKind {
    Deposit,
    Withdrawal,
    TransferSent,
    TransferReceived,
    TransferReturned,
}

/// One payment.
#[derive(Serialize, ToSchema)]
pub(crate) struct OnePayment {
    #[serde(flatten)]
    seqs: Seqs,
    payment: PaymentBody,
}

/// A page of payments, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaymentPage {
    #[serde(flatten)]
    seqs: Seqs,
    payments: Vec<PaymentBody>,
    next_cursor: Option<String>,
}

/// Lists the last payments of an account, newest first.
#[utoipa::path(get, path = "/v1/accounts/{account}/payments", tag = "payments",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 512),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = PaymentPage)))]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<PaymentPage>, Problem> {
    let (of, rows) = (account.0, params.rows("limit", PAYMENTS)?);
    let below = params.parsed("cursor", CURSOR_EXPECTED, |text| Cursor::read(LIST, of, text))?;
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let decimals = gateway.decimals(account.currency);
        let kept = account.payments.below(below.unwrap_or(Seq::MAX));
        let (found, last) = page(kept, rows, |payment| payment.seq);
        Ok(Answer::ok(PaymentPage {
            seqs: Seqs::of(published),
            payments: found.into_iter().map(|it| PaymentBody::new(it, decimals)).collect(),
            next_cursor: last.map(|below| Cursor { list: LIST, of, below }.write()),
        }))
    })
}

/// Shows one of the last payments of an account.
#[utoipa::path(get, path = "/v1/accounts/{account}/payments/{payment}", tag = "payments",
    responses((status = 200, body = OnePayment)))]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    PaymentPath(account, payment): PaymentPath,
    params: Params,
) -> Result<Answer<OnePayment>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let found = account.payments.get(payment);
        let found = found.ok_or_else(|| Problem::unknown_payment(payment))?;
        let payment = PaymentBody::new(found, gateway.decimals(account.currency));
        Ok(Answer::ok(OnePayment { seqs: Seqs::of(published), payment }))
    })
}

impl PaymentBody {
    fn new(payment: &Payment, money_decimals: u8) -> PaymentBody {
        let (kind, counterparty) = match payment.way {
            Way::Deposit => (PaymentKind::Deposit, None),
            Way::Withdrawal => (PaymentKind::Withdrawal, None),
            Way::Sent(to) => (PaymentKind::TransferSent, Some(to)),
            Way::Received(from) => (PaymentKind::TransferReceived, Some(from)),
            Way::Returned(to) => (PaymentKind::TransferReturned, Some(to)),
        };
        let money = |units: i64| Decimal::signed(units, money_decimals);
        PaymentBody {
            payment_id: Quoted(payment.seq),
            kind,
            counterparty: counterparty.map(|account| Quoted(account.0)),
            amount: money(payment.amount.0),
            time: Rfc3339(payment.at),
            cash: CashOut { free: money(payment.cash.free), held: money(payment.cash.held) },
        }
    }
}
