//! Structured logs to stderr, as text for people or as JSON for programs.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::exit::{Failure, OrExit};
use anyhow::{Context, anyhow};

/// How to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A line for people.
    Text,
    /// A line of JSON.
    Json,
}

/// Logs from now on what passes `filter`.
pub(crate) fn start(format: Format, filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::builder().parse(filter);
    let filter = filter.with_context(|| "--log-filter").or_usage()?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        Format::Text => builder.with_target(false).try_init(),
        Format::Json => builder.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow!(error)).or_cannot_start()
}
