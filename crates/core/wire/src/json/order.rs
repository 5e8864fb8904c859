//! Orders: place, replace and mass cancel in, states out.

use serde::{Deserialize, Serialize};
use types::{
    AccountId, Amount, InstrumentId, NewOrder, OrderId, OrderType, Price, Qty, RequestId, Side,
    Symbol, TimeInForce, Timestamp,
};
use venue::{Action, Change, Reject};

use super::decimal::{Decimal, DecimalText};
use super::field::{self, FieldError, Quoted};
use super::names::{OrderTypeName, SideName, TimeInForceName};
use super::refusal::{RejectOut, Units};
use super::scale::Scale;
#[cfg(feature = "schema")]
use super::schema;
use super::time::{Rfc3339, parse_time};

/// Places an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// The client's own name for it; makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_order_id: Option<String>,
    /// What to trade.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: String,
    /// Buy or sell.
    pub side: SideName,
    /// Limit, market, stop or stop-limit.
    #[serde(rename = "type")]
    pub order_type: OrderTypeName,
    /// The whole quantity.
    pub qty: DecimalText,
    /// The limit price of a limit or stop-limit order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<DecimalText>,
    /// The trigger of a stop or stop-limit order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<DecimalText>,
    /// The worst price of a market or stop order; by default the band's edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collar: Option<DecimalText>,
    /// By default `ioc` for a market order and `day` for every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_in_force: Option<TimeInForceName>,
    /// When a `gtd` order expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Rfc3339>))]
    pub expire_at: Option<String>,
    /// Refused rather than take liquidity; by default false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_only: Option<bool>,
    /// For an iceberg, what the book shows at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_qty: Option<DecimalText>,
}

impl PlaceOrder {
    /// The symbol to look up for the next step.
    ///
    /// # Errors
    /// [`FieldError`] of `symbol`.
    pub fn symbol(&self) -> Result<Symbol, FieldError> {
        field::text("symbol", &self.symbol)
    }

    /// The order, given the symbol's scale.
    ///
    /// # Errors
    /// [`FieldError`] of the first field that cannot be converted, is missing, or has no meaning
    /// in this type of order.
    pub fn order(&self, scale: &Scale) -> Result<NewOrder, FieldError> {
        Ok(NewOrder {
            instrument: scale.instrument,
            side: self.side.into(),
            order_type: self.order_type(scale)?,
            qty: scale.parse_qty("qty", &self.qty)?,
            time_in_force: self.time_in_force()?,
            post_only: self.post_only.unwrap_or(false),
            display: optional_qty("display_qty", self.display_qty.as_ref(), scale)?,
        })
    }

    fn order_type(&self, scale: &Scale) -> Result<OrderType, FieldError> {
        let price = optional_price("price", self.price.as_ref(), scale)?;
        let stop_price = optional_price("stop_price", self.stop_price.as_ref(), scale)?;
        let collar = optional_price("collar", self.collar.as_ref(), scale)?;
        let (no_price, no_stop, no_collar) = (
            || absent("price", self.price.as_ref(), "none in a market or stop order: see collar"),
            || absent("stop_price", self.stop_price.as_ref(), "none in a limit or market order"),
            || absent("collar", self.collar.as_ref(), "none in an order with a price"),
        );
        match self.order_type {
            OrderTypeName::Limit => {
                no_stop()?;
                no_collar()?;
                Ok(OrderType::Limit { price: present("price", price)? })
            }
            OrderTypeName::Market => {
                no_price()?;
                no_stop()?;
                Ok(OrderType::Market { collar })
            }
            OrderTypeName::Stop => {
                no_price()?;
                Ok(OrderType::Stop { trigger: present("stop_price", stop_price)?, collar })
            }
            OrderTypeName::StopLimit => {
                no_collar()?;
                let trigger = present("stop_price", stop_price)?;
                Ok(OrderType::StopLimit { trigger, price: present("price", price)? })
            }
        }
    }

