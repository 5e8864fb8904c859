//! Profit and time-weighted return, whatever comes in and goes out.

mod support;

use proptest::prelude::*;
use support::{ALICE, BOB, Fixture, PETR};
use types::{AccountId, Amount, Date, PaymentId, PaymentReason, Qty};
use venue::{Balance, Event, Fact, PaymentKind, PublicEvent, Reject};
use view::{Earned, GROWTH_ONE};

/// What an account's growth is told in here: 1.25 is 125 percent.
const PERCENT: u128 = GROWTH_ONE / 100;

fn earned(fixture: &Fixture, account: AccountId) -> Earned {
    fixture.views.earned(fixture.views.account(account).unwrap())
}

fn next_payment(fixture: &Fixture, account: AccountId) -> PaymentId {
    let mut kept = fixture.views.account(account).unwrap().payments.below(PaymentId(u64::MAX));
    PaymentId(kept.next().map_or(1, |last| last.id.0 + 1))
}

/// What is paid in, or with a minus out, by its account's cash after it.
fn paid(fixture: &mut Fixture, account: AccountId, amount: i64, cash: i64) {
    fixture.cash = Balance { free: cash, held: 0 };
    let (payment, request) = (next_payment(fixture, account), None);
    fixture.fact(
        account,
        match amount {
            0.. => Fact::Deposited { payment, amount: Amount(amount), request },
            _ => Fact::Withdrawn { payment, amount: Amount(-amount), request },
        },
    );
}

fn issued(fixture: &mut Fixture, account: AccountId, lots: i64, all: i64) {
    let position = Balance { free: all, held: 0 };
    let qty = Qty(lots.cast_unsigned());
    fixture.fact(account, Fact::Issued { instrument: PETR, qty, position });
}

/// Alice has 1,000 in cash and ten shares, which last traded at 100.
fn funded() -> Fixture {
    let mut fixture = Fixture::new();
    fixture.printed(100);
    paid(&mut fixture, ALICE, 1_000, 1_000);
    issued(&mut fixture, ALICE, 10, 10);
    assert_eq!(earned(&fixture, ALICE), Earned { equity: 2_000, ..Earned::NOTHING });
    fixture
}

