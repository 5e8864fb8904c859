//! Instruments: listing and changes in, terms out.

use serde::{Deserialize, Serialize};
use types::{Currency, InstrumentId, Isin, MatchingPolicy, Phase, Price, Qty, Symbol, TickValue};
use venue::{Band, Definition, Fees};

use super::decimal::{Decimal, DecimalText};
use super::field::{self, FieldError, Quoted};
use super::names::{PhaseName, PolicyName};
use super::scale::{self, Scale};
#[cfg(feature = "schema")]
use super::schema;

/// More decimal places than an instrument can have.
const DECIMALS_MAX: u8 = 9;

/// Lists an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ListInstrument {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// Its short code.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: String,
    /// Its international id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::IsinText>))]
    pub isin: Option<String>,
    /// What it is priced and settled in.
    #[cfg_attr(feature = "schema", schema(value_type = schema::CurrencyCode))]
    pub currency: String,
    /// Decimal places of prices, 0 to 9.
    pub price_decimals: u8,
    /// Decimal places of quantities, 0 to 9.
    pub qty_decimals: u8,
    /// Prices are multiples of it: "0.01".
    pub tick_size: DecimalText,
    /// Quantities are multiples of it: "1".
    pub lot_size: DecimalText,
    /// Largest quantity of one order.
    pub order_qty_max: DecimalText,
    /// Highest price it can ever quote.
    pub price_limit: DecimalText,
    /// Lowest and highest price accepted now.
    pub band: BandBody,
    /// By default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<FeesBody>,
    /// By default `price_time`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyName>,
}

/// A price band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BandBody {
    /// Lowest price accepted.
    pub low: DecimalText,
    /// Highest price accepted.
    pub high: DecimalText,
}

/// Fees in millionths of notional.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FeesBody {
    /// For the resting order.
    pub maker_ppm: u32,
    /// For the incoming order.
    pub taker_ppm: u32,
}

impl ListInstrument {
    /// The currency whose decimals the next step needs.
    ///
    /// # Errors
    /// [`FieldError`] of `currency`.
    pub fn currency(&self) -> Result<Currency, FieldError> {
        field::text("currency", &self.currency)
    }

    /// The terms, with the steps in ticks and lots and the exact tick value derived.
    ///
    /// # Errors
    /// [`FieldError`] of the first field that cannot be converted.
    pub fn definition(&self, money_decimals: u8) -> Result<Definition, FieldError> {
        let price_decimals = decimals("price_decimals", self.price_decimals)?;
        let qty_decimals = decimals("qty_decimals", self.qty_decimals)?;
        Ok(Definition {
            symbol: symbol(&self.symbol)?,
            isin: field::optional_text("isin", self.isin.as_deref())?,
            currency: self.currency()?,
            price_decimals,
            qty_decimals,
            tick_step: step("tick_size", &self.tick_size, price_decimals)?,
            lot_step: step("lot_size", &self.lot_size, qty_decimals)?,
            order_qty_max: scale::parse_qty("order_qty_max", &self.order_qty_max, qty_decimals)?,
            tick_value: tick_value(price_decimals, qty_decimals, money_decimals)?,
            price_limit: scale::parse_price("price_limit", &self.price_limit, price_decimals)?,
            band: band(&self.band, price_decimals)?,
            fees: self.fees.map_or_else(Fees::default, Fees::from),
            policy: self.policy.map_or(MatchingPolicy::PriceTime, MatchingPolicy::from),
        })
    }
}

/// The one place where a symbol comes to be: orders and paths only look one up.
fn symbol(text: &str) -> Result<Symbol, FieldError> {
    let symbol = Symbol::to_list(text);
    symbol.ok_or_else(|| FieldError::new("symbol", text, Symbol::TO_LIST_EXPECTED))
}

fn decimals(field: &'static str, decimals: u8) -> Result<u8, FieldError> {
    if decimals <= DECIMALS_MAX {
        return Ok(decimals);
    }
    Err(FieldError::new(field, &decimals.to_string(), format!("0 to {DECIMALS_MAX}")))
}

/// Converts a step; zero is passed on for the venue to refuse.
fn step(field: &'static str, size: &DecimalText, decimals: u8) -> Result<u32, FieldError> {
    let units = size.units(field, decimals)?;
    u32::try_from(units).map_err(|_| {
        let shown = |units: u32| Decimal::unsigned(u128::from(units), decimals);
        FieldError::new(field, &size.0, format!("{} to {}", shown(1), shown(u32::MAX)))
    })
}

