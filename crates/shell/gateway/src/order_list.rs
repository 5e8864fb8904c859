//! Orders looked up: the list, one by either of its ids, its place in the queue, and its timeline.

use axum::extract::State;
use bus::Published;
use serde::Serialize;
use types::{InstrumentId, OrderId, Seq, Side};
use utoipa::ToSchema;
use view::{Account, Order};
use wire::json::schema::{Id, SymbolText};
use wire::json::{Decimal, FactOut, OrderStatus, Quoted, Rfc3339, SideName};

use crate::gateway::{Gateway, Seen};
use crate::orders::{unknown_client_id, unknown_order};
use crate::page::{CURSOR_EXPECTED, Cursor, List, ORDERS, page};
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{
    AccountPath, ClientOrderPath, OrderPath, Params, SIDES, instrument_in_field, symbol_of,
};
use crate::reply::{Answer, Seqs};
use crate::show::{OrderBody, order_status};

const LIST: List = List::Orders;
const STATUSES: [(&str, Listed); 2] = [("open", Listed::Open), ("closed", Listed::Closed)];

/// Which orders a list is of, unless it is of all that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
enum Listed {
    Open,
    Closed,
}

/// Of which instrument and side the orders of a list are; `None` is any.
struct Filter {
    instrument: Option<InstrumentId>,
    side: Option<Side>,
}

/// One order.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneOrder {
    #[serde(flatten)]
    seqs: Seqs,
    order: OrderBody,
}

/// A page of orders, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderPage {
    #[serde(flatten)]
    seqs: Seqs,
    orders: Vec<OrderBody>,
    next_cursor: Option<String>,
}

/// What is ahead of an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueueAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = Id)]
    order_id: Quoted<u64>,
    status: OrderStatus,
    /// Nothing where the book does not show the order: it waits for its trigger, or is closed.
    queue: Option<AheadOut>,
}

/// What is ahead of a resting order at its own price.
#[derive(Serialize, ToSchema)]
pub(crate) struct AheadOut {
    /// Orders ahead.
    orders_ahead: u32,
    /// What they show.
    qty_ahead: Decimal,
}

/// What happened to an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimelineAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = Id)]
    order_id: Quoted<u64>,
    /// The last 32 events that changed it, oldest first.
    events: Vec<TimelineEvent>,
    /// Whether there are older ones, which only the history knows.
    truncated: bool,
}

/// One event that changed an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimelineEvent {
    seq: Seq,
    time: Rfc3339,
    #[serde(flatten)]
    fact: FactOut,
}

/// Lists the orders of an account, newest first.
#[utoipa::path(get, path = "/v1/accounts/{account}/orders", tag = "orders",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query),
        ("status" = inline(Option<Listed>), Query, description = "By default all that are kept"),
        ("symbol" = Option<SymbolText>, Query, description = "Only of it", example = "PETR4"),
        ("side" = Option<SideName>, Query, description = "Only of it"),
    ),
    responses((status = 200, body = OrderPage)))]
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<OrderPage>, Problem> {
    let (of, rows) = (account.0, params.rows("limit", ORDERS)?);
    let below = params.parsed("cursor", CURSOR_EXPECTED, |text| Cursor::read(LIST, of, text))?;
    let status = params.word("status", &STATUSES)?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let side = params.word("side", &SIDES)?;
    params.finish()?;
    gateway.read(|published| {
        let seen = Seen { published, principal };
        let account = seen.account(account)?;
        let instrument = symbol.map(|symbol| instrument_in_field(&seen, "symbol", symbol));
        let filter = Filter { instrument: instrument.transpose()?.map(|it| it.id), side };
        let listed = listed(account, status, OrderId(below.unwrap_or(u64::MAX)));
        let wanted = listed.filter(|order| filter.passes(order));
        let (found, last) = page(wanted, rows, |order| order.id.0);
        let show = |order: &&Order| gateway.order_body(published.views(), account, order);
        Ok(Answer::ok(OrderPage {
            seqs: Seqs::of(published),
            orders: found.iter().map(show).collect(),
            next_cursor: last.map(|below| Cursor { list: LIST, of, last: below }.write()),
        }))
    })
}

