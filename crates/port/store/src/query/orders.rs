//! Orders, fills and what owners were told.

use types::{
    AccountId, Amount, InstrumentId, NewOrder, OrderId, OrderType, Price, Qty, RequestId, Role,
    Seq, Side, TimeInForce, Timestamp, TradeId,
};
use view::{Order, OrderStatus};
use wire::json::{
    CancelReasonName, OrderStatus as StatusName, OrderTypeName, RoleName, SideName, TimeInForceName,
};

use super::{Page, Range, Select, bounded};
use crate::error::StoreError;
use crate::history::History;
use crate::names::{member, named};
use crate::tables::Part;
use crate::value::{Row, Value};

const PART: Part = Part::MarketData;
const ORDERS: &str = "SELECT order_id, instrument_id, side, type, qty_lots, price_ticks,
     stop_ticks, collar_ticks, time_in_force, CAST(expire_at_ns AS TEXT), post_only, display_lots,
     client_order_id, original_client_order_id, status, cancel_reason, cum_lots, leaves_lots,
     canceled_lots, CAST(ticks_lots AS TEXT), cash_minor, fee_minor, accepted_seq, accepted_at_ns,
     updated_seq, updated_at_ns FROM orders";
const FILLS: &str = "SELECT event_seq, order_id, trade_id, instrument_id, side, role, price_ticks,
     lots, cum_lots, leaves_lots, cash_minor, fee_minor, at_ns FROM executions";

/// Which orders or fills of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this instrument.
    pub instrument: Option<InstrumentId>,
    /// Of this side.
    pub side: Option<Side>,
    /// Accepted or traded then.
    pub range: Range,
}

/// One order's share of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Its event.
    pub event_seq: Seq,
    /// Whose share.
    pub order: OrderId,
    /// Of which trade.
    pub trade: TradeId,
    /// What was traded.
    pub instrument: InstrumentId,
    /// Bought or sold.
    pub side: Side,
    /// Whether the order rested or came in.
    pub role: Role,
    /// The trade's price.
    pub price: Price,
    /// Its lots.
    pub lots: Qty,
    /// Lots filled in all.
    pub cum: Qty,
    /// Lots still open.
    pub leaves: Qty,
    /// Cash paid or received, before the fee.
    pub cash: Amount,
    /// The fee.
    pub fee: Amount,
    /// Engine time.
    pub at: Timestamp,
}

/// What an owner was told, as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its event.
    pub event_seq: Seq,
    /// The event as JSON.
    pub json: String,
}

impl History {
    /// Orders of an account, by number.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn orders(
        &self,
        account: AccountId,
        filter: Filter,
        page: Page,
    ) -> Result<Vec<Order>, StoreError> {
        let (first, end) = self.events_of(PART, filter.range).await?;
        let select = Select::new(ORDERS)
            .and("account_id =", account.0)
            .and_some("instrument_id =", filter.instrument.map(|it| it.0))
            .and_some("side =", filter.side.map(|side| named(SideName::from(side))))
            .and_some("accepted_seq >=", first)
            .and_some("accepted_seq <", end)
            .and_some("accepted_at_ns >=", filter.range.from.map(|at| at.0))
            .and_some("accepted_at_ns <", filter.range.to.map(|at| at.0));
        let rows = select.page("order_id", (None, None), page).ask(self, PART).await?;
        Ok(rows.iter().map(order).collect())
    }

    /// An order of an account.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn order(
        &self,
        account: AccountId,
        order_id: OrderId,
    ) -> Result<Option<Order>, StoreError> {
        let select = Select::new(ORDERS)
            .and("order_id =", bounded(order_id.0))
            .and("account_id =", account.0);
        let rows = select.end("ORDER BY order_id", 1).ask(self, PART).await?;
        Ok(rows.first().map(order))
    }

    /// Fills of an account, by event.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn fills(
        &self,
        account: AccountId,
        filter: Filter,
        page: Page,
    ) -> Result<Vec<Execution>, StoreError> {
        let events = self.events_of(PART, filter.range).await?;
        let select = Select::new(FILLS)
            .and("account_id =", account.0)
            .and_some("instrument_id =", filter.instrument.map(|it| it.0))
            .and_some("side =", filter.side.map(|side| named(SideName::from(side))))
            .and_some("at_ns >=", filter.range.from.map(|at| at.0))
            .and_some("at_ns <", filter.range.to.map(|at| at.0));
        let rows = select.page("event_seq", events, page).ask(self, PART).await?;
        Ok(rows.iter().map(execution).collect())
    }

    /// What happened to an order, after event `after`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn timeline(
        &self,
        order_id: OrderId,
        after: Seq,
        rows: usize,
    ) -> Result<Vec<Report>, StoreError> {
        let select = Select::new("SELECT event_seq, report FROM order_reports")
            .and("order_id =", bounded(order_id.0))
            .and("event_seq >", bounded(after));
        let rows = select.end("ORDER BY event_seq", rows).ask(self, PART).await?;
        let report = |row: &Row| Report { event_seq: row.seq(0), json: row.text(1).to_owned() };
        Ok(rows.iter().map(report).collect())
    }
}

