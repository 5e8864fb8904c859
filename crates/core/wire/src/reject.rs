//! A refusal taken apart: its tag and its values with their names, in declared order. The binary
//! form and the JSON form are both made from this one list.
//!
//! **Invariant:** a tag is fixed for ever; a new refusal gets the next one.

use types::{
    AccountId, Amount, Currency, Date, InstrumentId, OrderId, PaymentId, Phase, Price, Qty,
    Timestamp,
};
use venue::{DefinitionField, KillScope, Reject};

use crate::binary::{DecodeError, Field, Reader, Writer};

/// Tags count from 0 to this one.
pub(crate) const TAG_MAX: u8 = 50;

/// A value and its name.
pub(crate) type Named = (&'static str, Value);

/// A refusal's tag and up to two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub tag: u8,
    pub values: [Option<Named>; 2],
}

/// Defines [`Value`], what becomes one, and its binary form, which is that of what it holds.
macro_rules! values {
    ($($member:ident($held:ty)),+) => {
        /// One value of a refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Value { $($member($held)),+ }

        $(impl From<$held> for Value {
            fn from(held: $held) -> Value {
                Value::$member(held)
            }
        })+

        impl Value {
            fn put(self, out: &mut Writer<'_>) {
                match self { $(Value::$member(held) => held.put(out)),+ }
            }
        }
    };
}

values!(
    Number(u64),
    Count(u32),
    Account(AccountId),
    Instrument(InstrumentId),
    Order(OrderId),
    Payment(PaymentId),
    Amount(Amount),
    Qty(Qty),
    Price(Price),
    Currency(Currency),
    Phase(Phase),
    Field(DefinitionField),
    Time(Timestamp),
    Date(Date),
    Scope(KillScope)
);

