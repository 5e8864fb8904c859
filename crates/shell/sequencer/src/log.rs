//! All events from a place on: from memory while they are kept there, else from the journal.
//!
//! **Invariant:** what it gives is durable and gap-free, and every call that gives something ends
//! where a batch does.

use std::ops::ControlFlow;

use bus::{Reader, TAKE_EVENTS_MAX};
use journal::{Archive, Extent, Storage};
use types::Seq;
use venue::Events;
use view::Views;

use crate::replica::{self, ReplayError, Replica};

/// The events of a venue, running or not, after a place.
pub struct EventLog<S: Storage> {
    archive: Archive<S>,
    source: Source,
    /// The end of the batch that was given last.
    seq: Seq,
    event_seq: Seq,
    replay: Option<Replay<S>>,
}

/// Where events come from, beside the journal.
enum Source {
    /// A venue that runs.
    Live(Reader),
    /// None runs; this is the last durable command.
    Folder(Seq),
}

/// The journal, read on, and the venue that its commands make.
struct Replay<S: Storage> {
    replica: Replica,
    reader: journal::Reader<S>,
}

impl<S: Storage> EventLog<S> {
    /// The log of a folder in which no venue runs, whose last durable command is `last_seq`.
    pub fn of_folder(archive: Archive<S>, last_seq: Seq) -> EventLog<S> {
        EventLog::new(archive, Source::Folder(last_seq))
    }

    /// The log of a venue that runs.
    pub fn of_venue(archive: Archive<S>, reader: Reader) -> EventLog<S> {
        EventLog::new(archive, Source::Live(reader))
    }

    fn new(archive: Archive<S>, source: Source) -> EventLog<S> {
        EventLog { archive, source, seq: 0, event_seq: 0, replay: None }
    }

    /// Begins after command `seq`, which ends a batch, and tells the views then; `None` when the
    /// venue ended before that was reached.
    ///
    /// # Errors
    /// [`ReplayError`] when the journal does not reach back so far, or cannot be read.
    pub fn begin(&mut self, seq: Seq) -> Result<Option<Views>, ReplayError> {
        let Some(mut replica) = self.at(seq)? else { return Ok(None) };
        let unused = Views::new(replica.venue.genesis());
        let views = std::mem::replace(&mut replica.views, unused);
        self.move_to(seq, views.event_seq());
        self.replay = Some(self.replaying(replica)?);
        Ok(Some(views))
    }

    /// Begins after command `seq` and event `event_seq`, for one who has the views then.
    pub fn move_to(&mut self, seq: Seq, event_seq: Seq) {
        (self.seq, self.event_seq) = (seq, event_seq);
        self.replay = None;
    }

    /// The command that ends the batch that was given last.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Gives what comes next to `sink`, if it is there: some batches, or one of the journal's in
    /// parts. `false` when nothing is there now; it never waits.
    ///
    /// # Errors
    /// [`ReplayError`] when the journal cannot be read.
    pub fn take(&mut self, sink: &mut dyn FnMut(&Events)) -> Result<bool, ReplayError> {
        loop {
            if let Some(replay) = &mut self.replay {
                let mut event_seq = self.event_seq;
                let mut give = |events: &Events| {
                    event_seq = events.next_seq() - 1;
                    sink(events);
                };
                if let Some(seq) = replay.replica.next_batch(&mut replay.reader, &mut give)? {
                    (self.seq, self.event_seq) = (seq, event_seq);
                    return Ok(true);
                }
                if self.is_missed() {
                    // What came meanwhile is not in memory any more: it is read on.
                    let Replay { replica, .. } =
                        self.replay.take().expect("it was read to its end");
                    self.replay = Some(self.replaying(replica)?);
                    continue;
                }
                // Its venue costs memory: it is made anew should it be needed again.
                self.replay = None;
            }
            let Source::Live(reader) = &self.source else { return Ok(false) };
            match reader.read(|seen| seen.take_after(self.event_seq, TAKE_EVENTS_MAX)) {
                Ok(taken) if taken.batches.is_empty() => return Ok(false),
                Ok(taken) => {
                    // A long cascade comes in parts, of which only the last tells its command.
                    let mut is_whole = false;
                    for batch in &taken.batches {
                        sink(&batch.events);
                        is_whole = batch.durable.seq > self.seq;
                        (self.seq, self.event_seq) = (batch.durable.seq, batch.last_seq());
                    }
                    if is_whole {
                        return Ok(true);
                    }
                }
                Err(missed) => {
                    tracing::info!(%missed, "events are read from the journal");
                    let Some(replica) = self.at(self.seq)? else { return Ok(false) };
                    self.replay = Some(self.replaying(replica)?);
                }
            }
        }
    }

    /// Whether events come from the journal, since memory does not have them.
    pub fn is_replaying(&self) -> bool {
        self.replay.is_some()
    }

    /// Whether memory does not have what comes next.
    fn is_missed(&self) -> bool {
        match &self.source {
            Source::Live(reader) => reader.read(|seen| seen.take_after(self.event_seq, 1).is_err()),
            Source::Folder(_) => false,
        }
    }

    /// Waits until there may be more; `false` when the venue has ended.
    pub async fn wait(&self) -> bool {
        let Source::Live(reader) = &self.source else { return false };
        let mut news = reader.news();
        news.wait_for(|newest| *newest > self.event_seq).await.is_ok()
    }

    /// The last durable command there is.
    fn last_seq(&self) -> Seq {
        match &self.source {
            Source::Live(reader) => reader.read(|seen| seen.durable().seq),
            Source::Folder(last_seq) => *last_seq,
        }
    }

    fn replaying(&self, replica: Replica) -> Result<Replay<S>, ReplayError> {
        let until = self.last_seq();
        let reader = replica::following(&self.archive, &replica, Extent::Durable(until))?;
        Ok(Replay { replica, reader })
    }

    /// The venue after command `seq`; `None` when the one that runs ended before.
    fn at(&self, seq: Seq) -> Result<Option<Replica>, ReplayError> {
        let mut replica = replica::restart(&self.archive, seq)?;
        if replica.seq < seq {
            let mut reader = replica::following(&self.archive, &replica, Extent::Durable(seq))?;
            let go_on = &mut |_| match &self.source {
                Source::Live(reader) if reader.is_stopped() => ControlFlow::Break(()),
                Source::Live(_) | Source::Folder(_) => ControlFlow::Continue(()),
            };
            if replica.replay(&mut reader, seq, go_on)?.is_break() && replica.seq != seq {
                return Ok(None);
            }
        }
        if replica.seq == seq {
            return Ok(Some(replica));
        }
        let detail = format!("a batch ends at {}, none at {seq}", replica.seq);
        Err(ReplayError::Record { seq, detail })
    }
}
