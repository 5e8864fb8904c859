//! The canonical words of outcomes: remembered in snapshots, so they can be read back.

use types::{AccountId, Amount, Date, InstrumentId, OrderId, PaymentId, Price, Qty, Timestamp};

use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::command::KillScope;
use crate::outcome::Done;
use crate::reject::{DefinitionField, Reject};

impl DefinitionField {
    /// All fields, in the order in which they are checked.
    pub const ALL: [DefinitionField; 9] = [
        DefinitionField::PriceDecimals,
        DefinitionField::QtyDecimals,
        DefinitionField::TickStep,
        DefinitionField::LotStep,
        DefinitionField::OrderQtyMax,
        DefinitionField::BandHigh,
        DefinitionField::BandLow,
        DefinitionField::MakerPpm,
        DefinitionField::TakerPpm,
    ];
}

impl Reject {
    /// A stable code and at most two numbers: the form that is hashed and kept.
    pub(crate) fn parts(&self) -> (u64, u64, u64) {
        let amount = |amount: Amount| amount.0 as u64;
        let id = u64::from;
        match *self {
            Reject::RequestConflict { first_seq } => (1, first_seq, 0),
            Reject::UnknownAccount { account } => (2, id(account.0), 0),
            Reject::AccountSuspended { account } => (3, id(account.0), 0),
            Reject::AccountClosed { account } => (4, id(account.0), 0),
            Reject::AccountHasOrders { orders } => (5, id(orders), 0),
            Reject::AccountHasCash { cash } => (6, amount(cash), 0),
            Reject::AccountHasShares { instrument, qty } => (7, id(instrument.0), qty.lots()),
            Reject::AccountsFull { max } => (8, id(max), 0),
            Reject::AccountHasPayments { payments } => (49, id(payments), 0),
            Reject::AccountPaymentsFull { max } => (50, id(max), 0),
            Reject::PaymentNotPending { payment } => (51, payment.0, 0),
            Reject::UnknownCurrency { currency } => (9, code_word(&currency), 0),
            Reject::CurrencyMismatch { account, other } => {
                (10, code_word(&account), code_word(&other))
            }
            Reject::TransferToSelf { account } => (11, id(account.0), 0),
            Reject::AmountOutOfRange { amount: asked, max } => (12, amount(asked), amount(max)),
            Reject::BalanceTooLarge { balance, max } => (13, amount(balance), amount(max)),
            Reject::InsufficientFunds { needed, free } => (14, amount(needed), amount(free)),
            Reject::ShortSelling { needed, free } => (15, needed.lots(), free.lots()),
            Reject::UnknownInstrument { instrument } => (16, id(instrument.0), 0),
            Reject::InstrumentNotReady { missing } => (17, id(missing), 0),
            Reject::InstrumentsFull { max } => (18, id(max), 0),
            Reject::SymbolTaken { instrument } => (19, id(instrument.0), 0),
            Reject::BadDefinition { field, value } => (20, field as u64, value),
            Reject::PhaseForbids { phase } => (21, phase as u64, 0),
            Reject::QtyZero => (22, 0, 0),
            Reject::QtyTooLarge { qty, max } => (23, qty.lots(), max.lots()),
            Reject::OffLot { qty, lot_step } => (24, qty.lots(), id(lot_step)),
            Reject::OffTick { price, tick_step } => (25, price.ticks(), id(tick_step)),
            Reject::PriceAboveBand { price, max } => (26, price.ticks(), max.ticks()),
            Reject::PriceBelowBand { price, min } => (27, price.ticks(), min.ticks()),
            Reject::DisplayOutOfRange { display, max } => (28, display.lots(), max.lots()),
            Reject::MarketMustBeImmediate => (29, 0, 0),
            Reject::StopMustRest => (30, 0, 0),
            Reject::PostOnlyMustRest => (31, 0, 0),
            Reject::IcebergMustRest => (32, 0, 0),
            Reject::ExpiryPassed { expires, now } => (33, expires.0, now.0),
            Reject::NotionalTooLarge { max } => (34, amount(max), 0),
            Reject::WouldTakeLiquidity { best } => (35, best.ticks(), 0),
            Reject::WouldCrossBeforeOpen { best } => (36, best.ticks(), 0),
            Reject::FillOrKillShort { available, qty } => (37, available.lots(), qty.lots()),
            Reject::AccountOrdersFull { max } => (38, id(max), 0),
            Reject::OrdersFull { max } => (39, id(max), 0),
            Reject::LevelsFull { max } => (40, id(max), 0),
            Reject::UnknownOrder { order } => (41, order.0, 0),
            Reject::ChangePending { order } => (42, order.0, 0),
            Reject::NothingToReplace { order } => (43, order.0, 0),
            Reject::PriceNotReplaceable { order } => (44, order.0, 0),
            Reject::TriggerNotReplaceable { order } => (45, order.0, 0),
            Reject::DateNotLater { date, current } => (46, id(date.0), id(current.0)),
            Reject::RulesUnsupported { version, max } => (47, id(version), id(max)),
            Reject::KillSwitch { scope } => {
                let (kind, number) = scope.parts();
                (48, kind, number)
            }
        }
    }

