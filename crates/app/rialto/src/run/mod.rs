//! `rialto run`: opens the data folder, starts the venue, serves it, and drains at the end.
//!
//! **Invariant:** the process ends with code 70 before anybody hears of a batch that may not be
//! durable.

mod date;
mod files;
mod genesis;
mod listen;
mod logs;
mod market;
mod people;
mod shutdown;
mod traders;
mod vitals;
mod web;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use bus::{Reader, Submitter};
use gateway::{Gateway, Site, Vitals, serve_operations};
use journal::{FileStorage, Options};
use sequencer::{Fatal, Found, OnFatal, Opened, Wall};
use store::Location;
use types::{PrincipalId, Timestamp};
use venue::{Definition, Genesis};

use date::Calendar;
use listen::{Listeners, Open};

use crate::exit::{Exit, Failure, OrExit};
use crate::folder;
use crate::history::{History, Where};
use crate::memory;
use crate::profile::{self, Profile};
use crate::progress;

pub(crate) use genesis::now;

/// Stands for the venue's own staff.
const OPERATOR: PrincipalId = PrincipalId(0);
/// What tasks that ignore the end of the server may take before they are dropped.
const TASKS_END_MAX: Duration = Duration::from_secs(2);

/// Serve an exchange from a data folder, which is made if it is not there.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The folder that holds the exchange; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where operators find /metrics and the details of /health, without a key: an address that
    /// only this machine reaches. Without it there are none.
    #[arg(long, value_name = "ADDR")]
    metrics_listen: Option<SocketAddr>,
    /// What a new venue is, what its clients may do and what it lists: a file as `rialto profile`
    /// prints one.
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    profile: Option<PathBuf>,
    /// Take the built-in profile: a few instruments are listed, everybody's first account is given
    /// 10,000 units of its currency, and deposits and withdrawals are booked at once.
    #[arg(long)]
    demo: bool,
    /// Commands a second of the demo market's own traders, 0 to 1000; 0 leaves the market to you.
    #[arg(long, value_name = "N", default_value_t = traders::RATE, requires = "demo",
        value_parser = clap::value_parser!(u32).range(..=i64::from(demo::RATE_MAX)))]
    demo_rate: u32,
    /// Book deposits and withdrawals at once, or not: then they wait until an operator confirms or
    /// fails them.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    self_service_deposits: Option<bool>,
    /// How to log, to stderr.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log: logs::Format,
    /// What to log: a level, or `target=level` separated by commas. `info` has the requests that
    /// failed, took a second, or concern people, keys, instruments and the venue;
    /// `info,gateway=debug` has all.
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log_filter: String,
    /// Serve other machines although nothing is encrypted.
    #[arg(long)]
    insecure_http: bool,
    /// Where browsers reach the venue, such as https://rialto.example; requests that name another
    /// host are refused. Without it, any of this machine's own names will do.
    #[arg(long, value_name = "URL", value_parser = site)]
    public_url: Option<Site>,
    /// Requests a second with one key or login, twice as many at once.
    #[arg(long, value_name = "N", value_parser = rate)]
    key_rate: Option<NonZeroU32>,
    /// Commands and previews a second for one account, cancels aside, twice as many at once.
    #[arg(long, value_name = "N", value_parser = rate)]
    account_rate: Option<NonZeroU32>,
    /// Registrations, logins and guests a minute from one address, twice as many at once.
    #[arg(long, value_name = "N", value_parser = rate)]
    address_rate: Option<NonZeroU32>,
    /// Hours after which a guest whom nobody has seen is removed.
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..))]
    guest_idle: Option<u32>,
    /// Accounts that one person may have, closed ones aside; whoever has the scope `admin` may open
    /// more.
    #[arg(long, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(profile::ACCOUNTS_MAX)))]
    accounts_per_person: Option<u32>,
    /// Serve /v1/admin also where other machines can reach it: beyond this machine's own address,
    /// or with --public-url.
    #[arg(long)]
    admin_api: bool,
    /// Leave the business date to operators; otherwise it moves on with the date of UTC.
    #[arg(long)]
    manual_date: bool,
    /// Size of a journal segment, and of the reserve for a full disk.
    #[arg(long, value_name = "MIB", default_value_t = 64,
        value_parser = clap::value_parser!(u64).range(1..=1024))]
    segment_mib: u64,
    #[command(flatten)]
    history: Where,
}

