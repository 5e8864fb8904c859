//! The writer: makes batches durable, then lets out what they caused.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Instant;

use bus::{Durable, Publisher, Question, Reply, StopCause};
use journal::{Batch, Journal, Storage, SyncError, WriteError};
use meter::{Admits, EventCounts, VenueMeter};
use thiserror::Error;
use types::Seq;
use types::planted::{self, Bug};
use venue::{EventHash, Events, Foreseen, Outcome};

use crate::space::{BATCHES, Space};

/// A batch on its way from the engine to the disk, with all that leaves once it is there.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) batch: Batch,
    /// One buffer; more when a cascade was long.
    pub(crate) events: Vec<Events>,
    /// As many as `answers`, unless the command was the engine's own.
    pub(crate) replies: Vec<Reply>,
    pub(crate) answers: Vec<Answer>,
    /// What was asked, and what is true after this batch.
    pub(crate) foreseen: Vec<(Question, Foreseen)>,
    /// All events up to and with these.
    pub(crate) hash: EventHash,
    pub(crate) durable: Durable,
    /// What the engine may put into it.
    pub(crate) admits: Admits,
    /// Whether to note what is durable, for there is nothing else to do.
    pub(crate) mark: bool,
}

/// What one sender is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// What the command came to.
    Outcome(Outcome),
    /// It was not applied.
    Refused(StopCause),
}

