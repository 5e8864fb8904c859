//! Who asks, and what that lets them do.
//!
//! **Invariant:** a handler that touches anything takes one of these as an argument, so none can
//! forget to ask; and whether an account is somebody's is decided here alone.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use identity::{Bearer, Credential, OPERATOR, Scope, Scopes};
use types::{ConnectionId, PrincipalId, RequestId, Timestamp};
use view::Account;

use crate::clock;
use crate::gateway::Gateway;
use crate::problem::Problem;
use crate::rates::Allowance;

/// As long as a request id may be: 144 bits of SHA-256.
const REQUEST_LETTERS: usize = 36;

/// The longest wait before a login's end is looked at again.
const EXPIRY_WAIT_MAX: Duration = Duration::from_secs(30);

/// Whoever sent a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Principal {
    /// Carried in every command.
    pub id: PrincipalId,
    /// The link it came by; REST has none.
    pub connection: ConnectionId,
    /// What it may do.
    pub scopes: Scopes,
    /// The key or login that was shown.
    pub credential: Credential,
    /// When that ends by itself; keys do not.
    pub expires_at: Option<Timestamp>,
}

/// A principal with the scope `read`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader(pub Principal);

/// A principal with the scope `trade`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trader(pub Principal);

/// A principal with the scope `funds`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Treasurer(pub Principal);

/// A principal with the scope `admin`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admin(pub Principal);

/// A principal with the scopes `admin` and `funds`: an operator who may settle others' payments. A
/// person's own `funds` lets them ask, and no more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cashier(pub Principal);

/// A person who is logged in, or a principal with the scope `admin`: a narrow key makes no keys and
/// ends none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner(pub Principal);

impl FromRequestParts<Gateway> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, gateway).await?;
        match principal.credential {
            Credential::Login(_) => Ok(Owner(principal)),
            Credential::Key(_) => principal.with(Scope::Admin).map(Owner),
        }
    }
}

impl Principal {
    fn new(bearer: Bearer) -> Principal {
        Principal {
            id: bearer.principal,
            connection: ConnectionId(0),
            scopes: bearer.scopes,
            credential: bearer.credential,
            expires_at: bearer.expires_at,
        }
    }

    /// Stands for somebody whose first account is opened, who has shown nothing yet.
    pub(crate) fn first_of(id: PrincipalId) -> Principal {
        let credential = Credential::Login(0);
        let (connection, scopes) = (ConnectionId(0), Scopes::PERSON);
        Principal { id, connection, scopes, credential, expires_at: None }
    }

    /// A request id that names no account is the venue's: two people must be able to choose the
    /// same, and neither may take one that the venue itself will need.
    pub(crate) fn own_request(&self, request: RequestId) -> RequestId {
        if self.id == OPERATOR {
            return request;
        }
        let text = format!("{} {request}", self.id.0);
        RequestId::new(&identity::fingerprint_text(&text, REQUEST_LETTERS)).expect("hex digits")
    }

    /// Whether it may see and use `account`: another's answers as one that does not exist.
    pub(crate) fn may_use(&self, account: &Account) -> bool {
        self.may_see(account.owner)
    }

    /// Whether it may see what is of `owner`.
    pub(crate) fn may_see(&self, owner: PrincipalId) -> bool {
        owner == self.id || self.scopes.has(Scope::Admin)
    }

    /// Whether its own deposits and withdrawals are an operator's, who need not wait for one.
    pub(crate) fn is_operator(&self) -> bool {
        self.scopes.has(Scope::Admin)
    }

    /// Insists on a scope.
    pub(crate) fn with(self, scope: Scope) -> Result<Principal, Problem> {
        if self.scopes.has(scope) {
            Ok(self)
        } else {
            Err(Problem::missing_scope(scope, self.scopes))
        }
    }
}

impl Gateway {
    /// Whose a key or login is, as `Authorization: Bearer` or a first message of a socket shows it.
    pub(crate) fn principal_of_key(&self, key: &str) -> Result<Principal, Problem> {
        let bearer = self.identity().bearer(key, clock::now());
        bearer.map(Principal::new).ok_or_else(Problem::unknown_credential)
    }

    /// Ends when the key or login of `principal` has, by somebody or by time: what was opened with
    /// it closes then.
    pub(crate) async fn credential_ended(&self, principal: Principal) {
        let mut endings = self.identity().endings();
        while self.identity().is_alive(principal.credential, clock::now()) {
            tokio::select! {
                // The sender lives as long as the gateway that is asked.
                ended = endings.changed() => ended.unwrap_or_default(),
                () = expired(principal.expires_at) => {}
            }
        }
    }
}

/// Waits until a time has come, or may have: the wall clock can be set.
async fn expired(at: Option<Timestamp>) {
    let Some(at) = at else { return std::future::pending().await };
    let left = Duration::from_nanos(at.0.saturating_sub(clock::now().0));
    tokio::time::sleep(left.min(EXPIRY_WAIT_MAX)).await;
}

impl FromRequestParts<Gateway> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        let token = match bearer_token(&parts.headers)? {
            Some(token) => Some(token),
            None => gateway.site().checked_token(parts)?,
        };
        let principal = gateway.principal_of_key(token.ok_or_else(Problem::no_key)?)?;
        Allowance::note(parts, gateway.limits().of_key(principal.credential)?);
        Ok(principal)
    }
}

/// The token of `Authorization: Bearer`; none without that header.
fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(header) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = header.to_str().ok().and_then(|text| text.split_once(' '));
    let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token.map(|(_, token)| Some(token.trim())).ok_or_else(Problem::no_bearer)
}

impl FromRequestParts<Gateway> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        Principal::from_request_parts(parts, gateway).await?.with(Scope::Read).map(Reader)
    }
}

impl FromRequestParts<Gateway> for Trader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        Principal::from_request_parts(parts, gateway).await?.with(Scope::Trade).map(Trader)
    }
}

impl FromRequestParts<Gateway> for Treasurer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        Principal::from_request_parts(parts, gateway).await?.with(Scope::Funds).map(Treasurer)
    }
}

impl FromRequestParts<Gateway> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        Principal::from_request_parts(parts, gateway).await?.with(Scope::Admin).map(Admin)
    }
}

impl FromRequestParts<Gateway> for Cashier {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, gateway).await?;
        principal.with(Scope::Admin)?.with(Scope::Funds).map(Cashier)
    }
}
