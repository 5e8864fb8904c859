//! The way in: bounded, in order, and honest about what was applied.

use std::time::Duration;

use bus::{QUESTIONS_MAX, Request, Requests, StopCause, SubmitError, Submitter, Waited, requests};
use tokio::task::JoinHandle;
use types::{
    AccountId, ConnectionId, InstrumentId, NewOrder, OrderType, PrincipalId, Qty, RequestId, Side,
    TimeInForce,
};
use venue::{Action, Command, Done, Fate, Foreseen, Outcome, Proposal};

const AT_ONCE: Duration = Duration::ZERO;

fn tick(name: &str) -> Command {
    Command {
        principal: PrincipalId(1),
        connection: ConnectionId(0),
        request: RequestId::new(name),
        action: Action::Tick,
    }
}

fn outcome(seq: u64) -> Outcome {
    Outcome { seq, result: Ok(Done::Nothing), repeated: false }
}

/// Submits from a task of its own, and lets it run as far as it gets.
async fn submit(submitter: &Submitter, name: &str) -> JoinHandle<Result<Outcome, SubmitError>> {
    let (submitter, command) = (submitter.clone(), tick(name));
    let task = tokio::spawn(async move { submitter.submit(command).await });
    tokio::task::yield_now().await;
    task
}

fn take(requests: &mut Requests, max: usize) -> Vec<Request> {
    let mut batch = Vec::new();
    assert_eq!(requests.recv_batch(&mut batch, max, AT_ONCE), Waited::Taken);
    batch
}

#[tokio::test]
async fn commands_come_out_in_order_and_each_gets_its_own_outcome() {
    let (submitter, mut engine) = requests(4);
    let first = submit(&submitter, "a").await;
    let second = submit(&submitter, "b").await;
    let batch = take(&mut engine, 10);
    let names: Vec<_> = batch.iter().map(|r| r.command.request).collect();
    assert_eq!(names, [RequestId::new("a"), RequestId::new("b")]);
    for (seq, request) in (1..).zip(batch) {
        request.reply.answer(outcome(seq));
    }
    assert_eq!(first.await.unwrap(), Ok(outcome(1)));
    assert_eq!(second.await.unwrap(), Ok(outcome(2)));
}

#[tokio::test]
async fn a_batch_has_at_most_so_many() {
    let (submitter, mut engine) = requests(4);
    for name in ["a", "b", "c"] {
        submit(&submitter, name).await;
    }
    assert_eq!(take(&mut engine, 2).len(), 2);
    let mut rest = Vec::new();
    assert_eq!(engine.try_recv_batch(&mut rest, 2), Waited::Taken);
    assert_eq!(rest.len(), 1);
    assert_eq!(engine.try_recv_batch(&mut rest, 2), Waited::TimedOut);
}

