//! What an order costs: exact running sums, rounded once, so that no fill pattern pays more.
//!
//! Source: DESIGN.md section 5; `api/semantics.md` section 7.

use types::planted::{self, Bug};
use types::{AMOUNT_MAX, Amount, Price, Qty, Role, Side, TickValue};

const PPM: u128 = 1_000_000;

/// What one instrument's fills cost: its tick value, and the fee rates frozen on the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// One lot at one tick, in minor units.
    pub tick_value: TickValue,
    /// Millionths of notional as maker.
    pub maker_ppm: u32,
    /// Millionths of notional as taker.
    pub taker_ppm: u32,
}

/// The running sums of one order's fills.
///
/// **Invariant:** `cash` is what the exact sum rounds to: up for a buyer, down for a seller. `fee`
/// is what the exact fees round up to, or less where a seller's fill brought less than its fee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// Sum of price × lots.
    pub ticks_lots: u128,
    /// Sum of price × lots × the fee rate of each fill's role.
    pub ticks_lots_ppm: u128,
    /// Minor units paid (buy) or received (sell) so far, before fees.
    pub cash: i64,
    /// Minor units of fees so far.
    pub fee: i64,
}

/// What one fill moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Paid (buy) or received (sell), before the fee.
    pub cash: Amount,
    /// The fee.
    pub fee: Amount,
    /// The fill's own notional rounded down: what passes through the clearing account.
    pub cleared: Amount,
}

impl Charge {
    /// Adds a fill and tells what it moves.
    ///
    /// # Panics
    /// If a sum passes what an amount can be: a buyer's hold and an instrument's terms bound it.
    #[inline(always)]
    pub fn fill(
        &mut self,
        side: Side,
        role: Role,
        price: Price,
        lots: Qty,
        costs: &Costs,
    ) -> Settled {
        let ppm = match role {
            Role::Maker => costs.maker_ppm,
            Role::Taker => costs.taker_ppm,
        };
        let ticks_lots = u128::from(price.ticks()) * u128::from(lots.lots());
        self.ticks_lots += ticks_lots;
        self.ticks_lots_ppm += ticks_lots * u128::from(ppm);
        let due = minor(costs.fee(self.ticks_lots_ppm)) - self.fee;
        let (cash, fee) = match side {
            Side::Buy => (minor(costs.value_up(self.ticks_lots)) - self.cash, due),
            Side::Sell => {
                // What a fill brings pays its fee; what it cannot pay waits for the next one.
                let cash = minor(costs.value_down(self.ticks_lots)) - self.cash;
                (cash, due.min(cash))
            }
        };
        self.cash += cash;
        self.fee += fee;
        let cleared = Amount(minor(costs.value_down(ticks_lots)));
        Settled { cash: Amount(cash), fee: Amount(fee), cleared }
    }

    /// The most that `open` lots at `limit` can still cost a buyer, fee included, in minor units.
    /// `None` when it is more than [`AMOUNT_MAX`], or the sums are none that fills could have left.
    ///
    /// `ceil(N + limit × open × v) - paid + ceil(F + limit × open × v × worst rate) - fees paid`,
    /// with `N` and `F` the exact sums so far: what was rounded up once is not asked for again, so
    /// a fill never needs more than it frees.
    #[inline(always)]
    pub fn hold(&self, limit: Price, open: Qty, costs: &Costs) -> Option<Amount> {
        let ticks_lots = u128::from(limit.ticks()) * u128::from(open.lots());
        let paid = u128::try_from(self.cash).ok()?;
        let notional = costs.value_up(self.ticks_lots + ticks_lots).checked_sub(paid)?;
        if notional > AMOUNT_MAX as u128 {
            return None;
        }
        let worst_ppm = costs.maker_ppm.max(costs.taker_ppm);
        let worst_ppm = u128::from(if planted::is(Bug::FeeNotHeld) { 0 } else { worst_ppm });
        let fees = costs.fee(self.ticks_lots_ppm + ticks_lots * worst_ppm);
        let total = (notional + fees).checked_sub(u128::try_from(self.fee).ok()?)?;
        (total <= AMOUNT_MAX as u128).then_some(Amount(total as i64))
    }
}

impl Costs {
    /// Minor units of `ticks_lots`, rounded up.
    #[inline]
    fn value_up(&self, ticks_lots: u128) -> u128 {
        let value = self.tick_value;
        if value == TickValue::ONE {
            return ticks_lots;
        }
        let divide = if planted::is(Bug::RoundingForTheBuyer) { divide } else { divide_up };
        divide(ticks_lots * u128::from(value.numerator()), u128::from(value.denominator()))
    }

    /// Minor units of `ticks_lots`, rounded down.
    #[inline]
    fn value_down(&self, ticks_lots: u128) -> u128 {
        let value = self.tick_value;
        if value == TickValue::ONE {
            return ticks_lots;
        }
        divide(ticks_lots * u128::from(value.numerator()), u128::from(value.denominator()))
    }

