//! Reports as text for people. Programs take `--json`, spreadsheets `--csv`.

use serde_json::Value;

use super::Command;
use crate::client::{Page, Table, cell};

const TRADED: Table = Table {
    rows: "traded",
    columns: &[
        ("SYMBOL", "symbol"),
        ("ORDERS", "orders"),
        ("FILLS", "fills"),
        ("VOLUME", "volume"),
        ("NOTIONAL", "notional"),
        ("FEES", "fees"),
    ],
    empty: "nothing was ordered",
};
const PAYMENTS: Table = Table {
    rows: "payments",
    columns: &[
        ("PAYMENTS", "kind"),
        ("CURRENCY", "currency"),
        ("NUMBER", "payments"),
        ("AMOUNT", "amount"),
    ],
    empty: "nothing was paid",
};
const REFUSALS: Table = Table {
    rows: "refusals",
    columns: &[("REFUSED BECAUSE", "code"), ("TIMES", "refusals")],
    empty: "nothing was refused",
};
const LEADERS: Table = Table {
    rows: "leaders",
    columns: &[
        ("RANK", "rank"),
        ("NAME", "display_name"),
        ("ACCOUNT", "account_id"),
        ("RETURN", "return"),
        ("PROFIT", "profit"),
    ],
    empty: "nobody takes part yet",
};
const SETTLED: Table = Table {
    rows: "settled",
    columns: &[
        ("SYMBOL", "symbol"),
        ("FILLS", "fills"),
        ("BOUGHT", "bought"),
        ("PAID", "paid"),
        ("SOLD", "sold"),
        ("RECEIVED", "received"),
        ("FEES", "fees"),
    ],
    empty: "nothing was traded",
};
const HOLDINGS: Table = Table {
    rows: "holdings",
    columns: &[
        ("SYMBOL", "symbol"),
        ("BEFORE", "opening"),
        ("ISSUED", "issued"),
        ("AFTER", "closing"),
    ],
    empty: "nothing was held",
};
const FILLS: Table = Table {
    rows: "fills",
    columns: &[
        ("TIME", "time"),
        ("SYMBOL", "symbol"),
        ("SIDE", "side"),
        ("QTY", "qty"),
        ("PRICE", "price"),
        ("CASH", "cash"),
        ("FEE", "fee"),
        ("ROLE", "role"),
        ("ORDER", "order_id"),
        ("TRADE", "trade_id"),
    ],
    empty: "no fills",
};
const TRADES: Table = Table {
    rows: "trades",
    columns: &[
        ("TIME", "time"),
        ("TRADE", "trade_id"),
        ("PRICE", "price"),
        ("QTY", "qty"),
        ("TAKER", "taker_side"),
    ],
    empty: "no trades",
};
const CANDLES: Table = Table {
    rows: "candles",
    columns: &[
        ("TIME", "time"),
        ("OPEN", "open"),
        ("HIGH", "high"),
        ("LOW", "low"),
        ("CLOSE", "close"),
        ("VOLUME", "volume"),
        ("TRADES", "trades"),
    ],
    empty: "no candles that are closed",
};
const TRIAL_BALANCE: Table = Table {
    rows: "lines",
    columns: &[("ASSET", "asset"), ("OWNER", "owner"), ("AMOUNT", "amount")],
    empty: "no entries yet",
};

