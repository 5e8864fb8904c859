//! Channels that tell how something stands: quotes and candles.
//!
//! **Invariant:** what a client was told last is how things stood at its last frame; what comes to
//! stand the same again in between is not told.

use std::collections::{BTreeMap, BTreeSet};

use bus::{Published, Taken};
use serde::Serialize;
use types::InstrumentId;
use venue::{Event, PublicEvent};
use view::{Candle, Instrument, Interval};
use wire::json::{CandleOut, QuoteOut};

use crate::gateway::Gateway;
use crate::market_show::candle_out;
use crate::stream::channel::Channel;

/// Candles in a snapshot, those in which something traded.
const SNAPSHOT_CANDLES_MAX: usize = 50;

/// Quotes under the name of their message.
#[derive(Serialize)]
pub(crate) struct QuotesBody<'a> {
    pub quotes: &'a [QuoteOut],
}

/// Candles under the name of their message.
#[derive(Serialize)]
pub(crate) struct CandlesBody<'a> {
    pub candles: &'a [CandleOut],
}

/// The candle that was told last, and how it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    number: u64,
    trades: u64,
    is_closed: bool,
}

/// Candles, oldest first, and how the last one stands.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub candles: Vec<CandleOut>,
    pub mark: Option<Mark>,
}

/// What of this kind is followed, and what was told of it last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    all_quotes: bool,
    quotes: BTreeSet<InstrumentId>,
    /// The quotes told last, of what is followed.
    quoted: BTreeMap<InstrumentId, QuoteOut>,
    candles: BTreeMap<(Interval, InstrumentId), Option<Mark>>,
}

/// What changed of it.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    quotes: BTreeMap<InstrumentId, QuoteOut>,
    candles: BTreeMap<(Interval, InstrumentId), Told>,
}

impl Values {
    /// Begins to follow a channel; `told` is what its snapshot says of candles.
    pub(crate) fn follow(&mut self, channel: Channel, told: Option<&Told>) {
        match channel {
            Channel::Quotes => self.all_quotes = true,
            Channel::Quote(instrument) => {
                self.quotes.insert(instrument);
            }
            Channel::Candles(interval, instrument) => {
                let mark = told.and_then(|told| told.mark);
                self.candles.insert((interval, instrument), mark);
            }
            Channel::Status | Channel::Account(_) | Channel::Trades(_) => {}
            Channel::Depth(_) | Channel::Orders(_) => {}
        }
    }

    /// Follows a channel no longer.
    pub(crate) fn leave(&mut self, channel: Channel) {
        match channel {
            Channel::Quotes => self.all_quotes = false,
            Channel::Quote(instrument) => {
                self.quotes.remove(&instrument);
            }
            Channel::Candles(interval, instrument) => {
                self.candles.remove(&(interval, instrument));
            }
            Channel::Status | Channel::Account(_) | Channel::Trades(_) => {}
            Channel::Depth(_) | Channel::Orders(_) => {}
        }
        let Values { all_quotes, quotes, quoted, .. } = self;
        quoted.retain(|instrument, _| *all_quotes || quotes.contains(instrument));
    }

    /// Copies out what may have changed by the events taken.
    pub(crate) fn look(&self, gateway: &Gateway, published: &Published, taken: &Taken) -> Changed {
        let mut changed = Changed::default();
        let views = published.views();
        if self.all_quotes || !self.quotes.is_empty() {
            let touched = Touched::by(taken);
            let is_followed = |id: &InstrumentId| self.all_quotes || self.quotes.contains(id);
            for instrument in views.instruments().filter(|it| touched.has(it.id)) {
                if is_followed(&instrument.id) {
                    let quote = gateway.quote(published, instrument);
                    changed.quotes.insert(instrument.id, quote);
                }
            }
        }
        for ((interval, id), mark) in &self.candles {
            let Some(instrument) = views.instrument(*id) else { continue };
            let told = candles(gateway, published, instrument, *interval, *mark);
            if told.mark != *mark {
                changed.candles.insert((*interval, *id), told);
            }
        }
        changed
    }

    /// What to tell, by channel, and remembers it.
    pub(crate) fn tell(&mut self, changed: &Changed) -> Vec<(Channel, News)> {
        let mut news = Vec::new();
        let mut all = Vec::new();
        for (instrument, quote) in &changed.quotes {
            if self.quoted.insert(*instrument, *quote) == Some(*quote) {
                continue;
            }
            if self.quotes.contains(instrument) {
                news.push((Channel::Quote(*instrument), News::Quotes(vec![*quote])));
            }
            if self.all_quotes {
                all.push(*quote);
            }
        }
        if !all.is_empty() {
            news.push((Channel::Quotes, News::Quotes(all)));
        }
        for ((interval, instrument), told) in &changed.candles {
            self.candles.insert((*interval, *instrument), told.mark);
            let channel = Channel::Candles(*interval, *instrument);
            news.push((channel, News::Candles(told.candles.clone())));
        }
        news
    }
}

/// What a frame tells.
#[derive(Debug)]
pub(crate) enum News {
    Quotes(Vec<QuoteOut>),
    Candles(Vec<CandleOut>),
}

/// The instruments whose quotes events may have changed.
#[derive(Debug, Default)]
struct Touched {
    all: bool,
    some: BTreeSet<InstrumentId>,
}

impl Touched {
    fn by(taken: &Taken) -> Touched {
        let mut touched = Touched::default();
        for stamped in taken.events() {
            let Event::Public(event) = stamped.event else { continue };
            match event {
                PublicEvent::Book(change) => touched.note(change.instrument),
                PublicEvent::Trade(trade) => touched.note(trade.instrument),
                PublicEvent::Listed { instrument, .. }
                | PublicEvent::PhaseChanged { instrument, .. } => touched.note(*instrument),
                // The day's figures begin anew.
                PublicEvent::DateChanged { .. } => touched.all = true,
                PublicEvent::BandChanged { .. }
                | PublicEvent::FeesChanged { .. }
                | PublicEvent::RulesChanged { .. }
                | PublicEvent::KillSwitchSet { .. }
                | PublicEvent::KillSwitchDone { .. }
                | PublicEvent::TimeTold => {}
            }
        }
        touched
    }

    fn note(&mut self, instrument: InstrumentId) {
        self.some.insert(instrument);
    }

    fn has(&self, instrument: InstrumentId) -> bool {
        self.all || self.some.contains(&instrument)
    }
}

/// The candles from the one that was told last on, that one itself unless it was closed then; the
/// last ones where none was told.
pub(crate) fn candles(
    gateway: &Gateway,
    published: &Published,
    instrument: &Instrument,
    interval: Interval,
    told: Option<Mark>,
) -> Told {
    let (scale, moment) =
        (gateway.scale(instrument), published.views().moment(published.durable().at));
    let mark = |candle: &Candle| Mark {
        number: candle.number,
        trades: candle.trades,
        is_closed: interval.is_closed(candle.number, &moment),
    };
    let traded = instrument.candles.traded(interval);
    let first = told.map_or(0, |told| told.number + u64::from(told.is_closed));
    let newest = traded.iter().rev().take(SNAPSHOT_CANDLES_MAX);
    let mut candles: Vec<CandleOut> = newest
        .take_while(|candle| candle.number >= first)
        .map(|candle| candle_out(interval, candle, &moment, &scale))
        .collect();
    candles.reverse();
    Told { candles, mark: traded.back().map(mark) }
}
