//! What must be true of the venue, from what clients were told.
//!
//! **Invariant:** pure: it asks nobody. Each request is absorbed once, with its first answer, in
//! the order in which its client sent them; one that was answered only when retried, then.

use super::history::{Answer, Entry, Kind, Terms};
use super::observed::Market;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map;

/// All that was told so far.
#[derive(Debug, Default)]
pub struct Expected {
    pub accounts: BTreeMap<u32, Account>,
    /// The newest command and event that anybody was told of.
    pub seq_max: u64,
    pub event_seq_max: u64,
    requests: BTreeMap<u64, String>,
}

/// One account and what its owner did, money in minor units.
#[derive(Debug, Default)]
pub struct Account {
    /// Put in, less what was taken out, other than by trading.
    pub cash_in: i128,
    pub shares_in: BTreeMap<String, i128>,
    pub orders: BTreeMap<u64, Order>,
    /// The newest state that was shown.
    pub shown: Option<Value>,
}

/// One accepted order.
#[derive(Debug)]
pub struct Order {
    pub terms: Terms,
    pub client_order_id: String,
    pub latest_client_order_id: String,
    /// The newest state that was shown.
    pub shown: Option<Value>,
}

impl Expected {
    /// Learns from a request that has an answer; returns what contradicts earlier ones.
    pub fn absorb(&mut self, market: &Market, entry: &Entry) -> Vec<String> {
        let Some(answer) = &entry.answer else { return Vec::new() };
        let mut complaints = self.note_seq(entry, answer);
        complaints.extend(self.see(&answer.body));
        if answer.is_accepted() {
            complaints.extend(self.apply(market, entry, answer));
        }
        complaints
    }

    /// Learns from an order or account that a query or a write has shown.
    pub fn see(&mut self, body: &Value) -> Vec<String> {
        self.event_seq_max = self.event_seq_max.max(body["event_seq"].as_u64().unwrap_or(0));
        self.seq_max = self.seq_max.max(body["seq"].as_u64().unwrap_or(0));
        let mut complaints = Vec::new();
        if body["account"].is_object() {
            let id = small_id(&body["account"]["account_id"]);
            let account = self.accounts.entry(id).or_default();
            complaints.extend(show("account", "account_seq", &mut account.shown, &body["account"]));
        }
        if body["order"].is_object() {
            let account = self.accounts.entry(small_id(&body["order"]["account_id"])).or_default();
            let id = super::history::number(&body["order"]["order_id"]).unwrap_or(0);
            // A placement without an answer is not known yet: its order is seen when retried.
            if let Some(order) = account.orders.get_mut(&id) {
                complaints.extend(show("order", "event_seq", &mut order.shown, &body["order"]));
            }
        }
        complaints
    }

    fn note_seq(&mut self, entry: &Entry, answer: &Answer) -> Vec<String> {
        let Some(seq) = answer.seq() else { return Vec::new() };
        let mut complaints = Vec::new();
        let id = &entry.request.id;
        if seq <= entry.after_seq {
            complaints.push(format!(
                "{id}: it has seq {seq}, but {} had been told before it was first sent",
                entry.after_seq
            ));
        }
        match self.requests.entry(seq) {
            btree_map::Entry::Vacant(vacant) => {
                vacant.insert(id.clone());
            }
            btree_map::Entry::Occupied(taken) => {
                complaints
                    .push(format!("{id}: it has seq {seq}, which is that of {}", taken.get()));
            }
        }
        complaints
    }

    fn apply(&mut self, market: &Market, entry: &Entry, answer: &Answer) -> Vec<String> {
        let id = &entry.request.id;
        let opened = answer.account_id().filter(|_| entry.request.kind == Kind::Open);
        let Some(account) = entry.request.account.or(opened) else {
            return vec![format!("{id}: the answer names no account: {}", answer.body)];
        };
        let row = self.accounts.entry(account).or_default();
        match &entry.request.kind {
            Kind::Open => row.cash_in += market.starting_cash,
            Kind::Deposit { amount } => row.cash_in += amount,
            Kind::Withdraw { amount } => row.cash_in -= amount,
            Kind::Transfer { to, amount } => {
                row.cash_in -= amount;
                self.accounts.entry(*to).or_default().cash_in += amount;
            }
            Kind::Issue { symbol, qty } => {
                *row.shares_in.entry(symbol.clone()).or_default() += qty;
            }
            Kind::Place(terms) => {
                let Some(order) = answer.order_id() else {
                    return vec![format!("{id}: the answer names no order: {}", answer.body)];
                };
                return row.place(order, terms, id, &answer.body["order"]);
            }
            Kind::Replace { order, qty, price } => {
                let Some(order) = row.orders.get_mut(order) else {
                    return vec![format!("{id}: an order is replaced that nobody placed")];
                };
                order.latest_client_order_id = id.clone();
                order.terms.qty = qty.unwrap_or(order.terms.qty);
                order.terms.price = price.or(order.terms.price);
            }
            Kind::Cancel { .. } | Kind::CancelAll => {}
        }
        Vec::new()
    }
}