/// The venue's handles, while it runs.
struct Running {
    sequencer: sequencer::Sequencer,
    submitter: Submitter,
    reader: Reader,
    genesis: Genesis,
    /// What the profile lists in it.
    listings: Vec<Definition>,
    /// Those who write history.
    followers: Vec<JoinHandle<()>>,
    /// What they have written.
    history: Option<store::History>,
    vitals: Vitals,
}

/// Serves until a signal comes or the venue ends.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    logs::start(args.log, &args.log_filter)?;
    let started_at = now()?;
    let profile = chosen(args)?;
    check_before(args, &profile)?;
    let listeners = Listeners::bind(args)?;
    let running = start(args, &profile, started_at)?;
    let identity = Arc::new(people::open(&args.data)?);
    let traders = traders::of(args, &identity, &running)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("cannot start threads").or_cannot_start()?;
    let Running { sequencer, submitter, reader, genesis, listings, followers, history, vitals } =
        running;
    let served = runtime.block_on(async {
        let shutdown = shutdown::signalled(reader.clone()).or_cannot_start()?;
        if !args.manual_date {
            let calendar = Calendar::new(submitter.clone(), reader.clone());
            let again = calendar.look().await;
            tokio::spawn(calendar.follow(again));
        }
        market::list(&submitter, &reader, &listings).await?;
        let listeners = listeners.open()?;
        let config = config(args, profile.gateway.clone(), listeners.address);
        tell_policy(profile.name(), &config);
        files::make_room(config.connections_max + config.streams_max);
        let gateway = Gateway::new(submitter, reader, &genesis, identity, config);
        if let Some(history) = history {
            gateway.remember(history);
        }
        if let Some(bundle) = web::bundle() {
            gateway.show(bundle);
        }
        serve(gateway, listeners, vitals, traders, shutdown).await
    });
    // Connections that were cut off hold submitters too: the venue ends when the last is gone.
    runtime.shutdown_timeout(TASKS_END_MAX);
    sequencer.join().map_err(|fatal| Exit::Fatal.because(fatal))?;
    // What they have not written is in the journal.
    followers.into_iter().for_each(|it| drop(it.join()));
    tracing::info!("everything answered is durable; the end");
    served.map(|()| Exit::Ok)
}

fn chosen(args: &Args) -> Result<Profile, Failure> {
    match &args.profile {
        Some(file) => Profile::of_file(file),
        None if args.demo => Profile::demo(),
        None => Profile::bare(),
    }
}

/// What cannot be served is told before anything is made.
fn check_before(args: &Args, profile: &Profile) -> Result<(), Failure> {
    match folder::genesis(&args.data)? {
        Some(genesis) => memory::check(&genesis.limits),
        None => {
            profile.for_new()?;
            memory::check(&profile.genesis.limits)
        }
    }
}

/// What the gateway lets people do: a profile that was left out at a restart is seen here.
fn tell_policy(profile: &str, config: &gateway::Config) {
    tracing::info!(
        profile,
        self_service_deposits = config.self_service_deposits,
        opening_balance_units = config.starting_balance_units.unwrap_or(0),
        guests_max = config.guests_max,
        accounts_per_person_max = config.accounts_per_person_max,
        guest_idle_hours = config.guest_idle.as_secs() / 3_600,
        registrations_a_minute = config.rates.address,
        "what clients may do"
    );
}

fn site(url: &str) -> Result<Site, String> {
    Site::new(url).ok_or_else(|| format!("expected {}", Site::EXPECTED))
}

fn rate(text: &str) -> Result<NonZeroU32, String> {
    let rate = text.parse().ok().filter(|rate: &NonZeroU32| rate.get() <= gateway::RATE_MAX);
    rate.ok_or_else(|| format!("expected 1 to {}", gateway::RATE_MAX))
}

