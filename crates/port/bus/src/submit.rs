//! The way in: a bounded queue of commands, each with the way back for its outcome; and of
//! questions that only the engine can answer, in the same order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use venue::{Command, Foreseen, Outcome, Proposal};

/// Commands that may wait for the engine unless the caller of [`requests`] says otherwise.
pub const QUEUE_MAX: usize = 8_192;
/// Questions that may wait at one time: each takes time from the commands.
pub const QUESTIONS_MAX: usize = 64;

/// The shells' end: hands commands to the engine.
#[derive(Clone, Debug)]
pub struct Submitter {
    queue: SyncSender<Waiting>,
    queue_max: usize,
    asking: Arc<Semaphore>,
    passed: Arc<Passed>,
}

/// The engine's end: the commands that wait, in the order they came.
#[derive(Debug)]
pub struct Requests {
    queue: Receiver<Waiting>,
    /// Those that came between the commands.
    questions: Vec<Question>,
    passed: Arc<Passed>,
}

/// What went into the queue and out of it: it does not tell its length itself.
#[derive(Debug, Default)]
struct Passed {
    put_in: AtomicU64,
    taken: AtomicU64,
}

/// What waits in the queue.
#[derive(Debug)]
enum Waiting {
    Command(Request),
    Question(Question),
}

/// What would become of an order, asked by somebody who waits for the answer. Dropped without a
/// word, it tells them that the venue stopped.
#[derive(Debug)]
pub struct Question {
    /// The order.
    pub proposal: Proposal,
    sender: oneshot::Sender<Foreseen>,
    /// Its place among [`QUESTIONS_MAX`].
    _place: OwnedSemaphorePermit,
}

/// A command and the way back for its outcome.
#[derive(Debug)]
pub struct Request {
    /// What is asked.
    pub command: Command,
    /// To be answered once the command is durable.
    pub reply: Reply,
}

/// The way back to whoever submitted. Dropped without a word, it tells them [`SubmitError::Lost`].
#[derive(Debug)]
pub struct Reply {
    sender: oneshot::Sender<Result<Outcome, StopCause>>,
}

/// What a wait for commands came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// At least one command or question was taken.
    Taken,
    /// None came in time.
    TimedOut,
    /// None is left and every [`Submitter`] is gone: none will come.
    Closed,
}

/// Why the engine takes no commands. Nothing was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// It is shutting down, or has.
    ShutDown,
    /// The journal's disk has no room for it.
    DiskFull,
}

/// Why a command has no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SubmitError {
    /// As many commands wait as may.
    #[error("{queue_max} commands wait already; nothing was applied, safe to retry")]
    Busy {
        /// The queue's capacity.
        queue_max: usize,
    },
    /// The engine did not take it.
    #[error("the venue takes no commands ({cause:?}); nothing was applied, safe to retry later")]
    Stopped {
        /// Why.
        cause: StopCause,
    },
    /// The engine took it and ended before it answered.
    #[error("the venue ended before it answered; ask for the order's status first")]
    Lost,
}

/// Makes the two ends of a queue that holds `queue_max` commands, 1 or more.
///
/// # Panics
/// If `queue_max` is zero: a queue without room would refuse everything.
pub fn requests(queue_max: usize) -> (Submitter, Requests) {
    assert!(queue_max > 0, "a queue has room for a command");
    let (sender, receiver) = mpsc::sync_channel(queue_max);
    let asking = Arc::new(Semaphore::new(QUESTIONS_MAX));
    let passed = Arc::new(Passed::default());
    let requests = Requests { queue: receiver, questions: Vec::new(), passed: Arc::clone(&passed) };
    (Submitter { queue: sender, queue_max, asking, passed }, requests)
}

impl Submitter {
    /// How many commands may wait.
    pub fn queue_max(&self) -> usize {
        self.queue_max
    }

    /// How many wait now, commands and questions; what the engine has taken does not.
    pub fn queued(&self) -> u64 {
        // In this order a moment between the two makes it less, never more than there was.
        let put_in = self.passed.put_in.load(Ordering::Relaxed);
        put_in.saturating_sub(self.passed.taken.load(Ordering::Relaxed))
    }

