//! The event streams and sockets that are open, and whose they are.
//!
//! **Invariant:** what is open holds its [`ClientPlace`], and what holds none is not listed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use meter::Counter;
use tokio::sync::OwnedSemaphorePermit;
use types::{PrincipalId, Timestamp};

/// How a client is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientKind {
    /// Server-sent events.
    Stream,
    /// A WebSocket.
    Socket,
}

/// One client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub kind: ClientKind,
    /// Whose it is; nobody's until a key was shown.
    pub user: Option<PrincipalId>,
    pub opened_at: Timestamp,
    pub queue: Arc<Queue>,
}

/// What a client follows, and the bytes of frames that were handed to its connection and are not
/// written yet.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    bytes: AtomicUsize,
    bytes_peak: AtomicUsize,
    channels: AtomicUsize,
}

/// All that are open: as many as have a permit.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    open: Mutex<Open>,
    /// Times that a client was too slow and lost frames, of which it got a snapshot instead.
    pub lagged: Counter,
    /// Clients that were cut off, since they did not take what they were sent.
    pub cut_off: Counter,
}

#[derive(Debug, Default)]
struct Open {
    numbered: u64,
    /// By number, the oldest first.
    clients: BTreeMap<u64, Client>,
}

/// A client's place among those that are open, until it is dropped.
#[derive(Debug)]
pub(crate) struct ClientPlace {
    clients: Arc<Clients>,
    number: u64,
    queue: Arc<Queue>,
    _permit: OwnedSemaphorePermit,
}

impl Clients {
    /// Lists a client that has a permit.
    pub(crate) fn enter(
        self: &Arc<Clients>,
        client: Client,
        permit: OwnedSemaphorePermit,
    ) -> ClientPlace {
        let mut open = self.lock();
        open.numbered += 1;
        let (number, queue) = (open.numbered, Arc::clone(&client.queue));
        open.clients.insert(number, client);
        ClientPlace { clients: Arc::clone(self), number, queue, _permit: permit }
    }

    /// All that are open, the oldest first.
    pub(crate) fn list(&self) -> Vec<Client> {
        self.lock().clients.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// How much waits now.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// How many channels it follows.
    pub(crate) fn channels(&self) -> usize {
        self.channels.load(Ordering::Relaxed)
    }

    /// The most that ever waited.
    pub(crate) fn bytes_peak(&self) -> usize {
        self.bytes_peak.load(Ordering::Relaxed)
    }
}

impl ClientPlace {
    /// Notes how much waits for the client now.
    pub(crate) fn queued(&self, bytes: usize) {
        self.queue.bytes.store(bytes, Ordering::Relaxed);
        self.queue.bytes_peak.fetch_max(bytes, Ordering::Relaxed);
    }

    /// Notes how many channels it follows now.
    pub(crate) fn follows(&self, channels: usize) {
        self.queue.channels.store(channels, Ordering::Relaxed);
    }

    /// Notes that it loses frames.
    pub(crate) fn lagged(&self) {
        self.clients.lagged.add(1);
    }

    /// Notes that it is cut off for being too slow.
    pub(crate) fn cut_off(&self) {
        self.clients.cut_off.add(1);
    }

    /// Notes whose it is.
    pub(crate) fn belongs_to(&self, user: PrincipalId) {
        if let Some(client) = self.clients.lock().clients.get_mut(&self.number) {
            client.user = Some(user);
        }
    }
}

impl Drop for ClientPlace {
    fn drop(&mut self) {
        self.clients.lock().clients.remove(&self.number);
    }
}
