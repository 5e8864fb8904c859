//! The tables that events are written to, as the migrations make them.

use std::fmt::Write as _;

/// One table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// How many of the first columns are its key.
    pub(crate) key: usize,
    pub(crate) write: Write,
}

/// A column's name and what it holds.
pub(crate) type Column = (&'static str, Kind);

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Wide,
}

/// What becomes of a row whose key is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// There is none: each row is written once.
    Append,
    /// The new one takes its place.
    Replace,
    /// It grew: the new one, the sum so far, takes its place.
    Sum,
    /// It stays.
    First,
}

use Kind::{Int, Text, Wide};

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Balances, holdings, entries, payments, settlement.
    ClearingData,
    /// Orders, executions, order reports, prices, trades, candles.
    MarketData,
}

impl Part {
    /// Both.
    pub const ALL: [Part; 2] = [Part::ClearingData, Part::MarketData];

    /// Its usual name.
    pub const fn name(self) -> &'static str {
        match self {
            Part::ClearingData => "clearing_data",
            Part::MarketData => "market_data",
        }
    }

    pub(crate) const fn tables(self) -> &'static [Table] {
        match self {
            Part::ClearingData => &CLEARING,
            Part::MarketData => &MARKET,
        }
    }

    /// The first is number 1; none is ever changed.
    pub(crate) const fn migrations(self) -> &'static [&'static str] {
        match self {
            Part::ClearingData => &[include_str!("../migrations/clearing_data/0001.sql")],
            Part::MarketData => &[include_str!("../migrations/market_data/0001.sql")],
        }
    }
}

const MINUTES_TABLE: Table = Table {
    name: "minutes",
    columns: &[("minute", Int), ("event_seq", Int)],
    key: 1,
    write: Write::First,
};

const BUSINESS_DATES_TABLE: Table = Table {
    name: "business_dates",
    columns: &[("business_date", Text), ("event_seq", Int)],
    key: 1,
    write: Write::First,
};

/// Subscript of the table of minutes in both databases.
pub(crate) const MINUTES: usize = 0;
/// Subscript of the table of business dates in both databases.
pub(crate) const BUSINESS_DATES: usize = 1;

/// Subscripts of `CLEARING`.
pub(crate) mod clearing {
    pub(crate) const BALANCES: usize = 2;
    pub(crate) const HOLDINGS: usize = 3;
    pub(crate) const ENTRIES: usize = 4;
    pub(crate) const TRIAL_BALANCE: usize = 5;
    pub(crate) const PAYMENTS: usize = 6;
    pub(crate) const EQUITY: usize = 7;
    pub(crate) const DAY_RESULTS: usize = 8;
    pub(crate) const FLOWS: usize = 9;
    pub(crate) const SETTLEMENT_REPORTS: usize = 10;
    pub(crate) const PAYMENT_STATISTICS: usize = 11;
}

