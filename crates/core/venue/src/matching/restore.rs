//! A matching shard's state as canonical words, and back.

use std::collections::BTreeSet;

use book::{Book, NewResting, Slot};
use types::planted::{self, Bug};
use types::{AccountId, InstrumentId, OrderId, Price, Qty, Side, TimeInForce};

use super::OpenOrder;
use super::entry::Resting;
use super::owners::Owned;
use super::stops::{Stops, Waiting};
use super::{Instrument, Matching};
use crate::canonical::{Canonical, ORDER_LOCAL_MAX, RestoreError, Sink, Words};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

/// The stops read so far, in all instruments.
#[derive(Default)]
struct Seen {
    stops: BTreeSet<OrderId>,
    /// Their places in the order of entry.
    entries: BTreeSet<u64>,
}

impl Canonical for Matching {
    /// Everything that a command's effect can depend on: orders in the order they would trade.
    fn write(&self, sink: &mut impl Sink) {
        self.trades.write(sink);
        self.stop_entries.write(sink);
        self.requests.write_scope(0, |_| false, sink);
        sink.word(self.instruments.len() as u64);
        for listed in &self.instruments {
            listed.terms.write(sink);
            listed.known_by.write(sink);
            listed.last.write(sink);
            for side in SIDES {
                let slots: Vec<Slot> = listed.book.orders(&self.arena, side).collect();
                sink.word(slots.len() as u64);
                for slot in slots {
                    self.write_resting(slot, sink);
                }
            }
            for side in SIDES {
                sink.word(listed.stops.of_side(side).count() as u64);
                listed.stops.of_side(side).for_each(|stop| stop.write(sink));
            }
        }
    }
}

impl Matching {
    /// Takes the state over from words, into an empty shard.
    pub(crate) fn read(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        self.trades = words.word()?;
        self.stop_entries = words.word()?;
        if !self.requests.read_scope(0, words)?.is_empty() {
            return Err(words.wrong("no open order behind an instrument's command"));
        }
        let listed = words.count(8)?;
        let room = (self.limits.instruments_max as usize).div_ceil(usize::from(self.shards));
        if listed > room {
            return Err(words.wrong("no more instruments than genesis allows"));
        }
        let mut seen = Seen::default();
        for number in 0..listed as u32 {
            self.read_instrument(number, &mut seen, words)?;
        }
        Ok(())
    }

    fn read_instrument(
        &mut self,
        number: u32,
        seen: &mut Seen,
        words: &mut Words<'_>,
    ) -> Result<(), RestoreError> {
        let id = InstrumentId(number * u32::from(self.shards) + u32::from(self.shard.0));
        let terms = words.terms(&self.currencies)?;
        let book = Book::new(terms.definition.price_limit, terms.definition.policy);
        let shards = u32::from(self.clearing_shards);
        let known_by = words.map("no more shards than there are", |word| {
            u32::try_from(word).ok().filter(|known| *known <= shards)
        })?;
        let last = words.optional_price()?;
        let stops = Stops::default();
        self.instruments.push(Instrument { id, terms, known_by, book, last, stops });
        for side in SIDES {
            for _ in 0..words.count(8)? {
                self.read_resting(number as usize, side, seen, words)?;
            }
        }
        for side in SIDES {
            for _ in 0..words.count(8)? {
                self.read_stop(number as usize, side, seen, words)?;
            }
        }
        Ok(())
    }

    fn write_resting(&self, slot: Slot, sink: &mut impl Sink) {
        let rests = self.arena.resting(slot);
        let kept = self.resting_at(slot);
        rests.order.write(sink);
        rests.owner.write(sink);
        rests.price.write(sink);
        rests.lots.write(sink);
        let hidden = rests.hidden;
        if planted::is(Bug::HiddenLotsForgotten) { Qty::ZERO } else { hidden }.write(sink);
        rests.display.write(sink);
        kept.total.write(sink);
        write_time_in_force(kept.time_in_force, sink);
        sink.word(kept.self_trade as u64);
        kept.post_only.write(sink);
    }

    fn read_resting(
        &mut self,
        at: usize,
        side: Side,
        seen: &Seen,
        words: &mut Words<'_>,
    ) -> Result<(), RestoreError> {
        let order = self.new_order(seen, words)?;
        let owner = self.owner(words)?;
        let price = self.price(at, words)?;
        let new = NewResting {
            order,
            owner,
            side,
            price,
            lots: quantity(words)?,
            hidden: quantity(words)?,
            display: quantity(words)?,
        };
        let total = Qty(words.word()?);
        let time_in_force = read_time_in_force(words)?;
        let self_trade = words.self_trade()?;
        let post_only = words.flag()?;
        let Instrument { id, book, .. } = &mut self.instruments[at];
        let whole = !new.lots.is_zero()
            && (new.hidden.is_zero() || !new.display.is_zero())
            && total.lots() >= new.lots.lots() + new.hidden.lots();
        if !whole || book.crosses(side, price) || !book.has_room(&self.arena, side, price) {
            return Err(words.wrong("a resting order that fits its book"));
        }
        let slot = book.rest(&mut self.arena, new).slot;
        let kept = Resting { total, time_in_force, self_trade, post_only, listed: at as u32 };
        self.resting[slot.index()] = kept.pack();
        if let TimeInForce::Gtd(deadline) = time_in_force {
            self.expiries.insert(order, deadline, *id);
        }
        Ok(())
    }

