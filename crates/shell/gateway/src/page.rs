//! Pages: how many rows, and where the next page begins.
//!
//! **Invariant:** every list goes by a key that no row ever changes, newest first but for what is
//! read as a story: an order's life and a day's lines. So what is added while a client pages comes
//! before its place or at the end, what closes stays in its place, and no row is shown twice or
//! left out.

use crate::query::PageSize;

pub(crate) const ACCOUNTS: PageSize = PageSize { default: 100, max: 500 };
pub(crate) const USERS: PageSize = PageSize { default: 100, max: 500 };
pub(crate) const ORDERS: PageSize = PageSize { default: 100, max: 500 };
pub(crate) const PAYMENTS: PageSize = PageSize { default: 100, max: view::PAYMENTS_PER_ACCOUNT };
pub(crate) const TRADES: PageSize = PageSize { default: 100, max: view::TRADES_PER_INSTRUMENT };
pub(crate) const DEPTH_LEVELS: PageSize = PageSize { default: 20, max: 1_000 };
pub(crate) const QUEUE_LEVELS: PageSize = PageSize { default: 10, max: 50 };
pub(crate) const CANDLES: PageSize = PageSize { default: 100, max: 1_000 };
pub(crate) const HISTORY: PageSize = PageSize { default: 100, max: 1_000 };
pub(crate) const LEADERS: PageSize = PageSize { default: 100, max: 500 };
pub(crate) const CURSOR_EXPECTED: &str = "a next_cursor of this list";

/// Hex digits of a cursor: which list, of whom, the last row's key, check digits.
const CURSOR_DIGITS: usize = 2 + 8 + 16 + 8;

/// A list that pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum List {
    Accounts = 1,
    Orders = 2,
    Trades = 3,
    Users = 4,
    Payments = 5,
    PendingPayments = 6,
    PastOrders = 7,
    PastFills = 8,
    PastPayments = 9,
    PastEntries = 10,
    PastTrades = 11,
    PastEvents = 12,
    Statement = 13,
    DayStatement = 14,
}

/// Where a page ended: the key of its last row, behind which the next page begins.
///
/// Opaque to clients, and refused when it is not one that this list, of this owner, gave out: it
/// grants nothing, so its check digits guard against mistakes only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub list: List,
    /// Whose list it is; zero where there is one for everybody.
    pub of: u32,
    /// The last row's key.
    pub last: u64,
}

impl Cursor {
    pub(crate) fn write(self) -> String {
        let body = format!("{:02x}{:08x}{:016x}", self.list as u8, self.of, self.last);
        format!("{body}{:08x}", check_digits(&body))
    }

    /// The key in a cursor of the list `list` of `of`.
    pub(crate) fn read(list: List, of: u32, text: &str) -> Option<u64> {
        if text.len() != CURSOR_DIGITS || !text.is_ascii() {
            return None;
        }
        let last = u64::from_str_radix(&text[10..26], 16).ok()?;
        // Each cursor has one spelling.
        (Cursor { list, of, last }.write() == text).then_some(last)
    }
}

/// Takes a page's rows off the front of a list, with the key of the last one if more follow.
pub(crate) fn page<T>(
    rows: impl Iterator<Item = T>,
    rows_max: usize,
    key: impl Fn(&T) -> u64,
) -> (Vec<T>, Option<u64>) {
    let mut found: Vec<T> = rows.take(rows_max + 1).collect();
    let has_more = found.len() > rows_max;
    found.truncate(rows_max);
    let last = found.last().filter(|_| has_more).map(key);
    (found, last)
}

/// FNV-1a, 32 bits.
fn check_digits(text: &str) -> u32 {
    text.bytes()
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
