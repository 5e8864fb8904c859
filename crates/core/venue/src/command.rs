//! What can be asked of the venue. Each command names exactly one account or instrument, or none.

use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, Isin, MatchingPolicy, NewOrder,
    OrderId, PaymentId, PaymentReason, Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Side,
    Symbol, TickValue,
};

/// A request made durable before anything about it is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Who sent it; carried for the record, never decided upon.
    pub principal: PrincipalId,
    /// The link it came by; zero is none.
    pub connection: ConnectionId,
    /// The client's own name for it: sent again, it gets its old answer. Unique per account, and
    /// per shard for commands that name no account.
    pub request: Option<RequestId>,
    /// What is asked.
    pub action: Action,
}

/// What is asked of the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens an account; the venue numbers it.
    OpenAccount {
        /// Whose it is.
        owner: PrincipalId,
        /// The one currency its cash is in.
        currency: Currency,
        /// Its self-trade prevention mode.
        self_trade: SelfTrade,
    },
    /// Suspends an account or lets it act again.
    SetAccountStatus {
        /// Which account.
        account: AccountId,
        /// Active or suspended.
        suspended: bool,
    },
    /// Closes an account that is flat: no open order, no cash, no shares.
    CloseAccount {
        /// Which account.
        account: AccountId,
    },
    /// Creates money from the outside.
    Deposit {
        /// Who receives it.
        account: AccountId,
        /// How much, above zero.
        amount: Amount,
    },
    /// Sends money to the outside.
    Withdraw {
        /// Who gives it.
        account: AccountId,
        /// How much, above zero.
        amount: Amount,
    },
    /// Moves money between two accounts of one currency.
    Transfer {
        /// Who gives it.
        account: AccountId,
        /// Who receives it.
        to: AccountId,
        /// How much, above zero.
        amount: Amount,
    },
    /// Asks for money to come or go, and lets it wait until an operator confirms or fails it. What
    /// is to go is held meanwhile.
    RequestPayment {
        /// Whose money it is, or will be.
        account: AccountId,
        /// Which way.
        kind: PaymentKind,
        /// How much, above zero.
        amount: Amount,
    },
    /// Books a payment that waits.
    ConfirmPayment {
        /// Which.
        payment: PaymentId,
    },
    /// Ends a payment that waits; no money moves.
    FailPayment {
        /// Which.
        payment: PaymentId,
        /// Why, for its owner.
        reason: Option<PaymentReason>,
    },
    /// Creates shares in an account: how an instrument gets its float.
    Issue {
        /// Who receives them.
        account: AccountId,
        /// Of what.
        instrument: InstrumentId,
        /// How many, above zero.
        qty: Qty,
    },
    /// Places an order.
    Place {
        /// Whose it is.
        account: AccountId,
        /// What is ordered.
        order: NewOrder,
    },
    /// Cancels an order and enters it anew in one step; what is `None` stays.
    Replace {
        /// Whose it is.
        account: AccountId,
        /// Which order; it keeps its id.
        order: OrderId,
        /// What changes.
        change: Change,
    },
    /// Cancels an order.
    Cancel {
        /// Whose it is.
        account: AccountId,
        /// Which order.
        order: OrderId,
    },
    /// Cancels every open order of an account that fits.
    MassCancel {
        /// Whose they are.
        account: AccountId,
        /// Only of this instrument.
        instrument: Option<InstrumentId>,
        /// Only of this side.
        side: Option<Side>,
    },
    /// Arms an account's dead-man switch anew: once the time has passed, all its open orders are
    /// cancelled.
    SetCancelAfter {
        /// Whose it is.
        account: AccountId,
        /// In how many seconds; zero disarms it.
        after_s: u32,
    },
    /// Engages or releases a kill switch. Engaged, it refuses entry in its scope and ends every
    /// open order there. It enters at one clearing shard, and binds that shard's accounts.
    SetKillSwitch {
        /// What it covers.
        scope: KillScope,
        /// Whether entry is refused from now on.
        engaged: bool,
    },
    /// Lists an instrument; the venue numbers it. It begins in pre-open.
    ListInstrument {
        /// Its terms.
        definition: Definition,
    },
    /// Changes what an instrument allows.
    SetPhase {
        /// Which instrument.
        instrument: InstrumentId,
        /// Its phase from now on.
        phase: Phase,
    },
    /// Changes the static price band for orders still to come.
    SetBand {
        /// Which instrument.
        instrument: InstrumentId,
        /// Lowest and highest price accepted.
        band: Band,
    },
    /// Changes the fees of orders still to come.
    SetFees {
        /// Which instrument.
        instrument: InstrumentId,
        /// The new rates.
        fees: Fees,
    },
    /// Moves the business date, forward only.
    SetBusinessDate {
        /// The new date.
        date: Date,
    },
    /// Puts newer rules in force.
    SetRules {
        /// Their version.
        version: u32,
    },
    /// Lets what is due expire in a silent market.
    Tick,
    /// Tells everybody the engine's time in a silent market, where an interval in which something
    /// traded has ended.
    TellTime,
}

/// Which way a payment with the outside goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PaymentKind {
    /// In.
    Deposit = 0,
    /// Out.
    Withdrawal = 1,
}

/// What a kill switch covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KillScope {
    /// Every account and every instrument.
    All,
    /// One account, in every instrument.
    Account(AccountId),
    /// One instrument, for every account.
    Instrument(InstrumentId),
}

/// What a replace changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Change {
    /// The new total quantity: what is left is this less what was filled.
    pub qty: Option<Qty>,
    /// The new limit price, of a limit or stop-limit order.
    pub price: Option<Price>,
    /// The new trigger, of a stop that still waits.
    pub trigger: Option<Price>,
}

/// An instrument's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its short code, unique in its matching shard.
    pub symbol: Symbol,
    /// Its international id, where it has one.
    pub isin: Option<Isin>,
    /// The currency it is priced and settled in.
    pub currency: Currency,
    /// Decimal places of one tick: a price of 3695 ticks with 2 is 36.95.
    pub price_decimals: u8,
    /// Decimal places of one lot: 0 for shares, 8 for satoshis.
    pub qty_decimals: u8,
    /// Prices are whole multiples of this many ticks, 1 or more.
    pub tick_step: u32,
    /// Quantities are whole multiples of this many lots, 1 or more.
    pub lot_step: u32,
    /// Largest quantity of one order.
    pub order_qty_max: Qty,
    /// What one lot at one tick is worth.
    pub tick_value: TickValue,
    /// Highest price this instrument can ever quote.
    pub price_limit: Price,
    /// Lowest and highest price accepted now.
    pub band: Band,
    /// Fee rates.
    pub fees: Fees,
    /// How a level is shared.
    pub policy: MatchingPolicy,
}

/// The static price band, both ends allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Lowest price accepted.
    pub low: Price,
    /// Highest price accepted.
    pub high: Price,
}

/// Fees in millionths of notional, 0..=1,000,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// For the resting order.
    pub maker_ppm: u32,
    /// For the incoming order.
    pub taker_ppm: u32,
}
