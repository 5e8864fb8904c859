//! Random commands for many shards, from those who see only what shards told so far.

use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, NewOrder, OrderId, OrderType,
    Phase, Price, PrincipalId, Qty, RequestId, SelfTrade, ShardId, Side, TickValue, TimeInForce,
    Timestamp,
};
use venue::{
    Action, Change, Command, CurrencyRule, Definition, Done, Fees, Genesis, KillScope, Limits,
    Outcome,
};

use super::Cluster;
use super::audit::Audit;
use super::history::{History, Stage};
use crate::random::Random;
use crate::world::{band, currency, definition, price, symbol};

/// Instruments that are listed before trading begins.
const INSTRUMENTS: u32 = 8;
/// Accounts of each clearing shard that are opened before trading begins.
const ACCOUNTS_EACH: u32 = 6;
/// Around which prices fall.
const MIDDLE: u64 = 1_000;
/// Commands that may be sent a second time.
const PAST_MAX: usize = 40;

/// A source of random commands.
#[derive(Debug)]
pub struct Traffic {
    random: Random,
    clock: u64,
    numbered: u64,
    instruments: Vec<InstrumentId>,
    past: Vec<Command>,
    /// The order that was asked to change last: it may be again before the answer.
    changing: Option<(AccountId, OrderId)>,
}

/// A venue of 4 x 4 shards, short of order slots and of steps.
pub fn genesis(seed: u64) -> Genesis {
    Genesis {
        venue: u128::from(seed),
        rules: 1,
        clearing_shards: 4,
        matching_shards: 4,
        limits: Limits {
            accounts_max: 14,
            instruments_max: 16,
            orders_max: if seed % 3 == 1 { 16 } else { 60 },
            orders_per_account_max: 30,
            requests_remembered: 12,
            level_pages_max: 40,
            step_events_max: 24,
        },
        currencies: vec![
            CurrencyRule { code: currency("USD"), decimals: 2 },
            CurrencyRule { code: currency("JPY"), decimals: 0 },
        ],
        business_date: Date(20_000),
        hash_key: [seed, !seed],
        parent: None,
    }
}

/// What comes before trading, in stages; each action with the shard that takes it.
pub fn opening(genesis: &Genesis) -> [Vec<(u16, Action)>; 3] {
    let modes = [
        SelfTrade::Allow,
        SelfTrade::CancelNewest,
        SelfTrade::CancelOldest,
        SelfTrade::CancelBoth,
        SelfTrade::Decrement,
    ];
    let mut first = Vec::new();
    for number in 0..INSTRUMENTS {
        let shard = (number % u32::from(genesis.matching_shards)) as u16;
        first.push((shard, Action::ListInstrument { definition: listed(number) }));
        // Nobody knows it yet.
        let phase = Phase::Continuous;
        let instrument = InstrumentId(number);
        first.push((shard, Action::SetPhase { instrument, phase }));
    }
    let mut second = Vec::new();
    for shard in 0..genesis.clearing_shards {
        for local in 1..=ACCOUNTS_EACH {
            let owner = PrincipalId(u64::from(local));
            let self_trade = modes[(local as usize + usize::from(shard)) % modes.len()];
            let currency = currency(code(local));
            first.push((shard, Action::OpenAccount { owner, currency, self_trade }));
            let account = AccountId::new(ShardId(shard), local);
            second.push((0, Action::Deposit { account, amount: Amount(300_000) }));
            for number in (0..INSTRUMENTS).filter(|number| code(*number) == code(local)) {
                let (instrument, qty) = (InstrumentId(number), Qty(300));
                second.push((0, Action::Issue { account, instrument, qty }));
            }
        }
    }
    let phase = Phase::Continuous;
    let open = |number| (0, Action::SetPhase { instrument: InstrumentId(number), phase });
    [first, second, (0..INSTRUMENTS).map(open).collect()]
}

fn code(number: u32) -> &'static str {
    if number.is_multiple_of(3) { "JPY" } else { "USD" }
}

