//! The fields of a profile, as they stand in the file.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use venue::Limits;
use wire::json::ListInstrument;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Shape {
    pub(super) venue: VenueSection,
    pub(super) gateway: GatewaySection,
    pub(super) instruments: Vec<ListInstrument>,
    /// The place of each of them in the file.
    #[serde(skip)]
    pub(super) places: Vec<usize>,
    /// The same of currencies.
    #[serde(skip)]
    pub(super) currency_places: Vec<usize>,
}

/// What is fixed for a venue's life.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VenueSection {
    pub(super) currencies: Option<Vec<CurrencyEntry>>,
    pub(super) accounts_max: Option<Number>,
    pub(super) instruments_max: Option<Number>,
    pub(super) orders_max: Option<Number>,
    pub(super) orders_per_account_max: Option<Number>,
    pub(super) requests_remembered: Option<Number>,
    pub(super) level_pages_max: Option<Number>,
    pub(super) step_events_max: Option<Number>,
}

/// A currency and the places of its smallest unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CurrencyEntry {
    pub(super) code: String,
    pub(super) decimals: Number,
}

/// What clients may do.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GatewaySection {
    pub(super) self_service_deposits: Option<bool>,
    pub(super) opening_balance_units: Option<Number>,
    pub(super) key_rate: Option<Number>,
    pub(super) account_rate: Option<Number>,
    pub(super) address_rate: Option<Number>,
    pub(super) guest_idle_hours: Option<Number>,
    pub(super) guests_max: Option<Number>,
    pub(super) accounts_per_person_max: Option<Number>,
    pub(super) connections_max: Option<Number>,
    pub(super) streams_max: Option<Number>,
}

impl VenueSection {
    /// Each limit of genesis: its name, what the file says, and its place in `limits`.
    pub(super) fn limits<'a>(
        &self,
        limits: &'a mut Limits,
    ) -> [(&'static str, Option<Number>, &'a mut u32); 7] {
        let Limits {
            accounts_max,
            instruments_max,
            orders_max,
            orders_per_account_max,
            requests_remembered,
            level_pages_max,
            step_events_max,
        } = limits;
        [
            ("accounts_max", self.accounts_max, accounts_max),
            ("instruments_max", self.instruments_max, instruments_max),
            ("orders_max", self.orders_max, orders_max),
            ("orders_per_account_max", self.orders_per_account_max, orders_per_account_max),
            ("requests_remembered", self.requests_remembered, requests_remembered),
            ("level_pages_max", self.level_pages_max, level_pages_max),
            ("step_events_max", self.step_events_max, step_events_max),
        ]
    }
}

/// Any whole number of TOML; its range is checked where it is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number(pub(super) i64);

impl Number {
    /// The nearest that has 32 bits. No limit of genesis may be zero or all ones, so what was
    /// moved is refused like the number itself.
    pub(super) fn nearest(self) -> u32 {
        u32::try_from(self.0.max(0)).unwrap_or(u32::MAX)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        deserializer.deserialize_i64(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a whole number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Number, E> {
        Ok(Number(number))
    }
}
