//! Section 4, clearing's part: what an order must be, and what it holds. Cancels of section 5.

use types::{
    AMOUNT_MAX, Amount, InstrumentId, NewOrder, OrderId, OrderType, Phase, Price, Qty, RequestId,
    ShardId, Side, TimeInForce,
};
use venue::{CancelReason, Done, Reject};

use super::accounts::check_lots;
use super::state::{Instrument, News, Order, Standing, expiry};
use super::{Acted, Model, Spent, Work, hold};

impl Model {
    pub(super) fn place(
        &mut self,
        account: usize,
        terms: NewOrder,
        request: Option<RequestId>,
    ) -> Acted {
        self.check_active(account)?;
        self.check_kill(account, Some(terms.instrument))?;
        let instrument = self.instrument(terms.instrument)?;
        let (currency, other) = (self.accounts[account].currency, instrument.terms.currency);
        if currency != other {
            return Err(Reject::CurrencyMismatch { account: currency, other });
        }
        check_quantity(&terms, instrument)?;
        check_kind(&terms)?;
        for price in prices(&terms) {
            check_price(price, instrument)?;
        }
        if let Some(expires) = expiry(&terms).filter(|expires| *expires <= self.now) {
            return Err(Reject::ExpiryPassed { expires, now: self.now });
        }
        check_phase(&terms, instrument.phase)?;
        self.check_room(account)?;
        let limit = worst_price(&terms, instrument);
        let held = self.hold_needed(account, &terms, limit)?;

        // Past this line the order has its number and its hold; only matching may refuse it.
        let instrument = &self.instruments[terms.instrument.0 as usize];
        let fees = instrument.terms.fees;
        self.orders_numbered += 1;
        let id = OrderId::new(ShardId(0), self.orders_numbered);
        self.sent = id;
        let owner = &self.accounts[account];
        self.orders.push(Order {
            id,
            account: owner.id,
            self_trade: owner.self_trade,
            terms,
            limit,
            trigger: trigger(&terms),
            standing: Standing::Taking,
            left: terms.qty.0,
            shown: 0,
            open: terms.qty.0,
            filled: 0,
            held,
            fees,
            ticks_lots: 0,
            fee_units: 0,
            cash: 0,
            fee: 0,
        });
        if let Err(reject) = self.enter(id, request) {
            self.orders.retain(|order| order.id != id);
            return Err(reject);
        }
        Ok(Done::Order(id))
    }

    fn check_room(&self, account: usize) -> Result<(), Reject> {
        let limits = &self.genesis.limits;
        let id = self.accounts[account].id;
        let own = self.orders.iter().filter(|order| order.account == id).count();
        if own >= limits.orders_per_account_max as usize {
            return Err(Reject::AccountOrdersFull { max: limits.orders_per_account_max });
        }
        if self.orders.len() >= limits.orders_max as usize {
            return Err(Reject::OrdersFull { max: limits.orders_max });
        }
        Ok(())
    }

    fn hold_needed(&self, account: usize, terms: &NewOrder, limit: Price) -> Result<i128, Reject> {
        let definition = &self.instruments[terms.instrument.0 as usize].terms;
        match terms.side {
            Side::Buy => {
                let held = hold(
                    limit,
                    terms.qty.0,
                    definition.tick_value,
                    definition.fees,
                    Spent::default(),
                );
                let held = held.ok_or(Reject::NotionalTooLarge { max: Amount(AMOUNT_MAX) })?;
                self.check_funds(account, Amount(held as i64))?;
                Ok(held)
            }
            Side::Sell => {
                self.check_shares(account, terms.instrument, terms.qty)?;
                Ok(i128::from(terms.qty.0))
            }
        }
    }

    pub(super) fn check_shares(
        &self,
        account: usize,
        instrument: InstrumentId,
        needed: Qty,
    ) -> Result<(), Reject> {
        let free = self.position(account, instrument).free;
        if i128::from(needed.0) > i128::from(free) {
            return Err(Reject::ShortSelling { needed, free: Qty(free as u64) });
        }
        Ok(())
    }

    pub(super) fn cancel(
        &mut self,
        account: usize,
        order: OrderId,
        request: Option<RequestId>,
    ) -> Acted {
        self.check_not_closed(account)?;
        if self.own_order(self.accounts[account].id, order).is_none() {
            return Err(Reject::UnknownOrder { order });
        }
        self.withdraw(order, CancelReason::Requested, request);
        Ok(Done::Order(order))
    }

