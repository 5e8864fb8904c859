//! Commands that are meant to be refused, each for a reason of its own.

use types::{
    AMOUNT_MAX, AccountId, Amount, Date, InstrumentId, NewOrder, OrderId, OrderType, Phase, Price,
    QTY_LOTS_MAX, Qty, ShardId, Side, TimeInForce, Timestamp,
};
use venue::{Action, Band, Change, Definition, Fees, KillScope};

use super::Generator;
use crate::model::{Account, Instrument, Model};
use crate::world::{self, WHALE};

/// What is wrong on purpose.
#[derive(Clone, Copy)]
enum Fault {
    Nobody,
    Suspended,
    Closed,
    NotFlat,
    OnlyShares,
    NoCurrency,
    AccountsFull,
    Amount,
    Brim,
    Funds,
    Transfer,
    Instrument,
    Listing,
    Terms,
    Order,
    PiledUp,
    NoOrder,
    Replace,
    Late,
}

impl Generator {
    pub(super) fn fault(&mut self, model: &Model) -> Option<Action> {
        let fault = self.random.weighted(&[
            (4, Fault::Nobody),
            (5, Fault::Suspended),
            (4, Fault::Closed),
            (4, Fault::NotFlat),
            (3, Fault::OnlyShares),
            (2, Fault::NoCurrency),
            (2, Fault::AccountsFull),
            (3, Fault::Amount),
            (2, Fault::Brim),
            (3, Fault::Funds),
            (4, Fault::Transfer),
            (4, Fault::Instrument),
            (8, Fault::Listing),
            (5, Fault::Terms),
            (40, Fault::Order),
            (8, Fault::PiledUp),
            (4, Fault::NoOrder),
            (16, Fault::Replace),
            (3, Fault::Late),
        ]);
        match fault {
            Fault::Nobody => self.nobody_acts(model),
            Fault::Suspended => self.one_acts(model, |account| account.suspended),
            Fault::Closed => self.one_acts(model, |account| account.closed),
            Fault::NotFlat => Some(Action::CloseAccount { account: self.any_account(model)? }),
            Fault::OnlyShares => self.close_with_shares(model),
            Fault::NoCurrency => self.no_currency(model),
            Fault::AccountsFull => Some(self.open_once_full(model)),
            Fault::Amount => self.bad_amount(model),
            Fault::Brim => Some(Action::Deposit { account: WHALE, amount: Amount(AMOUNT_MAX) }),
            Fault::Funds => self.too_much(model),
            Fault::Transfer => self.bad_transfer(model),
            Fault::Instrument => self.no_instrument(model),
            Fault::Listing => self.bad_listing(model),
            Fault::Terms => self.bad_terms(model),
            Fault::Order => self.bad_order(model),
            Fault::PiledUp => self.pile_up(model),
            Fault::NoOrder => self.no_order(model),
            Fault::Replace => self.bad_replace(model),
            Fault::Late => Some(self.late(model)),
        }
    }

    fn nobody_acts(&mut self, model: &Model) -> Option<Action> {
        let account = self.nobody(model);
        self.act_as(model, account)
    }

    fn one_acts(&mut self, model: &Model, fits: impl Fn(&Account) -> bool) -> Option<Action> {
        let found: Vec<AccountId> =
            model.accounts.iter().filter(|it| fits(it)).map(|it| it.id).collect();
        let account = self.random.pick(&found)?;
        self.act_as(model, account)
    }

