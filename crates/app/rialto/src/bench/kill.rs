//! The kill switch with many orders resting, over loopback HTTP.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::table::yes_or_no;
use super::venue::{Client, Venue, resting_order};

/// Orders of each account: as many as one may have open.
const ORDERS_EACH: usize = 10_000;
const ACCOUNTS: usize = 10;
/// Connections that place the orders of one account.
const CONNECTIONS_EACH: usize = 3;
/// The longest that they may stay after the switch.
const GONE_MAX: Duration = Duration::from_secs(1);
const SWITCH: &str = "/v1/admin/kill-switch/all";

/// Measures and prints.
pub(crate) fn run(work: &Path) -> Result<()> {
    let mut venue = Venue::start(work, "kill")?;
    let accounts: Vec<String> =
        (0..ACCOUNTS).map(|_| venue.open_account()).collect::<Result<_>>()?;
    let start = Instant::now();
    place_all(&venue, &accounts)?;
    let placed = start.elapsed();
    let mut client = venue.connect()?;
    let resting = open_orders(&mut client, &accounts)?;
    ensure!(resting == ACCOUNTS * ORDERS_EACH, "{resting} orders rest");

    let start = Instant::now();
    client.ask("PUT", SWITCH, r#"{"engaged":true}"#)?;
    let answered = start.elapsed();
    while open_orders(&mut client, &accounts)? > 0 {}
    let gone = start.elapsed();
    let depth = client.ask("GET", "/v1/instruments/ACME/depth", "")?;
    ensure!(depth["depth"]["bids"] == serde_json::json!([]), "the book is not empty: {depth}");
    let is_refused = refuses(&mut client, &accounts)?;

    let start = Instant::now();
    venue.restart()?;
    let restarted = start.elapsed();
    let mut client = venue.connect()?;
    let stays = refuses(&mut client, &accounts)? && open_orders(&mut client, &accounts)? == 0;
    println!(
        "kill    {resting} resting orders (placed in {:.1} s): answered after {} ms, none open \
         after {} ms, at most {} ms: {}",
        placed.as_secs_f64(),
        answered.as_millis(),
        gone.as_millis(),
        GONE_MAX.as_millis(),
        yes_or_no(gone <= GONE_MAX)
    );
    println!(
        "kill    entry refused: {}; after kill -9 and a restart of {} ms: {}",
        yes_or_no(is_refused),
        restarted.as_millis(),
        yes_or_no(stays)
    );
    ensure!(is_refused && stays, "the switch does not hold");
    Ok(())
}

fn place_all(venue: &Venue, accounts: &[String]) -> Result<()> {
    thread::scope(|scope| {
        let senders: Vec<_> = accounts
            .iter()
            .flat_map(|account| (0..CONNECTIONS_EACH).map(move |share| (account, share)))
            .map(|(account, share)| scope.spawn(move || place_share(venue, account, share)))
            .collect();
        senders.into_iter().try_for_each(|it| it.join().expect("a sender does not panic"))
    })
}

/// Every so-many'th order of an account.
fn place_share(venue: &Venue, account: &str, share: usize) -> Result<()> {
    let mut client = venue.connect()?;
    for number in (share..ORDERS_EACH).step_by(CONNECTIONS_EACH) {
        let (path, body) = resting_order(account, number);
        client.post(&path, &body)?;
    }
    Ok(())
}

/// Whether a new order is refused because of the switch.
fn refuses(client: &mut Client, accounts: &[String]) -> Result<bool> {
    let (path, body) = resting_order(&accounts[0], ORDERS_EACH);
    Ok(client.send("POST", &path, &body)?.refuses_with("kill_switch"))
}

fn open_orders(client: &mut Client, accounts: &[String]) -> Result<usize> {
    let mut sum = 0;
    for account in accounts {
        let answer = client.ask("GET", &format!("/v1/accounts/{account}"), "")?;
        let open = answer["account"]["open_orders"].as_u64();
        sum += open.with_context(|| format!("no count of orders in {answer}"))?;
    }
    Ok(usize::try_from(sum)?)
}
