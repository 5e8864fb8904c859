//! JSON bodies in: what is refused, where, and that nothing is rounded.

mod common;

use common::samples;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use types::{
    AccountId, Amount, MatchingPolicy, NewOrder, OrderType, PRICE_TICKS_MAX, PrincipalId, Qty,
    SelfTrade, Side, TickValue, TimeInForce,
};
use venue::{Action, Change, Definition};
use wire::json::{
    CashAmount, FieldError, IssueShares, ListInstrument, MassCancel, OpenAccount, PlaceOrder,
    ReplaceOrder, RequestOnly, Scale, SetAccountStatus, SetBand, SetBusinessDate, SetFees,
    SetPhase, SetRules, Transfer,
};

fn scale() -> Scale {
    Scale::new(samples::INSTRUMENT, &samples::definition(), 2)
}

fn parse<T: DeserializeOwned>(body: &Value) -> Result<T, String> {
    serde_json::from_str(&body.to_string()).map_err(|error| error.to_string())
}

fn limit() -> Value {
    json!({ "symbol": "PETR4", "side": "buy", "type": "limit", "qty": "100", "price": "36.95" })
}

/// A limit order's body with more or other fields.
fn limit_with(fields: Value) -> Value {
    merged(limit(), fields)
}

fn merged(mut body: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    for (name, value) in fields {
        body[name] = value;
    }
    body
}

fn order(body: &Value) -> Result<NewOrder, FieldError> {
    parse::<PlaceOrder>(body).expect("its shape is right").order(&scale())
}

fn amount(text: &str, decimals: u8) -> Result<Amount, FieldError> {
    let body = json!({ "amount": text });
    parse::<CashAmount>(&body).expect("its shape is right").amount(decimals)
}

fn shown<T: std::fmt::Debug>(result: Result<T, FieldError>) -> String {
    result.expect_err("it does not pass").to_string()
}

const SYNTAX: &str = "a decimal such as \"12\" or \"0.5\"";

#[test]
fn prices_are_ticks_exactly_or_refused() {
    let price = |text: &str| order(&limit_with(json!({ "price": text })));
    for (text, ticks) in
        [("0.01", 1), ("1", 100), ("1.0", 100), ("36.95", 3_695), ("10737418.24", PRICE_TICKS_MAX)]
    {
        let expected = OrderType::Limit { price: samples::price(ticks) };
        assert_eq!(price(text).map(|order| order.order_type), Ok(expected), "{text}");
    }
    for text in ["0", "-0", "0.00", "-1", "-0.01", "10737418.25", "99999999999999999999"] {
        let expected = format!("price: {text} does not pass, expected 30.00 to 45.00");
        assert_eq!(shown(price(text)), expected);
    }
    for text in [
        "", " ", " 1", "1 ", "1e3", "1E3", "1e400", "NaN", "Infinity", "-", "+1", "--1", ".5",
        "1.", "01", "00", "-01", "1.2.3", "1,5", "1_000", "0x10", "１", "1\u{0}", "null",
    ] {
        let expected = format!("price: {text} does not pass, expected {SYNTAX}");
        assert_eq!(shown(price(text)), expected);
    }
    let expected = "price: 1.001 does not pass, expected at most 2 decimal places";
    assert_eq!(shown(price("1.001")), expected);
    assert_eq!(price("1.000").expect_err("rounding nothing is refused too").field, "price");
}

#[test]
fn quantities_are_lots_exactly_or_refused() {
    let qty = |text: &str| order(&limit_with(json!({ "qty": text }))).map(|order| order.qty.0);
    for lots in [0, 1, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, u64::MAX - 1, u64::MAX] {
        assert_eq!(qty(&lots.to_string()), Ok(lots));
    }
    assert_eq!(qty("-0"), Ok(0));
    for text in ["-1", "18446744073709551616", "99999999999999999999999999999999999999"] {
        let expected = format!("qty: {text} does not pass, expected 100 to 1000000");
        assert_eq!(shown(qty(text)), expected);
    }
    let expected = "qty: 1.0 does not pass, expected at most 0 decimal places";
    assert_eq!(shown(qty("1.0")), expected);
}

