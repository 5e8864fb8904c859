//! Section 2: accounts and money.

use types::{
    AMOUNT_MAX, AccountId, Amount, BALANCE_MAX, Currency, Date, InstrumentId, OrderId, PrincipalId,
    QTY_LOTS_MAX, Qty, SelfTrade, ShardId, Timestamp,
};
use venue::{Done, Fact, PublicEvent, RULES_MAX, Reject};

use super::requests::Memory;
use super::state::{Account, News};
use super::{Acted, Model};

impl Model {
    pub(super) fn open_account(
        &mut self,
        owner: PrincipalId,
        currency: Currency,
        self_trade: SelfTrade,
    ) -> Acted {
        if self.genesis.currency(currency).is_none() {
            return Err(Reject::UnknownCurrency { currency });
        }
        let max = self.genesis.limits.accounts_max;
        if self.accounts.len() >= max as usize {
            return Err(Reject::AccountsFull { max });
        }
        let id = AccountId::new(ShardId(0), self.accounts.len() as u32 + 1);
        self.accounts.push(Account {
            id,
            currency,
            self_trade,
            suspended: false,
            cancel_at: None,
            closed: false,
            settled: 0,
            lots: Vec::new(),
            events: 0,
            requests: Memory::default(),
        });
        self.emit_account(id, Fact::Opened { owner, currency, self_trade });
        Ok(Done::Account(id))
    }

    pub(super) fn set_status(&mut self, account: usize, suspended: bool) -> Acted {
        self.check_not_closed(account)?;
        self.accounts[account].suspended = suspended;
        self.emit_account(self.accounts[account].id, Fact::StatusChanged { suspended });
        Ok(Done::Nothing)
    }

    pub(super) fn close_account(&mut self, account: usize) -> Acted {
        self.check_not_closed(account)?;
        let id = self.accounts[account].id;
        let orders = self.orders.iter().filter(|order| order.account == id).count() as u32;
        if orders > 0 {
            return Err(Reject::AccountHasOrders { orders });
        }
        let cash = Amount(self.accounts[account].settled as i64);
        if cash != Amount::ZERO {
            return Err(Reject::AccountHasCash { cash });
        }
        if let Some(index) = self.accounts[account].lots.iter().position(|lots| *lots != 0) {
            let qty = Qty(self.accounts[account].lots[index] as u64);
            return Err(Reject::AccountHasShares { instrument: InstrumentId(index as u32), qty });
        }
        self.disarm(account);
        self.accounts[account].closed = true;
        self.emit_account(id, Fact::Closed);
        Ok(Done::Nothing)
    }

    pub(super) fn set_cancel_after(&mut self, account: usize, after_s: u32) -> Acted {
        self.check_not_closed(account)?;
        if after_s == 0 {
            self.disarm(account);
            return Ok(Done::Nothing);
        }
        let at = Timestamp(self.now.0.saturating_add(u64::from(after_s) * 1_000_000_000));
        self.accounts[account].cancel_at = Some(at);
        self.emit_account(self.accounts[account].id, Fact::CancelAfterSet { at: Some(at) });
        Ok(Done::Nothing)
    }

    pub(super) fn disarm(&mut self, account: usize) {
        if self.accounts[account].cancel_at.take().is_some() {
            self.emit_account(self.accounts[account].id, Fact::CancelAfterSet { at: None });
        }
    }

    pub(super) fn deposit(&mut self, account: usize, amount: Amount) -> Acted {
        self.check_not_closed(account)?;
        check_amount(amount)?;
        let line = self.line(account);
        let balance = i128::from(amount.0) - self.lines[line].outside;
        if balance > i128::from(BALANCE_MAX) {
            let balance = Amount(i64::try_from(balance).unwrap_or(i64::MAX));
            return Err(Reject::BalanceTooLarge { balance, max: Amount(BALANCE_MAX) });
        }
        self.lines[line].outside -= i128::from(amount.0);
        self.accounts[account].settled += i128::from(amount.0);
        self.emit_account(self.accounts[account].id, Fact::Deposited { amount });
        Ok(Done::Nothing)
    }

