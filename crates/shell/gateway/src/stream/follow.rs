//! One client's way through the events: snapshot, deltas, and what to do when it is slow.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::response::sse::Event as SseEvent;
use bus::{Batch, Missed, Published, RECENT_EVENTS_MAX, Subscription, SubscriptionError, Taken};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;
use types::Seq;

use crate::gateway::Gateway;
use crate::stream::frames::{Channels, Ending, Frames, Snapshot};

/// A client more than this many events behind loses depth deltas and gets a fresh snapshot
/// instead: half of what is kept when every batch has but one event.
pub(super) const LAG_EVENTS_MAX: u64 = 8_192;

/// One client of the stream.
#[derive(Debug)]
pub(super) struct Follower {
    gateway: Gateway,
    channels: Channels,
    subscription: Subscription,
    stopping: watch::Receiver<bool>,
    stage: Stage,
    /// The last event whose effect the client was told of, or knows to have missed.
    told: Seq,
    next_beat: Instant,
    _place: OwnedSemaphorePermit,
}

/// What comes next.
#[derive(Debug)]
enum Stage {
    /// A snapshot; after a `reset` when the client wanted to resume and cannot.
    Snapshot { reset: Option<Missed> },
    /// The next events.
    Deltas,
    /// The rest of what a slow client missed, without depth.
    CatchUp(Box<CatchUp>),
    /// Nothing: the stream is over.
    Over,
}

/// What a slow client is told before it goes on as before.
#[derive(Debug)]
struct CatchUp {
    left: VecDeque<Arc<Batch>>,
    /// Makes up for the depth left out, as it was after the last batch.
    snapshot: Snapshot,
    /// The first event of the whole cut.
    first: Seq,
}

/// What woke a follower.
enum Woken {
    Events(Result<Taken, SubscriptionError>),
    Beat,
    Stop,
}

impl Follower {
    /// A client that saw all events up to `resume`, or none.
    pub(super) fn new(
        gateway: Gateway,
        mut channels: Channels,
        resume: Option<Seq>,
        place: OwnedSemaphorePermit,
    ) -> Follower {
        let missed =
            resume.and_then(|after| gateway.read(|published| published.take_after(after, 1)).err());
        let stage = match (resume, missed) {
            (Some(_), None) => {
                gateway.read(|published| channels.resume(published));
                Stage::Deltas
            }
            (_, missed) => Stage::Snapshot { reset: missed },
        };
        let told = resume.unwrap_or_default();
        Follower {
            subscription: gateway.reader().subscribe(told),
            stopping: gateway.stopping(),
            next_beat: Instant::now() + gateway.config().heartbeat,
            gateway,
            channels,
            stage,
            told,
            _place: place,
        }
    }

    /// Waits for what comes next and says it; `None` at the end.
    pub(super) async fn step(mut self) -> Option<(Vec<SseEvent>, Follower)> {
        let events = match std::mem::replace(&mut self.stage, Stage::Deltas) {
            Stage::Snapshot { reset } => self.snapshot(reset),
            Stage::Deltas => self.wait().await,
            Stage::CatchUp(rest) => self.catch_up(rest),
            Stage::Over => return None,
        };
        if !events.is_empty() {
            self.next_beat = Instant::now() + self.gateway.config().heartbeat;
        }
        Some((events, self))
    }

    fn snapshot(&mut self, reset: Option<Missed>) -> Vec<SseEvent> {
        let mut frames = Frames::default();
        if let Some(missed) = reset {
            frames.reset(missed);
        }
        let seen = self.gateway.read(|published| self.channels.snapshot(&self.gateway, published));
        let event_seq = seen.event_seq;
        frames.snapshot(&mut self.channels, &self.gateway, seen);
        self.subscription.move_to(event_seq);
        self.told = event_seq;
        frames.cut(1, event_seq)
    }

