//! What a run did: how much was accepted, which refusals and facts were seen.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write};

use types::Timestamp;
use venue::{CancelReason, Event, Fact, Outcome, PublicEvent, Reject};

/// The refusals that one process cannot reach, each with the reason.
pub const UNREACHABLE: [(&str, &str); 2] = [
    ("InstrumentNotReady", "the one clearing shard knows an instrument as soon as it is listed"),
    ("ChangePending", "matching answers a change before the next command"),
];

/// Counts of one run, or of several added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Commands applied.
    pub commands: u64,
    /// Those of them that were accepted.
    pub accepted: u64,
    /// Those that repeated a known request.
    pub repeated: u64,
    /// Events of all kinds.
    pub events: u64,
    /// Refusals by name.
    pub refusals: BTreeMap<&'static str, u64>,
    /// Facts by name, cancels with their reason.
    pub facts: BTreeMap<&'static str, u64>,
    /// A digest of every event, time and outcome, in order.
    pub trace: Trace,
}

impl Stats {
    /// Takes in what one command came to.
    pub fn add(&mut self, events: &[(Timestamp, Event)], outcome: Option<Outcome>) {
        self.commands += 1;
        self.events += events.len() as u64;
        match outcome.map(|outcome| (outcome.repeated, outcome.result)) {
            None => {}
            Some((true, _)) => self.repeated += 1,
            Some((false, Ok(_))) => self.accepted += 1,
            Some((false, Err(reject))) => {
                *self.refusals.entry(refusal_name(&reject)).or_default() += 1;
            }
        }
        for (at, event) in events {
            *self.facts.entry(event_name(event)).or_default() += 1;
            self.trace.absorb(&(at, event));
        }
        self.trace.absorb(&outcome);
    }

    /// Takes in another run; the digest becomes one of both, in that order.
    pub fn merge(&mut self, other: &Stats) {
        self.commands += other.commands;
        self.accepted += other.accepted;
        self.repeated += other.repeated;
        self.events += other.events;
        for (name, count) in &other.refusals {
            *self.refusals.entry(name).or_default() += count;
        }
        for (name, count) in &other.facts {
            *self.facts.entry(name).or_default() += count;
        }
        self.trace.absorb(&other.trace.0);
    }

    /// How often a refusal was given.
    pub fn refused(&self, name: &str) -> u64 {
        self.refusals.get(name).copied().unwrap_or(0)
    }

    /// Reachable refusals given less than `least` times.
    pub fn missing(&self, least: u64) -> Vec<&'static str> {
        let is_reachable = |name: &&str| !UNREACHABLE.iter().any(|(other, _)| other == name);
        REFUSALS
            .into_iter()
            .filter(is_reachable)
            .filter(|name| self.refused(name) < least)
            .collect()
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stats { commands, accepted, repeated, events, .. } = self;
        let permille = accepted * 1_000 / (*commands).max(1);
        let (whole, tenth) = (permille / 10, permille % 10);
        writeln!(out, "{commands} commands, {accepted} accepted ({whole}.{tenth} %)")?;
        writeln!(out, "{repeated} repeated, {events} events, trace {:016x}", self.trace.0)?;
        for name in REFUSALS {
            writeln!(out, "  {:>9} {name}", self.refused(name))?;
        }
        for (name, count) in &self.facts {
            writeln!(out, "  {count:>9} {name}")?;
        }
        Ok(())
    }
}

/// A running 64-bit digest (FNV-1a) of what things look like when printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace(pub u64);

impl Default for Trace {
    fn default() -> Trace {
        Trace(0xcbf2_9ce4_8422_2325)
    }
}

impl Trace {
    fn absorb(&mut self, thing: &impl Debug) {
        write!(self, "{thing:?};").expect("a digest takes any text");
    }
}

