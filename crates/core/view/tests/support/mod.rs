//! A venue's genesis, an instrument and events, for the tests of this crate.
#![allow(dead_code, reason = "each test binary uses its own part")]

use types::{
    AccountId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder, OrderId, OrderType, Price,
    PrincipalId, Qty, RequestId, SelfTrade, ShardId, Side, Symbol, TickValue, TimeInForce,
    Timestamp, TradeId,
};
use venue::{
    AccountEvent, Balance, Band, BookChange, Cause, CurrencyRule, Definition, Event, Events, Fact,
    Fees, Genesis, Limits, Place, PublicEvent, Shard, Trade,
};
use view::Views;

pub const ALICE: AccountId = AccountId(1);
pub const BOB: AccountId = AccountId(2);
pub const PETR: InstrumentId = InstrumentId(0);

pub fn genesis() -> Genesis {
    Genesis {
        venue: 7,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits::default(),
        currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}

pub fn usd() -> Currency {
    Currency::new("USD").unwrap()
}

pub fn price(ticks: u64) -> Price {
    Price::new(ticks).unwrap()
}

pub fn request(name: &str) -> Option<RequestId> {
    Some(RequestId::new(name).unwrap())
}

pub fn definition() -> Definition {
    Definition {
        symbol: Symbol::new("PETR4").unwrap(),
        isin: None,
        currency: usd(),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(1_000_000),
        tick_value: TickValue::ONE,
        price_limit: price(100_000),
        band: Band { low: price(1), high: price(100_000) },
        fees: Fees::default(),
        policy: MatchingPolicy::PriceTime,
    }
}

pub fn listed() -> Event {
    Event::Public(PublicEvent::Listed { instrument: PETR, definition: definition() })
}

pub fn limit(side: Side, ticks: u64, lots: u64) -> NewOrder {
    NewOrder {
        instrument: PETR,
        side,
        order_type: OrderType::Limit { price: price(ticks) },
        qty: Qty(lots),
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        display: None,
    }
}

/// Views and the events that go into them, one command each.
pub struct Fixture {
    pub views: Views,
    events: Events,
    seq: u64,
    account_seqs: [u64; 3],
    /// What the next facts tell of their account's cash.
    pub cash: Balance,
}

impl Fixture {
    /// PETR4 is listed, Alice's account is open.
    pub fn new() -> Fixture {
        let (views, cash) = (Views::new(&genesis()), Balance { free: 70, held: 30 });
        let mut fixture =
            Fixture { views, events: Events::new(1, 16), seq: 0, account_seqs: [0; 3], cash };
        fixture.event(listed());
        fixture.opened(ALICE);
        fixture
    }

    pub fn opened(&mut self, account: AccountId) {
        let (owner, self_trade) = (PrincipalId(9), SelfTrade::CancelNewest);
        let next = std::mem::take(&mut self.cash);
        self.fact(account, Fact::Opened { owner, currency: usd(), self_trade });
        self.cash = next;
    }

    pub fn accepted(&mut self, order: u64, client: Option<RequestId>, terms: NewOrder) {
        let place = Place::default();
        let fact = Fact::Accepted { order: OrderId(order), request: client, terms, place };
        self.fact(ALICE, fact);
    }

    pub fn fact(&mut self, account: AccountId, fact: Fact) {
        let last = &mut self.account_seqs[account.0 as usize];
        *last += 1;
        let (account_seq, cash) = (*last, self.cash);
        self.event(Event::Account(AccountEvent { account, account_seq, cash, fact }));
    }

    /// Two others trade, at this price.
    pub fn printed(&mut self, ticks: u64) {
        self.event(Event::Public(PublicEvent::Book(BookChange {
            instrument: PETR,
            side: Side::Sell,
            price: price(ticks),
            order: OrderId(98),
            lots: Qty(1),
            at_back: true,
            level_lots: Qty(1),
            level_orders: 1,
        })));
        self.event(Event::Public(PublicEvent::Trade(Trade {
            instrument: PETR,
            trade: TradeId(99),
            price: price(ticks),
            lots: Qty(1),
            maker: OrderId(98),
            taker: OrderId(99),
            taker_side: Side::Buy,
            maker_lots: Qty::ZERO,
            level_lots: Qty::ZERO,
            level_orders: 0,
        })));
    }

    pub fn event(&mut self, event: Event) {
        self.seq += 1;
        let cause = Cause { shard: Shard::Clearing(ShardId(0)), seq: self.seq };
        self.events.begin(Timestamp(self.seq * 100), cause);
        self.events.push(event);
        self.views.absorb(&self.events);
        self.events.clear();
    }

    pub fn restored(&self) -> Views {
        Views::restore(&self.snapshot()).expect("own snapshots are good")
    }

    pub fn snapshot(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.views.snapshot(&mut bytes);
        bytes
    }
}