const CLEARING: [Table; 12] = [
    MINUTES_TABLE,
    BUSINESS_DATES_TABLE,
    Table {
        name: "balances",
        columns: &[
            ("account_id", Int),
            ("owner", Int),
            ("currency", Text),
            ("self_trade", Text),
            ("status", Text),
            ("opened_at_ns", Int),
            ("account_seq", Int),
            ("free_minor", Int),
            ("held_minor", Int),
            ("event_seq", Int),
        ],
        key: 1,
        write: Write::Replace,
    },
    Table {
        name: "holdings",
        columns: &[
            ("account_id", Int),
            ("instrument_id", Int),
            ("settled_lots", Int),
            ("held_lots", Int),
            ("cost_minor", Wide),
            ("realised_minor", Wide),
            ("fees_minor", Wide),
            ("event_seq", Int),
        ],
        key: 2,
        write: Write::Replace,
    },
    Table {
        name: "entries",
        columns: &[
            ("event_seq", Int),
            ("line", Int),
            ("account_id", Int),
            ("house", Text),
            ("currency", Text),
            ("instrument_id", Int),
            ("amount", Int),
            ("balance", Int),
            ("reason", Text),
            ("reference", Int),
            ("order_id", Int),
            ("cause_seq", Int),
            ("trade_date", Text),
            ("value_date", Text),
            ("at_ns", Int),
        ],
        key: 2,
        write: Write::Append,
    },
    Table {
        name: "trial_balance",
        columns: &[("shard", Int), ("asset", Text), ("owner", Text), ("amount", Wide)],
        key: 3,
        write: Write::Sum,
    },
    Table {
        name: "payments",
        columns: &[
            ("payment_id", Int),
            ("account_id", Int),
            ("kind", Text),
            ("peer_account_id", Int),
            ("amount_minor", Int),
            ("status", Text),
            ("reason", Text),
            ("client_request_id", Text),
            ("event_seq", Int),
            ("at_ns", Int),
            ("updated_at_ns", Int),
            ("free_minor", Int),
            ("held_minor", Int),
        ],
        key: 1,
        write: Write::Replace,
    },
    Table {
        name: "equity",
        columns: &[
            ("account_id", Int),
            ("minute", Int),
            ("equity_minor", Wide),
            ("profit_minor", Wide),
            ("growth_e12", Wide),
            ("ruins", Int),
        ],
        key: 2,
        write: Write::Append,
    },
    Table {
        name: "day_results",
        columns: &[
            ("account_id", Int),
            ("business_date", Text),
            ("equity_minor", Wide),
            ("profit_minor", Wide),
            ("growth_e12", Wide),
            ("ruins", Int),
        ],
        key: 2,
        write: Write::Append,
    },
    Table {
        name: "flows",
        columns: &[
            ("account_id", Int),
            ("event_seq", Int),
            ("kind", Text),
            ("equity_before_minor", Wide),
            ("equity_after_minor", Wide),
            ("business_date", Text),
            ("at_ns", Int),
        ],
        key: 2,
        write: Write::Append,
    },
    Table {
        name: "settlement_reports",
        columns: &[
            ("business_date", Text),
            ("account_id", Int),
            ("instrument_id", Int),
            ("fills", Wide),
            ("bought_lots", Wide),
            ("sold_lots", Wide),
            ("paid_minor", Wide),
            ("received_minor", Wide),
            ("fees_minor", Wide),
        ],
        key: 3,
        write: Write::Sum,
    },
    Table {
        name: "payment_statistics",
        columns: &[
            ("business_date", Text),
            ("account_id", Int),
            ("currency", Text),
            ("kind", Text),
            ("payments", Wide),
            ("amount_minor", Wide),
        ],
        key: 4,
        write: Write::Sum,
    },
];

/// Subscripts of `MARKET`.
pub(crate) mod market {
    pub(crate) const INSTRUMENTS: usize = 2;
    pub(crate) const ORDERS: usize = 3;
    pub(crate) const EXECUTIONS: usize = 4;
    pub(crate) const ORDER_REPORTS: usize = 5;
    pub(crate) const TRADES: usize = 6;
    pub(crate) const CANDLES: usize = 7;
    pub(crate) const PRICES: usize = 8;
    pub(crate) const ORDER_STATISTICS: usize = 9;
    pub(crate) const REFUSAL_STATISTICS: usize = 10;
}

