//! Messages between shards as bus records, version 1.
//!
//! | offset | bytes | field | unit |
//! |---|---|---|---|
//! | 0 | 1 | version | 1 |
//! | 1 | 1 | kind | 1..=18, see `kind` |
//! | 2 | 3 | source | 0 clearing, 1 matching; shard |
//! | 5 | 3 | destination | likewise |
//! | 8 | 8 | seq | position on the channel |
//! | 16 | 8 | at | ns since 1970 |
//! | 24 | 11 | cause | a shard as above; seq there |
//! | 35 | | the kind's own fields | api/wire.md |
//!
//! **Invariant:** what decodes encodes to the same bytes again.

use types::{AccountId, OrderId, ShardId};
use venue::{
    Cause, Envelope, Execution, Fill, Message, NewEntry, OrderEntry, Place, Report, Shard,
    Transfer, Versioned,
};

use crate::binary::{self, DecodeError, Field, Reader, Writer};

/// The layout that [`encode`] writes and [`decode`] reads.
pub const VERSION: u8 = 1;
/// The longest a message can be.
pub const MESSAGE_BYTES_MAX: usize = 166;

const KIND_MAX: u8 = 18;

/// Appends `envelope` to `out`; no allocation while `out` has [`MESSAGE_BYTES_MAX`] to spare.
pub fn encode(envelope: &Envelope, out: &mut Vec<u8>) {
    binary::append(out, MESSAGE_BYTES_MAX, |out| put(envelope, out));
}

fn put(envelope: &Envelope, out: &mut Writer<'_>) {
    out.array([VERSION, kind(&envelope.message)]);
    envelope.source.put(out);
    envelope.destination.put(out);
    envelope.seq.put(out);
    envelope.at.put(out);
    envelope.cause.put(out);
    match &envelope.message {
        Message::Entry(entry) => put_entry(entry, out),
        Message::Execution(execution) => put_execution(execution, out),
        Message::Definition(versioned) => versioned.put(out),
        Message::DefinitionKnown { instrument, version, shard } => {
            instrument.put(out);
            version.put(out);
            shard.put(out);
        }
        Message::Transfer(transfer) => transfer.put(out),
        Message::TransferReturned { transfer, reject } => {
            transfer.put(out);
            reject.put(out);
        }
    }
}

/// Reads back what [`encode`] wrote.
///
/// # Errors
/// [`DecodeError`] names the first byte that no message has there.
pub fn decode(bytes: &[u8]) -> Result<Envelope, DecodeError> {
    let mut input = Reader::new(bytes);
    binary::version(&mut input, VERSION)?;
    let kind = input.up_to("kind", KIND_MAX)?;
    let envelope = Envelope {
        source: input.field("source")?,
        destination: input.field("destination")?,
        seq: input.field("seq")?,
        at: input.field("at")?,
        cause: input.field("cause")?,
        message: match kind {
            1..=4 | 18 => Message::Entry(get_entry(kind, &mut input)?),
            5..=13 => Message::Execution(get_execution(kind, &mut input)?),
            _ => get_other(kind, &mut input)?,
        },
    };
    input.finish()?;
    Ok(envelope)
}

fn kind(message: &Message) -> u8 {
    match message {
        Message::Entry(OrderEntry::New(_)) => 1,
        Message::Entry(OrderEntry::Replace { .. }) => 2,
        Message::Entry(OrderEntry::Cancel { .. }) => 3,
        Message::Entry(OrderEntry::MassCancel { .. }) => 4,
        Message::Execution(execution) => match execution.report {
            Report::Accepted { .. } => 5,
            Report::Refused { .. } => 6,
            Report::Filled(_) => 7,
            Report::Canceled { .. } => 8,
            Report::Decremented { .. } => 9,
            Report::Replaced { .. } => 10,
            Report::ChangeRefused { .. } => 11,
            Report::Triggered => 12,
            Report::MassCancelDone { .. } => 13,
        },
        Message::Definition(_) => 14,
        Message::DefinitionKnown { .. } => 15,
        Message::Transfer(_) => 16,
        Message::TransferReturned { .. } => 17,
        Message::Entry(OrderEntry::Kill { .. }) => 18,
    }
}

