//! Section 3: instruments.

use types::{InstrumentId, OrderId, Phase, QTY_LOTS_MAX, Side, TimeInForce};
use venue::{Band, CancelReason, Definition, DefinitionField, Done, Fees, PublicEvent, Reject};

use super::money::ceil;
use super::state::{Instrument, Order};
use super::{Acted, Model, Work};

impl Model {
    pub(super) fn list(&mut self, definition: Definition) -> Acted {
        let max = self.genesis.limits.instruments_max;
        let instrument = InstrumentId(self.instruments.len() as u32);
        if instrument.0 >= max {
            return Err(Reject::InstrumentsFull { max });
        }
        if self.genesis.currency(definition.currency).is_none() {
            return Err(Reject::UnknownCurrency { currency: definition.currency });
        }
        check_definition(&definition)?;
        let namesake = self.instruments.iter().find(|it| it.terms.symbol == definition.symbol);
        if let Some(namesake) = namesake {
            return Err(Reject::SymbolTaken { instrument: namesake.id });
        }
        self.instruments.push(Instrument {
            id: instrument,
            terms: definition,
            phase: Phase::PreOpen,
            last: None,
            issued: 0,
        });
        self.emit_public(PublicEvent::Listed { instrument, definition });
        Ok(Done::Instrument(instrument))
    }

    pub(super) fn set_phase(&mut self, instrument: InstrumentId, phase: Phase) -> Acted {
        self.instrument(instrument)?;
        self.instruments[instrument.0 as usize].phase = phase;
        self.emit_public(PublicEvent::PhaseChanged { instrument, phase });
        match phase {
            Phase::Closed => self.expire_day_orders(instrument),
            Phase::Continuous => self.trigger_reached(instrument),
            Phase::PreOpen | Phase::CancelOnly | Phase::Halted => {}
        }
        Ok(Done::Nothing)
    }

    fn expire_day_orders(&mut self, instrument: InstrumentId) {
        let is_day = |order: &Order| {
            order.instrument() == instrument && order.terms.time_in_force == TimeInForce::Day
        };
        for order in self.in_book_order(is_day) {
            let reason = CancelReason::Expired;
            self.work.push_back(Work::Withdraw { order, reason, request: None });
        }
    }

    pub(super) fn set_band(&mut self, instrument: InstrumentId, band: Band) -> Acted {
        let terms = self.instrument(instrument)?.terms;
        check_band(&Definition { band, ..terms })?;
        self.instruments[instrument.0 as usize].terms.band = band;
        self.emit_public(PublicEvent::BandChanged { instrument, band });
        Ok(Done::Nothing)
    }

    pub(super) fn set_fees(&mut self, instrument: InstrumentId, fees: Fees) -> Acted {
        self.instrument(instrument)?;
        check_fees(fees)?;
        self.instruments[instrument.0 as usize].terms.fees = fees;
        self.emit_public(PublicEvent::FeesChanged { instrument, fees });
        Ok(Done::Nothing)
    }

    /// Orders in the order in which a close ends them: per instrument resting bids, asks, waiting
    /// buy stops, sell stops; each in its own order.
    pub(super) fn in_book_order(&self, fits: impl Fn(&Order) -> bool) -> Vec<OrderId> {
        let mut found = Vec::new();
        for instrument in &self.instruments {
            let of_side = |side: Side| {
                let is_there = move |order: &&Order| {
                    order.instrument() == instrument.id && order.side() == side
                };
                self.orders.iter().filter(is_there).filter(|order| fits(order))
            };
            for side in [Side::Buy, Side::Sell] {
                let mut resting: Vec<_> = of_side(side).filter(|it| it.is_resting()).collect();
                resting.sort_by_key(|order| order.execution_rank());
                found.extend(resting.iter().map(|order| order.id));
            }
            for side in [Side::Buy, Side::Sell] {
                let mut waiting: Vec<_> = of_side(side).filter(|it| it.is_waiting()).collect();
                waiting.sort_by_key(|order| order.trigger_rank());
                found.extend(waiting.iter().map(|order| order.id));
            }
        }
        found
    }
}

fn check_definition(definition: &Definition) -> Result<(), Reject> {
    let Definition { price_decimals, qty_decimals, tick_step, lot_step, .. } = *definition;
    check(price_decimals <= 9, DefinitionField::PriceDecimals, u64::from(price_decimals))?;
    check(qty_decimals <= 9, DefinitionField::QtyDecimals, u64::from(qty_decimals))?;
    check(tick_step >= 1, DefinitionField::TickStep, u64::from(tick_step))?;
    check(lot_step >= 1, DefinitionField::LotStep, u64::from(lot_step))?;
    let most = definition.order_qty_max.0;
    let is_most_good =
        (1..=QTY_LOTS_MAX).contains(&most) && most.is_multiple_of(u64::from(lot_step));
    check(is_most_good, DefinitionField::OrderQtyMax, most)?;
    let ticks_lots = u128::from(definition.price_limit.ticks()) * u128::from(most);
    let value = definition.tick_value;
    let units = ticks_lots * u128::from(value.numerator());
    let is_countable = ceil(units, u128::from(value.denominator())) < 1 << 63;
    check(is_countable, DefinitionField::OrderQtyMax, most)?;
    check_band(definition)?;
    check_fees(definition.fees)
}

fn check_band(definition: &Definition) -> Result<(), Reject> {
    let step = u64::from(definition.tick_step);
    let (low, high) = (definition.band.low.ticks(), definition.band.high.ticks());
    let limit = definition.price_limit.ticks();
    let is_high_good = high.is_multiple_of(step) && high >= low && high <= limit;
    check(is_high_good, DefinitionField::BandHigh, high)?;
    check(low.is_multiple_of(step), DefinitionField::BandLow, low)
}

fn check_fees(fees: Fees) -> Result<(), Reject> {
    check(fees.maker_ppm <= 1_000_000, DefinitionField::MakerPpm, u64::from(fees.maker_ppm))?;
    check(fees.taker_ppm <= 1_000_000, DefinitionField::TakerPpm, u64::from(fees.taker_ppm))
}

fn check(is_good: bool, field: DefinitionField, value: u64) -> Result<(), Reject> {
    if is_good { Ok(()) } else { Err(Reject::BadDefinition { field, value }) }
}