    /// Hands in a command and waits until its outcome is durable.
    ///
    /// Dropping the future takes nothing back: a command in the queue will be applied.
    ///
    /// # Errors
    /// [`SubmitError::Busy`] and [`SubmitError::Stopped`]: nothing was applied.
    /// [`SubmitError::Lost`]: it may have been; the same request id tells, without doing it twice.
    pub async fn submit(&self, command: Command) -> Result<Outcome, SubmitError> {
        let (sender, answer) = oneshot::channel();
        let request = Request { command, reply: Reply { sender } };
        self.send(Waiting::Command(request))?;
        match answer.await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(cause)) => Err(SubmitError::Stopped { cause }),
            Err(_) => Err(SubmitError::Lost),
        }
    }

    /// Asks what would become of an order, after all commands that were handed in before; answered
    /// once those are durable. Nothing is applied.
    ///
    /// # Errors
    /// [`SubmitError::Busy`] when [`QUESTIONS_MAX`] wait or the queue is full, else
    /// [`SubmitError::Stopped`].
    pub async fn foresee(&self, proposal: Proposal) -> Result<Foreseen, SubmitError> {
        let place = Arc::clone(&self.asking).try_acquire_owned();
        let _place = place.map_err(|_| SubmitError::Busy { queue_max: QUESTIONS_MAX })?;
        let (sender, answer) = oneshot::channel();
        self.send(Waiting::Question(Question { proposal, sender, _place }))?;
        answer.await.map_err(|_| SubmitError::Stopped { cause: StopCause::ShutDown })
    }

    fn send(&self, waiting: Waiting) -> Result<(), SubmitError> {
        self.queue.try_send(waiting).map_err(|refused| match refused {
            TrySendError::Full(_) => SubmitError::Busy { queue_max: self.queue_max },
            TrySendError::Disconnected(_) => SubmitError::Stopped { cause: StopCause::ShutDown },
        })?;
        self.passed.put_in.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Requests {
    /// Waits at most `wait` for the first command or question, then takes what is there, at most
    /// `max` in all: the commands to the end of `batch`, the questions for
    /// [`Requests::take_questions`].
    pub fn recv_batch(&mut self, batch: &mut Vec<Request>, max: usize, wait: Duration) -> Waited {
        match self.queue.recv_timeout(wait) {
            Ok(first) => self.sort(first, batch, max),
            Err(RecvTimeoutError::Timeout) => return Waited::TimedOut,
            Err(RecvTimeoutError::Disconnected) => return Waited::Closed,
        }
        Waited::Taken
    }

    /// Takes what is there, at most `max`, to the end of `batch`, without waiting:
    /// for an engine that has other work to go on with.
    pub fn try_recv_batch(&mut self, batch: &mut Vec<Request>, max: usize) -> Waited {
        match self.queue.try_recv() {
            Ok(first) => self.sort(first, batch, max),
            Err(TryRecvError::Empty) => return Waited::TimedOut,
            Err(TryRecvError::Disconnected) => return Waited::Closed,
        }
        Waited::Taken
    }

    /// The questions taken so far, to be answered from a state that has all commands taken with
    /// them and before.
    pub fn take_questions(&mut self) -> Vec<Question> {
        std::mem::take(&mut self.questions)
    }

    /// Parts commands from questions.
    fn sort(&mut self, first: Waiting, batch: &mut Vec<Request>, max: usize) {
        let others = self.queue.try_iter().take(max.saturating_sub(1));
        let mut taken = 0;
        for waiting in std::iter::once(first).chain(others) {
            taken += 1;
            match waiting {
                Waiting::Command(request) => batch.push(request),
                Waiting::Question(question) => self.questions.push(question),
            }
        }
        self.passed.taken.fetch_add(taken, Ordering::Relaxed);
    }
}

impl Drop for Requests {
    /// Tells those still in the queue that nothing was applied. One that slips in after the last
    /// look is told [`SubmitError::Lost`], which is cautious and true.
    fn drop(&mut self) {
        for waiting in self.queue.try_iter() {
            match waiting {
                Waiting::Command(request) => request.reply.refuse(StopCause::ShutDown),
                Waiting::Question(question) => drop(question),
            }
        }
    }
}

impl Question {
    /// Answers. The caller has made durable all that the answer knows of.
    pub fn answer(self, foreseen: Foreseen) {
        // Whoever asked may be gone: then nobody needs the answer.
        self.sender.send(foreseen).ok();
    }
}

impl Reply {
    /// Answers with what the command came to. The caller has made it durable.
    pub fn answer(self, outcome: Outcome) {
        // Whoever asked may be gone: then nobody needs the answer.
        self.sender.send(Ok(outcome)).ok();
    }

    /// Answers that the command was not applied and will not be.
    pub fn refuse(self, cause: StopCause) {
        self.sender.send(Err(cause)).ok();
    }
}
