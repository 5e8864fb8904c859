//! From events to frames: what happened in each channel since its last frame.

use std::collections::BTreeMap;

use bus::Taken;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use types::{AccountId, InstrumentId, Price, Qty, Seq, Side};
use venue::{Event, PublicEvent, Stamped};
use wire::json::{PublicEventOut, Scale, Stamp, TradeOut, public_subject};

use crate::gateway::Gateway;
use crate::stream::channel::Channel;
use crate::stream::frame::{Cut, Frame};
use crate::stream::look::{Levels, Look, Snapshot, depth_body};
use crate::stream::own::{Own, OwnEvent};
use crate::stream::values::{CandlesBody, News, QuotesBody, Values};

/// Events in one frame of a channel that tells each.
const EVENTS_PER_FRAME_MAX: usize = 500;

/// Writes the frames of the channels that somebody follows.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    /// How an instrument's integers read. They never change.
    scales: BTreeMap<InstrumentId, Scale>,
    channels: BTreeMap<Channel, Told>,
    owns: BTreeMap<AccountId, Own>,
    values: Values,
}

/// How far a channel was told.
#[derive(Debug)]
struct Told {
    name: String,
    /// Where its last frame ended; its next begins behind.
    last_seq: Seq,
    /// Its frames tell of everything after this.
    since: Seq,
}

/// What happened since the last cut in the channels that are followed.
#[derive(Debug, Default)]
struct Gathered {
    trades: BTreeMap<InstrumentId, Vec<TradeOut>>,
    own: BTreeMap<AccountId, Vec<OwnEvent>>,
    status: Vec<PublicEventOut>,
    levels: BTreeMap<InstrumentId, Changed>,
}

/// What each changed level of a book shows at last: bids and asks.
#[derive(Debug, Default)]
struct Changed([BTreeMap<Price, (Qty, u32)>; 2]);

impl Encoder {
    /// Knows the instruments listed so far. Those to come are in the events.
    pub(crate) fn new(gateway: &Gateway) -> Encoder {
        let scales = gateway.read(|published| {
            let listed = published.views().instruments();
            listed.map(|instrument| (instrument.id, gateway.scale(instrument))).collect()
        });
        Encoder { scales, ..Encoder::default() }
    }

    /// The books that need a checksum at the next cut.
    pub(crate) fn depths(&self) -> impl Iterator<Item = InstrumentId> {
        self.channels.keys().filter_map(|channel| match channel {
            Channel::Depth(instrument) => Some(*instrument),
            Channel::Status | Channel::Account(_) | Channel::Trades(_) => None,
            Channel::Quotes | Channel::Quote(_) | Channel::Candles(..) => None,
            Channel::Orders(_) => None,
        })
    }

    /// The books by order that are followed.
    pub(crate) fn books(&self) -> impl Iterator<Item = InstrumentId> {
        self.channels.keys().filter_map(|channel| match channel {
            Channel::Orders(instrument) => Some(*instrument),
            Channel::Status | Channel::Account(_) | Channel::Trades(_) => None,
            Channel::Quotes | Channel::Quote(_) | Channel::Candles(..) => None,
            Channel::Depth(_) => None,
        })
    }

    /// The quotes and candles that are followed.
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    /// Whether the frames of `channel` tell of everything after `seq`.
    pub(crate) fn tells_after(&self, channel: Channel, seq: Seq) -> bool {
        self.channels.get(&channel).is_some_and(|told| told.since <= seq)
    }

    pub(crate) fn is_followed(&self, channel: Channel) -> bool {
        self.channels.contains_key(&channel)
    }

    /// The channel's name; it is that of an instrument or account that exists.
    pub(crate) fn name(&self, channel: Channel) -> String {
        channel.name(|instrument| self.scale(instrument).symbol)
    }

    /// Where the channel's last frame ended.
    pub(crate) fn last_seq(&self, channel: Channel) -> Seq {
        self.channels[&channel].last_seq
    }

