//! The payments that are kept of an account.

mod support;

use support::{ALICE, BOB, Fixture, limit};
use types::{Amount, Side};
use venue::{Balance, Fact, Reject};
use view::{PAYMENTS_PER_ACCOUNT, Payment, Views, Way};

fn payments(views: &Views) -> Vec<Payment> {
    views.account(ALICE).unwrap().payments.below(u64::MAX).copied().collect()
}

#[test]
fn payments_of_every_kind_are_kept_newest_first_and_a_snapshot_keeps_them() {
    let mut fixture = Fixture::new();
    let amount = Amount(5);
    fixture.fact(ALICE, Fact::Deposited { amount });
    fixture.fact(ALICE, Fact::Withdrawn { amount: Amount(2) });
    fixture.accepted(1, None, limit(Side::Buy, 1_000, 1));
    fixture.fact(ALICE, Fact::TransferSent { to: BOB, amount: Amount(3) });
    fixture.fact(ALICE, Fact::TransferReceived { from: BOB, amount });
    let reject = Reject::UnknownAccount { account: BOB };
    fixture.fact(ALICE, Fact::TransferReturned { to: BOB, amount, reject });
    let kept = payments(&fixture.views);
    let told: Vec<(u64, Way, i64)> =
        kept.iter().map(|payment| (payment.seq, payment.way, payment.amount.0)).collect();
    assert_eq!(
        told,
        [
            (8, Way::Returned(BOB), 5),
            (7, Way::Received(BOB), 5),
            (6, Way::Sent(BOB), 3),
            (4, Way::Withdrawal, 2),
            (3, Way::Deposit, 5),
        ]
    );
    assert_eq!((kept[0].at.0, kept[0].cash), (800, Balance { free: 70, held: 30 }));
    let account = fixture.views.account(ALICE).unwrap();
    assert_eq!(account.day_payments, 5 + 5 + 5 - 2 - 3);
    assert_eq!(account.payments.get(6), Some(&kept[2]));
    assert_eq!(account.payments.get(5), None, "an order is none");
    assert!(account.payments.below(6).eq(&kept[3..]));
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn only_the_last_payments_are_kept() {
    let mut fixture = Fixture::new();
    for amount in 1..=PAYMENTS_PER_ACCOUNT as i64 + 1 {
        fixture.fact(ALICE, Fact::Deposited { amount: Amount(amount) });
    }
    let kept = payments(&fixture.views);
    assert_eq!(kept.len(), PAYMENTS_PER_ACCOUNT);
    assert_eq!(kept.last().unwrap().amount, Amount(2));
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn a_damaged_snapshot_never_restores_the_same_payments() {
    let mut fixture = Fixture::new();
    fixture.fact(ALICE, Fact::TransferSent { to: BOB, amount: Amount(3) });
    fixture.fact(ALICE, Fact::Deposited { amount: Amount(5) });
    let bytes = fixture.snapshot();
    for length in 0..bytes.len() {
        assert!(Views::restore(&bytes[..length]).is_err(), "cut at {length}");
    }
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[index] ^= 1 << bit;
            assert_ne!(Views::restore(&damaged).as_ref(), Ok(&fixture.views), "{index}.{bit}");
        }
    }
}
