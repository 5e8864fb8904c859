//! One shard of a scaled venue: a pure function of its ordered input.
//!
//! **Invariant:** each channel's messages are numbered without a gap, and only the successor of
//! the last one applied is applied. Fed the same inputs again, a shard sends the same messages, so
//! a source that was restarted can send them again in order.
//! It deliberately knows no bus and no journal: the input's order is its caller's.

use types::planted::{self, Bug};
use types::{AccountId, InstrumentId, Seq, ShardId, Timestamp};

use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::clearing::{AssetLines, Clearing};
use crate::command::{Action, Command};
use crate::event::Balance;
use crate::events::Events;
use crate::genesis::{BadGenesis, Genesis};
use crate::hash;
use crate::matching::Matching;
use crate::message::{Cause, Envelope, Message, Shard};
use crate::outcome::Outcome;
use crate::turn::{Sent, Turn};

/// Version of the canonical encoding that a shard's snapshots and state hashes use.
const ENCODING: u64 = 2;

/// One clearing or one matching shard, with the state of its channels.
#[derive(Debug)]
pub struct ShardMachine {
    shard: Shard,
    genesis: Genesis,
    now: Timestamp,
    /// Of the input whose work may not be done yet.
    cause: Cause,
    machine: Machine,
    channels: Channels,
    /// Not part of the state: what was ignored had no effect.
    ignored: Ignored,
    outbox: Sent,
}

/// What became of a message that was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It was the next of its channel.
    Applied,
    /// It was applied before; it had no effect.
    Duplicate,
    /// A message before it is missing; it had no effect, and its source must send again from
    /// `expected` on.
    Hole {
        /// The seq that would have been applied.
        expected: u64,
        /// The seq it had.
        got: u64,
    },
    /// More expires before it than the event buffer has room for, and it is not applied yet. Hand
    /// events and messages on, clear the buffers and deliver it again before anything else.
    Later,
}

/// How many messages had no effect since this machine was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Delivered before.
    pub duplicates: u64,
    /// Delivered behind a hole: an alarm.
    pub behind_holes: u64,
}

/// The state machine in a shard.
#[derive(Debug)]
enum Machine {
    Clearing(Box<Clearing>),
    Matching(Box<Matching>),
}

/// The last seq of every channel, by the other end.
#[derive(Clone, Debug)]
struct Channels {
    clearing_shards: u16,
    received: Vec<u64>,
    sent: Vec<u64>,
}

impl ShardMachine {
    /// An empty shard.
    ///
    /// # Errors
    /// [`BadGenesis`] when a field is out of range.
    ///
    /// # Panics
    /// If genesis has no such shard.
    pub fn new(genesis: Genesis, shard: Shard) -> Result<ShardMachine, BadGenesis> {
        genesis.check()?;
        let channels = Channels::new(&genesis);
        assert!(channels.peers(&genesis).contains(&shard), "{shard:?} is a shard of genesis");
        let machine = match shard {
            Shard::Clearing(id) => Machine::Clearing(Box::new(Clearing::new(&genesis, id))),
            Shard::Matching(id) => Machine::Matching(Box::new(Matching::new(&genesis, id))),
        };
        Ok(ShardMachine {
            shard,
            now: Timestamp(0),
            cause: Cause { shard, seq: 0 },
            machine,
            channels,
            ignored: Ignored::default(),
            outbox: Sent::with_capacity(genesis.limits.step_events_max as usize),
            genesis,
        })
    }

    /// Applies a command that enters here, and appends the messages it sends to `out`. While
    /// [`ShardMachine::is_busy`] afterwards, hand events and messages on, clear the buffers and
    /// call [`ShardMachine::resume`] before the next input.
    ///
    /// `None` when the event buffer has no room for all that expires before it: the command is not
    /// applied yet. Hand events and messages on, clear the buffers, and call again with the same
    /// arguments before anything else.
    ///
    /// A `Tick` may enter at every shard. What other shards make of the command is told by later
    /// events only: the outcome says what this shard made of it.
    ///
    /// # Panics
    /// If work of the input before is left, the buffer has no room for one step, or the command
    /// is not for this kind of shard.
    pub fn command(
        &mut self,
        seq: Seq,
        at: Timestamp,
        command: &Command,
        events: &mut Events,
        out: &mut Vec<Envelope>,
    ) -> Option<Outcome> {
        if !self.begin(at, Cause { shard: self.shard, seq }, events, out) {
            return None;
        }
        let outcome = self.turn(events, out, |machine, turn| machine.command(seq, command, turn));
        self.work(events, out);
        Some(outcome)
    }

