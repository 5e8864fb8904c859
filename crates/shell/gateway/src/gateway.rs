//! What every handler holds: the way in, the way out, the configuration and the stop signal.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use bus::{Published, Reader, Submitter};
use identity::{HashCost, Identity};
use store::History;
use tokio::sync::{RwLock, Semaphore, watch};
use types::{AccountId, Amount, ConnectionId, Currency, Seq, Symbol};
use venue::{CurrencyRule, Genesis};
use view::{Account, Instrument};

use crate::clients::{Client, ClientKind, ClientPlace, Clients};
use crate::clock;
use crate::openings::Openings;
use crate::people::Guard;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::rates::{Limits, Rates};
use crate::report::leaderboard::LastBoard;
use crate::request_meter::RequestMeter;
use crate::site::Site;
use crate::stream::Hub;
use crate::web::Bundle;

/// How long a read waits for the venue to come as far as its `min_seq`.
pub const MIN_SEQ_WAIT_MAX: Duration = Duration::from_secs(1);

/// How far ahead of the venue a read's `min_seq` may be: no more commands than that can be waiting.
const MIN_SEQ_AHEAD: Seq = bus::QUEUE_MAX as Seq;

/// What can be configured. `Default` is what a venue without a profile uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whole units of its currency that each new account is given; the demo profile's 10,000.
    pub starting_balance_units: Option<u32>,
    /// How long a command may take to become durable before its client is told "no answer".
    pub answer_timeout: Duration,
    /// How long a request's body may take to arrive.
    pub body_timeout: Duration,
    /// How long a request's headers may take to arrive, and a connection may be idle.
    pub header_timeout: Duration,
    /// How long a client may read nothing while an answer waits, before it is cut off.
    pub write_stall_max: Duration,
    /// Connections that may be open at one time.
    pub connections_max: usize,
    /// How often a silent event stream says that it lives.
    pub heartbeat: Duration,
    /// Event streams and sockets that may be open at one time.
    pub streams_max: usize,
    /// What the hash of a password costs.
    pub hash_cost: HashCost,
    /// How long a login lasts.
    pub login_life: Duration,
    /// Guests that may be here at one time.
    pub guests_max: usize,
    /// Accounts that one person may have, save who has the scope `admin`.
    pub accounts_per_person_max: usize,
    /// Whether deposits and withdrawals are booked at once; else they wait for an operator.
    pub self_service_deposits: bool,
    /// How long nobody may have seen a guest before they are removed.
    pub guest_idle: Duration,
    /// Whether the routes under `/v1/admin` are there.
    pub admin_api: bool,
    /// Bytes that may wait for one client of them before it loses frames.
    pub stream_bytes_max: usize,
    /// Where browsers reach the venue.
    pub site: Site,
    /// Whether requests that name another host than the site's are refused.
    pub checks_host: bool,
    /// How much may be asked.
    pub rates: Rates,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            starting_balance_units: None,
            answer_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(30),
            write_stall_max: Duration::from_secs(30),
            connections_max: 4_096,
            heartbeat: Duration::from_secs(15),
            streams_max: 1_024,
            hash_cost: HashCost::default(),
            login_life: Duration::from_secs(14 * 24 * 3_600),
            guests_max: 1_000,
            accounts_per_person_max: 16,
            self_service_deposits: true,
            guest_idle: Duration::from_secs(24 * 3_600),
            admin_api: true,
            stream_bytes_max: 4 << 20,
            site: Site::local(8080),
            checks_host: true,
            rates: Rates::default(),
        }
    }
}

/// The gateway's handles. Cheap to clone; when the last clone is gone, so is its [`Submitter`].
#[derive(Clone, Debug)]
pub struct Gateway {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    submitter: Submitter,
    reader: Reader,
    currencies: Vec<CurrencyRule>,
    genesis_limits: venue::Limits,
    identity: Arc<Identity>,
    guard: Guard,
    /// Held by whoever opens an account; alone by whoever begins to remove somebody.
    openings: RwLock<()>,
    person_openings: Arc<Openings>,
    limits: Limits,
    config: Config,
    connections_open: Arc<AtomicUsize>,
    streams: Arc<Semaphore>,
    clients: Arc<Clients>,
    meter: RequestMeter,
    stop: watch::Sender<bool>,
    hub: OnceLock<Hub>,
    history: OnceLock<History>,
    bundle: OnceLock<Bundle>,
    last_board: LastBoard,
    /// Numbers sockets.
    connections: AtomicU64,
}

