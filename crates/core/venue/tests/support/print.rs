//! Events into lines.

use types::{AccountId, Amount, InstrumentId, OrderId, Phase, Price, Qty, RequestId, Role, Side};
use venue::{
    AccountEvent, Balance, BookChange, CancelReason, Done, Event, Fact, KillScope, OwnFill, Place,
    PublicEvent, Reject, Trade,
};

use super::names::Names;
use super::parse::DECIMALS;

/// What of the events a transcript has.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub public: bool,
    pub owner: bool,
    /// Cash, fees and positions in owners' events.
    pub money: bool,
}

/// One event as a line, or `None` if the transcript shall not have it.
pub fn event(event: &Event, names: &Names, parts: Parts) -> Option<String> {
    match event {
        Event::Account(it) if parts.owner => Some(account_event(it, names, parts)),
        Event::Public(it) if parts.public => Some(public(it, names)),
        Event::Account(_) | Event::Public(_) => None,
        Event::Refused { request, reject: why } => {
            Some(format!("refused, {}{}", reject(why, names), requested(*request)))
        }
    }
}

/// An outcome's good half.
pub fn done(done: Done, names: &Names) -> String {
    match done {
        Done::Nothing => "done".to_owned(),
        Done::Account(id) => format!("account {}", names.of_account(id)),
        Done::Order(id) => format!("order {}", names.of_order(id)),
        Done::Payment(id) => format!("payment {}", id.0),
        Done::Instrument(id) => format!("instrument {}", names.of_instrument(id)),
    }
}

/// A refusal as its `Debug` form, with names for numbers and decimals for money.
pub fn reject(reject: &Reject, names: &Names) -> String {
    let text = format!("{reject:?}").replace('"', "").replace(": ", " ");
    let text = text.replace(" { ", "(").replace(" }", ")");
    let text = rewrite(&text, "Price", decimal);
    let text = rewrite(&text, "Amount", decimal);
    let text = rewrite(&text, "Qty", |lots| lots.to_string());
    let text = rewrite(&text, "Date", |days| days.to_string());
    let text = rewrite(&text, "Timestamp", |time| time.to_string());
    let text = rewrite(&text, "AccountId", |id| names.of_account(AccountId(id as u32)));
    let text = rewrite(&text, "InstrumentId", |id| names.of_instrument(InstrumentId(id as u32)));
    let text = rewrite(&text, "PaymentId", |id| id.to_string());
    rewrite(&text, "OrderId", |id| names.of_order(OrderId(id as u64)))
}

/// Writes every `unit(number)` anew.
fn rewrite(text: &str, unit: &str, print: impl Fn(i64) -> String) -> String {
    let mark = format!("{unit}(");
    let mut parts = text.split(&mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(')').expect("a number in parentheses");
        out += &print(number.parse().expect("a number"));
        out += rest;
    }
    out
}

fn account_event(it: &AccountEvent, names: &Names, parts: Parts) -> String {
    let told = fact(&it.fact, names, parts);
    let money = if parts.money { format!(" | {}", cash(it.cash)) } else { String::new() };
    format!("{}: {told}{money}", names.of_account(it.account))
}