    /// Anything an account can ask.
    fn act_as(&mut self, model: &Model, account: AccountId) -> Option<Action> {
        let amount = Amount(self.random.between(1, 50) as i64);
        let instrument = InstrumentId(self.random.below(6) as u32);
        let own: Vec<OrderId> = model
            .orders
            .iter()
            .filter(|order| order.account == account)
            .map(|order| order.id)
            .collect();
        let order = self.random.pick(&own).unwrap_or(OrderId::new(ShardId(0), 1));
        Some(match self.random.below(11) {
            10 => Action::SetKillSwitch { scope: KillScope::Account(account), engaged: false },
            0 => Action::SetAccountStatus { account, suspended: true },
            1 => Action::CloseAccount { account },
            2 => Action::Deposit { account, amount },
            3 => Action::Withdraw { account, amount },
            4 => Action::Transfer { account, to: self.any_account(model)?, amount },
            5 => Action::Issue { account, instrument, qty: Qty(30) },
            6 => {
                let change = Change { qty: Some(Qty(30)), ..Change::default() };
                Action::Replace { account, order, change }
            }
            7 => Action::Cancel { account, order },
            8 => Action::MassCancel { account, instrument: Some(instrument), side: None },
            _ => {
                let it = self.instrument(model)?;
                Action::Place { account, order: self.order(model, it)? }
            }
        })
    }

    fn close_with_shares(&mut self, model: &Model) -> Option<Action> {
        let fits =
            |it: &&Account| !it.closed && it.settled == 0 && it.lots.iter().any(|lots| *lots != 0);
        let found: Vec<AccountId> =
            model.accounts.iter().filter(fits).map(|account| account.id).collect();
        if let Some(account) = self.random.pick(&found) {
            return Some(Action::CloseAccount { account });
        }
        let is_empty = |it: &&Account| !it.closed && it.settled == 0 && it.id != WHALE;
        let empty: Vec<AccountId> =
            model.accounts.iter().filter(is_empty).map(|account| account.id).collect();
        let account = self.random.pick(&empty)?;
        Some(Action::Issue { account, instrument: InstrumentId(0), qty: Qty(2) })
    }

    fn no_currency(&mut self, model: &Model) -> Option<Action> {
        if self.random.percent(50) {
            let definition = world::definition("NOWHERE", "EUR");
            return Some(Action::ListInstrument { definition });
        }
        Some(Action::OpenAccount {
            owner: types::PrincipalId(model.now.0),
            currency: world::currency("EUR"),
            self_trade: self.self_trade(),
        })
    }

    fn open_once_full(&mut self, model: &Model) -> Action {
        if model.accounts.len() < model.genesis.limits.accounts_max as usize {
            return Action::SetRules { version: self.random.below(4) as u32 };
        }
        Action::OpenAccount {
            owner: types::PrincipalId(1),
            currency: world::currency("USD"),
            self_trade: self.self_trade(),
        }
    }

    fn bad_amount(&mut self, model: &Model) -> Option<Action> {
        let account = self.any_account(model)?;
        let amounts = [0, -1, i64::MIN, AMOUNT_MAX + 1, i64::MAX];
        let amount = Amount(self.random.pick(&amounts)?);
        Some(match self.random.below(3) {
            0 => Action::Deposit { account, amount },
            1 => Action::Withdraw { account, amount },
            _ => Action::Transfer { account, to: account, amount },
        })
    }

    fn too_much(&mut self, model: &Model) -> Option<Action> {
        let index = self.active(model)?;
        let account = model.accounts[index].id;
        let free = model.cash(index).free;
        let amount = Amount((free.max(0) + self.random.between(1, 9) as i64).min(AMOUNT_MAX));
        if self.random.percent(60) {
            return Some(Action::Withdraw { account, amount });
        }
        Some(Action::Transfer { account, to: self.any_account(model)?, amount })
    }

    fn bad_transfer(&mut self, model: &Model) -> Option<Action> {
        let account = model.accounts[self.active(model)?].id;
        let amount = Amount(self.random.between(1, 9) as i64);
        let to = match self.random.below(3) {
            0 => account,
            1 => self.nobody(model),
            _ => {
                let all: Vec<AccountId> = model.accounts.iter().map(|it| it.id).collect();
                self.random.pick(&all)?
            }
        };
        Some(Action::Transfer { account, to, amount })
    }

