//! Every dependency from outside stands in docs/DEPENDENCIES.md with its reason, and nothing else
//! stands there.

use super::manifest::{Manifest, Source};
use super::{Finding, Rule, TextFile};
use std::collections::BTreeMap;

const PATH: &str = "docs/DEPENDENCIES.md";

pub fn check(manifests: &[Manifest], files: &[TextFile]) -> Vec<Finding> {
    let page = files.iter().find(|file| file.path == PATH).map_or("", |file| file.text.as_str());
    let listed = listed(page);
    let mut findings = Vec::new();
    let mut used = BTreeMap::new();
    for manifest in manifests {
        for dependency in &manifest.dependencies {
            let name = dependency.name.as_str();
            match &dependency.source {
                Source::Path | Source::Inherited => continue,
                Source::Registry { version } if !version.is_empty() && !version.contains('*') => {}
                Source::Registry { .. } => {
                    findings.push(finding(&manifest.path, &format!("{name} has no fixed version")));
                }
                Source::Git => {
                    findings.push(finding(&manifest.path, &format!("{name} comes from git")));
                }
            }
            used.insert(name, manifest.path.as_str());
        }
    }
    for (name, path) in &used {
        match listed.get(name) {
            None => findings.push(finding(path, &format!("{name} is not listed in {PATH}"))),
            Some(Row::Incomplete) => {
                findings.push(finding(PATH, &format!("{name} lacks a reason or an alternative")));
            }
            Some(Row::Complete) => {}
        }
    }
    let unused = listed.keys().filter(|name| !used.contains_key(*name));
    findings.extend(unused.map(|name| finding(PATH, &format!("{name} is listed and not used"))));
    findings
}

enum Row {
    Complete,
    Incomplete,
}

/// Reads the table rows that begin with a name between back-quotes.
fn listed(page: &str) -> BTreeMap<&str, Row> {
    let mut rows = BTreeMap::new();
    for line in page.lines() {
        let Some((name, rest)) = line.strip_prefix("| `").and_then(|rest| rest.split_once('`'))
        else {
            continue;
        };
        let filled = rest.split('|').filter(|cell| !cell.trim().is_empty()).count();
        rows.insert(name, if filled >= 2 { Row::Complete } else { Row::Incomplete });
    }
    rows
}

fn finding(path: &str, text: &str) -> Finding {
    let text = format!("{path}: {text}");
    Finding { rule: Rule::Dependency, place: path.to_owned(), number: 1, text }
}

#[cfg(test)]
mod tests {
    use super::super::manifest;
    use super::super::samples::{file, texts};
    use super::*;

    fn check_pair(manifest: &str, page: &str) -> Vec<String> {
        let files = [file("a/Cargo.toml", manifest), file(PATH, page)];
        let findings = check(&manifest::parse_all(&files).files, &files);
        texts(&findings).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn the_page_and_the_manifests_name_the_same_crates() {
        let manifest = "[dependencies]\nserde = '1'\n[dev-dependencies]\nbook = { path = 'b' }";
        let row = "| `serde` | reads JSON | a parser of our own |\n";
        assert_eq!(check_pair(manifest, row), [""; 0]);
        assert_eq!(
            check_pair(manifest, ""),
            ["a/Cargo.toml: serde is not listed in docs/DEPENDENCIES.md"]
        );
        let more = format!("{row}| `rand` | draws | a generator |\n");
        assert_eq!(
            check_pair(manifest, &more),
            ["docs/DEPENDENCIES.md: rand is listed and not used"]
        );
        let hollow = check_pair(manifest, "| `serde` | reads JSON | |\n");
        assert_eq!(hollow, ["docs/DEPENDENCIES.md: serde lacks a reason or an alternative"]);
    }

    #[test]
    fn a_dependency_has_a_version_from_the_registry() {
        let row = "| `a` | why | what |\n";
        for entry in
            ["a = '*'", "a = { features = ['b'] }", "a = { git = 'https://example.org/a' }"]
        {
            assert_eq!(check_pair(&format!("[dependencies]\n{entry}"), row).len(), 1, "{entry}");
        }
    }
}
