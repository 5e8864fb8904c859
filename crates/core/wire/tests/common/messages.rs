//! Random messages.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use types::{Role, ShardId, TradeId};
use venue::{
    CancelReason, Cause, Envelope, Execution, Fill, Message, NewEntry, OrderEntry, Place, Report,
    Shard, Transfer, Versioned,
};

use super::rejects::reject;
use super::{
    account, amount, change, count, definition, instrument, kill_scope, new_order, number,
    order_id, phase, price, qty, request, self_trade, side, timestamp,
};

pub fn envelope() -> impl Strategy<Value = Envelope> {
    let cause = (shard(), number()).prop_map(|(shard, seq)| Cause { shard, seq });
    (shard(), shard(), number(), timestamp(), cause, message()).prop_map(
        |(source, destination, seq, at, cause, message)| Envelope {
            source,
            destination,
            seq,
            at,
            cause,
            message,
        },
    )
}

pub fn message() -> BoxedStrategy<Message> {
    let versioned = (instrument(), count(), definition(), phase()).prop_map(
        |(instrument, version, definition, phase)| Versioned {
            instrument,
            version,
            definition,
            phase,
        },
    );
    prop_oneof![
        4 => entry().prop_map(Message::Entry),
        9 => execution().prop_map(Message::Execution),
        1 => versioned.prop_map(Message::Definition),
        1 => (instrument(), count(), any::<u16>()).prop_map(|(instrument, version, shard)| {
            Message::DefinitionKnown { instrument, version, shard: ShardId(shard) }
        }),
        1 => transfer().prop_map(Message::Transfer),
        1 => (transfer(), reject())
            .prop_map(|(transfer, reject)| Message::TransferReturned { transfer, reject }),
    ]
    .boxed()
}

fn shard() -> impl Strategy<Value = Shard> {
    (any::<bool>(), any::<u16>()).prop_map(|(is_clearing, shard)| match is_clearing {
        true => Shard::Clearing(ShardId(shard)),
        false => Shard::Matching(ShardId(shard)),
    })
}

fn transfer() -> impl Strategy<Value = Transfer> {
    (account(), account(), amount(), any::<u8>())
        .prop_map(|(from, to, amount, currency)| Transfer { from, to, amount, currency })
}

fn new_entry() -> BoxedStrategy<NewEntry> {
    (order_id(), account(), count(), self_trade(), price(), new_order(), request())
        .prop_map(|(order, account, version, self_trade, limit, terms, request)| NewEntry {
            order,
            account,
            version,
            self_trade,
            limit,
            terms,
            request,
        })
        .boxed()
}

fn entry() -> BoxedStrategy<OrderEntry> {
    prop_oneof![
        new_entry().prop_map(OrderEntry::New),
        (order_id(), account(), instrument(), change(), request()).prop_map(
            |(order, account, instrument, change, request)| OrderEntry::Replace {
                order,
                account,
                instrument,
                change,
                request,
            }
        ),
        (order_id(), account(), instrument(), request()).prop_map(
            |(order, account, instrument, request)| OrderEntry::Cancel {
                order,
                account,
                instrument,
                request,
            }
        ),
        (account(), option::of(instrument()), option::of(side()), request()).prop_map(
            |(account, instrument, side, request)| OrderEntry::MassCancel {
                account,
                instrument,
                side,
                request,
            }
        ),
        (any::<u16>(), kill_scope())
            .prop_map(|(shard, scope)| OrderEntry::Kill { shard: ShardId(shard), scope }),
    ]
    .boxed()
}

fn execution() -> BoxedStrategy<Execution> {
    (order_id(), account(), report())
        .prop_map(|(order, account, report)| Execution { order, account, report })
        .boxed()
}

fn place() -> impl Strategy<Value = Place> {
    (qty(), option::of(price()), option::of(price()))
        .prop_map(|(ahead, best_bid, best_ask)| Place { ahead, best_bid, best_ask })
}

fn fill() -> impl Strategy<Value = Fill> {
    let role = select(vec![Role::Maker, Role::Taker]);
    (number(), price(), qty(), qty(), role).prop_map(|(trade, price, lots, leaves, role)| Fill {
        trade: TradeId(trade),
        price,
        lots,
        leaves,
        role,
    })
}

fn report() -> BoxedStrategy<Report> {
    let reason = select(vec![
        CancelReason::Requested,
        CancelReason::MassCancel,
        CancelReason::ReplacedToNothing,
        CancelReason::NotImmediate,
        CancelReason::SelfTrade,
        CancelReason::Expired,
        CancelReason::NoRoom,
        CancelReason::KillSwitch,
    ]);
    prop_oneof![
        (new_entry(), place()).prop_map(|(entry, place)| Report::Accepted { entry, place }),
        (reject(), request()).prop_map(|(reject, request)| Report::Refused { reject, request }),
        fill().prop_map(Report::Filled),
        (qty(), reason, request()).prop_map(|(lots, reason, request)| Report::Canceled {
            lots,
            reason,
            request
        }),
        qty().prop_map(|lots| Report::Decremented { lots }),
        (change(), qty(), option::of(place()), request()).prop_map(
            |(change, leaves, place, request)| Report::Replaced { change, leaves, place, request }
        ),
        (reject(), request(), any::<bool>()).prop_map(|(reject, request, was_replace)| {
            Report::ChangeRefused { reject, request, was_replace }
        }),
        Just(Report::Triggered),
        (count(), request())
            .prop_map(|(orders, request)| Report::MassCancelDone { orders, request }),
    ]
    .boxed()
}
