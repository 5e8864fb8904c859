//! All routes in one place, and what every request passes through.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::routing::{get, post, put};
use serde::Serialize;
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::{Level, Span, info_span};

use crate::gateway::Gateway;
use crate::problem::Problem;
use crate::reply::{Answer, Seqs};
use crate::{accounts, instruments, market, order_list, orders, stream};

/// Largest body of a request.
pub const BODY_BYTES_MAX: usize = 64 * 1_024;

/// All routes over `gateway`. Works without a socket.
pub fn router(gateway: Gateway) -> Router {
    let account = "/v1/accounts/{account}";
    let instrument = "/v1/instruments/{symbol}";
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/v1/accounts", get(accounts::list).post(accounts::open))
        .route(account, get(accounts::get).delete(accounts::close))
        .route(&format!("{account}/status"), put(accounts::set_status))
        .route(&format!("{account}/deposits"), post(accounts::deposit))
        .route(&format!("{account}/withdrawals"), post(accounts::withdraw))
        .route(&format!("{account}/transfers"), post(accounts::transfer))
        .route(&format!("{account}/issues"), post(accounts::issue))
        .route(
            &format!("{account}/orders"),
            get(order_list::list).post(orders::place).delete(orders::cancel_all),
        )
        .route(
            &format!("{account}/orders/{{order}}"),
            get(order_list::get).patch(orders::replace).delete(orders::cancel),
        )
        .route(
            &format!("{account}/orders/by-client-id/{{client_order_id}}"),
            get(order_list::get_by_client_id)
                .patch(orders::replace_by_client_id)
                .delete(orders::cancel_by_client_id),
        )
        .route("/v1/instruments", get(instruments::all).post(instruments::add))
        .route(instrument, get(instruments::get))
        .route(&format!("{instrument}/phase"), put(instruments::set_phase))
        .route(&format!("{instrument}/band"), put(instruments::set_band))
        .route(&format!("{instrument}/fees"), put(instruments::set_fees))
        .route(&format!("{instrument}/depth"), get(market::depth))
        .route(&format!("{instrument}/trades"), get(market::trades))
        .route("/v1/stream", get(stream::open))
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
        .with_state(gateway)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .layer(SetRequestIdLayer::x_request_id(Numbered::default()))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// Answers as long as the process does.
async fn health() -> Answer<Health> {
    Answer::ok(Health { status: "ok" })
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    #[serde(flatten)]
    seqs: Seqs,
}

/// Answers whether requests will be.
async fn ready(State(gateway): State<Gateway>) -> Result<Answer<Ready>, Problem> {
    if gateway.is_stopping() {
        return Err(Problem::stopping());
    }
    Ok(Answer::ok(Ready { status: "ready", seqs: gateway.read(Seqs::of) }))
}

async fn unknown_path(uri: Uri) -> Problem {
    let detail = format!("there is nothing at {}", uri.path());
    Problem::new(StatusCode::NOT_FOUND, "unknown_path", "Nothing here", detail)
        .about("path", uri.path())
        .expecting("a path of the API")
}

async fn unknown_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} does not take {method}", uri.path());
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Problem::new(status, "method_not_allowed", "Not with this method", detail)
        .about("method", method.as_str())
}

/// Numbers the requests that bring no id of their own. Two runs number alike: logs tell them apart
/// by time.
#[derive(Clone, Debug, Default)]
struct Numbered {
    last: std::sync::Arc<AtomicU64>,
}

impl MakeRequestId for Numbered {
    fn make_request_id<B>(&mut self, _request: &axum::http::Request<B>) -> Option<RequestId> {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        HeaderValue::from_str(&number.to_string()).ok().map(RequestId::new)
    }
}

/// Bodies are not logged, nor queries: they may hold what is private.
fn span(request: &Request) -> Span {
    let id = request.extensions().get::<RequestId>();
    let id = id.and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    info_span!("request", id, method = %request.method(), path = request.uri().path())
}
