//! Hands a command to the venue and waits for its outcome.

use axum::http::HeaderMap;
use types::{RequestId, Seq};
use venue::{Action, Command, Done};

use crate::gateway::Gateway;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::refusal;

/// The header that names a request that has no body.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
pub(crate) const REQUEST_ID_EXPECTED: &str = "1 to 36 printable ASCII characters, no blank";

/// A command that was not refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted {
    /// Its seq; of a repeated request, the first one's.
    pub seq: Seq,
    pub done: Done,
    /// Whether this is the old answer to a repeated request.
    pub is_replayed: bool,
}

/// A command as handlers write it: the rest is the same for all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub principal: Principal,
    pub request: Option<RequestId>,
    pub action: Action,
}

impl Gateway {
    /// Submits a command and waits until it is durable.
    ///
    /// # Errors
    /// A problem that says whether anything happened: refused, busy, stopped, lost, no answer.
    pub(crate) async fn ask(&self, ask: Ask) -> Result<Accepted, Problem> {
        let Ask { principal: Principal { id, connection, .. }, request, action } = ask;
        self.limits().of_command(&action)?;
        let command = Command { principal: id, connection, request, action };
        let answer = self.submitter().submit(command);
        let in_time = tokio::time::timeout(self.config().answer_timeout, answer).await;
        let outcome = in_time.map_err(|_| Problem::no_answer())??;
        match outcome.result {
            Ok(done) => Ok(Accepted { seq: outcome.seq, done, is_replayed: outcome.repeated }),
            Err(reject) => Err(refusal::problem(self, &command, &reject)
                .refused_at(outcome.seq)
                .replayed(outcome.repeated)),
        }
    }
}

/// The client's name for a request: from the body's `field`, else from the `Idempotency-Key`
/// header.
///
/// # Errors
/// When either is not a request id, or both are given and differ.
pub(crate) fn request_id(
    headers: &HeaderMap,
    field: &str,
    in_body: Option<&str>,
) -> Result<Option<RequestId>, Problem> {
    let read = |field: &str, text: &str| {
        RequestId::new(text).ok_or_else(|| Problem::field(field, text, REQUEST_ID_EXPECTED))
    };
    let in_body = in_body.map(|text| read(field, text)).transpose()?;
    let Some(header) = headers.get(IDEMPOTENCY_KEY) else { return Ok(in_body) };
    let text = String::from_utf8_lossy(header.as_bytes()).into_owned();
    let in_header = read("Idempotency-Key", &text)?;
    match in_body {
        Some(other) if other != in_header => {
            let expected = format!("{other}, as in the body, or no such header");
            Err(Problem::field("Idempotency-Key", text, &expected))
        }
        Some(_) | None => Ok(Some(in_header)),
    }
}
