//! Statements into commands.

use types::{
    Amount, Currency, Date, MatchingPolicy, NewOrder, OrderType, PaymentId, PaymentReason, Phase,
    Price, PrincipalId, Qty, RequestId, SelfTrade, Side, Symbol, TickValue, TimeInForce, Timestamp,
};
use venue::{Action, Band, Change, Definition, Fees, KillScope, Limits, PaymentKind};

use super::names::Names;

/// Decimal places of every price and every amount in scripts.
pub const DECIMALS: usize = 2;

/// A statement that is a command.
pub struct Parsed {
    pub action: Action,
    pub request: Option<RequestId>,
    /// What the order placed shall be called.
    pub order_name: Option<String>,
}

/// The words of a statement, taken from the front.
pub struct Words<'a> {
    words: Vec<&'a str>,
    statement: &'a str,
}

impl<'a> Words<'a> {
    pub fn new(statement: &'a str) -> Words<'a> {
        Words { words: statement.split_whitespace().rev().collect(), statement }
    }

    pub fn next(&mut self) -> &'a str {
        self.words.pop().unwrap_or_else(|| panic!("{}: a word is missing", self.statement))
    }

    pub fn option(&mut self) -> Option<&'a str> {
        self.words.pop()
    }

    fn peek(&self) -> &'a str {
        self.words.last().copied().unwrap_or_default()
    }

    fn wrong(&self, word: &str) -> ! {
        panic!("{}: what is {word}?", self.statement)
    }

    /// Takes `key value` out of wherever it stands.
    fn cut(&mut self, key: &str) -> Option<&'a str> {
        let at = self.words.iter().position(|word| *word == key)?;
        self.words.remove(at);
        assert!(at > 0, "{}: {key} wants a word behind it", self.statement);
        Some(self.words.remove(at - 1))
    }

    fn price(&mut self) -> Price {
        price(self.next())
    }

    fn number(&mut self) -> u64 {
        number(self.next())
    }
}

/// Parses a statement that is one command.
pub fn command(statement: &str, names: &Names) -> Parsed {
    let mut words = Words::new(statement);
    let request = words.cut("req").map(|id| RequestId::new(id).expect("a request id"));
    let order_name = words.cut("as").map(str::to_owned);
    let action = action(&mut words, names);
    if let Some(word) = words.option() {
        words.wrong(word);
    }
    Parsed { action, request, order_name }
}

/// Changes one limit of genesis after another.
pub fn limits(words: &mut Words<'_>, limits: &mut Limits) {
    while let Some(key) = words.option() {
        let value = words.number() as u32;
        match key {
            "accounts" => limits.accounts_max = value,
            "instruments" => limits.instruments_max = value,
            "orders" => limits.orders_max = value,
            "orders-each" => limits.orders_per_account_max = value,
            "remembered" => limits.requests_remembered = value,
            "pages" => limits.level_pages_max = value,
            "step" => limits.step_events_max = value,
            _ => words.wrong(key),
        }
    }
}

fn action(words: &mut Words<'_>, names: &Names) -> Action {
    let first = words.next();
    if let Some(phase) = phase(first) {
        return Action::SetPhase { instrument: names.instrument(words.next()), phase };
    }
    match first {
        "list" => Action::ListInstrument { definition: definition(words) },
        "band" => {
            let instrument = names.instrument(words.next());
            Action::SetBand { instrument, band: band(words.next()) }
        }
        "fees" => {
            let instrument = names.instrument(words.next());
            Action::SetFees { instrument, fees: fees(words.next()) }
        }
        "open" => {
            let owner = PrincipalId(u64::from(words.next().as_bytes()[0]));
            let currency = currency(words.next());
            Action::OpenAccount { owner, currency, self_trade: self_trade(words) }
        }
        "date" => Action::SetBusinessDate { date: Date(words.number() as u32) },
        "rules" => Action::SetRules { version: words.number() as u32 },
        "confirm" => Action::ConfirmPayment { payment: PaymentId(words.number()) },
        "fail" => {
            let payment = PaymentId(words.number());
            let reason = words.option().map(|code| PaymentReason::new(code).expect("a code"));
            Action::FailPayment { payment, reason }
        }
        "tick" => Action::Tick,
        "time" => Action::TellTime,
        "kill" => kill(true, words, names),
        "release" => kill(false, words, names),
        name => account_action(name, words, names),
    }
}

