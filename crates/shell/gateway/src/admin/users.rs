//! People: searched, given a one-time token for a new password, removed.

use axum::extract::State;
use identity::{Departure, Identity, Leaving, OPERATOR, Person, Scope, Scopes, Secret, SecretKind};
use serde::{Deserialize, Serialize};
use types::{PrincipalId, Timestamp};
use utoipa::ToSchema;
use wire::json::schema::Id;
use wire::json::{Quoted, Rfc3339};

use crate::auth::Ended;
use crate::body::Body;
use crate::clock;
use crate::gateway::Gateway;
use crate::page::{CURSOR_EXPECTED, Cursor, List, USERS, page};
use crate::principal::{Admin, Owner, Principal};
use crate::problem::Problem;
use crate::query::{NumberPath, Params};
use crate::reply::{Answer, Seqs};

const LIST: List = List::Users;
/// How long a token for a new password is good.
const RESET_LIFE_NS: u64 = 3_600 * 1_000_000_000;
/// What a search may have: as long as the longest name.
const QUERY_CHARS_MAX: usize = 64;
const GRANTS_EXPECTED: &str = "admin, or nothing: the other scopes everybody has";
const REMOVABLE: &str = "somebody other than the operator";
const WITH_PASSWORD: &str = "somebody who logs in with a password";

/// Somebody, as an operator sees them.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserBody {
    #[schema(value_type = Id)]
    user_id: Quoted<u64>,
    name: String,
    display_name: String,
    is_guest: bool,
    /// What they may do beyond what everybody may.
    grants: Vec<&'static str>,
    #[schema(value_type = String)]
    created_at: Rfc3339,
}

/// A page of people, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserPage {
    #[serde(flatten)]
    seqs: Seqs,
    users: Vec<UserBody>,
    next_cursor: Option<String>,
}

/// A token that sets somebody's password once. It is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetToken {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = Id)]
    user_id: Quoted<u64>,
    /// For `POST /v1/auth/password-reset`.
    token: String,
    #[schema(value_type = String)]
    expires_at: Rfc3339,
}

/// Searches people by a part of their name or display name, newest first.
#[utoipa::path(get, path = "/v1/admin/users", tag = "admin",
    security(("key" = ["admin"])),
    params(
        ("query" = Option<String>, Query, max_length = 64,
            description = "A part of the name or of the display name, in whatever case"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = UserPage)))]
pub(crate) async fn users(
    State(gateway): State<Gateway>,
    _: Admin,
    mut params: Params,
) -> Result<Answer<UserPage>, Problem> {
    let part = params.parsed("query", "at most 64 characters", |text| {
        (text.chars().count() <= QUERY_CHARS_MAX).then(|| text.to_owned())
    })?;
    let rows = params.rows("limit", USERS)?;
    let below = params.parsed("cursor", CURSOR_EXPECTED, |text| Cursor::read(LIST, 0, text))?;
    params.finish()?;
    let (part, below) = (part.unwrap_or_default(), below.unwrap_or(i64::MAX as u64));
    let below = PrincipalId(below);
    let found = gateway.store(move |it| it.people(&part, below, rows + 1)).await?;
    let (found, last) = page(found.into_iter(), rows, |person| person.id.0);
    Ok(Answer::ok(UserPage {
        seqs: gateway.read(Seqs::of),
        users: found.into_iter().map(user_body).collect(),
        next_cursor: last.map(|below| Cursor { list: LIST, of: 0, last: below }.write()),
    }))
}

/// Makes a token that sets somebody's password once, within an hour; an earlier one is good no
/// more.
#[utoipa::path(post, path = "/v1/admin/users/{user}/password-reset", tag = "admin",
    security(("key" = ["admin"])),
    responses((status = 200, body = ResetToken)))]
pub(crate) async fn reset_password(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    NumberPath(id): NumberPath,
) -> Result<Answer<ResetToken>, Problem> {
    let person = find(&gateway, id).await?;
    if person.is_guest || person.id == OPERATOR {
        return Err(Problem::field("user_id", id.to_string(), WITH_PASSWORD));
    }
    let secret = Secret::new(SecretKind::Reset, gateway.random()?);
    let (now, token) = (clock::now(), secret.text().to_owned());
    let expires_at = Timestamp(now.0 + RESET_LIFE_NS);
    let (actor, user) = (principal.id, person.id);
    gateway.store(move |it| it.create_reset(now, actor, user, &secret, expires_at)).await?;
    let (seqs, user_id) = (gateway.read(Seqs::of), Quoted(id));
    Ok(Answer::ok(ResetToken { seqs, user_id, token, expires_at: Rfc3339(expires_at) }))
}

