//! Section 6: an incoming order trades, a few matches to a unit.

use std::collections::VecDeque;

use types::{OrderId, OrderType, Price, Qty, Role, SelfTrade, TimeInForce, TradeId};
use venue::{CancelReason, Fill, PublicEvent, Trade};

use super::state::{News, Order, trades_with};
use super::{Model, Work};

/// An incoming order on its way through the book.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    taker: OrderId,
    plan: VecDeque<Step>,
    is_pro_rata: bool,
    /// Self-trade prevention has ended it.
    is_stopped: bool,
}

/// One thing a sweep does; each counts one towards the pause.
#[derive(Clone, Copy, Debug)]
enum Step {
    Fill { maker: OrderId, lots: u64 },
    Refresh { maker: OrderId },
    Remove { maker: OrderId },
    Decrement { maker: OrderId, lots: u64 },
}

impl Sweep {
    pub fn new(taker: OrderId) -> Sweep {
        Sweep { taker, plan: VecDeque::new(), is_pro_rata: false, is_stopped: false }
    }
}

impl Model {
    /// Goes on with a sweep until it is done or the unit is full.
    pub(super) fn sweep(&mut self, mut sweep: Sweep) {
        let most = self.genesis.limits.step_events_max / 4;
        let mut steps = 0;
        loop {
            if sweep.plan.is_empty() && !sweep.is_stopped {
                self.plan(&mut sweep);
            }
            let Some(step) = sweep.plan.pop_front() else { break };
            // A price-time refresh belongs to its fill; those of a pro-rata round do not.
            let is_of_fill = matches!(step, Step::Refresh { .. }) && !sweep.is_pro_rata;
            if steps >= most && !is_of_fill {
                sweep.plan.push_front(step);
                self.work.push_front(Work::Sweep(sweep));
                return;
            }
            steps += 1;
            match step {
                Step::Fill { maker, lots } => self.fill(maker, sweep.taker, lots),
                Step::Refresh { maker } => self.rest(maker),
                Step::Remove { maker } => self.withdraw(maker, CancelReason::SelfTrade, None),
                Step::Decrement { maker, lots } => self.decrement(maker, sweep.taker, lots),
            }
        }
        self.end_sweep(&sweep);
    }

    /// What comes next at the best opposite level; nothing when the sweep is over.
    fn plan(&self, sweep: &mut Sweep) {
        let Some(taker) = self.orders.iter().find(|order| order.id == sweep.taker) else { return };
        let makers = self.resting(taker.instrument(), taker.side().opposite());
        let Some(best) = makers.first().map(|maker| maker.limit) else { return };
        if taker.left == 0 || !trades_with(taker.side(), taker.limit, best) {
            return;
        }
        let level: Vec<&Order> = makers.into_iter().filter(|maker| maker.limit == best).collect();
        let is_own =
            |maker: &Order| maker.account == taker.account && taker.self_trade != SelfTrade::Allow;
        sweep.is_pro_rata = self.instruments[taker.instrument().0 as usize].is_pro_rata();
        if sweep.is_pro_rata {
            let others: Vec<&Order> =
                level.iter().copied().filter(|maker| !is_own(maker)).collect();
            if others.is_empty() {
                plan_self_trade(sweep, taker, level[0]);
            } else {
                plan_round(sweep, taker.left, &others);
            }
        } else if is_own(level[0]) {
            plan_self_trade(sweep, taker, level[0]);
        } else {
            plan_fills(sweep, &[(level[0], taker.left.min(level[0].shown))]);
        }
    }

    fn fill(&mut self, maker_id: OrderId, taker_id: OrderId, lots: u64) {
        self.trades_numbered += 1;
        let trade = TradeId(self.trades_numbered);
        let maker = self.order_index(maker_id);
        let taker = self.order_index(taker_id);
        let (instrument, price) = (self.orders[maker].instrument(), self.orders[maker].limit);
        let (side, taker_side) = (self.orders[maker].side(), self.orders[taker].side());
        self.orders[maker].left -= lots;
        self.orders[maker].shown -= lots;
        self.orders[taker].left -= lots;
        let maker_lots = Qty(self.orders[maker].shown);
        if self.orders[maker].left == 0 {
            self.leave(maker_id);
        }
        let (level_lots, level_orders) = self.level(instrument, side, price);
        self.emit_public(PublicEvent::Trade(Trade {
            instrument,
            trade,
            price,
            lots: Qty(lots),
            maker: maker_id,
            taker: taker_id,
            taker_side,
            maker_lots,
            level_lots: Qty(level_lots),
            level_orders,
        }));
        for (index, role) in [(maker, Role::Maker), (taker, Role::Taker)] {
            let order = &self.orders[index];
            let leaves = Qty(order.left);
            let fill = Fill { trade, price, lots: Qty(lots), leaves, role };
            self.tell(order.id, order.account, News::Filled(fill));
        }
        self.set_last(instrument, price);
    }

