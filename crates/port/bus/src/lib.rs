//! The submit handle and the event subscription that shells hold.
//!
//! One side is the engine's ([`Requests`], [`Publisher`]), the other the shells' ([`Submitter`],
//! [`Reader`], [`Subscription`]); neither knows how the other is built.
//! **Invariant:** what a reader or a subscriber sees is durable, because only
//! [`Publisher::publish`] makes it visible and its caller has synced by then.
//! It deliberately knows no journal, thread or clock.

mod publish;
mod read;
mod submit;

pub use publish::{
    Batch, Durable, Published, Publisher, RECENT_BATCHES_MAX, RECENT_EVENTS_MAX, publishing,
};
pub use read::{Missed, Reader, Subscription, SubscriptionError, TAKE_EVENTS_MAX, Taken};
pub use submit::{
    QUESTIONS_MAX, QUEUE_MAX, Question, Reply, Request, Requests, StopCause, SubmitError,
    Submitter, Waited, requests,
};
