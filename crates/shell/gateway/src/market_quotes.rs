//! Quotes, statistics and the venue's time.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use serde::Serialize;
use types::Timestamp;
use utoipa::ToSchema;
use wire::json::{DateText, QuoteOut, Rfc3339, StatisticsPairOut};

use crate::gateway::{Gateway, Seen};
use crate::market_show::statistics_pair_out;
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{Params, SymbolPath};
use crate::reply::{Answer, Seqs};

/// All quotes: genesis bounds how many instruments there can be.
#[derive(Serialize, ToSchema)]
pub(crate) struct AllQuotes {
    #[serde(flatten)]
    seqs: Seqs,
    /// Engine time.
    time: Rfc3339,
    quotes: Vec<QuoteOut>,
}

/// One quote.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneQuote {
    #[serde(flatten)]
    seqs: Seqs,
    /// Engine time.
    time: Rfc3339,
    quote: QuoteOut,
}

/// One instrument's statistics.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatisticsAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    /// Engine time.
    time: Rfc3339,
    statistics: StatisticsPairOut,
}

/// What time it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimeAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    /// Engine time: that of the last command. It never goes back.
    time: Rfc3339,
    /// The server's clock.
    wall_time: Rfc3339,
    /// The business date in force.
    business_date: DateText,
}

/// Shows the quotes of all instruments.
#[utoipa::path(get, path = "/v1/quotes", tag = "market",
    responses((status = 200, body = AllQuotes)))]
pub(crate) async fn quotes(
    State(gateway): State<Gateway>,
    _: Reader,
    params: Params,
) -> Result<Answer<AllQuotes>, Problem> {
    params.finish()?;
    Ok(Answer::ok(gateway.read(|published| {
        let instruments = published.views().instruments();
        AllQuotes {
            seqs: Seqs::of(published),
            time: Rfc3339(published.durable().at),
            quotes: instruments.map(|it| gateway.quote(published, it)).collect(),
        }
    })))
}

/// Shows the quote of an instrument.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/quote", tag = "market",
    responses((status = 200, body = OneQuote)))]
pub(crate) async fn quote(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    params: Params,
) -> Result<Answer<OneQuote>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let quote = gateway.quote(published, instrument);
        let time = Rfc3339(published.durable().at);
        Ok(Answer::ok(OneQuote { seqs: Seqs::of(published), time, quote }))
    })
}

/// Shows what traded on the business date and in the last 24 hours.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/statistics", tag = "market",
    responses((status = 200, body = StatisticsAnswer)))]
pub(crate) async fn statistics(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    params: Params,
) -> Result<Answer<StatisticsAnswer>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let now = published.durable().at;
        let moment = published.views().moment(now);
        let statistics = statistics_pair_out(instrument, &moment, &gateway.scale(instrument));
        let (seqs, time) = (Seqs::of(published), Rfc3339(now));
        Ok(Answer::ok(StatisticsAnswer { seqs, time, statistics }))
    })
}

/// Tells the venue's time and the server's.
#[utoipa::path(get, path = "/v1/time", tag = "market",
    responses((status = 200, body = TimeAnswer)))]
pub(crate) async fn time(
    State(gateway): State<Gateway>,
    _: Reader,
    params: Params,
) -> Result<Answer<TimeAnswer>, Problem> {
    params.finish()?;
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let wall = u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX);
    Ok(Answer::ok(gateway.read(|published| TimeAnswer {
        seqs: Seqs::of(published),
        time: Rfc3339(published.durable().at),
        wall_time: Rfc3339(Timestamp(wall)),
        business_date: DateText(published.views().business_date()),
    })))
}
