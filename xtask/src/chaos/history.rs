//! What clients asked for and what they were told.

use serde_json::Value;

/// One write, kept as it was sent so that a retry is the same to the byte.
#[derive(Clone, Debug)]
pub struct Request {
    /// The client's own name for it.
    pub id: String,
    pub method: &'static str,
    pub path: String,
    pub body: String,
    /// The account it is about; an opening has none.
    pub account: Option<u32>,
    pub kind: Kind,
}

/// What it does if it is accepted. Money in minor units, quantities and prices in units of the
/// instrument's last decimal place.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Open,
    Deposit { amount: i128 },
    Withdraw { amount: i128 },
    Transfer { to: u32, amount: i128 },
    Issue { symbol: String, qty: i128 },
    Place(Terms),
    Replace { order: u64, qty: Option<i128>, price: Option<i128> },
    Cancel { order: u64 },
    CancelAll,
}

/// An order as it was placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    pub symbol: String,
    pub is_buy: bool,
    pub qty: i128,
    /// None in a market order.
    pub price: Option<i128>,
}

/// A whole answer to a write.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub is_replayed: bool,
    pub body: Value,
}

/// A request and what came of it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub request: Request,
    /// The newest seq that anybody had been told when it was first sent: its own is above.
    pub after_seq: u64,
    /// `None` when the connection died, or the venue said that it does not know.
    pub answer: Option<Answer>,
}

impl Answer {
    pub fn is_accepted(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The command's seq; an answer of the gateway alone has none.
    pub fn seq(&self) -> Option<u64> {
        self.body["seq"].as_u64()
    }

    /// The last event in what it shows.
    pub fn event_seq(&self) -> Option<u64> {
        self.body["event_seq"].as_u64()
    }

    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn order_id(&self) -> Option<u64> {
        number(&self.body["order_id"])
    }

    pub fn account_id(&self) -> Option<u32> {
        number(&self.body["account"]["account_id"]).and_then(|id| u32::try_from(id).ok())
    }

    /// Whether the venue has it on record, so that a retry must get it again.
    pub fn is_on_record(&self) -> bool {
        self.seq().is_some()
    }

    /// Whether it says that nobody knows if anything happened.
    pub fn is_unknown(&self) -> bool {
        self.status >= 500 && self.body["applied"].is_null()
    }
}

/// Compares a retry's answer with the one before; empty when they agree.
pub fn check_retry(request: &Request, first: &Answer, again: &Answer) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut compare = |what: &str, first: String, again: String| {
        if first != again {
            complaints.push(format!(
                "{}: the {what} was {first}, and is {again} when asked again: {}",
                request.id,
                again_text(request)
            ));
        }
    };
    compare("status", first.status.to_string(), again.status.to_string());
    compare("seq", format!("{:?}", first.seq()), format!("{:?}", again.seq()));
    compare("code", first.code().to_owned(), again.code().to_owned());
    compare("order id", format!("{:?}", first.order_id()), format!("{:?}", again.order_id()));
    compare("account", format!("{:?}", first.account_id()), format!("{:?}", again.account_id()));
    if !again.is_replayed {
        complaints.push(format!(
            "{}: asked again it is not marked as replayed, seq {:?}: {}",
            request.id,
            again.seq(),
            again_text(request)
        ));
    }
    complaints
}

/// Reads an id, which JSON carries as a string.
pub fn number(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}

fn again_text(request: &Request) -> String {
    format!("{} {} {}", request.method, request.path, request.body)
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use serde_json::json;

    /// An accepted write.
    pub fn accepted(seq: u64, rest: Value) -> Answer {
        let mut body = json!({"seq": seq, "event_seq": seq * 2});
        for (name, value) in rest.as_object().expect("an object") {
            body[name] = value.clone();
        }
        Answer { status: 200, is_replayed: false, body }
    }

    pub fn request(id: &str, account: Option<u32>, kind: Kind) -> Request {
        let (path, body) = ("/v1".to_owned(), String::new());
        Request { id: id.to_owned(), method: "POST", path, body, account, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{accepted, request};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_retry_must_be_told_the_same_and_that_it_is_one() {
        let placed = request("a", Some(1), Kind::CancelAll);
        let first = accepted(7, json!({"order_id": "3"}));
        let again = Answer { is_replayed: true, ..first.clone() };
        assert_eq!(check_retry(&placed, &first, &again), [""; 0]);
        assert_eq!(check_retry(&placed, &first, &first).len(), 1, "not marked");
        for (name, value) in [("seq", json!(8)), ("order_id", json!("4")), ("code", json!("x"))] {
            let mut other = again.clone();
            other.body[name] = value;
            assert_eq!(check_retry(&placed, &first, &other).len(), 1, "{name}");
        }
        let refused = Answer { status: 422, ..again };
        assert_eq!(check_retry(&placed, &first, &refused).len(), 1, "status");
    }
}
