//! The same commands through the venue and through the model, every event and outcome compared.
//!
//! **Invariant:** a seed alone decides the run. The first difference ends it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use types::{OrderId, Seq, Timestamp};
use venue::{Action, Command, Done, Event, Events, Genesis, Outcome, Venue};

use crate::auditor::Auditor;
use crate::generator::Generator;
use crate::model::Model;
use crate::stats::Stats;
use crate::world;

/// Commands between two comparisons of totals.
const TOTALS_COMMANDS: u64 = 64;
/// Commands between two restarts of the venue from a snapshot of itself.
const RESTART_COMMANDS: u64 = 500;
/// Commands that shrinking may apply in all.
const SHRINK_COMMANDS_MAX: usize = 5_000_000;

/// One command of a run, and the order it placed.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// When it came.
    pub at: Timestamp,
    /// What it asked.
    pub command: Command,
    /// The order it placed, so that others can name it when commands before it are dropped.
    pub placed: Option<OrderId>,
}

/// What one side answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its events.
    pub events: Vec<(Timestamp, Event)>,
    /// Its outcome; `None` when it stopped before there was one.
    pub outcome: Option<Outcome>,
}

/// The first difference between venue and model, or what the auditor objects to.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The seed of the run.
    pub seed: u64,
    /// What is wrong.
    pub cause: Cause,
    /// The commands up to the one at fault.
    pub script: Vec<Line>,
    /// The model's answer to the last of them.
    pub model: Option<Answer>,
    /// The venue's answer to it.
    pub venue: Option<Answer>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Events or outcomes differ.
    Difference,
    /// The venue stopped, with these words.
    VenuePanic(String),
    /// The model stopped, with these words.
    ModelPanic(String),
    /// The auditor objects.
    Audit(String),
}

/// Runs `commands` random commands of `seed` through both.
///
/// # Errors
/// The first mismatch, with all commands up to it.
pub fn check(seed: u64, commands: u64) -> Result<Stats, Box<Mismatch>> {
    check_telling(seed, commands, |_| ())
}

/// As [`check`]; calls `tell` with the number of each command that was compared.
///
/// # Errors
/// The first mismatch, with all commands up to it.
pub fn check_telling(
    seed: u64,
    commands: u64,
    mut tell: impl FnMut(u64),
) -> Result<Stats, Box<Mismatch>> {
    let mut pair = Pair::new(world::genesis(seed));
    let mut generator = Generator::new(seed);
    let mut stats = Stats::default();
    let mut script = Vec::new();
    for number in 1..=commands {
        let (at, command) = generator.next(&pair.model);
        let mut line = Line { at, command, placed: None };
        match pair.step(&line) {
            Ok(answer) => {
                line.placed = placed(&command, answer.outcome);
                stats.add(&answer.events, answer.outcome);
            }
            Err(fault) => {
                script.push(line);
                let Fault { cause, model, venue } = *fault;
                return Err(Box::new(Mismatch { seed, cause, script, model, venue }));
            }
        }
        script.push(line);
        tell(number);
    }
    Ok(stats)
}

/// Runs a list of commands; order ids in them are those of the run they come from.
///
/// # Errors
/// The first mismatch, with the commands as they were sent.
pub fn replay(seed: u64, genesis: &Genesis, script: &[Line]) -> Result<Stats, Box<Mismatch>> {
    let mut pair = Pair::new(genesis.clone());
    let mut stats = Stats::default();
    let mut sent = Vec::new();
    let mut renamed: Vec<(OrderId, OrderId)> = Vec::new();
    for line in script {
        let action = rename(line.command.action, &renamed);
        let mut now = Line { command: Command { action, ..line.command }, ..*line };
        let answer = pair.step(&now);
        now.placed = answer.as_ref().ok().and_then(|it| placed(&now.command, it.outcome));
        sent.push(now);
        match answer {
            Ok(answer) => stats.add(&answer.events, answer.outcome),
            Err(fault) => {
                let Fault { cause, model, venue } = *fault;
                return Err(Box::new(Mismatch { seed, cause, script: sent, model, venue }));
            }
        }
        if let (Some(was), Some(is)) = (line.placed, now.placed) {
            renamed.push((was, is));
        }
    }
    Ok(stats)
}

