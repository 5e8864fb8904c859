//! How much may be asked a second: by each key or login, for each account, and before anybody has
//! shown who they are by each address.
//!
//! **Invariant:** what ends an account's orders (a cancel, a dead-man switch, a kill switch, a
//! suspension) is never turned away for that account's rate. It deliberately forgets who has been
//! quiet.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use identity::Credential;
use serde::Serialize;
use types::AccountId;
use utoipa::ToSchema;
use venue::Action;

use crate::gateway::Gateway;
use crate::problem::Problem;

/// Requests of one limit between two looks for keys that have been quiet.
const TIDY_EVERY: u32 = 1 << 16;
/// The highest rate: of a higher one the time for a single request would be lost in rounding.
pub const RATE_MAX: u32 = 10_000_000;
/// In which a key's and an account's whole rate is free again.
const WINDOW: Duration = Duration::from_secs(1);
/// In which an address's is.
const ADDRESS_WINDOW: Duration = Duration::from_secs(60);

/// What is asked at most, each at most [`RATE_MAX`]; a burst of twice a rate is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Requests a second with one key or login.
    pub key: NonZeroU32,
    /// Requests a second that are commands or previews for one account, cancels aside.
    pub account: NonZeroU32,
    /// Registrations, logins and guests a minute from one address.
    pub address: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Rates {
        let rate = |rate| NonZeroU32::new(rate).expect("not zero");
        Rates { key: rate(2_000), account: rate(1_000), address: rate(120) }
    }
}

/// Who has asked how much.
#[derive(Debug)]
pub(crate) struct Limits {
    keys: Limit<Credential>,
    accounts: Limit<AccountId>,
    addresses: Limit<IpAddr>,
    policy: HeaderValue,
}

/// What is let through.
#[derive(Serialize, ToSchema)]
pub(crate) struct RatesOut {
    /// With one key or login; over a socket every message but `auth` counts.
    key: RateOut,
    /// Commands and previews for one account, cancels aside.
    account: RateOut,
    /// Registrations, logins, guests and password resets from one address.
    address: RateOut,
}

/// Of one of them.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct RateOut {
    /// In each window.
    requests_max: u32,
    window_seconds: u64,
    /// At once, by whoever was quiet before.
    burst_max: u32,
}

#[derive(Debug)]
struct Limit<K: Hash + Eq + Clone> {
    name: &'static str,
    rate: RateOut,
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    asked: AtomicU32,
}

impl Limits {
    pub(crate) fn new(rates: Rates) -> Limits {
        let window = WINDOW.as_secs();
        let policy = format!(
            "\"key\";q={};w={window}, \"account\";q={};w={window}",
            rates.key, rates.account
        );
        Limits {
            keys: Limit::new("key", rates.key, WINDOW),
            accounts: Limit::new("account", rates.account, WINDOW),
            addresses: Limit::new("address", rates.address, ADDRESS_WINDOW),
            policy: HeaderValue::try_from(policy).expect("digits and letters"),
        }
    }

    /// What is let through, for clients.
    pub(crate) fn shown(&self) -> RatesOut {
        let (key, account) = (self.keys.rate, self.accounts.rate);
        RatesOut { key, account, address: self.addresses.rate }
    }

    /// Counts a request with a key or login; gives back how many more may follow at once.
    pub(crate) fn of_key(&self, credential: Credential) -> Result<u32, Problem> {
        self.keys.take(credential)
    }

    /// Counts a command.
    pub(crate) fn of_command(&self, action: &Action) -> Result<(), Problem> {
        let always_passes = matches!(
            action,
            Action::Cancel { .. }
                | Action::MassCancel { .. }
                | Action::SetCancelAfter { .. }
                | Action::SetKillSwitch { .. }
                | Action::SetAccountStatus { .. }
                | Action::CloseAccount { .. }
        );
        if always_passes {
            return Ok(());
        }
        action.account().map_or(Ok(()), |account| self.accounts.take(account).map(drop))
    }

    /// Counts a preview, which takes the engine as long as an order does.
    pub(crate) fn of_preview(&self, account: AccountId) -> Result<(), Problem> {
        self.accounts.take(account).map(drop)
    }
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(name: &'static str, rate: NonZeroU32, window: Duration) -> Limit<K> {
        assert!(rate.get() <= RATE_MAX, "a rate of {rate} is more than {RATE_MAX}");
        let burst = rate.saturating_mul(NonZeroU32::MIN.saturating_add(1));
        let quota = Quota::with_period(window / rate.get()).expect("RATE_MAX leaves some time");
        let limiter = RateLimiter::dashmap(quota.allow_burst(burst));
        let limiter = limiter.with_middleware::<StateInformationMiddleware>();
        let window_seconds = window.as_secs();
        let rate = RateOut { requests_max: rate.get(), window_seconds, burst_max: burst.get() };
        Limit { name, rate, limiter, asked: AtomicU32::new(0) }
    }

    fn take(&self, key: K) -> Result<u32, Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(&key) {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(until) => {
                let wait = until.wait_time_from(self.limiter.clock().now());
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                let seconds = u16::try_from(seconds.max(1)).unwrap_or(u16::MAX);
                Err(Problem::rate_limited(self.name, until.quota().burst_size().get(), seconds))
            }
        }
    }
}

/// Where whoever is let in leaves how much more they may ask, for the answer's headers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowance(Arc<OnceLock<u32>>);

impl Allowance {
    /// A place for what is left, carried by the request.
    pub(crate) fn begin(request: &mut Request) -> Allowance {
        let allowance = Allowance::default();
        request.extensions_mut().insert(allowance.clone());
        allowance
    }

    /// Tells in the answer to somebody who was let in what the limits are and what is left.
    pub(crate) fn tell(&self, limits: &Limits, headers: &mut HeaderMap) {
        let Some(left) = self.0.get() else { return };
        let left = HeaderValue::try_from(format!("\"key\";r={left};t={}", WINDOW.as_secs()));
        headers.insert(HeaderName::from_static("ratelimit-policy"), limits.policy.clone());
        headers.insert(HeaderName::from_static("ratelimit"), left.expect("digits and letters"));
    }

    /// Notes what is left, if the request has a place for it.
    pub(crate) fn note(parts: &Parts, left: u32) {
        if let Some(Allowance(place)) = parts.extensions.get() {
            place.set(left).ok();
        }
    }
}

/// Somebody who has not shown who they are yet, and whose address has not asked too much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stranger;

impl FromRequestParts<Gateway> for Stranger {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        // Without a socket there is no address.
        if let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
            gateway.limits().addresses.take(network(peer.ip()))?;
        }
        Ok(Stranger)
    }
}

/// What one subscriber of a provider has: a whole 64-bit network of IPv6, and no less than it.
fn network(address: IpAddr) -> IpAddr {
    // A socket for both kinds writes an address of IPv4 as one of IPv6.
    match address.to_canonical() {
        IpAddr::V4(it) => IpAddr::V4(it),
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() >> 64 << 64)),
    }
}
