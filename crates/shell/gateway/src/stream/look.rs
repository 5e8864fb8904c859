//! What a cut and the snapshots at its end take from the views, copied out in one look.

use std::collections::{BTreeMap, BTreeSet};

use bus::{Missed, Published, Taken};
use serde::Serialize;
use types::{AccountId, Date, InstrumentId, Price, Qty, Seq, Side, Symbol};
use view::{Account, Order};
use wire::json::{DateText, LevelOut, QuoteOut, Quoted, Scale, TradeOut};

use crate::checksum::{CHECKSUM_LEVELS, depth_checksum};
use crate::gateway::Gateway;
use crate::show::{AccountBody, InstrumentBody, OrderBody, order_body, trade_out};
use crate::stream::books::{self, BookBody};
use crate::stream::channel::Channel;
use crate::stream::frame::Frame;
use crate::stream::own::Own;
use crate::stream::values::{self, CandlesBody, QuotesBody, Values};

/// Levels of each side in a depth snapshot; deltas tell of every level.
pub(crate) const SNAPSHOT_LEVELS_MAX: usize = 10_000;
/// Trades in a snapshot.
const SNAPSHOT_TRADES_MAX: usize = 50;
/// Orders, or instruments, in one frame of a snapshot.
const ROWS_PER_FRAME_MAX: usize = 500;

/// Levels of a book, bids and asks, each side the best first.
pub(crate) type Levels = [Vec<(Price, Qty, u32)>; 2];

/// What to copy out.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The events after this.
    pub after: Seq,
    /// The best levels of these books.
    pub tops: Vec<InstrumentId>,
    /// Books by order of which the changed levels are told.
    pub books: BTreeSet<InstrumentId>,
    /// Quotes and candles that may have changed.
    pub values: Values,
    pub snapshots: BTreeSet<Channel>,
    /// What is followed already: learnt anew when events were missed.
    pub followed: Vec<Channel>,
}

/// All that was copied out.
#[derive(Debug)]
pub(crate) struct Look {
    pub taken: Result<Taken, Missed>,
    pub at: Seq,
    pub tops: BTreeMap<InstrumentId, Levels>,
    pub books: BTreeMap<InstrumentId, BookBody>,
    pub values: values::Changed,
    pub snapshots: BTreeMap<Channel, Snapshot>,
    /// What it takes to show the next events of accounts.
    pub accounts: BTreeMap<AccountId, Own>,
}

/// What a channel's snapshot tells.
#[derive(Debug)]
pub(crate) enum Snapshot {
    Status { date: Date, rules: u32, instruments: Vec<InstrumentBody> },
    Account { account: Box<AccountBody>, orders: Vec<OrderBody> },
    Trades(Vec<TradeOut>),
    Depth(Scale, Levels),
    Book(BookBody),
    Quotes(Vec<QuoteOut>),
    Candles(values::Told),
}

#[derive(Serialize)]
struct StatusBody<'a> {
    business_date: DateText,
    rules: u32,
    instruments: &'a [InstrumentBody],
    /// How many are still to come.
    remaining: usize,
}

#[derive(Serialize)]
struct AccountSnapshot<'a> {
    account: &'a AccountBody,
}

#[derive(Serialize)]
struct OpenOrders<'a> {
    orders: &'a [OrderBody],
    /// How many are still to come.
    remaining: usize,
}

#[derive(Serialize)]
struct TradesBody<'a> {
    trades: &'a [TradeOut],
}

#[derive(Serialize)]
pub(crate) struct DepthBody {
    pub symbol: Quoted<Symbol>,
    pub bids: Vec<LevelOut>,
    pub asks: Vec<LevelOut>,
    pub checksum: u32,
}

/// Copies the best `levels_max` levels of each side of a book.
fn levels(published: &Published, instrument: InstrumentId, levels_max: usize) -> Option<Levels> {
    let depth = &published.views().instrument(instrument)?.depth;
    Some([Side::Buy, Side::Sell].map(|side| {
        let levels = depth.levels(side).take(levels_max);
        levels.map(|(price, level)| (price, level.lots, level.orders)).collect()
    }))
}

impl Wanted {
    /// Looks at what is visible now.
    pub(crate) fn look(&self, gateway: &Gateway) -> Look {
        gateway.read(|published| {
            let tops = self.tops.iter().filter_map(|instrument| {
                levels(published, *instrument, CHECKSUM_LEVELS).map(|top| (*instrument, top))
            });
            let snapshots = self.snapshots.iter().filter_map(|channel| {
                Some((*channel, Snapshot::take(gateway, published, *channel)?))
            });
            let taken = published.take_after(self.after, usize::MAX);
            let again = self.followed.iter().filter(|_| taken.is_err());
            let accounts = self.snapshots.iter().chain(again).filter_map(|channel| {
                let account = account_of(published, *channel)?;
                let decimals = gateway.decimals(account.currency);
                Some((account.id, Own::new(decimals, account.orders.open())))
            });
            Look {
                at: published.event_seq(),
                tops: tops.collect(),
                books: taken.as_ref().map_or_else(
                    |_| BTreeMap::new(),
                    |taken| books::changed(gateway, published, taken, &self.books),
                ),
                values: taken.as_ref().map_or_else(
                    |_| values::Changed::default(),
                    |taken| self.values.look(gateway, published, taken),
                ),
                snapshots: snapshots.collect(),
                accounts: accounts.collect(),
                taken,
            }
        })
    }
}

