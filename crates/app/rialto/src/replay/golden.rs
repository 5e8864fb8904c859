//! What another engine made of the same recording.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::Difference;
use super::market::Decimals;

/// Larger files are no list of figures.
const BYTES_MAX: u64 = 1 << 20;
/// What says what the figures are of, and is not a figure.
const LABELS: [&str; 3] = ["venue", "tick", "lot"];
/// Counts of kinds of lines that did not occur may be left out.
const COUNTS: &str = "cmds";

/// A golden file.
pub(super) struct Golden {
    pub(super) decimals: Decimals,
    figures: Map<String, Value>,
}

impl Golden {
    /// The golden file beside a recording, if there is one.
    pub(super) fn beside(recording: &Path) -> Result<Option<Golden>> {
        let Some(path) = path_beside(recording) else { return Ok(None) };
        let metadata = match path.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        if metadata.len() > BYTES_MAX {
            bail!("{}: {} bytes, at most {BYTES_MAX}", path.display(), metadata.len());
        }
        let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
        Golden::read(&text).with_context(|| path.display().to_string()).map(Some)
    }

    fn read(text: &[u8]) -> Result<Golden> {
        let figures: Map<String, Value> = serde_json::from_slice(text)?;
        let decimals = Decimals { tick: places(&figures, "tick")?, lot: places(&figures, "lot")? };
        Ok(Golden { decimals, figures })
    }

    /// Every figure of the golden file that `found` does not have.
    pub(super) fn differences(&self, found: &Map<String, Value>) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (figure, expected) in &self.figures {
            if LABELS.contains(&figure.as_str()) {
                continue;
            }
            let found = found.get(figure).unwrap_or(&Value::Null);
            match (expected, found) {
                (Value::Object(expected), Value::Object(found)) if figure == COUNTS => {
                    compare_counts(expected, found, &mut differences);
                }
                (expected, found) => compare(figure.clone(), expected, found, &mut differences),
            }
        }
        differences
    }
}

/// Where `x.csv` and `x.csv.gz` have `x.golden.json`.
fn path_beside(recording: &Path) -> Option<PathBuf> {
    let name = recording.file_name()?.to_str()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let name = name.strip_suffix(".csv").unwrap_or(name);
    Some(recording.with_file_name(format!("{name}.golden.json")))
}

fn compare_counts(
    expected: &Map<String, Value>,
    found: &Map<String, Value>,
    differences: &mut Vec<Difference>,
) {
    let mut names: Vec<&String> = expected.keys().chain(found.keys()).collect();
    names.sort();
    names.dedup();
    let none = Value::from(0);
    for name in names {
        let count = |of: &Map<String, Value>| of.get(name).unwrap_or(&none).clone();
        compare(format!("{COUNTS}.{name}"), &count(expected), &count(found), differences);
    }
}

fn compare(figure: String, expected: &Value, found: &Value, differences: &mut Vec<Difference>) {
    if expected != found {
        let (expected, found) = (expected.clone(), found.clone());
        differences.push(Difference { figure, expected, found });
    }
}

/// Decimal places of a size such as "0.01 USD", "1 share" or "1e-8 BTC".
fn places(figures: &Map<String, Value>, label: &str) -> Result<u8> {
    let text = figures.get(label).and_then(Value::as_str).unwrap_or_default();
    let size = text.split_whitespace().next().unwrap_or_default();
    let places = match (size.strip_prefix("1e-"), size.strip_prefix("0.")) {
        (Some(exponent), _) => exponent.parse().ok(),
        (None, Some(fraction)) if fraction.trim_start_matches('0') == "1" => {
            u8::try_from(fraction.len()).ok()
        }
        (None, Some(_)) => None,
        (None, None) => (size == "1").then_some(0),
    };
    places.filter(|places| *places <= 9).with_context(|| {
        format!(
            "{label:?} is {text:?}, expected a power of ten such as \"0.01 USD\" or \"1e-8 BTC\""
        )
    })
}
