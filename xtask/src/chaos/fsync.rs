//! `chaos fsync`: the disk fails a sync of the real binary, which must stop and lose nothing.

use super::campaign::{Campaign, Load, Verdict};
use super::proof::prove;
use super::random::Random;
use super::server::{Binary, Build, Folder, Server, Started};
use super::tracer::{self, FailingSync};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::process::ExitStatus;
use std::str::FromStr;
use std::time::Duration;

/// The exit code of a venue that had to stop at once.
const EXIT_FATAL: i32 = 70;
/// How soon after a failed sync the process must be gone.
const EXIT_MAX: Duration = Duration::from_secs(10);
/// Enough that a batch holds several commands.
const CLIENTS: u64 = 12;
const COMPLAINTS_SHOWN: usize = 20;

#[derive(Args)]
pub struct Options {
    /// Which sync of each thread fails, one trial for each number: `7` or `1..=50`.
    #[arg(long, default_value = "1..=50")]
    pub calls: Calls,
    /// Repeats the commands of an earlier run; drawn and printed by default.
    #[arg(long)]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub build: Build,
}

/// A range of call numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calls {
    pub first: u64,
    pub last: u64,
}

impl FromStr for Calls {
    type Err = String;

    fn from_str(text: &str) -> Result<Calls, String> {
        let (first, last) = text.split_once("..=").unwrap_or((text, text));
        let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0);
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Calls { first, last }),
            (_, _) => Err("expected a number above 0, or two as in 1..=50".to_owned()),
        }
    }
}

/// How a venue under a failing disk ended, and what its clients saw.
struct Trial {
    ended: ExitStatus,
    /// None when it ended before clients came.
    load: Option<Load>,
    /// Its syncs of the journal that failed, as traced.
    failed_syncs: usize,
    in_doubt: usize,
}

pub fn run(binary: &Binary, options: &Options, seed: u64) -> Result<()> {
    let Calls { first, last } = options.calls;
    println!("chaos fsync: seed {seed}, calls {first} to {last}");
    let random = Random::new(seed);
    for call in first..=last {
        let mut folder = Folder::new(binary, "fsync-new")?;
        let told = from_the_start(binary, &folder, FailingSync(call), &random.part(call));
        let told = told.map_err(|error| kept(&mut folder, seed, call, error))?;
        println!("call {call} of {last}, of a new venue: {told}");
    }
    if let Some(obstacle) = tracer::attach_obstacle()? {
        bail!(
            "a running venue cannot be tested here: {obstacle}; as root, or with the system's \
             setting kernel.yama.ptrace_scope at 0, it can"
        );
    }
    let mut folder = Folder::new(binary, "fsync-old")?;
    let mut campaign = None;
    for call in first..=last {
        let random = random.part(call << 32);
        let told = while_it_runs(binary, &folder, FailingSync(call), &random, &mut campaign);
        let told = told.map_err(|error| kept(&mut folder, seed, call, error))?;
        println!("call {call} of {last}, of a running venue: {told}");
    }
    let verified = binary.verify(&folder);
    print!("{}", verified.map_err(|error| kept(&mut folder, seed, last, error))?);
    let trials = last - first + 1;
    println!("{trials} of {trials} on new venues, {trials} of {trials} on a running one");
    Ok(())
}

fn kept(folder: &mut Folder, seed: u64, call: u64, error: anyhow::Error) -> anyhow::Error {
    let log = folder.log_tail();
    let path = folder.keep().display().to_string();
    anyhow::anyhow!(
        "chaos fsync, call {call}, seed {seed}: {error:#}\n{log}\nthe data is kept in {path}"
    )
}

/// The sync fails while the folder is made and opened, or later under load.
fn from_the_start(
    binary: &Binary,
    folder: &Folder,
    fail: FailingSync,
    random: &Random,
) -> Result<String> {
    let output = folder.file("trace");
    let command = tracer::wrap(&binary.serve(folder), &output, Some(fail));
    let mut campaign = None;
    let trial = match Server::start(command, folder)? {
        Started::Exited(ended) => Trial { ended, load: None, failed_syncs: 0, in_doubt: 0 },
        Started::Serving(mut server) => {
            // It may fail while the campaign looks around; its end then says so.
            campaign = Campaign::new(&server, "c", CLIENTS, random).ok();
            let trial = until_it_ends(&mut server, campaign.as_mut(), |pid| {
                prove(&tracer::read(&output, pid)?, 0)
            })?;
            ensure!(trial.ended.code() == Some(EXIT_FATAL), "it served, and ends: {}", trial.ended);
            trial
        }
    };
    let code = trial.ended.code();
    let log = folder.log_tail();
    ensure!(log.contains("Input/output error"), "it does not say why it ended: {log}");
    ensure!(code.is_some() && code != Some(0), "a failed sync ends it with {}", trial.ended);
    let server = Server::start(binary.serve(folder), folder)?.serving(folder)?;
    let told = match (campaign.as_mut(), trial.load) {
        (Some(campaign), Some(load)) => settle(&campaign.compare(&server, load)?)?,
        (_, _) => {
            smoke(&server, random)?;
            "it ended before clients came, and a later start works".to_owned()
        }
    };
    ensure!(server.stop()?.success(), "it does not end in peace");
    let doubt = trial.in_doubt;
    Ok(format!("{}, {} failed, {doubt} in doubt: {told}", trial.ended, trial.failed_syncs))
}

