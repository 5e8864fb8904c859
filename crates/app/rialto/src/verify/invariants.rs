//! What is true of every state between two commands.

use std::collections::BTreeMap;

use sequencer::Replica;
use types::{InstrumentId, OrderType, Phase, Price, Side};
use venue::Venue;
use view::{Account, Instrument, Order, OrderStatus, Views};

/// What is checked, for people.
pub(super) const NAMES: &str = "0 <= held <= balance, books are not crossed, depth is what orders \
                                have open, the state comes back from its own snapshot";

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
