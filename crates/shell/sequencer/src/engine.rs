//! The engine: takes what waits, applies it, and hands the batch to the writer.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvError, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use bus::{Durable, Request, Requests, StopCause, Waited};
use journal::{PushError, Stamp};
use meter::{Admits, CommandCounts, VenueMeter};
use types::{AccountId, ConnectionId, PrincipalId, Seq, Timestamp};
use venue::{Action, Command, EventHash, Foreseen, Lookahead, Venue};

use crate::clock::Clock;
use crate::closings::Closings;
use crate::replica::{self, PAYLOAD_VERSION};
use crate::space::BATCHES;
use crate::writer::{Answer, Fatal, Filled, OnFatal};

/// Commands that one batch may hold.
const BATCH_COMMANDS_MAX: usize = 2_048;
/// Commands of a batch from which on the next is applied while it is synced. Fewer take less time
/// than to be woken for each.
const OVERLAP_COMMANDS_MIN: usize = 64;
/// The longest that it waits for a batch of few commands; a sync takes a tenth of that.
const CALM_WAIT_MAX: Duration = Duration::from_millis(2);
/// Silence after which the journal is told what is durable.
const IDLE: Duration = Duration::from_millis(500);
/// The longest wait before a deadline is looked at again: the wall clock may jump.
const DEADLINE_WAIT_MAX: Duration = Duration::from_millis(250);
/// Furthest that time may jump forward while the engine runs, before it stops.
const CLOCK_JUMP_MAX_NS: u64 = 24 * 3_600 * 1_000_000_000;
/// Requests whose memory is made ready while nothing else is to do: 1 MB.
const REQUESTS_READY: u32 = 1 << 14;
/// The engine's own command when a deadline passes in silence.
const TICK: Command = own(Action::Tick);
/// The engine's own command when a candle closes in silence.
const TELL_TIME: Command = own(Action::TellTime);

/// All that the engine's thread owns.
pub(crate) struct Engine<C> {
    pub(crate) venue: Venue,
    pub(crate) lookahead: Lookahead,
    pub(crate) clock: C,
    pub(crate) requests: Requests,
    pub(crate) seq: Seq,
    pub(crate) hash: EventHash,
    pub(crate) writer: SyncSender<Box<Filled>>,
    /// Buffers that the writer is done with.
    pub(crate) returned: Receiver<Box<Filled>>,
    /// Those that were taken from there.
    #[expect(clippy::vec_box, reason = "in boxes they come and in boxes they go")]
    pub(crate) spare: Vec<Box<Filled>>,
    /// What the last of them may take.
    pub(crate) admitted: Admits,
    /// Commands in the last batch.
    pub(crate) taken: usize,
    pub(crate) next_event_seq: Seq,
    pub(crate) closings: Closings,
    /// Whether the newest durable seq is written down.
    pub(crate) marked: bool,
    /// For how long no command came.
    pub(crate) silent: Duration,
    /// The newest time that was seen, once one was.
    pub(crate) reached: Option<Timestamp>,
    pub(crate) meter: Arc<VenueMeter>,
    /// Of the batch that is being filled.
    pub(crate) counts: CommandCounts,
    /// When that was begun.
    pub(crate) begun: Instant,
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
    /// Runs until nobody can submit any more, the writer is gone, or the clock jumps.
    pub(crate) fn run(mut self, on_fatal: &OnFatal) -> Ended {
        let mut waiting: Vec<Request> = Vec::with_capacity(BATCH_COMMANDS_MAX);
        self.venue.prepare_requests(REQUESTS_READY);
        let ended = loop {
            let all_taken = waiting.is_empty();
            let Ok(mut filled) = self.buffer(all_taken) else { break Ended::WriterGone };
            filled.restart(self.next_event_seq);
            let ended = self.fill(&mut waiting, &mut filled);
            // An empty one goes too: so each learns in time that the other is gone, or that the
            // disk has room again.
            if self.writer.send(filled).is_err() {
                break Ended::WriterGone;
            }
            if let Some(ended) = ended {
                break ended;
            }
        };
        if let Ended::ClockJumped { by_ns } = ended {
            on_fatal(&Fatal::ClockJumped { by_ns });
        }
        for request in waiting {
            request.reply.refuse(StopCause::ShutDown);
        }
        ended
    }

