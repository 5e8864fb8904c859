//! The traders' accounts: opened, and given cash and shares.
//!
//! **Invariant:** what is to be done follows from what the venue has, so a start that was cut off
//! goes on where it was, and one that was not has nothing to do.

use types::{AccountId, Amount, Currency, Price, PrincipalId, Qty, SelfTrade, Side};
use venue::Action;
use view::{Account, AccountStatus, Instrument, Views};

use crate::market::{self, Market};

/// Who the traders are: what they have belongs to these two.
#[derive(Clone, Copy, Debug)]
pub struct Owners {
    /// Of the market maker's accounts.
    pub maker: PrincipalId,
    /// Of the noise traders' accounts.
    pub noise: PrincipalId,
}

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Maker,
    Noise,
}

/// Accounts that the noise has in each currency: they trade with each other too.
pub(crate) const NOISE_ACCOUNTS: usize = 2;
/// Units of each instrument that an account is given, and has about.
const MAKER_UNITS: u64 = 4_000;
const NOISE_UNITS: u64 = 1_000;
/// An account that has less than this part of what it was given is given it again.
const LOW_PART: i64 = 10;

/// The accounts of one currency.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accounts {
    pub currency: Currency,
    pub maker: AccountId,
    pub noise: [AccountId; NOISE_ACCOUNTS],
}

impl Accounts {
    /// Those of a currency.
    ///
    /// # Errors
    /// The opening of one that is missing.
    pub(crate) fn find(
        views: &Views,
        owners: Owners,
        currency: Currency,
    ) -> Result<Accounts, (PrincipalId, Action)> {
        let of = |owner| {
            let open = views.accounts_below(u64::MAX).filter(move |it| it.owner == owner);
            open.filter(move |it| it.currency == currency && it.status != AccountStatus::Closed)
        };
        let missing =
            |owner, self_trade| (owner, Action::OpenAccount { owner, currency, self_trade });
        // Newest first: the oldest are at the end.
        let maker = of(owners.maker).last();
        let maker = maker.ok_or(missing(owners.maker, SelfTrade::CancelOldest))?;
        let noise: Vec<AccountId> = of(owners.noise).map(|account| account.id).collect();
        let oldest: Vec<AccountId> = noise.into_iter().rev().take(NOISE_ACCOUNTS).collect();
        let noise = oldest.try_into().ok();
        let noise = noise.ok_or(missing(owners.noise, SelfTrade::CancelOldest))?;
        Ok(Accounts { currency, maker: maker.id, noise })
    }

    /// Each with what it is for.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Role, AccountId)> {
        let noise = self.noise.iter().map(|account| (Role::Noise, *account));
        std::iter::once((Role::Maker, self.maker)).chain(noise)
    }
}

impl Owners {
    pub(crate) fn of(self, role: Role) -> PrincipalId {
        match role {
            Role::Maker => self.maker,
            Role::Noise => self.noise,
        }
    }
}

/// Lots of an instrument that an account is given.
pub(crate) fn lots(role: Role, market: &Market) -> u64 {
    market.unit_lots
        * match role {
            Role::Maker => MAKER_UNITS,
            Role::Noise => NOISE_UNITS,
        }
}

/// The first deposit or issue that an account lacks; it is given as much cash as its shares are
/// worth.
pub(crate) fn lacking(
    views: &Views,
    role: Role,
    account: &Account,
    markets: &[Market],
) -> Option<Action> {
    let mut cash = 0i64;
    for market in markets {
        let instrument = views.instrument(market.instrument)?;
        if instrument.definition.currency != account.currency {
            continue;
        }
        let (given, id) = (lots(role, market), instrument.id);
        cash = cash.saturating_add(market.worth(instrument, given));
        let has = account.positions.get(&id).map_or(0, |position| position.settled);
        if has < given.cast_signed() / LOW_PART {
            let qty = Qty(given - has.max(0).cast_unsigned());
            return Some(Action::Issue { account: account.id, instrument: id, qty });
        }
    }
    let has = account.cash.free.saturating_add(account.cash.held);
    let amount = Amount(cash - has);
    (has < cash / LOW_PART).then_some(Action::Deposit { account: account.id, amount })
}

/// Whether an account has what an order takes, beside the lots that it holds for it already.
pub(crate) fn affords(
    account: &Account,
    instrument: &Instrument,
    side: Side,
    price: Price,
    qty: Qty,
    held: Qty,
) -> bool {
    match side {
        Side::Buy => {
            let cost = market::cost(instrument, price, qty);
            cost - market::cost(instrument, price, held) <= account.cash.free
        }
        Side::Sell => {
            let free = account.positions.get(&instrument.id).map_or(0, |position| position.free());
            qty.lots().saturating_sub(held.lots()).cast_signed() <= free
        }
    }
}