fn fact(fact: &Fact, names: &Names, parts: Parts) -> String {
    let name = |order: OrderId| names.of_order(order);
    match fact {
        Fact::Opened { currency, self_trade, .. } => {
            format!("opened in {currency}, {self_trade:?}")
        }
        Fact::StatusChanged { suspended: true } => "suspended".to_owned(),
        Fact::StatusChanged { suspended: false } => "active".to_owned(),
        Fact::KillSwitchSet { engaged } => switched(*engaged),
        Fact::CancelAfterSet { at: Some(at) } => format!("cancel-after {}", at.0),
        Fact::CancelAfterSet { at: None } => "cancel-after off".to_owned(),
        Fact::Closed => "closed".to_owned(),
        Fact::Deposited { amount, .. } => format!("deposited {}", money(*amount)),
        Fact::Withdrawn { amount, .. } => format!("withdrew {}", money(*amount)),
        Fact::PaymentRequested { payment, kind, amount, .. } => {
            format!("payment {}: {kind:?} of {} waits", payment.0, money(*amount))
        }
        Fact::PaymentFailed { payment, kind, amount, reason, .. } => {
            let why = reason.map_or_else(String::new, |code| format!(", {code}"));
            format!("payment {}: {kind:?} of {} failed{why}", payment.0, money(*amount))
        }
        Fact::TransferSent { to, amount, .. } => {
            format!("sent {} to {}", money(*amount), names.of_account(*to))
        }
        Fact::TransferReceived { from, amount, .. } => {
            format!("received {} from {}", money(*amount), names.of_account(*from))
        }
        Fact::TransferReturned { to, amount, reject: why, .. } => {
            let (amount, to) = (money(*amount), names.of_account(*to));
            format!("got {amount} back from {to}, {}", reject(why, names))
        }
        Fact::Issued { instrument, qty, position } => {
            let instrument = names.of_instrument(*instrument);
            format!("issued {} {instrument}, has {}", qty.lots(), lots(*position))
        }
        Fact::Refused { request, order, reject: why } => {
            let order = if order.0 == 0 { String::new() } else { name(*order) + " " };
            format!("{order}refused, {}{}", reject(why, names), requested(*request))
        }
        Fact::Accepted { order, place, .. } => format!("{} accepted, {}", name(*order), at(place)),
        Fact::Filled(fill) => filled(fill, names, parts),
        Fact::Canceled { order, lots, filled, reason, request, .. } => {
            let (lots, filled) = (lots.lots(), filled.lots());
            let done = if filled == 0 { String::new() } else { format!(" after {filled} filled") };
            let order = name(*order);
            format!("{order} canceled {lots}{done}, {}{}", why(*reason), requested(*request))
        }
        Fact::Decremented { order, lots, leaves } => {
            format!("{} decremented {}, left {}", name(*order), lots.lots(), leaves.lots())
        }
        Fact::Replaced { order, request, leaves, place, .. } => {
            let place = place.map_or("keeps its place".to_owned(), |place| at(&place));
            let (order, request) = (name(*order), requested(*request));
            format!("{order} replaced, left {}, {place}{request}", leaves.lots())
        }
        Fact::Triggered { order } => format!("{} triggered", name(*order)),
        Fact::MassCanceled { orders, request } => {
            format!("mass cancel of {orders} done{}", requested(*request))
        }
    }
}

fn filled(it: &OwnFill, names: &Names, parts: Parts) -> String {
    let role = match it.fill.role {
        Role::Maker => "maker",
        Role::Taker => "taker",
    };
    let (shares, at, left) = (it.fill.lots.lots(), price(it.fill.price), it.fill.leaves.lots());
    let order = names.of_order(it.order);
    let told = format!("{order} filled {shares} @ {at} as {role}, left {left}");
    if !parts.money {
        return told;
    }
    let verb = match it.side {
        Side::Buy => "paid",
        Side::Sell => "got",
    };
    let (cash, fee) = (money(it.cash), money(it.fee));
    format!("{told}\n  {verb} {cash}, fee {fee}, has {}", lots(it.position))
}

fn public(event: &PublicEvent, names: &Names) -> String {
    let symbol = |id: InstrumentId| names.of_instrument(id);
    match event {
        PublicEvent::Listed { instrument, .. } => format!("{} listed", symbol(*instrument)),
        PublicEvent::PhaseChanged { instrument, phase } => {
            format!("{} {}", symbol(*instrument), phase_name(*phase))
        }
        PublicEvent::BandChanged { instrument, band } => {
            format!("{} band {}..{}", symbol(*instrument), price(band.low), price(band.high))
        }
        PublicEvent::FeesChanged { instrument, fees } => {
            format!("{} fees {}/{}", symbol(*instrument), fees.maker_ppm, fees.taker_ppm)
        }
        PublicEvent::Book(change) => book(change, names),
        PublicEvent::Trade(it) => trade(it, names),
        PublicEvent::DateChanged { date } => format!("date {}", date.0),
        PublicEvent::RulesChanged { version } => format!("rules {version}"),
        PublicEvent::KillSwitchSet { scope, engaged } => {
            format!("{}: {}", covered(*scope, names), switched(*engaged))
        }
        PublicEvent::KillSwitchDone { scope, orders } => {
            format!("{}: kill of {orders} done", covered(*scope, names))
        }
        PublicEvent::TimeTold => "time".to_owned(),
    }
}

