//! Clearing and matching in one thread.

use types::{
    AccountId, Amount, InstrumentId, PaymentId, Price, Qty, Seq, ShardId, Side, Timestamp,
};

use crate::canonical::{Canonical, RestoreError, Sink, Words};
use crate::clearing::Clearing;
use crate::command::{Action, Command, PaymentKind};
use crate::events::Events;
use crate::genesis::{BadGenesis, Genesis};
use crate::hash;
use crate::lookahead::Lookahead;
use crate::matching::Matching;
use crate::message::{Cause, Shard};
use crate::outcome::Outcome;
use crate::reject::Reject;
use crate::turn::{Sent, Turn};

/// Open orders and the most remembered requests, together, from which on looking ahead pays for
/// itself: fewer are in the cache as they are.
const LOOKAHEAD_MIN: u32 = 4_096;
/// Version of the canonical encoding that snapshots and state hashes use.
const ENCODING: u64 = 2;

/// The whole venue, embedded: one clearing shard, one matching shard, one queue between them.
#[derive(Debug)]
pub struct Venue {
    genesis: Genesis,
    now: Timestamp,
    /// The command whose work may not be done yet.
    cause: Cause,
    clearing: Clearing,
    matching: Matching,
    /// Messages are delivered generation by generation: what those of one send forms the next,
    /// which is the order of a queue without moving a message out of its place. Two vectors take
    /// turns, not a ring, so that the same few cache lines serve every command.
    queues: [Sent; 2],
}

impl Venue {
    /// An empty venue.
    ///
    /// # Errors
    /// [`BadGenesis`] when a field is out of range, or there is more than one shard of a kind.
    pub fn new(genesis: Genesis) -> Result<Venue, BadGenesis> {
        genesis.check()?;
        let shards = [
            ("clearing_shards", genesis.clearing_shards),
            ("matching_shards", genesis.matching_shards),
        ];
        for (field, count) in shards {
            if count != 1 {
                return Err(BadGenesis { field, value: u64::from(count), min: 1, max: 1 });
            }
        }
        Ok(Venue {
            now: Timestamp(0),
            cause: Cause { shard: Shard::Clearing(ShardId(0)), seq: 0 },
            clearing: Clearing::new(&genesis, ShardId(0)),
            matching: Matching::new(&genesis, ShardId(0)),
            queues: [(); 2].map(|()| Sent::with_capacity(genesis.limits.step_events_max as usize)),
            genesis,
        })
    }

    /// The genesis it was made from.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Applies one command, after all that is due before it expired. While [`Venue::is_busy`]
    /// afterwards, hand the events on, clear the buffer and call [`Venue::resume`] before the next
    /// command.
    ///
    /// `None` when the buffer has no room for all that expires before it: the command is not
    /// applied yet. Hand the events on, clear the buffer, and call again with the same arguments.
    ///
    /// # Panics
    /// If work of the command before is left, or the buffer has no room for one step.
    pub fn apply(
        &mut self,
        seq: Seq,
        at: Timestamp,
        command: &Command,
        events: &mut Events,
    ) -> Option<Outcome> {
        assert!(!self.is_busy(), "work of the command before is done first");
        assert!(events.room() >= self.step_room(), "the buffer has room for a step");
        self.now = self.now.max(at);
        let shard = command.action.enters_at(ShardId(0));
        self.cause = Cause { shard, seq };
        events.begin(self.now, Cause { shard, seq });
        let mut refused = None;
        let mut turn = self.turn_of(events, &mut refused);
        while turn.matching.expire_next(&mut turn.turn) {
            turn.deliver();
            if !turn.has_room() {
                return None;
            }
        }
        let mut outcome = match shard {
            Shard::Clearing(_) => turn.clearing.command(seq, command, &mut turn.turn),
            Shard::Matching(_) => turn.matching.command(seq, command, &mut turn.turn),
        };
        turn.deliver();
        turn.work();
        if let Some(reject) = refused {
            outcome.result = Err(reject);
        }
        Some(outcome)
    }

    /// Whether work of the last command is left.
    #[inline]
    pub fn is_busy(&self) -> bool {
        self.matching.has_work()
    }

    /// Goes on with work of the last command, as far as the buffer has room.
    ///
    /// # Panics
    /// If the buffer has no room for one step.
    pub fn resume(&mut self, events: &mut Events) {
        assert!(events.room() >= self.step_room(), "the buffer has room for a step");
        events.begin(self.now, self.cause);
        let mut refused = None;
        self.turn_of(events, &mut refused).work();
        assert!(refused.is_none(), "a command is refused in its first step or not at all");
    }

    /// Whether a cancel or a mass cancel would end an order now, or a kill switch be engaged anew;
    /// nothing that a command's effect depends on changes. It would not when its request was made
    /// before.
    pub fn would_end_orders(&mut self, command: &Command) -> bool {
        if !self.clearing.would_cancel(command) {
            return false;
        }
        if let Action::MassCancel { account, instrument, side } = command.action {
            return self.matching.owns_any(account, instrument, side);
        }
        true
    }

    /// The old answer to a request that was made before, as [`Venue::apply`] would give it.
    pub fn remembered(&self, command: &Command) -> Option<Outcome> {
        match command.action.enters_at(ShardId(0)) {
            Shard::Clearing(_) => self.clearing.remembered(command),
            Shard::Matching(_) => self.matching.remembered(command),
        }
    }