/// One tick x one lot in minor units: `10^(money - price - qty)`, as an exact fraction.
fn tick_value(price: u8, qty: u8, money: u8) -> Result<TickValue, FieldError> {
    let exponent = i32::from(money) - i32::from(price) - i32::from(qty);
    let power = 10_u32.checked_pow(exponent.unsigned_abs());
    let fraction = power.and_then(|power| match exponent {
        0.. => TickValue::new(power, 1),
        ..0 => TickValue::new(1, power),
    });
    fraction.ok_or_else(|| {
        let expected = format!(
            "price and quantity decimals that together differ from the currency's {money} \
             by at most 9"
        );
        FieldError::new("qty_decimals", &qty.to_string(), expected)
    })
}

fn band(body: &BandBody, price_decimals: u8) -> Result<Band, FieldError> {
    Ok(Band {
        low: scale::parse_price("band.low", &body.low, price_decimals)?,
        high: scale::parse_price("band.high", &body.high, price_decimals)?,
    })
}

impl From<FeesBody> for Fees {
    fn from(body: FeesBody) -> Fees {
        Fees { maker_ppm: body.maker_ppm, taker_ppm: body.taker_ppm }
    }
}

impl From<Fees> for FeesBody {
    fn from(fees: Fees) -> FeesBody {
        FeesBody { maker_ppm: fees.maker_ppm, taker_ppm: fees.taker_ppm }
    }
}

/// Changes an instrument's phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetPhase {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// The phase from now on.
    pub phase: PhaseName,
}

/// Changes an instrument's price band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetBand {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// The new band.
    pub band: BandBody,
}

impl SetBand {
    /// The band.
    ///
    /// # Errors
    /// [`FieldError`] of `band.low` or `band.high`.
    pub fn band(&self, scale: &Scale) -> Result<Band, FieldError> {
        band(&self.band, scale.price_decimals)
    }
}

/// Changes an instrument's fees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetFees {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// The new rates.
    pub fees: FeesBody,
}

/// A price band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BandOut {
    /// Lowest price accepted.
    pub low: Decimal,
    /// Highest price accepted.
    pub high: Decimal,
}

impl BandOut {
    /// Shows `band`.
    pub fn new(band: Band, price_decimals: u8) -> BandOut {
        BandOut { low: price(band.low, price_decimals), high: price(band.high, price_decimals) }
    }
}

/// An instrument's terms; reading them back in lists the same instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InstrumentOut {
    /// Its number.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub instrument_id: Quoted<u32>,
    /// Its short code.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// Its international id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::IsinText>))]
    pub isin: Option<Quoted<Isin>>,
    /// What it is priced and settled in.
    #[cfg_attr(feature = "schema", schema(value_type = schema::CurrencyCode))]
    pub currency: Quoted<Currency>,
    /// Decimal places of prices.
    pub price_decimals: u8,
    /// Decimal places of quantities.
    pub qty_decimals: u8,
    /// Prices are multiples of it.
    pub tick_size: Decimal,
    /// Quantities are multiples of it.
    pub lot_size: Decimal,
    /// Largest quantity of one order.
    pub order_qty_max: Decimal,
    /// Highest price it can ever quote.
    pub price_limit: Decimal,
    /// Lowest and highest price accepted now.
    pub band: BandOut,
    /// Fee rates.
    pub fees: FeesBody,
    /// How a level is shared.
    pub policy: PolicyName,
    /// What it allows now.
    pub phase: PhaseName,
}

impl InstrumentOut {
    /// Shows `definition`, which is in `phase`.
    pub fn new(instrument: InstrumentId, definition: &Definition, phase: Phase) -> InstrumentOut {
        let Definition { price_decimals, qty_decimals, .. } = *definition;
        let qty = |qty: Qty| Decimal::unsigned(u128::from(qty.lots()), qty_decimals);
        InstrumentOut {
            instrument_id: Quoted(instrument.0),
            symbol: Quoted(definition.symbol),
            isin: definition.isin.map(Quoted),
            currency: Quoted(definition.currency),
            price_decimals,
            qty_decimals,
            tick_size: Decimal::unsigned(u128::from(definition.tick_step), price_decimals),
            lot_size: qty(Qty(u64::from(definition.lot_step))),
            order_qty_max: qty(definition.order_qty_max),
            price_limit: price(definition.price_limit, price_decimals),
            band: BandOut::new(definition.band, price_decimals),
            fees: definition.fees.into(),
            policy: definition.policy.into(),
            phase: phase.into(),
        }
    }
}

fn price(price: Price, decimals: u8) -> Decimal {
    Decimal::unsigned(u128::from(price.ticks()), decimals)
}
