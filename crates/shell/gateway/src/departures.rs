//! People who leave: first they can do nothing more, then their accounts are closed, and only then
//! are they erased.
//!
//! **Invariant:** nobody is erased who has an account that is open, save an idle guest's that is
//! suspended because there are shares in it, which nobody may sell in their name.

use identity::{Departure, Leaving, OPERATOR};
use tokio::sync::RwLockReadGuard;
use types::{AccountId, Amount, PrincipalId, Timestamp};
use venue::Action;
use view::{Account, AccountStatus};

use crate::ask::Ask;
use crate::clock;
use crate::gateway::Gateway;
use crate::principal::Principal;
use crate::problem::Problem;

/// What became of the accounts of somebody who leaves.
#[derive(Clone, Copy, Debug, Default)]
struct Left {
    closed: u32,
    suspended: u32,
}

impl Gateway {
    /// The right to open an account of `owner`; none once they leave. Whoever leaves waits until
    /// all openings that have begun are answered.
    pub(crate) async fn opening(&self, owner: PrincipalId) -> Option<RwLockReadGuard<'_, ()>> {
        let place = self.openings().read().await;
        (!self.identity().is_leaving(owner)).then_some(place)
    }

    /// Removes somebody whose accounts are flat; `false` when they leave already. Nothing happens
    /// while an account is not flat. One that gets money before it is closed stays, and so does its
    /// owner: what was closed before it stays closed.
    pub(crate) async fn remove(&self, departure: Departure) -> Result<bool, Problem> {
        self.open_accounts(departure.user).into_iter().try_for_each(|id| self.check_flat(id))?;
        if !self.begin(clock::now(), departure).await? {
            return Ok(false);
        }
        self.finish(departure).await.map(|()| true)
    }

    /// Goes on with those who were leaving when the venue stopped.
    pub async fn finish_departures(&self) {
        for departure in self.departures().await {
            let user = departure.user.0;
            match self.finish(departure).await {
                Ok(()) => tracing::info!(user, "somebody who was leaving is removed"),
                Err(_) => tracing::warn!(user, "somebody who was leaving cannot be removed yet"),
            }
        }
    }

    /// Removes the guests whom nobody has seen since `before`, and goes on with those who could
    /// not be removed the last time.
    pub(crate) async fn remove_idle_guests(&self, now: Timestamp, before: Timestamp) {
        let Ok(idle) = self.store(move |identity| identity.idle_guests(before)).await else {
            return;
        };
        for user in idle {
            let departure = Departure { user, actor: OPERATOR, leaving: Leaving::Idle };
            // What fails is in the log, and tried again.
            self.begin(now, departure).await.ok();
        }
        let leaving = self.departures().await;
        for departure in leaving.into_iter().filter(|it| it.leaving == Leaving::Idle) {
            let user = departure.user.0;
            match self.finish(departure).await {
                Ok(()) => tracing::info!(user, "a guest was idle for too long and is removed"),
                Err(_) => tracing::warn!(user, "an idle guest cannot be removed yet"),
            }
        }
    }

    async fn departures(&self) -> Vec<Departure> {
        self.store(|identity| identity.departures()).await.unwrap_or_default()
    }

    async fn begin(&self, now: Timestamp, departure: Departure) -> Result<bool, Problem> {
        let _nobody_opens = self.openings().write().await;
        self.store(move |identity| identity.begin_departure(now, departure)).await
    }

    /// Closes the accounts and erases the person. Somebody who asked for it stays when that fails;
    /// an idle guest is tried again.
    async fn finish(&self, departure: Departure) -> Result<(), Problem> {
        let Departure { user, actor, leaving } = departure;
        match self.leave_accounts(departure).await {
            Ok(left) => {
                let detail = match leaving {
                    Leaving::Asked => String::new(),
                    Leaving::Idle => format!(
                        "idle guest; accounts closed: {}, suspended: {}",
                        left.closed, left.suspended
                    ),
                };
                let erase =
                    move |it: &identity::Identity| it.remove(clock::now(), actor, user, &detail);
                self.store(erase).await?;
                self.person_openings().forget(user);
                Ok(())
            }
            Err(problem) => {
                if leaving == Leaving::Asked {
                    self.store(move |identity| identity.stay(user)).await?;
                }
                Err(problem)
            }
        }
    }

    async fn leave_accounts(&self, departure: Departure) -> Result<Left, Problem> {
        let Departure { user, actor, leaving } = departure;
        let mut left = Left::default();
        for account in self.open_accounts(user) {
            if leaving == Leaving::Idle && !self.empty(account).await? {
                let action = Action::SetAccountStatus { account, suspended: true };
                self.act(OPERATOR, action).await?;
                left.suspended += 1;
                continue;
            }
            let closed = self.act(actor, Action::CloseAccount { account }).await;
            if let Err(problem) = closed {
                self.check_flat(account)?;
                return Err(problem);
            }
            left.closed += 1;
        }
        Ok(left)
    }

    /// Ends an account's orders and takes its cash out; whether it is flat then.
    async fn empty(&self, account: AccountId) -> Result<bool, Problem> {
        let action = Action::MassCancel { account, instrument: None, side: None };
        self.act(OPERATOR, action).await?;
        let free = self.seen(account, |it| (it.status == AccountStatus::Active, it.cash.free));
        if let Some((true, free)) = free
            && free > 0
        {
            self.act(OPERATOR, Action::Withdraw { account, amount: Amount(free) }).await?;
        }
        Ok(self.check_flat(account).is_ok())
    }

    async fn act(&self, id: PrincipalId, action: Action) -> Result<(), Problem> {
        let principal = Principal::first_of(id);
        self.ask(Ask { principal, request: None, action }).await.map(drop)
    }

    pub(crate) fn open_accounts(&self, owner: PrincipalId) -> Vec<AccountId> {
        self.read(|published| {
            let accounts = published.views().accounts_after(AccountId(0));
            let own = accounts.filter(|it| it.owner == owner && it.status != AccountStatus::Closed);
            own.map(|it| it.id).collect()
        })
    }

    fn check_flat(&self, account: AccountId) -> Result<(), Problem> {
        match self.seen(account, is_flat) {
            Some(false) => Err(Problem::accounts_not_flat(account)),
            Some(true) | None => Ok(()),
        }
    }

    fn seen<T>(&self, account: AccountId, ask: impl FnOnce(&Account) -> T) -> Option<T> {
        self.read(|published| published.views().account(account).map(ask))
    }
}

fn is_flat(account: &Account) -> bool {
    account.cash.free == 0
        && account.cash.held == 0
        && account.orders.open().next().is_none()
        && account.payments.pending().next().is_none()
        && account.positions.values().all(|position| position.settled == 0)
}
