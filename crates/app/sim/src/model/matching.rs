//! Section 4, matching's part: how an order comes in, waits, is triggered and leaves.

use types::TimeInForce;
use types::{InstrumentId, OrderId, OrderType, Phase, Price, Qty, RequestId, SelfTrade, Side};
use venue::{BookChange, CancelReason, Place, PublicEvent, Reject};

use super::state::{News, Order, Standing, is_resting_limit, price_rank, trades_with};
use super::sweep::Sweep;
use super::{Model, Work};

/// Price levels of one page.
const PAGE_LEVELS: u64 = 64;

impl Model {
    /// Matching's answer to a new order, and what it does at once.
    pub(super) fn enter(&mut self, id: OrderId, request: Option<RequestId>) -> Result<(), Reject> {
        let order = self.orders[self.order_index(id)].clone();
        let instrument = order.instrument();
        let phase = self.instruments[instrument.0 as usize].phase;
        let is_stop_limit = matches!(order.terms.order_type, OrderType::StopLimit { .. });
        if is_resting_limit(&order.terms) || is_stop_limit {
            self.check_level(instrument, order.side(), order.limit)?;
        }
        self.check_crossing(&order, order.limit)?;
        if order.terms.time_in_force == TimeInForce::Fok {
            let (available, qty) = (Qty(self.available(&order)), order.terms.qty);
            if available < qty {
                return Err(Reject::FillOrKillShort { available, qty });
            }
        }

        let ahead = if is_resting_limit(&order.terms) {
            self.level(instrument, order.side(), order.limit).0
        } else {
            0
        };
        let place = self.place_of(instrument, ahead);
        self.tell(id, order.account, News::Accepted { place, request });
        if order.trigger.is_none() {
            self.sweep(Sweep::new(id));
        } else {
            self.wait(id, phase);
        }
        Ok(())
    }

    /// A stop begins to wait, or is triggered as the next unit.
    pub(super) fn wait(&mut self, id: OrderId, phase: Phase) {
        let index = self.order_index(id);
        let last = self.instruments[self.orders[index].instrument().0 as usize].last;
        if phase == Phase::Continuous && self.orders[index].reached_by(last) {
            self.orders[index].standing = Standing::Taking;
            self.work.push_back(Work::Triggered(id));
        } else {
            self.stamps += 1;
            self.orders[index].standing = Standing::Waiting(self.stamps);
        }
    }

    /// Best prices now, and the lots ahead.
    pub(super) fn place_of(&self, instrument: InstrumentId, ahead: u64) -> Place {
        let best_bid = self.best(instrument, Side::Buy);
        let best_ask = self.best(instrument, Side::Sell);
        Place { ahead: Qty(ahead), best_bid, best_ask }
    }

    /// `WouldTakeLiquidity`, `WouldCrossBeforeOpen`: of a limit order that would trade at `limit`.
    pub(super) fn check_crossing(&self, order: &Order, limit: Price) -> Result<(), Reject> {
        let instrument = &self.instruments[order.instrument().0 as usize];
        let best = self.best(instrument.id, order.side().opposite());
        let best = best.filter(|best| trades_with(order.side(), limit, *best));
        let Some(best) = best else { return Ok(()) };
        let is_limit = matches!(order.terms.order_type, OrderType::Limit { .. });
        if is_limit && order.terms.post_only {
            return Err(Reject::WouldTakeLiquidity { best });
        }
        if (is_limit || order.is_resting()) && instrument.phase == Phase::PreOpen {
            return Err(Reject::WouldCrossBeforeOpen { best });
        }
        Ok(())
    }

    /// `LevelsFull` when the level at `price` would need a page and none is free.
    pub(super) fn check_level(
        &self,
        instrument: InstrumentId,
        side: Side,
        price: Price,
    ) -> Result<(), Reject> {
        let max = self.genesis.limits.level_pages_max;
        let mut pages: Vec<_> = self
            .orders
            .iter()
            .filter(|order| order.is_resting())
            .map(|order| self.page(order.instrument(), order.side(), order.limit))
            .collect();
        pages.sort();
        pages.dedup();
        let page = self.page(instrument, side, price);
        if pages.contains(&page) || pages.len() < max as usize {
            return Ok(());
        }
        Err(Reject::LevelsFull { max })
    }

    fn page(&self, instrument: InstrumentId, side: Side, price: Price) -> (u32, usize, u64) {
        let limit = self.instruments[instrument.0 as usize].terms.price_limit;
        let distance = match side {
            Side::Buy => limit.ticks() - price.ticks(),
            Side::Sell => price.ticks() - 1,
        };
        (instrument.0, side.index(), distance / PAGE_LEVELS)
    }

