//! The canonical words of what a client asked: the body that a repeated request id must match.

use types::{AccountId, InstrumentId};

use crate::canonical::{Canonical, Sink};
use crate::command::{Action, Change, KillScope};

impl Canonical for Change {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        self.qty.write(sink);
        self.price.write(sink);
        self.trigger.write(sink);
    }
}

/// A tag, then the fields in the order of the declaration; tag and account share a word where the
/// body is hashed most.
impl Canonical for Action {
    #[inline(always)]
    fn write(&self, sink: &mut impl Sink) {
        // The commonest first: a branch on them is foreseen, a jump by kind is not.
        if let Action::Place { account, order } = self {
            sink.word(8 << 32 | u64::from(account.0));
            order.write(sink);
        } else if let Action::Cancel { account, order } = self {
            sink.word(10 << 32 | u64::from(account.0));
            order.write(sink);
        } else if let Action::Replace { account, order, change } = self {
            sink.word(9 << 32 | u64::from(account.0));
            order.write(sink);
            change.write(sink);
        } else {
            let mut aside = Aside { words: [0; WORDS_MAX], len: 0 };
            write_otherwise(self, &mut aside);
            aside.words[..aside.len].iter().for_each(|word| sink.word(*word));
        }
    }
}

/// Words of a command that is written aside: a listing has the most.
const WORDS_MAX: usize = 32;

/// Words put aside. What is passed on to a function that is not inlined lies in memory throughout:
/// a sink that only sees commands that are inlined is kept in registers.
struct Aside {
    words: [u64; WORDS_MAX],
    len: usize,
}

impl Sink for Aside {
    fn word(&mut self, word: u64) {
        self.words[self.len] = word;
        self.len += 1;
    }
}

/// All but the commands about one order.
#[inline(never)]
fn write_otherwise(action: &Action, sink: &mut Aside) {
    match action {
        Action::MassCancel { account, instrument, side } => {
            sink.word(11);
            account.write(sink);
            sink.word(instrument.map_or(0, |instrument| u64::from(instrument.0) + 1));
            sink.word(side.map_or(0, |side| side as u64 + 1));
        }
        Action::OpenAccount { .. }
        | Action::SetAccountStatus { .. }
        | Action::CloseAccount { .. }
        | Action::Deposit { .. }
        | Action::Withdraw { .. }
        | Action::Transfer { .. }
        | Action::RequestPayment { .. }
        | Action::Issue { .. } => write_account(action, sink),
        Action::ListInstrument { .. }
        | Action::SetPhase { .. }
        | Action::SetBand { .. }
        | Action::SetFees { .. }
        | Action::SetBusinessDate { .. }
        | Action::SetRules { .. }
        | Action::SetCancelAfter { .. }
        | Action::SetKillSwitch { .. }
        | Action::ConfirmPayment { .. }
        | Action::FailPayment { .. }
        | Action::Tick
        | Action::TellTime => write_rest(action, sink),
        Action::Place { .. } | Action::Replace { .. } | Action::Cancel { .. } => {
            unreachable!("{action:?} is written first")
        }
    }
}

/// A kind and a number.
impl Canonical for KillScope {
    fn write(&self, sink: &mut impl Sink) {
        let (kind, number) = self.parts();
        sink.word(kind);
        sink.word(number);
    }
}

impl KillScope {
    /// The kind, and the number of what it covers: the form that is hashed and kept.
    pub(crate) fn parts(self) -> (u64, u64) {
        match self {
            KillScope::All => (0, 0),
            KillScope::Account(account) => (1, u64::from(account.0)),
            KillScope::Instrument(instrument) => (2, u64::from(instrument.0)),
        }
    }

    pub(crate) fn from_parts(kind: u64, number: u32) -> Option<KillScope> {
        match (kind, number) {
            (0, 0) => Some(KillScope::All),
            (1, account) => Some(KillScope::Account(AccountId(account))),
            (2, instrument) => Some(KillScope::Instrument(InstrumentId(instrument))),
            _ => None,
        }
    }
}

