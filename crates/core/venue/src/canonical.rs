//! One canonical sequence of words for everything that is hashed or kept in a snapshot.
//!
//! **Invariant:** two values are equal exactly when their words are; the order of words is part
//! of the snapshot's format. Only what a snapshot holds can also be read back.

use types::{
    AccountId, Amount, Currency, InstrumentId, Isin, MatchingPolicy, NewOrder, OrderId, OrderType,
    PaymentId, Phase, Price, Qty, SelfTrade, Side, Symbol, Text, TickValue, TimeInForce, Timestamp,
};

use crate::command::{Band, Definition, Fees};
use crate::genesis::CurrencyRule;
use crate::terms::Terms;

/// Order numbers that a snapshot may hold: at a million orders a second, those of twelve days. The
/// tables by order number grow with the largest, so it is bounded before it is believed.
pub(crate) const ORDER_LOCAL_MAX: u64 = 1 << 40;

/// Takes words.
pub(crate) trait Sink {
    fn word(&mut self, word: u64);
}

/// Words into bytes, little endian.
impl Sink for Vec<u8> {
    fn word(&mut self, word: u64) {
        self.extend_from_slice(&word.to_le_bytes());
    }
}

/// Has a canonical sequence of words.
pub(crate) trait Canonical {
    fn write(&self, sink: &mut impl Sink);
}

/// Reads a snapshot's words back.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    bytes: &'a [u8],
    offset: usize,
}

/// Why words cannot be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreError {
    /// Byte offset of the word at fault.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl std::fmt::Display for RestoreError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "snapshot: at byte {}: expected {}", self.offset, self.expected)
    }
}

impl std::error::Error for RestoreError {}

