//! The noise: people who buy and sell for reasons of their own, now this way, now that, and now and
//! then many at once.

use types::{AccountId, NewOrder, OrderType, Price, Qty, Side, TimeInForce};
use venue::Action;
use view::{Account, Instrument};

use crate::funding::{self, Role};
use crate::maker::order;
use crate::market::Market;
use crate::random::Random;

/// Orders of one account that rest in one instrument at most.
const RESTING_MAX: usize = 6;
/// How often an account that has resting orders withdraws the oldest.
const CANCEL_PERMILLE: i64 = 160;
/// How often an order waits for a price instead of taking one.
const WAIT_PERMILLE: i64 = 420;
/// How far the mood goes, and how long it lasts, in turns of one instrument.
const MOOD_PERMILLE_MAX: i64 = 220;
const MOOD_TURNS: (i64, i64) = (30, 400);
/// Of a thousand, how many fewer buy for each ten units that they have too much of.
const HOLDING_PERMILLE: i64 = 15;
const HOLDING_PERMILLE_MAX: i64 = 350;
/// Steps that a taker goes through at most, from the best price.
const SLIP_STEPS: u64 = 3;

/// Which way those go who act at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rush {
    pub side: Side,
    pub turns: u64,
}

/// The next command of one account in one instrument; `None` when nobody can act.
pub(crate) fn next(
    market: &mut Market,
    instrument: &Instrument,
    account: &Account,
    rush: Option<Rush>,
    random: &mut Random,
) -> Option<Action> {
    feel(market, random);
    let mut resting = account.orders.open().filter(|it| it.terms.instrument == instrument.id);
    if let Some(oldest) = resting.next() {
        let count = 1 + resting.count();
        if count >= RESTING_MAX || random.permille(CANCEL_PERMILLE) {
            return Some(Action::Cancel { account: account.id, order: oldest.id });
        }
    }
    let side = match rush {
        Some(rush) => rush.side,
        None => side(market, account, random),
    };
    let waits = rush.is_none() && random.permille(WAIT_PERMILLE);
    let order = if waits {
        waiting(market, instrument, side, random)?
    } else {
        taking(market, instrument, side, random)?
    };
    place(account, instrument, order)
}

/// Moods pass, and others come.
fn feel(market: &mut Market, random: &mut Random) {
    if market.mood_turns == 0 {
        market.mood_permille = random.between(-MOOD_PERMILLE_MAX, MOOD_PERMILLE_MAX);
        market.mood_turns = random.between(MOOD_TURNS.0, MOOD_TURNS.1).cast_unsigned();
    }
    market.mood_turns -= 1;
}

/// By mood; who has much rather sells.
fn side(market: &Market, account: &Account, random: &mut Random) -> Side {
    let usual = funding::lots(Role::Noise, market).cast_signed();
    let has = account.positions.get(&market.instrument).map_or(0, |position| position.settled);
    let surplus = (has - usual) / market.unit_lots.cast_signed() / 10;
    let held = (surplus * HOLDING_PERMILLE).clamp(-HOLDING_PERMILLE_MAX, HOLDING_PERMILLE_MAX);
    match random.permille(500 + market.mood_permille - held) {
        true => Side::Buy,
        false => Side::Sell,
    }
}

/// An order that rests near what the instrument is worth, or takes a price a little beyond.
fn waiting(
    market: &Market,
    instrument: &Instrument,
    side: Side,
    random: &mut Random,
) -> Option<NewOrder> {
    let steps = random.between(-1, 6);
    let away = match side {
        Side::Buy => -steps,
        Side::Sell => steps,
    };
    // Between the steps too: people choose any price.
    let within = random.below(market.step_ticks);
    let price = market.price(instrument, away)?;
    let price = market.quotable(instrument, price.ticks() + within)?;
    Some(order(instrument, side, price, size(market, instrument, random)))
}

/// An order that takes the best price that there is, and a little more.
fn taking(
    market: &Market,
    instrument: &Instrument,
    side: Side,
    random: &mut Random,
) -> Option<NewOrder> {
    let best = instrument.depth.best(side.opposite())?.ticks();
    let slip = SLIP_STEPS * market.step_ticks;
    let ticks = match side {
        Side::Buy => best + slip,
        Side::Sell => best.saturating_sub(slip),
    };
    let collar = market.quotable(instrument, ticks)?;
    let qty = size(market, instrument, random);
    let mut order = order(instrument, side, collar, qty);
    order.time_in_force = TimeInForce::Ioc;
    if random.permille(500) {
        order.order_type = OrderType::Market { collar: Some(collar) };
    }
    Some(order)
}

/// Mostly small, now and then more than a unit.
fn size(market: &Market, instrument: &Instrument, random: &mut Random) -> Qty {
    let parts = (1 + random.below(12)) * (1 + random.below(12));
    market.lots(instrument, market.unit_lots * parts / 100)
}

fn place(account: &Account, instrument: &Instrument, order: NewOrder) -> Option<Action> {
    let price = match order.order_type {
        OrderType::Limit { price } | OrderType::Market { collar: Some(price) } => Some(price),
        OrderType::Market { collar: None }
        | OrderType::Stop { .. }
        | OrderType::StopLimit { .. } => None,
    };
    let affords = |price: Price| {
        funding::affords(account, instrument, order.side, price, order.qty, Qty::ZERO)
    };
    let account: AccountId = account.id;
    price.is_some_and(affords).then_some(Action::Place { account, order })
}
