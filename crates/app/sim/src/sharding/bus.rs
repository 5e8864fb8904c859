//! A bus that delays, duplicates, loses and re-sends, and reorders, all by seed.

use std::collections::BTreeMap;

use venue::{Delivery, Envelope, Shard};

use super::Cluster;
use crate::random::Random;

/// The messages between shards, on their way.
#[derive(Debug)]
pub struct Bus {
    random: Random,
    /// Copies in the air by channel; a channel may hold several of one message, or none.
    air: BTreeMap<Channel, Vec<Envelope>>,
    /// How much of each channel was taken up from its source.
    taken: BTreeMap<Channel, u64>,
    /// Steps for which a channel delivers nothing.
    stalled: BTreeMap<Channel, u64>,
    counts: Counts,
}

type Channel = (Shard, Shard);

/// What happened to messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Applied.
    pub applied: u64,
    /// Delivered again.
    pub duplicates: u64,
    /// Delivered behind a hole.
    pub behind_holes: u64,
    /// Lost on the way.
    pub lost: u64,
    /// Sent again.
    pub sent_again: u64,
    /// Overtaken by a younger message of the same channel.
    pub overtaken: u64,
    /// Stalls of a channel.
    pub stalls: u64,
}

const LOST_PERCENT: u64 = 4;
const DOUBLED_PERCENT: u64 = 6;
const IN_ORDER_PERCENT: u64 = 92;
const STALL_STEPS_MAX: u64 = 120;

impl Bus {
    /// A bus with nothing on it.
    pub fn new(seed: u64) -> Bus {
        Bus {
            random: Random::new(seed ^ 0xb05),
            air: BTreeMap::new(),
            taken: BTreeMap::new(),
            stalled: BTreeMap::new(),
            counts: Counts::default(),
        }
    }

    /// What happened so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes up what was sent, and delivers one copy of something, if there is one.
    pub fn step(&mut self, cluster: &mut Cluster) {
        self.take_up(cluster);
        if self.random.below(300) == 0 {
            self.stall_one(cluster);
        }
        self.stalled.retain(|_, steps| {
            *steps -= 1;
            *steps > 0
        });
        if self.random.below(100) < 3 {
            self.time_out(cluster);
        }
        let has_copies = |(channel, copies): (&Channel, &Vec<Envelope>)| {
            (!copies.is_empty() && !self.stalled.contains_key(channel)).then_some(*channel)
        };
        let channels: Vec<Channel> = self.air.iter().filter_map(has_copies).collect();
        if let Some(channel) = self.random.pick(&channels) {
            self.deliver(cluster, channel);
        }
    }

    /// Steps until every message was applied.
    pub fn drain(&mut self, cluster: &mut Cluster) {
        self.stalled.clear();
        loop {
            let has_more = |(from, to): &Channel| !cluster.on_the_way(*from, *to).is_empty();
            if !cluster.channels().iter().any(has_more) {
                return;
            }
            self.time_out(cluster);
            for _ in 0..40 {
                self.step(cluster);
            }
        }
    }

    fn take_up(&mut self, cluster: &Cluster) {
        for (source, destination) in cluster.channels() {
            let taken = self.taken.entry((source, destination)).or_default();
            let fresh = cluster.node(source).sent_after(destination, *taken);
            if fresh.is_empty() {
                continue;
            }
            *taken += fresh.len() as u64;
            let fresh = fresh.to_vec();
            self.put((source, destination), &fresh);
        }
    }

    /// Puts messages in the air; some are lost, some doubled.
    fn put(&mut self, channel: Channel, messages: &[Envelope]) {
        let air = self.air.entry(channel).or_default();
        for message in messages {
            if self.random.percent(LOST_PERCENT) {
                self.counts.lost += 1;
                continue;
            }
            air.push(*message);
            if self.random.percent(DOUBLED_PERCENT) {
                air.push(*message);
            }
        }
    }

    fn deliver(&mut self, cluster: &mut Cluster, channel: Channel) {
        let air = self.air.get_mut(&channel).expect("a channel that was picked");
        let index = if self.random.percent(IN_ORDER_PERCENT) {
            0
        } else {
            self.counts.overtaken += 1;
            self.random.below(air.len() as u64) as usize
        };
        let message = air.remove(index);
        if self.random.percent(DOUBLED_PERCENT) {
            air.push(message);
        }
        match cluster.node_mut(channel.1).deliver(&message) {
            Delivery::Applied => self.counts.applied += 1,
            Delivery::Later => unreachable!("a node delivers until it is applied"),
            Delivery::Duplicate => self.counts.duplicates += 1,
            Delivery::Hole { expected, got } => {
                assert!(got > expected, "a hole is before what came");
                self.counts.behind_holes += 1;
                if self.random.percent(50) {
                    self.send_again(cluster, channel);
                }
            }
        }
    }

    /// A source that hears nothing for long sends again.
    fn time_out(&mut self, cluster: &Cluster) {
        for channel in cluster.channels() {
            let is_empty = self.air.get(&channel).is_none_or(Vec::is_empty);
            if is_empty && !cluster.on_the_way(channel.0, channel.1).is_empty() {
                self.send_again(cluster, channel);
            }
        }
    }

    /// Everything after the last message applied, in order.
    fn send_again(&mut self, cluster: &Cluster, channel: Channel) {
        let again = cluster.on_the_way(channel.0, channel.1).to_vec();
        self.counts.sent_again += again.len() as u64;
        self.put(channel, &again);
        let sent = cluster.node(channel.0).machine().sent(channel.1);
        self.taken.insert(channel, sent);
    }

    fn stall_one(&mut self, cluster: &Cluster) {
        self.counts.stalls += 1;
        let channel = self.random.pick(&cluster.channels()).expect("there are channels");
        self.stalled.insert(channel, self.random.between(10, STALL_STEPS_MAX));
    }
}