/// Shows an order that is open or among the last closed ones.
#[utoipa::path(get, path = "/v1/accounts/{account}/orders/{order}", tag = "orders",
    responses((status = 200, body = OneOrder)))]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    OrderPath(account, order): OrderPath,
    params: Params,
) -> Result<Answer<OneOrder>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let order = account.orders.get(order).ok_or_else(|| unknown_order(order))?;
        Ok(Answer::ok(show(&gateway, published, account, order)))
    })
}

/// Shows the order with this client order id.
#[utoipa::path(get, path = "/v1/accounts/{account}/orders/by-client-id/{client_order_id}",
    tag = "orders",
    responses((status = 200, body = OneOrder)))]
pub(crate) async fn get_by_client_id(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    ClientOrderPath(account, client): ClientOrderPath,
    params: Params,
) -> Result<Answer<OneOrder>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let order = account.orders.by_client_id(client);
        let order = order.ok_or_else(|| unknown_client_id(client))?;
        Ok(Answer::ok(show(&gateway, published, account, order)))
    })
}

/// Tells how many orders, and how much of them, trade before a resting order.
#[utoipa::path(get, path = "/v1/accounts/{account}/orders/{order}/queue", tag = "orders",
    responses((status = 200, body = QueueAnswer)))]
pub(crate) async fn queue(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    OrderPath(account, order): OrderPath,
    params: Params,
) -> Result<Answer<QueueAnswer>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let order = account.orders.get(order).ok_or_else(|| unknown_order(order))?;
        let views = published.views();
        let instrument = views.instrument(order.terms.instrument);
        let scale = gateway.scale(instrument.expect("orders name listed ones"));
        let queue = views
            .queue_position(order)
            .map(|ahead| AheadOut { orders_ahead: ahead.orders, qty_ahead: scale.qty(ahead.lots) });
        let (status, _) = order_status(order.status);
        let order_id = Quoted(order.id.0);
        Ok(Answer::ok(QueueAnswer { seqs: Seqs::of(published), order_id, status, queue }))
    })
}

/// Tells what happened to an order that is open or among the last closed ones.
#[utoipa::path(get, path = "/v1/accounts/{account}/orders/{order}/timeline", tag = "orders",
    responses((status = 200, body = TimelineAnswer)))]
pub(crate) async fn timeline(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    OrderPath(account, order): OrderPath,
    params: Params,
) -> Result<Answer<TimelineAnswer>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let known = account.orders.get(order).zip(account.orders.timeline(order));
        let (order, timeline) = known.ok_or_else(|| unknown_order(order))?;
        let instrument = published.views().instrument(order.terms.instrument);
        let scale = gateway.scale(instrument.expect("orders name listed ones"));
        let decimals = gateway.decimals(account.currency);
        let events = timeline.events().map(|event| TimelineEvent {
            seq: event.seq,
            time: Rfc3339(event.at),
            fact: FactOut::new(&event.fact, decimals, Some(&scale)).expect("its scale is known"),
        });
        Ok(Answer::ok(TimelineAnswer {
            seqs: Seqs::of(published),
            order_id: Quoted(order.id.0),
            events: events.collect(),
            truncated: timeline.is_truncated(),
        }))
    })
}

/// The orders of one kind that are numbered below `below`, newest first.
fn listed(
    account: &Account,
    status: Option<Listed>,
    below: OrderId,
) -> Box<dyn Iterator<Item = &Order> + '_> {
    match status {
        None => Box::new(account.orders.below(below)),
        Some(Listed::Open) => Box::new(account.orders.open_below(below)),
        Some(Listed::Closed) => Box::new(account.orders.closed_below(below)),
    }
}

impl Filter {
    fn passes(&self, order: &Order) -> bool {
        self.instrument.is_none_or(|instrument| order.terms.instrument == instrument)
            && self.side.is_none_or(|side| order.terms.side == side)
    }
}

fn show(gateway: &Gateway, published: &Published, account: &Account, order: &Order) -> OneOrder {
    let order = gateway.order_body(published.views(), account, order);
    OneOrder { seqs: Seqs::of(published), order }
}
