//! How long a restart takes: a folder of journaled place and cancel commands, replayed.
//!
//! `cargo bench -p sequencer --bench recovery -- [COMMANDS] [--names] [--small]`: with `--names`
//! each command has a request id, as those of a gateway have; with `--small` the venue remembers
//! 1,024 of them for each of 1,024 accounts, and not the default 8,192 for each of 16,384.

use std::path::Path;
use std::time::{Duration, Instant};

use journal::{Archive, Check, Entry, Extent, FileStorage, Journal, Record};
use sequencer::{Config, PAYLOAD_VERSION, Replica};
use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderId, OrderType, Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, Seq, Side, Symbol,
    TickValue, TimeInForce, Timestamp,
};
use venue::{
    Action, Band, Command, CurrencyRule, Definition, Done, EventHash, Events, Fees, Genesis,
    Limits, Venue,
};
use view::Views;

const ACCOUNTS: u32 = 1_000;
const BATCH_COMMANDS: usize = 1_000;
const ACME: InstrumentId = InstrumentId(0);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let names = arguments.iter().any(|it| it == "--names");
    let count = arguments.iter().find_map(|it| it.parse().ok()).unwrap_or(1_000_000);
    let folder = std::env::temp_dir().join(format!("rialto-recovery-{}", std::process::id()));
    let mut limits = Limits::default();
    if arguments.iter().any(|it| it == "--small") {
        (limits.accounts_max, limits.requests_remembered) = (1_024, 1_024);
    }
    let commands = write(&folder, count, names, limits);
    println!("{count} place and cancel commands, 1,000 accounts, request ids: {names}");
    print_opening(&folder);
    print_parts(&folder, commands);
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// Opens the folder as a restart does.
fn print_opening(folder: &Path) {
    for round in 1..=3 {
        let (begin, cpu_begin) = (Instant::now(), cpu());
        let storage = FileStorage::open(folder).expect("a folder");
        let opened = sequencer::open(storage, Config::default(), &mut |_, _| {}).expect("sound");
        let (took, used) = (begin.elapsed(), cpu() - cpu_begin);
        let seq = opened.replica.seq;
        println!("opening {round}: {took:.3?}, {used:.3?} of CPU on its thread, {seq} commands");
    }
}

/// The same work part by part, each alone over all commands.
fn print_parts(folder: &Path, seqs: u64) {
    let storage = FileStorage::open(folder).expect("a folder");
    let archive = Archive::open(storage).expect("a journal");
    let per = |what: &str, took: Duration| {
        let each = took.as_nanos() as u64 / seqs;
        println!("{what:>24}: {took:>10.3?} of CPU, {each:>5} ns a command");
    };
    let begin = cpu();
    archive.inspect(Check::LastSegment).expect("sound");
    per("judge the last segment", cpu() - begin);

    let begin = cpu();
    let genesis = Replica::genesis(archive.records_from(0, Extent::Whole).expect("a reader"));
    let genesis = genesis.expect("genesis");
    drop(Replica::new(&genesis).expect("a venue"));
    per("make and drop a venue", cpu() - begin);

    let begin = cpu();
    let mut payloads: Vec<(Seq, u64, Vec<u8>)> = Vec::with_capacity(seqs as usize);
    let mut reader = archive.records_from(1, Extent::Whole).expect("a reader");
    let mut bytes = 0;
    while let Some(entry) = reader.next_entry().expect("sound") {
        if let Entry::Record(record) = entry {
            bytes += record.payload.len();
        }
    }
    per("read and check crcs", cpu() - begin);
    println!("{:>24}: {} of payload a command", "", bytes as u64 / seqs);
    let mut reader = archive.records_from(1, Extent::Whole).expect("a reader");
    while let Some(entry) = reader.next_entry().expect("sound") {
        if let Entry::Record(record) = entry {
            payloads.push((record.seq, record.at_ns, record.payload.to_vec()));
        }
    }

    let begin = cpu();
    let decode = |bytes: &[u8]| wire::command::decode(bytes).expect("a command");
    let commands: Vec<(Seq, u64, Command)> =
        payloads.iter().map(|(seq, at_ns, bytes)| (*seq, *at_ns, decode(bytes))).collect();
    per("decode", cpu() - begin);

    let mut venue = Venue::new(genesis.clone()).expect("a venue");
    let mut views = Views::new(&genesis);
    let mut hash = EventHash::default();
    let room = genesis.limits.step_events_max as usize + 16_384;
    let mut events = Events::new(1, room);
    let [mut applied, mut hashed, mut absorbed] = [Duration::ZERO; 3];
    let mut count = 0;
    for chunk in commands.chunks(BATCH_COMMANDS) {
        let begin = cpu();
        for (seq, at_ns, command) in chunk {
            let outcome = venue.apply(*seq, Timestamp(*at_ns), command, &mut events);
            assert!(outcome.is_some() && !venue.is_busy(), "no cascade is that long here");
        }
        let mid = cpu();
        hash.absorb(&events);
        let end = cpu();
        views.absorb(&events);
        absorbed += cpu() - end;
        applied += mid - begin;
        hashed += end - mid;
        count += events.len();
        events.clear();
    }
    per("venue.apply", applied);
    per("hash.absorb", hashed);
    per("views.absorb", absorbed);
    println!("{:>24}: {count} events, {} bytes each", "", size_of::<venue::Event>());
}

