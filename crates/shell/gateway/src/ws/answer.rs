//! Answers of REST's handlers as messages.

use axum::body::to_bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::problem::REPLAYED;

/// An answer is shorter: it is about one order, or a problem.
const ANSWER_BYTES_MAX: usize = 1 << 20;

#[derive(Serialize)]
struct Answer {
    r#type: &'static str,
    /// The request's own name, where it had one.
    id: Option<String>,
    status: u16,
    /// Whether this is the old answer to a repeated request.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<bool>,
    /// Seconds after which the request is worth repeating.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    body: Box<RawValue>,
}

/// Writes the answer to the request `id`, which a handler gave.
pub(super) async fn write(id: Option<String>, response: Response) -> String {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_BYTES_MAX).await.expect("an answer is in memory, and short");
    let body =
        String::from_utf8(body.into()).ok().and_then(|text| RawValue::from_string(text).ok());
    message(id, parts.status, &parts.headers, body.expect("every answer is JSON"))
}

/// Writes the answer to a request about the socket itself.
pub(super) fn ok<T: Serialize>(id: Option<String>, body: &T) -> String {
    let body = serde_json::value::to_raw_value(body).expect("an answer is plain data");
    message(id, StatusCode::OK, &HeaderMap::new(), body)
}

fn message(
    id: Option<String>,
    status: StatusCode,
    headers: &HeaderMap,
    body: Box<RawValue>,
) -> String {
    let retry_after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let answer = Answer {
        r#type: "answer",
        id,
        status: status.as_u16(),
        replayed: headers.contains_key(REPLAYED).then_some(true),
        retry_after: retry_after.and_then(|text| text.parse().ok()),
        body,
    };
    serde_json::to_string(&answer).expect("an answer is plain data")
}
