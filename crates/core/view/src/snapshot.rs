//! All views as bytes, so that a restart need not fold the whole history again.
//!
//! | Offset | Bytes | Field |
//! |---|---|---|
//! | 0 | 1 | version: [`VERSION`] |
//! | 1 | 8 | seq of the last event absorbed |
//! | 9 | 4 + … | business dates, days since the Unix epoch; the last is in force |
//! | … | 4 | rules version |
//! | … | 1 | whether the kill switch of everything is engaged |
//! | … | 4 + … | instruments by number: absent (0) or present (1, then all of it but the number) |
//! | … | 4 + … | clearing shards, each a list of accounts with all that is theirs |
//!
//! Lists and maps are a 4-byte count and their elements; maps by ascending key. What can be
//! derived (an instrument's number, an account's) is not stored.

use std::collections::VecDeque;

use types::{AccountId, Date, InstrumentId, OrderId, Price, Qty, ShardId, Side};

use crate::account::{Account, AccountStatus};
use crate::candle::{Candle, Candles, DATES_KEPT};
use crate::canonical::{Canonical, Input, RestoreError, encode_all, encode_count};
use crate::depth::Depth;
use crate::instrument::{Instrument, TRADES_PER_INSTRUMENT, TradeRow};
use crate::order::{Kept, Order, OrderStatus, Orders};
use crate::payment::{Payment, PaymentStatus, Payments, Way};
use crate::performance::{Earned, Performance};
use crate::position::Position;
use crate::timeline::Timeline;
use crate::{BTreeMap, Views};

/// Version of the layout; any other is refused.
const VERSION: u8 = 9;

impl Views {
    /// Writes all views in their canonical encoding to the end of `out`.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        VERSION.encode(out);
        self.event_seq.encode(out);
        self.dates.encode(out);
        self.rules.encode(out);
        self.is_killed.encode(out);
        self.instruments.encode(out);
        self.accounts.encode(out);
    }

    /// Rebuilds the views from [`Views::snapshot`]'s bytes.
    ///
    /// # Errors
    /// [`RestoreError`] names the byte; any bytes are safe to try.
    pub fn restore(bytes: &[u8]) -> Result<Views, RestoreError> {
        let input = &mut Input::new(bytes);
        if u8::decode(input)? != VERSION {
            return input.fail("version 9 before here");
        }
        let mut views = Views {
            event_seq: Canonical::decode(input)?,
            dates: dates(input)?,
            rules: Canonical::decode(input)?,
            is_killed: Canonical::decode(input)?,
            instruments: Canonical::decode(input)?,
            symbols: BTreeMap::new(),
            accounts: Canonical::decode(input)?,
            pending: BTreeMap::new(),
        };
        input.finish()?;
        number(&mut views, input)?;
        views.note_pending();
        Ok(views)
    }
}

fn dates(input: &mut Input<'_>) -> Result<VecDeque<Date>, RestoreError> {
    let dates = VecDeque::<Date>::decode(input)?;
    let are_later = dates.iter().zip(dates.iter().skip(1)).all(|(one, next)| one < next);
    if !are_later || !(1..=DATES_KEPT).contains(&dates.len()) {
        return input.fail("1 to 1,000 ascending dates before here");
    }
    Ok(dates)
}

/// Gives back the numbers that stand for places.
fn number(views: &mut Views, input: &Input<'_>) -> Result<(), RestoreError> {
    for (index, instrument) in views.instruments.iter_mut().enumerate() {
        let Some(instrument) = instrument else { continue };
        instrument.id = InstrumentId(u32::try_from(index).expect("counts are 32 bits"));
        if views.symbols.insert(instrument.definition.symbol, instrument.id).is_some() {
            return input.fail("symbols that differ");
        }
    }
    if views.accounts.len() > 1 << 8 {
        return input.fail("at most 256 clearing shards");
    }
    for (shard, accounts) in (0..).zip(&mut views.accounts) {
        if accounts.len() > AccountId::LOCAL_MAX as usize {
            return input.fail("at most 2^24 - 1 accounts in a shard");
        }
        for (local, account) in (1..).zip(accounts) {
            account.id = AccountId::new(ShardId(shard), local);
        }
    }
    Ok(())
}

