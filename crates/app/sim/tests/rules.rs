//! The rules that are easy to get wrong, each as a small scenario on the model. Every scenario is
//! then sent to the venue as well, which must answer alike.

mod desk;

use desk::{Desk, STOCK, gtc, price, shared_stock, stock};
use sim::world;
use types::{
    AccountId, Amount, BALANCE_MAX, NewOrder, OrderId, OrderType, Phase, QTY_LOTS_MAX, Qty,
    SelfTrade, Side, TickValue, TimeInForce,
};
use venue::{Action, Definition, Done, Fees, Limits, Reject};

const ALLOW: SelfTrade = SelfTrade::Allow;

fn limit(ticks: u64) -> OrderType {
    OrderType::Limit { price: price(ticks) }
}

fn iceberg(side: Side, qty: u64, ticks: u64, display: u64) -> NewOrder {
    NewOrder { display: Some(Qty(display)), ..gtc(side, qty, limit(ticks)) }
}

fn fok(side: Side, qty: u64, ticks: u64) -> NewOrder {
    NewOrder { time_in_force: TimeInForce::Fok, ..gtc(side, qty, limit(ticks)) }
}

/// The lines that begin with a word.
fn only(lines: &[String], word: &str) -> Vec<String> {
    lines.iter().filter(|line| line.starts_with(word)).cloned().collect()
}

#[test]
fn pro_rata_rounds_down_and_gives_the_rest_to_the_oldest() {
    let mut desk = Desk::new(shared_stock(), &[ALLOW; 4]);
    desk.limit(1, Side::Sell, 3, 100);
    desk.limit(2, Side::Sell, 5, 100);
    desk.limit(3, Side::Sell, 2, 100);
    // 7 of 10: 2.1, 3.5 and 1.4; the lot that is left goes to the oldest.
    let lines = desk.limit(4, Side::Buy, 7, 100);
    let trades = ["trade 1x4 3@100", "trade 2x4 3@100", "trade 3x4 1@100"];
    assert_eq!(only(&lines, "trade"), trades);
    desk.close();
}

#[test]
fn pro_rata_fills_5_and_5_of_two_sells_for_a_buy_of_10() {
    let mut desk = Desk::new(shared_stock(), &[ALLOW; 3]);
    desk.limit(1, Side::Sell, 5, 100);
    desk.limit(2, Side::Sell, 5, 100);
    let lines = desk.limit(3, Side::Buy, 10, 100);
    assert_eq!(only(&lines, "trade"), ["trade 1x3 5@100", "trade 2x3 5@100"]);
    desk.close();
}

#[test]
fn pro_rata_gives_what_is_left_to_the_oldest_only_up_to_what_it_has() {
    let mut desk = Desk::new(shared_stock(), &[ALLOW; 4]);
    for account in [1, 2, 3] {
        desk.limit(account, Side::Sell, 1, 100);
    }
    let lines = desk.limit(4, Side::Buy, 2, 100);
    assert_eq!(only(&lines, "trade"), ["trade 1x4 1@100", "trade 2x4 1@100"]);
    desk.close();
}

#[test]
fn pro_rata_icebergs_refresh_after_the_round() {
    let mut desk = Desk::new(shared_stock(), &[ALLOW; 3]);
    desk.order(1, iceberg(Side::Sell, 5, 100, 2));
    desk.order(2, iceberg(Side::Sell, 4, 100, 2));
    let lines = desk.limit(3, Side::Buy, 5, 100);
    let public: Vec<String> =
        lines.into_iter().filter(|it| it.starts_with("trade") || it.starts_with("book")).collect();
    assert_eq!(
        public,
        [
            "trade 1x3 2@100",
            "trade 2x3 2@100",
            "book 1 2@100 at back",
            "book 2 2@100 at back",
            "trade 1x3 1@100",
        ]
    );
    desk.close();
}