#[test]
fn amounts_are_minor_units_exactly_or_refused() {
    for (text, decimals, units) in [
        ("0", 2, 0),
        ("-1", 2, -100),
        ("1", 0, 1),
        ("0.01", 2, 1),
        ("90071992547409.93", 2, (1 << 53) + 1),
        ("92233720368547758.07", 2, i64::MAX),
        ("-92233720368547758.08", 2, i64::MIN),
        ("9223372036854775807", 0, i64::MAX),
        ("9.223372036854775807", 18, i64::MAX),
    ] {
        assert_eq!(amount(text, decimals), Ok(Amount(units)), "{text}");
    }
    let range = "0.01 to 11529215046068469.76";
    for text in ["92233720368547758.08", "-92233720368547758.09", "9999999999999999999"] {
        let expected = format!("amount: {text} does not pass, expected {range}");
        assert_eq!(shown(amount(text, 2)), expected);
    }
    // 40 characters are read, though no amount is so large; 41 are not.
    let (forty, more) = ("9".repeat(40), "1".repeat(41));
    assert!(shown(amount(&forty, 0)).ends_with("expected a smaller number"));
    assert!(shown(amount(&more, 0)).ends_with("expected at most 40 characters"));
    assert!(shown(amount("1", 255)).ends_with("expected a smaller number"));
    let long = shown(amount(&"x".repeat(100_000), 0));
    assert!(long.len() < 200, "an error does not echo a body");
}

#[test]
fn a_json_number_is_no_decimal() {
    for (number, named) in [
        ("1", "integer `1`"),
        ("-1", "integer `-1`"),
        ("9007199254740993", "integer `9007199254740993`"),
        ("36.95", "floating point `36.95`"),
        ("1e3", "floating point `1000.0`"),
        ("null", "null"),
        ("true", "boolean `true`"),
        ("[]", "sequence"),
        ("{}", "map"),
    ] {
        let body = format!("{{\"amount\":{number}}}");
        let error = serde_json::from_str::<CashAmount>(&body).expect_err(number).to_string();
        let expected = format!(
            "invalid type: {named}, expected a decimal in quotes such as \"36.95\" at line 1"
        );
        assert!(error.starts_with(&expected), "{error}");
    }
    for (number, error) in [
        ("1e400", "number out of range at line 1 column 15"),
        ("NaN", "expected value at line 1 column 11"),
        ("01", "invalid number at line 1 column 12"),
        ("\"1", "EOF while parsing a string at line 1 column 13"),
    ] {
        let body = format!("{{\"amount\":{number}}}");
        let shown = serde_json::from_str::<CashAmount>(&body).expect_err(number).to_string();
        assert_eq!(shown, error);
    }
}