fn order(row: &Row) -> Order {
    let price = |column: usize| row.some_seq(column).and_then(Price::new);
    let known = |column: usize| price(column).expect("its type has this price");
    let order_type = match member(&row.0[3]).expect("the name of a type") {
        OrderTypeName::Limit => OrderType::Limit { price: known(5) },
        OrderTypeName::Market => OrderType::Market { collar: price(7) },
        OrderTypeName::Stop => OrderType::Stop { trigger: known(6), collar: price(7) },
        OrderTypeName::StopLimit => OrderType::StopLimit { trigger: known(6), price: known(5) },
    };
    let time_in_force = match member(&row.0[8]).expect("the name of a time in force") {
        TimeInForceName::Day => TimeInForce::Day,
        TimeInForceName::Gtc => TimeInForce::Gtc,
        TimeInForceName::Gtd => {
            let expires = u64::try_from(row.0[9].wide()).expect("a time has 64 bits");
            TimeInForce::Gtd(Timestamp(expires))
        }
        TimeInForceName::Ioc => TimeInForce::Ioc,
        TimeInForceName::Fok => TimeInForce::Fok,
    };
    let client = |column: usize| row.some_text(column).and_then(RequestId::new);
    Order {
        id: OrderId(row.seq(0)),
        terms: NewOrder {
            instrument: InstrumentId(row.id(1)),
            side: side(&row.0[2]),
            order_type,
            qty: Qty(row.seq(4)),
            time_in_force,
            post_only: row.int(10) != 0,
            display: row.some_seq(11).map(Qty),
        },
        client_order_id: client(12),
        original_client_order_id: client(13),
        status: status(row),
        cum: Qty(row.seq(16)),
        leaves: Qty(row.seq(17)),
        canceled: Qty(row.seq(18)),
        ticks_lots: row.0[19].wide().unsigned_abs(),
        cash: Amount(row.int(20)),
        fee: Amount(row.int(21)),
        accepted_seq: row.seq(22),
        accepted_at: row.at(23),
        updated_seq: row.seq(24),
        updated_at: row.at(25),
    }
}

fn status(row: &Row) -> OrderStatus {
    match member(&row.0[14]).expect("the name of a status") {
        StatusName::Waiting => OrderStatus::Waiting,
        StatusName::Open => OrderStatus::Open,
        StatusName::Filled => OrderStatus::Filled,
        StatusName::Canceled => {
            let reason: CancelReasonName = member(&row.0[15]).expect("the name of a reason");
            OrderStatus::Canceled(reason.into())
        }
        name @ (StatusName::Pending | StatusName::Expired | StatusName::Rejected) => {
            unreachable!("no order is written as {name:?}")
        }
    }
}

pub(super) fn side(name: &Value) -> Side {
    member::<SideName>(name).expect("the name of a side").into()
}

fn execution(row: &Row) -> Execution {
    Execution {
        event_seq: row.seq(0),
        order: OrderId(row.seq(1)),
        trade: TradeId(row.seq(2)),
        instrument: InstrumentId(row.id(3)),
        side: side(&row.0[4]),
        role: member::<RoleName>(&row.0[5]).expect("the name of a role").into(),
        price: Price::new(row.seq(6)).expect("a trade has a price"),
        lots: Qty(row.seq(7)),
        cum: Qty(row.seq(8)),
        leaves: Qty(row.seq(9)),
        cash: Amount(row.int(10)),
        fee: Amount(row.int(11)),
        at: row.at(12),
    }
}
