//! Decimal texts of the API as integers of a fixed scale, and back.

use anyhow::{Context, Result, ensure};

/// An exact decimal: `units` of `10^-places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    places: u32,
}

impl Decimal {
    pub fn parse(text: &str) -> Result<Decimal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        ensure!(all.bytes().all(|byte| byte.is_ascii_digit()), "{text:?} is no decimal");
        let units: i128 = all.parse().with_context(|| format!("{text:?} is no decimal"))?;
        let places = fraction.len() as u32;
        Ok(Decimal { units: if negative { -units } else { units }, places })
    }

    /// The decimal places it was written with.
    pub fn places(self) -> u32 {
        self.places
    }

    /// The largest number of units of `10^-places` that is not above it.
    pub fn floor(self, places: u32) -> i128 {
        if places >= self.places {
            return self.units * 10_i128.pow(places - self.places);
        }
        self.units.div_euclid(10_i128.pow(self.places - places))
    }

    /// The least number of units of `10^-places` that is not below it.
    pub fn ceil(self, places: u32) -> i128 {
        -Decimal { units: -self.units, ..self }.floor(places)
    }

    /// Its units of `10^-places`.
    pub fn exact(self, places: u32) -> Result<i128> {
        let (floor, ceil) = (self.floor(places), self.ceil(places));
        ensure!(floor == ceil, "{self:?} has more than {places} decimal places");
        Ok(floor)
    }
}

/// Writes a number of units of `10^-places`; none is negative where it is used.
pub fn show(units: i128, places: u32) -> String {
    let scale = 10_i128.pow(places);
    if places == 0 {
        return units.to_string();
    }
    let width = places as usize;
    format!("{}.{:0width$}", units / scale, units % scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_rounded_and_written_exactly() {
        let value = Decimal::parse("36.955").unwrap();
        assert_eq!((value.floor(2), value.ceil(2), value.exact(3).unwrap()), (3695, 3696, 36955));
        assert!(value.exact(2).is_err());
        assert_eq!(Decimal::parse("7").unwrap().exact(2).unwrap(), 700);
        let below = Decimal::parse("-0.5").unwrap();
        assert_eq!((below.floor(0), below.ceil(0)), (-1, 0));
        assert_eq!(
            (show(3_695, 2), show(5, 2), show(5, 0)),
            ("36.95".into(), "0.05".into(), "5".into())
        );
        for bad in ["", ".", "1e3", "--1", "1.2.3"] {
            assert!(Decimal::parse(bad).is_err(), "{bad:?}");
        }
    }
}
