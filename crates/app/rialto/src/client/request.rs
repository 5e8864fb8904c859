//! Requests of the API, as their paths and queries are written.

use serde_json::Value;

/// Rows of a page: the most that every list has.
const PAGE_ROWS: &str = "500";

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Names and values, not escaped.
    query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

impl Request {
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Request {
        Request { method, path: path.into(), query: Vec::new(), body: None }
    }

    /// A question, with the parameters that have a value.
    pub(crate) fn asking(
        path: impl Into<String>,
        parameters: impl IntoIterator<Item = (&'static str, Option<String>)>,
    ) -> Request {
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Request { query: given.collect(), ..Request::new("GET", path) }
    }

    /// The same with one parameter more.
    pub(crate) fn and(mut self, name: &'static str, value: impl ToString) -> Request {
        self.query.push((name, value.to_string()));
        self
    }

    /// A question for the first page of a list.
    pub(crate) fn listing(path: &str, filters: Vec<(&'static str, Option<String>)>) -> Request {
        Request::asking(path, filters).and("limit", PAGE_ROWS)
    }

    pub(crate) fn with(self, body: Value) -> Request {
        Request { body: Some(body), ..self }
    }

    /// The same for the page that begins at `cursor`.
    pub(crate) fn at(mut self, cursor: &str) -> Request {
        self.query.retain(|(name, _)| *name != "cursor");
        self.query.push(("cursor", cursor.to_owned()));
        self
    }

    /// The same from `time` on.
    pub(crate) fn from(mut self, time: &str) -> Request {
        self.query.retain(|(name, _)| *name != "from");
        self.query.push(("from", time.to_owned()));
        self
    }

    /// Path and query as they stand in a request line.
    pub(crate) fn target(&self) -> String {
        let pairs: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        if pairs.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, pairs.join("&"))
        }
    }
}

/// As a segment of a path or the value of a query: anything that means something there is escaped.
pub(crate) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
