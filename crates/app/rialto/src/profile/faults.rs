//! What is wrong with a profile, all of it at once.

use anyhow::anyhow;

use crate::exit::{Exit, Failure};

/// More is not told: whoever mends so many looks again.
const FAULTS_MAX: usize = 100;

/// One thing that does not pass: where, what it is, and what would pass.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Counts from 1.
    pub(super) line: usize,
    pub(super) told: String,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    told: Vec<Fault>,
}

impl Faults {
    pub(super) fn push(&mut self, fault: Fault) {
        if !self.is_full() {
            self.told.push(fault);
        }
    }

    /// What passed; else the fault is noted.
    pub(super) fn note<T>(&mut self, checked: Result<T, Fault>) -> Option<T> {
        checked.map_err(|fault| self.push(fault)).ok()
    }

    /// Whether no more are told.
    pub(super) fn is_full(&self) -> bool {
        self.told.len() >= FAULTS_MAX
    }

    /// Fails with all that was found, a line each, in the order of the file.
    pub(super) fn judge(mut self) -> Result<(), Failure> {
        if self.told.is_empty() {
            return Ok(());
        }
        self.told.sort_by_key(|fault| fault.line);
        let lines: Vec<String> = self.told.into_iter().map(|fault| fault.told).collect();
        Err(Exit::BadInput.because(anyhow!(lines.join("\n"))))
    }
}
