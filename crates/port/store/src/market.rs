//! What matching tells, and what orders came to, as rows.

use std::collections::{BTreeMap, BTreeSet};

use types::{
    AccountId, Currency, InstrumentId, NewOrder, OrderId, OrderType, Seq, Side, TimeInForce,
    Timestamp,
};
use venue::{AccountEvent, Event, Fact, Genesis, OwnFill, PublicEvent, Reject, Stamped, Trade};
use view::{Candle, Instrument, Interval, Order, OrderStatus, Views};
use wire::json::{
    CancelReasonName, OwnEventOut, PhaseName, PolicyName, RejectOut, Scale, Subject, Units, subject,
};

use crate::clearing::cleared;
use crate::names::{self, named};
use crate::projection::{EVERYBODY, Told};
use crate::rows::Rows;
use crate::tables::market as table;
use crate::value::Value;

/// What is not written yet, and what must be known of what is.
#[derive(Debug)]
pub(crate) struct Market {
    decimals: BTreeMap<Currency, u8>,
    /// Instruments with a new price or best level, by their last such event.
    prices: BTreeMap<InstrumentId, Seq>,
    /// Orders that changed and are still open, each with its account.
    orders: BTreeSet<(AccountId, OrderId)>,
}

impl Market {
    pub(crate) fn new(genesis: &Genesis) -> Market {
        let decimals = genesis.currencies.iter().map(|rule| (rule.code, rule.decimals)).collect();
        Market { decimals, prices: BTreeMap::new(), orders: BTreeSet::new() }
    }

    /// Writes the candles that close as time goes on to this event.
    pub(crate) fn before(
        &mut self,
        stamped: &Stamped<'_>,
        last: Timestamp,
        views: &Views,
        rows: &mut Rows,
    ) {
        let date = views.business_date();
        let next_date = match stamped.event {
            Event::Public(PublicEvent::DateChanged { date }) => *date,
            Event::Account(_) | Event::Public(_) | Event::Refused { .. } => date,
        };
        for interval in Interval::ALL {
            let number = interval.number(last, date);
            if number == interval.number(stamped.at, next_date) {
                continue;
            }
            for instrument in views.instruments() {
                let newest = instrument.candles.traded(interval).back();
                if let Some(candle) = newest.filter(|candle| candle.number == number) {
                    rows.put(table::CANDLES, candle_row(instrument, interval, candle));
                }
            }
        }
    }

    pub(crate) fn after(&mut self, told: &Told<'_>, rows: &mut Rows) {
        match told.stamped.event {
            Event::Account(event) => self.own(told, event, rows),
            Event::Public(event) => self.public(told, event, rows),
            Event::Refused { reject, .. } => refuse(told, EVERYBODY, reject, rows),
        }
    }