    async fn wait(&mut self) -> Vec<SseEvent> {
        // Biased: a stopping gateway must not be kept busy by a lively market.
        let woken = tokio::select! {
            biased;
            _ = self.stopping.wait_for(|is_stopping| *is_stopping) => Woken::Stop,
            () = tokio::time::sleep_until(self.next_beat) => Woken::Beat,
            taken = self.subscription.next() => Woken::Events(taken),
        };
        match woken {
            Woken::Stop => self.end(Ending::ShutDown),
            Woken::Beat => self.beat(),
            Woken::Events(Ok(taken)) => self.deltas(taken),
            Woken::Events(Err(SubscriptionError::Stopped)) => self.end(Ending::ShutDown),
            Woken::Events(Err(SubscriptionError::Missed(missed))) => {
                self.end(Ending::TooSlow { missed })
            }
        }
    }

    /// Says that nothing happened, and up to where: the client may resume there.
    fn beat(&mut self) -> Vec<SseEvent> {
        self.told = self.subscription.position();
        Frames::beat(self.told)
    }

    fn end(&mut self, ending: Ending) -> Vec<SseEvent> {
        self.stage = Stage::Over;
        Frames::end(ending)
    }

    fn deltas(&mut self, taken: Taken) -> Vec<SseEvent> {
        let (first, last) = (self.told + 1, taken.last_seq());
        let newest = self.gateway.read(Published::event_seq);
        if self.channels.has_books() && newest - last > LAG_EVENTS_MAX {
            return self.lag(taken);
        }
        let mut frames = Frames::default();
        for stamped in taken.events() {
            self.channels.tell(&self.gateway, &stamped, &mut frames);
            frames.note_depth(&self.channels, &stamped);
        }
        frames.depth_changes(&self.channels, first, last);
        if frames.is_broken {
            return self.start_over();
        }
        self.close_cut(frames, last)
    }

    /// Gives up on depth deltas: takes all that is kept, and the books at its end, in one look.
    fn lag(&mut self, taken: Taken) -> Vec<SseEvent> {
        let after = taken.last_seq();
        let seen = self.gateway.read(|published| {
            let rest = published.take_after(after, RECENT_EVENTS_MAX)?;
            Ok((rest, self.channels.depths(published)))
        });
        let (rest, snapshot) = match seen {
            Ok(seen) => seen,
            Err(missed) => return self.end(Ending::TooSlow { missed }),
        };
        let (first, until) = (self.told + 1, snapshot.event_seq);
        assert_eq!(rest.last_seq(), until, "no more is kept than is taken at once");
        let mut frames = Frames::default();
        frames.lagged(first, until);
        self.subscription.move_to(until);
        let left = taken.batches.into_iter().chain(rest.batches).collect();
        self.stage = Stage::CatchUp(Box::new(CatchUp { left, snapshot, first }));
        frames.without_cut()
    }

    fn catch_up(&mut self, mut rest: Box<CatchUp>) -> Vec<SseEvent> {
        let mut frames = Frames::default();
        let Some(batch) = rest.left.pop_front() else {
            self.told = rest.snapshot.event_seq;
            frames.snapshot(&mut self.channels, &self.gateway, rest.snapshot);
            return frames.cut(rest.first, self.told);
        };
        for stamped in batch.events_after(self.told) {
            self.channels.tell(&self.gateway, &stamped, &mut frames);
        }
        if frames.is_broken {
            return self.start_over();
        }
        self.told = batch.last_seq();
        self.stage = Stage::CatchUp(rest);
        frames.without_cut()
    }

    /// An own event is about an order that closed so long ago that it cannot be shown any more,
    /// which only a client that came back late can meet: everything from a fresh snapshot.
    fn start_over(&mut self) -> Vec<SseEvent> {
        let newest = self.gateway.read(Published::event_seq);
        let reset = Some(Missed { after: self.told, oldest_kept: newest + 1, newest });
        self.stage = Stage::Snapshot { reset };
        Vec::new()
    }

    /// Ends a cut, if there is anything in it; else it goes on into the next.
    fn close_cut(&mut self, frames: Frames, last: Seq) -> Vec<SseEvent> {
        if frames.is_empty() {
            return Vec::new();
        }
        let first = self.told + 1;
        self.told = last;
        frames.cut(first, last)
    }
}
