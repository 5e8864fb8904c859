//! What matching reports: settled to the last unit, and told to the owner.

use ledger::{Asset, Entry, House, Owner, Reason};
use types::planted::{self, Bug};
use types::{InstrumentId, OrderId, Qty, RequestId, Side};

use super::Clearing;
use super::open::{Row, Slot};
use crate::command::Change;
use crate::event::{Balance, Fact, OwnFill};
use crate::message::{CancelReason, Execution, Fill, Place, Report};
use crate::reject::Reject;
use crate::turn::Turn;

impl Clearing {
    /// Settles one report.
    #[inline(always)]
    pub(super) fn execution(&mut self, execution: &Execution, turn: &mut Turn<'_>) {
        let Execution { order, account, report } = execution;
        let local = account.local();
        match report {
            Report::Accepted { entry, place } => {
                let fact = Fact::Accepted {
                    order: *order,
                    request: entry.request,
                    terms: entry.terms,
                    place: *place,
                };
                self.tell(local, fact, turn);
            }
            Report::Filled(fill) => self.filled(self.open_order(*order), fill, turn),
            Report::Canceled { lots, reason, request } => {
                self.canceled(self.open_order(*order), *lots, *reason, request, turn);
            }
            Report::Refused { reject, request } => {
                self.entry_refused(self.open_order(*order), *reject, *request, turn);
            }
            Report::Replaced { change, leaves, place, request } => {
                self.replaced(self.open_order(*order), change, *leaves, *place, *request, turn);
            }
            Report::ChangeRefused { reject, request, was_replace } => {
                if *was_replace {
                    self.end_pending(*order);
                }
                if let Some(id) = request {
                    self.requests.amend(local, id, *order, *reject);
                }
                *turn.refused = Some(*reject);
                let fact = Fact::Refused { request: *request, order: *order, reject: *reject };
                self.tell(local, fact, turn);
            }
            Report::Decremented { lots } => self.decremented(self.open_order(*order), *lots, turn),
            Report::Triggered => self.tell(local, Fact::Triggered { order: *order }, turn),
            Report::MassCancelDone { orders, request } => {
                let fact = Fact::MassCanceled { orders: *orders, request: *request };
                self.tell(local, fact, turn);
            }
        }
    }

    /// The slot of an order that matching reports on.
    ///
    /// # Panics
    /// If it is not open: an order closes only on matching's final report.
    #[inline(always)]
    fn open_order(&self, order: OrderId) -> Slot {
        self.orders.find(order).expect("matching reports on open orders")
    }

    #[inline(always)]
    fn filled(&mut self, slot: Slot, fill: &Fill, turn: &mut Turn<'_>) {
        let row = *self.orders.row(slot);
        let terms = self.orders.terms_mut(slot);
        assert!(terms.leaves.lots() == fill.leaves.lots() + fill.lots.lots(), "no lot is lost");
        let costs = terms.costs;
        let settled = terms.charge.fill(row.side, fill.role, fill.price, fill.lots, &costs);
        terms.leaves = fill.leaves;
        terms.filled = Qty(terms.filled.lots() + fill.lots.lots());
        let (filled, ticks_lots) = (terms.filled, terms.charge.ticks_lots);

        let instrument = InstrumentId(u32::from(row.instrument));
        let (cash, fee, cleared) = (settled.cash.0, settled.fee.0, settled.cleared.0);
        let asset = Asset::Cash(self.account(row.account).currency);
        let shares = Asset::Lots(instrument);
        let lots = fill.lots.lots() as i64;
        let own = Owner::Customer(row.account);
        let clearing = Owner::House(House::Clearing);
        // A buyer's rounding is what is paid beyond what clears; a seller's what clears beyond
        // what is received.
        let (cash_in, shares_in, to_clearing) = match row.side {
            Side::Buy => (-cash, lots, cleared),
            Side::Sell => (cash, -lots, -cleared),
        };
        let entry = Entry::new(Reason::Trade, self.date, fill.trade.0)
            .with(own, asset, cash_in - fee)
            .with(clearing, asset, to_clearing)
            .with(Owner::House(House::Rounding), asset, -cash_in - to_clearing)
            .with(Owner::House(House::Fees), asset, fee)
            .with(own, shares, shares_in)
            .with(clearing, shares, -shares_in);
        self.ledger.post(&entry);
        self.rehold(slot, &row);

        let line = self.ledger.lots(self.ledger.position(row.account, instrument));
        let fact = Fact::Filled(OwnFill {
            order: row.order,
            instrument,
            side: row.side,
            fill: *fill,
            filled,
            ticks_lots,
            cash: settled.cash,
            fee: settled.fee,
            position: Balance { free: line.free(), held: line.held },
        });
        if fill.leaves.is_zero() {
            self.close_order(slot, &row);
        }
        self.tell(row.account, fact, turn);
    }

