//! Accounts and their money.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use types::{AccountId, RequestId};
use utoipa::ToSchema;
use venue::{Action, Done};
use view::Account;
use wire::json::schema::Id;
use wire::json::{
    AccountStatus, IssueShares, OpenAccount, RequestOnly, SetAccountStatus, SetCancelAfter,
};

use crate::ask::{Accepted, Ask, request_id};
use crate::body::{Body, OptionalBody};
use crate::gateway::{Gateway, Seen};
use crate::page::{ACCOUNTS, CURSOR_EXPECTED, Cursor, List, page};
use crate::principal::{Admin, Principal, Reader, Trader, Treasurer};
use crate::problem::Problem;
use crate::query::{AccountPath, Params, instrument_in_field, whole};
use crate::reply::{Answer, Seqs};
use crate::show::AccountBody;

/// The request id of the deposit that follows an opening in the demo profile.
const STARTING_BALANCE: &str = "starting-balance";

const LIST: List = List::Accounts;
const STATUSES: [(&str, view::AccountStatus); 3] = [
    ("active", view::AccountStatus::Active),
    ("suspended", view::AccountStatus::Suspended),
    ("closed", view::AccountStatus::Closed),
];

/// One account.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneAccount {
    #[serde(flatten)]
    seqs: Seqs,
    account: AccountBody,
}

/// A page of accounts, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountPage {
    #[serde(flatten)]
    seqs: Seqs,
    accounts: Vec<AccountBody>,
    next_cursor: Option<String>,
}

/// Lists the accounts that the caller may use, newest first.
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = AccountPage)))]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    mut params: Params,
) -> Result<Answer<AccountPage>, Problem> {
    let rows = params.rows("limit", ACCOUNTS)?;
    let below = params.parsed("cursor", CURSOR_EXPECTED, |text| Cursor::read(LIST, 0, text))?;
    params.finish()?;
    Ok(Answer::ok(list_page(&gateway, below, rows, |account| principal.may_use(account))))
}

/// Searches all accounts by owner and status, newest first.
#[utoipa::path(get, path = "/v1/admin/accounts", tag = "admin",
    security(("key" = ["admin"])),
    params(
        ("owner" = Option<Id>, Query, description = "Only of this user"),
        ("status" = Option<AccountStatus>, Query, description = "Only those that are so"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = AccountPage)))]
pub(crate) async fn search(
    State(gateway): State<Gateway>,
    _: Admin,
    mut params: Params,
) -> Result<Answer<AccountPage>, Problem> {
    let owner = params.parsed("owner", "a user's id", whole)?;
    let status = params.word("status", &STATUSES)?;
    let rows = params.rows("limit", ACCOUNTS)?;
    let below = params.parsed("cursor", CURSOR_EXPECTED, |text| Cursor::read(LIST, 0, text))?;
    params.finish()?;
    Ok(Answer::ok(list_page(&gateway, below, rows, |account| {
        owner.is_none_or(|owner| owner == account.owner.0)
            && status.is_none_or(|status| status == account.status)
    })))
}

/// The accounts below a cursor's that fit, as many as a page has.
fn list_page(
    gateway: &Gateway,
    below: Option<u64>,
    rows: usize,
    fits: impl Fn(&Account) -> bool,
) -> AccountPage {
    gateway.read(|published| {
        let views = published.views();
        let found = views.accounts_below(below.unwrap_or(u64::MAX)).filter(|it| fits(it));
        let (found, last) = page(found, rows, |account| u64::from(account.id.0));
        AccountPage {
            seqs: Seqs::of(published),
            accounts: found.iter().map(|account| gateway.account_body(views, account)).collect(),
            next_cursor: last.map(|below| Cursor { list: LIST, of: 0, last: below }.write()),
        }
    })
}

/// Opens an account.
#[utoipa::path(post, path = "/v1/accounts", tag = "accounts",
    security(("key" = ["funds"])),
    request_body(content = OpenAccount,
        example = json!({"client_request_id": "ana", "currency": "BRL"})),
    responses((status = 201, body = OneAccount)))]
pub(crate) async fn open(
    State(gateway): State<Gateway>,
    Treasurer(principal): Treasurer,
    headers: HeaderMap,
    Body(body): Body<OpenAccount>,
) -> Result<Answer<OneAccount>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let action = body.action(principal.id)?;
    let request = request.map(|request| principal.own_request(request));
    let Action::OpenAccount { owner, .. } = action else { panic!("it opens: {action:?}") };
    if owner != principal.id && !principal.scopes.has(identity::Scope::Admin) {
        return Err(Problem::field("owner", owner.0.to_string(), "your own id, or none"));
    }
    let Some(_place) = gateway.opening(owner).await else {
        return Err(if owner == principal.id {
            Problem::unknown_credential()
        } else {
            Problem::field("owner", owner.0.to_string(), "somebody who stays")
        });
    };
    let ask = Ask { principal, request, action };
    let is_operator = principal.scopes.has(identity::Scope::Admin);
    let opened =
        if is_operator { gateway.ask(ask).await? } else { gateway.open_another(ask).await? };
    let account = match opened.done {
        Done::Account(account) => account,
        Done::Nothing | Done::Order(_) | Done::Instrument(_) | Done::Payment(_) => {
            panic!("an opening gives an account, not {:?}", opened.done)
        }
    };
    // Else whoever opens many accounts would have as many balances.
    if is_operator {
        let funded = fund(&gateway, principal, account).await;
        funded.map_err(|problem| problem.after_opening(account))?;
    }
    let location = format!("/v1/accounts/{}", account.0);
    Ok(Answer::created(location, show(&gateway, account, opened)).to(opened))
}