const MARKET: [Table; 11] = [
    MINUTES_TABLE,
    BUSINESS_DATES_TABLE,
    Table {
        name: "instruments",
        columns: &[
            ("instrument_id", Int),
            ("symbol", Text),
            ("isin", Text),
            ("currency", Text),
            ("price_decimals", Int),
            ("qty_decimals", Int),
            ("money_decimals", Int),
            ("tick_step", Int),
            ("lot_step", Int),
            ("order_lots_max", Int),
            ("tick_value_numerator", Int),
            ("tick_value_denominator", Int),
            ("price_limit_ticks", Int),
            ("band_low_ticks", Int),
            ("band_high_ticks", Int),
            ("maker_ppm", Int),
            ("taker_ppm", Int),
            ("policy", Text),
            ("phase", Text),
            ("event_seq", Int),
        ],
        key: 1,
        write: Write::Replace,
    },
    Table {
        name: "orders",
        columns: &[
            ("order_id", Int),
            ("account_id", Int),
            ("instrument_id", Int),
            ("side", Text),
            ("type", Text),
            ("qty_lots", Int),
            ("price_ticks", Int),
            ("stop_ticks", Int),
            ("collar_ticks", Int),
            ("time_in_force", Text),
            ("expire_at_ns", Wide),
            ("post_only", Int),
            ("display_lots", Int),
            ("client_order_id", Text),
            ("original_client_order_id", Text),
            ("status", Text),
            ("cancel_reason", Text),
            ("cum_lots", Int),
            ("leaves_lots", Int),
            ("canceled_lots", Int),
            ("ticks_lots", Wide),
            ("cash_minor", Int),
            ("fee_minor", Int),
            ("accepted_seq", Int),
            ("accepted_at_ns", Int),
            ("updated_seq", Int),
            ("updated_at_ns", Int),
        ],
        key: 1,
        write: Write::Replace,
    },
    Table {
        name: "executions",
        columns: &[
            ("event_seq", Int),
            ("account_id", Int),
            ("order_id", Int),
            ("trade_id", Int),
            ("instrument_id", Int),
            ("side", Text),
            ("role", Text),
            ("price_ticks", Int),
            ("lots", Int),
            ("cum_lots", Int),
            ("leaves_lots", Int),
            ("cash_minor", Int),
            ("fee_minor", Int),
            ("business_date", Text),
            ("at_ns", Int),
        ],
        key: 1,
        write: Write::Append,
    },
    Table {
        name: "order_reports",
        columns: &[
            ("event_seq", Int),
            ("account_id", Int),
            ("account_seq", Int),
            ("order_id", Int),
            ("report", Text),
        ],
        key: 1,
        write: Write::Append,
    },
    Table {
        name: "trades",
        columns: &[
            ("event_seq", Int),
            ("instrument_id", Int),
            ("trade_id", Int),
            ("price_ticks", Int),
            ("lots", Int),
            ("taker_side", Text),
            ("maker_order_id", Int),
            ("taker_order_id", Int),
            ("business_date", Text),
            ("at_ns", Int),
        ],
        key: 1,
        write: Write::Append,
    },
    Table {
        name: "candles",
        columns: &[
            ("instrument_id", Int),
            ("interval_seconds", Int),
            ("number", Int),
            ("open_ticks", Int),
            ("high_ticks", Int),
            ("low_ticks", Int),
            ("close_ticks", Int),
            ("lots", Wide),
            ("ticks_lots", Wide),
            ("trades", Int),
        ],
        key: 3,
        write: Write::Append,
    },
    Table {
        name: "prices",
        columns: &[
            ("instrument_id", Int),
            ("last_ticks", Int),
            ("last_lots", Int),
            ("last_at_ns", Int),
            ("bid_ticks", Int),
            ("bid_lots", Int),
            ("ask_ticks", Int),
            ("ask_lots", Int),
            ("event_seq", Int),
        ],
        key: 1,
        write: Write::Replace,
    },
    Table {
        name: "order_statistics",
        columns: &[
            ("business_date", Text),
            ("account_id", Int),
            ("instrument_id", Int),
            ("orders", Wide),
            ("fills", Wide),
            ("lots", Wide),
            ("notional_minor", Wide),
            ("fees_minor", Wide),
        ],
        key: 3,
        write: Write::Sum,
    },
    Table {
        name: "refusal_statistics",
        columns: &[
            ("business_date", Text),
            ("account_id", Int),
            ("code", Text),
            ("refusals", Wide),
        ],
        key: 3,
        write: Write::Sum,
    },
];

impl Table {
    /// Whether its rows are each of one business date, which stands first.
    pub(crate) fn is_dated(&self) -> bool {
        self.columns[0].0 == "business_date"
    }

    /// The names of its columns, separated by commas.
    pub(crate) fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// Its columns as they are read: what may pass 64 bits as text.
    pub(crate) fn readable(&self) -> String {
        let readable = |(name, kind): &Column| match kind {
            Int | Text => (*name).to_owned(),
            Wide => format!("CAST({name} AS TEXT)"),
        };
        self.columns.iter().map(readable).collect::<Vec<_>>().join(", ")
    }

    /// What an INSERT ends with: what becomes of a row whose key is there.
    pub(crate) fn on_conflict(&self) -> String {
        let names = |columns: &[Column]| -> Vec<&str> { columns.iter().map(|it| it.0).collect() };
        let (key, rest) = self.columns.split_at(self.key);
        let mut text = format!(" ON CONFLICT ({}) DO ", names(key).join(", "));
        let set = |text: &mut String| {
            let all: Vec<String> =
                names(rest).iter().map(|it| format!("{it} = excluded.{it}")).collect();
            write!(text, "UPDATE SET {}", all.join(", ")).expect("a text grows");
        };
        match self.write {
            Write::Append => return String::new(),
            Write::First => text.push_str("NOTHING"),
            Write::Replace | Write::Sum => set(&mut text),
        }
        text
    }
}
