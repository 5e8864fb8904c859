//! Benchmarks that ship with the binary.

pub(crate) mod core;
pub(crate) mod lobw;
