//! An order meets its book: matches, and then rests or ends.

use book::{Match, NewResting, Stop, Taker};
use types::{InstrumentId, OrderId, Qty, Role, SelfTrade, Side, TimeInForce};

use super::entry::Resting;
use super::work::Work;
use super::{Matching, publish, report, trade_id};
use crate::event::{BookChange, Event, PublicEvent, Trade};
use crate::message::{CancelReason, Fill, Report};
use crate::turn::Turn;

/// An order on its way into the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flight {
    pub(super) instrument: InstrumentId,
    pub(super) taker: Taker,
    pub(super) after: After,
    /// See [`Resting::total`].
    pub(super) total: Qty,
    pub(super) time_in_force: TimeInForce,
    pub(super) post_only: bool,
    pub(super) display: Option<Qty>,
}

/// What becomes of the lots that find no match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// They are cancelled.
    Cancel,
    /// They rest at the taker's limit; room for them was there when they came.
    Rest,
    /// They rest at the taker's limit, or are cancelled if no level page is free.
    RestIfRoom,
}

/// What the matches of one sweep have in common.
struct Sweep {
    instrument: InstrumentId,
    taker: OrderId,
    account: types::AccountId,
    side: Side,
    self_trade: SelfTrade,
    /// What is left of the taker.
    open: Qty,
}

impl Matching {
    /// Matches an order as far as one unit of work goes; the rest of a long sweep is queued
    /// ahead of all other work.
    #[inline]
    pub(super) fn fly(&mut self, mut flight: Flight, turn: &mut Turn<'_>) {
        let at = self.at(flight.instrument);
        let matches_max = self.limits.step_events_max as usize / 4;
        let Matching { arena, instruments, trades, work, waiting, expiries, shard, .. } = self;
        let listed = &mut instruments[at];
        let (last, stops) = (&mut listed.last, &mut listed.stops);
        let Taker { order: taker, owner: account, side, leaves, self_trade, .. } = flight.taker;
        let instrument = flight.instrument;
        let open = leaves;
        let mut shrunk = Vec::new();
        let mut sweep = Sweep { instrument, taker, account, side, self_trade, open };
        let stop = listed.book.take(arena, &mut flight.taker, matches_max, &mut |it| {
            if let Match::Fill { price, .. } = it {
                *trades += 1;
                *last = Some(price);
                if !stops.is_empty() {
                    for stop in stops.reached(price) {
                        *waiting -= 1;
                        expiries.remove(stop.order);
                        work.push_back(Work::Trigger { instrument, stop });
                    }
                }
            }
            if let Match::Decremented { maker, lots, .. } = it {
                shrunk.push((maker, lots));
            }
            if let Some(gone) = sweep.tell(it, trade_id(*shard, *trades), turn) {
                expiries.remove(gone);
            }
        });
        debug_assert_eq!(sweep.open, flight.taker.leaves, "every lot is accounted for");
        self.forget_lots(&shrunk);
        flight.total = Qty(flight.total.lots() - flight.taker.decremented.lots());
        flight.taker.decremented = Qty::ZERO;
        match stop {
            Stop::Paused => self.work.push_front(Work::Sweep(flight)),
            Stop::Done => self.settle(at, &flight, turn),
            Stop::SelfTrade => end(&flight, CancelReason::SelfTrade, turn),
        }
    }

    /// What decrement took from resting orders counts no longer in their totals.
    #[inline]
    fn forget_lots(&mut self, shrunk: &[(OrderId, Qty)]) {
        for (order, lots) in shrunk {
            // One that shrank and then went is gone with its total.
            if let Some(slot) = self.arena.find(*order) {
                let [total, bits] = self.resting[slot.index()];
                self.resting[slot.index()] = [total - lots.lots(), bits];
            }
        }
    }

    /// Rests or cancels what found no match.
    #[inline(always)]
    pub(super) fn settle(&mut self, at: usize, flight: &Flight, turn: &mut Turn<'_>) {
        let taker = &flight.taker;
        if taker.leaves.is_zero() {
            return;
        }
        match flight.after {
            After::Cancel => end(flight, CancelReason::NotImmediate, turn),
            After::Rest => self.rest(at, flight, turn),
            After::RestIfRoom => {
                let book = &self.instruments[at].book;
                if book.has_room(&self.arena, taker.side, taker.limit) {
                    self.rest(at, flight, turn);
                } else {
                    end(flight, CancelReason::NoRoom, turn);
                }
            }
        }
    }

