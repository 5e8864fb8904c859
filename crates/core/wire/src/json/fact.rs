//! What an owner is told, as JSON.

use serde::Serialize;
use types::{Amount, Currency, InstrumentId, OrderId, RequestId, Symbol};
use venue::{AccountEvent, Fact, OwnFill, Place};

use super::account::{BalanceOut, PositionOut};
use super::decimal::Decimal;
use super::field::Quoted;
use super::names::{CancelReasonName, RoleName, SelfTradeName, SideName};
use super::order::TermsOut;
use super::refusal::{RejectOut, Units};
use super::scale::Scale;

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
        | Fact::Closed
        | Fact::Deposited { .. }
        | Fact::Withdrawn { .. }
        | Fact::TransferSent { .. }
        | Fact::TransferReceived { .. }
        | Fact::TransferReturned { .. }
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

/// What happened to an account or one of its orders; `type` tells which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are those of `venue::Fact`, in decimals and strings")]
pub enum FactOut {
    /// The account exists.
    Opened { owner: Quoted<u64>, currency: Quoted<Currency>, self_trade: SelfTradeName },
    /// It was suspended, or may act again.
    StatusChanged { suspended: bool },
    /// It is closed for good.
    Closed,
    /// Money came from the outside.
    Deposited { amount: Decimal },
    /// Money went to the outside.
    Withdrawn { amount: Decimal },
    /// Money left for another account.
    TransferSent { to: Quoted<u32>, amount: Decimal },
    /// Money came from another account.
    TransferReceived { from: Quoted<u32>, amount: Decimal },
    /// A transfer came back.
    TransferReturned { to: Quoted<u32>, amount: Decimal, reject: RejectOut },
    /// Shares were created here.
    Issued { qty: Decimal, position: PositionOut },
    /// A command was refused.
    Refused {
        #[serde(skip_serializing_if = "Option::is_none")]
        client_request_id: Option<Quoted<RequestId>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        order_id: Option<Quoted<u64>>,
        reject: RejectOut,
    },
    /// An order is in.
    Accepted {
        order_id: Quoted<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_order_id: Option<Quoted<RequestId>>,
        #[serde(flatten)]
        terms: TermsOut,
        #[serde(flatten)]
        place: PlaceOut,
    },
    /// An order traded.
    Filled(FilledOut),
    /// An order's rest is withdrawn.
    Canceled {
        order_id: Quoted<u64>,
        symbol: Quoted<Symbol>,
        canceled_qty: Decimal,
        cum_qty: Decimal,
        reason: CancelReasonName,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_request_id: Option<Quoted<RequestId>>,
    },
    /// Self-trade prevention took some away.
    Decremented {
        order_id: Quoted<u64>,
        symbol: Quoted<Symbol>,
        decremented_qty: Decimal,
        leaves_qty: Decimal,
    },
    /// An order was changed.
    Replaced(ReplacedOut),
    /// A stop's trigger was reached.
    Triggered { order_id: Quoted<u64>, symbol: Quoted<Symbol> },
    /// A mass cancel is done in one matching shard.
    MassCanceled {
        orders: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_request_id: Option<Quoted<RequestId>>,
    },
}

/// One order's share of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FilledOut {
    /// The order.
    pub order_id: Quoted<u64>,
    /// What was traded.
    pub symbol: Quoted<Symbol>,
    /// Bought or sold.
    pub side: SideName,
    /// The match.
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
pub struct ReplacedOut {
    /// The order.
    pub order_id: Quoted<u64>,
    /// Its client order id from now on, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<Quoted<RequestId>>,
    /// What it trades.
    pub symbol: Quoted<Symbol>,
    /// The new total, where asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qty: Option<Decimal>,
    /// The new limit, where asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// The new trigger, where asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Decimal>,
    /// Now open.
    pub leaves_qty: Decimal,
    /// Where it went in anew; missing when it kept its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceOut>,
}

/// Where an order stands when it goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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

impl FactOut {
    /// Shows `fact` of an account whose currency has `money_decimals`; `None` if it needs the
    /// scale of its [`subject`] and there is none.
    pub fn new(fact: &Fact, money_decimals: u8, scale: Option<&Scale>) -> Option<FactOut> {
        let units = Units { money_decimals: Some(money_decimals), instrument: scale };
        match fact {
            Fact::Refused { request, order, reject } => Some(FactOut::Refused {
                client_request_id: request.map(Quoted),
                order_id: (order.0 != 0).then_some(Quoted(order.0)),
                reject: RejectOut::new(reject, &units),
            }),
            Fact::MassCanceled { orders, request } => Some(FactOut::MassCanceled {
                orders: *orders,
                client_request_id: request.map(Quoted),
            }),
            Fact::Issued { .. }
            | Fact::Accepted { .. }
            | Fact::Filled(_)
            | Fact::Canceled { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Triggered { .. } => of_instrument(fact, scale?),
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. } => of_account(fact, &units),
        }
    }
}
