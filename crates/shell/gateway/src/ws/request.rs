//! What a socket may ask, one JSON object a message.

use serde::Deserialize;
use serde_json::value::RawValue;
use types::Seq;

use crate::body::decode;
use crate::problem::Problem;

/// Longest name of a request.
const ID_CHARS_MAX: usize = 64;
const OP_EXPECTED: &str = "auth, subscribe, unsubscribe, resync, place, replace, cancel, \
                           cancel_all, cancel_after or cancel_on_disconnect";

/// A request, decoded as far as its bodies. It may hold a key, so it has no `Debug`.
pub(super) enum Request {
    Auth { key: String },
    Subscribe { channels: Vec<String>, resume: Option<Seq> },
    Unsubscribe { channels: Vec<String> },
    Resync { channel: String },
    CancelOnDisconnect { enabled: bool },
    Order(OrderRequest),
}

/// A request that a handler of REST answers.
#[derive(Debug)]
pub(super) enum OrderRequest {
    Place { account: String, body: Box<RawValue> },
    Replace { account: String, order: String, body: Box<RawValue> },
    Cancel { account: String, order: String, body: Option<Box<RawValue>> },
    CancelAll { account: String, query: Vec<(String, String)>, body: Option<Box<RawValue>> },
    CancelAfter { account: String, body: Box<RawValue> },
}

/// What every request begins with; the rest is read once it is known what it is.
#[derive(Deserialize)]
struct Envelope {
    op: Option<String>,
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subscribe {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    channels: Vec<String>,
    resume: Option<Seq>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsubscribe {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    channels: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resync {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    channel: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAccount {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    account_id: String,
    body: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    account_id: String,
    order_id: String,
    body: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancel {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    account_id: String,
    order_id: String,
    body: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CancelAll {
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "id")]
    _id: Option<String>,
    account_id: String,
    symbol: Option<String>,
    side: Option<String>,
    body: Option<Box<RawValue>>,
}

/// Reads a message: its id, as far as it can be read, and what it asks.
pub(super) fn read(text: &[u8]) -> (Option<String>, Result<Request, Problem>) {
    let envelope = match decode::<Envelope>(text) {
        Ok(envelope) => envelope,
        Err(problem) => return (None, Err(problem)),
    };
    let Envelope { op, id } = envelope;
    match id {
        Some(id) if id.chars().count() > ID_CHARS_MAX => {
            let expected = format!("at most {ID_CHARS_MAX} characters");
            (None, Err(Problem::field("id", id, &expected)))
        }
        id => (id, read_op(op.as_deref(), text)),
    }
}

fn read_op(op: Option<&str>, text: &[u8]) -> Result<Request, Problem> {
    Ok(match op {
        Some("auth") => {
            let Auth { key, .. } = decode(text)?;
            Request::Auth { key }
        }
        Some("subscribe") => {
            let Subscribe { channels, resume, .. } = decode(text)?;
            Request::Subscribe { channels, resume }
        }
        Some("unsubscribe") => {
            let Unsubscribe { channels, .. } = decode(text)?;
            Request::Unsubscribe { channels }
        }
        Some("resync") => {
            let Resync { channel, .. } = decode(text)?;
            Request::Resync { channel }
        }
        Some("cancel_on_disconnect") => {
            let Switch { enabled, .. } = decode(text)?;
            Request::CancelOnDisconnect { enabled }
        }
        Some("place") => {
            let OfAccount { account_id: account, body, .. } = decode(text)?;
            Request::Order(OrderRequest::Place { account, body })
        }
        Some("cancel_after") => {
            let OfAccount { account_id: account, body, .. } = decode(text)?;
            Request::Order(OrderRequest::CancelAfter { account, body })
        }
        Some("replace") => {
            let Replace { account_id: account, order_id: order, body, .. } = decode(text)?;
            Request::Order(OrderRequest::Replace { account, order, body })
        }
        Some("cancel") => {
            let Cancel { account_id: account, order_id: order, body, .. } = decode(text)?;
            Request::Order(OrderRequest::Cancel { account, order, body })
        }
        Some("cancel_all") => {
            let CancelAll { account_id: account, symbol, side, body, .. } = decode(text)?;
            let named = |name: &str, value: Option<String>| Some((name.to_owned(), value?));
            let query = named("symbol", symbol).into_iter().chain(named("side", side)).collect();
            Request::Order(OrderRequest::CancelAll { account, query, body })
        }
        Some(other) => return Err(Problem::field("op", other, OP_EXPECTED)),
        None => return Err(Problem::missing("op", OP_EXPECTED)),
    })
}
