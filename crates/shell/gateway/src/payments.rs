//! Payments: made, and looked up by number or by the client's name for them.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use types::{AccountId, PaymentId, PaymentReason, RequestId};
use utoipa::ToSchema;
use venue::{Action, Done};
use view::{Payment, Payments, Way};
use wire::json::schema::{Id, RequestName};
use wire::json::{CashAmount, CashOut, Decimal, PaymentStatus, Quoted, Rfc3339, Transfer};

use crate::ask::{Accepted, Ask, request_id};
use crate::body::Body;
use crate::gateway::{Gateway, Seen};
use crate::page::{CURSOR_EXPECTED, Cursor, List, PAYMENTS, page};
use crate::principal::{Principal, Reader, Treasurer};
use crate::problem::Problem;
use crate::query::{AccountPath, ClientRequestPath, Params, PaymentPath};
use crate::reply::{Answer, Seqs};
use crate::show::AccountBody;

const LIST: List = List::Payments;

/// Money that came or went.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaymentBody {
    #[schema(value_type = Id)]
    payment_id: Quoted<u64>,
    /// The client's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RequestName>)]
    client_request_id: Option<Quoted<RequestId>>,
    status: PaymentStatus,
    kind: PaymentKind,
    /// The other account of a transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    counterparty: Option<Quoted<u32>>,
    /// Above zero, whichever way it went.
    amount: Decimal,
    /// When it was booked, or asked for where it had to wait.
    time: Rfc3339,
    /// When it was booked or failed, if it had to wait; else the same.
    updated_at: Rfc3339,
    /// Why it failed, where a reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RequestName>)]
    reason: Option<Quoted<PaymentReason>>,
    /// The account's cash after its last event.
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
    pub seqs: Seqs,
    pub payments: Vec<PaymentBody>,
    pub next_cursor: Option<String>,
}

/// An account, and a payment of it as it is now.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaidAccount {
    #[serde(flatten)]
    seqs: Seqs,
    account: AccountBody,
    /// `null` once it is not among the account's last any more.
    payment: Option<PaymentBody>,
}

/// Brings money into an account, or asks an operator to.
#[utoipa::path(post, path = "/v1/accounts/{account}/deposits", tag = "payments",
    security(("key" = ["funds"])),
    request_body(content = CashAmount,
        example = json!({"client_request_id": "pay-1", "amount": "100.00"})),
    responses(
        (status = 200, body = PaidAccount),
        (status = 202, description = "It waits for an operator", body = PaidAccount),
    ))]
pub(crate) async fn deposit(
    State(gateway): State<Gateway>,
    Treasurer(principal): Treasurer,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<CashAmount>,
) -> Result<Answer<PaidAccount>, Problem> {
    let kind = venue::PaymentKind::Deposit;
    pay_outside(&gateway, principal, account, (&headers, &body), kind).await
}

/// Takes money out of an account, or asks an operator to.
#[utoipa::path(post, path = "/v1/accounts/{account}/withdrawals", tag = "payments",
    security(("key" = ["funds"])),
    request_body(content = CashAmount,
        example = json!({"client_request_id": "pay-2", "amount": "1.00"})),
    responses(
        (status = 200, body = PaidAccount),
        (status = 202, description = "It waits for an operator", body = PaidAccount),
    ))]
pub(crate) async fn withdraw(
    State(gateway): State<Gateway>,
    Treasurer(principal): Treasurer,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<CashAmount>,
) -> Result<Answer<PaidAccount>, Problem> {
    let kind = venue::PaymentKind::Withdrawal;
    pay_outside(&gateway, principal, account, (&headers, &body), kind).await
}

/// Moves money to another account.
#[utoipa::path(post, path = "/v1/accounts/{account}/transfers", tag = "payments",
    security(("key" = ["funds"])),
    request_body(content = Transfer,
        example = json!({"client_request_id": "pay-3", "to": "2", "amount": "1.00"})),
    responses((status = 200, body = PaidAccount)))]
pub(crate) async fn transfer(
    State(gateway): State<Gateway>,
    Treasurer(principal): Treasurer,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<Transfer>,
) -> Result<Answer<PaidAccount>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let action = body.action(account, money_decimals(&gateway, principal, account)?)?;
    pay(&gateway, account, Ask { principal, request, action }).await
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
        let kept = account.payments.below(PaymentId(below.unwrap_or(u64::MAX)));
        let (found, last) = page(kept, rows, |payment| payment.id.0);
        Ok(Answer::ok(PaymentPage {
            seqs: Seqs::of(published),
            payments: found.into_iter().map(|it| PaymentBody::new(it, decimals)).collect(),
            next_cursor: last.map(|below| Cursor { list: LIST, of, last: below }.write()),
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
    let find = |kept: &Payments| kept.get(payment).copied();
    show(&gateway, principal, account, find, || Problem::unknown_payment(payment))
}

/// Shows the last payment that the client named so.
#[utoipa::path(get, path = "/v1/accounts/{account}/payments/by-client-id/{client_request_id}",
    tag = "payments",
    responses((status = 200, body = OnePayment)))]
