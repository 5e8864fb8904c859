//! Venue profiles: what a new venue is, what its clients may do, and what it lists, as a file of
//! TOML.
//!
//! **Invariant:** what a profile lists is told only for a venue in which all of it passes: whoever
//! has that list need not fear that half of it cannot be applied. A profile says nothing of places:
//! folders, addresses and logs are flags.

mod command;
mod faults;
mod left;
mod market;
mod missing;
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
use faults::{Fault, Faults};
use market::{There, Trial};
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

/// As many accounts as any venue can have.
pub(crate) const ACCOUNTS_MAX: u32 = (1 << 24) - 1;

/// A profile that was read. What is wrong with it is told as soon as it is known which venue it is
/// for: a new one, or one that is there.
#[derive(Debug)]
pub(crate) struct Profile {
    source: Source,
    said: VenueSection,
    /// What it lists, by place in the file.
    instruments: Vec<(usize, ListInstrument)>,
    /// What is wrong with it in any venue.
    faults: Faults,
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
        let mut faults = Faults::default();
        let shape = source.shape(&mut faults)?;
        let Shape { venue: said, gateway, instruments, places, currency_places } = shape;
        let genesis = new_genesis(&source, &said, &currency_places, &mut faults)?;
        let gateway = config(&source, &gateway, &mut faults);
        let instruments = places.into_iter().zip(instruments).collect();
        Ok(Profile { source, said, instruments, faults, genesis, gateway })
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        self.source.name()
    }

    /// What it lists in a new venue.
    ///
    /// # Errors
    /// All that does not pass.
    pub(crate) fn for_new(&self) -> Result<Vec<Definition>, Failure> {
        let there = There { genesis: &self.genesis, listed: &[], folder: Path::new("") };
        self.judge(there, self.faults.clone())
    }

    /// What it lists, besides `listed`, in the venue of `genesis` that is in `folder`.
    ///
    /// # Errors
    /// All that does not pass, or is not as that venue was made.
    pub(crate) fn for_venue(
        &self,
        genesis: &Genesis,
        listed: &[Definition],
        folder: &Path,
    ) -> Result<Vec<Definition>, Failure> {
        let mut faults = self.faults.clone();
        self.check_same(genesis, folder, &mut faults);
        self.judge(There { genesis, listed, folder }, faults)
    }

    fn judge(&self, there: There<'_>, mut faults: Faults) -> Result<Vec<Definition>, Failure> {
        self.check_balance(there.genesis, &mut faults);
        let mut trial = Trial::new(&self.source, there, &mut faults);
        let added = self.instruments.iter().filter_map(|(at, body)| trial.add(*at, body));
        let added = added.collect();
        faults.judge().map(|()| added)
    }

    /// That the opening balance is an amount in every currency.
    fn check_balance(&self, genesis: &Genesis, faults: &mut Faults) {
        let Some(units) = self.gateway.starting_balance_units else { return };
        for CurrencyRule { code, decimals } in &genesis.currencies {
            let max = AMOUNT_MAX.unsigned_abs() / 10u64.pow(u32::from(*decimals));
            if u64::from(units) > max {
                let expected = format!("1 to {max}, since {code} has {decimals} decimals");
                faults.push(self.source.fault("gateway.opening_balance_units", units, expected));
            }
        }
    }

    /// That a venue which is there already is what the profile says, as far as it says anything.
    fn check_same(&self, genesis: &Genesis, folder: &Path, faults: &mut Faults) {
        let expected = |theirs: String| {
            format!("{theirs}: so the venue in {} was made, for its whole life", folder.display())
        };
        if self.said.currencies.is_some() && self.genesis.currencies != genesis.currencies {
            let (ours, theirs) = (listed(&self.genesis.currencies), listed(&genesis.currencies));
            faults.push(self.source.fault("venue.currencies", ours, expected(theirs)));
        }
        let mut theirs = genesis.limits;
        for (field, said, theirs) in self.said.limits(&mut theirs) {
            if let Some(Number(said)) = said
                && said != i64::from(*theirs)
            {
                let field = format!("venue.{field}");
                faults.push(self.source.fault(&field, said, expected(theirs.to_string())));
            }
        }
    }
}

/// Hours as they stand in a profile or a flag.
pub(crate) fn hours(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 3_600)
}

