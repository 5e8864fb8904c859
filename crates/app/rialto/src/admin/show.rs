//! Answers as text for people: tables with heads, and sentences. Programs take `--json`.

use serde_json::Value;

use super::{Account, Command, Instrument, Kill, Payments, Scope, User};

/// The rows of a list, and what is said where there is none.
struct Table {
    /// The member of the answer that holds them.
    rows: &'static str,
    /// Heads, and where the cells are in a row.
    columns: &'static [(&'static str, &'static str)],
    empty: &'static str,
}

const USERS: Table = Table {
    rows: "users",
    columns: &[
        ("USER", "user_id"),
        ("NAME", "name"),
        ("DISPLAY NAME", "display_name"),
        ("GUEST", "is_guest"),
        ("GRANTS", "grants"),
        ("SINCE", "created_at"),
    ],
    empty: "no such users",
};
const ACCOUNTS: Table = Table {
    rows: "accounts",
    columns: &[
        ("ACCOUNT", "account_id"),
        ("OWNER", "owner"),
        ("STATUS", "status"),
        ("CURRENCY", "currency"),
        ("OPEN ORDERS", "open_orders"),
    ],
    empty: "no such accounts",
};
const INSTRUMENTS: Table = Table {
    rows: "instruments",
    columns: &[
        ("SYMBOL", "symbol"),
        ("PHASE", "phase"),
        ("LOWEST", "band/low"),
        ("HIGHEST", "band/high"),
        ("MAKER PPM", "fees/maker_ppm"),
        ("TAKER PPM", "fees/taker_ppm"),
    ],
    empty: "no instruments are listed",
};
const PAYMENTS: Table = Table {
    rows: "payments",
    columns: &[
        ("PAYMENT", "payment_id"),
        ("ACCOUNT", "account_id"),
        ("KIND", "kind"),
        ("AMOUNT", "amount"),
        ("CURRENCY", "currency"),
        ("CLIENT REFERENCE", "client_request_id"),
        ("ASKED AT", "time"),
    ],
    empty: "no pending payments",
};
const CONNECTIONS: Table = Table {
    rows: "connections",
    columns: &[
        ("KIND", "kind"),
        ("USER", "user_id"),
        ("OPENED AT", "opened_at"),
        ("QUEUED BYTES", "queued_bytes"),
        ("MOST EVER", "queued_bytes_peak"),
    ],
    empty: "no open connections",
};

/// Which page of a list an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    First,
    Later,
}

/// What a person wants to know of the answer to a command.
pub(super) fn text(command: &Command, answer: &Value, page: Page) -> String {
    match command {
        Command::User(User::List { .. }) => USERS.page(answer, page),
        Command::User(User::Remove { user }) => format!("user {user} is removed\n"),
        Command::User(User::ResetPassword { .. }) => format!(
            "token    {}\nexpires  {}\n\
             Whoever has it sets a new password, once: POST /v1/auth/password-reset.\n",
            cell(&answer["token"]),
            cell(&answer["expires_at"])
        ),
        Command::Account(Account::List { .. }) => ACCOUNTS.page(answer, page),
        Command::Account(Account::Suspend { .. } | Account::Resume { .. }) => {
            ACCOUNTS.shown(&[&answer["account"]])
        }
        Command::Instrument(Instrument::List) => INSTRUMENTS.page(answer, page),
        Command::Instrument(
            Instrument::Add { .. }
            | Instrument::Phase { .. }
            | Instrument::Band { .. }
            | Instrument::Fees { .. },
        ) => INSTRUMENTS.shown(&[&answer["instrument"]]),
        Command::Payments(Payments::List) => PAYMENTS.page(answer, page),
        Command::Payments(Payments::Confirm { .. } | Payments::Fail { .. }) => {
            settled(&answer["payment"])
        }
        Command::Date { .. } => format!("business date {}\n", cell(&answer["business_date"])),
        Command::Connections => CONNECTIONS.page(answer, page),
        Command::Kill(Kill::On(scope)) => switched(scope, "on", answer),
        Command::Kill(Kill::Off(scope)) => switched(scope, "off", answer),
        Command::Kill(Kill::Status) => {
            on(answer).unwrap_or_else(|| "No kill switch is on.\n".to_owned())
        }
    }
}

