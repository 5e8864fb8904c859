//! Accounts, money and instruments: what keeps the market supplied.

use types::{
    AMOUNT_MAX, AccountId, Amount, Date, InstrumentId, PaymentId, PaymentReason, Phase,
    PrincipalId, Qty,
};
use venue::{Action, Band, Definition, Fees, KillScope, PaymentKind};

use super::Generator;
use crate::model::{Account, Instrument, Model, Waiting};
use crate::world::{self, TRADERS, WHALE};

/// What is done beside trading.
#[derive(Clone, Copy)]
enum Task {
    Deposit,
    Withdraw,
    Transfer,
    Request,
    Pile,
    Settle,
    Issue,
    Phase,
    Band,
    Fees,
    Status,
    Kill,
    Open,
    Close,
    Date,
    Tick,
    List,
    Whale,
    CancelAfter,
}

impl Generator {
    pub(super) fn admin(&mut self, model: &Model) -> Option<Action> {
        let is_away = |it: &&Instrument| it.phase != Phase::Continuous;
        let away = model.instruments.iter().filter(is_away).count() as u64;
        let suspended = model.accounts.iter().filter(|it| it.suspended && !it.closed).count();
        let task = self.random.weighted(&[
            (240, Task::Deposit),
            (100, Task::Withdraw),
            (100, Task::Transfer),
            (60, Task::Request),
            (30, Task::Pile),
            (8 + 12 * model.waiting.len().saturating_sub(30) as u64, Task::Settle),
            (160, Task::Issue),
            (60 + away * 40, Task::Phase),
            (40, Task::Band),
            (50, Task::Fees),
            (30 + 30 * suspended as u64, Task::Status),
            (3 + 60 * model.killed.len() as u64, Task::Kill),
            (6, Task::Open),
            (12, Task::Close),
            (20, Task::Date),
            (50, Task::Tick),
            (1, Task::List),
            (3, Task::Whale),
            (20, Task::CancelAfter),
        ]);
        match task {
            Task::Deposit => self.deposit(model),
            Task::Withdraw => self.withdraw(model),
            Task::Transfer => self.transfer(model),
            Task::Request => self.request_payment(model),
            Task::Pile => self.pile_payment(model),
            Task::Settle => Some(self.settle_payment(model)),
            Task::Issue => self.issue(model),
            Task::Phase => self.phase(model),
            Task::Band => self.band(model),
            Task::Fees => self.fees(model),
            Task::Status => self.status(model),
            Task::Kill => self.kill(model),
            Task::Open => Some(self.open()),
            Task::Close => self.close_flat(model),
            Task::Date => Some(Action::SetBusinessDate {
                date: Date(model.date.0 + self.random.between(1, 2) as u32),
            }),
            Task::Tick if self.numbered.is_multiple_of(2) => Some(Action::TellTime),
            Task::Tick => Some(Action::Tick),
            Task::List => Some(self.list(model)),
            Task::Whale => Some(self.whale(model)),
            Task::CancelAfter => self.cancel_after(model),
        }
    }

    /// Mostly to those who have little.
    fn deposit(&mut self, model: &Model) -> Option<Action> {
        let is_poor = |it: &&Account| !it.closed && it.settled < 400_000 && it.id != WHALE;
        let poor: Vec<AccountId> =
            model.accounts.iter().filter(is_poor).map(|account| account.id).collect();
        let some = self.any_account(model).filter(|account| *account != WHALE);
        let account = if self.random.percent(70) { self.random.pick(&poor).or(some) } else { some };
        let account = account?;
        let is_trader = account.local() <= TRADERS;
        let most = if is_trader && poor.contains(&account) { 600_000 } else { 900 };
        Some(Action::Deposit { account, amount: Amount(self.random.between(1, most) as i64) })
    }

    /// A part of what is free, or all of it, or one more.
    fn part_of(&mut self, free: i64) -> Option<Amount> {
        let free = u64::try_from(free).ok().filter(|free| *free > 0)?.min(AMOUNT_MAX as u64);
        let amount = match self.random.below(20) {
            0..4 => free,
            4 => free + 1,
            _ => self.random.between(1, free.div_ceil(200)),
        };
        Some(Amount(amount as i64))
    }

    fn withdraw(&mut self, model: &Model) -> Option<Action> {
        let index = self.active(model)?;
        // All of it only where nobody trades with it.
        let is_trader = model.accounts[index].id.local() <= TRADERS;
        let free = model.cash(index).free;
        let free = if is_trader && self.random.percent(80) { free / 50 } else { free };
        let amount = self.part_of(free)?;
        Some(Action::Withdraw { account: model.accounts[index].id, amount })
    }

