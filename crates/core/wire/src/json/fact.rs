//! What an owner is told, as JSON.

use serde::Serialize;
use types::{Currency, InstrumentId, NewOrder, OrderId, PaymentReason, RequestId, Symbol};
use venue::{AccountEvent, Change, Fact, OwnFill, Place, Reject};

use super::account::{BalanceOut, PositionOut};
use super::decimal::Decimal;
use super::field::Quoted;
use super::names::{CancelReasonName, RoleName, SelfTradeName, SideName};
use super::order::TermsOut;
use super::payment::{PaymentKindName, PaymentOut};
use super::refusal::{RejectOut, Units};
use super::scale::Scale;
#[cfg(feature = "schema")]
use super::schema;
use super::time::Rfc3339;

/// What to look up before an own event can be shown in decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing but the account's currency.
    Account,
    /// This instrument.
    Instrument(InstrumentId),
    /// The instrument of this order; zero is none.
    Order(OrderId),
}

/// What the fact of `event` is about.
pub fn subject(event: &AccountEvent) -> Subject {
    match &event.fact {
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
        | Fact::PaymentRequested { .. }
        | Fact::PaymentFailed { .. }
        | Fact::MassCanceled { .. } => Subject::Account,
        Fact::Issued { instrument, .. } | Fact::Canceled { instrument, .. } => {
            Subject::Instrument(*instrument)
        }
        Fact::Filled(fill) => Subject::Instrument(fill.instrument),
        Fact::Accepted { terms, .. } => Subject::Instrument(terms.instrument),
        Fact::Refused { order, .. }
        | Fact::Decremented { order, .. }
        | Fact::Replaced { order, .. }
        | Fact::Triggered { order } => Subject::Order(*order),
    }
}

/// What happened to an account or one of its orders; `event` tells which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are those of `venue::Fact`, in decimals and strings")]
pub enum FactOut {
    /// The account exists.
    Opened {
        #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
        owner: Quoted<u64>,
        #[cfg_attr(feature = "schema", schema(value_type = schema::CurrencyCode))]
        currency: Quoted<Currency>,
        self_trade: SelfTradeName,
    },
    /// It was suspended, or may act again.
    StatusChanged { suspended: bool },
    /// It is closed for good.
    Closed,
    /// Money came from the outside.
    Deposited(PaymentOut),
    /// Money went to the outside.
    Withdrawn(PaymentOut),
    /// Money is to come or go once an operator confirms it; what is to go is held.
    PaymentRequested {
        kind: PaymentKindName,
        #[serde(flatten)]
        payment: PaymentOut,
    },
    /// A payment that waited has ended; no money moved.
    PaymentFailed {
        kind: PaymentKindName,
        #[serde(flatten)]
        payment: PaymentOut,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
        reason: Option<Quoted<PaymentReason>>,
    },
    /// Money left for another account.
    TransferSent {
        #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
        to: Quoted<u32>,
        #[serde(flatten)]
        payment: PaymentOut,
    },
    /// Money came from another account.
    TransferReceived {
        #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
        from: Quoted<u32>,
        #[serde(flatten)]
        payment: PaymentOut,
    },
    /// A transfer came back.
    TransferReturned {
        #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
        to: Quoted<u32>,
        #[serde(flatten)]
        payment: PaymentOut,
        reject: RejectOut,
    },
    /// Shares were created here.
    Issued { qty: Decimal, position: PositionOut },
    /// A command was refused.
    Refused(RefusedOut),
    /// An order is in.
    Accepted(AcceptedOut),
    /// An order traded.
    Filled(FilledOut),
    /// An order's rest is withdrawn.
    Canceled(CanceledOut),
    /// Self-trade prevention took some away.
    Decremented {
        #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
        order_id: Quoted<u64>,
        #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
        symbol: Quoted<Symbol>,
        decremented_qty: Decimal,
        leaves_qty: Decimal,
    },
    /// An order was changed.
    Replaced(ReplacedOut),
    /// A stop's trigger was reached.
    Triggered {
        #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
        order_id: Quoted<u64>,
        #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
        symbol: Quoted<Symbol>,
    },
    /// The account's kill switch was engaged or released.
    KillSwitchSet { engaged: bool },
    /// The account's dead-man switch was armed or disarmed, or has lapsed.
    CancelAfterSet {
        /// When all its open orders will be cancelled; `null` when no more.
        #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
        at: Option<Rfc3339>,
    },
    /// A mass cancel, or the account's kill switch, is done in one matching shard.
    MassCanceled {
        orders: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
        client_request_id: Option<Quoted<RequestId>>,
    },
}

