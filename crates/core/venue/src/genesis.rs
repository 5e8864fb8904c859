//! Record 0: what is fixed for a venue's whole life.

use types::{Currency, Date, PRICE_TICKS_MAX};

/// Newest rules version this code can apply.
pub const RULES_MAX: u32 = 1;
/// Currencies one venue can settle in.
pub const CURRENCIES_MAX: usize = 8;

/// Payments of one account that may wait for an operator at one time.
pub const PENDING_PAYMENTS_MAX: u32 = 32;

/// Everything that two venues must share to be the same function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// Names the venue; a journal of another venue is refused.
    pub venue: u128,
    /// The rules version in force from the first command on.
    pub rules: u32,
    /// Clearing shards, 1..=256.
    pub clearing_shards: u16,
    /// Matching shards, 1 or more.
    pub matching_shards: u16,
    /// Table capacities.
    pub limits: Limits,
    /// Currencies accounts can be opened in, 1..=[`CURRENCIES_MAX`].
    pub currencies: Vec<CurrencyRule>,
    /// The business date before the first command that moves it.
    pub business_date: Date,
    /// Keys of the request table's hash.
    pub hash_key: [u64; 2],
    /// For a fork, where it left its parent.
    pub parent: Option<Parent>,
}

/// A currency and how its minor unit relates to its major one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyRule {
    /// ISO 4217 code.
    pub code: Currency,
    /// Decimal places of the minor unit: 2 for USD, 0 for JPY.
    pub decimals: u8,
}

/// The point at which a fork left its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The parent's venue id.
    pub venue: u128,
    /// The last command seq shared with it.
    pub seq: u64,
    /// Its event hash there.
    pub event_hash: u64,
}

/// Capacities of one shard's tables. Full means an honest refusal at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Accounts of a clearing shard, 1..=2^24 - 1.
    pub accounts_max: u32,
    /// Instruments of the whole venue; `accounts_max × instruments_max` is at most 2^32.
    pub instruments_max: u32,
    /// Orders open at one time in a clearing shard, and in a matching shard.
    pub orders_max: u32,
    /// Orders open at one time of one account.
    pub orders_per_account_max: u32,
    /// Requests remembered of each account, beyond those of its open orders (DESIGN section 4).
    pub requests_remembered: u32,
    /// Pages of 64 price levels in a matching shard.
    pub level_pages_max: u32,
    /// Events that one step may emit before it yields, and messages that it may send: as many as
    /// there are shards of a kind, at least.
    pub step_events_max: u32,
}

/// What a venue without room asks for.
const BASE_BYTES: u64 = 10 << 20;
/// What a venue asks for at once for each of these, rounded up; a test measures it.
const ORDER_BYTES: u64 = 1_280;
const LEVEL_PAGE_BYTES: u64 = 4_160;
const ACCOUNT_BYTES: u64 = 56;
const INSTRUMENT_BYTES: u64 = 600;
const CELL_BYTES: u64 = 16;
const STEP_EVENT_BYTES: u64 = 400;

impl Limits {
    /// Bytes that a venue asks for at once, by the field that makes it ask. Of these it touches
    /// about half before its first command.
    pub fn memory(&self) -> [(&'static str, u64); 6] {
        let [accounts, instruments] = [self.accounts_max, self.instruments_max].map(u64::from);
        [
            ("orders_max", u64::from(self.orders_max) * ORDER_BYTES),
            ("level_pages_max", u64::from(self.level_pages_max) * LEVEL_PAGE_BYTES),
            ("accounts_max x instruments_max", accounts * instruments * CELL_BYTES),
            ("accounts_max", accounts * ACCOUNT_BYTES),
            ("instruments_max", instruments * INSTRUMENT_BYTES),
            ("step_events_max", u64::from(self.step_events_max) * STEP_EVENT_BYTES + BASE_BYTES),
        ]
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            accounts_max: 16_384,
            instruments_max: 256,
            orders_max: 1 << 20,
            orders_per_account_max: 10_000,
            requests_remembered: 8_192,
            level_pages_max: 1 << 16,
            step_events_max: 4_096,
        }
    }
}