    fn transfer(&mut self, model: &Model) -> Option<Action> {
        let index = self.active(model)?;
        let giver = &model.accounts[index];
        let fits = |it: &&Account| {
            !it.closed && it.currency == giver.currency && it.id != giver.id && it.id != WHALE
        };
        let targets: Vec<AccountId> =
            model.accounts.iter().filter(fits).map(|account| account.id).collect();
        let to = self.random.pick(&targets)?;
        let amount = self.part_of(model.cash(index).free)?;
        Some(Action::Transfer { account: giver.id, to, amount })
    }

    fn request_payment(&mut self, model: &Model) -> Option<Action> {
        let is_deposit = self.random.percent(40);
        let action = if is_deposit { self.deposit(model)? } else { self.withdraw(model)? };
        let kind = if is_deposit { PaymentKind::Deposit } else { PaymentKind::Withdrawal };
        if let Action::Deposit { account, amount } | Action::Withdraw { account, amount } = action {
            return Some(Action::RequestPayment { account, kind, amount });
        }
        unreachable!("{action:?} is no payment with the outside")
    }

    /// Lets so many payments of one idle account wait that no more may.
    fn pile_payment(&mut self, model: &Model) -> Option<Action> {
        let (account, kind) = (pile(model)?.id, PaymentKind::Deposit);
        Some(Action::RequestPayment { account, kind, amount: Amount(1) })
    }

    /// Mostly one that waits; now and then one that does not.
    fn settle_payment(&mut self, model: &Model) -> Action {
        let piled = pile(model).map(|account| account.id);
        let takes_piled = self.random.percent(5);
        let fits = |it: &&Waiting| takes_piled || Some(model.accounts[it.account].id) != piled;
        let waiting: Vec<PaymentId> =
            model.waiting.iter().filter(fits).map(|it| it.payment).collect();
        let known = if self.random.percent(90) { self.random.pick(&waiting) } else { None };
        let payment = known.unwrap_or(PaymentId(self.random.below(400)));
        if self.random.percent(60) {
            return Action::ConfirmPayment { payment };
        }
        let reasons = [None, PaymentReason::new("no-such-bank")];
        Action::FailPayment { payment, reason: self.random.pick(&reasons).flatten() }
    }

    /// The subscript of an account that may act.
    pub(super) fn active(&mut self, model: &Model) -> Option<usize> {
        let may = |index: &usize| {
            let account = &model.accounts[*index];
            !account.closed && !account.suspended && account.id != WHALE
        };
        let active: Vec<usize> = (0..model.accounts.len()).filter(may).collect();
        self.random.pick(&active)
    }

    /// Shares for traders who have few, and now and then for an idle account.
    fn issue(&mut self, model: &Model) -> Option<Action> {
        let all: Vec<&Instrument> = model.instruments.iter().collect();
        let it = self.random.pick(&all)?;
        let is_short = |account: &&Account| {
            !account.closed
                && account.currency == it.terms.currency
                && account.id.local() <= TRADERS
                && account.lots_of(it.id) < 600
        };
        let short: Vec<AccountId> =
            model.accounts.iter().filter(is_short).map(|account| account.id).collect();
        let account = if self.random.percent(85) {
            self.random.pick(&short)?
        } else {
            self.any_account(model)?
        };
        let step = u64::from(it.terms.lot_step);
        let steps = self.random.between(1, 1_200_u64.div_ceil(step));
        Some(Action::Issue { account, instrument: it.id, qty: Qty(steps * step) })
    }

    /// Away from trading for a little, and back.
    fn phase(&mut self, model: &Model) -> Option<Action> {
        let away: Vec<InstrumentId> = model
            .instruments
            .iter()
            .filter(|it| it.phase != Phase::Continuous)
            .map(|it| it.id)
            .collect();
        if self.random.percent(if away.len() > 1 { 75 } else { 40 }) && !away.is_empty() {
            let instrument = self.random.pick(&away)?;
            return Some(Action::SetPhase { instrument, phase: Phase::Continuous });
        }
        let all: Vec<InstrumentId> = model.instruments.iter().map(|it| it.id).collect();
        let instrument = self.random.pick(&all)?;
        let phase = self.random.weighted(&[
            (5, Phase::PreOpen),
            (1, Phase::Continuous),
            (2, Phase::CancelOnly),
            (1, Phase::Halted),
            (2, Phase::Closed),
        ]);
        Some(Action::SetPhase { instrument, phase })
    }

