//! Money that comes, goes and moves between accounts.
//!
//! **Invariant:** every payment of an account has a number of this shard's own, dense from 1; a
//! withdrawal that waits holds its cash, a deposit that waits changes nothing.

use std::collections::BTreeMap;

use ledger::{Asset, Entry, House, Owner, Reason};
use types::{AMOUNT_MAX, AccountId, Amount, PaymentId, PaymentReason, RequestId};

use super::Clearing;
use super::accounts::Status;
use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::command::PaymentKind;
use crate::event::Fact;
use crate::genesis::PENDING_PAYMENTS_MAX;
use crate::message::{Message, Shard, Transfer};
use crate::outcome::Done;
use crate::reject::Reject;
use crate::turn::Turn;

/// The payments of a shard: how many there were, and those that wait for an operator.
#[derive(Debug, Default)]
pub(super) struct Payments {
    numbered: u64,
    pending: BTreeMap<PaymentId, OutsidePayment>,
    /// How many wait, by the account's local number; none is not there.
    counts: BTreeMap<u32, u32>,
}

/// A payment from or to the outside, as it was asked for.
#[derive(Clone, Copy, Debug)]
struct OutsidePayment {
    account: u32,
    kind: PaymentKind,
    amount: Amount,
    request: Option<RequestId>,
}

impl Payments {
    /// How many payments of an account wait.
    pub(super) fn pending_of(&self, local: u32) -> u32 {
        self.counts.get(&local).copied().unwrap_or(0)
    }

    fn find(&self, payment: PaymentId) -> Result<OutsidePayment, Reject> {
        self.pending.get(&payment).copied().ok_or(Reject::PaymentNotPending { payment })
    }

    fn insert(&mut self, payment: PaymentId, pending: OutsidePayment) {
        *self.counts.entry(pending.account).or_default() += 1;
        self.pending.insert(payment, pending);
    }

    fn remove(&mut self, payment: PaymentId) {
        let pending = self.pending.remove(&payment).expect("it was found");
        let count = self.counts.get_mut(&pending.account).expect("each that waits is counted");
        *count -= 1;
        if *count == 0 {
            self.counts.remove(&pending.account);
        }
    }
}

