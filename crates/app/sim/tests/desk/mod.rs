//! A small desk to script scenarios at: commands in, short lines out.

use sim::compare::{Line, replay};
use sim::model::Model;
use sim::world;
use types::{
    AccountId, Amount, ConnectionId, InstrumentId, MatchingPolicy, NewOrder, OrderId, OrderType,
    Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Side, TimeInForce, Timestamp,
};
use venue::{
    Action, Change, Command, Definition, Done, Event, Fact, Genesis, Outcome, PublicEvent,
};

/// The one instrument of a desk.
pub const STOCK: InstrumentId = InstrumentId(0);

/// A model, and everything it was asked, so that the venue can be asked the same.
pub struct Desk {
    genesis: Genesis,
    model: Model,
    script: Vec<Line>,
    /// The outcome of the last command.
    pub outcome: Option<Outcome>,
}

/// What a desk trades, where it is not plain price-time with a tick value of one.
pub fn stock() -> Definition {
    Definition { band: world::band(1, 1_500), ..world::definition("STOCK", "USD") }
}

/// The same by size.
pub fn shared_stock() -> Definition {
    Definition { policy: MatchingPolicy::ProRata, ..stock() }
}

impl Desk {
    /// A venue in continuous trading; account `n` has the `n`-th mode, much cash and 1,000 lots.
    pub fn new(definition: Definition, modes: &[SelfTrade]) -> Desk {
        Desk::with(world::genesis(0), definition, modes)
    }

    /// The same with other limits.
    pub fn with(genesis: Genesis, definition: Definition, modes: &[SelfTrade]) -> Desk {
        let model = Model::new(genesis.clone());
        let mut desk = Desk { genesis, model, script: Vec::new(), outcome: None };
        desk.ask(Action::ListInstrument { definition });
        for (index, self_trade) in modes.iter().enumerate() {
            let owner = PrincipalId(index as u64);
            let currency = definition.currency;
            desk.ask(Action::OpenAccount { owner, currency, self_trade: *self_trade });
            let account = AccountId(index as u32 + 1);
            desk.ask(Action::Deposit { account, amount: Amount(1_000_000) });
            desk.ask(Action::Issue { account, instrument: STOCK, qty: Qty(1_000) });
        }
        desk.phase(Phase::Continuous);
        desk
    }

    /// Sends an action without a request id, a nanosecond after the one before.
    pub fn ask(&mut self, action: Action) -> Vec<String> {
        self.send(None, action)
    }

    /// Sends an action with a request id.
    pub fn ask_as(&mut self, id: &str, action: Action) -> Vec<String> {
        self.send(RequestId::new(id), action)
    }

    fn send(&mut self, request: Option<RequestId>, action: Action) -> Vec<String> {
        let (principal, connection) = (PrincipalId(0), ConnectionId(0));
        let command = Command { principal, connection, request, action };
        let seq = self.script.len() as u64 + 1;
        let at = Timestamp(seq);
        let (events, outcome) = self.model.apply(seq, at, &command);
        let placed = match (action, outcome.result) {
            (Action::Place { .. }, Ok(Done::Order(order))) => Some(order),
            (_, Ok(_) | Err(_)) => None,
        };
        self.script.push(Line { at, command, placed });
        self.outcome = Some(outcome);
        events.iter().map(|(_, event)| brief(event)).collect()
    }

    /// Changes the phase.
    pub fn phase(&mut self, phase: Phase) -> Vec<String> {
        self.ask(Action::SetPhase { instrument: STOCK, phase })
    }

    /// Places a limit order that rests until it is cancelled.
    pub fn limit(&mut self, account: u32, side: Side, qty: u64, ticks: u64) -> Vec<String> {
        self.order(account, gtc(side, qty, OrderType::Limit { price: price(ticks) }))
    }

    /// Places any order.
    pub fn order(&mut self, account: u32, order: NewOrder) -> Vec<String> {
        self.ask(Action::Place { account: AccountId(account), order })
    }

    /// Replaces the quantity of an order.
    pub fn replace_qty(&mut self, account: u32, order: u64, qty: u64) -> Vec<String> {
        let change = Change { qty: Some(Qty(qty)), ..Change::default() };
        let (account, order) = (AccountId(account), OrderId(order));
        self.ask(Action::Replace { account, order, change })
    }

    /// The venue answers every command of the desk alike, and the auditor agrees.
    pub fn close(self) {
        if let Err(mismatch) = replay(0, &self.genesis, &self.script) {
            panic!("{mismatch}");
        }
    }
}

/// An order that rests until it is cancelled.
pub fn gtc(side: Side, qty: u64, order_type: OrderType) -> NewOrder {
    NewOrder {
        instrument: STOCK,
        side,
        order_type,
        qty: Qty(qty),
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        display: None,
    }
}

/// A price that is known to be one.
pub fn price(ticks: u64) -> Price {
    world::price(ticks)
}

fn brief(event: &Event) -> String {
    match event {
        Event::Refused { reject, .. } => format!("refused {reject:?}"),
        Event::Account(event) => format!("{}: {}", event.account.0, brief_fact(&event.fact)),
        Event::Public(PublicEvent::Book(book)) => {
            let back = if book.at_back { " at back" } else { "" };
            format!("book {} {}@{}{back}", book.order.0, book.lots.0, book.price.ticks())
        }
        Event::Public(PublicEvent::Trade(it)) => {
            format!("trade {}x{} {}@{}", it.maker.0, it.taker.0, it.lots.0, it.price.ticks())
        }
        Event::Public(other) => format!("{other:?}"),
    }
}

fn brief_fact(fact: &Fact) -> String {
    match fact {
        Fact::Accepted { order, .. } => format!("accepted {}", order.0),
        Fact::Filled(own) => {
            let (lots, cash, fee) = (own.fill.lots.0, own.cash.0, own.fee.0);
            format!("filled {} {lots} cash {cash} fee {fee}", own.order.0)
        }
        Fact::Canceled { order, lots, reason, .. } => {
            format!("canceled {} {} {reason:?}", order.0, lots.0)
        }
        Fact::Decremented { order, lots, leaves } => {
            format!("decremented {} {} leaves {}", order.0, lots.0, leaves.0)
        }
        Fact::Replaced { order, leaves, place, .. } => {
            let kept = if place.is_none() { " kept" } else { "" };
            format!("replaced {} leaves {}{kept}", order.0, leaves.0)
        }
        Fact::Triggered { order } => format!("triggered {}", order.0),
        Fact::Refused { order, reject, .. } => format!("refused {} {reject:?}", order.0),
        Fact::Opened { .. }
        | Fact::StatusChanged { .. }
        | Fact::Closed
        | Fact::Deposited { .. }
        | Fact::Withdrawn { .. }
        | Fact::TransferSent { .. }
        | Fact::TransferReceived { .. }
        | Fact::TransferReturned { .. }
        | Fact::Issued { .. }
        | Fact::KillSwitchSet { .. }
        | Fact::CancelAfterSet { .. }
        | Fact::MassCanceled { .. } => format!("{fact:?}"),
    }
}
