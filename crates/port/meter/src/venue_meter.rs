//! What the threads of the venue count: commands, what came of them, batches and syncs.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use venue::{Action, Event, Events, Fact, PublicEvent, Reject};
use wire::command::{KINDS, kind_index};
use wire::json::{CODE_COUNT, code_index};

use crate::count::{BATCH_BOUNDS, Counter, DURATION_BOUNDS_NS, Histogram};

/// Which commands a batch may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Admits {
    /// All.
    All = 0,
    /// The disk is full and the reserve is in use: whatever only ends orders.
    EndsOrders = 1,
    /// The reserve is used up too.
    Nothing = 2,
}

/// Counts of a running venue since its start. What is durable is not among them: who reads it sees
/// it as it is.
#[derive(Debug)]
pub struct VenueMeter {
    /// Commands applied, refused ones too, by their place among [`KINDS`].
    pub commands: [Counter; KINDS.len()],
    /// Refusals that owners or senders were told, by their place among [`wire::json::codes`].
    pub refusals: [Counter; CODE_COUNT],
    /// Orders accepted.
    pub accepted: Counter,
    /// Orders' shares of matches: two of a match, as a rule.
    pub fills: Counter,
    /// Matches.
    pub trades: Counter,
    /// Orders whose rest was withdrawn, by whomever.
    pub canceled: Counter,
    /// How long it took to apply a batch, in nanoseconds.
    pub apply_ns: Histogram,
    /// Commands of a batch.
    pub batch_commands: Histogram,
    /// How long it took to make what was written durable, in nanoseconds.
    pub sync_ns: Histogram,
    /// Bytes of batches that were written and made durable.
    pub journal_bytes: Counter,
    applied_seq: AtomicU64,
    admits: AtomicU8,
}

/// Commands of one batch, counted by the thread that applies them.
#[derive(Debug)]
pub struct CommandCounts {
    kinds: [u64; KINDS.len()],
}

/// Events of one batch, counted by the thread that publishes them.
#[derive(Debug)]
pub struct EventCounts {
    accepted: u64,
    fills: u64,
    trades: u64,
    canceled: u64,
    refused: u64,
    refusals: [u64; CODE_COUNT],
}

impl VenueMeter {
    /// All zero; the last command that was applied before is `seq`.
    pub fn new(seq: u64) -> VenueMeter {
        VenueMeter {
            commands: [const { Counter::new() }; KINDS.len()],
            refusals: [const { Counter::new() }; CODE_COUNT],
            accepted: Counter::new(),
            fills: Counter::new(),
            trades: Counter::new(),
            canceled: Counter::new(),
            apply_ns: Histogram::new(DURATION_BOUNDS_NS),
            batch_commands: Histogram::new(BATCH_BOUNDS),
            sync_ns: Histogram::new(DURATION_BOUNDS_NS),
            journal_bytes: Counter::new(),
            applied_seq: AtomicU64::new(seq),
            admits: AtomicU8::new(Admits::Nothing as u8),
        }
    }

    /// Adds a batch that was applied up to `seq`, and empties its counts.
    pub fn applied(&self, seq: u64, took: Duration, counts: &mut CommandCounts) {
        let mut commands = 0;
        for (counter, count) in self.commands.iter().zip(&mut counts.kinds) {
            commands += *count;
            add(counter, count);
        }
        self.batch_commands.observe(commands);
        self.apply_ns.observe_duration(took);
        self.applied_seq.store(seq, Ordering::Relaxed);
    }

    /// Adds bytes that were written and are durable now.
    pub fn synced(&self, bytes: u64, took: Duration) {
        self.journal_bytes.add(bytes);
        self.sync_ns.observe_duration(took);
    }

    /// Adds what was published, and empties its counts.
    pub fn published(&self, counts: &mut EventCounts) {
        add(&self.accepted, &mut counts.accepted);
        add(&self.fills, &mut counts.fills);
        add(&self.trades, &mut counts.trades);
        add(&self.canceled, &mut counts.canceled);
        if std::mem::take(&mut counts.refused) > 0 {
            for (counter, count) in self.refusals.iter().zip(&mut counts.refusals) {
                add(counter, count);
            }
        }
    }

    /// Notes what the disk has room for.
    pub fn admit(&self, admits: Admits) {
        self.admits.store(admits as u8, Ordering::Relaxed);
    }

    /// What the disk has room for.
    pub fn admits(&self) -> Admits {
        match self.admits.load(Ordering::Relaxed) {
            0 => Admits::All,
            1 => Admits::EndsOrders,
            _ => Admits::Nothing,
        }
    }