fn listed(rules: &[CurrencyRule]) -> String {
    let shown = |rule: &CurrencyRule| format!("{} with {} decimals", rule.code, rule.decimals);
    rules.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// A genesis that passes: what is out of range is noted, and the default stands in for it.
fn new_genesis(
    source: &Source,
    said: &VenueSection,
    currency_places: &[usize],
    faults: &mut Faults,
) -> Result<Genesis, Failure> {
    let mut limits = Limits::default();
    for (_, said, limit) in said.limits(&mut limits) {
        if let Some(said) = said {
            *limit = said.nearest();
        }
    }
    let mut genesis = Genesis {
        venue: 0,
        rules: RULES_MAX,
        clearing_shards: 1,
        matching_shards: 1,
        limits,
        currencies: match &said.currencies {
            Some(entries) => {
                let rules = currencies(source, entries, currency_places, faults);
                // Nothing is left of what was told to be faulty.
                if rules.is_empty() && !entries.is_empty() { demo_currencies()? } else { rules }
            }
            None => demo_currencies()?,
        },
        business_date: Date(0),
        hash_key: [0; 2],
        parent: None,
    };
    while let Err(bad) = genesis.check() {
        faults.push(out_of_range(source, said, bad));
        let (mut defaults, named) = (Limits::default(), bad.field);
        let defaults = VenueSection::default().limits(&mut defaults);
        let ours = said.limits(&mut genesis.limits).into_iter().zip(defaults);
        for ((_, _, ours), (_, _, default)) in ours.filter(|((name, ..), _)| names(named, name)) {
            *ours = *default;
        }
        if bad.field == "currencies" {
            genesis.currencies = demo_currencies()?;
        }
    }
    Ok(genesis)
}

fn demo_currencies() -> Result<Vec<CurrencyRule>, Failure> {
    let (demo, mut faults) = (Source::new("demo.toml", DEMO), Faults::default());
    let Shape { venue, currency_places, .. } = demo.shape(&mut faults)?;
    let entries = venue.currencies.expect("the demo profile has currencies");
    Ok(currencies(&demo, &entries, &currency_places, &mut faults))
}

/// Whether a range is of this limit, by itself or together with others.
fn names(field: &str, limit: &str) -> bool {
    field.split(' ').any(|part| part == limit)
}

/// Names the field of the file that is out of range. Some ranges are of several fields together:
/// then it is the last of them that the file says.
fn out_of_range(source: &Source, said: &VenueSection, bad: BadGenesis) -> Fault {
    let BadGenesis { field, value, min, max } = bad;
    let expected = format!("{min} to {max}");
    let mut limits = Limits::default();
    let said = said.limits(&mut limits).into_iter().rev();
    let mut said = said.filter_map(|(name, said, _)| Some((name, said?)));
    match said.find(|(name, _)| names(field, name)) {
        Some((name, Number(said))) if name == field => {
            source.fault(&format!("venue.{name}"), said, expected)
        }
        Some((name, _)) => {
            source.fault_at(&format!("venue.{name}"), &format!("venue: {field}"), value, expected)
        }
        None => source.fault(&format!("venue.{field}"), value, expected),
    }
}

/// The currencies whose codes pass.
fn currencies(
    source: &Source,
    entries: &[CurrencyEntry],
    places: &[usize],
    faults: &mut Faults,
) -> Vec<CurrencyRule> {
    let mut rules: Vec<CurrencyRule> = Vec::new();
    for (at, entry) in places.iter().copied().zip(entries) {
        let Some(code) = faults.note(code(source, at, entry, &rules)) else { continue };
        let field = format!("venue.currencies[{at}].decimals");
        let decimals = source.whole(&field, entry.decimals, 0, CURRENCY_DECIMALS_MAX);
        let decimals = u8::try_from(faults.note(decimals).unwrap_or(0)).expect("one digit");
        rules.push(CurrencyRule { code, decimals });
    }
    rules
}

fn code(
    source: &Source,
    at: usize,
    entry: &CurrencyEntry,
    before: &[CurrencyRule],
) -> Result<Currency, Fault> {
    let field = format!("venue.currencies[{at}].code");
    let is_code = entry.code.len() == 3 && entry.code.bytes().all(|b| b.is_ascii_uppercase());
    let code = Currency::new(&entry.code)
        .filter(|_| is_code)
        .ok_or_else(|| source.fault(&field, &entry.code, "three capital letters, such as BRL"))?;
    if before.iter().any(|rule| rule.code == code) {
        let expected = "a currency that is not listed before it";
        return Err(source.fault(&field, code, expected));
    }
    Ok(code)
}

/// What clients may do, with the default in the place of what does not pass.
fn config(source: &Source, said: &GatewaySection, faults: &mut Faults) -> gateway::Config {
    let mut config = gateway::Config {
        self_service_deposits: said.self_service_deposits.unwrap_or(false),
        ..gateway::Config::default()
    };
    let mut number = |name: &str, said: Option<Number>, min: u32, max: u32| {
        faults.note(source.whole(&format!("gateway.{name}"), said?, min, max))
    };
    config.starting_balance_units =
        number("opening_balance_units", said.opening_balance_units, 1, u32::MAX);
    let rates = [
        ("key_rate", said.key_rate, &mut config.rates.key),
        ("account_rate", said.account_rate, &mut config.rates.account),
        ("address_rate", said.address_rate, &mut config.rates.address),
    ];
    for (name, said, rate) in rates {
        if let Some(number) = number(name, said, 1, gateway::RATE_MAX) {
            *rate = number.try_into().expect("it is not zero");
        }
    }
    if let Some(count) = number("guest_idle_hours", said.guest_idle_hours, 1, u32::MAX) {
        config.guest_idle = hours(count);
    }
    let caps = [
        ("guests_max", said.guests_max, 0, GUESTS_MAX, &mut config.guests_max),
        (
            "accounts_per_person_max",
            said.accounts_per_person_max,
            1,
            ACCOUNTS_MAX,
            &mut config.accounts_per_person_max,
        ),
        ("connections_max", said.connections_max, 1, CONNECTIONS_MAX, &mut config.connections_max),
        ("streams_max", said.streams_max, 1, CONNECTIONS_MAX, &mut config.streams_max),
    ];
    for (name, said, min, max, cap) in caps {
        if let Some(number) = number(name, said, min, max) {
            *cap = number as usize;
        }
    }
    config
}
