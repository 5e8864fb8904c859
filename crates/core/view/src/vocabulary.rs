//! Encodings of the shared vocabulary: units, ids, closed sets, an instrument's terms, an order's.
//!
//! Closed sets are one byte, in the order of their declaration.

use types::{
    AccountId, Amount, Date, InstrumentId, MatchingPolicy, NewOrder, OrderId, OrderType, PaymentId,
    Phase, Price, PrincipalId, Qty, Role, SelfTrade, Side, Text, TickValue, TimeInForce, Timestamp,
    TradeId,
};
use venue::{Balance, Band, CancelReason, Definition, Fees};

use crate::canonical::{Canonical, Input, RestoreError};

/// Values that are one integer in a newtype, all of whose values are valid.
macro_rules! canonical_newtypes {
    ($($name:ident($inner:ty)),*) => {$(
        impl Canonical for $name {
            const BYTES_MIN: usize = <$inner>::BYTES_MIN;

            fn encode(&self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }

            fn decode(input: &mut Input<'_>) -> Result<Self, RestoreError> {
                <$inner>::decode(input).map($name)
            }
        }
    )*};
}

canonical_newtypes!(
    AccountId(u32),
    Amount(i64),
    Date(u32),
    InstrumentId(u32),
    OrderId(u64),
    PaymentId(u64),
    PrincipalId(u64),
    Qty(u64),
    Timestamp(u64),
    TradeId(u64)
);

/// Closed sets of plain variants: the byte is the variant's place in the list.
macro_rules! canonical_sets {
    ($($name:ident: $($variant:ident),*;)*) => {$(
        impl Canonical for $name {
            const BYTES_MIN: usize = 1;

            fn encode(&self, out: &mut Vec<u8>) {
                (*self as u8).encode(out);
            }

            fn decode(input: &mut Input<'_>) -> Result<Self, RestoreError> {
                let byte = u8::decode(input)?;
                let all = [$($name::$variant),*];
                let found = all.into_iter().find(|variant| *variant as u8 == byte);
                input.some(found, concat!("a ", stringify!($name)))
            }
        }
    )*};
}

canonical_sets!(
    Side: Buy, Sell;
    Role: Maker, Taker;
    SelfTrade: Allow, CancelNewest, CancelOldest, CancelBoth, Decrement;
    MatchingPolicy: PriceTime, ProRata;
    Phase: PreOpen, Continuous, CancelOnly, Halted, Closed;
    CancelReason: Requested, MassCancel, ReplacedToNothing, NotImmediate, SelfTrade, Expired,
        NoRoom, KillSwitch;
);

impl Canonical for Price {
    const BYTES_MIN: usize = 8;

    fn encode(&self, out: &mut Vec<u8>) {
        self.ticks().encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Price, RestoreError> {
        let ticks = u64::decode(input)?;
        input.some(Price::new(ticks), "a price")
    }
}

impl<const N: usize> Canonical for Text<N> {
    const BYTES_MIN: usize = 2;

    fn encode(&self, out: &mut Vec<u8>) {
        let bytes = self.as_bytes();
        u8::try_from(bytes.len()).expect("texts are short").encode(out);
        out.extend_from_slice(bytes);
    }

    fn decode(input: &mut Input<'_>) -> Result<Text<N>, RestoreError> {
        let length = usize::from(u8::decode(input)?);
        let bytes = input.take(length)?;
        input.some(Text::from_bytes(bytes), "a short printable text")
    }
}

impl Canonical for TickValue {
    const BYTES_MIN: usize = 8;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.numerator(), self.denominator()).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<TickValue, RestoreError> {
        let (numerator, denominator) = Canonical::decode(input)?;
        input.some(TickValue::new(numerator, denominator), "a fraction without zero")
    }
}

impl Canonical for Balance {
    const BYTES_MIN: usize = 16;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.free, self.held).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Balance, RestoreError> {
        let (free, held) = Canonical::decode(input)?;
        Ok(Balance { free, held })
    }
}

impl Canonical for Band {
    const BYTES_MIN: usize = 16;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.low, self.high).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Band, RestoreError> {
        let (low, high) = Canonical::decode(input)?;
        Ok(Band { low, high })
    }
}

