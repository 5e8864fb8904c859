//! What is true of every state between two commands.

use std::collections::{BTreeMap, BTreeSet};

use sequencer::Replica;
use types::{InstrumentId, OrderType, PaymentId, Phase, Price, Side};
use venue::Venue;
use view::{Account, Instrument, Order, OrderStatus, Views, Way};

/// What is checked, for people.
pub(super) const NAMES: &str = "0 <= held <= balance, books are not crossed, depth is what orders \
                                have open, withdrawals that wait are held, the state comes back \
                                from its own snapshot";

/// Open lots at each price, of orders that may rest there.
type Resting = BTreeMap<(InstrumentId, Side, Price), Open>;

#[derive(Default)]
struct Open {
    lots: u64,
    /// An iceberg shows less than it has.
    has_iceberg: bool,
}

/// Every invariant that does not hold, with the place.
pub(super) fn broken(replica: &Replica) -> Vec<String> {
    let mut broken = Vec::new();
    let mut resting = Resting::new();
    for account in replica.views.accounts_after(types::AccountId(0)) {
        check_balances(account, &mut broken);
        account.orders.open().for_each(|order| add(order, &mut resting));
    }
    for instrument in replica.views.instruments() {
        check_uncrossed(instrument, &mut broken);
        check_depth(instrument, &mut resting, &mut broken);
    }
    for ((instrument, side, price), open) in resting {
        let Open { lots, .. } = open;
        let place = place(&replica.views, instrument, side, price);
        broken.push(format!("{place}: orders have {lots} lots open, the book shows no level"));
    }
    check_pending(replica, &mut broken);
    check_restore(&replica.venue, &mut broken);
    broken
}

fn check_balances(account: &Account, broken: &mut Vec<String>) {
    let (id, cash) = (account.id.0, account.cash);
    if cash.free < 0 || cash.held < 0 {
        broken.push(format!("account {id} has {} free and {} held", cash.free, cash.held));
    }
    for (instrument, position) in &account.positions {
        if position.held < 0 || position.free() < 0 {
            let (instrument, settled, held) = (instrument.0, position.settled, position.held);
            broken.push(format!("account {id} has {settled} of {instrument}, {held} held"));
        }
    }
}

/// What waits in clearing is what the owners were told, and a withdrawal that waits is held.
fn check_pending(replica: &Replica, broken: &mut Vec<String>) {
    let booked: BTreeMap<_, _> = replica
        .venue
        .pending_payments()
        .map(|(payment, account, kind, amount)| (payment, (account, Way::from(kind), amount)))
        .collect();
    let told: BTreeMap<_, _> = replica
        .views
        .pending_below(PaymentId(u64::MAX))
        .map(|(account, payment)| (payment.id, (account.id, payment.way, payment.amount)))
        .collect();
    for payment in booked.keys().chain(told.keys()).collect::<BTreeSet<_>>() {
        let (booked, told) = (booked.get(payment), told.get(payment));
        if booked != told {
            broken.push(format!("payment {}: {booked:?} waits, {told:?} is told", payment.0));
        }
    }
    for account in replica.views.accounts_after(types::AccountId(0)) {
        let leaving = account.payments.pending().filter(|payment| !payment.way.is_in());
        let leaving: i64 = leaving.map(|payment| payment.amount.0).sum();
        let has_buys = account.orders.open().any(|order| order.terms.side == Side::Buy);
        let held = account.cash.held;
        if held < leaving || held > leaving && !has_buys {
            let id = account.id.0;
            broken.push(format!("account {id} holds {held}, withdrawals that wait {leaving}"));
        }
    }
}

fn add(order: &Order, resting: &mut Resting) {
    let price = match order.terms.order_type {
        OrderType::Limit { price } | OrderType::StopLimit { price, .. } => price,
        // They never rest, so they are not open between two commands.
        OrderType::Market { .. } | OrderType::Stop { .. } => return,
    };
    if order.status == OrderStatus::Open {
        let place = (order.terms.instrument, order.terms.side, price);
        let open = resting.entry(place).or_default();
        open.lots += order.leaves.lots();
        open.has_iceberg |= order.terms.display.is_some();
    }
}

fn check_uncrossed(instrument: &Instrument, broken: &mut Vec<String>) {
    let best = |side| instrument.depth.best(side);
    let (Some(bid), Some(ask)) = (best(Side::Buy), best(Side::Sell)) else { return };
    if bid >= ask && instrument.phase == Phase::Continuous {
        let symbol = instrument.definition.symbol;
        broken.push(format!("{symbol} is crossed: bid {}, ask {}", bid.ticks(), ask.ticks()));
    }
}

/// The public's depth comes from matching, the orders from clearing: both must agree.
fn check_depth(instrument: &Instrument, resting: &mut Resting, broken: &mut Vec<String>) {
    for side in [Side::Buy, Side::Sell] {
        for (price, level) in instrument.depth.levels(side) {
            let open = resting.remove(&(instrument.id, side, price)).unwrap_or_default();
            let shown = level.lots.lots();
            let agrees = shown == open.lots || (open.has_iceberg && shown < open.lots);
            if !agrees {
                let (symbol, ticks) = (instrument.definition.symbol, price.ticks());
                broken.push(format!(
                    "{symbol} {side:?} at {ticks}: the book shows {shown} lots, orders have {}",
                    open.lots
                ));
            }
        }
    }
}

