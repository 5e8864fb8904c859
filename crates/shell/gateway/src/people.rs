//! What registering and logging in share: slow hashes, few at a time, and back-off after failures.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use identity::{HashCost, Password, PasswordHash, StoreError};
use tokio::sync::Semaphore;
use types::Timestamp;

use crate::clock;
use crate::gateway::Gateway;
use crate::problem::Problem;

/// Hashes that may be made at one time: each takes memory and a whole processor.
pub(crate) const HASHES_MAX: usize = 2;
/// Failures of one name that cost no wait.
const FREE_FAILURES: u32 = 5;
const WAIT_MAX: Duration = Duration::from_secs(60);
/// Names whose failures are remembered.
const NAMES_MAX: usize = 10_000;

/// Guards the passwords.
#[derive(Debug)]
pub(crate) struct Guard {
    hashes: Semaphore,
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    /// No password of this name is looked at before.
    until: Timestamp,
}

impl Guard {
    pub(crate) fn new() -> Guard {
        Guard { hashes: Semaphore::new(HASHES_MAX), failures: Mutex::default() }
    }

    /// Refuses a name that failed too often, for as long as it has to wait.
    pub(crate) fn check(&self, name: &str) -> Result<(), Problem> {
        let (now, failures) = (clock::now(), self.failures.lock());
        let failures = failures.unwrap_or_else(PoisonError::into_inner);
        match failures.get(name) {
            Some(found) if found.until > now => {
                let wait_s = (found.until.0 - now.0).div_ceil(1_000_000_000);
                Err(Problem::too_many_requests(u16::try_from(wait_s).unwrap_or(u16::MAX)))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Notes that a password did not fit. Names that nobody has count too: they look alike.
    pub(crate) fn failed(&self, name: &str) {
        let (now, failures) = (clock::now(), self.failures.lock());
        let mut failures = failures.unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= NAMES_MAX {
            failures.retain(|_, found| found.until > now);
        }
        let count = failures.get(name).map_or(1, |found| found.count.saturating_add(1));
        let wait_s = 1u64 << count.saturating_sub(FREE_FAILURES).min(10);
        let wait = Duration::from_secs(wait_s).min(WAIT_MAX);
        let wait = if count < FREE_FAILURES { Duration::ZERO } else { wait };
        let until = Timestamp(now.0 + u64::try_from(wait.as_nanos()).expect("a minute"));
        failures.insert(name.to_owned(), Failures { count, until });
    }

    pub(crate) fn succeeded(&self, name: &str) {
        let failures = self.failures.lock();
        failures.unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

impl Gateway {
    /// Hashes a password.
    pub(crate) async fn hash(&self, password: Password) -> Result<PasswordHash, Problem> {
        let (salt, cost) = (self.random()?, self.config().hash_cost);
        self.slowly(move || PasswordHash::new(&password, salt, cost)).await
    }

    /// Whether `password` fits; without a hash it does not, after just as much work.
    pub(crate) async fn fits(
        &self,
        hash: Option<PasswordHash>,
        password: Password,
    ) -> Result<bool, Problem> {
        let cost: HashCost = self.config().hash_cost;
        self.slowly(move || match hash {
            Some(hash) => hash.fits(&password),
            None => {
                PasswordHash::new(&password, [0; 16], cost);
                false
            }
        })
        .await
    }

    /// Does what takes a processor for a while, at most two at a time.
    async fn slowly<T: Send + 'static>(
        &self,
        act: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = self.guard().hashes.try_acquire();
        let _place = place.map_err(|_| Problem::too_many_requests(1))?;
        tokio::task::spawn_blocking(act).await.map_err(|_| Problem::store_failed())
    }

    /// Asks the identity store beside the threads that serve: it may wait for the disk.
    pub(crate) async fn store<T, E>(
        &self,
        act: impl FnOnce(&identity::Identity) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let identity = self.identity().clone();
        let done = tokio::task::spawn_blocking(move || act(&identity)).await;
        done.map_err(|_| Problem::store_failed())?.map_err(Into::into)
    }

    /// Random bytes from the system.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], Problem> {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).map_err(|_| Problem::store_failed())?;
        Ok(bytes)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        tracing::error!(%error, "the identity store failed");
        Problem::store_failed()
    }
}
