//! What the venue says: instruments, accounts and orders, read from its JSON.

use super::decimal::Decimal;
use super::history::number;
use super::http::Connection;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rows of one page, the most the API gives.
const PAGE_ROWS: u64 = 500;

/// An instrument that clients trade. Prices and steps in units of the last decimal place.
#[derive(Clone, Debug)]
pub struct Instrument {
    pub symbol: String,
    pub currency: String,
    pub price_decimals: u32,
    pub qty_decimals: u32,
    pub tick: i128,
    pub lot: i128,
    pub low: i128,
    pub high: i128,
}

/// What clients know of the market before they begin.
#[derive(Clone, Debug)]
pub struct Market {
    pub instruments: Vec<Instrument>,
    pub money_decimals: u32,
    /// What each new account is given.
    pub starting_cash: i128,
}

/// An account as the venue shows it; money in minor units.
#[derive(Clone, Debug)]
pub struct Account {
    pub free: i128,
    pub held: i128,
    pub total: i128,
    /// By symbol: held, and all.
    pub positions: BTreeMap<String, Position>,
    pub body: Value,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub held: i128,
    pub total: i128,
}

/// An order as the venue shows it.
#[derive(Clone, Debug)]
pub struct Order {
    pub id: u64,
    pub symbol: String,
    pub is_buy: bool,
    pub is_open: bool,
    pub qty: i128,
    pub price: Option<i128>,
    pub cum: i128,
    pub leaves: i128,
    pub canceled: i128,
    /// Cash paid or received for what was filled, before fees.
    pub amount: i128,
    pub fee: i128,
    pub body: Value,
}

impl Instrument {
    /// The price that clients trade around.
    pub fn middle(&self) -> i128 {
        let middle = (self.low + self.high) / 2;
        // Whole shares at a hundred, so that an order costs little; parts of a coin as dear as can
        // be, so that amounts must be rounded.
        let hundred = 100 * 10_i128.pow(self.price_decimals);
        let middle = if self.qty_decimals == 0 { middle.min(hundred) } else { middle };
        middle / self.tick * self.tick
    }

    /// How many lots make a quantity worth trading.
    pub fn lots_per_step(&self) -> i128 {
        if self.qty_decimals == 0 { 1 } else { 10_007 }
    }
}

impl Market {
    /// Reads the instruments, and opens an account of nobody's to see what a new one is given.
    pub fn learn(connection: &mut Connection) -> Result<Market> {
        let body = get(connection, "/v1/instruments")?;
        let rows = body["instruments"].as_array().context("no instruments")?;
        let open = rows.iter().filter(|row| row["phase"] == "continuous");
        let instruments: Vec<Instrument> = open.map(instrument).collect::<Result<_>>()?;
        let first = instruments.first().context("no instrument is in continuous trading")?;
        let body = json!({"client_request_id": "scout", "currency": first.currency}).to_string();
        let opened =
            connection.send("POST", "/v1/accounts", &body).context("opening an account")?;
        let opened: Value = serde_json::from_slice(&opened.body).context("opening an account")?;
        let cash = decimal(&opened["account"]["cash"]["total"], "cash")?;
        let money_decimals = cash.places();
        Ok(Market { instruments, money_decimals, starting_cash: cash.exact(money_decimals)? })
    }

    pub fn instrument(&self, symbol: &str) -> Result<&Instrument> {
        let found = self.instruments.iter().find(|instrument| instrument.symbol == symbol);
        found.with_context(|| format!("{symbol} is not among the instruments traded"))
    }

    pub fn account(&self, body: &Value) -> Result<Account> {
        let money = |field: &str| decimal(&body["cash"][field], field)?.exact(self.money_decimals);
        let mut positions = BTreeMap::new();
        for row in body["positions"].as_array().context("an account has no positions")? {
            let symbol = text(&row["symbol"], "symbol")?;
            let decimals = self.instrument(&symbol)?.qty_decimals;
            let qty = |field: &str| decimal(&row[field], field)?.exact(decimals);
            positions.insert(symbol, Position { held: qty("held")?, total: qty("total")? });
        }
        let (free, held, total) = (money("free")?, money("held")?, money("total")?);
        Ok(Account { free, held, total, positions, body: body.clone() })
    }

