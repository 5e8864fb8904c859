//! What all traders do next: a function of what the venue shows and of a seed.
//!
//! **Invariant:** integers only, no clock and no memory of orders: what is open is looked up.

use types::{Currency, PrincipalId, Side, Symbol};
use venue::Action;
use view::{Account, AccountStatus, Views};

use crate::funding::{self, Accounts, Owners, Role};
use crate::maker;
use crate::market::{KNOWN, Market};
use crate::noise::{self, Rush};
use crate::random::Random;

/// How often the maker may act before the noise does.
const MAKER_PERMILLE: i64 = 650;
/// How often many begin to act at once, how many they are, and how often one of them is next.
const RUSH_PERMILLE: i64 = 4;
const RUSH_TURNS: (i64, i64) = (5, 16);
const RUSH_ACTS_PERMILLE: i64 = 800;
/// Turns after which the accounts are looked after again.
const LOOK_AFTER_TURNS: u64 = 500;

/// The market maker and the noise.
#[derive(Debug)]
pub struct Traders {
    owners: Owners,
    random: Random,
    markets: Vec<Market>,
    accounts: Vec<Accounts>,
    rush: Option<(usize, Rush)>,
    turns: u64,
    /// Whether an account lacks something, as far as is known.
    is_lacking: bool,
}

impl Traders {
    /// Traders who own nothing yet, or what they had before.
    pub fn new(owners: Owners, seed: u64) -> Traders {
        let (markets, accounts) = (Vec::new(), Vec::new());
        let random = Random::new(seed);
        Traders { owners, random, markets, accounts, rush: None, turns: 0, is_lacking: true }
    }

    /// Lets a moment pass, and tells what somebody does then, in whose name; mostly there is
    /// something.
    pub fn next(&mut self, views: &Views) -> Option<(PrincipalId, Action)> {
        self.is_lacking |= self.turns.is_multiple_of(LOOK_AFTER_TURNS);
        self.turns += 1;
        if self.is_lacking {
            if let Some(first) = self.look_after(views) {
                return Some(first);
            }
            self.is_lacking = false;
        }
        if self.markets.is_empty() {
            return None;
        }
        let (random, count) = (&mut self.random, self.markets.len() as u64);
        let first = random.below(count) as usize;
        self.markets[first].wander(random);
        let maker_first = random.permille(MAKER_PERMILLE);
        let quoted = maker_first.then(|| self.quote(views, first)).flatten();
        quoted.or_else(|| self.make_noise(views, first))
    }

    /// Finds the markets and the accounts, and what one of them lacks.
    fn look_after(&mut self, views: &Views) -> Option<(PrincipalId, Action)> {
        for known in &KNOWN {
            let symbol = Symbol::new(known.symbol)?;
            let Some(listed) = views.instrument_by_symbol(symbol) else { continue };
            if !self.markets.iter().any(|market| market.instrument == listed.id) {
                self.markets.extend(Market::new(known, views));
            }
            let currency = listed.definition.currency;
            if !self.accounts.iter().any(|accounts| accounts.currency == currency) {
                match Accounts::find(views, self.owners, currency) {
                    Ok(found) => self.accounts.push(found),
                    Err(opening) => return Some(opening),
                }
            }
        }
        let all = self.accounts.iter().flat_map(Accounts::all);
        let mut open = all.filter_map(|(role, id)| Some((role, acting(views.account(id)?)?)));
        open.find_map(|(role, account)| {
            let action = funding::lacking(views, role, account, &self.markets)?;
            Some((self.owners.of(role), action))
        })
    }

    /// The maker's next command: of the market given, else of the first that needs one.
    fn quote(&mut self, views: &Views, first: usize) -> Option<(PrincipalId, Action)> {
        let count = self.markets.len();
        let (markets, accounts, random) = (&self.markets, &self.accounts, &mut self.random);
        let action = (first..first + count).find_map(|index| {
            let market = &markets[index % count];
            let instrument = market.open(views)?;
            let account = own(accounts, instrument.definition.currency)?.maker;
            maker::next(market, instrument, acting(views.account(account)?)?, random)
        })?;
        Some((self.owners.maker, action))
    }

    fn make_noise(&mut self, views: &Views, index: usize) -> Option<(PrincipalId, Action)> {
        let random = &mut self.random;
        if self.rush.is_none() && random.permille(RUSH_PERMILLE) {
            let side = if random.permille(500) { Side::Buy } else { Side::Sell };
            let turns = random.between(RUSH_TURNS.0, RUSH_TURNS.1).cast_unsigned();
            self.rush = Some((index, Rush { side, turns }));
        }
        let acts = random.permille(RUSH_ACTS_PERMILLE);
        let rush = self.rush.filter(|_| acts);
        let index = rush.map_or(index, |(index, _)| index);
        if let Some((at, rush)) = rush {
            let turns = rush.turns - 1;
            self.rush = (turns > 0).then_some((at, Rush { turns, ..rush }));
        }
        let instrument = self.markets[index].open(views)?;
        let noise = own(&self.accounts, instrument.definition.currency)?.noise;
        let account = noise[random.below(noise.len() as u64) as usize];
        let account = acting(views.account(account)?)?;
        let rush = rush.map(|(_, rush)| rush);
        let market = &mut self.markets[index];
        let action = noise::next(market, instrument, account, rush, random)?;
        Some((self.owners.of(Role::Noise), action))
    }
}

fn own(accounts: &[Accounts], currency: Currency) -> Option<&Accounts> {
    accounts.iter().find(|accounts| accounts.currency == currency)
}

/// An account that may act: an operator can suspend it as any other.
fn acting(account: &Account) -> Option<&Account> {
    (account.status == AccountStatus::Active && !account.is_killed).then_some(account)
}