fn switched(engaged: bool) -> String {
    if engaged { "killed".to_owned() } else { "released".to_owned() }
}

fn covered(scope: KillScope, names: &Names) -> String {
    match scope {
        KillScope::All => "all".to_owned(),
        KillScope::Account(account) => names.of_account(account),
        KillScope::Instrument(instrument) => names.of_instrument(instrument),
    }
}

fn book(change: &BookChange, names: &Names) -> String {
    let side = match change.side {
        Side::Buy => "bid",
        Side::Sell => "ask",
    };
    let (at, order) = (price(change.price), names.of_order(change.order));
    let what = match (change.lots.lots(), change.at_back) {
        (0, false) => "gone".to_owned(),
        (lots, false) => format!("shows {lots}"),
        (lots, true) => format!("shows {lots} at the back"),
    };
    let prefix = prefix(change.instrument, names);
    let level = level(change.level_lots, change.level_orders);
    format!("{prefix}{side} {at}: {order} {what}, {level}")
}

fn trade(it: &Trade, names: &Names) -> String {
    let (maker, taker) = (names.of_order(it.maker), names.of_order(it.taker));
    let verb = match it.taker_side {
        Side::Buy => "buys from",
        Side::Sell => "sells to",
    };
    let shows = match it.maker_lots.lots() {
        0 => String::new(),
        lots => format!(" which shows {lots}"),
    };
    let prefix = prefix(it.instrument, names);
    let (shares, at) = (it.lots.lots(), price(it.price));
    let level = level(it.level_lots, it.level_orders);
    format!("{prefix}trade {shares} @ {at}: {taker} {verb} {maker}{shows}, {level}")
}

/// Scripts mostly have one instrument, which need not be named.
fn prefix(instrument: InstrumentId, names: &Names) -> String {
    let name = names.of_instrument(instrument);
    if name == "ACME" { String::new() } else { name + " " }
}

fn level(lots: Qty, orders: u32) -> String {
    format!("level {} in {orders}", lots.lots())
}

fn at(place: &Place) -> String {
    let best = |price: Option<Price>| price.map_or("-".to_owned(), self::price);
    let (bid, ask) = (best(place.best_bid), best(place.best_ask));
    format!("{} ahead, best {bid}/{ask}", place.ahead.lots())
}

fn why(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::Requested => "requested",
        CancelReason::MassCancel => "mass cancel",
        CancelReason::ReplacedToNothing => "replaced to nothing",
        CancelReason::NotImmediate => "not immediate",
        CancelReason::SelfTrade => "self-trade",
        CancelReason::Expired => "expired",
        CancelReason::NoRoom => "no room",
        CancelReason::KillSwitch => "kill switch",
    }
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::PreOpen => "pre-open",
        Phase::Continuous => "continuous",
        Phase::CancelOnly => "cancel-only",
        Phase::Halted => "halted",
        Phase::Closed => "closed",
    }
}

fn requested(request: Option<RequestId>) -> String {
    request.map_or(String::new(), |id| format!(" (req {id})"))
}

/// What is free, and what is held if anything is.
fn cash(balance: Balance) -> String {
    let free = decimal(balance.free);
    if balance.held == 0 { free } else { format!("{free} + {} held", decimal(balance.held)) }
}

fn lots(position: Balance) -> String {
    let Balance { free, held } = position;
    if held == 0 { free.to_string() } else { format!("{free} + {held} held") }
}

fn price(price: Price) -> String {
    decimal(price.ticks() as i64)
}

fn money(amount: Amount) -> String {
    decimal(amount.0)
}

fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    let unit = 10_u64.pow(DECIMALS as u32);
    format!("{sign}{}.{:0DECIMALS$}", size / unit, size % unit)
}
