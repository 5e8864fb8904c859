//! `GET /v1/ws`: channels and orders over one socket.
//!
//! **Invariant:** what a socket is asked goes through the very handlers of REST, and its answers
//! are theirs. What it is sent comes from the cuts that all share. Contract: api/events.md.

mod answer;
mod call;
mod liveness;
mod placed;
mod request;
mod socket;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;

use crate::clients::ClientKind;
use crate::gateway::Gateway;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::query::Params;
use crate::router::BODY_BYTES_MAX;
use socket::Socket;

pub(crate) use liveness::PONG_MAX;
pub(crate) use socket::{AUTH_MAX, IN_FLIGHT_MAX, SEND_MAX, WISHES_MAX};

/// Bytes that are gathered before the system is asked to send them.
const WRITE_BUFFER_BYTES: usize = 64 << 10;
/// Bytes that are read at once. They are cleared before each look for a message, of which there is
/// one for every frame sent: with the library's 128 KiB that took two thirds of the time.
const READ_BUFFER_BYTES: usize = 2 << 10;

/// Opens a WebSocket: live data, and orders with the bodies and answers of this API.
#[utoipa::path(get, path = "/v1/ws", tag = "stream", operation_id = "open_socket",
    responses((status = 101, description = "Messages: api/events.md")))]
pub(crate) async fn open(
    State(gateway): State<Gateway>,
    Shown(principal): Shown,
    params: Params,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    params.finish()?;
    if gateway.is_stopping() {
        return Err(Problem::stopping());
    }
    let place = gateway.open_stream(ClientKind::Socket)?;
    let upgrade = upgrade
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(BODY_BYTES_MAX)
        .max_frame_size(BODY_BYTES_MAX);
    Ok(upgrade.on_upgrade(move |link| Socket::new(gateway, place).run(link, principal)))
}

/// Who is behind the upgrade, as far as it says: else the first message does.
pub(crate) struct Shown(Option<Principal>);

impl FromRequestParts<Gateway> for Shown {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Shown, Problem> {
        let has_cookie = gateway.site().token(&parts.headers).is_some();
        if !has_cookie && !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Shown(None));
        }
        Principal::from_request_parts(parts, gateway).await.map(|shown| Shown(Some(shown)))
    }
}
