//! People: register, log in, log out, look at oneself, leave; guests in one call.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use bus::Published;
use identity::{
    Credential, DisplayName, Identity, NewPerson, Password, RegisterError, Secret, SecretKind,
    UserName,
};
use serde::{Deserialize, Serialize};
use tokio::sync::RwLockReadGuard;
use types::{AccountId, Currency, PrincipalId, RequestId, Timestamp};
use utoipa::ToSchema;
use venue::{Action, Done};
use wire::json::{Quoted, Rfc3339};

use crate::accounts;
use crate::ask::Ask;
use crate::body::Body;
use crate::clock;
use crate::gateway::Gateway;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::query::Params;
use crate::rates::Stranger;
use crate::reply::{Answer, Seqs};

/// Somebody new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// 3 to 32 of a-z, A-Z, 0-9, '.', '_' and '-'.
    name: String,
    /// 10 to 256 bytes.
    password: String,
    /// What others see; the name unless told otherwise.
    display_name: Option<String>,
    /// Of the first account; the venue's first unless told otherwise.
    currency: Option<String>,
}

/// A guest to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guest {
    /// Of the first account; the venue's first unless told otherwise.
    currency: Option<String>,
    /// Whether a cookie holds the login, for pages of the venue, instead of a token.
    #[serde(default)]
    as_cookie: bool,
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogIn {
    name: String,
    password: String,
    /// Whether a cookie holds the login, for pages of the venue, instead of a token.
    #[serde(default)]
    as_cookie: bool,
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    old_password: String,
    new_password: String,
}

/// A one-time token and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPassword {
    /// What the venue's operator handed out.
    token: String,
    new_password: String,
}

/// Who somebody is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = String)]
    user_id: Quoted<u64>,
    name: String,
    display_name: String,
    is_guest: bool,
    /// What the key or login that was shown is good for.
    scopes: Vec<&'static str>,
}

/// Somebody who is new, with an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = String)]
    user_id: Quoted<u64>,
    #[schema(value_type = String)]
    account_id: Quoted<u32>,
}

/// A login. The token is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoggedIn {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = String)]
    user_id: Quoted<u64>,
    /// Of a guest, the account that was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    account_id: Option<Quoted<u32>>,
    /// For `Authorization: Bearer`; none where a cookie holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[schema(value_type = String)]
    expires_at: Rfc3339,
}

/// Something was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ended {
    #[serde(flatten)]
    pub(crate) seqs: Seqs,
}

/// Registers somebody and opens their first account.
#[utoipa::path(post, path = "/v1/auth/register", tag = "identity", security(()),
    request_body(content = Register,
        example = json!({"name": "ana", "password": "correct horse"})),
    responses((status = 201, body = Registered)))]
pub(crate) async fn register(
    State(gateway): State<Gateway>,
    _: Stranger,
    Body(body): Body<Register>,
) -> Result<Answer<Registered>, Problem> {
    let name = named(&body.name)?;
    let shown = body.display_name.as_deref().unwrap_or(&body.name);
    let display_name = DisplayName::new(shown)
        .ok_or_else(|| Problem::field("display_name", shown, DisplayName::EXPECTED))?;
    let password = password("password", &body.password)?;
    let currency = gateway.first_currency(body.currency.as_deref())?;
    let password = Some(gateway.hash(password).await?);
    let person = NewPerson { name, display_name, password, currency };
    let Entered { owner, account, .. } = enter(&gateway, person).await?;
    let seqs = gateway.read(Seqs::of);
    let body = Registered { seqs, user_id: Quoted(owner.0), account_id: Quoted(account.0) };
    Ok(Answer::created(format!("/v1/accounts/{}", account.0), body))
}

/// Makes a guest with an account and a login, in one call.
#[utoipa::path(post, path = "/v1/auth/guest", tag = "identity", security(()),
    request_body(content = Guest, example = json!({})),
    responses((status = 201, body = LoggedIn)))]
pub(crate) async fn guest(
    State(gateway): State<Gateway>,
    _: Stranger,
    headers: HeaderMap,
    Body(body): Body<Guest>,
) -> Result<Answer<LoggedIn>, Problem> {
    check_cookie(&gateway, &headers, body.as_cookie)?;
    let currency = gateway.first_currency(body.currency.as_deref())?;
    let name = UserName::guest(gateway.random()?);
    let display_name = DisplayName::new("Guest").expect("a good name");
    let person = NewPerson { name, display_name, password: None, currency };
    let Entered { owner, account, _place } = enter(&gateway, person).await?;
    let mut login = begin_login(&gateway, owner).await?;
    login.account_id = Some(Quoted(account.0));
    let place = format!("/v1/accounts/{}", account.0);
    Ok(shown(&gateway, login, body.as_cookie, |login| Answer::created(place, login)))
}

/// Logs somebody in. A name that nobody has fails as a wrong password does.
#[utoipa::path(post, path = "/v1/auth/login", tag = "identity", security(()),
    request_body(content = LogIn,
        example = json!({"name": "ana", "password": "correct horse"})),
    responses((status = 200, body = LoggedIn)))]