    fn from_parts(code: u64, a: u64, b: u64) -> Option<Reject> {
        Reject::of_account(code, a, b).or_else(|| Reject::of_order(code, a, b))
    }

    /// Codes 1 to 20 and 49 to 51: accounts, money, instruments.
    fn of_account(code: u64, a: u64, b: u64) -> Option<Reject> {
        let small = |word: u64| u32::try_from(word).ok();
        let account = || small(a).map(AccountId);
        let instrument = || small(a).map(InstrumentId);
        let amounts = (Amount(a as i64), Amount(b as i64));
        Some(match code {
            1 => Reject::RequestConflict { first_seq: a },
            2 => Reject::UnknownAccount { account: account()? },
            3 => Reject::AccountSuspended { account: account()? },
            4 => Reject::AccountClosed { account: account()? },
            5 => Reject::AccountHasOrders { orders: small(a)? },
            6 => Reject::AccountHasCash { cash: amounts.0 },
            7 => Reject::AccountHasShares { instrument: instrument()?, qty: Qty(b) },
            8 => Reject::AccountsFull { max: small(a)? },
            9 => Reject::UnknownCurrency { currency: word_code(a)? },
            10 => Reject::CurrencyMismatch { account: word_code(a)?, other: word_code(b)? },
            11 => Reject::TransferToSelf { account: account()? },
            12 => Reject::AmountOutOfRange { amount: amounts.0, max: amounts.1 },
            13 => Reject::BalanceTooLarge { balance: amounts.0, max: amounts.1 },
            14 => Reject::InsufficientFunds { needed: amounts.0, free: amounts.1 },
            15 => Reject::ShortSelling { needed: Qty(a), free: Qty(b) },
            16 => Reject::UnknownInstrument { instrument: instrument()? },
            17 => Reject::InstrumentNotReady { missing: small(a)? },
            18 => Reject::InstrumentsFull { max: small(a)? },
            19 => Reject::SymbolTaken { instrument: instrument()? },
            20 => {
                let field = *DefinitionField::ALL.get(usize::try_from(a).ok()?)?;
                Reject::BadDefinition { field, value: b }
            }
            49 => Reject::AccountHasPayments { payments: small(a)? },
            50 => Reject::AccountPaymentsFull { max: small(a)? },
            51 => Reject::PaymentNotPending { payment: PaymentId(a) },
            _ => return None,
        })
    }