/// `all`, an account's name, or an instrument's, which is in capitals or has that word before it.
fn kill(engaged: bool, words: &mut Words<'_>, names: &Names) -> Action {
    let scope = match words.next() {
        "all" => KillScope::All,
        "instrument" => KillScope::Instrument(names.instrument(words.next())),
        name if name.starts_with(|first: char| first.is_ascii_uppercase()) => {
            KillScope::Instrument(names.instrument(name))
        }
        name => KillScope::Account(names.account(name)),
    };
    Action::SetKillSwitch { scope, engaged }
}

fn account_action(name: &str, words: &mut Words<'_>, names: &Names) -> Action {
    let account = names.account(name);
    match words.next() {
        "suspend" => Action::SetAccountStatus { account, suspended: true },
        "resume" => Action::SetAccountStatus { account, suspended: false },
        "close" => Action::CloseAccount { account },
        "deposit" => Action::Deposit { account, amount: amount(words.next()) },
        "withdraw" => Action::Withdraw { account, amount: amount(words.next()) },
        "asks-deposit" => ask(account, PaymentKind::Deposit, words),
        "asks-withdrawal" => ask(account, PaymentKind::Withdrawal, words),
        "transfer" => {
            let to = names.account(words.next());
            Action::Transfer { account, to, amount: amount(words.next()) }
        }
        "issue" => {
            let instrument = names.instrument(words.next());
            Action::Issue { account, instrument, qty: Qty(words.number()) }
        }
        "buy" => Action::Place { account, order: order(Side::Buy, words, names) },
        "sell" => Action::Place { account, order: order(Side::Sell, words, names) },
        "cancel" => Action::Cancel { account, order: names.order(words.next()) },
        "replace" => {
            let order = names.order(words.next());
            Action::Replace { account, order, change: change(words) }
        }
        "mass-cancel" => mass_cancel(account, words, names),
        "cancel-after" => Action::SetCancelAfter { account, after_s: words.number() as u32 },
        word => words.wrong(word),
    }
}

fn ask(account: types::AccountId, kind: PaymentKind, words: &mut Words<'_>) -> Action {
    Action::RequestPayment { account, kind, amount: amount(words.next()) }
}

fn mass_cancel(account: types::AccountId, words: &mut Words<'_>, names: &Names) -> Action {
    let (mut instrument, mut side) = (None, None);
    while let Some(word) = words.option() {
        match word {
            "bids" => side = Some(Side::Buy),
            "asks" => side = Some(Side::Sell),
            name => instrument = Some(names.instrument(name)),
        }
    }
    Action::MassCancel { account, instrument, side }
}

fn order(side: Side, words: &mut Words<'_>, names: &Names) -> NewOrder {
    let named = !words.peek().starts_with(|first: char| first.is_ascii_digit());
    let instrument = names.instrument(if named { words.next() } else { "ACME" });
    let qty = Qty(words.number());
    let (mut limit, mut trigger, mut collar, mut market) = (None, None, None, false);
    let mut time_in_force = None;
    let (mut post_only, mut display) = (false, None);
    while let Some(word) = words.option() {
        match word {
            "@" => limit = Some(words.price()),
            "stop" => trigger = Some(words.price()),
            "to" => collar = Some(words.price()),
            "market" => market = true,
            "day" => time_in_force = Some(TimeInForce::Day),
            "gtc" => time_in_force = Some(TimeInForce::Gtc),
            "gtd" => time_in_force = Some(TimeInForce::Gtd(Timestamp(words.number()))),
            "ioc" => time_in_force = Some(TimeInForce::Ioc),
            "fok" => time_in_force = Some(TimeInForce::Fok),
            "post-only" => post_only = true,
            "show" => display = Some(Qty(words.number())),
            _ => words.wrong(word),
        }
    }
    let order_type = match (limit, trigger, market) {
        (Some(price), None, false) => OrderType::Limit { price },
        (None, None, true) => OrderType::Market { collar },
        (None, Some(trigger), false) => OrderType::Stop { trigger, collar },
        (Some(price), Some(trigger), false) => OrderType::StopLimit { trigger, price },
        _ => words.wrong("its order type"),
    };
    let usual = if market { TimeInForce::Ioc } else { TimeInForce::Gtc };
    let time_in_force = time_in_force.unwrap_or(usual);
    NewOrder { instrument, side, order_type, qty, time_in_force, post_only, display }
}

