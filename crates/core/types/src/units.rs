//! Price, quantity, money and time, each in the one unit its name says.

use std::num::NonZeroU64;

/// Highest price an instrument can quote, in ticks. A ladder reserves one directory entry for
/// each 64 ticks of an instrument's price limit, so this bounds what a listing can cost.
pub const PRICE_TICKS_MAX: u64 = 1 << 30;
/// Largest quantity of one order, in lots.
pub const QTY_LOTS_MAX: u64 = 1 << 48;
/// Largest single deposit, withdrawal, transfer or order notional, in minor units.
pub const AMOUNT_MAX: i64 = 1 << 60;
/// Largest balance any ledger account may reach, in minor units or lots.
pub const BALANCE_MAX: i64 = 1 << 62;

/// A price in ticks of its instrument; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(NonZeroU64);

impl Price {
    /// The lowest price there is.
    pub const ONE: Price = Price(NonZeroU64::MIN);

    /// `None` when `ticks` is zero or above [`PRICE_TICKS_MAX`].
    pub const fn new(ticks: u64) -> Option<Price> {
        match NonZeroU64::new(ticks) {
            Some(valid) if ticks <= PRICE_TICKS_MAX => Some(Price(valid)),
            _ => None,
        }
    }

    /// The price in ticks, 1..=[`PRICE_TICKS_MAX`].
    pub const fn ticks(self) -> u64 {
        self.0.get()
    }
}

/// A quantity in lots of its instrument; zero means nothing left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Qty(pub u64);

impl Qty {
    /// Nothing.
    pub const ZERO: Qty = Qty(0);

    /// The lots as a plain number.
    pub const fn lots(self) -> u64 {
        self.0
    }

    /// Whether nothing is left.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// Money in minor units of its currency; signed, because ledger lines are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i64);

impl Amount {
    /// No money.
    pub const ZERO: Amount = Amount(0);
}

/// Engine time in nanoseconds since the Unix epoch, stamped once by the sequencer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

/// A business date in days since the Unix epoch; it moves by command, never by the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub u32);

/// What one lot at one tick is worth, as the exact fraction `numerator / denominator` of a minor
/// unit: 1/1 for shares priced in cents, 1/10^8 for satoshis priced in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TickValue {
    numerator: u32,
    denominator: u32,
}

impl TickValue {
    /// One minor unit for each tick and lot.
    pub const ONE: TickValue = TickValue { numerator: 1, denominator: 1 };

    /// `None` when either part is zero.
    pub const fn new(numerator: u32, denominator: u32) -> Option<TickValue> {
        if numerator == 0 || denominator == 0 {
            return None;
        }
        Some(TickValue { numerator, denominator })
    }

    /// The fraction's upper part, in minor units.
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// The fraction's lower part.
    pub const fn denominator(self) -> u32 {
        self.denominator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_of_zero_or_above_the_limit_cannot_be_built() {
        assert_eq!(Price::new(0), None);
        assert_eq!(Price::new(PRICE_TICKS_MAX + 1), None);
        assert_eq!(Price::new(PRICE_TICKS_MAX).map(Price::ticks), Some(PRICE_TICKS_MAX));
    }

    #[test]
    fn a_tick_value_has_no_zero_part() {
        assert_eq!(TickValue::new(0, 1), None);
        assert_eq!(TickValue::new(1, 0), None);
    }
}
