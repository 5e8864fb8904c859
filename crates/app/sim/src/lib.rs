//! The independent reference model and the seeded whole-venue simulation.

pub mod auditor;
pub mod compare;
pub mod generator;
pub mod model;
mod random;
pub mod sharding;
pub mod stats;
pub mod world;
