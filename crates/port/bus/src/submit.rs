//! The way in: a bounded queue of commands, each with the way back for its outcome.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::oneshot;
use venue::{Command, Outcome};

/// Commands that may wait for the engine unless the caller of [`requests`] says otherwise.
pub const QUEUE_MAX: usize = 8_192;

/// The shells' end: hands commands to the engine.
#[derive(Clone, Debug)]
pub struct Submitter {
    queue: SyncSender<Request>,
    queue_max: usize,
}

/// The engine's end: the commands that wait, in the order they came.
#[derive(Debug)]
pub struct Requests {
    queue: Receiver<Request>,
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
    /// At least one command was taken.
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
    (Submitter { queue: sender, queue_max }, Requests { queue: receiver })
}

impl Submitter {
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
        self.queue.try_send(request).map_err(|refused| match refused {
            TrySendError::Full(_) => SubmitError::Busy { queue_max: self.queue_max },
            TrySendError::Disconnected(_) => SubmitError::Stopped { cause: StopCause::ShutDown },
        })?;
        match answer.await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(cause)) => Err(SubmitError::Stopped { cause }),
            Err(_) => Err(SubmitError::Lost),
        }
    }
}

impl Requests {
    /// Waits at most `wait` for the first command, then takes what is there, at most `max` in all,
    /// to the end of `batch`.
    pub fn recv_batch(&mut self, batch: &mut Vec<Request>, max: usize, wait: Duration) -> Waited {
        match self.queue.recv_timeout(wait) {
            Ok(first) => batch.push(first),
            Err(RecvTimeoutError::Timeout) => return Waited::TimedOut,
            Err(RecvTimeoutError::Disconnected) => return Waited::Closed,
        }
        batch.extend(self.queue.try_iter().take(max.saturating_sub(1)));
        Waited::Taken
    }

    /// Takes what is there, at most `max`, to the end of `batch`, without waiting:
    /// for an engine that has other work to go on with.
    pub fn try_recv_batch(&mut self, batch: &mut Vec<Request>, max: usize) -> Waited {
        match self.queue.try_recv() {
            Ok(first) => batch.push(first),
            Err(TryRecvError::Empty) => return Waited::TimedOut,
            Err(TryRecvError::Disconnected) => return Waited::Closed,
        }
        batch.extend(self.queue.try_iter().take(max.saturating_sub(1)));
        Waited::Taken
    }
}

impl Drop for Requests {
    /// Tells those still in the queue that nothing was applied. One that slips in after the last
    /// look is told [`SubmitError::Lost`], which is cautious and true.
    fn drop(&mut self) {
        for request in self.queue.try_iter() {
            request.reply.refuse(StopCause::ShutDown);
        }
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
