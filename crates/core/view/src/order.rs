//! One account's orders: all that are open, and the last that closed.

use std::collections::{BTreeMap, VecDeque};

use types::{Amount, NewOrder, OrderId, OrderType, Price, Qty, RequestId, Seq, Timestamp};
use venue::{CancelReason, Change, OwnFill};

use crate::timeline::{OrderEvent, Timeline};

/// Closed orders kept of each account; older ones are the history's.
pub const CLOSED_ORDERS_PER_ACCOUNT: usize = 512;

/// One order as its owner sees it.
///
/// **Invariant:** `cum + leaves + canceled` is `terms.qty`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// What it asks for now: quantity, price and trigger after the last replace.
    pub terms: NewOrder,
    /// Its latest client order id.
    pub client_order_id: Option<RequestId>,
    /// The client order id it was placed with.
    pub original_client_order_id: Option<RequestId>,
    /// Whether it is open, and if not how it ended.
    pub status: OrderStatus,
    /// Lots filled.
    pub cum: Qty,
    /// Lots still open.
    pub leaves: Qty,
    /// Lots withdrawn, by whomever.
    pub canceled: Qty,
    /// Sum of price × lots of all fills: divided by `cum`, the exact average price in ticks.
    pub ticks_lots: u128,
    /// Cash paid (buy) or received (sell) so far, before fees.
    pub cash: Amount,
    /// Fees so far.
    pub fee: Amount,
    /// The event that accepted it.
    pub accepted_seq: Seq,
    /// Engine time then.
    pub accepted_at: Timestamp,
    /// The last event about it.
    pub updated_seq: Seq,
    /// Engine time then.
    pub updated_at: Timestamp,
}

/// Where an order is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// A stop whose trigger was not reached.
    Waiting,
    /// In the book, or about to be.
    Open,
    /// Nothing is left: it traded.
    Filled,
    /// Nothing is left: its rest was withdrawn.
    Canceled(CancelReason),
}

/// The orders of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    open: BTreeMap<OrderId, Kept>,
    closed: BTreeMap<OrderId, Kept>,
    /// The closed ones' numbers, oldest close first.
    closing: VecDeque<OrderId>,
    /// The first and the latest client order id of those above.
    by_client: BTreeMap<RequestId, OrderId>,
}

/// An order and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) order: Order,
    pub(crate) timeline: Timeline,
}

impl OrderStatus {
    /// Whether the order can still trade.
    pub fn is_open(self) -> bool {
        match self {
            OrderStatus::Waiting | OrderStatus::Open => true,
            OrderStatus::Filled | OrderStatus::Canceled(_) => false,
        }
    }
}

impl Orders {
    /// An order, open or among the last closed.
    pub fn get(&self, id: OrderId) -> Option<&Order> {
        self.kept(id).map(|kept| &kept.order)
    }

    /// What happened to an order, open or among the last closed.
    pub fn timeline(&self, id: OrderId) -> Option<&Timeline> {
        self.kept(id).map(|kept| &kept.timeline)
    }

    /// An order by its first or its latest client order id. Of two that used the same one, the
    /// later use counts.
    pub fn by_client_id(&self, client: RequestId) -> Option<&Order> {
        self.by_client.get(&client).and_then(|id| self.get(*id))
    }

