//! The list of places that may break a rule, each by name, up to a number, for a reason.
//!
//! **Invariant:** the list can only shrink by itself. A number that grew, one that could be lower,
//! and an entry that is no longer needed are all errors.

use super::{Finding, Rule};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

pub const PATH: &str = "xtask/tidy-exceptions.txt";

#[derive(Debug)]
pub struct Exceptions {
    entries: BTreeMap<(&'static str, String), usize>,
}

impl Exceptions {
    /// Reads one `rule place number reason` a line; `#` begins a comment line.
    pub fn parse(list: &str) -> Result<Exceptions> {
        let mut entries = BTreeMap::new();
        for (index, line) in list.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, number) =
                entry(line).with_context(|| format!("{PATH}:{}: {line}", index + 1))?;
            if entries.insert(key, number).is_some() {
                bail!("{PATH}:{}: listed twice: {line}", index + 1);
            }
        }
        Ok(Exceptions { entries })
    }

    /// Drops what the list forgives; returns the rest, and what is wrong with the list itself.
    pub fn forgive(self, findings: Vec<Finding>) -> Vec<String> {
        let mut unused = self.entries.clone();
        let mut complaints = Vec::new();
        for finding in largest_by_place(findings) {
            let key = finding.rule.name().map(|name| (name, finding.place.clone()));
            let listed = key.and_then(|key| unused.remove(&key));
            let Finding { number, text, place, .. } = finding;
            match listed {
                Some(listed) if listed == number => {}
                Some(listed) if listed < number => {
                    complaints.push(format!("{text}; {PATH} allows {listed}"));
                }
                Some(listed) => {
                    complaints.push(format!("{PATH}: {place}: lower {listed} to {number}"));
                }
                None => complaints.push(text),
            }
        }
        let unused = unused.keys();
        complaints.extend(
            unused.map(|(rule, place)| {
                format!("{PATH}: {rule} {place}: no longer needed, remove it")
            }),
        );
        complaints
    }
}

/// Keeps the largest of the findings that one exception would forgive, such as two functions of
/// one name.
fn largest_by_place(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let is_twin = |other: &&mut Finding| {
            finding.rule.name().is_some()
                && (other.rule, &other.place) == (finding.rule, &finding.place)
        };
        match kept.iter_mut().find(is_twin) {
            Some(twin) if twin.number < finding.number => *twin = finding,
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    kept
}

fn entry(line: &str) -> Result<((&'static str, String), usize)> {
    let mut words = line.split_whitespace();
    let mut next = |what| words.next().with_context(|| format!("{what} is missing"));
    let (rule, place, number) = (next("the rule")?, next("the place")?, next("the number")?);
    next("the reason")?;
    let rule = Rule::NAMED.iter().map(|(_, name)| *name).find(|name| *name == rule);
    let rule = rule.context("no such rule, or one without exceptions")?;
    Ok(((rule, place.to_owned()), number.parse().context("the number")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_file(lines: usize) -> Finding {
        let text = format!("a.rs: {lines} lines, at most 500");
        Finding { rule: Rule::FileLines, place: "a.rs".to_owned(), number: lines, text }
    }

    fn forgive(list: &str, findings: Vec<Finding>) -> Vec<String> {
        Exceptions::parse(list).expect("a sample is a list").forgive(findings)
    }

    #[test]
    fn a_listed_place_is_forgiven_at_exactly_its_number() {
        let list = "# rule place number reason\nfile-lines a.rs 510 one table\n";
        assert_eq!(forgive(list, vec![long_file(510)]), [""; 0]);
        let grown = "a.rs: 511 lines, at most 500; xtask/tidy-exceptions.txt allows 510";
        assert_eq!(forgive(list, vec![long_file(511)]), [grown]);
        let shrunk = "xtask/tidy-exceptions.txt: a.rs: lower 510 to 505";
        assert_eq!(forgive(list, vec![long_file(505)]), [shrunk]);
        let gone = "xtask/tidy-exceptions.txt: file-lines a.rs: no longer needed, remove it";
        assert_eq!(forgive(list, vec![]), [gone]);
        assert_eq!(forgive("", vec![long_file(510)]), ["a.rs: 510 lines, at most 500"]);
    }

    #[test]
    fn an_exception_is_for_its_own_rule_and_place() {
        let list = "columns a.rs 510 why\nfile-lines b.rs 510 why\n";
        assert_eq!(forgive(list, vec![long_file(510)]).len(), 3);
    }

    #[test]
    fn the_larger_of_two_functions_with_one_name_counts() {
        let list = "file-lines a.rs 520 why\n";
        assert_eq!(forgive(list, vec![long_file(510), long_file(520), long_file(515)]), [""; 0]);
    }

    #[test]
    fn a_bad_entry_is_refused_with_its_line() {
        for bad in [
            "file-lines a.rs 510",
            "file-lines a.rs many why",
            "layer a.rs 1 why",
            "file-lines",
            "unsafe a.rs 1 why\nunsafe a.rs 2 why",
        ] {
            let error = format!("{:#}", Exceptions::parse(bad).expect_err(bad));
            assert!(error.contains("tidy-exceptions.txt:"), "{error}");
        }
    }
}
