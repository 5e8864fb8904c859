//! Every refusal once, and random ones.

use proptest::prelude::*;
use proptest::sample::select;
use types::{
    AccountId, Amount, Currency, Date, InstrumentId, OrderId, PaymentId, Phase, Price, Qty,
    Timestamp,
};
use venue::{DefinitionField, KillScope, Reject};

use super::{account, amount, count, number, price as any_price, qty};

/// One of each, in declared order.
pub fn every() -> Vec<Reject> {
    [about_accounts(), about_orders()].concat()
}

/// One of each, and some with random values.
pub fn reject() -> BoxedStrategy<Reject> {
    prop_oneof![
        6 => select(every()),
        1 => number().prop_map(|first_seq| Reject::RequestConflict { first_seq }),
        1 => account().prop_map(|account| Reject::UnknownAccount { account }),
        1 => (amount(), amount())
            .prop_map(|(needed, free)| Reject::InsufficientFunds { needed, free }),
        1 => (qty(), count()).prop_map(|(qty, lot_step)| Reject::OffLot { qty, lot_step }),
        1 => (any_price(), any_price())
            .prop_map(|(price, max)| Reject::PriceAboveBand { price, max }),
    ]
    .boxed()
}

fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("in range")
}

fn currency(code: &str) -> Currency {
    Currency::new(code).expect("three letters")
}

fn about_accounts() -> Vec<Reject> {
    vec![
        Reject::RequestConflict { first_seq: 12 },
        Reject::UnknownAccount { account: AccountId(3) },
        Reject::AccountSuspended { account: AccountId(3) },
        Reject::AccountClosed { account: AccountId(3) },
        Reject::AccountHasOrders { orders: 7 },
        Reject::AccountHasCash { cash: Amount(12_345) },
        Reject::AccountHasShares { instrument: InstrumentId(2), qty: Qty(50) },
        Reject::AccountsFull { max: 7 },
        Reject::UnknownCurrency { currency: currency("USD") },
        Reject::CurrencyMismatch { account: currency("USD"), other: currency("EUR") },
        Reject::TransferToSelf { account: AccountId(3) },
        Reject::AmountOutOfRange { amount: Amount(12_345), max: Amount(10_000) },
        Reject::BalanceTooLarge { balance: Amount(12_345), max: Amount(10_000) },
        Reject::InsufficientFunds { needed: Amount(12_345), free: Amount(10_000) },
        Reject::ShortSelling { needed: Qty(50), free: Qty(40) },
        Reject::UnknownInstrument { instrument: InstrumentId(2) },
        Reject::InstrumentNotReady { missing: 7 },
        Reject::InstrumentsFull { max: 7 },
        Reject::SymbolTaken { instrument: InstrumentId(2) },
        Reject::BadDefinition { field: DefinitionField::BandHigh, value: 12 },
    ]
}

fn about_orders() -> Vec<Reject> {
    vec![
        Reject::PhaseForbids { phase: Phase::Halted },
        Reject::QtyZero,
        Reject::QtyTooLarge { qty: Qty(50), max: Qty(40) },
        Reject::OffLot { qty: Qty(50), lot_step: 7 },
        Reject::OffTick { price: price(3_695), tick_step: 7 },
        Reject::PriceAboveBand { price: price(3_695), max: price(3_600) },
        Reject::PriceBelowBand { price: price(3_695), min: price(3_600) },
        Reject::DisplayOutOfRange { display: Qty(50), max: Qty(40) },
        Reject::MarketMustBeImmediate,
        Reject::StopMustRest,
        Reject::PostOnlyMustRest,
        Reject::IcebergMustRest,
        Reject::ExpiryPassed {
            expires: Timestamp(1_700_000_000_000_000_001),
            now: Timestamp(1_700_000_001_000_000_000),
        },
        Reject::NotionalTooLarge { max: Amount(12_345) },
        Reject::WouldTakeLiquidity { best: price(3_695) },
        Reject::WouldCrossBeforeOpen { best: price(3_695) },
        Reject::FillOrKillShort { available: Qty(50), qty: Qty(40) },
        Reject::AccountOrdersFull { max: 7 },
        Reject::OrdersFull { max: 7 },
        Reject::LevelsFull { max: 7 },
        Reject::UnknownOrder { order: OrderId(41) },
        Reject::ChangePending { order: OrderId(41) },
        Reject::NothingToReplace { order: OrderId(41) },
        Reject::PriceNotReplaceable { order: OrderId(41) },
        Reject::TriggerNotReplaceable { order: OrderId(41) },
        Reject::DateNotLater { date: Date(20_000), current: Date(20_001) },
        Reject::RulesUnsupported { version: 7, max: 5 },
        Reject::KillSwitch { scope: KillScope::Instrument(InstrumentId(2)) },
        Reject::AccountHasPayments { payments: 7 },
        Reject::AccountPaymentsFull { max: 7 },
        Reject::PaymentNotPending { payment: PaymentId(41) },
    ]
}
