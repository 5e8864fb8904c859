//! Which problems an operation can meet, by status and code.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::QUESTIONS;
use crate::problem::{Applies, KINDS};

/// What is worth repeating says when.
const RETRIED: [&str; 2] = ["429", "503"];
/// Tags whose operations are commands of the venue.
const VENUE: [&str; 5] = ["accounts", "payments", "orders", "instruments", "admin"];

/// The venue's refusals, as status, code, and what can meet them: the commands of a tag, or an
/// operation by its id.
#[rustfmt::skip]
pub(crate) const REFUSALS: [(u16, &str, &[&str]); 51] = [
    (409, "request_conflict", &VENUE),
    (422, "unknown_account", &["payments"]),
    (403, "account_suspended", &["accounts", "payments", "orders", "admin"]),
    (409, "account_closed", &["accounts", "payments", "orders", "admin"]),
    (409, "account_has_orders", &["accounts", "admin"]),
    (409, "account_has_cash", &["accounts", "admin"]),
    (409, "account_has_shares", &["accounts", "admin"]),
    (409, "accounts_full", &["accounts", "identity_register", "identity_guest"]),
    (422, "unknown_currency", &["accounts", "instruments"]),
    (422, "currency_mismatch", &["payments", "orders"]),
    (422, "transfer_to_self", &["payments"]),
    (422, "amount_out_of_range", &["payments"]),
    (422, "balance_too_large", &["payments", "orders", "admin"]),
    (422, "insufficient_funds", &["payments", "orders"]),
    (422, "short_selling", &["orders"]),
    (422, "unknown_instrument", &["payments", "orders", "instruments"]),
    (409, "instrument_not_ready", &["orders", "instruments"]),
    (409, "instruments_full", &["instruments"]),
    (409, "symbol_taken", &["instruments"]),
    (422, "bad_definition", &["instruments"]),
    (409, "phase_forbids", &["orders"]),
    (422, "qty_zero", &["payments", "orders"]),
    (422, "qty_too_large", &["payments", "orders"]),
    (422, "off_lot", &["payments", "orders"]),
    (422, "off_tick", &["orders"]),
    (422, "price_above_band", &["orders"]),
    (422, "price_below_band", &["orders"]),
    (422, "display_out_of_range", &["orders"]),
    (422, "market_must_be_immediate", &["orders"]),
    (422, "stop_must_rest", &["orders"]),
    (422, "post_only_must_rest", &["orders"]),
    (422, "iceberg_must_rest", &["orders"]),
    (422, "expiry_passed", &["orders"]),
    (422, "notional_too_large", &["orders"]),
    (422, "would_take_liquidity", &["orders"]),
    (422, "would_cross_before_open", &["orders"]),
    (422, "fill_or_kill_short", &["orders"]),
    (409, "account_orders_full", &["orders"]),
    (409, "orders_full", &["orders"]),
    (409, "levels_full", &["orders"]),
    (404, "unknown_order", &["orders"]),
    (409, "change_pending", &["orders"]),
    (422, "nothing_to_replace", &["orders"]),
    (422, "price_not_replaceable", &["orders"]),
    (422, "trigger_not_replaceable", &["orders"]),
    (422, "date_not_later", &["admin_set_business_date"]),
    (422, "rules_unsupported", &["instruments"]),
    (403, "kill_switch", &["orders"]),
    (409, "account_has_payments", &["accounts", "admin"]),
    (409, "account_payments_full", &["payments"]),
    (409, "payment_not_pending", &["admin"]),
];

/// Adds the problems of an operation to its answers: one for each status, naming its codes.
pub(super) fn add(is_write: bool, operation: &mut Value) {
    let operation_id = operation["operationId"].as_str().unwrap_or_default();
    let tag = operation["tags"][0].as_str().unwrap_or_default();
    let has_body = operation.get("requestBody").is_some();
    let is_command = is_write && VENUE.contains(&tag);
    let is_secured = operation["security"] != json!([]);
    let mut codes = BTreeMap::<u16, Vec<&str>>::new();
    for kind in &KINDS {
        let applies = match kind.applies {
            Applies::Every => true,
            Applies::Secured => is_secured,
            Applies::Body => has_body,
            Applies::Read => !is_write && is_secured,
            Applies::Command => is_command,
            Applies::Engine => is_command || QUESTIONS.contains(&operation_id),
            Applies::Naming(names) => names.iter().any(|name| is_named(operation, name)),
            Applies::Only(operations) => operations.contains(&operation_id),
            Applies::Nowhere => false,
        };
        if applies {
            codes.entry(kind.status).or_default().push(kind.code);
        }
    }
    let meets = |who: &[&str]| is_command && who.contains(&tag) || who.contains(&operation_id);
    let refusals = REFUSALS.iter().filter(|(_, _, who)| meets(who));
    for (status, code, _) in refusals {
        let listed = codes.entry(*status).or_default();
        if !listed.contains(code) {
            listed.push(code);
        }
    }
    for (status, codes) in codes {
        let status = status.to_string();
        let mut answer = json!({
            "description": format!("`{}`", codes.join("`, `")),
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
            }},
        });
        if RETRIED.contains(&status.as_str()) {
            answer["headers"]["Retry-After"] = json!({
                "description": "Seconds, where the request is worth repeating",
                "schema": {"type": "integer", "minimum": 0},
            });
        }
        operation["responses"][status] = answer;
    }
}

/// Whether the path has this parameter, or the query asks for channels of an account.
fn is_named(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.into_iter().flatten().any(|parameter| {
        let is_of_account = name == "account" && parameter["name"] == "channels";
        is_of_account || parameter["name"] == name && parameter["in"] == "path"
    })
}