    /// The last command that was applied; it may not be durable yet.
    pub fn applied_seq(&self) -> u64 {
        self.applied_seq.load(Ordering::Relaxed)
    }
}

/// Adds a count, and empties it.
fn add(counter: &Counter, count: &mut u64) {
    if *count > 0 {
        counter.add(std::mem::take(count));
    }
}

impl Default for CommandCounts {
    fn default() -> CommandCounts {
        CommandCounts { kinds: [0; KINDS.len()] }
    }
}

impl CommandCounts {
    /// Counts a command.
    #[inline]
    pub fn note(&mut self, action: &Action) {
        self.kinds[kind_index(action)] += 1;
    }
}

impl Default for EventCounts {
    fn default() -> EventCounts {
        let refusals = [0; CODE_COUNT];
        EventCounts { accepted: 0, fills: 0, trades: 0, canceled: 0, refused: 0, refusals }
    }
}

impl EventCounts {
    /// Counts events.
    pub fn note(&mut self, events: &Events) {
        for (_, facts) in events.steps() {
            for event in facts {
                match event {
                    Event::Account(told) => self.note_fact(&told.fact),
                    Event::Refused { reject, .. } => self.note_refusal(reject),
                    Event::Public(PublicEvent::Trade(_)) => self.trades += 1,
                    Event::Public(_) => {}
                }
            }
        }
    }

    fn note_fact(&mut self, fact: &Fact) {
        match fact {
            Fact::Accepted { .. } => self.accepted += 1,
            Fact::Filled(_) => self.fills += 1,
            Fact::Canceled { .. } => self.canceled += 1,
            Fact::Refused { reject, .. } => self.note_refusal(reject),
            Fact::Opened { .. }
            | Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::TransferReturned { .. }
            | Fact::Issued { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Triggered { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => {}
        }
    }

    fn note_refusal(&mut self, reject: &Reject) {
        self.refused += 1;
        self.refusals[code_index(reject)] += 1;
    }
}

#[cfg(test)]
mod tests {
    use types::{AccountId, OrderId, ShardId, Timestamp};
    use venue::{AccountEvent, Balance, Cause, Shard};

    use super::*;

    fn told(fact: Fact) -> Event {
        let cash = Balance::default();
        Event::Account(AccountEvent { account: AccountId(1), account_seq: 1, cash, fact })
    }

    #[test]
    fn a_batch_is_counted_once() {
        let meter = VenueMeter::new(4);
        let mut counts = CommandCounts::default();
        counts.note(&Action::Tick);
        counts.note(&Action::Tick);
        counts.note(&Action::TellTime);
        meter.applied(7, Duration::from_micros(3), &mut counts);
        counts.note(&Action::Tick);
        meter.applied(8, Duration::from_micros(1), &mut counts);
        let count = |name| {
            let kind = KINDS.iter().position(|kind| *kind == name).expect("a kind");
            meter.commands[kind].get()
        };
        assert_eq!((count("tick"), count("tell_time"), count("place")), (3, 1, 0));
        assert_eq!(meter.applied_seq(), 8);
        let batches = meter.batch_commands.read();
        assert_eq!((batches.count, batches.sum), (2, 4));
        assert_eq!(meter.apply_ns.read().sum, 4_000);
    }

    #[test]
    fn refusals_are_counted_by_their_codes_whoever_was_told() {
        let meter = VenueMeter::new(0);
        let mut events = Events::new(1, 8);
        events.begin(Timestamp(1), Cause { shard: Shard::Clearing(ShardId(0)), seq: 1 });
        events.push(told(Fact::Refused {
            request: None,
            order: OrderId(0),
            reject: Reject::QtyZero,
        }));
        events.push(Event::Refused { request: None, reject: Reject::QtyZero });
        events.push(Event::Refused {
            request: None,
            reject: Reject::UnknownAccount { account: AccountId(9) },
        });
        events.push(told(Fact::Closed));
        let mut counts = EventCounts::default();
        counts.note(&events);
        meter.published(&mut counts);
        meter.published(&mut counts);
        let codes = wire::json::codes().iter().map(|it| it.code);
        let told: Vec<_> = codes
            .zip(&meter.refusals)
            .filter(|(_, counter)| counter.get() > 0)
            .map(|(code, counter)| (code, counter.get()))
            .collect();
        assert_eq!(told, [("unknown_account", 1), ("qty_zero", 2)]);
    }

    #[test]
    fn what_the_disk_has_room_for_is_read_as_it_was_noted() {
        let meter = VenueMeter::new(0);
        for admits in [Admits::All, Admits::EndsOrders, Admits::Nothing] {
            meter.admit(admits);
            assert_eq!(meter.admits(), admits);
        }
    }
}
