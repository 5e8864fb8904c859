//! JSON bodies out: every shape, as text.

mod common;

use common::{rejects, samples};
use expect_test::{Expect, ExpectFile, expect, expect_file};
use serde::Serialize;
use serde_json::Value;
use types::{
    AccountId, Amount, Date, InstrumentId, NewOrder, OrderId, OrderType, PaymentId, PaymentReason,
    Phase, PrincipalId, Qty, RequestId, Role, SelfTrade, ShardId, Side, TimeInForce, TradeId,
};
use venue::{
    AccountEvent, Balance, Band, BookChange, CancelReason, Cause, Change, DefinitionField, Done,
    Fact, Fees, Fill, KillScope, OwnFill, PaymentKind, Place, PublicEvent, Reject, Shard, Trade,
};
use wire::json::{
    AccountOut, AccountState, AccountStatus, AnswerOut, Decimal, DepthOut, InstrumentOut, Level,
    OrderOut, OrderState, OrderStatus, OwnEventOut, PositionOut, PublicEventOut, RejectOut, Scale,
    Stamp, Subject, TradeOut, Units, codes, public_subject, subject,
};

fn check(value: &impl Serialize, expected: &Expect) {
    expected.assert_eq(&serde_json::to_string_pretty(value).expect("it is JSON"));
}

/// Checks one line for each value.
fn check_lines<T: Serialize>(values: impl IntoIterator<Item = T>, expected: &ExpectFile) {
    let lines = values.into_iter().map(|value| {
        let line = serde_json::to_string(&value).expect("it is JSON");
        let parsed: Value = serde_json::from_str(&line).expect("it is JSON");
        assert_eq!(parsed.to_string().len(), line.len(), "a key stands there once: {line}");
        line + "\n"
    });
    expected.assert_eq(&lines.collect::<String>());
}

fn scale() -> Scale {
    Scale::new(samples::INSTRUMENT, &samples::definition(), 2)
}

fn stamp() -> Stamp {
    let cause = Cause { shard: Shard::Clearing(ShardId(0)), seq: 7 };
    Stamp { seq: 9, at: samples::TIME, cause }
}

fn place() -> Place {
    Place { ahead: Qty(300), best_bid: Some(samples::price(3_694)), best_ask: None }
}

#[test]
fn decimals_show_all_their_places() {
    for (units, decimals, text) in [
        (0, 0, "0"),
        (0, 2, "0.00"),
        (5, 0, "5"),
        (5, 1, "0.5"),
        (5, 3, "0.005"),
        (3_700, 2, "37.00"),
        (-1, 2, "-0.01"),
        (-12_345, 2, "-123.45"),
        (i64::MIN, 2, "-92233720368547758.08"),
        (i64::MAX, 0, "9223372036854775807"),
    ] {
        assert_eq!(Decimal::signed(units, decimals).to_string(), text);
    }
    let widest = Decimal::unsigned(u128::MAX, 38).to_string();
    assert_eq!(widest, "3.40282366920938463463374607431768211455");
    assert_eq!(Decimal::unsigned(1, 255).to_string().len(), 257);
}

