//! Market data at the durable seq: depth and recent trades.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wire::json::{DepthOut, TradeOut};

use crate::gateway::{Gateway, Seen};
use crate::page::{DEPTH_LEVELS, TRADES};
use crate::principal::Principal;
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
}

/// Shows a book by price, the best levels first.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/depth", tag = "market",
    params(("levels" = Option<u32>, Query, minimum = 1, maximum = 1000)),
    responses((status = 200, body = DepthAnswer)))]
pub(crate) async fn depth(
    State(gateway): State<Gateway>,
    principal: Principal,
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

/// Lists the last trades of an instrument, newest first.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/trades", tag = "market",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 1000)),
    responses((status = 200, body = TradesAnswer)))]
pub(crate) async fn trades(
    State(gateway): State<Gateway>,
    principal: Principal,
    SymbolPath(symbol): SymbolPath,
    mut params: Params,
) -> Result<Answer<TradesAnswer>, Problem> {
    let rows = params.rows("limit", TRADES)?;
    params.finish()?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let scale = gateway.scale(instrument);
        let newest = instrument.trades.iter().rev().take(rows);
        let trades = newest.map(|trade| trade_out(trade, &scale)).collect();
        Ok(Answer::ok(TradesAnswer { seqs: Seqs::of(published), trades }))
    })
}
