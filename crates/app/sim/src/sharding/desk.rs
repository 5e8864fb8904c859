//! A 2 x 2 venue whose messages move only when told: for crossings, one by one.

use types::{
    AccountId, Amount, ConnectionId, InstrumentId, NewOrder, OrderId, OrderType, Phase,
    PrincipalId, Qty, RequestId, SelfTrade, ShardId, Side, TimeInForce, Timestamp,
};
use venue::{
    Action, Balance, Change, Command, Delivery, Done, Event, Fact, Genesis, Limits, Outcome,
    PublicEvent, Reject, Shard,
};

use super::Cluster;
use super::traffic;
use crate::world::{currency, definition, price};

/// The shards and a clock.
#[derive(Debug)]
pub struct Desk {
    /// The shards.
    pub cluster: Cluster,
    /// When the next action comes.
    pub clock: u64,
}

/// The first account of clearing shard 0.
pub const ANN: AccountId = AccountId(1);
/// The first account of clearing shard 1.
pub const BOB: AccountId = AccountId(1 << 24 | 1);
/// The instrument of matching shard 0.
pub const FIRST: InstrumentId = InstrumentId(0);
/// The instrument of matching shard 1.
pub const SECOND: InstrumentId = InstrumentId(1);

/// Where each is at home.
pub const CLEARING: [Shard; 2] = [Shard::Clearing(ShardId(0)), Shard::Clearing(ShardId(1))];
/// Likewise.
pub const MATCHING: [Shard; 2] = [Shard::Matching(ShardId(0)), Shard::Matching(ShardId(1))];

impl Desk {
    /// Four empty shards with small tables.
    pub fn empty(limits: Limits) -> Desk {
        let two = Genesis { clearing_shards: 2, matching_shards: 2, limits, ..traffic::genesis(0) };
        Desk { cluster: Cluster::new(&two), clock: 1_000 }
    }

    /// Ann with cash, Bob with 100 lots of each, both instruments open for trading.
    pub fn open(cash: i64) -> Desk {
        Desk::open_with(traffic::genesis(0).limits, cash)
    }

    /// Likewise, with other limits.
    pub fn open_with(limits: Limits, cash: i64) -> Desk {
        let mut desk = Desk::empty(limits);
        desk.open_account(0, "USD");
        desk.open_account(1, "USD");
        for (any, name) in [(0, "FIRST"), (1, "SECOND")] {
            let definition = definition(name, "USD");
            let listed = desk.any(any, None, Action::ListInstrument { definition });
            assert!(listed.result.is_ok(), "{listed:?}");
        }
        desk.cluster.drain();
        desk.ok(Action::Deposit { account: ANN, amount: Amount(cash) });
        for instrument in [FIRST, SECOND] {
            desk.ok(Action::Issue { account: BOB, instrument, qty: Qty(100) });
            desk.ok(Action::SetPhase { instrument, phase: Phase::Continuous });
        }
        desk.cluster.drain();
        desk
    }

    /// Opens an account in a shard.
    pub fn open_account(&mut self, shard: u16, code: &str) -> AccountId {
        let owner = PrincipalId(7);
        let (currency, self_trade) = (currency(code), SelfTrade::Allow);
        let action = Action::OpenAccount { owner, currency, self_trade };
        match self.any(shard, None, action).result {
            Ok(Done::Account(account)) => account,
            other => panic!("an account is opened, not {other:?}"),
        }
    }

    /// Sends an action, under a request id or none, to shard `any` where any may take it.
    pub fn any(&mut self, any: u16, request: Option<&str>, action: Action) -> Outcome {
        self.clock += 1;
        let request = request.map(|id| RequestId::new(id).expect("a short id"));
        let (principal, connection) = (PrincipalId(7), ConnectionId(0));
        let command = Command { principal, connection, request, action };
        self.cluster.act(any, Timestamp(self.clock), &command)
    }

    /// Sends an action that clearing or matching takes.
    pub fn ok(&mut self, action: Action) {
        let outcome = self.any(0, None, action);
        assert!(outcome.result.is_ok(), "{action:?}: {outcome:?}");
    }

    /// Sends an action that is refused where it enters.
    pub fn refused(&mut self, action: Action) -> Reject {
        self.any(0, None, action).result.expect_err("it is refused")
    }

    /// Sends an order that clearing takes.
    pub fn place(&mut self, account: AccountId, order: NewOrder) -> OrderId {
        match self.any(0, None, Action::Place { account, order }).result {
            Ok(Done::Order(order)) => order,
            other => panic!("clearing takes the order: {other:?}"),
        }
    }

    /// An order that rests, all the way.
    pub fn rest(&mut self, account: AccountId, order: NewOrder) -> OrderId {
        let order = self.place(account, order);
        self.cluster.drain();
        order
    }

    /// Asks for another price and quantity.
    pub fn replace(&mut self, account: AccountId, order: OrderId, ticks: u64, qty: u64) -> Action {
        let change = Change { price: Some(price(ticks)), qty: Some(Qty(qty)), trigger: None };
        Action::Replace { account, order, change }
    }

    /// Delivers what is on a channel.
    pub fn pass(&mut self, source: Shard, destination: Shard) {
        while let Some(delivery) = self.cluster.deliver_next(source, destination) {
            assert_eq!(delivery, Delivery::Applied, "in order");
        }
    }

    /// Everything an owner was told.
    pub fn facts(&self, account: AccountId) -> Vec<Fact> {
        let node = self.cluster.node(Shard::Clearing(account.shard()));
        let own = node.told().iter().filter_map(|told| match &told.event {
            Event::Account(event) if event.account == account => Some(event.fact),
            Event::Account(_) | Event::Refused { .. } | Event::Public(_) => None,
        });
        own.collect()
    }

    /// The reason of the last thing an owner was told, a refusal of `order`.
    pub fn last_refusal(&self, account: AccountId, of: OrderId) -> Reject {
        match self.facts(account).last() {
            Some(Fact::Refused { order, reject, .. }) if *order == of => *reject,
            other => panic!("the last event is a refusal of {of:?}, not {other:?}"),
        }
    }

    /// An owner's cash.
    pub fn cash(&self, account: AccountId) -> Balance {
        let node = self.cluster.node(Shard::Clearing(account.shard()));
        node.machine().cash(account).expect("an account")
    }

    /// Matches in an instrument.
    pub fn trades(&self, shard: Shard) -> usize {
        let told = self.cluster.node(shard).told().iter();
        told.filter(|told| matches!(told.event, Event::Public(PublicEvent::Trade(_)))).count()
    }
}

/// A limit order, good till cancelled.
pub fn limit(instrument: InstrumentId, side: Side, qty: u64, ticks: u64) -> NewOrder {
    NewOrder {
        instrument,
        side,
        order_type: OrderType::Limit { price: price(ticks) },
        qty: Qty(qty),
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        display: None,
    }
}
