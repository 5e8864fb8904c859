//! Serves the router on a socket until told to stop, then drains.
//!
//! **Invariant:** what one client can hold is bounded: connections, the size of headers, the time
//! to send them, and the time in which nothing of an answer is read.

mod guarded;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::Service;
use tracing::{debug, info, warn};

use crate::clock;
use crate::gateway::Gateway;
use crate::house;
use crate::router::router;
use guarded::Guarded;

pub(crate) use guarded::Patience;

/// How long requests that were in flight at the stop signal may take to end.
pub const DRAIN_MAX: Duration = Duration::from_secs(10);
/// Largest request line and headers together; hyper answers 431.
pub const HEADER_BYTES_MAX: usize = 16 * 1_024;
/// Headers of one request; hyper answers 431.
pub(crate) const HEADERS_MAX: usize = 100;
/// What is read ahead of a connection that is not worked on.
const BUFFER_BYTES_MAX: usize = 2 * HEADER_BYTES_MAX;
/// Bytes that the system takes for one client and does not send, for want of a reader. Without a
/// bound it takes megabytes, and it is long before anybody notices that nothing is read.
const UNSENT_BYTES_MAX: u32 = 16 << 10;
/// After a failed accept that is not about one connection, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);
/// What a client is told that finds every place taken; nothing of its request was read.
const FULL: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\n",
    "content-type: application/problem+json\r\ncontent-length: 182\r\n\r\n",
    r#"{"type":"urn:rialto:problem:connections_full","title":"Too many connections","status":503,"#,
    r#""code":"connections_full","detail":"as many connections are open as may be","#,
    r#""applied":false}"#
);

/// Serves until `shutdown` ends, then takes no new connections, ends the event streams with an
/// `end` event, and waits for the requests in flight, at most [`DRAIN_MAX`].
///
/// # Errors
/// When the socket fails for good.
pub async fn serve(
    listener: TcpListener,
    gateway: Gateway,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let places_max = gateway.config().connections_max;
    house::start(&gateway);
    let server = Server {
        app: router(gateway.clone()),
        stopping: gateway.stopping(),
        places: Arc::new(Semaphore::new(places_max)),
        open: Arc::clone(gateway.connections_open()),
        gateway,
    };
    tokio::select! {
        never = server.accept(&listener) => match never {},
        () = shutdown => info!("draining"),
    }
    drop(listener);
    server.gateway.stop();
    let all = u32::try_from(places_max).expect("a semaphore counts fewer");
    let drained = async {
        let _all = server.places.acquire_many(all).await;
        // Sockets are no connections of the server any more; they may have orders to cancel.
        server.gateway.streams_ended().await;
    };
    if tokio::time::timeout(DRAIN_MAX, drained).await.is_err() {
        warn!(seconds = DRAIN_MAX.as_secs(), "requests still in flight were cut off");
    }
    server.gateway.write_uses(clock::now()).await;
    Ok(())
}

/// What all connections share.
pub(crate) struct Server {
    pub app: Router,
    pub gateway: Gateway,
    pub stopping: watch::Receiver<bool>,
    /// One permit for each open connection.
    pub places: Arc<Semaphore>,
    /// How many connections are open: the permits do not tell while they are being taken back.
    pub open: Arc<AtomicUsize>,
}

/// What a connection holds until it ends.
struct Place {
    _permit: OwnedSemaphorePermit,
    open: Arc<AtomicUsize>,
}

impl Place {
    fn new(permit: OwnedSemaphorePermit, open: &Arc<AtomicUsize>) -> Place {
        open.fetch_add(1, Ordering::Relaxed);
        Place { _permit: permit, open: Arc::clone(open) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Server {
    /// Takes connections for ever.
    pub(crate) async fn accept(&self, listener: &TcpListener) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((socket, peer)) => self.open(socket, peer),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    warn!(%error, "cannot accept connections");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn open(&self, socket: TcpStream, peer: SocketAddr) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            self.gateway.meter().problem("connections_full");
            // A new socket has room for so little; a client that is gone already needs no answer.
            socket.try_write(FULL.as_bytes()).ok();
            return;
        };
        // An answer is one small packet: waiting for a fuller one would only delay it.
        if let Err(error) = socket.set_nodelay(true) {
            warn!(%error, "TCP_NODELAY cannot be set");
        }
        let unsent = SockRef::from(&socket).set_tcp_notsent_lowat(UNSENT_BYTES_MAX);
        if let Err(error) = unsent {
            warn!(%error, "TCP_NOTSENT_LOWAT cannot be set");
        }
        let config = self.gateway.config();
        let socket = Guarded::new(socket, config.write_stall_max);
        let header_timeout = config.header_timeout;
        let (app, stopping) = (self.app.clone(), self.stopping.clone());
        let place = Place::new(place, &self.open);
        tokio::spawn(connection(socket, peer, header_timeout, app, stopping, place));
    }
}

/// Serves one connection until it ends or, when the gateway stops, until it has no request.
async fn connection(
    socket: Guarded<TcpStream>,
    peer: SocketAddr,
    header_timeout: Duration,
    app: Router,
    mut stopping: watch::Receiver<bool>,
    _place: Place,
) {
    let patience = socket.patience();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(patience.clone());
        let mut app = app.clone();
        async move { Service::<Request<Incoming>>::call(&mut app, request).await }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(header_timeout);
    http.max_header_size(HEADER_BYTES_MAX).max_buf_size(BUFFER_BYTES_MAX);
    http.max_headers(HEADERS_MAX);
    let connection = http.serve_connection(TokioIo::new(socket), service).with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let stopped = async { stopping.wait_for(|is_stopping| *is_stopping).await.map(drop) };
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        _ = stopped => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // Nothing that the venue did depends on it: a client that breaks off is no news.
    if let Err(error) = ended {
        debug!(%peer, %error, "a connection broke off");
    }
}

/// Whether an accept failed because of the client, not of this machine.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
