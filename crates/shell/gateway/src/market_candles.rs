//! Candles by range and limit.

use std::ops::Range;

use axum::extract::State;
use serde::Serialize;
use types::{Seq, Timestamp};
use utoipa::ToSchema;
use view::{Interval, Which};
use wire::json::schema::SymbolText;
use wire::json::{CandleOut, Quoted, Rfc3339, parse_time};

use crate::gateway::{Gateway, Seen};
use crate::market_show::candle_out;
use crate::page::CANDLES;
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{PageSize, Params, SymbolPath};
use crate::reply::{Answer, Seqs};

/// The intervals by their names.
pub(crate) const INTERVALS: [(&str, Interval); 6] = [
    ("1s", Interval::Second),
    ("1m", Interval::Minute),
    ("5m", Interval::FiveMinutes),
    ("15m", Interval::QuarterHour),
    ("1h", Interval::Hour),
    ("1d", Interval::Day),
];

/// Candles, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CandlesAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    /// Engine time.
    time: Rfc3339,
    #[schema(value_type = SymbolText)]
    symbol: Quoted<types::Symbol>,
    interval: &'static str,
    candles: Vec<CandleOut>,
    /// Where to go on as `from`; `null` where nothing follows.
    next_from: Option<Rfc3339>,
}

/// Shows the candles of an instrument, oldest first and without gaps.
///
/// With `from` the first ones from there, else the last ones. Both ends are compared with the
/// start of an interval; `to` itself is left out.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/candles", tag = "market",
    params(
        ("interval" = String, Query, description = "`1s`, `1m`, `5m`, `15m`, `1h` or `1d`",
            example = "1m", pattern = "^(1s|1m|5m|15m|1h|1d)$"),
        ("from" = Option<Rfc3339>, Query, description = "The first start shown"),
        ("to" = Option<Rfc3339>, Query, description = "The first start not shown"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000),
    ),
    responses((status = 200, body = CandlesAnswer)))]
pub(crate) async fn candles(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    params: Params,
) -> Result<Answer<CandlesAnswer>, Problem> {
    let CandlesAsked { name, interval, numbers, which, rows, .. } =
        CandlesAsked::take(params, Some(CANDLES))?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let (scale, now) = (gateway.scale(instrument), published.durable().at);
        let moment = published.views().moment(now);
        let end = numbers.end.min(instrument.candles.known(interval, &moment).end);
        let found = instrument.candles.filled(interval, numbers, (which, rows), &moment);
        let next = found.last().map(|last| last.number + 1).filter(|next| *next < end);
        let shown = found.iter().map(|it| candle_out(interval, it, &moment, &scale));
        Ok(Answer::ok(CandlesAnswer {
            seqs: Seqs::of(published),
            time: Rfc3339(now),
            symbol: Quoted(symbol),
            interval: name,
            candles: shown.collect(),
            next_from: next.map(|number| Rfc3339(interval.start(number))),
        }))
    })
}

/// Which candles are asked for.
pub(crate) struct CandlesAsked {
    pub name: &'static str,
    pub interval: Interval,
    /// Of these intervals.
    pub numbers: Range<u64>,
    pub which: Which,
    /// Of a page; else none.
    pub rows: usize,
    pub min_seq: Option<Seq>,
}

impl CandlesAsked {
    /// Takes `interval`, `from` and `to`, of a page `limit`, and nothing else.
    pub(crate) fn take(
        mut params: Params,
        size: Option<PageSize>,
    ) -> Result<CandlesAsked, Problem> {
        let names = INTERVALS.map(|(name, interval)| (name, (name, interval)));
        let interval = params.word("interval", &names)?;
        let [from, to] = ["from", "to"].map(|name| moment_of(&mut params, name));
        let (from, to) = (from?, to?);
        let rows = size.map_or(Ok(0), |size| params.rows("limit", size))?;
        let min_seq = params.min_seq();
        params.finish()?;
        let Some((name, interval)) = interval else {
            return Err(Problem::missing("interval", "1s, 1m, 5m, 15m, 1h, 1d"));
        };
        check_range(from, to)?;
        let first = from.map_or(0, |from| interval.first_from(from));
        let numbers = first..to.map_or(u64::MAX, |to| interval.first_from(to));
        let which = if from.is_some() { Which::Oldest } else { Which::Newest };
        Ok(CandlesAsked { name, interval, numbers, which, rows, min_seq })
    }
}

/// That a range of time has something in it.
pub(crate) fn check_range(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<(), Problem> {
    match (from, to) {
        (Some(from), Some(to)) if from >= to => {
            let expected = format!("a time after from, {}", Rfc3339(from));
            Err(Problem::field("to", Rfc3339(to).to_string(), &expected))
        }
        _ => Ok(()),
    }
}

pub(crate) fn moment_of(
    params: &mut Params,
    name: &'static str,
) -> Result<Option<Timestamp>, Problem> {
    let text = params.take(name)?;
    Ok(text.map(|text| parse_time(name, &text)).transpose()?)
}
