//! All routes in one place, and what every request passes through.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use tower::ServiceBuilder;
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::trace::TraceLayer;
use tracing::{Span, debug, info, info_span};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::json::schema::{Id, RequestName, SymbolText};

use crate::gateway::Gateway;
use crate::problem::{Document, Problem};
use crate::rates::Allowance;
use crate::reply::{Answer, Seqs};
use crate::request_meter::RequestClass;
use crate::{
    accounts, admin, auth, history, instruments, keys, limits, market, market_candles,
    market_quotes, openapi, order_list, order_preview, orders, payments, portfolio, report, stream,
    web, ws,
};

/// Latency from which on the log tells of a request that was done.
const SLOW: Duration = Duration::from_secs(1);
/// Largest body of a request.
pub const BODY_BYTES_MAX: usize = 64 * 1_024;

/// All routes, each described where it is handled.
pub(crate) fn routes() -> OpenApiRouter<Gateway> {
    open_routes().merge(admin_routes())
}

/// What is there for everybody.
fn open_routes() -> OpenApiRouter<Gateway> {
    OpenApiRouter::with_openapi(described())
        .routes(routes!(health))
        .routes(routes!(ready))
        .routes(routes!(accounts::list, accounts::open))
        .routes(routes!(accounts::get, accounts::close))
        .routes(routes!(accounts::set_status))
        .routes(routes!(accounts::set_cancel_after))
        .routes(routes!(payments::deposit))
        .routes(routes!(payments::withdraw))
        .routes(routes!(payments::transfer))
        .routes(routes!(accounts::issue))
        .routes(routes!(payments::list))
        .routes(routes!(payments::get))
        .routes(routes!(payments::get_by_client_id))
        .routes(routes!(portfolio::positions))
        .routes(routes!(portfolio::summary))
        .routes(routes!(order_list::list, orders::place, orders::cancel_all))
        .routes(routes!(order_list::get, orders::replace, orders::cancel))
        .routes(routes!(
            order_list::get_by_client_id,
            orders::replace_by_client_id,
            orders::cancel_by_client_id
        ))
        .routes(routes!(order_list::queue))
        .routes(routes!(order_list::timeline))
        .routes(routes!(order_preview::preview))
        .routes(routes!(instruments::all, instruments::add))
        .routes(routes!(instruments::get))
        .routes(routes!(instruments::set_phase))
        .routes(routes!(instruments::set_band))
        .routes(routes!(instruments::set_fees))
        .routes(routes!(market::depth))
        .routes(routes!(market::trades))
        .routes(routes!(market::queues))
        .routes(routes!(market_candles::candles))
        .routes(routes!(market_quotes::quotes))
        .routes(routes!(market_quotes::quote))
        .routes(routes!(market_quotes::statistics))
        .routes(routes!(market_quotes::time))
        .routes(routes!(history::orders::orders))
        .routes(routes!(history::orders::order))
        .routes(routes!(history::orders::fills))
        .routes(routes!(history::money::payments))
        .routes(routes!(history::money::entries))
        .routes(routes!(history::money::statement))
        .routes(routes!(history::money::equity))
        .routes(routes!(history::market::trades))
        .routes(routes!(history::market::candles))
        .routes(routes!(history::statistics::account_statistics))
        .routes(routes!(history::statistics::instrument_statistics))
        .merge(report_routes())
        .routes(routes!(limits::limits))
        .routes(routes!(auth::register))
        .routes(routes!(auth::guest))
        .routes(routes!(auth::log_in))
        .routes(routes!(auth::log_out))
        .routes(routes!(auth::me, admin::users::remove_me))
        .routes(routes!(auth::change_password))
        .routes(routes!(auth::reset_password))
        .routes(routes!(keys::logins))
        .routes(routes!(keys::end_login))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(stream::sse::open))
        .routes(routes!(ws::open))
}

/// What is reckoned from history.
fn report_routes() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(report::performance::performance))
        .routes(routes!(report::leaderboard::leaderboard))
        .routes(routes!(report::day::day))
        .routes(routes!(report::day::day_csv))
        .routes(routes!(report::exports::trades))
        .routes(routes!(report::exports::candles))
        .routes(routes!(report::exports::fills))
}

