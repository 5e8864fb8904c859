//! Books by order: a level that changed is told with its whole queue.

use std::collections::{BTreeMap, BTreeSet};

use bus::{Published, Taken};
use serde::Serialize;
use types::{InstrumentId, Price, Side, Symbol};
use venue::{Event, PublicEvent};
use view::Depth;
use wire::json::{QueueOut, Quoted, Scale};

use crate::gateway::Gateway;
use crate::market_queues::{level_out, queue_outs};

/// Orders of each side in a snapshot; of the level in which they end, and of the frames, more.
const SNAPSHOT_ORDERS_MAX: usize = 10_000;

/// Levels of a book, each side the best first.
#[derive(Debug, Serialize)]
pub(crate) struct BookBody {
    symbol: Quoted<Symbol>,
    bids: Vec<QueueOut>,
    asks: Vec<QueueOut>,
}

/// The prices at which something changed: bids and asks.
type Prices = [BTreeSet<Price>; 2];

/// The best levels of a book, as many as hold [`SNAPSHOT_ORDERS_MAX`].
pub(crate) fn whole(depth: &Depth, scale: &Scale) -> BookBody {
    let [bids, asks] = [Side::Buy, Side::Sell].map(|side| {
        let mut shown = 0;
        let levels = queue_outs(depth, side, scale).take_while(|level| {
            let is_room = shown < SNAPSHOT_ORDERS_MAX;
            shown += level.queue.len();
            is_room
        });
        levels.collect()
    });
    BookBody { symbol: Quoted(scale.symbol), bids, asks }
}

/// The levels of `books` in which the events taken changed something, as they are now.
pub(crate) fn changed(
    gateway: &Gateway,
    published: &Published,
    taken: &Taken,
    books: &BTreeSet<InstrumentId>,
) -> BTreeMap<InstrumentId, BookBody> {
    let mut touched: BTreeMap<InstrumentId, Prices> = BTreeMap::new();
    // Most often nobody follows any.
    let events = taken.events().filter(|_| !books.is_empty());
    for (instrument, side, price) in events.filter_map(|stamped| level_of(stamped.event)) {
        if books.contains(&instrument) {
            touched.entry(instrument).or_default()[side.index()].insert(price);
        }
    }
    let show = |(id, [bids, asks]): (InstrumentId, Prices)| {
        let instrument = published.views().instrument(id)?;
        let (scale, depth) = (gateway.scale(instrument), &instrument.depth);
        let level = |side| move |price: Price| level_out(depth, side, price, &scale);
        let bids = bids.into_iter().rev().map(level(Side::Buy)).collect();
        let asks = asks.into_iter().map(level(Side::Sell)).collect();
        Some((id, BookBody { symbol: Quoted(scale.symbol), bids, asks }))
    };
    touched.into_iter().filter_map(show).collect()
}

/// The level that an event changes.
fn level_of(event: &Event) -> Option<(InstrumentId, Side, Price)> {
    match event {
        Event::Public(PublicEvent::Book(change)) => {
            Some((change.instrument, change.side, change.price))
        }
        Event::Public(PublicEvent::Trade(trade)) => {
            Some((trade.instrument, trade.taker_side.opposite(), trade.price))
        }
        Event::Public(
            PublicEvent::Listed { .. }
            | PublicEvent::PhaseChanged { .. }
            | PublicEvent::BandChanged { .. }
            | PublicEvent::FeesChanged { .. }
            | PublicEvent::DateChanged { .. }
            | PublicEvent::RulesChanged { .. }
            | PublicEvent::KillSwitchSet { .. }
            | PublicEvent::KillSwitchDone { .. }
            | PublicEvent::TimeTold,
        )
        | Event::Account(_)
        | Event::Refused { .. } => None,
    }
}
