//! The one task that follows the venue for all clients: gathers, cuts, takes snapshots.
//!
//! **Invariant:** a cut ends where the views stand, and a snapshot is taken at a cut. So a client
//! goes on from its snapshot with the next cut, and whatever is written is written once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{Published, Reader};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tracing::warn;
use types::Seq;

use crate::gateway::{Gateway, WeakGateway};
use crate::stream::channel::Channel;
use crate::stream::encoder::Encoder;
use crate::stream::frame::{Frame, Reset};
use crate::stream::look::{Look, Wanted};
use crate::stream::ring::{Gone, Ring};

/// The longest that a change waits for others to be told with it.
pub(crate) const GATHER_MAX: Duration = Duration::from_millis(20);
/// As many events end the waiting early.
const GATHER_EVENTS_MAX: u64 = 4_096;
/// How long a channel is kept for its last client to come back.
pub(crate) const KEEP_SILENT: Duration = Duration::from_secs(60);

/// What clients hold of the hub.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    pub ring: Arc<Ring>,
    asks: mpsc::Sender<Join>,
    /// How far the ring reaches; gone when there will be no more.
    news: watch::Receiver<Seq>,
}

/// A client that begins to follow channels.
#[derive(Debug)]
pub(crate) struct Join {
    pub channels: Vec<Channel>,
    /// The last event told to it before, where it comes back.
    pub resume: Option<Seq>,
    pub reply: oneshot::Sender<Joined>,
}

/// Where a client stands in its channels.
#[derive(Debug)]
pub(crate) struct Joined {
    /// It goes on with the frames after this.
    pub at: Seq,
    /// Why it could not go on where it wanted to.
    pub reset: Option<Reset>,
    /// Snapshots, unless it goes on.
    pub frames: Vec<Frame>,
    /// Kept as long as the channels are followed.
    pub places: Vec<(Channel, Arc<Place>)>,
}

/// One client's interest in a channel: the hub counts its clones.
#[derive(Debug)]
pub(crate) struct Place {
    pub name: String,
}

impl Hub {
    /// Starts the task. It ends with the gateway or the venue, and holds neither.
    pub(crate) fn start(gateway: WeakGateway, reader: &Reader, asks_max: usize) -> Hub {
        let ring = Arc::new(Ring::default());
        let (asks, asked) = mpsc::channel(asks_max);
        let (tell, news) = watch::channel(0);
        let task = Task {
            gateway,
            heard: reader.news(),
            ring: Arc::clone(&ring),
            asked,
            tell,
            encoder: Encoder::default(),
            places: BTreeMap::new(),
            cut_at: Instant::now() - GATHER_MAX,
        };
        tokio::spawn(task.run());
        Hub { ring, asks, news }
    }

    pub(crate) fn news(&self) -> watch::Receiver<Seq> {
        self.news.clone()
    }

    /// Asks to follow channels; `false` when the hub is gone.
    pub(crate) fn join(&self, join: Join) -> bool {
        self.asks.try_send(join).is_ok()
    }
}

struct Task {
    gateway: WeakGateway,
    heard: watch::Receiver<Seq>,
    ring: Arc<Ring>,
    asked: mpsc::Receiver<Join>,
    tell: watch::Sender<Seq>,
    encoder: Encoder,
    places: BTreeMap<Channel, Kept>,
    cut_at: Instant,
}

/// A channel and since when nobody follows it.
struct Kept {
    place: Arc<Place>,
    silent_since: Option<Instant>,
}

/// What the task woke for.
enum Woken {
    Joins,
    News,
    /// The venue is gone; all it said can still be read.
    Over,
    /// The gateway is gone.
    Gone,
}

impl Task {
    async fn run(mut self) {
        let mut joins = Vec::new();
        loop {
            let woken = self.wait(&mut joins).await;
            if matches!(woken, Woken::Joins | Woken::News) {
                self.gather(&mut joins).await;
            }
            let Some(gateway) = self.gateway.upgrade() else { return };
            self.step(&gateway, std::mem::take(&mut joins));
            drop(gateway);
            match woken {
                Woken::Joins | Woken::News => {}
                Woken::Over | Woken::Gone => return,
            }
        }
    }

    async fn wait(&mut self, joins: &mut Vec<Join>) -> Woken {
        let is_followed = !self.places.is_empty();
        tokio::select! {
            join = self.asked.recv() => match join {
                Some(join) => {
                    joins.push(join);
                    Woken::Joins
                }
                None => Woken::Gone,
            },
            heard = self.heard.changed(), if is_followed => match heard {
                Ok(()) => Woken::News,
                Err(_) => Woken::Over,
            },
        }
    }