    fn no_instrument(&mut self, model: &Model) -> Option<Action> {
        let instrument = self.nothing(model);
        let account = self.any_account(model)?;
        let it = self.instrument(model)?;
        Some(match self.random.below(7) {
            6 => Action::SetKillSwitch { scope: KillScope::Instrument(instrument), engaged: true },
            0 => Action::Issue { account, instrument, qty: Qty(1) },
            1 => Action::MassCancel { account, instrument: Some(instrument), side: None },
            2 => Action::SetPhase { instrument, phase: Phase::Continuous },
            3 => Action::SetBand { instrument, band: it.band() },
            4 => Action::SetFees { instrument, fees: Fees::default() },
            _ => {
                let order = NewOrder { instrument, ..self.order(model, it)? };
                Action::Place { account, order }
            }
        })
    }

    fn bad_listing(&mut self, model: &Model) -> Option<Action> {
        let plain = world::definition("WRONG", "USD");
        let step = |tick_step, lot_step| Definition { tick_step, lot_step, ..plain };
        let definition = match self.random.below(13) {
            0 => Definition { price_decimals: 10, ..plain },
            1 => Definition { qty_decimals: 10, ..plain },
            2 => step(0, self.random.below(2) as u32),
            3 => step(1, 0),
            4 => Definition { order_qty_max: Qty(0), ..plain },
            5 => Definition { order_qty_max: Qty(QTY_LOTS_MAX + 1), ..plain },
            6 => step(1, 7),
            10 => {
                let order_qty_max = Qty(QTY_LOTS_MAX);
                Definition { order_qty_max, price_limit: world::price(1 << 15), ..plain }
            }
            7 => Definition { band: world::band(500, 4_001), ..plain },
            8 => Definition { band: world::band(501, 500), ..plain },
            9 => Definition { tick_step: 10, band: world::band(505, 1_500), ..plain },
            _ => {
                let taken: Vec<Definition> = model.instruments.iter().map(|it| it.terms).collect();
                self.random.pick(&taken)?
            }
        };
        Some(Action::ListInstrument { definition })
    }

    fn bad_terms(&mut self, model: &Model) -> Option<Action> {
        let it = self.instrument(model)?;
        let (low, high) = (it.band().low, it.band().high);
        let above = Price::new(it.terms.price_limit.ticks() + 1)?;
        let odd = Price::new(low.ticks() + 1)?;
        let bands = [(high, low), (low, above), (odd, high), (low, odd)];
        let rates = [(1_000_001, 0), (0, 1_000_001), (u32::MAX, u32::MAX)];
        if self.random.percent(50) {
            let (low, high) = self.random.pick(&bands)?;
            return Some(Action::SetBand { instrument: it.id, band: Band { low, high } });
        }
        let (maker_ppm, taker_ppm) = self.random.pick(&rates)?;
        Some(Action::SetFees { instrument: it.id, fees: Fees { maker_ppm, taker_ppm } })
    }

    fn bad_order(&mut self, model: &Model) -> Option<Action> {
        let is_away = |it: &&Instrument| it.phase != Phase::Continuous;
        let away: Vec<&Instrument> = model.instruments.iter().filter(is_away).collect();
        let it = match self.random.pick(&away) {
            Some(it) if self.random.percent(10) => it,
            Some(_) | None => self.instrument(model)?,
        };
        if self.random.percent(6) {
            return self.too_dear(model);
        }
        let account = if self.random.percent(95) {
            self.trader(model, it)?
        } else {
            self.any_account(model)?
        };
        let right = self.order(model, it)?;
        let order = match self.random.below(15) {
            0..4 => self.bad_quantity(right, it),
            4..7 => self.bad_price(right, it)?,
            7..11 => self.bad_kind(right, it),
            11 => {
                let ago = self.random.below(3_000);
                let expires = Timestamp(model.now.0.saturating_sub(ago));
                let time_in_force = TimeInForce::Gtd(expires);
                NewOrder { time_in_force, order_type: limit(self.anywhere(it)), ..right }
            }
            12 => self.too_many(right, it),
            13 => {
                let best = model.best(it.id, right.side.opposite())?;
                let time_in_force = TimeInForce::Gtc;
                NewOrder { time_in_force, post_only: true, order_type: limit(best), ..right }
            }
            _ => {
                let time_in_force = TimeInForce::Fok;
                let qty = Qty(600 * u64::from(it.terms.lot_step));
                NewOrder { time_in_force, qty, display: None, post_only: false, ..right }
            }
        };
        Some(Action::Place { account, order })
    }

