//! What a request that succeeded is told: JSON, with the seqs it is true at.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bus::Published;
use serde::Serialize;
use types::Seq;
use utoipa::ToSchema;

use crate::ask::Accepted;
use crate::problem::REPLAYED;

/// A status and a body that becomes JSON.
#[derive(Clone, Debug)]
pub(crate) struct Answer<T> {
    status: StatusCode,
    location: Option<String>,
    is_replayed: bool,
    cookie: Option<HeaderValue>,
    body: T,
}

/// How far the venue had come when an answer was made; part of every answer.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Seqs {
    /// In the answer to a write, the command's seq; else the last durable command's.
    pub seq: Seq,
    /// The last event in what is shown: where an event stream goes on.
    pub event_seq: Seq,
}

impl Seqs {
    pub(crate) fn of(published: &Published) -> Seqs {
        Seqs { seq: published.durable().seq, event_seq: published.event_seq() }
    }

    /// Those of an answer that is made of both.
    pub(crate) fn earlier(self, other: Seqs) -> Seqs {
        if self.seq < other.seq { self } else { other }
    }

    /// Those of the answer to a write.
    pub(crate) fn after(accepted: Accepted, published: &Published) -> Seqs {
        Seqs { seq: accepted.seq, event_seq: published.event_seq() }
    }
}

impl<T: Serialize> Answer<T> {
    pub(crate) fn ok(body: T) -> Answer<T> {
        Answer { status: StatusCode::OK, location: None, is_replayed: false, cookie: None, body }
    }

    /// Something new has an address.
    pub(crate) fn created(location: String, body: T) -> Answer<T> {
        let status = StatusCode::CREATED;
        Answer { status, location: Some(location), is_replayed: false, cookie: None, body }
    }

    /// Something was taken on and is not done yet.
    pub(crate) fn waiting(body: T) -> Answer<T> {
        Answer { status: StatusCode::ACCEPTED, ..Answer::ok(body) }
    }

    pub(crate) fn body(&self) -> &T {
        &self.body
    }

    /// Has the browser keep or forget something.
    pub(crate) fn with_cookie(mut self, cookie: HeaderValue) -> Answer<T> {
        self.cookie = Some(cookie);
        self
    }

    /// Marks the old answer to a repeated request.
    pub(crate) fn to(mut self, accepted: Accepted) -> Answer<T> {
        self.is_replayed = accepted.is_replayed;
        self
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body).expect("an answer is plain data");
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(location) = self.location {
            let location = HeaderValue::try_from(location).expect("addresses are ASCII");
            headers.insert(header::LOCATION, location);
        }
        if let Some(cookie) = self.cookie {
            headers.insert(header::SET_COOKIE, cookie);
        }
        if self.is_replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}
