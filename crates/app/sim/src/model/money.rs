//! Exact money in 128 bits: every amount is a fraction that is rounded once.

use types::{AMOUNT_MAX, Price, TickValue};
use venue::Fees;

/// Fee rates are in millionths.
pub const MILLION: u128 = 1_000_000;

/// `dividend / divisor`, up.
pub fn ceil(dividend: u128, divisor: u128) -> u128 {
    dividend / divisor + u128::from(!dividend.is_multiple_of(divisor))
}

/// What the fills of a buy came to so far: exact sums, and what was charged for them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Sum of price x lots.
    pub ticks_lots: u128,
    /// Sum of price x lots x numerator of the tick value x rate.
    pub fee_units: u128,
    /// Cash charged.
    pub cash: i128,
    /// Fees charged.
    pub fee: i128,
}

/// What a buy of `open` lots at worst `limit` sets aside: what it may cost in all, less what it was
/// charged. `None` when the notional or the sum passes [`AMOUNT_MAX`].
pub fn hold(limit: Price, open: u64, value: TickValue, fees: Fees, spent: Spent) -> Option<i128> {
    let most = i128::from(AMOUNT_MAX);
    let numerator = u128::from(value.numerator());
    let units = u128::from(limit.ticks()) * u128::from(open) * numerator;
    let divisor = u128::from(value.denominator());
    let notional = ceil(spent.ticks_lots * numerator + units, divisor) as i128 - spent.cash;
    if notional > most {
        return None;
    }
    let rate = u128::from(fees.maker_ppm.max(fees.taker_ppm));
    let fee = ceil(spent.fee_units + units * rate, divisor * MILLION) as i128 - spent.fee;
    let sum = notional + fee;
    (sum <= most).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(ticks: u64) -> Price {
        Price::new(ticks).expect("a price")
    }

    #[test]
    fn a_hold_rounds_notional_and_fee_up_each_for_itself() {
        let value = TickValue::new(3, 7).expect("a value");
        let fees = Fees { maker_ppm: 10_000, taker_ppm: 25_000 };
        // 10 x 5 x 3/7 = 21.43 and 2.5 % of it = 0.54.
        assert_eq!(hold(price(10), 5, value, fees, Spent::default()), Some(22 + 1));
        assert_eq!(hold(price(7), 2, value, Fees::default(), Spent::default()), Some(6));
        assert_eq!(hold(price(7), 0, value, fees, Spent::default()), Some(0));
    }

    #[test]
    fn a_hold_above_the_largest_amount_is_none() {
        let fees = Fees { maker_ppm: 0, taker_ppm: 1 };
        assert_eq!(
            hold(price(1 << 30), 1 << 30, TickValue::ONE, Fees::default(), Spent::default()),
            Some(1 << 60)
        );
        assert_eq!(hold(price(1 << 30), 1 << 30, TickValue::ONE, fees, Spent::default()), None);
        let widest = TickValue::new(u32::MAX, 1).expect("a value");
        let dear = Fees { maker_ppm: 1_000_000, taker_ppm: 0 };
        assert_eq!(hold(price(1 << 30), 1 << 48, widest, dear, Spent::default()), None);
    }
}
