//! Venue profiles: what a new venue is, what its clients may do, and what it lists, as a file of
//! TOML.
//!
//! **Invariant:** a profile that was read passes as a whole: whoever holds one need not fear that
//! half of it cannot be applied. It says nothing of places: folders, addresses and logs are flags.

mod command;
mod market;
mod shape;
mod source;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use types::{AMOUNT_MAX, Currency, Date};
use venue::{BadGenesis, CurrencyRule, Definition, Genesis, Limits, RULES_MAX};
use wire::json::ListInstrument;

use crate::exit::Failure;
use shape::{CurrencyEntry, GatewaySection, Number, Shape, VenueSection};
use source::Source;

pub(crate) use command::{Args, run};

/// The built-in profile, and the only place where its figures stand.
const DEMO: &str = include_str!("demo.toml");
/// More places of a currency's smallest unit than the steps of an instrument could make up for.
const CURRENCY_DECIMALS_MAX: u32 = 9;
/// More open connections, streams or sockets than one process is given files for.
const CONNECTIONS_MAX: u32 = 65_536;
/// More guests than anybody would want at one time.
const GUESTS_MAX: u32 = 1_000_000;

/// A profile whose every field passes.
#[derive(Debug)]
pub(crate) struct Profile {
    source: Source,
    said: VenueSection,
    instruments: Vec<ListInstrument>,
    /// A new venue's genesis, but for what is drawn or read from a clock: its id, the hash keys
    /// and the business date.
    pub(crate) genesis: Genesis,
    /// What clients may do; its places are still the defaults.
    pub(crate) gateway: gateway::Config,
}

impl Profile {
    /// The demo market.
    pub(crate) fn demo() -> Result<Profile, Failure> {
        Profile::read(Source::new("demo.toml", DEMO))
    }

    /// What is served when nobody says anything: nothing is listed, and payments wait.
    pub(crate) fn bare() -> Result<Profile, Failure> {
        Profile::read(Source::new("no profile", ""))
    }

    /// The profile in a file.
    pub(crate) fn of_file(path: &Path) -> Result<Profile, Failure> {
        Profile::read(Source::of_file(path)?)
    }

    fn read(source: Source) -> Result<Profile, Failure> {
        let Shape { venue: said, gateway, instruments } = source.shape()?;
        let genesis = new_genesis(&source, &said)?;
        let gateway = config(&source, &gateway)?;
        let profile = Profile { source, said, instruments, genesis, gateway };
        profile.check_balance(&profile.genesis)?;
        profile.definitions(&profile.genesis)?;
        Ok(profile)
    }

    /// That the opening balance is an amount in every currency.
    fn check_balance(&self, genesis: &Genesis) -> Result<(), Failure> {
        let Some(units) = self.gateway.starting_balance_units else { return Ok(()) };
        for CurrencyRule { code, decimals } in &genesis.currencies {
            let max = AMOUNT_MAX.unsigned_abs() / 10u64.pow(u32::from(*decimals));
            if u64::from(units) > max {
                let expected = format!("1 to {max}, since {code} has {decimals} decimals");
                return Err(self.source.fault("gateway.opening_balance_units", units, expected));
            }
        }
        Ok(())
    }

    /// What the profile lists, as a venue of `genesis` would take it.
    pub(crate) fn definitions(&self, genesis: &Genesis) -> Result<Vec<Definition>, Failure> {
        market::definitions(&self.source, &self.instruments, genesis)
    }

    /// That a venue which is there already is what the profile says, as far as it says anything.
    pub(crate) fn check_same(&self, genesis: &Genesis, folder: &Path) -> Result<(), Failure> {
        let expected = |theirs: String| {
            format!("{theirs}: so the venue in {} was made, for its whole life", folder.display())
        };
        if self.said.currencies.is_some() && self.genesis.currencies != genesis.currencies {
            let (ours, theirs) = (listed(&self.genesis.currencies), listed(&genesis.currencies));
            return Err(self.source.fault("venue.currencies", ours, expected(theirs)));
        }
        self.check_balance(genesis)?;
        let mut theirs = genesis.limits;
        for (field, said, theirs) in self.said.limits(&mut theirs) {
            if let Some(Number(said)) = said
                && said != i64::from(*theirs)
            {
                let field = format!("venue.{field}");
                return Err(self.source.fault(&field, said, expected(theirs.to_string())));
            }
        }
        Ok(())
    }
}

