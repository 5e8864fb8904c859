//! The payments that are kept of an account.

mod support;

use support::{ALICE, BOB, Fixture, limit, request};
use types::{Amount, PaymentId, RequestId, Side};
use venue::{Balance, Fact, Reject};
use view::{PAYMENTS_PER_ACCOUNT, Payment, Views, Way};

fn payments(views: &Views) -> Vec<Payment> {
    views.account(ALICE).unwrap().payments.below(PaymentId(u64::MAX)).copied().collect()
}

fn deposited(number: u64, amount: i64, request: Option<RequestId>) -> Fact {
    Fact::Deposited { payment: PaymentId(number), amount: Amount(amount), request }
}

#[test]
fn payments_of_every_kind_are_kept_newest_first_and_a_snapshot_keeps_them() {
    let mut fixture = Fixture::new();
    let amount = Amount(5);
    fixture.fact(ALICE, deposited(1, 5, request("in")));
    let (payment, request) = (PaymentId(2), None);
    fixture.fact(ALICE, Fact::Withdrawn { payment, amount: Amount(2), request });
    fixture.accepted(1, None, limit(Side::Buy, 1_000, 1));
    let (payment, request) = (PaymentId(4), support::request("to-bob"));
    fixture.fact(ALICE, Fact::TransferSent { payment, to: BOB, amount: Amount(3), request });
    fixture.fact(ALICE, Fact::TransferReceived { payment: PaymentId(5), from: BOB, amount });
    let (payment, reject) = (PaymentId(7), Reject::UnknownAccount { account: BOB });
    fixture.fact(ALICE, Fact::TransferReturned { payment, to: BOB, amount, reject });
    let kept = payments(&fixture.views);
    let told: Vec<(u64, u64, Way, i64)> =
        kept.iter().map(|it| (it.id.0, it.seq, it.way, it.amount.0)).collect();
    assert_eq!(
        told,
        [
            (7, 8, Way::Returned(BOB), 5),
            (5, 7, Way::Received(BOB), 5),
            (4, 6, Way::Sent(BOB), 3),
            (2, 4, Way::Withdrawal, 2),
            (1, 3, Way::Deposit, 5),
        ]
    );
    assert_eq!((kept[0].at.0, kept[0].cash), (800, Balance { free: 70, held: 30 }));
    let account = fixture.views.account(ALICE).unwrap();
    assert_eq!(account.day_payments, 5 + 5 + 5 - 2 - 3);
    assert_eq!(account.payments.get(PaymentId(4)), Some(&kept[2]));
    assert_eq!(account.payments.get(PaymentId(6)), None, "it is another account's");
    assert!(account.payments.below(PaymentId(4)).eq(&kept[3..]));
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn a_payment_is_found_by_the_clients_name_for_it_and_the_later_of_two_counts() {
    let mut fixture = Fixture::new();
    for (number, name) in [(1, "a"), (2, "b"), (3, "a")] {
        fixture.fact(ALICE, deposited(number, 5, request(name)));
    }
    let found = |views: &Views, name: &str| {
        let payments = &views.account(ALICE).unwrap().payments;
        payments.by_client_id(request(name).unwrap()).map(|payment| payment.id.0)
    };
    for views in [&fixture.views, &fixture.restored()] {
        assert_eq!(["a", "b", "c"].map(|name| found(views, name)), [Some(3), Some(2), None]);
    }
}

#[test]
fn only_the_last_payments_are_kept() {
    let mut fixture = Fixture::new();
    for amount in 1..=PAYMENTS_PER_ACCOUNT as i64 + 1 {
        fixture.fact(ALICE, deposited(amount as u64, amount, None));
    }
    let kept = payments(&fixture.views);
    assert_eq!(kept.len(), PAYMENTS_PER_ACCOUNT);
    assert_eq!(kept.last().unwrap().amount, Amount(2));
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn a_damaged_snapshot_never_restores_the_same_payments() {
    let mut fixture = Fixture::new();
    let (payment, amount) = (PaymentId(1), Amount(3));
    fixture.fact(ALICE, Fact::TransferSent { payment, to: BOB, amount, request: None });
    fixture.fact(ALICE, deposited(2, 5, request("in")));
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
