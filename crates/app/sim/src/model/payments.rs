//! Section 2: money that comes, goes and moves between accounts.

use types::{AMOUNT_MAX, AccountId, Amount, BALANCE_MAX, OrderId, PaymentId, RequestId, ShardId};
use venue::{Done, Fact, Reject};

use super::state::News;
use super::{Acted, Model};

impl Model {
    pub(super) fn deposit(
        &mut self,
        account: usize,
        amount: Amount,
        request: Option<RequestId>,
    ) -> Acted {
        self.check_deposit(account, amount)?;
        let payment = self.next_payment();
        self.come_in(account, amount);
        let id = self.accounts[account].id;
        self.emit_account(id, Fact::Deposited { payment, amount, request });
        Ok(Done::Payment(payment))
    }

    pub(super) fn withdraw_cash(
        &mut self,
        account: usize,
        amount: Amount,
        request: Option<RequestId>,
    ) -> Acted {
        self.check_withdrawal(account, amount)?;
        let payment = self.next_payment();
        self.go_out(account, amount);
        let id = self.accounts[account].id;
        self.emit_account(id, Fact::Withdrawn { payment, amount, request });
        Ok(Done::Payment(payment))
    }

    pub(super) fn transfer(
        &mut self,
        account: usize,
        to: AccountId,
        amount: Amount,
        request: Option<RequestId>,
    ) -> Acted {
        self.check_active(account)?;
        check_amount(amount)?;
        let giver = &self.accounts[account];
        let from = giver.id;
        if from == to {
            return Err(Reject::TransferToSelf { account: to });
        }
        let Some(target) = self.accounts.iter().find(|target| target.id == to) else {
            return Err(Reject::UnknownAccount { account: to });
        };
        if target.closed {
            return Err(Reject::AccountClosed { account: to });
        }
        if target.currency != giver.currency {
            let (account, other) = (giver.currency, target.currency);
            return Err(Reject::CurrencyMismatch { account, other });
        }
        self.check_funds(account, amount)?;
        let payment = self.next_payment();
        let line = self.line(account);
        self.accounts[account].settled -= i128::from(amount.0);
        self.lines[line].in_transit += i128::from(amount.0);
        self.emit_account(from, Fact::TransferSent { payment, to, amount, request });
        self.tell(OrderId(0), to, News::TransferReceived { from, amount });
        Ok(Done::Payment(payment))
    }

    pub(super) fn receive_transfer(&mut self, to: AccountId, from: AccountId, amount: Amount) {
        let account = self.account_index(to);
        let line = self.line(account);
        let payment = self.next_payment();
        self.lines[line].in_transit -= i128::from(amount.0);
        self.accounts[account].settled += i128::from(amount.0);
        self.emit_account(to, Fact::TransferReceived { payment, from, amount });
    }

    fn check_deposit(&self, account: usize, amount: Amount) -> Result<(), Reject> {
        self.check_not_closed(account)?;
        check_amount(amount)?;
        let balance = i128::from(amount.0) - self.lines[self.line(account)].outside;
        if balance > i128::from(BALANCE_MAX) {
            let balance = Amount(i64::try_from(balance).unwrap_or(i64::MAX));
            return Err(Reject::BalanceTooLarge { balance, max: Amount(BALANCE_MAX) });
        }
        Ok(())
    }

    fn check_withdrawal(&self, account: usize, amount: Amount) -> Result<(), Reject> {
        self.check_active(account)?;
        check_amount(amount)?;
        self.check_funds(account, amount)
    }

    fn come_in(&mut self, account: usize, amount: Amount) {
        let line = self.line(account);
        self.lines[line].outside -= i128::from(amount.0);
        self.accounts[account].settled += i128::from(amount.0);
    }

    fn go_out(&mut self, account: usize, amount: Amount) {
        let line = self.line(account);
        self.lines[line].outside += i128::from(amount.0);
        self.accounts[account].settled -= i128::from(amount.0);
    }

    fn next_payment(&mut self) -> PaymentId {
        self.payments_numbered += 1;
        PaymentId::new(ShardId(0), self.payments_numbered)
    }
}

fn check_amount(amount: Amount) -> Result<(), Reject> {
    if amount.0 < 1 || amount.0 > AMOUNT_MAX {
        return Err(Reject::AmountOutOfRange { amount, max: Amount(AMOUNT_MAX) });
    }
    Ok(())
}
