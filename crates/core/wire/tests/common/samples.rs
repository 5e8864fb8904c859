//! Fixed values: one of each kind of record. Golden files hold them, so they never change; new
//! ones go to the end.

use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, Isin, MatchingPolicy, NewOrder,
    OrderId, OrderType, PaymentId, PaymentReason, Phase, Price, PrincipalId, Qty, RequestId, Role,
    SelfTrade, ShardId, Side, Symbol, TickValue, TimeInForce, Timestamp, TradeId,
};
use venue::{
    Action, Band, CancelReason, Cause, Change, Command, CurrencyRule, Definition, Envelope,
    Execution, Fees, Fill, Genesis, KillScope, Limits, Message, NewEntry, OrderEntry, Parent,
    PaymentKind, Place, Report, Shard, Transfer, Versioned,
};

use super::rejects;

pub const ACCOUNT: AccountId = AccountId(0x0100_0007);
pub const INSTRUMENT: InstrumentId = InstrumentId(3);
pub const ORDER: OrderId = OrderId(0x0001_0000_0000_002a);
/// 2026-01-02T03:04:05.000000006Z.
pub const TIME: Timestamp = Timestamp(1_767_323_045_000_000_006);

pub fn price(ticks: u64) -> Price {
    Price::new(ticks).expect("in range")
}

pub fn request() -> Option<RequestId> {
    RequestId::new("my-order-1")
}

pub fn currency(code: &str) -> Currency {
    Currency::new(code).expect("three letters")
}

/// Buys 100 at 36.95 for the day.
pub fn limit_order() -> NewOrder {
    NewOrder {
        instrument: INSTRUMENT,
        side: Side::Buy,
        order_type: OrderType::Limit { price: price(3_695) },
        qty: Qty(100),
        time_in_force: TimeInForce::Day,
        post_only: false,
        display: None,
    }
}

pub fn definition() -> Definition {
    Definition {
        symbol: Symbol::new("PETR4").expect("short"),
        isin: Isin::new("BRPETRACNPR6"),
        currency: currency("BRL"),
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 100,
        order_qty_max: Qty(1_000_000),
        tick_value: TickValue::ONE,
        price_limit: price(100_000),
        band: Band { low: price(3_000), high: price(4_500) },
        fees: Fees { maker_ppm: 100, taker_ppm: 300 },
        policy: MatchingPolicy::PriceTime,
    }
}

pub fn place() -> Command {
    command(None, Action::Place { account: ACCOUNT, order: limit_order() })
}

fn command(request: Option<RequestId>, action: Action) -> Command {
    Command { principal: PrincipalId(11), connection: ConnectionId(22), request, action }
}

pub fn commands() -> Vec<Command> {
    let asked = account_actions().into_iter().chain(order_actions()).chain(venue_actions());
    [place()].into_iter().chain(asked.map(|action| command(request(), action))).collect()
}

fn account_actions() -> [Action; 7] {
    let account = ACCOUNT;
    [
        Action::OpenAccount {
            owner: PrincipalId(77),
            currency: currency("BRL"),
            self_trade: SelfTrade::CancelOldest,
        },
        Action::SetAccountStatus { account, suspended: true },
        Action::CloseAccount { account },
        Action::Deposit { account, amount: Amount(1_000_000) },
        Action::Withdraw { account, amount: Amount(-1) },
        Action::Transfer { account, to: AccountId(9), amount: Amount(250) },
        Action::Issue { account, instrument: INSTRUMENT, qty: Qty(5_000) },
    ]
}

fn order_actions() -> Vec<Action> {
    let (account, instrument) = (ACCOUNT, INSTRUMENT);
    let limit = limit_order();
    let orders = [
        NewOrder {
            side: Side::Sell,
            order_type: OrderType::Market { collar: None },
            time_in_force: TimeInForce::Ioc,
            ..limit
        },
        NewOrder {
            order_type: OrderType::Market { collar: Some(price(3_800)) },
            time_in_force: TimeInForce::Fok,
            ..limit
        },
        NewOrder {
            order_type: OrderType::Stop { trigger: price(3_750), collar: Some(price(3_800)) },
            time_in_force: TimeInForce::Gtc,
            ..limit
        },
        NewOrder {
            order_type: OrderType::StopLimit { trigger: price(3_750), price: price(3_760) },
            time_in_force: TimeInForce::Gtd(TIME),
            ..limit
        },
        NewOrder { post_only: true, display: Some(Qty(10)), ..limit },
    ];
    let change = Change { qty: Some(Qty(80)), price: Some(price(3_690)), trigger: None };
    let rest = [
        Action::Replace { account, order: ORDER, change },
        Action::Cancel { account, order: ORDER },
        Action::MassCancel { account, instrument: None, side: None },
        Action::MassCancel { account, instrument: Some(instrument), side: Some(Side::Sell) },
    ];
    let places = orders.into_iter().map(|order| Action::Place { account, order });
    places.chain(rest).collect()
}

