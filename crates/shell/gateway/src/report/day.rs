//! The statement of one business date: what an account had before and after it, and all between.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use store::{Edge, Entry, EntryFilter, Page, Settled, Statement, Within};
use types::{AccountId, Currency, Date, InstrumentId, Seq, Symbol};
use utoipa::ToSchema;
use view::Earned;
use wire::json::schema::{CurrencyCode, Id, SymbolText};
use wire::json::{DateText, Decimal, Quoted, parse_date};

use super::csv::{Cell, Lines, ROWS_AT_ONCE, send};
use super::{PART, Period, returned};
use crate::gateway::{Gateway, Seen};
use crate::history::Past;
use crate::history::money::EntryBody;
use crate::history::orders::{Shown, look};
use crate::history::statistics::{PaidBody, paid_body};
use crate::page::{CURSOR_EXPECTED, Cursor, HISTORY, List};
use crate::principal::{Principal, Reader};
use crate::problem::Problem;
use crate::query::{AccountPath, Params};
use crate::reply::{Answer, Seqs};

const COLUMNS: [&str; 11] = [
    "time",
    "event_seq",
    "line",
    "asset",
    "amount",
    "balance",
    "reason",
    "reference",
    "order_id",
    "trade_date",
    "value_date",
];

/// A business date of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct DayAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    /// With the first page of the lines.
    day: Option<Day>,
    /// Of the ledger, oldest first: a page of them.
    lines: Vec<EntryBody>,
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Day {
    #[schema(value_type = Id)]
    account_id: Quoted<u32>,
    #[schema(value_type = CurrencyCode)]
    currency: Quoted<Currency>,
    business_date: DateText,
    /// Whether the date is over. Until then all this goes on changing, while it is read too.
    is_over: bool,
    opening_equity: Decimal,
    closing_equity: Decimal,
    /// What came in less what went out otherwise than by trading, at its worth then.
    net_flows: Decimal,
    /// The rest of what the equity changed by.
    profit: Decimal,
    /// Time-weighted: 0.01 is one percent.
    r#return: Decimal,
    opening_cash: Decimal,
    closing_cash: Decimal,
    /// By kind: `deposit`, `withdrawal`, `sent`, `received`, `returned`.
    payments: Vec<PaidBody>,
    /// By instrument that was traded.
    settled: Vec<SettledBody>,
    /// By instrument that was held before or after, or issued.
    holdings: Vec<HoldingBody>,
}

/// What was traded in one instrument.
#[derive(Serialize, ToSchema)]
struct SettledBody {
    #[schema(value_type = SymbolText)]
    symbol: Quoted<Symbol>,
    fills: u64,
    bought: Decimal,
    sold: Decimal,
    /// For what was bought, before fees.
    paid: Decimal,
    /// For what was sold, before fees.
    received: Decimal,
    fees: Decimal,
}

/// What was held of one instrument.
#[derive(Serialize, ToSchema)]
struct HoldingBody {
    #[schema(value_type = SymbolText)]
    symbol: Quoted<Symbol>,
    opening: Decimal,
    /// What came by issues.
    issued: Decimal,
    closing: Decimal,
}

/// Tells what an account had before and after a business date, and what changed it.
///
/// For each asset the opening and the lines add up to the closing, which is the next date's
/// opening.
#[utoipa::path(get, path = "/v1/accounts/{account}/reports/day", tag = "reports",
    params(
        ("date" = Option<DateText>, Query, description = "The date in force unless told"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = DayAnswer)))]
pub(crate) async fn day(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<DayAnswer>, Problem> {
    let rows = params.rows("limit", HISTORY)?;
    let (list, of) = (List::DayStatement, account.0);
    let read = |text: &str| Cursor::read(list, of, text);
    let after = params.parsed("cursor", CURSOR_EXPECTED, read)?.unwrap_or_default();
    let asked = Asked::take(&gateway, principal, account, params).await?;
    let page = Page { edge: Edge::Above(after), rows: rows + 1 };
    let mut found = asked.past.ask(|it| it.entries(account, asked.lines(), page)).await?;
    let has_more = found.len() > rows;
    found.truncate(rows);
    let last = found.last().filter(|_| has_more);
    let next_cursor = last.map(|last| Cursor { list, of, last: last.key() }.write());
    let lines = found.iter().map(|entry| EntryBody::new(entry, &asked.shown)).collect();
    let day = if after == 0 { Some(asked.day().await?) } else { None };
    Ok(Answer::ok(DayAnswer { seqs: asked.past.seqs(), day, lines, next_cursor }))
}

/// Sends all lines of a business date as CSV, oldest first, between what was before and after.
#[utoipa::path(get, path = "/v1/accounts/{account}/reports/day.csv", tag = "reports",
    params(
        ("date" = Option<DateText>, Query, description = "The date in force unless told"),
    ),
    responses((status = 200, body = String, content_type = "text/csv",
        description = "`time,event_seq,line,asset,amount,balance,reason,reference,order_id,\
            trade_date,value_date`; the first have the reason `opening`, the last `closing`")))]
