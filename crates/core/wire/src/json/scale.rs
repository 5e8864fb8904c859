//! How one instrument's integers read as decimals.

use types::{Amount, InstrumentId, PRICE_TICKS_MAX, Price, Qty, Symbol};
use venue::Definition;

use super::decimal::{Decimal, DecimalText};
use super::field::FieldError;

/// An instrument's name and decimal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Its number.
    pub instrument: InstrumentId,
    /// Its short code.
    pub symbol: Symbol,
    /// Decimal places of one tick.
    pub price_decimals: u8,
    /// Decimal places of one lot.
    pub qty_decimals: u8,
    /// Decimal places of its currency's minor unit.
    pub money_decimals: u8,
}

impl Scale {
    /// The scale that `definition` gives; its currency's decimals stand in genesis.
    pub fn new(instrument: InstrumentId, definition: &Definition, money_decimals: u8) -> Scale {
        Scale {
            instrument,
            symbol: definition.symbol,
            price_decimals: definition.price_decimals,
            qty_decimals: definition.qty_decimals,
            money_decimals,
        }
    }

    /// A price as a decimal.
    pub fn price(&self, price: Price) -> Decimal {
        Decimal::unsigned(u128::from(price.ticks()), self.price_decimals)
    }

    /// A quantity as a decimal.
    pub fn qty(&self, qty: Qty) -> Decimal {
        Decimal::unsigned(u128::from(qty.lots()), self.qty_decimals)
    }

    /// A signed number of lots as a decimal.
    pub fn lots(&self, lots: i64) -> Decimal {
        Decimal::signed(lots, self.qty_decimals)
    }

    /// Money in the instrument's currency as a decimal.
    pub fn money(&self, amount: Amount) -> Decimal {
        Decimal::signed(amount.0, self.money_decimals)
    }

    /// A sum of price x lots, exactly: divided by the quantity it is the average price.
    pub fn value(&self, ticks_lots: u128) -> Decimal {
        let decimals = self.price_decimals.saturating_add(self.qty_decimals);
        Decimal::unsigned(ticks_lots, decimals)
    }

    pub(crate) fn parse_price(
        &self,
        field: &'static str,
        text: &DecimalText,
    ) -> Result<Price, FieldError> {
        parse_price(field, text, self.price_decimals)
    }

    pub(crate) fn parse_qty(
        &self,
        field: &'static str,
        text: &DecimalText,
    ) -> Result<Qty, FieldError> {
        parse_qty(field, text, self.qty_decimals)
    }
}

pub(crate) fn parse_price(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
) -> Result<Price, FieldError> {
    let ticks = text.units(field, decimals)?;
    u64::try_from(ticks).ok().and_then(Price::new).ok_or_else(|| {
        let max = u128::from(PRICE_TICKS_MAX);
        out_of_range(field, text, Decimal::unsigned(1, decimals), Decimal::unsigned(max, decimals))
    })
}

pub(crate) fn parse_qty(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
) -> Result<Qty, FieldError> {
    let lots = text.units(field, decimals)?;
    u64::try_from(lots).map(Qty).map_err(|_| {
        let max = u128::from(u64::MAX);
        out_of_range(field, text, Decimal::unsigned(0, decimals), Decimal::unsigned(max, decimals))
    })
}

/// Converts money; an amount of zero or less is passed on for the venue to refuse.
pub(crate) fn parse_amount(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
) -> Result<Amount, FieldError> {
    let units = text.units(field, decimals)?;
    i64::try_from(units).map(Amount).map_err(|_| {
        let (min, max) = (Decimal::signed(i64::MIN, decimals), Decimal::signed(i64::MAX, decimals));
        out_of_range(field, text, min, max)
    })
}

fn out_of_range(field: &'static str, text: &DecimalText, min: Decimal, max: Decimal) -> FieldError {
    FieldError::new(field, &text.0, format!("{min} to {max}"))
}