    /// Codes 21 to 48: orders and the venue itself.
    fn of_order(code: u64, a: u64, b: u64) -> Option<Reject> {
        let small = |word: u64| u32::try_from(word).ok();
        let order = OrderId(a);
        Some(match code {
            21 => Reject::PhaseForbids { phase: *PHASES.get(usize::try_from(a).ok()?)? },
            22 => Reject::QtyZero,
            23 => Reject::QtyTooLarge { qty: Qty(a), max: Qty(b) },
            24 => Reject::OffLot { qty: Qty(a), lot_step: small(b)? },
            25 => Reject::OffTick { price: Price::new(a)?, tick_step: small(b)? },
            26 => Reject::PriceAboveBand { price: Price::new(a)?, max: Price::new(b)? },
            27 => Reject::PriceBelowBand { price: Price::new(a)?, min: Price::new(b)? },
            28 => Reject::DisplayOutOfRange { display: Qty(a), max: Qty(b) },
            29 => Reject::MarketMustBeImmediate,
            30 => Reject::StopMustRest,
            31 => Reject::PostOnlyMustRest,
            32 => Reject::IcebergMustRest,
            33 => Reject::ExpiryPassed { expires: Timestamp(a), now: Timestamp(b) },
            34 => Reject::NotionalTooLarge { max: Amount(a as i64) },
            35 => Reject::WouldTakeLiquidity { best: Price::new(a)? },
            36 => Reject::WouldCrossBeforeOpen { best: Price::new(a)? },
            37 => Reject::FillOrKillShort { available: Qty(a), qty: Qty(b) },
            38 => Reject::AccountOrdersFull { max: small(a)? },
            39 => Reject::OrdersFull { max: small(a)? },
            40 => Reject::LevelsFull { max: small(a)? },
            41 => Reject::UnknownOrder { order },
            42 => Reject::ChangePending { order },
            43 => Reject::NothingToReplace { order },
            44 => Reject::PriceNotReplaceable { order },
            45 => Reject::TriggerNotReplaceable { order },
            46 => Reject::DateNotLater { date: Date(small(a)?), current: Date(small(b)?) },
            47 => Reject::RulesUnsupported { version: small(a)?, max: small(b)? },
            48 => Reject::KillSwitch { scope: KillScope::from_parts(a, small(b)?)? },
            _ => return None,
        })
    }
}

use types::Phase::{CancelOnly, Closed, Continuous, Halted, PreOpen};
const PHASES: [types::Phase; 5] = [PreOpen, Continuous, CancelOnly, Halted, Closed];

fn code_word(code: &types::Currency) -> u64 {
    code.padded().iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

fn word_code(word: u64) -> Option<types::Currency> {
    let bytes = word.to_be_bytes();
    let text: Vec<u8> = bytes.into_iter().filter(|byte| *byte != 0).collect();
    types::Currency::from_bytes(&text)
}

impl Canonical for Reject {
    #[inline]
    fn write(&self, sink: &mut impl Sink) {
        let (code, a, b) = self.parts();
        sink.word(code);
        sink.word(a);
        sink.word(b);
    }
}

/// Three words each: done with 0, account, order, instrument, payment as codes 100 to 104, or the
/// refusal.
impl Canonical for Result<Done, Reject> {
    fn write(&self, sink: &mut impl Sink) {
        let (code, number) = match self {
            Err(reject) => return reject.write(sink),
            Ok(Done::Nothing) => (100, 0),
            Ok(Done::Account(account)) => (101, u64::from(account.0)),
            Ok(Done::Order(order)) => (102, order.0),
            Ok(Done::Instrument(instrument)) => (103, u64::from(instrument.0)),
            Ok(Done::Payment(payment)) => (104, payment.0),
        };
        sink.word(code);
        sink.word(number);
        sink.word(0);
    }
}

impl Words<'_> {
    pub(crate) fn result(&mut self) -> Result<Result<Done, Reject>, RestoreError> {
        let (code, a, b) = (self.word()?, self.word()?, self.word()?);
        let small = |word: u64| u32::try_from(word).ok();
        let result = match code {
            100 => Some(Ok(Done::Nothing)),
            101 => small(a).map(|id| Ok(Done::Account(AccountId(id)))),
            102 => Some(Ok(Done::Order(OrderId(a)))),
            103 => small(a).map(|id| Ok(Done::Instrument(InstrumentId(id)))),
            104 => Some(Ok(Done::Payment(PaymentId(a)))),
            _ => Reject::from_parts(code, a, b).map(Err),
        };
        result.ok_or_else(|| self.wrong("an outcome"))
    }
}
