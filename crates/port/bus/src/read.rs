//! What shells hold to see: the views at one moment, and the events as they become durable.

use std::sync::{Arc, RwLock};

use thiserror::Error;
use tokio::sync::watch;
use types::Seq;
use venue::Stamped;

use crate::publish::{Batch, Published};

/// Events that [`Subscription::next`] aims at: whole batches that begin within as many.
pub const TAKE_EVENTS_MAX: usize = 1_024;

/// Sees what is durable. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Reader {
    published: Arc<RwLock<Published>>,
    news: watch::Receiver<Seq>,
    reached: watch::Receiver<Seq>,
}

/// A place in the sequence of events that moves on as they are taken.
///
/// It has no queue of its own: all subscribers read the same recent batches, so a slow one costs
/// nothing until the batches it needs are gone; then it is told which it missed.
#[derive(Clone, Debug)]
pub struct Subscription {
    reader: Reader,
    position: Seq,
}

/// Batches in order, and the event they follow.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Gap-free. The first may begin at or before `after`.
    pub batches: Vec<Arc<Batch>>,
    /// The last event seen before them.
    pub after: Seq,
}

/// Events that were wanted and are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("events after {after} are gone: kept are {oldest_kept} to {newest}")]
pub struct Missed {
    /// The last event seen.
    pub after: Seq,
    /// The oldest event kept, or the next to come.
    pub oldest_kept: Seq,
    /// The newest event.
    pub newest: Seq,
}

/// Why a subscription has no next events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SubscriptionError {
    /// It fell too far behind, or never was where it said. [`Subscription::move_to`] goes on.
    #[error(transparent)]
    Missed(#[from] Missed),
    /// The publisher is gone and all it said was taken.
    #[error("the venue has stopped")]
    Stopped,
}

impl Missed {
    /// How many events are lost to the one who asked.
    pub fn events(&self) -> u64 {
        self.oldest_kept.saturating_sub(self.after + 1)
    }
}

impl Reader {
    pub(crate) fn new(
        published: Arc<RwLock<Published>>,
        news: watch::Receiver<Seq>,
        reached: watch::Receiver<Seq>,
    ) -> Reader {
        Reader { published, news, reached }
    }

    /// Looks at all that is visible at one moment. Keep `ask` short and bounded: the publisher
    /// waits for it, no new batch becomes visible meanwhile.
    pub fn read<T>(&self, ask: impl FnOnce(&Published) -> T) -> T {
        ask(&self.published.read().expect("the publisher never panics"))
    }

    /// Whether the publisher is gone: what is visible now is the last there will be.
    pub fn is_stopped(&self) -> bool {
        self.news.has_changed().is_err()
    }

    /// Waits until command `seq` is durable and visible; `false` when it never will be, for the
    /// publisher is gone. The caller bounds the time.
    pub async fn reach(&self, seq: Seq) -> bool {
        self.reached.clone().wait_for(|reached| *reached >= seq).await.is_ok()
    }

    /// Hears of each newest event, for one who looks when there is something new; an error when the
    /// publisher is gone.
    pub fn news(&self) -> watch::Receiver<Seq> {
        self.news.clone()
    }

    /// Follows the events after `after`. Nothing is checked yet: the first
    /// [`Subscription::next`] tells whether they are kept.
    pub fn subscribe(&self, after: Seq) -> Subscription {
        Subscription { reader: self.clone(), position: after }
    }
}

impl Subscription {
    /// Waits for events after the position, takes some, and moves behind them.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`SubscriptionError`]; the position stays.
    pub async fn next(&mut self) -> Result<Taken, SubscriptionError> {
        loop {
            // Marked as seen before the look: what is published after it wakes us again.
            self.reader.news.borrow_and_update();
            let taken = self.reader.read(|seen| seen.take_after(self.position, TAKE_EVENTS_MAX))?;
            if let Some(last) = taken.batches.last() {
                self.position = last.last_seq();
                return Ok(taken);
            }
            self.reader.news.changed().await.map_err(|_| SubscriptionError::Stopped)?;
        }
    }

    /// The last event taken.
    pub fn position(&self) -> Seq {
        self.position
    }

    /// Goes on after `after`, for one who took a snapshot there.
    pub fn move_to(&mut self, after: Seq) {
        self.position = after;
    }

    /// The reader it was made from.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }
}

impl Taken {
    /// The events taken, in order.
    pub fn events(&self) -> impl Iterator<Item = Stamped<'_>> {
        self.batches.iter().flat_map(|batch| batch.events_after(self.after))
    }

    /// The last event taken, or the one before them where none was.
    pub fn last_seq(&self) -> Seq {
        self.batches.last().map_or(self.after, |batch| batch.last_seq())
    }
}
