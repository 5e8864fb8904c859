//! The payments that are kept of an account.

mod support;

use support::{ALICE, BOB, Fixture, limit, request};
use types::{Amount, PaymentId, PaymentReason, RequestId, Side};
use venue::{Balance, Fact, PaymentKind, Reject};
use view::{PAYMENTS_PER_ACCOUNT, Payment, PaymentStatus, Views, Way};

fn payments(views: &Views) -> Vec<Payment> {
    views.account(ALICE).unwrap().payments.below(PaymentId(u64::MAX)).copied().collect()
}

fn requested(number: u64, kind: PaymentKind, request: Option<RequestId>) -> Fact {
    Fact::PaymentRequested { payment: PaymentId(number), kind, amount: Amount(5), request }
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
fn a_payment_that_waits_keeps_its_place_and_its_name_until_it_is_settled() {
    let mut fixture = Fixture::new();
    fixture.opened(BOB);
    let (amount, deposit) = (Amount(5), PaymentKind::Deposit);
    fixture.fact(ALICE, requested(1, PaymentKind::Withdrawal, request("out")));
    fixture.fact(BOB, requested(2, deposit, None));
    fixture.fact(ALICE, requested(3, deposit, None));
    fixture.fact(ALICE, deposited(4, 5, None));
    let waiting = |views: &Views| -> Vec<(u32, u64)> {
        let all = views.pending_below(PaymentId(u64::MAX));
        all.map(|(account, payment)| (account.id.0, payment.id.0)).collect()
    };
    assert_eq!(waiting(&fixture.views), [(1, 3), (2, 2), (1, 1)]);
    assert_eq!(waiting(&fixture.restored()), [(1, 3), (2, 2), (1, 1)]);

    let request = request("out");
    fixture.fact(ALICE, Fact::Withdrawn { payment: PaymentId(1), amount, request });
    let reason = PaymentReason::new("no-such-bank");
    let (payment, kind) = (PaymentId(3), deposit);
    fixture.fact(ALICE, Fact::PaymentFailed { payment, kind, amount, request: None, reason });
    assert_eq!(waiting(&fixture.views), [(2, 2)]);
    let told: Vec<(u64, PaymentStatus)> =
        payments(&fixture.views).iter().map(|it| (it.id.0, it.status)).collect();
    let (booked, failed) = (PaymentStatus::Booked, PaymentStatus::Failed(reason));
    assert_eq!(told, [(4, booked), (3, failed), (1, booked)]);
    let account = fixture.views.account(ALICE).unwrap();
    let paid = account.payments.get(PaymentId(1)).unwrap();
    assert_eq!((paid.at.0, paid.updated_at.0, paid.client_request_id), (400, 800, request));
    assert_eq!(fixture.restored(), fixture.views);
}

#[test]
fn what_waits_is_never_forgotten() {
    let mut fixture = Fixture::new();
    fixture.fact(ALICE, requested(1, PaymentKind::Deposit, None));
    for number in 2..=PAYMENTS_PER_ACCOUNT as u64 + 2 {
        fixture.fact(ALICE, deposited(number, 1, None));
    }
    let kept = payments(&fixture.views);
    assert_eq!((kept.len(), kept.last().unwrap().id.0), (PAYMENTS_PER_ACCOUNT, 1));
    assert_eq!(kept[PAYMENTS_PER_ACCOUNT - 2].id.0, 4);
    assert_eq!(fixture.restored(), fixture.views);
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