    /// Begins to write a channel's frames, after `look`.
    pub(crate) fn follow(&mut self, channel: Channel, look: &Look) {
        let told = Told { name: self.name(channel), last_seq: look.at, since: look.at };
        self.channels.insert(channel, told);
        if let Channel::Account(account) = channel {
            self.owns.insert(account, look.accounts[&account].clone());
        }
        let told = match look.snapshots.get(&channel) {
            Some(Snapshot::Candles(told)) => Some(told),
            Some(_) | None => None,
        };
        self.values.follow(channel, told);
    }

    pub(crate) fn leave(&mut self, channel: Channel) {
        self.channels.remove(&channel);
        if let Channel::Account(account) = channel {
            self.owns.remove(&account);
        }
        self.values.leave(channel);
    }

    /// All that is followed.
    pub(crate) fn followed(&self) -> Vec<Channel> {
        self.channels.keys().copied().collect()
    }

    /// Writes what happened, up to `look.at`; nothing when it concerned nobody.
    pub(crate) fn cut(&mut self, gateway: &Gateway, taken: &Taken, look: &Look) -> Option<Cut> {
        let mut gathered = Gathered::default();
        for stamped in taken.events() {
            self.gather(gateway, &stamped, &mut gathered);
        }
        let frames = self.write(gathered, look);
        (!frames.is_empty()).then(|| Cut::new(look.at, frames))
    }

    fn gather(&mut self, gateway: &Gateway, stamped: &Stamped<'_>, out: &mut Gathered) {
        let event = match stamped.event {
            Event::Account(event) => {
                if let Some(own) = self.owns.get_mut(&event.account) {
                    let scales = &self.scales;
                    let shown = own.show(Stamp::from(*stamped), event, |id| scales[&id]);
                    out.own.entry(event.account).or_default().push(shown);
                }
                return;
            }
            Event::Public(event) => event,
            Event::Refused { .. } => return,
        };
        match event {
            PublicEvent::Book(change) => {
                if self.is_followed(Channel::Depth(change.instrument)) {
                    let (lots, orders) = (change.level_lots, change.level_orders);
                    let changed = out.levels.entry(change.instrument).or_default();
                    changed.note(change.side, change.price, lots, orders);
                }
            }
            PublicEvent::Trade(trade) => {
                if self.is_followed(Channel::Depth(trade.instrument)) {
                    let (lots, orders) = (trade.level_lots, trade.level_orders);
                    let changed = out.levels.entry(trade.instrument).or_default();
                    changed.note(trade.taker_side.opposite(), trade.price, lots, orders);
                }
                if self.is_followed(Channel::Trades(trade.instrument)) {
                    let scale = self.scale(trade.instrument);
                    let shown = TradeOut::new(stamped.seq, stamped.at, trade, scale);
                    out.trades.entry(trade.instrument).or_default().push(shown);
                }
            }
            PublicEvent::Listed { .. }
            | PublicEvent::PhaseChanged { .. }
            | PublicEvent::BandChanged { .. }
            | PublicEvent::FeesChanged { .. }
            | PublicEvent::DateChanged { .. }
            | PublicEvent::RulesChanged { .. }
            | PublicEvent::KillSwitchSet { .. }
            | PublicEvent::KillSwitchDone { .. } => {
                self.gather_status(gateway, stamped, event, out)
            }
            // What closes by it is told by the channels of candles.
            PublicEvent::TimeTold => {}
        }
    }

    fn gather_status(
        &mut self,
        gateway: &Gateway,
        stamped: &Stamped<'_>,
        event: &PublicEvent,
        out: &mut Gathered,
    ) {
        if let PublicEvent::Listed { instrument, definition } = event {
            let decimals = gateway.decimals(definition.currency);
            self.scales.insert(*instrument, Scale::new(*instrument, definition, decimals));
        }
        if self.is_followed(Channel::Status) {
            let scale = public_subject(event).map(|instrument| self.scale(instrument));
            let shown = PublicEventOut::new(Stamp::from(*stamped), event, scale);
            out.status.push(shown.expect("events are about listed instruments"));
        }
    }