impl Account {
    fn place(&mut self, order: u64, terms: &Terms, id: &str, shown: &Value) -> Vec<String> {
        let placed = Order {
            terms: terms.clone(),
            client_order_id: id.to_owned(),
            latest_client_order_id: id.to_owned(),
            shown: shown.is_object().then(|| shown.clone()),
        };
        match self.orders.insert(order, placed) {
            None => Vec::new(),
            Some(before) => {
                vec![format!("{id}: its order {order} is that of {}", before.client_order_id)]
            }
        }
    }
}

/// Keeps the newer of two states, by their own number; the same number must be the same state.
pub fn show(what: &str, number: &str, shown: &mut Option<Value>, now: &Value) -> Option<String> {
    let Some(before) = shown else {
        *shown = Some(now.clone());
        return None;
    };
    let (old, new) = (before[number].as_u64(), now[number].as_u64());
    if old == new {
        let is_same = before == now;
        return (!is_same).then(|| format!("one {what} in two states, {before} and {now}"));
    }
    if old < new {
        *shown = Some(now.clone());
    }
    None
}

fn small_id(value: &Value) -> u32 {
    super::history::number(value).and_then(|id| u32::try_from(id).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::history::samples::{accepted, request};
    use super::super::observed::samples::market;
    use super::*;
    use serde_json::json;

    fn deposit(id: &str, after_seq: u64, answer: Option<Answer>) -> Entry {
        let request = request(id, Some(1), Kind::Deposit { amount: 5 });
        Entry { request, after_seq, answer }
    }

    #[test]
    fn only_what_was_accepted_counts() {
        let mut expected = Expected::default();
        let refused = Answer { status: 422, ..accepted(2, json!({})) };
        for answer in [Some(accepted(1, json!({}))), Some(refused), None] {
            assert_eq!(expected.absorb(&market(), &deposit("a", 0, answer)), [""; 0]);
        }
        assert_eq!(expected.accounts[&1].cash_in, 5);
        assert_eq!((expected.seq_max, expected.event_seq_max), (2, 4));
    }

    #[test]
    fn a_seq_used_twice_or_older_than_one_told_before_is_found() {
        let mut expected = Expected::default();
        let mut absorb = |id, after, seq| {
            expected.absorb(&market(), &deposit(id, after, Some(accepted(seq, json!({})))))
        };
        assert_eq!(absorb("a", 6, 7), [""; 0]);
        assert!(absorb("b", 6, 7)[0].contains("which is that of a"));
        assert!(absorb("c", 8, 8)[0].contains("8 had been told before"));
    }

    #[test]
    fn one_state_number_shown_in_two_states_is_found() {
        let mut expected = Expected::default();
        let shown = |seq: u64, cash: &str| {
            let account = json!({"account_id": "1", "account_seq": seq, "cash": cash});
            json!({"account": account})
        };
        assert_eq!(expected.see(&shown(4, "1.00")), [""; 0]);
        assert_eq!(expected.see(&shown(3, "9.00")), [""; 0], "an older one, told late");
        assert_eq!(expected.see(&shown(4, "1.00")), [""; 0]);
        assert_eq!(expected.see(&shown(4, "2.00")).len(), 1);
    }

    #[test]
    fn a_change_is_what_the_order_is_from_then_on() {
        let terms = Terms { symbol: "ACME".to_owned(), is_buy: true, qty: 5, price: Some(1) };
        let mut expected = Expected::default();
        let mut absorb = |id: &str, seq, kind| {
            let answer = Some(accepted(seq, json!({"order_id": "3"})));
            let entry = Entry { request: request(id, Some(1), kind), after_seq: 0, answer };
            expected.absorb(&market(), &entry)
        };
        assert_eq!(absorb("new", 1, Kind::Place(terms)), [""; 0]);
        let change = |order| Kind::Replace { order, qty: Some(8), price: None };
        assert_eq!(absorb("change", 2, change(3)), [""; 0]);
        assert_eq!(absorb("stray", 3, change(4)).len(), 1);
        let order = &expected.accounts[&1].orders[&3];
        assert_eq!((order.terms.qty, order.terms.price), (8, Some(1)));
        assert_eq!(order.latest_client_order_id, "change");
    }
}