    /// The open orders, by number.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &Order> + ExactSizeIterator {
        self.open.values().map(|kept| &kept.order)
    }

    /// The open orders numbered below `id`, newest first.
    pub fn open_below(&self, id: OrderId) -> impl Iterator<Item = &Order> {
        self.open.range(..id).rev().map(|(_, kept)| &kept.order)
    }

    /// The closed orders kept that are numbered below `id`, newest first.
    pub fn closed_below(&self, id: OrderId) -> impl Iterator<Item = &Order> {
        self.closed.range(..id).rev().map(|(_, kept)| &kept.order)
    }

    /// The orders numbered below `id`, newest first: one that closes keeps its place.
    pub fn below(&self, id: OrderId) -> impl Iterator<Item = &Order> {
        let (mut open, mut closed) =
            (self.open_below(id).peekable(), self.closed_below(id).peekable());
        std::iter::from_fn(move || match (open.peek(), closed.peek()) {
            (Some(left), Some(right)) if left.id < right.id => closed.next(),
            (Some(_), _) => open.next(),
            (None, _) => closed.next(),
        })
    }

    /// The closed orders kept, oldest close first.
    pub fn closed(&self) -> impl DoubleEndedIterator<Item = &Order> + ExactSizeIterator {
        self.closing.iter().map(|id| &self.closed[id].order)
    }

    /// The open orders with their timelines, by number.
    pub(crate) fn open_kept(&self) -> impl ExactSizeIterator<Item = &Kept> {
        self.open.values()
    }

    /// The closed orders kept with their timelines, oldest close first.
    pub(crate) fn closed_kept(&self) -> impl ExactSizeIterator<Item = &Kept> {
        self.closing.iter().map(|id| &self.closed[id])
    }

    pub(crate) fn by_client(&self) -> impl ExactSizeIterator<Item = (&RequestId, &OrderId)> {
        self.by_client.iter()
    }

    /// Puts a snapshot's parts together; `None` when they contradict each other.
    pub(crate) fn from_parts(
        open: Vec<Kept>,
        closed: Vec<Kept>,
        by_client: BTreeMap<RequestId, OrderId>,
    ) -> Option<Orders> {
        let is_sane = closed.len() <= CLOSED_ORDERS_PER_ACCOUNT
            && open.is_sorted_by(|a, b| a.order.id < b.order.id)
            && open.iter().all(|kept| kept.order.status.is_open())
            && !closed.iter().any(|kept| kept.order.status.is_open());
        let orders = Orders {
            closing: closed.iter().map(|kept| kept.order.id).collect(),
            open: open.into_iter().map(|kept| (kept.order.id, kept)).collect(),
            closed: closed.into_iter().map(|kept| (kept.order.id, kept)).collect(),
            by_client,
        };
        let are_distinct = orders.closed.len() == orders.closing.len()
            && !orders.closing.iter().any(|id| orders.open.contains_key(id));
        let are_found = orders.by_client.values().all(|id| orders.get(*id).is_some());
        (is_sane && are_distinct && are_found).then_some(orders)
    }

    pub(crate) fn accept(
        &mut self,
        event: OrderEvent,
        id: OrderId,
        request: Option<RequestId>,
        terms: NewOrder,
    ) {
        let OrderEvent { seq, at, .. } = event;
        let order = Order {
            id,
            terms,
            client_order_id: request,
            original_client_order_id: request,
            status: first_status(terms.order_type),
            cum: Qty::ZERO,
            leaves: terms.qty,
            canceled: Qty::ZERO,
            ticks_lots: 0,
            cash: Amount::ZERO,
            fee: Amount::ZERO,
            accepted_seq: seq,
            accepted_at: at,
            updated_seq: seq,
            updated_at: at,
        };
        let before = self.open.insert(id, Kept { order, timeline: Timeline::new(event) });
        assert!(before.is_none(), "an order is accepted once");
        if let Some(client) = request {
            self.by_client.insert(client, id);
        }
    }

    pub(crate) fn fill(&mut self, event: OrderEvent, own: &OwnFill) {
        let order = self.touch(event, own.order);
        order.cum = own.filled;
        order.leaves = own.fill.leaves;
        order.ticks_lots = own.ticks_lots;
        order.cash.0 += own.cash.0;
        order.fee.0 += own.fee.0;
        order.check();
        if own.fill.leaves.is_zero() {
            self.close(own.order, OrderStatus::Filled);
        }
    }

    pub(crate) fn cancel(
        &mut self,
        event: OrderEvent,
        id: OrderId,
        lots: Qty,
        reason: CancelReason,
    ) {
        let order = self.touch(event, id);
        order.canceled.0 += lots.0;
        order.leaves = Qty::ZERO;
        order.check();
        self.close(id, OrderStatus::Canceled(reason));
    }

    pub(crate) fn decrement(&mut self, event: OrderEvent, id: OrderId, lots: Qty, leaves: Qty) {
        let order = self.touch(event, id);
        order.canceled.0 += lots.0;
        order.leaves = leaves;
        order.check();
    }

    pub(crate) fn trigger(&mut self, event: OrderEvent, id: OrderId) {
        self.touch(event, id).status = OrderStatus::Open;
    }

    pub(crate) fn replace(
        &mut self,
        event: OrderEvent,
        id: OrderId,
        request: Option<RequestId>,
        change: &Change,
        leaves: Qty,
    ) {
        let order = self.touch(event, id);
        order.terms.order_type = changed_type(order.terms.order_type, change);
        order.terms.qty = change.qty.unwrap_or(order.terms.qty);
        order.leaves = leaves;
        // A new total counts what was filled only: what was decremented before is forgotten.
        order.canceled = Qty(order.terms.qty.0 - order.cum.0 - leaves.0);
        let (first, latest) = (order.original_client_order_id, order.client_order_id);
        if let Some(client) = request {
            order.client_order_id = request;
            if latest != first {
                self.forget_client(latest, id);
            }
            self.by_client.insert(client, id);
        }
    }

    fn kept(&self, id: OrderId) -> Option<&Kept> {
        self.open.get(&id).or_else(|| self.closed.get(&id))
    }

    fn touch(&mut self, event: OrderEvent, id: OrderId) -> &mut Order {
        let Kept { order, timeline } = self.open.get_mut(&id).expect("events name open orders");
        (order.updated_seq, order.updated_at) = (event.seq, event.at);
        timeline.push(event);
        order
    }

    fn close(&mut self, id: OrderId, status: OrderStatus) {
        let Kept { order, timeline } = self.open.remove(&id).expect("an order closes once");
        self.closed.insert(id, Kept { order: Order { status, ..order }, timeline });
        self.closing.push_back(id);
        if self.closing.len() > CLOSED_ORDERS_PER_ACCOUNT {
            let oldest = self.closing.pop_front().expect("an order has closed");
            let Kept { order, .. } = self.closed.remove(&oldest).expect("what has closed is kept");
            self.forget_client(order.original_client_order_id, oldest);
            self.forget_client(order.client_order_id, oldest);
        }
    }

    /// Forgets a client order id, unless another order took it over.
    fn forget_client(&mut self, client: Option<RequestId>, id: OrderId) {
        if let Some(client) = client
            && self.by_client.get(&client) == Some(&id)
        {
            self.by_client.remove(&client);
        }
    }
}

impl Order {
    pub(crate) fn adds_up(&self) -> bool {
        let told = u128::from(self.cum.0) + u128::from(self.leaves.0) + u128::from(self.canceled.0);
        told == u128::from(self.terms.qty.0)
    }

    fn check(&self) {
        assert!(self.adds_up(), "filled + open + canceled is the quantity: {self:?}");
    }
}

fn first_status(order_type: OrderType) -> OrderStatus {
    match order_type {
        OrderType::Limit { .. } | OrderType::Market { .. } => OrderStatus::Open,
        OrderType::Stop { .. } | OrderType::StopLimit { .. } => OrderStatus::Waiting,
    }
}

fn changed_type(order_type: OrderType, change: &Change) -> OrderType {
    let or = |new: Option<Price>, old: Price| new.unwrap_or(old);
    match order_type {
        OrderType::Limit { price } => OrderType::Limit { price: or(change.price, price) },
        OrderType::Market { collar } => OrderType::Market { collar },
        OrderType::Stop { trigger, collar } => {
            OrderType::Stop { trigger: or(change.trigger, trigger), collar }
        }
        OrderType::StopLimit { trigger, price } => OrderType::StopLimit {
            trigger: or(change.trigger, trigger),
            price: or(change.price, price),
        },
    }
}
