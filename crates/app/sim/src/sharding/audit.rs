//! What must hold over all shards together, at any moment and when nothing is on its way.

use std::collections::BTreeMap;

use types::{AccountId, Currency, InstrumentId, OrderId, Price, Side, TradeId};
use venue::{
    AccountEvent, AssetLines, BookChange, Event, Execution, Fact, Fill, Message, OwnFill,
    PublicEvent, Reject, Report, Trade, Transfer,
};

use super::Cluster;
use super::history::History;

/// Everything that shards told, added up.
#[derive(Debug, Default)]
pub struct Audit {
    /// By account.
    pub histories: BTreeMap<AccountId, History>,
    /// How often each reason to refuse was told, by its name.
    pub refusals: BTreeMap<String, u64>,
    /// Transfers that came back, by the reason's name.
    pub returned: BTreeMap<String, u64>,
    /// Accounts' currencies.
    pub currencies: BTreeMap<AccountId, Currency>,
    trades: BTreeMap<TradeId, Trade>,
    /// By trade: the fills its two owners were told of.
    fills: BTreeMap<TradeId, Vec<OwnFill>>,
    books: BTreeMap<InstrumentId, Book>,
    /// How many events of each shard were read.
    read: Vec<usize>,
}

/// Orders that rest, with what they show.
type Book = BTreeMap<OrderId, (Side, Price, u64)>;

impl Audit {
    /// Reads what was told since the last time.
    ///
    /// # Panics
    /// If an account's history is not valid.
    pub fn read(&mut self, cluster: &Cluster) {
        self.read.resize(cluster.nodes().len(), 0);
        for (index, node) in cluster.nodes().iter().enumerate() {
            for told in &node.told()[self.read[index]..] {
                match &told.event {
                    Event::Account(event) => self.account(event),
                    Event::Refused { reject, .. } => count(&mut self.refusals, reject),
                    Event::Public(event) => self.public(event),
                }
            }
            self.read[index] = node.told().len();
        }
    }

    /// Matches so far.
    pub fn trades(&self) -> usize {
        self.trades.len()
    }

    /// That money and shares are conserved: each shard's lines sum to zero, and what one shard has
    /// sent and another has not yet taken is in a message.
    ///
    /// # Panics
    /// If they are not.
    pub fn check_conserved(&self, cluster: &Cluster) {
        let mut sums: BTreeMap<String, Pair> = BTreeMap::new();
        for node in cluster.nodes() {
            for lines in node.machine().lines() {
                assert_eq!(sum(&lines), 0, "a shard's lines sum to zero: {lines:?}");
                assert!(lines.customers >= 0 && lines.fees >= 0, "{lines:?}");
                let total = sums.entry(lines.name).or_default();
                total.clearing += lines.clearing;
                total.in_transit += lines.in_transit;
            }
        }
        for (source, destination) in cluster.channels() {
            for envelope in cluster.on_the_way(source, destination) {
                match &envelope.message {
                    Message::Execution(Execution {
                        order, report: Report::Filled(fill), ..
                    }) => {
                        self.count_fill(cluster, *order, fill, &mut sums);
                    }
                    Message::Transfer(transfer) | Message::TransferReturned { transfer, .. } => {
                        let Transfer { amount, currency, .. } = transfer;
                        let rule = cluster.genesis().currencies[usize::from(*currency)];
                        let total = sums.entry(rule.code.to_string()).or_default();
                        total.in_transit -= i128::from(amount.0);
                    }
                    Message::Execution(_)
                    | Message::Entry(_)
                    | Message::Definition(_)
                    | Message::DefinitionKnown { .. } => {}
                }
            }
        }
        for (name, total) in sums {
            assert_eq!(total, Pair::default(), "{name}: shards and messages sum to zero");
        }
    }

    /// What must hold when nothing is on its way, too.
    ///
    /// # Panics
    /// If it does not.
    pub fn check_at_rest(&self, cluster: &Cluster) {
        self.check_conserved(cluster);
        for (account, history) in &self.histories {
            self.check_holds(cluster, *account, history);
        }
        for (id, trade) in &self.trades {
            let fills = self.fills.get(id).map_or(&[][..], Vec::as_slice);
            assert_eq!(fills.len(), 2, "both owners hear of {trade:?}");
            for own in fills {
                assert_eq!((own.fill.price, own.fill.lots), (trade.price, trade.lots));
            }
            assert_ne!(fills[0].side, fills[1].side, "one buys and one sells");
        }
        assert_eq!(self.fills.len(), self.trades.len(), "owners hear of trades only");
        for (instrument, book) in &self.books {
            let of = |side| book.values().filter(move |it| it.0 == side).map(|it| it.1);
            let (bid, ask) = (of(Side::Buy).max(), of(Side::Sell).min());
            let is_crossed = bid.zip(ask).is_some_and(|(bid, ask)| bid >= ask);
            assert!(!is_crossed, "{instrument:?} is crossed at rest: {bid:?} {ask:?}");
        }
    }