    #[inline(always)]
    fn canceled(
        &mut self,
        slot: Slot,
        lots: Qty,
        reason: CancelReason,
        request: &Option<RequestId>,
        turn: &mut Turn<'_>,
    ) {
        let row = *self.orders.row(slot);
        let terms = self.orders.terms(slot);
        assert!(terms.leaves == lots, "what is left is what is withdrawn");
        let filled = terms.filled;
        self.set_hold(&row, if planted::is(Bug::HoldReleasedTwice) { -row.held } else { 0 });
        self.close_order(slot, &row);
        let fact = Fact::Canceled {
            order: row.order,
            instrument: InstrumentId(u32::from(row.instrument)),
            lots,
            filled,
            reason,
            request: *request,
        };
        self.tell(row.account, fact, turn);
    }

    /// Ends an order that matching did not let in.
    fn entry_refused(
        &mut self,
        slot: Slot,
        reject: Reject,
        request: Option<RequestId>,
        turn: &mut Turn<'_>,
    ) {
        let row = *self.orders.row(slot);
        let placed_by = self.orders.terms(slot).request;
        self.set_hold(&row, 0);
        if placed_by != 0 {
            self.requests.refused(placed_by, reject);
        }
        self.close_order(slot, &row);
        *turn.refused = Some(reject);
        self.tell(row.account, Fact::Refused { request, order: row.order, reject }, turn);
    }

    fn replaced(
        &mut self,
        slot: Slot,
        change: &Change,
        leaves: Qty,
        place: Option<Place>,
        request: Option<RequestId>,
        turn: &mut Turn<'_>,
    ) {
        let terms = self.orders.terms_mut(slot);
        terms.leaves = leaves;
        if let Some(price) = change.price {
            terms.limit = price;
        }
        terms.pending = None;
        let row = *self.orders.row(slot);
        self.rehold(slot, &row);
        let fact = Fact::Replaced { order: row.order, request, change: *change, leaves, place };
        self.tell(row.account, fact, turn);
    }

    fn decremented(&mut self, slot: Slot, lots: Qty, turn: &mut Turn<'_>) {
        let row = *self.orders.row(slot);
        let terms = self.orders.terms_mut(slot);
        assert!(lots < terms.leaves, "an order that loses all its lots is cancelled");
        let leaves = Qty(terms.leaves.lots() - lots.lots());
        terms.leaves = leaves;
        self.rehold(slot, &row);
        self.tell(row.account, Fact::Decremented { order: row.order, lots, leaves }, turn);
    }

    /// Gives back what an unanswered replace held beyond the order's own hold.
    fn end_pending(&mut self, order: OrderId) {
        // A replace that crossed with the order's last fill finds it closed, its hold ended.
        if let Some(slot) = self.orders.find(order) {
            self.orders.terms_mut(slot).pending = None;
            let row = *self.orders.row(slot);
            self.rehold(slot, &row);
        }
    }

    /// Sets an order's hold to what it can still cost.
    #[inline(always)]
    fn rehold(&mut self, slot: Slot, row: &Row) {
        let after = self.orders.terms(slot).hold(row.side);
        self.set_hold(row, after);
        self.orders.row_mut(slot).held = after;
    }

    #[inline(always)]
    fn close_order(&mut self, slot: Slot, row: &Row) {
        if row.keeps_request {
            self.requests.forget(self.orders.terms(slot).request);
        }
        self.orders.remove(slot);
        self.account_mut(row.account).open_orders -= 1;
    }
}
