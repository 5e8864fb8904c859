//! An instrument's terms in force, and the checks they imply: one copy for clearing, which refuses
//! early, and matching, which is the authority.

use ledger::Costs;
use types::{NewOrder, OrderType, Phase, Price, QTY_LOTS_MAX, Qty, Side, TimeInForce, Timestamp};

use crate::command::{Band, Change, Definition, Fees};
use crate::reject::{DefinitionField, Reject};

/// Parts that an iceberg may be shown in: one order that meets it makes as many matches.
const PARTS_MAX: u64 = 1_000;
const DECIMALS_MAX: u8 = 9;
const PPM_MAX: u32 = 1_000_000;

/// What an instrument's terms are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) definition: Definition,
    pub(crate) phase: Phase,
    /// Counts from 1, grows with every change of terms or phase.
    pub(crate) version: u32,
    /// The currency's subscript in genesis.
    pub(crate) currency: u8,
}

impl Terms {
    /// All that can be said of a new order without its account and its book.
    #[inline(always)]
    pub(crate) fn check_new(&self, order: &NewOrder, now: Timestamp) -> Result<(), Reject> {
        self.check_qty(order.qty)?;
        if let Some(display) = order.display {
            if display > order.qty {
                return Err(Reject::DisplayOutOfRange { display, max: order.qty });
            }
            check_parts(order.display, order.qty)?;
            self.check_lot(display)?;
        }
        check_instructions(order)?;
        match order.order_type {
            OrderType::Limit { price } => self.check_price(price)?,
            OrderType::Market { collar } => self.check_optional(collar)?,
            OrderType::Stop { trigger, collar } => {
                self.check_price(trigger)?;
                self.check_optional(collar)?;
            }
            OrderType::StopLimit { trigger, price } => {
                self.check_price(trigger)?;
                self.check_price(price)?;
            }
        }
        if let TimeInForce::Gtd(expires) = order.time_in_force
            && expires <= now
        {
            return Err(Reject::ExpiryPassed { expires, now });
        }
        self.check_phase_for_new(order)
    }

    /// All that can be said of a change without its order.
    pub(crate) fn check_change(&self, change: &Change) -> Result<(), Reject> {
        if let Some(qty) = change.qty {
            self.check_qty(qty)?;
        }
        self.check_optional(change.price)?;
        self.check_optional(change.trigger)?;
        match self.phase {
            Phase::PreOpen | Phase::Continuous | Phase::CancelOnly => Ok(()),
            Phase::Halted | Phase::Closed => Err(Reject::PhaseForbids { phase: self.phase }),
        }
    }

    /// The worst price an order can trade at: highest for a buy, lowest for a sell.
    #[inline]
    pub(crate) fn worst_price(&self, order: &NewOrder) -> Price {
        let edge = match order.side {
            Side::Buy => self.definition.band.high,
            Side::Sell => self.definition.band.low,
        };
        match order.order_type {
            OrderType::Limit { price } | OrderType::StopLimit { price, .. } => price,
            OrderType::Market { collar } | OrderType::Stop { collar, .. } => collar.unwrap_or(edge),
        }
    }

    /// A limit moved into the band, where it reaches beyond it.
    pub(crate) fn within_band(&self, side: Side, limit: Price) -> Price {
        match side {
            Side::Buy => limit.min(self.definition.band.high),
            Side::Sell => limit.max(self.definition.band.low),
        }
    }

    /// What fills cost under the fees in force.
    #[inline]
    pub(crate) fn costs(&self) -> Costs {
        let Fees { maker_ppm, taker_ppm } = self.definition.fees;
        Costs { tick_value: self.definition.tick_value, maker_ppm, taker_ppm }
    }

    pub(crate) fn check_lot(&self, qty: Qty) -> Result<(), Reject> {
        let lot_step = self.definition.lot_step;
        if lot_step == 1 || qty.lots().is_multiple_of(u64::from(lot_step)) {
            return Ok(());
        }
        Err(Reject::OffLot { qty, lot_step })
    }

    #[inline]
    fn check_qty(&self, qty: Qty) -> Result<(), Reject> {
        let max = self.definition.order_qty_max;
        if qty.is_zero() {
            return Err(Reject::QtyZero);
        }
        if qty > max {
            return Err(Reject::QtyTooLarge { qty, max });
        }
        self.check_lot(qty)
    }

    #[inline]
    fn check_price(&self, price: Price) -> Result<(), Reject> {
        let Definition { tick_step, band, .. } = self.definition;
        if tick_step != 1 && !price.ticks().is_multiple_of(u64::from(tick_step)) {
            return Err(Reject::OffTick { price, tick_step });
        }
        if price < band.low {
            return Err(Reject::PriceBelowBand { price, min: band.low });
        }
        if price > band.high {
            return Err(Reject::PriceAboveBand { price, max: band.high });
        }
        Ok(())
    }

