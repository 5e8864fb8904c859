//! Cursors: opaque to clients, checked when they come back.

use types::{AccountId, OrderId};

use crate::query::PageSize;

pub(crate) const ACCOUNTS: PageSize = PageSize { default: 100, max: 500 };
pub(crate) const ORDERS: PageSize = PageSize { default: 100, max: 500 };
pub(crate) const TRADES: PageSize = PageSize { default: 100, max: view::TRADES_PER_INSTRUMENT };
pub(crate) const DEPTH_LEVELS: PageSize = PageSize { default: 20, max: 1_000 };
pub(crate) const CURSOR_EXPECTED: &str = "a next_cursor of this list";

/// Where a list of orders goes on: open orders come first, then closed ones, each newest first.
///
/// An order that closes between two pages may come twice; none is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrdersAfter {
    /// Below this open order.
    Open(OrderId),
    /// Below this closed order.
    Closed(OrderId),
}

impl OrdersAfter {
    pub(crate) const START: OrdersAfter = OrdersAfter::Open(OrderId(u64::MAX));

    pub(crate) fn read(text: &str) -> Option<OrdersAfter> {
        match text.split_at_checked(1)? {
            ("o", id) => Some(OrdersAfter::Open(OrderId(number(id)?))),
            ("c", id) => Some(OrdersAfter::Closed(OrderId(number(id)?))),
            _ => None,
        }
    }

    pub(crate) fn write(self) -> String {
        match self {
            OrdersAfter::Open(id) => format!("o{}", id.0),
            OrdersAfter::Closed(id) => format!("c{}", id.0),
        }
    }
}

/// Reads a cursor of the list of accounts: the last one shown.
pub(crate) fn accounts_after(text: &str) -> Option<AccountId> {
    number(text).and_then(|id| u32::try_from(id).ok()).map(AccountId)
}

/// Digits as they are written, so that each cursor has one spelling.
fn number(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number.to_string() == text).then_some(number)
}