/// Drops commands for as long as the same kind of mismatch remains.
pub fn shrink(mismatch: Mismatch) -> Mismatch {
    let genesis = world::genesis(mismatch.seed);
    let mut smallest = mismatch;
    let mut chunk = smallest.script.len().div_ceil(2);
    let mut left = SHRINK_COMMANDS_MAX;
    while chunk > 0 {
        let mut end = smallest.script.len().saturating_sub(1);
        while end > 0 {
            let start = end.saturating_sub(chunk);
            let mut script = smallest.script.clone();
            script.drain(start..end);
            if script.len() > left {
                return smallest;
            }
            left -= script.len();
            match replay(smallest.seed, &genesis, &script) {
                Err(smaller) if smaller.cause.is_like(&smallest.cause) => smallest = *smaller,
                Ok(_) | Err(_) => {}
            }
            end = start.min(smallest.script.len().saturating_sub(1));
        }
        chunk /= 2;
    }
    smallest
}

impl Cause {
    fn is_like(&self, other: &Cause) -> bool {
        match (self, other) {
            (Cause::VenuePanic(one), Cause::VenuePanic(two))
            | (Cause::ModelPanic(one), Cause::ModelPanic(two)) => one == two,
            (Cause::Difference, Cause::Difference) | (Cause::Audit(_), Cause::Audit(_)) => true,
            (
                Cause::Difference | Cause::VenuePanic(_) | Cause::ModelPanic(_) | Cause::Audit(_),
                _,
            ) => false,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.script.len();
        writeln!(out, "seed {}, command {number}: {:?}", self.seed, self.cause)?;
        if let Some(line) = self.script.last() {
            writeln!(out, "{:?} {:?}", line.at, line.command)?;
        }
        let side = |answer: &Option<Answer>| match answer {
            Some(answer) => {
                let outcome = answer.outcome.map(|outcome| format!("{outcome:?}"));
                let events = answer.events.iter().map(|event| format!("{event:?}"));
                events.chain(outcome).collect()
            }
            None => Vec::new(),
        };
        let (model, venue): (Vec<String>, Vec<String>) = (side(&self.model), side(&self.venue));
        for index in 0..model.len().max(venue.len()) {
            let (model, venue) = (model.get(index), venue.get(index));
            if model == venue {
                writeln!(out, "  both  {}", model.expect("one of them is there"))?;
                continue;
            }
            writeln!(out, "> model {}", model.map_or("-", String::as_str))?;
            writeln!(out, "> venue {}", venue.map_or("-", String::as_str))?;
        }
        Ok(())
    }
}

/// What ended a run.
struct Fault {
    cause: Cause,
    model: Option<Answer>,
    venue: Option<Answer>,
}

/// Venue, model and auditor, side by side.
struct Pair {
    venue: Venue,
    buffer: Events,
    model: Model,
    auditor: Auditor,
    seq: Seq,
}

impl Pair {
    fn new(genesis: Genesis) -> Pair {
        let room = buffer_room(&genesis);
        Pair {
            venue: Venue::new(genesis.clone()).expect("genesis is in range"),
            buffer: Events::new(1, room),
            model: Model::new(genesis),
            auditor: Auditor::new(),
            seq: 0,
        }
    }

    /// One command through both. The answer is the one they agree on.
    fn step(&mut self, line: &Line) -> Result<Answer, Box<Fault>> {
        self.seq += 1;
        let fault = |cause, model, venue| Err(Box::new(Fault { cause, model, venue }));
        let model = catch_unwind(AssertUnwindSafe(|| {
            let (events, outcome) = self.model.apply(self.seq, line.at, &line.command);
            Answer { events, outcome: Some(outcome) }
        }));
        let model = match model {
            Ok(model) => model,
            Err(words) => return fault(Cause::ModelPanic(text(&*words)), None, None),
        };
        let venue = match catch_unwind(AssertUnwindSafe(|| self.ask_venue(line))) {
            Ok(Ok(venue)) => venue,
            Ok(Err(finding)) => return fault(Cause::Audit(finding), Some(model), None),
            Err(words) => {
                let events = self.buffer.iter().map(|stamped| (stamped.at, *stamped.event));
                let venue = Answer { events: events.collect(), outcome: None };
                return fault(Cause::VenuePanic(text(&*words)), Some(model), Some(venue));
            }
        };
        if model != venue {
            return fault(Cause::Difference, Some(model), Some(venue));
        }
        match self.audit(&venue) {
            Ok(()) => Ok(venue),
            Err(finding) => fault(Cause::Audit(finding), Some(model), Some(venue)),
        }
    }

