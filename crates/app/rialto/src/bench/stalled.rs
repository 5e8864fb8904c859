//! A client of server-sent events that stops to read, for `bench --streams`.

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use super::watchers::{REST_MAX, Setup, Stalled};

/// What this machine takes for a client that does not read: until then nobody can tell that it does
/// not.
const RECV_BUFFER_BYTES: u32 = 4 << 10;
const READ_BYTES: usize = 8 << 10;
const CUT: &[u8] = b"event: cut\n";
const LAGGED: &[u8] = b"event: lagged\n";

/// An event stream that was read as far as the first cut.
pub(super) struct EventStream {
    socket: TcpStream,
}

impl EventStream {
    /// Connects, and reads as far as the first cut.
    pub(super) async fn connect(setup: &Setup) -> Result<EventStream> {
        let Setup { address, key, channel, .. } = setup;
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(RECV_BUFFER_BYTES)?;
        let mut socket = socket.connect(*address).await?;
        let request = format!(
            "GET /v1/stream?channels={channel} HTTP/1.1\r\nhost: {address}\r\n\
             authorization: Bearer {key}\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).await?;
        let (mut read, mut buffer) = (Vec::new(), [0; READ_BYTES]);
        while !contains(&read, CUT) {
            let count = timeout(REST_MAX, socket.read(&mut buffer)).await.context("no cut")??;
            ensure!(count > 0, "the stream ended: {}", String::from_utf8_lossy(&read));
            read.extend_from_slice(&buffer[..count]);
        }
        Ok(EventStream { socket })
    }

    /// Reads nothing until all orders were sent, then all that comes.
    pub(super) async fn stall(mut self, mut ended: watch::Receiver<Option<u64>>) -> Stalled {
        ended.changed().await.ok();
        let (mut stalled, mut buffer) = (Stalled::default(), [0; READ_BYTES]);
        let mut tail = Vec::new();
        while let Ok(read) = timeout(REST_MAX, self.socket.read(&mut buffer)).await {
            let Some(count) = read.ok().filter(|count| *count > 0) else {
                stalled.is_closed = true;
                break;
            };
            tail.extend_from_slice(&buffer[..count]);
            stalled.is_lagged |= contains(&tail, LAGGED);
            // What may begin at the end goes on with what is read next.
            tail.drain(..tail.len().saturating_sub(LAGGED.len()));
        }
        stalled
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
