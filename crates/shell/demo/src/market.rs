//! The instruments that are traded, and where their prices wander.

use types::{InstrumentId, Phase, Price, Qty, Symbol};
use view::{Instrument, Views};

use crate::random::Random;

/// An instrument of the built-in profile, and what is thought of it.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its short code.
    pub symbol: &'static str,
    /// What its price comes back to.
    pub anchor_ticks: u64,
    /// Lots of a usual order.
    pub unit_lots: u64,
}

/// All of them. An instrument that is not listed, or not in continuous trading, is left alone.
pub const KNOWN: [Known; 5] = [
    Known { symbol: "PETR4", anchor_ticks: 3_700, unit_lots: 100 },
    Known { symbol: "VALE3", anchor_ticks: 6_100, unit_lots: 100 },
    Known { symbol: "ACME", anchor_ticks: 12_000, unit_lots: 20 },
    Known { symbol: "BTCUSD", anchor_ticks: 9_500_000, unit_lots: 2_000_000 },
    Known { symbol: "BUND", anchor_ticks: 13_000, unit_lots: 50 },
];

/// Steps that a price is apart from its anchor at most: an eighth of it.
pub(crate) const AWAY_STEPS_MAX: i64 = 312;
/// A step is this part of the anchor, or a tick.
const STEPS_OF_ANCHOR: u64 = 2_500;
/// How often a price moves when it is looked at.
const MOVE_PERMILLE: i64 = 110;
/// How often a move is news: several steps at once.
const NEWS_PERMILLE: i64 = 15;
const NEWS_STEPS_MAX: i64 = 6;
/// How much slower than at its bound a price is drawn back: the higher, the farther it wanders.
const SLACK: i64 = 8;

/// One instrument, and what the traders think it is worth now.
#[derive(Clone, Debug)]
pub(crate) struct Market {
    pub instrument: InstrumentId,
    /// Lots of a usual order, a whole multiple of the lot step.
    pub unit_lots: u64,
    /// Ticks between two prices that the maker quotes.
    pub step_ticks: u64,
    anchor_ticks: u64,
    /// Steps above the anchor, within [`AWAY_STEPS_MAX`].
    away_steps: i64,
    /// Of the noise: how many of a thousand more buy than sell, and for how many more turns.
    pub mood_permille: i64,
    pub mood_turns: u64,
}

impl Market {
    /// What is thought of an instrument that is listed; it is worth what it traded at last.
    pub(crate) fn new(known: &Known, views: &Views) -> Option<Market> {
        let instrument = views.instrument_by_symbol(Symbol::new(known.symbol)?)?;
        let tick_step = u64::from(instrument.definition.tick_step);
        let lot_step = u64::from(instrument.definition.lot_step);
        let step_ticks = (known.anchor_ticks / STEPS_OF_ANCHOR).next_multiple_of(tick_step);
        let step_ticks = step_ticks.max(tick_step);
        let anchor_ticks = known.anchor_ticks / step_ticks * step_ticks;
        let last = instrument.mark().map_or(anchor_ticks, Price::ticks);
        let away = (last.cast_signed() - anchor_ticks.cast_signed()) / step_ticks.cast_signed();
        Some(Market {
            instrument: instrument.id,
            unit_lots: known.unit_lots.next_multiple_of(lot_step),
            step_ticks,
            anchor_ticks,
            away_steps: away.clamp(-AWAY_STEPS_MAX, AWAY_STEPS_MAX),
            mood_permille: 0,
            mood_turns: 0,
        })
    }

    /// The instrument, while everybody may trade it.
    pub(crate) fn open<'a>(&self, views: &'a Views) -> Option<&'a Instrument> {
        let instrument = views.instrument(self.instrument)?;
        let is_open = instrument.phase == Phase::Continuous && !instrument.is_killed;
        (is_open && !views.is_killed()).then_some(instrument)
    }

    /// Lets time pass: now and then the price moves, rather towards its anchor than away from it.
    pub(crate) fn wander(&mut self, random: &mut Random) {
        if !random.permille(MOVE_PERMILLE) {
            return;
        }
        let news = random.permille(NEWS_PERMILLE);
        let steps = if news { random.between(2, NEWS_STEPS_MAX) } else { 1 };
        let drawn = 500 * self.away_steps / AWAY_STEPS_MAX / SLACK;
        let steps = if random.permille(500 - drawn) { steps } else { -steps };
        self.away_steps = (self.away_steps + steps).clamp(-AWAY_STEPS_MAX, AWAY_STEPS_MAX);
    }

    /// The price so many steps above what the instrument is worth, if it may be quoted.
    pub(crate) fn price(&self, instrument: &Instrument, steps: i64) -> Option<Price> {
        let away = (self.away_steps + steps) * self.step_ticks.cast_signed();
        self.quotable(instrument, self.anchor_ticks.checked_add_signed(away)?)
    }

    /// A price in whole tick steps, if it is within the band.
    pub(crate) fn quotable(&self, instrument: &Instrument, ticks: u64) -> Option<Price> {
        let definition = &instrument.definition;
        let tick_step = u64::from(definition.tick_step);
        let price = Price::new(ticks / tick_step * tick_step)?;
        let band = definition.band;
        (band.low <= price && price <= band.high.min(definition.price_limit)).then_some(price)
    }

    /// What lots are worth at the anchor, in minor units.
    pub(crate) fn worth(&self, instrument: &Instrument, lots: u64) -> i64 {
        let anchor = Price::new(self.anchor_ticks).expect("it is above zero");
        cost(instrument, anchor, Qty(lots))
    }

    /// Whole lot steps, at least one, no more than one order may have.
    pub(crate) fn lots(&self, instrument: &Instrument, lots: u64) -> Qty {
        let definition = &instrument.definition;
        let lot_step = u64::from(definition.lot_step);
        let lots = lots.min(definition.order_qty_max.lots()) / lot_step * lot_step;
        Qty(lots.max(lot_step))
    }
}

/// What lots cost at a price with the highest fee, in minor units, rounded up.
pub(crate) fn cost(instrument: &Instrument, price: Price, qty: Qty) -> i64 {
    let definition = &instrument.definition;
    let value = definition.tick_value;
    let product = u128::from(price.ticks()) * u128::from(qty.lots());
    let cost = (product * u128::from(value.numerator())).div_ceil(u128::from(value.denominator()));
    let fee_ppm = u128::from(definition.fees.maker_ppm.max(definition.fees.taker_ppm));
    let cost = cost + (cost * fee_ppm).div_ceil(1_000_000);
    i64::try_from(cost).unwrap_or(i64::MAX)
}
