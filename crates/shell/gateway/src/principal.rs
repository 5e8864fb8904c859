//! Who asks. Until people can log in there is one principal, and every account is its own.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use types::{ConnectionId, PrincipalId};
use view::Account;

use crate::problem::Problem;

/// Whoever sent a request. A handler that touches an account asks for it, so none can forget it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Principal {
    /// Carried in every command.
    pub id: PrincipalId,
    /// The link it came by; REST has none.
    pub connection: ConnectionId,
}

/// Stands for everybody as long as there is no login.
const LOCAL: PrincipalId = PrincipalId(1);

impl Principal {
    /// Whether it may see and use `account`: another's answers as one that does not exist.
    pub(crate) fn may_use(&self, _account: &Account) -> bool {
        self.id == LOCAL
    }
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Principal, Problem> {
        Ok(Principal { id: LOCAL, connection: ConnectionId(0) })
    }
}