    fn time_in_force(&self) -> Result<TimeInForce, FieldError> {
        let default = match self.order_type {
            OrderTypeName::Market => TimeInForceName::Ioc,
            OrderTypeName::Limit | OrderTypeName::Stop | OrderTypeName::StopLimit => {
                TimeInForceName::Day
            }
        };
        let time_in_force = match self.time_in_force.unwrap_or(default) {
            TimeInForceName::Gtd => {
                let Some(expire_at) = &self.expire_at else {
                    return Err(FieldError::missing("expire_at", "the time a gtd order expires"));
                };
                return parse_time("expire_at", expire_at).map(TimeInForce::Gtd);
            }
            TimeInForceName::Day => TimeInForce::Day,
            TimeInForceName::Gtc => TimeInForce::Gtc,
            TimeInForceName::Ioc => TimeInForce::Ioc,
            TimeInForceName::Fok => TimeInForce::Fok,
        };
        match &self.expire_at {
            Some(at) => Err(FieldError::new("expire_at", at, "none unless time_in_force is gtd")),
            None => Ok(time_in_force),
        }
    }
}

fn present(field: &'static str, price: Option<Price>) -> Result<Price, FieldError> {
    price.ok_or_else(|| FieldError::missing(field, "a price: this type of order needs it"))
}

fn absent(
    field: &'static str,
    text: Option<&DecimalText>,
    expected: &'static str,
) -> Result<(), FieldError> {
    match text {
        Some(text) => Err(FieldError::new(field, &text.0, expected)),
        None => Ok(()),
    }
}

fn optional_price(
    field: &'static str,
    text: Option<&DecimalText>,
    scale: &Scale,
) -> Result<Option<Price>, FieldError> {
    text.map(|text| scale.parse_price(field, text)).transpose()
}

fn optional_qty(
    field: &'static str,
    text: Option<&DecimalText>,
    scale: &Scale,
) -> Result<Option<Qty>, FieldError> {
    text.map(|text| scale.parse_qty(field, text)).transpose()
}

/// Changes an order; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceOrder {
    /// The order's client order id from now on; makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_order_id: Option<String>,
    /// The new total quantity, what was filled included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<DecimalText>,
    /// The new limit price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<DecimalText>,
    /// The new trigger of a stop that still waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<DecimalText>,
}

impl ReplaceOrder {
    /// The change, given the scale of the order's instrument.
    ///
    /// # Errors
    /// [`FieldError`] of the first field that cannot be converted.
    pub fn change(&self, scale: &Scale) -> Result<Change, FieldError> {
        Ok(Change {
            qty: optional_qty("qty", self.qty.as_ref(), scale)?,
            price: optional_price("price", self.price.as_ref(), scale)?,
            trigger: optional_price("stop_price", self.stop_price.as_ref(), scale)?,
        })
    }
}

/// Cancels every open order of an account that fits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MassCancel {
    /// Makes a retry harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_request_id: Option<String>,
    /// Only of this instrument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::SymbolText>))]
    pub symbol: Option<String>,
    /// Only of this side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<SideName>,
}

impl MassCancel {
    /// The symbol to look up for the next step, where there is one.
    ///
    /// # Errors
    /// [`FieldError`] of `symbol`.
    pub fn symbol(&self) -> Result<Option<Symbol>, FieldError> {
        field::optional_text("symbol", self.symbol.as_deref())
    }

    /// The action, given the symbol's instrument.
    pub fn action(&self, account: AccountId, instrument: Option<InstrumentId>) -> Action {
        Action::MassCancel { account, instrument, side: self.side.map(Side::from) }
    }
}

/// An order as its owner wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TermsOut {
    /// What it trades.
    #[cfg_attr(feature = "schema", schema(value_type = schema::SymbolText))]
    pub symbol: Quoted<Symbol>,
    /// Buy or sell.
    pub side: SideName,
    /// Limit, market, stop or stop-limit.
    #[serde(rename = "type")]
    pub order_type: OrderTypeName,
    /// The whole quantity.
    pub qty: Decimal,
    /// Its limit price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// Its trigger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Decimal>,
    /// Its worst price, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collar: Option<Decimal>,
    /// How long it lives.
    pub time_in_force: TimeInForceName,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_at: Option<Rfc3339>,
    /// Whether it may only rest.
    pub post_only: bool,
    /// What the book shows at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_qty: Option<Decimal>,
}

