//! Where the workspace lies, and how to start a command in it.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What all tests are built with, so that there is one build: every optional part.
pub const FEATURES: [&str; 2] = ["--features", "rialto/postgres"];

/// The repository this tool was built from.
pub struct Workspace {
    pub root: PathBuf,
}

impl Workspace {
    pub fn open() -> Result<Workspace> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = root.canonicalize().with_context(|| format!("no workspace at {root:?}"))?;
        Ok(Workspace { root })
    }

    /// Prepares a program that starts in the root and finds the shared folder, if there is one.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        if let Some(shared) = self.shared() {
            command.env("RIALTO_SHARED", shared);
        }
        command
    }

    /// Prepares the cargo that started this tool, so that both are one toolchain.
    pub fn cargo(&self) -> Command {
        self.command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
    }

    /// Where the tests keep the logs of their servers.
    pub fn logs(&self) -> PathBuf {
        self.root.join("target/test-logs")
    }

    /// Finds the folder of order flow and workloads: `$RIALTO_SHARED`, else `../shared`.
    pub fn shared(&self) -> Option<PathBuf> {
        if let Some(shared) = std::env::var_os("RIALTO_SHARED") {
            return Some(shared.into());
        }
        let shared = self.root.parent()?.join("shared");
        shared.is_dir().then_some(shared)
    }
}
