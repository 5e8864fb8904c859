//! Trades and candles that are no longer in memory.

use axum::extract::State;
use serde::Serialize;
use store::Part;
use types::{InstrumentId, Symbol};
use utoipa::ToSchema;
use view::Which;
use wire::json::schema::SymbolText;
use wire::json::{CandleOut, Quoted, Rfc3339, Scale, TradeOut};

use super::{Asked, Past};
use crate::gateway::{Gateway, Seen};
use crate::market_candles::CandlesAsked;
use crate::market_show::candle_out;
use crate::page::{HISTORY, List};
use crate::principal::{Principal, Reader};
use crate::problem::Problem;
use crate::query::{Params, SymbolPath};
use crate::reply::{Answer, Seqs};
use crate::show::trade_out;

const PART: Part = Part::MarketData;

/// A page of trades, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PastTradePage {
    #[serde(flatten)]
    seqs: Seqs,
    trades: Vec<TradeOut>,
    next_cursor: Option<String>,
}

/// Closed candles, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PastCandles {
    #[serde(flatten)]
    seqs: Seqs,
    #[schema(value_type = SymbolText)]
    symbol: Quoted<Symbol>,
    interval: &'static str,
    candles: Vec<CandleOut>,
    /// Where to go on as `from`; `null` where nothing follows.
    next_from: Option<Rfc3339>,
}

/// Lists all trades of an instrument that ever were, newest first.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/history/trades", tag = "history",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Traded then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Traded before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = PastTradePage)))]
pub(crate) async fn trades(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    mut params: Params,
) -> Result<Answer<PastTradePage>, Problem> {
    let (instrument, scale) = look(&gateway, principal, symbol)?;
    let list = (List::PastTrades, instrument.0);
    let asked = Asked::take(&mut params, list.0, list.1)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let found = past.ask(|history| history.trades(instrument, asked.range, asked.page));
    let mut found = found.await?;
    let next_cursor = asked.cut(&mut found, list, |trade| trade.event_seq);
    let trades = found.iter().map(|trade| trade_out(trade, &scale)).collect();
    Ok(Answer::ok(PastTradePage { seqs: past.seqs(), trades, next_cursor }))
}

/// Shows the closed candles of an instrument in which something traded, oldest first.
///
/// With `from` the first ones from there, else the last ones. Both ends are compared with the
/// start of an interval; `to` itself is left out. The candle that is going on, and candles in which
/// nothing traded, are with `GET /v1/instruments/{symbol}/candles`.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/history/candles", tag = "history",
    params(
        ("interval" = String, Query, description = "`1s`, `1m`, `5m`, `15m`, `1h` or `1d`",
            example = "1m", pattern = "^(1s|1m|5m|15m|1h|1d)$"),
        ("from" = Option<Rfc3339>, Query, description = "The first start shown"),
        ("to" = Option<Rfc3339>, Query, description = "The first start not shown"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
    ),
    responses((status = 200, body = PastCandles)))]
pub(crate) async fn candles(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    params: Params,
) -> Result<Answer<PastCandles>, Problem> {
    let (instrument, scale) = look(&gateway, principal, symbol)?;
    let CandlesAsked { name, interval, numbers, which, rows, min_seq } =
        CandlesAsked::take(params, Some(HISTORY))?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let found = past.ask(|it| it.candles(instrument, interval, numbers, (which, rows + 1)));
    let mut found = found.await?;
    let has_more = found.len() > rows;
    match which {
        Which::Oldest => found.truncate(rows),
        Which::Newest => drop(found.drain(..found.len().saturating_sub(rows))),
    }
    let goes_on = found.last().filter(|_| has_more && which == Which::Oldest);
    let next_from = goes_on.map(|last| Rfc3339(interval.start(last.number + 1)));
    let candles = gateway.read(|published| {
        let moment = published.views().moment(published.durable().at);
        found.iter().map(|candle| candle_out(interval, candle, &moment, &scale)).collect()
    });
    let symbol = Quoted(symbol);
    Ok(Answer::ok(PastCandles { seqs: past.seqs(), symbol, interval: name, candles, next_from }))
}

/// Finds the instrument, and how it is shown.
pub(crate) fn look(
    gateway: &Gateway,
    principal: Principal,
    symbol: Symbol,
) -> Result<(InstrumentId, Scale), Problem> {
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        Ok((instrument.id, gateway.scale(instrument)))
    })
}