/// Takes a refusal apart.
pub(crate) fn parts(reject: &Reject) -> Parts {
    match *reject {
        Reject::RequestConflict { first_seq } => one(0, ("first_seq", first_seq)),
        Reject::UnknownAccount { account } => one(1, ("account", account)),
        Reject::AccountSuspended { account } => one(2, ("account", account)),
        Reject::AccountClosed { account } => one(3, ("account", account)),
        Reject::AccountHasOrders { orders } => one(4, ("orders", orders)),
        Reject::AccountHasCash { cash } => one(5, ("cash", cash)),
        Reject::AccountHasShares { instrument, qty } => {
            two(6, ("instrument", instrument), ("qty", qty))
        }
        Reject::AccountsFull { max } => one(7, ("max", max)),
        Reject::UnknownCurrency { currency } => one(8, ("currency", currency)),
        Reject::CurrencyMismatch { account, other } => {
            two(9, ("account", account), ("other", other))
        }
        Reject::TransferToSelf { account } => one(10, ("account", account)),
        Reject::AmountOutOfRange { amount, max } => two(11, ("amount", amount), ("max", max)),
        Reject::BalanceTooLarge { balance, max } => two(12, ("balance", balance), ("max", max)),
        Reject::InsufficientFunds { needed, free } => two(13, ("needed", needed), ("free", free)),
        Reject::ShortSelling { needed, free } => two(14, ("needed", needed), ("free", free)),
        Reject::UnknownInstrument { instrument } => one(15, ("instrument", instrument)),
        Reject::InstrumentNotReady { missing } => one(16, ("missing", missing)),
        Reject::InstrumentsFull { max } => one(17, ("max", max)),
        Reject::SymbolTaken { instrument } => one(18, ("instrument", instrument)),
        Reject::BadDefinition { field, value } => two(19, ("field", field), ("value", value)),
        Reject::PhaseForbids { phase } => one(20, ("phase", phase)),
        Reject::QtyZero => none(21),
        Reject::QtyTooLarge { qty, max } => two(22, ("qty", qty), ("max", max)),
        Reject::OffLot { qty, lot_step } => two(23, ("qty", qty), ("lot_step", lot_step)),
        Reject::OffTick { price, tick_step } => two(24, ("price", price), ("tick_step", tick_step)),
        Reject::PriceAboveBand { price, max } => two(25, ("price", price), ("max", max)),
        Reject::PriceBelowBand { price, min } => two(26, ("price", price), ("min", min)),
        Reject::DisplayOutOfRange { display, max } => two(27, ("display", display), ("max", max)),
        Reject::MarketMustBeImmediate => none(28),
        Reject::StopMustRest => none(29),
        Reject::PostOnlyMustRest => none(30),
        Reject::IcebergMustRest => none(31),
        Reject::ExpiryPassed { expires, now } => two(32, ("expires", expires), ("now", now)),
        Reject::NotionalTooLarge { max } => one(33, ("max", max)),
        Reject::WouldTakeLiquidity { best } => one(34, ("best", best)),
        Reject::WouldCrossBeforeOpen { best } => one(35, ("best", best)),
        Reject::FillOrKillShort { available, qty } => {
            two(36, ("available", available), ("qty", qty))
        }
        Reject::AccountOrdersFull { max } => one(37, ("max", max)),
        Reject::OrdersFull { max } => one(38, ("max", max)),
        Reject::LevelsFull { max } => one(39, ("max", max)),
        Reject::UnknownOrder { order } => one(40, ("order", order)),
        Reject::ChangePending { order } => one(41, ("order", order)),
        Reject::NothingToReplace { order } => one(42, ("order", order)),
        Reject::PriceNotReplaceable { order } => one(43, ("order", order)),
        Reject::TriggerNotReplaceable { order } => one(44, ("order", order)),
        Reject::DateNotLater { date, current } => two(45, ("date", date), ("current", current)),
        Reject::RulesUnsupported { version, max } => two(46, ("version", version), ("max", max)),
        Reject::KillSwitch { scope } => one(47, ("scope", scope)),
        Reject::AccountHasPayments { payments } => one(48, ("payments", payments)),
        Reject::AccountPaymentsFull { max } => one(49, ("max", max)),
        Reject::PaymentNotPending { payment } => one(50, ("payment", payment)),
    }
}

fn none(tag: u8) -> Parts {
    Parts { tag, values: [None, None] }
}

