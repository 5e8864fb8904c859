//! Orders, fills, and what happened to an order with the entries it caused.

use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use store::{Execution, Filter, Part};
use types::{AccountId, InstrumentId, Seq, Symbol};
use utoipa::ToSchema;
use view::Views;
use wire::json::schema::{Id, SymbolText};
use wire::json::{Decimal, OwnEventOut, Quoted, Rfc3339, RoleName, Scale, SideName};

use super::money::EntryBody;
use super::{Asked, Past};
use crate::gateway::{Gateway, Seen};
use crate::page::{CURSOR_EXPECTED, Cursor, HISTORY, List};
use crate::principal::{Principal, Reader};
use crate::problem::{Problem, unknown};
use crate::query::{AccountPath, OrderPath, Params, SIDES, instrument_in_field, symbol_of};
use crate::reply::{Answer, Seqs};
use crate::show::{OrderBody, order_body};

const PART: Part = Part::MarketData;
/// Lines of entries shown with one page of events: each event has six at most.
const LINES_MAX: usize = 6 * HISTORY.max;

/// A page of orders, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PastOrderPage {
    #[serde(flatten)]
    seqs: Seqs,
    orders: Vec<OrderBody>,
    next_cursor: Option<String>,
}

/// A page of fills, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct FillPage {
    #[serde(flatten)]
    seqs: Seqs,
    fills: Vec<FillBody>,
    next_cursor: Option<String>,
}

/// One order's share of a trade.
#[derive(Serialize, ToSchema)]
pub(crate) struct FillBody {
    /// Its event.
    pub event_seq: Seq,
    pub time: Rfc3339,
    #[schema(value_type = Id)]
    pub order_id: Quoted<u64>,
    #[schema(value_type = Id)]
    pub trade_id: Quoted<u64>,
    #[schema(value_type = SymbolText)]
    pub symbol: Quoted<Symbol>,
    pub side: SideName,
    pub role: RoleName,
    pub price: Decimal,
    pub qty: Decimal,
    /// Cash paid or received, before the fee.
    pub cash: Decimal,
    pub fee: Decimal,
    pub cum_qty: Decimal,
    pub leaves_qty: Decimal,
}

/// An order's whole life: a page of it, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PastOrderAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    order: OrderBody,
    /// What its owner was told, in the words in which it was told.
    #[schema(value_type = Vec<OwnEventOut>)]
    events: Vec<Box<RawValue>>,
    /// The lines of the ledger entries that these events tell of.
    entries: Vec<EntryBody>,
    next_cursor: Option<String>,
}

/// The instruments of a venue, and how an account reads.
pub(crate) struct Shown {
    pub decimals: u8,
    pub scales: Scales,
}

/// How each instrument reads, by number.
pub(crate) struct Scales(Vec<Option<Scale>>);

impl Shown {
    pub(crate) fn scale(&self, instrument: InstrumentId) -> &Scale {
        self.scales.of_instrument(instrument)
    }
}

impl Scales {
    pub(crate) fn of(gateway: &Gateway, views: &Views) -> Scales {
        let mut scales = Vec::new();
        for listed in views.instruments() {
            scales.resize(listed.id.0 as usize, None);
            scales.push(Some(gateway.scale(listed)));
        }
        Scales(scales)
    }

    pub(crate) fn of_instrument(&self, instrument: InstrumentId) -> &Scale {
        let scale = self.0.get(instrument.0 as usize).and_then(Option::as_ref);
        scale.expect("what has a history is listed")
    }
}

/// Finds the account for its owner, the instrument asked for, and how both are shown.
pub(crate) fn look(
    gateway: &Gateway,
    principal: Principal,
    account: AccountId,
    symbol: Option<Symbol>,
) -> Result<(Option<InstrumentId>, Shown), Problem> {
    gateway.read(|published| {
        let seen = Seen { published, principal };
        let account = seen.account(account)?;
        let instrument = symbol.map(|symbol| instrument_in_field(&seen, "symbol", symbol));
        let instrument = instrument.transpose()?.map(|it| it.id);
        let scales = Scales::of(gateway, published.views());
        Ok((instrument, Shown { decimals: gateway.decimals(account.currency), scales }))
    })
}

/// What lists of orders and of fills are asked with, and the store that they are asked of.
struct Wanted<'a> {
    asked: Asked,
    filter: Filter,
    shown: Shown,
    past: Past<'a>,
}

async fn wanted(
    gateway: &Gateway,
    principal: Principal,
    (account, list): (AccountId, List),
    mut params: Params,
) -> Result<Wanted<'_>, Problem> {
    let asked = Asked::take(&mut params, list, account.0)?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let side = params.word("side", &SIDES)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (instrument, shown) = look(gateway, principal, account, symbol)?;
    let filter = Filter { instrument, side, range: asked.range };
    let past = Past::reached(gateway, PART, min_seq).await?;
    Ok(Wanted { asked, filter, shown, past })
}

