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
    let has_bids = orders.iter().any(|order| order.is_buy && order.is_open);
    if (account.held > 0) != has_bids || account.held < 0 || account.free < 0 {
        complaints.push(format!(
            "{} is held and {} free, with open buy orders: {has_bids}",
            account.held, account.free
        ));
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