/// A command was refused; nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefusedOut {
    /// The client's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<Quoted<RequestId>>,
    /// The order it was about, where one had been numbered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::Id>))]
    pub order_id: Option<Quoted<u64>>,
    /// Why.
    pub reject: RejectOut,
}

impl RefusedOut {
    /// Shows a refusal; an `order` of zero is none.
    pub fn new(
        request: Option<RequestId>,
        order: OrderId,
        reject: &Reject,
        units: &Units<'_>,
    ) -> RefusedOut {
        RefusedOut {
            client_request_id: request.map(Quoted),
            order_id: (order.0 != 0).then_some(Quoted(order.0)),
            reject: RejectOut::new(reject, units),
        }
    }
}

/// An order that is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AcceptedOut {
    /// The order.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub order_id: Quoted<u64>,
    /// Its client order id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_order_id: Option<Quoted<RequestId>>,
    /// As its owner wrote it.
    #[serde(flatten)]
    pub terms: TermsOut,
    /// Where it stands.
    pub place: PlaceOut,
}

/// An order whose rest is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CanceledOut {
    /// The order.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub order_id: Quoted<u64>,
    /// What it traded.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// Withdrawn.
    pub canceled_qty: Decimal,
    /// Filled in all.
    pub cum_qty: Decimal,
    /// Why.
    pub reason: CancelReasonName,
    /// The client's name for the cancel.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<Quoted<RequestId>>,
}

/// One order's share of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FilledOut {
    /// The order.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub order_id: Quoted<u64>,
    /// What was traded.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// Bought or sold.
    pub side: SideName,
    /// The match.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub trade_id: Quoted<u64>,
    /// Maker or taker.
    pub role: RoleName,
    /// Price of this fill.
    pub last_price: Decimal,
    /// Quantity of this fill.
    pub last_qty: Decimal,
    /// Filled so far.
    pub cum_qty: Decimal,
    /// Still open.
    pub leaves_qty: Decimal,
    /// Sum of price x quantity so far, exactly: divided by `cum_qty` the average price.
    pub cum_value: Decimal,
    /// Cash paid or received for this fill, before the fee.
    pub amount: Decimal,
    /// Fee of this fill.
    pub fee: Decimal,
    /// What the account has after it.
    pub position: BalanceOut,
}

/// An order after a replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReplacedOut {
    /// The order.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub order_id: Quoted<u64>,
    /// Its client order id from now on, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_order_id: Option<Quoted<RequestId>>,
    /// What it trades.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// What was asked.
    pub change: ChangeOut,
    /// Now open.
    pub leaves_qty: Decimal,
    /// Where it went in anew; missing when it kept its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceOut>,
}

/// What a replace asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChangeOut {
    /// The new total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qty: Option<Decimal>,
    /// The new limit price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// The new trigger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Decimal>,
}

/// Where an order stands when it goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlaceOut {
    /// What is ahead of it at its price.
    pub ahead_qty: Decimal,
    /// Best bid before it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_bid: Option<Decimal>,
    /// Best ask before it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_ask: Option<Decimal>,
}

impl PlaceOut {
    /// Shows `place`.
    pub fn new(place: &Place, scale: &Scale) -> PlaceOut {
        PlaceOut {
            ahead_qty: scale.qty(place.ahead),
            best_bid: place.best_bid.map(|price| scale.price(price)),
            best_ask: place.best_ask.map(|price| scale.price(price)),
        }
    }
}

impl AcceptedOut {
    fn new(
        order: OrderId,
        request: Option<RequestId>,
        terms: &NewOrder,
        place: &Place,
        scale: &Scale,
    ) -> AcceptedOut {
        AcceptedOut {
            order_id: Quoted(order.0),
            client_order_id: request.map(Quoted),
            terms: TermsOut::new(terms, scale),
            place: PlaceOut::new(place, scale),
        }
    }
}

