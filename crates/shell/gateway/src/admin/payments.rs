//! Payments that wait: an operator looks at them, and confirms or fails each.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use types::{Currency, PaymentId};
use utoipa::ToSchema;
use venue::{Action, Done};
use wire::json::schema::{CurrencyCode, Id};
use wire::json::{FailPayment, Quoted, RequestOnly};

use crate::ask::{Ask, request_id};
use crate::body::OptionalBody;
use crate::gateway::Gateway;
use crate::page::{CURSOR_EXPECTED, Cursor, List, PAYMENTS, page};
use crate::payments::{PaidAccount, PaymentBody, paid};
use crate::principal::{Admin, Cashier, Principal};
use crate::problem::Problem;
use crate::query::{AnyPaymentPath, Params};
use crate::reply::{Answer, Seqs};

const LIST: List = List::PendingPayments;

/// A payment that waits, and whose it is.
#[derive(Serialize, ToSchema)]
struct PendingPayment {
    #[schema(value_type = Id)]
    account_id: Quoted<u32>,
    #[schema(value_type = Id)]
    owner: Quoted<u64>,
    #[schema(value_type = CurrencyCode)]
    currency: Quoted<Currency>,
    #[serde(flatten)]
    payment: PaymentBody,
}

/// A page of payments that wait, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PendingPage {
    #[serde(flatten)]
    seqs: Seqs,
    payments: Vec<PendingPayment>,
    next_cursor: Option<String>,
}

/// Lists the payments of all accounts that wait, newest first.
#[utoipa::path(get, path = "/v1/admin/payments", tag = "admin",
    security(("key" = ["admin"])),
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 512),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = PendingPage)))]
pub(crate) async fn pending_payments(
    State(gateway): State<Gateway>,
    _: Admin,
    mut params: Params,
) -> Result<Answer<PendingPage>, Problem> {
    let rows = params.rows("limit", PAYMENTS)?;
    let below = params.parsed("cursor", CURSOR_EXPECTED, |text| Cursor::read(LIST, 0, text))?;
    params.finish()?;
    gateway.read(|published| {
        let waiting = published.views().pending_below(PaymentId(below.unwrap_or(u64::MAX)));
        let (found, last) = page(waiting, rows, |(_, payment)| payment.id.0);
        let shown = found.into_iter().map(|(account, payment)| PendingPayment {
            account_id: Quoted(account.id.0),
            owner: Quoted(account.owner.0),
            currency: Quoted(account.currency),
            payment: PaymentBody::new(payment, gateway.decimals(account.currency)),
        });
        Ok(Answer::ok(PendingPage {
            seqs: Seqs::of(published),
            payments: shown.collect(),
            next_cursor: last.map(|below| Cursor { list: LIST, of: 0, last: below }.write()),
        }))
    })
}

/// Books a payment that waits.
#[utoipa::path(post, path = "/v1/admin/payments/{payment}/confirm", tag = "admin",
    security(("key" = ["admin", "funds"])),
    request_body(content = RequestOnly, example = json!({"client_request_id": "ok-1"})),
    responses((status = 200, body = PaidAccount)))]
pub(crate) async fn confirm_payment(
    State(gateway): State<Gateway>,
    Cashier(principal): Cashier,
    AnyPaymentPath(payment): AnyPaymentPath,
    headers: HeaderMap,
    OptionalBody(body): OptionalBody<RequestOnly>,
) -> Result<Answer<PaidAccount>, Problem> {
    let name = body.client_request_id.as_deref();
    let action = Action::ConfirmPayment { payment };
    settle(&gateway, principal, (&headers, name), (payment, action)).await
}

/// Ends a payment that waits; no money moves.
#[utoipa::path(post, path = "/v1/admin/payments/{payment}/fail", tag = "admin",
    security(("key" = ["admin", "funds"])),
    request_body(content = FailPayment, example = json!({"reason": "documents-missing"})),
    responses((status = 200, body = PaidAccount)))]
pub(crate) async fn fail_payment(
    State(gateway): State<Gateway>,
    Cashier(principal): Cashier,
    AnyPaymentPath(payment): AnyPaymentPath,
    headers: HeaderMap,
    OptionalBody(body): OptionalBody<FailPayment>,
) -> Result<Answer<PaidAccount>, Problem> {
    let action = Action::FailPayment { payment, reason: body.reason()? };
    let name = body.client_request_id.as_deref();
    settle(&gateway, principal, (&headers, name), (payment, action)).await
}

async fn settle(
    gateway: &Gateway,
    principal: Principal,
    (headers, name): (&HeaderMap, Option<&str>),
    (payment, action): (PaymentId, Action),
) -> Result<Answer<PaidAccount>, Problem> {
    let request = request_id(headers, "client_request_id", name)?;
    let request = request.map(|request| principal.own_request(request));
    let accepted = gateway.ask(Ask { principal, request, action }).await?;
    let Done::Account(account) = accepted.done else {
        panic!("a payment is an account's, not {:?}", accepted.done)
    };
    Ok(Answer::ok(paid(gateway, (account, payment), accepted)).to(accepted))
}
