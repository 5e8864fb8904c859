//! The traders on a real venue, by a clock of the test's own.

mod support;

use demo::{KNOWN, Traders};
use support::{Market, OWNERS};
use types::Side;
use venue::Action;

const DAY_S: u64 = 24 * 3_600;
/// Commands a second, as `rialto run --demo` has them.
const RATE: u64 = 20;
const TURNS: u64 = DAY_S * RATE;

/// How often, of a thousand turns, both sides were quoted; by instrument.
fn quoted_permille(quoted: &[u64], turns: u64) -> Vec<u64> {
    quoted.iter().map(|count| count * 1_000 / turns).collect()
}

#[test]
fn in_a_day_both_sides_are_quoted_nearly_always_and_nobody_runs_dry() {
    let mut market = Market::open();
    let mut traders = Traders::new(OWNERS, 1);
    let (mut quoted, mut given, mut trades) = ([0u64; KNOWN.len()], 0, 0u64);
    for turn in 0..TURNS {
        let command = traders.next(market.views());
        if let Some((_, Action::Deposit { .. } | Action::Issue { .. })) = &command {
            given += 1;
        }
        market.pass(1_000_000_000 / RATE);
        if let Some(command) = command {
            trades += market.submit(command);
        }
        for (known, quoted) in KNOWN.iter().zip(&mut quoted) {
            let instrument = market.instrument(known.symbol);
            let is_quoted = [Side::Buy, Side::Sell]
                .into_iter()
                .all(|side| instrument.depth.best(side).is_some());
            *quoted += u64::from(is_quoted);
            if let Some(trade) = instrument.last_trade() {
                let away = trade.price.ticks().abs_diff(known.anchor_ticks);
                assert!(
                    away * 5 < known.anchor_ticks,
                    "turn {turn}: {} at {trade:?}",
                    known.symbol
                );
            }
        }
    }
    let permille = quoted_permille(&quoted, TURNS);
    println!("{permille:?} {trades} trades {} refused of {}", market.refused, market.seq());
    assert!(permille.iter().all(|permille| *permille >= 990), "{permille:?}");
    // Each of nine accounts is given cash once, and shares of each instrument of its currency.
    assert_eq!(given, 9 + 3 * KNOWN.len(), "nobody was given anything a second time");
    assert_eq!(market.refused, 0, "what is sent is what passes");
    assert!(trades > TURNS / 10, "{trades}");
    market.check_conserved();
}
