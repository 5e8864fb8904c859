//! Random commands for a small venue: mostly sensible, often at an edge, sometimes plainly wrong.
//!
//! **Invariant:** the same seed against the same model gives the same commands. It reads the model
//! to aim (prices near the best, own orders, the last unit of cash); it never changes it.

mod admin;
mod faults;
mod orders;

use std::collections::VecDeque;

use types::{
    AccountId, ConnectionId, InstrumentId, OrderId, Phase, Price, PrincipalId, RequestId, ShardId,
    Side, Timestamp,
};
use venue::{Action, Command, KillScope};

use crate::model::{Account, Instrument, Model};
use crate::random::Random;
use crate::world;

/// Request ids that are used again and again, so that they collide.
const SHARED_IDS: u64 = 60;
/// Commands that can be sent a second time.
const PAST_MAX: usize = 300;
/// Deadlines lie on these nanoseconds, and so does the time of many commands: what falls due at the
/// very moment is tried often.
const GRID_NS: u64 = 50;
/// Commands between two changes of mood.
const MOOD_COMMANDS: u64 = 400;

/// A source of random commands.
#[derive(Clone, Debug)]
pub struct Generator {
    random: Random,
    opening: VecDeque<Action>,
    clock: u64,
    numbered: u64,
    mood: Mood,
    past: VecDeque<Command>,
}

/// How the market feels for a while.
#[derive(Clone, Copy, Debug)]
struct Mood {
    /// Of a hundred limit orders, those priced to trade.
    crossing_percent: u64,
    /// Steps from the middle within which prices fall.
    spread_steps: u64,
    /// Of a hundred orders, those that are withdrawn soon.
    cancel_percent: u64,
}

impl Generator {
    /// The commands that belong to `seed`.
    pub fn new(seed: u64) -> Generator {
        Generator {
            random: Random::new(seed),
            opening: world::opening(),
            clock: 1_000_000_000,
            numbered: 0,
            mood: Mood { crossing_percent: 30, spread_steps: 12, cancel_percent: 15 },
            past: VecDeque::new(),
        }
    }

    /// The next command and the time it comes at.
    pub fn next(&mut self, model: &Model) -> (Timestamp, Command) {
        let at = self.time();
        self.numbered += 1;
        if self.numbered.is_multiple_of(MOOD_COMMANDS) {
            self.change_mood();
        }
        let command = match self.opening.pop_front() {
            Some(action) => self.command(action),
            None => self.any(model),
        };
        if command.request.is_some() {
            self.past.push_back(command);
            if self.past.len() > PAST_MAX {
                self.past.pop_front();
            }
        }
        (at, command)
    }

    /// Mostly forward a little, often to where a deadline may lie; sometimes a leap, sometimes
    /// back.
    fn time(&mut self) -> Timestamp {
        self.clock += match self.random.below(100) {
            0..30 => 0,
            30..50 => self.clock.next_multiple_of(GRID_NS) - self.clock,
            50..98 => self.random.between(1, GRID_NS),
            _ => self.random.between(1_000, 20_000),
        };
        if self.random.percent(3) {
            return Timestamp(self.clock - self.random.between(1, 5_000));
        }
        Timestamp(self.clock)
    }

    fn change_mood(&mut self) {
        let (crossing, spread, cancel) = self.random.weighted(&[
            (4, (30, 12, 15)),
            (2, (10, 40, 6)),
            (2, (60, 8, 25)),
            (1, (15, 400, 10)),
            (1, (5, 3, 2)),
        ]);
        self.mood =
            Mood { crossing_percent: crossing, spread_steps: spread, cancel_percent: cancel };
    }

    fn any(&mut self, model: &Model) -> Command {
        if self.random.percent(4)
            && let Some(command) = self.repeat(model)
        {
            return command;
        }
        let action = match self.random.below(1_000) {
            0..110 => self.fault(model),
            110..250 => self.admin(model),
            _ => self.trade(model),
        };
        // Where there is nothing to aim at, time passes.
        self.command(action.unwrap_or(Action::Tick))
    }

    fn command(&mut self, action: Action) -> Command {
        let request = match self.random.below(100) {
            0..20 => None,
            20..26 => Some(id("shared", self.random.below(SHARED_IDS))),
            _ => Some(id("c", self.numbered)),
        };
        let principal = PrincipalId(self.random.below(5));
        let connection = ConnectionId(self.random.below(3));
        Command { principal, connection, request, action }
    }

    /// A request id once more, with the same body or another.
    fn repeat(&mut self, model: &Model) -> Option<Command> {
        let known = model.remembered_requests();
        let (request, action) = if self.random.percent(50) {
            let (_, request, action) = self.random.pick(&known)?;
            (request, action)
        } else {
            let position = self.random.below(self.past.len() as u64) as usize;
            let past = self.past[position];
            (past.request?, past.action)
        };
        let action = if self.random.percent(60) { action } else { self.vary(action, model)? };
        Some(Command { request: Some(request), ..self.command(action) })
    }

    /// Another body in the same scope.
    fn vary(&mut self, action: Action, model: &Model) -> Option<Action> {
        if let Action::Place { account, order } = action {
            let mut order = order;
            order.qty.0 += 1;
            return Some(Action::Place { account, order });
        }
        match named_account(&action) {
            Some(account) => Some(Action::MassCancel { account, instrument: None, side: None }),
            None => self.admin(model),
        }
    }

