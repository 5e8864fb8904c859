//! The balances.

use types::{Amount, InstrumentId, prefetch};

use crate::entry::{Asset, Entry, House, Owner};

/// How many customers, instruments and currencies a ledger has lines for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Customers, numbered from 1.
    pub customers: u32,
    /// Instruments, numbered from 0.
    pub instruments: u32,
    /// Currencies, numbered from 0.
    pub currencies: usize,
}

/// What a customer has of one asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// All of it, in minor units or lots.
    pub settled: i64,
    /// The part set aside for open orders.
    pub held: i64,
}

impl Line {
    /// The part that may be spent.
    #[inline]
    pub fn free(self) -> i64 {
        self.settled - self.held
    }
}

/// Subscript of a customer's line for an instrument, looked up once for each order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position(usize);

/// Balances of every customer and of the house.
///
/// Positions are a matrix, customer by instrument: one multiplication finds a line, and the
/// system commits only the pages that were ever touched.
#[derive(Debug)]
pub struct Ledger {
    capacity: Capacity,
    /// `[settled, held]`, an array because only that is zeroed lazily.
    cash: Vec<[i64; 2]>,
    positions: Vec<[i64; 2]>,
    house_cash: Vec<[i64; House::ALL.len()]>,
    house_lots: Vec<[i64; House::ALL.len()]>,
}

impl Ledger {
    /// A ledger without a balance.
    pub fn new(capacity: Capacity) -> Ledger {
        let customers = capacity.customers as usize + 1;
        let instruments = capacity.instruments as usize;
        Ledger {
            capacity,
            cash: vec![[0; 2]; customers],
            positions: vec![[0; 2]; customers * instruments],
            house_cash: vec![[0; House::ALL.len()]; capacity.currencies],
            house_lots: vec![[0; House::ALL.len()]; instruments],
        }
    }

    /// The customer's cash.
    #[inline]
    pub fn cash(&self, customer: u32) -> Line {
        let [settled, held] = self.cash[customer as usize];
        Line { settled, held }
    }

    /// Where the customer's lots of an instrument are.
    #[inline]
    pub fn position(&self, customer: u32, instrument: InstrumentId) -> Position {
        debug_assert!(instrument.0 < self.capacity.instruments, "a known instrument");
        let width = self.capacity.instruments as usize;
        Position(customer as usize * width + instrument.0 as usize)
    }

    /// The lots there.
    #[inline]
    pub fn lots(&self, position: Position) -> Line {
        let [settled, held] = self.positions[position.0];
        Line { settled, held }
    }

    /// What the house has of an asset in one of its accounts.
    pub fn house(&self, asset: Asset, house: House) -> i64 {
        match asset {
            Asset::Cash(currency) => self.house_cash[usize::from(currency)][house as usize],
            Asset::Lots(instrument) => self.house_lots[instrument.0 as usize][house as usize],
        }
    }

    /// Applies a balanced entry.
    ///
    /// # Panics
    /// If it is not balanced.
    #[inline(always)]
    pub fn post(&mut self, entry: &Entry) {
        assert!(entry.is_balanced(), "an entry that creates or destroys");
        assert!(entry.value_date == entry.trade_date, "only T+0 is settled yet");
        for posting in entry.postings() {
            *self.line(posting.owner, posting.asset) += posting.amount;
        }
    }

    /// Sets the held part of a customer's cash for one order from `before` to `after`.
    ///
    /// # Panics
    /// If then not `0 <= held <= settled`: the caller has checked what is free.
    #[inline]
    pub fn rehold_cash(&mut self, customer: u32, before: Amount, after: Amount) {
        rehold(&mut self.cash[customer as usize], before.0, after.0);
    }

    /// Sets the held part of a customer's lots for one order from `before` to `after`.
    ///
    /// # Panics
    /// If then not `0 <= held <= settled`: the caller has checked what is free.
    #[inline]
    pub fn rehold_lots(&mut self, position: Position, before: i64, after: i64) {
        rehold(&mut self.positions[position.0], before, after);
    }