impl Write for Trace {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

fn event_name(event: &Event) -> &'static str {
    match event {
        Event::Refused { .. } => "refused without an account",
        Event::Account(event) => fact_name(&event.fact),
        Event::Public(event) => match event {
            PublicEvent::Listed { .. } => "listed",
            PublicEvent::PhaseChanged { .. } => "phase changed",
            PublicEvent::BandChanged { .. } => "band changed",
            PublicEvent::FeesChanged { .. } => "fees changed",
            PublicEvent::Book(_) => "book",
            PublicEvent::Trade(_) => "trade",
            PublicEvent::DateChanged { .. } => "date changed",
            PublicEvent::RulesChanged { .. } => "rules changed",
            PublicEvent::KillSwitchSet { .. } => "kill switch set",
            PublicEvent::KillSwitchDone { .. } => "kill switch done",
            PublicEvent::TimeTold => "time told",
        },
    }
}

fn fact_name(fact: &Fact) -> &'static str {
    match fact {
        Fact::Opened { .. } => "opened",
        Fact::StatusChanged { .. } => "status changed",
        Fact::KillSwitchSet { .. } => "kill switch of an account set",
        Fact::CancelAfterSet { at: Some(_) } => "dead-man switch armed",
        Fact::CancelAfterSet { at: None } => "dead-man switch disarmed",
        Fact::Closed => "closed",
        Fact::Deposited { .. } => "deposited",
        Fact::Withdrawn { .. } => "withdrawn",
        Fact::TransferSent { .. } => "transfer sent",
        Fact::TransferReceived { .. } => "transfer received",
        Fact::TransferReturned { .. } => "transfer returned",
        Fact::PaymentRequested { .. } => "payment requested",
        Fact::PaymentFailed { .. } => "payment failed",
        Fact::Issued { .. } => "issued",
        Fact::Refused { .. } => "refused",
        Fact::Accepted { .. } => "accepted",
        Fact::Filled(_) => "filled",
        Fact::Canceled { reason, .. } => match reason {
            CancelReason::Requested => "canceled: requested",
            CancelReason::MassCancel => "canceled: mass cancel",
            CancelReason::ReplacedToNothing => "canceled: replaced to nothing",
            CancelReason::NotImmediate => "canceled: not immediate",
            CancelReason::SelfTrade => "canceled: self-trade",
            CancelReason::Expired => "canceled: expired",
            CancelReason::NoRoom => "canceled: no room",
            CancelReason::KillSwitch => "canceled: kill switch",
        },
        Fact::Decremented { .. } => "decremented",
        Fact::Replaced { .. } => "replaced",
        Fact::Triggered { .. } => "triggered",
        Fact::MassCanceled { .. } => "mass canceled",
    }
}

/// Every refusal, by name.
pub const REFUSALS: [&str; 51] = [
    "RequestConflict",
    "UnknownAccount",
    "AccountSuspended",
    "AccountClosed",
    "AccountHasOrders",
    "AccountHasCash",
    "AccountHasShares",
    "AccountsFull",
    "UnknownCurrency",
    "CurrencyMismatch",
    "TransferToSelf",
    "AmountOutOfRange",
    "BalanceTooLarge",
    "InsufficientFunds",
    "ShortSelling",
    "UnknownInstrument",
    "InstrumentNotReady",
    "InstrumentsFull",
    "SymbolTaken",
    "BadDefinition",
    "PhaseForbids",
    "QtyZero",
    "QtyTooLarge",
    "OffLot",
    "OffTick",
    "PriceAboveBand",
    "PriceBelowBand",
    "DisplayOutOfRange",
    "MarketMustBeImmediate",
    "StopMustRest",
    "PostOnlyMustRest",
    "IcebergMustRest",
    "ExpiryPassed",
    "NotionalTooLarge",
    "WouldTakeLiquidity",
    "WouldCrossBeforeOpen",
    "FillOrKillShort",
    "AccountOrdersFull",
    "OrdersFull",
    "LevelsFull",
    "UnknownOrder",
    "ChangePending",
    "NothingToReplace",
    "PriceNotReplaceable",
    "TriggerNotReplaceable",
    "DateNotLater",
    "RulesUnsupported",
    "KillSwitch",
    "AccountHasPayments",
    "AccountPaymentsFull",
    "PaymentNotPending",
];

