//! The web page in web/: built into web/dist, which the exchange's build then finds, checked, and
//! tried in a browser.
//!
//! **Invariant:** what stands in web/dist with a stamp was built from the sources that the stamp is
//! of: the stamp is written last, and Vite empties the folder first.

use crate::chaos::server::{Binary, Build};
use crate::workspace::Workspace;
use crate::{secrets, tools};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Names the exchange to whatever tries its page.
const BINARY: &str = "RIALTO_BIN";
/// Enough for CI to see a heap that grows with each message.
const SOAK_SHORT_SECONDS: u32 = 60;
const SOAKING: &str = "keeping the page under a flood";
const COMPRESS: &str = "xtask/web/compress.mjs";
/// In web/dist: what it was built from.
const BUILT: &str = ".built-from";
/// In web/node_modules: the lockfile that they were installed from.
const INSTALLED: &str = ".installed-from";
/// Folders of web/ that no build reads.
const NO_SOURCES: [&str; 3] = ["node_modules", "dist", "shots"];
/// The oldest Node that Vite runs on, within its major version: `major.minor`.
const NODE_MIN: (u32, u32) = (20, 19);

/// The page's folder, if this repository has one.
fn folder(workspace: &Workspace) -> Option<PathBuf> {
    let folder = workspace.root.join("web");
    folder.join("package.json").is_file().then_some(folder)
}

/// Builds the page if its sources are others than those of the last build.
///
/// # Errors
/// When Node is missing or too old, or a step fails.
pub fn build(workspace: &Workspace) -> Result<()> {
    let Some(web) = folder(workspace) else { return Ok(()) };
    let sources = sources(workspace, &web)?;
    if is_stamped(&web.join("dist").join(BUILT), &sources) {
        return Ok(());
    }
    install(&web)?;
    step("building the page", &mut npm(&web, &["run", "build"]))?;
    let mut compress = workspace.command("node");
    compress.arg(COMPRESS).arg(web.join("dist"));
    step("compressing the page", &mut compress)?;
    stamp(&web.join("dist").join(BUILT), &sources)
}

/// Whether there is a page to check.
pub fn is_there(workspace: &Workspace) -> bool {
    folder(workspace).is_some()
}

/// Lints the page, runs its tests, builds it, and weighs what a browser loads first.
///
/// # Errors
/// As [`build`].
pub fn check(workspace: &Workspace) -> Result<()> {
    let web = folder(workspace).context("there is no web/package.json")?;
    install(&web)?;
    step("linting the page", &mut npm(&web, &["run", "lint"]))?;
    step("testing the page", &mut npm(&web, &["run", "test"]))?;
    build(workspace)?;
    step("weighing the page", &mut npm(&web, &["run", "size"]))
}

/// Has a browser use the page of `binary` as somebody would, and for a minute under a flood.
///
/// # Errors
/// As [`build`]; and when a test fails, or the page keeps what it should let go.
pub fn browse(workspace: &Workspace, binary: &Path) -> Result<()> {
    let web = prepare_browser(workspace)?;
    let mut e2e = npm(&web, &["run", "e2e"]);
    e2e.env(BINARY, binary).env(secrets::LOGS, workspace.logs());
    step("trying the page in a browser", &mut e2e)?;
    let mut soak = soaking(&web, binary, SOAK_SHORT_SECONDS);
    step(SOAKING, soak.env(secrets::LOGS, workspace.logs()))
}

#[derive(Args)]
pub struct SoakOptions {
    #[command(flatten)]
    build: Build,
    /// For how long; the heap is weighed after a fifth, three fifths and all of it.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(20..))]
    seconds: u32,
}

/// Keeps the trade screen under a flood of 4,000 updates a second, and weighs its heap.
///
/// # Errors
/// When the heap grows, the page is not live all the time, or something is missing.
pub fn soak(workspace: &Workspace, options: &SoakOptions) -> Result<()> {
    build(workspace)?;
    let web = prepare_browser(workspace)?;
    let binary = Binary::build(workspace, &options.build)?;
    step(SOAKING, &mut soaking(&web, binary.path(), options.seconds))
}

fn soaking(web: &Path, binary: &Path, seconds: u32) -> Command {
    let mut soak = npm(web, &["run", "soak", "--", &seconds.to_string()]);
    soak.env(BINARY, binary);
    soak
}

fn prepare_browser(workspace: &Workspace) -> Result<PathBuf> {
    let web = folder(workspace).context("there is no web/package.json")?;
    install(&web)?;
    tools::require_chromium()?;
    Ok(web)
}

/// Installs what the lockfile names, when it is another one than last time.
fn install(web: &Path) -> Result<()> {
    tools::require(&[&tools::NODE, &tools::NPM])?;
    let told = Command::new("node").arg("--version").output().context("cannot start node")?;
    check_version(&String::from_utf8_lossy(&told.stdout))?;
    let lockfile = web.join("package-lock.json");
    let lockfile = std::fs::read(&lockfile).with_context(|| format!("{lockfile:?}"))?;
    let installed = web.join("node_modules").join(INSTALLED);
    if is_stamped(&installed, &hash(&lockfile)) {
        return Ok(());
    }
    let mut ci = npm(web, &["ci", "--no-audit", "--no-fund"]);
    step("installing what the page is built with", &mut ci)?;
    stamp(&installed, &hash(&lockfile))
}

/// # Errors
/// When a version such as `v20.19.4` is older than the page's tools take.
fn check_version(told: &str) -> Result<()> {
    let mut parts = told.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    let (major, minor) = NODE_MIN;
    let (Some(Ok(found)), Some(Ok(found_minor))) = (parts.next(), parts.next()) else {
        bail!("node --version says {told:?}, expected such as v{major}.{minor}.0");
    };
    ensure!(
        (found, found_minor) >= NODE_MIN,
        "Node is {}, and the page needs {major}.{minor} or newer",
        told.trim()
    );
    Ok(())
}

fn npm(web: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(web).args(arguments);
    command
}

fn step(name: &str, command: &mut Command) -> Result<()> {
    println!("xtask: {name}");
    let start = Instant::now();
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{name}: {status}");
    println!("xtask: {name} took {} s", start.elapsed().as_secs());
    Ok(())
}

/// Sums up all that a build of the page reads: the files of web/, and how they are compressed.
fn sources(workspace: &Workspace, web: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    hash_folder(web, &mut hasher)?;
    hash_file(&workspace.root.join(COMPRESS), &mut hasher)?;
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{folder:?}"))?;
    let mut entries = entries.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if !path.is_dir() {
            hash_file(&path, hasher)?;
        } else if !NO_SOURCES.iter().any(|name| entry.file_name() == *name) {
            hash_folder(&path, hasher)?;
        }
    }
    Ok(())
}

fn hash_file(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.hash(hasher);
    std::fs::read(path).with_context(|| format!("{path:?}"))?.hash(hasher);
    Ok(())
}

fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn is_stamped(file: &Path, with: &str) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| text == with)
}

fn stamp(file: &Path, with: &str) -> Result<()> {
    std::fs::write(file, with).with_context(|| format!("{file:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_is_too_old_is_told_with_what_would_do() {
        for good in ["v20.19.0\n", "v20.20.2", "v22.12.0", "24.0.1"] {
            check_version(good).expect(good);
        }
        let old = check_version("v18.20.4\n").expect_err("too old").to_string();
        assert_eq!(old, "Node is v18.20.4, and the page needs 20.19 or newer");
        check_version("v20.18.9").expect_err("too old");
        check_version("").expect_err("nothing was told");
    }
}