#[test]
fn an_account() {
    let state = AccountState {
        account: samples::ACCOUNT,
        owner: PrincipalId(u64::MAX),
        currency: samples::currency("BRL"),
        money_decimals: 2,
        self_trade: SelfTrade::CancelNewest,
        status: AccountStatus::Active,
        cash: Balance { free: 630_500, held: 369_500 },
    };
    check(
        &AccountOut::new(&state),
        &expect![[r#"
        {
          "account_id": "16777223",
          "owner": "18446744073709551615",
          "currency": "BRL",
          "self_trade": "cancel_newest",
          "status": "active",
          "cash": {
            "free": "6305.00",
            "held": "3695.00",
            "total": "10000.00"
          }
        }"#]],
    );
    let position = PositionOut::new(Balance { free: -5, held: 10 }, &scale());
    check_lines([position], &expect_file!["golden/json_position.txt"]);
}

#[test]
fn an_instrument() {
    let out = InstrumentOut::new(samples::INSTRUMENT, &samples::definition(), Phase::Continuous);
    check(
        &out,
        &expect![[r#"
        {
          "instrument_id": "3",
          "symbol": "PETR4",
          "isin": "BRPETRACNPR6",
          "currency": "BRL",
          "price_decimals": 2,
          "qty_decimals": 0,
          "tick_size": "0.01",
          "lot_size": "100",
          "order_qty_max": "1000000",
          "price_limit": "1000.00",
          "band": {
            "low": "30.00",
            "high": "45.00"
          },
          "fees": {
            "maker_ppm": 100,
            "taker_ppm": 300
          },
          "policy": "price_time",
          "phase": "continuous"
        }"#]],
    );
}

fn order_state() -> OrderState {
    OrderState {
        order: samples::ORDER,
        request: samples::request(),
        account: samples::ACCOUNT,
        terms: samples::limit_order(),
        status: OrderStatus::Open,
        filled: Qty(40),
        leaves: Qty(60),
        ticks_lots: 40 * 3_690,
        fee: Amount(45),
        created: samples::TIME,
        updated: samples::TIME,
        reject: None,
    }
}

#[test]
fn an_order() {
    check(
        &OrderOut::new(&order_state(), &scale()),
        &expect![[r#"
        {
          "order_id": "281474976710698",
          "client_order_id": "my-order-1",
          "account_id": "16777223",
          "symbol": "PETR4",
          "side": "buy",
          "type": "limit",
          "qty": "100",
          "price": "36.95",
          "time_in_force": "day",
          "post_only": false,
          "status": "open",
          "cum_qty": "40",
          "leaves_qty": "60",
          "cum_value": "1476.00",
          "fee": "0.45",
          "created_at": "2026-01-02T03:04:05.000000006Z",
          "updated_at": "2026-01-02T03:04:05.000000006Z"
        }"#]],
    );
}

#[test]
fn an_order_that_was_rejected() {
    let state = order_state();
    let terms = NewOrder {
        side: Side::Sell,
        order_type: OrderType::Stop { trigger: samples::price(3_600), collar: None },
        time_in_force: TimeInForce::Gtd(samples::TIME),
        display: Some(Qty(10)),
        ..state.terms
    };
    let (status, reject) = (OrderStatus::Rejected, Some(Reject::IcebergMustRest));
    let refused = OrderState { request: None, terms, status, reject, ..state };
    check(
        &OrderOut::new(&refused, &scale()),
        &expect![[r#"
        {
          "order_id": "281474976710698",
          "account_id": "16777223",
          "symbol": "PETR4",
          "side": "sell",
          "type": "stop",
          "qty": "100",
          "stop_price": "36.00",
          "time_in_force": "gtd",
          "expire_at": "2026-01-02T03:04:05.000000006Z",
          "post_only": false,
          "display_qty": "10",
          "status": "rejected",
          "cum_qty": "40",
          "leaves_qty": "60",
          "cum_value": "1476.00",
          "fee": "0.45",
          "created_at": "2026-01-02T03:04:05.000000006Z",
          "updated_at": "2026-01-02T03:04:05.000000006Z",
          "reject": {
            "code": "iceberg_must_rest",
            "detail": "An iceberg is an order with a limit price that can rest.",
            "field": "display_qty",
            "expected": "a limit or stop_limit order that is day, gtc or gtd"
          }
        }"#]],
    );
}

#[test]
fn depth_and_a_trade() {
    let level = |ticks, lots| Level { price: samples::price(ticks), lots: Qty(lots), orders: 2 };
    let depth =
        DepthOut::new(9, &[level(3_694, 10), level(3_693, 20)], &[level(3_700, 5)], &scale());
    check_lines([depth], &expect_file!["golden/json_depth.txt"]);
    let trade = TradeOut::new(9, samples::TIME, &trade(), &scale());
    check_lines([trade], &expect_file!["golden/json_trade.txt"]);
}

#[test]
fn an_answer() {
    let answers = [
        AnswerOut::new(9, false, Done::Nothing),
        AnswerOut::new(9, false, Done::Account(samples::ACCOUNT)),
        AnswerOut::new(9, true, Done::Order(samples::ORDER)),
        AnswerOut::new(9, false, Done::Instrument(samples::INSTRUMENT)),
        AnswerOut::new(9, false, Done::Payment(PaymentId(12))),
    ];
    check_lines(answers, &expect_file!["golden/json_answers.txt"]);
}

fn trade() -> Trade {
    Trade {
        instrument: samples::INSTRUMENT,
        trade: TradeId(3),
        price: samples::price(3_690),
        lots: Qty(40),
        maker: OrderId(41),
        taker: samples::ORDER,
        taker_side: Side::Buy,
        maker_lots: Qty(10),
        level_lots: Qty(30),
        level_orders: 2,
    }
}

fn account_facts() -> Vec<Fact> {
    let (to, amount) = (AccountId(9), Amount(250));
    let reject = Reject::UnknownAccount { account: to };
    let (payment, request) = (PaymentId(12), samples::request());
    let reason = PaymentReason::new("no-such-bank");
    vec![
        Fact::Opened {
            owner: PrincipalId(77),
            currency: samples::currency("BRL"),
            self_trade: SelfTrade::Decrement,
        },
        Fact::StatusChanged { suspended: true },
        Fact::Closed,
        Fact::Deposited { payment, amount, request },
        Fact::Withdrawn { payment, amount, request: None },
        Fact::PaymentRequested { payment, kind: PaymentKind::Deposit, amount, request },
        Fact::PaymentFailed { payment, kind: PaymentKind::Withdrawal, amount, request, reason },
        Fact::TransferSent { payment, to, amount, request },
        Fact::TransferReceived { payment, from: to, amount },
        Fact::TransferReturned { payment, to, amount, reject },
        Fact::Refused { request: None, order: OrderId(0), reject },
        Fact::MassCanceled { orders: 3, request: samples::request() },
        Fact::KillSwitchSet { engaged: true },
        Fact::CancelAfterSet { at: Some(types::Timestamp(1_700_000_030_000_000_000)) },
        Fact::CancelAfterSet { at: None },
    ]
}

fn order_facts() -> Vec<Fact> {
    let (order, instrument, request) = (samples::ORDER, samples::INSTRUMENT, samples::request());
    let position = Balance { free: 100, held: 0 };
    let fill = Fill {
        trade: TradeId(3),
        price: samples::price(3_690),
        lots: Qty(40),
        leaves: Qty(60),
        role: Role::Taker,
    };
    let own_fill = OwnFill {
        order,
        instrument,
        side: Side::Buy,
        fill,
        filled: Qty(40),
        ticks_lots: 40 * 3_690,
        cash: Amount(147_600),
        fee: Amount(45),
        position,
    };
    let reject =
        Reject::PriceAboveBand { price: samples::price(5_000), max: samples::price(4_500) };
    let change = Change { qty: Some(Qty(80)), ..Change::default() };
    let (lots, filled, reason) = (Qty(60), Qty(40), CancelReason::Requested);
    vec![
        Fact::Issued { instrument, qty: Qty(100), position },
        Fact::Refused { request, order, reject },
        Fact::Accepted { order, request, terms: samples::limit_order(), place: place() },
        Fact::Filled(own_fill),
        Fact::Canceled { order, instrument, lots, filled, reason, request: None },
        Fact::Decremented { order, lots: Qty(5), leaves: Qty(55) },
        Fact::Replaced { order, request, change, leaves: Qty(40), place: None },
        Fact::Replaced { order, request: None, change, leaves: Qty(40), place: Some(place()) },
        Fact::Triggered { order },
    ]
}

fn event(fact: Fact) -> AccountEvent {
    let cash = Balance { free: 630_500, held: 369_500 };
    AccountEvent { account: samples::ACCOUNT, account_seq: 4, cash, fact }
}

#[test]
fn own_events() {
    let (payment, amount) = (PaymentId(12), Amount(250));
    let one = event(Fact::Deposited { payment, amount, request: samples::request() });
    check(
        &OwnEventOut::new(stamp(), &one, 2, None),
        &expect![[r#"
            {
              "seq": 9,
              "time": "2026-01-02T03:04:05.000000006Z",
              "cause": {
                "entered": "clearing",
                "shard": 0,
                "seq": 7
              },
              "account_id": "16777223",
              "account_seq": 4,
              "cash": {
                "free": "6305.00",
                "held": "3695.00"
              },
              "event": "deposited",
              "payment_id": "12",
              "status": "booked",
              "amount": "2.50",
              "client_request_id": "my-order-1"
            }"#]],
    );
    let shown =
        |fact| OwnEventOut::new(stamp(), &event(fact), 2, Some(&scale())).map(|out| out.fact);
    check_lines(
        account_facts().into_iter().map(shown),
        &expect_file!["golden/json_account_facts.txt"],
    );
    check_lines(order_facts().into_iter().map(shown), &expect_file!["golden/json_order_facts.txt"]);
}

#[test]
fn own_events_say_what_to_look_up() {
    for fact in account_facts() {
        let event = event(fact);
        let none = [Subject::Account, Subject::Order(OrderId(0))];
        assert!(none.contains(&subject(&event)), "{fact:?}");
        assert!(OwnEventOut::new(stamp(), &event, 2, None).is_some(), "{fact:?}");
    }
    for fact in order_facts() {
        let event = event(fact);
        let some = [Subject::Instrument(samples::INSTRUMENT), Subject::Order(samples::ORDER)];
        assert!(some.contains(&subject(&event)), "{fact:?}");
        let is_refusal = matches!(fact, Fact::Refused { .. });
        let out = OwnEventOut::new(stamp(), &event, 2, None);
        assert_eq!(out.is_some(), is_refusal, "{fact:?}");
    }
}

#[test]
fn public_events() {
    let instrument = samples::INSTRUMENT;
    let change = BookChange {
        instrument,
        side: Side::Sell,
        price: samples::price(3_700),
        order: samples::ORDER,
        lots: Qty(5),
        at_back: true,
        level_lots: Qty(15),
        level_orders: 2,
    };
    let band = Band { low: samples::price(3_000), high: samples::price(4_500) };
    let events = [
        PublicEvent::Listed { instrument, definition: samples::definition() },
        PublicEvent::PhaseChanged { instrument, phase: Phase::CancelOnly },
        PublicEvent::BandChanged { instrument, band },
        PublicEvent::FeesChanged { instrument, fees: Fees { maker_ppm: 1, taker_ppm: 2 } },
        PublicEvent::Book(change),
        PublicEvent::Trade(trade()),
        PublicEvent::DateChanged { date: Date(20_455) },
        PublicEvent::RulesChanged { version: 2 },
        PublicEvent::KillSwitchSet { scope: KillScope::All, engaged: true },
        PublicEvent::KillSwitchDone { scope: KillScope::Instrument(instrument), orders: 7 },
        PublicEvent::TimeTold,
    ];
    let shown = |event: &PublicEvent| PublicEventOut::new(stamp(), event, Some(&scale()));
    check_lines(events.iter().map(shown), &expect_file!["golden/json_public_events.txt"]);
    for event in &events {
        let is_free = public_subject(event).is_none();
        assert_eq!(PublicEventOut::new(stamp(), event, None).is_some(), is_free, "{event:?}");
    }
}

/// `PriceAboveBand` as `price_above_band`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[test]
fn every_refusal_has_a_code_of_its_own_name() {
    let every = rejects::every();
    assert_eq!(every.len(), codes().len());
    for (reject, code) in every.iter().zip(codes()) {
        let debug = format!("{reject:?}");
        let variant = debug.split(' ').next().expect("a name comes first");
        assert_eq!(code.code, snake_case(variant));
        for units in [Units::default(), Units::of(&scale())] {
            let out = RejectOut::new(reject, &units);
            assert_eq!(out.code, code.code);
            let texts = [Some(&out.detail), out.value.as_ref(), Some(&out.expected)];
            for text in texts.into_iter().flatten() {
                assert!(!text.is_empty() && !text.contains(['{', '}']), "{out:?}");
            }
        }
    }
}

#[test]
fn refusals_in_decimals() {
    let shown = |reject: &Reject| RejectOut::new(reject, &Units::of(&scale()));
    check_lines(rejects::every().iter().map(shown), &expect_file!["golden/json_refusals.txt"]);
}

#[test]
fn refusals_of_an_unknown_instrument_name_their_units() {
    let other = Reject::AccountHasShares { instrument: InstrumentId(99), qty: Qty(5) };
    let own = Reject::AccountHasShares { instrument: samples::INSTRUMENT, qty: Qty(5) };
    let out = [other, own].map(|reject| RejectOut::new(&reject, &Units::of(&scale())).detail);
    let price = samples::price(3_695);
    let bare = [
        Reject::OffTick { price, tick_step: 5 },
        Reject::ShortSelling { needed: Qty(5), free: Qty(0) },
        Reject::InsufficientFunds { needed: Amount(5), free: Amount(-1) },
    ];
    let bare = bare.map(|reject| RejectOut::new(&reject, &Units::default()).detail);
    check_lines(
        out.into_iter().chain(bare),
        &expect_file!["golden/json_refusals_without_scale.txt"],
    );
}

#[test]
fn a_bad_definition_names_its_field() {
    let fields = [
        DefinitionField::PriceDecimals,
        DefinitionField::QtyDecimals,
        DefinitionField::TickStep,
        DefinitionField::LotStep,
        DefinitionField::OrderQtyMax,
        DefinitionField::BandHigh,
        DefinitionField::BandLow,
        DefinitionField::MakerPpm,
        DefinitionField::TakerPpm,
    ];
    let bad = |field| Reject::BadDefinition { field, value: 1_234 };
    let shown = |field| RejectOut::new(&bad(field), &Units::of(&scale()));
    check_lines(fields.map(shown), &expect_file!["golden/json_bad_definitions.txt"]);
}

#[test]
fn a_request_id_is_shown_as_it_is() {
    let request = RequestId::new("a\"b\\c");
    let fact = Fact::MassCanceled { orders: 0, request };
    let out = OwnEventOut::new(stamp(), &event(fact), 2, None).map(|out| out.fact);
    check_lines([out], &expect_file!["golden/json_escaped.txt"]);
}
