//! Kill switches over several shards: see docs/adr/0008.

use sim::sharding::desk::{ANN, BOB, Desk, FIRST, SECOND, limit};
use types::Side;
use venue::{Action, Balance, CancelReason, Fact, KillScope, Reject};

/// Bob's shard was not told, so his order stays.
#[test]
fn a_kill_switch_binds_the_accounts_of_its_shard_in_every_book() {
    let mut desk = Desk::open(100_000);
    let scope = KillScope::All;
    desk.rest(ANN, limit(FIRST, Side::Buy, 1, 900));
    desk.rest(BOB, limit(FIRST, Side::Sell, 1, 1_100));
    // On its way when the switch is engaged: the channel's order brings it in before the kill.
    desk.place(ANN, limit(SECOND, Side::Buy, 1, 901));
    desk.ok(Action::SetKillSwitch { scope, engaged: true });
    desk.cluster.drain();
    let killed =
        |fact: &&Fact| matches!(fact, Fact::Canceled { reason: CancelReason::KillSwitch, .. });
    assert_eq!(desk.facts(ANN).iter().filter(killed).count(), 2);
    assert_eq!(desk.facts(BOB).iter().filter(killed).count(), 0);
    assert_eq!(desk.cash(ANN), Balance { free: 100_000, held: 0 });
    let (account, order) = (ANN, limit(FIRST, Side::Buy, 1, 900));
    assert_eq!(desk.refused(Action::Place { account, order }), Reject::KillSwitch { scope });
    desk.rest(BOB, limit(FIRST, Side::Sell, 1, 1_100));
    assert!(matches!(desk.facts(BOB).last(), Some(Fact::Accepted { .. })));
}