/// What this thread has cost the processor so far: where others use the machine too, the wall clock
/// says little. Only Linux tells.
fn cpu() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0))
}

/// Journals set-up and `count` commands; answers the last seq.
fn write(folder: &Path, count: usize, names: bool, limits: Limits) -> Seq {
    let storage = FileStorage::open(folder).expect("a folder");
    let config = Config::default();
    let genesis = genesis(limits);
    sequencer::create(storage.clone(), &config, &genesis, 1).expect("a new folder");
    let (mut journal, _) =
        Journal::open(storage, config.journal, Check::LastSegment).expect("sound");
    let mut batch = journal.batch(512 * 1_024);
    let mut venue = Venue::new(genesis.clone()).expect("a venue");
    let mut hash = EventHash::default();
    let mut events = Events::new(1, genesis.limits.step_events_max as usize + 16_384);
    let mut script = Script { state: 42, open: Vec::new(), names, number: 0 };
    let mut payload = Vec::new();
    let set_up = set_up();
    let total = set_up.len() + count;
    let mut seq = 0;
    while (seq as usize) < total {
        for _ in 0..BATCH_COMMANDS.min(total - seq as usize) {
            let command = match set_up.get(seq as usize) {
                Some(command) => *command,
                None => script.next(),
            };
            seq += 1;
            payload.clear();
            wire::command::encode(&command, &mut payload);
            let record = Record { seq, at_ns: seq, version: PAYLOAD_VERSION, payload: &payload };
            batch.push(record).expect("it fits");
            let outcome = venue.apply(seq, Timestamp(seq), &command, &mut events);
            let outcome = outcome.expect("nothing expires here");
            if let (Action::Place { account, .. }, Ok(Done::Order(order))) =
                (command.action, outcome.result)
            {
                script.open.push((account, order));
            }
        }
        hash.absorb(&events);
        events.clear();
        journal.write(&mut batch, hash.value()).expect("the disk works");
    }
    journal.mark_durable().expect("the disk works");
    seq
}

/// A seeded flow: two places to one cancel, prices near the middle.
struct Script {
    state: u64,
    open: Vec<(AccountId, OrderId)>,
    names: bool,
    number: u64,
}

impl Script {
    fn next(&mut self) -> Command {
        let action = if self.open.len() > 200 && self.below(5) < 2 {
            let place = self.below(self.open.len() as u64) as usize;
            let (account, order) = self.open.swap_remove(place);
            Action::Cancel { account, order }
        } else {
            Action::Place {
                account: AccountId(1 + self.below(u64::from(ACCOUNTS)) as u32),
                order: self.order(),
            }
        };
        self.number += 1;
        let request = self.names.then(|| RequestId::new(&format!("client-{:08}", self.number)));
        Command { request: request.flatten(), ..plain(action) }
    }

    fn order(&mut self) -> NewOrder {
        let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
        let near = match side {
            Side::Buy => 10_000 - 100 + self.below(110),
            Side::Sell => 10_000 + 100 - self.below(110),
        };
        NewOrder {
            instrument: ACME,
            side,
            order_type: OrderType::Limit { price: Price::new(near).expect("a price") },
            qty: Qty(1 + self.below(100)),
            time_in_force: TimeInForce::Gtc,
            post_only: false,
            display: None,
        }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (self.state >> 33) % end
    }
}

fn plain(action: Action) -> Command {
    Command { principal: PrincipalId(1), connection: ConnectionId(0), request: None, action }
}

fn genesis(limits: Limits) -> Genesis {
    let usd = CurrencyRule { code: Currency::new("USD").expect("a code"), decimals: 2 };
    Genesis {
        venue: 7,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits,
        currencies: vec![usd],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    }
}

fn set_up() -> Vec<Command> {
    let price = |ticks| Price::new(ticks).expect("a price");
    let currency = Currency::new("USD").expect("a code");
    let definition = Definition {
        symbol: Symbol::new("ACME").expect("a symbol"),
        isin: None,
        currency,
        price_decimals: 2,
        qty_decimals: 0,
        tick_step: 1,
        lot_step: 1,
        order_qty_max: Qty(1_000_000),
        tick_value: TickValue::ONE,
        price_limit: price(1 << 16),
        band: Band { low: price(1), high: price(60_000) },
        fees: Fees { maker_ppm: 100, taker_ppm: 200 },
        policy: MatchingPolicy::PriceTime,
    };
    let mut commands = vec![
        plain(Action::ListInstrument { definition }),
        plain(Action::SetPhase { instrument: ACME, phase: Phase::Continuous }),
    ];
    let self_trade = SelfTrade::Allow;
    for local in 1..=ACCOUNTS {
        let account = AccountId(local);
        let owner = PrincipalId(u64::from(local));
        let (amount, qty) = (Amount(1 << 50), Qty(1 << 40));
        commands.push(plain(Action::OpenAccount { owner, currency, self_trade }));
        commands.push(plain(Action::Deposit { account, amount }));
        commands.push(plain(Action::Issue { account, instrument: ACME, qty }));
    }
    commands
}