#[test]
fn a_refreshed_iceberg_goes_behind_the_others_of_its_level() {
    let mut desk = Desk::new(stock(), &[ALLOW; 3]);
    desk.order(1, iceberg(Side::Sell, 10, 100, 2));
    desk.limit(2, Side::Sell, 3, 100);
    let lines = desk.limit(3, Side::Buy, 6, 100);
    assert_eq!(
        lines[..5],
        [
            "trade 1x3 2@100",
            "book 1 2@100 at back",
            "trade 2x3 3@100",
            "trade 1x3 1@100",
            "3: accepted 3",
        ]
    );
    desk.close();
}

#[test]
fn a_smaller_iceberg_loses_hidden_lots_first_and_keeps_its_place() {
    let mut desk = Desk::new(stock(), &[ALLOW; 3]);
    desk.order(1, iceberg(Side::Sell, 10, 100, 4));
    desk.limit(2, Side::Sell, 3, 100);
    assert_eq!(desk.replace_qty(1, 1, 5), ["book 1 4@100", "1: replaced 1 leaves 5 kept"]);
    assert_eq!(desk.replace_qty(1, 1, 2), ["book 1 2@100", "1: replaced 1 leaves 2 kept"]);
    let lines = desk.limit(3, Side::Buy, 1, 100);
    assert_eq!(only(&lines, "trade"), ["trade 1x3 1@100"]);
    desk.close();
}

#[test]
fn fill_or_kill_counts_hidden_lots_but_stops_at_an_own_order() {
    let mut desk = Desk::new(stock(), &[ALLOW, SelfTrade::CancelNewest]);
    desk.order(1, iceberg(Side::Sell, 6, 100, 2));
    desk.limit(2, Side::Sell, 5, 101);
    desk.limit(1, Side::Sell, 5, 102);
    let lines = desk.order(2, fok(Side::Buy, 7, 102));
    let short = Reject::FillOrKillShort { available: Qty(6), qty: Qty(7) };
    assert_eq!(lines, [format!("2: refused 4 {short:?}")]);
    assert_eq!(only(&desk.order(2, fok(Side::Buy, 6, 102)), "trade").len(), 3);
    desk.close();
}

#[test]
fn fill_or_kill_does_not_count_hidden_lots_that_refresh_behind_an_own_order() {
    let mut desk = Desk::new(stock(), &[ALLOW, SelfTrade::CancelBoth]);
    desk.order(1, iceberg(Side::Sell, 6, 100, 2));
    desk.limit(2, Side::Sell, 5, 100);
    let lines = desk.order(2, fok(Side::Buy, 3, 100));
    let short = Reject::FillOrKillShort { available: Qty(2), qty: Qty(3) };
    assert_eq!(lines, [format!("2: refused 3 {short:?}")]);
    desk.close();
}

#[test]
fn fill_or_kill_skips_own_orders_that_would_be_cancelled() {
    let mut desk = Desk::new(stock(), &[ALLOW, SelfTrade::CancelOldest]);
    desk.limit(2, Side::Sell, 5, 100);
    desk.limit(1, Side::Sell, 5, 100);
    let lines = desk.order(2, fok(Side::Buy, 5, 100));
    assert_eq!(lines[..2], ["book 1 0@100", "trade 2x3 5@100"]);
    desk.close();
}

#[test]
fn fill_or_kill_on_a_pro_rata_level_comes_to_own_orders_last() {
    let mut desk = Desk::new(shared_stock(), &[ALLOW, SelfTrade::CancelNewest]);
    desk.limit(2, Side::Sell, 5, 100);
    desk.order(1, iceberg(Side::Sell, 6, 100, 2));
    let lines = desk.order(2, fok(Side::Buy, 6, 100));
    assert_eq!(only(&lines, "trade").len(), 3);
    desk.close();
}

