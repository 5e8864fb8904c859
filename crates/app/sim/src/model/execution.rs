//! Clearing hears what matching did, settles it and tells the owner. Section 7.

use types::{Amount, OrderId, Qty, Role, Side};
use venue::{Fact, Fill, OwnFill};

use super::state::{News, Told};
use super::{MILLION, Model, ceil, hold};

impl Model {
    /// Hears every report, in the order in which they were sent.
    pub(super) fn deliver(&mut self) {
        while let Some(told) = self.told.pop_front() {
            self.hear(told);
        }
    }

    fn hear(&mut self, told: Told) {
        let Told { order, account, news } = told;
        let fact = match news {
            News::Accepted { place, request } => {
                let terms = self.orders[self.order_index(order)].terms;
                Fact::Accepted { order, request, terms, place }
            }
            News::Filled(fill) => return self.settle(order, fill),
            News::Canceled { lots, reason, request } => {
                let closed = self.orders.remove(self.order_index(order));
                let (instrument, filled) = (closed.instrument(), Qty(closed.filled));
                assert_eq!(closed.open, lots, "all that clearing knows open is withdrawn");
                Fact::Canceled { order, instrument, lots: Qty(lots), filled, reason, request }
            }
            News::Decremented { lots } => {
                let index = self.order_index(order);
                self.orders[index].open -= lots;
                self.hold_again(index);
                let leaves = Qty(self.orders[index].open);
                Fact::Decremented { order, lots: Qty(lots), leaves }
            }
            News::Replaced(replacement) => {
                let index = self.order_index(order);
                self.orders[index].open = replacement.leaves;
                self.hold_again(index);
                let leaves = Qty(replacement.leaves);
                let (change, place) = (replacement.change, replacement.place);
                Fact::Replaced { order, request: replacement.request, change, leaves, place }
            }
            News::Triggered => Fact::Triggered { order },
            News::MassCanceled { orders, request } => Fact::MassCanceled { orders, request },
            News::TransferReceived { from, amount } => {
                return self.receive_transfer(account, from, amount);
            }
        };
        self.emit_account(account, fact);
    }

    /// Sets aside exactly what the open rest may cost.
    fn hold_again(&mut self, index: usize) {
        let order = &self.orders[index];
        let value = self.instruments[order.instrument().0 as usize].terms.tick_value;
        self.orders[index].held = match order.side() {
            Side::Buy => hold(order.limit, order.open, value, order.fees, order.spent())
                .expect("it only shrinks"),
            Side::Sell => i128::from(order.open),
        };
    }

    fn settle(&mut self, id: OrderId, fill: Fill) {
        let index = self.order_index(id);
        let order = &mut self.orders[index];
        let (instrument, side, account) = (order.instrument(), order.side(), order.account);
        let value = self.instruments[instrument.0 as usize].terms.tick_value;
        let numerator = u128::from(value.numerator());
        let divisor = u128::from(value.denominator());
        let rate = match fill.role {
            Role::Maker => order.fees.maker_ppm,
            Role::Taker => order.fees.taker_ppm,
        };
        let ticks_lots = u128::from(fill.price.ticks()) * u128::from(fill.lots.0);
        order.ticks_lots += ticks_lots;
        order.fee_units += ticks_lots * numerator * u128::from(rate);
        order.filled += fill.lots.0;
        order.open -= fill.lots.0;

        let notional = order.ticks_lots * numerator;
        let fees = ceil(order.fee_units, divisor * MILLION) as i128;
        let (cash_total, fee_total) = match side {
            Side::Buy => (ceil(notional, divisor) as i128, fees),
            Side::Sell => {
                // A fill's fee never takes more than the fill brings; the rest is caught up later.
                let received = (notional / divisor) as i128;
                (received, fees.min(order.fee + received - order.cash))
            }
        };
        let (cash, fee) = (cash_total - order.cash, fee_total - order.fee);
        (order.cash, order.fee) = (cash_total, fee_total);
        let (filled, ticks_lots_all) = (Qty(order.filled), order.ticks_lots);

        let floor = (ticks_lots * numerator / divisor) as i128;
        let lots = i128::from(fill.lots.0);
        let owner = self.account_index(account);
        let line = self.line(owner);
        let (sign, lines) = match side {
            Side::Buy => (-1, &mut self.lines[line]),
            Side::Sell => (1, &mut self.lines[line]),
        };
        self.accounts[owner].settled += sign * cash - fee;
        lines.clearing -= sign * floor;
        lines.rounding -= sign * (cash - floor);
        lines.fees += fee;
        self.accounts[owner].add_lots(instrument, -sign * lots);

        self.hold_again(index);
        if self.orders[index].open == 0 {
            self.orders.remove(index);
        }
        let position = self.position(owner, instrument);
        let own_fill = OwnFill {
            order: id,
            instrument,
            side,
            fill,
            filled,
            ticks_lots: ticks_lots_all,
            cash: Amount(cash as i64),
            fee: Amount(fee as i64),
            position,
        };
        self.emit_account(account, Fact::Filled(own_fill));
    }
}