fn check_restore(venue: &Venue, broken: &mut Vec<String>) {
    let mut bytes = Vec::new();
    venue.snapshot(&mut bytes);
    match Venue::restore(venue.genesis().clone(), &bytes) {
        Ok(restored) if restored.state_hash() == venue.state_hash() => {}
        Ok(_) => broken.push("the state comes back from its own snapshot as another".to_owned()),
        Err(error) => broken.push(format!("the state does not come back from a snapshot: {error}")),
    }
}

fn place(views: &Views, instrument: InstrumentId, side: Side, price: Price) -> String {
    let symbol = views.instrument(instrument).map(|it| it.definition.symbol.to_string());
    let symbol = symbol.unwrap_or_else(|| format!("instrument {}", instrument.0));
    format!("{symbol} {side:?} at {}", price.ticks())
}

#[cfg(test)]
mod tests {
    use types::{
        AccountId, Currency, Date, MatchingPolicy, OrderId, PrincipalId, Qty, SelfTrade, ShardId,
        Symbol, TickValue, Timestamp,
    };
    use venue::{
        AccountEvent, Balance, Band, BookChange, Cause, CurrencyRule, Definition, Event, Events,
        Fact, Fees, Genesis, Limits, PublicEvent, Shard,
    };

    use super::*;

    fn price(ticks: u64) -> Price {
        Price::new(ticks).expect("a price")
    }

    fn usd() -> Currency {
        Currency::new("USD").expect("a currency")
    }

    fn listed() -> [Event; 2] {
        let definition = Definition {
            symbol: Symbol::new("ACME").expect("a symbol"),
            isin: None,
            currency: usd(),
            price_decimals: 2,
            qty_decimals: 0,
            tick_step: 1,
            lot_step: 1,
            order_qty_max: Qty(1_000),
            tick_value: TickValue::ONE,
            price_limit: price(1_000),
            band: Band { low: price(1), high: price(1_000) },
            fees: Fees::default(),
            policy: MatchingPolicy::PriceTime,
        };
        let instrument = InstrumentId(0);
        let phase = Phase::Continuous;
        [
            Event::Public(PublicEvent::Listed { instrument, definition }),
            Event::Public(PublicEvent::PhaseChanged { instrument, phase }),
        ]
    }

    /// Lots that the book shows and that no order of an account has open.
    fn shown(side: Side, ticks: u64) -> Event {
        Event::Public(PublicEvent::Book(BookChange {
            instrument: InstrumentId(0),
            side,
            price: price(ticks),
            order: OrderId(ticks),
            lots: Qty(5),
            at_back: true,
            level_lots: Qty(5),
            level_orders: 1,
        }))
    }

    fn opened_with(cash: Balance) -> Event {
        let (owner, self_trade) = (PrincipalId(1), SelfTrade::Allow);
        let fact = Fact::Opened { owner, currency: usd(), self_trade };
        Event::Account(AccountEvent { account: AccountId(1), account_seq: 1, cash, fact })
    }

    /// What is broken after events that no venue would emit.
    fn broken_after(told: &[Event]) -> Vec<String> {
        let genesis = Genesis {
            venue: 1,
            rules: 1,
            clearing_shards: 1,
            matching_shards: 1,
            limits: Limits { accounts_max: 4, instruments_max: 2, ..Limits::default() },
            currencies: vec![CurrencyRule { code: usd(), decimals: 2 }],
            business_date: Date(20_000),
            hash_key: [1, 2],
            parent: None,
        };
        let mut replica = Replica::new(&genesis).expect("a genesis");
        let mut events = Events::new(1, 16);
        events.begin(Timestamp(1), Cause { shard: Shard::Matching(ShardId(0)), seq: 1 });
        listed().iter().chain(told).for_each(|event| events.push(*event));
        replica.views.absorb(&events);
        broken(&replica)
    }

    #[test]
    fn a_sound_state_breaks_nothing() {
        assert_eq!(broken_after(&[opened_with(Balance { free: 7, held: 0 })]), [""; 0]);
    }

    #[test]
    fn a_level_without_orders_is_found() {
        let expected = "ACME Buy at 100: the book shows 5 lots, orders have 0";
        assert_eq!(broken_after(&[shown(Side::Buy, 100)]), [expected]);
    }

    #[test]
    fn a_crossed_book_is_found() {
        let broken = broken_after(&[shown(Side::Buy, 101), shown(Side::Sell, 100)]);
        assert_eq!(broken[0], "ACME is crossed: bid 101, ask 100");
    }

    #[test]
    fn a_balance_below_zero_is_found() {
        let broken = broken_after(&[opened_with(Balance { free: -1, held: 3 })]);
        assert_eq!(broken[0], "account 1 has -1 free and 3 held");
    }
}