    fn own(&mut self, told: &Told<'_>, event: &AccountEvent, rows: &mut Rows) {
        let order = order_of(&event.fact);
        self.report(told, event, order, rows);
        match &event.fact {
            Fact::Refused { reject, .. } => {
                refuse(told, event.account.0, reject, rows);
                refuse(told, EVERYBODY, reject, rows);
                return;
            }
            Fact::Accepted { terms, .. } => {
                count(told, event.account, terms.instrument, &[1, 0, 0, 0, 0], rows);
            }
            Fact::Filled(own) => execute(told, event.account, own, rows),
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::Issued { .. }
            | Fact::Canceled { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Triggered { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => {}
        }
        if let Some(order) = order {
            self.note(told.views, event.account, order, rows);
        }
    }

    /// Notes an order that changed; one that closed is written, for it is soon forgotten.
    fn note(&mut self, views: &Views, account: AccountId, order: OrderId, rows: &mut Rows) {
        let order = views.order(account, order).expect("the newest orders are kept");
        if order.status.is_open() {
            self.orders.insert((account, order.id));
        } else {
            self.orders.remove(&(account, order.id));
            rows.put(table::ORDERS, order_row(account, order));
        }
    }

    /// Writes an event as its owner is told it.
    fn report(
        &self,
        told: &Told<'_>,
        event: &AccountEvent,
        order: Option<OrderId>,
        rows: &mut Rows,
    ) {
        let views = told.views;
        let account = views.account(event.account).expect("an event's account is there");
        let instrument = match subject(event) {
            Subject::Account => None,
            Subject::Instrument(instrument) => Some(instrument),
            Subject::Order(order) => account.orders.get(order).map(|order| order.terms.instrument),
        };
        let scale = instrument.and_then(|it| views.instrument(it)).map(|it| self.scale(it));
        let decimals = self.decimals[&account.currency];
        let own = OwnEventOut::new((*told.stamped).into(), event, decimals, scale.as_ref());
        let own = own.expect("what it is about is known");
        let report = serde_json::to_string(&own).expect("an event is JSON");
        rows.put(
            table::ORDER_REPORTS,
            vec![
                told.stamped.seq.into(),
                event.account.0.into(),
                event.account_seq.into(),
                order.map(|order| order.0).into(),
                report.into(),
            ],
        );
    }

    fn public(&mut self, told: &Told<'_>, event: &PublicEvent, rows: &mut Rows) {
        let seq = told.stamped.seq;
        match event {
            PublicEvent::Listed { instrument, .. }
            | PublicEvent::PhaseChanged { instrument, .. }
            | PublicEvent::BandChanged { instrument, .. }
            | PublicEvent::FeesChanged { instrument, .. } => {
                let listed = told.views.instrument(*instrument).expect("it is listed");
                rows.put(table::INSTRUMENTS, self.instrument_row(listed, seq));
            }
            PublicEvent::Book(change) => drop(self.prices.insert(change.instrument, seq)),
            PublicEvent::Trade(trade) => {
                self.prices.insert(trade.instrument, seq);
                traded(told, trade, rows);
            }
            PublicEvent::DateChanged { .. }
            | PublicEvent::RulesChanged { .. }
            | PublicEvent::KillSwitchSet { .. }
            | PublicEvent::KillSwitchDone { .. }
            | PublicEvent::TimeTold => {}
        }
    }

    /// Turns into rows what is noted.
    pub(crate) fn finish(&mut self, views: &Views, rows: &mut Rows) {
        for (account, order) in std::mem::take(&mut self.orders) {
            let order = views.order(account, order).expect("open orders are kept");
            rows.put(table::ORDERS, order_row(account, order));
        }
        for (instrument, seq) in std::mem::take(&mut self.prices) {
            let instrument = views.instrument(instrument).expect("what trades is listed");
            rows.put(table::PRICES, price_row(instrument, seq));
        }
    }

    fn scale(&self, instrument: &Instrument) -> Scale {
        let definition = &instrument.definition;
        Scale::new(instrument.id, definition, self.decimals[&definition.currency])
    }

    fn instrument_row(&self, instrument: &Instrument, seq: Seq) -> Vec<Value> {
        let it = &instrument.definition;
        vec![
            instrument.id.0.into(),
            it.symbol.to_string().into(),
            it.isin.map(|isin| isin.to_string()).into(),
            it.currency.to_string().into(),
            u32::from(it.price_decimals).into(),
            u32::from(it.qty_decimals).into(),
            u32::from(self.decimals[&it.currency]).into(),
            it.tick_step.into(),
            it.lot_step.into(),
            it.order_qty_max.lots().into(),
            it.tick_value.numerator().into(),
            it.tick_value.denominator().into(),
            it.price_limit.ticks().into(),
            it.band.low.ticks().into(),
            it.band.high.ticks().into(),
            it.fees.maker_ppm.into(),
            it.fees.taker_ppm.into(),
            named(PolicyName::from(it.policy)),
            named(PhaseName::from(instrument.phase)),
            seq.into(),
        ]
    }
}

/// The order that a fact is about, if it is one of its life.
fn order_of(fact: &Fact) -> Option<OrderId> {
    match fact {
        Fact::Accepted { order, .. }
        | Fact::Canceled { order, .. }
        | Fact::Decremented { order, .. }
        | Fact::Replaced { order, .. }
        | Fact::Triggered { order } => Some(*order),
        Fact::Filled(own) => Some(own.order),
        Fact::Refused { order, .. } => (order.0 != 0).then_some(*order),
        Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::Closed
        | Fact::Deposited { .. }
        | Fact::Withdrawn { .. }
        | Fact::PaymentRequested { .. }
        | Fact::PaymentFailed { .. }
        | Fact::TransferSent { .. }
        | Fact::TransferReceived { .. }
        | Fact::TransferReturned { .. }
        | Fact::Issued { .. }
        | Fact::KillSwitchSet { .. }
        | Fact::CancelAfterSet { .. }
        | Fact::MassCanceled { .. } => None,
    }
}

fn order_row(account: AccountId, order: &Order) -> Vec<Value> {
    let NewOrder { instrument, side, order_type, qty, time_in_force, post_only, display } =
        order.terms;
    let (type_name, price, stop, collar) = match order_type {
        OrderType::Limit { price } => ("limit", Some(price), None, None),
        OrderType::Market { collar } => ("market", None, None, collar),
        OrderType::Stop { trigger, collar } => ("stop", None, Some(trigger), collar),
        OrderType::StopLimit { trigger, price } => ("stop_limit", Some(price), Some(trigger), None),
    };
    let (force, expires) = match time_in_force {
        TimeInForce::Day => ("day", None),
        TimeInForce::Gtc => ("gtc", None),
        TimeInForce::Gtd(expires) => ("gtd", Some(expires)),
        TimeInForce::Ioc => ("ioc", None),
        TimeInForce::Fok => ("fok", None),
    };
    let (status, reason) = match order.status {
        OrderStatus::Waiting => ("waiting", None),
        OrderStatus::Open => ("open", None),
        OrderStatus::Filled => ("filled", None),
        OrderStatus::Canceled(reason) => ("canceled", Some(reason)),
    };
    vec![
        order.id.0.into(),
        account.0.into(),
        instrument.0.into(),
        names::side(side),
        type_name.into(),
        qty.lots().into(),
        price.map(|price| price.ticks()).into(),
        stop.map(|price| price.ticks()).into(),
        collar.map(|price| price.ticks()).into(),
        force.into(),
        expires.map(|at| u128::from(at.0)).into(),
        i64::from(post_only).into(),
        display.map(|qty| qty.lots()).into(),
        order.client_order_id.map(|it| it.to_string()).into(),
        order.original_client_order_id.map(|it| it.to_string()).into(),
        status.into(),
        reason.map_or(Value::Null, |reason| named(CancelReasonName::from(reason))),
        order.cum.lots().into(),
        order.leaves.lots().into(),
        order.canceled.lots().into(),
        order.ticks_lots.into(),
        order.cash.0.into(),
        order.fee.0.into(),
        order.accepted_seq.into(),
        order.accepted_at.0.into(),
        order.updated_seq.into(),
        order.updated_at.0.into(),
    ]
}

fn execute(told: &Told<'_>, account: AccountId, own: &OwnFill, rows: &mut Rows) {
    let fill = &own.fill;
    rows.put(
        table::EXECUTIONS,
        vec![
            told.stamped.seq.into(),
            account.0.into(),
            own.order.0.into(),
            fill.trade.0.into(),
            own.instrument.0.into(),
            names::side(own.side),
            names::role(fill.role),
            fill.price.ticks().into(),
            fill.lots.lots().into(),
            own.filled.lots().into(),
            fill.leaves.lots().into(),
            own.cash.0.into(),
            own.fee.0.into(),
            told.date.clone(),
            told.stamped.at.0.into(),
        ],
    );
    let lots = fill.lots.lots().cast_signed();
    count(told, account, own.instrument, &[0, 1, lots, own.cash.0, own.fee.0], rows);
    let both = AccountId(EVERYBODY);
    // The two sides of a trade pay their own fees; its lots and notional count once.
    let notional = match own.side {
        Side::Buy => {
            let listed = told.views.instrument(own.instrument).expect("what trades is listed");
            cleared(own, listed.definition.tick_value)
        }
        Side::Sell => 0,
    };
    count(told, both, own.instrument, &[0, 0, 0, notional, own.fee.0], rows);
}

/// Counts orders, fills, lots, notional and fees.
fn count(
    told: &Told<'_>,
    account: AccountId,
    instrument: InstrumentId,
    sums: &[i64; 5],
    rows: &mut Rows,
) {
    let mut row = vec![told.date.clone(), account.0.into(), instrument.0.into()];
    row.extend(sums.iter().map(|sum| Value::Int(*sum)));
    rows.put(table::ORDER_STATISTICS, row);
    if account.0 != EVERYBODY && sums[0] != 0 {
        count(told, AccountId(EVERYBODY), instrument, &[sums[0], 0, 0, 0, 0], rows);
    }
}

fn refuse(told: &Told<'_>, account: u32, reject: &Reject, rows: &mut Rows) {
    let code = RejectOut::new(reject, &Units::default()).code;
    let date = told.date.clone();
    rows.put(table::REFUSAL_STATISTICS, vec![date, account.into(), code.into(), 1i64.into()]);
}

fn traded(told: &Told<'_>, trade: &Trade, rows: &mut Rows) {
    rows.put(
        table::TRADES,
        vec![
            told.stamped.seq.into(),
            trade.instrument.0.into(),
            trade.trade.0.into(),
            trade.price.ticks().into(),
            trade.lots.lots().into(),
            names::side(trade.taker_side),
            trade.maker.0.into(),
            trade.taker.0.into(),
            told.date.clone(),
            told.stamped.at.0.into(),
        ],
    );
    let lots = trade.lots.lots().cast_signed();
    count(told, AccountId(EVERYBODY), trade.instrument, &[0, 1, lots, 0, 0], rows);
}

fn candle_row(instrument: &Instrument, interval: Interval, candle: &Candle) -> Vec<Value> {
    vec![
        instrument.id.0.into(),
        (interval.ns() / 1_000_000_000).into(),
        candle.number.into(),
        candle.open.ticks().into(),
        candle.high.ticks().into(),
        candle.low.ticks().into(),
        candle.close.ticks().into(),
        candle.lots.into(),
        candle.ticks_lots.into(),
        candle.trades.into(),
    ]
}

fn price_row(instrument: &Instrument, seq: Seq) -> Vec<Value> {
    let last = instrument.last_trade();
    let [bid, ask] = [Side::Buy, Side::Sell].map(|side| instrument.depth.levels(side).next());
    vec![
        instrument.id.0.into(),
        last.map(|trade| trade.price.ticks()).into(),
        last.map(|trade| trade.lots.lots()).into(),
        last.map(|trade| trade.at.0).into(),
        bid.map(|(price, _)| price.ticks()).into(),
        bid.map(|(_, level)| level.lots.lots()).into(),
        ask.map(|(price, _)| price.ticks()).into(),
        ask.map(|(_, level)| level.lots.lots()).into(),
        seq.into(),
    ]
}
