//! Market data of the views as the JSON bodies of `wire`.

use bus::Published;
use types::{Side, Timestamp};
use view::{Candle, Instrument, Interval, Moment};
use wire::json::{
    CandleOut, DateText, QuoteOut, Quoted, Rfc3339, Scale, StatisticsOut, StatisticsPairOut,
};

use crate::gateway::Gateway;

const MINUTE_NS: u64 = Interval::Minute.ns();
const ROLLING_NS: u64 = 24 * Interval::Hour.ns();

impl Gateway {
    /// Where an instrument stands at the durable seq.
    pub(crate) fn quote(&self, published: &Published, instrument: &Instrument) -> QuoteOut {
        let moment = published.views().moment(published.durable().at);
        quote_out(instrument, &moment, &self.scale(instrument))
    }
}

fn quote_out(instrument: &Instrument, moment: &Moment<'_>, scale: &Scale) -> QuoteOut {
    let best = |side| instrument.depth.levels(side).next();
    let (bid, ask) = (best(Side::Buy), best(Side::Sell));
    let last = instrument.last_trade();
    let date = moment.date();
    QuoteOut {
        symbol: Quoted(scale.symbol),
        phase: instrument.phase.into(),
        bid: bid.map(|(price, _)| scale.price(price)),
        bid_qty: bid.map(|(_, level)| scale.qty(level.lots)),
        ask: ask.map(|(price, _)| scale.price(price)),
        ask_qty: ask.map(|(_, level)| scale.qty(level.lots)),
        last: last.map(|trade| scale.price(trade.price)),
        last_qty: last.map(|trade| scale.qty(trade.lots)),
        last_time: last.map(|trade| Rfc3339(trade.at)),
        previous_close: instrument.candles.close_before(date).map(|price| scale.price(price)),
        change: instrument.change(date).map(|ticks| scale.ticks(ticks)),
        day: statistics_out(instrument.candles.day(date), scale),
    }
}

/// What traded on the business date, and in the last 24 hours.
pub(crate) fn statistics_pair_out(
    instrument: &Instrument,
    moment: &Moment<'_>,
    scale: &Scale,
) -> StatisticsPairOut {
    let minute_end = (moment.now.0 / MINUTE_NS + 1) * MINUTE_NS;
    StatisticsPairOut {
        symbol: Quoted(scale.symbol),
        business_date: DateText(moment.date()),
        day: statistics_out(instrument.candles.day(moment.date()), scale),
        rolling_from: Rfc3339(Timestamp(minute_end.saturating_sub(ROLLING_NS))),
        rolling_24h: statistics_out(instrument.candles.rolling(moment.now).as_ref(), scale),
    }
}

fn statistics_out(traded: Option<&Candle>, scale: &Scale) -> StatisticsOut {
    let price = |of: fn(&Candle) -> types::Price| traded.map(|it| scale.price(of(it)));
    StatisticsOut {
        open: price(|it| it.open),
        high: price(|it| it.high),
        low: price(|it| it.low),
        close: price(|it| it.close),
        volume: scale.volume(traded.map_or(0, |it| it.lots)),
        value: scale.value(traded.map_or(0, |it| it.ticks_lots)),
        trades: traded.map_or(0, |it| it.trades),
    }
}

pub(crate) fn candle_out(
    interval: Interval,
    candle: &Candle,
    moment: &Moment<'_>,
    scale: &Scale,
) -> CandleOut {
    CandleOut {
        time: Rfc3339(interval.start(candle.number)),
        open: scale.price(candle.open),
        high: scale.price(candle.high),
        low: scale.price(candle.low),
        close: scale.price(candle.close),
        volume: scale.volume(candle.lots),
        value: scale.value(candle.ticks_lots),
        trades: candle.trades,
        closed: interval.is_closed(candle.number, moment),
    }
}
