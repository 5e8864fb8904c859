//! What the rules need of every Cargo.toml: which crate it is, and what it depends on.

use super::{Finding, Rule, TextFile};
use toml::{Table, Value};

/// A Cargo.toml.
#[derive(Debug)]
pub struct Manifest {
    pub path: String,
    /// `None` for a workspace that is no package.
    pub name: Option<String>,
    pub dependencies: Vec<Dependency>,
}

pub struct Manifests {
    pub files: Vec<Manifest>,
    pub unreadable: Vec<Finding>,
}

#[derive(Debug)]
pub struct Dependency {
    /// The package's own name, also where it is renamed.
    pub name: String,
    pub kind: Kind,
    pub source: Source,
    /// Only behind a feature.
    pub is_optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Build,
    Dev,
    /// Named for the members to inherit.
    Workspace,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder.
    Path,
    Registry {
        version: String,
    },
    Git,
    /// As the workspace's root says.
    Inherited,
}

pub fn parse_all(files: &[TextFile]) -> Manifests {
    let mut manifests = Manifests { files: Vec::new(), unreadable: Vec::new() };
    for file in files.iter().filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml")) {
        match file.text.parse::<Table>() {
            Ok(table) => manifests.files.push(manifest(&file.path, &table)),
            Err(error) => manifests.unreadable.push(Finding {
                rule: Rule::Unreadable,
                place: file.path.clone(),
                number: 1,
                text: format!("{}: {error}", file.path),
            }),
        }
    }
    manifests
}

fn manifest(path: &str, table: &Table) -> Manifest {
    let name = inner(table, &["package"]).and_then(|package| package.get("name")?.as_str());
    let workspace = inner(table, &["workspace", "dependencies"]);
    let mut dependencies = list(workspace, Kind::Workspace);
    dependencies.extend(of_target(table));
    for target in inner(table, &["target"]).into_iter().flat_map(Table::values) {
        dependencies.extend(target.as_table().into_iter().flat_map(of_target));
    }
    Manifest { path: path.to_owned(), name: name.map(str::to_owned), dependencies }
}

fn of_target(table: &Table) -> Vec<Dependency> {
    let sections = [
        ("dependencies", Kind::Normal),
        ("build-dependencies", Kind::Build),
        ("dev-dependencies", Kind::Dev),
    ];
    sections.iter().flat_map(|(section, kind)| list(inner(table, &[section]), *kind)).collect()
}

fn list(section: Option<&Table>, kind: Kind) -> Vec<Dependency> {
    let entries = section.into_iter().flatten();
    entries.map(|(key, value)| dependency(key, value, kind)).collect()
}

fn dependency(key: &str, value: &Value, kind: Kind) -> Dependency {
    let has = |field: &str| value.get(field).is_some();
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    let source = if has("path") {
        Source::Path
    } else if has("git") {
        Source::Git
    } else if has("workspace") {
        Source::Inherited
    } else {
        let version = value.as_str().or_else(|| text("version")).unwrap_or_default();
        Source::Registry { version: version.to_owned() }
    };
    let is_optional = value.get("optional").and_then(Value::as_bool).unwrap_or(false);
    Dependency { name: text("package").unwrap_or(key).to_owned(), kind, source, is_optional }
}

fn inner<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Table> {
    keys.iter().try_fold(table, |table, key| table.get(*key)?.as_table())
}

#[cfg(test)]
mod tests {
    use super::super::samples::file;
    use super::*;

    #[test]
    fn every_way_to_name_a_dependency_is_read() {
        let text = r#"
            [package]
            name = "a"
            [workspace.dependencies]
            b = { path = "b" }
            [dependencies]
            c = "1"
            d = { package = "real-d", version = "2", optional = true }
            [dev-dependencies.e]
            workspace = true
            [build-dependencies]
            f = { git = "https://example.org/f" }
            [target.'cfg(unix)'.dependencies]
            g = "*"
        "#;
        let parsed = parse_all(&[file("Cargo.toml", text)]);
        assert_eq!(parsed.files[0].name.as_deref(), Some("a"));
        let registry = |version: &str| Source::Registry { version: version.to_owned() };
        let expected = [
            ("b", Kind::Workspace, Source::Path),
            ("c", Kind::Normal, registry("1")),
            ("real-d", Kind::Normal, registry("2")),
            ("f", Kind::Build, Source::Git),
            ("e", Kind::Dev, Source::Inherited),
            ("g", Kind::Normal, registry("*")),
        ];
        let found = &parsed.files[0].dependencies;
        let found: Vec<_> =
            found.iter().map(|d| (d.name.as_str(), d.kind, d.source.clone())).collect();
        assert_eq!(found, expected);
    }
}