    /// That what is held is what the open orders can cost and the withdrawals that wait will take.
    fn check_holds(&self, cluster: &Cluster, account: AccountId, history: &History) {
        let node = cluster.node(venue::Shard::Clearing(account.shard()));
        let cash = node.machine().cash(account).expect("an account of this shard");
        assert_eq!(cash, history.cash, "the state is what was told");
        let of = |side| history.open().filter(move |(_, order)| order.terms.side == side);
        let orders: i128 = of(Side::Buy).map(|(_, order)| order.hold()).sum();
        let expected = orders + history.leaving();
        assert_eq!(i128::from(cash.held), expected, "cash held by {account:?}");
        for (instrument, lots) in &history.lots {
            let position = node.machine().position(account, *instrument).expect("known");
            let sells = of(Side::Sell).filter(|(_, it)| it.terms.instrument == *instrument);
            let expected: i128 = sells.map(|(_, order)| order.hold()).sum();
            assert_eq!(i128::from(position.held), expected, "lots held by {account:?}");
            assert_eq!(position.free + position.held, *lots, "the state is what was told");
        }
    }

    fn account(&mut self, event: &AccountEvent) {
        match &event.fact {
            Fact::Opened { currency, .. } => {
                self.currencies.insert(event.account, *currency);
            }
            Fact::Refused { reject, .. } => count(&mut self.refusals, reject),
            Fact::TransferReturned { reject, .. } => count(&mut self.returned, reject),
            Fact::Filled(own) => self.fills.entry(own.fill.trade).or_default().push(*own),
            Fact::StatusChanged { .. }
            | Fact::Closed
            | Fact::Deposited { .. }
            | Fact::Withdrawn { .. }
            | Fact::TransferSent { .. }
            | Fact::TransferReceived { .. }
            | Fact::PaymentRequested { .. }
            | Fact::PaymentFailed { .. }
            | Fact::Issued { .. }
            | Fact::Accepted { .. }
            | Fact::Canceled { .. }
            | Fact::Decremented { .. }
            | Fact::Replaced { .. }
            | Fact::Triggered { .. }
            | Fact::KillSwitchSet { .. }
            | Fact::CancelAfterSet { .. }
            | Fact::MassCanceled { .. } => {}
        }
        self.histories.entry(event.account).or_default().absorb(event);
    }

    fn public(&mut self, event: &PublicEvent) {
        match event {
            PublicEvent::Trade(trade) => {
                assert!(self.trades.insert(trade.trade, *trade).is_none(), "trades have numbers");
                let book = self.books.entry(trade.instrument).or_default();
                show(book, trade.maker, trade.maker_lots.lots());
            }
            PublicEvent::Book(change) => {
                let BookChange { instrument, side, price, order, lots, .. } = *change;
                let book = self.books.entry(instrument).or_default();
                book.insert(order, (side, price, lots.lots()));
                show(book, order, lots.lots());
            }
            PublicEvent::Listed { .. }
            | PublicEvent::PhaseChanged { .. }
            | PublicEvent::BandChanged { .. }
            | PublicEvent::FeesChanged { .. }
            | PublicEvent::DateChanged { .. }
            | PublicEvent::RulesChanged { .. }
            | PublicEvent::KillSwitchSet { .. }
            | PublicEvent::KillSwitchDone { .. }
            | PublicEvent::TimeTold => {}
        }
    }

    /// A fill that an owner's shard has not booked: what it will add to its clearing lines.
    fn count_fill(
        &self,
        cluster: &Cluster,
        order: OrderId,
        fill: &Fill,
        sums: &mut BTreeMap<String, Pair>,
    ) {
        let histories = self.histories.values();
        let placed = histories.flat_map(|it| it.orders.get(&order)).next();
        let terms = &placed.expect("an order that was placed").terms;
        let clearing = venue::Shard::Clearing(order.shard());
        let known = cluster.node(clearing).known(terms.instrument).expect("a known instrument");
        let value = known.definition.tick_value;
        let units = i128::from(fill.price.ticks()) * i128::from(fill.lots.lots());
        let cleared = units * i128::from(value.numerator()) / i128::from(value.denominator());
        let sign = if terms.side == Side::Buy { 1 } else { -1 };
        let cash = known.definition.currency.to_string();
        sums.entry(cash).or_default().clearing += sign * cleared;
        let lots = i128::from(fill.lots.lots());
        let shares = known.definition.symbol.to_string();
        sums.entry(shares).or_default().clearing -= sign * lots;
    }
}

/// The two lines of an asset that sum to zero only over all shards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pair {
    clearing: i128,
    in_transit: i128,
}

fn sum(lines: &AssetLines) -> i128 {
    let AssetLines { customers, clearing, fees, rounding, in_transit, outside, .. } = lines;
    customers + clearing + fees + rounding + in_transit + outside
}

fn show(book: &mut Book, order: OrderId, lots: u64) {
    if lots == 0 {
        book.remove(&order);
    } else {
        book.get_mut(&order).expect("an order that rests").2 = lots;
    }
}

/// Counts a refusal under its name, without its values.
fn count(counts: &mut BTreeMap<String, u64>, reject: &Reject) {
    let text = format!("{reject:?}");
    let name = text.split([' ', '{']).next().unwrap_or_default();
    *counts.entry(name.to_owned()).or_default() += 1;
}