pub(crate) async fn get_by_client_id(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    ClientRequestPath(account, name): ClientRequestPath,
    params: Params,
) -> Result<Answer<OnePayment>, Problem> {
    params.finish()?;
    let find = |kept: &Payments| kept.by_client_id(name).copied();
    show(&gateway, principal, account, find, || Problem::unknown_payment_name(name))
}

/// Shows the payment of an account that `find` picks.
fn show(
    gateway: &Gateway,
    principal: Principal,
    account: AccountId,
    find: impl FnOnce(&Payments) -> Option<Payment>,
    missing: impl FnOnce() -> Problem,
) -> Result<Answer<OnePayment>, Problem> {
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let found = find(&account.payments).ok_or_else(missing)?;
        let payment = PaymentBody::new(&found, gateway.decimals(account.currency));
        Ok(Answer::ok(OnePayment { seqs: Seqs::of(published), payment }))
    })
}

/// Asks for a payment from or to the outside, at once or when an operator confirms it.
async fn pay_outside(
    gateway: &Gateway,
    principal: Principal,
    account: AccountId,
    (headers, body): (&HeaderMap, &CashAmount),
    kind: venue::PaymentKind,
) -> Result<Answer<PaidAccount>, Problem> {
    let request = request_id(headers, "client_request_id", body.client_request_id.as_deref())?;
    let amount = body.amount(money_decimals(gateway, principal, account)?)?;
    let action = match (books_at_once(gateway, principal), kind) {
        (true, venue::PaymentKind::Deposit) => Action::Deposit { account, amount },
        (true, venue::PaymentKind::Withdrawal) => Action::Withdraw { account, amount },
        (false, kind) => Action::RequestPayment { account, kind, amount },
    };
    pay(gateway, account, Ask { principal, request, action }).await
}

/// Asks for a payment, and shows it and the account.
async fn pay(
    gateway: &Gateway,
    account: AccountId,
    ask: Ask,
) -> Result<Answer<PaidAccount>, Problem> {
    let has_to_wait = matches!(ask.action, Action::RequestPayment { .. });
    let accepted = gateway.ask(ask).await?;
    let Done::Payment(payment) = accepted.done else {
        panic!("a payment gives its number, not {:?}", accepted.done)
    };
    let body = paid(gateway, (account, payment), accepted);
    let answer = if has_to_wait { Answer::waiting(body) } else { Answer::ok(body) };
    Ok(answer.to(accepted))
}

/// Whether deposits and withdrawals of whoever asks need no operator to settle them.
fn books_at_once(gateway: &Gateway, principal: Principal) -> bool {
    gateway.config().self_service_deposits || principal.is_operator()
}

/// An account and a payment of it after a command.
pub(crate) fn paid(
    gateway: &Gateway,
    (account, payment): (AccountId, PaymentId),
    accepted: Accepted,
) -> PaidAccount {
    gateway.read(|published| {
        let views = published.views();
        let account = views.account(account).expect("what was accepted is in the views");
        let decimals = gateway.decimals(account.currency);
        PaidAccount {
            seqs: Seqs::after(accepted, published),
            payment: account.payments.get(payment).map(|found| PaymentBody::new(found, decimals)),
            account: gateway.account_body(views, account),
        }
    })
}

fn money_decimals(
    gateway: &Gateway,
    principal: Principal,
    account: AccountId,
) -> Result<u8, Problem> {
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        Ok(gateway.decimals(account.currency))
    })
}

impl PaymentBody {
    pub(crate) fn new(payment: &Payment, money_decimals: u8) -> PaymentBody {
        let (status, reason) = match payment.status {
            view::PaymentStatus::Pending => (PaymentStatus::Pending, None),
            view::PaymentStatus::Booked => (PaymentStatus::Booked, None),
            view::PaymentStatus::Failed(reason) => (PaymentStatus::Failed, reason.map(Quoted)),
        };
        let (kind, counterparty) = match payment.way {
            Way::Deposit => (PaymentKind::Deposit, None),
            Way::Withdrawal => (PaymentKind::Withdrawal, None),
            Way::Sent(to) => (PaymentKind::TransferSent, Some(to)),
            Way::Received(from) => (PaymentKind::TransferReceived, Some(from)),
            Way::Returned(to) => (PaymentKind::TransferReturned, Some(to)),
        };
        let money = |units: i64| Decimal::signed(units, money_decimals);
        PaymentBody {
            payment_id: Quoted(payment.id.0),
            client_request_id: payment.client_request_id.map(Quoted),
            status,
            reason,
            kind,
            counterparty: counterparty.map(|account| Quoted(account.0)),
            amount: money(payment.amount.0),
            time: Rfc3339(payment.at),
            updated_at: Rfc3339(payment.updated_at),
            cash: CashOut { free: money(payment.cash.free), held: money(payment.cash.held) },
        }
    }
}
