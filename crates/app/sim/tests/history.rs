//! The history of random commands, in SQLite and in PostgreSQL, against the reference model.

mod earned;
mod servers;

use std::collections::BTreeMap;
use std::io::Write;

use earned::Reference;
use servers::Databases;
use sim::generator::Generator;
use sim::model::Model;
use sim::world;
use store::{
    Dates, Edge, EntryFilter, Filter, History, Location, Page, Part, Projector, Range, Within,
};
use types::{AccountId, InstrumentId, Timestamp};
use venue::{AccountEvent, Event, Events, Fact, Genesis, PublicEvent, Shard};
use view::Views;
use wire::json::{RejectOut, Units};

/// Simulated nanoseconds are this long, so that minutes pass.
const STRETCH: u64 = 100_000_000;
const SEED: u64 = 4;
const COMMANDS: u64 = 100_000;
/// Commands between two writes: some within a minute, some over many.
const BATCHES: [u64; 2] = [53, 1_000];

/// What the model told of each command, as the venue publishes it.
struct Run {
    model: Model,
    commands: Vec<Events>,
    views: Views,
}

/// A store, and what keeps it there.
struct Store {
    name: &'static str,
    location: Location,
    _kept: Kept,
}

enum Kept {
    Folder { _folder: tempfile::TempDir },
    Databases { _databases: Databases },
}

fn genesis() -> Genesis {
    world::genesis(SEED)
}

fn run() -> Run {
    let mut model = Model::new(genesis());
    let mut generator = Generator::new(SEED);
    let mut views = Views::new(&genesis());
    let mut commands = Vec::new();
    let mut next = 1;
    for seq in 1..=COMMANDS {
        let (at, command) = generator.next(&model);
        let (told, _) = model.apply(seq, at, &command);
        let mut events = Events::new(next, told.len());
        for (at, event) in told {
            let cause = venue::Cause { shard: Shard::Clearing(types::ShardId(0)), seq };
            events.begin(Timestamp(at.0 * STRETCH), cause);
            events.push(event);
        }
        next = events.next_seq();
        views.absorb(&events);
        commands.push(events);
    }
    Run { model, commands, views }
}

fn stores() -> Vec<Store> {
    let folder = tempfile::tempdir().expect("a folder");
    let databases = Databases::make();
    let (url, names) = (databases.url.clone(), databases.names.clone());
    vec![
        Store {
            name: "SQLite",
            location: Location::sqlite(folder.path()),
            _kept: Kept::Folder { _folder: folder },
        },
        Store {
            name: "PostgreSQL",
            location: Location::parse(&url, names).expect("a store"),
            _kept: Kept::Databases { _databases: databases },
        },
    ]
}

/// Writes all events, so many commands at once; the projector is opened anew now and then.
fn fill(location: &Location, run: &Run, at_once: u64) {
    let genesis = genesis();
    for part in Part::ALL {
        let mut views = Views::new(&genesis);
        let mut projector = Projector::open(location, part, &genesis).expect("it opens");
        projector.begin(&genesis, views.clone()).expect("it begins");
        for (events, seq) in run.commands.iter().zip(1u64..) {
            projector.take(events);
            views.absorb(events);
            projector.mark(seq);
            if seq % at_once == 0 {
                projector.flush().expect("it writes");
            }
            if seq % (at_once * 37) == 0 {
                projector = Projector::open(location, part, &genesis).expect("it opens again");
                assert_eq!(projector.written().event_seq, views.event_seq());
                projector.begin(&genesis, views.clone()).expect("it goes on");
            }
        }
        projector.flush().expect("it writes");
        assert_eq!(projector.written().event_seq, run.views.event_seq());
    }
}

/// What owners were told, counted without the store's code.
#[derive(Default)]
struct Counted {
    orders: BTreeMap<AccountId, usize>,
    fills: BTreeMap<AccountId, Vec<(u64, u64, i64)>>,
    trades: BTreeMap<InstrumentId, Vec<(u64, u64)>>,
    refusals: BTreeMap<String, u64>,
    /// What trades come to, each rounded down.
    values: BTreeMap<InstrumentId, i128>,
}

impl Counted {
    fn of(run: &Run) -> Counted {
        let mut counted = Counted::default();
        for stamped in run.commands.iter().flat_map(Events::iter) {
            match stamped.event {
                Event::Account(AccountEvent { account, fact: Fact::Accepted { .. }, .. }) => {
                    *counted.orders.entry(*account).or_default() += 1;
                }
                Event::Account(AccountEvent { account, fact: Fact::Filled(own), .. }) => {
                    let fill = (stamped.seq, own.fill.lots.lots(), own.cash.0);
                    counted.fills.entry(*account).or_default().push(fill);
                }
                Event::Public(PublicEvent::Trade(trade)) => {
                    let row = (stamped.seq, trade.lots.lots());
                    counted.trades.entry(trade.instrument).or_default().push(row);
                    let listed = run.views.instrument(trade.instrument).expect("it is listed");
                    let value = listed.definition.tick_value;
                    let exact = u128::from(trade.price.ticks())
                        * u128::from(trade.lots.lots())
                        * u128::from(value.numerator());
                    *counted.values.entry(trade.instrument).or_default() +=
                        (exact / u128::from(value.denominator())) as i128;
                }
                Event::Account(AccountEvent { fact: Fact::Refused { reject, .. }, .. })
                | Event::Refused { reject, .. } => {
                    let code = RejectOut::new(reject, &Units::default()).code;
                    *counted.refusals.entry(code.to_owned()).or_default() += 1;
                }
                Event::Account(_) | Event::Public(_) => {}
            }
        }
        counted
    }
}

