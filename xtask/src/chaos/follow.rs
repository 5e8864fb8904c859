//! Follows the event stream, and checks what it told.

use super::http::{Door, open_stream};
use super::observed::get;
use super::server::Server;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::BufRead;

/// Trades that the venue keeps of each instrument.
const TRADES_KEPT: usize = 1_000;

/// One event of the stream.
#[derive(Clone, Debug)]
pub struct Told {
    pub name: String,
    pub data: Value,
}

/// Reads events until the connection ends. An event cut off in the middle was not told.
pub fn follow(door: Door, channels: &str, last_event_id: Option<u64>) -> Vec<Told> {
    let path = format!("/v1/stream?{channels}");
    let Ok(stream) = open_stream(door, &path, last_event_id) else { return Vec::new() };
    let (mut told, mut name, mut data) = (Vec::new(), String::new(), None);
    for line in stream.lines().map_while(|line| line.ok()) {
        if let Some(text) = line.strip_prefix("event: ") {
            name = text.to_owned();
        } else if let Some(text) = line.strip_prefix("data: ") {
            data = serde_json::from_str(text).ok();
        } else if line.is_empty()
            && let Some(data) = data.take()
        {
            told.push(Told { name: std::mem::take(&mut name), data });
        }
    }
    told
}

/// The newest event that cuts and heartbeats covered.
pub fn last_seq(told: &[Told]) -> Option<u64> {
    let ends = told.iter().filter(|it| ["cut", "heartbeat"].contains(&it.name.as_str()));
    ends.filter_map(|it| it.data["last_seq"].as_u64()).next_back()
}

/// Checks that frames and own events have no gap and trades are in order. `resumed` is the id the
/// stream was asked to go on from.
pub fn check(told: &[Told], resumed: Option<u64>) -> Vec<String> {
    let mut checked = Checked::default();
    for Told { name, data } in told {
        if name == "reset" && data["newest"].as_u64() < resumed {
            let newest = &data["newest"];
            checked.complain(format!("event {resumed:?} was told, the newest is {newest}"));
        }
        checked.frame(data);
        for trade in rows(data, "trades") {
            checked.trade(trade, name == "trades_snapshot");
        }
        match name.as_str() {
            "account_snapshot" => checked.own = data["account"]["account_seq"].as_u64(),
            "account" => rows(data, "events").for_each(|event| checked.own(event)),
            _ => {}
        }
    }
    checked.complaints
}

/// What was told so far.
#[derive(Default)]
struct Checked<'a> {
    /// How far each channel was told.
    channels: BTreeMap<&'a str, u64>,
    /// The last trade of each symbol: its seq and number.
    trades: BTreeMap<&'a str, (u64, u64)>,
    own: Option<u64>,
    complaints: Vec<String>,
}

impl<'a> Checked<'a> {
    fn complain(&mut self, complaint: String) {
        self.complaints.push(complaint);
    }

    /// A frame begins where the one before it in its channel ended. A snapshot begins anew, and so
    /// does the first frame of a resumed stream.
    fn frame(&mut self, data: &'a Value) {
        let (Some(channel), Some(last)) = (data["channel"].as_str(), data["last_seq"].as_u64())
        else {
            return;
        };
        let before = self.channels.insert(channel, last);
        let first = data["first_seq"].as_u64();
        if let (Some(before), Some(first)) = (before, first)
            && first != before + 1
        {
            self.complain(format!("{channel} begins at {first} after {before}"));
        }
    }

    fn trade(&mut self, trade: &'a Value, is_in_snapshot: bool) {
        let symbol = trade["symbol"].as_str().unwrap_or_default();
        let now = (seq(trade), trade_id(trade));
        let before = self.trades.insert(symbol, now).unwrap_or_default();
        if !is_in_snapshot && (before.0 >= now.0 || before.1 >= now.1) {
            self.complain(format!("{symbol}: trade {now:?} after {before:?}"));
        }
    }

    fn own(&mut self, event: &Value) {
        let now = event["account_seq"].as_u64();
        if self.own.is_some() && now != self.own.map(|own| own + 1) {
            self.complain(format!("own event {now:?} after {:?}: {event}", self.own));
        }
        self.own = now;
    }
}

/// The list `name` of a message, empty if it has none.
fn rows<'a>(data: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    data[name].as_array().into_iter().flatten()
}

/// Compares the own events streamed with the account after a restart.
pub fn check_own(told: &[Told], account: &Value) -> Vec<String> {
    let own = told.iter().filter(|it| it.name == "account");
    let Some(data) = own.flat_map(|it| rows(&it.data, "events")).last() else { return Vec::new() };
    let (streamed, now) = (data["account_seq"].as_u64(), account["account_seq"].as_u64());
    let is_same_cash = ["free", "held"].iter().all(|it| data["cash"][it] == account["cash"][it]);
    if now < streamed || (now == streamed && !is_same_cash) {
        return vec![format!("own event {data} was streamed, and the account is {account}")];
    }
    Vec::new()
}