    /// Applies a message if it is the next of its channel, as [`ShardMachine::command`] applies a
    /// command; otherwise counts it, and nothing else happens.
    ///
    /// # Panics
    /// As [`ShardMachine::command`], or if the message is not for this shard.
    pub fn deliver(
        &mut self,
        envelope: &Envelope,
        events: &mut Events,
        out: &mut Vec<Envelope>,
    ) -> Delivery {
        let Envelope { source, destination, seq: got, at, cause, message } = envelope;
        assert!(*destination == self.shard, "the bus delivers a shard's own messages to it");
        let expected = *self.channels.received_mut(*source) + 1;
        if *got < expected && !planted::is(Bug::DuplicateApplied) {
            self.ignored.duplicates += 1;
            return Delivery::Duplicate;
        }
        if *got > expected {
            self.ignored.behind_holes += 1;
            return Delivery::Hole { expected, got: *got };
        }
        if !self.begin(*at, *cause, events, out) {
            return Delivery::Later;
        }
        *self.channels.received_mut(*source) = expected;
        self.turn(events, out, |machine, turn| machine.message(message, turn));
        self.work(events, out);
        Delivery::Applied
    }

    /// Whether work of the last input is left.
    pub fn is_busy(&self) -> bool {
        match &self.machine {
            Machine::Clearing(_) => false,
            Machine::Matching(matching) => matching.has_work(),
        }
    }

    /// Goes on with work of the last input, as far as the buffer has room.
    ///
    /// # Panics
    /// If the buffer has no room for one step.
    pub fn resume(&mut self, events: &mut Events, out: &mut Vec<Envelope>) {
        assert!(events.room() >= self.step_room(), "the buffer has room for a step");
        events.begin(self.now, self.cause);
        self.work(events, out);
    }

    /// Which shard it is.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// Engine time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The next deadline of a GTD order: a `Tick` is due then.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        match &self.machine {
            Machine::Clearing(_) => None,
            Machine::Matching(matching) => matching.next_expiry(),
        }
    }

    /// The seq of the last message applied from `source`: it may forget all up to this one.
    pub fn received(&self, source: Shard) -> u64 {
        self.channels.received[self.channels.index(source)]
    }

    /// The seq of the last message sent to `destination`.
    pub fn sent(&self, destination: Shard) -> u64 {
        self.channels.sent[self.channels.index(destination)]
    }

    /// How many messages had no effect since this machine was made or restored.
    pub fn ignored(&self) -> Ignored {
        self.ignored
    }

    /// Writes the whole state, channels included, in its canonical encoding. Keep it only once
    /// the bus acknowledged every message sent before it: a replay from it sends none of them.
    ///
    /// # Panics
    /// If work is left: a state is whole only between inputs.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        assert!(!self.is_busy(), "a state is whole between inputs");
        out.word(ENCODING);
        write_shard(self.shard, out);
        self.now.write(out);
        self.channels.received.iter().for_each(|seq| seq.write(out));
        self.channels.sent.iter().for_each(|seq| seq.write(out));
        match &self.machine {
            Machine::Clearing(clearing) => clearing.write(out),
            Machine::Matching(matching) => matching.write(out),
        }
    }

    /// Rebuilds a shard from [`ShardMachine::snapshot`]'s bytes.
    ///
    /// # Errors
    /// [`RestoreError`] names the place at which the bytes are not a state of this shard.
    ///
    /// # Panics
    /// If the genesis is not one that [`ShardMachine::new`] accepts, or has no such shard.
    pub fn restore(
        genesis: Genesis,
        shard: Shard,
        bytes: &[u8],
    ) -> Result<ShardMachine, RestoreError> {
        let mut restored = ShardMachine::new(genesis, shard).expect("a genesis that was in use");
        let mut words = Words::new(bytes);
        words.map("encoding version 2", |word| (word == ENCODING).then_some(()))?;
        let mut own = Vec::new();
        write_shard(shard, &mut own);
        let own = u64::from_le_bytes(own.try_into().expect("one word"));
        words.map("a state of this shard", |word| (word == own).then_some(()))?;
        restored.now = Timestamp(words.word()?);
        let Channels { received, sent, .. } = &mut restored.channels;
        for seq in received.iter_mut().chain(sent) {
            *seq = words.word()?;
        }
        match &mut restored.machine {
            Machine::Clearing(clearing) => clearing.read(&mut words)?,
            Machine::Matching(matching) => matching.read(&mut words)?,
        }
        words.finish()?;
        Ok(restored)
    }

    /// A digest of the canonical encoding.
    pub fn state_hash(&self) -> u128 {
        let mut bytes = Vec::new();
        self.snapshot(&mut bytes);
        hash::of_bytes(&bytes)
    }

    /// Every asset's lines in a clearing shard, for audits; none in a matching shard.
    pub fn lines(&self) -> Vec<AssetLines> {
        self.clearing().map(Clearing::lines).unwrap_or_default()
    }

    /// An account's cash, where this is its shard.
    pub fn cash(&self, account: AccountId) -> Option<Balance> {
        self.clearing()?.cash(account)
    }

    /// An account's lots of an instrument, where this is its shard and knows the instrument.
    pub fn position(&self, account: AccountId, instrument: InstrumentId) -> Option<Balance> {
        self.clearing()?.position(account, instrument)
    }

    fn clearing(&self) -> Option<&Clearing> {
        match &self.machine {
            Machine::Clearing(clearing) => Some(clearing),
            Machine::Matching(_) => None,
        }
    }

    /// Lets time pass up to an input: what is due expires before it, as far as the buffer has room;
    /// tells whether all that is due has.
    fn begin(
        &mut self,
        at: Timestamp,
        cause: Cause,
        events: &mut Events,
        out: &mut Vec<Envelope>,
    ) -> bool {
        assert!(!self.is_busy(), "work of the input before is done first");
        assert!(events.room() >= self.step_room(), "the buffer has room for a step");
        self.now = self.now.max(at);
        self.cause = cause;
        events.begin(self.now, cause);
        while self.turn(events, out, Machine::expire_next) {
            if events.room() < self.step_room() {
                return false;
            }
        }
        true
    }

    /// Does internal work while there is some and the events of one more unit fit.
    fn work(&mut self, events: &mut Events, out: &mut Vec<Envelope>) {
        while self.is_busy() && events.room() >= self.step_room() {
            self.turn(events, out, Machine::work);
        }
    }

    /// One unit of work, and the messages it sends. Those to this shard itself are no messages:
    /// they are acted upon at once.
    fn turn<T>(
        &mut self,
        events: &mut Events,
        out: &mut Vec<Envelope>,
        act: impl FnOnce(&mut Machine, &mut Turn<'_>) -> T,
    ) -> T {
        let ShardMachine { shard, now, cause, machine, channels, outbox, .. } = self;
        // A refusal by matching comes in a later input, and its event tells it.
        let mut refused = None;
        let mut turn = Turn { now: *now, events, outbox, refused: &mut refused };
        let result = act(machine, &mut turn);
        let mut handed_on = 0;
        while let Some((destination, message)) = turn.outbox.get(handed_on).copied() {
            handed_on += 1;
            if destination == *shard {
                machine.message(&message, &mut turn);
                continue;
            }
            let seq = channels.next_seq(destination);
            let (source, at, cause) = (*shard, *now, *cause);
            out.push(Envelope { source, destination, seq, at, cause, message });
        }
        turn.outbox.clear();
        result
    }

    /// Events that one step may emit, which the buffer must have room for.
    fn step_room(&self) -> usize {
        self.genesis.limits.step_events_max as usize
    }
}