    /// Minor units of a fee, rounded up.
    #[inline(always)]
    fn fee(&self, ticks_lots_ppm: u128) -> u128 {
        let value = self.tick_value;
        if value == TickValue::ONE {
            return match u64::try_from(ticks_lots_ppm) {
                Ok(small) => u128::from(small.div_ceil(PPM as u64)),
                Err(_) => ticks_lots_ppm.div_ceil(PPM),
            };
        }
        divide_up(
            ticks_lots_ppm * u128::from(value.numerator()),
            u128::from(value.denominator()) * PPM,
        )
    }
}

/// A 64-bit division where both fit, which is several times faster.
#[inline]
fn divide(dividend: u128, divisor: u128) -> u128 {
    match (u64::try_from(dividend), u64::try_from(divisor)) {
        (Ok(dividend), Ok(divisor)) => u128::from(dividend / divisor),
        _ => dividend / divisor,
    }
}

#[inline]
fn divide_up(dividend: u128, divisor: u128) -> u128 {
    match (u64::try_from(dividend), u64::try_from(divisor)) {
        (Ok(dividend), Ok(divisor)) => u128::from(dividend.div_ceil(divisor)),
        _ => dividend.div_ceil(divisor),
    }
}

#[inline]
fn minor(value: u128) -> i64 {
    i64::try_from(value).expect("a hold or the terms bound every sum")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(ticks: u64) -> Price {
        Price::new(ticks).expect("a price")
    }

    #[test]
    fn many_small_fills_cost_what_one_large_fill_costs() {
        let costs = Costs {
            tick_value: TickValue::new(3, 7).expect("a value"),
            maker_ppm: 1_500,
            taker_ppm: 2_500,
        };
        for side in [Side::Buy, Side::Sell] {
            let mut once = Charge::default();
            once.fill(side, Role::Taker, price(11), Qty(100), &costs);
            let mut often = Charge::default();
            let mut cash = 0;
            for _ in 0..100 {
                cash += often.fill(side, Role::Taker, price(11), Qty(1), &costs).cash.0;
            }
            assert_eq!(once, often);
            assert_eq!(cash, once.cash);
        }
    }

    #[test]
    fn the_hold_covers_whatever_is_charged_later() {
        let costs = Costs {
            tick_value: TickValue::new(1, 3).expect("a value"),
            maker_ppm: 0,
            taker_ppm: 999_999,
        };
        for first in 1..40 {
            let mut charge = Charge::default();
            let all = charge.hold(price(5), Qty(40), &costs).expect("small").0;
            let one = charge.fill(Side::Buy, Role::Taker, price(4), Qty(first), &costs);
            let rest = charge.hold(price(5), Qty(40 - first), &costs).expect("small").0;
            assert!(one.cash.0 + one.fee.0 + rest <= all);
            let two = charge.fill(Side::Buy, Role::Maker, price(5), Qty(40 - first), &costs);
            assert!(two.cash.0 + two.fee.0 <= rest);
        }
    }

    #[test]
    fn a_fill_never_costs_a_seller_money() {
        let costs = Costs {
            tick_value: TickValue::new(1, 10).expect("a value"),
            maker_ppm: 500_000,
            taker_ppm: 500_000,
        };
        let mut charge = Charge::default();
        for lots in [20, 1, 1, 30] {
            let settled = charge.fill(Side::Sell, Role::Maker, price(1), Qty(lots), &costs);
            assert!(settled.fee <= settled.cash, "{lots}: {settled:?}");
        }
        assert_eq!((charge.cash, charge.fee), (5, 3));
    }

    #[test]
    fn rounding_that_was_paid_is_not_held_again() {
        let value = TickValue::new(1, 2).expect("a value");
        let costs = Costs { tick_value: value, maker_ppm: 0, taker_ppm: 0 };
        let mut charge = Charge::default();
        assert_eq!(charge.hold(price(1), Qty(2), &costs), Some(Amount(1)));
        let first = charge.fill(Side::Buy, Role::Maker, price(1), Qty(1), &costs);
        assert_eq!(first.cash, Amount(1));
        assert_eq!(charge.hold(price(1), Qty(1), &costs), Some(Amount(0)));
    }

    #[test]
    fn a_hold_above_the_amount_limit_is_told() {
        let costs = Costs { tick_value: TickValue::ONE, maker_ppm: 0, taker_ppm: 1_000_000 };
        let hold = |ticks, lots| Charge::default().hold(price(ticks), Qty(lots), &costs);
        assert_eq!(hold(1 << 30, 1 << 30), None);
        assert_eq!(hold(1 << 29, 1 << 30), Some(Amount(1 << 60)));
        assert_eq!(hold(1 << 30, 1 << 48), None);
    }
}