    /// A buffer to fill, with what it may take as it was told last.
    ///
    /// While few commands come and all were taken, it waits a little for all buffers to be back:
    /// what comes during a sync is one batch then, and wakes this thread once. Not for long, for
    /// time goes on: what is in the queue may be there to keep orders from lapsing. When many come,
    /// the next batch is applied while one is synced.
    fn buffer(&mut self, all_taken: bool) -> Result<Box<Filled>, RecvError> {
        let is_calm = all_taken && self.taken < OVERLAP_COMMANDS_MIN;
        let until = Instant::now() + if is_calm { CALM_WAIT_MAX } else { Duration::ZERO };
        while self.spare.len() < BATCHES {
            let returned = if self.spare.is_empty() {
                self.returned.recv()?
            } else {
                let left = until.saturating_duration_since(Instant::now());
                match self.returned.recv_timeout(left) {
                    Ok(returned) => returned,
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return Err(RecvError),
                }
            };
            self.admitted = returned.admits;
            self.spare.push(returned);
        }
        let mut filled = self.spare.pop().expect("there is one at least");
        // What the writer said last is what holds for all.
        filled.admits = self.admitted;
        Ok(filled)
    }

    /// Waits for commands and applies a batch of them.
    fn fill(&mut self, waiting: &mut Vec<Request>, filled: &mut Filled) -> Option<Ended> {
        let room = BATCH_COMMANDS_MAX - waiting.len();
        if waiting.is_empty() {
            let wait = self.wait(filled.admits);
            match self.requests.recv_batch(waiting, room, wait) {
                Waited::Taken => {}
                Waited::Closed => return Some(Ended::Closed),
                Waited::TimedOut => return self.silence(wait, filled),
            }
        } else {
            // Those left over come first; that no more will come is told at the next wait.
            self.requests.try_recv_batch(waiting, room);
        }
        if !waiting.is_empty() {
            self.silent = Duration::ZERO;
        }
        let at = match self.stamp() {
            Ok(at) => at,
            Err(by_ns) => return Some(Ended::ClockJumped { by_ns }),
        };
        self.lapse(at, filled);
        let has_lapsed = !filled.batch.is_empty();
        let mut taken = 0;
        for (index, request) in waiting.iter().enumerate() {
            Lookahead::due(waiting, index).for_each(|batch| self.look_ahead(batch));
            if !self.admits(filled.admits, &request.command) {
                // What was done before is told without being written down once more.
                let old = self.venue.remembered(&request.command);
                let full = Answer::Refused(StopCause::DiskFull);
                filled.answers.push(old.map_or(full, Answer::Outcome));
            } else if !self.apply(&request.command, at, filled) {
                break;
            }
            taken += 1;
        }
        assert!(taken > 0 || waiting.is_empty() || has_lapsed, "an empty batch takes a command");
        self.taken = taken;
        filled.replies.extend(waiting.drain(..taken).map(|request| request.reply));
        self.foresee(at, filled);
        self.finish(filled);
        None
    }

    /// Asks for the memory that commands which come soon will touch.
    fn look_ahead(&mut self, soon: &[Request]) {
        let commands = soon.iter().map(|request| &request.command);
        self.venue.look_ahead(&mut self.lookahead, commands);
    }

    /// Answers what was asked, after the commands of the batch; it leaves with them, once they are
    /// durable, and is not written down.
    fn foresee(&mut self, at: Timestamp, filled: &mut Filled) {
        let questions = self.requests.take_questions();
        if questions.is_empty() {
            return;
        }
        // An order that is placed now would find expired what is due.
        let is_due = self.venue.next_expiry().is_some_and(|deadline| deadline <= at);
        if is_due && admits_tick(filled.admits) && self.apply(&TICK, at, filled) {
            filled.answers.pop();
        }
        filled.foreseen.extend(questions.into_iter().map(|question| {
            let fate = self.venue.preview(at, &question.proposal);
            (question, Foreseen { seq: self.seq, fate })
        }));
    }

    /// Cancels the orders of accounts whose dead-man switch lapsed, one command each. What finds no
    /// room comes with the next batch.
    fn lapse(&mut self, at: Timestamp, filled: &mut Filled) {
        let due = self.venue.cancel_deadlines().take_while(|(deadline, _)| *deadline <= at);
        let due: Vec<Command> = due.map(|(_, account)| cancels_all(account)).collect();
        for command in &due {
            if !self.admits(filled.admits, command) {
                continue;
            }
            if !self.apply(command, at, filled) {
                return;
            }
            filled.answers.pop();
        }
    }

    /// Nothing came: expire what is due, or note that all is durable.
    fn silence(&mut self, waited: Duration, filled: &mut Filled) -> Option<Ended> {
        self.silent += waited;
        let at = match self.stamp() {
            Ok(at) => at,
            Err(by_ns) => return Some(Ended::ClockJumped { by_ns }),
        };
        self.lapse(at, filled);
        let is_due = self.venue.next_expiry().is_some_and(|deadline| deadline <= at);
        if !filled.batch.is_empty() {
            self.finish(filled);
        } else if is_due && admits_tick(filled.admits) {
            self.apply_own(&TICK, at, filled);
        } else if self.closing(filled.admits).is_some_and(|end| end <= at) {
            self.apply_own(&TELL_TIME, at, filled);
        } else if !self.marked && self.silent >= IDLE {
            filled.mark = true;
            self.marked = true;
        }
        self.venue.prepare_requests(REQUESTS_READY);
        None
    }