    #[inline(always)]
    fn rest(&mut self, at: usize, flight: &Flight, turn: &mut Turn<'_>) {
        let Flight { taker, total, time_in_force, post_only, display, .. } = *flight;
        let Taker { order, owner, side, limit: price, leaves, self_trade, .. } = taker;
        let lots = display.map_or(leaves, |display| display.min(leaves));
        let hidden = Qty(leaves.lots() - lots.lots());
        let listed = &mut self.instruments[at];
        let display = display.unwrap_or_default();
        let new = NewResting { order, owner, side, price, lots, hidden, display };
        let rested = listed.book.rest(&mut self.arena, new);
        let kept = Resting { total, time_in_force, self_trade, post_only, listed: at as u32 };
        self.resting[rested.slot.index()] = kept.pack();
        if let TimeInForce::Gtd(deadline) = time_in_force {
            self.expiries.insert(order, deadline, listed.id);
        }
        let added = BookChange {
            instrument: listed.id,
            side,
            price,
            order,
            lots,
            at_back: true,
            level_lots: rested.level.lots,
            level_orders: rested.level.orders,
        };
        publish(turn, added);
    }
}

/// Cancels what is left of an order that cannot rest.
fn end(flight: &Flight, reason: CancelReason, turn: &mut Turn<'_>) {
    let Taker { order, owner, leaves: lots, .. } = flight.taker;
    if !lots.is_zero() {
        report(turn, order, owner, Report::Canceled { lots, reason, request: None });
    }
}

impl Sweep {
    /// Tells everybody and both owners of one match; gives back a maker that is gone.
    #[inline(always)]
    fn tell(&mut self, it: Match, trade: types::TradeId, turn: &mut Turn<'_>) -> Option<OrderId> {
        match it {
            Match::Fill { maker, owner, price, lots, maker_lots, maker_leaves, level, .. } => {
                self.open = Qty(self.open.lots() - lots.lots());
                turn.events.push(Event::Public(PublicEvent::Trade(Trade {
                    instrument: self.instrument,
                    trade,
                    price,
                    lots,
                    maker,
                    taker: self.taker,
                    taker_side: self.side,
                    maker_lots,
                    level_lots: level.lots,
                    level_orders: level.orders,
                })));
                let fill = Fill { trade, price, lots, leaves: maker_leaves, role: Role::Maker };
                report(turn, maker, owner, Report::Filled(fill));
                let fill = Fill { trade, price, lots, leaves: self.open, role: Role::Taker };
                report(turn, self.taker, self.account, Report::Filled(fill));
                maker_leaves.is_zero().then_some(maker)
            }
            Match::Refreshed { maker, price, lots, level, .. } => {
                self.publish(maker, price, lots, true, level, turn);
                None
            }
            Match::Canceled { maker, owner, price, leaves, level } => {
                self.publish(maker, price, Qty::ZERO, false, level, turn);
                let gone = canceled(leaves);
                report(turn, maker, owner, gone);
                self.shrink(leaves, turn);
                Some(maker)
            }
            Match::Decremented { maker, owner, price, lots, maker_lots, level, .. } => {
                self.publish(maker, price, maker_lots, false, level, turn);
                report(turn, maker, owner, Report::Decremented { lots });
                self.shrink(lots, turn);
                None
            }
        }
    }

    /// Under decrement the taker loses what the maker lost.
    fn shrink(&mut self, lots: Qty, turn: &mut Turn<'_>) {
        if self.self_trade != SelfTrade::Decrement {
            return;
        }
        self.open = Qty(self.open.lots() - lots.lots());
        let told = if self.open.is_zero() { canceled(lots) } else { Report::Decremented { lots } };
        report(turn, self.taker, self.account, told);
    }

    fn publish(
        &self,
        order: OrderId,
        price: types::Price,
        lots: Qty,
        at_back: bool,
        level: book::Level,
        turn: &mut Turn<'_>,
    ) {
        publish(
            turn,
            BookChange {
                instrument: self.instrument,
                side: self.side.opposite(),
                price,
                order,
                lots,
                at_back,
                level_lots: level.lots,
                level_orders: level.orders,
            },
        );
    }
}

fn canceled(lots: Qty) -> Report {
    Report::Canceled { lots, reason: CancelReason::SelfTrade, request: None }
}
