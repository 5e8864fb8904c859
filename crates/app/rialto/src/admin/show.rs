//! Answers as lines of text: tabs part the columns, so that other programs can take them apart.

use serde_json::Value;

const USER: [&str; 6] = ["user_id", "name", "display_name", "is_guest", "grants", "created_at"];
const ACCOUNT: [&str; 5] = ["account_id", "owner", "status", "currency", "open_orders"];
const INSTRUMENT: [&str; 6] =
    ["symbol", "phase", "band/low", "band/high", "fees/maker_ppm", "fees/taker_ppm"];
const PENDING: [&str; 6] = ["payment_id", "account_id", "kind", "amount", "currency", "time"];
const PAYMENT: [&str; 4] = ["payment_id", "status", "kind", "amount"];
const CONNECTION: [&str; 5] = ["kind", "user_id", "opened_at", "queued_bytes", "queued_bytes_peak"];
const RESET: [&str; 2] = ["token", "expires_at"];

/// What a person wants to know of an answer.
pub(super) fn text(answer: &Value) -> String {
    if answer.get("all").is_some() {
        return kill_switches(answer);
    }
    let lists = [
        ("users", &USER[..]),
        ("accounts", &ACCOUNT),
        ("payments", &PENDING),
        ("instruments", &INSTRUMENT),
        ("connections", &CONNECTION),
    ];
    for (name, columns) in lists {
        if let Some(rows) = answer[name].as_array() {
            return rows.iter().map(|row| line(row, columns)).collect();
        }
    }
    let singles = [("payment", &PAYMENT[..]), ("account", &ACCOUNT), ("instrument", &INSTRUMENT)];
    for (name, columns) in singles {
        if let Some(row) = answer.get(name) {
            return line(row, columns);
        }
    }
    if answer.get("token").is_some() {
        return line(answer, &RESET);
    }
    "done\n".to_owned()
}

/// One line for each switch that is engaged.
fn kill_switches(answer: &Value) -> String {
    let mut out = String::new();
    if answer["all"] == true {
        out.push_str("all\n");
    }
    for (name, member) in [("account", "accounts"), ("instrument", "instruments")] {
        for covered in answer[member].as_array().into_iter().flatten() {
            out.push_str(&format!("{name}\t{}\n", cell(covered)));
        }
    }
    if out.is_empty() { "none\n".to_owned() } else { out }
}

fn line(row: &Value, columns: &[&str]) -> String {
    let cells = columns.iter().map(|name| {
        let found = row.pointer(&format!("/{name}"));
        found.map_or_else(|| "-".to_owned(), cell)
    });
    cells.collect::<Vec<_>>().join("\t") + "\n"
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Array(values) if values.is_empty() => "-".to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(","),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
