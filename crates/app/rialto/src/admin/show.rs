//! Answers as text for people: tables with heads, and sentences. Programs take `--json`.

use serde_json::Value;

use super::{Account, Command, Instrument, Kill, Payments, Scope, User};
use crate::client::{Page, Table, cell};

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

/// What a person wants to know of the answer to a command.
pub(super) fn text(command: &Command, answer: &Value, page: Page) -> String {
    match command {
        Command::User(User::List { .. }) => USERS.page(answer, page),
        Command::User(User::Remove { user }) => format!("user {user} is removed\n"),
        Command::User(User::Grant { .. } | User::Revoke { .. }) => USERS.shown(&[&answer["user"]]),
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
