//! Explains why bytes are not what was asked for: the place in them, and the rule it breaks.
//!
//! serde's messages end in "…, expected X at line L column C". Of a wrong value they leave this
//! file as a rule in plain words only, for they name types of the program.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_path_to_error::{Path, Segment};
use wire::json::plain_rule;

use super::JSON_DEPTH_MAX;
use crate::problem::Problem;

/// What stands in for a value that serde cannot tell the rule of: no field takes both.
const PROBES: [&str; 2] = ["true", "\"\""];

/// What serde says of bytes, and of which place in them.
pub(super) struct Fault {
    place: Place,
    error: serde_json::Error,
}

/// The way to a value.
#[derive(Clone, PartialEq, Eq)]
struct Place(Vec<Step>);

#[derive(Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

impl Fault {
    pub(super) fn new(path: &Path, error: serde_json::Error) -> Fault {
        let steps = path.iter().map_while(|segment| match segment {
            Segment::Map { key } | Segment::Enum { variant: key } => {
                Some(Step::Member(key.clone()))
            }
            Segment::Seq { index } => Some(Step::Element(*index)),
            Segment::Unknown => None,
        });
        Fault { place: Place(steps.collect()), error }
    }

    /// Of the whole.
    pub(super) fn whole(error: serde_json::Error) -> Fault {
        Fault { place: Place(Vec::new()), error }
    }

    /// Of JSON that is deeper than may be, if it is.
    pub(super) fn of_depth(bytes: &[u8]) -> Option<Fault> {
        // Whoever skips values goes to any depth: only who builds them counts.
        let fault = Fault::whole(serde_json::from_slice::<Value>(bytes).err()?);
        fault.is_depth().then_some(fault)
    }

    fn is_depth(&self) -> bool {
        self.reason() == "recursion limit exceeded"
    }

    fn reason(&self) -> String {
        let message = self.error.to_string();
        let end = format!(" at line {} column {}", self.error.line(), self.error.column());
        message.strip_suffix(&end).unwrap_or(&message).to_owned()
    }

    /// What would pass.
    fn rule(&self) -> String {
        plain_rule(&self.reason()).replace('`', "\"")
    }
}

impl Place {
    /// With dots, as problems show it.
    fn name(&self) -> String {
        let name = self.0.iter().fold(String::new(), |name, step| match step {
            Step::Member(member) if name.is_empty() => member.clone(),
            Step::Member(member) => format!("{name}.{member}"),
            Step::Element(index) => format!("{name}[{index}]"),
        });
        if name.is_empty() { "body".to_owned() } else { name }
    }

    /// That of a field, where this is the field's or that of the object around it.
    fn member(&self, name: String) -> Place {
        let mut place = self.clone();
        let named = Step::Member(name);
        if place.0.last() != Some(&named) {
            place.0.push(named);
        }
        place
    }

    /// The text of the value there. What is beside the way is not read: it may be beyond reading.
    fn text<'a>(&self, bytes: &'a [u8]) -> Option<&'a str> {
        let mut text = std::str::from_utf8(bytes).ok()?;
        for step in &self.0 {
            let value = match step {
                Step::Member(name) => {
                    serde_json::from_str::<BTreeMap<String, &RawValue>>(text).ok()?.remove(name)?
                }
                Step::Element(index) => {
                    *serde_json::from_str::<Vec<&RawValue>>(text).ok()?.get(*index)?
                }
            };
            text = value.get();
        }
        Some(text)
    }

    /// The value there, `null` if there is none; as text where it is more than a value can hold.
    fn value(&self, bytes: &[u8]) -> Value {
        let text = self.text(bytes).unwrap_or("null");
        serde_json::from_str(text).unwrap_or_else(|_| text.into())
    }

    /// The bytes with another value there.
    fn replaced(&self, bytes: &[u8], value: &str) -> Option<Vec<u8>> {
        let text = self.text(bytes)?;
        let start = text.as_ptr() as usize - bytes.as_ptr() as usize;
        let end = start + text.len();
        Some([&bytes[..start], value.as_bytes(), &bytes[end..]].concat())
    }
}

/// The problem of `bytes`; `again` tells what is wrong with others in their stead.
pub(super) fn explain(
    bytes: &[u8],
    fault: &Fault,
    again: impl Fn(&[u8]) -> Option<Fault>,
) -> Problem {
    match fault.error.classify() {
        Category::Data => misfit(bytes, fault),
        Category::Eof => {
            not_json(format!("the body ends at byte {}, before its JSON does", bytes.len()))
        }
        Category::Syntax | Category::Io if fault.is_depth() => {
            let rule = format!("lists and objects at most {JSON_DEPTH_MAX} deep in each other");
            not_json(format!("the body lies deeper: {}", fault.error)).expecting(rule)
        }
        // A number that is larger than any, or a value of the wrong kind where words stand.
        Category::Syntax | Category::Io if is_json(bytes) => {
            let told = PROBES.into_iter().find_map(|probe| {
                let fault_of_probe = again(&fault.place.replaced(bytes, probe)?)?;
                let is_told = fault_of_probe.error.is_data() && fault_of_probe.place == fault.place;
                is_told.then(|| fault_of_probe.rule())
            });
            let expected = told.unwrap_or_else(|| fault.reason());
            Problem::field(&fault.place.name(), fault.place.value(bytes), &expected)
        }
        Category::Syntax | Category::Io => {
            let problem = not_json(format!("the body is not JSON: {}", fault.error));
            if fault.place.0.is_empty() {
                return problem;
            }
            problem.about(&fault.place.name(), Value::Null)
        }
    }
}

fn not_json(detail: String) -> Problem {
    let problem = Problem::new(StatusCode::BAD_REQUEST, "malformed_json", "Not JSON", detail);
    problem.expecting("a JSON object, whole and in UTF-8")
}

fn is_json(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).ok();
    text.is_some_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// A value that does not pass, or a field that is missing, unknown or there twice.
fn misfit(bytes: &[u8], fault: &Fault) -> Problem {
    let (reason, place) = (fault.reason(), &fault.place);
    let begins = |kind: &str| Some(reason.strip_prefix(kind)?.split('`').next()?.to_owned());
    let (name, said, expected) = if let Some(name) = begins("missing field `") {
        return Problem::missing(&place.member(name).name(), "this field");
    } else if let Some(name) = begins("duplicate field `") {
        (name, "is there twice", "this field once".to_owned())
    } else if let Some(name) = begins("unknown field `") {
        (name, "is no field here", fault.rule())
    } else {
        return Problem::field(&place.name(), place.value(bytes), &fault.rule());
    };
    let place = place.member(name);
    let (field, value) = (place.name(), place.value(bytes));
    Problem::of_field(&field, value, said, &expected)
}
