//! How one instrument's integers read as decimals.

use types::{AMOUNT_MAX, Amount, InstrumentId, PRICE_TICKS_MAX, Price, QTY_LOTS_MAX, Qty, Symbol};
use venue::{Band, Definition};

use super::decimal::{Decimal, DecimalText};
use super::field::FieldError;

const PRICE_MAX: Price = Price::new(PRICE_TICKS_MAX).expect("a price");

/// An instrument's name and decimal places, and what a client may order of it.
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
    /// Prices that pass: told to those whose price is none.
    pub band: Band,
    /// The least and the most of an order: told to those whose quantity is none.
    pub order_qty: [Qty; 2],
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
            band: definition.band,
            order_qty: [Qty(u64::from(definition.lot_step)), definition.order_qty_max],
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

    /// A difference of prices in ticks as a decimal.
    pub fn ticks(&self, ticks: i64) -> Decimal {
        Decimal::signed(ticks, self.price_decimals)
    }

    /// A sum of quantities as a decimal.
    pub fn volume(&self, lots: u128) -> Decimal {
        Decimal::unsigned(lots, self.qty_decimals)
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
        let Band { low, high } = self.band;
        price(field, text, self.price_decimals, [low, high])
    }

    pub(crate) fn parse_qty(
        &self,
        field: &'static str,
        text: &DecimalText,
    ) -> Result<Qty, FieldError> {
        qty(field, text, self.qty_decimals, self.order_qty)
    }
}

pub(crate) fn parse_price(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
) -> Result<Price, FieldError> {
    price(field, text, decimals, [Price::ONE, PRICE_MAX])
}

pub(crate) fn parse_qty(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
) -> Result<Qty, FieldError> {
    qty(field, text, decimals, [Qty(1), Qty(QTY_LOTS_MAX)])
}

/// Converts a price; a valid one that is not between those that pass is for the venue to refuse.
fn price(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
    passes: [Price; 2],
) -> Result<Price, FieldError> {
    let ticks = text.units(field, decimals)?;
    u64::try_from(ticks).ok().and_then(Price::new).ok_or_else(|| {
        out_of_range(field, text, decimals, passes.map(|price| price.ticks().into()))
    })
}

/// Converts a quantity; zero, and what is not between those that pass, is for the venue to refuse.
fn qty(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
    passes: [Qty; 2],
) -> Result<Qty, FieldError> {
    let lots = text.units(field, decimals)?;
    u64::try_from(lots)
        .map(Qty)
        .map_err(|_| out_of_range(field, text, decimals, passes.map(|qty| qty.lots().into())))
}

/// Converts money; an amount of zero or less is passed on for the venue to refuse.
pub(crate) fn parse_amount(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
) -> Result<Amount, FieldError> {
    let units = text.units(field, decimals)?;
    i64::try_from(units)
        .map(Amount)
        .map_err(|_| out_of_range(field, text, decimals, [1, AMOUNT_MAX as u128]))
}

fn out_of_range(
    field: &'static str,
    text: &DecimalText,
    decimals: u8,
    passes: [u128; 2],
) -> FieldError {
    let [min, max] = passes.map(|units| Decimal::unsigned(units, decimals));
    FieldError::new(field, &text.0, format!("{min} to {max}"))
}
