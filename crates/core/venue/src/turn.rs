//! What a state machine is lent while it acts: time, cause, and where its words go.

use types::{AccountId, RequestId, Timestamp};

use crate::command::KillScope;
use crate::event::Event;
use crate::events::Events;
use crate::message::{Message, Shard};
use crate::reject::Reject;

/// Messages sent and not yet delivered, in order.
pub(crate) type Sent = Vec<(Shard, Message)>;

/// One turn of a state machine.
pub(crate) struct Turn<'a> {
    /// Engine time.
    pub(crate) now: Timestamp,
    /// Where facts go.
    pub(crate) events: &'a mut Events,
    /// Where messages go.
    pub(crate) outbox: &'a mut Sent,
    /// Set when the command is refused after it was sent on.
    pub(crate) refused: &'a mut Option<Reject>,
}

impl Turn<'_> {
    /// Sends a message; there is room, for steps are bounded. See [`Events::push`].
    #[inline(always)]
    pub(crate) fn send(&mut self, to: Shard, message: Message) {
        assert!(self.outbox.len() < self.outbox.capacity(), "a step's messages are bounded");
        self.outbox.push((to, message));
    }

    /// The refusal of a command that names no known account.
    pub(crate) fn refuse(&mut self, request: Option<RequestId>, reject: Reject) {
        self.events.push(Event::Refused { request, reject });
    }
}

impl crate::Action {
    /// The account that the command acts for.
    #[inline]
    pub fn account(&self) -> Option<AccountId> {
        use crate::Action::{
            Cancel, CloseAccount, ConfirmPayment, Deposit, FailPayment, Issue, ListInstrument,
            MassCancel, OpenAccount, Place, Replace, RequestPayment, SetAccountStatus, SetBand,
            SetBusinessDate, SetCancelAfter, SetFees, SetKillSwitch, SetPhase, SetRules, TellTime,
            Tick, Transfer, Withdraw,
        };
        match self {
            SetAccountStatus { account, .. }
            | CloseAccount { account }
            | Deposit { account, .. }
            | Withdraw { account, .. }
            | Transfer { account, .. }
            | RequestPayment { account, .. }
            | Issue { account, .. }
            | Place { account, .. }
            | Replace { account, .. }
            | Cancel { account, .. }
            | MassCancel { account, .. }
            | SetCancelAfter { account, .. }
            | SetKillSwitch { scope: KillScope::Account(account), .. } => Some(*account),
            SetKillSwitch { scope: KillScope::All | KillScope::Instrument(_), .. }
            | OpenAccount { .. }
            | ListInstrument { .. }
            | SetPhase { .. }
            | SetBand { .. }
            | SetFees { .. }
            | SetBusinessDate { .. }
            | SetRules { .. }
            | ConfirmPayment { .. }
            | FailPayment { .. }
            | Tick
            | TellTime => None,
        }
    }

    /// The kind of shard that the command enters at, numbered `shard`.
    #[inline]
    pub fn enters_at(&self, shard: types::ShardId) -> Shard {
        use crate::Action::{ListInstrument, SetBand, SetFees, SetPhase, TellTime};
        if matches!(
            self,
            ListInstrument { .. } | SetPhase { .. } | SetBand { .. } | SetFees { .. } | TellTime
        ) {
            return Shard::Matching(shard);
        }
        Shard::Clearing(shard)
    }
}
