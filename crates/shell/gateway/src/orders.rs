//! Orders: place, replace and cancel. Looking them up is `order_list`'s.

use axum::extract::State;
use axum::http::HeaderMap;
use bus::Published;
use serde::Serialize;
use types::{AccountId, NewOrder, OrderId, RequestId};
use utoipa::ToSchema;
use venue::{Action, Change, Done};
use view::Account;
use wire::json::schema::{Id, RequestName, SymbolText};
use wire::json::{PlaceOrder, Quoted, ReplaceOrder, RequestOnly, Scale, SideName};

use crate::ask::{Accepted, Ask, request_id};
use crate::body::{Body, OptionalBody};
use crate::gateway::{Gateway, Seen};
use crate::principal::{Principal, Trader};
use crate::problem::Problem;
use crate::query::{
    AccountPath, ClientOrderPath, OrderPath, Params, SIDES, instrument_in_field, symbol_of,
};
use crate::reply::{Answer, Seqs};
use crate::show::OrderBody;

/// Readings of one replace that the venue is asked about, one after the other.
const READINGS_MAX: usize = 8;

/// The answer to a write about one order.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = Id)]
    order_id: Quoted<u64>,
    /// The order's latest client order id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RequestName>)]
    client_order_id: Option<Quoted<RequestId>>,
    /// The order as it stands now; nothing when it closed so long ago that only the history
    /// knows it.
    order: Option<OrderBody>,
}

impl OrderAnswer {
    /// The order it is about.
    pub(crate) fn order(&self) -> OrderId {
        OrderId(self.order_id.0)
    }
}

/// The answer to a mass cancel.
#[derive(Serialize, ToSchema)]
pub(crate) struct MassCancelAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    /// Orders still open now, of all instruments and sides.
    open_orders: usize,
}

/// Places an order.
#[utoipa::path(post, path = "/v1/accounts/{account}/orders", tag = "orders",
    security(("key" = ["trade"])),
    request_body(content = PlaceOrder,
        example = json!({"symbol": "PETR4", "side": "buy", "type": "limit", "qty": "10",
            "price": "10.00"})),
    responses((status = 201, body = OrderAnswer)))]
pub(crate) async fn place(
    State(gateway): State<Gateway>,
    Trader(principal): Trader,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    Body(body): Body<PlaceOrder>,
) -> Result<Answer<OrderAnswer>, Problem> {
    let request = request_id(&headers, "client_order_id", body.client_order_id.as_deref())?;
    let (order, _) = asked_order(&gateway, principal, account, &body)?;
    let action = Action::Place { account, order };
    let placed = gateway.ask(Ask { principal, request, action }).await?;
    let answer = answer(&gateway, account, placed);
    let location = format!("/v1/accounts/{}/orders/{}", account.0, answer.order_id.0);
    Ok(Answer::created(location, answer).to(placed))
}

/// The order that a body asks for, and how its instrument's integers read.
pub(crate) fn asked_order(
    gateway: &Gateway,
    principal: Principal,
    account: AccountId,
    body: &PlaceOrder,
) -> Result<(NewOrder, Scale), Problem> {
    let symbol = body.symbol()?;
    let scale = gateway.read(|published| {
        let seen = Seen { published, principal };
        seen.account(account)?;
        instrument_in_field(&seen, "symbol", symbol).map(|found| gateway.scale(found))
    })?;
    Ok((body.order(&scale)?, scale))
}

/// Cancels every open order of an account that fits.
#[utoipa::path(delete, path = "/v1/accounts/{account}/orders", tag = "orders",
    security(("key" = ["trade"])),
    params(
        ("symbol" = Option<SymbolText>, Query, description = "Only of it", example = "PETR4"),
        ("side" = Option<SideName>, Query, description = "Only of it"),
    ),
    request_body = RequestOnly,
    responses((status = 200, body = MassCancelAnswer)))]
