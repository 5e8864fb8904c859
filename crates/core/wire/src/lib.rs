//! Bytes to types and back: journal records, bus messages and JSON bodies.
//!
//! **Invariant:** any input gives a valid value or a typed error that names the place, the value
//! and what would have passed; a value has exactly one binary form. It deliberately frames and
//! checksums nothing: that is `journal`'s and `bus`'s business. Layouts: api/wire.md.

mod binary;
pub mod command;
pub mod genesis;
pub mod json;
pub mod message;
mod reject;

pub use binary::{DecodeError, Fault};
