//! Compares what the venue says with what clients were told.
//!
//! **Invariant:** pure. Together the checks mean: nothing told is lost, and nothing happened twice.
//! A second application of a deposit or an issue shows in a balance, of a placement as an order
//! that nobody knows, of a fill in the cash of its account.

use super::expected::{self, Expected};
use super::observed::{Account, Order};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Compares one account and all its orders; empty when they agree.
pub fn check_account(
    expected: &Expected,
    id: u32,
    account: &Account,
    orders: &[Order],
) -> Vec<String> {
    let Some(told) = expected.accounts.get(&id) else {
        return vec![format!("account {id} exists, and nobody opened it")];
    };
    let mut complaints = Vec::new();
    complaints.extend(check_shown("account", "account_seq", told.shown.as_ref(), &account.body));
    complaints.extend(check_order_ids(told, orders));
    for order in orders {
        if let Some(placed) = told.orders.get(&order.id) {
            complaints.extend(check_order(placed, order));
        }
    }
    complaints.extend(check_cash(told, account, orders));
    complaints.extend(check_positions(told, account, orders));
    complaints.iter().map(|complaint| format!("account {id}: {complaint}")).collect()
}

/// Compares the sums over all accounts: what was bought was sold.
pub fn check_market(orders: &[Order]) -> Vec<String> {
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for order in orders {
        let signed = if order.is_buy { order.cum } else { -order.cum };
        *sums.entry(&order.symbol).or_default() += signed;
    }
    let uneven = sums.into_iter().filter(|(_, sum)| *sum != 0);
    uneven.map(|(symbol, sum)| format!("{symbol}: {sum} more bought than sold")).collect()
}

fn check_order_ids(told: &expected::Account, orders: &[Order]) -> Vec<String> {
    let known: BTreeSet<u64> = told.orders.keys().copied().collect();
    let found: BTreeSet<u64> = orders.iter().map(|order| order.id).collect();
    let mut complaints = Vec::new();
    for id in known.difference(&found) {
        let name = &told.orders[id].client_order_id;
        complaints.push(format!("order {id} ({name}) was accepted and is gone"));
    }
    for id in found.difference(&known) {
        complaints.push(format!("order {id} exists, and nobody placed it"));
    }
    if orders.len() != found.len() {
        complaints.push("an order is listed twice".to_owned());
    }
    complaints
}

fn check_order(placed: &expected::Order, order: &Order) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut insist = |holds: bool, fact: &str| {
        if !holds {
            complaints.push(format!("order {}: {fact}: {}", order.id, order.body));
        }
    };
    let terms = &placed.terms;
    insist(order.symbol == terms.symbol && order.is_buy == terms.is_buy, "another side or symbol");
    let first = order.body["original_client_order_id"].as_str();
    insist(first == Some(&placed.client_order_id), "another first client order id");
    // A change that left nothing was a cancel: what it asked for is not shown.
    if order.body["cancel_reason"] != "replaced_to_nothing" {
        insist(order.qty == terms.qty, &format!("its quantity was {}", terms.qty));
        insist(order.price == terms.price, &format!("its price was {:?}", terms.price));
        let latest = order.body["client_order_id"].as_str();
        insist(latest == Some(&placed.latest_client_order_id), "another latest client order id");
    }
    let sum = order.cum + order.leaves + order.canceled;
    insist(sum == order.qty, "filled, left and cancelled are not the quantity");
    insist(order.is_open == (order.leaves > 0), "open without lots, or closed with lots");
    complaints.extend(check_shown("order", "event_seq", placed.shown.as_ref(), &order.body));
    complaints
}

/// A state may only go on from the newest one that was shown.
fn check_shown(what: &str, number: &str, shown: Option<&Value>, now: &Value) -> Option<String> {
    let shown = shown?;
    let (old, new) = (shown[number].as_u64(), now[number].as_u64());
    if new < old {
        return Some(format!("the {what} was shown as {shown}, and is back at {now}"));
    }
    if new == old && shown != now {
        return Some(format!("the {what} was shown as {shown}, and is {now}"));
    }
    let is_final =
        |order: &Value| ["filled", "canceled", "expired"].iter().any(|s| order["status"] == **s);
    if new > old && number == "event_seq" && is_final(shown) {
        return Some(format!("the {what} was closed as {shown}, and is {now}"));
    }
    None
}