    fn bad_quantity(&mut self, right: NewOrder, it: &Instrument) -> NewOrder {
        let shown = |display| NewOrder { display: Some(Qty(display)), ..right };
        match self.random.below(6) {
            0 => NewOrder { qty: Qty(0), ..right },
            1 => NewOrder { qty: Qty(it.terms.order_qty_max.0 + 1), ..right },
            2 => NewOrder { qty: Qty(right.qty.0 + 1), ..right },
            3 => shown(0),
            4 => shown(right.qty.0 + u64::from(it.terms.lot_step)),
            _ => shown(1),
        }
    }

    fn bad_price(&mut self, right: NewOrder, it: &Instrument) -> Option<NewOrder> {
        let (low, high) = (it.band().low.ticks(), it.band().high.ticks());
        let step = u64::from(it.terms.tick_step);
        let wrong = match self.random.below(3) {
            0 => Price::new(low.saturating_sub(step))?,
            1 => Price::new(high + step)?,
            _ => Price::new(low + 1)?,
        };
        let good = self.anywhere(it);
        let order_type = match self.random.below(4) {
            0 => OrderType::Market { collar: Some(wrong) },
            1 => OrderType::Stop { trigger: good, collar: Some(wrong) },
            2 => OrderType::StopLimit { trigger: wrong, price: good },
            _ => limit(wrong),
        };
        let time_in_force = match order_type {
            OrderType::Market { .. } => TimeInForce::Ioc,
            OrderType::Limit { .. } | OrderType::Stop { .. } | OrderType::StopLimit { .. } => {
                TimeInForce::Gtc
            }
        };
        Some(NewOrder { order_type, time_in_force, post_only: false, display: None, ..right })
    }

    fn bad_kind(&mut self, right: NewOrder, it: &Instrument) -> NewOrder {
        let price = self.anywhere(it);
        let (ioc, gtc) = (TimeInForce::Ioc, TimeInForce::Gtc);
        let kind = |order_type, time_in_force| NewOrder {
            order_type,
            time_in_force,
            post_only: false,
            display: None,
            ..right
        };
        let market = OrderType::Market { collar: None };
        let stop = OrderType::Stop { trigger: price, collar: None };
        match self.random.below(6) {
            0 => kind(market, gtc),
            1 => kind(stop, ioc),
            2 => NewOrder { post_only: true, ..kind(limit(price), ioc) },
            3 => NewOrder { post_only: true, ..kind(stop, gtc) },
            4 => NewOrder { display: Some(right.qty), ..kind(limit(price), TimeInForce::Fok) },
            _ => NewOrder { display: Some(right.qty), ..kind(stop, gtc) },
        }
    }

    /// A buy whose notional passes what an amount can be.
    fn too_dear(&mut self, model: &Model) -> Option<Action> {
        let it = model.instruments.iter().find(|it| it.terms.order_qty_max.0 > 1 << 40)?;
        let order = NewOrder {
            instrument: it.id,
            side: Side::Buy,
            order_type: limit(it.band().high),
            qty: it.terms.order_qty_max,
            time_in_force: TimeInForce::Gtc,
            post_only: false,
            display: None,
        };
        Some(Action::Place { account: self.trader(model, it)?, order })
    }