#[test]
fn decrement_takes_the_smaller_quantity_from_both() {
    let mut desk = Desk::new(stock(), &[SelfTrade::Decrement]);
    desk.limit(1, Side::Sell, 8, 100);
    let lines = desk.limit(1, Side::Buy, 5, 100);
    let told = [
        "book 1 3@100",
        "1: accepted 2",
        "1: decremented 1 5 leaves 3",
        "1: canceled 2 5 SelfTrade",
    ];
    assert_eq!(lines, told);
    desk.close();
}

#[test]
fn what_decrement_took_counts_no_longer_in_the_total_of_a_replace() {
    let mut desk = Desk::new(stock(), &[SelfTrade::Decrement]);
    desk.limit(1, Side::Sell, 8, 100);
    desk.limit(1, Side::Buy, 5, 100);
    let nothing = Reject::NothingToReplace { order: OrderId(1) };
    assert_eq!(desk.replace_qty(1, 1, 3), [format!("1: refused 1 {nothing:?}")]);
    assert_eq!(desk.replace_qty(1, 1, 2), ["book 1 2@100", "1: replaced 1 leaves 2 kept"]);
    desk.close();
}

#[test]
fn money_rounds_on_cumulative_amounts_against_the_trader() {
    let tick_value = TickValue::new(3, 7).expect("a value");
    let fees = Fees { maker_ppm: 100_000, taker_ppm: 50_000 };
    let mut desk = Desk::new(Definition { tick_value, fees, ..stock() }, &[ALLOW; 2]);
    desk.limit(1, Side::Sell, 3, 5);
    let fills: Vec<String> = (0..3)
        .flat_map(|_| desk.limit(2, Side::Buy, 1, 5))
        .filter(|line| line.contains("filled"))
        .collect();
    // One lot is worth 15/7 = 2.14: the seller gets 2, 2, 2 (6.43 in all), each buyer pays 3. The
    // seller's fee of 0.214 a lot is 1 from the first lot on; a buyer's of 0.107 is 1.
    assert_eq!(
        fills,
        [
            "1: filled 1 1 cash 2 fee 1",
            "2: filled 2 1 cash 3 fee 1",
            "1: filled 1 1 cash 2 fee 0",
            "2: filled 3 1 cash 3 fee 1",
            "1: filled 1 1 cash 2 fee 0",
            "2: filled 4 1 cash 3 fee 1",
        ]
    );
    desk.close();
}

#[test]
fn a_hold_counts_what_rounding_has_charged_already() {
    let tick_value = TickValue::new(1, 2).expect("a value");
    let mut desk = Desk::new(Definition { tick_value, ..stock() }, &[ALLOW; 2]);
    let (account, amount) = (AccountId(2), Amount(999_999));
    desk.ask(Action::Withdraw { account, amount });
    // Two lots are worth 1; the first of them is charged that 1, so nothing is held for the second.
    desk.limit(2, Side::Buy, 2, 1);
    let lines = desk.limit(1, Side::Sell, 1, 1);
    assert_eq!(lines[2..], ["2: filled 1 1 cash 1 fee 0", "1: filled 2 1 cash 0 fee 0"]);
    let lines = desk.limit(1, Side::Sell, 1, 1);
    assert_eq!(lines[2..], ["2: filled 1 1 cash 0 fee 0", "1: filled 3 1 cash 0 fee 0"]);
    desk.close();
}

#[test]
fn a_sellers_fee_never_takes_more_than_its_fill_brings() {
    let tick_value = TickValue::new(1, 10).expect("a value");
    let fees = Fees { maker_ppm: 500_000, taker_ppm: 500_000 };
    let mut desk = Desk::new(Definition { tick_value, fees, ..stock() }, &[ALLOW; 2]);
    desk.limit(1, Side::Sell, 30, 1);
    let mut fills = Vec::new();
    for lots in [20, 1, 9] {
        fills.extend(only(&desk.limit(2, Side::Buy, lots, 1), "1:"));
    }
    // In all 2.0, 2.1 and 3.0, the fee 1.0, 1.05 and 1.5: the second fill brings nothing to take
    // the second unit of fee from, the third does.
    let told =
        ["1: filled 1 20 cash 2 fee 1", "1: filled 1 1 cash 0 fee 0", "1: filled 1 9 cash 1 fee 1"];
    assert_eq!(fills, told);
    desk.close();
}