impl Clearing {
    /// Books a payment from or to the outside at once.
    pub(super) fn pay_outside(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        (kind, amount): (PaymentKind, Amount),
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_outside(local, kind, amount)?;
        let payment = self.next_payment();
        self.book_outside(payment, OutsidePayment { account: local, kind, amount, request }, turn);
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

    /// Lets a payment wait; a withdrawal's cash is held from now on.
    pub(super) fn request_payment(
        &mut self,
        local: u32,
        request: Option<RequestId>,
        (kind, amount): (PaymentKind, Amount),
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_outside(local, kind, amount)?;
        let max = PENDING_PAYMENTS_MAX;
        if self.payments.pending_of(local) >= max {
            return Err(Reject::AccountPaymentsFull { max });
        }
        let payment = self.next_payment();
        self.payments.insert(payment, OutsidePayment { account: local, kind, amount, request });
        if kind == PaymentKind::Withdrawal {
            self.ledger.rehold_cash(local, Amount::ZERO, amount);
        }
        self.tell(local, Fact::PaymentRequested { payment, kind, amount, request }, turn);
        Ok(Done::Payment(payment))
    }

    /// Books a payment that waits. A withdrawal of a suspended account goes on waiting.
    pub(super) fn confirm_payment(
        &mut self,
        payment: PaymentId,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        let pending = self.payments.find(payment)?;
        let OutsidePayment { account: local, kind, amount, .. } = pending;
        match kind {
            PaymentKind::Deposit => self.check_deposit(local, amount)?,
            PaymentKind::Withdrawal => self.check_active(local)?,
        }
        self.payments.remove(payment);
        if kind == PaymentKind::Withdrawal {
            self.ledger.rehold_cash(local, amount, Amount::ZERO);
        }
        self.book_outside(payment, pending, turn);
        Ok(Done::Account(AccountId::within(self.shard, local)))
    }

    /// Ends a payment that waits, and gives back what it held.
    pub(super) fn fail_payment(
        &mut self,
        payment: PaymentId,
        reason: Option<PaymentReason>,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        let OutsidePayment { account: local, kind, amount, request } =
            self.payments.find(payment)?;
        self.payments.remove(payment);
        if kind == PaymentKind::Withdrawal {
            self.ledger.rehold_cash(local, amount, Amount::ZERO);
        }
        self.tell(local, Fact::PaymentFailed { payment, kind, amount, request, reason }, turn);
        Ok(Done::Account(AccountId::within(self.shard, local)))
    }

    /// The payments that wait: number, account, way and amount, by number.
    pub(crate) fn pending_payments(
        &self,
    ) -> impl Iterator<Item = (PaymentId, AccountId, PaymentKind, Amount)> {
        let shard = self.shard;
        self.payments.pending.iter().map(move |(payment, pending)| {
            let OutsidePayment { account, kind, amount, .. } = *pending;
            (*payment, AccountId::within(shard, account), kind, amount)
        })
    }

    /// Takes the payments that wait over, once accounts and their cash are known.
    pub(super) fn read_payments(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        self.payments.numbered =
            words.map("a payment number below 2^48", |word| (word < 1 << 48).then_some(word))?;
        for _ in 0..words.count(OutsidePayment::WORDS)? {
            let (first, last) = (PaymentId::new(self.shard, 1), self.payments.numbered);
            let last = PaymentId::new(self.shard, last);
            let before = self.payments.pending.keys().next_back().copied();
            let payment = words.map("a payment of this shard, in order", |word| {
                let payment = PaymentId(word);
                ((first..=last).contains(&payment) && Some(payment) > before).then_some(payment)
            })?;
            let pending = self.read_pending(words)?;
            if pending.kind == PaymentKind::Withdrawal {
                self.ledger.rehold_cash(pending.account, Amount::ZERO, pending.amount);
            }
            self.payments.insert(payment, pending);
        }
        Ok(())
    }

    fn read_pending(&self, words: &mut Words<'_>) -> Result<OutsidePayment, RestoreError> {
        let accounts = self.accounts.len() as u64;
        let account = words.map("an account with room for a payment", |word| {
            let local = (1..=accounts).contains(&word).then_some(word as u32)?;
            let has_room = self.payments.pending_of(local) < PENDING_PAYMENTS_MAX;
            (has_room && self.account(local).status != Status::Closed).then_some(local)
        })?;
        let kinds = [PaymentKind::Deposit, PaymentKind::Withdrawal];
        let kind = words
            .map("the way of a payment", |word| kinds.get(usize::try_from(word).ok()?).copied())?;
        let free = self.ledger.cash(account).free();
        let amount = words.map("an amount, and no more than is free", |word| {
            let amount = i64::try_from(word).ok()?;
            let is_there = kind == PaymentKind::Deposit || amount <= free;
            ((1..=AMOUNT_MAX).contains(&amount) && is_there).then_some(Amount(amount))
        })?;
        Ok(OutsidePayment { account, kind, amount, request: words.text()? })
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

    /// That a payment from or to the outside may be booked now.
    fn check_outside(&self, local: u32, kind: PaymentKind, amount: Amount) -> Result<(), Reject> {
        match kind {
            PaymentKind::Deposit => self.check_deposit(local, amount),
            PaymentKind::Withdrawal => {
                self.check_active(local)?;
                check_amount(amount)?;
                self.check_free(local, amount)
            }
        }
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
        self.payments.numbered += 1;
        PaymentId::new(self.shard, self.payments.numbered)
    }

    /// Books a payment from or to the outside, and tells its account.
    fn book_outside(&mut self, payment: PaymentId, it: OutsidePayment, turn: &mut Turn<'_>) {
        let OutsidePayment { account: local, kind, amount, request } = it;
        let (reason, moved, fact) = match kind {
            PaymentKind::Deposit => {
                (Reason::Deposit, amount.0, Fact::Deposited { payment, amount, request })
            }
            PaymentKind::Withdrawal => {
                (Reason::Withdrawal, -amount.0, Fact::Withdrawn { payment, amount, request })
            }
        };
        self.pay(reason, payment, local, moved, House::Outside);
        self.tell(local, fact, turn);
    }

    /// Books what an account gets from the house's account, or with a minus gives it.
    fn pay(&mut self, reason: Reason, payment: PaymentId, local: u32, amount: i64, house: House) {
        let asset = Asset::Cash(self.account(local).currency);
        let entry = Entry::new(reason, self.date, payment.0);
        let (from, to) = (Owner::House(house), Owner::Customer(local));
        self.ledger.post(&entry.moving(asset, amount, from, to));
    }
}

impl Canonical for Payments {
    fn write(&self, sink: &mut impl Sink) {
        self.numbered.write(sink);
        sink.word(self.pending.len() as u64);
        for (payment, pending) in &self.pending {
            payment.write(sink);
            pending.account.write(sink);
            sink.word(pending.kind as u64);
            pending.amount.write(sink);
            pending.request.write(sink);
        }
    }
}

impl OutsidePayment {
    /// Words of its canonical form, its number included.
    const WORDS: usize = 9;
}

fn check_amount(amount: Amount) -> Result<(), Reject> {
    let max = Amount(AMOUNT_MAX);
    if amount <= Amount::ZERO || amount > max {
        return Err(Reject::AmountOutOfRange { amount, max });
    }
    Ok(())
}
