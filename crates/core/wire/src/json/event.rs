//! Events as JSON: each with its seq, time and cause.

use serde::Serialize;
use types::{InstrumentId, Phase, Seq, Symbol, Timestamp};
use venue::{AccountEvent, BookChange, Cause, KillScope, PublicEvent, Shard, Stamped, Trade};

use super::decimal::Decimal;
use super::fact::FactOut;
use super::field::Quoted;
use super::instrument::{BandOut, FeesBody, InstrumentOut};
use super::names::{PhaseName, SideName};
use super::scale::Scale;
#[cfg(feature = "schema")]
use super::schema;
use super::time::{DateText, Rfc3339};

/// An event's position, time and cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its seq.
    pub seq: Seq,
    /// Engine time.
    pub at: Timestamp,
    /// The command behind it.
    pub cause: Cause,
}

impl From<Stamped<'_>> for Stamp {
    fn from(stamped: Stamped<'_>) -> Stamp {
        Stamp { seq: stamped.seq, at: stamped.at, cause: stamped.cause }
    }
}

/// The outside command behind an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CauseOut {
    /// The kind of shard where it entered.
    pub entered: ShardKind,
    /// Which of them.
    pub shard: u16,
    /// Its seq there.
    pub seq: Seq,
}

/// One of the two kinds of shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShardKind {
    /// Owns accounts.
    Clearing,
    /// Owns books.
    Matching,
}

impl From<Cause> for CauseOut {
    fn from(cause: Cause) -> CauseOut {
        let (entered, shard) = match cause.shard {
            Shard::Clearing(shard) => (ShardKind::Clearing, shard),
            Shard::Matching(shard) => (ShardKind::Matching, shard),
        };
        CauseOut { entered, shard: shard.0, seq: cause.seq }
    }
}

/// Cash after an own event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CashOut {
    /// May be spent or withdrawn.
    pub free: Decimal,
    /// Set aside for open orders.
    pub held: Decimal,
}

/// A fact for one account's owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnEventOut {
    /// Its seq.
    pub seq: Seq,
    /// Engine time.
    pub time: Rfc3339,
    /// The command behind it.
    pub cause: CauseOut,
    /// Whose it is.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub account_id: Quoted<u32>,
    /// Gap-free per account, from 1.
    pub account_seq: u64,
    /// Cash after it.
    pub cash: CashOut,
    /// What happened.
    #[serde(flatten)]
    pub fact: FactOut,
}

impl OwnEventOut {
    /// Shows `event` of an account whose currency has `money_decimals`; `None` if it needs the
    /// scale of its [`super::subject`] and there is none.
    pub fn new(
        stamp: Stamp,
        event: &AccountEvent,
        money_decimals: u8,
        scale: Option<&Scale>,
    ) -> Option<OwnEventOut> {
        Some(OwnEventOut {
            seq: stamp.seq,
            time: Rfc3339(stamp.at),
            cause: stamp.cause.into(),
            account_id: Quoted(event.account.0),
            account_seq: event.account_seq,
            cash: CashOut {
                free: Decimal::signed(event.cash.free, money_decimals),
                held: Decimal::signed(event.cash.held, money_decimals),
            },
            fact: FactOut::new(&event.fact, money_decimals, scale)?,
        })
    }
}

/// A fact for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublicEventOut {
    /// Its seq.
    pub seq: Seq,
    /// Engine time.
    pub time: Rfc3339,
    /// The command behind it.
    pub cause: CauseOut,
    /// What happened.
    #[serde(flatten)]
    pub fact: PublicFactOut,
}

impl PublicEventOut {
    /// Shows `event`; `None` if it is about an instrument and there is no scale.
    pub fn new(stamp: Stamp, event: &PublicEvent, scale: Option<&Scale>) -> Option<PublicEventOut> {
        Some(PublicEventOut {
            seq: stamp.seq,
            time: Rfc3339(stamp.at),
            cause: stamp.cause.into(),
            fact: PublicFactOut::new(event, scale)?,
        })
    }
}

/// What happened in public; `event` tells which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are those of `venue::PublicEvent`, in decimals and strings")]
pub enum PublicFactOut {
    /// An instrument exists.
    Listed(InstrumentOut),
    /// What it allows changed.
    PhaseChanged {
        #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
        symbol: Quoted<Symbol>,
        phase: PhaseName,
    },
    /// Its band changed.
    BandChanged {
        #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
        symbol: Quoted<Symbol>,
        band: BandOut,
    },
    /// Its fees changed.
    FeesChanged {
        #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
        symbol: Quoted<Symbol>,
        fees: FeesBody,
    },
    /// One resting order's shown quantity changed.
    Book(BookOut),
    /// A match.
    Trade(PublicTradeOut),
    /// The business date moved.
    DateChanged { date: DateText },
    /// Newer rules are in force.
    RulesChanged { version: u32 },
    /// A kill switch of an instrument, or without one of all, was engaged or released.
    KillSwitchSet {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<schema::SymbolText>))]
        symbol: Option<Quoted<Symbol>>,
        engaged: bool,
    },
    /// It has ended the orders that it covers in one matching shard.
    KillSwitchDone {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<schema::SymbolText>))]
        symbol: Option<Quoted<Symbol>>,
        orders: u32,
    },
    /// Engine time has come so far, and nothing else happened.
    TimeTold,
}