#[test]
fn stops_of_one_trade_come_in_by_entry_not_by_trigger() {
    let mut desk = Desk::new(stock(), &[ALLOW; 3]);
    let stop = |trigger| OrderType::Stop { trigger: price(trigger), collar: None };
    desk.order(1, gtc(Side::Buy, 1, stop(105)));
    desk.order(1, gtc(Side::Buy, 1, stop(101)));
    desk.order(1, gtc(Side::Buy, 1, stop(120)));
    desk.limit(2, Side::Sell, 1, 110);
    desk.limit(2, Side::Sell, 1, 120);
    desk.limit(2, Side::Sell, 1, 130);
    let lines = desk.limit(3, Side::Buy, 1, 110);
    // The trade at 110 triggers stops 1 and 2; stop 1's own trade at 120 triggers stop 3.
    let told: Vec<String> = lines
        .into_iter()
        .filter(|it| it.contains("trade") || it.contains("triggered") || it.contains("canceled"))
        .collect();
    assert_eq!(
        told,
        [
            "trade 4x7 1@110",
            "trade 5x1 1@120",
            "1: triggered 1",
            "trade 6x2 1@130",
            "1: triggered 2",
            "1: triggered 3",
            "1: canceled 3 1 NotImmediate",
        ]
    );
    desk.close();
}

#[test]
fn opening_triggers_the_stops_that_the_last_trade_had_reached() {
    let mut desk = Desk::new(stock(), &[ALLOW; 2]);
    desk.limit(1, Side::Sell, 1, 100);
    desk.limit(2, Side::Buy, 1, 100);
    desk.phase(Phase::PreOpen);
    let stop = OrderType::StopLimit { trigger: price(99), price: price(98) };
    assert_eq!(desk.order(1, gtc(Side::Buy, 2, stop)), ["1: accepted 3"]);
    let lines = desk.phase(Phase::Continuous);
    assert_eq!(lines[1..], ["book 3 2@98 at back", "1: triggered 3"]);
    desk.close();
}

#[test]
fn a_good_till_stop_that_was_triggered_does_not_expire_later() {
    let mut desk = Desk::new(stock(), &[ALLOW; 2]);
    desk.limit(1, Side::Sell, 1, 100);
    desk.limit(2, Side::Buy, 1, 100);
    desk.phase(Phase::PreOpen);
    let stop = OrderType::Stop { trigger: price(100), collar: None };
    let time_in_force = TimeInForce::Gtd(types::Timestamp(14));
    desk.order(1, NewOrder { time_in_force, ..gtc(Side::Buy, 2, stop) });
    let lines = desk.phase(Phase::Continuous);
    assert_eq!(lines[1..], ["1: triggered 3", "1: canceled 3 2 NotImmediate"]);
    for _ in 0..4 {
        assert!(desk.ask(Action::Tick).is_empty());
    }
    desk.close();
}

#[test]
fn a_long_sweep_pauses_and_owners_hear_before_it_goes_on() {
    let mut genesis = world::genesis(0);
    genesis.limits.step_events_max = 16;
    let mut desk = Desk::with(genesis, stock(), &[ALLOW; 2]);
    for ticks in 100..106 {
        desk.limit(1, Side::Sell, 1, ticks);
    }
    let lines = desk.limit(2, Side::Buy, 7, 110);
    let kinds: Vec<&str> =
        lines.iter().map(|line| line.split_once(' ').expect("words").0).collect();
    let (one, two) = (["trade"; 4], ["trade", "trade", "book"]);
    let mut expected = one.to_vec();
    expected.extend(["2:", "1:", "2:", "1:", "2:", "1:", "2:", "1:", "2:"]);
    expected.extend(two);
    expected.extend(["1:", "2:", "1:", "2:"]);
    assert_eq!(kinds, expected);
    desk.close();
}

