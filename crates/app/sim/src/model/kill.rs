//! Section 3a: kill switches.

use types::{InstrumentId, OrderId};
use venue::{CancelReason, Done, Fact, KillScope, PublicEvent, Reject};

use super::state::{News, Order};
use super::{Acted, Model, Work};

impl Model {
    pub(super) fn set_kill_switch(
        &mut self,
        account: usize,
        scope: KillScope,
        engaged: bool,
    ) -> Acted {
        match scope {
            KillScope::All => {}
            KillScope::Account(_) => self.check_not_closed(account)?,
            KillScope::Instrument(instrument) => {
                self.instrument(instrument)?;
            }
        }
        if self.killed.contains(&scope) == engaged {
            return Ok(Done::Nothing);
        }
        self.killed.retain(|other| *other != scope);
        if engaged {
            self.killed.push(scope);
        }
        match scope {
            KillScope::Account(account) => {
                self.emit_account(account, Fact::KillSwitchSet { engaged });
            }
            KillScope::All | KillScope::Instrument(_) => {
                self.emit_public(PublicEvent::KillSwitchSet { scope, engaged });
            }
        }
        if engaged {
            self.end_covered(scope);
        }
        Ok(Done::Nothing)
    }

    /// That no switch refuses entry for an account, and where one is named in an instrument.
    pub(super) fn check_kill(
        &self,
        account: usize,
        instrument: Option<InstrumentId>,
    ) -> Result<(), Reject> {
        let account = KillScope::Account(self.accounts[account].id);
        let mut scopes = vec![KillScope::All, account];
        scopes.extend(instrument.map(KillScope::Instrument));
        match scopes.into_iter().find(|scope| self.killed.contains(scope)) {
            Some(scope) => Err(Reject::KillSwitch { scope }),
            None => Ok(()),
        }
    }

    fn end_covered(&mut self, scope: KillScope) {
        let covered = |order: &Order| match scope {
            KillScope::All => true,
            KillScope::Account(account) => order.account == account,
            KillScope::Instrument(instrument) => order.instrument() == instrument,
        };
        let ids: Vec<OrderId> =
            self.orders.iter().filter(|order| covered(order)).map(|order| order.id).collect();
        let orders = ids.len() as u32;
        for order in ids {
            let reason = CancelReason::KillSwitch;
            self.work.push_back(Work::Withdraw { order, reason, request: None });
        }
        match scope {
            KillScope::Account(account) if orders == 0 => {
                self.tell(OrderId(0), account, News::MassCanceled { orders, request: None });
            }
            KillScope::Account(account) => {
                self.work.push_back(Work::MassCanceled { account, orders, request: None });
            }
            KillScope::All | KillScope::Instrument(_) => {
                self.work.push_back(Work::Killed { scope, orders });
            }
        }
    }
}
