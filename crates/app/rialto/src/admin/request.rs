//! Commands as requests of the API.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use super::{Account, Command, Instrument, Kill, Payments, Phase, Scope, Status, User};
use crate::client::{Request, escaped};
use crate::exit::{Exit, Failure, OrExit};

/// More than this no venue takes.
const BODY_BYTES_MAX: u64 = gateway::BODY_BYTES_MAX as u64;

/// What a command asks for; `find_user` turns a name into a number.
pub(super) fn of(
    command: &Command,
    find_user: &dyn Fn(&str) -> Result<String, Failure>,
) -> Result<Request, Failure> {
    Ok(match command {
        Command::User(User::List { query }) => users(query.as_deref()),
        Command::User(User::Remove { user }) => {
            Request::new("DELETE", format!("/v1/admin/users/{}", find_user(user)?))
        }
        Command::User(User::ResetPassword { user }) => {
            let user = find_user(user)?;
            Request::new("POST", format!("/v1/admin/users/{user}/password-reset"))
        }
        Command::User(User::Grant { user }) => set_grants(&find_user(user)?, &["admin"]),
        Command::User(User::Revoke { user }) => set_grants(&find_user(user)?, &[]),
        Command::Account(Account::List { owner, status }) => {
            let owner = owner.as_deref().map(find_user).transpose()?;
            let status = status.map(|status| status_name(status).to_owned());
            Request::listing("/v1/admin/accounts", vec![("owner", owner), ("status", status)])
        }
        Command::Account(Account::Suspend { account }) => set_status(*account, true),
        Command::Account(Account::Resume { account }) => set_status(*account, false),
        Command::Instrument(command) => instrument(command)?,
        Command::Payments(command) => payments(command),
        Command::Date { date: None } => Request::new("GET", "/v1/time"),
        Command::Date { date: Some(date) } => {
            let body = json!({ "business_date": date });
            Request::new("PUT", "/v1/admin/business-date").with(body)
        }
        Command::Connections => Request::new("GET", "/v1/admin/connections"),
        Command::Kill(Kill::On(scope)) => kill(scope, true),
        Command::Kill(Kill::Off(scope)) => kill(scope, false),
        Command::Kill(Kill::Status) => Request::new("GET", "/v1/admin/kill-switch"),
    })
}

/// A search of people.
pub(super) fn users(part: Option<&str>) -> Request {
    Request::listing("/v1/admin/users", vec![("query", part.map(str::to_owned))])
}

fn set_grants(user: &str, grants: &[&str]) -> Request {
    let request = Request::new("PUT", format!("/v1/admin/users/{user}/grants"));
    request.with(json!({ "grants": grants }))
}

fn set_status(account: u32, suspended: bool) -> Request {
    let request = Request::new("PUT", format!("/v1/accounts/{account}/status"));
    request.with(json!({ "suspended": suspended }))
}

fn payments(command: &Payments) -> Request {
    let settle = |payment: &u64, how: &str, body: Value| {
        Request::new("POST", format!("/v1/admin/payments/{payment}/{how}")).with(body)
    };
    match command {
        Payments::List => Request::listing("/v1/admin/payments", Vec::new()),
        Payments::Confirm { payment } => settle(payment, "confirm", json!({})),
        Payments::Fail { payment, reason } => settle(payment, "fail", json!({ "reason": reason })),
    }
}

fn instrument(command: &Instrument) -> Result<Request, Failure> {
    let put = |symbol: &str, what: &str, body: Value| {
        Request::new("PUT", format!("/v1/instruments/{}/{what}", escaped(symbol))).with(body)
    };
    Ok(match command {
        Instrument::List => Request::new("GET", "/v1/instruments"),
        Instrument::Add { file } => Request::new("POST", "/v1/instruments").with(read(file)?),
        Instrument::Phase { symbol, phase } => {
            put(symbol, "phase", json!({ "phase": phase_name(*phase) }))
        }
        Instrument::Band { symbol, low, high } => {
            put(symbol, "band", json!({ "band": { "low": low, "high": high } }))
        }
        Instrument::Fees { symbol, maker_ppm, taker_ppm } => {
            let fees = json!({ "maker_ppm": maker_ppm, "taker_ppm": taker_ppm });
            put(symbol, "fees", json!({ "fees": fees }))
        }
    })
}

/// The JSON in a file, or on stdin if that is `-`; what is in it the venue judges.
fn read(file: &Path) -> Result<Value, Failure> {
    let is_stdin = file == Path::new("-");
    let name = if is_stdin { "stdin".to_owned() } else { file.display().to_string() };
    let source: io::Result<Box<dyn Read>> = match is_stdin {
        true => Ok(Box::new(io::stdin())),
        false => File::open(file).map(|file| Box::new(file) as Box<dyn Read>),
    };
    let mut bytes = Vec::new();
    let read = source.and_then(|source| source.take(BODY_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.with_context(|| name.clone()).or_bad_input()?;
    if bytes.len() as u64 > BODY_BYTES_MAX {
        let told = anyhow!("{name} is longer than the {BODY_BYTES_MAX} bytes of a body");
        return Err(Exit::BadInput.because(told));
    }
    serde_json::from_slice(&bytes).with_context(|| format!("{name} is not JSON")).or_bad_input()
}

fn kill(scope: &Scope, engaged: bool) -> Request {
    let covered = match (&scope.account, &scope.instrument) {
        (Some(account), _) => format!("accounts/{account}"),
        (None, Some(symbol)) => format!("instruments/{}", escaped(symbol)),
        (None, None) => "all".to_owned(),
    };
    let request = Request::new("PUT", format!("/v1/admin/kill-switch/{covered}"));
    request.with(json!({ "engaged": engaged }))
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Closed => "closed",
    }
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::PreOpen => "pre_open",
        Phase::Continuous => "continuous",
        Phase::CancelOnly => "cancel_only",
        Phase::Halted => "halted",
        Phase::Closed => "closed",
    }
}