#[test]
fn an_open_orders_request_outlives_the_last_few_and_goes_with_it() {
    let mut genesis = world::genesis(0);
    genesis.limits.requests_remembered = 2;
    let mut desk = Desk::with(genesis, stock(), &[ALLOW; 2]);
    let account = AccountId(1);
    let place = Action::Place { account, order: gtc(Side::Sell, 1, limit(100)) };
    let deposit = Action::Deposit { account, amount: Amount(1) };
    desk.ask_as("mine", place);
    for id in ["one", "two", "three"] {
        desk.ask_as(id, deposit);
    }
    assert!(desk.ask_as("mine", place).is_empty());
    let outcome = desk.outcome.expect("a command was sent");
    assert_eq!((outcome.repeated, outcome.result), (true, Ok(Done::Order(OrderId(1)))));
    let conflict = Reject::RequestConflict { first_seq: outcome.seq };
    assert_eq!(desk.ask_as("mine", deposit), [format!("1: refused 0 {conflict:?}")]);
    // The oldest of three is forgotten, and so is the order's when it closes.
    assert_eq!(desk.ask_as("one", deposit).len(), 1);
    desk.limit(2, Side::Buy, 1, 100);
    let lines = desk.ask_as("mine", place);
    assert_eq!(lines, ["book 3 1@100 at back", "1: accepted 3"]);
    desk.close();
}

#[test]
fn a_stop_limit_without_a_free_page_is_cancelled_for_want_of_room() {
    let limits = Limits { level_pages_max: 2, ..world::genesis(0).limits };
    let genesis = venue::Genesis { limits, ..world::genesis(0) };
    let mut desk = Desk::with(genesis, stock(), &[ALLOW; 2]);
    let stop = OrderType::StopLimit { trigger: price(100), price: price(500) };
    desk.order(1, gtc(Side::Buy, 1, stop));
    desk.limit(2, Side::Buy, 1, 50);
    desk.limit(2, Side::Buy, 1, 100);
    let full = Reject::LevelsFull { max: 2 };
    assert_eq!(desk.limit(1, Side::Sell, 1, 900), [format!("1: refused 4 {full:?}")]);
    let immediate = TimeInForce::Ioc;
    let sell = NewOrder { time_in_force: immediate, ..gtc(Side::Sell, 1, limit(100)) };
    desk.limit(2, Side::Buy, 1, 101);
    let lines = desk.order(1, sell);
    assert_eq!(lines.last().expect("a line"), "1: canceled 1 1 NoRoom");
    desk.close();
}

#[test]
fn shares_are_issued_up_to_what_a_balance_can_hold() {
    let mut desk = Desk::new(stock(), &[ALLOW]);
    let issue = |lots| Action::Issue { account: AccountId(1), instrument: STOCK, qty: Qty(lots) };
    for _ in 0..BALANCE_MAX as u64 / QTY_LOTS_MAX - 1 {
        desk.ask(issue(QTY_LOTS_MAX));
    }
    let (qty, max) = (Qty(QTY_LOTS_MAX), Qty(QTY_LOTS_MAX - 1_000));
    let reject = Reject::QtyTooLarge { qty, max };
    assert_eq!(desk.ask(issue(QTY_LOTS_MAX)), [format!("1: refused 0 {reject:?}")]);
    assert!(desk.ask(issue(max.0))[0].contains("Issued"));
    desk.ask(Action::ListInstrument { definition: world::definition("OTHER", "USD") });
    let (account, instrument) = (AccountId(1), types::InstrumentId(1));
    let other = Action::Issue { account, instrument, qty: Qty(1) };
    assert!(desk.ask(other)[0].contains("Issued"), "each instrument has its own limit");
    desk.close();
}
