//! Payments, ledger entries, statements and equity of an account; the trial balance.

use axum::extract::State;
use serde::Serialize;
use store::{Entry, EntryFilter, Part, TrialLine, Within};
use types::{Currency, InstrumentId, Seq, Symbol};
use utoipa::ToSchema;
use view::{Earned, Views};
use wire::json::schema::{Id, SymbolText};
use wire::json::{Decimal, Quoted, Rfc3339};

use super::orders::{Shown, look};
use super::{Asked, Past, range};
use crate::gateway::Gateway;
use crate::page::{HISTORY, List};
use crate::payments::{PaymentBody, PaymentPage};
use crate::principal::{Admin, Reader};
use crate::problem::Problem;
use crate::query::{AccountPath, Params, symbol_of};
use crate::reply::{Answer, Seqs};
use crate::report::returned;

const PART: Part = Part::ClearingData;

/// A page of ledger lines, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryPage {
    #[serde(flatten)]
    seqs: Seqs,
    entries: Vec<EntryBody>,
    next_cursor: Option<String>,
}

/// One line of a ledger entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryBody {
    /// The event that tells of it.
    event_seq: Seq,
    /// Its place in its entry, from 0.
    line: u64,
    time: Rfc3339,
    /// `account`, or the account of the house: `clearing`, `fees`, `rounding`, `in_transit`,
    /// `outside`.
    owner: String,
    /// The instrument whose shares it counts; without one it counts cash.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SymbolText>)]
    symbol: Option<Quoted<Symbol>>,
    /// Added, or with a minus taken away.
    amount: Decimal,
    /// What the account has after it; not told of the house.
    balance: Option<Decimal>,
    /// `deposit`, `withdrawal`, `transfer_out`, `transfer_in`, `issue` or `trade`.
    reason: String,
    /// The number of the trade or payment; `0` is none.
    #[schema(value_type = Id)]
    reference: Quoted<u64>,
    /// The order that traded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    order_id: Option<Quoted<u64>>,
    /// The business date of the act.
    trade_date: String,
    /// The business date from which it counts.
    value_date: String,
}

/// What an account had of one asset, and a page of what changed it.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatementAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    /// The instrument whose shares are counted; without one it is cash.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SymbolText>)]
    symbol: Option<Quoted<Symbol>>,
    /// Before the first line of the whole range.
    opening: Decimal,
    /// After the last.
    closing: Decimal,
    /// Newest first.
    lines: Vec<EntryBody>,
    next_cursor: Option<String>,
}

/// What an account was worth, minute by minute.
#[derive(Serialize, ToSchema)]
pub(crate) struct EquitySeries {
    #[serde(flatten)]
    seqs: Seqs,
    /// Oldest first; a minute in which it did not change is left out.
    equity: Vec<EquityPoint>,
    /// Where to go on as `from`; `null` where nothing follows.
    next_from: Option<Rfc3339>,
}

/// What an account was worth at a minute's end.
#[derive(Serialize, ToSchema)]
struct EquityPoint {
    time: Rfc3339,
    equity: Decimal,
    /// What of it was earned since the account opened.
    profit: Decimal,
    /// The same as a time-weighted return: 0.01 is one percent.
    r#return: Decimal,
}

/// What all entries add up to.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialBalance {
    #[serde(flatten)]
    seqs: Seqs,
    /// By asset and owner; each asset sums to zero.
    lines: Vec<TrialLineBody>,
}

/// What all entries add up to, of one asset and kind of owner.
#[derive(Serialize, ToSchema)]
struct TrialLineBody {
    /// A currency, or the symbol of an instrument whose shares are counted.
    asset: String,
    /// `customers`, or an account of the house.
    owner: String,
    amount: Decimal,
}

/// Lists all payments of an account that ever were, newest first.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/payments", tag = "history",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Booked or asked for then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Booked or asked for before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = PaymentPage)))]
pub(crate) async fn payments(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<PaymentPage>, Problem> {
    let list = (List::PastPayments, account.0);
    let asked = Asked::take(&mut params, list.0, list.1)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (_, shown) = look(&gateway, principal, account, None)?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let mut found = past.ask(|it| it.payments(account, asked.range, asked.page)).await?;
    let next_cursor = asked.cut(&mut found, list, |payment| payment.id.0);
    let payments = found.iter().map(|it| PaymentBody::new(it, shown.decimals)).collect();
    Ok(Answer::ok(PaymentPage { seqs: past.seqs(), payments, next_cursor }))
}

/// Lists the lines of an account in the ledger, newest first.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/entries", tag = "history",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Booked then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Booked before"),
        ("symbol" = Option<SymbolText>, Query, description = "Only its shares",
            example = "PETR4"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = EntryPage)))]
pub(crate) async fn entries(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<EntryPage>, Problem> {
    let list = (List::PastEntries, account.0);
    let asked = Asked::take(&mut params, list.0, list.1)?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (instrument, shown) = look(&gateway, principal, account, symbol)?;
    let within = Within::Times(asked.range);
    let filter = EntryFilter { asset: instrument.map(Some), within, last_event: None };
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let mut found = past.ask(|it| it.entries(account, filter, asked.page)).await?;
    let next_cursor = asked.cut(&mut found, list, Entry::key);
    let entries = found.iter().map(|entry| EntryBody::new(entry, &shown)).collect();
    Ok(Answer::ok(EntryPage { seqs: past.seqs(), entries, next_cursor }))
}

/// Tells what an account had before and after a range of time, and what changed it.
///
/// Of cash, unless a symbol is named. The opening and all lines add up to the closing, which is the
/// opening of the range that follows. Without a `to` that is over, what is booked while a client
/// pages is in the closing of the later pages and in none of the lines.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/statement", tag = "history",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Booked then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Booked before"),
        ("symbol" = Option<SymbolText>, Query, description = "Of its shares, not of cash",
            example = "PETR4"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = StatementAnswer)))]
