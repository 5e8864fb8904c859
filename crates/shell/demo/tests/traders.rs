//! What the traders do when something is not as usual, each on a real venue.

mod support;

use demo::{KNOWN, Traders};
use support::{Market, OWNERS};
use types::{Amount, OrderId, Phase, PrincipalId, Side};
use venue::{Action, KillScope};

const TURN_NS: u64 = 50_000_000;
/// Turns in which everything is opened, given and quoted.
const BEGINNING: u64 = 600;
/// Levels that the maker quotes on each side.
const LEVELS: usize = 5;

/// Lets the traders act so many times; answers what they did.
fn act(market: &mut Market, traders: &mut Traders, turns: u64) -> Vec<(PrincipalId, Action)> {
    let mut done = Vec::new();
    for _ in 0..turns {
        market.pass(TURN_NS);
        if let Some(command) = traders.next(market.views()) {
            done.push(command);
            market.submit(command);
        }
    }
    done
}

fn begun(seed: u64) -> (Market, Traders) {
    let (mut market, mut traders) = (Market::open(), Traders::new(OWNERS, seed));
    act(&mut market, &mut traders, BEGINNING);
    (market, traders)
}

/// The maker's open orders in one instrument.
fn quotes(market: &Market, symbol: &str, side: Side) -> Vec<OrderId> {
    let instrument = market.instrument(symbol).id;
    let own = market.views().accounts_below(u64::MAX).filter(|it| it.owner == OWNERS.maker);
    let open = own.flat_map(|account| account.orders.open());
    let here = open.filter(|it| it.terms.instrument == instrument && it.terms.side == side);
    here.map(|order| order.id).collect()
}

/// Whether somebody who only trades does it in this instrument.
fn names(action: &Action, market: &Market, symbol: &str) -> bool {
    let instrument = market.instrument(symbol).id;
    if let Action::Place { order, .. } = action {
        return order.instrument == instrument;
    }
    let (Action::Replace { account, order, .. } | Action::Cancel { account, order }) = action
    else {
        panic!("a trader who is ready only trades, and does not {action:?}");
    };
    let known = market.views().order(*account, *order);
    known.is_some_and(|order| order.terms.instrument == instrument)
}

#[test]
fn after_the_beginning_every_book_has_all_levels_and_something_traded() {
    let (market, _) = begun(7);
    for known in &KNOWN {
        let instrument = market.instrument(known.symbol);
        for side in [Side::Buy, Side::Sell] {
            let count = quotes(&market, known.symbol, side).len();
            assert!((LEVELS - 1..=LEVELS + 1).contains(&count), "{}: {count}", known.symbol);
        }
        assert!(instrument.trades.len() > 10, "{}", known.symbol);
    }
}

#[test]
fn one_seed_is_one_market_and_another_is_another() {
    let mut told = [7, 7, 8].map(|seed| {
        let (mut market, mut traders) = (Market::open(), Traders::new(OWNERS, seed));
        act(&mut market, &mut traders, 2_000)
    });
    let [one, same, other] = &mut told;
    assert_eq!(one, same);
    assert_ne!(one, other);
}

#[test]
fn a_market_that_is_halted_is_left_alone_and_goes_on_afterwards() {
    let (mut market, mut traders) = begun(7);
    let petr4 = market.instrument("PETR4").id;
    market.set_phase(petr4, Phase::Halted);
    let meanwhile = act(&mut market, &mut traders, 1_000);
    assert!(meanwhile.len() > 500, "the others go on");
    assert!(meanwhile.iter().all(|(_, action)| !names(action, &market, "PETR4")));
    market.set_phase(petr4, Phase::Closed);
    market.set_phase(petr4, Phase::Continuous);
    let after = act(&mut market, &mut traders, 1_000);
    assert!(after.iter().any(|(_, action)| names(action, &market, "PETR4")));
    assert!(quotes(&market, "PETR4", Side::Buy).len() >= LEVELS - 1);
    assert_eq!(market.refused, 0);
}

#[test]
fn a_kill_switch_stops_them_and_its_release_lets_them_quote_anew() {
    let (mut market, mut traders) = begun(7);
    let switch = |engaged| Action::SetKillSwitch { scope: KillScope::All, engaged };
    market.submit((PrincipalId(0), switch(true)));
    assert_eq!(act(&mut market, &mut traders, 200), []);
    market.submit((PrincipalId(0), switch(false)));
    act(&mut market, &mut traders, 400);
    assert!(quotes(&market, "BUND", Side::Sell).len() >= LEVELS - 1);
    assert_eq!(market.refused, 0);
}

#[test]
fn a_suspended_maker_waits_and_the_noise_goes_on() {
    let (mut market, mut traders) = begun(7);
    let owned = |market: &Market| {
        let all = market.views().accounts_below(u64::MAX);
        all.filter(|it| it.owner == OWNERS.maker).map(|it| it.id).collect::<Vec<_>>()
    };
    for account in owned(&market) {
        let action = Action::SetAccountStatus { account, suspended: true };
        market.submit((PrincipalId(0), action));
    }
    let done = act(&mut market, &mut traders, 300);
    assert!(!done.is_empty() && done.iter().all(|(who, _)| *who == OWNERS.noise));
    assert_eq!(market.refused, 0);
}

#[test]
fn who_starts_again_has_the_accounts_and_orders_of_before() {
    let (mut market, _) = begun(7);
    let (accounts, bids) = (count(&market), quotes(&market, "ACME", Side::Buy));
    let mut traders = Traders::new(OWNERS, 8);
    let done = act(&mut market, &mut traders, 100);
    assert_eq!(count(&market), accounts);
    let names_all = done.iter().all(|(_, action)| {
        matches!(action, Action::Place { .. } | Action::Replace { .. } | Action::Cancel { .. })
    });
    assert!(names_all, "nothing is opened or given again");
    let after = quotes(&market, "ACME", Side::Buy);
    assert!(bids.iter().any(|order| after.contains(order)), "orders are moved, not left behind");
    assert!(after.len() <= LEVELS + 1, "{after:?}");
    assert_eq!(market.refused, 0);
}

#[test]
fn an_account_that_was_emptied_is_given_its_cash_again() {
    let (mut market, mut traders) = begun(7);
    let noise = market.views().accounts_below(u64::MAX).find(|it| it.owner == OWNERS.noise);
    let noise = noise.expect("the noise has accounts");
    let (account, amount) = (noise.id, Amount(noise.cash.free));
    market.submit((OWNERS.noise, Action::Withdraw { account, amount }));
    let given = (0..=500).find_map(|_| {
        market.pass(TURN_NS);
        let command = traders.next(market.views())?;
        market.submit(command);
        let Action::Deposit { account, amount } = command.1 else { return None };
        Some((account, amount))
    });
    assert_eq!(given.map(|(account, _)| account), Some(account));
    // It sold a little meanwhile.
    let is_most = |given: Amount| given.0 > amount.0 / 10 * 9;
    assert!(given.is_some_and(|(_, given)| is_most(given)), "{given:?} of {amount:?}");
    assert_eq!(market.refused, 0);
}

fn count(market: &Market) -> usize {
    market.views().accounts_below(u64::MAX).count()
}
