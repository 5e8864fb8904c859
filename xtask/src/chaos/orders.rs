//! What a client asks for: random commands, most of which the venue accepts.

use super::decimal::show;
use super::history::{Answer, Kind, Request, Terms};
use super::observed::{Instrument, Market};
use super::random::Random;
use serde_json::{Value, json};

/// Fewer than the closed orders that the venue shows of an account, so that all are seen.
const ORDERS_PER_ACCOUNT_MAX: usize = 400;
/// Prices lie this many ticks around one that all clients know.
const TICKS_AROUND: u64 = 6;
const LOTS_MAX: u64 = 20;
/// Minor units that a client deposits first.
const FIRST_DEPOSIT: i128 = 2_000_000_000;
const SELF_TRADE: [&str; 5] =
    ["allow", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"];

/// What a client owns, and what it does next.
#[derive(Clone, Debug)]
pub struct Desk {
    name: String,
    random: Random,
    sent: u64,
    accounts: Vec<Holder>,
    /// Commands that must come before others, the last first.
    pending: Vec<Kind>,
}

#[derive(Clone, Debug)]
struct Holder {
    id: u32,
    currency: String,
    placed: usize,
    open: Vec<Open>,
}

/// An order that may still be open.
#[derive(Clone, Debug)]
struct Open {
    id: u64,
    symbol: String,
}

impl Desk {
    pub fn new(name: &str, random: Random) -> Desk {
        let name = name.to_owned();
        Desk { name, random, sent: 0, accounts: Vec::new(), pending: Vec::new() }
    }

    /// The account it trades with now.
    pub fn account(&self) -> Option<u32> {
        self.accounts.last().map(|account| account.id)
    }

    /// Sometimes a query, for what it shows must not be lost either.
    pub fn query(&mut self) -> Option<String> {
        if !self.random.chance(6) {
            return None;
        }
        let account = self.accounts.last()?;
        let path = format!("/v1/accounts/{}", account.id);
        match self.random.pick(&account.open) {
            Some(order) if self.random.chance(50) => Some(format!("{path}/orders/{}", order.id)),
            Some(_) | None => Some(path),
        }
    }

    /// The next command.
    pub fn next(&mut self, market: &Market) -> Request {
        self.sent += 1;
        let id = format!("{}-{}", self.name, self.sent);
        let is_full = |account: &Holder| account.placed >= ORDERS_PER_ACCOUNT_MAX;
        let Some(account) = self.accounts.last().filter(|account| !is_full(account)).cloned()
        else {
            return self.open(market, id);
        };
        if let Some(kind) = self.pending.pop() {
            return request(market, id, account.id, kind);
        }
        let roll = self.random.within(1, 1_000);
        let amount = i128::from(self.random.within(1, 5_000_000));
        match roll {
            1..=15 => self.open(market, id),
            16..=45 => request(market, id, account.id, Kind::Deposit { amount }),
            46..=65 => request(market, id, account.id, Kind::Withdraw { amount }),
            66..=85 if self.accounts.len() > 1 => {
                // Now and then into another currency, which is refused.
                let to = self.accounts[self.accounts.len() - 2].id;
                request(market, id, account.id, Kind::Transfer { to, amount })
            }
            86..=110 => {
                let one = self.instrument(market, &account.currency);
                let qty = one.lot * i128::from(self.random.within(1, 500));
                let kind = Kind::Issue { symbol: one.symbol, qty };
                request(market, id, account.id, kind)
            }
            111..=230 if !account.open.is_empty() => self.replace(market, id, &account),
            231..=340 if !account.open.is_empty() => {
                let order = self.random.pick(&account.open).expect("not empty").id;
                request(market, id, account.id, Kind::Cancel { order })
            }
            341..=345 => request(market, id, account.id, Kind::CancelAll),
            _ => self.place(market, id, &account),
        }
    }

    /// Learns the ids that an answer names.
    pub fn learn(&mut self, request: &Request, answer: &Answer) {
        if let (Kind::Open, true, Some(id)) =
            (&request.kind, answer.is_accepted(), answer.account_id())
        {
            let currency = answer.body["account"]["currency"].as_str().unwrap_or_default();
            let currency = currency.to_owned();
            self.accounts.push(Holder { id, currency, placed: 0, open: Vec::new() });
        }
        let account = self.accounts.iter_mut().find(|one| Some(one.id) == request.account);
        let Some(account) = account else { return };
        if let Kind::Place(terms) = &request.kind {
            account.placed += 1;
            if let (true, Some(id)) = (answer.is_accepted(), answer.order_id()) {
                account.open.push(Open { id, symbol: terms.symbol.clone() });
            }
        }
        let order = &answer.body["order"];
        let is_closed = order["leaves_qty"].as_str().is_some_and(|left| left == "0");
        let unknown = answer.code() == "unknown_order";
        if is_closed || unknown {
            let gone = match request.kind {
                Kind::Cancel { order } | Kind::Replace { order, .. } => Some(order),
                Kind::Open
                | Kind::Deposit { .. }
                | Kind::Withdraw { .. }
                | Kind::Transfer { .. }
                | Kind::Issue { .. }
                | Kind::Place(_)
                | Kind::CancelAll => answer.order_id(),
            };
            account.open.retain(|open| Some(open.id) != gone);
        }
    }

    fn open(&mut self, market: &Market, id: String) -> Request {
        let currencies: Vec<&str> =
            market.instruments.iter().map(|one| one.currency.as_str()).collect();
        let currency = *self.random.pick(&currencies).expect("there are instruments");
        let issue = |one: &Instrument| {
            let (symbol, qty) = (one.symbol.clone(), one.lot * 5_000 * one.lots_per_step());
            Kind::Issue { symbol, qty }
        };
        let own = market.instruments.iter().filter(|one| one.currency == currency);
        self.pending = own.map(issue).collect();
        self.pending.push(Kind::Deposit { amount: FIRST_DEPOSIT });
        let self_trade = self.random.pick(&SELF_TRADE).expect("there are modes");
        let body = json!({"client_request_id": id, "currency": currency, "self_trade": self_trade});
        let (path, body) = ("/v1/accounts".to_owned(), body.to_string());
        Request { id, method: "POST", path, body, account: None, kind: Kind::Open }
    }

    /// One that trades in the account's currency; sometimes another, which is refused.
    fn instrument(&mut self, market: &Market, currency: &str) -> Instrument {
        let stray = self.random.chance(1);
        let fits = |one: &&Instrument| stray || one.currency == currency;
        let fitting: Vec<&Instrument> = market.instruments.iter().filter(fits).collect();
        let one: &Instrument = self.random.pick(&fitting).expect("each account has instruments");
        one.clone()
    }

    fn qty(&mut self, one: &Instrument) -> i128 {
        let step = if self.random.chance(50) { one.lots_per_step() } else { 1 };
        one.lot * step * i128::from(self.random.within(1, LOTS_MAX))
    }

    fn place(&mut self, market: &Market, id: String, account: &Holder) -> Request {
        let one = self.instrument(market, &account.currency);
        let is_buy = self.random.chance(50);
        let qty = self.qty(&one);
        let price = self.price(&one);
        let shown = show(price, one.price_decimals);
        let mut body = json!({
            "client_order_id": id, "symbol": one.symbol,
            "side": if is_buy { "buy" } else { "sell" },
            "qty": show(qty, one.qty_decimals), "type": "limit",
        });
        let mut set = |name: &str, value: Value| body[name] = value;
        let roll = self.random.within(1, 100);
        match roll {
            1..=15 => set("time_in_force", json!("ioc")),
            16..=19 => set("time_in_force", json!("fok")),
            20..=31 => set("post_only", json!(true)),
            32..=37 => set("type", json!("market")),
            _ => set("time_in_force", json!("gtc")),
        }
        let is_market = (32..=37).contains(&roll);
        if !is_market {
            set("price", json!(shown));
        }
        let price = (!is_market).then_some(price);
        let kind = Kind::Place(Terms { symbol: one.symbol, is_buy, qty, price });
        let path = format!("/v1/accounts/{}/orders", account.id);
        let body = body.to_string();
        Request { id, method: "POST", path, body, account: Some(account.id), kind }
    }

    fn replace(&mut self, market: &Market, id: String, account: &Holder) -> Request {
        let Open { id: order, symbol } =
            self.random.pick(&account.open).expect("not empty").clone();
        let one = market.instrument(&symbol).expect("it is traded").clone();
        let (new_qty, new_price) = match self.random.within(1, 3) {
            1 => (true, false),
            2 => (false, true),
            _ => (true, true),
        };
        let qty = self.qty(&one);
        let (qty, price) = (new_qty.then_some(qty), new_price.then_some(self.price(&one)));
        let mut body = json!({"client_order_id": id});
        if let Some(qty) = qty {
            body["qty"] = json!(show(qty, one.qty_decimals));
        }
        if let Some(price) = price {
            body["price"] = json!(show(price, one.price_decimals));
        }
        let path = format!("/v1/accounts/{}/orders/{order}", account.id);
        let (account, body) = (Some(account.id), body.to_string());
        Request {
            id,
            method: "PATCH",
            path,
            body,
            account,
            kind: Kind::Replace { order, qty, price },
        }
    }

    /// Near one that all know, and now and then where it is refused.
    fn price(&mut self, one: &Instrument) -> i128 {
        if self.random.chance(2) {
            return one.high + one.tick;
        }
        let middle = one.middle();
        let up = i128::from(self.random.within(0, 2 * TICKS_AROUND));
        middle + (up - i128::from(TICKS_AROUND)) * one.tick
    }
}

/// A command about an account, other than to place or replace an order.
fn request(market: &Market, id: String, account: u32, kind: Kind) -> Request {
    let base = format!("/v1/accounts/{account}");
    let money = |amount: &i128| show(*amount, market.money_decimals);
    let mut body = json!({"client_request_id": id});
    let (method, path) = match &kind {
        Kind::Deposit { amount } => {
            body["amount"] = json!(money(amount));
            ("POST", format!("{base}/deposits"))
        }
        Kind::Withdraw { amount } => {
            body["amount"] = json!(money(amount));
            ("POST", format!("{base}/withdrawals"))
        }
        Kind::Transfer { to, amount } => {
            body["to"] = json!(to.to_string());
            body["amount"] = json!(money(amount));
            ("POST", format!("{base}/transfers"))
        }
        Kind::Issue { symbol, qty } => {
            let one = market.instrument(symbol).expect("it is traded");
            body["instrument"] = json!(symbol);
            body["qty"] = json!(show(*qty, one.qty_decimals));
            ("POST", format!("{base}/issues"))
        }
        Kind::Cancel { order } => ("DELETE", format!("{base}/orders/{order}")),
        Kind::CancelAll => ("DELETE", format!("{base}/orders")),
        Kind::Open | Kind::Place(_) | Kind::Replace { .. } => panic!("built where it is chosen"),
    };
    Request { id, method, path, body: body.to_string(), account: Some(account), kind }
}
