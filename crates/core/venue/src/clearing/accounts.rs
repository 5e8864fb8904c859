//! Accounts, and the shares that are issued to them.

use ledger::{Asset, Entry, House, Owner, Reason};
use types::{
    AccountId, Amount, BALANCE_MAX, Currency, InstrumentId, PrincipalId, QTY_LOTS_MAX, Qty,
    SelfTrade,
};

use super::Clearing;
use crate::event::{Balance, Fact};
use crate::outcome::Done;
use crate::reject::Reject;
use crate::turn::Turn;

/// An account, without its balances.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) owner: PrincipalId,
    /// Events told to its owner.
    pub(super) events: u64,
    pub(super) open_orders: u32,
    /// The currency's subscript in genesis.
    pub(super) currency: u8,
    pub(super) self_trade: SelfTrade,
    pub(super) status: Status,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Status {
    /// Everything.
    Active = 0,
    /// Cancel, deposit and receive.
    Suspended = 1,
    /// Nothing, for good.
    Closed = 2,
}

impl Clearing {
    /// The local number of an account of this shard.
    ///
    /// # Errors
    /// [`Reject::UnknownAccount`] when it was never opened here.
    #[inline]
    pub(super) fn local(&self, account: AccountId) -> Result<u32, Reject> {
        let local = account.local();
        let known = local != 0 && local as usize <= self.accounts.len();
        if known && account.shard() == self.shard {
            return Ok(local);
        }
        Err(Reject::UnknownAccount { account })
    }

    #[inline]
    pub(super) fn account(&self, local: u32) -> &Account {
        &self.accounts[local as usize - 1]
    }

    #[inline]
    pub(super) fn account_mut(&mut self, local: u32) -> &mut Account {
        &mut self.accounts[local as usize - 1]
    }

    /// That the account was not closed.
    #[inline]
    pub(super) fn check_not_closed(&self, local: u32) -> Result<(), Reject> {
        match self.account(local).status {
            Status::Active | Status::Suspended => Ok(()),
            Status::Closed => {
                Err(Reject::AccountClosed { account: AccountId::new(self.shard, local) })
            }
        }
    }

    /// That the account may act.
    #[inline]
    pub(super) fn check_active(&self, local: u32) -> Result<(), Reject> {
        self.check_not_closed(local)?;
        if self.account(local).status == Status::Suspended {
            return Err(Reject::AccountSuspended { account: AccountId::new(self.shard, local) });
        }
        Ok(())
    }

    pub(super) fn open(
        &mut self,
        owner: PrincipalId,
        currency: Currency,
        self_trade: SelfTrade,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        let index = self.currency(currency).ok_or(Reject::UnknownCurrency { currency })?;
        let max = self.limits.accounts_max;
        if self.accounts.len() as u32 >= max {
            return Err(Reject::AccountsFull { max });
        }
        self.accounts.push(Account {
            owner,
            events: 0,
            open_orders: 0,
            currency: index,
            self_trade,
            status: Status::Active,
        });
        let local = self.accounts.len() as u32;
        self.tell(local, Fact::Opened { owner, currency, self_trade }, turn);
        Ok(Done::Account(AccountId::new(self.shard, local)))
    }

    pub(super) fn set_status(
        &mut self,
        local: u32,
        suspended: bool,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_not_closed(local)?;
        self.account_mut(local).status = if suspended { Status::Suspended } else { Status::Active };
        self.tell(local, Fact::StatusChanged { suspended }, turn);
        Ok(Done::Nothing)
    }

    pub(super) fn close(&mut self, local: u32, turn: &mut Turn<'_>) -> Result<Done, Reject> {
        self.check_not_closed(local)?;
        let orders = self.account(local).open_orders;
        if orders > 0 {
            return Err(Reject::AccountHasOrders { orders });
        }
        let payments = self.payments.pending_of(local);
        if payments > 0 {
            return Err(Reject::AccountHasPayments { payments });
        }
        let cash = Amount(self.ledger.cash(local).settled);
        if cash != Amount::ZERO {
            return Err(Reject::AccountHasCash { cash });
        }
        for id in 0..self.limits.instruments_max {
            let instrument = InstrumentId(id);
            let lots = self.ledger.lots(self.ledger.position(local, instrument)).settled;
            if lots != 0 {
                return Err(Reject::AccountHasShares { instrument, qty: Qty(lots as u64) });
            }
        }
        self.disarm(local, turn);
        self.account_mut(local).status = Status::Closed;
        self.tell(local, Fact::Closed, turn);
        Ok(Done::Nothing)
    }

    pub(super) fn issue(
        &mut self,
        local: u32,
        instrument: InstrumentId,
        qty: Qty,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_not_closed(local)?;
        let terms = self.terms(instrument)?;
        if qty.is_zero() {
            return Err(Reject::QtyZero);
        }
        if qty.lots() > QTY_LOTS_MAX {
            return Err(Reject::QtyTooLarge { qty, max: Qty(QTY_LOTS_MAX) });
        }
        terms.check_lot(qty)?;
        let asset = Asset::Lots(instrument);
        let issued = -self.ledger.house(asset, House::Outside);
        let max = Qty((self.outside_max() - issued) as u64);
        if qty > max {
            return Err(Reject::QtyTooLarge { qty, max });
        }
        let lots = qty.lots() as i64;
        let entry = Entry::new(Reason::Issue, self.date, 0);
        let (from, to) = (Owner::House(House::Outside), Owner::Customer(local));
        self.ledger.post(&entry.moving(asset, lots, from, to));
        let line = self.ledger.lots(self.ledger.position(local, instrument));
        let position = Balance { free: line.free(), held: line.held };
        self.tell(local, Fact::Issued { instrument, qty, position }, turn);
        Ok(Done::Nothing)
    }

    /// The most of an asset that may come into this shard from outside: the shards' shares of
    /// what one balance can be, so that no transfer and no trade can take an account beyond it.
    pub(super) fn outside_max(&self) -> i64 {
        BALANCE_MAX / i64::from(self.clearing_shards)
    }
}