/// A handle that does not keep the gateway, and thus the venue, going.
#[derive(Clone, Debug)]
pub(crate) struct WeakGateway {
    shared: Weak<Shared>,
}

impl WeakGateway {
    pub(crate) fn upgrade(&self) -> Option<Gateway> {
        self.shared.upgrade().map(|shared| Gateway { shared })
    }
}

impl Gateway {
    /// A gateway to the venue of `genesis` behind the two handles, for those whom `identity` knows.
    pub fn new(
        submitter: Submitter,
        reader: Reader,
        genesis: &Genesis,
        identity: Arc<Identity>,
        config: Config,
    ) -> Gateway {
        let shared = Shared {
            submitter,
            reader,
            currencies: genesis.currencies.clone(),
            genesis_limits: genesis.limits,
            identity,
            guard: Guard::new(),
            openings: RwLock::default(),
            person_openings: Arc::default(),
            limits: Limits::new(config.rates),
            connections_open: Arc::default(),
            streams: Arc::new(Semaphore::new(config.streams_max)),
            clients: Arc::default(),
            meter: RequestMeter::new(),
            config,
            stop: watch::Sender::new(false),
            hub: OnceLock::new(),
            history: OnceLock::new(),
            bundle: OnceLock::new(),
            last_board: LastBoard::default(),
            connections: AtomicU64::new(0),
        };
        Gateway { shared: Arc::new(shared) }
    }

    /// The leaderboard that was made last.
    pub(crate) fn last_board(&self) -> &LastBoard {
        &self.shared.last_board
    }

    /// Answers what was from `history`, once it is told so.
    pub fn remember(&self, history: History) {
        let first = self.shared.history.set(history);
        assert!(first.is_ok(), "a venue has one history");
    }

    /// The history, where there is one.
    pub(crate) fn history(&self) -> Option<&History> {
        self.shared.history.get()
    }

    /// Serves this page, once it is told so.
    pub fn show(&self, bundle: Bundle) {
        let first = self.shared.bundle.set(bundle);
        assert!(first.is_ok(), "a venue has one page");
    }

    /// The page, where there is one.
    pub(crate) fn bundle(&self) -> Option<&Bundle> {
        self.shared.bundle.get()
    }

    /// Tells event streams to end and `GET /ready` to say no. [`crate::serve`] does it.
    pub fn stop(&self) {
        self.shared.stop.send_replace(true);
    }

    pub(crate) fn submitter(&self) -> &Submitter {
        &self.shared.submitter
    }

    pub(crate) fn identity(&self) -> &Arc<Identity> {
        &self.shared.identity
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.shared.guard
    }

    pub(crate) fn openings(&self) -> &RwLock<()> {
        &self.shared.openings
    }

    pub(crate) fn person_openings(&self) -> &Arc<Openings> {
        &self.shared.person_openings
    }