/// The sync fails under load, counted from the moment the tracer came.
fn while_it_runs(
    binary: &Binary,
    folder: &Folder,
    fail: FailingSync,
    random: &Random,
    campaign: &mut Option<Campaign>,
) -> Result<String> {
    let mut server = Server::start(binary.serve(folder), folder)?.serving(folder)?;
    if campaign.is_none() {
        *campaign = Some(Campaign::new(&server, "c", CLIENTS, random)?);
    }
    let ready = super::observed::get(&mut server.connect(), "/ready")?;
    let before = ready["seq"].as_u64().context("it has no seq")?;
    let output = folder.file("trace");
    let mut strace = tracer::attach(server.pid(), &output, Some(fail))?;
    let trial = until_it_ends(&mut server, campaign.as_mut(), |pid| {
        prove(&tracer::read(&output, pid)?, before)
    });
    strace.wait().context("cannot wait for strace")?;
    let trial = trial?;
    ensure!(trial.ended.code() == Some(EXIT_FATAL), "it ends with {}", trial.ended);
    ensure!(trial.failed_syncs > 0, "no sync of the journal failed");
    let server = Server::start(binary.serve(folder), folder)?.serving(folder)?;
    let load = trial.load.context("there was a load")?;
    let campaign = campaign.as_mut().context("there is a campaign")?;
    let told = settle(&campaign.compare(&server, load)?)?;
    ensure!(server.stop()?.success(), "it does not end in peace");
    Ok(format!("{}, {} in doubt: {told}", trial.ended, trial.in_doubt))
}

/// Has clients send commands until the server is gone, then judges its trace.
fn until_it_ends(
    server: &mut Server,
    campaign: Option<&mut Campaign>,
    judge: impl FnOnce(u32) -> Result<super::proof::Proof>,
) -> Result<Trial> {
    let pid = server.pid();
    let (load, ended) = match campaign {
        None => (None, server.wait(EXIT_MAX)?),
        Some(campaign) => {
            let (load, ended) = campaign.load(server.door, |_| server.wait(EXIT_MAX))?;
            (Some(load), ended)
        }
    };
    let proof = judge(pid).context("the trace cannot be judged")?;
    if let Some(violation) = proof.violations.first() {
        bail!("{} answers left early: {violation}", proof.violations.len());
    }
    // Whoever waits for an answer must see the connection die, and nothing else.
    let unknown = load.as_ref().map_or(0, Load::unknown_answers);
    ensure!(unknown == 0, "{unknown} requests were answered although it had to stop at once");
    let (failed_syncs, in_doubt) = (proof.failed_syncs, proof.in_doubt.len());
    Ok(Trial { ended, load, failed_syncs, in_doubt })
}

/// A venue that never served: whether it does now.
fn smoke(server: &Server, random: &Random) -> Result<()> {
    let mut campaign = Campaign::new(server, "s", CLIENTS, random)?;
    let (load, ()) = campaign.load(server.door, |_| {
        std::thread::sleep(Duration::from_millis(50));
        Ok(())
    })?;
    settle(&campaign.compare(server, load)?).map(drop)
}

fn settle(verdict: &Verdict) -> Result<String> {
    for complaint in verdict.complaints.iter().take(COMPLAINTS_SHOWN) {
        println!("  {complaint}");
    }
    ensure!(verdict.complaints.is_empty(), "{} complaints", verdict.complaints.len());
    Ok(verdict.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_a_number_or_a_range() {
        assert_eq!("7".parse(), Ok(Calls { first: 7, last: 7 }));
        assert_eq!("1..=50".parse(), Ok(Calls { first: 1, last: 50 }));
        for bad in ["", "0", "5..=4", "1..50", "a"] {
            assert!(bad.parse::<Calls>().is_err(), "{bad}");
        }
    }
}
