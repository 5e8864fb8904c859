//! What a replay came to, for people and for programs.
#![allow(clippy::float_arithmetic, reason = "figures for people, never for the venue")]

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value, json};
use types::Side;

use super::Difference;
use super::desk::{Counts, Desk, levels};

/// What a replay came to.
pub(super) struct Report {
    counts: Counts,
    sha256: String,
    resting: usize,
    /// By [`Side::index`]: how many prices, and the best.
    levels: [(usize, Option<u64>); 2],
    commands: u64,
    trial_balance: Vec<(String, i128)>,
    in_venue: Duration,
    in_all: Duration,
}

impl Report {
    pub(super) fn new(desk: &Desk, in_all: Duration) -> Report {
        Report {
            counts: desk.counts.clone(),
            sha256: desk.trades_sha256(),
            resting: desk.resting(),
            levels: [Side::Buy, Side::Sell].map(|side| levels(desk.depth(), side)),
            commands: desk.commands(),
            trial_balance: desk.venue.trial_balance(),
            in_venue: desk.in_venue,
            in_all,
        }
    }

    /// Whether every asset adds up to zero.
    pub(super) fn is_sound(&self) -> bool {
        self.trial_balance.iter().all(|(_, sum)| *sum == 0)
    }

    /// The figures under the names that golden files use.
    pub(super) fn figures(&self) -> Map<String, Value> {
        let Report { counts, .. } = self;
        let [(bid_levels, best_bid), (ask_levels, best_ask)] = self.levels;
        let lines = json!({
            "A": counts.adds,
            "I": counts.immediates,
            "R": counts.reduces,
            "X": counts.cancels,
            "M": counts.amends,
            "unknown": counts.unknown,
            "post_only_rejects": counts.post_only_rejects,
        });
        let traded_qty = u64::try_from(counts.traded_qty).map_or(Value::Null, Value::from);
        let figures = [
            ("rows", json!(counts.rows)),
            ("cmds", lines),
            ("trades", json!(counts.trades)),
            ("traded_qty", traded_qty),
            ("trades_sha256", json!(self.sha256)),
            ("resting_orders", json!(self.resting)),
            ("bid_levels", json!(bid_levels)),
            ("ask_levels", json!(ask_levels)),
            ("best_bid", json!(best_bid)),
            ("best_ask", json!(best_ask)),
            ("exec_checked", json!(counts.makers_checked)),
            ("exec_exact_maker", json!(counts.makers_exact)),
        ];
        figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// One line of JSON.
    pub(super) fn json(&self, differences: Option<&[Difference]>) -> String {
        let mut figures = self.figures();
        let more = [
            ("unchanged", json!(self.counts.unchanged)),
            ("clamped", json!(self.counts.clamped)),
            ("refused", json!(self.counts.refused)),
            ("commands", json!(self.commands)),
            ("venue_ns", json!(self.in_venue.as_nanos() as u64)),
            ("total_ns", json!(self.in_all.as_nanos() as u64)),
            ("trial_balance_is_zero", json!(self.is_sound())),
            ("golden", json!(differences.map(show_golden))),
        ];
        figures.extend(more.map(|(name, value)| (name.to_owned(), value)));
        format!("{}\n", Value::Object(figures))
    }

    /// A table.
    pub(super) fn text(&self, differences: Option<&[Difference]>) -> String {
        let mut out = String::new();
        for (name, value) in self.lines() {
            writeln!(out, "{name:<18} {value}").expect("memory");
        }
        match differences {
            None => out.push_str("golden             none lies beside the file\n"),
            Some([]) => out.push_str("golden             equal\n"),
            Some(differences) => {
                for Difference { figure, expected, found } in differences {
                    let verdict = format!("{figure} is {found}, expected {expected}");
                    writeln!(out, "golden             NOT EQUAL: {verdict}").expect("memory");
                }
            }
        }
        out
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let Report { counts, .. } = self;
        let [(bid_levels, best_bid), (ask_levels, best_ask)] = self.levels;
        let best = |ticks: Option<u64>| ticks.map_or("none".to_owned(), grouped);
        let refused = counts.refused.iter().map(|(name, count)| format!("{name} {count}"));
        let refused = refused.collect::<Vec<_>>().join(", ");
        let mut lines = vec![
            ("rows", grouped(counts.rows)),
            ("  A limit", grouped(counts.adds)),
            ("  I immediate", grouped(counts.immediates)),
            ("  R reduce", grouped(counts.reduces)),
            ("  X cancel", grouped(counts.cancels)),
            ("  M amend", grouped(counts.amends)),
            ("unknown orders", grouped(counts.unknown)),
            ("post-only rejects", grouped(counts.post_only_rejects)),
            ("amends to the same", grouped(counts.unchanged)),
            ("other refusals", if refused.is_empty() { "0".to_owned() } else { refused }),
            ("trades", grouped(counts.trades)),
            ("traded quantity", grouped(counts.traded_qty)),
            ("trades sha256", self.sha256.clone()),
            ("real makers", self.agreement()),
            ("resting orders", grouped(self.resting)),
            ("levels", format!("{} bid, {} ask", grouped(bid_levels), grouped(ask_levels))),
            ("best", format!("{} bid, {} ask (ticks)", best(best_bid), best(best_ask))),
            ("trial balance", self.balance()),
            ("venue", rate(self.commands, self.in_venue)),
            ("with reading", rate(self.commands, self.in_all)),
        ];
        if counts.clamped > 0 {
            let orders = grouped(counts.clamped);
            let text = format!("{orders} above the highest price there is, entered at it");
            lines.insert(9, ("far prices", text));
        }
        lines
    }

    fn agreement(&self) -> String {
        let Counts { makers_checked, makers_exact, .. } = self.counts;
        format!("{} of {}", grouped(makers_exact), grouped(makers_checked))
    }

    fn balance(&self) -> String {
        let off = self.trial_balance.iter().filter(|(_, sum)| *sum != 0);
        let off = off.map(|(asset, sum)| format!("{asset} {sum}")).collect::<Vec<_>>();
        if off.is_empty() { "zero".to_owned() } else { format!("NOT ZERO: {}", off.join(", ")) }
    }
}

fn show_golden(differences: &[Difference]) -> Value {
    let show = |difference: &Difference| {
        let Difference { figure, expected, found } = difference;
        json!({ "figure": figure, "expected": expected, "found": found })
    };
    let shown: Vec<Value> = differences.iter().map(show).collect();
    json!({ "is_equal": differences.is_empty(), "differences": shown })
}

fn rate(commands: u64, taken: Duration) -> String {
    let seconds = taken.as_secs_f64().max(f64::MIN_POSITIVE);
    let (rate, ms) = (commands as f64 / seconds, taken.as_millis());
    format!("{} commands/s ({} commands, {ms} ms)", grouped(rate as u64), grouped(commands))
}

/// A number with commas between its thousands.
fn grouped(number: impl ToString) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
