//! One balanced entry: what moved, between whom, why, and when it counts.

use types::{Date, InstrumentId};

/// What an amount is an amount of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asset {
    /// Minor units of a currency, by its subscript in genesis.
    Cash(u8),
    /// Lots of an instrument.
    Lots(InstrumentId),
}

/// Whose line of the ledger it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A customer, by the account's local number.
    Customer(u32),
    /// The house.
    House(House),
}

/// The house's own accounts, one of each for every asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum House {
    /// Between buyer and seller of a match.
    Clearing = 0,
    /// Fees earned.
    Fees = 1,
    /// What rounding leaves, never below zero over a whole venue.
    Rounding = 2,
    /// On its way between two accounts.
    InTransit = 3,
    /// The world outside: minus all that ever came in.
    Outside = 4,
}

impl House {
    /// All of them, in the order of their subscripts.
    pub const ALL: [House; 5] =
        [House::Clearing, House::Fees, House::Rounding, House::InTransit, House::Outside];
}

/// Why an entry was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// Money came from outside.
    Deposit = 0,
    /// Money went outside.
    Withdrawal = 1,
    /// Money went to another account, or came back.
    TransferOut = 2,
    /// Money came from another account.
    TransferIn = 3,
    /// Shares were created.
    Issue = 4,
    /// A match.
    Trade = 5,
}

/// One line: an amount added to what an owner has of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Whose line.
    pub owner: Owner,
    /// Of what.
    pub asset: Asset,
    /// How much is added; negative takes away.
    pub amount: i64,
}

/// A balanced entry; what caused it is the seq of the event that tells it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Why it was made.
    pub reason: Reason,
    /// The business date of the act.
    pub trade_date: Date,
    /// The business date from which it counts; today for T+0.
    pub value_date: Date,
    /// What it is about: a trade's or a payment's number, or zero.
    pub reference: u64,
    postings: [Posting; Entry::POSTINGS_MAX],
    count: usize,
}

impl Entry {
    /// Most lines that an entry can have.
    pub const POSTINGS_MAX: usize = 6;

    /// An entry of `date`, settled the same day, without lines yet.
    #[inline(always)]
    pub fn new(reason: Reason, date: Date, reference: u64) -> Entry {
        let none = Posting { owner: Owner::Customer(0), asset: Asset::Cash(0), amount: 0 };
        Entry {
            reason,
            trade_date: date,
            value_date: date,
            reference,
            postings: [none; Entry::POSTINGS_MAX],
            count: 0,
        }
    }

    /// The entry with `amount` taken from one owner and given to the other.
    #[inline]
    pub fn moving(self, asset: Asset, amount: i64, from: Owner, to: Owner) -> Entry {
        self.with(from, asset, -amount).with(to, asset, amount)
    }

    /// The entry with one more line.
    ///
    /// # Panics
    /// If it has [`Entry::POSTINGS_MAX`] already.
    #[inline(always)]
    pub fn with(mut self, owner: Owner, asset: Asset, amount: i64) -> Entry {
        self.postings[self.count] = Posting { owner, asset, amount };
        self.count += 1;
        self
    }

    /// Its lines.
    #[inline(always)]
    pub fn postings(&self) -> &[Posting] {
        &self.postings[..self.count]
    }

    /// Whether cash sums to zero and lots sum to zero: an entry moves at most one of each.
    #[inline(always)]
    pub fn is_balanced(&self) -> bool {
        let mut cash = 0i64;
        let mut lots = 0i64;
        for posting in self.postings() {
            match posting.asset {
                Asset::Cash(_) => cash += posting.amount,
                Asset::Lots(_) => lots += posting.amount,
            }
        }
        cash == 0 && lots == 0
    }
}
