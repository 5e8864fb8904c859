//! Events of the stream as they are written, and the snapshot before them.

use std::collections::BTreeMap;

use axum::response::sse::Event as SseEvent;
use bus::{Missed, Published};
use serde::Serialize;
use types::{AccountId, InstrumentId, OrderId, Price, Qty, RequestId, Seq, Side, Symbol};
use venue::{AccountEvent, Event, Fact, PublicEvent, Stamped};
use view::{Account, Order};
use wire::json::{
    DepthOut, LevelOut, OwnEventOut, PublicEventOut, Quoted, Scale, Stamp, Subject, TradeOut,
    subject,
};

use crate::gateway::Gateway;
use crate::show::{AccountBody, InstrumentBody, OrderBody, depth_out, order_body};

/// Levels of each side in a depth snapshot; deltas tell of every level.
pub(super) const SNAPSHOT_LEVELS_MAX: usize = 10_000;
/// Orders in one `open_orders` event of a snapshot.
const ORDERS_PER_EVENT_MAX: usize = 500;

/// What a client follows.
#[derive(Debug)]
pub(super) struct Channels {
    pub books: Vec<Scale>,
    pub own: Option<Own>,
}

/// The account a client follows, and what it takes to show its events.
#[derive(Debug)]
pub(super) struct Own {
    account: AccountId,
    money_decimals: u8,
    /// Its open orders: most of their events do not tell what they trade.
    orders: BTreeMap<OrderId, Named>,
    scales: BTreeMap<InstrumentId, Scale>,
}

/// What an order trades, and its latest client order id.
#[derive(Clone, Copy, Debug)]
struct Named {
    instrument: InstrumentId,
    client: Option<RequestId>,
}

/// All that a snapshot tells, copied out in one look.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    pub event_seq: Seq,
    instruments: Vec<InstrumentBody>,
    depths: Vec<DepthOut>,
    account: Option<AccountBody>,
    orders: Vec<Order>,
}

/// Events to be written together.
#[derive(Debug, Default)]
pub(super) struct Frames {
    events: Vec<SseEvent>,
    /// What each changed level shows at last: by place in the books, side and price.
    levels: BTreeMap<(usize, Side, Price), (Qty, u32)>,
    /// Whether an own event could not be shown, for want of the order it is about.
    pub is_broken: bool,
}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The gateway or the venue stops.
    ShutDown,
    /// Trades or own events that the client needs are no longer kept.
    TooSlow { missed: Missed },
}

#[derive(Serialize)]
struct DepthDelta {
    symbol: Quoted<Symbol>,
    first_seq: Seq,
    last_seq: Seq,
    bids: Vec<LevelOut>,
    asks: Vec<LevelOut>,
}

#[derive(Serialize)]
struct OwnFrame {
    #[serde(flatten)]
    event: OwnEventOut,
    /// Of the order it is about, where the event itself does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_order_id: Option<Quoted<RequestId>>,
}

#[derive(Serialize)]
struct OpenOrders<'a> {
    account_id: Quoted<u32>,
    orders: &'a [OrderBody],
    /// How many are still to come.
    remaining: usize,
}

#[derive(Serialize)]
struct Range {
    first_seq: Seq,
    last_seq: Seq,
}

#[derive(Serialize)]
struct Beat {
    last_seq: Seq,
}

#[derive(Serialize)]
struct Reset {
    last_event_id: Seq,
    oldest_kept: Seq,
    newest: Seq,
}

#[derive(Serialize)]
struct End {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    missed_events: Option<u64>,
}

impl Own {
    pub(super) fn new(account: &Account, money_decimals: u8) -> Own {
        let (orders, scales) = (BTreeMap::new(), BTreeMap::new());
        Own { account: account.id, money_decimals, orders, scales }
    }