impl Canonical for Fees {
    const BYTES_MIN: usize = 8;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.maker_ppm, self.taker_ppm).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Fees, RestoreError> {
        let (maker_ppm, taker_ppm) = Canonical::decode(input)?;
        Ok(Fees { maker_ppm, taker_ppm })
    }
}

impl Canonical for Definition {
    const BYTES_MIN: usize = 64;

    fn encode(&self, out: &mut Vec<u8>) {
        self.symbol.encode(out);
        self.isin.encode(out);
        self.currency.encode(out);
        self.price_decimals.encode(out);
        self.qty_decimals.encode(out);
        self.tick_step.encode(out);
        self.lot_step.encode(out);
        self.order_qty_max.encode(out);
        self.tick_value.encode(out);
        self.price_limit.encode(out);
        self.band.encode(out);
        self.fees.encode(out);
        self.policy.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Definition, RestoreError> {
        Ok(Definition {
            symbol: Canonical::decode(input)?,
            isin: Canonical::decode(input)?,
            currency: Canonical::decode(input)?,
            price_decimals: Canonical::decode(input)?,
            qty_decimals: Canonical::decode(input)?,
            tick_step: Canonical::decode(input)?,
            lot_step: Canonical::decode(input)?,
            order_qty_max: Canonical::decode(input)?,
            tick_value: Canonical::decode(input)?,
            price_limit: Canonical::decode(input)?,
            band: Canonical::decode(input)?,
            fees: Canonical::decode(input)?,
            policy: Canonical::decode(input)?,
        })
    }
}

impl Canonical for OrderType {
    const BYTES_MIN: usize = 2;

    fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            OrderType::Limit { price } => (0u8, price).encode(out),
            OrderType::Market { collar } => (1u8, collar).encode(out),
            OrderType::Stop { trigger, collar } => (2u8, (trigger, collar)).encode(out),
            OrderType::StopLimit { trigger, price } => (3u8, (trigger, price)).encode(out),
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<OrderType, RestoreError> {
        match u8::decode(input)? {
            0 => Ok(OrderType::Limit { price: Canonical::decode(input)? }),
            1 => Ok(OrderType::Market { collar: Canonical::decode(input)? }),
            2 => {
                let (trigger, collar) = Canonical::decode(input)?;
                Ok(OrderType::Stop { trigger, collar })
            }
            3 => {
                let (trigger, price) = Canonical::decode(input)?;
                Ok(OrderType::StopLimit { trigger, price })
            }
            _ => input.fail("an order type"),
        }
    }
}

impl Canonical for TimeInForce {
    const BYTES_MIN: usize = 1;

    fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            TimeInForce::Day => 0u8.encode(out),
            TimeInForce::Gtc => 1u8.encode(out),
            TimeInForce::Gtd(expires) => (2u8, expires).encode(out),
            TimeInForce::Ioc => 3u8.encode(out),
            TimeInForce::Fok => 4u8.encode(out),
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<TimeInForce, RestoreError> {
        match u8::decode(input)? {
            0 => Ok(TimeInForce::Day),
            1 => Ok(TimeInForce::Gtc),
            2 => Canonical::decode(input).map(TimeInForce::Gtd),
            3 => Ok(TimeInForce::Ioc),
            4 => Ok(TimeInForce::Fok),
            _ => input.fail("a time in force"),
        }
    }
}

impl Canonical for NewOrder {
    const BYTES_MIN: usize = 18;

    fn encode(&self, out: &mut Vec<u8>) {
        self.instrument.encode(out);
        self.side.encode(out);
        self.order_type.encode(out);
        self.qty.encode(out);
        self.time_in_force.encode(out);
        self.post_only.encode(out);
        self.display.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<NewOrder, RestoreError> {
        Ok(NewOrder {
            instrument: Canonical::decode(input)?,
            side: Canonical::decode(input)?,
            order_type: Canonical::decode(input)?,
            qty: Canonical::decode(input)?,
            time_in_force: Canonical::decode(input)?,
            post_only: Canonical::decode(input)?,
            display: Canonical::decode(input)?,
        })
    }
}
