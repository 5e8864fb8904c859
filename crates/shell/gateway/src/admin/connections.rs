//! Who is connected.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wire::json::schema::Id;
use wire::json::{Quoted, Rfc3339};

use crate::clients::{Client, ClientKind};
use crate::gateway::Gateway;
use crate::principal::Admin;
use crate::problem::Problem;
use crate::query::Params;
use crate::reply::{Answer, Seqs};

/// How a client is connected.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConnectionKind {
    /// Server-sent events.
    Stream,
    /// A WebSocket.
    Socket,
}

/// An event stream or a socket.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConnectionBody {
    kind: ConnectionKind,
    /// Whose it is; `null` for a socket that has shown no key yet.
    #[schema(value_type = Option<Id>)]
    user_id: Option<Quoted<u64>>,
    #[schema(value_type = String)]
    opened_at: Rfc3339,
    /// Bytes of frames that wait to be written to it.
    queued_bytes: usize,
    /// The most that ever waited.
    queued_bytes_peak: usize,
}

/// Every event stream and socket, the oldest first: the configuration bounds how many there can be.
#[derive(Serialize, ToSchema)]
pub(crate) struct Connections {
    #[serde(flatten)]
    seqs: Seqs,
    /// Bytes that may wait for one of them, unless a single frame is larger.
    queued_bytes_max: usize,
    connections: Vec<ConnectionBody>,
}

/// Lists the event streams and sockets that are open, the oldest first.
#[utoipa::path(get, path = "/v1/admin/connections", tag = "admin",
    security(("key" = ["admin"])),
    responses((status = 200, body = Connections)))]
pub(crate) async fn connections(
    State(gateway): State<Gateway>,
    _: Admin,
    params: Params,
) -> Result<Answer<Connections>, Problem> {
    params.finish()?;
    let connections = gateway.clients().list().iter().map(show).collect();
    let (seqs, queued_bytes_max) = (gateway.read(Seqs::of), gateway.config().stream_bytes_max);
    Ok(Answer::ok(Connections { seqs, queued_bytes_max, connections }))
}

fn show(client: &Client) -> ConnectionBody {
    ConnectionBody {
        kind: match client.kind {
            ClientKind::Stream => ConnectionKind::Stream,
            ClientKind::Socket => ConnectionKind::Socket,
        },
        user_id: client.user.map(|user| Quoted(user.0)),
        opened_at: Rfc3339(client.opened_at),
        queued_bytes: client.queue.bytes(),
        queued_bytes_peak: client.queue.bytes_peak(),
    }
}