pub(crate) async fn log_in(
    State(gateway): State<Gateway>,
    _: Stranger,
    headers: HeaderMap,
    Body(body): Body<LogIn>,
) -> Result<Answer<LoggedIn>, Problem> {
    check_cookie(&gateway, &headers, body.as_cookie)?;
    let (Some(name), Some(password)) = (UserName::new(&body.name), Password::new(&body.password))
    else {
        return Err(Problem::wrong_password());
    };
    let user = check_password(&gateway, name, password).await?;
    let login = begin_login(&gateway, user).await?;
    Ok(shown(&gateway, login, body.as_cookie, Answer::ok))
}

/// Ends the login that the request shows.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "identity", security(("key" = [])),
    responses((status = 200, body = Ended)))]
pub(crate) async fn log_out(
    State(gateway): State<Gateway>,
    principal: Principal,
) -> Result<Answer<Ended>, Problem> {
    if let Credential::Login(id) = principal.credential {
        let user = principal.id;
        gateway.store(move |identity| identity.log_out(clock::now(), user, id)).await?;
    }
    let answer = Answer::ok(Ended { seqs: gateway.read(Seqs::of) });
    Ok(answer.with_cookie(gateway.site().forget()))
}

/// Tells who asks.
#[utoipa::path(get, path = "/v1/auth/me", tag = "identity", security(("key" = [])),
    responses((status = 200, body = Me)))]
pub(crate) async fn me(
    State(gateway): State<Gateway>,
    principal: Principal,
    params: Params,
) -> Result<Answer<Me>, Problem> {
    params.finish()?;
    let id = principal.id;
    let person = gateway.store(move |identity| identity.person(id)).await?;
    let person = person.ok_or_else(Problem::unknown_credential)?;
    Ok(Answer::ok(Me {
        seqs: gateway.read(Seqs::of),
        user_id: Quoted(person.id.0),
        name: person.name,
        display_name: person.display_name,
        is_guest: person.is_guest,
        scopes: principal.scopes.iter().map(identity::Scope::name).collect(),
    }))
}

/// Changes the password and ends all other logins.
#[utoipa::path(post, path = "/v1/auth/password", tag = "identity", security(("key" = [])),
    request_body(content = ChangePassword,
        example = json!({"old_password": "correct horse", "new_password": "battery staple"})),
    responses((status = 200, body = Ended)))]
pub(crate) async fn change_password(
    State(gateway): State<Gateway>,
    principal: Principal,
    Body(body): Body<ChangePassword>,
) -> Result<Answer<Ended>, Problem> {
    let user = principal.id;
    let person = gateway.store(move |identity| identity.person(user)).await?;
    let name = person.and_then(|person| UserName::new(&person.name));
    let (Some(name), Some(old)) = (name, Password::new(&body.old_password)) else {
        return Err(Problem::wrong_password());
    };
    let new = password("new_password", &body.new_password)?;
    check_password(&gateway, name, old).await?;
    let hash = gateway.hash(new).await?;
    let kept = Some(principal.credential);
    gateway.store(move |identity| identity.set_password(clock::now(), user, &hash, kept)).await?;
    Ok(Answer::ok(Ended { seqs: gateway.read(Seqs::of) }))
}

/// Sets a password with a one-time token, and ends all logins.
#[utoipa::path(post, path = "/v1/auth/password-reset", tag = "identity", security(()),
    request_body(content = ResetPassword,
        example = json!({"token": "rialto_reset_00", "new_password": "battery staple"})),
    responses((status = 200, body = Ended)))]
pub(crate) async fn reset_password(
    State(gateway): State<Gateway>,
    _: Stranger,
    Body(body): Body<ResetPassword>,
) -> Result<Answer<Ended>, Problem> {
    let (new, token) = (password("new_password", &body.new_password)?, Arc::new(body.token));
    // A token that is none costs no hash: anybody can make one up.
    let asked = Arc::clone(&token);
    if !gateway.store(move |it| it.has_reset(clock::now(), &asked)).await? {
        return Err(Problem::unknown_reset());
    }
    let hash = gateway.hash(new).await?;
    let reset = gateway.store(move |it| it.reset(clock::now(), &token, &hash)).await?;
    reset.ok_or_else(Problem::unknown_reset)?;
    Ok(Answer::ok(Ended { seqs: gateway.read(Seqs::of) }))
}

async fn check_password(
    gateway: &Gateway,
    name: UserName,
    password: Password,
) -> Result<PrincipalId, Problem> {
    let folded = name.folded();
    gateway.guard().check(&folded)?;
    let found = gateway.store(move |identity| identity.password_of(&name)).await?;
    let (user, hash) = found.unzip();
    if gateway.fits(hash, password).await? {
        gateway.guard().succeeded(&folded);
        return Ok(user.expect("a password that fits is somebody's"));
    }
    gateway.guard().failed(&folded);
    Err(Problem::wrong_password())
}