fn listed(number: u32) -> Definition {
    let plain = definition("X", code(number));
    let value = TickValue::new(1 + number % 3, 1 + number % 2).expect("no part is zero");
    Definition {
        symbol: symbol(&format!("S{number}")),
        tick_value: value,
        fees: Fees { maker_ppm: 500 * number, taker_ppm: 1_500 },
        policy: if number % 4 == 1 { types::MatchingPolicy::ProRata } else { plain.policy },
        ..plain
    }
}

impl Traffic {
    /// The commands that belong to `seed`.
    pub fn new(seed: u64) -> Traffic {
        Traffic {
            random: Random::new(seed),
            clock: 1_000_000,
            numbered: 0,
            instruments: (0..INSTRUMENTS).map(InstrumentId).collect(),
            past: Vec::new(),
            changing: None,
        }
    }

    /// An action as a command of now, without a request id.
    pub fn plain(&mut self, action: Action) -> (Timestamp, Command) {
        self.clock += 1;
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        (Timestamp(self.clock), Command { principal, connection, request: None, action })
    }

    /// The next command, when its shard's clock says it came, and the shard for what any takes.
    pub fn next(&mut self, audit: &Audit, cluster: &Cluster) -> (u16, Timestamp, Command) {
        self.clock += self.random.below(30);
        self.numbered += 1;
        let any = self.random.below(256) as u16;
        // Clocks of shards differ.
        let at = Timestamp(self.clock + self.random.below(25));
        if self.random.percent(3)
            && let Some(again) = self.random.pick(&self.past)
        {
            return (any, at, again);
        }
        let action = self.action(audit, cluster).unwrap_or(Action::Tick);
        let request = self.random.percent(75).then(|| {
            let number = if self.random.percent(5) { self.numbered % 20 } else { self.numbered };
            RequestId::new(&format!("c{number}")).expect("a short id")
        });
        let (principal, connection) = (PrincipalId(1), ConnectionId(0));
        let command = Command { principal, connection, request, action };
        if request.is_some() && action.account().is_some() {
            self.past.push(command);
            if self.past.len() > PAST_MAX {
                self.past.remove(0);
            }
        }
        (any, at, command)
    }

    /// Steps of the bus until the next command.
    pub fn pause(&mut self) -> u64 {
        let most = self.random.weighted(&[(4, 1), (5, 6), (3, 14), (1, 30)]);
        self.random.below(most + 1)
    }

    /// Learns from an answer.
    pub fn note(&mut self, command: &Command, outcome: &Outcome) {
        if let (Action::ListInstrument { .. }, Ok(Done::Instrument(id))) =
            (&command.action, outcome.result)
            && !self.instruments.contains(&id)
        {
            self.instruments.push(id);
        }
    }

    fn action(&mut self, audit: &Audit, cluster: &Cluster) -> Option<Action> {
        match self.random.below(1_000) {
            0..560 => self.place(audit, cluster),
            560..710 => self.replace(audit),
            710..830 => {
                let (account, order) = self.order(audit)?;
                Some(Action::Cancel { account, order })
            }
            830..850 => {
                let account = self.account(audit)?;
                let instrument = self.random.pick(&[None, None, Some(InstrumentId(1))])?;
                let side = self.random.pick(&[None, None, Some(Side::Buy), Some(Side::Sell)])?;
                Some(Action::MassCancel { account, instrument, side })
            }
            850..900 => self.transfer(audit),
            900..960 => self.money(audit),
            _ => self.instrument_action(),
        }
    }

    fn account(&mut self, audit: &Audit) -> Option<AccountId> {
        let any = self.random.percent(4);
        let may = |it: &History| any || !it.is_closed && !it.is_suspended;
        let histories = audit.histories.iter();
        let accounts: Vec<AccountId> =
            histories.filter(|(_, it)| may(it)).map(|(id, _)| *id).collect();
        self.random.pick(&accounts)
    }