fn one<A: Into<Value>>(tag: u8, (name, value): (&'static str, A)) -> Parts {
    Parts { tag, values: [Some((name, value.into())), None] }
}

fn two<A, B>(tag: u8, first: (&'static str, A), second: (&'static str, B)) -> Parts
where
    A: Into<Value>,
    B: Into<Value>,
{
    let (first, second) = ((first.0, first.1.into()), (second.0, second.1.into()));
    Parts { tag, values: [Some(first), Some(second)] }
}

impl Field for Reject {
    fn put(&self, out: &mut Writer<'_>) {
        let parts = parts(self);
        parts.tag.put(out);
        for (_, value) in parts.values.into_iter().flatten() {
            value.put(out);
        }
    }

    fn get(input: &mut Reader<'_>) -> Result<Reject, DecodeError> {
        match input.tag(0, TAG_MAX)? {
            tag @ 0..=19 => about_accounts_and_instruments(tag, input),
            tag => about_orders(tag, input),
        }
    }
}

fn about_accounts_and_instruments(tag: u8, input: &mut Reader<'_>) -> Result<Reject, DecodeError> {
    Ok(match tag {
        0 => Reject::RequestConflict { first_seq: input.field("first_seq")? },
        1 => Reject::UnknownAccount { account: input.field("account")? },
        2 => Reject::AccountSuspended { account: input.field("account")? },
        3 => Reject::AccountClosed { account: input.field("account")? },
        4 => Reject::AccountHasOrders { orders: input.field("orders")? },
        5 => Reject::AccountHasCash { cash: input.field("cash")? },
        6 => Reject::AccountHasShares {
            instrument: input.field("instrument")?,
            qty: input.field("qty")?,
        },
        7 => Reject::AccountsFull { max: input.field("max")? },
        8 => Reject::UnknownCurrency { currency: input.field("currency")? },
        9 => Reject::CurrencyMismatch {
            account: input.field("account")?,
            other: input.field("other")?,
        },
        10 => Reject::TransferToSelf { account: input.field("account")? },
        11 => Reject::AmountOutOfRange { amount: input.field("amount")?, max: input.field("max")? },
        12 => {
            Reject::BalanceTooLarge { balance: input.field("balance")?, max: input.field("max")? }
        }
        13 => {
            Reject::InsufficientFunds { needed: input.field("needed")?, free: input.field("free")? }
        }
        14 => Reject::ShortSelling { needed: input.field("needed")?, free: input.field("free")? },
        15 => Reject::UnknownInstrument { instrument: input.field("instrument")? },
        16 => Reject::InstrumentNotReady { missing: input.field("missing")? },
        17 => Reject::InstrumentsFull { max: input.field("max")? },
        18 => Reject::SymbolTaken { instrument: input.field("instrument")? },
        _ => Reject::BadDefinition { field: input.field("field")?, value: input.field("value")? },
    })
}

fn about_orders(tag: u8, input: &mut Reader<'_>) -> Result<Reject, DecodeError> {
    Ok(match tag {
        20 => Reject::PhaseForbids { phase: input.field("phase")? },
        21 => Reject::QtyZero,
        22 => Reject::QtyTooLarge { qty: input.field("qty")?, max: input.field("max")? },
        23 => Reject::OffLot { qty: input.field("qty")?, lot_step: input.field("lot_step")? },
        24 => {
            Reject::OffTick { price: input.field("price")?, tick_step: input.field("tick_step")? }
        }
        25 => Reject::PriceAboveBand { price: input.field("price")?, max: input.field("max")? },
        26 => Reject::PriceBelowBand { price: input.field("price")?, min: input.field("min")? },
        27 => {
            Reject::DisplayOutOfRange { display: input.field("display")?, max: input.field("max")? }
        }
        28 => Reject::MarketMustBeImmediate,
        29 => Reject::StopMustRest,
        30 => Reject::PostOnlyMustRest,
        31 => Reject::IcebergMustRest,
        32 => Reject::ExpiryPassed { expires: input.field("expires")?, now: input.field("now")? },
        33 => Reject::NotionalTooLarge { max: input.field("max")? },
        34 => Reject::WouldTakeLiquidity { best: input.field("best")? },
        35 => Reject::WouldCrossBeforeOpen { best: input.field("best")? },
        36 => Reject::FillOrKillShort {
            available: input.field("available")?,
            qty: input.field("qty")?,
        },
        37 => Reject::AccountOrdersFull { max: input.field("max")? },
        38 => Reject::OrdersFull { max: input.field("max")? },
        39 => Reject::LevelsFull { max: input.field("max")? },
        40 => Reject::UnknownOrder { order: input.field("order")? },
        41 => Reject::ChangePending { order: input.field("order")? },
        42 => Reject::NothingToReplace { order: input.field("order")? },
        43 => Reject::PriceNotReplaceable { order: input.field("order")? },
        44 => Reject::TriggerNotReplaceable { order: input.field("order")? },
        45 => Reject::DateNotLater { date: input.field("date")?, current: input.field("current")? },
        46 => {
            Reject::RulesUnsupported { version: input.field("version")?, max: input.field("max")? }
        }
        47 => Reject::KillSwitch { scope: input.field("scope")? },
        48 => Reject::AccountHasPayments { payments: input.field("payments")? },
        49 => Reject::AccountPaymentsFull { max: input.field("max")? },
        _ => Reject::PaymentNotPending { payment: input.field("payment")? },
    })
}
