//! A shard with its journal: what one process of a scaled venue keeps.

use std::collections::BTreeMap;

use types::{InstrumentId, Seq, Timestamp};
use venue::{
    Cause, Command, Delivery, Envelope, Event, Events, Genesis, Message, Outcome, Shard,
    ShardMachine, Versioned,
};

/// A shard, its ordered inputs, and everything it made of them.
#[derive(Debug)]
pub struct Node {
    genesis: Genesis,
    machine: ShardMachine,
    journal: Vec<Input>,
    made: Made,
    /// The newest terms of each instrument that a clearing shard was sent.
    known: BTreeMap<InstrumentId, Versioned>,
    saved: Option<Saved>,
    buffer: Events,
    out: Vec<Envelope>,
}

/// One input. Messages that had no effect are none.
#[derive(Clone, Debug)]
enum Input {
    Command { seq: Seq, at: Timestamp, command: Command },
    Message(Envelope),
}

/// What a shard derives from its inputs.
#[derive(Clone, Debug, Default)]
struct Made {
    told: Vec<Told>,
    /// By destination, in the order of seq.
    sent: BTreeMap<Shard, Vec<Envelope>>,
}

/// An event with its time and cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Engine time.
    pub at: Timestamp,
    /// The outside command behind it.
    pub cause: Cause,
    /// The fact.
    pub event: Event,
}

/// A snapshot, and how much had been taken in and made before it.
#[derive(Clone, Debug)]
struct Saved {
    state: Vec<u8>,
    inputs: usize,
    told: usize,
    sent: BTreeMap<Shard, usize>,
}

impl Node {
    /// An empty shard.
    ///
    /// # Panics
    /// If genesis is out of range or has no such shard.
    pub fn new(genesis: &Genesis, shard: Shard) -> Node {
        let machine = ShardMachine::new(genesis.clone(), shard).expect("genesis is in range");
        let room = genesis.limits.step_events_max as usize;
        Node {
            genesis: genesis.clone(),
            machine,
            journal: Vec::new(),
            made: Made::default(),
            known: BTreeMap::new(),
            saved: None,
            buffer: Events::new(1, room * 2),
            out: Vec::new(),
        }
    }

    /// The state machine.
    pub fn machine(&self) -> &ShardMachine {
        &self.machine
    }

    /// Which shard it is.
    pub fn shard(&self) -> Shard {
        self.machine.shard()
    }

    /// Every event so far.
    pub fn told(&self) -> &[Told] {
        &self.made.told
    }

    /// The newest terms of an instrument that were delivered here.
    pub fn known(&self, instrument: InstrumentId) -> Option<&Versioned> {
        self.known.get(&instrument)
    }

    /// Everything sent to `destination` after `seq`.
    pub fn sent_after(&self, destination: Shard, seq: u64) -> &[Envelope] {
        self.made.sent.get(&destination).map_or(&[], |sent| &sent[seq as usize..])
    }

    /// Applies a command as the next input.
    pub fn command(&mut self, at: Timestamp, command: &Command) -> Outcome {
        self.command_as(self.journal.len() as u64 + 1, at, command)
    }

    /// Applies a command as the next input, under a seq from elsewhere.
    pub fn command_as(&mut self, seq: Seq, at: Timestamp, command: &Command) -> Outcome {
        self.journal.push(Input::Command { seq, at, command: *command });
        let outcome = loop {
            let outcome = self.machine.command(seq, at, command, &mut self.buffer, &mut self.out);
            self.hand_on();
            if let Some(outcome) = outcome {
                break outcome;
            }
        };
        self.finish();
        outcome
    }

    /// Takes a message from the bus; what has no effect is checked to have none.
    ///
    /// # Panics
    /// If a message that is not applied changes the state.
    pub fn deliver(&mut self, envelope: &Envelope) -> Delivery {
        let is_next = envelope.seq == self.machine.received(envelope.source) + 1;
        let before = (!is_next).then(|| self.machine.state_hash());
        let mut delivery = self.machine.deliver(envelope, &mut self.buffer, &mut self.out);
        while delivery == Delivery::Later {
            self.hand_on();
            delivery = self.machine.deliver(envelope, &mut self.buffer, &mut self.out);
        }
        if let Some(before) = before {
            assert_eq!(self.machine.state_hash(), before, "{delivery:?} has no effect");
            assert!(self.buffer.is_empty() && self.out.is_empty(), "{delivery:?} says nothing");
            assert_ne!(delivery, Delivery::Applied, "only the next message is applied");
            return delivery;
        }
        assert_eq!(delivery, Delivery::Applied, "the next message is applied");
        if let Message::Definition(versioned) = &envelope.message {
            self.known.insert(versioned.instrument, *versioned);
        }
        self.journal.push(Input::Message(*envelope));
        self.finish();
        delivery
    }

    /// Keeps a snapshot. The caller knows that all that was sent has arrived.
    pub fn save(&mut self) {
        let mut state = Vec::new();
        self.machine.snapshot(&mut state);
        let Made { told, sent } = &self.made;
        let sent = sent.iter().map(|(shard, sent)| (*shard, sent.len())).collect();
        self.saved = Some(Saved { state, inputs: self.journal.len(), told: told.len(), sent });
    }

    /// The shard run again from its first input.
    pub fn replayed(&self) -> Node {
        let mut again = Node::new(&self.genesis, self.shard());
        again.follow(&self.journal);
        again
    }

    /// The shard run again from its newest snapshot; from its first input if there is none.
    ///
    /// # Panics
    /// If the snapshot cannot be read.
    pub fn recovered(&self) -> Node {
        let Some(saved) = &self.saved else { return self.replayed() };
        let mut again = Node::new(&self.genesis, self.shard());
        let genesis = self.genesis.clone();
        again.machine = ShardMachine::restore(genesis, self.shard(), &saved.state)
            .expect("a snapshot can be read");
        again.journal = self.journal[..saved.inputs].to_vec();
        again.made.told = self.made.told[..saved.told].to_vec();
        for (shard, count) in &saved.sent {
            again.made.sent.insert(*shard, self.made.sent[shard][..*count].to_vec());
        }
        again.follow(&self.journal[saved.inputs..]);
        again
    }

    /// Puts a node that was run again in this one's place.
    ///
    /// # Panics
    /// If the two differ in state, in an event, or in a message sent.
    pub fn become_again(&mut self, again: Node) {
        assert_eq!(again.machine.state_hash(), self.machine.state_hash(), "the same state");
        assert_eq!(again.made.told, self.made.told, "the same events");
        assert_eq!(again.made.sent, self.made.sent, "the same messages");
        assert_eq!(again.machine.now(), self.machine.now(), "the same time");
        self.machine = again.machine;
    }

    fn follow(&mut self, inputs: &[Input]) {
        for input in inputs {
            match input {
                Input::Command { seq, at, command } => {
                    self.command_as(*seq, *at, command);
                }
                Input::Message(envelope) => {
                    self.deliver(envelope);
                }
            }
        }
    }

    /// Does the work that an input left, and keeps what came out.
    fn finish(&mut self) {
        self.hand_on();
        while self.machine.is_busy() {
            self.machine.resume(&mut self.buffer, &mut self.out);
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        self.made.told.extend(self.buffer.iter().map(|stamped| Told {
            at: stamped.at,
            cause: stamped.cause,
            event: *stamped.event,
        }));
        self.buffer.clear();
        for envelope in self.out.drain(..) {
            let sent = self.made.sent.entry(envelope.destination).or_default();
            assert_eq!(envelope.seq, sent.len() as u64 + 1, "channels are gap-free");
            sent.push(envelope);
        }
    }
}
