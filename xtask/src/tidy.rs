//! `tidy`: the house rules that neither the compiler nor clippy checks.
//!
//! **Invariant:** a rule reads text and returns findings; only this file reads the disk, and only
//! `exceptions` forgives. Drift of `api/` and of golden files is not checked here: tests compare
//! those with the code.

mod caps;
mod core_words;
mod dependencies;
mod exceptions;
mod layers;
mod manifest;
mod rust;
mod wording;

use crate::workspace::Workspace;
use anyhow::{Context, Result, bail, ensure};
use exceptions::Exceptions;

/// What a rule found, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub rule: Rule,
    /// The name an exception would use: a path, a `path::function` or a commit.
    pub place: String,
    /// The size or the count that breaks the rule.
    pub number: usize,
    pub text: String,
}

/// A rule. Those with a `name` can be excepted, each place by name and up to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Layer,
    CoreWord,
    Dependency,
    Todo,
    IgnoredTest,
    Unreadable,
    FileLines,
    FunctionLines,
    Columns,
    Unsafe,
    MachinePath,
}

impl Rule {
    const NAMED: [(Rule, &'static str); 5] = [
        (Rule::FileLines, "file-lines"),
        (Rule::FunctionLines, "function-lines"),
        (Rule::Columns, "columns"),
        (Rule::Unsafe, "unsafe"),
        (Rule::MachinePath, "machine-path"),
    ];

    fn name(self) -> Option<&'static str> {
        Rule::NAMED.iter().find(|(rule, _)| *rule == self).map(|(_, name)| *name)
    }
}

/// A file of the repository that holds text.
pub struct TextFile {
    /// Relative to the root, with `/` between the parts.
    pub path: String,
    pub text: String,
}

/// Larger files are data.
const TEXT_BYTES_MAX: u64 = 1 << 20;

pub fn tidy(workspace: &Workspace) -> Result<()> {
    let files = read_files(workspace)?;
    let mut findings = check_files(&files);
    findings.extend(wording::check_commits(&commit_messages(workspace)?));

    let path = workspace.root.join(exceptions::PATH);
    let list = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path:?}"))?;
    let mut complaints = Exceptions::parse(&list)?.forgive(findings);
    complaints.sort();
    for complaint in &complaints {
        println!("{complaint}");
    }
    ensure!(complaints.is_empty(), "tidy: {} findings in {} files", complaints.len(), files.len());
    println!("tidy: {} files, nothing to complain about", files.len());
    Ok(())
}

fn check_files(files: &[TextFile]) -> Vec<Finding> {
    let sources = rust::parse_all(files);
    let manifests = manifest::parse_all(files);
    let mut findings = Vec::new();
    findings.extend(sources.unreadable.iter().chain(&manifests.unreadable).cloned());
    findings.extend(caps::check_texts(files));
    findings.extend(caps::check_sources(&sources.files));
    findings.extend(core_words::check(&sources.files));
    findings.extend(layers::check(&manifests.files));
    findings.extend(dependencies::check(&manifests.files, files));
    findings.extend(wording::check_texts(files));
    findings
}

/// Reads every file that is or could be committed.
fn read_files(workspace: &Workspace) -> Result<Vec<TextFile>> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let names = git(workspace, &list)?;
    let mut files = Vec::new();
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let path = workspace.root.join(name);
        // A file deleted but not yet committed is still listed, and a linked folder is not a file.
        let Ok(metadata) = path.metadata() else { continue };
        if !metadata.is_file() || metadata.len() > TEXT_BYTES_MAX {
            continue;
        }
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {name}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(TextFile { path: name.to_owned(), text });
        }
    }
    Ok(files)
}

/// Reads the short id and the message of every commit, none in a repository without any.
fn commit_messages(workspace: &Workspace) -> Result<Vec<(String, String)>> {
    if git(workspace, &["rev-parse", "--quiet", "--verify", "HEAD"]).is_err() {
        return Ok(Vec::new());
    }
    let log = git(workspace, &["log", "--format=%h%n%B%x00"])?;
    let entries = log.split('\0').filter_map(|entry| entry.trim_start().split_once('\n'));
    Ok(entries.map(|(id, message)| (id.to_owned(), message.to_owned())).collect())
}

fn git(workspace: &Workspace, arguments: &[&str]) -> Result<String> {
    let output = workspace.command("git").args(arguments).output().context("cannot start git")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
pub mod samples {
    use super::{Finding, TextFile};

    pub fn file(path: &str, text: &str) -> TextFile {
        TextFile { path: path.to_owned(), text: text.to_owned() }
    }

    /// Returns the texts of the findings, for comparing with a list.
    pub fn texts(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.text.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reaches_the_findings_of_a_whole_tree() {
        let wide = format!("// {}\n", "w".repeat(100));
        let long = format!("fn long() {{\n{}}}\n", "    work();\n".repeat(70));
        let marks = format!(
            "unsafe fn f() {{}}\n#[ignore]\nfn g() {{}}\n// {}\n",
            concat!("TO", "DO later")
        );
        let path = format!("see {}\n", concat!("/", "home/someone/file"));
        let files = [
            samples::file(
                "crates/core/a/Cargo.toml",
                "[package]\nname='a'\n[dependencies]\nrogue='1'",
            ),
            samples::file("crates/core/a/src/lib.rs", "use std::collections::HashMap;\n"),
            samples::file("crates/core/a/src/big.rs", &"\n".repeat(501)),
            samples::file("crates/core/a/src/long.rs", &(wide + &long + &marks)),
            samples::file("crates/core/a/src/torn.rs", "fn torn( {"),
            samples::file("docs/note.md", &path),
        ];
        let findings = check_files(&files);
        for rule in [
            Rule::Layer,
            Rule::CoreWord,
            Rule::Dependency,
            Rule::Todo,
            Rule::IgnoredTest,
            Rule::Unreadable,
            Rule::FileLines,
            Rule::FunctionLines,
            Rule::Columns,
            Rule::Unsafe,
            Rule::MachinePath,
        ] {
            assert!(findings.iter().any(|finding| finding.rule == rule), "{rule:?} is silent");
        }
    }
}
