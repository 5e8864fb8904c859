//! The small venues that random commands are played on: one genesis per seed, in four variants.

use std::collections::VecDeque;

use types::{
    AccountId, Amount, Currency, Date, InstrumentId, MatchingPolicy, Phase, Price, PrincipalId,
    Qty, SelfTrade, ShardId, Symbol, TickValue,
};
use venue::{Action, Band, CurrencyRule, Definition, Fees, Genesis, Limits};

/// Accounts that trade; those opened later come and go.
pub const TRADERS: u32 = 12;
/// The account whose deposits reach the largest balance, in a currency of its own.
pub const WHALE: AccountId = AccountId(TRADERS + 1);

/// The venue of a seed. Each variant is short of something else.
pub fn genesis(seed: u64) -> Genesis {
    let roomy = Limits {
        accounts_max: 32,
        instruments_max: 8,
        orders_max: 400,
        orders_per_account_max: 40,
        requests_remembered: 20,
        level_pages_max: 64,
        step_events_max: 64,
    };
    let limits = match seed % 4 {
        0 => roomy,
        1 => Limits { orders_max: 80, step_events_max: 16, ..roomy },
        2 => {
            Limits { orders_per_account_max: 12, level_pages_max: 20, step_events_max: 32, ..roomy }
        }
        _ => Limits { requests_remembered: 5, level_pages_max: 12, step_events_max: 16, ..roomy },
    };
    let rule = |code: &str, decimals| CurrencyRule { code: currency(code), decimals };
    Genesis {
        venue: u128::from(seed),
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits,
        currencies: vec![rule("USD", 2), rule("JPY", 0), rule("XAU", 4)],
        business_date: Date(20_000),
        hash_key: [seed, !seed],
        parent: None,
    }
}

/// What every run begins with: accounts, instruments, cash, shares, trading.
pub fn opening() -> VecDeque<Action> {
    let mut actions = VecDeque::new();
    let modes = [
        SelfTrade::Allow,
        SelfTrade::CancelNewest,
        SelfTrade::CancelOldest,
        SelfTrade::CancelBoth,
        SelfTrade::Decrement,
    ];
    for local in 0..TRADERS {
        actions.push_back(Action::OpenAccount {
            owner: PrincipalId(u64::from(local)),
            currency: currency(if local % 2 == 0 { "USD" } else { "JPY" }),
            self_trade: modes[local as usize % modes.len()],
        });
    }
    actions.push_back(Action::OpenAccount {
        owner: PrincipalId(0),
        currency: currency("XAU"),
        self_trade: SelfTrade::Allow,
    });
    let definitions = definitions();
    actions.extend(
        definitions.iter().map(|definition| Action::ListInstrument { definition: *definition }),
    );
    for local in 0..TRADERS {
        let account = AccountId::new(ShardId(0), local + 1);
        let amount = Amount(1_000_000 << (local % 4));
        actions.push_back(Action::Deposit { account, amount });
        for index in 0..definitions.len() as u32 {
            let qty = Qty(3_000);
            actions.push_back(Action::Issue { account, instrument: InstrumentId(index), qty });
        }
    }
    for index in 0..definitions.len() as u32 {
        let instrument = InstrumentId(index);
        actions.push_back(Action::SetPhase { instrument, phase: Phase::Continuous });
    }
    actions
}

/// The six instruments that every run trades.
pub fn definitions() -> Vec<Definition> {
    let plain = definition("PLAIN", "USD");
    vec![
        plain,
        Definition {
            symbol: symbol("SHARED"),
            tick_step: 5,
            lot_step: 10,
            tick_value: value(1, 100),
            fees: Fees { maker_ppm: 1_000, taker_ppm: 2_500 },
            policy: MatchingPolicy::ProRata,
            ..plain
        },
        Definition {
            symbol: symbol("SEVENTHS"),
            tick_value: value(3, 7),
            fees: Fees { maker_ppm: 0, taker_ppm: 333_333 },
            ..plain
        },
        Definition {
            fees: Fees { maker_ppm: 10_000, taker_ppm: 20_000 },
            policy: MatchingPolicy::ProRata,
            ..definition("SPLIT", "JPY")
        },
        Definition {
            tick_step: 2,
            lot_step: 3,
            order_qty_max: Qty(99_999),
            tick_value: value(2, 3),
            band: band(990, 1_010),
            fees: Fees { maker_ppm: 1_000_000, taker_ppm: 1_000_000 },
            ..definition("TIGHT", "JPY")
        },
        Definition {
            tick_value: value(1, 7),
            // At the price limit just below 2^63.
            order_qty_max: Qty(1 << 43),
            price_limit: price(1 << 22),
            band: band(1, 1 << 22),
            fees: Fees { maker_ppm: 7, taker_ppm: 5 },
            ..definition("WIDE", "JPY")
        },
    ]
}

/// An instrument with nothing special about it.
pub fn definition(name: &str, code: &str) -> Definition {
    Definition {
        symbol: symbol(name),
        isin: None,
        currency: currency(code),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(100_000),
        tick_value: TickValue::ONE,
        price_limit: price(4_000),
        band: band(500, 1_500),
        fees: Fees::default(),
        policy: MatchingPolicy::PriceTime,
    }
}

/// A price that is known to be one.
pub fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("within the price range")
}

/// A band that is known to be one.
pub fn band(low: u64, high: u64) -> Band {
    Band { low: price(low), high: price(high) }
}

/// A currency that is known to be one.
pub fn currency(code: &str) -> Currency {
    Currency::new(code).expect("three letters")
}

/// A symbol that is known to be one.
pub fn symbol(name: &str) -> Symbol {
    Symbol::new(name).expect("a short name")
}

fn value(numerator: u32, denominator: u32) -> TickValue {
    TickValue::new(numerator, denominator).expect("no part is zero")
}
