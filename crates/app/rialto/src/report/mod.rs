//! `rialto report`: what an exchange did, as tables and as CSV; a client of the API.
//!
//! **Invariant:** it reckons nothing: every figure is one that the API tells.

mod show;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as ClapArgs, Subcommand};

use crate::client::{Client, Connect, Form, Page, Request, escaped};
use crate::exit::{Exit, Failure, OrExit};

/// Print what was done and what came of it, as tables or CSV.
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    connect: Connect,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Orders, fills, volume, fees, payments and refusals of everybody, of an account, or of an
    /// instrument.
    Statistics(Statistics),
    /// Profit and time-weighted return of an account.
    Performance {
        /// Its number.
        account: u32,
        #[command(flatten)]
        period: Period,
    },
    /// Who did best: accounts by time-weighted return.
    Leaderboard {
        /// Accounts in this; the venue's first currency unless told.
        #[arg(long, value_name = "CODE", value_parser = NonEmptyStringValueParser::new())]
        currency: Option<String>,
        #[command(flatten)]
        period: Period,
        /// Rank the operator's own accounts as well.
        #[arg(long)]
        operator: bool,
        /// How many.
        #[arg(long, value_name = "N", default_value_t = 20,
            value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
    },
    /// The statement of one business date of an account.
    Day {
        /// Its number.
        account: u32,
        /// Such as 2026-11-30; the date in force unless told.
        #[arg(long, value_parser = NonEmptyStringValueParser::new())]
        date: Option<String>,
        /// All ledger lines as CSV.
        #[arg(long)]
        csv: bool,
    },
    /// All fills of an account: newest first, as CSV oldest first.
    Fills {
        /// Its number.
        account: u32,
        #[command(flatten)]
        period: Period,
        /// As CSV.
        #[arg(long)]
        csv: bool,
    },
    /// All trades of an instrument: newest first, as CSV oldest first.
    Trades {
        /// Its short code.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        symbol: String,
        #[command(flatten)]
        period: Period,
        /// As CSV.
        #[arg(long)]
        csv: bool,
    },
    /// The closed candles of an instrument in which something traded, oldest first.
    Candles {
        /// Its short code.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        symbol: String,
        /// 1s, 1m, 5m, 15m, 1h or 1d.
        #[arg(long, value_name = "INTERVAL", default_value = "1m")]
        interval: String,
        #[command(flatten)]
        period: Period,
        /// As CSV.
        #[arg(long)]
        csv: bool,
    },
    /// What all ledger entries add up to: zero, for each asset.
    TrialBalance,
}

/// Whose statistics, and of which business dates.
#[derive(ClapArgs, Debug)]
struct Statistics {
    /// Of this account.
    #[arg(long, value_name = "ID", conflicts_with = "symbol")]
    account: Option<u32>,
    /// Of this instrument.
    #[arg(long, value_name = "SYMBOL", value_parser = NonEmptyStringValueParser::new())]
    symbol: Option<String>,
    /// The first business date, such as 2026-11-30.
    #[arg(long, value_name = "DATE", value_parser = NonEmptyStringValueParser::new())]
    from: Option<String>,
    /// The last business date.
    #[arg(long, value_name = "DATE", value_parser = NonEmptyStringValueParser::new())]
    to: Option<String>,
}

/// From when to when.
#[derive(ClapArgs, Debug)]
struct Period {
    /// Then or later, such as 2026-11-30T09:00:00Z; from the beginning unless told.
    #[arg(long, value_name = "TIME", value_parser = NonEmptyStringValueParser::new())]
    from: Option<String>,
    /// Before; until now unless told.
    #[arg(long, value_name = "TIME", value_parser = NonEmptyStringValueParser::new())]
    to: Option<String>,
}