    /// Learns the orders that events to come may be about.
    fn learn<'a>(&mut self, orders: impl Iterator<Item = &'a Order>) {
        self.orders.extend(orders.map(|order| {
            let (instrument, client) = (order.terms.instrument, order.client_order_id);
            (order.id, Named { instrument, client })
        }));
    }

    /// How an instrument's integers read. They never change, so each is looked up once.
    fn scale(&mut self, gateway: &Gateway, id: InstrumentId) -> Option<Scale> {
        if let Some(scale) = self.scales.get(&id) {
            return Some(*scale);
        }
        let scale = gateway.read(|published| {
            published.views().instrument(id).map(|instrument| gateway.scale(instrument))
        })?;
        self.scales.insert(id, scale);
        Some(scale)
    }

    /// Shows an event of the account; `None` when the order it is about is not known.
    fn frame(&mut self, gateway: &Gateway, stamp: Stamp, event: &AccountEvent) -> Option<OwnFrame> {
        let mut named = None;
        let instrument = match subject(event) {
            Subject::Account => None,
            Subject::Instrument(instrument) => Some(instrument),
            Subject::Order(order) => {
                named = self.orders.get(&order).copied();
                named.map(|named| named.instrument)
            }
        };
        let scale = instrument.and_then(|instrument| self.scale(gateway, instrument));
        let shown = OwnEventOut::new(stamp, event, self.money_decimals, scale.as_ref())?;
        let client = self.follow(&event.fact).or(named).and_then(|named| named.client);
        let tells_itself =
            matches!(event.fact, Fact::Accepted { .. } | Fact::Replaced { request: Some(_), .. });
        let client_order_id = client.filter(|_| !tells_itself).map(Quoted);
        Some(OwnFrame { event: shown, client_order_id })
    }

    /// Keeps the open orders in step with `fact`, and names the order it is about.
    fn follow(&mut self, fact: &Fact) -> Option<Named> {
        match fact {
            Fact::Accepted { order, request, terms, .. } => {
                let named = Named { instrument: terms.instrument, client: *request };
                self.orders.insert(*order, named);
                Some(named)
            }
            Fact::Replaced { order, request, .. } => {
                let named = self.orders.get_mut(order)?;
                named.client = request.or(named.client);
                Some(*named)
            }
            Fact::Filled(own) if own.fill.leaves.is_zero() => self.orders.remove(&own.order),
            Fact::Filled(own) => self.orders.get(&own.order).copied(),
            Fact::Canceled { order, .. } => self.orders.remove(order),
            Fact::Decremented { order, .. } | Fact::Triggered { order } => {
                self.orders.get(order).copied()
            }
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::Issued { .. }
            | Fact::Refused { .. }
            | Fact::MassCanceled { .. } => None,
        }
    }
}

impl Channels {
    pub(super) fn has_books(&self) -> bool {
        !self.books.is_empty()
    }

    /// Copies out what a snapshot tells, and learns the orders of the events after it.
    pub(super) fn snapshot(&mut self, gateway: &Gateway, published: &Published) -> Snapshot {
        let mut snapshot = self.depths(published);
        let views = published.views();
        let listed = self.books.iter().filter_map(|book| views.instrument(book.instrument));
        snapshot.instruments = listed.map(|found| gateway.instrument_body(found)).collect();
        if let Some(own) = &mut self.own {
            let account = views.account(own.account).expect("it was found before");
            own.orders.clear();
            own.learn(account.orders.open());
            snapshot.account = Some(gateway.account_body(views, account));
            snapshot.orders = account.orders.open().copied().collect();
        }
        snapshot
    }

    /// Copies out the books alone.
    pub(super) fn depths(&self, published: &Published) -> Snapshot {
        let event_seq = published.event_seq();
        let depths = self.books.iter().filter_map(|book| {
            let instrument = published.views().instrument(book.instrument)?;
            Some(depth_out(event_seq, &instrument.depth, SNAPSHOT_LEVELS_MAX, book))
        });
        Snapshot { event_seq, depths: depths.collect(), ..Snapshot::default() }
    }