/// Gives a new account its starting balance, where the profile has one: the first of each person,
/// and whichever an operator opens.
///
/// A retry of an opening comes here again, and so finishes what a crash cut off: the deposit has
/// its own request id, and is left out once anything else has happened to the account.
pub(crate) async fn fund(
    gateway: &Gateway,
    principal: Principal,
    account: AccountId,
) -> Result<(), Problem> {
    let amount = gateway.read(|published| {
        let account = published.views().account(account).filter(|it| it.account_seq == 1)?;
        gateway.starting_balance(account.currency)
    });
    let Some(amount) = amount else { return Ok(()) };
    let request = RequestId::new(STARTING_BALANCE);
    let action = Action::Deposit { account, amount };
    gateway.ask(Ask { principal, request, action }).await.map(drop)
}

/// Shows an account with its cash and positions.
#[utoipa::path(get, path = "/v1/accounts/{account}", tag = "accounts",
    responses((status = 200, body = OneAccount)))]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    params: Params,
) -> Result<Answer<OneAccount>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let account = gateway.account_body(published.views(), account);
        Ok(Answer::ok(OneAccount { seqs: Seqs::of(published), account }))
    })
}

/// Suspends an account, or lets it act again.
#[utoipa::path(put, path = "/v1/accounts/{account}/status", tag = "accounts",
    security(("key" = ["admin"])),
    request_body(content = SetAccountStatus,
        example = json!({"suspended": false})),
    responses((status = 200, body = OneAccount)))]
pub(crate) async fn set_status(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<SetAccountStatus>,
) -> Result<Answer<OneAccount>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let action = Action::SetAccountStatus { account, suspended: body.suspended };
    change(&gateway, account, Ask { principal, request, action }).await
}

/// Arms the account's dead-man switch anew: all its open orders are cancelled when it is not
/// armed again in time, whatever becomes of its client. 0 seconds disarm it.
#[utoipa::path(put, path = "/v1/accounts/{account}/cancel-after", tag = "orders",
    security(("key" = ["trade"])),
    request_body(content = SetCancelAfter, example = json!({"seconds": 60})),
    responses((status = 200, body = OneAccount)))]
pub(crate) async fn set_cancel_after(
    State(gateway): State<Gateway>,
    Trader(principal): Trader,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<SetCancelAfter>,
) -> Result<Answer<OneAccount>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let action = body.action(account)?;
    change(&gateway, account, Ask { principal, request, action }).await
}

/// Closes an account that is flat, for good.
#[utoipa::path(delete, path = "/v1/accounts/{account}", tag = "accounts",
    security(("key" = ["funds"])),
    request_body = RequestOnly,
    responses((status = 200, body = OneAccount)))]
pub(crate) async fn close(
    State(gateway): State<Gateway>,
    Treasurer(principal): Treasurer,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    OptionalBody(body): OptionalBody<RequestOnly>,
) -> Result<Answer<OneAccount>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let action = Action::CloseAccount { account };
    change(&gateway, account, Ask { principal, request, action }).await
}

/// Creates shares in an account.
#[utoipa::path(post, path = "/v1/accounts/{account}/issues", tag = "payments",
    security(("key" = ["admin"])),
    request_body(content = IssueShares,
        example = json!({"client_request_id": "float", "instrument": "PETR4", "qty": "100"})),
    responses((status = 200, body = OneAccount)))]
pub(crate) async fn issue(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<IssueShares>,
) -> Result<Answer<OneAccount>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let symbol = body.symbol()?;
    let scale = gateway.read(|published| {
        let seen = Seen { published, principal };
        seen.account(account)?;
        instrument_in_field(&seen, "instrument", symbol).map(|found| gateway.scale(found))
    })?;
    let (instrument, qty) = (scale.instrument, body.qty(&scale)?);
    let action = Action::Issue { account, instrument, qty };
    change(&gateway, account, Ask { principal, request, action }).await
}

/// Asks for a change of an account and shows what it is then.
async fn change(
    gateway: &Gateway,
    account: AccountId,
    ask: Ask,
) -> Result<Answer<OneAccount>, Problem> {
    gateway.read(|published| {
        Seen { published, principal: ask.principal }.account(account).map(drop)
    })?;
    let accepted = gateway.ask(ask).await?;
    Ok(Answer::ok(show(gateway, account, accepted)).to(accepted))
}

fn show(gateway: &Gateway, account: AccountId, accepted: Accepted) -> OneAccount {
    gateway.read(|published| {
        let views = published.views();
        let account = views.account(account).expect("what was accepted is in the views");
        let account = gateway.account_body(views, account);
        OneAccount { seqs: Seqs::after(accepted, published), account }
    })
}