impl TermsOut {
    /// Shows `terms`.
    pub fn new(terms: &NewOrder, scale: &Scale) -> TermsOut {
        let (order_type, price, stop_price, collar) = match terms.order_type {
            OrderType::Limit { price } => (OrderTypeName::Limit, Some(price), None, None),
            OrderType::Market { collar } => (OrderTypeName::Market, None, None, collar),
            OrderType::Stop { trigger, collar } => {
                (OrderTypeName::Stop, None, Some(trigger), collar)
            }
            OrderType::StopLimit { trigger, price } => {
                (OrderTypeName::StopLimit, Some(price), Some(trigger), None)
            }
        };
        let (time_in_force, expires) = match terms.time_in_force {
            TimeInForce::Day => (TimeInForceName::Day, None),
            TimeInForce::Gtc => (TimeInForceName::Gtc, None),
            TimeInForce::Gtd(expires) => (TimeInForceName::Gtd, Some(expires)),
            TimeInForce::Ioc => (TimeInForceName::Ioc, None),
            TimeInForce::Fok => (TimeInForceName::Fok, None),
        };
        TermsOut {
            symbol: Quoted(scale.symbol),
            side: terms.side.into(),
            order_type,
            qty: scale.qty(terms.qty),
            price: price.map(|price| scale.price(price)),
            stop_price: stop_price.map(|price| scale.price(price)),
            collar: collar.map(|price| scale.price(price)),
            time_in_force,
            expire_at: expires.map(Rfc3339),
            post_only: terms.post_only,
            display_qty: terms.display.map(|qty| scale.qty(qty)),
        }
    }
}

/// How far an order has come (FIX 39).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Sent to matching, which has not answered.
    Pending,
    /// A stop whose trigger was not reached.
    Waiting,
    /// In the book.
    Open,
    /// Nothing left.
    Filled,
    /// What was left is withdrawn.
    Canceled,
    /// Its time was up.
    Expired,
    /// It never was in.
    Rejected,
}

/// An order as the gateway knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderState {
    /// Its number.
    pub order: OrderId,
    /// Its client order id.
    pub request: Option<RequestId>,
    /// Whose it is.
    pub account: AccountId,
    /// Its terms now, replaces included.
    pub terms: NewOrder,
    /// How far it has come.
    pub status: OrderStatus,
    /// Lots filled.
    pub filled: Qty,
    /// Lots open.
    pub leaves: Qty,
    /// Sum of price x lots of its fills.
    pub ticks_lots: u128,
    /// Fees charged.
    pub fee: Amount,
    /// When it came in.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Why it is not in.
    pub reject: Option<Reject>,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderOut {
    /// Its number.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub order_id: Quoted<u64>,
    /// Its client order id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<schema::RequestName>))]
    pub client_order_id: Option<Quoted<RequestId>>,
    /// Whose it is.
    #[cfg_attr(feature = "schema", schema(value_type = schema::Id))]
    pub account_id: Quoted<u32>,
    /// Its terms now.
    #[serde(flatten)]
    pub terms: TermsOut,
    /// How far it has come.
    pub status: OrderStatus,
    /// Filled so far.
    pub cum_qty: Decimal,
    /// Still open.
    pub leaves_qty: Decimal,
    /// Sum of price x quantity of its fills, exactly: divided by `cum_qty` the average price.
    pub cum_value: Decimal,
    /// Fees charged.
    pub fee: Decimal,
    /// When it came in.
    pub created_at: Rfc3339,
    /// When it last changed.
    pub updated_at: Rfc3339,
    /// Why it is not in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject: Option<RejectOut>,
}

impl OrderOut {
    /// Shows `state`.
    pub fn new(state: &OrderState, scale: &Scale) -> OrderOut {
        OrderOut {
            order_id: Quoted(state.order.0),
            client_order_id: state.request.map(Quoted),
            account_id: Quoted(state.account.0),
            terms: TermsOut::new(&state.terms, scale),
            status: state.status,
            cum_qty: scale.qty(state.filled),
            leaves_qty: scale.qty(state.leaves),
            cum_value: scale.value(state.ticks_lots),
            fee: scale.money(state.fee),
            created_at: Rfc3339(state.created),
            updated_at: Rfc3339(state.updated),
            reject: state.reject.map(|reject| RejectOut::new(&reject, &Units::of(scale))),
        }
    }
}
