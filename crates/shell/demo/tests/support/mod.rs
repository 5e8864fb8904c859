//! The built-in profile's market in memory; one module for all test binaries.
#![allow(dead_code, reason = "each test binary uses its own part")]

use demo::Owners;
use types::{
    ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, Phase, Price, PrincipalId, Qty,
    Symbol, TickValue, Timestamp,
};
use venue::{
    Action, Band, Command, CurrencyRule, Definition, Events, Fees, Genesis, Limits, Outcome, Venue,
};
use view::{Instrument, Views};

pub const OWNERS: Owners = Owners { maker: PrincipalId(2), noise: PrincipalId(3) };
const OPERATOR: PrincipalId = PrincipalId(0);
const START: Timestamp = Timestamp(1_700_000_000_000_000_000);

/// A venue and what is seen of it.
pub struct Market {
    venue: Venue,
    views: Views,
    events: Events,
    seq: u64,
    now: Timestamp,
    /// Commands that the venue refused.
    pub refused: u64,
}

fn currency(code: &str) -> Currency {
    Currency::new(code).expect("a code")
}

fn genesis() -> Genesis {
    let rule = |code| CurrencyRule { code: currency(code), decimals: 2 };
    Genesis {
        venue: 7,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits { accounts_max: 64, instruments_max: 8, ..Limits::default() },
        currencies: vec![rule("USD"), rule("BRL"), rule("EUR")],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}

/// As crates/app/rialto/src/profile/demo.toml lists them.
fn definitions() -> [Definition; 5] {
    let shares = |symbol, code| Definition {
        symbol: Symbol::new(symbol).expect("a symbol"),
        isin: None,
        currency: currency(code),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(1_000_000),
        tick_value: TickValue::ONE,
        price_limit: Price::new(1_000_000).expect("above zero"),
        band: Band { low: Price::ONE, high: Price::new(1_000_000).expect("above zero") },
        fees: Fees::default(),
        policy: MatchingPolicy::PriceTime,
    };
    let limit = Price::new(50_000_000).expect("above zero");
    let bitcoin = Definition {
        qty_decimals: 8,
        order_qty_max: Qty(100_000_000_000),
        tick_value: TickValue::new(1, 100_000_000).expect("a fraction"),
        price_limit: limit,
        band: Band { low: Price::ONE, high: limit },
        fees: Fees { maker_ppm: 1_000, taker_ppm: 2_000 },
        ..shares("BTCUSD", "USD")
    };
    [
        shares("PETR4", "BRL"),
        shares("VALE3", "BRL"),
        Definition { fees: Fees { maker_ppm: 100, taker_ppm: 200 }, ..shares("ACME", "USD") },
        bitcoin,
        Definition { policy: MatchingPolicy::ProRata, ..shares("BUND", "EUR") },
    ]
}

impl Market {
    /// The instruments are listed and in continuous trading; nobody is there.
    pub fn open() -> Market {
        let venue = Venue::new(genesis()).expect("the genesis is good");
        let events = Events::new(1, genesis().limits.step_events_max as usize);
        let views = Views::new(&genesis());
        let mut market = Market { venue, views, events, seq: 0, now: START, refused: 0 };
        for (index, definition) in (0..).zip(definitions()) {
            market.submit((OPERATOR, Action::ListInstrument { definition }));
            market.set_phase(InstrumentId(index), Phase::Continuous);
        }
        market
    }

    pub fn set_phase(&mut self, instrument: InstrumentId, phase: Phase) {
        self.submit((OPERATOR, Action::SetPhase { instrument, phase }));
    }

    pub fn views(&self) -> &Views {
        &self.views
    }

    pub fn instrument(&self, symbol: &str) -> &Instrument {
        let symbol = Symbol::new(symbol).expect("a symbol");
        self.views.instrument_by_symbol(symbol).expect("it is listed")
    }

    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Lets time pass.
    pub fn pass(&mut self, ns: u64) {
        self.now.0 += ns;
    }

    /// Has a command done; answers how many trades that made.
    pub fn submit(&mut self, (principal, action): (PrincipalId, Action)) -> u64 {
        let command = Command { principal, connection: ConnectionId(0), request: None, action };
        let before = self.venue.trades();
        self.seq += 1;
        let outcome = self.venue.apply(self.seq, self.now, &command, &mut self.events);
        let outcome: Outcome = outcome.expect("little expires at once");
        while self.venue.is_busy() {
            self.look();
            self.venue.resume(&mut self.events);
        }
        self.look();
        self.refused += u64::from(outcome.result.is_err());
        if let Err(reject) = outcome.result {
            println!("refused: {action:?}: {reject:?}");
        }
        self.venue.trades() - before
    }

    fn look(&mut self) {
        self.views.absorb(&self.events);
        self.events.clear();
    }

    /// That cash and shares are all there.
    pub fn check_conserved(&self) {
        for (asset, sum) in self.venue.trial_balance() {
            assert_eq!(sum, 0, "{asset}");
        }
    }
}
