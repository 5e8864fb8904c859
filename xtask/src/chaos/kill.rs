//! `chaos kill`: SIGKILL under load, restart, compare with what the clients were told.

use super::campaign::{Campaign, Verdict};
use super::follow::{self, Told};
use super::observed;
use super::random::Random;
use super::server::{Binary, Build, Folder, Server};
use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use std::time::{Duration, Instant};

/// When, after the load began, the server is killed.
const KILL_AFTER_MS: (u64, u64) = (10, 400);
/// So often it is killed while it makes its folder, and when.
const KILLED_WHILE_MADE: usize = 5;
const START_MS: (u64, u64) = (1, 40);
/// In so many rounds of a hundred it is also killed while it starts again.
const KILLED_AGAIN_PERCENT: u64 = 20;
const COMPLAINTS_SHOWN: usize = 20;
/// What the history may take to catch up at the end.
const HISTORY_MAX: Duration = Duration::from_secs(120);

#[derive(Args)]
pub struct Options {
    /// How often to kill it.
    #[arg(long, default_value_t = 100)]
    pub rounds: u64,
    /// Repeats the commands and the moments of an earlier run; drawn and printed by default.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Clients that send commands at the same time.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=64))]
    pub clients: u64,
    #[command(flatten)]
    pub build: Build,
}

/// Sums over all rounds.
#[derive(Default)]
struct Totals {
    answered: u64,
    refused: u64,
    unanswered: u64,
    found: u64,
    same: u64,
    trades: usize,
}

pub fn run(binary: &Binary, options: &Options, seed: u64) -> Result<()> {
    ensure!(options.rounds > 0, "--rounds must be above 0");
    let mut folder = Folder::new(binary, "kill")?;
    println!("chaos kill: seed {seed}, {} rounds, {} clients", options.rounds, options.clients);
    let start = Instant::now();
    let done = rounds(binary, &folder, options, Random::new(seed));
    if let Err(error) = done {
        let path = folder.keep().display().to_string();
        bail!("chaos kill, seed {seed}: {error:#}\nthe data is kept in {path}");
    }
    println!("{0} of {0} in {1} s", options.rounds, start.elapsed().as_secs());
    Ok(())
}

fn rounds(binary: &Binary, folder: &Folder, options: &Options, mut random: Random) -> Result<()> {
    for _ in 0..KILLED_WHILE_MADE {
        kill_while_starting(binary, folder, &mut random)?;
    }
    let mut server = Server::start(binary.serve(folder), folder)?.serving(folder)?;
    let mut campaign = Campaign::new(&server, "c", options.clients, &random.part(1))?;
    let (mut totals, mut last_event) = (Totals::default(), None);
    for round in 1..=options.rounds {
        let after = Duration::from_millis(random.within(KILL_AFTER_MS.0, KILL_AFTER_MS.1));
        let (door, channels, followed) = (server.door, campaign.channels(), campaign.followed());
        let (load, told) = campaign.load(door, |_| {
            let reader = std::thread::spawn(move || follow::follow(door, &channels, last_event));
            std::thread::sleep(after);
            server.kill()?;
            reader.join().map_err(|_| anyhow!("the stream's reader panicked"))
        })?;
        let killed_again = random.chance(KILLED_AGAIN_PERCENT);
        if killed_again {
            kill_while_starting(binary, folder, &mut random)?;
        }
        server = Server::start(binary.serve(folder), folder)?.serving(folder)?;
        let (trades, complaints) = check_stream(&server, &told, last_event, followed)?;
        let mut verdict = campaign.compare(&server, load)?;
        verdict.complaints.extend(complaints);
        last_event = follow::last_seq(&told).or(last_event);
        totals.add(&verdict, trades);
        let again = if killed_again { ", killed again while starting" } else { "" };
        let (round, rounds) = (round, options.rounds);
        println!("round {round} of {rounds}: after {} ms{again}: {verdict}", after.as_millis());
        settle(&verdict, round - 1, rounds)?;
    }
    finish(binary, folder, server, &mut campaign, &totals, options.rounds)
}

fn kill_while_starting(binary: &Binary, folder: &Folder, random: &mut Random) -> Result<()> {
    let after = Duration::from_millis(random.within(START_MS.0, START_MS.1));
    Server::start_and_kill(binary.serve(folder), folder, after)
}

/// Checks what was streamed, in itself and against the restarted venue; counts its trades.
fn check_stream(
    server: &Server,
    told: &[Told],
    resumed: Option<u64>,
    followed: Option<u32>,
) -> Result<(usize, Vec<String>)> {
    let mut complaints = follow::check(told, resumed);
    let (trades, wrong) = follow::check_trades(server, told)?;
    complaints.extend(wrong);
    if let Some(id) = followed {
        let account = observed::get(&mut server.connect(), &format!("/v1/accounts/{id}"))?;
        complaints.extend(follow::check_own(told, &account["account"]));
    }
    Ok((trades, complaints))
}

/// Compares everything once more, ends the server in peace and replays the folder offline.
fn finish(
    binary: &Binary,
    folder: &Folder,
    server: Server,
    campaign: &mut Campaign,
    totals: &Totals,
    rounds: u64,
) -> Result<()> {
    let verdict = campaign.compare_all(&server)?;
    println!("all {} accounts and {} orders compared", verdict.accounts, verdict.orders);
    settle(&verdict, rounds, rounds)?;
    println!(
        "{} answers, {} of them refusals; {} were kept and repeated; {} commands without answer, \
         {} of them had been applied; {} streamed trades found again",
        totals.answered,
        totals.refused,
        totals.same,
        totals.unanswered,
        totals.found,
        totals.trades
    );
    ensure!(totals.answered > 0, "no command was answered: nothing was tested");
    wait_for_history(&server)?;
    let ended = server.stop()?;
    ensure!(ended.success(), "asked to stop it ends with {ended}");
    print!("{}", binary.verify(folder)?);
    print!("{}", binary.check_history(folder)?);
    Ok(())
}

/// Waits until both databases have all that the venue did: one that is stopped while they catch up
/// leaves the rest to its next start.
fn wait_for_history(server: &Server) -> Result<()> {
    let mut connection = server.connect();
    let ready = observed::get(&mut connection, "/ready")?;
    let seq = ready["seq"].as_u64().context("the venue tells its seq")?;
    let until = Instant::now() + HISTORY_MAX;
    for path in ["/v1/admin/trial-balance", "/v1/instruments/PETR4/history/trades"] {
        let path = format!("{path}?min_seq={seq}");
        while connection.send("GET", &path, "")?.status != 200 {
            ensure!(Instant::now() < until, "the history does not come to seq {seq}");
        }
    }
    Ok(())
}

fn settle(verdict: &Verdict, good: u64, rounds: u64) -> Result<()> {
    if verdict.complaints.is_empty() {
        return Ok(());
    }
    for complaint in verdict.complaints.iter().take(COMPLAINTS_SHOWN) {
        println!("  {complaint}");
    }
    bail!("{good} of {rounds}: {} complaints", verdict.complaints.len())
}

impl Totals {
    fn add(&mut self, verdict: &Verdict, trades: usize) {
        self.answered += verdict.answered;
        self.refused += verdict.refused;
        self.unanswered += verdict.unanswered;
        self.found += verdict.retried.found;
        self.same += verdict.retried.same;
        self.trades += trades;
    }
}
