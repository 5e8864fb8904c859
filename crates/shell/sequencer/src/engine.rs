//! The engine: takes what waits, applies it, and hands the batch to the writer.

use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Duration;

use bus::{Durable, Request, Requests, StopCause, Waited};
use journal::{PushError, Record};
use types::{ConnectionId, PrincipalId, Seq};
use venue::{Action, Command, EventHash, Events, Venue};

use crate::clock::Clock;
use crate::replica::PAYLOAD_VERSION;
use crate::space::Space;
use crate::writer::{Answer, Filled};

/// Commands that one batch may hold.
pub(crate) const BATCH_COMMANDS_MAX: usize = 1_024;
/// Encoded bytes that one batch may hold.
pub(crate) const BATCH_BYTES_MAX: usize = 512 * 1_024;
/// Silence after which the journal is told what is durable.
const IDLE: Duration = Duration::from_millis(500);
/// The longest wait before a deadline is looked at again: the wall clock may jump.
const DEADLINE_WAIT_MAX: Duration = Duration::from_millis(250);
/// Furthest that time may jump forward while the engine runs, before it stops.
const CLOCK_JUMP_MAX_NS: u64 = 24 * 3_600 * 1_000_000_000;

/// All that the engine's thread owns.
pub(crate) struct Engine<C> {
    pub(crate) venue: Venue,
    pub(crate) clock: C,
    pub(crate) requests: Requests,
    pub(crate) seq: Seq,
    pub(crate) hash: EventHash,
    pub(crate) space: Space,
    pub(crate) writer: SyncSender<Box<Filled>>,
    /// Buffers that the writer is done with.
    pub(crate) returned: Receiver<Box<Filled>>,
    /// Events that a buffer holds.
    pub(crate) events_room: usize,
    pub(crate) next_event_seq: Seq,
    /// Whether the newest durable seq is written down.
    pub(crate) marked: bool,
    pub(crate) scratch: Vec<u8>,
    /// The time stamped last, once one was.
    pub(crate) last_at: Option<u64>,
}

/// Why the engine ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Every submitter is gone.
    Closed,
    /// The writer is gone: it says why.
    WriterGone,
    /// The clock jumped too far.
    ClockJumped {
        /// By how much.
        by_ns: u64,
    },
}

impl<C: Clock> Engine<C> {
    /// Runs until nobody can submit any more, or the writer is gone.
    pub(crate) fn run(mut self) -> Ended {
        let mut waiting: Vec<Request> = Vec::with_capacity(BATCH_COMMANDS_MAX);
        loop {
            let Ok(mut filled) = self.returned.recv() else { return Ended::WriterGone };
            filled.restart(self.next_event_seq);
            let ended = self.fill(&mut waiting, &mut filled);
            self.marked &= filled.batch.is_empty();
            if self.writer.send(filled).is_err() {
                return Ended::WriterGone;
            }
            if let Some(ended) = ended {
                return ended;
            }
        }
    }

    /// Waits for commands and applies a batch of them.
    fn fill(&mut self, waiting: &mut Vec<Request>, filled: &mut Filled) -> Option<Ended> {
        if waiting.is_empty() {
            let wait = self.wait();
            match self.requests.recv_batch(waiting, BATCH_COMMANDS_MAX, wait) {
                Waited::Taken => {}
                Waited::Closed => return Some(Ended::Closed),
                Waited::TimedOut => return self.silence(filled),
            }
        }
        let at = match self.stamp() {
            Ok(at) => at,
            Err(by_ns) => return Some(Ended::ClockJumped { by_ns }),
        };
        let full = self.space.is_full();
        filled.use_reserve = full;
        let mut taken = 0;
        for request in waiting.iter() {
            if full && !may_use_reserve(&request.command.action) {
                filled.answers.push(Answer::Refused(StopCause::DiskFull));
            } else if !self.apply(&request.command, at, filled) {
                break;
            }
            taken += 1;
        }
        filled.replies.extend(waiting.drain(..taken).map(|request| request.reply));
        self.finish(filled);
        None
    }

    /// Nothing came: expire what is due, or note that all is durable.
    fn silence(&mut self, filled: &mut Filled) -> Option<Ended> {
        let at = match self.stamp() {
            Ok(at) => at,
            Err(by_ns) => return Some(Ended::ClockJumped { by_ns }),
        };
        if self.venue.next_expiry().is_some_and(|deadline| deadline.0 <= at) {
            let tick = Command {
                principal: PrincipalId(0),
                connection: ConnectionId(0),
                request: None,
                action: Action::Tick,
            };
            let applied = self.apply(&tick, at, filled);
            assert!(applied, "an empty batch takes a tick");
            filled.answers.clear();
            self.finish(filled);
        } else if !self.marked {
            filled.mark = true;
            self.marked = true;
        }
        None
    }

    /// Applies one command; `false` when the batch has no room for it.
    fn apply(&mut self, command: &Command, at: u64, filled: &mut Filled) -> bool {
        if !filled.has_room(self.venue.genesis().limits.step_events_max as usize) {
            return false;
        }
        let seq = self.seq + 1;
        self.scratch.clear();
        wire::command::encode(command, &mut self.scratch);
        let record =
            Record { seq, at_ns: at, version: PAYLOAD_VERSION, payload: &self.scratch };
        match filled.batch.push(record) {
            Ok(()) => {}
            Err(PushError::BatchFull) => return false,
            Err(error @ PushError::TooLong { .. }) => {
                unreachable!("a command is far shorter than a record may be: {error}")
            }
        }
        self.seq = seq;
        let mut events = filled.last_events();
        let outcome = self.venue.apply(seq, types::Timestamp(at), command, events);
        // A long cascade fills buffer after buffer; all of them leave together, after the sync.
        while self.venue.is_busy() {
            let next = Events::new(events.next_seq(), self.events_room);
            filled.events.push(next);
            events = filled.last_events();
            self.venue.resume(events);
        }
        filled.answers.push(Answer::Outcome(outcome));
        true
    }

    /// Completes a batch: its event hash and how far it reaches.
    fn finish(&mut self, filled: &mut Filled) {
        for events in &filled.events {
            self.hash.absorb(events);
        }
        filled.hash = self.hash;
        filled.durable = Durable { seq: self.seq, at: self.venue.now() };
        self.next_event_seq = filled.last_events().next_seq();
    }

    /// The time now; a jump forward beyond the limit is told by its size.
    fn stamp(&mut self) -> Result<u64, u64> {
        let now = self.clock.now().0;
        if let Some(last) = self.last_at {
            let by_ns = now.saturating_sub(last);
            if by_ns > CLOCK_JUMP_MAX_NS {
                return Err(by_ns);
            }
        }
        self.last_at = Some(now.max(self.last_at.unwrap_or(0)));
        Ok(now)
    }

    fn wait(&mut self) -> Duration {
        match self.venue.next_expiry() {
            None => IDLE,
            Some(deadline) => self.clock.until(deadline).min(DEADLINE_WAIT_MAX),
        }
    }
}

/// What is still taken when the disk is full: whatever only ends orders.
fn may_use_reserve(action: &Action) -> bool {
    matches!(action, Action::Cancel { .. } | Action::MassCancel { .. })
}
