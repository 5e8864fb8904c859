//! `rialto admin`: an operator's commands, as requests to a venue that runs.
//!
//! **Invariant:** it knows nothing that the API does not say: what may be done is decided there.

mod request;
mod show;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde_json::Value;

use crate::client::{Client, Connect, Form, Page};
use crate::exit::{Exit, Failure, OrExit};

/// Run a venue that is up: people, accounts, payments, instruments, kill switches.
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    connect: Connect,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// List people, remove one, let one set a new password.
    #[command(subcommand)]
    User(User),
    /// List accounts, suspend one, let it act again.
    #[command(subcommand)]
    Account(Account),
    /// List instruments, add one, change phase, price band or fees of one.
    #[command(subcommand)]
    Instrument(Instrument),
    /// List the payments that wait for an operator, confirm one, fail one.
    #[command(subcommand)]
    Payments(Payments),
    /// Show the business date, or move it on.
    Date {
        /// The new one, such as 2026-12-01, later than the one in force: it never goes back.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        date: Option<String>,
    },
    /// List the event streams and sockets that are open, the oldest first.
    Connections,
    /// Kill switches: while one is on, no order is entered there, and what was open has ended.
    #[command(subcommand)]
    Kill(Kill),
}

#[derive(Subcommand, Debug)]
pub(super) enum User {
    /// List people, newest first.
    List {
        /// Only those with this in their name or display name.
        query: Option<String>,
    },
    /// Remove somebody whose accounts are flat, for good.
    Remove {
        /// Their number or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        user: String,
    },
    /// Let somebody with a password run the venue: use /v1/admin and the page's Admin, once they
    /// have logged in again.
    Grant {
        /// Their number or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        user: String,
    },
    /// Let somebody run the venue no longer.
    Revoke {
        /// Their number or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        user: String,
    },
    /// Print a token with which somebody sets a new password, once and within an hour.
    ResetPassword {
        /// Their number or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        user: String,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum Account {
    /// List accounts, newest first.
    List {
        /// Only those of this person: a number or a name.
        #[arg(long, value_parser = NonEmptyStringValueParser::new())]
        owner: Option<String>,
        /// Only those of this status.
        #[arg(long)]
        status: Option<Status>,
    },
    /// Suspend an account: it may only cancel, deposit and receive.
    Suspend {
        /// Its number.
        account: u32,
    },
    /// Let a suspended account act again.
    Resume {
        /// Its number.
        account: u32,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum Payments {
    /// List those that wait, newest first.
    List,
    /// Book one: the money comes or goes.
    Confirm {
        /// Its number.
        payment: u64,
    },
    /// End one: no money moves, and what was held is free.
    Fail {
        /// Its number.
        payment: u64,
        /// Why, for the account's owner: a code such as documents-missing.
        #[arg(long, value_name = "CODE")]
        reason: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Status {
    Active,
    Suspended,
    Closed,
}

#[derive(Subcommand, Debug)]
pub(super) enum Instrument {
    /// List instruments.
    List,
    /// Add one, which trades once its phase allows it.
    Add {
        /// Its terms, as the body of POST /v1/instruments; `-` reads them from stdin.
        file: PathBuf,
    },
    /// Change what trading in one allows: open, halt or close it.
    Phase {
        /// Its short code.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        symbol: String,
        /// Its phase from now on.
        phase: Phase,
    },
    /// Change the lowest and the highest price that one accepts.
    Band {
        /// Its short code.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        symbol: String,
        /// Lowest price.
        low: String,
        /// Highest price.
        high: String,
    },
    /// Change the fees of one, in millionths of what is traded, for orders to come.
    Fees {
        /// Its short code.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        symbol: String,
        /// Of the resting order.
        maker_ppm: u32,
        /// Of the incoming order.
        taker_ppm: u32,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Phase {
    PreOpen,
    Continuous,
    CancelOnly,
    Halted,
    Closed,
}

#[derive(Subcommand, Debug)]
pub(super) enum Kill {
    /// Turn a switch on: open orders end, new ones are refused. It is that of the whole venue
    /// unless narrowed.
    On(Scope),
    /// Turn a switch off: that of the whole venue, unless narrowed. Each is its own: those of
    /// accounts and instruments stay on until they are turned off by name.
    Off(Scope),
    /// Tell which switches are on.
    Status,
}

/// What a kill switch covers.
#[derive(ClapArgs, Debug)]
pub(super) struct Scope {
    /// The switch of this account.
    #[arg(long, value_name = "ID", conflicts_with = "instrument")]
    account: Option<u32>,
    /// The switch of this instrument.
    #[arg(long, value_name = "SYMBOL", value_parser = NonEmptyStringValueParser::new())]
    instrument: Option<String>,
}

/// Asks and prints the answers, page by page.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let client = Client::new(&args.connect)?;
    let mut request = request::of(&args.command, &|user| find_user(&client, user))?;
    let mut page = Page::First;
    loop {
        let answer = client.ask(&request)?;
        let text = match client.form {
            Form::Json => format!("{answer}\n"),
            Form::Words => show::text(&args.command, &answer, page),
        };
        crate::print(&text).or_cannot_start()?;
        let Some(cursor) = answer["next_cursor"].as_str() else { return Ok(Exit::Ok) };
        request = request.at(cursor);
        page = Page::Later;
    }
}

/// The number of somebody who is named by it or by their name.
fn find_user(client: &Client, user: &str) -> Result<String, Failure> {
    if user.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(user.to_owned());
    }
    let mut request = request::users(Some(user));
    loop {
        let page = client.ask(&request)?;
        let users = page["users"].as_array().into_iter().flatten();
        let is_named = |found: &&Value| {
            found["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(user))
        };
        if let Some(id) = users.clone().find(is_named).and_then(|found| found["user_id"].as_str()) {
            return Ok(id.to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            return Err(Exit::No.because(anyhow::anyhow!("nobody has the name {user}")));
        };
        request = request.at(cursor);
    }
}