    /// The currency asked for, else the venue's first.
    pub(crate) fn first_currency(&self, code: Option<&str>) -> Result<Currency, Problem> {
        let Some(code) = code else { return Ok(self.shared.currencies[0].code) };
        let known = Currency::new(code).filter(|code| self.rule(*code).is_some());
        known.ok_or_else(|| {
            let all: Vec<String> =
                self.shared.currencies.iter().map(|rule| rule.code.to_string()).collect();
            Problem::field("currency", code, &all.join(", "))
        })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// The venue's own, fixed for its life.
    pub(crate) fn genesis_limits(&self) -> &venue::Limits {
        &self.shared.genesis_limits
    }

    pub(crate) fn site(&self) -> &Site {
        &self.shared.config.site
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.shared.stop.subscribe()
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.shared.stop.borrow() || self.shared.reader.is_stopped()
    }

    pub(crate) fn downgrade(&self) -> WeakGateway {
        WeakGateway { shared: Arc::downgrade(&self.shared) }
    }

    /// What all event streams read; it starts with the first of them.
    pub(crate) fn hub(&self) -> &Hub {
        let Shared { reader, config, hub, .. } = &*self.shared;
        hub.get_or_init(|| Hub::start(self.downgrade(), reader, config.streams_max))
    }

    /// The number of a new socket, from 1 after each start; REST has none.
    pub(crate) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.shared.connections.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// A place among the event streams, until it is dropped.
    pub(crate) fn open_stream(&self, kind: ClientKind) -> Result<ClientPlace, Problem> {
        let streams = Arc::clone(&self.shared.streams);
        let full = |_| Problem::streams_full(self.shared.config.streams_max);
        let permit = streams.try_acquire_owned().map_err(full)?;
        let client = Client { kind, user: None, opened_at: clock::now(), queue: Arc::default() };
        Ok(self.shared.clients.enter(client, permit))
    }

    /// How many connections are open that clients ask by.
    pub(crate) fn connections_open(&self) -> &Arc<AtomicUsize> {
        &self.shared.connections_open
    }

    /// Counts of requests.
    pub(crate) fn meter(&self) -> &RequestMeter {
        &self.shared.meter
    }

    /// The event streams and sockets that are open.
    pub(crate) fn clients(&self) -> &Clients {
        &self.shared.clients
    }

    /// Waits until no event stream and no socket is open.
    pub(crate) async fn streams_ended(&self) {
        let all = u32::try_from(self.shared.config.streams_max).unwrap_or(u32::MAX);
        // It is never closed.
        self.shared.streams.acquire_many(all).await.map(drop).ok();
    }

    /// Looks at what is visible now.
    pub(crate) fn read<T>(&self, ask: impl FnOnce(&Published) -> T) -> T {
        self.shared.reader.read(ask)
    }

    /// Waits until command `seq` is visible, so that what is read then includes it.
    ///
    /// # Errors
    /// When the venue has not come so far within [`MIN_SEQ_WAIT_MAX`], or cannot have told it to
    /// anybody yet.
    pub(crate) async fn reach(&self, seq: Seq) -> Result<(), Problem> {
        let newest = self.read(|published| published.durable().seq).saturating_add(MIN_SEQ_AHEAD);
        if seq > newest {
            let expected = format!("a seq that an answer told: at most {newest}, for now");
            return Err(Problem::field("min_seq", seq.to_string(), &expected));
        }
        let reached = tokio::time::timeout(MIN_SEQ_WAIT_MAX, self.shared.reader.reach(seq)).await;
        if reached.is_ok_and(|is_reached| is_reached) {
            return Ok(());
        }
        Err(Problem::behind(seq, self.read(|published| published.durable().seq)))
    }

    /// Decimal places of a currency. Accounts and instruments exist in the venue's own only.
    pub(crate) fn decimals(&self, currency: Currency) -> u8 {
        let rule = self.rule(currency).expect("the venue settles in it");
        rule.decimals
    }

    pub(crate) fn rule(&self, currency: Currency) -> Option<&CurrencyRule> {
        self.shared.currencies.iter().find(|rule| rule.code == currency)
    }

    /// The balance a new account is given, in minor units.
    pub(crate) fn starting_balance(&self, currency: Currency) -> Option<Amount> {
        let units = i64::from(self.shared.config.starting_balance_units?);
        let minor = 10i64.checked_pow(u32::from(self.decimals(currency)))?;
        units.checked_mul(minor).map(Amount)
    }
}

/// Everything that is asked at one moment, with the principal who asks.
pub(crate) struct Seen<'a> {
    pub published: &'a Published,
    pub principal: Principal,
}

impl<'a> Seen<'a> {
    /// The account, if there is one and the principal may use it.
    pub(crate) fn account(&self, id: AccountId) -> Result<&'a Account, Problem> {
        let account = self.published.views().account(id);
        let usable = account.filter(|account| self.principal.may_use(account));
        usable.ok_or_else(|| Problem::unknown_account(id))
    }

    /// The instrument with this short code.
    pub(crate) fn instrument(&self, symbol: Symbol) -> Result<&'a Instrument, Problem> {
        let instrument = self.published.views().instrument_by_symbol(symbol);
        instrument.ok_or_else(|| Problem::unknown_instrument(symbol))
    }
}