    pub(super) fn withdraw_cash(&mut self, account: usize, amount: Amount) -> Acted {
        self.check_active(account)?;
        check_amount(amount)?;
        self.check_funds(account, amount)?;
        let line = self.line(account);
        self.accounts[account].settled -= i128::from(amount.0);
        self.lines[line].outside += i128::from(amount.0);
        self.emit_account(self.accounts[account].id, Fact::Withdrawn { amount });
        Ok(Done::Nothing)
    }

    pub(super) fn transfer(&mut self, account: usize, to: AccountId, amount: Amount) -> Acted {
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
        let line = self.line(account);
        self.accounts[account].settled -= i128::from(amount.0);
        self.lines[line].in_transit += i128::from(amount.0);
        self.emit_account(from, Fact::TransferSent { to, amount });
        self.tell(OrderId(0), to, News::TransferReceived { from, amount });
        Ok(Done::Nothing)
    }

    pub(super) fn receive_transfer(&mut self, to: AccountId, from: AccountId, amount: Amount) {
        let account = self.account_index(to);
        let line = self.line(account);
        self.lines[line].in_transit -= i128::from(amount.0);
        self.accounts[account].settled += i128::from(amount.0);
        self.emit_account(to, Fact::TransferReceived { from, amount });
    }

    pub(super) fn issue(&mut self, account: usize, instrument: InstrumentId, qty: Qty) -> Acted {
        self.check_not_closed(account)?;
        let issued_of = self.instrument(instrument)?;
        check_lots(qty, Qty(QTY_LOTS_MAX), issued_of.terms.lot_step)?;
        let room = i128::from(BALANCE_MAX) - issued_of.issued;
        if i128::from(qty.0) > room {
            return Err(Reject::QtyTooLarge { qty, max: Qty(room as u64) });
        }
        self.instruments[instrument.0 as usize].issued += i128::from(qty.0);
        self.accounts[account].add_lots(instrument, i128::from(qty.0));
        let position = self.position(account, instrument);
        self.emit_account(self.accounts[account].id, Fact::Issued { instrument, qty, position });
        Ok(Done::Nothing)
    }

    pub(super) fn set_date(&mut self, date: Date) -> Acted {
        if date <= self.date {
            return Err(Reject::DateNotLater { date, current: self.date });
        }
        self.date = date;
        self.emit_public(PublicEvent::DateChanged { date });
        Ok(Done::Nothing)
    }

    pub(super) fn set_rules(&mut self, version: u32) -> Acted {
        if version <= self.rules || version > RULES_MAX {
            return Err(Reject::RulesUnsupported { version, max: RULES_MAX });
        }
        self.rules = version;
        self.emit_public(PublicEvent::RulesChanged { version });
        Ok(Done::Nothing)
    }

    pub(super) fn check_not_closed(&self, account: usize) -> Result<(), Reject> {
        let account = &self.accounts[account];
        if account.closed {
            return Err(Reject::AccountClosed { account: account.id });
        }
        Ok(())
    }

    /// Neither closed nor suspended.
    pub(super) fn check_active(&self, account: usize) -> Result<(), Reject> {
        self.check_not_closed(account)?;
        let account = &self.accounts[account];
        if account.suspended {
            return Err(Reject::AccountSuspended { account: account.id });
        }
        Ok(())
    }

    pub(super) fn check_funds(&self, account: usize, needed: Amount) -> Result<(), Reject> {
        let free = Amount(self.cash(account).free);
        if needed > free {
            return Err(Reject::InsufficientFunds { needed, free });
        }
        Ok(())
    }

    /// The subscript of the account's currency.
    pub(super) fn line(&self, account: usize) -> usize {
        self.genesis.currency(self.accounts[account].currency).expect("checked when it opened")
    }
}

/// `QtyZero`, `QtyTooLarge`, `OffLot`.
pub(super) fn check_lots(qty: Qty, max: Qty, lot_step: u32) -> Result<(), Reject> {
    if qty.is_zero() {
        return Err(Reject::QtyZero);
    }
    if qty > max {
        return Err(Reject::QtyTooLarge { qty, max });
    }
    if !qty.0.is_multiple_of(u64::from(lot_step)) {
        return Err(Reject::OffLot { qty, lot_step });
    }
    Ok(())
}

fn check_amount(amount: Amount) -> Result<(), Reject> {
    if amount.0 < 1 || amount.0 > AMOUNT_MAX {
        return Err(Reject::AmountOutOfRange { amount, max: Amount(AMOUNT_MAX) });
    }
    Ok(())
}
