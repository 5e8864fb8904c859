//! What an account has of one instrument, and what it cost.
//!
//! **Invariant:** `cost - realised` is what was paid for the instrument less what it brought,
//! before fees, to the minor unit: nothing is lost to rounding, it only moves between the two.

use types::{Price, Qty, Side, TickValue};
use venue::OwnFill;

/// Decimal places by which an average cost is finer than a price.
pub const AVERAGE_COST_PLACES: u8 = 4;

/// Lots of one instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// All lots, those set aside included.
    pub settled: i64,
    /// Set aside for open sell orders: exactly what they have left.
    pub held: i64,
    /// Minor units paid for the lots that are left, before fees. Issued lots cost nothing.
    pub cost: i128,
    /// Minor units gained (lost, below zero) by the lots that were sold, before fees.
    pub realised: i128,
    /// Minor units of fees, bought and sold.
    pub fees: i128,
}

impl Position {
    /// May be sold.
    pub fn free(self) -> i64 {
        self.settled - self.held
    }

    /// The average price paid for what is left, in ticks of `10^-AVERAGE_COST_PLACES` each, halves
    /// rounded up; `None` when nothing is left.
    pub fn average_cost(self, tick_value: TickValue) -> Option<u128> {
        let lots = u128::try_from(self.settled).ok().filter(|lots| *lots > 0)?;
        let cost = u128::try_from(self.cost).ok()?;
        let parts = 10u128.pow(u32::from(AVERAGE_COST_PLACES));
        let ticks = cost * parts * u128::from(tick_value.denominator());
        let each = lots * u128::from(tick_value.numerator());
        Some((ticks + each / 2) / each)
    }

    /// What all lots are worth at `mark`, in minor units, rounded down.
    pub fn value(self, mark: Price, tick_value: TickValue) -> i128 {
        let ticks_lots = i128::from(mark.ticks()) * i128::from(self.settled);
        (ticks_lots * i128::from(tick_value.numerator()))
            .div_euclid(i128::from(tick_value.denominator()))
    }

    /// Books a fill's cost; the lots themselves are taken from the event afterwards.
    ///
    /// A sale takes its lots' share of the cost, rounded down, and the last one all that is left.
    pub(crate) fn fill(&mut self, own: &OwnFill) {
        let cash = i128::from(own.cash.0);
        self.fees += i128::from(own.fee.0);
        match own.side {
            Side::Buy => self.cost += cash,
            Side::Sell => {
                let share = self.share_of_cost(own.fill.lots);
                self.cost -= share;
                self.realised += cash - share;
            }
        }
    }

    fn share_of_cost(self, sold: Qty) -> i128 {
        let (sold, all) = (i128::from(sold.0), i128::from(self.settled));
        if sold >= all {
            return self.cost;
        }
        (self.cost / all) * sold + (self.cost % all) * sold / all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(settled: i64, cost: i128) -> Position {
        Position { settled, cost, ..Position::default() }
    }

    #[test]
    fn an_average_cost_is_finer_than_a_price_and_rounds_halves_up() {
        assert_eq!(position(3, 100).average_cost(TickValue::ONE), Some(333_333));
        assert_eq!(position(3, 200).average_cost(TickValue::ONE), Some(666_667));
        assert_eq!(position(20_000, 1).average_cost(TickValue::ONE), Some(1));
        assert_eq!(position(20_001, 1).average_cost(TickValue::ONE), Some(0));
        assert_eq!(position(0, 0).average_cost(TickValue::ONE), None);
        // A lot is worth 1/100 of a minor unit for each tick: 50 minor units for 100 lots are 50.
        let hundredth = TickValue::new(1, 100).unwrap();
        assert_eq!(position(100, 50).average_cost(hundredth), Some(500_000));
    }

    #[test]
    fn a_value_rounds_down() {
        let third = TickValue::new(1, 3).unwrap();
        let mark = Price::new(10).unwrap();
        assert_eq!(position(1, 0).value(mark, third), 3);
        assert_eq!(position(2, 0).value(mark, third), 6);
    }
}