/// What a person wants to know of the answer to a command.
pub(super) fn text(command: &Command, answer: &Value, page: Page) -> String {
    match command {
        Command::Statistics(of) if of.symbol.is_some() => {
            let traded = answer["traded"].as_object().map(|_| &answer["traded"]);
            let none = || format!("{}\n", TRADED.empty);
            traded.map_or_else(none, |traded| TRADED.shown(&[traded]))
        }
        Command::Statistics(_) => sections(answer, &[&TRADED, &PAYMENTS, &REFUSALS]),
        Command::Performance { .. } => performance(&answer["performance"]),
        Command::Leaderboard { .. } => {
            let (number, currency) = (cell(&answer["participants"]), cell(&answer["currency"]));
            let head = format!("accounts in {currency}: {number}, {}\n\n", period(answer));
            let answer = percent(answer);
            let rows = |list: &str| answer[list].as_array().into_iter().flatten();
            let is_listed = |it: &Value| rows("leaders").any(|leader| leader == it);
            let own: Vec<&Value> = rows("yours").filter(|it| !is_listed(it)).collect();
            let own = match own.as_slice() {
                [] => String::new(),
                own => format!("\nyours:\n{}", LEADERS.shown(own)),
            };
            head + &LEADERS.page(&answer, page) + &own
        }
        Command::Day { .. } => day(&answer["day"]),
        Command::Fills { .. } => FILLS.page(answer, page),
        Command::Trades { .. } => TRADES.page(answer, page),
        Command::Candles { .. } => CANDLES.page(answer, page),
        Command::TrialBalance => TRIAL_BALANCE.page(answer, page),
    }
}

/// Tables one below the other.
fn sections(answer: &Value, tables: &[&Table]) -> String {
    let pages: Vec<String> = tables.iter().map(|it| it.page(answer, Page::First)).collect();
    pages.join("\n")
}

fn performance(told: &Value) -> String {
    format!(
        "{}\n\n{}",
        period(told),
        lines(
            told,
            &[
                ("equity before", "opening_equity"),
                ("paid in, net", "net_flows"),
                ("profit", "profit"),
                ("equity after", "closing_equity"),
            ]
        )
    )
}

fn day(told: &Value) -> String {
    let is_over = if told["is_over"] == true { "" } else { ", which goes on" };
    let date = cell(&told["business_date"]);
    let head = format!("account {} on {date}{is_over}\n\n", cell(&told["account_id"]));
    let sums = [
        ("cash before", "opening_cash"),
        ("cash after", "closing_cash"),
        ("equity before", "opening_equity"),
        ("paid in, net", "net_flows"),
        ("profit", "profit"),
        ("equity after", "closing_equity"),
    ];
    let tables = sections(told, &[&PAYMENTS, &SETTLED, &HOLDINGS]);
    format!("{head}{}\n{tables}", lines(told, &sums))
}

/// Sums, and the return that they came to.
fn lines(told: &Value, sums: &[(&str, &str)]) -> String {
    let currency = cell(&told["currency"]);
    let amounts: Vec<String> = sums.iter().map(|(_, name)| cell(&told[*name])).collect();
    let width = amounts.iter().map(String::len).max().unwrap_or_default();
    let mut text = String::new();
    for ((head, _), amount) in sums.iter().zip(&amounts) {
        text += &format!("{head:<14}{amount:>width$} {currency}\n");
    }
    text + &format!("{:<14}{:>width$} %\n", "return", percents(&told["return"]))
}

fn period(told: &Value) -> String {
    let end = |name: &str, otherwise: &str| told[name].as_str().unwrap_or(otherwise).to_owned();
    format!("from {} to {}", end("from", "the beginning"), end("to", "now"))
}

/// Returns as people read them.
fn percent(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for list in ["leaders", "yours"] {
        for leader in answer[list].as_array_mut().into_iter().flatten() {
            leader["return"] = format!("{} %", percents(&leader["return"])).into();
        }
    }
    answer
}

/// A return of eight places as percents of six: the point moves two places.
fn percents(told: &Value) -> String {
    let text = cell(told);
    let Some((whole, places)) = text.split_once('.').filter(|(_, places)| places.len() > 2) else {
        return text;
    };
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let (moved, rest) = places.split_at(2);
    let digits = format!("{whole}{moved}");
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    format!("{sign}{digits}.{rest}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::percents;

    #[test]
    fn the_point_of_a_return_moves_two_places() {
        for (told, percent) in [
            ("0.00000000", "0.000000"),
            ("0.00030000", "0.030000"),
            ("-0.01000000", "-1.000000"),
            ("0.10000000", "10.000000"),
            ("12.34567890", "1234.567890"),
            ("-1.00000000", "-100.000000"),
        ] {
            assert_eq!(percents(&json!(told)), percent, "{told}");
        }
    }
}
