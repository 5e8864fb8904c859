//! `GET /v1/stream`: a snapshot, then gap-free deltas, as server-sent events.
//!
//! **Invariant:** every cut ends with a `cut` event whose SSE id is the last venue event told, so
//! that one id resumes all channels. Nothing is queued per client: all read the same recent
//! batches, each at its own pace. Contract: api/events.md.

mod follow;
mod frames;

use std::convert::Infallible;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use types::Seq;
use wire::json::schema::Id;
use wire::json::{Scale, parse_account_id};

use crate::gateway::{Gateway, Seen};
use crate::principal::{Principal, Reader};
use crate::problem::Problem;
use crate::query::{Params, instrument_in_field, symbol_of};
use follow::Follower;
use frames::{Channels, Own};

/// Instruments that one stream may follow.
const STREAM_SYMBOLS_MAX: usize = 64;
const LAST_EVENT_ID: &str = "last-event-id";
/// Tells a proxy in front not to gather what should flow.
const NO_BUFFERING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Sends market data and own events as server-sent events: a snapshot, then gap-free deltas.
#[utoipa::path(get, path = "/v1/stream", tag = "stream",
    params(
        ("symbols" = Option<String>, Query, description = "Instruments, separated by commas",
            example = "PETR4"),
        ("account" = Option<Id>, Query, description = "The account whose own events to send"),
        ("Last-Event-ID" = Option<u64>, Header, description = "Goes on right behind this id"),
    ),
    responses((status = 200, body = String, content_type = "text/event-stream",
        description = "Events: api/events.md")))]
pub(crate) async fn open(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    headers: HeaderMap,
    mut params: Params,
) -> Result<Response, Problem> {
    let symbols = params.take("symbols")?;
    let account = params.take("account")?;
    params.finish()?;
    let channels = channels(&gateway, principal, symbols, account)?;
    let resume = last_event_id(&headers)?;
    if gateway.is_stopping() {
        return Err(Problem::stopping());
    }
    let place = gateway.open_stream()?;
    let identity = gateway.clone();
    let ended = async move { identity.credential_ended(principal).await };
    let follower = Follower::new(gateway, channels, resume, place);
    let events = stream::unfold(follower, Follower::step)
        .flat_map(|events| stream::iter(events.into_iter().map(Ok::<_, Infallible>)))
        .take_until(ended);
    Ok(([NO_BUFFERING], Sse::new(events)).into_response())
}

fn channels(
    gateway: &Gateway,
    principal: Principal,
    symbols: Option<String>,
    account: Option<String>,
) -> Result<Channels, Problem> {
    if symbols.is_none() && account.is_none() {
        let expected = "symbols separated by commas, or an account, or both";
        return Err(Problem::missing("symbols", expected));
    }
    let account = account.map(|text| parse_account_id("account", &text)).transpose()?;
    gateway.read(|published| {
        let seen = Seen { published, principal };
        let account = account.map(|account| seen.account(account)).transpose()?;
        let own = account.map(|account| Own::new(account, gateway.decimals(account.currency)));
        let books = books(gateway, &seen, symbols.as_deref())?;
        Ok(Channels { books, own })
    })
}

/// The instruments asked for, each once, in the order asked.
fn books(gateway: &Gateway, seen: &Seen<'_>, symbols: Option<&str>) -> Result<Vec<Scale>, Problem> {
    let mut books: Vec<Scale> = Vec::new();
    for text in symbols.into_iter().flat_map(|symbols| symbols.split(',')) {
        let instrument = instrument_in_field(seen, "symbols", symbol_of("symbols", text)?)?;
        if !books.iter().any(|book| book.instrument == instrument.id) {
            books.push(gateway.scale(instrument));
        }
        if books.len() > STREAM_SYMBOLS_MAX {
            let expected = format!("at most {STREAM_SYMBOLS_MAX} symbols");
            return Err(Problem::field("symbols", text, &expected));
        }
    }
    Ok(books)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<Seq>, Problem> {
    let Some(header) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let text = String::from_utf8_lossy(header.as_bytes());
    text.parse().map(Some).map_err(|_| {
        Problem::field("Last-Event-ID", text.as_ref(), "the id of an event of this stream")
    })
}