    /// Learns the orders that a client who comes back may hear of: they may have closed since.
    pub(super) fn resume(&mut self, published: &Published) {
        if let Some(own) = &mut self.own {
            let account = published.views().account(own.account).expect("it was found before");
            own.learn(account.orders.open());
            own.learn(account.orders.closed());
        }
    }

    /// Writes everything but depth.
    pub(super) fn tell(&mut self, gateway: &Gateway, stamped: &Stamped<'_>, out: &mut Frames) {
        match stamped.event {
            Event::Account(event) => {
                let Some(own) = self.own.as_mut().filter(|own| own.account == event.account) else {
                    return;
                };
                let name = own_event_name(&event.fact);
                match own.frame(gateway, Stamp::from(*stamped), event) {
                    Some(frame) => out.push(name, &frame),
                    None => out.is_broken = true,
                }
            }
            Event::Public(PublicEvent::Trade(trade)) => {
                if let Some((_, book)) = self.book(trade.instrument) {
                    out.push("trade", &TradeOut::new(stamped.seq, stamped.at, trade, book));
                }
            }
            Event::Public(
                event @ (PublicEvent::PhaseChanged { instrument, .. }
                | PublicEvent::BandChanged { instrument, .. }
                | PublicEvent::FeesChanged { instrument, .. }),
            ) => {
                let book = self.book(*instrument).map(|(_, book)| book);
                let stamp = Stamp::from(*stamped);
                if let Some(shown) = book.and_then(|it| PublicEventOut::new(stamp, event, Some(it)))
                {
                    out.push("instrument", &shown);
                }
            }
            Event::Public(
                PublicEvent::Listed { .. }
                | PublicEvent::Book(_)
                | PublicEvent::DateChanged { .. }
                | PublicEvent::RulesChanged { .. },
            )
            | Event::Refused { .. } => {}
        }
    }

    fn book(&self, instrument: InstrumentId) -> Option<(usize, &Scale)> {
        self.books.iter().enumerate().find(|(_, book)| book.instrument == instrument)
    }
}

impl Frames {
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Notes what a level shows now.
    pub(super) fn note_depth(&mut self, channels: &Channels, stamped: &Stamped<'_>) {
        let (instrument, side, price, level) = match stamped.event {
            Event::Public(PublicEvent::Book(change)) => {
                let level = (change.level_lots, change.level_orders);
                (change.instrument, change.side, change.price, level)
            }
            Event::Public(PublicEvent::Trade(trade)) => {
                let level = (trade.level_lots, trade.level_orders);
                (trade.instrument, trade.taker_side.opposite(), trade.price, level)
            }
            Event::Public(
                PublicEvent::Listed { .. }
                | PublicEvent::PhaseChanged { .. }
                | PublicEvent::BandChanged { .. }
                | PublicEvent::FeesChanged { .. }
                | PublicEvent::DateChanged { .. }
                | PublicEvent::RulesChanged { .. },
            )
            | Event::Account(_)
            | Event::Refused { .. } => return,
        };
        if let Some((place, _)) = channels.book(instrument) {
            self.levels.insert((place, side, price), level);
        }
    }

    /// Writes the changed levels, one event for each book that has some.
    pub(super) fn depth_changes(&mut self, channels: &Channels, first_seq: Seq, last_seq: Seq) {
        let levels = std::mem::take(&mut self.levels);
        for (place, book) in channels.books.iter().enumerate() {
            let side = |side: Side| -> Vec<LevelOut> {
                let changed = levels.iter().filter(|((at, of, _), _)| (*at, *of) == (place, side));
                let shown = changed.map(|((_, _, price), (lots, orders))| LevelOut {
                    price: book.price(*price),
                    qty: book.qty(*lots),
                    orders: *orders,
                });
                shown.collect()
            };
            let (mut bids, asks) = (side(Side::Buy), side(Side::Sell));
            bids.reverse();
            if !bids.is_empty() || !asks.is_empty() {
                let symbol = Quoted(book.symbol);
                self.push("depth", &DepthDelta { symbol, first_seq, last_seq, bids, asks });
            }
        }
    }