    fn read_stop(
        &mut self,
        at: usize,
        side: Side,
        seen: &mut Seen,
        words: &mut Words<'_>,
    ) -> Result<(), RestoreError> {
        let order = self.new_order(seen, words)?;
        let stop = Waiting {
            order,
            account: self.owner(words)?,
            side,
            self_trade: words.self_trade()?,
            trigger: self.price(at, words)?,
            limit: self.price(at, words)?,
            rests: words.flag()?,
            open: quantity(words)?,
            time_in_force: read_time_in_force(words)?,
            display: Some(quantity(words)?).filter(|display| !display.is_zero()),
            entry: words.word()?,
        };
        seen.stops.insert(order);
        if stop.entry > self.stop_entries || !seen.entries.insert(stop.entry) {
            return Err(words.wrong("a stop with a place of its own in the order of entry"));
        }
        let Instrument { id, stops, .. } = &mut self.instruments[at];
        if let TimeInForce::Gtd(deadline) = stop.time_in_force {
            self.expiries.insert(order, deadline, *id);
        }
        stops.insert(stop);
        self.waiting += 1;
        self.owners.note(stop.account, Owned { order, listed: at as u32 });
        Ok(())
    }

    /// An order that is not open yet in this shard.
    fn new_order(&self, seen: &Seen, words: &mut Words<'_>) -> Result<OrderId, RestoreError> {
        let known = |order| self.arena.find(order).is_some() || seen.stops.contains(&order);
        let full = self.open_orders() >= self.limits.orders_max || self.arena.is_full();
        words.map("an order of a known shard, once", |word| {
            let order = OrderId(word);
            let numbered = (1..ORDER_LOCAL_MAX).contains(&order.local());
            let valid = numbered && order.shard().0 < self.clearing_shards;
            (valid && !full && !known(order)).then_some(order)
        })
    }

    /// An account of a known shard.
    fn owner(&self, words: &mut Words<'_>) -> Result<AccountId, RestoreError> {
        words.map("an account of a known shard", |word| {
            let account = AccountId(u32::try_from(word).ok()?);
            let valid = account.local() > 0 && account.shard().0 < self.clearing_shards;
            valid.then_some(account)
        })
    }

    /// Every open order, and every instrument with its version: what clearing must agree with.
    pub(crate) fn all_open(&self) -> impl Iterator<Item = OpenOrder> {
        self.instruments.iter().flat_map(move |listed| {
            let instrument = listed.id;
            let resting = SIDES.into_iter().flat_map(move |side| {
                listed.book.orders(&self.arena, side).map(move |slot| {
                    let rests = self.arena.resting(slot);
                    let open = Qty(rests.lots.lots() + rests.hidden.lots());
                    let (order, account) = (rests.order, rests.owner);
                    OpenOrder { order, account, instrument, side, open }
                })
            });
            let waiting = SIDES.into_iter().flat_map(move |side| {
                listed.stops.of_side(side).map(move |stop| {
                    let (order, account) = (stop.order, stop.account);
                    OpenOrder { order, account, instrument, side, open: stop.open }
                })
            });
            resting.chain(waiting)
        })
    }

    /// The instruments with the versions of their terms.
    pub(crate) fn versions(&self) -> impl Iterator<Item = (InstrumentId, u32)> {
        self.instruments.iter().map(|listed| (listed.id, listed.terms.version))
    }

    fn price(&self, at: usize, words: &mut Words<'_>) -> Result<Price, RestoreError> {
        let limit = self.instruments[at].book.price_limit();
        words.map("a price within the instrument's limit", |word| {
            Price::new(word).filter(|price| *price <= limit)
        })
    }
}

impl Canonical for Waiting {
    fn write(&self, sink: &mut impl Sink) {
        self.order.write(sink);
        self.account.write(sink);
        sink.word(self.self_trade as u64);
        self.trigger.write(sink);
        self.limit.write(sink);
        self.rests.write(sink);
        self.open.write(sink);
        write_time_in_force(self.time_in_force, sink);
        self.display.unwrap_or_default().write(sink);
        self.entry.write(sink);
    }
}

fn quantity(words: &mut Words<'_>) -> Result<Qty, RestoreError> {
    words.map("a quantity", |word| (word <= types::QTY_LOTS_MAX).then_some(Qty(word)))
}

fn write_time_in_force(time_in_force: TimeInForce, sink: &mut impl Sink) {
    let (kind, deadline) = match time_in_force {
        TimeInForce::Day => (0, 0),
        TimeInForce::Gtc => (1, 0),
        TimeInForce::Gtd(deadline) => (2, deadline.0),
        TimeInForce::Ioc | TimeInForce::Fok => unreachable!("it does not rest"),
    };
    sink.word(kind);
    sink.word(deadline);
}

fn read_time_in_force(words: &mut Words<'_>) -> Result<TimeInForce, RestoreError> {
    let kind = words.word()?;
    let deadline = words.word()?;
    match kind {
        0 => Ok(TimeInForce::Day),
        1 => Ok(TimeInForce::Gtc),
        2 => Ok(TimeInForce::Gtd(types::Timestamp(deadline))),
        _ => Err(words.wrong("a time in force that rests")),
    }
}