/// What somebody may do beyond what everybody may.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetGrants {
    /// `["admin"]`, or `[]`.
    grants: Vec<String>,
}

/// Somebody, as an operator sees them.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneUser {
    #[serde(flatten)]
    seqs: Seqs,
    user: UserBody,
}

/// Lets somebody with a password run the venue, or no longer. Their logins end, and so do the keys
/// that can do more than they now may.
#[utoipa::path(put, path = "/v1/admin/users/{user}/grants", tag = "admin",
    security(("key" = ["admin"])),
    request_body(content = SetGrants, example = json!({"grants": ["admin"]})),
    responses((status = 200, body = OneUser)))]
pub(crate) async fn set_grants(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    NumberPath(id): NumberPath,
    Body(body): Body<SetGrants>,
) -> Result<Answer<OneUser>, Problem> {
    let named: Option<Scopes> = body.grants.iter().map(|name| Scope::from_name(name)).collect();
    let grants = named.filter(|it| it.iter().all(|scope| scope == Scope::Admin));
    let grants =
        grants.ok_or_else(|| Problem::field("grants", body.grants.join(" "), GRANTS_EXPECTED))?;
    let person = find(&gateway, id).await?;
    let actor = principal.id;
    let set = move |it: &Identity| it.set_grants(clock::now(), actor, person.id, grants);
    if person.id == OPERATOR || !gateway.store(set).await? {
        return Err(Problem::field("user_id", id.to_string(), WITH_PASSWORD));
    }
    let user = user_body(find(&gateway, id).await?);
    Ok(Answer::ok(OneUser { seqs: gateway.read(Seqs::of), user }))
}

/// Removes somebody whose accounts are flat: the accounts are closed, keys and logins end, and name
/// and password are erased.
#[utoipa::path(delete, path = "/v1/admin/users/{user}", tag = "admin",
    security(("key" = ["admin"])),
    responses((status = 200, body = Ended)))]
pub(crate) async fn remove_user(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    NumberPath(id): NumberPath,
) -> Result<Answer<Ended>, Problem> {
    let user = find(&gateway, id).await?.id;
    remove(&gateway, principal, user).await
}

/// Removes whoever asks, as an operator would.
#[utoipa::path(delete, path = "/v1/auth/me", tag = "identity", security(("key" = [])),
    responses((status = 200, body = Ended)))]
pub(crate) async fn remove_me(
    State(gateway): State<Gateway>,
    Owner(principal): Owner,
) -> Result<Answer<Ended>, Problem> {
    remove(&gateway, principal, principal.id).await
}

async fn find(gateway: &Gateway, id: u64) -> Result<Person, Problem> {
    let person = gateway.store(move |identity| identity.person(PrincipalId(id))).await?;
    person.ok_or_else(|| Problem::unknown_user(id))
}

/// Goes on when whoever asked hangs up: somebody who is half removed could not come back.
async fn remove(
    gateway: &Gateway,
    principal: Principal,
    user: PrincipalId,
) -> Result<Answer<Ended>, Problem> {
    if user == OPERATOR {
        return Err(Problem::field("user_id", user.0.to_string(), REMOVABLE));
    }
    let departure = Departure { user, actor: principal.id, leaving: Leaving::Asked };
    let removing = gateway.clone();
    let removed = tokio::spawn(async move { removing.remove(departure).await });
    if !removed.await.map_err(|_| Problem::store_failed())?? {
        return Err(if user == principal.id {
            Problem::unknown_credential()
        } else {
            Problem::unknown_user(user.0)
        });
    }
    Ok(Answer::ok(Ended { seqs: gateway.read(Seqs::of) }))
}

fn user_body(person: Person) -> UserBody {
    UserBody {
        user_id: Quoted(person.id.0),
        name: person.name,
        display_name: person.display_name,
        is_guest: person.is_guest,
        grants: person.grants.iter().map(Scope::name).collect(),
        created_at: Rfc3339(person.created_at),
    }
}
