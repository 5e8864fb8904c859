//! What a request that did not succeed is told: an RFC 9457 problem document.
//!
//! **Invariant:** a problem says whether anything happened. HTTP status is chosen here and in
//! `refusal`, nowhere else. The list of codes is api/errors.md.

use crate::router::BODY_BYTES_MAX;
use axum::http::StatusCode;
use bus::{StopCause, SubmitError};
use identity::{KEYS_PER_OWNER_MAX, Scope, Scopes};
use serde::Serialize;
use serde_json::Value;
use types::{AccountId, PaymentId, RequestId, Seq, Symbol};
use utoipa::ToSchema;
use venue::PREVIEW_FILLS_MAX;

mod kinds;
mod response;

pub(crate) use kinds::{Applies, KINDS};
pub(crate) use response::{ProblemCode, REPLAYED};

/// What a problem's `type` begins with; its code follows.
const TYPE_BASE: &str = "urn:rialto:problem:";
/// Longer values are cut: a problem must not echo a whole request.
const VALUE_CHARS_MAX: usize = 64;
/// Seconds a client waits after "busy": a full queue empties in far less.
const RETRY_AFTER_BUSY_S: u16 = 1;
/// Seconds a client waits after "behind", beside those it has waited.
const RETRY_AFTER_BEHIND_S: u16 = 1;
const KEY_EXPECTED: &str = "Bearer and a key that is good";
const PAYMENT_EXPECTED: &str = "one of the account's last payments";

/// A problem document and its status.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    /// Boxed, for a problem is passed by value through every result.
    document: Box<Document>,
    retry_after_s: Option<u16>,
    is_replayed: bool,
    is_of_venue: bool,
}

