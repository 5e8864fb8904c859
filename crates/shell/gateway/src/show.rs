//! Views as the JSON bodies of `wire`.

use serde::Serialize;
use types::{AccountId, RequestId, Seq, Side};
use utoipa::ToSchema;
use venue::{Balance, CancelReason};
use view::{Account, Depth, Instrument, Order, TradeRow, Views};
use wire::json::schema::RequestName;
use wire::json::{
    AccountOut, AccountState, AccountStatus, CancelReasonName, Decimal, DepthOut, InstrumentOut,
    Level, OrderOut, OrderState, OrderStatus, PositionOut, Quoted, Rfc3339, Scale, TradeOut,
};

use crate::gateway::Gateway;

/// An account with what it holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AccountBody {
    #[serde(flatten)]
    pub account: AccountOut,
    /// Its last event's own number.
    pub account_seq: u64,
    pub opened_at: Rfc3339,
    pub open_orders: usize,
    /// When its dead-man switch cancels them all, while it is armed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_at: Option<Rfc3339>,
    /// What it holds, by instrument.
    pub positions: Vec<PositionOut>,
}

/// An order with what `wire` cannot know of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OrderBody {
    #[serde(flatten)]
    pub order: OrderOut,
    /// The client order id it was placed with, before any replace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RequestName>)]
    pub original_client_order_id: Option<Quoted<RequestId>>,
    pub canceled_qty: Decimal,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReasonName>,
    /// The last event about it.
    pub event_seq: Seq,
}

/// An instrument with its last trade.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct InstrumentBody {
    #[serde(flatten)]
    pub instrument: InstrumentOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_trade: Option<TradeOut>,
}

impl Gateway {
    /// How an instrument's integers read.
    pub(crate) fn scale(&self, instrument: &Instrument) -> Scale {
        let definition = &instrument.definition;
        Scale::new(instrument.id, definition, self.decimals(definition.currency))
    }

    pub(crate) fn account_body(&self, views: &Views, account: &Account) -> AccountBody {
        let held = account.positions.iter().filter(|(_, position)| position.settled != 0);
        let positions = held.map(|(instrument, position)| {
            let instrument = views.instrument(*instrument).expect("what is held is listed");
            let balance = Balance { free: position.free(), held: position.held };
            PositionOut::new(balance, &self.scale(instrument))
        });
        let state = AccountState {
            account: account.id,
            owner: account.owner,
            currency: account.currency,
            money_decimals: self.decimals(account.currency),
            self_trade: account.self_trade,
            status: account_status(account.status),
            cash: account.cash,
        };
        AccountBody {
            account: AccountOut::new(&state),
            account_seq: account.account_seq,
            opened_at: Rfc3339(account.opened_at),
            open_orders: account.orders.open().len(),
            cancel_at: account.cancel_at.map(Rfc3339),
            positions: positions.collect(),
        }
    }

    pub(crate) fn order_body(&self, views: &Views, account: &Account, order: &Order) -> OrderBody {
        let instrument = views.instrument(order.terms.instrument).expect("orders name listed ones");
        order_body(account.id, order, &self.scale(instrument))
    }

    pub(crate) fn instrument_body(&self, instrument: &Instrument) -> InstrumentBody {
        let scale = self.scale(instrument);
        let definition = &instrument.definition;
        InstrumentBody {
            instrument: InstrumentOut::new(instrument.id, definition, instrument.phase),
            last_trade: instrument.last_trade().map(|trade| trade_out(trade, &scale)),
        }
    }
}

/// Shows an order of `account`, given its instrument's scale.
pub(crate) fn order_body(account: AccountId, order: &Order, scale: &Scale) -> OrderBody {
    let (status, reason) = order_status(order.status);
    let state = OrderState {
        order: order.id,
        request: order.client_order_id,
        account,
        terms: order.terms,
        status,
        filled: order.cum,
        leaves: order.leaves,
        ticks_lots: order.ticks_lots,
        fee: order.fee,
        created: order.accepted_at,
        updated: order.updated_at,
        reject: None,
    };
    OrderBody {
        order: OrderOut::new(&state, scale),
        original_client_order_id: order.original_client_order_id.map(Quoted),
        canceled_qty: scale.qty(order.canceled),
        cancel_reason: reason.map(CancelReasonName::from),
        event_seq: order.updated_seq,
    }
}

/// The best `levels_max` levels of each side, after event `seq`.
pub(crate) fn depth_out(seq: Seq, depth: &Depth, levels_max: usize, scale: &Scale) -> DepthOut {
    let side = |side: Side| -> Vec<Level> {
        let levels = depth.levels(side).take(levels_max);
        levels
            .map(|(price, level)| Level { price, lots: level.lots, orders: level.orders })
            .collect()
    };
    DepthOut::new(seq, &side(Side::Buy), &side(Side::Sell), scale)
}

pub(crate) fn trade_out(trade: &TradeRow, scale: &Scale) -> TradeOut {
    TradeOut {
        symbol: Quoted(scale.symbol),
        trade_id: Quoted(trade.trade.0),
        seq: trade.event_seq,
        time: Rfc3339(trade.at),
        price: scale.price(trade.price),
        qty: scale.qty(trade.lots),
        taker_side: trade.taker_side.into(),
    }
}

fn account_status(status: view::AccountStatus) -> AccountStatus {
    match status {
        view::AccountStatus::Active => AccountStatus::Active,
        view::AccountStatus::Suspended => AccountStatus::Suspended,
        view::AccountStatus::Closed => AccountStatus::Closed,
    }
}

pub(crate) fn order_status(status: view::OrderStatus) -> (OrderStatus, Option<CancelReason>) {
    match status {
        view::OrderStatus::Waiting => (OrderStatus::Waiting, None),
        view::OrderStatus::Open => (OrderStatus::Open, None),
        view::OrderStatus::Filled => (OrderStatus::Filled, None),
        view::OrderStatus::Canceled(reason @ CancelReason::Expired) => {
            (OrderStatus::Expired, Some(reason))
        }
        view::OrderStatus::Canceled(
            reason @ (CancelReason::Requested
            | CancelReason::MassCancel
            | CancelReason::ReplacedToNothing
            | CancelReason::NotImmediate
            | CancelReason::SelfTrade
            | CancelReason::NoRoom
            | CancelReason::KillSwitch),
        ) => (OrderStatus::Canceled, Some(reason)),
    }
}