impl Table {
    /// A page of the list; only the first has heads, or is told to be empty.
    fn page(&self, answer: &Value, page: Page) -> String {
        let rows: Vec<&Value> = answer[self.rows].as_array().into_iter().flatten().collect();
        let text = self.shown(&rows);
        match page {
            Page::First if rows.is_empty() => format!("{}\n", self.empty),
            Page::First => text,
            Page::Later => text.split_inclusive('\n').skip(1).collect(),
        }
    }

    /// Heads and rows, in columns that two blanks part at least.
    fn shown(&self, rows: &[&Value]) -> String {
        let heads = self.columns.iter().map(|(head, _)| (*head).to_owned()).collect();
        let cells = rows.iter().map(|row| {
            let found = self.columns.iter().map(|(_, name)| row.pointer(&format!("/{name}")));
            found.map(|found| found.map_or_else(|| "-".to_owned(), cell)).collect::<Vec<_>>()
        });
        let lines: Vec<Vec<String>> = std::iter::once(heads).chain(cells).collect();
        let width = |column: usize| {
            lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        lines.iter().fold(String::new(), |text, line| {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            text + cells.collect::<Vec<_>>().join("  ").trim_end() + "\n"
        })
    }
}

fn settled(payment: &Value) -> String {
    let [id, status, kind, amount] =
        ["payment_id", "status", "kind", "amount"].map(|name| cell(&payment[name]));
    let reference = match payment.get("client_request_id") {
        Some(name) => format!(", client reference {}", cell(name)),
        None => String::new(),
    };
    format!("payment {id} {status}: a {kind} of {amount}{reference}\n")
}

/// What was done to the switch of a scope, and what else is on: the switches do not know each
/// other.
fn switched(scope: &Scope, how: &str, answer: &Value) -> String {
    let covered = match (&scope.account, &scope.instrument) {
        (Some(account), _) => format!("account {account}"),
        (None, Some(symbol)) => format!("instrument {symbol}"),
        (None, None) => WHOLE.to_owned(),
    };
    let now = on(answer).unwrap_or_else(|| "No kill switch is on.\n".to_owned());
    format!("The kill switch of {covered} is now {how}.\n{now}")
}

/// What the operator calls everything.
const WHOLE: &str = "the whole venue";

/// The switches that are on, one a line; `None` if none is.
fn on(answer: &Value) -> Option<String> {
    let whole = (answer["all"] == true).then(|| WHOLE.to_owned());
    let narrow = [("account", "accounts"), ("instrument", "instruments")];
    let narrow = narrow.into_iter().flat_map(|(name, member)| {
        let covered = answer[member].as_array().into_iter().flatten();
        covered.map(move |covered| format!("{name} {}", cell(covered)))
    });
    let lines: Vec<String> = whole.into_iter().chain(narrow).collect();
    let head = "On, so that nothing is entered there:";
    (!lines.is_empty()).then(|| format!("{head}\n  {}\n", lines.join("\n  ")))
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(values) if values.is_empty() => "-".to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(","),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_first_page_has_heads_or_says_that_there_is_nothing() {
        let row = |id: &str| json!({"account_id": id, "owner": "1", "status": "active"});
        let page = json!({"accounts": [row("7"), row("12345678")]});
        let first = ACCOUNTS.page(&page, Page::First);
        let expected = "\
            ACCOUNT   OWNER  STATUS  CURRENCY  OPEN ORDERS\n\
            7         1      active  -         -\n\
            12345678  1      active  -         -\n";
        assert_eq!(first, expected);
        let rows = expected.split_once('\n').expect("a head").1;
        assert_eq!(ACCOUNTS.page(&page, Page::Later), rows);
        let none = json!({"accounts": []});
        assert_eq!(ACCOUNTS.page(&none, Page::First), "no such accounts\n");
        assert_eq!(ACCOUNTS.page(&none, Page::Later), "");
    }
}
