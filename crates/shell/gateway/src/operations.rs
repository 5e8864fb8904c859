//! What operators watch: metrics and the details of health, on a listener of their own.
//!
//! **Invariant:** nothing can be changed here and nobody's orders or money are told, so no key is
//! asked for; the listener is one that only this machine reaches. What is alive is read as it is
//! asked for. Contract: docs/operations.md.

mod health;
mod metrics;
mod page;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use meter::VenueMeter;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use types::Timestamp;

use crate::gateway::Gateway;
use crate::problem::Problem;
use crate::serve::Server;
use crate::site::Site;

/// Connections that may be open at one time: each of a program that looks every few seconds.
const PLACES_MAX: usize = 16;
const PATHS: &str = "/metrics or /health";
const METHODS: &str = "GET, HEAD";

/// What the process knows of itself and its venue, and the gateway does not.
pub struct Vitals {
    /// Of the program.
    pub version: &'static str,
    /// The number of this opening of the data folder.
    pub epoch: u64,
    /// When the process began.
    pub started_at: Timestamp,
    /// What the venue's threads count.
    pub venue: Arc<VenueMeter>,
    /// Looks at the process and its disk; it may have to wait for the disk.
    pub look: Box<dyn Fn() -> Machine + Send + Sync>,
}

/// The process and its disk at one moment; `None` is what this system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Segments of the journal.
    pub segments: Option<u64>,
    /// Bytes that the data folder's disk has left for this process.
    pub disk_free_bytes: Option<u64>,
    /// Memory in use.
    pub resident_bytes: Option<u64>,
    /// Processor time that was used.
    pub processor_ns: Option<u64>,
    /// Files and connections that are open.
    pub files: Option<u64>,
    /// How many may be.
    pub files_max: Option<u64>,
}

#[derive(Clone)]
struct Watched {
    gateway: Gateway,
    vitals: Arc<Vitals>,
    site: Arc<Site>,
}

/// The two routes, for requests that name this machine, which is reached at `port`.
pub fn operations_router(gateway: Gateway, vitals: Vitals, port: u16) -> Router {
    let (vitals, site) = (Arc::new(vitals), Arc::new(Site::local(port)));
    let watched = Watched { gateway, vitals, site };
    Router::new()
        .route("/metrics", get(show_metrics))
        .route("/health", get(show_health))
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
        .layer(middleware::from_fn_with_state(watched.clone(), check_host))
        .with_state(watched)
}

/// Serves them at `port` for as long as it is polled, also while the gateway drains.
pub async fn serve_operations(
    listener: TcpListener,
    port: u16,
    gateway: Gateway,
    vitals: Vitals,
) -> Infallible {
    let (_lasting, stopping) = watch::channel(false);
    let app = operations_router(gateway.clone(), vitals, port);
    let places = Arc::new(Semaphore::new(PLACES_MAX));
    let open = Arc::default();
    Server { app, gateway, stopping, places, open }.accept(&listener).await
}

async fn show_metrics(State(watched): State<Watched>) -> Response {
    let machine = watched.look().await;
    let text = metrics::text(&watched.gateway, &watched.vitals, &machine);
    let media_type = HeaderValue::from_static(prometheus::TEXT_FORMAT);
    ([(header::CONTENT_TYPE, media_type)], text).into_response()
}

async fn show_health(State(watched): State<Watched>) -> Response {
    let machine = watched.look().await;
    health::answer(&watched.gateway, &watched.vitals, &machine).into_response()
}

impl Watched {
    async fn look(&self) -> Machine {
        let vitals = Arc::clone(&self.vitals);
        tokio::task::spawn_blocking(move || (vitals.look)()).await.expect("a look does not panic")
    }
}

async fn check_host(State(watched): State<Watched>, request: Request, next: Next) -> Response {
    match watched.site.check_host(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn unknown_path(uri: Uri) -> Problem {
    Problem::unknown_path(uri.path()).expecting(PATHS)
}

async fn unknown_method(method: Method, uri: Uri) -> Response {
    let problem = Problem::unknown_method(uri.path(), method.as_str(), METHODS);
    ([(header::ALLOW, HeaderValue::from_static(METHODS))], problem).into_response()
}