fn account_of(published: &Published, channel: Channel) -> Option<&Account> {
    match channel {
        Channel::Account(account) => published.views().account(account),
        Channel::Status
        | Channel::Trades(_)
        | Channel::Quotes
        | Channel::Quote(_)
        | Channel::Candles(..)
        | Channel::Depth(_)
        | Channel::Orders(_) => None,
    }
}

impl Snapshot {
    fn take(gateway: &Gateway, published: &Published, channel: Channel) -> Option<Snapshot> {
        let views = published.views();
        Some(match channel {
            Channel::Status => Snapshot::Status {
                date: views.business_date(),
                rules: views.rules(),
                instruments: views.instruments().map(|it| gateway.instrument_body(it)).collect(),
            },
            Channel::Account(_) => {
                let account = account_of(published, channel)?;
                let show = |order: &Order| {
                    let instrument = views.instrument(order.terms.instrument)?;
                    Some(order_body(account.id, order, &gateway.scale(instrument)))
                };
                Snapshot::Account {
                    account: Box::new(gateway.account_body(views, account)),
                    orders: account.orders.open().filter_map(show).collect(),
                }
            }
            Channel::Trades(instrument) => {
                let instrument = views.instrument(instrument)?;
                let scale = gateway.scale(instrument);
                let before = instrument.trades.len().saturating_sub(SNAPSHOT_TRADES_MAX);
                let trades = instrument.trades.iter().skip(before);
                Snapshot::Trades(trades.map(|trade| trade_out(trade, &scale)).collect())
            }
            Channel::Quotes => {
                let quotes = views.instruments().map(|it| gateway.quote(published, it));
                Snapshot::Quotes(quotes.collect())
            }
            Channel::Quote(instrument) => {
                let instrument = views.instrument(instrument)?;
                Snapshot::Quotes(vec![gateway.quote(published, instrument)])
            }
            Channel::Candles(interval, instrument) => {
                let instrument = views.instrument(instrument)?;
                Snapshot::Candles(values::candles(gateway, published, instrument, interval, None))
            }
            Channel::Depth(instrument) => {
                let scale = gateway.scale(views.instrument(instrument)?);
                Snapshot::Depth(scale, levels(published, instrument, SNAPSHOT_LEVELS_MAX)?)
            }
            Channel::Orders(instrument) => {
                let instrument = views.instrument(instrument)?;
                Snapshot::Book(books::whole(&instrument.depth, &gateway.scale(instrument)))
            }
        })
    }

    /// Writes the snapshot of `channel` as it is after `last_seq`.
    pub(crate) fn write(&self, channel: &str, last_seq: Seq) -> Vec<Frame> {
        match self {
            Snapshot::Status { date, rules, instruments } => {
                rows(instruments, |instruments, remaining| {
                    let business_date = DateText(*date);
                    let body = StatusBody { business_date, rules: *rules, instruments, remaining };
                    Frame::of("status_snapshot", channel, None, last_seq, &body)
                })
            }
            Snapshot::Account { account, orders } => {
                let body = AccountSnapshot { account };
                let first = Frame::of("account_snapshot", channel, None, last_seq, &body);
                let orders = rows(orders, |orders, remaining| {
                    let body = OpenOrders { orders, remaining };
                    Frame::of("open_orders", channel, None, last_seq, &body)
                });
                std::iter::once(first).chain(orders).collect()
            }
            Snapshot::Trades(trades) => {
                let body = TradesBody { trades };
                vec![Frame::of("trades_snapshot", channel, None, last_seq, &body)]
            }
            Snapshot::Quotes(quotes) => {
                let body = QuotesBody { quotes };
                vec![Frame::of("quote_snapshot", channel, None, last_seq, &body)]
            }
            Snapshot::Candles(told) => {
                let body = CandlesBody { candles: &told.candles };
                vec![Frame::of("candles_snapshot", channel, None, last_seq, &body)]
            }
            Snapshot::Depth(scale, levels) => {
                let body = depth_body(scale, levels, levels);
                vec![Frame::of("depth_snapshot", channel, None, last_seq, &body)]
            }
            Snapshot::Book(body) => {
                vec![Frame::of("orders_snapshot", channel, None, last_seq, body)]
            }
        }
    }
}

/// Shows levels, with the checksum of the book whose best levels are `top`.
pub(crate) fn depth_body(scale: &Scale, shown: &Levels, top: &Levels) -> DepthBody {
    let [bids, asks] = shown.each_ref().map(|levels| {
        let show = |(price, lots, orders): &(Price, Qty, u32)| LevelOut {
            price: scale.price(*price),
            qty: scale.qty(*lots),
            orders: *orders,
        };
        levels.iter().map(show).collect()
    });
    let [best_bids, best_asks] =
        top.each_ref().map(|levels| levels.iter().map(|(price, lots, _)| (*price, *lots)));
    let checksum = depth_checksum(best_bids, best_asks, scale);
    DepthBody { symbol: Quoted(scale.symbol), bids, asks, checksum }
}

/// Writes rows, some to a frame; at least one frame, so that "none" is told too.
fn rows<T>(rows: &[T], frame: impl Fn(&[T], usize) -> Frame) -> Vec<Frame> {
    let mut remaining = rows.len();
    let mut chunks = rows.chunks(ROWS_PER_FRAME_MAX);
    let first = chunks.next().unwrap_or_default();
    let chunks = std::iter::once(first).chain(chunks);
    chunks
        .map(|chunk| {
            remaining -= chunk.len();
            frame(chunk, remaining)
        })
        .collect()
}