impl Canonical for Instrument {
    const BYTES_MIN: usize = 106;

    fn encode(&self, out: &mut Vec<u8>) {
        self.definition.encode(out);
        self.phase.encode(out);
        self.is_killed.encode(out);
        self.depth.encode(out);
        self.trades.encode(out);
        self.candles.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Instrument, RestoreError> {
        let mut instrument = Instrument::new(InstrumentId(0), Canonical::decode(input)?);
        instrument.phase = Canonical::decode(input)?;
        instrument.is_killed = Canonical::decode(input)?;
        instrument.depth = Canonical::decode(input)?;
        instrument.trades = Canonical::decode(input)?;
        if instrument.trades.len() > TRADES_PER_INSTRUMENT {
            return input.fail("at most 1,000 trades before here");
        }
        instrument.candles = Canonical::decode(input)?;
        Ok(instrument)
    }
}

impl Canonical for Depth {
    const BYTES_MIN: usize = 8;

    fn encode(&self, out: &mut Vec<u8>) {
        for side in [Side::Buy, Side::Sell] {
            let levels: Vec<(Price, Vec<(OrderId, Qty)>)> =
                self.all(side).map(|(price, orders)| (price, orders.collect())).collect();
            levels.encode(out);
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<Depth, RestoreError> {
        let mut depth = Depth::default();
        for side in [Side::Buy, Side::Sell] {
            let levels = Vec::<(Price, Vec<(OrderId, Qty)>)>::decode(input)?;
            let is_best_first = match side {
                Side::Buy => levels.is_sorted_by(|a, b| a.0 > b.0),
                Side::Sell => levels.is_sorted_by(|a, b| a.0 < b.0),
            };
            if !is_best_first || levels.iter().any(|(_, orders)| orders.is_empty()) {
                return input.fail("levels with orders, best first, before here");
            }
            for (price, orders) in levels {
                for (order, lots) in orders {
                    if !depth.restore(side, price, order, lots) {
                        return input.fail("orders that are in one level before here");
                    }
                }
            }
        }
        Ok(depth)
    }
}

impl Canonical for Candles {
    const BYTES_MIN: usize = 28;

    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.all_series().iter(), out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Candles, RestoreError> {
        let series = Canonical::decode(input)?;
        input.some(Candles::from_series(series), "candles in order before here")
    }
}

impl Canonical for Candle {
    const BYTES_MIN: usize = 80;

    fn encode(&self, out: &mut Vec<u8>) {
        self.number.encode(out);
        self.open.encode(out);
        self.high.encode(out);
        self.low.encode(out);
        self.close.encode(out);
        self.lots.encode(out);
        self.ticks_lots.encode(out);
        self.trades.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Candle, RestoreError> {
        Ok(Candle {
            number: Canonical::decode(input)?,
            open: Canonical::decode(input)?,
            high: Canonical::decode(input)?,
            low: Canonical::decode(input)?,
            close: Canonical::decode(input)?,
            lots: Canonical::decode(input)?,
            ticks_lots: Canonical::decode(input)?,
            trades: Canonical::decode(input)?,
        })
    }
}

impl Canonical for TradeRow {
    const BYTES_MIN: usize = 41;

    fn encode(&self, out: &mut Vec<u8>) {
        self.event_seq.encode(out);
        self.at.encode(out);
        self.trade.encode(out);
        self.price.encode(out);
        self.lots.encode(out);
        self.taker_side.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<TradeRow, RestoreError> {
        Ok(TradeRow {
            event_seq: Canonical::decode(input)?,
            at: Canonical::decode(input)?,
            trade: Canonical::decode(input)?,
            price: Canonical::decode(input)?,
            lots: Canonical::decode(input)?,
            taker_side: Canonical::decode(input)?,
        })
    }
}

fn payments(input: &mut Input<'_>) -> Result<Payments, RestoreError> {
    let kept = Canonical::decode(input)?;
    input.some(Payments::from_kept(kept), "at most 512 payments in order before here")
}

impl Canonical for Payment {
    const BYTES_MIN: usize = 59;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.id, self.client_request_id).encode(out);
        (self.seq, self.at).encode(out);
        (self.status, self.updated_at).encode(out);
        self.way.encode(out);
        self.amount.encode(out);
        self.cash.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Payment, RestoreError> {
        let (id, client_request_id) = Canonical::decode(input)?;
        let (seq, at) = Canonical::decode(input)?;
        let (status, updated_at) = Canonical::decode(input)?;
        let way = Canonical::decode(input)?;
        let (amount, cash) = Canonical::decode(input)?;
        Ok(Payment { id, client_request_id, status, seq, at, updated_at, way, amount, cash })
    }
}

impl Canonical for PaymentStatus {
    const BYTES_MIN: usize = 1;

    fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            PaymentStatus::Pending => 0u8.encode(out),
            PaymentStatus::Booked => 1u8.encode(out),
            PaymentStatus::Failed(reason) => (2u8, reason).encode(out),
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<PaymentStatus, RestoreError> {
        match u8::decode(input)? {
            0 => Ok(PaymentStatus::Pending),
            1 => Ok(PaymentStatus::Booked),
            2 => Canonical::decode(input).map(PaymentStatus::Failed),
            _ => input.fail("a payment status"),
        }
    }
}

impl Canonical for Way {
    const BYTES_MIN: usize = 1;

    fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Way::Deposit => 0u8.encode(out),
            Way::Withdrawal => 1u8.encode(out),
            Way::Sent(to) => (2u8, to).encode(out),
            Way::Received(from) => (3u8, from).encode(out),
            Way::Returned(to) => (4u8, to).encode(out),
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<Way, RestoreError> {
        match u8::decode(input)? {
            0 => Ok(Way::Deposit),
            1 => Ok(Way::Withdrawal),
            2 => Canonical::decode(input).map(Way::Sent),
            3 => Canonical::decode(input).map(Way::Received),
            4 => Canonical::decode(input).map(Way::Returned),
            _ => input.fail("the way of a payment"),
        }
    }
}

impl Canonical for Account {
    const BYTES_MIN: usize = 169;

    fn encode(&self, out: &mut Vec<u8>) {
        self.owner.encode(out);
        self.currency.encode(out);
        self.self_trade.encode(out);
        (self.status as u8).encode(out);
        self.is_killed.encode(out);
        self.cancel_at.encode(out);
        self.cash.encode(out);
        self.account_seq.encode(out);
        self.opened_at.encode(out);
        self.performance.encode(out);
        self.day.encode(out);
        self.positions.encode(out);
        self.orders.encode(out);
        self.payments.kept().encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Account, RestoreError> {
        Ok(Account {
            id: AccountId(0),
            owner: Canonical::decode(input)?,
            currency: Canonical::decode(input)?,
            self_trade: Canonical::decode(input)?,
            status: match u8::decode(input)? {
                0 => AccountStatus::Active,
                1 => AccountStatus::Suspended,
                2 => AccountStatus::Closed,
                _ => return input.fail("an account status"),
            },
            is_killed: Canonical::decode(input)?,
            cancel_at: Canonical::decode(input)?,
            cash: Canonical::decode(input)?,
            account_seq: Canonical::decode(input)?,
            opened_at: Canonical::decode(input)?,
            performance: Canonical::decode(input)?,
            day: Canonical::decode(input)?,
            positions: Canonical::decode(input)?,
            orders: Canonical::decode(input)?,
            payments: payments(input)?,
        })
    }
}

impl Canonical for Performance {
    const BYTES_MIN: usize = 52;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.paid_in, self.base).encode(out);
        (self.growth, self.ruins).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Performance, RestoreError> {
        let (paid_in, base) = Canonical::decode(input)?;
        let (growth, ruins) = Canonical::decode(input)?;
        Ok(Performance { paid_in, base, growth, ruins })
    }
}

impl Canonical for Earned {
    const BYTES_MIN: usize = 52;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.equity, self.profit).encode(out);
        (self.growth, self.ruins).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Earned, RestoreError> {
        let (equity, profit) = Canonical::decode(input)?;
        let (growth, ruins) = Canonical::decode(input)?;
        Ok(Earned { equity, profit, growth, ruins })
    }
}

impl Canonical for Position {
    const BYTES_MIN: usize = 64;

    fn encode(&self, out: &mut Vec<u8>) {
        (self.settled, self.held).encode(out);
        (self.cost, self.realised).encode(out);
        self.fees.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Position, RestoreError> {
        let (settled, held) = Canonical::decode(input)?;
        let (cost, realised) = Canonical::decode(input)?;
        Ok(Position { settled, held, cost, realised, fees: Canonical::decode(input)? })
    }
}

impl Canonical for Orders {
    const BYTES_MIN: usize = 12;

    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.open_kept(), out);
        encode_all(self.closed_kept(), out);
        encode_count(self.by_client().len(), out);
        for (client, id) in self.by_client() {
            client.encode(out);
            id.encode(out);
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<Orders, RestoreError> {
        let (open, closed) = Canonical::decode(input)?;
        let by_client = BTreeMap::<_, OrderId>::decode(input)?;
        let orders = Orders::from_parts(open, closed, by_client);
        input.some(orders, "orders that fit together before here")
    }
}

impl Canonical for Kept {
    const BYTES_MIN: usize = Order::BYTES_MIN + 22;

    fn encode(&self, out: &mut Vec<u8>) {
        self.order.encode(out);
        self.timeline.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Kept, RestoreError> {
        let order = Order::decode(input)?;
        let timeline = Timeline::decode(input, &order)?;
        Ok(Kept { order, timeline })
    }
}

impl Canonical for Order {
    const BYTES_MIN: usize = 117;

    fn encode(&self, out: &mut Vec<u8>) {
        self.id.encode(out);
        self.terms.encode(out);
        self.client_order_id.encode(out);
        self.original_client_order_id.encode(out);
        self.status.encode(out);
        self.cum.encode(out);
        self.leaves.encode(out);
        self.canceled.encode(out);
        self.ticks_lots.encode(out);
        self.cash.encode(out);
        self.fee.encode(out);
        self.accepted_seq.encode(out);
        self.accepted_at.encode(out);
        self.updated_seq.encode(out);
        self.updated_at.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Order, RestoreError> {
        let order = Order {
            id: Canonical::decode(input)?,
            terms: Canonical::decode(input)?,
            client_order_id: Canonical::decode(input)?,
            original_client_order_id: Canonical::decode(input)?,
            status: Canonical::decode(input)?,
            cum: Canonical::decode(input)?,
            leaves: Canonical::decode(input)?,
            canceled: Canonical::decode(input)?,
            ticks_lots: Canonical::decode(input)?,
            cash: Canonical::decode(input)?,
            fee: Canonical::decode(input)?,
            accepted_seq: Canonical::decode(input)?,
            accepted_at: Canonical::decode(input)?,
            updated_seq: Canonical::decode(input)?,
            updated_at: Canonical::decode(input)?,
        };
        if !order.adds_up() {
            return input.fail("an order whose lots add up before here");
        }
        Ok(order)
    }
}

impl Canonical for OrderStatus {
    const BYTES_MIN: usize = 1;

    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            OrderStatus::Waiting => 0u8.encode(out),
            OrderStatus::Open => 1u8.encode(out),
            OrderStatus::Filled => 2u8.encode(out),
            OrderStatus::Canceled(reason) => (3u8, *reason).encode(out),
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<OrderStatus, RestoreError> {
        match u8::decode(input)? {
            0 => Ok(OrderStatus::Waiting),
            1 => Ok(OrderStatus::Open),
            2 => Ok(OrderStatus::Filled),
            3 => Canonical::decode(input).map(OrderStatus::Canceled),
            _ => input.fail("an order status"),
        }
    }
}