pub(crate) async fn statement(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<StatementAnswer>, Problem> {
    let list = (List::Statement, account.0);
    let asked = Asked::take(&mut params, list.0, list.1)?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (instrument, shown) = look(&gateway, principal, account, symbol)?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    // What is booked between the two questions is in neither answer.
    let last_event = past.seqs().event_seq;
    let (asset, within) = (Some(instrument), Within::Times(asked.range));
    let filter = EntryFilter { asset, within, last_event: Some(last_event) };
    let both = past.ask(|it| it.statement(account, instrument, within, last_event)).await?;
    let mut found = past.ask(|it| it.entries(account, filter, asked.page)).await?;
    let next_cursor = asked.cut(&mut found, list, Entry::key);
    Ok(Answer::ok(StatementAnswer {
        seqs: past.seqs(),
        symbol: symbol.map(Quoted),
        opening: shown.amount(instrument, both.opening),
        closing: shown.amount(instrument, both.closing),
        lines: found.iter().map(|entry| EntryBody::new(entry, &shown)).collect(),
        next_cursor,
    }))
}

/// Tells what an account was worth at the end of each minute in which that changed.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/equity", tag = "history",
    params(
        ("from" = Option<Rfc3339>, Query, description = "The first minute's end, or before"),
        ("to" = Option<Rfc3339>, Query, description = "After the last minute's end"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
    ),
    responses((status = 200, body = EquitySeries)))]
pub(crate) async fn equity(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<EquitySeries>, Problem> {
    let range = range(&mut params)?;
    let rows = params.rows("limit", HISTORY)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (_, shown) = look(&gateway, principal, account, None)?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let mut found = past.ask(|history| history.equity(account, range, rows + 1)).await?;
    let next_from = found.get(rows).map(|next| Rfc3339(next.at));
    found.truncate(rows);
    let point = |it: &store::Equity| EquityPoint {
        time: Rfc3339(it.at),
        equity: Decimal::signed(it.earned.equity, shown.decimals),
        profit: Decimal::signed(it.earned.profit, shown.decimals),
        r#return: returned(it.earned.growth_since(&Earned::NOTHING)),
    };
    let equity = found.iter().map(point).collect();
    Ok(Answer::ok(EquitySeries { seqs: past.seqs(), equity, next_from }))
}

/// Tells what all ledger entries add up to: zero, for each asset.
#[utoipa::path(get, path = "/v1/admin/trial-balance", tag = "admin",
    security(("key" = ["admin"])),
    responses((status = 200, body = TrialBalance)))]
pub(crate) async fn trial_balance(
    State(gateway): State<Gateway>,
    Admin(_): Admin,
    params: Params,
) -> Result<Answer<TrialBalance>, Problem> {
    let min_seq = params.min_seq();
    params.finish()?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let found = past.ask(|history| history.trial_balance()).await?;
    let lines = gateway.read(|published| {
        let line = |line| trial_line(&gateway, published.views(), line);
        found.into_iter().map(line).collect()
    });
    Ok(Answer::ok(TrialBalance { seqs: past.seqs(), lines }))
}

/// An asset is a currency, or an instrument's number.
fn trial_line(gateway: &Gateway, views: &Views, line: TrialLine) -> TrialLineBody {
    let TrialLine { asset, owner, amount } = line;
    if let Some(currency) = Currency::new(&asset).filter(|it| gateway.rule(*it).is_some()) {
        let amount = Decimal::signed(amount, gateway.decimals(currency));
        return TrialLineBody { asset, owner, amount };
    }
    let instrument = asset.parse().ok().and_then(|id| views.instrument(InstrumentId(id)));
    let scale = gateway.scale(instrument.expect("what has entries is listed"));
    TrialLineBody {
        asset: scale.symbol.to_string(),
        owner,
        amount: Decimal::signed(amount, scale.qty_decimals),
    }
}

impl Shown {
    /// Cash, or shares of an instrument.
    pub(crate) fn amount(&self, instrument: Option<InstrumentId>, amount: i64) -> Decimal {
        match instrument {
            Some(instrument) => self.scale(instrument).lots(amount),
            None => Decimal::signed(amount, self.decimals),
        }
    }
}

impl EntryBody {
    pub(crate) fn new(entry: &Entry, shown: &Shown) -> EntryBody {
        let amount = |amount| shown.amount(entry.instrument, amount);
        EntryBody {
            event_seq: entry.event_seq,
            line: entry.line,
            time: Rfc3339(entry.at),
            owner: entry.house.clone().unwrap_or_else(|| "account".to_owned()),
            symbol: entry.instrument.map(|it| Quoted(shown.scale(it).symbol)),
            amount: amount(entry.amount),
            balance: entry.balance.map(amount),
            reason: entry.reason.clone(),
            reference: Quoted(entry.reference),
            order_id: entry.order.map(|order| Quoted(order.0)),
            trade_date: entry.trade_date.clone(),
            value_date: entry.value_date.clone(),
        }
    }
}