    pub(super) fn mass_cancel(
        &mut self,
        account: usize,
        instrument: Option<InstrumentId>,
        side: Option<Side>,
        request: Option<RequestId>,
    ) -> Acted {
        self.check_not_closed(account)?;
        if let Some(instrument) = instrument {
            self.instrument(instrument)?;
        }
        let lapses = self.accounts[account].cancel_at.is_some_and(|at| at <= self.now);
        if lapses && instrument.is_none() && side.is_none() {
            self.disarm(account);
        }
        let account = self.accounts[account].id;
        if !self.orders.iter().any(|order| order.account == account) {
            self.tell(OrderId(0), account, News::MassCanceled { orders: 0, request });
            return Ok(Done::Nothing);
        }
        let mut orders = 0;
        for order in self.orders.iter().filter(|order| order.account == account) {
            if instrument.is_none_or(|instrument| instrument == order.instrument())
                && side.is_none_or(|side| side == order.side())
            {
                let reason = CancelReason::MassCancel;
                self.work.push_back(Work::Withdraw { order: order.id, reason, request });
                orders += 1;
            }
        }
        self.work.push_back(Work::MassCanceled { account, orders, request });
        Ok(Done::Nothing)
    }
}

fn check_quantity(terms: &NewOrder, instrument: &Instrument) -> Result<(), Reject> {
    let lot_step = instrument.terms.lot_step;
    check_lots(terms.qty, instrument.terms.order_qty_max, lot_step)?;
    let Some(display) = terms.display else { return Ok(()) };
    if display > terms.qty {
        return Err(Reject::DisplayOutOfRange { display, max: terms.qty });
    }
    check_parts(terms.display, terms.qty.0)?;
    if !display.0.is_multiple_of(u64::from(lot_step)) {
        return Err(Reject::OffLot { qty: display, lot_step });
    }
    Ok(())
}

/// An iceberg of `open` lots shows in a thousand parts at most.
pub(super) fn check_parts(display: Option<Qty>, open: u64) -> Result<(), Reject> {
    match display {
        Some(display) if u128::from(display.0) * 1_000 < u128::from(open) => {
            Err(Reject::DisplayOutOfRange { display, max: Qty(open) })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether type, time in force, post-only and display go together.
fn check_kind(terms: &NewOrder) -> Result<(), Reject> {
    let rests = terms.time_in_force.rests();
    let (is_market, is_stop, may_hide) = match terms.order_type {
        OrderType::Limit { .. } => (false, false, rests),
        OrderType::Market { .. } => (true, false, false),
        OrderType::Stop { .. } => (false, true, false),
        OrderType::StopLimit { .. } => (false, true, rests),
    };
    if is_market && rests {
        return Err(Reject::MarketMustBeImmediate);
    }
    if is_stop && !rests {
        return Err(Reject::StopMustRest);
    }
    if terms.post_only && (is_market || is_stop || !rests) {
        return Err(Reject::PostOnlyMustRest);
    }
    if terms.display.is_some() && !may_hide {
        return Err(Reject::IcebergMustRest);
    }
    Ok(())
}

/// The prices an order names, in the order in which they are judged.
fn prices(terms: &NewOrder) -> Vec<Price> {
    match terms.order_type {
        OrderType::Limit { price } => vec![price],
        OrderType::Market { collar } => collar.into_iter().collect(),
        OrderType::Stop { trigger, collar } => {
            [Some(trigger), collar].into_iter().flatten().collect()
        }
        OrderType::StopLimit { trigger, price } => vec![trigger, price],
    }
}

pub(super) fn check_price(price: Price, instrument: &Instrument) -> Result<(), Reject> {
    let tick_step = instrument.terms.tick_step;
    if !price.ticks().is_multiple_of(u64::from(tick_step)) {
        return Err(Reject::OffTick { price, tick_step });
    }
    let band = instrument.band();
    if price < band.low {
        return Err(Reject::PriceBelowBand { price, min: band.low });
    }
    if price > band.high {
        return Err(Reject::PriceAboveBand { price, max: band.high });
    }
    Ok(())
}

fn check_phase(terms: &NewOrder, phase: Phase) -> Result<(), Reject> {
    let is_immediate = match terms.time_in_force {
        TimeInForce::Ioc | TimeInForce::Fok => true,
        TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Gtd(_) => {
            matches!(terms.order_type, OrderType::Market { .. })
        }
    };
    let is_allowed = match phase {
        Phase::PreOpen => !is_immediate,
        Phase::Continuous => true,
        Phase::CancelOnly | Phase::Halted | Phase::Closed => false,
    };
    if is_allowed { Ok(()) } else { Err(Reject::PhaseForbids { phase }) }
}

/// The worst price an order may trade at: its own, or the edge of the band.
fn worst_price(terms: &NewOrder, instrument: &Instrument) -> Price {
    let edge = match terms.side {
        Side::Buy => instrument.band().high,
        Side::Sell => instrument.band().low,
    };
    match terms.order_type {
        OrderType::Limit { price } | OrderType::StopLimit { price, .. } => price,
        OrderType::Market { collar } | OrderType::Stop { collar, .. } => collar.unwrap_or(edge),
    }
}

fn trigger(terms: &NewOrder) -> Option<Price> {
    match terms.order_type {
        OrderType::Stop { trigger, .. } | OrderType::StopLimit { trigger, .. } => Some(trigger),
        OrderType::Limit { .. } | OrderType::Market { .. } => None,
    }
}