fn check_cash(told: &expected::Account, account: &Account, orders: &[Order]) -> Vec<String> {
    let mut complaints = Vec::new();
    let traded: i128 = orders
        .iter()
        .map(|order| if order.is_buy { -order.amount } else { order.amount } - order.fee)
        .sum();
    let expected = told.cash_in + traded;
    if account.total != expected {
        complaints.push(format!(
            "its cash is {} minor units, should be {expected}: {} put in, {traded} by trading",
            account.total, told.cash_in
        ));
    }
    let bids = || orders.iter().filter(|order| order.is_buy && order.is_open);
    // Of an order that was filled in part, what was charged so far may cover the rest too: charges
    // are rounded up on the sum.
    let must_hold = bids().any(|order| order.cum == 0);
    let may_hold = bids().next().is_some();
    let Account { held, free, .. } = account;
    if *held < 0 || *free < 0 || (must_hold && *held == 0) || (!may_hold && *held > 0) {
        let count = bids().count();
        complaints.push(format!("{held} is held and {free} free, with {count} open buy orders"));
    }
    complaints
}

fn check_positions(told: &expected::Account, account: &Account, orders: &[Order]) -> Vec<String> {
    let mut expected: BTreeMap<&str, (i128, i128)> = BTreeMap::new();
    for (symbol, qty) in &told.shares_in {
        expected.entry(symbol).or_default().1 += qty;
    }
    for order in orders {
        let (held, total) = expected.entry(&order.symbol).or_default();
        *total += if order.is_buy { order.cum } else { -order.cum };
        *held += if order.is_buy { 0 } else { order.leaves };
    }
    let symbols = expected.keys().copied().chain(account.positions.keys().map(String::as_str));
    let symbols: BTreeSet<&str> = symbols.collect();
    let mut complaints = Vec::new();
    for symbol in symbols {
        let (held, total) = expected.get(symbol).copied().unwrap_or_default();
        let found = account.positions.get(symbol).copied().unwrap_or_default();
        if (found.held, found.total) != (held, total) {
            complaints
                .push(format!("it has {found:?} of {symbol}, should have {total}, {held} held"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::super::history::samples::{accepted, request};
    use super::super::history::{Entry, Kind, Terms};
    use super::super::observed::Market;
    use super::super::observed::samples::market;
    use super::*;
    use serde_json::json;

    /// What the venue would show of one account.
    struct Shown {
        account: Value,
        orders: Vec<Value>,
    }

    fn order_body() -> Value {
        json!({
            "order_id": "3", "account_id": "1", "client_order_id": "buy",
            "original_client_order_id": "buy", "symbol": "ACME", "side": "buy", "qty": "5",
            "price": "10.00", "status": "open", "cum_qty": "2", "leaves_qty": "3",
            "canceled_qty": "0", "cum_value": "20.00", "fee": "0.01", "event_seq": 9,
        })
    }

    /// Account 1 deposited 100.00, was issued 10, and bought 2 of 5 at 10.00.
    fn told(market: &Market) -> Expected {
        let terms = Terms { symbol: "ACME".to_owned(), is_buy: true, qty: 5, price: Some(1_000) };
        let account = json!({"account": {"account_id": "1", "account_seq": 1}});
        let entries = [
            (1, "open", None, Kind::Open, account),
            (2, "deposit", Some(1), Kind::Deposit { amount: 10_000 }, json!({})),
            (3, "issue", Some(1), Kind::Issue { symbol: "ACME".to_owned(), qty: 10 }, json!({})),
            (
                4,
                "buy",
                Some(1),
                Kind::Place(terms),
                json!({"order_id": "3", "order": order_body()}),
            ),
        ];
        let mut expected = Expected::default();
        for (seq, id, account, kind, rest) in entries {
            let answer = Some(accepted(seq, rest));
            let entry = Entry { request: request(id, account, kind), after_seq: seq - 1, answer };
            assert_eq!(expected.absorb(market, &entry), [""; 0]);
        }
        expected
    }

    fn shown() -> Shown {
        let account = json!({
            "account_id": "1", "account_seq": 7,
            "cash": {"free": "10049.99", "held": "30.00", "total": "10079.99"},
            "positions": [{"symbol": "ACME", "free": "12", "held": "0", "total": "12"}],
        });
        Shown { account, orders: vec![order_body()] }
    }

    fn complaints(doctor: impl FnOnce(&mut Shown)) -> Vec<String> {
        let (market, mut shown) = (market(), shown());
        doctor(&mut shown);
        let account = market.account(&shown.account).unwrap();
        let orders: Vec<Order> =
            shown.orders.iter().map(|order| market.order(order).unwrap()).collect();
        check_account(&told(&market), 1, &account, &orders)
    }

    #[track_caller]
    fn red(part: &str, doctor: impl FnOnce(&mut Shown)) {
        let complaints = complaints(doctor);
        assert!(complaints.iter().any(|it| it.contains(part)), "{part}: {complaints:?}");
    }

    #[test]
    fn what_was_told_and_is_there_is_right() {
        assert_eq!(complaints(|_| {}), [""; 0]);
    }

    #[test]
    fn an_order_that_is_gone_or_was_placed_twice_is_found() {
        red("order 3 (buy) was accepted and is gone", |shown| shown.orders.clear());
        red("order 4 exists, and nobody placed it", |shown| {
            let mut twin = order_body();
            twin["order_id"] = json!("4");
            shown.orders.push(twin);
        });
        red("listed twice", |shown| shown.orders.push(order_body()));
    }

    #[test]
    fn a_deposit_an_issue_or_a_fill_applied_twice_or_never_is_found() {
        for total in ["10179.99", "9979.99"] {
            red("its cash is", |shown| shown.account["cash"]["total"] = json!(total));
        }
        for total in ["22", "2"] {
            red("of ACME", |shown| shown.account["positions"][0]["total"] = json!(total));
        }
        red("its cash is", |shown| {
            shown.orders[0]["cum_value"] = json!("40.00");
            shown.orders[0]["event_seq"] = json!(10);
        });
    }

    #[test]
    fn cash_or_shares_held_for_nothing_are_found() {
        red("is held", |shown| {
            shown.orders[0]["status"] = json!("canceled");
            shown.orders[0]["canceled_qty"] = json!("3");
            shown.orders[0]["leaves_qty"] = json!("0");
        });
        red("is held", |shown| {
            shown.orders[0]["cum_qty"] = json!("0");
            shown.account["cash"]["held"] = json!("0.00");
        });
        red("held", |shown| shown.account["positions"][0]["held"] = json!("1"));
    }

    #[test]
    fn an_order_with_other_terms_is_found() {
        red("its quantity was 5", |shown| {
            shown.orders[0]["qty"] = json!("6");
            shown.orders[0]["leaves_qty"] = json!("4");
        });
        red("its price was", |shown| shown.orders[0]["price"] = json!("10.01"));
        red("another side", |shown| shown.orders[0]["side"] = json!("sell"));
        red("latest client order id", |shown| shown.orders[0]["client_order_id"] = json!("x"));
        red("are not the quantity", |shown| shown.orders[0]["leaves_qty"] = json!("2"));
    }

    #[test]
    fn a_state_that_went_back_or_differs_is_found() {
        red("is back at", |shown| shown.orders[0]["event_seq"] = json!(8));
        red("was shown as", |shown| shown.orders[0]["updated_at"] = json!("other"));
        red("is back at", |shown| shown.account["account_seq"] = json!(0));
    }

    #[test]
    fn a_closed_order_that_changes_is_found() {
        let (mut closed, mut later) = (order_body(), order_body());
        closed["status"] = json!("filled");
        later["event_seq"] = json!(10);
        let complaint = check_shown("order", "event_seq", Some(&closed), &later);
        assert!(complaint.unwrap().contains("was closed"));
        assert_eq!(check_shown("order", "event_seq", Some(&order_body()), &later), None);
    }

    #[test]
    fn more_bought_than_sold_is_found() {
        let market = market();
        let (bought, mut sold) = (order_body(), order_body());
        sold["side"] = json!("sell");
        let orders = [&bought, &sold].map(|order| market.order(order).unwrap());
        assert_eq!(check_market(&orders), [""; 0]);
        assert_eq!(check_market(&orders[..1]).len(), 1);
    }
}
