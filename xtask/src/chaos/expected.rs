//! What must be true of the venue, from what clients were told.
//!
//! **Invariant:** pure: it asks nobody. Each request is absorbed once, with its first answer; a
//! request that was answered only when retried is absorbed then.

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
    pub changed_seq: u64,
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
        let seq = answer.seq().unwrap_or(0);
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
                return row.place(order, terms, id, seq, &answer.body["order"]);
            }
            Kind::Replace { order, qty, price } => {
                let Some(order) = row.orders.get_mut(order) else {
                    return vec![format!("{id}: an order is replaced that nobody placed")];
                };
                order.change(*qty, *price, id, seq);
            }
            Kind::Cancel { .. } | Kind::CancelAll => {}
        }
        Vec::new()
    }
}

impl Account {
    fn place(
        &mut self,
        order: u64,
        terms: &Terms,
        id: &str,
        seq: u64,
        shown: &Value,
    ) -> Vec<String> {
        let placed = Order {
            terms: terms.clone(),
            client_order_id: id.to_owned(),
            latest_client_order_id: id.to_owned(),
            changed_seq: seq,
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

impl Order {
    /// A change answered late may be older than one answered before: the seq decides.
    fn change(&mut self, qty: Option<i128>, price: Option<i128>, id: &str, seq: u64) {
        if seq <= self.changed_seq {
            return;
        }
        self.changed_seq = seq;
        self.latest_client_order_id = id.to_owned();
        self.terms.qty = qty.unwrap_or(self.terms.qty);
        self.terms.price = price.or(self.terms.price);
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