impl<'a> Words<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Words<'a> {
        Words { bytes, offset: 0 }
    }

    pub(crate) fn word(&mut self) -> Result<u64, RestoreError> {
        let Some(chunk) = self.bytes.get(self.offset..self.offset + 8) else {
            return Err(RestoreError { offset: self.offset, expected: "another word" });
        };
        self.offset += 8;
        Ok(u64::from_le_bytes(chunk.try_into().expect("eight bytes")))
    }

    /// The error for the word that was read last.
    pub(crate) fn wrong(&self, expected: &'static str) -> RestoreError {
        RestoreError { offset: self.offset.saturating_sub(8), expected }
    }

    /// A word that `convert` accepts.
    pub(crate) fn map<T>(
        &mut self,
        expected: &'static str,
        convert: impl FnOnce(u64) -> Option<T>,
    ) -> Result<T, RestoreError> {
        let word = self.word()?;
        convert(word).ok_or_else(|| self.wrong(expected))
    }

    /// A number of things, each of at least `words_each` words: bounded by what is left to read.
    pub(crate) fn count(&mut self, words_each: usize) -> Result<usize, RestoreError> {
        let left = (self.bytes.len() - self.offset) / 8;
        let fits = |count: u64| usize::try_from(count).ok().filter(|n| *n <= left / words_each);
        self.map("a count that the bytes left can hold", fits)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, RestoreError> {
        self.map("a 32-bit number", |word| u32::try_from(word).ok())
    }

    pub(crate) fn i64(&mut self) -> Result<i64, RestoreError> {
        Ok(self.word()? as i64)
    }

    pub(crate) fn u128(&mut self) -> Result<u128, RestoreError> {
        let low = self.word()?;
        Ok(u128::from(low) | u128::from(self.word()?) << 64)
    }

    /// A number of two words that `fits`.
    pub(crate) fn map_u128(
        &mut self,
        expected: &'static str,
        fits: impl FnOnce(u128) -> bool,
    ) -> Result<u128, RestoreError> {
        let number = self.u128()?;
        if fits(number) { Ok(number) } else { Err(self.wrong(expected)) }
    }

    pub(crate) fn flag(&mut self) -> Result<bool, RestoreError> {
        self.map("0 or 1", |word| match word {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        })
    }

    pub(crate) fn price(&mut self) -> Result<Price, RestoreError> {
        self.map("a price in ticks", Price::new)
    }

    pub(crate) fn optional_price(&mut self) -> Result<Option<Price>, RestoreError> {
        self.map("a price in ticks, or 0 for none", |word| match word {
            0 => Some(None),
            ticks => Price::new(ticks).map(Some),
        })
    }

    pub(crate) fn text<const N: usize>(&mut self) -> Result<Option<Text<N>>, RestoreError> {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let word = self.word()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(N);
        if length == 0 {
            return Ok(None);
        }
        let text = Text::from_bytes(&bytes[..length]);
        text.map(Some).ok_or_else(|| self.wrong("printable ASCII"))
    }

    pub(crate) fn currency(&mut self) -> Result<Currency, RestoreError> {
        let currency = self.text()?;
        currency.ok_or_else(|| self.wrong("a currency code"))
    }

    pub(crate) fn self_trade(&mut self) -> Result<SelfTrade, RestoreError> {
        use SelfTrade::{Allow, CancelBoth, CancelNewest, CancelOldest, Decrement};
        let modes = [Allow, CancelNewest, CancelOldest, CancelBoth, Decrement];
        self.map("a self-trade mode", |word| modes.get(usize::try_from(word).ok()?).copied())
    }

    pub(crate) fn side(&mut self) -> Result<Side, RestoreError> {
        let sides = [Side::Buy, Side::Sell];
        self.map("a side", |word| sides.get(usize::try_from(word).ok()?).copied())
    }

    pub(crate) fn phase(&mut self) -> Result<Phase, RestoreError> {
        use Phase::{CancelOnly, Closed, Continuous, Halted, PreOpen};
        let phases = [PreOpen, Continuous, CancelOnly, Halted, Closed];
        self.map("a phase", |word| phases.get(usize::try_from(word).ok()?).copied())
    }

    pub(crate) fn definition(&mut self) -> Result<Definition, RestoreError> {
        let symbol: Option<Symbol> = self.text()?;
        let symbol = symbol.ok_or_else(|| self.wrong("a symbol"))?;
        let isin: Option<Isin> = self.text()?;
        let small = |word: u64| u8::try_from(word).ok();
        let policies = [MatchingPolicy::PriceTime, MatchingPolicy::ProRata];
        Ok(Definition {
            symbol,
            isin,
            currency: self.currency()?,
            price_decimals: self.map("decimals", small)?,
            qty_decimals: self.map("decimals", small)?,
            tick_step: self.u32()?,
            lot_step: self.u32()?,
            order_qty_max: Qty(self.word()?),
            tick_value: self
                .map("a tick value", |word| TickValue::new(word as u32, (word >> 32) as u32))?,
            price_limit: self.price()?,
            band: Band { low: self.price()?, high: self.price()? },
            fees: Fees { maker_ppm: self.u32()?, taker_ppm: self.u32()? },
            policy: self.map("a matching policy", |word| {
                policies.get(usize::try_from(word).ok()?).copied()
            })?,
        })
    }

    /// Terms that could have been listed, in a currency of genesis.
    pub(crate) fn terms(&mut self, currencies: &[CurrencyRule]) -> Result<Terms, RestoreError> {
        let definition = self.definition()?;
        let index = currencies.iter().position(|rule| rule.code == definition.currency);
        let phase = self.phase()?;
        let version = self.u32()?;
        match (index, definition.check()) {
            (Some(index), Ok(())) => {
                Ok(Terms { definition, phase, version, currency: index as u8 })
            }
            _ => Err(self.wrong("terms that can be listed")),
        }
    }

    /// That nothing is left.
    pub(crate) fn finish(self) -> Result<(), RestoreError> {
        if self.offset == self.bytes.len() {
            return Ok(());
        }
        Err(RestoreError { offset: self.offset, expected: "the end" })
    }
}