    /// Engine time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn clearing(&self) -> &Clearing {
        &self.clearing
    }

    pub(crate) fn matching(&self) -> &Matching {
        &self.matching
    }

    /// The next deadline of a GTD order.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.matching.next_expiry()
    }

    /// A side of a book as matching holds it, best first, each price with the lots it shows: for
    /// those who compare what was made of the events.
    pub fn levels(
        &self,
        instrument: InstrumentId,
        side: Side,
    ) -> impl Iterator<Item = (Price, Qty)> {
        self.matching.levels(instrument, side)
    }

    /// Matches so far.
    pub fn trades(&self) -> u64 {
        self.matching.trades()
    }

    /// When dead-man switches lapse, nearest first. Somebody must then mass cancel the account.
    pub fn cancel_deadlines(&self) -> impl Iterator<Item = (Timestamp, AccountId)> + '_ {
        self.clearing.deadlines()
    }

    /// Touches the memory in which the next `count` requests will be remembered, so that no command
    /// waits for the system to clear it: for idle moments. It changes no result.
    pub fn prepare_requests(&mut self, count: u32) {
        self.clearing.prepare_requests(count);
    }

    /// Asks for memory that commands soon to come will touch; see [`Lookahead`].
    #[inline(always)]
    pub fn look_ahead<'a>(
        &self,
        lookahead: &mut Lookahead,
        commands: impl ExactSizeIterator<Item = &'a Command>,
    ) {
        let requests = self.clearing.requests_remembered();
        if self.matching.open_orders().saturating_add(requests) >= LOOKAHEAD_MIN {
            lookahead.push(&self.clearing, &self.matching, commands);
        }
    }

    /// Writes the whole state in its canonical encoding.
    ///
    /// # Panics
    /// If work is left: a state is whole only between commands.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        assert!(!self.is_busy(), "a state is whole between commands");
        out.word(ENCODING);
        self.now.write(out);
        self.clearing.write(out);
        self.matching.write(out);
    }

    /// Rebuilds a venue from [`Venue::snapshot`]'s bytes.
    ///
    /// # Errors
    /// [`RestoreError`] names the place at which the bytes are not a state of this genesis.
    ///
    /// # Panics
    /// If the genesis is not one that [`Venue::new`] accepts.
    pub fn restore(genesis: Genesis, bytes: &[u8]) -> Result<Venue, RestoreError> {
        let mut venue = Venue::new(genesis).expect("a genesis that was in use");
        let mut words = Words::new(bytes);
        words.map("encoding version 2", |word| (word == ENCODING).then_some(()))?;
        venue.now = Timestamp(words.word()?);
        venue.clearing.read(&mut words)?;
        venue.matching.read(&mut words)?;
        words.finish()?;
        if !venue.is_whole() {
            return Err(RestoreError { offset: bytes.len(), expected: "two halves that agree" });
        }
        Ok(venue)
    }

    /// Whether clearing and matching tell the same of every open order and every instrument, and
    /// nothing was created or lost.
    fn is_whole(&self) -> bool {
        let agrees = |open| self.clearing.agrees(&open);
        let knows =
            |(instrument, version)| self.clearing.known_version(instrument) == Some(version);
        self.matching.open_orders() == self.clearing.open_orders()
            && self.matching.all_open().all(agrees)
            && self.matching.versions().all(knows)
            && self.trial_balance().iter().all(|(_, total)| *total == 0)
    }

    /// A digest of the canonical encoding.
    pub fn state_hash(&self) -> u128 {
        let mut bytes = Vec::new();
        self.snapshot(&mut bytes);
        hash::of_bytes(&bytes)
    }

    /// What every asset's ledger lines add up to: all zero. Each with a printable name.
    pub fn trial_balance(&self) -> Vec<(String, i128)> {
        self.clearing.trial_balance()
    }

    /// The payments that wait for an operator: number, account, way and amount, by number.
    pub fn pending_payments(
        &self,
    ) -> impl Iterator<Item = (PaymentId, AccountId, PaymentKind, Amount)> {
        self.clearing.pending_payments()
    }

    /// Events that one step may emit, which the buffer must have room for.
    fn step_room(&self) -> usize {
        self.genesis.limits.step_events_max as usize
    }

    fn turn_of<'a>(
        &'a mut self,
        events: &'a mut Events,
        refused: &'a mut Option<Reject>,
    ) -> Drain<'a> {
        let Venue { now, clearing, matching, queues: [outbox, delivering], genesis, .. } = self;
        let step_room = genesis.limits.step_events_max as usize;
        let turn = Turn { now: *now, events, outbox, refused };
        Drain { clearing, matching, turn, delivering, step_room }
    }
}

/// Both machines and the queue between them, while one command is worked off.
struct Drain<'a> {
    clearing: &'a mut Clearing,
    matching: &'a mut Matching,
    turn: Turn<'a>,
    /// The generation that is being delivered.
    delivering: &'a mut Sent,
    step_room: usize,
}

impl Drain<'_> {
    /// Delivers messages in the order they were sent, until none is left.
    #[inline(never)]
    fn deliver(&mut self) {
        while !self.turn.outbox.is_empty() {
            std::mem::swap(&mut self.turn.outbox, &mut self.delivering);
            for (to, message) in self.delivering.iter() {
                match to {
                    Shard::Clearing(_) => self.clearing.message(message, &mut self.turn),
                    Shard::Matching(_) => self.matching.message(message, &mut self.turn),
                }
            }
            self.delivering.clear();
        }
    }

    /// Does internal work while there is some and the events of one more unit fit.
    #[inline]
    fn work(&mut self) {
        while self.matching.has_work() && self.has_room() {
            self.matching.work(&mut self.turn);
            self.deliver();
        }
    }

    /// Whether the events of one more unit fit.
    #[inline]
    fn has_room(&self) -> bool {
        self.turn.events.room() >= self.step_room
    }
}
