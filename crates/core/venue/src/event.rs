//! Facts, in order. An owner's event comes from clearing, a public one from matching.

use types::{
    AccountId, Amount, Currency, Date, InstrumentId, NewOrder, OrderId, PaymentId, PaymentReason,
    Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Side, Timestamp, TradeId,
};

use crate::command::{Band, Change, Definition, Fees, KillScope, PaymentKind};
use crate::message::{CancelReason, Fill, Place};
use crate::reject::Reject;

/// One fact. Its seq is its position; time and cause stand once for each step (see `Events`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// To an account's owner.
    Account(AccountEvent),
    /// A command that names no account, or an unknown one, was refused.
    Refused {
        /// The client's name for it.
        request: Option<RequestId>,
        /// Why.
        reject: Reject,
    },
    /// To everybody.
    Public(PublicEvent),
}

/// A fact for one account's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountEvent {
    /// Whose it is.
    pub account: AccountId,
    /// Gap-free per account, from 1.
    pub account_seq: u64,
    /// Cash after it.
    pub cash: Balance,
    /// What happened.
    pub fact: Fact,
}

/// What an owner has, after an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// May be spent or withdrawn.
    pub free: i64,
    /// Set aside for open orders and for withdrawals that wait.
    pub held: i64,
}

/// What happened to an account or one of its orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The account exists.
    Opened {
        /// Whose it is.
        owner: PrincipalId,
        /// What its cash is in.
        currency: Currency,
        /// Its self-trade mode.
        self_trade: SelfTrade,
    },
    /// It was suspended, or may act again.
    StatusChanged {
        /// Whether it is suspended.
        suspended: bool,
    },
    /// It is closed for good.
    Closed,
    /// Money came from the outside.
    Deposited {
        /// Its number.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// The client's name for it.
        request: Option<RequestId>,
    },
    /// Money went to the outside.
    Withdrawn {
        /// Its number.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// The client's name for it.
        request: Option<RequestId>,
    },
    /// Money is to come or go once an operator confirms it; what is to go is held.
    PaymentRequested {
        /// Its number.
        payment: PaymentId,
        /// Which way.
        kind: PaymentKind,
        /// How much.
        amount: Amount,
        /// The client's name for it.
        request: Option<RequestId>,
    },
    /// A payment that waited has ended, and no money moved. One that an operator confirmed is told
    /// as `Deposited` or `Withdrawn`.
    PaymentFailed {
        /// Its number.
        payment: PaymentId,
        /// Which way it would have gone.
        kind: PaymentKind,
        /// How much.
        amount: Amount,
        /// The client's name for it.
        request: Option<RequestId>,
        /// Why.
        reason: Option<PaymentReason>,
    },
    /// Money left for another account.
    TransferSent {
        /// Its number here.
        payment: PaymentId,
        /// To whom.
        to: AccountId,
        /// How much.
        amount: Amount,
        /// The client's name for it; the receiver is not told.
        request: Option<RequestId>,
    },
    /// Money came from another account.
    TransferReceived {
        /// Its number here.
        payment: PaymentId,
        /// From whom.
        from: AccountId,
        /// How much.
        amount: Amount,
    },
    /// A transfer came back.
    TransferReturned {
        /// The number of the return.
        payment: PaymentId,
        /// From whom.
        to: AccountId,
        /// How much.
        amount: Amount,
        /// Why.
        reject: Reject,
    },
    /// Shares were created here.
    Issued {
        /// Of what.
        instrument: InstrumentId,
        /// How many.
        qty: Qty,
        /// Lots after it.
        position: Balance,
    },
    /// A command of this account was refused.
    Refused {
        /// The client's name for it.
        request: Option<RequestId>,
        /// The order it was about; zero when none had been numbered.
        order: OrderId,
        /// Why.
        reject: Reject,
    },
    /// An order is in.
    Accepted {
        /// Its number.
        order: OrderId,
        /// Its client order id.
        request: Option<RequestId>,
        /// As its owner wrote it.
        terms: NewOrder,
        /// Where it stands.
        place: Place,
    },
    /// An order traded.
    Filled(OwnFill),
    /// An order's rest is withdrawn.
    Canceled {
        /// Its number.
        order: OrderId,
        /// What it trades.
        instrument: InstrumentId,
        /// Lots withdrawn.
        lots: Qty,
        /// Lots filled in all.
        filled: Qty,
        /// Why.
        reason: CancelReason,
        /// The client's name for the cancel.
        request: Option<RequestId>,
    },
    /// Self-trade prevention took lots away.
    Decremented {
        /// Its number.
        order: OrderId,
        /// Lots taken.
        lots: Qty,
        /// Lots still open.
        leaves: Qty,
    },
    /// An order was changed.
    Replaced {
        /// Its number.
        order: OrderId,
        /// The client's name for the change; its client order id from now on, where given.
        request: Option<RequestId>,
        /// What was asked.
        change: Change,
        /// Lots now open.
        leaves: Qty,
        /// Where it went in anew; `None` when it kept its place.
        place: Option<Place>,
    },
    /// A stop's trigger was reached.
    Triggered {
        /// Its number.
        order: OrderId,
    },
    /// The account's kill switch was engaged or released.
    KillSwitchSet {
        /// Whether entry is refused from now on.
        engaged: bool,
    },
    /// The account's dead-man switch was armed or disarmed, or has lapsed.
    CancelAfterSet {
        /// When all its open orders will be cancelled; `None` when no more.
        at: Option<Timestamp>,
    },
    /// A mass cancel, or the account's kill switch, is done in one matching shard.
    MassCanceled {
        /// Orders it cancelled there.
        orders: u32,
        /// The client's name for it.
        request: Option<RequestId>,
    },
}

