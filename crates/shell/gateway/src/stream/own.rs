//! An account's own events, each with the order it is about.

use std::collections::BTreeMap;

use serde::Serialize;
use types::{InstrumentId, OrderId, RequestId};
use venue::{AccountEvent, Fact};
use view::Order;
use wire::json::{OwnEventOut, Quoted, Scale, Stamp, Subject, subject};

/// What it takes to show the events of one account.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    money_decimals: u8,
    /// Its open orders: most of their events do not tell what they trade.
    orders: BTreeMap<OrderId, Named>,
}

/// What an order trades, and its latest client order id.
#[derive(Clone, Copy, Debug)]
struct Named {
    instrument: InstrumentId,
    client: Option<RequestId>,
}

/// An own event as it is sent.
#[derive(Debug, Serialize)]
pub(crate) struct OwnEvent {
    #[serde(flatten)]
    pub event: OwnEventOut,
    /// Of the order it is about, where the event itself does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_order_id: Option<Quoted<RequestId>>,
}

impl Own {
    /// Begins with an account's open orders.
    pub(crate) fn new<'a>(money_decimals: u8, open: impl Iterator<Item = &'a Order>) -> Own {
        let orders = open.map(|order| {
            let (instrument, client) = (order.terms.instrument, order.client_order_id);
            (order.id, Named { instrument, client })
        });
        Own { money_decimals, orders: orders.collect() }
    }

    /// Shows the next event of the account.
    pub(crate) fn show(
        &mut self,
        stamp: Stamp,
        event: &AccountEvent,
        scale: impl Fn(InstrumentId) -> Scale,
    ) -> OwnEvent {
        let instrument = match subject(event) {
            Subject::Account => None,
            Subject::Instrument(instrument) => Some(instrument),
            Subject::Order(order) => self.orders.get(&order).map(|named| named.instrument),
        };
        let named = self.follow(&event.fact);
        let scale = instrument.map(scale);
        let shown = OwnEventOut::new(stamp, event, self.money_decimals, scale.as_ref());
        let tells_itself =
            matches!(event.fact, Fact::Accepted { .. } | Fact::Replaced { request: Some(_), .. });
        let client = named.and_then(|named| named.client).filter(|_| !tells_itself);
        OwnEvent {
            event: shown.expect("an event is about an order that was open"),
            client_order_id: client.map(Quoted),
        }
    }

    /// Keeps the open orders in step with `fact`, and names the order it is about.
    fn follow(&mut self, fact: &Fact) -> Option<Named> {
        match fact {
            Fact::Accepted { order, request, terms, .. } => {
                let named = Named { instrument: terms.instrument, client: *request };
                self.orders.insert(*order, named);
                Some(named)
            }
            Fact::Replaced { order, request, .. } => {
                let named = self.orders.get_mut(order)?;
                named.client = request.or(named.client);
                Some(*named)
            }
            Fact::Filled(own) if own.fill.leaves.is_zero() => self.orders.remove(&own.order),
            Fact::Filled(own) => self.orders.get(&own.order).copied(),
            Fact::Canceled { order, .. } => self.orders.remove(order),
            Fact::Decremented { order, .. } | Fact::Triggered { order } => {
                self.orders.get(order).copied()
            }
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::Issued { .. }
            | Fact::Refused { .. }
            | Fact::MassCanceled { .. } => None,
        }
    }
}
