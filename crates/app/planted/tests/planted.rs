//! Plants bugs, one at a time, and lets the suite's own checks find them.
//!
//! **Invariant:** each check passes with no bug planted, so it is the bug that a failure tells of.
//! No harness: a planted bug is in all threads of the process, so only one check may run. Nor are
//! the `#[test]` functions of the files below compiled: only what they call.

use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use sim::compare::{Cause, Mismatch, check_telling};
use sim::sharding::run::{Run, Weather};
use types::planted::{Bug, plant};

#[allow(dead_code, unused_imports, reason = "its tests are not compiled here")]
#[path = "../../../port/journal/tests/crash.rs"]
mod crash;
#[allow(dead_code, unused_imports, reason = "its tests are not compiled here")]
#[allow(clippy::duplicate_mod, reason = "both have the fixture of all of the sequencer's tests")]
#[path = "../../../shell/sequencer/tests/durable.rs"]
mod durable;
#[allow(dead_code, unused_imports, reason = "its tests are not compiled here")]
#[allow(clippy::duplicate_mod, reason = "both have the fixture of all of the sequencer's tests")]
#[path = "../../../shell/sequencer/tests/power.rs"]
mod power;

/// The longest that one check may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Characters of a finding that are shown.
const FINDING_CHARS_MAX: usize = 90;

/// A part of the suite.
#[derive(Clone, Copy, Debug)]
struct Check {
    name: &'static str,
    /// What it counts.
    unit: &'static str,
    /// Runs it, and counts what was found sound.
    run: fn(&AtomicU64),
}

const MODEL: Check = Check {
    name: "sim: venue and reference model",
    unit: "commands",
    run: |sound| {
        for seed in 0..4 {
            let count = |_| _ = sound.fetch_add(1, Ordering::Relaxed);
            if let Err(mismatch) = check_telling(seed, 2_500, count) {
                match &mismatch.cause {
                    Cause::Difference => panic!("{}", difference(&mismatch)),
                    Cause::VenuePanic(words) => panic!("the venue stops: {words}"),
                    Cause::ModelPanic(words) => panic!("the model stops: {words}"),
                    Cause::Audit(finding) => panic!("the auditor objects: {finding}"),
                }
            }
        }
    },
};

const SHARDS: Check = Check {
    name: "sim: 4 x 4 shards on a bad bus",
    unit: "commands",
    run: |sound| {
        for seed in 0..2 {
            let mut run = Run::new(seed, Weather::Crashes);
            for _ in 0..10 {
                run.play(100);
                sound.fetch_add(100, Ordering::Relaxed);
            }
            run.cancel_all();
        }
    },
};

const JOURNAL: Check = Check {
    name: "journal: power cuts on a simulated disk",
    unit: "cuts",
    run: |sound| {
        for seed in 0..50 {
            crash::survive(seed);
            sound.fetch_add(crash::CUTS_PER_DISK, Ordering::Relaxed);
        }
    },
};

const POWER: Check = Check {
    name: "sequencer: answers and power cuts",
    unit: "cuts",
    run: |sound| {
        for seed in 0..90 {
            // How a venue ends that met a cut is of no interest; what it had answered is.
            power::survive(seed).ok();
            sound.fetch_add(2, Ordering::Relaxed);
        }
    },
};

const SYNC: Check = Check {
    name: "sequencer: batches before their sync",
    unit: "batches",
    run: |sound| {
        durable::see_nothing_early(10);
        sound.fetch_add(10, Ordering::Relaxed);
    },
};

/// The checks that must catch a bug.
fn checks(bug: Bug) -> &'static [Check] {
    match bug {
        Bug::NewestFirst
        | Bug::IcebergKeepsItsPlace
        | Bug::TakersPrice
        | Bug::RemainderDropped
        | Bug::SelfTradeIgnored
        | Bug::FillOrKillFillsPartly
        | Bug::StopOnTheWrongSide
        | Bug::ExpiryTooLate
        | Bug::FeeNotHeld
        | Bug::RoundingForTheBuyer
        | Bug::HoldReleasedTwice
        | Bug::RequestForgotten
        | Bug::HiddenLotsForgotten => &[MODEL],
        Bug::DuplicateApplied => &[SHARDS],
        Bug::SyncSkipped => &[JOURNAL, POWER],
        Bug::PublishedBeforeSync => &[SYNC],
    }
}

/// What a check came to.
struct Outcome {
    /// How many were found sound.
    sound: u64,
    /// What then was wrong; `None` when nothing was.
    finding: Option<String>,
}

fn main() -> ExitCode {
    // The checks are meant to fail: what they say is shown in one line each.
    std::panic::set_hook(Box::new(|_| ()));
    let begin = Instant::now();
    let mut wrong = 0;
    for check in [MODEL, SHARDS, JOURNAL, POWER, SYNC] {
        let Outcome { sound, finding } = run(check);
        println!("no bug: {}, {sound} {}", check.name, check.unit);
        if let Some(finding) = finding {
            println!("  WRONG: {finding}");
            wrong += 1;
        }
    }
    for bug in Bug::ALL {
        for check in checks(bug) {
            plant(Some(bug));
            let Outcome { sound, finding } = run(*check);
            plant(None);
            println!("{bug:?}: {}, after {sound} {}", check.name, check.unit);
            match finding {
                Some(finding) => println!("  caught: {finding}"),
                None => {
                    println!("  NOT CAUGHT");
                    wrong += 1;
                }
            }
        }
    }
    let (bugs, seconds) = (Bug::ALL.len(), begin.elapsed().as_secs());
    println!("{bugs} planted bugs in {seconds} s, {wrong} checks went wrong");
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a check to its end or its first finding.
fn run(check: Check) -> Outcome {
    let sound = Arc::new(AtomicU64::new(0));
    let (tell, hear) = channel();
    let count = Arc::clone(&sound);
    thread::spawn(move || tell.send(catch_unwind(|| (check.run)(&count))));
    let finding = match hear.recv_timeout(PATIENCE) {
        Ok(Ok(())) => None,
        Ok(Err(words)) => {
            let plain = words.downcast_ref::<&str>().map(|words| (*words).to_owned());
            let words = plain.or_else(|| words.downcast_ref::<String>().cloned());
            Some(in_one_line(&words.unwrap_or_default()))
        }
        Err(_) => Some(format!("no end within {PATIENCE:?}")),
    };
    Outcome { sound: sound.load(Ordering::Relaxed), finding }
}

fn difference(mismatch: &Mismatch) -> String {
    let last = mismatch.script.last().expect("the command at fault is the last");
    format!("model and venue differ in {:?}", last.command.action)
}

fn in_one_line(finding: &str) -> String {
    let words: Vec<&str> = finding.split_whitespace().collect();
    words.join(" ").chars().take(FINDING_CHARS_MAX).collect()
}