    /// A band around the middle, so that orders still fit.
    fn band(&mut self, model: &Model) -> Option<Action> {
        let all: Vec<&Instrument> = model.instruments.iter().collect();
        let it = self.random.pick(&all)?;
        let step = u64::from(it.terms.tick_step);
        let usual = world::definitions().get(it.id.0 as usize).map(|terms| terms.band);
        let usual = usual.unwrap_or(it.band());
        if self.random.percent(50) {
            return Some(Action::SetBand { instrument: it.id, band: usual });
        }
        let inward = |random: &mut crate::random::Random| {
            random.below((usual.high.ticks() - usual.low.ticks()) / 4 / step + 1) * step
        };
        let low = usual.low.ticks() + inward(&mut self.random);
        let high = usual.high.ticks() - inward(&mut self.random);
        // The wide instrument's market is near the low end of its band.
        let low = if high > 100_000 { low.min(5_000) } else { low };
        let high = high.min(it.terms.price_limit.ticks());
        let band = Band { low: world::price(low), high: world::price(high) };
        Some(Action::SetBand { instrument: it.id, band })
    }

    fn fees(&mut self, model: &Model) -> Option<Action> {
        let all: Vec<InstrumentId> = model.instruments.iter().map(|it| it.id).collect();
        let instrument = self.random.pick(&all)?;
        let rates = [0, 0, 1, 500, 2_500, 10_000, 333_333, 1_000_000];
        let maker_ppm = self.random.pick(&rates)?;
        let taker_ppm = self.random.pick(&rates)?;
        Some(Action::SetFees { instrument, fees: Fees { maker_ppm, taker_ppm } })
    }

    fn status(&mut self, model: &Model) -> Option<Action> {
        let suspended: Vec<AccountId> = model
            .accounts
            .iter()
            .filter(|account| account.suspended && !account.closed)
            .map(|account| account.id)
            .collect();
        if self.random.percent(60)
            && let Some(account) = self.random.pick(&suspended)
        {
            return Some(Action::SetAccountStatus { account, suspended: false });
        }
        let account = self.any_account(model)?;
        Some(Action::SetAccountStatus { account, suspended: self.random.percent(80) })
    }

    /// Mostly releases what is engaged, so that the market goes on.
    fn kill(&mut self, model: &Model) -> Option<Action> {
        if self.random.percent(80)
            && let Some(scope) = self.random.pick(&model.killed)
        {
            return Some(Action::SetKillSwitch { scope, engaged: false });
        }
        let instruments: Vec<InstrumentId> = model.instruments.iter().map(|it| it.id).collect();
        let scope = match self.random.below(4) {
            0 => KillScope::All,
            1 => KillScope::Instrument(self.random.pick(&instruments)?),
            _ => KillScope::Account(self.any_account(model)?),
        };
        Some(Action::SetKillSwitch { scope, engaged: self.random.percent(80) })
    }

    /// At times so long that it is armed anew or never lapses.
    fn cancel_after(&mut self, model: &Model) -> Option<Action> {
        let account = self.any_account(model)?;
        let after_s = self.random.pick(&[0, 1, 1, 1, 30, u32::MAX])?;
        Some(Action::SetCancelAfter { account, after_s })
    }

    fn open(&mut self) -> Action {
        let code = self.random.pick(&["USD", "JPY"]).expect("two codes");
        Action::OpenAccount {
            owner: PrincipalId(self.random.below(9)),
            currency: world::currency(code),
            self_trade: self.self_trade(),
        }
    }

    /// Closes an account that has nothing.
    fn close_flat(&mut self, model: &Model) -> Option<Action> {
        let is_flat = |it: &&Account| {
            !it.closed
                && it.id.local() > TRADERS
                && it.id != WHALE
                && it.settled == 0
                && it.lots.iter().all(|lots| *lots == 0)
        };
        let flat: Vec<AccountId> =
            model.accounts.iter().filter(is_flat).map(|account| account.id).collect();
        self.random.pick(&flat).map(|account| Action::CloseAccount { account })
    }

    fn list(&mut self, model: &Model) -> Action {
        let name = format!("LATE{}", model.instruments.len());
        let code = self.random.pick(&["USD", "JPY"]).expect("two codes");
        let definition = world::definition(&name, code);
        let policy = world::definitions()[self.random.below(4) as usize].policy;
        Action::ListInstrument { definition: Definition { policy, ..definition } }
    }

    /// Fills the whale's currency to the brim, and empties it again.
    fn whale(&mut self, model: &Model) -> Action {
        let is_there = model.accounts.iter().any(|it| it.id == WHALE && it.settled > 0);
        let amount = Amount(AMOUNT_MAX - self.random.below(3) as i64);
        if is_there && self.random.percent(30) {
            return Action::Withdraw { account: WHALE, amount };
        }
        Action::Deposit { account: WHALE, amount }
    }
}

/// The account whose payments pile up: one that nobody trades with.
fn pile(model: &Model) -> Option<&Account> {
    let is_idle = |it: &&Account| !it.closed && it.id.local() > TRADERS && it.id != WHALE;
    model.accounts.iter().find(is_idle)
}
