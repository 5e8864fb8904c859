//! What placing an order would do now, with nothing changed.
//!
//! **Invariant:** a preview goes through the very checks of clearing and matching that placing goes
//! through, and walks the real book: placed next, the order meets the same refusal, or the same
//! fills at the same fee. It deliberately tells nothing of what else an order may set off: fills of
//! the account's other orders, and stops that its trades trigger.

use ledger::Charge;
use types::{AccountId, Amount, NewOrder, Price, Qty, Role, Seq, Side, Timestamp};

use crate::clearing::Rehearsal;
use crate::event::Balance;
use crate::reject::Reject;
use crate::venue::Venue;

/// Trades at once that a preview goes through: it must not keep the engine for long.
pub const PREVIEW_FILLS_MAX: usize = 10_000;

/// A question: what would become of this order?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Whose it would be.
    pub account: AccountId,
    /// What it would ask for.
    pub order: NewOrder,
}

/// The answer, and the last command that it knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The last command before it.
    pub seq: Seq,
    /// What would happen.
    pub fate: Fate,
}

/// What would become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It would be accepted.
    Accepted(Preview),
    /// It would be refused.
    Refused(Reject),
    /// It would make more than [`PREVIEW_FILLS_MAX`] trades at once.
    TooManyFills,
}

/// What an accepted order would do at once.
///
/// **Invariant:** `filled + rests + waits + canceled`, in lots, is what the order asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Lots that would trade.
    pub filled: Qty,
    /// Sum of price × lots of those: divided by `filled`, the exact average price in ticks.
    pub ticks_lots: u128,
    /// The worst price among them.
    pub worst: Option<Price>,
    /// Cash that would be paid (buy) or received (sell), before fees.
    pub cash: Amount,
    /// Fees of those trades.
    pub fee: Amount,
    /// Lots that would go into the book.
    pub rests: Qty,
    /// Lots that would wait for their trigger.
    pub waits: Qty,
    /// Lots that would be cancelled or, to prevent a self-trade, taken away.
    pub canceled: Qty,
    /// The account's cash after the order and its own trades.
    pub cash_after: Balance,
}

impl Venue {
    /// Tells what placing an order would do at `at`, engine time or later. What has expired by then
    /// counts as open until a command expires it.
    ///
    /// # Panics
    /// If work of the command before is left.
    pub fn preview(&self, at: Timestamp, proposal: &Proposal) -> Fate {
        assert!(!self.is_busy(), "work of the command before is done first");
        let Proposal { account, ref order } = *proposal;
        let now = self.now().max(at);
        let rehearsal = match self.clearing().rehearse(account, order, now) {
            Ok(rehearsal) => rehearsal,
            Err(reject) => return Fate::Refused(reject),
        };
        let Rehearsal { entry, costs, cash } = rehearsal;
        let (mut charge, mut filled, mut worst) = (Charge::default(), Qty::ZERO, None);
        let on = &mut |price: Price, lots: Qty| {
            charge.fill(order.side, Role::Taker, price, lots, &costs);
            filled = Qty(filled.lots() + lots.lots());
            worst = Some(price);
        };
        let left = match self.matching().rehearse(&entry, now, PREVIEW_FILLS_MAX, on) {
            Ok(Some(left)) => left,
            Ok(None) => return Fate::TooManyFills,
            Err(reject) => return Fate::Refused(reject),
        };
        let (moved, held) = match order.side {
            Side::Buy => {
                let open = Qty(left.rests.lots() + left.waits.lots());
                let held = charge.hold(entry.limit, open, &costs);
                (-charge.cash, held.expect("the whole order can be held").0)
            }
            Side::Sell => (charge.cash, 0),
        };
        let held = cash.held + held;
        let free = cash.settled + moved - charge.fee - held;
        Fate::Accepted(Preview {
            filled,
            ticks_lots: charge.ticks_lots,
            worst,
            cash: Amount(charge.cash),
            fee: Amount(charge.fee),
            rests: left.rests,
            waits: left.waits,
            canceled: left.canceled,
            cash_after: Balance { free, held },
        })
    }
}
