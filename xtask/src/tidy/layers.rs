//! Arrows between crates point down: app, shell, port, core. Shells never see each other.

use super::manifest::{Dependency, Kind, Manifest, Source};
use super::{Finding, Rule};
use std::collections::BTreeMap;

/// Where a crate stands; a later one may depend on an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Core,
    Port,
    Shell,
    App,
    /// `xtask`, fuzzing and the like: free to use all, used by none.
    Tool,
}

/// The crates that may use `anyhow`: the binaries, which only show an error.
const ANYHOW_USERS: [&str; 2] = ["rialto", "xtask"];

pub fn check(manifests: &[Manifest]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut layers = BTreeMap::new();
    for manifest in manifests {
        let Some(name) = &manifest.name else { continue };
        match layer_of(&manifest.path) {
            Some(layer) => _ = layers.insert(name.as_str(), layer),
            None => {
                findings
                    .push(finding(manifest, "a crate lies in crates/{core,port,shell,app}/NAME"));
            }
        }
    }
    for manifest in manifests {
        let Some(name) = &manifest.name else { continue };
        let Some(&layer) = layers.get(name.as_str()) else { continue };
        for dependency in &manifest.dependencies {
            let complaint = complaint(name, layer, dependency, &layers);
            findings.extend(complaint.map(|text| finding(manifest, &text)));
        }
    }
    findings
}

fn layer_of(path: &str) -> Option<Layer> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["crates", "core", _, "Cargo.toml"] => Some(Layer::Core),
        ["crates", "port", _, "Cargo.toml"] => Some(Layer::Port),
        ["crates", "shell", _, "Cargo.toml"] => Some(Layer::Shell),
        ["crates", "app", _, "Cargo.toml"] => Some(Layer::App),
        ["crates", ..] => None,
        _ => Some(Layer::Tool),
    }
}

fn complaint(
    name: &str,
    layer: Layer,
    dependency: &Dependency,
    layers: &BTreeMap<&str, Layer>,
) -> Option<String> {
    let target = dependency.name.as_str();
    let is_ours = matches!(dependency.source, Source::Path | Source::Inherited);
    if let Some(&below) = layers.get(target).filter(|_| is_ours) {
        let text = format!("{name} ({layer:?}) must not depend on {target} ({below:?})");
        return (!points_down(layer, below, dependency.kind)).then_some(text);
    }
    if dependency.kind == Kind::Dev {
        return None;
    }
    let is_allowed = match (name, target) {
        ("wire", "serde") => true,
        ("wire", "utoipa") => dependency.is_optional,
        _ => false,
    };
    if layer == Layer::Core && !is_allowed {
        return Some(format!("{name} is core and must not depend on {target} at run time"));
    }
    let is_misplaced = target == "anyhow" && !ANYHOW_USERS.contains(&name);
    is_misplaced.then(|| format!("{name} must not use anyhow: only {ANYHOW_USERS:?} do"))
}

/// Decides an edge between two of our crates. A test may look sideways, never up.
fn points_down(from: Layer, to: Layer, kind: Kind) -> bool {
    let is_sideways_allowed = from != Layer::Shell || kind == Kind::Dev;
    from == Layer::Tool || to < from || (to == from && is_sideways_allowed)
}

fn finding(manifest: &Manifest, text: &str) -> Finding {
    let text = format!("{}: {text}", manifest.path);
    Finding { rule: Rule::Layer, place: manifest.path.clone(), number: 1, text }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, texts};
    use super::super::{TextFile, manifest};
    use super::*;

    fn krate(folder: &str, dependencies: &str) -> TextFile {
        let name = folder.rsplit('/').next().expect("a folder has a name");
        let text = format!("[package]\nname = '{name}'\n{dependencies}");
        file(&format!("{folder}/Cargo.toml"), &text)
    }

    /// Checks one crate among one of each layer.
    fn check_one(folder: &str, dependencies: &str) -> Vec<Finding> {
        let files = [
            krate("crates/core/book", ""),
            krate("crates/port/bus", ""),
            krate("crates/shell/feed", ""),
            krate("crates/app/sim", ""),
            krate("xtask", ""),
            krate(folder, dependencies),
        ];
        check(&manifest::parse_all(&files).files)
    }

    #[test]
    fn arrows_that_point_up_or_between_shells_are_found() {
        for (folder, target) in [
            ("crates/core/venue", "bus"),
            ("crates/core/venue", "sim"),
            ("crates/port/journal", "feed"),
            ("crates/shell/gateway", "feed"),
            ("crates/shell/gateway", "sim"),
            ("crates/app/rialto", "xtask"),
        ] {
            for entry in
                [format!("{target}.workspace = true"), format!("{target} = {{ path = 'x' }}")]
            {
                for section in ["[dependencies]", "[build-dependencies]", "[target.x.dependencies]"]
                {
                    let findings = check_one(folder, &format!("{section}\n{entry}"));
                    assert_eq!(findings.len(), 1, "{folder} {section} {entry}");
                }
            }
        }
        let findings = check_one("crates/shell/gateway", "[dependencies]\nfeed.workspace = true");
        let text =
            "crates/shell/gateway/Cargo.toml: gateway (Shell) must not depend on feed (Shell)";
        assert_eq!(texts(&findings), [text]);
    }

    #[test]
    fn arrows_that_point_down_are_allowed() {
        for (folder, target) in [
            ("crates/core/venue", "book"),
            ("crates/port/journal", "book"),
            ("crates/port/journal", "bus"),
            ("crates/shell/gateway", "bus"),
            ("crates/app/rialto", "feed"),
            ("fuzz", "book"),
        ] {
            let entry = format!("[dependencies]\n{target}.workspace = true");
            assert_eq!(texts(&check_one(folder, &entry)), [""; 0]);
        }
    }

    #[test]
    fn tests_may_look_sideways_but_not_up() {
        let gateway = "crates/shell/gateway";
        let found = |target: &str| {
            check_one(gateway, &format!("[dev-dependencies]\n{target}.workspace = true")).len()
        };
        assert_eq!((found("feed"), found("sim")), (0, 1));
    }

    #[test]
    fn core_has_no_dependency_at_run_time_save_serde_and_schemas_in_wire() {
        let venue = |section: &str| check_one("crates/core/venue", section).len();
        assert_eq!(venue("[dependencies]\nserde = '1'"), 1);
        assert_eq!(venue("[dependencies]\nserde.workspace = true"), 1);
        assert_eq!(venue("[build-dependencies]\ncc = '1'"), 1);
        assert_eq!(venue("[dev-dependencies]\nproptest = '1'"), 0);
        let wire = |section: &str| check_one("crates/core/wire", section).len();
        assert_eq!(wire("[dependencies]\nserde = '1'"), 0);
        assert_eq!(wire("[dependencies]\nserde_json = '1'"), 1);
        assert_eq!(wire("[dependencies]\nutoipa = { version = '6', optional = true }"), 0);
        assert_eq!(wire("[dependencies]\nutoipa = '6'"), 1);
    }

    #[test]
    fn anyhow_is_for_the_binaries() {
        let anyhow = "[dependencies]\nanyhow = '1'";
        assert_eq!(check_one("crates/app/rialto", anyhow).len(), 0);
        assert_eq!(check_one("crates/shell/gateway", anyhow).len(), 1);
    }

    #[test]
    fn a_crate_outside_the_four_folders_is_found() {
        for folder in ["crates/book2", "crates/core/a/b", "crates/ports/bus2"] {
            let findings = check_one(folder, "");
            assert_eq!(findings.len(), 1, "{folder}");
        }
    }
}
