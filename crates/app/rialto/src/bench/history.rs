//! What history costs those who send orders, and how fast it catches up when they stop.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::rest::{CONNECTIONS, ORDERS_EACH, PAIRS, at_once};
use super::table::{median, yes_or_no};
use super::venue::Venue;

/// What catching up may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Measures and prints.
pub(crate) fn run(work: &Path) -> Result<()> {
    let with = Venue::start(work, "history")?;
    let without = Venue::start_with(work, "no-history", &["--history", "none"])?;
    let (account, other) = (with.open_account()?, without.open_account()?);
    let mut ratios = Vec::new();
    for pair in 0..PAIRS {
        let tag = format!("h{pair}");
        let alone = at_once(without.address(), &without.key, &other, &tag)?;
        let beside = at_once(with.address(), &with.key, &account, &tag)?;
        println!(
            "history {CONNECTIONS} connections: {beside:.0} orders/s with it, {:.2}x of {alone:.0}",
            beside / alone
        );
        ratios.push(beside / alone);
        caught_up(&with)?;
    }
    let ratio = median(&ratios);
    println!(
        "history median of {PAIRS} pairs: {ratio:.2}x, at least 0.8x: {}",
        yes_or_no(ratio >= 0.8)
    );
    Ok(())
}

/// Waits until the history has all that the venue did, and prints how fast it came.
fn caught_up(venue: &Venue) -> Result<()> {
    let mut client = venue.connect()?;
    let mut at = |path: &str| -> Result<u64> {
        Ok(client.ask("GET", path, "")?["event_seq"].as_u64().unwrap_or_default())
    };
    let end = at("/v1/accounts/1")?;
    let both = ["/v1/admin/trial-balance", "/v1/instruments/ACME/history/trades"];
    for (path, name) in both.into_iter().zip(["clearing_data", "market_data"]) {
        let (start, first) = (Instant::now(), at(path)?);
        let mut reached = first;
        while reached < end {
            ensure!(start.elapsed() < PATIENCE, "{name} stays at event {reached} of {end}");
            std::thread::sleep(Duration::from_millis(2));
            reached = at(path)?;
        }
        let (left, seconds) = (end - first, start.elapsed().as_secs_f64());
        println!(
            "history {name}: {left} of {} events were still to come, {:.0} events/s",
            CONNECTIONS * ORDERS_EACH * 2,
            left as f64 / seconds
        );
    }
    Ok(())
}