    fn set_last(&mut self, instrument: types::InstrumentId, price: Price) {
        self.instruments[instrument.0 as usize].last = Some(price);
        self.trigger_reached(instrument);
    }

    /// Both orders of one account lose the smaller quantity.
    fn decrement(&mut self, maker_id: OrderId, taker_id: OrderId, lots: u64) {
        let maker = self.order_index(maker_id);
        if self.orders[maker].left == lots {
            self.withdraw(maker_id, CancelReason::SelfTrade, None);
        } else {
            self.shrink(maker_id, lots);
            let account = self.orders[maker].account;
            self.tell(maker_id, account, News::Decremented { lots });
        }
        let taker = self.order_index(taker_id);
        self.orders[taker].left -= lots;
        let news = if self.orders[taker].left == 0 {
            News::Canceled { lots, reason: CancelReason::SelfTrade, request: None }
        } else {
            News::Decremented { lots }
        };
        self.tell(taker_id, self.orders[taker].account, news);
    }

    /// A resting order loses lots, hidden ones first, and keeps its place.
    pub(super) fn shrink(&mut self, id: OrderId, lots: u64) {
        let index = self.order_index(id);
        let order = &mut self.orders[index];
        order.left -= lots;
        order.shown = order.shown.min(order.left);
        self.tell_book(id, false);
    }

    /// What becomes of the taker's rest.
    fn end_sweep(&mut self, sweep: &Sweep) {
        let id = sweep.taker;
        // A sweep that paused before its last refresh ends after its owner heard of the last fill.
        let Some(order) = self.orders.iter().find(|order| order.id == id) else { return };
        let (account, lots) = (order.account, order.left);
        if lots == 0 {
            return self.leave(id);
        }
        let canceled = |reason| News::Canceled { lots, reason, request: None };
        let ending = if sweep.is_stopped {
            Some(CancelReason::SelfTrade)
        } else if !may_rest(order) {
            Some(CancelReason::NotImmediate)
        } else if self.check_level(order.instrument(), order.side(), order.limit).is_err() {
            let is_stop_limit = matches!(order.terms.order_type, OrderType::StopLimit { .. });
            assert!(is_stop_limit, "a limit order's level was judged when it came");
            Some(CancelReason::NoRoom)
        } else {
            None
        };
        if let Some(reason) = ending {
            self.leave(id);
            self.tell(id, account, canceled(reason));
        } else {
            self.rest(id);
        }
    }
}

fn may_rest(order: &Order) -> bool {
    match order.terms.order_type {
        OrderType::Market { .. } | OrderType::Stop { .. } => false,
        OrderType::StopLimit { .. } => true,
        OrderType::Limit { .. } => match order.terms.time_in_force {
            TimeInForce::Ioc | TimeInForce::Fok => false,
            TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Gtd(_) => true,
        },
    }
}

fn plan_self_trade(sweep: &mut Sweep, taker: &Order, maker: &Order) {
    let remove = Step::Remove { maker: maker.id };
    match taker.self_trade {
        SelfTrade::Allow => unreachable!("own orders trade"),
        SelfTrade::CancelNewest => sweep.is_stopped = true,
        SelfTrade::CancelOldest => sweep.plan.push_back(remove),
        SelfTrade::CancelBoth => {
            sweep.plan.push_back(remove);
            sweep.is_stopped = true;
        }
        SelfTrade::Decrement => {
            let lots = taker.left.min(maker.left);
            sweep.plan.push_back(Step::Decrement { maker: maker.id, lots });
        }
    }
}

/// One round of a pro-rata level: everybody whole, or by size and the rest to the oldest.
fn plan_round(sweep: &mut Sweep, taken: u64, makers: &[&Order]) {
    let all: u64 = makers.iter().map(|maker| maker.shown).sum();
    let mut shares: Vec<(&Order, u64)> = makers
        .iter()
        .map(|maker| {
            let share = u128::from(taken.min(all)) * u128::from(maker.shown) / u128::from(all);
            (*maker, share as u64)
        })
        .collect();
    let mut rest = taken.min(all) - shares.iter().map(|(_, share)| share).sum::<u64>();
    for (maker, share) in &mut shares {
        let more = rest.min(maker.shown - *share);
        *share += more;
        rest -= more;
    }
    plan_fills(sweep, &shares);
}

/// Fills in order, then the refreshes of the icebergs they used up.
fn plan_fills(sweep: &mut Sweep, shares: &[(&Order, u64)]) {
    for (maker, lots) in shares.iter().filter(|(_, lots)| *lots > 0) {
        sweep.plan.push_back(Step::Fill { maker: maker.id, lots: *lots });
    }
    for (maker, lots) in shares {
        if *lots == maker.shown && maker.left > maker.shown {
            sweep.plan.push_back(Step::Refresh { maker: maker.id });
        }
    }
}
