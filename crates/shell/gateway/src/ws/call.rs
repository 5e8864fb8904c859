//! Orders over a socket: the handlers of REST, called with what a message says.

use std::time::Instant;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use identity::Scope;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use types::{AccountId, OrderId};
use wire::json::{parse_account_id, parse_order_id};

use crate::accounts;
use crate::body::{Body, OptionalBody, decode};
use crate::gateway::Gateway;
use crate::orders;
use crate::principal::{Principal, Trader};
use crate::problem::Problem;
use crate::query::{AccountPath, OrderPath, Params};
use crate::request_meter::RequestClass;
use crate::ws::answer;
use crate::ws::request::OrderRequest;

/// What a request came to.
#[derive(Debug)]
pub(super) struct Called {
    /// The answer, as it is sent.
    pub message: String,
    /// The order it placed.
    pub placed: Option<(AccountId, OrderId)>,
}

/// Does what is asked, and writes the answer.
pub(super) async fn call(
    gateway: Gateway,
    principal: Principal,
    id: Option<String>,
    request: OrderRequest,
) -> Called {
    let (mut placed, begun) = (None, Instant::now());
    let answered = answered(gateway.clone(), principal, request, &mut placed).await;
    let response = answered.unwrap_or_else(IntoResponse::into_response);
    gateway.meter().answered(RequestClass::SocketOrders, &response, begun.elapsed());
    Called { message: answer::write(id, response).await, placed }
}

async fn answered(
    gateway: Gateway,
    principal: Principal,
    request: OrderRequest,
    placed: &mut Option<(AccountId, OrderId)>,
) -> Result<Response, Problem> {
    let trader = Trader(principal.with(Scope::Trade)?);
    let (state, none) = (State(gateway), HeaderMap::new());
    Ok(match request {
        OrderRequest::Place { account, body } => {
            let account = parse_account_id("account_id", &account)?;
            let body = Body(read(&body)?);
            let answer = orders::place(state, trader, AccountPath(account), none, body).await?;
            *placed = Some((account, answer.body().order()));
            answer.into_response()
        }
        OrderRequest::Replace { account, order, body } => {
            let (path, body) = (path(&account, &order)?, Body(read(&body)?));
            orders::replace(state, trader, path, none, body).await.into_response()
        }
        OrderRequest::Cancel { account, order, body } => {
            let (path, body) = (path(&account, &order)?, OptionalBody(read_optional(body)?));
            orders::cancel(state, trader, path, none, body).await.into_response()
        }
        OrderRequest::CancelAfter { account, body } => {
            let account = AccountPath(parse_account_id("account_id", &account)?);
            let body = Body(read(&body)?);
            accounts::set_cancel_after(state, trader, account, none, body).await.into_response()
        }
        OrderRequest::CancelAll { account, query, body } => {
            let account = AccountPath(parse_account_id("account_id", &account)?);
            let (query, body) = (Params::of(query), OptionalBody(read_optional(body)?));
            orders::cancel_all(state, trader, account, none, query, body).await.into_response()
        }
    })
}

fn path(account: &str, order: &str) -> Result<OrderPath, Problem> {
    Ok(OrderPath(parse_account_id("account_id", account)?, parse_order_id("order_id", order)?))
}

fn read<T: DeserializeOwned>(body: &RawValue) -> Result<T, Problem> {
    decode(body.get().as_bytes())
}

fn read_optional<T: DeserializeOwned>(body: Option<Box<RawValue>>) -> Result<T, Problem> {
    body.map_or_else(|| decode(b"{}"), |body| read(&body))
}