    /// More than anybody has, of cash or of shares.
    fn too_many(&mut self, right: NewOrder, it: &Instrument) -> NewOrder {
        let step = u64::from(it.terms.lot_step);
        let most = it.terms.order_qty_max.0.min(90_000);
        NewOrder { qty: Qty(most - most % step), display: None, ..right }
    }

    /// One more order of the account that has the most.
    fn pile_up(&mut self, model: &Model) -> Option<Action> {
        let busiest = model.accounts.iter().filter(|it| !it.closed && !it.suspended).max_by_key(
            |account| model.orders.iter().filter(|order| order.account == account.id).count(),
        )?;
        let fits = |it: &&Instrument| it.terms.currency == busiest.currency;
        let all: Vec<&Instrument> = model.instruments.iter().filter(fits).collect();
        let it = self.random.pick(&all)?;
        let side = self.random.pick(&[Side::Buy, Side::Sell])?;
        let steps = self.random.between(1, 70);
        let price = self.price_near(self.middle(model, it), it, side == Side::Sell, steps);
        let order = NewOrder {
            instrument: it.id,
            side,
            order_type: limit(price),
            qty: Qty(u64::from(it.terms.lot_step)),
            time_in_force: TimeInForce::Day,
            post_only: false,
            display: None,
        };
        Some(Action::Place { account: busiest.id, order })
    }

    fn no_order(&mut self, model: &Model) -> Option<Action> {
        let account = self.any_account(model)?;
        let (_, others) = self.open_order(model, |order| order.account != account)?;
        let ids = [OrderId(0), OrderId(others.0 + 100_000), others, OrderId(1 << 50)];
        let order = self.random.pick(&ids)?;
        if self.random.percent(50) {
            return Some(Action::Cancel { account, order });
        }
        let change = Change { qty: Some(Qty(30)), ..Change::default() };
        Some(Action::Replace { account, order, change })
    }

    fn bad_replace(&mut self, model: &Model) -> Option<Action> {
        let case = self.random.below(11);
        let (account, id) = self.open_order(model, |order| match case {
            0 => order.is_resting(),
            1 => order.is_waiting() && matches!(order.terms.order_type, OrderType::Stop { .. }),
            2 => order.terms.post_only,
            _ => true,
        })?;
        let open = &model.orders[model.own_order(account, id)?];
        let it = model.instrument(open.instrument()).ok()?;
        let mut change = Change::default();
        let wrong = self.bad_price(open.terms, it)?;
        match case {
            0 => change.trigger = Some(self.anywhere(it)),
            1 => change.price = Some(self.anywhere(it)),
            2 => change.price = model.best(it.id, open.side().opposite()),
            3 => {}
            4 => change.qty = Some(Qty(0)),
            5 => change.qty = Some(Qty(it.terms.order_qty_max.0 + 1)),
            6 => change.qty = Some(Qty(open.open + 1)),
            7 => change.price = price_of(&wrong),
            8 => change.trigger = price_of(&wrong),
            9 => change.qty = Some(Qty(self.too_many(open.terms, it).qty.0)),
            _ => change.qty = Some(it.terms.order_qty_max),
        }
        Some(Action::Replace { account, order: id, change })
    }

    fn late(&mut self, model: &Model) -> Action {
        if self.random.percent(50) {
            return Action::SetRules { version: self.random.below(4) as u32 };
        }
        let back = self.random.below(3) as u32;
        Action::SetBusinessDate { date: Date(model.date.0.saturating_sub(back)) }
    }
}

fn limit(price: Price) -> OrderType {
    OrderType::Limit { price }
}

fn price_of(order: &NewOrder) -> Option<Price> {
    match order.order_type {
        OrderType::Limit { price } => Some(price),
        OrderType::Market { collar } => collar,
        OrderType::Stop { collar, .. } => collar,
        OrderType::StopLimit { trigger, .. } => Some(trigger),
    }
}
