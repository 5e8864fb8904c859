//! The way out: what is durable becomes visible, whole batch by whole batch.

use std::collections::VecDeque;
use std::sync::{Arc, RwLock};

use tokio::sync::watch;
use types::{Seq, Timestamp};
use venue::{Events, Stamped};
use view::Views;

use crate::read::{Missed, Reader, Taken};

/// Events kept for subscribers that are behind or come back, unless one batch alone has more.
pub const RECENT_EVENTS_MAX: usize = 65_536;
/// Batches kept for them.
pub const RECENT_BATCHES_MAX: usize = 16_384;

/// Some durable events, gap-free after those of the batch before.
#[derive(Debug)]
pub struct Batch {
    /// At least one event, each with its seq, time and cause.
    pub events: Events,
    /// What is durable with them.
    pub durable: Durable,
}

/// How far the journal has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durable {
    /// The last command that is durable and whose events are all told.
    pub seq: Seq,
    /// Engine time then.
    pub at: Timestamp,
}

/// All that is visible, at one moment.
#[derive(Debug)]
pub struct Published {
    views: Views,
    durable: Durable,
    recent: VecDeque<Arc<Batch>>,
    recent_events: usize,
}

/// The engine's end: makes durable events visible. There is one; it is the only writer.
///
/// **Who waits for whom.** The views lie behind a lock that is written only here and read by short
/// closures of the shells, each bounded by its page size. So call it from the thread that syncs,
/// or one behind it, not from the one that applies: then the engine never waits for a reader.
#[derive(Debug)]
pub struct Publisher {
    published: Arc<RwLock<Published>>,
    news: watch::Sender<Seq>,
    reached: watch::Sender<Seq>,
}

/// Makes the two ends of what is published, beginning with `views`, which hold all events up to
/// the command `durable`.
pub fn publishing(views: Views, durable: Durable) -> (Publisher, Reader) {
    let (news, hear) = watch::channel(views.event_seq());
    let (reached, hear_reached) = watch::channel(durable.seq);
    let published = Published { views, durable, recent: VecDeque::new(), recent_events: 0 };
    let published = Arc::new(RwLock::new(published));
    let reader = Reader::new(Arc::clone(&published), hear, hear_reached);
    (Publisher { published, news, reached }, reader)
}

impl Publisher {
    /// Shows `events` to readers, then to subscribers. The caller has synced what caused them, and
    /// answers the commands behind them only afterwards, so that a client reads its own writes.
    ///
    /// `durable` is the last command whose events are all told with these. They are copied: the
    /// caller may clear its buffer and go on.
    ///
    /// # Panics
    /// If the events do not follow those shown before, or `durable` goes back.
    pub fn publish(&mut self, events: &Events, durable: Durable) {
        let batch = (!events.is_empty())
            .then(|| Arc::new(Batch { events: right_sized_copy(events), durable }));
        let event_seq = {
            let mut published = self.published.write().expect("no reader panics");
            assert!(durable.seq >= published.durable.seq, "what is durable stays durable");
            published.views.absorb(events);
            published.durable = durable;
            if let Some(batch) = batch {
                published.keep(batch);
            }
            published.views.event_seq()
        };
        self.news.send_if_modified(|seen| std::mem::replace(seen, event_seq) != event_seq);
        // Apart from the news: a command without events wakes no subscriber.
        self.reached.send_if_modified(|seen| std::mem::replace(seen, durable.seq) != durable.seq);
    }

    /// Reads what is visible, as a [`Reader`] does: for a snapshot of the views.
    pub fn views<T>(&self, ask: impl FnOnce(&Views) -> T) -> T {
        ask(self.published.read().expect("no reader panics").views())
    }
}

/// The engine's buffer is sized for its largest batch; what is kept has the size it needs.
fn right_sized_copy(events: &Events) -> Events {
    let mut copy = Events::new(events.first_seq(), events.len());
    for (step, facts) in events.steps() {
        copy.begin(step.at, step.cause);
        for fact in facts {
            copy.push(*fact);
        }
    }
    copy
}

impl Batch {
    /// The seq of its first event.
    pub fn first_seq(&self) -> Seq {
        self.events.first_seq()
    }

    /// The seq of its last event.
    pub fn last_seq(&self) -> Seq {
        self.events.next_seq() - 1
    }

    /// Its events after `seq`, in order.
    pub fn events_after(&self, seq: Seq) -> impl Iterator<Item = Stamped<'_>> {
        self.events.iter().filter(move |stamped| stamped.seq > seq)
    }
}

impl Published {
    /// The state that all events so far add up to.
    pub fn views(&self) -> &Views {
        &self.views
    }

    /// The last command in it.
    pub fn durable(&self) -> Durable {
        self.durable
    }

    /// The last event in it.
    pub fn event_seq(&self) -> Seq {
        self.views.event_seq()
    }

    /// Takes whole batches after event `after`: those that begin within the next `max` events, at
    /// least one where there is one.
    ///
    /// # Errors
    /// [`Missed`] when the first of them is no longer kept, or `after` has not happened yet.
    pub fn take_after(&self, after: Seq, max: usize) -> Result<Taken, Missed> {
        let oldest_kept = self.recent.front().map_or(self.event_seq() + 1, |b| b.first_seq());
        if after > self.event_seq() || after + 1 < oldest_kept {
            return Err(Missed { after, oldest_kept, newest: self.event_seq() });
        }
        let begin = self.recent.partition_point(|batch| batch.last_seq() <= after);
        let end_seq = after.saturating_add(max as u64);
        let batches: Vec<Arc<Batch>> = self
            .recent
            .range(begin..)
            .take_while(|batch| batch.first_seq() <= end_seq.max(after + 1))
            .cloned()
            .collect();
        Ok(Taken { batches, after })
    }

    fn keep(&mut self, batch: Arc<Batch>) {
        self.recent_events += batch.events.len();
        self.recent.push_back(batch);
        while self.recent.len() > RECENT_BATCHES_MAX
            || (self.recent_events > RECENT_EVENTS_MAX && self.recent.len() > 1)
        {
            let oldest = self.recent.pop_front().expect("a batch is kept");
            self.recent_events -= oldest.events.len();
        }
    }
}