    pub fn order(&self, body: &Value) -> Result<Order> {
        let symbol = text(&body["symbol"], "symbol")?;
        let instrument = self.instrument(&symbol)?;
        let qty = |field: &str| decimal(&body[field], field)?.exact(instrument.qty_decimals);
        let price = body.get("price").map(|price| decimal(price, "price")).transpose()?;
        let is_buy = text(&body["side"], "side")? == "buy";
        let value = decimal(&body["cum_value"], "cum_value")?;
        let status = text(&body["status"], "status")?;
        // Buyers pay the value rounded up, sellers get it rounded down.
        let places = self.money_decimals;
        let amount = if is_buy { value.ceil(places) } else { value.floor(places) };
        Ok(Order {
            id: number(&body["order_id"]).context("an order has no order_id")?,
            is_buy,
            is_open: ["open", "waiting", "pending"].contains(&status.as_str()),
            qty: qty("qty")?,
            price: price.map(|price| price.exact(instrument.price_decimals)).transpose()?,
            cum: qty("cum_qty")?,
            leaves: qty("leaves_qty")?,
            canceled: qty("canceled_qty")?,
            amount,
            fee: decimal(&body["fee"], "fee")?.exact(places)?,
            symbol,
            body: body.clone(),
        })
    }
}

/// Asks for something that must be there.
pub fn get(connection: &mut Connection, path: &str) -> Result<Value> {
    let response = connection.send("GET", path, "").with_context(|| format!("GET {path}"))?;
    let body = String::from_utf8_lossy(&response.body);
    ensure!(response.status == 200, "GET {path} answers {}: {body}", response.status);
    serde_json::from_str(&body).with_context(|| format!("GET {path} answers {body}"))
}

/// Reads an account's row, of any state.
pub fn account(connection: &mut Connection, market: &Market, id: u32) -> Result<Account> {
    market.account(&get(connection, &format!("/v1/accounts/{id}"))?["account"])
}

/// Reads all orders of an account that the venue still shows.
pub fn orders(connection: &mut Connection, market: &Market, id: u32) -> Result<Vec<Order>> {
    let rows = pages(connection, &format!("/v1/accounts/{id}/orders"), "orders")?;
    rows.iter().map(|row| market.order(row)).collect()
}

/// Reads the ids of all accounts.
pub fn account_ids(connection: &mut Connection) -> Result<Vec<u32>> {
    let rows = pages(connection, "/v1/accounts", "accounts")?;
    let id = |row: &Value| number(&row["account_id"]).and_then(|id| u32::try_from(id).ok());
    rows.iter().map(|row| id(row).context("an account has no id")).collect()
}

fn pages(connection: &mut Connection, path: &str, field: &str) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let body = get(connection, &format!("{path}?limit={PAGE_ROWS}{cursor}"))?;
        rows.extend(body[field].as_array().with_context(|| format!("no {field}"))?.iter().cloned());
        match body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(rows),
        }
    }
}

fn instrument(body: &Value) -> Result<Instrument> {
    let places = |field: &str| {
        let places = body[field].as_u64().and_then(|places| u32::try_from(places).ok());
        places.with_context(|| format!("an instrument has no {field}"))
    };
    let (price_decimals, qty_decimals) = (places("price_decimals")?, places("qty_decimals")?);
    let price = |value: &Value| decimal(value, "price")?.exact(price_decimals);
    Ok(Instrument {
        symbol: text(&body["symbol"], "symbol")?,
        currency: text(&body["currency"], "currency")?,
        price_decimals,
        qty_decimals,
        tick: price(&body["tick_size"])?,
        lot: decimal(&body["lot_size"], "lot_size")?.exact(qty_decimals)?,
        low: price(&body["band"]["low"])?,
        high: price(&body["band"]["high"])?,
    })
}

pub fn decimal(value: &Value, field: &str) -> Result<Decimal> {
    Decimal::parse(value.as_str().with_context(|| format!("{field} is {value}, no text"))?)
}

fn text(value: &Value, field: &str) -> Result<String> {
    Ok(value.as_str().with_context(|| format!("{field} is {value}, no text"))?.to_owned())
}

#[cfg(test)]
pub mod samples {
    use super::*;

    /// ACME trades in cents and whole shares; a new account is given 10,000.00.
    pub fn market() -> Market {
        let acme = Instrument {
            symbol: "ACME".to_owned(),
            currency: "USD".to_owned(),
            price_decimals: 2,
            qty_decimals: 0,
            tick: 1,
            lot: 1,
            low: 1,
            high: 1_000_000,
        };
        Market { instruments: vec![acme], money_decimals: 2, starting_cash: 1_000_000 }
    }
}
