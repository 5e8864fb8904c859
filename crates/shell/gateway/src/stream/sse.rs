//! `GET /v1/stream`: channels as server-sent events.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use types::Seq;

use crate::clients::ClientKind;
use crate::gateway::Gateway;
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::Params;
use crate::serve::Patience;
use crate::stream::channel::read_channels;
use crate::stream::follower::Follower;
use crate::stream::frame::Frame;
use crate::ws::SEND_MAX;

const LAST_EVENT_ID: &str = "last-event-id";
const CHANNELS_EXPECTED: &str = "channels separated by commas, such as depth:PETR4,account:1";
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    // Tells a proxy in front not to gather what should flow.
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
];

/// Sends live data as server-sent events: snapshots, then frames without a gap.
#[utoipa::path(get, path = "/v1/stream", tag = "stream",
    params(
        ("channels" = String, Query, description = "Channels, separated by commas",
            example = "depth:PETR4,trades:PETR4"),
        ("Last-Event-ID" = Option<u64>, Header, description = "Goes on right behind this id"),
    ),
    responses((status = 200, body = String, content_type = "text/event-stream",
        description = "Messages: api/events.md")))]
pub(crate) async fn open(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    patience: Option<Extension<Patience>>,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Response, Problem> {
    let channels = params.take("channels")?;
    params.finish()?;
    let channels = channels.ok_or_else(|| Problem::missing("channels", CHANNELS_EXPECTED))?;
    let channels = read_channels(&gateway, principal, channels.split(','))?;
    let resume = last_event_id(&headers)?;
    if gateway.is_stopping() {
        return Err(Problem::stopping());
    }
    let place = gateway.open_stream(ClientKind::Stream)?;
    // Without a connection, as in tests, nobody waits for one.
    if let Some(Extension(patience)) = patience {
        patience.lower(SEND_MAX);
    }
    place.belongs_to(principal.id);
    let mut follower = Follower::new(&gateway, place);
    follower.follow(channels, resume);
    let ended = async move { gateway.credential_ended(principal).await };
    let frames = stream::unfold(follower, |mut follower| async {
        let frames = follower.next().await;
        (!frames.is_empty()).then_some((frames, follower))
    });
    let frames = frames.take_until(ended);
    let chunks = frames.flat_map(|frames| stream::iter(frames.into_iter().flat_map(chunks)));
    Ok((HEADERS, Body::from_stream(chunks.map(Ok::<_, Infallible>))).into_response())
}

/// A frame as an event: its JSON is shared with all others who are sent it.
fn chunks(frame: Frame) -> [Bytes; 3] {
    let begin = format!("event: {}\ndata: ", frame.name);
    let end = match frame.id {
        Some(id) => Bytes::from(format!("\nid: {id}\n\n")),
        None => Bytes::from_static(b"\n\n"),
    };
    [Bytes::from(begin), frame.json.into(), end]
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<Seq>, Problem> {
    let Some(header) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let text = String::from_utf8_lossy(header.as_bytes());
    text.parse().map(Some).map_err(|_| {
        Problem::field("Last-Event-ID", text.as_ref(), "the id of an event of this stream")
    })
}
