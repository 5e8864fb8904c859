//! The single writer: order, apply, journal, publish.