/// Why a genesis cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadGenesis {
    /// The field at fault.
    pub field: &'static str,
    /// Its value.
    pub value: u64,
    /// The least that would pass.
    pub min: u64,
    /// The most that would pass.
    pub max: u64,
}

impl Genesis {
    /// Checks every field against its range.
    ///
    /// # Errors
    /// [`BadGenesis`] names the first field outside its range.
    pub fn check(&self) -> Result<(), BadGenesis> {
        let limits = &self.limits;
        let slots = 64 * (1 + u64::from(limits.level_pages_max)) + u64::from(limits.orders_max);
        let requests = (u64::from(limits.accounts_max) + 1) * u64::from(limits.requests_remembered)
            + u64::from(limits.orders_max);
        // In one step a definition goes to all clearing shards, a mass cancel to all matching ones.
        let peers = u64::from(self.clearing_shards.max(self.matching_shards));
        let cells = u64::from(limits.accounts_max) * u64::from(limits.instruments_max);
        let ranges = [
            ("rules", u64::from(self.rules), 1, u64::from(RULES_MAX)),
            ("clearing_shards", u64::from(self.clearing_shards), 1, 256),
            ("matching_shards", u64::from(self.matching_shards), 1, 256),
            ("currencies", self.currencies.len() as u64, 1, CURRENCIES_MAX as u64),
            ("accounts_max", u64::from(limits.accounts_max), 1, (1 << 24) - 1),
            ("instruments_max", u64::from(limits.instruments_max), 1, 1 << 16),
            ("accounts_max x instruments_max", cells, 1, 1 << 32),
            ("orders_max", u64::from(limits.orders_max), 1, (1 << 26) - 1),
            ("orders_per_account_max", u64::from(limits.orders_per_account_max), 1, 1 << 28),
            ("requests_remembered", u64::from(limits.requests_remembered), 1, 1 << 20),
            ("level_pages_max", u64::from(limits.level_pages_max), 1, PRICE_TICKS_MAX >> 6),
            ("64 x level_pages_max + orders_max", slots, 1, (1 << 30) - 128),
            ("accounts_max x requests_remembered + orders_max", requests, 1, (1 << 32) - 2),
            ("step_events_max", u64::from(limits.step_events_max), peers.max(16), 1 << 20),
        ];
        for (field, value, min, max) in ranges {
            if value < min || value > max {
                return Err(BadGenesis { field, value, min, max });
            }
        }
        Ok(())
    }

    /// The subscript of `code` among the venue's currencies.
    pub fn currency(&self, code: Currency) -> Option<usize> {
        self.currencies.iter().position(|rule| rule.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_may_send_a_message_to_each_shard_of_a_kind() {
        let genesis = |clearing_shards, matching_shards, step_events_max| Genesis {
            venue: 1,
            rules: 1,
            clearing_shards,
            matching_shards,
            limits: Limits { step_events_max, ..Limits::default() },
            currencies: vec![CurrencyRule {
                code: Currency::new("BRL").expect("a currency"),
                decimals: 2,
            }],
            business_date: Date(0),
            hash_key: [0; 2],
            parent: None,
        };
        let too_few =
            |value, min| Err(BadGenesis { field: "step_events_max", value, min, max: 1 << 20 });
        assert_eq!(genesis(1, 1, 15).check(), too_few(15, 16));
        assert_eq!(genesis(1, 1, 16).check(), Ok(()));
        for (clearing, matching) in [(40, 1), (1, 40)] {
            assert_eq!(genesis(clearing, matching, 39).check(), too_few(39, 40));
            assert_eq!(genesis(clearing, matching, 40).check(), Ok(()));
        }
    }
}
