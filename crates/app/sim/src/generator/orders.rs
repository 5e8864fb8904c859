//! Sensible orders, cancels and replaces.

use types::{NewOrder, OrderType, Phase, Price, Qty, SelfTrade, Side, TimeInForce, Timestamp};
use venue::{Action, Change};

use super::{GRID_NS, Generator, on_tick};
use crate::model::{Instrument, Model, Order, Spent, hold};

/// What kind of order is placed.
#[derive(Clone, Copy)]
enum Kind {
    Limit,
    Market,
    Stop,
    StopLimit,
    Fok,
}

impl Generator {
    pub(super) fn trade(&mut self, model: &Model) -> Option<Action> {
        let is_full = model.orders.len() * 10 > model.genesis.limits.orders_max as usize * 9;
        let cancel = self.mood.cancel_percent + if is_full { 25 } else { 0 };
        match self.random.below(100) {
            0..20 => self.replace(model),
            20 if self.random.percent(20) => self.mass_cancel(model),
            percent if percent < 20 + cancel => {
                let (account, order) = self.open_order(model, |_| true)?;
                Some(Action::Cancel { account, order })
            }
            _ => self.place(model),
        }
    }

    pub(super) fn mass_cancel(&mut self, model: &Model) -> Option<Action> {
        let account = self.any_account(model)?;
        let instrument = if self.random.percent(60) {
            self.instrument(model).map(|instrument| instrument.id)
        } else {
            None
        };
        let side = self.random.pick(&[None, None, Some(Side::Buy), Some(Side::Sell)])?;
        Some(Action::MassCancel { account, instrument, side })
    }

    pub(super) fn place(&mut self, model: &Model) -> Option<Action> {
        let instrument = self.instrument(model)?;
        let account = self.trader(model, instrument)?;
        let mut order = self.order(model, instrument)?;
        let index = model.accounts.iter().position(|it| it.id == account)?;
        match order.side {
            Side::Buy if self.random.percent(4) => {
                order.qty = self.affordable(model, index, instrument, &order);
            }
            Side::Sell if self.random.percent(4) => {
                let step = u64::from(instrument.terms.lot_step);
                let free = model.position(index, instrument.id).free as u64;
                let lots = free - free % step + self.random.below(2) * step;
                order.qty = Qty(lots.clamp(step, instrument.terms.order_qty_max.0 / step * step));
            }
            Side::Buy | Side::Sell => {}
        }
        if order.display.is_some_and(|display| display > order.qty) {
            order.display = Some(order.qty);
        }
        Some(Action::Place { account, order })
    }

