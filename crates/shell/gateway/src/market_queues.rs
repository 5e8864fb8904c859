//! Books by order: each level with the queue of its orders.

use types::{OrderId, Price, Qty, Seq, Side};
use view::{Depth, Level};
use wire::json::{QueueOut, QueuedOut, QueuesOut, Quoted, Scale};

/// Orders shown of one level.
pub(crate) const QUEUE_ORDERS_MAX: usize = 1_000;

/// The best `levels_max` levels of each side with the queue of each, after event `seq`: whose the
/// orders are is not told.
pub(crate) fn queues_out(seq: Seq, depth: &Depth, levels_max: usize, scale: &Scale) -> QueuesOut {
    let [bids, asks] = [Side::Buy, Side::Sell]
        .map(|side| queue_outs(depth, side, scale).take(levels_max).collect());
    QueuesOut { symbol: Quoted(scale.symbol), seq, bids, asks }
}

/// The levels of a side, best first.
pub(crate) fn queue_outs(
    depth: &Depth,
    side: Side,
    scale: &Scale,
) -> impl Iterator<Item = QueueOut> {
    depth
        .levels(side)
        .zip(depth.queues(side))
        .map(|((price, level), (_, orders))| queue_out(price, level, orders, scale))
}

/// A level as it is now; where there is none any more it shows nothing.
pub(crate) fn level_out(depth: &Depth, side: Side, price: Price, scale: &Scale) -> QueueOut {
    match depth.queue(side, price) {
        Some((level, orders)) => queue_out(price, level, orders, scale),
        None => {
            let none = Level { lots: Qty::ZERO, orders: 0 };
            queue_out(price, none, std::iter::empty(), scale)
        }
    }
}

fn queue_out(
    price: Price,
    level: Level,
    orders: impl Iterator<Item = (OrderId, Qty)>,
    scale: &Scale,
) -> QueueOut {
    let show = |(order, lots): (OrderId, Qty)| QueuedOut {
        order_id: Quoted(order.0),
        qty: scale.qty(lots),
    };
    QueueOut {
        price: scale.price(price),
        qty: scale.qty(level.lots),
        orders: level.orders,
        queue: orders.take(QUEUE_ORDERS_MAX).map(show).collect(),
    }
}
