//! What the gateway counts of requests: how many, how they ended, how long they took, and which
//! problems it told of by itself. What the venue refused, the venue counts.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use meter::{Counter, DURATION_BOUNDS_NS, Histogram};

use crate::problem::{KINDS, ProblemCode};

/// What a request is about: few enough that each may have a histogram of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum RequestClass {
    /// Orders placed, replaced, cancelled and previewed.
    Orders,
    /// The same over a WebSocket.
    SocketOrders,
    /// What else changes accounts and instruments.
    Commands,
    /// What is alive.
    Reads,
    /// What was.
    History,
    /// People, logins and keys.
    People,
    /// Operators' tools.
    Admin,
    /// Event streams and sockets as they open.
    Streams,
    /// The server itself, its description, and paths that do not exist.
    Server,
}

impl RequestClass {
    pub(crate) const ALL: [RequestClass; 9] = [
        RequestClass::Orders,
        RequestClass::SocketOrders,
        RequestClass::Commands,
        RequestClass::Reads,
        RequestClass::History,
        RequestClass::People,
        RequestClass::Admin,
        RequestClass::Streams,
        RequestClass::Server,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            RequestClass::Orders => "orders",
            RequestClass::SocketOrders => "socket_orders",
            RequestClass::Commands => "commands",
            RequestClass::Reads => "reads",
            RequestClass::History => "history",
            RequestClass::People => "people",
            RequestClass::Admin => "admin",
            RequestClass::Streams => "streams",
            RequestClass::Server => "server",
        }
    }

    /// What a request over HTTP is about.
    pub(crate) fn of(request: &Request) -> RequestClass {
        RequestClass::of_path(request.method(), request.uri().path())
    }

    fn of_path(method: &Method, path: &str) -> RequestClass {
        let Some(rest) = path.strip_prefix("/v1/") else { return RequestClass::Server };
        let (first, within) = rest.split_once('/').unwrap_or((rest, ""));
        let reads = [Method::GET, Method::HEAD].contains(method);
        match first {
            "leaderboard" => RequestClass::History,
            "accounts" | "instruments"
                if ["/history/", "/reports/"].iter().any(|it| within.contains(it)) =>
            {
                RequestClass::History
            }
            "accounts" if !reads && within.contains("/orders") => RequestClass::Orders,
            "accounts" | "instruments" if !reads => RequestClass::Commands,
            "accounts" | "instruments" | "quotes" | "limits" | "time" => RequestClass::Reads,
            "auth" | "keys" => RequestClass::People,
            "admin" => RequestClass::Admin,
            "ws" | "stream" => RequestClass::Streams,
            _ => RequestClass::Server,
        }
    }
}

/// The first digits of statuses.
pub(crate) const STATUS_CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Counts requests.
#[derive(Debug)]
pub(crate) struct RequestMeter {
    ended: [[Counter; STATUS_CLASSES.len()]; RequestClass::ALL.len()],
    took_ns: [Histogram; RequestClass::ALL.len()],
    problems: [Counter; KINDS.len()],
}

impl RequestMeter {
    pub(crate) fn new() -> RequestMeter {
        RequestMeter {
            ended: std::array::from_fn(|_| [const { Counter::new() }; STATUS_CLASSES.len()]),
            took_ns: std::array::from_fn(|_| Histogram::new(DURATION_BOUNDS_NS)),
            problems: [const { Counter::new() }; KINDS.len()],
        }
    }

    /// Counts an answer, which took so long to make.
    pub(crate) fn answered(&self, class: RequestClass, response: &Response, took: Duration) {
        self.ended[class as usize][status_class(response.status())].add(1);
        self.took_ns[class as usize].observe_duration(took);
        self.told(response);
    }

    /// Counts the problem in an answer, if there is one and it is the gateway's own.
    pub(crate) fn told(&self, response: &Response) {
        if let Some(ProblemCode(code)) = response.extensions().get() {
            self.problem(code);
        }
    }

    /// Counts a problem that somebody was told of.
    pub(crate) fn problem(&self, code: &str) {
        let kind = KINDS.iter().position(|kind| kind.code == code);
        self.problems[kind.expect("each problem is of a kind")].add(1);
    }

    /// Each class, its histogram, and its answers by [`STATUS_CLASSES`].
    pub(crate) fn classes(
        &self,
    ) -> impl Iterator<Item = (RequestClass, &Histogram, &[Counter; STATUS_CLASSES.len()])> {
        let counted = self.took_ns.iter().zip(&self.ended);
        RequestClass::ALL
            .into_iter()
            .zip(counted)
            .map(|(class, (took, ended))| (class, took, ended))
    }

    /// Each code of the gateway's own problems, and how often somebody was told of it.
    pub(crate) fn problems(&self) -> impl Iterator<Item = (&'static str, u64)> {
        KINDS.iter().zip(&self.problems).map(|(kind, counter)| (kind.code, counter.get()))
    }
}

fn status_class(status: StatusCode) -> usize {
    usize::from(status.as_u16() / 100).clamp(1, STATUS_CLASSES.len()) - 1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_path_is_about_one_thing() {
        let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
        for (method, path, class) in [
            (&post, "/v1/accounts/1/orders", "orders"),
            (&delete, "/v1/accounts/1/orders/7", "orders"),
            (&post, "/v1/accounts/1/orders/preview", "orders"),
            (&get, "/v1/accounts/1/orders/7", "reads"),
            (&post, "/v1/accounts/1/deposits", "commands"),
            (&post, "/v1/instruments", "commands"),
            (&get, "/v1/instruments/PETR4/depth", "reads"),
            (&get, "/v1/accounts/1/history/orders", "history"),
            (&get, "/v1/instruments/PETR4/history/trades", "history"),
            (&post, "/v1/auth/login", "people"),
            (&get, "/v1/admin/users", "admin"),
            (&get, "/v1/ws", "streams"),
            (&get, "/health", "server"),
            (&get, "/v1/orders", "server"),
        ] {
            assert_eq!(RequestClass::of_path(method, path).name(), class, "{method} {path}");
        }
    }

    #[test]
    fn classes_and_codes_are_counted_apart() {
        let names: BTreeSet<_> = RequestClass::ALL.iter().map(|class| class.name()).collect();
        assert_eq!(names.len(), RequestClass::ALL.len());
        for (place, class) in RequestClass::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, place);
        }
        let codes: BTreeSet<_> = KINDS.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), KINDS.len(), "a code has one counter");
        let statuses = [101, 200, 304, 429, 503].map(|it| StatusCode::from_u16(it).expect("one"));
        assert_eq!(statuses.map(status_class), [0, 1, 2, 3, 4]);
    }
}
