//! Reads a JSON body: its shape here, its values by `wire`.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::gateway::Gateway;
use crate::problem::Problem;
use crate::router::BODY_BYTES_MAX;

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
    let whole = Bytes::from_request(request, gateway);
    match tokio::time::timeout(gateway.config().body_timeout, whole).await {
        Ok(read) => read.map_err(unread),
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

fn unread(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = format!("a body has at most {BODY_BYTES_MAX} bytes");
        let (status, code) = (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large");
        return Problem::new(status, code, "The body is too large", detail.clone())
            .expecting(detail);
    }
    Problem::body_incomplete()
}

/// Reads JSON of the shape `T`.
///
/// # Errors
/// A problem that names the field.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    check_object(bytes)?;
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut input).map_err(|error| {
        let path = error.path().to_string();
        misshapen(bytes, &path, error.inner())
    })?;
    input.end().map_err(|error| misshapen(bytes, "", &error))?;
    Ok(body)
}

/// That JSON begins an object: a list would be read field by field, in an order nobody promised.
fn check_object(bytes: &[u8]) -> Result<(), Problem> {
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(begins, Some(b'[' | b'"' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n')) {
        return Ok(());
    }
    let value = serde_json::from_slice::<Value>(bytes);
    value.map_err(|error| misshapen(bytes, "", &error))?;
    let detail = "the body is JSON, but not an object".to_owned();
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Err(Problem::new(status, "invalid_field", "A field does not pass", detail)
        .expecting("a JSON object"))
}

/// Explains what serde found. Its messages end in "…, expected X at line L column C".
fn misshapen(bytes: &[u8], path: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let reason = message.strip_suffix(&place).unwrap_or(&message);
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => {
            let detail = format!("the body is not JSON: {message}");
            let problem =
                Problem::new(StatusCode::BAD_REQUEST, "malformed_json", "Not JSON", detail);
            let field = if path == "." { "" } else { path };
            if field.is_empty() { problem } else { problem.about(field, Value::Null) }
        }
        Category::Data => {
            let (field, value) = culprit(bytes, path, reason);
            let expected = reason.split_once("expected ").map_or(reason, |(_, expected)| expected);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Problem::new(status, "invalid_field", "A field does not pass", message.clone())
                .about(&field, value)
                .expecting(expected.replace('`', "\""))
        }
    }
}

/// The field that serde's complaint is about, and its value. A missing, unknown or duplicate one
/// is named by the message; the path then ends at the object around it.
fn culprit(bytes: &[u8], path: &str, reason: &str) -> (String, Value) {
    let path = if path == "." { "" } else { path };
    let is_about_name = ["missing field", "unknown field", "duplicate field"]
        .iter()
        .any(|kind| reason.starts_with(kind));
    let name = reason.split('`').nth(1).filter(|_| is_about_name);
    let field = match name {
        Some(name) if path.is_empty() => name.to_owned(),
        Some(name) if path.split('.').next_back() != Some(name) => format!("{path}.{name}"),
        Some(_) | None => path.to_owned(),
    };
    let body: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let value = field.split('.').try_fold(&body, |value, name| value.get(name));
    (field.clone(), value.cloned().unwrap_or_default())
}
