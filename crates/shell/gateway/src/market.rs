//! Books and recent trades at the durable seq.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wire::json::{DepthOut, QueuesOut, TradeOut};

use crate::gateway::{Gateway, Seen};
use crate::market_queues::queues_out;
use crate::page::{CURSOR_EXPECTED, Cursor, DEPTH_LEVELS, List, QUEUE_LEVELS, TRADES, page};
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{Params, SymbolPath};
use crate::reply::{Answer, Seqs};
use crate::show::{depth_out, trade_out};

/// A book by price.
#[derive(Serialize, ToSchema)]
pub(crate) struct DepthAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    depth: DepthOut,
}

/// The last trades, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TradesAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    trades: Vec<TradeOut>,
    next_cursor: Option<String>,
}

/// A book by order.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueuesAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    depth: QueuesOut,
}

/// Shows a book by price, the best levels first.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/depth", tag = "market",
    params(("levels" = Option<u32>, Query, minimum = 1, maximum = 1000)),
    responses((status = 200, body = DepthAnswer)))]
pub(crate) async fn depth(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    mut params: Params,
) -> Result<Answer<DepthAnswer>, Problem> {
    let levels = params.rows("levels", DEPTH_LEVELS)?;
    params.finish()?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let (seqs, scale) = (Seqs::of(published), gateway.scale(instrument));
        let depth = depth_out(seqs.event_seq, &instrument.depth, levels, &scale);
        Ok(Answer::ok(DepthAnswer { seqs, depth }))
    })
}

/// Shows a book by order: the queue at each of the best prices, without names.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/orders-by-price", tag = "market",
    params(("levels" = Option<u32>, Query, minimum = 1, maximum = 50,
        description = "Levels of each side; 10 unless asked otherwise")),
    responses((status = 200, body = QueuesAnswer)))]
pub(crate) async fn queues(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    mut params: Params,
) -> Result<Answer<QueuesAnswer>, Problem> {
    let levels = params.rows("levels", QUEUE_LEVELS)?;
    params.finish()?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let (seqs, scale) = (Seqs::of(published), gateway.scale(instrument));
        let depth = queues_out(seqs.event_seq, &instrument.depth, levels, &scale);
        Ok(Answer::ok(QueuesAnswer { seqs, depth }))
    })
}

/// Lists the last trades of an instrument, newest first.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/trades", tag = "market",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = TradesAnswer)))]
pub(crate) async fn trades(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    mut params: Params,
) -> Result<Answer<TradesAnswer>, Problem> {
    let rows = params.rows("limit", TRADES)?;
    let cursor = params.take("cursor")?;
    params.finish()?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let (scale, of) = (gateway.scale(instrument), instrument.id.0);
        let below = match cursor {
            Some(text) => Cursor::read(List::Trades, of, &text)
                .ok_or_else(|| Problem::field("cursor", text, CURSOR_EXPECTED))?,
            None => u64::MAX,
        };
        let (trades, last) = page(instrument.trades_before(below), rows, |it| it.event_seq);
        Ok(Answer::ok(TradesAnswer {
            seqs: Seqs::of(published),
            trades: trades.into_iter().map(|trade| trade_out(trade, &scale)).collect(),
            next_cursor: last.map(|below| Cursor { list: List::Trades, of, last: below }.write()),
        }))
    })
}
