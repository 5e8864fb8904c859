//! Reads a JSON body: its shape here, its values by `wire`.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::de::{DeserializeOwned, IgnoredAny};

mod misshapen;

use misshapen::{Fault, explain};

use crate::gateway::Gateway;
use crate::problem::Problem;

/// How deep lists and objects of a body may lie in each other: what the JSON library reads before
/// it gives up.
pub(crate) const JSON_DEPTH_MAX: usize = 127;

/// A body of the shape `T`.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Gateway> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, gateway: &Gateway) -> Result<Body<T>, Problem> {
        check_media_type(request.headers())?;
        let bytes = read(request, gateway).await?;
        decode(&bytes).map(Body)
    }
}

/// A body that may be left out: no bytes stand for `{}`, of whatever media type.
pub(crate) struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Gateway> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, gateway: &Gateway) -> Result<OptionalBody<T>, Problem> {
        let media_type = check_media_type(request.headers());
        let bytes = read(request, gateway).await?;
        if bytes.is_empty() {
            return decode(b"{}").map(OptionalBody);
        }
        media_type?;
        decode(&bytes).map(OptionalBody)
    }
}

async fn read(request: Request, gateway: &Gateway) -> Result<Bytes, Problem> {
    let length = request.headers().get(header::CONTENT_LENGTH).cloned();
    let whole = Bytes::from_request(request, gateway);
    match tokio::time::timeout(gateway.config().body_timeout, whole).await {
        Ok(read) => read.map_err(|rejection| unread(&rejection, length.as_ref())),
        Err(_) => Err(Problem::body_incomplete()),
    }
}

pub(crate) fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let shown = headers.get(header::CONTENT_TYPE).map(|value| value.as_bytes());
    let shown = String::from_utf8_lossy(shown.unwrap_or_default()).into_owned();
    let essence = shown.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let (status, expected) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/json");
    let detail = format!("Content-Type is {shown:?}, expected {expected}");
    let problem = Problem::new(status, "unsupported_media_type", "Not JSON", detail);
    Err(problem.about("Content-Type", shown).expecting(expected))
}

fn unread(rejection: &BytesRejection, length: Option<&HeaderValue>) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::body_too_large(length.and_then(|length| length.to_str().ok()));
    }
    Problem::body_incomplete()
}

/// Reads JSON of the shape `T`.
///
/// # Errors
/// A problem that names the field.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    check_object(bytes)?;
    let again = |bytes: &[u8]| shaped::<T>(bytes).err();
    shaped(bytes).map_err(|fault| explain(bytes, &fault, again))
}

fn shaped<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut input);
    let body = body.map_err(|error| Fault::new(&error.path().clone(), error.into_inner()))?;
    input.end().map_err(Fault::whole)?;
    Ok(body)
}

/// That JSON begins an object: a list would be read field by field, in an order nobody promised.
fn check_object(bytes: &[u8]) -> Result<(), Problem> {
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(begins, Some(b'[' | b'"' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n')) {
        return Ok(());
    }
    let again = |bytes: &[u8]| serde_json::from_slice::<IgnoredAny>(bytes).err().map(Fault::whole);
    match again(bytes).or_else(|| Fault::of_depth(bytes)) {
        Some(fault) => Err(explain(bytes, &fault, again)),
        None => {
            let shown = String::from_utf8_lossy(bytes).trim().to_owned();
            Err(Problem::field("body", shown, "a JSON object"))
        }
    }
}