    /// Asks for the lines that an order of this customer in this instrument will touch.
    #[inline(always)]
    pub fn hint(&self, customer: u32, instrument: InstrumentId) {
        prefetch(&self.cash, customer as usize);
        let width = self.capacity.instruments as usize;
        prefetch(&self.positions, customer as usize * width + instrument.0 as usize);
    }

    /// What all lines of an asset add up to: zero.
    /// `customers` are those whose cash is in the currency.
    pub fn total(&self, asset: Asset, customers: impl Iterator<Item = u32>) -> i128 {
        let house = House::ALL.iter().map(|house| i128::from(self.house(asset, *house)));
        let held = customers.map(|customer| match asset {
            Asset::Cash(_) => i128::from(self.cash(customer).settled),
            Asset::Lots(instrument) => {
                i128::from(self.lots(self.position(customer, instrument)).settled)
            }
        });
        house.chain(held).sum()
    }

    /// Puts a balance back, as a snapshot has it.
    pub fn restore_cash(&mut self, customer: u32, line: Line) {
        self.cash[customer as usize] = [line.settled, line.held];
    }

    /// Puts a balance back, as a snapshot has it.
    pub fn restore_lots(&mut self, position: Position, line: Line) {
        self.positions[position.0] = [line.settled, line.held];
    }

    /// Puts a balance back, as a snapshot has it.
    pub fn restore_house(&mut self, asset: Asset, house: House, amount: i64) {
        *self.line(Owner::House(house), asset) = amount;
    }

    #[inline(always)]
    fn line(&mut self, owner: Owner, asset: Asset) -> &mut i64 {
        match (owner, asset) {
            (Owner::Customer(customer), Asset::Cash(_)) => &mut self.cash[customer as usize][0],
            (Owner::Customer(customer), Asset::Lots(instrument)) => {
                let position = self.position(customer, instrument);
                &mut self.positions[position.0][0]
            }
            (Owner::House(house), Asset::Cash(currency)) => {
                &mut self.house_cash[usize::from(currency)][house as usize]
            }
            (Owner::House(house), Asset::Lots(instrument)) => {
                &mut self.house_lots[instrument.0 as usize][house as usize]
            }
        }
    }
}

#[inline]
fn rehold(line: &mut [i64; 2], before: i64, after: i64) {
    line[1] += after - before;
    assert!(line[1] >= 0, "more is released than was held");
    assert!(line[1] <= line[0], "more is held than there is");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Reason;
    use types::Date;

    fn ledger() -> Ledger {
        Ledger::new(Capacity { customers: 4, instruments: 2, currencies: 1 })
    }

    #[test]
    fn every_asset_sums_to_zero() {
        let mut ledger = ledger();
        let cash = Asset::Cash(0);
        let lots = Asset::Lots(InstrumentId(1));
        let outside = Owner::House(House::Outside);
        let entry = Entry::new(Reason::Deposit, Date(1), 0);
        ledger.post(&entry.moving(cash, 500, outside, Owner::Customer(2)));
        let entry = Entry::new(Reason::Issue, Date(1), 0);
        ledger.post(&entry.moving(lots, 70, outside, Owner::Customer(3)));
        assert_eq!(ledger.total(cash, 1..=4), 0);
        assert_eq!(ledger.total(lots, 1..=4), 0);
        assert_eq!(ledger.house(cash, House::Outside), -500);
        assert_eq!(ledger.cash(2).free(), 500);
    }

    #[test]
    #[should_panic(expected = "creates or destroys")]
    fn an_entry_that_is_not_balanced_is_a_bug() {
        let entry = Entry::new(Reason::Deposit, Date(1), 0);
        ledger().post(&entry.with(Owner::Customer(1), Asset::Cash(0), 1));
    }

    #[test]
    #[should_panic(expected = "more is held")]
    fn holding_more_than_there_is_is_a_bug() {
        ledger().rehold_cash(1, Amount(0), Amount(1));
    }
}
