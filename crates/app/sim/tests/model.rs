//! Random commands: the venue, the reference model and the auditor agree on every event.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sim::auditor::Auditor;
use sim::compare::check;
use sim::generator::Generator;
use sim::model::Model;
use sim::stats::Stats;
use sim::world;
use types::Timestamp;
use venue::{Event, PublicEvent};

const SEEDS: u64 = 20;
const COMMANDS_OF_A_SEED: u64 = 50_000;
const THREADS: usize = 2;
/// Every reachable refusal must be given this often, or the generator aims badly.
const REFUSED_LEAST: u64 = 100;
const ACCEPTED_PERCENT_LEAST: u64 = 60;

#[test]
fn a_million_random_commands_agree_with_the_reference_model() {
    let next = AtomicU64::new(0);
    let work = || {
        let mut stats = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= SEEDS {
                return stats;
            }
            match check(seed, COMMANDS_OF_A_SEED) {
                Ok(found) => stats.push((seed, found)),
                Err(mismatch) => {
                    panic!("{mismatch}\nFor the fewest commands: cargo run -p sim -- {seed}")
                }
            }
        }
    };
    let mut found: Vec<(u64, Stats)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(|it| it.join());
        joined.flat_map(|it| it.unwrap_or_else(|words| std::panic::resume_unwind(words))).collect()
    });
    found.sort_by_key(|(seed, _)| *seed);
    let mut all = Stats::default();
    for (_, stats) in &found {
        all.merge(stats);
    }
    println!("{all}");
    assert_eq!(all.commands, SEEDS * COMMANDS_OF_A_SEED);
    assert!(all.accepted * 100 >= all.commands * ACCEPTED_PERCENT_LEAST, "too few are accepted");
    assert_eq!(all.missing(REFUSED_LEAST), [""; 0], "refusals that are hit too seldom");
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let trace = |seed| model_events(seed, 2_000).1.trace;
    assert_eq!(trace(3), trace(3));
    assert_ne!(trace(3), trace(4));
}

#[test]
fn the_auditor_finds_nothing_wrong_with_the_model() {
    for seed in 0..4 {
        let (commands, _) = model_events(seed, 3_000);
        assert_eq!(audit(&commands), None, "seed {seed}");
    }
}

/// Changes an event if it is of the right kind, and says whether it was.
type Tamper = fn(&mut Event) -> bool;

/// Each change of one event is something that a broken venue might tell.
#[test]
fn the_auditor_objects_to_any_event_that_is_changed_or_dropped() {
    let (commands, _) = model_events(1, 3_000);
    let changes: [(&str, Tamper); 7] = [
        ("free cash", |event| match event {
            Event::Account(event) => bump(&mut event.cash.free),
            Event::Refused { .. } | Event::Public(_) => false,
        }),
        ("account_seq", |event| match event {
            Event::Account(event) => bump(&mut event.account_seq),
            Event::Refused { .. } | Event::Public(_) => false,
        }),
        ("cash of a fill", |event| fill(event).is_some_and(|fill| bump(&mut fill.cash.0))),
        ("fee of a fill", |event| fill(event).is_some_and(|fill| bump(&mut fill.fee.0))),
        ("lots of a fill", |event| fill(event).is_some_and(|fill| bump(&mut fill.fill.lots.0))),
        ("orders of a level", |event| match event {
            Event::Public(PublicEvent::Trade(trade)) => bump(&mut trade.level_orders),
            Event::Account(_) | Event::Refused { .. } | Event::Public(_) => false,
        }),
        ("shown lots", |event| match event {
            Event::Public(PublicEvent::Book(book)) => bump(&mut book.lots.0),
            Event::Account(_) | Event::Refused { .. } | Event::Public(_) => false,
        }),
    ];
    for (name, change) in changes {
        let mut tampered = commands.clone();
        let events = tampered.iter_mut().skip(1_000).flatten();
        let is_changed = events.map(|(_, event)| event).any(change);
        assert!(is_changed, "{name}: there is one to change");
        assert_ne!(audit(&tampered), None, "{name}");
    }
    for kind in 0..2 {
        let mut tampered = commands.clone();
        let is_dropped = tampered.iter_mut().skip(1_000).any(|events| {
            let is_wanted = |event: &Event| match event {
                Event::Public(PublicEvent::Trade(_)) => kind == 0,
                Event::Account(_) => kind == 1,
                Event::Public(_) | Event::Refused { .. } => false,
            };
            let found = events.iter().position(|(_, event)| is_wanted(event));
            found.map(|found| events.remove(found)).is_some()
        });
        assert!(is_dropped && audit(&tampered).is_some(), "dropped {kind}");
    }
}

fn fill(event: &mut Event) -> Option<&mut venue::OwnFill> {
    let Event::Account(event) = event else { return None };
    let venue::Fact::Filled(fill) = &mut event.fact else { return None };
    Some(fill)
}

fn bump<T: std::ops::AddAssign + From<u8>>(number: &mut T) -> bool {
    *number += T::from(1);
    true
}

/// The model's events, command by command.
fn model_events(seed: u64, commands: u64) -> (Vec<Vec<(Timestamp, Event)>>, Stats) {
    let mut model = Model::new(world::genesis(seed));
    let mut generator = Generator::new(seed);
    let mut stats = Stats::default();
    let mut all = Vec::new();
    for seq in 1..=commands {
        let (at, command) = generator.next(&model);
        let (events, outcome) = model.apply(seq, at, &command);
        stats.add(&events, Some(outcome));
        all.push(events);
    }
    (all, stats)
}

fn audit(commands: &[Vec<(Timestamp, Event)>]) -> Option<String> {
    let mut auditor = Auditor::new();
    let mut seq = 0;
    for events in commands {
        for (at, event) in events {
            seq += 1;
            if let Err(finding) = auditor.event(seq, *at, event) {
                return Some(finding);
            }
        }
        if let Err(finding) = auditor.command_done() {
            return Some(finding);
        }
    }
    None
}