    /// Lots a fill-or-kill order could have now.
    fn available(&self, taker: &Order) -> u64 {
        let is_pro_rata = self.instruments[taker.instrument().0 as usize].is_pro_rata();
        let makers = self.resting(taker.instrument(), taker.side().opposite());
        let mut available = 0;
        for level in makers.chunk_by(|one, two| one.limit == two.limit) {
            if !trades_with(taker.side(), taker.limit, level[0].limit) {
                break;
            }
            let is_own = |maker: &&Order| maker.account == taker.account;
            let first_own = match taker.self_trade {
                SelfTrade::Allow => {
                    available += level.iter().map(|maker| maker.left).sum::<u64>();
                    continue;
                }
                SelfTrade::CancelOldest => None,
                SelfTrade::CancelNewest | SelfTrade::CancelBoth | SelfTrade::Decrement => {
                    level.iter().position(is_own)
                }
            };
            // Hidden lots ahead of the own order that ends the walk go behind it as they refresh;
            // pro-rata comes to own orders only once all others are used up.
            if let Some(first_own) = first_own.filter(|_| !is_pro_rata) {
                let ahead = level[..first_own].iter().map(|maker| maker.shown).sum::<u64>();
                return available + ahead;
            }
            let others = level.iter().filter(|maker| !is_own(maker));
            available += others.map(|maker| maker.left).sum::<u64>();
            if first_own.is_some() {
                return available;
            }
        }
        available
    }

    /// A triggered stop comes in.
    pub(super) fn enter_triggered(&mut self, id: OrderId) {
        let account = self.orders[self.order_index(id)].account;
        self.tell(id, account, News::Triggered);
        self.sweep(Sweep::new(id));
    }

    /// Takes out every waiting stop that the last trade reached, by entry.
    pub(super) fn trigger_reached(&mut self, instrument: InstrumentId) {
        let last = self.instruments[instrument.0 as usize].last;
        let mut reached = Vec::new();
        for order in &mut self.orders {
            if order.instrument() != instrument || !order.reached_by(last) {
                continue;
            }
            if let Standing::Waiting(stamp) = order.standing {
                order.standing = Standing::Taking;
                reached.push((stamp, order.id));
            }
        }
        reached.sort();
        self.work.extend(reached.into_iter().map(|(_, id)| Work::Triggered(id)));
    }

    /// What is left of an order rests in the book.
    pub(super) fn rest(&mut self, id: OrderId) {
        let index = self.order_index(id);
        self.stamps += 1;
        let order = &mut self.orders[index];
        order.standing = Standing::Resting(self.stamps);
        order.shown = order.terms.display.map_or(order.left, |display| display.0.min(order.left));
        self.tell_book(id, true);
    }

    /// Takes an order out whole: resting or waiting.
    pub(super) fn withdraw(
        &mut self,
        id: OrderId,
        reason: CancelReason,
        request: Option<RequestId>,
    ) {
        let index = self.order_index(id);
        let (account, lots) = (self.orders[index].account, self.orders[index].left);
        let was_resting = self.orders[index].is_resting();
        self.leave(id);
        if was_resting {
            self.tell_book(id, false);
        }
        self.tell(id, account, News::Canceled { lots, reason, request });
    }

    /// The order has nothing left in matching.
    pub(super) fn leave(&mut self, id: OrderId) {
        let index = self.order_index(id);
        let order = &mut self.orders[index];
        (order.standing, order.left, order.shown) = (Standing::Gone, 0, 0);
    }

    /// Shown lots and orders of a level.
    pub(super) fn level(&self, instrument: InstrumentId, side: Side, price: Price) -> (u64, u32) {
        let of_level: Vec<&Order> = self
            .orders
            .iter()
            .filter(|order| order.instrument() == instrument && order.side() == side)
            .filter(|order| order.is_resting())
            .filter(|order| price_rank(side, order.limit) == price_rank(side, price))
            .collect();
        (of_level.iter().map(|order| order.shown).sum(), of_level.len() as u32)
    }

    /// Tells everybody what an order shows now.
    pub(super) fn tell_book(&mut self, id: OrderId, at_back: bool) {
        let order = &self.orders[self.order_index(id)];
        let (instrument, side, price) = (order.instrument(), order.side(), order.limit);
        let lots = Qty(order.shown);
        let (level_lots, level_orders) = self.level(instrument, side, price);
        self.emit_public(PublicEvent::Book(BookChange {
            instrument,
            side,
            price,
            order: id,
            lots,
            at_back,
            level_lots: Qty(level_lots),
            level_orders,
        }));
    }
}
