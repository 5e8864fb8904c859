//! Texts in columns: names as the API has them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use types::{Date, Role, Side};
use wire::json::DateText;

use crate::value::Value;

/// A member of a closed set by its name in JSON.
pub(crate) fn named(member: impl Serialize) -> Value {
    match serde_json::to_value(member) {
        Ok(Json::String(name)) => Value::from(name),
        other => unreachable!("a name, not {other:?}"),
    }
}

/// As [`named`], without a copy, for what is in every order.
pub(crate) fn side(side: Side) -> Value {
    Value::from(match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    })
}

/// As [`side`].
pub(crate) fn role(role: Role) -> Value {
    Value::from(match role {
        Role::Maker => "maker",
        Role::Taker => "taker",
    })
}

/// The member with this name; `None` when a later version wrote it.
pub(crate) fn member<T: DeserializeOwned>(name: &Value) -> Option<T> {
    serde_json::from_value(Json::String(name.text().to_owned())).ok()
}

pub(crate) fn date(date: Date) -> Value {
    Value::from(DateText(date).to_string())
}