/// Lists all orders of an account that ever were, newest first.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/orders", tag = "history",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Accepted then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Accepted before"),
        ("symbol" = Option<SymbolText>, Query, description = "Only of it", example = "PETR4"),
        ("side" = Option<SideName>, Query, description = "Only of it"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = PastOrderPage)))]
pub(crate) async fn orders(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    params: Params,
) -> Result<Answer<PastOrderPage>, Problem> {
    let list = (List::PastOrders, account.0);
    let wanted = wanted(&gateway, principal, (account, list.0), params).await?;
    let Wanted { asked, filter, shown, past } = wanted;
    let mut found = past.ask(|history| history.orders(account, filter, asked.page)).await?;
    let next_cursor = asked.cut(&mut found, list, |order| order.id.0);
    let order = |it| order_body(account, it, shown.scale(it.terms.instrument));
    let orders = found.iter().map(order).collect();
    Ok(Answer::ok(PastOrderPage { seqs: past.seqs(), orders, next_cursor }))
}

/// Tells the whole life of an order, with the ledger entries that it caused.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/orders/{order}", tag = "history",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = PastOrderAnswer)))]
pub(crate) async fn order(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    OrderPath(account, order): OrderPath,
    mut params: Params,
) -> Result<Answer<PastOrderAnswer>, Problem> {
    let rows = params.rows("limit", HISTORY)?;
    // The order's own list: a number that is unique in practice guards against mistakes.
    let list = (List::PastEvents, order.0 as u32);
    let read = |text: &str| Cursor::read(list.0, list.1, text);
    let after = params.parsed("cursor", CURSOR_EXPECTED, read)?.unwrap_or_default();
    let min_seq = params.min_seq();
    params.finish()?;
    let (_, shown) = look(&gateway, principal, account, None)?;
    let money = Past::reached(&gateway, Part::ClearingData, min_seq).await?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let found = past.ask(|history| history.order(account, order)).await?;
    let found = found.ok_or_else(|| {
        unknown("unknown_order", "order_id", &order.0.to_string(), "an order of this account")
    })?;
    let mut reports = past.ask(|history| history.timeline(order, after, rows + 1)).await?;
    // Events whose entries are still to be written come with the next question.
    reports.retain(|report| report.event_seq <= money.seqs().event_seq);
    let has_more = reports.len() > rows;
    reports.truncate(rows);
    let last = reports.last().map_or(after, |report| report.event_seq);
    let mut entries = money.ask(|it| it.entries_of_order(order, after, LINES_MAX)).await?;
    entries.retain(|entry| !has_more || entry.event_seq <= last);
    let raw = |json| RawValue::from_string(json).expect("a report is JSON");
    Ok(Answer::ok(PastOrderAnswer {
        seqs: money.seqs().earlier(past.seqs()),
        order: order_body(account, &found, shown.scale(found.terms.instrument)),
        events: reports.into_iter().map(|report| raw(report.json)).collect(),
        entries: entries.iter().map(|entry| EntryBody::new(entry, &shown)).collect(),
        next_cursor: has_more.then(|| Cursor { list: list.0, of: list.1, last }.write()),
    }))
}

/// Lists the fills of an account, newest first.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/fills", tag = "history",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Traded then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Traded before"),
        ("symbol" = Option<SymbolText>, Query, description = "Only of it", example = "PETR4"),
        ("side" = Option<SideName>, Query, description = "Only of it"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = FillPage)))]
pub(crate) async fn fills(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    params: Params,
) -> Result<Answer<FillPage>, Problem> {
    let list = (List::PastFills, account.0);
    let wanted = wanted(&gateway, principal, (account, list.0), params).await?;
    let Wanted { asked, filter, shown, past } = wanted;
    let mut found = past.ask(|history| history.fills(account, filter, asked.page)).await?;
    let next_cursor = asked.cut(&mut found, list, |fill| fill.event_seq);
    let fills = found.iter().map(|fill| FillBody::new(fill, shown.scale(fill.instrument)));
    Ok(Answer::ok(FillPage { seqs: past.seqs(), fills: fills.collect(), next_cursor }))
}

impl FillBody {
    pub(crate) fn new(fill: &Execution, scale: &Scale) -> FillBody {
        FillBody {
            event_seq: fill.event_seq,
            time: Rfc3339(fill.at),
            order_id: Quoted(fill.order.0),
            trade_id: Quoted(fill.trade.0),
            symbol: Quoted(scale.symbol),
            side: fill.side.into(),
            role: fill.role.into(),
            price: scale.price(fill.price),
            qty: scale.qty(fill.lots),
            cash: scale.money(fill.cash),
            fee: scale.money(fill.fee),
            cum_qty: scale.qty(fill.cum),
            leaves_qty: scale.qty(fill.leaves),
        }
    }
}