fn venue_actions() -> [Action; 17] {
    let instrument = INSTRUMENT;
    let crypto = Definition {
        symbol: Symbol::new("BTC/USD").expect("short"),
        isin: None,
        currency: currency("USD"),
        qty_decimals: 8,
        tick_value: TickValue::new(1, 100_000_000).expect("neither part is zero"),
        policy: MatchingPolicy::ProRata,
        ..definition()
    };
    [
        Action::ListInstrument { definition: definition() },
        Action::ListInstrument { definition: crypto },
        Action::SetPhase { instrument, phase: Phase::Continuous },
        Action::SetBand { instrument, band: Band { low: price(1), high: price(9_999) } },
        Action::SetFees { instrument, fees: Fees { maker_ppm: 0, taker_ppm: 1_000_000 } },
        Action::SetBusinessDate { date: Date(20_455) },
        Action::SetRules { version: 1 },
        Action::Tick,
        Action::SetCancelAfter { account: ACCOUNT, after_s: 30 },
        Action::SetKillSwitch { scope: KillScope::All, engaged: true },
        Action::SetKillSwitch { scope: KillScope::Account(ACCOUNT), engaged: false },
        Action::SetKillSwitch { scope: KillScope::Instrument(instrument), engaged: true },
        Action::RequestPayment {
            account: ACCOUNT,
            kind: PaymentKind::Withdrawal,
            amount: Amount(250),
        },
        Action::ConfirmPayment { payment: PaymentId(12) },
        Action::FailPayment { payment: PaymentId(12), reason: None },
        Action::FailPayment {
            payment: PaymentId(12),
            reason: Some(PaymentReason::new("no-such-bank").expect("a code")),
        },
        Action::TellTime,
    ]
}

pub fn geneses() -> Vec<Genesis> {
    let usd = CurrencyRule { code: currency("USD"), decimals: 2 };
    let jpy = CurrencyRule { code: currency("JPY"), decimals: 0 };
    let plain = Genesis {
        venue: 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits::default(),
        currencies: vec![usd],
        business_date: Date(20_455),
        hash_key: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
        parent: None,
    };
    let parent = Parent { venue: plain.venue, seq: 1_000, event_hash: 0xdead_beef };
    let fork = Genesis {
        venue: 2,
        clearing_shards: 4,
        matching_shards: 2,
        currencies: vec![usd, jpy],
        parent: Some(parent),
        ..plain.clone()
    };
    vec![plain, fork]
}

pub fn messages() -> Vec<Envelope> {
    let refused = rejects::every()
        .into_iter()
        .map(|reject| execution(Report::Refused { reject, request: None }));
    let all = entries().into_iter().chain(reports().into_iter().map(execution)).chain(others());
    all.chain(refused).map(envelope).collect()
}

fn envelope(message: Message) -> Envelope {
    let (clearing, matching) = (Shard::Clearing(ShardId(1)), Shard::Matching(ShardId(2)));
    let (source, destination) = match message {
        Message::Entry(_)
        | Message::DefinitionKnown { .. }
        | Message::Transfer(_)
        | Message::TransferReturned { .. } => (clearing, matching),
        Message::Execution(_) | Message::Definition(_) => (matching, clearing),
    };
    let cause = Cause { shard: clearing, seq: 5 };
    Envelope { source, destination, seq: 6, at: TIME, cause, message }
}

fn execution(report: Report) -> Message {
    Message::Execution(Execution { order: ORDER, account: ACCOUNT, report })
}

pub fn new_entry() -> NewEntry {
    NewEntry {
        order: ORDER,
        account: ACCOUNT,
        version: 2,
        self_trade: SelfTrade::Decrement,
        limit: price(3_695),
        terms: limit_order(),
        request: request(),
    }
}

fn entries() -> Vec<Message> {
    let (order, account, instrument) = (ORDER, ACCOUNT, INSTRUMENT);
    let change = Change { qty: None, price: None, trigger: Some(price(3_700)) };
    let entries = [
        OrderEntry::New(new_entry()),
        OrderEntry::Replace { order, account, instrument, change, request: request() },
        OrderEntry::Cancel { order, account, instrument, request: None },
        OrderEntry::MassCancel { account, instrument: None, side: Some(Side::Buy), request: None },
        OrderEntry::Kill { shard: ShardId(1), scope: KillScope::Account(account) },
    ];
    entries.into_iter().map(Message::Entry).collect()
}

fn reports() -> Vec<Report> {
    let place = Place { ahead: Qty(7), best_bid: Some(price(3_694)), best_ask: None };
    let fill = Fill {
        trade: TradeId(0x0002_0000_0000_0009),
        price: price(3_690),
        lots: Qty(40),
        leaves: Qty(60),
        role: Role::Taker,
    };
    let reject = rejects::every()[0];
    let reasons = [
        CancelReason::Requested,
        CancelReason::MassCancel,
        CancelReason::ReplacedToNothing,
        CancelReason::NotImmediate,
        CancelReason::SelfTrade,
        CancelReason::Expired,
        CancelReason::NoRoom,
        CancelReason::KillSwitch,
    ];
    let canceled =
        reasons.map(|reason| Report::Canceled { lots: Qty(60), reason, request: request() });
    let change = Change { qty: Some(Qty(80)), ..Change::default() };
    let others = [
        Report::Accepted { entry: new_entry(), place },
        Report::Filled(fill),
        Report::Decremented { lots: Qty(5) },
        Report::Replaced { change, leaves: Qty(40), place: None, request: request() },
        Report::Replaced { change, leaves: Qty(40), place: Some(place), request: None },
        Report::ChangeRefused { reject, request: request(), was_replace: true },
        Report::Triggered,
        Report::MassCancelDone { orders: 12, request: None },
    ];
    others.into_iter().chain(canceled).collect()
}

fn others() -> [Message; 4] {
    let transfer = Transfer { from: ACCOUNT, to: AccountId(9), amount: Amount(250), currency: 1 };
    let versioned = Versioned {
        instrument: INSTRUMENT,
        version: 2,
        definition: definition(),
        phase: Phase::PreOpen,
    };
    [
        Message::Definition(versioned),
        Message::DefinitionKnown { instrument: INSTRUMENT, version: 2, shard: ShardId(1) },
        Message::Transfer(transfer),
        Message::TransferReturned { transfer, reject: rejects::every()[1] },
    ]
}