impl Canonical for u64 {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(*self);
    }
}

impl Canonical for i64 {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(*self as u64);
    }
}

impl Canonical for u32 {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(u64::from(*self));
    }
}

impl Canonical for bool {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(u64::from(*self));
    }
}

impl Canonical for u128 {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(*self as u64);
        sink.word((*self >> 64) as u64);
    }
}

impl Canonical for Price {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.ticks());
    }
}

impl Canonical for Option<Price> {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.map_or(0, Price::ticks));
    }
}

impl Canonical for Qty {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.lots());
    }
}

/// A quantity that may be absent is one more than itself, or zero.
impl Canonical for Option<Qty> {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.map_or(0, |qty| qty.lots().wrapping_add(1)));
    }
}

impl Canonical for Amount {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.0 as u64);
    }
}

impl Canonical for Timestamp {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.0);
    }
}

impl Canonical for OrderId {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.0);
    }
}

impl Canonical for PaymentId {
    fn write(&self, sink: &mut impl Sink) {
        sink.word(self.0);
    }
}

impl Canonical for AccountId {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(u64::from(self.0));
    }
}

impl Canonical for InstrumentId {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        sink.word(u64::from(self.0));
    }
}

impl<const N: usize> Canonical for Text<N> {
    #[inline]
    fn write(&self, sink: &mut impl Sink) {
        for chunk in self.padded().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            sink.word(u64::from_le_bytes(word));
        }
    }
}

/// A text is never empty, so zeros are none.
impl<const N: usize> Canonical for Option<Text<N>> {
    #[inline]
    fn write(&self, sink: &mut impl Sink) {
        match self {
            Some(text) => text.write(sink),
            None => (0..N.div_ceil(8)).for_each(|_| sink.word(0)),
        }
    }
}

impl Canonical for Band {
    fn write(&self, sink: &mut impl Sink) {
        self.low.write(sink);
        self.high.write(sink);
    }
}

impl Canonical for Fees {
    fn write(&self, sink: &mut impl Sink) {
        self.maker_ppm.write(sink);
        self.taker_ppm.write(sink);
    }
}

impl Canonical for Definition {
    fn write(&self, sink: &mut impl Sink) {
        self.symbol.write(sink);
        self.isin.write(sink);
        self.currency.write(sink);
        sink.word(u64::from(self.price_decimals));
        sink.word(u64::from(self.qty_decimals));
        self.tick_step.write(sink);
        self.lot_step.write(sink);
        self.order_qty_max.write(sink);
        let value = self.tick_value;
        sink.word(u64::from(value.numerator()) | u64::from(value.denominator()) << 32);
        self.price_limit.write(sink);
        self.band.write(sink);
        self.fees.write(sink);
        sink.word(self.policy as u64);
    }
}

impl Canonical for NewOrder {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        let (order_type, first, second) = match self.order_type {
            OrderType::Limit { price } => (0, price.ticks(), None),
            OrderType::Market { collar } => (1, 0, collar),
            OrderType::Stop { trigger, collar } => (2, trigger.ticks(), collar),
            OrderType::StopLimit { trigger, price } => (3, trigger.ticks(), Some(price)),
        };
        let (time_in_force, expires) = match self.time_in_force {
            TimeInForce::Day => (0, 0),
            TimeInForce::Gtc => (1, 0),
            TimeInForce::Gtd(expires) => (2, expires.0),
            TimeInForce::Ioc => (3, 0),
            TimeInForce::Fok => (4, 0),
        };
        // Prices fit 32 bits: few words make a short hash.
        sink.word(
            u64::from(self.instrument.0)
                | (self.side as u64) << 32
                | order_type << 40
                | time_in_force << 48
                | u64::from(self.post_only) << 56,
        );
        sink.word(first | second.map_or(0, Price::ticks) << 32);
        sink.word(expires);
        self.qty.write(sink);
        self.display.write(sink);
    }
}