/// All rows of a list, page by page.
async fn all<T, F>(key: impl Fn(&T) -> u64, mut ask: impl FnMut(Page) -> F) -> Vec<T>
where
    F: Future<Output = Vec<T>>,
{
    let (mut rows, mut below) = (Vec::new(), u64::MAX);
    loop {
        let page = ask(Page { edge: Edge::Below(below), rows: 499 }).await;
        let Some(last) = page.last() else { return rows };
        assert!(key(last) < below, "a list goes down");
        below = key(last);
        rows.extend(page);
    }
}

/// Asks a store for all it has; how many tests it passed.
async fn agree(history: &History, run: &Run, reference: &Reference, store: &str) -> usize {
    let counted = Counted::of(run);
    let mut passed = 0;
    let mut pass = |what: &str| {
        println!("{store}: {what} ... ok");
        passed += 1;
    };
    orders_agree(history, run, &counted).await;
    pass("orders are those that the model knows");
    fills_agree(history, run, &counted).await;
    pass("fills are those that owners were told");
    trades_agree(history, &counted).await;
    pass("trades are those that were published");
    for (index, account) in run.model.accounts.iter().enumerate() {
        add_up(history, run, (index, account.id)).await;
    }
    pass("balances, positions and statements add up to the model's");
    house_agrees(history, run).await;
    pass("each asset sums to zero, and the house has what the model says");
    statistics_agree(history, &counted).await;
    pass("statistics are what was counted");
    payments_agree(history, run).await;
    pass("what everybody paid is what all accounts did");
    reference.agrees(history).await;
    pass("profit and return are what they are reckoned anew");
    passed
}

async fn orders_agree(history: &History, run: &Run, counted: &Counted) {
    for id in run.model.accounts.iter().map(|it| it.id) {
        let orders = all(
            |it: &view::Order| it.id.0,
            |page| async move {
                let found = history.orders(id, Filter::default(), page).await;
                found.expect("orders")
            },
        );
        let orders = orders.await;
        assert_eq!(orders.len(), counted.orders.get(&id).copied().unwrap_or_default());
        let viewed = run.views.account(id).expect("it is open");
        for order in &orders {
            if let Some(known) = viewed.orders.get(order.id) {
                assert_eq!(order, known);
            }
            assert!(order.status.is_open() == run.model.own_order(id, order.id).is_some());
        }
    }
}

async fn fills_agree(history: &History, run: &Run, counted: &Counted) {
    for id in run.model.accounts.iter().map(|it| it.id) {
        let fills = all(
            |it: &store::Execution| it.event_seq,
            |page| async move {
                let found = history.fills(id, Filter::default(), page).await;
                found.expect("fills")
            },
        );
        let mut fills: Vec<_> =
            fills.await.iter().map(|it| (it.event_seq, it.lots.0, it.cash.0)).collect();
        fills.reverse();
        assert_eq!(fills, counted.fills.get(&id).cloned().unwrap_or_default());
    }
}

async fn trades_agree(history: &History, counted: &Counted) {
    for (instrument, wanted) in &counted.trades {
        let trades = all(
            |it: &view::TradeRow| it.event_seq,
            |page| async move {
                history.trades(*instrument, Range::default(), page).await.expect("trades")
            },
        );
        let mut trades: Vec<_> = trades.await.iter().map(|it| (it.event_seq, it.lots.0)).collect();
        trades.reverse();
        assert_eq!(&trades, wanted);
    }
}

/// Each asset sums to zero, and each currency's lines of the house are the model's.
async fn house_agrees(history: &History, run: &Run) {
    let lines = history.trial_balance().await.expect("a trial balance");
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for line in &lines {
        *sums.entry(&line.asset).or_default() += line.amount;
    }
    assert!(sums.len() > 3 && sums.values().all(|sum| *sum == 0), "{sums:?}");
    for (rule, wanted) in genesis().currencies.iter().zip(&run.model.lines) {
        let code = rule.code.to_string();
        let of = |owner: &str| {
            let line = lines.iter().find(|line| line.asset == code && line.owner == owner);
            line.map_or(0, |line| line.amount)
        };
        let found = sim::model::Lines {
            outside: of("outside"),
            in_transit: of("in_transit"),
            clearing: of("clearing"),
            rounding: of("rounding"),
            fees: of("fees"),
        };
        assert_eq!(found, *wanted, "{code}");
    }
}