fn change(words: &mut Words<'_>) -> Change {
    let mut change = Change::default();
    while let Some(word) = words.option() {
        match word {
            "lots" => change.qty = Some(Qty(words.number())),
            "@" => change.price = Some(words.price()),
            "stop" => change.trigger = Some(words.price()),
            _ => words.wrong(word),
        }
    }
    change
}

fn definition(words: &mut Words<'_>) -> Definition {
    let mut it = Definition {
        symbol: Symbol::new(words.next()).expect("a symbol"),
        isin: None,
        currency: currency("USD"),
        price_decimals: DECIMALS as u8,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(1_000_000),
        tick_value: TickValue::ONE,
        price_limit: price("1000.00"),
        band: band("1.00..100.00"),
        fees: Fees::default(),
        policy: MatchingPolicy::PriceTime,
    };
    while let Some(word) = words.option() {
        match word {
            "in" => it.currency = currency(words.next()),
            "tick" => it.tick_step = decimal(words.next()) as u32,
            "lot" => it.lot_step = words.number() as u32,
            "max" => it.order_qty_max = Qty(words.number()),
            "band" => it.band = band(words.next()),
            "limit" => it.price_limit = words.price(),
            "fees" => it.fees = fees(words.next()),
            "value" => {
                let (numerator, denominator) = pair(words.next(), "/");
                let [numerator, denominator] = [numerator, denominator].map(|it| number(it) as u32);
                it.tick_value = TickValue::new(numerator, denominator).expect("a tick value");
            }
            "decimals" => it.price_decimals = words.number() as u8,
            "qty-decimals" => it.qty_decimals = words.number() as u8,
            "policy" => {
                it.policy = match words.next() {
                    "price-time" => MatchingPolicy::PriceTime,
                    "pro-rata" => MatchingPolicy::ProRata,
                    word => words.wrong(word),
                }
            }
            _ => words.wrong(word),
        }
    }
    it
}

fn self_trade(words: &mut Words<'_>) -> SelfTrade {
    match words.cut("stp") {
        None | Some("allow") => SelfTrade::Allow,
        Some("cancel-newest") => SelfTrade::CancelNewest,
        Some("cancel-oldest") => SelfTrade::CancelOldest,
        Some("cancel-both") => SelfTrade::CancelBoth,
        Some("decrement") => SelfTrade::Decrement,
        Some(word) => words.wrong(word),
    }
}

fn phase(word: &str) -> Option<Phase> {
    match word {
        "pre-open" => Some(Phase::PreOpen),
        "continuous" => Some(Phase::Continuous),
        "cancel-only" => Some(Phase::CancelOnly),
        "halted" => Some(Phase::Halted),
        "closed" => Some(Phase::Closed),
        _ => None,
    }
}

fn band(word: &str) -> Band {
    let (low, high) = pair(word, "..");
    Band { low: price(low), high: price(high) }
}

fn fees(word: &str) -> Fees {
    let (maker, taker) = pair(word, "/");
    Fees { maker_ppm: number(maker) as u32, taker_ppm: number(taker) as u32 }
}

fn pair<'a>(word: &'a str, mark: &str) -> (&'a str, &'a str) {
    word.split_once(mark).unwrap_or_else(|| panic!("{word}: {mark} is missing"))
}

fn currency(word: &str) -> Currency {
    Currency::new(word).expect("a currency code")
}

fn price(word: &str) -> Price {
    Price::new(decimal(word) as u64).unwrap_or_else(|| panic!("{word} is no price"))
}

fn amount(word: &str) -> Amount {
    Amount(decimal(word))
}

pub fn number(word: &str) -> u64 {
    word.parse().unwrap_or_else(|_| panic!("{word} is no number"))
}

/// A decimal number in hundredths.
fn decimal(word: &str) -> i64 {
    let (whole, part) = word.split_once('.').unwrap_or((word, ""));
    assert!(part.len() <= DECIMALS, "{word} has more than {DECIMALS} decimals");
    let digits = format!("{whole}{part:0<DECIMALS$}");
    digits.parse().unwrap_or_else(|_| panic!("{word} is no decimal number"))
}
