//! REST and SSE over the venue: a handler decodes, asks, encodes.
//!
//! **Invariant:** the gateway decides nothing about orders or money and keeps no state of its own:
//! writes are commands to the bus, reads are views at the durable seq. HTTP status is chosen here
//! and nowhere else. Contracts: api/openapi.json, api/errors.md,
//! api/events.md.

mod accounts;
mod admin;
mod ask;
mod auth;
mod body;
mod checksum;
mod clients;
mod clock;
mod departures;
mod gateway;
mod history;
mod house;
mod instruments;
mod keys;
mod limits;
mod market;
mod market_candles;
mod market_queues;
mod market_quotes;
mod market_show;
mod openapi;
mod openings;
mod operations;
mod order_list;
mod order_preview;
mod orders;
mod page;
mod payments;
mod people;
mod portfolio;
mod principal;
mod problem;
mod query;
mod rates;
mod refusal;
mod reply;
mod report;
mod request_meter;
mod router;
mod serve;
mod show;
mod site;
mod stream;
mod web;
mod ws;

pub use checksum::{CHECKSUM_LEVELS, depth_checksum};
pub use gateway::{Config, Gateway, MIN_SEQ_WAIT_MAX};
pub use openapi::document;
pub use operations::{Machine, Vitals, operations_router, serve_operations};
pub use rates::{RATE_MAX, Rates};
pub use router::{BODY_BYTES_MAX, router};
pub use serve::{DRAIN_MAX, HEADER_BYTES_MAX, serve};
pub use site::Site;
pub use web::{Bundle, WebFile};