pub(crate) async fn cancel_all(
    State(gateway): State<Gateway>,
    Trader(principal): Trader,
    AccountPath(account): AccountPath,
    headers: HeaderMap,
    mut params: Params,
    OptionalBody(body): OptionalBody<RequestOnly>,
) -> Result<Answer<MassCancelAnswer>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let side = params.word("side", &SIDES)?;
    params.finish()?;
    let instrument = gateway.read(|published| {
        let seen = Seen { published, principal };
        seen.account(account)?;
        symbol
            .map(|symbol| instrument_in_field(&seen, "symbol", symbol).map(|it| it.id))
            .transpose()
    })?;
    let action = Action::MassCancel { account, instrument, side };
    let accepted = gateway.ask(Ask { principal, request, action }).await?;
    let body = gateway.read(|published| MassCancelAnswer {
        seqs: Seqs::after(accepted, published),
        open_orders: known(published, account).orders.open().len(),
    });
    Ok(Answer::ok(body).to(accepted))
}

/// Changes an order; what is left out stays.
#[utoipa::path(patch, path = "/v1/accounts/{account}/orders/{order}", tag = "orders",
    security(("key" = ["trade"])),
    request_body(content = ReplaceOrder,
        example = json!({"qty": "9"})),
    responses((status = 200, body = OrderAnswer)))]
pub(crate) async fn replace(
    State(gateway): State<Gateway>,
    Trader(principal): Trader,
    OrderPath(account, order): OrderPath,
    headers: HeaderMap,
    Body(body): Body<ReplaceOrder>,
) -> Result<Answer<OrderAnswer>, Problem> {
    let request = request_id(&headers, "client_order_id", body.client_order_id.as_deref())?;
    replace_order(&gateway, principal, (account, order), request, &body).await
}

/// Changes the order with this client order id.
#[utoipa::path(patch, path = "/v1/accounts/{account}/orders/by-client-id/{client_order_id}",
    tag = "orders",
    security(("key" = ["trade"])),
    request_body(content = ReplaceOrder,
        example = json!({"qty": "9"})),
    responses((status = 200, body = OrderAnswer)))]
pub(crate) async fn replace_by_client_id(
    State(gateway): State<Gateway>,
    Trader(principal): Trader,
    ClientOrderPath(account, client): ClientOrderPath,
    headers: HeaderMap,
    Body(body): Body<ReplaceOrder>,
) -> Result<Answer<OrderAnswer>, Problem> {
    let request = request_id(&headers, "client_order_id", body.client_order_id.as_deref())?;
    let order = gateway.read(|published| {
        let orders = &Seen { published, principal }.account(account)?.orders;
        // Of the names in a chain of replaces only the first and the latest are kept. A retry, by
        // a name in between, is known by the name that it gave.
        let found = orders.by_client_id(client).or_else(|| orders.by_client_id(request?));
        found.map(|order| order.id).ok_or_else(|| unknown_client_id(client))
    })?;
    replace_order(&gateway, principal, (account, order), request, &body).await
}

async fn replace_order(
    gateway: &Gateway,
    principal: Principal,
    (account, order): (AccountId, OrderId),
    request: Option<RequestId>,
    body: &ReplaceOrder,
) -> Result<Answer<OrderAnswer>, Problem> {
    // An order that closed is found too: a retry must get its old answer.
    let changes = gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let Some(found) = account.orders.get(order) else {
            return Ok(readings(gateway, published, request, body));
        };
        let instrument = published.views().instrument(found.terms.instrument);
        let scale = gateway.scale(instrument.expect("orders name listed ones"));
        Ok::<_, Problem>(vec![body.change(&scale)?])
    })?;
    let mut asked = Err(unknown_order(order));
    for change in changes {
        let action = Action::Replace { account, order, change };
        asked = gateway.ask(Ask { principal, request, action }).await;
        if !asked.as_ref().is_err_and(Problem::is_conflict) {
            break;
        }
    }
    let accepted = asked?;
    Ok(Answer::ok(answer(gateway, account, accepted)).to(accepted))
}