impl FilledOut {
    fn new(fill: &OwnFill, scale: &Scale) -> FilledOut {
        FilledOut {
            order_id: Quoted(fill.order.0),
            symbol: Quoted(scale.symbol),
            side: fill.side.into(),
            trade_id: Quoted(fill.fill.trade.0),
            role: fill.fill.role.into(),
            last_price: scale.price(fill.fill.price),
            last_qty: scale.qty(fill.fill.lots),
            cum_qty: scale.qty(fill.filled),
            leaves_qty: scale.qty(fill.fill.leaves),
            cum_value: scale.value(fill.ticks_lots),
            amount: scale.money(fill.cash),
            fee: scale.money(fill.fee),
            position: BalanceOut::new(fill.position, scale.qty_decimals),
        }
    }
}

impl ChangeOut {
    fn new(change: &Change, scale: &Scale) -> ChangeOut {
        ChangeOut {
            qty: change.qty.map(|qty| scale.qty(qty)),
            price: change.price.map(|price| scale.price(price)),
            stop_price: change.trigger.map(|price| scale.price(price)),
        }
    }
}

impl FactOut {
    /// Shows `fact` of an account whose currency has `money_decimals`; `None` if it needs the
    /// scale of its [`subject`] and there is none.
    pub fn new(fact: &Fact, money_decimals: u8, scale: Option<&Scale>) -> Option<FactOut> {
        let units = Units { money_decimals: Some(money_decimals), instrument: scale };
        Some(match *fact {
            Fact::Opened { owner, currency, self_trade } => FactOut::Opened {
                owner: Quoted(owner.0),
                currency: Quoted(currency),
                self_trade: self_trade.into(),
            },
            Fact::StatusChanged { suspended } => FactOut::StatusChanged { suspended },
            Fact::Closed => FactOut::Closed,
            Fact::KillSwitchSet { engaged } => FactOut::KillSwitchSet { engaged },
            Fact::CancelAfterSet { at } => FactOut::CancelAfterSet { at: at.map(Rfc3339) },
            Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. } => return FactOut::payment(fact, money_decimals),
            Fact::Issued { qty, position, .. } => FactOut::Issued {
                qty: scale?.qty(qty),
                position: PositionOut::new(position, scale?),
            },
            Fact::Refused { request, order, reject } => {
                FactOut::Refused(RefusedOut::new(request, order, &reject, &units))
            }
            Fact::Accepted { order, request, terms, place } => {
                FactOut::Accepted(AcceptedOut::new(order, request, &terms, &place, scale?))
            }
            Fact::Filled(fill) => FactOut::Filled(FilledOut::new(&fill, scale?)),
            Fact::Canceled { order, lots, filled, reason, request, .. } => {
                FactOut::Canceled(CanceledOut {
                    order_id: Quoted(order.0),
                    symbol: Quoted(scale?.symbol),
                    canceled_qty: scale?.qty(lots),
                    cum_qty: scale?.qty(filled),
                    reason: reason.into(),
                    client_request_id: request.map(Quoted),
                })
            }
            Fact::Decremented { order, lots, leaves } => FactOut::Decremented {
                order_id: Quoted(order.0),
                symbol: Quoted(scale?.symbol),
                decremented_qty: scale?.qty(lots),
                leaves_qty: scale?.qty(leaves),
            },
            Fact::Replaced { order, request, change, leaves, place } => {
                FactOut::Replaced(ReplacedOut {
                    order_id: Quoted(order.0),
                    client_order_id: request.map(Quoted),
                    symbol: Quoted(scale?.symbol),
                    change: ChangeOut::new(&change, scale?),
                    leaves_qty: scale?.qty(leaves),
                    place: place.zip(scale).map(|(place, scale)| PlaceOut::new(&place, scale)),
                })
            }
            Fact::Triggered { order } => {
                FactOut::Triggered { order_id: Quoted(order.0), symbol: Quoted(scale?.symbol) }
            }
            Fact::MassCanceled { orders, request } => {
                FactOut::MassCanceled { orders, client_request_id: request.map(Quoted) }
            }
        })
    }
}