#[test]
fn a_return_is_the_product_of_what_each_unit_of_money_did_between_the_flows() {
    let mut fixture = funded();
    // 2,000 become 2,500: a quarter more.
    fixture.printed(150);
    let quarter = Earned { equity: 2_500, profit: 500, growth: 125 * PERCENT, ruins: 0 };
    assert_eq!(earned(&fixture, ALICE), quarter);
    // Then 10,000 come in, and of 12,500 another 500, four percent, is lost.
    paid(&mut fixture, ALICE, 10_000, 11_000);
    assert_eq!(earned(&fixture, ALICE), Earned { equity: 12_500, ..quarter });
    fixture.printed(100);
    let both = Earned { equity: 12_000, profit: 0, growth: 120 * PERCENT, ruins: 0 };
    assert_eq!(earned(&fixture, ALICE), both, "1.25 x 0.96");
    // All the cash goes; what is left doubles.
    paid(&mut fixture, ALICE, -11_000, 0);
    fixture.printed(200);
    let doubled = Earned { equity: 2_000, profit: 1_000, growth: 240 * PERCENT, ruins: 0 };
    assert_eq!(earned(&fixture, ALICE), doubled);
    assert_eq!(doubled.growth_since(&quarter), 192 * PERCENT);
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn a_share_that_never_traded_is_no_profit_when_it_does() {
    let mut fixture = Fixture::new();
    fixture.opened(BOB);
    paid(&mut fixture, ALICE, 500, 500);
    issued(&mut fixture, ALICE, 5, 5);
    assert_eq!(earned(&fixture, ALICE), Earned { equity: 500, ..Earned::NOTHING });
    fixture.printed(100);
    assert_eq!(earned(&fixture, ALICE), Earned { equity: 1_000, ..Earned::NOTHING });
    fixture.printed(200);
    let half = Earned { equity: 1_500, profit: 500, growth: 150 * PERCENT, ruins: 0 };
    assert_eq!(earned(&fixture, ALICE), half);
    assert_eq!(earned(&fixture, BOB), Earned::NOTHING);
}

#[test]
fn what_waits_or_failed_is_no_flow_and_what_was_returned_is_one() {
    let mut fixture = funded();
    fixture.printed(150);
    let before = earned(&fixture, ALICE);
    let (payment, kind, amount) = (PaymentId(9), PaymentKind::Withdrawal, Amount(300));
    let request = None;
    fixture.cash = Balance { free: 700, held: 300 };
    fixture.fact(ALICE, Fact::PaymentRequested { payment, kind, amount, request });
    assert_eq!(earned(&fixture, ALICE), before);
    fixture.cash = Balance { free: 1_000, held: 0 };
    let reason = PaymentReason::new("no-such-bank");
    fixture.fact(ALICE, Fact::PaymentFailed { payment, kind, amount, request, reason });
    assert_eq!(earned(&fixture, ALICE), before);
    let (payment, to, reject) = (PaymentId(10), BOB, Reject::UnknownAccount { account: BOB });
    fixture.cash = Balance { free: 700, held: 0 };
    fixture.fact(ALICE, Fact::TransferSent { payment, to, amount, request });
    assert_eq!(earned(&fixture, ALICE), Earned { equity: 2_200, ..before });
    fixture.cash = Balance { free: 1_000, held: 0 };
    let payment = PaymentId(11);
    fixture.fact(ALICE, Fact::TransferReturned { payment, to, amount, reject });
    assert_eq!(earned(&fixture, ALICE), before);
}

#[test]
fn a_day_begins_at_what_the_account_is_worth_then() {
    let mut fixture = funded();
    fixture.printed(150);
    let evening = earned(&fixture, ALICE);
    fixture.event(Event::Public(PublicEvent::DateChanged { date: Date(20_001) }));
    assert_eq!(fixture.views.account(ALICE).unwrap().day, evening);
    paid(&mut fixture, ALICE, 2_500, 3_500);
    fixture.printed(200);
    let now = earned(&fixture, ALICE);
    assert_eq!((now.profit - evening.profit, now.growth_since(&evening)), (500, 110 * PERCENT));
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn what_was_lost_can_be_won_back_and_who_never_had_anything_has_not_grown() {
    let mut fixture = funded();
    paid(&mut fixture, ALICE, -1_000, 0);
    // The shares are worth a hundredth, then as much as before.
    fixture.printed(1);
    assert_eq!(earned(&fixture, ALICE).growth, PERCENT);
    fixture.printed(100);
    assert_eq!(earned(&fixture, ALICE), Earned { equity: 1_000, ..Earned::NOTHING });
    fixture.opened(BOB);
    fixture.cash = Balance::default();
    fixture.fact(BOB, Fact::StatusChanged { suspended: true });
    assert_eq!(earned(&fixture, BOB), Earned::NOTHING);
}

#[test]
fn who_lost_everything_lost_it_for_that_period_and_begins_anew_in_later_ones() {
    let mut fixture = Fixture::new();
    fixture.printed(100);
    paid(&mut fixture, ALICE, 1_000, 1_000);
    let before = earned(&fixture, ALICE);
    // All was lost; how does not matter.
    fixture.cash = Balance::default();
    fixture.fact(ALICE, Fact::StatusChanged { suspended: false });
    let ruined = earned(&fixture, ALICE);
    assert_eq!((ruined.equity, ruined.growth_since(&before)), (0, 0));
    paid(&mut fixture, ALICE, 500, 500);
    let refilled = earned(&fixture, ALICE);
    assert_eq!(refilled.growth_since(&before), 0, "a deposit does not move a rank");
    assert_eq!(refilled.growth_since(&ruined), GROWTH_ONE);
    issued(&mut fixture, ALICE, 5, 5);
    fixture.printed(200);
    let later = earned(&fixture, ALICE);
    assert_eq!(later.growth_since(&refilled), 150 * PERCENT);
    assert_eq!(later.growth_since(&ruined), 150 * PERCENT);
    assert_eq!(later.growth_since(&Earned::NOTHING), 0);
    assert_eq!(fixture.restored(), fixture.views);
}

proptest! {
    #[test]
    fn a_flow_moves_neither_profit_nor_growth(
        steps in prop::collection::vec((1u64..100_000, -1_000_000i64..10_000_000), 1..40),
    ) {
        let mut fixture = funded();
        let mut cash = 1_000;
        for (ticks, amount) in steps {
            fixture.printed(ticks);
            let amount = amount.max(-cash);
            cash += amount;
            let before = earned(&fixture, ALICE);
            paid(&mut fixture, ALICE, amount, cash);
            let after = earned(&fixture, ALICE);
            prop_assert_eq!(after.equity, before.equity + i128::from(amount));
            prop_assert_eq!((after.profit, after.growth), (before.profit, before.growth));
        }
        prop_assert_eq!(fixture.restored(), fixture.views);
    }
}
