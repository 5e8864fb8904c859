//! What clearing and matching say to each other: order entry one way, order execution the other.

use types::{
    AccountId, Amount, InstrumentId, NewOrder, OrderId, Phase, Price, Qty, RequestId, Role,
    SelfTrade, ShardId, Side, Timestamp, TradeId,
};

use crate::command::{Change, Definition, KillScope};
use crate::reject::Reject;

/// One message between shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Clearing to matching, about an order.
    Entry(OrderEntry),
    /// Matching to clearing, about an order.
    Execution(Execution),
    /// Matching to every clearing shard: an instrument's terms, or their next version.
    Definition(Versioned),
    /// Clearing to matching: that version is known here.
    DefinitionKnown {
        /// Which instrument.
        instrument: InstrumentId,
        /// Which version.
        version: u32,
        /// Which clearing shard.
        shard: ShardId,
    },
    /// Clearing to clearing: money on its way.
    Transfer(Transfer),
    /// Clearing to clearing: a transfer comes back.
    TransferReturned {
        /// What was sent.
        transfer: Transfer,
        /// Why it comes back.
        reject: Reject,
    },
}

/// An instrument's terms in force from a version on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// Counts from 1.
    pub version: u32,
    /// The terms.
    pub definition: Definition,
    /// The phase in force: clearing refuses early what matching would refuse.
    pub phase: Phase,
}

/// Money on its way from one account to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Who gave it.
    pub from: AccountId,
    /// Who shall have it.
    pub to: AccountId,
    /// How much.
    pub amount: Amount,
    /// Its currency's subscript in genesis.
    pub currency: u8,
}

/// Clearing's message to matching: the worst case is held, so nothing it asks can fail to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderEntry {
    /// A new order.
    New(NewEntry),
    /// A change of an order.
    Replace {
        /// Which order.
        order: OrderId,
        /// Whose it is.
        account: AccountId,
        /// What it trades.
        instrument: InstrumentId,
        /// What changes.
        change: Change,
        /// The client's name for the change, handed back with the answer.
        request: Option<RequestId>,
    },
    /// A withdrawal of an order.
    Cancel {
        /// Which order.
        order: OrderId,
        /// Whose it is.
        account: AccountId,
        /// What it trades.
        instrument: InstrumentId,
        /// The client's name for the cancel, handed back with the answer.
        request: Option<RequestId>,
    },
    /// A withdrawal of all of an account's orders that fit.
    MassCancel {
        /// Whose they are.
        account: AccountId,
        /// Only of this instrument.
        instrument: Option<InstrumentId>,
        /// Only of this side.
        side: Option<Side>,
        /// The client's name for it, handed back with the answer.
        request: Option<RequestId>,
    },
    /// The end of all orders that a kill switch covers.
    Kill {
        /// The clearing shard whose accounts it binds.
        shard: ShardId,
        /// What it covers.
        scope: KillScope,
    },
}

/// A new order, with what matching needs to know of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// The number clearing gave it.
    pub order: OrderId,
    /// Whose it is.
    pub account: AccountId,
    /// The version of the terms that clearing checked.
    pub version: u32,
    /// The account's self-trade mode.
    pub self_trade: SelfTrade,
    /// The worst price the hold covers: highest for a buy, lowest for a sell.
    pub limit: Price,
    /// The order as its owner wrote it.
    pub terms: NewOrder,
    /// The client order id, handed back with the answer.
    pub request: Option<RequestId>,
}

/// Matching's message to clearing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Which order; of a mass cancel's end, none (zero).
    pub order: OrderId,
    /// Whose it is.
    pub account: AccountId,
    /// What happened.
    pub report: Report,
}

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// It is in: what follows are its fills, its rest, or its end.
    Accepted {
        /// The entry, handed back.
        entry: NewEntry,
        /// Where it stands.
        place: Place,
    },
    /// It is not in; the hold ends.
    Refused {
        /// Why.
        reject: Reject,
        /// The client order id, handed back.
        request: Option<RequestId>,
    },
    /// It traded.
    Filled(Fill),
    /// What was left is withdrawn; final.
    Canceled {
        /// The lots withdrawn.
        lots: Qty,
        /// Why.
        reason: CancelReason,
        /// The client's name for the cancel, where there was one.
        request: Option<RequestId>,
    },
    /// Self-trade prevention took lots away and left some.
    Decremented {
        /// The lots taken.
        lots: Qty,
    },
    /// It was changed.
    Replaced {
        /// What was asked.
        change: Change,
        /// The lots now open; never zero.
        leaves: Qty,
        /// Where it went in anew; `None` when it kept its place.
        place: Option<Place>,
        /// The client's name for the change.
        request: Option<RequestId>,
    },
    /// It stays as it was.
    ChangeRefused {
        /// Why.
        reject: Reject,
        /// The client's name for the change or cancel.
        request: Option<RequestId>,
        /// Whether it was a replace, whose extra hold ends now.
        was_replace: bool,
    },
    /// A stop's trigger was reached.
    Triggered,
    /// A mass cancel, or an account's kill switch, is done in this shard.
    MassCancelDone {
        /// Orders it cancelled here.
        orders: u32,
        /// The client's name for it.
        request: Option<RequestId>,
    },
}

/// Where an order stands when it goes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Lots ahead of it at its price before it came.
    pub ahead: Qty,
    /// Best bid before it came.
    pub best_bid: Option<Price>,
    /// Best ask before it came.
    pub best_ask: Option<Price>,
}

/// One order's share of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The match.
    pub trade: TradeId,
    /// Its price.
    pub price: Price,
    /// Its lots.
    pub lots: Qty,
    /// What is left open of this order.
    pub leaves: Qty,
    /// Whether the order rested or came in.
    pub role: Role,
}

/// Why an order ended without its owner's fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum CancelReason {
    /// Its owner asked.
    Requested = 0,
    /// Its owner asked for all.
    MassCancel = 1,
    /// A replace left nothing open.
    ReplacedToNothing = 2,
    /// The rest of an IOC or market order.
    NotImmediate = 3,
    /// Self-trade prevention.
    SelfTrade = 4,
    /// Its time was up.
    Expired = 5,
    /// It had to rest and there was no room.
    NoRoom = 6,
    /// A kill switch was engaged.
    KillSwitch = 7,
}

/// A message on its channel. (source, destination) names the channel; `seq` is gap-free on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Who sent it.
    pub source: Shard,
    /// Who shall have it.
    pub destination: Shard,
    /// Its position on the channel, from 1.
    pub seq: u64,
    /// Engine time of its source when it was sent.
    pub at: Timestamp,
    /// The command or message that caused it, at the shard where it came from outside.
    pub cause: Cause,
    /// What it says.
    pub message: Message,
}

/// One of the two kinds of shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shard {
    /// Owns accounts.
    Clearing(ShardId),
    /// Owns books.
    Matching(ShardId),
}

/// The outside command behind a message or an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Where it entered.
    pub shard: Shard,
    /// Its seq there.
    pub seq: u64,
}
