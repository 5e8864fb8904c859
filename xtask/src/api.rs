//! `api`: writes what api/ has from the code. The test that compares it does the writing.

use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};

pub fn write(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--quiet", "--locked", "--package", "gateway", "--test", "openapi"]);
    let status = cargo.env("RIALTO_REWRITE_API", "1").status().context("cannot start cargo")?;
    ensure!(status.success(), "the description is not sound: {status}");
    println!("api: openapi.json is what the code says");
    Ok(())
}
