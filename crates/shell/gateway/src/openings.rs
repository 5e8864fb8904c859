//! Accounts that people open for themselves: no more than one person may have.
//!
//! **Invariant:** of one person one opening is under way at a time, so what is counted before it
//! is what there is when it is done.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use types::{PrincipalId, RequestId};
use view::AccountStatus;

use crate::ask::{Accepted, Ask};
use crate::gateway::Gateway;
use crate::problem::Problem;

/// Whose openings are under way, and which were let through before.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    under_way: BTreeSet<PrincipalId>,
    /// The last requests of each, as many as they may have accounts: a retry of one gets its old
    /// answer however many accounts there are since.
    let_through: BTreeMap<PrincipalId, VecDeque<RequestId>>,
}

/// One opening, under way until this is dropped.
struct Opening {
    openings: Arc<Openings>,
    owner: PrincipalId,
}

impl Openings {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opening {
    /// None while another of the same person is under way.
    fn begin(openings: &Arc<Openings>, owner: PrincipalId) -> Option<Opening> {
        let is_first = openings.state().under_way.insert(owner);
        is_first.then(|| Opening { openings: Arc::clone(openings), owner })
    }

    fn was_let_through(&self, request: RequestId) -> bool {
        let state = self.openings.state();
        state.let_through.get(&self.owner).is_some_and(|before| before.contains(&request))
    }

    fn let_through(&self, request: RequestId, max: usize) {
        let mut state = self.openings.state();
        let before = state.let_through.entry(self.owner).or_default();
        before.push_back(request);
        if before.len() > max {
            before.pop_front();
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.openings.state().under_way.remove(&self.owner);
    }
}

impl Gateway {
    /// Opens one more account of whoever asks, if they may have it.
    ///
    /// # Errors
    /// When they have as many as one person may, or another is being opened for them.
    pub(crate) async fn open_another(&self, ask: Ask) -> Result<Accepted, Problem> {
        let (owner, max) = (ask.principal.id, self.config().accounts_per_person_max);
        let opening = Opening::begin(self.person_openings(), owner);
        let opening = opening.ok_or_else(|| Problem::rate_limited("person", 1, 1))?;
        let is_retry = ask.request.is_some_and(|request| opening.was_let_through(request));
        if !is_retry {
            if self.accounts_of(owner) >= max {
                return Err(Problem::person_accounts_full(max));
            }
            if let Some(request) = ask.request {
                opening.let_through(request, max);
            }
        }
        let gateway = self.clone();
        // A client that breaks off meanwhile does not end what is under way.
        let opened = tokio::spawn(async move {
            let _opening = opening;
            gateway.ask(ask).await
        });
        opened.await.map_err(|_| Problem::no_answer())?
    }

    /// How many accounts somebody has that are not closed.
    fn accounts_of(&self, owner: PrincipalId) -> usize {
        self.read(|published| {
            let accounts = published.views().accounts_below(u64::MAX);
            let open = accounts.filter(|account| account.status != AccountStatus::Closed);
            open.filter(|account| account.owner == owner).count()
        })
    }
}
