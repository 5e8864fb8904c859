//! API keys and logins of whoever asks: made, listed, ended.

use axum::extract::State;
use identity::{CreateKeyError, KeyRow, Label, NewKey, Scope, Scopes, Secret, SecretKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::json::{Quoted, Rfc3339};

use crate::auth::Ended;
use crate::body::Body;
use crate::clock;
use crate::gateway::Gateway;
use crate::principal::Owner;
use crate::problem::Problem;
use crate::query::{NumberPath, Params};
use crate::reply::{Answer, Seqs};

const SCOPES_EXPECTED: &str = "some of read, trade, funds and admin that the asker has";

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateKey {
    /// 1 to 64 characters.
    label: String,
    /// Some of `read`, `trade`, `funds` and `admin`; no more than the asker has.
    scopes: Vec<String>,
}

/// A key as it is listed.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyBody {
    #[schema(value_type = String)]
    key_id: Quoted<u64>,
    label: String,
    scopes: Vec<&'static str>,
    #[schema(value_type = String)]
    created_at: Rfc3339,
    /// When it was last used, to the minute or so.
    #[schema(value_type = Option<String>)]
    used_at: Option<Rfc3339>,
}

/// A new key. The secret is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneKey {
    #[serde(flatten)]
    seqs: Seqs,
    #[serde(flatten)]
    key: KeyBody,
    /// For `Authorization: Bearer`.
    secret: String,
}

/// Every key of whoever asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Keys {
    #[serde(flatten)]
    seqs: Seqs,
    keys: Vec<KeyBody>,
}

/// A login as it is listed.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginBody {
    #[schema(value_type = String)]
    login_id: Quoted<u64>,
    #[schema(value_type = String)]
    created_at: Rfc3339,
    /// When it was last used, to the minute or so.
    #[schema(value_type = String)]
    seen_at: Rfc3339,
    #[schema(value_type = String)]
    expires_at: Rfc3339,
    /// Whether it is the one that asks.
    is_current: bool,
}

/// Every login of whoever asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Logins {
    #[serde(flatten)]
    seqs: Seqs,
    logins: Vec<LoginBody>,
}

/// Makes an API key.
#[utoipa::path(post, path = "/v1/keys", tag = "identity", security(("key" = [])),
    request_body(content = CreateKey,
        example = json!({"label": "bot", "scopes": ["read", "trade"]})),
    responses((status = 201, body = OneKey)))]
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    Owner(principal): Owner,
    Body(body): Body<CreateKey>,
) -> Result<Answer<OneKey>, Problem> {
    let label = Label::new(&body.label);
    let label =
        label.ok_or_else(|| Problem::field("label", body.label.as_str(), Label::EXPECTED))?;
    let named: Option<Scopes> = body.scopes.iter().map(|name| Scope::from_name(name)).collect();
    let scopes = named.filter(|it| !it.is_empty() && principal.scopes.cover(*it));
    let scopes =
        scopes.ok_or_else(|| Problem::field("scopes", body.scopes.join(" "), SCOPES_EXPECTED))?;
    let secret = Secret::new(SecretKind::Key, gateway.random()?);
    let (shown, owner) = (secret.text().to_owned(), principal.id);
    let key = NewKey { owner, scopes, label };
    let row = gateway.store(move |it| it.create_key(clock::now(), owner, &key, &secret)).await?;
    let location = format!("/v1/keys/{}", row.id);
    let key = key_body(row);
    Ok(Answer::created(location, OneKey { seqs: gateway.read(Seqs::of), key, secret: shown }))
}

/// Lists the keys that are good, oldest first.
#[utoipa::path(get, path = "/v1/keys", tag = "identity", security(("key" = [])),
    responses((status = 200, body = Keys)))]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Owner(principal): Owner,
    params: Params,
) -> Result<Answer<Keys>, Problem> {
    params.finish()?;
    let owner = principal.id;
    let rows = gateway.store(move |identity| identity.keys(owner)).await?;
    let keys = rows.into_iter().map(key_body);
    Ok(Answer::ok(Keys { seqs: gateway.read(Seqs::of), keys: keys.collect() }))
}

/// Revokes a key: nothing is opened with it from now on, and what is open closes.
#[utoipa::path(delete, path = "/v1/keys/{key}", tag = "identity", security(("key" = [])),
    responses((status = 200, body = Ended)))]
pub(crate) async fn revoke(
    State(gateway): State<Gateway>,
    Owner(principal): Owner,
    NumberPath(id): NumberPath,
) -> Result<Answer<Ended>, Problem> {
    let owner = principal.id;
    let revoked = gateway.store(move |it| it.revoke_key(clock::now(), owner, owner, id)).await?;
    if !revoked {
        return Err(Problem::unknown_key(id));
    }
    Ok(Answer::ok(Ended { seqs: gateway.read(Seqs::of) }))
}

/// Lists the logins that have not ended, newest first.
#[utoipa::path(get, path = "/v1/auth/logins", tag = "identity", security(("key" = [])),
    responses((status = 200, body = Logins)))]
pub(crate) async fn logins(
    State(gateway): State<Gateway>,
    Owner(principal): Owner,
    params: Params,
) -> Result<Answer<Logins>, Problem> {
    params.finish()?;
    let user = principal.id;
    let rows = gateway.store(move |identity| identity.logins(clock::now(), user)).await?;
    let logins = rows.into_iter().map(|login| LoginBody {
        login_id: Quoted(login.id),
        created_at: Rfc3339(login.created_at),
        seen_at: Rfc3339(login.seen_at),
        expires_at: Rfc3339(login.expires_at),
        is_current: principal.credential == identity::Credential::Login(login.id),
    });
    Ok(Answer::ok(Logins { seqs: gateway.read(Seqs::of), logins: logins.collect() }))
}

/// Ends a login: what it opened closes.
#[utoipa::path(delete, path = "/v1/auth/logins/{login}", tag = "identity", security(("key" = [])),
    responses((status = 200, body = Ended)))]
pub(crate) async fn end_login(
    State(gateway): State<Gateway>,
    Owner(principal): Owner,
    NumberPath(id): NumberPath,
) -> Result<Answer<Ended>, Problem> {
    let user = principal.id;
    if !gateway.store(move |it| it.log_out(clock::now(), user, id)).await? {
        return Err(Problem::unknown_login(id));
    }
    Ok(Answer::ok(Ended { seqs: gateway.read(Seqs::of) }))
}

fn key_body(row: KeyRow) -> KeyBody {
    KeyBody {
        key_id: Quoted(row.id),
        label: row.label,
        scopes: row.scopes.iter().map(Scope::name).collect(),
        created_at: Rfc3339(row.created_at),
        used_at: row.used_at.map(Rfc3339),
    }
}

impl From<CreateKeyError> for Problem {
    fn from(error: CreateKeyError) -> Problem {
        match error {
            CreateKeyError::TooMany => Problem::keys_full(),
            CreateKeyError::Store(error) => error.into(),
        }
    }
}
