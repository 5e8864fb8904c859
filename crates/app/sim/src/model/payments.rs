//! Section 2: money that comes, goes and moves between accounts.

use types::{
    AMOUNT_MAX, AccountId, Amount, BALANCE_MAX, OrderId, PaymentId, PaymentReason, RequestId,
    ShardId,
};
use venue::{Done, Fact, PENDING_PAYMENTS_MAX, PaymentKind, Reject};

use super::state::{News, Waiting};
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

    pub(super) fn request_payment(
        &mut self,
        account: usize,
        kind: PaymentKind,
        amount: Amount,
        request: Option<RequestId>,
    ) -> Acted {
        match kind {
            PaymentKind::Deposit => self.check_deposit(account, amount)?,
            PaymentKind::Withdrawal => self.check_withdrawal(account, amount)?,
        }
        let waiting = self.waiting.iter().filter(|it| it.account == account).count();
        let max = PENDING_PAYMENTS_MAX;
        if waiting >= max as usize {
            return Err(Reject::AccountPaymentsFull { max });
        }
        let payment = self.next_payment();
        self.waiting.push(Waiting { payment, account, kind, amount, request });
        let fact = Fact::PaymentRequested { payment, kind, amount, request };
        self.emit_account(self.accounts[account].id, fact);
        Ok(Done::Payment(payment))
    }

    pub(super) fn confirm_payment(&mut self, payment: PaymentId) -> Acted {
        let Waiting { account, kind, amount, request, .. } = self.find_waiting(payment)?;
        match kind {
            PaymentKind::Deposit => self.check_deposit(account, amount)?,
            PaymentKind::Withdrawal => self.check_active(account)?,
        }
        self.waiting.retain(|it| it.payment != payment);
        let fact = match kind {
            PaymentKind::Deposit => {
                self.come_in(account, amount);
                Fact::Deposited { payment, amount, request }
            }
            PaymentKind::Withdrawal => {
                self.go_out(account, amount);
                Fact::Withdrawn { payment, amount, request }
            }
        };
        let id = self.accounts[account].id;
        self.emit_account(id, fact);
        Ok(Done::Account(id))
    }

    pub(super) fn fail_payment(
        &mut self,
        payment: PaymentId,
        reason: Option<PaymentReason>,
    ) -> Acted {
        let Waiting { account, kind, amount, request, .. } = self.find_waiting(payment)?;
        self.waiting.retain(|it| it.payment != payment);
        let id = self.accounts[account].id;
        self.emit_account(id, Fact::PaymentFailed { payment, kind, amount, request, reason });
        Ok(Done::Account(id))
    }

    fn find_waiting(&self, payment: PaymentId) -> Result<Waiting, Reject> {
        let found = self.waiting.iter().find(|it| it.payment == payment).copied();
        found.ok_or(Reject::PaymentNotPending { payment })
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
