//! Money that comes, goes and moves between accounts.
//!
//! **Invariant:** every payment of an account has a number of this shard's own, dense from 1.

use ledger::{Asset, Entry, House, Owner, Reason};
use types::{AMOUNT_MAX, AccountId, Amount, PaymentId, RequestId};

use super::Clearing;
use super::accounts::Status;
use crate::event::Fact;
use crate::message::{Message, Shard, Transfer};
use crate::outcome::Done;
use crate::reject::Reject;
use crate::turn::Turn;

impl Clearing {
    pub(super) fn deposit(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        amount: Amount,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_deposit(local, amount)?;
        let payment = self.next_payment();
        self.pay(Reason::Deposit, payment, local, amount.0, House::Outside);
        self.tell(local, Fact::Deposited { payment, amount, request }, turn);
        Ok(Done::Payment(payment))
    }

    pub(super) fn withdraw(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        amount: Amount,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_withdrawal(local, amount)?;
        let payment = self.next_payment();
        self.pay(Reason::Withdrawal, payment, local, -amount.0, House::Outside);
        self.tell(local, Fact::Withdrawn { payment, amount, request }, turn);
        Ok(Done::Payment(payment))
    }

    pub(super) fn transfer(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        (to, amount): (AccountId, Amount),
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
        let payment = self.next_payment();
        self.pay(Reason::TransferOut, payment, local, -amount.0, House::InTransit);
        self.tell(local, Fact::TransferSent { payment, to, amount, request }, turn);
        let transfer = Transfer { from, to, amount, currency };
        turn.send(Shard::Clearing(to.shard()), Message::Transfer(transfer));
        Ok(Done::Payment(payment))
    }

    /// Credits a transfer, or sends it back.
    pub(super) fn receive(&mut self, transfer: &Transfer, turn: &mut Turn<'_>) {
        let Transfer { from, to, amount, currency } = *transfer;
        let local = match self.check_receiver(to, currency, from) {
            Ok(local) => local,
            Err(reject) => return self.send_back(transfer, reject, turn),
        };
        let payment = self.next_payment();
        self.pay(Reason::TransferIn, payment, local, amount.0, House::InTransit);
        self.tell(local, Fact::TransferReceived { payment, from, amount }, turn);
    }

    /// Credits a transfer that came back to its giver.
    pub(super) fn take_back(&mut self, transfer: &Transfer, reject: Reject, turn: &mut Turn<'_>) {
        let Transfer { from, to, amount, .. } = *transfer;
        let local = from.local();
        let payment = self.next_payment();
        self.pay(Reason::TransferOut, payment, local, amount.0, House::InTransit);
        self.tell(local, Fact::TransferReturned { payment, to, amount, reject }, turn);
        if self.account(local).status == Status::Closed {
            // It was flat only while the transfer was on its way; nobody could reach the money.
            self.account_mut(local).status = Status::Suspended;
            self.tell(local, Fact::StatusChanged { suspended: true }, turn);
        }
    }

    /// That so much may come into an account from outside.
    fn check_deposit(&self, local: u32, amount: Amount) -> Result<(), Reject> {
        self.check_not_closed(local)?;
        check_amount(amount)?;
        let asset = Asset::Cash(self.account(local).currency);
        // All cash here is at most minus what is outside, so no single balance can pass it.
        let balance = Amount(amount.0 - self.ledger.house(asset, House::Outside));
        let max = Amount(self.outside_max());
        if balance > max {
            return Err(Reject::BalanceTooLarge { balance, max });
        }
        Ok(())
    }

    /// That so much of what is free may leave an account.
    fn check_withdrawal(&self, local: u32, amount: Amount) -> Result<(), Reject> {
        self.check_active(local)?;
        check_amount(amount)?;
        self.check_free(local, amount)
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

    fn next_payment(&mut self) -> PaymentId {
        self.payments += 1;
        PaymentId::new(self.shard, self.payments)
    }

    /// Books what an account gets from the house's account, or with a minus gives it.
    fn pay(&mut self, reason: Reason, payment: PaymentId, local: u32, amount: i64, house: House) {
        let asset = Asset::Cash(self.account(local).currency);
        let entry = Entry::new(reason, self.date, payment.0);
        let (from, to) = (Owner::House(house), Owner::Customer(local));
        self.ledger.post(&entry.moving(asset, amount, from, to));
    }
}

fn check_amount(amount: Amount) -> Result<(), Reject> {
    let max = Amount(AMOUNT_MAX);
    if amount <= Amount::ZERO || amount > max {
        return Err(Reject::AmountOutOfRange { amount, max });
    }
    Ok(())
}
