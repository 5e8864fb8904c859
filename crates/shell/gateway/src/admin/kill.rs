//! Kill switches: of everything, of an account, of an instrument.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use types::{AccountId, Symbol};
use utoipa::ToSchema;
use venue::{Action, KillScope};
use view::Views;
use wire::json::schema::{Id, SymbolText};
use wire::json::{Quoted, SetKillSwitch};

use crate::ask::{Ask, request_id};
use crate::body::Body;
use crate::gateway::{Gateway, Seen};
use crate::principal::{Admin, Principal};
use crate::problem::Problem;
use crate::query::{AccountPath, Params, SymbolPath};
use crate::reply::{Answer, Seqs};

/// The switches that are engaged: as many as an operator engaged.
#[derive(Serialize, ToSchema)]
pub(crate) struct KillSwitches {
    #[serde(flatten)]
    seqs: Seqs,
    /// Whether that of everything is.
    all: bool,
    /// Accounts whose own is, by number.
    #[schema(value_type = Vec<Id>)]
    accounts: Vec<Quoted<u32>>,
    /// Instruments whose own is, by number.
    #[schema(value_type = Vec<SymbolText>)]
    instruments: Vec<Quoted<Symbol>>,
}

/// Tells which kill switches are engaged.
#[utoipa::path(get, path = "/v1/admin/kill-switch", tag = "admin",
    security(("key" = ["admin"])),
    responses((status = 200, body = KillSwitches)))]
pub(crate) async fn kill_switches(
    State(gateway): State<Gateway>,
    _: Admin,
    params: Params,
) -> Result<Answer<KillSwitches>, Problem> {
    params.finish()?;
    Ok(Answer::ok(gateway.read(|published| show(Seqs::of(published), published.views()))))
}

/// Engages or releases the kill switch of everything.
#[utoipa::path(put, path = "/v1/admin/kill-switch/all", tag = "admin",
    security(("key" = ["admin"])),
    request_body(content = SetKillSwitch, example = json!({"engaged": false})),
    responses((status = 200, body = KillSwitches)))]
pub(crate) async fn kill_all(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    headers: HeaderMap,
    Body(body): Body<SetKillSwitch>,
) -> Result<Answer<KillSwitches>, Problem> {
    set(&gateway, principal, &headers, body, KillScope::All).await
}

/// Engages or releases an account's kill switch.
#[utoipa::path(put, path = "/v1/admin/kill-switch/accounts/{account}", tag = "admin",
    security(("key" = ["admin"])),
    request_body(content = SetKillSwitch, example = json!({"engaged": false})),
    responses((status = 200, body = KillSwitches)))]
pub(crate) async fn kill_account(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<SetKillSwitch>,
) -> Result<Answer<KillSwitches>, Problem> {
    gateway.read(|published| Seen { published, principal }.account(account).map(drop))?;
    set(&gateway, principal, &headers, body, KillScope::Account(account)).await
}

/// Engages or releases an instrument's kill switch.
#[utoipa::path(put, path = "/v1/admin/kill-switch/instruments/{symbol}", tag = "admin",
    security(("key" = ["admin"])),
    request_body(content = SetKillSwitch, example = json!({"engaged": false})),
    responses((status = 200, body = KillSwitches)))]
pub(crate) async fn kill_instrument(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    SymbolPath(symbol): SymbolPath,
    headers: HeaderMap,
    Body(body): Body<SetKillSwitch>,
) -> Result<Answer<KillSwitches>, Problem> {
    let instrument = gateway
        .read(|published| Seen { published, principal }.instrument(symbol).map(|found| found.id))?;
    set(&gateway, principal, &headers, body, KillScope::Instrument(instrument)).await
}

/// Asks for a switch to be set; once it is answered, every order it covers has ended.
async fn set(
    gateway: &Gateway,
    principal: Principal,
    headers: &HeaderMap,
    body: SetKillSwitch,
    scope: KillScope,
) -> Result<Answer<KillSwitches>, Problem> {
    let request = request_id(headers, "client_request_id", body.client_request_id.as_deref())?;
    // An account's requests are its own already.
    let request = request.map(|request| match scope {
        KillScope::Account(_) => request,
        KillScope::All | KillScope::Instrument(_) => principal.own_request(request),
    });
    let action = Action::SetKillSwitch { scope, engaged: body.engaged };
    let accepted = gateway.ask(Ask { principal, request, action }).await?;
    let body = gateway.read(|published| show(Seqs::after(accepted, published), published.views()));
    Ok(Answer::ok(body).to(accepted))
}

fn show(seqs: Seqs, views: &Views) -> KillSwitches {
    let accounts = views.accounts_after(AccountId(0)).filter(|account| account.is_killed);
    let instruments = views.instruments().filter(|instrument| instrument.is_killed);
    KillSwitches {
        seqs,
        all: views.is_killed(),
        accounts: accounts.map(|account| Quoted(account.id.0)).collect(),
        instruments: instruments.map(|found| Quoted(found.definition.symbol)).collect(),
    }
}
