//! The venue's specification by example: scripts and what they come to (`api/semantics.md`).

mod limit_orders;
#[path = "../support/mod.rs"]
mod support;