    /// An account that may trade, mostly of the currency asked for.
    fn trader(&mut self, model: &Model, instrument: &Instrument) -> Option<AccountId> {
        let fits = |account: &&Account| {
            !account.closed
                && !account.suspended
                && account.currency == instrument.terms.currency
                && account.id.local() <= world::TRADERS
        };
        let traders: Vec<AccountId> =
            model.accounts.iter().filter(fits).map(|account| account.id).collect();
        self.random.pick(&traders)
    }

    /// An instrument, mostly one that trades.
    fn instrument<'a>(&mut self, model: &'a Model) -> Option<&'a Instrument> {
        let is_open = |it: &&Instrument| matches!(it.phase, Phase::Continuous | Phase::PreOpen);
        let open: Vec<&Instrument> = model.instruments.iter().filter(is_open).collect();
        if self.random.percent(3) || open.is_empty() {
            let all: Vec<&Instrument> = model.instruments.iter().collect();
            return self.random.pick(&all);
        }
        self.random.pick(&open)
    }

    /// The middle of a market, in ticks.
    fn middle(&self, model: &Model, instrument: &Instrument) -> u64 {
        let bid = model.best(instrument.id, Side::Buy).map(Price::ticks);
        let ask = model.best(instrument.id, Side::Sell).map(Price::ticks);
        let usual = if instrument.terms.price_limit.ticks() > 100_000 { 10_000 } else { 1_000 };
        match (bid, ask) {
            (Some(bid), Some(ask)) => (bid + ask) / 2,
            (Some(one), None) | (None, Some(one)) => (one * 7 + usual) / 8,
            (None, None) => usual,
        }
    }

    /// A price on the tick and in the band, `steps` to the worse (or better) from the middle.
    fn price_near(&mut self, middle: u64, instrument: &Instrument, up: bool, steps: u64) -> Price {
        let step = u64::from(instrument.terms.tick_step);
        let wide = if instrument.terms.price_limit.ticks() > 100_000 { 7 } else { 1 };
        let distance = steps * step * wide;
        let raw = if up { middle + distance } else { middle.saturating_sub(distance) };
        on_tick(raw, instrument)
    }

    /// An open order that fits.
    fn open_order(
        &mut self,
        model: &Model,
        fits: impl Fn(&crate::model::Order) -> bool,
    ) -> Option<(AccountId, OrderId)> {
        let found: Vec<(AccountId, OrderId)> = model
            .orders
            .iter()
            .filter(|order| fits(order))
            .map(|order| (order.account, order.id))
            .collect();
        self.random.pick(&found)
    }

    fn any_account(&mut self, model: &Model) -> Option<AccountId> {
        let open: Vec<AccountId> = model
            .accounts
            .iter()
            .filter(|account| !account.closed)
            .map(|account| account.id)
            .collect();
        self.random.pick(&open)
    }

    /// An account that does not exist.
    fn nobody(&mut self, model: &Model) -> AccountId {
        let next = AccountId::new(ShardId(0), model.accounts.len() as u32 + 1);
        let elsewhere = AccountId::new(ShardId(7), 1);
        self.random.pick(&[AccountId(0), next, AccountId(next.0 + 40), elsewhere]).expect("some")
    }

    /// An instrument that does not exist.
    fn nothing(&mut self, model: &Model) -> InstrumentId {
        let next = InstrumentId(model.instruments.len() as u32);
        self.random.pick(&[next, InstrumentId(next.0 + 5), InstrumentId(u32::MAX)]).expect("some")
    }
}

/// The nearest price on the tick and within the band.
fn on_tick(ticks: u64, instrument: &Instrument) -> Price {
    let band = instrument.band();
    let step = u64::from(instrument.terms.tick_step);
    let ticks = ticks.clamp(band.low.ticks(), band.high.ticks());
    let ticks = (ticks - ticks % step).max(band.low.ticks());
    Price::new(ticks).expect("a band is made of prices")
}

fn id(prefix: &str, number: u64) -> RequestId {
    RequestId::new(&format!("{prefix}{number}")).expect("a short id")
}

fn named_account(action: &Action) -> Option<AccountId> {
    match *action {
        Action::SetAccountStatus { account, .. }
        | Action::CloseAccount { account }
        | Action::Deposit { account, .. }
        | Action::Withdraw { account, .. }
        | Action::Transfer { account, .. }
        | Action::RequestPayment { account, .. }
        | Action::Issue { account, .. }
        | Action::Place { account, .. }
        | Action::Replace { account, .. }
        | Action::Cancel { account, .. }
        | Action::MassCancel { account, .. }
        | Action::SetCancelAfter { account, .. }
        | Action::SetKillSwitch { scope: KillScope::Account(account), .. } => Some(account),
        Action::OpenAccount { .. }
        | Action::SetBusinessDate { .. }
        | Action::SetRules { .. }
        | Action::SetKillSwitch { .. }
        | Action::ConfirmPayment { .. }
        | Action::FailPayment { .. }
        | Action::Tick
        | Action::TellTime
        | Action::ListInstrument { .. }
        | Action::SetPhase { .. }
        | Action::SetBand { .. }
        | Action::SetFees { .. } => None,
    }
}