/// What an operator's tools use; they are there only where the configuration says so.
fn admin_routes() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(admin::kill::kill_switches))
        .routes(routes!(admin::kill::kill_all))
        .routes(routes!(admin::kill::kill_account))
        .routes(routes!(admin::kill::kill_instrument))
        .routes(routes!(admin::date::set_business_date))
        .routes(routes!(admin::users::users))
        .routes(routes!(admin::users::remove_user))
        .routes(routes!(admin::users::reset_password))
        .routes(routes!(admin::users::set_grants))
        .routes(routes!(accounts::search))
        .routes(routes!(admin::connections::connections))
        .routes(routes!(history::money::trial_balance))
        .routes(routes!(history::statistics::venue_statistics))
        .routes(routes!(admin::payments::pending_payments))
        .routes(routes!(admin::payments::confirm_payment))
        .routes(routes!(admin::payments::fail_payment))
}

/// Schemas that no handler names.
fn described() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(components(schemas(Document, Id, RequestName, SymbolText)))]
    struct Described;
    Described::openapi()
}

/// All routes over `gateway`. Works without a socket.
pub fn router(gateway: Gateway) -> Router {
    let served = if gateway.config().admin_api { routes() } else { open_routes() };
    let (routes, _) = served.split_for_parts();
    // What failed was answered: `answered` tells of it, once.
    let traced = TraceLayer::new_for_http().make_span_with(span);
    let traced = traced.on_response(answered).on_failure(());
    let passed = middleware::from_fn_with_state(gateway.clone(), pass);
    routes
        .merge(openapi::router())
        .route("/", get(web::start))
        .fallback(web::other)
        .method_not_allowed_fallback(unknown_method)
        .with_state(gateway)
        // One layer of all: the router keeps each that it is given in boxes of its own.
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::x_request_id(Numbered::default()))
                .layer(traced)
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
                .layer(passed),
        )
}

/// Marks the answer to a request of which the log shall tell: what was done to people, keys and the
/// venue itself is in no market's history.
#[derive(Clone, Copy)]
struct Noted;

/// Logs how a request ended: those that failed, took long or are noted for everybody to see.
fn answered(response: &Response, latency: Duration, _: &Span) {
    let (status, latency_ms) = (response.status(), latency.as_millis() as u64);
    let is_noted = response.extensions().get::<Noted>().is_some();
    if status.is_client_error() || status.is_server_error() {
        info!(status = status.as_u16(), latency_ms, "not done");
    } else if is_noted || latency >= SLOW {
        info!(status = status.as_u16(), latency_ms, "done");
    } else {
        debug!(status = status.as_u16(), latency_ms, "done");
    }
}

/// Whether a request changes what is no order, no payment and no account.
fn is_noted(request: &Request) -> bool {
    let prefixes = ["/v1/admin/", "/v1/auth/", "/v1/keys", "/v1/instruments"];
    let path = request.uri().path();
    request.method() != Method::GET && prefixes.iter().any(|prefix| path.starts_with(prefix))
}

#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

/// Answers as long as the process does.
#[utoipa::path(get, path = "/health", tag = "server", security(()),
    responses((status = 200, body = Health)))]
async fn health() -> Answer<Health> {
    Answer::ok(Health { status: "ok" })
}

#[derive(Serialize, ToSchema)]
struct Ready {
    status: &'static str,
    #[serde(flatten)]
    seqs: Seqs,
}

/// Answers whether requests will be.
#[utoipa::path(get, path = "/ready", tag = "server", security(()),
    responses((status = 200, body = Ready)))]
async fn ready(State(gateway): State<Gateway>) -> Result<Answer<Ready>, Problem> {
    if gateway.is_stopping() {
        return Err(Problem::stopping());
    }
    Ok(Answer::ok(Ready { status: "ready", seqs: gateway.read(Seqs::of) }))
}

/// Counts a request, and how it ended; see [`admitted`]. One layer, for each of this kind costs
/// every request some boxes.
async fn pass(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let (class, begun) = (RequestClass::of(&request), Instant::now());
    let response = admitted(&gateway, request, next).await;
    gateway.meter().answered(class, &response, begun.elapsed());
    response
}

/// Refuses what is meant for another site, and tells whoever is let in what more may be asked.
async fn admitted(gateway: &Gateway, mut request: Request, next: Next) -> Response {
    if gateway.config().checks_host
        && let Err(problem) = gateway.site().check_host(request.headers())
    {
        return problem.into_response();
    }
    let allowance = Allowance::begin(&mut request);
    let is_noted = is_noted(&request);
    let mut response = next.run(request).await;
    if is_noted {
        response.extensions_mut().insert(Noted);
    }
    allowance.tell(gateway.limits(), response.headers_mut());
    response
}

async fn unknown_method(method: Method, uri: Uri) -> Response {
    let allowed = openapi::methods(uri.path());
    let mut response =
        Problem::unknown_method(uri.path(), method.as_str(), allowed).into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
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