/// Asks and prints the answers, page by page.
pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let client = Client::new(&args.connect)?;
    if let Some(request) = csv(&args.command) {
        if client.form == Form::Json {
            return Err(Exit::Usage.because(anyhow::anyhow!("--csv cannot be used with --json")));
        }
        client.copy(&request)?;
        return Ok(Exit::Ok);
    }
    let mut request = asked(&args.command);
    let mut page = Page::First;
    loop {
        let answer = client.ask(&request)?;
        let text = match client.form {
            Form::Json => format!("{answer}\n"),
            Form::Words => show::text(&args.command, &answer, page),
        };
        crate::print(&text).or_cannot_start()?;
        // Of a day's statement the table has the sums; its lines are the CSV's.
        let goes_on = client.form == Form::Json || !matches!(args.command, Command::Day { .. });
        let next = answer["next_cursor"].as_str().filter(|_| goes_on);
        request = match (next, answer["next_from"].as_str()) {
            (Some(cursor), _) => request.at(cursor),
            (None, Some(from)) => request.from(from),
            (None, None) => return Ok(Exit::Ok),
        };
        page = Page::Later;
    }
}

/// What is asked for where it is wanted as CSV.
fn csv(command: &Command) -> Option<Request> {
    match command {
        Command::Day { account, date, csv: true } => Some(Request::asking(
            format!("/v1/accounts/{account}/reports/day.csv"),
            [("date", date.clone())],
        )),
        Command::Fills { account, period, csv: true } => {
            Some(within(period, format!("/v1/accounts/{account}/reports/fills.csv")))
        }
        Command::Trades { symbol, period, csv: true } => {
            let symbol = escaped(symbol);
            Some(within(period, format!("/v1/instruments/{symbol}/reports/trades.csv")))
        }
        Command::Candles { symbol, interval, period, csv: true } => {
            let path = format!("/v1/instruments/{}/reports/candles.csv", escaped(symbol));
            Some(within(period, path).and("interval", interval))
        }
        Command::Statistics(_)
        | Command::Performance { .. }
        | Command::Leaderboard { .. }
        | Command::Day { .. }
        | Command::Fills { .. }
        | Command::Trades { .. }
        | Command::Candles { .. }
        | Command::TrialBalance => None,
    }
}

/// What is asked for where it is wanted as a table.
fn asked(command: &Command) -> Request {
    match command {
        Command::Statistics(of) => statistics(of),
        Command::Performance { account, period } => {
            within(period, format!("/v1/accounts/{account}/reports/performance"))
        }
        Command::Leaderboard { currency, period, operator, limit } => {
            let mut request = within(period, "/v1/leaderboard".to_owned());
            if let Some(currency) = currency {
                request = request.and("currency", currency);
            }
            request.and("operator", operator).and("limit", limit)
        }
        Command::Day { account, date, .. } => {
            Request::asking(format!("/v1/accounts/{account}/reports/day"), [("date", date.clone())])
        }
        Command::Fills { account, period, .. } => {
            within(period, format!("/v1/accounts/{account}/history/fills")).and("limit", ROWS)
        }
        Command::Trades { symbol, period, .. } => {
            let path = format!("/v1/instruments/{}/history/trades", escaped(symbol));
            within(period, path).and("limit", ROWS)
        }
        Command::Candles { symbol, interval, period, .. } => {
            let path = format!("/v1/instruments/{}/history/candles", escaped(symbol));
            let mut request = within(period, path).and("interval", interval).and("limit", ROWS);
            if period.from.is_none() {
                request = request.and("from", BEGINNING);
            }
            request
        }
        Command::TrialBalance => Request::asking("/v1/admin/trial-balance", []),
    }
}

/// Before all that any venue did.
const BEGINNING: &str = "1970-01-01T00:00:00Z";
/// Rows of a page of history.
const ROWS: u32 = 1_000;

fn statistics(of: &Statistics) -> Request {
    let path = match (of.account, &of.symbol) {
        (Some(account), _) => format!("/v1/accounts/{account}/history/statistics"),
        (None, Some(symbol)) => format!("/v1/instruments/{}/history/statistics", escaped(symbol)),
        (None, None) => "/v1/admin/statistics".to_owned(),
    };
    Request::asking(path, [("from", of.from.clone()), ("to", of.to.clone())])
}

fn within(period: &Period, path: String) -> Request {
    Request::asking(path, [("from", period.from.clone()), ("to", period.to.clone())])
}