impl Machine {
    fn command(&mut self, seq: Seq, command: &Command, turn: &mut Turn<'_>) -> Outcome {
        let kind = command.action.enters_at(ShardId(0));
        let anywhere = matches!(command.action, Action::Tick);
        match (self, kind) {
            (Machine::Clearing(clearing), Shard::Clearing(_)) => {
                clearing.command(seq, command, turn)
            }
            (Machine::Matching(matching), Shard::Matching(_)) => {
                matching.command(seq, command, turn)
            }
            (Machine::Matching(matching), Shard::Clearing(_)) if anywhere => {
                matching.command(seq, command, turn)
            }
            (Machine::Clearing(_), Shard::Matching(_))
            | (Machine::Matching(_), Shard::Clearing(_)) => {
                panic!("{:?} does not enter at this kind of shard", command.action)
            }
        }
    }

    fn message(&mut self, message: &Message, turn: &mut Turn<'_>) {
        match self {
            Machine::Clearing(clearing) => clearing.message(message, turn),
            Machine::Matching(matching) => matching.message(message, turn),
        }
    }

    fn expire_next(&mut self, turn: &mut Turn<'_>) -> bool {
        match self {
            Machine::Clearing(_) => false,
            Machine::Matching(matching) => matching.expire_next(turn),
        }
    }

    fn work(&mut self, turn: &mut Turn<'_>) {
        match self {
            Machine::Clearing(_) => unreachable!("clearing leaves no work"),
            Machine::Matching(matching) => matching.work(turn),
        }
    }
}

impl Channels {
    fn new(genesis: &Genesis) -> Channels {
        let peers = usize::from(genesis.clearing_shards) + usize::from(genesis.matching_shards);
        Channels {
            clearing_shards: genesis.clearing_shards,
            received: vec![0; peers],
            sent: vec![0; peers],
        }
    }

    fn peers(&self, genesis: &Genesis) -> Vec<Shard> {
        let clearing = (0..self.clearing_shards).map(|id| Shard::Clearing(ShardId(id)));
        let matching = (0..genesis.matching_shards).map(|id| Shard::Matching(ShardId(id)));
        clearing.chain(matching).collect()
    }

    fn index(&self, peer: Shard) -> usize {
        match peer {
            Shard::Clearing(id) => {
                assert!(id.0 < self.clearing_shards, "{peer:?} is a shard of genesis");
                usize::from(id.0)
            }
            Shard::Matching(id) => usize::from(self.clearing_shards) + usize::from(id.0),
        }
    }

    fn received_mut(&mut self, source: Shard) -> &mut u64 {
        let index = self.index(source);
        &mut self.received[index]
    }

    fn next_seq(&mut self, destination: Shard) -> u64 {
        let index = self.index(destination);
        self.sent[index] += 1;
        self.sent[index]
    }
}

fn write_shard(shard: Shard, sink: &mut impl Sink) {
    match shard {
        Shard::Clearing(id) => sink.word(u64::from(id.0)),
        Shard::Matching(id) => sink.word(1 << 16 | u64::from(id.0)),
    }
}