fn listed(rules: &[CurrencyRule]) -> String {
    let shown = |rule: &CurrencyRule| format!("{} with {} decimals", rule.code, rule.decimals);
    rules.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn new_genesis(source: &Source, said: &VenueSection) -> Result<Genesis, Failure> {
    let currencies = match &said.currencies {
        Some(entries) => currencies(source, entries)?,
        None => {
            let demo = Source::new("demo.toml", DEMO);
            let entries = demo.shape()?.venue.currencies;
            currencies(&demo, &entries.expect("the demo profile has currencies"))?
        }
    };
    let mut limits = Limits::default();
    for (_, said, limit) in said.limits(&mut limits) {
        if let Some(said) = said {
            *limit = said.nearest();
        }
    }
    let genesis = Genesis {
        venue: 0,
        rules: RULES_MAX,
        clearing_shards: 1,
        matching_shards: 1,
        limits,
        currencies,
        business_date: Date(0),
        hash_key: [0; 2],
        parent: None,
    };
    genesis.check().map_err(|bad| out_of_range(source, said, bad))?;
    Ok(genesis)
}

/// Names the field of the file that is out of range. Some ranges are of several fields together:
/// then it is the last of them that the file says.
fn out_of_range(source: &Source, said: &VenueSection, bad: BadGenesis) -> Failure {
    let BadGenesis { field, value, min, max } = bad;
    let expected = format!("{min} to {max}");
    let mut limits = Limits::default();
    let said = said.limits(&mut limits).into_iter().rev();
    let named = |name: &str| field.split(' ').any(|part| part == name);
    let mut said = said.filter_map(|(name, said, _)| Some((name, said?)));
    match said.find(|(name, _)| named(name)) {
        Some((name, Number(said))) if name == field => {
            source.fault(&format!("venue.{name}"), said, expected)
        }
        Some((name, _)) => {
            source.fault_at(&format!("venue.{name}"), &format!("venue: {field}"), value, expected)
        }
        None => source.fault(&format!("venue.{field}"), value, expected),
    }
}

fn currencies(source: &Source, entries: &[CurrencyEntry]) -> Result<Vec<CurrencyRule>, Failure> {
    let mut rules: Vec<CurrencyRule> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let field = |name: &str| format!("venue.currencies[{at}].{name}");
        let is_code = entry.code.len() == 3 && entry.code.bytes().all(|b| b.is_ascii_uppercase());
        let code = Currency::new(&entry.code).filter(|_| is_code).ok_or_else(|| {
            source.fault(&field("code"), &entry.code, "three capital letters, such as BRL")
        })?;
        if rules.iter().any(|rule| rule.code == code) {
            let expected = "a currency that is not listed before it";
            return Err(source.fault(&field("code"), code, expected));
        }
        let decimals =
            source.whole(&field("decimals"), entry.decimals, 0, CURRENCY_DECIMALS_MAX)?;
        let decimals = u8::try_from(decimals).expect("one digit");
        rules.push(CurrencyRule { code, decimals });
    }
    Ok(rules)
}

fn config(source: &Source, said: &GatewaySection) -> Result<gateway::Config, Failure> {
    let mut config = gateway::Config {
        self_service_deposits: said.self_service_deposits.unwrap_or(false),
        ..gateway::Config::default()
    };
    let number = |name: &str, said: Option<Number>, min: u32, max: u32| {
        said.map(|said| source.whole(&format!("gateway.{name}"), said, min, max)).transpose()
    };
    config.starting_balance_units =
        number("opening_balance_units", said.opening_balance_units, 1, u32::MAX)?;
    let rates = [
        ("key_rate", said.key_rate, &mut config.rates.key),
        ("account_rate", said.account_rate, &mut config.rates.account),
        ("address_rate", said.address_rate, &mut config.rates.address),
    ];
    for (name, said, rate) in rates {
        if let Some(number) = number(name, said, 1, gateway::RATE_MAX)? {
            *rate = number.try_into().expect("it is not zero");
        }
    }
    if let Some(hours) = number("guest_idle_hours", said.guest_idle_hours, 1, u32::MAX)? {
        config.guest_idle = Duration::from_secs(u64::from(hours) * 3_600);
    }
    let caps = [
        ("guests_max", said.guests_max, 0, GUESTS_MAX, &mut config.guests_max),
        ("connections_max", said.connections_max, 1, CONNECTIONS_MAX, &mut config.connections_max),
        ("streams_max", said.streams_max, 1, CONNECTIONS_MAX, &mut config.streams_max),
    ];
    for (name, said, min, max, cap) in caps {
        if let Some(number) = number(name, said, min, max)? {
            *cap = number as usize;
        }
    }
    Ok(config)
}