    fn apply_own(&mut self, command: &Command, at: Timestamp, filled: &mut Filled) {
        let applied = self.apply(command, at, filled);
        assert!(applied, "an empty batch takes a command");
        filled.answers.clear();
        self.finish(filled);
    }

    /// When a candle closes that nobody has been told of. A full disk has no room for it.
    fn closing(&self, admits: Admits) -> Option<Timestamp> {
        match admits {
            Admits::All => self.closings.next(),
            Admits::EndsOrders | Admits::Nothing => None,
        }
    }

    /// Applies one command; `false` when the batch has no room for it.
    fn apply(&mut self, command: &Command, at: Timestamp, filled: &mut Filled) -> bool {
        // A cascade that took buffers of its own is let out before anything is added to it.
        if filled.events.len() > 1 {
            return false;
        }
        if !filled.has_room(self.venue.genesis().limits.step_events_max as usize) {
            return false;
        }
        let seq = self.seq + 1;
        let stamp = Stamp { seq, at_ns: at.0, version: PAYLOAD_VERSION };
        let encode = |place: &mut _| wire::command::encode_in_place(command, place);
        match filled.batch.push_in_place(stamp, encode) {
            Ok(()) => {}
            Err(PushError::BatchFull) => return false,
            Err(error @ PushError::TooLong { .. }) => {
                unreachable!("a command is far shorter than a record may be: {error}")
            }
        }
        self.seq = seq;
        // All buffers of a long cascade leave together, after the sync.
        let outcome = replica::apply_whole(&mut self.venue, seq, at, command, &mut filled.events);
        filled.answers.push(Answer::Outcome(outcome));
        self.counts.note(&command.action);
        true
    }

    /// Whether the disk has room for a command. What is left of a full one is for commands that end
    /// orders: one that would end none is not taken.
    fn admits(&mut self, admits: Admits, command: &Command) -> bool {
        match admits {
            Admits::All => true,
            Admits::EndsOrders => self.venue.would_end_orders(command),
            Admits::Nothing => false,
        }
    }

    /// Completes a batch: its event hash and how far it reaches.
    fn finish(&mut self, filled: &mut Filled) {
        if !filled.batch.is_empty() {
            self.marked = false;
            self.meter.applied(self.seq, self.begun.elapsed(), &mut self.counts);
        }
        for events in &filled.events {
            self.hash.absorb(events);
        }
        filled.hash = self.hash;
        filled.durable = Durable { seq: self.seq, at: self.venue.now() };
        let next_event_seq = filled.last_events().next_seq();
        if next_event_seq > self.next_event_seq {
            self.closings.note(self.venue.trades(), self.venue.now());
        }
        self.next_event_seq = next_event_seq;
    }

    /// Begins a batch, at the time now, which never goes back; a jump forward beyond the limit is
    /// told by its size.
    fn stamp(&mut self) -> Result<Timestamp, u64> {
        self.begun = Instant::now();
        let now = self.clock.now();
        // While nothing ran, time may have gone any way forward.
        let reached = self.reached.unwrap_or(now).max(self.venue.now());
        let by_ns = now.0.saturating_sub(reached.0);
        if by_ns > CLOCK_JUMP_MAX_NS {
            return Err(by_ns);
        }
        let at = now.max(reached);
        self.reached = Some(at);
        Ok(at)
    }

    fn wait(&mut self, admits: Admits) -> Duration {
        let expiry = self.venue.next_expiry().filter(|_| admits_tick(admits)).into_iter();
        // A switch that has nothing to cancel is not told of on a full disk: it must wait.
        let lapse = self.venue.cancel_deadlines().map(|(at, _)| at);
        let lapse = lapse.take(usize::from(matches!(admits, Admits::All)));
        match expiry.chain(lapse).chain(self.closing(admits)).min() {
            Some(deadline) => self.clock.until(deadline).min(DEADLINE_WAIT_MAX),
            None => IDLE,
        }
    }
}

/// The command that a lapsed dead-man switch comes to.
fn cancels_all(account: AccountId) -> Command {
    Command { action: Action::MassCancel { account, instrument: None, side: None }, ..TICK }
}

/// A command of the engine itself.
const fn own(action: Action) -> Command {
    Command { principal: PrincipalId(0), connection: ConnectionId(0), request: None, action }
}

/// Whether there is room for a tick, which is given only when it ends orders.
fn admits_tick(admits: Admits) -> bool {
    match admits {
        Admits::All | Admits::EndsOrders => true,
        Admits::Nothing => false,
    }
}