    fn money(&mut self, audit: &Audit) -> Option<Action> {
        let account = self.account(audit)?;
        let history = &audit.histories[&account];
        let poor = history.settled < 100_000;
        Some(match self.random.below(21) {
            20 => {
                let scope = KillScope::Account(account);
                Action::SetKillSwitch { scope, engaged: self.random.percent(25) }
            }
            0..7 => {
                let most = if poor { 200_000 } else { 5_000 };
                Action::Deposit { account, amount: Amount(self.random.between(1, most) as i64) }
            }
            7..9 => {
                let amount = Amount(history.cash.free / self.random.between(1, 30) as i64);
                Action::Withdraw { account, amount }
            }
            9..13 => {
                let instrument = self.random.pick(&self.instruments)?;
                Action::Issue { account, instrument, qty: Qty(self.random.between(1, 200)) }
            }
            13..15 => {
                let accounts: Vec<AccountId> = audit.histories.keys().copied().collect();
                let account = self.random.pick(&accounts)?;
                Action::SetAccountStatus { account, suspended: self.random.percent(25) }
            }
            15 | 16 => {
                let (owner, self_trade) = (PrincipalId(9), SelfTrade::CancelOldest);
                let currency = currency(code(self.random.below(3) as u32));
                Action::OpenAccount { owner, currency, self_trade }
            }
            _ => {
                let is_flat = |(id, it): (&AccountId, &History)| (it.settled == 0).then_some(*id);
                let flat: Vec<AccountId> = audit.histories.iter().filter_map(is_flat).collect();
                Action::CloseAccount { account: self.random.pick(&flat).unwrap_or(account) }
            }
        })
    }

    /// To anybody, also to those who cannot take it; now and then all there is.
    fn transfer(&mut self, audit: &Audit) -> Option<Action> {
        let late = |id: &AccountId| id.local() > ACCOUNTS_EACH;
        let newcomers: Vec<AccountId> = audit.histories.keys().copied().filter(late).collect();
        let account = match self.random.below(3) {
            0 => self.random.pick(&newcomers).or_else(|| self.account(audit))?,
            _ => self.account(audit)?,
        };
        let to = match self.random.below(10) {
            0 => AccountId::new(ShardId(self.random.below(4) as u16), 14),
            1..5 => self.random.pick(&newcomers).or_else(|| self.account(audit))?,
            _ => self.account(audit)?,
        };
        let free = audit.histories[&account].cash.free;
        let is_new = account.local() > ACCOUNTS_EACH;
        let part = if is_new && self.random.percent(70) { 1 } else { self.random.between(5, 500) };
        Some(Action::Transfer { account, to, amount: Amount(free / part as i64) })
    }

    fn instrument_action(&mut self) -> Option<Action> {
        let instrument = self.random.pick(&self.instruments)?;
        Some(match self.random.below(100) {
            0..60 => {
                let others = [Phase::PreOpen, Phase::CancelOnly, Phase::Halted, Phase::Closed];
                let other = self.random.pick(&others)?;
                let phase = if self.random.percent(85) { Phase::Continuous } else { other };
                Action::SetPhase { instrument, phase }
            }
            60..72 => {
                let low = self.random.between(900, 995);
                let high = self.random.between(1_005, 1_100);
                Action::SetBand { instrument, band: band(low, high) }
            }
            72..82 => {
                let rate = |random: &mut Random| random.below(20_000) as u32;
                let fees =
                    Fees { maker_ppm: rate(&mut self.random), taker_ppm: rate(&mut self.random) };
                Action::SetFees { instrument, fees }
            }
            82..84 => Action::ListInstrument { definition: listed(100 + self.numbered as u32) },
            84..90 => {
                let scope =
                    self.random.pick(&[KillScope::All, KillScope::Instrument(instrument)])?;
                Action::SetKillSwitch { scope, engaged: self.random.percent(20) }
            }
            _ if self.numbered.is_multiple_of(2) => Action::TellTime,
            _ => Action::Tick,
        })
    }

    /// An order of some account: mostly open, sometimes long over.
    fn order(&mut self, audit: &Audit) -> Option<(AccountId, OrderId)> {
        if self.random.percent(15)
            && let Some(changing) = self.changing
        {
            return Some(changing);
        }
        let account = self.account(audit)?;
        let orders = &audit.histories[&account].orders;
        let newest = orders.iter().rev().take(12);
        let any = self.random.percent(15);
        let fits = |it: &Stage| any || *it != Stage::Closed;
        let fitting: Vec<OrderId> =
            newest.filter(|(_, order)| fits(&order.stage)).map(|(id, _)| *id).collect();
        Some((account, self.random.pick(&fitting)?))
    }

