//! Live data: channels, each a snapshot and then gap-free frames, over SSE and WebSocket alike.
//!
//! **Invariant:** all channels are cut at one seq of the venue, so that one id resumes them all. A
//! frame is written once, for everybody. Contract: api/events.md.

mod books;
mod channel;
mod encoder;
mod follower;
mod frame;
mod hub;
mod look;
mod own;
mod ring;
pub(crate) mod sse;
mod values;

pub(crate) use channel::{CHANNELS_MAX, Channel, read_channels};
pub(crate) use follower::Follower;
pub(crate) use frame::Frame;
pub(crate) use hub::{GATHER_MAX, Hub, KEEP_SILENT};
pub(crate) use ring::{KEPT_BYTES_MAX, KEPT_CUTS_MAX};
