//! Listing an instrument and changing what it allows.

use book::Book;
use types::{InstrumentId, OrderId, Phase, ShardId, Side, TimeInForce};

use super::stops::Stops;
use super::work::Work;
use super::{Instrument, Matching};
use crate::command::{Band, Definition, Fees};
use crate::event::{Event, PublicEvent};
use crate::message::{CancelReason, Message, Shard, Versioned};
use crate::outcome::Done;
use crate::reject::Reject;
use crate::terms::Terms;
use crate::turn::Turn;

impl Matching {
    pub(super) fn list(
        &mut self,
        definition: &Definition,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        let max = self.limits.instruments_max;
        let shards = u32::from(self.shards);
        let number = self.instruments.len() as u32 * shards + u32::from(self.shard.0);
        if number >= max {
            return Err(Reject::InstrumentsFull { max });
        }
        let currency = definition.currency;
        let index = self.currencies.iter().position(|rule| rule.code == currency);
        let index = index.ok_or(Reject::UnknownCurrency { currency })?;
        definition.check()?;
        let mut listed = self.instruments.iter();
        if let Some(other) = listed.find(|it| it.terms.definition.symbol == definition.symbol) {
            return Err(Reject::SymbolTaken { instrument: other.id });
        }
        let id = InstrumentId(number);
        self.instruments.push(Instrument {
            id,
            terms: Terms {
                definition: *definition,
                phase: Phase::PreOpen,
                version: 0,
                currency: index as u8,
            },
            known_by: 0,
            book: Book::new(definition.price_limit, definition.policy),
            last: None,
            stops: Stops::default(),
        });
        let definition = *definition;
        turn.events.push(Event::Public(PublicEvent::Listed { instrument: id, definition }));
        self.spread(self.instruments.len() - 1, turn);
        Ok(Done::Instrument(id))
    }

    pub(super) fn set_phase(
        &mut self,
        instrument: InstrumentId,
        phase: Phase,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        let at = self.find(instrument)?;
        let missing = u32::from(self.clearing_shards) - self.instruments[at].known_by;
        if missing > 0 && phase != Phase::PreOpen {
            return Err(Reject::InstrumentNotReady { missing });
        }
        self.instruments[at].terms.phase = phase;
        turn.events.push(Event::Public(PublicEvent::PhaseChanged { instrument, phase }));
        self.spread(at, turn);
        match phase {
            Phase::Closed => self.expire_day_orders(at),
            Phase::Continuous => self.trigger_reached(at),
            Phase::PreOpen | Phase::CancelOnly | Phase::Halted => {}
        }
        Ok(Done::Nothing)
    }

    pub(super) fn set_band(
        &mut self,
        instrument: InstrumentId,
        band: Band,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        let at = self.find(instrument)?;
        let terms = &mut self.instruments[at].terms;
        terms.definition.check_band(band)?;
        terms.definition.band = band;
        turn.events.push(Event::Public(PublicEvent::BandChanged { instrument, band }));
        self.spread(at, turn);
        Ok(Done::Nothing)
    }

    pub(super) fn set_fees(
        &mut self,
        instrument: InstrumentId,
        fees: Fees,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        let at = self.find(instrument)?;
        fees.check()?;
        self.instruments[at].terms.definition.fees = fees;
        turn.events.push(Event::Public(PublicEvent::FeesChanged { instrument, fees }));
        self.spread(at, turn);
        Ok(Done::Nothing)
    }

    /// Gives the terms their next version and tells every clearing shard.
    fn spread(&mut self, at: usize, turn: &mut Turn<'_>) {
        let Instrument { id, terms, .. } = &mut self.instruments[at];
        terms.version += 1;
        let Terms { definition, phase, version, .. } = *terms;
        let versioned = Versioned { instrument: *id, version, definition, phase };
        for shard in 0..self.clearing_shards {
            turn.send(Shard::Clearing(ShardId(shard)), Message::Definition(versioned));
        }
    }

    /// Subscript of an instrument that a command names.
    fn find(&self, instrument: InstrumentId) -> Result<usize, Reject> {
        let at = super::local(instrument, self.shards);
        let known = self.instruments.get(at).is_some_and(|it| it.id == instrument);
        if known { Ok(at) } else { Err(Reject::UnknownInstrument { instrument }) }
    }

    fn expire_day_orders(&mut self, at: usize) {
        let instrument = self.instruments[at].id;
        for order in self.day_orders_of(at) {
            let reason = CancelReason::Expired;
            self.work.push_back(Work::Cancel { order, instrument, reason, request: None });
        }
    }

    /// What triggered while nothing could trade.
    fn trigger_reached(&mut self, at: usize) {
        let Some(last) = self.instruments[at].last else { return };
        let instrument = self.instruments[at].id;
        for stop in self.instruments[at].stops.reached(last) {
            self.waiting -= 1;
            self.expiries.remove(stop.order);
            self.work.push_back(Work::Trigger { instrument, stop });
        }
    }

    /// Open day orders of an instrument: bids, asks, buy stops, sell stops.
    fn day_orders_of(&self, at: usize) -> Vec<OrderId> {
        const SIDES: [Side; 2] = [Side::Buy, Side::Sell];
        let Instrument { book, stops, .. } = &self.instruments[at];
        let slots = SIDES.into_iter().flat_map(|side| book.orders(&self.arena, side));
        let resting = slots
            .filter(|slot| self.resting_at(*slot).time_in_force == TimeInForce::Day)
            .map(|slot| self.arena.resting(slot).order);
        let waiting = SIDES.into_iter().flat_map(|side| stops.of_side(side));
        let waiting = waiting.filter(|stop| stop.time_in_force == TimeInForce::Day);
        resting.chain(waiting.map(|stop| stop.order)).collect()
    }
}
