//! The market maker: some prices on each side, around what an instrument is worth to it.
//!
//! **Invariant:** it remembers nothing. What it does next follows from its open orders and its
//! holdings, so it goes on after a restart, a refusal or a halt as if nothing had been.

use types::{AccountId, NewOrder, OrderType, Price, Qty, Side, TimeInForce};
use venue::{Action, Change};
use view::{Account, Instrument, Order};

use crate::funding::{self, Role};
use crate::market::Market;
use crate::random::Random;

/// Prices that are quoted on each side.
pub(crate) const LEVELS: i64 = 5;
/// Units too many or too few in its hands for which it moves its prices by a step.
const UNITS_A_STEP: i64 = 4;
/// Steps by which it moves them at most.
const SKEW_STEPS_MAX: i64 = 15;
/// Orders of one side that are looked at; more of its own it never has.
const OWN_MAX: usize = 32;

/// What the maker's next command for one instrument is made from.
struct Desk<'a> {
    market: &'a Market,
    instrument: &'a Instrument,
    account: &'a Account,
    /// How far its prices are moved, in steps.
    skew_steps: i64,
}

/// The orders of one side: those where one is wanted, and the others.
struct Quotes<'a> {
    at: [Option<&'a Order>; LEVELS as usize],
    spare: Option<&'a Order>,
}

/// The one command that is most needed to quote what is wanted; `None` when all is as it should be.
pub(crate) fn next(
    market: &Market,
    instrument: &Instrument,
    account: &Account,
    random: &mut Random,
) -> Option<Action> {
    let desk = Desk { market, instrument, account, skew_steps: skew(market, account) };
    let sides = [Side::Buy, Side::Sell];
    let quotes = sides.map(|side| desk.quotes(side));
    let depths = 0..LEVELS;
    let missing = depths.clone().flat_map(|level| sides.map(|side| (level, side))).find_map(
        |(level, side)| {
            let quotes = &quotes[side.index()];
            if quotes.at[level as usize].is_some() {
                return None;
            }
            desk.quote(side, level, quotes.spare, random)
        },
    );
    let spare = || quotes.iter().find_map(|quotes| quotes.spare).map(|order| desk.cancel(order));
    let thin = || {
        let all = depths.flat_map(|level| sides.map(|side| (level, side)));
        all.into_iter().find_map(|(level, side)| {
            let order = quotes[side.index()].at[level as usize]?;
            desk.refill(order, level, random)
        })
    };
    missing.or_else(spare).or_else(thin)
}

/// Steps down for what it has too much of, up for what it has too little of.
fn skew(market: &Market, account: &Account) -> i64 {
    let target = funding::lots(Role::Maker, market).cast_signed();
    let has = account.positions.get(&market.instrument).map_or(0, |position| position.settled);
    let step = UNITS_A_STEP * market.unit_lots.cast_signed();
    ((target - has) / step).clamp(-SKEW_STEPS_MAX, SKEW_STEPS_MAX)
}

impl<'a> Desk<'a> {
    /// Where an order is wanted: one step from the middle for the best, and a step for each more.
    fn price(&self, side: Side, level: i64) -> Option<Price> {
        let away = match side {
            Side::Buy => -1 - level,
            Side::Sell => 1 + level,
        };
        self.market.price(self.instrument, self.skew_steps + away)
    }

    fn quotes(&self, side: Side) -> Quotes<'a> {
        let mut quotes = Quotes { at: [None; LEVELS as usize], spare: None };
        let (wanted, middle) = (
            std::array::from_fn::<_, { LEVELS as usize }, _>(|level| {
                self.price(side, level as i64)
            }),
            self.market.price(self.instrument, self.skew_steps).map_or(0, Price::ticks),
        );
        let mut farthest = 0;
        let own = self.account.orders.open().filter(|order| {
            order.terms.instrument == self.market.instrument && order.terms.side == side
        });
        for order in own.take(OWN_MAX) {
            let price = limit_of(order);
            let level = wanted.iter().position(|wanted| *wanted == price && price.is_some());
            match level.filter(|level| quotes.at[*level].is_none()) {
                Some(level) => quotes.at[level] = Some(order),
                None => {
                    let away = price.map_or(u64::MAX, |price| price.ticks().abs_diff(middle));
                    if quotes.spare.is_none() || away > farthest {
                        (quotes.spare, farthest) = (Some(order), away);
                    }
                }
            }
        }
        quotes
    }

    /// Brings an order to where one is missing: one that stands elsewhere, or a new one.
    fn quote(
        &self,
        side: Side,
        level: i64,
        spare: Option<&Order>,
        random: &mut Random,
    ) -> Option<Action> {
        let price = self.price(side, level)?;
        let qty = self.size(level, random);
        let held = spare.map_or(Qty::ZERO, |order| order.leaves);
        if !funding::affords(self.account, self.instrument, side, price, qty, held) {
            return None;
        }
        let account = self.account.id;
        Some(match spare {
            Some(order) => replace(account, order, qty, Some(price)),
            None => Action::Place { account, order: order(self.instrument, side, price, qty) },
        })
    }

    /// Fills an order up of which little is left.
    fn refill(&self, order: &Order, level: i64, random: &mut Random) -> Option<Action> {
        let usual = self.usual_size(level);
        let price = limit_of(order)?;
        let (side, qty) = (order.terms.side, self.size(level, random));
        let is_thin = order.leaves.lots().saturating_mul(3) < usual;
        let affords =
            funding::affords(self.account, self.instrument, side, price, qty, order.leaves);
        (is_thin && affords).then(|| replace(self.account.id, order, qty, None))
    }

    fn cancel(&self, order: &Order) -> Action {
        Action::Cancel { account: self.account.id, order: order.id }
    }

    /// Deeper orders are larger: one unit at the best price, half a unit more for each level.
    fn usual_size(&self, level: i64) -> u64 {
        self.market.unit_lots * (2 + level.cast_unsigned()) / 2
    }

    /// The usual size, a third more or less.
    fn size(&self, level: i64, random: &mut Random) -> Qty {
        let percent = 67 + random.below(67);
        self.market.lots(self.instrument, self.usual_size(level) * percent / 100)
    }
}

/// An order's limit; the maker has no others.
fn limit_of(order: &Order) -> Option<Price> {
    match order.terms.order_type {
        OrderType::Limit { price } => Some(price),
        OrderType::Market { .. } | OrderType::Stop { .. } | OrderType::StopLimit { .. } => None,
    }
}

/// A limit order that rests until it is cancelled.
pub(crate) fn order(instrument: &Instrument, side: Side, price: Price, qty: Qty) -> NewOrder {
    NewOrder {
        instrument: instrument.id,
        side,
        order_type: OrderType::Limit { price },
        qty,
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        display: None,
    }
}

fn replace(account: AccountId, order: &Order, leaves: Qty, price: Option<Price>) -> Action {
    // A replace names the whole quantity, what was filled included.
    let qty = Some(Qty(order.cum.lots() + leaves.lots()));
    Action::Replace { account, order: order.id, change: Change { qty, price, trigger: None } }
}
