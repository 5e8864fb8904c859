//! Accounts and the money that comes, goes and moves between them.

use ledger::{Asset, Entry, House, Owner, Reason};
use types::{
    AMOUNT_MAX, AccountId, Amount, BALANCE_MAX, Currency, InstrumentId, PrincipalId, QTY_LOTS_MAX,
    Qty, SelfTrade,
};

use super::Clearing;
use crate::event::{Balance, Fact};
use crate::message::{Message, Shard, Transfer};
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

const OUTSIDE: Owner = Owner::House(House::Outside);
const IN_TRANSIT: Owner = Owner::House(House::InTransit);

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

    pub(super) fn deposit(
        &mut self,
        local: u32,
        amount: Amount,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_not_closed(local)?;
        check_amount(amount)?;
        let asset = Asset::Cash(self.account(local).currency);
        // All cash here is at most minus what is outside, so no single balance can pass it.
        let balance = Amount(amount.0 - self.ledger.house(asset, House::Outside));
        let max = Amount(self.outside_max());
        if balance > max {
            return Err(Reject::BalanceTooLarge { balance, max });
        }
        self.post(Reason::Deposit, asset, amount.0, OUTSIDE, Owner::Customer(local));
        self.tell(local, Fact::Deposited { amount }, turn);
        Ok(Done::Nothing)
    }

    pub(super) fn withdraw(
        &mut self,
        local: u32,
        amount: Amount,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_active(local)?;
        check_amount(amount)?;
        self.check_free(local, amount)?;
        let asset = Asset::Cash(self.account(local).currency);
        self.post(Reason::Withdrawal, asset, amount.0, Owner::Customer(local), OUTSIDE);
        self.tell(local, Fact::Withdrawn { amount }, turn);
        Ok(Done::Nothing)
    }

    pub(super) fn transfer(
        &mut self,
        local: u32,
        to: AccountId,
        amount: Amount,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_active(local)?;
        check_amount(amount)?;
        let from = AccountId::new(self.shard, local);
        if to == from {
            return Err(Reject::TransferToSelf { account: to });
        }
        let currency = self.account(local).currency;
        if to.shard() == self.shard {
            self.check_receiver(to, currency, from)?;
        } else if to.shard().0 >= self.clearing_shards {
            return Err(Reject::UnknownAccount { account: to });
        }
        self.check_free(local, amount)?;
        let asset = Asset::Cash(currency);
        self.post(Reason::TransferOut, asset, amount.0, Owner::Customer(local), IN_TRANSIT);
        self.tell(local, Fact::TransferSent { to, amount }, turn);
        let transfer = Transfer { from, to, amount, currency };
        turn.send(Shard::Clearing(to.shard()), Message::Transfer(transfer));
        Ok(Done::Nothing)
    }

    /// Credits a transfer, or sends it back.
    pub(super) fn receive(&mut self, transfer: &Transfer, turn: &mut Turn<'_>) {
        let Transfer { from, to, amount, currency } = *transfer;
        let local = match self.check_receiver(to, currency, from) {
            Ok(local) => local,
            Err(reject) => return self.send_back(transfer, reject, turn),
        };
        let asset = Asset::Cash(currency);
        self.post(Reason::TransferIn, asset, amount.0, IN_TRANSIT, Owner::Customer(local));
        self.tell(local, Fact::TransferReceived { from, amount }, turn);
    }

    /// Credits a transfer that came back to its giver.
    pub(super) fn take_back(&mut self, transfer: &Transfer, reject: Reject, turn: &mut Turn<'_>) {
        let Transfer { from, to, amount, currency } = *transfer;
        let local = from.local();
        let asset = Asset::Cash(currency);
        self.post(Reason::TransferOut, asset, amount.0, IN_TRANSIT, Owner::Customer(local));
        self.tell(local, Fact::TransferReturned { to, amount, reject }, turn);
        if self.account(local).status == Status::Closed {
            // It was flat only while the transfer was on its way; nobody could reach the money.
            self.account_mut(local).status = Status::Suspended;
            self.tell(local, Fact::StatusChanged { suspended: true }, turn);
        }
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
        self.post(Reason::Issue, asset, lots, OUTSIDE, Owner::Customer(local));
        let line = self.ledger.lots(self.ledger.position(local, instrument));
        let position = Balance { free: line.free(), held: line.held };
        self.tell(local, Fact::Issued { instrument, qty, position }, turn);
        Ok(Done::Nothing)
    }

    /// The most of an asset that may come into this shard from outside: the shards' shares of
    /// what one balance can be, so that no transfer and no trade can take an account beyond it.
    fn outside_max(&self) -> i64 {
        BALANCE_MAX / i64::from(self.clearing_shards)
    }

    /// That the account can be credited in the currency.
    fn check_receiver(&self, to: AccountId, currency: u8, from: AccountId) -> Result<u32, Reject> {
        let local = self.local(to)?;
        self.check_not_closed(local)?;
        let own = self.account(local).currency;
        if own != currency {
            let code = |index: u8| self.currencies[usize::from(index)].code;
            debug_assert_ne!(to, from, "a transfer to oneself was refused before");
            return Err(Reject::CurrencyMismatch { account: code(currency), other: code(own) });
        }
        Ok(local)
    }

    fn check_free(&self, local: u32, needed: Amount) -> Result<(), Reject> {
        let free = Amount(self.ledger.cash(local).free());
        if needed > free {
            return Err(Reject::InsufficientFunds { needed, free });
        }
        Ok(())
    }

    fn send_back(&self, transfer: &Transfer, reject: Reject, turn: &mut Turn<'_>) {
        let answer = Message::TransferReturned { transfer: *transfer, reject };
        turn.send(Shard::Clearing(transfer.from.shard()), answer);
    }

    fn post(&mut self, reason: Reason, asset: Asset, amount: i64, from: Owner, to: Owner) {
        self.ledger.post(&Entry::new(reason, self.date, 0).moving(asset, amount, from, to));
    }
}

fn check_amount(amount: Amount) -> Result<(), Reject> {
    let max = Amount(AMOUNT_MAX);
    if amount <= Amount::ZERO || amount > max {
        return Err(Reject::AmountOutOfRange { amount, max });
    }
    Ok(())
}
