//! A client that builds its own picture from snapshots and frames, and checks each.

use std::collections::BTreeMap;

use serde_json::Value;

use super::sse::Event;

/// What a client of PETR4 and one account has built.
#[derive(Default)]
pub struct Client {
    /// Of each side, by price in ticks.
    levels: [BTreeMap<u64, Value>; 2],
    /// How far each channel was told.
    told: BTreeMap<String, u64>,
    pub last_trade: u64,
    last_account_seq: u64,
    /// How far everything was told.
    pub cut: u64,
    /// Checksums that were right.
    pub checksums: u64,
}

impl Client {
    /// Takes all events of a cut.
    pub fn apply_cut(&mut self, cut: &[Event]) {
        for event in cut {
            self.apply(&event.data);
        }
    }

    /// Takes a message.
    pub fn apply(&mut self, data: &Value) {
        let kind = data["type"].as_str().expect("every message has a type");
        if data["channel"].is_string() {
            self.follow_on(data);
        }
        match kind {
            "depth_snapshot" | "depth" | "orders_snapshot" | "orders" => self.set_levels(data),
            "trades_snapshot" => {
                let newest = data["trades"].as_array().unwrap().last();
                self.last_trade = newest.map_or(0, number_of);
            }
            "trades" => {
                for trade in data["trades"].as_array().unwrap() {
                    assert_eq!(number_of(trade), self.last_trade + 1, "each trade once");
                    self.last_trade += 1;
                }
            }
            "account_snapshot" => {
                self.last_account_seq = data["account"]["account_seq"].as_u64().unwrap();
            }
            "account" => {
                for event in data["events"].as_array().unwrap() {
                    self.last_account_seq += 1;
                    assert_eq!(event["account_seq"], self.last_account_seq);
                }
            }
            "cut" => {
                let last = data["last_seq"].as_u64().unwrap();
                assert!(last > self.cut || self.cut == 0, "cuts move on");
                self.cut = last;
            }
            "open_orders" | "lagged" => {}
            other => panic!("{other} is not expected here: {data}"),
        }
    }

    /// A frame begins where its channel's last one ended; a snapshot begins anew.
    fn follow_on(&mut self, data: &Value) {
        let channel = data["channel"].as_str().unwrap().to_owned();
        let last = data["last_seq"].as_u64().expect("each tells how far it goes");
        let before = self.told.insert(channel, last);
        if let Some(first) = data["first_seq"].as_u64() {
            assert_eq!(before.map(|before| before + 1), Some(first), "no hole: {data}");
            assert!(last >= first);
        }
    }

    fn set_levels(&mut self, data: &Value) {
        self.rebuild(data);
        if let Some(sent) = data.get("checksum") {
            assert_eq!(sent.as_u64(), Some(u64::from(self.checksum())), "{data}");
            self.checksums += 1;
        }
    }

    /// Takes the levels of a snapshot or a frame, and checks nothing.
    pub fn rebuild(&mut self, data: &Value) {
        if data["type"].as_str().is_some_and(|kind| kind.ends_with("_snapshot")) {
            self.levels = Default::default();
        }
        for (levels, side) in self.levels.iter_mut().zip(["bids", "asks"]) {
            for level in data[side].as_array().unwrap() {
                let price = ticks(&level["price"]);
                if level["qty"] == "0" {
                    levels.remove(&price);
                } else {
                    levels.insert(price, level.clone());
                }
            }
        }
    }

    /// As api/events.md says, from what was received alone.
    pub fn checksum(&self) -> u32 {
        let [bids, asks] = &self.levels;
        let text = |level: &Value| {
            let text = |name: &str| level[name].as_str().expect("a decimal").to_owned();
            format!("{}:{};", text("price"), text("qty"))
        };
        let bids: String = bids.values().rev().take(25).map(text).collect();
        let asks: String = asks.values().take(25).map(text).collect();
        crc32(format!("{bids}|{asks}").as_bytes())
    }

    /// Compares with a book of REST, by price or by order as the channel is.
    pub fn assert_is_the_book(&self, depth: &Value) {
        let mut book = Client::default();
        book.set_levels(depth);
        assert_eq!(self.levels, book.levels);
    }
}

/// CRC-32 as in zlib, bit by bit: nothing of the code under test.
pub fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
    let byte = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum));
    !bytes.iter().fold(!0, byte)
}

fn ticks(price: &Value) -> u64 {
    let price = price.as_str().expect("a decimal").replace('.', "");
    price.parse().expect("digits")
}

fn number_of(trade: &Value) -> u64 {
    trade["trade_id"].as_str().unwrap().parse().unwrap()
}
