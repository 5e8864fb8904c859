//! A scaled venue without processes: shards, their journals, and a bus between them.

pub mod audit;
pub mod bus;
pub mod desk;
pub mod history;
pub mod node;
pub mod run;
pub mod traffic;

use types::{ShardId, Timestamp};
use venue::{Action, Command, Delivery, Envelope, Genesis, Outcome, Shard};

use node::Node;

/// All shards of a venue.
#[derive(Debug)]
pub struct Cluster {
    genesis: Genesis,
    nodes: Vec<Node>,
}

impl Cluster {
    /// Empty shards, as many as genesis says.
    ///
    /// # Panics
    /// If genesis is out of range.
    pub fn new(genesis: &Genesis) -> Cluster {
        let clearing = (0..genesis.clearing_shards).map(|id| Shard::Clearing(ShardId(id)));
        let matching = (0..genesis.matching_shards).map(|id| Shard::Matching(ShardId(id)));
        let nodes = clearing.chain(matching).map(|shard| Node::new(genesis, shard)).collect();
        Cluster { genesis: genesis.clone(), nodes }
    }

    /// What all shards were made from.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// All shards, clearing first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// One shard.
    pub fn node(&self, shard: Shard) -> &Node {
        self.nodes.iter().find(|node| node.shard() == shard).expect("a shard of genesis")
    }

    /// One shard, to act upon.
    pub fn node_mut(&mut self, shard: Shard) -> &mut Node {
        self.nodes.iter_mut().find(|node| node.shard() == shard).expect("a shard of genesis")
    }

    /// Applies an action at the shard it belongs to; those that any shard of a kind may take go
    /// to number `any`.
    pub fn act(&mut self, any: u16, at: Timestamp, command: &Command) -> Outcome {
        let shard = self.home(&command.action, any);
        self.node_mut(shard).command(at, command)
    }

    /// The shard an action enters at.
    pub fn home(&self, action: &Action, any: u16) -> Shard {
        let clearing = any % self.genesis.clearing_shards;
        let matching = any % self.genesis.matching_shards;
        if let Some(account) = action.account() {
            return Shard::Clearing(ShardId(account.shard().0 % self.genesis.clearing_shards));
        }
        match *action {
            Action::ConfirmPayment { payment } | Action::FailPayment { payment, .. } => {
                Shard::Clearing(ShardId(payment.shard().0 % self.genesis.clearing_shards))
            }
            Action::SetPhase { instrument, .. }
            | Action::SetBand { instrument, .. }
            | Action::SetFees { instrument, .. } => {
                let shards = u32::from(self.genesis.matching_shards);
                Shard::Matching(ShardId((instrument.0 % shards) as u16))
            }
            Action::ListInstrument { .. } | Action::Tick | Action::TellTime => {
                Shard::Matching(ShardId(matching))
            }
            Action::OpenAccount { .. }
            | Action::SetAccountStatus { .. }
            | Action::CloseAccount { .. }
            | Action::Deposit { .. }
            | Action::Withdraw { .. }
            | Action::Transfer { .. }
            | Action::RequestPayment { .. }
            | Action::Issue { .. }
            | Action::Place { .. }
            | Action::Replace { .. }
            | Action::Cancel { .. }
            | Action::MassCancel { .. }
            | Action::SetCancelAfter { .. }
            | Action::SetBusinessDate { .. }
            | Action::SetRules { .. }
            | Action::SetKillSwitch { .. } => Shard::Clearing(ShardId(clearing)),
        }
    }

    /// All pairs of different shards.
    pub fn channels(&self) -> Vec<(Shard, Shard)> {
        let shards: Vec<Shard> = self.nodes.iter().map(Node::shard).collect();
        let pairs = shards.iter().flat_map(|from| shards.iter().map(|to| (*from, *to)));
        pairs.filter(|(from, to)| from != to).collect()
    }

    /// Messages sent on a channel and not yet applied.
    pub fn on_the_way(&self, source: Shard, destination: Shard) -> &[Envelope] {
        let received = self.node(destination).machine().received(source);
        self.node(source).sent_after(destination, received)
    }

    /// Delivers the next message of a channel; `None` when there is none.
    pub fn deliver_next(&mut self, source: Shard, destination: Shard) -> Option<Delivery> {
        let next = *self.on_the_way(source, destination).first()?;
        Some(self.node_mut(destination).deliver(&next))
    }

    /// Delivers everything, in order, until nothing is on its way.
    pub fn drain(&mut self) {
        loop {
            let mut is_quiet = true;
            for (source, destination) in self.channels() {
                while self.deliver_next(source, destination).is_some() {
                    is_quiet = false;
                }
            }
            if is_quiet {
                return;
            }
        }
    }
}
