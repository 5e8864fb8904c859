//! Kill switches: while one is engaged, entry in its scope is refused.
//!
//! **Invariant:** an engaged switch has no open order in its scope once matching has answered.
//! Cancels and money go on. What a switch covers is this shard's own accounts only.

use std::collections::BTreeSet;

use types::{AccountId, InstrumentId, ShardId};

use super::Clearing;
use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::command::KillScope;
use crate::event::{Event, Fact, PublicEvent};
use crate::message::{Message, OrderEntry, Shard};
use crate::outcome::Done;
use crate::reject::Reject;
use crate::turn::Turn;

/// The switches that are engaged.
#[derive(Debug, Default)]
pub(super) struct KillSwitches {
    /// Whether any is: all that an order asks while none is.
    is_any: bool,
    all: bool,
    /// By local number.
    accounts: BTreeSet<u32>,
    instruments: BTreeSet<InstrumentId>,
}

impl KillSwitches {
    /// Whether exactly this one is engaged.
    fn is_engaged(&self, scope: KillScope) -> bool {
        match scope {
            KillScope::All => self.all,
            KillScope::Account(account) => self.accounts.contains(&account.local()),
            KillScope::Instrument(instrument) => self.instruments.contains(&instrument),
        }
    }

    fn set(&mut self, scope: KillScope, engaged: bool) {
        match (scope, engaged) {
            (KillScope::All, engaged) => self.all = engaged,
            (KillScope::Account(account), true) => {
                self.accounts.insert(account.local());
            }
            (KillScope::Account(account), false) => {
                self.accounts.remove(&account.local());
            }
            (KillScope::Instrument(instrument), true) => {
                self.instruments.insert(instrument);
            }
            (KillScope::Instrument(instrument), false) => {
                self.instruments.remove(&instrument);
            }
        }
        self.note_any();
    }

    fn note_any(&mut self) {
        self.is_any = self.all || !self.accounts.is_empty() || !self.instruments.is_empty();
    }
}

impl Clearing {
    /// Engages or releases a switch, and ends what an engaged one covers. Nothing happens to one
    /// that is already as asked.
    pub(super) fn set_kill_switch(
        &mut self,
        local: u32,
        scope: KillScope,
        engaged: bool,
        turn: &mut Turn<'_>,
    ) -> Result<Done, Reject> {
        self.check_covered(local, scope)?;
        if self.kill.is_engaged(scope) == engaged {
            return Ok(Done::Nothing);
        }
        self.kill.set(scope, engaged);
        match scope {
            KillScope::Account(_) => self.tell(local, Fact::KillSwitchSet { engaged }, turn),
            KillScope::All | KillScope::Instrument(_) => {
                turn.events.push(Event::Public(PublicEvent::KillSwitchSet { scope, engaged }));
            }
        }
        if engaged {
            self.end_orders(local, scope, turn);
        }
        Ok(Done::Nothing)
    }

    /// Whether a switch would be engaged anew: that is let in where little else is.
    pub(super) fn would_kill(&self, local: u32, scope: KillScope, engaged: bool) -> bool {
        engaged && !self.kill.is_engaged(scope) && self.check_covered(local, scope).is_ok()
    }

    /// That what a switch covers exists.
    fn check_covered(&self, local: u32, scope: KillScope) -> Result<(), Reject> {
        match scope {
            KillScope::All => Ok(()),
            KillScope::Account(_) => self.check_not_closed(local),
            KillScope::Instrument(instrument) => self.terms(instrument).map(drop),
        }
    }

    /// That no switch keeps the account from entering an order of the instrument; where none is
    /// named, of any.
    #[inline(always)]
    pub(super) fn check_entry(
        &self,
        local: u32,
        instrument: Option<InstrumentId>,
    ) -> Result<(), Reject> {
        if !self.kill.is_any {
            return Ok(());
        }
        self.find_kill(local, instrument)
    }

    #[cold]
    fn find_kill(&self, local: u32, instrument: Option<InstrumentId>) -> Result<(), Reject> {
        let account = AccountId::within(self.shard, local);
        let scopes = [
            Some(KillScope::All),
            Some(KillScope::Account(account)),
            instrument.map(KillScope::Instrument),
        ];
        match scopes.into_iter().flatten().find(|scope| self.kill.is_engaged(*scope)) {
            Some(scope) => Err(Reject::KillSwitch { scope }),
            None => Ok(()),
        }
    }

    /// Asks every matching shard that may have them to end the orders in the scope.
    fn end_orders(&mut self, local: u32, scope: KillScope, turn: &mut Turn<'_>) {
        let entry = Message::Entry(OrderEntry::Kill { shard: self.shard, scope });
        match scope {
            // A search of the books costs what rests there, so it is not made for nothing.
            KillScope::Account(_) if self.account(local).open_orders == 0 => {
                self.tell(local, Fact::MassCanceled { orders: 0, request: None }, turn);
            }
            KillScope::Instrument(instrument) => turn.send(self.matching(instrument), entry),
            KillScope::All | KillScope::Account(_) => (0..self.matching_shards)
                .for_each(|shard| turn.send(Shard::Matching(ShardId(shard)), entry)),
        }
    }

    pub(super) fn write_kill(&self, sink: &mut impl Sink) {
        let KillSwitches { all, accounts, instruments, is_any: _ } = &self.kill;
        all.write(sink);
        sink.word(accounts.len() as u64);
        accounts.iter().for_each(|local| local.write(sink));
        sink.word(instruments.len() as u64);
        instruments.iter().for_each(|instrument| instrument.write(sink));
    }

    /// Takes the switches over, once accounts and instruments are known.
    pub(super) fn read_kill(&mut self, words: &mut Words<'_>) -> Result<(), RestoreError> {
        self.kill.all = words.flag()?;
        for _ in 0..words.count(1)? {
            let local = self.known_local(words)?;
            if self.kill.accounts.last() >= Some(&local) {
                return Err(words.wrong("accounts in order, each once"));
            }
            self.kill.accounts.insert(local);
        }
        for _ in 0..words.count(1)? {
            let instrument = self.known_instrument(words)?;
            if self.kill.instruments.last() >= Some(&instrument) {
                return Err(words.wrong("instruments in order, each once"));
            }
            self.kill.instruments.insert(instrument);
        }
        self.kill.note_any();
        Ok(())
    }
}