#[test]
fn unknown_duplicate_and_missing_fields_are_refused() {
    for (body, error) in [
        (
            r#"{"amount":"1","fee":"0"}"#,
            "unknown field `fee`, expected `client_request_id` or `amo",
        ),
        (r#"{"amount":"1","amount":"1"}"#, "duplicate field `amount` at line 1 column 22"),
        (r#"{}"#, "missing field `amount` at line 1 column 2"),
        (r#"{"Amount":"1"}"#, "unknown field `Amount`"),
        (r#"{"amount":"1"} x"#, "trailing characters at line 1 column 16"),
        (r#""1""#, "invalid type: string \"1\", expected struct CashAmount"),
        ("", "EOF while parsing a value"),
    ] {
        let shown = serde_json::from_str::<CashAmount>(body).expect_err(body).to_string();
        assert!(shown.starts_with(error), "{shown}");
    }
    let nested = json!({ "band": { "low": "1", "high": "2", "mid": "1.5" } });
    let error = parse::<SetBand>(&nested).expect_err("unknown field");
    assert!(error.starts_with("unknown field `mid`"), "{error}");
}

#[test]
fn deep_nesting_is_refused() {
    for (open, depth) in [("[", 100_000), ("{\"amount\":", 100_000), ("{\"x\":", 100_000)] {
        assert!(serde_json::from_str::<CashAmount>(&open.repeat(depth)).is_err());
        let inside = format!("{{\"amount\":{}", open.repeat(depth));
        assert!(serde_json::from_str::<CashAmount>(&inside).is_err());
        assert!(serde_json::from_str::<PlaceOrder>(&inside).is_err());
    }
}

#[test]
fn null_in_an_optional_field_is_nothing() {
    let with_null =
        limit_with(json!({ "stop_price": null, "display_qty": null, "post_only": null }));
    assert_eq!(order(&with_null), order(&limit()));
    let error = parse::<PlaceOrder>(&limit_with(json!({ "qty": null }))).expect_err("required");
    assert!(error.starts_with("invalid type: null, expected a decimal in quotes"), "{error}");
}

#[test]
fn an_order_takes_its_defaults_from_its_type() {
    assert_eq!(order(&limit()), Ok(samples::limit_order()));
    let body = json!({ "symbol": "PETR4", "side": "sell", "type": "market", "qty": "5" });
    let market = order(&body).expect("all that a market order needs");
    assert_eq!(market.side, Side::Sell);
    assert_eq!(market.order_type, OrderType::Market { collar: None });
    assert_eq!(market.time_in_force, TimeInForce::Ioc);
    let stop = order(&merged(body, json!({ "type": "stop", "stop_price": "36" })));
    assert_eq!(stop.map(|stop| stop.time_in_force), Ok(TimeInForce::Day));
}

#[test]
fn every_type_and_time_in_force_is_understood() {
    let price = samples::price;
    let without_price = |kind: &str, fields: Value| {
        let body = json!({ "symbol": "PETR4", "side": "buy", "type": kind, "qty": "1" });
        order(&merged(body, fields)).map(|order| order.order_type)
    };
    assert_eq!(
        without_price("market", json!({ "collar": "38" })),
        Ok(OrderType::Market { collar: Some(price(3_800)) })
    );
    assert_eq!(
        without_price("stop", json!({ "stop_price": "37.5", "collar": "38" })),
        Ok(OrderType::Stop { trigger: price(3_750), collar: Some(price(3_800)) })
    );
    assert_eq!(
        without_price("stop_limit", json!({ "stop_price": "37.5", "price": "37.6" })),
        Ok(OrderType::StopLimit { trigger: price(3_750), price: price(3_760) })
    );
    for (name, time_in_force) in [
        ("day", TimeInForce::Day),
        ("gtc", TimeInForce::Gtc),
        ("ioc", TimeInForce::Ioc),
        ("fok", TimeInForce::Fok),
    ] {
        let order = order(&limit_with(json!({ "time_in_force": name })));
        assert_eq!(order.map(|order| order.time_in_force), Ok(time_in_force));
    }
    let expire_at = "2026-01-02T03:04:05.000000006Z";
    let gtd = json!({ "time_in_force": "gtd", "expire_at": expire_at, "post_only": true });
    let gtd = order(&limit_with(gtd)).expect("a gtd order");
    assert_eq!((gtd.time_in_force, gtd.post_only), (TimeInForce::Gtd(samples::TIME), true));
    let iceberg = order(&limit_with(json!({ "display_qty": "10" }))).expect("an iceberg");
    assert_eq!(iceberg.display, Some(Qty(10)));
}

#[test]
fn fields_that_contradict_the_type_are_refused() {
    for (fields, error) in [
        (json!({ "price": null }), "price: null does not pass, expected a price: this type"),
        (json!({ "stop_price": "1" }), "stop_price: 1 does not pass, expected none in a limit"),
        (json!({ "collar": "1" }), "collar: 1 does not pass, expected none in an order with"),
        (json!({ "type": "market" }), "price: 36.95 does not pass, expected none in a market"),
        (json!({ "type": "stop" }), "price: 36.95 does not pass, expected none in a market or"),
        (json!({ "type": "stop_limit" }), "stop_price: null does not pass, expected a price"),
        (
            json!({ "type": "stop_limit", "stop_price": "1", "collar": "1" }),
            "collar: 1 does not pass, expected none in an order with a price",
        ),
        (
            json!({ "type": "market", "price": null, "stop_price": "1" }),
            "stop_price: 1 does not pass, expected none in a limit or market order",
        ),
        (json!({ "time_in_force": "gtd" }), "expire_at: null does not pass, expected the time"),
        (json!({ "expire_at": "2026-01-01T00:00:00Z" }), "expire_at: 2026-01-01T00:00:00Z does"),
        (json!({ "time_in_force": "gtd", "expire_at": "soon" }), "expire_at: soon does not pass"),
        (json!({ "display_qty": "1.5" }), "display_qty: 1.5 does not pass, expected at most 0"),
    ] {
        let shown = shown(order(&limit_with(fields)));
        assert!(shown.starts_with(error), "{shown}");
    }
    for (fields, error) in [
        (json!({ "side": "BUY" }), "unknown variant `BUY`, expected `buy` or `sell`"),
        (json!({ "side": 1 }), "expected value at line 1 column"),
        (json!({ "type": "iceberg" }), "unknown variant `iceberg`, expected one of `limit`, `mar"),
        (json!({ "time_in_force": "at_open" }), "unknown variant `at_open`, expected one of `da"),
        (json!({ "post_only": "true" }), "invalid type: string \"true\", expected a boolean"),
    ] {
        let shown = parse::<PlaceOrder>(&limit_with(fields)).expect_err(error);
        assert!(shown.starts_with(error), "{shown}");
    }
}

#[test]
fn names_and_ids_are_checked() {
    use wire::json::{parse_account_id, parse_order_id, parse_request_id};
    assert_eq!(parse_request_id("client_order_id", None), Ok(None));
    assert!(parse_request_id("client_order_id", Some("abc-1")).is_ok_and(|id| id.is_some()));
    for bad in ["", "a b", "é", &"x".repeat(37)] {
        let shown = shown(parse_request_id("client_order_id", Some(bad)));
        assert!(shown.ends_with("expected 1 to 36 printable ASCII characters, no blank"));
    }
    assert_eq!(parse_account_id("account", "4294967295").map(|id| id.0), Ok(u32::MAX));
    assert_eq!(parse_order_id("order", "18446744073709551615").map(|id| id.0), Ok(u64::MAX));
    for bad in ["", "-1", "+1", "01", "1.0", "1e3", "4294967296", "x", " 1", "１"] {
        assert!(parse_account_id("account", bad).is_err(), "{bad}");
    }
    assert!(parse_order_id("order", "18446744073709551616").is_err());
}

#[test]
fn account_bodies_become_actions() {
    let caller = PrincipalId(5);
    let open = parse::<OpenAccount>(&json!({ "currency": "BRL" })).expect("all it needs");
    let currency = samples::currency("BRL");
    let self_trade = SelfTrade::CancelNewest;
    let expected = Action::OpenAccount { owner: caller, currency, self_trade };
    assert_eq!(open.action(caller), Ok(expected));
    let full = json!({
        "client_request_id": "a", "owner": "77", "currency": "BRL", "self_trade": "cancel_oldest"
    });
    let expected = samples::commands()[1].action;
    assert_eq!(parse::<OpenAccount>(&full).map(|open| open.action(caller)), Ok(Ok(expected)));

    let transfer = parse::<Transfer>(&json!({ "to": "9", "amount": "2.50" })).expect("all");
    let expected = samples::commands()[6].action;
    assert_eq!(transfer.action(samples::ACCOUNT, 2), Ok(expected));
    let shares = parse::<IssueShares>(&json!({ "instrument": "PETR4", "qty": "5000" }));
    let shares = shares.expect("all it needs");
    assert_eq!(shares.symbol().map(|symbol| symbol.to_string()), Ok("PETR4".to_owned()));
    assert_eq!(shares.qty(&scale()), Ok(Qty(5_000)));

    let status = parse::<SetAccountStatus>(&json!({ "suspended": true }));
    assert!(status.is_ok_and(|status| status.suspended));
    assert_eq!(parse::<RequestOnly>(&json!({})), Ok(RequestOnly::default()));
    let date = parse::<SetBusinessDate>(&json!({ "business_date": "2026-01-02" }));
    let date = date.expect("all it needs");
    assert_eq!(date.date().map(|date| date.0), Ok(20_455));
    assert!(parse::<SetRules>(&json!({ "version": 2 })).is_ok());
    for version in [json!(-1), json!(1.0), json!("1"), json!(4_294_967_296_u64)] {
        assert!(parse::<SetRules>(&json!({ "version": version })).is_err());
    }
}

#[test]
fn order_changes_become_actions() {
    let replace = parse::<ReplaceOrder>(&json!({ "qty": "80", "price": "36.90" }));
    let expected = Change { qty: Some(Qty(80)), price: Some(samples::price(3_690)), trigger: None };
    assert_eq!(replace.map(|replace| replace.change(&scale())), Ok(Ok(expected)));
    let nothing = parse::<ReplaceOrder>(&json!({})).expect("it is for the venue to refuse");
    assert_eq!(nothing.change(&scale()), Ok(Change::default()));
    let error = parse::<ReplaceOrder>(&json!({ "stop_price": "0" })).expect("its shape is right");
    assert_eq!(error.change(&scale()).expect_err("zero").field, "stop_price");
    let mass = parse::<MassCancel>(&json!({ "symbol": "PETR4", "side": "sell" })).expect("all");
    assert_eq!(mass.symbol().map(|symbol| symbol.is_some()), Ok(true));
    let (account, instrument) = (AccountId(1), Some(samples::INSTRUMENT));
    let expected = Action::MassCancel { account, instrument, side: Some(Side::Sell) };
    assert_eq!(mass.action(account, instrument), expected);
}

fn listing() -> Value {
    json!({
        "symbol": "PETR4", "isin": "BRPETRACNPR6", "currency": "BRL",
        "price_decimals": 2, "qty_decimals": 0, "tick_size": "0.01", "lot_size": "100",
        "order_qty_max": "1000000", "price_limit": "1000.00",
        "band": { "low": "30.00", "high": "45.00" },
        "fees": { "maker_ppm": 100, "taker_ppm": 300 }, "policy": "price_time"
    })
}

fn definition(fields: Value, money_decimals: u8) -> Result<Definition, FieldError> {
    let body = parse::<ListInstrument>(&merged(listing(), fields)).expect("its shape is right");
    body.definition(money_decimals)
}

#[test]
fn a_listing_derives_steps_and_the_exact_tick_value() {
    assert_eq!(definition(json!({}), 2), Ok(samples::definition()));
    let value = |upper, lower| TickValue::new(upper, lower).expect("neither part is zero");
    for (price, qty, money, tick_value) in [
        (2, 0, 2, value(1, 1)),
        (2, 8, 2, value(1, 100_000_000)),
        (0, 0, 2, value(100, 1)),
        (0, 0, 9, value(1_000_000_000, 1)),
        (2, 7, 0, value(1, 1_000_000_000)),
        (9, 9, 9, value(1, 1_000_000_000)),
    ] {
        let decimals = json!({
            "price_decimals": price, "qty_decimals": qty, "price_limit": "1",
            "tick_size": "1", "band": { "low": "1", "high": "1" },
            "lot_size": "1", "order_qty_max": "1"
        });
        let definition = definition(decimals, money).expect("at most 9 apart");
        assert_eq!(definition.tick_value, tick_value, "{price} {qty} {money}");
    }
    let steps = json!({ "tick_size": "0.05", "fees": null, "policy": null, "isin": null });
    let steps = definition(steps, 2).expect("all it needs");
    assert_eq!((steps.tick_step, steps.lot_step), (5, 100));
    assert_eq!(steps.policy, MatchingPolicy::PriceTime);
    assert_eq!((steps.fees.maker_ppm, steps.isin), (0, None));
}

#[test]
fn a_listing_names_the_field_at_fault() {
    for (fields, money_decimals, error) in [
        (json!({ "price_decimals": 10 }), 2, "price_decimals: 10 does not pass, expected 0 to 9"),
        (json!({ "qty_decimals": 10 }), 2, "qty_decimals: 10 does not pass, expected 0 to 9"),
        (json!({ "qty_decimals": 8, "lot_size": "1" }), 0, "qty_decimals: 8 does not pass"),
        (json!({}), 255, "qty_decimals: 0 does not pass, expected price and quantity decimals"),
        (json!({ "tick_size": "0.001" }), 2, "tick_size: 0.001 does not pass, expected at most 2"),
        (json!({ "tick_size": "-0.01" }), 2, "tick_size: -0.01 does not pass, expected 0.01 to"),
        (json!({ "lot_size": "4294967296" }), 2, "lot_size: 4294967296 does not pass, expected 1"),
        (json!({ "price_limit": "0" }), 2, "price_limit: 0 does not pass, expected 0.01 to"),
        (json!({ "band": { "low": "0", "high": "1" } }), 2, "band.low: 0 does not pass, expected"),
        (json!({ "symbol": "A B" }), 2, "symbol: A B does not pass, expected 1 to 16"),
        (json!({ "isin": "" }), 2, "isin:  does not pass, expected 1 to 12"),
        (json!({ "currency": "REAL" }), 2, "currency: REAL does not pass, expected 1 to 3"),
    ] {
        let shown = shown(definition(fields, money_decimals));
        assert!(shown.starts_with(error), "{shown}");
    }
    for number in [json!(-1), json!(256), json!(2.0), json!("2"), json!(null)] {
        let body = merged(listing(), json!({ "price_decimals": number }));
        assert!(parse::<ListInstrument>(&body).is_err(), "{number}");
    }
    for ppm in [json!(-1), json!(4_294_967_296_u64), json!(0.5), json!("1")] {
        let fees = json!({ "fees": { "maker_ppm": ppm, "taker_ppm": 0 } });
        assert!(parse::<SetFees>(&fees).is_err(), "{ppm}");
    }
    assert!(parse::<SetPhase>(&json!({ "phase": "pre_open" })).is_ok());
    assert!(parse::<SetPhase>(&json!({ "phase": "PreOpen" })).is_err());
}

/// The grammar of decimals, written as the specification has it.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(fraction) && (whole.len() == 1 || !whole.starts_with('0'))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn an_amount_shown_is_read_back(units in common::amount(), decimals in 0..20_u8) {
        let text = wire::json::Decimal::signed(units.0, decimals).to_string();
        prop_assert!(is_decimal(&text));
        prop_assert_eq!(amount(&text, decimals), Ok(units));
    }

    #[test]
    fn a_text_is_read_if_and_only_if_it_is_a_decimal(text in "[-+0-9.eE ]{0,8}|[0-9.]{0,6}") {
        prop_assert_eq!(amount(&text, 9).is_ok(), is_decimal(&text), "{}", text);
    }

    #[test]
    fn any_text_gives_an_error_or_a_number(text in any::<String>(), decimals in any::<u8>()) {
        _ = amount(&text, decimals);
        _ = wire::json::parse_time("time", &text);
        _ = wire::json::parse_date("date", &text);
        _ = serde_json::from_str::<PlaceOrder>(&text);
    }

    #[test]
    fn a_body_is_written_and_read_back(price in "[0-9]{1,9}", qty in any::<String>()) {
        let body = limit_with(json!({ "price": price, "qty": qty, "time_in_force": "gtc" }));
        let parsed = parse::<PlaceOrder>(&body).expect("its shape is right");
        prop_assert_eq!(serde_json::to_value(&parsed).expect("it is JSON"), body);
    }
}