/// A refusal's name: one more refusal does not compile until it stands here and above.
pub fn refusal_name(reject: &Reject) -> &'static str {
    match reject {
        Reject::RequestConflict { .. } => "RequestConflict",
        Reject::UnknownAccount { .. } => "UnknownAccount",
        Reject::AccountSuspended { .. } => "AccountSuspended",
        Reject::AccountClosed { .. } => "AccountClosed",
        Reject::AccountHasOrders { .. } => "AccountHasOrders",
        Reject::AccountHasCash { .. } => "AccountHasCash",
        Reject::AccountHasShares { .. } => "AccountHasShares",
        Reject::AccountHasPayments { .. } => "AccountHasPayments",
        Reject::AccountPaymentsFull { .. } => "AccountPaymentsFull",
        Reject::PaymentNotPending { .. } => "PaymentNotPending",
        Reject::AccountsFull { .. } => "AccountsFull",
        Reject::UnknownCurrency { .. } => "UnknownCurrency",
        Reject::CurrencyMismatch { .. } => "CurrencyMismatch",
        Reject::TransferToSelf { .. } => "TransferToSelf",
        Reject::AmountOutOfRange { .. } => "AmountOutOfRange",
        Reject::BalanceTooLarge { .. } => "BalanceTooLarge",
        Reject::InsufficientFunds { .. } => "InsufficientFunds",
        Reject::ShortSelling { .. } => "ShortSelling",
        Reject::UnknownInstrument { .. } => "UnknownInstrument",
        Reject::InstrumentNotReady { .. } => "InstrumentNotReady",
        Reject::InstrumentsFull { .. } => "InstrumentsFull",
        Reject::SymbolTaken { .. } => "SymbolTaken",
        Reject::BadDefinition { .. } => "BadDefinition",
        Reject::PhaseForbids { .. } => "PhaseForbids",
        Reject::QtyZero => "QtyZero",
        Reject::QtyTooLarge { .. } => "QtyTooLarge",
        Reject::OffLot { .. } => "OffLot",
        Reject::OffTick { .. } => "OffTick",
        Reject::PriceAboveBand { .. } => "PriceAboveBand",
        Reject::PriceBelowBand { .. } => "PriceBelowBand",
        Reject::DisplayOutOfRange { .. } => "DisplayOutOfRange",
        Reject::MarketMustBeImmediate => "MarketMustBeImmediate",
        Reject::StopMustRest => "StopMustRest",
        Reject::PostOnlyMustRest => "PostOnlyMustRest",
        Reject::IcebergMustRest => "IcebergMustRest",
        Reject::ExpiryPassed { .. } => "ExpiryPassed",
        Reject::NotionalTooLarge { .. } => "NotionalTooLarge",
        Reject::WouldTakeLiquidity { .. } => "WouldTakeLiquidity",
        Reject::WouldCrossBeforeOpen { .. } => "WouldCrossBeforeOpen",
        Reject::FillOrKillShort { .. } => "FillOrKillShort",
        Reject::AccountOrdersFull { .. } => "AccountOrdersFull",
        Reject::OrdersFull { .. } => "OrdersFull",
        Reject::LevelsFull { .. } => "LevelsFull",
        Reject::UnknownOrder { .. } => "UnknownOrder",
        Reject::ChangePending { .. } => "ChangePending",
        Reject::NothingToReplace { .. } => "NothingToReplace",
        Reject::PriceNotReplaceable { .. } => "PriceNotReplaceable",
        Reject::TriggerNotReplaceable { .. } => "TriggerNotReplaceable",
        Reject::DateNotLater { .. } => "DateNotLater",
        Reject::RulesUnsupported { .. } => "RulesUnsupported",
        Reject::KillSwitch { .. } => "KillSwitch",
    }
}
