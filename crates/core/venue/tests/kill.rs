//! A kill switch over as many orders as a busy day leaves: all gone with one command.

use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderType, Phase, Price, PrincipalId, Qty, SelfTrade, Side, Symbol, TickValue, TimeInForce,
    Timestamp,
};
use venue::{
    Action, Band, CancelReason, Command, CurrencyRule, Definition, Event, Events, Fact, Fees,
    Genesis, KillScope, Limits, Outcome, PublicEvent, Reject, Venue,
};

const ORDERS: u32 = 100_000;
const ACCOUNTS: u32 = 10;
const ALL: Action = Action::SetKillSwitch { scope: KillScope::All, engaged: true };

#[test]
fn a_hundred_thousand_orders_end_with_one_command_and_none_comes_in() {
    let mut desk = Desk::new();
    for number in 0..ORDERS {
        desk.ok(place(AccountId(1 + number % ACCOUNTS), 1 + u64::from(number) % 50));
    }
    let (outcome, events) = desk.apply(ALL);
    assert!(outcome.result.is_ok());
    let killed = |event: &&Event| {
        let Event::Account(event) = event else { return false };
        matches!(event.fact, Fact::Canceled { reason: CancelReason::KillSwitch, .. })
    };
    assert_eq!(events.iter().filter(killed).count(), ORDERS as usize);
    let done = PublicEvent::KillSwitchDone { scope: KillScope::All, orders: ORDERS };
    assert_eq!(events.last(), Some(&Event::Public(done)));
    assert!(desk.venue.trial_balance().iter().all(|(_, total)| *total == 0));
    desk.check_refuses();

    desk.restart();
    desk.check_refuses();
    let (outcome, events) = desk.apply(ALL);
    assert!(outcome.result.is_ok() && events.is_empty(), "it is engaged still");
}

struct Desk {
    venue: Venue,
    seq: u64,
    events: Events,
}

impl Desk {
    fn new() -> Desk {
        let venue = Venue::new(genesis()).expect("a genesis");
        let mut desk = Desk { venue, seq: 0, events: Events::new(1, 1 << 12) };
        desk.ok(Action::ListInstrument { definition: definition() });
        for number in 1..=ACCOUNTS {
            let (owner, self_trade) = (PrincipalId(1), SelfTrade::CancelNewest);
            desk.ok(Action::OpenAccount { owner, currency: usd(), self_trade });
            let amount = Amount(1_000_000_000);
            desk.ok(Action::Deposit { account: AccountId(number), amount });
        }
        desk.ok(Action::SetPhase { instrument: InstrumentId(0), phase: Phase::Continuous });
        desk
    }

    fn ok(&mut self, action: Action) {
        let (outcome, _) = self.apply(action);
        assert!(outcome.result.is_ok(), "{action:?}: {outcome:?}");
    }

    fn apply(&mut self, action: Action) -> (Outcome, Vec<Event>) {
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        let command = Command { principal, connection, request: None, action };
        self.seq += 1;
        let applied = self.venue.apply(self.seq, Timestamp(self.seq), &command, &mut self.events);
        let outcome = applied.expect("nothing expires");
        let mut told = Vec::new();
        loop {
            told.extend(self.events.iter().map(|stamped| *stamped.event));
            self.events.clear();
            if !self.venue.is_busy() {
                return (outcome, told);
            }
            self.venue.resume(&mut self.events);
        }
    }

    fn check_refuses(&mut self) {
        let (outcome, _) = self.apply(place(AccountId(1), 1));
        assert_eq!(outcome.result, Err(Reject::KillSwitch { scope: KillScope::All }));
    }

    fn restart(&mut self) {
        let mut bytes = Vec::new();
        self.venue.snapshot(&mut bytes);
        let hash = self.venue.state_hash();
        self.venue = Venue::restore(genesis(), &bytes).expect("a snapshot just taken");
        assert_eq!(self.venue.state_hash(), hash);
    }
}

fn place(account: AccountId, ticks: u64) -> Action {
    let order = NewOrder {
        instrument: InstrumentId(0),
        side: Side::Buy,
        order_type: OrderType::Limit { price: price(ticks) },
        qty: Qty(1),
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        display: None,
    };
    Action::Place { account, order }
}

fn definition() -> Definition {
    Definition {
        symbol: Symbol::new("ACME").expect("a symbol"),
        isin: None,
        currency: usd(),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(1_000),
        tick_value: TickValue::new(1, 1).expect("a tick value"),
        price_limit: price(1_000),
        band: Band { low: price(1), high: price(1_000) },
        fees: Fees::default(),
        policy: MatchingPolicy::PriceTime,
    }
}

fn genesis() -> Genesis {
    let limits = Limits {
        accounts_max: 16,
        instruments_max: 4,
        orders_max: ORDERS,
        orders_per_account_max: ORDERS,
        requests_remembered: 16,
        step_events_max: 256,
        ..Limits::default()
    };
    Genesis {
        venue: 1,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits,
        currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}

fn usd() -> Currency {
    Currency::new("USD").expect("a currency")
}

fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("a price")
}