/// Only a page of the venue may have a cookie set: another's would log its reader in as somebody
/// else.
fn check_cookie(gateway: &Gateway, headers: &HeaderMap, as_cookie: bool) -> Result<(), Problem> {
    if as_cookie { gateway.site().check_origin(headers) } else { Ok(()) }
}

/// Shows the token of a login, or has the browser keep it.
fn shown(
    gateway: &Gateway,
    mut login: LoggedIn,
    as_cookie: bool,
    answer: impl FnOnce(LoggedIn) -> Answer<LoggedIn>,
) -> Answer<LoggedIn> {
    let token = if as_cookie { login.token.take() } else { None };
    let answer = answer(login);
    match token {
        Some(token) => answer.with_cookie(gateway.site().keep(&token, gateway.config().login_life)),
        None => answer,
    }
}

async fn begin_login(gateway: &Gateway, user: PrincipalId) -> Result<LoggedIn, Problem> {
    let secret = Secret::new(SecretKind::Login, gateway.random()?);
    let (now, life) = (clock::now(), gateway.config().login_life);
    let life_ns = u64::try_from(life.as_nanos()).expect("a login ends within centuries");
    let expires_at = Timestamp(now.0 + life_ns);
    let token = Some(secret.text().to_owned());
    gateway.store(move |identity| identity.log_in(now, user, &secret, expires_at)).await?;
    let (seqs, user_id) = (gateway.read(Seqs::of), Quoted(user.0));
    Ok(LoggedIn { seqs, user_id, account_id: None, token, expires_at: Rfc3339(expires_at) })
}

/// Somebody who came in, and whom nobody removes while this is held.
struct Entered<'a> {
    owner: PrincipalId,
    account: AccountId,
    _place: RwLockReadGuard<'a, ()>,
}

/// Registers somebody, then has the venue open their account; whoever is not given one is not
/// registered either. Whoever begins to remove them meanwhile waits for the place among the
/// openings.
async fn enter(gateway: &Gateway, person: NewPerson) -> Result<Entered<'_>, Problem> {
    let (guests_max, currency) = (gateway.config().guests_max, person.currency);
    let place = gateway.openings().read().await;
    let owner = gateway.store(move |it| it.register(clock::now(), &person, guests_max)).await?;
    let opened = gateway.open_first(&place, owner, currency).await;
    if let Err(problem) = &opened
        && problem.is_nothing_applied()
        && gateway.open_accounts(owner).is_empty()
    {
        let erase = move |it: &Identity| it.remove(clock::now(), owner, owner, "no account");
        gateway.store(erase).await?;
    }
    Ok(Entered { owner, account: opened?, _place: place })
}

impl Gateway {
    /// Opens the accounts of people who registered when the venue did not answer, or in the moment
    /// by which a backup's people are later than its journal.
    pub async fn finish_openings(&self) {
        let newest = |published: &Published| {
            published.views().accounts_below(u64::MAX).next().map_or(AccountId(0), |it| it.id)
        };
        let reopened = self.identity().reopen_beyond(self.read(newest));
        let openings = match reopened.and_then(|_| self.identity().openings()) {
            Ok(openings) => openings,
            Err(error) => return tracing::error!(%error, "the identity store failed"),
        };
        for opening in openings {
            let owner = opening.owner.0;
            // Whoever leaves is gone on with elsewhere, and opens nothing more.
            let Some(place) = self.opening(opening.owner).await else { continue };
            match self.open_first(&place, opening.owner, opening.currency).await {
                Ok(account) => tracing::info!(owner, account = account.0, "a first account opens"),
                Err(_) => tracing::warn!(owner, "a first account does not open"),
            }
        }
    }

    /// Opens somebody's first account, who does not leave while the place is held. Request ids
    /// make it harmless to do again.
    async fn open_first(
        &self,
        _place: &RwLockReadGuard<'_, ()>,
        owner: PrincipalId,
        currency: Currency,
    ) -> Result<AccountId, Problem> {
        let principal = Principal::first_of(owner);
        let request = RequestId::new(&format!("first-account-{}", owner.0));
        let self_trade = types::SelfTrade::CancelNewest;
        let action = Action::OpenAccount { owner, currency, self_trade };
        let opened = self.ask(Ask { principal, request, action }).await?;
        let Done::Account(account) = opened.done else {
            panic!("an opening gives an account, not {:?}", opened.done)
        };
        accounts::fund(self, principal, account).await?;
        self.store(move |identity| identity.opened(owner, account)).await?;
        Ok(account)
    }
}

fn named(name: &str) -> Result<UserName, Problem> {
    UserName::new(name).ok_or_else(|| Problem::field("name", name, UserName::EXPECTED))
}

/// The value of a bad one is not told: it may be the good one with a slip.
fn password(field: &str, text: &str) -> Result<Password, Problem> {
    Password::new(text).ok_or_else(|| Problem::field(field, "…", Password::EXPECTED))
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Problem {
        match error {
            RegisterError::NameTaken => Problem::name_taken(),
            RegisterError::GuestsFull { guests_max } => Problem::guests_full(guests_max),
            RegisterError::Store(error) => error.into(),
        }
    }
}
