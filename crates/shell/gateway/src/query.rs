//! Reads path and query: each parameter once, none unknown, all within named limits.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::Method;
use axum::http::request::Parts;
use serde::Serialize;
use serde_json::Value;
use types::{AccountId, OrderId, PaymentId, RequestId, Seq, Side, Symbol, Text};
use utoipa::ToSchema;
use view::Instrument;
use wire::json::{FieldError, parse_account_id, parse_order_id};

use crate::ask::REQUEST_ID_EXPECTED;
use crate::gateway::{Gateway, Seen};
use crate::problem::Problem;

pub(crate) const SIDES: [(&str, Side); 2] = [("buy", Side::Buy), ("sell", Side::Sell)];
const ID_EXPECTED: &str = "an id: digits without sign or leading zeros";
const SEQ_EXPECTED: &str = "a seq: digits without sign or leading zeros";

/// A query's parameters, taken one by one.
#[derive(Debug)]
pub(crate) struct Params {
    left: Vec<(String, String)>,
    known: Vec<&'static str>,
    /// What a read wants to have in it at least.
    min_seq: Option<Seq>,
}

/// How many rows a page has unless asked otherwise, and at most.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct PageSize {
    /// Where none is asked for.
    pub default: usize,
    pub max: usize,
}

impl FromRequestParts<Gateway> for Params {
    type Rejection = Problem;

    /// Reads the query; of a GET, first waits until the venue has come as far as `min_seq`.
    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Params, Problem> {
        let expected = "name=value pairs, percent-encoded";
        let shown = || parts.uri.query().unwrap_or_default().to_owned();
        let Query(left) = Query::try_from_uri(&parts.uri)
            .map_err(|_| Problem::field("query", shown(), expected))?;
        let mut params = Params { left, known: Vec::new(), min_seq: None };
        if parts.method == Method::GET {
            params.reach(gateway).await?;
        }
        Ok(params)
    }
}

/// Digits as they are written, so that each number has one spelling.
pub(crate) fn whole(text: &str) -> Option<u64> {
    let seq = text.parse::<Seq>().ok()?;
    (seq.to_string() == text).then_some(seq)
}

impl Params {
    /// Parameters that did not come by a query.
    pub(crate) fn of(given: Vec<(String, String)>) -> Params {
        Params { left: given, known: Vec::new(), min_seq: None }
    }

    /// Waits until the venue has come as far as `min_seq`, if that was given.
    pub(crate) async fn reach(&mut self, gateway: &Gateway) -> Result<(), Problem> {
        self.min_seq = self.parsed("min_seq", SEQ_EXPECTED, whole)?;
        match self.min_seq {
            Some(seq) => gateway.reach(seq).await,
            None => Ok(()),
        }
    }

    /// What a read wants to have in it at least, which the venue has.
    pub(crate) fn min_seq(&self) -> Option<Seq> {
        self.min_seq
    }

    /// Takes a parameter; `None` when it was not given.
    pub(crate) fn take(&mut self, name: &'static str) -> Result<Option<String>, Problem> {
        self.known.push(name);
        let Some(place) = self.left.iter().position(|(given, _)| given == name) else {
            return Ok(None);
        };
        let (_, value) = self.left.remove(place);
        if let Some((_, second)) = self.left.iter().find(|(given, _)| given == name) {
            return Err(Problem::field(name, second.clone(), "this parameter once"));
        }
        Ok(Some(value))
    }

    /// Takes a number of rows.
    pub(crate) fn rows(&mut self, name: &'static str, size: PageSize) -> Result<usize, Problem> {
        let Some(text) = self.take(name)? else { return Ok(size.default) };
        let rows = whole(&text).and_then(|rows| usize::try_from(rows).ok());
        let rows = rows.filter(|rows| (1..=size.max).contains(rows));
        rows.ok_or_else(|| Problem::field(name, text, &format!("1 to {}", size.max)))
    }

    /// Takes a parameter that only some words may stand in.
    pub(crate) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.take(name)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, member)| Some(*member)).ok_or_else(|| {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Problem::field(name, text, &names.join(", "))
        })
    }

    /// Takes a parameter that `read` understands.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.take(name)? else { return Ok(None) };
        read(&text).map(Some).ok_or_else(|| Problem::field(name, text, expected))
    }

    /// Refuses what nobody asked for: a misspelt filter must not be ignored.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.left.into_iter().next() {
            None => Ok(()),
            Some((name, value)) if self.known.is_empty() => {
                Err(Problem::field(&name, value, "no parameters"))
            }
            Some((name, value)) => {
                let expected = format!("only the parameters {}", self.known.join(", "));
                Err(Problem::field(&name, value, &expected))
            }
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Problem {
        if error.value == "null" {
            return Problem::missing(error.field, &error.expected);
        }
        Problem::field(error.field, Value::String(error.value), &error.expected)
    }
}

