//! Benchmarks that ship with the binary.

pub(crate) mod clock;
pub(crate) mod core;
pub(crate) mod lobw;
