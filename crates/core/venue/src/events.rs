//! The buffer that events are written into: allocated once, emptied by its owner after each batch.

use types::{Seq, Timestamp};

use crate::event::Event;
use crate::message::Cause;

/// Events beyond its capacity that a buffer always takes: a unit of work may pass a step's limit by
/// what goes with its matches, such as its order's acceptance and rest.
const BEYOND_MAX: usize = 16;

/// Events in order, and for each step the time and the command that caused them.
///
/// **Invariant:** the event at subscript `i` has seq `first_seq + i`; seqs are gap-free from 1.
#[derive(Debug)]
pub struct Events {
    first_seq: Seq,
    capacity: usize,
    events: Vec<Event>,
    steps: Vec<Step>,
}

/// Events that share time and cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Engine time.
    pub at: Timestamp,
    /// The outside command behind them.
    pub cause: Cause,
    /// Subscript of the first of them.
    pub first: usize,
}

/// An event with all that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamped<'a> {
    /// Its position among all events of its shard, from 1.
    pub seq: Seq,
    /// Engine time.
    pub at: Timestamp,
    /// The outside command behind it.
    pub cause: Cause,
    /// The fact.
    pub event: &'a Event,
}

impl Events {
    /// A buffer for `capacity` events, none of them pushed yet; the first will have `first_seq`.
    pub fn new(first_seq: Seq, capacity: usize) -> Events {
        Events {
            first_seq,
            capacity,
            events: Vec::with_capacity(capacity + BEYOND_MAX),
            steps: Vec::with_capacity(capacity),
        }
    }

    /// Begins a step: what is pushed from now on has this time and cause.
    pub fn begin(&mut self, at: Timestamp, cause: Cause) {
        self.steps.push(Step { at, cause, first: self.events.len() });
    }

    /// Adds a fact to the current step.
    ///
    /// # Panics
    /// If there is no room. A buffer that could grow here would cost more than the rest of this:
    /// the fact would have to survive the call, and so be written twice.
    #[inline(always)]
    pub fn push(&mut self, event: Event) {
        debug_assert!(!self.steps.is_empty(), "a step has begun");
        assert!(self.events.len() < self.events.capacity(), "the caller asked for room");
        self.events.push(event);
    }

    /// Forgets the events held, after they were handed on; the numbering goes on.
    pub fn clear(&mut self) {
        self.first_seq += self.events.len() as u64;
        self.events.clear();
        self.steps.clear();
    }

    /// Forgets the events held and goes on at `first_seq`: for a buffer that takes turns with
    /// others.
    pub fn restart(&mut self, first_seq: Seq) {
        self.clear();
        self.first_seq = first_seq;
    }

    /// Events held.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// How many more fit without growing.
    pub fn room(&self) -> usize {
        self.capacity.saturating_sub(self.events.len())
    }

    /// The seq of the first event held, or of the next to come.
    pub fn first_seq(&self) -> Seq {
        self.first_seq
    }

    /// The seq that the next event will have.
    pub fn next_seq(&self) -> Seq {
        self.first_seq + self.events.len() as u64
    }

    /// The steps held, each with its events.
    pub fn steps(&self) -> impl Iterator<Item = (Step, &[Event])> {
        self.steps.iter().enumerate().map(|(index, step)| {
            let end = self.steps.get(index + 1).map_or(self.events.len(), |next| next.first);
            (*step, &self.events[step.first..end])
        })
    }

    /// The events held, each with its seq, time and cause.
    pub fn iter(&self) -> impl Iterator<Item = Stamped<'_>> {
        self.steps().flat_map(move |(step, events)| {
            events.iter().enumerate().map(move |(offset, event)| Stamped {
                seq: self.first_seq + (step.first + offset) as u64,
                at: step.at,
                cause: step.cause,
                event,
            })
        })
    }
}
