//! Ledger entries, line by line, as the venue booked them.

use ledger::{Asset, House, Reason};
use types::{Side, TickValue};
use venue::OwnFill;
use view::Account;

use crate::clearing::cleared;
use crate::projection::Told;
use crate::rows::Rows;
use crate::tables::clearing as table;
use crate::value::Value;

/// The lines of one entry of one account; its cash is in the account's currency.
#[derive(Debug)]
pub(crate) struct Lines {
    reason: Reason,
    reference: u64,
    order: Option<u64>,
    lines: Vec<Line>,
}

/// One line: the account's own, or the house's.
#[derive(Debug)]
struct Line {
    house: Option<House>,
    asset: Asset,
    amount: i64,
}

impl Lines {
    pub(crate) fn new(reason: Reason, reference: u64) -> Lines {
        Lines { reason, reference, order: None, lines: Vec::new() }
    }

    /// Gives the account an amount, or with a minus takes it, and takes it from the house.
    pub(crate) fn moving(self, asset: Asset, amount: i64, house: House) -> Lines {
        self.with(None, asset, amount).with(Some(house), asset, -amount)
    }

    /// The entry of a fill: the venue's own, rebuilt from what its owner was told.
    pub(crate) fn of_fill(own: &OwnFill, tick_value: TickValue) -> Lines {
        let (cash, shares) = (Asset::Cash(0), Asset::Lots(own.instrument));
        let (lots, cleared) = (own.fill.lots.lots().cast_signed(), cleared(own, tick_value));
        let (cash_in, shares_in, to_clearing) = match own.side {
            Side::Buy => (-own.cash.0, lots, cleared),
            Side::Sell => (own.cash.0, -lots, -cleared),
        };
        let lines = Lines::new(Reason::Trade, own.fill.trade.0)
            .with(None, cash, cash_in - own.fee.0)
            .with(Some(House::Clearing), cash, to_clearing)
            .with(Some(House::Rounding), cash, -cash_in - to_clearing)
            .with(Some(House::Fees), cash, own.fee.0)
            .with(None, shares, shares_in)
            .with(Some(House::Clearing), shares, -shares_in);
        Lines { order: Some(own.order.0), ..lines }
    }

    /// A line of nothing is none.
    fn with(mut self, house: Option<House>, asset: Asset, amount: i64) -> Lines {
        if amount != 0 {
            self.lines.push(Line { house, asset, amount });
        }
        self
    }
}

/// Writes an entry of `account`, which has absorbed its event.
pub(crate) fn write(told: &Told<'_>, account: &Account, entry: &Lines, rows: &mut Rows) {
    let date = told.date.clone();
    for (number, line) in entry.lines.iter().enumerate() {
        let (currency, instrument) = match line.asset {
            Asset::Cash(_) => (Some(account.currency.to_string()), None),
            Asset::Lots(instrument) => (None, Some(instrument)),
        };
        let balance = match (line.house, instrument) {
            (Some(_), _) => None,
            (None, None) => Some(account.cash.free + account.cash.held),
            (None, Some(instrument)) => Some(account.positions[&instrument].settled),
        };
        let asset = currency.clone().unwrap_or_else(|| {
            instrument.map(|instrument| instrument.0.to_string()).expect("one of the two")
        });
        rows.put(
            table::TRIAL_BALANCE,
            vec![
                i64::from(account.id.shard().0).into(),
                asset.into(),
                line.house.map_or("customers", house).into(),
                line.amount.into(),
            ],
        );
        rows.put(
            table::ENTRIES,
            vec![
                told.stamped.seq.into(),
                Value::Int(number as i64),
                if line.house.is_none() { account.id.0.into() } else { Value::Null },
                line.house.map(house).into(),
                currency.into(),
                instrument.map(|instrument| instrument.0).into(),
                line.amount.into(),
                balance.into(),
                reason(entry.reason).into(),
                entry.reference.into(),
                entry.order.into(),
                told.stamped.cause.seq.into(),
                date.clone(),
                date.clone(),
                told.stamped.at.0.into(),
            ],
        );
    }
}

fn house(house: House) -> &'static str {
    match house {
        House::Clearing => "clearing",
        House::Fees => "fees",
        House::Rounding => "rounding",
        House::InTransit => "in_transit",
        House::Outside => "outside",
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Deposit => "deposit",
        Reason::Withdrawal => "withdrawal",
        Reason::TransferOut => "transfer_out",
        Reason::TransferIn => "transfer_in",
        Reason::Issue => "issue",
        Reason::Trade => "trade",
    }
}