    #[inline]
    fn check_optional(&self, price: Option<Price>) -> Result<(), Reject> {
        price.map_or(Ok(()), |price| self.check_price(price))
    }

    #[inline]
    fn check_phase_for_new(&self, order: &NewOrder) -> Result<(), Reject> {
        let allowed = match self.phase {
            Phase::Continuous => true,
            // Nothing trades before the open, so what must trade at once cannot come in.
            Phase::PreOpen => order.time_in_force.rests(),
            Phase::CancelOnly | Phase::Halted | Phase::Closed => false,
        };
        if allowed { Ok(()) } else { Err(Reject::PhaseForbids { phase: self.phase }) }
    }
}

/// That an iceberg of `open` lots is not shown in more than [`PARTS_MAX`] parts.
pub(crate) fn check_parts(display: Option<Qty>, open: Qty) -> Result<(), Reject> {
    match display {
        Some(display) if display.lots().saturating_mul(PARTS_MAX) < open.lots() => {
            Err(Reject::DisplayOutOfRange { display, max: open })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether type, time in force, post-only and display go together.
#[inline(always)]
fn check_instructions(order: &NewOrder) -> Result<(), Reject> {
    let rests = order.time_in_force.rests();
    let (limit, shows_price) = match order.order_type {
        OrderType::Limit { .. } => (true, true),
        OrderType::Market { .. } if rests => return Err(Reject::MarketMustBeImmediate),
        OrderType::Stop { .. } | OrderType::StopLimit { .. } if !rests => {
            return Err(Reject::StopMustRest);
        }
        OrderType::Market { .. } | OrderType::Stop { .. } => (false, false),
        OrderType::StopLimit { .. } => (false, true),
    };
    if order.post_only && !(limit && rests) {
        return Err(Reject::PostOnlyMustRest);
    }
    if order.display.is_some() && !(shows_price && rests) {
        return Err(Reject::IcebergMustRest);
    }
    Ok(())
}

impl Definition {
    /// Checks every field, in the order of [`DefinitionField`].
    pub(crate) fn check(&self) -> Result<(), Reject> {
        let bad = |field, value| Err(Reject::BadDefinition { field, value });
        if self.price_decimals > DECIMALS_MAX {
            return bad(DefinitionField::PriceDecimals, u64::from(self.price_decimals));
        }
        if self.qty_decimals > DECIMALS_MAX {
            return bad(DefinitionField::QtyDecimals, u64::from(self.qty_decimals));
        }
        if self.tick_step == 0 {
            return bad(DefinitionField::TickStep, 0);
        }
        if self.lot_step == 0 {
            return bad(DefinitionField::LotStep, 0);
        }
        let max = self.order_qty_max.lots();
        if max == 0 || max > QTY_LOTS_MAX || !max.is_multiple_of(u64::from(self.lot_step)) {
            return bad(DefinitionField::OrderQtyMax, max);
        }
        if !self.is_countable() {
            return bad(DefinitionField::OrderQtyMax, max);
        }
        self.check_band(self.band)?;
        self.fees.check()
    }

    /// Whether all that one order can bring fits a 64-bit sum: what a buyer pays is bounded by its
    /// hold, but a seller's proceeds by nothing else, for the same cash may come round again.
    fn is_countable(&self) -> bool {
        let ticks_lots =
            u128::from(self.price_limit.ticks()) * u128::from(self.order_qty_max.lots());
        let value = self.tick_value;
        ticks_lots * u128::from(value.numerator())
            <= i64::MAX as u128 * u128::from(value.denominator())
    }

    /// Checks a band against the tick step and the price limit.
    pub(crate) fn check_band(&self, band: Band) -> Result<(), Reject> {
        let step = u64::from(self.tick_step);
        let off_step = |price: Price| !price.ticks().is_multiple_of(step);
        if off_step(band.high) || band.high < band.low || band.high > self.price_limit {
            let value = band.high.ticks();
            return Err(Reject::BadDefinition { field: DefinitionField::BandHigh, value });
        }
        if off_step(band.low) {
            let value = band.low.ticks();
            return Err(Reject::BadDefinition { field: DefinitionField::BandLow, value });
        }
        Ok(())
    }
}

impl Fees {
    /// Checks both rates.
    pub(crate) fn check(&self) -> Result<(), Reject> {
        let rates = [
            (DefinitionField::MakerPpm, self.maker_ppm),
            (DefinitionField::TakerPpm, self.taker_ppm),
        ];
        for (field, rate) in rates {
            if rate > PPM_MAX {
                return Err(Reject::BadDefinition { field, value: u64::from(rate) });
            }
        }
        Ok(())
    }
}