    /// Applies a command to the venue, and resumes until its work is done.
    fn ask_venue(&mut self, line: &Line) -> Result<Answer, String> {
        let mut events = Vec::new();
        let outcome = loop {
            let outcome = self.venue.apply(self.seq, line.at, &line.command, &mut self.buffer);
            self.take(&mut events)?;
            if let Some(outcome) = outcome {
                break outcome;
            }
        };
        while self.venue.is_busy() {
            self.venue.resume(&mut self.buffer);
            self.take(&mut events)?;
        }
        if self.seq.is_multiple_of(RESTART_COMMANDS) {
            self.restart()?;
        }
        Ok(Answer { events, outcome: Some(outcome) })
    }

    /// Empties the buffer, which must not have grown.
    fn take(&mut self, events: &mut Vec<(Timestamp, Event)>) -> Result<(), String> {
        let capacity = self.buffer.len() + self.buffer.room();
        if capacity != buffer_room(self.venue.genesis()) {
            return Err(format!("command {} made the buffer grow to {capacity}", self.seq));
        }
        for stamped in self.buffer.iter() {
            if stamped.cause.seq != self.seq {
                return Err(format!("{stamped:?} in command {}", self.seq));
            }
            events.push((stamped.at, *stamped.event));
        }
        self.buffer.clear();
        Ok(())
    }

    /// Goes on with what a snapshot of the venue restores to: what it forgets will be missed.
    fn restart(&mut self) -> Result<(), String> {
        let mut bytes = Vec::new();
        self.venue.snapshot(&mut bytes);
        let restored = Venue::restore(self.venue.genesis().clone(), &bytes);
        let restored = restored.map_err(|error| format!("its own snapshot: {error}"))?;
        if restored.state_hash() != self.venue.state_hash() {
            return Err(format!("restored at command {}, it is another venue", self.seq));
        }
        self.venue = restored;
        Ok(())
    }

    fn audit(&mut self, answer: &Answer) -> Result<(), String> {
        let first = self.buffer.next_seq() - answer.events.len() as u64;
        for (seq, (at, event)) in (first..).zip(&answer.events) {
            self.auditor.event(seq, *at, event)?;
        }
        self.auditor.command_done()?;
        if self.seq.is_multiple_of(TOTALS_COMMANDS) {
            self.auditor.against(&self.model)?;
        }
        Ok(())
    }
}

/// Events that the buffer holds: little more than one step, so that long cascades are cut.
fn buffer_room(genesis: &Genesis) -> usize {
    genesis.limits.step_events_max as usize * 3 / 2
}

fn text(words: &(dyn std::any::Any + Send)) -> String {
    let plain = words.downcast_ref::<&str>().map(|words| (*words).to_owned());
    plain.or_else(|| words.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn placed(command: &Command, outcome: Option<Outcome>) -> Option<OrderId> {
    let Action::Place { .. } = command.action else { return None };
    let Ok(Done::Order(order)) = outcome?.result else { return None };
    Some(order)
}

/// The same action, naming an order as it is called now.
fn rename(action: Action, renamed: &[(OrderId, OrderId)]) -> Action {
    let now = |order: OrderId| {
        let found = renamed.iter().rev().find(|(was, _)| *was == order);
        found.map_or(order, |(_, is)| *is)
    };
    if let Action::Replace { account, order, change } = action {
        return Action::Replace { account, order: now(order), change };
    }
    if let Action::Cancel { account, order } = action {
        return Action::Cancel { account, order: now(order) };
    }
    action
}