impl PublicFactOut {
    /// Shows `event`; `None` if it is about an instrument and there is no scale.
    pub fn new(event: &PublicEvent, scale: Option<&Scale>) -> Option<PublicFactOut> {
        Some(match *event {
            PublicEvent::Listed { instrument, ref definition } => {
                PublicFactOut::Listed(InstrumentOut::new(instrument, definition, Phase::PreOpen))
            }
            PublicEvent::PhaseChanged { phase, .. } => {
                PublicFactOut::PhaseChanged { symbol: Quoted(scale?.symbol), phase: phase.into() }
            }
            PublicEvent::BandChanged { band, .. } => PublicFactOut::BandChanged {
                symbol: Quoted(scale?.symbol),
                band: BandOut::new(band, scale?.price_decimals),
            },
            PublicEvent::FeesChanged { fees, .. } => {
                PublicFactOut::FeesChanged { symbol: Quoted(scale?.symbol), fees: fees.into() }
            }
            PublicEvent::Book(change) => PublicFactOut::Book(BookOut::new(&change, scale?)),
            PublicEvent::Trade(trade) => PublicFactOut::Trade(PublicTradeOut::new(&trade, scale?)),
            PublicEvent::DateChanged { date } => {
                PublicFactOut::DateChanged { date: DateText(date) }
            }
            PublicEvent::RulesChanged { version } => PublicFactOut::RulesChanged { version },
            PublicEvent::KillSwitchSet { scope, engaged } => {
                PublicFactOut::KillSwitchSet { symbol: covered(scope, scale)?, engaged }
            }
            PublicEvent::KillSwitchDone { scope, orders } => {
                PublicFactOut::KillSwitchDone { symbol: covered(scope, scale)?, orders }
            }
            PublicEvent::TimeTold => PublicFactOut::TimeTold,
        })
    }
}

/// The symbol of what a kill switch covers, where it is an instrument's; `None` if that is unknown.
fn covered(scope: KillScope, scale: Option<&Scale>) -> Option<Option<Quoted<Symbol>>> {
    match scope {
        KillScope::Instrument(_) => Some(Some(Quoted(scale?.symbol))),
        // An account's is told to its owner alone.
        KillScope::All | KillScope::Account(_) => Some(None),
    }
}

/// The instrument to look up before `event` can be shown, where it has one.
pub fn public_subject(event: &PublicEvent) -> Option<InstrumentId> {
    match *event {
        PublicEvent::PhaseChanged { instrument, .. }
        | PublicEvent::BandChanged { instrument, .. }
        | PublicEvent::FeesChanged { instrument, .. } => Some(instrument),
        PublicEvent::Book(change) => Some(change.instrument),
        PublicEvent::Trade(trade) => Some(trade.instrument),
        PublicEvent::KillSwitchSet { scope: KillScope::Instrument(instrument), .. }
        | PublicEvent::KillSwitchDone { scope: KillScope::Instrument(instrument), .. } => {
            Some(instrument)
        }
        PublicEvent::Listed { .. }
        | PublicEvent::DateChanged { .. }
        | PublicEvent::RulesChanged { .. }
        | PublicEvent::KillSwitchSet { .. }
        | PublicEvent::KillSwitchDone { .. }
        | PublicEvent::TimeTold => None,
    }
}

/// One resting order's shown quantity, and its level's, after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BookOut {
    /// Which book.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// Which side of it.
    pub side: SideName,
    /// Which level.
    pub price: Decimal,
    /// The order.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub order_id: Quoted<u64>,
    /// What it shows now; zero when it is gone.
    pub qty: Decimal,
    /// Whether it went to the back of its level rather than stay.
    pub at_back: bool,
    /// What its level shows now.
    pub level_qty: Decimal,
    /// The orders in its level now.
    pub level_orders: u32,
}

impl BookOut {
    fn new(change: &BookChange, scale: &Scale) -> BookOut {
        BookOut {
            symbol: Quoted(scale.symbol),
            side: change.side.into(),
            price: scale.price(change.price),
            order_id: Quoted(change.order.0),
            qty: scale.qty(change.lots),
            at_back: change.at_back,
            level_qty: scale.qty(change.level_lots),
            level_orders: change.level_orders,
        }
    }
}

/// A match, and the resting side's level after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublicTradeOut {
    /// Which book.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// The match's number.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub trade_id: Quoted<u64>,
    /// Its price.
    pub price: Decimal,
    /// Its quantity.
    pub qty: Decimal,
    /// The resting order.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub maker_order_id: Quoted<u64>,
    /// The incoming order.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub taker_order_id: Quoted<u64>,
    /// The incoming order's side.
    pub taker_side: SideName,
    /// What the resting order shows now.
    pub maker_qty: Decimal,
    /// What its level shows now.
    pub level_qty: Decimal,
    /// The orders in its level now.
    pub level_orders: u32,
}

impl PublicTradeOut {
    fn new(trade: &Trade, scale: &Scale) -> PublicTradeOut {
        PublicTradeOut {
            symbol: Quoted(scale.symbol),
            trade_id: Quoted(trade.trade.0),
            price: scale.price(trade.price),
            qty: scale.qty(trade.lots),
            maker_order_id: Quoted(trade.maker.0),
            taker_order_id: Quoted(trade.taker.0),
            taker_side: trade.taker_side.into(),
            maker_qty: scale.qty(trade.maker_lots),
            level_qty: scale.qty(trade.level_lots),
            level_orders: trade.level_orders,
        }
    }
}