/// One order's share of a match, as its owner is told: also the balanced ledger entry it booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnFill {
    /// Its number.
    pub order: OrderId,
    /// What was traded.
    pub instrument: InstrumentId,
    /// Bought or sold.
    pub side: Side,
    /// The match.
    pub fill: Fill,
    /// Lots filled in all.
    pub filled: Qty,
    /// Sum of price × lots of all fills: divided by `filled`, the exact average price in ticks.
    pub ticks_lots: u128,
    /// Cash paid (buy) or received (sell) for this fill, before the fee.
    pub cash: Amount,
    /// Fee for this fill.
    pub fee: Amount,
    /// Lots after it.
    pub position: Balance,
}

/// A fact for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicEvent {
    /// An instrument exists.
    Listed {
        /// Its number.
        instrument: InstrumentId,
        /// Its terms.
        definition: Definition,
    },
    /// What it allows changed.
    PhaseChanged {
        /// Which.
        instrument: InstrumentId,
        /// From now on.
        phase: Phase,
    },
    /// Its band changed.
    BandChanged {
        /// Which.
        instrument: InstrumentId,
        /// From now on.
        band: Band,
    },
    /// Its fees changed.
    FeesChanged {
        /// Which.
        instrument: InstrumentId,
        /// For orders from now on.
        fees: Fees,
    },
    /// One resting order's shown lots changed by entry, cancel, replace or refresh.
    Book(BookChange),
    /// A match.
    Trade(Trade),
    /// The business date moved.
    DateChanged {
        /// From now on.
        date: Date,
    },
    /// Newer rules are in force.
    RulesChanged {
        /// Their version.
        version: u32,
    },
    /// A kill switch that is no account's was engaged or released.
    KillSwitchSet {
        /// What it covers.
        scope: KillScope,
        /// Whether entry is refused from now on.
        engaged: bool,
    },
    /// A kill switch that was engaged has ended the orders in its scope in one matching shard.
    KillSwitchDone {
        /// What it covers.
        scope: KillScope,
        /// Orders it ended there.
        orders: u32,
    },
    /// The engine's time has come so far, and nothing else happened.
    TimeTold,
}

/// One resting order's shown lots, and its level's, after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookChange {
    /// Which book.
    pub instrument: InstrumentId,
    /// Which side of it.
    pub side: Side,
    /// Which level.
    pub price: Price,
    /// The order.
    pub order: OrderId,
    /// The lots it shows now; zero when it is gone.
    pub lots: Qty,
    /// Whether it went to the back of its level (entry or refresh) rather than stay.
    pub at_back: bool,
    /// The lots its level shows now.
    pub level_lots: Qty,
    /// The orders in its level now.
    pub level_orders: u32,
}

/// A match, and the resting side's level after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Which book.
    pub instrument: InstrumentId,
    /// The match's number.
    pub trade: TradeId,
    /// Its price: the resting order's.
    pub price: Price,
    /// Its lots.
    pub lots: Qty,
    /// The resting order.
    pub maker: OrderId,
    /// The incoming order.
    pub taker: OrderId,
    /// The incoming order's side.
    pub taker_side: Side,
    /// The lots the resting order shows now.
    pub maker_lots: Qty,
    /// The lots its level shows now.
    pub level_lots: Qty,
    /// The orders in its level now.
    pub level_orders: u32,
}