/// Why the venue must stop: the process ends, and a restart replays what is durable.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fatal {
    /// The disk failed to make a batch durable. Nothing of it was answered.
    #[error("cannot make the journal durable, nothing of the batch was answered: {0}")]
    Sync(#[from] SyncError),
    /// The journal could not be written. Nothing of the batch was answered.
    #[error("cannot write the journal, nothing of the batch was answered: {0}")]
    Write(#[from] WriteError),
    /// The clock jumped forward.
    #[error("the clock jumped forward by {by_ns} ns, more than a venue may believe")]
    ClockJumped {
        /// By how much.
        by_ns: u64,
    },
    /// A bug: a thread panicked.
    #[error("the {0} thread panicked")]
    Panicked(&'static str),
}

/// Called on the thread that finds the venue must stop, before any sender of the batch at fault
/// hears of it: in production it ends the process.
pub type OnFatal = Box<dyn Fn(&Fatal) + Send + Sync>;

/// All that the writer's thread owns.
pub(crate) struct Writer<S: Storage> {
    pub(crate) journal: Journal<S>,
    pub(crate) publisher: Publisher,
    pub(crate) space: Space,
    pub(crate) filled: Receiver<Box<Filled>>,
    pub(crate) returned: SyncSender<Box<Filled>>,
    /// Wakes the follower when a good part of a segment was written.
    pub(crate) grown: SyncSender<()>,
    /// Bytes after which a spare is asked for and the follower woken.
    pub(crate) stride_bytes: u64,
    pub(crate) bytes_since: u64,
    /// What was published last.
    pub(crate) published: Durable,
    /// Encoded bytes and events that a buffer holds.
    pub(crate) batch_bytes: usize,
    pub(crate) events_room: usize,
    pub(crate) on_fatal: Arc<OnFatal>,
    pub(crate) meter: Arc<VenueMeter>,
    /// Of the batches that are being published.
    pub(crate) counts: EventCounts,
}

impl Filled {
    pub(crate) fn new(batch: Batch, events_room: usize) -> Filled {
        Filled {
            batch,
            events: vec![Events::new(1, events_room)],
            replies: Vec::new(),
            answers: Vec::new(),
            foreseen: Vec::new(),
            hash: EventHash::default(),
            durable: Durable::default(),
            admits: Admits::Nothing,
            mark: false,
        }
    }

    /// Empties it for the next batch.
    pub(crate) fn restart(&mut self, next_event_seq: Seq) {
        self.batch.clear();
        self.events.truncate(1);
        self.events[0].restart(next_event_seq);
        self.replies.clear();
        self.answers.clear();
        self.foreseen.clear();
        self.mark = false;
    }

    /// The buffer that events go into now.
    pub(crate) fn last_events(&mut self) -> &mut Events {
        self.events.last_mut().expect("there is a buffer")
    }

    /// Tells all that wait for it.
    fn answer(&mut self) {
        for (reply, answer) in self.replies.drain(..).zip(self.answers.drain(..)) {
            match answer {
                Answer::Outcome(outcome) => reply.answer(outcome),
                Answer::Refused(cause) => reply.refuse(cause),
            }
        }
        for (question, foreseen) in self.foreseen.drain(..) {
            question.answer(foreseen);
        }
    }

    /// Whether one more command's first step fits.
    pub(crate) fn has_room(&mut self, step_events_max: usize) -> bool {
        self.last_events().room() >= step_events_max
    }
}

impl<S: Storage> Writer<S> {
    /// Runs until the engine is gone, then notes what is durable.
    pub(crate) fn run(mut self) -> Result<(), Fatal> {
        for _ in 0..BATCHES {
            let batch = self.journal.batch(self.batch_bytes);
            self.give_back(Box::new(Filled::new(batch, self.events_room)))?;
        }
        let mut group = Vec::with_capacity(BATCHES);
        while let Ok(filled) = self.filled.recv() {
            group.push(filled);
            // What was filled during the sync before shares one.
            group.extend(self.filled.try_iter());
            let written = self.write(&mut group);
            // The senders of these batches hear of their end when they are dropped, after that.
            self.told(written)?;
            for filled in group.drain(..) {
                self.give_back(filled)?;
            }
        }
        let marked = self.journal.mark_durable().map(|_| ());
        self.told(marked.map_err(Fatal::from))
    }

    /// Gives the engine a buffer, with the room for what it may put into it.
    fn give_back(&mut self, mut filled: Box<Filled>) -> Result<(), Fatal> {
        let admits = self.space.admit(&mut self.journal).map_err(Fatal::from);
        filled.admits = self.told(admits)?;
        self.meter.admit(filled.admits);
        // The engine may have ended meanwhile.
        self.returned.send(filled).ok();
        Ok(())
    }

    /// Makes batches durable with one sync, then tells what they caused, in order.
    fn write(&mut self, group: &mut [Box<Filled>]) -> Result<(), Fatal> {
        let mut bytes = 0;
        for filled in &mut *group {
            if filled.mark {
                self.journal.mark_durable()?;
            }
            if !filled.batch.is_empty() {
                bytes += filled.batch.sealed_bytes() as u64;
                self.journal.write(&mut filled.batch, filled.hash.value())?;
            }
        }
        self.bytes_since += bytes;
        if planted::is(Bug::PublishedBeforeSync) {
            self.publish(group);
        }
        self.sync(bytes)?;
        self.ask_for_space();
        self.publish(group);
        // Past this line all of the batches are durable: they may be told.
        group.iter_mut().for_each(|filled| filled.answer());
        Ok(())
    }

    /// Makes the bytes durable that were written since the last time.
    fn sync(&mut self, bytes: u64) -> Result<(), SyncError> {
        let begun = Instant::now();
        self.journal.sync()?;
        if bytes > 0 {
            self.meter.synced(bytes, begun.elapsed());
        }
        Ok(())
    }

    fn ask_for_space(&mut self) {
        if self.bytes_since >= self.stride_bytes {
            self.bytes_since = 0;
            self.space.ask();
            // One wake-up that waits is as good as two.
            self.grown.try_send(()).ok();
        }
    }

    fn told<T>(&self, result: Result<T, Fatal>) -> Result<T, Fatal> {
        result.inspect_err(|fatal| (self.on_fatal)(fatal))
    }

    /// Shows what the batches caused, once: one without a command goes no further than the last.
    fn publish(&mut self, group: &[Box<Filled>]) {
        for filled in group {
            if filled.durable.seq <= self.published.seq {
                continue;
            }
            let seen = std::mem::replace(&mut self.published, filled.durable);
            let (last, before) = filled.events.split_last().expect("there is a buffer");
            for events in before {
                self.counts.note(events);
                self.publisher.publish(events, seen);
            }
            self.counts.note(last);
            self.publisher.publish(last, filled.durable);
        }
        self.meter.published(&mut self.counts);
    }
}
