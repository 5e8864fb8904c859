//! A profile's text, and what is wrong in it where.

use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, anyhow};
use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use wire::json::plain_rule;

use super::faults::{Fault, Faults};
use super::left::Left;
use super::missing;
use super::shape::{Number, Shape};
use crate::exit::{Exit, Failure, OrExit};

/// No profile is longer.
const BYTES_MAX: u64 = 1 << 20;

/// A text of TOML and what it is called.
#[derive(Debug)]
pub(super) struct Source {
    name: String,
    text: String,
}

impl Source {
    pub(super) fn new(name: &str, text: &str) -> Source {
        Source { name: name.to_owned(), text: text.to_owned() }
    }

    /// Reads a file of at most [`BYTES_MAX`] bytes.
    pub(super) fn of_file(path: &Path) -> Result<Source, Failure> {
        let name = path.display().to_string();
        let mut text = String::new();
        let read =
            File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_string(&mut text));
        let bytes = read.with_context(|| format!("profile {name}")).or_bad_input()?;
        if bytes as u64 > BYTES_MAX {
            let told = anyhow!("profile {name}: it is longer than {BYTES_MAX} bytes");
            return Err(Exit::BadInput.because(told));
        }
        Ok(Source { name, text })
    }

    /// What the text is called.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The fields, each of the right type, none unknown and none twice; without those that are
    /// not so, which are noted.
    ///
    /// # Errors
    /// Where the text is no TOML.
    pub(super) fn shape(&self, faults: &mut Faults) -> Result<Shape, Failure> {
        let table = DeTable::parse(&self.text);
        let mut table =
            table.map_err(|error| Exit::BadInput.because(anyhow!(self.misread(&error).told)))?;
        let mut left = Left::new(table.get_ref());
        loop {
            let error = match Shape::deserialize(toml::Deserializer::from(table.clone())) {
                Ok(shape) => {
                    let Left { places, currencies, .. } = left;
                    return Ok(Shape { places, currency_places: currencies, ..shape });
                }
                Err(error) => error,
            };
            let field = self.field_at(&error.span().unwrap_or_default());
            let fails = || Exit::BadInput.because(anyhow!(self.misread(&error).told));
            let steps = field.as_deref().map(steps).ok_or_else(fails)?;
            let lacks_field = missing::named(&error).is_some();
            match left.lacking(table.get_ref(), &steps).filter(|_| lacks_field) {
                Some(names) => names.iter().for_each(|name| faults.push(self.lack(&error, name))),
                None => faults.push(self.misread(&error)),
            }
            if faults.is_full() || !left.leave_out(table.get_mut(), &steps) {
                faults.clone().judge()?;
            }
        }
    }

    /// What TOML or a field's type is at odds with.
    fn misread(&self, error: &toml::de::Error) -> Fault {
        let message = match error.message().rsplit_once(", expected ") {
            Some((wrong, _)) => format!("{wrong}, expected {}", plain_rule(error.message())),
            None => error.message().to_owned(),
        };
        self.misread_as(error, message)
    }

    /// What is where `error` is lacks a field.
    fn lack(&self, error: &toml::de::Error, name: &str) -> Fault {
        self.misread_as(error, format!("missing field `{name}`"))
    }

    fn misread_as(&self, error: &toml::de::Error, message: String) -> Fault {
        let span = error.span().unwrap_or_default();
        let field = self.field_at(&span);
        let said = self.text.get(span.clone()).filter(|said| !said.contains('\n'));
        let told = match (field, said) {
            (Some(field), _) => format!("{field}: {message}"),
            (None, Some(said)) if !said.is_empty() => format!("{said}: {message}"),
            (None, Some(_) | None) => message,
        };
        let line = self.line_at(span.start);
        Fault { line, told: format!("{}:{line}: {told}", self.name) }
    }

    /// A field's value does not pass.
    pub(super) fn fault(&self, field: &str, value: impl Display, expected: impl Display) -> Fault {
        self.fault_at(field, field, value, expected)
    }

    /// What is called `told` does not pass, and the line is that of `field`, or of what is nearest
    /// around it.
    pub(super) fn fault_at(
        &self,
        field: &str,
        told: &str,
        value: impl Display,
        expected: impl Display,
    ) -> Fault {
        let (name, line) = (&self.name, self.line_of(field));
        let told = format!("{name}:{line}: {told}: {value} does not pass, expected {expected}");
        Fault { line, told }
    }

    /// A whole number, `min` to `max`.
    pub(super) fn whole(
        &self,
        field: &str,
        Number(said): Number,
        min: u32,
        max: u32,
    ) -> Result<u32, Fault> {
        let number = u32::try_from(said).ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| self.fault(field, said, format!("{min} to {max}")))
    }

    fn line_of(&self, field: &str) -> usize {
        let parsed = DeTable::parse(&self.text);
        let start = parsed.ok().and_then(|table| start_of(table.get_ref(), &steps(field)));
        self.line_at(start.unwrap_or_default())
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        before.matches('\n').count() + 1
    }

    /// The name of what stands there; `None` where the text is no TOML.
    fn field_at(&self, span: &Range<usize>) -> Option<String> {
        let table = DeTable::parse(&self.text).ok()?;
        field_in(table.get_ref(), span)
    }
}

/// `a[0].b` in its parts.
fn steps(field: &str) -> Vec<&str> {
    field.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect()
}

/// Where the value that `steps` lead to is named, as far as they lead anywhere.
fn start_of(table: &DeTable<'_>, steps: &[&str]) -> Option<usize> {
    let (step, rest) = steps.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == step)?;
    start_in(value.get_ref(), rest).or(Some(key.span().start))
}

fn start_in(value: &DeValue<'_>, steps: &[&str]) -> Option<usize> {
    if let Some(table) = value.as_table() {
        return start_of(table, steps);
    }
    let (step, rest) = steps.split_first()?;
    let element = value.as_array()?.get(step.parse::<usize>().ok()?)?;
    start_in(element.get_ref(), rest).or(Some(element.span().start))
}

/// The innermost field whose name or value holds the start of `span`.
fn field_in(table: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let name = key.get_ref();
        let inner = inside(value.get_ref(), span);
        let here = key.span().contains(&span.start) || value.span().contains(&span.start);
        inner.map(|inner| format!("{name}{inner}")).or_else(|| here.then(|| name.to_string()))
    })
}

/// The same within a value: what is put behind its name.
fn inside(value: &DeValue<'_>, span: &Range<usize>) -> Option<String> {
    if let Some(table) = value.as_table() {
        return field_in(table, span).map(|inner| format!(".{inner}"));
    }
    value.as_array()?.iter().enumerate().find_map(|(at, element)| {
        let inner = inside(element.get_ref(), span);
        let here = element.span().contains(&span.start);
        inner.or_else(|| here.then(String::new)).map(|inner| format!("[{at}]{inner}"))
    })
}