fn start(args: &Args, profile: &Profile, started_at: Timestamp) -> Result<Running, Failure> {
    let location = args.history.location(&args.data)?;
    let storage = folder::take(&args.data)?;
    let segment_bytes = args.segment_mib << 20;
    let journal = Options { segment_bytes, reserve_bytes: segment_bytes };
    let config = sequencer::Config { journal, ..sequencer::Config::default() };
    if folder::genesis(&args.data)?.is_none() {
        let (genesis, at) = genesis::new(profile)?;
        sequencer::create(storage.clone(), &config, &genesis, at.0).or_cannot_start()?;
        let (folder, venue) = (args.data.display(), format!("{:032x}", genesis.venue));
        tracing::info!(%folder, venue, "a new venue");
    }
    let found = look(storage)?;
    let genesis = found.replica.venue.genesis().clone();
    let listed: Vec<_> = found.replica.views.instruments().map(|it| it.definition).collect();
    // What does not pass is told before anything in the folder is changed.
    let listings = profile.for_venue(&genesis, &listed, &args.data)?;
    let look = |location: &Location| History::open(location.clone(), &found.replica);
    let history = location.as_ref().map(look).transpose()?;
    let opened = open(found, config)?;
    let (archive, epoch) = (opened.archive(), opened.recovery.epoch);
    let started = opened.run(Wall, on_fatal()).context("cannot start threads");
    let (sequencer, submitter, reader) = started.or_cannot_start()?;
    let (tellers, standings) = store::standings();
    let followers = history.map(|it| it.follow(&reader, &archive, tellers)).transpose()?;
    let followers = followers.unwrap_or_default();
    let history = location.map(|location| store::History::new(location, standings));
    let vitals = Vitals {
        version: env!("CARGO_PKG_VERSION"),
        epoch,
        started_at,
        venue: sequencer.meter(),
        look: vitals::look_at(&args.data, archive),
    };
    Ok(Running { sequencer, submitter, reader, genesis, listings, followers, history, vitals })
}

fn look(storage: FileStorage) -> Result<Found<FileStorage>, Failure> {
    let bar = progress::bar(0, "commands");
    let found = sequencer::look(storage, &mut |seq, last| {
        bar.set_length(last);
        bar.set_position(seq);
    });
    bar.finish_and_clear();
    found.map_err(folder::unopened)
}

fn open(
    found: Found<FileStorage>,
    config: sequencer::Config,
) -> Result<Opened<FileStorage>, Failure> {
    let opened = found.open(config).map_err(folder::unopened)?;
    let recovery = &opened.recovery;
    if let Some(cut) = &recovery.cut {
        tracing::warn!("{}", folder::cut_told(cut));
    }
    tracing::info!(seq = recovery.last_seq, epoch = recovery.epoch, "the venue is open");
    Ok(opened)
}

/// Ends the process on the thread that found out, before anything of the batch is answered.
fn on_fatal() -> OnFatal {
    Box::new(|fatal: &Fatal| {
        tracing::error!(%fatal, "stopped at once");
        std::process::exit(Exit::Fatal as i32);
    })
}

/// What the profile says, save where a flag says something else, and the places.
fn config(args: &Args, said: gateway::Config, address: SocketAddr) -> gateway::Config {
    let local = Site::local(address.port());
    let mut config = gateway::Config {
        self_service_deposits: args.self_service_deposits.unwrap_or(said.self_service_deposits),
        // Behind a proxy that others reach, this machine's own address is everybody's.
        admin_api: args.admin_api || address.ip().is_loopback() && args.public_url.is_none(),
        // Who serves other machines without saying under which name is reached by any.
        checks_host: args.public_url.is_some() || address.ip().is_loopback(),
        site: args.public_url.clone().map_or(local.clone(), |site| site.behind(local)),
        ..said
    };
    let rates = &mut config.rates;
    rates.key = args.key_rate.unwrap_or(rates.key);
    rates.account = args.account_rate.unwrap_or(rates.account);
    rates.address = args.address_rate.unwrap_or(rates.address);
    if let Some(max) = args.accounts_per_person {
        config.accounts_per_person_max = max as usize;
    }
    if let Some(hours) = args.guest_idle {
        config.guest_idle = profile::hours(hours);
    }
    config
}

async fn serve(
    gateway: Gateway,
    listeners: Open,
    vitals: Vitals,
    traders: Option<impl Future<Output = ()>>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    gateway.finish_departures().await;
    gateway.finish_openings().await;
    listeners.tell();
    let Open { listener, metrics, .. } = listeners;
    let watched = async {
        match metrics {
            Some((listener, address)) => {
                serve_operations(listener, address.port(), gateway.clone(), vitals).await
            }
            None => std::future::pending().await,
        }
    };
    let traded = async {
        if let Some(traders) = traders {
            traders.await;
        }
        std::future::pending::<Infallible>().await
    };
    // What operators watch is there as long as anybody is served, also while that ends.
    tokio::select! {
        served = gateway::serve(listener, gateway.clone(), shutdown) => served.or_cannot_start(),
        never = watched => match never {},
        never = traded => match never {},
    }
}
