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

/// Whose openings are under way, and which opened an account before.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    under_way: BTreeSet<PrincipalId>,
    /// The last requests of each that opened an account, as many as they may have: a retry of one
    /// gets its old answer however many accounts there are since.
    opened: BTreeMap<PrincipalId, VecDeque<RequestId>>,
}

/// One opening, under way until this is dropped.
struct Opening {
    openings: Arc<Openings>,
    owner: PrincipalId,
}

impl Openings {
    /// Somebody is no more, and so are the requests they could repeat.
    pub(crate) fn forget(&self, owner: PrincipalId) {
        self.state().opened.remove(&owner);
    }

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

    fn has_opened(&self, request: RequestId) -> bool {
        let state = self.openings.state();
        state.opened.get(&self.owner).is_some_and(|before| before.contains(&request))
    }

    fn opened(&self, request: RequestId, max: usize) {
        let mut state = self.openings.state();
        let before = state.opened.entry(self.owner).or_default();
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
        let is_retry = ask.request.is_some_and(|request| opening.has_opened(request));
        if !is_retry && self.accounts_of(owner) >= max {
            return Err(Problem::person_accounts_full(max));
        }
        let gateway = self.clone();
        // A client that breaks off meanwhile does not end what is under way.
        let opened = tokio::spawn(async move {
            let accepted = gateway.ask(ask).await?;
            if let Some(request) = ask.request.filter(|_| !is_retry) {
                opening.opened(request, max);
            }
            Ok(accepted)
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

#[cfg(test)]
mod tests {
    use bus::{Durable, publishing, requests};
    use identity::{Departure, DisplayName, Identity, Leaving, NewPerson, OPERATOR, UserName};
    use types::{ConnectionId, Currency, Date, SelfTrade, Timestamp};
    use venue::{Action, Command, CurrencyRule, Events, Genesis, Limits, Venue};
    use view::Views;

    use super::*;
    use crate::gateway::Config;
    use crate::principal::Principal;

    fn usd() -> Currency {
        Currency::new("USD").expect("a code")
    }

    fn genesis() -> Genesis {
        Genesis {
            venue: 7,
            rules: 1,
            clearing_shards: 1,
            matching_shards: 1,
            limits: Limits::default(),
            currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
            business_date: Date(20_000),
            hash_key: [1, 2],
            parent: None,
        }
    }

    fn identity() -> (Arc<Identity>, PrincipalId) {
        let identity = Identity::in_memory(Timestamp(0)).expect("a store");
        let person = NewPerson {
            name: UserName::guest([1; 8]),
            display_name: DisplayName::new("Guest").expect("a name"),
            password: None,
            currency: usd(),
        };
        let owner = identity.register(Timestamp(0), &person, 1).expect("room for one");
        (Arc::new(identity), owner)
    }

    fn named(name: &str) -> RequestId {
        RequestId::new(name).expect("short")
    }

    #[tokio::test]
    async fn a_request_that_was_told_busy_opens_no_account_too_many() {
        let (submitter, _waiting) = requests(1);
        let (mut publisher, reader) = publishing(Views::new(&genesis()), Durable::default());
        let (identity, owner) = identity();
        let config = Config { accounts_per_person_max: 1, ..Config::default() };
        let gateway = Gateway::new(submitter.clone(), reader, &genesis(), identity, config);
        let action =
            Action::OpenAccount { owner, currency: usd(), self_trade: SelfTrade::Decrement };
        let (principal, connection) = (owner, ConnectionId(0));
        let command = Command { principal, connection, request: None, action };
        // It stays in the queue, which is full then.
        let full = tokio::spawn(async move { submitter.submit(command).await });
        tokio::task::yield_now().await;
        let principal = Principal::first_of(owner);
        let ask = Ask { principal, request: Some(named("first")), action };
        let told = gateway.open_another(ask).await.expect_err("the queue is full");
        assert!(told.is_busy(), "{told:?}");

        // Meanwhile they get the one account that they may have.
        let mut venue = Venue::new(genesis()).expect("the genesis is good");
        let mut events = Events::new(1, genesis().limits.step_events_max as usize);
        let outcome = venue.apply(1, Timestamp(1), &command, &mut events);
        assert!(outcome.is_some_and(|outcome| outcome.result.is_ok()));
        publisher.publish(&events, Durable { seq: 1, at: Timestamp(1) });
        let told = gateway.open_another(ask).await.expect_err("they have one");
        assert!(format!("{told:?}").contains("person_accounts_full"), "{told:?}");
        full.abort();
    }

    #[tokio::test]
    async fn of_somebody_who_is_removed_nothing_is_kept() {
        let (submitter, _waiting) = requests(1);
        let (_publisher, reader) = publishing(Views::new(&genesis()), Durable::default());
        let (identity, user) = identity();
        let gateway = Gateway::new(submitter, reader, &genesis(), identity, Config::default());
        let opening = Opening::begin(gateway.person_openings(), user).expect("the first");
        opening.opened(named("first"), 16);
        assert!(opening.has_opened(named("first")));
        drop(opening);
        let departure = Departure { user, actor: OPERATOR, leaving: Leaving::Asked };
        assert!(gateway.remove(departure).await.expect("they have nothing"));
        assert!(gateway.person_openings().state().opened.is_empty());
    }
}
