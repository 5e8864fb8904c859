//! Remembered outcomes in little room: refusals, which are few and long, lie apart.

use types::{AccountId, InstrumentId, OrderId, PaymentId};

use crate::outcome::Done;
use crate::reject::Reject;

/// What a request came to; beside it stands a number whose meaning it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Done, and no number.
    Nothing = 0,
    /// Done; an account.
    Account,
    /// Done; the order it placed.
    Placed,
    /// Done; the order it changed or cancelled.
    Order,
    /// Done; an instrument.
    Instrument,
    /// Done; a payment.
    Payment,
    /// Refused; a subscript among the refusals.
    Refused,
}

/// A kind and its number.
pub(crate) type Answer = (Kind, u64);

/// The answer to what places an order.
#[inline(always)]
pub(crate) fn placed(order: OrderId) -> Answer {
    (Kind::Placed, order.0)
}

impl Kind {
    /// Bits that hold one.
    pub(crate) const BITS: u32 = 3;

    /// The kind in the lowest bits of a word.
    #[inline]
    pub(crate) fn from_bits(word: u64) -> Kind {
        match word & ((1 << Kind::BITS) - 1) {
            0 => Kind::Nothing,
            1 => Kind::Account,
            2 => Kind::Placed,
            3 => Kind::Order,
            4 => Kind::Instrument,
            5 => Kind::Payment,
            _ => Kind::Refused,
        }
    }
}

/// The remembered refusals.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    all: Vec<Room>,
    /// The first free one.
    free: Option<u32>,
}

#[derive(Debug)]
enum Room {
    Taken(Reject),
    /// With the next free one.
    Free(Option<u32>),
}

impl Refusals {
    /// Puts an outcome away; the order in it was not placed by it.
    #[inline]
    pub(crate) fn put(&mut self, result: Result<Done, Reject>) -> Answer {
        match result {
            Ok(Done::Order(order)) => (Kind::Order, order.0),
            Ok(Done::Nothing) => (Kind::Nothing, 0),
            Ok(Done::Account(account)) => (Kind::Account, u64::from(account.0)),
            Ok(Done::Instrument(instrument)) => (Kind::Instrument, u64::from(instrument.0)),
            Ok(Done::Payment(payment)) => (Kind::Payment, payment.0),
            Err(reject) => (Kind::Refused, u64::from(self.add(reject))),
        }
    }

    /// The outcome that was put away.
    pub(crate) fn get(&self, kind: Kind, number: u64) -> Result<Done, Reject> {
        match kind {
            Kind::Nothing => Ok(Done::Nothing),
            Kind::Account => Ok(Done::Account(AccountId(number as u32))),
            Kind::Placed | Kind::Order => Ok(Done::Order(OrderId(number))),
            Kind::Instrument => Ok(Done::Instrument(InstrumentId(number as u32))),
            Kind::Payment => Ok(Done::Payment(PaymentId(number))),
            Kind::Refused => match self.all[number as usize] {
                Room::Taken(reject) => Err(reject),
                Room::Free(_) => unreachable!("a remembered refusal has its room"),
            },
        }
    }

    /// Gives the room of a forgotten outcome back.
    #[inline]
    pub(crate) fn forget(&mut self, kind: Kind, number: u64) {
        if kind == Kind::Refused {
            self.all[number as usize] = Room::Free(self.free.replace(number as u32));
        }
    }

    fn add(&mut self, reject: Reject) -> u32 {
        let Some(at) = self.free else {
            self.all.push(Room::Taken(reject));
            return self.all.len() as u32 - 1;
        };
        match std::mem::replace(&mut self.all[at as usize], Room::Taken(reject)) {
            Room::Free(next) => self.free = next,
            Room::Taken(_) => unreachable!("what is free holds no refusal"),
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_comes_back_and_the_room_of_refusals_is_used_again() {
        let mut refusals = Refusals::default();
        let results = [
            Ok(Done::Nothing),
            Ok(Done::Account(AccountId(u32::MAX))),
            Ok(Done::Order(OrderId(u64::MAX))),
            Ok(Done::Instrument(InstrumentId(7))),
            Ok(Done::Payment(PaymentId(u64::MAX))),
            Err(Reject::QtyZero),
            Err(Reject::ChangePending { order: OrderId(5) }),
        ];
        for _ in 0..3 {
            let put = results.map(|result| (refusals.put(result), result));
            for ((kind, number), result) in put {
                assert_eq!(refusals.get(kind, number), result);
                refusals.forget(kind, number);
            }
        }
        assert_eq!(refusals.all.len(), 2);
    }
}