fn put_entry(entry: &OrderEntry, out: &mut Writer<'_>) {
    match entry {
        OrderEntry::New(entry) => entry.put(out),
        OrderEntry::Replace { order, account, instrument, change, request } => {
            order.put(out);
            account.put(out);
            instrument.put(out);
            change.put(out);
            request.put(out);
        }
        OrderEntry::Cancel { order, account, instrument, request } => {
            order.put(out);
            account.put(out);
            instrument.put(out);
            request.put(out);
        }
        OrderEntry::MassCancel { account, instrument, side, request } => {
            account.put(out);
            instrument.put(out);
            side.put(out);
            request.put(out);
        }
        OrderEntry::Kill { shard, scope } => {
            shard.put(out);
            scope.put(out);
        }
    }
}

fn get_entry(kind: u8, input: &mut Reader<'_>) -> Result<OrderEntry, DecodeError> {
    Ok(match kind {
        1 => OrderEntry::New(NewEntry::get(input)?),
        2 => OrderEntry::Replace {
            order: input.field("order")?,
            account: input.field("account")?,
            instrument: input.field("instrument")?,
            change: input.field("change")?,
            request: input.field("request")?,
        },
        3 => OrderEntry::Cancel {
            order: input.field("order")?,
            account: input.field("account")?,
            instrument: input.field("instrument")?,
            request: input.field("request")?,
        },
        18 => OrderEntry::Kill { shard: input.field("shard")?, scope: input.field("scope")? },
        _ => OrderEntry::MassCancel {
            account: input.field("account")?,
            instrument: input.field("instrument")?,
            side: input.field("side")?,
            request: input.field("request")?,
        },
    })
}

fn put_execution(execution: &Execution, out: &mut Writer<'_>) {
    execution.order.put(out);
    execution.account.put(out);
    match &execution.report {
        Report::Accepted { entry, place } => {
            entry.put(out);
            place.put(out);
        }
        Report::Refused { reject, request } => {
            reject.put(out);
            request.put(out);
        }
        Report::Filled(fill) => fill.put(out),
        Report::Canceled { lots, reason, request } => {
            lots.put(out);
            reason.put(out);
            request.put(out);
        }
        Report::Decremented { lots } => lots.put(out),
        Report::Replaced { change, leaves, place, request } => {
            change.put(out);
            leaves.put(out);
            place.put(out);
            request.put(out);
        }
        Report::ChangeRefused { reject, request, was_replace } => {
            reject.put(out);
            request.put(out);
            was_replace.put(out);
        }
        Report::Triggered => {}
        Report::MassCancelDone { orders, request } => {
            orders.put(out);
            request.put(out);
        }
    }
}

fn get_execution(kind: u8, input: &mut Reader<'_>) -> Result<Execution, DecodeError> {
    let order: OrderId = input.field("order")?;
    let account: AccountId = input.field("account")?;
    let report = match kind {
        5 => Report::Accepted { entry: NewEntry::get(input)?, place: Place::get(input)? },
        6 => Report::Refused { reject: input.field("reject")?, request: input.field("request")? },
        7 => Report::Filled(Fill::get(input)?),
        8 => Report::Canceled {
            lots: input.field("lots")?,
            reason: input.field("reason")?,
            request: input.field("request")?,
        },
        9 => Report::Decremented { lots: input.field("lots")? },
        10 => Report::Replaced {
            change: input.field("change")?,
            leaves: input.field("leaves")?,
            place: input.field("place")?,
            request: input.field("request")?,
        },
        11 => Report::ChangeRefused {
            reject: input.field("reject")?,
            request: input.field("request")?,
            was_replace: input.field("was_replace")?,
        },
        12 => Report::Triggered,
        _ => Report::MassCancelDone {
            orders: input.field("orders")?,
            request: input.field("request")?,
        },
    };
    Ok(Execution { order, account, report })
}