/// The account that a path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccountPath(pub AccountId);

/// The key or login that a path names, by its number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NumberPath(pub u64);

impl<S: Sync + Send> FromRequestParts<S> for NumberPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<NumberPath, Problem> {
        let Path(number) = path::<String, S>(parts, state).await?;
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
        let parsed = number.parse::<i64>().ok().filter(|_| is_plain);
        let parsed = parsed.and_then(|number| u64::try_from(number).ok());
        parsed.map(NumberPath).ok_or_else(|| Problem::field("id", number, "a whole number"))
    }
}

/// The account and order that a path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderPath(pub AccountId, pub OrderId);

/// The account and payment that a path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PaymentPath(pub AccountId, pub PaymentId);

/// The account and client order id that a path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientOrderPath(pub AccountId, pub RequestId);

/// The payment that a path names, of whatever account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnyPaymentPath(pub PaymentId);

/// The account and the client's name for a request that a path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientRequestPath(pub AccountId, pub RequestId);

/// The instrument's short code that a path names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SymbolPath(pub Symbol);

impl<S: Sync + Send> FromRequestParts<S> for AccountPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<AccountPath, Problem> {
        let Path(account) = path::<String, S>(parts, state).await?;
        Ok(AccountPath(parse_account_id("account_id", &account)?))
    }
}

impl<S: Sync + Send> FromRequestParts<S> for OrderPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<OrderPath, Problem> {
        let Path((account, order)) = path::<(String, String), S>(parts, state).await?;
        Ok(OrderPath(
            parse_account_id("account_id", &account)?,
            parse_order_id("order_id", &order)?,
        ))
    }
}

impl<S: Sync + Send> FromRequestParts<S> for PaymentPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<PaymentPath, Problem> {
        let Path((account, payment)) = path::<(String, String), S>(parts, state).await?;
        let account = parse_account_id("account_id", &account)?;
        Ok(PaymentPath(account, payment_of(payment)?))
    }
}

impl<S: Sync + Send> FromRequestParts<S> for AnyPaymentPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<AnyPaymentPath, Problem> {
        let Path(payment) = path::<String, S>(parts, state).await?;
        payment_of(payment).map(AnyPaymentPath)
    }
}

impl<S: Sync + Send> FromRequestParts<S> for ClientRequestPath {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> Result<ClientRequestPath, Problem> {
        let Path((account, client)) = path::<(String, String), S>(parts, state).await?;
        let account = parse_account_id("account_id", &account)?;
        Ok(ClientRequestPath(account, text("client_request_id", &client, REQUEST_ID_EXPECTED)?))
    }
}

impl<S: Sync + Send> FromRequestParts<S> for ClientOrderPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<ClientOrderPath, Problem> {
        let Path((account, client)) = path::<(String, String), S>(parts, state).await?;
        let account = parse_account_id("account_id", &account)?;
        Ok(ClientOrderPath(account, text("client_order_id", &client, REQUEST_ID_EXPECTED)?))
    }
}

impl<S: Sync + Send> FromRequestParts<S> for SymbolPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<SymbolPath, Problem> {
        let Path(symbol) = path::<String, S>(parts, state).await?;
        symbol_of("symbol", &symbol).map(SymbolPath)
    }
}

fn payment_of(number: String) -> Result<PaymentId, Problem> {
    let payment = whole(&number).map(PaymentId);
    payment.ok_or_else(|| Problem::field("payment_id", number, ID_EXPECTED))
}

/// Reads an instrument's short code.
pub(crate) fn symbol_of(field: &'static str, symbol: &str) -> Result<Symbol, Problem> {
    text(field, symbol, "1 to 16 printable ASCII characters, no blank")
}

/// Finds the instrument that a body or query names: not known is a field that does not pass.
pub(crate) fn instrument_in_field<'a>(
    seen: &Seen<'a>,
    field: &'static str,
    symbol: Symbol,
) -> Result<&'a Instrument, Problem> {
    let instrument = seen.published.views().instrument_by_symbol(symbol);
    instrument.ok_or_else(|| {
        let expected = "the symbol of a listed instrument: GET /v1/instruments";
        Problem::field(field, symbol.as_str(), expected)
    })
}

fn text<const N: usize>(
    field: &'static str,
    value: &str,
    expected: &str,
) -> Result<Text<N>, Problem> {
    Text::new(value).ok_or_else(|| Problem::field(field, value, expected))
}

/// Reads the path's parameters; only a path that is not UTF-8 behind its escapes has none.
async fn path<T, S>(parts: &mut Parts, state: &S) -> Result<Path<T>, Problem>
where
    T: serde::de::DeserializeOwned + Send,
    S: Sync + Send,
{
    let shown = parts.uri.path().to_owned();
    Path::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::field("path", shown, "UTF-8, percent-encoded"))
}
