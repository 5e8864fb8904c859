//! One client's way through the cuts: snapshots, frames, and what to do when it is slow.
//!
//! **Invariant:** nothing is queued per client but the rest of one cut. What it is handed at once
//! is within the byte limit, and a `cut` is said only when all before it was.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use types::Seq;

use crate::clients::ClientPlace;
use crate::gateway::Gateway;
use crate::stream::channel::Channel;
use crate::stream::frame::{Cut, Ending, Frame};
use crate::stream::hub::{Hub, Join, Joined, Place};
use crate::stream::ring::Gone;

/// One client of the streams.
#[derive(Debug)]
pub(crate) struct Follower {
    hub: Hub,
    news: watch::Receiver<Seq>,
    stopping: watch::Receiver<bool>,
    heartbeat: Duration,
    bytes_max: usize,
    channels: BTreeMap<Channel, Following>,
    /// All that concerns the client was handed out up to here, save what is in `left`.
    told: Seq,
    /// Frames that are next, those of one cut at most.
    left: VecDeque<Frame>,
    /// Channels to join, in the order asked; the first of them is asked of the hub.
    wishes: VecDeque<Wish>,
    asked: Option<oneshot::Receiver<Joined>>,
    /// Snapshots that are due when `told` is where they were taken.
    arrivals: VecDeque<Arrival>,
    next_beat: Instant,
    is_over: bool,
    client: ClientPlace,
}

/// What a client follows, and from where.
#[derive(Debug)]
struct Following {
    /// Frames up to here are in its snapshot.
    after: Seq,
    place: Option<Arc<Place>>,
}

#[derive(Debug)]
struct Wish {
    channels: Vec<Channel>,
    resume: Option<Seq>,
    is_lagging: bool,
}

#[derive(Debug)]
struct Arrival {
    at: Seq,
    frames: Vec<Frame>,
    is_lagging: bool,
}

/// What woke a follower.
enum Woken {
    Stop,
    /// The hub's answer; none when it is gone.
    Joined(Option<Joined>),
    News,
    /// There will be no more news.
    Over,
    Beat,
}

impl Follower {
    /// A client that follows nothing yet.
    pub(crate) fn new(gateway: &Gateway, client: ClientPlace) -> Follower {
        let (hub, config) = (gateway.hub().clone(), gateway.config());
        Follower {
            news: hub.news(),
            told: hub.ring.position(),
            hub,
            stopping: gateway.stopping(),
            heartbeat: config.heartbeat,
            bytes_max: config.stream_bytes_max,
            channels: BTreeMap::new(),
            left: VecDeque::new(),
            wishes: VecDeque::new(),
            asked: None,
            arrivals: VecDeque::new(),
            next_beat: Instant::now() + config.heartbeat,
            is_over: false,
            client,
        }
    }

    /// The client's place among all that are open.
    pub(crate) fn client(&self) -> &ClientPlace {
        &self.client
    }

    /// How many channels it follows.
    pub(crate) fn channel_count(&self) -> usize {
        self.channels.len()
    }

    /// How many snapshots it waits for.
    pub(crate) fn wish_count(&self) -> usize {
        self.wishes.len()
    }

    pub(crate) fn follows(&self, channel: Channel) -> bool {
        self.channels.contains_key(&channel)
    }

    /// Begins to follow channels, or begins them anew; after `resume` where the client comes back.
    pub(crate) fn follow(&mut self, channels: Vec<Channel>, resume: Option<Seq>) {
        for channel in &channels {
            self.channels.entry(*channel).or_insert(Following { after: Seq::MAX, place: None });
        }
        self.client.follows(self.channels.len());
        self.wish(Wish { channels, resume, is_lagging: false });
    }

    /// Follows a channel no longer.
    pub(crate) fn leave(&mut self, channel: Channel) {
        self.channels.remove(&channel);
        self.client.follows(self.channels.len());
    }