/// Commands about an account and its money.
#[inline(never)]
fn write_account(action: &Action, sink: &mut Aside) {
    match action {
        Action::OpenAccount { owner, currency, self_trade } => {
            sink.word(1);
            sink.word(owner.0);
            currency.write(sink);
            sink.word(*self_trade as u64);
        }
        Action::SetAccountStatus { account, suspended } => {
            sink.word(2);
            account.write(sink);
            suspended.write(sink);
        }
        Action::CloseAccount { account } => {
            sink.word(3);
            account.write(sink);
        }
        Action::Deposit { account, amount } => {
            sink.word(4);
            account.write(sink);
            amount.write(sink);
        }
        Action::Withdraw { account, amount } => {
            sink.word(5);
            account.write(sink);
            amount.write(sink);
        }
        Action::Transfer { account, to, amount } => {
            sink.word(6);
            account.write(sink);
            to.write(sink);
            amount.write(sink);
        }
        Action::RequestPayment { account, kind, amount } => {
            sink.word(21);
            account.write(sink);
            sink.word(*kind as u64);
            amount.write(sink);
        }
        Action::Issue { account, instrument, qty } => {
            sink.word(7);
            account.write(sink);
            instrument.write(sink);
            qty.write(sink);
        }
        Action::Place { .. }
        | Action::Replace { .. }
        | Action::Cancel { .. }
        | Action::MassCancel { .. }
        | Action::ListInstrument { .. }
        | Action::SetPhase { .. }
        | Action::SetBand { .. }
        | Action::SetFees { .. }
        | Action::SetBusinessDate { .. }
        | Action::SetRules { .. }
        | Action::SetCancelAfter { .. }
        | Action::SetKillSwitch { .. }
        | Action::ConfirmPayment { .. }
        | Action::FailPayment { .. }
        | Action::Tick
        | Action::TellTime => unreachable!("{action:?} is written elsewhere"),
    }
}

/// Commands about an instrument or the venue.
#[inline(never)]
fn write_rest(action: &Action, sink: &mut Aside) {
    match action {
        Action::ListInstrument { definition } => {
            sink.word(12);
            definition.write(sink);
        }
        Action::SetPhase { instrument, phase } => {
            sink.word(13);
            instrument.write(sink);
            sink.word(*phase as u64);
        }
        Action::SetBand { instrument, band } => {
            sink.word(14);
            instrument.write(sink);
            band.write(sink);
        }
        Action::SetFees { instrument, fees } => {
            sink.word(15);
            instrument.write(sink);
            fees.write(sink);
        }
        Action::SetBusinessDate { date } => {
            sink.word(16);
            date.0.write(sink);
        }
        Action::SetRules { version } => {
            sink.word(17);
            version.write(sink);
        }
        Action::Tick => sink.word(18),
        Action::TellTime => sink.word(24),
        Action::SetKillSwitch { scope, engaged } => {
            sink.word(19);
            scope.write(sink);
            engaged.write(sink);
        }
        Action::SetCancelAfter { account, after_s } => {
            sink.word(20);
            account.write(sink);
            after_s.write(sink);
        }
        Action::ConfirmPayment { payment } => {
            sink.word(22);
            payment.write(sink);
        }
        Action::FailPayment { payment, reason } => {
            sink.word(23);
            payment.write(sink);
            reason.write(sink);
        }
        Action::Place { .. }
        | Action::Replace { .. }
        | Action::Cancel { .. }
        | Action::MassCancel { .. }
        | Action::OpenAccount { .. }
        | Action::SetAccountStatus { .. }
        | Action::CloseAccount { .. }
        | Action::Deposit { .. }
        | Action::Withdraw { .. }
        | Action::Transfer { .. }
        | Action::RequestPayment { .. }
        | Action::Issue { .. } => unreachable!("{action:?} is written elsewhere"),
    }
}
