//! The way out: what is published is seen whole, in order, and a hole is told.

use bus::{
    Durable, Missed, Publisher, RECENT_BATCHES_MAX, RECENT_EVENTS_MAX, Reader, Subscription,
    SubscriptionError, TAKE_EVENTS_MAX, publishing,
};
use tokio::time::{Duration, timeout};
use types::{Currency, Date, Seq, ShardId, Timestamp};
use venue::{Cause, CurrencyRule, Event, Events, Genesis, Limits, Reject, Shard};
use view::Views;

const PATIENCE: Duration = Duration::from_secs(5);

struct Fixture {
    publisher: Publisher,
    reader: Reader,
    events: Events,
    command_seq: Seq,
}

fn fixture() -> Fixture {
    let usd = CurrencyRule { code: Currency::new("USD").unwrap(), decimals: 2 };
    let genesis = Genesis {
        venue: 1,
        rules: 1,
        clearing_shards: 1,
        matching_shards: 1,
        limits: Limits::default(),
        currencies: vec![usd],
        business_date: Date(20_000),
        hash_key: [1, 2],
        parent: None,
    };
    let (publisher, reader) = publishing(Views::new(&genesis), Durable::default());
    Fixture { publisher, reader, events: Events::new(1, RECENT_EVENTS_MAX + 1), command_seq: 0 }
}

impl Fixture {
    /// Publishes a batch of one command with so many events.
    fn publish(&mut self, count: usize) {
        self.command_seq += 1;
        let at = Timestamp(self.command_seq * 1_000);
        let cause = Cause { shard: Shard::Clearing(ShardId(0)), seq: self.command_seq };
        self.events.begin(at, cause);
        for _ in 0..count {
            self.events.push(Event::Refused { request: None, reject: Reject::QtyZero });
        }
        self.publisher.publish(&self.events, Durable { seq: self.command_seq, at });
        self.events.clear();
    }
}

async fn next_seqs(subscription: &mut Subscription) -> Result<Vec<Seq>, SubscriptionError> {
    let taken = timeout(PATIENCE, subscription.next()).await.expect("something happens")?;
    Ok(taken.events().map(|stamped| stamped.seq).collect())
}

#[tokio::test]
async fn readers_see_a_batch_whole_and_with_its_durable_seq() {
    let mut fixture = fixture();
    fixture.publish(3);
    fixture.reader.read(|seen| {
        assert_eq!(seen.event_seq(), 3);
        assert_eq!(seen.durable(), Durable { seq: 1, at: Timestamp(1_000) });
    });
    fixture.publish(0);
    fixture.reader.read(|seen| assert_eq!((seen.event_seq(), seen.durable().seq), (3, 2)));
}

#[tokio::test]
async fn a_subscriber_gets_every_event_once_whether_it_waits_or_comes_late() {
    let mut fixture = fixture();
    let mut waiting = fixture.reader.subscribe(0);
    let task = tokio::spawn(async move { next_seqs(&mut waiting).await });
    tokio::task::yield_now().await;
    fixture.publish(2);
    assert_eq!(task.await.unwrap(), Ok(vec![1, 2]));
    fixture.publish(2);
    let mut late = fixture.reader.subscribe(0);
    assert_eq!(next_seqs(&mut late).await, Ok(vec![1, 2, 3, 4]));
    assert_eq!(late.position(), 4);
}

#[tokio::test]
async fn a_subscription_may_begin_inside_a_batch() {
    let mut fixture = fixture();
    fixture.publish(5);
    let mut subscription = fixture.reader.subscribe(3);
    assert_eq!(next_seqs(&mut subscription).await, Ok(vec![4, 5]));
}

#[tokio::test]
async fn one_take_is_bounded() {
    let mut fixture = fixture();
    for _ in 0..TAKE_EVENTS_MAX {
        fixture.publish(2);
    }
    let mut subscription = fixture.reader.subscribe(0);
    let first = next_seqs(&mut subscription).await.unwrap();
    assert_eq!(first.len(), TAKE_EVENTS_MAX);
    let second = next_seqs(&mut subscription).await.unwrap();
    assert_eq!(second.first(), first.last().map(|last| last + 1).as_ref());
}

#[tokio::test]
async fn a_subscriber_too_far_behind_is_told_how_many_it_missed() {
    let mut fixture = fixture();
    let mut subscription = fixture.reader.subscribe(0);
    let published = RECENT_BATCHES_MAX as u64 + 7;
    for _ in 0..published {
        fixture.publish(1);
    }
    let missed = Missed { after: 0, oldest_kept: 8, newest: published };
    assert_eq!(next_seqs(&mut subscription).await, Err(missed.into()));
    assert_eq!(missed.events(), 7);
    subscription.move_to(published - 1);
    assert_eq!(next_seqs(&mut subscription).await, Ok(vec![published]));
}

#[tokio::test]
async fn memory_is_bounded_by_events_too_but_the_newest_batch_is_kept() {
    let mut fixture = fixture();
    fixture.publish(1);
    fixture.publish(RECENT_EVENTS_MAX + 1);
    let newest = RECENT_EVENTS_MAX as u64 + 2;
    let missed = Missed { after: 0, oldest_kept: 2, newest };
    assert_eq!(next_seqs(&mut fixture.reader.subscribe(0)).await, Err(missed.into()));
    let all = next_seqs(&mut fixture.reader.subscribe(1)).await.unwrap();
    assert_eq!(all.len(), RECENT_EVENTS_MAX + 1);
}

#[tokio::test]
async fn a_position_in_the_future_is_refused() {
    let mut fixture = fixture();
    fixture.publish(1);
    let missed = Missed { after: 9, oldest_kept: 1, newest: 1 };
    assert_eq!(next_seqs(&mut fixture.reader.subscribe(9)).await, Err(missed.into()));
    assert_eq!(missed.events(), 0);
}

#[tokio::test]
async fn the_end_is_told_after_the_last_event() {
    let mut fixture = fixture();
    let mut subscription = fixture.reader.subscribe(0);
    fixture.publish(1);
    assert!(!fixture.reader.is_stopped());
    drop(fixture.publisher);
    assert!(fixture.reader.is_stopped());
    assert_eq!(next_seqs(&mut subscription).await, Ok(vec![1]));
    assert_eq!(next_seqs(&mut subscription).await, Err(SubscriptionError::Stopped));
}

#[test]
#[should_panic(expected = "gap-free")]
fn events_that_leave_a_hole_are_a_bug() {
    let mut fixture = fixture();
    fixture.events = Events::new(2, 16);
    fixture.publish(1);
}
