//! Every reason to refuse a command, with the value that failed and what would have passed.

use types::{
    AccountId, Amount, Currency, Date, InstrumentId, OrderId, PaymentId, Phase, Price, Qty, Seq,
    Timestamp,
};

use crate::command::KillScope;

/// A refusal. Nothing changed, save that the refusal itself is remembered for its request id.
///
/// At most two numbers each, so that a remembered outcome stays small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// The request id was used before with another body.
    RequestConflict {
        /// The command that used it.
        first_seq: Seq,
    },
    /// No such account.
    UnknownAccount {
        /// The account asked for.
        account: AccountId,
    },
    /// The account is suspended; it may still cancel.
    AccountSuspended {
        /// The account.
        account: AccountId,
    },
    /// The account was closed for good.
    AccountClosed {
        /// The account.
        account: AccountId,
    },
    /// An account with open orders cannot close.
    AccountHasOrders {
        /// How many are open; zero would pass.
        orders: u32,
    },
    /// An account with cash cannot close.
    AccountHasCash {
        /// Its balance; zero would pass.
        cash: Amount,
    },
    /// An account with shares cannot close.
    AccountHasShares {
        /// The first instrument it holds.
        instrument: InstrumentId,
        /// How many lots; zero would pass.
        qty: Qty,
    },
    /// An account with payments that wait cannot close.
    AccountHasPayments {
        /// How many wait; zero would pass.
        payments: u32,
    },
    /// The account has as many payments waiting as it may.
    AccountPaymentsFull {
        /// The most that passes.
        max: u32,
    },
    /// The payment does not wait: it was settled before, or there never was one.
    PaymentNotPending {
        /// The payment asked for.
        payment: PaymentId,
    },
    /// The account table is full.
    AccountsFull {
        /// Its capacity.
        max: u32,
    },
    /// The venue does not settle in this currency.
    UnknownCurrency {
        /// The currency asked for.
        currency: Currency,
    },
    /// Account and counterpart (instrument or account) settle in different currencies.
    CurrencyMismatch {
        /// The account's.
        account: Currency,
        /// The other's.
        other: Currency,
    },
    /// Source and target of a transfer are one.
    TransferToSelf {
        /// The account.
        account: AccountId,
    },
    /// An amount must be 1..=max minor units.
    AmountOutOfRange {
        /// The amount asked for.
        amount: Amount,
        /// The most that passes.
        max: Amount,
    },
    /// A balance would pass what a ledger line can hold.
    BalanceTooLarge {
        /// The balance there would be, cut to what a number can hold.
        balance: Amount,
        /// The most that passes.
        max: Amount,
    },
    /// Free cash does not cover the worst case: there is no credit.
    InsufficientFunds {
        /// What would be held or paid.
        needed: Amount,
        /// What is free.
        free: Amount,
    },
    /// Free shares do not cover the quantity: there is no short selling.
    ShortSelling {
        /// The lots to be held.
        needed: Qty,
        /// The lots free.
        free: Qty,
    },
    /// No such instrument.
    UnknownInstrument {
        /// The instrument asked for.
        instrument: InstrumentId,
    },
    /// Not every clearing shard knows the instrument yet.
    InstrumentNotReady {
        /// Shards still to answer; zero would pass.
        missing: u32,
    },
    /// The instrument table is full.
    InstrumentsFull {
        /// Its capacity.
        max: u32,
    },
    /// Another instrument has the symbol.
    SymbolTaken {
        /// That instrument.
        instrument: InstrumentId,
    },
    /// A field of an instrument's terms is out of range.
    BadDefinition {
        /// Which field.
        field: DefinitionField,
        /// Its value.
        value: u64,
    },
    /// The instrument's phase does not allow this; continuous would.
    PhaseForbids {
        /// The phase it is in.
        phase: Phase,
    },
    /// A quantity of nothing.
    QtyZero,
    /// More than one order may ask for.
    QtyTooLarge {
        /// The quantity.
        qty: Qty,
        /// The most that passes.
        max: Qty,
    },
    /// Not a whole multiple of the lot step.
    OffLot {
        /// The quantity.
        qty: Qty,
        /// The step.
        lot_step: u32,
    },
    /// Not a whole multiple of the tick step.
    OffTick {
        /// The price.
        price: Price,
        /// The step.
        tick_step: u32,
    },
    /// Above the band.
    PriceAboveBand {
        /// The price.
        price: Price,
        /// The highest that passes.
        max: Price,
    },
    /// Below the band.
    PriceBelowBand {
        /// The price.
        price: Price,
        /// The lowest that passes.
        min: Price,
    },
    /// An iceberg shows 1 lot to its whole quantity.
    DisplayOutOfRange {
        /// What it asked to show.
        display: Qty,
        /// The most that passes.
        max: Qty,
    },
    /// A market order is IOC or FOK: it never rests.
    MarketMustBeImmediate,
    /// A stop waits, so it is DAY, GTC or GTD.
    StopMustRest,
    /// A post-only order is a limit order that can rest.
    PostOnlyMustRest,
    /// An iceberg is a limit or stop-limit order that can rest.
    IcebergMustRest,
    /// The expiry is not in the future.
    ExpiryPassed {
        /// The expiry.
        expires: Timestamp,
        /// Engine time.
        now: Timestamp,
    },
    /// The worst case of the order passes what an amount can be.
    NotionalTooLarge {
        /// The most that passes.
        max: Amount,
    },
    /// A post-only order would trade.
    WouldTakeLiquidity {
        /// The best opposite price.
        best: Price,
    },
    /// Before the open an order must not cross.
    WouldCrossBeforeOpen {
        /// The best opposite price.
        best: Price,
    },
    /// A fill-or-kill order cannot fill.
    FillOrKillShort {
        /// The lots it could have had.
        available: Qty,
        /// The lots it wanted.
        qty: Qty,
    },
    /// The account has as many open orders as it may.
    AccountOrdersFull {
        /// The most that passes.
        max: u32,
    },
    /// The shard has as many open orders as it can.
    OrdersFull {
        /// Its capacity.
        max: u32,
    },
    /// The shard's price levels are used up.
    LevelsFull {
        /// Pages of 64 levels it has.
        max: u32,
    },
    /// No such open order of this account.
    UnknownOrder {
        /// The order asked for.
        order: OrderId,
    },
    /// An earlier change of the order has not been answered.
    ChangePending {
        /// The order.
        order: OrderId,
    },
    /// A replace that changes nothing.
    NothingToReplace {
        /// The order.
        order: OrderId,
    },
    /// A market or plain stop order has no limit price to replace.
    PriceNotReplaceable {
        /// The order.
        order: OrderId,
    },
    /// Only a stop that still waits has a trigger to replace.
    TriggerNotReplaceable {
        /// The order.
        order: OrderId,
    },
    /// The business date only moves forward.
    DateNotLater {
        /// The date asked for.
        date: Date,
        /// The date in force.
        current: Date,
    },
    /// Rules only move forward, to a version this code knows.
    RulesUnsupported {
        /// The version asked for.
        version: u32,
        /// The newest that passes.
        max: u32,
    },
    /// A kill switch refuses entry; cancels go on.
    KillSwitch {
        /// What the switch covers: the widest that is engaged.
        scope: KillScope,
    },
}

/// A field of an instrument's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DefinitionField {
    /// 0..=9.
    PriceDecimals = 0,
    /// 0..=9.
    QtyDecimals = 1,
    /// 1 or more.
    TickStep = 2,
    /// 1 or more.
    LotStep = 3,
    /// A multiple of the lot step, 1..=2^48; times price limit and tick value below 2^63.
    OrderQtyMax = 4,
    /// At most the price limit, not below the low end, a multiple of the tick step.
    BandHigh = 5,
    /// A multiple of the tick step.
    BandLow = 6,
    /// 0..=1,000,000.
    MakerPpm = 7,
    /// 0..=1,000,000.
    TakerPpm = 8,
}

const _: () = assert!(size_of::<Reject>() <= 24, "remembered outcomes stay small");
