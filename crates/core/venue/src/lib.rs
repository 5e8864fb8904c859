//! The venue is a function: commands in, events out.
//!
//! Two state machines that speak only by messages: `Clearing` owns accounts, `Matching` owns
//! books; `Venue` composes them in one thread.
//! **Invariant:** the same genesis and commands give the same events and the same state.
//! It deliberately knows no clock, no file, no thread and no random number.

mod answers;
mod canonical;
mod canonical_command;
mod canonical_reject;
mod clearing;
mod command;
mod digest;
mod event;
mod events;
mod genesis;
mod hash;
mod lookahead;
mod matching;
mod message;
mod outcome;
mod preview;
mod reject;
mod request_index;
mod request_slots;
mod requests;
mod shard;
mod terms;
mod turn;
mod venue;

pub use canonical::RestoreError;
pub use clearing::AssetLines;
pub use command::{Action, Band, Change, Command, Definition, Fees, KillScope, PaymentKind};
pub use digest::EventHash;
pub use event::{AccountEvent, Balance, BookChange, Event, Fact, OwnFill, PublicEvent, Trade};
pub use events::{Events, Stamped, Step};
pub use genesis::{
    BadGenesis, CURRENCIES_MAX, CurrencyRule, Genesis, Limits, PENDING_PAYMENTS_MAX, Parent,
    RULES_MAX,
};
pub use lookahead::Lookahead;
pub use message::{
    CancelReason, Cause, Envelope, Execution, Fill, Message, NewEntry, OrderEntry, Place, Report,
    Shard, Transfer, Versioned,
};
pub use outcome::{Done, Outcome};
pub use preview::{Fate, Foreseen, PREVIEW_FILLS_MAX, Preview, Proposal};
pub use reject::{DefinitionField, Reject};
pub use shard::{Delivery, Ignored, ShardMachine};
pub use venue::Venue;