    /// Waits for what else happens soon after the last cut.
    async fn gather(&mut self, joins: &mut Vec<Join>) {
        let due = self.cut_at + GATHER_MAX;
        let enough = self.ring.position() + GATHER_EVENTS_MAX;
        loop {
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(due) => return,
                seen = self.heard.wait_for(|seq| *seq >= enough), if !self.places.is_empty() => {
                    drop(seen);
                    return;
                }
                Some(join) = self.asked.recv() => joins.push(join),
            }
        }
    }

    /// Makes a cut, and lets in who waits.
    fn step(&mut self, gateway: &Gateway, joins: Vec<Join>) {
        self.cut_at = Instant::now();
        let newest = *self.heard.borrow_and_update();
        if self.places.is_empty() {
            self.encoder = Encoder::new(gateway);
            self.ring.restart(gateway.read(Published::event_seq));
        }
        self.forget_silent();
        let resumes: Vec<bool> = joins.iter().map(|join| self.can_resume(join, newest)).collect();
        let anew = joins.iter().zip(&resumes).filter(|(_, resumes)| !**resumes);
        let wanted = Wanted {
            after: self.ring.position(),
            tops: self.encoder.depths().collect(),
            books: self.encoder.books().collect(),
            values: self.encoder.values().clone(),
            snapshots: anew.flat_map(|(join, _)| join.channels.iter().copied()).collect(),
            followed: self.encoder.followed(),
        };
        let look = wanted.look(gateway);
        self.cut(gateway, &look);
        self.follow(&look);
        let mut written = BTreeMap::new();
        for (join, resumes) in joins.into_iter().zip(resumes) {
            self.let_in(join, resumes, &look, &mut written);
        }
    }

    fn cut(&mut self, gateway: &Gateway, look: &Look) {
        match &look.taken {
            Ok(taken) => {
                let cut = self.encoder.cut(gateway, taken, look);
                let is_news = cut.is_some();
                self.ring.push(look.at, cut);
                if is_news {
                    self.tell.send_replace(look.at);
                }
            }
            Err(missed) => {
                warn!(%missed, "the event stream was too slow and begins anew");
                let followed = self.encoder.followed();
                self.encoder = Encoder::new(gateway);
                self.ring.restart(look.at);
                for channel in followed {
                    self.encoder.follow(channel, look);
                }
                self.tell.send_replace(look.at);
            }
        }
    }

    /// Begins to follow what was not followed yet.
    fn follow(&mut self, look: &Look) {
        for channel in look.snapshots.keys() {
            if !self.encoder.is_followed(*channel) {
                self.encoder.follow(*channel, look);
                let place = Arc::new(Place { name: self.encoder.name(*channel) });
                self.places.insert(*channel, Kept { place, silent_since: None });
            }
        }
    }

    fn let_in(
        &self,
        join: Join,
        resumes: bool,
        look: &Look,
        written: &mut BTreeMap<Channel, Vec<Frame>>,
    ) {
        let mut joined =
            Joined { at: look.at, reset: None, frames: Vec::new(), places: Vec::new() };
        for channel in &join.channels {
            let place = &self.places[channel].place;
            joined.places.push((*channel, Arc::clone(place)));
            if !resumes {
                let frames = written.entry(*channel).or_insert_with(|| {
                    look.snapshots[channel].write(&place.name, self.encoder.last_seq(*channel))
                });
                joined.frames.extend(frames.iter().cloned());
            }
        }
        if let Some(resume) = join.resume {
            if resumes {
                joined.at = resume;
            } else {
                let Gone { oldest_kept, newest } = self.ring.range();
                joined.reset = Some(Reset { resume, oldest_kept, newest });
            }
        }
        // Who asked may be gone.
        join.reply.send(joined).ok();
    }

    fn can_resume(&self, join: &Join, newest: Seq) -> bool {
        let Some(resume) = join.resume else { return false };
        let is_kept = resume + 1 >= self.ring.range().oldest_kept && resume <= newest;
        is_kept && join.channels.iter().all(|channel| self.encoder.tells_after(*channel, resume))
    }

    /// Gives up channels that nobody has followed for long.
    fn forget_silent(&mut self) {
        let (encoder, now) = (&mut self.encoder, self.cut_at);
        self.places.retain(|channel, kept| {
            if Arc::strong_count(&kept.place) > 1 {
                kept.silent_since = None;
                return true;
            }
            let since = *kept.silent_since.get_or_insert(now);
            let is_kept = now - since < KEEP_SILENT;
            if !is_kept {
                encoder.leave(*channel);
            }
            is_kept
        });
    }
}
