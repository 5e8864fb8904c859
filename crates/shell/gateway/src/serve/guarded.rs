//! A socket whose writes fail when its reader takes nothing for too long.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long one write to a client may wait; whoever serves a request of it may lower that.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    max_ms: Arc<AtomicU64>,
}

impl Patience {
    fn new(max: Duration) -> Patience {
        Patience { max_ms: Arc::new(AtomicU64::new(ms(max))) }
    }

    /// Waits no longer than `max` from now on, until the connection ends.
    pub(crate) fn lower(&self, max: Duration) {
        self.max_ms.fetch_min(ms(max), Ordering::Relaxed);
    }

    fn max(&self) -> Duration {
        Duration::from_millis(self.max_ms.load(Ordering::Relaxed))
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A socket with a bound on how long one write may wait.
pub(super) struct Guarded<S> {
    socket: S,
    patience: Patience,
    /// Runs while a write waits.
    stall: Option<Pin<Box<Sleep>>>,
}

impl<S> Guarded<S> {
    pub(super) fn new(socket: S, stall_max: Duration) -> Guarded<S> {
        Guarded { socket, patience: Patience::new(stall_max), stall: None }
    }

    pub(super) fn patience(&self) -> Patience {
        self.patience.clone()
    }

    /// Ends a wait when `written` came to something; else fails it when it took too long.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let until = Instant::now() + self.patience.max();
        let stall = self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        ready!(stall.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client reads nothing")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, parts);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        self.watch(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