    /// The most lots the account can buy, or one step more.
    fn affordable(
        &mut self,
        model: &Model,
        account: usize,
        instrument: &Instrument,
        order: &NewOrder,
    ) -> Qty {
        let step = u64::from(instrument.terms.lot_step);
        let free = i128::from(model.cash(account).free);
        let limit = match order.order_type {
            OrderType::Limit { price } | OrderType::StopLimit { price, .. } => price,
            OrderType::Market { collar } | OrderType::Stop { collar, .. } => {
                collar.unwrap_or(instrument.band().high)
            }
        };
        let (value, fees) = (instrument.terms.tick_value, instrument.terms.fees);
        let is_payable = |steps: u64| {
            hold(limit, steps * step, value, fees, Spent::default())
                .is_some_and(|needed| needed <= free)
        };
        let (mut low, mut high) = (0, instrument.terms.order_qty_max.0 / step);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if is_payable(middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Qty((low + self.random.below(2)).clamp(1, instrument.terms.order_qty_max.0 / step) * step)
    }

    /// An order that is right in itself.
    pub(super) fn order(&mut self, model: &Model, instrument: &Instrument) -> Option<NewOrder> {
        let side = self.random.pick(&[Side::Buy, Side::Sell])?;
        let qty = self.quantity(instrument);
        let limit = self.limit_price(model, instrument, side);
        let is_continuous = instrument.phase == Phase::Continuous;
        let immediate = if is_continuous { 1 } else { 0 };
        let kind = self.random.weighted(&[
            (70, Kind::Limit),
            (8 * immediate, Kind::Market),
            (6, Kind::Stop),
            (8, Kind::StopLimit),
            (8 * immediate, Kind::Fok),
        ]);
        let collar = if self.random.percent(50) { Some(limit) } else { None };
        let order_type = match kind {
            Kind::Limit => OrderType::Limit { price: limit },
            Kind::Market => OrderType::Market { collar },
            Kind::Stop => {
                OrderType::Stop { trigger: self.trigger(model, instrument, side), collar }
            }
            Kind::StopLimit => {
                let trigger = self.trigger(model, instrument, side);
                OrderType::StopLimit { trigger, price: limit }
            }
            Kind::Fok if self.random.percent(20) => OrderType::Market { collar },
            Kind::Fok => OrderType::Limit { price: limit },
        };
        let time_in_force = match kind {
            Kind::Limit if is_continuous && self.random.percent(10) => TimeInForce::Ioc,
            Kind::Market => TimeInForce::Ioc,
            Kind::Fok => TimeInForce::Fok,
            Kind::Limit | Kind::Stop | Kind::StopLimit => self.lasting(model),
        };
        let may_hide = matches!(kind, Kind::Limit | Kind::StopLimit) && time_in_force.rests();
        let display = if may_hide && self.random.percent(15) {
            let step = u64::from(instrument.terms.lot_step);
            Some(Qty(self.random.between(1, (qty.0 / step).min(6)) * step))
        } else {
            None
        };
        let is_post_only = matches!(kind, Kind::Limit)
            && time_in_force.rests()
            && self.random.percent(8)
            && (self.random.percent(20) || self.is_passive(model, instrument, side, limit));
        Some(NewOrder {
            instrument: instrument.id,
            side,
            order_type,
            qty: if matches!(kind, Kind::Fok) {
                self.fillable(model, instrument, side, limit)
            } else {
                qty
            },
            time_in_force,
            post_only: is_post_only,
            display,
        })
    }

    fn is_passive(&self, model: &Model, it: &Instrument, side: Side, limit: Price) -> bool {
        match (side, model.best(it.id, side.opposite())) {
            (_, None) => true,
            (Side::Buy, Some(best)) => limit < best,
            (Side::Sell, Some(best)) => limit > best,
        }
    }

    /// A good-till time that comes soon, or none.
    fn lasting(&mut self, model: &Model) -> TimeInForce {
        match self.random.below(10) {
            0..2 => TimeInForce::Day,
            2..6 => TimeInForce::Gtc,
            _ => {
                let after = model.now.0.max(self.clock) + self.random.between(1, 20_000);
                TimeInForce::Gtd(Timestamp(after.next_multiple_of(GRID_NS)))
            }
        }
    }

    /// Few lots, mostly.
    fn quantity(&mut self, instrument: &Instrument) -> Qty {
        let step = u64::from(instrument.terms.lot_step);
        let most = self.random.weighted(&[(60, 12), (30, 40), (8, 150), (2, 600)]);
        Qty(self.random.between(1, (most / step).max(2)) * step)
    }

    pub(super) fn limit_price(&mut self, model: &Model, it: &Instrument, side: Side) -> Price {
        let middle = self.middle(model, it);
        let crosses = self.random.percent(self.mood.crossing_percent);
        let steps = if self.random.percent(85) {
            self.random.below(self.mood.spread_steps.min(12) + 1)
        } else {
            self.random.below(self.mood.spread_steps + 1)
        };
        if it.phase == Phase::PreOpen && !self.random.percent(10) {
            return self.passive_price(model, it, side, steps);
        }
        let up = (side == Side::Buy) == crosses;
        self.price_near(middle, it, up, steps)
    }

    /// A price that does not reach the other side's best.
    fn passive_price(&mut self, model: &Model, it: &Instrument, side: Side, steps: u64) -> Price {
        let step = u64::from(it.terms.tick_step);
        match (side, model.best(it.id, side.opposite())) {
            (Side::Buy, Some(ask)) => {
                self.price_near(ask.ticks().saturating_sub(step), it, false, steps)
            }
            (Side::Sell, Some(bid)) => self.price_near(bid.ticks() + step, it, true, steps),
            (Side::Buy, None) => self.price_near(self.middle(model, it), it, false, steps),
            (Side::Sell, None) => self.price_near(self.middle(model, it), it, true, steps),
        }
    }

    /// Mostly a little beyond the market, sometimes reached already.
    fn trigger(&mut self, model: &Model, it: &Instrument, side: Side) -> Price {
        let middle = it.last.map_or_else(|| self.middle(model, it), Price::ticks);
        let steps = self.random.between(1, 6);
        let is_beyond = !self.random.percent(15);
        self.price_near(middle, it, (side == Side::Buy) == is_beyond, steps)
    }

    /// What the other side offers up to `limit`, or a little more or less.
    fn fillable(&mut self, model: &Model, it: &Instrument, side: Side, limit: Price) -> Qty {
        let step = u64::from(it.terms.lot_step);
        let is_reached = |order: &&&Order| match side {
            Side::Buy => order.limit <= limit,
            Side::Sell => order.limit >= limit,
        };
        let opposite = model.resting(it.id, side.opposite());
        let all: u64 = opposite.iter().filter(is_reached).map(|order| order.left).sum();
        let steps = match self.random.below(10) {
            0..3 => all / step,
            3 => all / step + 1,
            _ => self.random.between(1, (all / step).max(1)),
        };
        Qty(steps.clamp(1, it.terms.order_qty_max.0 / step) * step)
    }

    /// A change that is mostly allowed.
    pub(super) fn replace(&mut self, model: &Model) -> Option<Action> {
        let (account, id) = self.open_order(model, |order| {
            let it = &model.instruments[order.instrument().0 as usize];
            !matches!(it.phase, Phase::Halted | Phase::Closed)
        })?;
        let index = model.own_order(account, id)?;
        let order = &model.orders[index];
        let it = model.instrument(order.instrument()).ok()?;
        let change = if it.phase == Phase::CancelOnly && self.random.percent(90) {
            self.smaller(order, it)
        } else {
            self.change(model, order, it)
        };
        Some(Action::Replace { account, order: id, change })
    }

    fn smaller(&mut self, order: &Order, it: &Instrument) -> Change {
        let step = u64::from(it.terms.lot_step);
        let steps = self.random.below((order.open / step).max(1)).max(1);
        let total = order.filled + steps * step;
        Change { qty: Some(Qty(total - total % step)), ..Change::default() }
    }

    fn change(&mut self, model: &Model, order: &Order, it: &Instrument) -> Change {
        let step = u64::from(it.terms.lot_step);
        let total = order.filled + order.open;
        let mut change = Change::default();
        match self.random.below(100) {
            0..30 => return self.smaller(order, it),
            30..50 => {
                let more = total + self.random.between(1, 8) * step;
                change.qty = Some(Qty((more - more % step).min(it.terms.order_qty_max.0)));
            }
            50..55 => change.qty = Some(Qty((order.filled - order.filled % step).max(step))),
            55..60 => change.qty = Some(Qty(total)),
            _ => {}
        }
        if order.is_waiting() {
            let is_plain = matches!(order.terms.order_type, OrderType::Stop { .. });
            if self.random.percent(60) || (is_plain && change.qty.is_none()) {
                change.trigger = Some(self.trigger(model, it, order.side()));
            }
            if !is_plain && self.random.percent(40) {
                change.price = Some(self.limit_price(model, it, order.side()));
            }
        } else if change.qty.is_none() || self.random.percent(40) {
            change.price = Some(self.limit_price(model, it, order.side()));
        }
        if change == Change::default() {
            change.qty = Some(Qty(total + step));
        }
        change
    }

    /// A self-trade mode.
    pub(super) fn self_trade(&mut self) -> SelfTrade {
        self.random.weighted(&[
            (1, SelfTrade::Allow),
            (1, SelfTrade::CancelNewest),
            (1, SelfTrade::CancelOldest),
            (1, SelfTrade::CancelBoth),
            (1, SelfTrade::Decrement),
        ])
    }

    /// A price of the tick but anywhere in the band.
    pub(super) fn anywhere(&mut self, it: &Instrument) -> Price {
        let band = it.band();
        on_tick(self.random.between(band.low.ticks(), band.high.ticks()), it)
    }
}