/// What everybody did is what was counted, and so is what each account did.
async fn statistics_agree(history: &History, counted: &Counted) {
    let all = history.traded(None, None, Dates::default()).await.expect("statistics");
    for traded in &all {
        let wanted = counted.trades.get(&traded.instrument).cloned().unwrap_or_default();
        let lots: u128 = wanted.iter().map(|(_, lots)| u128::from(*lots)).sum();
        assert_eq!((traded.fills, traded.lots), (wanted.len() as u64, lots), "{traded:?}");
        let value = counted.values.get(&traded.instrument).copied().unwrap_or_default();
        assert_eq!(traded.notional, value, "{traded:?}");
    }
    let orders: u64 = all.iter().map(|it| it.orders).sum();
    assert_eq!(orders as usize, counted.orders.values().sum::<usize>());
    for (account, fills) in &counted.fills {
        let own = history.traded(Some(*account), None, Dates::default()).await;
        let own = own.expect("statistics");
        let sums = own.iter().fold((0, 0, 0), |(count, lots, cash), it| {
            (count + it.fills, lots + it.lots, cash + it.notional)
        });
        let lots: u128 = fills.iter().map(|(_, lots, _)| u128::from(*lots)).sum();
        let cash: i128 = fills.iter().map(|(_, _, cash)| i128::from(*cash)).sum();
        assert_eq!(sums, (fills.len() as u64, lots, cash), "{account:?}");
    }
    let refused = history.refused(None, Dates::default()).await.expect("refusals");
    let refused: BTreeMap<String, u64> =
        refused.into_iter().map(|it| (it.code, it.refusals)).collect();
    assert_eq!(refused, counted.refusals);
}

/// What everybody paid is what all accounts did.
async fn payments_agree(history: &History, run: &Run) {
    let mut sums: BTreeMap<(String, String), (u64, i128)> = BTreeMap::new();
    for account in run.model.accounts.iter().map(|it| it.id) {
        let own = history.paid(Some(account), Dates::default()).await.expect("payments");
        for paid in own {
            let sum = sums.entry((paid.currency, paid.kind)).or_default();
            *sum = (sum.0 + paid.payments, sum.1 + paid.amount);
        }
    }
    let all = history.paid(None, Dates::default()).await.expect("payments").into_iter();
    let all = all.map(|it| ((it.currency, it.kind), (it.payments, it.amount)));
    assert_eq!(all.collect::<BTreeMap<_, _>>(), sums);
    assert!(sums.len() > 8, "each kind in each currency");
}

/// The lines of an account add up to what the model says it has, and so do its statements.
async fn add_up(history: &History, run: &Run, (index, id): (usize, AccountId)) {
    let assets = (0..run.model.instruments.len()).map(|it| Some(InstrumentId(it as u32)));
    for asset in assets.chain([None]) {
        let filter = EntryFilter { asset: Some(asset), ..EntryFilter::default() };
        let lines = all(store::Entry::key, |page| async move {
            history.entries(id, filter, page).await.expect("entries")
        });
        let mut lines = lines.await;
        lines.reverse();
        let mut balance = 0;
        for line in &lines {
            balance += line.amount;
            assert_eq!(line.balance, Some(balance), "{line:?}");
        }
        let wanted = match asset {
            Some(instrument) => run.model.position(index, instrument),
            None => run.model.cash(index),
        };
        assert_eq!(balance, wanted.free + wanted.held, "{id:?} {asset:?}");
        let Some(middle) = lines.get(lines.len() / 2).map(|line| line.at) else { continue };
        let before = Range { from: None, to: Some(middle) };
        let after = Range { from: Some(middle), to: None };
        let [one, other] = [before, after]
            .map(|range| history.statement(id, asset, Within::Times(range), u64::MAX));
        let (one, other) = (one.await.expect("a statement"), other.await.expect("a statement"));
        let earlier: i64 = lines.iter().filter(|it| it.at < middle).map(|it| it.amount).sum();
        assert_eq!((one.opening, one.closing), (0, earlier));
        assert_eq!((other.opening, other.closing), (earlier, balance));
    }
}

#[test]
fn the_history_of_random_commands_is_what_the_model_has_in_either_store() {
    let run = run();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let stores = stores();
    let reference = Reference::of(&genesis(), &run.commands);
    for (store, at_once) in stores.iter().zip(BATCHES) {
        fill(&store.location, &run, at_once);
        let (_tellers, standings) = store::standings();
        let history = History::new(store.location.clone(), standings);
        let tests = runtime.block_on(agree(&history, &run, &reference, store.name));
        // Not by `println!`, which a test that passes keeps to itself.
        let told = format!("{}: {tests} tests of {COMMANDS} commands passed\n", store.name);
        std::io::stdout().write_all(told.as_bytes()).expect("it can be told");
    }
    for part in Part::ALL {
        let [one, other] = [&stores[0].location, &stores[1].location];
        let (_, tables) = store::compare(one, other, part, genesis().venue).expect("both are read");
        for table in tables {
            println!("{}.{}: {} rows in both", part.name(), table.table, table.rows);
            assert_eq!(table.difference, None, "{}", table.table);
            assert!(table.rows > 0, "{} was not tested", table.table);
        }
    }
}