fn get_other(kind: u8, input: &mut Reader<'_>) -> Result<Message, DecodeError> {
    Ok(match kind {
        14 => Message::Definition(Versioned::get(input)?),
        15 => Message::DefinitionKnown {
            instrument: input.field("instrument")?,
            version: input.field("version")?,
            shard: input.field("shard")?,
        },
        16 => Message::Transfer(Transfer::get(input)?),
        _ => Message::TransferReturned {
            transfer: Transfer::get(input)?,
            reject: input.field("reject")?,
        },
    })
}

impl Field for Shard {
    fn put(&self, out: &mut Writer<'_>) {
        let (tag, shard) = match self {
            Shard::Clearing(shard) => (0, shard),
            Shard::Matching(shard) => (1, shard),
        };
        out.array([tag]);
        shard.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Shard, DecodeError> {
        let is_matching = bool::get(input)?;
        let shard = ShardId::get(input)?;
        Ok(if is_matching { Shard::Matching(shard) } else { Shard::Clearing(shard) })
    }
}

impl Field for Cause {
    fn put(&self, out: &mut Writer<'_>) {
        self.shard.put(out);
        self.seq.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Cause, DecodeError> {
        Ok(Cause { shard: input.field("cause.shard")?, seq: input.field("cause.seq")? })
    }
}

impl Field for NewEntry {
    fn put(&self, out: &mut Writer<'_>) {
        self.order.put(out);
        self.account.put(out);
        self.version.put(out);
        self.self_trade.put(out);
        self.limit.put(out);
        self.terms.put(out);
        self.request.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<NewEntry, DecodeError> {
        Ok(NewEntry {
            order: input.field("entry.order")?,
            account: input.field("entry.account")?,
            version: input.field("version")?,
            self_trade: input.field("self_trade")?,
            limit: input.field("limit")?,
            terms: input.field("terms")?,
            request: input.field("request")?,
        })
    }
}

impl Field for Place {
    fn put(&self, out: &mut Writer<'_>) {
        self.ahead.put(out);
        self.best_bid.put(out);
        self.best_ask.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Place, DecodeError> {
        Ok(Place {
            ahead: input.field("place.ahead")?,
            best_bid: input.field("place.best_bid")?,
            best_ask: input.field("place.best_ask")?,
        })
    }
}

impl Field for Fill {
    fn put(&self, out: &mut Writer<'_>) {
        self.trade.put(out);
        self.price.put(out);
        self.lots.put(out);
        self.leaves.put(out);
        self.role.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Fill, DecodeError> {
        Ok(Fill {
            trade: input.field("trade")?,
            price: input.field("price")?,
            lots: input.field("lots")?,
            leaves: input.field("leaves")?,
            role: input.field("role")?,
        })
    }
}

impl Field for Versioned {
    fn put(&self, out: &mut Writer<'_>) {
        self.instrument.put(out);
        self.version.put(out);
        self.definition.put(out);
        self.phase.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Versioned, DecodeError> {
        Ok(Versioned {
            instrument: input.field("instrument")?,
            version: input.field("version")?,
            definition: input.field("definition")?,
            phase: input.field("phase")?,
        })
    }
}

impl Field for Transfer {
    fn put(&self, out: &mut Writer<'_>) {
        self.from.put(out);
        self.to.put(out);
        self.amount.put(out);
        self.currency.put(out);
    }

    fn get(input: &mut Reader<'_>) -> Result<Transfer, DecodeError> {
        Ok(Transfer {
            from: input.field("from")?,
            to: input.field("to")?,
            amount: input.field("amount")?,
            currency: input.field("currency")?,
        })
    }
}
