//! All events from a place on: from memory while they are kept there, else from the journal.
//!
//! **Invariant:** what it gives is durable and gap-free, and every call ends where a batch does.

use std::ops::ControlFlow;

use bus::{Reader, Subscription, SubscriptionError};
use journal::{Archive, Extent, Storage};
use types::Seq;
use venue::Events;
use view::Views;

use crate::replica::{self, ReplayError, Replica};

/// The events of a venue, running or not, after a place.
pub struct EventLog<S: Storage> {
    archive: Archive<S>,
    /// The last durable command, while no venue runs.
    last_seq: Seq,
    live: Option<Subscription>,
    /// The end of the batch that was given last.
    seq: Seq,
    event_seq: Seq,
    replay: Option<Replay<S>>,
}

/// The journal, read on, and the venue that its commands make.
struct Replay<S: Storage> {
    replica: Replica,
    reader: journal::Reader<S>,
}

/// What came after the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// Events were given.
    Events,
    /// The venue has ended, and nothing is missing.
    End,
}

impl<S: Storage> EventLog<S> {
    /// The log of a folder in which no venue runs, whose last durable command is `last_seq`.
    pub fn of_folder(archive: Archive<S>, last_seq: Seq) -> EventLog<S> {
        EventLog { archive, last_seq, live: None, seq: 0, event_seq: 0, replay: None }
    }

    /// The log of a venue that runs.
    pub fn of_venue(archive: Archive<S>, reader: &Reader) -> EventLog<S> {
        let live = Some(reader.subscribe(0));
        EventLog { archive, last_seq: 0, live, seq: 0, event_seq: 0, replay: None }
    }

    /// Begins after command `seq`, which ends a batch, and tells the views then.
    ///
    /// # Errors
    /// [`ReplayError`] when the journal does not reach back so far, or cannot be read.
    pub fn begin(&mut self, seq: Seq) -> Result<Views, ReplayError> {
        let mut replica = self.at(seq)?;
        let unused = Views::new(replica.venue.genesis());
        let views = std::mem::replace(&mut replica.views, unused);
        self.move_to(seq, views.event_seq());
        self.replay = Some(self.replaying(replica)?);
        Ok(views)
    }

    /// Begins after command `seq` and event `event_seq`, for one who has the views then.
    pub fn move_to(&mut self, seq: Seq, event_seq: Seq) {
        (self.seq, self.event_seq) = (seq, event_seq);
        if let Some(live) = &mut self.live {
            live.move_to(event_seq);
        }
    }

    /// The command that ends the batch that was given last.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Whether [`EventLog::next`] would give something at once.
    pub fn has_more(&self) -> bool {
        let live = self.live.as_ref().map(Subscription::reader);
        self.replay.is_some()
            || live.is_some_and(|it| it.read(|seen| seen.event_seq()) > self.event_seq)
    }

    /// Waits for what comes next, and gives it to `sink`: the batches that are there, or one of the
    /// journal's in parts.
    ///
    /// # Errors
    /// [`ReplayError`] when the journal cannot be read.
    pub async fn next(&mut self, sink: &mut dyn FnMut(&Events)) -> Result<Came, ReplayError> {
        loop {
            if let Some(replay) = &mut self.replay {
                let mut event_seq = self.event_seq;
                let mut give = |events: &Events| {
                    event_seq = events.next_seq() - 1;
                    sink(events);
                };
                if let Some(seq) = replay.replica.next_batch(&mut replay.reader, &mut give)? {
                    self.move_to(seq, event_seq);
                    return Ok(Came::Events);
                }
                // Its venue costs memory: it is made anew should it be needed again.
                self.replay = None;
            }
            let Some(live) = &mut self.live else { return Ok(Came::End) };
            match live.next().await {
                Ok(taken) => {
                    // A long cascade comes in parts, of which only the last tells its command.
                    let mut is_whole = false;
                    for batch in &taken.batches {
                        sink(&batch.events);
                        is_whole = batch.durable.seq > self.seq;
                        (self.seq, self.event_seq) = (batch.durable.seq, batch.last_seq());
                    }
                    if is_whole {
                        return Ok(Came::Events);
                    }
                }
                Err(SubscriptionError::Stopped) => return Ok(Came::End),
                Err(SubscriptionError::Missed(missed)) => {
                    tracing::info!(%missed, "events are read from the journal");
                    let replica = self.at(self.seq)?;
                    self.replay = Some(self.replaying(replica)?);
                }
            }
        }
    }

    /// The last durable command there is.
    fn last_seq(&self) -> Seq {
        let live = self.live.as_ref();
        live.map_or(self.last_seq, |live| live.reader().read(|seen| seen.durable().seq))
    }

    fn replaying(&self, replica: Replica) -> Result<Replay<S>, ReplayError> {
        let until = self.last_seq();
        let reader = replica::following(&self.archive, &replica, Extent::Durable(until))?;
        Ok(Replay { replica, reader })
    }

    /// The venue after command `seq`.
    fn at(&self, seq: Seq) -> Result<Replica, ReplayError> {
        let mut replica = replica::restart(&self.archive, seq)?;
        if replica.seq < seq {
            let mut reader = replica::following(&self.archive, &replica, Extent::Durable(seq))?;
            let go_on = &mut |_| ControlFlow::Continue(());
            let _: ControlFlow<()> = replica.replay(&mut reader, seq, go_on)?;
        }
        if replica.seq == seq {
            return Ok(replica);
        }
        let detail = format!("a batch ends at {}, none at {seq}", replica.seq);
        Err(ReplayError::Record { seq, detail })
    }
}