pub(crate) async fn day_csv(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    params: Params,
) -> Result<Response, Problem> {
    let asked = Asked::take(&gateway, principal, account, params).await?;
    let name = format!("account-{}-{}", account.0, DateText(asked.date));
    let (mut opening, mut closing) = (Vec::new(), Vec::new());
    for (instrument, both) in asked.assets().await? {
        opening.push(asked.edge(instrument, both.opening, "opening"));
        closing.push(asked.edge(instrument, both.closing, "closing"));
    }
    let (past, filter) = (&asked.past, asked.lines());
    let edges = std::sync::Arc::new((opening, closing, asked.shown, asked.currency));
    let history = past.history().clone();
    let page = move |key| {
        let (history, edges) = (history.clone(), edges.clone());
        async move {
            let (opening, closing, shown, currency) = &*edges;
            let page = Page { edge: Edge::Above(key), rows: ROWS_AT_ONCE };
            let found = history.entries(account, filter, page).await?;
            let row = |entry: &Entry| cells(entry, shown, *currency);
            let Lines { mut rows, next } = Lines::of(&found, Entry::key, row);
            let plain = |edge: &[[String; 11]]| -> Vec<Vec<Cell>> {
                edge.iter().map(|row| row.iter().map(Cell::plain).collect()).collect()
            };
            if key == 0 {
                rows.splice(0..0, plain(opening));
            }
            if next.is_none() {
                rows.extend(plain(closing));
            }
            Ok(Lines { rows, next })
        }
    };
    send(past, &name, &COLUMNS, page).await
}

/// An account, a business date, and the store.
struct Asked<'a> {
    account: AccountId,
    date: Date,
    currency: Currency,
    is_over: bool,
    /// How it stands now.
    live: Earned,
    /// What it ever held.
    instruments: BTreeSet<InstrumentId>,
    shown: Shown,
    past: Past<'a>,
}

