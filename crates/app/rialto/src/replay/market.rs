//! The venue that a recording runs through: one instrument, and accounts with enough of all.

use anyhow::{Context, Result};
use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, PRICE_TICKS_MAX,
    Phase, Price, PrincipalId, QTY_LOTS_MAX, Qty, SelfTrade, Symbol, TickValue,
};
use venue::{Action, Band, Command, CurrencyRule, Definition, Fees, Genesis, Limits, RULES_MAX};

/// Accounts; an order belongs to the one that its id leaves as rest.
const ACCOUNTS: u32 = 100;
/// Of 2^62 minor units that all accounts together may have.
const CASH: Amount = Amount(1 << 55);
/// Issues of [`QTY_LOTS_MAX`] to each account: of 2^62 lots that all together may have.
const ISSUES: usize = 64;
const MONEY_DECIMALS: u8 = 2;
/// The only instrument.
pub(super) const INSTRUMENT: InstrumentId = InstrumentId(0);
/// The highest price the venue can quote: recorded ones above it are entered at it.
pub(super) const PRICE_MAX: Price = Price::new(PRICE_TICKS_MAX).expect("a price");

/// Decimal places of a recording's ticks and lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimals {
    pub(super) tick: u8,
    pub(super) lot: u8,
}

pub(super) fn account_of(order: u64) -> AccountId {
    let local = u32::try_from(order % u64::from(ACCOUNTS)).expect("a rest");
    AccountId(local + 1)
}

pub(super) fn command(action: Action) -> Command {
    let (principal, connection) = (PrincipalId(1), ConnectionId(0));
    Command { principal, connection, request: None, action }
}

pub(super) fn genesis() -> Genesis {
    Genesis {
        venue: 1,
        rules: RULES_MAX,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits {
            accounts_max: ACCOUNTS,
            instruments_max: 1,
            orders_per_account_max: Limits::default().orders_max,
            ..Limits::default()
        },
        currencies: vec![CurrencyRule { code: currency(), decimals: MONEY_DECIMALS }],
        business_date: Date(0),
        hash_key: [0, 0],
        parent: None,
    }
}

/// Lists and opens the instrument, then opens and funds the accounts. They may trade with
/// themselves: who owned the recorded orders is not known.
pub(super) fn setup(decimals: Decimals) -> Result<Vec<Action>> {
    let definition = definition(decimals)?;
    let mut actions = vec![
        Action::ListInstrument { definition },
        Action::SetPhase { instrument: INSTRUMENT, phase: Phase::Continuous },
    ];
    for number in 0..u64::from(ACCOUNTS) {
        let account = account_of(number);
        let (owner, currency, self_trade) = (PrincipalId(1), currency(), SelfTrade::Allow);
        actions.push(Action::OpenAccount { owner, currency, self_trade });
        actions.push(Action::Deposit { account, amount: CASH });
        let qty = Qty(QTY_LOTS_MAX);
        let issue = Action::Issue { account, instrument: INSTRUMENT, qty };
        actions.extend(std::iter::repeat_n(issue, ISSUES));
    }
    Ok(actions)
}

fn definition(decimals: Decimals) -> Result<Definition> {
    let tick_value = tick_value(decimals)?;
    Ok(Definition {
        symbol: Symbol::new("REPLAY").expect("a symbol"),
        isin: None,
        currency: currency(),
        price_decimals: decimals.tick,
        qty_decimals: decimals.lot,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: order_qty_max(tick_value),
        tick_value,
        price_limit: PRICE_MAX,
        band: Band { low: Price::ONE, high: PRICE_MAX },
        fees: Fees { maker_ppm: 100, taker_ppm: 200 },
        policy: MatchingPolicy::PriceTime,
    })
}

/// The most lots that at the highest price are worth no more than a 64-bit sum can hold.
fn order_qty_max(tick_value: TickValue) -> Qty {
    let [worth, price, numerator, denominator] = [
        i64::MAX as u64,
        PRICE_MAX.ticks(),
        tick_value.numerator().into(),
        tick_value.denominator().into(),
    ]
    .map(u128::from);
    let lots = worth * denominator / (price * numerator);
    Qty(u64::try_from(lots).unwrap_or(QTY_LOTS_MAX).min(QTY_LOTS_MAX))
}

/// One lot at one tick, in minor units: `10^(money - tick - lot)` as an exact fraction.
fn tick_value(Decimals { tick, lot }: Decimals) -> Result<TickValue> {
    let exponent = i32::from(MONEY_DECIMALS) - i32::from(tick) - i32::from(lot);
    let power = 10_u32.checked_pow(exponent.unsigned_abs());
    let value = power.and_then(|power| match exponent {
        0.. => TickValue::new(power, 1),
        ..0 => TickValue::new(1, power),
    });
    value.with_context(|| {
        format!("{tick} decimal places of a tick and {lot} of a lot: together at most 11")
    })
}

fn currency() -> Currency {
    Currency::new("USD").expect("a currency")
}