#[tokio::test]
async fn what_waits_is_counted_until_the_engine_takes_it() {
    let (submitter, mut engine) = requests(2);
    assert_eq!(submitter.queued(), 0);
    submit(&submitter, "a").await;
    let asked = ask(&submitter).await;
    assert_eq!(submitter.queued(), 2);
    assert_eq!(submitter.submit(tick("c")).await, Err(SubmitError::Busy { queue_max: 2 }));
    assert_eq!(submitter.queued(), 2, "what found no room does not wait");
    take(&mut engine, 1);
    assert_eq!(submitter.queued(), 1);
    assert!(take(&mut engine, 10).is_empty());
    assert_eq!(submitter.queued(), 0);
    drop(engine);
    asked.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_full_queue_is_busy_at_once() {
    let (submitter, engine) = requests(1);
    let waiting = submit(&submitter, "a").await;
    assert_eq!(submitter.submit(tick("b")).await, Err(SubmitError::Busy { queue_max: 1 }));
    drop(engine);
    let stopped = SubmitError::Stopped { cause: StopCause::ShutDown };
    assert_eq!(waiting.await.unwrap(), Err(stopped));
}

#[tokio::test]
async fn what_the_engine_never_took_was_not_applied() {
    let (submitter, mut engine) = requests(2);
    let waiting = submit(&submitter, "a").await;
    for request in take(&mut engine, 1) {
        request.reply.refuse(StopCause::DiskFull);
    }
    let full = SubmitError::Stopped { cause: StopCause::DiskFull };
    assert_eq!(waiting.await.unwrap(), Err(full));
    drop(engine);
    let stopped = SubmitError::Stopped { cause: StopCause::ShutDown };
    assert_eq!(submitter.submit(tick("b")).await, Err(stopped));
}

#[tokio::test]
async fn what_the_engine_took_and_never_answered_is_lost() {
    let (submitter, mut engine) = requests(2);
    let waiting = submit(&submitter, "a").await;
    drop(take(&mut engine, 1));
    assert_eq!(waiting.await.unwrap(), Err(SubmitError::Lost));
}

#[tokio::test]
async fn a_silent_queue_times_out_and_one_without_senders_is_closed() {
    let (submitter, mut engine) = requests(2);
    let mut batch = Vec::new();
    assert_eq!(engine.recv_batch(&mut batch, 1, AT_ONCE), Waited::TimedOut);
    let waiting = submit(&submitter, "a").await;
    drop(submitter);
    assert_eq!(take(&mut engine, 1).len(), 1, "what waits is taken before the queue closes");
    assert_eq!(waiting.await.unwrap(), Err(SubmitError::Lost));
    assert_eq!(engine.recv_batch(&mut batch, 1, AT_ONCE), Waited::Closed);
}

fn proposal() -> Proposal {
    let order = NewOrder {
        instrument: InstrumentId(0),
        side: Side::Buy,
        order_type: OrderType::Market { collar: None },
        qty: Qty(1),
        time_in_force: TimeInForce::Ioc,
        post_only: false,
        display: None,
    };
    Proposal { account: AccountId(1), order }
}

async fn ask(submitter: &Submitter) -> JoinHandle<Result<Foreseen, SubmitError>> {
    let submitter = submitter.clone();
    let task = tokio::spawn(async move { submitter.foresee(proposal()).await });
    tokio::task::yield_now().await;
    task
}

#[tokio::test]
async fn a_question_comes_out_beside_the_commands_and_gets_its_answer() {
    let (submitter, mut engine) = requests(4);
    let asked = ask(&submitter).await;
    submit(&submitter, "a").await;
    assert_eq!(take(&mut engine, 10).len(), 1);
    let question = engine.take_questions().pop().expect("one was asked");
    assert_eq!(question.proposal, proposal());
    assert!(engine.take_questions().is_empty());
    let foreseen = Foreseen { seq: 1, fate: Fate::TooManyFills };
    question.answer(foreseen);
    assert_eq!(asked.await.unwrap(), Ok(foreseen));
}

#[tokio::test]
async fn more_questions_than_may_wait_are_told_busy_until_one_is_answered() {
    let (submitter, mut engine) = requests(2 * QUESTIONS_MAX);
    let mut asked = Vec::new();
    for _ in 0..QUESTIONS_MAX {
        asked.push(ask(&submitter).await);
    }
    let busy = SubmitError::Busy { queue_max: QUESTIONS_MAX };
    assert_eq!(submitter.foresee(proposal()).await, Err(busy));
    assert!(take(&mut engine, QUESTIONS_MAX).is_empty());
    assert_eq!(submitter.foresee(proposal()).await, Err(busy), "taken is not answered");
    drop(engine.take_questions().pop());
    let stopped = SubmitError::Stopped { cause: StopCause::ShutDown };
    assert_eq!(asked.pop().unwrap().await.unwrap(), Err(stopped));
    let last = ask(&submitter).await;
    drop(engine);
    assert_eq!(last.await.unwrap(), Err(stopped));
}