/// What a request that did not succeed is told (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Document {
    /// `urn:rialto:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// A sentence for a person; may change.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// Stable for ever; listed in api/errors.md.
    code: &'static str,
    /// A sentence for a person; may change.
    detail: String,
    /// The field at fault, with dots for nested ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Its value, cut to 64 characters; `null` when it was missing, `…` where it may be a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    /// What would have passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    /// `false`: nothing happened. `null`: unknown.
    applied: Option<bool>,
    /// The refused command's seq, which is on record; how far a venue that is behind has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<Seq>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Problem {
        debug_assert!(kinds::is_listed(code, status.as_u16()), "{code} {status}: list it in KINDS");
        let document = Document {
            kind: format!("{TYPE_BASE}{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: detail.into(),
            field: None,
            value: None,
            expected: None,
            applied: Some(false),
            seq: None,
        };
        let document = Box::new(document);
        Problem { status, document, retry_after_s: None, is_replayed: false, is_of_venue: false }
    }

    /// A field of path, query, header or body that does not pass.
    pub(crate) fn field(field: &str, value: impl Into<Value>, expected: &str) -> Problem {
        let value = short(value.into());
        Problem::of_field(field, value.clone(), &format!("is {value}"), expected)
    }

    /// Like [`Problem::field`], where it is not the value that is at fault.
    pub(crate) fn of_field(field: &str, value: Value, said: &str, expected: &str) -> Problem {
        let field = &cut(field);
        let detail = format!("{field} {said}, expected {expected}");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Problem::new(status, "invalid_field", "A field does not pass", detail)
            .about(field, value)
            .expecting(expected)
    }

    pub(crate) fn missing(field: &str, expected: &str) -> Problem {
        let detail = format!("{field} is missing, expected {expected}");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Problem::new(status, "missing_field", "A field is missing", detail)
            .about(field, Value::Null)
            .expecting(expected)
    }

    /// The path names an account that does not exist, or is not the principal's.
    pub(crate) fn unknown_account(account: AccountId) -> Problem {
        let expected = "an account that exists";
        unknown("unknown_account", "account_id", &account.0.to_string(), expected)
    }

    /// The path names an order that is neither open nor among the account's last closed ones.
    pub(crate) fn unknown_order(field: &str, name: &str) -> Problem {
        let expected = "an open order of this account, or one of its last closed ones";
        unknown("unknown_order", field, name, expected)
    }

    /// The path names a payment that is not among the account's last.
    pub(crate) fn unknown_payment(payment: PaymentId) -> Problem {
        unknown("unknown_payment", "payment_id", &payment.0.to_string(), PAYMENT_EXPECTED)
    }

    /// The path names a payment by a client's name that none of the account's last has.
    pub(crate) fn unknown_payment_name(name: RequestId) -> Problem {
        unknown("unknown_payment", "client_request_id", name.as_str(), PAYMENT_EXPECTED)
    }

    /// The path names an instrument that is not listed.
    pub(crate) fn unknown_instrument(symbol: Symbol) -> Problem {
        let expected = "an instrument that is listed";
        unknown("unknown_instrument", "symbol", symbol.as_str(), expected)
    }

    /// Whether the request's id was used for another one.
    pub(crate) fn is_conflict(&self) -> bool {
        self.document.code == "request_conflict"
    }

    /// Whether the venue had no room for the command.
    pub(crate) fn is_busy(&self) -> bool {
        self.document.code == "busy"
    }

    pub(crate) fn about(mut self, field: &str, value: impl Into<Value>) -> Problem {
        self.document.field = Some(field.to_owned());
        self.document.value = Some(short(value.into()));
        self
    }

    pub(crate) fn expecting(mut self, expected: impl Into<String>) -> Problem {
        self.document.expected = Some(expected.into());
        self
    }

    /// The request may have had an effect: the order's status, or the same request id again,
    /// tells.
    fn with_unknown_effect(mut self) -> Problem {
        self.document.applied = None;
        self
    }

    /// The account is open, but its starting balance is not there: the problem is about that.
    pub(crate) fn after_opening(mut self, account: AccountId) -> Problem {
        let why = std::mem::take(&mut self.document.detail);
        self.document.detail = format!(
            "account {} is open, its starting balance is missing; the same request id again adds \
             it: {why}",
            account.0
        );
        self.with_unknown_effect()
    }

    /// Whether it says that nothing was done.
    pub(crate) fn is_nothing_applied(&self) -> bool {
        self.document.applied == Some(false)
    }

    pub(crate) fn refused_at(mut self, seq: Seq) -> Problem {
        self.document.seq = Some(seq);
        self
    }

    /// The venue refused it, and not the gateway.
    pub(crate) fn of_venue(mut self) -> Problem {
        self.is_of_venue = true;
        self
    }

    pub(crate) fn replayed(mut self, is_replayed: bool) -> Problem {
        self.is_replayed = is_replayed;
        self
    }

    pub(crate) fn retry_after(mut self, seconds: u16) -> Problem {
        self.retry_after_s = Some(seconds);
        self
    }

    /// What a body tells of a refusal that would happen.
    pub(crate) fn into_document(self) -> Document {
        *self.document
    }

    /// The order would trade more often than a preview goes through.
    pub(crate) fn preview_too_long(qty: &str) -> Problem {
        let detail = format!("the order would make more than {PREVIEW_FILLS_MAX} trades at once");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Problem::new(status, "preview_too_long", "Too many trades to preview", detail)
            .about("qty", qty)
            .expecting(format!("an order that makes at most {PREVIEW_FILLS_MAX} trades at once"))
    }

    /// No answer came in time; the command may yet be applied.
    pub(crate) fn no_answer() -> Problem {
        let detail = "no answer in time; ask for the status, or send the same request id again";
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "no_answer", "No answer in time", detail)
            .with_unknown_effect()
    }

    /// No answer came in time to what applies nothing anyway.
    pub(crate) fn no_preview() -> Problem {
        let detail = "no answer in time; nothing was placed, ask again";
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "no_answer", "No answer in time", detail)
    }

    /// The venue has come to `seq` only, and the read is to include `min_seq`.
    pub(crate) fn behind(min_seq: Seq, seq: Seq) -> Problem {
        let detail = format!("the venue has come to seq {seq}, not yet to {min_seq}");
        Problem::late(Some(min_seq), seq, detail)
    }

    /// The history has come to `seq` only, while the venue is at `venue`, and `why`.
    pub(crate) fn history_behind(min_seq: Option<Seq>, venue: Seq, seq: Seq, why: &str) -> Problem {
        let detail = format!("the history has come to seq {seq}, the venue to {venue}{why}");
        Problem::late(min_seq, seq, detail)
    }

    fn late(min_seq: Option<Seq>, seq: Seq, detail: String) -> Problem {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let problem = Problem::new(status, "behind", "Not there yet", detail)
            .refused_at(seq)
            .retry_after(RETRY_AFTER_BEHIND_S);
        match min_seq {
            Some(min_seq) => problem
                .about("min_seq", min_seq.to_string())
                .expecting(format!("at most {seq}, for now")),
            None => problem,
        }
    }

    /// A body of `length` bytes, where the client says how many.
    pub(crate) fn body_too_large(length: Option<&str>) -> Problem {
        let expected = format!("a body of at most {BODY_BYTES_MAX} bytes");
        let told = length.map_or_else(|| format!("more than {BODY_BYTES_MAX}"), str::to_owned);
        let detail = format!("the body has {told} bytes, expected {expected}");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Problem::new(status, "body_too_large", "The body is too large", detail)
            .about("Content-Length", length.map_or(Value::Null, Value::from))
            .expecting(expected)
    }

    pub(crate) fn unknown_path(path: &str) -> Problem {
        let detail = format!("there is nothing at {path}");
        Problem::new(StatusCode::NOT_FOUND, "unknown_path", "Nothing here", detail)
            .about("path", path)
            .expecting("a path of the API: GET /v1/openapi.json lists them, /docs shows them")
    }

    /// The path is one, and takes other methods.
    pub(crate) fn unknown_method(path: &str, method: &str, allowed: &str) -> Problem {
        let detail = format!("{path} does not take {method}, expected {allowed}");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Problem::new(status, "method_not_allowed", "Not with this method", detail)
            .about("method", method)
            .expecting(allowed)
    }

    pub(crate) fn body_incomplete() -> Problem {
        let detail = "the body did not arrive whole, or not in time";
        Problem::new(StatusCode::BAD_REQUEST, "body_incomplete", "The body is incomplete", detail)
    }

    /// Nobody says who asks.
    pub(crate) fn no_key() -> Problem {
        let detail =
            "no key was sent: this needs an API key in `Authorization: Bearer`, or a login";
        unauthenticated(detail).about("Authorization", Value::Null).expecting(KEY_EXPECTED)
    }

    /// `Authorization` is there, with something else. What, is not told: it may be a secret.
    pub(crate) fn no_bearer() -> Problem {
        let detail = "the header `Authorization` is not `Bearer`, a blank and a key";
        unauthenticated(detail).about("Authorization", "…").expecting(KEY_EXPECTED)
    }

    /// What was shown lets nobody in. Whether it ever did is not told, nor what it was.
    pub(crate) fn unknown_credential() -> Problem {
        let detail = "this key is not known or was revoked; a login may have ended";
        unauthenticated(detail).about("Authorization", "…").expecting(KEY_EXPECTED)
    }

    /// The request names a host that is not the venue's.
    pub(crate) fn misdirected(host: &str, expected: &str) -> Problem {
        let detail = format!("nothing is served under the name {host}");
        let status = StatusCode::MISDIRECTED_REQUEST;
        Problem::new(status, "misdirected", "Not served here", detail)
            .about("Host", host)
            .expecting(expected)
    }

    /// A page asks with a login's cookie that is not the venue's own.
    pub(crate) fn foreign_origin(origin: Option<&str>, expected: &str) -> Problem {
        let detail = "with a cookie, only the venue's own pages change anything or open a socket";
        Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "Not from this page", detail)
            .about("Origin", origin.map_or(Value::Null, Value::from))
            .expecting(expected)
    }

    /// One sentence for a wrong password and for a name that nobody has.
    pub(crate) fn wrong_password() -> Problem {
        let detail = "name and password do not fit";
        Problem::new(StatusCode::UNAUTHORIZED, "wrong_password", "Not logged in", detail)
    }

    pub(crate) fn name_taken() -> Problem {
        Problem::new(StatusCode::CONFLICT, "name_taken", "Taken", "somebody has this name")
            .about("name", Value::Null)
            .expecting("another name")
    }

    pub(crate) fn keys_full() -> Problem {
        let detail = format!("there are {KEYS_PER_OWNER_MAX} keys already: revoke one first");
        Problem::new(StatusCode::CONFLICT, "keys_full", "Too many keys", detail)
    }

    pub(crate) fn person_accounts_full(max: usize) -> Problem {
        let detail = format!("you have {max} accounts already: close one first");
        let status = StatusCode::CONFLICT;
        Problem::new(status, "person_accounts_full", "Too many accounts", detail)
    }

    pub(crate) fn guests_full(guests_max: usize) -> Problem {
        let detail = format!("there are {guests_max} guests already: register instead");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "guests_full", "Too many guests", detail)
    }

    /// Somebody asks more than the limit of this name lets through.
    pub(crate) fn rate_limited(limit: &str, burst: u32, seconds: u16) -> Problem {
        let detail =
            format!("more than {burst} requests at once for one {limit}; nothing happened");
        let status = StatusCode::TOO_MANY_REQUESTS;
        Problem::new(status, "rate_limited", "Too fast", detail)
            .expecting(format!("a pause of {seconds} s"))
            .retry_after(seconds)
    }

    pub(crate) fn too_many_requests(seconds: u16) -> Problem {
        let detail = format!("too many at once, or too many failures; retry after {seconds} s");
        let (status, code) = (StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
        Problem::new(status, code, "Too many requests", detail).retry_after(seconds)
    }

    /// The log says why: it is nothing of the client's.
    pub(crate) fn store_failed() -> Problem {
        let detail = "the identity store failed";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, "identity_failed", "Failed", detail)
    }

    pub(crate) fn unknown_key(id: u64) -> Problem {
        unknown("unknown_key", "key_id", &id.to_string(), "a key of yours that is good")
    }

    pub(crate) fn unknown_login(id: u64) -> Problem {
        unknown("unknown_login", "login_id", &id.to_string(), "a login of yours")
    }

    pub(crate) fn unknown_user(id: u64) -> Problem {
        unknown("unknown_user", "user_id", &id.to_string(), "a user who is not removed")
    }

    /// The value is not told: it is a secret, or nearly one.
    pub(crate) fn unknown_reset() -> Problem {
        let detail = "the token is none, was used before, or is too old";
        Problem::new(StatusCode::NOT_FOUND, "unknown_reset", "No such token", detail)
            .about("token", "…")
            .expecting("a token of the last hour that was not used")
    }

    /// Somebody cannot be removed while they have something.
    pub(crate) fn accounts_not_flat(account: AccountId) -> Problem {
        let detail = format!("account {} has cash, shares or open orders", account.0);
        Problem::new(StatusCode::CONFLICT, "accounts_not_flat", "Not flat", detail)
            .about("account_id", account.0.to_string())
            .expecting("accounts without cash, shares and open orders")
    }

    /// The key or login is good, for other things.
    pub(crate) fn missing_scope(scope: Scope, has: Scopes) -> Problem {
        let name = scope.name();
        let has: Vec<&str> = has.iter().map(Scope::name).collect();
        let shown = if has.is_empty() { "none".to_owned() } else { has.join(", ") };
        let detail =
            format!("this needs the scope {name}, which the key or login has not: it has {shown}");
        Problem::new(StatusCode::FORBIDDEN, "missing_scope", "Not with this key", detail)
            .about("scopes", has)
            .expecting(format!("a key with the scope {name}"))
    }

    /// As many event streams are open as may be.
    pub(crate) fn streams_full(streams_max: usize) -> Problem {
        let detail = format!("{streams_max} event streams are open already");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "streams_full", "Too many streams", detail)
            .retry_after(RETRY_AFTER_BUSY_S)
    }

    pub(crate) fn stopping() -> Problem {
        let detail = "the venue is shutting down";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopped", "Shutting down", detail)
    }
}

fn short(value: Value) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let cut = cut(&text);
    if cut == text { value } else { Value::String(cut) }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn unauthenticated(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Who asks?", detail)
}

pub(crate) fn unknown(code: &'static str, field: &str, name: &str, expected: &str) -> Problem {
    let detail = format!("there is no {field} {name}, expected {expected}");
    Problem::new(StatusCode::NOT_FOUND, code, "No such thing", detail)
        .about(field, name)
        .expecting(expected)
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Problem {
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        let detail = error.to_string();
        match error {
            SubmitError::Busy { .. } => {
                Problem::new(unavailable, "busy", "Busy", detail).retry_after(RETRY_AFTER_BUSY_S)
            }
            SubmitError::Stopped { cause: StopCause::ShutDown } => {
                Problem::new(unavailable, "stopped", "The venue has stopped", detail)
            }
            SubmitError::Stopped { cause: StopCause::DiskFull } => {
                Problem::new(unavailable, "disk_full", "The journal's disk is full", detail)
            }
            SubmitError::Lost => Problem::new(unavailable, "lost", "The answer is lost", detail)
                .with_unknown_effect(),
        }
    }
}
