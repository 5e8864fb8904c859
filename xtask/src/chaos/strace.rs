//! `chaos strace`: no answer leaves the real binary before its sync has returned.

use super::campaign::{Campaign, Load};
use super::proof::{Proof, prove};
use super::random::Random;
use super::server::{Binary, Build, Folder, Server};
use super::trace::{Step, Trace};
use super::tracer;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::collections::BTreeSet;
use std::time::Duration;

#[derive(Args)]
pub struct Options {
    /// How long clients send commands, first one client and then all.
    #[arg(long, default_value_t = 2_000)]
    pub millis: u64,
    /// Repeats the commands of an earlier run; drawn and printed by default.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Clients that send commands at the same time.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=64))]
    pub clients: u64,
    #[command(flatten)]
    pub build: Build,
}

pub fn run(binary: &Binary, options: &Options, seed: u64) -> Result<()> {
    println!("chaos strace: seed {seed}, {} clients", options.clients);
    let mut folder = Folder::new(binary, "strace")?;
    let told = watch(binary, &folder, options, &Random::new(seed));
    let Err(error) = told else { return Ok(()) };
    let path = folder.keep().display().to_string();
    bail!("chaos strace, seed {seed}: {error:#}\nthe trace is kept in {path}")
}

fn watch(binary: &Binary, folder: &Folder, options: &Options, random: &Random) -> Result<()> {
    let output = folder.file("trace");
    let command = tracer::wrap(&binary.serve(folder), &output, None);
    let server = Server::start(command, folder)?.serving(folder)?;
    let pid = server.pid();
    let mut told = BTreeSet::new();
    for (name, clients) in [("one", 1), ("all", options.clients)] {
        let mut campaign = Campaign::new(&server, name, clients, &random.part(clients))?;
        let load = for_a_while(&mut campaign, &server, Duration::from_millis(options.millis))?;
        println!("{clients} clients at a time: {} answers with a seq", load.seqs().len());
        told.extend(load.seqs());
    }
    server.kill()?;
    let trace = tracer::read(&output, pid)?;
    let proof = prove(&trace, 0).context("the trace cannot be judged")?;
    check(&proof, &told)?;
    ensure!(can_turn_red(trace)?, "the same trace without its syncs is found good: no proof");
    println!(
        "{} answers with a seq, {} syncs of the journal: none left before its sync",
        proof.answers, proof.syncs
    );
    Ok(())
}

fn for_a_while(campaign: &mut Campaign, server: &Server, time: Duration) -> Result<Load> {
    let sleep = || -> Result<()> {
        std::thread::sleep(time);
        Ok(())
    };
    let (load, ()) = campaign.load(server.door, |_| sleep())?;
    Ok(load)
}

/// `told` is what clients received: the trace must show all of it.
fn check(proof: &Proof, told: &BTreeSet<u64>) -> Result<()> {
    for violation in proof.violations.iter().take(10) {
        println!("  {violation}");
    }
    ensure!(proof.violations.is_empty(), "{} answers left early", proof.violations.len());
    let missing: Vec<&u64> = told.difference(&proof.answered).collect();
    ensure!(missing.is_empty(), "answers that the trace does not show, of seqs {missing:?}");
    ensure!(!told.is_empty() && proof.syncs > 0, "nothing was answered: nothing was tested");
    Ok(())
}

/// Takes the journal's syncs out of a trace: then every answer is early.
fn can_turn_red(mut trace: Trace) -> Result<bool> {
    let Trace { calls, steps } = &mut trace;
    steps.retain(|step| {
        let (Step::Begin(place) | Step::End(place)) = step;
        calls[*place].name != "fdatasync"
    });
    Ok(!prove(&trace, 0)?.violations.is_empty())
}
