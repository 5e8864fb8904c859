//! A whole scaled venue under random traffic, on a bad bus, with crashes, and audited.

use types::{OrderId, Timestamp};
use venue::{Action, Command, Delivery, Done, Outcome, Shard};

use super::Cluster;
use super::audit::Audit;
use super::bus::Bus;
use super::traffic::{self, Traffic};
use crate::random::Random;

/// Whether shards crash. All else is the same: the order of inputs, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// None does.
    Calm,
    /// Now and then one is run again from its journal, or from a snapshot and what follows it.
    Crashes,
}

/// A run in progress.
#[derive(Debug)]
pub struct Run {
    /// The shards.
    pub cluster: Cluster,
    /// What connects them.
    pub bus: Bus,
    /// What they told.
    pub audit: Audit,
    /// Crashes so far.
    pub crashes: u64,
    traffic: Traffic,
    weather: Weather,
    fate: Random,
}

/// Commands between two looks at the sums.
const LOOK_COMMANDS: u64 = 20;
/// Commands between two moments at which nothing is on its way.
const REST_COMMANDS: u64 = 700;
/// Messages of a channel that a restarted source sends again though they arrived.
const SENT_TWICE_MAX: usize = 10;

impl Run {
    /// A venue of 4 x 4 shards that is open for trading.
    pub fn new(seed: u64, weather: Weather) -> Run {
        let mut run = Run {
            cluster: Cluster::new(&traffic::genesis(seed)),
            bus: Bus::new(seed),
            audit: Audit::default(),
            crashes: 0,
            traffic: Traffic::new(seed),
            weather,
            fate: Random::new(seed ^ 0xfa7e),
        };
        for stage in traffic::opening(run.cluster.genesis()) {
            for (any, action) in stage {
                let (at, command) = run.traffic.plain(action);
                run.command(any, at, &command);
            }
            run.bus.drain(&mut run.cluster);
            run.audit.read(&run.cluster);
        }
        run
    }

    /// Plays random commands.
    ///
    /// # Panics
    /// If anything is not as it must be.
    pub fn play(&mut self, commands: u64) {
        for number in 1..=commands {
            let (any, at, command) = self.traffic.next(&self.audit, &self.cluster);
            self.command(any, at, &command);
            for _ in 0..self.traffic.pause() {
                self.bus.step(&mut self.cluster);
            }
            self.audit.read(&self.cluster);
            if number.is_multiple_of(LOOK_COMMANDS) {
                self.audit.check_conserved(&self.cluster);
            }
            if number.is_multiple_of(REST_COMMANDS) {
                self.rest();
            }
            self.save_one();
            self.crash_one();
        }
        self.rest();
    }

    /// Cancels every order of every account, through every matching shard.
    ///
    /// # Panics
    /// If an order or a hold is left.
    pub fn cancel_all(&mut self) {
        let accounts: Vec<_> = self.audit.histories.keys().copied().collect();
        for account in accounts {
            let action = Action::MassCancel { account, instrument: None, side: None };
            let (at, command) = self.traffic.plain(action);
            self.command(0, at, &command);
        }
        self.rest();
        for (account, history) in &self.audit.histories {
            assert_eq!(history.open().count(), 0, "no order of {account:?} is left");
            assert_eq!(history.cash.held, 0, "no hold of {account:?} is left");
        }
    }

    /// What any two runs with the same inputs have in common: each shard's state.
    pub fn states(&self) -> Vec<(Shard, u128)> {
        let nodes = self.cluster.nodes().iter();
        nodes.map(|node| (node.shard(), node.machine().state_hash())).collect()
    }

    fn command(&mut self, any: u16, at: Timestamp, command: &Command) {
        let home = self.cluster.home(&command.action, any);
        let outcome = self.cluster.act(any, at, command);
        self.traffic.note(command, &outcome);
        self.audit.read(&self.cluster);
        if let Action::Place { account, order } = command.action
            && let Outcome { result: Ok(Done::Order(id)), repeated: false, .. } = outcome
        {
            let known = self.cluster.node(home).known(order.instrument);
            let known = known.expect("clearing accepts orders in instruments it knows");
            assert_ne!(id, OrderId(0), "orders are numbered from 1");
            self.audit.histories.entry(account).or_default().placed(id, &order, known);
        }
    }

    fn rest(&mut self) {
        self.bus.drain(&mut self.cluster);
        self.audit.read(&self.cluster);
        self.audit.check_at_rest(&self.cluster);
    }

    /// Keeps a snapshot of some shard, if all it sent has arrived.
    fn save_one(&mut self) {
        if self.weather == Weather::Calm || self.fate.below(60) > 0 {
            return;
        }
        let shard = self.some_shard();
        let mut channels = self.cluster.channels().into_iter().filter(|(from, _)| *from == shard);
        if channels.all(|(from, to)| self.cluster.on_the_way(from, to).is_empty()) {
            self.cluster.node_mut(shard).save();
        }
    }

    /// Runs some shard again, and sends again what may not have arrived, and some of what has.
    fn crash_one(&mut self) {
        if self.weather == Weather::Calm || self.fate.below(150) > 0 {
            return;
        }
        self.crashes += 1;
        let shard = self.some_shard();
        let node = self.cluster.node(shard);
        let again = if self.fate.percent(15) { node.replayed() } else { node.recovered() };
        self.cluster.node_mut(shard).become_again(again);
        let channels = self.cluster.channels().into_iter().filter(|(from, _)| *from == shard);
        for (source, destination) in channels {
            let received = self.cluster.node(destination).machine().received(source) as usize;
            let first = received.saturating_sub(SENT_TWICE_MAX);
            let sent = self.cluster.node(source).sent_after(destination, first as u64);
            let sent = sent[..received - first].to_vec();
            for envelope in &sent {
                let delivery = self.cluster.node_mut(destination).deliver(envelope);
                assert_eq!(delivery, Delivery::Duplicate, "it had arrived");
            }
        }
    }

    fn some_shard(&mut self) -> Shard {
        let shards: Vec<Shard> = self.cluster.nodes().iter().map(|node| node.shard()).collect();
        self.fate.pick(&shards).expect("there are shards")
    }
}