    /// Writes a snapshot.
    pub(super) fn snapshot(&mut self, channels: &mut Channels, gateway: &Gateway, it: Snapshot) {
        for instrument in &it.instruments {
            self.push("instrument_snapshot", instrument);
        }
        for depth in &it.depths {
            self.push("depth_snapshot", depth);
        }
        if let (Some(own), Some(account)) = (&mut channels.own, &it.account) {
            self.push("account_snapshot", account);
            self.open_orders(own, gateway, &it.orders);
        }
    }

    fn open_orders(&mut self, own: &mut Own, gateway: &Gateway, orders: &[Order]) {
        let (account_id, mut remaining) = (Quoted(own.account.0), orders.len());
        let mut show = |order: &Order| {
            let scale = own.scale(gateway, order.terms.instrument).expect("it is listed");
            order_body(own.account, order, &scale)
        };
        let mut chunks = orders.chunks(ORDERS_PER_EVENT_MAX);
        // An account without orders is told so: at least one event.
        for chunk in std::iter::once(chunks.next().unwrap_or_default()).chain(chunks) {
            remaining -= chunk.len();
            let shown: Vec<OrderBody> = chunk.iter().map(&mut show).collect();
            self.push("open_orders", &OpenOrders { account_id, orders: &shown, remaining });
        }
    }

    pub(super) fn reset(&mut self, missed: Missed) {
        let Missed { after, oldest_kept, newest } = missed;
        self.push("reset", &Reset { last_event_id: after, oldest_kept, newest });
    }

    pub(super) fn lagged(&mut self, first_seq: Seq, last_seq: Seq) {
        self.push("lagged", &Range { first_seq, last_seq });
    }

    /// Ends a cut: all that the client follows was told, from `first_seq` to `last_seq`.
    pub(super) fn cut(mut self, first_seq: Seq, last_seq: Seq) -> Vec<SseEvent> {
        let event = event("cut", &Range { first_seq, last_seq });
        self.events.push(event.id(last_seq.to_string()));
        self.events
    }

    /// Hands out a part of a cut that goes on.
    pub(super) fn without_cut(self) -> Vec<SseEvent> {
        self.events
    }

    pub(super) fn beat(last_seq: Seq) -> Vec<SseEvent> {
        vec![event("heartbeat", &Beat { last_seq }).id(last_seq.to_string())]
    }

    pub(super) fn end(ending: Ending) -> Vec<SseEvent> {
        let end = match ending {
            Ending::ShutDown => End { reason: "shut_down", missed_events: None },
            Ending::TooSlow { missed } => {
                End { reason: "too_slow", missed_events: Some(missed.events()) }
            }
        };
        vec![event("end", &end)]
    }

    fn push<T: Serialize>(&mut self, name: &'static str, data: &T) {
        self.events.push(event(name, data));
    }
}

fn event<T: Serialize>(name: &'static str, data: &T) -> SseEvent {
    let json = serde_json::to_string(data).expect("events are plain data");
    SseEvent::default().event(name).data(json)
}

fn own_event_name(fact: &Fact) -> &'static str {
    match fact {
        Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::Closed
        | Fact::Deposited { .. }
        | Fact::Withdrawn { .. }
        | Fact::TransferSent { .. }
        | Fact::TransferReceived { .. }
        | Fact::TransferReturned { .. }
        | Fact::Issued { .. } => "account",
        Fact::Refused { .. }
        | Fact::Accepted { .. }
        | Fact::Filled(_)
        | Fact::Canceled { .. }
        | Fact::Decremented { .. }
        | Fact::Replaced { .. }
        | Fact::Triggered { .. }
        | Fact::MassCanceled { .. } => "order",
    }
}
