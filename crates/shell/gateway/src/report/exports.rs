//! Trades, candles and fills as CSV, oldest first.

use axum::extract::State;
use axum::response::Response;
use store::{Edge, Filter, Page, Part};
use view::Which;
use wire::json::schema::SymbolText;
use wire::json::{Rfc3339, RoleName, SideName};

use super::csv::{Cell, Lines, ROWS_AT_ONCE, send};
use crate::gateway::Gateway;
use crate::history::market::look as look_at;
use crate::history::orders::{FillBody, look};
use crate::history::{Past, range};
use crate::market_candles::CandlesAsked;
use crate::market_show::candle_out;
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{AccountPath, Params, SIDES, SymbolPath, symbol_of};
use crate::show::trade_out;

const PART: Part = Part::MarketData;
const TRADES: [&str; 7] = ["time", "seq", "trade_id", "symbol", "price", "qty", "taker_side"];
const CANDLES: [&str; 10] =
    ["time", "symbol", "interval", "open", "high", "low", "close", "volume", "value", "trades"];
const FILLS: [&str; 13] = [
    "time",
    "event_seq",
    "order_id",
    "trade_id",
    "symbol",
    "side",
    "role",
    "price",
    "qty",
    "cash",
    "fee",
    "cum_qty",
    "leaves_qty",
];

fn above(key: u64) -> Page {
    Page { edge: Edge::Above(key), rows: ROWS_AT_ONCE }
}

/// Sends all trades of an instrument as CSV, oldest first.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/reports/trades.csv", tag = "reports",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Traded then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Traded before"),
    ),
    responses((status = 200, body = String, content_type = "text/csv",
        description = "`time,seq,trade_id,symbol,price,qty,taker_side`")))]
pub(crate) async fn trades(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    mut params: Params,
) -> Result<Response, Problem> {
    let (instrument, scale) = look_at(&gateway, principal, symbol)?;
    let range = range(&mut params)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let history = past.history().clone();
    let page = move |key| {
        let (history, scale) = (history.clone(), scale);
        async move {
            let found = history.trades(instrument, range, above(key)).await?;
            let row = |trade: &view::TradeRow| {
                let shown = trade_out(trade, &scale);
                vec![
                    Cell::plain(shown.time),
                    Cell::plain(shown.seq),
                    Cell::plain(shown.trade_id.0),
                    Cell::text(Some(symbol)),
                    Cell::plain(shown.price),
                    Cell::plain(shown.qty),
                    Cell::plain(word(shown.taker_side)),
                ]
            };
            Ok(Lines::of(&found, |trade| trade.event_seq, row))
        }
    };
    send(&past, &format!("{symbol}-trades"), &TRADES, page).await
}

/// Sends the closed candles of an instrument as CSV, oldest first: those in which something traded.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/reports/candles.csv", tag = "reports",
    params(
        ("interval" = String, Query, description = "`1s`, `1m`, `5m`, `15m`, `1h` or `1d`",
            example = "1m", pattern = "^(1s|1m|5m|15m|1h|1d)$"),
        ("from" = Option<Rfc3339>, Query, description = "The first start shown"),
        ("to" = Option<Rfc3339>, Query, description = "The first start not shown"),
    ),
    responses((status = 200, body = String, content_type = "text/csv",
        description = "`time,symbol,interval,open,high,low,close,volume,value,trades`")))]
pub(crate) async fn candles(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    params: Params,
) -> Result<Response, Problem> {
    let (instrument, scale) = look_at(&gateway, principal, symbol)?;
    let CandlesAsked { name, interval, numbers, min_seq, .. } = CandlesAsked::take(params, None)?;
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let (history, asked) = (past.history().clone(), gateway.clone());
    let page = move |key: u64| {
        let (history, gateway, scale) = (history.clone(), asked.clone(), scale);
        // A page goes on behind the candle numbered one less than its key.
        let numbers = numbers.start.max(key)..numbers.end;
        async move {
            let which = (Which::Oldest, ROWS_AT_ONCE);
            let found = history.candles(instrument, interval, numbers, which).await?;
            let lines = gateway.read(|published| {
                let moment = published.views().moment(published.durable().at);
                let row = |candle: &view::Candle| {
                    let shown = candle_out(interval, candle, &moment, &scale);
                    vec![
                        Cell::plain(shown.time),
                        Cell::text(Some(symbol)),
                        Cell::plain(name),
                        Cell::plain(shown.open),
                        Cell::plain(shown.high),
                        Cell::plain(shown.low),
                        Cell::plain(shown.close),
                        Cell::plain(shown.volume),
                        Cell::plain(shown.value),
                        Cell::plain(shown.trades),
                    ]
                };
                Lines::of(&found, |candle| candle.number + 1, row)
            });
            Ok(lines)
        }
    };
    send(&past, &format!("{symbol}-{name}"), &CANDLES, page).await
}

/// Sends all fills of an account as CSV, oldest first.
#[utoipa::path(get, path = "/v1/accounts/{account}/reports/fills.csv", tag = "reports",
    params(
        ("from" = Option<Rfc3339>, Query, description = "Traded then or later"),
        ("to" = Option<Rfc3339>, Query, description = "Traded before"),
        ("symbol" = Option<SymbolText>, Query, description = "Only of it", example = "PETR4"),
        ("side" = Option<SideName>, Query, description = "Only of it"),
    ),
    responses((status = 200, body = String, content_type = "text/csv",
        description = "`time,event_seq,order_id,trade_id,symbol,side,role,price,qty,cash,fee,\
            cum_qty,leaves_qty`")))]
pub(crate) async fn fills(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Response, Problem> {
    let range = range(&mut params)?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let side = params.word("side", &SIDES)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (instrument, shown) = look(&gateway, principal, account, symbol)?;
    let filter = Filter { instrument, side, range };
    let past = Past::reached(&gateway, PART, min_seq).await?;
    let (history, shown) = (past.history().clone(), std::sync::Arc::new(shown));
    let page = move |key| {
        let (history, shown) = (history.clone(), shown.clone());
        async move {
            let found = history.fills(account, filter, above(key)).await?;
            let row =
                |fill: &store::Execution| FillBody::new(fill, shown.scale(fill.instrument)).cells();
            Ok(Lines::of(&found, |fill| fill.event_seq, row))
        }
    };
    send(&past, &format!("account-{}-fills", account.0), &FILLS, page).await
}

impl FillBody {
    fn cells(self) -> Vec<Cell> {
        vec![
            Cell::plain(self.time),
            Cell::plain(self.event_seq),
            Cell::plain(self.order_id.0),
            Cell::plain(self.trade_id.0),
            Cell::text(Some(self.symbol.0)),
            Cell::plain(word(self.side)),
            Cell::plain(match self.role {
                RoleName::Maker => "maker",
                RoleName::Taker => "taker",
            }),
            Cell::plain(self.price),
            Cell::plain(self.qty),
            Cell::plain(self.cash),
            Cell::plain(self.fee),
            Cell::plain(self.cum_qty),
            Cell::plain(self.leaves_qty),
        ]
    }
}

fn word(side: SideName) -> &'static str {
    match side {
        SideName::Buy => "buy",
        SideName::Sell => "sell",
    }
}