    fn write(&mut self, gathered: Gathered, look: &Look) -> BTreeMap<Channel, Vec<Frame>> {
        let (mut frames, at) = (BTreeMap::new(), look.at);
        if !gathered.status.is_empty() {
            let told = self.told(Channel::Status);
            frames.insert(Channel::Status, told.rows("status", "events", &gathered.status, at));
        }
        for (account, events) in &gathered.own {
            let channel = Channel::Account(*account);
            frames.insert(channel, self.told(channel).rows("account", "events", events, at));
        }
        for (instrument, trades) in &gathered.trades {
            let channel = Channel::Trades(*instrument);
            frames.insert(channel, self.told(channel).rows("trades", "trades", trades, at));
        }
        for (instrument, changed) in &gathered.levels {
            let channel = Channel::Depth(*instrument);
            let scale = *self.scale(*instrument);
            let body = depth_body(&scale, &changed.levels(), &look.tops[instrument]);
            frames.insert(channel, vec![self.told(channel).frame("depth", at, &body)]);
        }
        for (instrument, body) in &look.books {
            let channel = Channel::Orders(*instrument);
            frames.insert(channel, vec![self.told(channel).frame("orders", at, body)]);
        }
        for (channel, news) in self.values.tell(&look.values) {
            let told = self.told(channel);
            let frame = match &news {
                News::Quotes(quotes) => told.frame("quote", at, &QuotesBody { quotes }),
                News::Candles(candles) => told.frame("candles", at, &CandlesBody { candles }),
            };
            frames.insert(channel, vec![frame]);
        }
        frames
    }

    fn told(&mut self, channel: Channel) -> &mut Told {
        self.channels.get_mut(&channel).expect("only what is followed is gathered")
    }

    fn scale(&self, instrument: InstrumentId) -> &Scale {
        self.scales.get(&instrument).expect("an instrument is listed before its other events")
    }
}

impl Told {
    /// A frame about all that happened up to `last_seq`.
    fn frame<T: Serialize>(&mut self, name: &'static str, last_seq: Seq, body: &T) -> Frame {
        let first_seq = std::mem::replace(&mut self.last_seq, last_seq) + 1;
        Frame::of(name, &self.name, Some(first_seq), last_seq, body)
    }

    /// Frames of rows, so many in each; the last one reaches to `last_seq`.
    fn rows<T: Row>(
        &mut self,
        name: &'static str,
        member: &'static str,
        rows: &[T],
        last_seq: Seq,
    ) -> Vec<Frame> {
        let mut chunks = rows.chunks(EVENTS_PER_FRAME_MAX).peekable();
        let mut frames = Vec::with_capacity(chunks.len());
        while let Some(rows) = chunks.next() {
            let is_last = chunks.peek().is_none();
            let until = rows.last().filter(|_| !is_last).map_or(last_seq, Row::seq);
            frames.push(self.frame(name, until, &Rows { member, rows }));
        }
        frames
    }
}

/// Something that is told by itself.
trait Row: Serialize {
    fn seq(&self) -> Seq;
}

impl Row for TradeOut {
    fn seq(&self) -> Seq {
        self.seq
    }
}

impl Row for OwnEvent {
    fn seq(&self) -> Seq {
        self.event.seq
    }
}

impl Row for PublicEventOut {
    fn seq(&self) -> Seq {
        self.seq
    }
}

/// A list under the name of its channel's kind.
struct Rows<'a, T> {
    member: &'static str,
    rows: &'a [T],
}

impl<T: Serialize> Serialize for Rows<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.member, self.rows)?;
        map.end()
    }
}

impl Changed {
    fn note(&mut self, side: Side, price: Price, lots: Qty, orders: u32) {
        self.0[side.index()].insert(price, (lots, orders));
    }

    /// The changed levels, each side the best first.
    fn levels(&self) -> Levels {
        let show = |(price, (lots, orders)): (&Price, &(Qty, u32))| (*price, *lots, *orders);
        let [bids, asks] = &self.0;
        [bids.iter().rev().map(show).collect(), asks.iter().map(show).collect()]
    }
}
