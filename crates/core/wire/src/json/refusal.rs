//! Refusals as JSON: a stable code, a sentence, and the value that failed beside what would pass.

use serde::Serialize;
use types::{Amount, InstrumentId};
use venue::{DefinitionField, KillScope, Reject};

use super::decimal::Decimal;
use super::names::PhaseName;
use super::scale::Scale;
use super::time::{DateText, Rfc3339};
use crate::reject::{self, Named, Parts, Value};

mod table;

/// A kind of refusal, for the list of errors. `{name}` stands for one of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable for ever; snake_case.
    pub code: &'static str,
    /// A sentence for a person.
    pub detail: &'static str,
    /// The field at fault as the client knows it; empty when there is none.
    pub field: &'static str,
    /// Its value; empty when there is none.
    pub value: &'static str,
    /// What would pass.
    pub expected: &'static str,
}

/// Every kind of refusal.
pub fn codes() -> &'static [Code] {
    &table::CODES
}

/// How many kinds of refusals there are.
pub const CODE_COUNT: usize = table::CODES.len();

/// Which of [`codes`] a refusal is.
pub fn code_index(reject: &Reject) -> usize {
    usize::from(reject::parts(reject).tag)
}

/// How a refusal's values read as decimals; what is not known is shown in ticks, lots and minor
/// units, and says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units<'a> {
    /// Decimal places of the account's currency.
    pub money_decimals: Option<u8>,
    /// The instrument it is about.
    pub instrument: Option<&'a Scale>,
}

