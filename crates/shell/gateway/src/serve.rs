//! Serves the router on a socket until told to stop, then drains.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tracing::{info, warn};

use crate::gateway::Gateway;
use crate::router::router;

/// How long requests that were in flight at the stop signal may take to end.
pub const DRAIN_MAX: Duration = Duration::from_secs(10);

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
    let mut stopped = gateway.stopping();
    let (app, streams) = (router(gateway.clone()), gateway.clone());
    // An answer is one small packet: waiting for a fuller one would only delay it.
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            warn!(%error, "TCP_NODELAY cannot be set");
        }
    });
    let signal = async move {
        shutdown.await;
        info!("draining");
        gateway.stop();
    };
    let server = async move {
        axum::serve(listener, app).with_graceful_shutdown(signal).await?;
        // Sockets are no connections of the server any more; they may have orders to cancel.
        streams.streams_ended().await;
        Ok(())
    };
    let overdue = async move {
        // The sender lives as long as the gateway that the server holds.
        stopped.wait_for(|is_stopping| *is_stopping).await.ok();
        tokio::time::sleep(DRAIN_MAX).await;
    };
    tokio::select! {
        served = server => served,
        () = overdue => {
            warn!(seconds = DRAIN_MAX.as_secs(), "requests still in flight were cut off");
            Ok(())
        }
    }
}