impl Asked<'_> {
    async fn take(
        gateway: &Gateway,
        principal: Principal,
        account: AccountId,
        mut params: Params,
    ) -> Result<Asked<'_>, Problem> {
        let date = params.take("date")?.map(|text| parse_date("date", &text)).transpose()?;
        let min_seq = params.min_seq();
        params.finish()?;
        let (_, shown) = look(gateway, principal, account, None)?;
        let (today, currency, live, instruments, seq) = gateway.read(|published| {
            let views = published.views();
            let account = Seen { published, principal }.account(account)?;
            let instruments = account.positions.keys().copied().collect();
            let earned = views.earned(account);
            let seq = published.durable().seq;
            Ok::<_, Problem>((views.business_date(), account.currency, earned, instruments, seq))
        })?;
        let date = date.unwrap_or(today);
        if date.0 > today.0 {
            let expected =
                format!("the business date in force, {}, or an earlier one", DateText(today));
            return Err(Problem::field("date", DateText(date).to_string(), &expected));
        }
        let is_over = date.0 < today.0;
        let found = Past::reached(gateway, PART, min_seq).await?;
        // A date that is over is told whole, and one that goes on as it is now.
        let is_whole = is_over && found.ask(|history| history.is_past(date)).await?;
        let wanted = if is_whole { min_seq } else { Some(seq) };
        let past = Past::reached(gateway, PART, wanted).await?;
        Ok(Asked { account, date, currency, is_over, live, instruments, shown, past })
    }

    fn lines(&self) -> EntryFilter {
        let last_event: Option<Seq> = Some(self.past.seqs().event_seq);
        EntryFilter { asset: None, within: Within::Day(self.date), last_event }
    }

    /// What was there of cash and of each instrument, before and after.
    async fn assets(&self) -> Result<Vec<(Option<InstrumentId>, Statement)>, Problem> {
        let (within, last_event) = (Within::Day(self.date), self.past.seqs().event_seq);
        let held = self.instruments.iter().copied().map(Some);
        let assets: Vec<_> = std::iter::once(None).chain(held).collect();
        let asked = self.past.ask(|it| it.statements(self.account, &assets, within, last_event));
        let both = asked.await?;
        let was_there = |(asset, both): &(Option<InstrumentId>, Statement)| {
            asset.is_none() || both.opening != 0 || both.closing != 0
        };
        Ok(assets.into_iter().zip(both).filter(was_there).collect())
    }

    async fn day(&self) -> Result<Day, Problem> {
        let (account, date) = (self.account, self.date);
        let [opening, closing] = self.past.ask(|history| history.day(account, date)).await?;
        let closing = if self.is_over { closing } else { self.live };
        let period = Period { opening, closing };
        let dates = store::Dates { from: Some(date), to: Some(date) };
        let paid = self.past.ask(|history| history.paid(Some(account), dates)).await?;
        let settled = self.past.ask(|history| history.settled(account, date)).await?;
        let mut assets = self.assets().await?;
        let (_, cash) = assets.remove(0);
        let money = |units: i128| Decimal::signed(units, self.shown.decimals);
        let holding = |(instrument, both): &(Option<InstrumentId>, Statement)| {
            let instrument = instrument.expect("cash came first");
            let traded = settled.iter().find(|it| it.instrument == instrument);
            let traded = traded.map_or(0, |it| it.bought.cast_signed() - it.sold.cast_signed());
            let issued = i128::from(both.closing) - i128::from(both.opening) - traded;
            let scale = self.shown.scale(instrument);
            HoldingBody {
                symbol: Quoted(scale.symbol),
                opening: scale.lots(both.opening),
                issued: Decimal::signed(issued, scale.qty_decimals),
                closing: scale.lots(both.closing),
            }
        };
        Ok(Day {
            account_id: Quoted(account.0),
            currency: Quoted(self.currency),
            business_date: DateText(date),
            is_over: self.is_over,
            opening_equity: money(period.opening.equity),
            closing_equity: money(period.closing.equity),
            net_flows: money(period.net_flows()),
            profit: money(period.profit()),
            r#return: returned(period.growth()),
            opening_cash: money(cash.opening.into()),
            closing_cash: money(cash.closing.into()),
            payments: paid.into_iter().map(|it| paid_body(it, self.shown.decimals)).collect(),
            settled: settled.iter().map(|it| self.settled_body(it)).collect(),
            holdings: assets.iter().map(holding).collect(),
        })
    }

    fn settled_body(&self, settled: &Settled) -> SettledBody {
        let scale = self.shown.scale(settled.instrument);
        let money = |units| Decimal::signed(units, scale.money_decimals);
        SettledBody {
            symbol: Quoted(scale.symbol),
            fills: settled.fills,
            bought: scale.volume(settled.bought),
            sold: scale.volume(settled.sold),
            paid: money(settled.paid),
            received: money(settled.received),
            fees: money(settled.fees),
        }
    }

    /// A line that is no entry: what was there before or after.
    fn edge(&self, instrument: Option<InstrumentId>, balance: i64, reason: &str) -> [String; 11] {
        let mut row = [const { String::new() }; 11];
        row[3] = asset(instrument, &self.shown, self.currency);
        row[5] = self.shown.amount(instrument, balance).to_string();
        row[6] = reason.to_owned();
        row[9] = DateText(self.date).to_string();
        row
    }
}

fn asset(instrument: Option<InstrumentId>, shown: &Shown, currency: Currency) -> String {
    let symbol = instrument.map(|instrument| shown.scale(instrument).symbol.to_string());
    symbol.unwrap_or_else(|| currency.to_string())
}

fn cells(entry: &Entry, shown: &Shown, currency: Currency) -> Vec<Cell> {
    let amount = |amount| shown.amount(entry.instrument, amount);
    vec![
        Cell::plain(wire::json::Rfc3339(entry.at)),
        Cell::plain(entry.event_seq),
        Cell::plain(entry.line),
        Cell::text(Some(asset(entry.instrument, shown, currency))),
        Cell::plain(amount(entry.amount)),
        Cell::plain(entry.balance.map(amount).map(|it| it.to_string()).unwrap_or_default()),
        Cell::plain(&entry.reason),
        Cell::plain(entry.reference),
        Cell::plain(entry.order.map(|order| order.0.to_string()).unwrap_or_default()),
        Cell::plain(&entry.trade_date),
        Cell::plain(&entry.value_date),
    ]
}