    fn place(&mut self, audit: &Audit, cluster: &Cluster) -> Option<Action> {
        let account = self.account(audit)?;
        let history = &audit.histories[&account];
        let own: Currency = audit.currencies[&account];
        let shard = venue::Shard::Clearing(account.shard());
        let is_own = |id: &InstrumentId| {
            let known = cluster.node(shard).known(*id);
            known.is_some_and(|known| known.definition.currency == own)
        };
        let instruments = self.instruments.iter().copied();
        let fitting: Vec<InstrumentId> = instruments.filter(is_own).collect();
        let instrument = if self.random.percent(98) {
            self.random.pick(&fitting)?
        } else {
            self.random.pick(&self.instruments)?
        };
        let side = self.random.pick(&[Side::Buy, Side::Sell])?;
        let limit = self.price(side);
        let qty = match (side, self.random.below(10)) {
            (Side::Buy, 0) => history.cash.free as u64 / (limit.ticks() * 3),
            (Side::Sell, 0) => history.lots.get(&instrument).map_or(0, |lots| *lots as u64 / 2),
            _ => self.random.between(1, 30),
        };
        let order = self.shape(instrument, side, limit, Qty(qty.max(1)));
        Some(Action::Place { account, order })
    }

    fn shape(&mut self, instrument: InstrumentId, side: Side, limit: Price, qty: Qty) -> NewOrder {
        let expires = Timestamp(self.clock + self.random.between(1, 4_000));
        let resting = [TimeInForce::Day, TimeInForce::Gtc, TimeInForce::Gtd(expires)];
        let resting = self.random.pick(&resting).expect("there are some");
        let trigger = self.price(side);
        let collar = self.random.percent(40).then_some(limit);
        let limited = OrderType::Limit { price: limit };
        let (order_type, time_in_force) = match self.random.below(100) {
            0..64 => (limited, resting),
            64..72 => (limited, TimeInForce::Ioc),
            72..76 => (limited, TimeInForce::Fok),
            76..84 => (OrderType::Market { collar }, TimeInForce::Ioc),
            84..92 => (OrderType::Stop { trigger, collar }, resting),
            _ => (OrderType::StopLimit { trigger, price: limit }, resting),
        };
        let can_hide = order_type == limited && time_in_force.rests();
        let display = (can_hide && self.random.percent(12)).then(|| Qty(qty.0.div_ceil(4)));
        let post_only = can_hide && self.random.percent(6);
        NewOrder { instrument, side, order_type, qty, time_in_force, post_only, display }
    }

    fn price(&mut self, side: Side) -> Price {
        let steps = self.random.below(9);
        let is_up = (side == Side::Buy) == self.random.percent(42);
        price(if is_up { MIDDLE + steps } else { MIDDLE - steps })
    }

    /// A change, of some order or of none that is open.
    fn replace(&mut self, audit: &Audit) -> Option<Action> {
        let (account, id) = self.order(audit)?;
        self.changing = Some((account, id));
        let history = &audit.histories[&account];
        let order = &history.orders[&id];
        let mut change = Change::default();
        match self.random.below(10) {
            0..3 => change.qty = Some(Qty(order.filled + self.random.below(order.leaves + 1))),
            3..5 => change.qty = Some(Qty(order.total + self.random.between(1, 10))),
            5..7 if order.terms.side == Side::Buy => {
                // As much as all free cash can buy, lower down.
                let lower = order.limit.ticks().saturating_sub(self.random.between(1, 30)).max(1);
                let more = history.cash.free as u64 / (lower * 3);
                change.price = Some(price(lower));
                change.qty = Some(Qty(order.total + self.random.below(more + 2)));
            }
            _ => change.price = Some(self.price(order.terms.side)),
        }
        if matches!(order.terms.order_type, OrderType::Stop { .. } | OrderType::StopLimit { .. })
            && self.random.percent(60)
        {
            change.price = None;
            change.trigger = Some(self.price(order.terms.side));
        }
        Some(Action::Replace { account, order: id, change })
    }
}
