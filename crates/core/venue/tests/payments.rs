//! Random payments: what withdrawals that wait hold, whatever else comes and goes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use types::{
    AccountId, Amount, ConnectionId, Currency, Date, PaymentId, PrincipalId, SelfTrade, Timestamp,
};
use venue::{
    Action, Balance, Command, CurrencyRule, Event, Events, Genesis, Limits, PaymentKind, Venue,
};

const ACCOUNTS: u32 = 3;

proptest! {
    #[test]
    fn an_account_holds_the_sum_of_its_withdrawals_that_wait(
        actions in prop::collection::vec(any_action(), 1..150),
    ) {
        let mut desk = Desk::new();
        for action in actions {
            desk.apply(action);
            desk.check();
        }
        desk.restart();
        desk.check();
        // Settled one way or the other, nothing waits and nothing is held.
        let waiting: Vec<PaymentId> = desk.venue.pending_payments().map(|it| it.0).collect();
        for (place, payment) in waiting.into_iter().enumerate() {
            if place.is_multiple_of(2) {
                desk.apply(Action::ConfirmPayment { payment });
            }
            desk.apply(Action::FailPayment { payment, reason: None });
            desk.check();
        }
        prop_assert!(desk.cash.values().all(|cash| cash.held == 0));
    }
}

fn any_action() -> impl Strategy<Value = Action> {
    let account = (1..=ACCOUNTS).prop_map(AccountId);
    let amount = (1_i64..400).prop_map(Amount);
    let payment = (1_u64..90).prop_map(PaymentId);
    let kind = prop_oneof![Just(PaymentKind::Deposit), Just(PaymentKind::Withdrawal)];
    prop_oneof![
        2 => (account.clone(), amount.clone())
            .prop_map(|(account, amount)| Action::Deposit { account, amount }),
        2 => (account.clone(), amount.clone())
            .prop_map(|(account, amount)| Action::Withdraw { account, amount }),
        2 => (account.clone(), account.clone(), amount.clone())
            .prop_map(|(account, to, amount)| Action::Transfer { account, to, amount }),
        6 => (account.clone(), kind, amount)
            .prop_map(|(account, kind, amount)| Action::RequestPayment { account, kind, amount }),
        3 => payment.clone().prop_map(|payment| Action::ConfirmPayment { payment }),
        2 => payment.prop_map(|payment| Action::FailPayment { payment, reason: None }),
        1 => (account, any::<bool>())
            .prop_map(|(account, suspended)| Action::SetAccountStatus { account, suspended }),
    ]
}

struct Desk {
    venue: Venue,
    events: Events,
    seq: u64,
    /// As each account was told last.
    cash: BTreeMap<AccountId, Balance>,
}

impl Desk {
    fn new() -> Desk {
        let venue = Venue::new(genesis()).expect("a genesis");
        let mut desk = Desk { venue, events: Events::new(1, 8_192), seq: 0, cash: BTreeMap::new() };
        for number in 1..=ACCOUNTS {
            let (owner, self_trade) = (PrincipalId(u64::from(number)), SelfTrade::Allow);
            desk.apply(Action::OpenAccount { owner, currency: usd(), self_trade });
            let account = AccountId(number);
            desk.apply(Action::Deposit { account, amount: Amount(1_000) });
        }
        desk
    }

    fn apply(&mut self, action: Action) {
        self.seq += 1;
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        let command = Command { principal, connection, request: None, action };
        let done = self.venue.apply(self.seq, Timestamp(self.seq), &command, &mut self.events);
        assert!(done.is_some(), "nothing expires");
        for stamped in self.events.iter() {
            if let Event::Account(event) = stamped.event {
                self.cash.insert(event.account, event.cash);
            }
        }
        self.events.clear();
    }

    fn restart(&mut self) {
        let mut bytes = Vec::new();
        self.venue.snapshot(&mut bytes);
        let restored = Venue::restore(genesis(), &bytes).expect("its own snapshot");
        assert_eq!(restored.state_hash(), self.venue.state_hash());
        self.venue = restored;
    }

    fn check(&self) {
        for (account, cash) in &self.cash {
            let leaving = self.venue.pending_payments().filter(|it| it.1 == *account);
            let leaving = leaving.filter(|it| it.2 == PaymentKind::Withdrawal);
            let leaving: i64 = leaving.map(|it| it.3.0).sum();
            assert_eq!(cash.held, leaving, "{account:?}");
            assert!(cash.free >= 0);
        }
        assert!(self.venue.trial_balance().iter().all(|(_, total)| *total == 0));
    }
}

fn usd() -> Currency {
    Currency::new("USD").expect("a currency")
}

fn genesis() -> Genesis {
    Genesis {
        venue: 1,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits { accounts_max: 4, instruments_max: 1, orders_max: 4, ..Limits::default() },
        currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}