/// What a body may ask of an order that closed so long ago that its instrument is forgotten: its
/// decimals as each instrument would read them, each reading once. Only a request that has a name
/// may have been made before, and be remembered by the venue.
fn readings(
    gateway: &Gateway,
    published: &Published,
    request: Option<RequestId>,
    body: &ReplaceOrder,
) -> Vec<Change> {
    let mut changes = Vec::new();
    if request.is_none() {
        return changes;
    }
    for instrument in published.views().instruments() {
        match body.change(&gateway.scale(instrument)) {
            Ok(change) if !changes.contains(&change) => changes.push(change),
            Ok(_) | Err(_) => {}
        }
        if changes.len() == READINGS_MAX {
            break;
        }
    }
    changes
}

/// Cancels an order.
#[utoipa::path(delete, path = "/v1/accounts/{account}/orders/{order}", tag = "orders",
    security(("key" = ["trade"])),
    request_body = RequestOnly,
    responses((status = 200, body = OrderAnswer)))]
pub(crate) async fn cancel(
    State(gateway): State<Gateway>,
    Trader(principal): Trader,
    OrderPath(account, order): OrderPath,
    headers: HeaderMap,
    OptionalBody(body): OptionalBody<RequestOnly>,
) -> Result<Answer<OrderAnswer>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    gateway.read(|published| Seen { published, principal }.account(account).map(drop))?;
    cancel_order(&gateway, principal, (account, order), request).await
}

/// Cancels the order with this client order id.
#[utoipa::path(delete, path = "/v1/accounts/{account}/orders/by-client-id/{client_order_id}",
    tag = "orders",
    security(("key" = ["trade"])),
    request_body = RequestOnly,
    responses((status = 200, body = OrderAnswer)))]
pub(crate) async fn cancel_by_client_id(
    State(gateway): State<Gateway>,
    Trader(principal): Trader,
    ClientOrderPath(account, client): ClientOrderPath,
    headers: HeaderMap,
    OptionalBody(body): OptionalBody<RequestOnly>,
) -> Result<Answer<OrderAnswer>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let order = gateway.read(|published| {
        let found = Seen { published, principal }.account(account)?.orders.by_client_id(client);
        found.map(|order| order.id).ok_or_else(|| unknown_client_id(client))
    })?;
    cancel_order(&gateway, principal, (account, order), request).await
}

async fn cancel_order(
    gateway: &Gateway,
    principal: Principal,
    (account, order): (AccountId, OrderId),
    request: Option<RequestId>,
) -> Result<Answer<OrderAnswer>, Problem> {
    let action = Action::Cancel { account, order };
    let accepted = gateway.ask(Ask { principal, request, action }).await?;
    Ok(Answer::ok(answer(gateway, account, accepted)).to(accepted))
}

fn answer(gateway: &Gateway, account: AccountId, accepted: Accepted) -> OrderAnswer {
    let id = match accepted.done {
        Done::Order(id) => id,
        Done::Nothing | Done::Account(_) | Done::Instrument(_) | Done::Payment(_) => {
            panic!("an order's command names an order, not {:?}", accepted.done)
        }
    };
    gateway.read(|published| {
        let account = known(published, account);
        let order = account.orders.get(id);
        OrderAnswer {
            seqs: Seqs::after(accepted, published),
            order_id: Quoted(id.0),
            client_order_id: order.and_then(|order| order.client_order_id).map(Quoted),
            order: order.map(|order| gateway.order_body(published.views(), account, order)),
        }
    })
}

fn known(published: &Published, account: AccountId) -> &Account {
    published.views().account(account).expect("what was accepted is in the views")
}

pub(crate) fn unknown_order(order: OrderId) -> Problem {
    Problem::unknown_order("order_id", &order.0.to_string())
}

pub(crate) fn unknown_client_id(client: RequestId) -> Problem {
    Problem::unknown_order("client_order_id", client.as_str())
}