/// Asks a restarted venue for the trades that were streamed; returns how many were found.
pub fn check_trades(server: &Server, told: &[Told]) -> Result<(usize, Vec<String>)> {
    let mut connection = server.connect();
    let mut streamed: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let frames = told.iter().filter(|it| it.name == "trades");
    for trade in frames.flat_map(|frame| rows(&frame.data, "trades")) {
        let symbol = trade["symbol"].as_str().context("a trade has no symbol")?;
        streamed.entry(symbol).or_default().push(trade);
    }
    let (mut found, mut complaints) = (0, Vec::new());
    for (symbol, streamed) in streamed {
        let path = format!("/v1/instruments/{symbol}/trades?limit={TRADES_KEPT}");
        let body = get(&mut connection, &path)?;
        let kept = body["trades"].as_array().context("no trades")?;
        let (same, wrong) = compare_trades(&streamed, kept);
        found += same;
        complaints.extend(wrong);
    }
    Ok((found, complaints))
}

/// Older trades than those kept cannot be compared.
fn compare_trades(streamed: &[&Value], kept: &[Value]) -> (usize, Vec<String>) {
    let kept: BTreeMap<u64, &Value> = kept.iter().map(|trade| (trade_id(trade), trade)).collect();
    let oldest = if kept.len() < TRADES_KEPT { 0 } else { *kept.keys().next().unwrap_or(&0) };
    let (mut same, mut complaints) = (0, Vec::new());
    for trade in streamed.iter().filter(|trade| trade_id(trade) >= oldest) {
        match kept.get(&trade_id(trade)) {
            Some(found) if found == trade => same += 1,
            Some(found) => complaints.push(format!("trade {trade} was streamed, and is {found}")),
            None => complaints.push(format!("trade {trade} was streamed, and is gone")),
        }
    }
    (same, complaints)
}

fn trade_id(trade: &Value) -> u64 {
    super::history::number(&trade["trade_id"]).unwrap_or(0)
}

fn seq(event: &Value) -> u64 {
    event["seq"].as_u64().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(name: &str, data: Value) -> Told {
        Told { name: name.to_owned(), data }
    }

    fn depth(first: u64, last: u64) -> Told {
        let frame = json!({"channel": "depth:A", "first_seq": first, "last_seq": last});
        told("depth", frame)
    }

    fn trade(id: u64, seq: u64) -> Value {
        json!({"symbol": "A", "trade_id": id.to_string(), "seq": seq, "price": "1.00"})
    }

    #[test]
    fn a_gap_between_frames_of_a_channel_is_found() {
        let snapshot =
            |last: u64| told("depth_snapshot", json!({"channel": "depth:A", "last_seq": last}));
        let other = told("trades", json!({"channel": "trades:A", "first_seq": 1, "last_seq": 9}));
        assert_eq!(check(&[snapshot(5), other, depth(6, 6), depth(7, 9)], None), [""; 0]);
        assert_eq!(check(&[snapshot(5), depth(7, 8)], None).len(), 1);
        assert_eq!(check(&[depth(8, 9), depth(9, 10)], Some(9)).len(), 1);
        assert_eq!(check(&[depth(8, 10), snapshot(20), depth(21, 22)], Some(9)), [""; 0]);
    }

    #[test]
    fn a_reset_behind_what_was_told_is_found() {
        let reset = |newest: u64| [told("reset", json!({"newest": newest}))];
        assert_eq!(check(&reset(9), Some(9)), [""; 0]);
        assert_eq!(check(&reset(8), Some(9)).len(), 1);
    }

    #[test]
    fn a_trade_out_of_order_or_told_twice_is_found() {
        let trades =
            |ids: [u64; 2]| [told("trades", json!({"trades": ids.map(|id| trade(id, id))}))];
        assert_eq!(check(&trades([1, 2]), None), [""; 0]);
        assert_eq!(check(&trades([2, 1]), None).len(), 1);
        assert_eq!(check(&trades([2, 2]), None).len(), 1);
    }

    #[test]
    fn a_gap_between_own_events_is_found() {
        let own = |seqs: &[u64]| -> Vec<Told> {
            let events: Vec<_> = seqs.iter().map(|seq| json!({"account_seq": seq})).collect();
            let account = json!({"account": {"account_seq": 4}});
            vec![told("account_snapshot", account), told("account", json!({"events": events}))]
        };
        assert_eq!(check(&own(&[5, 6]), None), [""; 0]);
        assert_eq!(check(&own(&[6]), None).len(), 1);
        assert_eq!(check(&own(&[5, 5]), None).len(), 1);
    }

    #[test]
    fn an_account_behind_its_streamed_events_is_found() {
        let cash = |free: &str| json!({"free": free, "held": "0.00"});
        let event = json!({"account_seq": 5, "cash": cash("1.00")});
        let streamed = [told("account", json!({"events": [event]}))];
        let account = |seq: u64, free: &str| json!({"account_seq": seq, "cash": cash(free)});
        assert_eq!(check_own(&streamed, &account(5, "1.00")), [""; 0]);
        assert_eq!(check_own(&streamed, &account(6, "2.00")), [""; 0]);
        assert_eq!(check_own(&streamed, &account(5, "2.00")).len(), 1);
        assert_eq!(check_own(&streamed, &account(4, "1.00")).len(), 1);
    }

    #[test]
    fn a_streamed_trade_must_be_there_and_the_same() {
        let (one, two) = (trade(1, 4), trade(2, 5));
        assert_eq!(compare_trades(&[&one, &two], &[two.clone(), one.clone()]), (2, Vec::new()));
        assert_eq!(compare_trades(&[&one, &two], std::slice::from_ref(&one)).1.len(), 1, "gone");
        assert_eq!(compare_trades(&[&one], &[trade(1, 9)]).1.len(), 1, "changed");
    }
}
