//! Exact money in 128 bits: every amount is a fraction that is rounded once.

use types::{AMOUNT_MAX, Price, TickValue};
use venue::Fees;

/// Fee rates are in millionths.
pub const MILLION: u128 = 1_000_000;

/// `dividend / divisor`, up.
pub fn ceil(dividend: u128, divisor: u128) -> u128 {
    dividend / divisor + u128::from(!dividend.is_multiple_of(divisor))
}

/// What a buy of `open` lots at worst `limit` sets aside; `None` when the notional or the sum
/// passes [`AMOUNT_MAX`].
pub fn hold(limit: Price, open: u64, value: TickValue, fees: Fees) -> Option<i128> {
    let most = AMOUNT_MAX as u128;
    let units = u128::from(limit.ticks()) * u128::from(open) * u128::from(value.numerator());
    let divisor = u128::from(value.denominator());
    let notional = ceil(units, divisor);
    if notional > most {
        return None;
    }
    let rate = u128::from(fees.maker_ppm.max(fees.taker_ppm));
    let sum = notional + ceil(units * rate, divisor * MILLION);
    (sum <= most).then_some(sum as i128)
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
        assert_eq!(hold(price(10), 5, value, fees), Some(22 + 1));
        assert_eq!(hold(price(7), 2, value, Fees::default()), Some(6));
        assert_eq!(hold(price(7), 0, value, fees), Some(0));
    }

    #[test]
    fn a_hold_above_the_largest_amount_is_none() {
        let fees = Fees { maker_ppm: 0, taker_ppm: 1 };
        assert_eq!(hold(price(1 << 30), 1 << 30, TickValue::ONE, Fees::default()), Some(1 << 60));
        assert_eq!(hold(price(1 << 30), 1 << 30, TickValue::ONE, fees), None);
        let widest = TickValue::new(u32::MAX, 1).expect("a value");
        let dear = Fees { maker_ppm: 1_000_000, taker_ppm: 0 };
        assert_eq!(hold(price(1 << 30), 1 << 48, widest, dear), None);
    }
}