impl<'a> Units<'a> {
    /// All that an instrument's scale tells.
    pub fn of(scale: &'a Scale) -> Units<'a> {
        Units { money_decimals: Some(scale.money_decimals), instrument: Some(scale) }
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RejectOut {
    /// Stable for ever: one of [`codes`].
    pub code: &'static str,
    /// A sentence for a person.
    pub detail: String,
    /// The field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What would pass.
    pub expected: String,
}

impl RejectOut {
    /// Shows `reject`.
    pub fn new(reject: &Reject, units: &Units<'_>) -> RejectOut {
        let parts = reject::parts(reject);
        let code = codes()[usize::from(parts.tag)];
        let fill = |template: &str| fill(template, &parts, units);
        let (field, expected) = if let Reject::BadDefinition { field, .. } = *reject {
            definition_field(field)
        } else {
            (code.field, code.expected)
        };
        RejectOut {
            code: code.code,
            detail: fill(code.detail),
            field: Some(field).filter(|field| !field.is_empty()),
            value: Some(fill(code.value)).filter(|value| !value.is_empty()),
            expected: fill(expected),
        }
    }
}

/// Puts the values where the template has their names in braces.
fn fill(template: &str, parts: &Parts, units: &Units<'_>) -> String {
    let mut text = template.to_owned();
    for (name, value) in parts.values.into_iter().flatten() {
        let mark = format!("{{{name}}}");
        if text.contains(&mark) {
            text = text.replace(&mark, &shown((name, value), parts, units));
        }
    }
    text
}

fn shown((name, value): Named, parts: &Parts, units: &Units<'_>) -> String {
    // The scale may be that of another instrument than the refusal names.
    let named = parts.values.into_iter().flatten().find_map(|(_, value)| instrument(value));
    let scale = units.instrument.filter(|scale| named.is_none_or(|id| id == scale.instrument));
    let ticks = |ticks: u64| in_units(ticks, scale.map(|scale| scale.price_decimals), "ticks");
    let lots = |lots: u64| in_units(lots, scale.map(|scale| scale.qty_decimals), "lots");
    match value {
        Value::Number(number) => match definition_unit(parts) {
            Some(DefinitionUnit::Ticks) => ticks(number),
            Some(DefinitionUnit::Lots) => lots(number),
            None => number.to_string(),
        },
        Value::Count(step) if name == "tick_step" => ticks(u64::from(step)),
        Value::Count(step) if name == "lot_step" => lots(u64::from(step)),
        Value::Count(count) => count.to_string(),
        Value::Account(account) => account.0.to_string(),
        Value::Instrument(instrument) => symbol(instrument, scale),
        Value::Scope(KillScope::All) => "everything".to_owned(),
        Value::Scope(KillScope::Account(account)) => format!("account {}", account.0),
        Value::Scope(KillScope::Instrument(instrument)) => {
            format!("instrument {}", symbol(instrument, scale))
        }
        Value::Order(order) => order.0.to_string(),
        Value::Payment(payment) => payment.0.to_string(),
        Value::Amount(amount) => money(amount, units.money_decimals),
        Value::Qty(qty) => lots(qty.lots()),
        Value::Price(price) => ticks(price.ticks()),
        Value::Currency(currency) => currency.to_string(),
        Value::Phase(phase) => phase_text(phase.into()).to_owned(),
        Value::Field(field) => definition_field(field).0.to_owned(),
        Value::Time(time) => Rfc3339(time).to_string(),
        Value::Date(date) => DateText(date).to_string(),
    }
}

fn instrument(value: Value) -> Option<InstrumentId> {
    if let Value::Instrument(instrument) | Value::Scope(KillScope::Instrument(instrument)) = value {
        Some(instrument)
    } else {
        None
    }
}

fn symbol(instrument: InstrumentId, scale: Option<&Scale>) -> String {
    scale.map_or_else(|| instrument.0.to_string(), |scale| scale.symbol.to_string())
}

fn in_units(units: u64, decimals: Option<u8>, name: &str) -> String {
    match decimals {
        Some(decimals) => Decimal::unsigned(u128::from(units), decimals).to_string(),
        None => format!("{units} {name}"),
    }
}

fn money(amount: Amount, decimals: Option<u8>) -> String {
    match decimals {
        Some(decimals) => Decimal::signed(amount.0, decimals).to_string(),
        None => format!("{} minor units", amount.0),
    }
}

fn phase_text(phase: PhaseName) -> &'static str {
    match phase {
        PhaseName::PreOpen => "pre_open",
        PhaseName::Continuous => "continuous",
        PhaseName::CancelOnly => "cancel_only",
        PhaseName::Halted => "halted",
        PhaseName::Closed => "closed",
    }
}

/// What the value of a field of an instrument's terms counts.
enum DefinitionUnit {
    Ticks,
    Lots,
}

fn definition_unit(parts: &Parts) -> Option<DefinitionUnit> {
    let (_, Value::Field(field)) = parts.values[0]? else {
        return None;
    };
    match field {
        DefinitionField::TickStep | DefinitionField::BandHigh | DefinitionField::BandLow => {
            Some(DefinitionUnit::Ticks)
        }
        DefinitionField::LotStep | DefinitionField::OrderQtyMax => Some(DefinitionUnit::Lots),
        DefinitionField::PriceDecimals
        | DefinitionField::QtyDecimals
        | DefinitionField::MakerPpm
        | DefinitionField::TakerPpm => None,
    }
}

/// A field of an instrument's terms as the client knows it, and what passes there.
fn definition_field(field: DefinitionField) -> (&'static str, &'static str) {
    match field {
        DefinitionField::PriceDecimals => ("price_decimals", "0 to 9"),
        DefinitionField::QtyDecimals => ("qty_decimals", "0 to 9"),
        DefinitionField::TickStep => ("tick_size", "above zero"),
        DefinitionField::LotStep => ("lot_size", "above zero"),
        DefinitionField::OrderQtyMax => (
            "order_qty_max",
            "a multiple of the lot size, above zero, at most 2^48 lots, and at the price limit \
             worth less than 2^63 minor units",
        ),
        DefinitionField::BandHigh => (
            "band.high",
            "a multiple of the tick size, not below the low end and not above the price limit",
        ),
        DefinitionField::BandLow => ("band.low", "a multiple of the tick size"),
        DefinitionField::MakerPpm => ("fees.maker_ppm", "0 to 1000000"),
        DefinitionField::TakerPpm => ("fees.taker_ppm", "0 to 1000000"),
    }
}
