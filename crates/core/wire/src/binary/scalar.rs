//! Numbers, ids, texts, options and closed sets.

use types::{
    AccountId, Amount, ConnectionId, Date, InstrumentId, MatchingPolicy, OrderId, PRICE_TICKS_MAX,
    PaymentId, Phase, Price, PrincipalId, Qty, Role, SelfTrade, ShardId, Side, Text, TickValue,
    Timestamp, TradeId,
};
use venue::{CancelReason, DefinitionField, PaymentKind};

use super::{DecodeError, Field, Reader, Writer};

const _: () = assert!(PRICE_TICKS_MAX <= u32::MAX as u64, "a price fits four bytes");

impl Field for u8 {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        out.array([*self]);
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<u8, DecodeError> {
        input.array().map(u8::from_le_bytes)
    }
}

impl Field for u16 {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        out.array(self.to_le_bytes());
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<u16, DecodeError> {
        input.array().map(u16::from_le_bytes)
    }
}

impl Field for u32 {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        out.array(self.to_le_bytes());
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<u32, DecodeError> {
        input.array().map(u32::from_le_bytes)
    }
}

impl Field for u64 {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        out.array(self.to_le_bytes());
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<u64, DecodeError> {
        input.array().map(u64::from_le_bytes)
    }
}

impl Field for u128 {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        out.array(self.to_le_bytes());
    }

    fn get(input: &mut Reader<'_>) -> Result<u128, DecodeError> {
        input.array().map(u128::from_le_bytes)
    }
}

impl Field for Amount {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        out.array(self.0.to_le_bytes());
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<Amount, DecodeError> {
        input.array().map(i64::from_le_bytes).map(Amount)
    }
}

impl Field for bool {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        out.array([u8::from(*self)]);
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<bool, DecodeError> {
        Ok(input.tag(0, 1)? == 1)
    }
}

impl<T: Field> Field for Option<T> {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        match self {
            None => out.array([0]),
            Some(value) => {
                out.array([1]);
                value.put(out);
            }
        }
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
        match bool::get(input)? {
            false => Ok(None),
            true => T::get(input).map(Some),
        }
    }
}

impl<const N: usize> Field for Text<N> {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        let length = self.as_bytes().len();
        out.array([u8::try_from(length).expect("a text counts its bytes in one")]);
        out.start_of(self.padded(), length);
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<Text<N>, DecodeError> {
        let max = u8::try_from(N).expect("a text counts its bytes in one");
        let length = input.tag(1, max)?;
        let bytes = input.slice(usize::from(length))?;
        if let Some(text) = Text::from_bytes(bytes) {
            return Ok(text);
        }
        let at = bytes.iter().position(|byte| !byte.is_ascii_graphic());
        let at = at.expect("a text of a fitting length can only hold a bad byte");
        Err(input.not_printable(bytes.len() - at, bytes[at]))
    }
}

impl Field for Price {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        u32::try_from(self.ticks()).expect("a price fits four bytes").put(out);
    }

    #[inline]
    fn get(input: &mut Reader<'_>) -> Result<Price, DecodeError> {
        let ticks = u64::from(u32::get(input)?);
        Price::new(ticks)
            .ok_or_else(|| input.out_of_range(size_of::<u32>(), ticks, 1, PRICE_TICKS_MAX))
    }
}

impl Field for TickValue {
    #[inline(always)]
    fn put(&self, out: &mut Writer<'_>) {
        self.numerator().put(out);
        self.denominator().put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<TickValue, DecodeError> {
        let numerator = part(input, "tick_value.numerator")?;
        let denominator = part(input, "tick_value.denominator")?;
        Ok(TickValue::new(numerator, denominator).expect("neither part is zero"))
    }
}

fn part(input: &mut Reader<'_>, name: &'static str) -> Result<u32, DecodeError> {
    match input.field::<u32>(name)? {
        0 => Err(input.out_of_range(size_of::<u32>(), 0, 1, u64::from(u32::MAX))),
        part => Ok(part),
    }
}

/// Implements [`Field`] for a newtype of a number by that number.
macro_rules! newtypes {
    ($($newtype:ident),+) => {$(
        impl Field for $newtype {
            #[inline(always)]
            fn put(&self, out: &mut Writer<'_>) {
                self.0.put(out);
            }

            #[inline]
            fn get(input: &mut Reader<'_>) -> Result<$newtype, DecodeError> {
                Field::get(input).map($newtype)
            }
        }
    )+};
}

newtypes!(
    AccountId,
    ConnectionId,
    Date,
    InstrumentId,
    OrderId,
    PaymentId,
    PrincipalId,
    Qty,
    ShardId,
    Timestamp,
    TradeId
);

/// Implements [`Field`] for a closed set by its members' tags, which count from 0. The match
/// makes a new member without a tag a compile error.
macro_rules! tags {
    ($($set:ident { $($tag:literal = $member:ident),+ })+) => {$(
        impl Field for $set {
            #[inline(always)]
            fn put(&self, out: &mut Writer<'_>) {
                out.array([match self { $($set::$member => $tag),+ }]);
            }

            #[inline]
            fn get(input: &mut Reader<'_>) -> Result<$set, DecodeError> {
                const MEMBERS: &[$set] = &[$($set::$member),+];
                let tag = input.tag(0, MEMBERS.len() as u8 - 1)?;
                Ok(MEMBERS[usize::from(tag)])
            }
        }
    )+};
}

tags! {
    Side { 0 = Buy, 1 = Sell }
    SelfTrade { 0 = Allow, 1 = CancelNewest, 2 = CancelOldest, 3 = CancelBoth, 4 = Decrement }
    MatchingPolicy { 0 = PriceTime, 1 = ProRata }
    Phase { 0 = PreOpen, 1 = Continuous, 2 = CancelOnly, 3 = Halted, 4 = Closed }
    Role { 0 = Maker, 1 = Taker }
    PaymentKind { 0 = Deposit, 1 = Withdrawal }
    CancelReason {
        0 = Requested, 1 = MassCancel, 2 = ReplacedToNothing, 3 = NotImmediate, 4 = SelfTrade,
        5 = Expired, 6 = NoRoom, 7 = KillSwitch
    }
    DefinitionField {
        0 = PriceDecimals, 1 = QtyDecimals, 2 = TickStep, 3 = LotStep, 4 = OrderQtyMax,
        5 = BandHigh, 6 = BandLow, 7 = MakerPpm, 8 = TakerPpm
    }
}