    /// Waits for what comes next; nothing at the end.
    ///
    /// Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Vec<Frame> {
        // Who asks for more has written what it was handed.
        self.client.queued(0);
        loop {
            let frames = self.hand_out();
            if !frames.is_empty() {
                self.next_beat = Instant::now() + self.heartbeat;
                return frames;
            }
            if self.is_over {
                return Vec::new();
            }
            match self.wait().await {
                Woken::Stop => self.end(Ending::ShutDown),
                Woken::Joined(joined) => self.joined(joined),
                Woken::News => {}
                Woken::Over => self.drain(),
                Woken::Beat => self.beat(),
            }
        }
    }

    async fn wait(&mut self) -> Woken {
        // Biased: a stopping gateway must not be kept busy by a lively market.
        tokio::select! {
            biased;
            _ = self.stopping.wait_for(|is_stopping| *is_stopping) => Woken::Stop,
            joined = answered(&mut self.asked) => Woken::Joined(joined),
            heard = self.news.changed() => match heard {
                Ok(()) => Woken::News,
                Err(_) => Woken::Over,
            },
            () = tokio::time::sleep_until(self.next_beat) => Woken::Beat,
        }
    }

    /// The next frames, as many as may wait for one client.
    fn hand_out(&mut self) -> Vec<Frame> {
        if self.left.is_empty() && !self.is_over {
            self.collect();
        }
        let (mut frames, mut bytes) = (Vec::new(), 0);
        while let Some(frame) = self.left.front() {
            if !frames.is_empty() && bytes + frame.bytes() > self.bytes_max {
                break;
            }
            bytes += frame.bytes();
            frames.extend(self.left.pop_front());
        }
        assert!(bytes <= self.bytes_max || frames.len() == 1, "a client's queue is bounded");
        self.client.queued(bytes);
        frames
    }

    /// Moves on through the cuts, as far as what they tell may wait at once.
    fn collect(&mut self) {
        // The answer must not find the client further than the snapshots in it.
        if self.asked.is_some() {
            return;
        }
        let (cuts, position) = match self.hub.ring.after(self.told) {
            Ok(found) => found,
            Err(gone) => return self.fall_behind(gone),
        };
        if self.is_slow(&cuts) && self.catch_up() {
            return;
        }
        let mut bytes = 0;
        for cut in cuts {
            if self.arrive(cut.last_seq) {
                return;
            }
            bytes += self.tell(&cut);
            self.told = cut.last_seq;
            if bytes >= self.bytes_max {
                return;
            }
        }
        if !self.arrive(position + 1) {
            self.told = position;
        }
    }

    /// Writes the snapshots that were taken before `seq`, if there are any.
    fn arrive(&mut self, seq: Seq) -> bool {
        let Some(arrival) = self.arrivals.pop_front_if(|it| it.at < seq) else { return false };
        self.left.extend(arrival.frames);
        self.told = arrival.at;
        if !self.is_catching_up() {
            self.left.push_back(Frame::cut(arrival.at));
        }
        true
    }

    /// Writes what a cut tells the client, and returns its bytes.
    fn tell(&mut self, cut: &Cut) -> usize {
        let before = self.left.len();
        self.left.extend(frames_of(&self.channels, cut).cloned());
        if self.left.len() > before && !self.is_catching_up() {
            self.left.push_back(cut.end.clone());
        }
        self.left.iter().skip(before).map(Frame::bytes).sum()
    }

    /// Whether more waits than may, some of which may be skipped.
    fn is_slow(&self, cuts: &[Arc<Cut>]) -> bool {
        let mut waiting = 0;
        for cut in cuts {
            waiting += frames_of(&self.channels, cut).map(Frame::bytes).sum::<usize>();
            if waiting > self.bytes_max {
                return true;
            }
        }
        false
    }

    /// Whether snapshots are due that make up for frames left out.
    fn is_catching_up(&self) -> bool {
        self.arrivals.iter().any(|arrival| arrival.is_lagging)
    }

    /// Gives up on what may be skipped; `false` when there is nothing, or it is on its way.
    fn catch_up(&mut self) -> bool {
        if self.is_catching_up() {
            return false;
        }
        let skipped = self.channels.iter_mut().filter(|(channel, _)| channel.may_skip());
        let channels: Vec<Channel> = skipped
            .filter(|(_, following)| following.place.is_some())
            .map(|(channel, following)| {
                following.after = Seq::MAX;
                *channel
            })
            .collect();
        if channels.is_empty() {
            return false;
        }
        self.client.lagged();
        self.wish(Wish { channels, resume: None, is_lagging: true });
        true
    }

    /// What comes next is no longer kept.
    fn fall_behind(&mut self, gone: Gone) {
        if self.channels.keys().any(|channel| !channel.may_skip()) {
            let missed_events = gone.oldest_kept.saturating_sub(self.told + 1);
            self.client.cut_off();
            return self.end(Ending::TooSlow { missed_events });
        }
        if self.channels.is_empty() || !self.catch_up() {
            self.told = gone.newest;
        }
    }

    fn wish(&mut self, wish: Wish) {
        self.wishes.push_back(wish);
        self.ask();
    }

    /// Asks the hub for the first wish, one at a time.
    fn ask(&mut self) {
        if self.asked.is_some() {
            return;
        }
        let Some(Wish { channels, resume, .. }) = self.wishes.front() else { return };
        let (reply, asked) = oneshot::channel();
        let join = Join { channels: channels.clone(), resume: *resume, reply };
        if self.hub.join(join) {
            self.asked = Some(asked);
        } else {
            self.end(Ending::ShutDown);
        }
    }

    fn joined(&mut self, joined: Option<Joined>) {
        self.asked = None;
        let (Some(joined), Some(wish)) = (joined, self.wishes.pop_front()) else {
            return self.end(Ending::ShutDown);
        };
        for (channel, place) in joined.places {
            if let Some(following) = self.channels.get_mut(&channel) {
                *following = Following { after: joined.at, place: Some(place) };
            }
        }
        if let Some(reset) = joined.reset {
            self.left.push_back(Frame::reset(reset));
        }
        if wish.is_lagging {
            let names = wish.channels.iter().filter_map(|channel| self.name(*channel));
            let names: Vec<String> = names.collect();
            self.left.push_back(Frame::lagged(&names, self.told + 1, joined.at));
        }
        let is_resumed = wish.resume.is_some() && joined.reset.is_none();
        let mut others =
            self.channels.iter().filter(|(channel, _)| !wish.channels.contains(channel));
        if others.all(|(_, following)| following.place.is_none()) {
            // Nothing else is followed that would be left out.
            self.told = joined.at;
        }
        if !is_resumed {
            let (at, frames, is_lagging) = (joined.at, joined.frames, wish.is_lagging);
            self.arrivals.push_back(Arrival { at, frames, is_lagging });
        }
        self.ask();
    }

    fn name(&self, channel: Channel) -> Option<String> {
        Some(self.channels.get(&channel)?.place.as_ref()?.name.clone())
    }

    /// Says that nothing happened, and up to where: the client may resume there.
    fn beat(&mut self) {
        self.next_beat = Instant::now() + self.heartbeat;
        self.collect();
        if self.left.is_empty() {
            self.left.push_back(Frame::heartbeat(self.told));
        }
    }

    /// The venue is gone: what it said last is still told.
    fn drain(&mut self) {
        self.collect();
        if self.left.is_empty() {
            self.end(Ending::ShutDown);
        }
    }

    fn end(&mut self, ending: Ending) {
        self.left.push_back(Frame::end(ending));
        self.is_over = true;
    }
}

/// What a cut tells one who follows `channels`.
fn frames_of<'a>(
    channels: &'a BTreeMap<Channel, Following>,
    cut: &'a Cut,
) -> impl Iterator<Item = &'a Frame> {
    let followed = channels.iter().filter(|(_, following)| following.after < cut.last_seq);
    followed.filter_map(|(channel, _)| cut.frames.get(channel)).flatten()
}

/// The hub's answer, when one is awaited; nothing when the hub is gone.
async fn answered(asked: &mut Option<oneshot::Receiver<Joined>>) -> Option<Joined> {
    match asked {
        Some(answer) => answer.await.ok(),
        None => std::future::pending().await,
    }
}
